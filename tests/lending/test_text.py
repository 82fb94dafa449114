from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.text import half_width, seen


def test_full_width_forms_become_ascii_and_chinese_stays():
    assert half_width("ＡＢｃ１２３－（）　三年级！～") == "ABc123-() 三年级!~"


@given(st.text())
def test_half_width_keeps_the_length_and_has_nothing_left_to_do(text):
    assert len(half_width(text)) == len(text)
    assert half_width(half_width(text)) == half_width(text)


def test_what_nobody_sees_goes_and_blanks_stay():
    assert seen("\u202e王\u200b小\ufeff明\x07 \u3000\n") == "王小明 \u3000\n"


@given(st.text())
def test_what_is_seen_is_never_empty_but_for_blanks(text):
    left = seen(text)
    assert seen(left) == left
    assert all(one.isspace() or one in text for one in left)
    assert seen(text.replace("\0", "")) == left
