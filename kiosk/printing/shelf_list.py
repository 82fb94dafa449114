"""The reading-order list of a shelf (读架单): what should stand there, copy by copy, in the order of the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.i18n import Words


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
    """The list as A4 pages, sorted here by call number and then by number; `shelf` is the place's name, a heading."""
    raise NotImplementedError
