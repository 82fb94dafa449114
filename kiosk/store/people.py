"""Patrons and classes as rosters and a new school year read and change them. The events are the caller's to record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, insert, or_, select, update

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.store import edit
from kiosk.store.edit import chunks
from kiosk.store.schema import barcodes, copies, events, loans, patrons, school_classes, titles

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

_PART = 500
"""Values in one IN (…): databases limit how many a statement may have."""

_OUT = exists().where(loans.c.patron_id == patrons.c.patron_id, loans.c.returned_at.is_(None))
OWES = or_(_OUT, patrons.c.charges_fen > 0)
"""Whether a patron has something out or to pay."""


def everybody(conn: Connection) -> Sequence[AnyRow]:
    """Everybody, also class sets and who is closed: `patron_id, kind, name, class_id, active, owes`, running `card`."""
    card = and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
    return conn.execute(
        select(
            patrons.c.patron_id,
            patrons.c.kind,
            patrons.c.name,
            patrons.c.class_id,
            patrons.c.active,
            OWES.label("owes"),
            barcodes.c.code.label("card"),
        )
        .select_from(patrons.outerjoin(barcodes, card))
        .order_by(patrons.c.patron_id)
    ).all()


def classes(conn: Connection) -> Sequence[AnyRow]:
    """Every class, also those that left: the columns of the table."""
    order = (school_classes.c.entry_year.desc(), school_classes.c.number)
    return conn.execute(select(school_classes).order_by(*order)).all()


def owners(conn: Connection, codes: Iterable[str]) -> dict[str, int | None]:
    """Whose card each of these numbers is or was, None for a copy or a control card; free numbers are left out."""
    found: dict[str, int | None] = {}
    for part in chunks(codes, _PART):
        wanted = select(barcodes.c.code, barcodes.c.patron_id).where(barcodes.c.code.in_(part))
        found.update((code, patron_id) for code, patron_id in conn.execute(wanted))
    return found


def counts(conn: Connection) -> Mapping[int, tuple[int, int]]:
    """For each class its active pupils, and how many of them owe something."""
    owing = func.sum(case((OWES, 1), else_=0))
    rows = conn.execute(
        select(patrons.c.class_id, func.count(), owing)
        .where(patrons.c.active, patrons.c.kind == "pupil", patrons.c.class_id.is_not(None))
        .group_by(patrons.c.class_id)
    )
    return {class_id: (pupils, int(owe or 0)) for class_id, pupils, owe in rows}


def of_classes(conn: Connection, class_ids: Iterable[int], *, active: bool = True) -> Sequence[AnyRow]:
    """The pupils and class sets of some classes: `patron_id, kind, name, class_id, charges_fen, owes`, by name."""
    rows: list[AnyRow] = []
    for part in chunks(class_ids, _PART):
        rows += conn.execute(
            select(
                patrons.c.patron_id,
                patrons.c.kind,
                patrons.c.name,
                patrons.c.class_id,
                patrons.c.charges_fen,
                OWES.label("owes"),
            )
            .where(
                patrons.c.class_id.in_(part),
                patrons.c.active.is_(active),
                patrons.c.kind.in_(("pupil", "class_set")),
            )
            .order_by(patrons.c.name_search, patrons.c.patron_id)
        ).all()
    return rows


def out_of_classes(conn: Connection, class_ids: Iterable[int]) -> Sequence[AnyRow]:
    """What the active patrons of some classes have out: `patron_id, title, code, due_on`, by the day it was due."""
    number_of = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    rows: list[AnyRow] = []
    for part in chunks(class_ids, _PART):
        rows += conn.execute(
            select(loans.c.patron_id, titles.c.title, barcodes.c.code, loans.c.due_on)
            .select_from(
                loans.join(patrons, loans.c.patron_id == patrons.c.patron_id)
                .join(copies, loans.c.copy_id == copies.c.copy_id)
                .join(titles, copies.c.title_id == titles.c.title_id)
                .outerjoin(barcodes, number_of)
            )
            .where(patrons.c.class_id.in_(part), patrons.c.active, loans.c.returned_at.is_(None))
            .order_by(loans.c.due_on, loans.c.loan_id)
        ).all()
    return rows


def patron(conn: Connection, patron_id: int) -> AnyRow | None:
    """A patron's row with `owes`."""
    return conn.execute(select(patrons, OWES.label("owes")).where(patrons.c.patron_id == patron_id)).one_or_none()


def find_class(conn: Connection, entry_year: int, number_in_year: int) -> AnyRow | None:
    """A class by what stays the same every year."""
    this = (school_classes.c.entry_year == entry_year) & (school_classes.c.number == number_in_year)
    return conn.execute(select(school_classes).where(this)).one_or_none()


def last_event(conn: Connection, actions: Sequence[str]) -> AnyRow | None:
    """The newest event that is one of `actions`, none of which is about a loan."""
    these = (events.c.action.in_(actions), events.c.loan_id.is_(None))
    newest = select(func.max(events.c.seq)).where(*these).scalar_subquery()
    wanted = select(events).where(events.c.seq == newest)
    return conn.execute(wanted).one_or_none()


def closed_since(conn: Connection, seq: int, why: str) -> list[int]:
    """The patrons closed for a reason (`why` in the event's details) after an event, each once."""
    closed = (events.c.seq > seq, events.c.action == "patron_closed", events.c.loan_id.is_(None))
    rows = conn.execute(select(events.c.patron_id, events.c.details).where(*closed).order_by(events.c.seq))
    return list(dict.fromkeys(row.patron_id for row in rows if row.details.get("why") == why))


# --- writes ---------------------------------------------------------------------------------------------------


def move(conn: Connection, patron_id: int, class_id: int | None) -> None:
    """Put a patron into a class, or into none. What they borrowed before stays with the class it was lent in."""
    conn.execute(update(patrons).where(patrons.c.patron_id == patron_id).values(class_id=class_id))


def set_active(conn: Connection, patron_ids: Iterable[int], active: bool) -> None:
    """Close patrons or let them in again. Cards, loans and history stay; a closed one is no helper any more."""
    values: dict[str, object] = {"active": active}
    if not active:
        values |= {"is_helper": False, "counter_until": None}
    for part in chunks(patron_ids, _PART):
        conn.execute(update(patrons).where(patrons.c.patron_id.in_(part)).values(**values))


def set_left(conn: Connection, class_ids: Iterable[int], day: date | None) -> None:
    """Say that classes have left school on a day, or with None that they are there again."""
    for part in chunks(class_ids, _PART):
        conn.execute(update(school_classes).where(school_classes.c.class_id.in_(part)).values(left_on=day))
    edit.bump(conn)


def give_card(conn: Connection, patron_id: int, code: str, at: datetime) -> None:
    """Give a patron without a card the number `code`. One used before raises IntegrityError."""
    row = {"code": code, "kind": BarcodeKind.CARD.value, "patron_id": patron_id, "issued_at": at}
    conn.execute(insert(barcodes).values(**row))


def next_cards(conn: Connection, count: int) -> list[str]:
    """The next free numbers of the library for cards."""
    return [number(BarcodeKind.CARD, serial) for serial in edit.next_serials(conn, BarcodeKind.CARD, count)]
