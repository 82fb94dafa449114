"""Short lists: own actions of today to undo, copies that are not on their shelf, today's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian.page import Kind, Question, Turn, action_text, ask_first, button, done, shows, text
from kiosk.flows.librarian.sayings import open_copy
from kiosk.flows.views import Align, BlockOfPage, Column, Paragraph, Row, Table, Text, Tone, Words
from kiosk.flows.work import Action, ActionList, AsideList, Numbers, ReadActions, ReadAside, ReadNumbers, UndoAction


@dataclass(frozen=True, slots=True)
class Undoing:
    """The operator's own actions of today."""

    data: ActionList | None = None


def _undo(page: Undoing, pressed: Pressed) -> Turn:
    action = next((a for a in page.data.actions if a.seq == pressed.value), None) if page.data else None
    if action is None or action.blocked:
        return Turn(page)
    return ask_first(
        page,
        Question(
            Text("librarian.undo.title"),
            UndoAction(seq=action.seq),
            done("librarian.undo.done"),
            lines=(Text("librarian.undo.line", {"action": action_text(action.action), "what": _about(action)}),),
        ),
    )


def _about(action: Action) -> str:
    return " · ".join(part for part in (action.name, action.title) if part)


def _undoing_blocks(page: Undoing) -> tuple[BlockOfPage, ...]:
    actions = page.data.actions if page.data else ()
    rows = tuple(
        Row(
            (text("librarian.time", at=action.at), action_text(action.action), action.name, action.title),
            buttons=(() if action.blocked else (button("undo_action", "librarian.do.undo", action.seq, icon="undo"),)),
        )
        for action in actions
    )
    columns = (
        Column(Text("librarian.column.time")),
        Column(Text("librarian.column.action"), 2),
        Column(Text("librarian.column.name"), 2),
        Column(Text("librarian.column.title"), 4),
    )
    return (
        Paragraph(Text("librarian.undo.hint")),
        Table(columns, rows, Text("librarian.undo.none")),
    )


@dataclass(frozen=True, slots=True)
class Aside:
    """Copies that are found, lost, in repair or held."""

    data: AsideList | None = None


def _aside_blocks(page: Aside) -> tuple[BlockOfPage, ...]:
    copies = page.data.copies if page.data else ()
    rows = []
    for copy in copies:
        status: Words = Text(f"librarian.status.{copy.status.value}")
        if copy.held_for:
            status = text("librarian.aside.held", name=copy.held_for)
        tone = Tone.LOOK if copy.status.value == "found" else None
        cells = (status, copy.title, copy.barcode, copy.call_number, copy.place)
        rows.append(Row(cells, "copy", copy.copy_id, tone))
    columns = (
        Column(Text("librarian.column.status"), 2),
        Column(Text("librarian.column.title"), 5),
        Column(Text("librarian.column.barcode"), 2),
        Column(Text("librarian.column.call_number"), 2),
        Column(Text("librarian.column.place"), 2),
    )
    blocks: list[BlockOfPage] = [Table(columns, tuple(rows), Text("librarian.aside.none"))]
    if page.data and page.data.more:
        blocks.append(Paragraph(text("librarian.more", n=page.data.more)))
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class Today:
    """Today's few numbers."""

    data: Numbers | None = None


def _numbers(page: Today) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    lines = (
        ("librarian.numbers.loans", data.loans),
        ("librarian.numbers.returns", data.returns),
        ("librarian.numbers.renewals", data.renewals),
        ("librarian.numbers.readers", data.readers),
        ("librarian.numbers.out", data.out),
        ("librarian.numbers.overdue", data.overdue),
    )
    columns = (Column(Text("librarian.column.what"), 3), Column(Text("librarian.column.count"), 1, Align.END))
    return (Table(columns, tuple(Row((Text(key), str(number))) for key, number in lines)),)


KINDS: Mapping[type, Kind[Any]] = {
    Undoing: Kind[Undoing](
        name="librarian/undo",
        title=lambda _: Text("librarian.menu.undo"),
        blocks=_undoing_blocks,
        read=lambda _: ReadActions(),
        actions={"undo_action": _undo},
        answered=shows(ActionList),
    ),
    Aside: Kind[Aside](
        name="librarian/aside",
        title=lambda _: Text("librarian.menu.aside"),
        blocks=_aside_blocks,
        read=lambda _: ReadAside(),
        actions={"copy": open_copy},
        answered=shows(AsideList),
    ),
    Today: Kind[Today](
        name="librarian/numbers",
        title=lambda _: Text("librarian.menu.numbers"),
        blocks=_numbers,
        read=lambda _: ReadNumbers(),
        answered=shows(Numbers),
    ),
}
