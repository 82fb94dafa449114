from __future__ import annotations

import builtins
import re
import socket
import string
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

import kiosk.scanner
from kiosk.flows.events import Scan
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.scanner.source import SENTENCES, Condition, after_looking
from kiosk.scanner.sources import SourcePlan, choose, fed_by_window, open_sources

X = {"DISPLAY": ":0"}
XWAYLAND = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


def nobody(scan: Scan) -> None:
    raise AssertionError("nothing was scanned")


@pytest.mark.parametrize(
    ("setting", "platform", "environ", "video", "plan"),
    [
        ("auto", "linux", X, None, SourcePlan((), ("x11", "sdl"), loses_repeats=True)),
        ("auto", "linux", X, "x11", SourcePlan((), ("x11", "sdl"), loses_repeats=True)),
        ("auto", "linux", XWAYLAND, "x11", SourcePlan((), ("sdl",), loses_repeats=True)),
        ("auto", "linux", XWAYLAND, "wayland", SourcePlan((), ("sdl",), loses_repeats=False)),
        ("auto", "linux", {}, "KMSDRM", SourcePlan((), ("sdl",), loses_repeats=False)),
        ("auto", "win32", {}, "windows", SourcePlan((), ("sdl",), loses_repeats=False)),
        ("sdl", "linux", X, "x11", SourcePlan((), ("sdl",), loses_repeats=True)),
        ("x11", "linux", XWAYLAND, "x11", SourcePlan((), ("x11", "sdl"), loses_repeats=True)),
        ("evdev:Zebra DS", "linux", X, None, SourcePlan(("evdev:Zebra DS",), ("x11", "sdl"), loses_repeats=True)),
        ("evdev, sdl", "linux", X, None, SourcePlan(("evdev",), ("sdl",), loses_repeats=True)),
        ("auto,serial", "linux", X, None, SourcePlan(("serial",), ("x11", "sdl"), loses_repeats=True)),
        ("serial:COM3,auto", "win32", {}, None, SourcePlan(("serial:COM3",), ("sdl",), loses_repeats=False)),
        ("none", "linux", X, None, SourcePlan((), (), loses_repeats=True)),
        ("camera", "win32", {}, None, SourcePlan(("camera",), ("sdl",), loses_repeats=False)),
    ],
)
def test_the_setting_and_the_machine_choose_the_sources(
    setting: str, platform: str, environ: dict[str, str], video: str | None, plan: SourcePlan
) -> None:
    assert choose(setting, platform=platform, environ=environ, video=video) == plan


def test_a_pulled_scanner_stays_the_one_that_was_pulled_until_one_is_there_again() -> None:
    pulled = Condition("scanner.serial.lost", {"port": "COM3"}, ok=False)
    absent = Condition("scanner.serial.none_found", {"seen": "-"}, ok=False)
    busy = Condition("scanner.serial.busy", {"port": "COM3"}, ok=False)
    back = Condition("scanner.serial.ready", {"port": "COM4", "speed": "9600"})
    assert [after_looking(pulled, found) for found in (absent, busy, back)] == [pulled, pulled, back]
    assert [after_looking(absent, found) for found in (busy, back)] == [busy, back]


def opened(setting: str, environ: dict[str, str]) -> list[str]:
    sources = open_sources(setting, nobody, window_focused=lambda: True, environ=environ, platform="linux")
    for source in sources:
        source.start()
        source.close()
        source.close()
    assert (fed_by_window(sources) is None) == (not any(source.name == "sdl" for source in sources))
    return [source.describe() for source in sources]


@pytest.mark.parametrize("display", [":5999", ":98765", "nonsense", ":abc", "\n"])
def test_a_display_that_does_not_answer_is_a_sentence_and_the_window_takes_over(display: str) -> None:
    refused, window = opened("auto", {"DISPLAY": display})
    assert refused == "x11: there is no X server to ask (DISPLAY is empty or does not answer)"
    assert window.startswith("sdl: keys are read from the window in two lanes")


def test_a_display_that_hangs_up_is_a_sentence_and_the_window_takes_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        refused, window = opened("auto", {"DISPLAY": f"127.0.0.1:{number}", "HOME": str(tmp_path)})
    assert refused.startswith("x11: there is no X server")
    assert window.startswith("sdl:")


def test_no_display_at_all_is_a_sentence() -> None:
    refused, window = opened("x11", {})
    assert refused.startswith("x11: there is no X server")
    assert window == "sdl: keys are read from the window in two lanes that check each other"


def test_without_python_xlib_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_xlib(name: str, *rest: object) -> object:
        if name.startswith("Xlib"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(builtins, "__import__", without_xlib)
    refused, window = opened("auto", {"DISPLAY": ":0"})
    assert refused == "x11: python-xlib is not installed; install it with: pip install python-xlib"
    assert window.startswith("sdl:")


def test_an_unknown_source_costs_only_itself() -> None:
    unknown, window = opened("thermometer", {})
    known = "auto, x11, evdev, serial, camera, sdl, none"
    assert unknown == f"thermometer: there is no scanner source called thermometer; known: {known}"
    assert window.startswith("sdl:")


def test_none_opens_nothing() -> None:
    assert opened("none", X) == []


def test_every_condition_in_the_code_has_its_sentence_and_the_catalogue_says_the_same() -> None:
    room = Path(kiosk.scanner.__file__).parent
    used = {key for file in room.glob("*.py") for key in re.findall(r'"(scanner\.[a-z0-9_.]+)"', file.read_text())}
    assert used == set(SENTENCES)
    for key, sentence in SENTENCES.items():
        names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        values = dict.fromkeys(names, "x")
        assert Words("en").say(Text(key, values)) == str(Condition(key, values))


def test_a_driver_that_fails_in_its_own_code_costs_only_its_source(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_name: str) -> None:
        raise RuntimeError("a struct of the wrong length")

    monkeypatch.setitem(sys.modules, "Xlib.display", SimpleNamespace(Display=broken))
    refused, window = opened("auto", {"DISPLAY": ":0"})
    assert refused == "x11: it could not be opened (RuntimeError); restart the kiosk"
    assert window.startswith("sdl:")
    assert "scanner x11: RuntimeError at " in caplog.text
