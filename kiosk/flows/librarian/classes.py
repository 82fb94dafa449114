"""The table of class numbers: picking one, by going down the tree or by words, and editing the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.classification import ClassTable, DeleteClassNumber, ReadClassNumbers, SaveClassNumber
from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.views import Align, BlockOfPage, Button, Column, Field, Form, Paragraph, Row, Table, Text
from kiosk.lending import classification
from kiosk.lending.classification import ClassNumber

MOST = 60
"""Rows of the longest answer to a search."""


@dataclass(frozen=True, slots=True)
class ClassPicker:
    """Where one is in the tree (`under`, "" at its top), what was typed, the table once it is read.

    With `picking` a chosen number closes the page and is given to the one below; without, it is opened for editing.
    """

    picking: bool = True
    under: str = ""
    query: str = ""
    table: ClassTable | None = None


def _picker_read(page: ClassPicker) -> ReadClassNumbers | None:
    return None if page.picking and page.table is not None else ReadClassNumbers()


def _picker_answered(page: ClassPicker, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, table=outcome.data)) if isinstance(outcome.data, ClassTable) else Turn(page)


def _picker_edited(page: ClassPicker, edited: Edited) -> Turn:
    return Turn(replace(page, query=edited.text[:40])) if edited.field == "query" else Turn(page)


def _open(page: ClassPicker, pressed: Pressed) -> Turn:
    return Turn(replace(page, under=str(pressed.value or ""), query=""), hush=True)


def _choose(page: ClassPicker, pressed: Pressed) -> Turn:
    number = str(pressed.value)
    if page.picking:
        return Turn(page, close=1, give=number, hush=True)
    entry = next((one for one in _entries(page) if one.number == number), ClassNumber(number, ""))
    return Turn(page, top=ClassForm.of(entry), hush=True)


def _typed(page: ClassPicker, _: Pressed) -> Turn:
    """What was typed, taken as a number the table has not, or the only one found."""
    try:
        number = classification.tidy(page.query)
    except ValueError:
        found = classification.found(page.query, _entries(page))
        return _choose(page, Pressed("choose", 0.0, found[0].number)) if len(found) == 1 else Turn(page)
    return _choose(page, Pressed("choose", 0.0, number))


def _add(page: ClassPicker, _: Pressed) -> Turn:
    return Turn(page, top=ClassForm.of(ClassNumber(page.under, "")), hush=True)


def _entries(page: ClassPicker) -> tuple[ClassNumber, ...]:
    return page.table.entries if page.table else ()


def _picker_blocks(page: ClassPicker) -> tuple[BlockOfPage, ...]:
    field = Field("query", text("classes.query"), page.query, hint=text("classes.hint"), focus=True)
    form = Form((field,), (button("typed", "classes.take" if page.picking else "classes.edit"),))
    if page.table is None:
        return (form,)
    entries, here = _entries(page), None
    if page.query.strip():
        rows = classification.found(page.query, entries)[:MOST]
        return (form, _table(page, rows, text("classes.none", query=page.query.strip())))
    rows = classification.below(page.under, entries)
    if page.under:
        here = next((one for one in entries if one.number == page.under), None)
    head = Row((page.under, _said(here), "", ""), "choose", page.under) if page.under else None
    above = classification.above(page.under, {one.number: one for one in entries}) if page.under else ""
    up = Row(("", text("classes.above"), "", ""), "open", above) if page.under else None
    table = _table(page, rows, text("classes.leaf"))
    table = replace(table, rows=(*(row for row in (up, head) if row is not None), *table.rows))
    return (form, Paragraph(text("classes.how" if page.picking else "classes.how_edit")), table)


def _table(page: ClassPicker, entries: tuple[ClassNumber, ...], empty: Text) -> Table:
    counts = dict(page.table.titles) if page.table else {}
    columns = (
        Column(text("classes.number"), 2),
        Column(text("classes.words"), 6),
        Column(text("classes.titles"), 1, Align.END),
        Column("", 2),
    )
    everything = _entries(page)
    rows = tuple(
        Row(
            (entry.number, _said(entry), str(counts.get(entry.number, "") or ""), ""),
            "choose",
            entry.number,
            buttons=(button("open", "classes.open", entry.number, icon="next"),)
            if not page.query.strip() and classification.below(entry.number, everything)
            else (),
        )
        for entry in entries
    )
    return Table(columns, rows, empty=empty)


def _said(entry: ClassNumber | None) -> Text | str:
    if entry is None:
        return ""
    return text("classes.both", zh=entry.zh, en=entry.en) if entry.en else entry.zh


# ── One entry ──

_SPECS = (
    Spec("number", "classes.number", words(30, empty=False), hint="classes.number_hint"),
    Spec("zh", "classes.zh", words(60, empty=False)),
    Spec("en", "classes.en", words(80)),
)


@dataclass(frozen=True, slots=True)
class ClassForm:
    """A class number being written."""

    was: str
    entries: Entries

    @classmethod
    def of(cls, entry: ClassNumber) -> ClassForm:
        """The form with an entry in it."""
        return cls(entry.number if entry.zh else "", Entries({"number": entry.number, "zh": entry.zh, "en": entry.en}))


def _save(page: ClassForm, _: Pressed) -> Turn:
    values, entries = page.entries.read(_SPECS)
    page = replace(page, entries=entries)
    if entries.errors:
        return Turn(page)
    try:
        number = classification.tidy(values["number"])
    except ValueError:
        return Turn(replace(page, entries=entries.wrong("number", text("classes.no_class"))))
    return Turn(page, ask=SaveClassNumber(entry=ClassNumber(number, values["zh"], values["en"])))


def _saved(page: ClassForm, command: Command, outcome: Outcome) -> Turn:
    if isinstance(command, SaveClassNumber) and isinstance(outcome.data, str):
        return Turn(page, close=1, say=done("classes.saved", number=outcome.data))
    return Turn(page)


def _delete(page: ClassForm, _: Pressed) -> Turn:
    question = Question(
        text("classes.delete_title", number=page.was),
        DeleteClassNumber(number=page.was),
        done("classes.deleted", number=page.was),
        lines=(text("classes.delete_line"),),
        close=2,
    )
    return ask_first(page, question)


def _form_blocks(page: ClassForm) -> tuple[BlockOfPage, ...]:
    buttons: tuple[Button, ...] = (button("save", "librarian.do.save"),)
    if page.was:
        buttons += (button("delete", "librarian.do.delete", icon="delete"),)
    return (Form(page.entries.fields(_SPECS), buttons),)


KINDS: Mapping[type, Kind[Any]] = {
    ClassPicker: Kind[ClassPicker](
        name="librarian/classes",
        title=lambda page: text("classes.pick" if page.picking else "classes.title"),
        blocks=_picker_blocks,
        read=_picker_read,
        actions={"open": _open, "choose": _choose, "typed": _typed, "add": _add},
        edited=_picker_edited,
        answered=_picker_answered,
        bar=lambda page: () if page.picking else (button("add", "classes.add", icon="plus"),),
    ),
    ClassForm: Kind[ClassForm](
        name="librarian/class",
        title=lambda page: text("classes.edit_title") if page.was else text("classes.add"),
        blocks=_form_blocks,
        actions={"save": _save, "delete": _delete},
        edited=forms.typed,
        answered=_saved,
    ),
}
