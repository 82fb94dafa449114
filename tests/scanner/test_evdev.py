"""The kernel's events through fakes: a container has no /dev/input."""

from __future__ import annotations

import builtins
import errno
import os
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.evdev_source import EvdevSource, InputDevice
from kiosk.scanner.keys import EVDEV
from kiosk.scanner.source import SourceUnavailableError

CODES = {name: code for code, name in reversed(list(EVDEV.items()))}


@dataclass
class Event:
    type: int
    code: int
    value: int
    at: float

    def timestamp(self) -> float:
        return self.at


@dataclass(eq=False)
class FakeDevice:
    name: str
    path: str = "/dev/input/event0"
    phys: str = ""
    taken: bool = False
    grabbed: bool = False
    gone: bool = False
    closed: bool = False
    waiting: queue.SimpleQueue[Event] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        self.reading, self.writing = os.pipe()

    def fileno(self) -> int:
        return self.reading

    def grab(self) -> None:
        if self.taken:
            raise OSError(errno.EBUSY, "busy")
        self.grabbed = True

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self.reading)
            os.close(self.writing)

    def read(self) -> Iterator[Event]:
        if self.gone:
            raise OSError(errno.ENODEV, "gone")
        if self.waiting.empty():
            raise BlockingIOError
        os.read(self.reading, 1000)
        while not self.waiting.empty():
            yield self.waiting.get()

    def scan(self, code: str) -> None:
        at = time.time()
        for n, char in enumerate([*code, "ENTER"]):
            for value in (1, 2, 0):  # the kernel repeats a key that is held
                self.waiting.put(Event(1, CODES[char], value, at + n / 1000))
                self.waiting.put(Event(4, 4, 458752, at + n / 1000))
        os.write(self.writing, b"x")

    def unplug(self) -> None:
        self.gone = True
        os.write(self.writing, b"x")


def opened(scans: queue.Queue[Scan], wanted: str, *devices: FakeDevice) -> EvdevSource:
    def look() -> list[InputDevice]:
        return [device for device in devices if not device.gone and not device.grabbed]

    return EvdevSource(scans.put, wanted, monotonic=time.monotonic, look=look)


def test_a_grabbed_scanner_is_read_and_given_back() -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    keyboard, scanner = FakeDevice("AT Keyboard"), FakeDevice("Honeywell Imaging 1450g")
    source = opened(scans, "honeywell", keyboard, scanner)
    source.start()
    assert (scanner.grabbed, keyboard.grabbed, keyboard.closed) == (True, False, True)
    for code in ("20000016", "30000000", "11111111"):
        scanner.scan(code)
        scan = scans.get(timeout=5)
        assert (scan.code, scan.source, scan.typed, scan.clean) == (code, "evdev:honeywell", False, True)
    assert source.describe() == "evdev: keys are read straight from Honeywell Imaging 1450g, for the kiosk alone"
    source.close()
    source.close()
    assert scanner.closed


def test_without_a_name_a_device_that_calls_itself_a_scanner_is_taken() -> None:
    keyboard, scanner = FakeDevice("AT Keyboard"), FakeDevice("USB Barcode Reader")
    source = opened(queue.Queue(), "", keyboard, scanner)
    assert (scanner.grabbed, keyboard.grabbed) == (True, False)
    source.close()


@pytest.mark.parametrize("taken", [True, False])
def test_a_missing_or_taken_scanner_is_a_sentence_with_the_names_seen(taken: bool) -> None:
    device = FakeDevice("Zebra DS2208" if taken else "AT Keyboard", taken=taken)
    source = opened(queue.Queue(), "zebra", device)
    assert str(source.condition) == (
        "another program has Zebra DS2208 for itself"
        if taken
        else "no input device is called like zebra; seen: AT Keyboard"
    )
    assert (source.condition.ok, device.closed) == (False, True)
    source.close()


@pytest.mark.parametrize(
    "wanted", ["SM-2D PRODUCT", "usb-0000:00:14.0-2", "usb-0000:00:14.0-2/input0", "by-id/usb-SM-event-kbd"]
)
def test_a_scanner_is_named_by_its_name_its_file_or_its_usb_port(wanted: str, tmp_path: Path) -> None:
    if wanted.startswith("by-id"):
        wanted = str(tmp_path / wanted)
        (tmp_path / "event5").touch()
        (tmp_path / "by-id").mkdir()
        (tmp_path / "by-id" / "usb-SM-event-kbd").symlink_to("../event5")
    scanner = FakeDevice("SM SM-2D PRODUCT HID KBW", str(tmp_path / "event5"), "usb-0000:00:14.0-2/input0")
    others = [
        FakeDevice("SM other", str(tmp_path / "event6"), "usb-0000:00:14.0-21/input0"),
        FakeDevice("AT Keyboard", str(tmp_path / "event0"), "isa0060/serio0/input0"),
    ]
    source = opened(queue.Queue(), wanted, *others, scanner)
    assert [device.grabbed for device in (scanner, *others)] == [True, False, False]
    source.close()


def test_two_kiosks_on_one_machine_keep_their_scanners_apart() -> None:
    left, right = (FakeDevice("Scanner", f"/dev/input/event{n}", f"usb-0000:00:14.0-{n}/input0") for n in (1, 2))
    scans: queue.Queue[Scan] = queue.Queue()
    sources = [opened(scans, f"usb-0000:00:14.0-{n}", device) for n, device in ((1, left), (2, right))]
    for source in sources:
        source.start()
    right.scan("20000016")
    scan = scans.get(timeout=5)
    assert (scan.code, scan.source) == ("20000016", "evdev:usb-0000:00:14.0-2")
    for source in sources:
        source.close()


def test_a_scanner_plugged_in_after_the_start_is_taken_by_itself_and_nobody_looks_in_vain() -> None:
    now = [100.0]
    first, second = FakeDevice("Scanner A"), FakeDevice("Scanner B")
    there: list[FakeDevice] = []
    looks: list[int] = []

    def look() -> list[InputDevice]:
        looks.append(1)
        return [device for device in there if not device.grabbed]

    source = EvdevSource(print, "", monotonic=lambda: now[0], look=look, stamp=lambda: len(there))
    assert not source.condition.ok

    def later() -> None:
        now[0] += 2.5
        source._tick(now[0])  # what the thread does when its deadline has come

    there.append(first)
    later()
    assert source.condition.ok
    there.append(second)
    later()
    assert str(source.condition) == "keys are read straight from Scanner A, Scanner B, for the kiosk alone"
    later()
    seen = len(looks)
    for _ in range(5):
        later()
    assert len(looks) == seen, "nothing came, so nothing is opened"
    source.close()


def test_an_unplugged_scanner_says_so_and_one_plugged_in_again_is_taken_by_itself() -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    old, new = FakeDevice("Zebra"), FakeDevice("Zebra")
    now = [100.0]
    looks: list[list[FakeDevice]] = [[old], [], [new]]
    source = EvdevSource(scans.put, "zebra", monotonic=lambda: now[0], look=lambda: looks.pop(0), stamp=lambda: 0)  # type: ignore[arg-type, return-value]  # fakes
    old.gone = True
    source._read()  # what the thread does when the device can be read
    assert str(source.condition) == "Zebra was unplugged; plug it in again"
    assert not source.condition.ok
    now[0] += 2.5
    source._tick(now[0])
    assert str(source.condition) == "Zebra was unplugged; plug it in again", "nothing is there, and that is why"
    now[0] += 2.5
    source._tick(now[0])
    assert source.condition.ok
    new.scan("20000016")
    source._read()
    assert scans.get_nowait().code == "20000016"
    source.close()


def test_without_the_driver_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_evdev(name: str, *rest: object) -> object:
        if name == "evdev":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(builtins, "__import__", without_evdev)
    with pytest.raises(SourceUnavailableError, match="pip install evdev"):
        EvdevSource(print, "", monotonic=time.monotonic)


def test_a_listing_that_raises_costs_no_open_scanner_and_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    scanner, other = FakeDevice("Zebra"), FakeDevice("Zebra 2")
    now, stamp = [100.0], [0]
    looks: list[list[FakeDevice] | None] = [[scanner], None, None, [other]]

    def look() -> list[InputDevice]:
        found = looks.pop(0)
        if found is None:
            raise UnicodeDecodeError("utf-8", b"20000016", 0, 1, "a name that is no text")
        return found  # type: ignore[return-value]  # fakes

    source = EvdevSource(scans.put, "zebra", monotonic=lambda: now[0], look=look, stamp=lambda: stamp[0])
    stamp[0] = 1
    for _ in range(2):
        now[0] += 2.5
        source._tick(now[0])
        assert str(source.condition) == "the program failed there (UnicodeDecodeError); it goes on trying by itself"
        scanner.scan("20000016")
        source._read()
        assert scans.get_nowait().code == "20000016"
    now[0] += 2.5
    source._tick(now[0])
    assert source.condition.ok and "Zebra 2" in str(source.condition)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert "20000016" not in caplog.text
    source.close()


def test_a_listing_that_raises_at_the_start_ends_no_kiosk() -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    scanner = FakeDevice("Zebra")
    now = [100.0]
    looks = [[scanner]]

    def look() -> list[InputDevice]:
        if now[0] == 100.0:
            raise RuntimeError
        return looks.pop()  # type: ignore[return-value]  # fakes

    source = EvdevSource(scans.put, "zebra", monotonic=lambda: now[0], look=look, stamp=lambda: 0)
    assert source.condition.key == "scanner.failed"
    now[0] += 2.5
    source._tick(now[0])
    assert source.condition.ok
    source.close()


def test_a_scanner_whose_events_make_the_program_fail_is_given_back_and_taken_anew() -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    odd, new = FakeDevice("Zebra"), FakeDevice("Zebra")
    looks = [[odd], [new]]
    source = EvdevSource(scans.put, "zebra", monotonic=time.monotonic, look=lambda: looks.pop(0), stamp=lambda: 0)  # type: ignore[arg-type, return-value]  # fakes
    source._listener._again = 0.001
    odd.read = lambda: [][0]  # type: ignore[assignment, method-assign, misc]  # fails in its own code
    os.write(odd.writing, b"x")
    source.start()
    end = time.monotonic() + 20
    while not (new.grabbed and source.condition.ok):
        assert time.monotonic() < end
        time.sleep(0.005)
    assert odd.closed
    new.scan("20000016")
    assert scans.get(timeout=20).code == "20000016"
    source.close()
