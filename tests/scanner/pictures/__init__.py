"""Hard pictures, drawn from a seed: labels with barcodes under simulated camera conditions, and scenes without codes.

`picture(condition, seed)` and `scene(kind, seed)` give the same pixels for the same arguments. The symbols are drawn
by zxing-cpp's writer, so that our own tables are not judged by themselves. Seeds below `ASIDE` are for tuning;
those from it on were never looked at while tuning.
"""

from tests.scanner.pictures.camera import CONDITIONS, Picture, picture
from tests.scanner.pictures.scenes import SCENES, scene
from tests.scanner.pictures.symbols import KINDS, Symbol, make_symbol

ASIDE = 100_000

__all__ = ["ASIDE", "CONDITIONS", "KINDS", "SCENES", "Picture", "Symbol", "make_symbol", "picture", "scene"]
