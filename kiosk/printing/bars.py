"""Barcodes as vector bars in a PDF page, through python-barcode's writer interface.

All lengths are millimetres from the page's lower left corner. A module is a whole number of dots of the printer, so
that all bars are equally true: `module_mm`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

import barcode  # type: ignore[import-untyped]  # python-barcode has no types
from barcode.errors import BarcodeError  # type: ignore[import-untyped]  # as above
from barcode.writer import BaseWriter  # type: ignore[import-untyped]  # as above

from kiosk.printing.fonts import font

Kind = Literal["code128", "code39", "codabar", "itf", "ean13"]

MM: Final = 72 / 25.4
"""Points in a millimetre."""

QUIET_MODULES: Final = 10
"""The blank on each side, in modules (ISO/IEC 15417; EAN-13 asks 11 on its left, ISO/IEC 15420)."""

_TRIM: Final = 0.01
"""Bars are narrower by this share of a module on each side: a dot is painted that a shape touches (ISO 32000, 10.6.5),
and an edge that lies on the border of two dots must not touch the next one by a rounding error."""

_QUIET: Final[Mapping[Kind, int]] = {"ean13": 11}
_OPTIONS: Final[Mapping[Kind, Mapping[str, Any]]] = {
    "code39": {"add_checksum": False},  # the number is printed as it is given
    "codabar": {"narrow": 1, "wide": 3},
    "itf": {"narrow": 1, "wide": 3},
}


def module_mm(dots: int, dpi: int) -> float:
    """The width of `dots` printer dots in millimetres."""
    return dots * 25.4 / dpi


@dataclass(frozen=True, slots=True)
class Bars:
    """One symbol: `value` in `kind`, its modules `module` mm wide and `height` mm tall; `text` stands below it.

    The text is `text_size` points high, in our sans face; "" leaves it out.
    """

    kind: Kind
    value: str
    module: float = field(default_factory=lambda: module_mm(4, 300))
    height: float = 12.0
    text: str = ""
    text_size: float = 8.0

    @property
    def pattern(self) -> str:
        """The modules from left to right, "1" for a bar. Raises ValueError for a value the kind cannot carry."""
        return _pattern(self.kind, self.value)

    @property
    def quiet(self) -> float:
        """The blank on each side, in mm."""
        return _QUIET.get(self.kind, QUIET_MODULES) * self.module

    @property
    def width(self) -> float:
        """The whole width with the blanks, in mm."""
        return len(self.pattern) * self.module + 2 * self.quiet

    @property
    def full_height(self) -> float:
        """Bars and text, in mm."""
        return self.height + (self.text_size * 1.5 / MM if self.text else 0)

    def draw(self, page: Any, left: float, bottom: float) -> None:
        """Draw it on a reportlab canvas, the lower left corner of the whole (blank and text included) there."""
        _ = self.pattern  # refuses before anything is drawn
        writer = PdfWriter(page, left, bottom + self.full_height)
        _symbol(self.kind, self.value, writer).render(
            {
                "module_width": self.module,
                "module_height": self.height,
                "quiet_zone": self.quiet,
                "font_size": self.text_size,
                "text_distance": self.text_size * 1.1 / MM,
                "margin_top": 0,
                "margin_bottom": 0,
                "write_text": False,
            },
            text=self.text or None,
        )


def _symbol(kind: Kind, value: str, writer: BaseWriter | None) -> Any:
    symbol = barcode.get_barcode_class(kind)(value, writer=writer, **_OPTIONS.get(kind, {}))
    if symbol.get_fullcode() != value:  # a check digit put right, or a zero put before
        raise ValueError(f"{value!r} cannot be written as {kind} as it stands")
    return symbol


@lru_cache(maxsize=4096)
def _pattern(kind: Kind, value: str) -> str:
    try:
        return str(_symbol(kind, value, None).build()[0])
    except BarcodeError as error:
        raise ValueError(f"{value!r} cannot be written as {kind}: {error}") from error


class PdfWriter(BaseWriter):  # type: ignore[misc]  # python-barcode has no types
    """python-barcode's writer interface on a reportlab canvas; `left` and `top` in mm from the lower left corner."""

    def __init__(self, page: Any, left: float, top: float) -> None:
        super().__init__(None, self._bar, self._words, self._finish)
        self._page = page
        self._path = (
            page.beginPath()
        )  # one path a symbol: a thousand labels are a thousand paths, not 25,000 rectangles
        self._left = left
        self._top = top

    def _bar(self, x: float, y: float, width: float, color: str) -> None:
        if color == self.foreground:
            bottom = self._top - y - self.module_height
            left, width = self._left + x + _TRIM * self.module_width, width - 2 * _TRIM * self.module_width
            self._path.rect(left * MM, bottom * MM, width * MM, self.module_height * MM)

    def _finish(self) -> None:
        self._page.drawPath(self._path, stroke=0, fill=1)

    def _words(self, x: float, y: float) -> None:
        self._page.setFont(font("sans", self.text), self.font_size)
        self._page.drawCentredString((self._left + x) * MM, (self._top - y) * MM, self.text)
