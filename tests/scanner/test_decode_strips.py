"""The strip across a code: its bars stand upright in it, however they lay in the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.scanner.decode import decode
from kiosk.scanner.decode.strips import ROWS, locate, strip_of
from kiosk.scanner.decode.symbols import runs

VALUE = "A929992437141D"


def fanned(by: float) -> np.ndarray:
    """A Codabar whose bars fan out: its lower edge is shorter than its upper one by this share of the height."""
    edges = np.cumsum(runs(VALUE, "codabar")[1]) * 4
    at = np.arange(int(edges[-1])) + 0.5
    line = np.where(np.searchsorted(edges, at, side="right") % 2 == 0, 30, 225)
    label = np.pad(np.tile(line, (200, 1)), 60, constant_values=225).astype(np.uint8)
    high, wide = label.shape
    inset = by * high / 2
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    placed = np.array([[0, 0], [wide, 0], [wide - inset, high], [inset, high]], np.float32)
    home = cv2.getPerspectiveTransform(corners, placed)
    return np.asarray(cv2.warpPerspective(label, home, (wide, high), borderValue=110), np.uint8)


@pytest.mark.parametrize("by", [0.0, 0.25, 0.5])
def test_bars_that_fan_out_stand_upright_in_a_strip(by: float) -> None:
    shown = fanned(by)
    rows = strip_of(shown, locate(shown)[0]).pixels
    wide = rows.shape[1]
    for part in (slice(wide // 8, wide // 3), slice(2 * wide // 3, 7 * wide // 8)):
        upper, lower = rows[2, part], rows[ROWS - 3, part]
        assert float(np.corrcoef(upper, lower)[0, 1]) > 0.6
    assert [one.value for one in decode(shown)] == [VALUE]
