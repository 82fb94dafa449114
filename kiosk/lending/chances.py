"""When somebody who is refused now may borrow: the one time that is told, whatever the single reasons say.

A suspension may end on a Saturday, and the class's turn may come before it ends. So the reasons are not asked each
for its own date; the first time is looked for that none of them refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from kiosk.lending.calendar import is_closed, is_in_term, is_school_day, swap_day_on
from kiosk.lending.patrons import Visitor
from kiosk.lending.policy import Reason, ReasonCode
from kiosk.lending.rota import Rota, next_sitting, next_turn
from kiosk.lending.rules import OutsideTerms, Rules

WAITING: frozenset[ReasonCode] = frozenset({ReasonCode.NOT_YOUR_SLOT, ReasonCode.CLOSED, ReasonCode.SUSPENDED})
"""The reasons that go away by waiting."""
_NOT_BY_TIME = frozenset({ReasonCode.CLOCK, ReasonCode.CARD_STOPPED})
_SEARCH_DAYS = 200


def next_chance(
    reasons: Iterable[Reason], visitor: Visitor, rules: Rules, rota: Rota, now: datetime
) -> datetime | date | None:
    """When `visitor`, whom `reasons` refuse every loan now, may borrow: the start of their turn, or an open day.

    What they can do themselves counts as done today: what is overdue is back (which may suspend), and so is one
    book where the limit is reached. None where there is nothing to wait for, and where no such time is known.
    """
    reasons = tuple(reasons)
    ends = [day for reason in reasons if isinstance(day := reason.data.get("until"), date)]
    waits = ends or any(reason.code in WAITING for reason in reasons)
    if not waits or any(reason.code in _NOT_BY_TIME for reason in reasons):
        return None
    after = max([now, *(datetime.combine(day, time.min) - timedelta.resolution for day in ends)])
    bound = rules.kinds[visitor.kind].bound_to_rota
    turn = next_turn(rota, visitor, after, _SEARCH_DAYS) if bound else next_sitting(rota, after, _SEARCH_DAYS)
    known = _SEARCH_DAYS if turn is None else (turn.starts.date() - after.date()).days
    coming = (after.date() + timedelta(days=ahead) for ahead in range(1, known + 1))
    free = next((day for day in coming if _open_without_turn(rota, rules, day, bound=bound)), None)
    return free if free is not None or turn is None else turn.starts


def _open_without_turn(rota: Rota, rules: Rules, day: date, *, bound: bool) -> bool:
    """Whether `day` is one on which who is `bound` to the rota or not may borrow at any time of it.

    At week-ends nobody is there, unless school is held or the rota has a turn.
    """
    calendar = rota.calendar
    if is_in_term(calendar, day):
        return is_school_day(calendar, day) and not (bound and rota.slots)
    working = day.isoweekday() < 6 or swap_day_on(calendar, day) is not None
    return rules.outside_terms is OutsideTerms.OPEN_TO_ALL and working and not is_closed(calendar, day)
