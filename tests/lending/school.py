"""A small school for the tests of lending: one autumn term, five classes, and Hypothesis strategies around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from hypothesis import strategies as st

from kiosk.lending.calendar import Calendar, Closure, SwapDay, Term
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.policy import CopyFacts, Moment, OpenLoan, PatronFacts
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Rota, Slot, SlotSwap, Weeks
from kiosk.lending.rules import KindRules, OutsideTerms, Rules

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(1, 8)


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# 2026-09-01 is a Tuesday, so Monday 2026-08-31 begins week 1 and Monday 2026-09-07 begins the even week 2.
AUTUMN = Term(1, "2026 autumn", day("2026-09-01"), day("2027-01-22"), day("2027-01-08"))
SPRING = Term(2, "2027 spring", day("2027-02-22"), day("2027-07-02"), day("2027-06-18"))
NATIONAL_DAY = Closure(1, day("2026-10-01"), day("2026-10-07"), "国庆节")
CALENDAR = Calendar(terms=(AUTUMN,), closures=(NATIONAL_DAY,))

NOON, QUARTER_PAST, HALF_PAST = time(12, 0), time(12, 15), time(12, 30)
GRADE_OF = {31: 3, 32: 3, 41: 4, 42: 4, 51: 5}


def classes(*ids: int) -> Audience:
    return Audience(AudienceKind.CLASSES, classes=frozenset(ids))


def grades(*numbers: int) -> Audience:
    return Audience(AudienceKind.GRADES, grades=frozenset(numbers))


EVERYONE = Audience(AudienceKind.EVERYONE)
TEACHERS = Audience(AudienceKind.TEACHERS)

MONDAY_ODD = Slot(1, MONDAY, NOON, QUARTER_PAST, Weeks.ODD, classes(31))
MONDAY_EVEN = Slot(2, MONDAY, NOON, QUARTER_PAST, Weeks.EVEN, classes(32))
MONDAY_LATER = Slot(3, MONDAY, QUARTER_PAST, HALF_PAST, Weeks.EVERY, classes(41))
WEDNESDAY_EVERY = Slot(4, WEDNESDAY, NOON, QUARTER_PAST, Weeks.EVERY, classes(42))
TEACHERS_FRIDAY = Slot(5, FRIDAY, time(15, 30), time(16, 30), Weeks.EVERY, TEACHERS)
ROTA = Rota(slots=(MONDAY_ODD, MONDAY_EVEN, MONDAY_LATER, WEDNESDAY_EVERY, TEACHERS_FRIDAY), calendar=CALENDAR)
RULES = Rules()


def pupil(class_id: int | None) -> Visitor:
    return Visitor(PatronKind.PUPIL, class_id, None if class_id is None else GRADE_OF.get(class_id))


TEACHER = Visitor(PatronKind.TEACHER)
LIBRARIAN = Visitor(PatronKind.LIBRARIAN)


def with_kind(rules: Rules, kind: PatronKind, of_kind: KindRules) -> Rules:
    return replace(rules, kinds=MappingProxyType({**rules.kinds, kind: of_kind}))


def loan(
    due_on: str | date,
    loan_id: int = 1,
    material: Material = Material.BOOK,
    title: str = "西游记",
    renewals: int = 0,
    held_for_other: bool = False,
) -> OpenLoan:
    due = day(due_on) if isinstance(due_on, str) else due_on
    lent_at = datetime.combine(due - timedelta(days=14), NOON)
    barcode = f"3{loan_id:07d}"
    return OpenLoan(loan_id, loan_id, barcode, title, "I242", material, lent_at, due, renewals, held_for_other)


def reader(class_id: int | None = 31, *loans: OpenLoan, kind: PatronKind = PatronKind.PUPIL) -> PatronFacts:
    grade = None if class_id is None else GRADE_OF.get(class_id)
    return PatronFacts(7, kind, class_id, grade, loans=loans)


def copy(
    status: CopyStatus = CopyStatus.IN_SERVICE,
    material: Material = Material.BOOK,
    for_loan: bool = True,
    held_for: int | None = None,
) -> CopyFacts:
    return CopyFacts(900, material, status, for_loan, held_for)


def moment(text: str, clock_behind: bool = False) -> Moment:
    return Moment(at(text), clock_behind)


# --- strategies ------------------------------------------------------------------------------------------------

days_around = st.dates(day("2026-08-01"), day("2027-03-31"))
days_in_term = st.dates(AUTUMN.starts_on, AUTUMN.ends_on)
instants = st.datetimes(at("2026-08-01 00:00"), at("2027-03-31 23:59"))
class_ids = st.sampled_from(sorted(GRADE_OF))
audiences = st.one_of(
    st.builds(classes, class_ids),
    st.builds(classes, class_ids, class_ids),
    st.builds(grades, st.sampled_from((3, 4, 5))),
    st.just(EVERYONE),
    st.just(TEACHERS),
)
visitors = st.one_of(
    st.builds(pupil, st.one_of(st.none(), class_ids)),
    st.builds(
        lambda class_id: Visitor(PatronKind.CLASS_SET, class_id, GRADE_OF[class_id]),
        class_ids,
    ),
    st.sampled_from((TEACHER, LIBRARIAN)),
)


@st.composite
def hours(draw: st.DrawFn) -> tuple[time, time]:
    start = draw(st.integers(0, 24 * 60 - 2))
    end = draw(st.integers(start + 1, 24 * 60 - 1))
    return time(start // 60, start % 60), time(end // 60, end % 60)


@st.composite
def slots(draw: st.DrawFn, slot_id: int) -> Slot:
    starts, ends = draw(hours())
    return Slot(slot_id, draw(st.integers(1, 7)), starts, ends, draw(st.sampled_from(Weeks)), draw(audiences))


@st.composite
def extra_slots(draw: st.DrawFn) -> ExtraSlot:
    starts, ends = draw(hours())
    return ExtraSlot(1, draw(days_around), starts, ends, draw(audiences))


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    first = draw(days_around)
    return Closure(1, first, first + timedelta(days=draw(st.integers(0, 40))))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    swap_days = st.builds(SwapDay, days_around, st.integers(1, 7), st.one_of(st.none(), days_around))
    terms = draw(st.sampled_from(((AUTUMN,), (), (replace(AUTUMN, recall_on=None),), (SPRING, AUTUMN))))
    return Calendar(
        terms,
        tuple(draw(st.lists(closures(), max_size=3))),
        tuple(draw(st.lists(swap_days, max_size=3))),
    )


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    count = draw(st.integers(0, 6))
    swap = st.builds(SlotSwap, st.just(1), st.integers(1, 6), days_around, st.integers(1, 6), days_around)
    return Rota(
        tuple(draw(slots(number)) for number in range(1, count + 1)),
        tuple(draw(st.lists(extra_slots(), max_size=3))),
        tuple(draw(st.lists(swap, max_size=3))),
        draw(calendars()),
    )


all_rules = st.builds(
    Rules,
    minutes_before=st.integers(0, 30),
    minutes_after=st.integers(0, 30),
    outside_terms=st.sampled_from(OutsideTerms),
    charges_block_fen=st.one_of(st.none(), st.integers(0, 1000)),
)
