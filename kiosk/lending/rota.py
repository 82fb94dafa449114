"""The rota (借阅轮流表): may this patron borrow now, whose turn is it, when is this class's next turn.

Weekly slots, in odd, even or every week counted from the term's first week (the week, Monday to Sunday, that
holds the term's first day is week 1); one-off extra slots; swaps between two classes; the calendar above all.
All times are the school's local time, naive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from kiosk.lending.calendar import Calendar
from kiosk.lending.patrons import Visitor
from kiosk.lending.rules import Rules


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
        raise NotImplementedError


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
    """Two classes trade one sitting each: the audiences of the two sittings change places."""

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


def sittings_on(rota: Rota, day: date) -> tuple[Sitting, ...]:
    """All sittings of `day` in order of their start, with swaps, swap days, extras and closures applied."""
    raise NotImplementedError


def turns_at(rota: Rota, rules: Rules, now: datetime) -> tuple[Sitting, ...]:
    """The sittings that hold at `now`: those running, or else those whose tolerance reaches to `now`."""
    raise NotImplementedError


def may_borrow(rota: Rota, rules: Rules, visitor: Visitor, now: datetime) -> bool:
    """Whether the rota lets `visitor` borrow at `now`, tolerance included.

    Who is not bound to the rota may on any day without a closure. A library without any slot at all has no
    rota yet and is open to all on every open day.
    """
    raise NotImplementedError


def next_turn(rota: Rota, visitor: Visitor, after: datetime, horizon_days: int = 200) -> Sitting | None:
    """The first sitting of `visitor` that starts after `after`; None within the horizon."""
    raise NotImplementedError


def next_sitting(rota: Rota, after: datetime, horizon_days: int = 200) -> Sitting | None:
    """The first sitting of anybody that starts after `after` (for the idle screen); None within the horizon."""
    raise NotImplementedError
