"""Seven weeks of lending, told by the real rules: who borrowed what, brought it back when, and what is out now.

Every loan is one that `lending.policy` grants at that moment, every return brings what `return_terms` says; so the
sample never holds a state the kiosk could not have made.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from kiosk.lending.calendar import is_school_day
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import CopyFacts, Granted, Moment, OpenLoan, PatronFacts, decide_loan, return_terms
from kiosk.lending.rota import AudienceKind, Rota, Sitting, sittings_on
from kiosk.lending.rules import Rules

WEEKS = 7
_VISITS = 0.2  # of the children of a class, so many take something at a visit
_TWO = 0.3  # of those, so many take a second book
_KEEPS = 0.06  # so many keep a book until the class's next slot or a few days longer
_FORGETS = 0.015  # so many do not bring it back at all


@dataclass(slots=True)
class Person:
    """A patron of the story; `quiet` ones borrow only what the cast prescribes."""

    facts: PatronFacts
    open: dict[int, OpenLoan] = field(default_factory=dict)
    quiet: bool = False

    def now(self) -> PatronFacts:
        """The facts with what is out at this point of the story."""
        return replace(self.facts, loans=tuple(self.open.values()))


@dataclass(frozen=True, slots=True)
class Book:
    """A copy of the story with how much it is liked."""

    facts: CopyFacts
    title: str
    clc: str
    weight: float


@dataclass(slots=True)
class ToldLoan:
    """A loan of the story; local naive times."""

    loan_id: int
    copy_id: int
    patron_id: int
    class_id: int | None
    lent_at: datetime
    due_on: date
    returned_at: datetime | None = None
    days_late: int = 0
    suspended_until: date | None = None
    suspended_before: date | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A loan the cast needs: `patron_id` borrows at the given sitting and returns at `returns_at` or never."""

    at: datetime
    patron_id: int
    returns_at: datetime | None


class Story:
    """Tells the weeks before `day`; afterwards `loans` and `people` hold what happened and how things stand."""

    def __init__(
        self,
        random: Random,
        rota: Rota,
        rules: Rules,
        people: Sequence[Person],
        books: Sequence[Book],
        planned: Sequence[Planned] = (),
    ) -> None:
        self._random = random
        self._rota = rota
        self._rules = rules
        self.people = {person.facts.patron_id: person for person in people}
        self._books = {book.facts.copy_id: book for book in books}
        self._in = {copy_id: book for copy_id, book in self._books.items() if lendable(book)}
        self._wish = random.choices([book.facts.copy_id for book in books], [book.weight for book in books], k=40_000)
        self._of_class: dict[int, list[Person]] = {}
        for person in people:
            if person.facts.kind is PatronKind.PUPIL and person.facts.class_id is not None:
                self._of_class.setdefault(person.facts.class_id, []).append(person)
        self._planned = sorted(planned, key=lambda plan: plan.at)
        self._back: list[tuple[datetime, int]] = []
        self.loans: list[ToldLoan] = []

    def tell(self, first: date, day: date) -> None:
        """Everything from `first` up to, not including, `day`."""
        for number in range(first.toordinal(), day.toordinal()):
            today = date.fromordinal(number)
            for sitting in sittings_on(self._rota, today):
                self._sit(sitting, day)
            self._take_back(datetime.combine(today, time(23, 0)))
        self.loans.sort(key=lambda loan: (loan.lent_at, loan.loan_id))

    def _sit(self, sitting: Sitting, day: date) -> None:
        while self._planned and self._planned[0].at < sitting.ends:
            plan = self._planned.pop(0)
            self._take_back(plan.at)
            self._lend(self.people[plan.patron_id], plan.at, plan.returns_at)
        when = sitting.starts
        for person in self._visitors(sitting):
            for _ in range(2 if self._random.random() < _TWO else 1):
                when += timedelta(seconds=self._random.randint(5, 11))
                if when >= sitting.ends:
                    return
                self._take_back(when)
                self._lend(person, when, self._return_time(person, when, day))
            when += timedelta(seconds=self._random.randint(2, 9))

    def _visitors(self, sitting: Sitting) -> list[Person]:
        """Who of a sitting's people takes something, in the order of the queue."""
        if sitting.audience.kind is AudienceKind.TEACHERS:
            teachers = [p for p in self.people.values() if p.facts.kind is PatronKind.TEACHER and not p.quiet]
            return [teacher for teacher in teachers if self._random.random() < 0.03]
        found = []
        for class_id in sorted(sitting.audience.classes):
            children = [p for p in self._of_class.get(class_id, ()) if not p.quiet]
            found += [child for child in children if self._random.random() < _VISITS]
        self._random.shuffle(found)
        return found

    def _return_time(self, person: Person, lent: datetime, day: date) -> datetime | None:
        """When a loan made at `lent` comes back; None if it does not before `day`."""
        chance = self._random.random()
        if person.facts.kind is PatronKind.TEACHER:
            days = self._random.randint(3, 40)
        elif chance < _FORGETS:
            return None
        elif chance < _FORGETS + _KEEPS:
            days = self._random.randint(13, 26)
        else:  # a real log has a median of four days, and one in five over a week
            days = max(1, round(self._random.lognormvariate(1.3, 0.55)))
        back = lent.date() + timedelta(days=days)
        while not is_school_day(self._rota.calendar, back) and back < day:
            back += timedelta(days=1)
        if back >= day:
            return None
        minute = self._random.triangular(0, 48, 20)
        return datetime.combine(back, time(11, 57)) + timedelta(seconds=int(minute * 60))

    def _lend(self, person: Person, when: datetime, returns_at: datetime | None) -> None:
        """One request at `when`; nothing if the rules refuse it or no wish is on the shelf."""
        book = self._pick()
        decision = decide_loan(person.now(), book.facts, self._rules, self._rota, Moment(when))
        if not isinstance(decision, Granted):
            return
        loan_id = len(self.loans) + 1
        copy_id = book.facts.copy_id
        person.open[loan_id] = OpenLoan(
            loan_id, copy_id, "", book.title, book.clc, book.facts.material, when, decision.due_on, 0
        )
        del self._in[copy_id]
        self.loans.append(
            ToldLoan(loan_id, copy_id, person.facts.patron_id, person.facts.class_id, when, decision.due_on)
        )
        if returns_at is not None:
            heapq.heappush(self._back, (returns_at, loan_id))

    def _pick(self) -> Book:
        """A copy that is in, by how much the titles are liked."""
        while True:
            book = self._in.get(self._random.choice(self._wish))
            if book is not None:
                return book

    def _take_back(self, until: datetime) -> None:
        """Every return up to and including `until`."""
        while self._back and self._back[0][0] <= until:
            when, loan_id = heapq.heappop(self._back)
            loan = self.loans[loan_id - 1]
            person = self.people[loan.patron_id]
            before = person.facts.suspended_until
            material = self._books[loan.copy_id].facts.material
            terms = return_terms(person.facts.kind, material, loan.due_on, before, self._rules, Moment(when))
            person.facts = replace(person.facts, suspended_until=terms.suspended_until)
            loan.returned_at, loan.days_late = when, terms.days_late
            loan.suspended_before, loan.suspended_until = before, terms.suspended_until
            del person.open[loan_id]
            self._in[loan.copy_id] = self._books[loan.copy_id]


def lendable(book: Book) -> bool:
    """Whether anybody could borrow this copy: in service, for loan, kept for nobody."""
    facts = book.facts
    return facts.status is CopyStatus.IN_SERVICE and facts.for_loan and facts.held_for is None


def liking(clc: str, material: Material) -> float:
    """How much children like a class of books: stories first."""
    return {"I": 3.0, "J": 2.5, "Q": 2.0, "Z": 1.5}.get(clc[0], 1.0) * (0.6 if material is not Material.BOOK else 1)
