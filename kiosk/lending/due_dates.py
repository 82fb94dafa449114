"""When a loan is due.

A pupil's due date moves on to the class's next slot on an open day (they cannot come earlier), never into a
closure, never past the term-end recall; days outside every term are no open days (as in schools' published
rules). Where there is no slot to move to, it moves on from a week-end to the next school day.
"""

from __future__ import annotations

from datetime import date, timedelta

from kiosk.lending.calendar import Calendar, Term, is_open_day, is_school_day, next_term, next_unclosed_day, term_of
from kiosk.lending.copies import Material
from kiosk.lending.patrons import Visitor
from kiosk.lending.rota import Rota, first_turn_day, has_weekly_turn
from kiosk.lending.rules import Rules

# A loan "for one term" where the calendar knows no end of any term.
_TERM_DAYS = 120
# How far ahead a slot is looked for where no recall ends the search.
_SEARCH_DAYS = 200


def due_date(visitor: Visitor, material: Material, rules: Rules, rota: Rota, today: date) -> date:
    """The last day on which a loan made today is in time; never before today.

    Before the recall day of the running term: at the latest the recall day (moved back to an open day). On the
    recall day or after it: at the latest the term's end. Outside every term the plain number of days holds,
    moved on out of closures, and a loan "for one term" runs until the next term's recall; a date that lands in
    a term is treated as any other in that term. Without any term entered, nothing but the days, the slots and the
    closures counts, and "one term" is 120 days.
    """
    calendar = rota.calendar
    kind = rules.kinds[visitor.kind]
    days = kind.materials[material].days
    term = term_of(calendar, today) or _term_to_come(calendar, today, days)
    if term is None:
        target = today + timedelta(days=_TERM_DAYS if days is None else days)
        if calendar.terms:
            return next_unclosed_day(calendar, target)
        last = target + timedelta(days=_SEARCH_DAYS)
    else:
        last = _last_day(term, today)
        target = last if days is None else min(today + timedelta(days=days), last)
    if kind.due_on_slot and target < last and has_weekly_turn(rota, visitor):
        turn = first_turn_day(rota, visitor, target, last)
        if turn is not None:
            return turn
        if term is not None:
            target = last
    return _open_day_near(calendar, today, target, last)


def due_now(visitor: Visitor, rules: Rules, rota: Rota, due_on: date) -> date:
    """The last day in time, as calendar and rota stand now, of a loan that was made due on `due_on`; never before it.

    A closure, a swap or a new rota may have come after the loan. Who is due by slots and has none left on that day
    is in time until the next one, at most until the recall day; others until the first day that is not closed.
    """
    calendar = rota.calendar
    first = next_unclosed_day(calendar, due_on)
    if not rules.kinds[visitor.kind].due_on_slot or not has_weekly_turn(rota, visitor):
        return first
    if not calendar.terms:
        return first_turn_day(rota, visitor, due_on, due_on + timedelta(days=_SEARCH_DAYS)) or first
    term = term_of(calendar, due_on)
    if term is None or due_on >= (term.recall_on or term.ends_on):
        return first
    return first_turn_day(rota, visitor, due_on, _last_day(term, due_on)) or first


def _term_to_come(calendar: Calendar, today: date, days: int | None) -> Term | None:
    """For a loan made outside every term: the term that its plain end lies in, or the next one if it has none."""
    if days is None:
        return next_term(calendar, today)
    return term_of(calendar, next_unclosed_day(calendar, today + timedelta(days=days)))


def _last_day(term: Term, today: date) -> date:
    """The latest due date of a loan made today and due in `term`."""
    recall = min(term.recall_on or term.ends_on, term.ends_on)
    return recall if today < recall else term.ends_on


def _open_day_near(calendar: Calendar, today: date, target: date, last: date) -> date:
    """The first school day from `target` to `last`, else the last one before `target` that is not before today.

    Where no school is held in all that time, any open day; where there is none either, `last`.
    """
    onwards = [target + timedelta(days=n) for n in range((last - target).days + 1)]
    back = [target - timedelta(days=n) for n in range(1, (target - today).days + 1)]
    for suits in (is_school_day, is_open_day):
        for day in (*onwards, *back):
            if suits(calendar, day):
                return day
    return last
