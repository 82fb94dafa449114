"""How a value is drawn: bars and spaces in modules, so that a reading can be laid over the picture it came from.

Tables are python-barcode's (ISO/IEC 15420 EAN/UPC, 15417 Code 128, 16388 Code 39, 16390 Interleaved 2 of 5, EN 798
Codabar). Code 128 can write one value in several ways; the usual ones are drawn.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby

RATIOS = (2.0, 2.5, 3.0)
_UPCE_PARITY = ("BBBAAA", "BBABAA", "BBAABA", "BBAAAB", "BABBAA", "BAABBA", "BAAABB", "BABABA", "BABAAB", "BAABAB")
_SHIFTED = {
    "+": {chr(65 + i): chr(97 + i) for i in range(26)},
    "$": {chr(65 + i): chr(1 + i) for i in range(26)},
    "/": {**{chr(65 + i): chr(33 + i) for i in range(15)}, "Z": ":"},
    "%": {
        **{chr(65 + i): chr(27 + i) for i in range(5)},
        **{chr(70 + i): chr(59 + i) for i in range(5)},
        **{chr(75 + i): chr(91 + i) for i in range(5)},
        **{chr(80 + i): chr(123 + i) for i in range(5)},
        "U": "\x00",
        "V": "@",
        "W": "`",
    },
}
_UNSHIFTED = {char: mark + letter for mark, table in _SHIFTED.items() for letter, char in table.items()}
_PLAIN39 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. ")


def full_ascii(text: str) -> str:
    """Code 39 characters as Full ASCII (ISO/IEC 16388 annex A); unchanged where a mark is followed by no letter."""
    out, i = [], 0
    while i < len(text):
        table = _SHIFTED.get(text[i])
        if table is None:
            out.append(text[i])
            i += 1
            continue
        char = table.get(text[i + 1 : i + 2])
        if char is None:
            return text
        out.append(char)
        i += 2
    return "".join(out)


def check_digit(digits: str) -> str:
    """The GS1 check digit of the digits before it (weights 3, 1, 3 … from the right)."""
    return str(-sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits))) % 10)


def wide_upce(value: str) -> str:
    """The UPC-A behind an eight-digit UPC-E."""
    d, last = value[1:7], value[6]
    if last in "012":
        body = d[:2] + last + "0000" + d[2:5]
    elif last == "3":
        body = d[:3] + "00000" + d[3:5]
    elif last == "4":
        body = d[:4] + "00000" + d[4]
    else:
        body = d[:5] + "0000" + last
    return value[0] + body + value[7]


def well_formed(value: str, symbology: str) -> bool:
    """Length, alphabet and check digit that the symbology itself demands."""
    if symbology in _LENGTHS:
        if not (value.isascii() and value.isdigit() and len(value) == _LENGTHS[symbology]):
            return False
        full = wide_upce(value) if symbology == "upce" else value
        return check_digit(full[:-1]) == full[-1]
    if symbology == "itf":
        return value.isascii() and value.isdigit() and len(value) >= 4 and len(value) % 2 == 0
    if symbology == "codabar":
        return len(value) >= 5 and value[0] in "ABCD" and value[-1] in "ABCD"
    return len(value) >= _SHORTEST.get(symbology, 1)


_SHORTEST = {"code39": 3, "code128": 2}  # shorter ones are found in any fence
_LENGTHS = {"ean13": 13, "ean8": 8, "upca": 12, "upce": 8}


@cache
def runs(value: str, symbology: str) -> tuple[tuple[float, ...], ...]:
    """Widths of bar, space, bar … in modules, one tuple for each wide-to-narrow ratio; empty where not drawable."""
    if symbology in {"ean13", "upca", "ean8", "upce"}:
        return (_ean_runs(value, symbology),)
    if symbology == "code128":
        return tuple(_code128_runs(codes) for codes in _code128_ways(value))
    two = _TWO_WIDTH.get(symbology)
    if two is None:
        return ()
    try:
        wide = two(value)
    except (KeyError, IndexError, ValueError):
        return ()
    return tuple(tuple(ratio if w else 1.0 for w in wide) for ratio in RATIOS)


def _ean_runs(value: str, symbology: str) -> tuple[float, ...]:
    from barcode.charsets import ean  # type: ignore[import-untyped]  # python-barcode has no types

    codes = ean.CODES
    if symbology == "upce":
        parity = _UPCE_PARITY[int(value[-1])]
        bits = "101" + "".join(codes[p][int(d)] for p, d in zip(parity, value[1:7], strict=True)) + "010101"
    elif symbology == "ean8":
        left, right = value[:4], value[4:]
        bits = _framed(["A"] * 4, left, right)
    else:
        full = value.zfill(13)
        bits = _framed(list(ean.LEFT_PATTERN[int(full[0])]), full[1:7], full[7:])
    return tuple(float(len(list(same))) for _, same in groupby(bits))


def _framed(parity: list[str], left: str, right: str) -> str:
    from barcode.charsets import ean

    first = "".join(ean.CODES[p][int(d)] for p, d in zip(parity, left, strict=True))
    second = "".join(ean.CODES["C"][int(d)] for d in right)
    return "101" + first + "01010" + second + "101"


def _code39_wide(value: str) -> list[bool]:
    raw = "".join(c if c in _PLAIN39 else _UNSHIFTED.get(c, c) for c in value)
    table = _code39_table()
    out: list[bool] = []
    for char in f"*{raw}*":
        out += [*table[char], False]
    return out[:-1]


@cache
def _code39_table() -> dict[str, tuple[bool, ...]]:
    from barcode.charsets import code39

    drawn = {**dict(zip(code39.REF, code39.CODES, strict=False)), "*": code39.EDGE}
    return {c: tuple(len(list(same)) > 1 for _, same in groupby(bits)) for c, bits in drawn.items()}


def _itf_wide(value: str) -> list[bool]:
    from barcode.charsets import itf

    out = [False] * 4
    for a, b in zip(value[::2], value[1::2], strict=True):
        for bar, space in zip(itf.CODES[int(a)], itf.CODES[int(b)], strict=True):
            out += [bar == "W", space == "W"]
    return [*out, True, False, False]


def _codabar_wide(value: str) -> list[bool]:
    from barcode.charsets import codabar

    table = {**codabar.CODES, **codabar.STARTSTOP}
    out: list[bool] = []
    for char in value:
        out += [*(mark in "Ww" for mark in table[char]), False]
    return out[:-1]


_TWO_WIDTH = {"code39": _code39_wide, "itf": _itf_wide, "codabar": _codabar_wide}


def _code128_ways(value: str) -> list[list[int]]:
    """Code words (with start, without check and stop): set B throughout, and digits in set C as ISO 15417 annex E
    or a shortest writer has them, or as many as there are from the left."""
    if not value.isascii() or any(c < " " for c in value):
        return []
    ways = [[104, *(ord(c) - 32 for c in value)], _code128_mixed(value, 6), _code128_mixed(value, 4)]
    if value.isdigit() and len(value) % 2:
        pairs = [int(value[j : j + 2]) for j in range(0, len(value) - 1, 2)]
        ways.append([105, *pairs, 100, ord(value[-1]) - 32])
    return [way for i, way in enumerate(ways) if way not in ways[:i]]


def _code128_mixed(value: str, inner: int) -> list[int]:
    """Set C for four digits and more at an end and `inner` and more in between, set B for the rest."""
    codes: list[int] = []
    now, i = "", 0
    while i < len(value):
        run = next((j for j in range(i, len(value)) if not value[j].isdigit()), len(value)) - i
        ends = i == 0 or i + run == len(value)
        if run >= (4 if ends else inner) or run == len(value) == 2:
            if run % 2:
                codes, now = _to(codes, now, "B")
                codes.append(ord(value[i]) - 32)
                i, run = i + 1, run - 1
            codes, now = _to(codes, now, "C")
            codes += [int(value[j : j + 2]) for j in range(i, i + run, 2)]
            i += run
        else:
            codes, now = _to(codes, now, "B")
            codes.append(ord(value[i]) - 32)
            i += 1
    return codes


def _to(codes: list[int], now: str, wanted: str) -> tuple[list[int], str]:
    if now == wanted:
        return codes, now
    start, switch = {"B": (104, 100), "C": (105, 99)}[wanted]
    return [*codes, switch if now else start], wanted


def _code128_runs(codes: list[int]) -> tuple[float, ...]:
    from barcode.charsets import code128

    check = (codes[0] + sum(i * code for i, code in enumerate(codes))) % 103
    bits = "".join(code128.CODES[code] for code in [*codes, check]) + code128.STOP + "11"
    return tuple(float(len(list(same))) for _, same in groupby(bits))
