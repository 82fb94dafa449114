"""`kiosk bench labels` runs for real on a few labels and tells what it promises."""

from __future__ import annotations

import json

import pytest

from kiosk.bench.labels import bench_labels


def test_labels_and_cards_are_timed_on_paper_and_for_label_printers(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_labels(True, labels=3, cards=2, rounds=2) == 0
    told = json.loads(capsys.readouterr().out)
    counts = {figure["name"]: figure["n"] for figure in told["figures"]}
    names = [
        "3 barcode labels, PDF",
        "3 spine labels, PDF",
        "3 both labels, PDF",
        "3 barcode labels, TSPL",
        "3 barcode labels, ZPL",
        "2 cards, PDF",
    ]
    assert counts == {
        "3 barcode labels, PDF, first": 1,
        "3 barcode labels, PDF, first, processor": 1,
        **dict.fromkeys(names, 2),
        **{f"{name}, processor": 2 for name in names},
    }
    assert all(0 <= figure["min"] <= figure["median"] for figure in told["figures"])
    assert told["notes"]["sheet"].startswith("a4-")
