"""A patron's name and class: entered for a new one, changed for one who is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, one_of, plain, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.people import ChangePatron, ClosePatron, Enrolment, ReadEnrolment
from kiosk.flows.views import BlockOfPage, Button, Choice, Form, Paragraph, Text, Tone
from kiosk.lending.patrons import PatronKind

LONGEST_NAME = 40
IN_CLASSES = (PatronKind.PUPIL, PatronKind.CLASS_SET)
"""The kinds that belong to a class."""


def class_spec(data: Enrolment | None) -> Spec:
    """The field for a class: one of those at school."""
    classes = data.classes if data else ()
    choices = tuple(Choice(str(one.class_id), text("common.class", school_class=one.name)) for one in classes)
    return Spec("class", "people.field.class", one_of(*(choice.value for choice in choices)), choices)


def _name(typed: str) -> str | Text:
    """A name: no number, such as a card's that was scanned or typed into the wrong field, or an identity number."""
    name = words(LONGEST_NAME, empty=False)(typed)
    if isinstance(name, str) and (not any(map(str.isalpha, name)) or _NUMBER.search(plain(name))):
        return text("people.error.name")
    return name  # type: ignore[no-any-return]  # a reader gives anything


_NUMBER = re.compile("[0-9]{6}")
NAME = Spec("name", "people.field.name", _name)


@dataclass(frozen=True, slots=True)
class PatronForm:
    """The name and class of a patron, being changed."""

    patron_id: int
    entries: Entries = Entries({"name": "", "class": ""})  # noqa: RUF009  frozen, as every page
    data: Enrolment | None = None


def specs(page: PatronForm) -> tuple[Spec, ...]:
    """The fields for the patron's kind."""
    if page.data is None or page.data.kind not in IN_CLASSES:
        return (NAME,)
    return (NAME, class_spec(page.data))


def _answered(page: PatronForm, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, Enrolment):
        data = outcome.data
        texts = {"name": data.name, "class": str(data.class_id or "")}
        return Turn(replace(page, data=data, entries=page.entries if page.data else Entries(texts)))
    if isinstance(command, ChangePatron):
        return Turn(page, close=1, say=done("people.done.changed", name=command.name))
    return Turn(page)


def _save(page: PatronForm, _: Pressed) -> Turn:
    values, entries = page.entries.read(specs(page))
    page = replace(page, entries=entries)
    if entries.errors or page.data is None:
        return Turn(page)
    school_class = values.get("class")
    class_id = int(school_class) if school_class else page.data.class_id
    return Turn(page, ask=ChangePatron(patron_id=page.patron_id, name=values["name"], class_id=class_id))


def _close(page: PatronForm, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    name, active = page.data.name, page.data.active
    question = Question(
        text("people.close.title" if active else "people.reopen.title", name=name),
        ClosePatron(patron_id=page.patron_id, reopen=not active),
        done("people.done.patron_closed" if active else "people.done.patron_reopened", name=name),
        lines=(text("people.close.line" if active else "people.reopen.line"),),
        close=2,
    )
    return ask_first(page, question)


def _blocks(page: PatronForm) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    closed = () if data.active else (Paragraph(text("librarian.patron.inactive"), Tone.LOOK),)
    close = button("close", "people.do.close" if data.active else "people.do.reopen", icon="lock")
    buttons: tuple[Button, ...] = (button("save", "librarian.do.save"), close)
    return (*closed, Form(page.entries.fields(specs(page)), buttons))


KINDS: Mapping[type, Kind[Any]] = {
    PatronForm: Kind[PatronForm](
        name="librarian/patron_form",
        title=lambda page: text("people.change.title", name=page.data.name if page.data else ""),
        blocks=_blocks,
        read=lambda page: ReadEnrolment(patron_id=page.patron_id) if page.data is None else None,
        actions={"save": _save, "close": _close},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=_answered,
    )
}
