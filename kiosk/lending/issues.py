"""Issues of magazines and volumes of sets: what comes after the last one, and what several titles have in common.

A magazine's barcode is an EAN-13 that begins with 977, then the first seven digits of its ISSN, two digits for the
price or the edition and the check digit; two or five digits behind it may say the issue (ISO 3297, annex on EAN-13).
"""

from __future__ import annotations

import re
from datetime import date

from kiosk.lending.text import half_width

_NUMERALS = "零一二三四五六七八九"
_MONTHS = 12
_WEEKS = 52
_LAST_NUMBER = re.compile(r"(?P<number>[0-9]+)(?=[^0-9]*$)")
_OF_YEAR = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<between>[-./]|年第?)(?P<number>[0-9]{1,2})(?![0-9])")
_WHOLE = re.compile(r"(?<=总第)(?P<number>[0-9]+)")
_CHINESE = re.compile(r"(?<=第)(?P<number>[一二三四五六七八九十]{1,3})(?=[期辑号卷])")
_VOLUME_ENDS = re.compile(
    r"\s*(?:[（(\[][^）)\]]*[）)\]]|第?[0-9一二三四五六七八九十百]+[册卷辑部集]|[上中下][册卷集]?|[·:：,，-]?\s*(?<![0-9])[0-9]{1,3})\s*$"
)
_PART = re.compile(r"[上中下](?=[册卷集部辑篇编]|\W|$)")  # "中国卷" is no middle volume
_PART_MARKS = {"上": "1", "中": "2", "下": "2"}
_OPENING = re.compile(r"[\s(（]*总第$")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0D: "-", 0xFF0E: ".", 0xFF0F: "/"}


def issn_of(code: str) -> str:
    """The ISSN ("1234-5679") in a magazine's barcode of 13, 15 or 18 digits; empty if it is none."""
    if not re.fullmatch(r"977[0-9]{10}(?:[0-9]{2}|[0-9]{5})?", code):
        return ""
    body = code[3:10]
    check = -sum((8 - place) * int(digit) for place, digit in enumerate(body)) % 11  # ISO 3297, modulo 11
    return f"{body[:4]}-{body[4:]}{'X' if check == 10 else check}"


def is_issn(text: str) -> bool:
    """Whether `text` is an ISSN with a right check digit (ISO 3297), with or without its hyphen."""
    digits = half_width(text).strip().upper().replace("-", "")
    return bool(re.fullmatch(r"[0-9]{7}[0-9X]", digits)) and issn_of(f"977{digits[:7]}000").replace("-", "") == digits


def kept_issn(text: str) -> str:
    """An ISSN as it is kept ("1234-5679"), written with its hyphen or without; `text` is one (`is_issn`)."""
    digits = half_width(text).strip().upper().replace("-", "")
    return f"{digits[:4]}-{digits[4:]}"


def add_on(code: str) -> int | None:
    """The issue's number in the two digits behind a magazine's barcode; None where they were not read.

    Five digits say no issue by themselves.
    """
    return int(code[13:]) if len(code) == 15 and code.isdecimal() else None


def first_issue(number: int | None, today: date) -> str:
    """The issue ("2026-03") that a barcode's number is likely to mean where no issue before it is known.

    Up to 12 it is a month, of the latest year in which that begins a month ahead at most, for magazines are printed
    with the month to come; more is a week of this year. Empty without a number.
    """
    if not number:
        return ""
    ahead = number - today.month if number <= _MONTHS else 0
    year = today.year - 1 if ahead > 1 else today.year + 1 if ahead + _MONTHS <= 1 else today.year
    return f"{year}-{number:02}"


def next_issue(last: str, number: int | None = None) -> str:
    """The issue after `last`: "2026-10" → "2026-11", "2026-12" → "2027-01", "第3期" → "第4期", "总第9期" → "总第10期".

    With `number` (from the barcode) the issue of that number: one that lies half a year behind is of the year after,
    a little behind it is a late one of this year. What has no number in it comes back as it is.
    """
    last = last.translate(_FULL_WIDTH).strip()
    whole = _WHOLE.search(last)
    if whole is not None:
        before = _OPENING.split(last[: whole.start()], maxsplit=1)[0]
        opening = last[len(before) : whole.start()]
        following = next_issue(before, number) if before else ""
        return f"{following}{opening}{_counted(whole['number'], 1)}{last[whole.end() :]}"
    of_year = _OF_YEAR.search(last)
    if of_year is not None:
        return _next_of_year(last, of_year, number)
    chinese = _CHINESE.search(last)
    if chinese is not None:
        said = _numeral(_value(chinese["number"]) + 1 if number is None else number)
        return last[: chinese.start()] + said + last[chinese.end() :]
    found = _LAST_NUMBER.search(last)
    if found is None:
        return last
    said = _counted(found["number"], 1) if number is None else str(number).zfill(len(found["number"]))
    return last[: found.start()] + said + last[found.end() :]


def _next_of_year(last: str, found: re.Match[str], number: int | None) -> str:
    year, now = int(found["year"]), int(found["number"])
    if number is None:
        year, number = (year + 1, 1) if now == _MONTHS else (year, now + 1)
    elif now - number > (_MONTHS if max(now, number) <= _MONTHS else _WEEKS) // 2:
        year += 1  # else it is an earlier issue of this year that comes late
    said = str(number).zfill(len(found["number"]) if found["number"].startswith("0") or found["between"] == "-" else 1)
    return f"{last[: found.start()]}{year}{found['between']}{said}{last[found.end() :]}"


def _counted(digits: str, by: int) -> str:
    return str(int(digits) + by).zfill(len(digits))


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _NUMERALS.index(ones[-1])
    return (_NUMERALS.index(tens[-1]) if tens else 1) * 10 + (_NUMERALS.index(ones[-1]) if ones else 0)


def _numeral(value: int) -> str:
    tens, ones = divmod(value, 10)
    if value > 99:
        return str(value)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return before + (_NUMERALS[ones] if ones or not tens else "")


def issue_mark(issue: str) -> str:
    """What stands for an issue in the call number: "2026年第10期" → "2026.10", "2026-10" → "2026.10", "第3期" → "3".

    What has no number in it stands as it is, without blanks.
    """
    issue = issue.translate(_FULL_WIDTH).strip()
    of_year = _OF_YEAR.search(issue)
    if of_year is not None:
        return f"{of_year['year']}.{int(of_year['number'])}"
    chinese = _CHINESE.search(issue)
    if chinese is not None:
        return str(_value(chinese["number"]))
    found = re.search(r"[0-9]+", issue)
    return found[0] if found is not None else "".join(issue.split())


def title_stem(title: str) -> str:
    """What the volumes of a set have in common in their titles: without the number of the volume at the end."""
    stem = half_width(title).strip()
    while True:
        shorter = _VOLUME_ENDS.sub("", stem).strip()
        if not shorter or shorter == stem:
            return stem
        stem = shorter


def _volume_of(title: str, volume: str) -> str:
    """What says the volume: words of its own, or the end of the title."""
    ends = half_width(volume).strip()
    if ends:
        return ends
    whole, stem = half_width(title).strip(), title_stem(title)
    return whole[len(stem) :] if whole.startswith(stem) else ""


def volume_mark(title: str, volume: str = "", *, middle: bool = False) -> str:
    """What stands for a volume in the call number: its number where it has one ("第3册" → "3", "上" → "1").

    "下" is the second volume, or with a `middle` one (中) in its set the third.
    """
    ends = _volume_of(title, volume)
    number = re.search(r"[0-9]+", ends)
    if number is not None:
        return str(int(number[0]))
    chinese = re.search(r"[一二三四五六七八九十]{1,3}", ends)
    if chinese is not None:
        return str(_value(chinese[0]))
    part = _PART.search(ends)
    if part is None:
        return ""
    return "3" if middle and part[0] == "下" else _PART_MARKS[part[0]]


def is_middle(title: str, volume: str = "") -> bool:
    """Whether this is the middle one (中) of three volumes, after which "下" is the third."""
    return volume_mark(title, volume) == "2" and "中" in _volume_of(title, volume)


def volume_key(title: str, volume: str = "") -> tuple[str, str]:
    """What tells the titles of one ISBN apart: the same for one volume however it is written, another for each."""
    mark = volume_mark(title, volume, middle=True)
    return (title_stem(title), mark) if mark else (half_width(title).strip(), half_width(volume).strip())


def other_volume(title: str, volume: str, other: str, others_volume: str) -> bool:
    """Whether two titles of one ISBN are surely two volumes, and not one that is called otherwise."""
    marks = {volume_mark(title, volume, middle=True), volume_mark(other, others_volume, middle=True)}
    return len(marks) > 1 or (marks == {""} and bool(volume and others_volume) and volume != others_volume)


def with_volume(title: str, volume: str) -> str:
    """A title as people tell its volumes apart: "三国演义 中册"; as it is where its volume stands in it."""
    return title if title.endswith(volume) else f"{title} {volume}"
