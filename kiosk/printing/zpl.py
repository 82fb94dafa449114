"""Labels for ZPL printers."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.printing.labels import Adjust, Face, Label, LabelStock


def zpl(
    labels: Sequence[Label],
    stock: LabelStock,
    face: Face,
    *,
    start: int = 1,
    adjust: Adjust = Adjust(),  # noqa: B008  frozen
    dpi: int = 203,
    density: int | None = None,
    speed: int | None = None,
) -> bytes:
    """The bytes for the printer; density (0 to 15) and speed (inches a second) as the printer has them set if None.

    Raises LabelTrouble as `labels_pdf`.
    """
    raise NotImplementedError
