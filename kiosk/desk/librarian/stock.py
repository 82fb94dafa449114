"""New stock: what a code stands for to whoever unpacks a carton, and taking it in, in one transaction.

| scanned | what it is |
|---|---|
| an ISBN of the library | its title, with what further copies would get |
| an ISBN in a line of an open delivery | as the vendor's file describes it |
| any other ISBN, typed or scanned twice also with a wrong check digit | a new title |
| a magazine's barcode (977…) | the magazine and the issue that is likely, or a new magazine |
| a copy number | a label, free or on a copy |
| words, typed | titles that fit |

Accession numbers, book numbers and barcodes are given under locks, so that two kiosks never give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.hands import find_scanned
from kiosk.desk.work import Handler, TakenBackError, Work
from kiosk.flows.commands import Command
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import (
    MOST_COPIES,
    MOST_LABELS,
    ApartList,
    Batch,
    BatchList,
    BatchPage,
    CloseBatch,
    DeleteBatch,
    Fate,
    Hit,
    KnownSerial,
    KnownTitle,
    Label,
    Line,
    LookUp,
    LookUpLine,
    LookUpTitle,
    NewSerial,
    NewTitle,
    OfferNumbers,
    Offers,
    ReadBatch,
    ReadBatches,
    ReadSerials,
    ReadSetApart,
    ReadStock,
    SameSet,
    SaveBatch,
    Saved,
    SaveSerial,
    Serial,
    SerialList,
    SetApart,
    SetNumbersApart,
    Several,
    StockProblem,
    StockState,
    TakeIn,
    Taken,
    TakenBack,
    TakenIn,
    UndoTaking,
)
from kiosk.flows.views import Text, Value
from kiosk.lending import barcodes
from kiosk.lending.barcodes import BarcodeKind, Reading, ReadingKind
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.issues import (
    add_on,
    first_issue,
    is_issn,
    issn_of,
    issue_mark,
    kept_issn,
    next_issue,
    title_stem,
    volume_mark,
)
from kiosk.lending.stock import LONGEST, MOST_FEN, TitleData, is_isbn, isbn_digits, kept_isbn, title_from_plain
from kiosk.store import desk_reads, edit, stock
from kiosk.store.edit import NewCopy
from kiosk.store.search import search_titles

HITS = 12
"""Titles that words find, and as many lines of deliveries."""

LINES = 400
"""Lines of a delivery that its page shows."""

BATCHES = 100
"""Deliveries that their list shows."""

_MISPRINTED = re.compile(r"97[89][0-9]{10}")


def hindered(problem: StockProblem, /, **values: Value) -> TakenBackError:
    """Nothing of it is done, and why."""
    return TakenBackError(Hindrance(Text(f"stock.problem.{problem.value}", values)))


# ── Looking up ──


def look_up(work: Work, command: LookUp) -> Outcome:
    """What a code stands for."""
    return work.answer(OutcomeKind.INFO, data=_looked_up(work, command))


def _looked_up(work: Work, command: LookUp) -> object:
    if not command.clean:
        raise hindered(StockProblem.DAMAGED)
    known = find_scanned(work, command.code, clean=True)
    if known is not None and known.copy_id is not None:
        (copy,) = stock.copies_of(work.conn, [known.copy_id])
        row = stock.title(work.conn, copy.title_id)
        return Label(known.code, row.title if row else "")
    if known is not None:
        raise hindered(StockProblem.CARD)
    reading = barcodes.read(command.code, work.policies.scheme)
    if reading.kind is ReadingKind.COPY:
        return Label(reading.code)
    if reading.kind in (ReadingKind.CARD, ReadingKind.COMMAND):
        raise hindered(StockProblem.CARD)
    if reading.kind is ReadingKind.PUBLISHER and reading.isbn is None:
        return _magazine(work, reading.code)
    isbn = _isbn(command, reading)
    if isbn:
        return _by_isbn(work, isbn, command.batch_id)
    if not command.typed:
        if _MISPRINTED.fullmatch(reading.code):
            return _misprinted(work, reading.code, command.batch_id)
        damaged = reading.kind is ReadingKind.DAMAGED
        raise hindered(StockProblem.DAMAGED if damaged else StockProblem.NOTHING)
    if is_issn(command.code):
        return _magazine_of(work, kept_issn(command.code))
    return _by_words(work, command.code.strip(), command.batch_id)


def _isbn(command: LookUp, reading: Reading) -> str:
    """The ISBN in a code as it is kept: read by a scanner with a right check digit, or typed as it is printed."""
    if reading.isbn is not None:
        return reading.isbn
    digits = isbn_digits(command.code)
    if is_isbn(command.code):
        return kept_isbn(command.code)
    whole = digits[:-1].isdecimal() and digits[-1:].isalnum() and len(digits) in (10, 13)
    return digits if command.typed and whole else ""


def _misprinted(work: Work, isbn: str, batch_id: int) -> object:
    """A scanned ISBN with a wrong check digit: that of a title or a line that is known by it, else to be told."""
    if stock.titles_of_isbn(work.conn, isbn) or stock.lines_for(work.conn, batch_id=batch_id, isbn=isbn):
        return _by_isbn(work, isbn, batch_id)
    raise hindered(StockProblem.CHECK, isbn=isbn)


def _by_isbn(work: Work, isbn: str, batch_id: int) -> object:
    rows = stock.titles_of_isbn(work.conn, isbn)
    lines = [_line(row) for row in stock.lines_for(work.conn, batch_id=batch_id, isbn=isbn)]
    known = {row.title for row in rows}
    others = [line for line in lines if line.title_id is None and line.title not in known]
    if len(rows) == 1 and not others:
        return _known(work, rows[0], batch_id)
    if rows or len({line.title for line in others}) > 1:
        hits = (*(_hit(work, row) for row in rows), *(_line_hit(line) for line in others))
        return Several(isbn, isbn, hits[:HITS])
    if others:
        return _of_line(work, others[0].line_id)
    return NewTitle(TitleData("", isbn=isbn), right=is_isbn(isbn))


def _known(work: Work, row: Any, batch_id: int, line: Line | None = None) -> KnownTitle:
    data, held = stock.title_data(row), stock.holdings(work.conn, row.title_id)
    if line is None:
        line = _line_of(work, row, batch_id)
    offers = Offers() if held.call_number else _offers(work, data)
    price = held.price_fen if held.price_fen is not None else data.price_fen
    if line is not None and line.price_fen is not None:
        price = line.price_fen
    place = held.place or offers.place
    return KnownTitle(row.title_id, data, held.copies, held.call_number, place, price, offers, line)


def _line_of(work: Work, row: Any, batch_id: int) -> Line | None:
    """The line of an open delivery that is about a title: by the title itself, its words, or its ISBN alone."""
    found = [
        _line(one)
        for one in stock.lines_for(work.conn, batch_id=batch_id, isbn=row.isbn or "", title_id=row.title_id)
        if one.title_id in (None, row.title_id)
    ]
    own = [line for line in found if line.title_id == row.title_id]
    same = [line for line in found if line.title == row.title]
    alone = found if len({line.title for line in found}) == 1 else []
    return next(iter((*own, *same, *alone)), None)


def _of_line(work: Work, line_id: int) -> object:
    """A line's title: of the library, or as the vendor's file describes it."""
    row = stock.line(work.conn, line_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    if row.title_id is not None and (title := stock.title(work.conn, row.title_id)) is not None:
        return _known(work, title, row.batch_id, _line(row))
    data = title_from_plain(row.data)
    known = tuple(one.title_id for one in stock.titles_of_isbn(work.conn, data.isbn)) if data.isbn else ()
    right = not data.isbn or is_isbn(data.isbn)
    return NewTitle(data, right, _offers(work, data), _line(row), known)


def _line(row: Any) -> Line:
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
    )


def _hit(work: Work, row: Any) -> Hit:
    held = stock.holdings(work.conn, row.title_id)
    return Hit(row.title, row.authors, held.call_number, held.copies, row.title_id)


def _line_hit(line: Line) -> Hit:
    return Hit(line.title, line.authors, line=line)


def _by_words(work: Work, words: str, batch_id: int) -> Several:
    if not words or not words.isprintable():
        raise hindered(StockProblem.NOTHING)
    hits = [
        Hit(hit.title, hit.authors, stock.holdings(work.conn, hit.title_id).call_number, hit.copies, hit.title_id)
        for hit in search_titles(work.conn, words, HITS)
    ]
    lines = [_line(row) for row in stock.lines_like(work.conn, words, batch_id, HITS)]
    hits += [_line_hit(line) for line in lines if line.title_id is None]
    return Several(words, "", tuple(hits))


def look_up_title(work: Work, command: LookUpTitle) -> Outcome:
    """A title picked from a list."""
    row = stock.title(work.conn, command.title_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    return work.answer(OutcomeKind.INFO, data=_known(work, row, command.batch_id))


def look_up_line(work: Work, command: LookUpLine) -> Outcome:
    """A line picked from its delivery."""
    return work.answer(OutcomeKind.INFO, data=_of_line(work, command.line_id))


def offer_numbers(work: Work, command: OfferNumbers) -> Outcome:
    """Call numbers for a new title."""
    return work.answer(OutcomeKind.INFO, data=_offers(work, command.title))


def _offers(work: Work, title: TitleData) -> Offers:
    clc = _class_of(title)
    if not clc:
        return Offers(auxiliary=_auxiliary(title))
    rows = stock.same_sets(work.conn, clc, title_stem(title.title)) if title.title else ()
    middle = any("中" in row.title[len(title_stem(row.title)) :] for row in rows)
    return Offers(
        next=str(CallNumber(clc, str(stock.next_book_number(work.conn, clc)))),
        sets=tuple(
            SameSet(row.title_id, row.title, str(replace(parse(row.call_number), auxiliary=""))) for row in rows
        ),
        auxiliary=_auxiliary(title, middle=middle),
        place=stock.place_of_class(work.conn, clc),
    )


def _class_of(title: TitleData) -> str:
    """The class as it begins a call number."""
    return parse(title.clc).clc


def _auxiliary(title: TitleData, *, middle: bool = False) -> str:
    if title.issue:
        return issue_mark(title.issue)
    return volume_mark(title.title, title.volume, middle=middle)


# ── Magazines ──


def _magazine(work: Work, code: str) -> object:
    return _magazine_of(work, issn_of(code[:13]), code)


def _magazine_of(work: Work, issn: str, code: str = "") -> object:
    row = stock.serial_of_issn(work.conn, issn)
    if row is None:
        return NewSerial(issn, first_issue(add_on(code), work.moment.now.date()), code[13:])
    return _known_serial(work, row, code)


def _known_serial(work: Work, row: Any, code: str = "") -> KnownSerial:
    serial = Serial(row.serial_id, row.issn, row.title, row.publisher, row.clc, row.price_fen, row.last_issue)
    if row.last_issue:
        issue = next_issue(row.last_issue, add_on(code))
    else:
        issue = first_issue(add_on(code), work.moment.now.date())
    before = stock.last_issue_title(work.conn, row.issn)
    held = stock.holdings(work.conn, before.title_id) if before is not None else stock.Holdings()
    offers = _offers(work, TitleData(row.title, clc=row.clc))
    return KnownSerial(serial, issue, offers, held.place or offers.place, code[13:])


def read_serials(work: Work, command: ReadSerials) -> Outcome:  # noqa: ARG001  a handler's signature
    """Every magazine."""
    serials = tuple(
        Serial(row.serial_id, row.issn, row.title, row.publisher, row.clc, row.price_fen, row.last_issue)
        for row in stock.all_serials(work.conn)
    )
    return work.answer(OutcomeKind.INFO, data=SerialList(serials))


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


# ── Taking in ──


def take_in(work: Work, command: TakeIn) -> Outcome:
    """Take pieces of one title into stock; see `TakeIn`."""
    _check(command)
    stock.lock_numbers(work.conn)
    labels = _labels(work, command.labels)
    batch_id = _open_batch(work, command)
    row, is_new, before = _title_of(work, command)
    data = stock.title_data(row)
    back = command.damaged if command.fate is Fate.BACK else 0
    to_repair = command.damaged - back
    call_number = _call_number(work, command, row)
    taken = _add_copies(
        work, command, row.title_id, call_number, labels, command.count - back, to_repair, batch_id or None
    )
    line_id = _count(work, command, batch_id, data, row.title_id)
    if is_new:
        details = {"title_id": row.title_id, "title": row.title, "isbn": data.isbn, **before}
        work.record("catalogued", operator_id=command.operator_id, details=details)
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
    details = {
        "title_id": row.title_id,
        "title": row.title,
        "copies": len(taken),
        "arrived": command.count,
        "damaged": command.damaged,
        "sent_back": back,
        "line_id": line_id,
    }
    work.record("taken_in", operator_id=command.operator_id, details=details)
    line = stock.line(work.conn, line_id) if line_id else None
    data_out = TakenIn(
        work.request_id,
        row.title_id,
        row.title,
        row.clc,
        call_number,
        taken,
        command.damaged,
        back,
        _line(line) if line is not None else None,
        row.authors,
        command.place,
    )
    return work.answer(OutcomeKind.INFO, data=data_out)


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


def _call_number(work: Work, command: TakeIn, row: Any) -> str:
    """A known title's own; else its class with the next book number, or with that of its set."""
    held = stock.holdings(work.conn, row.title_id)
    if held.call_number:
        return held.call_number
    data = stock.title_data(row)
    clc = _class_of(data)
    if not clc:
        return ""
    auxiliary = "-".join(parse(command.auxiliary.replace(" ", "-")).clc.split()) if command.auxiliary.strip() else ""
    book = ""
    if command.same_set_as:
        shared = parse(stock.holdings(work.conn, command.same_set_as).call_number)
        book = shared.book if shared.clc == clc else ""
    elif data.issn:  # the issues of a magazine stand together
        book = _magazines_book(work, data.issn, row.title_id, clc)
    number = CallNumber(clc, book or str(stock.next_book_number(work.conn, clc)), auxiliary)
    return str(number)[: LONGEST["call_number"]]


def _magazines_book(work: Work, issn: str, but: int, clc: str) -> str:
    """The book number of a magazine's earlier issues; empty for the first."""
    number = stock.issues_call_number(work.conn, issn, but)
    shared = parse(number)
    return shared.book if shared.clc == clc else ""


def _add_copies(
    work: Work,
    command: TakeIn,
    title_id: int,
    call_number: str,
    labels: Sequence[str],
    count: int,
    to_repair: int,
    batch_id: int | None,
) -> tuple[Taken, ...]:
    """The copies with their numbers; the last `to_repair` of them are in repair."""
    if not count:
        return ()
    codes = list(labels) or _own_numbers(work, count)
    as_labelled = bool(labels) and stock.labels_are_accessions(work.conn, labels)
    accessions = codes if as_labelled else stock.next_accessions(work.conn, count)
    rows = [
        NewCopy(
            title_id,
            accession_no,
            code,
            call_number,
            command.place,
            command.price_fen,
            CopyStatus.IN_REPAIR if place >= count - to_repair else CopyStatus.IN_SERVICE,
            batch_id=batch_id,
        )
        for place, (accession_no, code) in enumerate(zip(accessions, codes, strict=True))
    ]
    copy_ids = edit.add_copies(work.conn, rows, work.at)
    stock.want_labels(work.conn, copy_ids, work.at)
    return tuple(
        Taken(copy_id, row.accession_no, code) for copy_id, row, code in zip(copy_ids, rows, codes, strict=True)
    )


def _own_numbers(work: Work, count: int) -> list[str]:
    try:
        return [barcodes.number(BarcodeKind.COPY, n) for n in edit.next_serials(work.conn, BarcodeKind.COPY, count)]
    except ValueError:
        raise hindered(StockProblem.NO_NUMBERS) from None


def _count(work: Work, command: TakeIn, batch_id: int, data: TitleData, title_id: int) -> int:
    """Count what arrived in its line of the delivery, a new one for what nobody ordered; the line's id, or 0."""
    if not batch_id:
        return 0
    line_id = command.line_id
    if not line_id:
        found = stock.lines_for(work.conn, batch_id=batch_id, title_id=title_id)
        line_id = found[0].line_id if found else stock.add_line(work.conn, batch_id, data, title_id)
    stock.count_line(work.conn, line_id, command.count, command.damaged, title_id)
    return line_id


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


# ── Deliveries ──


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
    lines = [_line(one) for one in stock.lines_of_batch(work.conn, command.batch_id)]

    def money(pieces: str) -> int:
        return sum(int(getattr(line, pieces)) * (line.price_fen or 0) for line in lines)

    page = BatchPage(
        _batch(work, row),
        tuple(lines[:LINES]),
        max(0, len(lines) - LINES),
        money("ordered"),
        money("arrived"),
        money("damaged"),
        money("to_come"),
    )
    return work.answer(OutcomeKind.INFO, data=page)


def save_batch(work: Work, command: SaveBatch) -> Outcome:
    """Write a delivery."""
    if not command.name.strip() or len(command.name) > 120:
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


# ── Labels printed beforehand ──


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
    LookUp: for_librarians(LookUp, look_up),
    LookUpTitle: for_librarians(LookUpTitle, look_up_title),
    LookUpLine: for_librarians(LookUpLine, look_up_line),
    OfferNumbers: for_librarians(OfferNumbers, offer_numbers),
    TakeIn: for_librarians(TakeIn, take_in),
    UndoTaking: for_librarians(UndoTaking, undo_taking),
    ReadStock: for_librarians(ReadStock, read_stock),
    ReadBatches: for_librarians(ReadBatches, read_batches),
    ReadBatch: for_librarians(ReadBatch, read_batch),
    SaveBatch: for_librarians(SaveBatch, save_batch),
    CloseBatch: for_librarians(CloseBatch, close_batch),
    DeleteBatch: for_librarians(DeleteBatch, delete_batch),
    ReadSerials: for_librarians(ReadSerials, read_serials),
    SaveSerial: for_librarians(SaveSerial, save_serial),
    SetNumbersApart: for_librarians(SetNumbersApart, set_numbers_apart),
    ReadSetApart: for_librarians(ReadSetApart, read_set_apart),
}
READS: frozenset[type[Command]] = frozenset(
    {LookUp, LookUpTitle, LookUpLine, OfferNumbers, ReadStock, ReadBatches, ReadBatch, ReadSerials, ReadSetApart}
)
