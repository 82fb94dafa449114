"""Replay: a file of scans through the whole program without a window, in the time the file says.

Tests and support use it to see what the kiosk did, or does now, on a certain day. The same flow, desk and store as
in the window, with a clock that follows the file; between two scans time passes as it would, so that sessions end
by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.clock import ManualClock, usual_instant, usual_local
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.effects import Told
from kiosk.flows.events import Scan, Tick
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.step import Config
from kiosk.journal import Line, read_lines
from kiosk.scanner.printable import printable
from kiosk.scanner.wedge import WedgeSettings
from kiosk.settings import Settings

ENDINGS = 4  # a session over a counter: the session's end, the countdown and the end of the counter, and the board


def replay(
    location: str,
    file: Path,
    *,
    as_json: bool,
    shots: Path | None,
    write: Callable[[str], None],
    settings: Settings | None = None,
    local: Callable[[datetime], datetime] = usual_local,
) -> int:
    """Feed `file` (lines of `ISO-local-time<TAB>code`, local time of the library) to the library at `location`.

    `local` gives that time for a line that names an instant (a time with an offset).

    Writes one line a scan, as JSON objects or readable; with `shots` also a picture of the screen after each scan.
    Returns 0, or 1 if a scan met a trouble of the store. Raises JournalError for a line that cannot be read
    (nothing of the file has been fed then) and OSError.
    """
    lines = list(read_lines(file, local))
    if not lines:
        return 0
    settings = settings or Settings()
    clock = ManualClock(usual_instant(lines[0].at))
    door = Door(location, clock, "replay")
    told: list[Told] = []
    # request ids of two replays must differ: a store remembers them
    config = Config(
        boot=f"replay-{usual_instant(lines[0].at):%Y%m%d%H%M%S}-{_once()}",
        session_timeout=settings.kiosk.session_timeout_s,
        bounce=settings.scanner.bounce_s,
    )
    around = Surroundings(ask=door.perform, told=told.append)
    engine = Engine(config, around, clock.monotonic())
    gallery = None if shots is None else _Gallery(shots, engine)
    met_trouble = False
    for line in lines:
        _let_time_pass(engine, door, clock, line, config.work_timeout)
        told.clear()
        now = clock.monotonic()
        code = line.code[: WedgeSettings().longest]
        engine.handle(Scan(code, "replay", now, now, clean=len(code) == len(line.code)))
        outcome = told[-1].outcome if told else Outcome(OutcomeKind.TROUBLE, "", line.at)
        met_trouble = met_trouble or outcome.kind is OutcomeKind.TROUBLE
        row = row_of(line, outcome)
        write((json.dumps(row, ensure_ascii=False) if as_json else readable(row, outcome)) + "\n")
        if gallery is not None:
            gallery.take(line, clock.monotonic())
    door.close()
    return 1 if met_trouble else 0


def _let_time_pass(engine: Engine, door: Door, clock: ManualClock, line: Line, work_timeout: float) -> None:
    """Move the clock to the line's time, with every tick the flow would have had on the way.

    A time before the one reached puts only the wall clock back, as somebody setting it would.
    """
    target = door.instant(line.at)
    while clock.utc() < target:
        due = engine.deadline() - clock.monotonic()
        rest = (target - clock.utc()).total_seconds()
        if rest > 3600:  # over nights and holidays nothing happens but that sessions and the counter end
            for _ in range(ENDINGS):
                clock.advance(work_timeout + 1.0)
                engine.handle(Tick(clock.monotonic(), door.local_now()))
            clock.set(target - timedelta(seconds=1))
            continue
        clock.advance(min(max(due, 0.001), rest))
        engine.handle(Tick(clock.monotonic(), door.local_now()))
    if clock.utc() > target:
        clock.set(target)
    engine.handle(Tick(clock.monotonic(), door.local_now()))


def row_of(line: Line, outcome: Outcome) -> dict[str, object]:
    """One scan and what came of it, as the command line promises it."""
    return {
        "at": line.at.isoformat(),
        "code": printable(line.code),
        "outcome": outcome.kind.value,
        "reasons": [reason.code.value for reason in outcome.reasons],
        "patron": outcome.patron.card if outcome.patron else None,
        "copy": outcome.copy.barcode if outcome.copy else None,
        "title": outcome.copy.title if outcome.copy else None,
        "due_on": outcome.due_on.isoformat() if outcome.due_on else None,
    }


def readable(row: dict[str, object], outcome: Outcome) -> str:
    """A row for people, with what its outcome adds."""
    reasons = row["reasons"]
    parts = [str(row["at"]), str(row["code"]), str(row["outcome"])]
    if isinstance(reasons, list) and reasons:
        parts.append(", ".join(str(reason) for reason in reasons))
    parts += [str(row[name]) for name in ("title", "due_on") if row[name]]
    parts += [word for word in (outcome.note.value, outcome.trouble) if word]
    return "  ".join(parts)


def _once() -> str:
    import uuid

    return uuid.uuid4().hex[:8]


class _Gallery:
    """Pictures of the screen, drawn without a window."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        from kiosk.picture import Painter

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._engine = engine
        self._painter = Painter((1366, 768))

    def take(self, line: Line, now: float) -> None:
        """Write the picture of the screen a second after the scan, when everything has come to rest."""
        self._painter.save(self._engine.view(now), now + 1.0, self._folder / f"{line.number:04}.png")
