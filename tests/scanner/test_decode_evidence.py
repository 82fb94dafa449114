"""What is believed: agreement, or a reading that lies exactly on the picture; never a part, never two in one place."""

from __future__ import annotations

import numpy as np

from kiosk.scanner.decode.evidence import Vote, candidates, decide
from kiosk.scanner.decode.strips import ROWS, Strip
from kiosk.scanner.decode.symbols import runs

MODULE, MARGIN = 4, 60
HOME = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def strip(value: str, symbology: str) -> Strip:
    edges = np.cumsum(runs(value, symbology)[0]) * MODULE
    at = np.arange(int(edges[-1])) + 0.5
    inked = np.where(np.searchsorted(edges, at, side="right") % 2 == 0, 30.0, 220.0)
    sharp = np.concatenate([np.full(MARGIN, 220.0), inked, np.full(MARGIN, 220.0)])
    line = np.convolve(np.pad(sharp, 2, mode="edge"), [0.1, 0.2, 0.4, 0.2, 0.1], "valid")  # as a lens has it
    return Strip(np.tile(line.astype(np.float32), (ROWS, 1)), HOME)


def votes(value: str, symbology: str, seen: Strip, count: int, part: tuple[float, float] = (0.0, 1.0)) -> list[Vote]:
    """`count` readings of different looks by one engine, over this part of the bars."""
    length = seen.pixels.shape[1] - 2 * MARGIN
    start, end = MARGIN + part[0] * length, MARGIN + part[1] * length
    return [Vote(value, symbology, "zxing", f"look {i}", start, end) for i in range(count)]


def sure(seen: Strip, *claims: list[Vote]) -> list[str]:
    return [one.value for one, _ in decide(candidates([vote for some in claims for vote in some]), seen)]


def test_two_readings_that_lie_exactly_on_the_picture_are_believed() -> None:
    for value, symbology in (
        ("9787544270878", "ean13"),
        ("A12345B", "codabar"),
        ("AB-123", "code39"),
        ("123456", "itf"),
    ):
        seen = strip(value, symbology)
        assert sure(seen, votes(value, symbology, seen, 2)) == [value]


def test_readings_that_do_not_lie_on_the_picture_are_not() -> None:
    seen = strip("9787544270878", "ean13")
    for value, symbology in (
        ("9787544220873", "ean13"),
        ("A12345B", "codabar"),
        ("AB-123", "code39"),
        ("123456", "itf"),
    ):
        assert sure(seen, votes(value, symbology, seen, 3)) == []


def test_a_part_of_a_longer_code_is_no_code() -> None:
    seen = strip("12345678901234", "itf")
    length = sum(runs("12345678901234", "itf")[0])
    eight = sum(runs("12345678", "itf")[0]) / length
    assert sure(seen, votes("12345678", "itf", seen, 5, (0.0, eight))) == []
    assert sure(seen, votes("78901234", "itf", seen, 5, (1 - eight, 1.0))) == []


def test_of_two_values_in_one_place_the_one_that_lies_on_the_picture_is_believed() -> None:
    seen = strip("AB-123", "code39")
    assert sure(seen, votes("AB-123", "code39", seen, 3), votes("AB-128", "code39", seen, 1)) == ["AB-123"]
    assert sure(seen, votes("XYZ789", "code39", seen, 2), votes("AB-128", "code39", seen, 2)) == []


def test_impossible_values_are_no_candidates() -> None:
    seen = strip("9787544270878", "ean13")
    assert candidates(votes("9787544270879", "ean13", seen, 9)) == []
