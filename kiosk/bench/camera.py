"""`kiosk bench camera`: what a camera costs while nothing happens before it, and how soon it reads a code.

Without a video of one's own a scene is made: a desk with a sensor's noise, 1280 × 720, thirty frames a second, as
Motion JPEG, which is what most webcams send. It is seen through OpenCV as a camera is, over and over.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.bench.report import Figure, report

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = (1280, 720)
FPS = 30
CODE = "30000018"  # an own number, so that nothing but its bars decides
_SHOWN = 6  # frames for which a code is shown, and as many for which it is away


def write_video(file: Path, frames: Iterator[NDArray[Any]], fps: int = FPS) -> None:
    """Frames of `SIZE` as a Motion JPEG video. Raises OSError where OpenCV cannot write one."""
    import cv2

    video = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), fps, SIZE)
    if not video.isOpened():
        raise OSError(f"cannot write {file}")
    for frame in frames:
        video.write(frame)
    video.release()


def idle_scene(count: int, label: NDArray[Any] | None = None) -> Iterator[NDArray[Any]]:
    """`count` frames of an empty desk with noise; `label` lies on it for some frames, then is away for as many.

    The label comes to another place each time: in the same one it would count as lying there.
    """
    import numpy as np

    chance = np.random.default_rng(1)
    grain = np.repeat(np.repeat(chance.integers(-12, 12, (SIZE[1] // 4, SIZE[0] // 64)), 4, 0), 64, 1)
    desk = np.clip(np.array([110, 150, 185]) + grain[:, :, None], 0, 255).astype(np.int16)
    noise = [chance.normal(0, 2.5, (SIZE[1], SIZE[0], 1)).astype(np.int16) for _ in range(5)]
    for number in range(count):
        frame = desk + noise[number % 5]
        turn, shown = divmod(number, 2 * _SHOWN)
        if label is not None and shown >= _SHOWN:
            high, wide = label.shape
            top, left = 60 + 140 * (turn % 3), 80 + 170 * (turn % 5)
            frame[top : top + high, left : left + wide] = label[:, :, None] + noise[number % 5][:high, :wide]
        yield np.clip(frame, 0, 255).astype(np.uint8)


def printed(code: str) -> NDArray[Any]:
    """A printed label, grey: Code 128 with three pixels a module."""
    import numpy as np

    from kiosk.printing.bars import Bars

    quiet = [255] * 10
    line = np.repeat(np.array(quiet + [0 if one == "1" else 250 for one in Bars("code128", code).pattern] + quiet), 3)
    return np.concatenate([np.full((12, line.size), 250), np.tile(line, (80, 1)), np.full((12, line.size), 250)])


def bench_camera(
    as_json: bool, *, video: Path | None = None, seconds: float = 20.0, settle: float = 3.0, times: int = 20
) -> int:
    """The share of a core that a watching camera takes, and the time from a frame to the scan read in it."""
    with tempfile.TemporaryDirectory() as folder:
        still = video or Path(folder) / "desk.avi"
        if video is None:
            write_video(still, idle_scene(FPS))
        shares = _idle(still, seconds, settle)
        busy = Path(folder) / "labels.avi"
        write_video(busy, idle_scene(2 * _SHOWN * times, printed(CODE)))
        reads = _reads(busy)
    figures = [Figure(f"camera {name}, of one core", "%", (share,)) for name, share in shares.items()]
    figures.append(Figure("from a frame to its scan", "ms", tuple(reads)))
    scene = "a made desk" if video is None else video.name
    notes: dict[str, object] = {"scene": scene, "size": "{}x{}".format(*SIZE), "frames a second": FPS}
    return report(figures, {**notes, "seconds watched": seconds}, as_json)


def _idle(video: Path, seconds: float, settle: float) -> dict[str, float]:
    """Per cent of a core: all of it (with the decoding of the video), and of the thread that looks alone."""
    from kiosk.scanner.camera import CameraSource, CameraWish

    source = CameraSource(lambda _scan: None, CameraWish(str(video), again=True), monotonic=time.monotonic)
    source.start()
    time.sleep(settle)  # what is imported and found once is not the watching
    clocks: dict[str, Callable[[], float]] = {"with its video": time.process_time}
    if hasattr(time, "pthread_getcpuclockid"):
        thread = source.threads[0].ident
        assert thread is not None  # noqa: S101  it was started
        clock = time.pthread_getcpuclockid(thread)
        clocks["looking alone"] = lambda: time.clock_gettime(clock)
    began, before = time.monotonic(), {name: read() for name, read in clocks.items()}
    time.sleep(seconds)
    took = time.monotonic() - began
    shares = {name: (read() - before[name]) / took * 100 for name, read in clocks.items()}
    source.close()
    return shares


def _reads(video: Path) -> Sequence[float]:
    """Milliseconds from each frame in which a code came into the picture to its scan."""
    from kiosk.scanner.camera.capture import Reader, open_capture
    from kiosk.scanner.camera.devices import CameraWish, Device
    from kiosk.scanner.camera.frames import upright
    from kiosk.scanner.decode import LiveDecoder

    times: list[float] = []
    decoder = LiveDecoder()
    reader = Reader(Device(str(video), video.name), CameraWish(), open_camera=open_capture, monotonic=time.monotonic)
    number, there = 0, False
    while (shot := reader.newest(number, 5.0)) is not None:
        number = shot.number
        frame = upright(shot.pixels)
        found = () if isinstance(frame, str) else decoder.feed(frame)
        if found and not there:
            times.append((time.monotonic() - shot.at) * 1000)
        there = bool(found)
    reader.stop(1.0)
    return times
