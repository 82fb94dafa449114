"""The sample's school year: classes, two terms around the day, closures, a swap day, and the rota.

The rota is a real one in shape: odd and even weeks, five weekdays, three slots of a quarter of an
hour from 12:00 for grades 3 to 6; teachers from 15:30. Grades 1 and 2 have a slot each week at 13:00 or 13:15.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.lending.calendar import Calendar, Closure, SwapDay, Term, is_school_day
from kiosk.lending.patrons import school_year
from kiosk.lending.rota import Audience, AudienceKind, Rota, Slot, Weeks, sittings_on

GRADES = 6
CLASSES_A_GRADE = 4
_NOON = (time(12, 0), time(12, 15), time(12, 30))
_AFTERNOON = (time(13, 0), time(13, 15))
HISTORY = timedelta(weeks=9)  # so much of the term must lie before the sample's day
_RECALL = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class of the sample, with its id in the library."""

    class_id: int
    entry_year: int
    number: int
    grade: int


def make_classes(today: date) -> tuple[SchoolClass, ...]:
    """The 24 classes at school on `today`, from grade 1 to grade 6."""
    year = school_year(today)
    return tuple(
        SchoolClass((grade - 1) * CLASSES_A_GRADE + number, year - grade + 1, number, grade)
        for grade in range(1, GRADES + 1)
        for number in range(1, CLASSES_A_GRADE + 1)
    )


def _autumn(year: int) -> tuple[str, date, date]:
    return f"{year}—{year + 1} 学年第一学期", date(year, 9, 1), date(year + 1, 1, 20)


def _spring(year: int) -> tuple[str, date, date]:
    return f"{year - 1}—{year} 学年第二学期", date(year, 2, 20), date(year, 7, 5)


def _moved(today: date) -> tuple[tuple[str, date, date], tuple[str, date, date]]:
    """A running and a following term for a day on which no usual term has gone on for nine weeks."""
    starts = today - timedelta(days=63 + today.weekday())
    ends = starts + timedelta(days=137)
    name = f"{school_year(today)}—{school_year(today) + 1} 学年（示例）"
    following = (f"{name}第二学期", ends + timedelta(days=35), ends + timedelta(days=165))
    return (f"{name}第一学期", starts, ends), following


def _term(number: int, name: str, starts: date, ends: date) -> Term:
    recall = ends - _RECALL
    while recall.isoweekday() > 5:
        recall -= timedelta(days=1)
    return Term(number, name, starts, ends, recall)


def make_calendar(today: date) -> Calendar:
    """Two terms, closures and a swap day such that `today` lies well inside a term.

    The terms are the usual ones (1 September to 20 January, 20 February to 5 July) where `today` is in the middle
    of one; else they are moved, so that a demo in the holidays or in the first weeks has a history to show too.
    """
    usual = (
        (_autumn(today.year), _spring(today.year + 1)),
        (_spring(today.year), _autumn(today.year - 1)),
    )
    fits = (pair for pair in usual if pair[0][1] + HISTORY <= today <= pair[0][2] - 2 * _RECALL)
    pair = next(fits, None) or _moved(today)
    first, second = sorted(pair, key=lambda term: term[1])
    terms = (_term(1, *first), _term(2, *second))
    return Calendar(terms, _closures(terms, today), _swap_days(terms, today))


def _closures(terms: tuple[Term, ...], today: date) -> tuple[Closure, ...]:
    """The public holidays that fall into the terms, and a sports day soon."""
    found = []
    for year in range(terms[0].starts_on.year, terms[-1].ends_on.year + 1):
        for reason, first, days in (
            ("元旦", date(year, 1, 1), 1),
            ("清明节", date(year, 4, 4), 3),
            ("劳动节", date(year, 5, 1), 5),
            ("国庆节", date(year, 10, 1), 7),
        ):
            if any(term.starts_on <= first <= term.ends_on for term in terms):
                found.append((first, first + timedelta(days=days - 1), reason))
    sports = today + timedelta(days=(3 - today.weekday()) % 7 + 7)  # the Thursday after next
    found.append((sports, sports, "校运动会"))
    return tuple(Closure(number, first, last, reason) for number, (first, last, reason) in enumerate(sorted(found), 1))


def _swap_days(terms: tuple[Term, ...], today: date) -> tuple[SwapDay, ...]:
    """A Saturday that makes up for the sports day, by the rota of that Thursday."""
    sports = today + timedelta(days=(3 - today.weekday()) % 7 + 7)
    saturday = sports + timedelta(days=2)
    return (SwapDay(saturday, 4, sports),) if any(t.starts_on <= saturday <= t.ends_on for t in terms) else ()


def make_rota(classes: tuple[SchoolClass, ...], calendar: Calendar) -> Rota:
    """The week grid. The 16 classes of grades 3 to 6 take the 30 noon slots of a fortnight in turn."""
    slots: list[Slot] = []

    def add(weekday: int, starts: time, minutes: int, weeks: Weeks, audience: Audience) -> None:
        ends = (datetime.combine(date.min, starts) + timedelta(minutes=minutes)).time()
        slots.append(Slot(len(slots) + 1, weekday, starts, ends, weeks, audience))

    def one(school_class: SchoolClass) -> Audience:
        return Audience(AudienceKind.CLASSES, classes=frozenset({school_class.class_id}))

    older = [c for c in classes if c.grade >= 3]
    turn = 0
    for weeks in (Weeks.ODD, Weeks.EVEN):
        for weekday in range(1, 6):
            for starts in _NOON:
                add(weekday, starts, 15, weeks, one(older[turn % len(older)]))
                turn += 1
    younger = [c for c in classes if c.grade < 3]
    for place, school_class in enumerate(younger):
        add(1 + place // 2, _AFTERNOON[place % 2], 15, Weeks.EVERY, one(school_class))
    for weekday in range(1, 6):
        add(weekday, time(15, 30), 60, Weeks.EVERY, Audience(AudienceKind.TEACHERS))
    return Rota(slots=tuple(slots), calendar=calendar)


def lunch_break(rota: Rota, first: date) -> datetime:
    """The start of the first class slot at noon on or after `first` (naive local time).

    Raises LookupError if there is none within half a year, which the sample's calendar never lets happen.
    """
    for ahead in range(183):
        for sitting in sittings_on(rota, first + timedelta(days=ahead)):
            if sitting.audience.kind is AudienceKind.CLASSES and sitting.starts.time() < time(13, 0):
                return sitting.starts
    raise LookupError("no class has a slot at noon")


def school_day_before(calendar: Calendar, today: date, back: int) -> date:
    """The last day of school at least `back` days before `today`."""
    day = today - timedelta(days=back)
    while not is_school_day(calendar, day):
        day -= timedelta(days=1)
    return day
