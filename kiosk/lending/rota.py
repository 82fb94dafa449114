"""The rota (借阅轮流表): may this patron borrow now, whose turn is it, when is this class's next turn.

Weekly slots, in odd, even or every week counted from the term's first week (the week, Monday to Sunday, that
holds the term's first day is week 1); one-off extra slots; swaps between two classes; the calendar above all.
All times are the school's local time, naive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.lending import plain
from kiosk.lending.calendar import Calendar, SwapDay, closed_days, is_closed, is_in_term, week_of
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.rules import OutsideTerms, Rules


class Weeks(StrEnum):
    """In which weeks of the term a slot holds."""

    EVERY = "every"
    ODD = "odd"
    EVEN = "even"


class AudienceKind(StrEnum):
    """Who a slot is for."""

    CLASSES = "classes"
    GRADES = "grades"
    EVERYONE = "everyone"
    TEACHERS = "teachers"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a slot admits: some classes (by id), some grades, everyone, or teachers.

    A class set is admitted with its class; librarians always are.
    """

    kind: AudienceKind
    classes: frozenset[int] = frozenset()
    grades: frozenset[int] = frozenset()

    def admits(self, visitor: Visitor) -> bool:
        """Whether `visitor` belongs to this audience."""
        if visitor.kind is PatronKind.LIBRARIAN:
            return True
        match self.kind:
            case AudienceKind.CLASSES:
                return visitor.class_id in self.classes
            case AudienceKind.GRADES:
                return visitor.grade in self.grades
            case AudienceKind.TEACHERS:
                return visitor.kind is PatronKind.TEACHER
            case AudienceKind.EVERYONE:
                return True


def audience_to_plain(audience: Audience) -> dict[str, object]:
    """`audience` as a JSON-able dict: `kind`, and `classes` and `grades` as sorted lists of whole numbers."""
    return {
        "kind": audience.kind.value,
        "classes": sorted(audience.classes),
        "grades": sorted(audience.grades),
    }


def audience_from_plain(data: Mapping[str, object]) -> Audience:
    """The audience that `audience_to_plain` wrote; `classes` and `grades` may be missing.

    Raises ValueError with a sentence that names the key and what is allowed there.
    """
    plain.refuse_unknown_keys(data, ("kind", "classes", "grades"), "")
    return Audience(
        plain.choice(data, "kind", AudienceKind),
        frozenset(plain.whole_numbers(data, "classes")),
        frozenset(plain.whole_numbers(data, "grades")),
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly time: `weekday` 1 Monday … 7 Sunday, `starts` < `ends` on the same day."""

    slot_id: int
    weekday: int
    starts: time
    ends: time
    weeks: Weeks
    audience: Audience
    label: str = ""


@dataclass(frozen=True, slots=True)
class ExtraSlot:
    """A one-off slot on one day; it holds even where no term does, but never in a closure."""

    extra_id: int
    day: date
    starts: time
    ends: time
    audience: Audience
    label: str = ""


@dataclass(frozen=True, slots=True)
class SlotSwap:
    """Two classes trade one sitting each: the audiences of the two sittings change places.

    Each side stands by itself: if one of the two days turns out closed, its sitting is lost as any other would be,
    and the class that was promised the other one still has it (it may have used it already). Several swaps of
    the same sitting follow one another in their order. A swap with a slot that is no more changes nothing.
    """

    swap_id: int
    first_slot: int
    first_day: date
    second_slot: int
    second_day: date


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that says who may borrow when."""

    slots: tuple[Slot, ...] = ()
    extras: tuple[ExtraSlot, ...] = ()
    swaps: tuple[SlotSwap, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A slot on a certain day, without tolerance. `slot_id` is None for an extra slot."""

    starts: datetime
    ends: datetime
    audience: Audience
    slot_id: int | None = None
    label: str = ""


class Admission(StrEnum):
    """What the rota says to somebody who wants to borrow now."""

    ADMITTED = "admitted"
    CLOSED = "closed"
    NOT_YOUR_SLOT = "not_your_slot"


def sittings_on(rota: Rota, day: date) -> tuple[Sitting, ...]:
    """All sittings of `day` in order of their start, with swaps, swap days, extras and closures applied.

    A swap day in a closure is open and has its sittings; an extra slot in a closure never holds. Weekly slots hold
    in terms only. A swap day with `as_of` uses that day's weekday and week number; if `as_of` lies outside
    every term, the swap day's own week number.
    """
    return tuple(_sittings(rota, day, day))


class Timed(Protocol):
    """Something that begins and ends at local times."""

    @property
    def starts(self) -> datetime:
        """When it begins."""
        ...

    @property
    def ends(self) -> datetime:
        """When it is over; it does not hold then any more."""
        ...


T = TypeVar("T", bound=Timed)


def holding_at(now: datetime, sittings: Iterable[T], minutes_before: int, minutes_after: int) -> tuple[T, ...]:
    """Which of `sittings` hold at `now`: those running, or else those whose tolerance reaches to `now`."""
    near = tuple(one for one in sittings if _reaches(one, now, minutes_before, minutes_after))
    return tuple(one for one in near if one.starts <= now < one.ends) or near


def turns_at(rota: Rota, rules: Rules, now: datetime) -> tuple[Sitting, ...]:
    """Whose turn it is at `now`: the sittings that hold then, as `holding_at` says."""
    return holding_at(now, _near(rota, rules, now), rules.minutes_before, rules.minutes_after)


def admission(rota: Rota, rules: Rules, visitor: Visitor, now: datetime) -> Admission:
    """Whether `visitor` may borrow at `now` by rota and calendar, and if not, what is in the way.

    A closure refuses everybody. Outside every term the library's decision holds; where it is closed, a day with
    an extra slot still counts as open. On an open day, who is not bound to the rota is admitted; who is bound
    needs a sitting of theirs, tolerance included. A library without any weekly slot has no rota yet and admits
    all on every open day.
    """
    today = now.date()
    in_term = is_in_term(rota.calendar, today)
    if is_closed(rota.calendar, today):
        return Admission.CLOSED
    if not in_term and rules.outside_terms is OutsideTerms.OPEN_TO_ALL:
        return Admission.ADMITTED
    if not in_term and not sittings_on(rota, today):
        return Admission.CLOSED
    if not rules.kinds[visitor.kind].bound_to_rota or (in_term and not rota.slots):
        return Admission.ADMITTED
    if any(True for _ in _near(rota, rules, now, visitor)):
        return Admission.ADMITTED
    return Admission.NOT_YOUR_SLOT


def next_turn(rota: Rota, visitor: Visitor, after: datetime, horizon_days: int = 200) -> Sitting | None:
    """The first sitting of `visitor` that starts after `after`; None within the horizon."""
    return _first_after(rota, after, horizon_days, visitor)


def next_sitting(rota: Rota, after: datetime, horizon_days: int = 200) -> Sitting | None:
    """The first sitting of anybody that starts after `after` (for the idle screen); None within the horizon."""
    return _first_after(rota, after, horizon_days, None)


def first_turn_day(rota: Rota, visitor: Visitor, first: date, last: date) -> date | None:
    """The first day from `first` to `last`, both included, with a sitting of `visitor`; None if there is none."""
    return next((sitting.starts.date() for sitting in _sittings(rota, first, last, visitor)), None)


def has_weekly_turn(rota: Rota, visitor: Visitor) -> bool:
    """Whether any weekly slot is for `visitor`."""
    return any(slot.audience.admits(visitor) for slot in rota.slots)


def _first_after(rota: Rota, after: datetime, horizon_days: int, visitor: Visitor | None) -> Sitting | None:
    first = after.date()
    coming = _sittings(rota, first, first + timedelta(days=horizon_days), visitor)
    return next((sitting for sitting in coming if sitting.starts > after), None)


def _near(rota: Rota, rules: Rules, now: datetime, visitor: Visitor | None = None) -> Iterator[Sitting]:
    """The sittings whose tolerance reaches to `now`, all or those of `visitor`."""
    # Tolerance may reach over midnight, so the days are those of the moments it reaches to.
    first = (now - timedelta(minutes=rules.minutes_after)).date()
    last = (now + timedelta(minutes=rules.minutes_before)).date()
    for sitting in _sittings(rota, first, last, visitor):
        if _reaches(sitting, now, rules.minutes_before, rules.minutes_after):
            yield sitting


def _reaches(sitting: Timed, now: datetime, minutes_before: int, minutes_after: int) -> bool:
    """Whether a sitting, tolerance included, holds at `now`: from its beginning up to, not including, its end."""
    starts = sitting.starts - timedelta(minutes=minutes_before)
    return starts <= now < sitting.ends + timedelta(minutes=minutes_after)


def _sittings(rota: Rota, first: date, last: date, visitor: Visitor | None = None) -> Iterator[Sitting]:
    """The sittings of all days from `first` to `last`, in order; only those of `visitor` if one is given.

    Slots, swaps and calendar are read once for the whole stretch: a search over 200 days runs in every refused
    scan and must not cost days times slots.
    """
    swapped = _swapped_audiences(rota, first, last)
    maybe_theirs = {
        slot_id for (slot_id, _), audience in swapped.items() if visitor is None or audience.admits(visitor)
    }
    by_weekday: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in rota.slots:
        if visitor is None or slot.slot_id in maybe_theirs or slot.audience.admits(visitor):
            by_weekday[slot.weekday].append(slot)
    extras: defaultdict[date, list[ExtraSlot]] = defaultdict(list)
    for extra in rota.extras:
        if first <= extra.day <= last and (visitor is None or extra.audience.admits(visitor)):
            extras[extra.day].append(extra)
    if not by_weekday and not extras:
        return

    closed = closed_days(rota.calendar, first, last)
    terms = [term for term in rota.calendar.terms if term.starts_on <= last and term.ends_on >= first]
    endless = not rota.calendar.terms
    swap_days = {swap.day: swap for swap in reversed(rota.calendar.swap_days)}
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if day in closed:
            continue
        found = [
            Sitting(_at(day, extra.starts), _at(day, extra.ends), extra.audience, None, extra.label)
            for extra in extras.get(day, ())
        ]
        swap = swap_days.get(day)
        slots = by_weekday.get(_weekday_on(day, swap))
        if slots and (endless or any(term.starts_on <= day <= term.ends_on for term in terms)):
            weeks = _weeks_on(rota.calendar, day, swap)
            found += _weekly_sittings(day, slots, weeks, swapped, visitor)
        found.sort(key=lambda sitting: (sitting.starts, sitting.ends, sitting.slot_id or 0))
        yield from found


def _weekly_sittings(
    day: date,
    slots: Iterable[Slot],
    weeks: tuple[Weeks, ...],
    swapped: Mapping[tuple[int, date], Audience],
    visitor: Visitor | None,
) -> Iterator[Sitting]:
    for slot in slots:
        audience = swapped.get((slot.slot_id, day), slot.audience)
        if slot.weeks in weeks and (visitor is None or audience.admits(visitor)):
            yield Sitting(_at(day, slot.starts), _at(day, slot.ends), audience, slot.slot_id, slot.label)


def _weekday_on(day: date, swap: SwapDay | None) -> int:
    """By whose slots a day runs: its own weekday's, or those its swap day names."""
    if swap is None:
        return day.isoweekday()
    return swap.as_of.isoweekday() if swap.as_of is not None else swap.uses_weekday


def _weeks_on(calendar: Calendar, day: date, swap: SwapDay | None) -> tuple[Weeks, ...]:
    """The weeks whose slots a day has: by its own week in the term, or by that of its `as_of` if that is in one."""
    week = week_of(calendar, swap.as_of) if swap is not None and swap.as_of is not None else None
    if week is None:
        week = week_of(calendar, day)
    return (Weeks.EVERY, Weeks.EVEN if week is not None and week % 2 == 0 else Weeks.ODD)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


def _swapped_audiences(rota: Rota, first: date, last: date) -> dict[tuple[int, date], Audience]:
    """The audiences of the swapped sittings from `first` to `last`, by slot and day."""
    if not any(first <= day <= last for swap in rota.swaps for day in (swap.first_day, swap.second_day)):
        return {}
    own = {slot.slot_id: slot.audience for slot in rota.slots}
    # All swaps are followed, also those of other days: one of them may have put its class into this stretch.
    now: dict[tuple[int, date], Audience] = {}
    for swap in rota.swaps:
        if swap.first_slot in own and swap.second_slot in own:
            one, other = (swap.first_slot, swap.first_day), (swap.second_slot, swap.second_day)
            now[one], now[other] = now.get(other, own[other[0]]), now.get(one, own[one[0]])
    return {sitting: audience for sitting, audience in now.items() if first <= sitting[1] <= last}
