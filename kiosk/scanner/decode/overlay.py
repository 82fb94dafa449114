"""A reading drawn again and laid over the picture: the witness that knows nothing of how the engines read.

The expected bars, blurred as the picture is, are slid and stretched along the measured profile until they fit best;
what counts is how well they fit then, the quiet zones included (so part of a longer code fits badly), and how well
the worst stretch fits (so one wrong digit shows).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PER_MODULE = 4  # samples
QUIET = 4  # modules of quiet zone that must be there on each side
_BLURS = (0.12, 0.35, 0.8)  # standard deviations of the blurs tried, in modules; the last one to find the place
_GROWTHS = (0.0, 0.25, -0.25)  # modules by which ink may have spread, or bars be printed too thin


@dataclass(frozen=True, slots=True)
class Fit:
    """Correlation -1..1 of the whole and of the worst stretch; how light the darker quiet zone is (0 as a bar,
    1 as a space); start and end in strip pixels; how the code bends (`warped`); and the bars as they seem printed."""

    whole: float
    worst: float
    quiet: float
    start: float
    end: float
    bow: float = 0.0
    lean: float = 0.0
    drawn: tuple[float, ...] = ()


NO_FIT = Fit(0.0, 0.0, 0.0, 0.0, 0.0)


def _smooth(signal: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    reach = max(1, int(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.convolve(np.pad(signal, reach, mode="edge"), kernel / kernel.sum(), mode="valid")


@lru_cache(maxsize=1024)
def expected(runs: tuple[float, ...], blur: float) -> NDArray[np.float64]:
    """Bars as -1, spaces and quiet zones as 1, PER_MODULE samples a module, blurred by `blur` modules."""
    fine = 4
    edges = np.concatenate([[0.0], np.cumsum(runs)]) + QUIET
    count = round((edges[-1] + QUIET) * PER_MODULE)
    at = (np.arange(count * fine) + 0.5) / (PER_MODULE * fine)
    dark = np.searchsorted(edges, at, side="right") % 2 == 1
    drawn = np.where(dark, -1.0, 1.0).reshape(count, fine).mean(1)
    return _smooth(drawn, blur * PER_MODULE)


def level(profile: NDArray[np.float64], module: float) -> NDArray[np.float64]:
    """The profile with light and contrast evened out over about 14 modules."""
    reach = max(3, round(14 * module))
    mean = _smooth_box(profile, reach)
    spread = np.sqrt(np.maximum(_smooth_box((profile - mean) ** 2, reach), 0.0))
    rank = spread.size * 4 // 5
    floor = 0.25 * float(np.partition(spread, rank)[rank]) + 1e-3
    return np.asarray((profile - mean) / np.maximum(spread, floor), np.float64)


def _smooth_box(signal: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    half = reach // 2
    padded = np.concatenate([np.full(half + 1, signal[0]), signal, np.full(half, signal[-1])])
    total = np.cumsum(padded)
    size = 2 * half + 1
    return np.asarray((total[size - 1 + 1 :] - total[:-size]) / size, np.float64)[: signal.size]


def fit(profile: NDArray[np.float64], drawn: tuple[tuple[float, ...], ...], start: float, end: float) -> Fit:
    """Lay each way of drawing a code over a profile (grey along a strip) where it lies about from `start` to `end`.

    The ways differ in their wide-to-narrow ratio or gaps only: the place found for the middle one serves all.
    """
    if not drawn:
        return NO_FIT
    usual = sorted(drawn, key=sum)[len(drawn) // 2]
    modules = float(sum(usual))
    module = abs(end - start) / modules
    if module < 0.4:
        return NO_FIT
    flat = level(profile, module)
    place = _search(flat, _wanted(usual, _BLURS[-1]), modules, np.array([start, end, 0, 0]), module)
    steps = np.array([0.4 * module, 0.4 * module, 0.015, 0.03])
    rough = [(*_climb(flat, _wanted(runs, _BLURS[-1]), sum(runs), place, steps, 1), runs) for runs in drawn]
    _, place, runs = max(rough, key=lambda one: one[0])
    _, place = max(
        (_climb(flat, _wanted(runs, blur), sum(runs), place, steps, 3) for blur in _BLURS[1:]),
        key=lambda one: one[0],
    )
    printed = [(grown(one, growth), blur) for one in drawn for growth in _GROWTHS for blur in _BLURS]
    likeness = [_scores(flat, _wanted(one, soft), place[None, :], sum(one), 1)[0] for one, soft in printed]
    runs, blur = printed[int(np.argmax(likeness))]
    wanted = _wanted(runs, blur)
    score, where = _climb(flat, wanted, sum(runs), place, steps, 2)
    seen = sampled(flat, _positions(where[None, :], np.arange(wanted.size), sum(runs)))[0]
    start, end, bow, lean = map(float, where)
    return Fit(score, _worst(seen, wanted), _quiet(seen, wanted), start, end, bow, lean, runs)


def grown(runs: tuple[float, ...], by: float) -> tuple[float, ...]:
    """Runs with the bars wider and the spaces narrower by so many modules, as ink that spreads leaves them."""
    return tuple(width - by if i % 2 else width + by for i, width in enumerate(runs))


@lru_cache(maxsize=1024)
def _wanted(runs: tuple[float, ...], blur: float) -> NDArray[np.float64]:
    return level(expected(runs, blur), PER_MODULE)


def _quiet(seen: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    bars, spaces = float(seen[wanted < -0.6].mean()), float(seen[wanted > 0.6].mean())
    span = spaces - bars
    if span < 0.2:
        return 0.0
    zone = (QUIET - 1) * PER_MODULE
    sides = (seen[:zone], seen[-zone:])
    return min(float(np.percentile(side, 15) - bars) / span for side in sides)


def _positions(where: NDArray[np.float64], index: NDArray[np.int64], modules: float) -> NDArray[np.float32]:
    """Pixels (hypotheses, samples) of pattern samples for (start, end, bow, lean) rows."""
    u = (((index + 0.5) / PER_MODULE - QUIET) / modules).astype(np.float32)
    start, end, bow, lean = (where[:, i : i + 1].astype(np.float32) for i in range(4))
    return np.asarray(start + (end - start) * warped(u, bow, lean))


def warped(u: NDArray[Any], bow: NDArray[Any], lean: NDArray[Any]) -> NDArray[Any]:
    """Where parts `u` (0 to 1) of a code are seen: `bow` is that of one seen aslant, `lean` of one around a bottle."""
    inside = np.clip(u, 0, 1)
    bulge = inside * (1 - inside)
    return np.asarray(u + bow * bulge / (1 + bow * (inside - 0.5)) + lean * bulge * (1 - 2 * inside))


def sampled(line: NDArray[Any], at: NDArray[Any]) -> NDArray[np.float32]:
    """A line's values between its pixels, at places (hypotheses, …) of any shape, to a thirty-second of a pixel."""
    rows = np.array([line, line], np.float32)  # remap is quick on two rows
    across = np.ascontiguousarray(at.reshape(len(at), -1), np.float32)
    seen = cv2.remap(rows, across, np.zeros_like(across), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen.reshape(at.shape), np.float32)


def _scores(
    flat: NDArray[np.float64],
    wanted: NDArray[np.float64],
    where: NDArray[np.float64],
    modules: float,
    thin: int,
) -> NDArray[np.float64]:
    """Correlations (hypotheses,), every `thin`-th sample taken."""
    index = np.arange(thin // 2, wanted.size, thin)
    seen = sampled(flat, _positions(where, index, modules))
    part = (wanted[index] - wanted[index].mean()).astype(np.float32)  # it has no mean: what is seen may keep its own
    return np.asarray((seen @ part) / (index.size * (seen.std(1) + 1e-6) * (part.std() + 1e-6)), np.float64)


def _search(
    flat: NDArray[np.float64],
    wanted: NDArray[np.float64],
    modules: float,
    begin: NDArray[np.float64],
    module: float,
) -> NDArray[np.float64]:
    """From coarse to fine: first both heavily blurred, so that no neighbouring bar is a trap, then as they are."""
    ends, most = np.arange(-4.0, 4.01, 2.0) * module, max(1, round(0.5 * modules / 5))
    bows = np.arange(-most, most + 1) * (5 / modules)  # a bow of 4 / modules moves the middle by one module
    grid = np.stack(np.meshgrid(ends, ends, bows, (0.0, -0.25)), -1).reshape(-1, 4)  # the last for a cylinder
    where = begin + grid
    rough, soft = _smooth(wanted, 1.6 * PER_MODULE), _smooth(flat, 1.6 * module)
    scores = _scores(soft, rough, where, modules, PER_MODULE)
    leaders = where[_spread(scores, where, module)]
    steps = np.array([1.0 * module, 1.0 * module, 0.04, 0.08])
    mid, middle = _smooth(wanted, 0.7 * PER_MODULE), _smooth(flat, 0.7 * module)
    climbed = [_climb(middle, mid, modules, leader, steps, 2) for leader in leaders]
    return max(climbed, key=lambda one: one[0])[1]


def _spread(scores: NDArray[np.float64], where: NDArray[np.float64], module: float) -> list[int]:
    """The three best places that are not next to each other."""
    chosen: list[int] = []
    for i in np.argsort(-scores)[:60]:
        if all(
            np.abs(where[i, :2] - where[j, :2]).max() > 2 * module or abs(where[i, 2] - where[j, 2]) > 0.07
            for j in chosen
        ):
            chosen.append(int(i))
            if len(chosen) == 3:
                break
    return chosen


def _climb(
    flat: NDArray[np.float64],
    wanted: NDArray[np.float64],
    modules: float,
    now: NDArray[np.float64],
    steps: NDArray[np.float64],
    rounds: int,
) -> tuple[float, NDArray[np.float64]]:
    ladder = np.arange(-3, 4) / 2
    score = -1.0
    for _ in range(rounds):
        for i in (2, 0, 1, 3):
            trial = np.tile(now, (len(ladder), 1))
            trial[:, i] += ladder * steps[i]
            scores = _scores(flat, wanted, trial, modules, 2)
            if scores.max() > score:
                now, score = trial[int(scores.argmax())], float(scores.max())
        steps = steps * 0.55
    return score, now


def _worst(seen: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """The least correlation over stretches of about a character (8 modules), half overlapping, each where it lies
    best within a sample: the paper may not be flat."""
    span = 8 * PER_MODULE
    worst = 1.0
    for i in range(QUIET * PER_MODULE, wanted.size - QUIET * PER_MODULE - span + 1, span // 2):
        a, b = np.array([seen[j : j + span] for j in (i - 1, i, i + 1)]), wanted[i : i + span]
        a, b = a - a.mean(1, keepdims=True), b - b.mean()
        worst = min(worst, float(((a @ b) / np.sqrt((a * a).sum(1) * (b * b).sum() + 1e-9)).max()))
    return worst
