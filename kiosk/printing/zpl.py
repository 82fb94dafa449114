"""Labels for ZPL printers (Zebra and those that understand its language), as one bitmap (^GF) a label.

The bars are dots of the bitmap, as for TSPL. The bitmap is hexadecimal text with the signs that shorten it (`:` for a
row like the one above, `,` and `!` for a row that ends in white or black), so a line to the printer need not carry
all bytes. Commands as in Zebra's "ZPL II programming guide".
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.printing.raster import Bitmap


def zpl(pages: Iterable[Bitmap]) -> bytes:
    """Pages in dots as bytes for the printer, each printed once on its own label (or row of labels).

    How dark and how fast stays what the printer is set to.
    """
    lines: list[str] = []
    for page in pages:
        lines += ["^XA", f"^PW{page.width}^LL{page.height}^LH0,0", *_graphic(page), "^PQ1", "^XZ"]
    return "\n".join([*lines, ""]).encode("ascii")


def _graphic(page: Bitmap) -> Iterable[str]:
    inked = page.inked()
    if inked is None:
        return
    shown, before = [], b""
    for row in inked.rows:
        shown.append(":" if row == before else _shortened(row.hex().upper()))
        before = row
    total = inked.row_bytes * len(inked.rows)
    yield f"^FO{inked.left * 8},{inked.top}^GFA,{total},{total},{inked.row_bytes},{''.join(shown)}^FS"


def _shortened(row: str) -> str:
    """A row of hexadecimal digits, its end of zeros or Fs as one sign."""
    for digit, sign in (("0", ","), ("F", "!")):
        if row.endswith(digit):
            return row.rstrip(digit) + sign
    return row
