"""`kiosk bench`: what this machine does, measured; it prints and judges nothing.

The large library (20,000 titles, 100,000 copies, 2,000 patrons, 1,000,000 past loans) is made once and kept in the
user's cache folder; what lends works on a copy of it beside it, on the same disk. Times are from the machine's
monotonic clock; each figure comes with its minimum, median, 99th percentile and count, and with what it ran on and
how busy the machine was with other things. Memory is told where the system has /proc (Linux).
"""

from __future__ import annotations

import json
import os
import platform
import queue
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.clock import ManualClock, ShiftedClock, usual_instant
from kiosk.lean import import_pygame
from kiosk.settings import APP_NAME, Settings, Sound

if TYPE_CHECKING:
    from kiosk.loop import App

SIZE = (1920, 1080)
GAP = 0.06  # seconds between two scans, so that each finds the kiosk at rest but for motion
SETTLE_SECONDS = 5.0  # until everything a kiosk prepares between two visitors is prepared
READY_VARIABLE = "KIOSK_READY_FILE"
_XTEST_KEYCODES = {**{str(n): 9 + n for n in range(1, 10)}, "0": 19, "\r": 36}  # evdev keycodes, any layout


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: `values` in `unit`."""

    name: str
    unit: str
    values: tuple[float, ...]

    def row(self) -> dict[str, object]:
        """Minimum, median, 99th percentile (nearest rank) and count."""
        ordered = sorted(self.values)
        rank = max(0, -(-len(ordered) * 99 // 100) - 1)
        return {
            "name": self.name,
            "unit": self.unit,
            "min": round(ordered[0], 3),
            "median": round(ordered[len(ordered) // 2], 3),
            "p99": round(ordered[rank], 3),
            "n": len(ordered),
        }


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    import_pygame()
    import pygame

    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pygame": pygame.version.ver,
        "others' load": ", ".join(f"{load:.1f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "",
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def report(figures: Sequence[Figure], notes: dict[str, object], as_json: bool) -> int:
    """Print figures and what they were measured on."""
    rows = [figure.row() for figure in figures if figure.values]
    if as_json:
        sys.stdout.write(json.dumps({"figures": rows, "notes": notes, "machine": machine()}, ensure_ascii=False) + "\n")
        return 0
    for row in rows:
        numbers = "  ".join(f"{name} {row[name]:>9}" for name in ("min", "median", "p99"))
        sys.stdout.write(f"{row['name']:<34} {row['unit']:<5} {numbers}  n {row['n']}\n")
    for name, value in {**notes, **machine()}.items():
        sys.stdout.write(f"{name}: {value}\n")
    return 0


# ── Libraries to measure on ──


@dataclass(frozen=True, slots=True)
class Ground:
    """A library to measure on, and what can be scanned in it at `opens` (local)."""

    folder: Path
    opens: datetime
    cards: tuple[str, ...]
    copies: tuple[str, ...]


def large_library() -> Ground:
    """The large library, made at the first call and kept in the user's cache folder."""
    from kiosk.store.migrations import OURS

    return _ground(_cache() / f"bench-{OURS.head}", {})


def small_library(folder: Path) -> Ground:
    """A library with next to nothing in it, in `folder`."""
    return _ground(folder, {"titles": 100, "patrons": 480, "past_loans": 0})


def _ground(folder: Path, sizes: dict[str, int]) -> Ground:
    note = folder / "bench.json"
    if not note.exists():
        from kiosk.sample.bulk import write_bulk
        from kiosk.store.library import create_library, library_file, sidecars

        folder.mkdir(parents=True, exist_ok=True)
        file = library_file(str(folder))
        for leftover in (file, *sidecars(file)):  # of a run that was stopped half-way
            leftover.unlink(missing_ok=True)
        library = create_library(str(folder))
        bulk = write_bulk(library, date.today(), told=_tell, **sizes)  # noqa: DTZ011  any day will do
        library.close()
        known = {"opens": bulk.opens.isoformat(), "cards": bulk.cards, "copies": bulk.copies}
        note.write_text(json.dumps(known), "utf-8")
    known = json.loads(note.read_text("utf-8"))
    return Ground(folder, datetime.fromisoformat(known["opens"]), tuple(known["cards"]), tuple(known["copies"]))


@contextmanager
def copy_of(ground: Ground) -> Iterator[Ground]:
    """The same library as a copy beside it, for what writes; gone afterwards.

    Every run finds the same library then, with no event newer than its clock.
    """
    from kiosk.store.library import library_file, sidecars

    with tempfile.TemporaryDirectory(prefix="work-", dir=ground.folder) as folder:
        for file in (library_file(str(ground.folder)), *sidecars(library_file(str(ground.folder)))):
            if file.exists():
                shutil.copyfile(file, Path(folder) / file.name)
        if hasattr(os, "sync"):
            os.sync()  # the copy's own writing must not be measured
        yield replace(ground, folder=Path(folder))


def _tell(step: str) -> None:
    sys.stderr.write(f"… {step}\n")


# ── A window to measure in ──


@contextmanager
def display() -> Iterator[str]:
    """A display: the one there is, else Xvfb where it is installed, else SDL's dummy. Yields what it is."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin"):
        yield "the machine's own"
        return
    read_end, write_end = os.pipe()
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],  # noqa: S607  found by PATH as every X client's server is
            pass_fds=[write_end],
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        os.environ["SDL_VIDEODRIVER"] = "dummy"
        yield "SDL dummy (no display, no Xvfb)"
        return
    finally:
        os.close(write_end)
    with os.fdopen(read_end) as announced:
        number = announced.readline().strip()
    if not number:
        raise RuntimeError(f"Xvfb did not start (exit status {server.wait()})")
    os.environ["DISPLAY"] = f":{number}"
    try:
        yield "Xvfb"
    finally:
        if "pygame" in sys.modules:
            sys.modules["pygame"].display.quit()  # SDL would end the program with the server
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait()


def _app(ground: Ground) -> App:
    from kiosk.app import build_app, config_of

    settings = replace_sound(Settings())
    clock = ShiftedClock(usual_instant(ground.opens))
    config = replace(config_of(settings), bounce=0.0)
    return build_app(
        settings, str(ground.folder), clock, config, windowed=True, size=SIZE, title="kiosk bench", keep_up=False
    )


def replace_sound(settings: Settings) -> Settings:
    """The settings without sound: a machine without a sound card would wait for one."""
    import attrs

    return attrs.evolve(settings, sound=Sound(mute=True))


class Keys:
    """Types codes as a scanner does: real key events through the X server, or straight into the inbox of `app`."""

    def __init__(self, app: App | None) -> None:
        self._app = app
        self._server: Any = None
        self.kind = "the inbox (no X server)"
        if os.environ.get("DISPLAY"):
            from Xlib.display import Display

            self._server = Display()
            self.kind = "XTEST keys through the X server"

    def type(self, code: str) -> float:
        """Type `code` and Enter; gives the monotonic time just before the last key went down."""
        from kiosk.flows.events import Scan

        if self._server is None:
            assert self._app is not None  # noqa: S101  only a kiosk in this process is measured without an X server
            now = time.monotonic()
            self._app.put(Scan(code, "bench", now, now))
            return now
        from Xlib import X
        from Xlib.ext import xtest

        for char in code:
            xtest.fake_input(self._server, X.KeyPress, _XTEST_KEYCODES[char])
            xtest.fake_input(self._server, X.KeyRelease, _XTEST_KEYCODES[char])
        self._server.sync()
        began = time.monotonic()
        xtest.fake_input(self._server, X.KeyPress, _XTEST_KEYCODES["\r"])
        xtest.fake_input(self._server, X.KeyRelease, _XTEST_KEYCODES["\r"])
        self._server.flush()
        return began


# ── The benchmarks ──


def bench_scan(
    as_json: bool,
    *,
    large: Ground | None = None,
    rounds: int = 2,
    settle: float = SETTLE_SECONDS,
    camera: Path | None = None,
) -> int:
    """From a scan's last key to the changed picture with the loan durably committed, large library and small.

    A picture counts as changed when the window system says that it has it. With `camera` a camera sees this video
    over and over meanwhile; what it reads there is not heard, so that only its work counts.
    """
    with display() as where, tempfile.TemporaryDirectory(dir=_cache()) as folder:
        large, small = large or large_library(), small_library(Path(folder))
        with copy_of(large) as copy:
            slow, kind = _scan_times(copy, rounds, settle, camera)
        alike = max(rounds, rounds * len(large.cards) // len(small.cards))
        quick, _ = _scan_times(small, alike, settle, camera)
    figures = [Figure(f"scan {name}, large library", "ms", tuple(values)) for name, values in slow.items()]
    figures += [Figure(f"scan {name}, small library", "ms", tuple(values)) for name, values in quick.items()]
    ratio = _median(slow["lent"]) / _median(quick["lent"])
    notes: dict[str, object] = {"large to small, lent, medians": round(ratio, 2), "window": where, "keys": kind}
    if camera is not None:
        notes["camera"] = camera.name
    return report(figures, {**notes, "size": "{}x{}".format(*SIZE)}, as_json)


def _cache() -> Path:
    from platformdirs import user_cache_path

    folder = user_cache_path(APP_NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _scan_times(
    ground: Ground, rounds: int, settle: float, camera: Path | None = None
) -> tuple[dict[str, list[float]], str]:
    app = _app(ground)
    app.open_scanners("auto")
    if camera is not None:
        from kiosk.scanner.camera import CameraSource, CameraWish

        wish = CameraWish(str(camera), again=True)
        app.watch_camera(CameraSource(lambda _scan: None, wish, monotonic=time.monotonic))
    told: list[str] = []
    pictures: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
    app.outcomes.append(lambda one: told.append(one.outcome.kind.value))

    def shown(_view: object, at: float) -> None:
        while told:
            pictures.put((told.pop(), at))

    app.shown.append(shown)
    keys = Keys(app)
    times: dict[str, list[float]] = {"identified": [], "lent": [], "returned": []}
    failure: list[BaseException] = []

    def scan(code: str, tries: int = 3) -> None:
        time.sleep(GAP)
        began = keys.type(code)
        try:
            kind, at = pictures.get(timeout=5)
        except queue.Empty:  # as somebody at a kiosk would: nothing happened, scan it again
            if tries == 1:
                raise
            sys.stderr.write(f"… nothing came of {code}, it is scanned again\n")
            scan(code, tries - 1)
            return
        if kind in times:
            times[kind].append((at - began) * 1000)

    def person() -> None:
        try:
            while app.engine.state.board is None:  # not open yet
                time.sleep(0.05)
            time.sleep(settle)
            for _ in range(rounds):
                for code in one_round(ground):
                    scan(code)
        except BaseException as problem:  # the loop must end whatever happens here
            failure.append(problem)
        finally:
            app.leave()

    thread = threading.Thread(target=person, daemon=True)
    thread.start()
    app.run()
    thread.join()
    sys.modules["pygame"].display.quit()
    if failure:
        raise failure[0]
    return times, keys.kind


def one_round(ground: Ground) -> Iterator[str]:
    """What is scanned: each card borrows two copies, then every copy comes back without a card."""
    from kiosk.lending.barcodes import ControlCode, command_number

    lent = iter(ground.copies)
    for card in ground.cards:
        yield card
        yield next(lent)
        yield next(lent)
    yield command_number(ControlCode.FINISH)
    yield from ground.copies[: 2 * len(ground.cards)]


def bench_start(as_json: bool, *, ground: Ground | None = None, starts: int = 9) -> int:
    """From starting the program to its first usable frame: drawn, the store open, scans accepted.

    Byte code is kept in the cache folder, as installed programs keep theirs; the start that writes it is not counted.
    """
    with display() as where:
        ground = ground or large_library()
        commands = {"python -m kiosk run": [sys.executable, "-m", "kiosk"]}
        script = Path(sysconfig.get_path("scripts")) / "kiosk"
        if script.exists():
            commands["kiosk run"] = [str(script)]
        figures = []
        for name, command in commands.items():
            seconds = []
            for _ in range(1 + starts):
                with _kiosk(command, ground) as (_process, started):
                    seconds.append(started)
            figures.append(Figure(f"{name}, first usable frame", "s", tuple(seconds[1:])))
    return report(figures, {"window": where, "size": "{}x{}".format(*SIZE)}, as_json)


@contextmanager
def _kiosk(command: Sequence[str], ground: Ground) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A kiosk as a program of its own, with the seconds it took to its first usable frame; ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        settings = Path(folder) / "settings.toml"
        settings.write_text("[sound]\nmute = true\n[backup]\ndaily = false\n[scanner]\nbounce_s = 0\n", "utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": str(_cache() / "pycache"),
            READY_VARIABLE: str(ready),
            "KIOSK_SETTINGS": str(settings),
        }
        arguments = [
            "run", "--library", str(ground.folder), "--windowed", "--size", "{}x{}".format(*SIZE),
            "--now", ground.opens.isoformat(),
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen([*command, *arguments], env=environment)
        try:
            told = ""
            while not told:
                if process.poll() is not None or time.monotonic() - began > 60:
                    raise RuntimeError(f"the kiosk did not start (exit status {process.poll()})")
                time.sleep(0.002)
                told = ready.read_text("utf-8") if ready.exists() else ""
            yield process, float(told) - began
        finally:
            process.kill()
            process.wait()


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
        empty = _empty_window()
        with _kiosk([sys.executable, "-m", "kiosk"], copy) as (process, _):
            time.sleep(settle)
            resting = _resident_mb(process.pid)
            if os.environ.get("DISPLAY"):
                _lunch_break(copy)
            after = _resident_mb(process.pid)
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
    app = _app(ground)
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
            early = _resident_mb(os.getpid())
    door.close()
    return _resident_mb(os.getpid()) - early


def bench_search(as_json: bool, *, location: str | None = None, titles: int = 60) -> int:
    """Search as you type, in the large library or the one at `location`: Chinese, pinyin, initials, ISBN."""
    from kiosk.store.library import describe, open_library
    from kiosk.store.search import search_titles

    location = location or str(large_library().folder)
    library = open_library(location)
    times: dict[str, list[float]] = {}
    for kind, query in _queries(library, titles):
        began = time.perf_counter()
        library.read(lambda conn, query=query: search_titles(conn, query))  # type: ignore[misc]  # mypy and bound defaults
        times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    library.close()
    everything = tuple(value for values in times.values() for value in values)
    figures = [Figure(f"search by {kind}", "ms", tuple(values)) for kind, values in times.items()]
    return report([*figures, Figure("search, all keys", "ms", everything)], {"library": describe(location)}, as_json)


def _queries(library: Any, count: int) -> list[tuple[str, str]]:
    """What people would type, key by key, to find `count` titles in each of four ways."""
    from random import Random

    from sqlalchemy import select

    from kiosk.store.pinyin import title_readings
    from kiosk.store.schema import titles

    read: Callable[[Any], list[Any]] = lambda conn: list(conn.execute(select(titles.c.title, titles.c.isbn)))  # noqa: E731
    random = Random(1)  # noqa: S311  a sample, not a secret
    queries = []
    for title, isbn in random.sample(library.read(read), count):
        start = random.randrange(max(1, len(title) - 3))
        word = title[start : start + 4]
        syllables = title_readings(title)[0]
        ways = {
            "Chinese words": word,
            "pinyin": "".join(syllables)[:12],
            "initials": "".join(one[0] for one in syllables)[:6],
            "ISBN": isbn or "",
        }
        queries += [(way, text[:n]) for way, text in ways.items() for n in range(1, len(text) + 1)]
    return queries


def _empty_window() -> float:
    """Resident megabytes of a program that only shows an empty pygame window of the same size, the cheap way."""
    script = (
        "import os, sys, time\n"
        "os.environ['SDL_FRAMEBUFFER_ACCELERATION'] = '0'\n"
        "import pygame\n"
        "pygame.display.init()\n"
        f"pygame.display.set_mode({SIZE})\n"
        "pygame.display.flip()\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None  # noqa: S101  a pipe was asked for
    try:
        process.stdout.readline()
        return _resident_mb(process.pid)
    finally:
        process.kill()
        process.wait()


def _resident_mb(pid: int) -> float:
    """Resident memory of a process in megabytes (10^6 bytes); nan where the system does not tell (no /proc)."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return float("nan")
