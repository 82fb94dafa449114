"""Taking an import back: which there were, what has come to their people and books since, and removing those.

What may be taken back is decided by whoever calls, and recorded there; every function works in the caller's
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, or_, select, update

from kiosk.lending.barcodes import BarcodeKind
from kiosk.store import edit
from kiosk.store.edit import chunks
from kiosk.store.people import OWES
from kiosk.store.schema import (
    barcodes,
    batch_lines,
    copies,
    duties,
    events,
    labels_wanted,
    loans,
    patrons,
    school_classes,
    titles,
)

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1
Ranges = Sequence[Sequence[int]]
"""Ids as (first, last), both included: what an import makes mostly stands together."""

_PART = 500
"""Values in one IN (…): databases limit how many a statement may have."""


def as_ranges(ids: Iterable[int]) -> list[list[int]]:
    """Ids as ranges, in order."""
    found: list[list[int]] = []
    for one in sorted(set(ids)):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return found


# --- the ledger -----------------------------------------------------------------------------------------------

_OPERATORS = patrons.alias("operators")
_TOLD = select(events, _OPERATORS.c.name.label("operator")).select_from(
    events.outerjoin(_OPERATORS, events.c.operator_id == _OPERATORS.c.patron_id)
)


def last_events(conn: Connection, actions: Sequence[str], limit: int) -> Sequence[AnyRow]:
    """The newest events that are one of `actions`, none of a loan, with the `operator`'s name, the newest first."""
    this = (events.c.action.in_(actions), events.c.loan_id.is_(None))  # the index leaves loans out
    return conn.execute(_TOLD.where(*this).order_by(events.c.seq.desc()).limit(limit)).all()


def event_of_request(conn: Connection, request_id: str, actions: Sequence[str]) -> AnyRow | None:
    """The event of a command that is one of `actions`, with the `operator`'s name."""
    this = (events.c.request_id == request_id, events.c.action.in_(actions))
    return conn.execute(_TOLD.where(*this).limit(1)).one_or_none()


def events_since(conn: Connection, seq: int, actions: Sequence[str]) -> Sequence[AnyRow]:
    """The events after `seq` that are one of `actions`, none of a loan."""
    wanted = select(events).where(events.c.seq > seq, events.c.action.in_(actions), events.c.loan_id.is_(None))
    return conn.execute(wanted.order_by(events.c.seq)).all()


def lock(conn: Connection, request_id: str, made: Ranges) -> None:
    """Keep other kiosks from the copies an import made, then from the patrons its events are about (`facts.lock`)."""
    if conn.dialect.name == "sqlite":
        return
    for part in chunks(made, 100):
        here = or_(*(copies.c.copy_id.between(first, last) for first, last in part))
        conn.execute(select(copies.c.copy_id).where(here).order_by(copies.c.copy_id).with_for_update())
    about = select(events.c.patron_id).where(events.c.request_id == request_id)
    this = patrons.c.patron_id.in_(about)
    conn.execute(select(patrons.c.patron_id).where(this).order_by(patrons.c.patron_id).with_for_update())


# --- people ---------------------------------------------------------------------------------------------------


def people_now(conn: Connection, patron_ids: Iterable[int]) -> Sequence[AnyRow]:
    """Patrons as they are: `patron_id, name, class_id, active, owes, card`.

    `last_lent` is the instant of their last loan, also of one that was undone; `last_told` the seq of the last event
    about them.
    """
    card = and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
    lent = select(func.max(loans.c.lent_at)).where(loans.c.patron_id == patrons.c.patron_id)
    told = select(func.max(events.c.seq)).where(events.c.patron_id == patrons.c.patron_id)
    rows: list[AnyRow] = []
    for part in chunks(patron_ids, _PART):
        rows += conn.execute(
            select(
                patrons.c.patron_id,
                patrons.c.name,
                patrons.c.class_id,
                patrons.c.active,
                OWES.label("owes"),
                barcodes.c.code.label("card"),
                lent.scalar_subquery().label("last_lent"),
                told.scalar_subquery().label("last_told"),
            )
            .select_from(patrons.outerjoin(barcodes, card))
            .where(patrons.c.patron_id.in_(part))
            .order_by(patrons.c.patron_id)
        ).all()
    return rows


def members(conn: Connection, class_ids: Sequence[int]) -> Mapping[int, set[int]]:
    """Everybody of some classes, also who is closed: class → patrons."""
    found: dict[int, set[int]] = {class_id: set() for class_id in class_ids}
    for row in conn.execute(select(patrons.c.patron_id, patrons.c.class_id).where(patrons.c.class_id.in_(class_ids))):
        found[row.class_id].add(row.patron_id)
    return found


def lent_in_class(conn: Connection, class_id: int) -> bool:
    """Whether anything was ever lent to a class's children."""
    return conn.execute(select(loans.c.loan_id).where(loans.c.class_id == class_id).limit(1)).first() is not None


def remove_people(conn: Connection, patron_ids: Sequence[int]) -> list[str]:
    """Take patrons who never borrowed out of the library, with their cards; the numbers of those.

    What the ledger says of them stays; only its way to their rows goes. Our own numbers are given to nobody again.
    """
    codes: list[str] = []
    for part in chunks(patron_ids, _PART):
        codes += conn.scalars(select(barcodes.c.code).where(barcodes.c.patron_id.in_(part)).order_by(barcodes.c.code))
        conn.execute(update(events).where(events.c.patron_id.in_(part)).values(patron_id=None))
        conn.execute(delete(barcodes).where(barcodes.c.patron_id.in_(part)))
        conn.execute(delete(duties).where(duties.c.patron_id.in_(part)))
        conn.execute(delete(patrons).where(patrons.c.patron_id.in_(part)))
    _never_again(conn, BarcodeKind.CARD, codes)
    return codes


def remove_cards(conn: Connection, codes: Sequence[str]) -> None:
    """Take cards from who had them, as if they had never been given; our own numbers are given to nobody again."""
    for part in chunks(codes, _PART):
        conn.execute(delete(barcodes).where(barcodes.c.code.in_(part)))
    _never_again(conn, BarcodeKind.CARD, codes)


def _never_again(conn: Connection, kind: BarcodeKind, codes: Iterable[str]) -> None:
    serials = {serial for code in codes if (serial := edit.serial_of(code, kind)) is not None}
    if serials:
        edit.give_out(conn, kind, [(first, last) for first, last in as_ranges(serials)])


def remove_class(conn: Connection, class_id: int) -> None:
    """Take a class out that nobody is in."""
    conn.execute(delete(school_classes).where(school_classes.c.class_id == class_id))
    edit.bump(conn)


# --- books ----------------------------------------------------------------------------------------------------


def _made(wanted: Select[Any], key: Any, created: Any, ranges: Ranges, at: datetime) -> Iterable[Select[Any]]:
    """`wanted` for the rows that an import made at an instant: an id that was free again is another's by now."""
    for part in chunks(ranges, 100):
        yield wanted.where(or_(*(key.between(first, last) for first, last in part)), created == at).order_by(key)


def copies_made(conn: Connection, ranges: Ranges, at: datetime) -> Sequence[AnyRow]:
    """The copies that an import made and that are there.

    `copy_id, title_id, title, accession_no, barcode`; `lent`: they were, once; `told`: the ledger knows of them by
    now; `wanted`: their labels are still to be printed.
    """
    number = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    wanted = select(
        copies.c.copy_id,
        copies.c.title_id,
        titles.c.title,
        copies.c.accession_no,
        barcodes.c.code.label("barcode"),
        exists().where(loans.c.copy_id == copies.c.copy_id).label("lent"),
        exists().where(events.c.copy_id == copies.c.copy_id).label("told"),
        exists().where(labels_wanted.c.copy_id == copies.c.copy_id).label("wanted"),
    ).select_from(copies.join(titles, titles.c.title_id == copies.c.title_id).outerjoin(barcodes, number))
    return _all(conn, _made(wanted, copies.c.copy_id, copies.c.created_at, ranges, at))


def titles_made(conn: Connection, ranges: Ranges, at: datetime) -> Sequence[AnyRow]:
    """The titles that an import made and that are there: `title_id, title, copies` (how many they have now)."""
    counted = select(func.count()).where(copies.c.title_id == titles.c.title_id).scalar_subquery()
    wanted = select(titles.c.title_id, titles.c.title, counted.label("copies"))
    return _all(conn, _made(wanted, titles.c.title_id, titles.c.created_at, ranges, at))


def _all(conn: Connection, wanted: Iterable[Select[Any]]) -> list[AnyRow]:
    return [row for one in wanted for row in conn.execute(one).all()]


def remove_copies(conn: Connection, copy_ids: Sequence[int], tell: Callable[[int], None]) -> None:
    """Take copies out that were never lent and of which the ledger says nothing.

    Our own numbers on them are given to nobody again; accession numbers, which stand in no book yet, are free. `tell`
    hears after each part how many of it there were.
    """
    for part in chunks(copy_ids, _PART):
        this = barcodes.c.copy_id.in_(part)
        codes = conn.scalars(select(barcodes.c.code).where(this)).all()
        touched = set(conn.scalars(select(copies.c.title_id).where(copies.c.copy_id.in_(part))))
        conn.execute(delete(barcodes).where(this))
        conn.execute(delete(labels_wanted).where(labels_wanted.c.copy_id.in_(part)))
        conn.execute(delete(copies).where(copies.c.copy_id.in_(part)))
        _never_again(conn, BarcodeKind.COPY, codes)
        edit.refresh_search(conn, touched)
        tell(len(part))


def remove_titles(conn: Connection, title_ids: Sequence[int], tell: Callable[[int], None]) -> None:
    """Take titles out that have no copies; lines of deliveries stay without them."""
    for part in chunks(title_ids, _PART):
        conn.execute(update(batch_lines).where(batch_lines.c.title_id.in_(part)).values(title_id=None))
        conn.execute(delete(titles).where(titles.c.title_id.in_(part)))
        tell(len(part))
    edit.bump(conn, "catalogue")


def copy_codes(conn: Connection) -> Iterable[str]:
    """Every number that a copy bears or bore."""
    return conn.scalars(select(barcodes.c.code).where(barcodes.c.kind == BarcodeKind.COPY.value))
