"""What happens to the cast of the demo: seven weeks arranged so that one class shows what a kiosk meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from kiosk.lending.barcodes import BarcodeKind, ControlCode, command_number, number
from kiosk.lending.calendar import is_school_day
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.due_dates import due_date
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import CopyFacts, PatronFacts
from kiosk.lending.rota import Rota, Sitting, sittings_on, turns_at
from kiosk.lending.rules import Rules
from kiosk.sample.cards import Stopped, card_of
from kiosk.sample.catalogue import Work
from kiosk.sample.rows import Row
from kiosk.sample.story import WEEKS, Book, Person, Planned, Story, lendable, liking
from kiosk.sample.year import HISTORY, SchoolClass, school_day_before


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody or something the demo's tray offers: what it shows, and the code it scans.

    `kind` is "card", "copy", "command" or "other"; `name` is a person's name, a title or empty.
    """

    role: str
    kind: str
    code: str
    name: str = ""
    clc: str = ""


class Scene:
    """The seven weeks before the day, arranged so that one class shows what a kiosk meets."""

    def __init__(
        self,
        random: Random,
        rota: Rota,
        rules: Rules,
        classes: Sequence[SchoolClass],
        patrons: Sequence[Row],
        works: Sequence[Work],
        copies: Sequence[Row],
        opens: datetime,
        today: date,
    ) -> None:
        self._random, self._rota, self._rules = random, rota, rules
        self._works, self._copies, self._opens, self._today = works, copies, opens, today
        self._patrons = {row["patron_id"]: row for row in patrons}
        grades = {c.class_id: c.grade for c in classes}
        (sitting,) = turns_at(rota, rules, opens)
        (self.demo_class,) = sitting.audience.classes
        self.people = [
            Person(PatronFacts(row["patron_id"], PatronKind(row["kind"]), row["class_id"], grades.get(row["class_id"])))
            for row in patrons
        ]
        mates = [
            person
            for person in self.people
            if person.facts.class_id == self.demo_class and not self._patrons[person.facts.patron_id]["is_helper"]
        ]
        self.reader, self.second, self.overdue, self.suspended, self.full, twin, other_twin = mates[:7]
        for person in (self.reader, self.second, self.overdue, self.suspended, self.full):
            person.quiet = True
        self.twins = (twin, other_twin)
        name = self._patrons[twin.facts.patron_id]["name"]
        self._patrons[other_twin.facts.patron_id]["name"] = name

    def tell(self) -> Story:
        """Let it happen."""
        books = []
        for row in self._copies:
            work = self._works[row["title_id"] - 1]
            material = Material(work.material)
            held = row["held_for"]
            copy = CopyFacts(row["copy_id"], material, CopyStatus(row["status"]), row["for_loan"], held)
            books.append(Book(copy, work.title, work.clc, liking(work.clc, material)))
        books = [book for book in books if lendable(book)]
        planned = list(self._planned())
        story = Story(self._random, self._rota, self._rules, self.people, books, planned)
        story.tell(min(self._today - timedelta(weeks=WEEKS), *(plan.at.date() for plan in planned)), self._today)
        return story

    def _class_sittings(self) -> list[Sitting]:
        """The demo class's sittings of this term so far, latest first."""
        days = (self._today - timedelta(days=n) for n in range(1, HISTORY.days + 1))
        return [
            sitting
            for day in days
            for sitting in sittings_on(self._rota, day)
            if self.demo_class in sitting.audience.classes
        ]

    def _planned(self) -> Iterator[Planned]:
        """What the cast borrows: one book far overdue, one brought back far too late, two that are due soon."""
        visitor = self.reader.facts.visitor
        sittings = [
            (sitting, due_date(visitor, Material.BOOK, self._rules, self._rota, sitting.starts.date()))
            for sitting in self._class_sittings()
        ]
        last_school_day = school_day_before(self._rota.calendar, self._today, 1)
        late_days = max(5, (self._opens.date() - last_school_day).days + 1)  # suspended beyond the demo's day
        late = next(sitting for sitting, due in sittings if (last_school_day - due).days >= late_days)
        recent = next(sitting for sitting, due in sittings if due >= self._opens.date())
        back = datetime.combine(last_school_day, time(12, 41))
        yield Planned(late.starts + timedelta(seconds=1), self.overdue.facts.patron_id, None)
        yield Planned(late.starts + timedelta(seconds=3), self.suspended.facts.patron_id, back)
        yield Planned(recent.starts + timedelta(seconds=1), self.full.facts.patron_id, None)
        yield Planned(recent.starts + timedelta(seconds=3), self.full.facts.patron_id, None)
        class_sets = [person for person in self.people if person.facts.kind is PatronKind.CLASS_SET]
        for place, person in enumerate(class_sets[::2]):
            day = last_school_day - timedelta(days=7 + 3 * place)
            while not is_school_day(self._rota.calendar, day):
                day -= timedelta(days=1)
            for copy in range(self._random.randint(6, 10)):
                at = datetime.combine(day, time(15, 31)) + timedelta(minutes=2 * place, seconds=4 * copy)
                yield Planned(at, person.facts.patron_id, None)

    def cast(self, stopped: Stopped) -> Iterator[CastMember]:
        """The cards and books of the tray."""
        yield from self._readers(stopped)
        yield from self._books()
        for command in ControlCode:
            yield CastMember(command.value, "command", command_number(command))
        book = next(work for work in self._works if work.isbn)
        yield CastMember("publisher", "other", book.isbn or "", book.title, book.clc)
        yield CastMember("damaged", "other", number(BarcodeKind.COPY, self._free()[0]["copy_id"])[:-2])

    def _readers(self, stopped: Stopped) -> Iterator[CastMember]:
        def card(role: str, person: Person) -> CastMember:
            patron_id = person.facts.patron_id
            return CastMember(role, "card", card_of(patron_id, stopped), self._patrons[patron_id]["name"])

        yield card("reader", self.reader)
        yield card("second_reader", self.second)
        yield card("overdue_reader", self.overdue)
        yield card("suspended_reader", self.suspended)
        yield card("full_reader", self.full)
        yield from (card("namesake", twin) for twin in self.twins)
        yield card("other_class", next(p for p in self._others() if not p.open and not p.facts.suspended_until))
        yield card("helper", next(p for p in self.people if self._patrons[p.facts.patron_id]["is_helper"]))
        for kind in (PatronKind.TEACHER, PatronKind.CLASS_SET, PatronKind.LIBRARIAN):
            yield card(kind.value, next(p for p in self.people if p.facts.kind is kind))
        yield CastMember("stopped_card", "card", stopped.old, self._patrons[stopped.patron_id]["name"])

    def _books(self) -> Iterator[CastMember]:
        def copy(role: str, row: Row) -> CastMember:
            work = self._works[row["title_id"] - 1]
            return CastMember(role, "copy", number(BarcodeKind.COPY, row["copy_id"]), work.title, work.clc)

        free, on_shelf = self._free(), self._on_shelf()
        seen: set[int] = set()
        for row in self._random.sample(free, len(free)):
            if row["title_id"] not in seen and len(seen) < 8:
                seen.add(row["title_id"])
                yield copy("book", row)
        by_id = {row["copy_id"]: row for row in self._copies}
        yield copy("overdue_book", by_id[next(iter(self.overdue.open.values())).copy_id])
        yield from (copy("full_book", by_id[loan.copy_id]) for loan in self.full.open.values())
        with_others = (loan for person in self._others() for loan in person.open.values())
        yield copy("book_of_another", by_id[next(x for x in with_others if x.due_on >= self._opens.date()).copy_id])
        yield copy("held", next(row for row in on_shelf if row["held_for"] is not None))
        for status in (CopyStatus.IN_REPAIR, CopyStatus.LOST, CopyStatus.WITHDRAWN):
            yield copy(status.value, next(row for row in on_shelf if row["status"] == status.value))
        yield copy("not_for_loan", next(row for row in on_shelf if not row["for_loan"]))

    def _others(self) -> list[Person]:
        """The pupils of other classes."""
        pupils = (person for person in self.people if person.facts.kind is PatronKind.PUPIL)
        return [person for person in pupils if person.facts.class_id != self.demo_class]

    def _on_shelf(self) -> list[Row]:
        out = {loan.copy_id for person in self.people for loan in person.open.values()}
        return [row for row in self._copies if row["copy_id"] not in out]

    def _free(self) -> list[Row]:
        """The copies that anybody may borrow."""
        usual = CopyStatus.IN_SERVICE.value
        return [r for r in self._on_shelf() if r["for_loan"] and r["status"] == usual and r["held_for"] is None]
