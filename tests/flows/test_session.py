"""A patron's session: what acts, what it shows, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.flows.commands import Renew
from kiosk.flows.views import IdleView, Mark, SessionView, Tone
from kiosk.lending.patrons import masked
from kiosk.lending.policy import NO_RENEWAL, Reason, ReasonCode
from tests.fakes import DUE, FINISH, HELP, NOON, RENEW, FakeDesk, Pilot, a_board, card, copy

WANG, LI, HELPER, LIBRARIAN = (card(serial) for serial in range(1, 5))
BOOK, BOOK_2, BOOK_3 = (copy(serial) for serial in range(1, 4))


def actions(pilot: Pilot) -> list[str]:
    return [button.action for button in pilot.session.buttons]


# ── How it ends ──


@pytest.mark.parametrize("how", ["finish card", "own card", "button"])
def test_it_ends_by_finish_card_own_card_or_touch_with_a_good_bye_that_names_nobody(how: str) -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    match how:
        case "finish card":
            pilot.scan(FINISH)
        case "own card":
            pilot.wait(2.5)
            pilot.scan(WANG)
        case _:
            pilot.press("finish")
    assert pilot.idle.result is not None
    assert pilot.idle.result.headline.key == "session.answer.bye"
    assert "王" not in repr(pilot.view)
    assert pilot.chimes[-1] == "bye"
    if how != "button":
        assert pilot.outcomes[-1] == "ended"
    pilot.wait(3.1)
    assert pilot.idle.result is None


def test_who_did_nothing_gets_no_good_bye() -> None:
    pilot = Pilot()
    pilot.scan(WANG, FINISH)
    assert pilot.idle.result is None


def test_it_ends_by_itself_after_the_time_on_its_ring() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    ring = pilot.session.ring
    assert ring is not None and (ring.ends_at, ring.total) == (pilot.now + 25.0, 25.0)
    pilot.wait(24.9)
    assert isinstance(pilot.view, SessionView)
    pilot.wait(0.2)
    assert isinstance(pilot.view, IdleView)


@pytest.mark.parametrize("code", [BOOK, "?", HELP, RENEW, copy(9)])
def test_any_scan_renews_the_time(code: str) -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    for _ in range(4):
        pilot.wait(20)
        pilot.scan(code)
    assert isinstance(pilot.view, SessionView)
    assert pilot.session.ring is not None and pilot.session.ring.ends_at == pilot.now + 25.0


@pytest.mark.parametrize("action", ["help", "renew_all", "nonsense"])
def test_a_touch_renews_the_time_too(action: str) -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.wait(20)
    pilot.press(action)
    pilot.wait(20)
    assert isinstance(pilot.view, SessionView)


def test_walking_away_loses_nothing() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    pilot.wait(26)
    assert pilot.desk.holders == {BOOK: 1}


# ── What acts ──


def test_a_double_scan_never_undoes_a_loan() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    for _ in range(3):
        pilot.wait(5)
        pilot.scan(BOOK)
    assert pilot.desk.holders == {BOOK: 1}
    assert pilot.result.headline.key == "session.answer.already_yours"
    assert pilot.outcomes[1:] == ["lent", "info", "info", "info"]


def test_a_double_scan_of_a_returned_book_asks_again_only_after_the_bounce() -> None:
    pilot = Pilot()
    pilot.desk.lend(BOOK, 1)
    pilot.scan(WANG, BOOK, BOOK)
    assert pilot.outcomes == ["identified", "returned", "ignored"]


def test_undo_is_offered_on_what_was_lent_here_and_takes_it_back() -> None:
    pilot = Pilot()
    pilot.desk.lend(BOOK, 1)
    pilot.scan(WANG, BOOK_2)
    old, fresh = pilot.session.shelf
    assert [button.action for button in fresh.buttons] == ["undo"]
    assert [button.action for button in old.buttons] == ["renew"]
    assert [button.action for button in pilot.result.buttons] == ["undo"]
    pilot.press("undo", pilot.result.buttons[0].value)
    assert pilot.desk.holders == {BOOK: 1}
    assert pilot.result.headline.key == "session.answer.undone"
    assert [tile.barcode for tile in pilot.session.shelf] == [BOOK]


def test_an_undone_book_may_be_scanned_again() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    pilot.press("undo", pilot.result.buttons[0].value)
    pilot.wait(2.5)
    pilot.scan(BOOK)
    assert pilot.desk.holders == {BOOK: 1}


def test_renewing_by_touch_by_button_and_by_card() -> None:
    for how in ("tile", "button", "card"):
        pilot = Pilot()
        loan = pilot.desk.lend(BOOK, 1)
        pilot.scan(WANG)
        if how == "tile":
            pilot.press("renew", loan.loan_id)
        elif how == "button":
            pilot.press("renew_all")
        else:
            pilot.scan(RENEW)
            assert pilot.outcomes == ["identified", "renewed"]
        tile = pilot.session.shelf[0]
        assert tile.mark is Mark.RENEWED
        assert tile.due_on is not None and tile.due_on > DUE
        assert tile.buttons == ()
        assert "renew_all" not in actions(pilot)
        pilot.scan(BOOK)
        command = next(c for c in pilot.desk.performed if isinstance(c, Renew))
        assert command.session.session_id


def test_what_is_overdue_is_not_offered_for_renewal_and_what_is_due_today_is() -> None:
    pilot = Pilot()
    late = pilot.desk.lend(BOOK, 1)
    pilot.desk.loans[BOOK] = replace(late, due_on=NOON.date() - timedelta(days=1))
    pilot.scan(WANG)
    (tile,) = pilot.session.shelf
    assert (tile.mark, tile.buttons) == (Mark.OVERDUE, ())
    assert "renew_all" not in actions(pilot)
    pilot.press("finish")
    today = pilot.desk.lend(BOOK_2, 1)
    pilot.desk.loans[BOOK_2] = replace(today, due_on=NOON.date())
    pilot.wait(2.5)
    pilot.scan(WANG)
    assert [[button.action for button in one.buttons] for one in pilot.session.shelf] == [[], ["renew"]]
    assert "renew_all" in actions(pilot)


@pytest.mark.parametrize(("code", "offered"), [(code, code not in NO_RENEWAL) for code in ReasonCode])
def test_no_renewal_is_offered_to_whom_every_one_is_refused(code: ReasonCode, offered: bool) -> None:
    pilot = Pilot()
    pilot.desk.lend(BOOK, 1)
    pilot.desk.people[WANG] = replace(pilot.desk.people[WANG], blocks=(Reason(code),))
    pilot.scan(WANG)
    (tile,) = pilot.session.shelf
    assert [button.action for button in tile.buttons] == (["renew"] if offered else [])
    assert ("renew_all" in actions(pilot)) is offered


def test_the_renew_card_asks_even_where_no_button_does() -> None:
    pilot = Pilot()
    late = pilot.desk.lend(BOOK, 1)
    pilot.desk.loans[BOOK] = replace(late, due_on=NOON.date() - timedelta(days=1))
    pilot.scan(WANG, RENEW)
    assert isinstance(pilot.desk.performed[-1], Renew)


def test_what_was_renewed_here_is_told_to_the_desk_with_the_next_scan() -> None:
    pilot = Pilot()
    loan = pilot.desk.lend(BOOK, 1)
    pilot.scan(WANG)
    pilot.press("renew_all")
    pilot.scan(BOOK)
    session = getattr(pilot.desk.performed[-1], "session", None)
    assert session is not None and session.renewed == {loan.loan_id}


def test_the_help_card_and_button_explain() -> None:
    pilot = Pilot()
    pilot.scan(WANG, HELP)
    assert pilot.result.headline.key == "session.answer.how_to"
    pilot.press("help")
    assert pilot.result.headline.key == "session.answer.how_to"
    assert pilot.outcomes == ["identified", "info"]


def test_a_press_that_means_nothing_here_changes_nothing() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    before = pilot.desk.performed[:]
    for action, value in (("undo", None), ("undo", "x"), ("renew", None), ("nonsense", 3)):
        pilot.press(action, value)
    assert pilot.desk.performed == before


def test_an_unknown_code_leaves_the_session_as_it_is() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, "?")
    assert pilot.session.name == "王小明"
    assert pilot.result.headline.key == "session.answer.unknown_copy"
    assert len(pilot.session.shelf) == 1


# ── What it shows ──


def test_the_result_card_tells_the_title_and_the_due_date() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    book = pilot.result.book
    assert pilot.result.tone is Tone.DONE
    assert book is not None and (book.title, book.due_on, book.mark) == ("第1本书", DUE, Mark.FRESH)


def test_each_answer_is_a_new_one_even_if_it_says_the_same() -> None:
    pilot = Pilot()
    pilot.scan(WANG, "?")
    first = pilot.result
    pilot.scan("??")
    assert pilot.result.headline == first.headline
    assert pilot.result.serial > first.serial


def test_overdue_books_are_marked_and_what_blocks_is_the_first_answer_then_stands_beside_others() -> None:
    pilot = Pilot()
    loan = pilot.desk.lend(BOOK, 1)
    pilot.desk.loans[BOOK] = replace(loan, due_on=pilot.local.date().replace(day=1))
    blocked = Reason(ReasonCode.OVERDUE, {"count": 1, "title": loan.title, "days": 6})
    pilot.desk.people[WANG] = replace(pilot.desk.people[WANG], blocks=(blocked,))
    pilot.scan(WANG)
    assert pilot.session.shelf[0].mark is Mark.OVERDUE
    assert pilot.result.headline.key == "session.reason.overdue"
    assert pilot.session.blocks == ()
    pilot.press("help")
    assert pilot.result.headline.key == "session.answer.how_to"
    assert [block.headline.key for block in pilot.session.blocks] == ["session.block.overdue"]
    assert pilot.session.allowance.key == "session.allowance.blocked"
    assert pilot.session.hint is not None and pilot.session.hint.key == "session.hint.return_or_finish"


def test_the_classs_next_turn_is_always_told_once() -> None:
    turn = NOON + timedelta(days=7)
    pilot = Pilot()
    pilot.desk.people[WANG] = replace(pilot.desk.people[WANG], next_turn=turn, bound_to_rota=True)
    pilot.desk.people[LI] = replace(pilot.desk.people[LI], next_turn=turn)  # as a teacher
    pilot.scan(WANG)
    assert pilot.session.next_turn is not None and pilot.session.next_turn.values["at"] == turn
    pilot.scan(LI)
    assert pilot.session.next_turn is None
    waits = Reason(ReasonCode.NOT_YOUR_SLOT, {"next": turn})
    pilot.desk.people[WANG] = replace(pilot.desk.people[WANG], blocks=(waits,), next_chance=turn)
    pilot.wait(5)
    pilot.scan(WANG)
    assert pilot.result.headline.values["next"] == turn
    assert pilot.session.next_turn is None


def test_the_allowance_counts_down_to_full() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    shown = [pilot.session.allowance]
    pilot.scan(BOOK)
    shown.append(pilot.session.allowance)
    pilot.scan(BOOK_2)
    shown.append(pilot.session.allowance)
    assert [(text.key, text.values.get("n")) for text in shown] == [
        ("session.allowance.left", 2),
        ("session.allowance.left", 1),
        ("session.allowance.full", 0),
    ]
    assert pilot.session.places == 2


def test_a_refusal_leaves_the_shelf_and_shows_the_reason_big() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, BOOK_2, BOOK_3)
    assert pilot.outcomes[-1] == "refused"
    assert pilot.result.tone is Tone.NOT_NOW
    assert pilot.result.headline.key == "session.reason.limit"
    assert len(pilot.session.shelf) == 2


@pytest.mark.parametrize(
    ("grade", "setting", "shown"),
    [
        (1, "auto", True),
        (2, "auto", True),
        (3, "auto", False),
        (None, "auto", False),
        (5, "always", True),
        (1, "never", False),
    ],
)
def test_pinyin_stands_over_the_words_for_the_first_two_grades(grade: int | None, setting: str, shown: bool) -> None:
    desk = FakeDesk.with_people()
    desk.board = a_board(pinyin=setting)
    desk.people[WANG] = replace(desk.people[WANG], grade=grade)
    pilot = Pilot(desk)
    pilot.scan(WANG)
    assert pilot.session.pinyin is shown


def test_names_are_masked_where_the_library_says_so() -> None:
    desk = FakeDesk.with_people()
    desk.board = a_board(mask_names=True)
    pilot = Pilot(desk)
    pilot.scan(WANG)
    assert pilot.session.name == "王＊明"
    assert [masked(name) for name in ("", "王", "李雷", "欧阳小明")] == ["", "王", "李＊", "欧＊＊明"]


def test_the_counter_is_offered_to_a_helper_on_duty_only() -> None:
    pilot = Pilot()
    pilot.scan(HELPER)
    assert "counter" in actions(pilot)
    pilot.scan(WANG)
    assert "counter" not in actions(pilot)


# ── A card that is not accepted ──


@pytest.mark.parametrize("code", ["29999995", "2000002"], ids=["unknown", "damaged"])
def test_books_after_a_card_that_is_not_accepted_are_not_the_last_childs(code: str) -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    pilot.scan(code)
    assert pilot.idle.result is not None and pilot.idle.result.tone is not Tone.DONE
    assert "王" not in repr(pilot.view)
    assert pilot.outcomes[-1] in {"unknown", "damaged"}, "not a farewell"
    pilot.scan(BOOK_2)
    assert BOOK_2 not in pilot.desk.holders
