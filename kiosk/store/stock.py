"""Taking new stock: titles by their ISBN, deliveries and their lines, serials, numbers, labels still to be printed.

What may be done is decided by whoever calls; every function works in the caller's transaction, and what happened is
the desk's to record.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from kiosk.lending.barcodes import BarcodeKind
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.issues import title_stem
from kiosk.lending.stock import TitleData, kept_isbn, title_to_plain
from kiosk.store import edit
from kiosk.store.schema import (
    BookClass,
    BookNumber,
    barcodes,
    batch_lines,
    batches,
    copies,
    events,
    labels_wanted,
    loans,
    serials,
    settings,
    titles,
)

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

# ── Labels still to be printed ──


def want_labels(conn: Connection, copy_ids: Iterable[int], at: datetime) -> None:
    """Note that these copies' labels are to be printed; those that were noted already keep their place."""
    for part in edit.chunks(copy_ids, 500):
        there = set(conn.scalars(select(labels_wanted.c.copy_id).where(labels_wanted.c.copy_id.in_(part))))
        rows = [{"copy_id": copy_id, "wanted_at": at} for copy_id in part if copy_id not in there]
        edit.insert_rows(conn, labels_wanted, rows)


def wanted_labels(conn: Connection) -> Sequence[AnyRow]:
    """The copies whose labels are to be printed, in the order in which they came.

    `copy_id, barcode, call_number, title, volume, clc, accession_no, wanted_at`; `barcode` None for a copy without.
    """
    code = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    return conn.execute(
        select(
            copies.c.copy_id,
            barcodes.c.code.label("barcode"),
            copies.c.call_number,
            titles.c.title,
            titles.c.volume,
            titles.c.clc,
            copies.c.accession_no,
            labels_wanted.c.wanted_at,
        )
        .select_from(
            labels_wanted.join(copies, copies.c.copy_id == labels_wanted.c.copy_id)
            .join(titles, titles.c.title_id == copies.c.title_id)
            .outerjoin(barcodes, code)
        )
        .order_by(labels_wanted.c.wanted_at, labels_wanted.c.copy_id)
    ).all()


def labels_printed(conn: Connection, copy_ids: Iterable[int]) -> list[int]:
    """These copies have their labels: they are wanted no more. Gives those that were."""
    were: list[int] = []
    for part in edit.chunks(copy_ids, 500):
        these = labels_wanted.c.copy_id.in_(part)
        were += conn.scalars(delete(labels_wanted).where(these).returning(labels_wanted.c.copy_id))
    return were


def count_wanted(conn: Connection) -> int:
    """How many copies wait for their labels."""
    return int(conn.scalar(select(func.count()).select_from(labels_wanted)) or 0)


# ── Titles and what they have ──


def lock_numbers(conn: Connection) -> None:
    """Let other kiosks wait with giving accession and book numbers until this transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('kiosk.stock'))"))


def isbn_forms(isbn: str) -> tuple[str, ...]:
    """An ISBN as it is kept, and the other forms in which older catalogues may have it."""
    kept = kept_isbn(isbn)
    forms = [kept]
    if len(kept) == 13 and kept.startswith("978") and kept.isdecimal():
        body = kept[3:12]  # ISO 2108: the ten-digit form has its own check, modulo 11
        check = (11 - sum((10 - place) * int(digit) for place, digit in enumerate(body))) % 11
        forms.append(f"{body}{'X' if check == 10 else check}")
    return tuple(forms)


def titles_of_isbn(conn: Connection, isbn: str) -> Sequence[AnyRow]:
    """The titles of an ISBN, each with all its columns, the earliest first."""
    return conn.execute(select(titles).where(titles.c.isbn.in_(isbn_forms(isbn))).order_by(titles.c.title_id)).all()


def titles_with(isbns: Sequence[str]) -> Select[Any]:
    """The titles with one of these ISBNs as it is stored: `title_id, isbn, title, volume`."""
    wanted = select(titles.c.title_id, titles.c.isbn, titles.c.title, titles.c.volume)
    return wanted.where(titles.c.isbn.in_(isbns))


def title(conn: Connection, title_id: int) -> AnyRow | None:
    """A title with all its columns."""
    return conn.execute(select(titles).where(titles.c.title_id == title_id)).one_or_none()


def title_of_issue(conn: Connection, issn: str, issue: str) -> AnyRow | None:
    """The title that is one issue of a magazine."""
    return conn.execute(select(titles).where(titles.c.issn == issn, titles.c.issue == issue).limit(1)).one_or_none()


def title_data(row: AnyRow) -> TitleData:
    """A row of `titles` as a catalogue describes it."""
    parts = {name: getattr(row, name) for name in _PLAIN}
    subjects = tuple(line for line in row.subjects.split("\n") if line)
    return TitleData(**parts, material=Material(row.material), isbn=row.isbn or "", subjects=subjects)


_PLAIN = tuple(one.name for one in fields(TitleData) if one.name not in ("material", "isbn", "subjects"))


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a library has of a title: how many copies that are not withdrawn; the last one's number, place, price."""

    copies: int = 0
    call_number: str = ""
    place: str = ""
    price_fen: int | None = None


def holdings(conn: Connection, title_id: int) -> Holdings:
    """The copies of a title."""
    rows = conn.execute(
        select(copies.c.call_number, copies.c.place, copies.c.price_fen, copies.c.status)
        .where(copies.c.title_id == title_id)
        .order_by(copies.c.copy_id.desc())
    ).all()
    number = next((row.call_number for row in rows if row.call_number), "")
    place = next((row.place for row in rows if row.place), "")
    price = next((row.price_fen for row in rows if row.price_fen is not None), None)
    return Holdings(sum(row.status != CopyStatus.WITHDRAWN.value for row in rows), number, place, price)


# ── Call numbers ──


def next_book_number(conn: Connection, clc: str) -> int:
    """The next running number (种次号) within a class: one above the highest on any copy.

    `clc` holds no "/". What is no running number (`schema.BookNumber`) does not count.
    """
    number = copies.c.call_number
    return (conn.scalar(select(func.max(BookNumber(number))).where(BookClass(number) == clc)) or 0) + 1


def place_of_class(conn: Connection, clc: str) -> str:
    """Where the copy of this class stands that came last; empty without one."""
    last = (
        select(copies.c.place)
        .select_from(copies.join(titles, titles.c.title_id == copies.c.title_id))
        .where(titles.c.clc == clc, copies.c.place != "")
        .order_by(titles.c.title_id.desc(), copies.c.copy_id.desc())
        .limit(1)
    )
    return conn.scalar(last) or ""


def same_sets(conn: Connection, clc: str, stem: str, limit: int = 4) -> Sequence[AnyRow]:
    """Titles of the class that begin with `stem`, with a call number each, the newest first.

    `title_id, title, volume, isbn, publisher, call_number`.
    """
    about = (titles.c.title_id, titles.c.title, titles.c.volume, titles.c.isbn, titles.c.publisher)
    found = conn.execute(
        select(*about, func.max(copies.c.call_number).label("call_number"))
        .select_from(titles.join(copies, copies.c.title_id == titles.c.title_id))
        .where(
            titles.c.clc == clc,
            _begins_with(conn, titles.c.title, stem),
            copies.c.call_number.startswith(f"{clc}/", autoescape=True),
        )
        .group_by(*about)
        .order_by(titles.c.title_id.desc())
        .limit(40)
    ).all()
    return [row for row in found if title_stem(row.title) == stem][:limit]


def _begins_with(conn: Connection, column: Column[str], start: str) -> ColumnElement[bool]:
    """That a text begins so, in the way in which each database finds it by an index: SQLite does not with a LIKE, and
    PostgreSQL not with a range, whose order is that of the school's language."""
    if conn.dialect.name == "sqlite":
        return and_(column >= start, column < f"{start}\U0010ffff")
    return column.startswith(start, autoescape=True)


# ── Accession numbers ──

FIRST_ACCESSION = "000001"
LAST_ACCESSION = "last_accession"
"""Setting: the highest accession numbers that were used once, by what stands before their digits."""

_LOOKED_AT = 200
_ENDS = re.compile(r"(?P<before>.*?)(?P<digits>[0-9]+)", re.DOTALL)


def next_accessions(conn: Connection, count: int) -> list[str]:
    """The next `count` accession numbers: on from the highest of the kind that most of the last copies have.

    The kind is what stands before the digits at the end; their width is kept ("000123", "A-0007"). Numbers far
    wider than the others (a barcode in the wrong column) do not count. To be called under `lock_numbers`.
    """
    last = conn.scalars(select(copies.c.accession_no).order_by(copies.c.copy_id.desc()).limit(_LOOKED_AT)).all()
    shapes = [(fit["before"], len(fit["digits"])) for one in last if (fit := _ENDS.fullmatch(one))]
    if not shapes:
        before, width, highest = "", len(FIRST_ACCESSION), 0
    else:
        kinds = Counter(before for before, _ in shapes)
        before = max(kinds, key=lambda kind: kinds[kind])  # of equals the one that came last
        widths = Counter(wide for kind, wide in shapes if kind == before)
        usual = [wide for wide, seen in widths.items() if seen * 20 >= widths.total()]
        width, highest = max(usual), max(_highest_accession(conn, before, wide) for wide in usual)
        width = min(usual) if len(usual) > 1 else width  # of varying width: nothing is filled up with zeros
    used = conn.scalar(select(settings.c.value).where(settings.c.key == LAST_ACCESSION)) or {}
    number = max(highest, int(used.get(before, 0))) + 1
    found: list[str] = []
    while len(found) < count:
        some = [f"{before}{n:0{width}}" for n in range(number, number + count - len(found))]
        taken = set(conn.scalars(select(copies.c.accession_no).where(copies.c.accession_no.in_(some))))
        found += [one for one in some if one not in taken]
        number += len(some)
    return found


def labels_are_accessions(conn: Connection, codes: Sequence[str]) -> bool:
    """Whether numbers on labels are to be accession numbers as well: most of the last copies have it so, and none of
    `codes` is one already."""
    last = (
        select(copies.c.copy_id, copies.c.accession_no).order_by(copies.c.copy_id.desc()).limit(_LOOKED_AT).subquery()
    )
    joined = last.outerjoin(barcodes, and_(barcodes.c.copy_id == last.c.copy_id, barcodes.c.active))
    same = func.sum(case((barcodes.c.code == last.c.accession_no, 1), else_=0))
    row = conn.execute(select(same.label("same"), func.count().label("all")).select_from(joined)).one()
    if not row.all or (row.same or 0) * 2 <= row.all:
        return False
    taken = select(copies.c.copy_id).where(copies.c.accession_no.in_(codes)).limit(1)
    return conn.execute(taken).first() is None


def _highest_accession(conn: Connection, before: str, width: int) -> int:
    """The highest accession number of `width` digits behind `before`; 0 without one."""
    number = copies.c.accession_no
    digits = func.substr(number, len(before) + 1)
    highest = conn.scalar(
        select(number)
        .where(
            func.length(number) == len(before) + width,
            number.startswith(before, autoescape=True),
            func.ltrim(digits, "0123456789") == "",
        )
        .order_by(number.desc())
        .limit(1)
    )
    return int(highest[len(before) :]) if highest else 0


def accession_used(conn: Connection, number: str) -> None:
    """Never give this accession number again, though its copy is gone."""
    fit = _ENDS.fullmatch(number)
    if fit is None:
        return
    used = dict(conn.scalar(select(settings.c.value).where(settings.c.key == LAST_ACCESSION)) or {})
    used[fit["before"]] = max(int(fit["digits"]), int(used.get(fit["before"], 0)))
    edit.save_setting(conn, LAST_ACCESSION, used)


# ── Numbers printed beforehand ──

SET_APART = "numbers_set_apart"
"""Setting: the ranges of serials of copies that were set apart so that labels could be printed."""


def numbers_apart(conn: Connection) -> list[tuple[int, int]]:
    """The ranges (first, last) of serials of copies that were set apart, in the order in which they were."""
    stored = conn.scalar(select(settings.c.value).where(settings.c.key == SET_APART)) or ()
    return [(int(first), int(last)) for first, last in stored]


def set_apart(conn: Connection, first: int, last: int) -> None:
    """Note that labels are printed with these serials: no copy is given one by itself."""
    edit.give_out(conn, BarcodeKind.COPY, [(first, last)])
    edit.save_setting(conn, SET_APART, [*numbers_apart(conn), (first, last)])


def used_between(conn: Connection, first: str, last: str) -> frozenset[str]:
    """Which of the own numbers from `first` to `last` are given to something already."""
    code = barcodes.c.code
    wanted = select(code).where(code.between(first, last), func.length(code) == len(first))
    return frozenset(conn.scalars(wanted))


# ── Taking back ──


def taking_undone(conn: Connection, seq: int) -> bool:
    """Whether what the event `seq` tells of was taken back."""
    wanted = select(events.c.details).where(
        events.c.action == "taking_undone", events.c.seq > seq, events.c.loan_id.is_(None)
    )
    return any(details.get("seq") == seq for details in conn.scalars(wanted))


def was_lent(conn: Connection, copy_ids: Sequence[int]) -> bool:
    """Whether any of these copies was ever lent, even if that was undone."""
    return conn.execute(select(loans.c.loan_id).where(loans.c.copy_id.in_(copy_ids)).limit(1)).first() is not None


def copies_of(conn: Connection, copy_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Copies with their numbers: the columns of `copies`, and `barcode`."""
    code = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    return conn.execute(
        select(copies, barcodes.c.code.label("barcode"))
        .select_from(copies.outerjoin(barcodes, code))
        .where(copies.c.copy_id.in_(copy_ids))
        .order_by(copies.c.copy_id)
    ).all()


def remove_copies(conn: Connection, copy_ids: Sequence[int]) -> None:
    """Take copies that were never lent out of the library, with their numbers, which nobody is given again.

    What the ledger says of them stays (the numbers stand in its details); only its way to their rows goes.
    """
    rows = copies_of(conn, copy_ids)
    serials = [serial for row in rows if row.barcode and (serial := edit.serial_of(row.barcode, BarcodeKind.COPY))]
    edit.give_out(conn, BarcodeKind.COPY, [(serial, serial) for serial in serials])
    for row in rows:
        accession_used(conn, row.accession_no)
    conn.execute(update(events).where(events.c.copy_id.in_(copy_ids)).values(copy_id=None))
    conn.execute(delete(barcodes).where(barcodes.c.copy_id.in_(copy_ids)))
    conn.execute(delete(labels_wanted).where(labels_wanted.c.copy_id.in_(copy_ids)))
    conn.execute(delete(copies).where(copies.c.copy_id.in_(copy_ids)))
    edit.refresh_search(conn, {row.title_id for row in rows})
    edit.bump(conn, "catalogue")


def remove_title(conn: Connection, title_id: int) -> bool:
    """Take a title without copies out of the library; False if it has some. Lines of deliveries stay without it."""
    if conn.execute(select(copies.c.copy_id).where(copies.c.title_id == title_id).limit(1)).first() is not None:
        return False
    conn.execute(update(batch_lines).where(batch_lines.c.title_id == title_id).values(title_id=None))
    conn.execute(delete(titles).where(titles.c.title_id == title_id))
    edit.bump(conn, "catalogue")
    return True


# ── Deliveries ──

_SHORT = case(
    (batch_lines.c.ordered > batch_lines.c.arrived, batch_lines.c.ordered - batch_lines.c.arrived),
    else_=0,
)
_TOTALS = (
    select(
        batches,
        func.count(batch_lines.c.line_id).label("titles"),
        func.coalesce(func.sum(batch_lines.c.ordered), 0).label("ordered"),
        func.coalesce(func.sum(batch_lines.c.arrived), 0).label("arrived"),
        func.coalesce(func.sum(batch_lines.c.damaged), 0).label("damaged"),
        func.coalesce(func.sum(_SHORT), 0).label("short"),
    )
    .select_from(batches.outerjoin(batch_lines, batch_lines.c.batch_id == batches.c.batch_id))
    .group_by(*batches.c)
)


def all_batches(conn: Connection, limit: int) -> Sequence[AnyRow]:
    """Deliveries with `titles, ordered, arrived, damaged, short`: open ones first, then the newest first."""
    order = (case((batches.c.closed_at.is_(None), 0), else_=1), batches.c.batch_id.desc())
    listed = select(batches.c.batch_id).order_by(*order).limit(limit)
    return conn.execute(_TOTALS.where(batches.c.batch_id.in_(listed)).order_by(*order)).all()


def batch(conn: Connection, batch_id: int) -> AnyRow | None:
    """A delivery with its totals."""
    return conn.execute(_TOTALS.where(batches.c.batch_id == batch_id)).one_or_none()


def count_batches(conn: Connection, *, open_only: bool) -> int:
    """How many deliveries there are."""
    wanted = select(func.count()).select_from(batches)
    return int(conn.scalar(wanted.where(batches.c.closed_at.is_(None)) if open_only else wanted) or 0)


def save_batch(conn: Connection, batch_id: int, values: Mapping[str, object], at: datetime) -> int:
    """Write a delivery, a new one with `batch_id` 0; its id."""
    if batch_id:
        conn.execute(update(batches).where(batches.c.batch_id == batch_id).values(**values))
        return batch_id
    made = insert(batches).values(**values, created_at=at).returning(batches.c.batch_id)
    return int(conn.execute(made).scalar_one())


def close_batch(conn: Connection, batch_id: int, at: datetime | None) -> None:
    """Close a delivery, or with None open it again."""
    conn.execute(update(batches).where(batches.c.batch_id == batch_id).values(closed_at=at))


def delete_batch(conn: Connection, batch_id: int) -> bool:
    """Take a delivery and its lines out; False if something of it has come."""
    came = select(copies.c.copy_id).where(copies.c.batch_id == batch_id).limit(1)
    arrived = select(batch_lines.c.line_id).where(batch_lines.c.batch_id == batch_id, batch_lines.c.arrived > 0)
    if conn.execute(came).first() is not None or conn.execute(arrived.limit(1)).first() is not None:
        return False
    conn.execute(delete(batch_lines).where(batch_lines.c.batch_id == batch_id))
    conn.execute(delete(batches).where(batches.c.batch_id == batch_id))
    return True


_OPEN = select(batches.c.batch_id).where(batches.c.closed_at.is_(None))  # looked up first: most deliveries are closed
_LINES = select(batch_lines, batches.c.name.label("batch"), batches.c.closed_at).select_from(
    batch_lines.join(batches, batches.c.batch_id == batch_lines.c.batch_id)
)


def lines_of_batch(conn: Connection, batch_id: int) -> Sequence[AnyRow]:
    """The lines of a delivery in the order of its file, those that were added by hand behind."""
    by_hand = case((batch_lines.c.place == 0, 1), else_=0)
    wanted = _LINES.where(batch_lines.c.batch_id == batch_id)
    return conn.execute(wanted.order_by(by_hand, batch_lines.c.place, batch_lines.c.line_id)).all()


def line(conn: Connection, line_id: int) -> AnyRow | None:
    """A line with its delivery's name (`batch`) and `closed_at`."""
    return conn.execute(_LINES.where(batch_lines.c.line_id == line_id)).one_or_none()


def lines_for(conn: Connection, *, batch_id: int, isbn: str = "", title_id: int = 0) -> Sequence[AnyRow]:
    """The lines of open deliveries for an ISBN or a title, of one delivery with `batch_id`.

    Those still to come first, of the newest delivery first, in the order of its file.
    """
    ways: list[ColumnElement[bool]] = []
    if isbn:
        ways.append(batch_lines.c.isbn.in_(isbn_forms(isbn)))
    if title_id:
        ways.append(batch_lines.c.title_id == title_id)
    if not ways:
        return ()
    wanted = _LINES.where(or_(*ways), batches.c.closed_at.is_(None))
    if batch_id:
        wanted = wanted.where(batch_lines.c.batch_id == batch_id)
    complete = case((batch_lines.c.arrived < batch_lines.c.ordered, 0), else_=1)
    order = (complete, batch_lines.c.batch_id.desc(), batch_lines.c.place, batch_lines.c.line_id)
    return conn.execute(wanted.order_by(*order)).all()


def lines_like(conn: Connection, words: str, batch_id: int, limit: int) -> Sequence[AnyRow]:
    """Lines of open deliveries in whose title some words stand."""
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    wanted = _LINES.where(
        batch_lines.c.batch_id.in_(_OPEN), batch_lines.c.data.cast(Text).contains(written, autoescape=True)
    )
    if batch_id:
        wanted = wanted.where(batch_lines.c.batch_id == batch_id)
    rows = conn.execute(wanted.order_by(batch_lines.c.line_id).limit(limit * 5)).all()
    return [row for row in rows if words in str(row.data.get("title", ""))][:limit]


def add_lines(conn: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Add lines: `batch_id, place, isbn, data, title_id, ordered, arrived, damaged`; say how many."""
    return edit.insert_rows(conn, batch_lines, rows)


def add_line(conn: Connection, batch_id: int, data: TitleData, title_id: int) -> int:
    """A line for what came without being ordered; its id."""
    made = (
        insert(batch_lines)
        .values(batch_id=batch_id, place=0, isbn=data.isbn, data=title_to_plain(data), title_id=title_id)
        .returning(batch_lines.c.line_id)
    )
    return int(conn.execute(made).scalar_one())


def change_line(conn: Connection, line_id: int, values: Mapping[str, object]) -> None:
    """Other values of a line."""
    conn.execute(update(batch_lines).where(batch_lines.c.line_id == line_id).values(**values))


def count_line(conn: Connection, line_id: int, arrived: int, damaged: int, title_id: int | None) -> None:
    """So many more pieces of a line arrived (fewer, when below 0), so many of them damaged."""
    now = batch_lines.c
    values: dict[str, Any] = {"arrived": now.arrived + arrived, "damaged": now.damaged + damaged}
    if title_id is not None:
        values["title_id"] = title_id
    conn.execute(update(batch_lines).where(now.line_id == line_id).values(**values))


def drop_line(conn: Connection, line_id: int) -> None:
    """Take a line out that says nothing any more: nothing of it was ordered, nothing came."""
    empty = (batch_lines.c.ordered == 0) & (batch_lines.c.arrived == 0) & (batch_lines.c.place == 0)
    conn.execute(delete(batch_lines).where(batch_lines.c.line_id == line_id, empty))


# ── Magazines ──


def all_serials(conn: Connection) -> Sequence[AnyRow]:
    """Every magazine, by title."""
    return conn.execute(select(serials).order_by(serials.c.title, serials.c.serial_id)).all()


def serial(conn: Connection, serial_id: int) -> AnyRow | None:
    """A magazine."""
    return conn.execute(select(serials).where(serials.c.serial_id == serial_id)).one_or_none()


def serial_of_issn(conn: Connection, issn: str) -> AnyRow | None:
    """The magazine of an ISSN ("1234-5679")."""
    return conn.execute(select(serials).where(serials.c.issn == issn)).one_or_none()


def save_serial(conn: Connection, serial_id: int, values: Mapping[str, object], at: datetime) -> int:
    """Write a magazine, a new one with `serial_id` 0; its id."""
    if serial_id:
        conn.execute(update(serials).where(serials.c.serial_id == serial_id).values(**values))
        return serial_id
    made = insert(serials).values(**values, created_at=at).returning(serials.c.serial_id)
    return int(conn.execute(made).scalar_one())


def issues_call_number(conn: Connection, issn: str, but: int) -> str:
    """The call number of the copy of a magazine that came last, of any issue but the title `but`; "" without one."""
    wanted = (
        select(copies.c.call_number)
        .select_from(titles.join(copies, copies.c.title_id == titles.c.title_id))
        .where(titles.c.issn == issn, titles.c.issn != "", titles.c.title_id != but, copies.c.call_number != "")
        .order_by(copies.c.copy_id.desc())
        .limit(1)
    )
    return conn.scalar(wanted) or ""


def last_issue_title(conn: Connection, issn: str) -> AnyRow | None:
    """The title of the issue of a magazine that came last."""
    wanted = select(titles).where(titles.c.issn == issn, titles.c.issn != "").order_by(titles.c.title_id.desc())
    return conn.execute(wanted.limit(1)).one_or_none()
