"""Our school on the screen: the library's name, its time, its school year; the kiosk follows at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.librarian.school import month_and_day
from kiosk.flows.school import SaveSchool, School
from kiosk.flows.views import Text
from kiosk.flows.work import Problem, ProblemCode
from kiosk.lending.patrons import ClassName
from kiosk.store import edit, schema
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, WANG, local
from tests.flows.pages import Guide

USUAL = School("阳光小学图书馆", "Asia/Shanghai", (9, 1), 6)


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the page of the school."""
    guide = Guide(sqlite_library)
    guide.log_in()
    guide.press("rules")
    guide.press("school")
    guide.at_page("librarian/school")
    return guide


def stored(guide: Guide) -> dict[str, object]:
    return guide.school.library.read(edit.load_settings)


def events(guide: Guide) -> list[Any]:
    return [row for row in guide.school.rows(schema.events) if row.action == "school_changed"]


def test_a_new_librarys_form_has_what_holds_and_asks_for_its_name(guide: Guide) -> None:
    assert {name: field.text for name, field in guide.fields.items()} == {
        "name": "",
        "year_starts": "9-1",
        "last_grade": "6",
        "zone": "Asia/Shanghai",
    }
    guide.press("save")
    assert guide.errors == {"name": "librarian.error.empty"}
    assert events(guide) == []


def test_the_name_is_on_the_idle_screen_as_soon_as_it_is_saved(guide: Guide) -> None:
    guide.edit("name", "  阳光小学图书馆 ")
    guide.press("save")
    assert guide.notice == "librarian.done.saved"
    guide.press("end")
    guide.wait(0.1)
    assert guide.idle.library == "阳光小学图书馆"
    (event,) = events(guide)
    assert event.details == {"before": {"name": ""}, "now": {"name": "阳光小学图书馆"}}
    assert event.operator_id == guide.school.patron(LIBRARIAN).patron_id


def test_another_time_is_kept_from_the_next_command_on(guide: Guide) -> None:
    guide.edit("name", "x")
    guide.edit("zone", "other")
    guide.edit("other_zone", "Asia/Tokyo")
    guide.press("save")
    guide.press("school")
    assert guide.fields["other_zone"].text == "Asia/Tokyo"
    assert guide.say(next(one for one in guide.sentences if one == "school.now"))
    assert guide.school.desk.local_now().hour == 13  # noon in Beijing
    guide.edit("zone", "Asia/Urumqi")
    assert "other_zone" not in guide.fields
    guide.press("save")
    guide.press("school")
    assert guide.school.desk.local_now().hour == 10


@pytest.mark.parametrize("typed", ["", "北京", "../x"])
def test_what_cannot_be_the_name_of_a_time_zone_is_told_at_its_field(guide: Guide, typed: str) -> None:
    guide.edit("name", "x")
    guide.edit("zone", "other")
    guide.edit("other_zone", typed)
    guide.press("save")
    assert guide.errors == {"other_zone": "school.error.zone"}


@pytest.mark.parametrize("typed", ["Asia/Beijing", "Asia", "/etc/passwd"])
def test_a_time_zone_that_there_is_not_is_told_and_nothing_is_changed(guide: Guide, typed: str) -> None:
    before = stored(guide)
    guide.edit("name", "x")
    guide.edit("zone", "other")
    guide.edit("other_zone", typed)
    guide.press("save")
    guide.at_page("librarian/school")
    assert guide.notice == "school.cannot.zone"
    assert guide.fields["other_zone"].text == typed, "what was typed is kept"
    assert stored(guide) == before


def test_a_beginning_that_changes_todays_grades_is_asked_first(guide: Guide) -> None:
    guide.edit("name", "x")
    guide.edit("year_starts", "10月8日")
    guide.press("save")
    guide.at_page("librarian/question")
    assert guide.sentences == ["school.grades.down", "school.grades.check"]
    guide.press("back")
    assert guide.at_page("librarian/school") and guide.fields["year_starts"].text == "10月8日"
    assert events(guide) == []
    guide.press("save")
    guide.press("yes")
    guide.at_page("librarian/rules")
    assert guide.school.patron(WANG).school_class == ClassName(2, 2)
    guide.press("school")
    guide.edit("year_starts", "9-1")
    guide.press("save")
    assert guide.sentences == ["school.grades.up", "school.grades.check"]
    guide.press("yes")
    assert guide.school.patron(WANG).school_class == ClassName(3, 2)


def test_a_beginning_that_changes_no_grade_today_is_saved_at_once(guide: Guide) -> None:
    guide.edit("name", "x")
    guide.edit("year_starts", "8-20")
    guide.press("save")
    guide.at_page("librarian/rules")
    assert stored(guide)["school_year_starts"] == "08-20"
    guide.school.at(local("2027-08-21 12:00"))
    assert guide.school.patron(WANG).school_class == ClassName(4, 2)


@pytest.mark.parametrize("typed", ["", "9", "13-1", "2-29", "2-30", "9-1-1", "九月一日", "0-1"])
def test_a_day_that_not_every_year_has_is_no_beginning(guide: Guide, typed: str) -> None:
    guide.edit("name", "x")
    guide.edit("year_starts", typed)
    guide.press("save")
    assert guide.errors == {"year_starts": "school.error.month_and_day"}


@given(st.dates(), st.sampled_from(["{m}-{d}", "{m:02}-{d:02}", "{m}月{d}日", "{m}/{d}", " {m}．{d} "]))
def test_a_month_and_day_is_read_in_every_usual_form(day: Any, form: str) -> None:
    wanted = (day.month, day.day) if (day.month, day.day) != (2, 29) else Text("school.error.month_and_day")
    assert month_and_day(form.format(m=day.month, d=day.day)) == wanted


def test_the_last_grade_is_the_one_of_the_new_school_year(guide: Guide) -> None:
    guide.edit("name", "x")
    guide.edit("last_grade", "9")
    guide.press("save")
    guide.press("back")
    guide.press("enrolment")
    guide.press("new_year")
    assert guide.fields["last_grade"].text == "9"


@pytest.mark.parametrize(
    "wrong",
    [
        School("", "Asia/Shanghai", (9, 1), 6),
        School("x" * 61, "Asia/Shanghai", (9, 1), 6),
        School("x", "Asia/Shanghai", (2, 29), 6),
        School("x", "Asia/Shanghai", (9, 1), 0),
    ],
)
def test_what_no_form_sends_is_refused(guide: Guide, wrong: School) -> None:
    before = stored(guide)
    operator = guide.school.patron(LIBRARIAN).patron_id
    outcome = guide.school.ask(SaveSchool(operator_id=operator, school=wrong))
    assert outcome.data == Problem(ProblemCode.BAD_VALUE)
    assert stored(guide) == before


def test_other_settings_are_left_alone(guide: Guide) -> None:
    before = stored(guide)
    operator = guide.school.patron(LIBRARIAN).patron_id
    guide.school.ask(SaveSchool(operator_id=operator, school=USUAL))
    changed = {key for key, value in stored(guide).items() if before.get(key) != value}
    assert changed == {"name", "version"}
