"""What a flow hears. Every event carries `at`, monotonic seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Scan:
    """One decoded barcode.

    `began` and `at` are the monotonic seconds of its first and last key (for a picture both are the frame's).
    `symbology` is what the source knows for certain (an AIM prefix, a picture decoder), else None:
    "code128", "code39", "codabar", "itf", "ean13", "ean8", "upca", "upce", "qr".
    `source` names the device in words for `kiosk check` and the journal: "wedge", "evdev", "demo", "replay".
    `typed` is true when the key times are a person's. `clean` is false when characters are known to be lost,
    impossible or too many: the code is then for showing only, never for looking up.
    Of a picture (source `PICTURE`) `also` are the other codes that were first read in it, in any order, and `beside`
    the codes that had been read before and still lie in it.
    """

    code: str
    source: str
    at: float
    began: float
    symbology: str | None = None
    typed: bool = False
    clean: bool = True
    also: tuple[Scan, ...] = ()
    beside: tuple[str, ...] = ()


PICTURE: Final = "camera"
"""`Scan.source` of what was read in a picture."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, tile or key on the screen was used. `action` is the name the view gave it, `value` its datum."""

    action: str
    at: float
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A text field of the view holds `text` now (after the input method is done with it)."""

    field: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class CloseAsked:
    """Somebody asked the window to close: Alt+F4, Esc or the window manager."""

    at: float


@dataclass(frozen=True, slots=True)
class Progressed:
    """The command under way has done `done` of `total` things (records, rows, pages); `total` 0: nobody knows."""

    done: int
    total: int
    at: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; `at` is now, `now` the school's local time (naive)."""

    at: float
    now: datetime
