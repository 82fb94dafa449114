"""A vendor's file over the real desk: a preview writes nothing, loading writes every line, again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.flows.commands import Cancelled
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.stock import (
    CloseBatch,
    DeliveryPreview,
    LoadDelivery,
    Loaded,
    LookUp,
    NewTitle,
    PreviewDelivery,
    ReadBatch,
    SaveBatch,
    Saved,
    TakeIn,
)
from kiosk.flows.work import Denied, SetFirstPin
from kiosk.lending.stock import TitleData
from kiosk.store import schema
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, NOON, WANG, School, fill
from tests.exchange import vendor_files, workbooks

HEAD = ["ISBN", "书名", "作者", "出版社", "分类号", "定价", "册数"]
BOOKS = [
    ["9787541497216", "夏洛的网", "怀特", "上海译文", "I712.84", "26.00", "4"],
    ["9787530765418", "窗边的小豆豆", "黑柳彻子", "南海", "I313.84", "39.50", "3"],
]


class Unpacking:
    """The librarian of the small school with a machine of their own."""

    def __init__(self, library: Library, folder: Path) -> None:
        library.transact(fill)
        self.school = School(library)
        self.folder = folder
        self.operator = self.school.patron(LIBRARIAN).patron_id
        self.ask(SetFirstPin(pin="2468"))
        saved = self.ask(SaveBatch(name="秋季"))
        assert isinstance(saved, Saved)
        self.batch_id = saved.id

    def ask(self, command: Any, operator: int = 0) -> Any:
        return self.school.ask(replace(command, operator_id=operator or self.operator)).data

    def sheet(self, *rows: list[str], name: str = "到货.xlsx") -> str:
        return str(workbooks.xlsx(self.folder / name, {"清单": [HEAD, *rows]}))

    def preview(self, path: str) -> DeliveryPreview:
        data = self.ask(PreviewDelivery(path=path, batch_id=self.batch_id))
        assert isinstance(data, DeliveryPreview), data
        return data

    def load(self, path: str) -> Loaded:
        data = self.ask(LoadDelivery(path=path, batch_id=self.batch_id))
        assert isinstance(data, Loaded), data
        return data

    def lines(self) -> list[tuple[str, int, int]]:
        page = self.ask(ReadBatch(batch_id=self.batch_id))
        return [(line.title, line.ordered, line.arrived) for line in page.lines]


@pytest.fixture
def unpacking(sqlite_library: Library, tmp_path: Path) -> Unpacking:
    return Unpacking(sqlite_library, tmp_path)


def test_a_preview_says_what_a_file_would_bring_and_writes_nothing(unpacking: Unpacking):
    unpacking.ask(TakeIn(title=TitleData("夏洛的网", isbn="9787541497216", clc="I712.84")))
    before = {table.name: unpacking.school.rows(table) for table in schema.metadata.sorted_tables}
    bad = ["9787530765410", "校验不对的书", "某", "某", "I287", "10", "1"]
    data = unpacking.preview(unpacking.sheet(*BOOKS, bad, ["", "", "某", "某", "I287", "10", "1"]))
    assert (data.titles, data.copies, data.known, data.there) == (3, 8, 1, 0)
    assert data.fen == 4 * 2600 + 3 * 3950 + 1000
    assert [one.place for one in data.doubtful] == [4] and data.doubtful_in_all == 1
    assert [one.place for one in data.wrong] == [5] and data.wrong_in_all == 1
    assert {table.name: unpacking.school.rows(table) for table in schema.metadata.sorted_tables} == before


def test_loading_writes_every_line_and_the_same_file_again_changes_nothing(unpacking: Unpacking):
    path = unpacking.sheet(*BOOKS)
    assert unpacking.load(path) == Loaded(unpacking.batch_id, 2, 0)
    assert unpacking.lines() == [("夏洛的网", 4, 0), ("窗边的小豆豆", 3, 0)]
    before = unpacking.school.rows(schema.batch_lines), unpacking.school.rows(schema.events)
    assert unpacking.preview(path).there == 2
    assert unpacking.load(path) == Loaded(unpacking.batch_id, 0, 0)
    assert (unpacking.school.rows(schema.batch_lines), unpacking.school.rows(schema.events)) == before


def test_a_corrected_file_changes_the_numbers_of_its_lines_and_keeps_what_arrived(unpacking: Unpacking):
    unpacking.load(unpacking.sheet(*BOOKS))
    found = unpacking.ask(LookUp(code="9787541497216"))
    assert isinstance(found, NewTitle) and found.line is not None and found.title.price_fen == 2600
    unpacking.ask(TakeIn(title=found.title, line_id=found.line.line_id, count=2))
    corrected = unpacking.sheet(BOOKS[1], [*BOOKS[0][:-1], "6"], name="更正.xlsx")
    assert unpacking.load(corrected).added == 0
    assert sorted(unpacking.lines()) == [("夏洛的网", 6, 2), ("窗边的小豆豆", 3, 0)]


def test_a_carton_with_its_marc_file_is_loaded_and_each_book_of_it_is_found(unpacking: Unpacking):
    carton = vendor_files.carton(12)
    path = unpacking.folder / "新书.iso"
    path.write_bytes(carton.data)
    assert unpacking.preview(str(path)).titles == 12
    loaded = unpacking.load(str(path))
    assert loaded.added == 12
    for book in carton.books:
        found = unpacking.ask(LookUp(code=book.isbn))
        assert isinstance(found, NewTitle) and found.line is not None
        assert (found.title.title, found.title.clc) == (book.title, book.clc)
        assert found.line.to_come == len(book.accession_nos)


def test_numbers_of_copies_that_stand_twice_refuse_no_line_since_a_delivery_uses_none(unpacking: Unpacking):
    rows = [["书名", "登录号", "条码"], ["甲", "900001,900007", "10000014"], ["乙", "900001", "10000014"]]
    path = str(workbooks.xlsx(unpacking.folder / "到货.xlsx", {"清单": rows}))
    data = unpacking.preview(path)
    assert (data.titles, data.wrong, data.doubtful) == (2, (), ())
    assert unpacking.load(path).added == 2


def test_a_file_that_cannot_be_read_is_told_in_a_sentence_and_nothing_is_written(unpacking: Unpacking):
    path = unpacking.folder / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 not a sheet")
    for command in (PreviewDelivery, LoadDelivery):
        assert isinstance(unpacking.ask(command(path=str(path), batch_id=unpacking.batch_id)), Hindrance)
        missing = str(unpacking.folder / "没有.xlsx")
        assert isinstance(unpacking.ask(command(path=missing, batch_id=unpacking.batch_id)), Hindrance)
    assert unpacking.lines() == []


def test_a_loading_that_is_called_off_leaves_nothing(unpacking: Unpacking):
    path = unpacking.folder / "新书.iso"
    path.write_bytes(vendor_files.carton(40).data)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    unpacking.school.desk.progress = stop
    assert isinstance(unpacking.ask(LoadDelivery(path=str(path), batch_id=unpacking.batch_id)), CalledOff)
    assert unpacking.lines() == []


def test_a_closed_delivery_takes_no_file_and_nobody_but_a_librarian_loads_one(unpacking: Unpacking):
    path = unpacking.sheet(*BOOKS)
    pupil = unpacking.school.patron(WANG).patron_id
    load = LoadDelivery(path=path, batch_id=unpacking.batch_id)
    assert isinstance(unpacking.ask(load, operator=pupil), Denied)
    unpacking.ask(CloseBatch(batch_id=unpacking.batch_id))
    data = unpacking.ask(load)
    assert isinstance(data, Hindrance) and data.text.key == "stock.problem.closed"
    assert isinstance(unpacking.ask(LoadDelivery(path=path, batch_id=99)), Hindrance)
    assert unpacking.lines() == []


def test_without_a_delivery_a_new_one_is_named_after_the_file(unpacking: Unpacking):
    loaded = unpacking.ask(LoadDelivery(path=unpacking.sheet(*BOOKS, name="新华书店.xlsx")))
    assert isinstance(loaded, Loaded) and loaded.batch_id != unpacking.batch_id
    page = unpacking.ask(ReadBatch(batch_id=loaded.batch_id))
    assert page.batch.name == "新华书店" and page.batch.received_on == NOON.date() and page.batch.ordered == 7


def _priced(unpacking: Unpacking, *prices: str) -> str:
    """A file with one record whose copies have a price each."""
    fields = [
        ("010", "  ", (("a", "9787541497216"), ("d", "CNY15.00"))),
        ("200", "1 ", (("a", "夏洛的网"),)),
        ("690", "  ", (("a", "I712.84"),)),
        *(("906", "  ", (("b", f"9000{n}"), ("r", price))) for n, price in enumerate(prices, 10)),
    ]
    path = unpacking.folder / "新书.iso"
    path.write_bytes(vendor_files.iso2709(fields))
    return str(path)


def test_copies_of_one_record_keep_the_prices_that_the_file_gives_each(unpacking: Unpacking):
    path = _priced(unpacking, "CNY15.00", "CNY16.00", "CNY18.50")
    assert unpacking.preview(path).fen == 4950
    unpacking.load(path)
    page = unpacking.ask(ReadBatch(batch_id=unpacking.batch_id))
    assert (page.ordered_fen, page.arrived_fen, page.short_fen) == (4950, 0, 4950)
    found = unpacking.ask(LookUp(code="9787541497216"))
    line_id = found.line.line_id
    first = unpacking.ask(TakeIn(title=found.title, line_id=line_id, count=2, price_fen=1500))
    page = unpacking.ask(ReadBatch(batch_id=unpacking.batch_id))
    assert (page.ordered_fen, page.arrived_fen, page.short_fen) == (4950, 3100, 1850)
    unpacking.ask(TakeIn(title_id=first.title_id, line_id=line_id, count=2, damaged=1, price_fen=1500))
    page = unpacking.ask(ReadBatch(batch_id=unpacking.batch_id))
    assert (page.arrived_fen, page.short_fen, page.damaged_fen) == (6450, 0, 1500)
    copies = [row for row in unpacking.school.rows(schema.copies) if row.title_id == first.title_id]
    assert [row.price_fen for row in copies] == [1500, 1600, 1850, 1500]


def test_a_price_that_the_librarian_changed_is_that_of_every_copy(unpacking: Unpacking):
    unpacking.load(_priced(unpacking, "CNY15.00", "CNY16.00"))
    found = unpacking.ask(LookUp(code="9787541497216"))
    taken = unpacking.ask(TakeIn(title=found.title, line_id=found.line.line_id, count=2, price_fen=1400))
    copies = [row for row in unpacking.school.rows(schema.copies) if row.title_id == taken.title_id]
    assert [row.price_fen for row in copies] == [1400, 1400]


VOLUMES = [TitleData("三国演义", isbn="9787001000208", volume=f"{one}册", clc="I242.4") for one in "上中下"]


def _set_of_three(unpacking: Unpacking, *order: int) -> str:
    head = ["ISBN", "题名", "卷册", "分类号", "索书号", "册数"]
    rows = [[VOLUMES[n].isbn, "三国演义", VOLUMES[n].volume, "I242.4", f"I242.4/5/{n + 1}", "1"] for n in order]
    return str(workbooks.xlsx(unpacking.folder / "三国.xlsx", {"清单": [head, *rows]}))


def test_volumes_of_one_isbn_keep_their_lines_when_the_file_comes_in_another_order(unpacking: Unpacking):
    unpacking.load(_set_of_three(unpacking, 0, 1, 2))
    assert unpacking.load(_set_of_three(unpacking, 2, 0, 1)).added == 0
    page = unpacking.ask(ReadBatch(batch_id=unpacking.batch_id))
    assert sorted(line.volume for line in page.lines) == ["上册", "下册", "中册"]


def test_a_volume_the_library_has_is_not_taken_for_the_others_of_its_isbn(unpacking: Unpacking):
    first = unpacking.ask(TakeIn(title=VOLUMES[0], auxiliary="1"))
    path = _set_of_three(unpacking, 0, 1, 2)
    assert unpacking.preview(path).known == 1
    unpacking.load(path)
    page = unpacking.ask(ReadBatch(batch_id=unpacking.batch_id))
    assert [line.title_id for line in page.lines] == [first.title_id, None, None]


def test_the_volumes_number_in_the_file_is_the_one_on_the_label(unpacking: Unpacking):
    unpacking.load(_set_of_three(unpacking, 2))
    found = unpacking.ask(LookUp(code=VOLUMES[2].isbn))
    assert isinstance(found, NewTitle) and found.offers.auxiliary == "3"
