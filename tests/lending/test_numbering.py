"""From examples of a school's old numbers to the pattern that reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.barcodes import BarcodeKind, Check, Pattern, ReadingKind, luhn_digit, mod43_character
from kiosk.lending.numbering import examples_in, is_ours, pattern_of, reads, shape_of

COPY, CARD = BarcodeKind.COPY, BarcodeKind.CARD


@pytest.mark.parametrize(
    ("examples", "expression"),
    [
        (("T-0042", "T-0113"), r"T\-[0-9]{4}"),
        (("0042", "113"), "[0-9]{3,4}"),
        (("A7", "B9"), "[A-Za-z]{1}[0-9]{1}"),
        (("2019.0042",), r"[0-9]{4}\.[0-9]{4}"),
        (("TSG12", "TSG345"), "TSG[0-9]{2,3}"),
    ],
)
def test_what_examples_have_in_common_becomes_a_pattern(examples: tuple[str, ...], expression: str) -> None:
    assert pattern_of(COPY, examples) == Pattern(COPY, expression, Check.NONE)


@pytest.mark.parametrize("examples", [(), ("T-42", "42-T"), ("T-42", "T/42"), ("只有汉字",), ("abc",), ("1" * 65,)])
def test_numbers_without_a_common_shape_make_none(examples: tuple[str, ...]) -> None:
    assert pattern_of(COPY, examples) is None


def test_a_check_digit_is_believed_from_three_examples_on() -> None:
    numbers = [stem + luhn_digit(stem) for stem in ("100200", "100201", "100377")]
    assert pattern_of(CARD, numbers[:2]) == Pattern(CARD, "[0-9]{7}", Check.NONE)
    assert pattern_of(CARD, numbers) == Pattern(CARD, "[0-9]{7}", Check.LUHN)
    assert pattern_of(CARD, [*numbers, "1002000"]) == Pattern(CARD, "[0-9]{7}", Check.NONE)


def test_a_modulo_43_character_is_found_too() -> None:
    numbers = [stem + mod43_character(stem) for stem in ("AB120", "AB121", "AB122")]
    pattern = pattern_of(COPY, numbers)
    assert pattern is None or pattern.check is Check.MOD43


@pytest.mark.parametrize(
    ("expression", "shape"),
    [(r"T\-[0-9]{4}", "T-####"), ("[A-Za-z]{2}[0-9]{3,5}", "AA###…"), (r"T(\d{8})", r"T(d{8})")],
)
def test_a_pattern_is_shown_as_people_read_it(expression: str, shape: str) -> None:
    assert shape_of(Pattern(COPY, expression)) == shape


def test_examples_are_parted_by_blanks_and_commas_and_each_counts_once() -> None:
    assert examples_in(" T-1， T-2\nT-1;T-3 ") == ("T-1", "T-2", "T-3")


@pytest.mark.parametrize("number", ["20000014", "30000012", "9787020002207"])
def test_our_own_numbers_and_publishers_need_no_pattern(number: str) -> None:
    assert is_ours(number)
    assert not is_ours("T-0042")


@given(st.text("AT", min_size=1, max_size=3), st.lists(st.integers(0, 99999), min_size=1, max_size=6))
def test_every_example_is_read_by_its_own_pattern(letters: str, serials: list[int]) -> None:
    examples = [f"{letters}-{serial:05}" for serial in serials]
    pattern = pattern_of(COPY, examples)
    assert pattern is not None
    assert all(reads([pattern], example) is ReadingKind.COPY for example in examples)
