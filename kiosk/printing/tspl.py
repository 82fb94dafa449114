"""Labels for TSPL printers (TSC, 佳博, 得力 and most label printers sold in China), as one bitmap a label.

TSPL could draw the bars by itself (BARCODE), but then what comes out depends on the printer's own idea of code sets,
narrow bars and text below them, and nobody could check it before it is on paper. So the bars are dots of the bitmap,
exactly as many as they should be, and what was tested is what is printed. Commands as in TSC's "TSPL/TSPL2 programming
language"; each line ends with CR LF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.printing.labels import Adjust, Face, Label, LabelStock
from kiosk.printing.raster import Bitmap, label_bitmaps

_END = b"\r\n"


def tspl(
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
    """The bytes for the printer: `density` 0 (light) to 15, `speed` in inches a second; None leaves the printer's own.

    Raises LabelTrouble and ValueError as `labels_pdf`.
    """
    pages = label_bitmaps(labels, stock, face, start=start, adjust=adjust, dpi=dpi)
    return bitmaps_tspl(pages, stock, density=density, speed=speed)


def bitmaps_tspl(
    pages: Iterable[Bitmap], stock: LabelStock, *, density: int | None = None, speed: int | None = None
) -> bytes:
    """Pages in dots as bytes for the printer, each printed once on its own label (or row of labels) of `stock`."""
    head = [
        f"SIZE {stock.page[0]:g} mm,{stock.page[1]:g} mm",
        f"GAP {stock.gap:g} mm,0 mm",
        *([f"DENSITY {density}"] if density is not None else []),
        *([f"SPEED {speed}"] if speed is not None else []),
        "DIRECTION 1,0",
        "REFERENCE 0,0",
    ]
    lines = [line.encode() for line in head]
    for page in pages:
        lines += [b"CLS", *_bitmap(page), b"PRINT 1,1"]
    return _END.join([*lines, b""])


def _bitmap(page: Bitmap) -> Iterable[bytes]:
    left, top, right, bottom = page.inked()
    if not right:
        return
    packed = page.row_bytes
    rows = b"".join(page.rows[y * packed + left : y * packed + right] for y in range(top, bottom))
    # In TSPL a dot is printed where the bit is 0.
    yield f"BITMAP {left * 8},{top},{right - left},{bottom - top},0,".encode() + rows.translate(_INVERTED)


_INVERTED = bytes(255 - byte for byte in range(256))
