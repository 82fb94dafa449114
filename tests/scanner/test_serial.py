"""Serial scanners on real pseudo terminals: plugged in, pulled, busy, slow, sending rubbish."""

from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Key
from kiosk.scanner.serial_source import Port, SerialSource, likely, parse_place, seen_ports
from kiosk.scanner.source import SourceUnavailableError
from kiosk.scanner.sources import open_sources

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals")


class Plug:
    """A scanner at `place` (a link as udev makes them) that can be pulled and plugged in again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.plug_in()

    def plug_in(self) -> None:
        self.master, slave = os.openpty()
        self.place.symlink_to(os.ttyname(slave))
        os.close(slave)

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def pull(self) -> None:
        self.place.unlink()
        os.close(self.master)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


Scans = queue.Queue[Scan]


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    plug = Plug(tmp_path / "ttyUSB0")
    yield plug
    if plug.place.is_symlink():
        plug.pull()


def listening(scans: Scans, argument: str, ports: Callable[[], list[Port]] = list) -> SerialSource:
    source = SerialSource(scans.put, argument, monotonic=time.monotonic, ports=ports, look_again=0.02)
    source.start()
    return source


def test_a_scanner_on_a_line_is_read_code_by_code(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    source = listening(scans, str(plug.place))
    assert source.condition.ok
    assert str(plug.place) in source.describe()
    plug.send(b"20000014\r\n30000012\r\n]E09787115428028\r\n")
    got = [scans.get(timeout=5) for _ in range(3)]
    assert [scan.code for scan in got] == ["20000014", "30000012", "9787115428028"]
    assert {scan.source for scan in got} == {f"serial:{plug.place}"}
    assert got[2].symbology == "ean13"
    source.close()
    source.close()
    assert scans.empty()


def test_a_slow_line_and_one_without_terminator_are_read(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    source = listening(scans, f"{plug.place}@19200")
    for byte in b"20000014":
        plug.send(bytes([byte]))
        time.sleep(0.005)
    assert scans.get(timeout=5).code == "20000014"
    source.close()


def test_rubbish_and_ten_thousand_bytes_are_unclean_and_the_next_code_is_right(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    source = listening(scans, str(plug.place))
    plug.send(bytes(range(128, 160)) + b"\r")
    for _ in range(20):
        plug.send(b"7" * 500)
        time.sleep(0.002)  # a pseudo terminal holds 4 KB
    plug.send(b"\r20000014\r")
    first, second, third = (scans.get(timeout=5) for _ in range(3))
    assert (first.clean, second.clean, third.clean) == (False, False, True)
    assert (len(second.code), third.code) == (128, "20000014")
    source.close()


def test_a_flood_of_rubbish_is_told_a_few_times_and_the_next_code_is_not_behind_it(
    plug: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    scans: Scans = queue.Queue()
    got, chance = [0], random.Random(4)

    def watch(_route: str, _key: Key) -> None:
        got[0] += 1

    source = SerialSource(scans.put, str(plug.place), monotonic=lambda: 100.0, ports=list, watch=watch)
    source.start()
    for sent in range(1, 51):
        plug.send(chance.randbytes(2000))
        until(lambda sent=sent: got[0] == 2000 * sent)  # type: ignore[misc]  # bound at once
    plug.send(b"\r20000014\r")
    told = [scans.get(timeout=5)]
    while told[-1].code != "20000014":
        told.append(scans.get(timeout=5))
    source.close()
    assert len(told) <= 20
    assert caplog.text.count("rubbish") == 1


@pytest.mark.parametrize("place", ["/dev/null", "file", "."])
def test_what_is_no_serial_port_is_not_said_to_be_busy(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    place = str(tmp_path / place)  # an absolute one stays itself
    source = SerialSource(print, place, monotonic=time.monotonic, ports=lambda: [Port("/dev/ttyS0")])
    assert str(source.condition) == f"{place} is no serial port; seen: /dev/ttyS0"
    source.close()


def test_an_unplugged_scanner_says_so_and_one_plugged_in_again_is_read_by_itself(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    source = listening(scans, str(plug.place))
    plug.send(b"2000")
    plug.pull()
    until(lambda: source.condition.key == "scanner.serial.lost")
    assert str(plug.place) in str(source.condition)
    plug.plug_in()
    until(lambda: source.condition.ok)
    plug.send(b"20000014\r")
    assert scans.get(timeout=5).code == "20000014", "and not the half code from before"
    source.close()


def test_a_scanner_may_come_after_the_kiosk(tmp_path: Path) -> None:
    scans: Scans = queue.Queue()
    place = tmp_path / "ttyUSB0"
    source = listening(scans, str(place), lambda: [Port("/dev/ttyS0")])
    assert str(source.condition) == f"the serial port {place} is not there; seen: /dev/ttyS0"
    plug = Plug(place)
    until(lambda: source.condition.ok)
    plug.send(b"20000014\r")
    assert scans.get(timeout=5).code == "20000014"
    source.close()
    plug.pull()


def test_a_port_another_program_has_is_left_alone(plug: Plug) -> None:
    held = "import sys,os; f=os.open(sys.argv[1], os.O_RDWR|os.O_NOCTTY); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", held, str(plug.place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        source = SerialSource(print, str(plug.place), monotonic=time.monotonic, ports=list)
        assert source.condition.key == "scanner.serial.busy"
        other.communicate()
    source.close()


def test_two_sources_never_share_a_port_and_the_second_takes_the_next(plug: Plug, tmp_path: Path) -> None:
    other = Plug(tmp_path / "ttyUSB1")
    ports = [Port(str(one.place), "USB Serial", 0x1A86) for one in (plug, other)]
    scans: Scans = queue.Queue()
    first, second = (listening(scans, "", lambda: ports) for _ in range(2))
    assert first.condition.values["port"] == str(plug.place)
    assert second.condition.values["port"] == str(other.place)
    other.send(b"20000014\r")
    assert scans.get(timeout=5).source == "serial"
    first.close()
    second.close()
    other.pull()


def test_ports_that_look_like_scanners_come_first_and_what_is_none_is_never_taken() -> None:
    ports = [
        Port("/dev/ttyS0"),
        Port("/dev/ttyUSB0", "CH340 USB-Serial", 0x1A86),
        Port("/dev/ttyACM0", "USB Barcode Scanner", 0x28E9),
        Port("/dev/ttyACM1", "Newland Auto-ID NLS", 0x1EAB),
        Port("/dev/ttyACM2", "u-blox 7 - GPS/GNSS Receiver GPS", 0x1546),
        Port("/dev/ttyACM3", "Arduino Uno", 0x2341),
        Port("/dev/rfcomm0", "Bluetooth scanner"),
    ]
    assert [port.device for port in likely(ports)] == ["/dev/ttyACM0", "/dev/ttyACM1", "/dev/ttyUSB0"]


def test_the_setting_names_port_and_speed() -> None:
    assert parse_place("/dev/ttyUSB0@115200") == ("/dev/ttyUSB0", 115200)
    assert parse_place("COM3") == ("COM3", 9600)
    assert parse_place("") == ("", 9600)
    with pytest.raises(SourceUnavailableError, match="like /dev/ttyUSB0@9600"):
        SerialSource.open(print, "COM3@fast", monotonic=time.monotonic)


def test_the_ports_of_this_machine_can_be_listed() -> None:
    assert all(port.device for port in seen_ports())


def test_serial_and_keyboard_work_side_by_side(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    sources = open_sources(
        f"auto,serial:{plug.place}", scans.put, window_focused=lambda: True, environ={}, platform="linux"
    )
    for source in sources:
        source.start()
    assert [source.name for source in sources] == ["serial", "sdl"]
    plug.send(b"20000014\r")
    assert scans.get(timeout=5).source == f"serial:{plug.place}"
    for source in sources:
        source.close()


def test_a_listing_of_ports_that_raises_ends_neither_the_start_nor_the_thread(
    plug: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    scans: Scans = queue.Queue()
    asked: list[int] = []

    def ports() -> list[Port]:
        asked.append(1)
        if len(asked) < 5:
            raise UnicodeDecodeError("ascii", b"\xb5", 0, 1, "a maker's name")
        return []

    source = listening(scans, str(plug.place), ports)
    assert source.condition.key == "scanner.failed"
    until(lambda: source.condition.ok)
    plug.send(b"20000014\r")
    assert scans.get(timeout=20).code == "20000014"
    source.close()
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


def test_a_defect_while_a_line_is_read_opens_it_anew(plug: Plug) -> None:
    scans: Scans = queue.Queue()
    fails = [True]

    def watch(_route: str, _key: Key) -> None:
        if fails.pop() if fails else False:
            raise RuntimeError("somebody else's defect")

    source = SerialSource(
        scans.put, str(plug.place), monotonic=time.monotonic, ports=list, watch=watch, look_again=0.02
    )
    source.start()
    plug.send(b"2")
    until(lambda: not fails and source.condition.ok)
    until(lambda: source._line is not None)
    plug.send(b"20000014\r")
    assert scans.get(timeout=20).code == "20000014"
    source.close()
