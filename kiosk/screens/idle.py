"""The idle screen: whose turn it is, today's rota, how to borrow, new books on a shelf, the announcement.

The answer to a scan without a card (a return, "your card first") takes the large place of the turn for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.flows.views import BookTile, IdleView, Text, Tone, TurnLine
from kiosk.screens import theme, widgets
from kiosk.screens.camera_corner import corner_part, width_for
from kiosk.screens.canvas import (
    Canvas,
    Kit,
    Part,
    Rect,
    Screen,
    column,
    cut_bottom,
    cut_left,
    cut_right,
    cut_top,
    on_grid,
    row,
)
from kiosk.screens.theme import Size

STEPS = (
    ("step1", Text("screen.idle.step.1")),
    ("step2", Text("screen.idle.step.2")),
    ("step3", Text("screen.idle.step.3")),
)
"""How to borrow, in three pictures."""

EDGE, GAP = 48, 28  # px at 1080p: around the screen, between its parts
LINE = 46  # of the rota, px at 1080p that it is high at least


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts stand."""

    head: Rect
    turn: Rect
    steps: Rect
    rota: Rect
    word: Rect  # the announcement
    shelf: Rect
    buttons: Rect
    trouble: Rect
    camera: Rect


def parts(view: IdleView, kit: Kit) -> Sequence[Part]:
    """Lay the idle view out."""
    at = _places(view, kit)
    main = (view.result,) if view.result else (view.turn, view.turn_tone, view.pinyin)
    made = [
        Part("head", at.head, (view.library, view.now), lambda canvas: _head(canvas, at.head, view)),
    ]
    if view.trouble:
        trouble = view.trouble
        made.append(
            Part(
                "trouble",
                at.trouble,
                trouble,
                lambda canvas: widgets.banner(canvas, at.trouble, Tone.LOOK, trouble, size=Size.LEAD),
            )
        )
    if view.result:
        made += widgets.result_parts(
            "result", at.turn.union(at.steps), view.result, kit, ring=view.result_ring, ruby=view.pinyin
        )
    else:
        made.append(Part("turn", at.turn, main, lambda canvas: _turn(canvas, at.turn, view)))
        made.append(Part("steps", at.steps, view.pinyin, lambda canvas: _steps(canvas, at.steps, view.pinyin)))
    made.append(Part("rota", at.rota, (view.rota, view.rota_empty), lambda canvas: _rota(canvas, at.rota, view)))
    if view.announcement:
        made.append(Part("word", at.word, view.announcement, lambda canvas: _word(canvas, at.word, view)))
    made.append(Part("shelf", at.shelf, view.new_books, lambda canvas: _shelf(canvas, at.shelf, view.new_books)))
    made.append(
        Part(
            "buttons",
            at.buttons,
            (view.buttons, view.pinyin),
            lambda canvas: _buttons(canvas, at.buttons, view),
        )
    )
    if kit.camera is not None:
        made.append(corner_part(kit, kit.camera, at.camera, ruby=view.pinyin, resting=True))
    return made


def _places(view: IdleView, kit: Kit) -> _Places:
    edge, gap = kit.grid(EDGE), kit.px(GAP)
    inner = on_grid(kit.box.inflate(-2 * edge, 0))
    head, inner = cut_top(Rect(inner.left, kit.px(24), inner.width, inner.height - kit.px(48)), kit.px(88), kit.px(16))
    trouble = Rect(0, 0, 0, 0)
    if view.trouble:
        trouble, inner = cut_top(inner, kit.px(88), gap)
    if kit.metrics.portrait:
        buttons, inner = cut_bottom(inner, kit.px(92), gap)
        shelf, inner = cut_bottom(inner, kit.px(300), gap)
        camera, shelf = _corner(shelf, kit, gap)
        high = inner.height
        turn, inner = cut_top(inner, high * 27 // 100, gap)
        steps, inner = cut_top(inner, high * 23 // 100, gap)
        rota, word = inner, Rect(0, 0, 0, 0)
        if view.announcement:
            word, rota = cut_bottom(inner, high * 13 // 100, gap)
        return _Places(head, turn, steps, rota, word, shelf, buttons, trouble, camera)
    foot, inner = cut_bottom(inner, kit.px(264), gap)
    right, left = cut_right(inner, kit.grid(680), kit.grid(GAP))
    buttons, shelf = cut_right(foot, kit.px(330), gap * 2)
    camera, shelf = _corner(shelf, kit, gap)
    steps, turn = cut_bottom(left, left.height * (49 if view.pinyin else 42) // 100, gap)
    rota, word = right, Rect(0, 0, 0, 0)
    if view.announcement:
        word, rota = cut_bottom(right, right.height * 27 // 100, gap)
    return _Places(head, turn, steps, rota, word, shelf, buttons, trouble, camera)


def _corner(shelf: Rect, kit: Kit, gap: int) -> tuple[Rect, Rect]:
    """The camera's corner at the right of the shelf, if there is a camera, and what is left of the shelf."""
    if kit.camera is None:
        return Rect(0, 0, 0, 0), shelf
    return cut_right(shelf, width_for(kit, shelf.height, ruby=False), gap)


def _head(canvas: Canvas, rect: Rect, view: IdleView) -> None:
    side = rect.height
    canvas.icon("books", Rect(rect.left, rect.top, side, side))
    clock, rest = cut_right(rect, canvas.px(190), canvas.px(24))
    day, rest = cut_right(rest, canvas.px(300), canvas.px(24))
    name = Rect(rest.left + side + canvas.px(24), rest.top, rest.width - side - canvas.px(24), rest.height)
    canvas.text(name, view.library, Size.HEAD, face="kai", lines=2, least=Size.BODY)
    if view.now.year > 1:
        said = f"{view.now.hour}:{view.now.minute:02}"
        canvas.text(clock, said, Size.BIG, face="sans-bold", align="end")
        canvas.text(
            day,
            Text("screen.idle.date", {"now": view.now}),
            Size.LEAD,
            colour=theme.SOFT,
            align="end",
            lines=2,
            least=Size.BODY,
        )


def _turn(canvas: Canvas, rect: Rect, view: IdleView) -> None:
    look = theme.TONES[view.turn_tone]
    sheet = canvas.card(rect, look.tint, 36, 8)
    side = min(sheet.height * 56 // 100, sheet.width * 24 // 100)
    edge = canvas.px(48)
    icon = {Tone.NOT_NOW: "moon", Tone.INFO: "clock"}.get(view.turn_tone, "class")
    canvas.icon(icon, Rect(sheet.left + edge, sheet.centery - side // 2, side, side))
    words = Rect(sheet.left + edge + side + edge, sheet.top, sheet.width - side - 3 * edge, sheet.height)
    canvas.text(
        words.inflate(0, -canvas.px(32)),
        view.turn,
        Size.GIANT,
        face="kai",
        colour=look.deep,
        lines=3,
        least=Size.LEAD,
        ruby=view.pinyin,
        balance=True,
    )


def _steps(canvas: Canvas, rect: Rect, pinyin: bool) -> None:
    gap = canvas.px(28)
    for number, ((picture, words), place) in enumerate(zip(STEPS, row(rect, 3, gap), strict=True), start=1):
        sheet = canvas.card(place)
        high = canvas.px(150 if pinyin else 104)
        caption, above = cut_bottom(sheet.inflate(-canvas.px(36), -canvas.px(20)), high, canvas.px(4))
        canvas.picture(picture, above)
        disc = canvas.px(54)
        spot = Rect(sheet.left + canvas.px(18), sheet.top + canvas.px(18), disc, disc)
        canvas.rounded(spot, theme.ACCENT, 27)
        canvas.text(spot, str(number), Size.BODY, face="sans-bold", colour=theme.ON_ACCENT, align="center")
        canvas.text(caption, words, Size.LEAD, align="center", lines=2, least=Size.BODY, ruby=pinyin, balance=True)


def _rota(canvas: Canvas, rect: Rect, view: IdleView) -> None:
    lines = view.rota
    sheet = canvas.card(rect).inflate(-canvas.px(56), -canvas.px(28))
    head, rest = cut_top(sheet, canvas.px(60), canvas.px(8))
    canvas.icon("calendar", Rect(head.left, head.top, head.height, head.height))
    title = Rect(head.left + head.height + canvas.px(16), head.top, head.width - head.height, head.height)
    title.width = head.right - title.left
    gap = canvas.px(6)
    room = (rest.height + gap) // (canvas.px(LINE) + gap)
    shown = _around_now(lines, max(1, room))
    hidden = len(lines) - len(shown)
    if hidden:
        word = Text("screen.idle.more", {"n": hidden})
        block = canvas.kit.layout(word, Size.BODY, title.width // 2, title.height)
        place, title = cut_right(title, block.width, canvas.px(20))
        canvas.draw(block, place, colour=theme.SOFT)
    canvas.text(title, Text("screen.idle.today"), Size.LEAD, face="sans-bold", least=Size.BODY)
    if not lines:
        above, below = cut_top(rest, rest.height // 2, canvas.px(16))
        side = min(canvas.px(200), above.height)
        canvas.icon("sun", Rect(above.centerx - side // 2, above.bottom - side, side, side))
        said = view.rota_empty
        canvas.text(below, said, Size.LEAD, align="center", valign="top", lines=4, least=Size.BODY, balance=True)
        return
    spare = rest.height - len(shown) * (canvas.px(LINE) + gap) + gap
    wanted = [max(0, _rota_height(canvas, rest.width, line) - canvas.px(LINE)) for line in shown]
    top = rest.top
    size = Size.BODY if any(wanted) or spare < len(shown) * canvas.px(16) else Size.LEAD
    for i, line in enumerate(shown):
        left = max(0, spare - sum(wanted[i:]))
        more = min(spare, wanted[i] + min(canvas.px(24), left // (len(shown) - i)))
        spare -= more
        place = Rect(rest.left, top, rest.width, canvas.px(LINE) + more)
        _rota_line(canvas, place, line, size)
        top = place.bottom + gap


def _rota_height(canvas: Canvas, width: int, line: TurnLine) -> int:
    """How high a line wants to be when its classes need two lines, px."""
    who = Text("screen.idle.who", {"who": line.who})
    room = width - canvas.px(36 + 216 + 20 + (44 if line.over else 0))
    face = "sans-bold" if line.now else "sans"
    return canvas.kit.layout(who, Size.BODY, room, canvas.px(200), face=face, lines=2).height + canvas.px(10)


def _around_now(lines: Sequence[TurnLine], most: int) -> Sequence[TurnLine]:
    """As many lines as there is room for: what is over goes first, then what is furthest away."""
    first = next((i for i, line in enumerate(lines) if not line.over), len(lines))
    start = max(0, min(first, len(lines) - most))
    return lines[start : start + most]


def _rota_line(canvas: Canvas, rect: Rect, line: TurnLine, size: Size) -> None:
    look = theme.TONES[Tone.DONE]
    if line.now:
        canvas.rounded(rect, look.fill, 18)
    colour = look.on if line.now else theme.SOFT if line.over else theme.INK
    face = "sans-bold" if line.now else "sans"
    inner = rect.inflate(-canvas.px(36), 0)
    when, who = cut_left(inner, canvas.px(216), canvas.px(20))
    said = f"{line.starts.hour}:{line.starts.minute:02}–{line.ends.hour}:{line.ends.minute:02}"
    canvas.text(when, said, Size.BODY, face=face, colour=colour)
    if line.over:
        tick = Rect(0, 0, canvas.px(32), canvas.px(32))
        who.width -= canvas.px(44)
        tick.midright = inner.midright
        canvas.icon("check", tick, theme.FAINT)
    words = Text("screen.idle.who", {"who": line.who})
    canvas.text(who, words, size, face=face, colour=colour, lines=2, least=Size.BODY)


def _word(canvas: Canvas, rect: Rect, view: IdleView) -> None:
    look = theme.TONES[Tone.INFO]
    sheet = canvas.card(rect, look.tint)
    side = min(canvas.px(96), sheet.height - canvas.px(40))
    canvas.icon("star", Rect(sheet.left + canvas.px(28), sheet.centery - side // 2, side, side))
    words = Rect(sheet.left + side + canvas.px(52), sheet.top, sheet.width - side - canvas.px(80), sheet.height)
    canvas.text(
        words.inflate(0, -canvas.px(20)), view.announcement, Size.LEAD, colour=look.deep, lines=4, least=Size.BODY
    )


def _shelf(canvas: Canvas, rect: Rect, books: Sequence[BookTile]) -> None:
    """New books face out on a board, between the backs of others."""
    plank, above = cut_bottom(rect, canvas.px(34))
    room = above.inflate(-canvas.px(40), 0)
    sign, room = cut_left(room, canvas.px(150), canvas.px(20))
    wide = round(room.height / widgets.COVER)
    gap = canvas.px(26)
    count = min(len(books), max(0, (room.width + gap) // (wide + gap)))
    if count:
        high = canvas.px(84)
        flag = Rect(sign.left, sign.bottom - high - canvas.px(40), sign.width, high)
        canvas.fill(
            Rect(flag.centerx - canvas.px(5), flag.bottom - 2, canvas.px(10), plank.top - flag.bottom + 4),
            theme.WOOD_DARK,
        )
        canvas.rounded(flag, theme.ACCENT, 18)
        canvas.text(
            flag.inflate(-canvas.px(16), 0),
            Text("screen.idle.new_books"),
            Size.LEAD,
            face="sans-bold",
            colour=theme.ON_ACCENT,
            align="center",
            least=Size.BODY,
        )
    x = room.left
    for book in books[:count]:
        widgets.cover(canvas, Rect(x, room.top, wide, room.height), book)
        x += wide + gap
    _spines(canvas, Rect(x, room.top, room.right - x, room.height))
    widgets.board(canvas, plank)


def _spines(canvas: Canvas, rect: Rect) -> None:
    """The backs of books that fill the rest of the shelf, one colour per class."""
    x, i = rect.left, 0
    looks = tuple(theme.CLC.values())
    while True:
        wide = canvas.px((40, 30, 52, 36, 46)[i % 5])
        high = rect.height * (80, 66, 88, 72, 60, 84, 76)[i % 7] // 100
        if x + wide > rect.right:
            return
        look = looks[(i * 5) % len(looks)]
        back = Rect(x, rect.bottom - high, wide, high)
        canvas.rounded(back, look.fill, 6)
        canvas.fill(Rect(x, back.bottom - canvas.px(8), wide, canvas.px(8)), look.fill)
        canvas.fill(Rect(x + wide // 5, back.bottom - canvas.px(64), wide * 3 // 5, canvas.px(34)), theme.CARD)
        canvas.fill(Rect(x, back.top + canvas.px(22), wide, canvas.px(5)), theme.blend(look.fill, look.on, 0.5))
        x += wide + canvas.px(4)
        i += 1


def _buttons(canvas: Canvas, rect: Rect, view: IdleView) -> None:
    if not view.buttons:
        return
    gap = canvas.px(14)
    count = len(view.buttons)
    places = row(rect, count, gap) if canvas.kit.metrics.portrait else column(rect, count, gap)
    for shown, place in zip(view.buttons, places, strict=True):
        widgets.button(canvas, place, shown, ruby=view.pinyin and canvas.kit.metrics.portrait)


SCREEN = Screen(parts)
