"""What a scan says about the scanner's settings: keys with their times -> facts -> findings. Pure.

A `Recorder` gathers the keys of one scan until silence; `judge` compares what was heard with the codes of the test
sheet and names what is right, and what to change, as message keys of the catalogue `diagnosis`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

from kiosk.scanner.keys import Key, same_key
from kiosk.scanner.layouts import by_places
from kiosk.scanner.wedge import ENDS, WedgeSettings, strip_aim

Route = Literal["keys", "text", "line"]
"""How the scan came: keys by their place, the text that the system made of them, or a serial line."""

SILENCE: Final = 0.3
"""Seconds that end a scan for the test: longer than a scanner pauses, shorter than a hand between two scans."""

SLOW: Final = 0.03
"""Seconds a key, as the median, from which a scanner could well be set quicker."""

_MOST_ENDS: Final = 8  # keys of an ending that are kept
_FILLER: Final = "\x00\x02\x03"  # of serial lines: NUL, and STX and ETX around a code; see `lines`
_UNREADABLE: Final = "\ufffd"  # what stands for bytes that are no text


_NEAR: Final = 2  # wrong characters up to which a code is taken for one of the sheet, read wrongly


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds from key to key."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One scan as it came. `end` is what ended it: "\\r", "\\n", "\\r\\n", "\\t" or ""; `speed` None if unknown."""

    code: str
    end: str
    route: Route
    speed: Speed | None = None
    caps: bool = False
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact in words: a message of the catalogue `diagnosis` with its values. `change`: something is to be done."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    change: bool = False


class Recorder:
    """The keys of one route, cut into scans by silence."""

    def __init__(self, route: Route, longest: int = 200) -> None:
        self._route: Route = route
        self._longest = longest
        self._keys: list[Key] = []
        self._times: list[float] = []
        self._end = ""

    @property
    def deadline(self) -> float | None:
        """Monotonic seconds at which `tick` will give what was heard, or None."""
        return self._times[-1] + SILENCE if self._times else None

    def feed(self, key: Key) -> None:
        """Take one key; after `longest` keys more are only waited for, but how they end is kept."""
        if not key.char:
            return
        self._end = (self._end + key.char)[-_MOST_ENDS:] if key.char in ENDS else ""
        self._times = [*self._times[: self._longest], key.at]
        self._keys = [*self._keys, key][: self._longest]

    def tick(self, now: float) -> Heard | None:
        """Time is `now`: the scan that silence has ended, if it did."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return None
        keys, times, end = self._keys, self._times, self._end
        self._keys, self._times, self._end = [], [], ""
        code = "".join(key.char for key in keys).rstrip("".join(ENDS))
        # Keys that one read brought together have one time; that says how quickly they were read, not sent.
        gaps = [later - sooner for sooner, later in pairwise(times)]
        speed = Speed(min(gaps), statistics.median(gaps), max(gaps)) if gaps else None
        return Heard(code, end, self._route, speed, any(key.caps for key in keys), code.isprintable())


def compare(keys: Heard, text: Heard) -> tuple[Finding, ...]:
    """What it says that the same scan came by its keys' places and, `text`, as the system makes them out."""
    if keys.code == text.code:
        return ()
    return (Finding("diagnosis.system_turns", {"code": keys.code, "text": text.code}),)


def judge(heard: Heard, expected: Sequence[str], settings: WedgeSettings | None = None) -> tuple[Finding, ...]:
    """What `heard` says, the code first, then how it ended, then how quickly it came.

    `expected` are the values on the test sheet; a code that is none of them is not wrong for that.
    """
    settings = settings or WedgeSettings()
    framed = heard
    if heard.route == "line":
        heard = _without_frame(heard)
    code, symbology = strip_aim(heard.code)
    findings = [_judge_code(heard, code, expected)]
    if code != heard.code:
        findings.append(
            Finding("diagnosis.prefix", {"prefix": heard.code[: -len(code)], "symbology": symbology or "-"})
        )
    if heard.code != framed.code and not {"\x02", "\x03"}.isdisjoint(framed.code):
        findings.append(Finding("diagnosis.frame"))
    if heard.caps and heard.route != "line":
        findings.append(Finding("diagnosis.caps_on", change=True))
    if heard.end or "\x03" not in framed.code:
        findings.append(_judge_end(heard))
    if heard.speed is not None and heard.route != "line":
        findings += _judge_speed(heard.speed, heard.end, settings)
    if heard.route == "text":
        findings.append(Finding("diagnosis.text_route"))
    return tuple(findings)


def _without_frame(heard: Heard) -> Heard:
    """The scan of a serial line without what the kiosk takes off it: STX, ETX and NUL around the code."""
    code = heard.code.strip(_FILLER + "".join(ENDS))
    if code in ("", heard.code):
        return heard
    end = heard.code[heard.code.rfind(code) + len(code) :] + heard.end
    return replace(heard, code=code, end=end.translate(dict.fromkeys(map(ord, _FILLER))), clean=code.isprintable())


def _judge_code(heard: Heard, code: str, expected: Sequence[str]) -> Finding:
    said = {"code": code}
    if code in expected:
        return Finding("diagnosis.right", said)
    for wanted in expected:
        values = said | {"wanted": wanted}
        if wanted[1:-1] == code and wanted[0].isalpha():
            return Finding("diagnosis.right_without_letters", values)
        if code == wanted.swapcase():
            return Finding("diagnosis.caps", values, change=True)
        if _only_shift_differs(code, wanted):
            return Finding("diagnosis.shift", values, change=True)
        if code == f"0{wanted}" or code == wanted.lstrip("0"):
            return Finding("diagnosis.zero", values, change=True)
    if any(ord(char) > 0x2E80 and char != _UNREADABLE for char in code):
        return Finding("diagnosis.input_method", said, change=True)
    if not heard.clean or _UNREADABLE in code:
        return Finding("diagnosis.rubbish_line" if heard.route == "line" else "diagnosis.rubbish", said, change=True)
    around = [wanted for wanted in expected if wanted in code]
    if around:
        wanted = max(around, key=len)
        before, _, after = code.partition(wanted)
        return Finding("diagnosis.extra", said | {"wanted": wanted, "before": before, "after": after}, change=True)
    if wanted := next((one for one in expected if heard.route == "text" and _other_layout(code, one)), ""):
        return Finding("diagnosis.layout", said | {"wanted": wanted}, change=True)
    if heard.route == "keys" and (turned := _other_country(code, expected)):
        wanted, country = turned
        return Finding("diagnosis.country", said | {"wanted": wanted, "country": country}, change=True)
    if wanted := min((one for one in expected if _is_part(code, one)), key=len, default=""):
        key = "diagnosis.lost_text" if heard.route == "text" else "diagnosis.lost"
        return Finding(key, said | {"wanted": wanted, "missing": str(len(wanted) - len(code))}, change=True)
    return _judge_unknown(code, expected)


def _judge_unknown(code: str, expected: Sequence[str]) -> Finding:
    """A code of something else, or one of the sheet with a few wrong characters."""
    said = {"code": code}
    checked = _check_digit_holds(code)
    if not checked:
        near = ((_faults(code, one), one[:1] != code[:1], one) for one in expected)
        faults, _, wanted = min(near, default=(_NEAR + 1, True, ""))
        if faults <= _NEAR and faults * 4 <= len(wanted):
            return Finding("diagnosis.wrong", said | {"wanted": wanted}, change=True)
    if checked is False:
        return Finding("diagnosis.check_digit", said, change=True)
    return Finding("diagnosis.not_on_sheet", said)


def _judge_end(heard: Heard) -> Finding:
    match heard.end:
        case "\r" | "\n" | "\r\n":
            return Finding("diagnosis.end_enter")
        case "\t":
            return Finding("diagnosis.end_tab")
        case "":
            return Finding("diagnosis.end_none", change=True)
    return Finding("diagnosis.end_many", {"n": str(len(heard.end))}, change=True)


def _judge_speed(speed: Speed, end: str, settings: WedgeSettings) -> list[Finding]:
    if speed.median > settings.scanner_gap:
        return [Finding("diagnosis.typed", change=True)]
    findings = []
    if speed.median >= SLOW:
        findings.append(Finding("diagnosis.slow", change=True))
    if not end and speed.most >= settings.quiet:
        findings.append(Finding("diagnosis.stalls", change=True))
    return findings


def _is_part(code: str, wanted: str) -> bool:
    """Is `code` what is left of `wanted` when at most half of its characters are lost?"""
    rest = iter(wanted)
    return len(wanted) / 2 <= len(code) < len(wanted) and all(char in rest for char in code)


def _only_shift_differs(code: str, wanted: str) -> bool:
    """Is each key the right one, and only Shift not? Digits that became signs are a French scanner's instead."""
    return len(code) == len(wanted) and all(
        same_key(char, one) and (char == one or not one.isdigit()) for char, one in zip(code, wanted, strict=True)
    )


def _other_layout(code: str, wanted: str) -> bool:
    """Could a keyboard layout other than the US one make `code` of `wanted`: each character always the same other?

    No layout has its digits in another order.
    """
    if any(char != one and (char + one).isdigit() for char, one in zip(code, wanted, strict=False)):
        return False
    return len(code) == len(wanted) and len(set(zip(wanted, code, strict=True))) == len(set(wanted)) == len(set(code))


def _other_country(code: str, expected: Sequence[str]) -> tuple[str, str] | None:
    """The code of the sheet that a scanner set to another country's keyboard sends as `code`, and the country.

    A few characters may be wrong besides, a quarter at most, and fewer than when the country were the right one.
    """
    likely = [
        (faults, place, wanted, country)
        for wanted in expected
        if abs(len(wanted) - len(code)) <= len(wanted) // 2
        for place, (country, seen) in enumerate(by_places(wanted))
        if (faults := _faults(code, seen)) * 4 <= len(seen) and faults < _faults(code, wanted)
    ]
    if not likely:
        return None
    _, _, wanted, country = min(likely)
    return wanted, country


def _faults(code: str, wanted: str) -> int:
    """How many characters are wrong, missing, too many or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(wanted) + 1))
    for n, char in enumerate(code):
        older, before = before, row
        row = [n + 1]
        for m, one in enumerate(wanted):
            least = min(before[m] + (char != one), before[m + 1] + 1, row[m] + 1)
            if n and m and char == wanted[m - 1] and code[n - 1] == one:
                least = min(least, older[m - 1] + 1)
            row.append(least)
    return row[-1]


def _check_digit_holds(code: str) -> bool | None:
    """Does the check digit of one of the kiosk's own numbers, or of an ISBN or ISSN, fit? None for other codes.

    Own numbers are eight digits, the first a 2, 3 or 9, with a Luhn digit (ISO/IEC 7812-1 annex B); the others
    EAN-13 (GS1 General Specifications).
    """
    if not (code.isascii() and code.isdigit()):
        return None
    digits = [int(char) for char in reversed(code)]
    if len(code) == 8 and code[0] in "239":
        return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0
    if len(code) == 13 and code.startswith(("977", "978", "979")):
        return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
    return None
