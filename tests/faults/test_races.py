"""Two kiosks on one library at the same moment, on SQLite and PostgreSQL: one wins, one is told why, never both."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection

from kiosk.flows.commands import Command, Renew, SessionRef, TakeScan, Undo
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.store import schema
from kiosk.store.library import open_library
from tests.desk.school import BOOK, BOOK_2, BOOK_3, LI, NOON, WANG, School

ROUNDS = 25


def empty(conn: Connection) -> None:
    """Forget all loans: a clock put back would refuse the next round."""
    conn.execute(schema.events.delete())
    conn.execute(schema.loans.delete())


class TwoKiosks:
    """Two desks, each in a thread of its own with a connection of its own."""

    def __init__(self, school: School) -> None:
        self.school = school
        self._kiosks = [School(open_library(school.library.location), school.clock, f"kiosk-{n}") for n in (1, 2)]
        self._barrier = Barrier(2)
        self._pool = ThreadPoolExecutor(2)
        for one in self._kiosks:
            one.patron(WANG)  # each has read the rules

    def at_once(self, first: Command, second: Command) -> tuple[Outcome, Outcome]:
        """Both commands at the same moment, one at each kiosk."""

        def act(kiosk: School, command: Command) -> Outcome:
            self._barrier.wait(30)
            return kiosk.ask(command)

        one, other = self._pool.map(act, self._kiosks, (first, second))
        for outcome in (one, other):
            assert outcome.kind is not OutcomeKind.TROUBLE, outcome
        return one, other

    def close(self) -> None:
        self._pool.shutdown()
        for one in self._kiosks:
            one.library.close()


@contextmanager
def opened(school: School) -> Iterator[TwoKiosks]:
    two = TwoKiosks(school)
    yield two
    two.close()


@pytest.fixture
def two(school_anywhere: School) -> Iterator[TwoKiosks]:
    with opened(school_anywhere) as two:
        yield two


def kinds(*outcomes: Outcome) -> list[str]:
    return sorted(outcome.kind.value for outcome in outcomes)


def test_racing_for_one_copy_it_is_lent_to_exactly_one(two: TwoKiosks) -> None:
    school = two.school
    for round_ in range(ROUNDS):
        wang, li = school.session(WANG, f"one-s{round_}"), school.session(LI, f"other-s{round_}")
        one, other = two.at_once(TakeScan(code=BOOK, session=wang), TakeScan(code=BOOK, session=li))
        assert kinds(one, other) == ["lent", "refused"]
        loser = other if one.kind is OutcomeKind.LENT else one
        assert [reason.code.value for reason in loser.reasons] == ["just_lent"]
        winner = wang if loser is other else li
        assert school.open_loans() == {BOOK: winner.patron_id}
        assert school.scan(BOOK).kind is OutcomeKind.RETURNED
    school.assert_consistent()


def test_racing_for_the_last_allowed_loan_one_is_lent_and_one_refused_by_the_limit(two: TwoKiosks) -> None:
    school = two.school
    school.lend(WANG, BOOK)
    for _ in range(ROUNDS):
        here, there = school.session(WANG), school.session(WANG)
        one, other = two.at_once(TakeScan(code=BOOK_2, session=here), TakeScan(code=BOOK_3, session=there))
        assert kinds(one, other) == ["lent", "refused"]
        loser = other if one.kind is OutcomeKind.LENT else one
        assert [reason.code.value for reason in loser.reasons] == ["limit"]
        assert loser.patron is not None and len(loser.patron.loans) == 2
        won = BOOK_2 if loser is other else BOOK_3
        assert set(school.open_loans()) == {BOOK, won}
        school.scan(won)
    school.assert_consistent()


def test_a_return_at_two_kiosks_counts_once(two: TwoKiosks) -> None:
    school = two.school
    for _ in range(ROUNDS):
        school.lend(WANG, BOOK)
        one, other = two.at_once(TakeScan(code=BOOK), TakeScan(code=BOOK))
        assert kinds(one, other) == ["info", "returned"]
        assert school.open_loans() == {}
    school.assert_consistent()


@pytest.mark.parametrize("act", ["undo", "renew"])
def test_an_undo_or_renewal_meets_a_return_in_one_order_or_the_other(two: TwoKiosks, act: str) -> None:
    school = two.school
    for _ in range(ROUNDS):
        session = school.session(WANG)
        lent = school.scan(BOOK, session)
        assert lent.loan_id is not None
        command: Command = Undo(session=session, loan_id=lent.loan_id)
        if act == "renew":
            school.at(NOON + timedelta(days=7))
            command = Renew(session=SessionRef("another", session.patron_id), loan_id=lent.loan_id)
        one, other = two.at_once(command, TakeScan(code=BOOK))
        if act == "undo":
            undone = one.note is Note.UNDONE
            assert other.kind is (OutcomeKind.INFO if undone else OutcomeKind.RETURNED)
        else:
            assert one.kind in (OutcomeKind.RENEWED, OutcomeKind.INFO)
            assert other.kind is OutcomeKind.RETURNED
            school.library.transact(empty)
            school.at(NOON)
        assert school.open_loans() == {}
    school.assert_consistent()


def test_two_children_with_each_others_books_at_two_kiosks_both_get_them(two: TwoKiosks) -> None:
    school = two.school
    for _ in range(ROUNDS):
        school.lend(WANG, BOOK)
        school.lend(LI, BOOK_2)
        wang, li = school.session(WANG), school.session(LI)
        one, other = two.at_once(TakeScan(code=BOOK_2, session=wang), TakeScan(code=BOOK, session=li))
        assert kinds(one, other) == ["returned_and_lent"] * 2
        assert school.open_loans() == {BOOK: li.patron_id, BOOK_2: wang.patron_id}
        school.scan(BOOK)
        school.scan(BOOK_2)
    school.assert_consistent()


def test_one_request_that_reaches_two_kiosks_acts_once(two: TwoKiosks) -> None:
    school = two.school
    session = school.session(WANG)
    command = replace(TakeScan(code=BOOK, session=session), request_id="the-same")
    first, second = two._kiosks
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda kiosk: kiosk.desk.perform(command), (first, second)))
    assert school.actions() == ["lent"]
    assert school.open_loans() == {BOOK: session.patron_id}
