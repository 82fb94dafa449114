"""The demo: the sample library and the kiosk over it, in the middle of a lunch break whatever the real time is.

A tray of cards and books to click stands in for a scanner. `play` scans a lunch break by itself. Without a display
the lunch break is played in memory and its pictures are written.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kiosk.app import build_app, config_of, leave_when_stopped
from kiosk.clock import ManualClock, ShiftedClock, usual_instant
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.kiosk import Kiosk
from kiosk.flows.session import Session
from kiosk.flows.step import Event
from kiosk.flows.views import Text, TrayItem
from kiosk.lean import import_pygame
from kiosk.loop import App
from kiosk.sample import DEMO_PIN, CastMember, SampleRows, build_sample, demo_now
from kiosk.sample.write import write_sample
from kiosk.settings import Settings
from kiosk.store.edit import load_settings
from kiosk.store.library import StoreTrouble, TroubleCode, create_library, open_library

SEED = 1
DEMO_SIZE = (1366, 768)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens in the lunch break: after `wait` seconds a code is scanned, or a button pressed."""

    wait: float
    name: str
    code: str = ""
    action: str = ""


def run_demo(
    settings: Settings,
    folder: Path | None,
    *,
    windowed: bool | None,
    play: bool,
    headless: bool,
    shots: Path | None,
) -> int:
    """Open the demo over the sample library in `folder` (made if there is none; a temporary one if None).

    Raises StoreTrouble where the library cannot be made or opened.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-", ignore_cleanup_errors=True) as temporary:
        place = folder if folder is not None else Path(temporary)
        rows = sample_at(place)
        if headless:
            return _headless(settings, place, rows, shots or place / "shots")
        import_pygame()
        import pygame

        try:
            return _window(settings, place, rows, windowed=windowed, play=play)
        except pygame.error as problem:
            target = shots or Path.cwd() / "kiosk-demo-shots"
            sys.stderr.write(
                f"没有显示器（{problem}），改为在内存里演示；画面存到 {target}"
                f" / no display ({problem}): playing without one; the pictures go to {target}\n"
            )
            return _headless(settings, place, rows, target)


def sample_at(folder: Path) -> SampleRows:
    """The sample library in `folder`, made there if there is none, with the rows it was made of."""
    location = str(folder)
    try:
        library = open_library(location)
    except StoreTrouble as trouble:
        if trouble.code is not TroubleCode.NO_LIBRARY:
            raise
        library = create_library(location)
        try:
            return write_sample(library, SEED, date.today())  # noqa: DTZ011  the day of this machine is meant
        finally:
            library.close()
    told = library.read(load_settings).get("sample")
    library.close()
    if not isinstance(told, dict):
        raise StoreTrouble(TroubleCode.EXISTS, f"{folder} holds a library that is no sample")
    return build_sample(int(told["seed"]), date.fromisoformat(str(told["today"])))


def lunch_break(rows: SampleRows) -> tuple[Act, ...]:
    """What happens in the lunch break that the demo plays: every answer the kiosk has, in a plausible order."""
    cast = _Cast(rows.cast)
    books = cast.all("book")
    return (
        Act(1.5, "idle"),
        Act(2.5, "a-book-comes-back", cast.one("book_of_another")),
        Act(3.0, "a-card", cast.one("reader")),
        Act(2.0, "first-book", books[0]),
        Act(2.5, "second-book", books[1]),
        Act(2.5, "a-third-is-too-many", books[2]),
        Act(3.0, "undo", action="undo"),
        Act(2.5, "another-one-instead", books[2]),
        Act(2.5, "finish-card", cast.one("finish")),
        Act(4.0, "overdue", cast.one("overdue_reader")),
        Act(3.0, "refused", books[3]),
        Act(3.5, "overdue-book-back", cast.one("overdue_book")),
        Act(2.5, "suspended", books[3]),
        Act(3.0, "next-child", cast.one("second_reader")),
        Act(2.0, "publishers-barcode", cast.one("publisher")),
        Act(3.0, "our-label", books[4]),
        Act(2.5, "damaged-scan", cast.one("damaged")),
        Act(2.5, "renew-card", cast.one("renew")),
        Act(3.0, "other-class", cast.one("other_class")),
        Act(2.5, "not-your-slot", books[5]),
        Act(3.5, "teacher", cast.one("teacher")),
        Act(2.0, "teacher-borrows", books[5]),
        Act(2.5, "in-repair", cast.one("in_repair")),
        Act(3.0, "lost-book-found", cast.one("lost")),
        Act(3.0, "stopped-card", cast.one("stopped_card")),
        Act(3.0, "class-set", cast.one("class_set")),
        Act(2.0, "class-set-book", books[6]),
        Act(3.0, "helper", cast.one("helper")),
        Act(2.5, "counter", action="counter"),
        Act(3.0, "counter-closed", cast.one("helper")),
        Act(2.5, "librarian", cast.one("librarian")),
        Act(4.0, "pin-cancelled", action="cancel"),
        Act(1.0, "no-card-yet", books[7]),
        Act(4.0, "the-end"),
    )


class _Cast:
    """The codes of the sample's cast by role."""

    def __init__(self, members: tuple[CastMember, ...]) -> None:
        self._members = members

    def all(self, role: str) -> list[str]:
        """Every code of a role."""
        return [member.code for member in self._members if member.role == role]

    def one(self, role: str) -> str:
        """The first code of a role."""
        return self.all(role)[0]


NOTED = (
    *("reader", "second_reader", "overdue_reader", "suspended_reader", "full_reader", "namesake", "other_class"),
    *("helper", "teacher", "class_set", "librarian", "stopped_card"),
    *("overdue_book", "full_book", "book_of_another", "held", "in_repair", "lost", "withdrawn", "not_for_loan"),
    "publisher",
)
"""The roles of the sample's cast of which the tray says what there is to see with them."""


def tray_items(rows: SampleRows) -> tuple[TrayItem, ...]:
    """The tray's cards and books. A label is what is printed on the thing, or the key of what it is for."""
    return tuple(
        TrayItem(
            member.code,
            member.name or f"demo.{member.role}",
            member.kind,
            member.clc,
            Text(f"demo.role.{member.role}", {"pin": DEMO_PIN}) if member.role in NOTED else "",
        )
        for member in rows.cast
    )


def _window(settings: Settings, folder: Path, rows: SampleRows, *, windowed: bool | None, play: bool) -> int:
    clock = ShiftedClock(usual_instant(demo_now(rows)))
    app = build_app(
        settings,
        str(folder),
        clock,
        config_of(settings, may_close=True),
        windowed=settings.screen.windowed if windowed is None else windowed,
        size=DEMO_SIZE if settings.screen.size is None else settings.screen.size,
        title="学校图书馆自助借还 · demo",
        tray=tray_items(rows),
        keep_up=False,
    )
    app.open_scanners(settings.sources)
    leave_when_stopped(app)  # so that a temporary library goes as well
    if play:
        threading.Thread(target=_play, args=(app, clock, rows), name="play", daemon=True).start()
    app.run()
    return 0


def _play(app: App, clock: ShiftedClock, rows: SampleRows) -> None:
    """Scan the lunch break into the running app, from a thread of its own."""
    for act in lunch_break(rows):
        time.sleep(act.wait)
        _perform(act, app.put, app.engine.state, clock.monotonic())


def _perform(act: Act, put: Callable[[Event], None], state: Kiosk, now: float) -> None:
    """Scan the act's code or press its button; "undo" goes to the newest loan of the session at the front."""
    if act.code:
        put(Scan(act.code, "demo", now, now))
    elif act.action:
        value = None
        if act.action == "undo" and isinstance(state.front, Session):
            fresh = [loan.loan_id for loan in state.front.patron.loans if loan.session_id == state.front.session_id]
            value = max(fresh, default=None)
        put(Pressed(act.action, now, value))


def _pass(engine: Engine, clock: ManualClock, local_now: Callable[[], datetime], seconds: float) -> None:
    """Let time pass with every tick the flow asks for."""
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        clock.advance(min(max(engine.deadline() - clock.monotonic(), 0.01), end - clock.monotonic()))
        engine.handle(Tick(clock.monotonic(), local_now()))


def _headless(settings: Settings, folder: Path, rows: SampleRows, shots: Path) -> int:
    written = [path for path, _ in play_in_memory(settings, folder, rows, shots)]
    sys.stdout.write(f"{len(written)} 张画面 / pictures: {shots}\n")
    return 0


def play_in_memory(
    settings: Settings, folder: Path, rows: SampleRows, shots: Path, language: str = "zh_CN"
) -> Iterator[tuple[Path, str]]:
    """Play the lunch break without a window; yields each picture written and the name of its act."""
    from kiosk.picture import Painter

    shots.mkdir(parents=True, exist_ok=True)
    clock = ManualClock(usual_instant(demo_now(rows)))
    door = Door(str(folder), clock, "demo")
    engine = Engine(config_of(settings), Surroundings(ask=door.perform), clock.monotonic())
    painter = Painter(settings.screen.size or DEMO_SIZE, language)
    engine.handle(Tick(clock.monotonic(), door.local_now()))
    for number, act in enumerate(lunch_break(rows)):
        _pass(engine, clock, door.local_now, act.wait)
        _perform(act, engine.handle, engine.state, clock.monotonic())
        _pass(engine, clock, door.local_now, 1.0)
        path = shots / f"{number:02}-{act.name}.png"
        painter.save(engine.view(clock.monotonic()), clock.monotonic(), path)
        yield path, act.name
    door.close()
