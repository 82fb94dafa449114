"""Who borrows: kinds of patron and school classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PatronKind(StrEnum):
    """The kinds of reader (读者). A helper is a pupil with duties, never a kind of its own."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    CLASS_SET = "class_set"
    LIBRARIAN = "librarian"


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class as people say it: grade and number, shown through the library's template (三(2)班).

    `grade` is 1 for the year of entry; a class that has left school keeps a grade above the school's last.
    `own` replaces the template where a class is called otherwise (三甲).
    """

    grade: int
    number: int
    own: str = ""


def school_year(day: date, starts: tuple[int, int] = (9, 1)) -> int:
    """The year in which the school year of `day` began; `starts` is (month, day): 1 September in China."""
    return day.year if (day.month, day.day) >= starts else day.year - 1


def grade_on(entry_year: int, day: date, starts: tuple[int, int] = (9, 1)) -> int:
    """The grade on `day` of the class that entered school in `entry_year`: every class moves up by itself."""
    return school_year(day, starts) - entry_year + 1


@dataclass(frozen=True, slots=True)
class Visitor:
    """As much of a patron as the rota asks for. `class_id` and `grade` are None for who belongs to no class."""

    kind: PatronKind
    class_id: int | None = None
    grade: int | None = None


def masked(name: str) -> str:
    """A name with only its first and last character, where the library masks names: 王小明 → 王＊明."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "＊"
    return name[0] + "＊" * (len(name) - 2) + name[-1]
