"""Due-date slips (还书日期条) for ESC/POS receipt printers: which books, and until when.

The commands are python-escpos' own constants. Its printer classes are not used: importing them reads a table of a
thousand printers (0.2 s and 17 MB here), and they know none of the encodings that Chinese printers have.
Chinese is sent in the printer's character mode (`FS &`), where a Chinese character is two columns wide.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kiosk.flows.views import Text
from kiosk.i18n import Words

COLUMNS: Final = {58: 32, 80: 48}
"""Columns of the usual 12 dot letter on rolls of 58 and 80 mm (384 and 576 dots)."""


@dataclass(frozen=True, slots=True)
class SlipBook:
    """One book on a slip."""

    title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Slip:
    """One reader's slip. `name` is as it may be shown (masked where the library masks names), empty to leave it out.

    `at` is the school's local time.
    """

    library: str
    at: datetime
    name: str
    books: tuple[SlipBook, ...]


def slip_escpos(slip: Slip, words: Words, *, encoding: str = "gb18030", width_mm: int = 58) -> bytes:
    """The slip as bytes for the printer, cut off at its end.

    `encoding` is a Python codec that the printer's fonts follow. What it cannot write is written as □. Raises
    KeyError for a width that is not in `COLUMNS`.
    """
    from escpos import constants  # type: ignore[import-untyped]  # python-escpos has no types

    columns = COLUMNS[width_mm]
    centre, left = constants.TXT_STYLE["align"]["center"], constants.TXT_STYLE["align"]["left"]
    bold, plain = constants.TXT_STYLE["bold"][True], constants.TXT_STYLE["bold"][False]
    rule = "-" * columns

    def lines(text: str, indent: str = "") -> bytes:
        return b"".join(_encoded(line, encoding) + constants.CTL_LF for line in wrapped(text, columns, indent))

    parts = [constants.HW_INIT, _chinese(encoding), centre, bold, lines(slip.library), plain]
    parts += [lines(words.say(Text("printer.slip.heading"))), left, lines(rule)]
    parts.append(lines(words.say(Text("printer.slip.at", {"at": slip.at}))))
    if slip.name:
        parts.append(lines(words.say(Text("printer.slip.reader", {"name": slip.name}))))
    for number, book in enumerate(slip.books, 1):
        parts.append(lines(f"{number}. {book.title}", "   "))
        due = words.say(Text("printer.slip.due", {"day": book.due_on}))
        parts += [bold, lines(f"   {due}", "   "), plain]
    parts += [lines(rule), centre, lines(words.say(Text("printer.slip.thanks"))), left]
    parts += [constants.CTL_LF * 6, constants.PAPER_FULL_CUT]  # the cutter sits that far above the head
    return b"".join(parts)


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """`text` in lines of at most `columns` columns, further lines indented; words are kept whole where they fit.

    What does not print (a control character in a title would be a command) is a blank.
    """
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    lines, line = [], ""
    for word in re.findall(r"[!-~]+|\s+|.", clean):
        for piece in (word,) if width(word) <= columns - len(indent) else word:
            if line.strip() and width(line) + width(piece) > columns:
                lines.append(line.rstrip())
                line = indent + piece.lstrip()
            else:
                line += piece
    return [*lines, line.rstrip()]


def width(text: str) -> int:
    """The columns that `text` takes on the paper: in the printer's Chinese mode everything but ASCII is wide."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def _chinese(encoding: str) -> bytes:
    """What makes the printer read two bytes as one character; nothing for one that reads UTF-8."""
    from escpos import constants

    return b"" if codecs.lookup(encoding).name == "utf-8" else constants.FS + b"&"


_MISSING: Final = "□"


def _encoded(line: str, encoding: str) -> bytes:
    return b"".join(_letter(letter, encoding) for letter in line)


def _letter(letter: str, encoding: str) -> bytes:
    """One character, or the nearest that the printer has."""
    for candidate in ("￥" if letter == "¥" else letter, unicodedata.normalize("NFKC", letter), _MISSING):
        if width(candidate) > 2:  # it would push the line over its edge
            continue
        try:
            code = candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
        # GB 18030 has four bytes for every character there is; printers have them for Chinese characters at most.
        if codecs.lookup(encoding).name != "gb18030" or len(code) <= 2 or _is_ideograph(candidate):
            return code
    return b"?"


def _is_ideograph(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CJK UNIFIED IDEOGRAPH")
