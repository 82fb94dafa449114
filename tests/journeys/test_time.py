"""Time goes by: somebody walks away, a code is scanned twice, the clock was set back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kiosk.flows.views import SessionView
from tests.journeys.kiosks import Library, School, Watched, new_notes
from tests.journeys.xserver import XServer


def test_who_walks_away_keeps_the_loans_and_a_double_scan_undoes_none(
    x: XServer, location: str, library: Library, school: School, tmp_path: Path
) -> None:
    book, card = school.card("book"), school.card("reader")
    notes = new_notes(tmp_path, kiosk__session_timeout_s=5, scanner__bounce_s=2)
    with Watched(x, location, notes, school.rows.opens) as kiosk:
        kiosk.idle()
        kiosk.show_card(card, school.name("reader"))
        kiosk.scan(book, book)
        kiosk.answer("lent")
        shown = kiosk.view
        assert isinstance(shown, SessionView)
        assert shown.ring.total == 5
        frames = kiosk.frames
        assert kiosk.idle().result is None  # by itself; nobody is named, nobody is bidden farewell
        assert kiosk.frames > frames + 5  # the ring was seen to run
        assert sorted(kiosk.journal(location)[-2:]) == [(book, "ignored"), (book, "lent")]
    assert library.out()[book] == card


def test_with_the_clock_set_back_it_says_so_and_takes_returns_only(
    x: XServer, location: str, library: Library, notes: Path, school: School
) -> None:
    newest = library.last()
    back, wanted = school.card("book_of_another"), school.all("book")[1]
    with Watched(x, location, notes, school.rows.opens - timedelta(days=20)) as kiosk:
        assert kiosk.until(lambda view: getattr(view, "trouble", None), "a remark").key.startswith("session.")
        kiosk.scan(back)
        kiosk.answer("returned")
        kiosk.show_card(school.card("second_reader"), school.name("second_reader"))
        kiosk.scan(wanted)
        kiosk.answer("clock")
        kiosk.go_home(school.card("second_reader"))
    assert not {back, wanted} & set(library.out())
    assert [event["action"] for event in library.events(newest)] == ["returned"]
