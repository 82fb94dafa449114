from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.text import half_width


def test_full_width_forms_become_ascii_and_chinese_stays():
    assert half_width("ＡＢｃ１２３－（）　三年级！～") == "ABc123-() 三年级!~"


@given(st.text())
def test_half_width_keeps_the_length_and_has_nothing_left_to_do(text):
    assert len(half_width(text)) == len(text)
    assert half_width(half_width(text)) == half_width(text)
