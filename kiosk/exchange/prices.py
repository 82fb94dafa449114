"""Prices as vendors write them: `CNY23.80`, `28.80元`, `￥`, `CNY366.00(全8册)`, `9RMB×9`, `CNY赠90.00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kiosk.lending.stock import MOST_FEN
from kiosk.lending.text import half_width


@dataclass(frozen=True, slots=True)
class Price:
    """A price in fen, None where there is none or it cannot be read; `doubt` names a remark, empty if there is none."""

    fen: int | None = None
    doubt: str = ""


DOUBTS = (
    "price_unreadable",
    "price_foreign",
    "price_zero",
    "price_high",
    "price_of_set",
    "price_times",
    "price_gift",
    "price_several",
    "price_rounded",
)
"""Every doubt a price may raise. With the first four there is no price."""

_FOREIGN = re.compile(
    r"usd|us\$|hkd|hk\$|nt\$|ntd|twd|gbp|eur|jpy|krw|sgd|[€£$₩]|美元|港币|港元|台币|日元|欧元|英镑", re.I
)
_NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?|\.[0-9]+")
_YUAN_JIAO_FEN = re.compile(r"(?<![0-9])([0-9]{1,9})(?:元|块)(?:([0-9])角)?(?:([0-9])分)?(?![0-9])")
_TIMES = re.compile(r"([0-9.]+)[^0-9.]*[×xX*][ ]*[0-9]+")
# In brackets or after a blank or stroke: the whole set, two volumes, a pair.
_OF_SET = re.compile(
    r"全套|全[0-9一二三四五六七八九十百]+[册卷本]|共[0-9一二三四五六七八九十]+[册卷本]|[上中下、]{2,}册?|[/每]套|套价|[0-9]+册"
)
_BY_EXCEL = re.compile(r"[0-9]e[+-]?[0-9]", re.I)
_GIFT = re.compile(r"赠|非卖")


@lru_cache(maxsize=2048)  # a delivery has a few hundred prices, each on many copies
def read_price(text: str) -> Price:
    """The price in `text`; never raises. Nothing, a lone sign such as `￥` or a dash is no price and no doubt.

    A set's price is kept as it is (what is lost of a set is paid as the set); of `9RMB×9` and of several prices the
    first number is taken.
    """
    plain = half_width(text).replace("¥", "").replace("￥", "").strip()
    if not any(sign.isdigit() for sign in plain):
        return Price(None, "price_foreign" if _FOREIGN.search(plain) else "")
    if _FOREIGN.search(plain):
        return Price(None, "price_foreign")
    set_of = bool(_OF_SET.search(plain))
    # What stands in brackets says how many volumes or which binding.
    bare = re.sub(r"[(\[【].*?(?:[)\]】]|$)", " ", _OF_SET.sub(" ", plain))
    doubt = "price_of_set" if set_of else "price_gift" if _GIFT.search(plain) else ""
    in_words = _YUAN_JIAO_FEN.search(bare)
    if in_words and (in_words[2] or in_words[3]):
        fen = int(in_words[1]) * 100 + int(in_words[2] or 0) * 10 + int(in_words[3] or 0)
        return _checked(fen, doubt)
    times = _TIMES.search(bare)
    numbers: list[str] = _NUMBER.findall(times[1] if times else bare)
    if not numbers or len(numbers) > 4 or _BY_EXCEL.search(bare) or re.search(r"[0-9]\.[0-9]*\.|-[0-9]", bare):
        return Price(None, "price_unreadable")
    if times:
        doubt = "price_times"
    elif len(set(numbers)) > 1:
        doubt = doubt or "price_several"
    fen, exact = _fen(numbers[0])
    return _checked(fen, doubt or ("" if exact else "price_rounded"))


def _fen(number: str) -> tuple[int, bool]:
    """A decimal number in fen, to the nearest, and whether nothing was lost (Excel's 23.799999999 is 23.80)."""
    whole, _, part = number.replace(",", "").partition(".")
    if len(whole) > 12:
        return MOST_FEN + 1, True
    padded = (part + "000000")[:6]
    millionths = int(whole or "0") * 1_000_000 + int(padded)
    fen = (millionths + 5_000) // 10_000
    return fen, abs(fen * 10_000 - millionths) < 20


def _checked(fen: int, doubt: str) -> Price:
    if fen == 0:
        return Price(None, "price_zero")
    if fen > MOST_FEN:
        return Price(None, "price_high")
    return Price(fen, doubt)


def written_price(fen: int) -> str:
    """As catalogues write a price in yuan: `CNY23.80`."""
    return f"CNY{plain_price(fen)}"


def plain_price(fen: int) -> str:
    """The number alone, `23.80`."""
    return f"{fen // 100}.{fen % 100:02}"
