"""Whose the keys of one keyboard were: a scanner's, a person's, or not to be told yet. Pure.

A wedge scanner's keys reach the focused window as well, so whoever shows the window must know which of them to pass
over: the code, and the Enters and Tabs that a scanner sends before and after it. `Bursts` is a decoder that
remembers that; `Heard` is what it tells, by the times of the keys, so that it does not matter who looked when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Key
from kiosk.scanner.wedge import ENDS, WedgeDecoder

_SPANS: Final = 16  # so many codes at least are remembered: many more than come between two looks at the window
_PRESSES: Final = 256  # the same of keys
_ENDS_IN_A_ROW: Final = 3  # Enters and Tabs before a code; a person who goes on pressing Tab is not kept waiting


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last key (monotonic seconds) of one code. `typed`: of a number that a person typed."""

    began: float
    ended: float
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A key that went down: which in the order of all, when (monotonic seconds), and its place (`keys.EVDEV`)."""

    number: int
    at: float
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the keys until `until` (monotonic seconds): all that came by then has been read.

    `spans` are the latest codes, a scanner's with its Enters and Tabs around them. Keys since `began` may be a
    scanner's: the next ones, or a silence, will show it. `presses` are the latest keys, of whomever.
    """

    until: float
    spans: tuple[Span, ...] = ()
    began: float | None = None
    presses: tuple[Press, ...] = ()


class Presses:
    """The latest keys that went down."""

    def __init__(self) -> None:
        self._latest: deque[Press] = deque(maxlen=_PRESSES)
        self._number = 0

    def add(self, key: str | None, at: float) -> None:
        """A key went down; one without a name says nothing."""
        if key:
            self._number += 1
            self._latest.append(Press(self._number, at, key))

    def heard(self, parts: Iterable[Bursts], until: float) -> Heard:
        """What several keyboards know together, everything until `until` having been read."""
        parts = tuple(parts)
        opens = (part.open for part in parts)
        began = min((begin for begin, end in filter(None, opens) if until < end), default=None)
        return Heard(until, tuple(span for part in parts for span in part.spans), began, tuple(self._latest))


class Bursts:
    """A decoder that knows which keys were a scanner's. `feed` and `tick` are the decoder's."""

    def __init__(self, decoder: WedgeDecoder) -> None:
        self._decoder = decoder
        self._link = decoder.link
        self._spans: deque[Span] = deque(maxlen=_SPANS)
        self._chain = float("-inf")  # the first of the keys that followed one another without a pause
        self._last = float("-inf")
        self._lead = float("-inf")  # the chain's beginning when the unfinished burst began
        self._ends = 0  # Enters and Tabs since the chain began, or since its last other key
        self._scanners = False  # the last key was a scanner's

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next (monotonic seconds), or None."""
        return self._decoder.deadline

    @property
    def spans(self) -> tuple[Span, ...]:
        """The latest codes."""
        return tuple(self._spans)

    @property
    def open(self) -> tuple[float, float] | None:
        """From when on keys may be a scanner's, and until when that is open if none comes; None if they are not."""
        burst = self._decoder.burst
        if burst is not None:
            return min(self._lead, burst[0]), burst[1]
        if 0 < self._ends <= _ENDS_IN_A_ROW:
            return self._chain, self._last + self._link
        return None

    def feed(self, key: Key) -> tuple[Scan, ...]:
        """Take a key; the codes it ended."""
        scans = self.tick(key.at)
        linked = self._follow(key.at)
        before = self._decoder.began
        ended = self._decoder.feed(key)
        if self._decoder.began not in (None, before):
            self._lead = self._chain
        self._note(ended, key.at)
        ends = bool(key.char) and key.char in ENDS
        if any(not scan.typed for scan in ended):
            self._ends, self._scanners = 0, True
        elif ends and linked and self._scanners and self._decoder.began is None:
            self._spans.append(Span(self._spans.pop().began, key.at))
        else:
            self._scanners = False
            self._ends = self._ends + 1 if ends else 0
        return scans + ended

    def tick(self, now: float) -> tuple[Scan, ...]:
        """Time is `now`: the codes that silence has ended."""
        scans = self._decoder.tick(now)
        self._note(scans, self._last)
        if scans:
            self._scanners = True
        return scans

    def pass_over(self, at: float) -> None:
        """A key of a code that is not to be heard (its beginning went to another window): a scanner's, and lost."""
        self._decoder.reset()
        goes_on = self._follow(at) and self._scanners
        self._ends, self._scanners = 0, True
        self._spans.append(Span(self._spans.pop().began if goes_on else at, at))

    def reset(self) -> None:
        """Forget the unfinished burst."""
        self._decoder.reset()
        self._ends = 0

    def _follow(self, at: float) -> bool:
        """Time goes on to this key: whether it followed the one before without a pause."""
        linked = at - self._last <= self._link
        if not linked:
            self._chain, self._ends, self._scanners = at, 0, False
        self._last = at
        return linked

    def _note(self, scans: Iterable[Scan], ended: float) -> None:
        for scan in scans:
            self._spans.append(Span(scan.at, scan.at, typed=True) if scan.typed else Span(self._lead, ended))
