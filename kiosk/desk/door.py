"""The desk behind its door: opens the library when it is first needed, and again after it could not be opened.

One thread uses a door. Nothing but a defect of the program comes out of it as an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.clock import Clock, usual_instant, usual_local
from kiosk.desk import Desk, Office
from kiosk.desk.work import silent
from kiosk.flows.commands import Command, CreateLibrary
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.store.edit import found_library
from kiosk.store.library import Library, StoreTrouble, create_library, open_library

Fill = Callable[[Library], None]


class Door:
    """Performs commands for one kiosk on the library at `location`.

    `fill` makes the sample school in a new library; `opened` is called each time the library has been opened.
    `office` makes what performs the commands that need this machine's files and printers; it is called when the
    first of them comes, or in a quiet moment when `left_over` says that an earlier start left it something to do.
    `progress` is told how far a long command is.
    """

    def __init__(
        self,
        location: str,
        clock: Clock,
        kiosk: str,
        *,
        fill: Fill | None = None,
        opened: Callable[[Library], None] | None = None,
        office: Callable[[], Office] | None = None,
        left_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self.location = location
        self._clock = clock
        self._kiosk = kiosk
        self._fill = fill
        self._opened = opened
        self._office = office
        self._left_over = left_over
        self.progress: Callable[[int, int], None] = silent
        self._library: Library | None = None
        self._desk: Desk | None = None
        self._clerks: Office | None = None

    def perform(self, command: Command) -> Outcome:
        """Carry out a command. A library that cannot be opened is a `trouble` outcome with the store's code."""
        try:
            if isinstance(command, CreateLibrary):
                return self._create(command)
            if self._desk is None:
                self._use(open_library(self.location))
        except StoreTrouble as trouble:
            return Outcome(
                OutcomeKind.TROUBLE,
                command.request_id,
                self.local_now(),
                trouble=trouble.code.value,
                detail=trouble.detail,
            )
        assert self._desk is not None  # noqa: S101  just opened
        return self._desk.perform(command)

    def local_now(self) -> datetime:
        """The school's local time, naive; until the library is open that of the usual zone."""
        if self._desk is not None:
            return self._desk.local_now()
        return usual_local(self._clock.utc())

    def instant(self, local: datetime) -> datetime:
        """The aware instant of the school's local time (naive)."""
        return usual_instant(local) if self._desk is None else self._desk.instant(local)

    def rest(self) -> None:
        """Nothing has been asked for a moment: do what would hold a scan up."""
        if self._library is not None:
            self._library.settle()
        if self._clerks is not None or self._left_over():
            self._office_now().rest()

    def close(self) -> None:
        """Give the library back."""
        if self._clerks is not None:
            self._clerks.close()
        if self._library is not None:
            self._library.close()
        self._library = self._desk = None

    def _office_now(self) -> Office:
        if self._clerks is None:
            assert self._office is not None  # noqa: S101  asked for only where there is one
            self._clerks = self._office()
        return self._clerks

    def _create(self, command: CreateLibrary) -> Outcome:
        if self._desk is None:
            library = create_library(self.location)
            card = None
            if command.sample and self._fill is not None:
                self._fill(library)
            else:
                at = self._clock.utc()
                card = library.transact(lambda conn: found_library(conn, command.name, command.librarian, at))
            self._use(library)
            return Outcome(OutcomeKind.INFO, command.request_id, self.local_now(), data=card)
        return Outcome(OutcomeKind.INFO, command.request_id, self.local_now())

    def _use(self, library: Library) -> None:
        self._library = library
        self._desk = Desk(library, self._clock, self._kiosk, self._office_now if self._office else None)
        self._desk.progress = self.progress
        if self._opened is not None:
            self._opened(library)
