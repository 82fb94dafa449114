"""Whether a code is seen whole: nothing of it hidden by a finger, glare or a sticker, or lost at a torn edge.

What begins and ends an Interleaved 2 of 5 is met inside it too, and the left half of an EAN-13 is nearly a UPC-E: where
something flat takes the place of the quiet zone, a part of a code reads like a whole. Paper beside a code is as bright
as the spaces in it, a finger is not; and an edge that cuts a bar leaves no bar of the right width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.scanner.decode.evidence import Candidate, fit_of
from kiosk.scanner.decode.overlay import NO_FIT, PER_MODULE, QUIET, Fit, expected
from kiosk.scanner.decode.strips import ROWS, Strip
from kiosk.scanner.decode.symbols import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.floating]

_PER = 2 * PER_MODULE  # samples a module
_AROUND = 10  # modules looked at beyond each end
_INSIDE = 20  # modules inside an end whose bars and spaces say what is dark and what is bright
_BANDS = (slice(3, 9), slice(9, 15), slice(15, 21))
_ZONE = 3.0  # modules of quiet zone that must be bright: labels often leave no more
_DARKER = 0.22  # share of the contrast by which they may be darker than the code's spaces
_LEAST_QUIET, _LEAST_WORST = 0.62, 0.55  # of the fit
_LEAST_END, _LEAST_END_ANYWHERE = 0.9, 0.86  # correlation of an end with what is drawn there: half the rows, all
_LEAST_HEIGHT = 0.05  # of the length: a thin strip may lean and come in over the bars' ends, past half of the code
_OUTSIDE, _WITHIN, _RUNS = 3, 6, 15  # modules to each side of an end that are compared, and enough runs to draw them
_BLURS = (0.35, 0.8, 1.2)
_STRETCHES = (0.88, 1.0, 1.12)  # a code around a bottle is narrower at its ends


def is_whole(grey: Grey, strip: Strip, claim: Candidate, lies: Fit) -> bool:
    """Whether paper lies beyond both ends of a code, and whether these are drawn as an end is.

    `lies` is its fit on the strip, `NO_FIT` where that is not known yet.
    """
    lies = fit_of(claim, strip) if lies is NO_FIT else lies
    if lies.quiet < _LEAST_QUIET or lies.worst < _LEAST_WORST:
        return False
    across, along = np.hypot(*strip.home[:, 1]) * ROWS, np.hypot(*strip.home[:, 0]) * abs(lies.end - lies.start)
    if across < _LEAST_HEIGHT * along:
        return False
    ways = runs(claim.value, claim.symbology)
    drawn = ways[len(ways) // 2]
    seen = _upright(grey, strip, claim, lies, sum(drawn))
    sides = ((seen, drawn[:_RUNS]), (seen[:, ::-1], drawn[::-1][:_RUNS]))
    return all(_has_paper(side) and _ends_well(side, first) for side, first in sides)


def _upright(grey: Grey, strip: Strip, claim: Candidate, lies: Fit, modules: float) -> Floats:
    """The code (ROWS, samples), first bar first and dark on light; black where the picture ends."""
    start, end = lies.start, lies.end
    if claim.start > claim.end:
        start, end = strip.pixels.shape[1] - 1 - start, strip.pixels.shape[1] - 1 - end
    step = (end - start) / (modules * _PER)
    around = _AROUND * _PER
    wide = int(modules * _PER) + 2 * around
    place = strip.home @ np.array([[step, 0.0, start - around * step], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    seen = cv2.warpAffine(
        grey, place, (wide, ROWS), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT
    ).astype(np.float32)
    return seen if claim.dark else 255.0 - seen


def _has_paper(seen: Floats) -> bool:
    """Whether what lies before the first bar is as bright as the spaces after it, in most rows."""
    edge = _AROUND * _PER
    darker = []
    for band in _BANDS:
        line = cv2.blur(seen[band].mean(0)[None, :], (_PER // 2, 1))[0]
        low, high = np.percentile(line[edge : edge + _INSIDE * _PER], (8, 92))
        zone = line[edge - round(_ZONE * _PER) : edge - round(0.9 * _PER)]
        darker.append(float(high - zone.min()) / max(float(high - low), 1.0))
    return bool(np.median(darker) < _DARKER)


def _ends_well(seen: Floats, first: tuple[float, ...]) -> bool:
    """Whether the first bars are as wide as drawn: where an edge cuts a bar they are not."""
    part = slice((QUIET - _OUTSIDE) * PER_MODULE, (QUIET + _WITHIN) * PER_MODULE)
    wanted = [_level(expected(first, blur)[part]) for blur in _BLURS]
    spans = (np.arange(wanted[0].size) + 0.5) / PER_MODULE - _OUTSIDE
    shifts = np.arange(-0.5, 0.51, 0.25)
    at = np.array([spans * stretch + shift for stretch in _STRETCHES for shift in shifts])  # modules from the end
    scores = []
    for band in _BANDS:
        line = seen[band].mean(0)
        looked = _level(np.interp((at + _AROUND) * _PER - 0.5, np.arange(line.size), line))
        scores.append(max(float((looked @ one).max()) for one in wanted))
    return bool(np.median(scores) > _LEAST_END and min(scores) > _LEAST_END_ANYWHERE)


def _level(rows: Floats) -> Floats:
    """Rows without their mean and of length one, so that the product of two is their correlation."""
    less = rows - rows.mean(-1, keepdims=True)
    return np.asarray(less / (np.linalg.norm(less, axis=-1, keepdims=True) + 1e-6))
