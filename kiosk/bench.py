"""`kiosk bench`: what this machine does, measured; it prints and judges nothing.

The large library (20,000 titles, 100,000 copies, 2,000 patrons, 1,000,000 past loans) is made once and kept in the
user's cache folder. Times are from the machine's monotonic clock; each figure comes with its minimum, median, 99th
percentile and count, and with what it ran on.
"""

from __future__ import annotations

import json
import os
import platform
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.clock import ShiftedClock, usual_instant
from kiosk.settings import APP_NAME, Settings, Sound

if TYPE_CHECKING:
    from kiosk.app import App

SIZE = (1920, 1080)
GAP = 0.06  # seconds between two scans, so that each finds the kiosk at rest but for motion
IDLE_SECONDS = 20.0
SETTLE_SECONDS = 5.0
STARTS = 7
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
    import pygame

    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pygame": pygame.version.ver,
        "display": os.environ.get("DISPLAY", "") or os.environ.get("SDL_VIDEODRIVER", ""),
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
    from platformdirs import user_cache_path

    from kiosk.store.migrations import OURS

    return _ground(user_cache_path(APP_NAME, appauthor=False) / f"bench-{OURS.head}", {})


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
        os.environ["DISPLAY"] = f":{announced.readline().strip()}"
    try:
        yield "Xvfb"
    finally:
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
    """Types codes as a scanner does: real key events through the X server, or straight into the inbox."""

    def __init__(self, app: App) -> None:
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


def bench_scan(as_json: bool, rounds: int = 2) -> int:
    """From a scan's last key to the changed picture with the loan durably committed, large library and small."""
    with display() as where, tempfile.TemporaryDirectory() as folder:
        large, kind = _scan_times(large_library(), rounds)
        small, _ = _scan_times(small_library(Path(folder)), rounds)
    figures = [Figure(f"scan {name}, large library", "ms", tuple(values)) for name, values in large.items()]
    figures += [Figure(f"scan {name}, small library", "ms", tuple(values)) for name, values in small.items()]
    ratio = _median(large["lent"]) / _median(small["lent"])
    notes: dict[str, object] = {"large to small, lent, medians": round(ratio, 2), "window": where, "keys": kind}
    return report(figures, {**notes, "size": "{}x{}".format(*SIZE)}, as_json)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _scan_times(ground: Ground, rounds: int) -> tuple[dict[str, list[float]], str]:
    app = _app(ground)
    app.open_scanners("auto")
    told: list[str] = []
    pictures: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
    app.outcomes.append(lambda one: told.append(one.outcome.kind.value))

    def shown(_view: object, at: float) -> None:
        while told:
            pictures.put((told.pop(), at))

    app.shown.append(shown)
    times: dict[str, list[float]] = {"identified": [], "lent": [], "returned": []}
    failure: list[BaseException] = []

    def person() -> None:
        try:
            keys = Keys(app)
            kinds.append(keys.kind)
            time.sleep(SETTLE_SECONDS)
            for _ in range(rounds):
                _one_round(keys, ground, pictures, times)
        except BaseException as problem:  # the loop must end whatever happens here
            failure.append(problem)
        finally:
            app.leave()

    kinds: list[str] = []
    thread = threading.Thread(target=person, daemon=True)
    thread.start()
    app.run()
    thread.join()
    import pygame

    pygame.display.quit()
    if failure:
        raise failure[0]
    return times, kinds[0]


def _one_round(
    keys: Keys,
    ground: Ground,
    pictures: queue.SimpleQueue[tuple[str, float]],
    times: dict[str, list[float]],
) -> None:
    """Each card borrows two copies, then every copy comes back without a card."""
    from kiosk.lending.barcodes import ControlCode, command_number

    def scan(code: str) -> None:
        time.sleep(GAP)
        began = keys.type(code)
        kind, at = pictures.get(timeout=10)
        if kind in times:
            times[kind].append((at - began) * 1000)

    copies = iter(ground.copies)
    lent = []
    for card in ground.cards:
        scan(card)
        for _ in range(2):
            lent.append(next(copies))
            scan(lent[-1])
    scan(command_number(ControlCode.FINISH))
    for copy in lent:
        scan(copy)


def bench_start(as_json: bool) -> int:
    """From starting the program to its first usable frame: drawn, the store open, scans accepted."""
    with display() as where:
        ground = large_library()
        values, memory = [], []
        for _ in range(STARTS):
            seconds, megabytes = _start_once(ground)
            values.append(seconds)
            memory.append(megabytes)
        empty = _empty_window()
    figures = [
        Figure("start to first usable frame", "s", tuple(values)),
        Figure("memory then, above an empty window", "MB", tuple(size - empty for size in memory)),
    ]
    return report(
        figures, {"window": where, "size": "{}x{}".format(*SIZE), "empty window, MB": round(empty, 1)}, as_json
    )


def _start_once(ground: Ground) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        settings = Path(folder) / "settings.toml"
        settings.write_text("[sound]\nmute = true\n[backup]\ndaily = false\n", "utf-8")
        environment = {**os.environ, READY_VARIABLE: str(ready), "KIOSK_SETTINGS": str(settings)}
        command = [
            sys.executable, "-m", "kiosk", "run", "--library", str(ground.folder),
            "--windowed", "--size", "{}x{}".format(*SIZE), "--now", ground.opens.isoformat(),
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen(command, env=environment)
        try:
            while not ready.exists():
                if process.poll() is not None or time.monotonic() - began > 30:
                    raise RuntimeError("the kiosk did not start")
                time.sleep(0.002)
            at = float(ready.read_text("utf-8") or time.monotonic())
            return at - began, _resident_mb(process.pid)
        finally:
            process.kill()
            process.wait()


def bench_idle(as_json: bool) -> int:
    """Processor time and memory of the idle screen."""
    with display() as where:
        ground = large_library()
        empty = _empty_window()
        app = _app(ground)
        app.open_scanners("auto")
        marks: list[tuple[float, float]] = []

        def watch() -> None:
            time.sleep(SETTLE_SECONDS)
            marks.append((time.monotonic(), time.process_time()))
            time.sleep(IDLE_SECONDS)
            marks.append((time.monotonic(), time.process_time()))
            app.leave()

        threading.Thread(target=watch, daemon=True).start()
        app.run()
        memory = _resident_mb(os.getpid())
    (began, used), (ended, used_then) = marks
    share = (used_then - used) / (ended - began) * 100
    figures = [
        Figure("idle, share of one core", "%", (share,)),
        Figure("memory above an empty window", "MB", (memory - empty,)),
    ]
    notes: dict[str, object] = {"window": where, "size": "{}x{}".format(*SIZE), "empty window, MB": round(empty, 1)}
    return report(figures, {**notes, "seconds watched": IDLE_SECONDS}, as_json)


def bench_search(as_json: bool) -> int:
    """Search as you type over 20,000 titles: Chinese words of one character and more, pinyin, initials, ISBN."""
    from kiosk.store.library import open_library
    from kiosk.store.search import search_titles

    ground = large_library()
    library = open_library(str(ground.folder))
    times: dict[str, list[float]] = {}
    for kind, query in _queries(library):
        began = time.perf_counter()
        library.read(lambda conn, query=query: search_titles(conn, query))  # type: ignore[misc]  # mypy and bound defaults
        times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    library.close()
    everything = tuple(value for values in times.values() for value in values)
    figures = [Figure(f"search by {kind}", "ms", tuple(values)) for kind, values in times.items()]
    return report([*figures, Figure("search, all keys", "ms", everything)], {}, as_json)


def _queries(library: Any) -> list[tuple[str, str]]:
    """What people would type, key by key, to find 60 titles in five ways."""
    from random import Random

    from sqlalchemy import select

    from kiosk.store.pinyin import title_readings
    from kiosk.store.schema import titles

    read: Callable[[Any], list[Any]] = lambda conn: list(conn.execute(select(titles.c.title, titles.c.isbn)))  # noqa: E731
    random = Random(1)  # noqa: S311  a sample, not a secret
    queries = []
    for title, isbn in random.sample(library.read(read), 60):
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
