"""The librarian's pages for files in and out, over the real desk: good files, and everything that schools bring."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from kiosk.flows.catalogue import PreviewCatalogue
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian.catalogue import KINDS, CataloguePage
from kiosk.flows.views import Button
from kiosk.store import schema
from kiosk.store.library import Library
from tests.desk.school import BOOK, LIBRARIAN, WANG, copy
from tests.exchange import workbooks
from tests.exchange.vendor_files import iso2709
from tests.flows.pages import Guide, parts

HEAD = ["书名", "ISBN", "条码", "登录号", "分类号", "定价"]


class Clerk(Guide):
    """A librarian at the pages of files, with a stick."""

    def __init__(self, library: Library, stick: Path) -> None:
        super().__init__(library)
        self.stick = stick
        stick.mkdir()
        self.school.setup.places = {"U盘": stick}
        self.scan(LIBRARIAN)
        self.type_pin("2468")
        self.type_pin("2468")
        self.press("exchange")

    def open(self, path: Path) -> None:
        """Choose a file on the stick."""
        self.press("catalogue")
        self.press("open", str(self.stick))
        self.press("choose", str(path))

    def everything(self) -> list[object]:
        tables = (schema.titles, schema.copies, schema.barcodes, schema.labels_wanted, schema.events)
        return [self.school.rows(table) for table in tables]

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """The first and last cells of the table: where, and what is to look at."""
        return [(self.say(row.cells[0]), row.cells[-1].key.partition(".")[2]) for row in self.rows if row.cells[-1]]


@pytest.fixture
def clerk(sqlite_library: Library, tmp_path: Path) -> Clerk:
    return Clerk(sqlite_library, tmp_path / "stick")


def book(path: Path, *rows: list[Any], name: str = "书单.xlsx") -> Path:
    return workbooks.xlsx(path / name, {"书单": [HEAD, *rows]})


def test_a_list_is_looked_at_accepted_and_leads_to_its_labels(clerk: Clerk) -> None:
    before = clerk.everything()
    clerk.open(book(clerk.stick, ["新书", "", "", "X1", "I18", "12.50"], ["又一本", "", BOOK, "", "", ""]))
    assert clerk.at_page("librarian/catalogue").progress is None
    assert clerk.remarks == [("第 3 行", "clash.barcode_of_title")]
    assert clerk.everything() == before
    clerk.press("show", "new")
    assert [row.cells[1] for row in clerk.rows] == ["新书"]
    clerk.press("accept")
    clerk.at_page("librarian/catalogue_done")
    assert clerk.notice == "catalogue.done.written"
    assert clerk.school.rows(schema.titles)[-1].title == "新书"
    clerk.press("print")
    assert clerk.page.name.startswith("librarian/print")
    clerk.press("back")
    clerk.press("back")
    clerk.at_page("librarian/exchange")
    clerk.school.assert_consistent()


def test_the_options_change_what_would_be_written(clerk: Clerk) -> None:
    clerk.open(book(clerk.stick, ["新书", "", "0012345", "", "I18", ""]))
    assert "accept" not in clerk.buttons
    clerk.press("option", "adopt")
    assert "accept" in clerk.buttons
    clerk.press("option", "give")
    assert "accept" not in clerk.buttons, "it has no accession number"
    clerk.press("option", "give")
    clerk.press("option", "labels")
    clerk.press("accept")
    assert clerk.school.rows(schema.labels_wanted) == []
    assert clerk.school.rows(schema.copies)[-1].call_number == "I18/1"


@pytest.mark.parametrize(("action", "value"), [("accept", None), ("option", "give")])
def test_nothing_can_be_pressed_while_what_was_asked_for_is_under_way(
    clerk: Clerk, action: str, value: str | None
) -> None:
    path = book(clerk.stick, ["新书", "", "", "", "I18", ""])
    kind = KINDS[CataloguePage]
    page = CataloguePage.of(str(path))
    command = PreviewCatalogue(file=page.file, operator_id=clerk.school.patron(LIBRARIAN).patron_id)
    outcome = clerk.school.ask(command)
    page = kind.answered(page, command, outcome).page
    assert pressable(page) == {"accept", "show", "option"}
    turn = kind.actions[action](page, Pressed(action, clerk.now, value=value))
    assert pressable(turn.page) == set()
    again = kind.answered(turn.page, command, outcome).page
    assert pressable(again) == {"accept", "show", "option"}
    assert pressable(kind.idle(turn.page)) == {"again"}
    assert pressable(kind.actions["again"](kind.idle(turn.page), Pressed("again", clerk.now)).page) == set()


def pressable(page: CataloguePage) -> set[str]:
    """The actions of a page whose buttons can be pressed."""
    kind = KINDS[CataloguePage]
    found = [one for one in parts((kind.bar(page), kind.blocks(page))) if isinstance(one, Button)]
    return {one.action for one in found if one.enabled}


def test_a_list_of_titles_only_offers_one_copy_for_each(clerk: Clerk) -> None:
    clerk.open(book(clerk.stick, ["新书", "", "", "", "I18", ""]))
    clerk.press("option", "one_each")
    clerk.press("accept")
    assert len(clerk.school.rows(schema.labels_wanted)) == 1


def test_the_same_file_again_says_that_there_is_nothing_to_write(clerk: Clerk) -> None:
    path = book(clerk.stick, ["新书", "", "", "X1", "I18", "12.50"])
    clerk.open(path)
    clerk.press("accept")
    clerk.press("back")
    after = clerk.everything()
    clerk.open(path)
    assert "accept" not in clerk.buttons
    clerk.engine.handle(Pressed("accept", clerk.now))
    assert clerk.everything() == after


def test_a_file_that_changed_under_the_page_is_read_again(clerk: Clerk) -> None:
    path = book(clerk.stick, ["新书", "", "", "X1", "", ""])
    clerk.open(path)
    book(clerk.stick, ["别的", "", "", "X1", "", ""], ["更多", "", "", "X2", "", ""])
    clerk.press("accept")
    assert clerk.notice == "catalogue.changed_meanwhile"
    clerk.press("again")
    clerk.press("accept")
    assert [row.title for row in clerk.school.rows(schema.titles)[-2:]] == ["别的", "更多"]


def test_a_scan_on_the_page_of_a_file_only_says_so(clerk: Clerk) -> None:
    clerk.open(book(clerk.stick, ["新书", "", "", "X1", "", ""]))
    clerk.now += 1
    clerk.engine.handle(Scan(WANG, "test", clerk.now, clerk.now))
    assert clerk.notice == "catalogue.no_scan"
    clerk.at_page("librarian/catalogue")


def test_a_catalogue_is_written_into_a_folder_of_a_stick(clerk: Clerk) -> None:
    (clerk.stick / "书目").mkdir()
    (clerk.stick / "别的.txt").write_text("x", "utf-8")
    clerk.press("export", "xlsx")
    assert "save" not in clerk.buttons, "a place is chosen first"
    clerk.press("open", str(clerk.stick))
    assert [clerk.say(row.cells[0]) for row in clerk.rows[1:]] == ["书目（文件夹）"]
    clerk.press("open", str(clerk.stick / "书目"))
    clerk.press("save")
    assert clerk.notice == "catalogue.done.exported"
    clerk.at_page("librarian/exchange")
    assert [path.name for path in (clerk.stick / "书目").iterdir()] == ["馆藏目录-2026-09-07.xlsx"]


def test_a_stick_pulled_out_before_writing_is_told_and_another_place_can_be_chosen(clerk: Clerk) -> None:
    clerk.press("export", "csv")
    clerk.press("open", str(clerk.stick))
    clerk.stick.rmdir()
    clerk.press("save")
    assert clerk.notice == "exchange.trouble.no_folder"
    clerk.press("open", "")
    clerk.at_page("librarian/export")


def test_the_roster_can_be_reached_from_here(clerk: Clerk) -> None:
    clerk.press("roster")
    clerk.at_page("librarian/files")


# ── What schools bring ──


def _password(path: Path) -> None:
    workbooks.compound(path, "EncryptedPackage")


def _cut_off(path: Path) -> None:
    book(path.parent, *[[f"书{n}", "", "", f"X{n}", "", ""] for n in range(200)], name=path.name)
    path.write_bytes(path.read_bytes()[:3000])


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


def _bomb(path: Path) -> None:
    """An .xlsx that is small and unpacks to more than 200 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(230):
                sheet.write(b" " * 1_000_000)


BROKEN: dict[str, tuple[str, Callable[[Path], object]]] = {
    "password": ("有密码.xlsx", _password),
    "empty": ("空的.xlsx", lambda path: path.write_bytes(b"")),
    "cut_off": ("断了.xlsx", _cut_off),
    "too_large": ("很大.xlsx", _huge),
    "no_book_headings": (
        "没有表头.xlsx",
        lambda path: workbooks.xlsx(path, {"S": [["三年级"], ["王小明"]]}),
    ),
    "not_marc": ("文档.xlsx", lambda path: workbooks.zipped(path, {"word/document.xml": b"<document/>"})),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_file_that_cannot_be_read_is_told_in_its_own_sentence_and_nothing_is_imported(
    clerk: Clerk, code: str
) -> None:
    name, make = BROKEN[code]
    make(clerk.stick / name)
    before = clerk.everything()
    clerk.open(clerk.stick / name)
    assert clerk.notice == f"exchange.trouble.{code}"
    assert clerk.page.notice is not None and name in clerk.say(clerk.page.notice.headline)
    assert set(clerk.buttons) == {"back", "end", "again"}
    clerk.press("again")
    assert clerk.notice == f"exchange.trouble.{code}"
    assert clerk.everything() == before


def test_a_small_file_that_unpacks_to_200_megabytes_is_too_large(clerk: Clerk) -> None:
    _bomb(clerk.stick / "压缩.xlsx")
    clerk.open(clerk.stick / "压缩.xlsx")
    assert clerk.notice == "exchange.trouble.too_large"


def test_a_file_that_was_put_right_is_read_again(clerk: Clerk) -> None:
    path = clerk.stick / "书单.xlsx"
    path.write_bytes(b"PK\x03\x04")
    clerk.open(path)
    book(clerk.stick, ["新书", "", "", "X1", "", ""])
    clerk.press("again")
    assert "accept" in clerk.buttons


def test_every_bad_row_has_its_sentence_and_the_good_ones_are_taken(clerk: Clerk) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in copy(950))
    clerk.open(
        book(
            clerk.stick,
            ["好的", "9787020002207", wide, "Ｘ１", "I18", "１２．５０"],  # full-width digits
            ["校验位不对", "9787020002208", "", "X2", "", ""],
            ["同一条码", "", copy(960), "X3", "", ""],
            ["又是它", "", copy(960), "X4", "", ""],
            ["馆里有", "", BOOK, "X5", "", ""],
            ["读者证", "", WANG, "X6", "", ""],
            ["科学记数", "9.78702E+12", "", "X7", "", ""],
            ["", "", "", "X8", "", ""],
        )
    )
    assert clerk.remarks == [
        ("第 5 行", "clash.barcode_twice"),
        ("第 6 行", "clash.barcode_of_title"),
        ("第 7 行", "clash.barcode_of_other"),
        ("第 9 行", "remark.no_title"),
    ]
    clerk.press("show", "doubtful")
    assert clerk.remarks == [("第 3 行", "remark.isbn_check"), ("第 8 行", "remark.isbn_by_excel")]
    clerk.press("accept")
    new = clerk.school.rows(schema.titles)[-4:]
    assert [(row.title, row.isbn, row.price_fen) for row in new] == [
        ("好的", "9787020002207", 1250),
        ("校验位不对", "9787020002208", None),
        ("同一条码", None, None),
        ("科学记数", None, None),
    ]
    codes = [row.code for row in clerk.school.rows(schema.barcodes)]
    assert codes.count(copy(950)) == codes.count(copy(960)) == 1
    assert "X1" in [row.accession_no for row in clerk.school.rows(schema.copies)]


def test_merged_cells_formulas_and_dates_as_numbers_are_read_as_they_look(clerk: Clerk) -> None:
    path = clerk.stick / "合并.xlsx"
    made = xlsxwriter.Workbook(str(path))
    page = made.add_worksheet("书单")
    page.merge_range(0, 0, 0, 4, "学校图书馆书单")
    page.write_row(1, 0, ["书名", "出版日期", "登录号", "定价", "ISBN"])
    page.merge_range(2, 0, 3, 0, "一套书")
    page.write_number(2, 1, 46082)
    page.write_string(2, 2, "X1")
    page.write_formula(2, 3, "=10+2.5", None, 12.5)
    page.write_number(3, 1, 46082)
    page.write_string(3, 2, "X2")
    page.write_formula(3, 3, "=1/0", None, "#DIV/0!")
    made.close()
    clerk.open(path)
    assert [key for _, key in clerk.remarks] == ["remark.date_number", "remark.date_number"]
    clerk.press("accept")
    title = clerk.school.rows(schema.titles)[-1]
    assert (title.title, title.price_fen, title.published) == ("一套书", 1250, "2026-03-01")
    assert [row.accession_no for row in clerk.school.rows(schema.copies)[-2:]] == ["X1", "X2"]


def test_a_marc_file_with_wrong_lengths_and_a_broken_record_gives_all_the_others(clerk: Clerk) -> None:
    def record(n: int) -> bytes:
        return iso2709([("200", "1 ", (("a", f"书{n}"),)), ("905", "  ", (("b", f"B{n:05}"),))])

    wrong = b"00009" + record(2)[5:]
    broken = record(3)[:30] + b"\x1d"
    path = clerk.stick / "书目.iso"
    path.write_bytes(record(1) + wrong + broken + record(4))
    clerk.open(path)
    assert [(where, key.startswith("remark.marc_")) for where, key in clerk.remarks] == [("第 3 条", True)]
    clerk.press("show", "doubtful")
    assert clerk.remarks == [("第 2 条", "remark.marc_lengths")]
    clerk.press("accept")
    assert [row.title for row in clerk.school.rows(schema.titles)[-3:]] == ["书1", "书2", "书4"]
    clerk.school.assert_consistent()
