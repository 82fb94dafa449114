"""Titles and copies as files: MARC for other library systems, tables for people. Written whole or not at all."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiosk.exchange.prices import plain_price, written_price
from kiosk.exchange.profiles import CopyField, Place, Profile, load_profiles
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.stock_records import clean
from kiosk.exchange.trouble import FileTrouble
from kiosk.files import written_whole
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.copies import Material
from kiosk.lending.stock import CopyData, TitleData

if TYPE_CHECKING:
    from pymarc import Field, Record

Held = tuple[TitleData, Sequence[CopyData]]
"""A title and its copies."""


class ExportForm(StrEnum):
    """What a catalogue can be written as."""

    MARC_UTF_8 = "marc_utf_8"
    MARC_GB18030 = "marc_gb18030"
    MARCXML = "marcxml"
    XLSX = "xlsx"
    CSV = "csv"


SUFFIXES: Mapping[ExportForm, str] = {
    ExportForm.MARC_UTF_8: ".mrc",
    ExportForm.MARC_GB18030: ".iso",  # what Chinese library systems call it
    ExportForm.MARCXML: ".xml",
    ExportForm.XLSX: ".xlsx",
    ExportForm.CSV: ".csv",
}
"""How the names of such files end."""

COLUMNS = (
    *("title", "subtitle", "volume", "authors", "edition", "place", "publisher", "published", "extent", "series"),
    *("isbn", "issn", "issue", "material", "clc", "price", "subjects", "language", "summary"),
    *("copy.accession_no", "copy.barcode", "copy.call_number", "copy.place", "copy.price"),
)
"""The columns of a table in their order; the headings are `exchange.heading.<column>`, with `_` for the dot."""

_MOST_FIELD, _MOST_RECORD = 9_999, 99_999  # what the four and five digits of ISO 2709 can say
_LEADER = 24
_ENTRY = 12
_TOLD_EVERY = 200
_SIGNS = re.compile(r"'*[=+\-@]")
_SUBJECTS_PARTED_BY = "；"
_MONEY = ("price", "copy.price")
_WIDTHS = {"title": 32, "authors": 20, "publisher": 20, "summary": 40, "isbn": 15, "copy.call_number": 16}


def export(
    records: Iterable[Held],
    path: Path,
    form: ExportForm,
    *,
    on: date,
    words: Words,
    total: int = 0,
    profile: Profile | None = None,
    progress: Progress = quiet,
    over: bool = False,
) -> int:
    """Write `records` to `path` in `form`; how many titles they were.

    MARC is written with `profile` (CNMARC if not given) and `on` as its date, a title with more copies than one
    record holds as several records; tables have one row a copy and headings in the language of `words`. `total` is
    for `progress`. A file of that name is replaced only where `over` allows it, and only by the whole new one.

    Raises FileTrouble not_written, or title_too_long for a title that no MARC record can hold; Cancelled.
    """
    counted = _Counted(records, total, progress)
    with _whole(path, over) as part:
        if form in (ExportForm.XLSX, ExportForm.CSV):
            rows = _rows(counted, words)
            (_write_xlsx if form is ExportForm.XLSX else _write_csv)(rows, part)
        else:
            made = _marc_records(counted, form, profile or load_profiles()[0], on)
            (_write_marcxml if form is ExportForm.MARCXML else _write_iso2709)(made, part)
    progress(counted.done, counted.done)
    return counted.done


class _Counted:
    """Records on their way, counted and told."""

    def __init__(self, records: Iterable[Held], total: int, progress: Progress) -> None:
        self.records = records
        self.total = total
        self.progress = progress
        self.done = 0

    def __iter__(self) -> Iterator[Held]:
        for record in self.records:
            if self.done % _TOLD_EVERY == 0:
                self.progress(self.done, max(self.total, self.done))
            yield record
            self.done += 1


@contextmanager
def _whole(path: Path, over: bool) -> Iterator[Path]:
    try:
        with written_whole(path, over=over) as draft:
            yield draft
    except OSError as error:
        raise FileTrouble("not_written", file=path.name, why=error.strerror or str(error)) from error


# ── MARC ──


@dataclass(frozen=True, slots=True)
class _Plain:
    """A field to be written; without indicators a control field whose data is in the only subfield."""

    tag: str
    indicators: str
    subfields: tuple[tuple[str, str], ...]

    def size(self, encoding: str) -> int:
        """Bytes in ISO 2709, with its terminator."""
        return (
            len(self.indicators)
            + sum(bool(code) * 2 + len(value.encode(encoding)) for code, value in self.subfields)
            + 1
        )


def _marc_records(records: Iterable[Held], form: ExportForm, profile: Profile, on: date) -> Iterator[Record]:
    encoding = "gb18030" if form is ExportForm.MARC_GB18030 else "utf-8"
    for title, copies in records:
        fields = _title_fields(title, profile, on)
        for some in _divided(fields, [_copy_field(copy, profile) for copy in copies], encoding, title):
            yield _record(sorted((*fields, *some), key=lambda field: field.tag), title, profile, encoding)


def _title_fields(title: TitleData, profile: Profile, on: date) -> list[_Plain]:
    values: dict[str, list[tuple[str, str]]] = {}
    for part, sources in profile.title.items():
        value = clean(_title_value(title, part))
        place = sources[0][0] if sources else Place("")
        if value and place.codes and part != "subjects":
            values.setdefault(place.tag, []).append((place.codes[0], value))
    fields = [_Plain(tag, profile.indicators.get(tag, "  "), tuple(parts)) for tag, parts in values.items()]
    if subjects := profile.title.get("subjects"):
        place = subjects[0][0]
        fields += [
            _Plain(place.tag, profile.indicators.get(place.tag, "  "), ((place.codes[0], clean(subject)),))
            for subject in title.subjects
        ]
    return [*fields, *_constants(title, profile, on)]


def _title_value(title: TitleData, part: str) -> str:
    if part == "price":
        return "" if title.price_fen is None else written_price(title.price_fen)
    return "" if part == "subjects" else str(getattr(title, part))


def _constants(title: TitleData, profile: Profile, on: date) -> Iterator[_Plain]:
    year = re.search(r"[0-9]{4}", title.published)
    values = {
        "date": f"{on:%Y%m%d}",
        "short_date": f"{on:%y%m%d}",
        "year": year.group() if year else f"{on:%Y}",
        "language": title.language if re.fullmatch(r"[a-z]{3}", title.language) else "und",
    }
    for constant in profile.constants:
        text = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], ""), constant.text)
        if constant.tag < "010":
            yield _Plain(constant.tag, "", (("", text),))
        else:
            parts = tuple((part[0], part[1:]) for part in text.split("$")[1:] if part)
            yield _Plain(constant.tag, constant.indicators, parts)


def _copy_field(copy: CopyData, profile: Profile) -> _Plain:
    about: CopyField = profile.copies[0]
    price = "" if copy.price_fen is None else plain_price(copy.price_fen)
    values = {
        "accession_no": copy.accession_no,
        "barcode": copy.barcode,
        "call_number": copy.call_number,
        "place": copy.place,
        "price": price,
    }
    parts = tuple(
        (about.codes[part][0], clean(value)) for part, value in values.items() if value and part in about.codes
    )
    return _Plain(about.tag, profile.indicators.get(about.tag, "  "), parts)


def _divided(fields: Sequence[_Plain], copies: Sequence[_Plain], encoding: str, title: TitleData) -> list[list[_Plain]]:
    """The copies in as many parts as records are needed: one can hold 99,999 bytes, about 1,500 copies."""
    sizes = [field.size(encoding) for field in (*fields, *copies)]
    room = _MOST_RECORD - _LEADER - 2 - sum(sizes[: len(fields)]) - _ENTRY * len(fields)
    if max(sizes) > _MOST_FIELD or room < _MOST_FIELD + _ENTRY:
        raise FileTrouble("title_too_long", title=clean(title.title)[:60])
    parts: list[list[_Plain]] = [[]]
    used = 0
    for field, size in zip(copies, sizes[len(fields) :], strict=True):
        if used + size + _ENTRY > room:
            parts.append([])
            used = 0
        parts[-1].append(field)
        used += size + _ENTRY
    return parts


def _record(fields: Iterable[_Plain], title: TitleData, profile: Profile, encoding: str) -> Record:
    from pymarc import Record

    signs = {Material.MAGAZINE: profile.magazine, Material.AV: profile.av}.get(title.material, ("am",))[0]
    leader = f"     n{signs.ljust(2, 'm')}0 22        450 "
    if encoding == "utf-8":
        return Record(fields=[_field(field) for field in fields], leader=leader)
    # pymarc writes UTF-8 or, from bytes, whatever they are.
    return Record(fields=[_field(field, encoding) for field in fields], leader=leader, to_unicode=False)


def _field(plain: _Plain, encoding: str = "") -> Field:
    from pymarc import Field, Indicators, RawField, Subfield

    made = RawField if encoding else Field
    values = [value.encode(encoding) if encoding else value for _, value in plain.subfields]
    if not plain.indicators:
        return made(plain.tag, data=values[0])  # type: ignore[arg-type]  # a RawField is of bytes
    subfields = [Subfield(code, value) for (code, _), value in zip(plain.subfields, values, strict=True)]  # type: ignore[arg-type]  # the same
    return made(plain.tag, Indicators(plain.indicators[0], plain.indicators[1]), subfields)


def _write_iso2709(records: Iterable[Record], path: Path) -> None:
    with path.open("wb") as file:
        for record in records:
            file.write(record.as_marc())


def _write_marcxml(records: Iterable[Record], path: Path) -> None:
    from pymarc import XMLWriter

    with path.open("wb") as file:
        writer = XMLWriter(file)
        for record in records:
            writer.write(record)
        writer.close(close_fh=False)


# ── Tables ──

_READ: Mapping[str, Callable[[CopyData], str]] = {
    "copy.accession_no": lambda copy: copy.accession_no,
    "copy.barcode": lambda copy: copy.barcode,
    "copy.call_number": lambda copy: copy.call_number,
    "copy.place": lambda copy: copy.place,
    "copy.price": lambda copy: "" if copy.price_fen is None else plain_price(copy.price_fen),
}


def _rows(records: Iterable[Held], words: Words) -> Iterator[list[str]]:
    """The headings, then a row for each copy; a title without copies has one row too."""
    yield [words.say(Text(f"exchange.heading.{column.replace('.', '_')}")) for column in COLUMNS]
    materials = {material: words.say(Text(f"exchange.material.{material.value}")) for material in Material}
    for title, copies in records:
        about = [_said(title, column, materials) for column in COLUMNS if column not in _READ]
        for copy in copies or (CopyData(),):
            yield [*about, *(clean(read(copy)) for read in _READ.values())]


def _said(title: TitleData, column: str, materials: Mapping[Material, str]) -> str:
    match column:
        case "material":
            return materials[title.material]
        case "price":
            return "" if title.price_fen is None else plain_price(title.price_fen)
        case "subjects":
            return _SUBJECTS_PARTED_BY.join(map(clean, title.subjects))
    return clean(str(getattr(title, column)))


def as_cell(text: str) -> str:
    """`text` as a cell of a text file that no spreadsheet takes for a formula: an apostrophe before = + - @.

    What begins with apostrophes and such a sign gets one more, so that reading back can always take one away.
    """
    return f"'{text}" if _SIGNS.match(text) else text


def _write_csv(rows: Iterable[Sequence[str]], path: Path) -> None:
    # With a byte order mark: without it Excel takes UTF-8 for the system's own encoding.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(map(as_cell, row) for row in rows)


def _write_xlsx(rows: Iterable[Sequence[str]], path: Path) -> None:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # the same

    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        book = Workbook(str(path), {"constant_memory": True, "tmpdir": scratch})
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDTHS.get(name, 11))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if not cell:
                    continue
                if at and COLUMNS[column] in _MONEY:
                    sheet.write_number(at, column, float(cell), money)
                else:
                    # As text even where it looks like a number (barcodes keep their zeros) or like a formula.
                    sheet.write_string(at, column, as_cell(cell) if cell[0] == "'" else cell, None if at else bold)
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error
