from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from kiosk.lending import calendar as cal
from kiosk.lending.calendar import Calendar, Closure, SwapDay, Term
from tests.lending.school import AUTUMN, CALENDAR, calendars, day, days_around


@pytest.mark.parametrize("starts_on", ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-05", "2026-09-06"])
def test_the_week_that_holds_the_terms_first_day_is_week_1_whatever_its_weekday(starts_on):
    calendar = Calendar(terms=(replace(AUTUMN, starts_on=day(starts_on)),))
    assert cal.week_of(calendar, day(starts_on)) == 1
    assert cal.week_of(calendar, day("2026-09-06")) == 1  # Sunday
    assert cal.week_of(calendar, day("2026-09-07")) == 2  # Monday
    assert cal.week_of(calendar, day("2026-09-20")) == 3


def test_weeks_are_counted_through_new_year_and_stop_at_the_terms_ends():
    assert cal.week_of(CALENDAR, day("2026-12-28")) == 18
    assert cal.week_of(CALENDAR, day("2027-01-04")) == 19
    assert cal.week_of(CALENDAR, day("2026-08-31")) is None
    assert cal.week_of(CALENDAR, day("2027-01-23")) is None


def test_a_library_without_terms_is_inside_one_endless_term_with_the_weeks_of_the_year():
    assert cal.is_open_day(Calendar(), day("2031-07-14"))
    assert cal.week_of(Calendar(), day("2026-01-01")) == 1
    assert cal.week_of(Calendar(), day("2026-01-05")) == 2
    assert cal.term_of(Calendar(), day("2026-01-05")) is None


def test_first_and_last_day_of_terms_and_closures_are_included():
    assert cal.is_in_term(CALENDAR, AUTUMN.starts_on)
    assert cal.is_in_term(CALENDAR, AUTUMN.ends_on)
    assert not cal.is_in_term(CALENDAR, AUTUMN.ends_on + timedelta(days=1))
    assert [cal.is_closed(CALENDAR, day(f"2026-10-{n:02d}")) for n in (1, 7, 8)] == [True, True, False]


def test_a_swap_day_inside_a_closure_is_open():
    calendar = replace(CALENDAR, swap_days=(SwapDay(day("2026-10-03"), 1),))
    assert not cal.is_closed(calendar, day("2026-10-03"))
    assert cal.is_open_day(calendar, day("2026-10-03"))
    assert cal.is_closed(calendar, day("2026-10-04"))


def test_school_is_held_on_weekdays_in_term_and_on_swap_days():
    calendar = replace(CALENDAR, swap_days=(SwapDay(day("2026-10-10"), 3),))
    held = {
        "2026-09-11": True,  # Friday
        "2026-09-12": False,  # Saturday
        "2026-10-10": True,  # a swap day on a Saturday
        "2026-10-02": False,  # closed
        "2026-08-28": False,  # before the term
    }
    assert {text: cal.is_school_day(calendar, day(text)) for text in held} == held


def test_a_closure_until_further_notice_ends_the_search_and_raises_nothing():
    calendar = Calendar(closures=(Closure(1, day("2026-09-01"), date.max),))
    assert cal.next_unclosed_day(calendar, day("2026-09-02")) == day("2026-09-02")


def test_the_next_term_is_the_earliest_that_begins_later_however_they_are_listed():
    spring = Term(2, "2027 spring", day("2027-02-22"), day("2027-07-02"))
    later = Term(3, "2027 autumn", day("2027-09-01"), day("2028-01-20"))
    calendar = Calendar(terms=(later, AUTUMN, spring))
    assert cal.next_term(calendar, day("2027-01-30")) == spring
    assert cal.next_term(calendar, spring.starts_on) == later
    assert cal.next_term(calendar, day("2028-02-01")) is None


@given(calendars(), days_around, days_around)
def test_the_closed_days_of_a_stretch_are_those_that_are_closed_one_by_one(calendar, one, other):
    first, last = min(one, other), max(one, other)
    stretch = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert cal.closed_days(calendar, first, last) == {d for d in stretch if cal.is_closed(calendar, d)}


@given(calendars(), days_around)
def test_a_week_number_goes_up_by_one_in_seven_days_of_the_same_term(calendar, today):
    later = today + timedelta(days=7)
    term = cal.term_of(calendar, today)
    if term is not None and term == cal.term_of(calendar, later):
        assert cal.week_of(calendar, later) == (cal.week_of(calendar, today) or 0) + 1
