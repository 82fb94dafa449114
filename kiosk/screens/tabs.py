"""Tabs: the lists of a page, of which one is shown."""

from __future__ import annotations

from kiosk.flows.views import Button, Tabs
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect, button_id
from kiosk.screens.piece import Piece, Scale
from kiosk.screens.theme import Size

_GAP, _EDGE = 8, 30  # px at 1080p: between two tabs, and left and right of a label
_MARK = 34  # px at 1080p of the badge of a tab's tone
_LINE = 6  # px at 1080p: the line they stand on


def tabs_piece(kit: Kit, tabs: Tabs, width: int, scale: Scale) -> Piece:
    """Tabs side by side on a line, in as many rows as they need."""
    gap, high, line = kit.px(_GAP), kit.px(scale.touch), kit.px(_LINE)
    places: list[Rect] = []
    x = y = 0
    for button in tabs.buttons:
        wide = kit.type.width(kit.say(button.label), "sans-bold", kit.px(scale.text)) + kit.px(2 * _EDGE)
        wide = min(width, max(kit.px(theme.TOUCH * 1.5), wide + (kit.px(_MARK + 12) if button.tone else 0)))
        if x and x + wide > width:
            x, y = 0, y + high + line + gap
        places.append(Rect(x, y, wide, high))
        x += wide + gap
    height = y + high + line if places else 0

    def paint(canvas: Canvas, rect: Rect) -> None:
        for top in sorted({place.top for place in places}):
            canvas.fill(Rect(rect.left, rect.top + top + high, width, line), theme.SHADE)
        for button, place in zip(tabs.buttons, places, strict=True):
            _tab(canvas, place.move(rect.topleft), button, scale, chosen=button.value == tabs.chosen)

    return Piece(height, paint)


def _tab(canvas: Canvas, rect: Rect, shown: Button, scale: Scale, *, chosen: bool) -> None:
    """A tab, open below; the one that is shown is light, and its line is coloured."""
    canvas.target(rect, shown)
    id_ = button_id(shown)
    ground = theme.CARD if chosen else theme.SHADE if canvas.held(id_) else theme.SUNK if shown.enabled else theme.PAPER
    canvas.rounded(rect, ground, 18)
    canvas.fill(Rect(rect.left, rect.centery, rect.width, rect.bottom - rect.centery), ground)
    if chosen:
        canvas.fill(Rect(rect.left, rect.bottom, rect.width, canvas.px(_LINE)), theme.ACCENT)
    inner = rect.inflate(-canvas.px(_EDGE), -canvas.px(8))
    if shown.tone is not None:
        side = canvas.px(_MARK)
        widgets.badge(canvas, Rect(inner.left, inner.centery - side // 2, side, side), shown.tone)
        inner = Rect(inner.left + side + canvas.px(4), inner.top, inner.width - side - canvas.px(4), inner.height)
    colour = theme.INK if chosen else theme.SOFT
    canvas.text(inner, shown.label, scale.text, face="sans-bold", colour=colour, align="center", lines=2,
                least=Size.NOTE)  # fmt: skip
    if canvas.focused(id_):
        canvas.outline(rect, theme.FOCUS, 18, 6)
