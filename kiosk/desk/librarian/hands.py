"""Lending by hand: overruling with a written reason, renewing, returning, lifting a suspension, states of copies.

Only what `Reason.overridable` allows can be overruled; the event `lent` or `renewed` then carries the reasons set
aside and the librarian's words.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.loans import give_back, lend_to, look_up, take_scan
from kiosk.desk.sheets import copy_sheet, patron_sheet
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command, TakeScan
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.flows.work import HoldCopy, LendTo, LiftSuspension, ProblemCode, RenewFor, ReturnByHand, SetCopyStatus
from kiosk.lending.barcodes import BarcodeKind
from kiosk.lending.copies import CopyStatus
from kiosk.lending.policy import Granted, decide_loan, decide_renewal
from kiosk.store import desk_reads, facts, record
from kiosk.store.facts import CodeRow, CopyRow

MOST_WORDS = 200
"""Characters of a written reason that are kept."""


def find_scanned(work: Work, code: str, clean: bool) -> CodeRow | None:
    """What a scanned number stands for in this library, as it is or as it is read."""
    return look_up(work, code, clean)[1]


def unlike(work: Work, command: Command, code: str, clean: bool) -> Outcome:
    """The answer to a code that the library does not know, as for any scan. Nothing is done."""
    scan = TakeScan(code=code, clean=clean, request_id=command.request_id)
    return take_scan(work, scan)


def _overruled(granted: Granted, words: str) -> dict[str, object]:
    if not granted.overruled:
        return {}
    return {"overruled": [reason.code.value for reason in granted.overruled], "words": words[:MOST_WORDS]}


def lend_by_hand(work: Work, command: LendTo) -> Outcome:
    """Lend a scanned copy to a patron; one that is out to somebody else comes back first."""
    words = command.words.strip()
    if command.overrule and not words:
        return problem(work, ProblemCode.NO_WORDS)
    known = find_scanned(work, command.code, command.clean)
    if known is None:
        return unlike(work, command, command.code, command.clean)
    if known.kind is not BarcodeKind.COPY or known.copy_id is None:
        return problem(work, ProblemCode.NOT_A_COPY)
    facts.lock(work.conn, copy_id=known.copy_id)
    copy = facts.find_copy(work.conn, known.copy_id)
    if copy is None:
        return problem(work, ProblemCode.GONE)
    for patron_id in sorted({command.patron_id, copy.loan.patron_id if copy.loan else command.patron_id}):
        facts.lock(work.conn, patron_id=patron_id)
    came_back = copy.loan is not None
    if copy.loan is not None:
        if copy.loan.patron_id == command.patron_id:
            sheet = patron_sheet(work, command.patron_id)
            return work.answer(OutcomeKind.INFO, note=Note.ALREADY_YOURS, patron=sheet, copy=copy_sheet(copy))
        give_back(work, copy, operator_id=command.operator_id)
        copy = facts.find_copy(work.conn, known.copy_id) or copy
    patron = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if patron is None:
        return problem(work, ProblemCode.GONE)
    policies = work.policies
    decision = decide_loan(
        patron.facts, copy.facts, policies.rules, policies.rota, work.moment, overrule=command.overrule
    )
    if not isinstance(decision, Granted):
        return work.answer(
            OutcomeKind.RETURNED if came_back else OutcomeKind.REFUSED,
            note=Note.RETURN_ONLY if came_back else Note.NONE,
            reasons=decision.reasons,
            patron=patron_sheet(work, command.patron_id),
            copy=copy_sheet(copy),
        )
    details = _overruled(decision, words)
    loan_id = lend_to(work, patron, copy, decision, session_id="", operator_id=command.operator_id, details=details)
    return work.answer(
        OutcomeKind.RETURNED_AND_LENT if came_back else OutcomeKind.LENT,
        patron=patron_sheet(work, command.patron_id),
        copy=copy_sheet(facts.find_copy(work.conn, copy.facts.copy_id) or copy),
        loan_id=loan_id,
        due_on=decision.due_on,
    )


def renew_by_hand(work: Work, command: RenewFor) -> Outcome:
    """Renew a loan that is out."""
    words = command.words.strip()
    if command.overrule and not words:
        return problem(work, ProblemCode.NO_WORDS)
    row = desk_reads.loan(work.conn, command.loan_id)
    if row is None:
        return problem(work, ProblemCode.GONE)
    facts.lock(work.conn, patron_id=row.patron_id, copy_id=row.copy_id)
    patron = facts.find_patron(work.conn, row.patron_id, work.policies, work.moment.today)
    loan = next((one for one in patron.facts.loans if one.loan_id == command.loan_id), None) if patron else None
    copy = facts.find_copy(work.conn, row.copy_id)
    if patron is None or loan is None or copy is None:
        return problem(work, ProblemCode.NOT_OUT)
    policies = work.policies
    decision = decide_renewal(patron.facts, loan, policies.rules, policies.rota, work.moment, overrule=command.overrule)
    if not isinstance(decision, Granted):
        return work.answer(OutcomeKind.REFUSED, reasons=decision.reasons, copy=copy_sheet(copy))
    if decision.due_on <= loan.due_on:
        return problem(work, ProblemCode.NOTHING_WON)
    record.renew(work.conn, loan.loan_id, decision.due_on)
    work.record(
        "renewed",
        patron_id=row.patron_id,
        copy_id=row.copy_id,
        loan_id=loan.loan_id,
        operator_id=command.operator_id,
        details={
            "due_on": decision.due_on.isoformat(),
            "due_before": loan.due_on.isoformat(),
            **_overruled(decision, words),
        },
    )
    return work.answer(
        OutcomeKind.RENEWED,
        patron=patron_sheet(work, row.patron_id),
        copy=copy_sheet(copy),
        loan_id=loan.loan_id,
        due_on=decision.due_on,
        renewed=(loan.loan_id,),
    )


def return_by_hand(work: Work, command: ReturnByHand) -> Outcome:
    """Return a copy that cannot be scanned. For a lost one the loan ends (it was settled); it stays lost."""
    facts.lock(work.conn, copy_id=command.copy_id)
    copy = facts.find_copy(work.conn, command.copy_id)
    if copy is None:
        return problem(work, ProblemCode.GONE)
    if copy.loan is None:
        return problem(work, ProblemCode.NOT_OUT)
    if copy.facts.status is CopyStatus.LOST:
        return _settle(work, command, copy)
    terms, note = give_back(work, copy, operator_id=command.operator_id)
    now = facts.find_copy(work.conn, command.copy_id) or copy
    return work.answer(OutcomeKind.RETURNED, copy=copy_sheet(now), loan_id=copy.loan.loan_id, late=terms, note=note)


def _settle(work: Work, command: ReturnByHand, copy: CopyRow) -> Outcome:
    assert copy.loan is not None  # noqa: S101  asked by the caller
    facts.lock(work.conn, patron_id=copy.loan.patron_id)
    record.close_loan(work.conn, copy.loan.loan_id, work.at)
    work.record(
        "returned",
        patron_id=copy.loan.patron_id,
        copy_id=command.copy_id,
        loan_id=copy.loan.loan_id,
        operator_id=command.operator_id,
        details={"settled": True},
    )
    return work.answer(OutcomeKind.RETURNED, copy=copy_sheet(replace(copy, loan=None)), loan_id=copy.loan.loan_id)


def lift_suspension(work: Work, command: LiftSuspension) -> Outcome:
    """Let a suspended patron borrow again."""
    words = command.words.strip()
    if not words:
        return problem(work, ProblemCode.NO_WORDS)
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None or person.facts.suspended_until is None:
        return problem(work, ProblemCode.NO_SUSPENSION)
    record.suspend(work.conn, command.patron_id, None)
    work.record(
        "suspension_lifted",
        patron_id=command.patron_id,
        operator_id=command.operator_id,
        details={"suspended_before": person.facts.suspended_until.isoformat(), "words": words[:MOST_WORDS]},
    )
    return work.answer(OutcomeKind.INFO, patron=patron_sheet(work, command.patron_id))


def set_copy_status(work: Work, command: SetCopyStatus) -> Outcome:
    """Bring a copy into another state.

    A copy put aside or withdrawn is in somebody's hands: if it is out, it is returned first. A lost one stays on
    its patron's card until the librarian ends the loan too.
    """
    facts.lock(work.conn, copy_id=command.copy_id)
    copy = facts.find_copy(work.conn, command.copy_id)
    if copy is None or copy.facts.status is command.status:
        return problem(work, ProblemCode.GONE)
    before = copy.facts.status
    if copy.loan is not None and command.status is not CopyStatus.LOST and before is not CopyStatus.LOST:
        give_back(work, copy, operator_id=command.operator_id)
    elif copy.loan is not None and before is CopyStatus.LOST:
        _settle(work, ReturnByHand(copy_id=command.copy_id, operator_id=command.operator_id), copy)
    record.set_status(work.conn, command.copy_id, command.status)
    details: dict[str, object] = {"from": before.value, "to": command.status.value}
    if command.words.strip():
        details["words"] = command.words.strip()[:MOST_WORDS]
    work.record("status_changed", copy_id=command.copy_id, operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, copy=copy_sheet(facts.find_copy(work.conn, command.copy_id) or copy))


def hold_copy(work: Work, command: HoldCopy) -> Outcome:
    """Keep a copy for a patron, or for nobody any more."""
    patron_id = command.patron_id
    if command.code:
        known = find_scanned(work, command.code, clean=True)
        if known is None or known.kind is not BarcodeKind.CARD or not known.active:
            return problem(work, ProblemCode.NOT_A_CARD)
        patron_id = known.patron_id
    facts.lock(work.conn, copy_id=command.copy_id)
    copy = facts.find_copy(work.conn, command.copy_id)
    person = None
    if patron_id is not None:
        person = facts.find_patron(work.conn, patron_id, work.policies, work.moment.today)
    if copy is None or (patron_id is not None and (person is None or not person.facts.active)):
        return problem(work, ProblemCode.GONE)
    record.hold(work.conn, command.copy_id, patron_id)
    work.record(
        "held" if patron_id is not None else "released",
        patron_id=patron_id if patron_id is not None else copy.facts.held_for,
        copy_id=command.copy_id,
        operator_id=command.operator_id,
    )
    sheet = None if patron_id is None else patron_sheet(work, patron_id)
    return work.answer(OutcomeKind.INFO, patron=sheet, copy=copy_sheet(copy))


HANDLERS: dict[type[Command], Handler] = {
    LendTo: for_librarians(LendTo, lend_by_hand),
    RenewFor: for_librarians(RenewFor, renew_by_hand),
    ReturnByHand: for_librarians(ReturnByHand, return_by_hand),
    LiftSuspension: for_librarians(LiftSuspension, lift_suspension),
    SetCopyStatus: for_librarians(SetCopyStatus, set_copy_status),
    HoldCopy: for_librarians(HoldCopy, hold_copy),
}
READS: frozenset[type[Command]] = frozenset()
