"""How much rubbish one source may tell of: a line at the wrong speed, or a broken device, gives thousands of readings.

Each reading costs an answer on the screen and a line in the journal, and a real scan waits behind them. Pure.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from kiosk.flows.events import Scan

MOST: Final = 2
"""Unclean readings a second that are told of, so that the person sees that something is wrong."""

_SECOND: Final = 1.0
_MOST_CODES: Final = 10  # a second amid rubbish; no hand scans as quickly
_CODE: Final = re.compile(r"[0-9A-Za-z.-]{6,}")  # random bytes cut at their control characters hardly ever make one


class RubbishLimit:
    """Which readings of one source are told of.

    The same unclean reading is told once a second, and at most `MOST` others are. While more of them come, what looks
    clean is likely to be a piece of the rubbish; only what looks like a number of the library is told then. Without
    rubbish nothing is held back, however quickly it comes: a scanner with a memory may send hundreds of codes at once.
    """

    def __init__(self) -> None:
        self._told: deque[float] = deque(maxlen=MOST)
        self._codes: deque[float] = deque(maxlen=_MOST_CODES)
        self._last = ("", float("-inf"))
        self._dropped_at = float("-inf")

    @property
    def dropped_at(self) -> float:
        """Monotonic seconds of the last reading that was too much."""
        return self._dropped_at

    def allows(self, scan: Scan) -> bool:
        """Is this reading, now, to be told of?"""
        at = scan.at
        if scan.clean:
            amid = at - self._dropped_at < _SECOND
            return not amid or (_CODE.fullmatch(scan.code) is not None and _room(self._codes, at))
        code, seen = self._last
        self._last = (scan.code, at)
        if scan.code == code and at - seen < _SECOND:
            return False
        if _room(self._told, at):
            return True
        self._dropped_at = at
        return False


def _room(told: deque[float], at: float) -> bool:
    """Take a place among those of the last second, if there is one."""
    if len(told) == told.maxlen and at - told[0] < _SECOND:
        return False
    told.append(at)
    return True
