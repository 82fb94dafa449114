"""The sample's cards and barcodes; one card was lost and replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from kiosk.lending.barcodes import BarcodeKind, ControlCode, command_number, number
from kiosk.sample.rows import Row, instant


@dataclass(frozen=True, slots=True)
class Stopped:
    """A card that was lost and replaced at `at` (local): the number refused since, and the new one."""

    patron_id: int
    old: str
    new: str
    at: datetime


def card_of(patron_id: int, stopped: Stopped) -> str:
    """A patron's card: numbered as the patrons are; the one that was replaced comes after them all."""
    return stopped.new if patron_id == stopped.patron_id else number(BarcodeKind.CARD, patron_id)


def stopped_card(patrons: Sequence[Row], demo_class: int, day: date) -> Stopped:
    """The card of the last child of a class, lost and replaced in the afternoon of `day`."""
    last = [row["patron_id"] for row in patrons if row["class_id"] == demo_class][-1]
    new = number(BarcodeKind.CARD, len(patrons) + 1)
    return Stopped(last, number(BarcodeKind.CARD, last), new, datetime.combine(day, time(15, 40)))


def barcode_rows(patrons: Sequence[Row], copies: Sequence[Row], stopped: Stopped) -> list[Row]:
    """A barcode for every patron, copy and control card, and the one that is refused."""
    empty: Row = dict.fromkeys(("patron_id", "copy_id", "command", "stopped_at"))
    lost = instant(stopped.at)
    rows: list[Row] = []
    for row in patrons:
        code = card_of(row["patron_id"], stopped)
        issued = lost if row["patron_id"] == stopped.patron_id else row["created_at"]
        rows.append(
            empty
            | {
                "code": code,
                "kind": "card",
                "patron_id": row["patron_id"],
                "active": True,
                "issued_at": issued,
            }
        )
        if row["patron_id"] == stopped.patron_id:
            rows.append(
                rows[-1] | {"code": stopped.old, "active": False, "issued_at": row["created_at"], "stopped_at": lost}
            )
    for row in copies:
        code = number(BarcodeKind.COPY, row["copy_id"])
        rows.append(
            empty
            | {
                "code": code,
                "kind": "copy",
                "copy_id": row["copy_id"],
                "active": True,
                "issued_at": row["created_at"],
            }
        )
    founded = patrons[0]["created_at"]
    for command in ControlCode:
        rows.append(
            empty
            | {
                "code": command_number(command),
                "kind": "command",
                "command": command.value,
                "active": True,
                "issued_at": founded,
            }
        )
    return rows
