"""Changing the catalogue: a title's description, doubles, where copies live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.librarian.hands import find_scanned, unlike
from kiosk.desk.sheets import copy_sheet
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.titles import (
    MergeTitles,
    MoveCopies,
    Moved,
    MoveScanned,
    Places,
    ReadPlaces,
    SaveCopy,
    SaveTitle,
    WantLabels,
)
from kiosk.flows.work import ProblemCode
from kiosk.lending.barcodes import BarcodeKind
from kiosk.lending.stock import title_from_plain, title_to_plain
from kiosk.store import facts, print_reads, stock, titles


def save_title(work: Work, command: SaveTitle) -> Outcome:
    """A new description; a new call number goes to every copy, which then wants a new label."""
    row = stock.title(work.conn, command.title_id)
    if row is None:
        return problem(work, ProblemCode.GONE)
    if not command.title.title.strip():
        return problem(work, ProblemCode.BAD_VALUE)
    was = stock.title_data(row)
    titles.change_title(work.conn, command.title_id, command.title)
    details = {"title_id": command.title_id, "title": command.title.title, "was": was.title}
    if command.call_number:
        copies = titles.copies_of_title(work.conn, command.title_id)
        titles.change_copies(work.conn, copies, {"call_number": command.call_number})
        stock.want_labels(work.conn, copies, work.at)
        details["call_number"] = command.call_number
    work.record("title_edited", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=command.title_id)


def merge_titles(work: Work, command: MergeTitles) -> Outcome:
    """Two titles are one from now on."""
    kept, gone = (stock.title(work.conn, one) for one in (command.kept_id, command.gone_id))
    if kept is None or gone is None or command.kept_id == command.gone_id:
        return problem(work, ProblemCode.GONE)
    if _differ(kept, gone):
        return problem(work, ProblemCode.OTHER_EDITION)
    going = titles.copies_of_title(work.conn, command.gone_id)
    before = [[row.copy_id, row.call_number] for row in stock.copies_of(work.conn, going)]
    lines = titles.lines_of_title(work.conn, command.gone_id)
    call_number = stock.holdings(work.conn, command.kept_id).call_number
    moved = titles.merge_titles(work.conn, command.kept_id, command.gone_id)
    takes_isbn = not kept.isbn and bool(gone.isbn)
    if takes_isbn:
        titles.change_title(work.conn, command.kept_id, replace(stock.title_data(kept), isbn=gone.isbn))
    if call_number and going:  # one title stands in one place, so the copies that came get its number and new labels
        titles.change_copies(work.conn, going, {"call_number": call_number})
        stock.want_labels(work.conn, going, work.at)
    details = {"title_id": command.kept_id, "title": kept.title, "gone": gone.title, "isbn": gone.isbn, "copies": moved}
    to_part = {
        "gone_id": command.gone_id,
        "was": title_to_plain(stock.title_data(gone)),
        "created_at": gone.created_at.isoformat(),
        "before": before,
        "call_number": call_number,
        "lines": lines,
        "took_isbn": takes_isbn,
    }
    work.record("titles_merged", operator_id=command.operator_id, details={**details, **to_part})
    return work.answer(OutcomeKind.INFO, data=command.kept_id)


def merge_is_safe(work: Work, event: Any) -> bool:
    """Whether the copies that came with a merge are still as it left them, so that the titles can be parted again."""
    details = event.details
    if "before" not in details or stock.title(work.conn, details["title_id"]) is None:  # told by an earlier version
        return False
    before = dict(details["before"])
    now = {row.copy_id: row for row in stock.copies_of(work.conn, list(before))}
    return all(
        copy_id in now
        and now[copy_id].title_id == details["title_id"]
        and now[copy_id].call_number == (details["call_number"] or call_number)
        for copy_id, call_number in before.items()
    )


def part_titles(work: Work, event: Any) -> None:
    """Undo a merge: the title that went is there again with its copies and their call numbers.

    A copy whose label says the number it has now, or is to say it, wants one with its own.
    """
    details = event.details
    data = title_from_plain(details["was"])
    created_at = datetime.fromisoformat(details["created_at"])
    title_id = titles.bring_back(work.conn, details["gone_id"], data, created_at)
    titles.give_to_title(work.conn, title_id, [copy_id for copy_id, _ in details["before"]], details["lines"])
    numbers: dict[str, list[int]] = {}
    for copy_id, call_number in details["before"]:
        if details["call_number"] and call_number != details["call_number"]:
            numbers.setdefault(call_number, []).append(copy_id)
    for call_number, copy_ids in numbers.items():
        titles.change_copies(work.conn, copy_ids, {"call_number": call_number})
        stock.want_labels(work.conn, copy_ids, work.at)
    kept = stock.title(work.conn, details["title_id"])
    if kept is not None and details["took_isbn"] and kept.isbn == data.isbn:
        titles.change_title(work.conn, details["title_id"], replace(stock.title_data(kept), isbn=""))


def _differ(kept: Any, gone: Any) -> bool:
    """Whether two titles are certainly two: another ISBN, volume or issue, or a disc beside a book.

    A title is one work in one edition.
    """
    return kept.material != gone.material or any(
        getattr(kept, name) and getattr(gone, name) and getattr(kept, name) != getattr(gone, name)
        for name in ("isbn", "volume", "issue")
    )


def move_copies(work: Work, command: MoveCopies) -> Outcome:
    """Copies move to another place."""
    return _moved(work, command.copy_ids, command.place, command.operator_id)


def move_scanned(work: Work, command: MoveScanned) -> Outcome:
    """The scanned copy moves to another place."""
    known = find_scanned(work, command.code, command.clean)
    if known is None or known.kind is not BarcodeKind.COPY or known.copy_id is None:
        return (
            unlike(work, command, command.code, command.clean)
            if known is None
            else problem(work, ProblemCode.NOT_A_COPY)
        )
    return _moved(work, (known.copy_id,), command.place, command.operator_id)


def _moved(work: Work, copy_ids: Sequence[int], place: str, operator_id: int) -> Outcome:
    place = " ".join(place.split())
    if not place or len(place) > 80:
        return problem(work, ProblemCode.BAD_VALUE)
    copies = [copy for one in copy_ids if (copy := facts.find_copy(work.conn, one)) is not None]
    if not copies:
        return problem(work, ProblemCode.GONE)
    was = copies[-1].place
    elsewhere = [copy for copy in copies if copy.place != place]
    for copy in elsewhere:
        details = {"from": copy.place, "to": place}
        work.record("copy_moved", operator_id=operator_id, copy_id=copy.facts.copy_id, details=details)
    titles.change_copies(work.conn, [copy.facts.copy_id for copy in elsewhere], {"place": place})
    last = facts.find_copy(work.conn, copies[-1].facts.copy_id)
    assert last is not None  # noqa: S101  it was there in this transaction
    return work.answer(OutcomeKind.INFO, data=Moved(copy_sheet(last), was, len(elsewhere)))


def save_copy(work: Work, command: SaveCopy) -> Outcome:
    """What is known of one copy; a new call number wants a new label."""
    copy = facts.find_copy(work.conn, command.copy_id)
    if copy is None:
        return problem(work, ProblemCode.GONE)
    values = {
        "call_number": command.call_number,
        "place": command.place,
        "price_fen": command.price_fen,
        "for_loan": command.for_loan,
    }
    titles.change_copies(work.conn, [command.copy_id], values)
    if command.call_number != copy.call_number:
        stock.want_labels(work.conn, [command.copy_id], work.at)
    details = {"from": copy.call_number, "to": command.call_number, "place": command.place}
    work.record("copy_edited", operator_id=command.operator_id, copy_id=command.copy_id, details=details)
    return work.answer(OutcomeKind.INFO, data=command.copy_id)


def want_labels(work: Work, command: WantLabels) -> Outcome:
    """Labels to print with the next ones."""
    stock.want_labels(work.conn, command.copy_ids, work.at)
    return work.answer(OutcomeKind.INFO, data=stock.count_wanted(work.conn))


def read_places(work: Work, _: ReadPlaces) -> Outcome:
    """Every place that copies have."""
    return work.answer(OutcomeKind.INFO, data=Places(tuple(print_reads.places(work.conn))))


HANDLERS: dict[type[Command], Handler] = {
    SaveTitle: for_librarians(SaveTitle, save_title),
    MergeTitles: for_librarians(MergeTitles, merge_titles),
    MoveCopies: for_librarians(MoveCopies, move_copies),
    MoveScanned: for_librarians(MoveScanned, move_scanned),
    SaveCopy: for_librarians(SaveCopy, save_copy),
    WantLabels: for_librarians(WantLabels, want_labels),
    ReadPlaces: for_librarians(ReadPlaces, read_places),
}
READS: frozenset[type[Command]] = frozenset({ReadPlaces})
