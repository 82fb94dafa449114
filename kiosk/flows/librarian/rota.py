"""The rota as a week grid, and the slots that share one of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from kiosk.flows.audiences import audience_words
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import checks, one_offs, slot_forms
from kiosk.flows.librarian.entries import say_time
from kiosk.flows.librarian.one_offs import OneOffs
from kiosk.flows.librarian.page import Kind, Turn, button, shows, text
from kiosk.flows.librarian.sayings import joined
from kiosk.flows.librarian.slot_forms import slot_form
from kiosk.flows.views import (
    BlockOfPage,
    Button,
    Column,
    Form,
    Grid,
    GridCell,
    Paragraph,
    Row,
    Table,
    Tabs,
    Text,
    Tone,
    Weekday,
    Words,
)
from kiosk.flows.work import ReadRota, RotaSheet
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Slot, Weeks


@dataclass(frozen=True, slots=True)
class Week:
    """The week grid. `shown` is which weeks' slots: every one, or those of odd or of even weeks."""

    data: RotaSheet | None = None
    shown: Weeks = Weeks.EVERY


def _weekdays(sheet: RotaSheet) -> tuple[int, ...]:
    """Monday to Friday, and the days of the week-end that have a slot."""
    used = {slot.weekday for slot in sheet.rota.slots}
    return tuple(n for n in range(1, 8) if n <= 5 or n in used)


def grid(page: Week, sheet: RotaSheet) -> Grid:
    """Columns are days, rows the distinct times at which slots start."""
    names = sheet.class_names()
    slots = [s for s in sheet.rota.slots if Weeks.EVERY in (page.shown, s.weeks) or s.weeks is page.shown]
    starts = sorted({slot.starts for slot in sheet.rota.slots})
    weekdays = _weekdays(sheet)

    def cell(weekday: int, at: time) -> GridCell:
        here = [slot for slot in slots if slot.weekday == weekday and slot.starts == at]
        if not here:
            return GridCell(action="new", value=f"{weekday} {say_time(at)}")
        lines = tuple(line for slot in here for line in _cell_lines(slot, names))
        tone = Tone.LOOK if any(checks.clashes(slot, sheet) for slot in here) else None
        if len(here) == 1:
            return GridCell(lines, "slot", here[0].slot_id, tone)
        return GridCell(lines, "cell", f"{weekday} {say_time(at)}", tone)

    return Grid(
        column_heads=tuple(text("librarian.weekday", day=Weekday(n)) for n in weekdays),
        row_heads=tuple(text("librarian.clock", at=at) for at in starts),
        cells=tuple(tuple(cell(weekday, at) for weekday in weekdays) for at in starts),
    )


def _cell_lines(slot: Slot, names: Mapping[int, ClassName]) -> tuple[Words, ...]:
    until: Words = text("librarian.until", ends=slot.ends)
    weeks: tuple[Words, ...] = () if slot.weeks is Weeks.EVERY else (Text(f"librarian.weeks.{slot.weeks.value}"),)
    who = audience_words(slot.audience, names) or (Text("librarian.audience.nobody"),)
    return (*who, *weeks, *((slot.label,) if slot.label else ()), until)


def _show(page: Week, pressed: Pressed) -> Turn:
    shown = next((weeks for weeks in Weeks if weeks.value == pressed.value), page.shown)
    return Turn(replace(page, shown=shown))


def _slot(page: Any, pressed: Pressed) -> Turn:
    sheet = page.data
    slot = next((s for s in sheet.rota.slots if s.slot_id == pressed.value), None) if sheet else None
    return Turn(page, top=slot_form(sheet, slot), hush=True) if slot else Turn(page)


def _new(page: Any, pressed: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    weekday, _, at = str(pressed.value or "1 ").partition(" ")
    form = slot_form(page.data, None)
    filled = form.entries.typed("weekday", weekday).typed("starts", at)
    return Turn(page, top=replace(form, entries=filled), hush=True)


def _cell(page: Week, pressed: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    weekday, _, at = str(pressed.value).partition(" ")
    if weekday not in {str(number) for number in range(1, 8)}:
        return Turn(page)
    return Turn(page, top=Cell(int(weekday), at, page.data), hush=True)


def _week_blocks(page: Week) -> tuple[BlockOfPage, ...]:
    sheet = page.data
    if sheet is None:
        return ()
    choices = tuple(
        Button(
            "show",
            Text(f"librarian.weeks.{weeks.value}"),
            value=weeks.value,
        )
        for weeks in Weeks
    )
    blocks: tuple[BlockOfPage, ...] = (Tabs(choices, page.shown.value),)
    if not sheet.rota.slots:
        return (*blocks, Paragraph(Text("librarian.rota.none"), Tone.INFO))
    return (*blocks, grid(page, sheet))


def _one_offs(page: Week, _: Pressed) -> Turn:
    return Turn(page, top=OneOffs(page.data), hush=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """Several slots at one time of one weekday."""

    weekday: int
    starts: str
    data: RotaSheet


def _cell_blocks(page: Cell) -> tuple[BlockOfPage, ...]:
    names = page.data.class_names()
    here = [s for s in page.data.rota.slots if s.weekday == page.weekday and say_time(s.starts) == page.starts]
    rows = tuple(
        Row(
            (joined(audience_words(s.audience, names)), Text(f"librarian.weeks.{s.weeks.value}")),
            "slot",
            s.slot_id,
        )
        for s in here
    )
    columns = (Column(Text("librarian.column.who"), 3), Column(Text("librarian.column.weeks")))
    add = button("new", "librarian.do.add_slot", f"{page.weekday} {page.starts}", icon="add")
    return (Table(columns, rows), Form((), (add,)))


KINDS: Mapping[type, Kind[Any]] = {
    Week: Kind[Week](
        name="librarian/rota",
        title=lambda _: Text("librarian.menu.rota"),
        blocks=_week_blocks,
        read=lambda _: ReadRota(),
        actions={"show": _show, "slot": _slot, "new": _new, "cell": _cell, "one_offs": _one_offs},
        answered=shows(RotaSheet),
        bar=lambda _: (
            button("new", "librarian.do.add_slot", icon="add"),
            button("one_offs", "librarian.do.one_offs", icon="calendar"),
        ),
    ),
    Cell: Kind[Cell](
        name="librarian/rota/cell",
        title=lambda page: text("librarian.rota.cell", day=Weekday(page.weekday), at=page.starts),
        blocks=_cell_blocks,
        read=lambda _: ReadRota(),
        actions={"slot": _slot, "new": _new},
        answered=shows(RotaSheet),
    ),
    **slot_forms.KINDS,
    **one_offs.KINDS,
}
