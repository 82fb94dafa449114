import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.patrons import grade_on, school_year
from tests.lending.school import day


@pytest.mark.parametrize(
    ("today", "grade"),
    [("2024-09-01", 1), ("2025-08-31", 1), ("2025-09-01", 2), ("2026-02-28", 2), ("2030-09-01", 7)],
)
def test_every_class_moves_up_on_the_first_of_september(today, grade):
    assert grade_on(2024, day(today)) == grade


def test_a_school_may_begin_its_year_on_another_day():
    assert school_year(day("2026-08-28"), starts=(8, 25)) == 2026
    assert school_year(day("2026-08-24"), starts=(8, 25)) == 2025


@given(st.dates(day("2000-01-01"), day("2090-12-31")))
def test_a_day_belongs_to_the_school_year_that_began_at_most_a_year_before(today):
    assert today.year - school_year(today) in (0, 1)
