"""Finding any patron or title: one field takes words, pinyin, a number, or a scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.flows.librarian import searching
from kiosk.flows.librarian.page import Kind, text
from kiosk.flows.librarian.sayings import class_words, kind_text, open_patron, open_title
from kiosk.flows.views import Align, BlockOfPage, Column, Field, Form, Paragraph, Row, Table, Text, Tone
from kiosk.flows.work import Found

# ── Finding ──


@dataclass(frozen=True, slots=True)
class Finder:
    """The search field and what was found for it. While an answer is under way the newest text waits."""

    query: str = ""
    found: Found | None = None
    waiting: bool = False


def _finder_blocks(page: Finder) -> tuple[BlockOfPage, ...]:
    field = Field("query", Text("librarian.field.query"), page.query, hint=Text("librarian.hint.query"), focus=True)
    blocks: list[BlockOfPage] = [Form((field,))]
    found = page.found
    if found is None:
        return tuple(blocks)
    if not found.patrons and not found.titles:
        return (*blocks, Paragraph(text("librarian.find.nothing", text=found.text), Tone.LOOK))
    if found.patrons:
        columns = (
            Column(Text("librarian.column.name"), 3),
            Column(Text("librarian.column.class"), 2),
            Column(Text("librarian.column.kind"), 2),
            Column(Text("librarian.column.card"), 2),
        )
        rows = tuple(
            Row(
                (hit.name, class_words(hit.school_class), kind_text(hit.kind), hit.card or ""),
                "patron",
                hit.patron_id,
            )
            for hit in found.patrons
        )
        blocks.append(Table(columns, rows))
    if found.titles:
        columns = (
            Column(Text("librarian.column.title"), 5),
            Column(Text("librarian.column.authors"), 3),
            Column(Text("editing.column.class"), 2),
            Column(Text("librarian.column.copies"), 1, Align.END),
        )
        rows = tuple(
            Row(
                (
                    hit.title,
                    hit.authors,
                    hit.call_number or hit.clc,
                    text("librarian.find.in_of", available=hit.available, copies=hit.copies),
                ),
                "title",
                hit.title_id,
            )
            for hit in found.titles
        )
        blocks.append(Table(columns, rows))
    return tuple(blocks)


KINDS: Mapping[type, Kind[Any]] = {
    Finder: Kind[Finder](
        name="librarian/find",
        title=lambda _: Text("librarian.menu.find"),
        blocks=_finder_blocks,
        actions={"patron": open_patron, "title": open_title},
        edited=searching.typed,
        answered=lambda page, _, outcome: searching.answered(page, outcome),
        idle=searching.rested,
    ),
}
