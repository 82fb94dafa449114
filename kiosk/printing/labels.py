"""Labels of copies on stock: the spine label with its three lines and class colour, the barcode label, or both on one.

One label is a `Drawing` in mm from its lower left corner, made by `lay_out` and the same for paper and for label
printers; `labels_pdf` puts drawings on sheets, `kiosk.printing.raster` turns them into dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kiosk.flows.views import Text, Value
from kiosk.lending.call_numbers import CallNumber
from kiosk.printing.label_stock import Adjust as Adjust
from kiosk.printing.label_stock import Face as Face
from kiosk.printing.label_stock import LabelStock as LabelStock

Kind = Literal["code128", "code39", "codabar"]
"""How a copy's number is printed; own numbers are Code 128, a school's own may be one of the others."""


@dataclass(frozen=True, slots=True)
class Label:
    """Everything that can stand on a label of one copy; empty where there is nothing."""

    barcode: str
    call_number: CallNumber
    title: str = ""
    accession_no: str = ""
    library: str = ""
    kind: Kind = "code128"


class LabelTrouble(Exception):  # noqa: N818  as FileTrouble: something cannot be printed, in a sentence
    """A label cannot be printed so. `code` is one of `LABEL_TROUBLES`, the message `label.trouble.<code>`."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, Value] = values

    @property
    def text(self) -> Text:
        """The sentence: what, where, what to do."""
        return Text(f"label.trouble.{self.code}", self.values)


LABEL_TROUBLES: Final = ("too_small", "too_long", "not_in_kind", "start")


def labels_pdf(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 300,
) -> bytes:
    """The labels as a PDF on `stock`, the first one on label `start` (from 1) of a part-used sheet.

    Bars are whole dots of a printer of `dpi`. Raises LabelTrouble when a number has no room on this stock, cannot be
    written in its kind, or `start` is not on the page.
    """
    raise NotImplementedError
