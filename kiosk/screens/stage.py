"""The stage: shows a View on a surface, and turns fingers, mouse and keys into what a flow hears.

How a screen is added: write a file with

    def parts(view: MyView, kit: Kit) -> Sequence[Part]: ...
    SCREEN = Screen(parts)

and one line in `table.py`. `parts` lays the view out: parts are rectangles, each with the value it shows and a
function that paints it on a `Canvas`; a part may lie on earlier ones and is painted again with them. The stage
calls `parts` when the view has changed, paints what differs, fills what is gone with paper, and asks moving parts
(`frame`, `wakes`) when to look again.
While it paints, a part says what on it can be touched (`canvas.target`, or `widgets.button`, which does), in the
order in which Tab goes through it. Scrolling areas (`canvas.scrolling`) and text fields (`canvas.field_target`,
`canvas.entry`) keep their state here, by name, until `Screen.identity(view)` changes.

Keys: Tab, Shift+Tab and the arrows move the focus (Tab past a list, the arrows through it), Enter and Space press
it, PageUp and PageDown scroll, a `Button.key` presses that button. Esc is left to the app, which gives the stage no
key that a scanner typed, except into a text field: there `forget_typing_since` takes it back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pygame

from kiosk.flows.events import Edited, Pressed
from kiosk.i18n import Words
from kiosk.screens import theme
from kiosk.screens.canvas import (
    Canvas,
    Kit,
    Part,
    Rect,
    Screen,
    Scroll,
    Target,
    TargetId,
    Touch,
    field_id,
)
from kiosk.screens.fields import Fields, caret_at
from kiosk.screens.text import Ruby

BAR_REACH = 36  # px at 1080p from the right edge of an area in which its scroll bar is grasped

Said = tuple[Pressed | Edited, ...]


@dataclass(slots=True)
class _Shown:
    """A part as it stands on the surface."""

    part: Part
    frame: object
    targets: tuple[Target, ...]
    scrolls: tuple[Scroll, ...]


@dataclass(frozen=True, slots=True)
class _Grip:
    """A finger or mouse button that is down: where it went down, on what, and how far it has dragged."""

    start: tuple[int, int]
    target: TargetId | None
    scroll: str
    offset: int
    dragging: bool = False
    bar: bool = False  # the scroll bar is held: the area moves the other way, and further


class Stage:
    """Shows views on `surface` (the window or a part of it) in the words given.

    `screens` is the table of screens by view type; without it, all of the kiosk's. `ruby` splits text into
    (base, pinyin) where a view asks for pinyin. A strip of a window is `measured` like the whole window.
    """

    def __init__(
        self,
        surface: pygame.Surface,
        words: Words,
        *,
        screens: Mapping[type, Screen] | None = None,
        ruby: Ruby | None = None,
        measured: tuple[int, int] | None = None,
    ) -> None:
        if screens is None:
            from kiosk.screens.table import SCREENS  # here, because the screens' files import this room

            screens = SCREENS
        self.kit = Kit(surface.get_size(), words, ruby or _pinyin, measured)
        self._screens = screens
        self._surface = surface
        self._origin = surface.get_abs_offset()
        self._view: object = None
        self._identity: Hashable = None
        self._parts: Sequence[Part] = ()
        self._shown: dict[str, _Shown] = {}
        self._stale: set[str] = set()
        self._touch = Touch()
        self._offsets: dict[str, int] = {}
        self._fields = Fields()
        self._grip: _Grip | None = None
        self._pointer = (0, 0)
        self._warming: deque[Callable[[], object]] | None = None

    # ── showing ──

    @property
    def words(self) -> Words:
        """The words in use; setting others draws everything anew at the next `show`."""
        return self.kit.words

    @words.setter
    def words(self, words: Words) -> None:
        if words != self.kit.words:
            self.kit.words = words
            self._forget_picture()

    def resize(self, surface: pygame.Surface, measured: tuple[int, int] | None = None) -> None:
        """Draw on another surface from now on, of any size; everything is drawn anew at the next `show`."""
        self._surface = surface
        self._origin = surface.get_abs_offset()
        if surface.get_size() != self.kit.size:
            self.kit.resize(surface.get_size(), measured)
        self._forget_picture()

    def redraw(self) -> None:
        """Draw everything anew at the next `show`, e.g. after the window was covered."""
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._shown.clear()
        self._view = None
        self._parts = ()

    def show(self, view: object, now: float) -> list[Rect]:
        """Draw what differs from what is shown; returns the changed rectangles in pixels of the window.

        `now` is monotonic seconds. Raises `KeyError` for a view without a screen.
        """
        if self._view is None or view != self._view:
            self._take(view)
        dirty: list[Rect] = []
        if not self._shown:
            self._surface.set_clip(None)
            self._surface.fill(theme.PAPER)
            dirty.append(self.kit.box)
        beneath = self._clear_gone()
        dirty += beneath
        for part in self._parts:
            shown = self._shown.get(part.name)
            frame = part.frame(now) if part.frame else None
            if (
                shown is None
                or part.name in self._stale
                or shown.frame != frame
                or shown.part.shows != part.shows
                or shown.part.rect != part.rect
                or part.rect.collidelist(beneath) >= 0
            ):
                self._paint(part, frame, now)
                beneath.append(Rect(part.rect))
                dirty.append(Rect(part.rect))
        self._stale.clear()
        if dirty and self._touch.typing:
            self._place_input_method()
        if dirty and dirty[0] == self.kit.box:
            dirty = [self.kit.box]
        return [rect.move(self._origin) for rect in dirty]

    def next_frame(self, now: float) -> float | None:
        """The monotonic time at which `show` of the same view has something new to draw; None if nothing moves."""
        if self._stale:
            return now
        wakes = [at for part in self._parts if part.wakes and (at := part.wakes(now)) is not None]
        return min(wakes, default=None)

    def called(self) -> bool:
        """Whether a part that stood still wants to be looked at again; asked often, so it costs next to nothing."""
        return any(part.calls() for part in self._parts if part.calls)

    def _take(self, view: object) -> None:
        screen = self._screens[type(view)]
        identity = (type(view), screen.identity(view))
        if identity != self._identity:
            self._identity = identity
            self._touch = Touch()
            self._grip = None
            self._offsets.clear()
            self._fields.clear()
            self._shown.clear()
        fields = [shown for shown in screen.fields(view) if not shown.choices]
        new = next((shown.name for shown in fields if shown.focus and not self._fields.knows(shown.name)), None)
        for name in self._fields.take(fields):
            self._mark(field_id(name))
        if new is not None:
            if any(shown.proposed for shown in fields if shown.name == new):
                self._fields.enter(new)  # as Tab does: what is typed replaces it
            self._set_touch(replace(self._touch, focus=None, typing=new))
        self._view = view
        self._parts = screen.parts(view, self.kit)

    def _clear_gone(self) -> list[Rect]:
        """Fill with paper what no part covers any more."""
        places = {part.name: part.rect for part in self._parts}
        gone = [name for name, shown in self._shown.items() if places.get(name) != shown.part.rect]
        cleared = []
        self._surface.set_clip(None)
        for name in gone:
            rect = Rect(self._shown.pop(name).part.rect)
            self._surface.fill(theme.PAPER, rect)
            cleared.append(rect)
        return cleared

    def _paint(self, part: Part, frame: object, now: float) -> None:
        self._surface.set_clip(part.rect)
        self._surface.fill(part.ground)
        canvas = Canvas(
            self._surface,
            self.kit,
            Rect(part.rect),
            now,
            part.name,
            self._touch,
            self._fields.entries(self._touch.typing),
            self._offsets,
        )
        part.paint(canvas)
        self._surface.set_clip(None)
        self._shown[part.name] = _Shown(part, frame, tuple(canvas.targets), tuple(canvas.scrolls))

    # ── hands and keys ──

    @property
    def typing(self) -> bool:
        """Whether a text field has the caret."""
        return self._typing_target() is not None

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that can be touched now, in the order of Tab."""
        return tuple(target for part in self._parts_shown() for target in part.targets)

    def handle(self, event: pygame.event.Event, now: float) -> Said:
        """What a pygame event says to the flow; often nothing. `now` is monotonic seconds."""
        handler = _HANDLERS.get(event.type)
        return handler(self, event, now) if handler else ()

    def forget_typing_since(self, at: float) -> Said:
        """Take back what was typed into fields at or after `at` (by a scanner); tells the flow the old text."""
        said = self._fields.forget_since(at)
        for edited in said:
            self._mark(field_id(edited.field))
        return said

    def _parts_shown(self) -> list[_Shown]:
        return [self._shown[part.name] for part in self._parts if part.name in self._shown]

    def _mark(self, target: TargetId | None) -> None:
        """The parts that hold this target must be painted again."""
        if target is not None:
            self._stale.update(name for name, s in self._shown.items() if any(t.id == target for t in s.targets))

    def _set_touch(self, touch: Touch) -> None:
        before, self._touch = self._touch, touch
        for old, new in ((before.focus, touch.focus), (before.held, touch.held)):
            if old != new:
                self._mark(old)
                self._mark(new)
        if before.typing != touch.typing:
            self._fields.compose("", 0)
            self._mark(field_id(before.typing))
            self._mark(field_id(touch.typing))

    def _typing_target(self) -> Target | None:
        return self._find(field_id(self._touch.typing)) if self._touch.typing else None

    def _place_input_method(self) -> None:
        """Tell the input method where the caret is, so that its list of words stands beside it."""
        target = self._typing_target()
        if target is None or not target.carets or not pygame.display.get_init():
            return
        x = max(target.rect.left, min(target.rect.right, target.carets[target.caret]))
        pygame.key.set_text_input_rect(Rect(x, target.rect.top, 1, target.rect.height).move(self._origin))

    def _find(self, target: TargetId | None) -> Target | None:
        return next((t for t in self.targets if t.id == target), None)

    def _at(self, place: tuple[int, int]) -> Target | None:
        areas = {scroll.name: scroll.rect for shown in self._parts_shown() for scroll in shown.scrolls}
        for target in self.targets:
            inside = not target.scroll or areas[target.scroll].collidepoint(place)
            if target.rect.collidepoint(place) and target.enabled and inside:
                return target
        return None

    def _scroll_at(self, place: tuple[int, int] | None) -> Scroll | None:
        for shown in self._parts_shown():
            for scroll in shown.scrolls:
                if scroll.most and (place is None or scroll.rect.collidepoint(place)):
                    return scroll
        return None

    def _offset(self, scroll: Scroll) -> int:
        """Where the area stands; what is in it may have become shorter since it was moved."""
        return min(scroll.most, self._offsets.get(scroll.name, 0))

    def _scroll_to(self, scroll: Scroll, offset: int) -> None:
        offset = max(0, min(scroll.most, offset))
        if offset != self._offset(scroll):
            self._offsets[scroll.name] = offset
            self._stale.update(name for name, s in self._shown.items() if scroll in s.scrolls)

    def _down(self, place: tuple[int, int]) -> Said:
        target, scroll = self._at(place), self._scroll_at(place)
        at_bar = scroll is not None and place[0] >= scroll.rect.right - self.kit.px(BAR_REACH)
        self._grip = _Grip(
            place,
            None if target is None or at_bar else target.id,
            scroll.name if scroll else "",
            self._offset(scroll) if scroll else 0,
            bar=at_bar,
        )
        self._set_touch(replace(self._touch, focus=None, held=self._grip.target))
        if target is not None and target.id[0] == "field" and not at_bar:
            self._set_touch(replace(self._touch, typing=target.id[1]))
            self._point(target, place, choosing=False)
        return ()

    def _point(self, target: Target, place: tuple[int, int], choosing: bool) -> None:
        if target.carets and not self._fields.composing:
            self._fields.point(target.id[1], caret_at(target.carets, place[0]), choosing)
            self._mark(target.id)

    def _move(self, place: tuple[int, int]) -> Said:
        self._pointer = place
        grip = self._grip
        if grip is None:
            return ()
        field = self._find(grip.target) if grip.target and grip.target[0] == "field" else None
        if field is not None:
            self._point(field, place, choosing=True)
            return ()
        dragged = grip.start[1] - place[1]
        if grip.scroll and (grip.dragging or abs(dragged) > self.kit.px(16)):
            self._grip = replace(grip, dragging=True)
            self._set_touch(replace(self._touch, held=None))
            for shown in self._parts_shown():
                for scroll in shown.scrolls:
                    if scroll.name == grip.scroll:
                        moved = -dragged * scroll.extent // scroll.rect.height if grip.bar else dragged
                        self._scroll_to(scroll, grip.offset + moved)
        return ()

    def _up(self, place: tuple[int, int], now: float) -> Said:
        grip, self._grip = self._grip, None
        self._set_touch(replace(self._touch, held=None))
        target = self._at(place)
        if grip is None or grip.dragging or target is None or target.id != grip.target:
            return ()
        return self._activate(target, now)

    def _activate(self, target: Target, now: float) -> Said:
        kind, name, value = target.id
        if kind == "field":
            self._set_touch(replace(self._touch, typing=name))
            return ()
        if kind == "choice":
            return (Edited(name, str(value), now),)
        return (Pressed(name, now, value),)

    def _mouse_down(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        if event.button != 1 or getattr(event, "touch", False):
            return ()
        return self._down(self._own(event.pos))

    def _mouse_up(self, event: pygame.event.Event, now: float) -> Said:
        if event.button != 1 or getattr(event, "touch", False):
            return ()
        return self._up(self._own(event.pos), now)

    def _mouse_move(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        return () if getattr(event, "touch", False) else self._move(self._own(event.pos))

    def _finger_down(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        return self._down(self._finger(event))

    def _finger_up(self, event: pygame.event.Event, now: float) -> Said:
        return self._up(self._finger(event), now)

    def _finger_move(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        return self._move(self._finger(event))

    def _wheel(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        scroll = self._scroll_at(self._pointer) or self._scroll_at(None)
        if scroll:
            self._scroll_to(scroll, self._offset(scroll) - event.y * self.kit.px(120))
        return ()

    def _own(self, place: tuple[int, int]) -> tuple[int, int]:
        return place[0] - self._origin[0], place[1] - self._origin[1]

    def _finger(self, event: pygame.event.Event) -> tuple[int, int]:
        """A finger's place comes as shares of the window."""
        window = self._surface.get_abs_parent().get_size()
        return self._own((round(event.x * window[0]), round(event.y * window[1])))

    # ── keys ──

    def _key(self, event: pygame.event.Event, now: float) -> Said:
        shortcut = self._shortcut(event)
        if shortcut is not None:
            return self._activate(shortcut, now)
        typing = self._typing_target()
        if typing is not None:
            editing, said = self._fields.key(typing.id[1], event, now)
            if editing:
                self._mark(typing.id)
                return said
        action = _KEYS.get(event.key)
        return action(self, event, now) if action else ()

    def _shortcut(self, event: pygame.event.Event) -> Target | None:
        key = pygame.K_RETURN if event.key == pygame.K_KP_ENTER else event.key
        name = pygame.key.name(key).upper()
        said = getattr(event, "unicode", "")
        for target in self.targets:
            if (
                target.key
                and target.enabled
                and (target.key.upper() == name or target.key == said)
                and not (self.typing and len(target.key) == 1)
            ):
                return target
        return None

    def _tab(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        self._step(-1 if getattr(event, "mod", 0) & pygame.KMOD_SHIFT else 1)
        return ()

    def _step(self, by: int) -> None:
        order = [target for target in self.targets if target.enabled]
        if not order:
            return
        here = self._touch.focus or (("field", self._touch.typing, None) if self._touch.typing else None)
        places = [i for i, target in enumerate(order) if target.id == here]
        if not places:
            self._focus(order[0 if by > 0 else -1])
            return
        group = order[places[0]].group
        turns = ((places[0] + by * step) % len(order) for step in range(1, len(order) + 1))
        place = next(i for i in turns if not group or order[i].group != group or order[i].id == here)
        if order[place].group and by < 0:  # coming back to a list: to its first one in sight, as when going on
            place = next(i for i, target in enumerate(order) if target.group == order[place].group)
        self._focus(order[place])

    def _focus(self, target: Target) -> None:
        typing = target.id[1] if target.id[0] == "field" else ""
        if typing:
            self._fields.enter(typing)
        self._set_touch(replace(self._touch, focus=target.id, typing=typing))
        for shown in self._parts_shown():
            for scroll in shown.scrolls:
                if scroll.name == target.scroll:
                    offset = self._offset(scroll)
                    over = scroll.rect.top - target.rect.top
                    under = target.rect.bottom - scroll.rect.bottom
                    if over > 0 or under > 0:
                        self._scroll_to(scroll, offset - over if over > 0 else offset + under)

    def _arrow(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        """To the nearest target that way, one in the same row or column before others."""
        across = event.key in (pygame.K_LEFT, pygame.K_RIGHT)
        way = 1 if event.key in (pygame.K_RIGHT, pygame.K_DOWN) else -1
        here = self._find(self._touch.focus)
        if here is None:
            self._step(1)
            return ()
        best: tuple[float, Target] | None = None
        for target in self.targets:
            ahead, off, gap = _between(here.rect, target.rect, across)
            if target.enabled and way * ahead > 0 and gap <= 2 * way * ahead and target.id != here.id:
                cost = way * ahead + 2 * gap + abs(off) / 8
                if best is None or cost < best[0]:
                    best = (cost, target)
        if best:
            self._focus(best[1])
        return ()

    def _press(self, event: pygame.event.Event, now: float) -> Said:
        typing = self._typing_target()
        if typing is not None:
            enters = event.key != pygame.K_SPACE and typing.enter
            return (Pressed(typing.enter, now),) if enters else ()
        target = self._find(self._touch.focus)
        return self._activate(target, now) if target and target.enabled else ()

    def _page(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        scroll = self._scroll_at(self._pointer) or self._scroll_at(None)
        if scroll:
            step = scroll.rect.height * 9 // 10 * (1 if event.key == pygame.K_PAGEDOWN else -1)
            self._scroll_to(scroll, self._offset(scroll) + step)
        return ()

    # ── typing ──

    def _text(self, event: pygame.event.Event, now: float) -> Said:
        typing = self._typing_target()
        if typing is None:
            return ()
        self._mark(typing.id)
        return self._fields.text(typing.id[1], event.text, now)

    def _composing(self, event: pygame.event.Event, now: float) -> Said:  # noqa: ARG002  one signature for the table
        typing = self._typing_target()
        if typing is not None:
            self._fields.compose(event.text, event.start)
            self._mark(typing.id)
        return ()

    # ── warming up ──

    def prewarm(self, samples: Sequence[object] | None = None) -> bool:
        """Do a little of the work the next screens will need (a few ms); false when nothing is left to do.

        Call it after the first frame, when nothing else is to be done, until it is false. `samples` are views to
        come, without them sessions with the commonest words: what they need (fonts, shapes, words) is prepared by
        painting their parts, one a call, where nobody sees them. They count at the first call only.
        """
        if self._warming is None:
            if samples is None:
                from kiosk.screens.warm import VIEWS  # here, because the first frame does not need it

                samples = VIEWS
            self._warming = deque(
                task for view in samples for task in self._warm_tasks(view) if type(view) in self._screens
            )
        if self._warming:
            self._warming.popleft()()
        return bool(self._warming)

    def _warm_tasks(self, view: object) -> list[Callable[[], object]]:
        return [partial(self._warm, part) for part in self._screens[type(view)].parts(view, self.kit)]

    def _warm(self, part: Part) -> None:
        """Everything is clipped away, but what had to be made for it stays in the caches."""
        self._surface.set_clip((0, 0, 0, 0))
        part.paint(Canvas(self._surface, self.kit, Rect(part.rect), 0.0, part.name))
        self._surface.set_clip(None)


def _pinyin(text: str) -> Sequence[tuple[str, str]]:
    from kiosk.ruby import ruby  # here, because its tables are read only where a class wants them

    return ruby(text)


def _between(here: Rect, there: Rect, across: bool) -> tuple[int, int, int]:
    """From one rectangle to another: along the way, centre to centre aside, and the gap aside (0 if none)."""
    dx, dy = there.centerx - here.centerx, there.centery - here.centery
    if across:
        return dx, dy, max(0, there.top - here.bottom, here.top - there.bottom)
    return dy, dx, max(0, there.left - here.right, here.left - there.right)


_ARROWS = (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN)
_KEYS: dict[int, Callable[[Stage, pygame.event.Event, float], Said]] = {
    pygame.K_TAB: Stage._tab,
    **dict.fromkeys(_ARROWS, Stage._arrow),
    pygame.K_RETURN: Stage._press,
    pygame.K_KP_ENTER: Stage._press,
    pygame.K_SPACE: Stage._press,
    pygame.K_PAGEUP: Stage._page,
    pygame.K_PAGEDOWN: Stage._page,
}
_HANDLERS: dict[int, Callable[[Stage, pygame.event.Event, float], Said]] = {
    pygame.MOUSEBUTTONDOWN: Stage._mouse_down,
    pygame.MOUSEBUTTONUP: Stage._mouse_up,
    pygame.MOUSEMOTION: Stage._mouse_move,
    pygame.FINGERDOWN: Stage._finger_down,
    pygame.FINGERUP: Stage._finger_up,
    pygame.FINGERMOTION: Stage._finger_move,
    pygame.MOUSEWHEEL: Stage._wheel,
    pygame.KEYDOWN: Stage._key,
    pygame.TEXTINPUT: Stage._text,
    pygame.TEXTEDITING: Stage._composing,
}
