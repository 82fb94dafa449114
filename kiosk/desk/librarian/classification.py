"""The table of class numbers: the shipped one with what the library changed in it (the setting `class_numbers`)."""

from __future__ import annotations

from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.work import Handler, Work
from kiosk.flows.classification import ClassTable, DeleteClassNumber, ReadClassNumbers, SaveClassNumber
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import ProblemCode
from kiosk.lending import classification
from kiosk.lending.classification import ClassNumber
from kiosk.store import desk_reads, edit

SETTING = "class_numbers"


def _read(work: Work, _: ReadClassNumbers) -> Outcome:
    own, left_out = _stored(work)
    table = ClassTable(classification.merged(own, left_out), tuple(desk_reads.titles_by_class(work.conn)))
    return work.answer(OutcomeKind.INFO, data=table)


def _save(work: Work, command: SaveClassNumber) -> Outcome:
    try:
        number = classification.tidy(command.entry.number)
    except ValueError:
        return problem(work, ProblemCode.BAD_VALUE)
    entry = ClassNumber(number, command.entry.zh.strip(), command.entry.en.strip())
    own, left_out = _stored(work)
    kept = (*(one for one in own if one.number != number), entry)
    return _store(work, command.operator_id, kept, left_out - {number}, number)


def _delete(work: Work, command: DeleteClassNumber) -> Outcome:
    own, left_out = _stored(work)
    kept = tuple(one for one in own if one.number != command.number)
    shipped = any(one.number == command.number for one in classification.SHIPPED)
    if not shipped and len(kept) == len(own):
        return problem(work, ProblemCode.GONE)
    return _store(work, command.operator_id, kept, left_out | ({command.number} if shipped else set()), command.number)


def _stored(work: Work) -> tuple[tuple[ClassNumber, ...], frozenset[str]]:
    return classification.from_plain(edit.load_settings(work.conn).get(SETTING))


def _store(
    work: Work, operator_id: int, own: tuple[ClassNumber, ...], left_out: frozenset[str], number: str
) -> Outcome:
    edit.save_setting(work.conn, SETTING, classification.to_plain(own, left_out))
    work.record("class_number_set", operator_id=operator_id, details={"number": number})
    return work.answer(OutcomeKind.INFO, data=number)


HANDLERS: dict[type[Command], Handler] = {
    ReadClassNumbers: for_librarians(ReadClassNumbers, _read),
    SaveClassNumber: for_librarians(SaveClassNumber, _save),
    DeleteClassNumber: for_librarians(DeleteClassNumber, _delete),
}
READS: frozenset[type[Command]] = frozenset({ReadClassNumbers})
