"""Reading the whole catalogue, on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, update

from kiosk.lending.copies import CopyStatus
from kiosk.lending.stock import CopyData, TitleData
from kiosk.store import catalogue, edit, schema
from kiosk.store.edit import NewCopy
from kiosk.store.library import Library
from tests.desk.school import BOOK, MADE, OLD_BOOK, WANG, card, copy, fill

FULL = TitleData(
    "红楼梦",
    isbn="9787020002207",
    subtitle="插图本",
    volume="上",
    authors="曹雪芹著",
    edition="3版",
    place="北京",
    publisher="人民文学出版社",
    published="2008",
    extent="1606页",
    series="古典文学",
    summary="四大家族",
    subjects=("小说", "清代"),
    language="chi",
    clc="I242.4",
    price_fen=5970,
)


def test_a_title_comes_out_with_everything_that_went_in(library: Library) -> None:
    copies = [CopyData("A2", copy(2), "I242.4/1", "书架", 100), CopyData("A1", "", "", "", None)]

    def write(conn: Connection) -> None:
        (title_id,) = edit.add_titles(conn, [edit.new_title(FULL)], MADE)
        rows = [
            NewCopy(title_id, one.accession_no, one.barcode or None, one.call_number, one.place, one.price_fen)
            for one in copies
        ]
        edit.add_copies(conn, rows, MADE)

    library.transact(write)
    assert library.read(lambda conn: list(catalogue.held(conn))) == [(FULL, copies)]


def test_more_titles_than_are_read_at_a_time_all_come_each_once(sqlite_library: Library) -> None:
    names = [f"书{n}" for n in range(1203)]
    made = [edit.NewTitle(name) for name in names]
    sqlite_library.transact(lambda conn: edit.add_titles(conn, made, MADE))
    found = sqlite_library.read(lambda conn: [title.title for title, _ in catalogue.held(conn)])
    assert found == names
    assert sqlite_library.read(catalogue.count_held) == len(names)


def test_withdrawn_copies_are_left_out_and_titles_that_have_no_others(library: Library) -> None:
    library.transact(fill)
    magazine = library.read(lambda conn: catalogue.copy_rows(conn)[-1].copy_id)
    gone = update(schema.copies).where(schema.copies.c.copy_id == magazine)
    library.transact(lambda conn: conn.execute(gone.values(status=CopyStatus.WITHDRAWN.value)))
    library.transact(lambda conn: edit.add_titles(conn, [edit.NewTitle("从没有册")], MADE))
    found = library.read(lambda conn: {title.title: len(copies) for title, copies in catalogue.held(conn)})
    assert found == {"城南旧事": 33 + 6, "昆虫记": 33, "从没有册": 0}
    assert library.read(catalogue.count_held) == 3


def test_codes_are_those_of_copies_and_of_everything_else(library: Library) -> None:
    library.transact(fill)
    codes = library.read(catalogue.codes)
    rows = {row.barcode: row for row in library.read(catalogue.copy_rows)}
    assert codes[BOOK] == rows[BOOK].copy_id
    assert OLD_BOOK in codes and codes[WANG] is None and card(99) not in codes


def test_a_titles_call_number_is_that_of_its_last_copy_that_has_one(library: Library) -> None:
    library.transact(fill)
    titles = {row.title: row.title_id for row in library.read(catalogue.title_rows)}
    numbers = library.read(catalogue.call_numbers)
    assert numbers == {titles["城南旧事"]: "I287.45/66", titles["昆虫记"]: "I287.45/65"}
