"""Label stock: the files that come with the program, a school's own, and what is said of those that are wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.i18n import LANGUAGES, Words
from kiosk.printing.label_stock import STOCK_TROUBLES, Face, LabelStock, load_stock, read_stock, shipped
from tests.printing.readers import ROLLS, SHEETS, STOCK

SHEET: dict[str, Any] = {
    "zh": "自己的标签纸",
    "en": "our own labels",
    "paper": "A4",
    "columns": 3,
    "rows": 8,
    "label": [64.0, 34.0],
    "pitch": [66.0, 34.0],
}
ROLL: dict[str, Any] = {"zh": "三排卷", "en": "three across", "roll": True, "label": [30.0, 20.0], "gap": 2.0}


def written(folder: Path, data: dict[str, Any] | str | bytes, name: str = "own") -> Path:
    folder.mkdir(exist_ok=True)
    text = tomlkit.dumps(data) if isinstance(data, dict) else data
    (folder / f"{name}.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def own(folder: Path, data: dict[str, Any]) -> LabelStock:
    found, troubles = read_stock([written(folder, data)])
    assert troubles == ()
    return found["own"]


# ── What comes with the program ──


def test_every_file_that_comes_with_the_program_is_good() -> None:
    found, troubles = read_stock([shipped()])
    assert troubles == ()
    assert {f"{name}.toml" for name in found} == {path.name for path in shipped().glob("*.toml")}


@pytest.mark.parametrize(
    ("name", "count", "label", "first", "last"),
    [
        ("a4-21-63x38", 21, (63.5, 38.1), (7.25, 15.15), (139.25, 243.75)),
        ("a4-24-64x34", 24, (63.5, 33.9), (7.25, 12.9), (139.25, 250.2)),
        ("a4-24-70x36", 24, (70.0, 36.0), (0.0, 4.5), (140.0, 256.5)),
        ("a4-24-70x37", 24, (70.0, 37.0), (0.0, 0.5), (140.0, 259.5)),
        ("a4-30-70x30", 30, (70.0, 29.7), (0.0, 0.0), (140.0, 267.3)),
        ("a4-33-70x25", 33, (70.0, 25.4), (0.0, 8.8), (140.0, 262.8)),
        ("a4-40-52x30", 40, (52.5, 29.7), (0.0, 0.0), (157.5, 267.3)),
        ("a4-65-38x21", 65, (38.1, 21.2), (4.75, 10.7), (167.15, 265.1)),
    ],
)
def test_common_sheets_have_their_published_sizes(
    name: str, count: int, label: tuple[float, float], first: tuple[float, float], last: tuple[float, float]
) -> None:
    stock = STOCK[name]
    assert (stock.per_page, stock.label) == (count, label)
    assert stock.place(1) == pytest.approx(first)
    assert stock.place(count) == pytest.approx(last)


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_a_sheet_that_comes_with_the_program_leaves_the_same_margins_on_both_sides(stock: LabelStock) -> None:
    right, down = stock.place(stock.per_page)
    assert stock.page[0] - right - stock.label[0] == pytest.approx(stock.left, abs=0.21)
    assert stock.page[1] - down - stock.label[1] == pytest.approx(stock.top, abs=0.11)


def test_the_rolls_that_schools_have_are_there() -> None:
    assert {stock.label for stock in ROLLS} >= {(50.0, 25.0), (40.0, 30.0)}
    assert all(stock.page == stock.label and stock.per_page == 1 for stock in ROLLS)


def test_the_readme_lists_what_there_is() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `((?:a4|roll)-[\w-]+)` \| (.*?) \| ([\d.]+) × ([\d.]+) \|$", readme, re.MULTILINE)
    wanted = [
        (
            stock.name,
            "roll" if stock.roll else f"{stock.columns} × {stock.rows}",
            f"{stock.label[0]:g}",
            f"{stock.label[1]:g}",
        )
        for stock in STOCK.values()
    ]
    assert rows == wanted, "\n".join(f"| `{name}` | {grid} | {wide} × {high} |" for name, grid, wide, high in wanted)


def test_the_readme_beside_the_files_names_every_file() -> None:
    text = (shipped() / "README.md").read_text("utf-8")
    assert [name for name in STOCK if not name.startswith("roll-") and f"`{name}`" not in text] == []


# ── A school's own ──


def test_a_schools_own_stock_stands_beside_ours_and_takes_the_place_of_one_of_its_name(tmp_path: Path) -> None:
    folder = written(written(tmp_path / "own", SHEET), SHEET, "a4-24-64x34")
    found = load_stock([shipped(), folder])
    assert set(found) == {*STOCK, "own"}
    assert found["a4-24-64x34"].label == (64.0, 34.0)
    assert found["own"].title("zh_CN") == "自己的标签纸"
    assert found["own"].title("en") == "our own labels"


def test_margins_that_are_not_given_put_the_labels_in_the_middle(tmp_path: Path) -> None:
    stock = own(tmp_path, SHEET)
    assert (stock.left, stock.top) == pytest.approx((7.0, 12.5))
    assert stock.suits == tuple(Face)


def test_a_row_of_labels_on_a_roll_is_one_page(tmp_path: Path) -> None:
    stock = own(tmp_path, ROLL | {"columns": 3, "pitch": [32.0, 20.0], "left": 1.0})
    assert stock.page == (96.0, 20.0)
    assert [stock.place(number) for number in (1, 2, 3)] == [(1.0, 0.0), (33.0, 0.0), (65.0, 0.0)]


def test_a_bad_file_costs_only_itself_and_ours_of_its_name_stays(tmp_path: Path) -> None:
    folder = written(written(tmp_path / "own", SHEET), "columns = ", "a4-65-38x21")
    found, troubles = read_stock([shipped(), folder])
    assert found["a4-65-38x21"] == STOCK["a4-65-38x21"]
    assert "own" in found
    assert [trouble.key for trouble in troubles] == ["label.stock.not_toml"]


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"\xff\xfe\x00", "unreadable", "UTF-8"),
        ("zh = x", "not_toml", "line 1"),
        ("x = " + "[" * 100_000, "not_toml", "[[[["),
        ("x = " + "9" * 5000, "not_toml", "digits"),
        ('zh = "a"\nen = "a"\nlabel = [64.0, 34.0]\npaper = "A4"\nrows = 3\ncolumns = 0x' + "f" * 5000, "wrong", "…"),
        ({key: value for key, value in SHEET.items() if key != "rows"}, "missing", "rows"),
        (SHEET | {"colums": 3}, "unknown", "colums"),
        (ROLL | {"top": 3}, "unknown", "top"),
        (SHEET | {"roll": "yes"}, "wrong", "yes"),
        (SHEET | {"columns": 0}, "wrong", "1–60"),
        (SHEET | {"columns": True}, "wrong", "True"),
        (SHEET | {"label": [64.0]}, "wrong", "64.0"),
        (SHEET | {"label": ["64", 34]}, "wrong", "'64'"),
        (SHEET | {"paper": "Letter"}, "wrong", "Letter"),
        (SHEET | {"left": -3.0}, "wrong", "-3.0"),
        (SHEET | {"zh": ""}, "wrong", "zh"),
        (SHEET | {"suits": ["cover"]}, "wrong", "spine"),
        (SHEET | {"pitch": [60.0, 34.0]}, "overlap", "60"),
        (SHEET | {"rows": 9}, "off_page", "4.5"),
        (SHEET | {"left": 20.0}, "off_page", "6.0"),
        (SHEET | {"label": [float("nan"), 34.0]}, "wrong", "nan"),
        (SHEET | {"label": [float("inf"), 34.0]}, "wrong", "inf"),
    ],
)
def test_a_wrong_file_gets_a_sentence_that_names_it_and_what_stands_there(
    tmp_path: Path, data: dict[str, Any] | str | bytes, code: str, said: str
) -> None:
    found, (trouble,) = read_stock([written(tmp_path, data)])
    assert found == {}
    assert trouble.key == f"label.stock.{code}"
    for language in LANGUAGES:
        words = Words(language).say(trouble)
        assert str(tmp_path / "own.toml") in words
        assert said in words
        assert "{" not in words.replace(str(trouble.values.get("found", "")), "")


def test_every_kind_of_wrong_file_was_seen_above() -> None:
    seen = {param[1] for param in _params(test_a_wrong_file_gets_a_sentence_that_names_it_and_what_stands_there)}
    assert seen == set(STOCK_TROUBLES)


def _params(test: Any) -> list[tuple[Any, ...]]:
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return list(mark.args[1])


def a_folder(place: Path) -> None:
    place.mkdir()


@pytest.mark.parametrize("make", [a_folder, os.mkfifo, lambda place: place.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_gets_a_sentence_too(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "own.toml")
    found, (trouble,) = read_stock([tmp_path, shipped()])
    assert trouble.key == "label.stock.unreadable"
    assert found.keys() == STOCK.keys()


def test_a_folder_that_cannot_be_listed_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    found, (trouble,) = read_stock([shipped(), tmp_path / "round"])
    assert (trouble.key, trouble.values["file"]) == ("label.stock.unreadable", str(tmp_path / "round"))
    assert found.keys() == STOCK.keys()


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_stock([tmp_path / "nothing"]) == ({}, ())


ANYTHING = st.one_of(
    st.booleans(),
    st.integers(-5, 300),
    st.floats(-5, 600),
    st.text(max_size=6),
    st.lists(st.floats(0, 300) | st.integers(0, 300) | st.text(max_size=3), max_size=3),
)


@settings(max_examples=150)
@given(
    st.sampled_from([SHEET, ROLL]), st.dictionaries(st.sampled_from([*SHEET, *ROLL, "left", "top", "right"]), ANYTHING)
)
def test_whatever_stands_in_a_file_it_is_a_stock_whose_labels_lie_on_the_page_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, base: dict[str, Any], changes: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("own")
    found, troubles = read_stock([written(folder, base | changes)])
    assert len(found) + len(troubles) == 1
    for stock in found.values():
        for number in range(1, stock.per_page + 1):
            left, top = stock.place(number)
            assert left > -0.1
            assert top > -0.1
            assert left + stock.label[0] < stock.page[0] + 0.1
            assert top + stock.label[1] < stock.page[1] + 0.1


# ── Counting ──


@given(st.sampled_from(sorted(STOCK)), st.integers(0, 200), st.data())
def test_pages_are_counted_from_the_label_that_is_begun_at(name: str, count: int, data: st.DataObject) -> None:
    stock = STOCK[name]
    start = data.draw(st.integers(1, stock.per_page))
    used = {(start - 1 + place) // stock.per_page for place in range(count)}
    assert stock.pages(count, start) == len(used)


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_places_do_not_add_up_an_error_down_the_page(stock: LabelStock) -> None:
    for number in range(1, stock.per_page + 1):
        row, column = divmod(number - 1, stock.columns)
        assert stock.place(number) == (stock.left + column * stock.pitch[0], stock.top + row * stock.pitch[1])
    assert stock.place(stock.per_page + 1) == stock.place(1), "the next page begins where this one did"
