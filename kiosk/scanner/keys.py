"""Physical keys -> the characters a scanner means by them.

A wedge scanner is a keyboard set to the US layout, whatever layout the machine has. So the key's place is what
counts: its Linux key number (evdev; X11 adds 8) or its USB usage (SDL's scancode), never what the system's layout
makes of it. Everything a keyboard says becomes one `Key` whose `char` is a character: Enter is "\r", Tab "\t",
Backspace "\b", Esc "\x1b", and a key without a character is "".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Lane = Literal["keys", "text"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key press, or one text event of the window system.

    `at` is monotonic seconds. `char` is what a scanner means by it, with Caps Lock undone; "" is a key without a
    character, and a text event may hold several. `caps` says that Caps Lock was on. `lane` tells keys by their
    place ("keys") from what layout and input method made of them ("text").
    """

    at: float
    char: str
    caps: bool = False
    lane: Lane = "keys"


SHIFT: Final = "SHIFT"
CTRL: Final = "CTRL"
ALT: Final = "ALT"
META: Final = "META"
CAPS: Final = "CAPS"
LOCK: Final = "LOCK"  # Num Lock and Scroll Lock: they say nothing here
PAD: Final = "PAD"  # the beginning of the name of a key on the number pad: "PAD7"
MODIFIERS: Final = frozenset({SHIFT, CTRL, ALT, META})

_NAMED: Final = {
    "ENTER": "\r",
    "TAB": "\t",
    "BACK": "\b",
    "ESC": "\x1b",
    "SPACE": " ",
    "PADENTER": "\r",
    "LINEFEED": "\n",
}
_PLAIN: Final = "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./"
_SHIFTED: Final = '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?'
_SHIFT_OF: Final = dict(zip(_PLAIN, _SHIFTED, strict=True))
_OTHER_HALF: Final = _SHIFT_OF | {shifted: plain for plain, shifted in _SHIFT_OF.items()}


def _row(first: int, keys: str) -> dict[int, str]:
    return {first + n: key for n, key in enumerate(keys)}


def _pad_row(first: int, keys: str) -> dict[int, str]:
    return {first + n: PAD + key for n, key in enumerate(keys)}


# Linux input-event-codes.h. X11's evdev keycodes are these plus 8.
EVDEV: Final[Mapping[int, str]] = {
    1: "ESC",
    **_row(2, "1234567890-="),
    14: "BACK",
    15: "TAB",
    **_row(16, "qwertyuiop[]"),
    28: "ENTER",
    29: CTRL,
    **_row(30, "asdfghjkl;'`"),
    42: SHIFT,
    **_row(43, "\\zxcvbnm,./"),
    54: SHIFT,
    55: "PAD*",
    56: ALT,
    57: "SPACE",
    58: CAPS,
    69: LOCK,
    70: LOCK,
    **_pad_row(71, "789-456+1230."),
    96: "PADENTER",
    97: CTRL,
    98: "PAD/",
    100: ALT,
    101: "LINEFEED",
    117: "PAD=",
    121: "PAD,",
    125: META,
    126: META,
}

# USB HID usage tables, page 7 (keyboard); SDL scancodes are the same numbers.
USB: Final[Mapping[int, str]] = {
    **_row(4, "abcdefghijklmnopqrstuvwxyz1234567890"),
    40: "ENTER",
    41: "ESC",
    42: "BACK",
    43: "TAB",
    44: "SPACE",
    **_row(45, "-=[]\\\\;'`,./"),
    57: CAPS,
    71: LOCK,
    83: LOCK,
    **_pad_row(84, "/*-+"),
    88: "PADENTER",
    **_pad_row(89, "1234567890."),
    103: "PAD=",
    133: "PAD,",
    224: CTRL,
    225: SHIFT,
    226: ALT,
    227: META,
    228: CTRL,
    229: SHIFT,
    230: ALT,
    231: META,
}


def same_key(one: str, other: str) -> bool:
    """Do both characters sit on one key of a US keyboard, with and without Shift?"""
    return one == other or _OTHER_HALF.get(one) == other


def is_shifted(char: str) -> bool:
    """Does a US keyboard need Shift for this character?"""
    return char in _SHIFTED


def character(physical: str, held: Collection[str] = ()) -> str:
    """The character of a physical key on a US keyboard with these modifiers held; "" for none.

    With Ctrl the control characters come out (Ctrl+M is "\r", as scanners send them); the number pad gives its
    digits whatever Num Lock says, since the lamp of a scanner's own keyboard is nobody's intention.
    """
    if ALT in held or META in held:
        return ""
    if physical in _NAMED:
        return _NAMED[physical]
    if physical.startswith(PAD):
        return physical[len(PAD) :]
    plain = physical if physical in _SHIFT_OF else ""
    if CTRL in held:
        return chr(ord(plain.upper()) & 0x1F) if plain and (plain.isalpha() or plain in "[\\]") else ""
    return _SHIFT_OF[plain] if plain and SHIFT in held else plain


class Keyboard:
    """One keyboard's held keys: turns presses and releases by place into `Key`s. Pure but for its own state.

    `caps` may be set from outside at any time: Caps Lock belongs to the machine, not to one keyboard.
    """

    FORGOTTEN_AFTER = 5.0
    """Seconds of silence after which a modifier counts as released: its release was lost with a pulled plug."""

    def __init__(self) -> None:
        self.caps = False
        self._held: dict[str, int] = {}
        self._alt_digits = ""
        self._last = 0.0

    def press(self, at: float, physical: str, held: Collection[str] | None = None) -> Key | None:
        """A key went down; None when that says nothing by itself. `held` overrules the modifiers seen here."""
        if at - self._last > self.FORGOTTEN_AFTER:
            self._held.clear()
            self._alt_digits = ""
        self._last = at
        if physical in MODIFIERS:
            self._held[physical] = self._held.get(physical, 0) + 1
            self._alt_digits = ""
            return None
        if physical == CAPS:
            self.caps = not self.caps
            return None
        if physical == LOCK:
            return None
        held = self._held if held is None else held
        digit = physical[len(PAD) :] if physical.startswith(PAD) else ""
        if ALT in held and digit.isdigit():
            self._alt_digits = (self._alt_digits + digit)[:8]
            return None
        return Key(at, character(physical, held), self.caps)

    def release(self, at: float, physical: str) -> Key | None:
        """A key went up; a `Key` when that ended an Alt+keypad sequence."""
        self._last = at
        if physical not in self._held:
            return None
        self._held[physical] -= 1
        if not self._held[physical]:
            del self._held[physical]
        if physical != ALT or not self._alt_digits:
            return None
        digits, self._alt_digits = self._alt_digits, ""
        return Key(at, alt_code(digits))


def alt_code(digits: str) -> str:
    """What Windows makes of Alt and these keypad digits: Windows-1252 after a leading zero, else code page 437.

    Control characters stay themselves (Alt+013 is "\r": so scanners in Alt mode end a code). Numbers over 255 are
    taken modulo 256, as Windows does; a number without a character gives "".
    """
    number = int(digits) % 256
    if number < 32 or number == 127:
        return chr(number)
    page = "cp1252" if digits.startswith("0") else "cp437"
    return bytes([number]).decode(page, "ignore")
