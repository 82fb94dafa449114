"""Our drawing of a value against zxing-cpp's writer, and the check digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanner.decode.symbols import check_digit, full_ascii, runs, well_formed, wide_upce
from tests.scanner.pictures import KINDS, make_symbol


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"qr", "ean13+"}])
def test_bars_are_drawn_as_another_writer_draws_them(kind: str) -> None:
    for seed in range(25):
        symbol = make_symbol(np.random.default_rng(seed), kind)
        written = np.array(symbol.widths)
        assert well_formed(symbol.value, symbol.symbology)
        drawn = [np.array(one) for one in runs(symbol.value, symbol.symbology)]
        if symbol.symbology in {"itf", "codabar", "code39"}:
            gap = {"itf": 99, "codabar": 8, "code39": 10}[symbol.symbology]  # any width will do between characters
            bars = np.arange(len(written)) % gap != gap - 1
            assert all(len(one) == len(written) and ((one > 1) == (written > 1))[bars].all() for one in drawn)
            assert symbol.symbology == "itf" or {float(one[gap - 1]) for one in drawn} > {1.0}
        else:
            assert any(len(one) == len(written) and np.allclose(one, written) for one in drawn), symbol.value


def test_the_left_half_of_an_ean13_is_no_upce() -> None:
    """A UPC-E of number system 1 would be drawn so; GS1 knows number system 0 only."""
    assert well_formed("01234565", "upce")
    assert not well_formed("1234565" + check_digit(wide_upce("12345650")[:-1]), "upce")


def test_an_upce_stands_for_its_upca() -> None:
    assert wide_upce("01234565") == "012345000065"
    assert wide_upce("01278907") == "012000007897"


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_not_well_formed(digits: str, place: int, off: int) -> None:
    whole = digits + check_digit(digits)
    assert well_formed(whole, "ean13")
    other = str((int(whole[place]) + off) % 10)
    assert not well_formed(whole[:place] + other + whole[place + 1 :], "ean13")


@pytest.mark.parametrize(
    ("value", "symbology"),
    [("1234567", "itf"), ("12", "itf"), ("12a4", "itf"), ("1234", "codabar"), ("A1B", "codabar"), ("", "code39"),
     ("٣٣٣٣", "itf"), ("1234567", "ean8"), ("123456789013", "ean13")],
)  # fmt: skip
def test_impossible_values_are_known(value: str, symbology: str) -> None:
    assert not well_formed(value, symbology)


@given(st.text("".join(map(chr, range(32, 127))), min_size=1, max_size=12).map(lambda text: "#" + text + "a"))
def test_full_ascii_survives_its_spelling(text: str) -> None:
    from kiosk.scanner.decode.symbols import _PLAIN39, _UNSHIFTED

    spelt = "".join(char if char in _PLAIN39 else _UNSHIFTED[char] for char in text)
    assert full_ascii(spelt) == text


@pytest.mark.parametrize("text", ["PO/ABC", "A$P", "ISBC%D17", "12+-3", "/A+", "+A%D", "+H123ABC01X"])
def test_marks_between_capitals_are_marks(text: str) -> None:
    assert full_ascii(text) == text
    assert runs(text, "code39")
