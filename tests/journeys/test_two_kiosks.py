"""Two kiosks in two windows on two screens, one library on PostgreSQL: a class in two queues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sample.write import write_sample
from kiosk.store.library import create_library
from tests.databases import Postgres
from tests.journeys.conftest import TODAY
from tests.journeys.kiosks import Library, School, new_notes, started, wait_for
from tests.journeys.xserver import XServer, xserver


@pytest.fixture(scope="module")
def server_location(postgres: Postgres) -> Iterator[str]:
    """The URL of a sample library on the server."""
    if postgres.process is None:
        postgres.start()
    name = postgres.new_database()
    library = create_library(postgres.url(name))
    write_sample(library, 1, TODAY)
    library.close()
    yield postgres.url(name)
    postgres.drop(name)


def test_two_queues_borrow_side_by_side_and_one_copy_is_never_lent_twice(
    x: XServer, server_location: str, school: School, tmp_path: Path
) -> None:
    library = Library(server_location, school.rows.today)
    cards = [card for card, _ in school.classmates()[:6]]
    books = school.free_books()[:6]
    wanted = school.free_books()[6]
    first, second = new_notes(tmp_path / "first"), new_notes(tmp_path / "second", kiosk__name="journey2")
    with (
        xserver(1366, 768) as other,
        started(x, server_location, first, school.rows.opens) as left,
        started(other, server_location, second, school.rows.opens) as right,
    ):
        for place in (0, 2, 4):
            left.scan(cards[place], books[place])
            right.scan(cards[place + 1], books[place + 1])
        left.scan(wanted)
        right.scan(wanted)
        wait_for(lambda: {*books, wanted} <= set(library.out()), "seven loans")
        wait_for(lambda: len(outcomes(first)) == len(outcomes(second)) == 7, "every answer")
        assert left.runs and right.runs
    told = outcomes(first), outcomes(second)
    out = library.out()
    loans = [loan for loan in library.loans(open_only=True) if loan["barcode"] == wanted]
    library.close()
    assert [out[book] for book in books] == cards
    assert [loan["card"] for loan in loans] in [[cards[4]], [cards[5]]]
    assert sorted(one[-1] for one in told) == ["lent", "refused"]
    assert all(one[:-1] == ["identified", "lent"] * 3 for one in told)


def outcomes(notes: Path) -> list[str]:
    """The outcomes that a kiosk has told, from the journal in its own data folder."""
    return [line.split("\t")[2].strip() for file in notes.rglob("*.tsv") for line in file.open(encoding="utf-8")]
