"""What pages share: text in boxes, bars in their room, icons, head and foot."""

from __future__ import annotations

import io
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assets import asset, icon_svg
from kiosk.i18n import Words
from kiosk.printing.bars import Bars
from kiosk.printing.drawings import icon_on
from kiosk.printing.fonts import width_of
from kiosk.printing.page_parts import Box, Head, documents_pdf, fitted, fitting_module, on_dots, pages_pdf, wrapped
from tests.printing.paper import pages, text_of

TEXTS = st.text(st.sampled_from("王小明，。“”《》（）abcdefgh ij·-…借书证䶮"), max_size=60)
ICONS = sorted(path.stem for path in asset("icons").glob("*.svg"))


@given(
    text=TEXTS,
    box=st.builds(Box, st.floats(0, 50), st.floats(0, 50), st.floats(5, 80, width=32), st.floats(3, 40, width=32)),
    size=st.floats(6, 60, width=32),
    lines=st.integers(1, 4),
    face=st.sampled_from(["sans", "sans-bold", "kai"]),
)
def test_no_line_leaves_its_box_or_meets_another_and_no_sign_is_lost(
    text: str, box: Box, size: float, lines: int, face: str
) -> None:
    found = fitted(text, box, size, face=face, least=6, lines=lines)
    assert len(found) <= lines
    assert all(box.holds(line.box, 1e-3) and 6 - 1e-6 <= line.size <= size for line in found)
    assert all(not one.box.meets(other.box) for one, other in pairwise(found))
    told, whole = "".join("".join(line.text for line in found).split()), "".join(text.split())
    if told != whole:
        assert told.endswith("…")
        assert whole.startswith(told[:-1])


def test_text_shrinks_then_wraps_then_ends_in_an_ellipsis() -> None:
    box = Box(0, 0, 40, 12)
    sizes = {count: fitted("书" * count, box, 20, lines=2) for count in (5, 8, 14, 90)}
    assert len(sizes[5]) == 1
    assert sizes[5][0].size == pytest.approx(20)
    assert len(sizes[8]) == 1
    assert 12 < sizes[8][0].size < 20, "shrunk"
    assert [line.text for line in sizes[14]] == ["书" * 7, "书" * 7], "wrapped, evenly"
    assert sizes[90][-1].text.endswith("…")


def test_as_many_lines_are_taken_as_make_the_words_largest() -> None:
    text = "马克思主义、列宁主义、毛泽东思想、邓小平理论"
    sizes = [fitted(text, Box(0, 0, 60, 40), 40, lines=lines, shrink=0.9)[0].size for lines in (1, 2, 3)]
    assert sizes[0] < sizes[1] < sizes[2]
    low = fitted(text, Box(0, 0, 200, 6), 40, lines=3, shrink=0.9)
    assert len(low) == 1, "where it is low, more lines are only smaller"


def test_a_long_word_shrinks_rather_than_break() -> None:
    found = fitted("Bartholomäus Oppenheimerowitsch", Box(0, 0, 50, 20), 40, lines=2)
    assert [line.text for line in found] == ["Bartholomäus", "Oppenheimerowitsch"]


def test_what_is_cut_off_keeps_the_blanks_between_its_words() -> None:
    found = fitted("one two three four five six seven eight nine ten eleven twelve", Box(0, 0, 25, 9), 10, lines=2)
    assert " ".join(line.text for line in found).startswith("one two three four five six seven")


def test_a_line_never_begins_with_a_closing_sign_nor_ends_with_an_opening_one() -> None:
    rows = wrapped("他说：“今天下雨，我们读《小雨的一天》（第一章）。”", "sans", 62, 10)
    assert len(rows) > 3
    assert not any(row[0] in "，。：”》）" for row in rows)
    assert not any(row[-1] in "“《（" for row in rows)
    assert all(width_of(row, "sans", 10) <= 62 for row in rows)


def test_a_date_is_never_broken_over_two_lines() -> None:
    days = "、".join(f"10月{day}日" for day in range(10, 31))
    rows = wrapped(days, "sans", 97, 10)
    assert len(rows) > 5
    assert all(row.startswith("10月") and row.rstrip("、").endswith("日") for row in rows)
    assert wrapped("12\xa0Oct, 26\xa0Oct", "sans", 40, 10) == ["12\xa0Oct,", "26\xa0Oct"]


def test_words_are_not_broken_where_a_blank_will_do() -> None:
    assert wrapped("The very hungry bookworm", "sans", 60, 10) == ["The very", "hungry", "bookworm"]
    assert wrapped("I287.45/1234/12345-12", "sans", 62, 10) == ["I287.45/", "1234/", "12345-12"]


@pytest.mark.parametrize("align", ["left", "centre", "right"])
@pytest.mark.parametrize("upright", ["top", "middle", "bottom"])
def test_text_stands_at_the_side_of_its_box_that_was_asked_for(align: Any, upright: Any) -> None:
    box = Box(10, 20, 100, 50)
    (line,) = fitted("借书", box, 12, align=align, upright=upright)
    left, low = line.box.left - box.left, line.box.bottom - box.bottom
    right, high = box.right - line.box.right, box.top - line.box.top
    assert {"left": left, "centre": left - right, "right": right}[align] == pytest.approx(0, abs=0.01)
    assert {"bottom": low, "middle": low - high, "top": high}[upright] == pytest.approx(0, abs=0.01)


@given(room=st.floats(20, 120), dpi=st.sampled_from([203, 300, 600]))
def test_bars_take_the_widest_whole_dots_that_fit(room: float, dpi: int) -> None:
    dot = 25.4 / dpi
    try:
        module = fitting_module("code128", "20000014", room, dpi, 0.5)
    except ValueError:
        assert Bars("code128", "20000014", 0.19).width + dot * 99 > room
        return
    bars = Bars("code128", "20000014", module)
    assert bars.width <= room
    assert module / dot == pytest.approx(round(module / dot))
    assert module + dot > 0.5 or Bars("code128", "20000014", module + dot).width > room
    assert on_dots(12.34, dpi) == pytest.approx(12.34, abs=dot / 2)


def test_a_documents_pages_say_title_library_day_and_which_page_they_are() -> None:
    blank = [lambda page: None] * 3
    head = Head("读架单", "榕树街小学图书馆", Words(), "一共三页", date(2026, 11, 22))
    told = text_of(documents_pdf([(head, blank), (head, blank[:1])]))
    counts = ("第 1 页，共 3 页", "第 2 页，共 3 页", "第 3 页，共 3 页", "第 1 页，共 1 页")
    for text, page in zip(told, counts, strict=True):
        assert all(part in text for part in ("读架单", "榕树街小学图书馆", "一共三页", "2026年11月22日 打印", page))


def test_every_icon_is_drawn_inside_its_square() -> None:
    def draw(name: str) -> Any:
        return lambda page: icon_on(page, name, 10, 12, 40)

    printed = pages_pdf("icons", "", (60, 60), [draw(name) for name in ICONS])
    drawn = list(pages(printed, 72))
    assert len(drawn) == len(ICONS)
    assert all(Box(9.6, 11.6, 40.8, 40.8).holds(page.drawn()) for page in drawn)
    assert len({page.dots.tobytes() for page in drawn}) >= len(ICONS) - 5, "some icons are one drawing by two names"


def test_an_icon_is_drawn_as_the_screens_library_draws_it() -> None:
    side = 96 / 72 * 25.4  # a square of 96 px at 72 dpi
    for name in ("finish", "renew", "help", "done", "not_now", "info", "leave", "class", "repair"):
        (page,) = pages(
            pages_pdf("icon", "", (side, side), [partial(icon_on, name=name, left=0, bottom=0, size=side)]), 72
        )
        surface = pygame.Surface((96, 96))
        surface.fill("white")
        surface.blit(pygame.image.load(io.BytesIO(icon_svg(name, 96)), f"{name}.svg"), (0, 0))
        grey = np.dot(pygame.surfarray.array3d(surface).swapaxes(0, 1), (0.299, 0.587, 0.114))
        height = min(grey.shape[0], page.dots.shape[0])
        apart = np.abs(grey[:height, :96] - page.dots[:height, :96].astype(float))
        assert apart.mean() < 6, name
