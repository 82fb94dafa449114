"""Tables and week grids. Of a table only the rows in sight are laid out, so thousands cost as much as ten."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from kiosk.flows.views import Button, Column, Grid, GridCell, Row, Table
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect, button_id
from kiosk.screens.piece import Piece, Scale
from kiosk.screens.text import LINE_HEIGHT, PITCH
from kiosk.screens.theme import Size

ZEBRA = theme.blend(theme.CARD, theme.SUNK, 0.55)
HEAD_HEIGHT = 70  # px at 1080p
MEASURED_ROWS = 60  # of a table, to find how wide its buttons are


class TableLayout:
    """Where the columns of a table stand in `width` pixels; rows are all of one height."""

    def __init__(self, kit: Kit, table: Table, width: int, scale: Scale) -> None:
        self.table = table
        self.width = width
        self.scale = scale
        self.gap = kit.px(22)
        self.marked = any(row.tone is not None for row in table.rows)
        with_buttons = [row.buttons for row in table.rows if row.buttons][:MEASURED_ROWS]
        self.has_buttons = bool(with_buttons)
        self.chosen = any(row.action for row in table.rows)
        wanted = max((_buttons_width(kit, buttons, scale) for buttons in with_buttons), default=0)
        self.buttons_width = min(wanted, width // 2)
        self.head_height = kit.px(HEAD_HEIGHT) if any(column.label for column in table.columns) else 0
        self.mark_width = kit.px(60) if self.marked else 0
        end = self.buttons_width + self.gap if with_buttons else kit.px(52) if self.chosen else 0
        self.end_width = end
        self.columns = _columns(kit, table, width - self.mark_width - end - 2 * self.gap, self.gap)
        low = kit.px(scale.touch + 14 if with_buttons else scale.row)
        high = max(low, round(kit.px(scale.text) * (LINE_HEIGHT + PITCH)) + kit.px(12))
        heights = (high if self._wraps(kit, row) else low for row in table.rows)
        self.tops = list(accumulate(heights, initial=0))
        """Where each row begins, and where the last one ends."""

    def _wraps(self, kit: Kit, row: Row) -> bool:
        """Whether a cell needs a second line. No character is wider than an em, so few need measuring."""
        px = kit.px(self.scale.text)
        for i, (cell, wide) in enumerate(zip(row.cells, self.columns, strict=False)):
            words = kit.say(cell)
            if len(words) * px > wide and kit.type.width(words, self.face(row, i), px) > wide:
                return True
        return False

    @staticmethod
    def face(row: Row, column: int) -> str:
        """Rows that can be chosen begin with a bold cell."""
        return "sans-bold" if column == 0 and row.action else "sans"

    def cells(self, rect: Rect) -> list[Rect]:
        """The rectangles of a row's cells in the row `rect`."""
        x = rect.left + self.gap + self.mark_width
        places = []
        for wide in self.columns:
            places.append(Rect(x, rect.top, wide, rect.height))
            x += wide + self.gap
        return places

    @property
    def rows_height(self) -> int:
        """How high all rows together are, in pixels."""
        return self.tops[-1]

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows that show between two heights, and one more on each side for the keyboard to go on to."""
        first = bisect_right(self.tops, top) - 2
        last = bisect_left(self.tops, bottom) + 1
        return range(max(0, first), min(len(self.table.rows), last))


def _buttons_width(kit: Kit, buttons: Sequence[Button], scale: Scale) -> int:
    return sum(widgets.button_width(kit, button, scale.text) + kit.px(20) for button in buttons) - kit.px(20)


def _columns(kit: Kit, table: Table, width: int, gap: int) -> list[int]:
    """Widths by weight; a column that is narrower than its heading gets up to half as much again."""
    if not table.columns:
        return []
    room = width - gap * (len(table.columns) - 1)
    shares = [float(max(1, column.weight)) for column in table.columns]
    needs = [
        min(
            kit.type.width(kit.say(column.label), "sans-bold", kit.px(Size.BODY)) + kit.px(6),
            1.5 * room * share / sum(shares),
        )
        for column, share in zip(table.columns, shares, strict=True)
    ]
    widths = [0.0] * len(shares)
    left, free = float(room), set(range(len(shares)))
    while free:
        total = sum(shares[i] for i in free)
        short = [i for i in free if left * shares[i] / total < needs[i]]
        if not short or len(short) == len(free):
            for i in free:
                widths[i] = left * shares[i] / total
            break
        for i in short:
            widths[i] = needs[i]
            left -= needs[i]
        free -= set(short)
    return [max(1, int(wide)) for wide in widths]


def table_head(layout: TableLayout) -> Piece:
    """The headings."""

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.fill(Rect(rect.left, rect.bottom - canvas.px(3), rect.width, canvas.px(3)), theme.SHADE)
        for column, place in zip(layout.table.columns, layout.cells(rect), strict=True):
            canvas.text(
                place,
                column.label,
                Size.BODY,
                face="sans-bold",
                colour=theme.SOFT,
                align=column.align.value,
                lines=2,
                least=Size.NOTE,
            )

    return Piece(layout.head_height, paint)


def table_rows(kit: Kit, layout: TableLayout) -> Piece:
    """All rows; those in sight, and one more on each side for the keyboard to go on to, are painted."""
    table = layout.table
    if not table.rows:
        return _empty(kit, layout)

    def paint(canvas: Canvas, rect: Rect) -> None:
        clip = canvas.surface.get_clip()
        with canvas.group("rows"):
            for i in layout.rows_between(clip.top - rect.top, clip.bottom - rect.top):
                top, bottom = layout.tops[i : i + 2]
                place = Rect(rect.left, rect.top + top, rect.width, bottom - top)
                _row(canvas, place, layout, table.rows[i], i % 2 == 1)

    return Piece(layout.rows_height, paint)


def _empty(kit: Kit, layout: TableLayout) -> Piece:
    if layout.table.empty is None:
        return Piece(0, lambda canvas, rect: None)  # noqa: ARG005  a piece that paints nothing
    block = kit.layout(layout.table.empty, layout.scale.text, layout.width - 2 * layout.gap, 1 << 16, lines=6)

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.draw(block, rect.inflate(-2 * layout.gap, 0), colour=theme.SOFT, align="center")

    return Piece(block.height + kit.px(72), paint)


def _row(canvas: Canvas, rect: Rect, layout: TableLayout, row: Row, odd: bool) -> None:
    press = Button(row.action, "", value=row.value)
    id_ = button_id(press)
    ground = theme.TONES[row.tone].tint if row.tone else ZEBRA if odd else theme.CARD
    if row.action and canvas.held(id_):
        ground = theme.SHADE
    canvas.fill(rect, ground)
    ends = Rect(rect.right - layout.gap - layout.buttons_width, rect.top, layout.buttons_width, rect.height)
    if row.action:
        canvas.target(Rect(rect.left, rect.top, ends.left - rect.left, rect.height), press)
    if row.tone:
        side = min(canvas.px(36), rect.height - 4)
        canvas.fill(Rect(rect.left, rect.top, canvas.px(8), rect.height), theme.TONES[row.tone].fill)
        box = Rect(rect.left + layout.gap, rect.centery - side // 2, side, side)
        widgets.badge(canvas, box, row.tone)
    ink = theme.TONES[row.tone].deep if row.tone else theme.INK
    for i, (cell, place) in enumerate(zip(row.cells, layout.cells(rect), strict=False)):
        column: Column = layout.table.columns[i]
        canvas.text(
            place.inflate(0, -canvas.px(4)),
            cell,
            layout.scale.text,
            face=layout.face(row, i),
            colour=ink if i == 0 else theme.INK,
            align=column.align.value,
            lines=2,
        )
    if row.buttons:
        box = Rect(0, 0, ends.width, canvas.px(layout.scale.touch))
        box.center = ends.center
        widgets.button_row(canvas, box, row.buttons, size=layout.scale.text, align="end")
    elif row.action and not layout.has_buttons:
        side = canvas.px(28)
        canvas.icon("next", Rect(rect.right - canvas.px(20) - side, rect.centery - side // 2, side, side), theme.SOFT)
    if row.action and canvas.focused(id_):
        canvas.outline(rect.inflate(-2, -2), theme.FOCUS, 10, 5)


# ── the week ──


def grid_piece(kit: Kit, grid: Grid, width: int, scale: Scale, room: int) -> Piece:
    """The week: days side by side, times from top to bottom; fills `room` pixels if its rows can grow to that."""
    gap = kit.px(10)
    bold = "sans-bold"
    heads_width = max(
        (kit.type.width(kit.say(head), bold, kit.px(Size.BODY)) for head in grid.row_heads), default=0
    ) + kit.px(18)
    heads_width = min(heads_width, width // 4)
    count = max(1, len(grid.column_heads))
    heads_height = kit.px(58)
    most = max((len(cell.lines) for line in grid.cells for cell in line), default=1)
    rows = max(1, len(grid.cells))
    least = max(kit.px(scale.touch), kit.px(14 + 38 * most))
    fitting = (room - heads_height - gap * rows) // rows
    high = max(least, min(fitting, kit.px(150)))
    across = width - heads_width - gap * count

    def column(rect: Rect, i: int) -> tuple[int, int]:
        begins, ends = across * i // count, across * (i + 1) // count
        return rect.left + heads_width + gap * (i + 1) + begins, ends - begins

    def paint(canvas: Canvas, rect: Rect) -> None:
        for i, head in enumerate(grid.column_heads):
            x, wide = column(rect, i)
            canvas.text(Rect(x, rect.top, wide, heads_height), head, Size.BODY, face=bold, colour=theme.SOFT,
                        align="center", least=Size.NOTE)  # fmt: skip
        top = rect.top + heads_height + gap
        for head, line in zip(grid.row_heads, grid.cells, strict=False):
            canvas.text(Rect(rect.left, top, heads_width, high), head, Size.BODY, face=bold, colour=theme.SOFT,
                        lines=2, least=Size.NOTE)  # fmt: skip
            for i, cell in enumerate(line):
                x, wide = column(rect, i)
                _cell(canvas, Rect(x, top, wide, high), cell)
            top += high + gap

    return Piece(heads_height + rows * (high + gap), paint)


def _cell(canvas: Canvas, rect: Rect, cell: GridCell) -> None:
    press = Button(cell.action, "", value=cell.value)
    id_ = button_id(press)
    if cell.action:
        canvas.target(rect, press)
    look = theme.TONES[cell.tone] if cell.tone else None
    ground = look.tint if look else theme.CARD if cell.lines else theme.SUNK
    canvas.rounded(rect, theme.SHADE if cell.action and canvas.held(id_) else ground, 16)
    if look:
        stripe = Rect(rect.left + canvas.px(10), rect.top + canvas.px(12), canvas.px(7), rect.height - canvas.px(24))
        canvas.rounded(stripe, look.fill, 4)
    if cell.chosen:
        canvas.outline(rect, theme.ACCENT, 16, 6)
    if cell.action and canvas.focused(id_):
        canvas.outline(rect, theme.FOCUS, 16, 6)
    if not cell.lines:
        if cell.action:
            side = min(canvas.px(34), rect.height // 2)
            canvas.icon("plus", Rect(0, 0, side, side).move(rect.centerx - side // 2, rect.centery - side // 2),
                        theme.SOFT)  # fmt: skip
        return
    inner = rect.inflate(-canvas.px(36 if look else 20), -canvas.px(10))
    each = inner.height // len(cell.lines)
    for i, words in enumerate(cell.lines):
        place = Rect(inner.left, inner.top + i * each, inner.width, each)
        colour = look.deep if look else theme.INK if i == 0 else theme.SOFT
        canvas.text(place, words, Size.BODY, face="sans-bold" if i == 0 else "sans", colour=colour, align="center",
                    lines=2, least=Size.NOTE)  # fmt: skip
