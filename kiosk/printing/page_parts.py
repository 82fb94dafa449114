"""What pages share: text that fits its box, bars that fit their room, crop marks, heading and foot.

All lengths are millimetres from the page's lower left corner, sizes of type are points. Where a text goes is worked out
first, as plain `Line`s with a box, and drawn afterwards: so a test can ask whether anything overlaps.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from kiosk.flows.said import SaidTrouble
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.printing.bars import MM, Bars, Kind, module_mm
from kiosk.printing.fonts import font, width_of

Colour = tuple[int, int, int]
Align = Literal["left", "centre", "right"]
Upright = Literal["top", "middle", "bottom"]

A4: Final = (210.0, 297.0)
A4_LYING: Final = (297.0, 210.0)
MARGIN: Final = 14.0
"""The blank around a document; office printers leave out 4 to 5 mm at the edges of the paper."""

BLACK: Final[Colour] = (0, 0, 0)
INK: Final = BLACK
"""Black: an office printer without colours draws anything paler as a screen of dots, which frays small letters."""

SOFT: Final[Colour] = (104, 86, 73)
RULE: Final[Colour] = (206, 192, 172)
TINT: Final[Colour] = (250, 244, 233)
ACCENT: Final[Colour] = (176, 74, 36)
WHITE: Final[Colour] = (255, 255, 255)

ASCENT: Final = 0.93
DESCENT: Final = 0.25
"""How far letters reach above and below their base line, in ems; measured on our faces, accents included."""

_STEP: Final = 1.24  # from base line to base line, in ems
_DOT_SHARE: Final = 0.55  # a name is parted at its dot even if that makes it so much smaller
_SENTENCE_SHARE: Final = 0.9
_SMALLER: Final = 0.96
_THINNEST: Final = 0.19  # mm; thinner modules are beyond what hand scanners promise (5 to 7.5 mil)
_CLOSING: Final = frozenset("，。、；：！？）》」』】〉…—·•・,.;:!?)]}’”%")
_OPENING: Final = frozenset("（《「『【〈([{‘“")
_BLANKS: Final = re.compile(r"[^\S\xa0]+")  # not the blank at which no line may end
_ATOMS: Final = re.compile(r"[^\S\xa0]+|\d+月\d+日|(?:[^\s\u2e80-\U0003ffff/]|\xa0)+/*|.")


class PageTrouble(SaidTrouble, ValueError):  # noqa: N818  named as its base is
    """A page cannot be printed so. `code` is one of `PAGE_TROUBLES`, the message `printing.trouble.<code>`."""

    said_as = "printing.trouble."


PAGE_TROUBLES: Final = ("number", "start", "nothing")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left and lower edges, width and height."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height

    @property
    def middle(self) -> float:
        """Half-way from left to right."""
        return self.left + self.width / 2

    def inset(self, by: float) -> Box:
        """The same with `by` less on every side."""
        return Box(self.left + by, self.bottom + by, self.width - 2 * by, self.height - 2 * by)

    def moved(self, right: float, up: float) -> Box:
        """The same elsewhere."""
        return Box(self.left + right, self.bottom + up, self.width, self.height)

    def holds(self, other: Box, slack: float = 1e-6) -> bool:
        """Whether `other` lies wholly inside."""
        return (
            other.left >= self.left - slack
            and other.right <= self.right + slack
            and other.bottom >= self.bottom - slack
            and other.top <= self.top + slack
        )

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text where it goes: its left end and base line in mm, its face and its size in points."""

    text: str
    left: float
    base: float
    face: str
    size: float
    colour: Colour = INK

    @property
    def box(self) -> Box:
        """What the line may cover."""
        high = self.size / MM
        return Box(
            self.left,
            self.base - DESCENT * high,
            width_of(self.text, self.face, self.size) / MM,
            (ASCENT + DESCENT) * high,
        )


def fitted(
    text: str,
    box: Box,
    size: float,
    *,
    face: str = "sans",
    least: float = 6.0,
    lines: int = 1,
    shrink: float = 0.62,
    align: Align = "left",
    upright: Upright = "middle",
    colour: Colour = INK,
) -> tuple[Line, ...]:
    """`text` in `box`: it shrinks from `size` to its share `shrink`, then wraps, then shrinks on, then ends in ….

    It takes at most `lines` and never less than `least` points. No line leaves the box, as long as one line of
    `least` points fits its height; a box too small for that, or a text of blanks only, gives nothing.
    """
    text = _BLANKS.sub(" ", text).strip()
    width, height = box.width * MM, box.height * MM
    if not text or _tall(1, least) > height + 1e-6 or width <= 0:
        return ()
    rows, size = _fit(text, face, width, height, size, (least, shrink), lines)
    high = _tall(len(rows), size)
    top = {
        "top": box.top,
        "middle": box.bottom + (height + high) / 2 / MM,
        "bottom": box.bottom + high / MM,
    }[upright]
    found = []
    for place, row in enumerate(rows):
        room = (width - width_of(row, face, size)) / MM
        left = box.left + {"left": 0.0, "centre": room / 2, "right": room}[align]
        base = top - (ASCENT + place * _STEP) * size / MM
        found.append(Line(row, left, base, face, size, colour))
    return tuple(found)


def draw_lines(page: Any, lines: Iterable[Line]) -> None:
    """Draw the lines on a reportlab canvas."""
    for line in lines:
        ink(page, line.colour)
        page.setFont(font(line.face, line.text), line.size)
        page.drawString(line.left * MM, line.base * MM, line.text)


def write(page: Any, text: str, box: Box, size: float, **how: Any) -> None:
    """`fitted` and drawn at once."""
    draw_lines(page, fitted(text, box, size, **how))


def _tall(lines: int, size: float) -> float:
    """The height of so many lines, in points."""
    return (ASCENT + DESCENT + (lines - 1) * _STEP) * size


def _fit(
    text: str, face: str, width: float, height: float, size: float, limits: tuple[float, float], lines: int
) -> tuple[list[str], float]:
    least, shrink = limits
    one = width_of(text, face, 1000.0) / 1000.0
    alone = min(size, width / one, height / (ASCENT + DESCENT))
    if alone >= (least if lines == 1 else max(least, size * shrink)):
        return [text], alone * (1 - 1e-9)
    best: tuple[list[str], float] = ([text], alone)
    for count in range(2, lines + 1):
        found = _parted_at(text, face, width, min(size, height / _tall(count, 1.0)), least) if count == 2 else None
        found = found or _in_lines(text, face, width, min(size, height / _tall(count, 1.0)), least, count)
        if found and found[1] > best[1]:
            best = found
        if best[1] >= size * shrink:
            break
    if best[1] >= least:
        return best[0], best[1] * (1 - 1e-9)
    count = max(n for n in range(1, lines + 1) if n == 1 or _tall(n, least) <= height)
    rows = wrapped(text, face, width, least)
    if len(rows) > count:
        rest = text
        for row in rows[: count - 1]:
            rest = rest[rest.index(row) + len(row) :].lstrip()
        rows = [*rows[: count - 1], _cut(rest, face, width, least)]
    return [row for row in rows if row], least


def _in_lines(
    text: str, face: str, width: float, size: float, least: float, count: int
) -> tuple[list[str], float] | None:
    """`text` in at most `count` lines, no word broken, and the largest size for it."""
    longest = max(width_of(atom.strip(), face, 1000.0) / 1000.0 for atom in _atoms(text))
    size = min(size, width / longest * (1 - 1e-9)) if longest else size
    while size >= least:
        rows = _balanced(text, face, width, size, count)
        if rows is not None:
            return rows, size
        size *= _SMALLER
    return None


def _parted_at(text: str, face: str, width: float, size: float, least: float) -> tuple[list[str], float] | None:
    """`text` in two lines, parted after one of its signs, if that does not make it too small."""
    for rows, share in _parted(text):
        widest = max(width_of(row, face, 1000.0) / 1000.0 for row in rows)
        parted = min(size, width / widest)
        if parted >= max(least, size * share):
            return rows, parted
    return None


def wrapped(text: str, face: str, width: float, size: float) -> list[str]:
    """`text` in lines no wider than `width` points: between words and Chinese characters, in a word only if it must."""
    rows: list[str] = []
    row = ""
    for atom in _atoms(text):
        if width_of((row + atom).rstrip(), face, size) <= width:
            row += atom
            continue
        if row.strip():
            rows.append(row.rstrip())
        row = atom.lstrip()
        while row and width_of(row.rstrip(), face, size) > width:
            fits = next((n for n in range(len(row), 0, -1) if width_of(row[:n], face, size) <= width), 1)
            rows.append(row[:fits])
            row = row[fits:]
    if row.strip():
        rows.append(row.rstrip())
    return rows


def _balanced(text: str, face: str, width: float, size: float, count: int) -> list[str] | None:
    """`text` in at most `count` lines of about the same width; None if it takes more."""
    rows = wrapped(text, face, width, size)
    if len(rows) > count or any(width_of(row, face, size) > width for row in rows):
        return None
    narrow, wide = width / len(rows) * 0.9, width
    for _ in range(6):
        middle = (narrow + wide) / 2
        trial = wrapped(text, face, middle, size)
        if len(trial) <= len(rows) and all(width_of(row, face, size) <= middle for row in trial):
            rows, wide = trial, middle
        else:
            narrow = middle
    return rows


def _parted(text: str) -> Iterator[tuple[list[str], float]]:
    """`text` in two parts after one of its signs, as even as may be, each with the share of the size it is worth.

    A name is parted at its middle dot (阿卜杜热合曼· / 买买提), a sentence after a comma or a full stop.
    """
    for signs, share in (("·•・", _DOT_SHARE), ("，。？！；", _SENTENCE_SHARE)):
        places = [place for place, sign in enumerate(text[:-1], 1) if sign in signs]
        if places:
            place = min(places, key=lambda at: abs(2 * at - len(text)))
            yield [text[:place], text[place:]], share


def _cut(text: str, face: str, width: float, size: float) -> str:
    """As much of `text` as fits with … at its end."""
    for length in range(len(text), -1, -1):
        trial = text[:length].rstrip() + "…"
        if width_of(trial, face, size) <= width:
            return trial
    return ""


def _atoms(text: str) -> list[str]:
    """What a line may not be broken within: words, single characters, signs with what they belong to."""
    atoms: list[str] = []
    for atom in _ATOMS.findall(text):
        if atoms and (atom[0] in _CLOSING or atoms[-1][-1] in _OPENING):
            atoms[-1] += atom
        else:
            atoms.append(atom)
    return atoms


# ── Bars ──


@cache
def _widths(kind: Kind, value: str) -> float:
    """The width of a symbol with its blanks, in modules."""
    return Bars(kind, value, module=1.0).width


def fitting_module(kind: Kind, value: str, room: float, dpi: int, most: float = 0.45, owner: str = "") -> float:
    """The widest module of whole printer dots, at most `most` mm, with which the symbol and its blanks fit `room` mm.

    Raises PageTrouble if `value` cannot be written in `kind`, or is so long that its bars would be too thin to scan;
    it names `owner`, the reader or title it belongs to.
    """
    try:
        modules = _widths(kind, value)
    except ValueError as error:
        raise PageTrouble("number", owner=owner, number=value) from error
    for dots in range(int(most * dpi / 25.4 + 1e-6), 0, -1):
        module = module_mm(dots, dpi)
        if module < _THINNEST:
            break
        if modules * module <= room:
            return module
    raise PageTrouble("number", owner=owner, number=value)


def on_dots(length: float, dpi: int) -> float:
    """`length` mm moved to the nearest whole dot, so that every bar begins where a dot does."""
    return round(length * dpi / 25.4) * 25.4 / dpi


# ── Shapes ──


def ink(page: Any, colour: Colour) -> None:
    """Fill with `colour` from here on."""
    page.setFillColorRGB(*(part / 255 for part in colour))


def pen(page: Any, colour: Colour, width: float) -> None:
    """Draw lines of `width` mm in `colour` from here on."""
    page.setStrokeColorRGB(*(part / 255 for part in colour))
    page.setLineWidth(width * MM)


def patch(page: Any, box: Box, colour: Colour, radius: float = 0.0) -> None:
    """A filled rectangle, its corners rounded by `radius`."""
    ink(page, colour)
    if radius:
        page.roundRect(*_points(box), radius * MM, stroke=0, fill=1)
    else:
        page.rect(*_points(box), stroke=0, fill=1)


def frame(page: Any, box: Box, colour: Colour, width: float, radius: float = 0.0) -> None:
    """The outline of a rectangle."""
    pen(page, colour, width)
    page.roundRect(*_points(box), radius * MM, stroke=1, fill=0)


def rule(page: Any, left: float, right: float, at: float, colour: Colour = RULE, width: float = 0.2) -> None:
    """A level line."""
    pen(page, colour, width)
    page.line(left * MM, at * MM, right * MM, at * MM)


def crop_marks(page: Any, boxes: Sequence[Box], *, gap: float = 2.0, length: float = 4.5) -> None:
    """Short lines outside the block of `boxes` in the lines of their edges, to lay a cutter's ruler along."""
    pen(page, SOFT, 0.15)
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    bottom, top = min(box.bottom for box in boxes), max(box.top for box in boxes)
    for x in sorted({round(edge, 3) for box in boxes for edge in (box.left, box.right)}):
        for y, way in ((bottom, -1), (top, 1)):
            page.line(x * MM, (y + way * gap) * MM, x * MM, (y + way * (gap + length)) * MM)
    for y in sorted({round(edge, 3) for box in boxes for edge in (box.bottom, box.top)}):
        for x, way in ((left, -1), (right, 1)):
            page.line((x + way * gap) * MM, y * MM, (x + way * (gap + length)) * MM, y * MM)


def _points(box: Box) -> tuple[float, float, float, float]:
    return (box.left * MM, box.bottom * MM, box.width * MM, box.height * MM)


# ── Pages ──

Drawer = Callable[[Any], None]
"""What draws one page on the reportlab canvas it is given."""


def pages_pdf(title: str, author: str, size: tuple[float, float], pages: Sequence[Drawer]) -> bytes:
    """A PDF of the pages; the same pages give the same bytes. Raises PageTrouble if there is none."""
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # reportlab has no types

    if not pages:
        raise PageTrouble("nothing")
    content = io.BytesIO()
    canvas = Canvas(
        content,
        pagesize=(size[0] * MM, size[1] * MM),
        invariant=True,
        pageCompression=1,
        initialFontName=font("sans", ""),
    )
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head and foot of a document's every page."""

    title: str
    library: str
    words: Words
    line: str = ""
    on: date | None = None
    size: tuple[float, float] = A4
    colour: Colour = ACCENT
    badge: Callable[[Any, Box], None] | None = None  # draws a small picture before the title

    @property
    def room(self) -> Box:
        """What is left for the document between head and foot."""
        wide, high = self.size
        return Box(MARGIN, MARGIN + 5.0, wide - 2 * MARGIN, high - 2 * MARGIN - 5.0 - 20.5)

    def draw(self, page: Any, number: int, of: int) -> None:
        """Draw head and foot of page `number` (from 1) of `of`."""
        wide, high = self.size
        full = wide - 2 * MARGIN
        top = high - MARGIN
        title = Box(MARGIN, top - 10, full * 0.62, 10)
        if self.badge is not None:
            self.badge(page, Box(title.left, title.bottom, title.height, title.height))
            title = Box(title.left + title.height + 3, title.bottom, title.width - title.height - 3, title.height)
        write(page, self.title, title, 22, face="sans-bold", least=8, lines=2)
        library = Box(MARGIN + full * 0.64, top - 10, full * 0.36, 7.5)
        write(page, self.library, library, 13, face="kai", align="right", colour=SOFT, least=7)
        if self.line:
            write(page, self.line, Box(MARGIN, top - 15.6, full, 5), 10, colour=SOFT)
        patch(page, Box(MARGIN, top - 17.2, full, 0.9), self.colour, 0.45)
        foot(page, self.words, Box(MARGIN, MARGIN - 4, full, 4.5), number, of, self.on)


def foot(page: Any, words: Words, box: Box, number: int, of: int, on: date | None = None) -> None:
    """The foot of page `number` of `of`: the day it was printed, and which page it is."""
    half = Box(box.left, box.bottom, box.width / 2, box.height)
    if on is not None:
        write(page, words.say(Text("printing.printed_on", {"day": on})), half, 8.5, colour=SOFT)
    told = words.say(Text("printing.page", {"page": number, "pages": of}))
    write(page, told, half.moved(half.width, 0), 8.5, colour=SOFT, align="right")


def documents_pdf(heads: Sequence[tuple[Head, Sequence[Drawer]]]) -> bytes:
    """A PDF of documents one after the other, each with its head and its own count of pages; one size for all."""

    def numbered(head: Head, draw: Drawer, number: int, of: int) -> Drawer:
        def whole(page: Any) -> None:
            head.draw(page, number, of)
            draw(page)

        return whole

    pages = [
        numbered(head, draw, number, len(drawers)) for head, drawers in heads for number, draw in enumerate(drawers, 1)
    ]
    first = heads[0][0] if heads else Head("", "", Words())
    return pages_pdf(first.title, first.library, first.size, pages)
