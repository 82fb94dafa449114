"""`kiosk bench photos`: what is read, missed and wrong in a folder of pictures, and that broken ones stop nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.bench_photos import load, measure, same_value, totals, truths_of
from kiosk.cli import run
from kiosk.scanner.decode import Found
from tests.scanner.pictures import ASIDE, picture, scene

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def put(folder: Path, name: str, pixels: np.ndarray, truth: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    path.with_suffix(".txt").write_text(truth, "utf-8")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    card, book = picture("easy", ASIDE, "code128"), picture("easy", ASIDE, "ean13")
    put(tmp_path, "cards/one.png", card.pixels, card.value + "\n")
    put(tmp_path, "cards/other.webp", card.pixels, "12345678")
    put(tmp_path, "books/深/book.JPG", book.pixels, f"\ufeff{book.value}\r\n")
    put(tmp_path, "empty.jpeg", scene("text", ASIDE), "none")
    (tmp_path / "books" / "broken.png").write_bytes(b"\x89PNG\r\n rubbish")
    (tmp_path / "books" / "broken.txt").write_text("1")
    (tmp_path / "books" / "nothing.png").write_bytes(b"")
    (tmp_path / "books" / "nothing.txt").write_text("none")
    put(tmp_path, "untold.png", card.pixels, "x")
    (tmp_path / "untold.txt").unlink()
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_each_picture_and_the_totals_by_folder_are_told(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(photos), "--json"]) == 0
    seen = capsys.readouterr()
    told = json.loads(seen.out)
    results = {one["picture"]: one["result"] for one in told["pictures"]}
    assert results == {
        "books/broken.png": "broken",
        "books/nothing.png": "broken",
        "books/深/book.JPG": "read",
        "cards/one.png": "read",
        "cards/other.webp": "wrong",
        "empty.jpeg": "clear",
    }
    by_folder = {one["folder"]: (one["pictures"], one["read"], one["missed"], one["wrong"]) for one in told["totals"]}
    assert by_folder == {
        ".": (1, 0, 0, 0),
        "books": (2, 0, 0, 0),
        "books/深": (1, 1, 0, 0),
        "cards": (2, 1, 1, 1),
        "*": (6, 2, 1, 1),
    }
    assert all(one["milliseconds"] > 0 for one in told["pictures"] if one["result"] != "broken")
    assert "books/broken.png 打不开" in seen.err


def test_a_picture_on_which_the_decoder_fails_stops_nothing(photos: Path) -> None:
    def fails(_picture: np.ndarray) -> tuple[Found, ...]:
        raise IndexError("past the end")

    results = measure(photos, fails)
    assert len(results) == 6
    assert {one.result for one in results} == {"broken"}
    assert "books/深/book.JPG 读码时出错 / the decoder failed: IndexError: past the end" in [
        one.note for one in results
    ]


def test_people_see_a_line_a_picture_and_a_line_a_folder(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(photos)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith(("read ", "missed ", "wrong ", "clear ")) for line in lines) == 4
    assert [line.split()[0] for line in lines[-5:]] == [".", "books", "books/深", "cards", "*"]


def test_a_folder_without_truths_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(tmp_path)]) == 1
    assert run(["bench", "photos", str(tmp_path / "missing")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_every_line_is_a_truth_and_misses_do_not_fail(tmp_path: Path) -> None:
    put(tmp_path, "two.png", np.zeros((30, 30), np.uint8), "111\n222\n\n")

    def decode(_: object) -> Iterator[Found]:
        return iter([Found("222", "code39", SQUARE), Found("333", "itf", SQUARE)])

    (one,) = measure(tmp_path, lambda pixels: tuple(decode(pixels)))
    assert (one.result, one.read, one.missed, one.wrong) == ("wrong", ("222",), ("111",), ("itf 333",))
    assert totals([one])[-1]["wrong"] == 1


@pytest.mark.parametrize(
    ("value", "symbology", "truth", "same"),
    [
        ("036000291452", "upca", "0036000291452", True),
        ("036000291452", "upca", "036000291452", True),
        ("9787544270878", "ean13", "9787544270878", True),
        ("0123", "code128", "123", False),
        ("A1234B", "codabar", "1234", True),
        ("A1234B", "codabar", "C1234D", True),
        ("A1234B", "codabar", "a1234b", True),
        ("A1234B", "code39", "1234", False),
        ("1234", "itf", "12345", False),
    ],
)
def test_values_are_the_same_up_to_a_leading_zero_and_codabars_ends(
    value: str, symbology: str, truth: str, same: bool
) -> None:
    assert same_value(value, symbology, truth) is same


def test_none_is_no_truth() -> None:
    assert truths_of("none\n") == truths_of("") == ()
    assert truths_of("none\n12") == ("none", "12")


def test_transparent_and_deep_pictures_are_opened(tmp_path: Path) -> None:
    clear = np.zeros((30, 40, 4), np.uint8)
    deep = np.full((30, 40), 65535, np.uint16)
    for name, pixels in (("clear.png", clear), ("deep.png", deep)):
        put(tmp_path, name, pixels, "none")
        opened = load(tmp_path / name)
        assert opened.dtype == np.uint8
        assert int(opened.min()) == 255
