"""Simulated photographs: most are read, none wrongly, and a folder of them can be made and measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiosk.bench.photos import load, measure, totals
from kiosk.scanner.decode import decode
from tests.scanner.pictures import ASIDE, PHOTOGRAPHED, PRINTED, photograph, printed
from tests.scanner.pictures.folder import fill


def test_a_folder_of_photographs_is_read_and_nothing_in_it_wrongly(tmp_path: Path) -> None:
    assert fill(tmp_path, ["photographs"], 1) == len(PHOTOGRAPHED)
    all_of_them = totals(measure(tmp_path, decode))[-1]
    assert (all_of_them["pictures"], all_of_them["wrong"], all_of_them["broken"]) == (len(PHOTOGRAPHED), 0, 0)
    assert all_of_them["read"] >= len(PHOTOGRAPHED) - 2
    kept = load(tmp_path / f"photographs/dark/{ASIDE}.png")
    assert np.array_equal(kept, photograph("dark", ASIDE).pixels)  # so that others can measure the same


def test_scenes_without_a_code_have_none_as_their_truth(tmp_path: Path) -> None:
    fill(tmp_path, ["scenes"], 1)
    assert {path.read_text() for path in tmp_path.rglob("*.txt")} == {"none\n"}


@pytest.mark.parametrize("condition", PRINTED)
def test_labels_are_read_as_printers_make_them(condition: str) -> None:
    """Thick and thin ink, wide gaps, bearer bars, sharp edges, seen aslant: not as our own drawing has them."""
    shown = [printed(condition, seed) for seed in range(ASIDE, ASIDE + 8)]
    read = [[one.value for one in decode(one.pixels)] for one in shown]
    assert all(values in ([], [one.value]) for one, values in zip(shown, read, strict=True))
    assert sum(map(bool, read)) >= 6
