"""A full disk, a lock of another program, a clock put back, a library gone: told calmly, then back by itself."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.commands import TakeScan
from kiosk.flows.effects import Told
from kiosk.flows.events import Scan, Tick
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, SessionView, TroubleView
from kiosk.store import library as store
from kiosk.store.library import FILE_NAME, open_library
from tests.desk.school import BOOK, BOOK_2, BOOK_3, LI, NOON, WANG, School, assert_consistent, open_loans

ROOT = Path(__file__).parents[2]


class Kiosk:
    """The engine over a real door, in one thread, with a clock of its own."""

    def __init__(self, location: str) -> None:
        self.clock = ManualClock(usual_instant(NOON))
        self.door = Door(location, self.clock, "kiosk")
        self.told: list[Told] = []
        around = Surroundings(ask=self.door.perform, told=self.told.append)
        self.engine = Engine(Config(boot="boot"), around, self.clock.monotonic())

    def scan(self, code: str) -> str:
        """Scan, and what came of it."""
        self.wait(0.5)
        now = self.clock.monotonic()
        self.engine.handle(Scan(code, "test", now, now))
        return self.told[-1].outcome.kind.value

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.engine.handle(Tick(self.clock.monotonic(), self.door.local_now()))

    @property
    def view(self) -> Any:
        return self.engine.view(self.clock.monotonic())


@pytest.fixture
def kiosk(school_location: str) -> Iterator[Kiosk]:
    kiosk = Kiosk(school_location)
    yield kiosk
    kiosk.door.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock is given up on after a moment, to keep the tests short."""
    monkeypatch.setattr(store, "BUSY_MS", 50)


@contextmanager
def locked(location: str) -> Iterator[None]:
    """Another program writes in the library and does not come to an end."""
    other = sqlite3.connect(Path(location) / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_locked_by_another_program_is_told_and_the_kiosk_comes_back_by_itself(
    impatient: None, kiosk: Kiosk, school_location: str
) -> None:
    assert [kiosk.scan(WANG), kiosk.scan(BOOK)] == ["identified", "lent"]
    with locked(school_location):
        assert kiosk.scan(BOOK_2) == "trouble"
        assert kiosk.told[-1].outcome.trouble == "locked"
        assert isinstance(kiosk.view, TroubleView)
        assert kiosk.view.headline.key == "session.trouble.locked"
        for _ in range(3):  # it looks whether it may write again, not only read
            kiosk.wait(2.1)
            assert isinstance(kiosk.view, TroubleView)
    kiosk.wait(2.1)
    assert isinstance(kiosk.view, SessionView)
    assert kiosk.scan(BOOK_2) == "lent"
    assert len(open_loans(open_library(school_location))) == 2


def limit_pages(kiosk: Kiosk) -> Callable[[], None]:
    """Let the library's file grow no further: SQLite then says FULL, as for a disk without room."""
    library: Any = kiosk.door._library

    def no_more(dbapi: Any, *_: object) -> None:
        pages = dbapi.execute("PRAGMA page_count").fetchone()[0]
        dbapi.execute(f"PRAGMA max_page_count={pages}")

    library._engine.dispose()
    event.listen(library._engine, "connect", no_more)

    def make_room() -> None:
        event.remove(library._engine, "connect", no_more)
        library._engine.dispose()

    return make_room


def test_a_full_disk_is_told_keeps_what_was_done_and_works_again_with_room(kiosk: Kiosk, school_location: str) -> None:
    kiosk.scan(WANG)
    make_room = limit_pages(kiosk)
    outcomes = []
    for _ in range(400):
        outcomes += [kiosk.scan(BOOK), kiosk.scan(BOOK_2)]
        if outcomes[-1] == "trouble":
            break
        if not isinstance(kiosk.view, SessionView):
            kiosk.scan(WANG)
        kiosk.scan(LI if outcomes[-1] == "lent" else WANG)
    assert outcomes[-1] == "trouble"
    assert kiosk.told[-1].outcome.trouble == "disk_full"
    assert kiosk.view.headline.key == "session.trouble.disk_full"
    kiosk.wait(5)  # whatever is asked meanwhile needs no room
    make_room()
    kiosk.wait(2.1)
    assert not isinstance(kiosk.view, TroubleView)
    kiosk.scan(LI)
    assert kiosk.scan(BOOK_3) == "lent"
    library = open_library(school_location)
    assert_consistent(library)
    library.close()


DISK_FULL = """
import resource, signal, sys
from pathlib import Path
from datetime import timedelta
from tests.desk.school import *
from tests.faults.test_troubles import Kiosk
location = sys.argv[1]
kiosk = Kiosk(location)
kiosk.scan(HAN)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = max(path.stat().st_size for path in Path(location).iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
done = []
for serial in range(1, 60):
    outcome = kiosk.scan(copy(serial % 9 + 1))
    if outcome == "trouble":
        break
    done.append(outcome)
print(outcome, kiosk.told[-1].outcome.trouble, type(kiosk.view).__name__)
kiosk.wait(4.5)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
kiosk.wait(2.1)
print(type(kiosk.view).__name__, kiosk.scan(copy(20)))
print(len(done))
"""


def test_a_limit_of_the_system_on_the_file_is_told_as_a_full_disk(school_location: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DISK_FULL, school_location], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "trouble disk_full TroubleView"
    assert lines[1] == "SessionView lent"
    library = open_library(school_location)
    assert_consistent(library)
    library.close()


def test_a_clock_put_back_takes_returns_refuses_loans_and_says_why(kiosk: Kiosk) -> None:
    assert [kiosk.scan(WANG), kiosk.scan(BOOK)] == ["identified", "lent"]
    kiosk.clock.set(usual_instant(NOON) - timedelta(days=400))
    assert kiosk.scan(BOOK_2) == "refused"
    assert [reason.code.value for reason in kiosk.told[-1].outcome.reasons] == ["clock"]
    kiosk.wait(30)
    assert isinstance(kiosk.view, IdleView)
    kiosk.wait(0.1)
    assert kiosk.view.trouble is not None and kiosk.view.trouble.key == "session.trouble.clock"
    assert kiosk.scan(BOOK) == "returned"
    kiosk.clock.set(usual_instant(NOON) + timedelta(minutes=2))
    assert [kiosk.scan(WANG), kiosk.scan(BOOK_2)] == ["identified", "lent"]


def test_a_library_taken_away_is_told_and_used_again_when_it_is_back(kiosk: Kiosk, school_location: str) -> None:
    assert kiosk.scan(WANG) == "identified"
    folder = Path(school_location)
    away = folder.rename(folder.with_name("away"))
    assert kiosk.scan(BOOK) == "trouble"
    assert kiosk.told[-1].outcome.trouble == "unreachable"
    away.rename(folder)
    kiosk.wait(2.1)
    assert kiosk.scan(BOOK) == "lent"


def test_a_folder_that_may_not_be_written_says_so(school_location: str, tmp_path: Path) -> None:
    file = Path(school_location) / FILE_NAME
    library = open_library(school_location)
    school = School(library)
    session = school.session(WANG)

    def query_only(dbapi: Any, *_: object) -> None:
        dbapi.execute("PRAGMA query_only=ON")  # root may write anywhere: SQLite itself refuses as for a read-only file

    engine: Any = library._engine
    engine.dispose()
    event.listen(engine, "connect", query_only)
    outcome = school.ask(TakeScan(code=BOOK, session=session))
    assert (outcome.kind, outcome.trouble) == (OutcomeKind.TROUBLE, "no_permission")
    assert os.access(file, os.R_OK)
    library.close()
