"""Several codes before a camera: which one counts, in which order, and what ends no session by accident."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import PICTURE, Scan
from kiosk.flows.kiosk import HOLD, TOGETHER
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, SessionView
from kiosk.lending.barcodes import ean13_digit
from tests.fakes import FINISH, Pilot, card, copy

WANG, LI = card(1), card(2)
BOOK, BOOK_2 = copy(1), copy(2)
ISBN = "978711100000" + ean13_digit("978711100000")
LINK = "https://example.org/book"


def hold(pilot: Pilot, *codes: str, beside: tuple[str, ...] = ()) -> None:
    """Hold these before the camera together, where the ones `beside` had been read before."""
    pilot.now += 0.1
    kinds = {ISBN: "ean13", LINK: "qr"}
    first, *others = (Scan(code, PICTURE, pilot.now, pilot.now, symbology=kinds.get(code, "code128")) for code in codes)
    pilot.engine.handle(
        Scan(first.code, PICTURE, first.at, first.at, symbology=first.symbology, also=tuple(others), beside=beside)
    )


@pytest.mark.parametrize("codes", list(permutations((WANG, BOOK, FINISH))))
def test_of_one_picture_the_card_counts_first_then_the_book_then_the_control_card(codes: tuple[str, ...]) -> None:
    pilot = Pilot()
    hold(pilot, *codes)
    assert pilot.codes == [WANG, BOOK, FINISH]
    assert pilot.outcomes == ["identified", "lent", "ended"]


def test_two_books_in_one_picture_are_both_lent() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, BOOK, BOOK_2)
    assert pilot.outcomes == ["identified", "lent", "lent"]
    assert len(pilot.session.shelf) == 2


def test_two_cards_in_one_picture_open_nobodys_session_and_one_is_asked_for() -> None:
    pilot = Pilot()
    hold(pilot, WANG, LI, BOOK)
    assert pilot.outcomes == ["ignored"] * 3
    view = pilot.view
    assert isinstance(view, IdleView) and view.result is not None
    assert view.result.headline.key == "session.two_cards"


def test_two_cards_in_one_picture_neither_end_a_session_nor_give_it_a_book() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, LI, card(3), BOOK)
    assert pilot.outcomes == ["identified", "ignored", "ignored", "ignored"]
    assert pilot.session.name and pilot.session.result is not None
    assert pilot.session.result.headline.key == "session.two_cards"
    pilot.scan(BOOK)
    assert pilot.outcomes[-1] == "lent"


@pytest.mark.parametrize("other", [ISBN, LINK])
def test_what_the_publisher_printed_does_not_count_beside_our_label(other: str) -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, other, BOOK)
    assert sorted(zip(pilot.codes, pilot.outcomes, strict=True)) == sorted(
        [(WANG, "identified"), (BOOK, "lent"), (other, "ignored")]
    )


def test_nor_where_our_label_was_read_in_this_place_before() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, BOOK)
    pilot.wait(10)
    hold(pilot, ISBN, beside=(BOOK,))
    pilot.wait(HOLD)
    assert pilot.outcomes == ["identified", "lent", "ignored"]


def test_nor_where_our_label_is_read_a_moment_later() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, ISBN)
    hold(pilot, BOOK, beside=(ISBN,))
    pilot.wait(2 * HOLD)
    assert pilot.outcomes == ["identified", "ignored", "lent"]
    assert pilot.chimes == ["hello", "done"]


def test_the_publishers_barcode_alone_is_answered_after_a_moment() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    hold(pilot, ISBN)
    assert pilot.outcomes == ["identified"]
    pilot.wait(HOLD)
    assert pilot.outcomes == ["identified", "unknown"]


def test_beside_a_card_alone_the_publishers_barcode_is_answered() -> None:
    pilot = Pilot()
    hold(pilot, ISBN, WANG)
    pilot.wait(HOLD)
    assert pilot.outcomes == ["identified", "unknown"]


def test_two_publishers_barcodes_are_both_answered() -> None:
    pilot = Pilot()
    other = "978711100001" + ean13_digit("978711100001")
    hold(pilot, ISBN, other)
    pilot.wait(HOLD)
    assert pilot.outcomes == ["unknown", "unknown"]


def test_a_scanner_waits_for_nothing() -> None:
    pilot = Pilot()
    pilot.scan(ISBN)
    assert pilot.outcomes == ["unknown"]


def test_what_was_held_back_waits_its_turn_behind_a_slow_desk() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()
    hold(pilot, WANG)
    hold(pilot, ISBN, beside=(WANG,))
    pilot.wait(HOLD)
    assert len(pilot.asked) == 1
    pilot.answer_all()
    assert pilot.outcomes == ["identified", "unknown"]


# ── The own card ──


def test_ones_own_card_held_with_a_book_ends_no_session() -> None:
    pilot = Pilot()
    hold(pilot, WANG)
    pilot.wait(3)
    hold(pilot, WANG, BOOK)
    pilot.wait(2 * HOLD)
    assert pilot.outcomes == ["identified", "ignored", "lent"]
    assert isinstance(pilot.view, SessionView)


def test_ones_own_card_ends_the_session_though_the_book_lies_there_still() -> None:
    pilot = Pilot()
    hold(pilot, WANG)
    hold(pilot, BOOK)
    pilot.wait(3)
    hold(pilot, WANG, beside=(BOOK,))
    pilot.wait(HOLD)
    assert pilot.outcomes == ["identified", "lent", "ended"]
    assert isinstance(pilot.view, IdleView)
    assert pilot.desk.holders == {BOOK: 1}


def test_another_card_with_a_book_begins_its_session_with_the_book() -> None:
    pilot = Pilot()
    hold(pilot, WANG)
    hold(pilot, BOOK_2, LI)
    assert pilot.outcomes == ["identified", "identified", "lent"]
    assert pilot.desk.holders == {BOOK_2: 2}


# ── The book before its card ──


def test_a_book_read_just_before_the_card_beside_it_is_lent() -> None:
    pilot = Pilot()
    hold(pilot, BOOK)
    hold(pilot, WANG, beside=(BOOK,))
    assert pilot.outcomes == ["info", "identified", "lent"]
    assert pilot.desk.holders == {BOOK: 1}


@pytest.mark.parametrize(("beside", "later"), [((), 0.0), ((BOOK,), TOGETHER)])
def test_a_book_taken_away_or_lying_there_for_long_is_not_lent_to_the_next_card(
    beside: tuple[str, ...], later: float
) -> None:
    pilot = Pilot()
    hold(pilot, BOOK)
    pilot.wait(later)
    hold(pilot, WANG, beside=beside)
    pilot.wait(HOLD)
    assert pilot.outcomes == ["info", "identified"]
    assert not pilot.desk.holders


def test_a_book_that_came_back_is_not_lent_again_to_the_card_beside_it() -> None:
    pilot = Pilot()
    pilot.desk.lend(BOOK, 2)
    hold(pilot, BOOK)
    hold(pilot, WANG, beside=(BOOK,))
    pilot.wait(HOLD)
    assert pilot.outcomes == ["returned", "identified"]
    assert not pilot.desk.holders


# ── Whatever is held there ──

CODES = (WANG, LI, BOOK, BOOK_2, FINISH, ISBN, LINK, "A-17")
PICTURES = st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True)
LYING = st.lists(st.sampled_from(CODES), max_size=2, unique=True)


@given(st.lists(st.tuples(PICTURES, LYING, st.floats(0.0, 4.0), st.integers(0, 4)), max_size=12))
def test_every_code_of_every_picture_is_told_and_one_command_is_in_flight(
    seen: list[tuple[list[str], list[str], float, int]],
) -> None:
    pilot = Pilot(config=Config(boot="boot", session_timeout=30.0), slow=True)
    pilot.answer()
    shown: Counter[str] = Counter()
    for codes, lying, pause, answers in seen:
        hold(pilot, *codes, beside=tuple(code for code in lying if code not in codes))
        shown.update(codes)
        for _ in range(answers):
            assert len(pilot.asked) <= 1
            if pilot.asked:
                pilot.answer()
        pilot.wait(pause)
    pilot.wait(HOLD)
    pilot.answer_all()
    told = Counter(pilot.codes)
    assert set(told) == set(shown)
    again = told - shown
    assert not shown - told, "a code was lost"
    assert set(again) <= {BOOK, BOOK_2}, "only a book that was shown before its card is asked for again"
    assert again.total() <= pilot.outcomes.count("identified")
