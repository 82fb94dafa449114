"""Numbers set apart, so that their labels can be printed before there are copies to stick them on."""

from __future__ import annotations

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import MOST_LABELS, ApartList, ReadSetApart, SetApart, SetNumbersApart, StockProblem
from kiosk.lending import barcodes
from kiosk.lending.barcodes import BarcodeKind
from kiosk.store import edit, stock


def set_numbers_apart(work: Work, command: SetNumbersApart) -> Outcome:
    """Set the next copy numbers apart for printing."""
    if not 1 <= command.count <= MOST_LABELS:
        raise hindered(StockProblem.COUNT, most=MOST_LABELS)
    try:
        serials = edit.next_serials(work.conn, BarcodeKind.COPY, command.count)
    except ValueError:
        raise hindered(StockProblem.NO_NUMBERS) from None
    first, last = serials[0], serials[-1]
    if last - first + 1 != command.count:  # gaps are for copies, one at a time
        raise hindered(StockProblem.NO_NUMBERS)
    stock.set_apart(work.conn, first, last)
    apart = _apart(work, first, last)
    details = {"first": apart.first, "last": apart.last}
    work.record("numbers_set_apart", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=apart)


def _apart(work: Work, first: int, last: int) -> SetApart:
    codes = [barcodes.number(BarcodeKind.COPY, serial) for serial in range(first, last + 1)]
    used = stock.used_between(work.conn, codes[0], codes[-1])
    free = tuple(code for code in codes if code not in used)
    return SetApart(codes[0], codes[-1], free, len(codes))


def read_set_apart(work: Work, command: ReadSetApart) -> Outcome:  # noqa: ARG001  a handler's signature
    """The numbers set apart."""
    ranges = tuple(_apart(work, first, last) for first, last in stock.numbers_apart(work.conn))
    return work.answer(OutcomeKind.INFO, data=ApartList(ranges))


HANDLERS: dict[type[Command], Handler] = {
    SetNumbersApart: for_librarians(SetNumbersApart, set_numbers_apart),
    ReadSetApart: for_librarians(ReadSetApart, read_set_apart),
}
READS: frozenset[type[Command]] = frozenset({ReadSetApart})
