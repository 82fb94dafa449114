"""What a library takes into stock: a title as a catalogue describes it, and its copies.

The value types between files (`exchange`), the store, the screens and the printers. Money is fen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.copies import Material
from kiosk.lending.text import half_width


@dataclass(frozen=True, slots=True)
class TitleData:
    """One title in one edition, as CNMARC describes it (the fields named in brackets); empty where unknown.

    `isbn` is kept as `kept_isbn` gives it. `published` is the year or date as printed. `issue` names one issue of
    the serial with `issn` ("2026-11", "第3期"); only a magazine has them.
    """

    title: str  # 200 $a
    material: Material = Material.BOOK
    isbn: str = ""  # 010 $a
    subtitle: str = ""  # 200 $e
    volume: str = ""  # 200 $h $i
    authors: str = ""  # 200 $f, else 701/702 $a
    edition: str = ""  # 205 $a
    place: str = ""  # 210 $a
    publisher: str = ""  # 210 $c
    published: str = ""  # 210 $d
    extent: str = ""  # 215 $a
    series: str = ""  # 225 $a
    summary: str = ""  # 330 $a
    subjects: tuple[str, ...] = ()  # 606 $a
    language: str = ""  # 101 $a, three letters (ISO 639-2/B: chi, eng)
    clc: str = ""  # 690 $a
    price_fen: int | None = None  # 010 $d
    issn: str = ""  # 011 $a
    issue: str = ""


@dataclass(frozen=True, slots=True)
class CopyData:
    """One copy as a file names it; empty where the library is to give a number."""

    accession_no: str = ""
    barcode: str = ""
    call_number: str = ""
    place: str = ""
    price_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about one record or row of a file: a code of the catalogue `exchange.remark.<code>`.

    `field` is the column or MARC field it is about, `found` what stood there. `refuses`: the record cannot be taken
    because of it; otherwise it is taken, and the remark says what to look at. `other` is the place of the other
    record where it is about two, else 0.
    """

    code: str
    field: str = ""
    found: str = ""
    refuses: bool = False
    other: int = 0


@dataclass(frozen=True, slots=True)
class StockRecord:
    """One record of a catalogue file. `place` is the row of a sheet or the number of the MARC record, from 1.

    `count` is how many copies the file says were delivered where it does not name them one by one: it is 0 where
    `copies` are named. `each` is what the file says of such unnamed copies: call number, place, price.
    """

    place: int
    title: TitleData
    copies: tuple[CopyData, ...] = ()
    count: int = 0
    remarks: tuple[Remark, ...] = ()
    each: CopyData = CopyData()


LONGEST: Mapping[str, int] = {
    "title": 400,
    "isbn": 20,
    "subtitle": 400,
    "volume": 80,
    "authors": 400,
    "edition": 80,
    "place": 80,
    "publisher": 200,
    "published": 20,
    "extent": 80,
    "series": 200,
    "summary": 2400,  # in no encoding longer than one MARC field may be
    "language": 8,
    "clc": 60,
    "issn": 16,
    "issue": 40,
    "accession_no": 40,
    "barcode": 64,
    "call_number": 80,
}
"""How many characters a library keeps of each field (`place` is that of a title and of a copy alike)."""

MOST_FEN = 100_000_00
"""No book of a school costs more; what is more was read from a wrong column."""


def isbn_digits(text: str) -> str:
    """`text` without hyphens and blanks, full-width as ASCII, X as a capital."""
    return re.sub(r"[\s\-‐–—]", "", half_width(text)).upper()


def is_isbn(text: str) -> bool:
    """Whether `text` is an ISBN of 10 or 13 digits whose check digit holds (ISO 2108)."""
    digits = isbn_digits(text)
    if re.fullmatch(r"97[89][0-9]{10}", digits):
        return ean13_digit(digits[:12]) == digits[12]
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        weighted = sum((10 - n) * (10 if sign == "X" else int(sign)) for n, sign in enumerate(digits))
        return weighted % 11 == 0
    return False


def kept_isbn(text: str) -> str:
    """How an ISBN is kept: 13 digits where its check digit holds, else what was found, without blanks around it.

    A wrong number printed in a book is still what the next person will scan or type: without hyphens where it has
    10 or 13 digits.
    """
    digits = isbn_digits(text)
    if not is_isbn(text):
        return digits if re.fullmatch(r"[0-9]{9}[0-9X]|[0-9]{13}", digits) else half_width(text).strip()
    if len(digits) == 13:
        return digits
    stem = "978" + digits[:9]
    return stem + ean13_digit(stem)


FILE_MARK = "mark"
"""Beside the title's values in a delivery's line: the volume's number on the label, as the vendor's file gives it."""

FILE_PRICES = "prices"
"""Beside them: the fen of each copy in the order of the file, where they differ."""


def title_to_plain(title: TitleData) -> dict[str, object]:
    """The title as JSON values; what is empty is left out."""
    plain = {field.name: getattr(title, field.name) for field in fields(title)}
    plain["material"] = title.material.value
    plain["subjects"] = list(title.subjects)
    return {name: value for name, value in plain.items() if value not in ("", None, [])}


def title_from_plain(plain: Mapping[str, Any]) -> TitleData:
    """The title written by `title_to_plain`; what this version does not know is passed over."""
    known = {field.name for field in fields(TitleData)}
    parts = {name: value for name, value in plain.items() if name in known}
    parts["material"] = Material(parts.get("material", Material.BOOK))
    parts["subjects"] = tuple(parts.get("subjects", ()))
    return TitleData(**parts)
