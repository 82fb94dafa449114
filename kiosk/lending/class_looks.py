"""The 22 classes of the Chinese Library Classification as colours: the same on screen covers and on spine labels.

A colour is (red, green, blue), 0 to 255. The text on each has a contrast of 4.5 : 1 or more (a test of the screens).
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

_WHITE: Colour = (255, 255, 255)
_DARK: Colour = (48, 34, 20)


@dataclass(frozen=True, slots=True)
class ClassLook:
    """One class of the Chinese Library Classification: its colour, the text on it, the pattern on its covers."""

    fill: Colour
    on: Colour
    pattern: str  # "dots", "stripes", "waves", "rings", "stars", "grid", "hills", "leaves"


CLC: dict[str, ClassLook] = {
    "A": ClassLook((170, 38, 42), _WHITE, "stars"),
    "B": ClassLook((110, 76, 150), _WHITE, "rings"),
    "C": ClassLook((58, 98, 130), _WHITE, "grid"),
    "D": ClassLook((148, 54, 70), _WHITE, "stripes"),
    "E": ClassLook((82, 100, 56), _WHITE, "stripes"),
    "F": ClassLook((196, 160, 62), _DARK, "rings"),
    "G": ClassLook((34, 120, 118), _WHITE, "dots"),
    "H": ClassLook((196, 78, 44), _WHITE, "grid"),
    "I": ClassLook((206, 62, 86), _WHITE, "waves"),
    "J": ClassLook((178, 66, 140), _WHITE, "rings"),
    "K": ClassLook((140, 90, 48), _WHITE, "hills"),
    "N": ClassLook((40, 96, 168), _WHITE, "stars"),
    "O": ClassLook((72, 82, 164), _WHITE, "grid"),
    "P": ClassLook((30, 78, 128), _WHITE, "stars"),
    "Q": ClassLook((52, 122, 66), _WHITE, "leaves"),
    "R": ClassLook((96, 178, 160), _DARK, "waves"),
    "S": ClassLook((140, 180, 76), _DARK, "leaves"),
    "T": ClassLook((92, 104, 116), _WHITE, "grid"),
    "U": ClassLook((226, 142, 56), _DARK, "stripes"),
    "V": ClassLook((112, 172, 214), _DARK, "dots"),
    "X": ClassLook((64, 118, 44), _WHITE, "hills"),
    "Z": ClassLook((116, 88, 74), _WHITE, "dots"),
}
"""The 22 classes. The letters L, M, W and Y are not used by the classification (中国图书馆分类法, 5th edition)."""

NO_CLASS = ClassLook((132, 112, 94), _WHITE, "dots")


def class_look(clc: str) -> ClassLook:
    """The look of a class number such as `I287.45`; what is not in the classification looks neutral."""
    return CLC.get(clc[:1].upper(), NO_CLASS)
