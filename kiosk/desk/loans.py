"""What scans do: the lending commands, one function each, facts to decision to record to outcome.

| where | scan | what happens |
|---|---|---|
| nobody here | card | identified |
| nobody here | copy that is out | returned at once; a return is never refused |
| nobody here | copy that is in | its title and place are shown: `no_card_yet`, or why it is lent to nobody |
| session | copy that is in | lent, or refused with all reasons |
| session | copy out to this patron | returned; lent or renewed in this very session, it stays theirs |
| session | copy out to somebody else | returned for them (never told whom), then lent to this patron if allowed |
| session | the same, lent at another kiosk seconds ago | refused: it cannot have come back (`just_lent`) |
| anywhere | lost copy | accepted, put on the librarian's list as found, never lent on by itself |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.desk.sheets import copy_sheet, patron_sheet, sheet_of
from kiosk.desk.work import Handler, Work, handler
from kiosk.flows.commands import Command, OpenSession, Renew, SessionRef, TakeScan, Undo
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind, PatronSheet
from kiosk.lending import barcodes
from kiosk.lending.barcodes import BarcodeKind, Reading, ReadingKind
from kiosk.lending.copies import CopyStatus
from kiosk.lending.policy import (
    Datum,
    Granted,
    Reason,
    ReasonCode,
    ReturnTerms,
    decide_loan,
    decide_renewal,
    in_order,
    reasons_of_copy,
    refuse_when_just_lent_elsewhere,
    return_terms,
)
from kiosk.store import facts, record
from kiosk.store.facts import CodeRow, CopyRow, PatronRow

_UNREAD: dict[ReadingKind, tuple[OutcomeKind, ReasonCode]] = {
    ReadingKind.DAMAGED: (OutcomeKind.DAMAGED, ReasonCode.DAMAGED_SCAN),
    ReadingKind.PUBLISHER: (OutcomeKind.REFUSED, ReasonCode.PUBLISHER_BARCODE),
    ReadingKind.CARD: (OutcomeKind.UNKNOWN, ReasonCode.UNKNOWN_CARD),
    ReadingKind.COPY: (OutcomeKind.UNKNOWN, ReasonCode.UNKNOWN_COPY),
}


def take_scan(work: Work, command: TakeScan) -> Outcome:
    """Do what a scan means; the table is above.

    What the library knows counts before what a code looks like: a school's old numbers may look like anything.
    """
    reading, known = look_up(work, command.code, command.clean)
    if known is None:
        return _not_known(work, command, reading)
    if known.kind is BarcodeKind.CARD:
        return _take_card(work, known)
    if known.kind is BarcodeKind.COMMAND:
        return work.answer(OutcomeKind.INFO, data=known.command)
    return _take_copy(work, command, known)


def look_up(work: Work, code: str, clean: bool) -> tuple[Reading, CodeRow | None]:
    """What a code looks like, and what the library knows by it, as it was read or as it is normalised.

    A code that was not read cleanly, is longer than any number or holds what no number can (control characters,
    half characters: PostgreSQL could not even be asked) is nobody's; least of all what is left of it without them.
    """
    reading = barcodes.read(code, work.policies.scheme, clean)
    bare = code.strip()
    if not clean or len(bare) > barcodes.MAX_LENGTH:
        return reading, None
    known = facts.find_code(work.conn, bare) if bare.isprintable() else None
    whole = reading.kind is not ReadingKind.DAMAGED or bare.isprintable()
    if known is None and whole and reading.code != bare:
        known = facts.find_code(work.conn, reading.code)
    return reading, known


def _not_known(work: Work, command: TakeScan, reading: Reading) -> Outcome:
    if reading.kind is ReadingKind.COMMAND:
        return work.answer(OutcomeKind.INFO, data=reading.command)
    # a code that looks like nothing we know: before a card it was meant as one, after it as a book
    guess = ReasonCode.UNKNOWN_CARD if command.session is None else ReasonCode.UNKNOWN_COPY
    outcome, reason = _UNREAD.get(reading.kind, (OutcomeKind.UNKNOWN, guess))
    data: dict[str, Datum] = {"meant": reading.meant.value} if reading.meant is ReadingKind.CARD else {}
    return work.answer(outcome, reasons=(Reason(reason, data),), patron=_session_patron(work, command.session))


def _take_card(work: Work, known: CodeRow) -> Outcome:
    person = _patron(work, known.patron_id)
    if person is None or not known.active or not person.facts.active:
        return work.answer(OutcomeKind.REFUSED, reasons=(Reason(ReasonCode.CARD_STOPPED),))
    return work.answer(OutcomeKind.IDENTIFIED, patron=sheet_of(work, person))


def _take_copy(work: Work, command: TakeScan, known: CodeRow) -> Outcome:
    assert known.copy_id is not None  # noqa: S101  the schema's check on barcodes says so
    session = command.session
    facts.lock(work.conn, copy_id=known.copy_id)
    copy = facts.find_copy(work.conn, known.copy_id)
    assert copy is not None  # noqa: S101  a foreign key says so
    loan = copy.loan
    people = {one.patron_id for one in (session, loan) if one is not None}
    for patron_id in sorted(people):
        facts.lock(work.conn, patron_id=patron_id)
    if loan is None:
        return _take_copy_that_is_in(work, command, copy)
    if session is not None and loan.patron_id == session.patron_id:
        if loan.session_id == session.session_id:
            return _about(work, session, copy, OutcomeKind.INFO, note=Note.ALREADY_YOURS, loan=loan.loan_id)
        if loan.loan_id in session.renewed:
            return _about(work, session, copy, OutcomeKind.INFO, note=Note.ALREADY_RENEWED, loan=loan.loan_id)
    if session is not None and loan.patron_id != session.patron_id:
        elsewhere = not session.is_of_this_kiosk(loan.session_id)
        reason = refuse_when_just_lent_elsewhere(work.at - loan.lent_at, elsewhere)
        if reason is not None:
            return _about(work, session, copy, OutcomeKind.REFUSED, reasons=(reason,))
    operator_id = session.operator_id if session else command.operator_id
    terms, note = give_back(work, copy, operator_id=operator_id)
    here = replace(_found(copy) if note is Note.FOUND else copy, loan=None)
    if session is None or loan.patron_id == session.patron_id:
        outcome = _about(work, session, here, OutcomeKind.RETURNED, note=note, loan=loan.loan_id, late=terms)
        borrower = patron_sheet(work, loan.patron_id) if terms.suspended_until is not None else None
        return outcome if borrower is None else replace(outcome, next_chance=borrower.next_chance)
    if note is Note.FOUND:  # never lent on by itself
        return _about(work, session, here, OutcomeKind.RETURNED, note=note, loan=loan.loan_id)
    return _lend(work, session, here, came_back=True)


def _take_copy_that_is_in(work: Work, command: TakeScan, copy: CopyRow) -> Outcome:
    session = command.session
    if copy.facts.status is CopyStatus.LOST:
        operator_id = session.operator_id if session else command.operator_id
        _mark_found(work, copy, operator_id)
        return _about(work, session, _found(copy), OutcomeKind.RETURNED, note=Note.FOUND)
    if session is None:
        reasons = reasons_of_copy(copy.facts, work.policies.rules) or (Reason(ReasonCode.NO_CARD_YET),)
        return work.answer(OutcomeKind.INFO, reasons=reasons, copy=copy_sheet(copy))
    return _lend(work, session, copy, came_back=False)


def give_back(work: Work, copy: CopyRow, *, operator_id: int | None = None) -> tuple[ReturnTerms, Note]:
    """Take a copy back from the loan it is out on, with what that brings to the borrower. Never refused."""
    loan = copy.loan
    assert loan is not None  # noqa: S101  the callers looked
    facts.lock(work.conn, patron_id=loan.patron_id)
    borrower = _patron(work, loan.patron_id)
    assert borrower is not None  # noqa: S101  a foreign key says so
    before = borrower.facts.suspended_until
    due_on = next(one.due_on for one in borrower.facts.loans if one.loan_id == loan.loan_id)
    terms = return_terms(borrower.facts.kind, copy.facts.material, due_on, before, work.policies.rules, work.moment)
    record.close_loan(work.conn, loan.loan_id, work.at)
    if terms.suspended_until != before:
        record.suspend(work.conn, loan.patron_id, terms.suspended_until)
    details: dict[str, object] = {"days_late": terms.days_late} if terms.days_late else {}
    if terms.suspended_until != before:
        details["suspended_until"] = str(terms.suspended_until)
        details["suspended_before"] = str(before) if before else None
    work.record(
        "returned",
        patron_id=loan.patron_id,
        copy_id=copy.facts.copy_id,
        loan_id=loan.loan_id,
        operator_id=operator_id,
        details=details,
    )
    if copy.facts.status is CopyStatus.LOST:
        _mark_found(work, copy, operator_id)
        return terms, Note.FOUND
    held = copy.facts.held_for is not None
    if held or copy.facts.status is not CopyStatus.IN_SERVICE:
        return terms, Note.KEEP_FOR_LIBRARIAN
    return terms, Note.NONE


def _mark_found(work: Work, copy: CopyRow, operator_id: int | None) -> None:
    record.set_status(work.conn, copy.facts.copy_id, CopyStatus.FOUND)
    work.record("found", copy_id=copy.facts.copy_id, operator_id=operator_id)


def _found(copy: CopyRow) -> CopyRow:
    return replace(copy, facts=replace(copy.facts, status=CopyStatus.FOUND))


def _lend(work: Work, session: SessionRef, copy: CopyRow, *, came_back: bool) -> Outcome:
    patron = _patron(work, session.patron_id)
    if patron is None:
        return work.answer(OutcomeKind.REFUSED, reasons=(Reason(ReasonCode.CARD_STOPPED),))
    decision = decide_loan(patron.facts, copy.facts, work.policies.rules, work.policies.rota, work.moment)
    if not isinstance(decision, Granted):
        kind = OutcomeKind.RETURNED if came_back else OutcomeKind.REFUSED
        note = Note.RETURN_ONLY if came_back else Note.NONE
        return _about(work, session, copy, kind, note=note, reasons=decision.reasons)
    loan_id = lend_to(work, patron, copy, decision, session_id=session.session_id, operator_id=session.operator_id)
    kind = OutcomeKind.RETURNED_AND_LENT if came_back else OutcomeKind.LENT
    return _about(work, session, copy, kind, loan=loan_id, due_on=decision.due_on, is_out=True)


def lend_to(
    work: Work,
    patron: PatronRow,
    copy: CopyRow,
    granted: Granted,
    *,
    session_id: str,
    operator_id: int | None = None,
    details: dict[str, object] | None = None,
) -> int:
    """Write a granted loan with its event; returns the loan's id."""
    loan_id = record.lend(
        work.conn,
        copy_id=copy.facts.copy_id,
        patron_id=patron.facts.patron_id,
        class_id=patron.facts.class_id,
        at=work.at,
        due_on=granted.due_on,
        session_id=session_id,
    )
    was_held = copy.facts.held_for == patron.facts.patron_id
    if was_held:
        record.hold(work.conn, copy.facts.copy_id, None)
    held: dict[str, object] = {"was_held": True} if was_held else {}
    work.record(
        "lent",
        patron_id=patron.facts.patron_id,
        copy_id=copy.facts.copy_id,
        loan_id=loan_id,
        operator_id=operator_id,
        details={"due_on": granted.due_on.isoformat(), **held, **(details or {})},
    )
    return loan_id


def renew(work: Work, command: Renew) -> Outcome:
    """Renew one loan, or every loan that may be: `renewed` if any was, else `refused` with all reasons."""
    session = command.session
    facts.lock_with_loans(work.conn, session.patron_id)
    patron = _patron(work, session.patron_id)
    if patron is None:
        return work.answer(OutcomeKind.REFUSED, reasons=(Reason(ReasonCode.CARD_STOPPED),))
    wanted = [loan for loan in patron.facts.loans if command.loan_id in (None, loan.loan_id)]
    renewed: list[int] = []
    due_on = None
    again = early = False
    reasons: dict[ReasonCode, Reason] = {}
    for loan in wanted:
        if loan.loan_id in session.renewed or loan.session_id == session.session_id:
            again = again or loan.loan_id in session.renewed
            continue
        decision = decide_renewal(patron.facts, loan, work.policies.rules, work.policies.rota, work.moment)
        if not isinstance(decision, Granted):
            for reason in decision.reasons:
                reasons.setdefault(reason.code, reason)
            continue
        if decision.due_on <= loan.due_on:
            early = True  # it would use up a renewal and win no day
            continue
        record.renew(work.conn, loan.loan_id, decision.due_on)
        work.record(
            "renewed",
            patron_id=session.patron_id,
            copy_id=loan.copy_id,
            loan_id=loan.loan_id,
            operator_id=session.operator_id,
            details={"due_on": decision.due_on.isoformat(), "due_before": loan.due_on.isoformat()},
        )
        renewed.append(loan.loan_id)
        due_on = min(due_on or decision.due_on, decision.due_on)
    about = wanted[0] if len(wanted) == 1 else None
    copy = None if about is None else facts.find_copy(work.conn, about.copy_id)
    if renewed:
        kind, note = OutcomeKind.RENEWED, Note.NONE
    elif reasons:
        kind, note = OutcomeKind.REFUSED, Note.NONE
    elif early:
        kind, note = OutcomeKind.INFO, Note.TOO_EARLY
    else:
        kind, note = OutcomeKind.INFO, Note.ALREADY_RENEWED if again else Note.NOTHING_TO_RENEW
    return work.answer(
        kind,
        note=note,
        reasons=in_order(reasons.values()),
        patron=patron_sheet(work, session.patron_id),
        copy=None if copy is None else copy_sheet(copy),
        loan_id=about.loan_id if about else None,
        due_on=due_on,
        renewed=tuple(renewed),
    )


def undo(work: Work, command: Undo) -> Outcome:
    """Take back a loan this session made. One that is closed or another session's stays as it is."""
    session = command.session
    facts.lock_with_loans(work.conn, session.patron_id)
    patron = _patron(work, session.patron_id)
    loan = next((one for one in patron.facts.loans if one.loan_id == command.loan_id), None) if patron else None
    copy = None if loan is None else facts.find_copy(work.conn, loan.copy_id)
    if copy is None or copy.loan is None or copy.loan.session_id != session.session_id:
        return work.answer(OutcomeKind.INFO, patron=patron_sheet(work, session.patron_id))
    record.close_loan(work.conn, command.loan_id, work.at, undone=True)
    if copy.facts.held_for is None and facts.lent_details(work.conn, copy.facts.copy_id, command.loan_id).get(
        "was_held"
    ):
        record.hold(work.conn, copy.facts.copy_id, session.patron_id)
    work.record(
        "undone",
        patron_id=session.patron_id,
        copy_id=copy.facts.copy_id,
        loan_id=command.loan_id,
        operator_id=session.operator_id,
    )
    here = replace(copy, loan=None)
    return _about(work, session, here, OutcomeKind.INFO, note=Note.UNDONE, loan=command.loan_id)


def open_session(work: Work, command: OpenSession) -> Outcome:
    """Begin for a patron picked by name at the counter; the operator must be at work."""
    operator = patron_sheet(work, command.operator_id)
    if operator is None or not operator.may_serve:
        return work.answer(OutcomeKind.REFUSED)
    person = _patron(work, command.patron_id)
    if person is None or not person.facts.active:
        return work.answer(OutcomeKind.REFUSED, reasons=(Reason(ReasonCode.CARD_STOPPED),))
    return work.answer(OutcomeKind.IDENTIFIED, patron=sheet_of(work, person))


def _about(
    work: Work,
    session: SessionRef | None,
    copy: CopyRow,
    kind: OutcomeKind,
    *,
    note: Note = Note.NONE,
    loan: int | None = None,
    due_on: date | None = None,
    late: ReturnTerms | None = None,
    reasons: tuple[Reason, ...] = (),
    is_out: bool | None = None,
) -> Outcome:
    """An outcome about a copy, with the session's patron as they stand now."""
    return work.answer(
        kind,
        note=note,
        reasons=reasons,
        patron=_session_patron(work, session),
        copy=copy_sheet(copy, is_out),
        loan_id=loan,
        due_on=due_on,
        late=late,
    )


def _patron(work: Work, patron_id: int | None) -> PatronRow | None:
    if patron_id is None:
        return None
    return facts.find_patron(work.conn, patron_id, work.policies, work.moment.today)


def _session_patron(work: Work, session: SessionRef | None) -> PatronSheet | None:
    return None if session is None else patron_sheet(work, session.patron_id)


HANDLERS: dict[type[Command], Handler] = {
    TakeScan: handler(TakeScan, take_scan),
    Renew: handler(Renew, renew),
    Undo: handler(Undo, undo),
    OpenSession: handler(OpenSession, open_session),
}
