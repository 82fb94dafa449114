"""The reading-order list of a shelf (读架单): what should stand there, copy by copy, in the order of the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.call_numbers import parse, shelf_key
from kiosk.lending.class_looks import class_look
from kiosk.printing.bars import Bars
from kiosk.printing.page_parts import (
    INK,
    SOFT,
    TINT,
    Box,
    Drawer,
    Head,
    documents_pdf,
    fitting_module,
    frame,
    ink,
    on_dots,
    patch,
    rule,
    write,
)

_ROW: Final = 11.6
_HEADING: Final = 7.0
_BARS_TALL: Final = 6.6
_BARS_ROOM: Final = 48.0
_CALL: Final = 42.0
_PLACE: Final = 24.0
_MARK: Final = 9.0
_QUIET_ABOUT: Final = 4.3  # the blank before the bars of a usual number


@dataclass(frozen=True, slots=True)
class ShelfCopy:
    """One copy: its call number (parts separated by `/`), its barcode, its title, its place."""

    call_number: str
    number: str
    title: str
    place: str = ""


def shelf_list_pdf(
    copies: Sequence[ShelfCopy], shelf: str, library: str, words: Words, *, on: date, dpi: int = 300
) -> bytes:
    """The list as A4 pages, sorted here by call number and then by number; `shelf` is the place's name, a heading.

    Raises PageTrouble for a number too long for its column, and if there is no copy.
    """
    inorder = sorted(copies, key=lambda copy: (shelf_key(parse(copy.call_number)), copy.number))
    line = words.say(Text("printing.shelf_list.how", {"n": len(inorder)}))
    title = words.say(Text("printing.shelf_list.title", {"shelf": shelf}))
    head = Head(title, library, words, line, on)
    a_page = int((head.room.height - _HEADING) / _ROW)
    pages: list[Drawer] = []
    for first in range(0, len(inorder), a_page):

        def draw(page: Any, rows: Sequence[ShelfCopy] = inorder[first : first + a_page]) -> None:
            _headings(page, head.room, words)
            for place, copy in enumerate(rows):
                top = head.room.top - _HEADING - place * _ROW
                _row(page, copy, Box(head.room.left, top - _ROW, head.room.width, _ROW), dpi)

        pages.append(draw)
    return documents_pdf([(head, pages)])


def _columns(row: Box) -> tuple[Box, Box, Box, Box, Box]:
    """Mark, call number, title, place, bars."""
    title = row.width - _MARK - _CALL - _PLACE - _BARS_ROOM
    left = row.left
    found = []
    for width in (_MARK, _CALL, title, _PLACE, _BARS_ROOM):
        found.append(Box(left, row.bottom, width, row.height))
        left += width
    mark, call, name, where, bars = found
    return mark, call, name, where, bars


def _headings(page: Any, room: Box, words: Words) -> None:
    row = Box(room.left, room.top - _HEADING, room.width, _HEADING)
    patch(page, row, TINT, 1)
    _, *columns = _columns(row)
    for column, name in zip(columns, ("call", "title_of", "place", "number"), strict=True):
        told = words.say(Text(f"printing.shelf_list.{name}"))
        aside = {"call": 2.8, "number": _QUIET_ABOUT}.get(name, 1.0)
        write(page, told, Box(column.left + aside, row.bottom, column.width - aside, row.height), 9, colour=SOFT)


def _row(page: Any, copy: ShelfCopy, row: Box, dpi: int) -> None:
    mark, call, title, place, bars_room = _columns(row)
    rule(page, row.left, row.right, row.bottom, width=0.15)
    frame(page, Box(mark.left + 2, row.bottom + row.height / 2 - 1.9, 3.8, 3.8), SOFT, 0.25, 0.8)
    patch(page, Box(call.left, row.bottom + 2.2, 1.4, row.height - 4.4), class_look(copy.call_number).fill, 0.7)
    inner = Box(call.left + 2.8, row.bottom + 0.8, call.width - 4, row.height - 1.6)
    write(page, copy.call_number, inner, 12, face="sans-bold", lines=2, least=5.5)
    write(page, copy.title, Box(title.left + 1, inner.bottom, title.width - 3, inner.height), 12, face="kai", lines=2)
    write(page, copy.place, Box(place.left + 1, inner.bottom, place.width - 2, inner.height), 9, lines=2, colour=SOFT)
    module = fitting_module("code128", copy.number, bars_room.width, dpi, owner=copy.title)
    bars = Bars("code128", copy.number, module, _BARS_TALL)
    ink(page, INK)
    bottom = row.bottom + 4.0
    bars.draw(page, on_dots(bars_room.left, dpi), bottom)
    write(page, copy.number, Box(bars_room.left + bars.quiet, row.bottom + 0.6, bars.width, 3.2), 7, least=5)
