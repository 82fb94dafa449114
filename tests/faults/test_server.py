"""The PostgreSQL server restarted under way: a plain message, then by itself back to work, nothing twice."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from kiosk.flows.views import SessionView, TroubleView
from kiosk.store import schema
from kiosk.store.library import Library
from kiosk.store.watched import WatchedConnection
from tests.databases import Postgres
from tests.desk.school import BOOK, BOOK_2, BOOK_3, SET, WANG, School, copy, fill
from tests.faults.test_troubles import Kiosk

DONE = ("lent", "returned", "returned_and_lent")


@pytest.fixture
def kiosk(postgres_library: Library) -> Iterator[Kiosk]:
    postgres_library.transact(fill)
    kiosk = Kiosk(postgres_library.location)
    yield kiosk
    kiosk.door.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_is_away_is_told_and_the_session_goes_on_when_it_is_back(
    kiosk: Kiosk, postgres: Postgres, postgres_library: Library, how: signal.Signals
) -> None:
    assert [kiosk.scan(WANG), kiosk.scan(BOOK)] == ["identified", "lent"]
    postgres.stop(how)
    assert kiosk.scan(BOOK_2) == "trouble"
    assert kiosk.told[-1].outcome.trouble == "unreachable"
    assert isinstance(kiosk.view, TroubleView)
    assert kiosk.scan(BOOK_2) == "trouble"
    postgres.start()
    kiosk.wait(2.1)
    assert isinstance(kiosk.view, SessionView)
    assert kiosk.scan(BOOK_2) == "lent"
    school = School(postgres_library)
    assert set(school.open_loans()) == {BOOK, BOOK_2}
    school.assert_consistent()


def test_a_server_that_hangs_is_told_and_the_session_goes_on_when_it_answers_again(
    monkeypatch: pytest.MonkeyPatch, kiosk: Kiosk, postgres: Postgres, postgres_library: Library
) -> None:
    monkeypatch.setattr(WatchedConnection, "silence", 1.0)  # to keep the test short
    assert [kiosk.scan(WANG), kiosk.scan(BOOK)] == ["identified", "lent"]
    postgres.hang()
    try:
        assert kiosk.scan(BOOK_2) == "trouble"
        assert kiosk.told[-1].outcome.trouble == "unreachable"
        assert isinstance(kiosk.view, TroubleView)
    finally:
        postgres.go_on()
    kiosk.wait(2.1)
    assert isinstance(kiosk.view, SessionView)
    assert kiosk.scan(BOOK_2) == "lent"
    school = School(postgres_library)
    assert set(school.open_loans()) == {BOOK, BOOK_2}
    school.assert_consistent()


def test_a_server_restarted_between_two_scans_is_not_even_noticed(
    kiosk: Kiosk, postgres: Postgres, postgres_library: Library
) -> None:
    kiosk.scan(WANG)
    postgres.restart()
    assert kiosk.scan(BOOK_3) == "lent"


def test_a_server_restarted_under_a_stream_of_scans_loses_nothing_and_does_nothing_twice(
    kiosk: Kiosk, postgres: Postgres, postgres_library: Library
) -> None:
    chance = random.Random(7)

    def restart() -> None:
        for how in (signal.SIGINT, signal.SIGQUIT):
            postgres.restart(how=how)

    restarting = Thread(target=restart)
    restarting.start()
    shown = []
    until = time.monotonic() + 60  # scans that only meet a server away pass in no time: patience is in seconds
    while time.monotonic() < until:
        kiosk.scan(SET)
        kiosk.scan(copy(chance.randint(1, 40)))
        kiosk.wait(2.1)
        shown = [told.outcome for told in kiosk.told if told.outcome.kind.value in DONE]
        if len(kiosk.told) >= 40 and len(shown) >= 5 and not restarting.is_alive():
            break
    restarting.join()
    assert len(shown) >= 5
    school = School(postgres_library)
    recorded = {event.request_id for event in school.rows(schema.events)}
    assert {outcome.request_id for outcome in shown} <= recorded
    school.assert_consistent()
