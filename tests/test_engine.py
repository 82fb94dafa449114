"""The engine: effects are carried out in order, answers come at once or later, and it begins anew cleanly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.engine import Engine, Surroundings
from kiosk.flows.commands import Command, ReadBoard, TakeScan
from kiosk.flows.events import Scan, Tick
from kiosk.flows.outcomes import Answered, Outcome
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, SessionView
from tests.fakes import FINISH, NOON, FakeDesk, Pilot, card, copy

WANG = card(1)


def test_answers_that_come_at_once_are_handled_in_the_same_turn() -> None:
    pilot = Pilot()
    assert pilot.engine.quiet
    pilot.scan(WANG, copy(1))
    assert pilot.engine.quiet
    assert pilot.outcomes == ["identified", "lent"]


def test_answers_that_come_later_leave_the_engine_unquiet_until_then() -> None:
    pilot = Pilot(slow=True)
    assert not pilot.engine.quiet
    pilot.answer()
    assert pilot.engine.quiet
    pilot.scan(WANG, copy(1))
    assert not pilot.engine.quiet
    pilot.answer_all()
    assert pilot.engine.quiet


def test_what_is_seen_heard_and_told_keeps_its_order() -> None:
    happened: list[str] = []
    desk = FakeDesk.with_people()

    def ask(command: Command) -> Outcome:
        happened.append(type(command).__name__)
        return desk.perform(command)

    around = Surroundings(
        ask=ask,
        chime=lambda sound: happened.append(f"chime {sound}"),
        told=lambda told: happened.append(f"told {told.outcome.kind.value}"),
    )
    engine = Engine(Config(boot="boot"), around, 0.0)
    for place, code in enumerate((WANG, copy(1), FINISH)):
        engine.handle(Scan(code, "test", 10.0 * place, 10.0 * place))
    assert happened == [
        *("ReadBoard",),
        *("TakeScan", "told identified", "chime hello"),
        *("TakeScan", "chime done", "told lent"),
        *("TakeScan", "chime bye", "told ended"),
    ]


def test_the_board_is_asked_for_at_the_start() -> None:
    pilot = Pilot(slow=True)
    assert [type(command) for command in pilot.asked] == [ReadBoard]
    assert isinstance(pilot.view, IdleView)


def test_a_defect_in_the_surroundings_passes_out_and_the_engine_begins_anew() -> None:
    desk = FakeDesk.with_people()
    broken: list[Callable[[], None]] = []

    def ask(command: Command) -> Outcome:
        if isinstance(command, TakeScan) and broken:
            broken.pop()
            raise RuntimeError("a defect")
        return desk.perform(command)

    engine = Engine(Config(boot="boot"), Surroundings(ask=ask), 0.0)
    engine.handle(Tick(0.0, NOON))
    engine.handle(Scan(WANG, "test", 1.0, 1.0))
    assert isinstance(engine.view(1.0), SessionView)
    broken.append(lambda: None)
    with pytest.raises(RuntimeError):
        engine.handle(Scan(copy(1), "test", 2.0, 2.0))
    late = Answered(desk.perform(TakeScan(code=WANG, request_id=f"boot-{engine.state.count}")), 2.5)
    engine.restart(3.0)
    assert isinstance(engine.view(3.0), IdleView)
    engine.handle(late)  # the answer to what was in flight before
    assert isinstance(engine.view(3.0), IdleView)
    engine.handle(Scan(WANG, "test", 9.0, 9.0))
    engine.handle(Scan(copy(1), "test", 12.0, 12.0))
    assert desk.holders == {copy(1): 1}


def test_the_deadline_is_never_in_the_past_once_it_was_told_the_time() -> None:
    pilot = Pilot()
    for seconds in (0.0, 3.0, 25.0, 61.0, 600.0):
        pilot.scan(WANG)
        pilot.wait(seconds)
        assert pilot.engine.deadline() > pilot.now
