"""The scanner's test sheet: one A4 page with every kind of code the kiosk meets, and what should be read from each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.files import written_whole
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.barcodes import BarcodeKind, ControlCode, command_number, ean13_digit, number
from kiosk.printing.bars import MM, Bars, Kind
from kiosk.printing.fonts import font, width_of

A4: Final = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One code of the sheet: its name (a message), and the value a scanner should send."""

    name: Text
    kind: Kind
    value: str


def _isbn(digits: str) -> str:
    return digits + ean13_digit(digits)


SAMPLES: Final[tuple[Sample, ...]] = (
    Sample(Text("printing.sheet.card"), "code128", number(BarcodeKind.CARD, 1)),
    Sample(Text("printing.sheet.copy"), "code128", number(BarcodeKind.COPY, 1)),
    Sample(Text("printing.sheet.runs"), "code128", number(BarcodeKind.COPY, 111_111)),
    Sample(Text("printing.sheet.runs"), "code128", number(BarcodeKind.COPY, 0)),
    Sample(Text("printing.sheet.runs"), "code128", number(BarcodeKind.CARD, 888_888)),
    Sample(Text("printing.sheet.finish"), "code128", command_number(ControlCode.FINISH)),
    Sample(Text("printing.sheet.renew"), "code128", command_number(ControlCode.RENEW)),
    Sample(Text("printing.sheet.help"), "code128", command_number(ControlCode.HELP)),
    Sample(Text("printing.sheet.isbn"), "ean13", _isbn("978702000220")),
    Sample(Text("printing.sheet.case"), "code128", "AbCdEf-xyz-QWZ"),
    Sample(Text("printing.sheet.signs"), "code128", "aq-zy/.:;_+=#"),
    Sample(Text("printing.sheet.code39"), "code39", "TSG-004217"),
    Sample(Text("printing.sheet.codabar"), "codabar", "A20240017B"),
    Sample(Text("printing.sheet.itf"), "itf", "10045678901239"),
)
"""What is on the sheet, row by row; the values are all different."""

_COLUMNS: Final = 2
_MARGIN: Final = 15.0
_TOP: Final = 262.0  # where the first row begins
_ROW: Final = 33.0


def sheet_pdf(words: Words, samples: Sequence[Sample] = SAMPLES) -> bytes:
    """The sheet as a PDF of one page, in the language of `words`."""
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # reportlab has no types

    content = io.BytesIO()
    page = Canvas(content, pagesize=(A4[0] * MM, A4[1] * MM), invariant=True, initialFontName=font("sans", ""))
    title = words.say(Text("printing.sheet.title"))
    page.setTitle(title)
    _line(page, title, 281, 18, face="sans-bold")
    _line(page, words.say(Text("printing.sheet.how")), 274, 10)
    column = (A4[0] - 2 * _MARGIN) / _COLUMNS
    for place, sample in enumerate(samples):
        left = _MARGIN + place % _COLUMNS * column
        top = _TOP - place // _COLUMNS * _ROW
        _line(page, words.say(sample.name), top, 10, left=left, face="sans-bold", room=column)
        bars = Bars(sample.kind, sample.value, height=14, text=sample.value, text_size=10)
        bars.draw(page, left - bars.quiet, top - 3 - bars.full_height)
    _line(page, words.say(Text("printing.sheet.foot")), 12, 9)
    page.showPage()
    page.save()
    return content.getvalue()


def _line(
    page: Any, text: str, bottom: float, size: float, *, left: float = _MARGIN, face: str = "sans", room: float = 180
) -> None:
    """One line of text, smaller where it would not fit `room` mm."""
    size = min(size, size * room * MM / max(width_of(text, face, size), 1))
    page.setFont(font(face, text), size)
    page.drawString(left * MM, bottom * MM, text)


def write_sheet(file: Path, words: Words, *, over: bool) -> None:
    """Write the sheet into a file, whole or not at all, `over` another or not. Raises OSError."""
    with written_whole(file, over=over) as draft:
        draft.write_bytes(sheet_pdf(words))
