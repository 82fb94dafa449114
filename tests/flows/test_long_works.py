"""A long work of the librarian's: it tells how far it is, and can be called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from kiosk.engine import Engine, Surroundings
from kiosk.flows.classification import ClassTable, ReadClassNumbers
from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Progressed, Scan, Tick
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Config
from kiosk.flows.views import PageView, Text, Tone
from kiosk.flows.work import CheckPin, PinAnswer
from kiosk.lending.patrons import PatronKind
from tests.fakes import a_board, a_patron

NOW = datetime.fromisoformat("2026-09-07 12:05")


class Slow:
    """A kiosk whose desk has not answered yet."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.called_off = 0
        around = Surroundings(ask=lambda command: self.asked.append(command), call_off=self._call_off)
        self.engine = Engine(Config(boot="boot"), around, 0.0)
        self.engine.handle(Tick(0.0, NOW))

    def _call_off(self) -> None:
        self.called_off += 1

    def answer(self, kind: OutcomeKind = OutcomeKind.INFO, **parts: object) -> None:
        outcome = Outcome(kind, self.asked[-1].request_id, NOW)
        self.engine.handle(Answered(replace(outcome, **parts), 1.0))  # type: ignore[arg-type]  # fields of Outcome

    @property
    def page(self) -> PageView:
        view = self.engine.view(1.0)
        assert isinstance(view, PageView)
        return view


@pytest.fixture
def slow() -> Slow:
    """A librarian opens a page, and its answer takes its time."""
    slow = Slow()
    slow.answer(data=a_board())
    librarian = a_patron(6, "周管理", PatronKind.LIBRARIAN, has_pin=True)
    slow.engine.handle(Scan(librarian.card or "", "test", 1.0, 1.0))
    slow.answer(OutcomeKind.IDENTIFIED, patron=librarian)
    for digit in "2468":
        slow.engine.handle(Pressed("digit", 1.0, digit))
    slow.engine.handle(Pressed("enter", 1.0))
    assert isinstance(slow.asked[-1], CheckPin)
    slow.answer(data=PinAnswer(right=True))
    slow.engine.handle(Pressed("classes", 1.0))
    assert isinstance(slow.asked[-1], ReadClassNumbers)
    return slow


def test_how_far_it_is_stands_on_the_page_until_it_is_done(slow: Slow) -> None:
    assert slow.page.progress is None
    slow.engine.handle(Progressed(300, 1000, 1.0))
    assert slow.page.progress is not None
    assert (slow.page.progress.done, slow.page.progress.total) == (300, 1000)
    slow.answer(data=ClassTable(()))
    assert slow.page.progress is None


def test_calling_off_reaches_the_desk_at_once_though_other_presses_wait(slow: Slow) -> None:
    slow.engine.handle(Pressed("call_off", 1.0))
    assert slow.called_off == 1


def test_what_was_called_off_is_told_calmly(slow: Slow) -> None:
    slow.answer(OutcomeKind.REFUSED, data=CalledOff())
    assert slow.page.notice is not None and slow.page.notice.tone is Tone.INFO


def test_what_stands_in_the_way_is_told_in_its_own_sentence(slow: Slow) -> None:
    slow.answer(OutcomeKind.REFUSED, data=Hindrance(Text("exchange.trouble.no_folder", {"name": "U", "why": ""})))
    assert slow.page.notice is not None
    assert slow.page.notice.headline.key == "exchange.trouble.no_folder"


def test_nothing_is_called_off_where_nothing_is_under_way(slow: Slow) -> None:
    slow.answer(data=ClassTable(()))
    slow.engine.handle(Pressed("call_off", 2.0))
    assert slow.called_off == 0
