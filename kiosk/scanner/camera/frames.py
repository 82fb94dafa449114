"""What a camera gives, judged: a usable picture, or a fault by name; and whether anything moves in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

LEAST_SIDE: Final = 120  # pixels: a camera's smallest picture (QQVGA) is 160 × 120
MOST_SIDE: Final = 1920  # a larger picture is made smaller before anything else
BLACK: Final = 24  # grey level that nothing in a black picture reaches
FROZEN_AFTER: Final = 8.0  # seconds of the very same picture; a live sensor's noise differs in each
BLACK_AFTER: Final = 1.0  # seconds: many cameras begin with a few black frames
STILL_AFTER: Final = 2.0  # seconds without a change after which nothing moves
_BLOCKS: Final = (40, 24)
_CHANGED: Final = 7.0  # grey levels in the mean of a block, as the live decoder has it


def upright(pixels: object) -> Frame | str:
    """A frame as uint8, grey (h, w) or BGR (h, w, 3), its longer side at most `MOST_SIDE`; else "corrupt", "small"."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or not pixels.size:
        return "corrupt"
    if pixels.ndim == 3:
        channels = pixels.shape[2]
        if channels not in (1, 3, 4):
            return "corrupt"
        pixels = pixels[:, :, 0] if channels == 1 else pixels[:, :, :3]
    height, width = pixels.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return "small"
    most = max(height, width)
    if most > MOST_SIDE:
        step = most // MOST_SIDE  # first by leaving pixels out: an 8K frame takes no longer than a small one
        pixels = np.ascontiguousarray(pixels[::step, ::step])
        height, width = pixels.shape[:2]
        share = MOST_SIDE / max(height, width)
        if share < 1:
            size = (max(1, round(width * share)), max(1, round(height * share)))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            if min(size) < LEAST_SIDE:
                return "small"
    return np.ascontiguousarray(pixels)


class Judge:
    """Looks at frame after frame of one opening, in order of time; `begin` for another opening."""

    def __init__(self, *, video: bool = False) -> None:
        self._video = video  # a recorded picture may well stand still
        self._sample = b""
        self._same_since = 0.0
        self._light_at: float | None = None
        self._blocks: NDArray[np.float32] | None = None
        self.moved_at = float("-inf")
        """When something in the picture last changed, monotonic seconds."""

    def fault(self, frame: Frame, at: float) -> str:
        """What is wrong with the picture: "black", "frozen" or "" (nothing)."""
        step = max(1, max(frame.shape[:2]) // 96)
        thin = frame[::step, ::step]
        sample = thin.tobytes()
        if sample != self._sample:
            self._sample, self._same_since = sample, at
        if self._light_at is None or int(thin.max()) > BLACK:
            self._light_at = at
        if int(thin.max()) <= BLACK and (at - self._light_at >= BLACK_AFTER):
            return "black"
        if not self._video and at - self._same_since >= FROZEN_AFTER:
            return "frozen"
        self._watch(frame, at)
        return ""

    def still(self, at: float) -> bool:
        """Whether nothing has moved for a while."""
        return at - self.moved_at >= STILL_AFTER

    def _watch(self, frame: Frame, at: float) -> None:
        thin = frame[::4, ::4] if frame.ndim == 2 else frame[::4, ::4, 1]
        blocks = np.asarray(cv2.resize(thin, _BLOCKS, interpolation=cv2.INTER_AREA), np.float32)
        if self._blocks is None or float(np.abs(blocks - self._blocks).max()) > _CHANGED:
            self._blocks, self.moved_at = blocks, at


def scaled(frame: Frame, size: tuple[int, int], *, mirrored: bool) -> tuple[tuple[int, int], bytes]:
    """The frame in RGB, as large as fits `size` (width, height in pixels): its size and its bytes, three a pixel."""
    height, width = frame.shape[:2]
    share = min(size[0] / width, size[1] / height)
    fits = (max(1, min(size[0], round(width * share))), max(1, min(size[1], round(height * share))))
    step = max(1, int(1 / share) // 2)  # twice as fine as shown is enough to scale from
    small: NDArray[Any] = cv2.resize(frame[::step, ::step], fits, interpolation=cv2.INTER_AREA)
    small = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB if small.ndim == 2 else cv2.COLOR_BGR2RGB)
    if mirrored:
        small = cv2.flip(small, 1)
    return fits, small.tobytes()
