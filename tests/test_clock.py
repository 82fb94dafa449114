"""Clocks: aware, monotonic where they must be, and movable where a test or a demo needs it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.clock import Clock, ManualClock, ShiftedClock, SystemClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("clock", [SystemClock(), ShiftedClock(NOON), ManualClock(NOON)])
def test_every_clock_tells_aware_utc_and_never_goes_back_on_its_monotonic_side(clock: Clock) -> None:
    assert clock.utc().tzinfo is UTC
    first = clock.monotonic()
    assert clock.monotonic() >= first


def test_a_shifted_clock_begins_where_it_was_told_and_runs() -> None:
    clock = ShiftedClock(NOON)
    first = clock.utc()
    assert timedelta(0) <= first - NOON < timedelta(seconds=5)
    time.sleep(0.002)
    assert clock.utc() > first


@pytest.mark.parametrize("make", [ShiftedClock, ManualClock])
def test_a_clock_refuses_a_time_without_a_zone(make: type) -> None:
    with pytest.raises(ValueError, match="aware"):
        make(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001  that is the point


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(NOON, monotonic=7.0)
    assert (clock.utc(), clock.monotonic()) == (NOON, 7.0)
    clock.advance(90)
    assert (clock.utc(), clock.monotonic()) == (NOON + timedelta(seconds=90), 97.0)


def test_setting_a_manual_clock_back_leaves_its_monotonic_side_alone() -> None:
    clock = ManualClock(NOON)
    clock.set(NOON - timedelta(days=400))
    assert (clock.utc(), clock.monotonic()) == (NOON - timedelta(days=400), 0.0)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
