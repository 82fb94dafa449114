"""Our school: the library's name, where the clock stands, when the school year begins, the last grade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, one_of, plain, words
from kiosk.flows.librarian.new_year import LAST_GRADES
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.school import LONGEST_NAME, ReadSchool, SaveSchool, School, SchoolSheet
from kiosk.flows.views import BlockOfPage, Choice, Form, Paragraph, Text
from kiosk.lending.calendar import USUAL_ZONE
from kiosk.lending.patrons import school_year

ZONES = (USUAL_ZONE, "Asia/Urumqi")
"""The times that are kept in China; every other has to be written."""

OTHER = "other"

_NOTHING = Entries({})


@dataclass(frozen=True, slots=True)
class SchoolForm:
    """The school's settings being changed; `data` is what they are."""

    entries: Entries = _NOTHING
    data: SchoolSheet | None = None


def month_and_day(typed: str) -> tuple[int, int] | Text:
    """`9月1日`, `9-1`, `9/1`, `9.1` or `09-01`, a day that every year has."""
    fit = re.fullmatch(r"([0-9]{1,2})[-/.月]([0-9]{1,2})日?", plain(typed))
    if fit is None:
        return text("school.error.month_and_day")
    try:
        date(2001, int(fit[1]), int(fit[2]))  # no leap year: what begins on 29 February begins in few years
    except ValueError:
        return text("school.error.month_and_day")
    return int(fit[1]), int(fit[2])


def _zone_name(typed: str) -> str | Text:
    """What may be the name of a time zone; whether there is one of that name the desk knows."""
    name = plain(typed)
    return name if re.fullmatch(r"[A-Za-z0-9_+/-]{1,60}", name) else text("school.error.zone")


def _specs(page: SchoolForm) -> tuple[Spec, ...]:
    grades = sorted({*LAST_GRADES, *([page.data.school.last_grade] if page.data else [])})
    zones = tuple(Choice(zone, text(f"school.zone.{place}")) for place, zone in enumerate((*ZONES, OTHER)))
    other = (Spec("other_zone", "school.field.other_zone", _zone_name, hint="school.hint.other_zone"),)
    return (
        Spec("name", "school.field.name", words(LONGEST_NAME, empty=False)),
        Spec("year_starts", "school.field.year_starts", month_and_day, hint="school.hint.year_starts"),
        Spec(
            "last_grade",
            "people.field.last_grade",
            one_of(*map(str, grades)),
            tuple(Choice(str(n), text("people.year.grade", grade=n)) for n in grades),
        ),
        Spec("zone", "school.field.zone", one_of(*ZONES, OTHER), zones),
        *(other if page.entries.texts.get("zone") == OTHER else ()),
    )


def _entries(school: School) -> Entries:
    usual = school.timezone in ZONES
    month, day = school.year_starts
    return Entries(
        {
            "name": school.name,
            "year_starts": f"{month}-{day}",
            "last_grade": str(school.last_grade),
            "zone": school.timezone if usual else OTHER,
            "other_zone": "" if usual else school.timezone,
        }
    )


def _answered(page: SchoolForm, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, SchoolSheet):
        return Turn(replace(page, data=outcome.data, entries=_entries(outcome.data.school)))
    return forms.saved(SaveSchool)(page, command, outcome)


def _save(page: SchoolForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveSchool:
        zone = values["other_zone"] if values["zone"] == OTHER else values["zone"]
        return SaveSchool(school=School(values["name"], zone, values["year_starts"], int(values["last_grade"])))

    turn = forms.save(page, _specs(page), command)
    if page.data is None or not isinstance(turn.ask, SaveSchool):
        return turn
    today, before, now = page.data.now.date(), page.data.school.year_starts, turn.ask.school.year_starts
    grades = school_year(today, now) - school_year(today, before)
    if not grades:
        return turn
    question = Question(
        text("school.grades.title"),
        turn.ask,
        done("librarian.done.saved"),
        lines=(text("school.grades.up" if grades > 0 else "school.grades.down"), text("school.grades.check")),
        close=2,
    )
    return ask_first(turn.page, question)


def _blocks(page: SchoolForm) -> tuple[BlockOfPage, ...]:
    if page.data is None:
        return ()
    return (
        Paragraph(text("school.hint")),
        Form(page.entries.fields(_specs(page)), (forms.SAVE,)),
        Paragraph(text("school.now", at=page.data.now)),
    )


KINDS: Mapping[type, Kind[Any]] = {
    SchoolForm: Kind[SchoolForm](
        name="librarian/school",
        title=lambda _: text("school.title"),
        blocks=_blocks,
        read=lambda page: ReadSchool() if page.data is None else None,
        actions={"save": _save},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=_answered,
    ),
}
