"""What the office knows of this machine, and how its commands are answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.desk.librarian.guard import may_work
from kiosk.desk.work import TakenBackError, Work
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.flows.commands import Command
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.views import Text
from kiosk.flows.work import Denied, LibrarianCommand
from kiosk.printing.printers import Printer, with_default
from kiosk.printing.printers.book import PrinterBook
from kiosk.store.library import StoreTrouble, is_database_error

if TYPE_CHECKING:
    from kiosk.printing.spool import Spool

_log = logging.getLogger(__name__)

Clerk = Callable[["Setup", Work, Command], Outcome]
"""Carries out one command of the office."""

L = TypeVar("L", bound=LibrarianCommand)


@dataclass(slots=True)
class Setup:
    """This machine as the office needs it: its own folder (`data`), where people keep files (`places`, by name).

    `kept` is what one command leaves for the next (a file that was read for its preview), by the file's
    `fingerprint`; a restart forgets it. `named` are the printers of the settings, `slip` the one that prints a slip
    at the end of a session ("" for none), `language` the one things are printed in.
    """

    data: Path
    places: Mapping[str, Path] = field(default_factory=dict)
    named: Mapping[str, Printer] = field(default_factory=lambda: with_default(()))
    slip: str = ""
    language: str = "zh_CN"
    keep: Callable[[Sequence[Printer]], None] = lambda _: None
    """Writes the printers that were set up on the screen into the machine's settings. Raises OSError."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    kept: dict[str, Any] = field(default_factory=dict)
    _spool: Spool | None = None

    def book(self) -> PrinterBook:
        """What is kept of the printers on this machine: their fine adjustment, which was last chosen for what."""
        return PrinterBook.load(self.data / "printers.json")

    def printers(self) -> dict[str, Printer]:
        """The printers by name, each as it is adjusted."""
        return self.book().tuned(self.named)

    def spool(self, *, sending: bool = True) -> Spool:
        """The print queue; from the first time it is asked for it sends what waits, unless not `sending`."""
        if self._spool is None:
            from kiosk.i18n import Words
            from kiosk.printing.spool import Spool

            self._spool = Spool(self.queue, self.printers(), self.now, say=Words(self.language).say)
            if sending:
                self._spool.start()
        return self._spool

    @property
    def queue(self) -> Path:
        """The folder of the print queue."""
        return self.data / "print-queue"

    def go_on(self) -> None:
        """Let jobs of an earlier start go on, if there are any; cheap where there are none."""
        if self._spool is None and any(self.queue.glob("*.json")):
            self.spool()

    def close(self) -> None:
        """Send nothing more."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None


def for_librarians(command: type[L], function: Callable[[Setup, Work, L], Outcome]) -> Clerk:
    """`function` as an entry of a table of handlers, for active librarians only.

    What is wrong with a file becomes a `Hindrance`, a work called off `CalledOff`; nothing of either is kept.
    """

    def guarded(setup: Setup, work: Work, given: Command) -> Outcome:
        if not isinstance(given, command):
            raise TypeError(f"{function.__name__} handles {command.__name__}, not {type(given).__name__}")
        if not may_work(work, given):
            return work.answer(OutcomeKind.REFUSED, data=Denied())
        try:
            return function(setup, work, given)
        except FileTrouble as trouble:
            raise TakenBackError(Hindrance(trouble.text)) from trouble
        except Cancelled as cancelled:
            raise TakenBackError(CalledOff()) from cancelled
        except Exception as error:
            if isinstance(error, TakenBackError | StoreTrouble) or is_database_error(error):
                raise
            _log.exception("%s failed", command.__name__)  # with files and printers the kiosk itself goes on
            raise TakenBackError(Hindrance(Text("office.defect"))) from error

    return guarded


def fingerprint(path: Path) -> str:
    """What tells one state of a file from another: where it is, how long, when changed. Raises OSError."""
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
