"""What a screen draws with: parts of a picture, the canvas they are painted on, and what on it can be touched.

A `Part` is a rectangle of the screen with the value it shows. A part is painted only when its value, its rectangle
or its `frame` has changed since it was painted last, or something under it was painted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pygame

from kiosk.flows.views import Button, Field, Text
from kiosk.i18n import Words
from kiosk.screens import theme
from kiosk.screens.shapes import Shapes
from kiosk.screens.text import BASELINE, LINE_HEIGHT, Block, Ruby, SurfaceCache, Typesetter, ruby_px
from kiosk.screens.theme import Colour, Metrics, Size

if TYPE_CHECKING:
    from kiosk.screens.camera_corner import Live
    from kiosk.screens.grids import TableLayout

Rect = pygame.Rect
GRID = 16
"""Large areas that begin and end at multiples of so many pixels across (64 bytes) are filled five times as fast."""
CACHE_BYTES = 10 * 1024 * 1024
"""For all rendered text, shapes and covers together; little more than one full picture at 1080p."""


@dataclass(frozen=True, slots=True)
class Part:
    """A region of a screen.

    `shows` is compared with ==: equal means the same picture. `paint` draws it, on ground that is already filled
    with `ground`. Something that moves gives `frame`: from the monotonic time to a value that differs whenever the
    picture differs, and `wakes`: the monotonic time of the next change, or None when it stands still. `calls` says
    whether something outside the view wants a standing part looked at again.
    """

    name: str
    rect: Rect
    shows: object
    paint: Callable[[Canvas], None]
    frame: Callable[[float], object] | None = None
    wakes: Callable[[float], float | None] | None = None
    ground: Colour = theme.PAPER
    calls: Callable[[], bool] | None = None


def _no_fields(view: Any) -> Sequence[Field]:  # noqa: ARG001  one signature for all screens
    return ()


def _no_identity(view: Any) -> Hashable:  # noqa: ARG001  one signature for all screens
    return None


@dataclass(frozen=True, slots=True)
class Screen:
    """How one type of view is drawn.

    `parts` lays a view out. When `identity` of the view changes, everything is drawn anew, and scroll places,
    focus and what was being typed are forgotten. `fields` are the text fields of the view, in order.
    """

    parts: Callable[[Any, Kit], Sequence[Part]]
    identity: Callable[[Any], Hashable] = _no_identity
    fields: Callable[[Any], Sequence[Field]] = _no_fields


TargetId = tuple[str, str, str | int | None]
"""What stays the same when a target moves or is painted again: kind, name, value."""


def button_id(button: Button) -> TargetId:
    """The identity of a button as a target."""
    return ("press", button.action, button.value)


def choice_id(name: str, value: str) -> TargetId:
    """The identity of one value of a choice field."""
    return ("choice", name, value)


def field_id(name: str) -> TargetId:
    """The identity of a text field."""
    return ("field", name, None)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to touch. `id` says what it does; `scroll` names the area it lies in."""

    id: TargetId
    rect: Rect
    key: str = ""  # a keyboard shortcut: "F2", "7"
    enabled: bool = True
    scroll: str = ""
    group: str = ""  # Tab goes past the targets of one group, the arrows go through them
    enter: str = ""  # of a field: the action that Enter in it presses
    carets: tuple[int, ...] = ()  # of a field: where on the screen the caret stands before each character, x
    caret: int = 0  # of a field: the place in `carets` where it is


@dataclass(frozen=True, slots=True)
class Scroll:
    """An area whose content is `extent` px high and may be moved."""

    name: str
    rect: Rect
    extent: int

    @property
    def most(self) -> int:
        """How far it can be moved, px."""
        return max(0, self.extent - self.rect.height)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of text that was drawn, for tests: where it is, in which box it had to stay, on what ground."""

    text: str
    rect: Rect
    box: Rect
    part: str
    cut: bool
    px: int
    colour: Colour
    ground: Colour


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a text field: the text, where the caret is, and what an input method is composing there.

    From `anchor` to `caret` the text is selected; `composing_caret` is the caret's place in what is composed.
    """

    text: str = ""
    caret: int = 0
    composing: str = ""
    anchor: int | None = None
    composing_caret: int = 0


@dataclass(frozen=True, slots=True)
class Touch:
    """What the hands are doing, as far as a part shows it."""

    focus: TargetId | None = None  # reached by keyboard: gets a ring
    held: TargetId | None = None  # under the finger
    typing: str = ""  # the field that has the caret


class Kit:
    """The tools that all canvases of one stage share: words, fonts, shapes, measures, caches.

    `measured` is the size whose measures hold where the stage is a strip of something larger; its own otherwise.
    `camera` is shown in a corner where there is one.
    """

    def __init__(
        self,
        size: tuple[int, int],
        words: Words,
        ruby: Ruby | None,
        measured: tuple[int, int] | None = None,
    ) -> None:
        self.words = words
        self.size = size
        self.metrics = Metrics(*(measured or size))
        self.cache = SurfaceCache(CACHE_BYTES)
        self.type = Typesetter(self.cache, ruby)
        self.shapes = Shapes(self.cache)
        self.camera: Live | None = None
        self.tables: list[TableLayout] = []  # the last ones
        self.drawn: list[Drawn] | None = None  # a test hangs a list here

    def resize(self, size: tuple[int, int], measured: tuple[int, int] | None = None) -> None:
        """Take another size of screen; everything kept for the old one is dropped."""
        self.size = size
        self.metrics = Metrics(*(measured or size))
        self.cache.clear()
        self.type.forget()
        self.tables.clear()

    def px(self, length: float) -> int:
        """A length given for 1080p, in pixels of this screen."""
        return self.metrics.px(length)

    def grid(self, length: float) -> int:
        """A length given for 1080p as a multiple of `GRID` pixels of this screen, at least one."""
        return max(1, round(length * self.metrics.unit / GRID)) * GRID

    @property
    def box(self) -> Rect:
        """The whole screen."""
        return Rect((0, 0), self.size)

    def say(self, words: Text | str) -> str:
        """Finished words in the stage's language."""
        return self.words.say(words)

    def layout(
        self,
        words: Text | str,
        size: Size,
        width: int,
        height: int,
        *,
        face: str = "sans",
        lines: int = 1,
        least: Size | None = None,
        ruby: bool = False,
        balance: bool = False,
    ) -> Block:
        """Set words without drawing them: `size` if they fit, else smaller down to `least`, at last with "…"."""
        return self.type.layout(
            self.say(words),
            face,
            self._sizes(size, least or size),
            max(1, width),
            max(1, height),
            lines,
            ruby=ruby,
            balance=balance,
        )

    def _sizes(self, size: Size, least: Size) -> tuple[int, ...]:
        return tuple(self.px(step) for step in reversed(theme.SCALE) if least <= step <= size)


@dataclass
class Canvas:
    """A surface to paint one part on. All rectangles are in the stage's pixels, from its top left corner."""

    surface: pygame.Surface
    kit: Kit
    box: Rect
    now: float
    part: str = ""
    touch: Touch = field(default_factory=Touch)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    offsets: Mapping[str, int] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    scrolls: list[Scroll] = field(default_factory=list)
    _scroll: Scroll | None = None
    _group: str = ""

    def px(self, length: float) -> int:
        """A length given for 1080p, in pixels of this screen."""
        return self.kit.metrics.px(length)

    def say(self, words: Text | str) -> str:
        """Finished words in the stage's language."""
        return self.kit.say(words)

    # ── shapes ──

    def fill(self, rect: Rect, colour: Colour) -> None:
        """A plain rectangle."""
        self.surface.fill(colour, rect)

    def rounded(self, rect: Rect, colour: Colour, radius: float = 24) -> None:
        """A filled rectangle with round corners; `radius` in px at 1080p."""
        self.kit.shapes.rounded(self.surface, rect, colour, self.px(radius))

    def outline(self, rect: Rect, colour: Colour, radius: float = 24, width: float = 3) -> None:
        """A rounded outline inside `rect`; lengths in px at 1080p."""
        self.kit.shapes.outline(self.surface, rect, colour, self.px(radius), self.px(width))

    def card(self, rect: Rect, colour: Colour = theme.CARD, radius: float = 28, depth: float = 6) -> Rect:
        """A sheet of card with a flat shadow; returns the sheet, which is `depth` less high than `rect`."""
        sheet = Rect(rect.left, rect.top, rect.width, rect.height - self.px(depth))
        low = min(rect.height, self.px(2 * radius + depth))  # as much of the shadow as can be seen
        self.rounded(Rect(rect.left, rect.bottom - low, rect.width, low), theme.SHADE, radius)
        self.rounded(sheet, colour, radius)
        return sheet

    def icon(self, name: str, box: Rect, colour: Colour = theme.INK) -> None:
        """An icon in the middle of `box`, as large as its shorter side."""
        image = self.kit.shapes.icon(name, min(box.size), colour)
        self.surface.blit(image, image.get_rect(center=box.center))

    def picture(self, name: str, box: Rect, ratio: float = 4 / 3) -> Rect:
        """A drawing from the assets, `ratio` times as wide as high, as large as fits `box`; returns its place."""
        wide = min(box.width, round(box.height * ratio))
        image = self.kit.shapes.icon(name, wide)
        place = image.get_rect(center=box.center)
        self.surface.blit(image, place)
        return place

    def pixels(self, place: Rect, size: tuple[int, int], rgb: bytes) -> None:
        """An RGB picture of `size` pixels, smoothly scaled to fill `place`."""
        image = pygame.image.frombuffer(rgb, size, "RGB")
        self.surface.blit(pygame.transform.smoothscale(image, place.size), place)

    # ── text ──

    def text(
        self,
        box: Rect,
        words: Text | str,
        size: Size = Size.BODY,
        *,
        face: str = "sans",
        colour: Colour = theme.INK,
        align: str = "start",
        valign: str = "middle",
        lines: int = 1,
        least: Size | None = None,
        ruby: bool = False,
        balance: bool = False,
    ) -> Rect:
        """Draw words inside `box` and return the rectangle they take; they never leave the box.

        `align` is `start`, `center` or `end`, `valign` is `top`, `middle` or `bottom`; the rest as in `layout`.
        """
        block = self.kit.layout(
            words,
            size,
            box.width,
            box.height,
            face=face,
            lines=lines,
            least=least,
            ruby=ruby,
            balance=balance,
        )
        return self.draw(block, box, colour=colour, align=align, valign=valign)

    def draw(
        self,
        block: Block,
        box: Rect,
        *,
        colour: Colour = theme.INK,
        align: str = "start",
        valign: str = "middle",
    ) -> Rect:
        """Draw what `layout` has set inside `box`; returns the rectangle it takes."""
        top = box.top + _share(valign, box.height - block.height)
        edge = box.left + _share(align, box.width - block.width)
        used = Rect(edge, top, block.width, block.height)
        if self.kit.drawn is not None and block.lines and block.width and self._visible(used):
            text = "/".join(line.text for line in block.lines)
            red, green, blue, _ = self.surface.get_at(used.topleft)
            self.kit.drawn.append(
                Drawn(text, used, Rect(box), self.part, block.cut, block.px, colour, (red, green, blue))
            )
        typesetter = self.kit.type
        baseline = top + block.over + round(block.px * (BASELINE + (LINE_HEIGHT - 1) / 2))
        for line in block.lines:
            x = box.left + _share(align, box.width - line.width)
            if not line.places:
                self._line(line.text, block.face, block.px, colour, x, baseline)
            for unit, (left, wide) in zip(line.units, line.places, strict=bool(line.places)):
                base = typesetter.width(unit.text, block.face, block.px)
                self._line(unit.text, block.face, block.px, colour, x + left + (wide - base) // 2, baseline)
                if unit.over:
                    small = ruby_px(block.px)
                    over = typesetter.width(unit.over, "sans", small)
                    rise = baseline - round(block.px * BASELINE) - round(small * 0.3)
                    self._line(unit.over, "sans", small, colour, x + left + (wide - over) // 2, rise)
            baseline += block.pitch
        return used

    def _visible(self, rect: Rect) -> bool:
        return self._scroll is None or self._scroll.rect.contains(rect)

    def _line(self, text: str, face: str, px: int, colour: Colour, x: int, baseline: int) -> None:
        if not text.strip():
            return
        top = baseline - self.kit.type.ascent(px)
        if self._scroll is None or self._scroll.rect.colliderect((x, top, 1 << 14, 2 * px)):
            self.surface.blit(self.kit.type.surface(text, face, px, colour), (x, top))

    # ── what can be touched ──

    def target(self, rect: Rect, button: Button) -> None:
        """Make `rect` press `button`; an enabled one can be reached by keyboard, in the order of painting."""
        self._add(Target(button_id(button), Rect(rect), button.key, button.enabled))

    def choice_target(self, rect: Rect, name: str, value: str) -> None:
        """Make `rect` choose `value` for the choice field `name` (sends `Edited`)."""
        self._add(Target(choice_id(name, value), Rect(rect)))

    def field_target(
        self, rect: Rect, name: str, enter: str = "", carets: tuple[int, ...] = (), caret: int = 0
    ) -> None:
        """Make `rect` the text field `name`; Enter in it presses the action `enter`. For `carets` see `Target`."""
        self._add(Target(field_id(name), Rect(rect), enter=enter, carets=carets, caret=caret))

    def _add(self, target: Target) -> None:
        scroll = self._scroll.name if self._scroll else ""
        self.targets.append(replace(target, scroll=scroll, group=self._group))

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """All targets added inside are one stop for Tab, like the rows of a list; the arrows go through them."""
        before, self._group = self._group, name
        try:
            yield
        finally:
            self._group = before

    def held(self, target: TargetId) -> bool:
        """Whether a finger is on the target now."""
        return self.touch.held == target

    def focused(self, target: TargetId) -> bool:
        """Whether the keyboard has reached the target (draw a ring around it)."""
        return self.touch.focus == target

    def typing(self, name: str) -> bool:
        """Whether the text field `name` has the caret."""
        return self.touch.typing == name

    def entry(self, shown: Field) -> Entry:
        """What stands in a field now: what is being typed, else the text the view gives."""
        return self.entries.get(shown.name, Entry(shown.text, len(shown.text)))

    @contextmanager
    def scrolling(self, name: str, rect: Rect, extent: int) -> Iterator[int]:
        """Clip to `rect` and give the offset (0 or negative px) at which content of height `extent` is drawn.

        Wheel, drag, PageUp and PageDown move it. Targets added inside move with it. A bar shows where one is.
        """
        area = Scroll(name, Rect(rect), extent)
        self.scrolls.append(area)
        before, clip = self._scroll, self.surface.get_clip()
        self._scroll = area
        self.surface.set_clip(clip.clip(rect))
        offset = min(self.offsets.get(name, 0), area.most)
        try:
            yield -offset
        finally:
            self._scroll = before
            self.surface.set_clip(clip)
        if area.most:
            self._bar(area, offset)

    def _bar(self, area: Scroll, offset: int) -> None:
        wide = self.px(10)
        track = Rect(area.rect.right - wide, area.rect.top, wide, area.rect.height)
        self.rounded(track, theme.SHADE, 5)
        length = max(self.px(48), track.height * track.height // area.extent)
        top = track.top + (track.height - length) * offset // area.most
        self.rounded(Rect(track.left, top, wide, length), theme.SOFT, 5)


def _share(place: str, spare: int) -> int:
    return {"start": 0, "top": 0, "center": spare // 2, "middle": spare // 2}.get(place, spare)


def on_grid(rect: Rect) -> Rect:
    """`rect` a little narrower, so that it begins and ends at multiples of `GRID` pixels across."""
    left, right = -(-rect.left // GRID) * GRID, rect.right // GRID * GRID
    return Rect(left, rect.top, max(GRID, right - left), rect.height)


def row(rect: Rect, count: int, gap: int) -> list[Rect]:
    """`rect` split into `count` equal columns with `gap` px between them."""
    wide = (rect.width - gap * (count - 1)) / count
    edges = [(round(i * (wide + gap)), round(i * (wide + gap) + wide)) for i in range(count)]
    return [Rect(rect.left + a, rect.top, b - a, rect.height) for a, b in edges]


def column(rect: Rect, count: int, gap: int) -> list[Rect]:
    """`rect` split into `count` equal rows with `gap` px between them."""
    high = (rect.height - gap * (count - 1)) / count
    edges = [(round(i * (high + gap)), round(i * (high + gap) + high)) for i in range(count)]
    return [Rect(rect.left, rect.top + a, rect.width, b - a) for a, b in edges]


def cut_top(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """The top `height` px of `rect`, and what is left below a gap."""
    return (
        Rect(rect.left, rect.top, rect.width, height),
        Rect(rect.left, rect.top + height + gap, rect.width, max(0, rect.height - height - gap)),
    )


def cut_bottom(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """The bottom `height` px of `rect`, and what is left above a gap."""
    return (
        Rect(rect.left, rect.bottom - height, rect.width, height),
        Rect(rect.left, rect.top, rect.width, max(0, rect.height - height - gap)),
    )


def cut_left(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """The left `width` px of `rect`, and what is left beside a gap."""
    return (
        Rect(rect.left, rect.top, width, rect.height),
        Rect(rect.left + width + gap, rect.top, max(0, rect.width - width - gap), rect.height),
    )


def cut_right(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """The right `width` px of `rect`, and what is left beside a gap."""
    return (
        Rect(rect.right - width, rect.top, width, rect.height),
        Rect(rect.left, rect.top, max(0, rect.width - width - gap), rect.height),
    )


def stack(heights: Sequence[int], rect: Rect, gap: int) -> list[Rect]:
    """Rows of the given heights from the top of `rect`, with `gap` px between them."""
    rows: list[Rect] = []
    top = rect.top
    for height in heights:
        rows.append(Rect(rect.left, top, rect.width, height))
        top += height + gap
    return rows
