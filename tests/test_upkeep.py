"""The backup of each day is made without a restart, and no trouble ends the looking after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from kiosk.clock import ManualClock
from kiosk.settings import Settings
from kiosk.store.library import Library
from kiosk.upkeep import Upkeep

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


@contextmanager
def upkeep(library: Library, folder: Path, clock: ManualClock) -> Iterator[Upkeep]:
    settings = attrs.evolve(Settings(), backup=attrs.evolve(Settings().backup, folder=str(folder)))
    one = Upkeep(settings, library.location, clock, after=0.0, every=0.01)
    one.library_opened(library)
    yield one
    one.close()
    assert one._thread is not None
    one._thread.join(30)


def days(folder: Path) -> list[str]:
    return sorted(file.name[8:16] for file in folder.glob("library-*.db"))


def test_a_kiosk_that_is_never_restarted_has_a_backup_of_each_day(sqlite_library: Library, tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    with upkeep(sqlite_library, tmp_path, clock):
        until(lambda: days(tmp_path) == ["20261123"])
        clock.advance(24 * 3600)
        until(lambda: days(tmp_path) == ["20261123", "20261124"])


def test_a_stick_that_is_missing_is_told_once_and_gets_its_backup_when_it_is_back(
    sqlite_library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stick = tmp_path / "stick"
    looks: list[int] = []

    class Counting(ManualClock):
        def utc(self) -> datetime:
            looks.append(1)
            return super().utc()

    with upkeep(sqlite_library, stick, Counting(NOW)):
        until(lambda: len(looks) > 3)
        stick.mkdir()
        until(lambda: days(stick) == ["20261123"])
    assert caplog.text.count("no backup today") == 1


def test_a_defect_ends_no_backups(sqlite_library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fails = [1, 1, 1]

    class Wild(ManualClock):
        def utc(self) -> datetime:
            if fails:
                fails.pop()
                raise OverflowError
            return super().utc()

    with upkeep(sqlite_library, tmp_path, Wild(NOW)):
        until(lambda: days(tmp_path) == ["20261123"])
    assert caplog.text.count("no backup today: OverflowError at ") == 1
