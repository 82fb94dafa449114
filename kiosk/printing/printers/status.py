"""Asking a label or slip printer how it is, over the line that the job then goes through.

A printer that cannot answer (or a line that only goes one way) is printed on all the same.
"""

from __future__ import annotations

import re
from typing import Final

from kiosk.printing.printers import Language

ANSWER_WITHIN: Final = 1.0
"""Seconds after which a printer is taken to be one that does not answer."""

QUESTIONS: Final[dict[Language, tuple[bytes, ...]]] = {
    Language.TSPL: (b"\x1b!?",),  # TSPL/TSPL2 programming manual, immediate commands: one byte of status
    Language.ZPL: (b"~HS",),  # ZPL II programming guide, host status return: three lines
    Language.ESCPOS: (b"\x10\x04\x02", b"\x10\x04\x04"),  # DLE EOT n: 2 why off-line, 4 paper roll; one byte each
}
"""What is asked in a language, one question after the other."""

AFTER_ASKING: Final[dict[Language, bytes]] = {Language.TSPL: b"\r\n"}
"""What ends a question for a printer that did not know it, so that the job's first line is its own."""


def trouble_in(language: Language, question: int, answer: bytes) -> str:
    """The code of the trouble that an answer to the question of that number tells of; empty when it tells of none."""
    match language:
        case Language.TSPL:
            return _tspl(answer)
        case Language.ZPL:
            return _zpl(answer)
        case Language.ESCPOS:
            return _escpos(question, answer)
    return ""


_TSPL_BITS: Final = (
    (0x41, "cover_open"),  # the head, or on some the cover
    (0x02, "jam"),
    (0x04, "paper_out"),
    (0x08, "ribbon_out"),
    (0x10, "paused"),
)


def _tspl(answer: bytes) -> str:
    """0x20 is printing, 0x80 another error (TSPL manuals of TSC and Gprinter, `<ESC>!?`)."""
    if not answer:
        return ""
    for bit, code in _TSPL_BITS:
        if answer[0] & bit:
            return code
    return "faulty" if answer[0] & 0x80 else ""


def _zpl(answer: bytes) -> str:
    """Line 1 `aaa,b,c,…`: b paper out, c pause; line 2 `mmm,n,o,p,q,…`: o head up, p ribbon out, where q
    says that it prints with one (ZPL II programming guide, ~HS)."""
    lines = [line.split(b",") for line in re.findall(rb"\x02([^\x03]*)\x03", answer)]
    if len(lines) < 2 or len(lines[0]) < 3 or len(lines[1]) < 5:
        return ""
    flags = (
        (lines[1][2], "cover_open"),
        (lines[0][1], "paper_out"),
        (lines[1][3] if lines[1][4] == b"1" else b"", "ribbon_out"),
        (lines[0][2], "paused"),
    )
    return next((code for flag, code in flags if flag == b"1"), "")


def _escpos(question: int, answer: bytes) -> str:
    """Each answer is 0xx1xx10 in bits; question 0: 0x04 cover, 0x20 paper end, 0x40 error; 1: 0x60 roll's end."""
    if not answer or answer[-1] & 0x93 != 0x12:
        return ""
    status = answer[-1]
    if question == 1:
        return "paper_out" if status & 0x60 == 0x60 else ""
    flags = ((0x04, "cover_open"), (0x20, "paper_out"), (0x40, "faulty"))
    return next((code for bit, code in flags if status & bit), "")
