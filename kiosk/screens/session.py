"""The session screen: who is here, the one big answer, the books out, what stands in the way, the countdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.flows.views import Block, BookTile, Mark, SessionView, Text, Tone
from kiosk.screens import theme, widgets
from kiosk.screens.camera_corner import corner_part, in_the_corner
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
from kiosk.screens.widgets import Saying

EDGE, GAP = 48, 28  # px at 1080p: around the screen, between its parts
SLIDE = 0.24  # seconds in which a book slides onto the shelf
FEW = 3  # books that stand large on the shelf where there is room; more stand smaller and scroll
LARGE = 180  # px at 1080p that a large place is high at least
HELPER = 112  # px at 1080p of who helps, where there is but half the width
MOST_PLACES = 10  # places that are pictured one by one


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts stand."""

    head: Rect
    trouble: Rect
    answer: Rect
    hint: Rect
    blocks: Rect
    shelf: Rect
    turn: Rect  # when their class borrows next
    buttons: Rect
    ring: Rect
    camera: Rect


def parts(view: SessionView, kit: Kit) -> Sequence[Part]:
    """Lay the session out."""
    at = _places(view, kit)
    who = (view.name, view.school_class, view.greeting, view.allowance, view.places, view.helper_name, view.pinyin)
    made = [Part("head", at.head, (who, len(view.shelf)), lambda canvas: _head(canvas, at.head, view))]
    if view.trouble:
        trouble = view.trouble
        made.append(Part("trouble", at.trouble, trouble, lambda c: widgets.banner(c, at.trouble, Tone.LOOK, trouble)))
    if view.result:
        made += widgets.result_parts("answer", at.answer, view.result, kit, ruby=view.pinyin)
        if view.hint:
            hint = view.hint
            made.append(Part("hint", at.hint, (hint, view.pinyin), lambda c: _hint(c, at.hint, hint, view.pinyin)))
    else:
        shown = (view.greeting, view.hint, view.pinyin)
        made.append(Part("answer", at.answer, shown, lambda canvas: _welcome(canvas, at.answer, view)))
    if view.blocks:
        made.append(Part("blocks", at.blocks, view.blocks, lambda canvas: _blocks(canvas, at.blocks, view.blocks)))
    made.append(_shelf_part(view, at.shelf))
    if view.next_turn:
        turn = view.next_turn
        made.append(Part("turn", at.turn, (turn, view.pinyin), lambda c: _next_turn(c, at.turn, turn, view.pinyin)))
    made.append(
        Part("buttons", at.buttons, (view.buttons, view.pinyin), lambda canvas: _buttons(canvas, at.buttons, view))
    )
    made.append(widgets.ring_part("ring", at.ring, view.ring))
    if kit.camera is not None:
        made.append(corner_part(kit, kit.camera, at.camera, ruby=view.pinyin))
    return made


def _places(view: SessionView, kit: Kit) -> _Places:
    edge, gap = kit.grid(EDGE), kit.px(GAP)
    none = Rect(0, 0, 0, 0)
    inner = on_grid(kit.box.inflate(-2 * edge, -2 * kit.px(32)))
    portrait = kit.metrics.portrait
    foot, inner = cut_bottom(inner, kit.px(100), gap)
    ring, buttons = cut_right(foot, foot.height, gap)
    camera, top, under = none, inner, inner.top
    if kit.camera is not None:
        camera, top, below = in_the_corner(kit, inner, view.pinyin, gap)
        under = below.top
    high = kit.px(142)
    if portrait:
        high = max(kit.px(250), camera.height)
        if kit.camera is not None and view.helper_name:
            high += kit.px(HELPER)
    head, _ = cut_top(top, high)
    used = head.bottom + gap
    trouble = none
    if view.trouble:
        across = inner if portrait else top
        trouble = Rect(across.left, used, across.width, kit.px(84))
        used = trouble.bottom + gap
    inner = Rect(inner.left, used, inner.width, inner.bottom - used)
    if portrait:
        answer, shelf = cut_top(inner, inner.height * 56 // 100, gap)
    else:
        shelf, answer = cut_right(inner, kit.grid(EDGE + 640), kit.grid(GAP))
        shelf = Rect(shelf.left, max(shelf.top, under), shelf.width, shelf.bottom - max(shelf.top, under))
    blocks = hint = turn = none
    if view.next_turn:
        turn, shelf = cut_bottom(shelf, kit.px(76 if view.pinyin else 56), kit.px(12))
    if view.blocks:
        rows = -(-len(view.blocks) // _block_columns(view.blocks))
        blocks, answer = cut_bottom(answer, rows * kit.px(84 + 12) - kit.px(12), kit.px(16))
    if view.result and view.hint:
        hint, answer = cut_bottom(answer, kit.px(92 if view.pinyin else 72), kit.px(16))
    return _Places(head, trouble, answer, hint, blocks, shelf, turn, buttons, ring, camera)


# ── who ──


def _head(canvas: Canvas, rect: Rect, view: SessionView) -> None:
    sheet = canvas.card(rect, radius=32)
    inner = sheet.inflate(-canvas.px(56), -canvas.px(24))
    kit = canvas.kit
    if kit.metrics.portrait and kit.camera is not None:  # half as wide: all under one another
        allowance, inner = cut_bottom(inner, canvas.px(76 if view.pinyin else 56), canvas.px(8))
        if view.helper_name:
            helper, inner = cut_bottom(inner, canvas.px(HELPER), canvas.px(8))
            _helper(canvas, helper, view.helper_name)
        plate, who = cut_bottom(inner, canvas.px(84 if view.pinyin else 64), canvas.px(8))
        _plate(canvas, plate, view)
    else:
        if kit.metrics.portrait:
            who, allowance = cut_top(inner, inner.height * 52 // 100, canvas.px(12))
        else:
            wide = min(_allowance_width(kit, view), inner.width * 44 // 100)
            allowance, who = cut_right(inner, wide, canvas.px(32))
        who = _plate(canvas, who, view)
        if view.helper_name:
            helper, who = cut_right(who, who.width * 54 // 100, canvas.px(20))
            _helper(canvas, helper, view.helper_name)
    canvas.text(who, view.name, Size.BIG, face="kai", lines=3, least=Size.BODY, balance=True)
    _allowance(canvas, allowance, view)


def _plate(canvas: Canvas, rect: Rect, view: SessionView) -> Rect:
    """The class plate, at the left; what is left beside it."""
    if view.school_class is None:
        return rect
    plate = Text("screen.session.class", {"class": view.school_class})
    block = canvas.kit.layout(
        plate,
        Size.LEAD,
        rect.width * 45 // 100,
        rect.height,
        face="sans-bold",
        least=Size.BODY,
        lines=2,
        ruby=view.pinyin,
    )
    place, rest = cut_left(rect, block.width + canvas.px(48), canvas.px(28))
    high = min(rect.height, block.height + canvas.px(32))
    place = Rect(place.left, place.centery - high // 2, place.width, high)
    canvas.rounded(place, theme.ACCENT, 18)
    canvas.draw(block, place, colour=theme.ON_ACCENT, align="center")
    return rest


def _helper(canvas: Canvas, rect: Rect, name: str) -> None:
    """Who helps at the counter."""
    side, gap = canvas.px(64), canvas.px(12)
    canvas.icon("helper", Rect(rect.left, rect.centery - side // 2, side, side))
    words = Rect(rect.left + side + gap, rect.top, rect.width - side - gap, rect.height)
    canvas.text(words, Text("screen.session.served_by", {"name": name}), colour=theme.SOFT, lines=3)


def _allowance(canvas: Canvas, rect: Rect, view: SessionView) -> None:
    """The places as little books: as many filled as are out, and the same in words."""
    if 0 < view.places <= MOST_PLACES:
        wide, gap = canvas.px(46), canvas.px(14)
        if view.places > 5:
            wide, gap = canvas.px(28), canvas.px(8)
        high = round(wide * widgets.COVER)
        row, rect = cut_right(rect, view.places * (wide + gap), canvas.px(20))
        for i in range(view.places):
            place = Rect(row.left + gap + i * (wide + gap), row.centery - high // 2, wide, high)
            _little_book(canvas, place, filled=i < len(view.shelf))
    align = "start" if canvas.kit.metrics.portrait else "end"
    canvas.text(rect, view.allowance, Size.LEAD, face="sans-bold", align=align, lines=2, least=Size.BODY,
                ruby=view.pinyin, balance=True)  # fmt: skip


def _allowance_width(kit: Kit, view: SessionView) -> int:
    """How wide `_allowance` wants to be, in pixels: where somebody helps, with its words on two lines."""
    said = kit.layout(view.allowance, Size.LEAD, 1 << 14, 1 << 10, face="sans-bold", ruby=view.pinyin)
    words = said.width // 2 + kit.px(80) if view.helper_name else said.width
    places = view.places if view.places <= MOST_PLACES else 0
    return words + kit.px(20) + places * kit.px(60 if view.places <= 5 else 36)


def _little_book(canvas: Canvas, rect: Rect, *, filled: bool) -> None:
    if filled:
        canvas.rounded(rect, theme.ACCENT, 7)
        canvas.fill(Rect(rect.left + rect.width // 6, rect.top, max(2, rect.width // 12), rect.height), theme.CARD)
    else:
        canvas.rounded(rect, theme.SUNK, 7)
        canvas.outline(rect, theme.FAINT, 7, 3)


# ── the answer ──


def _welcome(canvas: Canvas, rect: Rect, view: SessionView) -> None:
    """Nothing scanned yet: a greeting, and what to do in a picture."""
    sheet = canvas.card(rect, radius=36, depth=8)
    inner = sheet.inflate(-canvas.px(96), -canvas.px(64))
    said = [Saying(view.greeting, Size.HUGE, "kai", theme.ACCENT)]
    if view.hint:
        said.append(Saying(view.hint, Size.HEAD, lines=3, gap=20))
    words, picture = cut_bottom(inner, inner.height * (52 if view.pinyin else 42) // 100, canvas.px(12))
    canvas.picture("step3", picture)
    widgets.sayings(canvas, words, said, align="center", valign="middle", ruby=view.pinyin)


def _hint(canvas: Canvas, rect: Rect, hint: Text, pinyin: bool) -> None:
    side = min(rect.height, canvas.px(60))
    block = canvas.kit.layout(
        hint,
        Size.LEAD,
        rect.width - side - canvas.px(24),
        rect.height,
        face="sans-bold",
        lines=2,
        least=Size.BODY,
        ruby=pinyin,
    )
    left = rect.left + (rect.width - side - canvas.px(24) - block.width) // 2
    canvas.icon("scan", Rect(left, rect.centery - side // 2, side, side))
    words = Rect(left + side + canvas.px(24), rect.top, block.width, rect.height)
    canvas.draw(block, words, colour=theme.ACCENT)


def _block_columns(blocks: Sequence[Block]) -> int:
    return 1 if len(blocks) <= 2 else 2


def _blocks(canvas: Canvas, rect: Rect, blocks: Sequence[Block]) -> None:
    """All that stands in the way, in brief, beside an answer that does not say it."""
    across, gap = _block_columns(blocks), canvas.px(12)
    lines = [blocks[i : i + across] for i in range(0, len(blocks), across)]
    for line, high in zip(lines, column(rect, len(lines), gap), strict=True):
        for block, place in zip(line, row(high, len(line), gap), strict=True):
            widgets.banner(canvas, place, block.tone, block.headline, icon=block.icon)


def _next_turn(canvas: Canvas, rect: Rect, words: Text, pinyin: bool) -> None:
    side = min(rect.height, canvas.px(48))
    canvas.icon("calendar", Rect(rect.left, rect.centery - side // 2, side, side))
    place = Rect(rect.left + side + canvas.px(14), rect.top, rect.width - side - canvas.px(14), rect.height)
    canvas.text(place, words, Size.BODY, colour=theme.SOFT, lines=2, least=Size.BODY, ruby=pinyin)


# ── the shelf ──


def _shelf_part(view: SessionView, rect: Rect) -> Part:
    arriving = _arriving(view)
    since = view.result.since if view.result and arriving else 0.0

    def frame(now: float) -> object:
        return (arriving, int((now - since) * 60)) if arriving and 0 <= now - since < SLIDE else None

    def wakes(now: float) -> float | None:
        return now + 1 / 60 if arriving and 0 <= now - since < SLIDE else None

    def paint(canvas: Canvas) -> None:
        moving = arriving if canvas.now - since < SLIDE else ""
        _shelf(canvas, rect, view, moving, min(1.0, max(0.0, (canvas.now - since) / SLIDE)))

    return Part("shelf", rect, (view.shelf, view.places, view.pinyin), paint, frame, wakes)


def _arriving(view: SessionView) -> str:
    """The barcode of the book that the last scan put on the shelf, or ""."""
    if view.result is None or view.result.book is None:
        return ""
    code = view.result.book.barcode
    return next((tile.barcode for tile in view.shelf if tile.barcode == code and tile.mark is Mark.FRESH), "")


def _shelf(canvas: Canvas, rect: Rect, view: SessionView, moving: str, share: float) -> None:
    """A bookcase: a board with the heading, books below it; more than fit scroll."""
    frame = canvas.kit.grid(16)
    canvas.outline(rect, theme.WOOD, 28, 32)
    high = canvas.px(84 if view.pinyin else 72)
    head, rest = cut_top(rect.inflate(-2 * frame, -2 * canvas.px(14)), high, canvas.px(10))
    canvas.fill(Rect(head.left, head.bottom - canvas.px(16), head.width, canvas.px(42)), theme.WOOD)
    canvas.rounded(head, theme.WOOD_LIGHT, 16)
    title = head.inflate(-canvas.px(40), 0)
    if view.shelf:
        count = Text("screen.session.count", {"n": len(view.shelf)})
        block = canvas.kit.layout(count, Size.LEAD, title.width // 2, title.height, face="sans-bold", least=Size.BODY)
        right, title = cut_right(title, block.width, canvas.px(20))
        canvas.draw(block, right)
    heading = Text("screen.session.shelf")
    canvas.text(title, heading, Size.LEAD, face="sans-bold", least=Size.BODY, ruby=view.pinyin)
    canvas.rounded(rest, theme.SUNK, 16)
    inside = rest.inflate(-canvas.px(16), -canvas.px(16))
    rows = max(len(view.shelf), min(view.places, FEW))
    if not rows:
        canvas.text(
            inside.inflate(-canvas.px(40), 0),
            Text("screen.session.shelf_empty"),
            Size.LEAD,
            colour=theme.SOFT,
            align="center",
            lines=3,
            least=Size.BODY,
            ruby=view.pinyin,
        )
        return
    room = inside.height // max(rows, 2)
    large = rows <= FEW and room >= canvas.px(LARGE)
    high = min(canvas.px(300), room) if large else max(canvas.px(140), room) if rows <= FEW else canvas.px(152)
    books = view.shelf if rows * high <= inside.height else _most_wanted_first(view.shelf)
    with canvas.scrolling("shelf", inside, rows * high) as offset:
        wide = inside.width - (canvas.px(20) if rows * high > inside.height else 0)
        for i in range(rows):
            place = Rect(inside.left, inside.top + i * high + offset, wide, high)
            if place.bottom < inside.top - high or place.top > inside.bottom + high:
                continue  # one more than is seen on either side, for the keyboard to go to
            plank, above = cut_bottom(place, canvas.px(18))
            if i < len(books):
                here = share if moving and books[i].barcode == moving else 1.0
                _tile(canvas, above.inflate(0, -canvas.px(12)), books[i], here, large)
            else:
                _free_place(canvas, above.inflate(0, -canvas.px(12)), first=i == len(books) == 0, pinyin=view.pinyin)
            widgets.board(canvas, plank)


def _most_wanted_first(books: Sequence[BookTile]) -> Sequence[BookTile]:
    """Where a shelf scrolls, what was just lent stands on top (the last first), then what is overdue."""
    order = {Mark.FRESH: 0, Mark.OVERDUE: 1, Mark.RENEWED: 2, Mark.NONE: 3}
    fresh_last_first = [
        *reversed([b for b in books if b.mark is Mark.FRESH]),
        *(b for b in books if b.mark is not Mark.FRESH),
    ]
    return sorted(fresh_last_first, key=lambda book: order[book.mark])


def _free_place(canvas: Canvas, rect: Rect, *, first: bool, pinyin: bool) -> None:
    wide = min(round(rect.height / widgets.COVER), rect.width * 24 // 100)
    high = round(wide * widgets.COVER)
    place = Rect(rect.left + canvas.px(20), rect.bottom - high, wide, high)
    canvas.outline(place, theme.FAINT, 8, 3)
    if first:
        words = Rect(place.right + canvas.px(24), rect.top, rect.right - place.right - canvas.px(40), rect.height)
        canvas.text(
            words,
            Text("screen.session.shelf_empty"),
            Size.LEAD,
            colour=theme.SOFT,
            lines=3,
            least=Size.BODY,
            ruby=pinyin,
        )


def _tile(canvas: Canvas, rect: Rect, book: BookTile, share: float, large: bool) -> None:
    """A book on the shelf; `share` is how much of its way in lies behind it (1: it stands)."""
    wide = min(round(rect.height / widgets.COVER), rect.width * 24 // 100)
    place = Rect(rect.left + canvas.px(20), rect.top, wide, rect.height)
    way = place.right - rect.left
    eased = 1 - (1 - share) ** 3
    widgets.cover(canvas, place.move(-round(way * (1 - eased)), 0), book, label=large)
    words = Rect(place.right + canvas.px(24), rect.top, rect.right - place.right - canvas.px(32), rect.height)
    button = book.buttons[0] if book.buttons else None
    if large:
        foot, head = cut_bottom(words, min(canvas.px(theme.TOUCH + 6), words.height * 48 // 100))
        if button:
            due = _due_width(canvas.kit, book)
            wanted = widgets.button_width(canvas.kit, button)
            least = min(foot.width // 2, widgets.button_width(canvas.kit, button, Size.NOTE))
            side, foot = cut_right(foot, max(least, min(wanted, foot.width - due - canvas.px(10))), canvas.px(10))
            widgets.button(canvas, side, button)
        canvas.text(head, book.title, Size.LEAD, face="kai", lines=2, least=Size.BODY)
        _due(canvas, foot, book)
        return
    if button:
        side, words = cut_right(
            words, min(words.width * 36 // 100, widgets.button_width(canvas.kit, button)), canvas.px(12)
        )
        high = max(canvas.px(theme.TOUCH + 6), canvas.px(84))
        widgets.button(canvas, Rect(side.left, side.centery - high // 2, side.width, high), button)
    head, foot = cut_top(words, words.height * 54 // 100)
    canvas.text(head, book.title, Size.LEAD, face="kai", lines=1, least=Size.BODY)
    _due(canvas, foot, book)


def _due_words(book: BookTile) -> Text | str:
    key = "screen.session.overdue" if book.mark is Mark.OVERDUE else "screen.session.due"
    return Text(key, {"day": book.due_on}) if book.due_on else ""


def _due_width(kit: Kit, book: BookTile) -> int:
    """How wide `_due` wants to be, in pixels."""
    return kit.type.width(kit.say(_due_words(book)), "sans-bold", kit.px(Size.BODY)) + kit.px(64)


def _due(canvas: Canvas, rect: Rect, book: BookTile) -> None:
    """When the book is due, with the sign of what is special about it."""
    tone = {Mark.OVERDUE: Tone.NOT_NOW, Mark.FRESH: Tone.DONE, Mark.RENEWED: Tone.DONE}.get(book.mark)
    colour = theme.TONES[tone].deep if tone else theme.SOFT
    if tone:
        side = min(canvas.px(40), rect.height)
        icon = Rect(rect.left, rect.centery - side // 2, side, side)
        canvas.icon("renew" if book.mark is Mark.RENEWED else tone.value, icon)
        rect = Rect(icon.right + canvas.px(10), rect.top, rect.right - icon.right - canvas.px(10), rect.height)
    canvas.text(rect, _due_words(book), Size.BODY, face="sans-bold", colour=colour, lines=2, balance=True)


# ── buttons ──


def _buttons(canvas: Canvas, rect: Rect, view: SessionView) -> None:
    widgets.button_row(canvas, rect, view.buttons, size=Size.LEAD, main=0, ruby=view.pinyin)


SCREEN = Screen(parts)
