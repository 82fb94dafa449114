"""The helper's counter, over the real desk: what each page shows and what each scan does there."""

from __future__ import annotations

import pytest

from kiosk.flows import counter
from kiosk.flows.effects import Chime
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Config, ToIdle
from kiosk.flows.views import Answer, IdleView, ResultCard, SessionView, Tone
from kiosk.flows.work import Denied
from kiosk.store.library import Library
from tests.desk.school import (
    BOOK,
    BOOK_2,
    FINISH,
    HELD_FOR_LI,
    HELPER,
    IN_REPAIR,
    LI,
    LIBRARIAN,
    LOST,
    WANG,
)
from tests.desk.school import card as school_card
from tests.fakes import NOON, a_patron
from tests.flows.pages import Guide

NOBODYS_CARD = school_card(999)


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the counter's home page."""
    guide = Guide(sqlite_library)
    guide.scan(HELPER)
    guide.press("counter")
    guide.at_page("counter/home")
    return guide


def card(guide: Guide) -> ResultCard:
    """The big answer on the page."""
    (shown,) = (*(answer.card for answer in guide.all_of(Answer)), *filter(None, [guide.page.notice]))
    return shown


def test_home_has_four_large_tiles(guide: Guide):
    assert [tile.action for tile in guide.tiles] == ["without_card", "returns", "look_up", "repair"]
    assert guide.page.large and guide.page.who == "小帮手"


def test_a_child_without_a_card_is_picked_by_class_and_name(guide: Guide):
    guide.press("without_card")
    guide.at_page("counter/classes")
    guide.choose("三(2)班")
    guide.at_page("counter/class")
    assert [tile.label for tile in guide.tiles] == ["李雷", "王小明", "小帮手"]
    guide.choose("王小明")
    assert isinstance(guide.view, SessionView)
    assert (guide.session.name, guide.session.helper_name) == ("王小明", "小帮手")
    guide.scan(BOOK)
    assert guide.school.open_loans() == {BOOK: guide.school.patron(WANG).patron_id}
    guide.press("finish")
    guide.at_page("counter/class")  # the next child of the same class


def test_a_card_that_is_not_accepted_leaves_the_child_whom_the_helper_serves(guide: Guide):
    guide.scan(LI)
    guide.scan(NOBODYS_CARD)
    assert (guide.session.name, guide.session.helper_name) == ("李雷", "小帮手")
    assert guide.session.result is not None and guide.session.result.headline.key.endswith("unknown_card")


@pytest.mark.parametrize("way", ["without_card", "returns", "look_up", "repair", None])
def test_a_childs_card_opens_their_session_on_every_page(guide: Guide, way: str | None):
    if way:
        guide.press(way)
    guide.scan(LI)
    assert (guide.session.name, guide.session.helper_name) == ("李雷", "小帮手")


def test_a_pile_of_returns_keeps_a_running_list_with_what_to_keep_aside(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.school.lend(LI, HELD_FOR_LI)
    guide.school.set_copy(HELD_FOR_LI, held_for=guide.school.patron(WANG).patron_id)
    guide.press("returns")
    guide.scan(BOOK, HELD_FOR_LI, LOST, BOOK_2)
    assert card(guide).headline.key == "counter.result.reason.no_card_yet"
    (table,) = guide.tables
    assert [(row.cells[0], row.tone) for row in table.rows] == [
        ("3", Tone.LOOK),  # what is to be put aside stands first, where nobody has to scroll
        ("2", Tone.LOOK),
        ("4", None),
        ("1", Tone.DONE),
    ]
    assert "counter.returns.aside" in guide.sentences
    guide.press("back")
    guide.press("returns")
    guide.scan(BOOK)
    assert "counter.returns.count" in guide.sentences
    assert guide.school.open_loans() == {}


def test_each_pile_is_a_new_list(guide: Guide):
    guide.press("returns")
    guide.scan(BOOK)
    guide.press("back")
    guide.press("returns")
    assert guide.tables[0].rows == ()


def test_the_last_answer_of_a_pile_is_big_and_tells_where_the_book_lives(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.press("returns")
    guide.scan(BOOK)
    shown = card(guide)
    assert (shown.tone, shown.headline.key) == (Tone.DONE, "counter.result.returned")
    assert [line.key for line in shown.lines] == ["counter.put_back"]
    assert shown.book is not None and shown.book.title == "昆虫记"


def test_looking_up_a_book_tells_where_it_lives_and_that_it_is_out_but_not_with_whom(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.press("look_up")
    guide.scan(BOOK)
    assert card(guide).headline.key == "counter.result.out"
    assert "王小明" not in repr(guide.page)
    guide.scan(BOOK_2)
    assert card(guide).headline.key == "counter.result.in"
    assert set(guide.school.open_loans()) == {BOOK}


def test_a_damaged_book_is_put_aside_after_a_confirmation(guide: Guide):
    guide.press("repair")
    guide.scan(BOOK)
    assert card(guide).headline.key == "counter.result.really_repair"
    assert guide.school.copy_row(BOOK).status == "in_service"
    guide.press("put_aside")
    assert card(guide).headline.key == "counter.result.put_aside"
    assert guide.school.copy_row(BOOK).status == "in_repair"
    guide.press("put_aside")  # nothing waits to be put aside any more
    assert guide.school.actions().count("put_aside") == 1


def test_a_scan_between_question_and_answer_replaces_the_question(guide: Guide):
    guide.press("repair")
    guide.scan(BOOK, BOOK_2)
    guide.press("put_aside")
    assert guide.school.copy_row(BOOK).status == "in_service"
    assert guide.school.copy_row(BOOK_2).status == "in_repair"


@pytest.mark.parametrize(
    ("code", "key"),
    [(IN_REPAIR, "in_repair"), (LOST, "give_to_librarian"), ("hello", "reason.unknown_card")],
)
def test_what_cannot_be_put_aside_offers_no_button(guide: Guide, code: str, key: str):
    guide.press("repair")
    guide.scan(code)
    assert card(guide).headline.key == f"counter.result.{key}"
    assert "put_aside" not in guide.buttons


def test_a_publishers_barcode_is_answered_with_where_the_label_is(guide: Guide):
    guide.press("returns")
    guide.scan("9787020002207")
    assert card(guide).picture == "where_label"


@pytest.mark.parametrize("way", ["card", "leave", "back"])
def test_the_helper_ends_with_their_own_card_or_a_button(guide: Guide, way: str):
    if way == "card":
        guide.now += 5
        guide.scan(HELPER)
    else:
        guide.press(way)
    assert isinstance(guide.view, IdleView)


def test_the_finish_card_goes_one_page_back_and_then_ends(guide: Guide):
    guide.press("look_up")
    guide.scan(FINISH)
    guide.at_page("counter/home")
    guide.now += 5
    guide.scan(FINISH)
    assert isinstance(guide.view, IdleView)


def test_a_librarians_card_leads_to_the_pin_pad(guide: Guide):
    guide.scan(LIBRARIAN)
    assert guide.keypad.dots


def test_the_counter_ends_by_itself_after_a_countdown_that_a_scan_renews(guide: Guide):
    guide.wait(99)
    assert guide.page.ring is None
    guide.wait(2)
    ring = guide.page.ring
    assert ring is not None and ring.total == counter.RING_SECONDS
    guide.scan(BOOK)
    assert guide.page.ring is None
    guide.wait(121)
    assert isinstance(guide.view, IdleView)


def test_the_counter_closes_when_the_duty_is_over(guide: Guide):
    guide.school.later(hours=2)
    guide.press("without_card")
    assert isinstance(guide.view, IdleView)


def test_no_press_a_view_never_offered_does_anything(guide: Guide):
    for action, value in [("pick", "x"), ("class", None), ("nonsense", 3), ("put_aside", None), ("pick", None)]:
        guide.press(action, value)
        guide.at_page("counter/home")


# ── The flow alone ──

CONFIG = Config(boot="boot")


def test_own_card_ends_without_asking_the_desk():
    helper = a_patron(3, "小帮手", is_helper=True, on_duty=True)
    state = counter.start(helper, 0.0, CONFIG).state
    step = counter.update(state, Scan(helper.card or "", "test", 1.0, 0.9), CONFIG)
    assert isinstance(step.go, ToIdle) and step.ask is None and step.effects == (Chime("bye"),)


def test_who_may_not_any_more_is_sent_away():
    state = counter.start(a_patron(3), 0.0, CONFIG).state
    asked = counter.update(state, Pressed("without_card", 1.0), CONFIG)
    assert asked.ask is not None
    outcome = Outcome(OutcomeKind.REFUSED, "", NOON, data=Denied())
    assert isinstance(counter.update(asked.state, Answered(outcome, 1.1), CONFIG).go, ToIdle)


def test_an_answer_lost_in_a_trouble_is_not_waited_for_for_ever():
    state = counter.start(a_patron(3), 0.0, CONFIG).state
    asked = counter.update(state, Pressed("without_card", 1.0), CONFIG).state
    deadline = counter.deadline(asked)
    assert deadline is not None and deadline <= 1.0  # wants a Tick at once
    awake = counter.update(asked, Tick(50.0, NOON), CONFIG).state
    later = counter.deadline(awake)
    assert later is not None and later > 50.0
