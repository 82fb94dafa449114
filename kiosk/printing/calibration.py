"""The calibration page of a stock: how far a printer misses the labels, to be read in millimetres from rulers."""

from __future__ import annotations

from kiosk.i18n import Words
from kiosk.printing.label_stock import Adjust, LabelStock


def calibration_pdf(
    stock: LabelStock,
    words: Words,
    *,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
) -> bytes:
    """One page of `stock`: every label in outline, rulers, and how to read the shift, in the language of `words`."""
    raise NotImplementedError
