"""Pages of the counter and the librarian: a bar, what was done last, and blocks from top to bottom.

Where the last block is a table and the others leave it room, only the table scrolls and its headings stay;
else all blocks scroll together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.flows.views import (
    Answer,
    BlockOfPage,
    Button,
    Field,
    Form,
    Grid,
    PageView,
    Paragraph,
    Picture,
    Shelf,
    Table,
    Tabs,
    Tiles,
    Tone,
)
from kiosk.screens import theme, widgets
from kiosk.screens.books import answer_piece, notice_piece, shelf_piece
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, Screen, cut_top
from kiosk.screens.fields import form_piece
from kiosk.screens.grids import grid_piece, table_head, table_layout, table_rows
from kiosk.screens.office import picture_piece, progress_piece
from kiosk.screens.piece import CALM, LARGE, Piece, Scale, columns_that_fit, pile, toned_piece, words_piece
from kiosk.screens.tabs import tabs_piece
from kiosk.screens.text import Block
from kiosk.screens.theme import Size

EDGE = 40  # px at 1080p, left and right of everything
BAR_GAP = 18
LEAST_TITLE, LEAST_WHO = 200, 250  # px at 1080p that are left of them beside the bar's buttons
READABLE = 1700  # px at 1080p: no line of running text is longer


def parts(view: PageView, kit: Kit) -> Sequence[Part]:
    """The page's parts: bar, ring, trouble, notice, what stands fast, what scrolls."""
    scale = LARGE if view.large else CALM
    page = kit.box
    done = _bar(view, kit, scale)
    bottom = max(part.rect.bottom for part in done)
    rest = Rect(0, bottom, page.width, page.height - bottom)
    edge, gap = kit.px(EDGE), kit.px(scale.gap)
    width = page.width - 2 * edge
    for name, piece in _above(view, kit, scale, width):
        top, rest = cut_top(rest, piece.height + gap)
        done.append(_part(name, top, edge, gap, piece, (name, view.trouble, view.progress, view.notice)))
    return [*done, *_body(view, kit, scale, rest)]


def _part(name: str, rect: Rect, edge: int, top: int, piece: Piece, shows: object) -> Part:
    def paint(canvas: Canvas) -> None:
        piece.paint(canvas, Rect(rect.left + edge, rect.top + top, rect.width - 2 * edge, piece.height))

    return Part(name, rect, shows, paint)


# ── the bar ──


def _bar(view: PageView, kit: Kit, scale: Scale) -> list[Part]:
    """Back, title and who, then the other buttons, the ring, a line.

    A long title shrinks, takes up to three lines and ends in "…" at last; only where too little would be left of it
    and of who is at work do the other buttons stand below.
    """
    edge, gap = kit.px(EDGE), kit.px(BAR_GAP)
    high = kit.px(max(scale.touch, theme.TOUCH))
    column = kit.px(100) + edge if view.ring else 0  # the ring stands at the end of the bar and moves by itself
    room = Rect(edge, gap, kit.box.width - edge - (column or edge), high)
    back, others = view.bar[:1], view.bar[1:]
    back_wide = widgets.button_width(kit, back[0]) + gap if back else 0
    others_wide = [widgets.button_width(kit, button) for button in others]
    title_wide = kit.type.width(kit.say(view.title), "kai", kit.px(Size.HEAD))
    who_wide = kit.type.width(view.who, "sans", kit.px(Size.BODY)) + kit.px(60) if view.who else 0
    who_wide = min(who_wide, kit.px(420), room.width // 3)
    beside = sum(others_wide) + gap * len(others)
    free = room.width - back_wide - 2 * gap
    least = min(title_wide, kit.px(LEAST_TITLE)) + min(who_wide, kit.px(LEAST_WHO))
    rows = _flow(others, others_wide, room.width, gap) if others and free - beside < least else []
    beside = 0 if rows else beside
    who_wide = min(who_wide, max(kit.px(LEAST_WHO), free - beside - title_wide))
    who = kit.layout(view.who, Size.BODY, who_wide - kit.px(36), high, least=Size.NOTE, lines=2, balance=True)
    who_wide = who.width + kit.px(36) if view.who else 0

    def paint(canvas: Canvas) -> None:
        if back:
            widgets.button(canvas, Rect(room.left, room.top, back_wide - gap, high), back[0])
        left, right = room.left + back_wide, room.right - beside
        title = Rect(left, room.top, right - left - who_wide - 2 * gap, high).inflate(0, 2 * gap - kit.px(10))
        block = kit.layout(view.title, Size.HEAD, *title.size, face="kai", least=Size.NOTE, lines=3)
        canvas.draw(block, title)
        if who_wide:
            _who(canvas, Rect(left + block.width + gap, room.top, who_wide, high), who)
        if beside:
            widgets.button_row(canvas, Rect(right, room.top, beside, high), others, align="end")
        for i, line in enumerate(rows):
            top = room.top + (i + 1) * (high + gap)
            widgets.button_row(canvas, Rect(room.left, top, room.width, high), line)

    tall = 2 * gap + high + len(rows) * (high + gap)
    bar = Rect(0, 0, kit.box.width - column, tall)
    done = [Part("bar", bar, (view.title, view.who, view.bar), paint, ground=theme.CARD)]
    if view.ring:
        box = Rect(bar.right, 0, column - edge, tall)
        done.append(widgets.ring_part("ring", box, view.ring, ground=theme.CARD))
        done.append(_plain("bar end", Rect(box.right, 0, edge, tall), theme.CARD))
    return [*done, _plain("line", Rect(0, tall, kit.box.width, kit.px(3)), theme.SHADE)]


def _plain(name: str, rect: Rect, colour: theme.Colour) -> Part:
    return Part(name, rect, None, lambda canvas: None, ground=colour)  # noqa: ARG005  its ground is all there is


def _flow(buttons: Sequence[Button], wide: Sequence[int], room: int, gap: int) -> list[list[Button]]:
    rows: list[list[Button]] = [[]]
    used = 0
    for button, own in zip(buttons, wide, strict=True):
        if rows[-1] and used + own > room:
            rows.append([])
            used = 0
        rows[-1].append(button)
        used += own + gap
    return rows


def _who(canvas: Canvas, rect: Rect, who: Block) -> None:
    """The person at work, on a chip."""
    high = max(canvas.px(56), who.height + canvas.px(8))
    canvas.rounded(Rect(rect.left, rect.centery - high // 2, rect.width, high), theme.SUNK, 28)
    canvas.draw(who, rect, colour=theme.SOFT, align="center")


# ── above the blocks ──


def _above(view: PageView, kit: Kit, scale: Scale, width: int) -> list[tuple[str, Piece]]:
    found = []
    if view.trouble is not None:
        found.append(("trouble", toned_piece(kit, view.trouble, Tone.LOOK, scale.text, width)))
    if view.progress is not None:
        found.append(("progress", progress_piece(kit, view.progress, scale)))
    if view.notice is not None:
        found.append(("notice", notice_piece(kit, view.notice, width, scale)))
    return found


# ── blocks ──


def _body(view: PageView, kit: Kit, scale: Scale, rect: Rect) -> list[Part]:
    edge, gap = kit.px(EDGE), kit.px(scale.gap)
    bar = kit.px(24)  # beside what scrolls
    width = rect.width - 2 * edge
    last = view.blocks[-1] if view.blocks else None
    if isinstance(last, Table):
        head = _pieces(view.blocks[:-1], kit, scale, width, 0)
        layout = table_layout(kit, last, width - bar, scale)
        heading = table_head(layout)
        fast = head.height + gap + (gap if head.height else 0) + heading.height
        if rect.height - fast >= min(kit.px(6 * scale.row), max(layout.rows_height, kit.px(200))):
            top, rest = cut_top(rect, fast)
            shows = (view.blocks[:-1], last.columns, tuple(layout.columns), layout.mark_width, fast)
            return [
                _part("head", top, edge, gap, pile([head, heading], gap), shows),
                _scrolling("body", rest, edge, kit.px(16), table_rows(kit, layout), last),
            ]
    if isinstance(last, Picture) and rect.width > rect.height:
        return _beside(view, kit, scale, rect, last)
    if view.large and len(view.blocks) == 1 and isinstance(last, Paragraph) and last.tone is None:
        return [Part("body", rect, last, lambda canvas: _invite(canvas, rect, last))]
    piece = _pieces(view.blocks, kit, scale, width - bar, rect.height - 2 * gap)
    return [_scrolling("body", rect, edge, gap, piece, view.blocks)]


def _beside(view: PageView, kit: Kit, scale: Scale, rect: Rect, shown: Picture) -> list[Part]:
    """A page of paper stands whole beside what is chosen for it."""
    edge, gap = kit.px(EDGE), kit.px(scale.gap)
    high = rect.height - 2 * gap
    wide = min(round(high * shown.width / shown.height), rect.width // 2)
    left = Rect(rect.left, rect.top, rect.width - wide - 2 * edge, rect.height)
    place = Rect(left.right, rect.top, rect.right - left.right, rect.height)
    picture = picture_piece(kit, shown, wide, high)
    chosen = _pieces(view.blocks[:-1], kit, scale, left.width - 2 * edge - kit.px(24), left.height - 2 * gap)

    def paint(canvas: Canvas) -> None:
        picture.paint(canvas, Rect(place.left, place.top + gap, wide, picture.height))

    return [_scrolling("body", left, edge, gap, chosen, view.blocks[:-1]), Part("paper", place, shown, paint)]


def _invite(canvas: Canvas, rect: Rect, said: Paragraph) -> None:
    """A page that has but one sentence waits for a scan: it says so large, in the middle."""
    side = min(canvas.px(300), rect.height * 2 // 5)
    box = Rect(rect.centerx - side // 2, rect.centery - side, side, side)
    canvas.icon("scan", box, theme.ACCENT)
    words = Rect(rect.left + canvas.px(EDGE), box.bottom + canvas.px(30), rect.width - 2 * canvas.px(EDGE), 0)
    words.height = rect.bottom - words.top - canvas.px(20)
    canvas.text(words, said.text, Size.HEAD, face="kai", align="center", valign="top", lines=3, least=Size.BODY,
                balance=True)  # fmt: skip


def _scrolling(name: str, rect: Rect, edge: int, gap: int, piece: Piece, shows: object) -> Part:
    """A part whose piece scrolls, with `gap` pixels of air below it, and above it unless it is a table's rows."""
    above = 0 if isinstance(shows, Table) else gap

    def paint(canvas: Canvas) -> None:
        area = Rect(rect.left + edge // 2, rect.top, rect.width - edge, rect.height)
        with canvas.scrolling(name, area, piece.height + above + gap) as offset:
            piece.paint(canvas, Rect(rect.left + edge, rect.top + above + offset, rect.width - 2 * edge, piece.height))

    return Part(name, rect, shows, paint)


def _pieces(blocks: Sequence[BlockOfPage], kit: Kit, scale: Scale, width: int, room: int) -> Piece:
    """Blocks under one another. `room` is the height of the page, for what can grow."""
    gap = kit.px(scale.gap)
    pieces: list[Piece] = []
    for block in blocks:
        used = sum(piece.height + gap for piece in pieces)
        pieces.append(_BLOCKS[type(block)](block, kit, scale, width, room - used))
    return pile(pieces, gap)


def _paragraph(block: Paragraph, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    readable = min(width, kit.px(READABLE))
    if block.tone is None:
        return words_piece(kit, block.text, scale.text, readable)
    return toned_piece(kit, block.text, block.tone, scale.text, width)


def _tiles(block: Tiles, kit: Kit, scale: Scale, width: int, room: int) -> Piece:
    """Large buttons in a grid; with icons they grow into the room there is."""
    if not block.buttons:
        return Piece(0, lambda canvas, rect: None)  # noqa: ARG005  a piece that paints nothing
    gap = kit.px(24)
    icons = any(button.icon for button in block.buttons)
    large = scale is LARGE
    least = kit.px((420 if large else 400) if icons else (250 if large else 230))
    columns = columns_that_fit(width, least, gap, block.columns or (4 if icons else 8))
    columns = min(columns, len(block.buttons))
    rows = -(-len(block.buttons) // columns)
    each = (width - gap * (columns - 1)) // columns
    if not block.columns and len(block.buttons) < columns:
        each = min(each, kit.px(520))
    low = kit.px((180 if large else 112) if icons else (112 if large else 88))
    most = kit.px((340 if large else 210) if icons else (140 if large else 96))
    high = max(low, min(most, (room - gap * (rows - 1)) // rows))
    upright = icons and high >= kit.px(200)
    size = scale.head if upright and large else scale.text

    def paint(canvas: Canvas, rect: Rect) -> None:
        for i, button in enumerate(block.buttons):
            left = rect.left + i % columns * (each + gap)
            place = Rect(left, rect.top + i // columns * (high + gap), each, high)
            widgets.button(canvas, place, button, size=size, upright=upright)

    return Piece(rows * (high + gap) - gap, paint)


def _tabs(block: Tabs, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    return tabs_piece(kit, block, width, scale)


def _table(block: Table, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    layout = table_layout(kit, block, width, scale)
    return pile([table_head(layout), table_rows(kit, layout)], 0)


def _form(block: Form, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    return form_piece(kit, block, width, scale)


def _grid(block: Grid, kit: Kit, scale: Scale, width: int, room: int) -> Piece:
    return grid_piece(kit, block, width, scale, room)


def _shelf(block: Shelf, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    return shelf_piece(kit, block, width, scale)


def _answer(block: Answer, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    return answer_piece(kit, block.card, width, scale)


def _picture(block: Picture, kit: Kit, scale: Scale, width: int, room: int) -> Piece:  # noqa: ARG001  one signature for the table
    return picture_piece(kit, block, width, room)


_BLOCKS: dict[type, Callable[..., Piece]] = {
    Paragraph: _paragraph,
    Tiles: _tiles,
    Tabs: _tabs,
    Table: _table,
    Form: _form,
    Grid: _grid,
    Shelf: _shelf,
    Answer: _answer,
    Picture: _picture,
}


def fields(view: PageView) -> tuple[Field, ...]:
    """The fields of all forms of the page."""
    return tuple(field for block in view.blocks if isinstance(block, Form) for field in block.fields)


SCREEN = Screen(parts, identity=lambda view: view.name, fields=fields)
