"""What every scanner source has in common: how it is asked, what it answers when something is missing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, Self

from kiosk.defects import place_of
from kiosk.flows.events import Scan
from kiosk.scanner.bursts import Heard
from kiosk.scanner.keys import Key

_log = logging.getLogger(__name__)

Put = Callable[[Scan], None]
"""Takes a scan into the app's inbox; called in the source's own thread, so it must be thread-safe and quick."""

Watch = Callable[[Literal["keys", "line"], Key], None]
"""Is told of each key (or byte of a serial line) as it came, beside the scans: for `kiosk scanner`."""

# Message keys (i18n has them in both languages) and the plain English of `describe()`.
SENTENCES: Final[Mapping[str, str]] = {
    "scanner.x11.ready": "keys are read straight from the X server {display} (XInput2): nothing is lost",
    "scanner.x11.no_display": "there is no X server to ask (DISPLAY is empty or does not answer)",
    "scanner.x11.no_driver": "python-xlib is not installed; install it with: pip install python-xlib",
    "scanner.x11.no_xinput2": "the X server has no XInput2, so single keys of a quick scanner may be missed",
    "scanner.x11.lost": "the X server has closed the connection; it is asked for again",
    "scanner.sdl.ready": "keys are read from the window in two lanes that check each other",
    "scanner.sdl.repeats": (
        "keys are read from the window in two lanes; a code whose lanes disagree must be scanned again"
    ),
    "scanner.evdev.ready": "keys are read straight from {devices}, for the kiosk alone",
    "scanner.evdev.no_driver": "evdev is not installed; install it with: pip install evdev",
    "scanner.evdev.not_found": "no input device is called like {wanted}; seen: {seen}",
    "scanner.evdev.no_permission": (
        "the input devices may not be read by {user}; run: kiosk check --fix, then plug the scanner in again"
    ),
    "scanner.evdev.busy": "another program has {devices} for itself",
    "scanner.evdev.lost": "{devices} was unplugged; plug it in again",
    "scanner.serial.ready": "codes are read from the serial port {port} ({speed} bits a second)",
    "scanner.serial.no_driver": "pyserial is not installed; install it with: pip install pyserial",
    "scanner.serial.no_speed": "{wanted} is no serial port and speed; write it like /dev/ttyUSB0@9600",
    "scanner.serial.not_found": "the serial port {port} is not there; seen: {seen}",
    "scanner.serial.no_port": "{port} is no serial port; seen: {seen}",
    "scanner.serial.none_found": "no serial port looks like a scanner; seen: {seen}",
    "scanner.serial.busy": "another program has the serial port {port}",
    "scanner.serial.no_permission": (
        "the serial port {port} may not be read; run: kiosk check --fix, then plug the scanner in again"
    ),
    "scanner.serial.lost": "the scanner on {port} was unplugged; plug it in again",
    "scanner.camera.chosen": "the camera {camera} is opened once the kiosk is on the screen",
    "scanner.camera.ready": "codes are read from the camera {camera} ({width}×{height})",
    "scanner.camera.no_driver": "OpenCV is not installed; install it with: pip install opencv-python",
    "scanner.camera.no_engine": "nothing here reads codes in pictures; install it with: pip install zxing-cpp",
    "scanner.camera.none_found": "no camera is plugged in",
    "scanner.camera.not_found": "no camera is called {wanted}; seen: {seen}",
    "scanner.camera.number_only": "on this system cameras go by number (0, 1 …), not by a name like {wanted}",
    "scanner.camera.no_video": "the video {path} is not there",
    "scanner.camera.not_video": "{camera} is no video that can be read",
    "scanner.camera.no_permission": (
        "the camera {camera} may not be used by {user}; run: sudo usermod -aG video {user}, then log in again"
    ),
    "scanner.camera.busy": "the camera {camera} does not open; another program may have it",
    "scanner.camera.lost": "the camera {camera} was unplugged; plug it in again",
    "scanner.camera.silent": "the camera {camera} does not answer; unplug it and plug it in again",
    "scanner.camera.black": "the camera {camera} gives a black picture; is its lens covered, is there light?",
    "scanner.camera.frozen": (
        "the camera {camera} gives the very same picture again and again; unplug it and plug it in again"
    ),
    "scanner.camera.small": "the pictures of the camera {camera} are too small to read anything in them",
    "scanner.camera.corrupt": "the pictures of the camera {camera} are spoilt; try another cable or USB port",
    "scanner.camera.ended": "the video {camera} has ended",
    "scanner.failed": "the program failed there ({reason}); it goes on trying by itself",
    "scanner.not_opened": "it could not be opened ({reason}); restart the kiosk",
    "scanner.unknown": "there is no scanner source called {wanted}; known: {known}",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source does: a message key with its values, and whether it works."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    ok: bool = True

    def __str__(self) -> str:
        return SENTENCES[self.key].format(**self.values)


def after_looking(before: Condition, found: Condition) -> Condition:
    """How a source does that looked again for its hardware: which one was pulled says more than what is not there."""
    return before if before.key.endswith(".lost") and not found.ok else found


class SourceUnavailableError(Exception):
    """This source cannot be opened on this machine; `condition` says why and what to do."""

    def __init__(self, key: str, **values: str) -> None:
        self.condition = Condition(key, values, ok=False)
        super().__init__(str(self.condition))


class Source(Protocol):
    """One way by which codes come in.

    `typing_goes_to_field`: a text field has the focus; a number typed by a person then belongs to the field and is
    not reported as a scan. A scanner's burst still is, with `Scan.began` saying from when on the field's new
    characters were the scanner's.
    """

    name: str
    typing_goes_to_field: bool

    @property
    def condition(self) -> Condition:
        """How it does now."""
        ...

    def describe(self) -> str:
        """Name and condition in one plain English sentence, for `kiosk check` and the log."""
        ...

    @property
    def heard(self) -> Heard | None:
        """What it knows of the keys that reach the window as well; None if its keys do not."""
        ...

    def look(self) -> None:
        """Bring `heard` up to date soon."""
        ...

    def start(self) -> None:
        """Begin to put scans. Returns at once."""
        ...

    def close(self) -> None:
        """Stop, and give the hardware back. May be called twice, and without `start`."""
        ...


class Described:
    """What sources say of themselves, in one way: each sets its `name` and, whenever that changes, `_condition`."""

    name: str
    _condition: Condition
    _logged: frozenset[str] = frozenset()

    @property
    def condition(self) -> Condition:
        """How it does now."""
        return self._condition

    def describe(self) -> str:
        """Name and condition."""
        return f"{self.name}: {self._condition}"

    @property
    def heard(self) -> Heard | None:
        """None: what it reads does not reach the window."""
        return None

    def look(self) -> None:
        """Do nothing."""

    def _defect(self, error: Exception) -> Condition:
        """How a source does that met what nobody foresaw. Each is logged once: it may come again with every try."""
        place = place_of(error)
        if place not in self._logged:
            self._logged |= {place}
            _log.error("scanner %s: %s", self.name, place)
        return Condition("scanner.failed", {"reason": type(error).__name__}, ok=False)

    def _looked(self, look: Callable[[], Condition]) -> Condition:
        """What a look for the hardware ended in. Raises `SourceUnavailableError`."""
        try:
            return look()
        except SourceUnavailableError:
            raise
        except Exception as error:  # a driver's listing, a file of the system that cannot be read
            return self._defect(error)


class UnavailableSource(Described):
    """Stands for a source that could not be opened, so that `kiosk check` can say so."""

    def __init__(self, name: str, condition: Condition) -> None:
        self.name = name
        self.typing_goes_to_field = False
        self._condition = condition

    @classmethod
    def failed(cls, name: str, error: Exception) -> Self:
        """One whose driver raised what nobody foresaw; it is logged."""
        made = cls(name, Condition("scanner.not_opened", {"reason": type(error).__name__}, ok=False))
        made._defect(error)
        return made

    def start(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
