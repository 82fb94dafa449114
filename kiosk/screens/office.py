"""Pieces of the office's pages: how far a long work is, and the page of paper that will be printed."""

from __future__ import annotations

from kiosk.flows.views import Picture, Progress, Text
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect
from kiosk.screens.piece import Piece, Scale

_EDGE = 3  # px at 1080p, the shadow round a page
_LEAST = 500  # px at 1080p: a page that is lower shows nothing


def progress_piece(kit: Kit, shown: Progress, scale: Scale) -> Piece:
    """A bar, what is done in words, and the button that calls it off."""
    gap, high = kit.px(24), kit.px(theme.TOUCH)
    stop = widgets.button_width(kit, shown.stop) if shown.stop else 0
    key = "librarian.progress" if shown.total else "librarian.progress_unknown"
    words = Text(key, {"done": shown.done, "total": shown.total})

    def paint(canvas: Canvas, rect: Rect) -> None:
        bar = Rect(rect.left, rect.bottom - kit.px(28), rect.width - (stop + gap if stop else 0), kit.px(24))
        canvas.rounded(bar, theme.SUNK, 12)
        if shown.total:
            part = min(1.0, shown.done / shown.total)
            canvas.rounded(
                Rect(bar.left, bar.top, max(bar.height, round(bar.width * part)), bar.height), theme.ACCENT, 12
            )
        above = Rect(rect.left, rect.top, bar.width, bar.top - rect.top)
        canvas.text(above, words, scale.text, least=theme.Size.NOTE)
        if shown.stop is not None:
            widgets.button(canvas, Rect(rect.right - stop, rect.top, stop, high), shown.stop)

    return Piece(high, paint)


def picture_piece(kit: Kit, shown: Picture, width: int, room: int) -> Piece:
    """A page of paper, as large as the width and (if there is enough) the room allow, in the middle."""
    edge = kit.px(_EDGE)
    high = max(room, kit.px(_LEAST)) - 2 * edge
    scale = min((width - 2 * edge) / shown.width, high / shown.height)
    size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))

    def paint(canvas: Canvas, rect: Rect) -> None:
        place = Rect(rect.left + (rect.width - size[0]) // 2, rect.top + edge, *size)
        canvas.fill(place.inflate(2 * edge, 2 * edge), theme.SHADE)
        canvas.pixels(place, (shown.width, shown.height), shown.pixels)

    return Piece(size[1] + 2 * edge, paint)
