from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.calendar import Closure, Term, is_closed, term_of
from kiosk.lending.copies import Material
from kiosk.lending.due_dates import due_date, due_now
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.rota import ExtraSlot, Rota, SlotSwap
from kiosk.lending.rules import LoanRule, OutsideTerms, Rules
from tests.lending.school import (
    AUTUMN,
    CALENDAR,
    EVERYONE,
    HALF_PAST,
    MONDAY_EVEN,
    NOON,
    ROTA,
    RULES,
    SPRING,
    TEACHER,
    WEDNESDAY_EVERY,
    day,
    days_around,
    pupil,
    rotas,
    visitors,
    with_kind,
)

CLASS_SET = Visitor(PatronKind.CLASS_SET, 31, 3)


def due(visitor: Visitor, today: str, rota: Rota = ROTA, rules: Rules = RULES) -> date:
    return due_date(visitor, Material.BOOK, rules, rota, day(today))


def with_days(days: int | None, kind: PatronKind = PatronKind.PUPIL) -> Rules:
    of_kind = RULES.kinds[kind]
    rule = replace(of_kind.materials[Material.BOOK], days=days)
    return with_kind(RULES, kind, replace(of_kind, materials={**of_kind.materials, Material.BOOK: rule}))


def with_calendar(rota: Rota, **changes: object) -> Rota:
    return replace(rota, calendar=replace(rota.calendar, **changes))


# --- moved on to the class's next slot -------------------------------------------------------------------------


def test_a_class_with_a_slot_a_fortnight_has_its_books_until_the_next_one():
    assert due(pupil(32), "2026-09-07") == day("2026-09-21")


def test_the_due_date_moves_on_to_the_next_slot_of_that_class():
    assert due(pupil(42), "2026-09-10") == day("2026-09-30")  # 14 days later is Thursday 24 September
    assert due(pupil(32), "2026-09-08") == day("2026-10-05") + timedelta(days=14)  # 5 October is closed


def test_a_slot_in_a_closure_is_passed_over():
    assert due(pupil(42), "2026-09-23") == day("2026-10-14")  # 7 October is closed


def test_an_extra_slot_and_a_swapped_sitting_count_as_the_next_slot():
    extra = ExtraSlot(1, day("2026-09-25"), NOON, HALF_PAST, EVERYONE)
    assert due(pupil(42), "2026-09-10", replace(ROTA, extras=(extra,))) == day("2026-09-25")
    swap = SlotSwap(1, MONDAY_EVEN.slot_id, day("2026-09-21"), WEDNESDAY_EVERY.slot_id, day("2026-09-23"))
    assert due(pupil(32), "2026-09-07", replace(ROTA, swaps=(swap,))) == day("2026-09-23")


def test_without_any_slot_of_theirs_the_due_date_moves_from_a_week_end_to_monday():
    assert due(pupil(51), "2026-09-10") == day("2026-09-24")
    assert due(pupil(51), "2026-09-12") == day("2026-09-28")
    assert due(pupil(32), "2026-09-12", Rota(calendar=CALENDAR)) == day("2026-09-28")


def test_who_is_not_moved_to_slots_keeps_the_plain_days_on_a_school_day():
    assert due(CLASS_SET, "2026-09-08") == day("2026-10-08")
    assert due(CLASS_SET, "2026-09-03") == day("2026-10-08")  # 3 October is closed until the 7th
    assert due(CLASS_SET, "2026-09-10") == day("2026-10-12")  # 10 October is a Saturday


def test_a_loan_of_no_days_is_due_today_if_today_is_their_slot():
    assert due(pupil(32), "2026-09-07", rules=with_days(0)) == day("2026-09-07")


# --- the term-end recall ---------------------------------------------------------------------------------------


def test_nothing_lent_before_the_recall_is_due_after_it():
    assert due(pupil(42), "2026-12-30") == day("2027-01-08")
    assert due(CLASS_SET, "2026-12-20") == day("2027-01-08")


def test_where_no_slot_is_left_before_the_recall_the_recall_day_holds():
    # 14 days later is Thursday 7 January, the class's next slot Wednesday the 13th, the recall Friday the 8th.
    assert due(pupil(42), "2026-12-24") == day("2027-01-08")


def test_a_slot_on_or_before_the_recall_day_is_used():
    assert due(pupil(42), "2026-12-23") == day("2027-01-06")
    rota = with_calendar(ROTA, terms=(replace(AUTUMN, recall_on=day("2027-01-06")),))
    assert due(pupil(42), "2026-12-22", rota) == day("2027-01-06")


@pytest.mark.parametrize("today", ["2027-01-08", "2027-01-11"])
def test_lent_on_or_after_the_recall_day_it_is_due_by_the_terms_end(today):
    assert due(pupil(42), today) == day("2027-01-22")
    assert due(TEACHER, today) == day("2027-01-22")
    assert due(pupil(42), today, rules=with_days(3)) in (day("2027-01-13"), day("2027-01-20"))


def test_a_loan_on_the_last_day_of_term_is_due_that_day():
    assert due(pupil(42), "2027-01-22") == day("2027-01-22")


def test_a_teachers_one_term_runs_until_the_recall_or_without_one_until_the_terms_end():
    assert due(TEACHER, "2026-09-08") == day("2027-01-08")
    rota = with_calendar(ROTA, terms=(replace(AUTUMN, recall_on=None),))
    assert due(TEACHER, "2026-09-08", rota) == day("2027-01-22")


def test_a_recall_day_at_a_week_end_or_in_a_closure_is_moved_back():
    sunday = with_calendar(ROTA, terms=(replace(AUTUMN, recall_on=day("2027-01-10")),))
    assert due(TEACHER, "2026-09-08", sunday) == day("2027-01-08")
    closed = with_calendar(ROTA, closures=(Closure(1, day("2027-01-06"), day("2027-01-15")),))
    assert due(TEACHER, "2026-09-08", closed) == day("2027-01-05")


def test_a_recall_day_entered_after_the_terms_end_counts_as_its_end():
    mistyped = replace(AUTUMN, recall_on=day("2028-01-08"))
    rota = with_calendar(ROTA, terms=(mistyped, SPRING))
    assert due(TEACHER, "2026-09-08", rota) == day("2027-01-22")
    assert due(pupil(42), "2027-01-18", rota) == day("2027-01-22")


def test_with_nothing_but_closures_until_the_recall_the_recall_day_holds():
    rota = with_calendar(ROTA, closures=(Closure(1, day("2027-01-04"), day("2027-01-08")),))
    assert due(pupil(42), "2027-01-05", rota) == day("2027-01-08")


# --- outside the terms, and without any ------------------------------------------------------------------------


def test_in_an_open_vacation_the_plain_days_hold_moved_out_of_closures():
    rota = with_calendar(ROTA, terms=(AUTUMN, SPRING), closures=(Closure(1, day("2027-02-05"), day("2027-02-12")),))
    rules = replace(RULES, outside_terms=OutsideTerms.OPEN_TO_ALL)
    assert due(pupil(42), "2027-01-23", rota, rules) == day("2027-02-13")


def test_a_vacation_loan_that_lands_in_the_next_term_is_due_at_the_classs_slot():
    rota = with_calendar(ROTA, terms=(AUTUMN, SPRING))
    assert due(pupil(42), "2027-02-10", rota) == day("2027-02-24")
    assert due(pupil(42), "2027-02-11", rota) == day("2027-03-03")


def test_a_teachers_vacation_loan_runs_until_the_next_terms_recall():
    rota = with_calendar(ROTA, terms=(AUTUMN, SPRING))
    assert due(TEACHER, "2027-02-01", rota) == SPRING.recall_on
    assert due(TEACHER, "2027-02-01") == day("2027-02-01") + timedelta(days=120)


def test_without_any_term_the_days_the_slots_and_the_closures_count():
    rota = with_calendar(ROTA, terms=())
    assert due(pupil(42), "2026-09-23", rota) == day("2026-10-14")
    assert due(pupil(51), "2027-07-17", rota) == day("2027-08-02")
    assert due(TEACHER, "2026-09-08", rota) == day("2027-01-06")
    assert due(pupil(42), "2026-09-23", Rota()) == day("2026-10-07")


# --- what came after the loan was made -------------------------------------------------------------------------


def now_due(visitor: Visitor, due_on: str, rota: Rota = ROTA, rules: Rules = RULES) -> date:
    return due_now(visitor, rules, rota, day(due_on))


def test_a_closure_put_over_a_due_date_gives_a_class_until_its_next_slot():
    rota = with_calendar(ROTA, closures=(Closure(1, day("2026-09-21"), day("2026-09-22"), "台风"),))
    assert now_due(pupil(32), "2026-09-21") == day("2026-09-21")
    assert now_due(pupil(32), "2026-09-21", rota) == day("2026-10-05"), "they cannot come earlier"
    assert now_due(TEACHER, "2026-09-21", rota) == day("2026-09-23"), "who is bound to no slot can"


def test_a_new_rota_gives_a_class_until_the_first_slot_it_now_has():
    fridays = replace(ROTA, slots=(replace(WEDNESDAY_EVERY, weekday=5),))
    assert now_due(pupil(42), "2026-09-23") == day("2026-09-23")
    assert now_due(pupil(42), "2026-09-23", fridays) == day("2026-09-25")
    assert now_due(pupil(42), "2026-09-23", replace(ROTA, slots=())) == day("2026-09-23"), "no slot to wait for"


def test_the_recall_day_stays_the_last_one_whatever_the_rota():
    recall = AUTUMN.recall_on
    assert recall is not None
    assert now_due(pupil(32), recall.isoformat()) == recall
    closed = with_calendar(ROTA, closures=(Closure(1, recall, recall, "大雪"),))
    assert now_due(pupil(32), recall.isoformat(), closed) == recall + timedelta(days=1)


# --- laws ------------------------------------------------------------------------------------------------------

some_rules = st.builds(
    lambda days, on_slot: Rules(
        kinds={
            kind: replace(of_kind, due_on_slot=on_slot, materials=dict.fromkeys(Material, LoanRule(2, days, 1)))
            for kind, of_kind in Rules().kinds.items()
        }
    ),
    st.one_of(st.none(), st.integers(0, 90)),
    st.booleans(),
)


def last_day(term: Term, today: date) -> date:
    recall = term.recall_on or term.ends_on
    return recall if today < recall else term.ends_on


@given(rotas(), some_rules, visitors, days_around)
def test_a_due_date_is_never_before_today_and_never_after_the_recall_it_was_lent_before(rota, rules, visitor, today):
    due_on = due_date(visitor, Material.BOOK, rules, rota, today)
    assert due_on >= today
    term = term_of(rota.calendar, today)
    if term is not None:
        assert due_on <= last_day(term, today)


@given(rotas(), some_rules, visitors, days_around)
def test_a_due_date_is_never_in_a_closure_if_it_was_lent_outside_one(rota, rules, visitor, today):
    if is_closed(rota.calendar, today):
        return
    due_on = due_date(visitor, Material.BOOK, rules, rota, today)
    landed = term_of(rota.calendar, due_on)
    if landed is not None and landed != term_of(rota.calendar, today):
        # A vacation loan may find the next term closed from its first day to its recall.
        days = (landed.starts_on + timedelta(days=n) for n in range((due_on - landed.starts_on).days + 1))
        if all(is_closed(rota.calendar, each) for each in days):
            return
    assert not is_closed(rota.calendar, due_on)


@given(rotas(), visitors, days_around, st.integers(0, 60))
def test_a_longer_loan_is_never_due_earlier(rota, visitor, today, days):
    shorter, longer = (
        due_date(visitor, Material.BOOK, with_days(n, visitor.kind), rota, today) for n in (days, days + 1)
    )
    assert shorter <= longer


@given(rotas(), some_rules, visitors, days_around)
def test_as_long_as_nothing_changes_a_loan_stays_due_on_the_day_it_was_made_due(
    rota: Rota, rules: Rules, visitor: Visitor, today: date
) -> None:
    for material in Material:
        due_on = due_date(visitor, material, rules, rota, today)
        now = due_now(visitor, rules, rota, due_on)
        assert now >= due_on
        assert now == due_on or is_closed(rota.calendar, due_on)
