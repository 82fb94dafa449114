"""Keys of the window, held until it is known whose they were. Pure.

A wedge scanner is a keyboard, so each of its keys reaches the focused window as well as the scanner's source. What
it types must press nothing there: neither a focused button nor a form, a PIN or a number. So a key that would act
waits until the source has said that it was a person's (`Heard`), with all keys behind it, in order; a scanner's are
dropped. Keys that only write into a field do not wait: a scan takes back what it wrote.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from kiosk.scanner.bursts import Heard

E = TypeVar("E")

SLACK: Final = 0.05
"""Seconds by which the window and a source may see the same key apart, one or the other first."""
_GRACE: Final = 0.02  # a source that has read until so long after the window saw a key has seen it too
_PATIENCE: Final = 2.0  # a source that is this late is broken: its keyboard must go on working


class Role(Enum):
    """What a key event would do now."""

    ACTS = "acts"  # presses something or goes somewhere
    ENTERS = "enters"  # the same, and ends a number that a person typed
    WRITES = "writes"  # is written where it may be taken back
    NEITHER = "neither"  # no scanner sends it, and nothing is to be waited for


@dataclass(frozen=True, slots=True)
class _Held(Generic[E]):
    event: E
    key: str
    since: float  # when the window had last been looked at before
    seen: float


class KeyHold(Generic[E]):
    """The key events that wait. `role` is asked of an event when its turn comes, for the one before may change it."""

    def __init__(self, role: Callable[[E], Role]) -> None:
        self._role = role
        self._held: deque[_Held[E]] = deque()
        self._matched = 0  # the number of the last press of the source that the window has seen

    @property
    def waits(self) -> bool:
        """Whether any key is held."""
        return bool(self._held)

    def put(self, event: E, key: str, *, since: float, seen: float) -> None:
        """A key event of the window; `key` is its place (`Press.key`), "" for a text.

        It was seen at monotonic `seen`, and not yet when the window was last looked at, at `since`.
        """
        self._held.append(_Held(event, key, since, seen))

    def take(self, heard: Heard | None, now: float) -> Iterator[E]:
        """The events that may act now, in the order in which they came; the scanners' are dropped.

        `heard` is what the source knows at `now`; None while none reads the keys that the window sees.
        """
        while self._held:
            first = self._held[0]
            role = self._role(first.event)
            scanners = heard is not None and role is not Role.NEITHER and self._is_a_scanners(first, role, heard, now)
            if scanners is None:
                return
            self._held.popleft()
            if not scanners:
                yield first.event

    def _is_a_scanners(self, held: _Held[E], role: Role, heard: Heard, now: float) -> bool | None:
        """None while it is not known and has to be."""
        waits = role in (Role.ACTS, Role.ENTERS)
        near = [press for press in heard.presses if held.since - SLACK <= press.at <= held.seen + SLACK]
        press = next((one for one in near if one.key == held.key and one.number > self._matched), None)
        if press is None:
            if waits and heard.until < held.seen + _GRACE and now - held.seen < _PATIENCE:
                return None
            return bool(near) and all(_covered(one.at, role, heard) for one in near)
        if _covered(press.at, role, heard):
            self._matched = press.number
            return True
        if waits and heard.began is not None and heard.began <= press.at:
            return None
        self._matched = press.number
        return False


def _covered(at: float, role: Role, heard: Heard) -> bool:
    """Was the key at that time one of a code, or the Enter of a number that a person typed?"""
    return any(span.began <= at <= span.ended and (not span.typed or role is Role.ENTERS) for span in heard.spans)
