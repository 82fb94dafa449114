"""A state machine over the whole of it: people scan and press, time passes, the store fails; a dict is the model.

The real flow, desk and store (SQLite) beside a model of dictionaries. The laws: a copy has at most one open loan,
nobody passes the limit, no scan is lost (each gets exactly one answer), what happened gives what is out, and what
was undone leaves no trace.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.effects import Told
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.outcomes import Outcome
from kiosk.flows.session import Session
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, SessionView, TroubleView
from kiosk.store import schema
from kiosk.store.library import FILE_NAME, Library, open_library
from tests.desk.conftest import _school_template
from tests.desk.school import FINISH, HELP, LI, LOST, NOON, RENEW, WANG, assert_consistent, copy, open_loans

__all__ = ["_school_template"]

PUPILS = (WANG, LI)
BOOKS = tuple(copy(serial) for serial in range(1, 7))
LIMIT = 2


@dataclass
class Model:
    """What a librarian with a card box would know."""

    holders: dict[str, str] = field(default_factory=dict)  # book → whose card
    here: str = ""  # whose session it is
    fresh: set[str] = field(default_factory=set)  # lent in this session
    undone: int = 0
    lost: bool = True  # the lost copy is still lost

    def begin(self, card: str) -> None:
        self.here, self.fresh = card, set()

    def held_by(self, card: str) -> set[str]:
        return {book for book, holder in self.holders.items() if holder == card}

    def scan(self, code: str) -> str:
        """The outcome a scan must have."""
        if code in PUPILS:
            if code == self.here:
                self.begin("")
                return "ended"
            self.begin(code)
            return "identified"
        if code == FINISH and self.here:
            self.begin("")
            return "ended"
        if code in (FINISH, HELP):
            return "info"
        if code == LOST:
            if not self.lost:
                return "refused" if self.here else "info"
            self.lost = False
            return "returned"
        if code not in BOOKS:
            return "unknown"
        return self._book(code)

    def _book(self, code: str) -> str:
        if code in self.fresh:
            return "info"
        holder = self.holders.pop(code, "")
        if holder == self.here or not self.here:
            return "returned" if holder else "info"
        if len(self.held_by(self.here)) >= LIMIT:
            return "returned" if holder else "refused"
        self.holders[code] = self.here
        self.fresh.add(code)
        return "returned_and_lent" if holder else "lent"


class Lending(RuleBasedStateMachine):
    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-machine-"))
        shutil.copy(self.template, self.folder / FILE_NAME)
        self.clock = ManualClock(usual_instant(NOON))
        self.door = Door(str(self.folder), self.clock, "kiosk")
        self.library: Library = open_library(str(self.folder))
        self.told: list[Told] = []
        self.asked = 0
        self.scans = 0
        self.model = Model()
        around = Surroundings(ask=self._ask, told=self.told.append)
        self.engine = Engine(Config(boot="boot"), around, self.clock.monotonic())
        self.failing = False

    def _ask(self, command: Any) -> Outcome:
        self.asked += 1
        return self.door.perform(command)

    def scan(self, code: str) -> str:
        self.pass_time(2.1)  # no bounce
        self.scans += 1
        now = self.clock.monotonic()
        self.engine.handle(Scan(code, "test", now, now))
        return self.told[-1].outcome.kind.value

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        now = self.clock.monotonic()
        while self.engine.deadline() <= now:
            self.engine.handle(Tick(now, self.door.local_now()))

    @rule(code=st.sampled_from([*PUPILS, *BOOKS]))
    def scan_card_or_book(self, code: str) -> None:
        expected = self.model.scan(code)
        assert self.scan(code) == expected

    @rule(code=st.sampled_from([FINISH, HELP, LOST, "?", "20000019x"]))
    def scan_something_else(self, code: str) -> None:
        expected = self.model.scan(code)
        assert self.scan(code) == expected

    @rule(code=st.sampled_from([*PUPILS, *BOOKS]))
    def scan_twice_at_once(self, code: str) -> None:
        self.scan_card_or_book(code)
        self.scans += 1
        now = self.clock.monotonic()
        self.engine.handle(Scan(code, "test", now, now))
        assert self.told[-1].outcome.kind.value == "ignored"

    @precondition(lambda self: self.model.here)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        front = self.engine.state.front
        assert isinstance(front, Session)
        if not front.patron.loans:
            return
        loan = data.draw(st.sampled_from(front.patron.loans))
        self.engine.handle(Pressed("undo", self.clock.monotonic(), loan.loan_id))
        if loan.barcode in self.model.fresh:
            self.model.fresh.discard(loan.barcode)
            del self.model.holders[loan.barcode]
            self.model.undone += 1

    @precondition(lambda self: self.model.here)
    @rule()
    def renew_all(self) -> None:
        """On the day of the loan there is no day to win: nothing is renewed and nothing changes."""
        assert self.scan(RENEW) == "info"

    @rule()
    def walk_away(self) -> None:
        self.pass_time(26)
        self.model.begin("")

    @rule(code=st.sampled_from([*PUPILS, *BOOKS]), at=st.integers(0, 14))
    def scan_while_the_store_fails(self, code: str, at: int) -> None:
        """The statement number `at` fails: the scan comes to nothing, unless it needed fewer."""
        left = [at]

        def fail(*_: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise sqlite3.OperationalError("disk I/O error")

        engine: Any = self.door._library._engine if self.door._library else None
        event.listen(engine, "before_cursor_execute", fail)
        self.pass_time(2.1) if self.model.here else None
        try:
            outcome = self._scan_only(code)
        finally:
            event.remove(engine, "before_cursor_execute", fail)
        if outcome != "trouble":
            assert outcome == self.model.scan(code)
        self._recover()

    def _scan_only(self, code: str) -> str:
        self.scans += 1
        self.clock.advance(2.1)
        now = self.clock.monotonic()
        self.engine.handle(Scan(code, "test", now, now))
        return self.told[-1].outcome.kind.value

    def _recover(self) -> None:
        self.pass_time(2.1)
        self.pass_time(2.1)
        assert not isinstance(self.engine.view(self.clock.monotonic()), TroubleView)

    @invariant()
    def each_scan_was_told_once(self) -> None:
        assert len(self.told) == self.scans
        assert self.engine.quiet

    @invariant()
    def the_library_is_as_the_model_says(self) -> None:
        people = {one.patron_id: one.code for one in self._cards()}
        assert {book: people[patron] for book, patron in open_loans(self.library).items()} == self.model.holders
        assert all(len(self.model.held_by(card)) <= LIMIT for card in PUPILS)

    @invariant()
    def the_screen_shows_who_is_here(self) -> None:
        view = self.engine.view(self.clock.monotonic())
        if not self.model.here:
            assert isinstance(view, IdleView)
            return
        assert isinstance(view, SessionView)
        assert {tile.barcode for tile in view.shelf} == self.model.held_by(self.model.here)

    def _cards(self) -> list[Any]:
        table = schema.barcodes
        return self.library.read(lambda conn: list(conn.execute(table.select().where(table.c.patron_id.is_not(None)))))

    def teardown(self) -> None:
        if not hasattr(self, "library"):
            return
        try:
            assert_consistent(self.library)
            loans = self.library.read(lambda conn: list(conn.execute(schema.loans.select())))
            assert sum(loan.undone for loan in loans) == self.model.undone
        finally:
            self.library.close()
            self.door.close()
            shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def machine(_school_template: Path) -> type[Lending]:
    class OnTemplate(Lending):
        template = _school_template

    return OnTemplate


def test_the_laws_of_lending_hold_whatever_people_and_the_store_do(machine: type[Lending]) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=30))
