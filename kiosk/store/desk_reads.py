"""Reads of the counter's and the librarian's pages: class lists, histories, people, copies to look after, numbers.

None of these is on the way of a lending scan; they read what a page shows and no more, in pages of bounded length.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from kiosk.store.schema import (
    ASIDE,
    barcodes,
    copies,
    duties,
    events,
    loans,
    patrons,
    school_classes,
    titles,
)

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

# ── Classes and people ──


def classes(conn: Connection) -> Sequence[AnyRow]:
    """The classes at school with how many active pupils each has: `class_id, entry_year, number, own_name, pupils`."""
    pupil = and_(patrons.c.class_id == school_classes.c.class_id, patrons.c.active, patrons.c.kind == "pupil")
    return conn.execute(
        select(
            school_classes.c.class_id,
            school_classes.c.entry_year,
            school_classes.c.number,
            school_classes.c.own_name,
            func.count(patrons.c.patron_id).label("pupils"),
        )
        .select_from(school_classes.outerjoin(patrons, pupil))
        .where(school_classes.c.left_on.is_(None))
        .group_by(
            school_classes.c.class_id,
            school_classes.c.entry_year,
            school_classes.c.number,
            school_classes.c.own_name,
        )
        .order_by(school_classes.c.entry_year.desc(), school_classes.c.number)
    ).all()


def pupils(conn: Connection, class_id: int) -> Sequence[AnyRow]:
    """The active pupils of a class: `patron_id, name, name_search`, in no order."""
    return conn.execute(
        select(patrons.c.patron_id, patrons.c.name, patrons.c.name_search).where(
            patrons.c.class_id == class_id, patrons.c.active, patrons.c.kind == "pupil"
        )
    ).all()


def librarians(conn: Connection) -> Sequence[AnyRow]:
    """Active librarians: `patron_id, name, card, pin_hash, pin_wait_until`."""
    card = and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
    return conn.execute(
        select(
            patrons.c.patron_id,
            patrons.c.name,
            barcodes.c.code.label("card"),
            patrons.c.pin_hash,
            patrons.c.pin_wait_until,
        )
        .select_from(patrons.outerjoin(barcodes, card))
        .where(patrons.c.kind == "librarian", patrons.c.active)
        .order_by(patrons.c.patron_id)
    ).all()


def helpers(conn: Connection) -> Sequence[AnyRow]:
    """Active helpers with their class: `patron_id, name, counter_until, entry_year, number, own_name`."""
    return conn.execute(
        select(
            patrons.c.patron_id,
            patrons.c.name,
            patrons.c.counter_until,
            school_classes.c.entry_year,
            school_classes.c.number,
            school_classes.c.own_name,
        )
        .select_from(patrons.outerjoin(school_classes, patrons.c.class_id == school_classes.c.class_id))
        .where(patrons.c.is_helper, patrons.c.active)
        .order_by(school_classes.c.entry_year.desc(), school_classes.c.number, patrons.c.name)
    ).all()


def all_duties(conn: Connection) -> dict[int, list[tuple[int, time, time]]]:
    """The duty times (weekday, starts, ends) of each helper, in order."""
    found: dict[int, list[tuple[int, time, time]]] = {}
    for row in conn.execute(select(duties).order_by(duties.c.weekday, duties.c.starts)):
        found.setdefault(row.patron_id, []).append((row.weekday, row.starts, row.ends))
    return found


def pin(conn: Connection, patron_id: int) -> AnyRow | None:
    """`pin_hash, pin_failures, pin_wait_until` of a patron."""
    return conn.execute(
        select(patrons.c.pin_hash, patrons.c.pin_failures, patrons.c.pin_wait_until).where(
            patrons.c.patron_id == patron_id
        )
    ).one_or_none()


def cards(conn: Connection, patron_id: int) -> Sequence[AnyRow]:
    """Every card number a patron was given, the newest first: `code, active, issued_at, stopped_at`."""
    return conn.execute(
        select(barcodes.c.code, barcodes.c.active, barcodes.c.issued_at, barcodes.c.stopped_at)
        .where(barcodes.c.patron_id == patron_id)
        .order_by(barcodes.c.active.desc(), barcodes.c.issued_at.desc(), barcodes.c.code)
    ).all()


# ── Histories ──


def _past_loans(conn: Connection, where: ColumnElement[bool], offset: int, limit: int) -> Sequence[AnyRow]:
    """Loans, the newest first, without those taken back at once; what stands beside them is only read for the page."""
    newest = (loans.c.lent_at.desc(), loans.c.loan_id.desc())
    wanted = select(loans.c.loan_id).where(where, loans.c.undone.is_(False)).order_by(*newest)
    page = conn.scalars(wanted.offset(offset).limit(limit)).all()
    number = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    return conn.execute(
        select(
            loans.c.loan_id,
            loans.c.copy_id,
            loans.c.patron_id,
            loans.c.lent_at,
            loans.c.due_on,
            loans.c.returned_at,
            titles.c.title,
            barcodes.c.code,
            patrons.c.name,
        )
        .select_from(
            loans.join(copies, loans.c.copy_id == copies.c.copy_id)
            .join(titles, copies.c.title_id == titles.c.title_id)
            .join(patrons, loans.c.patron_id == patrons.c.patron_id)
            .outerjoin(barcodes, number)
        )
        .where(loans.c.loan_id.in_(page))
        .order_by(*newest)
    ).all()


def loans_of_patron(conn: Connection, patron_id: int, offset: int, limit: int) -> Sequence[AnyRow]:
    """A patron's loans, the newest first, without those taken back at once."""
    return _past_loans(conn, loans.c.patron_id == patron_id, offset, limit)


def loans_of_copy(conn: Connection, copy_id: int, offset: int, limit: int) -> Sequence[AnyRow]:
    """A copy's loans, the newest first, with who had it."""
    return _past_loans(conn, loans.c.copy_id == copy_id, offset, limit)


_OPERATORS = patrons.alias("operators")


def happenings(
    conn: Connection, *, patron_id: int | None = None, copy_id: int | None = None, limit: int
) -> Sequence[AnyRow]:
    """What an operator did about a patron or a copy, the newest first: `seq, at, action, details, operator`."""
    subject = events.c.patron_id == patron_id if patron_id is not None else events.c.copy_id == copy_id
    return conn.execute(
        select(events.c.seq, events.c.at, events.c.action, events.c.details, _OPERATORS.c.name.label("operator"))
        .select_from(events.join(_OPERATORS, events.c.operator_id == _OPERATORS.c.patron_id))
        .where(subject, events.c.operator_id.is_not(None))
        .order_by(events.c.seq.desc())
        .limit(limit)
    ).all()


# ── Copies ──


def copy_extras(conn: Connection, copy_id: int) -> AnyRow | None:
    """`title_id, accession_no, for_loan, price_fen` (the title's where the copy has none of its own)."""
    return conn.execute(
        select(
            copies.c.title_id,
            copies.c.accession_no,
            copies.c.for_loan,
            func.coalesce(copies.c.price_fen, titles.c.price_fen).label("price_fen"),
        )
        .select_from(copies.join(titles, copies.c.title_id == titles.c.title_id))
        .where(copies.c.copy_id == copy_id)
    ).one_or_none()


def titles_by_class(conn: Connection) -> list[tuple[str, int]]:
    """How many titles each class number has itself."""
    counted = select(titles.c.clc, func.count()).where(titles.c.clc != "").group_by(titles.c.clc)
    return [(clc, count) for clc, count in conn.execute(counted)]


def copy_ids(conn: Connection, title_id: int, limit: int) -> Sequence[int]:
    """The copies of a title, by accession number."""
    wanted = select(copies.c.copy_id).where(copies.c.title_id == title_id)
    return conn.scalars(wanted.order_by(copies.c.accession_no).limit(limit)).all()


_HOLDERS = patrons.alias("holders")
_ASIDE_ORDER = case({"found": 0, "lost": 1, "in_repair": 2}, value=copies.c.status, else_=3)


def aside(conn: Connection, limit: int) -> tuple[Sequence[AnyRow], int]:
    """Copies that are found, lost, in repair or held (in this order), and how many there are in all."""
    number = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    rows = conn.execute(
        select(
            copies.c.copy_id,
            barcodes.c.code,
            titles.c.title,
            copies.c.call_number,
            copies.c.place,
            copies.c.status,
            _HOLDERS.c.name.label("held_for"),
        )
        .select_from(
            copies.join(titles, copies.c.title_id == titles.c.title_id)
            .outerjoin(barcodes, number)
            .outerjoin(_HOLDERS, copies.c.held_for == _HOLDERS.c.patron_id)
        )
        .where(ASIDE, copies.c.status != "withdrawn")
        .order_by(_ASIDE_ORDER, titles.c.title, copies.c.copy_id)
        .limit(limit)
    ).all()
    counted = select(func.count()).select_from(copies).where(ASIDE, copies.c.status != "withdrawn")
    return rows, conn.execute(counted).scalar_one()


# ── Today ──


def counts_since(conn: Connection, since: datetime) -> dict[str, int]:
    """How often each action happened since an instant, without loans that were taken back."""
    rows = conn.execute(select(events.c.action, func.count()).where(events.c.at >= since).group_by(events.c.action))
    found = {action: int(number) for action, number in rows}
    lent = select(func.count()).select_from(loans).where(loans.c.lent_at >= since, loans.c.undone.is_(False))
    found["lent"] = conn.execute(lent).scalar_one()
    return found


def readers_since(conn: Connection, since: datetime) -> int:
    """How many different patrons borrowed since an instant."""
    wanted = select(func.count(loans.c.patron_id.distinct())).where(loans.c.lent_at >= since, loans.c.undone.is_(False))
    return conn.execute(wanted).scalar_one()


def out(conn: Connection) -> int:
    """How many copies are out."""
    return conn.execute(select(func.count()).select_from(loans).where(loans.c.returned_at.is_(None))).scalar_one()


def past_due(conn: Connection, today: date) -> Sequence[AnyRow]:
    """What was made due before `today` and is still out: `kind, class_id, entry_year, due_on, number` of loans."""
    about = (patrons.c.kind, patrons.c.class_id, school_classes.c.entry_year, loans.c.due_on)
    return conn.execute(
        select(*about, func.count().label("number"))
        .select_from(
            loans.join(patrons, loans.c.patron_id == patrons.c.patron_id).outerjoin(
                school_classes, patrons.c.class_id == school_classes.c.class_id
            )
        )
        .where(loans.c.returned_at.is_(None), loans.c.due_on < today)
        .group_by(*about)
    ).all()


# ── The ledger, for undoing ──


def actions_of(
    conn: Connection, operator_id: int, since: datetime, actions: Sequence[str], limit: int
) -> Sequence[AnyRow]:
    """What an operator did of these actions since an instant, the last first, with names of patron and title."""
    return conn.execute(
        select(events, patrons.c.name, titles.c.title)
        .select_from(
            events.outerjoin(patrons, events.c.patron_id == patrons.c.patron_id)
            .outerjoin(copies, events.c.copy_id == copies.c.copy_id)
            .outerjoin(titles, copies.c.title_id == titles.c.title_id)
        )
        .where(events.c.operator_id == operator_id, events.c.at >= since, events.c.action.in_(actions))
        .order_by(events.c.seq.desc())
        .limit(limit)
    ).all()


def event(conn: Connection, seq: int) -> AnyRow | None:
    """One event of the ledger."""
    return conn.execute(select(events).where(events.c.seq == seq)).one_or_none()


def events_of_request(conn: Connection, request_id: str) -> Sequence[AnyRow]:
    """Every event of one command, in their order."""
    return conn.execute(select(events).where(events.c.request_id == request_id).order_by(events.c.step)).all()


def loan(conn: Connection, loan_id: int) -> AnyRow | None:
    """A loan's row."""
    return conn.execute(select(loans).where(loans.c.loan_id == loan_id)).one_or_none()


def undone_seqs(conn: Connection, operator_id: int, since: datetime, undoing: Sequence[str]) -> frozenset[int]:
    """The events (by seq) that an operator undid since an instant, by actions that are undoings."""
    rows = conn.scalars(
        select(events.c.details).where(
            events.c.operator_id == operator_id, events.c.at >= since, events.c.action.in_(undoing)
        )
    )
    return frozenset(int(details["seq"]) for details in rows if "seq" in details)
