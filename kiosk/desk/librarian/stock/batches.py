"""Deliveries, their lines and what came of them."""

from __future__ import annotations

from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import (
    LONGEST_NAME,
    Batch,
    BatchList,
    BatchPage,
    CloseBatch,
    DeleteBatch,
    Line,
    ReadBatch,
    ReadBatches,
    ReadStock,
    SaveBatch,
    Saved,
    StockProblem,
    StockState,
)
from kiosk.lending.stock import FILE_PRICES
from kiosk.store import stock

LINES = 400
"""Lines of a delivery that its page shows."""

BATCHES = 100
"""Deliveries that their list shows."""


def _batch(work: Work, row: Any) -> Batch:
    return Batch(
        row.batch_id,
        row.name,
        row.source,
        row.fund,
        row.received_on,
        row.note,
        work.policies.local(row.closed_at) if row.closed_at is not None else None,
        row.titles,
        int(row.ordered),
        int(row.arrived),
        int(row.damaged),
        int(row.short),
    )


def as_line(row: Any) -> Line:
    """A row of a delivery's lines, with the name of its delivery, as pages show it."""
    return Line(
        row.line_id,
        row.batch_id,
        row.batch,
        row.isbn,
        str(row.data.get("title", "")),
        row.ordered,
        row.arrived,
        row.damaged,
        row.data.get("price_fen"),
        str(row.data.get("authors", "")),
        row.title_id,
        str(row.data.get("volume", "")),
        tuple(row.data.get(FILE_PRICES, ())),
    )


def read_stock(work: Work, command: ReadStock) -> Outcome:
    """How things stand."""
    row = stock.batch(work.conn, command.batch_id) if command.batch_id else None
    labels = stock.count_wanted(work.conn)
    batch = _batch(work, row) if row is not None else None
    return work.answer(OutcomeKind.INFO, data=StockState(labels, stock.count_batches(work.conn, open_only=True), batch))


def read_batches(work: Work, command: ReadBatches) -> Outcome:  # noqa: ARG001  a handler's signature
    """The deliveries."""
    rows = stock.all_batches(work.conn, BATCHES)
    more = max(0, stock.count_batches(work.conn, open_only=False) - len(rows))
    listed = BatchList(tuple(_batch(work, row) for row in rows), work.moment.now.date(), more)
    return work.answer(OutcomeKind.INFO, data=listed)


def read_batch(work: Work, command: ReadBatch) -> Outcome:
    """One delivery."""
    row = stock.batch(work.conn, command.batch_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    lines = [as_line(one) for one in stock.lines_of_batch(work.conn, command.batch_id)]
    page = BatchPage(
        _batch(work, row),
        tuple(lines[:LINES]),
        max(0, len(lines) - LINES),
        sum(line.fen(0, line.ordered) for line in lines),
        sum(line.fen(0, line.arrived) for line in lines),
        sum(line.fen(line.arrived - line.damaged, line.arrived) for line in lines),  # the last ones: nobody says which
        sum(line.fen(line.arrived, line.ordered) for line in lines),
    )
    return work.answer(OutcomeKind.INFO, data=page)


def save_batch(work: Work, command: SaveBatch) -> Outcome:
    """Write a delivery."""
    if not command.name.strip() or len(command.name) > LONGEST_NAME:
        raise hindered(StockProblem.VALUE)
    if command.batch_id and stock.batch(work.conn, command.batch_id) is None:
        raise hindered(StockProblem.GONE)
    values = {
        "name": command.name.strip(),
        "source": command.source,
        "fund": command.fund,
        "received_on": command.received_on,
        "note": command.note,
    }
    batch_id = stock.save_batch(work.conn, command.batch_id, values, work.at)
    day = command.received_on.isoformat() if command.received_on else None
    details = {**values, "received_on": day, "batch_id": batch_id}
    work.record("batch_saved", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=Saved(batch_id))


def close_batch(work: Work, command: CloseBatch) -> Outcome:
    """Close a delivery, or open it again."""
    row = stock.batch(work.conn, command.batch_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    if (row.closed_at is not None) is not command.closed:
        stock.close_batch(work.conn, command.batch_id, work.at if command.closed else None)
        action = "batch_closed" if command.closed else "batch_reopened"
        work.record(action, operator_id=command.operator_id, details={"batch_id": command.batch_id})
    return work.answer(OutcomeKind.INFO, data=Saved(command.batch_id))


def delete_batch(work: Work, command: DeleteBatch) -> Outcome:
    """Take a delivery out that was a mistake."""
    stock.lock_numbers(work.conn)
    row = stock.batch(work.conn, command.batch_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    if not stock.delete_batch(work.conn, command.batch_id):
        raise hindered(StockProblem.ARRIVED)
    details = {"batch_id": row.batch_id, "name": row.name, "titles": row.titles, "ordered": int(row.ordered)}
    work.record("batch_deleted", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=Saved(command.batch_id))


HANDLERS: dict[type[Command], Handler] = {
    ReadStock: for_librarians(ReadStock, read_stock),
    ReadBatches: for_librarians(ReadBatches, read_batches),
    ReadBatch: for_librarians(ReadBatch, read_batch),
    SaveBatch: for_librarians(SaveBatch, save_batch),
    CloseBatch: for_librarians(CloseBatch, close_batch),
    DeleteBatch: for_librarians(DeleteBatch, delete_batch),
}
READS: frozenset[type[Command]] = frozenset({ReadStock, ReadBatches, ReadBatch})
