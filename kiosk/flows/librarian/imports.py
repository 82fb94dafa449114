"""Earlier imports: a short list of them, and one taken back after a look at what goes and what stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.imports import (
    ImportEntry,
    ImportLine,
    ImportList,
    ImportSheet,
    ImportUndone,
    ReadImport,
    ReadImports,
    UndoImport,
)
from kiosk.flows.librarian.page import Kind, Say, Turn, button, shows, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.views import BlockOfPage, Button, Column, Paragraph, Row, Table, Tabs, Text, Tone, Words


@dataclass(frozen=True, slots=True)
class Imports:
    """The last imports."""

    data: ImportList | None = None


def _open(page: Imports, pressed: Pressed) -> Turn:
    return Turn(page, top=UndoPage(str(pressed.value)), hush=True)


def _list_blocks(page: Imports) -> tuple[BlockOfPage, ...]:
    if page.data is None:
        return ()
    columns = (
        Column(text("imports.column.when"), 3),
        Column(text("imports.column.file"), 4),
        Column(text("imports.column.what"), 5),
        Column(text("imports.column.by"), 2),
        Column(text("imports.column.undone"), 3),
    )
    rows = tuple(
        Row(
            (text("librarian.when", at=one.at), one.file, _brought(one), _by(one), _back(one)),
            "open",
            one.of,
        )
        for one in page.data.entries
    )
    return (Paragraph(text("imports.hint")), Table(columns, rows, text("imports.none")))


def _brought(entry: ImportEntry) -> Text:
    return text(f"imports.brought.{entry.kind}", **entry.counts)


def _by(entry: ImportEntry) -> Words:
    return entry.by or text("imports.by_command")


def _back(entry: ImportEntry) -> Words:
    return "" if entry.undone is None else text("librarian.when", at=entry.undone)


# ── One of them ──


@dataclass(frozen=True, slots=True)
class UndoPage:
    """What taking one import back would do. `close`: so many pages go when it is done; `kept`: what stays is shown."""

    of: str
    close: int = 1
    kept: bool = False
    sheet: ImportSheet | None = None


def _answered(page: UndoPage, _: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case ImportSheet() as sheet:
            return Turn(replace(page, sheet=sheet, kept=page.kept if page.sheet else not sheet.going))
        case ImportUndone() as data:
            lines = (text("imports.done.stayed", n=data.staying),) if data.staying else ()
            return Turn(page, close=page.close, say=Say(Tone.DONE, text("imports.done", n=data.going), lines))
        case _:
            return Turn(page)


def _show(page: UndoPage, pressed: Pressed) -> Turn:
    return Turn(replace(page, kept=pressed.value == "stays"), hush=True)


def _undo(page: UndoPage, _: Pressed) -> Turn:
    if page.sheet is None or not page.sheet.going:
        return Turn(page)
    return Turn(page, ask=UndoImport(of=page.of, seal=page.sheet.seal), hush=True)


def _bar(page: UndoPage) -> tuple[Button, ...]:
    if page.sheet is None or not page.sheet.going:
        return ()
    return (Button("undo", text("imports.do.undo_now", n=page.sheet.going), icon="undo", tone=Tone.LOOK),)


def _blocks(page: UndoPage) -> tuple[BlockOfPage, ...]:
    sheet = page.sheet
    if sheet is None:
        return (Paragraph(text("imports.looking")),)
    entry = sheet.entry
    what = text("imports.about", file=entry.file, at=entry.at, by=_by(entry), brought=_brought(entry))
    if entry.undone is not None:
        return (Paragraph(what), Paragraph(text("imports.was_undone", at=entry.undone), Tone.DONE))
    key = "imports.nothing" if not sheet.going else f"imports.means.{entry.kind}"
    said = Paragraph(text(key), Tone.INFO if sheet.going else Tone.LOOK)
    counts = {"goes": sheet.going, "stays": sheet.staying}
    lists = tuple(
        Button("show", text(f"imports.list.{name}", n=n), value=name, tone=Tone.LOOK if name == "stays" else None)
        for name, n in counts.items()
        if n
    )
    lines, count = (sheet.stays, sheet.staying) if page.kept else (sheet.goes, sheet.going)
    more = (Paragraph(text("librarian.more", n=count - len(lines))),) if count > len(lines) else ()
    return (Paragraph(what), said, Tabs(lists, "stays" if page.kept else "goes"), _table(lines), *more)


def _table(lines: tuple[ImportLine, ...]) -> Table:
    columns = (
        Column(text("imports.column.name"), 4),
        Column(text("imports.column.number"), 2),
        Column(text("imports.column.told"), 6),
    )
    rows = tuple(Row((line.name, line.number, text("imports.all_of", told=line.told))) for line in lines)
    return Table(columns, rows, text("imports.no_lines"))


KINDS: Mapping[type, Kind[Any]] = {
    Imports: Kind[Imports](
        name="librarian/imports",
        title=lambda _: text("imports.title"),
        blocks=_list_blocks,
        read=lambda _: ReadImports(),
        actions={"open": _open},
        answered=shows(ImportList),
    ),
    UndoPage: Kind[UndoPage](
        name="librarian/undo_import",
        title=lambda _: text("imports.undo_title"),
        blocks=_blocks,
        read=lambda page: ReadImport(of=page.of),
        actions={"show": _show, "undo": _undo},
        scanned=lambda page, _: Turn(page, say=Say(Tone.LOOK, text("imports.no_scan"))),
        answered=_answered,
        bar=_bar,
    ),
}
"""Used by the pages of rosters and of catalogues alike."""


def undo_button() -> Button:
    """On the page of an import that is finished."""
    return button("undo_import", "imports.do.undo", icon="undo")
