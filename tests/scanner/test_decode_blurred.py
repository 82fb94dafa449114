"""Our own reader for blurred codes: it finds what engines cannot, and says when it is not sure."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.scanner.decode.blurred import Guess, ends, guesses, is_sure
from kiosk.scanner.decode.symbols import code128_text, runs
from tests.scanner.pictures import make_symbol

READ = ("ean13", "upca", "ean8", "upce", "code128", "code39", "itf", "codabar")


def profile(widths: tuple[float, ...], disc: float, module: float = 4.0, margin: int = 60) -> np.ndarray:
    """Grey along a drawn code seen through a lens out of focus: a disc of this radius in modules."""
    edges = np.cumsum(widths) * module
    at = np.arange(int(edges[-1])) + 0.5
    inked = np.where(np.searchsorted(edges, at, side="right") % 2 == 0, 30.0, 220.0)
    line = np.concatenate([np.full(margin, 220.0), inked, np.full(margin, 220.0)])
    reach = int(disc * module) + 1
    kernel = np.sqrt(np.maximum(0.0, (disc * module) ** 2 - np.arange(-reach, reach + 1.0) ** 2))
    return np.convolve(np.pad(line, reach, mode="edge"), kernel / kernel.sum(), "valid")


def sure(line: np.ndarray) -> list[Guess]:
    where = ends(line)
    return [] if where is None else [one for one in guesses(line, *where, 1.0) if is_sure(one)]


@pytest.mark.parametrize("kind", READ)
def test_codes_far_out_of_focus_are_read_either_way_up(kind: str) -> None:
    symbol = make_symbol(np.random.default_rng(2), kind)
    wanted = "0" + symbol.value if kind == "upca" else symbol.value
    for line, up in ((profile(symbol.widths, 1.0), True), (profile(symbol.widths, 1.0)[::-1], False)):
        assert [(one.value, one.start < one.end) for one in sure(line)] == [(wanted, up)]


def test_bars_that_are_no_code_are_never_sure() -> None:
    rng = np.random.default_rng(6)
    for least, most in ((1, 5), (1, 3)):
        for disc in (0.4, 1.2):
            widths = tuple(float(one) for one in rng.integers(least, most, 61))
            assert sure(profile(widths, disc)) == []


def test_a_code_too_far_out_of_focus_is_left_alone() -> None:
    rng = np.random.default_rng(7)
    for kind in ("code39", "itf", "codabar"):
        symbol = make_symbol(rng, kind)
        noisy = profile(symbol.widths, 2.4) + rng.normal(0, 6, profile(symbol.widths, 2.4).size)
        assert all(one.value == symbol.value for one in sure(noisy))


def test_an_even_strip_has_nothing_in_it() -> None:
    assert sure(np.full(300, 128.0)) == []


def test_code_words_are_read_back_as_they_are_written() -> None:
    assert code128_text([104, 65 - 32, 99, 12, 34, 100, 66 - 32]) == "A1234B"
    assert code128_text([103, 33, 98, 65, 34]) == "AaB"
    assert code128_text([105, 102, 1, 23]) == "0123"
    assert code128_text([104, 100]) is None
    assert runs("A1234B", "code128")
