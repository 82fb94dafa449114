"""From what a file says to a `StockRecord`: the same for MARC and for lists, so that both are judged alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest

from kiosk.exchange import prices
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.classification import is_class
from kiosk.lending.copies import Material
from kiosk.lending.stock import LONGEST, CopyData, Remark, StockRecord, TitleData, is_isbn, isbn_digits, kept_isbn
from kiosk.lending.text import half_width

REMARKS = (
    *prices.DOUBTS,
    "no_title",
    "class_odd",
    "isbn_check",
    "isbn_odd",
    "isbn_by_excel",
    "number_by_excel",
    "numbers_in_row",
    "numbers_maybe",
    "count_odd",
    "count_differs",
    "too_long",
    "record_twice",
)
"""Every code of a remark that this module makes."""

MOST_COPIES = 500
"""More copies of one title than any delivery brings: a larger number was read from a wrong column."""


@dataclass(slots=True)
class Found:
    """What one record or row says, as text.

    `title` holds fields of `TitleData`, and `price`; each of `copies` the parts `profiles.COPY_PARTS` of a copy with
    a number, `each` those of copies without one. `where` says where a part stood, for remarks; parts of a copy are
    called `copy.price` and so on there.
    """

    title: dict[str, str] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    material: Material = Material.BOOK
    copies: list[dict[str, str]] = field(default_factory=list)
    each: dict[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SHOWN = 60
_ISBN_AT_START = re.compile(r"(?:isbn)?[\s:]*([0-9][0-9\-‐–— ]{8,16}[0-9x])(?![0-9])", re.I)
_BY_EXCEL = re.compile(r"[0-9]+(?:\.[0-9]+)?e\+?[0-9]+", re.I)
_ROUNDED_ISBN = re.compile(r"97[89][0-9]{4}0{6}")
_SEVERAL = re.compile(r"[\r\n,;、]+")
_RANGE = re.compile(r"([A-Za-z]{0,6})([0-9]{5,12})[-~～—]\1([0-9]{5,12})")
_SHORT_RANGE = re.compile(r"[A-Za-z]{0,6}([0-9]{5,12})[-~～—]([0-9]{2,4})")
_ISSN = re.compile(r"([0-9]{4})-?([0-9]{3}[0-9X])")
_AS_CODE = frozenset({"clc", "issn", "language"})
_LANGUAGES = {
    "中文": "chi",
    "汉语": "chi",
    "中": "chi",
    "英文": "eng",
    "英语": "eng",
    "英": "eng",
    "und": "",
    "|||": "",
}
_PLAIN = tuple(
    name for name in TitleData.__dataclass_fields__ if name not in ("material", "isbn", "subjects", "price_fen")
)


def clean(text: str) -> str:
    """`text` in one line: control characters as blanks, no two blanks in a row, none at its ends."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_CONTROLS.sub(" ", text).split())


def clean_code(text: str) -> str:
    """A number or code: as `clean`, and half-width."""
    return half_width(clean(text)).strip()


def shaped(place: int, found: Found) -> StockRecord:
    """The record at `place`, with everything that is doubtful in its remarks; never raises."""
    remarks = list(found.remarks)
    title = _title(found, remarks)
    count = _count(found, remarks)
    each = _copy(found.each, found, remarks)
    copies = _copies(found, each, remarks)
    if copies:
        if count and count != len(copies):
            remarks.append(Remark("count_differs", found.where.get("copy.count", ""), f"{count} / {len(copies)}"))
        count = 0
    return StockRecord(place, title, copies, count, tuple(dict.fromkeys(remarks)), each)


def _title(found: Found, remarks: list[Remark]) -> TitleData:
    values: dict[str, str] = {}
    where = found.where
    for name in _PLAIN:
        text = found.title.get(name, "")
        if text:
            values[name] = _fitted(name, clean_code(text) if name in _AS_CODE else clean(text), where, remarks)
    if not values.get("title"):
        values["title"] = ""
        remarks.append(Remark("no_title", where.get("title", ""), refuses=True))
    if (clc := values.get("clc")) and not is_class(clc):
        remarks.append(Remark("class_odd", where.get("clc", ""), clc))
    if language := values.get("language"):
        values["language"] = _LANGUAGES.get(language, language.lower())
    if issn := values.get("issn"):
        whole = _ISSN.fullmatch(issn.upper().removeprefix("ISSN").strip())
        values["issn"] = f"{whole[1]}-{whole[2]}" if whole else issn
    isbn, wrong = read_isbn(found.title.get("isbn", ""))
    if wrong:
        remarks.append(Remark(wrong, where.get("isbn", ""), _shown(found.title["isbn"])))
    subjects = tuple(dict.fromkeys(subject for one in found.subjects if (subject := clean(one))))
    return TitleData(
        material=found.material,
        isbn=isbn,
        subjects=subjects,
        price_fen=_price(found.title.get("price", ""), where.get("price", ""), remarks),
        **values,
    )


def _fitted(name: str, text: str, where: Mapping[str, str], remarks: list[Remark]) -> str:
    most = LONGEST[name]
    if len(text) <= most:
        return text
    remarks.append(Remark("too_long", where.get(name, where.get(f"copy.{name}", "")), _shown(text)))
    return text[:most].rstrip()


def _shown(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


@lru_cache(maxsize=2048)  # of the ISBNs of a record the right one is looked for, then read
def read_isbn(text: str) -> tuple[str, str]:
    """How an ISBN is kept, and the code of the remark about it, empty if it is right or there is none."""
    plain = clean_code(text)
    if not any(sign in "0123456789" for sign in plain):
        return "", ""
    if is_isbn(plain):
        return kept_isbn(plain), ""
    if _BY_EXCEL.fullmatch(plain) or _ROUNDED_ISBN.fullmatch(isbn_digits(plain)):
        return "", "isbn_by_excel"
    # Binding and price stand behind it in one subfield, or two numbers in one cell.
    start = _ISBN_AT_START.match(plain)
    if start and is_isbn(start[1]):
        return kept_isbn(start[1]), ""
    kept = kept_isbn(plain)
    if len(kept) > LONGEST["isbn"]:
        return "", "isbn_odd"
    return kept, "isbn_check" if len(kept) in (10, 13) and kept[:-1].isdecimal() else "isbn_odd"


def _price(text: str, where: str, remarks: list[Remark]) -> int | None:
    if not text:
        return None
    price = prices.read_price(text)
    if price.doubt:
        remarks.append(Remark(price.doubt, where, _shown(text)))
    return price.fen


def _count(found: Found, remarks: list[Remark]) -> int:
    text = clean_code(found.each.get("count", ""))
    if not text:
        return 0
    number = re.fullmatch(r"([0-9]{1,6})(?:\.0+)?[册本套件张盘]?", text)
    if number and int(number[1]) <= MOST_COPIES:
        return int(number[1])
    remarks.append(Remark("count_odd", found.where.get("copy.count", ""), _shown(text)))
    return 0


def _copies(found: Found, each: CopyData, remarks: list[Remark]) -> tuple[CopyData, ...]:
    copies = []
    for plain in found.copies:
        accession_nos = _numbers("accession_no", plain, found, remarks)
        barcodes = _numbers("barcode", plain, found, remarks)
        made = _copy(plain, found, remarks)
        call_number, place = made.call_number or each.call_number, made.place or each.place
        copies += [
            CopyData(accession_no, barcode, call_number, place, made.price_fen)
            for accession_no, barcode in zip_longest(accession_nos, barcodes, fillvalue="")
        ]
    return tuple(copies)


def _copy(plain: Mapping[str, str], found: Found, remarks: list[Remark]) -> CopyData:
    """Everything but the numbers."""
    if not plain:
        return CopyData()
    where = found.where
    call = plain.get("call_number", "")
    if call:
        call = _whole_call_number(call)
    elif plain.get("book_number"):
        clc = clean_code(plain.get("clc", "")) or clean_code(found.title.get("clc", ""))
        call = str(CallNumber(clc, clean_code(plain["book_number"]), clean_code(plain.get("auxiliary", ""))))
    return CopyData(
        call_number=_fitted("call_number", call, where, remarks) if call else "",
        place=_fitted("place", clean(plain["place"]), where, remarks) if plain.get("place") else "",
        price_fen=_price(plain.get("price", ""), where.get("copy.price", ""), remarks),
    )


@lru_cache(maxsize=512)  # the copies of a title share it
def _whole_call_number(text: str) -> str:
    return str(parse(clean(text)))


def _numbers(part: str, plain: Mapping[str, str], found: Found, remarks: list[Remark]) -> list[str]:
    """The numbers in one cell or subfield: one, several with commas, or a run from the first to the last."""
    text = plain.get(part, "")
    if not text:
        return []
    if text.isalnum() and text.isascii() and len(text) <= LONGEST[part]:  # nearly all are plain
        return [text]
    numbers = []
    for one in _parted(text):
        where = found.where.get(f"copy.{part}", "")
        if _BY_EXCEL.fullmatch(one) and not one.isalnum():
            remarks.append(Remark("number_by_excel", where, _shown(one), refuses=True))
        elif len(one) > LONGEST[part]:
            remarks.append(Remark("too_long", where, _shown(one), refuses=True))
        elif part == "accession_no" and (run := _run(one)):
            remarks.append(Remark("numbers_in_row", where, f"{_shown(one)} ({len(run)})"))
            numbers += run
        else:
            if part == "accession_no" and _may_be_run(one):
                remarks.append(Remark("numbers_maybe", where, _shown(one)))
            numbers.append(one)
    return numbers


def _parted(text: str) -> list[str]:
    pieces = [piece for piece in map(clean_code, _SEVERAL.split(half_width(text))) if piece]
    if len(pieces) == 1:
        words = pieces[0].split()
        # A blank may belong to a number ("A 0012"); it parts numbers that look alike.
        if len({len(word) for word in words}) == 1 and all(word.isdecimal() for word in words):
            return words
    return pieces


def _run(text: str) -> list[str]:
    """`000123-000126` as the four numbers; nothing if it is no such run."""
    ends = _RANGE.fullmatch(text)
    if not ends:
        return []
    letters, first, last = ends.groups()
    if len(first) != len(last) or not 0 < int(last) - int(first) < MOST_COPIES:
        return []
    return [f"{letters}{number:0{len(first)}}" for number in range(int(first), int(last) + 1)]


def _may_be_run(text: str) -> bool:
    """Whether `0123456-58` may mean the numbers up to 0123458: some write only the digits that change."""
    ends = _SHORT_RANGE.fullmatch(text)
    return ends is not None and int(ends[2]) > int(ends[1][-len(ends[2]) :])


def marked_twice(records: Sequence[StockRecord]) -> tuple[StockRecord, ...]:
    """The records, each refused that names the same copies of the same title as an earlier one.

    A number that stands twice otherwise is for who takes the copies in to judge: a delivery uses none of them.
    """
    first: dict[tuple[TitleData, tuple[CopyData, ...]], int] = {}
    marked = []
    for record in records:
        place = first.setdefault((record.title, record.copies), record.place) if record.copies else record.place
        if place != record.place:
            remark = Remark("record_twice", refuses=True, other=place)
            record = replace(record, remarks=(*record.remarks, remark))
        marked.append(record)
    return tuple(marked)
