"""How a value is drawn: bars and spaces in modules, so that a reading can be laid over the picture it came from.

Tables are python-barcode's (ISO/IEC 15420 EAN/UPC, 15417 Code 128, 16388 Code 39, 16390 Interleaved 2 of 5, EN 798
Codabar). Code 128 can write one value in several ways; the usual ones are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

RATIOS = (2.0, 2.5, 3.0)
_GAPS = {"code39": (10, (1.8, 2.6)), "codabar": (8, (1.8, 2.6))}  # runs a character; modules between two, if not one
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
_CODE39 = _PLAIN39 | frozenset("$/+%")


def full_ascii(text: str) -> str:
    """Code 39 characters as Full ASCII (ISO/IEC 16388 annex A) where they can only be meant so.

    That is where small letters come out and nothing unprintable. Anything else stays as it is: nothing in a symbol
    says which of the two was meant, and a slash between capitals on a label is a slash. A plus before capitals and
    digits only is health industry's flag (ANSI/HIBC 2.6).
    """
    if text[:1] == "+" and not any(mark in _SHIFTED for mark in text[1:]):
        return text
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
    full = "".join(out)
    return full if full.isprintable() and any(char.islower() for char in full) else text


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
        if symbology == "upce" and value[0] != "0":  # drawn as an EAN-13's left half; GS1 knows number system 0 only
            return False
        full = wide_upce(value) if symbology == "upce" else value
        return check_digit(full[:-1]) == full[-1]
    if symbology == "itf":
        return value.isascii() and value.isdigit() and len(value) >= 6 and len(value) % 2 == 0
    if symbology == "codabar":
        return len(value) >= 5 and value[0] in "ABCD" and value[-1] in "ABCD"
    return len(value) >= _SHORTEST.get(symbology, 1)


_SHORTEST = {"code39": 3, "code128": 2}  # shorter ones are found in any fence
_LENGTHS = {"ean13": 13, "ean8": 8, "upca": 12, "upce": 8}


@cache
def runs(value: str, symbology: str) -> tuple[tuple[float, ...], ...]:
    """Widths of bar, space, bar … in modules: one tuple for each wide-to-narrow ratio, and where a gap between
    characters says nothing and may be wide, some for that; empty where not drawable."""
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
    every, gaps = _GAPS.get(symbology, (1, ()))
    narrow = tuple(tuple(ratio if w else 1.0 for w in wide) for ratio in RATIOS)
    usual = narrow[len(narrow) // 2]
    return (*narrow, *(tuple(gap if i % every == every - 1 else w for i, w in enumerate(usual)) for gap in gaps))


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
    raw = value
    if not all(c in _CODE39 for c in value):
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


_Runs = tuple[tuple[float, ...], ...]


def piece_bars(name: str, ratio: float) -> tuple[tuple[str, ...], _Runs, bool, bool, bool]:
    """What may stand in one place of a code: names and widths in modules, whether they begin dark, and whether
    what stands before and after is dark. The gap after a character is part of it."""
    from barcode.charsets import codabar, code128, ean, itf

    def narrow_wide(marks: Iterable[bool]) -> tuple[float, ...]:
        return tuple(ratio if wide else 1.0 for wide in marks)

    def bits(*drawn: str) -> _Runs:
        return tuple(tuple(float(len(list(same))) for _, same in groupby(one)) for one in drawn)

    def bars(marks: str) -> tuple[float, ...]:
        return narrow_wide(mark in "Ww" for mark in marks)

    match name:
        case "code128":
            return tuple(map(str, range(103))), bits(*code128.CODES[:103]), True, False, True
        case "code128 start":
            return ("103", "104", "105"), bits(*code128.CODES[103:106]), True, False, True
        case "code128 stop":
            return ("",), bits(code128.STOP + "11"), True, False, False
        case "ean left":
            names = tuple(f"{kind}{digit}" for kind in "AB" for digit in range(10))
            return names, bits(*ean.CODES["A"], *ean.CODES["B"]), False, True, False
        case "ean8 left":
            return tuple("0123456789"), bits(*ean.CODES["A"]), False, True, False
        case "ean right":
            return tuple("0123456789"), bits(*ean.CODES["C"]), True, False, True
        case "ean edge":
            return ("",), bits("101"), True, False, False
        case "ean middle":
            return ("",), bits("01010"), False, True, True
        case "upce stop":
            return ("",), bits("010101"), False, True, False
        case "code39":
            table = {c: w for c, w in _code39_table().items() if c != "*"}
            return tuple(table), tuple((*narrow_wide(w), 1.0) for w in table.values()), True, False, True
        case "code39 start":
            return ("",), ((*narrow_wide(_code39_table()["*"]), 1.0),), True, False, True
        case "code39 stop":
            return ("",), (narrow_wide(_code39_table()["*"]),), True, False, False
        case "itf":
            pairs = [(a, b) for a in range(10) for b in range(10)]
            drawn = tuple(
                bars("".join(x + y for x, y in zip(itf.CODES[a], itf.CODES[b], strict=True))) for a, b in pairs
            )
            return tuple(f"{a}{b}" for a, b in pairs), drawn, True, False, True
        case "itf start":
            return ("",), ((1.0, 1.0, 1.0, 1.0),), True, False, True
        case "itf stop":
            return ("",), ((ratio, 1.0, 1.0),), True, False, False
        case "codabar":
            return (
                tuple("0123456789-$"),
                tuple((*bars(codabar.CODES[c]), 1.0) for c in "0123456789-$"),
                True,
                False,
                True,
            )
        case "codabar start":
            return tuple("ABCD"), tuple((*bars(codabar.STARTSTOP[c]), 1.0) for c in "ABCD"), True, False, True
        case "codabar stop":
            return tuple("ABCD"), tuple(bars(codabar.STARTSTOP[c]) for c in "ABCD"), True, False, False
    raise ValueError(name)


def code128_text(codes: Sequence[int]) -> str | None:
    """The text of Code 128 code words from the start on, without check and stop; None where a word makes no sense."""
    table = {103: "A", 104: "B", 105: "C"}[codes[0]]
    out = ""
    shifted = False
    for code in codes[1:]:
        now = {"A": "B", "B": "A"}.get(table, table) if shifted else table
        shifted = False
        if table == "C" and code < 100:
            out += f"{code:02}"
        elif code < 96 and table != "C":
            out += chr(code + 32) if now == "B" or code < 64 else chr(code - 64)
        elif code == 98 and table != "C":
            shifted = True
        elif code == 99 and table != "C":
            table = "C"
        elif code in {100, 101} and table != ("B" if code == 100 else "A"):
            table = "B" if code == 100 else "A"
        elif code != 102:
            return None
    return out


def retail_first(parity: str) -> str | None:
    """The digit that six parities stand for: EAN-13's first, or UPC-E's last (number system 0). None for no digit."""
    from barcode.charsets import ean

    if parity in ean.LEFT_PATTERN:
        return str(list(ean.LEFT_PATTERN).index(parity))
    if parity in _UPCE_PARITY:
        return str(_UPCE_PARITY.index(parity))
    return None
