"""What children do at the kiosk: borrow, bring back, renew, undo, be refused and told why. One kiosk, many visits."""

from __future__ import annotations

from typing import Any

from kiosk.flows.views import Mark, PadView, SessionView, Tone, View
from tests.journeys.kiosks import Library, School, Watched, wait_for


def loan_of(library: Library, book: str) -> dict[str, Any]:
    """The open loan of a copy."""
    return next(loan for loan in library.loans(open_only=True) if loan["barcode"] == book)


def refused(view: View, reason: str) -> bool:
    """Whether the answer refuses a book for this reason above all."""
    card = view.result if isinstance(view, SessionView) else None
    return card is not None and card.book is not None and card.headline.key == f"session.reason.{reason}"


def test_a_book_scanned_with_nobody_there_comes_back_at_once(kiosk: Watched, library: Library, school: School) -> None:
    book = school.card("book_of_another")
    assert book in library.out()
    kiosk.scan(book)
    assert kiosk.answer("returned").tone is Tone.DONE
    assert book not in library.out()
    assert library.events()[-1]["action"] == "returned"


def test_a_book_on_the_shelf_scanned_without_a_card_asks_for_the_card(kiosk: Watched, school: School) -> None:
    kiosk.scan(school.card("book"))
    answer = kiosk.answer("no_card_yet")
    assert answer.book is not None
    assert answer.book.call_number


def test_a_third_book_is_too_many_until_one_is_undone_by_touch(
    kiosk: Watched, library: Library, school: School
) -> None:
    first, second, third = school.all("book")[:3]
    reader = school.card("reader")
    kiosk.show_card(reader, school.name("reader"))
    kiosk.scan(first, second, third)
    assert kiosk.answer("limit").tone is Tone.NOT_NOW
    wrong = loan_of(library, first)["loan_id"]
    kiosk.touch("undo", wrong)
    kiosk.answer("undone")
    kiosk.scan(third)
    kiosk.until(lambda view: isinstance(view, SessionView) and len(view.shelf) == 2, "two books on the shelf")
    kiosk.go_home(reader)
    assert {book for book, card in library.out().items() if card == reader} == {second, third}
    assert wrong not in {loan["loan_id"] for loan in library.loans()}  # no trace in what is counted


def test_with_something_overdue_a_child_gives_it_back_first_and_is_told_of_the_days_to_wait(
    kiosk: Watched, library: Library, school: School
) -> None:
    book, late = school.all("book")[3], school.card("overdue_book")
    view = kiosk.show_card(school.card("overdue_reader"), school.name("overdue_reader"))
    assert view.result is not None and view.result.tone is Tone.LOOK
    assert view.result.headline.key == "session.reason.overdue"  # before anything is scanned
    assert view.shelf[0].mark is Mark.OVERDUE
    kiosk.scan(book)
    kiosk.until(lambda view: refused(view, "overdue"), "the refusal of the book")
    kiosk.scan(late)
    kiosk.answer("returned")
    kiosk.scan(book)
    card = kiosk.answer("suspended_open")  # the one date is when they may come, not when the suspension ends
    assert card.tone is Tone.NOT_NOW and "session.chance" in [line.key for line in card.lines]
    kiosk.go_home(school.card("overdue_reader"))
    assert not {book, late} & set(library.out())


def test_another_class_hears_when_its_turn_is(kiosk: Watched, library: Library, school: School) -> None:
    book = school.all("book")[3]
    card = school.card("other_class")
    kiosk.show_card(card, school.name("other_class"))
    kiosk.answer("not_your_slot")
    kiosk.scan(book)
    kiosk.until(lambda view: refused(view, "not_your_slot"), "the refusal of the book")
    kiosk.go_home(card)
    assert book not in library.out()


def test_cards_and_numbers_that_are_no_good_are_each_answered_in_their_own_way(
    kiosk: Watched, library: Library, school: School
) -> None:
    before = library.last()
    kiosk.scan(school.card("stopped_card"))
    assert kiosk.answer("card_stopped").tone is Tone.NOT_NOW
    kiosk.scan(school.card("publisher"))
    assert kiosk.answer("publisher_barcode").picture == "where_label"
    kiosk.scan(school.card("damaged"))
    kiosk.answer("damaged")
    kiosk.scan("39999990")
    kiosk.answer("unknown_copy")
    kiosk.scan("'; DROP TABLE loans; --")
    kiosk.answer("unknown_card")
    kiosk.idle()
    assert library.last() == before


def test_a_child_renews_one_book_by_touch_and_the_other_by_the_card(
    kiosk: Watched, library: Library, school: School
) -> None:
    card, (first, second) = school.card("full_reader"), school.all("full_book")
    due = loan_of(library, first)["due_on"]
    kiosk.show_card(card, school.name("full_reader"))
    kiosk.touch("renew", loan_of(library, first)["loan_id"])
    kiosk.until(
        lambda view: isinstance(view, SessionView) and [book.mark for book in view.shelf].count(Mark.RENEWED) == 1,
        "one renewed book",
    )
    assert loan_of(library, first)["due_on"] > due
    kiosk.scan(school.card("renew"))
    kiosk.until(
        lambda view: isinstance(view, SessionView) and {book.mark for book in view.shelf} == {Mark.RENEWED},
        "both renewed",
    )
    kiosk.scan(school.card("finish"))
    kiosk.idle()
    assert [loan_of(library, book)["renewals"] for book in (first, second)] == [1, 1]


def test_a_child_chooses_english_and_the_next_one_finds_chinese(kiosk: Watched, school: School) -> None:
    assert kiosk.language == "zh_CN"
    kiosk.touch("language")
    wait_for(lambda: kiosk.language == "en", "English")
    card = school.card("second_reader")
    kiosk.show_card(card, school.name("second_reader"))
    assert kiosk.language == "en"
    kiosk.go_home(card)
    wait_for(lambda: kiosk.language == "zh_CN", "Chinese")


def test_a_number_can_be_typed_on_the_keyboard_and_on_the_pad(kiosk: Watched, library: Library, school: School) -> None:
    card, name = school.classmates()[5]
    book = school.free_books()[0]
    kiosk.type(card + "\r")
    kiosk.session_of(name)
    kiosk.touch("pad")
    for digit in book:
        kiosk.touch("digit", digit)
    kiosk.until(lambda view: isinstance(view, PadView) and view.entered == book, "the number on the pad")
    kiosk.touch("enter")
    kiosk.answer("lent")
    kiosk.touch("finish")
    kiosk.idle()
    assert library.out()[book] == card


def test_a_card_in_the_session_of_another_hands_over(kiosk: Watched, library: Library, school: School) -> None:
    (first, name), (second, other) = school.classmates()[6:8]
    books = school.free_books()[1:3]
    kiosk.show_card(first, name)
    kiosk.scan(books[0])
    kiosk.answer("lent")
    kiosk.show_card(second, other)
    kiosk.scan(books[1])
    kiosk.answer("lent")
    kiosk.go_home(second)
    assert [library.out()[book] for book in books] == [first, second]
