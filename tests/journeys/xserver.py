"""A real X server for a test: Xvfb on a free display, clicks and keys through XTEST, by place as scanners send.

with xserver(1366, 768) as x:
    program = subprocess.Popen([...], env=x.environ())
    x.focus("window title")
    x.scan("30000018")
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

from kiosk.scanner.keys import EVDEV, SHIFT, character

_PLACES = {
    (char, shifted): code + 8
    for code, physical in reversed(list(EVDEV.items()))
    for shifted, char in ((True, character(physical, {SHIFT})), (False, character(physical)))
    if char and not physical.startswith("PAD")
}
_SHIFT_KEY = 42 + 8
_CAPS_KEY = 58 + 8
_UNICODE = 0x1000000  # the keysyms from here on are Unicode characters (X11 protocol, appendix A)
_WM_TIMEOUT = 15.0


@dataclass
class XServer:
    """A running X server. `name` is its display, e.g. ":7"; sizes in pixels."""

    name: str
    width: int
    height: int
    _display: Any = field(repr=False)

    def environ(self, **more: str) -> dict[str, str]:
        """The environment for a program that shall open its window here, silent and drawn the cheap way."""
        clean = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")}
        return clean | {
            "DISPLAY": self.name,
            "SDL_VIDEODRIVER": "x11",
            "SDL_AUDIODRIVER": "dummy",
            "SDL_FRAMEBUFFER_ACCELERATION": "0",
            "PYGAME_HIDE_SUPPORT_PROMPT": "1",
            **more,
        }

    def scan(self, code: str, *, gap: float = 0.0, hold: float = 0.0, end: str = "\r") -> None:
        """Type `code` as a wedge scanner does: US places, `gap` seconds between keys, each held `hold` seconds."""
        began = time.monotonic()
        for n, char in enumerate(code + end):
            if gap:  # by the clock: where the machine stalls, a scanner does not
                self._display.flush()
                time.sleep(max(0.0, began + n * gap - time.monotonic()))
            self._key(char, hold)
        self._display.sync()  # without gap and hold the whole code goes out in one piece

    def key(self, char: str, *, hold: float = 0.0) -> None:
        """Press and release the key of one US character ("\\r", "\\b", "\\x1b" and "\\t" are keys too)."""
        self._key(char, hold)
        self._display.sync()

    def type(self, words: str, *, gap: float = 0.1) -> None:
        """Type US characters by hand, `gap` seconds between two keys at least."""
        for char in words:
            self.key(char)
            time.sleep(gap)

    def _key(self, char: str, hold: float) -> None:
        place, shifted = _PLACES.get((char, False)), False
        if place is None:
            place, shifted = _PLACES[char, True], True
        if shifted:
            xtest.fake_input(self._display, X.KeyPress, _SHIFT_KEY)
        xtest.fake_input(self._display, X.KeyPress, place)
        if hold:
            self._display.flush()
            time.sleep(hold)
        xtest.fake_input(self._display, X.KeyRelease, place)
        if shifted:
            xtest.fake_input(self._display, X.KeyRelease, _SHIFT_KEY)

    def characters(self, words: str, *, gap: float = 0.085) -> None:
        """Type characters that no US key has, by keys this server had to spare.

        They stay where they are put: xdotool takes them away again, often before the window has looked. When the
        server has no key to spare any more, one with a character of earlier words is taken.
        """
        first, last = self._display.display.info.min_keycode, self._display.display.info.max_keycode
        mapped = dict(enumerate(self._display.get_keyboard_mapping(first, last - first + 1), first))
        there = {
            chr(keysyms[0] - _UNICODE): place
            for place, keysyms in mapped.items()
            if 0 < keysyms[0] - _UNICODE < 0x110000
        }
        keys = {char: there[char] for char in words if char in there}
        free = [place for place, keysyms in mapped.items() if not any(keysyms)]
        free += [place for char, place in there.items() if char not in keys]
        for char in dict.fromkeys(words):
            if char not in keys:
                keys[char] = free.pop(0)
                self._display.change_keyboard_mapping(keys[char], [(_UNICODE + ord(char),) * 2])
        self._display.sync()
        for char in words:
            xtest.fake_input(self._display, X.KeyPress, keys[char])
            xtest.fake_input(self._display, X.KeyRelease, keys[char])
            self._display.sync()
            time.sleep(gap)

    def caps_lock(self) -> None:
        """Press and release Caps Lock."""
        xtest.fake_input(self._display, X.KeyPress, _CAPS_KEY)
        xtest.fake_input(self._display, X.KeyRelease, _CAPS_KEY)
        self._display.sync()

    def click(self, x: int, y: int) -> None:
        """Press and release the left button (or touch) at these pixels."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, 1)
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def focus(self, title: str) -> None:
        """Wait for the window called `title` and give it the keyboard, as a window manager would."""
        self._window(title).set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()

    def place(self, title: str) -> tuple[int, int]:
        """Where on the screen the upper left corner of the window called `title` is."""
        corner = self._window(title).translate_coords(self._display.screen().root, 0, 0)
        return -corner.x, -corner.y

    def close(self, title: str) -> None:
        """Ask the window called `title` to close, as a window manager does for its cross (WM_DELETE_WINDOW)."""
        window = self._window(title)
        protocols, delete = (self._display.get_atom(name) for name in ("WM_PROTOCOLS", "WM_DELETE_WINDOW"))
        asked = ClientMessage(window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0]))
        window.send_event(asked)
        self._display.sync()

    def _window(self, title: str) -> Any:
        """The window called `title`, when it has come."""
        end = time.monotonic() + _WM_TIMEOUT
        while time.monotonic() < end:
            for window in self._windows(self._display.screen().root):
                named = window.get_full_text_property(self._display.get_atom("_NET_WM_NAME")) or ""
                if title in named and window.get_attributes().map_state == X.IsViewable:
                    return window
            time.sleep(0.02)
        raise TimeoutError(f"no window called {title!r} on {self.name}")

    def blur(self) -> None:
        """Take the keyboard away from every window."""
        self._display.set_input_focus(X.NONE, X.RevertToNone, X.CurrentTime)
        self._display.sync()

    def unmanage(self) -> None:
        """Give the keyboard to whatever window the pointer is over: a server without a window manager."""
        self._display.set_input_focus(X.PointerRoot, X.RevertToPointerRoot, X.CurrentTime)
        self._display.sync()

    def xdotool(self, *words: str) -> None:
        """Run xdotool here, e.g. `x.xdotool("type", "--delay", "0", "30000018\\n")`."""
        subprocess.run([_found("xdotool"), *words], env=self.environ(), check=True, capture_output=True)

    def layout(self, layout: str) -> None:
        """Set the keyboard layout of this server: "us", "de", "fr" …"""
        subprocess.run([_found("setxkbmap"), "-display", self.name, layout], check=True, capture_output=True)

    def picture(self) -> bytes:
        """What the whole screen shows now: width * height pixels of four bytes, blue first."""
        image = self._display.screen().root.get_image(0, 0, self.width, self.height, X.ZPixmap, 0xFFFFFFFF)
        return bytes(image.data)

    def _windows(self, parent: Any) -> Iterator[Any]:
        for child in parent.query_tree().children:
            yield child
            yield from self._windows(child)


@contextmanager
def xserver(width: int = 1280, height: int = 800, *, without: Sequence[str] = ()) -> Iterator[XServer]:
    """Start Xvfb on a display it picks itself, `without` the named X extensions; it is killed at the end."""
    reading, writing = os.pipe()
    missing = [word for name in without for word in ("-extension", name)]
    screen = ["-screen", "0", f"{width}x{height}x24"]
    try:
        server = subprocess.Popen(
            [_found("Xvfb"), "-displayfd", str(writing), *screen, "-nolisten", "tcp", "-noreset", *missing],
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb did not start (exit status {server.wait()})")
        display = Display(f":{number}")
        try:
            yield XServer(f":{number}", width, height, display)
        finally:
            if server.poll() is None:
                display.close()
    finally:
        server.kill()
        server.wait()


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(f"{program} is not installed; the README's test command installs it")
    return path
