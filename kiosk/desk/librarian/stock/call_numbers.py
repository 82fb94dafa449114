"""Which call number a title gets: its own, or its class with the next book number, or with that of its set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import OfferNumbers, Offers, SameSet, TakeIn
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.issues import issue_mark, title_stem, volume_mark
from kiosk.lending.stock import LONGEST, TitleData
from kiosk.store import stock


def offer_numbers(work: Work, command: OfferNumbers) -> Outcome:
    """Call numbers for a new title."""
    return work.answer(OutcomeKind.INFO, data=offers_for(work, command.title))


def offers_for(work: Work, title: TitleData) -> Offers:
    """What a new title of this class may be numbered; without a class only its auxiliary."""
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
