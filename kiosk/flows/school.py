"""What the page about the school asks and answers: what holds for the whole library, whatever is lent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.flows.work import LibrarianCommand

LONGEST_NAME = 60
"""Characters of a library's name: as many as a card and the idle screen have room for."""

GRADES = (1, 12)
"""The least and most that a school's last grade can be."""


@dataclass(frozen=True, slots=True)
class School:
    """The library's name, its time zone ("Asia/Shanghai"), when its school year begins (month, day), its last grade."""

    name: str
    timezone: str
    year_starts: tuple[int, int]
    last_grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSchool(LibrarianCommand):
    """The school as it is set. Answers `SchoolSheet`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSchool(LibrarianCommand):
    """Other settings of the school; every kiosk follows with its next command."""

    school: School


@dataclass(frozen=True, slots=True)
class SchoolSheet:
    """The school, and what time it is there (local)."""

    school: School
    now: datetime
