"""The rota as a week grid, one-off slots and swaps, and the calendar, over the real desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.librarian import checks
from kiosk.flows.librarian.rota import Week, grid
from kiosk.flows.views import Tone
from kiosk.flows.work import ClassEntry, RotaSheet
from kiosk.lending.calendar import Calendar, Closure, SwapDay, Term
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Rota, Slot, SlotSwap, Weeks
from kiosk.store.library import Library
from tests.desk.school import BOOK, ZHANG
from tests.flows.pages import Guide

TODAY = date(2026, 9, 7)
EVERYONE = Audience(AudienceKind.EVERYONE)
ONE, TWO = (Audience(AudienceKind.CLASSES, classes=frozenset({number})) for number in (1, 2))


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the menu."""
    guide = Guide(sqlite_library)
    guide.log_in()
    return guide


def a_slot(
    number: int, weekday: int, starts: time, ends: time, weeks: Weeks = Weeks.EVERY, who: Audience = ONE
) -> Slot:
    return Slot(number, weekday, starts, ends, weeks, who)


def a_sheet(*slots: Slot, calendar: Calendar | None = None) -> RotaSheet:
    classes = (ClassEntry(1, ClassName(3, 1), 40), ClassEntry(2, ClassName(3, 2), 41))
    return RotaSheet(Rota(slots=slots, calendar=calendar or Calendar()), classes, TODAY)


# ── The grid ──


def test_the_grid_has_weekdays_as_columns_and_starts_as_rows(guide: Guide):
    guide.press("rota")
    shown = guide.grid
    assert [guide.say(head) for head in shown.column_heads] == ["星期一", "星期二", "星期三", "星期四", "星期五"]
    assert [guide.say(head) for head in shown.row_heads] == ["12:00", "12:15"]
    assert [guide.say(line) for line in shown.cells[0][0].lines] == ["三(2)班", "到 12:15"]
    assert shown.cells[0][1].lines == () and shown.cells[0][1].action == "new"


def test_a_week_end_stands_in_the_grid_only_where_it_is_used():
    saturday = a_sheet(a_slot(1, 6, time(9), time(10)))
    assert len(grid(Week(saturday), saturday).column_heads) == 6


def test_odd_and_even_weeks_are_filtered_and_every_week_stays():
    odd, even = (a_slot(n, 1, time(12), time(12, 15), weeks) for n, weeks in ((1, Weeks.ODD), (2, Weeks.EVEN)))
    always = a_slot(3, 2, time(12), time(12, 15))
    sheet = a_sheet(odd, even, always)

    def chosen(shown: Weeks) -> list[object]:
        return [cell.value for row in grid(Week(sheet, shown), sheet).cells for cell in row if cell.lines]

    assert chosen(Weeks.ODD) == [1, 3] and chosen(Weeks.EVEN) == [2, 3]
    assert chosen(Weeks.EVERY) == ["1 12:00", 3]  # two in one place open as a list


def test_a_clash_is_marked_in_the_grid():
    sheet = a_sheet(a_slot(1, 1, time(12), time(12, 20)), a_slot(2, 1, time(12, 15), time(12, 30), who=TWO))
    cells = [row[0] for row in grid(Week(sheet), sheet).cells]
    assert [cell.tone for cell in cells] == [Tone.LOOK, Tone.LOOK]


slots = st.builds(
    lambda number, weekday, start, length, weeks: a_slot(
        number, weekday, time(start // 60, start % 60), time((start + length) // 60, (start + length) % 60), weeks
    ),
    st.integers(1, 10**6),
    st.integers(1, 7),
    st.integers(0, 1300),
    st.integers(1, 120),
    st.sampled_from(Weeks),
)


@given(st.lists(slots, max_size=12, unique_by=lambda slot: slot.slot_id))
def test_every_slot_stands_in_the_grid_exactly_once_or_behind_its_cell(made: list[Slot]):
    sheet = a_sheet(*made)
    shown = grid(Week(sheet), sheet)
    heads = [head.values["at"] for head in shown.row_heads]  # type: ignore[union-attr]  # a Text
    behind = 0
    for row in shown.cells:
        for cell in row:
            if cell.action == "slot":
                behind += 1
            elif cell.action == "cell":
                weekday, _, at = str(cell.value).partition(" ")
                behind += sum(s.weekday == int(weekday) and f"{s.starts.hour}:{s.starts.minute:02}" == at for s in made)
    assert behind == len(made) and heads == sorted({slot.starts for slot in made})


@given(slots, slots)
def test_clashing_is_mutual_and_never_between_odd_and_even(one: Slot, other: Slot):
    one, other = replace(one, slot_id=1), replace(other, slot_id=2)
    sheet = a_sheet(one, other)
    mutual = bool(checks.clashes(one, sheet)), bool(checks.clashes(other, sheet))
    assert mutual[0] == mutual[1]
    if {one.weeks, other.weeks} == {Weeks.ODD, Weeks.EVEN} or one.weekday != other.weekday:
        assert mutual == (False, False)


# ── Slots ──


def test_a_slot_is_added_from_a_free_cell_with_its_place_filled_in(guide: Guide):
    guide.press("rota")
    free = guide.grid.cells[1][2]
    guide.press(free.action, free.value)
    guide.at_page("librarian/rota/slot")
    assert (guide.fields["weekday"].text, guide.fields["starts"].text) == ("3", "12:15")
    guide.edit("ends", "12:30")
    guide.press("save")
    assert guide.page.name == "librarian/rota/slot"
    assert guide.errors == {"audience": "librarian.error.no_class"}
    guide.choose("三(1)班")
    assert guide.errors == {}
    assert [tile.tone for tile in guide.tiles] == [Tone.DONE, None]
    guide.press("save")
    guide.at_page("librarian/rota")
    assert guide.notice == "librarian.done.saved"
    assert [guide.say(line) for line in guide.grid.cells[1][2].lines] == ["三(1)班", "到 12:30"]


def test_a_slot_for_grades_everyone_or_teachers(guide: Guide):
    guide.press("rota")
    guide.press("new")
    guide.edit("starts", "15:30")
    guide.edit("ends", "16:30")
    guide.edit("audience", "grades")
    guide.choose("三年级")
    guide.choose("四年级")
    guide.choose("四年级")
    guide.press("save")
    assert [guide.say(line) for line in guide.grid.cells[2][0].lines] == ["三年级", "到 16:30"]
    guide.press("slot", guide.grid.cells[2][0].value)
    guide.edit("audience", "teachers")
    guide.press("save")
    assert [guide.say(line) for line in guide.grid.cells[2][0].lines] == ["老师", "到 16:30"]


def test_a_clash_warns_and_does_not_stop(guide: Guide):
    guide.press("rota")
    guide.press("new")
    for name, typed in {"weekday": "1", "starts": "12:10", "ends": "12:20", "audience": "everyone"}.items():
        guide.edit(name, typed)
    assert guide.sentences == ["librarian.rota.clash", "librarian.rota.clash"]
    guide.press("save")
    assert guide.notice == "librarian.done.saved"
    assert guide.school.scan(BOOK, guide.school.session(ZHANG)).due_on is not None


def test_times_the_wrong_way_round_are_answered_at_the_field(guide: Guide):
    guide.press("rota")
    guide.press("new")
    for name, typed in {"starts": "12:30", "ends": "12:20", "audience": "everyone"}.items():
        guide.edit(name, typed)
    guide.press("save")
    assert guide.errors == {"ends": "librarian.error.ends_first"}
    guide.edit("starts", "soon")
    guide.press("save")
    assert guide.errors == {"starts": "librarian.error.time"}


def test_a_slot_is_deleted_after_a_question(guide: Guide):
    guide.press("rota")
    guide.press("slot", guide.grid.cells[0][0].value)
    guide.press("delete")
    guide.at_page("librarian/question")
    guide.press("yes")
    guide.at_page("librarian/rota")
    assert guide.notice == "librarian.done.deleted" and len(guide.grid.row_heads) == 1


def test_several_slots_at_one_time_open_as_a_list(guide: Guide):
    guide.press("rota")
    guide.press("new")
    for name, typed in {"weekday": "1", "starts": "12:00", "ends": "12:15", "audience": "everyone"}.items():
        guide.edit(name, typed)
    guide.press("save")
    cell = guide.grid.cells[0][0]
    assert cell.action == "cell"
    guide.press("cell", cell.value)
    guide.at_page("librarian/rota/cell")
    assert len(guide.rows) == 2
    guide.press("slot", guide.rows[1].value)
    guide.at_page("librarian/rota/slot")


# ── One-offs ──


def test_an_extra_slot_is_added_edited_and_deleted(guide: Guide):
    guide.press("rota")
    guide.press("one_offs")
    guide.press("extra")
    for name, typed in {"day": "2026-10-02", "starts": "9:00", "ends": "10:00", "audience": "everyone"}.items():
        guide.edit(name, typed)
    guide.press("save")
    assert guide.errors == {"day": "librarian.error.closed"}
    guide.edit("day", "2026-09-19")
    guide.press("save")
    guide.at_page("librarian/rota/one_offs")
    assert guide.say(guide.rows[0].cells[2]) == "全校"
    guide.press("extra", guide.rows[0].value)
    assert guide.fields["day"].text == "2026-09-19"
    guide.press("delete")
    guide.press("yes")
    assert guide.rows == []


def test_two_classes_swap_their_sittings(guide: Guide):
    guide.press("rota")
    guide.press("one_offs")
    guide.press("new_swap")
    assert set(guide.fields) == {"first_day", "second_day"}
    guide.edit("first_day", "2026-09-08")  # a Tuesday: no sitting
    guide.edit("second_day", "2026-09-14")
    assert set(guide.fields) == {"first_day", "second_day", "second_slot"}
    guide.press("save")
    assert guide.errors["first_day"] == "librarian.error.no_sitting"
    guide.edit("first_day", "2026-09-14")
    choices = {guide.say(choice.label): choice.value for choice in guide.fields["first_slot"].choices}
    assert set(choices) == {"12:00 三(2)班", "12:15 三(1)班"}
    guide.edit("first_slot", choices["12:00 三(2)班"])
    guide.edit("second_slot", choices["12:00 三(2)班"])
    guide.press("save")
    assert guide.errors == {"second_slot": "librarian.error.same_sitting"}
    guide.edit("second_slot", choices["12:15 三(1)班"])
    guide.press("save")
    guide.at_page("librarian/rota/one_offs")
    guide.school.later(days=7)
    assert guide.school.scan(BOOK, guide.school.session(ZHANG)).due_on is not None  # class 1 at 12:05
    guide.press("delete_swap", guide.buttons["delete_swap"].value)
    guide.press("yes")
    assert guide.rows == []


# ── The calendar ──


def test_terms_closures_and_swap_days_are_added_changed_and_deleted(guide: Guide):
    guide.press("calendar")
    assert "librarian.calendar.week" in guide.sentences
    before = len(guide.rows)
    for kind, typed in {
        "term": {"name": "春", "starts_on": "2027-02-22", "ends_on": "2027-07-02", "recall_on": "2027-06-18"},
        "closure": {"starts_on": "2026-09-25", "ends_on": "2026-09-27", "reason": "中秋"},
        "swap_day": {"day": "2026-10-10", "as_of": "2026-10-02"},
    }.items():
        guide.press(kind)
        for name, words in typed.items():
            guide.edit(name, words)
        guide.press("save")
        guide.at_page("librarian/calendar")
        assert guide.notice == "librarian.done.saved"
    assert len(guide.rows) == before + 3
    assert guide.say(guide.tables[2].rows[0].cells[1]) == "按星期五"  # the day's weekday counts, not the choice
    guide.press("term", 1)
    assert guide.fields["name"].text == "春"
    guide.edit("recall_on", "2027-08-01")
    guide.press("save")
    assert guide.errors == {"recall_on": "librarian.error.recall_outside"}
    guide.edit("recall_on", "")
    guide.press("save")
    guide.press("closure", 0)
    guide.press("delete")
    guide.press("yes")
    assert len(guide.rows) == before + 2


def test_a_term_that_overlaps_another_is_answered_with_its_name(guide: Guide):
    guide.press("calendar")
    guide.press("term")
    for name, typed in {"name": "x", "starts_on": "2027-01-01", "ends_on": "2027-07-01"}.items():
        guide.edit(name, typed)
    guide.press("save")
    error = guide.fields["starts_on"].error
    assert error is not None and error.values["name"] == "2026 autumn"


# ── The checks alone ──

TERM = Term(1, "autumn", date(2026, 9, 1), date(2027, 1, 22))
CALENDAR = Calendar((TERM,), (Closure(1, date(2026, 10, 1), date(2026, 10, 7)),), (SwapDay(date(2026, 9, 19), 5),))
NINE, TEN = time(9), time(10)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (a_slot(0, 1, TEN, NINE), "ends"),
        (a_slot(0, 1, NINE, NINE), "ends"),
        (a_slot(0, 1, NINE, TEN, who=Audience(AudienceKind.CLASSES)), "audience"),
        (a_slot(0, 1, NINE, TEN, who=Audience(AudienceKind.CLASSES, classes=frozenset({99}))), "audience"),
        (a_slot(0, 1, NINE, TEN, who=Audience(AudienceKind.GRADES)), "audience"),
        (ExtraSlot(0, TODAY - timedelta(days=1), NINE, TEN, EVERYONE), "day"),
        (ExtraSlot(0, date(2026, 10, 3), NINE, TEN, EVERYONE), "day"),
        (ExtraSlot(0, TODAY, TEN, NINE, EVERYONE), "ends"),
        (SlotSwap(0, 1, date(2026, 9, 14), 1, date(2026, 9, 14)), "second_slot"),
        (SlotSwap(0, 1, date(2026, 9, 15), 1, date(2026, 9, 14)), "first_slot"),
        (SlotSwap(0, 1, date(2026, 8, 31), 1, date(2026, 9, 14)), "first_day"),
        (Term(0, "", date(2027, 3, 1), date(2027, 7, 1)), "name"),
        (Term(0, "x", date(2027, 7, 1), date(2027, 3, 1)), "ends_on"),
        (Term(0, "x", date(2027, 3, 1), date(2027, 7, 1), date(2027, 7, 2)), "recall_on"),
        (Term(0, "x", date(2027, 1, 22), date(2027, 7, 1)), "starts_on"),
        (Closure(0, date(2026, 9, 3), date(2026, 9, 2)), "ends_on"),
        (SwapDay(date(2026, 9, 19), 1), "day"),
        (SwapDay(date(2026, 9, 26), 1, date(2026, 9, 26)), "as_of"),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_what_is_wrong_is_said_at_its_field(entry: object, field: str):
    sheet = a_sheet(a_slot(1, 1, NINE, TEN), calendar=CALENDAR)
    wrong = checks.wrong_in(entry, sheet)  # type: ignore[arg-type]  # one of the entries
    assert wrong is not None and wrong[0] == field


@pytest.mark.parametrize(
    "entry",
    [
        a_slot(0, 1, NINE, TEN),
        ExtraSlot(0, TODAY, NINE, TEN, EVERYONE),
        SlotSwap(0, 1, date(2026, 9, 14), 1, date(2026, 9, 21)),
        Term(0, "x", date(2027, 1, 23), date(2027, 7, 1), date(2027, 7, 1)),
        Closure(0, date(2026, 9, 3), date(2026, 9, 3)),
        SwapDay(date(2026, 9, 26), 1, date(2026, 9, 25)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_right_passes(entry: object):
    sheet = a_sheet(a_slot(1, 1, NINE, TEN), calendar=CALENDAR)
    assert checks.wrong_in(entry, sheet) is None  # type: ignore[arg-type]  # one of the entries


def test_an_entry_may_stay_where_it_is():
    sheet = a_sheet(calendar=CALENDAR)
    assert checks.wrong_in(replace(TERM, name="new"), sheet, TERM) is None
    swap = CALENDAR.swap_days[0]
    assert checks.wrong_in(replace(swap, uses_weekday=2), sheet, swap) is None
