"""What came out of a catalogue file, whatever kind of file it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.flows.views import Text, Value
from kiosk.lending.stock import Remark, StockRecord


class Form(StrEnum):
    """The kinds of catalogue file."""

    ISO2709 = "iso2709"
    MARCXML = "marcxml"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be read at all: its number in the file, from 1, and the reason (a refusing remark)."""

    place: int
    remark: Remark


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """The records of a file, those that could not be read, and how it was read.

    `profile` is the name of the MARC profile, or of the sheet; `encoding` that of most records. Records that must
    not be taken are among `records`: one of their remarks refuses. `left` names other sheets of the file that hold
    books too and were not read.
    """

    form: Form
    records: tuple[StockRecord, ...]
    broken: tuple[Broken, ...] = ()
    profile: str = ""
    encoding: str = ""
    left: tuple[str, ...] = ()

    @property
    def good(self) -> tuple[StockRecord, ...]:
        """The records that can be taken; those that say the same of a title (a row for each copy) as one."""
        groups: dict[object, list[StockRecord]] = {}
        for record in self.records:
            if not refused(record.remarks):
                groups.setdefault((record.title, record.each, bool(record.copies)), []).append(record)
        return tuple(_together(group) for group in groups.values())


def _together(records: Sequence[StockRecord]) -> StockRecord:
    """One record at the place of the first, with the copies and remarks of all."""
    first = records[0]
    if len(records) == 1:
        return first
    copies = tuple(copy for record in records for copy in record.copies)
    return replace(
        first,
        copies=copies,
        count=0 if copies else sum(record.count or 1 for record in records),
        remarks=tuple(dict.fromkeys(remark for record in records for remark in record.remarks)),
    )


def refused(remarks: Iterable[Remark]) -> bool:
    """Whether one of `remarks` refuses the record."""
    return any(remark.refuses for remark in remarks)


def remark_text(remark: Remark, form: Form) -> Text:
    """The sentence about a record or row of a file in `form`; where it is comes from `place_text`."""
    values: dict[str, Value] = {"field": remark.field, "found": remark.found}
    if remark.other:
        values["other"] = place_text(form, remark.other)
    return Text(f"exchange.remark.{remark.code}", values)


def place_text(form: Form, place: int) -> Text:
    """Where a record stands: "Row 12" or "Record 12"."""
    return Text("exchange.place.row" if form is Form.SHEET else "exchange.place.record", {"number": place})
