"""One command under way: what every handler gets, and how it records what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeVar

from sqlalchemy import Connection, insert

from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.lending.policy import Moment
from kiosk.store import schema
from kiosk.store.facts import Policies


class TakenBackError(Exception):
    """Raised by a handler: nothing of the command is kept, and `data` is the answer."""

    def __init__(self, data: object) -> None:
        super().__init__(type(data).__name__)
        self.data = data


def silent(done: int, total: int) -> None:
    """Tells nobody how far a work is."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a command does once its transaction is durable: what no database takes back or keeps from being done twice
    (a transaction may run several times), as a job for a printer.

    `act` gives the command's answer. It may raise, TakenBackError too; then `otherwise` puts back, in a transaction of
    its own, what was written because it was to happen.
    """

    act: Callable[[], Outcome]
    otherwise: Callable[[Connection], None]


@dataclass(slots=True)
class Work:
    """A command inside its one transaction.

    `at` is the instant of the command (aware UTC), read once; `moment` is the same as the rules see it (the
    school's local time). Everything written goes through `conn`; every event through `record`.
    """

    conn: Connection
    policies: Policies
    at: datetime
    moment: Moment
    kiosk: str
    request_id: str
    progress: Callable[[int, int], None] = silent
    """Told how far a long work is, (done, total); raises `Cancelled` when it was called off."""
    afterwards: Afterwards | None = None
    """To be done when this is durable; the handler's own answer does not count then."""
    _steps: int = field(default=0)

    @property
    def zone(self) -> tzinfo:
        """The school's time zone."""
        return self.policies.zone

    def record(
        self,
        action: str,
        *,
        patron_id: int | None = None,
        copy_id: int | None = None,
        loan_id: int | None = None,
        operator_id: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Write one event: `action` in the past tense ("lent", "returned"), who, what, and details as JSON."""
        self._steps += 1
        self.conn.execute(
            insert(schema.events).values(
                at=self.at,
                kiosk=self.kiosk,
                operator_id=operator_id,
                action=action,
                patron_id=patron_id,
                copy_id=copy_id,
                loan_id=loan_id,
                request_id=self.request_id,
                step=self._steps,
                details=dict(details or {}),
            )
        )

    def answer(self, kind: OutcomeKind, **parts: object) -> Outcome:
        """An outcome of this command."""
        return Outcome(kind=kind, request_id=self.request_id, at=self.moment.now, **parts)  # type: ignore[arg-type]  # parts are Outcome's own fields


Handler = Callable[[Work, Command], Outcome]

C = TypeVar("C", bound=Command)


def handler(command: type[C], function: Callable[[Work, C], Outcome]) -> Handler:
    """`function` as an entry of a table of handlers: called only with its own `command`."""

    def handle(work: Work, given: Command) -> Outcome:
        if not isinstance(given, command):
            raise TypeError(f"{function.__name__} handles {command.__name__}, not {type(given).__name__}")
        return function(work, given)

    return handle
