from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.issues import (
    add_on,
    first_issue,
    is_issn,
    issn_of,
    issue_mark,
    kept_issn,
    next_issue,
    other_volume,
    title_stem,
    volume_key,
    volume_mark,
    with_volume,
)


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("2026-10", "2026-11"),
        ("2026-09", "2026-10"),
        ("2026-12", "2027-01"),
        ("2026.9", "2026.10"),
        ("2026年第3期", "2026年第4期"),
        ("2026年第12期", "2027年第1期"),
        ("2026年10月", "2026年11月"),
        ("第3期", "第4期"),
        ("第09期", "第10期"),
        ("第三期", "第四期"),
        ("第十九期", "第二十期"),
        ("总第255期", "总第256期"),
        ("2026年第3期（总第255期）", "2026年第4期（总第256期）"),
        ("第12期 总第99期", "第13期 总第100期"),
        ("２０２６－１０", "2026-11"),
        ("春季号", "春季号"),
        ("", ""),
    ],
)
def test_the_issue_after_the_last_is_written_as_the_last(last: str, following: str) -> None:
    assert next_issue(last) == following


@pytest.mark.parametrize(
    ("last", "number", "following"),
    [
        ("2026-10", 12, "2026-12"),
        ("2026-12", 1, "2027-01"),
        ("2026-11", 2, "2027-02"),
        ("2026-05", 4, "2026-04"),
        ("2026年第50期", 2, "2027年第2期"),
        ("2026年第30期", 29, "2026年第29期"),
        ("2026年第3期", 4, "2026年第4期"),
        ("第3期", 7, "第7期"),
        ("第三期", 11, "第十一期"),
    ],
)
def test_the_number_behind_the_barcode_says_which_issue_it_is(last: str, number: int, following: str) -> None:
    assert next_issue(last, number) == following


@pytest.mark.parametrize(
    ("issue", "mark"),
    [
        ("2026年第10期", "2026.10"),
        ("2026-09", "2026.9"),
        ("2026年第3期（总第255期）", "2026.3"),
        ("第3期", "3"),
        ("第三期", "3"),
        ("总第255期", "255"),
        ("春季 号", "春季号"),
        ("", ""),
    ],
)
def test_an_issue_is_short_in_the_call_number(issue: str, mark: str) -> None:
    assert issue_mark(issue) == mark


@given(st.text(max_size=40), st.none() | st.integers(0, 99))
def test_an_issue_of_any_words_has_one_after_it(last: str, number: int | None) -> None:
    assert isinstance(next_issue(last, number), str)


def test_the_issn_stands_in_a_magazines_barcode_with_and_without_its_add_on() -> None:
    ean = "977100255800"
    ean += ean13_digit(ean)
    assert issn_of(ean) == issn_of(ean + "11") == issn_of(ean + "00011") == "1002-5588"
    assert is_issn("1002-5588") and is_issn("10025588") and not is_issn("1002-5589") and not is_issn("9787")
    assert (add_on(ean), add_on(ean + "11"), add_on(ean + "00011")) == (None, 11, None)
    assert issn_of("9787301000014") == issn_of("977") == ""


@pytest.mark.parametrize(
    ("title", "stem", "mark"),
    [
        ("十万个为什么（第3册）", "十万个为什么", "3"),
        ("十万个为什么 3", "十万个为什么", "3"),
        ("西游记 上册", "西游记", "1"),
        ("西游记（下）", "西游记", "2"),
        ("格林童话 第十二卷", "格林童话", "12"),
        ("上下五千年", "上下五千年", ""),
        ("昆虫记", "昆虫记", ""),
        ("1984", "1984", ""),
    ],
)
def test_volumes_of_a_set_have_their_stem_in_common(title: str, stem: str, mark: str) -> None:
    assert (title_stem(title), volume_mark(title)) == (stem, mark)


def test_a_volume_of_its_own_says_more_than_the_title() -> None:
    assert volume_mark("格林童话", "第2册") == "2" and volume_mark("格林童话", "精装") == ""
    assert volume_mark("西游记（下）", middle=True) == "3"


def test_a_word_that_begins_like_a_volume_is_none() -> None:
    assert volume_mark("地理", "中国卷") == "" and volume_mark("地理", "卷中") == "2"


def test_volumes_are_told_apart_however_they_are_written() -> None:
    upper, middle, lower = (volume_key("三国演义", volume) for volume in ("上册", "中册", "下册"))
    assert len({upper, middle, lower}) == 3
    assert volume_key("三国演义（下）") == lower and volume_key("三国演义 第1册") == upper
    assert volume_key("语文", "基础篇") != volume_key("语文", "提高篇")


def test_a_title_that_is_called_otherwise_is_no_other_volume() -> None:
    assert not other_volume("夏洛的网", "", "夏洛的网（精装）", "") and not other_volume("语文", "", "语文", "基础篇")
    assert other_volume("三国演义", "中册", "三国演义", "下册") and other_volume("语文", "提高篇", "语文", "基础篇")


def test_a_title_is_said_with_its_volume_once() -> None:
    assert with_volume("三国演义", "中册") == "三国演义 中册"
    assert with_volume("三国演义 中册", "中册") == "三国演义 中册" and with_volume("昆虫记", "") == "昆虫记"


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_title_has_a_stem_that_is_its_own_stem(title: str, volume: str) -> None:
    stem = title_stem(title)
    assert title_stem(stem) == stem and isinstance(volume_mark(title, volume), str)


@pytest.mark.parametrize(
    ("number", "day", "issue"),
    [
        (3, date(2026, 11, 22), "2026-03"),
        (12, date(2026, 11, 22), "2026-12"),
        (1, date(2026, 12, 20), "2027-01"),  # printed with the month to come
        (12, date(2027, 1, 5), "2026-12"),
        (48, date(2026, 11, 22), "2026-48"),  # a weekly
        (0, date(2026, 11, 22), ""),
        (None, date(2026, 11, 22), ""),
    ],
)
def test_the_first_issue_is_of_the_year_that_is_likely(number: int | None, day: date, issue: str):
    assert first_issue(number, day) == issue


@pytest.mark.parametrize("written", ["1002-5588", "10025588", "１００２-５５８８"])
def test_an_issn_is_kept_in_one_form_however_it_was_written(written: str):
    assert is_issn(written) and kept_issn(written) == "1002-5588"
