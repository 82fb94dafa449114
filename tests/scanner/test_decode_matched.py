"""Our own reader for EANs out of focus: it finds what engines cannot, and says when it is not sure."""

from __future__ import annotations

import numpy as np

from kiosk.scanner.decode.matched import LEAST_MARGIN, MOST_MISFIT, ends, match
from kiosk.scanner.decode.symbols import check_digit, runs


def profile(value: str, blur: float, module: float = 4.0, margin: int = 60) -> np.ndarray:
    """Grey along a drawn code, `blur` modules out of focus, `margin` pixels of paper on each side."""
    edges = np.cumsum(runs(value, "ean13")[0]) * module
    at = np.arange(int(edges[-1])) + 0.5
    inked = np.where(np.searchsorted(edges, at, side="right") % 2 == 0, 30.0, 220.0)
    line = np.concatenate([np.full(margin, 220.0), inked, np.full(margin, 220.0)])
    reach = int(4 * blur * module) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (blur * module)) ** 2)
    return np.convolve(np.pad(line, reach, mode="edge"), kernel / kernel.sum(), "valid")


def values(count: int) -> list[str]:
    rng = np.random.default_rng(5)
    codes = ["".join(str(d) for d in rng.integers(0, 10, 12)) for _ in range(count)]
    return [code + check_digit(code) for code in codes]


def test_codes_far_out_of_focus_are_read_either_way_up() -> None:
    for value in values(6):
        for blur in (0.4, 0.7):
            line = profile(value, blur)
            for seen, up in ((line, True), (line[::-1], False)):
                where = ends(seen)
                assert where is not None
                found = match(seen, *where)
                assert found is not None
                assert found.value == value
                assert found.misfit < MOST_MISFIT
                assert found.margin > LEAST_MARGIN
                assert (found.start < found.end) is up


def test_bars_that_are_no_ean_fit_badly_or_leave_a_doubt() -> None:
    rng = np.random.default_rng(6)
    for _ in range(12):
        widths = np.repeat(rng.integers(1, 5, 60), 1) * 4
        line = np.concatenate([np.repeat([30.0 if i % 2 else 220.0], n) for i, n in enumerate(widths)])
        found = match(line, 40.0, line.size - 40.0)
        assert found is None or found.misfit > MOST_MISFIT or found.margin < LEAST_MARGIN


def test_an_even_strip_has_no_ends_to_speak_of() -> None:
    flat = np.full(300, 128.0)
    where = ends(flat)
    assert where is None or match(flat, *where) is None or match(flat, *where).misfit > MOST_MISFIT  # type: ignore[union-attr]  # checked
