"""Scrolling as plain numbers: where a long body stands behind its window, its bar, and dragging.

Lengths are pixels. Nothing moves by itself: a still screen costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

SLOP = 12
"""Pixels a finger may slip before a touch becomes a drag."""


@dataclass(slots=True)
class Scroll:
    """A body of `content` pixels behind a window of `window` pixels, moved up by `offset`."""

    content: int = 0
    window: int = 0
    offset: int = 0
    slop: int = SLOP
    _pressed_at: int | None = None
    _from: int = 0
    _per_pixel: float = 1.0
    dragging: bool = False

    @property
    def furthest(self) -> int:
        """The largest offset."""
        return max(0, self.content - self.window)

    @property
    def needed(self) -> bool:
        """Whether there is more than the window shows."""
        return self.content > self.window

    def fit(self, content: int, window: int) -> None:
        """The body or the window has another size; the offset stays inside."""
        self.content, self.window = content, window
        self.to(self.offset)

    def to(self, offset: float) -> bool:
        """Moves to an offset, kept inside: whether anything moved."""
        before = self.offset
        self.offset = round(max(0, min(self.furthest, offset)))
        return self.offset != before

    def by(self, pixels: float) -> bool:
        """Moves on (positive) or back: whether anything moved."""
        return self.to(self.offset + pixels)

    def page(self, way: int) -> bool:
        """A window on (1) or back (-1), less a little that stays in sight."""
        return self.by(way * max(1, round(self.window * 0.85)))

    def reveal(self, top: int, bottom: int, margin: int = 0) -> bool:
        """Brings the body's pixels from `top` to `bottom` into the window: whether anything moved."""
        if top - margin < self.offset:
            return self.to(top - margin)
        if bottom > self.offset + self.window:
            return self.to(min(bottom - self.window, top - margin))
        return False

    def thumb(self, track: int, least: int) -> tuple[int, int]:
        """Where the bar's thumb begins on a track of `track` pixels and how long it is, at least `least`."""
        if not self.needed:
            return 0, track
        long = min(track, max(least, track * self.window // self.content))
        return (track - long) * self.offset // self.furthest, long

    def press(self, y: int, track: int = 0, least: int = 0) -> None:
        """A finger comes down at `y`; on the bar say the length of its `track`."""
        self._pressed_at, self._from, self.dragging = y, self.offset, bool(track)
        _, long = self.thumb(track, least)
        self._per_pixel = self.furthest / max(1, track - long) if track else -1.0

    def drag(self, y: int) -> bool:
        """The finger moves: whether the body moved. Before it has slipped far enough it is still a touch."""
        if self._pressed_at is None:
            return False
        if not self.dragging and (abs(y - self._pressed_at) < self.slop or not self.needed):
            return False
        self.dragging = True
        return self.to(self._from + (y - self._pressed_at) * self._per_pixel)

    def release(self) -> bool:
        """The finger is lifted: whether it was a drag, so that nothing is pressed by it."""
        was, self.dragging, self._pressed_at = self.dragging, False, None
        return was
