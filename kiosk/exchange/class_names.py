"""Class names as people write them: 三(2)班, 三年级2班, 三2, 3.2, 302, 三甲, 2023级2班, Grade 3 Class 2.

A name says its grade or the year of entry, and a number; some say only one of the two. Which class of the library
that is depends on the school year, so it is worked out by whoever knows the library.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LAST_GRADE = 9
"""The highest grade of a school with nine years; a primary school ends at 6."""
PRIMARY_YEARS = 6
MOST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class SaidClass:
    """A class as a file names it: grade (1 for the year of entry) or year of entry, and number; None where not said.

    `teachers` is true for a name that stands where a class would and means grown-ups (教师, 语文组).
    """

    grade: int | None = None
    entry_year: int | None = None
    number: int | None = None
    teachers: bool = False


_NUMERALS = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")} | {"零": 0, "两": 2}
_STEMS = {sign: value for value, sign in enumerate("甲乙丙丁戊己庚辛壬癸", 1)}
_N = r"(?:[0-9]{1,2}|[〇零一二三四五六七八九十两]{1,3})"
_G = r"(?:[1-9]|[一二三四五六七八九])"
_END = r"(?:班级|班)?"
# Longer ways first; each names its groups: g grade, n number, y year of entry, e year of leaving.
_WAYS = tuple(
    re.compile(way)
    for way in (
        rf"(?P<y>20[0-9]{{2}}|[0-9]{{2}})级(?:小学)?[(]?(?P<n>{_N})[)]?{_END}",
        rf"(?P<e>20[0-9]{{2}})届(?:小学)?[(]?(?P<n>{_N})[)]?{_END}",
        rf"(?P<g>{_G})年级?(?P<n>{_N}){_END}",
        rf"(?P<g>{_G})(?:年级?)?[(\[](?P<n>{_N})[)\]]{_END}",
        rf"(?P<g>{_G})(?:年级?)?[.·\-/、,](?P<n>{_N}){_END}",
        rf"(?P<g>[一二三四五六七八九])(?P<n>[0-9]{{1,2}}){_END}",
        r"(?P<g>[1-9])(?P<n>[〇一二三四五六七八九十]{1,3})班",
        r"(?P<g>[一二三四五六七八九])(?P<n>[一二三四五六七八九])班",
        rf"(?P<g>{_G})(?:年级?)?[(]?(?P<n>[甲乙丙丁戊己庚辛壬癸a-k])[)]?{_END}",
        rf"(?P<g>[1-9])(?P<n>0[1-9]|[1-3][0-9]|40){_END}",
        r"(?:grade|gr|g|year|y)(?P<g>[1-9])[,.\-/]?(?:class|cl|c)?(?P<n>[0-9]{1,2}|[a-k])",
        r"(?P<g>[1-9])(?:st|nd|rd|th)grade,?(?:class|c)?(?P<n>[0-9]{1,2}|[a-k])",
        r"class(?P<n>[0-9]{1,2}),?(?:of)?(?:grade|year|g)(?P<g>[1-9])",
        r"class(?P<g>[1-9])[.\-/(]?(?P<n>[0-9]{1,2}|[a-k])[)]?",
        r"(?P<y>20[0-9]{2})[.\-/](?P<n>[0-9]{1,2})",
        rf"(?P<g>{_G})年级?",
        r"(?:grade|year|g)(?P<g>[1-9])",
        r"(?P<y>20[0-9]{2})级",
        rf"[(]?(?P<n>{_N})[)]?班",
        r"class(?P<n>[0-9]{1,2})",
        r"(?P<n>[甲乙丙丁戊己庚辛壬癸a-k])班",
    )
)
_TEACHERS = re.compile(r"教师.*|.*(老师|教工|职工|教研组|办公室|处|组|校长室?)|后勤|行政|教务|teachers?|staff|faculty")
_SCHOOL = re.compile(r".*(?:小学|学校|校区|分校|本部)(?=.)")


def read_class_name(text: str) -> SaidClass | None:
    """What `text` says about a class; None where it is no way to write one that is known here."""
    plain = _SCHOOL.sub("", _plain(text))
    if not plain:
        return None
    junior = plain.startswith(("初一", "初二", "初三", "初1", "初2", "初3"))
    if junior or re.match(rf"小{_G}", plain):
        plain = plain[1:]
    for way in _WAYS:
        found = way.fullmatch(plain)
        if found is not None:
            said = _said(found.groupdict())
            if said is not None and junior and said.grade is not None:
                return SaidClass(said.grade + PRIMARY_YEARS, said.entry_year, said.number)
            return said
    if _TEACHERS.fullmatch(plain):
        return SaidClass(teachers=True)
    return None


def read_grade(text: str) -> SaidClass | None:
    """What a column of grades says: 三年级, 三, 3, Grade 3, 2023级, 2023. None for anything else."""
    plain = _SCHOOL.sub("", _plain(text))
    if found := re.fullmatch(rf"(?:小|grade|year|g)?(?P<g>{_G})(?:年级?)?", plain):
        return SaidClass(grade=_number(found["g"]))
    if found := re.fullmatch(r"(?P<y>20[0-9]{2})(?:级|年级?)?", plain):
        return SaidClass(entry_year=int(found["y"]))
    said = read_class_name(text)
    return said if said is not None and (said.grade or said.entry_year) and said.number is None else None


def read_number(text: str) -> int | None:
    """The number of a class in a column of its own: 2, 2班, (2)班, 二班, 甲. None for anything else."""
    plain = _plain(text)
    found = re.fullmatch(rf"(?:class)?[(]?(?P<n>{_N}|[甲乙丙丁戊己庚辛壬癸a-k])[)]?{_END}", plain)
    return _valid_number(_number(found["n"])) if found else None


def class_of_date(text: str) -> SaidClass | None:
    """3-2 that a spreadsheet took for 2 March: its ISO date, or its number where the cell shows plain numbers.

    Days are counted from 30 December 1899, as Excel's 1900 system does after February 1900 (ECMA-376 18.17.4.1).
    """
    if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        day = date.fromisoformat(text)
    elif re.fullmatch(r"[45][0-9]{4}", text):
        day = date.fromordinal(date(1899, 12, 30).toordinal() + int(text))
    else:
        return None
    return SaidClass(grade=day.month, number=day.day) if day.month <= LAST_GRADE else None


def same_text(text: str) -> str:
    """A class's own name as it is compared: half-width, small letters, without blanks."""
    return _plain(text)


def _plain(text: str) -> str:
    # NFKC makes full-width signs, circled and bracketed digits plain.
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return plain.translate(str.maketrans("【】〔〕[]—–−－。", "()()()----."))


def _said(groups: dict[str, str | None]) -> SaidClass | None:
    number = _number(groups.get("n"))
    if groups.get("n") and _valid_number(number) is None:
        return None
    grade = _number(groups.get("g"))
    year = groups.get("y")
    entry = None if year is None else int(year) if len(year) == 4 else 2000 + int(year)
    leaving = groups.get("e")
    if leaving is not None:
        entry = int(leaving) - PRIMARY_YEARS
    return SaidClass(grade, entry, number)


def _valid_number(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= MOST_NUMBER else None


def _number(text: str | None) -> int | None:
    """12, 十二, 甲 or b as a number."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    if text in _STEMS:
        return _STEMS[text]
    if text.isascii():
        return ord(text) - ord("a") + 1
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_NUMERALS[sign]) for sign in text))
    return (_number(tens) or 1) * 10 + (_number(ones) or 0)
