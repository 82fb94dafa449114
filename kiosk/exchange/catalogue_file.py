"""What came out of a catalogue file, whatever kind of file it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.flows.views import Text
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
        """The records that can be taken."""
        return tuple(record for record in self.records if not refused(record.remarks))


def refused(remarks: Iterable[Remark]) -> bool:
    """Whether one of `remarks` refuses the record."""
    return any(remark.refuses for remark in remarks)


def remark_text(remark: Remark) -> Text:
    """The sentence about a record or row; where it is comes from `place_text`."""
    return Text(f"exchange.remark.{remark.code}", {"field": remark.field, "found": remark.found, "other": remark.other})


def place_text(form: Form, place: int) -> Text:
    """Where a record stands: "row 12" or "record 12"."""
    return Text("exchange.place.row" if form is Form.SHEET else "exchange.place.record", {"number": place})
