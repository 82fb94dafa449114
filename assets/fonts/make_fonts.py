"""Make the three font subsets of this folder from the fonts they come from.

Where the sources come from (fetch them with the package managers' own commands):

* `npm pack @expo-google-fonts/noto-sans-sc`, unpacked: Noto Sans SC as TrueType, OFL, in `package/`.
* Debian and Ubuntu package `fonts-lxgw-wenkai`: `LXGWWenKai-Bold.ttf`, OFL with a reserved name.
  The bold weight: headings are read from two metres, where the regular one is too thin.
* Debian and Ubuntu package `unicode-data`: the Unihan tables, which list the 8105 characters of the
  Table of General Standard Chinese Characters (2013) and the traditional forms.

Run: `python make_fonts.py --noto package --kai LXGWWenKai-Bold.ttf --unihan /usr/share/unicode`.
The same sources and the same fontTools give the same bytes.
"""

from __future__ import annotations

import argparse
import bz2
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]  # fontTools ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools ships no types

HERE = Path(__file__).resolve().parent

# Tables that SDL_ttf, reportlab and fpdf2 do not read: OpenType layout, vertical writing, hinting.
# hhea and OS/2 (ascent, descent, line gap) stay, so that lines sit as the designers meant them to.
UNUSED_TABLES = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp", "prep", "fpgm", "cvt "]

# Signs the screens use that are in no Chinese code page, or are mapped otherwise there.
MARKS = (
    "·—–…‘’“”•‧¥￥€©®™°℃‰½№"
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿêɑɡĀÁǍÀĒÉĚÈŌÓǑÒ"
    "←↑→↓↵⌫☆★✓✔✕✗×÷±≈≠≤≥①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳●○■□▲△▼▽◆◇♀♂♪♫♥"
    "〇々《》〈〉「」『』【】〔〕（）！？，。：；、～"
)
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]


def code_page(codec: str) -> set[int]:
    """The code points of a two-byte Chinese code page (`gb2312`, `gbk`)."""
    found: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found.add(ord(bytes([lead, trail]).decode(codec)))
            except UnicodeDecodeError:
                continue
    return found


def unihan(folder: Path, file: str, field: str) -> Iterator[tuple[int, str]]:
    """(code point, value) of one Unihan field; the file may be packed as Debian packs it."""
    packed = folder / f"{file}.bz2"
    raw = bz2.decompress(packed.read_bytes()) if packed.exists() else (folder / file).read_bytes()
    for line in raw.decode().splitlines():
        if line.startswith("U+"):
            point, name, value = line.split("\t", 2)
            if name == field:
                yield int(point[2:], 16), value


def everyday(folder: Path) -> set[int]:
    """GB2312, the 8105 standard characters, and the traditional forms of both that GBK has."""
    points = code_page("gb2312") | {p for p, _ in unihan(folder, "Unihan_OtherMappings.txt", "kTGH")}
    gbk = code_page("gbk")
    for point, forms in unihan(folder, "Unihan_Variants.txt", "kTraditionalVariant"):
        if point in points:
            points |= {int(form[2:], 16) for form in forms.split()} & gbk
    return points


def extension_names(noto: TTFont, kai: TTFont) -> set[int]:
    """Characters of people's names beyond GBK.

    The kai face carries a chosen 500 of Extension A and Noto Sans SC a chosen 220 of the later
    extensions: those two choices together are small and hold the name characters now in use.
    """
    chosen_a = {p for p in kai.getBestCmap() if 0x3400 <= p <= 0x4DBF}
    return chosen_a | {p for p in noto.getBestCmap() if p >= 0x20000}


def rename(font: TTFont, family: str, style: str, origin: str) -> None:
    """Give the subset its own name (the licence reserves the original one); keep copyright and licence."""
    table = font["name"]
    table.names = [n for n in table.names if n.nameID in (0, 13, 14) and n.langID == 0x409]
    full = family if style == "Regular" else f"{family} {style}"
    post_script = f"{family.replace(' ', '')}-{style}"
    own = {1: family, 2: style, 3: f"{post_script};subset", 4: full, 6: post_script, 10: origin}
    for name_id, value in own.items():
        table.setName(value, name_id, 3, 1, 0x409)


def make(source: Path, target: Path, points: set[int], family: str, style: str, origin: str) -> None:
    """Write the subset of `source` with `points` to `target`."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += UNUSED_TABLES
    maker = subset.Subsetter(options)
    maker.populate(unicodes=points & set(font.getBestCmap()))
    maker.subset(font)
    rename(font, family, style, origin)
    font.save(target)
    sys.stdout.write(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size} bytes\n")


def main() -> None:
    """Read the arguments and write the three fonts."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--noto", type=Path, required=True, help="folder of the unpacked npm package")
    reader.add_argument("--kai", type=Path, required=True, help="LXGWWenKai-Bold.ttf")
    reader.add_argument("--unihan", type=Path, required=True, help="folder of the Unihan tables")
    reader.add_argument("--out", type=Path, default=HERE)
    given = reader.parse_args()

    regular = given.noto / "400Regular" / "NotoSansSC_400Regular.ttf"
    bold = given.noto / "700Bold" / "NotoSansSC_700Bold.ttf"
    signs = set(LATIN) | {ord(c) for c in MARKS}
    names = extension_names(TTFont(regular, lazy=True), TTFont(given.kai, lazy=True))
    gbk = code_page("gbk") | signs | names
    common = everyday(given.unihan) | signs | names
    noto_origin = "A subset of Noto Sans SC"
    make(regular, given.out / "kiosk-sans-regular.ttf", gbk | common, "Kiosk Sans", "Regular", noto_origin)
    make(bold, given.out / "kiosk-sans-bold.ttf", common, "Kiosk Sans", "Bold", noto_origin)
    make(given.kai, given.out / "kiosk-kai.ttf", common, "Kiosk Kai", "Regular", "A subset of a kai face")


if __name__ == "__main__":
    main()
