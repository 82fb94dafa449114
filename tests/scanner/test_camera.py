"""The camera as a source: one scan for each code, whatever the camera and its driver do meanwhile.

The cameras here are stand-ins that give real pictures; their clock runs ten times as fast as ours.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.camera import CameraSource, CameraWish, Glance
from kiosk.scanner.camera.devices import Device
from kiosk.scanner.camera.frames import scaled, upright
from kiosk.scanner.camera.lying import AWAY
from kiosk.scanner.source import Condition
from kiosk.scanner.sources import camera_among, open_sources
from tests.scanner.films import bars, desk, record

ROOT = Path(__file__).parents[2]
CARD, BOOK, OTHER = "20000014", "30000012", "30000020"
PATIENCE = 20.0
QUICK = 10.0


def quick_clock() -> float:
    return time.monotonic() * QUICK


def scene(*codes: str) -> np.ndarray:
    """A desk with the labels of these codes side by side, 640 × 360."""
    picture = desk()[:360, :640].copy()
    for place, code in enumerate(codes):
        label = bars(code, module=2)
        picture[120 : 120 + label.shape[0], 40 + 300 * place : 40 + 300 * place + label.shape[1]] = label
    return picture


EMPTY = scene()


def elsewhere(code: str) -> np.ndarray:
    """The same code held somewhere else."""
    return np.roll(scene(code), (40, 140), (0, 1))


class Camera:
    """A camera that shows `picture`, with a little noise in it, and does what the test says."""

    def __init__(self, picture: object = EMPTY) -> None:
        self.picture = picture
        self.frozen = self.gone = self.refused = False
        self.hangs = ""
        self.go_on = threading.Event()
        self.opened = self.released = self.frames = 0

    def open(self, _device: Device, _wish: CameraWish) -> Camera:
        self._maybe_hang("open")
        if self.refused:
            raise PermissionError
        if self.gone:
            raise OSError
        self.opened += 1
        return self

    def grab(self) -> bool:
        self._maybe_hang("grab")
        time.sleep(0.004)
        return not self.gone

    def retrieve(self) -> tuple[bool, object]:
        self.frames += 1
        picture = self.picture
        if isinstance(picture, np.ndarray) and picture.size and not self.frozen:
            picture = picture.copy()
            picture.flat[0] = self.frames % 200
        return picture is not None, picture

    def get(self, _prop: int) -> float:
        return 0.0

    def set(self, _prop: int, _value: float) -> bool:
        return False

    def release(self) -> None:
        self.released += 1

    def _maybe_hang(self, where: str) -> None:
        if self.hangs == where:
            self.go_on.wait(PATIENCE)


class Watching:
    """A running camera source and what came of it."""

    def __init__(self, camera: Camera, settle: float = 0.0, wish: CameraWish | None = None) -> None:
        self.camera = camera
        self.scans: list[Scan] = []
        self.source = CameraSource(
            self.scans.append,
            wish or CameraWish(),
            monotonic=quick_clock,
            find=lambda _wish: [Device(0, "Webcam")],
            open_camera=camera.open,
            waits=(0.01, 0.03),
            settle=settle,
        )

    @property
    def codes(self) -> list[str]:
        return [one.code for scan in self.scans for one in (scan, *scan.also)]

    def until(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"waited in vain for {what}; {self.source.describe()}; {self.codes}"
            time.sleep(0.005)

    def says(self, word: str) -> None:
        self.until(lambda: self.source.condition.key == f"scanner.camera.{word}", word)

    def reads(self, *codes: str) -> None:
        """Wait until these codes, in any order, are all that was read since the beginning."""
        self.until(lambda: sorted(self.codes) == sorted(codes), f"{codes}")

    def shows(self, picture: object, frames: int = 3) -> None:
        """Show this picture and wait until it was looked at."""
        self.camera.picture = picture
        self.look(frames)

    def look(self, frames: int) -> None:
        seen = self.camera.frames
        self.until(lambda: self.camera.frames >= seen + frames, "frames")

    def away(self) -> None:
        """Show an empty desk until it was looked at for longer than a code must be away."""
        self.shows(EMPTY, 1)
        desk = self.source._desk
        begins = desk._now
        self.until(lambda: desk._now - begins > AWAY + 1.0, "time")


@contextmanager
def watching(camera: Camera | None = None, settle: float = 0.0, wish: CameraWish | None = None) -> Iterator[Watching]:
    watch = Watching(camera or Camera(), settle, wish)
    watch.source.start()
    try:
        yield watch
    finally:
        watch.camera.go_on.set()
        watch.source.close()


def test_a_code_in_view_is_one_scan_at_the_time_of_its_frame() -> None:
    with watching() as seen:
        seen.says("ready")
        began = quick_clock()
        seen.shows(scene(BOOK), 30)
        seen.reads(BOOK)
        (scan,) = seen.scans
    assert (scan.source, scan.symbology, scan.clean, scan.typed) == ("camera", "code128", True, False)
    assert scan.began == scan.at
    assert began < scan.at < quick_clock()


def test_taken_away_and_shown_again_it_is_a_scan_again() -> None:
    with watching(Camera(scene(BOOK))) as seen:
        seen.reads(BOOK)
        seen.away()
        seen.shows(elsewhere(BOOK))
        seen.reads(BOOK, BOOK)


def test_several_codes_of_one_picture_come_as_one_event() -> None:
    with watching() as seen:
        seen.shows(scene(CARD, BOOK))
        seen.reads(CARD, BOOK)
        assert len(seen.scans) == 1
        seen.shows(scene(CARD, OTHER))
        seen.reads(CARD, BOOK, OTHER)
        assert CARD in seen.scans[1].beside


def test_what_lies_there_when_the_camera_begins_is_no_scan() -> None:
    with watching(Camera(scene(BOOK)), settle=1.5) as seen:
        seen.says("ready")
        seen.look(60)
        assert seen.codes == []
        seen.shows(scene(BOOK, OTHER))
        seen.reads(OTHER)


def test_unplugged_in_the_middle_it_says_so_and_comes_back_without_scanning_twice() -> None:
    with watching(Camera(scene(BOOK))) as seen:
        seen.reads(BOOK)
        seen.camera.gone = True
        seen.until(lambda: not seen.source.condition.ok, "word of it")
        assert "Webcam" in str(seen.source.condition)
        assert seen.camera.released == 1
        seen.camera.gone = False
        seen.says("ready")
        assert seen.camera.opened == 2
        seen.look(40)
        assert seen.codes == [BOOK]
        seen.shows(scene(OTHER))
        seen.reads(BOOK, OTHER)


@pytest.mark.parametrize(
    ("picture", "word"),
    [
        (np.zeros((360, 640, 3), np.uint8), "black"),
        (np.zeros((90, 100, 3), np.uint8), "small"),
        (None, "corrupt"),
        (np.zeros((0, 0, 3), np.uint8), "corrupt"),
        (np.ones((360, 640, 2), np.uint8), "corrupt"),
        (np.ones((360, 640, 3), np.float64), "corrupt"),
        ("no picture at all", "corrupt"),
    ],
    ids=["black", "tiny", "none", "empty", "two channels", "floats", "rubbish"],
)
def test_a_picture_nobody_can_read_is_told_and_the_next_good_one_is_read(picture: object, word: str) -> None:
    with watching() as seen:
        seen.says("ready")
        seen.camera.picture = picture
        seen.says(word)
        assert not seen.source.condition.ok
        assert seen.codes == []
        seen.shows(scene(BOOK))
        seen.reads(BOOK)
        seen.says("ready")


@pytest.mark.parametrize(
    "picture",
    [
        cv2.cvtColor(scene(BOOK), cv2.COLOR_BGR2GRAY),
        scene(BOOK)[:, :, :1],
        cv2.cvtColor(scene(BOOK), cv2.COLOR_BGR2BGRA),
        np.asfortranarray(scene(BOOK)),
    ],
    ids=["grey", "one channel", "four channels", "columns first"],
)
def test_a_picture_of_another_kind_is_read(picture: np.ndarray) -> None:
    with watching(Camera(picture)) as seen:
        seen.reads(BOOK)


def test_a_huge_picture_is_made_smaller_first() -> None:
    huge = cv2.resize(scene(BOOK), (7680, 4320), interpolation=cv2.INTER_NEAREST)
    made = upright(huge)
    assert isinstance(made, np.ndarray)
    assert made.shape == (1080, 1920, 3)
    with watching(Camera(huge)) as seen:
        seen.reads(BOOK)


def test_the_same_picture_for_ever_is_a_driver_that_hangs_and_is_opened_again() -> None:
    with watching(Camera(scene(BOOK))) as seen:
        seen.reads(BOOK)
        seen.camera.frozen = True
        seen.says("frozen")
        seen.until(lambda: seen.camera.opened > 1, "another opening")
        seen.camera.frozen = False
        seen.shows(scene(OTHER), 10)
        seen.reads(BOOK, OTHER)


@pytest.mark.parametrize("where", ["open", "grab"])
def test_a_driver_that_hangs_is_told_of_and_holds_nothing_up(where: str) -> None:
    camera = Camera(scene(BOOK))
    camera.hangs = where
    with watching(camera) as seen:
        seen.says("silent")
        assert seen.source.glance((320, 180)).state == "off"
        camera.hangs = ""
        camera.go_on.set()
        seen.reads(BOOK)
        seen.says("ready")


def test_a_camera_whose_driver_hangs_for_ever_can_be_closed() -> None:
    camera = Camera()
    camera.hangs = "grab"
    seen = Watching(camera)
    seen.source.start()
    seen.says("silent")
    seen.source.close()
    assert not seen.source.threads[0].is_alive()
    assert seen.source.threads[1].daemon
    camera.go_on.set()


def test_a_camera_that_may_not_be_opened_is_told_and_tried_again() -> None:
    camera = Camera(scene(BOOK))
    camera.refused = True
    with watching(camera) as seen:
        seen.says("no_permission")
        assert "usermod" in str(seen.source.condition)
        camera.refused, camera.gone = False, True
        seen.says("busy")
        camera.gone = False
        seen.reads(BOOK)


def test_the_first_camera_that_gives_a_picture_is_taken() -> None:
    camera, scans = Camera(scene(BOOK)), list[Scan]()

    def open_second(device: Device, wish: CameraWish) -> Camera:
        if device.place != 2:
            raise OSError
        return camera.open(device, wish)

    source = CameraSource(
        scans.append,
        CameraWish(),
        monotonic=quick_clock,
        find=lambda _wish: [Device(0, "broken"), Device(2, "good")],
        open_camera=open_second,
        settle=0.0,
    )
    source.start()
    end = time.monotonic() + PATIENCE
    while not scans and time.monotonic() < end:
        time.sleep(0.01)
    source.close()
    assert [scan.code for scan in scans] == [BOOK]
    assert source.condition.values["camera"] == "good"


def test_while_a_scan_is_answered_the_camera_looks_at_nothing_and_misses_nothing() -> None:
    with watching() as seen:
        seen.says("ready")
        asked = quick_clock()
        seen.source.give_way(4.0)
        seen.shows(scene(BOOK))
        seen.reads(BOOK)
    assert seen.scans[0].at > asked + 3.0


def test_a_defect_on_the_way_ends_no_camera() -> None:
    seen = Watching(Camera(scene(BOOK)))
    scans = seen.scans

    def put(scan: Scan) -> None:
        scans.append(scan)
        if len(scans) == 1:
            raise RuntimeError("a defect of somebody else")

    seen.source._put = put
    seen.source.start()
    seen.reads(BOOK)
    seen.shows(scene(OTHER), 30)
    seen.reads(BOOK, OTHER)
    seen.source.close()


def test_a_listing_of_cameras_that_raises_ends_neither_the_start_nor_the_day(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: list[int] = []

    def find(_wish: CameraWish) -> list[Device]:
        asked.append(1)
        if len(asked) < 4:
            raise OSError("an input/output error")
        return [Device(0, "Webcam")]

    scans: list[Scan] = []
    camera = Camera(scene(BOOK))
    seen = Watching(camera)
    seen.source = CameraSource(
        scans.append, CameraWish(), monotonic=quick_clock, find=find, open_camera=camera.open, waits=(0.01,), settle=0.0
    )
    assert seen.source.condition.key == "scanner.failed"
    seen.scans = scans
    seen.source.start()
    seen.reads(BOOK)
    assert seen.source.condition.ok
    seen.source.close()
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


def test_a_camera_that_the_program_fails_on_says_so_until_it_is_tried_again() -> None:
    def put(_scan: Scan) -> None:
        raise RuntimeError("a defect of somebody else")

    camera = Camera(scene(BOOK))
    seen = Watching(camera)
    seen.source = CameraSource(
        put,
        CameraWish(),
        monotonic=quick_clock,
        find=lambda _wish: [Device(0, "Webcam")],
        open_camera=camera.open,
        waits=(3600.0,),
        settle=0.0,
    )
    seen.source.start()
    seen.until(lambda: seen.source.condition.key == "scanner.failed", "the defect told")
    seen.until(lambda: seen.source.glance((320, 200)).state == "off", "no picture")
    assert not seen.source.moving
    seen.source.close()


# ── What the screen sees ──


def glance(seen: Watching, state: str) -> Glance:
    found: list[Glance] = []
    seen.until(lambda: found.append(seen.source.glance((320, 200))) or found[-1].state == state, state)
    return found[-1]


def test_the_screen_gets_a_small_picture_with_the_code_outlined() -> None:
    with watching() as seen:
        looked = glance(seen, "hold")
        assert (looked.size, len(looked.pixels), looked.outlines) == ((320, 180), 320 * 180 * 3, ())
        seen.camera.picture = scene(BOOK)
        looked = glance(seen, "read")
        (outline,) = looked.outlines
        assert all(20 <= x <= 125 and 55 <= y <= 125 for x, y in outline), outline
        glance(seen, "lying")


def test_a_mirrored_picture_is_read_as_it_is_and_shown_turned() -> None:
    with watching(Camera(scene(BOOK)), wish=CameraWish(mirrored=True)) as seen:
        looked = glance(seen, "read")
        seen.reads(BOOK)
        assert all(x >= 195 for x, _ in looked.outlines[0])
    straight = scaled(scene(BOOK), (320, 200), mirrored=False)[1]
    turned = scaled(scene(BOOK), (320, 200), mirrored=True)[1]
    rows = np.frombuffer(straight, np.uint8).reshape(180, 320, 3)
    assert np.frombuffer(turned, np.uint8).reshape(180, 320, 3).tolist() == rows[:, ::-1].tolist()


def test_no_picture_is_made_while_nobody_looks_or_nothing_moves() -> None:
    with watching(Camera(scene(BOOK))) as seen:
        seen.reads(BOOK)
        seen.look(40)
        assert seen.source._glance.pixels == b""
        glance(seen, "lying")
        seen.until(lambda: not seen.source.moving, "rest")
        before = seen.source.glance((320, 200)).serial
        seen.look(20)
        assert seen.source.glance((320, 200)).serial == before


def test_no_picture_is_ever_written_to_a_file() -> None:
    writing = re.compile(r"imwrite|imencode|VideoWriter\(|\.tofile|np\.save|image\.save")
    for folder in ("scanner", "screens"):
        for file in (ROOT / "kiosk" / folder).rglob("*.py"):
            assert not writing.search(file.read_text("utf-8")), file


# ── Where it comes from ──


def test_nothing_heavy_is_imported_before_a_camera_starts() -> None:
    program = (
        "import sys; from kiosk.scanner.sources import open_sources\n"
        "made = open_sources('camera:0', print, window_focused=lambda: True, environ={})\n"
        "assert made[0].name == 'camera'; made[0].close()\n"
        "print([name for name in ('cv2', 'numpy', 'zxingcpp', 'pyzbar') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_video_is_seen_through_opencv_to_its_end(tmp_path: Path) -> None:
    wide = cv2.resize(scene(BOOK), (1280, 720))
    film = record(tmp_path / "film.avi", [cv2.resize(EMPTY, (1280, 720))] * 4 + [wide] * 8, fps=20)
    scans: list[Scan] = []
    sources = open_sources(
        f"none,camera:{film}", scans.append, window_focused=lambda: True, environ={}, camera=CameraWish(device="7")
    )
    source = camera_among(sources)
    assert source is not None
    assert source.condition == Condition("scanner.camera.chosen", {"camera": "film.avi"})
    source.start()
    source.threads[0].join(PATIENCE)
    assert str(source.condition) == "the video film.avi has ended"
    source.close()
    assert [scan.code for scan in scans] == [BOOK]


def test_a_spoilt_video_ends_and_says_so(tmp_path: Path) -> None:
    film = tmp_path / "film.avi"
    film.write_bytes(b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(range(256)) * 40)
    scans: list[Scan] = []
    source = CameraSource(scans.append, CameraWish(str(film)), monotonic=quick_clock, waits=(0.01,))
    source.start()
    end = time.monotonic() + PATIENCE
    while source.condition.ok and time.monotonic() < end:
        time.sleep(0.01)
    source.close()
    assert not source.condition.ok
    assert "film.avi" in str(source.condition)
    assert scans == []


@pytest.mark.parametrize("content", [b"", b"a list of books\n" * 50], ids=["empty", "text"])
@pytest.mark.parametrize("name", ["film.avi", "film.txt"])
@pytest.mark.parametrize("again", [True, False])
def test_a_file_that_is_no_video_is_not_said_to_be_busy(tmp_path: Path, name: str, content: bytes, again: bool) -> None:
    film = tmp_path / name
    film.write_bytes(content)
    wish = CameraWish(str(film), again=again)
    source = CameraSource(list[Scan]().append, wish, monotonic=quick_clock, waits=(0.01,))
    source.start()
    end = time.monotonic() + PATIENCE
    while source.condition.ok and time.monotonic() < end:
        time.sleep(0.01)
    source.close()
    assert str(source.condition) == f"{name} is no video that can be read"
