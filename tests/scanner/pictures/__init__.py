"""Hard pictures, drawn from a seed: labels under simulated camera conditions, photographs, labels as they are printed,
scenes without codes.

`picture(condition, seed)`, `photograph(condition, seed)`, `printed(condition, seed)` and `scene(kind, seed)` give the
same pixels for the same arguments. The symbols are drawn by zxing-cpp's writer, so that our own tables are not judged
by themselves. Seeds below `ASIDE` are for tuning; those from it on were never looked at while tuning.
"""

from tests.scanner.pictures.camera import CONDITIONS, Picture, picture
from tests.scanner.pictures.photographs import PHOTO_KINDS, PHOTOGRAPHED, photograph
from tests.scanner.pictures.printed import PRINTED, printed
from tests.scanner.pictures.scenes import SCENES, scene
from tests.scanner.pictures.symbols import KINDS, Symbol, make_symbol

ASIDE = 100_000

__all__ = [
    "ASIDE",
    "CONDITIONS",
    "KINDS",
    "PHOTOGRAPHED",
    "PHOTO_KINDS",
    "PRINTED",
    "SCENES",
    "Picture",
    "Symbol",
    "make_symbol",
    "photograph",
    "picture",
    "printed",
    "scene",
]
