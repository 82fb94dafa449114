"""The first start: no library yet. Make one here, or try the sample."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.flows.views import Field, FirstStartView, Form, Text, Tone
from kiosk.screens import theme
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, Screen
from kiosk.screens.fields import form_piece
from kiosk.screens.piece import CALM, Piece, pile, toned_piece, words_piece
from kiosk.screens.theme import Size


def parts(view: FirstStartView, kit: Kit) -> Sequence[Part]:
    """One sheet: welcome, where the library will lie, the fields, the buttons."""
    page = kit.box
    wide = min(page.width - 2 * kit.px(40), kit.px(1400))
    inside = wide - 2 * kit.px(72)
    pieces = [
        _welcome(kit, inside),
        words_piece(kit, Text("common.first_start.place", {"place": view.location}), Size.BODY, inside,
                    colour=theme.SOFT, lines=3),
        form_piece(kit, Form(view.fields, view.buttons), inside, CALM),
    ]  # fmt: skip
    if view.message is not None:
        pieces.insert(1, toned_piece(kit, view.message, Tone.LOOK, Size.BODY, inside))
    body = pile(pieces, kit.px(30))
    edge = kit.px(56)
    high = min(body.height + 2 * edge + kit.px(6), page.height - 2 * kit.px(24))
    sheet = Rect((page.width - wide) // 2, (page.height - high) // 2, wide, high)

    def paint(canvas: Canvas) -> None:
        face = canvas.card(sheet, radius=40)
        area = face.inflate(-2 * canvas.px(40), -2 * edge)
        with canvas.scrolling("first", area, body.height) as offset:
            body.paint(canvas, Rect(sheet.left + canvas.px(72), area.top + offset, inside, body.height))

    return [Part("first", sheet, view, paint)]


def _welcome(kit: Kit, width: int) -> Piece:
    side, gap = kit.px(120), kit.px(30)
    beside = width - side - gap
    words = pile(
        [
            words_piece(kit, Text("common.first_start.headline"), Size.BIG, beside, face="kai", lines=2),
            words_piece(kit, Text("common.first_start.line"), Size.LEAD, beside, colour=theme.SOFT, lines=3),
        ],
        kit.px(6),
    )
    height = max(side, words.height)

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.icon("books", Rect(rect.left, rect.top + (height - side) // 2, side, side), theme.ACCENT)
        inner = Rect(rect.left + side + gap, rect.top + (height - words.height) // 2, beside, words.height)
        words.paint(canvas, inner)

    return Piece(height, paint)


def fields(view: FirstStartView) -> tuple[Field, ...]:
    """The text fields."""
    return view.fields


SCREEN = Screen(parts, fields=fields)
