"""The camera as a source of scans.

Two threads: a `Reader` for each opening, which may hang in a driver, and the one here, which may not. It decodes the
newest frame, puts what is new before the camera as scans, says how the camera does, and keeps a small picture for
whoever looks (`glance`). A camera that goes is opened again after waits that grow.
"""

from __future__ import annotations

import getpass
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kiosk.flows.events import PICTURE, Scan
from kiosk.scanner.camera.capture import OpenCapture, Reader, Shot, open_capture
from kiosk.scanner.camera.devices import CameraWish, Device, candidates
from kiosk.scanner.camera.lying import SETTLE, Desk, Quad, Sight
from kiosk.scanner.source import Condition, Described, Put, SourceUnavailableError, after_looking

if TYPE_CHECKING:
    from kiosk.scanner.camera.frames import Frame, Judge
    from kiosk.scanner.decode import LiveDecoder

_log = logging.getLogger(__name__)

WAITS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a camera is opened again: the first after it worked, the last from then on."""
SILENT: Final = 5.0
"""Seconds without any answer after which a camera counts as hanging."""
GLANCES: Final = 12.0
"""Pictures a second that are made for the screen."""
_LOOKING: Final = 1.0  # seconds for which somebody who looked counts as looking
_WORKED: Final = 5.0  # seconds of good frames after which the waits begin anew
_FAULTY: Final = 1.0  # seconds that a spoilt frame may be followed by others before it is told
_WAIT: Final = 0.25
_HARD: Final = 0.015  # seconds: what takes longer is followed by as long a rest, so that half a core stays free
_MOST_REST: Final = 0.1
_SEE: Final = 1.5  # seconds after the first picture in which a fault of the pictures shows
_JUST_READ: Final = 2.0  # seconds for which the picture shows that something was read

_ENDINGS: Final = {
    "not_allowed": "scanner.camera.no_permission",
    "not_opened": "scanner.camera.busy",
    "no_driver": "scanner.camera.no_driver",
    "lost": "scanner.camera.lost",
    "ended": "scanner.camera.ended",
}
_FAULTS: Final = {
    "black": "scanner.camera.black",
    "frozen": "scanner.camera.frozen",
    "small": "scanner.camera.small",
    "corrupt": "scanner.camera.corrupt",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """What the screen shows of the camera. `serial` grows with every change.

    `state` is "starting", "hold" (nothing read), "read" (just now), "lying" (read before, and still there), "dark"
    (a black picture), "off" (no picture). `pixels` are RGB, three bytes each, `size` (width, height); `outlines` the
    corners of the codes in it, in its pixels.
    """

    serial: int = 0
    state: str = "starting"
    size: tuple[int, int] = (0, 0)
    pixels: bytes = b""
    outlines: tuple[Quad, ...] = ()


class CameraSource(Described):
    """One camera, read in threads of its own. Nothing is opened or imported before `start`.

    A driver that hangs shows in `condition` too.
    """

    name = "camera"

    def __init__(
        self,
        put: Put,
        wish: CameraWish,
        *,
        monotonic: Callable[[], float],
        find: Callable[[CameraWish], list[Device] | Condition] = candidates,
        open_camera: OpenCapture = open_capture,
        waits: tuple[float, ...] = WAITS,
        silent: float = SILENT,
        settle: float = SETTLE,
    ) -> None:
        self.typing_goes_to_field = False  # nobody types with a camera
        self._put = put
        self._wish = wish
        self._monotonic = monotonic
        self._find = find
        self._open = open_camera
        self._waits = waits
        self._silent = silent
        self._settle = settle
        self._closing = threading.Event()
        self._free_at = float("-inf")
        self._thread = threading.Thread(target=self._run, name="scanner-camera", daemon=True)
        self._reader: Reader | None = None
        self._desk = Desk()
        self._glance = Glance()
        self._glanced_at = self._looked_at = float("-inf")
        self._looked_size = self._made_for = (0, 0)
        self._read_at = float("-inf")
        self._faulty_since: float | None = None
        self._moving = False
        self._decoder: Any = None
        self._condition = self._looked(self._chosen)

    # ── what others ask, in any thread ──

    @property
    def moving(self) -> bool:
        """Whether something moved before the camera a moment ago."""
        return self._moving

    @property
    def threads(self) -> list[threading.Thread]:
        """The threads that work for it, for whoever measures them."""
        return [self._thread] + ([self._reader.thread] if self._reader else [])

    def glance(self, size: tuple[int, int]) -> Glance:
        """The newest small picture, made to fit `size` from now on, some `GLANCES` a second while somebody looks."""
        self._looked_size, self._looked_at = size, self._monotonic()
        return self._glance

    def give_way(self, seconds: float) -> None:
        """Look at nothing for so long: the kiosk answers a scan, and both cores are its own."""
        self._free_at = max(self._free_at, self._monotonic() + seconds)

    def start(self) -> None:
        """Begin to look in an own thread."""
        self._thread.start()

    def close(self) -> None:
        """End the threads and give the camera back; one that hangs is left behind."""
        self._closing.set()
        reader = self._reader
        if reader is not None:
            reader.stop(1.0)
        if self._thread.is_alive():
            self._thread.join(1.0)

    # ── its own thread ──

    def _run(self) -> None:
        failed = 0
        while not self._closing.is_set():
            worked = False
            try:
                if self._decoder is None:
                    self._decoder = _decoder()
                worked = self._try_all()
            except SourceUnavailableError as missing:
                self._trouble(missing.condition, "off")
                return
            except Exception as error:  # a defect must not end the camera for the day
                self._trouble(self._defect(error), "off")
            failed = 0 if worked else failed + 1
            if self._condition.key == "scanner.camera.ended":
                return
            self._closing.wait(self._waits[min(failed, len(self._waits) - 1)])

    def _chosen(self) -> Condition:
        found = self._find(self._wish)
        return found if isinstance(found, Condition) else self._of("scanner.camera.chosen", found[0])

    def _try_all(self) -> bool:
        """Watch the first camera that gives pictures, until it goes; whether it did for a while."""
        found = self._find(self._wish)
        if isinstance(found, Condition):
            self._say(after_looking(self._condition, found))
            self._show("off")
            return False
        for device in found:
            if self._closing.is_set():
                return False
            began = self._monotonic()
            if self._watch(device):
                return self._monotonic() - began >= _WORKED and self._condition.key != "scanner.camera.frozen"
        return False

    def _watch(self, device: Device) -> bool:
        """Take frames of one opening until it ends; whether there were any."""
        from kiosk.scanner.camera.frames import Judge, upright

        reader = self._reader = Reader(device, self._wish, open_camera=self._open, monotonic=self._monotonic)
        judge = Judge(video=device.is_video)
        self._decoder.forget()
        self._desk.begin(0.0 if device.is_video else self._settle)
        self._faulty_since = None
        number = 0
        try:
            while not self._closing.is_set():
                self._closing.wait(max(0.0, self._free_at - self._monotonic()))
                shot = reader.newest(number, _WAIT)
                if shot is None:
                    if reader.ending:
                        break
                    if self._monotonic() - reader.heard_at >= self._silent:
                        self._trouble(self._of("scanner.camera.silent", device), "off")
                    continue
                number = shot.number
                frame = upright(shot.pixels)
                fault = frame if isinstance(frame, str) else judge.fault(frame, shot.at)
                if isinstance(frame, str) or fault:
                    self._faulty(fault, device, shot.at)
                    if fault == "frozen":
                        break
                    continue
                self._take(frame, shot, judge, device)
                reader.resting = judge.still(shot.at)
        finally:
            reader.stop(0.0 if not reader.ending and self._condition.key == "scanner.camera.silent" else 1.0)
            self._moving = False
        if reader.ending and not self._closing.is_set():
            self._trouble(self._ending(reader, seen=number > 0), "off")
        return number > 0

    def _take(self, frame: Frame, shot: Shot, judge: Judge, device: Device) -> None:
        self._faulty_since = None
        height, width = frame.shape[:2]
        if not self._condition.ok or self._condition.key != "scanner.camera.ready":
            self._say(self._of("scanner.camera.ready", device, width=str(width), height=str(height)))
        began = self._monotonic()
        sight = self._desk.look(self._decoder.feed(frame), shot.at, width)
        took = self._monotonic() - began
        if sight.new:
            self._give(sight, shot.at)
        self._moving = not judge.still(shot.at)
        self._look(frame, sight, shot.at)
        if took > _HARD:
            self._closing.wait(min(_MOST_REST, took))

    def _give(self, sight: Sight, at: float) -> None:
        first, *others = (Scan(code.value, PICTURE, at, at, symbology=code.symbology) for code in sight.new)
        self._read_at = at
        self._put(replace(first, also=tuple(others), beside=sight.beside))

    def _look(self, frame: Frame, sight: Sight, at: float) -> None:
        """Make the small picture, if somebody looks and there is something new to see."""
        codes = (*sight.new, *sight.known)
        state = "read" if at - self._read_at < _JUST_READ else "lying" if codes else "hold"
        now = self._monotonic()
        if now - self._looked_at > _LOOKING:
            return
        changed = state != self._glance.state or self._looked_size != self._made_for
        if not changed and (now - self._glanced_at < 1 / GLANCES or not self._moving):
            return
        from kiosk.scanner.camera.frames import scaled

        self._glanced_at, self._made_for = now, self._looked_size
        size, pixels = scaled(frame, self._looked_size, mirrored=self._wish.mirrored)
        outlines = tuple(self._outline(code.where, frame, size) for code in codes)
        self._glance = Glance(self._glance.serial + 1, state, size, pixels, outlines)

    def _outline(self, where: Quad, frame: Frame, size: tuple[int, int]) -> Quad:
        across, down = size[0] / frame.shape[1], size[1] / frame.shape[0]
        points = tuple((x * across, y * down) for x, y in where)
        return tuple((size[0] - x, y) for x, y in points) if self._wish.mirrored else points

    # ── how it does ──

    def _faulty(self, fault: str, device: Device, at: float) -> None:
        self._decoder.forget()
        self._moving = False
        if self._faulty_since is None:
            self._faulty_since = at
        if fault in ("black", "frozen") or at - self._faulty_since >= _FAULTY:
            self._trouble(self._of(_FAULTS[fault], device), "dark" if fault == "black" else "off")

    def _ending(self, reader: Reader, *, seen: bool) -> Condition:
        unreadable = reader.device.is_video and not seen and reader.ending != "no_driver"
        return self._of("scanner.camera.not_video" if unreadable else _ENDINGS[reader.ending], reader.device)

    def _trouble(self, condition: Condition, state: str) -> None:
        self._show(state)
        self._say(condition)

    def _show(self, state: str) -> None:
        """Show no picture, but how it does."""
        if self._glance.state != state or self._glance.pixels:
            self._glance = Glance(self._glance.serial + 1, state)

    def _of(self, key: str, device: Device, **values: str) -> Condition:
        working = key in ("scanner.camera.ready", "scanner.camera.chosen")
        if key == "scanner.camera.no_permission":
            values["user"] = getpass.getuser()
        return Condition(key, {"camera": device.name, **values}, ok=working)

    def _say(self, condition: Condition) -> None:
        before, self._condition = self._condition, condition
        if condition.key != before.key:  # where several are tried in turn, not each by its name
            (_log.info if condition.ok else _log.warning)("scanner %s", self.describe())


def _decoder() -> LiveDecoder:
    """What reads codes in pictures. Raises `SourceUnavailableError` where nothing of the kind is installed."""
    try:
        from kiosk.scanner.decode import LiveDecoder
        from kiosk.scanner.decode.engines import available_engines

        if available_engines():
            return LiveDecoder()
    except ImportError:
        raise SourceUnavailableError("scanner.camera.no_driver") from None
    raise SourceUnavailableError("scanner.camera.no_engine")


def look_once(wish: CameraWish, seconds: float, *, monotonic: Callable[[], float]) -> Condition:
    """How the camera of this wish does after a look of at most so many seconds: for `kiosk check`."""
    source = CameraSource(lambda _scan: None, wish, monotonic=monotonic, silent=max(1.0, seconds - 2.0))
    source.start()
    ends = monotonic() + seconds
    told = source.condition
    while monotonic() < ends and told.ok and source.condition.key != "scanner.camera.ended":
        if told.key != source.condition.key:
            told, ends = source.condition, min(ends, monotonic() + _SEE)
        time.sleep(0.05)
    source.close()
    return told
