"""The calibration page: labels in outline, scales that say how far they are off, words in both languages."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from kiosk.i18n import LANGUAGES, Words
from kiosk.printing.bars import MM
from kiosk.printing.calibration import INSIDE, calibration_pdf, how_to, panel_box
from kiosk.printing.label_stock import Adjust, LabelStock
from kiosk.printing.preview import page_count
from tests.printing.readers import ROLLS, SHEETS, STOCK, rasterised, text_of


def page_of(stock: LabelStock, dpi: int, language: str = "zh_CN", adjust: Adjust | None = None) -> Image.Image:
    (page,) = rasterised(calibration_pdf(stock, Words(language), adjust=adjust or Adjust()), dpi)
    return page


def darkest(page: Image.Image, x: float, y: float, dpi: int) -> int:
    """The darkest of the dots at and beside a place in mm from the upper left corner."""
    column, row = round(x * dpi / 25.4), round(y * dpi / 25.4)
    return int(page.crop((column - 1, row - 1, column + 2, row + 2)).getextrema()[0])


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_every_label_of_a_sheet_is_outlined_where_it_is(stock: LabelStock) -> None:
    page, panel = page_of(stock, 150), panel_box(stock, Words()).inset(-0.5)
    for number in range(1, stock.per_page + 1):
        left, top = stock.place(number)
        right, bottom = left + stock.label[0], top + stock.label[1]
        for x, y in ((right - 3, bottom), (right, top + 3)):
            hidden = panel.left < x < panel.right and panel.bottom < stock.page[1] - y < panel.top
            if not hidden and 1 < x < stock.page[0] - 1 and 1 < y < stock.page[1] - 1:
                assert darkest(page, x, y, 150) < 200, (number, x, y)


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_the_scales_have_their_zero_on_the_edges_of_the_first_and_the_last_label(stock: LabelStock) -> None:
    page = page_of(stock, 300)
    for number, right in ((1, True), (stock.per_page, False)):
        left, top = stock.place(number)
        edge, middle = left + (stock.label[0] if right else 0), top + stock.label[1] / 2
        for tick in range(-4, 5):
            assert darkest(page, edge + tick, middle - 1.2, 300) < 128, (number, tick)
            assert darkest(page, edge + tick + 0.25, middle - 1.2, 300) > 200, (number, tick)
        level, across = top + (stock.label[1] if right else 0), left + stock.label[0] / 2
        for tick in range(-4, 5):
            assert darkest(page, across + 1.2, level + tick, 300) < 128, (number, tick)
            assert darkest(page, across + 1.2, level + tick + 0.25, 300) > 200, (number, tick)


@pytest.mark.parametrize("stock", ROLLS, ids=lambda stock: stock.name)
def test_on_a_roll_the_frame_stands_two_millimetres_inside(stock: LabelStock) -> None:
    page = page_of(stock, 300).point(lambda grey: 255 if grey < 128 else 0)
    box = [edge * 25.4 / 300 for edge in page.getbbox() or (0, 0, 0, 0)]
    wanted = [INSIDE, INSIDE, stock.label[0] - INSIDE, stock.label[1] - INSIDE]
    assert box == pytest.approx(wanted, abs=0.25)


@pytest.mark.parametrize("name", ["a4-65-38x21", "roll-50x25"])
def test_what_was_entered_moves_the_page_so_that_it_can_be_checked(name: str) -> None:
    def edge(adjust: Adjust) -> tuple[float, float]:
        page = page_of(STOCK[name], 300, adjust=adjust).point(lambda grey: 255 if grey < 128 else 0)
        left, top, *_ = page.getbbox() or (0, 0, 0, 0)
        return left * 25.4 / 300, top * 25.4 / 300

    before, after = edge(Adjust()), edge(Adjust(0.8, 1.2))
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((0.8, 1.2), abs=0.1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["a4-24-70x37", "a4-spine-30x20", "a4-65-38x21"])
def test_every_step_of_how_to_read_it_stands_on_the_sheet(name: str, language: str) -> None:
    stock, words = STOCK[name], Words(language)
    pdf = calibration_pdf(stock, words)
    assert page_count(pdf) == 1
    box = panel_box(stock, words)
    part = tuple(round(one * MM) for one in (box.left, stock.page[1] - box.top, box.width, box.height))
    told = re.sub(r"\s", "", text_of(pdf, part))  # type: ignore[arg-type]  # four of them
    for said in (stock.title(language), *map(words.say, how_to(stock))):
        assert re.sub(r"\s", "", said) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_roll_says_what_its_frame_should_be(language: str) -> None:
    words = Words(language)
    for stock in ROLLS:
        told = re.sub(r"\s", "", text_of(calibration_pdf(stock, words)))
        assert "2" in told
        assert len(told) >= 8
    for stock in (STOCK["roll-50x25"], STOCK["a4-65-38x21"]):
        assert all("[" not in words.say(step) for step in how_to(stock))
