"""What the office knows of this machine, and how its commands are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kiosk.desk.librarian.guard import may_work
from kiosk.desk.work import TakenBackError, Work
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.flows.commands import Command
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import Denied, LibrarianCommand

Clerk = Callable[["Setup", Work, Command], Outcome]
"""Carries out one command of the office."""

L = TypeVar("L", bound=LibrarianCommand)


@dataclass(slots=True)
class Setup:
    """This machine as the office needs it: its own folder (`data`), where people keep files (`places`, by name).

    `kept` is what one command leaves for the next (a file that was read for its preview), by the file's
    `fingerprint`; a restart forgets it.
    """

    data: Path
    places: Mapping[str, Path] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)


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

    return guarded


def fingerprint(path: Path) -> str:
    """What tells one state of a file from another: where it is, how long, when changed. Raises OSError."""
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
