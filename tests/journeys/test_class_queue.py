"""A class comes at noon: a card, two books, the next child. Nobody touches anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.journeys.kiosks import Library, School, started, wait_for
from tests.journeys.xserver import XServer


def test_three_children_borrow_two_books_each_by_scanning_alone(
    x: XServer, location: str, library: Library, notes: Path, school: School
) -> None:
    children = [card for card, _ in school.classmates()[:3]]
    books = school.free_books()[:6]
    with started(x, location, notes, school.rows.opens) as kiosk:
        for place, card in enumerate(children):
            kiosk.scan(card, *books[2 * place : 2 * place + 2])
        kiosk.scan(children[-1])  # the last one's own card ends
        wait_for(lambda: len(kiosk.journal(location)) == 10, "ten scans")
    lent = {loan["barcode"]: loan for loan in library.loans(open_only=True) if loan["barcode"] in books}
    assert {code: loan["card"] for code, loan in lent.items()} == {
        book: children[place // 2] for place, book in enumerate(books)
    }
    # Two weeks are the class's next slot, which is every other Monday.
    assert {loan["due_on"] for loan in lent.values()} == {date(2026, 11, 30).isoformat()}
    assert all(loan["lent_at"].startswith("2026-11-16T04:01") for loan in lent.values())
    assert kiosk.journal(location) == [
        step
        for place, card in enumerate(children)
        for step in ((card, "identified"), (books[2 * place], "lent"), (books[2 * place + 1], "lent"))
    ] + [(children[-1], "ended")]
