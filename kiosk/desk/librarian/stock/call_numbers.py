"""Which call number a title gets: its own, or its class with the next book number, or with that of its set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import OfferNumbers, Offers, SameSet, TakeIn
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.issues import is_middle, issue_mark, title_stem, volume_key, volume_mark, with_volume
from kiosk.lending.stock import FILE_MARK, LONGEST, TitleData, kept_isbn, title_from_plain
from kiosk.lending.text import half_width
from kiosk.store import stock

_VOLUMES = 40
"""Volumes of sets of one name that are looked at."""

_SETS = 4
"""Sets of one name that are offered."""


def offer_numbers(work: Work, command: OfferNumbers) -> Outcome:
    """Call numbers for a new title."""
    return work.answer(OutcomeKind.INFO, data=offers_for(work, command.title))


def offers_for(work: Work, title: TitleData) -> Offers:
    """What a new title of this class may be numbered; without a class only its auxiliary."""
    clc = _class_of(title)
    rows = stock.same_sets(work.conn, clc, title_stem(title.title), _VOLUMES) if clc and title.title else ()
    auxiliary = _auxiliary(work, title, rows)
    if not clc:
        return Offers(auxiliary=auxiliary)
    return Offers(
        next=str(CallNumber(clc, str(stock.next_book_number(work.conn, clc)))),
        sets=_sets(title, auxiliary, rows),
        auxiliary=auxiliary,
        place=stock.place_of_class(work.conn, clc),
    )


def _sets(title: TitleData, auxiliary: str, rows: Sequence[Any]) -> tuple[SameSet, ...]:
    """The book numbers that sets of this name have, those first that the title fits into."""
    volumes: dict[str, list[Any]] = {}
    for row in rows:
        volumes.setdefault(str(replace(parse(row.call_number), auxiliary="")), []).append(row)
    sets = [
        SameSet(
            of[0].title_id,
            with_volume(of[0].title, of[0].volume),
            number,
            any(_one_edition(title, one.isbn or "", one.publisher) for one in of)
            and auxiliary not in {parse(one.call_number).auxiliary for one in of},
        )
        for number, of in volumes.items()
    ]
    return tuple(sorted(sets, key=lambda one: not one.fits)[:_SETS])


def _one_edition(title: TitleData, isbn: str, publisher: str) -> bool:
    """Whether a volume with this ISBN and publisher is of the title's edition; where no publisher is known it may be.

    The volumes of a set share an ISBN, or have one each from the same publisher.
    """
    if isbn and kept_isbn(isbn) == title.isbn:
        return True
    here, there = (half_width(one).strip() for one in (title.publisher, publisher))
    return not here or not there or here == there


def _class_of(title: TitleData) -> str:
    """The class as it begins a call number."""
    return parse(title.clc).clc


def _auxiliary(work: Work, title: TitleData, rows: Sequence[Any]) -> str:
    """The mark of its issue or volume: as its vendor's file numbers it, else by the volumes there are or will be.

    `rows` are the library's titles of the same name; open deliveries have the others.
    """
    if title.issue:
        return issue_mark(title.issue)
    lines = [
        (coming, row.data.get(FILE_MARK))
        for row in _coming(work, title)
        if _one_edition(title, (coming := title_from_plain(row.data)).isbn, coming.publisher)
    ]
    key = volume_key(title.title, title.volume)
    given = next((mark for one, mark in lines if mark and volume_key(one.title, one.volume) == key), None)
    if given:
        return str(given)
    there = [(row.title, row.volume) for row in rows if _one_edition(title, row.isbn or "", row.publisher)]
    volumes = [*there, *((one.title, one.volume) for one, _ in lines)]
    return volume_mark(title.title, title.volume, middle=any(is_middle(*one) for one in volumes))


def _coming(work: Work, title: TitleData) -> list[Any]:
    """The lines of open deliveries about a title and the other volumes of its set."""
    stem = title_stem(title.title)
    if not stem:
        return []
    lines = [*stock.lines_for(work.conn, batch_id=0, isbn=title.isbn), *stock.lines_like(work.conn, stem, 0, _VOLUMES)]
    return [row for row in lines if title_stem(str(row.data.get("title", ""))) == stem]


def call_number_for(work: Work, command: TakeIn, row: Any) -> str:
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


HANDLERS: dict[type[Command], Handler] = {
    OfferNumbers: for_librarians(OfferNumbers, offer_numbers),
}
READS: frozenset[type[Command]] = frozenset({OfferNumbers})
