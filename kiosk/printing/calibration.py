"""The calibration page of a stock: how far a printer misses the labels, to be read in millimetres from scales.

On a sheet every label is outlined; a scale crosses an edge of the first and of the last label, its 0 on the printed
edge. Laid over a sheet of labels against the light, the scale says where the real edge is: that is what to enter. When
first and last label differ, the page was not printed in its own size. On a roll a frame stands 2 mm inside the edge.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.printing.bars import MM
from kiosk.printing.fonts import font
from kiosk.printing.label_stock import Adjust, LabelStock
from kiosk.printing.page_parts import (
    BLACK,
    SOFT,
    WHITE,
    Box,
    Colour,
    Line,
    draw_lines,
    fitted,
    frame,
    patch,
    pen,
    wrapped,
)

INSIDE: Final = 2.0
"""How far the frame on a roll's label stands inside its edge, mm."""

_REACH: Final = 5  # mm that a scale goes to each side of an edge
_RULER_AT: Final = 6.0  # mm from the edge of the paper, which office printers can reach
_GREY: Final[Colour] = (150, 150, 150)
_PANEL: Final = 122.0
_TYPE: Final = 9.5  # points
_STEP: Final = 4.6  # mm from line to line
_BETWEEN: Final = 2.2  # mm more from step to step


def how_to(stock: LabelStock) -> tuple[Text, ...]:
    """How to read the page, step by step."""
    if stock.roll:
        return (Text("label.calibration.roll_print"), Text("label.calibration.roll_read"), _ENTER)
    return (
        Text("label.calibration.print"),
        Text("label.calibration.lay"),
        Text("label.calibration.read", {"n": stock.per_page}),
        _ENTER,
        Text("label.calibration.drift", {"n": stock.per_page}),
    )


_ENTER: Final = Text("label.calibration.enter")


def calibration_pdf(
    stock: LabelStock,
    words: Words,
    *,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
) -> bytes:
    """One page of `stock`: every label in outline, rulers, and how to read the shift, in the language of `words`.

    With `adjust` it shows what is still missing.
    """
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # reportlab has no types

    content = io.BytesIO()
    size = (stock.page[0] * MM, stock.page[1] * MM)
    page = Canvas(content, pagesize=size, invariant=True, pageCompression=1, initialFontName=font("sans", ""))
    page.setTitle(f"{words.say(Text('label.calibration.title'))} {stock.title(words.language)}")
    page.setViewerPreference("PrintScaling", "None")
    page.translate(adjust.right_mm * MM, -adjust.down_mm * MM)
    (_roll if stock.roll else _sheet)(page, stock, words)
    page.showPage()
    page.save()
    return content.getvalue()


def _sheet(page: Any, stock: LabelStock, words: Words) -> None:
    panel = panel_box(stock, words)
    for number in range(1, stock.per_page + 1):
        box = _box(stock, number)
        frame(page, box, _GREY, 0.15)
        # Beside the scales of the first and the last label.
        share = 0.6 if number == stock.per_page else 0.28
        where = Box(box.left + share * box.width, box.bottom, 0.27 * box.width, box.height)
        if not where.meets(panel):
            _say(page, str(number), where, 13, colour=_GREY)
    _rulers(page, stock)
    for number, right, below in ((1, True, True), (stock.per_page, False, False)):
        box = _box(stock, number)
        _scale_across(page, box.right if right else box.left, (box.bottom + box.top) / 2)
        _scale_down(page, (box.left + box.right) / 2, box.bottom if below else box.top)
    _panel(page, stock, words)


def _box(stock: LabelStock, number: int) -> Box:
    left, top = stock.place(number)
    return Box(left, stock.page[1] - top - stock.label[1], *stock.label)


def panel_box(stock: LabelStock, words: Words) -> Box:
    """Where the words stand on a sheet, in its middle."""
    high = 30 + sum(len(rows) * _STEP + _BETWEEN for rows in _steps(stock, words)) - _BETWEEN
    return Box((stock.page[0] - _PANEL) / 2, (stock.page[1] - high) / 2, _PANEL, high)


def _steps(stock: LabelStock, words: Words) -> list[list[str]]:
    return [wrapped(words.say(step), "sans", (_PANEL - 18) * MM, _TYPE) for step in how_to(stock)]


def _panel(page: Any, stock: LabelStock, words: Words) -> None:
    box = panel_box(stock, words)
    patch(page, box, WHITE, 3)
    frame(page, box, SOFT, 0.3, 3)
    inside = box.inset(6)
    title = words.say(Text("label.calibration.title"))
    _say(page, title, Box(inside.left, inside.top - 8, inside.width, 8), 17, face="sans-bold")
    _say(page, stock.title(words.language), Box(inside.left, inside.top - 14, inside.width, 5), 10, colour=SOFT)
    base = inside.top - 18
    for place, rows in enumerate(_steps(stock, words), 1):
        draw_lines(page, [Line(f"{place}.", inside.left, base - _STEP, "sans-bold", _TYPE)])
        for row in rows:
            base -= _STEP
            draw_lines(page, [Line(row, inside.left + 6, base, "sans", _TYPE)])
        base -= _BETWEEN


def _rulers(page: Any, stock: LabelStock) -> None:
    """A ruler along each edge; the numbers are the distance in mm from the left edge and from the top of the paper."""
    wide, high = stock.page
    pen(page, BLACK, 0.12)
    for x in range(int(_RULER_AT), int(wide - _RULER_AT) + 1):
        long = 3.2 if x % 10 == 0 else 2.2 if x % 5 == 0 else 1.4
        for edge, way in ((high - _RULER_AT, -1), (_RULER_AT, 1)):
            page.line(x * MM, edge * MM, x * MM, (edge + way * long) * MM)
    for y in range(int(_RULER_AT), int(high - _RULER_AT) + 1):
        long = 3.2 if y % 10 == 0 else 2.2 if y % 5 == 0 else 1.4
        for edge, way in ((_RULER_AT, 1), (wide - _RULER_AT, -1)):
            page.line(edge * MM, (high - y) * MM, (edge + way * long) * MM, (high - y) * MM)
    for x in range(20, int(wide) - 10, 10):
        for bottom in (high - _RULER_AT - 6.2, _RULER_AT + 3.2):
            _say(page, str(x), Box(x - 4, bottom, 8, 3), 6)
    for y in range(20, int(high) - 10, 10):
        for left, align in ((_RULER_AT + 3.8, "left"), (wide - _RULER_AT - 11.8, "right")):
            _say(page, str(y), Box(left, high - y - 1.5, 8, 3), 6, align=align)


def _scale_across(page: Any, zero: float, at: float) -> None:
    """A scale from left to right over an upright edge; plus is to the right."""
    patch(page, Box(zero - _REACH - 1.5, at - 2.2, 2 * _REACH + 3, 6.6), WHITE)
    pen(page, BLACK, 0.12)
    page.line((zero - _REACH) * MM, at * MM, (zero + _REACH) * MM, at * MM)
    for tick in _ticks():
        page.line((zero + tick) * MM, at * MM, (zero + tick) * MM, (at + _long(tick)) * MM)
    for tick in _NUMBERED:
        _say(page, _signed(tick), Box(zero + tick - 1, at + 1.8, 2, 2), 4.6, least=3)
    pen(page, BLACK, 0.3)
    page.line(zero * MM, (at - 2.2) * MM, zero * MM, (at + 1.6) * MM)


def _scale_down(page: Any, at: float, zero: float) -> None:
    """A scale from top to bottom over a level edge; plus is down."""
    patch(page, Box(at - 2.2, zero - _REACH - 1.5, 7.2, 2 * _REACH + 3), WHITE)
    pen(page, BLACK, 0.12)
    page.line(at * MM, (zero - _REACH) * MM, at * MM, (zero + _REACH) * MM)
    for tick in _ticks():
        page.line(at * MM, (zero - tick) * MM, (at + _long(tick)) * MM, (zero - tick) * MM)
    for tick in _NUMBERED:
        _say(page, _signed(tick), Box(at + 1.9, zero - tick - 1, 3, 2), 4.6, least=3, align="left")
    pen(page, BLACK, 0.3)
    page.line((at - 2.2) * MM, zero * MM, (at + 1.6) * MM, zero * MM)


_NUMBERED: Final = (-4, -2, 0, 2, 4)


def _ticks() -> Iterable[float]:
    return (half / 2 for half in range(-2 * _REACH, 2 * _REACH + 1))


def _long(tick: float) -> float:
    return 1.6 if tick == int(tick) else 0.9


def _signed(tick: int) -> str:
    return f"+{tick}" if tick > 0 else str(tick)


def _roll(page: Any, stock: LabelStock, words: Words) -> None:
    for number in range(1, stock.columns + 1):
        box = _box(stock, number)
        inside = box.inset(INSIDE)
        frame(page, inside, BLACK, 0.25)
        pen(page, BLACK, 0.25)
        for x in range(int(INSIDE) + 1, int(box.width - INSIDE) + 1):
            long = 2.0 if x % 10 == 0 else 1.4 if x % 5 == 0 else 0.8
            page.line((box.left + x) * MM, inside.top * MM, (box.left + x) * MM, (inside.top - long) * MM)
        for y in range(int(INSIDE) + 1, int(box.height - INSIDE) + 1):
            long = 2.0 if y % 10 == 0 else 1.4 if y % 5 == 0 else 0.8
            page.line(inside.left * MM, (box.top - y) * MM, (inside.left + long) * MM, (box.top - y) * MM)
        told = Box(inside.left + 3, inside.bottom + 0.6, inside.width - 3.6, inside.height - 3.2)
        _say(page, words.say(Text("label.calibration.frame")), told, 9, lines=3, colour=BLACK)


def _say(page: Any, text: str, box: Box, size: float, **how: Any) -> None:
    draw_lines(page, fitted(text, box, size, **{"align": "centre", **how}))
