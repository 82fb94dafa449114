"""Text as keyboards and files in China deliver it."""

from __future__ import annotations

import unicodedata

# The full-width forms stand in the order of ASCII (Unicode, block Halfwidth and Fullwidth Forms).
_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """`text` with full-width letters, digits, signs and blanks as ASCII; everything else as it is."""
    return text.translate(_FULL_WIDTH)


def seen(text: str) -> str:
    """`text` without what nobody sees: controls, marks of direction and joining, as text from elsewhere has.

    Blanks of every kind stay, line ends among them.
    """
    if text.isprintable():
        return text
    return "".join(one for one in text if one.isspace() or unicodedata.category(one) not in ("Cc", "Cf"))
