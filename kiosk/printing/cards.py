"""Library cards (借书证): 85.6 × 54 mm (ISO/IEC 7810, ID-1), ten to an A4 page or one a page for card printers.

A child of seven knows its own card by the colour and the emblem of its class and by the large name. A card carries the
library's reader number and nothing else that tells who somebody is: no photo, no ID number, no school register number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.i18n import Words
from kiosk.lending.patrons import PatronKind


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is on one card, in finished words.

    `line` is the class (三(2)班) or what the reader is (教师). `look` chooses colour and emblem: `class_look` gives it
    for a class; teachers, librarians and class sets have the look of their kind, whatever stands here.
    `number` is printed as Code 128.
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


def class_look(entry_year: int, number: int) -> int:
    """The look of a class's cards: the same as long as the class is at school, another for every class in it."""
    raise NotImplementedError


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

    Raises ValueError for a number that cannot be printed on a card, and for a `start` that is not on the page.
    """
    raise NotImplementedError
