"""Lists of books as teachers and vendors keep them in spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.exchange.catalogue_file import CatalogueFile, Form, refused
from kiosk.exchange.catalogues import read_catalogue
from kiosk.exchange.stock_lists import read_stock_list
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.lending.copies import Material
from kiosk.lending.stock import CopyData, Remark, StockRecord, TitleData
from tests.exchange import workbooks

HEADINGS = ("题名", "ISBN", "定价", "条码", "登录号")
ISBN = "9787505390133"


def sheet(folder: Path, *rows: Sequence[object], name: str = "list.csv") -> CatalogueFile:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return read_stock_list(path)


def only(folder: Path, headings: Sequence[str], *cells: object) -> StockRecord:
    (record,) = sheet(folder, headings, cells).records
    return record


def codes(record: StockRecord) -> list[str]:
    return [remark.code for remark in record.remarks]


# ── Columns ──


def test_every_column_is_found_by_its_chinese_heading_wherever_it_stands(tmp_path):
    file = sheet(
        tmp_path,
        ("2026年秋季新书清单",),
        ("制表：王老师", "2026-09-01"),
        (
            "序号",
            "书 名*",
            "副题名",
            "卷册",
            "作者",
            "版次",
            "出版地",
            "出版社",
            "出版日期",
            "页数",
            "丛书",
            "ＩＳＢＮ号",
            "中图分类号",
            "定价（元）",
            "主题词",
            "语种",
            "内容简介",
            "类型",
            "索书号",
            "馆藏地",
            "登录号",
            "条码",
            "备注",
        ),
        (
            "1",
            "小狐狸的秘密",
            "注音版",
            "第2册",
            "王小溪著",
            "2版",
            "北京",
            "青禾出版社",
            "2026-03",
            "120页",
            "小学生丛书",
            "978-7-5053-9013-3",
            "I287.45",
            "２３．８０",
            "童话；儿童故事",
            "中文",
            "一只狐狸的故事。",
            "图书",
            "I287.45 12",
            "二楼",
            "000123",
            "10000014",
            "捐赠",
        ),
    )
    assert file.form is Form.SHEET
    assert file.records == (
        StockRecord(
            4,
            TitleData(
                title="小狐狸的秘密",
                isbn=ISBN,
                subtitle="注音版",
                volume="第2册",
                authors="王小溪著",
                edition="2版",
                place="北京",
                publisher="青禾出版社",
                published="2026-03",
                extent="120页",
                series="小学生丛书",
                summary="一只狐狸的故事。",
                subjects=("童话", "儿童故事"),
                language="chi",
                clc="I287.45",
                price_fen=2380,
            ),
            (CopyData("000123", "10000014", "I287.45/12", "二楼"),),
        ),
    )


def test_english_headings_are_found_too(tmp_path):
    record = only(
        tmp_path, ("Title", "Author", "Unit price", "Call No.", "Barcode"), "Fox", "Dahl", "45", "I561/3", "10000014"
    )
    assert (record.title.title, record.title.authors, record.title.price_fen) == ("Fox", "Dahl", 4500)
    assert record.copies == (CopyData("", "10000014", "I561/3"),)


def test_a_list_without_headings_is_refused_in_a_sentence(tmp_path):
    for rows in ([("小狐狸", "23.80")], [("书名",), ("小狐狸",)], [("姓名", "班级"), ("张三", "302")]):
        with pytest.raises(FileTrouble, match="no_book_headings"):
            sheet(tmp_path, *rows)


def test_of_several_sheets_the_one_with_books_is_read_and_others_with_books_are_named(tmp_path):
    books = [["书名", "ISBN", "定价"], ["小狐狸", ISBN, 23.8]]
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"说明": [["请填写"]], "一年级": books, "二年级": books})
    file = read_stock_list(path)
    assert (file.profile, file.left) == ("一年级", ("二年级",))
    assert [record.title.price_fen for record in file.records] == [2380]


def test_rows_that_are_no_books_are_passed_over(tmp_path):
    file = sheet(
        tmp_path,
        ("序号", *HEADINGS),
        ("一年级", "一年级", "一年级", "一年级", "一年级", "一年级"),
        ("1", "小狐狸", ISBN, "23.80", "", ""),
        ("2", "", "", "", "", ""),
        ("序号", *HEADINGS),
        ("3", "总计划的故事", "", "10", "", ""),
        ("4", "合计", "", "10", "", "000001"),
        ("合计", "", "", "33.80", "", ""),
        ("", "总计", "", "33.80", "", ""),
    )
    assert [(record.place, record.title.title) for record in file.records] == [
        (3, "小狐狸"),
        (6, "总计划的故事"),
        (7, "合计"),
    ]


# ── Copies ──


@pytest.mark.parametrize(
    ("headings", "cells", "copies", "count"),
    [
        (("书名", "定价", "复本数"), ("狐狸", "10", "４册"), (), 4),
        (("书名", "定价", "册数"), ("狐狸", "10", "4.0"), (), 4),
        (("书名", "条码", "册数"), ("狐狸", "10000014", "1"), (CopyData("", "10000014"),), 0),
        (
            ("书名", "条码", "登录号"),
            ("狐狸", "10000014\n10000022", "000001-000002"),
            (CopyData("000001", "10000014"), CopyData("000002", "10000022")),
            0,
        ),
        (("书名", "登录号"), ("狐狸", "000001 000002"), (CopyData("000001"), CopyData("000002")), 0),
        (("书名", "登录号", "分类号", "种次号"), ("狐狸", "1", "I28", "12"), (CopyData("1", "", "I28/12"),), 0),
    ],
)
def test_copies_are_one_a_row_or_several_or_counted(tmp_path, headings, cells, copies, count):
    record = only(tmp_path, headings, *cells)
    assert (record.copies, record.count) == (copies, count)
    assert not refused(record.remarks)


def test_a_class_and_book_number_without_numbers_hold_for_the_counted_copies(tmp_path):
    record = only(tmp_path, ("书名", "分类号", "种次号", "馆藏地", "册数"), "狐狸", "I28", "12", "二楼", "3")
    assert (record.count, record.each) == (3, CopyData(call_number="I28/12", place="二楼"))


@pytest.mark.parametrize(
    ("material", "kind"),
    [("期刊", Material.MAGAZINE), ("光盘", Material.AV), ("DVD", Material.AV), ("绘本", Material.BOOK)],
)
def test_the_kind_of_a_thing_is_read_from_its_word(tmp_path, material, kind):
    assert only(tmp_path, ("书名", "类型"), "狐狸", material).title.material is kind


def test_rows_that_say_the_same_of_a_title_are_taken_as_one(tmp_path):
    fox, whale = ("狐狸", ISBN, "10"), ("蓝鲸", "", "10")
    named = sheet(tmp_path, HEADINGS, (*fox, "1", "01"), (*whale, "2", "02"), (*fox, "3", "03"))
    assert [(record.place, record.copies) for record in named.good] == [
        (2, (CopyData("01", "1"), CopyData("03", "3"))),
        (3, (CopyData("02", "2"),)),
    ]
    counted = sheet(tmp_path, (*HEADINGS, "册数"), fox, (*whale, "", "", "2"), fox, (*whale, "", "", "3"))
    assert [(record.place, record.count) for record in counted.good] == [(2, 2), (3, 5)]


# ── What Excel does ──


def test_an_isbn_that_excel_rounded_is_refused_and_its_book_is_kept(tmp_path):
    for damaged in ("9.78702E+12", "9.78751E+12", "9787020000000"):
        record = only(tmp_path, HEADINGS, "狐狸", damaged, "10")
        assert record.title == TitleData(title="狐狸", price_fen=1000)
        assert record.remarks == (Remark("isbn_by_excel", "ISBN", damaged),)


def test_an_isbn_kept_as_a_number_is_read_whole(tmp_path):
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"S": [["书名", "ISBN"], ["狐狸", float(ISBN)]]})
    assert read_stock_list(path).records[0].title.isbn == ISBN


def test_a_barcode_that_excel_rounded_refuses_its_row(tmp_path):
    record = only(tmp_path, HEADINGS, "狐狸", ISBN, "10", "1.0E+07")
    assert record.remarks == (Remark("number_by_excel", "条码", "1.0E+07", refuses=True),)


def test_a_date_kept_as_a_number_is_read_as_the_day_and_marked(tmp_path):
    record = only(tmp_path, ("书名", "出版日期"), "狐狸", "46082")
    assert (record.title.published, codes(record)) == ("2026-03-01", ["date_number"])
    assert only(tmp_path, ("书名", "出版日期"), "狐狸", "2026").title.published == "2026"


def test_a_formula_gives_its_value_and_a_failed_one_is_marked(tmp_path):
    record = only(tmp_path, HEADINGS, "狐狸", ISBN, "#REF!")
    assert record.title.price_fen is None
    assert record.remarks == (Remark("cell_error", "定价", "#REF!"),)


def test_merged_cells_hold_for_each_of_their_rows(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["书名", "ISBN", "登录号"])
    page.merge_range(1, 0, 3, 0, "狐狸")
    page.merge_range(1, 1, 3, 1, ISBN)
    for at, number in enumerate(("000001", "000002", "000003"), 1):
        page.write_string(at, 2, number)
    book.close()
    records = read_stock_list(path).records
    assert {record.title for record in records} == {TitleData(title="狐狸", isbn=ISBN)}
    assert [(record.place, record.copies[0].accession_no) for record in records] == [
        (2, "000001"),
        (3, "000002"),
        (4, "000003"),
    ]


# ── What people type ──


@pytest.mark.parametrize(
    ("isbn", "kept", "code"),
    [("978-7-5053-9013-4", "9787505390134", "isbn_check"), ("1234", "1234", "isbn_odd"), ("无", "", ""), ("-", "", "")],
)
def test_a_wrong_isbn_is_kept_and_marked(tmp_path, isbn, kept, code):
    record = only(tmp_path, HEADINGS, "狐狸", isbn)
    assert (record.title.isbn, codes(record)) == (kept, [code] if code else [])


def test_a_book_without_a_title_is_refused_with_its_row(tmp_path):
    file = sheet(tmp_path, HEADINGS, ("", ISBN, "10"), ("狐狸", "", "10"))
    assert [(record.place, refused(record.remarks)) for record in file.records] == [(2, True), (3, False)]
    assert codes(file.records[0]) == ["no_title"]


def test_a_count_that_is_none_is_marked(tmp_path):
    for count in ("若干", "9787505390133", "-3"):
        record = only(tmp_path, ("书名", "册数"), "狐狸", count)
        assert (record.count, codes(record)) == (0, ["count_odd"])


def test_a_number_used_twice_refuses_no_row(tmp_path):
    file = sheet(
        tmp_path,
        HEADINGS,
        ("狐狸", "", "", "10000014、10000014", "1"),
        ("纸船", "", "", "１００００014", "1"),
    )
    assert [record.remarks for record in file.records] == [(), ()]


# ── Whole files ──


def test_a_catalogue_is_read_whatever_kind_of_sheet_it_is(tmp_path):
    rows = [["书名", "ISBN"], ["狐狸", ISBN]]
    paths = [
        workbooks.xlsx(tmp_path / "a.iso", {"S": rows}),
        workbooks.xls(tmp_path / "b.mrc", rows),
        workbooks.ods(tmp_path / "c.xml", [[workbooks.ods_cell(str(cell)) for cell in row] for row in rows]),
    ]
    text = tmp_path / "d.xlsx"
    text.write_bytes(f"书名\tISBN\n狐狸\t{ISBN}\n".encode("gb18030"))
    for path in (*paths, text):
        file = read_catalogue(path)
        assert [record.title for record in file.records] == [TitleData(title="狐狸", isbn=ISBN)], path.name


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"PK\x03\x04", "cut_off"), (b"<html><table>", "web_page")])
def test_a_file_that_holds_no_list_is_refused_in_a_sentence(tmp_path, data, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(FileTrouble) as trouble:
        read_catalogue(path)
    assert trouble.value.code == code


def test_progress_reaches_the_end_and_may_call_the_reading_off(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("书名,ISBN\n" + f"狐狸,{ISBN}\n" * 1200, "utf-8")
    told: list[tuple[int, int]] = []
    read_stock_list(path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (1201, 1201)

    def off(done: int, total: int) -> None:
        if done > 500:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_stock_list(path, progress=off)
