"""Undoing one's own actions of today.

What can be undone stands in one table: for each action whether it is still safe, judged by the state now, and how
the state before is put back. An undo is an event itself, with the seq of what it undid; nothing is ever taken
out of the ledger.

| action | safe while | put back |
|---|---|---|
| lent | the loan is open and was not renewed since | the loan is closed and marked undone; a hold it used is back |
| returned | the copy is in, in the state the return left | the loan is open again, a suspension it brought goes |
| renewed | the loan is open and due as the renewal left it | the earlier due date, one renewal fewer |
| status_changed, put_aside | the copy is in the state it was put into | the state before |
| titles_merged | the copies that came are as the merge left them | the title that went is there again with them |
| class_added | nobody is in the class, it never borrowed, and it has no time in the rota | the class goes |
| taken_in | none of the copies was ever lent | copies and counts go, and the title if it came with them |

A return that is undone may bring a patron above their limit: the book is with them, whatever the rule says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from kiosk.desk.librarian.enrolment import adding_is_safe, take_class_out
from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.librarian.stock import take_back, taking_is_safe
from kiosk.desk.librarian.titles import merge_is_safe, part_titles
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import Action, ActionList, ProblemCode, ReadActions, UndoAction
from kiosk.lending.copies import CopyStatus
from kiosk.store import desk_reads, desk_writes, facts, imports, record

MOST = 40
"""Actions that are listed; who has to undo more than a day's last forty asks for a backup."""

Event = Any  # a row of the ledger


@dataclass(frozen=True, slots=True)
class Undo:
    """How one action is undone, and the name of that in the ledger."""

    event: str
    is_safe: Callable[[Work, Event], bool]
    put_back: Callable[[Work, Event], None]


def _lent_is_safe(work: Work, event: Event) -> bool:
    loan = desk_reads.loan(work.conn, event.loan_id)
    return loan is not None and loan.returned_at is None and loan.renewals == 0


def _unlend(work: Work, event: Event) -> None:
    record.close_loan(work.conn, event.loan_id, work.at, undone=True)
    copy = facts.find_copy(work.conn, event.copy_id)
    if event.details.get("was_held") and copy is not None and copy.facts.held_for is None:
        record.hold(work.conn, event.copy_id, event.patron_id)


def _returned_is_safe(work: Work, event: Event) -> bool:
    loan = desk_reads.loan(work.conn, event.loan_id)
    copy = facts.find_copy(work.conn, event.copy_id)
    if loan is None or copy is None or loan.undone or loan.returned_at != event.at or copy.loan is not None:
        return False
    person = facts.find_patron(work.conn, loan.patron_id, work.policies, work.moment.today)
    return person is not None and person.facts.active and copy.facts.status is _left_by_return(work, event)


def _left_by_return(work: Work, event: Event) -> CopyStatus:
    if event.details.get("settled"):
        return CopyStatus.LOST
    return CopyStatus.FOUND if _found_with(work, event) else CopyStatus.IN_SERVICE


def _found_with(work: Work, event: Event) -> bool:
    """Whether the same command noticed that a lost copy had come back."""
    return any(other.action == "found" for other in desk_reads.events_of_request(work.conn, event.request_id))


def _unreturn(work: Work, event: Event) -> None:
    desk_writes.reopen_loan(work.conn, event.loan_id)
    if _found_with(work, event):
        record.set_status(work.conn, event.copy_id, CopyStatus.LOST)
    brought = event.details.get("suspended_until")
    person = facts.find_patron(work.conn, event.patron_id, work.policies, work.moment.today)
    if brought and person is not None and str(person.facts.suspended_until) == brought:
        before = event.details.get("suspended_before")
        record.suspend(work.conn, event.patron_id, date.fromisoformat(before) if before else None)


def _renewed_is_safe(work: Work, event: Event) -> bool:
    loan = desk_reads.loan(work.conn, event.loan_id)
    due_on = event.details.get("due_on")
    return (
        loan is not None
        and loan.returned_at is None
        and loan.renewals > 0
        and loan.due_on.isoformat() == due_on
        and event.details.get("due_before") is not None
    )


def _unrenew(work: Work, event: Event) -> None:
    desk_writes.take_back_renewal(work.conn, event.loan_id, date.fromisoformat(event.details["due_before"]))


def _status_is_safe(work: Work, event: Event) -> bool:
    copy = facts.find_copy(work.conn, event.copy_id)
    if copy is None or copy.facts.status.value != event.details.get("to"):
        return False
    return copy.loan is None or copy.facts.status is CopyStatus.LOST  # only lost ones change state while they are out


def _unset_status(work: Work, event: Event) -> None:
    record.set_status(work.conn, event.copy_id, CopyStatus(event.details["from"]))


UNDOABLE: Mapping[str, Undo] = {
    "lent": Undo("undone", _lent_is_safe, _unlend),
    "returned": Undo("reopened", _returned_is_safe, _unreturn),
    "renewed": Undo("renewal_undone", _renewed_is_safe, _unrenew),
    "status_changed": Undo("status_undone", _status_is_safe, _unset_status),
    "put_aside": Undo("status_undone", _status_is_safe, _unset_status),
    "titles_merged": Undo("merge_undone", merge_is_safe, part_titles),
    "class_added": Undo("class_removed", adding_is_safe, take_class_out),
    "taken_in": Undo("taking_undone", taking_is_safe, take_back),
}
"""Every action that can be undone."""

_UNDOING = tuple({undo.event for undo in UNDOABLE.values()})


def _today(work: Work) -> datetime:
    return work.policies.instant(datetime.combine(work.moment.today, time.min))


def _of_a_roster(work: Work, row: Event) -> bool:
    """Whether a class was made by a roster: it goes when that is taken back."""
    if row.action != "class_added":
        return False
    return imports.event_of_request(work.conn, row.request_id, ("roster_imported",)) is not None


def read_actions(work: Work, command: ReadActions) -> Outcome:
    """The operator's actions of today that may be undone, the last first."""
    since = _today(work)
    undone = desk_reads.undone_seqs(work.conn, command.operator_id, since, _UNDOING)
    rows = desk_reads.actions_of(work.conn, command.operator_id, since, tuple(UNDOABLE), 2 * MOST)
    rows = [row for row in rows if not _of_a_roster(work, row)][:MOST]
    actions = tuple(
        Action(
            row.seq,
            work.policies.local(row.at),
            row.action,
            row.name or "",
            row.title or str(row.details.get("title", "")),
            blocked=not UNDOABLE[row.action].is_safe(work, row),
        )
        for row in rows
        if row.seq not in undone
    )
    return work.answer(OutcomeKind.INFO, data=ActionList(actions))


def undo_action(work: Work, command: UndoAction) -> Outcome:
    """Undo one of the operator's actions of today."""
    since = _today(work)
    event = desk_reads.event(work.conn, command.seq)
    if event is None or event.operator_id != command.operator_id or event.at < since:
        return problem(work, ProblemCode.GONE)
    facts.lock(work.conn, copy_id=event.copy_id, patron_id=event.patron_id)
    undo = UNDOABLE.get(event.action)
    undone = desk_reads.undone_seqs(work.conn, command.operator_id, since, _UNDOING)
    if undo is None or event.seq in undone or not undo.is_safe(work, event):
        return problem(work, ProblemCode.LATER_ACTION)
    undo.put_back(work, event)
    details = {"seq": event.seq, "action": event.action}
    if event.action == "renewed":
        details["due_on"] = event.details["due_before"]
    work.record(
        undo.event,
        patron_id=event.patron_id,
        copy_id=event.copy_id,
        loan_id=event.loan_id,
        operator_id=command.operator_id,
        details=details,
    )
    return work.answer(OutcomeKind.INFO)


HANDLERS: dict[type[Command], Handler] = {
    ReadActions: for_librarians(ReadActions, read_actions),
    UndoAction: for_librarians(UndoAction, undo_action),
}
READS: frozenset[type[Command]] = frozenset({ReadActions})
