"""Tables out of the files people bring: .xlsx, .xls, .ods and text with commas or tabs.

What a file is, is told by its content: school systems write .xls files that are none. Whatever is wrong with a file
as a whole is one `FileTrouble`; what is wrong with a row is for whoever reads the rows.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.exchange.files import MOST_BYTES, content, too_large
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.text import half_width, seen

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from python_calamine import CalamineSheet, CalamineWorkbook

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Row n of the file, as Excel counts, is `rows[n - 1]`; all rows are equally long.

    Every cell is text without blanks around it: whole numbers without ".0", days as ISO dates, formulas as the value
    that was saved with them, merged cells each with the text of the whole. Empty rows and columns at the end are
    left out. `hidden`: whoever opens the file does not see it.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading row of a table: its place in `rows`, and the column of each thing that was found."""

    row: int
    columns: Mapping[str, int]


# Titles, dates and notes that stand above the headings.
_HEADING_WITHIN = 30
_TOLD_EVERY = 500
_UNPACKED_PER_BYTE_ALLOWED = 4
# A sheet is kept as one block from its first to its last cell: one stray cell at the far end would cost gigabytes.
_MOST_CELLS = 3_000_000
_MOST_ROWS = 1 << 20  # as many as a spreadsheet has
_BLOCK = 1 << 20

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB] 2.2: .xls, .doc and everything with a password
_WORKBOOK_BEGINS = bytes.fromhex("0908100000060500")  # [MS-XLS] 2.4.21 BOF, of the whole workbook
_FILE_PASS = b"\x2f\x00"
_RECORDS_LOOKED_AT = 20
# What other files begin with: PDF, pictures, RTF, packed files, databases, programs, sound.
_OTHERS = (
    *(b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
    *(b"SQLite format 3", b"\x7fELF", b"MZ\x90", b"OggS", b"RIFF"),
)
_NO_TEXT = bytes(code for code in range(32) if code not in b"\t\r\n\f\v\x1a\x1b\x1c\x1d\x1e")
_UTF_8_BOM = b"\xef\xbb\xbf"
_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", "\t", ";", "，", "|")
# However a program spells it: <c r="A1">, <x:c t="s" r='A1'>.
_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*\s)?r\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^<>]*(?<!/)>""")
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def read_sheets(path: Path, *, progress: Progress = quiet, most_bytes: int = MOST_BYTES) -> tuple[Sheet, ...]:
    """Every sheet of a file that holds anything, at least one; hidden ones come last.

    Raises FileTrouble with one of: not_found, unreadable, too_large, empty, not_a_sheet, binary, web_page, password,
    cut_off, broken, encoding; and Cancelled from `progress`.
    """
    data = content(path, most_bytes)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        sheets = _from_zip(path, data, progress, most_bytes)
    elif data.startswith(_COMPOUND):
        sheets = _from_compound(path, data, progress)
    elif data.startswith(_OTHERS):
        raise FileTrouble("not_a_sheet", file=path.name)
    else:
        sheets = _from_text(path, data, progress)
    kept = tuple(sheet for sheet in sheets if sheet.rows)
    if not kept:
        raise FileTrouble("empty", file=path.name)
    return kept


# --- headings -------------------------------------------------------------------------------------------------


def heading(text: str) -> str:
    """A heading as it is compared: half-width, small letters, no blanks, no remark in brackets, no stars or colons."""
    plain = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", half_width(text).lower())
    return re.sub(r"[\s*:_.\-/]", "", plain)


def heading_columns(row: Row, names: Mapping[str, str]) -> dict[str, int]:
    """The columns of `row` that are headings. `names` maps headings as `heading` gives them to what they stand for.

    Of two columns for the same thing the first counts.
    """
    columns: dict[str, int] = {}
    for column, cell in enumerate(row):
        meaning = names.get(heading(cell))
        if meaning is not None:
            columns.setdefault(meaning, column)
    return columns


def find_headings(rows: Sequence[Row], names: Mapping[str, str], needed: Iterable[str] = ()) -> Headings | None:
    """The best heading row among the first rows, the uppermost of equally good ones; None if no row is one."""
    wanted = frozenset(needed)
    fitting = [
        Headings(place, columns)
        for place, row in enumerate(rows[:_HEADING_WITHIN])
        if (columns := heading_columns(row, names)) and wanted <= columns.keys()
    ]
    return max(fitting, key=lambda one: len(one.columns), default=None)


# --- reading the file -----------------------------------------------------------------------------------------


def _from_zip(path: Path, data: bytes, progress: Progress, most_bytes: int) -> Iterable[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            manifest = packed.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in packed.namelist() else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError):
        raise FileTrouble("cut_off", file=path.name) from None
    names = {entry.filename for entry in entries}
    if b"encryption-data" in manifest or any(entry.flag_bits & 1 for entry in entries):
        raise FileTrouble("password", file=path.name)
    if "xl/workbook.bin" in names:  # how far its cells reach is not seen before memory is asked for all between
        raise FileTrouble("binary", file=path.name)
    if not ("content.xml" in names or any(name.startswith("xl/workbook.") for name in names)):
        raise FileTrouble("not_a_sheet", file=path.name)
    _check_unpacked(path, data, entries, _UNPACKED_PER_BYTE_ALLOWED * most_bytes)
    merged = _ods_merges(path, data) if "content.xml" in names else None
    return _from_workbook(path, data, progress, merged)


def _check_unpacked(path: Path, data: bytes, entries: Sequence[zipfile.ZipInfo], most: int) -> None:
    """Unpack everything once, a block at a time: the sizes a file gives for itself may be lies."""
    total = 0
    for entry in entries:
        rows, columns = 0, 0
        tail = b""
        is_sheet = entry.filename.startswith("xl/worksheets/")
        for block in _unpacked(data, entry):
            total += len(block)
            if total > most:
                raise too_large(path, most)
            if is_sheet:
                for cell in _FILLED_CELL.finditer(tail + block):
                    columns = max(columns, _column_number(cell[1]))
                    rows = max(rows, int(cell[2]))
                tail = block[-200:]
        if rows * columns > _MOST_CELLS:
            raise FileTrouble("too_wide", file=path.name, row=rows)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    # The local header (APPNOTE.TXT 4.3.7): 30 bytes, of which the last four say how long name and extra field are.
    at = entry.header_offset
    start = (
        at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    )
    packed = data[start : start + entry.compress_size]
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        yield packed
        return
    inflate = zlib.decompressobj(-15)
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _BLOCK)
            packed = inflate.unconsumed_tail
    except zlib.error:
        return  # broken, which the reader says


_Merge = tuple[tuple[int, int], tuple[int, int]]
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ODS_KIND = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


def _ods_merges(path: Path, data: bytes) -> tuple[tuple[_Merge, ...], ...]:
    """The merged cells of each sheet of an OpenDocument file, which its reader does not tell.

    Raises FileTrouble where repeated cells reach too far.
    """
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open("content.xml") as content:
        sheets: list[list[_Merge]] = []
        row = rows = columns = 0
        try:
            for event, element in ElementTree.iterparse(content, ("start", "end")):  # noqa: S314  expat refuses entity bombs
                if event == "start" and element.tag == f"{_TABLE}table":
                    sheets.append([])
                    row = rows = columns = 0
                elif event == "end" and element.tag == f"{_TABLE}table-row" and sheets:
                    repeated = _ods_number(element, "number-rows-repeated")
                    merged, filled = _ods_row(element, row)
                    sheets[-1] += merged
                    if filled:
                        rows, columns = row + repeated, max(columns, filled)
                    if rows * columns > _MOST_CELLS:
                        raise FileTrouble("too_wide", file=path.name, row=rows)
                    row += repeated
                    element.clear()
        except (ElementTree.ParseError, ValueError, zipfile.BadZipFile, zlib.error, EOFError):
            return ()  # broken, which the reader says
    return tuple(tuple(sheet) for sheet in sheets)


def _ods_row(element: Element, row: int) -> tuple[list[_Merge], int]:
    """The merged cells that begin in a row, and how many columns it fills."""
    merged: list[_Merge] = []
    column = filled = 0
    for cell in element:
        if cell.tag not in _ODS_CELLS:
            continue
        down, across = _ods_number(cell, "number-rows-spanned"), _ods_number(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            merged.append(((row, column), (row + down - 1, column + across - 1)))
        column += _ods_number(cell, "number-columns-repeated")
        if cell.get(_ODS_KIND) is not None:
            filled = column
    return merged, filled


def _ods_number(element: Element, name: str) -> int:
    return int(element.get(f"{_TABLE}{name}", "1"))


def _from_compound(path: Path, data: bytes, progress: Progress) -> Iterable[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in data:  # [MS-OFFCRYPTO] 2.3.4.4
        raise FileTrouble("password", file=path.name)
    sector = 1 << int.from_bytes(data[30:32], "little") if len(data) > 32 else 0
    if (int.from_bytes(data[48:52], "little") + 2) * sector > len(data):  # where the directory ends: [MS-CFB] 2.2
        raise FileTrouble("cut_off", file=path.name)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise FileTrouble("not_a_sheet", file=path.name)
    if _has_file_pass(data):
        raise FileTrouble("password", file=path.name)
    return _from_workbook(path, data, progress, None)


def _has_file_pass(data: bytes) -> bool:
    """Whether an .xls says that what follows is encrypted ([MS-XLS] 2.4.117 FilePass, soon after the first record)."""
    at = data.find(_WORKBOOK_BEGINS)
    for _ in range(_RECORDS_LOOKED_AT):
        kind, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4], "little")
        if at < 0 or kind == _FILE_PASS:
            return at >= 0
        at += 4 + length
    return False


def _from_workbook(
    path: Path, data: bytes, progress: Progress, merged: tuple[tuple[_Merge, ...], ...] | None
) -> Iterable[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book: CalamineWorkbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = [
            (place, about)
            for place, about in enumerate(book.sheets_metadata)
            if about.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet, SheetTypeEnum.DialogSheet)
        ]
        tables.sort(key=lambda table: table[1].visible != SheetVisibleEnum.Visible)
        sheets = []
        for place, about in tables:
            sheet = book.get_sheet_by_index(place)
            own = merged[place] if merged and place < len(merged) else sheet.merged_cell_ranges or ()
            hidden = about.visible != SheetVisibleEnum.Visible
            sheets.append(Sheet(about.name, _trimmed(_filled(_cells(path, sheet, progress), own)), hidden))
    except PasswordError:
        raise FileTrouble("password", file=path.name) from None
    except CalamineError as error:
        raise FileTrouble("broken", file=path.name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, which is no Exception: a defect of the reader
            raise
        raise FileTrouble("broken", file=path.name) from error
    return sheets


def _cells(path: Path, sheet: CalamineSheet, progress: Progress) -> list[list[str]]:
    if sheet.total_height * sheet.total_width > _MOST_CELLS:
        raise FileTrouble("too_wide", file=path.name, row=sheet.total_height)
    rows = sheet.to_python(skip_empty_area=False)
    total = len(rows)
    cells = []
    for done, row in enumerate(rows):
        if done % _TOLD_EVERY == 0:
            progress(done, total)
        cells.append([_as_text(value) for value in row])
    progress(total, total)
    return cells


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 86_400:.15g}"
    return str(value)


def _clean(text: str) -> str:
    return seen(text).strip()


def _filled(rows: list[list[str]], merged: Iterable[_Merge]) -> list[list[str]]:
    """Give each cell of a merged block the text of the block, as far as the table reaches."""
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
            continue
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or rows[top][left]
    return rows


def _trimmed(rows: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    height = next((place for place in range(len(rows), 0, -1) if any(rows[place - 1])), 0)
    width = 0
    for row in islice(rows, height):
        if any(row[width:]):
            width = next(place for place in range(len(row), 0, -1) if row[place - 1])
    return tuple(tuple(row[:width]) + ("",) * (width - len(row)) for row in islice(rows, height))


# --- text -----------------------------------------------------------------------------------------------------


def _from_text(path: Path, data: bytes, progress: Progress) -> Iterable[Sheet]:
    text = _decoded(path, data)
    beginning = text[:2000].lstrip().lower()
    if "<table" in beginning or beginning.startswith(("<html", "<!doctype html", "<?xml")):
        raise FileTrouble("web_page", file=path.name)
    if any(sign < " " and sign not in "\t\r\n\f\v\x1a\x1c\x1d\x1e" for sign in text):
        raise FileTrouble("not_a_sheet", file=path.name)
    if text.endswith("\x1a"):  # the end mark of old DOS programs
        text = text.rstrip("\x1a")
    return (Sheet(path.stem, _trimmed(_records(path, text, progress))),)


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith(_UTF_16_BOMS):
        whole = data[: len(data) // 2 * 2]
        try:
            return whole.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _bad_character(path, data, error.start) from error
    if b"\0" in data[:4000]:
        # Unicode text of old programs without its mark; what is not text has NULs on both sides of a pair.
        for codec, side in (("utf-16-le", 1), ("utf-16-be", 0)):
            if data[side:4000:2].count(0) and not data[1 - side : 4000 : 2].count(0):
                return data[: len(data) // 2 * 2].decode(codec, "replace")
        raise FileTrouble("not_a_sheet", file=path.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        marked = data.startswith(_UTF_8_BOM)
        if wrong.end >= len(data) - 1 and wrong.reason == "unexpected end of data":
            raise FileTrouble("cut_off", file=path.name) from None
        try:
            return data.decode("utf-8-sig" if marked else "gb18030")
        except UnicodeDecodeError as error:
            # Of a long stretch that reads as one of the two and then fails, that one is what it was meant to be.
            furthest = max(error.start, wrong.start)
            raise _bad_character(path, data, furthest) from error


def _bad_character(path: Path, data: bytes, at: int) -> FileTrouble:
    if not data.startswith(_UTF_16_BOMS) and len(data.translate(None, _NO_TEXT)) < len(data):
        return FileTrouble("not_a_sheet", file=path.name)
    return FileTrouble("encoding", file=path.name, row=data[:at].count(b"\n") + 1)


def _records(path: Path, text: str, progress: Progress) -> list[list[str]]:
    ends = max(map(text.count, _LINE_ENDS))
    if ends > _MOST_ROWS or ends + max(map(text.count, _SEPARATORS)) > 2 * _MOST_CELLS:  # their lists take gigabytes
        raise FileTrouble("too_wide", file=path.name, row=ends + 1)
    lines = text.splitlines(keepends=True) if "\n" not in text else io.StringIO(text, newline="").readlines()
    separator = _separator(lines)
    total = len(lines)
    records: list[list[str]] = []
    # Strict reading tells a quotation that never ends; a stray quotation mark inside a cell is no fault.
    for strict in (True, False):
        reader = csv.reader(lines, delimiter=separator, strict=strict)
        records = []
        try:
            for done, record in enumerate(reader):
                if done % _TOLD_EVERY == 0:
                    progress(min(reader.line_num, total), total)
                records.append([_clean(cell) for cell in record])
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise FileTrouble("cut_off", file=path.name) from None
            if not strict or "field larger" in str(error):
                raise FileTrouble("broken", file=path.name) from error
            continue
        break
    progress(total, total)
    return records


def _separator(lines: Sequence[str]) -> str:
    """The sign that parts the cells: the one that the most of the first lines hold, then the one most often there."""
    first = re.sub(r'"[^"]*"', "", "".join(lines[:_HEADING_WITHIN])).splitlines()
    counts = {sign: [line.count(sign) for line in first] for sign in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda sign: (sum(map(bool, counts[sign])), sum(counts[sign])))
    return best if any(counts[best]) else ","
