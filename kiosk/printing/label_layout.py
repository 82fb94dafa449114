"""What goes where on one label: the call number with its class colour, the bars, the words around them.

All lengths are millimetres from the label's lower left corner. A `Drawing` is worked out before anything is drawn, so
that paper and label printers show the same, and a test can ask whether anything overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from kiosk.flows.said import SaidTrouble
from kiosk.lending.call_numbers import CallNumber
from kiosk.lending.class_looks import class_look
from kiosk.printing.bars import MM, QUIET_MODULES, Bars, module_mm
from kiosk.printing.fonts import width_of
from kiosk.printing.label_stock import Face, LabelStock
from kiosk.printing.page_parts import BLACK, INK, SOFT, Box, Colour, Line, fitted

Kind = Literal["code128", "code39", "codabar"]
"""How a copy's number is printed; own numbers are Code 128, a school's own may be one of the others."""


@dataclass(frozen=True, slots=True)
class Label:
    """Everything that can stand on a label of one copy; empty where there is nothing."""

    barcode: str
    call_number: CallNumber
    title: str = ""
    accession_no: str = ""
    library: str = ""
    kind: Kind = "code128"


class LabelTrouble(SaidTrouble):
    """A label cannot be printed so. `code` is one of `LABEL_TROUBLES`, the message `label.trouble.<code>`."""

    said_as = "label.trouble."


LABEL_TROUBLES: Final = ("too_narrow", "too_low", "not_in_kind", "start")


@dataclass(frozen=True, slots=True)
class Patch:
    """A filled rectangle; `radius` rounds its corners."""

    box: Box
    colour: Colour
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """The bars: `pattern` from left to right ("1" is a bar), each module `dots` dots of a printer of `dpi` wide.

    `left` and `bottom` are where the first bar begins; whoever draws moves that to a whole dot, half a dot at most.
    """

    kind: Kind
    value: str
    pattern: str
    left: float
    bottom: float
    height: float
    dots: int
    dpi: int

    @property
    def module(self) -> float:
        """The width of a module."""
        return module_mm(self.dots, self.dpi)

    @property
    def box(self) -> Box:
        """The bars without the blank beside them."""
        return Box(self.left, self.bottom, len(self.pattern) * self.module, self.height)

    @property
    def quiet_box(self) -> Box:
        """The bars with the blank on both sides, in which nothing else may stand."""
        quiet = QUIET_MODULES * self.module
        return Box(self.left - quiet, self.bottom, len(self.pattern) * self.module + 2 * quiet, self.height)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One label: patches below, words and bars above."""

    patches: tuple[Patch, ...] = ()
    lines: tuple[Line, ...] = ()
    symbols: tuple[Symbol, ...] = ()

    def boxes(self) -> Iterator[Box]:
        """What each part covers, the blanks beside bars left out."""
        for parts in (self.patches, self.lines, self.symbols):
            for part in parts:
                yield part.box


@dataclass(frozen=True, slots=True)
class Space:
    """The label, `wide` by `high`, and what of it may bear ink: `ink` leaves out its edge and what a printer cannot
    reach. `colour` is False for printers that know black only."""

    wide: float
    high: float
    ink: Box
    dpi: int
    colour: bool = True


EDGE: Final = 1.2
"""The blank along a label's edge: labels are punched, and paper is drawn in, a millimetre more or less."""

UNPRINTABLE: Final = 4.5
"""What office printers leave blank along the edges of a sheet; on sheets without a margin the outer labels heed it."""

LEAST_BARS: Final = 5.0
"""No bars are lower: a hand scanner's line would slip off them."""

GOOD_BARS: Final = 8.0
"""Bars are at least as tall as this wherever everything that must be said has room beside them."""

LEAST_MODULE: Final = 0.165
"""No module is narrower, mm: two dots of a 300 dpi printer. Simple scanners promise 0.13 to 0.19 (5 to 7.5 mil)."""

_GOOD_MODULE: Final = 3 * 25.4 / 300
_MOST_MODULE: Final = 0.4
_MOST_BARS: Final = 16.0
_NEXT: Final = 0.8  # between the bars' blank and what stands beside them
_LEAST_TYPE: Final = 6.0  # points; smaller Chinese cannot be told apart at 203 dpi
_SPINE_MOST: Final = (44.0, 32.0)  # larger labels keep the middle: a spine is narrow
_BESIDE: Final = 15.0  # the narrowest call number beside bars
_NUMBER_ROW: Final = (2.9, 4.2)  # heights at least and at most, the number below the bars
_TITLE_ROW: Final = (2.5, 6.4)
_OTHER_ROW: Final = (2.5, 3.2)
_BAND: Final = (2.8, 5.2)
_CALL_ROW: Final = 3.0
_LEADING: Final = 1.5  # from line to line of a call number, in ems


def space_of(stock: LabelStock, number: int, dpi: int, *, colour: bool = True) -> Space:
    """The space that label `number` (from 1) of a page offers."""
    wide, high = stock.label
    left, top = stock.place(number)
    edge = 0.0 if stock.roll else UNPRINTABLE
    west, north = max(EDGE, edge - left), max(EDGE, edge - top)
    east = max(EDGE, left + wide - (stock.page[0] - edge))
    south = max(EDGE, top + high - (stock.page[1] - edge))
    return Space(wide, high, Box(west, south, wide - west - east, high - south - north), dpi, colour)


def lay_out(label: Label, face: Face, space: Space) -> Drawing:
    """The drawing of `label` in `space`. Raises LabelTrouble when its number has no room there or no such kind."""
    if face is Face.SPINE:
        return _joined(_spine(label, space.ink, space.colour))
    pattern = _pattern(label)
    if face is Face.BARCODE:
        return _joined(_barcode(label, pattern, space, space.ink, _rows(label), (0.0, space.wide)))
    return _both(label, pattern, space)


_Part = Patch | Line | Symbol


def _joined(parts: Iterator[_Part]) -> Drawing:
    found = tuple(parts)
    return Drawing(
        tuple(part for part in found if isinstance(part, Patch)),
        tuple(part for part in found if isinstance(part, Line)),
        tuple(part for part in found if isinstance(part, Symbol)),
    )


# ── The call number ──


def _spine(label: Label, ink: Box, colour: bool, *, in_one_line: bool = False) -> Iterator[_Part]:
    """The band of the class with the library's name, and below it class, book number and auxiliary."""
    wide, high = min(ink.width, _SPINE_MOST[0]), min(ink.height, _SPINE_MOST[1])
    box = Box(ink.left + (ink.width - wide) / 2, ink.bottom + (ink.height - high) / 2, wide, high)
    band = min(max(high * 0.2, _BAND[0]), _BAND[1])
    yield from _band(label, Box(box.left, box.top - band, wide, band), colour)
    call = label.call_number
    parts = [part for part in (call.clc, call.book, call.auxiliary) if part.strip()]
    if in_one_line:
        parts = [str(call)] if parts else []
    parts = parts or [label.accession_no or label.barcode]
    below = Box(box.left, box.bottom, wide, high - band - 0.3)
    # Two rows at least, so that a lone class does not become larger than life.
    row = below.height / (1 if in_one_line else max(2, len(parts)))
    sizes = _equal_sizes(tuple(parts), wide, row)
    if not any(_wraps(part, wide, row, size) for part, size in zip(parts, sizes, strict=True)):
        row = min(row, max(sizes) * _LEADING / MM)  # a long class is small: the lines stay together
    top = below.bottom + (below.height + row * len(parts)) / 2
    for place, (part, size) in enumerate(zip(parts, sizes, strict=True), 1):
        where = Box(below.left, top - place * row, wide, row)
        yield from _words(part, where, size, face="sans-bold", lines=2, colour=INK if colour else BLACK)


def _band(label: Label, box: Box, colour: bool) -> Iterator[_Part]:
    if colour:
        look = class_look(label.call_number.clc)
        yield Patch(box, look.fill, min(1.0, box.height / 3))
        inside = Box(box.left + 0.8, box.bottom, box.width - 1.6, box.height)
        yield from _words(label.library, inside, 10.0, colour=look.on)
    else:  # black on white with a bold line: small white type on black fills up under a print head
        yield Patch(Box(box.left, box.bottom, box.width, 0.3), BLACK)
        inside = Box(box.left, box.bottom + 0.3, box.width, box.height - 0.3)
        yield from _words(label.library, inside, 10.0, colour=BLACK)


def _wraps(part: str, wide: float, row: float, size: float) -> bool:
    return len(_words(part, Box(0, 0, wide, row), size, face="sans-bold", lines=2)) > 1


def _equal_sizes(parts: Sequence[str], wide: float, row: float) -> list[float]:
    """The largest size for each part: all the same, but a part that is much too long does not make the others small."""
    most = min(22.0, row * 2.4)
    sizes = [
        min((line.size for line in _words(part, Box(0, 0, wide, row), most, face="sans-bold")), default=most)
        for part in parts
    ]
    common = max(min(sizes), max(sizes) * 0.7)
    return [min(size, common) if size >= common else size for size in sizes]


# ── The bars ──


def _pattern(label: Label) -> str:
    if not label.barcode.isascii() or not label.barcode.isprintable():
        raise LabelTrouble("not_in_kind", barcode=label.barcode[:40], kind=label.kind)
    try:
        return Bars(label.kind, label.barcode).pattern
    except (ValueError, KeyError, IndexError) as error:
        raise LabelTrouble("not_in_kind", barcode=label.barcode[:40], kind=label.kind) from error


def _dots(pattern: str, ink: Box, whole: tuple[float, float], dpi: int) -> int:
    """The most dots a module may have, so that the bars stay in `ink` and they and their blanks between the two edges
    of `whole`; 0 if none fits."""
    for dots in range(int(_MOST_MODULE * dpi / 25.4 + 1e-6), 0, -1):
        module = module_mm(dots, dpi)
        if module < LEAST_MODULE:
            return 0
        if len(pattern) * module <= _room(module, ink, whole)[1] + 1e-9:
            return dots
    return 0


def _room(module: float, ink: Box, whole: tuple[float, float]) -> tuple[float, float]:
    """Where bars with modules of this width may begin, and how wide they may be."""
    quiet = QUIET_MODULES * module
    left = max(ink.left, whole[0] + quiet)
    return left, min(ink.right, whole[1] - quiet) - left


@dataclass(frozen=True, slots=True)
class _Row:
    """Words above or below the bars: the least and the most height, and the type.

    `shorter` takes the place of a text that has no room whole: half an accession number is none.
    """

    text: str
    heights: tuple[float, float]
    size: float
    face: str = "sans"
    lines: int = 1
    below: bool = True
    soft: bool = False
    shorter: str = ""

    def said(self, wide: float) -> str:
        """What is said in a row of this width."""
        if not self.shorter or width_of(self.text, self.face, _LEAST_TYPE) <= wide * MM:
            return self.text
        return self.shorter


def _rows(label: Label, *, alone: bool = True) -> list[_Row]:
    """What is said around the bars, what must be said first. `alone`: no call number stands beside them."""
    rows = [
        _Row(label.barcode, _NUMBER_ROW, 11.0, face="sans-bold"),
        _Row(label.title, _TITLE_ROW, 10.0, lines=2, below=False),
    ]
    accession = "" if label.accession_no == label.barcode else label.accession_no
    call = str(label.call_number) if alone else ""
    both = " · ".join(part for part in (call, accession) if part.strip())
    rows.append(_Row(both, _OTHER_ROW, 8.0, shorter=call))
    if alone:
        rows.append(_Row(label.library, _OTHER_ROW, 7.5, below=False, soft=True))
    return [row for row in rows if row.text.strip()]


def _barcode(
    label: Label, pattern: str, space: Space, ink: Box, rows: Sequence[_Row], whole: tuple[float, float]
) -> Iterator[_Part]:
    """Bars with `rows` of words in `ink`, their blanks between the two edges of `whole`.

    Rows that would make the bars lower than good are left out, the last ones first.
    """
    dots = _dots(pattern, ink, whole, space.dpi)
    if not dots:
        least = _least_module(space.dpi)
        need = space.wide + len(pattern) * least - _room(least, ink, whole)[1]
        raise LabelTrouble("too_narrow", barcode=label.barcode[:40], need=_tenths(need), have=_tenths(space.wide))
    shown = list(rows)
    while len(shown) > 1 and ink.height - sum(row.heights[0] for row in shown) < GOOD_BARS:
        shown.pop()
    least = sum(row.heights[0] for row in shown)
    if ink.height - least < LEAST_BARS:
        need = least + LEAST_BARS + space.high - ink.height
        raise LabelTrouble("too_low", need=_tenths(need), have=_tenths(space.high))
    bars = min(ink.height - least, max(GOOD_BARS, ink.height * 0.45))
    spare = ink.height - least - bars
    air = min(0.5, spare / 8)
    spare -= 2 * air
    wanted = sum(row.heights[1] - row.heights[0] for row in shown)
    share = min(1.0, spare / wanted) if wanted else 0.0
    heights = [row.heights[0] + share * (row.heights[1] - row.heights[0]) for row in shown]
    words = sum(heights) + 2 * air
    bars = min(_MOST_BARS, ink.height - words)
    top = ink.top - (ink.height - words - bars) / 2
    wide = len(pattern) * module_mm(dots, space.dpi)
    first, room = _room(module_mm(dots, space.dpi), ink, whole)
    left = min(max(ink.left + (ink.width - wide) / 2, first), first + room - wide)
    for below in (False, True):
        if below:
            top -= air + bars
            yield Symbol(label.kind, label.barcode, pattern, left, top, bars, dots, space.dpi)
            top -= air
        # The number stands next to the bars, the title too; what is said last stands at the edge.
        some = [(row, high) for row, high in zip(shown, heights, strict=True) if row.below is below]
        for row, high in some if below else reversed(some):
            top -= high
            colour = BLACK if not space.colour else SOFT if row.soft else INK
            where = Box(ink.left, top, ink.width, high)
            yield from _words(row.said(ink.width), where, row.size, face=row.face, lines=row.lines, colour=colour)


def _least_module(dpi: int) -> float:
    dots = 1
    while module_mm(dots, dpi) < LEAST_MODULE:
        dots += 1
    return module_mm(dots, dpi)


def _tenths(length: float) -> str:
    return f"{length + 0.04999:.1f}".removesuffix(".0")


# ── Both on one ──


def _both(label: Label, pattern: str, space: Space) -> Drawing:
    """Side by side where the bars leave room, else one above the other, else with the call number in one line."""
    ink, rows = space.ink, _rows(label, alone=False)
    module = max(_least_module(space.dpi), _GOOD_MODULE)
    beside = max((len(pattern) + 2 * QUIET_MODULES) * module, ink.width * 0.52)
    if ink.width - beside - _NEXT >= _BESIDE and ink.height >= _BAND[0] + 3 * _CALL_ROW:
        spine = Box(ink.left, ink.bottom, min(ink.width - beside - _NEXT, _SPINE_MOST[0]), ink.height)
        rest = Box(spine.right + _NEXT, ink.bottom, ink.right - spine.right - _NEXT, ink.height)
        bars = _barcode(label, pattern, space, rest, rows, (rest.left, space.wide))
        return _joined(_chain(_spine(label, spine, space.colour), bars))
    bars_least = GOOD_BARS + _NUMBER_ROW[0] + _NEXT
    in_one_line = ink.height < _BAND[0] + 3 * _CALL_ROW + bars_least
    call = _BAND[0] + (1 if in_one_line else 3) * _CALL_ROW
    spare = max(0.0, ink.height - call - bars_least)
    high = call + spare * (0.2 if in_one_line else 0.5)
    spine = Box(ink.left, ink.top - high, ink.width, high)
    rest = Box(ink.left, ink.bottom, ink.width, ink.height - high - _NEXT / 2)
    bars = _barcode(label, pattern, space, rest, rows, (0.0, space.wide))
    return _joined(_chain(_spine(label, spine, space.colour, in_one_line=in_one_line), bars))


def _chain(*parts: Iterator[_Part]) -> Iterator[_Part]:
    for some in parts:
        yield from some


# ── Words ──


def _words(
    text: str, box: Box, size: float, *, face: str = "sans", lines: int = 1, colour: Colour = INK
) -> tuple[Line, ...]:
    """`text` in the middle of `box`: it shrinks, then wraps, then ends in …."""
    return tuple(
        Line(line.text, box.left + line.left, box.bottom + line.base, line.face, line.size, colour)
        for line in _fitted(text, round(box.width, 3), round(box.height, 3), size, face, lines)
    )


@lru_cache(maxsize=8192)
def _fitted(text: str, wide: float, high: float, size: float, face: str, lines: int) -> tuple[Line, ...]:
    """Copies of a title share its words, and labels of a stock their boxes."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return fitted(shown, Box(0, 0, wide, high), size, face=face, least=_LEAST_TYPE, lines=lines, align="centre")
