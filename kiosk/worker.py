"""The desk's thread: the only one with a database connection."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from kiosk.clock import Clock, usual_local
from kiosk.flows.commands import Cancelled, Command
from kiosk.flows.events import Progressed
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Event
from kiosk.lean import give_back_memory

REST_AFTER = 5.0  # seconds without a command after which the desk tidies up
PROGRESS_EVERY = 0.1  # seconds between two words on how far a long work is
_log = logging.getLogger(__name__)


class Performer(Protocol):
    """Carries out commands: the desk's door. `progress` is told how far a long one is."""

    progress: Callable[[int, int], None]

    def perform(self, command: Command) -> Outcome:
        """The outcome of `command`."""
        ...

    def local_now(self) -> datetime:
        """The school's local time."""
        ...

    def rest(self) -> None:
        """Nothing has been asked for a moment: do what would hold a command up."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class DeskWorker:
    """The one thread with a database connection: takes commands in order, puts each answer in the inbox.

    `make` builds the door inside the thread, so that importing and opening the store holds up no first frame.
    """

    def __init__(self, make: Callable[[], Performer], put: Callable[[Event], None], clock: Clock) -> None:
        self._make = make
        self._put = put
        self._clock = clock
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._door: Performer | None = None
        self._called_off = threading.Event()
        self._told_at = 0.0

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread.start()

    def ask(self, command: Command) -> None:
        """Hand over a command; its answer comes through the inbox."""
        self._commands.put(command)

    def call_off(self) -> None:
        """Let the long work under way be taken back; without one nothing happens."""
        self._called_off.set()

    def local_now(self) -> datetime:
        """The school's local time (the usual zone's while nothing is open yet)."""
        if self._door is not None:
            return self._door.local_now()
        return usual_local(self._clock.utc())

    def close(self) -> None:
        """Finish what was handed over, then stop."""
        self._commands.put(None)
        self._thread.join(5.0)

    def _run(self) -> None:
        while (command := self._next()) is not None:
            self._put(Answered(self._perform(command), self._clock.monotonic()))
        if self._door is not None:
            self._door.close()

    def _next(self) -> Command | None:
        try:
            return self._commands.get(timeout=REST_AFTER)
        except queue.Empty:
            self._rest()
            return self._commands.get()

    def _rest(self) -> None:
        try:
            if self._door is not None:
                self._door.rest()
            give_back_memory()
        except BaseException:  # a defect must not stop the only worker, nor a panic of Rust, which is no Exception
            _log.exception("the desk failed while nobody asked")

    def _perform(self, command: Command) -> Outcome:
        try:
            if self._door is None:
                self._door = self._make()
                self._door.progress = self._progressed
            self._called_off.clear()
            self._told_at = self._clock.monotonic()  # what is done at once tells nothing
            return self._door.perform(command)
        except BaseException:  # as above
            _log.exception("the desk failed on a %s", type(command).__name__)
            now = usual_local(self._clock.utc())  # the door's own may be what failed
            return Outcome(OutcomeKind.TROUBLE, command.request_id, now, trouble="defect")

    def _progressed(self, done: int, total: int) -> None:
        if self._called_off.is_set():
            raise Cancelled
        now = self._clock.monotonic()
        if now >= self._told_at + PROGRESS_EVERY:
            self._told_at = now
            self._put(Progressed(done, total, now))
