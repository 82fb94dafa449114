"""The demo's tray: cards and books to click, for whoever has no scanner at hand.

It takes a strip of the window, at the right or, upright, at the bottom, and folds to a narrow edge; the kiosk's own
screen has the rest and is never covered. It is dark, so that nobody takes it for a part of the kiosk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from kiosk.flows.events import Pressed
from kiosk.flows.views import BookTile, Button, Text, TrayItem
from kiosk.i18n import Words
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, Screen, button_id, column, cut_top, row
from kiosk.screens.piece import Piece, columns_that_fit, pile
from kiosk.screens.stage import Stage
from kiosk.screens.theme import Size

OPEN, FOLDED = 400, 76  # px at 1080p: how much of the window's width it takes
OPEN_UPRIGHT, FOLDED_UPRIGHT = 520, 76  # of its height, when the window stands upright
ITEM, BARE = 92, 80  # height of an item with a note and of one without
BOOK_WIDTH, CARD_WIDTH = 300, 158
GROUPS = {
    "card": Text("common.tray.cards"),
    "copy": Text("common.tray.copies"),
    "command": Text("common.tray.commands"),
    "other": Text("common.tray.others"),
}


@dataclass(frozen=True, slots=True)
class TrayView:
    """What the tray shows."""

    items: tuple[TrayItem, ...]
    folded: bool


def parts(view: TrayView, kit: Kit) -> Sequence[Part]:
    """One part: the whole strip."""
    paint = _paint_folded if view.folded else _paint_open
    return [Part("tray", kit.box, view, lambda canvas: paint(canvas, view), ground=theme.INK)]


def _paint_folded(canvas: Canvas, view: TrayView) -> None:  # noqa: ARG001  one signature with the open one
    box = canvas.box.inflate(-canvas.px(12), -canvas.px(12))
    upright = canvas.kit.metrics.portrait
    place = Rect(box.left, box.top, box.width, box.height if upright else canvas.px(220))
    fold = Button("fold", Text("common.tray.title"), icon="up" if upright else "back")
    widgets.button(canvas, place, fold, upright=not upright)


def _paint_open(canvas: Canvas, view: TrayView) -> None:
    edge, gap = canvas.px(20), canvas.px(12)
    inner = canvas.box.inflate(-2 * edge, -2 * edge)
    head, rest = cut_top(inner, canvas.px(84), gap)
    fold = Button("fold", Text("common.tray.hide"), icon="down" if canvas.kit.metrics.portrait else "next")
    wide = min(widgets.button_width(canvas.kit, fold), head.width // 2)
    widgets.button(canvas, Rect(head.right - wide, head.top, wide, head.height), fold)
    said = Rect(head.left, head.top, head.width - wide - gap, head.height)
    canvas.text(said, Text("common.tray.title"), Size.LEAD, face="sans-bold", colour=theme.PAPER, least=Size.NOTE)
    hint, rest = cut_top(rest, canvas.px(44), gap)
    canvas.text(hint, Text("common.tray.hint"), Size.BODY, colour=theme.SHADE, least=Size.NOTE)
    cards = [item for item in view.items if item.kind == "card"]
    others = [item for item in view.items if item.kind != "card"]
    # Cards and books scroll each by themselves, so that one of each is always in reach.
    places = row(rest, 2, 2 * gap) if canvas.kit.metrics.portrait else column(rest, 2, gap)
    for name, items, place in zip(("cards", "others"), (cards, others), places, strict=True):
        width = place.width - canvas.px(22)  # beside the scroll bar
        body = _groups(canvas.kit, items, width)
        with canvas.scrolling(name, place, body.height) as offset:
            body.paint(canvas, Rect(place.left, place.top + offset, width, body.height))


def _groups(kit: Kit, items: Sequence[TrayItem], width: int) -> Piece:
    """The items under the name of their kind, in as many columns as fit."""
    gap = kit.px(12)
    pieces: list[Piece] = []
    for kind, heading in GROUPS.items():
        alike = [item for item in items if item.kind == kind]
        if not alike:
            continue
        columns = columns_that_fit(width, kit.px(BOOK_WIDTH if kind == "copy" else CARD_WIDTH), gap, 8)
        each = (width - gap * (columns - 1)) // columns
        pieces.append(_heading(kit, heading))
        pieces += [_line(kit, alike[start : start + columns], each, gap) for start in range(0, len(alike), columns)]
    return pile(pieces, gap)


def _heading(kit: Kit, words: Text) -> Piece:
    return Piece(
        kit.px(44),
        lambda canvas, rect: _write(canvas, rect, words, theme.SHADE),
    )


def _write(canvas: Canvas, rect: Rect, words: Text, colour: theme.Colour) -> None:
    canvas.text(rect, words, Size.BODY, face="sans-bold", colour=colour, least=Size.NOTE)


def _line(kit: Kit, items: Sequence[TrayItem], each: int, gap: int) -> Piece:
    high = ITEM if any(item.note for item in items) else BARE

    def paint(canvas: Canvas, rect: Rect) -> None:
        for i, item in enumerate(items):
            _item(canvas, Rect(rect.left + i * (each + gap), rect.top, each, rect.height), item)

    return Piece(kit.px(high), paint)


def _item(canvas: Canvas, rect: Rect, item: TrayItem) -> None:
    """A card, a book or another barcode: pressing it scans it."""
    press = Button("scan", "", value=item.code)
    canvas.target(rect, press)
    held = canvas.held(button_id(press))
    canvas.rounded(rect, theme.SHADE if held else theme.PAPER, 14)
    if canvas.focused(button_id(press)):
        canvas.outline(rect, theme.FOCUS, 14, 5)
    side = rect.height - canvas.px(16)
    box = Rect(rect.left + canvas.px(10), rect.top + canvas.px(8), side * 3 // 4, side)
    if item.kind == "copy":
        widgets.cover(canvas, box, BookTile(item.label, item.clc), label=False)
    elif item.kind == "card":
        box.width = 0  # the heading says what they are, and names want the room
    else:
        canvas.icon("barcode", box)
    inner = Rect(box.right + canvas.px(8), rect.top + canvas.px(4), 0, rect.height - canvas.px(8))
    inner.width = rect.right - inner.left - canvas.px(8)
    label = Text(item.label) if item.label.startswith("demo.") else item.label
    face = "kai" if item.kind == "copy" else "sans-bold"
    if not item.note:
        canvas.text(inner, label, Size.BODY, face=face, lines=2, least=Size.NOTE)
        return
    top, bottom = cut_top(inner, inner.height * 45 // 100)
    canvas.text(top, label, Size.BODY, face=face, least=Size.NOTE)
    canvas.text(bottom, item.note, Size.NOTE, colour=theme.SOFT, lines=2)


SCREEN = Screen(parts, identity=lambda view: view.folded)


class Tray:
    """The tray in a window. `on_move` is called with the kiosk's new surface when it folds or opens."""

    def __init__(self, items: Sequence[TrayItem], window: pygame.Surface, words: Words | None = None) -> None:
        self.on_move: Callable[[pygame.Surface], object] = lambda surface: surface
        self._window = window
        self._view = TrayView(tuple(items), folded=False)
        self._held = False
        self._pointer = (-1, -1)
        strip, _ = self._split()
        self._stage = Stage(
            window.subsurface(strip), words or Words(), screens={TrayView: SCREEN}, measured=window.get_size()
        )

    @property
    def words(self) -> Words:
        """The words in use."""
        return self._stage.words

    @words.setter
    def words(self, words: Words) -> None:
        self._stage.words = words

    def rest(self) -> pygame.Surface:
        """What is left of the window for the kiosk."""
        return self._window.subsurface(self._split()[1])

    def resize(self, window: pygame.Surface) -> pygame.Surface:
        """Stand in another window; what is left of it."""
        self._window = window
        self._stage.resize(window.subsurface(self._split()[0]), measured=window.get_size())
        return self.rest()

    def draw(self) -> list[Rect]:
        """Draw what has changed; the rectangles of the window that differ."""
        return self._stage.show(self._view, 0.0)

    def handle(self, event: pygame.event.Event) -> str | None:
        """The code that was clicked, "" when the event was the tray's own, None when it is not for the tray."""
        if event.type not in _POINTING or not self._mine(event):
            return None
        for said in self._stage.handle(event, 0.0):
            if isinstance(said, Pressed) and said.action == "fold":
                self.fold(not self._view.folded)
            elif isinstance(said, Pressed) and said.action == "scan":
                return str(said.value)
        return ""

    def fold(self, folded: bool) -> None:
        """Make it narrow or wide, and give the kiosk what is left."""
        self._view = TrayView(self._view.items, folded)
        self.on_move(self.resize(self._window))

    def _split(self) -> tuple[Rect, Rect]:
        """The tray's strip and the rest."""
        whole = self._window.get_rect()
        metrics = theme.Metrics(*whole.size)
        if metrics.portrait:
            high = metrics.px(FOLDED_UPRIGHT if self._view.folded else OPEN_UPRIGHT)
            return Rect(0, whole.height - high, whole.width, high), Rect(0, 0, whole.width, whole.height - high)
        wide = metrics.px(FOLDED if self._view.folded else OPEN)
        return Rect(whole.width - wide, 0, wide, whole.height), Rect(0, 0, whole.width - wide, whole.height)

    def _mine(self, event: pygame.event.Event) -> bool:
        """Whether the pointer is on the strip, or went down there and is still held."""
        strip, _ = self._split()
        if event.type == pygame.MOUSEWHEEL:
            return bool(strip.collidepoint(self._pointer))
        if event.type in (pygame.FINGERDOWN, pygame.FINGERUP, pygame.FINGERMOTION):
            place = round(event.x * self._window.get_width()), round(event.y * self._window.get_height())
        else:
            place = event.pos
        self._pointer = place
        inside = bool(strip.collidepoint(place))
        if event.type in (pygame.MOUSEBUTTONDOWN, pygame.FINGERDOWN):
            self._held = inside
        elif event.type in (pygame.MOUSEBUTTONUP, pygame.FINGERUP):
            held, self._held = self._held, False
            return held
        return self._held or (inside and event.type == pygame.MOUSEMOTION)


_POINTING = frozenset(
    {
        pygame.MOUSEBUTTONDOWN,
        pygame.MOUSEBUTTONUP,
        pygame.MOUSEMOTION,
        pygame.MOUSEWHEEL,
        pygame.FINGERDOWN,
        pygame.FINGERUP,
        pygame.FINGERMOTION,
    }
)
