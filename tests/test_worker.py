"""The desk's thread answers every command, whatever a command ends in."""

from __future__ import annotations

import queue
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.clock import ManualClock, usual_local
from kiosk.flows.commands import Command, ReadBoard
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Event
from kiosk.worker import DeskWorker

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class PanicError(BaseException):
    """As a library written in Rust raises: no Exception."""


class Door:
    """A door of which everything fails the first time."""

    def __init__(self, error: BaseException) -> None:
        self.error: BaseException | None = error
        self.progress: Callable[[int, int], None] = lambda _done, _total: None

    def perform(self, command: Command) -> Outcome:
        if self.error is not None:
            raise self.error
        return Outcome(OutcomeKind.INFO, command.request_id, self.local_now())

    def local_now(self) -> datetime:
        if self.error is not None:
            raise self.error
        return usual_local(NOW)

    def rest(self) -> None:
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        return


@pytest.mark.parametrize("error", [RuntimeError("a defect"), PanicError("a defect of a driver")])
def test_a_command_that_fails_with_its_clock_is_answered_and_so_is_the_next(error: BaseException) -> None:
    door = Door(error)
    events: queue.Queue[Event] = queue.Queue()
    worker = DeskWorker(lambda: door, events.put, ManualClock(NOW))
    worker.start()
    worker.ask(ReadBoard(request_id="1"))
    first = events.get(timeout=20)
    assert isinstance(first, Answered)
    assert (first.outcome.kind, first.outcome.trouble) == (OutcomeKind.TROUBLE, "defect")
    assert (first.outcome.request_id, first.outcome.at) == ("1", usual_local(NOW))
    door.error = None
    worker.ask(ReadBoard(request_id="2"))
    second = events.get(timeout=20)
    assert isinstance(second, Answered) and second.outcome.kind is OutcomeKind.INFO
    worker.close()
