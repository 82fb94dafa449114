"""Labels of copies on stock as PDF: spine labels, barcode labels, or both on one, from any label of a part-used sheet.

Every place is reckoned from the edges of the page and bars begin on whole dots, so nothing drifts down the page. The
page asks the viewer to print it in its own size.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from kiosk.printing.bars import MM, Bars
from kiosk.printing.fonts import font
from kiosk.printing.label_layout import Drawing, lay_out, space_of
from kiosk.printing.label_layout import Kind as Kind
from kiosk.printing.label_layout import Label as Label
from kiosk.printing.label_layout import LabelTrouble as LabelTrouble
from kiosk.printing.label_stock import Adjust as Adjust
from kiosk.printing.label_stock import Face as Face
from kiosk.printing.label_stock import LabelStock as LabelStock
from kiosk.printing.page_parts import BLACK, draw_lines, ink, on_dots, patch


def labels_pdf(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 300,
) -> bytes:
    """The labels as a PDF on `stock`, the first one on label `start` (from 1) of a part-used sheet.

    Bars are whole dots of a printer of `dpi`. Raises LabelTrouble when a number has no room on this stock, cannot be
    written in its kind, or `start` is not on the page; ValueError when there is nothing to print.
    """
    drawings = laid_out(labels, stock, face, start=start, dpi=dpi)
    return drawings_pdf(drawings, stock, start=start, adjust=adjust)


def laid_out(
    labels: Sequence[Label], stock: LabelStock, face: Face, *, start: int = 1, dpi: int = 300, colour: bool = True
) -> list[Drawing]:
    """Each label as it will stand on its place of the stock. Raises as `labels_pdf`."""
    if not 1 <= start <= stock.per_page:
        raise LabelTrouble("start", start=start, n=stock.per_page)
    spaces = [space_of(stock, number, dpi, colour=colour) for number in range(1, stock.per_page + 1)]
    return [lay_out(label, face, spaces[place % stock.per_page]) for place, label in enumerate(labels, start - 1)]


def kept_on_page(adjust: Adjust, drawings: Sequence[Drawing], stock: LabelStock, start: int = 1) -> Adjust:
    """`adjust`, but so that nothing of the drawings leaves the page: what is outside cannot be printed at all."""
    left, top, right, bottom = stock.page[0], stock.page[1], 0.0, 0.0
    for place, drawing in enumerate(drawings, start):
        x, y = stock.place(place)
        for box in drawing.boxes():
            left, right = min(left, x + box.left), max(right, x + box.right)
            top, bottom = min(top, y + stock.label[1] - box.top), max(bottom, y + stock.label[1] - box.bottom)
    return Adjust(
        min(max(adjust.right_mm, -left), stock.page[0] - right),
        min(max(adjust.down_mm, -top), stock.page[1] - bottom),
    )


def drawings_pdf(
    drawings: Sequence[Drawing],
    stock: LabelStock,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    bars: bool = True,
) -> bytes:
    """The drawings on their places of the stock; without `bars` for whoever draws those in dots."""
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # reportlab has no types

    if not drawings:
        raise ValueError("nothing to print")
    content = io.BytesIO()
    adjust = kept_on_page(adjust, drawings, stock, start)
    size = (stock.page[0] * MM, stock.page[1] * MM)
    page = Canvas(content, pagesize=size, invariant=True, pageCompression=1, initialFontName=font("sans", ""))
    page.setTitle(stock.name)
    page.setViewerPreference("PrintScaling", "None")
    for place, drawing in enumerate(drawings, start - 1):
        if place % stock.per_page == 0 and place >= start:
            page.showPage()
        _draw(page, drawing, stock, place + 1, adjust, bars)
    page.showPage()
    page.save()
    return content.getvalue()


def _draw(page: Any, drawing: Drawing, stock: LabelStock, number: int, adjust: Adjust, bars: bool) -> None:
    left, top = stock.place(number)
    left += adjust.right_mm
    bottom = stock.page[1] - top - stock.label[1] - adjust.down_mm
    page.saveState()
    page.translate(left * MM, bottom * MM)
    for one in drawing.patches:
        patch(page, one.box, one.colour, one.radius)
    draw_lines(page, drawing.lines)
    for symbol in drawing.symbols if bars else ():
        first = on_dots(left + symbol.left, symbol.dpi) - left
        shape = Bars(symbol.kind, symbol.value, symbol.module, symbol.height)
        ink(page, BLACK)
        shape.draw(page, first - shape.quiet, symbol.bottom)
    page.restoreState()
