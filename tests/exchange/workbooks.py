"""Spreadsheet files as schools bring them, written for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]


def xlsx(
    path: Path, sheets: dict[str, Rows], more: Callable[[Any], None] | None = None, hidden: Sequence[str] = ()
) -> Path:
    """An .xlsx with these sheets; `more` may add to the first sheet. Some may be `hidden`, though not the first."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write(number, column, value)
        if name in hidden:
            sheet.hide()
    if more is not None:
        more(book.worksheets()[0])
    book.close()
    return path


def xls(path: Path, rows: Rows, merged: Sequence[tuple[int, int, int, int, str]] = ()) -> Path:
    """An .xls of Excel 97-2003 with one sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(number, column, value)
    for block in merged:
        sheet.write_merge(*block)
    book.save(str(path))
    return path


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Sheet1">{rows}'
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def ods_cell(text: str, down: int = 1) -> str:
    """A cell of text, merged over `down` rows."""
    span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="1"' if down > 1 else ""
    return f'<table:table-cell office:value-type="string"{span}><text:p>{escape(text)}</text:p></table:table-cell>'


COVERED = "<table:covered-table-cell/>"


def ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An .ods of one sheet, whose cells are given as XML."""
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": _ODS.format(rows=body).encode(),
        },
    )


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    path.write_bytes(packed.getvalue())
    return path


def compound(path: Path, *streams: str) -> Path:
    """The beginnings of a compound file (.doc and what has a password) with these names in its directory."""
    header = (bytes.fromhex("d0cf11e0a1b11ae1").ljust(30, b"\0") + b"\x09").ljust(512, b"\0")
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    path.write_bytes(header + directory + bytes(4096))
    return path
