"""The office: where files and printers meet the library. The desk's worker does its work, one transaction each.

Each module here has a table `HANDLERS` from commands (`flows.office`) to functions of `(setup, work, command)`, and
the set `READS` of those that only read; `Office` joins them, importing them when the first is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kiosk.desk.work import Handler
from kiosk.flows.commands import Command
from kiosk.office.setup import Setup


class Office:
    """Further commands for the desk of one machine (`kiosk.desk.Office`)."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._handlers: dict[type[Command], Handler] | None = None
        self._reads: frozenset[type[Command]] = frozenset()

    def handlers(self) -> Mapping[type[Command], Handler]:
        """Each command's handler."""
        if self._handlers is None:
            self._load()
        return self._handlers or {}

    def reads(self) -> frozenset[type[Command]]:
        """Those of them that only read."""
        self.handlers()
        return self._reads

    def rest(self) -> None:
        """Nothing has been asked for a moment: let what an earlier start left to print go on."""
        self._setup.go_on()

    def close(self) -> None:
        """Print nothing more."""
        self._setup.close()

    def _load(self) -> None:
        from kiosk.office import catalogue, files, people, printers, prints, vendor

        modules = (files, printers, prints, people, vendor, catalogue)
        self._handlers = {
            kind: partial(work, self._setup) for module in modules for kind, work in module.HANDLERS.items()
        }
        self._reads = frozenset[type[Command]]().union(*(module.READS for module in modules))


__all__ = ["Office", "Setup"]
