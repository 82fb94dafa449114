"""A scanner types into a real focused pygame window on a real X server, faster than SDL can follow."""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.x11 import X11Source
from tests.journeys.xserver import XServer, xserver
from tests.scanner.codes import is_own_number, own_numbers

ROOT = Path(__file__).parents[2]
BETWEEN_CODES = 0.006
"""Seconds a scanner needs at the very least between two codes; no two Enters come within SDL's repeat window."""


@pytest.fixture(scope="module")
def server() -> Iterator[XServer]:
    with xserver(800, 600) as running:
        yield running


class Window:
    """The window program: what it told, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def told(self, key: str) -> Any:
        """The next line about `key`; others before it must not be there."""
        line = self._lines.get(timeout=20)
        assert key in line, line
        return line[key]

    def scan(self) -> dict[str, Any]:
        line = self._lines.get(timeout=20)
        assert "code" in line, line
        return line

    def rest(self) -> list[dict[str, Any]]:
        """Close the window; every scan that was not asked for yet."""
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(timeout=20) == 0
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get())
        return [line for line in lines if "code" in line]

    def field(self, focused: bool) -> None:
        assert self._process.stdin
        self._process.stdin.write("f\n" if focused else "u\n")
        self._process.stdin.flush()
        self.told("field")


@contextmanager
def window(server: XServer, setting: str, source: str, *, patience: str | None = "15") -> Iterator[Window]:
    """The running, focused program; `patience` as it says, None for the settings a kiosk has."""
    program = [sys.executable, "-m", "tests.scanner.window_program", setting, *filter(None, [patience])]
    process = subprocess.Popen(
        program, env=server.environ(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        shown = Window(process)
        assert source in shown.told("sources")[-1]
        server.focus("wedge test")
        assert shown.told("focused") is True
        yield shown
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("layout", "count"), [("us", 1000), ("de", 200), ("fr", 200)])
def test_every_code_typed_without_a_pause_is_read_from_the_x_server(server: XServer, layout: str, count: int) -> None:
    server.layout(layout)
    codes = own_numbers(count, seed=count)
    with window(server, "auto", "x11: keys are read straight from the X server") as shown:
        for code in codes:
            server.scan(code)
        scans = [shown.scan() for _ in codes]
        assert [(scan["code"], scan["clean"], scan["typed"]) for scan in scans] == [
            (code, True, False) for code in codes
        ]
        assert shown.rest() == []


def test_what_xdotool_types_is_read_as_well(server: XServer) -> None:
    server.layout("us")
    codes = own_numbers(30, seed=7)
    with window(server, "auto", "x11") as shown:
        server.xdotool("type", "--delay", "0", "".join(f"{code}\n" for code in codes))
        assert [shown.scan()["code"] for _ in codes] == codes


@pytest.mark.parametrize(("layout", "count"), [("us", 400), ("de", 100), ("fr", 100)])
def test_the_windows_two_lanes_never_read_a_code_wrong(server: XServer, layout: str, count: int) -> None:
    server.layout(layout)
    codes = own_numbers(count, seed=count + 1)
    with window(server, "sdl", "sdl: keys are read from the window") as shown:
        answers = []
        for code in codes:
            server.scan(code)
            answers.append(shown.scan())
            time.sleep(BETWEEN_CODES)
        assert shown.rest() == []
    wrong = [
        (code, answer["code"])
        for code, answer in zip(codes, answers, strict=True)
        if answer["code"] != code and answer["clean"] and is_own_number(answer["code"])
    ]
    assert wrong == []
    assert sum(answer["code"] == code for code, answer in zip(codes, answers, strict=True)) > count * 0.9


def test_letters_prefixes_and_control_characters_come_as_the_scanner_meant_them(server: XServer) -> None:
    server.layout("de")
    with window(server, "auto", "x11") as shown:
        for sent, code, symbology in [
            ("]C0SCH-yz/001", "SCH-yz/001", "code128"),
            ("]E09787111213826", "9787111213826", "ean13"),
            ("'; DROP TABLE loans; --", "'; DROP TABLE loans; --", None),
            ("%s{0}\\n", "%s{0}\\n", None),
        ]:
            server.scan(sent)
            scan = shown.scan()
            assert (scan["code"], scan["symbology"], scan["clean"]) == (code, symbology, True)
        server.scan("20000016", end="\t")
        assert shown.scan()["code"] == "20000016"


def test_a_scanner_without_terminator_is_heard_when_it_falls_silent(server: XServer) -> None:
    server.layout("us")
    with window(server, "auto", "x11", patience=None) as shown:
        for code in ("20000016", "30000000"):
            server.scan(code, end="")
            assert shown.scan()["code"] == code


@pytest.mark.parametrize("setting", ["auto", "sdl"])
def test_caps_lock_does_not_flip_what_a_scanner_sends(server: XServer, setting: str) -> None:
    server.layout("us")
    server.caps_lock()
    try:
        with window(server, setting, "") as shown:
            server.scan("SCH-001a")
            assert shown.scan()["code"] == "SCH-001a"
            server.type("sch-2\r")
            scan = shown.scan()
            assert (scan["code"], scan["typed"]) == ("SCH-2", True)
    finally:
        server.caps_lock()


def test_ten_thousand_digits_are_one_unclean_scan_and_the_next_is_read(server: XServer) -> None:
    server.layout("us")
    with window(server, "auto", "x11") as shown:
        server.scan("7" * 10_000)
        long = shown.scan()
        assert (long["code"], long["clean"]) == ("7" * 128, False)
        server.scan("20000016")
        assert shown.scan()["code"] == "20000016"


def test_without_a_window_manager_a_window_that_lost_the_focus_still_hears(server: XServer) -> None:
    server.layout("us")
    server.unmanage()
    scans: queue.Queue[Scan] = queue.Queue()
    source = X11Source.open(
        scans.put, window_focused=lambda: False, monotonic=time.monotonic, environ={"DISPLAY": server.name}
    )
    source.start()
    server.scan("30000014")
    assert scans.get(timeout=20).code == "30000014"
    source.close()


def test_a_connection_to_the_server_that_breaks_is_made_anew(server: XServer) -> None:
    server.layout("us")
    scans: queue.Queue[Scan] = queue.Queue()
    source = X11Source.open(
        scans.put, window_focused=lambda: True, monotonic=time.monotonic, environ={"DISPLAY": server.name}
    )
    source._listener._again = 0.1
    source.start()
    broken = source._display
    assert broken is not None
    broken.display.socket.shutdown(socket.SHUT_RDWR)
    ends = time.monotonic() + 20
    while source._display in (None, broken) or not source.condition.ok:
        assert time.monotonic() < ends, source.describe()
        time.sleep(0.01)
    server.scan("30000014")
    assert scans.get(timeout=20).code == "30000014"
    source.close()


def test_nothing_is_heard_while_another_window_has_the_focus(server: XServer) -> None:
    server.layout("us")
    server.blur()
    scans: queue.Queue[Scan] = queue.Queue()
    asked: queue.Queue[None] = queue.Queue()
    focused = threading.Event()

    def window_focused() -> bool:
        asked.put(None)
        return focused.is_set()

    source = X11Source.open(
        scans.put, window_focused=window_focused, monotonic=time.monotonic, environ={"DISPLAY": server.name}
    )
    source.start()
    server.scan("20000016")
    for _ in range(18):  # nine presses and nine releases
        asked.get(timeout=20)
    focused.set()
    server.scan("30000014")
    assert scans.get(timeout=20).code == "30000014"
    source.close()
    assert scans.empty()


@pytest.mark.parametrize("setting", ["auto", "sdl"])
def test_a_person_types_a_number_unless_a_text_field_wants_it(server: XServer, setting: str) -> None:
    server.layout("us")
    with window(server, setting, "") as shown:
        server.type("2009\b0\r")
        scan = shown.scan()
        assert (scan["code"], scan["typed"]) == ("2000", True)
        shown.field(focused=True)
        server.type("2000\r")
        before = time.monotonic()
        server.scan("30000014")
        scan = shown.scan()
        assert (scan["code"], scan["typed"]) == ("30000014", False)
        assert before - 0.01 < scan["began"] <= scan["at"] < time.monotonic()
        assert shown.rest() == []


def test_an_x_server_without_what_raw_keys_need_is_a_sentence_and_the_window_reads() -> None:
    # XInput2 itself cannot be switched off in Xvfb; the generic events that carry it can.
    with xserver(400, 300, without=["Generic Event Extension"]) as poor:
        program = [sys.executable, "-m", "tests.scanner.window_program", "auto"]
        with window(poor, "auto", "sdl: keys are read from the window in two lanes; a code whose") as shown:
            poor.scan("20000016")
            assert shown.scan()["code"] == "20000016"
        process = subprocess.run(
            program,
            env=poor.environ(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        refused, _ = json.loads(process.stdout.splitlines()[0])["sources"]
        assert refused == "x11: the X server has no XInput2, so single keys of a quick scanner may be missed"


def test_an_x_server_that_dies_ends_the_source_and_not_the_program() -> None:
    with xserver(400, 300) as dying:
        source = X11Source.open(
            lambda scan: None,
            window_focused=lambda: True,
            monotonic=time.monotonic,
            environ={"DISPLAY": dying.name},
        )
        source.start()
        assert source.condition.ok
    deadline = time.monotonic() + 10
    while source.condition.ok and time.monotonic() < deadline:
        time.sleep(0.01)
    assert source.describe() == "x11: the X server has closed the connection; it is asked for again"
    source.close()
