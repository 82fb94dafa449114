from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanner.keys import is_shifted
from kiosk.scanner.lanes import Joined, join

FRENCH = str.maketrans("1234567890-qwazm", "&é\"'(-è_çà)azqw,")
GERMAN = str.maketrans("yzYZ-/", "zyZYß-")


def losing_repeats(code: str, lost: list[bool]) -> str:
    """What SDL on X11 may leave of `code`: any character that was there before may be missing."""
    return "".join(char for n, char in enumerate(code) if char not in code[:n] or not lost[n % len(lost)])


def test_the_run_that_sdl_ate_comes_back_from_the_text() -> None:
    # Seen with pygame 2.6.1 under Xvfb.
    assert join("97890123", "9788899000112233", loses_repeats=True) == Joined("9788899000112233", clean=True)


def test_an_azerty_layout_is_read_through_the_keys() -> None:
    code = "20000016"
    assert join(code, code.translate(FRENCH), loses_repeats=True) == Joined(code, clean=True)
    assert join("2016", code.translate(FRENCH), loses_repeats=True) == Joined(code, clean=True)


def test_keys_alone_count_only_where_none_are_lost() -> None:
    assert join("20000016", "", loses_repeats=False) == Joined("20000016", clean=True)
    assert not join("2016", "", loses_repeats=True).clean


def test_text_alone_counts() -> None:
    assert join("", "20000016", loses_repeats=True) == Joined("20000016", clean=True)


def test_letters_an_input_method_ate_come_back_from_the_keys() -> None:
    assert join("ABC123", "123", loses_repeats=False) == Joined("ABC123", clean=True)
    assert join("zhong1", "中", loses_repeats=False) == Joined("zhong1", clean=True)
    assert not join("ABC123", "123", loses_repeats=True).clean


def test_a_plain_key_that_looked_shifted_is_read_from_the_text_or_not_at_all() -> None:
    assert join("A!B", "A1B", loses_repeats=True) == Joined("A1B", clean=True)
    assert not join("A!B", "A&B", loses_repeats=True).clean


@pytest.mark.parametrize(("keys", "text"), [("2016", "2017"), ("1234", "12"), ("12", "2112"), ("123", "321321")])
def test_what_cannot_be_explained_is_unclean(keys: str, text: str) -> None:
    assert not join(keys, text, loses_repeats=True).clean


_codes = st.text("0123456789ABCabc-", min_size=1, max_size=20)
_lost = st.lists(st.booleans(), min_size=1, max_size=20)


@given(_codes, _lost, st.sampled_from([{}, GERMAN, FRENCH]))
def test_lost_repeats_never_make_a_wrong_reading(code: str, lost: list[bool], layout: dict[int, int]) -> None:
    got = join(losing_repeats(code, lost), code.translate(layout), loses_repeats=True)
    if layout and any(map(is_shifted, code)):
        assert got.code == code or not got.clean
    else:
        assert got == Joined(code, clean=True)


@given(_codes, st.data())
def test_an_input_method_never_makes_a_wrong_reading_where_no_key_is_lost(code: str, data: st.DataObject) -> None:
    eaten = "".join(char for char in code if data.draw(st.booleans()))
    assert join(code, eaten, loses_repeats=False) == Joined(code, clean=True)


@given(st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_any_two_lanes_are_joined_calmly(keys: str, text: str, loses_repeats: bool) -> None:
    assert len(join(keys, text, loses_repeats=loses_repeats).code) <= max(len(keys), len(text))
