"""The colour and the emblem of a class on everything printed for it: sun, leaf, fish … in twelve colours.

White letters on each colour keep a contrast of at least 4.5 : 1, and the emblems differ in outline, so that a card
is known in black and white too. Drawn on a square of 96 units as our icons are, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.lending.patrons import PatronKind
from kiosk.printing.bars import MM
from kiosk.printing.drawings import disc, path_on
from kiosk.printing.page_parts import INK, WHITE, Box, Colour, ink, patch

Piece = tuple[str, str]
"""Path data, and how it is drawn: "white" or "tint" with an outline, "line" of ink, "ray" (white), or "dot"."""


@dataclass(frozen=True, slots=True)
class Look:
    """A colour to stand behind white letters, and the name of the emblem on it."""

    colour: Colour
    emblem: str

    @property
    def tint(self) -> Colour:
        """The colour, very light: ink is read on it."""
        red, green, blue = (round(part + (255 - part) * 0.72) for part in self.colour)
        return (red, green, blue)


COLOURS: Final[tuple[Colour, ...]] = (
    (190, 58, 52),
    (34, 104, 168),
    (40, 120, 74),
    (142, 98, 8),
    (110, 76, 160),
    (18, 116, 118),
    (192, 56, 98),
    (92, 108, 36),
    (52, 80, 176),
    (178, 84, 20),
    (152, 60, 132),
    (120, 82, 54),
)
"""The classes' colours, neighbours far apart."""

EMBLEMS: Final = (
    *("sun", "fish", "leaf", "boat", "moon", "apple", "flower", "kite", "umbrella", "star", "mushroom", "cloud"),
)
"""The classes' emblems, in the order in which classes take them."""

KIND_LOOKS: Final[Mapping[PatronKind, Look]] = {
    PatronKind.TEACHER: Look((70, 74, 86), "book"),
    PatronKind.LIBRARIAN: Look((70, 74, 86), "key"),
    PatronKind.CLASS_SET: Look((96, 84, 72), "books"),
}
"""How the cards of readers look who are no pupils."""


def school_class_look(entry_year: int, number: int) -> int:
    """The look of class `number` of the year that entered in `entry_year`: one that it keeps while it is at school.

    The classes of one year differ in colour and in emblem (up to twelve of them), and classes of different years at
    school never share both.
    """
    colour = (entry_year * 5 + number - 1) % len(COLOURS)
    return colour + len(COLOURS) * (entry_year % len(EMBLEMS))


def look_of(kind: PatronKind, look: int) -> Look:
    """Colour and emblem of a card: by its kind, and a pupil's by the `look` of `school_class_look`."""
    if kind in KIND_LOOKS:
        return KIND_LOOKS[kind]
    colour = look % len(COLOURS)
    return Look(COLOURS[colour], EMBLEMS[(look // len(COLOURS) + colour) % len(EMBLEMS)])


def emblem_on(page: Any, look: Look, left: float, bottom: float, size: float) -> None:
    """Draw the emblem on a reportlab canvas, `size` mm high and wide, its lower left corner there."""
    scale = size * MM / 96
    page.saveState()
    page.setLineCap(1)
    page.setLineJoin(1)
    page.translate(left * MM, bottom * MM + size * MM)
    page.scale(scale, -scale)
    for data, how in _DRAWN[look.emblem]:
        ink(page, {"white": WHITE, "tint": look.tint}.get(how, INK))
        page.setStrokeColorRGB(*(part / 255 for part in (WHITE if how == "ray" else INK)))
        page.setLineWidth(6.0 if how == "ray" else 5.0)
        path_on(page, data, stroke=how != "dot", fill=how not in {"line", "ray"})
    page.restoreState()


def badge_on(page: Any, box: Box, look: Look) -> None:
    """The emblem on a patch of its colour, in a square box."""
    patch(page, box, look.colour, box.height * 0.24)
    edge = box.height * 0.1
    emblem_on(page, look, box.left + edge, box.bottom + edge, box.height - 2 * edge)


def _at(angle: float, r: float, x: float = 48.0, y: float = 48.0) -> str:
    turn = math.radians(angle)
    return f"{x + r * math.cos(turn):.2f} {y + r * math.sin(turn):.2f}"


def _flower() -> tuple[Piece, ...]:
    petals = "".join(f"{'A19 19 0 0 1 ' if turn else 'M'}{_at(turn * 60 - 90, 31)}" for turn in range(7))
    return ((petals + "Z", "white"), (disc(48, 48, 14), "tint"))


def _star() -> str:
    corners = [_at(turn * 36 - 90, 20 if turn % 2 else 42, y=51.0) for turn in range(10)]
    return "M" + "L".join(corners) + "Z"


_SMILE: Final = "M41 54Q48 60 55 54"

_DRAWN: Final[Mapping[str, tuple[Piece, ...]]] = {
    "sun": (
        ("".join(f"M{_at(turn * 45, 33)}L{_at(turn * 45, 42)}" for turn in range(8)), "ray"),
        (disc(48, 48, 24), "white"),
        (disc(40, 46, 3), "dot"),
        (disc(56, 46, 3), "dot"),
        (_SMILE, "line"),
    ),
    "fish": (
        ("M70 48L90 30Q84 48 90 66Z", "tint"),
        ("M6 48Q22 22 46 24Q66 28 74 48Q66 68 46 72Q22 74 6 48Z", "white"),
        ("M42 26Q52 48 42 70", "line"),
        (disc(25, 43, 4), "dot"),
    ),
    "leaf": (
        ("M12 86L26 70", "ray"),
        ("M24 72Q6 30 44 18Q64 12 88 8Q88 40 78 58Q60 88 24 72Z", "white"),
        ("M24 72L68 28M42 54L42 38M54 42L70 44", "line"),
    ),
    "boat": (
        ("M46 8V62", "ray"),
        ("M46 10Q78 26 80 54H46Z", "white"),
        ("M38 22Q20 36 16 54H38Z", "tint"),
        ("M8 64H88Q84 86 66 86H30Q12 86 8 64Z", "white"),
    ),
    "moon": (
        ("M60 10Q22 12 18 48Q20 86 60 88Q74 88 82 80Q46 78 46 46Q46 22 60 10Z", "white"),
        ("M70 22L73 31L82 34L73 37L70 46L67 37L58 34L67 31Z", "tint"),
    ),
    "apple": (
        ("M48 30Q48 16 56 8", "ray"),
        ("M54 20Q64 6 82 12Q76 28 54 20Z", "tint"),
        ("M48 32Q34 22 22 32Q8 46 18 70Q30 92 48 84Q66 92 78 70Q88 46 74 32Q62 22 48 32Z", "white"),
        ("M24 50Q24 42 31 39", "line"),
    ),
    "flower": _flower(),
    "kite": (
        ("M48 66Q60 72 52 78T56 90", "ray"),
        ("M48 6L80 34L48 68L16 34Z", "white"),
        ("M48 6L80 34H48Z", "tint"),
        ("M48 6V68M16 34H80", "line"),
    ),
    "umbrella": (
        ("M48 48V78Q48 90 37 88Q31 86 31 78", "ray"),
        ("M8 50Q10 14 48 12Q86 14 88 50Q78 40 68 50Q58 40 48 50Q38 40 28 50Q18 40 8 50Z", "white"),
        ("M48 12Q66 26 68 50Q58 40 48 50Q38 40 28 50Q30 26 48 12Z", "tint"),
        ("M48 11V5", "ray"),
    ),
    "star": (
        (_star(), "white"),
        (disc(41, 49, 3), "dot"),
        (disc(55, 49, 3), "dot"),
        ("M42 57Q48 62 54 57", "line"),
    ),
    "mushroom": (
        ("M36 54Q38 74 32 86H64Q58 74 60 54Z", "white"),
        ("M8 54Q10 12 48 12Q86 12 88 54Q48 64 8 54Z", "tint"),
        (disc(34, 34, 7), "white"),
        (disc(62, 40, 6), "white"),
    ),
    "cloud": (
        ("M28 74L23 86M48 74L43 86M68 74L63 86", "ray"),
        ("M26 64Q8 62 8 46Q8 32 24 32Q30 12 50 14Q66 16 70 32Q88 32 88 48Q88 64 70 64Z", "white"),
    ),
    "book": (
        ("M48 24Q30 12 8 18V78Q30 72 48 84Z", "white"),
        ("M48 24Q66 12 88 18V78Q66 72 48 84Z", "tint"),
        ("M18 34Q28 32 38 37M18 48Q28 46 38 51", "line"),
    ),
    "books": (
        ("M12 60H84V84H12Z", "white"),
        ("M18 38H78V60H18Z", "tint"),
        ("M12 14H74V38H12Z", "white"),
        ("M24 60V84M66 38V60M24 14V38", "line"),
    ),
    "key": (
        (disc(28, 48, 21), "white"),
        (disc(28, 48, 7), "tint"),
        ("M52 48H90M74 48V62M88 48V60", "ray"),
    ),
}
