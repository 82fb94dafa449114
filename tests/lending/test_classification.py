"""The table of class numbers: in shelf order, as a tree, by words, and as a library changes it."""

from __future__ import annotations

import pytest

from kiosk.lending.call_numbers import CLC_LETTERS
from kiosk.lending.classification import (
    SHIPPED,
    ClassNumber,
    above,
    below,
    found,
    from_plain,
    is_class,
    merged,
    sort_key,
    tidy,
    to_plain,
)

KNOWN = {entry.number: entry for entry in SHIPPED}


def test_the_shipped_table_has_the_22_classes_and_no_number_twice() -> None:
    assert "".join(entry.number for entry in SHIPPED if len(entry.number) == 1) == CLC_LETTERS
    assert len(KNOWN) == len(SHIPPED) >= 150
    assert all(entry.zh and entry.en for entry in SHIPPED)


def test_the_table_stands_in_shelf_order() -> None:
    assert [entry.number for entry in SHIPPED] == sorted(KNOWN, key=sort_key)
    assert KNOWN.keys() == {tidy(number) for number in KNOWN}


def test_every_number_is_reached_by_going_down_from_its_main_class() -> None:
    reached = [entry.number for entry in below("", SHIPPED)]
    for number in reached:
        reached += [entry.number for entry in below(number, SHIPPED)]
    assert sorted(reached) == sorted(KNOWN)


@pytest.mark.parametrize(("number", "parent"), [("I287.45", "I287.4"), ("Q95-49", "Q95"), ("I", ""), ("TP391", "TP3")])
def test_a_number_belongs_to_the_longest_that_begins_it(number: str, parent: str) -> None:
    assert above(number, KNOWN) == parent


@pytest.mark.parametrize(
    ("words", "first"), [("恐龙", "Q91"), ("i287.7", "I287.7"), ("Ｉ２８７．７", "I287.7"), ("picture books", "I287.8")]
)
def test_a_number_is_found_by_its_beginning_or_its_words(words: str, first: str) -> None:
    assert found(words, SHIPPED)[0].number == first


def test_nothing_typed_finds_nothing() -> None:
    assert found("  ", SHIPPED) == ()


def test_a_library_says_it_otherwise_adds_and_leaves_out() -> None:
    own = (ClassNumber("I287.7", "童话"), ClassNumber("I287.75", "安徒生童话"))
    table = merged(own, {"A4"})
    numbers = [entry.number for entry in table]
    assert ClassNumber("I287.7", "童话") in table and "A4" not in numbers
    assert numbers.index("I287.75") == numbers.index("I287.7") + 1
    assert len(table) == len(SHIPPED)


def test_changes_come_back_as_they_were_written_and_rubbish_is_passed_over() -> None:
    own = (ClassNumber("I287.75", "安徒生童话", "Andersen"),)
    assert from_plain(to_plain(own, {"A4"})) == (own, frozenset({"A4"}))
    assert from_plain(None) == ((), frozenset())
    assert from_plain({"own": ["x", ["A"]], "left_out": []}) == ((), frozenset())


@pytest.mark.parametrize("number", ["", "L1", "287.45", "童话"])
def test_what_begins_with_no_class_is_no_number(number: str) -> None:
    with pytest.raises(ValueError, match="22 classes"):
        tidy(number)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        *[
            (number, True)
            for number in ("I", "i287.45", "O1-49", "TP312JA", "T-652", "DF0", "Ｉ２８７", "X", " K8", "TP")
        ],
        *[(number, False) for number in ("", "-I", "ZZZ", "L1", "无", "287", "科学", "TA1", "[I287]", "II2")],
    ],
)
def test_a_class_number_is_the_letters_of_a_class_and_no_letter_behind_them(number: str, is_one: bool) -> None:
    assert is_class(number) is is_one


def test_every_number_of_the_table_is_a_class() -> None:
    assert all(is_class(entry.number) for entry in SHIPPED)
