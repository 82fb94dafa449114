"""Tables and week grids. Of a table only the rows in sight are laid out, so thousands cost as much as ten."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, chain

from kiosk.flows.views import Button, Column, Grid, GridCell, Row, Table
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect, button_id, cut_bottom, cut_top
from kiosk.screens.piece import Piece, Scale
from kiosk.screens.theme import Size

ZEBRA = theme.blend(theme.CARD, theme.SUNK, 0.55)
HEAD_HEIGHT = 70  # px at 1080p
MOST_HEAD_LINES = 3
MOST_LINES = 12  # of a row; the longest reason there is takes them upright and in English
HIGH_ROW = 4  # lines; where a row has more, the longest column stands apart
KEPT = 4  # layouts: typing above a list does not measure it again
MEASURED_ROWS = 60  # of a table, to find how wide its buttons are
MEASURED_CELLS = 6  # of a column, those that look the longest, to find how wide it is to be

SHORT = 4.4  # em: a name, a class; a column that holds no more keeps it on one line

_NARROW = re.compile(r"[^\s\u2e80-\uffff]+")  # what may be one long word


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a column wants, in pixels: `least` breaks no word, `wanted` nothing at all; `words` is all it says."""

    weight: int
    least: int
    wanted: int
    words: int


class TableLayout:
    """Where the columns of a table stand in `width` pixels, and how high each row is: what its words need.

    Where not every column can keep its words whole, the table is set smaller. Where that is not enough either, or rows
    would be very high, the column with the longest texts has a line of its own over or under the others: `apart`.
    """

    def __init__(self, kit: Kit, table: Table, width: int, scale: Scale) -> None:
        self.table = table
        self.width = width
        self.scale = scale
        self.words = kit.words
        self.gap = kit.px(22)
        self.marked = any(row.tone is not None for row in table.rows)
        with_buttons = [row.buttons for row in table.rows if row.buttons][:MEASURED_ROWS]
        self.has_buttons = bool(with_buttons)
        self.chosen = any(row.action for row in table.rows)
        wanted = max((_buttons_width(kit, buttons, scale) for buttons in with_buttons), default=0)
        self.buttons_width = min(wanted, width // 2)
        self.mark_width = kit.px(60) if self.marked else 0
        end = self.buttons_width + self.gap if with_buttons else kit.px(52) if self.chosen else 0
        self.end_width = end
        self.said = [[kit.say(cell) for cell in row.cells] for row in table.rows]
        self.across = width - self.mark_width - end - 2 * self.gap
        self.apart = -1
        fits = self._set(kit)
        if len(table.columns) > 2 and not (fits and max(map(max, self.lines), default=1) <= HIGH_ROW):
            self._set(kit, apart=True)
        self.head_height = self._head_height(kit)
        low = kit.px(scale.touch + 14 if with_buttons else scale.row)
        self.line = [kit.type.height(n, kit.px(self.size)) if n else 0 for n in range(MOST_LINES + 1)]
        high = (max(low, self.line[n] + self.line[alone] + kit.px(12)) for n, alone in self.lines)
        self.tops = list(accumulate(high, initial=0))
        """Where each row begins, and where the last one ends."""

    def _set(self, kit: Kit, *, apart: bool = False) -> bool:
        """Choose the size, the widths and the lines of each row; whether every word stays whole."""
        count = len(self.table.columns)
        for size, between in zip(_steps_down(self.scale.text), (22, 12), strict=True):
            self.size, self.between = size, kit.px(between)
            room = self.across - self.between * (count - (2 if apart else 1))
            measured = self._measured(kit)
            if apart:
                self.apart = max(range(count), key=lambda i: measured[i].words)
            beside = [one for i, one in enumerate(measured) if i != self.apart]
            if fits := sum(one.least for one in beside) <= room:
                break
        self.columns = _shares(room, beside, round(SHORT * kit.px(self.size)))
        if apart:
            self.columns.insert(self.apart, self.across)
        self.lines = list(self._lines(kit, kit.px(self.size)))
        return fits

    def _measured(self, kit: Kit) -> list[_Measured]:
        px, spare = kit.px(self.size), kit.px(4)
        columns = []
        for i, column in enumerate(self.table.columns):
            heading = kit.say(column.label)
            words = [("sans-bold", min(px, kit.px(Size.BODY)), heading)]
            whole = kit.type.width(heading, *words[0][:2])
            found: dict[str, list[str]] = {"sans": [], "sans-bold": []}
            for row, cells in zip(self.table.rows, self.said, strict=True):
                if i < len(cells):
                    found[self.face(row, i)].append(cells[i])
            for face, said in found.items():
                longest = {*nlargest(MEASURED_CELLS, said, _rough_width), *nlargest(MEASURED_CELLS, said, _rough_word)}
                words += [(face, px, cell) for cell in longest]
            columns.append(
                _Measured(
                    column.weight,
                    max(
                        whole if whole <= SHORT * px else 0,  # of Chinese, a heading is a word
                        *(kit.type.longest(said, face, size) for face, size, said in words),
                    )
                    + spare,
                    max(kit.type.width(said, face, size) for face, size, said in words) + spare,
                    sum(map(_rough_width, chain(*found.values()))) + 1,
                )
            )
        return columns

    def _head_height(self, kit: Kit) -> int:
        labels = [kit.say(column.label) for column in self.table.columns]
        self.head_lines = 1, 1
        if not any(labels):
            return 0
        px = kit.px(min(self.size, Size.BODY))
        lines = (kit.type.lines(said, "sans-bold", px, wide) for said, wide in zip(labels, self.columns, strict=True))
        self.head_lines = min(MOST_HEAD_LINES, max(lines)), 1
        more = kit.type.height(self.head_lines[0], px) - kit.type.height(1, px)
        return kit.px(HEAD_HEIGHT) + more + (kit.type.height(1, px) if self.apart >= 0 else 0)

    def _lines(self, kit: Kit, px: int) -> Iterator[tuple[int, int]]:
        """How many lines the cells of each row take, and the one that stands apart.

        No character is wider than an em, so few cells need measuring.
        """
        for row, cells in zip(self.table.rows, self.said, strict=True):
            most, alone = 1, 0
            for i, (cell, wide) in enumerate(zip(cells, self.columns, strict=False)):
                taken = 1
                if len(cell) * px > wide or "\n" in cell:
                    taken = min(MOST_LINES, kit.type.lines(cell, self.face(row, i), px, wide))
                if i == self.apart:
                    alone = taken if cell else 0
                else:
                    most = max(most, taken)
            yield most, alone

    @staticmethod
    def face(row: Row, column: int) -> str:
        """Rows that can be chosen begin with a bold cell."""
        return "sans-bold" if column == 0 and row.action else "sans"

    def cells(self, rect: Rect, lines: tuple[int, int]) -> list[Rect]:
        """The rectangles of a row's cells, which have so many `lines`, in the row `rect`."""
        x = left = rect.left + self.gap + self.mark_width
        beside = alone = rect
        if self.apart >= 0 and lines[1]:
            spare = rect.height - self.line[lines[0]] - self.line[lines[1]]
            high = self.line[lines[1]] + spare // 2
            if self.apart < len(self.columns) / 2:
                alone, beside = cut_top(rect, high)
            else:
                alone, beside = cut_bottom(rect, high)
        places = []
        for i, wide in enumerate(self.columns):
            if i == self.apart:
                places.append(Rect(left, alone.top, wide, alone.height))
                continue
            places.append(Rect(x, beside.top, wide, beside.height))
            x += wide + self.between
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


def table_layout(kit: Kit, table: Table, width: int, scale: Scale) -> TableLayout:
    """The layout of a table in `width` pixels; of one that is as it was, what was found then."""
    for known in kit.tables:
        if (known.width, known.scale, known.words) == (width, scale, kit.words) and known.table == table:
            return known
    made = TableLayout(kit, table, width, scale)
    kit.tables = [made, *kit.tables[: KEPT - 1]]
    return made


def _buttons_width(kit: Kit, buttons: Sequence[Button], scale: Scale) -> int:
    return sum(widgets.button_width(kit, button, scale.text) + kit.px(20) for button in buttons) - kit.px(20)


def _steps_down(size: Size) -> list[Size]:
    """The sizes a table may be set in: its own, and the next smaller."""
    place = theme.SCALE.index(size)
    return [size, theme.SCALE[max(0, place - 1)]]


def _rough_width(words: str) -> int:
    return len(words.encode("gb18030", "replace"))  # a Hanzi is two bytes, as it is twice as wide as a letter


def _rough_word(words: str) -> int:
    return max((len(found) for found in _NARROW.findall(words)), default=0)


def _shares(room: int, columns: Sequence[_Measured], short: int) -> list[int]:
    """The widths of columns that share `room` pixels.

    Where everything fits on one line, what is over goes by weight. Where it does not, a column keeps its longest word
    whole, and what is no longer than `short` on one line, and the rest goes by how much there is to read, so that rows
    stay low. Where not even the words fit, the longest of them are broken.
    """
    least, wanted = [one.least for one in columns], [one.wanted for one in columns]
    if sum(wanted) <= room:
        return _level(room, [max(1, one.weight) for one in columns], wanted, [room] * len(wanted))
    for low in ([max(one.least, min(one.wanted, short)) for one in columns], least):
        if sum(low) <= room:
            return _level(room, [one.words for one in columns], low, wanted)
    return _level(max(room, len(least)), [1] * len(least), [1] * len(least), least)


def _level(room: int, shares: Sequence[float], low: Sequence[int], high: Sequence[int]) -> list[int]:
    """Widths by `shares`, none under its `low` or over its `high`, that together fill `room`, found by halving."""
    below, above = 0.0, float(max(high, default=0))
    widths = list(low)
    for _ in range(40):
        level = (below + above) / 2
        tried = [
            max(least, min(most, int(level * share))) for share, least, most in zip(shares, low, high, strict=True)
        ]
        if sum(tried) <= room:
            below, widths = level, tried
        else:
            above = level
    return widths


def table_head(layout: TableLayout) -> Piece:
    """The headings."""

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.fill(Rect(rect.left, rect.bottom - canvas.px(3), rect.width, canvas.px(3)), theme.SHADE)
        for column, place in zip(layout.table.columns, layout.cells(rect, layout.head_lines), strict=True):
            canvas.text(
                place,
                column.label,
                min(layout.size, Size.BODY),
                face="sans-bold",
                colour=theme.SOFT,
                align=column.align.value,
                lines=MOST_HEAD_LINES,
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
                _row(canvas, place, layout, i)

    return Piece(layout.rows_height, paint)


def _empty(kit: Kit, layout: TableLayout) -> Piece:
    if layout.table.empty is None:
        return Piece(0, lambda canvas, rect: None)  # noqa: ARG005  a piece that paints nothing
    block = kit.layout(layout.table.empty, layout.scale.text, layout.width - 2 * layout.gap, 1 << 16, lines=6)

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.draw(block, rect.inflate(-2 * layout.gap, 0), colour=theme.SOFT, align="center")

    return Piece(block.height + kit.px(72), paint)


def _row(canvas: Canvas, rect: Rect, layout: TableLayout, index: int) -> None:
    row = layout.table.rows[index]
    press = Button(row.action, "", value=row.value)
    id_ = button_id(press)
    ground = theme.TONES[row.tone].tint if row.tone else ZEBRA if index % 2 else theme.CARD
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
    for i, (cell, place) in enumerate(zip(layout.said[index], layout.cells(rect, layout.lines[index]), strict=False)):
        column: Column = layout.table.columns[i]
        canvas.text(
            place.inflate(0, -canvas.px(4)),
            cell,
            layout.size,
            face=layout.face(row, i),
            colour=ink if i == 0 else theme.INK,
            align=column.align.value,
            lines=MOST_LINES,
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
