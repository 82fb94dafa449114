from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.pinyin import (
    FIELDS,
    MAX_NAME_SEARCH,
    NAME_READINGS,
    SYLLABLES,
    TITLE_READINGS,
    fold,
    fold_code,
    name_readings,
    name_search,
    title_readings,
    title_search,
)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("单小红", "shan xiao hong"),
        ("曾国藩", "zeng guo fan"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("区小明", "ou xiao ming"),
        ("查良镛", "zha liang yong"),
        ("任青", "ren qing"),
        ("欧阳修", "ou yang xiu"),
        ("尉迟恭", "yu chi gong"),
        ("万俟明", "mo qi ming"),
        ("单于红", "chan yu hong"),
        ("张单", "zhang dan"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, first: str) -> None:
    assert name_readings(name)[0] == tuple(first.split())


def test_who_reads_the_surname_wrong_still_finds_the_child() -> None:
    assert "|danxiaohong|" in name_search("单小红")
    assert "|sxh|" in name_search("单小红")
    assert "|dxh|" in name_search("单小红")


def test_a_title_is_read_by_its_words_and_then_otherwise() -> None:
    assert title_readings("音乐") == (("yin", "yue"), ("yin", "le"))
    assert title_readings("Harry 波特 2")[0] == ("harry", "bo", "te", "2")


def test_words_are_compared_without_case_width_and_marks() -> None:
    assert fold("《Ｈａｒｒｙ　Potter》·哈利") == "harry potter 哈利"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_name_and_title_can_be_kept(name: str, authors: str) -> None:
    assert len(name_search(name)) <= MAX_NAME_SEARCH
    assert len(name_readings(name)) <= NAME_READINGS
    assert len(title_readings(name)) <= TITLE_READINGS
    kept = title_search(name, authors, (name,))
    assert len(kept.split("\n")) == len(FIELDS), "one line for each field, whatever was typed"
    assert "\0" not in kept
    kept.encode()


@given(st.lists(st.sampled_from("红楼梦单曾音乐长重A1·"), max_size=12).map("".join))
def test_readings_taken_over_are_the_readings_worked_out(title: str) -> None:
    fresh = title_search(title, "曹雪芹", ("I1",))
    assert title_search(title, "曹雪芹", ("I1",), before=title_search(title, "曹雪芹", ())) == fresh
    assert title_search(title, "曹雪芹", ("I1",), before=title_search(f"{title}别的", "曹雪芹", ())) == fresh


def test_every_reading_of_common_characters_is_a_known_syllable() -> None:
    text = "的一是了我不人在他有这个上们来到时大地为子中说生国年着就那和要她出也得里后自以会家可下而过天去能对小多"
    heard = {syllable for character in text for reading in title_readings(character) for syllable in reading}
    assert heard <= SYLLABLES


@given(st.text(st.characters(max_codepoint=127), max_size=20))
def test_a_code_is_compared_alike_in_half_and_full_width(code: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in code)
    assert fold_code(wide + "\u3000") == fold_code(code)


def test_a_code_is_compared_without_case_blanks_hyphens_and_bars() -> None:
    assert fold_code(" I287.45/W-1 |x\t") == "i287.45/w1x"
