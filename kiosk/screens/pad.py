"""The number pad: a PIN as dots, or a number typed by touch; the keyboard's digits do the same."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.flows.views import Button, PadView, Text
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, Screen, column, cut_bottom, cut_top, row
from kiosk.screens.piece import toned_piece
from kiosk.screens.theme import Size

LEAST_DOTS = 4  # places that a PIN shows from the start
DIGITS = "123456789"
ERASE = Button("erase", Text("common.pad.erase"), icon="backspace", key="BACKSPACE")
ENTER = Button("enter", Text("common.pad.enter"), icon="check", key="RETURN")
CANCEL = Button("cancel", Text("common.pad.cancel"), icon="close")


def parts(view: PadView, kit: Kit) -> Sequence[Part]:
    """A sheet in the middle with what was entered and the keys; the countdown in the corner."""
    page, upright = kit.box, kit.metrics.portrait
    edge = kit.px(40)
    sheet = Rect(0, 0, min(page.width - 2 * edge, kit.px(900 if upright else 1500)),
                 min(page.height - 2 * edge, kit.px(1400 if upright else 880)))  # fmt: skip
    sheet.center = page.center
    done = [Part("pad", sheet, view, lambda canvas: _paint(canvas, view, sheet))]
    if view.ring:
        side, gap = kit.px(120), kit.px(26)
        box = Rect(page.right - side - gap, gap, side, min(side, sheet.top - gap) if upright else side)
        done.append(widgets.ring_part("ring", box, view.ring))
    return done


def _paint(canvas: Canvas, view: PadView, sheet: Rect) -> None:
    canvas.card(sheet, radius=40)
    inner = sheet.inflate(-canvas.px(120), -canvas.px(110))
    gap = canvas.px(60)
    if canvas.kit.metrics.portrait:
        said, keys = cut_top(inner, inner.height * 36 // 100, gap // 2)
        cancel, keys = cut_bottom(keys, canvas.px(104), gap // 2)
    else:
        said = Rect(inner.left, inner.top, (inner.width - gap) * 48 // 100, inner.height)
        keys = Rect(said.right + gap, inner.top, inner.right - said.right - gap, inner.height)
        cancel, said = cut_bottom(said, canvas.px(104), gap // 2)
    _said(canvas, view, said)
    _keys(canvas, view, keys)
    widgets.button(canvas, cancel, CANCEL)


def _said(canvas: Canvas, view: PadView, rect: Rect) -> None:
    """Title, what was entered, and the message."""
    title, rest = cut_top(rect, rect.height * 30 // 100)
    canvas.text(title, view.title, Size.HEAD, face="kai", align="center", lines=3, least=Size.BODY)
    box, rest = cut_top(rest, canvas.px(130), canvas.px(20))
    canvas.rounded(box, theme.SUNK, 24)
    if view.dots:
        _dots(canvas, box, len(view.entered))
    else:
        canvas.text(box.inflate(-canvas.px(40), 0), view.entered, Size.BIG, face="sans-bold", align="center",
                    least=Size.BODY)  # fmt: skip
    if view.message is not None:
        for size in (Size.LEAD, Size.BODY, Size.NOTE):
            piece = toned_piece(canvas.kit, view.message, view.tone, size, rect.width)
            if piece.height <= rest.height:
                break
        piece.paint(canvas, Rect(rest.left, rest.top, rest.width, min(piece.height, rest.height)))


def _dots(canvas: Canvas, box: Rect, entered: int) -> None:
    """A dot for each digit, and empty places up to the least length of a PIN."""
    count = max(LEAST_DOTS, entered)
    pitch = min(canvas.px(72), (box.width - canvas.px(40)) // count)
    radius = max(3, min(canvas.px(20), pitch * 2 // 5))
    left = box.centerx - pitch * count // 2
    for i in range(count):
        place = Rect(left + i * pitch + pitch // 2 - radius, box.centery - radius, 2 * radius, 2 * radius)
        canvas.surface.blit(canvas.kit.shapes.disc(radius, theme.INK if i < entered else theme.SHADE), place)


def _keys(canvas: Canvas, view: PadView, rect: Rect) -> None:
    """1 to 9, then erase, 0 and enter; off while everybody has to wait."""
    gap = canvas.px(18)
    digits = [Button("digit", digit, value=digit, key=digit, enabled=view.enabled) for digit in (*DIGITS, "0")]
    shown = [*digits[:9], ERASE, digits[9], ENTER if view.enabled else Button("enter", ENTER.label, enabled=False)]
    places = [place for line in column(rect, 4, gap) for place in row(line, 3, gap)]
    for place, button in zip(places, shown, strict=True):
        if button.action == "digit":
            widgets.button(canvas, place, button, size=Size.BIG)
        else:
            widgets.button(canvas, place, button, main=button.action == "enter", upright=True)


SCREEN = Screen(parts, identity=lambda view: str(view.title))
