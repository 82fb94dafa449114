"""The rota as a week grid, its slots, one-off extra slots and swaps between two classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from kiosk.flows.audiences import audience_words
from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed
from kiosk.flows.librarian import checks
from kiosk.flows.librarian.duties import WEEKDAY, WEEKDAYS
from kiosk.flows.librarian.entries import Entries, Spec, clock_time, day, one_of, say_day, say_time, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.views import (
    BlockOfPage,
    Button,
    Choice,
    Column,
    Field,
    Form,
    Grid,
    GridCell,
    Paragraph,
    Row,
    Table,
    Tabs,
    Text,
    Tiles,
    Tone,
    Weekday,
    Words,
)
from kiosk.flows.work import DeleteEntry, ReadRota, RotaSheet, SaveEntry
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, SlotSwap, Weeks, sittings_on

GRADES = range(1, 10)
"""Grades a slot can be for: primary and lower secondary school."""


# ── The week grid ──


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


def _sheet_answered(page: Any, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, data=outcome.data)) if isinstance(outcome.data, RotaSheet) else Turn(page)


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


def joined(pieces: tuple[Words, ...]) -> Words:
    """Several pieces with the language's comma between."""
    return text("librarian.list", items=pieces) if pieces else Text("librarian.audience.nobody")


# ── A slot or an extra slot ──

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


def saved(page: Any, command: Command, outcome: Outcome) -> Turn:
    """A form whose entry was saved goes."""
    if isinstance(command, SaveEntry) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, close=1, say=done("librarian.done.saved"))
    return Turn(page)


def _slot_edited(page: SlotForm, edited: Edited) -> Turn:
    return Turn(replace(page, entries=page.entries.typed(edited.field, edited.text)))


def _slot_blocks(page: SlotForm) -> tuple[BlockOfPage, ...]:
    specs = EXTRA if page.extra else SLOT
    buttons = [button("save", "librarian.do.save", tone=Tone.DONE)]
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


# ── Extra slots and swaps ──


@dataclass(frozen=True, slots=True)
class OneOffs:
    """The extra slots and the swaps that lie ahead."""

    data: RotaSheet | None = None


def _one_offs(page: Week, _: Pressed) -> Turn:
    return Turn(page, top=OneOffs(page.data), hush=True)


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


def _swap_edited(page: SwapForm, edited: Edited) -> Turn:
    return Turn(replace(page, entries=page.entries.typed(edited.field, edited.text)))


def _swap_blocks(page: SwapForm) -> tuple[BlockOfPage, ...]:
    save = button("save", "librarian.do.save", tone=Tone.DONE)
    return (Paragraph(Text("librarian.swap.hint")), Form(_swap_fields(page), (save,)))


def _slot_title(page: SlotForm) -> Text:
    if page.extra:
        return Text("librarian.extra.title")
    return Text("librarian.slot.new" if page.was is None else "librarian.slot.title")


KINDS: Mapping[type, Kind[Any]] = {
    Week: Kind[Week](
        name="librarian/rota",
        title=lambda _: Text("librarian.menu.rota"),
        blocks=_week_blocks,
        read=lambda _: ReadRota(),
        actions={"show": _show, "slot": _slot, "new": _new, "cell": _cell, "one_offs": _one_offs},
        answered=_sheet_answered,
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
        answered=_sheet_answered,
    ),
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
        edited=_slot_edited,
        scanned=lambda page, _: Turn(page),
        answered=saved,
    ),
    OneOffs: Kind[OneOffs](
        name="librarian/rota/one_offs",
        title=lambda _: Text("librarian.one_offs.title"),
        blocks=_one_off_blocks,
        read=lambda _: ReadRota(),
        actions={"extra": _extra, "new_swap": _new_swap, "delete_swap": _delete_swap},
        answered=_sheet_answered,
    ),
    SwapForm: Kind[SwapForm](
        name="librarian/rota/swap",
        title=lambda _: Text("librarian.swap.title"),
        blocks=_swap_blocks,
        actions={"save": _save_swap},
        edited=_swap_edited,
        scanned=lambda page, _: Turn(page),
        answered=saved,
    ),
}
