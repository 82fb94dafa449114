"""Line breaking, fitting, readings, and the store of rendered text."""

from __future__ import annotations

from itertools import pairwise

import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.assets import covers
from kiosk.ruby import ruby
from kiosk.screens.text import ELLIPSIS, NO_END, NO_START, SurfaceCache, Typesetter, clean, runs
from tests.screens.gallery import ENGLISH_NAME, ENGLISH_TITLE, LONG_NAME, LONG_TITLE, LONG_WORD_TITLE

SETTER = Typesetter(SurfaceCache(1 << 20), ruby)
MIXED = st.text(
    st.sampled_from("的一是了我你书借还阅读，。！？、；：（）《》“”…·Aa bcdefXYZ 019-.%\n 𠮷䶮ǚé()"), max_size=60
)


def lines(text: str, width: int, most: int = 9, px: int = 30, face: str = "sans", **more: bool) -> list[str]:
    block = SETTER.layout(text, face, (px,), width, 1 << 14, most, **more)
    return [line.text for line in block.lines]


@settings(max_examples=300)
@given(MIXED, st.integers(40, 700), st.integers(1, 4), st.booleans())
def test_nothing_is_wider_or_higher_than_its_box(text, width, most, readings):
    block = SETTER.layout(text, "sans", (38, 30), width, 400, most, ruby=readings)
    assert len(block.lines) <= most
    assert block.width <= width
    assert block.height <= 400
    for line in block.lines:
        surface = SETTER.surface(line.text, "sans", block.px, (0, 0, 0))
        assert line.places or surface.get_width() <= line.width + 1 or not line.text


SENTENCES = st.lists(
    st.sampled_from(["书", "阅读", "book ", "30 本", "《书》", "（读），", "“好。”", "一、", "12% "]), max_size=30
)


@settings(max_examples=300)
@given(SENTENCES, st.integers(160, 700), st.booleans())
def test_no_line_begins_or_ends_with_a_mark_that_may_not_stand_there(pieces, width, balance):
    found = lines("".join(pieces), width, most=99, balance=balance)
    for before, after in pairwise(found):
        assert before[-1] not in NO_END
        assert after[0] not in NO_START


@settings(max_examples=200)
@given(MIXED, st.integers(60, 700))
def test_what_is_not_cut_is_all_there(text, width):
    block = SETTER.layout(text, "sans", (30,), width, 1 << 14, 99)
    assert not block.cut
    shown = "".join(line.text for line in block.lines)
    assert "".join(shown.split()) == "".join(clean(text).split())


def test_a_long_title_takes_two_lines_and_then_ends():
    found = lines(LONG_TITLE, 420, most=2)
    assert len(found) == 2
    assert found[1].endswith(ELLIPSIS)
    assert LONG_TITLE.startswith("".join(found)[:-1])


@pytest.mark.parametrize("text", [LONG_TITLE, ENGLISH_TITLE, LONG_WORD_TITLE, LONG_NAME, ENGLISH_NAME])
def test_the_largest_size_in_which_everything_fits_is_taken(text):
    sizes = (94, 68, 50, 38, 30)
    block = SETTER.layout(text, "kai", sizes, 900, 140, 2)
    assert not block.cut
    for larger in sizes[: sizes.index(block.px)]:
        too_wide = any(SETTER.width(word, "kai", larger) > 900 for word in text.split())
        assert too_wide or SETTER.layout(text, "kai", (larger,), 900, 140, 2).cut


def test_latin_words_stay_whole_where_they_fit():
    for line in lines(ENGLISH_TITLE, 300):
        assert all(word in ENGLISH_TITLE.split() for word in line.split())


def test_a_word_longer_than_the_line_is_broken_rather_than_lost():
    found = lines(LONG_WORD_TITLE, 200)
    assert len(found) > 2
    assert "".join(found).replace(" ", "") == LONG_WORD_TITLE.replace(" ", "")


def test_a_double_name_may_break_at_its_hyphen_and_a_call_number_may_not():
    assert lines(ENGLISH_NAME, 300)[0] == "Maximiliane-"
    assert lines("索书号 Q95-49", 160) == ["索书号", "Q95-49"]


@pytest.mark.parametrize("width", range(60, 400, 20))
def test_the_name_of_a_class_is_never_split(width):
    found = lines("现在请三(2)班借书", width)
    assert width < 110 or any("三(2)班" in line for line in found)


def test_balanced_lines_leave_no_lonely_character():
    even = lines("本周五下午三点作家叔叔来图书馆讲故", 480, balance=True)
    assert len(even) == 2
    assert len(even[1]) >= len(even[0]) - 1
    assert len(lines("本周五下午三点作家叔叔来图书馆讲故", 480)[1]) == 1


def test_balanced_lines_end_where_the_sentence_does():
    assert lines("今天没有安排，还书随时都可以。", 330, balance=True)[0].endswith("，")


def test_readings_stand_over_their_characters_and_widen_them():
    plain = SETTER.layout("双双窗", "sans", (30,), 600, 200, 1)
    read = SETTER.layout("双双窗", "sans", (30,), 600, 200, 1, ruby=True)
    (line,) = read.lines
    assert [unit.over for unit in line.units] == ["shuāng", "shuāng", "chuāng"]
    assert read.width > plain.width
    assert read.height > plain.height
    for unit, (_, wide) in zip(line.units, line.places, strict=True):
        assert wide >= SETTER.width(unit.over, "sans", 15)
    ends = [left + wide for left, wide in line.places]
    assert ends[:-1] == [left for left, _ in line.places[1:]]


def test_readings_are_left_out_before_words_are():
    text = "你们班的借书时间是星期三中午"
    width = SETTER.width(text, "sans", 30) + 4
    block = SETTER.layout(text, "sans", (30,), width, 60, 1, ruby=True)
    assert not block.cut
    assert not block.over


def test_words_without_readings_take_no_room_for_them():
    assert SETTER.layout("English", "sans", (30,), 600, 200, 1, ruby=True).over == 0


@pytest.mark.parametrize("face", ["sans", "sans-bold"])
def test_figures_are_tabular(face):
    assert len({SETTER.width(figure, face, 38) for figure in "0123456789"}) == 1


@pytest.mark.parametrize("face", ["sans", "sans-bold", "kai"])
@pytest.mark.parametrize("px", [17, 21, 27, 30, 35, 38, 50, 67, 94, 134])
def test_square_characters_are_an_em_wide_in_every_face(face, px):
    for char in "一龘国鑫，。！？、；：（）《》「」【】～Ａ０":
        if covers(face, char):
            assert SETTER.font(face, px).size(char)[0] == px


def test_a_character_missing_from_a_face_comes_from_another():
    rare = next(char for char in "堃喆䶮犇骉龘" if not covers("kai", char) and covers("sans", char))
    assert runs("kai", f"王{rare}宝") == [("kai", "王"), ("sans", rare), ("kai", "宝")]
    assert SETTER.surface(f"王{rare}宝", "kai", 50, (0, 0, 0)).get_width() == 150


@pytest.mark.parametrize("text", ["\x00\x1b[31m红", "a\u202eb", "\ud800", "\ufeff书", "%s{0}\\n", "𠮷野家", "🐼" * 40])
def test_whatever_a_scanner_sends_can_be_drawn(text):
    block = SETTER.layout(text, "sans", (30,), 400, 200, 2)
    for line in block.lines:
        SETTER.surface(line.text, "sans", 30, (0, 0, 0))


def test_ten_thousand_characters_are_cut_before_they_cost_time():
    block = SETTER.layout("(9" * 5000, "sans", (30,), 400, 100, 2)
    assert block.cut
    assert len(block.lines) == 2


def test_the_store_drops_what_was_not_used_for_longest():
    cache = SurfaceCache(3 * 50_000)
    made: list[str] = []

    def surface(name: str) -> pygame.Surface:
        def make() -> pygame.Surface:
            made.append(name)
            return pygame.Surface((100, 120), pygame.SRCALPHA)

        return cache.get(name, make)

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        surface(name)
    assert made == ["a", "b", "c", "d", "b"]
    assert cache.used <= cache.limit


def test_a_straight_quotation_mark_stays_with_the_words_it_holds():
    text = 'The sheet "Grade 3" was not read, nor "Grade 4".'
    for width in range(120, 700, 20):
        said = lines(text, width)
        assert not [line for line in said if line.endswith(' "') or line.startswith(('" ', '".'))]


def test_an_apostrophe_in_a_latin_word_is_no_chinese_quotation_mark():
    assert clean("Charlotte’s Web，‘夏洛的网’") == "Charlotte's Web，‘夏洛的网’"
