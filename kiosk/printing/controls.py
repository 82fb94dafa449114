"""Control cards: finish, renew and help as large cards with a picture, to lie beside the scanner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.barcodes import ControlCode, command_number
from kiosk.printing.bars import Bars
from kiosk.printing.drawings import icon_on
from kiosk.printing.page_parts import (
    INK,
    Box,
    Colour,
    Drawer,
    Head,
    documents_pdf,
    fitting_module,
    ink,
    on_dots,
    patch,
    write,
)

A_PAGE: Final = 3
_GAP: Final = 5.0
_BARS_TALL: Final = 18.0
_WIDEST: Final = 0.68
_LOOKS: Final[Mapping[ControlCode, tuple[Colour, Colour]]] = {
    ControlCode.FINISH: ((46, 125, 80), (226, 243, 229)),
    ControlCode.RENEW: ((42, 107, 172), (225, 238, 250)),
    ControlCode.HELP: ((110, 76, 160), (237, 231, 247)),
}


def controls_pdf(
    words: Words,
    library: str,
    controls: Sequence[ControlCode] = tuple(ControlCode),
    *,
    numbers: Mapping[ControlCode, str] | None = None,
    dpi: int = 300,
) -> bytes:
    """The control cards as A4 pages, three to a page. `numbers` are a library's own numbers for them.

    Raises PageTrouble for a number that cannot be printed, and if there is no card.
    """
    head = Head(words.say(Text("printing.controls.title")), library, words, words.say(Text("printing.controls.how")))
    room = head.room
    height = (room.height - (A_PAGE - 1) * _GAP) / A_PAGE
    pages: list[Drawer] = []
    for first in range(0, len(controls), A_PAGE):
        cards = [
            (
                control,
                (numbers or {}).get(control) or command_number(control),
                Box(room.left, room.top - (place + 1) * height - place * _GAP, room.width, height),
            )
            for place, control in enumerate(controls[first : first + A_PAGE])
        ]

        def draw(page: Any, cards: Sequence[tuple[ControlCode, str, Box]] = cards) -> None:
            for control, number, box in cards:
                _card(page, control, number, box, words, dpi)

        pages.append(draw)
    return documents_pdf([(head, pages)])


def _card(page: Any, control: ControlCode, number: str, box: Box, words: Words, dpi: int) -> None:
    colour, tint = _LOOKS[control]
    patch(page, box, colour, 6)
    inner = box.inset(1.6)
    patch(page, inner, (255, 255, 255), 4.6)
    side = Box(inner.left, inner.bottom, inner.height * 0.86, inner.height)
    patch(page, side, tint, 4.6)
    size = side.width * 0.72
    icon_on(page, control.value, side.middle - size / 2, side.bottom + (side.height - size) / 2, size)
    left = side.right + 7
    column = Box(left, inner.bottom, inner.right - left - 6, inner.height)
    name = words.say(Text(f"printing.controls.{control}"))
    write(page, name, Box(left, column.top - 24, column.width, 20), 44, face="sans-bold", colour=colour)
    write(
        page,
        words.say(Text(f"printing.controls.{control}.line")),
        Box(left, column.top - 39, column.width, 14),
        17,
        face="kai",
        lines=2,
        shrink=0.95,
        upright="top",
    )
    module = fitting_module("code128", number, inner.right - 1 - side.right, dpi, _WIDEST, name)
    bars = Bars("code128", number, module, _BARS_TALL)
    start = on_dots(max(side.right, min(left - bars.quiet, inner.right - 1 - bars.width)), dpi)
    ink(page, INK)
    bars.draw(page, start, inner.bottom + 11)
    write(page, number, Box(left, inner.bottom + 4, column.width, 5.5), 11)
