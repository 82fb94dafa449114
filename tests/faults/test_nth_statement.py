"""Fail at the Nth SQL statement, and at the commit, for N = 1, 2, 3 …: all of a command or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from kiosk.flows.commands import Command, Renew, SessionRef, TakeScan, Undo
from kiosk.flows.outcomes import OutcomeKind
from kiosk.store import schema
from tests.desk.school import BOOK, BOOK_2, HELD_FOR_LI, LI, LOST, WANG, School

TABLES = (schema.loans, schema.events, schema.patrons, schema.copies)


@dataclass
class Failing:
    """Lets `left` statements through, then fails each one as a full disk or a lost lock would."""

    left: int
    statements: int = 0
    failed: bool = False

    def before(self, *_: object) -> None:
        self.statements += 1
        if self.left == 0:
            self.failed = True
            raise sqlite3.OperationalError("disk I/O error")
        self.left -= 1


@contextmanager
def failing(school: School, at: int, what: str = "before_cursor_execute") -> Iterator[Failing]:
    """Fail the statement number `at` of the library (0 the first), or with `what` "commit" the commit."""
    engine: Any = school.library._engine
    fault = Failing(at)
    event.listen(engine, what, fault.before)
    try:
        yield fault
    finally:
        event.remove(engine, what, fault.before)


def state(school: School) -> list[list[tuple[object, ...]]]:
    """Everything a command may write."""
    return [[tuple(row) for row in school.rows(table)] for table in TABLES]


def a_loan(school: School) -> Command:
    return TakeScan(code=BOOK, session=school.session(WANG, "s"))


def a_loan_of_a_held_copy(school: School) -> Command:
    return TakeScan(code=HELD_FOR_LI, session=school.session(LI, "s"))


def a_late_return(school: School) -> Command:
    school.lend(WANG, BOOK)
    school.later(days=21)
    return TakeScan(code=BOOK)


def a_return_and_loan(school: School) -> Command:
    school.lend(LI, BOOK)
    return TakeScan(code=BOOK, session=school.session(WANG, "s"))


def a_lost_copy_come_back(school: School) -> Command:
    school.lend(WANG, BOOK)
    school.set_copy(BOOK, status="lost")
    return TakeScan(code=BOOK)


def a_found_copy(school: School) -> Command:
    return TakeScan(code=LOST)


def a_renewal_of_two(school: School) -> Command:
    school.lend(WANG, BOOK, BOOK_2)
    school.later(days=7)
    return Renew(session=school.session(WANG, "s"))


def an_undo(school: School) -> Command:
    session = school.session(LI, "s")
    lent = school.scan(HELD_FOR_LI, session)
    assert lent.loan_id is not None
    return Undo(session=SessionRef("s", session.patron_id), loan_id=lent.loan_id)


COMMANDS: list[Callable[[School], Command]] = [
    a_loan,
    a_loan_of_a_held_copy,
    a_late_return,
    a_return_and_loan,
    a_lost_copy_come_back,
    a_found_copy,
    a_renewal_of_two,
    an_undo,
]


@pytest.mark.parametrize("prepare", COMMANDS, ids=lambda prepare: prepare.__name__)
def test_a_command_that_fails_at_any_statement_leaves_nothing_and_works_the_next_time(
    school: School, prepare: Callable[[School], Command]
) -> None:
    command = prepare(school)
    before = state(school)
    for at in range(100):
        with failing(school, at) as fault:
            outcome = school.ask(command)
        if not fault.failed:
            break
        assert outcome.kind is OutcomeKind.TROUBLE, at
        assert state(school) == before, at
    else:
        raise AssertionError("it never came to an end")
    assert at > 3
    assert outcome.kind is not OutcomeKind.TROUBLE
    assert state(school) != before
    school.assert_consistent()


@pytest.mark.parametrize("prepare", COMMANDS, ids=lambda prepare: prepare.__name__)
def test_a_command_that_fails_at_its_commit_leaves_nothing_and_works_the_next_time(
    school: School, prepare: Callable[[School], Command]
) -> None:
    command = prepare(school)
    before = state(school)
    with failing(school, 0, "commit") as fault:
        assert school.ask(command).kind is OutcomeKind.TROUBLE
    assert fault.failed
    assert state(school) == before
    assert school.ask(command).kind is not OutcomeKind.TROUBLE
    assert state(school) != before
    school.assert_consistent()


def test_after_each_failure_the_very_next_scan_is_served(school: School) -> None:
    session = school.session(WANG, "s")
    for at in range(12):
        with failing(school, at):
            school.scan(BOOK, session)
        assert school.scan(BOOK_2).kind is OutcomeKind.INFO
