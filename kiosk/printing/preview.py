"""Pages of a PDF as pictures for the screen: the preview is the page itself."""

from __future__ import annotations


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has. Raises ValueError when it is none."""
    raise NotImplementedError


def page_picture(pdf: bytes, page: int, width: int) -> tuple[int, int, bytes]:
    """Page `page` (from 0), `width` pixels wide: width, height and the pixels, three bytes (RGB) each, row by row.

    Raises ValueError when the PDF is none or has no such page.
    """
    raise NotImplementedError
