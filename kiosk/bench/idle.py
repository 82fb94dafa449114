"""`kiosk bench idle`: processor time and memory of a kiosk at which nothing happens."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace

from kiosk.bench.ground import Ground, copy_of, large_library, one_round
from kiosk.bench.report import Figure, report
from kiosk.bench.window import SIZE, Keys, app_over, display, empty_window, kiosk_over, resident_mb
from kiosk.clock import ManualClock, usual_instant
from kiosk.settings import Settings


def bench_idle(
    as_json: bool,
    *,
    ground: Ground | None = None,
    seconds: float = 20.0,
    settle: float = 12.0,  # past the time in which a hand may still be there, see the app
    day: int = 1000,
) -> int:
    """Processor time of the idle screen; memory of the kiosk then, after a lunch break, and over `day` sessions."""
    with display() as where, copy_of(ground or large_library()) as copy:
        share = _idle_share(copy, seconds, settle)
        empty = empty_window()
        with kiosk_over([sys.executable, "-m", "kiosk"], copy) as (process, _):
            time.sleep(settle)
            resting = resident_mb(process.pid)
            if os.environ.get("DISPLAY"):
                _lunch_break(copy)
            after = resident_mb(process.pid)
    figures = [
        Figure("idle, share of one core", "%", (share,)),
        Figure("memory of an empty window", "MB", (empty,)),
        Figure("idle, memory above that", "MB", (resting - empty,)),
        Figure("after a lunch break, above that", "MB", (after - empty,)),
    ]
    with copy_of(ground or large_library()) as copy:
        growth = _day(copy, day)
    figures.append(Figure(f"a day: growth from session {day // 5} to {day}", "MB", (growth,)))
    notes: dict[str, object] = {"window": where, "size": "{}x{}".format(*SIZE), "seconds watched": seconds}
    return report([figure for figure in figures if figure.values[0] == figure.values[0]], notes, as_json)


def _idle_share(ground: Ground, seconds: float, settle: float) -> float:
    """Per cent of one core that a kiosk in this process takes while nothing happens."""
    app = app_over(ground)
    app.open_scanners("auto")
    marks: list[tuple[float, float]] = []

    def watch() -> None:
        time.sleep(settle)
        marks.append((time.monotonic(), time.process_time()))
        time.sleep(seconds)
        marks.append((time.monotonic(), time.process_time()))
        app.leave()

    threading.Thread(target=watch, daemon=True).start()
    app.run()
    sys.modules["pygame"].display.quit()
    (began, used), (ended, used_then) = marks
    return (used_then - used) / (ended - began) * 100


def _lunch_break(ground: Ground) -> None:
    """A round of sessions typed into the kiosk that has the display, ten scans a second, and a moment's rest."""
    from kiosk.worker import REST_AFTER

    keys = Keys(None)
    for code in one_round(ground):
        keys.type(code)
        time.sleep(0.1)
    time.sleep(REST_AFTER + 1.0)


def _day(ground: Ground, sessions: int) -> float:
    """Megabytes that memory grows by between a fifth of `sessions` and all of them, without a window."""
    from kiosk.app import config_of
    from kiosk.desk.door import Door
    from kiosk.engine import Engine, Surroundings
    from kiosk.flows.events import Scan, Tick
    from kiosk.picture import Painter

    clock = ManualClock(usual_instant(ground.opens))
    door = Door(str(ground.folder), clock, "bench")
    config = replace(config_of(Settings()), bounce=0.0)
    engine = Engine(config, Surroundings(ask=door.perform), clock.monotonic())
    painter = Painter(SIZE)
    cards, seen, early = set(ground.cards), 0, float("nan")
    while seen < sessions:
        for code in one_round(ground):
            seen += code in cards
            clock.advance(0.25)
            if clock.monotonic() >= engine.deadline():
                engine.handle(Tick(clock.monotonic(), door.local_now()))
            engine.handle(Scan(code, "bench", clock.monotonic(), clock.monotonic()))
            painter.draw(engine.view(clock.monotonic()), clock.monotonic())
        if early != early and seen >= sessions // 5:
            early = resident_mb(os.getpid())
    door.close()
    return resident_mb(os.getpid()) - early
