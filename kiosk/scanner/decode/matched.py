"""Our own reader for EAN-13 and UPC-A out of focus: the likeliest code, not the sharpest edges.

Engines measure where bars begin; behind a lens out of focus the edges run together long before the code itself is
lost. Here every digit's shape, blurred as much as the picture, is compared with its place along the strip, and of all
codes with a right parity pattern and check digit the one that fits best is taken, if the next best fits clearly worse.
Each digit's neighbours are known without reading them: in the left half a bar stands before each digit and a space
after it, in the right half the other way round (ISO/IEC 15420), so its shape with the blur around it is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kiosk.scanner.decode.overlay import level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

MOST_MISFIT = 2.6  # of 200 drawn pictures, wrong codes fitted worse than this or hardly better than the next
LEAST_MARGIN = 0.2
_PER = 4  # samples a module
_MODULES = 95
_BLURS = (0.45, 0.75, 1.0)  # modules
_SIDE = 1  # modules of known surroundings on each side of a digit
_WINDOW = (7 + 2 * _SIDE) * _PER
_LEFT = [3 + 7 * i for i in range(6)]
_RIGHT = [50 + 7 * i for i in range(6)]
_GUARDS = ((-5, "000001010"), (44, "1010101"), (91, "010100000"))  # first module, bars and spaces


@dataclass(frozen=True, slots=True)
class Match:
    """The likeliest code: 13 digits, how badly it fits (0 is perfect, 12 is nonsense), how much worse the next best
    one fits, and its ends in pixels of the profile."""

    value: str
    misfit: float
    margin: float
    start: float
    end: float


@cache
def _shapes(blur: float) -> tuple[Floats, Floats]:
    """Normalised shapes of the 20 left (A then B) and 10 right digits: (20, window), (10, window)."""
    from barcode.charsets import ean  # type: ignore[import-untyped]  # python-barcode has no types

    # what stands beyond the one known module is taken to go on as it is
    left = [_shape(f"1{bits}0", blur) for kind in "AB" for bits in ean.CODES[kind]]
    right = [_shape(f"0{bits}1", blur) for bits in ean.CODES["C"]]
    return np.array(left), np.array(right)


@cache
def _guard_shape(bits: str, blur: float) -> Floats:
    return _shape(bits, blur)


def _shape(bits: str, blur: float) -> Floats:
    pad = 3
    signs = np.array([1.0 if b == "0" else -1.0 for b in bits[0] * pad + bits + bits[-1] * pad])
    fine = np.repeat(signs, 16)
    reach = int(3 * blur * 16)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (blur * 16)) ** 2)
    soft = np.convolve(np.pad(fine, reach, mode="edge"), kernel / kernel.sum(), "valid")
    cut = soft.reshape(-1, 16 // _PER).mean(1)[pad * _PER : -pad * _PER]
    cut = cut - cut.mean()
    return np.asarray(cut / np.sqrt((cut**2).sum()), np.float32)


@cache
def _parities() -> list[tuple[int, ...]]:
    from barcode.charsets import ean

    return [tuple("AB".index(letter) for letter in one) for one in ean.LEFT_PATTERN]


def match(profile: Floats, start: float, end: float) -> Match | None:
    """The likeliest EAN-13 along a profile (grey, dark bars) that lies about from `start` to `end`, either way up."""
    best: Match | None = None
    for turned in (False, True):
        seen, a, b = (profile, start, end)
        if turned:
            seen, a, b = profile[::-1], profile.size - 1 - end, profile.size - 1 - start
        one = _upright(seen, a, b)
        if one is not None and (best is None or one.misfit < best.misfit):
            if turned:
                last = profile.size - 1
                one = Match(one.value, one.misfit, one.margin, last - one.start, last - one.end)
            best = one
    return best


def ends(profile: Floats) -> tuple[float, float] | None:
    """Where along a profile the bars begin and end: where it keeps changing nearly as in its middle. None: nowhere."""
    change = np.abs(np.diff(profile, prepend=profile[:1]))
    wide = max(5, profile.size // 12)
    busy = np.convolve(change, np.ones(wide) / wide, "same")
    middle = profile.size // 2
    needed = 0.3 * float(np.median(busy[middle // 2 : middle + middle // 2]))
    calm = np.flatnonzero(busy < needed)
    before, after = calm[calm < middle], calm[calm > middle]
    start = float(before[-1] + wide / 2) if before.size else 0.1 * profile.size
    end = float(after[0] - wide / 2) if after.size else 0.9 * profile.size
    return (start, end) if end - start > 0.3 * profile.size else None


def _upright(profile: Floats, start: float, end: float) -> Match | None:
    module = (end - start) / _MODULES
    if module < 0.8:
        return None
    flat = level(np.asarray(profile, np.float64), module).astype(np.float32)
    where = _places(start, end, module)
    now = where[int(_total(flat, where, _BLURS[1]).argmin())]
    blur = min(_BLURS, key=lambda one: float(_total(flat, now[None], one)[0]))
    steps = np.array([0.5 * module, 0.5 * module, 0.02], np.float32)
    for _ in range(4):
        for i in (2, 0, 1):
            trial = np.tile(now, (5, 1))
            trial[:, i] += (np.arange(-2, 3) / 2 * steps[i]).astype(np.float32)
            now = trial[int(_total(flat, trial, blur).argmin())]
        steps *= 0.6
    value, misfit, margin = _likeliest(_costs(flat, now[None], blur)[0])
    misfit += float(_guard_costs(flat, now[None], blur)[0])
    return Match(value, misfit, margin, float(now[0]), float(now[1]))


def _total(flat: Floats, where: Floats, blur: float) -> Floats:
    return np.asarray(_costs(flat, where, blur).min(2).sum(1) + _guard_costs(flat, where, blur), np.float32)


def _places(start: float, end: float, module: float) -> Floats:
    reach = np.arange(-4.0, 4.01, 1.0) * module
    bows = np.arange(-0.1, 0.101, 0.05)
    grid = np.stack(np.meshgrid(reach, reach, bows), -1).reshape(-1, 3)
    return np.asarray(grid + np.array([start, end, 0.0]), np.float32)


def _windows(flat: Floats, where: Floats, first: NDArray[np.int64], window: int) -> Floats:
    """Samples from module `first` on, without their mean and of length one: (hypotheses, places, window)."""
    u = ((first[:, None] + (np.arange(window) + 0.5)[None] / _PER).reshape(-1) / _MODULES).astype(np.float32)
    inside = np.clip(u, 0, 1)
    at = where[:, :1] + (where[:, 1:2] - where[:, :1]) * (u + where[:, 2:3] * inside * (1 - inside))
    at = np.clip(at, 0, flat.size - 1.001)
    low = at.astype(np.int32)
    part = at - low
    seen = (flat[low] * (1 - part) + flat[low + 1] * part).reshape(len(where), len(first), window)
    seen = seen - seen.mean(2, keepdims=True)
    return np.asarray(seen / np.sqrt((seen**2).sum(2, keepdims=True) + 0.5), np.float32)


def _costs(flat: Floats, where: Floats, blur: float) -> Floats:
    """1 - correlation of every digit shape in every place: (hypotheses, 12, 20); right digits have 10, padded."""
    left, right = _shapes(blur)
    seen = _windows(flat, where, np.array(_LEFT + _RIGHT) - _SIDE, _WINDOW)
    costs = np.full((len(where), 12, 20), 2.0, np.float32)
    costs[:, :6] = 1 - seen[:, :6] @ left.T
    costs[:, 6:, :10] = 1 - seen[:, 6:] @ right.T
    return costs


def _guard_costs(flat: Floats, where: Floats, blur: float) -> Floats:
    """The same for the three guards together: (hypotheses,)."""
    cost = np.zeros(len(where))
    for first, bits in _GUARDS:
        shape = _guard_shape(bits, blur)
        cost += 1 - _windows(flat, where, np.array([first]), shape.size)[:, 0] @ shape
    return cost


def _likeliest(costs: Floats) -> tuple[str, float, float]:
    """(13 digits, misfit, margin) of the best code with a valid parity pattern and check digit, from (12, 20)."""
    ranked: list[tuple[float, str]] = []
    for first, parity in enumerate(_parities()):
        table = np.array(
            [costs[i, 10 * parity[i] : 10 * parity[i] + 10] if i < 6 else costs[i, :10] for i in range(12)]
        )
        ranked += _with_check(first, table)
    ranked.sort()
    best = ranked[0]
    other = next(one for one in ranked if one[1] != best[1])
    return best[1], best[0], other[0] - best[0]


def _with_check(first: int, table: Floats) -> list[tuple[float, str]]:
    """The two best codes of one first digit: the two nearest digits of each place, changed as the check digit asks."""
    order = table.argsort(1)
    base = [int(order[i, 0]) for i in range(12)]
    cost = float(sum(table[i, base[i]] for i in range(12)))
    weights = [3, 1] * 6
    rest = (first + sum(d * w for d, w in zip(base, weights, strict=True))) % 10
    options: list[tuple[float, str]] = []
    text = str(first) + "".join(map(str, base))
    if rest == 0:
        options.append((cost, text))
    changes = [
        (float(table[i, d] - table[i, base[i]]), i, d, (d - base[i]) * weights[i] % 10)
        for i in range(12)
        for d in range(10)
        if d != base[i]
    ]
    changes.sort()
    near = changes[:40]
    for extra, i, d, shift in near:
        if (rest + shift) % 10 == 0:
            options.append((cost + extra, text[: i + 1] + str(d) + text[i + 2 :]))
    for n, (extra, i, d, shift) in enumerate(near):
        for more, j, e, other in near[n + 1 :]:
            if i != j and (rest + shift + other) % 10 == 0:
                changed = list(text)
                changed[i + 1], changed[j + 1] = str(d), str(e)
                options.append((cost + extra + more, "".join(changed)))
    options.sort()
    return options[:2]
