"""What is wrong with a line of the rota or the calendar, before it is saved; the desk asks the same again.

A check gives the field and the message, or None. A clash of two slots is no mistake (two classes may share a
time): it is shown as a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.flows.views import Text
from kiosk.flows.work import Entry, RotaSheet
from kiosk.lending.calendar import Closure, SwapDay, Term, closure_on
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, SlotSwap, Weeks, sittings_on

Wrong = tuple[str, Text] | None


def _audience(audience: Audience, sheet: RotaSheet) -> Wrong:
    if audience.kind is AudienceKind.CLASSES and not audience.classes:
        return "audience", Text("librarian.error.no_class")
    if audience.kind is AudienceKind.CLASSES and not audience.classes <= set(sheet.class_names()):
        return "audience", Text("librarian.error.no_class")
    if audience.kind is AudienceKind.GRADES and not audience.grades:
        return "audience", Text("librarian.error.no_grade")
    return None


def _slot(entry: Slot, sheet: RotaSheet, _: Entry | None) -> Wrong:
    if entry.starts >= entry.ends:
        return "ends", Text("librarian.error.ends_first")
    return _audience(entry.audience, sheet)


def _extra(entry: ExtraSlot, sheet: RotaSheet, _: Entry | None) -> Wrong:
    if entry.starts >= entry.ends:
        return "ends", Text("librarian.error.ends_first")
    if entry.day < sheet.today:
        return "day", Text("librarian.error.past")
    if closure_on(sheet.rota.calendar, entry.day) is not None:
        return "day", Text("librarian.error.closed")
    return _audience(entry.audience, sheet)


def _swap(entry: SlotSwap, sheet: RotaSheet, _: Entry | None) -> Wrong:
    if (entry.first_slot, entry.first_day) == (entry.second_slot, entry.second_day):
        return "second_slot", Text("librarian.error.same_sitting")
    sides = (("first", entry.first_slot, entry.first_day), ("second", entry.second_slot, entry.second_day))
    for side, slot_id, day in sides:
        if day < sheet.today:
            return f"{side}_day", Text("librarian.error.past")
        if all(sitting.slot_id != slot_id for sitting in sittings_on(sheet.rota, day)):
            return f"{side}_slot", Text("librarian.error.no_sitting")
    return None


def _term(entry: Term, sheet: RotaSheet, was: Entry | None) -> Wrong:
    if not entry.name:
        return "name", Text("librarian.error.empty")
    if entry.starts_on > entry.ends_on:
        return "ends_on", Text("librarian.error.ends_first")
    if entry.recall_on is not None and not entry.starts_on <= entry.recall_on <= entry.ends_on:
        return "recall_on", Text("librarian.error.recall_outside")
    for other in sheet.rota.calendar.terms:
        if other != was and entry.starts_on <= other.ends_on and other.starts_on <= entry.ends_on:
            return "starts_on", Text("librarian.error.term_overlaps", {"name": other.name})
    return None


def _closure(entry: Closure, _sheet: RotaSheet, _: Entry | None) -> Wrong:
    if entry.starts_on > entry.ends_on:
        return "ends_on", Text("librarian.error.ends_first")
    return None


def _swap_day(entry: SwapDay, sheet: RotaSheet, was: Entry | None) -> Wrong:
    if entry.as_of == entry.day:
        return "as_of", Text("librarian.error.same_day")
    for other in sheet.rota.calendar.swap_days:
        if other != was and other.day == entry.day:
            return "day", Text("librarian.error.day_taken")
    return None


_CHECKS: Mapping[type, Callable[[Any, RotaSheet, Entry | None], Wrong]] = {
    Slot: _slot,
    ExtraSlot: _extra,
    SlotSwap: _swap,
    Term: _term,
    Closure: _closure,
    SwapDay: _swap_day,
}


def wrong_in(entry: Entry, sheet: RotaSheet, was: Entry | None = None) -> Wrong:
    """What is wrong with `entry` in the library of `sheet`, where it takes the place of `was`."""
    return _CHECKS[type(entry)](entry, sheet, was)


def clashes(slot: Slot, sheet: RotaSheet) -> tuple[Slot, ...]:
    """The other slots that overlap `slot` in time in at least some week."""
    return tuple(
        other
        for other in sheet.rota.slots
        if other.slot_id != slot.slot_id
        and other.weekday == slot.weekday
        and slot.starts < other.ends
        and other.starts < slot.ends
        and {slot.weeks, other.weeks} != {Weeks.ODD, Weeks.EVEN}
    )
