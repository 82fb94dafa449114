"""A window to measure in: a display, a kiosk over it in this process or one of its own, and keys to type."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.bench.ground import Ground, cache
from kiosk.clock import ShiftedClock, usual_instant
from kiosk.settings import Settings, Sound

if TYPE_CHECKING:
    from kiosk.loop import App

SIZE = (1920, 1080)
SETTLE_SECONDS = 5.0  # until everything a kiosk prepares between two visitors is prepared
READY_VARIABLE = "KIOSK_READY_FILE"
_XTEST_KEYCODES = {**{str(n): 9 + n for n in range(1, 10)}, "0": 19, "\r": 36}  # evdev keycodes, any layout


@contextmanager
def display() -> Iterator[str]:
    """A display: the one there is, else Xvfb where it is installed, else SDL's dummy. Yields what it is."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin"):
        yield "the machine's own"
        return
    read_end, write_end = os.pipe()
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],  # noqa: S607  found by PATH as every X client's server is
            pass_fds=[write_end],
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        os.environ["SDL_VIDEODRIVER"] = "dummy"
        yield "SDL dummy (no display, no Xvfb)"
        return
    finally:
        os.close(write_end)
    with os.fdopen(read_end) as announced:
        number = announced.readline().strip()
    if not number:
        raise RuntimeError(f"Xvfb did not start (exit status {server.wait()})")
    os.environ["DISPLAY"] = f":{number}"
    try:
        yield "Xvfb"
    finally:
        if "pygame" in sys.modules:
            sys.modules["pygame"].display.quit()  # SDL would end the program with the server
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait()


def app_over(ground: Ground) -> App:
    """A kiosk in this process, over a library at the time at which a class has its slot."""
    from kiosk.app import build_app, config_of

    settings = replace_sound(Settings())
    clock = ShiftedClock(usual_instant(ground.opens))
    config = replace(config_of(settings), bounce=0.0)
    return build_app(
        settings, ground.location, clock, config, windowed=True, size=SIZE, title="kiosk bench", keep_up=False
    )


def replace_sound(settings: Settings) -> Settings:
    """The settings without sound: a machine without a sound card would wait for one."""
    import attrs

    return attrs.evolve(settings, sound=Sound(mute=True))


class Keys:
    """Types codes as a scanner does: real key events through the X server, or straight into the inbox of `app`."""

    def __init__(self, app: App | None) -> None:
        self._app = app
        self._server: Any = None
        self.kind = "the inbox (no X server)"
        if os.environ.get("DISPLAY"):
            from Xlib.display import Display

            self._server = Display()
            self.kind = "XTEST keys through the X server"

    def type(self, code: str) -> float:
        """Type `code` and Enter; gives the monotonic time just before the last key went down."""
        from kiosk.flows.events import Scan

        if self._server is None:
            assert self._app is not None  # noqa: S101  only a kiosk in this process is measured without an X server
            now = time.monotonic()
            self._app.put(Scan(code, "bench", now, now))
            return now
        from Xlib import X
        from Xlib.ext import xtest

        for char in code:
            xtest.fake_input(self._server, X.KeyPress, _XTEST_KEYCODES[char])
            xtest.fake_input(self._server, X.KeyRelease, _XTEST_KEYCODES[char])
        self._server.sync()
        began = time.monotonic()
        xtest.fake_input(self._server, X.KeyPress, _XTEST_KEYCODES["\r"])
        xtest.fake_input(self._server, X.KeyRelease, _XTEST_KEYCODES["\r"])
        self._server.flush()
        return began


@contextmanager
def kiosk_over(command: Sequence[str], ground: Ground) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A kiosk as a program of its own, with the seconds it took to its first usable frame; ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        settings = Path(folder) / "settings.toml"
        settings.write_text("[sound]\nmute = true\n[backup]\ndaily = false\n[scanner]\nbounce_s = 0\n", "utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": str(cache() / "pycache"),
            READY_VARIABLE: str(ready),
            "KIOSK_SETTINGS": str(settings),
        }
        arguments = [
            "run", "--library", ground.location, "--windowed", "--size", "{}x{}".format(*SIZE),
            "--now", ground.opens.isoformat(),
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen([*command, *arguments], env=environment)
        try:
            told = ""
            while not told:
                if process.poll() is not None or time.monotonic() - began > 60:
                    raise RuntimeError(f"the kiosk did not start (exit status {process.poll()})")
                time.sleep(0.002)
                told = ready.read_text("utf-8") if ready.exists() else ""
            yield process, float(told) - began
        finally:
            process.kill()
            process.wait()


def empty_window() -> float:
    """Resident megabytes of a program that only shows an empty pygame window of the same size, the cheap way."""
    script = (
        "import os, sys, time\n"
        "os.environ['SDL_FRAMEBUFFER_ACCELERATION'] = '0'\n"
        "import pygame\n"
        "pygame.display.init()\n"
        f"pygame.display.set_mode({SIZE})\n"
        "pygame.display.flip()\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None  # noqa: S101  a pipe was asked for
    try:
        process.stdout.readline()
        return resident_mb(process.pid)
    finally:
        process.kill()
        process.wait()


def resident_mb(pid: int) -> float:
    """Resident memory of a process in megabytes (10^6 bytes); nan where the system does not tell (no /proc)."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return float("nan")
