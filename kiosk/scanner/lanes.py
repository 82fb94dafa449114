"""Two lanes of the same keys, each with its own fault, checked against each other.

Where no raw route exists (Windows, Wayland, an X server without XInput2) the window system tells of every
key twice:

* **keys**: by place, layout-independent. SDL on X11 takes a fast release and press of the same key for
  auto-repeat, and pygame drops it: a character is then missing that was seen before in the same burst.
* **text**: complete, but as layout and input method see it: AZERTY makes `àé&` of digits, a Chinese input
  method eats letters.

A missing key is thus always one whose place was seen before, so the *first* appearances come in the same order in
both lanes. That pairs each text character with a key, whatever the layout, and the text's order fills the gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.scanner.keys import is_shifted, same_key

_TWO_DIGITS: Final = frozenset(f"{number:02}" for number in range(100))


@dataclass(frozen=True, slots=True)
class Joined:
    """The code both lanes agree on. `clean` is false when they cannot both be explained: for showing only."""

    code: str
    clean: bool


def join(keys: str, text: str, *, loses_repeats: bool) -> Joined:
    """One code from both lanes of one burst.

    `loses_repeats`: this platform may drop repeated keys (SDL on X11). Then nothing is believed that rests on the
    keys alone.
    """
    if keys == text:
        return Joined(keys, clean=True)
    if not text:
        return Joined(keys, clean=not loses_repeats)
    if not keys:
        return Joined(text, clean=True)  # an injected text (remote desktop, Alt+keypad) has no places
    if _explains(keys, text):
        return Joined(text, clean=True)
    read = _through_layout(keys, text)
    if read is not None:
        # When Shift goes up and down again within SDL's repeat window, the plain key between looks shifted. On a
        # US layout the text says which it was; on any other nothing does.
        return Joined(read, clean=not (loses_repeats and any(map(is_shifted, keys))))
    if loses_repeats or len(text) > len(keys):
        return Joined(max(keys, text, key=len), clean=False)
    return Joined(keys, clean=True)  # an input method ate or turned some of the text; the places are complete


def _explains(keys: str, text: str) -> bool:
    """Is `text` what a US layout makes of `keys`, with some repeated keys missing from `keys`?"""
    seen: set[str] = set()
    left: Iterator[str] = iter(keys)
    expected = next(left, None)
    for char in text:
        if expected is not None and same_key(expected, char):
            seen.add(expected)
            expected = next(left, None)
        elif not any(same_key(key, char) for key in seen):
            return False
    return expected is None


def _through_layout(keys: str, text: str) -> str | None:
    """`text` read back to US characters by pairing first appearances; None when `keys` contradict that."""
    places, marks = list(dict.fromkeys(keys)), list(dict.fromkeys(text))
    if len(places) != len(marks) or len(text) < len(keys):
        return None
    pairs = dict(zip(marks, places, strict=True))
    if any(mark != place and mark + place in _TWO_DIGITS for mark, place in pairs.items()):
        return None  # no layout has its digits in another order
    read = "".join(map(pairs.__getitem__, text))
    return read if _explains(keys, read) else None
