"""A camera's frames: little work for each, none while nothing changes, and what a hard code needs spread over many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.scanner.decode.engines import Engine, available_engines
from kiosk.scanner.decode.search import Found, merge, quick, steps, to_grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCKS = (40, 24)  # the thumbnail by which a change of scene is noticed
_CHANGED = 7.0  # grey levels in the mean of one block; a webcam's noise stays under 3
_KEEP = 10  # frames for which a hard frame is worked on although newer ones look different
_AGAIN = 8  # frames looked at, though nothing moves, for a second reading of what one engine read alone
_MEMORY = 30  # frames for which such a reading is remembered


class LiveDecoder:
    """`feed` takes frame after frame and tells which codes lie before the camera.

    A changed frame costs one quick search. If that finds nothing, the same frame is searched thoroughly, a piece at a
    time, in what is left of `seconds` of this frame and the following ones, first where a code was seen last.
    Unchanged frames cost a thumbnail. A code without a strong check that one engine alone read (`Found.agreed`) is
    told when a second, different frame says the same. Not for several threads at once.
    """

    def __init__(
        self,
        seconds: float = 0.02,
        engines: Sequence[Engine] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._seconds = seconds
        self._tools = available_engines() if engines is None else tuple(engines)
        self._clock = clock
        self._seen: NDArray[np.float32] | None = None
        self._found: tuple[Found, ...] = ()
        self._near: tuple[float, float] | None = None
        self._search: Iterator[list[Found]] | None = None
        self._gathered: list[Found] = []
        self._age = 0
        self._frame = 0
        self._searched = 0
        self._heard: dict[tuple[str, str], int] = {}
        self._twice: dict[tuple[str, str], int] = {}
        self._again = 0

    def feed(self, frame: NDArray[np.uint8]) -> tuple[Found, ...]:
        """The codes in this frame, uint8 grey (h, w) or BGR (h, w, 3); the same again while nothing moves."""
        began = self._clock()
        thumbnail = _thumbnail(frame)
        if thumbnail is None:
            self.forget()
            return ()
        differs = np.inf if self._seen is None else float(np.abs(thumbnail - self._seen).max())
        if differs > _CHANGED:
            self._again = 0
        if differs > _CHANGED or (self._again > 0 and differs > 0):
            self._seen = thumbnail
            self._frame += 1
            self._again = max(0, self._again - 1)
            self._look(frame)
        self._go_on(began)
        return self._found

    def forget(self) -> None:
        """Start anew: another camera, or the same one after a break."""
        self._seen, self._found, self._search, self._near = None, (), None, None
        self._heard, self._twice, self._again = {}, {}, 0

    def _look(self, frame: NDArray[np.uint8]) -> None:
        grey = to_grey(frame)
        self._found = () if grey is None else self._believed(quick(grey, self._tools), self._frame)
        if self._found or grey is None:
            self._search = None
            self._remember()
            return
        if self._search is None or self._age >= _KEEP:
            self._search, self._gathered, self._age = steps(grey, self._tools, self._near), [], 0
            self._searched = self._frame

    def _go_on(self, began: float) -> None:
        if self._search is None:
            return
        self._age += 1
        while self._clock() - began < self._seconds:
            some = next(self._search, None)
            if some is None:
                self._search = None
                return
            if some:
                self._gathered += some
                self._found = self._believed(merge(self._gathered), self._searched)
                self._remember()

    def _believed(self, found: tuple[Found, ...], frame: int) -> tuple[Found, ...]:
        """What stands by itself, and what another frame than this one, not long ago, said too."""
        self._heard, self._twice = (
            {said: when for said, when in memory.items() if self._frame - when < _MEMORY}
            for memory in (self._heard, self._twice)
        )
        sure = []
        for one in found:
            said = (one.value, one.symbology)
            if one.agreed or said in self._twice or self._heard.get(said, frame) != frame:
                self._twice[said] = frame
                sure.append(one)
            elif said not in self._heard:
                self._heard[said] = frame
                self._again = _AGAIN
        return tuple(sure)

    def _remember(self) -> None:
        if self._found:
            x, y = np.mean(self._found[0].where, axis=0)
            self._near = (float(x), float(y))


def _thumbnail(frame: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Block means of every fourth pixel (of BGR the green ones), or None for a frame with nothing in it."""
    if frame.size == 0 or min(frame.shape[:2]) < 2 * _BLOCKS[0]:
        return None
    thin = frame[::4, ::4] if frame.ndim == 2 else frame[::4, ::4, frame.shape[2] // 2]
    return np.asarray(cv2.resize(thin, _BLOCKS, interpolation=cv2.INTER_AREA), np.float32)
