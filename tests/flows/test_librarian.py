"""The librarian's pages over the real desk: PIN, finding, overruling, undoing, cards, people, rules, leaving."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.flows import librarian
from kiosk.flows.events import Edited, Pressed, Tick
from kiosk.flows.librarian import KINDS
from kiosk.flows.librarian.copy import CHANGES
from kiosk.flows.librarian.entries import amount, clock_time, day, whole, words
from kiosk.flows.librarian.find import Finder
from kiosk.flows.librarian.pin import Pad, Purpose
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, SessionView, Text, Tone
from kiosk.flows.work import CheckPin, Find, Found, SetFirstPin
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Slot
from kiosk.lending.rules import Lateness
from kiosk.store import edit, schema
from kiosk.store.facts import load_policies
from kiosk.store.library import Library
from tests.desk.school import (
    BOOK,
    BOOK_2,
    BOOK_3,
    FINISH,
    FOUND,
    HAN,
    HELPER,
    LI,
    LIBRARIAN,
    WANG,
    ZHANG,
    card,
)
from tests.fakes import NOON, a_patron
from tests.flows.pages import Guide

PIN = "2468"


@pytest.fixture
def stranger(sqlite_library: Library) -> Guide:
    """In front of the pad, with a PIN that was set before."""
    guide = Guide(sqlite_library)
    librarian_id = guide.school.patron(LIBRARIAN).patron_id
    guide.school.ask(SetFirstPin(operator_id=librarian_id, pin=PIN))
    guide.scan(LIBRARIAN)
    return guide


@pytest.fixture
def guide(stranger: Guide) -> Guide:
    """At the menu."""
    stranger.type_pin(PIN)
    stranger.at_page("librarian/menu")
    return stranger


def find(guide: Guide, code: str) -> None:
    """Open a page by a scan."""
    guide.now += 5
    guide.scan(code)


# ── The PIN ──


def test_the_pin_comes_first_and_shows_dots(stranger: Guide):
    pad = stranger.keypad
    assert pad.dots and pad.title.key == "librarian.pin.title"
    for digit in PIN[:2]:
        stranger.press("digit", digit)
    assert stranger.keypad.entered == PIN[:2]
    stranger.press("erase")
    assert stranger.keypad.entered == PIN[:1]


def test_the_right_pin_opens_the_menu(guide: Guide):
    assert guide.at_page("librarian/menu").blocks
    actions = [tile.action for tile in guide.tiles]
    assert actions[0] == "find" and actions[-1] == "leave"
    assert guide.page.who == "周管理" and not guide.page.large


def test_every_tile_of_the_menu_leads_to_a_page_of_its_own(guide: Guide):
    seen = set()
    for tile in guide.tiles:
        guide.press(tile.action)
        seen.add(guide.page.name)
        guide.press("back")
        guide.at_page("librarian/menu")
    assert len(seen) == len(guide.tiles)


def test_a_wrong_pin_leaves_the_pad_empty_and_waits_grow(stranger: Guide):
    stranger.type_pin("1111")
    assert stranger.keypad.entered == "" and stranger.keypad.message == Text("librarian.pin.wrong")
    stranger.type_pin("1111")
    stranger.type_pin("1111")
    pad = stranger.keypad
    assert not pad.enabled and pad.ring is not None and pad.ring.total == 5.0
    stranger.press("digit", "2")
    assert stranger.keypad.entered == ""  # nothing is taken while waiting
    stranger.wait(5.1)
    assert stranger.keypad.enabled and stranger.keypad.message is None
    stranger.type_pin(PIN)
    stranger.at_page("librarian/menu")


def test_a_first_pin_is_asked_for_twice(sqlite_library: Library):
    guide = Guide(sqlite_library)
    guide.scan(LIBRARIAN)
    assert guide.keypad.title.key == "librarian.pin.first"
    guide.type_pin("135")
    assert guide.keypad.message is not None and guide.keypad.message.key == "librarian.pin.shape"
    guide.type_pin("1357")
    assert guide.keypad.message == Text("librarian.pin.again")
    guide.type_pin("1358")
    assert guide.keypad.message == Text("librarian.pin.differ")
    guide.type_pin("1357")
    guide.type_pin("1357")
    guide.at_page("librarian/menu")


def test_a_pin_never_stands_in_a_state_a_command_or_the_journal_in_clear(stranger: Guide):
    for digit in PIN:
        stranger.press("digit", digit)
    assert PIN not in repr(stranger.engine.state.front)
    stranger.type_code(PIN)  # what the wedge's decoder makes of the same keys
    assert PIN not in repr(stranger.told)
    assert PIN not in repr(CheckPin(operator_id=1, pin=PIN))


def test_nothing_but_the_pad_shows_before_the_pin(stranger: Guide):
    for action in ("find", "leave", "yes", "rules", "back"):
        state = stranger.engine.state
        stranger.press(action)
        if action != "back":
            assert stranger.keypad.title == Text("librarian.pin.title", {"name": "周管理"}), action
        stranger.engine.state = state
    assert stranger.left == 0


def test_cancel_and_the_librarians_own_card_end_at_the_pad(stranger: Guide):
    stranger.press("cancel")
    assert isinstance(stranger.view, IdleView)


def test_another_persons_card_at_the_pad_begins_their_session(stranger: Guide):
    stranger.scan(WANG)
    assert isinstance(stranger.view, SessionView) and stranger.session.name == "王小明"


def test_a_book_returned_at_the_pad_is_returned(stranger: Guide):
    stranger.school.lend(WANG, BOOK)
    stranger.scan(BOOK)
    assert stranger.school.open_loans() == {}
    assert isinstance(stranger.view, IdleView)


def test_the_pad_and_the_pages_end_by_themselves(guide: Guide):
    guide.press("rules")
    guide.wait(101)
    assert guide.page.ring is not None
    guide.wait(20)
    assert isinstance(guide.view, IdleView)
    guide.now += 5
    guide.scan(LIBRARIAN)
    assert guide.keypad.dots  # the PIN again


# ── Getting about ──


@pytest.mark.parametrize("way", ["find", "undo", "aside", "rota", "calendar", "people", "rules", "numbers"])
def test_every_page_of_the_menu_opens_reads_and_goes_back(guide: Guide, way: str):
    guide.press(way)
    guide.at_page(f"librarian/{way}")
    assert guide.page.bar[0].action == "back"
    guide.press("back")
    guide.at_page("librarian/menu")


def test_own_card_ends_on_any_page(guide: Guide):
    guide.press("rules")
    guide.now += 5
    guide.scan(LIBRARIAN)
    assert isinstance(guide.view, IdleView)


def test_back_from_the_menu_and_finish_end(guide: Guide):
    guide.press("end")
    assert isinstance(guide.view, IdleView)


def test_every_kind_of_page_stands_in_the_table_under_a_name_of_its_own():
    names = [kind.name for kind in KINDS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("way", ["find", "undo", "aside", "rota", "calendar", "people", "rules", "numbers", None])
def test_no_press_a_page_never_offered_does_harm(guide: Guide, way: str | None):
    if way:
        guide.press(way)
    name, before = guide.page.name, guide.school.actions()
    start = guide.engine.state
    for action in sorted({action for kind in KINDS.values() for action in kind.actions}):
        for value in (None, 10**9, "nonsense", "1 nonsense"):
            guide.press(action, value)
            guide.engine.state = start
    assert guide.page.name == name and guide.school.actions() == before and guide.left == 0


# ── Finding ──


def test_a_class_without_a_slot_is_pointed_out_beside_its_pupil(guide: Guide):
    guide.press("find")
    guide.edit("query", "wangxiao")
    guide.choose("王小明")
    assert "librarian.patron.next_turn" in guide.sentences
    guide.press("back")
    guide.school.library.transact(lambda conn: edit.delete_entry(conn, Slot, 1))
    guide.choose("王小明")
    assert "librarian.patron.no_turn" in guide.sentences


def test_words_find_people_and_titles_as_they_are_typed(guide: Guide):
    guide.press("find")
    guide.edit("query", "wangxiao")
    assert [row.cells[0] for row in guide.rows] == ["王小明"]
    guide.choose("王小明")
    assert guide.at_page("librarian/patron").title == Text("librarian.patron.title", {"name": "王小明"})
    guide.press("back")
    assert guide.fields["query"].text == "wangxiao"
    guide.edit("query", "昆虫记")
    guide.choose("昆虫记")
    guide.at_page("librarian/title")
    assert len(guide.rows) == 33
    guide.press("copy", guide.rows[0].value)
    guide.at_page("librarian/copy")
    guide.press("back")
    guide.press("back")
    guide.edit("query", "zzzz")
    assert guide.sentences == ["librarian.find.nothing"]
    guide.edit("query", "")
    assert guide.sentences == []


def test_typing_goes_on_while_an_answer_is_under_way_and_the_newest_text_wins():
    config = Config(boot="boot")
    state = librarian.State(a_patron(4, kind=PatronKind.LIBRARIAN), 0.0, 120.0, (Finder(),), verified=True)
    first = librarian.update(state, Edited("query", "红", 1.0), config)
    assert isinstance(first.ask, Find) and first.ask.text == "红"
    second = librarian.update(first.state, Edited("query", "红楼", 1.1), config)
    third = librarian.update(second.state, Edited("query", "红楼梦", 1.2), config)
    assert second.ask is None and third.ask is None
    answer = Outcome(OutcomeKind.INFO, "", NOON, data=Found("红", (), ()))
    again = librarian.update(third.state, Answered(answer, 1.3), config)
    assert isinstance(again.ask, Find) and again.ask.text == "红楼梦"
    done = librarian.update(again.state, Answered(replace(answer, data=Found("红楼梦", (), ())), 1.4), config)
    assert done.ask is None


def test_an_answer_lost_in_a_trouble_is_asked_for_again():
    config = Config(boot="boot")
    state = librarian.State(a_patron(4, kind=PatronKind.LIBRARIAN), 0.0, 120.0, (Finder(),), verified=True)
    asked = librarian.update(state, Edited("query", "红", 1.0), config).state
    due = librarian.deadline(asked)
    assert due is not None and due <= 1.0
    awake = librarian.update(asked, Tick(60.0, NOON), config).state
    assert isinstance(librarian.update(awake, Edited("query", "红楼", 61.0), config).ask, Find)


def test_a_scan_on_any_page_opens_its_patron_or_copy(guide: Guide):
    guide.press("numbers")
    find(guide, WANG)
    guide.at_page("librarian/patron")
    find(guide, BOOK)
    guide.at_page("librarian/copy")
    guide.press("back")
    guide.press("back")
    guide.at_page("librarian/numbers")
    find(guide, "nonsense")
    assert guide.notice == "librarian.reason.unknown_card"
    find(guide, FINISH)
    assert guide.notice == "librarian.find.unknown"


def test_a_patrons_page_shows_loans_blocks_history_and_cards(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.school.at(NOON + timedelta(days=35))
    find(guide, WANG)
    assert "librarian.reason.overdue" in guide.sentences
    assert {"lend", "stop_card", "new_card", "make_helper", "renew", "return"} <= set(guide.buttons)
    assert "pin" not in guide.buttons


def test_a_copys_page_names_who_has_it(guide: Guide):
    guide.school.lend(WANG, BOOK)
    find(guide, BOOK)
    assert "librarian.copy.with" in guide.sentences
    guide.press("holder", guide.buttons["holder"].value)
    guide.at_page("librarian/patron")


# ── Lending by hand ──


def test_a_refusal_tells_all_reasons_and_is_overruled_with_words(guide: Guide):
    find(guide, ZHANG)
    guide.press("lend")
    guide.at_page("librarian/lend")
    guide.scan(BOOK)
    assert guide.notice == "librarian.reason.not_your_slot"
    guide.press("overrule")
    assert guide.errors == {"words": "librarian.error.words"}
    guide.edit("words", "比赛用书")
    guide.press("overrule")
    assert guide.notice == "librarian.done.lent"
    assert guide.school.open_loans() == {BOOK: guide.school.patron(ZHANG).patron_id}
    event = guide.school.rows(schema.events)[-1]
    assert event.details["words"] == "比赛用书" and event.details["overruled"] == ["not_your_slot"]
    guide.scan(BOOK_2)  # the next one is judged anew
    assert guide.fields["words"].text == ""


def test_what_may_not_be_overruled_offers_no_field(guide: Guide):
    find(guide, WANG)
    guide.press("lend")
    guide.scan(FOUND)
    assert "overrule" not in guide.buttons and guide.fields == {}
    assert guide.page.notice is not None and guide.page.notice.tone is Tone.NOT_NOW


def test_a_renewal_is_overruled_on_a_question_of_its_own(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.school.at(NOON + timedelta(days=35))
    find(guide, WANG)
    guide.press("renew", guide.buttons["renew"].value)
    guide.at_page("librarian/question")
    assert guide.sentences == ["librarian.reason.overdue"]
    guide.press("yes")
    assert guide.errors == {"words": "librarian.error.words"}
    guide.edit("words", "病了")
    guide.press("yes")
    guide.at_page("librarian/patron")
    assert guide.notice == "librarian.done.renewed_anyway"


def test_returning_by_hand_and_undoing_it(guide: Guide):
    guide.school.lend(WANG, BOOK)
    find(guide, WANG)
    guide.press("return", guide.buttons["return"].value)
    assert guide.notice == "librarian.done.returned" and guide.school.open_loans() == {}
    guide.press("back")
    guide.press("undo")
    guide.press("undo_action", guide.buttons["undo_action"].value)
    guide.at_page("librarian/question")
    guide.press("yes")
    guide.at_page("librarian/undo")
    assert guide.notice == "librarian.undo.done"
    assert guide.school.open_loans() == {BOOK: guide.school.patron(WANG).patron_id}
    assert guide.tables[0].rows == ()


def test_a_question_is_answered_no_by_back_and_by_no_scan(guide: Guide):
    find(guide, WANG)
    guide.press("stop_card")
    find(guide, BOOK)
    guide.at_page("librarian/question")
    guide.press("back")
    guide.at_page("librarian/patron")
    assert guide.school.patron(WANG).card == WANG


def test_a_suspension_is_lifted_with_words(guide: Guide):
    wang = guide.school.patron(WANG).patron_id
    guide.school.set_patron(wang, suspended_until=(NOON + timedelta(days=9)).date())
    find(guide, WANG)
    guide.press("lift")
    guide.edit("words", "住院")
    guide.press("yes")
    assert guide.notice == "librarian.done.lifted"
    assert "lift" not in guide.buttons and guide.school.patron(WANG).blocks == ()


@pytest.mark.parametrize("status", [one for changes in CHANGES.values() for one in changes][:3])
def test_a_copy_is_brought_into_another_state_after_a_question(guide: Guide, status: CopyStatus):
    find(guide, BOOK)
    guide.press("status", status.value)
    if status in {CopyStatus.LOST, CopyStatus.WITHDRAWN}:
        guide.edit("words", "湿了")
    guide.press("yes")
    guide.at_page("librarian/copy")
    assert guide.notice == "librarian.done.status" and guide.school.copy_row(BOOK).status == status.value


def test_only_changes_in_the_table_are_offered_and_taken(guide: Guide):
    find(guide, FOUND)
    guide.press("status", "lost")
    guide.at_page("librarian/copy")
    assert guide.school.copy_row(FOUND).status == "found"


def test_a_copy_is_kept_for_somebody_by_card_or_by_name(guide: Guide):
    find(guide, BOOK)
    guide.press("hold")
    guide.scan(WANG)
    guide.at_page("librarian/copy")
    assert guide.notice == "librarian.done.held" and "librarian.copy.held_for" in guide.sentences
    guide.press("release")
    assert guide.notice == "librarian.done.released"
    guide.press("hold")
    guide.edit("query", "李雷")
    guide.choose("李雷")
    assert guide.school.copy_row(BOOK).held_for == guide.school.patron(LI).patron_id


# ── Cards ──


def test_a_lost_card_is_stopped_and_replaced_by_the_next_number(guide: Guide):
    find(guide, WANG)
    guide.press("stop_card")
    guide.press("yes")
    assert guide.notice == "librarian.done.card_stopped" and "stop_card" not in guide.buttons
    guide.press("new_card")
    guide.press("next_number")
    guide.at_page("librarian/patron")
    assert guide.notice == "librarian.done.card_issued"
    assert guide.school.patron(card(8)).name == "王小明"


def test_a_printed_card_is_scanned_and_a_used_one_is_refused_on_the_page(guide: Guide):
    find(guide, WANG)
    guide.press("new_card")
    guide.scan(LI)
    guide.at_page("librarian/new_card")
    assert guide.notice == "librarian.problem.number_taken"
    guide.scan(BOOK_3)
    assert guide.notice == "librarian.problem.number_taken"
    guide.scan(card(777))
    assert guide.school.patron(card(777)).name == "王小明"


# ── People ──


def test_a_pupil_is_made_a_helper_with_duties_and_let_in(guide: Guide):
    find(guide, LI)
    guide.press("make_helper")
    guide.at_page("librarian/helper")
    guide.edit("weekday", "1")
    guide.edit("starts", "12:40")
    guide.edit("ends", "12:00")
    guide.press("add_duty")
    assert guide.errors == {"ends": "librarian.error.ends_first"}
    guide.edit("starts", "12：00")
    guide.edit("ends", "1240")
    guide.press("add_duty")
    assert guide.notice == "librarian.done.duties" and len(guide.rows) == 1
    assert guide.school.patron(LI).on_duty
    guide.edit("starts", "12:30")
    guide.edit("ends", "13:00")
    guide.press("add_duty")
    assert guide.errors == {"starts": "librarian.error.overlaps"}
    guide.press("remove_duty", 0)
    assert guide.rows == [] and not guide.school.patron(LI).on_duty
    guide.edit("until", "13:00")
    guide.press("let_in")
    assert guide.notice == "librarian.done.let_in" and guide.school.patron(LI).on_duty
    guide.press("send_out")
    assert guide.notice == "librarian.done.sent_out" and not guide.school.patron(LI).on_duty
    guide.press("unmake")
    guide.press("yes")
    guide.at_page("librarian/patron")
    assert not guide.school.patron(LI).is_helper


def test_the_people_page_lists_helpers_and_sets_a_librarians_pin(guide: Guide):
    guide.press("people")
    assert [row.cells[0] for row in guide.rows] == ["周管理", "小帮手"]
    guide.press("pin", guide.buttons["pin"].value)
    guide.type_pin("9753")
    guide.type_pin("9753")
    guide.at_page("librarian/people")
    assert guide.notice == "librarian.done.pin"
    guide.choose("小帮手")
    guide.at_page("librarian/helper")


def test_only_librarians_have_a_pin_and_only_pupils_become_helpers(guide: Guide):
    find(guide, HAN)
    assert {"pin", "make_helper", "helper"} & set(guide.buttons) == set()
    find(guide, HELPER)
    assert "helper" in guide.buttons and "make_helper" not in guide.buttons


# ── Rules ──


def test_rules_of_a_kind_are_changed_and_wrong_numbers_are_answered_at_their_field(guide: Guide):
    guide.press("rules")
    guide.press("kind", "pupil")
    guide.at_page("librarian/rules/kind")
    guide.edit("limit", "many")
    guide.edit("book_days", "0")
    guide.press("save")
    assert guide.errors == {"limit": "librarian.error.whole", "book_days": "librarian.error.whole"}
    assert guide.fields["limit"].focus and "librarian.error.some" in guide.sentences
    guide.edit("limit", "３")
    guide.edit("book_limit", "3")
    guide.edit("book_days", "21")
    guide.edit("bound_to_rota", "no")
    guide.press("save")
    guide.at_page("librarian/rules")
    assert guide.notice == "librarian.done.saved"
    assert guide.school.patron(WANG).allowance.limit == 3
    assert guide.school.scan(BOOK, guide.school.session(ZHANG)).due_on is not None  # no rota for pupils any more


def test_an_empty_number_of_days_is_one_term(guide: Guide):
    guide.press("rules")
    guide.press("kind", "pupil")
    guide.edit("book_days", "")
    guide.press("save")
    guide.press("kind", "pupil")
    assert guide.fields["book_days"].text == ""


def test_a_material_has_settings_of_its_own_or_with_an_empty_field_those_of_the_kind(guide: Guide):
    guide.press("rules")
    guide.press("kind", "pupil")
    own = ("blocked_by_overdue", "grace_days", "suspension_factor", "suspension_cap")
    assert {guide.fields[f"{material}_{name}"].text for material in Material for name in own} == {""}
    hints = [guide.fields[f"magazine_{name}"].hint for name in own]
    same = "空着就同开头的规定"
    assert [guide.say(hint) for hint in hints if hint] == [same, f"{same}；0 就是不停借", same]
    choices = guide.fields["av_blocked_by_overdue"].choices
    assert [(choice.value, guide.say(choice.label)) for choice in choices] == [
        ("", "同开头的规定"),
        ("yes", "是"),
        ("no", "否"),
    ]
    guide.edit("av_blocked_by_overdue", "maybe")
    guide.edit("av_grace_days", "61")
    guide.edit("book_suspension_factor", "-1")
    guide.edit("magazine_suspension_cap", "long")
    guide.press("save")
    assert guide.errors == {
        "av_blocked_by_overdue": "librarian.error.choice",
        "av_grace_days": "librarian.error.whole",
        "book_suspension_factor": "librarian.error.whole",
        "magazine_suspension_cap": "librarian.error.whole",
    }
    guide.edit("av_blocked_by_overdue", "no")
    guide.edit("av_grace_days", " ")
    guide.edit("book_suspension_factor", "０")
    guide.edit("magazine_suspension_cap", "3")
    guide.edit("grace_days", "2")
    guide.press("save")
    guide.at_page("librarian/rules")
    pupil = guide.school.library.read(load_policies).rules.kinds[PatronKind.PUPIL]
    assert [pupil.lateness(material) for material in Material] == [
        Lateness(True, 2, 0, 14),
        Lateness(True, 2, 1, 3),
        Lateness(False, 2, 1, 14),
    ]
    guide.press("kind", "pupil")
    assert guide.fields["av_blocked_by_overdue"].text == "no"
    guide.edit("av_blocked_by_overdue", "")
    guide.press("save")
    pupil = guide.school.library.read(load_policies).rules.kinds[PatronKind.PUPIL]
    assert pupil.materials[Material.AV].blocked_by_overdue is None


@pytest.mark.parametrize("kind", PatronKind)
def test_saving_the_rules_of_a_kind_untouched_changes_none(guide: Guide, kind: PatronKind):
    before = guide.school.library.read(load_policies).rules
    guide.press("rules")
    guide.press("kind", kind.value)
    guide.press("save")
    assert guide.notice == "librarian.done.saved"
    assert guide.school.library.read(load_policies).rules == before


def test_general_rules_and_display_are_changed(guide: Guide):
    guide.press("rules")
    guide.press("general")
    guide.edit("minutes_before", "200")
    guide.edit("charges", "3,5")
    guide.press("save")
    assert set(guide.errors) == {"minutes_before", "charges"}
    guide.edit("minutes_before", "10")
    guide.edit("charges", "3.5")
    guide.edit("outside_terms", "open_to_all")
    guide.press("save")
    guide.press("general")
    assert guide.fields["charges"].text == "3.50" and guide.fields["outside_terms"].text == "open_to_all"
    guide.press("back")
    guide.press("display")
    guide.edit("announcement", "读书节开始了")
    guide.edit("mask_names", "yes")
    guide.edit("class_template", "1")
    guide.press("save")
    guide.press("end")
    guide.wait(0.1)
    assert guide.idle.announcement == "读书节开始了"


def test_a_way_to_write_classes_that_no_form_knows_is_kept(guide: Guide):
    own = "{grade}-{number}"
    guide.school.library.transact(lambda conn: edit.save_setting(conn, "class_template", own))
    guide.press("rules")
    guide.press("display")
    guide.edit("announcement", "读书节开始了")
    guide.press("save")
    assert guide.school.library.read(edit.load_settings)["class_template"] == own


def test_a_form_keeps_what_was_typed_while_another_page_lies_on_it(guide: Guide):
    guide.press("rules")
    guide.press("general")
    guide.edit("minutes_after", "17")
    find(guide, BOOK)  # a form takes no scan
    guide.at_page("librarian/rules/general")
    assert guide.fields["minutes_after"].text == "17"


# ── Lists and leaving ──


def test_copies_to_look_after_open_their_page(guide: Guide):
    guide.press("aside")
    assert [guide.say(row.cells[0]) for row in guide.rows] == ["已找到，待处理", "丢失", "在修", "留给 李雷"]
    guide.press("copy", guide.rows[0].value)
    guide.press("status", "in_service")
    guide.press("yes")
    guide.press("back")
    assert len(guide.rows) == 3  # read anew


def test_todays_numbers_are_small(guide: Guide):
    guide.school.lend(WANG, BOOK)
    guide.press("numbers")
    assert [row.cells[1] for row in guide.rows] == ["1", "0", "0", "1", "1", "0"]


def test_the_kiosk_is_left_only_after_a_question_and_it_is_written_down(guide: Guide):
    guide.press("leave")
    guide.at_page("librarian/question")
    assert guide.left == 0
    guide.press("yes")
    assert guide.left == 1 and guide.school.actions()[-1] == "kiosk_left"


def test_a_role_taken_away_ends_at_the_next_press(guide: Guide):
    guide.school.set_patron(guide.school.rows(schema.patrons)[5].patron_id, active=False)
    guide.press("rules")
    assert isinstance(guide.view, IdleView)


# ── Reading what was typed ──


def test_nul_characters_reach_neither_a_search_nor_the_library(guide: Guide):
    guide.press("find")
    guide.edit("query", "王\0小明")
    assert guide.fields["query"].text == "王小明"
    guide.press("back")
    guide.press("rules")
    guide.press("display")
    guide.edit("announcement", "周五\0闭馆")
    guide.press("save")
    guide.press("display")
    assert guide.fields["announcement"].text == "周五闭馆"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12:15", "12:15"), ("12：15", "12:15"), ("1215", "12:15"), ("9.05", "09:05"), (" 7:30 ", "07:30")],
)
def test_times_are_read_as_people_type_them(typed: str, read: str):
    assert clock_time(typed).isoformat("minutes") == read  # type: ignore[union-attr]  # a Text has none and fails


@pytest.mark.parametrize("typed", ["", "25:00", "12:60", "noon", "12:5", "1:2:3"])
def test_what_is_no_time_is_said_so(typed: str):
    assert isinstance(clock_time(typed), Text)


@pytest.mark.parametrize("typed", ["2026-09-01", "2026/9/1", "2026.9.1", "20260901", "2026年9月1日", "２０２６-9-1"])
def test_days_are_read_as_people_type_them(typed: str):
    assert day(typed).isoformat() == "2026-09-01"  # type: ignore[union-attr]  # a Text has none and fails


@pytest.mark.parametrize("typed", ["", "2026-02-30", "2026-13-01", "tomorrow", "9-1", "0000-01-01"])
def test_what_is_no_day_is_said_so(typed: str):
    assert isinstance(day(typed), Text)


def test_numbers_amounts_and_words_have_bounds():
    assert whole(0, 5)("5") == 5 and isinstance(whole(0, 5)("6"), Text) and isinstance(whole(0, 5)("-1"), Text)
    assert whole(0, 5, empty=True)(" ") is None
    assert (amount("3"), amount("3.5"), amount("3.05"), amount("")) == (300, 350, 305, None)
    assert isinstance(amount("3.555"), Text) and isinstance(amount("三"), Text)
    assert words(3)("  a   b ") == "a b" and isinstance(words(3)("abcd"), Text)
    assert isinstance(words(3, empty=False)(" "), Text)


def test_a_pad_takes_no_more_than_eight_digits_and_nothing_else():
    pad = Pad(Purpose.PROVE, 4, "x")
    state = librarian.State(a_patron(4, kind=PatronKind.LIBRARIAN), 0.0, 120.0, (pad,))
    for at, value in enumerate(["1", "x", "23", "²", None, *"23456789"]):
        state = librarian.update(state, Pressed("digit", float(at), value), Config(boot="b")).state
    assert state.pages[-1].entered == "12345678"
