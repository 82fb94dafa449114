"""Words to pixels: fonts, line breaking for Chinese and Latin, pinyin over words, and a bounded store of surfaces.

Everything that is laid out fits the width and height it was given: it wraps, shrinks along the type scale, and at
last ends in "…". Nothing here draws on a screen; `canvas` does.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import pygame

from kiosk.assets import covers, font_path
from kiosk.screens.theme import Colour

Ruby = Callable[[str], Sequence[tuple[str, str]]]
"""Splits text into (base, reading) pairs; the bases joined are the text."""

NO_START = frozenset("，。！？、；：）》〉」』】〕］｝…—～·・’”％‰℃,.!?;:)]}%°")
NO_END = frozenset("（《〈「『【〔［｛‘“￥¥$([{#")
"""What may not begin or end a line (GB/T 15834 and the usual practice of Chinese typesetting)."""

QUOTE = '"'

PAUSES = frozenset("，。！？、；：,.!?;:…")
"""Where a line ends well."""

ELLIPSIS = "…"
LONGEST = 600  # characters that are looked at; whoever sends more sees the beginning
_WORDS = re.compile(r"\s+|[A-Za-z0-9\u00C0-\u024F'’_.:/@%&+=()#~-]*[A-Za-z0-9\u00C0-\u024F]['’%-]*|.", re.DOTALL)
_HYPHEN = re.compile("(?<=[A-Za-z\u00c0-\u024f]-)(?=[A-Za-z\u00c0-\u024f]{2})")
_APOSTROPHE = re.compile("(?<=[A-Za-z\u00c0-\u024f])\u2019(?=[A-Za-z\u00c0-\u024f])")
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

LINE_HEIGHT = 1.26  # of one line alone, in em
PITCH = 1.36  # from line to line, in em
RUBY_SIZE = 0.5  # height of a reading, in em of the base
RUBY_HEIGHT = 0.66  # room for the readings over a line, in em of the base
BASELINE = 0.88  # of a Chinese face: from the top of the em box, in em


class SurfaceCache:
    """Surfaces by key, the least recently used dropped when their pixels take more than `limit` bytes."""

    __slots__ = ("_surfaces", "limit", "used")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._surfaces: OrderedDict[Hashable, pygame.Surface] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        """The surface of `key`, made by `make` if it is not there."""
        found = self._surfaces.get(key)
        if found is not None:
            self._surfaces.move_to_end(key)
            return found
        made = make()
        self._surfaces[key] = made
        self.used += _bytes(made)
        while self.used > self.limit and len(self._surfaces) > 1:
            _, dropped = self._surfaces.popitem(last=False)
            self.used -= _bytes(dropped)
        return made

    def clear(self) -> None:
        """Forget everything, for another size of screen."""
        self._surfaces.clear()
        self.used = 0


def packed(surface: pygame.Surface) -> pygame.Surface:
    """A finished picture with transparency, run-length packed: drawn on the window three to six times as fast.

    For what is drawn on one kind of surface only; another kind makes SDL unpack and pack it again.
    """
    surface.set_alpha(255, pygame.RLEACCEL)
    return surface


def _bytes(surface: pygame.Surface) -> int:
    return surface.get_pitch() * surface.get_height() + 200


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that is never broken: a Hanzi with its reading, a Latin word, a mark."""

    text: str
    over: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One laid-out line. `places` has each unit's left edge and width when there are readings, else nothing."""

    text: str
    width: int
    units: tuple[Unit, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Laid-out lines of one face and size, `width` × `height` px; `cut` when something had to be left out."""

    lines: tuple[Line, ...]
    face: str
    px: int
    width: int
    height: int
    pitch: int
    over: int  # room over each line for readings, px
    cut: bool = False


class Typesetter:
    """Fonts and line breaking. `ruby` splits text into (base, reading) for `layout(..., ruby=True)`."""

    def __init__(self, cache: SurfaceCache, ruby: Ruby | None = None) -> None:
        self.cache = cache
        self.ruby = ruby
        self._fonts: dict[tuple[str, int], pygame.font.Font] = {}
        self._widths: dict[tuple[str, int], dict[str, int]] = {}
        self._blocks: OrderedDict[Hashable, Block] = OrderedDict()
        if not pygame.font.get_init():
            pygame.font.init()

    def forget(self) -> None:
        """Close every font and layout, for another size of screen."""
        self._fonts.clear()
        self._widths.clear()
        self._blocks.clear()

    def font(self, face: str, px: int) -> pygame.font.Font:
        """The open font of a face (`sans`, `sans-bold`, `kai`) at an em of `px` pixels."""
        found = self._fonts.get((face, px))
        if found is None:
            found = self._fonts[face, px] = pygame.font.Font(str(font_path(face)), px)
        return found

    def width(self, text: str, face: str, px: int) -> int:
        """How wide one line of `text` is, in pixels."""
        known = self._widths.setdefault((face, px), {})
        width = known.get(text)
        if width is None:
            width = sum(self.font(f, px).size(run)[0] for f, run in runs(face, text))
            if len(known) > 4000:
                known.clear()
            known[text] = width
        return width

    def surface(self, text: str, face: str, px: int, colour: Colour) -> pygame.Surface:
        """One line as pixels with transparency; its baseline is at `ascent(px)` from the top."""
        return self.cache.get((text, face, px, colour), lambda: self._render(text, face, px, colour))

    def _render(self, text: str, face: str, px: int, colour: Colour) -> pygame.Surface:
        pieces = [(self.font(f, px), run) for f, run in runs(face, text)]
        parts = [(font.render(run, True, colour), font.get_ascent()) for font, run in pieces]
        top, height = self.ascent(px), round(px * 1.6)
        whole = pygame.Surface((max(1, sum(s.get_width() for s, _ in parts)), height), pygame.SRCALPHA)
        x = 0
        for part, ascent in parts:
            whole.blit(part, (x, top - ascent), special_flags=pygame.BLEND_RGBA_MAX)
            x += part.get_width()
        return packed(whole)

    @staticmethod
    def ascent(px: int) -> int:
        """Where the baseline lies in a surface of `surface`, in pixels from its top."""
        return round(px * 1.17)

    def longest(self, text: str, face: str, px: int) -> int:
        """How wide the widest part of `text` is that no line may break, in pixels."""
        clusters = _clusters(self._units(clean(text), False))
        return max((sum(self._unit_width(unit, face, px) for unit in cluster) for cluster in clusters), default=0)

    def lines(self, text: str, face: str, px: int, width: int) -> int:
        """How many lines `text` takes in a measure of `width` pixels."""
        return len(self._break(self._units(clean(text), False), face, px, width))

    @staticmethod
    def height(lines: int, px: int) -> int:
        """How high so many lines are, in pixels."""
        return (lines - 1) * round(px * PITCH) + round(px * LINE_HEIGHT)

    def layout(
        self,
        text: str,
        face: str,
        sizes: Sequence[int],
        width: int,
        height: int,
        lines: int,
        *,
        ruby: bool = False,
        balance: bool = False,
    ) -> Block:
        """Set `text` into `width` × `height` px and at most `lines` lines.

        The first of `sizes` (falling) in which everything fits is taken; if none does, readings are left out;
        if none does then, the last one ends in "…".
        Fewer lines are used than asked for when the height has no room for them, but always one.
        """
        key = (text, face, tuple(sizes), width, height, lines, ruby, balance)
        found = self._blocks.get(key)
        if found is not None:
            self._blocks.move_to_end(key)
            return found
        block = self._layout(clean(text), face, sizes, width, height, lines, ruby, balance)
        if ruby and block.cut:
            block = self._layout(clean(text), face, sizes, width, height, lines, False, balance)
        self._blocks[key] = block
        if len(self._blocks) > 600:
            self._blocks.popitem(last=False)
        return block

    def _layout(
        self,
        text: str,
        face: str,
        sizes: Sequence[int],
        width: int,
        height: int,
        lines: int,
        ruby: bool,
        balance: bool,
    ) -> Block:
        units = self._units(text, ruby)
        ruby = any(unit.over for unit in units)
        px = sizes[-1]
        for px in sizes:
            room = _room(px, height, lines, ruby)
            broken = self._break(units, face, px, width)
            if any(len(unit.text) > 1 and self._unit_width(unit, face, px) > width for unit in units):
                continue  # a word would have to be broken
            if len(broken) <= room and all(self._wide(line, face, px) <= width for line in broken):
                break
        room = _room(px, height, lines, ruby)
        broken = self._break(units, face, px, width)
        cut = len(broken) > room or any(self._wide(line, face, px) > width for line in broken)
        if cut:
            rest = [unit for line in broken[room - 1 :] for unit in line]
            broken = [*broken[: room - 1], self._ellipsis(rest, face, px, width)]
        elif balance and len(broken) > 1:
            broken = self._balanced(units, face, px, width, len(broken))
        set_lines = tuple(self._line(line, face, px, ruby) for line in broken)
        over = round(px * RUBY_HEIGHT) if ruby else 0
        pitch = round(px * PITCH) + over
        tall = (len(set_lines) - 1) * pitch + round(px * LINE_HEIGHT) + over if set_lines else 0
        return Block(set_lines, face, px, max((s.width for s in set_lines), default=0), tall, pitch, over, cut)

    def _units(self, text: str, ruby: bool) -> list[Unit]:
        pairs = self.ruby(text) if ruby and self.ruby is not None else ((text, ""),)
        return [
            Unit(base, over) if over else Unit(word)
            for base, over in pairs
            for found in ((base,) if over else _WORDS.findall(base))
            for word in _HYPHEN.split(found)
        ]

    def _unit_width(self, unit: Unit, face: str, px: int) -> int:
        # A Hanzi is as wide as the em in every face; to ask the font would make it draw the glyph for each size tried.
        wide = px if len(unit.text) == 1 and _is_square(unit.text) else self.width(unit.text, face, px)
        if not unit.over:
            return wide
        return max(wide, self.width(unit.over, "sans", ruby_px(px)) + max(2, px // 8))

    def _wide(self, line: Sequence[Unit], face: str, px: int) -> int:
        return sum(self._unit_width(unit, face, px) for unit in _trimmed(line))

    def _break(self, units: Sequence[Unit], face: str, px: int, width: int) -> list[list[Unit]]:
        """Units on lines, as many as fit on each; spaces at the end of a line are still there."""
        done: list[list[Unit]] = []
        line: list[Unit] = []
        used = 0
        for cluster in _clusters(units):
            if cluster[0].text == "\n":
                done.append(line)
                line, used = [], 0
                continue
            wide = sum(self._unit_width(unit, face, px) for unit in cluster)
            if used + wide > width and line and not cluster[0].text.isspace():
                done.append(line)
                line, used = [], 0
            if wide > width and not cluster[0].text.isspace():
                for piece in _characters(cluster):
                    wide = self._unit_width(piece, face, px)
                    if used + wide > width and line:
                        done.append(line)
                        line, used = [], 0
                    line.append(piece)
                    used += wide
                continue
            if line or not cluster[0].text.isspace():
                line.extend(cluster)
                used += wide
        if line or not done:
            done.append(line)
        return [line for line in done if _trimmed(line)] or [[]]

    def _balanced(self, units: Sequence[Unit], face: str, px: int, width: int, count: int) -> list[list[Unit]]:
        """The same number of lines in the narrowest measure, so that no line holds one lonely character."""
        words = [sum(self._unit_width(unit, face, px) for unit in cluster) for cluster in _clusters(units)]
        low, high = max(width // count, min(width, max(words))), width
        while low < high:
            middle = (low + high) // 2
            tried = self._break(units, face, px, middle)
            if len(tried) <= count and all(self._wide(line, face, px) <= middle for line in tried):
                high = middle
            else:
                low = middle + 1
        even = self._break(units, face, px, high)
        return self._at_a_mark(units, face, px, min(width, high * 7 // 5)) or even if count == 2 else even

    def _at_a_mark(self, units: Sequence[Unit], face: str, px: int, width: int) -> list[list[Unit]] | None:
        """Two lines, the first of which ends where a part of the sentence does, if both fit; the most even pair."""
        best: tuple[int, list[list[Unit]]] | None = None
        for i in range(1, len(units)):
            before, after = units[i - 1].text, units[i].text
            if (before.isspace() or before in PAUSES) and not after.isspace() and not _sticks(before, after):
                lines = [list(units[:i]), list(units[i:])]
                widest = max(self._wide(line, face, px) for line in lines)
                if widest <= width and (best is None or widest < best[0]):
                    best = (widest, lines)
        return best[1] if best else None

    def _ellipsis(self, units: Sequence[Unit], face: str, px: int, width: int) -> list[Unit]:
        room = width - self.width(ELLIPSIS, face, px)
        kept: list[Unit] = []
        used = 0
        for unit in units if units and not units[0].text.isspace() else units[1:]:
            wide = self._unit_width(unit, face, px)
            if used + wide > room:
                if unit.over or len(unit.text) == 1 or unit.text.isspace():
                    break
                fitting = ""
                for char in unit.text:
                    if used + self.width(fitting + char, face, px) > room:
                        break
                    fitting += char
                if len(fitting) > 2 or not kept:
                    kept.append(Unit(fitting))
                break
            kept.append(unit)
            used += wide
        while kept and (kept[-1].text.isspace() or kept[-1].text in NO_END or kept[-1].text in NO_START):
            kept.pop()
        return [*kept, Unit(ELLIPSIS)]

    def _line(self, units: Sequence[Unit], face: str, px: int, ruby: bool) -> Line:
        units = _trimmed(units)
        text = "".join(unit.text for unit in units)
        if not ruby:
            return Line(text, sum(self._unit_width(unit, face, px) for unit in units))
        places: list[tuple[int, int]] = []
        x = 0
        for unit in units:
            wide = self._unit_width(unit, face, px)
            places.append((x, wide))
            x += wide
        return Line(text, x, tuple(units), tuple(places))


def ruby_px(px: int) -> int:
    """The size of a reading over a base of `px`."""
    return max(9, round(px * RUBY_SIZE))


def clean(text: str) -> str:
    """Text without what has no picture or turns the direction of reading, and no longer than a screen can show.

    An apostrophe in a Latin word is straight: the curved one is a Chinese quotation mark in our faces, an em wide.
    """
    return _APOSTROPHE.sub("'", _BAD.sub(" ", text[:LONGEST]))


def runs(face: str, text: str) -> list[tuple[str, str]]:
    """Split a line into (face, text): characters missing from `face` come from another that has them."""
    if face != "sans" and not covers(face, text):
        parts: list[tuple[str, str]] = []
        for char in text:
            own = face if covers(face, char) else "sans"
            if parts and parts[-1][0] == own:
                parts[-1] = (own, parts[-1][1] + char)
            else:
                parts.append((own, char))
        return parts
    return [(face, text)]


def _room(px: int, height: int, lines: int, ruby: bool) -> int:
    over = round(px * RUBY_HEIGHT) if ruby else 0
    fitting = (height - round(px * LINE_HEIGHT) - over) // (round(px * PITCH) + over) + 1
    return max(1, min(lines, fitting))


def _clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units that must stay on one line: a mark with the word before it, an opening mark with the word after it.

    A straight quotation mark opens where a blank or nothing is before it.
    """
    done: list[list[Unit]] = []
    for unit in units:
        space = unit.text.isspace()
        if unit.text.count("\n"):
            done.append([Unit("\n")])
        elif (
            done
            and not space
            and done[-1][-1].text != "\n"
            and not done[-1][-1].text.isspace()
            and (_sticks(done[-1][-1].text, unit.text) or unit.text == QUOTE or done[-1][0].text == QUOTE)
        ):
            done[-1].append(unit)
        else:
            done.append([unit])
    return done


def _sticks(before: str, after: str) -> bool:
    """Whether no line may end between two neighbours: marks, and the name of a class, 三(2)班."""
    if after[0] in NO_START or before[-1] in NO_END:
        return True
    numbered = after[0] == "(" and after[1:2].isdigit() and is_wide(before[-1])
    return numbered or (before[-1] == ")" and after == "班")


def is_wide(char: str) -> bool:
    """Whether a character is as wide as it is high: Hanzi, kana, and the like (from U+2E80 on)."""
    return char >= "\u2e80"


def _is_square(char: str) -> bool:
    """Whether a character is exactly an em wide in each of our faces: Hanzi, kana and full-width marks."""
    return "\u3000" <= char <= "\u9fff" or "\uff01" <= char <= "\uff5e"


def _characters(cluster: Sequence[Unit]) -> list[Unit]:
    return [piece for unit in cluster for piece in ([unit] if unit.over else map(Unit, unit.text))]


def _trimmed(line: Sequence[Unit]) -> Sequence[Unit]:
    end = len(line)
    while end and line[end - 1].text.isspace():
        end -= 1
    return line[:end]
