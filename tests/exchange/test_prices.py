"""Prices in the notations that stand in vendors' files and teachers' lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exchange.prices import DOUBTS, Price, plain_price, read_price, written_price
from kiosk.lending.stock import MOST_FEN


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("CNY23.80", 2380),
        ("CNY 23.8", 2380),
        ("cny23", 2300),
        ("28.80元", 2880),
        ("￥28.80", 2880),
        ("¥28.80", 2880),
        ("RMB19.90", 1990),
        ("人民币 19.9 元", 1990),
        ("定价：25.00元", 2500),
        ("２８．８０", 2880),
        ("CNY1,280.00", 128000),
        ("28元8角", 2880),
        ("28元8角5分", 2885),
        ("CNY45.00 (精装)", 4500),
        ("CNY45.00(附光盘1张)", 4500),
        ("23.799999999", 2380),
        ("0.85元", 85),
        (".85", 85),
        ("12.", 1200),
    ],
)
def test_a_price_is_read_in_every_usual_notation(text, fen):
    assert read_price(text) == Price(fen)


@pytest.mark.parametrize("text", ["", " ", "￥", "CNY", "元", "-", "无", "——"])
def test_no_price_is_no_doubt(text):
    assert read_price(text) == Price()


@pytest.mark.parametrize(
    ("text", "fen", "doubt"),
    [
        ("CNY366.00(全8册)", 36600, "price_of_set"),
        ("CNY366.00（全套八册）", 36600, "price_of_set"),
        ("98.00元(上下册)", 9800, "price_of_set"),
        ("CNY58.00(2册)", 5800, "price_of_set"),
        ("120元/套", 12000, "price_of_set"),
        ("9RMB×9", 900, "price_times"),
        ("9.5元*3", 950, "price_times"),
        ("CNY赠90.00", 9000, "price_gift"),
        ("CNY23.00 CNY45.00(精装)", 2300, "price_several"),
        ("23.805", 2381, "price_rounded"),
        ("USD12.99", None, "price_foreign"),
        ("HK$80.00", None, "price_foreign"),
        ("$12.99", None, "price_foreign"),
        ("CNY0.00", None, "price_zero"),
        ("9787020000005", None, "price_high"),
        ("2.8.80", None, "price_unreadable"),
        ("-5", None, "price_unreadable"),
        ("1 2 3 4 5", None, "price_unreadable"),
        ("1e9", None, "price_unreadable"),
        ("2.38E+01", None, "price_unreadable"),
    ],
)
def test_a_doubtful_price_is_marked_with_its_reason(text, fen, doubt):
    assert read_price(text) == Price(fen, doubt)
    assert doubt in DOUBTS


@given(st.integers(1, MOST_FEN))
def test_a_price_that_is_written_reads_back_the_same(fen):
    assert read_price(written_price(fen)) == read_price(plain_price(fen)) == Price(fen)


@given(st.text())
def test_any_text_is_a_sound_price_or_none(text):
    price = read_price(text)
    assert price.fen is None or 0 < price.fen <= MOST_FEN
    assert price.doubt == "" or price.doubt in DOUBTS
