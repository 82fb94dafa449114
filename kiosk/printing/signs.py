"""Guide signs for shelves: letter or numbers, the name of the class, and its colour as on the spine labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Any, Final

from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.class_looks import class_look
from kiosk.printing.fonts import width_of
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
    fitted,
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


def _name(page: Any, name: str, box: Box, size: float) -> None:
    """The name as large as it goes, in lines that end where its words do."""
    rows = _rows(name, box)
    each = min(box.height / len(rows), _share(rows, box) * _ROW)
    top = box.bottom + (box.height + each * len(rows)) / 2
    places = [Box(box.left, top - (at + 1) * each, box.width, each) for at in range(len(rows))]
    found = [fitted(row, place, size, face="sans-bold", least=_LEAST) for row, place in zip(rows, places, strict=True)]
    if len(rows) == 1 or any(len(lines) != 1 or lines[0].text != row for row, lines in zip(rows, found, strict=True)):
        write(page, name, box, size, face="sans-bold", lines=3, shrink=0.5, least=_LEAST)
        return
    smallest = min(lines[0].size for lines in found)
    for row, place in zip(rows, places, strict=True):
        write(page, row, place, smallest, face="sans-bold", least=_LEAST)


def _rows(name: str, box: Box) -> list[str]:
    """The name in lines: one more where that makes it a good deal larger."""
    words = _words(name)
    best, largest = [name], _share([name], box)
    for count in range(2, _MOST_ROWS + 1):
        if not count <= len(words) <= _MOST_WORDS:
            break
        ways = (
            ["".join(words[a:b]).strip() for a, b in pairwise((0, *cuts, len(words)))]
            for cuts in combinations(range(1, len(words)), count - 1)
        )
        rows = max(ways, key=lambda way: (_share(way, box), len(way[0])))
        if _share(rows, box) > largest * _WORTH_A_ROW:
            best, largest = rows, _share(rows, box)
    return best


def _share(rows: Sequence[str], box: Box) -> float:
    """How large the rows can be, in mm of the em."""
    widest = max(width_of(row, "sans-bold", 1000.0) / 1000.0 for row in rows)
    return min(box.width / max(widest, 0.01), box.height / len(rows) / _ROW)


def _words(name: str) -> list[str]:
    """What no line is broken within: a Latin word, and of Chinese two characters, as most of its words have.

    Marks stay with what is before them, and 和, 与, 及 with what follows. Of an odd number of characters, where a word
    of three must be somewhere (综合性图书), nothing is told apart.
    """
    return [word for part in _PARTS.findall(name) for word in _of_two(part)]


def _of_two(part: str) -> Iterator[str]:
    hanzi = part.rstrip(_MARKS)
    if not _HANZI.fullmatch(hanzi) or len(hanzi) % 2:
        yield part
        return
    yield from (hanzi[at : at + 2] for at in range(0, len(hanzi) - 2, 2))
    yield part[len(hanzi) - 2 :]


_MARKS: Final = "、，；：。"
_HANZI: Final = re.compile("[\u3400-\u9fff]+")
_PARTS: Final = re.compile(f"[和与及]?(?:(?![和与及])[\u3400-\u9fff])+[{_MARKS}]*|[^\\s\u3400-\u9fff]+\\s*|.")
_ROW: Final = 1.35  # height of a line of a sign, in em
_WORTH_A_ROW: Final = 1.3
_MOST_ROWS: Final = 4
_MOST_WORDS: Final = 20  # of a longer name the lines are found by their width alone
_LEAST: Final = 8.0


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
    _name(page, sign.name, name, part * 0.8)
    if sign.numbers != letter:  # else the band has said it
        patch(page, Box(left, box.bottom + part * 0.43, width, part * 0.008 + 0.2), RULE)
        numbers = Box(left, box.bottom + part * 0.17, width, part * 0.23)
        write(page, sign.numbers, numbers, part * 0.5, least=7, colour=INK)
    small = max(9.5, part * 0.17)
    low = Box(left, box.bottom + part * 0.04, width * 0.56, part * 0.12)
    write(page, library, low, small, face="kai", least=5, colour=SOFT)
    aside = Box(left + width * 0.6, low.bottom, width * 0.4, low.height)
    write(page, sign.place, aside, small, least=5, align="right", colour=SOFT)
