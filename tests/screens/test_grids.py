"""Tables: words stay whole, nothing is left out of a row, and tabs and switches look like what they are."""

from __future__ import annotations

import re
from dataclasses import replace

import pygame
import pytest

from kiosk.flows.views import Align, Button, Column, Form, PageView, Row, Table, Tabs, Text
from kiosk.i18n import Words
from kiosk.screens import theme
from kiosk.screens.canvas import Drawn
from kiosk.screens.stage import Stage
from tests.screens.gallery import SIZES
from tests.screens.hands import Hands
from tests.screens.pages import LONG_TITLE, ROSTER, SWITCHES

NARROW = ((1366, 768), (1080, 1920))
TITLE = Text("common.tray.title")
SIZE = (1080, 1920)
REASON = (
    "A child of this name is in another class of the same grade: moved, or a new one of the same name? "
    "Look at the list of the class they came from, and ask whoever wrote the roster. Press the row to decide."
)


def drawn_on(view: PageView, size: tuple[int, int], language: str = "zh_CN") -> list[Drawn]:
    stage = Stage(pygame.Surface(size), Words(language))
    drawn = stage.kit.drawn = []
    stage.show(view, 10.0)
    return drawn


def page(*columns: Column, rows: tuple[Row, ...]) -> PageView:
    return PageView("table", TITLE, blocks=(Table(columns, rows),))


def lines_of(drawn: list[Drawn]) -> list[str]:
    return [line for one in drawn for line in one.text.split("/")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", NARROW, ids=str)
def test_no_number_and_no_heading_is_broken_in_a_word(size, language):
    numbers = ("9787541497216", "30000018", "2026-000123", "2026-09-01", "H319.4:I561")
    headings = ("ISBN", "Barcode", "Accession number", "Arrived", "Classification")
    columns = (Column("书名 Title", 9), *(Column(one, 1, Align.END) for one in headings))
    rows = tuple(Row((LONG_TITLE, *numbers)) for _ in range(9))
    said = lines_of(drawn_on(page(*columns, rows=rows), size, language))
    for number in numbers:
        assert said.count(number) >= 5, number
    for word in " ".join(headings).split():
        assert any(re.search(rf"\b{word}\b", line) for line in said), word


def test_the_longest_word_counts_wherever_it_stands_in_the_list():
    rows = [Row((LONG_TITLE, "短", LONG_TITLE, LONG_TITLE)) for _ in range(150)]
    rows[3] = Row((LONG_TITLE, "Featherstonehaugh", LONG_TITLE, LONG_TITLE))
    view = page(Column("甲", 9), Column("乙", 1), Column("丙", 9), Column("丁", 9), rows=tuple(rows))
    assert "Featherstonehaugh" in lines_of(drawn_on(view, SIZE))


def test_a_name_stays_on_one_line_beside_what_is_long():
    rows = tuple(Row((f"第 {i} 行", "司马子墨", "三(12)班", REASON)) for i in range(5))
    view = page(Column("行", 1), Column("姓名", 1), Column("班级", 1), Column("说明", 9), rows=rows)
    said = lines_of(drawn_on(view, SIZE))
    assert said.count("司马子墨") == said.count("三(12)班") == 5


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_row_is_as_high_as_its_longest_reason_needs(size):
    rows = tuple(Row((f"第 {i} 行", "欧阳思源", "三年级（十二）班", REASON)) for i in range(3))
    columns = (Column("行", 1), Column("姓名", 2), Column("班级", 2), Column("说明", 5))
    drawn = drawn_on(page(*columns, rows=rows), size)
    whole = REASON.replace(" ", "")
    assert [one.text.replace("/", "").replace(" ", "") for one in drawn].count(whole) == 3
    assert not [one.text for one in drawn if one.cut]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("view", [ROSTER, SWITCHES], ids=["roster", "catalogue"])
def test_a_preview_says_every_row_in_full(view, size, language):
    rows = [one for one in drawn_on(view, size, language) if one.part in ("body", "head")]
    assert rows
    assert not [one.text for one in rows if one.cut]


def test_where_words_are_wider_than_the_screen_the_table_is_set_smaller_and_stays_inside():
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    view = page(*(Column(str(i)) for i in range(4)), rows=(Row((word, word, "甲", "9787541497216")),))
    drawn = drawn_on(view, SIZE)
    assert "9787541497216" in lines_of(drawn), "the longest words are broken first"
    assert all(one.box.contains(one.rect) for one in drawn)


def test_the_tab_that_is_shown_stands_out_and_a_switch_is_no_button():
    tabs = Tabs((Button("show", "甲", value="a"), Button("show", "乙", value="b")), "b")
    switch = Form((), (Button("option", "选", value="x", on=True),))
    hands = Hands(PageView("x", TITLE, blocks=(switch, tabs)))
    surface = hands.stage._surface
    other, shown = (hands.target("press", "show", value).rect for value in "ab")
    assert surface.get_at((shown.centerx, shown.bottom + 1))[:3] == theme.ACCENT
    assert surface.get_at((other.centerx, other.bottom + 1))[:3] != theme.ACCENT
    box = hands.target("press", "option", "x").rect
    assert surface.get_at((box.right - 20, box.centery))[:3] == theme.CARD, "not filled as the main button"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_long_title_gives_way_to_the_buttons_of_the_bar(size):
    bar = (Button("back", "返回", icon="back"), Button("finish", "完成 Finish", icon="finish"))
    view = PageView("x", Text("catalogue.title", {"name": f"{LONG_TITLE}.iso"}), "陈老师", bar)
    hands = Hands(view, size)
    assert hands.target("press", "finish").rect.top == hands.target("press", "back").rect.top


def test_where_columns_are_crowded_the_longest_texts_have_a_line_of_their_own():
    rows = tuple(
        Row((f"第 {i} 行", "阿卜杜热合曼·买买提", "三年级（十二）班", "9787541497216", REASON)) for i in range(5)
    )
    columns = (Column("行"), Column("姓名"), Column("班级"), Column("ISBN"), Column("说明"))
    drawn = drawn_on(page(*columns, rows=rows), SIZE)
    reasons = [one for one in drawn if one.text.startswith("A child")]
    names = [one for one in drawn if one.text.startswith("阿卜杜")]
    assert len(reasons) == len(names) == 5
    for reason, name in zip(reasons, names, strict=True):
        assert reason.rect.top >= name.rect.bottom
        assert reason.rect.width > SIZE[0] * 2 // 3


def test_a_list_that_is_as_it_was_is_not_measured_again_and_another_language_is():
    stage = Stage(pygame.Surface(SIZE), Words("zh_CN"))
    stage.show(ROSTER, 1.0)
    before = list(stage.kit.tables)
    stage.show(replace(ROSTER, who="陈老师"), 2.0)
    assert stage.kit.tables == before
    stage.words = Words("en")
    stage.show(ROSTER, 3.0)
    assert stage.kit.tables[0] is not before[0]
