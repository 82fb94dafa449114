"""The calendar over the rota: terms, closures and swap days (调休)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

USUAL_ZONE = "Asia/Shanghai"
"""The time zone of a library that has not said where it is: all of China keeps this time."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term from its first to its last day, both included; `recall_on` is when everything must be back.

    Without a recall day the last day of the term stands for it.
    """

    term_id: int
    name: str
    starts_on: date
    ends_on: date
    recall_on: date | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which nobody borrows, both ends included. Returns are still taken."""

    closure_id: int
    starts_on: date
    ends_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SwapDay:
    """A day that runs by the rota of another weekday (1 Monday … 7 Sunday), as at 调休; also at week-ends.

    `as_of` names the day whose rota is used; its weekday and its odd or even week count. Where only the weekday
    is known, `as_of` is None, `uses_weekday` says it and the week is the swap day's own.
    """

    day: date
    uses_weekday: int
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Terms, closures and swap days of one library."""

    terms: tuple[Term, ...] = ()
    closures: tuple[Closure, ...] = ()
    swap_days: tuple[SwapDay, ...] = ()


# How far a search for an open day looks: longer than any vacation, shorter than a closure "until further notice".
_SEARCH_DAYS = 400
_SATURDAY = 6


def term_of(calendar: Calendar, day: date) -> Term | None:
    """The term that `day` lies in; None outside every term, and always None where no term was entered yet."""
    for term in calendar.terms:
        if term.starts_on <= day <= term.ends_on:
            return term
    return None


def is_in_term(calendar: Calendar, day: date) -> bool:
    """Whether `day` counts as term time.

    A new library without any term is inside one endless term, so that it works before anybody has fed in the
    calendar.
    """
    return not calendar.terms or term_of(calendar, day) is not None


def next_term(calendar: Calendar, day: date) -> Term | None:
    """The first term that begins after `day`; None if the calendar knows of none."""
    return min((t for t in calendar.terms if t.starts_on > day), key=lambda t: t.starts_on, default=None)


def week_of(calendar: Calendar, day: date) -> int | None:
    """The number of `day`'s week in its term, from 1; None outside every term.

    Weeks run Monday to Sunday; the one that holds the term's first day is week 1, whatever its weekday. In the
    endless term of a library without terms the ISO 8601 week of the year is counted instead.
    """
    if not calendar.terms:
        return day.isocalendar().week
    term = term_of(calendar, day)
    if term is None:
        return None
    first_monday = term.starts_on.toordinal() - term.starts_on.weekday()
    return (day.toordinal() - first_monday) // 7 + 1


def swap_day_on(calendar: Calendar, day: date) -> SwapDay | None:
    """The swap day entered for `day`, if there is one."""
    return next((swap for swap in calendar.swap_days if swap.day == day), None)


def closure_on(calendar: Calendar, day: date) -> Closure | None:
    """The closure that holds on `day`, if any.

    A swap day inside a closure is open: making up for holidays on a day near them is what swap days
    (调休) are for.
    """
    for closure in calendar.closures:
        if closure.starts_on <= day <= closure.ends_on:
            return None if swap_day_on(calendar, day) else closure
    return None


def is_closed(calendar: Calendar, day: date) -> bool:
    """Whether a closure holds on `day`; being outside the terms is not asked here."""
    return closure_on(calendar, day) is not None


def closed_days(calendar: Calendar, first: date, last: date) -> frozenset[date]:
    """All days from `first` to `last`, both included, on which a closure holds."""
    closed: set[date] = set()
    for closure in calendar.closures:
        if closure.starts_on <= last and closure.ends_on >= first:
            start = max(first, closure.starts_on).toordinal()
            end = min(last, closure.ends_on).toordinal()
            closed.update(date.fromordinal(number) for number in range(start, end + 1))
    if closed:
        closed.difference_update(swap.day for swap in calendar.swap_days)
    return frozenset(closed)


def is_open_day(calendar: Calendar, day: date) -> bool:
    """Whether `day` lies in a term and in no closure. Week-ends in term are open days: a rota may use them."""
    return is_in_term(calendar, day) and not is_closed(calendar, day)


def is_school_day(calendar: Calendar, day: date) -> bool:
    """Whether school is held: an open day from Monday to Friday, or a swap day."""
    working = day.isoweekday() < _SATURDAY or swap_day_on(calendar, day) is not None
    return working and is_open_day(calendar, day)


def next_unclosed_day(calendar: Calendar, day: date) -> date:
    """`day`, or the first day after it on which no closure holds, in or out of term.

    A closure that goes on for more than 400 days is one "until further notice": then `day` itself is given.
    """
    candidates = (day + timedelta(days=ahead) for ahead in range(_SEARCH_DAYS))
    return next((candidate for candidate in candidates if not is_closed(calendar, candidate)), day)
