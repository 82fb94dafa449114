"""Pages of a PDF as pictures, through PDFium: for the screen, where the preview is the page itself, and in dots.

PDFium may be used by one thread at a time (its own documentation says so, and two threads end the program), so every
call to it holds one lock. Any thread may call what is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import RLock
from typing import Any, Final

_ONE_AT_A_TIME: Final = RLock()  # re-entrant: the end of a generator may come while its own thread holds it


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has. Raises ValueError when it is none."""
    with _ONE_AT_A_TIME, _opened(pdf) as document:
        return len(document)


def page_picture(pdf: bytes, page: int, width: int) -> tuple[int, int, bytes]:
    """Page `page` (from 0), `width` pixels wide: width, height and the pixels, three bytes (RGB) each, row by row.

    Raises ValueError when the PDF is none or has no such page.
    """
    with _ONE_AT_A_TIME, _opened(pdf) as document:
        if not 0 <= page < len(document):
            raise ValueError(f"page {page} of {len(document)}")
        with closing(document[page]) as sheet:
            scale = max(1, width) / sheet.get_width()
            size = (max(1, width), max(1, round(sheet.get_height() * scale)))
            return (*size, _pixels(sheet.render(scale=scale, rev_byteorder=True), *size, 3))


def grey_pages(pdf: bytes, scale: float) -> Iterator[tuple[int, int, bytes]]:
    """Each page with `scale` pixels a point: width, height and the pixels, one byte each (255 is white), row by row.

    Raises ValueError when the PDF is none. Other threads may draw between two pages.
    """
    with _opened(pdf) as document:
        for number in range(len(document)):
            with _ONE_AT_A_TIME, closing(document[number]) as sheet:
                size = (round(sheet.get_width() * scale), round(sheet.get_height() * scale))
                pixels = _pixels(sheet.render(scale=scale, grayscale=True), *size, 1)
            yield (*size, pixels)


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    with _ONE_AT_A_TIME:
        import pypdfium2  # type: ignore[import-untyped]  # pypdfium2 has no types

        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise ValueError(str(error)) from error
    try:
        yield document
    finally:
        with _ONE_AT_A_TIME:
            document.close()


def _pixels(bitmap: Any, width: int, height: int, channels: int) -> bytes:
    """The pixels of PDFium's bitmap, which rounds sizes up and fills rows to four bytes, in the size asked for."""
    with closing(bitmap):
        stride = bitmap.stride
        data = bytes(bitmap.buffer)
    row = width * channels
    return b"".join(data[at : at + row] for at in range(0, stride * height, stride))
