"""Guide signs for shelves: letter or numbers, the name of the class, and its colour as on the spine labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.i18n import Words


@dataclass(frozen=True, slots=True)
class ShelfSign:
    """One sign: class number (`I`, `I287.4`), the last one where it is a range, what stands there in words, the place."""

    clc: str
    name: str
    until: str = ""
    place: str = ""


class SignSheet(StrEnum):
    """How large a sign is: a whole A4 page lying, or a strip for the edge of a shelf (six to a page)."""

    A4 = "a4"
    STRIP = "strip"


def signs_pdf(signs: Sequence[ShelfSign], library: str, words: Words, sheet: SignSheet = SignSheet.A4) -> bytes:
    """The signs as a PDF."""
    raise NotImplementedError
