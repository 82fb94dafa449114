"""Class sheets: a whole class on one page, every child's bars below the name, read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.i18n import LANGUAGES, Words
from kiosk.printing.class_sheets import ClassSheet, child_place, class_sheets_pdf
from kiosk.printing.page_parts import Box, PageTrouble
from tests.printing.paper import codes, engines, pages, text_of
from tests.printing.school import TODAY, class_sheets

NAMES = st.text(st.sampled_from("王小明欧阳䶮堃阿卜杜热合曼·aZg "), max_size=40)


@pytest.mark.parametrize("dpi", [203, 300])
def test_everybody_at_school_is_read_from_the_class_sheets_by_both_readers(dpi: int) -> None:
    sheets = class_sheets()
    assert sum(len(sheet.rows) for sheet in sheets) > 1000
    printed = class_sheets_pdf(sheets, Words(), on=TODAY, dpi=dpi)
    for sheet, page in zip(sheets, pages(printed, dpi, dots=True), strict=True):
        for engine in engines():
            found = codes(page, engine)
            below_one_another = [code.value for code in sorted(found, key=lambda code: (round(code.x / 20), -code.y))]
            assert below_one_another == [number for _, number in sheet.rows], "in the class's order, column by column"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_children_stand_on_one_page_with_their_names(language: str) -> None:
    rows = [(f"同学{place}", f"2{place:07}") for place in range(60)]
    sheet = ClassSheet("一(1)班", "榕树街小学图书馆", rows)
    (text,) = text_of(class_sheets_pdf([sheet], Words(language), on=TODAY))
    assert all(name in text and number in text for name, number in rows)
    assert "一(1)班" in text
    assert "榕树街小学图书馆" in text


def test_more_children_go_on_to_a_second_page() -> None:
    rows = [(f"同学{place}", f"2{place:07}") for place in range(61)]
    first, second = text_of(class_sheets_pdf([ClassSheet("一(1)班", "图书馆", rows)], Words()))
    assert "第 1 页，共 2 页" in first
    assert "同学60" in second
    assert "第 2 页，共 2 页" in second


def test_long_numbers_of_a_school_take_wider_columns_rather_than_thin_bars() -> None:
    rows = [("王小明", f"SCHOOL-{place:012}") for place in range(20)]
    (page,) = pages(class_sheets_pdf([ClassSheet("一(1)班", "图书馆", rows)], Words()), 203)
    for engine in engines():
        assert {code.value for code in codes(page, engine)} == {number for _, number in rows}


def test_a_number_beyond_a_pages_width_is_refused_and_its_child_named() -> None:
    rows = [("王小明", "20000014"), ("李堃", "A" * 120)]
    with pytest.raises(PageTrouble) as trouble:
        class_sheets_pdf([ClassSheet("一(1)班", "图书馆", rows)], Words())
    assert "李堃" in Words().say(trouble.value.text)


def test_a_class_without_cards_has_its_page_all_the_same() -> None:
    (text,) = text_of(class_sheets_pdf([ClassSheet("一(1)班", "图书馆", [])], Words()))
    assert "共 0 位" in text


@given(name=NAMES, place=st.integers(1, 99), width=st.floats(43, 60), height=st.floats(16, 19))
def test_no_name_touches_its_bars_or_leaves_its_cell(name: str, place: int, width: float, height: float) -> None:
    cell = Box(20, 30, width, height)
    child = child_place(place, name, "20000014", cell, 300)
    assert cell.holds(child.symbol, 0.06), "moved by half a dot at most"
    assert all(cell.holds(line.box, 1e-3) and not line.box.meets(child.symbol) for line in child.lines)
    assert all(not one.box.meets(other.box) for at, one in enumerate(child.lines) for other in child.lines[at + 1 :])


def test_nothing_is_drawn_where_printers_cannot_print() -> None:
    (page, *_) = pages(class_sheets_pdf(class_sheets()[:1], Words(), on=TODAY), 100)
    assert Box(8, 8, 194, 281).holds(page.drawn())
