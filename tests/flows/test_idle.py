"""The idle screen: whose turn it is, and what a scan without a card answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.flows.idle import turn_text
from kiosk.flows.outcomes import BoardLine
from kiosk.flows.views import IdleView, PadView, Text, Tone
from tests.fakes import FINISH, HELP, RENEW, FakeDesk, Pilot, a_board, card, copy

CLASS_1, CLASS_2 = (Text("common.class", {"school_class": str(n)}) for n in (1, 2))


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-07 {text}")


LINES = (
    BoardLine(local("12:00"), local("12:15"), (CLASS_1,)),
    BoardLine(local("12:15"), local("12:30"), (CLASS_2,)),
)
BOARD = a_board(open_to_all=False, lines=LINES)


@pytest.mark.parametrize(
    ("when", "key", "tone"),
    [
        ("11:00", "next_today", Tone.INFO),
        ("11:54:59", "next_today", Tone.INFO),
        ("11:55", "now", Tone.DONE),
        ("12:14:59", "now", Tone.DONE),
        ("12:15", "now", Tone.DONE),
        ("12:39:59", "now", Tone.DONE),
        ("12:40", "next", Tone.INFO),
    ],
)
def test_the_screen_says_whose_turn_it_is_or_who_comes_next(when: str, key: str, tone: Tone) -> None:
    board = a_board(open_to_all=False, lines=LINES, next_turn=local("12:00") + timedelta(days=1), next_who=(CLASS_2,))
    text, shown = turn_text(board, local(when))
    assert (text.key, shown) == (f"session.turn.{key}", tone)


def test_tolerance_counts_only_while_no_other_class_has_its_turn() -> None:
    text, _ = turn_text(BOARD, local("12:16"))
    assert text.values["who"] == (CLASS_2,)
    text, _ = turn_text(BOARD, local("12:14"))
    assert text.values["who"] == (CLASS_1,)


def test_closed_is_said_with_its_reason_and_comes_before_all_else() -> None:
    assert turn_text(a_board(closed=True, closed_why="国庆节"), local("12:00"))[0].values == {"why": "国庆节"}
    assert turn_text(a_board(closed=True, lines=LINES), local("12:00"))[0].key == "session.turn.closed"
    assert turn_text(a_board(), local("12:00"))[0].key == "session.turn.everyone"
    assert turn_text(a_board(open_to_all=False), local("12:00"))[0].key == "session.turn.none"


def test_the_rota_of_today_marks_the_turn_that_runs_and_those_that_are_over() -> None:
    desk = FakeDesk.with_people()
    desk.board = BOARD
    pilot = Pilot(desk)
    pilot.wait(15 * 60)
    assert [(line.now, line.over) for line in pilot.idle.rota] == [(False, True), (True, False)]


def test_a_day_without_turns_says_so_only_where_a_turn_is_needed() -> None:
    desk = FakeDesk.with_people()
    desk.board = replace(BOARD, lines=(), open_to_all=True)
    assert Pilot(desk).idle.rota_empty.key == "session.rota.everyone"
    desk.board = replace(BOARD, lines=(), open_to_all=False)
    assert Pilot(desk).idle.rota_empty.key == "session.rota.empty"


def test_before_the_library_has_been_read_the_screen_says_that_it_opens() -> None:
    pilot = Pilot(slow=True)
    assert pilot.idle.turn.key == "session.turn.opening"
    pilot.answer_all()
    assert pilot.idle.library == "榕树街小学图书馆"


def test_the_clock_on_the_screen_moves_by_minutes() -> None:
    pilot = Pilot()
    first = pilot.idle.now
    pilot.wait(59)
    assert pilot.idle.now == first
    pilot.wait(1.5)
    assert pilot.idle.now == first + timedelta(minutes=1)


def test_a_returned_book_is_taken_without_a_card_and_names_nobody() -> None:
    pilot = Pilot()
    pilot.desk.lend(copy(1), 1)
    pilot.scan(copy(1))
    assert pilot.outcomes == ["returned"]
    assert pilot.result.headline.key == "session.answer.returned"
    assert "王" not in repr(pilot.view)


def test_a_book_that_is_in_asks_for_a_card() -> None:
    pilot = Pilot()
    pilot.scan(copy(1))
    assert pilot.outcomes == ["info"]
    assert pilot.result.headline.key == "session.answer.no_card_yet"
    assert pilot.result.book is not None and pilot.result.book.place == "儿童文学 A3"


@pytest.mark.parametrize(
    ("code", "key"), [(HELP, "how_to"), (FINISH, "card_first"), (RENEW, "card_first"), ("?", "unknown_card")]
)
def test_control_cards_and_unknown_codes_are_answered_each_in_its_way(code: str, key: str) -> None:
    pilot = Pilot()
    pilot.scan(code)
    assert pilot.result.headline.key == f"session.answer.{key}"


def test_an_answer_goes_by_itself_or_by_touch_and_the_next_one_replaces_it() -> None:
    pilot = Pilot()
    pilot.scan("?")
    first = pilot.result
    assert pilot.idle.result_ring is not None and pilot.idle.result_ring.ends_at == pilot.now + 8.0
    pilot.scan("??")
    assert pilot.result.serial != first.serial
    pilot.wait(8.1)
    assert pilot.idle.result is None and pilot.idle.result_ring is None
    pilot.press("help")
    pilot.press("dismiss")
    assert pilot.idle.result is None


def test_a_card_begins_a_session_and_a_librarians_asks_for_the_pin() -> None:
    pilot = Pilot()
    pilot.scan(card(1))
    assert pilot.session.name == "王小明"
    assert pilot.chimes[-1] == "hello"
    pilot = Pilot()
    pilot.scan(card(4))
    assert isinstance(pilot.view, PadView) and pilot.view.dots


def test_a_clock_that_is_behind_or_shifted_is_remarked() -> None:
    desk = FakeDesk.with_people()
    desk.board = a_board(clock_behind=True)
    view = Pilot(desk).view
    assert isinstance(view, IdleView) and view.trouble is not None
    assert view.trouble.key == "session.trouble.clock"
