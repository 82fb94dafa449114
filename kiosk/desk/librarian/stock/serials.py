"""Magazines: which one a barcode means, which issue is likely, and what is written of each."""

from __future__ import annotations

from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.stock.call_numbers import offers_for
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import KnownSerial, NewSerial, ReadSerials, SaveSerial, Serial, SerialList, StockProblem
from kiosk.lending.issues import add_on, first_issue, is_issn, issn_of, kept_issn, next_issue
from kiosk.lending.stock import TitleData
from kiosk.store import stock


def magazine_of_code(work: Work, code: str) -> KnownSerial | NewSerial:
    """The magazine whose barcode (977…, with its add-on where that was read) this is."""
    return magazine_of(work, issn_of(code[:13]), code)


def magazine_of(work: Work, issn: str, code: str = "") -> KnownSerial | NewSerial:
    """The magazine of an ISSN; `code` is the barcode that says the issue, where one was scanned."""
    row = stock.serial_of_issn(work.conn, issn)
    if row is None:
        return NewSerial(issn, first_issue(add_on(code), work.moment.now.date()), code[13:])
    return _known_serial(work, row, code)


def _serial(row: Any) -> Serial:
    return Serial(row.serial_id, row.issn, row.title, row.publisher, row.clc, row.price_fen, row.last_issue)


def _known_serial(work: Work, row: Any, code: str = "") -> KnownSerial:
    if row.last_issue:
        issue = next_issue(row.last_issue, add_on(code))
    else:
        issue = first_issue(add_on(code), work.moment.now.date())
    before = stock.last_issue_title(work.conn, row.issn)
    held = stock.holdings(work.conn, before.title_id) if before is not None else stock.Holdings()
    offers = offers_for(work, TitleData(row.title, clc=row.clc))
    return KnownSerial(_serial(row), issue, offers, held.place or offers.place, code[13:])


def read_serials(work: Work, command: ReadSerials) -> Outcome:  # noqa: ARG001  a handler's signature
    """Every magazine."""
    serials = stock.all_serials(work.conn)
    return work.answer(OutcomeKind.INFO, data=SerialList(tuple(_serial(row) for row in serials)))


def save_serial(work: Work, command: SaveSerial) -> Outcome:
    """Write a magazine."""
    if not command.title.strip() or not is_issn(command.issn):
        raise hindered(StockProblem.VALUE)
    issn = kept_issn(command.issn)
    stock.lock_numbers(work.conn)
    other = stock.serial_of_issn(work.conn, issn)
    if other is not None and other.serial_id != command.serial_id:
        raise hindered(StockProblem.ISSN_KNOWN, title=other.title)
    before = stock.serial(work.conn, command.serial_id) if command.serial_id else None
    if command.serial_id and before is None:
        raise hindered(StockProblem.GONE)
    values = {
        "issn": issn,
        "title": command.title,
        "publisher": command.publisher,
        "clc": command.clc,
        "price_fen": command.price_fen,
        "last_issue": command.last_issue,
    }
    serial_id = stock.save_serial(work.conn, command.serial_id, values, work.at)
    work.record("serial_saved", operator_id=command.operator_id, details={"serial_id": serial_id, **values})
    return work.answer(OutcomeKind.INFO, data=_known_serial(work, stock.serial(work.conn, serial_id)))


HANDLERS: dict[type[Command], Handler] = {
    ReadSerials: for_librarians(ReadSerials, read_serials),
    SaveSerial: for_librarians(SaveSerial, save_serial),
}
READS: frozenset[type[Command]] = frozenset({ReadSerials})
