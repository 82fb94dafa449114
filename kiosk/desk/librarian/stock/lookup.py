"""What a code stands for to whoever unpacks a carton.

| scanned | what it is |
|---|---|
| an ISBN of the library | its title, with what further copies would get |
| an ISBN in a line of an open delivery | as the vendor's file describes it |
| any other ISBN, typed or scanned twice also with a wrong check digit | a new title |
| a magazine's barcode (977…) | the magazine and the issue that is likely, or a new magazine |
| a copy number | a label, free or on a copy |
| words, typed | titles that fit |
"""

from __future__ import annotations

import re
from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.librarian.hands import find_scanned
from kiosk.desk.librarian.stock.batches import as_line
from kiosk.desk.librarian.stock.call_numbers import offers_for
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.librarian.stock.serials import magazine_of, magazine_of_code
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import (
    Hit,
    KnownTitle,
    Label,
    Line,
    LookUp,
    LookUpLine,
    LookUpTitle,
    Meaning,
    NewTitle,
    Offers,
    Several,
    StockProblem,
)
from kiosk.lending import barcodes
from kiosk.lending.barcodes import Reading, ReadingKind
from kiosk.lending.issues import is_issn, kept_issn, other_volume, volume_key, with_volume
from kiosk.lending.stock import TitleData, is_isbn, isbn_digits, kept_isbn, title_from_plain
from kiosk.store import stock
from kiosk.store.search import search_titles

HITS = 12
"""Titles that words find, and as many lines of deliveries."""

_MISPRINTED = re.compile(r"97[89][0-9]{10}")


def look_up(work: Work, command: LookUp) -> Outcome:
    """What a code stands for."""
    return work.answer(OutcomeKind.INFO, data=_meaning(work, command))


def _meaning(work: Work, command: LookUp) -> Meaning:
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
        return magazine_of_code(work, reading.code)
    isbn = _isbn(command, reading)
    if isbn:
        return _by_isbn(work, isbn, command.batch_id)
    if not command.typed:
        if _MISPRINTED.fullmatch(reading.code):
            return _misprinted(work, reading.code, command.batch_id)
        damaged = reading.kind is ReadingKind.DAMAGED
        raise hindered(StockProblem.DAMAGED if damaged else StockProblem.NOTHING)
    if is_issn(command.code):
        return magazine_of(work, kept_issn(command.code))
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


def _misprinted(work: Work, isbn: str, batch_id: int) -> KnownTitle | NewTitle | Several:
    """A scanned ISBN with a wrong check digit: that of a title or a line that is known by it, else to be told."""
    if stock.titles_of_isbn(work.conn, isbn) or stock.lines_for(work.conn, batch_id=batch_id, isbn=isbn):
        return _by_isbn(work, isbn, batch_id)
    raise hindered(StockProblem.CHECK, isbn=isbn)


def _by_isbn(work: Work, isbn: str, batch_id: int) -> KnownTitle | NewTitle | Several:
    rows = stock.titles_of_isbn(work.conn, isbn)
    lines = [as_line(row) for row in stock.lines_for(work.conn, batch_id=batch_id, isbn=isbn)]
    known = {volume_key(row.title, row.volume) for row in rows}
    others = [line for line in lines if line.title_id is None and _key(line) not in known]
    if len(rows) == 1 and not others:
        return _known(work, rows[0], batch_id)
    if rows or len({_key(line) for line in others}) > 1:
        abouts = [(_line_about(work, row, batch_id), _hit(work, row)) for row in rows]
        hits = [*((line, _line_hit(line)) for line in others), *abouts]
        hits.sort(key=lambda one: one[0] is None or not one[0].to_come)
        return Several(isbn, isbn, tuple(hit for _, hit in hits[:HITS]))
    if others:
        return _title_of_line(work, others[0].line_id)
    return NewTitle(TitleData("", isbn=isbn), right=is_isbn(isbn))


def _key(line: Line) -> tuple[str, str]:
    return volume_key(line.title, line.volume)


def _known(work: Work, row: Any, batch_id: int, line: Line | None = None) -> KnownTitle:
    data, held = stock.title_data(row), stock.holdings(work.conn, row.title_id)
    if line is None:
        line = _line_about(work, row, batch_id)
    offers = Offers() if held.call_number else offers_for(work, data)
    price = held.price_fen if held.price_fen is not None else data.price_fen
    if line is not None and line.price_fen is not None:
        price = line.price_fen
    place = held.place or offers.place
    return KnownTitle(row.title_id, data, held.copies, held.call_number, place, price, offers, line)


def _line_about(work: Work, row: Any, batch_id: int) -> Line | None:
    """The line of an open delivery that is about a title: by the title itself, its words, or its ISBN alone.

    One that is still to come goes before one that is complete.
    """
    found = [
        as_line(one)
        for one in stock.lines_for(work.conn, batch_id=batch_id, isbn=row.isbn or "", title_id=row.title_id)
        if one.title_id in (None, row.title_id)
    ]
    own = [line for line in found if line.title_id == row.title_id]
    same = [line for line in found if _key(line) == volume_key(row.title, row.volume)]
    alone = found if len({_key(line) for line in found}) == 1 else []
    alone = [line for line in alone if not other_volume(line.title, line.volume, row.title, row.volume)]
    return next(iter(sorted((*own, *same, *alone), key=lambda line: not line.to_come)), None)


def _title_of_line(work: Work, line_id: int) -> KnownTitle | NewTitle:
    """A line's title: of the library, or as the vendor's file describes it."""
    row = stock.line(work.conn, line_id)
    if row is None:
        raise hindered(StockProblem.GONE)
    if row.title_id is not None and (title := stock.title(work.conn, row.title_id)) is not None:
        return _known(work, title, row.batch_id, as_line(row))
    data = title_from_plain(row.data)
    there = stock.titles_of_isbn(work.conn, data.isbn) if data.isbn else ()
    same = [one for one in there if volume_key(one.title, one.volume) == volume_key(data.title, data.volume)]
    if len(same) == 1:
        return _known(work, same[0], row.batch_id, as_line(row))
    known = tuple(one.title_id for one in there)
    right = not data.isbn or is_isbn(data.isbn)
    return NewTitle(data, right, offers_for(work, data), as_line(row), known)


def _hit(work: Work, row: Any) -> Hit:
    held = stock.holdings(work.conn, row.title_id)
    return Hit(with_volume(row.title, row.volume), row.authors, held.call_number, held.copies, row.title_id)


def _line_hit(line: Line) -> Hit:
    return Hit(line.name, line.authors, line=line)


def _by_words(work: Work, words: str, batch_id: int) -> Several:
    if not words or not words.isprintable():
        raise hindered(StockProblem.NOTHING)
    hits = [
        Hit(hit.title, hit.authors, stock.holdings(work.conn, hit.title_id).call_number, hit.copies, hit.title_id)
        for hit in search_titles(work.conn, words, HITS)
    ]
    lines = [as_line(row) for row in stock.lines_like(work.conn, words, batch_id, HITS)]
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
    return work.answer(OutcomeKind.INFO, data=_title_of_line(work, command.line_id))


HANDLERS: dict[type[Command], Handler] = {
    LookUp: for_librarians(LookUp, look_up),
    LookUpTitle: for_librarians(LookUpTitle, look_up_title),
    LookUpLine: for_librarians(LookUpLine, look_up_line),
}
READS: frozenset[type[Command]] = frozenset({LookUp, LookUpTitle, LookUpLine})
