"""Pieces of a page: something of a known height that paints itself into a rectangle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.flows.views import Text, Tone
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect
from kiosk.screens.theme import Colour, Size

TALL = 1 << 16
"""More pixels than anything is high."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large things on a page are, in px at 1080p: `LARGE` for children, `CALM` for the librarian."""

    text: Size
    head: Size
    touch: int  # height of a button
    row: int  # height of a table row without buttons
    gap: int  # between blocks


CALM = Scale(Size.BODY, Size.LEAD, theme.TOUCH, 60, 26)
LARGE = Scale(Size.LEAD, Size.HEAD, 104, 84, 34)


@dataclass(frozen=True, slots=True)
class Piece:
    """`height` pixels that `paint` fills; the rectangle it gets has the width the piece was measured for."""

    height: int
    paint: Callable[[Canvas, Rect], None]


def pile(pieces: Sequence[Piece], gap: int) -> Piece:
    """Pieces from top to bottom with `gap` pixels between them."""
    pieces = [piece for piece in pieces if piece.height]

    def paint(canvas: Canvas, rect: Rect) -> None:
        top = rect.top
        for piece in pieces:
            piece.paint(canvas, Rect(rect.left, top, rect.width, piece.height))
            top += piece.height + gap

    return Piece(sum(piece.height for piece in pieces) + gap * max(0, len(pieces) - 1), paint)


def words_piece(
    kit: Kit,
    words: Text | str,
    size: Size,
    width: int,
    *,
    colour: Colour = theme.INK,
    face: str = "sans",
    lines: int = 60,
) -> Piece:
    """Words in as many lines as they need, at most `lines`."""
    block = kit.layout(words, size, width, TALL, face=face, lines=lines)

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.draw(block, rect, colour=colour, valign="top")

    return Piece(block.height, paint)


def toned_piece(kit: Kit, words: Text | str, tone: Tone, size: Size, width: int) -> Piece:
    """Words in a coloured box with the tone's badge before them."""
    look = theme.TONES[tone]
    edge, side = kit.px(18), kit.px(size * 1.6)
    block = kit.layout(words, size, width - side - 3 * edge, TALL, lines=60)
    height = max(block.height, side) + 2 * edge

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.rounded(rect, look.tint, 20)
        box = Rect(rect.left + edge, rect.top + (height - side) // 2, side, side)
        widgets.badge(canvas, box, tone)
        inner = Rect(box.right + edge, rect.top, rect.right - box.right - 2 * edge, height)
        canvas.draw(block, inner, colour=look.deep)

    return Piece(height, paint)


def columns_that_fit(width: int, least: int, gap: int, most: int) -> int:
    """How many columns of at least `least` pixels fit side by side, 1 to `most`."""
    return max(1, min(most, (width + gap) // (least + gap)))
