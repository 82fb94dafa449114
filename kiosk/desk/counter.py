"""What a helper asks for at the counter. Each command looks first whether the helper is on duty now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kiosk.desk.loans import give_back, look_up, take_scan
from kiosk.desk.sheets import copy_sheet, patron_sheet
from kiosk.desk.work import Handler, Work, handler
from kiosk.flows.commands import Command, TakeScan
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import (
    ClassEntry,
    ClassList,
    ClassRoster,
    Denied,
    HelperCommand,
    LookUpCopy,
    NamedPatron,
    Problem,
    ProblemCode,
    PutAside,
    ReadClass,
    ReadClasses,
    SendToRepair,
)
from kiosk.lending.barcodes import BarcodeKind
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import ClassName, grade_on
from kiosk.store import desk_reads, facts, record

H = TypeVar("H", bound=HelperCommand)


def may_serve(work: Work, operator_id: int) -> bool:
    """Whether this operator may be at the counter now: a helper on duty, or a librarian; active either way."""
    person = facts.find_patron(work.conn, operator_id, work.policies, work.moment.today)
    if person is None or not person.facts.active:
        return False
    sheet = patron_sheet(work, operator_id)
    return sheet is not None and sheet.may_serve


def class_list(work: Work) -> tuple[ClassEntry, ...]:
    """The classes at school, by grade and number."""
    today, starts = work.moment.today, work.policies.school_year_starts
    return tuple(
        ClassEntry(
            row.class_id,
            ClassName(grade_on(row.entry_year, today, starts), row.number, row.own_name),
            row.pupils,
        )
        for row in desk_reads.classes(work.conn)
    )


def read_classes(work: Work, _: ReadClasses) -> Outcome:
    """The classes that have children."""
    found = tuple(entry for entry in class_list(work) if entry.pupils)
    return work.answer(OutcomeKind.INFO, data=ClassList(found))


def read_class(work: Work, command: ReadClass) -> Outcome:
    """The children of a class, by the pinyin of their names."""
    entry = next((one for one in class_list(work) if one.class_id == command.class_id), None)
    if entry is None:
        return work.answer(OutcomeKind.REFUSED, data=Problem(ProblemCode.GONE))
    rows = sorted(desk_reads.pupils(work.conn, command.class_id), key=lambda row: (row.name_search, row.name))
    pupils = tuple(NamedPatron(row.patron_id, row.name, row.name_search[1:2].upper()) for row in rows)
    return work.answer(OutcomeKind.INFO, data=ClassRoster(entry.class_id, entry.name, pupils))


def look_up_copy(work: Work, command: LookUpCopy) -> Outcome:
    """What a book is and where it lives; it stays as it is. Any other code is answered as a scan is."""
    _, known = look_up(work, command.code, command.clean)
    if known is None or known.kind is not BarcodeKind.COPY or known.copy_id is None:
        scan = TakeScan(code=command.code, clean=command.clean, request_id=command.request_id)
        return take_scan(work, scan)
    copy = facts.find_copy(work.conn, known.copy_id)
    return work.answer(OutcomeKind.INFO, copy=None if copy is None else copy_sheet(copy))


def send_to_repair(work: Work, command: SendToRepair) -> Outcome:
    """Put a damaged copy aside. One that is out is returned first; one that is lost or withdrawn is not a helper's."""
    facts.lock(work.conn, copy_id=command.copy_id)
    copy = facts.find_copy(work.conn, command.copy_id)
    if copy is None:
        return work.answer(OutcomeKind.REFUSED, data=Problem(ProblemCode.GONE))
    if copy.facts.status is not CopyStatus.IN_SERVICE:
        return work.answer(OutcomeKind.INFO, copy=copy_sheet(copy))
    was_out = copy.loan is not None
    if was_out:
        give_back(work, copy, operator_id=command.operator_id)
    record.set_status(work.conn, command.copy_id, CopyStatus.IN_REPAIR)
    work.record(
        "put_aside",
        copy_id=command.copy_id,
        operator_id=command.operator_id,
        details={"from": copy.facts.status.value, "to": CopyStatus.IN_REPAIR.value},
    )
    now = facts.find_copy(work.conn, command.copy_id) or copy
    return work.answer(OutcomeKind.INFO, copy=copy_sheet(now), data=PutAside(was_out))


def _for_helpers(command: type[H], function: Callable[[Work, H], Outcome]) -> Handler:
    def guarded(work: Work, given: H) -> Outcome:
        if not may_serve(work, given.operator_id):
            return work.answer(OutcomeKind.REFUSED, data=Denied())
        return function(work, given)

    return handler(command, guarded)


HANDLERS: dict[type[Command], Handler] = {
    ReadClasses: _for_helpers(ReadClasses, read_classes),
    ReadClass: _for_helpers(ReadClass, read_class),
    LookUpCopy: _for_helpers(LookUpCopy, look_up_copy),
    SendToRepair: _for_helpers(SendToRepair, send_to_repair),
}
READS: frozenset[type[Command]] = frozenset({ReadClasses, ReadClass, LookUpCopy})
