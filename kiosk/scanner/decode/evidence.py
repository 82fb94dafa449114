"""Whether a reading is believed. A false code is worse than none.

Votes are counted once for each engine and each look. A code is believed when both engines read it in several looks,
or when it was read at least once or twice and, drawn again, lies exactly on the picture (`overlay.Fit`), its quiet
zones included. How much is asked depends on how much the symbology checks by itself. Two values in one place: the
one with clearly more evidence, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kiosk.scanner.decode.blurred import ends
from kiosk.scanner.decode.overlay import NO_FIT, Fit, fit
from kiosk.scanner.decode.strips import ROWS, Strip
from kiosk.scanner.decode.symbols import runs, well_formed

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRONG = frozenset({"code128", "ean13", "upca"})  # a check digit or character, and parity or a fixed length beside it
BLURRED = "blurred"  # the name of our own reader among the engines
_BANDS = (slice(9, 15), slice(3, 9), slice(15, 21))


@dataclass(frozen=True, slots=True)
class Vote:
    """One engine's reading of one look at a strip; `start` and `end` in strip pixels, start > end when it lies
    upside down. `dark` is false when the code is light on dark; `sure` says that our own reader (`blurred`) found no
    other value to come near it."""

    value: str
    symbology: str
    engine: str
    look: str
    start: float
    end: float
    dark: bool = True
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value in one place of a strip with all that speaks for it."""

    value: str
    symbology: str
    votes: frozenset[tuple[str, str]]
    start: float
    end: float
    dark: bool
    sure: bool

    @property
    def engines(self) -> int:
        """How many engines read it."""
        return len({engine for engine, _ in self.votes})

    @property
    def looks(self) -> int:
        """In how many looks it was read."""
        return len({look for _, look in self.votes})


def candidates(votes: Sequence[Vote]) -> list[Candidate]:
    """Votes gathered by value and place; impossible values fall away here."""
    groups: list[list[Vote]] = []
    for vote in votes:
        if not well_formed(vote.value, vote.symbology):
            continue
        for group in groups:
            first = group[0]
            if (first.value, first.symbology) == (vote.value, vote.symbology) and _share(first, vote) > 0.3:
                group.append(vote)
                break
        else:
            groups.append([vote])
    out = []
    for group in groups:
        start = float(np.median([vote.start for vote in group]))
        end = float(np.median([vote.end for vote in group]))
        dark = sum(vote.dark for vote in group) * 2 >= len(group)
        seen = frozenset((vote.engine, vote.look) for vote in group)
        sure = any(vote.sure for vote in group)
        out.append(Candidate(group[0].value, group[0].symbology, seen, start, end, dark, sure))
    return out


def _share(a: Vote | Candidate, b: Vote | Candidate) -> float:
    """How much of the shorter one lies within the longer one, 0..1."""
    a0, a1, b0, b1 = min(a.start, a.end), max(a.start, a.end), min(b.start, b.end), max(b.start, b.end)
    return max(0.0, min(a1, b1) - max(a0, b0)) / max(1.0, min(a1 - a0, b1 - b0))


def fit_of(candidate: Candidate, strip: Strip) -> Fit:
    """The best of three bands of the strip: a scratch or a finger may lie on the others."""
    drawn = runs(candidate.value, candidate.symbology)
    if not drawn:
        return NO_FIT
    groups = [(one,) for one in drawn] if candidate.symbology == "code128" else [drawn]
    best = NO_FIT
    for band in _BANDS:
        profile = strip.pixels[band].mean(0).astype(np.float64)
        start, end = candidate.start, candidate.end
        if not candidate.dark:
            profile = 255.0 - profile
        if start > end:
            profile, start, end = profile[::-1], profile.size - 1 - start, profile.size - 1 - end
        for group in groups:
            best = max(best, fit(profile, group, start, end), key=_goodness)
        if _goodness(best) > 1.75 and best.quiet > 0.6:
            break
    return best


def _goodness(one: Fit) -> float:
    return one.whole + one.worst + 0.3 * min(one.quiet, 0.6)


def is_plain(candidate: Candidate) -> bool:
    """Read so often and by so many that nothing more is needed."""
    if candidate.symbology in STRONG:
        return candidate.engines >= 2 and candidate.looks >= 2 and len(candidate.votes) >= 3
    return candidate.engines >= 2 and candidate.looks >= 5 and len(candidate.votes) >= 8


def is_everywhere(candidate: Candidate) -> bool:
    """Read by both engines in nearly every look."""
    return candidate.engines >= 2 and candidate.looks >= 8 and len(candidate.votes) >= 14


def _covers(candidate: Candidate, strip: Strip) -> bool:
    """Whether it is nearly as long as all the bars there are, so that it cannot be a part of a longer code."""
    quarter = ROWS // 4
    bars = ends(strip.pixels[quarter:-quarter].mean(0).astype(np.float64))
    return bars is not None and abs(candidate.end - candidate.start) > 0.87 * (bars[1] - bars[0])


def is_certain(candidate: Candidate, lies: Fit) -> bool:
    """Whether votes and fit together are enough for this symbology."""
    count = len(candidate.votes)
    clean = lies.quiet > 0.4
    good = clean and lies.whole > 0.88 and lies.worst > 0.68
    excellent = clean and lies.whole > 0.93 and lies.worst > 0.82
    superb = clean and lies.whole > 0.96 and lies.worst > 0.9
    if candidate.symbology in STRONG:
        return (
            is_plain(candidate)
            or (candidate.looks >= 4 and lies.whole > 0.7)
            or (candidate.looks >= 6 and (lies.whole > 0.5 or candidate.symbology == "code128"))
            or (candidate.engines >= 2 and lies.whole > 0.6)
            or (count >= 2 and good)
            or excellent
        )
    if candidate.symbology == "itf" and not clean:
        return False  # its start and stop are met inside many a code: without quiet zones it may be a part
    if (
        candidate.engines >= 2
        and any(engine == BLURRED for engine, _ in candidate.votes)
        and clean
        and lies.whole > 0.8
    ):
        return True
    fair = clean and lies.whole > 0.82 and lies.worst > 0.45
    return (
        is_plain(candidate)
        or (candidate.looks >= 6 and fair)
        or (count >= 3 and good)
        or (count >= 2 and excellent)
        or superb
    )


def decide(
    found: Sequence[Candidate], strip: Strip, known: dict[Candidate, Fit] | None = None
) -> list[tuple[Candidate, Fit]]:
    """The candidates of a strip that are believed, none of them in the place of another."""
    fits = {} if known is None else known
    sure = []
    for one in found:
        rivals = [other for other in found if other is not one and _share(one, other) > 0.2]
        if not rivals and (one.sure or (is_plain(one) and one.symbology != "itf")):
            sure.append((one, NO_FIT))
            continue
        if not one.sure and {engine for engine, _ in one.votes} == {BLURRED}:
            continue  # it took what fits: fitting says nothing more
        if one not in fits:
            fits[one] = fit_of(one, strip)
        if not one.sure and not is_certain(one, fits[one]) and not (is_everywhere(one) and _covers(one, strip)):
            continue
        if all(_outweighs(one, other, fits, strip) for other in rivals):
            sure.append((one, fits[one]))
    return sure


def _outweighs(one: Candidate, other: Candidate, fits: dict[Candidate, Fit], strip: Strip) -> bool:
    if one.sure != other.sure:
        return one.sure and not is_plain(other)
    if other not in fits:
        fits[other] = fit_of(other, strip)
    mine, theirs = len(one.votes), len(other.votes)
    lies, lies_other = fits[one], fits[other]
    if mine >= 4 * theirs:
        return True
    better = lies.whole > lies_other.whole + 0.03 and lies.worst > lies_other.worst + 0.1
    return mine >= theirs and better


def box(start: float, end: float) -> NDArray[np.float64]:
    """The outline (4, 2) in strip points of a code from start to end."""
    return np.array([[start, 0.0], [end, 0.0], [end, ROWS - 1.0], [start, ROWS - 1.0]])
