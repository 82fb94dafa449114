"""Draw the kiosk's icons as small SVG files.

Our own designs. Flat and warm as in a picture book: one dark ink, one stroke weight with round ends,
few colours. The four tones differ in outline first (rosette, triangle, octagon, speech bubble), so
that they are told apart without colour. Only shapes that every SVG reader inside pygame knows are
used: no text, no clipping, no style sheets.

Run: `python make_icons.py` writes the SVG files beside this script.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

HERE = Path(__file__).resolve().parent

INK = "#3a2c23"  # kiosk.assets.INK: the kiosk replaces it where an icon stands on a dark ground
WHITE = "#ffffff"
PAPER = "#fffaf0"
GREEN, AMBER, CORAL, BLUE = "#2f9e5f", "#f6b63c", "#e5654b", "#3b86c8"
DONE, LOOK, NOT_NOW, INFO = "#2e7d50", "#f5b73c", "#ca4638", "#2a6bac"  # as kiosk/screens/theme.py
MINT, SAND, ROSE, SKY, LILAC = "#a9dcb4", "#f8dca6", "#f7b7a8", "#b9dff2", "#cdbdec"
WOOD, SKIN, HAIR, GREY = "#c98f5e", "#fbd9b8", "#4a3b35", "#d9d6de"


def n(value: float) -> str:
    """A short number."""
    return f"{value:.1f}".removesuffix(".0")


def path(d: str, fill: str = "none", **more: str) -> str:
    """A path; `more` are attributes with _ for -."""
    return f'<path d="{d}" fill="{fill}"{_attributes(more)}/>'


def rect(x: float, y: float, w: float, h: float, r: float, fill: str = "none", **more: str) -> str:
    """A rectangle with round corners."""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" rx="{n(r)}" fill="{fill}"{_attributes(more)}/>'


def disc(x: float, y: float, r: float, fill: str = "none", **more: str) -> str:
    """A circle."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{fill}"{_attributes(more)}/>'


def dot(x: float, y: float, r: float, fill: str = INK) -> str:
    """A filled circle without outline."""
    return disc(x, y, r, fill, stroke="none")


def patch(x: float, y: float, w: float, h: float, r: float, fill: str) -> str:
    """A filled rectangle without outline."""
    return rect(x, y, w, h, r, fill, stroke="none")


def moved(body: str, x: float = 0, y: float = 0, scale: float = 1, turn: float = 0) -> str:
    """A group, moved, scaled and turned (degrees, about its own origin); the stroke keeps its weight."""
    weight = f' stroke-width="{n(5 / scale)}"' if scale != 1 else ""
    turned = f" rotate({n(turn)})" if turn else ""
    return f'<g transform="translate({n(x)} {n(y)}){turned} scale({scale:g})"{weight}>{body}</g>'


def _attributes(more: dict[str, str]) -> str:
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())


def polygon(cx: float, cy: float, r: float, sides: int, first: float) -> list[tuple[float, float]]:
    """Corners of a regular polygon; `first` is the angle of the first one in degrees."""
    angles = [math.radians(first + 360 * i / sides) for i in range(sides)]
    return [(cx + r * math.cos(a), cy + r * math.sin(a)) for a in angles]


def rounded(corners: list[tuple[float, float]], share: float) -> str:
    """Path data of a closed polygon whose corners are rounded over `share` (0 to 0.5) of each side."""
    parts: list[str] = []
    for i, (x, y) in enumerate(corners):
        (px, py), (qx, qy) = corners[i - 1], corners[(i + 1) % len(corners)]
        ax, ay = x + (px - x) * share, y + (py - y) * share
        bx, by = x + (qx - x) * share, y + (qy - y) * share
        parts.append(f"{'L' if parts else 'M'}{n(ax)} {n(ay)}Q{n(x)} {n(y)} {n(bx)} {n(by)}")
    return "".join(parts) + "Z"


def rosette(cx: float, cy: float, r: float, lobes: int) -> str:
    """Path data of a badge with a scalloped rim."""
    points = polygon(cx, cy, r, lobes, -90)
    arc = r * math.sin(math.pi / lobes) * 1.04
    start = f"M{n(points[0][0])} {n(points[0][1])}"
    rest = [*points[1:], points[0]]
    return start + "".join(f"A{n(arc)} {n(arc)} 0 0 1 {n(x)} {n(y)}" for x, y in rest) + "Z"


def star_path(cx: float, cy: float, r: float, inner: float = 0.52, share: float = 0.25) -> str:
    """Path data of a five-pointed star with soft points."""
    outer = polygon(cx, cy, r, 5, -90)
    valleys = polygon(cx, cy, r * inner, 5, -54)
    return rounded([corner for pair in zip(outer, valleys, strict=True) for corner in pair], share)


def gear_path(cx: float, cy: float, r: float, teeth: int) -> str:
    """Path data of a gear wheel with soft teeth."""
    corners = []
    for i in range(teeth):
        for offset, reach in ((-0.30, 0.76), (-0.20, 1.0), (0.20, 1.0), (0.30, 0.76)):
            angle = 2 * math.pi * (i + offset) / teeth - math.pi / 2
            corners.append((cx + r * reach * math.cos(angle), cy + r * reach * math.sin(angle)))
    return rounded(corners, 0.28)


def bars(x: float, y: float, h: float, scale: float = 1) -> str:
    """The stripes of a barcode, 44 wide at scale 1."""
    stripes = ((0, 5), (9, 3), (16, 7), (27, 3), (33, 4), (41, 3))
    return "".join(patch(x + at * scale, y, w * scale, h, 0.8, INK) for at, w in stripes)


def closed_book(cover: str, band: str) -> str:
    """A book seen from the front, 52 by 68, its upper left corner at the origin."""
    return (
        rect(0, 0, 52, 68, 8, cover)
        + path("M0 60Q0 52 8 52H52V60Q52 68 44 68H8Q0 68 0 60Z", PAPER)
        + path("M12 0V52")
        + rect(21, 13, 22, 16, 4, band)
    )


def spine(x: float, base: float, w: float, h: float, fill: str) -> str:
    """A book on a shelf, seen by its spine."""
    top = base - h
    return rect(x, top, w, h, 4, fill) + path(f"M{n(x)} {n(top + 10)}H{n(x + w)}")


def person(hair: str, shirt: str, extra: str = "", face: str = "") -> str:
    """A child or grown-up, head and shoulders, on the 96 canvas."""
    return (
        path("M14 90Q14 62 48 62Q82 62 82 90Z", shirt)
        + extra
        + disc(48, 38, 23, SKIN)
        + hair
        + (face or dot(40, 42, 3) + dot(56, 42, 3))
        + path("M42 50Q48 55 54 50", stroke_width="4")
    )


SHORT_HAIR = path("M25 38Q22 14 48 14Q74 14 71 38Q66 27 56 27Q44 30 36 26Q28 29 25 38Z", HAIR)
BOB_HAIR = path("M23 50Q16 12 48 13Q80 12 73 50Q68 44 68 34Q58 34 50 27Q42 35 28 34Q28 44 23 50Z", "#6b4a3a")
BUN_HAIR = disc(48, 11, 8, "#6b5b57") + path("M25 40Q20 15 48 15Q76 15 71 40Q66 28 48 27Q30 28 25 40Z", "#6b5b57")
GLASSES = (
    disc(39, 42, 7.5, WHITE, stroke_width="4")
    + disc(57, 42, 7.5, WHITE, stroke_width="4")
    + dot(39, 42, 2.6)
    + dot(57, 42, 2.6)
)
SCARF = path("M34 64L48 74L62 64", CORAL) + path("M48 74L40 88M48 74L56 88", stroke=CORAL, stroke_width="7")
SYMBOL = {"stroke": WHITE, "stroke_width": "9"}
HAND = (
    path("M33 56V36M43 50V27M53 50V27M63 54V35", stroke=WHITE, stroke_width="8.5")
    + path("M29 44V58Q29 76 48 76Q67 76 67 58V44Z", WHITE, stroke="none")
    + path("M31 60L22 50", stroke=WHITE, stroke_width="8.5")
)
ALERT = path(rounded([(70, 48), (94, 92), (46, 92)], 0.2), LOOK) + path("M70 66V75") + dot(70, 84, 3)


TRAY_BACK = path("M14 58H82")
TRAY = path("M6 58V78Q6 88 16 88H80Q90 88 90 78V58H70L64 67H32L26 58Z", MINT)


def circle_arrow(cx: float, cy: float, r: float, start: float, end: float, head: float = 15) -> str:
    """An arc with an arrow head at its end, clockwise; degrees from three o'clock."""
    a, b = math.radians(start), math.radians(end)
    x1, y1, x2, y2 = cx + r * math.cos(a), cy + r * math.sin(a), cx + r * math.cos(b), cy + r * math.sin(b)
    wide = 1 if (end - start) % 360 > 180 else 0
    arc = f"M{n(x1)} {n(y1)}A{n(r)} {n(r)} 0 {wide} 1 {n(x2)} {n(y2)}"
    tips = []
    for side in (-40, 40):
        angle = b - math.pi / 2 + math.radians(side - 14)  # 14: the arc bends away from its tangent
        tips.append((x2 + head * math.cos(angle), y2 + head * math.sin(angle)))
    (ax, ay), (bx, by) = tips
    return path(f"{arc}M{n(ax)} {n(ay)}L{n(x2)} {n(y2)}L{n(bx)} {n(by)}")


ICONS: dict[str, str] = {
    # the four tones
    "done": path(rosette(48, 48, 38, 10), DONE) + path("M31 49L44 62L66 36", **SYMBOL),
    "look": path(rounded([(48, 2), (97, 90), (-1, 90)], 0.2), LOOK)
    + path("M48 36V57", stroke_width="9")
    + dot(48, 73, 6),
    "not_now": path(rounded(polygon(48, 48, 46, 8, 22.5), 0.22), NOT_NOW) + HAND,
    "info": path(
        "M48 7C74 7 91 22 91 43C91 64 74 79 48 79Q42 79 37 78L20 90Q16 92 17 87L19 70Q5 60 5 43C5 22 22 7 48 7Z",
        INFO,
    )
    + path("M48 42V60", **SYMBOL)
    + dot(48, 26, 6, WHITE),
    # things
    "card": rect(6, 18, 84, 60, 10, SKY)
    + path("M6 34V28Q6 18 16 18H80Q90 18 90 28V34Z", BLUE)
    + path("M15 68Q15 56 27 56Q39 56 39 68Z", CORAL)
    + disc(27, 48, 8, SKIN)
    + bars(47, 45, 22, 0.82),
    "book": moved(closed_book(CORAL, SAND), 22, 14),
    "books": rect(10, 66, 72, 20, 6, BLUE)
    + path("M26 66V86")
    + rect(18, 44, 66, 22, 6, AMBER)
    + path("M68 44V66")
    + rect(12, 22, 62, 22, 6, GREEN)
    + path("M28 22V44"),
    "shelf": rect(8, 8, 80, 80, 8, WOOD)
    + rect(17, 17, 62, 28, 3, PAPER)
    + rect(17, 52, 62, 28, 3, PAPER)
    + spine(23, 45, 14, 22, CORAL)
    + spine(37, 45, 12, 18, AMBER)
    + spine(60, 45, 13, 22, BLUE)
    + spine(23, 80, 13, 18, GREEN)
    + spine(46, 80, 13, 22, LILAC)
    + spine(59, 80, 14, 20, AMBER),
    "scan": path("M8 26V16Q8 8 16 8H26M70 8H80Q88 8 88 16V26M88 70V80Q88 88 80 88H70M26 88H16Q8 88 8 80V70")
    + bars(21, 24, 48, 1.24)
    + path("M8 48H88", stroke=CORAL, stroke_width="6"),
    "camera": path("M48 62V80")
    + rect(24, 78, 48, 12, 6, GREY)
    + disc(48, 36, 30, BLUE)
    + disc(48, 36, 16, SKY)
    + dot(48, 36, 7)
    + dot(71, 19, 3, WHITE),
    "barcode": rect(6, 16, 84, 64, 9, WHITE) + bars(19, 27, 32, 1.34) + path("M24 70H72"),
    "borrow": TRAY_BACK
    + rect(22, 6, 52, 72, 8, CORAL)
    + path("M48 50V22M36 33L48 20L60 33", stroke=WHITE, stroke_width="7")
    + TRAY,
    "return": TRAY_BACK
    + rect(22, 6, 52, 72, 8, BLUE)
    + path("M48 19V47M36 36L48 49L60 36", stroke=WHITE, stroke_width="7")
    + TRAY,
    "renew": moved(closed_book(SKY, WHITE), 31, 25, 0.66)
    + circle_arrow(48, 48, 40, 195, 335)
    + circle_arrow(48, 48, 40, 15, 155),
    "undo": path("M30 16L12 34L30 52M14 34H56Q84 34 84 58Q84 82 56 82H34", stroke_width="8"),
    "finish": path("M20 8V90", stroke_width="6")
    + path("M20 14Q38 4 52 14T84 14V54Q66 64 52 54T20 54Z", MINT)
    + path("M36 33L46 43L64 24", stroke_width="7"),
    "help": disc(48, 48, 41, LILAC)
    + path("M35 38Q35 25 48 25Q62 25 62 37Q62 45 53 49Q48 52 48 59", stroke_width="8")
    + dot(48, 72, 5),
    "clock": disc(48, 50, 38, WHITE)
    + path("M48 28V50L62 60", stroke_width="6")
    + path("M48 18V20M48 80V82M16 50H18M78 50H80"),
    "calendar": rect(9, 16, 78, 72, 10, WHITE)
    + path("M9 38V26Q9 16 19 16H77Q87 16 87 26V38Z", CORAL)
    + path("M29 8V24M67 8V24")
    + "".join(dot(x, y, 4.6, INK) for y in (53, 71) for x in (28, 48, 68) if (x, y) != (68, 71))
    + path(star_path(69, 71, 11), AMBER, stroke_width="3"),
    "class": moved(person(BOB_HAIR, MINT), -2, 4, 0.56)
    + moved(person(SHORT_HAIR, SKY), 44, 4, 0.56)
    + moved(person(SHORT_HAIR, AMBER, SCARF), 17, 30, 0.65),
    "teacher": rect(6, 8, 84, 58, 8, "#4f8f70")
    + path("M60 24H78M60 36H78", stroke=WHITE)
    + moved(person(BUN_HAIR, LILAC), -3, 22, 0.76),
    "helper": person(BOB_HAIR, SKY, SCARF) + path(star_path(76, 76, 17), AMBER),
    "librarian": person(BUN_HAIR, MINT, "", GLASSES)
    + path("M48 78Q36 70 22 74V93Q36 90 48 94Q60 90 74 93V74Q60 70 48 78ZM48 78V94", WHITE),
    "lock": path("M28 46V32Q28 10 48 10Q68 10 68 32V46")
    + rect(16, 44, 64, 44, 10, AMBER)
    + disc(48, 62, 5, INK)
    + path("M48 64V74"),
    "key": disc(30, 48, 22, AMBER) + disc(26, 48, 6, WHITE) + path("M52 48H90V62M74 48V58", stroke_width="7"),
    "search": path("M61 61L86 86", stroke_width="11")
    + disc(40, 40, 29, SKY)
    + path("M25 40Q25 25 40 25", stroke=WHITE),
    "wrench": moved(
        path(
            "M-9 36V-8Q-24 -16 -22 -34Q-20 -44 -12 -48V-28H12V-48Q20 -44 22 -34Q24 -16 9 -8V36Q9 46 0 46Q-9 46 -9 36Z",
            GREY,
        )
        + dot(0, 35, 3.4),
        48,
        49,
        1,
        40,
    ),
    "found": moved(closed_book(MINT, WHITE), 14, 20)
    + path(star_path(72, 28, 20), AMBER)
    + path("M84 58V66M80 62H88", stroke_width="4"),
    "lost": rect(14, 16, 54, 70, 8, "none", stroke_dasharray="10.3 11")
    + path("M29 40Q29 29 41 29Q53 29 53 39Q53 46 46 50Q41 53 41 59", stroke_width="7")
    + dot(41, 71, 4.6)
    + path("M78 14L82 24M88 34L78 38", stroke_width="4"),
    "printer": path("M26 34V10H70V34", WHITE)
    + rect(8, 32, 80, 38, 10, SKY)
    + rect(26, 56, 44, 32, 4, WHITE)
    + path("M36 68H60M36 78H52")
    + dot(75, 45, 4, GREEN),
    "settings": path(gear_path(48, 48, 43, 8), GREY) + disc(48, 48, 13, WHITE),
    "language": rect(5, 8, 56, 50, 10, SKY)
    + path("M33 17V24M16 25H50M42 26Q36 42 18 49M24 26Q30 42 48 49", stroke_width="4.5")
    + rect(43, 44, 48, 44, 10, AMBER)
    + path("M56 78L67 53L78 78M60 70H74", stroke_width="4.5"),
    "sun": path("M48 6V14M48 82V90M6 48H14M82 48H90M18 18L24 24M72 72L78 78M18 78L24 72M72 24L78 18", stroke_width="6")
    + disc(48, 48, 23, AMBER)
    + dot(40, 45, 3)
    + dot(56, 45, 3)
    + path("M41 54Q48 60 55 54", stroke_width="4"),
    "moon": path("M60 10Q30 18 30 48Q30 74 62 82Q50 90 38 88Q8 82 8 48Q10 12 44 8Q54 7 60 10Z", SAND)
    + path(star_path(70, 40, 14), AMBER, stroke_width="4"),
    "star": path(star_path(48, 51, 45), AMBER),
    "heart": path("M48 86Q8 60 8 34Q8 12 29 12Q42 12 48 25Q54 12 67 12Q88 12 88 34Q88 60 48 86Z", CORAL)
    + path("M22 34Q22 26 30 25", stroke=WHITE),
    "warning_disk": path("M8 18Q8 8 18 8H66L82 24V74Q82 84 72 84H18Q8 84 8 74Z", SKY)
    + path("M26 8V28H58V8")
    + path("M24 84V54H66V84", WHITE)
    + ALERT,
    "warning_db": path("M8 20V72Q8 86 42 86Q76 86 76 72V20", SKY)
    + path("M8 20Q8 34 42 34Q76 34 76 20Q76 7 42 7Q8 7 8 20Z", WHITE)
    + path("M8 46Q8 60 42 60Q76 60 76 46")
    + ALERT,
    "plug": path("M34 10V30M62 10V30", stroke_width="8")
    + path("M20 30H76V44Q76 66 48 66Q20 66 20 44Z", AMBER)
    + path("M48 66V76Q48 90 64 90H84", stroke_width="6"),
    "where_label": rect(16, 5, 64, 86, 8, SKY)
    + path("M28 5V91")
    + patch(54, 70, 19, 13, 2, WHITE)
    + path("M58 74V79M63 74V79M68 74V79", stroke="#a9a6b3", stroke_width="2.6")
    + rect(37, 14, 35, 24, 5, WHITE)
    + bars(43, 20, 12, 0.52)
    + path("M48 62V46M40 53L48 45L56 53", stroke=CORAL, stroke_width="7"),
    # the librarian's menu
    "rota": rect(8, 12, 80, 74, 9, WHITE)
    + path("M8 32V21Q8 12 17 12H79Q88 12 88 21V32Z", BLUE)
    + path("M35 32V86M61 32V86M8 50H88M8 68H88", stroke_width="4")
    + patch(38, 53, 21, 13, 2, AMBER)
    + patch(11, 35, 22, 13, 2, ROSE)
    + patch(64, 71, 21, 12, 2, MINT),
    "rules": rect(14, 14, 68, 76, 9, SAND)
    + rect(33, 5, 30, 18, 6, AMBER)
    + path("M26 42L31 47L40 36M26 66L31 71L40 60")
    + path("M50 42H70M50 66H70"),
    "numbers": path("M10 86H88")
    + rect(16, 52, 17, 34, 4, AMBER)
    + rect(40, 32, 17, 54, 4, GREEN)
    + rect(64, 12, 17, 74, 4, BLUE),
    "people": moved(person(BUN_HAIR, LILAC), 30, 3, 0.7) + moved(person(SHORT_HAIR, MINT), -4, 20, 0.74),
    "leave": rect(12, 8, 48, 80, 6, WOOD) + dot(48, 50, 4.5) + path("M62 48H90M79 35L92 48L79 61", stroke_width="7"),
    "counter": moved(person(BOB_HAIR, SKY, SCARF), 17, 0, 0.65)
    + rect(6, 54, 84, 14, 6, WOOD)
    + path("M12 68H84V90H12Z", "#e9c79b")
    + rect(64, 36, 19, 18, 4, CORAL),
    "pin": rect(6, 28, 84, 40, 12, WHITE) + "".join(dot(x, 48, 6) for x in (24, 40, 56, 72)),
    "stop": rect(6, 18, 84, 60, 10, GREY)
    + disc(29, 43, 8, WHITE)
    + path("M17 65Q17 53 29 53Q41 53 41 65Z", WHITE)
    + disc(66, 62, 25, CORAL)
    + path("M54 62H78", stroke=WHITE, stroke_width="9"),
    "delete": path("M20 30L26 82Q27 88 33 88H63Q69 88 70 82L76 30Z", SKY)
    + path("M12 28H84M36 28V20Q36 12 44 12H52Q60 12 60 20V28", stroke_width="6")
    + path("M40 46L42 72M56 46L54 72"),
    # signs
    "plus": path("M48 16V80M16 48H80", stroke_width="11"),
    "minus": path("M16 48H80", stroke_width="11"),
    "back": path("M82 48H16M42 20L14 48L42 76", stroke_width="11"),
    "next": path("M14 48H80M54 20L82 48L54 76", stroke_width="11"),
    "up": path("M48 82V16M20 42L48 14L76 42", stroke_width="11"),
    "down": path("M48 14V80M20 54L48 82L76 54", stroke_width="11"),
    "close": path("M22 22L74 74M74 22L22 74", stroke_width="11"),
    "check": path("M14 52L38 76L82 24", stroke_width="11"),
    "backspace": path("M32 16H80Q90 16 90 26V70Q90 80 80 80H32Q27 80 24 76L7 52Q4 48 7 44L24 20Q27 16 32 16Z", WHITE)
    + path("M43 35L69 61M69 35L43 61", stroke_width="7"),
}

# Words of the flows that mean a picture drawn above.
ICONS |= {
    word: ICONS[name] for word, name in {"find": "search", "repair": "wrench", "lend": "borrow", "add": "plus"}.items()
}

# The three pictures of the idle screen, 240 by 180.
SCANNER = (  # points to the left, its window at (-38, 0)
    path("M-2 12L8 52Q10 60 18 58L28 55Q35 53 33 46L22 10Z", "#4d5b78")
    + rect(-36, -18, 72, 36, 13, "#6c7da0")
    + patch(-34, -10, 9, 20, 3, CORAL)
    + path("M-8 19Q-8 32 4 32", stroke_width="4")
    + dot(20, -3, 4.5, MINT)
)
GROUND = path("M10 166H230", stroke_width="5")


STEPS: dict[str, str] = {
    # takes a book off the shelf
    "step1": rect(112, 10, 120, 156, 8, "#e9c79b")
    + patch(119, 17, 106, 64, 3, "#f6e3c6")
    + patch(119, 91, 106, 68, 3, "#f6e3c6")
    + spine(154, 86, 17, 60, GREEN)
    + spine(171, 86, 15, 48, AMBER)
    + spine(186, 86, 18, 56, LILAC)
    + spine(204, 86, 20, 50, BLUE)
    + path("M112 86H232")
    + spine(121, 163, 20, 54, AMBER)
    + spine(141, 163, 15, 62, SKY)
    + spine(156, 163, 20, 50, CORAL)
    + spine(176, 163, 17, 60, MINT)
    + moved(rect(0, 0, 18, 54, 4, ROSE), 199, 111, 1, -9)
    + path("M70 146Q104 132 114 84", stroke_width="23")
    + path("M70 146Q104 132 114 84", stroke=SKY, stroke_width="13")
    + moved(closed_book(CORAL, SAND), 92, 22, 0.92, -8)
    + disc(114, 82, 10, SKIN)
    + moved(person(BOB_HAIR, SKY, SCARF), -6, 54, 1.24)
    + path("M8 166H236"),
    # scans the card
    "step2": rect(12, 74, 152, 94, 12, SKY)
    + path("M12 93V86Q12 74 24 74H152Q164 74 164 86V93Z", BLUE)
    + path("M26 156Q26 136 47 136Q68 136 68 156Z", AMBER)
    + disc(47, 122, 14, SKIN)
    + path("M33 122Q31 105 47 105Q63 105 61 122Q55 113 47 115Q39 113 33 122Z", "#6b4a3a", stroke_width="4")
    + dot(42, 123, 2)
    + dot(52, 123, 2)
    + path("M43 129Q47 132 51 129", stroke_width="3")
    + rect(80, 105, 74, 52, 6, WHITE, stroke_width="4")
    + bars(89, 113, 36, 1.28)
    + path("M154 63L86 131H148Z", CORAL, stroke="none", fill_opacity="0.35")
    + path("M84 131H150", stroke=CORAL)
    + moved(SCANNER, 180, 42, 0.88, -38)
    + path("M130 20L139 29M114 38L126 43", stroke_width="4.5"),
    # scans the books
    "step3": rect(14, 46, 88, 120, 10, GREEN)
    + path("M14 156Q14 146 24 146H102V156Q102 166 92 166H24Q14 166 14 156Z", PAPER)
    + path("M30 46V146")
    + rect(40, 82, 52, 42, 5, WHITE, stroke_width="4")
    + bars(47, 89, 28, 0.86)
    + path("M151 61L46 90V116Z", CORAL, stroke="none", fill_opacity="0.35")
    + path("M43 103H89", stroke=CORAL)
    + rect(122, 139, 92, 27, 7, CORAL)
    + path("M140 139V166")
    + rect(130, 113, 78, 26, 7, AMBER)
    + path("M190 113V139")
    + moved(SCANNER, 186, 44, 0.94, -30)
    + moved(path(rosette(0, 0, 19, 10), DONE) + path("M-9 1L-2 8L10 -7", stroke=WHITE, stroke_width="6"), 212, 128)
    + GROUND,
}


def svg(body: str, width: int, height: int) -> str:
    """A whole SVG file; its size is given by whoever loads it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<g fill="none" stroke="{INK}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round">'
        f"{body}</g></svg>\n"
    )


def pictures() -> dict[str, str]:
    """Every icon's file text by name."""
    return {name: svg(body, 96, 96) for name, body in ICONS.items()} | {
        name: svg(body, 240, 180) for name, body in STEPS.items()
    }


def main() -> None:
    """Write every icon."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--out", type=Path, default=HERE)
    out = reader.parse_args().out
    for name, text in pictures().items():
        (out / f"{name}.svg").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
