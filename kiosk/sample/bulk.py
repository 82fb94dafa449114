"""A large library for measuring: 20,000 titles, 100,000 copies, 2,000 patrons, 1,000,000 past loans.

Titles are put together from word lists so that a search meets what it meets in a school: common words, many titles
that share a word, series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random

from sqlalchemy import Connection, text

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import turns_at
from kiosk.lending.rules import Rules
from kiosk.sample.catalogue import PUBLISHERS, isbn13
from kiosk.sample.people import Names, words
from kiosk.sample.rows import ZONE, Row, calendar_rows, instant
from kiosk.sample.write import count_on
from kiosk.sample.year import lunch_break, make_calendar, make_classes, make_rota
from kiosk.store import edit, schema
from kiosk.store.edit import NewTitle
from kiosk.store.library import Library

_CLASSES = (
    ("I287.45", 30), ("I287.7", 12), ("I18", 8), ("I242.4", 4), ("K209", 9), ("G624", 8), ("B821", 5), ("P1", 4),
    ("Q95-49", 4), ("J228.2", 4), ("H319.4", 3), ("N49", 3), ("O1-49", 2), ("TP31", 2), ("U2", 1), ("Z228", 1),
)  # fmt: skip  # a table reads better in rows
COPIES_EACH = 5
_YEARS = 8  # of past loans
_EVENTS_LENT = """
    INSERT INTO events (seq, at, kiosk, action, patron_id, copy_id, loan_id, request_id, step, details)
    SELECT loan_id, lent_at, 'bulk', 'lent', patron_id, copy_id, loan_id,
           'bulk-' || CAST(10000000 + loan_id AS TEXT), 1, '{}'
    FROM loans ORDER BY loan_id
"""
_EVENTS_RETURNED = """
    INSERT INTO events (seq, at, kiosk, action, patron_id, copy_id, loan_id, request_id, step, details)
    SELECT loan_id + :after, returned_at, 'bulk', 'returned', patron_id, copy_id, loan_id,
           'bulk-' || CAST(20000000 + loan_id AS TEXT), 1, '{}'
    FROM loans ORDER BY loan_id
"""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a benchmark scans: `opens` (naive local) is in the slot of the class that holds `cards`.

    None of the cards has anything out, and every one of `copies` is on the shelf.
    """

    opens: datetime
    cards: tuple[str, ...]
    copies: tuple[str, ...]


def write_bulk(
    library: Library,
    today: date,
    *,
    titles: int = 20_000,
    patrons: int = 2_000,
    past_loans: int = 1_000_000,
    seed: int = 1,
    told: Callable[[str], None] = lambda _step: None,
) -> Bulk:
    """Fill the new, empty `library`, five copies a title; `told` hears what is being written.

    With the numbers above this takes about a minute on two slow cores. Raises StoreTrouble.
    """
    random = Random(seed)  # noqa: S311  invented data, not secrets
    classes = make_classes(today)
    rota = make_rota(classes, make_calendar(today))
    opens = lunch_break(rota, today) + timedelta(minutes=1)
    founded = instant(datetime.combine(today - timedelta(days=365 * _YEARS), time(8, 0)))
    copies = titles * COPIES_EACH

    def write(conn: Connection) -> tuple[str, ...]:
        told("classes and rota")
        edit.save_setting(conn, "timezone", ZONE)
        rows = [{"class_id": c.class_id, "entry_year": c.entry_year, "number": c.number} for c in classes]
        _insert(conn, "school_classes", rows)
        for name, content in calendar_rows(rota).items():
            _insert(conn, name, content)
        told(f"{patrons} patrons")
        names = Names(random)
        kinds = [PatronKind.TEACHER if n % 25 == 0 else PatronKind.PUPIL for n in range(patrons)]
        class_ids = [
            None if kind is PatronKind.TEACHER else classes[n % len(classes)].class_id for n, kind in enumerate(kinds)
        ]
        cards = [number(BarcodeKind.CARD, n + 1) for n in range(patrons)]
        people = [
            edit.NewPatron(kind, names.child(), class_id, card)
            for kind, class_id, card in zip(kinds, class_ids, cards, strict=True)
        ]
        edit.add_patrons(conn, people, founded)
        told(f"{titles} titles and {copies} copies")
        edit.add_titles(conn, list(_titles(random, titles)), founded)
        _insert(conn, "copies", _copies(random, titles, founded))
        numbers = (
            {"code": number(BarcodeKind.COPY, n), "kind": "copy", "copy_id": n, "issued_at": founded}
            for n in range(1, copies + 1)
        )
        _insert(conn, "barcodes", numbers)
        told(f"{past_loans} past loans and their events")
        _history(conn, random, past_loans, class_ids, copies, today)
        (sitting,) = turns_at(rota, Rules(), opens)
        return tuple(
            card for card, class_id in zip(cards, class_ids, strict=True) if class_id in sitting.audience.classes
        )

    cards = library.transact(write, patient=True)
    shelf = tuple(number(BarcodeKind.COPY, n) for n in random.sample(range(1, copies + 1), min(2_000, copies)))
    return Bulk(opens, cards, shelf)


def _insert(conn: Connection, name: str, rows: Iterable[Row]) -> None:
    table = schema.metadata.tables[name]
    edit.insert_rows(conn, table, rows)
    count_on(conn, table)


def _titles(random: Random, count: int) -> Iterator[NewTitle]:
    """`count` different titles in the class mix of a real school."""
    patterns = list(product(words()["how"], words()["which"], words()["what"]))
    random.shuffle(patterns)
    names = Names(random)
    authors = [names.grown_up() for _ in range(900)]
    classes = random.choices([clc for clc, _ in _CLASSES], [share for _, share in _CLASSES], k=count)
    for order, clc in enumerate(classes):
        volume, place = divmod(order, len(patterns))
        how, which, what = patterns[place]
        title = how.format(a=which, b=what) + (f" 第{volume + 1}册" if volume else "")
        publisher = order % len(PUBLISHERS)
        isbn = isbn13(80_000 + order // 1000 * 10 + publisher, order % 1000)
        yield NewTitle(
            title,
            random.choice(authors),
            isbn,
            clc,
            PUBLISHERS[publisher],
            str(2010 + order % 16),
            1280 + order % 40 * 60,
        )


def _copies(random: Random, titles: int, since: datetime) -> Iterator[Row]:
    for copy in range(titles * COPIES_EACH):
        title = copy // COPIES_EACH
        yield {
            "copy_id": copy + 1,
            "title_id": title + 1,
            "accession_no": f"{copy + 1:07d}",
            "call_number": f"I287.45/{title + 1}",
            "place": f"一楼 A{random.randint(1, 9)}",
            "created_at": since,
        }


def _history(
    conn: Connection, random: Random, count: int, class_ids: list[int | None], copies: int, today: date
) -> None:
    """Loans that all came back, evenly over the years, and the two events each left."""
    first = instant(datetime.combine(today - timedelta(days=365 * _YEARS), time(12, 0)))
    step = timedelta(days=365 * _YEARS - 40) / max(1, count)
    turns = random.randrange(copies)

    def loans() -> Iterator[Row]:
        for n in range(count):
            lent = first + n * step
            patron = random.randrange(len(class_ids))
            yield {
                "loan_id": n + 1,
                "copy_id": (turns + n * 7919) % copies + 1,
                "patron_id": patron + 1,
                "class_id": class_ids[patron],
                "lent_at": lent,
                "due_on": lent.date() + timedelta(days=14),
                "returned_at": lent + timedelta(hours=random.randint(20, 600)),
                "session_id": "",
            }

    # Building an index over finished rows is several times faster than keeping it while a million rows go in.
    indexes = sorted(schema.loans.indexes | schema.events.indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(conn)
    _insert(conn, "loans", loans())
    conn.execute(text(_EVENTS_LENT))
    conn.execute(text(_EVENTS_RETURNED), {"after": count})
    count_on(conn, schema.events)
    for index in indexes:
        index.create(conn)
