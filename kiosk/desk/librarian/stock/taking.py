"""Taking new stock in, in one transaction: the title, its copies with their numbers, the delivery's line, the labels.

Accession numbers, book numbers and barcodes are given under locks, so that two kiosks never give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.hands import find_scanned
from kiosk.desk.librarian.stock.batches import as_line
from kiosk.desk.librarian.stock.call_numbers import call_number_for
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import MOST_COPIES, Fate, StockProblem, TakeIn, Taken, TakenIn
from kiosk.lending import barcodes
from kiosk.lending.barcodes import BarcodeKind, ReadingKind
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.issues import with_volume
from kiosk.lending.stock import LONGEST, MOST_FEN, TitleData
from kiosk.store import edit, stock
from kiosk.store.edit import NewCopy


def take_in(work: Work, command: TakeIn) -> Outcome:
    """Take pieces of one title into stock; see `TakeIn`."""
    _check(command)
    stock.lock_numbers(work.conn)
    labels = _labels(work, command.labels)
    batch_id = _open_batch(work, command)
    row, is_new, before = _title_of(work, command)
    call_number = call_number_for(work, command, row)
    taken = _add_copies(work, command, row.title_id, call_number, labels, batch_id)
    line_id = _count_in_line(work, command, row, batch_id)
    if is_new:
        details = {"title_id": row.title_id, "title": row.title, "isbn": row.isbn or "", **before}
        work.record("catalogued", operator_id=command.operator_id, details=details)
    _record(work, command, row, call_number, taken, line_id)
    line = stock.line(work.conn, line_id) if line_id else None
    answer = TakenIn(
        work.request_id,
        row.title_id,
        with_volume(row.title, row.volume),
        row.clc,
        call_number,
        taken,
        command.damaged,
        _sent_back(command),
        as_line(line) if line is not None else None,
        row.authors,
        command.place,
    )
    return work.answer(OutcomeKind.INFO, data=answer)


def _sent_back(command: TakeIn) -> int:
    return command.damaged if command.fate is Fate.BACK else 0


def _record(work: Work, command: TakeIn, row: Any, call_number: str, taken: Sequence[Taken], line_id: int) -> None:
    """Each copy, then the taking itself: by these its undoing knows what came with it."""
    for copy in taken:
        work.record(
            "accessioned",
            copy_id=copy.copy_id,
            operator_id=command.operator_id,
            details={
                "title_id": row.title_id,
                "accession_no": copy.accession_no,
                "barcode": copy.barcode,
                "call_number": call_number,
                "line_id": line_id,
            },
        )
    work.record(
        "taken_in",
        operator_id=command.operator_id,
        details={
            "title_id": row.title_id,
            "title": row.title,
            "copies": len(taken),
            "arrived": command.count,
            "damaged": command.damaged,
            "sent_back": _sent_back(command),
            "line_id": line_id,
        },
    )


def _check(command: TakeIn) -> None:
    """Refuse what no form would send."""
    pieces = 1 <= command.count <= MOST_COPIES and 0 <= command.damaged <= command.count
    if not pieces:
        raise hindered(StockProblem.COUNT, most=MOST_COPIES)
    if command.labels and (len(command.labels) != command.count or command.damaged):
        raise hindered(StockProblem.COUNT, most=MOST_COPIES)
    price = command.price_fen
    if (price is not None and not 0 <= price <= MOST_FEN) or len(command.place) > LONGEST["place"]:
        raise hindered(StockProblem.VALUE)
    title = command.title
    if not command.title_id and (title is None or not title.title.strip()):
        raise hindered(StockProblem.VALUE)
    if title is not None and any(len(getattr(title, name, "")) > most for name, most in LONGEST.items()):
        raise hindered(StockProblem.VALUE)


def _labels(work: Work, codes: Sequence[str]) -> list[str]:
    """Numbers printed beforehand, as they are stored. One that cannot be a copy's is told."""
    found = []
    for code in codes:
        reading = barcodes.read(code, work.policies.scheme)
        known = find_scanned(work, code, clean=True)
        if known is not None:
            row = None
            if known.copy_id is not None:
                (copy,) = stock.copies_of(work.conn, [known.copy_id])
                row = stock.title(work.conn, copy.title_id)
            raise hindered(StockProblem.LABEL_TAKEN, code=known.code, title=row.title if row else known.kind.value)
        if reading.kind is ReadingKind.DAMAGED:
            raise hindered(StockProblem.LABEL_DAMAGED)
        if reading.kind is not ReadingKind.COPY:
            raise hindered(StockProblem.LABEL_UNFIT, code=reading.code)
        if reading.code in found:
            raise hindered(StockProblem.LABEL_TWICE, code=reading.code)
        found.append(reading.code)
    return found


def _open_batch(work: Work, command: TakeIn) -> int:
    """The delivery that the pieces belong to; 0: none."""
    batch_id = command.batch_id
    if command.line_id:
        line = stock.line(work.conn, command.line_id)
        if line is None:
            raise hindered(StockProblem.GONE)
        batch_id = line.batch_id
    if not batch_id:
        return 0
    batch = stock.batch(work.conn, batch_id)
    if batch is None:
        raise hindered(StockProblem.GONE)
    if batch.closed_at is not None:
        raise hindered(StockProblem.CLOSED, batch=batch.name)
    return batch_id


def _title_of(work: Work, command: TakeIn) -> tuple[Any, bool, dict[str, object]]:
    """The title's row, whether it was added now, and what an undoing must know besides."""
    if command.title_id:
        row = stock.title(work.conn, command.title_id)
        if row is None:
            raise hindered(StockProblem.GONE)
        return row, False, {}
    data = command.title
    assert data is not None  # noqa: S101  _check says so
    if data.isbn:
        now = {row.title_id: row.title for row in stock.titles_of_isbn(work.conn, data.isbn)}
        unseen = [title for title_id, title in now.items() if title_id not in command.known]
        if unseen:
            raise hindered(StockProblem.NOW_KNOWN, title=unseen[0])
    before: dict[str, object] = {}
    if command.serial_id:
        data, before = _issue(work, command.serial_id, data)
        same = stock.title_of_issue(work.conn, data.issn, data.issue)
        if same is not None:
            return same, False, {}
    title_id = edit.add_titles(work.conn, [edit.new_title(data)], work.at)[0]
    return stock.title(work.conn, title_id), True, before


def _issue(work: Work, serial_id: int, data: TitleData) -> tuple[TitleData, dict[str, object]]:
    """One issue of a magazine, which from now on is its last."""
    serial = stock.serial(work.conn, serial_id)
    if serial is None:
        raise hindered(StockProblem.GONE)
    if not data.issue.strip():
        raise hindered(StockProblem.VALUE)
    before = {"serial_id": serial_id, "last_issue": serial.last_issue}
    stock.save_serial(work.conn, serial_id, {"last_issue": data.issue}, work.at)
    return replace(data, material=Material.MAGAZINE, issn=serial.issn), before


def _add_copies(
    work: Work, command: TakeIn, title_id: int, call_number: str, labels: Sequence[str], batch_id: int
) -> tuple[Taken, ...]:
    """The copies with their numbers, all but those that are sent back; the damaged ones among them are the last."""
    count = command.count - _sent_back(command)
    whole = command.count - command.damaged
    if not count:
        return ()
    codes = list(labels) or _own_numbers(work, count)
    as_labelled = bool(labels) and stock.labels_are_accessions(work.conn, labels)
    accessions = codes if as_labelled else stock.next_accessions(work.conn, count)
    prices = _prices(work, command, count)
    rows = [
        NewCopy(
            title_id,
            accession_no,
            code,
            call_number,
            command.place,
            prices[place],
            CopyStatus.IN_SERVICE if place < whole else CopyStatus.IN_REPAIR,
            batch_id=batch_id or None,
        )
        for place, (accession_no, code) in enumerate(zip(accessions, codes, strict=True))
    ]
    copy_ids = edit.add_copies(work.conn, rows, work.at)
    stock.want_labels(work.conn, copy_ids, work.at)
    return tuple(
        Taken(copy_id, row.accession_no, code) for copy_id, row, code in zip(copy_ids, rows, codes, strict=True)
    )


def _prices(work: Work, command: TakeIn, count: int) -> list[int | None]:
    """What each copy costs: as the vendor's file says of each, unless the librarian gave them another price."""
    row = stock.line(work.conn, command.line_id) if command.line_id else None
    line = as_line(row) if row is not None else None
    if line is None or not line.prices or command.price_fen != line.price_fen:
        return [command.price_fen] * count
    return [line.fen(piece, piece + 1) for piece in range(line.arrived, line.arrived + count)]


def _own_numbers(work: Work, count: int) -> list[str]:
    try:
        return [barcodes.number(BarcodeKind.COPY, n) for n in edit.next_serials(work.conn, BarcodeKind.COPY, count)]
    except ValueError:
        raise hindered(StockProblem.NO_NUMBERS) from None


def _count_in_line(work: Work, command: TakeIn, row: Any, batch_id: int) -> int:
    """Count what arrived in its line of the delivery, a new one for what nobody ordered; the line's id, or 0."""
    if not batch_id:
        return 0
    line_id = command.line_id
    if not line_id:
        found = stock.lines_for(work.conn, batch_id=batch_id, title_id=row.title_id)
        data = stock.title_data(row)
        line_id = found[0].line_id if found else stock.add_line(work.conn, batch_id, data, row.title_id)
    stock.count_line(work.conn, line_id, command.count, command.damaged, row.title_id)
    return line_id


HANDLERS: dict[type[Command], Handler] = {
    TakeIn: for_librarians(TakeIn, take_in),
}
READS: frozenset[type[Command]] = frozenset()
