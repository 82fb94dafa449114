"""The rota (借阅轮流表) on paper: the whole week for the door, and a slip for every class with its days of the term."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from kiosk.flows.audiences import audience_words
from kiosk.flows.views import Text, Weekday
from kiosk.i18n import Words
from kiosk.lending.calendar import SwapDay, Term
from kiosk.lending.patrons import ClassName, PatronKind, Visitor
from kiosk.lending.rota import AudienceKind, Rota, Sitting, Slot, Weeks, sittings_on
from kiosk.printing.bars import MM
from kiosk.printing.emblems import badge_on, emblem_on, look_of
from kiosk.printing.page_parts import (
    A4,
    A4_LYING,
    ACCENT,
    INK,
    MARGIN,
    RULE,
    SOFT,
    TINT,
    WHITE,
    Box,
    Colour,
    Drawer,
    Head,
    documents_pdf,
    foot,
    pages_pdf,
    patch,
    pen,
    rule,
    write,
)

_WEEKS_AHEAD: Final = 20
"""How far the days of a class are told in a library without terms."""

_SCHOOL_WEEK: Final = (1, 2, 3, 4, 5)
_SLIP_EDGE: Final = 10.0
_ONE_COLUMN: Final = 4  # times of a class that stand below one another
_MOST_DAYS: Final = 66  # more days than these are not listed one by one
_NOTE: Final = 5.0  # the height of a line of notes
_ODD: Final[Colour] = (252, 240, 214)
_EVEN: Final[Colour] = (226, 238, 246)
_GROUNDS: Final[Mapping[Weeks, Colour]] = {Weeks.ODD: _ODD, Weeks.EVEN: _EVEN, Weeks.EVERY: TINT}


# ── The door ──


def door_rota_pdf(
    rota: Rota,
    classes: Mapping[int, ClassName],
    library: str,
    words: Words,
    *,
    term: Term | None,
    on: date,
    looks: Mapping[int, int] | None = None,
) -> bytes:
    """The week for the door as one A4 page: odd and even weeks each with a table where they differ, else one table.

    `classes` are the names by class id, `looks` their `emblems.school_class_look` (an emblem then stands beside each);
    `term` is the one it is for, None in a library without terms; `on` is the date printed.
    """
    parities = (Weeks.ODD, Weeks.EVEN) if any(slot.weeks is not Weeks.EVERY for slot in rota.slots) else (Weeks.EVERY,)
    size = A4 if len(parities) > 1 else A4_LYING
    head = Head(words.say(Text("printing.rota.title")), library, words, term.name if term else "", on, size)
    notes = _notes(rota, term, on, words)

    def draw(page: Any) -> None:
        room = head.room
        below = len(notes) * _NOTE + 2
        height = (room.height - below) / len(parities)
        for place, weeks in enumerate(parities):
            box = Box(room.left, room.top - (place + 1) * height + 3, room.width, height - 3)
            _week(page, box, _Table(rota, weeks, classes, looks or {}, term, words))
        for place, note in enumerate(notes):
            line = Box(room.left, room.bottom + below - 2 - (place + 1) * _NOTE, room.width, _NOTE)
            write(page, note, line, 10.5, least=5.5, colour=SOFT)

    return documents_pdf([(head, [draw])])


@dataclass(frozen=True, slots=True)
class _Table:
    rota: Rota
    weeks: Weeks
    classes: Mapping[int, ClassName]
    looks: Mapping[int, int]
    term: Term | None
    words: Words

    @property
    def slots(self) -> list[Slot]:
        return [
            slot for slot in self.rota.slots if self.weeks is Weeks.EVERY or slot.weeks in (self.weeks, Weeks.EVERY)
        ]


def _week(page: Any, box: Box, table: _Table) -> None:
    """One table: weekdays over times of the day."""
    words = table.words
    days = sorted({*_SCHOOL_WEEK, *(slot.weekday for slot in table.rota.slots)})
    times = sorted({(slot.starts, slot.ends) for slot in table.slots})
    ground = _GROUNDS[table.weeks]
    top = box.top
    if table.weeks is not Weeks.EVERY:
        name = Box(box.left, top - 9, 34, 9)
        patch(page, name, ground, 2)
        write(
            page, words.say(Text(f"printing.rota.{table.weeks}")), name.inset(1), 17, face="sans-bold", align="centre"
        )
        mondays = _mondays(table.term, table.weeks)
        if mondays:
            told = words.say(
                Text(
                    "printing.rota.mondays",
                    {"days": tuple(words.value(day, "short").replace(" ", "\xa0") for day in mondays)},
                )
            )
            beside = Box(name.right + 3, name.bottom, box.right - name.right - 3, name.height)
            write(page, told, beside, 9.5, least=5.5, lines=2, shrink=0.95, colour=SOFT)
        top -= 10.5
    first = 27.0
    width = (box.width - first) / len(days)
    heading = Box(box.left, top - 8, box.width, 8)
    patch(page, heading, ACCENT, 2)
    for place, day in enumerate(days):
        cell = Box(box.left + first + place * width, heading.bottom, width, heading.height)
        write(page, words.value(Weekday(day)), cell.inset(0.8), 13, face="sans-bold", align="centre", colour=WHITE)
    step = min(22.0, (heading.bottom - box.bottom) / max(len(times), 1))
    for below, (starts, ends) in enumerate(times):
        bottom = heading.bottom - (below + 1) * step
        if below % 2 == 0:
            patch(page, Box(box.left, bottom, box.width, step), ground)
        clock = Box(box.left, bottom, first, step).inset(0.8)
        write(page, _span(words, starts, ends), clock, 13, face="sans-bold", align="centre", lines=2, colour=INK)
        for place, day in enumerate(days):
            here = [s for s in table.slots if (s.weekday, s.starts, s.ends) == (day, starts, ends)]
            _cell(page, Box(box.left + first + place * width, bottom, width, step), here, table)
    bottom = heading.bottom - len(times) * step
    for place in range(1, len(days)):
        pen(page, RULE, 0.2)
        x = box.left + first + place * width
        page.line(x * MM, bottom * MM, x * MM, heading.bottom * MM)
    rule(page, box.left, box.right, bottom, width=0.3)


def _cell(page: Any, cell: Box, slots: Sequence[Slot], table: _Table) -> None:
    """Who borrows at one time of one day; a single class has its emblem beside its name."""
    if not slots:
        return
    words = table.words
    pieces = [words.say(piece) for slot in slots for piece in audience_words(slot.audience, table.classes)]
    labels = [slot.label for slot in slots if slot.label]
    told = "  ".join(pieces) or words.say(Text("printing.rota.free"))
    inner = cell.inset(1.0)
    if labels:
        label = Box(inner.left, inner.bottom, inner.width, inner.height * 0.34)
        write(page, " ".join(labels), label, 8.5, least=4.5, align="centre", colour=SOFT)
        inner = Box(inner.left, label.top, inner.width, inner.height - label.height)
    one = {i for slot in slots if slot.audience.kind is AudienceKind.CLASSES for i in slot.audience.classes}
    look = table.looks.get(next(iter(one))) if len(one) == 1 and len(pieces) == 1 else None
    if look is not None:
        side = min(inner.height * 0.86, inner.width * 0.26, 9.0)
        school_class = look_of(PatronKind.PUPIL, look)
        badge = Box(inner.left, inner.bottom + (inner.height - side) / 2, side, side)
        badge_on(page, badge, school_class)
        inner = Box(badge.right + 0.8, inner.bottom, inner.width - side - 0.8, inner.height)
    write(page, told, inner, 15, least=5, lines=3, align="left" if look is not None else "centre")


def _span(words: Words, starts: time, ends: time) -> str:
    return f"{words.value(starts)}–{words.value(ends)}"


def _mondays(term: Term | None, weeks: Weeks) -> list[date]:
    """The Mondays of the term's odd or even weeks; its first week is the one that holds its first day."""
    if term is None:
        return []
    monday = term.starts_on - timedelta(days=term.starts_on.weekday())
    mondays = []
    while monday <= term.ends_on:
        mondays.append(monday)
        monday += timedelta(days=7)
    return mondays[0 if weeks is Weeks.ODD else 1 :: 2]


def _notes(rota: Rota, term: Term | None, on: date, words: Words) -> list[str]:
    """What is otherwise than the week says, from `on` to the term's end: closures, swap days, extra slots."""
    last = term.ends_on if term else on + timedelta(weeks=_WEEKS_AHEAD)
    first = max(on, term.starts_on) if term else on
    closed = tuple(
        Text("printing.rota.closure", {"days": _days(words, one.starts_on, one.ends_on), "reason": one.reason})
        for one in sorted(rota.calendar.closures, key=lambda one: one.starts_on)
        if one.starts_on <= last and one.ends_on >= first
    )
    swapped = tuple(
        _swap_day(one) for one in sorted(rota.calendar.swap_days, key=lambda one: one.day) if first <= one.day <= last
    )
    notes = []
    if closed:
        notes.append(Text("printing.rota.closed", {"what": closed}))
    if swapped:
        notes.append(Text("printing.rota.swapped", {"what": swapped}))
    if term and term.recall_on:
        notes.append(Text("printing.rota.recall", {"day": term.recall_on}))
    return [words.say(note) for note in notes]


def _days(words: Words, first: date, last: date) -> str:
    told = words.value(first, "short")
    return told if first == last else f"{told}–{words.value(last, 'short')}"


def _swap_day(swap: SwapDay) -> Text:
    weekday = Weekday(swap.as_of.isoweekday() if swap.as_of else swap.uses_weekday)
    return Text("printing.rota.swap", {"day": swap.day, "weekday": weekday})


# ── The classes ──


def class_rota_pdf(
    rota: Rota,
    classes: Mapping[int, ClassName],
    library: str,
    words: Words,
    *,
    term: Term | None,
    on: date,
    only: Sequence[int] = (),
    looks: Mapping[int, int] | None = None,
) -> bytes:
    """A slip for every class (four to an A4 page), or for the classes with the ids `only`: times, and days of the term.

    Days before `on` are left out; without a term the days of the next twenty weeks are listed. Raises PageTrouble if
    there is no class.
    """
    first = max(on, term.starts_on) if term else on
    last = term.ends_on if term else on + timedelta(weeks=_WEEKS_AHEAD)
    coming = [
        sitting
        for ahead in range((last - first).days + 1)
        for sitting in sittings_on(rota, first + timedelta(days=ahead))
    ]
    slips = [
        _slip(rota, class_id, name, coming, (looks or {}).get(class_id))
        for class_id, name in sorted(classes.items(), key=lambda item: (item[1].grade, item[1].number, item[0]))
        if not only or class_id in only
    ]
    groups = [slips[at : at + 4] for at in range(0, len(slips), 4)]

    def page_of(number: int, group: Sequence[_Slip]) -> Drawer:
        def draw(page: Any) -> None:
            _cuts(page)
            for place, slip in enumerate(group):
                quarter = Box(place % 2 * A4[0] / 2, A4[1] / 2 * (1 - place // 2), A4[0] / 2, A4[1] / 2)
                _draw_slip(page, quarter.inset(_SLIP_EDGE), slip, library, term, words)
            foot(page, words, Box(MARGIN, 5.2, A4[0] - 2 * MARGIN, 3.8), number, len(groups), on)

        return draw

    title = words.say(Text("printing.rota.title"))
    return pages_pdf(title, library, A4, [page_of(number, group) for number, group in enumerate(groups, 1)])


@dataclass(frozen=True, slots=True)
class _Slip:
    name: ClassName
    slots: tuple[Slot, ...]
    days: tuple[Sitting, ...]
    look: int | None


def _slip(rota: Rota, class_id: int, name: ClassName, coming: Sequence[Sitting], look: int | None) -> _Slip:
    visitor = Visitor(PatronKind.PUPIL, class_id, name.grade)
    order = list(Weeks)
    slots = sorted(
        (slot for slot in rota.slots if slot.audience.admits(visitor)),
        key=lambda slot: (order.index(slot.weeks), slot.weekday, slot.starts),
    )
    return _Slip(name, tuple(slots), tuple(one for one in coming if one.audience.admits(visitor)), look)


def _cuts(page: Any) -> None:
    """Dashed lines through the middle, ending before the printer's edge."""
    pen(page, RULE, 0.2)
    page.setDash(3, 3)
    page.line(A4[0] / 2 * MM, 6 * MM, A4[0] / 2 * MM, (A4[1] - 6) * MM)
    page.line(6 * MM, A4[1] / 2 * MM, (A4[0] - 6) * MM, A4[1] / 2 * MM)
    page.setDash()


def _draw_slip(page: Any, box: Box, slip: _Slip, library: str, term: Term | None, words: Words) -> None:
    look = look_of(PatronKind.PUPIL, slip.look) if slip.look is not None else None
    colour = look.colour if look else ACCENT
    title = Box(box.left, box.top - 14, box.width, 14)
    patch(page, title, colour, 3)
    left = title.left + 4
    if look:
        emblem_on(page, look, left, title.bottom + 2, 10)
        left += 13
    name = Box(left, title.bottom + 1, title.width * 0.5, 12)
    write(page, words.value(slip.name), name, 24, face="sans-bold", colour=WHITE)
    heading = Box(name.right, title.bottom + 1, title.right - name.right - 3, 12)
    write(page, words.say(Text("printing.rota.slip")), heading, 13, face="kai", align="right", lines=2, colour=WHITE)
    low = Box(box.left, box.bottom, box.width, 5)
    write(page, library, low, 9, face="kai", align="right", least=5, colour=SOFT)
    reminder = Box(low.left, low.top + 1, low.width, 8)
    patch(page, reminder, look.tint if look else TINT, 2.5)
    write(page, words.say(Text("printing.rota.bring")), reminder.inset(1), 12, face="kai", align="centre", colour=INK)
    top = title.bottom - 3
    lines = [_weekly(slot, words) for slot in slip.slots] or [words.say(Text("printing.rota.no_slot"))]
    columns = 1 if len(lines) <= _ONE_COLUMN else 2
    rows = math.ceil(len(lines) / columns)
    step, width = min(8.0, 32.0 / rows), (box.width - 2) / columns
    for place, told in enumerate(lines):
        line = Box(box.left + 1 + place // rows * width, top - (place % rows + 1) * step, width - 1, step)
        write(page, told, line, 17, face="sans-bold", least=4)
    top -= rows * step
    if not slip.days:
        return
    top -= 2
    rule(page, box.left, box.right, top, colour, 0.3)
    key = "days" if len(slip.days) <= _MOST_DAYS else "many_days"
    told = words.say(Text(f"printing.rota.{key}", {"term": term.name if term else "", "n": len(slip.days)}))
    write(page, told, Box(box.left + 1, top - 7, box.width - 2, 6), 10, least=6, colour=SOFT)
    if len(slip.days) > _MOST_DAYS:
        return
    _days_of(page, Box(box.left + 1, reminder.top + 2, box.width - 2, top - 8 - reminder.top - 2), slip.days, words)


def _days_of(page: Any, box: Box, days: Sequence[Sitting], words: Words) -> None:
    """The days in two columns, in three where they are many."""
    columns = 2 if len(days) <= 26 else 3
    rows = math.ceil(len(days) / columns)
    step = min(7.4, box.height / rows)
    width = box.width / columns
    for place, sitting in enumerate(days):
        cell = Box(box.left + place // rows * width, box.top - (place % rows + 1) * step, width - 2.5, step)
        day = Box(cell.left, cell.bottom, cell.width * 0.7, cell.height)
        clock = Box(day.right + 0.8, cell.bottom, cell.right - day.right - 0.8, cell.height)
        write(page, words.value(sitting.starts.date()), day, 10, least=4)
        write(page, words.value(sitting.starts.time()), clock, 10, face="sans-bold", least=4, align="right")


def _weekly(slot: Slot, words: Words) -> str:
    return words.say(
        Text(
            "printing.rota.weekly",
            {
                "weeks": Text(f"printing.rota.{slot.weeks}"),
                "weekday": Weekday(slot.weekday),
                "span": _span(words, slot.starts, slot.ends),
            },
        )
    )
