"""Tables out of files: what is read of each kind, and the sentence for each that cannot be read."""

from __future__ import annotations

import codecs
import os
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exchange.sheets import Sheet, find_headings, read_sheets
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.i18n import LANGUAGES, Words
from tests.exchange import workbooks

PEOPLE = (("姓名", "班级"), ("张三", "三(2)班"), ("李四", "302"))
TEXT = "姓名,班级\r\n张三,三(2)班\r\n李四,302\r\n"


def read_sheet(path: Path) -> Sheet:
    """The only sheet of a file."""
    (sheet,) = read_sheets(path)
    return sheet


def trouble(path: Path, **more: int) -> str:
    with pytest.raises(FileTrouble) as caught:
        read_sheets(path, **more)
    for language in LANGUAGES:
        sentence = Words(language).say(caught.value.text)
        assert not sentence.startswith("["), f"no words for {caught.value.code}"
        assert "{" not in sentence
    return caught.value.code


# --- what is read ---------------------------------------------------------------------------------------------


def test_the_kind_of_a_file_is_told_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    rows = [list(row) for row in PEOPLE]
    rows[2][1] = 302
    files = [
        workbooks.xlsx(tmp_path / "a.xls", {"Sheet1": rows}),
        workbooks.xls(tmp_path / "b.xlsx", rows),
        workbooks.ods(tmp_path / "c.csv", [[workbooks.ods_cell(str(cell)) for cell in row] for row in rows]),
        tmp_path / "d.xlsx",
    ]
    files[3].write_text(TEXT, "utf-8")
    for path in files:
        assert read_sheet(path).rows == PEOPLE, path.name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read_sheet(path).rows == PEOPLE


def test_a_rare_character_of_a_name_survives_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("姓名,班级\n王䶮,三甲\n李堃,三乙\n".encode("gb18030"))
    assert [row[0] for row in read_sheet(path).rows] == ["姓名", "王䶮", "李堃"]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
def test_cells_are_parted_by_what_parts_most_lines(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(TEXT.replace(",", separator), "utf-8")
    assert read_sheet(path).rows == PEOPLE


def test_quoted_cells_keep_their_commas_and_lines_and_rows_count_as_excel_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('a,"b,\nc"\n\n"d ""e""",f\n', "utf-8")
    assert read_sheet(path).rows == (("a", "b,\nc"), ("", ""), ('d "e"', "f"))


def test_a_quotation_mark_within_a_cell_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('名称,价\n"小"鸟,5\n', "utf-8")
    assert read_sheet(path).rows[1][1] == "5"


def test_every_kind_of_cell_becomes_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book_format = lambda form: book.add_format({"num_format": form})  # noqa: E731  one line is enough
    sheet = book.add_worksheet()
    sheet.write_datetime(1, 0, date(2026, 3, 2), book_format("yyyy-mm-dd"))
    noon = datetime(2026, 3, 2, 12, 30)  # noqa: DTZ001  a spreadsheet knows no zones
    sheet.write_datetime(1, 1, noon, book_format("yyyy-mm-dd hh:mm"))
    sheet.write_datetime(1, 2, time(12, 15), book_format("hh:mm"))
    sheet.write_number(1, 3, 20240001)
    sheet.write_number(1, 4, 23.8)
    sheet.write_number(1, 5, 0.1 + 0.2)
    sheet.write_boolean(1, 6, True)
    sheet.write_string(1, 7, "  ００１\t")
    sheet.write_formula(1, 8, "=1+1", value=2)
    sheet.write_formula(1, 9, '="三("&2&")班"', value="三(2)班")
    book.close()
    assert read_sheet(path).rows == (
        ("",) * 10,
        ("2026-03-02", "2026-03-02 12:30:00", "12:15:00", "20240001", "23.8", "0.3", "TRUE", "００１", "2", "三(2)班"),
    )


def test_merged_cells_are_filled_in_each_kind_of_spreadsheet(tmp_path: Path) -> None:
    rows = [["班级", "姓名"], ["", "张三"], ["", "李四"], ["四1", "王五"]]
    expected = (("班级", "姓名"), ("三2", "张三"), ("三2", "李四"), ("四1", "王五"))
    modern = workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}, lambda sheet: sheet.merge_range(1, 0, 2, 0, "三2"))
    old = workbooks.xls(tmp_path / "a.xls", rows, [(1, 2, 0, 0, "三2")])
    cell = workbooks.ods_cell
    free = workbooks.ods(
        tmp_path / "a.ods",
        [
            [cell("班级"), cell("姓名")],
            [cell("三2", down=2), cell("张三")],
            [workbooks.COVERED, cell("李四")],
            [cell("四1"), cell("王五")],
        ],
    )
    for path in (modern, old, free):
        assert read_sheet(path).rows == expected, path.name


def test_every_sheet_that_holds_anything_is_read_in_its_order(tmp_path: Path) -> None:
    path = workbooks.xlsx(
        tmp_path / "a.xlsx", {"说明": [["请填写"], ["姓名"]], "空": [], "名单": [["2026年名单"], *PEOPLE]}
    )
    assert [sheet.name for sheet in read_sheets(path)] == ["说明", "名单"]


def test_a_hidden_sheet_comes_last(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"旧": PEOPLE, "新": PEOPLE})
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        b'name="\xe6\x97\xa7"', b'name="\xe6\x97\xa7" state="hidden"'
    )
    assert [sheet.name for sheet in read_sheets(workbooks.zipped(path, files))] == ["新", "旧"]


def test_headings_are_found_below_a_title_and_without_regard_to_how_they_are_set(tmp_path: Path) -> None:
    sheet = Sheet("", (("2026 年名单", "", ""), ("*姓 名", "班级（必填）", "Ｃａｒｄ No."), ("张三", "三2", "1")))
    names = {"姓名": "name", "班级": "class", "cardno": "card"}
    found = find_headings(sheet.rows, names, ("name",))
    assert found is not None
    assert (found.row, found.columns) == (1, {"name": 0, "class": 1, "card": 2})
    assert find_headings(sheet.rows[2:], names) is None


@given(st.lists(st.lists(st.text("甲乙a1,;\"'\t \n", max_size=4), min_size=1, max_size=4), min_size=1, max_size=6))
def test_what_a_spreadsheet_writes_as_text_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    import csv
    import io

    rows = [["姓名", "班级", "号"], *rows]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    read = read_sheet(path).rows
    for wrote, found in zip(rows, read, strict=False):
        assert [cell.strip() for cell in wrote] == [*found, "", "", "", ""][: len(wrote)]
    assert not any(cell.strip() for row in rows[len(read) :] for cell in row)


# --- progress -------------------------------------------------------------------------------------------------


def test_progress_is_told_and_a_cancelled_reading_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,班级\n" + "张三,三2\n" * 2_000, "utf-8")
    told: list[tuple[int, int]] = []
    read_sheets(path, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (2_001, 2_001)

    def stop(done: int, total: int) -> None:
        if done > 500:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_sheets(path, progress=stop)


# --- what cannot be read --------------------------------------------------------------------------------------


def test_a_missing_file_or_a_folder_is_said(tmp_path: Path) -> None:
    assert trouble(tmp_path / "none.xlsx") == "not_found"
    assert trouble(tmp_path) == "unreadable"


@pytest.mark.parametrize("content", [b"", b"\r\n \r\n", codecs.BOM_UTF8, b"\0" * 300, b",,,\n,,\n"])
def test_an_empty_file_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert trouble(path) == "empty"


def test_a_workbook_of_empty_sheets_is_said(tmp_path: Path) -> None:
    assert trouble(workbooks.xlsx(tmp_path / "a.xlsx", {"A": [], "B": []})) == "empty"


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # no disk is used, and to read it would find an empty file
    assert trouble(path) == "too_large"


def test_a_small_file_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    path = workbooks.zipped(
        tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 9_000_000}
    )
    assert path.stat().st_size < 20_000
    assert trouble(path, most_bytes=2_000_000) == "too_large"


def test_a_file_that_lies_about_its_unpacked_size_is_refused(tmp_path: Path) -> None:
    path = workbooks.zipped(
        tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 9_000_000}
    )
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 9_000_000), struct.pack("<I", 90)))
    assert trouble(path, most_bytes=2_000_000) == "too_large"


def test_one_stray_cell_at_the_far_end_of_a_sheet_is_refused_before_it_costs_gigabytes(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"S": PEOPLE}, lambda sheet: sheet.write(1_048_575, 16_383, "x"))
    assert trouble(path) == "too_wide"


@pytest.mark.parametrize(
    "cell",
    [
        '<c  r="XFD1048576" t="n"><v>1</v></c>',
        '<c t="n" r="XFD1048576"><v>1</v></c>',
        '<c t="n"\n r = "xfd1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><v>1</v></x:c>',
    ],
)
def test_a_stray_cell_is_refused_however_it_is_spelt(tmp_path: Path, cell: str) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"S": PEOPLE})
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    row = f'<row r="1048576">{cell}</row></sheetData>'
    files[name] = files[name].replace(b"</sheetData>", row.encode())
    assert trouble(workbooks.zipped(path, files)) == "too_wide"


def test_a_binary_workbook_is_refused_in_its_own_words(tmp_path: Path) -> None:
    path = workbooks.zipped(tmp_path / "a.xlsb", {"xl/workbook.bin": b"\x83\x01\x00", "xl/worksheets/sheet1.bin": b""})
    assert trouble(path) == "binary"


@pytest.mark.parametrize("filler", [b"\n", b"\r", b"a,b\n", b"\x1e\x1d", b",,,,,,,"])
def test_text_of_millions_of_lines_or_cells_is_refused_before_it_costs_gigabytes(tmp_path: Path, filler: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,班级\t".encode() + filler * 1_100_000)
    assert trouble(path) == "too_wide"


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda place: place.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_refused_and_holds_nobody_up(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.csv")
    assert trouble(tmp_path / "a.csv") == "unreadable"


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as empty:
        empty.truncate(2_000_000_000)
    assert trouble(tmp_path / "a.csv") == "too_large"


def test_one_cell_repeated_without_end_is_refused(tmp_path: Path) -> None:
    many = workbooks.ods_cell("x").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"'
    )
    path = workbooks.ods(tmp_path / "a.ods", [[many]])
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files["content.xml"] = files["content.xml"].replace(
        b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">', 1
    )
    assert trouble(workbooks.zipped(path, files)) == "too_wide"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_spreadsheet_is_said(tmp_path: Path, kept: float) -> None:
    for path in (
        workbooks.xlsx(tmp_path / "a.xlsx", {"S": PEOPLE * 50}),
        workbooks.xls(tmp_path / "b.xls", PEOPLE * 50),
    ):
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * kept)])
        assert trouble(path) == "cut_off"


def test_truncated_text_is_said_where_it_can_be_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode()[:-9] + "班".encode()[:2])
    assert trouble(path) == "cut_off"
    path.write_text('姓名,班级\n张三,"三(2)', "utf-8")
    assert trouble(path) == "cut_off"


def test_a_password_is_said(tmp_path: Path) -> None:
    assert trouble(workbooks.compound(tmp_path / "a.xlsx", "EncryptionInfo", "EncryptedPackage")) == "password"
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    files = {"content.xml": b"\x01\x02", "META-INF/manifest.xml": manifest}
    assert trouble(workbooks.zipped(tmp_path / "a.ods", files)) == "password"


@pytest.mark.parametrize("method", [0, 1])
def test_an_old_workbook_with_a_password_is_said(tmp_path: Path, method: int) -> None:
    path = workbooks.xls(tmp_path / "a.xls", PEOPLE)
    data = path.read_bytes()
    # [MS-XLS] 2.4.117: a FilePass record behind the first record says that everything after it is encrypted.
    start = data.index(struct.pack("<HH", 0x0809, 16))
    end = start + 4 + 16
    secret = struct.pack("<HHHHH", 0x002F, 6, method, 1, 1)
    path.write_bytes(data[:end] + secret + data[end + len(secret) :])
    assert trouble(path) == "password"


def test_what_is_no_spreadsheet_is_said(tmp_path: Path) -> None:
    assert trouble(workbooks.compound(tmp_path / "a.xls", "WordDocument", "1Table")) == "not_a_sheet"
    assert trouble(workbooks.zipped(tmp_path / "b.xlsx", {"word/document.xml": b"<w/>"})) == "not_a_sheet"
    picture = tmp_path / "c.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\2\0\x08\x02" + bytes(range(256)) * 40)
    assert trouble(picture) == "not_a_sheet"
    picture.write_bytes(b"%PDF-1.7\n" + bytes(range(128, 256)) * 40 + b"\x01\x02")
    assert trouble(picture) == "not_a_sheet"


IN_GBK = b"\xd0\xd5\xc3\xfb,\xb0\xe0\xbc\xb6\r\n" * 400  # 姓名,班级 in GBK


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + IN_GBK + b"\xff\xff\n",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + IN_GBK,
        b"GIF89a" + IN_GBK,
        b"{\\rtf1\\ansi " + IN_GBK,
        b"Rar!\x1a\x07\x01\0" + IN_GBK,
        b"7z\xbc\xaf\x27\x1c" + IN_GBK,
        b"SQLite format 3\0" + IN_GBK,
        IN_GBK + b"\0\0\0" + IN_GBK,
        IN_GBK + b"\xff\xff\x01\x02\x03\n" + IN_GBK,
        IN_GBK + b"\xff\xff\0\x02\n" + IN_GBK,
    ],
)
def test_what_is_no_text_is_no_sheet_and_never_text_with_a_wrong_character(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert trouble(path) == "not_a_sheet"


def test_a_web_page_called_xls_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><body><table><tr><td>姓名</td></tr></table></body></html>", "utf-8")
    assert trouble(path) == "web_page"


def test_text_with_a_character_of_no_encoding_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,班级\n张三,三2\n".encode() + b"\xff\xff,x\n")
    with pytest.raises(FileTrouble) as caught:
        read_sheet(path)
    assert (caught.value.code, caught.value.values["row"]) == ("encoding", 3)


def test_random_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    import random

    chance = random.Random(4)
    whole = workbooks.xlsx(tmp_path / "a.xlsx", {"S": PEOPLE * 20}).read_bytes()
    old = workbooks.xls(tmp_path / "a.xls", PEOPLE * 20).read_bytes()
    path = tmp_path / "b"
    for _ in range(60):
        data = bytearray(chance.choice((whole, old, TEXT.encode())))
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            read_sheets(path)
        except FileTrouble as found:
            assert not Words().say(found.text).startswith("[")


def test_dates_are_iso_days(tmp_path: Path) -> None:
    path = workbooks.xls(tmp_path / "a.xls", [["日"], [date(2026, 3, 2)]])
    assert read_sheet(path).rows[1][0] in ("2026-03-02", "46083")
