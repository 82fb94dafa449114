"""What several screens are made of: buttons, badges, books, result cards, rings, text fields.

Each takes a canvas and a rectangle in the stage's pixels, and draws and registers what can be touched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygame

from kiosk.flows.views import BookTile, Button, ResultCard, Ring, Text, Tone
from kiosk.screens import theme
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, TargetId, button_id, cut_bottom, cut_right
from kiosk.screens.text import Block
from kiosk.screens.theme import Colour, Size

COVER = 4 / 3  # height of a cover for a width of 1
READABLE = 14  # pixels: smaller, nobody reads a call number
SWITCH = 1.3  # side of a switch's box, in em
RING_STEPS = 10.0  # the ring moves so often a second, or less when a step would be under a pixel


# ── buttons ──


def button(
    canvas: Canvas,
    rect: Rect,
    shown: Button,
    *,
    size: Size = Size.BODY,
    main: bool = False,
    upright: bool = False,
    ruby: bool = False,
) -> None:
    """A button with icon and label that fills `rect`; `main` is the one to press; `upright`: icon on top."""
    canvas.target(rect, shown)
    id_ = button_id(shown)
    if shown.on is not None:
        _switch(canvas, rect, shown, size)
        return
    fill, ink = _button_colours(shown, main)
    sheet = _button_face(canvas, rect, fill, id_, enabled=shown.enabled)
    inner = sheet.inflate(-canvas.px(28), -canvas.px(12))
    if not shown.icon:
        canvas.text(
            inner,
            shown.label,
            size,
            face="sans-bold",
            colour=ink,
            align="center",
            lines=2,
            least=Size.NOTE,
            ruby=ruby,
            balance=True,
        )
        return
    if upright:
        high = min(inner.height * 46 // 100, canvas.px(160))
        gap = min(canvas.px(16), inner.height // 20)
        block = canvas.kit.layout(
            shown.label,
            size,
            inner.width,
            inner.height - high - gap,
            face="sans-bold",
            lines=2,
            least=Size.NOTE,
            ruby=ruby,
        )
        top = inner.top + max(0, inner.height - high - gap - block.height) // 2
        _button_icon(canvas, Rect(inner.left, top, inner.width, high), shown.icon, fill)
        below = Rect(inner.left, top + high + gap, inner.width, block.height)
        canvas.draw(block, below, colour=ink, align="center")
        return
    side = min(inner.height, round(canvas.px(size) * 1.4))
    gap = canvas.px(14)
    block = canvas.kit.layout(
        shown.label,
        size,
        inner.width - side - gap,
        inner.height,
        face="sans-bold",
        lines=2,
        least=Size.NOTE,
        ruby=ruby,
        balance=True,
    )
    left = inner.left + max(0, inner.width - side - gap - block.width) // 2
    _button_icon(canvas, Rect(left, inner.centery - side // 2, side, side), shown.icon, fill)
    canvas.draw(block, Rect(left + side + gap, inner.top, block.width, inner.height), colour=ink)


def _switch(canvas: Canvas, rect: Rect, shown: Button, size: Size) -> None:
    """A flat sheet with a box, ticked when the switch is on, and the label beside it."""
    id_ = button_id(shown)
    canvas.rounded(rect, theme.SUNK if canvas.held(id_) or not shown.enabled else theme.CARD, 22)
    canvas.outline(rect, theme.FOCUS if canvas.focused(id_) else theme.SHADE, 22, 6 if canvas.focused(id_) else 3)
    inner = rect.inflate(-canvas.px(36), -canvas.px(12))
    side = canvas.px(size * SWITCH)
    box = Rect(inner.left, inner.centery - side // 2, side, side)
    if shown.on:
        canvas.rounded(box, theme.ACCENT if shown.enabled else theme.SOFT, 10)
        canvas.icon("check", box.inflate(-side // 5, -side // 5), theme.ON_ACCENT)
    else:
        canvas.outline(box, theme.SOFT, 10, 4)
    words = Rect(box.right + canvas.px(14), inner.top, inner.right - box.right - canvas.px(14), inner.height)
    canvas.text(words, shown.label, size, colour=theme.INK if shown.enabled else theme.SOFT, lines=2, least=Size.NOTE)


def _button_icon(canvas: Canvas, box: Rect, icon: str, fill: Colour) -> None:
    """Icons are drawn for light grounds: on a dark one they stand on a disc."""
    if theme.contrast(theme.INK, fill) < 5:
        side = min(box.size)
        disc = Rect(0, 0, side, side)
        disc.center = box.center
        canvas.kit.shapes.rounded(canvas.surface, disc, theme.CARD, side // 2)
        box = disc.inflate(-side * 30 // 100, -side * 30 // 100)
    canvas.icon(icon, box)


def _button_colours(shown: Button, main: bool) -> tuple[Colour, Colour]:
    if not shown.enabled:
        return theme.SUNK, theme.SOFT
    if shown.tone is not None:
        look = theme.TONES[shown.tone]
        return (look.fill, look.on) if main else (look.tint, look.deep)
    return (theme.ACCENT, theme.ON_ACCENT) if main else (theme.CARD, theme.INK)


def _button_face(canvas: Canvas, rect: Rect, fill: Colour, id_: TargetId, *, enabled: bool = True) -> Rect:
    """The raised sheet of a button, pushed in while it is held, ringed when the keyboard is on it."""
    depth = canvas.px(6)
    sheet = Rect(rect.left, rect.top, rect.width, rect.height - depth)
    if enabled and not canvas.held(id_):
        canvas.rounded(sheet.move(0, depth), theme.blend(fill, theme.INK, 0.22), 22)
    elif canvas.held(id_):
        sheet = sheet.move(0, depth)
    canvas.rounded(sheet, fill, 22)
    if fill in (theme.CARD, theme.PAPER):
        canvas.outline(sheet, theme.SHADE, 22, 3)
    if canvas.focused(id_):
        canvas.outline(sheet, theme.FOCUS, 22, 6)
    return sheet


def button_width(kit: Kit, shown: Button, size: Size = Size.BODY) -> int:
    """How wide a button wants to be for its label on one line, in pixels."""
    wide = kit.type.width(kit.say(shown.label), "sans-bold", kit.px(size))
    icon = round(kit.px(size) * 1.4) + kit.px(14) if shown.icon or shown.on is not None else 0
    return max(kit.px(theme.TOUCH * 1.5), wide + icon + kit.px(28 + 36))


def button_row(
    canvas: Canvas,
    rect: Rect,
    buttons: Sequence[Button],
    *,
    size: Size = Size.BODY,
    align: str = "start",
    main: int | None = None,
    ruby: bool = False,
) -> None:
    """Buttons side by side, each as wide as its label wants; equally wide when there is not room enough."""
    for place, shown, i in zip(
        button_places(canvas.kit, rect, buttons, size=size, align=align), buttons, range(99), strict=False
    ):
        button(canvas, place, shown, size=size, main=i == main, ruby=ruby)


def button_places(
    kit: Kit, rect: Rect, buttons: Sequence[Button], *, size: Size = Size.BODY, align: str = "start"
) -> list[Rect]:
    """Where `button_row` puts each button."""
    if not buttons:
        return []
    gap = kit.px(20)
    wide = [button_width(kit, shown, size) for shown in buttons]
    spare = rect.width - sum(wide) - gap * (len(wide) - 1)
    if spare < 0:
        each = (rect.width - gap * (len(wide) - 1)) // len(wide)
        wide, spare = [each] * len(wide), 0
    x = rect.left + {"start": 0, "center": spare // 2}.get(align, spare)
    places = []
    for one in wide:
        places.append(Rect(x, rect.top, one, rect.height))
        x += one + gap
    return places


# ── tones ──


def badge(canvas: Canvas, box: Rect, tone: Tone, icon: str = "") -> None:
    """The sign of a tone, as large as `box` allows, and what it is about (`icon`) small at its lower right."""
    side = min(box.size)
    place = Rect(0, 0, side, side)
    place.center = box.center
    canvas.icon(tone.value, place)
    if icon in ("", tone.value):
        return
    small = side * 44 // 100
    disc = Rect(place.right - small, place.bottom - small, small, small)
    canvas.kit.shapes.rounded(canvas.surface, disc, theme.CARD, small // 2)
    canvas.icon(icon, disc.inflate(-small * 28 // 100, -small * 28 // 100))


def banner(
    canvas: Canvas,
    rect: Rect,
    tone: Tone,
    words: Text | str,
    *,
    icon: str = "",
    size: Size = Size.BODY,
    ruby: bool = False,
) -> None:
    """A tinted strip with the tone's badge and a sentence (two lines at most) that fills `rect`."""
    look = theme.TONES[tone]
    canvas.rounded(rect, look.tint, 20)
    side = min(rect.height - canvas.px(16), canvas.px(64))
    edge = canvas.px(16)
    badge(canvas, Rect(rect.left + edge, rect.centery - side // 2, side, side), tone, icon)
    inner = Rect(rect.left + edge + side + edge, rect.top, rect.width - side - 3 * edge, rect.height)
    canvas.text(inner, words, size, colour=look.deep, lines=2, least=Size.NOTE, ruby=ruby)


# ── answers ──


@dataclass(frozen=True, slots=True)
class Saying:
    """One paragraph of a stack: its words, the largest size, face, colour, and how many lines it may take.

    What need not be `whole` may end in "…" before anything is made smaller.
    """

    words: Text | str
    size: Size = Size.LEAD
    face: str = "sans"
    colour: Colour = theme.INK
    lines: int = 2
    gap: int = 14  # px at 1080p above it
    whole: bool = True
    ruby: bool = True  # where the whole stack has readings


def sayings(
    canvas: Canvas,
    rect: Rect,
    said: Sequence[Saying],
    *,
    least: Size = Size.BODY,
    valign: str = "top",
    align: str = "start",
    ruby: bool = False,
) -> Rect:
    """Paragraphs under one another inside `rect`, all shrunk by the same number of steps until they fit.

    Where they do not fit at the least size, readings go first, then each gets fewer lines.
    """
    blocks: list[Block] = []
    sizes = [(down, 9, with_ruby) for with_ruby in ((True, False) if ruby else (False,)) for down in range(4)]
    for down, lines, with_ruby in [*sizes, (99, 2, False), (99, 1, False)]:
        blocks = [
            canvas.kit.layout(
                one.words,
                _smaller(one.size, down, least),
                rect.width,
                1 << 14,
                face=one.face,
                lines=min(one.lines, lines),
                ruby=with_ruby and one.ruby,
                balance=align == "center",
            )
            for one in said
        ]
        whole = not any(block.cut and one.whole for one, block in zip(said, blocks, strict=True)) or lines < 9
        if whole and _stacked(canvas.kit, said, blocks) <= rect.height:
            break
    return _draw_stack(canvas, rect, said, blocks, align, valign)


def _draw_stack(
    canvas: Canvas,
    rect: Rect,
    said: Sequence[Saying],
    blocks: Sequence[Block],
    align: str = "start",
    valign: str = "top",
) -> Rect:
    spare = max(0, rect.height - _stacked(canvas.kit, said, blocks))
    top = rect.top + {"top": 0, "middle": spare // 2}.get(valign, spare)
    used = [Rect(rect.left, top, 0, 0)]
    for i, (one, block) in enumerate(zip(said, blocks, strict=True)):
        top += canvas.px(one.gap) if i else 0
        place = Rect(rect.left, top, rect.width, block.height)
        used.append(canvas.draw(block, place, colour=one.colour, align=align))
        top += block.height
    return used[0].unionall(used[1:])


def _smaller(size: Size, down: int, least: Size) -> Size:
    place = max(theme.SCALE.index(least), theme.SCALE.index(size) - down)
    return min(size, theme.SCALE[place])


def _stacked(kit: Kit, said: Sequence[Saying], blocks: Sequence[Block]) -> int:
    gaps = sum(kit.px(one.gap) for one in said[1:])
    return sum(block.height for block in blocks) + gaps


CORNER = 84  # px at 1080p of a countdown in the upper right corner of an answer
BOUNCE = 0.2  # seconds in which the sign of a new answer settles
DROP = 26  # px at 1080p that it settles by


@dataclass(frozen=True, slots=True)
class _Shape:
    """How an answer shares out its room: of the sheet's width for a book or a picture, of its height for the sign."""

    sign: int  # px at 1080p, and of 100 of the height, at most
    tall: int
    book: int  # of 100 of the width
    picture: int
    pad: int = 72  # px at 1080p above and below everything
    foot: int = 92  # the buttons


_FULL = _Shape(210, 40, 30, 38)
_SMALL = _Shape(150, 26, 20, 26, pad=56)
_BARE = _Shape(110, 20, 0, 0, pad=24, foot=theme.TOUCH + 8)


@dataclass(frozen=True, slots=True)
class _Try:
    """One way to set an answer: its shape, from which size to which the headline is, and the rest at most."""

    shape: _Shape
    headline: tuple[Size, Size]
    rest: Size
    ruby: bool = True


_TRIES = (
    _Try(_FULL, (Size.HUGE, Size.BIG), Size.BIG),
    _Try(_FULL, (Size.HUGE, Size.HEAD), Size.HEAD),
    _Try(_SMALL, (Size.HUGE, Size.HEAD), Size.HEAD),
    _Try(_BARE, (Size.HUGE, Size.HEAD), Size.HEAD),
    _Try(_BARE, (Size.HEAD, Size.LEAD), Size.LEAD),
    _Try(_BARE, (Size.HEAD, Size.LEAD), Size.LEAD, ruby=False),
    _Try(_BARE, (Size.LEAD, Size.BODY), Size.BODY, ruby=False),
    _Try(_BARE, (Size.BODY, Size.NOTE), Size.NOTE, ruby=False),
)
"""The first in which all is said is taken: the cover or picture and the sign give way to the words, then the words
shrink, readings go, and nothing is ever left out."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the parts of an answer stand, and its words, set."""

    sign: Rect  # with the room it settles in
    head: Rect
    headline: Block
    text: Rect
    said: tuple[Saying, ...]
    blocks: tuple[Block, ...]
    side: Rect | None  # the book or the picture
    foot: Rect


def _plan(kit: Kit, rect: Rect, card: ResultCard, corner: int, ruby: bool) -> _Plan:
    plans = (_planned(kit, rect, card, corner, way, ruby=ruby) for way in _TRIES)
    return next(plan for plan in plans if plan is not None)


def _planned(kit: Kit, rect: Rect, card: ResultCard, corner: int, way: _Try, *, ruby: bool) -> _Plan | None:
    """An answer set in one way; None where not all of it is said so, unless there is no other way."""
    last = way is _TRIES[-1]
    shape, ruby = way.shape, ruby and way.ruby
    sheet = Rect(rect.left, rect.top, rect.width, rect.height - kit.px(8))
    inner = sheet.inflate(-kit.px(88), -kit.px(shape.pad))
    drop = kit.px(DROP)
    mark = min(kit.px(shape.sign), rect.width * 22 // 100, rect.height * shape.tall // 100)
    sign = Rect(inner.left, max(sheet.top + drop // 2, inner.top - drop), mark, mark + 2 * drop)
    share = shape.book if card.book is not None else shape.picture if card.picture else 0
    high = kit.px(shape.foot)
    foot, side = Rect(inner.left, inner.bottom, inner.width, 0), None
    right = inner.right - corner
    if share:
        side, inner = cut_right(inner, min(inner.width * share // 100, inner.height), kit.px(40))
        right = inner.right
        side = Rect(side.left, side.top + corner, side.width, side.height - corner)
        wide = max((button_width(kit, one) for one in card.buttons), default=0)
        if card.buttons and len(card.buttons) == 1 and wide <= side.width:
            foot, side = cut_bottom(side, high, kit.px(20))
    if card.buttons and not foot.height:
        foot, inner = cut_bottom(inner, high, kit.px(16))
        if side is not None:
            side = Rect(side.left, side.top, side.width, inner.bottom - side.top)
    left = sign.right + kit.px(36)
    head = Rect(left, sign.top + drop, max(kit.px(80), right - left), mark)
    most = inner.height * 60 // 100 if shape is _BARE else mark
    large, least = way.headline
    headline = kit.layout(
        card.headline, large, head.width, most, face="kai", lines=3, least=least, ruby=ruby, balance=True
    )
    if headline.cut and not last:
        return None
    head.height = max(mark, headline.height)
    text = Rect(inner.left, head.bottom + kit.px(20), inner.width, 0)
    text.height = max(0, inner.bottom - text.top)
    said = _under_the_headline(card, way.rest)
    blocks: list[Block] = []
    room = text.height
    for one in said:
        size = next(step for step in reversed(theme.SCALE) if step <= one.size and kit.px(step) <= headline.px)
        over = ruby and one.ruby
        block = kit.layout(one.words, size, text.width, 1 << 14, face=one.face, lines=one.lines, ruby=over)
        room -= block.height + (kit.px(one.gap) if blocks else 0)
        blocks.append(block)
        if not last and (room < 0 or (block.cut and one.whole)):
            return None
    return _Plan(sign, head, headline, text, said, tuple(blocks), side, foot)


def _under_the_headline(card: ResultCard, most: Size) -> tuple[Saying, ...]:
    """The title, and what to do: large what comes first (of a refusal what to do and when), above all a due date."""
    done = card.tone is Tone.DONE and card.book is not None and card.book.due_on is not None
    deep = theme.TONES[card.tone].deep
    large = Saying("", min(most, Size.HEAD))
    due = Saying("", min(most, Size.BIG), "sans-bold", deep)
    first = (due if done else large, large)
    rest = Saying("", min(most, Size.LEAD))
    gap = {Size.LEAD: 6, Size.BODY: 6, Size.NOTE: 0}.get(most, 14)
    said = [
        replace(first[i] if i < len(first) else rest, words=line, lines=9, gap=gap) for i, line in enumerate(card.lines)
    ]
    if card.book is not None and card.tone is not Tone.NOT_NOW:  # a refusal needs the room for its reasons
        title = Saying(card.book.title, min(most, Size.BIG if done else Size.HEAD), "kai", whole=False, ruby=False)
        said.insert(0, title)
    return tuple(said)


def result_parts(
    name: str, rect: Rect, card: ResultCard, kit: Kit, *, ring: Ring | None = None, ruby: bool = False
) -> list[Part]:
    """The one big answer as parts: the sheet, its sign that settles when the answer is new, and a countdown."""
    look = theme.TONES[card.tone]
    corner = kit.px(CORNER) if ring is not None else 0
    plan = _plan(kit, rect, card, corner, ruby)
    box = plan.sign
    drop = kit.px(DROP)

    def phase(now: float) -> object:
        age = now - card.since
        return (card.serial, int(age * 60)) if 0 <= age < BOUNCE else card.serial

    def wakes(now: float) -> float | None:
        return now + 1 / 60 if 0 <= now - card.since < BOUNCE else None

    def sign(canvas: Canvas) -> None:
        age = min(1.0, max(0.0, (canvas.now - card.since) / BOUNCE))
        rise = round(drop * (1 - age) ** 2 * math.cos(age * 5))
        place = Rect(box.left, box.top + drop - rise, box.width, box.width)
        badge(canvas, place, card.tone, card.icon)

    still = replace(card, serial=0, since=0.0)

    def paint(canvas: Canvas) -> None:
        _answer(canvas, rect, card, plan, ruby=ruby)

    made = [
        Part(name, rect, (still, ruby, corner), paint),
        Part(f"{name}.sign", box, (card.tone, card.icon), sign, phase, wakes, look.tint),
    ]
    if ring is not None:
        edge = kit.px(28)
        place = Rect(rect.right - corner - edge, rect.top + edge, corner, corner)
        made.append(ring_part(f"{name}.ring", place, ring, ground=look.tint))
    return made


def _answer(canvas: Canvas, rect: Rect, card: ResultCard, plan: _Plan, *, ruby: bool) -> None:
    """An answer that fills `rect`, without its sign: headline, what to do, the book or a picture, buttons."""
    look = theme.TONES[card.tone]
    canvas.card(rect, look.tint, 36, 8)
    button_row(
        canvas, plan.foot, card.buttons, ruby=ruby, align="center" if plan.foot.left > plan.text.left else "start"
    )
    if plan.side is not None:
        if card.book is not None:
            high = min(plan.side.height, round(plan.side.width * COVER))
            place = Rect(plan.side.left, plan.side.centery - high // 2, plan.side.width, high)
            cover(canvas, place, card.book)
        else:
            canvas.picture(card.picture, plan.side, PICTURES.get(card.picture, 1.0))
    canvas.draw(plan.headline, plan.head, colour=look.deep)
    _draw_stack(canvas, plan.text, plan.said, plan.blocks)


PICTURES: dict[str, float] = {"step1": 4 / 3, "step2": 4 / 3, "step3": 4 / 3}
"""Drawings that are not square: width for a height of 1."""


# ── countdown ──


def ring_part(name: str, rect: Rect, ring: Ring, *, ground: Colour = theme.PAPER) -> Part:
    """A countdown as a part; it wakes as often as a pixel moves, at most `RING_STEPS` times a second."""
    side = min(rect.size)
    steps = max(1.0, min(ring.total * RING_STEPS, math.pi * side))
    step = max(ring.total, 0.001) / steps

    def frame(now: float) -> object:
        left = min(ring.total, max(0.0, ring.ends_at - now))
        return math.ceil(left / step - 1e-6)

    def wakes(now: float) -> float | None:
        left = ring.ends_at - now
        if left <= 0:
            return None
        return max(now + 0.005, ring.ends_at - (math.ceil(min(left, ring.total) / step - 1e-6) - 1) * step)

    def paint(canvas: Canvas) -> None:
        left = min(ring.total, max(0.0, ring.ends_at - canvas.now))
        share = left / ring.total if ring.total > 0 else 0.0
        colour = theme.ACCENT if left <= 5 else theme.TONES[Tone.DONE].fill
        canvas.kit.shapes.ring(
            canvas.surface, rect, math.ceil(left / step - 1e-6) * step / max(ring.total, 0.001) if share else 0.0,
            colour, theme.SHADE, max(2, side // 9),
        )  # fmt: skip
        inner = rect.inflate(-side // 3, -side // 3)
        canvas.text(inner, str(math.ceil(left)), Size.LEAD, face="sans-bold", align="center", least=Size.NOTE)

    return Part(name, rect, ring, paint, frame, wakes, ground)


# ── books ──


def cover(canvas: Canvas, rect: Rect, book: BookTile, *, label: bool = True) -> Rect:
    """A drawn book cover as large as fits in `rect` (3 : 4), standing on its lower edge; returns where it is."""
    wide = min(rect.width, round(rect.height / COVER))
    place = Rect(0, 0, wide, round(wide * COVER))
    place.midbottom = rect.midbottom
    key = ("cover", book.title, book.clc, book.call_number if label else "", wide)
    image = canvas.kit.cache.get(key, lambda: _draw_cover(canvas.kit, place.size, book, label))
    canvas.surface.blit(image, place)
    return place


def _draw_cover(kit: Kit, size: tuple[int, int], book: BookTile, label: bool) -> pygame.Surface:
    wide, high = size
    look = theme.class_look(book.clc)
    image = pygame.Surface(size, pygame.SRCALPHA)
    canvas = Canvas(image, kit, Rect(0, 0, wide, high), 0.0)
    radius = max(3, wide // 22)
    shapes = kit.shapes
    board = Rect(0, 0, wide, high - max(2, high // 60))
    edge = Rect(0, high - 3 * radius, wide, 3 * radius)
    shapes.rounded(image, edge, theme.blend(look.fill, theme.INK, 0.3), radius)
    shapes.rounded(image, board, look.fill, radius)
    ink = theme.blend(look.fill, look.on, 0.22)
    art = Rect(wide // 8, high * 60 // 100, wide - wide // 8 - radius, board.bottom - high * 60 // 100 - radius)
    if wide >= 24:
        image.blit(shapes.pattern(look.pattern, art.size, look.fill, ink), art)
    image.fill(theme.blend(look.fill, theme.INK, 0.25), (0, radius, max(2, wide // 12), board.height - 2 * radius))
    image.fill(theme.blend(look.fill, theme.WHITE, 0.2), (wide // 12, 0, max(1, wide // 60), board.height))
    text = Rect(wide * 15 // 100, high * 6 // 100, wide * 79 // 100, high * 52 // 100)
    if wide >= 60:
        steps = tuple(dict.fromkeys(max(10, round(wide * share)) for share in (0.19, 0.155, 0.125)))
        block = kit.type.layout(book.title, "kai", steps, text.width, text.height, 4, balance=True)
        drawn, kit.drawn = kit.drawn, None  # a picture of a book, measured by its own test
        canvas.draw(block, text, colour=look.on, align="center", valign="middle")
        kit.drawn = drawn
    number = spine_number(kit, book, wide) if label else None
    if number is not None:
        place = Rect(wide * 22 // 100, high * 80 // 100, wide * 64 // 100, high * 13 // 100)
        shapes.rounded(image, place, theme.CARD, max(2, place.height // 6))
        canvas.fill(Rect(place.left, place.top, max(3, place.width // 12), place.height), look.fill)
        drawn, kit.drawn = kit.drawn, None  # as above
        canvas.draw(
            number, Rect(place.right - wide * 57 // 100, place.top, wide * 56 // 100, place.height), align="center"
        )
        kit.drawn = drawn
    return image


def spine_number(kit: Kit, book: BookTile, wide: int) -> Block | None:
    """The call number as it is set on the label of a cover `wide` pixels wide; None where nobody could read it."""
    high = round(wide * COVER) * 13 // 100
    sizes = tuple(px for px in (high * 62 // 100, high // 2) if px >= READABLE)
    if not sizes or not book.call_number:
        return None
    block = kit.type.layout(book.call_number, "sans-bold", sizes, wide * 56 // 100, high, 1)
    return None if block.cut else block


def board(canvas: Canvas, rect: Rect) -> None:
    """A shelf board, seen from the front."""
    canvas.fill(rect, theme.WOOD)
    canvas.fill(Rect(rect.left, rect.top, rect.width, max(2, rect.height // 5)), theme.WOOD_LIGHT)
    edge = max(2, rect.height // 5)
    canvas.fill(Rect(rect.left, rect.bottom - edge, rect.width, edge), theme.WOOD_DARK)
