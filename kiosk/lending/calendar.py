"""The calendar over the rota: terms, closures and swap days (调休)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
