from __future__ import annotations

import queue
import socket
import time
from itertools import pairwise

import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.listener import Devices, DeviceTime, Listener

PLACES = dict(zip("1234567890\r", [*"1234567890", "ENTER"], strict=True))


def press(devices: Devices, device: int, code: str, *, at: float = 1.0, gap: float = 0.005, heard: bool = True) -> None:
    for n, char in enumerate(code):
        devices.key(device, PLACES[char], at + n * gap, down=True, heard=heard)
        devices.key(device, PLACES[char], at + n * gap, down=False, heard=heard)


def test_two_devices_at_once_never_mix() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    for n, (one, other) in enumerate(zip("20000016\r", "30000014\r", strict=True)):
        press(devices, 7, one, at=1 + n * 0.01)
        press(devices, 9, other, at=1.002 + n * 0.01)
    assert [scan.code for scan in scans] == ["20000016", "30000014"]


def test_typing_into_a_field_is_not_reported_but_a_scan_is() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    devices.typing_goes_to_field = True
    press(devices, 7, "20000016\r", gap=0.15)
    press(devices, 7, "30000014\r", at=50.0)
    assert [(scan.code, scan.began) for scan in scans] == [("30000014", 50.0)]
    devices.typing_goes_to_field = False
    press(devices, 7, "20000016\r", at=100.0, gap=0.15)
    assert [(scan.code, scan.typed) for scan in scans[1:]] == [("20000016", True)]


def test_keys_for_another_window_are_forgotten_but_their_modifiers_count() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    press(devices, 7, "2000", heard=True)
    press(devices, 7, "99", at=1.1, heard=False)
    press(devices, 7, "20000016\r", at=1.4)
    devices.key(7, "SHIFT", 3.0, down=True, heard=False)
    press(devices, 7, "1", at=3.1)
    devices.key(7, "SHIFT", 3.11, down=False, heard=False)
    assert [scan.code for scan in scans] == ["20000016"]


def test_half_a_code_is_not_heard_when_the_focus_comes_in_its_middle() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    press(devices, 7, "200", heard=False)
    press(devices, 7, "00016\r", at=1.015)
    press(devices, 7, "30000014\r", at=1.06)
    press(devices, 7, "20", at=5.0, heard=False)
    press(devices, 7, "20000016\r", at=5.3)
    assert [scan.code for scan in scans] == ["30000014", "20000016"]


def test_what_a_scanner_typed_is_told_with_its_enters_and_tabs_before_whoever_takes_the_scan() -> None:
    told: list[tuple[tuple[float, float, bool], ...]] = []
    devices = Devices(
        lambda scan: told.append(tuple((span.began, span.ended, span.typed) for span in devices.heard.spans)),
        source="wedge",
    )
    devices.key(7, "TAB", 1.0, down=True)
    press(devices, 7, "20000016\r", at=1.02, gap=0.01)
    devices.key(7, "TAB", 1.12, down=True)
    press(devices, 7, "30\r", at=5.0, gap=0.25)
    devices.tick(6.0)
    assert told[0] == ((1.0, pytest.approx(1.1), False),)
    assert told[1] == ((1.0, pytest.approx(1.12), False), (5.5, 5.5, True))
    assert [one.key for one in devices.heard.presses][:3] == ["TAB", "2", "0"]


def test_keys_are_open_while_more_of_them_or_silence_may_show_a_scanner() -> None:
    devices = Devices(lambda scan: None, source="wedge")
    press(devices, 7, "2", at=1.0)
    devices.tick(1.01)
    assert devices.heard.began == 1.0
    devices.tick(1.1)
    assert devices.heard.began is None
    press(devices, 7, "2000", at=5.0, gap=0.02)
    devices.tick(5.2)
    assert devices.heard.began == 5.0
    devices.tick(5.3)
    assert (devices.heard.began, devices.heard.spans[-1].ended) == (None, pytest.approx(5.06))


def test_the_rest_of_a_code_that_began_in_another_window_is_a_scanners() -> None:
    devices = Devices(lambda scan: None, source="wedge")
    press(devices, 7, "2000", at=1.0, gap=0.02, heard=False)
    press(devices, 7, "0016\r", at=1.08, gap=0.02)
    devices.tick(1.2)
    (span,) = devices.heard.spans
    assert (span.began, span.ended) == (1.08, pytest.approx(1.16))


def test_caps_lock_of_one_keyboard_is_everyones() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    devices.key(1, "CAPS", 1.0, down=True)
    for n, physical in enumerate(["a", "b", "ENTER"]):
        devices.key(2, physical, 2.0 + n * 0.2, down=True)
    assert [scan.code for scan in scans] == ["AB"]


def test_a_gone_device_takes_its_unfinished_burst_along() -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    press(devices, 7, "20000016")
    devices.forget(7)
    assert devices.deadline is None
    devices.tick(100.0)
    assert scans == []


def test_gaps_are_the_devices_however_late_its_events_are_read() -> None:
    now = 1000.0
    clock = DeviceTime(lambda: now)
    first = clock.local(5.0)
    now = 1000.5
    assert [clock.local(at) - first for at in (5.01, 5.02)] == pytest.approx([0.01, 0.02])
    now = 1000.6
    assert clock.local(5.6) <= now


def test_a_backlog_of_many_seconds_does_not_tear_a_code_apart() -> None:
    now = 1000.0
    clock = DeviceTime(lambda: now)
    read = []
    for n in range(2000):
        read.append(clock.local(5.0 + n / 1000))
        now += 0.01  # ten times slower than they come
    assert [later - sooner for sooner, later in pairwise(read)] == pytest.approx([0.001] * 1999)


@pytest.mark.parametrize(("silence", "device"), [(1.0, 20.0), (1.0, 9000.0), (10.0, 57.0)])
def test_a_device_clock_that_was_set_is_tied_anew(silence: float, device: float) -> None:
    now = 1000.0
    clock = DeviceTime(lambda: now)
    clock.local(50.0)
    now += silence
    assert clock.local(device) == pytest.approx(now)


def test_keys_that_wait_are_read_before_time_may_end_their_code() -> None:
    happened: queue.Queue[str] = queue.Queue()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    deadlines = [0.0]

    def read() -> None:
        try:
            happened.put(ours.recv(100).decode())
        except BlockingIOError:
            happened.put("nothing")

    def tick(now: float) -> None:
        happened.put("tick")
        deadlines.clear()

    listener = Listener(
        "test",
        files=lambda: [ours],
        read=read,
        tick=tick,
        deadline=lambda: min(deadlines, default=None),
        failed=lambda error: happened.put("failed"),
        monotonic=time.monotonic,
    )
    theirs.send(b"keys")
    listener.start()
    assert [happened.get(timeout=5) for _ in range(2)] == ["keys", "tick"]
    theirs.send(b"more")
    assert [happened.get(timeout=5) for _ in range(2)] == ["more", "tick"]
    listener.close()
    listener.close()
    while not happened.empty():
        assert happened.get() != "failed"


def test_a_listener_whose_reading_fails_listens_again() -> None:
    told: queue.Queue[str] = queue.Queue()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    fails = [3]

    def read() -> None:
        if fails[0]:
            fails[0] -= 1
            raise RuntimeError
        try:
            told.put(ours.recv(100).decode())
        except BlockingIOError:
            return

    def failed(error: Exception) -> None:
        told.put(type(error).__name__)
        raise ValueError("a defect in what shall mend it")

    listener = Listener(
        "test",
        files=lambda: [ours],
        read=read,
        tick=lambda now: None,
        deadline=lambda: None,
        failed=failed,
        monotonic=time.monotonic,
        again=0.001,
    )
    listener.start()
    assert [told.get(timeout=20) for _ in range(3)] == ["RuntimeError"] * 3
    theirs.send(b"keys")
    assert told.get(timeout=20) == "keys"
    listener.close()


def test_a_listener_looks_when_it_is_asked_to() -> None:
    looked: queue.Queue[None] = queue.Queue()
    listener = Listener(
        "test",
        files=list,
        read=lambda: looked.put(None),
        tick=lambda now: None,
        deadline=lambda: None,
        failed=lambda error: None,
        monotonic=time.monotonic,
    )
    listener.start()
    looked.get(timeout=20)
    for _ in range(3):
        listener.look()
        looked.get(timeout=20)
    listener.close()
    listener.look()
    assert looked.empty()


def test_a_listener_that_waits_after_a_failure_is_closed_at_once() -> None:
    told: queue.Queue[str] = queue.Queue()

    def read() -> None:
        raise RuntimeError

    listener = Listener(
        "test",
        files=list,
        read=read,
        tick=lambda now: None,
        deadline=lambda: None,
        failed=lambda error: told.put("failed"),
        monotonic=time.monotonic,
        again=3600.0,
    )
    listener.start()
    assert told.get(timeout=20) == "failed"
    listener.close()
    assert not listener._thread.is_alive()
