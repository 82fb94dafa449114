"""How the keys of a scanner come: presses and releases with their times, overlapping and jittering.

The shapes are those of USB scanners as keyboards report them (USB HID 1.11, 8.3): one report for a press with its
Shift, one for the release, every 1 to 8 ms; quick ones send the next press in the report of the release, or before
it. A report's changes of Shift come to the program before those of its keys (Linux hid-input, usages 224 to 231).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.scanner.keys import EVDEV, SHIFT, character

ENDS = {"\r": "ENTER", "\n": "LINEFEED", "\t": "TAB"}
PLACES = {character(name): name for name in EVDEV.values() if len(name) == 1}
SHIFTED = {character(name, {SHIFT}): name for name in EVDEV.values() if len(name) == 1}


@dataclass(frozen=True, slots=True)
class Move:
    """A key by its place went down or up at `at` seconds."""

    at: float
    physical: str
    down: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: `gaps` from press to press and `holds` from press to release, each repeated as often as needed."""

    name: str
    gaps: Sequence[float]
    holds: Sequence[float]


TIMINGS = (
    Timing("everything at once", (0,), (0,)),
    Timing("one report a millisecond", (2,), (1,)),
    Timing("full-speed USB, every 8 ms", (16,), (8,)),
    Timing("the next press in the report of the release", (8,), (8,)),
    Timing("the next press before the release", (6,), (10,)),
    Timing("three keys held at once", (5,), (14,)),
    Timing("a slow scanner", (30,), (12,)),
    Timing("jitter of a busy machine", (1, 2, 1, 18, 1, 0, 0, 3, 25, 2), (1, 9, 0, 4)),
    Timing("bursts of a radio scanner", (0, 0, 0, 0, 28), (3,)),
    Timing("a stall in the middle", (4, 4, 4, 4, 55, 4, 4), (6,)),
)


def moves(code: str, timing: Timing, *, begin: float = 100.0) -> list[Move]:
    """The key moves by which a scanner sends `code`, ends included, in the order in which a program sees them."""
    return [move for _, _, move in sorted(_moves(code, timing, begin), key=lambda one: one[:2])]


def _moves(code: str, timing: Timing, begin: float) -> Iterator[tuple[float, int, Move]]:
    at, shift, order = begin, False, 0
    ups: dict[str, float] = {}
    for n, char in enumerate(code):
        if n:
            at += timing.gaps[n % len(timing.gaps)] / 1000
        physical = ENDS.get(char) or PLACES.get(char) or SHIFTED[char]
        order += 10
        if shift != (char in SHIFTED):
            shift = not shift
            yield at, order, Move(at, SHIFT, shift)
        if ups.get(physical, 0) > at:  # a key must be up before it can go down again
            yield at, order + 1, Move(at, physical, False)
        elif physical in ups:
            yield ups[physical], order + 1, Move(ups[physical], physical, False)
        yield at, order + 2, Move(at, physical, True)
        ups[physical] = at + timing.holds[n % len(timing.holds)] / 1000
    if shift:
        yield at, order + 3, Move(at, SHIFT, False)
    for physical, up in ups.items():
        yield up, order + 9, Move(up, physical, False)
