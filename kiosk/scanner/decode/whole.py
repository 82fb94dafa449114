"""Whether a code is seen whole: nothing of it hidden by a finger, glare or a sticker, or lost at a torn edge.

What begins and ends an Interleaved 2 of 5 is met inside it too, and the left half of an EAN-13 is nearly a UPC-E: where
something flat takes the place of the quiet zone, a part of a code reads like a whole. Paper beside a code is as bright
as the spaces in it, a finger or a sticker is not; and an edge that cuts a bar leaves no bar of the right width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.scanner.decode.evidence import Candidate, fit_of
from kiosk.scanner.decode.overlay import NO_FIT, PER_MODULE, QUIET, Fit, expected, grown, warped
from kiosk.scanner.decode.strips import ROWS, Strip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.floating]

_PER = 2 * PER_MODULE  # samples a module
_AROUND = 10  # modules looked at beyond each end
_BANDS = (slice(3, 9), slice(9, 15), slice(15, 21))
_ZONE = 0.9  # modules before the first bar from which on there must be paper: how far a blurred bar reaches
_OFF = 0.22  # share of the contrast by which that may be darker or brighter than the code's spaces say
_LEAST_QUIET, _LEAST_WORST = 0.62, 0.55  # of the fit
_LEAST_END = 0.92  # correlation of an end with what is drawn there
_LEAST_HEIGHT = 0.05  # of the length: a thin strip may lean and come in over the bars' ends, past half of the code
_OUTSIDE, _WITHIN, _INSIDE = 3, 6, 20  # modules beyond an end and inside it that are compared; that say where it is
_RUNS = 30  # enough to draw so many modules
_BLURS = (0.12, 0.35, 0.8, 1.2)
_STRETCHES = (0.88, 0.94, 1.0, 1.06, 1.12)  # a code around a bottle is narrower at its ends
_SHIFTS = np.arange(-4, 4.01, 0.25)  # modules: seen aslant, the ends lean in or out
_NEAR = 2  # shifts to each side, with one stretch, among which the end itself may lie best
_GROWTHS = (-0.2, 0.0, 0.2)  # modules: the fit knows in part only how far ink spread


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
    seen = _upright(grey, strip, claim, lies)
    return _begins(seen, lies.drawn) and _begins(seen[:, ::-1], lies.drawn[::-1])


def _upright(grey: Grey, strip: Strip, claim: Candidate, lies: Fit) -> Floats:
    """The code (ROWS, samples), first bar first, as flat as the fit has it, dark on light; black where the picture
    ends."""
    modules = sum(lies.drawn)
    u = ((np.arange(round((modules + 2 * _AROUND) * _PER)) + 0.5) / _PER - _AROUND) / modules
    x = lies.start + (lies.end - lies.start) * warped(u, np.array(lies.bow), np.array(lies.lean))
    if claim.start > claim.end:
        x = strip.pixels.shape[1] - 1 - x
    points = np.stack(np.meshgrid(x, np.arange(float(ROWS))), -1).astype(np.float64)
    at = strip.to_picture(points.reshape(-1, 2)).astype(np.float32).reshape(points.shape)
    seen = np.asarray(
        cv2.remap(grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32
    )
    return seen if claim.dark else 255.0 - seen


def _begins(seen: Floats, drawn: tuple[float, ...]) -> bool:
    """Whether in most bands of rows the first bars are as wide as drawn, for where an edge cuts a bar they are not,
    and what lies before them is as bright as the spaces between them, no more and no less."""
    inside = slice((QUIET - _OUTSIDE) * PER_MODULE, (QUIET + _INSIDE) * PER_MODULE)
    end = slice(0, (_OUTSIDE + _WITHIN) * PER_MODULE)
    wanted = np.array([expected(grown(drawn[:_RUNS], by), blur)[inside] for by in _GROWTHS for blur in _BLURS])
    spans = (np.arange(wanted.shape[1]) + 0.5) / PER_MODULE - _OUTSIDE
    at = spans * np.array(_STRETCHES)[:, None, None] + _SHIFTS[:, None]  # modules from where the fit has the end
    good = 0
    for band in _BANDS:
        line = seen[band].mean(0)
        looked = np.interp((at + _AROUND) * _PER - 0.5, np.arange(line.size), line)
        likeness = _level(looked) @ _level(wanted).T
        stretch, shift, one = np.unravel_index(int(likeness.argmax()), likeness.shape)
        near = np.s_[max(0, stretch - 1) : stretch + 2, max(0, shift - _NEAR) : shift + _NEAR + 1, end]
        fits = float((_level(looked[near]) @ _level(wanted[:, end]).T).max())
        good += fits > _LEAST_END and _has_paper(looked[stretch, shift], wanted[one])
    return good * 2 > len(_BANDS)


def _has_paper(seen: Floats, wanted: Floats) -> bool:
    """Whether what lies before the first bar is as bright as paper must be where bars and spaces after it look so."""
    inside = slice(_OUTSIDE * PER_MODULE, None)
    gain, floor = np.polyfit(wanted[inside], seen[inside], 1)
    zone = slice(0, round((_OUTSIDE - _ZONE) * PER_MODULE))
    off = np.convolve(seen[zone] - floor - gain * wanted[zone], (0.5, 0.5), "valid")
    return bool(gain > 0 and np.abs(off).max() < _OFF * 2 * gain)


def _level(rows: Floats) -> Floats:
    """Rows without their mean and of length one, so that the product of two is their correlation."""
    less = rows - rows.mean(-1, keepdims=True)
    return np.asarray(less / (np.linalg.norm(less, axis=-1, keepdims=True) + 1e-6))
