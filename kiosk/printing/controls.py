"""Control cards: finish, renew and help as large cards with a picture, to lie beside the scanner."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.i18n import Words
from kiosk.lending.barcodes import ControlCode


def controls_pdf(
    words: Words,
    library: str,
    controls: Sequence[ControlCode] = tuple(ControlCode),
    *,
    numbers: dict[ControlCode, str] | None = None,
    dpi: int = 300,
) -> bytes:
    """The control cards as A4 pages, three to a page. `numbers` are a library's own numbers for them."""
    raise NotImplementedError
