"""Guide signs for shelves: letter or numbers, the name of the class, and its colour as on the spine labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.class_looks import class_look
from kiosk.printing.page_parts import (
    A4,
    A4_LYING,
    INK,
    MARGIN,
    RULE,
    SOFT,
    WHITE,
    Box,
    Drawer,
    crop_marks,
    foot,
    frame,
    pages_pdf,
    patch,
    write,
)

STRIPS: Final = 6
"""So many strips for shelf edges stand on an A4 page."""

_STRIP_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class ShelfSign:
    """One sign: class number (`I`, `I287.4`), the last one of a range, what stands there in words, the place."""

    clc: str
    name: str
    until: str = ""
    place: str = ""

    @property
    def numbers(self) -> str:
        """The class numbers as they stand on the sign."""
        return f"{self.clc} – {self.until}" if self.until and self.until != self.clc else self.clc


class SignSheet(StrEnum):
    """How large a sign is: a whole A4 page lying, or a strip for the edge of a shelf (six to a page)."""

    A4 = "a4"
    STRIP = "strip"


def signs_pdf(signs: Sequence[ShelfSign], library: str, words: Words, sheet: SignSheet = SignSheet.A4) -> bytes:
    """The signs as a PDF. Raises PageTrouble if there is none."""
    size = A4_LYING if sheet is SignSheet.A4 else A4
    places = _places(sheet)
    groups = [signs[first : first + len(places)] for first in range(0, len(signs), len(places))]
    title = words.say(Text("printing.signs.title"))

    def page_of(number: int, group: Sequence[ShelfSign]) -> Drawer:
        def draw(page: Any) -> None:
            for sign, box in zip(group, places, strict=False):
                _sign(page, sign, box, library)
            if sheet is SignSheet.STRIP:
                crop_marks(page, places[: len(group)], gap=1.5, length=3.5)
            foot(page, words, Box(MARGIN, 5.2, size[0] - 2 * MARGIN, 4.2), number, len(groups))

        return draw

    return pages_pdf(title, library, size, [page_of(number, group) for number, group in enumerate(groups, 1)])


def _places(sheet: SignSheet) -> list[Box]:
    if sheet is SignSheet.A4:
        return [Box(12, 12, A4_LYING[0] - 24, A4_LYING[1] - 24)]
    height = (A4[1] - 2 * MARGIN - (STRIPS - 1) * _STRIP_GAP) / STRIPS
    return [
        Box(MARGIN, A4[1] - MARGIN - (place + 1) * height - place * _STRIP_GAP, A4[0] - 2 * MARGIN, height)
        for place in range(STRIPS)
    ]


def _sign(page: Any, sign: ShelfSign, box: Box, library: str) -> None:
    """One sign in its box; all measures follow the box's height."""
    look = class_look(sign.clc)
    part = box.height
    patch(page, box, WHITE, part * 0.05)
    band = Box(box.left, box.bottom, min(part * 0.62, box.width * 0.4), part)
    patch(page, band, look.fill, part * 0.05)
    patch(page, Box(band.middle, band.bottom, band.width / 2, band.height), look.fill)
    letter = sign.clc[:1].upper() or "·"
    write(page, letter, band.inset(part * 0.06), part * 2.1, face="sans-bold", align="centre", colour=look.on)
    frame(page, box, look.fill, part * 0.012 + 0.25, part * 0.05)
    left = band.right + part * 0.08
    width = box.right - left - part * 0.06
    name_bottom = 0.18 if sign.numbers == letter else 0.46
    name = Box(left, box.bottom + part * name_bottom, width, part * (0.9 - name_bottom))
    write(page, sign.name, name, part * 0.8, face="sans-bold", lines=3, shrink=0.8, least=8)
    if sign.numbers != letter:  # else the band has said it
        patch(page, Box(left, box.bottom + part * 0.43, width, part * 0.008 + 0.2), RULE)
        numbers = Box(left, box.bottom + part * 0.17, width, part * 0.23)
        write(page, sign.numbers, numbers, part * 0.5, least=7, colour=INK)
    small = max(9.5, part * 0.17)
    low = Box(left, box.bottom + part * 0.04, width * 0.56, part * 0.12)
    write(page, library, low, small, face="kai", least=5, colour=SOFT)
    aside = Box(left + width * 0.6, low.bottom, width * 0.4, low.height)
    write(page, sign.place, aside, small, least=5, align="right", colour=SOFT)
