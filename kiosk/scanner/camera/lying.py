"""What is new before the camera, and what lies there: pure, with the time as an argument.

A code is a scan once, when it comes into the picture. It is one again only after it was away:

* not seen for `AWAY` seconds while the camera saw something (the time a camera is unplugged does not count), and
* not found in the very place and turn in which it was last, unless that was `COVERED` seconds ago: a book that lies
  there and was covered by a hand, a card or another book is still the same book. Held by hand, nothing comes back to
  within a fiftieth of the picture and a few degrees.

What lies in the picture when the camera begins (`begin`) was put there before: it is no scan either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

Quad = tuple[tuple[float, float], ...]

AWAY: Final = 3.0
COVERED: Final = 60.0
SETTLE: Final = 1.5
"""Seconds after the camera began in which a code counts as having lain there."""
_STEP: Final = 0.5  # seconds that one frame stands for at most: what lies further apart was not watched
_MOMENT: Final = 1.0
_SAME_PLACE: Final = 0.02  # of the picture's width
_SAME_TURN: Final = 6.0  # degrees
_SAME_LENGTH: Final = 0.1


class Code(Protocol):
    """A code found in a picture: see `kiosk.scanner.decode.Found`."""

    @property
    def value(self) -> str:
        """What it says."""
        ...

    @property
    def symbology(self) -> str:
        """Which kind it is."""
        ...

    @property
    def where(self) -> Quad:
        """Its corners in pixels of the picture."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """Where a code was seen last, and when."""

    where: Quad
    seen: float


@dataclass(frozen=True, slots=True)
class Sight:
    """The codes of one frame: those that are `new` and those that were `known` before.

    `beside` are the values known before that are in this frame or were a moment ago: a frame may lose one.
    """

    new: tuple[Code, ...] = ()
    known: tuple[Code, ...] = ()
    beside: tuple[str, ...] = ()


class Desk:
    """What lies before the camera, frame after frame."""

    def __init__(self) -> None:
        self._codes: dict[str, _Known] = {}
        self._now = 0.0  # seconds that the camera has seen
        self._last: float | None = None
        self._settled = 0.0

    def begin(self, settle: float = SETTLE) -> None:
        """The camera has been opened: what is found in the next `settle` seconds lay there."""
        self._settled = self._now + settle
        self._last = None

    def look(self, found: Sequence[Code], at: float, width: int) -> Sight:
        """The codes found in the frame of monotonic `at`, `width` pixels wide."""
        if self._last is not None:
            self._now += min(_STEP, max(0.0, at - self._last))
        self._last = at
        now = self._now
        self._codes = {value: known for value, known in self._codes.items() if now - known.seen < COVERED}
        before = {value for value, known in self._codes.items() if now - known.seen < _MOMENT}
        new: list[Code] = []
        there: list[Code] = []
        for code in {one.value: one for one in reversed(found)}.values():
            known = self._codes.get(code.value)
            if known is None or (now - known.seen >= AWAY and not _same_place(known.where, code.where, width)):
                (there if now < self._settled else new).append(code)
            else:
                there.append(code)
            self._codes[code.value] = _Known(code.where, now)
        fresh = {code.value for code in new}
        beside = before.union(code.value for code in there) - fresh
        return Sight(tuple(new), tuple(there), tuple(sorted(beside)))


def _same_place(one: Quad, other: Quad, width: int) -> bool:
    (x, y), (length, turn) = _middle(one), _along(one)
    (u, v), (other_length, other_turn) = _middle(other), _along(other)
    apart = abs((turn - other_turn + 180) % 360 - 180)
    return (
        math.hypot(x - u, y - v) <= _SAME_PLACE * width
        and abs(length - other_length) <= _SAME_LENGTH * max(length, other_length)
        and min(apart, 180 - apart) <= _SAME_TURN
    )


def _middle(where: Quad) -> tuple[float, float]:
    return sum(x for x, _ in where) / len(where), sum(y for _, y in where) / len(where)


def _along(where: Quad) -> tuple[float, float]:
    """Length in pixels and direction in degrees of a code's upper edge."""
    (x, y), (u, v) = where[:2]
    return math.hypot(u - x, v - y), math.degrees(math.atan2(v - y, u - x))
