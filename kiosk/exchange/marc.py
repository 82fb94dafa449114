"""MARC files as vendors deliver them: ISO 2709 and MARCXML, CNMARC and MARC 21, UTF-8 and GB18030 (GBK).

Every record is read by itself, so that a bad one never costs another: split at the record terminator, its lengths
mended where they do not fit, decoded as what it is, then read by pymarc.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kiosk.exchange.catalogue_file import Broken, CatalogueFile, Form
from kiosk.exchange.profiles import CopyField, Place, Profile, Source
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.stock_records import Found, marked_twice, read_isbn, shaped
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.copies import Material
from kiosk.lending.stock import Remark, StockRecord

if TYPE_CHECKING:
    from pymarc import Field, Record

REMARKS = (
    "marc_lengths",
    "marc_bytes",
    "marc_short",
    "marc_directory",
    "marc_too_long",
    "marc_cut_off",
    "xml_record",
    "xml_cut_off",
)
"""Every code of a remark that this module makes; from `marc_short` on the record is lost."""

# ISO 2709: the ends of record and field, and the start of a subfield.
_RECORD_END, _FIELD_END, _SUBFIELD = b"\x1d", b"\x1e", b"\x1f"
_LEADER = 24
_ENTRY = 12
# What stands between records though it must not: line ends, blanks, NULs, the end mark of DOS, a byte order mark.
_BETWEEN = b"\r\n\0\x1a \t"
# Length and base address in the leader, or a directory of whole entries: what breaks one mostly leaves the other.
_RECORD_LIKE = re.compile(rb"[0-9]{5}.{7}[0-9]{5}|.{24}(?:[0-9A-Za-z]{3}[0-9]{9})+\x1e", re.S)
_BAD_CODE = re.compile(rb"\x1f(?=[\x80-\xff])")
_TOLD_EVERY = 200
_LOOK_AT = 100_000
_MOST_FIELD, _MOST_RECORD = 9_999, 99_999  # what four and five digits can say

_XML_MARC = re.compile(r"<(?:[\w.-]+:)?(?:record|leader|datafield)[\s>]")
_XML_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s+([\w:.-]+)")
_XML_RECORD = re.compile(r"<(?:([\w.-]+):)?record(?=[\s>])")
_XML_RECORD_END = re.compile(r"</(?:[\w.-]+:)?record\s*>")
_XML_INNER = re.compile(r"<(?:[\w.-]+:)?(?:leader|datafield|controlfield)[\s>]")
_XML_BLOCK = 1 << 18
_XML_DEEPEST = 50  # elements in elements; a record has four, a few more around it where a service wraps it


def is_iso2709(data: bytes) -> bool:
    """Whether a file's beginning (some thousand bytes) is ISO 2709, broken or not.

    The signs that part fields occur in pictures and packed files too: a record must look like one.
    """
    if _FIELD_END not in data or _SUBFIELD not in data:
        return False
    return any(
        _RECORD_LIKE.match(piece.lstrip(_BETWEEN)) for piece in data.removeprefix(codecs.BOM_UTF8).split(_RECORD_END)
    )


def has_document_type(data: bytes) -> bool:
    """Whether a file's beginning (some thousand bytes) is XML that declares a document type, and no web page."""
    text = _as_text(data)[0].lstrip("\ufeff \t\r\n\0")
    found = _XML_DOCUMENT_TYPE.search(text) if text.startswith("<") else None
    return found is not None and found[1].lower() != "html"


def is_marcxml(data: bytes) -> bool:
    """Whether a file's beginning (some thousand bytes) is XML with MARC records."""
    text = _as_text(data)[0].lstrip("\ufeff \t\r\n\0")
    return text.startswith("<") and _XML_MARC.search(text) is not None


def read_marc(name: str, data: bytes, profiles: Sequence[Profile], progress: Progress = quiet) -> CatalogueFile:
    """The records of a MARC file, each with what is doubtful in it; `broken` are those that cannot be read.

    `data` is all of the file `name`. Each record is read with the first of `profiles` that it fits. Raises
    FileTrouble with not_marc or xml_entities; and Cancelled from `progress`.
    """
    if is_iso2709(data[:_LOOK_AT]):
        form, read = Form.ISO2709, _read_iso2709(data, progress)
    elif is_marcxml(data[:_LOOK_AT]):
        form, read = Form.MARCXML, _read_marcxml(name, data, progress)
    else:
        raise FileTrouble("xml_entities" if has_document_type(data[:_LOOK_AT]) else "not_marc", file=name)
    records: list[StockRecord] = []
    broken: list[Broken] = []
    where = {profile.name: _where(profile) for profile in profiles}
    names: Counter[str] = Counter()
    encodings: Counter[str] = Counter()
    for one in read:
        if isinstance(one, Broken):
            broken.append(one)
            continue
        fields = _by_tag(one.record)
        profile = next((profile for profile in profiles if profile.told_by in fields), profiles[0])
        names[profile.name] += 1
        encodings[one.encoding] += 1
        records.append(_stock_record(one, fields, profile, where[profile.name]))
    if not records and not broken:
        raise FileTrouble("not_marc", file=name)
    return CatalogueFile(form, marked_twice(records), tuple(broken), _most(names), _most(encodings))


def _most(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0] if counted else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """One record as pymarc read it."""

    place: int
    record: Record
    encoding: str
    remarks: tuple[Remark, ...] = ()


# ── ISO 2709 ──


def _read_iso2709(data: bytes, progress: Progress) -> Iterator[_Read | Broken]:
    pieces = data.removeprefix(codecs.BOM_UTF8).split(_RECORD_END)
    rest = pieces.pop().strip(_BETWEEN)
    if rest.endswith(_FIELD_END) and _fields(rest) is not None:  # only the last terminator is missing
        pieces, rest = [*pieces, rest], b""
    chunks = [chunk for piece in pieces if (chunk := piece.lstrip(_BETWEEN))]
    usual = _usual_encoding(chunks)
    total = len(chunks)
    for number, chunk in enumerate(chunks, 1):
        if number % _TOLD_EVERY == 1:
            progress(number - 1, total)
        yield _read_record(number, chunk, usual)
    if rest:
        yield Broken(total + 1, Remark("marc_cut_off", found=_beginning(rest, usual), refuses=True))
    progress(total, total)


def _read_record(number: int, chunk: bytes, usual: str) -> _Read | Broken:
    from pymarc import MARCReader

    remarks = []
    if len(chunk) < _LEADER + _ENTRY + 2 or _FIELD_END not in chunk:
        return Broken(number, Remark("marc_short", found=_beginning(chunk, usual), refuses=True))
    fields = _fields(chunk)
    if fields is None:
        return Broken(number, Remark("marc_directory", found=_beginning(chunk, usual), refuses=True))
    encoding, whole = _encoding(chunk[_LEADER:], usual)
    if not whole:
        fields = [(tag, value.decode(encoding, "replace").encode(encoding)) for tag, value in fields]
        remarks.append(Remark("marc_bytes"))
    framed = _framed(chunk, [(tag, _with_indicators(tag, value)) for tag, value in fields], utf_8=encoding == "utf-8")
    if framed is None:
        return Broken(number, Remark("marc_too_long", found=_beginning(chunk, usual), refuses=True))
    if whole and not _fits(chunk, framed):
        remarks.append(Remark("marc_lengths"))
    record = next(MARCReader(framed, file_encoding=encoding, hide_utf8_warnings=True), None)
    if record is None:
        return Broken(number, Remark("marc_directory", found=_beginning(chunk, usual), refuses=True))
    return _Read(number, record, encoding, tuple(remarks))


def _fields(chunk: bytes) -> list[tuple[bytes, bytes]] | None:
    """Tag and content of each field; None where directory and fields cannot belong together.

    Fields are told by their terminators, not by the lengths in the directory: programs that change a file's encoding
    leave those behind. Where there are more or fewer terminators than entries the lengths decide, if they can.
    """
    directory, _, rest = chunk[_LEADER:].partition(_FIELD_END)
    if not directory or len(directory) % _ENTRY:
        return None
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    values = rest.split(_FIELD_END)
    if len(values) - 1 == len(entries) and not values[-1].strip(_BETWEEN):
        if not all(_in_order(entries)):
            by_start = sorted(range(len(entries)), key=lambda n: entries[n][7:])
            return [(entries[n][:3], values[at]) for at, n in enumerate(by_start)]
        return [(entry[:3], value) for entry, value in zip(entries, values, strict=False)]
    fields = []
    for entry in entries:
        if not entry[3:].isdigit():
            return None
        start, length = int(entry[7:]), int(entry[3:7])
        if length < 1 or rest[start + length - 1 : start + length] != _FIELD_END:
            return None
        fields.append((entry[:3], rest[start : start + length - 1].replace(_FIELD_END, b" ")))
    return fields


def _with_indicators(tag: bytes, value: bytes) -> bytes:
    """The content of a field as it should be: two indicators, and codes of subfields that are letters or digits."""
    if tag < b"010":
        return value
    indicators, sign, rest = value.partition(_SUBFIELD)
    if len(indicators) != 2 or not indicators.isascii():
        indicators = re.sub(rb"[^0-9A-Za-z ]", b"", indicators)[:2].ljust(2)
        value = indicators + sign + rest
    return _BAD_CODE.sub(_SUBFIELD + b"?", value)


def _in_order(entries: Sequence[bytes]) -> Iterator[bool]:
    """Whether each field begins behind the one before it: ISO 2709 lets the directory have an order of its own."""
    return (one[7:] <= other[7:] for one, other in pairwise(entries))


def _framed(chunk: bytes, fields: Sequence[tuple[bytes, bytes]], *, utf_8: bool) -> bytes | None:
    """The record with lengths that are right; None if they have too many digits.

    Place 9 of the leader says to pymarc whether it is UTF-8.
    """
    directory, at = [], 0
    for tag, value in fields:
        length = len(value) + 1
        if length > _MOST_FIELD:
            return None
        directory.append(b"%3b%04d%05d" % (tag, length, at))
        at += length
    base = _LEADER + _ENTRY * len(fields) + 1
    if base + at + 1 > _MOST_RECORD:
        return None
    signs = re.sub(rb"[^ -~]", b" ", chunk[:_LEADER])
    coding = b"a" if utf_8 else b" "
    leader = b"%05d%b%b22%05d%b4500" % (base + at + 1, signs[5:9], coding, base, signs[17:20])
    body = b"".join(value + _FIELD_END for _, value in fields)
    return b"".join((leader, *directory, _FIELD_END, body, _RECORD_END))


def _fits(chunk: bytes, framed: bytes) -> bool:
    """Whether the lengths in leader and directory were those of `framed`."""
    end = framed.index(_FIELD_END)
    return chunk[:5] == framed[:5] and chunk[12:17] == framed[12:17] and chunk[_LEADER:end] == framed[_LEADER:end]


def _usual_encoding(chunks: Iterable[bytes]) -> str:
    """That of most records which can only be one of the two."""
    utf_8 = gb = 0
    for chunk in chunks:
        if chunk.isascii():
            continue
        if _decodes(chunk, "utf-8"):
            utf_8 += 1
        else:
            gb += 1
    return "gb18030" if gb > utf_8 else "utf-8"


def _encoding(chunk: bytes, usual: str) -> tuple[str, bool]:
    """The encoding of a record, and whether all of it can be read so."""
    if chunk.isascii():
        return usual, True
    for encoding in (usual, "gb18030" if usual == "utf-8" else "utf-8"):
        if _decodes(chunk, encoding):
            return encoding, True
    return usual, False


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _beginning(chunk: bytes, encoding: str) -> str:
    """Enough of a broken record to find it by: words of its fields, without leader and directory."""
    text = chunk.partition(_FIELD_END)[2] or chunk
    return _telling(re.sub(r"[\x00-\x20\ufffd]+.?", " ", text[:2000].decode(encoding, "replace")))


def _telling(text: str) -> str:
    """The first words of `text`, the Chinese ones if there are any: numbers and codes say little."""
    words = text.split()
    return " ".join([word for word in words if not word.isascii()] or words)[:40]


# ── MARCXML ──


def _as_text(data: bytes) -> tuple[str, str]:
    """The text of an XML file and its encoding, whatever it says of itself (and expat knows no GB18030)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "utf-16"
    texts = []
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if not lost:
            return text, encoding
        texts.append((lost, encoding, text))
    _, encoding, text = min(texts)
    return text, encoding


class _Entities(ValueError):  # noqa: N818  it never leaves this module
    """A document type: no MARCXML has one, and entities are how XML harms its reader."""


def _read_marcxml(name: str, data: bytes, progress: Progress) -> Iterator[_Read | Broken]:
    text, encoding = _as_text(data)
    text = text.lstrip("\ufeff \t\r\n\0")
    read = 0
    try:
        for record in _parsed(text, progress):
            read += 1
            yield _xml_read(read, record, encoding)
    except _Entities:
        raise FileTrouble("xml_entities", file=name) from None
    except _xml_errors():
        # From the first bad record on, each by itself.
        at = 0
        for number, piece in enumerate(_pieces(text), 1):
            at += len(piece)
            if number > read:
                progress(min(at, len(text)), len(text))
                yield _read_piece(number, piece, encoding)
        progress(len(text), len(text))


def _xml_errors() -> tuple[type[Exception], ...]:
    from xml.sax import SAXException

    from pymarc.exceptions import PymarcException

    return (SAXException, PymarcException, KeyError, ValueError)  # pymarc takes attributes for granted


def _parsed(text: str, progress: Progress) -> Iterator[Record]:
    """The records of an XML document as they are read. Raises what the parser and pymarc raise, and `_Entities`."""
    from xml.sax import SAXException
    from xml.sax.expatreader import create_parser
    from xml.sax.handler import LexicalHandler, feature_external_ges, feature_namespaces, property_lexical_handler

    from pymarc import XmlHandler

    class NoDocumentType(LexicalHandler):
        def startDTD(self, *about: object) -> None:  # noqa: N802, ARG002  SAX's name; whatever it is about
            raise _Entities

    class NotTooDeep(XmlHandler):
        depth = 0

        def startElementNS(self, *about: Any) -> None:  # noqa: N802  SAX's name
            self.depth += 1
            if self.depth > _XML_DEEPEST:
                raise SAXException("too deep")
            super().startElementNS(*about)  # type: ignore[no-untyped-call]  # pymarc's

        def endElementNS(self, *about: Any) -> None:  # noqa: N802  the same
            self.depth -= 1
            super().endElementNS(*about)  # type: ignore[no-untyped-call]  # the same

    handler = NotTooDeep()  # type: ignore[no-untyped-call]  # pymarc's
    parser = create_parser()  # noqa: S315  without document types there are no entities
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setProperty(property_lexical_handler, NoDocumentType())
    for at in range(0, len(text), _XML_BLOCK):
        progress(at, len(text))
        parser.feed(text[at : at + _XML_BLOCK])
        records, handler.records = handler.records, []
        yield from records
    parser.close()
    yield from handler.records
    progress(len(text), len(text))


def _pieces(text: str) -> Iterator[str]:
    """The source of each record, and what is left of one whose tags are broken.

    A record around a record, as search services wrap them, is none.
    """
    starts = [0, *(found.start() for found in _XML_RECORD.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        piece = text[start:end]
        closed = _XML_RECORD_END.search(piece)
        whole, rest = (piece[: closed.end()], piece[closed.end() :]) if closed else ("", piece)
        for part in (whole, rest):
            if _XML_INNER.search(part):
                yield part


def _read_piece(number: int, piece: str, encoding: str) -> _Read | Broken:
    found = _XML_RECORD.match(piece)
    prefix = found[1] if found else None
    around = f'xmlns:{prefix}="x"' if prefix else ""
    try:
        records = list(_parsed(f"<all {around}>{piece}</all>", quiet))
    except _xml_errors():
        records = []
    if records:
        return _xml_read(number, records[0], encoding)
    whole = _XML_RECORD_END.search(piece) is not None
    words = _telling(re.sub(r"<[^>]*>?", " ", piece[:_LOOK_AT]))
    return Broken(number, Remark("xml_record" if whole else "xml_cut_off", found=words, refuses=True))


def _xml_read(number: int, record: Record, encoding: str) -> _Read:
    broken_text = any("\ufffd" in part.value for field in record.fields for part in field.subfields)
    return _Read(number, record, encoding, (Remark("marc_bytes"),) if broken_text else ())


# ── From fields to titles and copies ──

_Fields = Mapping[str, Sequence["Field"]]


def _by_tag(record: Record) -> _Fields:
    fields: dict[str, list[Field]] = {}
    for field in record.fields:
        fields.setdefault(field.tag, []).append(field)
    return fields


def _where(profile: Profile) -> dict[str, str]:
    """For remarks: where a profile finds each thing."""
    where = {}
    for part, sources in profile.title.items():
        if sources:
            place = sources[0][0]
            where[part] = f"{place.tag}${place.codes}" if place.codes else place.tag
    for one in profile.copies:
        for part, codes in one.codes.items():
            where.setdefault(f"copy.{part}", f"{one.tag}${codes[0]}")
    return where


def _stock_record(one: _Read, fields: _Fields, profile: Profile, where: Mapping[str, str]) -> StockRecord:
    found = Found(where=where, remarks=list(one.remarks), material=_material(str(one.record.leader), profile))
    for part, sources in profile.title.items():
        if part == "subjects":
            found.subjects = _values(fields, sources, profile)
        elif part not in ("isbn", "price"):
            values = _values(fields, sources, profile)
            if values:
                joiner = profile.joined_by.get(part)
                found.title[part] = values[0] if joiner is None else joiner.join(values)
    found.title["isbn"], found.title["price"] = _isbn_and_price(fields, profile)
    if found.material is not Material.MAGAZINE:
        found.title.pop("issue", None)
    _find_copies(fields, profile, found)
    return shaped(one.place, found)


def _material(leader: str, profile: Profile) -> Material:
    kind = leader[6:8]
    if kind.startswith(profile.magazine):
        return Material.MAGAZINE
    return Material.AV if kind.startswith(profile.av) else Material.BOOK


def _values(fields: _Fields, sources: Iterable[Source], profile: Profile) -> list[str]:
    """The values of the first source that has any."""
    for source in sources:
        values = [value for place in source for field in fields.get(place.tag, ()) for value in _at(field, place)]
        if profile.ends_without:
            values = [value.rstrip(profile.ends_without) for value in values]
        values = [value for value in values if value.strip()]
        if values:
            return values
    return []


def _at(field: Field, place: Place) -> Iterator[str]:
    if place.codes:
        for code, value in field.subfields:
            if code in place.codes:
                yield value
    elif field.data:
        yield field.data[slice(*place.span)]


def _isbn_and_price(fields: _Fields, profile: Profile) -> tuple[str, str]:
    """The first right ISBN, else the first; and the price that stands with it, else the first.

    A set and its volume have an ISBN each, and so have a bound and a paper edition, with a price of its own.
    """
    isbn_sources, price_sources = profile.title.get("isbn", ()), profile.title.get("price", ())
    pairs: list[tuple[str, str]] = []
    for place in isbn_sources[0] if isbn_sources else ():
        beside = [one for source in price_sources for one in source if one.tag == place.tag]
        for field in fields.get(place.tag, ()):
            prices = [value for one in beside for value in _at(field, one) if value.strip()]
            pairs += [(isbn, prices[0] if prices else "") for isbn in _at(field, place) if isbn.strip()]
    isbn, price = next((pair for pair in pairs if not read_isbn(pair[0])[1]), pairs[0] if pairs else ("", ""))
    if not isbn:
        isbn = next(iter(_values(fields, isbn_sources, profile)), "")
    return isbn, price or next(iter(_values(fields, price_sources, profile)), "")


def _find_copies(fields: _Fields, profile: Profile, found: Found) -> None:
    """Every copy that the record names, fields about the same number together; the rest goes to `found.each`."""
    copies: dict[str, dict[str, str]] = {}
    counted = 0
    for copy_field in profile.copies:
        for field in fields.get(copy_field.tag, ()):
            groups = list(_groups(field, copy_field))
            for plain in groups:
                number = plain.get("accession_no") or plain.get("barcode")
                known = copies.setdefault(number, {}) if number else found.each
                for part, value in plain.items():
                    known.setdefault(part, value)
            counted += int(groups[0].get("count", "0")) if groups else 0
    found.copies = list(copies.values())
    if counted:
        found.each["count"] = str(counted)


def _groups(field: Field, about: CopyField) -> Iterator[dict[str, str]]:
    """The copies in one field: a number that stands again begins the next; what stands once holds for all."""
    groups: list[dict[str, str]] = [{}]
    common: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for code, value in field.subfields:
        value = value.strip()
        for part in about.parts.get(code, ()) if value else ():
            if not _can_be(part, code, value, about):
                continue
            if part in ("accession_no", "barcode"):
                if part in groups[-1]:
                    groups.append({})
                groups[-1][part] = value
                continue
            rank = about.codes[part].index(code)
            if part not in groups[-1] or rank < ranks.get(part, 0):
                groups[-1][part] = value
                ranks[part] = rank
            common.setdefault(part, value)
    for group in groups:
        if group:
            yield {**common, **group}


def _can_be(part: str, code: str, value: str, about: CopyField) -> bool:
    """Whether a value is a count or a call number, where one subfield may be either."""
    is_count = value.isdecimal() and len(value) < 4
    if part == "count":
        return is_count
    return not (is_count and part == "call_number" and "count" in about.parts[code])
