"""The trouble screen: what is wrong, what still works, what to do. Calm, large, for reading out to a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kiosk.flows.views import Text, Tone, TroubleView
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, Screen, column, cut_bottom, cut_right, cut_top
from kiosk.screens.theme import Size


def parts(view: TroubleView, kit: Kit) -> Sequence[Part]:
    """One large sheet with the three sentences, buttons under it, the small print at the foot."""
    edge = kit.px(64)
    inner = kit.box.inflate(-2 * edge, -2 * edge)
    foot, inner = cut_bottom(inner, kit.px(64), kit.px(16))
    made = []
    if view.buttons or view.ring:
        row, inner = cut_bottom(inner, kit.px(96), kit.px(32))
        if view.ring:
            ring, row = cut_right(row, row.height, kit.px(24))
            made.append(widgets.ring_part("ring", ring, view.ring))
        made.append(Part("buttons", row, view.buttons, lambda canvas: _buttons(canvas, row, view)))
    sentences = replace(view, buttons=(), ring=None, detail="")
    made.insert(0, Part("sheet", inner, sentences, lambda canvas: _sheet(canvas, inner, view)))
    if view.detail:
        made.append(Part("detail", foot, view.detail, lambda canvas: _detail(canvas, foot, view.detail)))
    return made


def _sheet(canvas: Canvas, rect: Rect, view: TroubleView) -> None:
    sheet = canvas.card(rect)
    inner = sheet.inflate(-canvas.px(112), -canvas.px(80))
    head, rest = cut_top(inner, min(canvas.px(230), inner.height // 3), canvas.px(32))
    side = min(head.height, canvas.px(200))
    widgets.badge(canvas, Rect(head.left, head.centery - side // 2, side, side), Tone.LOOK)
    words = Rect(head.left + side + canvas.px(40), head.top, head.width - side - canvas.px(40), head.height)
    canvas.text(words, view.headline, Size.BIG, face="kai", lines=2, least=Size.LEAD, balance=True)
    rows: tuple[tuple[Tone, Text], ...] = ((Tone.DONE, view.still_works), (Tone.INFO, view.to_do))
    for (tone, sentence), place in zip(rows, column(rest, 2, canvas.px(28)), strict=True):
        look = theme.TONES[tone]
        canvas.rounded(place, look.tint, 26)
        small = min(canvas.px(110), place.height - canvas.px(24))
        left = place.left + canvas.px(36)
        widgets.badge(canvas, Rect(left, place.centery - small // 2, small, small), tone)
        canvas.text(
            Rect(left + small + canvas.px(36), place.top, place.right - left - small - canvas.px(72), place.height),
            sentence,
            Size.BIG if canvas.kit.metrics.portrait else Size.HEAD,
            lines=4,
            least=Size.BODY,
        )


def _buttons(canvas: Canvas, rect: Rect, view: TroubleView) -> None:
    widgets.button_row(canvas, rect, view.buttons, size=Size.LEAD, main=0)


def _detail(canvas: Canvas, rect: Rect, detail: str) -> None:
    canvas.text(rect, detail, Size.NOTE, colour=theme.SOFT, lines=2, valign="bottom")


SCREEN = Screen(parts)
