"""Several kiosks on one PostgreSQL library, as fast as they can: the small version of `stress`."""

from __future__ import annotations

from kiosk.store.library import open_library
from tests.databases import Postgres
from tests.faults.stress import assert_laws, prepare, work


def test_kiosks_at_the_same_few_books_keep_every_law_and_end_nothing_in_trouble(postgres: Postgres) -> None:
    if postgres.process is None:
        postgres.start()
    name = postgres.new_database()
    location = postgres.url(name)
    shifts = work(location, prepare(location), kiosks=3, seconds=2.0)
    library = open_library(location)
    assert_laws(library, shifts)
    library.close()
    told = {kind for shift in shifts for kind, _ in shift.scans}
    assert told <= {"identified", "lent", "returned", "returned_and_lent", "refused", "info"}
    postgres.drop(name)
