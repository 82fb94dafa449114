"""Our own reader for codes whose bars run together: the row of characters that, blurred, looks most like it.

Engines measure where bars begin; behind a lens out of focus or in a shaking hand the edges are gone long before the
code itself is. In every symbology read here all characters are equally wide, so that for a given number of them all
places follow from the two ends. The reader finds the number and the ends whose places look most like characters,
then finds blur and characters in turn: the blur by least squares from the characters, the characters as the likeliest
row under that blur, which reaches the next character and no further (Forney 1972).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kiosk.scanner.decode.overlay import Fit, level, sampled, warped
from kiosk.scanner.decode.symbols import code128_text, piece_bars, retail_first, runs, well_formed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

PER = 4  # samples a module
_SIDE = 1.0  # modules of known surroundings on each side of a character
_REACH = 10  # samples to each side over which light is spread
SYMBOLOGIES = ("ean13", "code128", "code39", "itf", "codabar", "ean8", "upce")
_LENGTHS = {"code128": 3, "code39": 4, "itf": 5, "codabar": 3}  # so many are looked at more closely
_EDGES = 3
_PLACED = 10  # layouts whose characters are taken as they are found
_TRIED = 3  # layouts that are looked at most closely
_MOST_UNLIKELY = 1.1
_USUAL_COST = {  # of a character where there is no such code
    "code128": 0.27, "code39": 0.42, "itf": 0.33, "codabar": 0.42, "ean13": 0.45, "ean8": 0.5, "upce": 0.52,
}  # fmt: skip
_MOST_COST = 0.74  # of that, once the best place is found
_INDEPENDENT = 120  # samples of a profile that say something of their own
LEAST_MARGIN, LEAST_EXPLAINED = 2.0, 0.85
_RATIOS = (2.2, 2.8)
_KNOTS = 5  # places along a code between which light and contrast change evenly
_QUIET = 3.0  # modules looked at beyond the ends
_COUNTS = {"code39": range(3, 19), "itf": range(3, 13), "codabar": range(4, 19)}  # characters, of ITF pairs
_PIECE_RUNS = {"code128": (6, 6, 7), "code39": (10, 10, 9), "itf": (4, 10, 3), "codabar": (8, 8, 7)}  # bars and spaces
_COUNTS_CODE128 = range(4, 27)
_FIXED: dict[str, tuple[float, tuple[tuple[float, str], ...]]] = {
    "ean13": (
        95.0,
        (
            (0.0, "ean edge"),
            *((3.0 + 7 * i, "ean left") for i in range(6)),
            (45.0, "ean middle"),
            *((50.0 + 7 * i, "ean right") for i in range(6)),
            (92.0, "ean edge"),
        ),
    ),
    "ean8": (
        67.0,
        (
            (0.0, "ean edge"),
            *((3.0 + 7 * i, "ean8 left") for i in range(4)),
            (31.0, "ean middle"),
            *((36.0 + 7 * i, "ean right") for i in range(4)),
            (64.0, "ean edge"),
        ),
    ),
    "upce": (51.0, ((0.0, "ean edge"), *((3.0 + 7 * i, "ean left") for i in range(6)), (45.0, "upce stop"))),
}
_EXPLAINED_LEAST = (0.4, 0.7, 0.8)  # before the ends are settled, then, and once pieces were changed


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of a fixed width that stands in a code: which of several (`names`), as dark stretches in modules
    (n, bars, 2) from its left edge; whether what stands before and after it is dark."""

    names: tuple[str, ...]
    bars: Floats
    width: float
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Which pieces stand where in a code of a certain length: (modules from the first bar, name of the piece)."""

    symbology: str
    ratio: float
    total: float
    places: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest value along a profile: how much of the profile it explains (1 is all), how much worse the next
    best value explains it (in what a character leaves unexplained), how dark the darker quiet zone is (0 as a space, 1
        as a bar), and its ends in pixels of the profile."""

    value: str
    symbology: str
    explained: float
    margin: float
    quiet: float
    start: float
    end: float


@cache
def _piece(name: str, ratio: float) -> Piece:
    names, runs, dark_first, before, after = piece_bars(name, ratio)
    bars = []
    for one in runs:
        edges = np.concatenate([[0.0], np.cumsum(one)])
        first = 0 if dark_first else 1
        bars.append([(edges[i], edges[i + 1]) for i in range(first, len(one), 2)])
    return Piece(names, np.array(bars, np.float64), float(sum(runs[0])), before, after)


@cache
def _layouts(symbology: str) -> tuple[Layout, ...]:
    fixed = _FIXED.get(symbology)
    if fixed is not None:
        return (Layout(symbology, 1.0, fixed[0], fixed[1]),)
    out = []
    if symbology == "code128":
        for count in _COUNTS_CODE128:
            inner = tuple((11.0 * i, "code128") for i in range(1, count))
            end = 11.0 * count
            out.append(Layout(symbology, 1.0, end + 13, ((0.0, "code128 start"), *inner, (end, "code128 stop"))))
        return tuple(out)
    return tuple(_layout(symbology, ratio, count) for ratio in _RATIOS for count in _COUNTS[symbology])


@cache
def _layout(symbology: str, ratio: float, count: int) -> Layout:
    start, one, stop = (_piece(f"{symbology}{part}", ratio).width for part in (" start", "", " stop"))
    inner = tuple((start + one * i, symbology) for i in range(count))
    end = start + one * count
    return Layout(symbology, ratio, end + stop, ((0.0, f"{symbology} start"), *inner, (end, f"{symbology} stop")))


def _covered(bars: Floats, at: Floats) -> Floats:
    """How much of each sample, 1 / PER modules wide around `at`, dark stretches (…, bars, 2) cover: (…, samples)."""
    half = 0.5 / PER
    low = np.maximum(bars[..., None, 0], at - half)
    high = np.minimum(bars[..., None, 1], at + half)
    return np.asarray(np.clip(high - low, 0, None).sum(-2) * PER, np.float64)


@cache
def _shapes(name: str, ratio: float, blur: float, thin: int = 1) -> Floats:
    """What the pieces look like with their surroundings, light positive, no mean, length one: (n, samples), of which
    every `thin`-th is taken."""
    piece = _piece(name, ratio)
    reach = 4.0
    bars = piece.bars
    around = [(-9.0, 0.0)] * piece.before + [(piece.width, piece.width + 9.0)] * piece.after
    if around:
        more = np.tile(np.array(around), (len(bars), 1, 1))
        bars = np.concatenate([bars, more], 1)
    count = round((piece.width + 2 * _SIDE) * PER)
    pad = round(reach * PER)
    at = (np.arange(count + 2 * pad) + 0.5) / PER - _SIDE - reach
    dark = _covered(bars, at)
    spread = round(3 * blur * PER)
    kernel = np.exp(-0.5 * (np.arange(-spread, spread + 1) / (blur * PER)) ** 2)
    soft = np.array([np.convolve(one, kernel / kernel.sum(), "same") for one in dark])[:, pad:-pad][:, ::thin]
    soft = soft.mean(1, keepdims=True) - soft
    return np.asarray(soft / np.sqrt((soft**2).sum(1, keepdims=True) + 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class _Group:
    """The pieces of one name in a layout: which of its places they are, and the samples (of all groups) over them."""

    name: str
    places: tuple[int, ...]
    samples: slice


@cache
def _groups(layout: Layout, thin: int) -> tuple[tuple[_Group, ...], Floats]:
    """The pieces of a layout by name, and where all their samples lie (modules), of which every `thin`-th is taken."""
    groups, parts, begin = [], [], 0
    for name in dict.fromkeys(name for _, name in layout.places):
        places = tuple(i for i, (_, other) in enumerate(layout.places) if other == name)
        count = _shapes(name, layout.ratio, 0.75, thin).shape[1]
        grid = (np.arange(count) * thin + 0.5) / PER - _SIDE
        parts += [layout.places[i][0] + grid for i in places]
        groups.append(_Group(name, places, slice(begin, begin + count * len(places))))
        begin += count * len(places)
    return tuple(groups), np.concatenate(parts).astype(np.float32)


def _at(where: Floats, u: Floats, total: float) -> Floats:
    """Pixels (hypotheses, samples) of places `u` (modules) for rows (start, end, bow, lean): see `overlay.warped`."""
    start, end, bow, lean = (where[:, i : i + 1] for i in range(4))
    return np.asarray(start + (end - start) * warped(u / total, bow, lean))


def _likeness(flat: Floats, where: Floats, layout: Layout, blur: float, thin: int = 1) -> list[tuple[_Group, Floats]]:
    """The correlation of every shape in every place, for each group (hypotheses, places, shapes)."""
    groups, u = _groups(layout, thin)
    seen = sampled(flat, _at(where.astype(np.float32), u, layout.total))
    out = []
    for group in groups:
        shapes = _shapes(group.name, layout.ratio, blur, thin)  # they have no mean: what is seen may keep its own
        here = seen[:, group.samples].reshape(-1, shapes.shape[1])
        spread = np.einsum("hs,hs->h", here, here) - here.sum(1) ** 2 / here.shape[1]
        found = (here @ shapes.T) / np.sqrt(np.maximum(spread, 0) + np.float32(0.5 / thin))[:, None]
        out.append((group, found.reshape(len(where), len(group.places), -1)))
    return out


def _mean_cost(likeness: list[tuple[_Group, Floats]]) -> Floats:
    """How much the likeliest pieces differ from what is seen, on average, for each hypothesis (1 - correlation)."""
    best = np.concatenate([one.max(2) for _, one in likeness], 1)
    return np.asarray(1 - best.mean(1))


def _ids(likeness: list[tuple[_Group, Floats]], row: int) -> list[int]:
    """The likeliest pieces of one hypothesis, in the order of the layout."""
    ids: dict[int, int] = {}
    for group, one in likeness:
        ids.update(zip(group.places, one[row].argmax(1).tolist(), strict=True))
    return [ids[place] for place in sorted(ids)]


def is_sure(guess: Guess) -> bool:
    """Whether nothing else comes near a guess. Where no check digit or character speaks for it, more is asked."""
    if guess.symbology in {"code128", "ean13"}:
        return guess.margin > 5.0 and guess.explained > 0.87
    if guess.symbology in {"ean8", "upce"}:  # short enough to be met in a part of a longer code
        return guess.margin > 7.0 and guess.explained > 0.9 and guess.quiet < 0.3
    return guess.margin > 8.0 and guess.explained > 0.93 and guess.quiet < 0.3


def guesses(
    profile: Floats, start: float, end: float, least: float, symbologies: Sequence[str] = SYMBOLOGIES
) -> list[Guess]:
    """The likeliest values along a profile (grey, dark bars) that lies about from `start` to `end`, either way up.

    `least` is the narrowest module looked for, in pixels of the profile.
    """
    firsts, lasts = _edges(profile, start, end)
    found = []
    for turned in (False, True):
        line, a, b = (profile, firsts, lasts)
        if turned:
            line, a, b = profile[::-1], profile.size - 1 - lasts, profile.size - 1 - firsts
        flats: dict[int, Floats] = {}
        for symbology in symbologies:
            shifts = _SHIFTS_WIDE if symbology == "ean13" else _SHIFTS
            for layout, start, end in _likely(line, a, b, symbology, least, flats):
                flat = _flat(line, (end - start) / layout.total, flats)
                where, ids, cost = _placed(flat, start, end, layout, shifts)
                found.append((cost / _USUAL_COST[symbology], turned, layout, where, flat, ids))
    found.sort(key=lambda one: one[0])
    ranked = []
    for cost, turned, layout, where, flat, ids in found[:_PLACED]:
        unlikely = cost + _unlikely(profile[::-1] if turned else profile, where, layout, ids)
        ranked.append((unlikely, turned, layout, where, flat))
    ranked.sort(key=lambda one: one[0])
    out = []
    for unlikely, turned, layout, where, flat in ranked[:_TRIED]:
        if unlikely > _MOST_UNLIKELY:
            break
        one = _refined(profile[::-1] if turned else profile, flat, where, layout)
        if one is None:
            continue
        out.append(_turned(one, profile.size) if turned else one)
        if one.explained > 0.95 and one.margin > 12:
            break
    return out


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


def reread(profile: Floats, lies: Fit, symbology: str, places: int) -> Guess | None:
    """The likeliest value of one symbology with so many pieces (`pieces_of`) where another reading lies on the
    profile, upright. A reading can be checked so: only its place and length take part in what is done here."""
    best: Guess | None = None
    where = np.array([lies.start, lies.end, lies.bow, lies.lean], np.float32)
    for layout in _layouts(symbology):
        if len(layout.places) == places and lies.end - lies.start > 0.7 * layout.total:
            flat = _flat(profile, (lies.end - lies.start) / layout.total, {})
            one = _refined(profile, flat, where, layout)
            if one is not None and (best is None or one.explained > best.explained):
                best = one
    return best


def pieces_of(value: str, symbology: str) -> int:
    """How many pieces a value is written with, guards included; 0 where nothing here reads it."""
    if symbology in _FIXED:
        return len(_FIXED[symbology][1])
    drawn = runs(value, symbology)
    if not drawn or symbology not in _PIECE_RUNS:
        return 0
    first, one, last = _PIECE_RUNS[symbology]
    return 2 + (len(drawn[0]) - first - last) // one


def _turned(guess: Guess, size: int) -> Guess:
    return replace(guess, start=size - 1 - guess.start, end=size - 1 - guess.end)


def _edges(profile: Floats, start: float, end: float) -> tuple[Floats, Floats]:
    """Where, near `start` and `end`, the first bar may begin and the last one end (grey, dark bars), outermost first.

    Something else may be printed close to a code, and the bars end where `ends` says only roughly.
    """
    change = np.gradient(np.convolve(np.pad(profile, 1, mode="edge"), [0.25, 0.5, 0.25], "valid"))
    reach = max(4, round(profile.size / 16))
    inner = np.abs(change[max(0, int(start)) : int(end) + 1])
    enough = 0.3 * float(np.percentile(inner, 90)) if inner.size else 0.0
    low, high = max(1, int(start) - reach), min(profile.size - 1, int(end) + reach)
    first = low + _peaks(-change[low : int(start) + reach], enough)
    last = int(end) - reach + _peaks(change[int(end) - reach : high], enough)
    return (
        first[:_EDGES].astype(np.float64) if first.size else np.array([start]),
        last[::-1][:_EDGES].astype(np.float64) if last.size else np.array([end]),
    )


def _peaks(line: Floats, enough: float) -> NDArray[np.int64]:
    middle = line[1:-1]
    return np.flatnonzero((middle >= line[:-2]) & (middle > line[2:]) & (middle > enough)) + 1


def _flat(line: Floats, module: float, known: dict[int, Floats]) -> Floats:
    step = round(4 * np.log2(module))
    if step not in known:
        known[step] = level(np.asarray(line, np.float64), 2 ** (step / 4)).astype(np.float32)
    return known[step]


def _likely(
    line: Floats, firsts: Floats, lasts: Floats, symbology: str, least: float, flats: dict[int, Floats]
) -> list[tuple[Layout, float, float]]:
    """The lengths whose first and last pieces are found best, and where these are."""
    scored: list[tuple[float, Layout, float, float]] = []
    rough = float(lasts[0] - firsts[0])
    possible = [one for one in _layouts(symbology) if rough / one.total >= least]
    for ratio in dict.fromkeys(one.ratio for one in possible):
        some = [one for one in possible if one.ratio == ratio]
        modules = rough / np.array([one.total for one in some])
        flat = _flat(line, float(np.median(modules)), flats)
        (start_costs, starts), (end_costs, stops) = (
            _ended(flat, at, modules, some[0].places[which][1], ratio, which == -1)
            for at, which in ((firsts, 0), (lasts, -1))
        )
        costs = start_costs + end_costs
        scored += list(zip(costs.tolist(), some, starts.tolist(), stops.tolist(), strict=True))
    scored.sort(key=lambda one: one[0])
    return [
        (layout, start, end)
        for _, layout, start, end in scored[: _LENGTHS.get(symbology, 1)]
        if end - start > 0.5 * rough
    ]


def _ended(flat: Floats, at: Floats, modules: Floats, name: str, ratio: float, last: bool) -> tuple[Floats, Floats]:
    """(cost, pixel) for each width of module: how well the first or last piece goes with the best of these edges."""
    shapes = _shapes(name, ratio, 0.75)
    grid = (np.arange(shapes.shape[1]) + 0.5) / PER - _SIDE
    if last:  # from the end backwards
        grid = grid - _piece(name, ratio).width
    begin = (at[None, :, None] + modules[:, None, None] * np.array([-0.7, 0.0, 0.7])).reshape(len(modules), -1)
    seen = sampled(flat, begin[..., None] + modules[:, None, None] * grid)
    seen = seen - seen.mean(2, keepdims=True)
    seen = seen / np.sqrt((seen**2).sum(2, keepdims=True) + 0.5)
    further_in = np.repeat(np.arange(len(at)), 3)  # what is printed close by is rarely the first bar's like
    costs = (1 - seen @ shapes.T).min(2) + 0.1 * further_in
    best = costs.argmin(1)
    rows = np.arange(len(modules))
    return costs[rows, best], begin[rows, best]


def _shifts(ends: tuple[float, ...], bows: tuple[float, ...]) -> Floats:
    """Rows (start, end, bow, lean) to be tried, and in a fifth column what speaks against them: most codes lie flat."""
    grid = np.stack(np.meshgrid(ends, ends, bows, (0.0, -0.2)), -1).reshape(-1, 4)
    return np.column_stack([grid, 0.03 * np.count_nonzero(grid[:, 2:], axis=1)])


_SHIFTS = _shifts((-0.8, 0.0, 0.8), (-0.08, 0.0, 0.08))
_SHIFTS_WIDE = _shifts(
    (-1.6, -0.8, 0.0, 0.8, 1.6), (-0.12, -0.06, 0.0, 0.06, 0.12)
)  # where one length only is possible


def _placed(flat: Floats, start: float, end: float, layout: Layout, shifts: Floats) -> tuple[Floats, list[int], float]:
    """The best ends for a layout, the likeliest pieces there, and what they cost on average."""
    module = (end - start) / layout.total
    where = (shifts[:, :4] * np.array([module, module, 1, 1]) + np.array([start, end, 0, 0])).astype(np.float32)
    likeness = _likeness(flat, where, layout, 0.75, 2)
    mean = _mean_cost(likeness)
    best = int((mean + shifts[:, 4]).argmin())
    return where[best], _ids(likeness, best), float(mean[best])


def _unlikely(line: Floats, where: Floats, layout: Layout, ids: list[int]) -> float:
    """The lower, the likelier: what these pieces leave unexplained, and how many others there would be to choose
    from, for of many some always fit (Schwarz 1978)."""
    explained = _explained(line, where.astype(np.float64), _model(layout, ids))[0]
    choices = sum(np.log(len(_piece(name, layout.ratio).names)) for _, name in layout.places)
    return float(np.log(max(1e-3, 1 - explained)) + choices / _INDEPENDENT)


def _refined(line: Floats, flat: Floats, where: Floats, layout: Layout) -> Guess | None:
    module = float(where[1] - where[0]) / layout.total
    blur = min((0.45, 0.75, 1.0), key=lambda one: float(_mean_cost(_likeness(flat, where[None], layout, one, 2))[0]))
    steps = np.array([0.75 * module, 0.75 * module, 0.04, 0.1], np.float32)
    for _ in range(3):
        for i in (2, 0, 1, 3):
            trial = np.tile(where, (5, 1))
            trial[:, i] += (np.arange(-2, 3) / 2 * steps[i]).astype(np.float32)
            where = trial[int(_mean_cost(_likeness(flat, trial, layout, blur, 2)).argmin())]
        steps *= 0.6
    likeness = _likeness(flat, where[None], layout, blur)
    if float(_mean_cost(likeness)[0]) > _MOST_COST * _USUAL_COST[layout.symbology]:
        return None
    ids = _ids(likeness, 0)
    return _likeliest(line, where, layout, ids, module)


@dataclass(frozen=True, slots=True)
class _Model:
    """Pieces laid out on a grid of samples, and what is needed to find light and blur that go with them."""

    layout: Layout
    ids: list[int]
    grid: Floats
    drawn: Floats
    hats: Floats
    normal: Floats


def _model(layout: Layout, ids: list[int]) -> _Model:
    grid, hats, smooth = _frame(layout.total)
    drawn = _drawn(layout, ids)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(drawn, _REACH), 2 * _REACH + 1)
    taps = np.ascontiguousarray(windows[:, ::-1])
    return _Model(layout, ids, grid, drawn, hats, np.linalg.inv(taps.T @ taps + smooth) @ taps.T)


@cache
def _frame(total: float) -> tuple[Floats, Floats, Floats]:
    """What all models so many modules wide share: samples (modules), hats over them, and what keeps light smooth."""
    count = round((total + 2 * _QUIET) * PER)
    grid = (np.arange(count) + 0.5) / PER - _QUIET
    apart = np.diff(np.eye(2 * _REACH + 1), axis=0)
    smooth = count * (0.02 * apart.T @ apart + 0.002 * np.eye(2 * _REACH + 1))
    hats = np.maximum(0, 1 - np.abs((grid / total * (_KNOTS - 1))[:, None] - np.arange(_KNOTS)))
    return grid, hats, smooth


def _drawn(layout: Layout, ids: list[int]) -> Floats:
    """How dark each sample is: the integral of the bars, by the edges' positions, differenced."""
    bars = np.concatenate(
        [_piece(name, layout.ratio).bars[which] + at for (at, name), which in zip(layout.places, ids, strict=True)]
    )
    count = round((layout.total + 2 * _QUIET) * PER)
    borders = np.arange(count + 1) / PER - _QUIET
    edges = bars.reshape(-1)
    inked = np.concatenate([[0.0], np.cumsum(np.diff(edges) * (np.arange(edges.size - 1) % 2 == 0))])
    return np.asarray(np.diff(np.interp(borders, edges, inked)) * PER)


def _explained(line: Floats, where: Floats, model: _Model, rounds: int = 1) -> tuple[float, float, Floats, Floats]:
    """(how much of the profile the pieces explain, what is left, the spread of light, the profile as 0 and 1)."""
    seen = sampled(line, _at(where[None], model.grid, model.layout.total))[0]
    spread, even = np.ones(PER) / PER, seen
    for _ in range(rounds):
        made = np.convolve(model.drawn, spread, "same")
        terms = np.concatenate([model.hats, model.hats * made[:, None]], 1)
        parts = np.linalg.solve(terms.T @ terms + 1e-5 * seen.size * np.eye(2 * _KNOTS), terms.T @ seen)
        gain = model.hats @ parts[_KNOTS:]
        gain = np.minimum(gain, 0.15 * float(gain.min()) - 1e-6)
        even = (seen - model.hats @ parts[:_KNOTS]) / gain
        spread = np.maximum(model.normal @ even, -0.02)
        spread = spread / max(0.2, float(spread.sum()))
    rest = float(((even - np.convolve(model.drawn, spread, "same")) ** 2).sum())
    return 1 - rest / max(1e-9, float(((even - even.mean()) ** 2).sum())), rest, spread, even


def _likeliest(line: Floats, where: Floats, layout: Layout, ids: list[int], module: float) -> Guess | None:
    where = where.astype(np.float64)
    model = _model(layout, ids)
    if _explained(line, where, model)[0] < _EXPLAINED_LEAST[0]:
        return None
    errors: list[Floats] = []
    for turn in range(4):
        model, where = _settled(line, where, model, module, turn == 0)
        explained, rest, spread, seen = _explained(line, where, model, 2)
        if explained < _EXPLAINED_LEAST[min(turn, 1) + 1]:
            return None
        new, errors = _sequence(seen, model, spread)
        if new == model.ids:
            break
        model = _model(model.layout, new)
    else:
        return None
    found = _best_value(model.layout, model.ids, [one * len(model.ids) / (rest + 1e-9) for one in errors])
    if found is None:
        return None
    value, margin = found
    quiet = round((_QUIET - 1) * PER)
    dark = max(float(seen[:quiet].mean()), float(seen[-quiet:].mean()))
    return Guess(value, model.layout.symbology, explained, margin, dark, float(where[0]), float(where[1]))


def _settled(line: Floats, where: Floats, model: _Model, module: float, first: bool) -> tuple[_Model, Floats]:
    """The ratio of wide to narrow and the ends with which these pieces explain most."""
    best = _explained(line, where, model)[0]
    if first and model.layout.symbology in _COUNTS:
        for ratio in (2.0, 2.25, 2.5, 2.75, 3.0):
            other = _model(_layout(model.layout.symbology, ratio, len(model.ids) - 2), model.ids)
            now = _explained(line, where, other)[0]
            if now > best:
                best, model = now, other
    for step in (0.3, 0.15) if first else (0.15,):
        for i in (2, 0, 1, 3):
            size = step * (module, module, 0.03, 0.08)[i]
            for way in (-size, size):
                trial = where.copy()
                trial[i] += way
                now = _explained(line, trial, model)[0]
                if now > best:
                    best, where = now, trial
                    break
    return model, where


def _sequence(seen: Floats, model: _Model, spread: Floats) -> tuple[list[int], list[Floats]]:
    """The likeliest row of pieces, and for each place what each other piece would cost more with the others kept."""
    made = []
    layout, grid = model.layout, model.grid
    for at, name in layout.places:
        width = _piece(name, layout.ratio).width
        low = max(0, int(np.searchsorted(grid, at)) - _REACH)
        high = min(grid.size, int(np.searchsorted(grid, at + width)) + _REACH)
        drawn = _cells(name, layout.ratio, round(float(grid[low] - at), 4), high - low)
        made.append((low, high, _convolved(drawn, spread)))
    own = [(shape**2).sum(1) - 2 * shape @ seen[low:high] for low, high, shape in made]
    pairs = []
    for (_, high, shape), (low, _, following) in pairwise(made):
        size = max(0, high - low)
        pairs.append(2 * shape[:, shape.shape[1] - size :] @ following[:, :size].T)
    total, back = own[0], []
    for cost, pair in zip(own[1:], pairs, strict=True):
        steps = total[:, None] + pair
        back.append(steps.argmin(0))
        total = steps.min(0) + cost
    ids = [int(total.argmin())]
    for step in reversed(back):
        ids.append(int(step[ids[-1]]))
    ids.reverse()
    errors = []
    for i, cost in enumerate(own):
        here = cost.copy()
        if i > 0:
            here += pairs[i - 1][ids[i - 1]]
        if i < len(pairs):
            here += pairs[i][:, ids[i + 1]]
        errors.append(np.asarray(here - here[ids[i]]))
    return ids, errors


@cache
def _cells(name: str, ratio: float, first: float, count: int) -> Floats:
    """The pieces on a grid whose first sample lies `first` modules right of their left edge: (n, samples)."""
    return _covered(_piece(name, ratio).bars, first + np.arange(count) / PER)


def _convolved(lines: Floats, kernel: Floats) -> Floats:
    half = kernel.size // 2
    padded = np.pad(lines, ((0, 0), (half, kernel.size - 1 - half)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.size, axis=1)
    return np.asarray(windows @ kernel[::-1])


def _best_value(layout: Layout, ids: list[int], errors: list[Floats]) -> tuple[str, float] | None:
    """(value, how much worse the next best is); None where a check digit or character says no."""
    names = [_piece(name, layout.ratio).names[i] for (_, name), i in zip(layout.places, ids, strict=True)]
    others = sorted(float(np.partition(one, 1)[1]) for one in errors if one.size > 1)
    if layout.symbology == "code128":
        codes = [int(one) for one in names[:-1]]
        if (codes[0] + sum(i * code for i, code in enumerate(codes[:-1]))) % 103 != codes[-1]:
            return None
        text = code128_text(codes[:-1])
        return None if text is None else (text, others[0] + others[1])  # one changed character fails the check
    if layout.symbology in _FIXED:
        return _best_retail(layout.symbology, names, others)
    return "".join(names), others[0]


def _best_retail(symbology: str, names: list[str], others: list[float]) -> tuple[str, float] | None:
    """The same for EAN and UPC-E: one changed digit fails the check digit, one changed parity fits no pattern."""
    parity = "".join(one[0] for one in names if one[:1] in {"A", "B"})
    digits = "".join(one[-1:] for one in names)
    if symbology != "ean8":
        first = retail_first(parity)
        if first is None:
            return None
        digits = f"0{digits}{first}" if symbology == "upce" else first + digits
    if not well_formed(digits, symbology):
        return None
    return digits, others[0] + others[1]
