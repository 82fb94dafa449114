"""Text as keyboards and files in China deliver it."""

from __future__ import annotations

# The full-width forms stand in the order of ASCII (Unicode, block Halfwidth and Fullwidth Forms).
_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """`text` with full-width letters, digits, signs and blanks as ASCII; everything else as it is."""
    return text.translate(_FULL_WIDTH)
