"""Where the fonts, icons and sounds are, and which characters a face can draw.

The files lie in `<checkout>/assets` or, installed from a wheel, in `kiosk/_assets`.
Nothing is read at import.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right
from functools import cache
from pathlib import Path

FACES = {
    "sans": "kiosk-sans-regular.ttf",
    "sans-bold": "kiosk-sans-bold.ttf",
    "kai": "kiosk-kai.ttf",
}

INK = "#3a2c23"  # the outlines in our icons (assets/icons/make_icons.py)


@cache
def root() -> Path:
    """The assets folder: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_assets"
    return installed if installed.is_dir() else package.parent / "assets"


def asset(*parts: str) -> Path:
    """The path of one asset, e.g. `asset("pinyin", "chars.tsv")`; it need not exist."""
    return root().joinpath(*parts)


def font_path(face: str) -> Path:
    """The font file of a face: `sans`, `sans-bold` or `kai`.

    Raises `KeyError` for another name. `sans` has all of GBK; the other two leave out rare
    characters, so text of unknown origin goes through `face_for` first.
    """
    return asset("fonts", FACES[face])


def icon_path(name: str) -> Path:
    """The SVG file of an icon, by its name without ending (`done`, `card` …)."""
    return asset("icons", f"{name}.svg")


def sound_path(name: str) -> Path:
    """The WAV file of a sound, by its name without ending (`done`, `tap` …)."""
    return asset("sounds", f"{name}.wav")


def icon_svg(name: str, size: int, ink: str = INK) -> bytes:
    """The icon as SVG bytes which every pygame rasterises with its longer side at `size` px.

    `pygame.image.load(io.BytesIO(icon_svg("done", 96)), "done.svg")` draws it sharp: the size stands
    in the file's first `width` and `height`, the drawing itself in its `viewBox`. `ink` (`#rrggbb`)
    takes the place of the dark outline, for signs such as `back` on a dark button.
    """
    source = icon_path(name).read_bytes()
    start = source.index(b'viewBox="') + len(b'viewBox="')
    _, _, width, height = (float(n) for n in source[start : source.index(b'"', start)].split())
    scale = size / max(width, height)
    own = f'<svg width="{round(width * scale)}" height="{round(height * scale)}"'.encode()
    return source.replace(b"<svg", own, 1).replace(INK.encode(), ink.encode())


@cache
def _ranges(face: str) -> tuple[array[int], array[int]]:
    """Sorted first and last code points of the face's character map (OpenType `cmap`, format 12)."""
    with font_path(face).open("rb") as file:
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        directory = dict(struct.iter_unpack(">4s4xL4x", file.read(16 * tables)))
        cmap = directory[b"cmap"]
        file.seek(cmap)
        (count,) = struct.unpack(">2xH", file.read(4))
        for _, at in list(struct.iter_unpack(">LL", file.read(8 * count))):
            file.seek(cmap + at)
            layout, groups = struct.unpack(">H10xL", file.read(16))
            if layout == 12:
                numbers = array("I", file.read(12 * groups))
                if sys.byteorder == "little":
                    numbers.byteswap()
                return numbers[0::3], numbers[1::3]
    raise ValueError(f"{FACES[face]} has no format 12 character map")


def covers(face: str, text: str) -> bool:
    """Whether the face has a picture for every character of `text` (line ends do not count)."""
    firsts, lasts = _ranges(face)
    for point in map(ord, text):
        place = bisect_right(firsts, point) - 1
        if point != 10 and (place < 0 or point > lasts[place]):
            return False
    return True


def face_for(face: str, text: str) -> str:
    """`face` if it has all of `text`, else `sans`, which has the most: no box instead of a rare name."""
    return face if covers(face, text) else "sans"
