"""Class names in every notation schools use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exchange.class_names import SaidClass, class_of_date, read_class_name, read_grade, read_number
from kiosk.i18n import chinese_numeral

THREE_TWO = (
    *("三(2)班", "三（2）班", "三年级2班", "三年级(2)班", "三年级二班", "三年级（二）班", "三年二班", "三年2班"),
    *("3年级2班", "三2", "三2班", "三.2", "三·2", "3.2", "3-2", "3/2"),
    *("3（2）", "3(2)班", "302", "３０２", "302班", "三②班", "三⑵班", "三二班"),
    *("三【2】班", "三〔2〕班", "三乙", "三乙班", "三年级乙班", "小三(2)班", "阳光小学三(2)班", "东校区三年级2班"),
    *(
        "G3C2",
        "3B",
        "3b班",
        "三( 2 )班",
        "Grade 3 Class 2",
        "grade 3, class 2",
        "Class 2, Grade 3",
        "3rd Grade Class 2",
    ),
    *("Year 3 Class B", "Class 3-2"),
)


@pytest.mark.parametrize("text", THREE_TWO)
def test_every_way_to_write_a_class_is_understood(text: str) -> None:
    assert read_class_name(text) == SaidClass(grade=3, number=2)


@pytest.mark.parametrize(
    "text", ["2023级2班", "2023级(2)班", "23级2班", "2023级二班", "2029届2班", "2023-2", "２０２３级２班"]
)
def test_a_year_of_entry_or_of_leaving_is_understood(text: str) -> None:
    assert read_class_name(text) == SaidClass(entry_year=2023, number=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("三年级", SaidClass(grade=3)),
        ("Grade 3", SaidClass(grade=3)),
        ("2023级", SaidClass(entry_year=2023)),
        ("2班", SaidClass(number=2)),
        ("(2)班", SaidClass(number=2)),
        ("甲班", SaidClass(number=1)),
        ("三(12)班", SaidClass(grade=3, number=12)),
        ("三(十二)班", SaidClass(grade=3, number=12)),
        ("312", SaidClass(grade=3, number=12)),
        ("初一(3)班", SaidClass(grade=7, number=3)),
    ],
)
def test_what_is_left_open_is_left_open(text: str, said: SaidClass) -> None:
    assert read_class_name(text) == said


@pytest.mark.parametrize("text", ["教师", "教师组", "语文组", "教务处", "Teachers", "后勤", "班主任老师"])
def test_grown_ups_stand_where_a_class_would(text: str) -> None:
    assert read_class_name(text) == SaidClass(teachers=True)


@pytest.mark.parametrize(
    "text", ["", " ", "彩虹班", "3", "12", "三", "三(0)班", "三(41)班", "300", "390", "合计", "1203", "x"]
)
def test_what_is_no_class_is_not_guessed(text: str) -> None:
    assert read_class_name(text) is None


@given(st.integers(1, 9), st.integers(1, 40))
def test_each_class_is_read_back_from_each_notation(grade: int, number: int) -> None:
    numeral, ordinal = chinese_numeral(grade), chinese_numeral(number)
    for text in (
        f"{numeral}({number})班",
        f"{numeral}（{number}）班",
        f"{numeral}年级{number}班",
        f"{grade}.{number}",
        f"{grade}{number:02}",
        f"{numeral}({ordinal})班",
        f"{numeral}年级{ordinal}班",
        f"Grade {grade} Class {number}",
    ):
        assert read_class_name(text) == SaidClass(grade=grade, number=number), text


@given(st.text(max_size=12))
def test_no_text_raises(text: str) -> None:
    read_class_name(text), read_grade(text), read_number(text), class_of_date(text)


@pytest.mark.parametrize(
    ("text", "said"), [("2026-03-02", (3, 2)), ("46083", (3, 2)), ("2026-12-02", None), ("302", None)]
)
def test_a_class_that_a_spreadsheet_took_for_a_day_is_a_class_again(text: str, said: tuple[int, int] | None) -> None:
    assert class_of_date(text) == (SaidClass(grade=said[0], number=said[1]) if said else None)


def test_columns_of_grade_and_number_are_read_on_their_own() -> None:
    assert [read_grade(text) for text in ("三", "3", "三年级", "小学三年级", "Grade 3")] == [SaidClass(grade=3)] * 5
    assert [read_grade(text) for text in ("2023", "2023级")] == [SaidClass(entry_year=2023)] * 2
    assert [read_number(text) for text in ("2", "２班", "(2)班", "二班", "乙", "Class 2", "02")] == [2] * 7
    assert (read_grade("302"), read_number("三(2)班")) == (None, None)
