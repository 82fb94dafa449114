"""A weekly slot or a one-off extra slot being written: when it is, and whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.audiences import audience_words
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import checks, forms
from kiosk.flows.librarian.duties import WEEKDAY, WEEKDAYS
from kiosk.flows.librarian.entries import Entries, Spec, clock_time, day, one_of, say_day, say_time, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.librarian.sayings import joined
from kiosk.flows.views import BlockOfPage, Button, Choice, Form, Paragraph, Text, Tiles, Tone
from kiosk.flows.work import DeleteEntry, RotaSheet, SaveEntry
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, Weeks

GRADES = range(1, 10)
"""Grades a slot can be for: primary and lower secondary school."""


_KINDS = tuple(Choice(kind.value, Text(f"librarian.audience.{kind.value}")) for kind in AudienceKind)
_WEEKS = tuple(Choice(weeks.value, Text(f"librarian.weeks.{weeks.value}")) for weeks in Weeks)
_TIMES = (
    Spec("starts", "librarian.field.starts", clock_time, hint="librarian.hint.time"),
    Spec("ends", "librarian.field.ends", clock_time, hint="librarian.hint.time"),
)
_AUDIENCE = (
    Spec("audience", "librarian.field.audience", one_of(*AudienceKind), _KINDS),
    Spec("label", "librarian.field.label", words(40)),
)
SLOT: tuple[Spec, ...] = (
    Spec("weekday", "librarian.field.weekday", WEEKDAY, WEEKDAYS),
    *_TIMES,
    Spec("weeks", "librarian.field.weeks", one_of(*Weeks), _WEEKS),
    *_AUDIENCE,
)
EXTRA: tuple[Spec, ...] = (Spec("day", "librarian.field.day", day, hint="librarian.hint.day"), *_TIMES, *_AUDIENCE)


@dataclass(frozen=True, slots=True)
class SlotForm:
    """A weekly slot or, with `extra`, a one-off one; `was` None is new. Classes and grades are toggled."""

    data: RotaSheet
    was: Slot | ExtraSlot | None
    extra: bool
    entries: Entries
    classes: frozenset[int] = frozenset()
    grades: frozenset[int] = frozenset()


def slot_form(sheet: RotaSheet, was: Slot | None) -> SlotForm:
    """The form of a weekly slot."""
    texts = {
        "weekday": str(was.weekday if was else 1),
        "starts": say_time(was.starts if was else None),
        "ends": say_time(was.ends if was else None),
        "weeks": (was.weeks if was else Weeks.EVERY).value,
        **_audience_texts(was),
    }
    return _with_audience(SlotForm(sheet, was, False, Entries(texts)))


def extra_form(sheet: RotaSheet, was: ExtraSlot | None) -> SlotForm:
    """The form of a one-off slot."""
    texts = {
        "day": say_day(was.day if was else None),
        "starts": say_time(was.starts if was else None),
        "ends": say_time(was.ends if was else None),
        **_audience_texts(was),
    }
    return _with_audience(SlotForm(sheet, was, True, Entries(texts)))


def _audience_texts(was: Slot | ExtraSlot | None) -> dict[str, str]:
    kind = was.audience.kind if was else AudienceKind.CLASSES
    return {"audience": kind.value, "label": was.label if was else ""}


def _with_audience(form: SlotForm) -> SlotForm:
    if form.was is None:
        return form
    return replace(form, classes=form.was.audience.classes, grades=form.was.audience.grades)


def _toggle(field: str) -> Any:
    def toggle(page: SlotForm, pressed: Pressed) -> Turn:
        if not isinstance(pressed.value, int):
            return Turn(page)
        chosen: frozenset[int] = getattr(page, field) ^ {pressed.value}
        errors = {name: error for name, error in page.entries.errors.items() if name != "audience"}
        entries = Entries(page.entries.texts, errors)
        if field == "classes":
            return Turn(replace(page, classes=chosen, entries=entries))
        return Turn(replace(page, grades=chosen, entries=entries))

    return toggle


def entry_of(page: SlotForm) -> tuple[Slot | ExtraSlot | None, Entries]:
    """The slot of the form, if it is all right, and the entries with what is wrong."""
    values, entries = page.entries.read(EXTRA if page.extra else SLOT)
    if entries.errors:
        return None, entries
    kind = AudienceKind(values["audience"])
    audience = Audience(
        kind,
        page.classes if kind is AudienceKind.CLASSES else frozenset(),
        page.grades if kind is AudienceKind.GRADES else frozenset(),
    )
    entry: Slot | ExtraSlot
    starts, ends, label = values["starts"], values["ends"], values["label"]
    if page.extra:
        extra_id = page.was.extra_id if isinstance(page.was, ExtraSlot) else 0
        entry = ExtraSlot(extra_id, values["day"], starts, ends, audience, label)
    else:
        slot_id = page.was.slot_id if isinstance(page.was, Slot) else 0
        weekday, weeks = int(values["weekday"]), Weeks(values["weeks"])
        entry = Slot(slot_id, weekday, starts, ends, weeks, audience, label)
    wrong = checks.wrong_in(entry, page.data, page.was)
    return (None, entries.wrong(*wrong)) if wrong else (entry, entries)


def _save_slot(page: SlotForm, _: Pressed) -> Turn:
    entry, entries = entry_of(page)
    if entry is None:
        return Turn(replace(page, entries=entries))
    return Turn(replace(page, entries=entries), ask=SaveEntry(entry=entry, was=page.was))


def _delete_slot(page: SlotForm, _: Pressed) -> Turn:
    if page.was is None:
        return Turn(page)
    question = Question(
        Text("librarian.delete.title"), DeleteEntry(entry=page.was), done("librarian.done.deleted"), close=2
    )
    return ask_first(page, question)


def _slot_blocks(page: SlotForm) -> tuple[BlockOfPage, ...]:
    specs = EXTRA if page.extra else SLOT
    buttons = [forms.SAVE]
    if page.was is not None:
        buttons.append(button("delete", "librarian.do.delete", icon="delete"))
    return (*_choices(page), *_warning(page), Form(page.entries.fields(specs), tuple(buttons)))


def _choices(page: SlotForm) -> tuple[BlockOfPage, ...]:
    chosen = page.entries.texts["audience"]
    if chosen == AudienceKind.CLASSES:
        tiles = tuple(
            Button(
                "toggle_class",
                text("common.class", school_class=entry.name),
                value=entry.class_id,
                tone=Tone.DONE if entry.class_id in page.classes else None,
            )
            for entry in page.data.classes
        )
        return (Tiles(tiles, columns=8),)
    if chosen == AudienceKind.GRADES:
        tiles = tuple(
            Button(
                "toggle_grade",
                text("common.grade", grade=grade),
                value=grade,
                tone=Tone.DONE if grade in page.grades else None,
            )
            for grade in GRADES
        )
        return (Tiles(tiles, columns=9),)
    return ()


def _warning(page: SlotForm) -> tuple[BlockOfPage, ...]:
    """Other slots at the same time; only as far as the form can be read already."""
    entry, _ = entry_of(page)
    if not isinstance(entry, Slot):
        return ()
    names = page.data.class_names()
    others = checks.clashes(entry, page.data)
    return tuple(
        Paragraph(
            text(
                "librarian.rota.clash",
                who=joined(audience_words(other.audience, names)),
                starts=other.starts,
                ends=other.ends,
            ),
            Tone.LOOK,
        )
        for other in others
    )


def _slot_title(page: SlotForm) -> Text:
    if page.extra:
        return Text("librarian.extra.title")
    return Text("librarian.slot.new" if page.was is None else "librarian.slot.title")


KINDS: Mapping[type, Kind[Any]] = {
    SlotForm: Kind[SlotForm](
        name="librarian/rota/slot",
        title=_slot_title,
        blocks=_slot_blocks,
        actions={
            "save": _save_slot,
            "delete": _delete_slot,
            "toggle_class": _toggle("classes"),
            "toggle_grade": _toggle("grades"),
        },
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveEntry),
    ),
}
