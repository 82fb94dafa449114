"""The whole sample as rows: pure, and the same for the same seed and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType

from kiosk.lending.calendar import Calendar
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Rota
from kiosk.lending.rules import Rules
from kiosk.sample.cards import Stopped, barcode_rows, stopped_card
from kiosk.sample.catalogue import Work, make_works
from kiosk.sample.people import Names
from kiosk.sample.rows import ZONE, Row, calendar_rows, event_rows, instant, loan_row, title_rows
from kiosk.sample.scene import CastMember, Scene
from kiosk.sample.year import SchoolClass, lunch_break, make_calendar, make_classes, make_rota, school_day_before

LIBRARY_NAME = "榕树街小学图书馆"
ANNOUNCEMENT = "本周故事会：星期五 12:45，二楼阅览区。借满五本书，可以到服务台领一枚书签。"
DEMO_PIN = "2468"
PUPILS = 960
TEACHERS = 40
HELPERS = 12


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
    scene = Scene(random, rota, rules, classes, patrons, works, copies, opens, today)
    story = scene.tell()
    for patron in patrons:
        patron["suspended_until"] = story.people[patron["patron_id"]].facts.suspended_until
    stopped = stopped_card(patrons, scene.demo_class, school_day_before(calendar, today, 20))
    numbers = barcode_rows(patrons, copies, stopped)
    helpers = [patron for patron in patrons if patron["is_helper"]]
    by_hand = list(_done_by_hand(calendar, today, patrons, copies, stopped))
    tables: dict[str, Sequence[Row]] = {
        "settings": _settings(seed, today, opens),
        "school_classes": [{"class_id": c.class_id, "entry_year": c.entry_year, "number": c.number} for c in classes],
        "patrons": patrons,
        "titles": title_rows(works),
        "copies": copies,
        "barcodes": numbers,
        "loans": [loan_row(loan) for loan in story.loans],
        **calendar_rows(rota),
        "duties": list(_duties(helpers, opens)),
        "events": event_rows(story.loans, by_hand),
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


# ── The library ──


def _settings(seed: int, today: date, opens: datetime) -> list[Row]:
    values = {
        "name": LIBRARY_NAME,
        "timezone": ZONE,
        "announcement": ANNOUNCEMENT,
        "sample": {"seed": seed, "today": today.isoformat(), "opens": opens.isoformat()},
        "version": 1,
    }
    return [{"key": key, "value": value} for key, value in values.items()]


def _done_by_hand(
    calendar: Calendar, today: date, patrons: Sequence[Row], copies: Sequence[Row], stopped: Stopped
) -> Iterator[tuple[datetime, Row]]:
    """What librarian and helper did: a card replaced, copies put aside, lost, withdrawn, kept for somebody."""
    librarian = patrons[0]["patron_id"]
    helper = next(row["patron_id"] for row in patrons if row["is_helper"])
    who = {"operator_id": librarian, "patron_id": stopped.patron_id, "copy_id": None}
    yield stopped.at, who | {"action": "card_stopped", "details": {"card": stopped.old}}
    yield stopped.at, who | {"action": "card_issued", "details": {"card": stopped.new}}
    changed = [row for row in copies if row["status"] != CopyStatus.IN_SERVICE.value]
    for place, row in enumerate(changed):
        at = datetime.combine(school_day_before(calendar, today, 3 + 4 * place), time(12, 46))
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
            at = datetime.combine(school_day_before(calendar, today, 2), time(15, 50))
            what = {"action": "held", "patron_id": row["held_for"], "copy_id": row["copy_id"], "details": {}}
            yield at, what | {"operator_id": librarian}
