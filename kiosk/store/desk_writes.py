"""Writes of the librarian's commands that the lending ones have no use of. The events are the desk's to record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import Connection, delete, insert, update

from kiosk.store.schema import duties, loans, patrons


def reopen_loan(conn: Connection, loan_id: int) -> None:
    """A loan is out again: its return was a mistake. Another open loan of the copy raises IntegrityError."""
    conn.execute(update(loans).where(loans.c.loan_id == loan_id).values(returned_at=None))


def take_back_renewal(conn: Connection, loan_id: int, due_on: date) -> None:
    """A renewal was a mistake: one fewer, and due on `due_on` again."""
    conn.execute(
        update(loans)
        .where(loans.c.loan_id == loan_id, loans.c.renewals > 0)
        .values(due_on=due_on, renewals=loans.c.renewals - 1)
    )


def set_pin(conn: Connection, patron_id: int, pin_hash: str) -> None:
    """A new PIN (its hash); waiting times after wrong ones end."""
    conn.execute(
        update(patrons)
        .where(patrons.c.patron_id == patron_id)
        .values(pin_hash=pin_hash, pin_failures=0, pin_wait_until=None)
    )


def pin_failed(conn: Connection, patron_id: int, failures: int, wait_until: datetime | None) -> None:
    """A wrong PIN: so many in a row now, and the instant before which no other is looked at."""
    conn.execute(
        update(patrons).where(patrons.c.patron_id == patron_id).values(pin_failures=failures, pin_wait_until=wait_until)
    )


def set_helper(conn: Connection, patron_id: int, is_helper: bool) -> None:
    """Make a patron a helper, or no longer; then duty times and being let in go too."""
    changes: dict[str, object] = {"is_helper": is_helper}
    if not is_helper:
        changes["counter_until"] = None
        set_duties(conn, patron_id, ())
    conn.execute(update(patrons).where(patrons.c.patron_id == patron_id).values(**changes))


def let_in(conn: Connection, patron_id: int, until: datetime | None) -> None:
    """Let a helper serve until an instant, or no longer."""
    conn.execute(update(patrons).where(patrons.c.patron_id == patron_id).values(counter_until=until))


def set_duties(conn: Connection, patron_id: int, times: Iterable[tuple[int, time, time]]) -> None:
    """All duty times (weekday, starts, ends) of a helper."""
    conn.execute(delete(duties).where(duties.c.patron_id == patron_id))
    rows = [
        {"patron_id": patron_id, "weekday": weekday, "starts": starts, "ends": ends} for weekday, starts, ends in times
    ]
    if rows:
        conn.execute(insert(duties), rows)
