"""A helper at the counter: a child without a card, a pile of returns, a damaged book. All by touch and scans."""

from __future__ import annotations

import pytest

from kiosk.flows.views import Table
from tests.journeys.kiosks import Library, School, Watched, parts


@pytest.fixture
def counter(kiosk: Watched, school: School) -> Watched:
    """The kiosk with the helper's counter open, which was opened by touch."""
    kiosk.show_card(school.card("helper"), school.name("helper"))
    kiosk.touch("counter")
    kiosk.page("counter/home")
    return kiosk


def test_a_child_without_a_card_is_picked_by_class_and_name(counter: Watched, library: Library, school: School) -> None:
    card, name = school.classmates()[10]
    child, helper = school.patron_id(card), school.patron_id(school.card("helper"))
    book, before = school.free_books()[0], library.last()
    row = next(row for row in school.rows.tables["patrons"] if row["patron_id"] == child)
    counter.touch("without_card")
    counter.touch("class", row["class_id"])
    counter.page("counter/class")
    counter.reveal("pick", child)
    assert counter.session_of(name).helper_name == school.name("helper")
    counter.scan(book)
    counter.answer("lent")
    counter.touch("finish")
    counter.page("counter/class")  # for the next child of the class
    counter.touch("leave")
    counter.idle()
    (lent,) = library.events(before)
    assert (lent["action"], lent["barcode"], lent["patron_id"], lent["operator_id"]) == ("lent", book, child, helper)


def test_a_pile_of_returns_is_taken_one_after_the_other(counter: Watched, library: Library, school: School) -> None:
    pile = [loan["barcode"] for loan in library.loans(open_only=True)[:6]]
    before = library.last()
    counter.touch("returns")
    counter.page("counter/returns")
    counter.scan(*pile)
    counter.until(
        lambda view: next((len(one.rows) for one in parts(view) if isinstance(one, Table)), 0) == 6, "six lines"
    )
    counter.go_home(school.card("helper"))
    assert not set(pile) & set(library.out())
    helper = school.patron_id(school.card("helper"))
    assert [(one["action"], one["barcode"], one["operator_id"]) for one in library.events(before)] == [
        ("returned", book, helper) for book in pile
    ]


def test_a_damaged_book_is_put_aside_and_nobody_can_borrow_it(
    counter: Watched, library: Library, school: School
) -> None:
    book = school.free_books()[1]
    card, name = school.classmates()[11]
    counter.touch("repair")
    counter.page("counter/repair")
    counter.scan(book)
    counter.touch("put_aside")
    counter.answer("put_aside")
    counter.go_home(school.card("helper"))
    counter.show_card(card, name)
    counter.scan(book)
    counter.answer("in_repair")
    counter.go_home(card)
    assert library.copies()[book]["status"] == "in_repair"
    assert library.events()[-1]["operator_id"] == school.patron_id(school.card("helper"))
