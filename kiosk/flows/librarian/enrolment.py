"""Patrons and classes: rosters, the new school year, clearing leavers, and adding one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms, imports, new_year, rosters
from kiosk.flows.librarian.entries import Entries, Spec, one_of, whole, words
from kiosk.flows.librarian.page import Kind, Say, Turn, button, done, opens, text
from kiosk.flows.librarian.patron import PatronCard
from kiosk.flows.librarian.patron_form import IN_CLASSES, NAME, class_spec
from kiosk.flows.outcomes import Outcome
from kiosk.flows.people import AddClass, Added, AddPatron, Enrolment, ReadEnrolment
from kiosk.flows.views import BlockOfPage, Choice, Form, Paragraph, Tiles, Tone
from kiosk.lending.patrons import PatronKind


@dataclass(frozen=True, slots=True)
class Hub:
    """What there is to do about patrons and classes."""


def _hub_blocks(_: Hub) -> tuple[BlockOfPage, ...]:
    return (
        Tiles(
            (
                button("roster", "people.menu.roster", icon="class"),
                button("new_year", "people.menu.new_year", icon="calendar"),
                button("clearance", "people.menu.clearance", icon="rules"),
                button("add_patron", "people.menu.add_patron", icon="add"),
                button("add_class", "people.menu.add_class", icon="people"),
                button("imports", "imports.title", icon="undo"),
            ),
            columns=3,
        ),
        Paragraph(text("people.menu.hint")),
    )


# ── A new patron ──

_KINDS = tuple(Choice(kind.value, text(f"librarian.kind.{kind.value}")) for kind in PatronKind)
_KIND = Spec("kind", "people.field.kind", one_of(*PatronKind), _KINDS)
_EMPTY = Entries({"kind": PatronKind.PUPIL.value, "name": "", "class": ""})


@dataclass(frozen=True, slots=True)
class NewPatron:
    """A patron being entered."""

    entries: Entries = _EMPTY
    data: Enrolment | None = None


def _specs(page: NewPatron) -> tuple[Spec, ...]:
    in_class = page.entries.texts["kind"] in IN_CLASSES
    return (_KIND, NAME, class_spec(page.data)) if in_class else (_KIND, NAME)


def _save_patron(page: NewPatron, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> AddPatron:
        class_id = int(values["class"]) if values.get("class") else None
        return AddPatron(kind=PatronKind(values["kind"]), name=values["name"], class_id=class_id)

    return forms.save(page, _specs(page), command)


def _patron_answered(page: NewPatron, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, Enrolment):
        return Turn(replace(page, data=outcome.data))
    if isinstance(outcome.data, Added) and isinstance(command, AddPatron):
        say = done("people.done.added", name=command.name, card=outcome.data.card)
        if outcome.data.twins:
            say = Say(Tone.LOOK, say.headline, (text("people.done.twins", name=command.name),))
        return Turn(page, close=1, top=PatronCard(outcome.data.patron_id), say=say)
    return Turn(page)


def _patron_blocks(page: NewPatron) -> tuple[BlockOfPage, ...]:
    specs = _specs(page)
    wrong = any(name in page.entries.errors for name in ("kind", "class"))
    fields = tuple(
        replace(field, focus=field.name == "name") if not wrong else field for field in page.entries.fields(specs)
    )
    return (Form(fields, (button("save", "people.do.add", icon="check"),)), Paragraph(text("people.add.hint")))


# ── A new class ──

_CLASS = (
    Spec("grade", "people.field.grade", whole(1, 9)),
    Spec("number", "people.field.number", whole(1, 40)),
    Spec("own", "people.field.own", words(20), hint="people.hint.own"),
)
_NO_CLASS = Entries({"grade": "1", "number": "", "own": ""})


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class being entered."""

    entries: Entries = _NO_CLASS


def _save_class(page: NewClass, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> AddClass:
        return AddClass(grade=values["grade"], number=values["number"], own_name=values["own"])

    return forms.save(page, _CLASS, command)


def _class_answered(page: NewClass, _: Command, outcome: Outcome) -> Turn:
    return Turn(page, close=1, say=done("people.done.class")) if isinstance(outcome.data, Added) else Turn(page)


KINDS: Mapping[type, Kind[Any]] = {
    Hub: Kind[Hub](
        name="librarian/enrolment",
        title=lambda _: text("librarian.menu.enrolment"),
        blocks=_hub_blocks,
        actions={
            "roster": opens(rosters.choose_roster),
            "new_year": opens(new_year.NewYear),
            "clearance": opens(new_year.Clearance),
            "add_patron": opens(NewPatron),
            "add_class": opens(NewClass),
            "imports": opens(imports.Imports),
        },
    ),
    NewPatron: Kind[NewPatron](
        name="librarian/new_patron",
        title=lambda _: text("people.menu.add_patron"),
        blocks=_patron_blocks,
        read=lambda page: ReadEnrolment() if page.data is None else None,
        actions={"save": _save_patron},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=_patron_answered,
    ),
    NewClass: Kind[NewClass](
        name="librarian/new_class",
        title=lambda _: text("people.menu.add_class"),
        blocks=lambda page: (Form(page.entries.fields(_CLASS), (button("save", "people.do.add", icon="check"),)),),
        actions={"save": _save_class},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=_class_answered,
    ),
    **imports.KINDS,
    **rosters.KINDS,
    **new_year.KINDS,
}
