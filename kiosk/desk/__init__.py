"""The desk (服务台): the one door to the store. One command is one transaction: facts, decision, record, outcome.

The desk reads the wall clock once a command. A wall clock that stands before the newest recorded event (by more
than two kiosks' clocks may differ) makes the rules take returns only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from sqlalchemy import Connection

from kiosk.clock import Clock, usual_instant, usual_local
from kiosk.desk import board, loans
from kiosk.desk.work import Afterwards, Handler, TakenBackError, Work, silent
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.lending.policy import Moment
from kiosk.store import facts
from kiosk.store.facts import Policies
from kiosk.store.library import Library, StoreTrouble

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far behind the newest event a clock may stand: several kiosks' clocks are never quite alike."""

_LENDING: Mapping[type[Command], Handler] = {**board.HANDLERS, **loans.HANDLERS}


@cache
def handlers() -> Mapping[type[Command], Handler]:
    """Every command's handler. Those of counter and librarian are imported when first asked for: 0.1 s of a start."""
    from kiosk.desk import counter, librarian

    return {**_LENDING, **counter.HANDLERS, **librarian.HANDLERS}


@cache
def reads() -> frozenset[type[Command]]:
    """The commands that only read."""
    from kiosk.desk import counter, librarian

    return board.READS | counter.READS | librarian.READS


class Office(Protocol):
    """Further commands: those that need this machine's files and printers besides the library."""

    def handlers(self) -> Mapping[type[Command], Handler]:
        """Each command's handler."""
        ...

    def reads(self) -> frozenset[type[Command]]:
        """Those of them that only read."""
        ...

    def rest(self) -> None:
        """Nothing has been asked for a moment."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class Desk:
    """Performs commands on one library for one kiosk. Used by one thread at a time."""

    def __init__(self, library: Library, clock: Clock, kiosk: str, office: Callable[[], Office] | None = None) -> None:
        self._library = library
        self._clock = clock
        self._kiosk = kiosk
        self._office = office
        self.progress: Callable[[int, int], None] = silent
        self._policies: Policies | None = None

    def perform(self, command: Command) -> Outcome:
        """Do `command` in one transaction and answer.

        Never raises on what the store can suffer: that becomes a `trouble` outcome with the store's code, and
        nothing of the command is kept. Any other exception is a defect and passes through, rolled back.
        """
        at = self._clock.utc()
        kind = type(command)
        handle, only_reads, is_long = self._find(kind)
        runs: list[Work] = []

        def work(conn: Connection) -> Outcome:
            self._policies = facts.load_policies(conn, self._policies)
            newest = facts.newest_event(conn)
            behind = newest is not None and at < newest - CLOCK_TOLERANCE
            now = self._policies.local(at)
            moment = Moment(now, clock_behind=behind)
            runs.append(Work(conn, self._policies, at, moment, self._kiosk, command.request_id, self.progress))
            return handle(runs[-1], command)

        try:
            if only_reads:
                return self._library.read(work, patient=is_long)
            outcome = self._library.transact(work, command.request_id, patient=is_long)
            then = runs[-1].afterwards
            return outcome if then is None else self._finish(then)
        except TakenBackError as taken_back:
            return Outcome(OutcomeKind.REFUSED, command.request_id, self.local_now(at), data=taken_back.data)
        except StoreTrouble as trouble:
            return Outcome(
                OutcomeKind.TROUBLE,
                command.request_id,
                self.local_now(at),
                trouble=trouble.code.value,
                detail=trouble.detail,
            )

    def _finish(self, then: Afterwards) -> Outcome:
        try:
            return then.act()
        except BaseException:
            self._library.transact(then.otherwise)
            raise

    def _find(self, kind: type[Command]) -> tuple[Handler, bool, bool]:
        """A command's handler, whether it only reads, and whether it may take long."""
        if (handle := _LENDING.get(kind)) is not None:
            return handle, kind in board.READS, False
        if (handle := handlers().get(kind)) is not None or self._office is None:
            return handlers()[kind], kind in reads(), False
        office = self._office()
        return office.handlers()[kind], kind in office.reads(), True

    def instant(self, local: datetime) -> datetime:
        """The aware instant of the school's local time (naive); the usual zone until the library has been read."""
        return usual_instant(local) if self._policies is None else self._policies.instant(local)

    def local_now(self, at: datetime | None = None) -> datetime:
        """The school's local time (naive) of `at`, or of now; the usual zone until the library has been read."""
        at = at or self._clock.utc()
        if self._policies is None:
            return usual_local(at)
        return self._policies.local(at)
