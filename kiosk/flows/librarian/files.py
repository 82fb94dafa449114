"""Choosing a file of this machine: the usual places first, then folder by folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian.page import Kind, Page, Turn, text
from kiosk.flows.office import FileEntry, FolderPage, ReadFolder
from kiosk.flows.outcomes import Outcome
from kiosk.flows.views import Align, BlockOfPage, Column, Paragraph, Row, Table, Text, Words

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")
"""Endings of lists: what Excel, WPS and LibreOffice write."""

CATALOGUES = (".iso", ".mrc", ".marc", ".dat", ".xml", *SHEETS)
"""Endings of catalogue files: MARC (ISO 2709 under its many names, MARCXML) and lists."""

PLACES = ("desktop", "downloads", "documents")
"""Places with words of their own; a USB stick goes by its name."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """A listing to choose from. `then` makes the page for the chosen path, which takes this one's place."""

    headline: Text
    endings: tuple[str, ...]
    then: Callable[[str], Page]
    folder: str = ""
    shown: FolderPage | None = None
    hint: Text | None = None


def _answered(page: Chooser, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, shown=outcome.data)) if isinstance(outcome.data, FolderPage) else Turn(page)


def _open(page: Chooser, pressed: Pressed) -> Turn:
    folder = str(pressed.value or "")
    return Turn(replace(page, folder=folder), ask=ReadFolder(folder=folder, endings=page.endings), hush=True)


def _choose(page: Chooser, pressed: Pressed) -> Turn:
    return Turn(page, close=1, top=page.then(str(pressed.value)), hush=True)


def _blocks(page: Chooser) -> tuple[BlockOfPage, ...]:
    shown = page.shown
    if shown is None:
        return (Paragraph(text("office.files.looking")),)
    where = text("office.files.places") if not shown.folder else text("office.files.folder", folder=shown.folder)
    above = () if shown.above is None else (Row((text("office.files.above"), "", ""), "open", shown.above),)
    columns = (
        Column(text("office.files.name"), 6),
        Column(text("office.files.size"), 1, Align.END),
        Column(text("office.files.changed"), 2, Align.END),
    )
    rows = tuple(
        Row(
            (entry_name(entry, shown), "" if entry.is_folder else size_words(entry.size), _changed(entry)),
            "open" if entry.is_folder else "choose",
            entry.path,
        )
        for entry in shown.entries
    )
    blocks: list[BlockOfPage] = [Paragraph(page.hint)] if page.hint else []
    blocks.append(Paragraph(where))
    if shown.more:
        blocks.append(Paragraph(text("office.files.more", count=shown.more)))
    return (*blocks, Table(columns, (*above, *rows), empty=text("office.files.none")))


def entry_name(entry: FileEntry, shown: FolderPage) -> Words:
    """A file, folder or place as it is listed."""
    if not shown.folder:
        named = text(f"office.files.place.{entry.name}") if entry.name in PLACES else entry.name
        return text("office.files.of_place", place=named, folder=entry.path)
    return text("office.files.a_folder", name=entry.name) if entry.is_folder else entry.name


def _changed(entry: FileEntry) -> Words:
    return "" if entry.changed is None else text("office.files.when", at=entry.changed)


def size_words(size: int) -> Text:
    """A file's size as people read it."""
    if size < 10_000:
        return text("office.files.bytes", count=size)
    if size < 10_000_000:
        return text("office.files.kilobytes", count=round(size / 1000))
    return text("office.files.megabytes", count=round(size / 1_000_000))


def name_of(path: str) -> str:
    """A file's name without its folders, whichever machine wrote the path."""
    return path.replace("\\", "/").rpartition("/")[2]


KINDS: Mapping[type, Kind[Any]] = {
    Chooser: Kind[Chooser](
        name="librarian/files",
        title=lambda page: page.headline,
        blocks=_blocks,
        read=lambda page: ReadFolder(folder=page.folder, endings=page.endings),
        actions={"open": _open, "choose": _choose},
        answered=_answered,
    )
}
