"""Clocks: the wall as aware UTC, and monotonic seconds for everything that is measured or counted down.

Rules and flows never ask a clock; they are handed a time. The desk reads the wall once per command.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from kiosk.lending.calendar import USUAL_ZONE


def usual_local(instant: datetime) -> datetime:
    """The local time (naive) of an aware instant where a library is that has not said where."""
    return instant.astimezone(ZoneInfo(USUAL_ZONE)).replace(tzinfo=None)


def usual_instant(local: datetime) -> datetime:
    """The aware UTC instant of such a library's local time (naive)."""
    return local.replace(tzinfo=ZoneInfo(USUAL_ZONE)).astimezone(UTC)


FIRST_YEAR, LAST_YEAR = 1970, 2200
"""The years that times may be in: so far from the ends of the calendar every sum of times stays in it."""


def read_time(words: str) -> datetime:
    """An ISO 8601 time such as `2026-11-23T12:00`, aware if it names an offset.

    Raises ValueError for anything else and for years that the program does not count with.
    """
    time = datetime.fromisoformat(words)
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ValueError(words)
    return time


class Clock(Protocol):
    """What tells the time."""

    def utc(self) -> datetime:
        """The wall clock as an aware UTC datetime. It may jump when somebody sets it."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a clock is set with an aware datetime")
    return instant.astimezone(UTC)


class SystemClock:
    """This machine's clock."""

    def utc(self) -> datetime:
        """The machine's wall clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The machine's monotonic clock."""
        return time.monotonic()


class ShiftedClock:
    """A clock that stood at `start` when it was made and runs on from there (`--now`, the demo).

    Raises ValueError for a naive `start`. Its wall runs with the monotonic clock, so that somebody setting the
    machine's clock does not move it.
    """

    def __init__(self, start: datetime) -> None:
        self._start = _aware(start)
        self._began = time.monotonic()

    def utc(self) -> datetime:
        """The start plus what has passed since."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def monotonic(self) -> float:
        """The machine's monotonic clock."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told: for tests and replay. Raises ValueError for a naive `utc`."""

    def __init__(self, utc: datetime, monotonic: float = 0.0) -> None:
        self._utc = _aware(utc)
        self._monotonic = monotonic

    def utc(self) -> datetime:
        """The instant it was last set or advanced to."""
        return self._utc

    def monotonic(self) -> float:
        """The seconds it has been advanced by, plus what it began with."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass, on the wall and on the monotonic clock. Raises ValueError for a negative span."""
        if seconds < 0:
            raise ValueError("time does not pass backwards; use set() for a wall clock that is put back")
        self._utc += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set(self, utc: datetime) -> None:
        """Put the wall clock somewhere else, forward or back; the monotonic clock does not notice."""
        self._utc = _aware(utc)
