"""The whole sample as rows: pure, and the same for the same seed and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.lending.barcodes import BarcodeKind, ControlCode, command_number, number
from kiosk.lending.calendar import Calendar, is_school_day
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.due_dates import due_date
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import CopyFacts, PatronFacts
from kiosk.lending.rota import Rota, Sitting, audience_to_plain, sittings_on, turns_at
from kiosk.lending.rules import Rules
from kiosk.sample.catalogue import Work, make_works
from kiosk.sample.people import Names
from kiosk.sample.story import WEEKS, Book, Person, Planned, Story, ToldLoan, lendable, liking
from kiosk.sample.year import HISTORY, SchoolClass, lunch_break, make_calendar, make_classes, make_rota

LIBRARY_NAME = "榕树街小学图书馆"
ANNOUNCEMENT = "本周故事会：星期五 12:45，二楼阅览区。借满五本书，可以到服务台领一枚书签。"
ZONE = "Asia/Shanghai"
DEMO_PIN = "2468"
PUPILS = 960
TEACHERS = 40
HELPERS = 12

Row = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class SampleRows:
    """A sample library: rows by table in the order in which they can be inserted, and what a demo needs.

    `opens` is the demo's now: the school's local time, a minute into the slot of a class whose children make up
    the cast. `pins` are the librarians' PINs by patron id; their hashes are made when the rows are written.
    """

    seed: int
    today: date
    tables: Mapping[str, Sequence[Row]]
    rota: Rota
    rules: Rules
    opens: datetime
    cast: tuple[CastMember, ...]
    pins: Mapping[int, str]


def demo_now(rows: SampleRows) -> datetime:
    """A local time (naive, the school's) in the sample at which a class has its slot."""
    return rows.opens


def build_sample(seed: int, today: date) -> SampleRows:
    """Everything in the sample library of `seed` on `today`; deterministic for both."""
    random = Random(f"{seed} {today}")  # noqa: S311  invented people, not secrets
    calendar = make_calendar(today)
    classes = make_classes(today)
    rota, rules = make_rota(classes, calendar), Rules()
    opens = lunch_break(rota, today) + timedelta(minutes=1)
    patrons = _patrons(random, classes, today)
    works = make_works(random, today)
    copies = _copies(random, works, patrons)
    scene = _Scene(random, rota, rules, classes, patrons, works, copies, opens, today)
    story = scene.tell()
    for patron in patrons:
        patron["suspended_until"] = story.people[patron["patron_id"]].facts.suspended_until
    stopped = _stopped_card(patrons, scene.demo_class, _school_day(calendar, today, 20))
    numbers = _barcodes(patrons, copies, stopped)
    helpers = [patron for patron in patrons if patron["is_helper"]]
    by_hand = list(_done_by_hand(calendar, today, patrons, copies, stopped))
    tables: dict[str, Sequence[Row]] = {
        "settings": _settings(seed, today, opens),
        "school_classes": [{"class_id": c.class_id, "entry_year": c.entry_year, "number": c.number} for c in classes],
        "patrons": patrons,
        "titles": _titles(works),
        "copies": copies,
        "barcodes": numbers,
        "loans": [_loan(loan) for loan in story.loans],
        **calendar_rows(rota),
        "duties": list(_duties(helpers, opens)),
        "events": _events(story.loans, by_hand),
    }
    return SampleRows(
        seed=seed,
        today=today,
        tables=MappingProxyType(tables),
        rota=rota,
        rules=rules,
        opens=opens,
        cast=tuple(scene.cast(stopped)),
        pins=MappingProxyType({p["patron_id"]: DEMO_PIN for p in patrons if p["kind"] == PatronKind.LIBRARIAN.value}),
    )


def instant(local: datetime) -> datetime:
    """The UTC instant of the sample school's naive local time."""
    return local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


# ── People ──


def _sizes(random: Random, classes: int) -> list[int]:
    """Class sizes from 36 to 44 that add up to all pupils."""
    sizes = [random.randint(37, 43) for _ in range(classes)]
    while sum(sizes) != PUPILS:
        place = random.randrange(classes)
        step = 1 if sum(sizes) < PUPILS else -1
        if 36 <= sizes[place] + step <= 44:
            sizes[place] += step
    return sizes


def _patrons(random: Random, classes: Sequence[SchoolClass], today: date) -> list[Row]:
    names = Names(random)
    rows: list[Row] = []

    def add(kind: PatronKind, name: str, class_id: int | None, since: date, helper: bool = False) -> None:
        rows.append(
            {
                "patron_id": len(rows) + 1,
                "kind": kind.value,
                "name": name,
                "class_id": class_id,
                "suspended_until": None,
                "is_helper": helper,
                "created_at": instant(datetime.combine(since, time(8, 0))),
            }
        )

    founded = date(classes[-1].entry_year - 1, 9, 1)
    for _ in range(2):
        add(PatronKind.LIBRARIAN, names.grown_up(), None, founded)
    for school_class, size in zip(classes, _sizes(random, len(classes)), strict=True):
        came = min(date(school_class.entry_year, 9, 1), today - timedelta(days=70))
        in_class = [names.child() for _ in range(size)]
        while len(set(in_class)) < size:  # namesakes are put in on purpose, in one class, below
            in_class = [*dict.fromkeys(in_class), *(names.child() for _ in range(size - len(set(in_class))))]
        for name in in_class:
            add(PatronKind.PUPIL, name, school_class.class_id, came)
        if school_class.grade <= 2:
            add(PatronKind.CLASS_SET, "集体借阅卡", school_class.class_id, came)
    for _ in range(TEACHERS):
        add(PatronKind.TEACHER, names.grown_up(), None, founded + timedelta(days=365 * random.randint(0, 3)))
    older = {c.class_id for c in classes if c.grade >= 4}
    for row in random.sample(
        [r for r in rows if r["class_id"] in older and r["kind"] == PatronKind.PUPIL.value], HELPERS
    ):
        row["is_helper"] = True
    return rows


def _duties(helpers: Sequence[Row], opens: datetime) -> Iterator[Row]:
    """Two or three helpers a weekday from before the first slot to after the last; the demo's day has its own."""
    for place, row in enumerate(helpers):
        weekday = (opens.isoweekday() - 1 + place) % 7 + 1
        yield {
            "duty_id": place + 1,
            "patron_id": row["patron_id"],
            "weekday": weekday if weekday <= 5 or weekday == opens.isoweekday() else weekday - 5,
            "starts": time(11, 50),
            "ends": time(12, 50),
        }


# ── Books ──


def _titles(works: Sequence[Work]) -> list[Row]:
    return [
        {
            "title_id": order,
            "material": work.material,
            "isbn": work.isbn,
            "title": work.title,
            "authors": work.authors,
            "publisher": work.publisher,
            "published": work.published,
            "clc": work.clc,
            "price_fen": work.price_fen,
            "created_at": instant(datetime.combine(work.bought_on, time(9, 0))),
        }
        for order, work in enumerate(works, start=1)
    ]


def _copies(random: Random, works: Sequence[Work], patrons: Sequence[Row]) -> list[Row]:
    """Every copy in accession order; one lost, two in repair, two withdrawn, two kept for somebody."""
    rows: list[Row] = []
    for title_id, work in enumerate(works, start=1):
        for _ in range(work.copies):
            rows.append(
                {
                    "copy_id": len(rows) + 1,
                    "title_id": title_id,
                    "accession_no": f"{len(rows) + 1:06d}",
                    "call_number": work.call_number,
                    "place": work.place,
                    "price_fen": work.price_fen,
                    "status": CopyStatus.IN_SERVICE.value,
                    "for_loan": work.for_loan,
                    "held_for": None,
                    "created_at": instant(datetime.combine(work.bought_on, time(9, 30))),
                }
            )
    stories = [r for r in rows if r["for_loan"] and works[r["title_id"] - 1].clc.startswith("I287")]
    pupils = [p for p in patrons if p["kind"] == PatronKind.PUPIL.value]
    lost, *rest = random.sample(stories, 7)
    lost["status"] = CopyStatus.LOST.value
    for row in rest[:2]:
        row["status"] = CopyStatus.IN_REPAIR.value
    for row in rest[2:4]:
        row["status"] = CopyStatus.WITHDRAWN.value
    for row, pupil in zip(rest[4:], random.sample(pupils, 2), strict=True):
        row["held_for"] = pupil["patron_id"]
    return rows


# ── What happened ──


class _Scene:
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
        last_school_day = _school_day(self._rota.calendar, self._today, 1)
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

    def cast(self, stopped: _Stopped) -> Iterator[CastMember]:
        """The cards and books of the tray."""
        everybody = self.people

        def card(role: str, person: Person) -> CastMember:
            patron_id = person.facts.patron_id
            return CastMember(role, "card", _card_of(patron_id, stopped), self._patrons[patron_id]["name"])

        def copy(role: str, row: Row) -> CastMember:
            work = self._works[row["title_id"] - 1]
            return CastMember(role, "copy", number(BarcodeKind.COPY, row["copy_id"]), work.title, work.clc)

        yield card("reader", self.reader)
        yield card("second_reader", self.second)
        yield card("overdue_reader", self.overdue)
        yield card("suspended_reader", self.suspended)
        yield card("full_reader", self.full)
        yield from (card("namesake", twin) for twin in self.twins)
        others = [p for p in everybody if p.facts.kind is PatronKind.PUPIL and p.facts.class_id != self.demo_class]
        yield card("other_class", next(p for p in others if not p.open and not p.facts.suspended_until))
        yield card("helper", next(p for p in everybody if self._patrons[p.facts.patron_id]["is_helper"]))
        for role, kind in (
            ("teacher", PatronKind.TEACHER),
            ("class_set", PatronKind.CLASS_SET),
            ("librarian", PatronKind.LIBRARIAN),
        ):
            yield card(role, next(p for p in everybody if p.facts.kind is kind))
        yield CastMember("stopped_card", "card", stopped.old, self._patrons[stopped.patron_id]["name"])

        out = {loan.copy_id: loan for person in everybody for loan in person.open.values()}
        on_shelf = [row for row in self._copies if row["copy_id"] not in out]
        free = [r for r in on_shelf if r["for_loan"] and r["status"] == "in_service" and r["held_for"] is None]
        seen: set[int] = set()
        for row in self._random.sample(free, len(free)):
            if row["title_id"] not in seen and len(seen) < 8:
                seen.add(row["title_id"])
                yield copy("book", row)
        by_id = {row["copy_id"]: row for row in self._copies}
        yield copy("overdue_book", by_id[next(iter(self.overdue.open.values())).copy_id])
        yield from (copy("full_book", by_id[loan.copy_id]) for loan in self.full.open.values())
        with_others = (loan for person in others for loan in person.open.values())
        yield copy("book_of_another", by_id[next(x for x in with_others if x.due_on >= self._opens.date()).copy_id])
        yield copy("held", next(row for row in on_shelf if row["held_for"] is not None))
        for status in (CopyStatus.IN_REPAIR, CopyStatus.LOST, CopyStatus.WITHDRAWN):
            yield copy(status.value, next(row for row in on_shelf if row["status"] == status.value))
        yield copy("not_for_loan", next(row for row in on_shelf if not row["for_loan"]))

        for command in ControlCode:
            yield CastMember(command.value, "command", command_number(command))
        book = next(work for work in self._works if work.isbn)
        yield CastMember("publisher", "other", book.isbn or "", book.title, book.clc)
        yield CastMember("damaged", "other", number(BarcodeKind.COPY, free[0]["copy_id"])[:-2])


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A card that was lost and replaced at `at` (local): the number refused since, and the new one."""

    patron_id: int
    old: str
    new: str
    at: datetime


def _card_of(patron_id: int, stopped: _Stopped) -> str:
    """A patron's card: numbered as the patrons are; the one that was replaced comes after them all."""
    return stopped.new if patron_id == stopped.patron_id else number(BarcodeKind.CARD, patron_id)


def _stopped_card(patrons: Sequence[Row], demo_class: int, day: date) -> _Stopped:
    last = [row["patron_id"] for row in patrons if row["class_id"] == demo_class][-1]
    new = number(BarcodeKind.CARD, len(patrons) + 1)
    return _Stopped(last, number(BarcodeKind.CARD, last), new, datetime.combine(day, time(15, 40)))


def _barcodes(patrons: Sequence[Row], copies: Sequence[Row], stopped: _Stopped) -> list[Row]:
    empty: Row = dict.fromkeys(("patron_id", "copy_id", "command", "stopped_at"))
    lost = instant(stopped.at)
    rows: list[Row] = []
    for row in patrons:
        code = _card_of(row["patron_id"], stopped)
        issued = lost if row["patron_id"] == stopped.patron_id else row["created_at"]
        rows.append(
            empty
            | {
                "code": code,
                "kind": "card",
                "patron_id": row["patron_id"],
                "active": True,
                "issued_at": issued,
            }
        )
        if row["patron_id"] == stopped.patron_id:
            rows.append(
                rows[-1] | {"code": stopped.old, "active": False, "issued_at": row["created_at"], "stopped_at": lost}
            )
    for row in copies:
        code = number(BarcodeKind.COPY, row["copy_id"])
        rows.append(
            empty
            | {
                "code": code,
                "kind": "copy",
                "copy_id": row["copy_id"],
                "active": True,
                "issued_at": row["created_at"],
            }
        )
    founded = patrons[0]["created_at"]
    for command in ControlCode:
        rows.append(
            empty
            | {
                "code": command_number(command),
                "kind": "command",
                "command": command.value,
                "active": True,
                "issued_at": founded,
            }
        )
    return rows


# ── Rows ──


def _settings(seed: int, today: date, opens: datetime) -> list[Row]:
    values = {
        "name": LIBRARY_NAME,
        "timezone": ZONE,
        "announcement": ANNOUNCEMENT,
        "sample": {"seed": seed, "today": today.isoformat(), "opens": opens.isoformat()},
        "version": 1,
    }
    return [{"key": key, "value": value} for key, value in values.items()]


def _loan(told: ToldLoan) -> Row:
    return {
        "loan_id": told.loan_id,
        "copy_id": told.copy_id,
        "patron_id": told.patron_id,
        "class_id": told.class_id,
        "lent_at": instant(told.lent_at),
        "due_on": told.due_on,
        "renewals": 0,
        "returned_at": instant(told.returned_at) if told.returned_at else None,
        "undone": False,
        "session_id": f"sample-{told.patron_id}-{told.lent_at:%Y%m%d}",
    }


def _school_day(calendar: Calendar, today: date, back: int) -> date:
    """The last day of school at least `back` days before `today`."""
    day = today - timedelta(days=back)
    while not is_school_day(calendar, day):
        day -= timedelta(days=1)
    return day


def _done_by_hand(
    calendar: Calendar, today: date, patrons: Sequence[Row], copies: Sequence[Row], stopped: _Stopped
) -> Iterator[tuple[datetime, Row]]:
    """What librarian and helper did: a card replaced, copies put aside, lost, withdrawn, kept for somebody."""
    librarian = patrons[0]["patron_id"]
    helper = next(row["patron_id"] for row in patrons if row["is_helper"])
    who = {"operator_id": librarian, "patron_id": stopped.patron_id, "copy_id": None}
    yield stopped.at, who | {"action": "card_stopped", "details": {"card": stopped.old}}
    yield stopped.at, who | {"action": "card_issued", "details": {"card": stopped.new}}
    changed = [row for row in copies if row["status"] != CopyStatus.IN_SERVICE.value]
    for place, row in enumerate(changed):
        at = datetime.combine(_school_day(calendar, today, 3 + 4 * place), time(12, 46))
        aside = row["status"] == CopyStatus.IN_REPAIR.value
        yield (
            at,
            {
                "action": "put_aside" if aside else "status_changed",
                "operator_id": helper if aside else librarian,
                "patron_id": None,
                "copy_id": row["copy_id"],
                "details": {"from": CopyStatus.IN_SERVICE.value, "to": row["status"]},
            },
        )
    for row in copies:
        if row["held_for"] is not None:
            at = datetime.combine(_school_day(calendar, today, 2), time(15, 50))
            what = {"action": "held", "patron_id": row["held_for"], "copy_id": row["copy_id"], "details": {}}
            yield at, what | {"operator_id": librarian}


def _events(loans: Sequence[ToldLoan], by_hand: Sequence[tuple[datetime, Row]]) -> list[Row]:
    """What the desk would have recorded, in order of time."""
    told: list[tuple[datetime, Row]] = [(at, {"loan_id": None} | row) for at, row in by_hand]
    for loan in loans:
        about = {"patron_id": loan.patron_id, "copy_id": loan.copy_id, "loan_id": loan.loan_id, "operator_id": None}
        told.append((loan.lent_at, about | {"action": "lent", "details": {"due_on": loan.due_on.isoformat()}}))
        if loan.returned_at is not None:
            details: Row = {"days_late": loan.days_late} if loan.days_late else {}
            if loan.suspended_until != loan.suspended_before:
                before = loan.suspended_before
                details["suspended_until"] = str(loan.suspended_until)
                details["suspended_before"] = str(before) if before else None
            told.append((loan.returned_at, about | {"action": "returned", "details": details}))
    told.sort(key=lambda entry: entry[0])
    fixed = {"kiosk": "示例", "step": 1}
    return [
        {"seq": seq, "at": instant(at), "request_id": f"sample-{seq}"} | fixed | row
        for seq, (at, row) in enumerate(told, start=1)
    ]


def calendar_rows(rota: Rota) -> dict[str, Sequence[Row]]:
    """The rows of terms, closures, swap days and weekly slots."""
    calendar = rota.calendar
    return {
        "terms": [
            {
                "term_id": term.term_id,
                "name": term.name,
                "starts_on": term.starts_on,
                "ends_on": term.ends_on,
                "recall_on": term.recall_on,
            }
            for term in calendar.terms
        ],
        "closures": [
            {
                "closure_id": closure.closure_id,
                "starts_on": closure.starts_on,
                "ends_on": closure.ends_on,
                "reason": closure.reason,
            }
            for closure in calendar.closures
        ],
        "swap_days": [
            {"day": swap.day, "uses_weekday": swap.uses_weekday, "as_of": swap.as_of} for swap in calendar.swap_days
        ],
        "slots": [
            {
                "slot_id": slot.slot_id,
                "weekday": slot.weekday,
                "starts": slot.starts,
                "ends": slot.ends,
                "weeks": slot.weeks.value,
                "audience": audience_to_plain(slot.audience),
                "label": slot.label,
            }
            for slot in rota.slots
        ],
    }
