"""Labels for ZPL printers (Zebra and those that understand its language), as one bitmap (^GF) a label.

The bars are dots of the bitmap, as for TSPL. The bitmap is hexadecimal text with the signs that shorten it (`:` for a
row like the one above, `,` and `!` for a row that ends in white or black), so a line to the printer need not carry
all bytes. Commands as in Zebra's "ZPL II programming guide".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.printing.labels import Adjust, Face, Label, LabelStock
from kiosk.printing.raster import Bitmap, label_bitmaps


def zpl(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 203,
    density: int | None = None,
    speed: int | None = None,
) -> bytes:
    """The bytes for the printer: `density` 0 (light) to 30, `speed` in inches a second; None leaves the printer's own.

    Raises LabelTrouble and ValueError as `labels_pdf`.
    """
    pages = label_bitmaps(labels, stock, face, start=start, adjust=adjust, dpi=dpi)
    return bitmaps_zpl(pages, density=density, speed=speed)


def bitmaps_zpl(pages: Iterable[Bitmap], *, density: int | None = None, speed: int | None = None) -> bytes:
    """Pages in dots as bytes for the printer, each printed once on its own label (or row of labels)."""
    lines = [] if density is None else [f"~SD{density:02d}"]
    for page in pages:
        lines += [
            "^XA",
            f"^PW{page.width}^LL{page.height}^LH0,0",
            *([] if speed is None else [f"^PR{speed}"]),
            *_graphic(page),
            "^PQ1",
            "^XZ",
        ]
    return "\n".join([*lines, ""]).encode("ascii")


def _graphic(page: Bitmap) -> Iterable[str]:
    left, top, right, bottom = page.inked()
    if not right:
        return
    packed, wide = page.row_bytes, right - left
    shown, before = [], ""
    for y in range(top, bottom):
        row = page.rows[y * packed + left : y * packed + right].hex().upper()
        shown.append(":" if row == before else _shortened(row))
        before = row
    total = wide * (bottom - top)
    yield f"^FO{left * 8},{top}^GFA,{total},{total},{wide},{''.join(shown)}^FS"


def _shortened(row: str) -> str:
    """A row of hexadecimal digits, its end of zeros or Fs as one sign."""
    for digit, sign in (("0", ","), ("F", "!")):
        if row.endswith(digit):
            return row.rstrip(digit) + sign
    return row
