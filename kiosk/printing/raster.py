"""Labels as dots for label printers: one bit a dot, bars exactly on dots, Chinese as the same type as on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.printing.labels import Adjust, Face, Label, LabelStock


@dataclass(frozen=True, slots=True)
class Bitmap:
    """`width` by `height` dots; `rows` are the bits from the top, each row filled up to whole bytes, 1 is black."""

    width: int
    height: int
    rows: bytes

    @property
    def row_bytes(self) -> int:
        """Bytes in a row."""
        return (self.width + 7) // 8


def label_bitmaps(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 203,
) -> Iterator[Bitmap]:
    """Each page of the labels (on a roll: each row) at `dpi`. Raises LabelTrouble as `labels_pdf`, before the first."""
    raise NotImplementedError
