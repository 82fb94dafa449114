"""The message keys which the program puts together at run time, as patterns and what stands in their gaps.

An f-string in `kiosk/` that begins like a message key must be listed here: its text with `{}` for each gap, and
what fills the gap. The suite then knows that each of these messages exists and is used.
"""

from __future__ import annotations

from collections.abc import Iterable

FAMILIES: dict[str, Iterable[str]] = {
    "common.{}": (
        *("class_name", "money"),
        *(f"date.{form}" for form in ("day", "short", "full")),
        *(f"datetime.{form}" for form in ("weektime", "when", "full")),
        *(f"{family}.{number}" for family in ("weekday", "weekday_short") for number in range(1, 8)),
        *(f"month.{number}" for number in range(1, 13)),
    ),
}
"""Pattern with one gap → what fills it. A pattern with two gaps is written with the fillings joined by `|`."""
