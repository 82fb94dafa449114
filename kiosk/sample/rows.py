"""What the sample invents as rows of the store's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.lending.rota import Rota, audience_to_plain
from kiosk.sample.catalogue import Work
from kiosk.sample.story import ToldLoan

ZONE = "Asia/Shanghai"

Row = dict[str, Any]


def instant(local: datetime) -> datetime:
    """The UTC instant of the sample school's naive local time."""
    return local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def title_rows(works: Sequence[Work]) -> list[Row]:
    """The titles in the order in which they were bought."""
    return [
        {
            "title_id": order,
            "material": work.material,
            "isbn": work.isbn,
            "title": work.title,
            "authors": work.authors,
            "publisher": work.publisher,
            "published": work.published,
            "clc": work.clc,
            "price_fen": work.price_fen,
            "created_at": instant(datetime.combine(work.bought_on, time(9, 0))),
        }
        for order, work in enumerate(works, start=1)
    ]


def loan_row(told: ToldLoan) -> Row:
    """A loan of the story."""
    return {
        "loan_id": told.loan_id,
        "copy_id": told.copy_id,
        "patron_id": told.patron_id,
        "class_id": told.class_id,
        "lent_at": instant(told.lent_at),
        "due_on": told.due_on,
        "renewals": 0,
        "returned_at": instant(told.returned_at) if told.returned_at else None,
        "undone": False,
        "session_id": f"sample-{told.patron_id}-{told.lent_at:%Y%m%d}",
    }


def event_rows(loans: Sequence[ToldLoan], by_hand: Sequence[tuple[datetime, Row]]) -> list[Row]:
    """What the desk would have recorded, in order of time."""
    told: list[tuple[datetime, Row]] = [(at, {"loan_id": None} | row) for at, row in by_hand]
    for loan in loans:
        about = {"patron_id": loan.patron_id, "copy_id": loan.copy_id, "loan_id": loan.loan_id, "operator_id": None}
        told.append((loan.lent_at, about | {"action": "lent", "details": {"due_on": loan.due_on.isoformat()}}))
        if loan.returned_at is not None:
            details: Row = {"days_late": loan.days_late} if loan.days_late else {}
            if loan.suspended_until != loan.suspended_before:
                before = loan.suspended_before
                details["suspended_until"] = str(loan.suspended_until)
                details["suspended_before"] = str(before) if before else None
            told.append((loan.returned_at, about | {"action": "returned", "details": details}))
    told.sort(key=lambda entry: entry[0])
    fixed = {"kiosk": "示例", "step": 1}
    return [
        {"seq": seq, "at": instant(at), "request_id": f"sample-{seq}"} | fixed | row
        for seq, (at, row) in enumerate(told, start=1)
    ]


def calendar_rows(rota: Rota) -> dict[str, Sequence[Row]]:
    """The rows of terms, closures, swap days and weekly slots."""
    calendar = rota.calendar
    return {
        "terms": [
            {
                "term_id": term.term_id,
                "name": term.name,
                "starts_on": term.starts_on,
                "ends_on": term.ends_on,
                "recall_on": term.recall_on,
            }
            for term in calendar.terms
        ],
        "closures": [
            {
                "closure_id": closure.closure_id,
                "starts_on": closure.starts_on,
                "ends_on": closure.ends_on,
                "reason": closure.reason,
            }
            for closure in calendar.closures
        ],
        "swap_days": [
            {"day": swap.day, "uses_weekday": swap.uses_weekday, "as_of": swap.as_of} for swap in calendar.swap_days
        ],
        "slots": [
            {
                "slot_id": slot.slot_id,
                "weekday": slot.weekday,
                "starts": slot.starts,
                "ends": slot.ends,
                "weeks": slot.weeks.value,
                "audience": audience_to_plain(slot.audience),
                "label": slot.label,
            }
            for slot in rota.slots
        ],
    }
