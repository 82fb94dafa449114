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
    lost = instant(stopped.at)
    rows: list[Row] = []
    for row in patrons:
        patron_id = row["patron_id"]
        replaced = patron_id == stopped.patron_id
        issued = lost if replaced else row["created_at"]
        rows.append(_barcode("card", card_of(patron_id, stopped), issued, patron_id=patron_id))
        if replaced:
            of_before = {"code": stopped.old, "active": False, "issued_at": row["created_at"], "stopped_at": lost}
            rows.append(rows[-1] | of_before)
    for row in copies:
        copy_id = row["copy_id"]
        rows.append(_barcode("copy", number(BarcodeKind.COPY, copy_id), row["created_at"], copy_id=copy_id))
    founded = patrons[0]["created_at"]
    rows += [_barcode("command", command_number(one), founded, command=one.value) for one in ControlCode]
    return rows


def _barcode(kind: str, code: str, issued_at: datetime, **whose: object) -> Row:
    nobody: Row = dict.fromkeys(("patron_id", "copy_id", "command", "stopped_at"))
    return nobody | whose | {"code": code, "kind": kind, "active": True, "issued_at": issued_at}
