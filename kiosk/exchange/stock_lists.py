"""Lists of books in spreadsheets: one row a title, or one row a copy; columns are found by their headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from kiosk.exchange.catalogue_file import CatalogueFile, Form
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.sheets import Headings, Row, Sheet, find_headings, heading, heading_columns, read_sheets
from kiosk.exchange.stock_records import Found, clean_code, marked_twice, shaped
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.copies import Material
from kiosk.lending.stock import Remark, StockRecord

REMARKS = ("cell_error", "date_number")
"""Every code of a remark that this module makes."""

# What a column is about → its headings, as `sheets.heading` compares them.
_COLUMNS: Mapping[str, str] = {
    "title": "题名 正题名 书名 图书名称 图书名 名称 书刊名称 刊名 资料名称 教材名称 title booktitle name",
    "isbn": "isbn isbn号 isbn书号 国际标准书号 标准书号 书号 isbn13 isbn10 isbnissn",
    "subtitle": "副题名 副书名 副标题 其他题名 subtitle",
    "volume": "卷册 卷次 分册 分卷 分册名 卷册号 册次 辑 volume vol part",
    "authors": "作者 著者 编著者 责任者 主编 著作者 作译者 第一责任者 作者译者 author authors by writer",
    "edition": "版次 版本 edition",
    "place": "出版地 出版地点 placeofpublication",
    "publisher": "出版社 出版者 出版单位 出版社名称 出版机构 publisher press",
    "published": "出版日期 出版时间 出版年 出版年月 出版年份 published publicationdate pubdate year date",
    "extent": "页数 页码 extent pages",
    "series": "丛书 丛书名 丛编 丛书项 series",
    "summary": "摘要 内容简介 简介 提要 内容提要 summary abstract description",
    "subjects": "主题词 主题 关键词 subject subjects keywords",
    "language": "语种 语言 文种 language",
    "clc": "分类号 中图分类号 中图法分类号 中图分类 图书分类号 分类 clc class classification classnumber classno",
    "price": "定价 单价 价格 图书定价 售价 price listprice unitprice",
    "issn": "issn 国际标准刊号 刊号",
    "issue": "期号 期次 期 卷期 刊期 issue issueno",
    "material": "类型 载体 资料类型 文献类型 载体类型 材料 material type",
    "copy.accession_no": "登录号 财产号 个别登录号 登记号 图书登录号 馆藏号 资产编号 accessionno accessionnumber",
    "copy.barcode": "条码 条码号 条形码 条形码号 图书条码 图书条码号 馆藏条码 barcode barcodes",
    "copy.call_number": "索书号 索取号 排架号 书标号 callnumber callno shelfmark",
    "copy.book_number": "种次号 书次号 著者号 同类书号 booknumber bookno",
    "copy.place": "馆藏地 馆藏地点 馆藏位置 存放位置 存放地点 架位 书架 书架号 架位号 位置 location shelf room",
    "copy.count": "册数 复本 复本数 复本量 数量 本数 订数 订购数 采购数量 馆藏数 到货数 copies quantity qty count",
    "copy.price": "本册价格 本册定价 单册价 copyprice",
}
_MATERIALS = {
    Material.MAGAZINE: ("期刊", "杂志", "报刊", "刊", "magazine", "periodical", "serial", "journal"),
    Material.AV: ("音像", "光盘", "视听", "磁带", "录音", "录像", "电子", "av", "cd", "dvd", "disc", "audio", "video"),
}
_NAMES = {name: part for part, names in _COLUMNS.items() for name in names.split()}
_NEEDED = ("title",)
_LEAST_COLUMNS = 2
_TOLD_EVERY = 500
_SUM = re.compile(r"(?:(?:合计|总计|小计|共计|总共)[0-9]*[册本种元]*|total|grandtotal|subtotal|sum)")
# What a spreadsheet shows instead of a value.
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_TEXT_MARK = re.compile(r"'+[=+\-@]")  # see exports.as_cell
# Days since the last of 1899, as Excel counts them, from 1954 to 2064.
_DAY_ONE = date(1899, 12, 30)
_DAYS = range(20_000, 60_000)


def read_stock_list(path: Path, *, progress: Progress = quiet) -> CatalogueFile:
    """The books in a spreadsheet (.xlsx, .xls, .ods, .csv), one record a row, its `place` the row.

    Of several sheets the one with the best headings is read. Raises FileTrouble as `sheets.read_sheets`, and
    no_book_headings; and Cancelled from `progress`.
    """
    sheets = read_sheets(path, progress=progress)
    lists = [
        (sheet, headings)
        for sheet in sheets
        if (headings := find_headings(sheet.rows, _NAMES, _NEEDED)) and len(headings.columns) >= _LEAST_COLUMNS
    ]
    if not lists:
        raise FileTrouble("no_book_headings", file=path.name)
    best, headings = max(lists, key=lambda one: len(one[1].columns))
    left = tuple(sheet.name for sheet, _ in lists if sheet is not best)
    records = _records(best, headings, progress)
    return CatalogueFile(Form.SHEET, marked_twice(records), profile=best.name, left=left)


def _records(sheet: Sheet, found: Headings, progress: Progress) -> list[StockRecord]:
    columns = found.columns
    headings = {part: sheet.rows[found.row][column] for part, column in columns.items()}
    total = len(sheet.rows)
    records = []
    for at in range(found.row + 1, total):
        if at % _TOLD_EVERY == 0:
            progress(at, total)
        row = sheet.rows[at]
        if not _says_nothing(row, columns):
            records.append(_record(at + 1, row, columns, headings))
    progress(total, total)
    return records


def _says_nothing(row: Row, columns: Mapping[str, int]) -> bool:
    """Rows between the books: empty ones, sums, captions merged over all columns, headings once more."""
    cells = [row[column] for column in columns.values() if row[column]]
    if not cells:
        return True
    if len(cells) >= 3 and len(set(cells)) == 1 and not cells[0].isdecimal():
        return True
    first = next(cell for cell in row if cell)
    if any(_SUM.fullmatch(heading(one)) for one in (first, row[columns["title"]])):
        return not any(row[columns[part]] for part in ("isbn", "copy.barcode", "copy.accession_no") if part in columns)
    return heading_columns(row, _NAMES) == dict(columns)


def _record(place: int, row: Row, columns: Mapping[str, int], headings: Mapping[str, str]) -> StockRecord:
    found = Found(where=headings)
    copy: dict[str, str] = {}
    for part, column in columns.items():
        cell = row[column]
        if not cell:
            continue
        if cell in _ERRORS:
            found.remarks.append(Remark("cell_error", headings[part], cell))
            continue
        if _TEXT_MARK.match(cell):
            cell = cell[1:]
        if part.startswith("copy."):
            copy[part.removeprefix("copy.")] = cell
        elif part == "subjects":
            found.subjects = re.split(r"[;；]", cell)
        elif part == "material":
            found.material = _material(cell)
        else:
            found.title[part] = cell
    if published := found.title.get("published"):
        found.title["published"] = _published(published, headings["published"], found.remarks)
    if copy.get("accession_no") or copy.get("barcode"):
        found.each = {"count": copy.pop("count", "")}
        found.copies = [copy]
    else:
        found.each = copy
    return shaped(place, found)


def _material(cell: str) -> Material:
    said = cell.lower()
    return next(
        (material for material, words in _MATERIALS.items() if any(word in said for word in words)), Material.BOOK
    )


def _published(cell: str, where: str, remarks: list[Remark]) -> str:
    """A day as Excel counts it, where the cell was not marked as a date; else what was found."""
    plain = clean_code(cell)
    if len(plain) == 5 and plain.isdecimal() and int(plain) in _DAYS:
        day = (_DAY_ONE + timedelta(days=int(plain))).isoformat()
        remarks.append(Remark("date_number", where, f"{cell} → {day}"))
        return day
    return cell
