"""A loan is late on one day only, whoever asks: the rules, the shelf, the listing, the librarian's pages."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection

from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.work import CopyPage, Numbers, ReadCopy, ReadNumbers
from kiosk.lending.calendar import Closure
from kiosk.store import edit, facts, ledger
from tests.desk.school import BOOK, BOOK_2, WANG, School, local

DUE, NEXT_TURN = date(2026, 9, 21), date(2026, 9, 28)


@pytest.fixture
def closed(school_anywhere: School) -> School:
    """王小明 has a book due on a Monday that was closed after it was lent; the class comes on Mondays only."""
    school = school_anywhere
    school.lend(WANG, BOOK)
    assert school.patron(WANG).loans[0].due_on == DUE
    school.library.transact(lambda conn: edit.add_entry(conn, Closure(7, DUE, DUE, "台风")))
    return school


def listed(
    school: School, today: date, *, open_only: bool = False, overdue_on: date | None = None
) -> list[ledger.Entry]:
    def read(conn: Connection) -> list[ledger.Entry]:
        policies = facts.load_policies(conn)
        known = ledger.School(today, policies.zone, policies.school_year_starts, due_now=policies.due_now)
        return list(ledger.loans(conn, known, open_only=open_only, overdue_on=overdue_on))

    return school.library.read(read)


def test_a_class_that_could_not_come_is_in_time_at_its_next_turn(closed: School) -> None:
    closed.at(local("2026-09-28 12:05"))
    sheet = closed.patron(WANG)
    assert sheet.loans[0].due_on == NEXT_TURN
    assert sheet.blocks == ()
    assert closed.scan(BOOK_2, closed.session(WANG)).kind is OutcomeKind.LENT
    back = closed.scan(BOOK)
    assert back.late is not None
    assert (back.late.days_late, back.late.suspended_until) == (0, None)


def test_a_day_after_that_it_is_late_by_that_day_everywhere(closed: School) -> None:
    closed.at(local("2026-09-29 18:00"))
    assert closed.patron(WANG).blocks[0].data["days"] == 1
    numbers = closed.ask(ReadNumbers(operator_id=closed.librarian())).data
    assert isinstance(numbers, Numbers) and numbers.overdue == 1
    (entry,) = listed(closed, date(2026, 9, 29), overdue_on=date(2026, 9, 29))
    assert (entry["due_on"], entry["overdue"], entry["days_overdue"]) == ("2026-09-28", True, 1)
    back = closed.scan(BOOK)
    assert back.late is not None and back.late.days_late == 1


def test_until_then_no_list_calls_it_overdue(closed: School) -> None:
    closed.at(local("2026-09-25 18:00"))
    numbers = closed.ask(ReadNumbers(operator_id=closed.librarian())).data
    assert isinstance(numbers, Numbers) and (numbers.out, numbers.overdue) == (1, 0)
    assert listed(closed, date(2026, 9, 25), overdue_on=date(2026, 9, 25)) == []
    (entry,) = listed(closed, date(2026, 9, 25), open_only=True)
    assert (entry["due_on"], entry["overdue"], entry["days_overdue"]) == ("2026-09-28", False, 0)
    (copy,) = (
        one
        for one in closed.library.read(
            lambda conn: list(ledger.copies(conn, ledger.School(DUE, due_now=facts.load_policies(conn).due_now)))
        )
        if one["barcode"] == BOOK
    )
    assert copy["due_on"] == "2026-09-28"
    copy_id = closed.copy_row(BOOK).copy_id
    page = closed.ask(ReadCopy(operator_id=closed.librarian(), copy_id=copy_id)).data
    assert isinstance(page, CopyPage) and page.due_on == NEXT_TURN
