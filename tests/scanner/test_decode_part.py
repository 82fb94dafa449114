"""A part of a code is no code, where something white takes the place of its quiet zone too."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.scanner.decode import decode
from kiosk.scanner.decode.symbols import runs
from tests.scanner.pictures import photograph

MODULE, MARGIN = 3, 60


def drawn(value: str) -> np.ndarray:
    edges = np.cumsum(runs(value, "itf")[1]) * MODULE
    at = np.arange(int(edges[-1])) + 0.5
    inked = np.where(np.searchsorted(edges, at, side="right") % 2 == 0, 30, 225)
    line = np.concatenate([np.full(MARGIN, 225), inked, np.full(MARGIN, 225)])
    rows = np.full((260, line.size), 225)
    rows[60:200] = line
    return rows.astype(np.uint8)


@pytest.mark.parametrize(("value", "pairs"), [("74294974824495778437", 4), ("093184666514864524212877", 6)])
def test_a_part_before_a_white_patch_is_not_read(value: str, pairs: int) -> None:
    """The pair 82 or 86 begins with what an Interleaved 2 of 5 ends with: wide bar, narrow space, narrow bar."""
    whole = drawn(value)
    assert [one.value for one in decode(whole)] == [value]
    kept = MARGIN + MODULE * (4 + 16 * pairs + 5)
    patched = whole.copy()
    patched[:, kept : kept + 14 * MODULE] = 225
    assert [one.value for one in decode(patched)] == []


def flat_over(code: np.ndarray, tone: int, cut: float, small: float) -> np.ndarray:
    """A code (height, w) on a grey table, something flat over its first share."""
    shown = code[60:200].copy()
    shown[:, : round(cut * shown.shape[1])] = tone
    table = np.pad(shown, 60, constant_values=150)
    return cv2.GaussianBlur(cv2.resize(table, None, fx=small, fy=small, interpolation=cv2.INTER_AREA), (0, 0), 0.8)


@pytest.mark.parametrize(
    ("value", "tone", "cut", "small"),
    [
        ("81563597301282826595", 200, 0.487, 0.8),
        ("106667135264842998562186", 110, 0.184, 1.0),
        ("3936434632", 160, 0.388, 0.8),
    ],
)
def test_what_a_finger_or_a_sticker_leaves_of_a_code_is_not_read(
    value: str, tone: int, cut: float, small: float
) -> None:
    assert [one.value for one in decode(flat_over(drawn(value), 225, 0.0, small))] == [value]
    assert decode(flat_over(drawn(value), tone, cut, small)) == ()


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        ("652300018695697655928603", 280),
        ("212484036879180522635217", 568),
        ("01218850034642167014", 232),
        ("98599904623685168253", 424),
    ],
)
def test_a_sticker_whiter_than_the_paper_is_no_quiet_zone(value: str, cut: int) -> None:
    """Each is cut where a pair begins as an Interleaved 2 of 5 ends; what is left reads like a whole one."""
    shown = np.asarray(drawn(value)[60:200] * 0.72, np.uint8)
    patched = shown.copy()
    patched[:, cut:] = 225
    for code, read in ((shown, [value]), (patched, [])):
        table = cv2.GaussianBlur(np.pad(code, 60, constant_values=110), (0, 0), 0.8)
        assert [one.value for one in decode(table)] == read


def test_a_line_that_leans_in_over_the_ends_of_bars_reads_no_part_of_a_code() -> None:
    shown = photograph("tilted", 5002)
    assert [one.value for one in decode(shown.pixels)] in ([], [shown.value])


def test_words_a_frame_and_another_label_beside_it_do_not_hide_a_code() -> None:
    shown = np.full((400, 760), 225, np.uint8)
    code = drawn("12345670")
    shown[80:340, 150 : 150 + code.shape[1]] = code
    shown[:, 690:700] = 40
    shown[:, 60:64] = 40
    assert [one.value for one in decode(shown)] == ["12345670"]


def test_the_left_half_of_a_blurred_code_is_no_upce() -> None:
    shown = photograph("defocus", 2025)
    assert shown.symbology == "upca"
    assert [one.value for one in decode(shown.pixels)] in ([], [shown.value])
