"""Who may ask for a librarian's work.

That the PIN was right is the flow's to know (nothing else leads past the pad); the desk looks for every command
that the operator is an active librarian who has a PIN, so that a role taken away ends at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kiosk.desk.work import Handler, Work, handler
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import CheckPin, Denied, LibrarianCommand, Problem, ProblemCode, SetFirstPin
from kiosk.lending.patrons import PatronKind
from kiosk.store import facts

L = TypeVar("L", bound=LibrarianCommand)


def may_work(work: Work, given: LibrarianCommand) -> bool:
    """Whether the operator of `given` is an active librarian with a PIN (or is just setting or proving it)."""
    person = facts.find_patron(work.conn, given.operator_id, work.policies, work.moment.today)
    if person is None or not person.facts.active or person.facts.kind is not PatronKind.LIBRARIAN:
        return False
    return person.has_pin or isinstance(given, CheckPin | SetFirstPin)


def for_librarians(command: type[L], function: Callable[[Work, L], Outcome]) -> Handler:
    """`function` as an entry of a table of handlers, for active librarians only."""

    def guarded(work: Work, given: L) -> Outcome:
        if not may_work(work, given):
            return work.answer(OutcomeKind.REFUSED, data=Denied())
        return function(work, given)

    return handler(command, guarded)


def problem(work: Work, code: ProblemCode) -> Outcome:
    """It cannot be done, and why."""
    return work.answer(OutcomeKind.REFUSED, data=Problem(code))
