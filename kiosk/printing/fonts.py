"""Our typefaces in PDF pages: embedded as the subset of the characters that were drawn (reportlab)."""

from __future__ import annotations

from functools import cache

from kiosk.assets import face_for, font_path


@cache
def _register(face: str) -> str:
    from reportlab.pdfbase.pdfmetrics import registerFont  # type: ignore[import-untyped]  # reportlab has no types
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]  # as above

    name = f"kiosk-{face}"
    registerFont(TTFont(name, str(font_path(face))))
    return name


def font(face: str, text: str) -> str:
    """reportlab's name of the font of a face (`sans`, `sans-bold`, `kai`), or of the one that has all of `text`."""
    return _register(face_for(face, text))


def width_of(text: str, face: str, size: float) -> float:
    """How wide `text` becomes, in points, at `size` points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    width: float = stringWidth(text, font(face, text), size)
    return width
