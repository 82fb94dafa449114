"""No page reads the whole of what grows with the years: the plans of its statements say how each row is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from kiosk.flows.commands import Command, TakeScan
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.people import ReadNewYear
from kiosk.flows.stock import LookUp, OfferNumbers, ReadBatches
from kiosk.flows.titles import ReadPlaces
from kiosk.flows.work import Denied, PatronPage, ReadActions, ReadAside, ReadCopy, ReadNumbers, ReadPatron, ReadTitle
from kiosk.lending.stock import TitleData
from kiosk.store import schema
from kiosk.store.ledger import School as Listed
from kiosk.store.ledger import loans
from kiosk.store.library import Library
from tests.desk.school import BOOK, LIBRARIAN, NOON, WANG, School

GROWING = ("events", "loans", "copies", "titles", "barcodes", "batch_lines")
ONLY_PART = ("ux_loans_open", "ix_loans_patron_open", "ix_copies_aside", "ix_events_at")
"""Indexes of what is out and of what lies aside; of the last only the newest event is read."""
Statements = list[tuple[str, Any]]


def librarian(school: School) -> int:
    """The librarian, with a PIN: without one nothing is shown."""
    boss = school.patron(LIBRARIAN).patron_id
    school.set_patron(boss, pin_hash="set")
    return boss


@contextmanager
def statements(library: Library) -> Iterator[Statements]:
    """Every statement that a library is asked meanwhile."""
    asked: Statements = []

    def before(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    engine: Any = library._engine
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", before)


def plans(library: Library, asked: Statements, how: str) -> list[list[Any]]:
    """What the database says of each of the statements that read."""
    reads = [one for one in asked if one[0].lstrip().startswith(("SELECT", "WITH"))]
    return library.read(
        lambda conn: [conn.exec_driver_sql(f"{how} {statement}", given).all() for statement, given in reads]
    )


PAGES: dict[str, Callable[[int], Command]] = {
    "patron": lambda boss: ReadPatron(operator_id=boss, patron_id=1, page=1),
    "copy": lambda boss: ReadCopy(operator_id=boss, copy_id=1),
    "title": lambda boss: ReadTitle(operator_id=boss, title_id=1),
    "ISBN": lambda boss: LookUp(operator_id=boss, code="9787544270878"),
    "numbers for a new title": lambda boss: OfferNumbers(operator_id=boss, title=TitleData("红楼梦 上", clc="I287.45")),
    "deliveries": lambda boss: ReadBatches(operator_id=boss),
    "aside": lambda boss: ReadAside(operator_id=boss),
    "today": lambda boss: ReadNumbers(operator_id=boss),
    "undo": lambda boss: ReadActions(operator_id=boss),
    "places": lambda boss: ReadPlaces(operator_id=boss),
    "new year": lambda boss: ReadNewYear(operator_id=boss),
    "scan": lambda _: TakeScan(code=BOOK),
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_walks_through_all_loans_events_copies_or_titles(school: School, page: str) -> None:
    boss = librarian(school)
    with statements(school.library) as asked:
        outcome = school.ask(PAGES[page](boss))
    assert outcome.kind is not OutcomeKind.TROUBLE and not isinstance(outcome.data, Denied), outcome
    assert walks(school.library, asked) == []


def test_the_list_of_overdue_loans_walks_through_those_that_are_out(school: School) -> None:
    with statements(school.library) as asked:
        school.library.read(lambda conn: list(loans(conn, Listed(NOON.date()), overdue_on=NOON.date())))
    assert asked
    assert walks(school.library, asked) == []


def walks(library: Library, asked: Statements) -> list[str]:
    """The steps of the plans (SQLite's) in which a growing table is read from one end to the other."""
    steps = [str(row[-1]) for plan in plans(library, asked, "EXPLAIN QUERY PLAN") for row in plan]
    return [step for step in steps if re.match(rf"SCAN ({'|'.join(GROWING)})\b", step) and not step.endswith(ONLY_PART)]


EVENTS = """
    INSERT INTO events (at, kiosk, action, patron_id, request_id, step, details)
    SELECT n, 'kiosk', 'lent', CASE WHEN n % 500 = 0 THEN :patron ELSE :other END, 'grown-' || n, 1, '{}'
    FROM generate_series(1, 40000) AS n
"""


def test_a_patrons_page_reads_as_little_on_postgresql_after_years_of_other_peoples_loans(
    postgres_school: School,
) -> None:
    school = postgres_school
    boss, patron = librarian(school), school.patron(WANG).patron_id
    school.library.transact(lambda conn: conn.execute(text(EVENTS), {"patron": patron, "other": boss}))
    school.library.transact(lambda conn: conn.execute(text(f"ANALYZE {schema.events.name}")))
    with statements(school.library) as asked:
        assert isinstance(school.ask(ReadPatron(operator_id=boss, patron_id=patron)).data, PatronPage)
    found = plans(school.library, asked, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)")
    pages = [plan[0][0][0]["Plan"] for plan in found]
    assert max(one["Shared Hit Blocks"] + one["Shared Read Blocks"] for one in pages) < 50  # of 600
