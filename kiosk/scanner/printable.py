"""A scanned code as something that may be shown or logged."""

from __future__ import annotations

LONGEST = 64


def printable(code: str, longest: int = LONGEST) -> str:
    """`code` on one line: what is not printable is escaped (\\x1b, \\u202e), and at most `longest` characters.

    A cut code ends in "…". The backslash itself is doubled, so that two different codes never look the same
    (up to the cut). Direction marks and lone surrogates are escaped as well: they could garble a log or a screen.
    """
    out: list[str] = []
    room = longest
    for char in code[: longest + 1]:
        safe = _escape(char)
        if len(safe) > room:
            return "".join(out)[: longest - 1] + "…"
        out.append(safe)
        room -= len(safe)
    return "".join(out)


def _escape(char: str) -> str:
    if char == "\\":
        return "\\\\"
    if char.isprintable():
        return char
    return char.encode("unicode_escape").decode("ascii")
