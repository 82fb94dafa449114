"""Class sheets: every child's barcode beside the name, a class on one A4, for grades 1 and 2 and for the counter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.patrons import PatronKind
from kiosk.printing.bars import Bars
from kiosk.printing.emblems import badge_on, look_of
from kiosk.printing.page_parts import (
    INK,
    Box,
    Drawer,
    Head,
    Line,
    PageTrouble,
    documents_pdf,
    draw_lines,
    fitted,
    fitting_module,
    ink,
    on_dots,
    rule,
)

ROWS: Final = 15
"""At most so many children stand below one another."""

COLUMNS: Final = 4

_BARS_TALL: Final = 8.2
_TALLEST: Final = 19.0
_GAP: Final = 3.0  # between two columns


@dataclass(frozen=True, slots=True)
class ClassSheet:
    """One class: its name (三(2)班), the library's name, and a (name, card number) for every child, in their order.

    Up to 60 children stand on one page; more go on to the next. `look` as in `cards.CardFace`.
    """

    title: str
    library: str
    rows: Sequence[tuple[str, str]]
    look: int = 0


@dataclass(frozen=True, slots=True)
class ChildPlace:
    """Where a child is on the page: the words, and the bars with their blanks."""

    cell: Box
    lines: tuple[Line, ...]
    bars: Bars
    symbol: Box


def child_place(place: int, name: str, number: str, cell: Box, dpi: int) -> ChildPlace:
    """The layout of child `place` (from 1) in its cell. Raises PageTrouble for a number too long for it."""
    module = fitting_module("code128", number, cell.width, dpi, owner=name)
    bars = Bars("code128", number, module, _BARS_TALL)
    symbol = Box(on_dots(cell.left, dpi), cell.bottom + 1.2, bars.width, _BARS_TALL)
    left = symbol.left + bars.quiet
    above = Box(cell.left, symbol.top + 0.5, cell.width, cell.top - symbol.top - 1.0)
    counted = Box(above.left, above.bottom, left - above.left - 0.8, above.height * 0.86)
    aside = Box(above.right - above.width * 0.27, above.bottom, above.width * 0.27, above.height * 0.86)
    main = Box(left, above.bottom, aside.left - 1 - left, above.height)
    lines = (
        *fitted(str(place), counted, 7, least=4, align="right", upright="bottom"),
        *fitted(name, main, 14, face="kai", least=5),
        *fitted(number, aside, 7, least=3.5, align="right", upright="bottom"),
    )
    return ChildPlace(cell, lines, bars, symbol)


def class_sheets_pdf(sheets: Sequence[ClassSheet], words: Words, *, on: date | None = None, dpi: int = 300) -> bytes:
    """The sheets as a PDF, each on a page of its own; `on` is the date printed on them.

    Raises PageTrouble for a number too long for a page, and if there is no sheet.
    """
    return documents_pdf([_document(sheet, words, on, dpi) for sheet in sheets])


def _document(sheet: ClassSheet, words: Words, on: date | None, dpi: int) -> tuple[Head, Sequence[Drawer]]:
    look = look_of(PatronKind.PUPIL, sheet.look)
    line = words.say(Text("printing.class_sheet.how", {"n": len(sheet.rows)}))
    badge = partial(badge_on, look=look)
    head = Head(sheet.title, sheet.library, words, line, on, colour=look.colour, badge=badge)
    columns = _columns(sheet, head.room.width, dpi)
    width = (head.room.width - (columns - 1) * _GAP) / columns
    pages: list[Drawer] = []
    for first in range(0, max(len(sheet.rows), 1), columns * ROWS):
        rows = sheet.rows[first : first + columns * ROWS]
        below = math.ceil(len(rows) / columns) if len(sheet.rows) <= columns * ROWS else ROWS
        step = min(_TALLEST, head.room.height / max(below, 1))
        children = [
            child_place(
                first + place + 1,
                name,
                number,
                Box(
                    head.room.left + place // below * (width + _GAP),
                    head.room.top - (place % below + 1) * step,
                    width,
                    step,
                ),
                dpi,
            )
            for place, (name, number) in enumerate(rows)
        ]

        def draw(page: Any, children: Sequence[ChildPlace] = children) -> None:
            for child in children:
                rule(page, child.cell.left, child.cell.right, child.cell.bottom, width=0.15)
                draw_lines(page, child.lines)
                ink(page, INK)
                child.bars.draw(page, child.symbol.left, child.symbol.bottom)

        pages.append(draw)
    return head, pages


def _columns(sheet: ClassSheet, width: float, dpi: int) -> int:
    """Three columns for a usual class, four for a large one, fewer where the school's numbers are long."""
    most = COLUMNS if len(sheet.rows) > (COLUMNS - 1) * ROWS else COLUMNS - 1
    for columns in range(most, 1, -1):
        try:
            for _, number in sheet.rows:
                fitting_module("code128", number, (width - (columns - 1) * _GAP) / columns, dpi)
        except PageTrouble:
            continue
        return columns
    return 1
