import json
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.calendar import Closure, SwapDay, is_closed
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.rota import (
    Admission,
    Audience,
    AudienceKind,
    ExtraSlot,
    Rota,
    SlotSwap,
    admission,
    audience_from_plain,
    audience_to_plain,
    first_turn_day,
    next_sitting,
    next_turn,
    sittings_on,
    turns_at,
)
from kiosk.lending.rules import OutsideTerms, Rules
from tests.lending.school import (
    AUTUMN,
    CALENDAR,
    EVERYONE,
    HALF_PAST,
    LIBRARIAN,
    MONDAY,
    MONDAY_EVEN,
    MONDAY_LATER,
    MONDAY_ODD,
    NOON,
    ROTA,
    RULES,
    SATURDAY,
    TEACHER,
    TEACHERS,
    WEDNESDAY_EVERY,
    all_rules,
    at,
    classes,
    day,
    days_around,
    grades,
    instants,
    pupil,
    rotas,
    visitors,
)


def may_borrow(rota: Rota, rules: Rules, visitor: Visitor, now: datetime) -> bool:
    return admission(rota, rules, visitor, now) is Admission.ADMITTED


def with_calendar(rota: Rota, **changes: object) -> Rota:
    return replace(rota, calendar=replace(rota.calendar, **changes))


def audiences_on(rota: Rota, text: str) -> list[Audience]:
    return [sitting.audience for sitting in sittings_on(rota, day(text))]


# --- audiences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "visitor", "admitted"),
    [
        (classes(31), pupil(31), True),
        (classes(31), pupil(32), False),
        (classes(31), pupil(None), False),
        (classes(31, 32), Visitor(PatronKind.CLASS_SET, 32, 3), True),
        (grades(3), pupil(32), True),
        (grades(3), pupil(41), False),
        (grades(3), pupil(None), False),
        (EVERYONE, pupil(None), True),
        (EVERYONE, TEACHER, True),
        (TEACHERS, TEACHER, True),
        (TEACHERS, pupil(31), False),
        (TEACHERS, LIBRARIAN, True),
        (classes(), LIBRARIAN, True),
    ],
)
def test_an_audience_admits_whom_it_names_and_every_librarian(audience, visitor, admitted):
    assert audience.admits(visitor) is admitted


@given(
    st.builds(
        Audience,
        st.sampled_from(AudienceKind),
        st.frozensets(st.integers(1, 99)),
        st.frozensets(st.integers(1, 9)),
    )
)
def test_an_audience_survives_json(audience):
    assert audience_from_plain(json.loads(json.dumps(audience_to_plain(audience)))) == audience


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "kind must be one of classes, grades, everyone, teachers, not None."),
        ({"kind": "parents"}, "kind must be one of classes, grades, everyone, teachers, not 'parents'."),
        ({"kind": "classes", "classes": [1, "2"]}, "classes must be a list of whole numbers, not [1, '2']."),
        ({"kind": "grades", "grades": 3}, "grades must be a list of whole numbers, not 3."),
        ({"kind": "grades", "grade": [3]}, "grade is no setting; allowed are kind, classes, grades."),
    ],
)
def test_a_wrong_audience_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(ValueError) as refusal:
        audience_from_plain(data)
    assert str(refusal.value) == sentence


# --- weekly slots ----------------------------------------------------------------------------------------------


def test_odd_and_even_weeks_alternate_from_the_terms_first_week():
    assert audiences_on(ROTA, "2026-09-07") == [MONDAY_EVEN.audience, MONDAY_LATER.audience]
    assert audiences_on(ROTA, "2026-09-14") == [MONDAY_ODD.audience, MONDAY_LATER.audience]
    assert audiences_on(ROTA, "2026-09-09") == [WEDNESDAY_EVERY.audience]


def test_a_term_that_starts_on_a_sunday_has_that_one_day_as_its_first_week():
    rota = with_calendar(ROTA, terms=(replace(AUTUMN, starts_on=day("2026-09-06")),))
    assert audiences_on(rota, "2026-09-07")[0] == MONDAY_EVEN.audience


def test_a_term_that_starts_on_a_wednesday_has_no_sitting_before_it_in_its_first_week():
    rota = with_calendar(ROTA, terms=(replace(AUTUMN, starts_on=day("2026-09-02")),))
    assert sittings_on(rota, day("2026-08-31")) == ()
    assert audiences_on(rota, "2026-09-02") == [WEDNESDAY_EVERY.audience]
    assert audiences_on(rota, "2026-09-07")[0] == MONDAY_EVEN.audience


def test_no_slot_holds_in_a_closure_or_outside_the_terms():
    assert sittings_on(ROTA, day("2026-10-07")) == ()  # Wednesday in the National Day closure
    assert sittings_on(ROTA, day("2027-01-25")) == ()


def test_without_any_term_the_rota_runs_by_the_weeks_of_the_year():
    rota = with_calendar(ROTA, terms=())
    assert audiences_on(rota, "2026-09-07")[0] == MONDAY_ODD.audience  # ISO week 37
    assert audiences_on(rota, "2027-07-19")[0] == MONDAY_ODD.audience  # ISO week 29


# --- swap days -------------------------------------------------------------------------------------------------


def test_a_swap_day_on_a_saturday_uses_the_other_weekday_in_its_own_week():
    # Saturday 2026-10-10 lies in week 6.
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), MONDAY),))
    assert audiences_on(rota, "2026-10-10") == [MONDAY_EVEN.audience, MONDAY_LATER.audience]


def test_a_swap_day_with_as_of_uses_that_days_week_too():
    # It stands for Monday 2026-10-05, which lies in week 6; Monday 2026-09-28 lies in week 5.
    even = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), MONDAY, day("2026-10-05")),))
    odd = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), MONDAY, day("2026-09-28")),))
    assert audiences_on(even, "2026-10-10")[0] == MONDAY_EVEN.audience
    assert audiences_on(odd, "2026-10-10")[0] == MONDAY_ODD.audience


def test_as_of_names_the_weekday_even_where_the_entered_weekday_differs():
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), SATURDAY, day("2026-10-07")),))
    assert audiences_on(rota, "2026-10-10") == [WEDNESDAY_EVERY.audience]


def test_as_of_outside_every_term_lends_only_its_weekday():
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), MONDAY, day("2026-08-24")),))
    assert audiences_on(rota, "2026-10-10")[0] == MONDAY_EVEN.audience


def test_a_swap_day_replaces_its_own_weekdays_rota():
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-09-09"), MONDAY),))
    assert WEDNESDAY_EVERY.audience not in audiences_on(rota, "2026-09-09")


def test_of_two_swap_days_entered_for_one_day_the_first_holds():
    entered = (SwapDay(day("2026-10-10"), MONDAY), SwapDay(day("2026-10-10"), 3))
    assert len(sittings_on(with_calendar(ROTA, swap_days=entered), day("2026-10-10"))) == 2


def test_a_swap_day_inside_a_closure_has_its_sittings():
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-03"), MONDAY),))
    assert len(sittings_on(rota, day("2026-10-03"))) == 2
    assert may_borrow(rota, RULES, pupil(41), at("2026-10-03 12:20"))


# --- extra slots and swaps -------------------------------------------------------------------------------------


def test_an_extra_slot_stands_in_order_among_the_others():
    rota = replace(ROTA, extras=(ExtraSlot(1, day("2026-09-07"), time(11), time(11, 30), classes(51)),))
    assert audiences_on(rota, "2026-09-07") == [
        classes(51),
        MONDAY_EVEN.audience,
        MONDAY_LATER.audience,
    ]
    assert sittings_on(rota, day("2026-09-07"))[0].slot_id is None


def test_an_extra_slot_holds_where_no_term_does_but_never_in_a_closure():
    extras = (
        ExtraSlot(1, day("2026-08-25"), NOON, HALF_PAST, EVERYONE),
        ExtraSlot(2, day("2026-10-02"), NOON, HALF_PAST, EVERYONE),
    )
    rota = replace(ROTA, extras=extras)
    assert may_borrow(rota, RULES, pupil(31), at("2026-08-25 12:10"))
    assert sittings_on(rota, day("2026-10-02")) == ()
    assert admission(rota, RULES, pupil(31), at("2026-10-02 12:10")) is Admission.CLOSED


SWAP = SlotSwap(1, MONDAY_EVEN.slot_id, day("2026-09-21"), WEDNESDAY_EVERY.slot_id, day("2026-09-23"))


def test_two_classes_that_swap_have_each_others_sitting_on_those_days_only():
    rota = replace(ROTA, swaps=(SWAP,))
    assert audiences_on(rota, "2026-09-21")[0] == classes(42)
    assert audiences_on(rota, "2026-09-23") == [classes(32)]
    assert audiences_on(rota, "2026-09-30") == [classes(42)]
    assert next_turn(rota, pupil(32), at("2026-09-20 08:00")).starts == at("2026-09-23 12:00")


def test_when_one_side_of_a_swap_falls_in_a_closure_the_other_class_keeps_what_it_was_promised():
    closure = Closure(2, day("2026-09-23"), day("2026-09-23"))
    rota = with_calendar(replace(ROTA, swaps=(SWAP,)), closures=(closure,))
    assert audiences_on(rota, "2026-09-21")[0] == classes(42)
    assert sittings_on(rota, day("2026-09-23")) == ()


def test_swaps_of_the_same_sitting_follow_one_another():
    again = SlotSwap(2, WEDNESDAY_EVERY.slot_id, day("2026-09-23"), MONDAY_LATER.slot_id, day("2026-09-21"))
    rota = replace(ROTA, swaps=(SWAP, again))
    assert audiences_on(rota, "2026-09-21") == [classes(42), classes(32)]
    assert audiences_on(rota, "2026-09-23") == [classes(41)]


def test_a_swap_with_a_slot_that_is_no_more_changes_nothing():
    rota = replace(ROTA, swaps=(replace(SWAP, second_slot=99),))
    assert audiences_on(rota, "2026-09-21") == audiences_on(ROTA, "2026-09-21")


# --- turns at a moment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "admitted"),
    [("11:54:59", False), ("11:55", True), ("12:00", True), ("12:24:59", True), ("12:25", False)],
)
def test_tolerance_reaches_from_minutes_before_to_minutes_after(clock, admitted):
    assert may_borrow(ROTA, RULES, pupil(32), at(f"2026-09-07 {clock}")) is admitted


def test_without_tolerance_a_slot_holds_from_its_start_up_to_its_end():
    strict = replace(RULES, minutes_before=0, minutes_after=0)
    clocks = ("11:59:59", "12:00", "12:14:59", "12:15")
    admitted = [may_borrow(ROTA, strict, pupil(32), at(f"2026-09-07 {clock}")) for clock in clocks]
    assert admitted == [False, True, True, False]


def test_the_running_sitting_is_whose_turn_it_is_but_the_class_before_is_still_let_in():
    now = at("2026-09-07 12:20")
    assert [sitting.audience for sitting in turns_at(ROTA, RULES, now)] == [classes(41)]
    assert may_borrow(ROTA, RULES, pupil(32), now)
    assert may_borrow(ROTA, RULES, pupil(41), now)


def test_between_sittings_the_turn_is_theirs_whose_tolerance_reaches_there():
    assert [s.audience for s in turns_at(ROTA, RULES, at("2026-09-07 11:57"))] == [classes(32)]
    assert [s.audience for s in turns_at(ROTA, RULES, at("2026-09-07 12:38"))] == [classes(41)]
    assert turns_at(ROTA, RULES, at("2026-09-07 12:40")) == ()


def test_tolerance_reaches_over_midnight():
    late = replace(MONDAY_LATER, starts=time(23, 30), ends=time(23, 55))
    early = replace(WEDNESDAY_EVERY, starts=time(0, 2), ends=time(0, 30))
    rota = replace(ROTA, slots=(late, early))
    assert may_borrow(rota, RULES, pupil(41), at("2026-09-08 00:04"))
    assert may_borrow(rota, RULES, pupil(42), at("2026-09-08 23:58"))
    assert not may_borrow(rota, RULES, pupil(42), at("2026-09-07 23:58"))


# --- may this visitor borrow -----------------------------------------------------------------------------------


def test_a_pupil_without_a_class_is_never_in_a_class_slot():
    assert admission(ROTA, RULES, pupil(None), at("2026-09-07 12:05")) is Admission.NOT_YOUR_SLOT


def test_teachers_and_class_sets_may_borrow_on_any_open_day_at_any_time():
    class_set = Visitor(PatronKind.CLASS_SET, 31, 3)
    for visitor in (TEACHER, class_set, LIBRARIAN):
        assert may_borrow(ROTA, RULES, visitor, at("2026-09-08 09:00"))
        assert may_borrow(ROTA, RULES, visitor, at("2026-09-12 09:00"))  # a Saturday in term


@pytest.mark.parametrize("visitor", [pupil(42), TEACHER, LIBRARIAN])
def test_a_closure_refuses_everybody(visitor):
    assert admission(ROTA, RULES, visitor, at("2026-10-07 12:05")) is Admission.CLOSED


@pytest.mark.parametrize("visitor", [pupil(42), TEACHER])
def test_outside_the_terms_the_library_decides(visitor):
    vacation = at("2027-02-03 12:05")
    open_to_all = replace(RULES, outside_terms=OutsideTerms.OPEN_TO_ALL)
    assert admission(ROTA, RULES, visitor, vacation) is Admission.CLOSED
    assert admission(ROTA, open_to_all, visitor, vacation) is Admission.ADMITTED


def test_a_closure_closes_also_a_vacation_that_is_open_to_all():
    rota = with_calendar(ROTA, closures=(Closure(1, day("2027-02-01"), day("2027-02-14")),))
    open_to_all = replace(RULES, outside_terms=OutsideTerms.OPEN_TO_ALL)
    assert not may_borrow(rota, open_to_all, pupil(42), at("2027-02-03 12:05"))


def test_an_opening_in_the_vacation_is_an_open_day_with_a_slot():
    rota = replace(ROTA, extras=(ExtraSlot(1, day("2026-08-25"), NOON, HALF_PAST, grades(3)),))
    assert admission(rota, RULES, pupil(31), at("2026-08-25 12:10")) is Admission.ADMITTED
    assert admission(rota, RULES, pupil(41), at("2026-08-25 12:10")) is Admission.NOT_YOUR_SLOT
    assert admission(rota, RULES, TEACHER, at("2026-08-25 09:10")) is Admission.ADMITTED
    assert admission(rota, RULES, pupil(31), at("2026-08-26 12:10")) is Admission.CLOSED


def test_a_library_without_any_slot_is_open_to_all_on_open_days():
    rota = Rota(calendar=CALENDAR)
    assert may_borrow(rota, RULES, pupil(31), at("2026-09-08 09:00"))
    assert not may_borrow(rota, RULES, pupil(31), at("2026-10-02 09:00"))
    assert not may_borrow(rota, RULES, pupil(31), at("2027-02-02 09:00"))
    assert may_borrow(Rota(), RULES, pupil(None), at("2031-07-14 03:00"))


# --- next turn -------------------------------------------------------------------------------------------------


def test_the_next_turn_is_the_next_one_of_that_class_not_the_one_running():
    assert next_turn(ROTA, pupil(32), at("2026-09-07 11:59")).starts == at("2026-09-07 12:00")
    assert next_turn(ROTA, pupil(32), at("2026-09-07 12:00")).starts == at("2026-09-21 12:00")


def test_the_next_turn_jumps_over_a_closure_and_into_a_swap_day():
    assert next_turn(ROTA, pupil(42), at("2026-09-30 13:00")).starts == at("2026-10-14 12:00")
    rota = with_calendar(ROTA, swap_days=(SwapDay(day("2026-10-10"), 3),))
    assert next_turn(rota, pupil(42), at("2026-09-30 13:00")).starts == at("2026-10-10 12:00")


def test_who_has_no_slot_has_no_next_turn():
    assert next_turn(ROTA, pupil(51), at("2026-09-07 08:00")) is None
    assert next_turn(ROTA, pupil(31), at("2027-01-22 08:00")) is None


def test_the_horizon_bounds_the_search():
    after = at("2026-07-01 08:00")
    assert next_turn(ROTA, pupil(42), after).starts == at("2026-09-02 12:00")
    assert next_turn(ROTA, pupil(42), after, horizon_days=30) is None


def test_the_next_sitting_of_anybody_is_the_earliest():
    assert next_sitting(ROTA, at("2026-09-04 16:00")).audience == MONDAY_EVEN.audience
    assert next_sitting(Rota(), at("2026-09-04 16:00")) is None


# --- laws ------------------------------------------------------------------------------------------------------


@given(rotas(), days_around)
def test_sittings_are_in_order_on_their_day_and_never_in_a_closure(rota, today):
    sittings = sittings_on(rota, today)
    assert [sitting.starts for sitting in sittings] == sorted(sitting.starts for sitting in sittings)
    assert all(sitting.starts.date() == today == sitting.ends.date() for sitting in sittings)
    assert not (sittings and is_closed(rota.calendar, today))


@given(rotas(), visitors, instants)
def test_the_next_turn_is_the_first_sitting_found_day_by_day(rota, visitor, now):
    found = None
    for ahead in range(61):
        sittings = sittings_on(rota, now.date() + timedelta(days=ahead))
        theirs = [s for s in sittings if s.starts > now and s.audience.admits(visitor)]
        if theirs:
            found = theirs[0]
            break
    assert next_turn(rota, visitor, now, horizon_days=60) == found


@given(rotas(), all_rules, visitors, instants)
def test_whoever_is_bound_and_let_in_has_a_sitting_near_or_no_rota_stands_in_the_way(rota, rules, visitor, now):
    if not may_borrow(rota, rules, visitor, now):
        return
    assert not is_closed(rota.calendar, now.date())
    if not rules.kinds[visitor.kind].bound_to_rota or not rota.slots:
        return
    outside = rota.calendar.terms and not AUTUMN.starts_on <= now.date() <= AUTUMN.ends_on
    if outside and rules.outside_terms is OutsideTerms.OPEN_TO_ALL:
        return
    near = [
        sitting
        for ahead in (-1, 0, 1)
        for sitting in sittings_on(rota, now.date() + timedelta(days=ahead))
        if sitting.audience.admits(visitor)
    ]
    before, after = timedelta(minutes=rules.minutes_before), timedelta(minutes=rules.minutes_after)
    assert any(sitting.starts - before <= now < sitting.ends + after for sitting in near)


@given(rotas(), all_rules, instants)
def test_turns_are_all_running_or_all_within_tolerance(rota, rules, now):
    turns = turns_at(rota, rules, now)
    running = [sitting for sitting in turns if sitting.starts <= now < sitting.ends]
    assert running in ([], list(turns))
    on_the_day = [sitting for sitting in sittings_on(rota, now.date()) if sitting.starts <= now < sitting.ends]
    assert running == on_the_day


@given(rotas(), visitors, days_around)
def test_the_first_turn_day_is_the_day_of_the_next_turn(rota, visitor, first):
    last = first + timedelta(days=60)
    midnight = datetime.combine(first, time()) - timedelta(microseconds=1)
    turn = next_turn(rota, visitor, midnight, horizon_days=61)
    expected = None if turn is None or turn.starts.date() > last else turn.starts.date()
    assert first_turn_day(rota, visitor, first, last) == expected
