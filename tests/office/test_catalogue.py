"""Whole catalogues over the real desk: a preview writes nothing, accepting all or nothing, again changes nothing.

Files are made here or written by the program's own export; the library is the small school's, or an empty one.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from kiosk.exchange.catalogue_file import CatalogueFile as FileContent
from kiosk.exchange.catalogue_file import Form
from kiosk.exchange.exports import ExportForm
from kiosk.exchange.stock_records import marked_twice
from kiosk.flows.catalogue import (
    DOUBTFUL,
    FORMS,
    AcceptCatalogue,
    CatalogueDone,
    CatalogueFile,
    CatalogueSheet,
    CopyState,
    ExportCatalogue,
    Exported,
    PreviewCatalogue,
    TitleState,
)
from kiosk.flows.commands import Cancelled
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.work import Denied, SetFirstPin
from kiosk.i18n import Words
from kiosk.imports import work_on
from kiosk.lending.barcodes import luhn_digit
from kiosk.lending.stock import CopyData, StockRecord, TitleData
from kiosk.office import catalogue
from kiosk.sample.write import write_sample
from kiosk.settings import Settings
from kiosk.store import catalogue as stored
from kiosk.store import edit, schema, stock
from kiosk.store.library import Library, create_library
from tests.desk.school import BOOK, LIBRARIAN, MADE, WANG, WITHDRAWN, School, copy, fill
from tests.exchange import workbooks
from tests.exchange.vendor_files import carton

HEAD = ["书名", "ISBN", "条码", "登录号", "索书号", "分类号", "册数"]
ISBN = "9787020002207"
TABLES = (schema.titles, schema.copies, schema.barcodes, schema.labels_wanted, schema.events, schema.settings)


def of(library: Library, name: str = "kiosk") -> School:
    """The school's desk, with a librarian who has a PIN."""
    school = School(library, name=name)
    school.librarian()
    return school


@pytest.fixture
def school(sqlite_library: Library) -> School:
    sqlite_library.transact(fill)
    return of(sqlite_library)


def sheet(tmp_path: Path, *rows: Sequence[str], name: str = "书单.xlsx", **options: bool) -> CatalogueFile:
    return CatalogueFile(str(workbooks.xlsx(tmp_path / name, {"书单": [HEAD, *rows]})), **options)


def ask(school: School, command: Callable[..., Any], **parts: object) -> Any:
    return school.ask(command(operator_id=school.patron(LIBRARIAN).patron_id, **parts)).data


def preview(school: School, file: CatalogueFile) -> CatalogueSheet:
    data = ask(school, PreviewCatalogue, file=file)
    assert isinstance(data, CatalogueSheet), data
    return data


def accept(school: School, file: CatalogueFile) -> CatalogueDone:
    data = ask(school, AcceptCatalogue, file=file, seal=preview(school, file).seal)
    assert isinstance(data, CatalogueDone), data
    school.assert_consistent()
    return data


def everything(school: School) -> list[object]:
    return [school.rows(table) for table in TABLES]


def counts(found: CatalogueSheet) -> tuple[dict[str, int], dict[str, int]]:
    return (
        {state.value: count for state, count in found.titles.items() if count},
        {state.value: count for state, count in found.copies.items() if count},
    )


def reasons(found: CatalogueSheet, name: str) -> list[tuple[int, list[str]]]:
    return [(line.number, [one.key.partition(".")[2] for one in line.reasons]) for line in found.lines[name]]


# ── What a preview says ──


def test_a_preview_tells_titles_and_copies_apart_and_writes_nothing(school: School, tmp_path: Path) -> None:
    before = everything(school)
    file = sheet(
        tmp_path,
        ["城南旧事", "", "", "00002", "", "", ""],  # there already
        ["城南旧事", "", "", "X1", "", "", ""],  # one more of a title of the library
        ["新书", ISBN, copy(900), "X2", "I18/1", "I18", ""],
        ["没有册", "", "", "", "", "", ""],
        ["", "", "", "X3", "", "", ""],
        ["校验位不对", "9787020002208", "", "X4", "", "", ""],
    )
    found = preview(school, file)
    assert counts(found) == (
        {"wrong": 1, "new": 3, "known": 1},
        {"new": 3, "there": 1},
    )
    assert reasons(found, "wrong") == [(6, ["remark.no_title"])]
    assert reasons(found, DOUBTFUL) == [(7, ["remark.isbn_check"])]
    assert (found.barcodes, found.accessions, found.call_numbers) == (2, 0, 2)
    assert everything(school) == before


def test_numbers_that_belong_to_something_else_clash_and_each_says_why(school: School, tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ["另一本", "", copy(7), "", "", "", ""],  # on another title
        ["另一本", "", "", "00002", "", "", ""],
        ["别的书", "", WANG, "", "", "", ""],  # a card
        ["别的书", "", "9787020002207", "", "", "", ""],  # the publisher's
        ["别的书", "", "0001234", "", "", "", ""],  # a shape nobody knows
        ["别的书", "", copy(901)[:-1] + "x", "", "", "", ""],
        ["昆虫记", "", BOOK, "00099", "", "", ""],  # the library's copy has another accession number
        ["昆虫记", "", copy(3), "00005", "", "", ""],  # two different copies of the library
        ["昆虫记", "", copy(902), "00009", "", "", ""],  # the library's copy has another barcode
    )
    found = preview(school, file)
    told = [one for line in found.lines["wrong"] + found.lines[DOUBTFUL] for one in line.reasons]
    assert [one.key.rpartition(".")[2] for one in told] == [
        *("barcode_of_title", "accession_of_title", "barcode_of_other", "barcode_unfit", "barcode_unknown"),
        *("barcode_unfit", "barcode_of_copy", "numbers_apart", "barcode_of_copy"),
    ]
    assert not found.writes
    titled = {one.key: one.values["title"] for one in told}
    assert titled["catalogue.clash.barcode_of_title"] == "昆虫记"


def test_an_isbn_of_another_title_is_taken_as_new_and_marked(school: School, tmp_path: Path) -> None:
    accept(school, sheet(tmp_path, ["红楼梦（上）", ISBN, "", "X1", "", "", ""]))
    found = preview(school, sheet(tmp_path, ["红楼梦（下）", ISBN, "", "X2", "", "", ""]))
    assert counts(found)[0] == {"new": 1}
    assert reasons(found, DOUBTFUL) == [(2, ["same_isbn"])]


def test_a_title_known_by_its_name_only_is_marked(school: School, tmp_path: Path) -> None:
    head = ["书名", "作者", "登录号"]
    rows = [["昆虫记", "", "X1"], ["昆虫记", "法布尔", "X2"], ["昆虫记", "布封", "X3"]]
    found = preview(school, CatalogueFile(str(workbooks.xlsx(tmp_path / "a.xlsx", {"S": [head, *rows]}))))
    assert counts(found)[0] == {"known": 2, "new": 1}
    assert reasons(found, DOUBTFUL) == [(2, ["by_name"])]


def test_full_width_and_hyphens_are_the_same_title_and_copy(school: School, tmp_path: Path) -> None:
    accept(school, sheet(tmp_path, ["《 红楼梦 》", ISBN, copy(900), "A0001", "", "", ""]))
    barcode = "".join(chr(ord(digit) + 0xFEE0) for digit in copy(900))
    found = preview(school, sheet(tmp_path, ["红楼梦", "978-7-02-000220-7", barcode, "Ａ０００１", "", "", ""]))
    assert counts(found) == ({"unchanged": 1}, {"there": 1})


def test_lists_of_a_preview_are_cut_off_and_their_counts_are_not(school: School, tmp_path: Path) -> None:
    rows = [[f"书{n}", "", "", f"Z{n:04}", "", "", ""] for n in range(catalogue.SHOWN + 5)]
    found = preview(school, sheet(tmp_path, *rows))
    assert found.titles[TitleState.NEW] == catalogue.SHOWN + 5
    assert len(found.lines["new"]) == catalogue.SHOWN


# ── Taking over ──


def test_accepting_writes_titles_copies_numbers_and_labels_and_one_event(school: School, tmp_path: Path) -> None:
    before = school.actions()
    file = sheet(
        tmp_path,
        ["新书", ISBN, copy(900), "00500", "I18/7", "I18", ""],
        ["又一本", "", "", "00501", "", "I18", ""],
        ["第三本", "", copy(950), "", "", "I18", ""],
        ["三册的", "", "", "", "", "Q95-49", "3"],
        ["昆虫记", "", "", "00502", "", "", ""],
    )
    assert accept(school, file) == CatalogueDone(titles=4, copies=7, labels=6)
    assert school.actions()[len(before) :] == ["catalogue_imported"]
    new = school.rows(schema.copies)[-7:]
    assert [row.accession_no for row in new] == ["00500", "00501", "00502", "00503", "00504", "00505", "00506"]
    names = {row.title_id: row.title for row in school.rows(schema.titles)}
    calls = {names[row.title_id]: row.call_number for row in new}
    assert calls == {
        "新书": "I18/7",
        "又一本": "I18/8",
        "第三本": "I18/9",
        "三册的": "Q95-49/1",
        "昆虫记": "I287.45/65",  # as its other copies
    }
    codes = {row.copy_id: row.code for row in school.rows(schema.barcodes) if row.copy_id}
    given_on = [codes[row.copy_id] for row in new if codes[row.copy_id] not in (copy(900), copy(950))]
    assert sorted(given_on) == [copy(serial) for serial in range(951, 956)]
    assert len(school.rows(schema.labels_wanted)) == 6


def test_without_giving_numbers_copies_stay_as_the_file_has_them(school: School, tmp_path: Path) -> None:
    rows = (["甲", "", "", "X1", "", "I18", ""], ["乙", "", copy(900), "", "", "", ""], ["丙", "", "", "", "", "", "2"])
    file = sheet(tmp_path, *rows, give=False)
    found = preview(school, file)
    assert counts(found) == ({"wrong": 1, "new": 2}, {"new": 1, "clashing": 3})
    assert accept(school, file) == CatalogueDone(2, 1, 0)
    (row,) = [row for row in school.rows(schema.copies) if row.accession_no == "X1"]
    assert row.call_number == ""
    assert row.copy_id not in [one.copy_id for one in school.rows(schema.barcodes)]


def test_labels_are_only_wanted_when_told(school: School, tmp_path: Path) -> None:
    assert accept(school, sheet(tmp_path, ["甲", "", "", "X1", "", "I18", ""], labels=False)).labels == 0
    assert school.rows(schema.labels_wanted) == []


def test_records_that_say_nothing_of_copies_are_titles_or_one_copy_each_as_told(school: School, tmp_path: Path) -> None:
    rows = (["甲", "", "", "", "", "I18", ""], ["乙", "", "", "", "", "I18", ""])
    bare = sheet(tmp_path, *rows)
    assert preview(school, bare).bare
    assert accept(school, bare) == CatalogueDone(2, 0, 0)
    single = sheet(tmp_path, *rows, one_each=True)
    assert accept(school, single) == CatalogueDone(0, 2, 2)
    assert not preview(school, single).writes


def test_a_schools_own_barcodes_are_known_once_they_were_adopted(school: School, tmp_path: Path) -> None:
    rows = [[f"书{n}", "", f"000{n}", f"Y{n}", "", "", ""] for n in range(1000, 1003)]
    rows.append(["外文", "", "EN-2001", "Y9", "", "", ""])
    found = preview(school, sheet(tmp_path, *rows))
    assert found.unknown == ("0######", "EN-####") and not found.writes
    adopting = sheet(tmp_path, *rows, adopt=True)
    assert accept(school, adopting).copies == 4
    assert not preview(school, sheet(tmp_path, *rows)).writes
    assert school.scan("0001001").copy is not None
    assert school.scan("0009999").kind is OutcomeKind.UNKNOWN
    assert school.scan(copy(900)[:-1] + "0").kind is OutcomeKind.DAMAGED, "our own numbers keep their check digit"


def test_the_accession_number_may_be_the_barcode_that_stands_on_the_book(school: School, tmp_path: Path) -> None:
    rows = (["甲", "", "", "0005001", "", "", ""], ["乙", "", copy(900), "0005002", "", "", ""])
    assert preview(school, sheet(tmp_path, *rows)).halves == 1
    same = sheet(tmp_path, *rows, same=True, adopt=True)
    assert accept(school, same) == CatalogueDone(2, 2, 0)
    assert not preview(school, same).writes
    assert school.scan("0005001").copy is not None and school.scan(copy(900)).copy is not None
    assert school.scan("0005002").copy is None


def test_the_barcode_may_be_the_accession_number_where_no_other_copy_has_it(school: School, tmp_path: Path) -> None:
    rows = (
        ["甲", "", copy(900), "", "", "", ""],
        ["乙", "", copy(901), "", "", "", ""],
        ["丙", "", "", copy(901), "", "", ""],
    )
    same = sheet(tmp_path, *rows, same=True)
    found = preview(school, same)
    assert (found.copies[CopyState.NEW], found.copies[CopyState.CLASHING]) == (2, 1), "whose label is it?"
    assert accept(school, same).copies == 2
    numbers = {row.accession_no for row in school.rows(schema.copies)[-2:]}
    assert copy(900) in numbers and copy(901) not in numbers
    assert not preview(school, same).writes


def test_an_adopted_number_keeps_the_check_digit_that_all_of_them_have(school: School, tmp_path: Path) -> None:
    bodies = ("000100", "000101", "000102", "000103")
    rows = [["书", "", body + luhn_digit(body), f"Y{body}", "", "", ""] for body in bodies]
    accept(school, sheet(tmp_path, *rows, adopt=True))
    assert school.scan(rows[0][2]).copy is not None
    assert school.scan("0001000").kind is OutcomeKind.DAMAGED, f"not {rows[0][2]}"


def test_a_number_that_stands_on_a_refused_row_is_given_to_nobody_else(school: School, tmp_path: Path) -> None:
    rows = (["", "", copy(900), "00600", "", "", ""], ["丙", "", "", "", "", "", "2"])
    assert accept(school, sheet(tmp_path, *rows)).copies == 2
    codes = [row.code for row in school.rows(schema.barcodes)]
    assert copy(900) not in codes and {copy(901), copy(902)} <= set(codes)


@pytest.mark.parametrize("give", [True, False])
def test_a_number_that_stands_twice_costs_the_second_copy_only(school: School, tmp_path: Path, give: bool) -> None:
    file = sheet(
        tmp_path,
        ["甲", "", copy(900), "00601，00607", "", "", ""],
        ["乙", "", "", "00601", "", "", ""],
        ["丙", "", copy(900), "00602", "", "", ""],
        ["丙", "", copy(902), "00603", "", "", ""],
        give=give,
    )
    found = preview(school, file)
    assert counts(found) == ({"wrong": 1, "new": 2}, {"new": 3, "clashing": 2})
    assert reasons(found, "wrong") == [(3, ["clash.accession_twice"])]
    assert reasons(found, DOUBTFUL) == [(4, ["clash.barcode_twice"])]
    assert {one.values["title"] for line in found.lines["wrong"] for one in line.reasons} == {"甲"}
    accept(school, file)
    assert {row.accession_no for row in school.rows(schema.copies)[-3:]} == {"00601", "00607", "00603"}
    assert not preview(school, file).writes


def test_a_number_is_kept_by_the_first_copy_that_can_be_taken(school: School, tmp_path: Path) -> None:
    file = sheet(tmp_path, ["甲", "", WANG, "00601", "", "", ""], ["乙", "", copy(900), "00601", "", "", ""])
    assert accept(school, file) == CatalogueDone(1, 1, 0)
    assert not preview(school, file).writes


def test_issues_of_a_magazine_share_their_book_number(school: School, tmp_path: Path) -> None:
    head = ["书名", "ISSN", "期号", "登录号", "分类号", "类型"]
    rows = [["少年科学", "1000-0001", f"2026年第{n}期", f"M{n}00", "N49", "期刊"] for n in (1, 2)]
    file = CatalogueFile(str(workbooks.xlsx(tmp_path / "刊.xlsx", {"S": [head, *rows]})))
    assert accept(school, file).titles == 2
    assert [row.call_number for row in school.rows(schema.copies)[-2:]] == ["N49/1/2026.1", "N49/1/2026.2"]


def test_a_file_that_changed_since_the_preview_is_looked_at_again(school: School, tmp_path: Path) -> None:
    seal = preview(school, sheet(tmp_path, ["甲", "", "", "X1", "", "", ""])).seal
    file = sheet(tmp_path, ["甲", "", "", "X1", "", "", ""], ["乙", "", "", "X2", "", "", ""])
    before = everything(school)
    data = ask(school, AcceptCatalogue, file=file, seal=seal)
    assert isinstance(data, Hindrance) and data.text.key == "catalogue.changed_meanwhile"
    assert everything(school) == before


def test_only_librarians_take_catalogues_over_or_out(school: School, tmp_path: Path) -> None:
    file = sheet(tmp_path, ["甲", "", "", "X1", "", "", ""])
    child = school.patron(WANG).patron_id
    for command in (
        PreviewCatalogue(operator_id=child, file=file),
        AcceptCatalogue(operator_id=child, file=file, seal=""),
        ExportCatalogue(operator_id=child, form="csv", folder=str(tmp_path)),
    ):
        assert school.ask(command).data == Denied()


# ── The same file again ──

NAMES = st.sampled_from(["红楼梦", "《红楼梦》", "昆虫记", "城南旧事", "新书", "？！"])
NUMBERS = st.sampled_from(["", "00001", "00002", "00900", "00901", "A1", "A2"])
CODES = st.sampled_from(["", BOOK, WANG, copy(900), copy(901), f" {copy(901)}", "0001234", "30000000", ISBN, "T-0042"])
COPIES = st.builds(CopyData, NUMBERS, CODES, st.sampled_from(["", "I18/3", "乱写"])).filter(
    lambda one: bool(one.accession_no or one.barcode)
)
TITLES = st.builds(
    TitleData,
    NAMES,
    isbn=st.sampled_from(["", ISBN, "9787020002208"]),
    volume=st.sampled_from(["", "上"]),
    authors=st.sampled_from(["", "法布尔", "林海音"]),
    publisher=st.sampled_from(["", "某社"]),
    clc=st.sampled_from(["", "I18", "乱"]),
)


@st.composite
def records(draw: st.DrawFn) -> tuple[StockRecord, ...]:
    made = []
    for place in range(1, draw(st.integers(1, 6)) + 1):
        copies = tuple(draw(st.lists(COPIES, max_size=3)))
        count = 0 if copies else draw(st.integers(0, 3))
        made.append(
            StockRecord(place, draw(TITLES), copies, count, each=CopyData(place=draw(st.sampled_from(["", "架"]))))
        )
    return marked_twice(made)


class _TakenBackError(Exception):
    pass


OPTIONS = st.builds(CatalogueFile, st.just("x"), *[st.booleans()] * 5)


@given(records(), OPTIONS)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_file_again_changes_nothing(
    school: School, found: tuple[StockRecord, ...], file: CatalogueFile
) -> None:
    content = FileContent(Form.SHEET, found)

    def twice(conn: Connection) -> None:
        work = work_on(conn, Settings(), "first")
        plan = catalogue.plan_of(work, content, file)
        told = catalogue.sheet_of(content, plan, file)
        rows = len(stored.copy_rows(conn))
        done = catalogue.write(work, content, plan, file, None)
        assert (done.titles > 0 or done.copies > 0) is told.writes
        assert len(stored.copy_rows(conn)) == rows + told.copies[CopyState.NEW]
        before = [conn.execute(table.select()).all() for table in TABLES]
        again = work_on(conn, Settings(), "second")
        plan = catalogue.plan_of(again, content, file)
        assert not catalogue.sheet_of(content, plan, file).writes
        assert catalogue.write(again, content, plan, file, None) == CatalogueDone(0, 0, 0)
        assert [conn.execute(table.select()).all() for table in TABLES] == before
        raise _TakenBackError

    with pytest.raises(_TakenBackError):
        school.library.transact(twice)


# ── All or nothing ──


@pytest.fixture
def vendor(tmp_path: Path) -> CatalogueFile:
    """A CNMARC file of 300 titles with 740 copies or so."""
    path = tmp_path / "书目.iso"
    path.write_bytes(carton(300, copies=(1, 4)).data)
    return CatalogueFile(str(path))


def steps(school: School, work: Callable[[], object], stop_at: int = -1) -> int:
    """How often `work` told how far it was; it is called off at the step `stop_at`."""
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        assert 0 <= done <= total
        told += 1
        if told == stop_at:
            raise Cancelled

    school.desk.progress = progress
    work()
    return told


def test_called_off_anywhere_nothing_is_kept(school: School, vendor: CatalogueFile) -> None:
    data: list[Any] = []
    reading = steps(school, lambda: data.append(preview(school, vendor)))
    assert reading > 1
    operator = school.patron(LIBRARIAN).patron_id
    seal = data[0].seal
    before = everything(school)

    def writing() -> None:
        data.append(school.ask(AcceptCatalogue(operator_id=operator, file=vendor, seal=seal)).data)

    for stop_at in range(1, 1000):
        steps(school, writing, stop_at)
        if not isinstance(data[-1], CalledOff):
            break
        assert everything(school) == before
    assert stop_at > 4 and isinstance(data[-1], CatalogueDone)
    assert len(school.rows(schema.titles)) == 303
    school.assert_consistent()


def test_called_off_while_it_is_read_a_preview_says_so(school: School, vendor: CatalogueFile) -> None:
    found: list[object] = []
    steps(school, lambda: found.append(ask(school, PreviewCatalogue, file=vendor)), stop_at=1)
    assert isinstance(found[0], CalledOff)


def test_a_failure_at_the_last_row_leaves_nothing_of_all_the_others(school: School, vendor: CatalogueFile) -> None:
    seal = preview(school, vendor).seal
    last = carton(300, copies=(1, 4)).books[-1].accession_nos[-1]
    trap = (
        f"CREATE TRIGGER trap BEFORE INSERT ON copies WHEN NEW.accession_no = '{last}'"
        " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    school.library.transact(lambda conn: conn.execute(text(trap)))
    before = everything(school)
    operator = school.patron(LIBRARIAN).patron_id
    outcome = school.ask(AcceptCatalogue(operator_id=operator, file=vendor, seal=seal))
    assert outcome.kind is OutcomeKind.TROUBLE
    assert everything(school) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.exchange.catalogues import read_catalogue
from kiosk.flows.catalogue import CatalogueFile
from kiosk.imports import work_on
from kiosk.office import catalogue
from kiosk.settings import Settings
from kiosk.store.library import open_library

def work(conn):
    def progress(done, total):
        if done == total:
            print("all written", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    work = work_on(conn, Settings(), "killed")
    work.progress = progress
    content, file = read_catalogue(Path(sys.argv[2])), CatalogueFile(sys.argv[2])
    catalogue.write(work, content, catalogue.plan_of(work, content, file), file, None)

open_library(sys.argv[1]).transact(work)
"""


def test_killed_before_the_last_moment_nothing_is_kept(
    school: School, sqlite_location: str, vendor: CatalogueFile
) -> None:
    before = everything(school)
    run = [sys.executable, "-c", KILLED, sqlite_location, vendor.path]
    killed = subprocess.run(run, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert (killed.stdout, killed.returncode) == ("all written\n", -signal.SIGKILL), killed.stderr
    assert everything(school) == before
    assert accept(school, vendor).titles == 300


def test_two_kiosks_at_once_give_every_number_once(library: Library, tmp_path: Path) -> None:
    library.transact(fill)
    schools = [of(library, name) for name in ("a", "b")]
    files = [
        sheet(tmp_path, *[[f"{name}{n}", "", "", "", "", "I18", "2"] for n in range(30)], name=f"{name}.xlsx")
        for name in "ab"
    ]
    seals = [preview(one, file).seal for one, file in zip(schools, files, strict=True)]
    operator = schools[0].patron(LIBRARIAN).patron_id
    together = Barrier(2)

    def take(place: int) -> object:
        together.wait()
        command = AcceptCatalogue(operator_id=operator, file=files[place], seal=seals[place])
        return schools[place].ask(command).data

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(take, range(2)))
    assert done == [CatalogueDone(30, 60, 60)] * 2
    new = [row for row in schools[0].rows(schema.copies) if row.call_number.startswith("I18/")]
    assert len({row.accession_no for row in new}) == 120
    assert len({row.call_number for row in new}) == 60, "each title its own book number"
    schools[0].assert_consistent()


# ── In and out ──


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The sample library."""
    library = create_library(str(tmp_path_factory.mktemp("sample") / "library"))
    write_sample(library, 7, date(2026, 9, 7))
    return library


def held(library: Library) -> set[tuple[TitleData, frozenset[CopyData]]]:
    return library.read(lambda conn: {(title, frozenset(copies)) for title, copies in stored.held(conn)})


@pytest.mark.parametrize("form", FORMS)
def test_the_sample_library_written_and_read_again_is_the_same_library(
    sample: Library, sqlite_library: Library, tmp_path: Path, form: str
) -> None:
    card = sqlite_library.transact(lambda conn: edit.found_library(conn, "", "", MADE))
    school = School(sqlite_library)
    librarian = school.patron(card).patron_id
    school.ask(SetFirstPin(operator_id=librarian, pin="2468"))
    path = tmp_path / f"all{catalogue.SUFFIXES[ExportForm(form)]}"

    def write(conn: Connection) -> tuple[int, int]:
        return catalogue.write_file(work_on(conn, Settings(), "export"), path, ExportForm(form), Words("en"))

    wanted = held(sample)
    assert sample.read(write) == (len(wanted), sum(len(copies) for _, copies in wanted))
    file = CatalogueFile(str(path))
    found = school.ask(PreviewCatalogue(operator_id=librarian, file=file)).data
    assert isinstance(found, CatalogueSheet)
    assert found.titles[TitleState.NEW] == len(wanted) > 200
    done = school.ask(AcceptCatalogue(operator_id=librarian, file=file, seal=found.seal)).data
    assert isinstance(done, CatalogueDone) and done.labels == 0, "nothing needed a number"
    assert held(sqlite_library) == wanted
    school.assert_consistent()


def test_an_export_taken_over_by_its_own_library_changes_nothing(school: School, tmp_path: Path) -> None:
    for form in FORMS:
        data = ask(school, ExportCatalogue, form=form, folder=str(tmp_path))
        assert isinstance(data, Exported)
        assert not preview(school, CatalogueFile(data.path)).writes


def test_an_export_leaves_out_what_is_withdrawn_and_says_how_much_it_wrote(school: School, tmp_path: Path) -> None:
    data = ask(school, ExportCatalogue, form="csv", folder=str(tmp_path))
    assert (data.titles, data.copies) == (3, 73)
    written = Path(data.path).read_text("utf-8-sig")
    assert WITHDRAWN not in written and BOOK in written


def test_a_second_export_of_the_day_keeps_the_first(school: School, tmp_path: Path) -> None:
    first, second = (ask(school, ExportCatalogue, form="csv", folder=str(tmp_path)) for _ in range(2))
    assert [Path(one.path).name for one in (first, second)] == ["馆藏目录-2026-09-07.csv", "馆藏目录-2026-09-07-2.csv"]


def test_an_export_that_is_called_off_leaves_no_file(school: School, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    found: list[object] = []
    command = ExportCatalogue(operator_id=school.patron(LIBRARIAN).patron_id, form="xlsx", folder=str(folder))
    steps(school, lambda: found.append(school.ask(command).data), stop_at=1)
    assert isinstance(found[0], CalledOff)
    assert list(folder.iterdir()) == []


def test_a_stick_that_is_gone_is_told_in_a_sentence(school: School, tmp_path: Path) -> None:
    data = ask(school, ExportCatalogue, form="csv", folder=str(tmp_path / "gone"))
    assert isinstance(data, Hindrance) and data.text.key == "exchange.trouble.no_folder"


def test_the_forms_of_the_pages_are_those_that_are_written() -> None:
    assert set(FORMS) == set(ExportForm)


def test_what_was_read_is_kept_for_the_accepting_and_not_longer(school: School, vendor: CatalogueFile) -> None:
    preview(school, vendor)
    assert len(school.setup.kept) == 1
    assert steps(school, lambda: preview(school, vendor)) == 0, "the file is not read again"
    accept(school, vendor)
    assert school.setup.kept == {}


def test_book_numbers_go_on_from_the_librarys_and_the_files(school: School, tmp_path: Path) -> None:
    rows = (["甲", "", "", "X1", "I287.45/70", "", ""], ["乙", "", "", "X2", "", "I287.45", ""])
    accept(school, sheet(tmp_path, *rows))
    assert school.rows(schema.copies)[-1].call_number == "I287.45/71"
    assert school.library.read(lambda conn: stock.next_book_number(conn, "I287.45")) == 72
