"""Class sheets: every child's barcode beside the name, a class on one A4, for grades 1 and 2 and for the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.i18n import Words


@dataclass(frozen=True, slots=True)
class ClassSheet:
    """One class: its name (三(2)班), the library's name, and a (name, card number) for every child, in their order.

    Up to 60 children stand on one page; more go on to the next. `look` as in `cards.CardFace`.
    """

    title: str
    library: str
    rows: Sequence[tuple[str, str]]
    look: int = 0


def class_sheets_pdf(sheets: Sequence[ClassSheet], words: Words, *, on: date | None = None, dpi: int = 300) -> bytes:
    """The sheets as a PDF, each on a page of its own; `on` is the date printed on them."""
    raise NotImplementedError
