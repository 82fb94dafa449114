"""One opening of one camera: read in a thread of its own, which keeps the newest frame and nothing else.

A driver may hang in any call (opening, reading, closing). Whoever waits for frames waits here for a time only, and
leaves a hanging thread alone; it gives the camera back itself if it ever returns.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.scanner.camera.devices import CameraWish, Device

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUSY_GAP: Final = 0.02  # seconds at least between two frames: of a camera with 60 a second each other one is taken
REST_GAP: Final = 0.08  # the same while nothing has moved for a while
_AT_ONCE: Final = 0.001  # a camera that answers sooner has not waited for a frame
_FAILING: Final = 1.0  # seconds without a frame after which the camera counts as gone
_PAUSE: Final = 0.02
_WRITTEN: Final = b"\t\n\f\r\x1b" + bytes(range(32, 256))  # what text is made of; a video has other bytes at once
_USUAL_SPEED: Final = 30.0  # frames a second of a video that does not tell


class Capture(Protocol):
    """What is used of `cv2.VideoCapture`. Any call may hang."""

    def grab(self) -> bool:
        """Wait for the next frame; False when there is none."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """The frame of the last `grab`: whether it could be read, and its pixels."""
        ...

    def get(self, prop: int) -> float:
        """A property by OpenCV's number."""
        ...

    def set(self, prop: int, value: float) -> bool:
        """Set a property; False where the camera or its driver cannot."""
        ...

    def release(self) -> None:
        """Give the camera back."""
        ...


OpenCapture = Callable[[Device, CameraWish], Capture]
"""Opens a camera. Raises `PermissionError`, or `OSError` where it does not open; may hang."""


def open_capture(device: Device, wish: CameraWish) -> Capture:
    """Open a camera or a video with OpenCV, as `OpenCapture` says. What a camera cannot do is left as it is."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg would write to stderr about a spoilt video
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)  # one core is the kiosk's
    if device.is_video:
        if _is_text(str(device.place)):
            raise OSError(device.name)
        video = cv2.VideoCapture(str(device.place))
        if not video.isOpened():
            raise OSError(device.name)
        return video
    place = f"/dev/video{device.place}"
    if sys.platform.startswith("linux") and not os.access(place, os.R_OK | os.W_OK):
        raise PermissionError(place) if os.path.exists(place) else OSError(place)  # noqa: PTH110  as os.access
    ways = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
    camera = cv2.VideoCapture(int(device.place), ways.get(sys.platform, cv2.CAP_ANY))
    if not camera.isOpened():
        raise OSError(place)
    # Compressed first: uncompressed pictures of this size do not fit through USB 2 thirty times a second.
    wanted: list[tuple[int, float]] = [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, wish.size[0]),
        (cv2.CAP_PROP_FRAME_HEIGHT, wish.size[1]),
        (cv2.CAP_PROP_FPS, _USUAL_SPEED),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
        (cv2.CAP_PROP_AUTOFOCUS, 1 if wish.focus is None else 0),
    ]
    if wish.focus is not None:
        wanted.append((cv2.CAP_PROP_FOCUS, wish.focus))
    for prop, value in wanted:
        camera.set(prop, value)
    return camera


def _is_text(path: str) -> bool:
    """Does a file begin as text, in whatever encoding? FFmpeg would show text as a film of a terminal."""
    with open(path, "rb") as file:  # noqa: PTH123  a str, as OpenCV takes it
        beginning = file.read(4096)
    return not beginning.translate(None, _WRITTEN)


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame as it came: its number in this opening, the monotonic seconds at which it was there, its pixels."""

    number: int
    at: float
    pixels: NDArray[Any] | None


class Reader:
    """Reads one camera until `stop`, or until it ends: `ending` then says why.

    `ending` is "" while it reads, "not_allowed", "not_opened", "lost" when the camera went, "ended" at the end of a
    video. `heard_at` is when the camera last did anything.
    """

    def __init__(
        self, device: Device, wish: CameraWish, *, open_camera: OpenCapture, monotonic: Callable[[], float]
    ) -> None:
        self.device = device
        self.ending = ""
        self.heard_at = monotonic()
        self.resting = False
        self._wish = wish
        self._open = open_camera
        self._monotonic = monotonic
        self._newest: Shot | None = None
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera-reader", daemon=True)
        self._thread.start()

    @property
    def thread(self) -> threading.Thread:
        """The thread that reads, for whoever measures it."""
        return self._thread

    def newest(self, after: int, timeout: float) -> Shot | None:
        """The newest frame with a number above `after`; None when none comes in time, or none will come."""
        with self._changed:
            self._changed.wait_for(lambda: self.ending or self._number > after, timeout)
            return self._newest if self._number > after else None

    def stop(self, patience: float = 0.0) -> None:
        """Read no more; wait so many seconds for the camera to be given back."""
        self._stopping.set()
        self._thread.join(patience)

    @property
    def _number(self) -> int:
        return 0 if self._newest is None else self._newest.number

    def _run(self) -> None:
        ending = "lost"
        try:
            capture = self._open(self.device, self._wish)
            self.heard_at = self._monotonic()
            try:
                ending = self._read(capture)
            finally:
                capture.release()
        except PermissionError:
            ending = "not_allowed"
        except ImportError:
            ending = "no_driver"
        except Exception:  # OSError, and whatever OpenCV raises about a camera it cannot use
            ending = "lost" if self._newest else "not_opened"
        finally:
            with self._changed:
                self.ending = ending
                self._changed.notify_all()

    def _read(self, capture: Capture) -> str:
        pause = 1.0 / self._speed(capture) if self.device.is_video else 0.0
        due = last = failing_since = self._monotonic()
        while not self._stopping.is_set():
            if pause:
                self._stopping.wait(max(0.0, due - self._monotonic()))
                due = max(due + pause, self._monotonic() - pause)
            before = self._monotonic()
            if not capture.grab():
                if self.device.is_video:
                    if not self._wish.again:
                        return "ended"
                    capture.set(1, 0)  # cv2.CAP_PROP_POS_FRAMES
                if self._monotonic() - failing_since > _FAILING:
                    return "lost"
                self._stopping.wait(_PAUSE)
                continue
            at = self.heard_at = failing_since = self._monotonic()
            if not pause:
                if at - before < _AT_ONCE:
                    self._stopping.wait(_PAUSE / 4)
                if at - last < (REST_GAP if self.resting else BUSY_GAP):
                    continue
            elif self.resting and at - last < REST_GAP:
                continue
            last = at
            good, pixels = capture.retrieve()
            with self._changed:
                self._newest = Shot(self._number + 1, at, pixels if good else None)
                self._changed.notify_all()
        return "lost"

    def _speed(self, capture: Capture) -> float:
        told = capture.get(5)  # cv2.CAP_PROP_FPS
        return told if 1.0 <= told <= 240.0 else _USUAL_SPEED
