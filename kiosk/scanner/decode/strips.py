"""Where bars are, and the strip of picture across them: upright, averaged along the bars, cheap to try many things on.

Bars make gradients that all point one way. The structure tensor (Bigün and Granlund 1987) over small windows says how
much they agree and which way; patches of agreement as large as a code are regions. A region is turned so that its
bars stand upright and shrunk along them to `ROWS` rows: noise goes, a curved or leaning code stays readable row by
row, and an engine call costs a fraction of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.float32]

ROWS = 24
_LOCATE_SIDE = 1280  # pixels of the longer side at which bars are looked for
_CELL = 4  # pixels a side of the cells over which gradients are gathered
_WINDOW = 5  # cells
_LEAST_AREA = 40  # cells
_MARGIN = 0.18  # of the width, on each side: the quiet zone and what a blurred end loses
_STRIP_LEAST, _STRIP_MOST = 700, 1600  # pixels of a strip's width
_UPRIGHT = 4.0  # pixels by which bars may lean over a strip's height


@dataclass(frozen=True, slots=True)
class Region:
    """A patch of parallel bars in picture pixels: `angle` (radians) points across the bars, `width` is along it."""

    x: float
    y: float
    angle: float
    width: float
    height: float
    weight: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A region upright: `pixels` (ROWS, w) grey float32 0..255; `home` (2, 3) takes strip (x, row) to the picture:
    exactly on the middle row, about so above and below it where bars that fan out were set upright."""

    pixels: Floats
    home: NDArray[np.float64]

    def to_picture(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Strip points (n, 2) as picture pixels."""
        return np.asarray(points @ self.home[:, :2].T + self.home[:, 2], np.float64)

    def to_strip(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Picture pixels (n, 2) as strip points."""
        return np.asarray((points - self.home[:, 2]) @ np.linalg.inv(self.home[:, :2]).T, np.float64)


def locate(grey: Grey, most: int = 4) -> list[Region]:
    """The most barcode-like regions of a picture, heaviest first."""
    height, width = grey.shape
    scale = min(1.0, _LOCATE_SIDE / max(height, width))
    near = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    seen = cv2.GaussianBlur(near, (3, 3), 0)
    gx = cv2.Sobel(seen, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(seen, cv2.CV_32F, 0, 1, ksize=3)
    cells = (max(1, seen.shape[1] // _CELL), max(1, seen.shape[0] // _CELL))
    xx, yy, xy = (
        np.asarray(
            cv2.boxFilter(cv2.resize(part, cells, interpolation=cv2.INTER_AREA), -1, (_WINDOW, _WINDOW)), np.float32
        )
        for part in (cv2.multiply(gx, gx), cv2.multiply(gy, gy), cv2.multiply(gx, gy))
    )
    total = xx + yy
    agree = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    bright = ((agree > 0.6 * total) & (total > 150.0)).astype(np.uint8)
    mask = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((_WINDOW + 1, _WINDOW + 1), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA]) + 1
    found = []
    grow = _CELL / scale
    for index in order[: 3 * most]:
        x0, y0, w, h, area = (int(v) for v in stats[index])
        if area < _LEAST_AREA:
            break
        cut = np.s_[y0 : y0 + h, x0 : x0 + w]
        inside = labels[cut] == index
        region = _region(inside, xx[cut], yy[cut], xy[cut], total[cut])
        if region is not None:
            at = ((region.x + x0 + 0.5) * grow - 0.5, (region.y + y0 + 0.5) * grow - 0.5)
            found.append(Region(*at, region.angle, region.width * grow, region.height * grow, region.weight))
    found = sorted(found, key=lambda r: -r.weight)[:most]
    return [*_bridged(found), *found][: most + 1]


def _bridged(found: list[Region]) -> list[Region]:
    """Two regions in one line made one: glare or a finger may have parted a code. At most one pair, the heaviest."""
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            turn = (b.angle - a.angle + np.pi / 2) % np.pi - np.pi / 2
            c, s = np.cos(a.angle), np.sin(a.angle)
            along, down = (b.x - a.x) * c + (b.y - a.y) * s, (b.y - a.y) * c - (b.x - a.x) * s
            gap = abs(along) - (a.width + b.width) / 2
            low, high = max(-a.height, 2 * down - b.height) / 2, min(a.height, 2 * down + b.height) / 2
            if abs(turn) < 0.12 and high - low > 0.5 * min(a.height, b.height) and gap < 0.5 * (a.width + b.width):
                left = min(-a.width / 2, along - b.width / 2)
                right = max(a.width / 2, along + b.width / 2)
                middle, level = (left + right) / 2, (low + high) / 2
                x, y = a.x + middle * c - level * s, a.y + middle * s + level * c
                return [Region(x, y, a.angle, right - left, high - low, a.weight + b.weight)]
    return []


def _region(inside: NDArray[np.bool_], xx: Floats, yy: Floats, xy: Floats, total: Floats) -> Region | None:
    """The oriented box of those pixels of a patch that point the way most of it does."""
    turns = 0.5 * np.arctan2(2 * xy, xx - yy)
    main = 0.5 * np.arctan2(2 * float(xy[inside].sum()), float((xx - yy)[inside].sum()))
    off = np.abs(np.angle(np.exp(2j * (turns - main)))) / 2
    rows, columns = np.nonzero(inside & (off < 0.35))
    if rows.size < _LEAST_AREA // 2:
        return None
    along = columns * np.cos(main) + rows * np.sin(main)
    down = rows * np.cos(main) - columns * np.sin(main)
    strength = np.sqrt(np.maximum(total[rows, columns], 0))  # running sums leave tiny negatives
    top, bottom = _core(down, strength, 0.35)
    level_ones = (down >= top) & (down <= bottom)
    left, right = _core(along[level_ones], strength[level_ones], 0.3)
    inner = level_ones & (along >= left) & (along <= right)
    top, bottom = _core(down[inner], strength[inner], 0.35)
    if right - left < 8 or bottom - top < 1.5:
        return None
    middle, level = (left + right) / 2, (top + bottom) / 2
    x, y = middle * np.cos(main) - level * np.sin(main), middle * np.sin(main) + level * np.cos(main)
    weight = float(strength[inner].sum())
    return Region(float(x), float(y), float(main), float(right - left), float(bottom - top), weight)


def _core(at: NDArray[np.float64], strength: Floats, share: float) -> tuple[float, float]:
    """The stretch around the strongest part of a projection in which it keeps `share` of its strength.

    A label's edge or a printed line that leans on the bars is long but thin, and falls off here.
    """
    low = float(at.min())
    bins = np.bincount((at - low + 0.5).astype(np.int64), weights=strength)
    soft = np.convolve(bins, [0.25, 0.5, 0.25], "same")
    strong = soft > share * np.percentile(soft, 90)
    first = last = int(soft.argmax())
    while first > 0 and strong[max(0, first - 3) : first].any():
        first -= 1
    while last < soft.size - 1 and strong[last + 1 : last + 4].any():
        last += 1
    return low + first - 0.5, low + last + 0.5


def region_of(quad: NDArray[np.float64], grey: Grey) -> Region | None:
    """The region of an outline (4, 2) tl, tr, br, bl, its angle put right by the gradients under it.

    None for an outline too narrow to be a code (zbar gives points for some readings).
    """
    (tl, tr, br, bl) = quad
    along = (tr + br - tl - bl) / 2
    middle = quad.mean(0)
    angle = float(np.arctan2(along[1], along[0]))
    across = np.array([-np.sin(angle), np.cos(angle)])
    width = float(np.hypot(*along))
    if width < 16:
        return None
    height = float(np.ptp(quad @ across))
    reach = max(8.0, width / 2)
    x0, x1 = (int(np.clip(middle[0] + s * reach, 0, grey.shape[1])) for s in (-1, 1))
    y0, y1 = (int(np.clip(middle[1] + s * max(8.0, min(height, width) / 2), 0, grey.shape[0])) for s in (-1, 1))
    if abs(np.sin(angle)) > 0.7:
        x0, x1 = (int(np.clip(middle[0] + s * max(8.0, min(height, width) / 2), 0, grey.shape[1])) for s in (-1, 1))
        y0, y1 = (int(np.clip(middle[1] + s * reach, 0, grey.shape[0])) for s in (-1, 1))
    patch = grey[y0:y1, x0:x1]
    if min(patch.shape) >= 8:
        gx = cv2.Sobel(patch, cv2.CV_32F, 1, 0)
        gy = cv2.Sobel(patch, cv2.CV_32F, 0, 1)
        turn = 0.5 * float(np.arctan2(2 * (gx * gy).sum(), (gx * gx - gy * gy).sum()))
        off = (turn - angle + np.pi / 2) % np.pi - np.pi / 2
        if abs(off) < 0.5:
            angle += off
    return Region(float(middle[0]), float(middle[1]), angle, width, max(height, 8.0), 0.0)


def strip_of(grey: Grey, region: Region, squeeze: float = 0.8) -> Strip:
    """The strip across a region; `squeeze` of its height is used, so that its ends need not be exact."""
    full = region.width * (1 + 2 * _MARGIN)
    grow = float(np.clip(_STRIP_LEAST / full, 1.0, 4.0)) if full < _STRIP_LEAST else min(1.0, _STRIP_MOST / full)
    wide = max(32, round(full * grow))
    used = max(6.0, region.height * squeeze)
    tall = int(np.clip(round(used), ROWS, 480))
    c, s = np.cos(region.angle), np.sin(region.angle)
    step_x, step_y = full / wide, used / tall
    home = np.array([[c * step_x, -s * step_y, 0.0], [s * step_x, c * step_y, 0.0]])
    home[:, 2] = np.array([region.x, region.y]) - home[:, :2] @ np.array([(wide - 1) / 2, (tall - 1) / 2])
    upright = cv2.warpAffine(
        grey,
        home,
        (wide, tall),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    rows = _fan_closed(np.asarray(upright, np.uint8))
    shrunk = home.copy()
    shrunk[:, 1] *= tall / ROWS
    shrunk[:, 2] += home[:, 1] * (tall / ROWS - 1) / 2
    return Strip(rows, shrunk)


def _fan_closed(upright: Grey) -> Floats:
    """A strip (h, w) shrunk to `ROWS`, the bars at its ends as upright as in its middle: seen aslant, they fan out."""
    tall, wide = upright.shape
    rows = cv2.resize(upright, (wide, ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    u = np.linspace(-1, 1, wide, dtype=np.float32)
    inside = np.abs(u) * (1 + 2 * _MARGIN) < 1  # what is printed beside a code leans as it likes
    lean = np.zeros(wide, np.float32)
    for _ in range(2):
        gx, gy = cv2.Sobel(rows, cv2.CV_32F, 1, 0), cv2.Sobel(rows, cv2.CV_32F, 0, 1)
        weight, turned = (gx * gx).sum(0) * inside, -(gx * gy).sum(0) * inside
        normal = np.array([[weight.sum(), (weight * u).sum()], [(weight * u).sum(), (weight * u * u).sum()]])
        level, fan = np.linalg.solve(normal + np.eye(2), [turned.sum(), (turned * u).sum()])
        more = (level + fan * u).astype(np.float32)
        if np.abs(more).max() * ROWS < _UPRIGHT:
            break
        lean += more
        down = (np.arange(tall, dtype=np.float32) - (tall - 1) / 2)[:, None]
        across = np.arange(wide, dtype=np.float32) + lean * (down * (ROWS / tall))
        at = np.broadcast_to(np.arange(tall, dtype=np.float32)[:, None], across.shape)
        turned_back = cv2.remap(upright, across, at.copy(), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rows = cv2.resize(turned_back, (wide, ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    return rows
