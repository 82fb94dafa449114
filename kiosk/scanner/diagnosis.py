"""What a scan says about the scanner's settings: keys with their times -> facts -> findings. Pure.

A `Recorder` gathers the keys of one scan until silence; `judge` compares what was heard with the codes of the test
sheet and names what is right, and what to change, as message keys of the catalogue `diagnosis`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from kiosk.scanner.keys import Key
from kiosk.scanner.wedge import ENDS, WedgeSettings, strip_aim

Route = Literal["keys", "text", "line"]
"""How the scan came: keys by their place, the text that the system made of them, or a serial line."""

SILENCE: Final = 0.3
"""Seconds that end a scan for the test: longer than a scanner pauses, shorter than a hand between two scans."""

SLOW: Final = 0.03
"""Seconds a key, as the median, from which a scanner could well be set quicker."""


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

    @property
    def deadline(self) -> float | None:
        """Monotonic seconds at which `tick` will give what was heard, or None."""
        return self._times[-1] + SILENCE if self._times else None

    def feed(self, key: Key) -> None:
        """Take one key; after `longest` keys more are only waited for."""
        if not key.char:
            return
        self._times = [*self._times[: self._longest], key.at]
        self._keys = [*self._keys, key][: self._longest]

    def tick(self, now: float) -> Heard | None:
        """Time is `now`: the scan that silence has ended, if it did."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return None
        keys, times = self._keys, self._times
        self._keys, self._times = [], []
        chars = "".join(key.char for key in keys)
        code = chars.rstrip("".join(ENDS))
        # Keys that one read brought together have one time; that says how quickly they were read, not sent.
        gaps = [later - sooner for sooner, later in pairwise(times)]
        speed = Speed(min(gaps), statistics.median(gaps), max(gaps)) if gaps else None
        return Heard(code, chars[len(code) :], self._route, speed, any(key.caps for key in keys), code.isprintable())


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
    code, symbology = strip_aim(heard.code)
    findings = [_judge_code(heard, code, expected)]
    if code != heard.code:
        findings.append(
            Finding("diagnosis.prefix", {"prefix": heard.code[: -len(code)], "symbology": symbology or "-"})
        )
    if heard.caps and heard.route != "line":
        findings.append(Finding("diagnosis.caps_on", change=True))
    findings.append(_judge_end(heard))
    if heard.speed is not None and heard.route != "line":
        findings += _judge_speed(heard.speed, heard.end, settings)
    if heard.route == "text":
        findings.append(Finding("diagnosis.text_route"))
    return tuple(findings)


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
        if code == f"0{wanted}" or code == wanted.lstrip("0"):
            return Finding("diagnosis.zero", values, change=True)
    if any(ord(char) > 0x2E80 for char in code):
        return Finding("diagnosis.input_method", said, change=True)
    if not heard.clean:
        return Finding("diagnosis.rubbish_line" if heard.route == "line" else "diagnosis.rubbish", said, change=True)
    around = [wanted for wanted in expected if wanted in code]
    if around:
        wanted = max(around, key=len)
        before, _, after = code.partition(wanted)
        return Finding("diagnosis.extra", said | {"wanted": wanted, "before": before, "after": after}, change=True)
    if wanted := next((one for one in expected if heard.route == "text" and _other_layout(code, one)), ""):
        return Finding("diagnosis.layout", said | {"wanted": wanted}, change=True)
    if wanted := min((one for one in expected if _is_part(code, one)), key=len, default=""):
        key = "diagnosis.lost_text" if heard.route == "text" else "diagnosis.lost"
        return Finding(key, said | {"wanted": wanted, "missing": str(len(wanted) - len(code))}, change=True)
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


def _other_layout(code: str, wanted: str) -> bool:
    """Could a keyboard layout other than the US one make `code` of `wanted`: each character always the same other?

    No layout has its digits in another order.
    """
    if any(char != one and (char + one).isdigit() for char, one in zip(code, wanted, strict=False)):
        return False
    return len(code) == len(wanted) and len(set(zip(wanted, code, strict=True))) == len(set(wanted)) == len(set(code))
