"""The one time that is told to who is refused now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.chances import next_chance
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.policy import Moment, PatronFacts, Reason, ReasonCode, blocks
from kiosk.lending.rota import Rota
from kiosk.lending.rules import OutsideTerms, Rules
from tests.lending.school import (
    ROTA,
    RULES,
    all_rules,
    at,
    class_ids,
    day,
    instants,
    loan,
    moment,
    reader,
    rotas,
)


def chance(patron: PatronFacts, now: datetime, rota: Rota = ROTA, rules: Rules = RULES) -> object:
    return next_chance(blocks(patron, rules, rota, Moment(now)), patron.visitor, rules, rota, now)


def test_it_is_the_classs_turn_after_the_last_of_all_that_refuses():
    """Suspended until a Saturday, and the class's next turn lies before that: neither of the two dates is right."""
    suspended = replace(reader(42), suspended_until=day("2026-10-17"))  # class 42 comes each Wednesday
    assert chance(suspended, at("2026-10-12 12:05")) == at("2026-10-21 12:00")


def test_a_turn_on_the_very_day_a_suspension_ends_is_the_one():
    suspended = replace(reader(42), suspended_until=day("2026-10-21"))
    assert chance(suspended, at("2026-10-12 12:05")) == at("2026-10-21 12:00")


def test_what_is_overdue_counts_as_brought_back_today_with_the_suspension_that_brings():
    late = reader(42, loan("2026-09-10"))
    assert chance(late, at("2026-09-21 12:05")) == at("2026-10-14 12:00")  # 11 days, then two that are closed


def test_a_closure_is_waited_out():
    assert chance(reader(42), at("2026-10-02 12:05")) == at("2026-10-14 12:00")


def test_who_can_help_themselves_at_once_waits_for_nothing():
    full = reader(31, loan("2026-09-28"), loan("2026-09-28", 2))
    assert [one.code for one in blocks(full, RULES, ROTA, moment("2026-09-14 12:05"))] == [ReasonCode.LIMIT]
    assert chance(full, at("2026-09-14 12:05")) is None
    assert chance(reader(31), at("2026-09-14 12:05")) is None


def test_a_stopped_card_hears_of_no_date():
    assert chance(replace(reader(31), active=False), at("2026-09-15 12:05")) is None


def test_a_pupil_without_a_turn_hears_of_no_date():
    assert chance(reader(None), at("2026-09-14 12:05")) is None


def test_who_is_not_bound_to_the_rota_hears_the_first_open_day():
    teacher = replace(reader(None, kind=PatronKind.TEACHER), suspended_until=day("2026-10-17"))
    assert chance(teacher, at("2026-10-12 12:05")) == day("2026-10-19")
    assert chance(replace(teacher, suspended_until=None), at("2026-10-02 12:05")) == day("2026-10-08")


def test_outside_the_terms_a_library_open_to_all_is_the_next_chance():
    to_all = replace(RULES, outside_terms=OutsideTerms.OPEN_TO_ALL)
    late = replace(reader(42), suspended_until=day("2027-01-30"))
    assert chance(late, at("2027-01-20 12:05"), rules=to_all) == day("2027-02-01")
    assert chance(late, at("2027-01-20 12:05")) is None


@given(
    rotas(),
    all_rules,
    instants,
    class_ids,
    st.sampled_from((PatronKind.PUPIL, PatronKind.TEACHER)),
    st.none() | st.integers(1, 60),
)
def test_nothing_refuses_at_the_time_that_is_told(rota, rules, now, class_id, kind, days):
    patron = reader(class_id, kind=kind)
    if days is not None:
        patron = replace(patron, suspended_until=now.date() + timedelta(days=days))
    told = chance(patron, now, rota, rules)
    if told is None:
        return
    then = told if isinstance(told, datetime) else datetime.combine(told, at("2026-01-01 12:00").time())
    assert then > now
    assert blocks(patron, rules, rota, Moment(then)) == ()


def test_reasons_that_are_only_about_a_copy_give_no_date():
    repair = (Reason(ReasonCode.IN_REPAIR),)
    assert next_chance(repair, Visitor(PatronKind.PUPIL, 31, 3), RULES, ROTA, at("2026-09-14 12:05")) is None
