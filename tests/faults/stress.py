"""Many kiosks, each a process of its own, lend and return on one PostgreSQL library as fast as they can.

    python -m tests.faults.stress [--kiosks 10] [--seconds 60] [--fsync]

Prints how many scans were served, how long they took, what was run again, and whether the laws hold afterwards.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import event, func, select

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk import Desk
from kiosk.flows.commands import SessionRef, TakeScan
from kiosk.sample.bulk import Bulk, write_bulk
from kiosk.store import schema
from kiosk.store.library import Library, create_library, open_library
from tests.databases import Postgres, postgres_programs
from tests.desk.school import assert_consistent

DONE = ("lent", "returned", "returned_and_lent")
LEAST = 40  # scans of each kiosk, however slow the machine is
LIMIT = 2  # books of a pupil, by the usual rules


@dataclass(frozen=True)
class Shift:
    """What one kiosk did: how its scans ended with milliseconds each, the requests it showed as done, its runs."""

    scans: tuple[tuple[str, float], ...]
    done: tuple[str, ...]
    runs: int


def prepare(location: str) -> Bulk:
    """A new library with so few books that the kiosks are often at the same ones."""
    library = create_library(location)
    bulk = write_bulk(library, date(2026, 11, 22), titles=20, patrons=480, past_loans=0)
    library.close()
    return bulk


def serve(
    location: str, number: int, opens: datetime, cards: Sequence[str], copies: Sequence[str], until: float
) -> Shift:
    """Be one kiosk until then (time.time): a card, two books, two books given back, and again."""
    chance = random.Random(number)
    library = open_library(location)
    engine: Any = library._engine
    runs: Counter[str] = Counter()
    event.listen(engine, "begin", lambda _: runs.update(("begun",)))
    desk = Desk(library, ManualClock(usual_instant(opens)), f"kiosk-{number}")
    scans: list[tuple[str, float]] = []
    done: list[str] = []

    def scan(code: str, session: SessionRef | None = None) -> Any:
        command = TakeScan(code=code, session=session, request_id=f"stress-{number}-{len(scans)}")
        began = time.perf_counter()
        outcome = desk.perform(command)
        scans.append((outcome.trouble or outcome.kind.value, (time.perf_counter() - began) * 1000))
        if outcome.kind.value in DONE:
            done.append(command.request_id)
        return outcome

    while time.time() < until or len(scans) < LEAST:
        outcome = scan(chance.choice(cards))
        if outcome.patron is not None:
            session = SessionRef(f"kiosk-{number}-s{len(scans)}", outcome.patron.patron_id)
            for _ in range(2):
                scan(chance.choice(copies), session)
        for _ in range(2):
            scan(chance.choice(copies))
    library.close()
    return Shift(tuple(scans), tuple(done), runs["begun"])


def work(location: str, bulk: Bulk, kiosks: int, seconds: float) -> list[Shift]:
    """Let so many kiosks work for so long on the library at `location`."""
    until = time.time() + seconds
    with ProcessPoolExecutor(kiosks, mp_context=get_context("spawn")) as pool:
        shifts = [
            pool.submit(serve, location, number, bulk.opens, bulk.cards, bulk.copies, until) for number in range(kiosks)
        ]
        return [shift.result() for shift in shifts]


def assert_laws(library: Library, shifts: Sequence[Shift]) -> None:
    """What is told as done is there, once; a copy is out once; nobody has more than allowed."""
    assert_consistent(library)
    loans, events = schema.loans, schema.events
    still = loans.c.returned_at.is_(None)

    def most(conn: Any, column: Any) -> int:
        held = select(func.count().label("n")).select_from(loans).where(still).group_by(column).subquery()
        return conn.scalar(select(func.max(held.c.n))) or 0

    assert library.read(lambda conn: most(conn, loans.c.copy_id)) <= 1
    assert library.read(lambda conn: most(conn, loans.c.patron_id)) <= LIMIT
    recorded = set(library.read(lambda conn: conn.scalars(select(events.c.request_id)).all()))
    done = [request for shift in shifts for request in shift.done]
    assert len(set(done)) == len(done)
    assert set(done) <= recorded


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kiosks", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--fsync", action="store_true", help="commits that survive a power cut, as a school has them")
    given = parser.parse_args()
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed here"
    server = Postgres(programs)
    try:
        server.create()
        if given.fsync:
            server.restart(fsync=True)
        location = server.url(server.new_database())
        bulk = prepare(location)
        shifts = work(location, bulk, given.kiosks, given.seconds)
        (counted,) = server.run(
            f"SELECT deadlocks, xact_rollback FROM pg_stat_database WHERE datname = '{location.rpartition('/')[2]}'"
        )
        library = open_library(location)
        assert_laws(library, shifts)
        library.close()
    finally:
        server.destroy()
    scans = [one for shift in shifts for one in shift.scans]
    times = sorted(ms for _, ms in scans)
    sys.stdout.write(
        f"{given.kiosks} kiosks, {given.seconds:g} s: {len(scans)} scans, {len(scans) / given.seconds:.0f} a second\n"
        f"ms: median {times[len(times) // 2]:.1f}, p99 {times[len(times) * 99 // 100]:.1f}, longest {times[-1]:.1f}\n"
        f"outcomes: {dict(Counter(kind for kind, _ in scans))}\n"
        f"run again: {sum(shift.runs for shift in shifts) - len(scans)}; deadlocks, rolled back: {counted}\n"
        "the laws hold\n"
    )


if __name__ == "__main__":
    main()
