"""The message keys which the program puts together at run time, as patterns and what stands in their gaps.

An f-string in `kiosk/` that begins like a message key must be listed here: its text with `{}` for each gap, and
what fills the gap. The suite then knows that each of these messages exists and is used.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.flows import answers, trouble
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import ReasonCode
from kiosk.lending.rota import AudienceKind

FAMILIES: dict[str, Iterable[str]] = {
    "common.{}": (
        *("class_name", "money"),
        *(f"date.{form}" for form in ("day", "short", "full")),
        *(f"datetime.{form}" for form in ("weektime", "when", "full")),
        *(f"{family}.{number}" for family in ("weekday", "weekday_short") for number in range(1, 8)),
        *(f"month.{number}" for number in range(1, 13)),
    ),
    "common.audience.{}": (AudienceKind.EVERYONE, AudienceKind.TEACHERS),
    "session.greeting.{}": PatronKind,
    "session.reason.{}": [*ReasonCode, "not_your_slot_open", "closed_open"],
    "session.reason.{}.todo": set(ReasonCode),
    "session.answer.{}": sorted({answer.name for answer in answers.ALL}),
    "session.answer.{}.line": sorted({answer.name for answer in answers.ALL if answer.line}),
    "session.trouble.{}": sorted(trouble.CODES),
    "session.trouble.{}.still_works": sorted(trouble.CODES),
    "session.trouble.{}.to_do": sorted(trouble.CODES),
}
"""Pattern with one gap → what fills it. A pattern with two gaps is written with the fillings joined by `|`."""
