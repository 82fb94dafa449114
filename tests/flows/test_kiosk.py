"""The kiosk flow: one command in flight, a queue that keeps order, bounce, hand-over, pad, trouble, language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows import kiosk as flow
from kiosk.flows.commands import OpenSession, ReadBoard, TakeScan
from kiosk.flows.events import PICTURE, Edited, Pressed, Scan
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.session import Session
from kiosk.flows.step import Config
from kiosk.flows.views import FirstStartView, IdleView, PageView, SessionView, TroubleView
from tests.fakes import FINISH, HELP, NOON, RENEW, FakeDesk, Pilot, a_patron, card, copy

WANG, LI, HELPER, LIBRARIAN = (card(serial) for serial in range(1, 5))
BOOK, BOOK_2, BOOK_3, BOOK_4 = (copy(serial) for serial in range(1, 5))


# ── One at a time ──


def test_at_most_one_command_is_in_flight_and_what_waits_keeps_its_order() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()  # the board
    pilot.scan(WANG, BOOK, BOOK_2)
    pilot.press("finish")
    pilot.scan(LI, BOOK_3)
    assert len(pilot.asked) == 1
    while pilot.asked:
        assert len(pilot.asked) == 1
        pilot.answer()
    assert pilot.codes == [WANG, BOOK, BOOK_2, LI, BOOK_3]
    assert pilot.outcomes == ["identified", "lent", "lent", "identified", "lent"]
    assert pilot.desk.holders == {BOOK: 1, BOOK_2: 1, BOOK_3: 2}


def test_every_request_has_a_number_of_its_own() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, BOOK_2)
    pilot.press("renew_all")
    pilot.scan(FINISH, LI)
    ids = [command.request_id for command in pilot.desk.performed]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("boot-") for one in ids)


def test_a_full_queue_refuses_aloud_and_drops_nothing_else() -> None:
    pilot = Pilot(config=Config(boot="boot", queue_limit=3), slow=True)
    pilot.answer()
    codes = [copy(serial) for serial in range(1, 8)]
    pilot.scan(*codes)
    assert pilot.codes == codes[4:]
    assert pilot.outcomes == ["refused"] * 3
    assert pilot.chimes == ["look"] * 3
    pilot.answer_all()
    assert pilot.codes == codes[4:] + codes[:4]
    pilot.scan(codes[6])  # not a bounce: it was never taken
    pilot.answer_all()
    assert pilot.outcomes[-1] == "info"


def test_an_answer_nobody_waits_for_is_ignored() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()
    pilot.scan(WANG)
    stale = Outcome(OutcomeKind.IDENTIFIED, "boot-0", NOON, patron=a_patron(2, "李雷"))
    before = pilot.engine.state
    pilot.engine.handle(Answered(stale, pilot.now))
    assert pilot.engine.state == before
    pilot.answer()
    pilot.engine.handle(Answered(stale, pilot.now))
    assert pilot.session.name == "王小明"


def test_time_ends_no_session_while_an_answer_is_awaited() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.slow = True
    pilot.scan(BOOK)
    pilot.wait(300)
    pilot.answer()
    assert pilot.session.name == "王小明"
    assert pilot.outcomes == ["identified", "lent"]


# ── Bounce ──


def test_the_same_code_within_the_bounce_time_is_ignored_quietly() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, BOOK)
    before = pilot.view, list(pilot.chimes)
    pilot.scan(BOOK)
    assert pilot.outcomes == ["identified", "lent", "ignored", "ignored"]
    assert (pilot.view, pilot.chimes) == before


@pytest.mark.parametrize("symbology", ["itf", "ean8", "upce"])
@pytest.mark.parametrize("source", ["wedge", PICTURE])
def test_a_number_of_ours_in_a_code_we_never_print_is_not_looked_up(symbology: str, source: str) -> None:
    """Eight digits of a longer code under a thumb may read as a copy of ours."""
    pilot = Pilot()
    pilot.scan(WANG)
    for name, later in ((symbology, 1), ("code128", 9)):
        pilot.engine.handle(Scan(BOOK, source, pilot.now + later, pilot.now + later, symbology=name))
    asked = [one.clean for one in pilot.desk.performed if isinstance(one, TakeScan) and one.code == BOOK]
    assert asked == [False, True]


def test_the_same_code_after_the_bounce_time_counts() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.wait(2.5)
    pilot.scan(WANG)
    assert pilot.outcomes == ["identified", "ended"]
    assert isinstance(pilot.view, IdleView)


def test_a_bounce_is_counted_for_what_waits_too() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()
    pilot.scan(WANG, WANG, BOOK, BOOK)
    pilot.answer_all()
    assert pilot.codes == [WANG, BOOK, WANG, BOOK]
    assert pilot.outcomes == ["ignored", "ignored", "identified", "lent"]


def test_another_code_between_is_no_bounce() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, BOOK_2, BOOK)
    assert pilot.outcomes == ["identified", "lent", "lent", "info"]


# ── Hand-over ──


def test_the_next_card_takes_over_at_once() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK, LI)
    assert pilot.session.name == "李雷"
    assert pilot.session.shelf == ()
    pilot.scan(BOOK_2)
    assert pilot.desk.holders == {BOOK: 1, BOOK_2: 2}


def test_a_book_scanned_right_after_the_next_card_is_the_next_ones() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()
    pilot.scan(WANG, BOOK, LI, BOOK_2)
    pilot.answer_all()
    assert pilot.desk.holders == {BOOK: 1, BOOK_2: 2}


def test_each_session_has_an_id_of_its_own() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    pilot.wait(60)
    pilot.scan(WANG, BOOK)
    assert pilot.outcomes == ["identified", "lent", "identified", "returned"]


def test_a_librarians_card_ends_a_session_and_asks_for_the_pin() -> None:
    pilot = Pilot()
    pilot.scan(WANG, LIBRARIAN)
    assert pilot.outcomes == ["identified", "identified"]
    assert pilot.pad.dots


def test_a_session_opened_at_the_counter_gives_the_counter_back() -> None:
    pilot = Pilot()
    pilot.scan(HELPER)
    pilot.press("counter")
    assert isinstance(pilot.view, PageView)
    pilot.scan(WANG)
    assert pilot.session.helper_name == "小帮手"
    pilot.scan(BOOK)
    session = next(c.session for c in reversed(pilot.desk.performed) if isinstance(c, TakeScan))
    assert session is not None and session.operator_id == 3
    pilot.scan(LI)
    assert (pilot.session.name, pilot.session.helper_name) == ("李雷", "小帮手")
    pilot.scan(HELPER)
    assert isinstance(pilot.view, PageView)
    assert pilot.outcomes == ["identified", "identified", "lent", "identified", "ended"]


def test_a_counter_session_that_ends_by_itself_gives_the_counter_back() -> None:
    pilot = Pilot()
    pilot.scan(HELPER)
    pilot.press("counter")
    pilot.scan(WANG)
    pilot.wait(25)
    assert isinstance(pilot.view, PageView)
    pilot.wait(121)
    assert isinstance(pilot.view, IdleView)


def test_only_a_helper_on_duty_gets_the_counter() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.press("counter")
    assert isinstance(pilot.view, SessionView)
    assert all(button.action != "counter" for button in pilot.session.buttons)
    assert not any(isinstance(command, OpenSession) for command in pilot.desk.performed)


# ── Never closed ──


@pytest.mark.parametrize("codes", [(), (WANG,), (LIBRARIAN,)])
def test_nobody_closes_the_window_by_key_or_window_manager(codes: tuple[str, ...]) -> None:
    pilot = Pilot()
    pilot.scan(*codes)
    pilot.close()
    assert pilot.left == 0
    if not codes:
        assert pilot.result.headline.key == "session.answer.cannot_close"


def test_not_in_trouble_nor_while_an_answer_is_awaited_either() -> None:
    pilot = Pilot(slow=True)
    pilot.close()
    pilot.desk.trouble = "locked"
    pilot.answer()
    pilot.close()
    assert pilot.left == 0


def test_a_demo_may_be_closed_by_anybody() -> None:
    pilot = Pilot(config=Config(boot="boot", may_close=True))
    pilot.close()
    assert pilot.left == 1


# ── Language ──


def test_the_language_returns_to_the_usual_one_after_a_session() -> None:
    pilot = Pilot()
    pilot.press("language")
    pilot.scan(WANG)
    assert pilot.languages == ["en"]
    pilot.press("finish")
    assert pilot.languages == ["en", "zh_CN"]


def test_the_next_child_in_the_queue_gets_the_usual_language() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.press("language")
    pilot.scan(LI)
    assert pilot.languages == ["en", "zh_CN"]
    assert pilot.session.name == "李雷"


def test_a_language_chosen_by_nobody_in_particular_goes_by_itself() -> None:
    pilot = Pilot()
    pilot.press("language")
    pilot.wait(24)
    assert pilot.languages == ["en"]
    pilot.wait(2)
    assert pilot.languages == ["en", "zh_CN"]


def test_the_language_button_goes_round() -> None:
    pilot = Pilot()
    for _ in range(3):
        pilot.press("language")
    assert pilot.languages == ["en", "zh_CN", "en"]


# ── The pad ──


def test_a_number_typed_on_the_pad_is_a_scan() -> None:
    pilot = Pilot()
    pilot.press("pad")
    for digit in WANG[:-1] + "9":
        pilot.press("digit", digit)
    pilot.press("erase")
    pilot.press("digit", WANG[-1])
    assert pilot.pad.entered == WANG
    assert not pilot.pad.dots
    pilot.press("enter")
    assert pilot.session.name == "王小明"
    assert pilot.told[-1].scan.typed


def test_the_pad_takes_no_endless_number_and_closes_empty() -> None:
    pilot = Pilot()
    pilot.press("pad")
    pilot.press("enter")
    assert isinstance(pilot.view, IdleView)
    pilot.press("pad")
    for _ in range(40):
        pilot.press("digit", "1")
    assert len(pilot.pad.entered) == 20
    pilot.press("cancel")
    assert isinstance(pilot.view, IdleView)
    assert pilot.told == []


def test_a_scan_closes_the_pad_and_a_half_typed_number_goes_by_itself() -> None:
    pilot = Pilot()
    pilot.press("pad")
    pilot.press("digit", "2")
    pilot.scan(WANG)
    assert pilot.session.name == "王小明"
    pilot.press("pad")
    pilot.press("digit", "3")
    pilot.wait(20)
    assert isinstance(pilot.view, SessionView)


def test_who_types_slowly_keeps_the_session() -> None:
    pilot = Pilot()
    pilot.scan(WANG)
    pilot.wait(23)
    pilot.press("pad")
    for digit in BOOK:
        pilot.wait(4)
        pilot.press("digit", digit)
    pilot.press("enter")
    assert pilot.outcomes == ["identified", "lent"]


# ── Trouble ──


def test_a_trouble_is_told_plainly_and_goes_by_itself() -> None:
    pilot = Pilot()
    pilot.desk.trouble = "locked"
    pilot.scan(BOOK)
    view = pilot.trouble
    assert (view.headline.key, view.still_works.key, view.to_do.key) == (
        "session.trouble.locked",
        "session.trouble.locked.still_works",
        "session.trouble.locked.to_do",
    )
    assert view.detail == "the database's words"
    pilot.wait(10)
    assert isinstance(pilot.view, TroubleView)
    pilot.desk.trouble = ""
    pilot.wait(2.1)
    assert isinstance(pilot.view, IdleView)
    assert pilot.outcomes == ["trouble"]


def test_the_trouble_of_now_is_the_one_shown() -> None:
    pilot = Pilot()
    pilot.desk.trouble = "locked"
    pilot.scan(BOOK)
    pilot.desk.trouble = "disk_full"
    pilot.wait(2.1)
    assert pilot.trouble.headline.key == "session.trouble.disk_full"
    pilot.desk.trouble = "something_new"
    pilot.wait(2.1)
    assert pilot.trouble.headline.key == "session.trouble.unknown"


def test_a_session_survives_a_trouble_and_says_that_a_scan_may_be_missing() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    pilot.desk.trouble = "unreachable"
    pilot.scan(BOOK_2)
    pilot.wait(300)
    pilot.desk.trouble = ""
    pilot.wait(2.1)
    assert pilot.session.name == "王小明"
    assert pilot.result.headline.key == "session.answer.after_trouble"
    pilot.scan(BOOK_2)  # the same code again is no bounce: it came to nothing
    pilot.scan(BOOK)
    assert pilot.outcomes == ["identified", "lent", "trouble", "lent", "info"]
    pilot.wait(26)
    assert isinstance(pilot.view, IdleView)


def test_what_waits_when_the_trouble_comes_is_told_and_nothing_is_done_later() -> None:
    pilot = Pilot(slow=True)
    pilot.answer()
    pilot.scan(WANG, BOOK, BOOK_2)
    pilot.desk.trouble = "locked"
    pilot.answer()
    assert pilot.outcomes == ["trouble"] * 3
    pilot.scan(BOOK_3)
    assert pilot.outcomes == ["trouble"] * 4
    pilot.slow, pilot.desk.trouble = False, ""
    pilot.wait(3)
    assert pilot.desk.holders == {}
    assert isinstance(pilot.view, IdleView)


def test_touching_retry_asks_at_once() -> None:
    pilot = Pilot()
    pilot.desk.trouble = "locked"
    pilot.scan(BOOK)
    pilot.desk.trouble = ""
    pilot.press("retry")
    assert isinstance(pilot.view, IdleView)


def test_without_a_library_one_can_be_made_or_the_sample_tried() -> None:
    desk = FakeDesk.with_people()
    desk.trouble = "no_library"
    pilot = Pilot(desk)
    assert isinstance(pilot.view, FirstStartView)
    pilot.engine.handle(Edited("name", "榕树\0街小学", pilot.now))  # no database takes a NUL
    assert pilot.view.fields[0].text == "榕树街小学"
    pilot.wait(5)  # it goes on asking, in case somebody plugs the library in, and keeps what was typed
    pilot.slow = True
    pilot.press("create")
    making = pilot.asked[0]
    assert (getattr(making, "name", ""), getattr(making, "sample", None)) == ("榕树街小学", False)
    assert isinstance(pilot.view, FirstStartView) and pilot.view.message is not None
    pilot.press("sample")
    assert len(pilot.asked) == 1
    desk.trouble = ""
    pilot.answer_all()
    assert isinstance(pilot.view, IdleView)
    assert isinstance(desk.performed[-1], ReadBoard)


def test_where_there_is_no_library_yet_the_program_may_be_left() -> None:
    desk = FakeDesk.with_people()
    desk.trouble = "no_library"
    pilot = Pilot(desk)
    pilot.press("leave")
    assert pilot.left == 1
    other = Pilot(desk)
    desk.trouble = "locked"
    other.wait(3)
    other.press("leave")
    assert other.left == 0


# ── Time ──


def test_the_board_is_read_again_each_minute_while_nobody_is_here_and_after_each_session() -> None:
    pilot = Pilot()

    def boards() -> int:
        return sum(isinstance(command, ReadBoard) for command in pilot.desk.performed)

    assert boards() == 1
    pilot.wait(181)
    assert boards() == 4
    pilot.scan(WANG)
    pilot.wait(20)
    assert boards() == 4
    pilot.press("finish")
    pilot.wait(0.1)
    assert boards() == 5


def test_an_idle_kiosk_wakes_but_twice_a_minute() -> None:
    pilot = Pilot()
    pilot.wait(60)
    ticks = 0
    until = pilot.now + 600
    while pilot.engine.deadline() <= until:
        pilot.wait(max(0.0, pilot.engine.deadline() - pilot.now))
        ticks += 1
    assert ticks <= 21


ACTIONS = st.one_of(
    st.tuples(st.just("scan"), st.sampled_from([WANG, LI, HELPER, BOOK, BOOK_2, BOOK_3, FINISH, RENEW, HELP, "?"])),
    st.tuples(
        st.just("press"), st.sampled_from(["finish", "renew_all", "pad", "digit", "enter", "help", "retry", "counter"])
    ),
    st.tuples(st.just("wait"), st.sampled_from(["0.5", "3", "30", "200"])),
    st.tuples(st.just("answer"), st.just("")),
    st.tuples(st.just("trouble"), st.sampled_from(["", "", "locked"])),
)


@given(st.lists(ACTIONS, max_size=40))
def test_whatever_happens_each_scan_is_told_once_and_there_is_one_command_in_flight(
    actions: list[tuple[str, str]],
) -> None:
    pilot = Pilot(config=Config(boot="boot", queue_limit=3), slow=True)
    scanned: list[str] = []
    for what, value in actions:
        match what:
            case "scan":
                pilot.scan(value)
                scanned.append(value)
            case "press":
                if value == "enter" and pilot.engine.state.pad is not None and pilot.engine.state.down is None:
                    entered = pilot.engine.state.pad.entered
                    scanned += [entered] if entered else []
                pilot.press(value, "7" if value == "digit" else None)
            case "wait":
                pilot.wait(float(value))
            case "answer" if pilot.asked:
                pilot.answer()
            case "trouble":
                pilot.desk.trouble = value
        assert len(pilot.asked) <= 1
        assert pilot.view is not None
    pilot.desk.trouble = ""
    pilot.answer_all()
    assert sorted(pilot.codes) == sorted(scanned)
    assert pilot.engine.quiet


@given(
    st.lists(st.sampled_from(["language", "help", "dismiss", "pad", "digit", "erase", "enter", "cancel", "nonsense"]))
)
def test_no_press_breaks_the_idle_screen(actions: list[str]) -> None:
    pilot = Pilot()
    for action in actions:
        pilot.press(action, "5")
    assert pilot.engine.state.down is None


def test_starting_anew_counts_on_so_that_no_request_is_taken_for_an_earlier_one() -> None:
    pilot = Pilot()
    pilot.scan(WANG, BOOK)
    before = {command.request_id for command in pilot.desk.performed}
    front = pilot.engine.state.front
    assert isinstance(front, Session)
    pilot.engine.restart(pilot.now)
    pilot.wait(3)
    pilot.scan(WANG)
    after = [command.request_id for command in pilot.desk.performed[len(before) :]]
    assert not before & set(after)
    again = pilot.engine.state.front
    assert isinstance(again, Session) and again.session_id != front.session_id


def test_the_flow_is_a_function_of_state_and_event() -> None:
    state, effects = flow.start(Config(boot="boot"), 5.0)
    press = Pressed("help", 6.0)
    assert flow.update(state, press) == flow.update(replace(state), press)
    assert flow.start(Config(boot="boot"), 5.0) == (state, effects)
