"""`kiosk bench scan`: from a scan's last key to the changed picture."""

from __future__ import annotations

import queue
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.bench.ground import Ground, cache, copy_of, large_library, library_on, one_round, small_library
from kiosk.bench.report import Figure, report
from kiosk.bench.window import SETTLE_SECONDS, SIZE, Keys, app_over, display

GAP = 0.06  # seconds between two scans, so that each finds the kiosk at rest but for motion


def bench_scan(
    as_json: bool,
    *,
    large: Ground | None = None,
    rounds: int = 2,
    settle: float = SETTLE_SECONDS,
    camera: Path | None = None,
    url: str | None = None,
) -> int:
    """From a scan's last key to the changed picture with the loan durably committed, large library and small.

    With `url` the large library is in that PostgreSQL database; the small one is in a folder as ever.
    A picture counts as changed when the window system says that it has it. With `camera` a camera sees this video
    over and over meanwhile; what it reads there is not heard, so that only its work counts.
    """
    from kiosk.store.library import describe

    with display() as where, tempfile.TemporaryDirectory(dir=cache()) as folder:
        large = library_on(url) if url else large or large_library()
        small = small_library(Path(folder))
        with copy_of(large) as copy:
            slow, kind = _scan_times(copy, rounds, settle, camera)
        alike = max(rounds, rounds * len(large.cards) // len(small.cards))
        quick, _ = _scan_times(small, alike, settle, camera)
    figures = [Figure(f"scan {name}, large library", "ms", tuple(values)) for name, values in slow.items()]
    figures += [Figure(f"scan {name}, small library", "ms", tuple(values)) for name, values in quick.items()]
    ratio = _median(slow["lent"]) / _median(quick["lent"])
    notes: dict[str, object] = {"large to small, lent, medians": round(ratio, 2), "window": where, "keys": kind}
    if url:
        notes["large library"] = describe(url)
    if camera is not None:
        notes["camera"] = camera.name
    return report(figures, {**notes, "size": "{}x{}".format(*SIZE)}, as_json)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _scan_times(
    ground: Ground, rounds: int, settle: float, camera: Path | None = None
) -> tuple[dict[str, list[float]], str]:
    app = app_over(ground)
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
