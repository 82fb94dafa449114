"""Labels for TSPL printers (TSC, 佳博, 得力 and most label printers sold in China), as one bitmap a label.

TSPL could draw the bars by itself (BARCODE), but then what comes out depends on the printer's own idea of code sets,
narrow bars and text below them, and nobody could check it before it is on paper. So the bars are dots of the bitmap,
exactly as many as they should be, and what was tested is what is printed. Commands as in TSC's "TSPL/TSPL2 programming
language"; each line ends with CR LF.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.printing.label_stock import LabelStock
from kiosk.printing.raster import Bitmap

_END = b"\r\n"


def tspl(pages: Iterable[Bitmap], stock: LabelStock) -> bytes:
    """Pages in dots as bytes for the printer, each printed once on its own label (or row of labels) of `stock`.

    How dark and how fast stays what the printer is set to.
    """
    head = [
        f"SIZE {stock.page[0]:g} mm,{stock.page[1]:g} mm",
        f"GAP {stock.gap:g} mm,0 mm",
        "DIRECTION 1,0",
        "REFERENCE 0,0",
    ]
    lines = [line.encode() for line in head]
    for page in pages:
        lines += [b"CLS", *_bitmap(page), b"PRINT 1,1"]
    return _END.join([*lines, b""])


def _bitmap(page: Bitmap) -> Iterable[bytes]:
    inked = page.inked()
    if inked is None:
        return
    # In TSPL a dot is printed where the bit is 0.
    head = f"BITMAP {inked.left * 8},{inked.top},{inked.row_bytes},{len(inked.rows)},0,"
    yield head.encode() + b"".join(inked.rows).translate(_INVERTED)


_INVERTED = bytes(255 - byte for byte in range(256))
