"""Keys -> codes: the one decoder behind every keyboard route. Pure: `feed` keys, `tick` time, get `Scan`s.

How a burst of keys becomes a code:

* Enter, LF or Tab ends it; the LF of a CR LF finds nothing left to end. A scanner without a terminator is ended by
  silence. Once a scanner has shown that it ends its codes with a key, silence must last longer before it counts,
  so that a stall of the machine does not cut a code in two.
* Gaps tell who typed: most of a scanner's are under `scanner_gap`, most of a person's are over it. A character or
  three and Enter may be one stroke of a person's fingers, and count as typed however quick they were.
* What a person types waits for Enter; Backspace and Esc edit; left alone for `typing_wait` it is dropped quietly.
* A scanner's burst after a pause does not inherit the stray characters a person left before it.
* Inside a scanner's burst Backspace and Esc are data, and data that cannot be a code makes it unclean.

What comes out does not depend on how the keys were cut into `feed` calls, nor on when `tick` was called between
them: a key that comes after a deadline runs it first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Key
from kiosk.scanner.lanes import Joined

ENDS: Final = frozenset("\r\n\t")
"""The keys that end a code."""

FEW: Final = 4
"""Fewer characters than these with an Enter may be one stroke of a person."""


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How to tell codes and people apart. Times in seconds, lengths in characters.

    `scanner_gap`: the longest usual gap between two keys of a scanner (most send one in 1 to 60 ms; a quick typist
    needs 80 or more). `quiet`: silence that ends a code without terminator; it counts as twice `scanner_gap` at
    least. `stall`: the same for a scanner known to end its codes with a key, `quiet` at least.
    `typing_wait`: how long a person's unfinished number is kept. `shortest`: fewer characters than these, ended by
    silence, are noise. `longest`: more are cut and unclean.
    """

    scanner_gap: float = 0.068
    quiet: float = 0.2
    stall: float = 1.0
    typing_wait: float = 8.0
    shortest: int = 4
    longest: int = 128

    @property
    def link(self) -> float:
        """The longest gap that a scanner may make now and then, in seconds; a longer one parts its keys from others."""
        return 1.33 * self.scanner_gap


@dataclass(slots=True)
class _Lane:
    """One lane of one burst: its characters (bounded), and how its keys were spaced."""

    chars: list[str] = field(default_factory=list)
    keys: int = 0
    fast: int = 0
    last: float | None = None

    def like_a_scanner(self, fast: int = 0, slow: int = 0) -> bool:
        gaps_slow = max(self.keys - 1, 0) - self.fast
        return self.fast + fast > gaps_slow + slow


class WedgeDecoder:
    """The state of one keyboard's unfinished burst; memory is bounded whatever comes.

    `source` names the device in the scans. `join` makes one code of the two lanes (see `lanes.py`); without it
    only the "keys" lane counts.
    """

    def __init__(
        self,
        settings: WedgeSettings | None = None,
        *,
        source: str = "wedge",
        join: Callable[[str, str], Joined] | None = None,
    ) -> None:
        self._settings = settings = settings or WedgeSettings()
        self._quiet = max(settings.quiet, 2 * settings.scanner_gap)
        self._stall = max(settings.stall, self._quiet)
        self._source = source
        self._join = join
        self._ends_with_key = False
        self.reset()

    @property
    def link(self) -> float:
        """See `WedgeSettings.link`."""
        return self._settings.link

    def reset(self) -> None:
        """Forget the unfinished burst."""
        self._left: dict[str, list[str]] = {"keys": [], "text": []}
        self._lanes = {"keys": _Lane(), "text": _Lane()}
        self._began: float | None = None
        self._burst_began = 0.0
        self._last = 0.0
        self._odd = False
        self._caps = False

    @property
    def deadline(self) -> float | None:
        """Monotonic seconds at which `tick` must be called, or None while nothing is unfinished."""
        if self._began is None:
            return None
        return self._last + self._patience()

    @property
    def began(self) -> float | None:
        """When the unfinished burst began; what a person typed before a pause is no part of it."""
        return None if self._began is None else self._burst_began

    @property
    def burst(self) -> tuple[float, float] | None:
        """While the unfinished burst may be a scanner's: when it began, and until when that is open without a key."""
        lane = self._longer()
        if self._began is None or not (lane.keys == 1 or lane.like_a_scanner()):
            return None
        return self._burst_began, self._last + (self._patience() if self._is_a_code() else self._settings.link)

    def feed(self, *keys: Key) -> tuple[Scan, ...]:
        """Take keys in the order they came; the codes they ended."""
        scans: list[Scan] = []
        for key in keys:
            scans += self.tick(key.at)
            scans += self._take(key)
        return tuple(scans)

    def tick(self, now: float) -> tuple[Scan, ...]:
        """Time is `now`: the code that silence has ended, if it did. All keys before `now` must have been fed."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return ()
        complete = self._is_a_code()
        return self._finish(typed=False) if complete else self._drop()

    # -- one key

    def _take(self, key: Key) -> tuple[Scan, ...]:
        gap = max(0.0, key.at - self._last)
        fast = gap <= self._settings.scanner_gap
        if self._began is None:
            if key.char and key.char not in ENDS and key.char not in "\b\x1b":
                self._began = self._burst_began = key.at
                self._append(key)
            return ()
        if not key.char:
            self._odd = True
            return ()
        if key.char in ENDS:
            return self._end(key.at, fast=fast)
        edits = not (fast and self._is_a_code())
        if key.char == "\x1b" and edits:
            return self._drop()
        if key.char == "\b" and edits:
            self._rub_out(key.at)
            return ()
        if gap >= self._quiet and not self._is_a_code():
            self._begin_anew(key.at)
        self._append(key)
        return ()

    def _append(self, key: Key) -> None:
        lane = self._lanes[key.lane]
        if lane.last is not None:
            lane.fast += key.at - lane.last <= self._settings.scanner_gap
        lane.last = key.at
        lane.keys += 1
        self._last = max(self._last, key.at)
        self._caps = self._caps or key.caps
        # One more than allowed is kept: it tells at the end that the code was too long.
        lane.chars += key.char[: self._settings.longest + 1 - len(lane.chars)]

    def _rub_out(self, at: float) -> None:
        for name, lane in self._lanes.items():
            chars = lane.chars or self._left[name]
            if 0 < len(chars) <= self._settings.longest:  # what was too long stays too long
                chars.pop()
        self._last = at
        if not any(lane.chars for lane in self._lanes.values()) and not any(self._left.values()):
            self._drop()

    def _begin_anew(self, at: float) -> None:
        """After a pause: a person going on, or a scanner after a person. The end of the burst will show which."""
        for name, lane in self._lanes.items():
            self._left[name] = (self._left[name] + lane.chars)[: self._settings.longest + 1]
        self._lanes = {"keys": _Lane(), "text": _Lane()}
        self._burst_began = at
        self._odd = False

    # -- the end of a burst

    def _end(self, at: float, *, fast: bool) -> tuple[Scan, ...]:
        lane = self._longer()
        scanner = lane.like_a_scanner(fast=fast, slow=not fast) and len(lane.chars) >= FEW
        self._ends_with_key = self._ends_with_key or scanner
        self._last = at
        return self._finish(typed=not scanner)

    def _finish(self, *, typed: bool) -> tuple[Scan, ...]:
        keys, text = ("".join(self._lanes[name].chars) for name in ("keys", "text"))
        began, at = self._burst_began, self._last
        if typed:
            keys, text = "".join(self._left["keys"]) + keys, "".join(self._left["text"]) + text
            began = self._began if self._began is not None else began
            joined = Joined(text or keys, clean=True)  # what the person sees on the keys is what counts
        else:
            joined = self._join(keys, text) if self._join else Joined(keys, clean=True)
        longest = self._settings.longest
        lost = len(joined.code) > longest or (self._odd and not typed)
        caps = self._caps
        self.reset()
        if not joined.code:
            return ()
        code, symbology = (joined.code, None) if typed else strip_aim(joined.code)
        if typed and caps and code.isascii():
            code = code.swapcase()
        clean = joined.clean and not lost and code.isprintable()
        code = code[:longest]
        return (Scan(code, self._source, at, began, symbology=symbology, typed=typed, clean=clean),)

    def _drop(self) -> tuple[Scan, ...]:
        self.reset()
        return ()

    def _longer(self) -> _Lane:
        return max(self._lanes["keys"], self._lanes["text"], key=lambda lane: lane.keys)

    def _is_a_code(self) -> bool:
        """Would silence end this burst as a scanner's code?"""
        lane = self._longer()
        if lane.keys < self._settings.shortest or not lane.like_a_scanner():
            return False
        # A window repeats the text of a key that is held down (something lies on the keyboard): that is no code.
        return self._join is None or len(set(lane.chars)) > 1

    def _patience(self) -> float:
        if not self._is_a_code():
            return self._settings.typing_wait
        return self._stall if self._ends_with_key else self._quiet


# ISO/IEC 15424: "]", a letter for the family, a modifier. These letters are assigned.
_AIM: Final = re.compile(r"\]([ABCDEFGHIKLMNOPQRSTUXZcdehopsz])([0-9A-Za-z])")
_FAMILIES: Final = {"A": "code39", "C": "code128", "F": "codabar", "I": "itf", "Q": "qr"}
_EAN: Final = {("0", 13): "ean13", ("4", 8): "ean8"}


def strip_aim(code: str) -> tuple[str, str | None]:
    """The code without its AIM prefix, and the symbology that says (`Scan.symbology`), None where it is not ours.

    `]E0` stands for EAN-13 and for UPC sent as 13 digits; with another length it says nothing certain.
    """
    match = _AIM.match(code)
    if match is None or match.end() == len(code):
        return code, None
    rest = code[match.end() :]
    family, modifier = match.groups()
    if family == "E":
        return rest, _EAN.get((modifier, len(rest)))
    return rest, _FAMILIES.get(family)
