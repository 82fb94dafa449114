"""Ways of looking at a strip: each a picture in which a code may be easier to read than in the strip itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.float32]


def _bytes(pixels: NDArray[Any]) -> Grey:
    return np.asarray(np.clip(pixels, 0, 255), np.uint8)


def _stretched(pixels: Floats) -> Floats:
    low, high = np.percentile(pixels[:, ::4], (1, 99))
    return np.asarray((pixels - low) * (255 / max(float(high - low), 8.0)), np.float32)


def _plain(pixels: Floats) -> Grey:
    return _bytes(_stretched(pixels))


def _bands(pixels: Floats) -> Grey:
    """Six rows of four averaged: against noise and scratches."""
    few = cv2.resize(_stretched(pixels), (pixels.shape[1], 6), interpolation=cv2.INTER_AREA)
    return np.asarray(np.repeat(_bytes(few), 4, axis=0), np.uint8)


def _one(pixels: Floats) -> Grey:
    """The middle half as one row."""
    quarter = pixels.shape[0] // 4
    row = np.median(pixels[quarter:-quarter], axis=0, keepdims=True).astype(np.float32)
    return np.asarray(np.repeat(_bytes(_stretched(row)), 6, axis=0), np.uint8)


def _third(pixels: Floats, which: int) -> Grey:
    """A third of the height: a finger or glare often covers only a part."""
    third = pixels.shape[0] // 3
    return _bytes(_stretched(pixels[which * third : (which + 1) * third]))


def _sharp(pixels: Floats, sigma: float, gain: float) -> Grey:
    """Unsharp masking along the strip after averaging six bands: for lenses out of focus."""
    few = cv2.resize(_stretched(pixels), (pixels.shape[1], 6), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(few, (0, 0), sigma, sigmaY=0.01)
    return np.asarray(np.repeat(_bytes(few + gain * (few - soft)), 3, axis=0), np.uint8)


def _even(pixels: Floats) -> Grey:
    """Light and dark drawn apart in every neighbourhood: for shadows, glare and faint print."""
    few = cv2.resize(pixels, (pixels.shape[1], 8), interpolation=cv2.INTER_AREA)
    wide = max(9, few.shape[1] // 14) | 1
    kernel = np.ones((1, wide), np.uint8)
    low, high = cv2.erode(few, kernel), cv2.dilate(few, kernel)
    soft = (wide, 1)
    low, high = cv2.blur(low, soft), cv2.blur(high, soft)
    floor = 0.15 * float(np.percentile(high - low, 90)) + 1.0
    return np.asarray(np.repeat(_bytes((few - low) / np.maximum(high - low, floor) * 255), 3, axis=0), np.uint8)


def _deblurred(pixels: Floats, sigma: float) -> Grey:
    """Richardson (1972) and Lucy (1974) along the strip, for a blur of `sigma` strip pixels."""
    few = cv2.resize(_stretched(pixels), (pixels.shape[1], 4), interpolation=cv2.INTER_AREA)
    seen = np.clip(few, 0, 255) + 4.0
    guess = seen.copy()
    for _ in range(12):
        made = cv2.GaussianBlur(guess, (0, 0), sigma, sigmaY=0.01)
        guess = guess * cv2.GaussianBlur(seen / np.maximum(made, 1e-3), (0, 0), sigma, sigmaY=0.01)
    return np.asarray(np.repeat(_bytes(_stretched(guess)), 4, axis=0), np.uint8)


LOOKS: dict[str, Callable[[Floats], Grey]] = {
    "plain": _plain,
    "bands": _bands,
    "one": _one,
    "top": lambda pixels: _third(pixels, 0),
    "middle": lambda pixels: _third(pixels, 1),
    "bottom": lambda pixels: _third(pixels, 2),
    "sharp": lambda pixels: _sharp(pixels, 3.0, 2.0),
    "sharper": lambda pixels: _sharp(pixels, 6.0, 3.0),
    "even": _even,
    "deblurred": lambda pixels: _deblurred(pixels, 3.0),
    "deblurred more": lambda pixels: _deblurred(pixels, 5.0),
    "deblurred most": lambda pixels: _deblurred(pixels, 8.0),
}
FIRST_LOOKS = ("plain", "bands", "top", "bottom")
