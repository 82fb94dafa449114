"""A kiosk that can be killed quickly: everything is imported once, then each line on stdin forks a kiosk.

    python -m tests.faults.nursery FOLDER

Each line is a round number. The child scans without end; after each scan it writes what was shown (so after the
commit) as `round outcome request code` to stdout. The nursery writes `round pid` before and `round gone` after.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import timedelta

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.effects import Told
from kiosk.flows.events import Scan
from kiosk.flows.step import Config
from tests.desk.school import BOOKS, HAN, LI, NOON, SET, WANG, copy


def say(*words: object) -> None:
    """One line in one write: whole or not at all."""
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def kiosk(location: str, number: int) -> None:
    """Scan until killed."""
    chance = random.Random(number)
    clock = ManualClock(usual_instant(NOON) + timedelta(seconds=number))
    door = Door(location, clock, "kiosk")

    def told(one: Told) -> None:
        say(number, one.outcome.kind.value, one.outcome.request_id or "-", one.scan.code)

    engine = Engine(Config(boot=f"round-{number}"), Surroundings(ask=door.perform, told=told), clock.monotonic())
    while True:
        code = chance.choice((WANG, LI, HAN, SET)) if chance.random() < 0.15 else copy(chance.randint(1, BOOKS))
        clock.advance(0.001)
        now = clock.monotonic() * 10_000  # no two scans are within the bounce time
        engine.handle(Scan(code, "test", now, now))


def main() -> None:
    location = sys.argv[1]
    for line in sys.stdin:
        number = int(line)
        child = os.fork()
        if child == 0:
            try:
                kiosk(location, number)
            finally:
                os._exit(1)
        say(number, child)
        os.waitpid(child, 0)
        say(number, "gone")


if __name__ == "__main__":
    main()
