"""Text fields and choices of a form: how they look; and what keys and mouse make of the text in them.

What is typed is kept in `Fields`, which the stage owns, from the first key until the screen changes; the view's
text replaces it only when that changes. The caret is still: a blinking one would never let the screen rest.
Cut and copied text stays in the kiosk: what a librarian copies is nothing for other programs, nor theirs for us.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pygame

from kiosk.flows.events import Edited
from kiosk.flows.views import Choice, Field, Form, Tone
from kiosk.screens import line as lines
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Entry, Kit, Rect, choice_id
from kiosk.screens.line import Line, Typing
from kiosk.screens.piece import Piece, Scale, columns_that_fit, pile, words_piece
from kiosk.screens.theme import Size

BULLET = "●"
SELECTED = theme.blend(theme.WHITE, theme.FOCUS, 0.24)


# ── typing ──


@dataclass(slots=True)
class Fields:
    """What stands in the text fields of the screen that is shown."""

    typing: dict[str, Typing] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)
    composing: str = ""  # what an input method is putting together in the field that has the caret
    composing_caret: int = 0
    clipboard: str = ""

    def clear(self) -> None:
        """Another screen: everything typed is forgotten, except what was copied."""
        self.typing.clear()
        self.secret.clear()
        self.composing = ""

    def take(self, shown: Sequence[Field]) -> list[str]:
        """The view has these text fields now; the names of those whose text it changed."""
        changed = []
        self.secret = {one.name for one in shown if one.secret}
        for one in shown:
            known = self.typing.get(one.name)
            if known is None:
                self.typing[one.name] = Typing(lines.line_of(one.text), one.text)
            elif known.tell(one.text):
                changed.append(one.name)
        return changed

    def line(self, name: str) -> Line:
        """The line of a field; empty for a name that was never shown."""
        known = self.typing.get(name)
        return known.line if known else Line()

    def entries(self, typing: str) -> dict[str, Entry]:
        """What to draw of each field; the field called `typing` has the caret, and so what is being composed."""
        shown = {
            name: Entry(known.line.text, known.line.caret, anchor=known.line.anchor)
            for name, known in self.typing.items()
        }
        if self.composing and typing in shown:
            shown[typing] = replace(shown[typing], composing=self.composing, composing_caret=self.composing_caret)
        return shown

    def knows(self, name: str) -> bool:
        """Whether the field has been on this screen before."""
        return name in self.typing

    def key(self, name: str, event: pygame.event.Event, at: float) -> tuple[bool, tuple[Edited, ...]]:
        """A key in the field `name`: whether it was one of editing, and what there is to say."""
        if self.composing:
            return True, ()  # arrows, Backspace and Enter belong to the input method now
        mod = getattr(event, "mod", 0)
        if mod & (pygame.KMOD_CTRL | pygame.KMOD_META):
            act = _CONTROL.get(event.key)
            if act:
                return True, act(self, name, at)
        move = _MOVES.get(event.key)
        if move is None:
            return False, ()
        far = bool(mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT))
        return True, self._change(name, move(self.line(name), far, bool(mod & pygame.KMOD_SHIFT)), at)

    def text(self, name: str, text: str, at: float) -> tuple[Edited, ...]:
        """Finished text from keyboard or input method goes to the caret."""
        self.composing = ""
        return self._change(name, lines.insert(self.line(name), text), at)

    def compose(self, text: str, caret: int) -> None:
        """An input method is putting `text` together; empty when it has given up."""
        self.composing, self.composing_caret = text, max(0, min(len(text), caret))

    def point(self, name: str, caret: int, choosing: bool) -> None:
        """The mouse puts the caret before character `caret`, or drags the selection there."""
        self._change(name, lines.move(self.line(name), caret, choosing), 0.0)

    def enter(self, name: str) -> None:
        """The keyboard comes to the field: all of it is selected, so that typing replaces it."""
        self._change(name, lines.choose_all(self.line(name)), 0.0)

    def forget_since(self, at: float) -> tuple[Edited, ...]:
        """Takes back what was typed into any field at `at` or later; what there is to say."""
        return tuple(
            Edited(name, typing.line.text, at) for name, typing in self.typing.items() if typing.forget_since(at)
        )

    def _change(self, name: str, line: Line, at: float) -> tuple[Edited, ...]:
        typing = self.typing.setdefault(name, Typing())
        return (Edited(name, line.text, at),) if typing.change(line, at) else ()

    def _copy(self, name: str, at: float) -> tuple[Edited, ...]:  # noqa: ARG002  one signature for the table
        if name not in self.secret:
            self.clipboard = self.line(name).selected or self.clipboard
        return ()

    def _cut(self, name: str, at: float) -> tuple[Edited, ...]:
        if name in self.secret or not self.line(name).selected:
            return ()
        self.clipboard = self.line(name).selected
        return self._change(name, lines.insert(self.line(name), ""), at)

    def _paste(self, name: str, at: float) -> tuple[Edited, ...]:
        return self._change(name, lines.insert(self.line(name), self.clipboard), at)

    def _all(self, name: str, at: float) -> tuple[Edited, ...]:
        return self._change(name, lines.choose_all(self.line(name)), at)


def _step(by: int, line: Line, far: bool, choosing: bool) -> Line:
    return (lines.leap if far else lines.step)(line, by, choosing)


def _to_end(end: bool, line: Line, far: bool, choosing: bool) -> Line:  # noqa: ARG001  one signature for the table
    return lines.move(line, len(line.text) if end else 0, choosing)


def _erase(by: int, line: Line, far: bool, choosing: bool) -> Line:  # noqa: ARG001  one signature for the table
    if far and line.caret == line.anchor:
        line = lines.leap(line, by, choosing=True)
    return lines.erase(line, by)


_MOVES: Mapping[int, Callable[[Line, bool, bool], Line]] = {
    pygame.K_LEFT: partial(_step, -1),
    pygame.K_RIGHT: partial(_step, 1),
    pygame.K_HOME: partial(_to_end, False),
    pygame.K_END: partial(_to_end, True),
    pygame.K_BACKSPACE: partial(_erase, -1),
    pygame.K_DELETE: partial(_erase, 1),
}
"""Key → what it makes of a line, by whether Ctrl (further) and Shift (choosing) are held."""

_CONTROL: Mapping[int, Callable[[Fields, str, float], tuple[Edited, ...]]] = {
    pygame.K_a: Fields._all,
    pygame.K_c: Fields._copy,
    pygame.K_x: Fields._cut,
    pygame.K_v: Fields._paste,
}


def caret_at(carets: Sequence[int], x: int) -> int:
    """The caret place nearest to `x`, of places that rise from left to right."""
    right = bisect_left(carets, x)
    if right == len(carets):
        return len(carets) - 1
    return right - 1 if right and x - carets[right - 1] < carets[right] - x else right


# ── drawing ──


def text_box(canvas: Canvas, rect: Rect, shown: Field, *, enter: str = "", size: Size = Size.BODY) -> None:
    """The box of a text field: what is typed (smaller where it is long), selection, caret, and what is being composed,
    moved so that the caret is in sight. Enter in it presses the action `enter`."""
    typing = canvas.typing(shown.name)
    entry = canvas.entry(shown)
    wrong = shown.error is not None
    canvas.rounded(rect, theme.WHITE, 16)
    edge = theme.FOCUS if typing else theme.TONES[Tone.NOT_NOW].fill if wrong else theme.FAINT
    canvas.outline(rect, edge, 16, 5 if typing or wrong else 3)
    inner = rect.inflate(-canvas.px(40), -canvas.px(12))
    typesetter = canvas.kit.type
    whole = entry.text[: entry.caret] + entry.composing + entry.text[entry.caret :]
    said = BULLET * len(whole) if shown.secret else whole
    px = canvas.px(size)
    if typesetter.width(said, "sans", px) > inner.width:
        px = canvas.px(min(size, Size.NOTE))
    ends = [typesetter.width(said[:i], "sans", px) for i in range(len(said) + 1)]
    caret = entry.caret + (entry.composing_caret if entry.composing else 0)
    left = inner.left - max(0, min(ends[-1] - inner.width, ends[caret] - inner.width * 3 // 4))
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(clip.clip(inner))
    half = px * 62 // 100
    begins, stops = sorted((entry.caret, entry.caret if entry.anchor is None else entry.anchor))
    if typing and begins != stops and not entry.composing:
        box = Rect(left + ends[begins], inner.centery - half, ends[stops] - ends[begins], 2 * half)
        canvas.fill(box, SELECTED)
    if said:
        surface = typesetter.surface(said, "sans", px, theme.INK)
        canvas.surface.blit(surface, (left, inner.centery + px * 38 // 100 - typesetter.ascent(px)))
    if typing and entry.composing:
        start = left + ends[entry.caret]
        wide = ends[entry.caret + len(entry.composing)] - ends[entry.caret]
        canvas.fill(Rect(start, inner.centery + half - canvas.px(3), wide, canvas.px(3)), theme.FOCUS)
    if typing:
        canvas.fill(Rect(left + ends[caret], inner.centery - half, max(2, canvas.px(3)), 2 * half), theme.FOCUS)
    canvas.surface.set_clip(clip)
    canvas.field_target(rect, shown.name, enter, carets=tuple(left + end for end in ends), caret=caret)


def field_piece(kit: Kit, shown: Field, width: int, scale: Scale, enter: str = "") -> Piece:
    """A field with its label above it and its error or hint below."""
    label = words_piece(kit, shown.label, scale.text, width, colour=theme.SOFT, face="sans-bold", lines=2)
    below = []
    if shown.error is not None:
        below.append(_error(kit, shown, width, scale))
    elif shown.hint is not None:
        below.append(words_piece(kit, shown.hint, Size.BODY, width, colour=theme.SOFT, lines=4))
    if shown.choices:
        box = _choices(kit, shown, width, scale)
    else:
        box = Piece(
            kit.px(scale.touch),
            lambda canvas, rect: text_box(canvas, rect, shown, enter=enter, size=scale.text),
        )
    return pile([label, box, *below], kit.px(8))


def _error(kit: Kit, shown: Field, width: int, scale: Scale) -> Piece:
    side = kit.px(scale.text * 1.2)
    look = theme.TONES[Tone.NOT_NOW]
    block = kit.layout(shown.error or "", scale.text, width - side - kit.px(10), 1 << 16, lines=4)

    def paint(canvas: Canvas, rect: Rect) -> None:
        widgets.badge(canvas, Rect(rect.left, rect.top, side, side), Tone.NOT_NOW)
        inner = Rect(rect.left + side + canvas.px(10), rect.top, rect.width - side - canvas.px(10), rect.height)
        canvas.draw(block, inner, colour=look.deep, valign="top")

    return Piece(max(block.height, side), paint)


def _choices(kit: Kit, shown: Field, width: int, scale: Scale) -> Piece:
    """Choices in rows: side by side in one bar while they fit, else in columns of one width."""
    gap, high = kit.px(12), kit.px(scale.touch)
    natural = [
        kit.type.width(kit.say(choice.label), "sans-bold", kit.px(scale.text)) + kit.px(64) for choice in shown.choices
    ]
    places: list[Rect] = []
    if sum(natural) + gap * (len(natural) - 1) <= width:
        x = 0
        for wide in natural:
            places.append(Rect(x, 0, wide, high))
            x += wide + gap
    else:
        columns = columns_that_fit(width, min(max(natural), width // 2), gap, len(natural))
        wide = (width - gap * (columns - 1)) // columns
        for i in range(len(natural)):
            places.append(Rect(i % columns * (wide + gap), i // columns * (high + gap), wide, high))

    def paint(canvas: Canvas, rect: Rect) -> None:
        for choice, place in zip(shown.choices, places, strict=True):
            _choice(canvas, place.move(rect.topleft), shown, choice, scale)

    return Piece(places[-1].bottom, paint)


def _choice(canvas: Canvas, rect: Rect, shown: Field, choice: Choice, scale: Scale) -> None:
    """One value: filled and ticked when it is the one that holds."""
    id_ = choice_id(shown.name, choice.value)
    canvas.choice_target(rect, shown.name, choice.value)
    chosen = shown.text == choice.value
    canvas.rounded(rect, theme.ACCENT if chosen else theme.SUNK if canvas.held(id_) else theme.CARD, 38)
    if not chosen:
        canvas.outline(rect, theme.FAINT, 38, 3)
    if canvas.focused(id_):
        canvas.outline(rect, theme.FOCUS, 38, 6)
    inner = rect.inflate(-canvas.px(28), -canvas.px(8))
    if chosen:
        side = canvas.px(scale.text * 0.9)
        canvas.icon("check", Rect(inner.left, inner.centery - side // 2, side, side), theme.ON_ACCENT)
        inner = Rect(inner.left + side, inner.top, inner.width - side, inner.height)
    colour = theme.ON_ACCENT if chosen else theme.INK
    canvas.text(inner, choice.label, scale.text, face="sans-bold", colour=colour, align="center", lines=2,
                least=Size.NOTE)  # fmt: skip


def form_piece(kit: Kit, form: Form, width: int, scale: Scale) -> Piece:
    """A form: fields in one or two columns, then its buttons; a lone text field has its buttons beside it."""
    gap = kit.px(scale.gap)
    enter = next((button.action for button in form.buttons if button.enabled), "")
    buttons = buttons_piece(kit, form, width, scale)
    if len(form.fields) == 1 and not form.fields[0].choices:
        beside = sum(widgets.button_width(kit, button, scale.text) + kit.px(20) for button in form.buttons)
        left = width - beside
        if form.buttons and left >= kit.px(480):
            return _search(kit, form, left, beside, scale, enter)
        return pile([field_piece(kit, form.fields[0], min(width, kit.px(1200)), scale, enter), buttons], gap)
    columns = 2 if len(form.fields) > 2 and width >= kit.px(1100) else 1
    each = (min(width, kit.px(1640 if columns == 2 else 1100)) - gap * (columns - 1)) // columns
    rows: list[Piece] = []
    waiting: list[Field] = []
    for shown in form.fields:
        # Many choices and long texts want the whole width; everything else stands two in a row.
        if len(shown.choices) > 6 or shown.wide:
            rows += _rows(kit, waiting, columns, each, gap, scale, enter)
            waiting = []
            whole = each * columns + gap * (columns - 1)
            rows.append(side_by_side([field_piece(kit, shown, whole, scale, enter)], whole, gap))
        else:
            waiting.append(shown)
    rows += _rows(kit, waiting, columns, each, gap, scale, enter)
    return pile([*rows, buttons], gap)


def _rows(
    kit: Kit, shown: Sequence[Field], columns: int, width: int, gap: int, scale: Scale, enter: str
) -> list[Piece]:
    rows = []
    for i in range(0, len(shown), columns):
        pieces = [field_piece(kit, one, width, scale, enter) for one in shown[i : i + columns]]
        rows.append(side_by_side(pieces, width, gap))
    return rows


def side_by_side(pieces: Sequence[Piece], width: int, gap: int) -> Piece:
    """Pieces of one width beside one another, their tops in line."""

    def paint(canvas: Canvas, rect: Rect) -> None:
        for i, piece in enumerate(pieces):
            piece.paint(canvas, Rect(rect.left + i * (width + gap), rect.top, width, piece.height))

    return Piece(max((piece.height for piece in pieces), default=0), paint)


def _search(kit: Kit, form: Form, left: int, beside: int, scale: Scale, enter: str) -> Piece:
    bare = replace(form.fields[0], error=None, hint=None)
    field_ = field_piece(kit, form.fields[0], left, scale, enter)
    top = field_piece(kit, bare, left, scale).height - kit.px(scale.touch)

    def paint(canvas: Canvas, rect: Rect) -> None:
        field_.paint(canvas, Rect(rect.left, rect.top, left, field_.height))
        place = Rect(rect.left + left + canvas.px(20), rect.top + top, beside - canvas.px(20), canvas.px(scale.touch))
        widgets.button_row(canvas, place, form.buttons, size=scale.text, main=0)

    return Piece(field_.height, paint)


def buttons_piece(kit: Kit, form: Form, width: int, scale: Scale) -> Piece:
    """The buttons of a form in as many rows as they need, the first one the main one."""
    gap = kit.px(20)
    rows: list[list[int]] = [[]]
    used = 0
    for i, button in enumerate(form.buttons):
        wide = widgets.button_width(kit, button, scale.text)
        if rows[-1] and used + wide > width:
            rows.append([])
            used = 0
        rows[-1].append(i)
        used += wide + gap

    def row_piece(row: list[int]) -> Piece:
        def paint(canvas: Canvas, rect: Rect) -> None:
            main = 0 if row[0] == 0 and form.buttons[0].on is None else None
            widgets.button_row(canvas, rect, [form.buttons[i] for i in row], size=scale.text, main=main)

        return Piece(kit.px(scale.touch + 6), paint)

    return pile([row_piece(row) for row in rows if row], kit.px(14))
