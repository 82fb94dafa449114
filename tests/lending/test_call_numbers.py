import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.call_numbers import CLC_LETTERS, CallNumber, clc_letter, parse, shelf_key


def in_shelf_order(*calls: str, **how: str) -> bool:
    keys = [shelf_key(parse(call), **how) for call in calls]
    return all(one < other for one, other in itertools.pairwise(keys))


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("I287.45/12", CallNumber("I287.45", "12")),
        ("I287.45/12/v.2", CallNumber("I287.45", "12", "v.2")),
        ("I287.45 12 2", CallNumber("I287.45", "12", "2")),
        ("I287.45\n12\n", CallNumber("I287.45", "12")),
        ("I287.45/12/2/c3", CallNumber("I287.45", "12", "2/c3")),
        ("h319.4:b821/7", CallNumber("H319.4:B821", "7")),
        ("Ｉ２８７．４５／１２", CallNumber("I287.45", "12")),
        ("I17(198.4)", CallNumber("I17(198.4)")),
        ("", CallNumber("")),
        (" / ", CallNumber("")),
    ],
)
def test_a_call_number_is_read_from_one_line_or_three(text, call):
    assert parse(text) == call


@given(st.text())
def test_any_text_is_a_call_number_that_reads_back_as_itself(text):
    assert parse(str(parse(text))) == parse(text)
    assert shelf_key(parse(str(parse(text)))) == shelf_key(parse(text))


def test_digits_of_a_class_sort_as_decimals():
    assert in_shelf_order("I", "I18", "I28", "I287", "I287.45", "I287.5", "I29", "I3")


def test_the_dot_only_makes_a_class_readable():
    assert shelf_key(parse("I287.45")) == shelf_key(parse("I28745"))


def test_signs_sort_in_their_order_behind_the_bare_class_and_before_digits():
    assert in_shelf_order("K825", "K825-49", "K825(2)", "K825=422", "K825:B821", "K825.6")
    assert in_shelf_order("K825.6", "K825.6=422", "K826")


def test_a_library_may_order_the_signs_otherwise():
    assert in_shelf_order("K825:B821", "K825-49", signs=":-()=")
    with pytest.raises(ValueError, match="14 signs"):
        shelf_key(parse("K825"), signs="-()=:<>+\"'#$%&")


def test_classes_sort_by_letter_and_two_letter_classes_behind_their_first():
    assert in_shelf_order("A1", "I287", "T-49", "T4", "TB", "TP3", "U")


def test_book_numbers_sort_as_integers_and_then_by_auxiliary():
    assert in_shelf_order("I287/9", "I287/10", "I287/10/2", "I287/10/10", "I287/11", "I287.1/1")
    assert in_shelf_order("I287/007", "I287/8")
    assert in_shelf_order("I287/10", "I287/C12", "I287/L2")
    assert in_shelf_order("I287/3/v.2", "I287/3/v.10")


def test_what_has_no_class_stands_at_the_end():
    assert in_shelf_order("A1", "Z9/1", "")
    assert shelf_key(CallNumber("", "5")) > shelf_key(parse("Z89/9999"))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_book_numbers_of_any_length_keep_their_order(one, other):
    keys = [shelf_key(CallNumber("I2", str(n))) for n in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


def test_the_letter_of_a_class_is_one_of_the_22():
    assert len(CLC_LETTERS) == 22
    assert [clc_letter(clc) for clc in ("I287.45", " tp3", "Ｋ825", "L1", "287", "", "童话")] == [
        "I",
        "T",
        "K",
        "",
        "",
        "",
        "",
    ]
