"""Killed at random moments under a stream of scans, 200 times: what was shown as done is done, and nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, func, select

from kiosk.store import schema
from kiosk.store.library import open_library
from tests.desk.school import assert_consistent

ROUNDS = 200
ROOT = Path(__file__).parents[2]
ACTIONS = {"lent": ["lent"], "returned": ["returned"], "returned_and_lent": ["returned", "lent"]}


@dataclass
class Nursery:
    process: subprocess.Popen[str]

    def round(self, number: int, chance: random.Random) -> list[tuple[str, str]]:
        """Start a kiosk, kill it some time after, and give the acts it had shown as done: outcome and request."""
        assert self.process.stdin is not None
        print(number, file=self.process.stdin, flush=True)
        pid = int(self._line()[1])
        told: list[tuple[str, str]] = []
        if chance.random() < 0.75:  # mostly while it scans, else while it opens
            while not told or told[-1][0] not in ACTIONS:
                told.append(self._told(self._line()))
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(pid, signal.SIGKILL)
        while (words := self._line())[1] != "gone":
            told.append(self._told(words))
        return [one for one in told if one[0] in ACTIONS]

    def _line(self) -> list[str]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the nursery is gone"
        return line.split()

    def _told(self, words: list[str]) -> tuple[str, str]:
        assert len(words) == 4, words
        return words[1], words[2]


@contextmanager
def nursery(location: str) -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.nursery", location],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate(timeout=30)


def done_since(conn: Connection, seq: int) -> tuple[dict[str, list[str]], int]:
    """The actions of each request since event `seq`, and the last event's number."""
    events = schema.events
    wanted = select(events.c.seq, events.c.request_id, events.c.action).where(events.c.seq > seq).order_by(events.c.seq)
    rows = conn.execute(wanted).all()
    found = {request: [row.action for row in group] for request, group in groupby(rows, key=lambda row: row.request_id)}
    return found, rows[-1].seq if rows else seq


def test_a_kiosk_killed_200_times_keeps_every_loan_it_showed_and_none_twice(school_location: str) -> None:
    chance = random.Random(20260907)
    shown: dict[str, int] = defaultdict(int)
    seq = unseen = 0
    with nursery(school_location) as kiosks:
        for number in range(ROUNDS):
            told = kiosks.round(number, chance)
            library = open_library(school_location)  # raises on a file that is not sound
            done, seq = library.read(partial(done_since, seq=seq))
            for outcome, request in told:
                assert done.pop(request) == ACTIONS[outcome], (number, request)
                shown[outcome] += 1
            assert len(done) <= 1, number  # committed, and killed before it could say so
            unseen += len(done)
            if number % 25 == 0:
                assert_consistent(library)
            library.close()
    library = open_library(school_location)
    assert_consistent(library)
    loans = library.read(lambda conn: conn.execute(select(func.count()).select_from(schema.loans)).scalar_one())
    library.close()
    print(f"{dict(shown)} shown, {unseen} done but killed before they were shown")
    assert sum(shown.values()) > ROUNDS / 2
    assert loans >= shown["lent"] + shown["returned_and_lent"] > 0
