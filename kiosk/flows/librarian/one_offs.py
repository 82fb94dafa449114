"""One-off extra slots, and swaps of sittings between two classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.flows.audiences import audience_words
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import checks, forms
from kiosk.flows.librarian.entries import Entries, Spec, day, one_of
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, shows, text
from kiosk.flows.librarian.sayings import joined
from kiosk.flows.librarian.slot_forms import extra_form
from kiosk.flows.views import BlockOfPage, Choice, Column, Field, Form, Paragraph, Row, Table, Text, Words
from kiosk.flows.work import DeleteEntry, ReadRota, RotaSheet, SaveEntry
from kiosk.lending.rota import SlotSwap, sittings_on


@dataclass(frozen=True, slots=True)
class OneOffs:
    """The extra slots and the swaps that lie ahead."""

    data: RotaSheet | None = None


def _extra(page: OneOffs, pressed: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    was = next((e for e in page.data.rota.extras if e.extra_id == pressed.value), None)
    return Turn(page, top=extra_form(page.data, was), hush=True)


def _new_swap(page: OneOffs, _: Pressed) -> Turn:
    return Turn(page, top=SwapForm(page.data), hush=True) if page.data else Turn(page)


def _delete_swap(page: OneOffs, pressed: Pressed) -> Turn:
    swaps = page.data.rota.swaps if page.data else ()
    swap = next((s for s in swaps if s.swap_id == pressed.value), None)
    if swap is None:
        return Turn(page)
    question = Question(Text("librarian.delete.title"), DeleteEntry(entry=swap), done("librarian.done.deleted"))
    return ask_first(page, question)


def _one_off_blocks(page: OneOffs) -> tuple[BlockOfPage, ...]:
    sheet = page.data
    if sheet is None:
        return ()
    names = sheet.class_names()
    slots = {slot.slot_id: slot for slot in sheet.rota.slots}
    extras = tuple(
        Row(
            (
                text("librarian.date", day=extra.day),
                text("librarian.span", starts=extra.starts, ends=extra.ends),
                joined(audience_words(extra.audience, names)),
                extra.label,
            ),
            "extra",
            extra.extra_id,
        )
        for extra in sheet.rota.extras
        if extra.day >= sheet.today
    )
    columns = (
        Column(Text("librarian.column.day"), 2),
        Column(Text("librarian.column.time"), 2),
        Column(Text("librarian.column.who"), 3),
        Column(Text("librarian.column.label"), 2),
    )

    def side(slot_id: int, on: date) -> Words:
        slot = slots.get(slot_id)
        if slot is None:
            return Text("librarian.swap.gone")
        who = joined(audience_words(slot.audience, names))
        return text("librarian.swap.side", day=on, starts=slot.starts, who=who)

    swaps = tuple(
        Row(
            (side(swap.first_slot, swap.first_day), side(swap.second_slot, swap.second_day)),
            buttons=(button("delete_swap", "librarian.do.delete", swap.swap_id, icon="delete"),),
        )
        for swap in sheet.rota.swaps
        if max(swap.first_day, swap.second_day) >= sheet.today
    )
    sides = (Column(Text("librarian.column.first")), Column(Text("librarian.column.second")))
    return (
        Table(columns, extras, Text("librarian.extra.none")),
        Form((), (button("extra", "librarian.do.add_extra", icon="add"),)),
        Table(sides, swaps, Text("librarian.swap.none")),
        Form((), (button("new_swap", "librarian.do.add_swap", icon="add"),)),
    )


_NO_SWAP = Entries({"first_day": "", "first_slot": "", "second_day": "", "second_slot": ""})


@dataclass(frozen=True, slots=True)
class SwapForm:
    """Two sittings change places: a day and one of its sittings, twice."""

    data: RotaSheet
    entries: Entries = _NO_SWAP


def _sittings(sheet: RotaSheet, typed: str) -> tuple[Choice, ...]:
    on = day(typed)
    if isinstance(on, Text):
        return ()
    names = sheet.class_names()
    return tuple(
        Choice(
            str(sitting.slot_id),
            text(
                "librarian.swap.sitting",
                starts=sitting.starts.time(),
                who=joined(audience_words(sitting.audience, names)),
            ),
        )
        for sitting in sittings_on(sheet.rota, on)
        if sitting.slot_id is not None
    )


def _swap_specs(page: SwapForm) -> tuple[Spec, ...]:
    first = _sittings(page.data, page.entries.texts["first_day"])
    second = _sittings(page.data, page.entries.texts["second_day"])
    return (
        Spec("first_day", "librarian.field.first_day", day, hint="librarian.hint.day"),
        Spec("first_slot", "librarian.field.first_slot", one_of(*(c.value for c in first)), first),
        Spec("second_day", "librarian.field.second_day", day, hint="librarian.hint.day"),
        Spec("second_slot", "librarian.field.second_slot", one_of(*(c.value for c in second)), second),
    )


def _swap_fields(page: SwapForm) -> tuple[Field, ...]:
    """A sitting can be chosen as soon as its day has any."""
    fields = page.entries.fields(_swap_specs(page))
    return tuple(field for field in fields if field.name.endswith("_day") or field.choices)


def _save_swap(page: SwapForm, _: Pressed) -> Turn:
    values, entries = page.entries.read(_swap_specs(page))
    for side in ("first", "second"):
        on = values.get(f"{side}_day")
        if on is not None and not _sittings(page.data, page.entries.texts[f"{side}_day"]):
            entries = entries.wrong(f"{side}_day", Text("librarian.error.no_sitting"))
    if entries.errors:
        return Turn(replace(page, entries=entries))
    swap = SlotSwap(0, int(values["first_slot"]), values["first_day"], int(values["second_slot"]), values["second_day"])
    wrong = checks.wrong_in(swap, page.data)
    if wrong is not None:
        return Turn(replace(page, entries=entries.wrong(*wrong)))
    return Turn(page, ask=SaveEntry(entry=swap))


def _swap_blocks(page: SwapForm) -> tuple[BlockOfPage, ...]:
    return (Paragraph(Text("librarian.swap.hint")), Form(_swap_fields(page), (forms.SAVE,)))


KINDS: Mapping[type, Kind[Any]] = {
    OneOffs: Kind[OneOffs](
        name="librarian/rota/one_offs",
        title=lambda _: Text("librarian.one_offs.title"),
        blocks=_one_off_blocks,
        read=lambda _: ReadRota(),
        actions={"extra": _extra, "new_swap": _new_swap, "delete_swap": _delete_swap},
        answered=shows(RotaSheet),
    ),
    SwapForm: Kind[SwapForm](
        name="librarian/rota/swap",
        title=lambda _: Text("librarian.swap.title"),
        blocks=_swap_blocks,
        actions={"save": _save_swap},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveEntry),
    ),
}
