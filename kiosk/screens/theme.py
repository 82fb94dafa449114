"""Colours and measures: the look of the kiosk as plain data, without pygame (paper labels use the same colours).

Lengths are given for a short side of 1080 px and scaled by `Metrics`. Every pair of text and background colour
that a screen may use stands in `PAIRS`; a test holds each at a contrast of 4.5 : 1 or more (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from kiosk.flows.views import Tone
from kiosk.lending.class_looks import CLC as CLC
from kiosk.lending.class_looks import NO_CLASS as NO_CLASS
from kiosk.lending.class_looks import ClassLook as ClassLook
from kiosk.lending.class_looks import Colour as Colour
from kiosk.lending.class_looks import class_look as class_look

PAPER: Colour = (253, 245, 230)
CARD: Colour = (255, 253, 248)
SHADE: Colour = (238, 224, 200)  # under a card, and lines
SUNK: Colour = (247, 235, 214)  # a place that waits for something
INK: Colour = (58, 44, 35)
SOFT: Colour = (110, 88, 72)
FAINT: Colour = (196, 178, 154)  # outlines of what is off; never text
WOOD: Colour = (205, 154, 103)
WOOD_LIGHT: Colour = (224, 182, 134)
WOOD_DARK: Colour = (160, 110, 68)
ACCENT: Colour = (176, 74, 36)  # brick: the library's own colour
ON_ACCENT: Colour = (255, 252, 246)
FOCUS: Colour = (20, 70, 160)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class ToneLook:
    """A tone's colours: `fill` with `on` on it, `tint` with `deep` or ink on it. The icon has its own shape."""

    fill: Colour
    on: Colour
    tint: Colour
    deep: Colour


TONES: dict[Tone, ToneLook] = {
    Tone.DONE: ToneLook((46, 125, 80), WHITE, (223, 242, 226), (24, 92, 54)),
    Tone.LOOK: ToneLook((245, 183, 60), (66, 42, 0), (255, 240, 205), (128, 72, 0)),
    Tone.NOT_NOW: ToneLook((202, 70, 56), WHITE, (253, 228, 220), (154, 42, 32)),
    Tone.INFO: ToneLook((42, 107, 172), WHITE, (223, 236, 249), (26, 76, 132)),
}


PAIRS: tuple[tuple[Colour, Colour], ...] = (
    *((INK, ground) for ground in (PAPER, CARD, SUNK, SHADE, WOOD_LIGHT)),
    *((SOFT, ground) for ground in (PAPER, CARD, SUNK)),
    (ON_ACCENT, ACCENT),
    (ACCENT, PAPER),
    (ACCENT, CARD),
    *((look.on, look.fill) for look in TONES.values()),
    *((look.deep, look.tint) for look in TONES.values()),
    *((look.deep, ground) for look in TONES.values() for ground in (PAPER, CARD, SUNK)),
    *((INK, look.tint) for look in TONES.values()),
    *((SOFT, look.tint) for look in TONES.values()),
    *((look.on, look.fill) for look in (*CLC.values(), NO_CLASS)),
)
"""(text, background): every pair that is used."""


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: Colour) -> float:
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 … 1) of `other` mixed in."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


class Size(IntEnum):
    """Steps of the type scale; few, so that few fonts are open. The value is the height in px at 1080p."""

    NOTE = 24  # for what the IT teacher reads, and the last resort of a button
    BODY = 28
    LEAD = 38
    HEAD = 50
    BIG = 68
    HUGE = 94
    GIANT = 134


SCALE = tuple(Size)
TOUCH = 76  # px at 1080p: no target is smaller


@dataclass(frozen=True, slots=True)
class Metrics:
    """Lengths on a screen of `width` by `height` px."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """Pixels for one px at 1080p: of 1920×1080, or of 1080×1920 when the screen stands upright."""
        wide, high = (1080, 1920) if self.portrait else (1920, 1080)
        return min(self.width / wide, self.height / high)

    @property
    def portrait(self) -> bool:
        """Whether the screen stands upright."""
        return self.height > self.width

    def px(self, length: float) -> int:
        """A length given for 1080p, in whole pixels of this screen, at least 1."""
        return max(1, round(length * self.unit))
