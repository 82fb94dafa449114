"""Pages of a PDF as pictures, through PDFium: for the screen, where the preview is the page itself, and in dots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has. Raises ValueError when it is none."""
    with _opened(pdf) as document:
        return len(document)


def page_picture(pdf: bytes, page: int, width: int) -> tuple[int, int, bytes]:
    """Page `page` (from 0), `width` pixels wide: width, height and the pixels, three bytes (RGB) each, row by row.

    Raises ValueError when the PDF is none or has no such page.
    """
    with _opened(pdf) as document:
        if not 0 <= page < len(document):
            raise ValueError(f"page {page} of {len(document)}")
        with closing(document[page]) as sheet:
            scale = max(1, width) / sheet.get_width()
            size = (max(1, width), max(1, round(sheet.get_height() * scale)))
            return (*size, _pixels(sheet.render(scale=scale, rev_byteorder=True), *size, 3))


def grey_pages(pdf: bytes, scale: float) -> Iterator[tuple[int, int, bytes]]:
    """Each page with `scale` pixels a point: width, height and the pixels, one byte each (255 is white), row by row."""
    with _opened(pdf) as document:
        for number in range(len(document)):
            with closing(document[number]) as sheet:
                size = (round(sheet.get_width() * scale), round(sheet.get_height() * scale))
                yield (*size, _pixels(sheet.render(scale=scale, grayscale=True), *size, 1))


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    import pypdfium2  # type: ignore[import-untyped]  # pypdfium2 has no types

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    with closing(document):
        yield document


def _pixels(bitmap: Any, width: int, height: int, channels: int) -> bytes:
    """The pixels of PDFium's bitmap, which rounds sizes up and fills rows to four bytes, in the size asked for."""
    with closing(bitmap):
        stride = bitmap.stride
        data = bytes(bitmap.buffer)
    row = width * channels
    return b"".join(data[at : at + row] for at in range(0, stride * height, stride))
