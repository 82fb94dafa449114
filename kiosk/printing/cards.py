"""Library cards (借书证): 85.6 × 54 mm (ISO/IEC 7810, ID-1), ten to an A4 page or one a page for card printers.

A child of seven knows its own card by the colour and the emblem of its class and by the large name. A card carries the
library's reader number and nothing else that tells who somebody is: no photo, no ID number, no school register number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.patrons import PatronKind
from kiosk.printing.bars import MM, Bars
from kiosk.printing.emblems import Look, emblem_on, look_of
from kiosk.printing.page_parts import (
    A4,
    INK,
    RULE,
    WHITE,
    Box,
    Drawer,
    Line,
    PageTrouble,
    crop_marks,
    draw_lines,
    fitted,
    fitting_module,
    foot,
    ink,
    on_dots,
    pages_pdf,
    patch,
    pen,
    rule,
    write,
)

CARD: Final = Box(0, 0, 85.6, 54.0)
"""ISO/IEC 7810, ID-1."""

EDGE: Final = 3.0
"""Nothing is drawn nearer to a card's edge: neither a cut a little aside nor the rounded corners take anything."""

BARS_TALL: Final = 13.0
"""The bars' height in mm: a small hand hits them."""

COLUMNS: Final = 2
ROWS: Final = 5

_PANEL: Final = Box(EDGE, EDGE, 21.0, CARD.height - 2 * EDGE)
_TEXT: Final = 28.8  # where names and bars begin
_RIGHT: Final = CARD.width - EDGE
_BARS_BOTTOM: Final = 8.8
_WIDEST: Final = 0.51  # mm; wider modules gain nothing and make the symbol too wide for a scanner held near


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is on one card, in finished words.

    `line` is the class (三(2)班) or what the reader is (教师). `look` chooses colour and emblem:
    `emblems.school_class_look` gives it for a class; teachers, librarians and class sets have the look of their kind,
    whatever stands here. `number` is printed as Code 128.
    """

    number: str
    name: str
    line: str
    library: str
    kind: PatronKind = PatronKind.PUPIL
    look: int = 0


class CardSheet(StrEnum):
    """What the cards are printed on."""

    A4_TEN_UP = "a4"
    ONE_A_PAGE = "single"


@dataclass(frozen=True, slots=True)
class CardLayout:
    """Where everything is on a card, from its lower left corner; `symbol` is the bars with their blanks."""

    lines: tuple[Line, ...]
    bars: Bars
    symbol: Box
    emblem: Box
    look: Look


def card_layout(face: CardFace, words: Words, dpi: int = 300) -> CardLayout:
    """The layout of one card. Raises PageTrouble for a number that cannot be printed on a card."""
    room = CARD.width - 1 - _PANEL.right
    module = fitting_module("code128", face.number, room, dpi, _WIDEST, face.name)
    bars = Bars("code128", face.number, module, BARS_TALL)
    left = max(_PANEL.right, min(_TEXT - bars.quiet, CARD.width - 1 - bars.width))
    symbol = Box(left, _BARS_BOTTOM, bars.width, BARS_TALL)
    column = _RIGHT - _TEXT
    look = look_of(face.kind, face.look)
    emblem = Box(_PANEL.left + 2, 26.0, 17.0, 17.0)
    lines = (
        *fitted(face.library, Box(_TEXT, 45.6, column, 5.4), 12, face="kai", least=5.5),
        *fitted(face.name, Box(_TEXT, 24.2, column, 19.4), 40, face="kai", lines=2, least=9),
        *fitted(
            face.line,
            Box(_PANEL.left + 1, _PANEL.bottom + 2, _PANEL.width - 2, emblem.bottom - _PANEL.bottom - 4),
            16,
            face="sans-bold",
            lines=3,
            shrink=0.6,  # 图书管理员 stays on one line
            align="centre",
            colour=WHITE,
        ),
        *fitted(face.number, Box(_TEXT, EDGE, column * 0.5, 5.0), 10.5, least=4),
        *fitted(
            words.say(Text("printing.card.found")),
            Box(_TEXT + column * 0.52, EDGE, column * 0.48, 5.0),
            7.5,
            least=5,
            align="right",
        ),
    )
    return CardLayout(lines, bars, symbol, emblem, look)


def cards_pdf(
    cards: Sequence[CardFace],
    words: Words,
    sheet: CardSheet = CardSheet.A4_TEN_UP,
    *,
    start: int = 1,
    adjust_right_mm: float = 0.0,
    adjust_down_mm: float = 0.0,
    dpi: int = 300,
) -> bytes:
    """The cards as a PDF. `start` is the first place of an A4 page that is used, 1 (upper left) to 10, row by row.

    Raises PageTrouble for a number that cannot be printed on a card, for a `start` that is not on the page, and if
    there is no card.
    """
    layouts = [card_layout(card, words, dpi) for card in cards]
    title = words.say(Text("printing.card.title"))
    library = cards[0].library if cards else ""
    alone = sheet is CardSheet.ONE_A_PAGE
    places = [place.moved(adjust_right_mm, -adjust_down_mm) for place in ([CARD] if alone else ten_places())]
    if not alone and not 1 <= start <= len(places):
        raise PageTrouble("start", start=start, last=len(places))
    slots: list[CardLayout | None] = [*([None] * (0 if alone else start - 1)), *layouts]
    sheets = [slots[at : at + len(places)] for at in range(0, len(slots) if layouts else 0, len(places))]

    def page_of(number: int, sheet_slots: Sequence[CardLayout | None]) -> Drawer:
        def draw(page: Any) -> None:
            used = [(layout, place) for layout, place in zip(sheet_slots, places, strict=False) if layout]
            if not alone:
                _sheet(page, [place for _, place in used])
                low = Box(places[0].left + 2, places[-1].bottom - 7.2, COLUMNS * CARD.width - 4, 3.6)
                told = words.say(Text("printing.card.sheet", {"library": library}))
                write(page, told, Box(low.left, low.bottom, low.width * 0.48, low.height), 8)
                foot(page, words, low, number, len(sheets))
            for layout, place in used:
                draw_card(page, layout, place, dpi)

        return draw

    size = (CARD.width, CARD.height) if alone else A4
    return pages_pdf(title, library, size, [page_of(number, one) for number, one in enumerate(sheets, 1)])


def ten_places() -> list[Box]:
    """The ten places of an A4 page, row by row from the upper left, edge to edge: one cut parts two cards."""
    left = (A4[0] - COLUMNS * CARD.width) / 2
    top = (A4[1] + ROWS * CARD.height) / 2
    return [
        CARD.moved(left + column * CARD.width, top - (row + 1) * CARD.height)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


def _sheet(page: Any, places: Sequence[Box]) -> None:
    """Where to cut: marks outside the cards, and a small pale cross at every corner for scissors."""
    crop_marks(page, places)
    pen(page, RULE, 0.1)
    corners = {(x, y) for place in places for x in (place.left, place.right) for y in (place.bottom, place.top)}
    for x, y in {(round(x, 3), round(y, 3)) for x, y in corners}:
        page.line((x - 1.5) * MM, y * MM, (x + 1.5) * MM, y * MM)
        page.line(x * MM, (y - 1.5) * MM, x * MM, (y + 1.5) * MM)


def draw_card(page: Any, layout: CardLayout, place: Box, dpi: int) -> None:
    """Draw one card on a reportlab canvas, its lower left corner at that of `place`, its bars on whole dots."""
    page.saveState()
    page.translate(place.left * MM, place.bottom * MM)
    patch(page, _PANEL, layout.look.colour, 3.0)
    emblem_on(page, layout.look, layout.emblem.left, layout.emblem.bottom, layout.emblem.width)
    rule(page, _TEXT, _RIGHT, 44.8, layout.look.colour, 0.35)
    draw_lines(page, layout.lines)
    page.restoreState()
    ink(page, INK)
    left = on_dots(place.left + layout.symbol.left, dpi)
    layout.bars.draw(page, left, place.bottom + layout.symbol.bottom)
