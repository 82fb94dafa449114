"""Taking back what was taken in by mistake, as long as none of its copies was lent."""

from __future__ import annotations

from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import StockProblem, TakenBack, UndoTaking
from kiosk.store import desk_reads, stock


def undo_taking(work: Work, command: UndoTaking) -> Outcome:
    """Take back what one `TakeIn` brought."""
    stock.lock_numbers(work.conn)
    told = desk_reads.events_of_request(work.conn, command.taking) if command.taking else ()
    event = next((event for event in told if event.action == "taken_in"), None)
    problem = StockProblem.LATER if event is None else _why_not_undone(work, event)
    if event is None or problem is not None:
        raise hindered(problem or StockProblem.LATER)
    details = {"seq": event.seq, "action": event.action, **_take_back(work, event)}
    work.record("taking_undone", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=TakenBack(event.details["copies"]))


def taking_is_safe(work: Work, event: Any) -> bool:
    """Whether what an event `taken_in` tells of can still be undone."""
    return _why_not_undone(work, event) is None


def take_back(work: Work, event: Any) -> None:
    """Undo what an event `taken_in` tells of."""
    stock.lock_numbers(work.conn)
    _take_back(work, event)


def _copies_of_taking(work: Work, event: Any) -> list[int | None]:
    told = desk_reads.events_of_request(work.conn, event.request_id)
    return [one.copy_id for one in told if one.action == "accessioned"]


def _why_not_undone(work: Work, event: Any) -> StockProblem | None:
    copy_ids = _copies_of_taking(work, event)
    if None in copy_ids or stock.taking_undone(work.conn, event.seq):
        return StockProblem.LATER
    lent = stock.was_lent(work.conn, [copy_id for copy_id in copy_ids if copy_id is not None])
    return StockProblem.LENT if lent else None


def _take_back(work: Work, event: Any) -> dict[str, object]:
    """Copies, counts and title go; the numbers that are gone with them."""
    copy_ids = [copy_id for copy_id in _copies_of_taking(work, event) if copy_id is not None]
    rows = stock.copies_of(work.conn, copy_ids)
    told = desk_reads.events_of_request(work.conn, event.request_id)
    if copy_ids:
        stock.remove_copies(work.conn, copy_ids)
    if event.details["line_id"]:
        line_id = event.details["line_id"]
        stock.count_line(work.conn, line_id, -event.details["arrived"], -event.details["damaged"], None)
        stock.drop_line(work.conn, line_id)
    for one in told:
        if one.action != "catalogued" or not stock.remove_title(work.conn, one.details["title_id"]):
            continue
        if one.details.get("serial_id"):
            values = {"last_issue": one.details["last_issue"]}
            stock.save_serial(work.conn, one.details["serial_id"], values, work.at)
    return {"accession_nos": [row.accession_no for row in rows], "barcodes": [row.barcode for row in rows]}


HANDLERS: dict[type[Command], Handler] = {
    UndoTaking: for_librarians(UndoTaking, undo_taking),
}
READS: frozenset[type[Command]] = frozenset()
