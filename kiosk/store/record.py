"""Writes of the lending commands, each inside the command's transaction; its events are the desk's to record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.lending.copies import CopyStatus
from kiosk.store.schema import copies, loans, patrons

_LEND = insert(loans).returning(loans.c.loan_id)
_CLOSE = (
    update(loans)
    .where(loans.c.loan_id == bindparam("b_loan_id"), loans.c.returned_at.is_(None))
    .values(returned_at=bindparam("b_at"), undone=bindparam("b_undone"))
)
_RENEW = (
    update(loans)
    .where(loans.c.loan_id == bindparam("b_loan_id"), loans.c.returned_at.is_(None))
    .values(due_on=bindparam("b_due_on"), renewals=loans.c.renewals + 1)
)
_SUSPEND = (
    update(patrons).where(patrons.c.patron_id == bindparam("b_patron_id")).values(suspended_until=bindparam("b_until"))
)
_STATUS = update(copies).where(copies.c.copy_id == bindparam("b_copy_id")).values(status=bindparam("b_status"))
_HOLD = update(copies).where(copies.c.copy_id == bindparam("b_copy_id")).values(held_for=bindparam("b_held_for"))


def lend(
    conn: Connection,
    *,
    copy_id: int,
    patron_id: int,
    class_id: int | None,
    at: datetime,
    due_on: date,
    session_id: str,
) -> int:
    """Write a loan and return its id. A copy that is out already breaks the schema's guard (IntegrityError)."""
    return int(
        conn.execute(
            _LEND,
            {
                "copy_id": copy_id,
                "patron_id": patron_id,
                "class_id": class_id,
                "lent_at": at,
                "due_on": due_on,
                "session_id": session_id,
            },
        ).scalar_one()
    )


def close_loan(conn: Connection, loan_id: int, at: datetime, *, undone: bool = False) -> bool:
    """Close an open loan: returned, or undone as if it had not been. False if it was closed already."""
    found = conn.execute(_CLOSE, {"b_loan_id": loan_id, "b_at": at, "b_undone": undone})
    return found.rowcount == 1


def renew(conn: Connection, loan_id: int, due_on: date) -> bool:
    """Move an open loan's due date and count a renewal. False if it is closed."""
    return conn.execute(_RENEW, {"b_loan_id": loan_id, "b_due_on": due_on}).rowcount == 1


def suspend(conn: Connection, patron_id: int, until: date | None) -> None:
    """Let a patron borrow again only from `until` on; None lifts it."""
    conn.execute(_SUSPEND, {"b_patron_id": patron_id, "b_until": until})


def set_status(conn: Connection, copy_id: int, status: CopyStatus) -> None:
    """Change where a copy stands in its life."""
    conn.execute(_STATUS, {"b_copy_id": copy_id, "b_status": status.value})


def hold(conn: Connection, copy_id: int, patron_id: int | None) -> None:
    """Keep a copy for a patron, or with None for nobody any more: the one it waited for has it."""
    conn.execute(_HOLD, {"b_copy_id": copy_id, "b_held_for": patron_id})
