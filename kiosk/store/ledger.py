"""Listings for the command line and for scripts: rows as plain dicts that JSON can hold.

Each function gives an iterator, so that a hundred thousand rows need no memory; it must be used up inside
`Library.read`. Instants are ISO 8601 in UTC with a Z (`at`, `lent_at` …) and, with the school's time zone given, once
more in local time without an offset (`at_local` …). Days are ISO dates, money is fen. PIN hashes are never listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.engine import Connection

from kiosk.lending.patrons import ClassName, PatronKind, Visitor, grade_on
from kiosk.store import schema

Entry = dict[str, Any]
"""One line of a listing."""

_PARTITION = 1_000
_GRADES = "零一二三四五六七八九"


def usual_class_text(name: ClassName) -> str:
    """A class as 三(2)班, or by its own name."""
    grade = _GRADES[name.grade] if 1 <= name.grade <= 9 else str(name.grade)
    return name.own or f"{grade}({name.number})班"


@dataclass(frozen=True, slots=True)
class School:
    """What listings need to know beside the library: the day (for grades, lateness), the zone, how classes are said."""

    today: date
    tz: tzinfo | None = None
    school_year_starts: tuple[int, int] = (9, 1)
    class_text: Callable[[ClassName], str] = usual_class_text
    due_now: Callable[[Visitor, date], date] = lambda _, due_on: due_on
    """The last day in time, as things stand, of a loan made due on a day (`Policies.due_now`)."""


def patrons(
    conn: Connection,
    school: School,
) -> Iterator[Entry]:
    """Every patron; `barcode` is the active card."""
    p, k, b = schema.patrons, schema.school_classes, schema.barcodes
    wanted = (
        select(
            p.c.patron_id,
            p.c.kind,
            p.c.name,
            p.c.active,
            p.c.is_helper,
            p.c.suspended_until,
            p.c.charges_fen,
            p.c.created_at,
            p.c.class_id,
            k.c.entry_year,
            k.c.number,
            k.c.own_name,
            b.c.code,
        )
        .select_from(
            p.outerjoin(k, p.c.class_id == k.c.class_id).outerjoin(b, and_(b.c.patron_id == p.c.patron_id, b.c.active))
        )
        .order_by(p.c.patron_id)
    )
    for row in _rows(conn, wanted):
        yield {
            "patron_id": row.patron_id,
            "barcode": row.code,
            "kind": row.kind,
            "name": row.name,
            **_class(row, school),
            "active": row.active,
            "is_helper": row.is_helper,
            "suspended_until": _day(row.suspended_until),
            "charges_fen": row.charges_fen,
            **_instant("created_at", row.created_at, school.tz),
        }


def titles(conn: Connection, school: School) -> Iterator[Entry]:
    """Every title. A title has no barcode of the library's; `isbn` is the publisher's number."""
    t = schema.titles
    wanted = select(*(column for column in t.c if column.name != "search")).order_by(t.c.title_id)
    for row in _rows(conn, wanted):
        yield {
            "title_id": row.title_id,
            "material": row.material,
            "isbn": row.isbn,
            "title": row.title,
            "authors": row.authors,
            "publisher": row.publisher,
            "published": row.published,
            "clc": row.clc,
            "price_fen": row.price_fen,
            **_instant("created_at", row.created_at, school.tz),
        }


def copies(conn: Connection, school: School) -> Iterator[Entry]:
    """Every copy with its title; `out` says whether it is lent, `due_on` until when, `held_for` for whom it is kept."""
    c, t, b, n, p, k = (
        schema.copies, schema.titles, schema.barcodes, schema.loans, schema.patrons, schema.school_classes
    )  # fmt: skip
    wanted = (
        select(
            c,
            t.c.title,
            t.c.material,
            t.c.clc,
            b.c.code,
            n.c.loan_id,
            n.c.due_on,
            p.c.kind,
            p.c.class_id.label("now_in"),
            k.c.entry_year.label("now_since"),
        )
        .select_from(
            c.join(t, c.c.title_id == t.c.title_id)
            .outerjoin(b, and_(b.c.copy_id == c.c.copy_id, b.c.active))
            .outerjoin(n, and_(n.c.copy_id == c.c.copy_id, n.c.returned_at.is_(None)))
            .outerjoin(p, n.c.patron_id == p.c.patron_id)
            .outerjoin(k, p.c.class_id == k.c.class_id)
        )
        .order_by(c.c.copy_id)
    )
    for row in _rows(conn, wanted):
        yield {
            "copy_id": row.copy_id,
            "barcode": row.code,
            "accession_no": row.accession_no,
            "title_id": row.title_id,
            "title": row.title,
            "material": row.material,
            "clc": row.clc,
            "call_number": row.call_number,
            "place": row.place,
            "price_fen": row.price_fen,
            "status": row.status,
            "for_loan": row.for_loan,
            "held_for": row.held_for,
            "out": row.loan_id is not None,
            "due_on": None if row.loan_id is None else _day(_due_now(row, school)),
            **_instant("created_at", row.created_at, school.tz),
        }


def loans(
    conn: Connection,
    school: School,
    *,
    open_only: bool = False,
    overdue_on: date | None = None,
) -> Iterator[Entry]:
    """Loans, oldest first: all, those still out, or those still out and due before `overdue_on` as things stand.

    A loan that was undone is none. `barcode` is the copy's, `card` the patron's; the class is the patron's then.
    """
    n, c, t, p = schema.loans, schema.copies, schema.titles, schema.patrons
    k, now = schema.school_classes, schema.school_classes.alias("now")
    card, label = schema.barcodes.alias("card"), schema.barcodes.alias("label")
    wanted = (
        select(
            n.c.loan_id,
            n.c.copy_id,
            n.c.patron_id,
            n.c.class_id,
            n.c.lent_at,
            n.c.due_on,
            n.c.renewals,
            n.c.returned_at,
            t.c.title_id,
            t.c.title,
            p.c.kind,
            p.c.name,
            k.c.entry_year,
            k.c.number,
            k.c.own_name,
            p.c.class_id.label("now_in"),
            now.c.entry_year.label("now_since"),
            label.c.code.label("barcode"),
            card.c.code.label("card"),
        )
        .select_from(
            n.join(c, n.c.copy_id == c.c.copy_id)
            .join(t, c.c.title_id == t.c.title_id)
            .join(p, n.c.patron_id == p.c.patron_id)
            .outerjoin(k, n.c.class_id == k.c.class_id)
            .outerjoin(now, p.c.class_id == now.c.class_id)
            .outerjoin(label, and_(label.c.copy_id == n.c.copy_id, label.c.active))
            .outerjoin(card, and_(card.c.patron_id == n.c.patron_id, card.c.active))
        )
        .where(*_which_loans(open_only, overdue_on))
        .order_by(n.c.loan_id)
    )
    for row in _rows(conn, wanted):
        due_on = row.due_on if row.returned_at is not None else _due_now(row, school)
        late = row.returned_at is None and due_on < school.today
        if overdue_on is not None and due_on >= overdue_on:
            continue
        yield {
            "loan_id": row.loan_id,
            "barcode": row.barcode,
            "card": row.card,
            "copy_id": row.copy_id,
            "title_id": row.title_id,
            "title": row.title,
            "patron_id": row.patron_id,
            "kind": row.kind,
            "name": row.name,
            **_class(row, school),
            **_instant("lent_at", row.lent_at, school.tz),
            "due_on": _day(due_on),
            "renewals": row.renewals,
            **_instant("returned_at", row.returned_at, school.tz),
            "overdue": late,
            "days_overdue": (school.today - due_on).days if late else 0,
        }


def _due_now(row: Any, school: School) -> date:
    """When an open loan is due as things stand, by the borrower's `kind` and class (`now_in`, `now_since`)."""
    grade = None if row.now_since is None else grade_on(row.now_since, school.today, school.school_year_starts)
    return school.due_now(Visitor(PatronKind(row.kind), row.now_in, grade), row.due_on)


def _which_loans(open_only: bool, overdue_on: date | None) -> list[ColumnElement[bool]]:
    n = schema.loans
    conditions: list[ColumnElement[bool]] = [~n.c.undone]
    if open_only or overdue_on is not None:  # by the index of those: in the order of ids SQLite reads every loan
        still = n.alias("still")
        conditions.append(n.c.loan_id.in_(select(still.c.loan_id).where(still.c.returned_at.is_(None))))
    if overdue_on is not None:
        conditions.append(n.c.due_on < overdue_on)
    return conditions


def events(conn: Connection, school: School, after_seq: int = 0) -> Iterator[Entry]:
    """What happened, in order, from the event after `after_seq` on; ask again with the last `seq` for what is new.

    `barcode` is the copy's as it is now, `card` the one that the patron had then.
    """
    e, label = schema.events, schema.barcodes
    cards = _cards(conn)
    wanted = (
        select(e, label.c.code.label("barcode"))
        .select_from(e.outerjoin(label, and_(label.c.copy_id == e.c.copy_id, label.c.active)))
        .where(e.c.seq > after_seq)
        .order_by(e.c.seq)
    )
    for row in _rows(conn, wanted):
        yield {
            "seq": row.seq,
            **_instant("at", row.at, school.tz),
            "kiosk": row.kiosk,
            "action": row.action,
            "barcode": row.barcode,
            "card": _card_at(cards.get(row.patron_id, ()), row.at),
            "patron_id": row.patron_id,
            "copy_id": row.copy_id,
            "loan_id": row.loan_id,
            "operator_id": row.operator_id,
            "request_id": row.request_id,
            "step": row.step,
            "details": row.details,
        }


def _cards(conn: Connection) -> dict[int, list[Any]]:
    """The cards each patron was ever given, the newest first: few, where events are many."""
    b = schema.barcodes
    wanted = select(b.c.patron_id, b.c.code, b.c.issued_at, b.c.stopped_at).where(b.c.patron_id.is_not(None))
    found: dict[int, list[Any]] = {}
    for row in _rows(conn, wanted.order_by(b.c.issued_at.desc(), b.c.code)):
        found.setdefault(row.patron_id, []).append(row)
    return found


def _card_at(cards: Iterable[Any], at: datetime) -> str | None:
    """Which of a patron's cards was good at an instant; one that was stopped just then still counts."""
    good = (card.code for card in cards if card.issued_at <= at and (card.stopped_at is None or at <= card.stopped_at))
    return next(good, None)


_ROTA = (
    ("term", schema.terms, "term_id"),
    ("closure", schema.closures, "closure_id"),
    ("swap_day", schema.swap_days, "day"),
    ("slot", schema.slots, "slot_id"),
    ("extra_slot", schema.extra_slots, "extra_id"),
    ("slot_swap", schema.slot_swaps, "swap_id"),
)


def rota(
    conn: Connection,
    school: School,
) -> Iterator[Entry]:
    """Calendar and rota, each entry with its `kind` and the columns of its table; times are the school's local.

    `who` puts the audience in words: the names of its classes, `grade 3`, `everyone`, `teachers`.
    """
    k = schema.school_classes
    names = {row.class_id: _class(row, school)["class"] for row in conn.execute(select(k))}
    for kind, table, key in _ROTA:
        order = [table.c[name] for name in ("starts_on", "weekday", "day", "starts") if name in table.c]
        for row in _rows(conn, select(table).order_by(*order, table.c[key])):
            entry: Entry = {"kind": kind}
            for name, value in row._mapping.items():
                entry[name] = value if value is None or isinstance(value, str | int | dict) else value.isoformat()
            if "audience" in entry:
                entry["who"] = _who(entry["audience"], names)
            yield entry


def _who(audience: dict[str, Any], names: dict[int, str | None]) -> list[str]:
    if audience["kind"] == "classes":
        return [names.get(class_id) or f"class {class_id}" for class_id in audience.get("classes", [])]
    if audience["kind"] == "grades":
        return [f"grade {grade}" for grade in audience.get("grades", [])]
    return [audience["kind"]]


def _rows(conn: Connection, wanted: Select[Any]) -> Iterator[Any]:
    """The rows of a query, a part of them in memory at a time."""
    for part in conn.execute(wanted, execution_options={"yield_per": _PARTITION}).partitions():
        yield from part


def _class(row: Any, school: School) -> Entry:
    """The class of a row as id, grade, number and text; all None for who belongs to none."""
    if row.entry_year is None:
        return {"class_id": None, "grade": None, "class_number": None, "class": None}
    grade = grade_on(row.entry_year, school.today, school.school_year_starts)
    return {
        "class_id": row.class_id,
        "grade": grade,
        "class_number": row.number,
        "class": school.class_text(ClassName(grade, row.number, row.own_name)),
    }


def _instant(name: str, value: datetime | None, tz: tzinfo | None) -> Entry:
    """An instant in UTC and, where the zone is known, in local time."""
    stamp = None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")
    entry: Entry = {name: None if stamp is None else stamp.replace("+00:00", "Z")}
    if tz is not None:
        local = None if value is None else value.astimezone(tz).replace(tzinfo=None)
        entry[f"{name}_local"] = None if local is None else local.isoformat(timespec="seconds")
    return entry


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
