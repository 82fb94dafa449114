"""A Chinese input method is on, a real one (fcitx), and scanners go on being read: it never sees their keys' places.

fcitx makes 你好 of nihao and drops the hyphen of TSG-004217, as it does in any window. The kiosk's raw route must not
mind, and its window's two lanes may ask for another scan but must never give a wrong number.
"""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.xserver import XServer, xserver
from tests.scanner.codes import own_numbers

ROOT = Path(__file__).parents[2]
CODES = [*own_numbers(12, seed=11), "TSG-004217", "AbCdEf-xyz-QWZ", "9787020002207", "nihao"]

pytestmark = pytest.mark.skipif(shutil.which("fcitx") is None, reason="this system has no fcitx 4")


def wait_for_answer(command: list[str], environ: dict[str, str], answer: str) -> None:
    end = time.monotonic() + 20
    while True:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.stdout.strip() == answer:
            return
        assert time.monotonic() < end, (command, done)
        time.sleep(0.05)


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[XServer, dict[str, str]]]:
    """An X server with a session bus and fcitx, as on a Chinese desktop."""
    home = tmp_path_factory.mktemp("home")
    (home / "run").mkdir(mode=0o700)
    with xserver(800, 600) as server:
        environ = server.environ(
            HOME=str(home),
            XDG_CONFIG_HOME=str(home / "config"),
            XDG_RUNTIME_DIR=str(home / "run"),
            XMODIFIERS="@im=fcitx",
            SDL_IM_MODULE="fcitx",
            LANG="C.UTF-8",
            LC_ALL="C.UTF-8",
        )
        # The profile says which methods there are; without it a locale that is not Chinese has none.
        (home / "config" / "fcitx").mkdir(parents=True)
        (home / "config" / "fcitx" / "profile").write_text(
            "[Profile]\nIMName=pinyin\nEnabledIMList=fcitx-keyboard-us:True,pinyin:True\n", "utf-8"
        )
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--print-address=1", "--nofork"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environ,
        )
        assert bus.stdout is not None
        environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        method = subprocess.Popen(["fcitx", "-D"], env=environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            yield server, environ
        finally:
            for program in (method, bus):
                program.kill()
                program.wait()


@contextmanager
def window(desktop: tuple[XServer, dict[str, str]], setting: str) -> Iterator[queue.Queue[dict[str, Any]]]:
    """The focused window program with the input method on: its scans."""
    server, environ = desktop
    with subprocess.Popen(
        [sys.executable, "-m", "tests.scanner.window_program", setting, "1"],
        env=environ,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        told: queue.Queue[dict[str, Any]] = queue.Queue()

        def listen() -> None:
            assert program.stdout is not None
            for line in program.stdout:
                told.put(json.loads(line))

        threading.Thread(target=listen, daemon=True).start()
        try:
            assert "sources" in told.get(timeout=20)
            server.focus("wedge test")
            assert told.get(timeout=20) == {"focused": True}
            subprocess.run(["fcitx-remote", "-s", "pinyin"], env=environ, check=True)
            subprocess.run(["fcitx-remote", "-o"], env=environ, check=True)
            wait_for_answer(["fcitx-remote"], environ, "2")
            yield told
        finally:
            program.kill()


def test_with_a_chinese_input_method_on_every_code_is_read_by_its_keys(
    desktop: tuple[XServer, dict[str, str]],
) -> None:
    with window(desktop, "auto") as told:
        for code in CODES:
            desktop[0].scan(code)
        scans = [told.get(timeout=20) for _ in CODES]
    assert [(scan["code"], scan["clean"], scan["typed"]) for scan in scans] == [(code, True, False) for code in CODES]


def test_the_windows_two_lanes_never_read_a_wrong_code_through_an_input_method(
    desktop: tuple[XServer, dict[str, str]],
) -> None:
    answers: list[tuple[str, dict[str, Any]]] = []
    with window(desktop, "sdl") as told:
        for code in CODES:
            desktop[0].scan(code, gap=0.003)
            with suppress(queue.Empty):  # eaten with its Enter: nothing is read, so it is scanned again
                answers.append((code, told.get(timeout=2)))
            time.sleep(0.05)
    wrong = [(code, answer["code"]) for code, answer in answers if answer["clean"] and answer["code"] != code]
    assert wrong == []
    right = [code for code, answer in answers if answer["code"] == code]
    assert len(right) > len(CODES) / 2, "digits pass an input method"
    assert len(answers) < len(CODES) or any(answer["code"] != code for code, answer in answers), "it was on"
