"""Plain writes to the catalogue, the people, the settings, the calendar and the rota.

None of this has rules of its own: what may be written is decided by whoever calls. Every function works in the
caller's transaction. NUL characters, which PostgreSQL stores in no text, are left out. A write to what kiosks cache
(settings, calendar, rota) raises the setting `version`; one to what search caches (titles, call numbers) raises the
setting `catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Integer, Select, Table, Text, cast, delete, func, insert, select, text, update
from sqlalchemy.engine import Connection

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import ExtraSlot, Slot, SlotSwap, audience_to_plain
from kiosk.lending.stock import TitleData
from kiosk.store import schema
from kiosk.store.pinyin import name_search, title_search

Row = TypeVar("Row", "NewPatron", "NewTitle", "NewCopy")

CHUNK = 10_000
_MANY = 1_000
LAST_SERIAL = 999_999


# --- settings -------------------------------------------------------------------------------------------------


def load_settings(conn: Connection) -> dict[str, object]:
    """Every library-wide setting."""
    rows = conn.execute(select(schema.settings.c.key, schema.settings.c.value))
    return {row.key: row.value for row in rows}


def save_setting(conn: Connection, key: str, value: object) -> None:
    """Set one setting to any JSON value."""
    value = _without_nul(value)
    _upsert(conn, schema.settings, {"key": key, "value": value}, {"value": value})
    bump(conn)


def bump(conn: Connection, counter: str = "version") -> None:
    """Raise a counting setting, so that kiosks know that what they keep in memory is out of date."""
    raised = cast(cast(cast(schema.settings.c.value, Text), Integer) + 1, Text)
    _upsert(conn, schema.settings, {"key": counter, "value": 1}, {"value": raised})


def _upsert(conn: Connection, table: Table, row: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    """Insert `row`, or where its primary key is there already apply `change`; safe against other kiosks."""
    key = list(table.primary_key.columns)
    if conn.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        conn.execute(postgresql.insert(table).values(**row).on_conflict_do_update(index_elements=key, set_=change))
    else:
        from sqlalchemy.dialects import sqlite

        conn.execute(sqlite.insert(table).values(**row).on_conflict_do_update(index_elements=key, set_=change))


# --- people ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPatron:
    """A patron to add, with the number of a card or without one."""

    kind: PatronKind
    name: str
    class_id: int | None = None
    card: str | None = None
    is_helper: bool = False


def add_class(conn: Connection, entry_year: int, number: int, own_name: str = "") -> int:
    """Add a school class and return its id."""
    row = {"entry_year": entry_year, "number": number, "own_name": _without_nul(own_name)}
    added = insert(schema.school_classes).returning(schema.school_classes.c.class_id)
    return int(conn.execute(added, row).scalar_one())


FIRST_LIBRARIAN = "图书管理员"
"""What a new library's librarian is called until somebody says otherwise."""


def found_library(conn: Connection, name: str, librarian: str, at: datetime) -> str:
    """Begin a new library: its name, if it has one, and its first librarian. Gives the number of their card."""
    if name.strip():
        save_setting(conn, "name", name.strip())
    card = number(BarcodeKind.CARD, next_serial(conn, BarcodeKind.CARD))
    add_patron(conn, PatronKind.LIBRARIAN, librarian.strip() or FIRST_LIBRARIAN, None, at, card)
    return card


def add_patron(
    conn: Connection,
    kind: PatronKind,
    name: str,
    class_id: int | None,
    created_at: datetime,
    card: str | None = None,
) -> int:
    """Add a patron, with a card if its number is given, and return the id."""
    return add_patrons(conn, [NewPatron(kind, name, class_id, card)], created_at)[0]


def add_patrons(conn: Connection, rows: Sequence[NewPatron], created_at: datetime) -> list[int]:
    """Add many patrons and return their ids in the same order."""
    rows = [_storable(row) for row in rows]
    ids = _new_ids(conn, schema.patrons.c.patron_id.name, schema.patrons, len(rows))
    people = (
        {
            "patron_id": patron_id,
            "kind": row.kind.value,
            "name": row.name,
            "name_search": name_search(row.name),
            "class_id": row.class_id,
            "is_helper": row.is_helper,
            "created_at": created_at,
        }
        for patron_id, row in zip(ids, rows, strict=True)
    )
    insert_rows(conn, schema.patrons, people)
    cards = (
        {"code": row.card, "kind": BarcodeKind.CARD.value, "patron_id": patron_id, "issued_at": created_at}
        for patron_id, row in zip(ids, rows, strict=True)
        if row.card
    )
    insert_rows(conn, schema.barcodes, cards)
    return ids


def rename_patron(conn: Connection, patron_id: int, name: str) -> None:
    """Change a patron's name and how it is found."""
    this = schema.patrons.c.patron_id == patron_id
    name = _without_nul(name)
    conn.execute(update(schema.patrons).where(this).values(name=name, name_search=name_search(name)))


def issue_card(conn: Connection, patron_id: int, code: str, at: datetime) -> None:
    """Give a patron the card `code`; an earlier one is stopped. A number used before raises IntegrityError."""
    stop_card(conn, patron_id, at)
    row = {"code": code, "kind": BarcodeKind.CARD.value, "patron_id": patron_id, "issued_at": at}
    conn.execute(insert(schema.barcodes), row)


def stop_card(conn: Connection, patron_id: int, at: datetime) -> None:
    """Stop a patron's card, if there is one: its number is refused from then on."""
    barcodes = schema.barcodes
    running = (barcodes.c.patron_id == patron_id) & barcodes.c.active
    conn.execute(update(barcodes).where(running).values(active=False, stopped_at=at))


GIVEN_OUT = "numbers_given_out"
"""Setting: of each kind the ranges of serials that are printed or were used, whether or not a number is stored."""


def next_serial(conn: Connection, kind: BarcodeKind) -> int:
    """The serial of the next free own number of `kind`; see `next_serials`."""
    return next_serials(conn, kind, 1)[0]


def next_serials(conn: Connection, kind: BarcodeKind, count: int) -> list[int]:
    """The next `count` free serials of `kind`: from one above the highest, or the first gaps once that is used.

    A serial that was given out (`give_out`) counts as used. Other kiosks wait until this transaction ends, so that
    nobody is given the same. Raises ValueError when so many are not free.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('kiosk.serial'))"))
    given = given_out(conn, kind)
    highest = max(_highest_serial(conn, kind), max((last for _, last in given), default=0))
    if highest + count <= LAST_SERIAL:
        return list(range(highest + 1, highest + 1 + count))
    found = {n for c in conn.scalars(_own_shape(kind)) if (n := serial_of(c, kind)) is not None}
    found.update(n for first, last in given for n in range(first, last + 1))
    gaps = list(islice((n for n in range(1, LAST_SERIAL + 1) if n not in found), count))
    if len(gaps) < count:
        raise ValueError(f"{count} {kind.value} numbers are not free")
    return gaps


def _own_shape(kind: BarcodeKind) -> Select[Any]:
    """The codes that may be own numbers of `kind`, the highest first."""
    digit, length = number(kind, 0)[0], len(number(kind, 0))
    code = schema.barcodes.c.code
    between = (code >= digit) & (code < str(int(digit) + 1))  # for the index; of one length they sort as numbers
    return select(code).where(between, func.length(code) == length, code.startswith(digit)).order_by(code.desc())


def _highest_serial(conn: Connection, kind: BarcodeKind) -> int:
    """The highest serial of `kind` among the stored numbers; 0 without any."""
    offset = 0
    while codes := conn.scalars(_own_shape(kind).limit(100).offset(offset)).all():
        for code in codes:
            if (serial := serial_of(code, kind)) is not None:
                return serial
        offset += len(codes)
    return 0


def given_out(conn: Connection, kind: BarcodeKind) -> list[tuple[int, int]]:
    """The ranges (first, last) of serials of `kind` that were given out, in order."""
    settings = schema.settings
    stored = conn.scalar(select(settings.c.value).where(settings.c.key == GIVEN_OUT)) or {}
    return [(int(first), int(last)) for first, last in stored.get(kind.value, ())]


def give_out(conn: Connection, kind: BarcodeKind, ranges: Iterable[tuple[int, int]]) -> None:
    """Never give these serials to anybody again: their labels are being printed, or what bore them is gone."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted([*given_out(conn, kind), *ranges]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    settings = schema.settings
    stored = conn.scalar(select(settings.c.value).where(settings.c.key == GIVEN_OUT)) or {}
    save_setting(conn, GIVEN_OUT, {**stored, kind.value: joined})


def serial_of(code: str, kind: BarcodeKind) -> int | None:
    """The serial of an own number; None for a number of somebody else's that only has its shape."""
    if not (code.isascii() and code.isdigit() and len(code) == len(number(kind, 0))):
        return None
    serial = int(code[1:-1])
    return serial if number(kind, serial) == code else None


# --- the catalogue --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTitle:
    """A title to add. Price in fen; `isbn` preferably as 13 digits. The fields are those of `TitleData`."""

    title: str
    authors: str = ""
    isbn: str | None = None
    clc: str = ""
    publisher: str = ""
    published: str = ""
    price_fen: int | None = None
    material: Material = Material.BOOK
    subtitle: str = ""
    volume: str = ""
    edition: str = ""
    place: str = ""
    extent: str = ""
    series: str = ""
    summary: str = ""
    subjects: str = ""  # one a line
    language: str = ""
    issn: str = ""
    issue: str = ""


def new_title(data: TitleData) -> NewTitle:
    """A title to add, as a catalogue describes it."""
    parts = {field: getattr(data, field) for field in NewTitle.__dataclass_fields__}
    return NewTitle(**{**parts, "isbn": data.isbn or None, "subjects": "\n".join(data.subjects)})


def title_row(data: TitleData) -> dict[str, object]:
    """The columns of a title that its description fills."""
    row = _storable(new_title(data))
    return {field: getattr(row, field) for field in NewTitle.__dataclass_fields__} | {"material": row.material.value}


_REST_OF_TITLE = tuple(NewTitle.__dataclass_fields__)[8:]


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A copy to add. Price in fen, where it differs from the title's or was paid."""

    title_id: int
    accession_no: str
    barcode: str | None
    call_number: str = ""
    place: str = ""
    price_fen: int | None = None
    status: CopyStatus = CopyStatus.IN_SERVICE
    for_loan: bool = True
    held_for: int | None = None
    batch_id: int | None = None


def add_title(
    conn: Connection,
    title: str,
    *,
    created_at: datetime,
    authors: str = "",
    isbn: str | None = None,
    clc: str = "",
    publisher: str = "",
    published: str = "",
    price_fen: int | None = None,
    material: Material = Material.BOOK,
) -> int:
    """Add a title and return its id."""
    row = NewTitle(title, authors, isbn, clc, publisher, published, price_fen, material)
    return add_titles(conn, [row], created_at)[0]


def add_titles(conn: Connection, rows: Sequence[NewTitle], created_at: datetime) -> list[int]:
    """Add many titles and return their ids in the same order."""
    rows = [_storable(row) for row in rows]
    ids = _new_ids(conn, schema.titles.c.title_id.name, schema.titles, len(rows))
    made = (
        {
            "title_id": title_id,
            "material": row.material.value,
            "isbn": row.isbn or None,
            "title": row.title,
            "authors": row.authors,
            "publisher": row.publisher,
            "published": row.published,
            "clc": row.clc,
            "price_fen": row.price_fen,
            "search": title_search(row.title, row.authors, _codes(row.isbn, row.clc)),
            "created_at": created_at,
            **{name: getattr(row, name) for name in _REST_OF_TITLE},
        }
        for title_id, row in zip(ids, rows, strict=True)
    )
    insert_rows(conn, schema.titles, made)
    bump(conn, "catalogue")
    return ids


def add_copy(
    conn: Connection,
    title_id: int,
    accession_no: str,
    barcode: str | None,
    *,
    created_at: datetime,
    call_number: str = "",
    place: str = "",
    price_fen: int | None = None,
    status: CopyStatus = CopyStatus.IN_SERVICE,
    for_loan: bool = True,
) -> int:
    """Add a copy, with its number if it has one already, and return the id."""
    row = NewCopy(title_id, accession_no, barcode, call_number, place, price_fen, status, for_loan)
    return add_copies(conn, [row], created_at)[0]


def add_copies(conn: Connection, rows: Sequence[NewCopy], created_at: datetime) -> list[int]:
    """Add many copies and return their ids in the same order."""
    rows = [_storable(row) for row in rows]
    ids = _new_ids(conn, schema.copies.c.copy_id.name, schema.copies, len(rows))
    made = (
        {
            "copy_id": copy_id,
            "title_id": row.title_id,
            "accession_no": row.accession_no,
            "call_number": row.call_number,
            "place": row.place,
            "price_fen": row.price_fen,
            "status": row.status.value,
            "for_loan": row.for_loan,
            "held_for": row.held_for,
            "created_at": created_at,
            "batch_id": row.batch_id,
        }
        for copy_id, row in zip(ids, rows, strict=True)
    )
    insert_rows(conn, schema.copies, made)
    numbers = (
        {"code": row.barcode, "kind": BarcodeKind.COPY.value, "copy_id": copy_id, "issued_at": created_at}
        for copy_id, row in zip(ids, rows, strict=True)
        if row.barcode
    )
    insert_rows(conn, schema.barcodes, numbers)
    refresh_search(conn, {row.title_id for row in rows if row.call_number})
    return ids


def refresh_search(conn: Connection, title_ids: Iterable[int]) -> None:
    """Work out anew how these titles are found: to be called after a title or a call number was changed."""
    titles, copies = schema.titles, schema.copies
    changed = []
    for part in chunks(sorted(title_ids), 500):
        calls: dict[int, list[str]] = {}
        numbers = (
            select(copies.c.title_id, copies.c.call_number)
            .where(copies.c.title_id.in_(part), copies.c.call_number != "")
            .distinct()
        )
        for title_id, call_number in conn.execute(numbers).all():
            calls.setdefault(title_id, []).append(call_number)
        wanted = select(
            titles.c.title_id, titles.c.title, titles.c.authors, titles.c.isbn, titles.c.clc, titles.c.search
        ).where(titles.c.title_id.in_(part))
        for row in conn.execute(wanted).all():
            codes = _codes(row.isbn, row.clc, sorted(calls.get(row.title_id, ())))
            search = title_search(row.title, row.authors, codes, row.search)
            if search != row.search:
                changed.append({"id": row.title_id, "now": search})
    if changed:
        table = titles.name
        conn.execute(text(f"UPDATE {table} SET search = :now WHERE title_id = :id"), changed)  # noqa: S608  our table
        bump(conn, "catalogue")


def _codes(isbn: str | None, clc: str, call_numbers: Sequence[str] = ()) -> tuple[str, ...]:
    """Every code a title is found by: ISBN in both lengths, CLC class, call numbers."""
    digits = "".join(sign for sign in isbn or "" if sign.isalnum())
    codes = [digits, clc, *call_numbers]
    if len(digits) == 13 and digits.startswith("978") and digits.isdecimal():
        body = digits[3:12]  # ISO 2108: the ten-digit form has its own check, modulo 11
        check = (11 - sum((10 - place) * int(digit) for place, digit in enumerate(body))) % 11
        codes.append(f"{body}{'X' if check == 10 else check}")
    elif len(digits) == 10 and digits[:9].isdecimal():
        body = f"978{digits[:9]}"
        weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        codes.append(f"{body}{-weighed % 10}")
    return tuple(code for code in codes if code)


# --- loans (samples, imports, benchmarks; the kiosk's own are the desk's) ---------------------------------------


def add_loans(conn: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Add past or open loans, rows of the table `loans` without ids, any number of them; say how many."""
    return insert_rows(conn, schema.loans, rows)


# --- calendar and rota ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """When a helper is on duty at the counter: `weekday` 1 Monday … 7 Sunday, school's local time."""

    duty_id: int
    patron_id: int
    weekday: int
    starts: time
    ends: time


Entry = Term | Closure | SwapDay | Slot | ExtraSlot | SlotSwap | Duty
"""What calendar and rota consist of. Of a new entry the id does not matter."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of entry is stored: its table, the field of its key, and its other columns."""

    table: Table
    key: str
    columns: Callable[[Any], dict[str, Any]]


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda entry: {name: _without_nul(getattr(entry, name)) for name in names}


def _with_audience(*names: str) -> Callable[[Any], dict[str, Any]]:
    plain = _fields(*names)
    return lambda entry: {**plain(entry), "audience": audience_to_plain(entry.audience)}


_KINDS: Mapping[type[Entry], _Kind] = {
    Term: _Kind(schema.terms, "term_id", _fields("name", "starts_on", "ends_on", "recall_on")),
    Closure: _Kind(schema.closures, "closure_id", _fields("starts_on", "ends_on", "reason")),
    SwapDay: _Kind(schema.swap_days, "day", _fields("uses_weekday", "as_of")),
    Slot: _Kind(schema.slots, "slot_id", _with_audience("weekday", "starts", "ends", "weeks", "label")),
    ExtraSlot: _Kind(schema.extra_slots, "extra_id", _with_audience("day", "starts", "ends", "label")),
    SlotSwap: _Kind(schema.slot_swaps, "swap_id", _fields("first_slot", "first_day", "second_slot", "second_day")),
    Duty: _Kind(schema.duties, "duty_id", _fields("patron_id", "weekday", "starts", "ends")),
}


def add_entry(conn: Connection, entry: Entry) -> int:
    """Add an entry to the calendar or the rota and return its new id (0 for a swap day, whose key is its day).

    A swap day replaces one on the same day.
    """
    kind = _KINDS[type(entry)]
    columns = kind.columns(entry)
    bump(conn)
    if isinstance(entry, SwapDay):
        _upsert(conn, kind.table, {"day": entry.day, **columns}, columns)
        return 0
    added = insert(kind.table).values(**columns).returning(kind.table.c[kind.key])
    return int(conn.execute(added).scalar_one())


def replace_entry(conn: Connection, entry: Entry) -> bool:
    """Change the entry with the same id; False if there is none (any more)."""
    kind = _KINDS[type(entry)]
    this = kind.table.c[kind.key] == getattr(entry, kind.key)
    bump(conn)
    return conn.execute(update(kind.table).where(this).values(**kind.columns(entry))).rowcount == 1


def delete_entry(conn: Connection, kind: type[Entry], key: int | date) -> bool:
    """Delete the entry of a kind (`delete_entry(conn, Slot, 3)`) by its id; False if there is none (any more).

    With a slot go the swaps it takes part in.
    """
    stored = _KINDS[kind]
    bump(conn)
    return conn.execute(delete(stored.table).where(stored.table.c[stored.key] == key)).rowcount == 1


# --- texts ----------------------------------------------------------------------------------------------------


def _without_nul(value: Any) -> Any:
    """`value`, if it is a text without its NUL characters."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _storable(row: Row) -> Row:
    """`row` with no NUL character in any of its texts."""
    values = {name: getattr(row, name) for name in row.__dataclass_fields__}
    spoilt = [name for name, value in values.items() if isinstance(value, str) and "\0" in value]
    return replace(row, **{name: _without_nul(values[name]) for name in spoilt}) if spoilt else row


# --- many rows ------------------------------------------------------------------------------------------------


def chunks(rows: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    """`rows` in lists of at most `size`."""
    part = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def insert_rows(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert any number of rows, all with the same columns, without holding them all in memory; say how many."""
    count = 0
    for part in chunks(rows):
        conn.execute(insert(table), part)
        count += len(part)
    if count >= _MANY and conn.dialect.name == "postgresql":
        conn.execute(text(f"ANALYZE {table.name}"))  # until it knows better, PostgreSQL takes the table for empty
    return count


def _new_ids(conn: Connection, column: str, table: Table, count: int) -> list[int]:
    """`count` unused ids of `table`, known beforehand so that rows which point at them can go in as lists."""
    if conn.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:table, :column)) FROM generate_series(1, :count)")
        return [int(n) for n in conn.scalars(drawn, {"table": table.name, "column": column, "count": count})]
    highest = conn.scalar(select(func.max(table.c[column]))) or 0  # one writer at a time: nobody else takes these
    return list(range(highest + 1, highest + 1 + count))
