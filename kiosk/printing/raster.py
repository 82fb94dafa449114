"""Labels as dots for label printers: one bit a dot, bars exactly on dots, Chinese in the same type as on paper.

The words of a page are drawn by PDFium from the very page that would go to an office printer, and each dot is black or
white by how much of it they cover; the bars are then set dot by dot. So a bar is as many dots wide as it should be,
and Chinese does not depend on what the printer has built in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.printing.label_layout import Drawing, Symbol
from kiosk.printing.labels import Adjust, Face, Label, LabelStock, drawings_pdf, kept_on_page, laid_out
from kiosk.printing.preview import grey_pages

_INK_FROM: Final = 150
"""A dot is black where the page is darker than this (0 black, 255 white): thin strokes of small type stay whole."""

_BITS: Final = bytes(ord("1") if grey < _INK_FROM else ord("0") for grey in range(256))


@dataclass(frozen=True, slots=True)
class Bitmap:
    """`width` by `height` dots; `rows` are the bits from the top, each row filled up to whole bytes, 1 is black."""

    width: int
    height: int
    rows: bytes

    @property
    def row_bytes(self) -> int:
        """Bytes in a row."""
        return (self.width + 7) // 8

    def inked(self) -> Patch | None:
        """The smallest part, in whole bytes, that has all black dots; None where there are none."""
        packed = self.row_bytes
        rows = [self.rows[at : at + packed] for at in range(0, len(self.rows), packed)]
        black = [y for y, row in enumerate(rows) if any(row)]
        if not black:
            return None
        left = min(packed - len(rows[y].lstrip(b"\0")) for y in black)
        right = max(len(rows[y].rstrip(b"\0")) for y in black)
        return Patch(left, black[0], right - left, tuple(row[left:right] for row in rows[black[0] : black[-1] + 1]))


@dataclass(frozen=True, slots=True)
class Patch:
    """Part of a `Bitmap`: its left byte and upper row, the bytes of a row, and the rows."""

    left: int
    top: int
    row_bytes: int
    rows: tuple[bytes, ...]


def dots_picture(page: Bitmap, width: int) -> tuple[int, int, bytes]:
    """The dots about `width` pixels wide, each a square of whole pixels: width, height and the pixels (RGB), by row.

    A page of more dots than that has a pixel for each.
    """
    side = max(1, round(width / page.width))
    white, black = b"\xff\xff\xff" * side, b"\0\0\0" * side
    shift = 8 * page.row_bytes - page.width
    rows = []
    for at in range(0, len(page.rows), page.row_bytes):
        bits = int.from_bytes(page.rows[at : at + page.row_bytes], "big") >> shift
        row = f"{bits:0{page.width}b}".encode().replace(b"0", white).replace(b"1", black)
        rows += [row] * side
    return page.width * side, page.height * side, b"".join(rows)


def dots_of(length: float, dpi: int) -> int:
    """`length` mm in whole dots. What is sold as 203 dpi has 8 dots a millimetre, and here 203 means that."""
    return round(length * _per_mm(dpi))


def _per_mm(dpi: int) -> float:
    return 8.0 if dpi == 203 else dpi / 25.4


def label_bitmaps(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 203,
) -> Iterator[Bitmap]:
    """Each page of the labels (on a roll: each row) at `dpi`. Raises LabelTrouble as `labels_pdf`, before the first."""
    drawings = laid_out(labels, stock, face, start=start, dpi=dpi, colour=False)
    adjust = kept_on_page(adjust, drawings, stock, start)
    words = drawings_pdf(drawings, stock, start=start, adjust=adjust, bars=False)
    return _with_bars(pdf_bitmaps(words, dpi), drawings, stock, start, adjust)


def pdf_bitmaps(pdf: bytes, dpi: int) -> Iterator[Bitmap]:
    """Each page of a PDF at `dpi`, black and white."""
    for width, height, grey in grey_pages(pdf, _per_mm(dpi) * 25.4 / 72):
        rows = [int(grey[at : at + width].translate(_BITS), 2) for at in range(0, width * height, width)]
        yield _bitmap(width, height, rows)


def _bitmap(width: int, height: int, rows: Sequence[int]) -> Bitmap:
    """The rows as numbers of `width` bits, packed."""
    packed = (width + 7) // 8
    return Bitmap(width, height, b"".join((row << packed * 8 - width).to_bytes(packed, "big") for row in rows))


def _with_bars(
    pages: Iterator[Bitmap], drawings: Sequence[Drawing], stock: LabelStock, start: int, adjust: Adjust
) -> Iterator[Bitmap]:
    for number, page in enumerate(pages):
        first = max(0, number * stock.per_page - (start - 1))
        last = (number + 1) * stock.per_page - (start - 1)
        shift = 8 * page.row_bytes - page.width
        rows = [
            int.from_bytes(page.rows[at : at + page.row_bytes], "big") >> shift
            for at in range(0, len(page.rows), page.row_bytes)
        ]
        for place, drawing in enumerate(drawings[first:last], start + first if first == 0 else 1):
            for symbol in drawing.symbols:
                _set_bars(rows, page.width, symbol, stock, place, adjust)
        yield _bitmap(page.width, page.height, rows)


def _set_bars(rows: list[int], width: int, symbol: Symbol, stock: LabelStock, place: int, adjust: Adjust) -> None:
    left, top = stock.place(place)
    wide = len(symbol.pattern) * symbol.dots
    x = dots_of(left + adjust.right_mm + symbol.left, symbol.dpi)
    x = min(max(x, 0), width - wide)  # rounding may lead a dot over the edge
    y = dots_of(top + adjust.down_mm + stock.label[1] - symbol.bottom - symbol.height, symbol.dpi)
    bars = int("".join(module * symbol.dots for module in symbol.pattern), 2) << width - x - wide
    for row in range(max(y, 0), min(y + dots_of(symbol.height, symbol.dpi), len(rows))):
        rows[row] |= bars
