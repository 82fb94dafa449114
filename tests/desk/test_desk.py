"""The desk: one command is one transaction; what the store suffers becomes an outcome, a defect passes through."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import cast

import pytest

from kiosk import desk
from kiosk.clock import ManualClock, usual_instant
from kiosk.desk import Desk
from kiosk.desk.work import Handler, Work, handler
from kiosk.flows.commands import Command, Probe, ReadBoard, TakeScan
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.store import edit
from kiosk.store import library as store
from tests.desk.school import BOOK, NOON, WANG, School, local


def test_the_time_of_an_outcome_is_the_schools(school: School) -> None:
    assert school.scan(WANG).at == NOON
    school.library.transact(lambda conn: edit.save_setting(conn, "timezone", "Asia/Tokyo"))
    assert school.scan(WANG).at == local("2026-09-07 13:05")
    assert school.desk.local_now() == local("2026-09-07 13:05")
    assert school.desk.instant(local("2026-09-07 13:05")) == school.clock.utc()


def test_until_the_library_has_been_read_the_usual_zone_counts(school: School) -> None:
    fresh = Desk(school.library, ManualClock(usual_instant(NOON)), "kiosk")
    assert fresh.local_now() == NOON
    assert fresh.instant(NOON) == usual_instant(NOON)


def test_the_answer_carries_the_request_it_answers(school: School) -> None:
    command = TakeScan(code=WANG, request_id="r-1")
    assert school.desk.perform(command).request_id == "r-1"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock is given up on after a moment, to keep the tests short."""
    monkeypatch.setattr(store, "BUSY_MS", 50)


def test_the_board_is_read_also_while_another_program_writes(impatient: None, school: School) -> None:
    assert school.library.file is not None
    other = sqlite3.connect(school.library.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert school.ask(ReadBoard()).kind is OutcomeKind.INFO
        assert school.ask(Probe()).trouble == "locked"  # it asks whether the store can be written again
    finally:
        other.execute("ROLLBACK")
        other.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Command):
    """Lends a book, then breaks."""


def test_a_defect_passes_through_with_nothing_kept(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    session = school.session(WANG)

    def break_(work: Work, command: Break) -> Outcome:
        handle = desk.handlers()[TakeScan]
        assert handle(work, TakeScan(code=BOOK, session=session)).kind is OutcomeKind.LENT
        raise RuntimeError("a defect")

    monkeypatch.setitem(cast(dict[type[Command], Handler], desk.handlers()), Break, handler(Break, break_))
    with pytest.raises(RuntimeError):
        school.ask(Break())
    assert school.open_loans() == {}
    assert school.actions() == []
    assert school.scan(BOOK, session).kind is OutcomeKind.LENT


def test_a_handler_takes_its_own_command_only() -> None:
    handle = handler(Probe, lambda work, command: None)  # type: ignore[arg-type, return-value]  # never called
    with pytest.raises(TypeError):
        handle(None, ReadBoard())  # type: ignore[arg-type]  # never looked at


def test_a_rule_changed_at_another_kiosk_counts_from_the_next_command(school: School) -> None:
    assert school.patron(WANG).allowance.limit == 2
    plain = {"kinds": {"pupil": {"limit": 5}}}
    school.library.transact(lambda conn: edit.save_setting(conn, "rules", plain))
    assert school.patron(WANG).allowance.limit == 5
