"""Nothing but the librarian, and the service manager, ends the kiosk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.flows.views import SessionView
from tests.journeys.kiosks import REACH, Kiosk, School, Watched, started, wait_for
from tests.journeys.xserver import XServer


def try_to_close(kiosk: Kiosk) -> None:
    """All that usually closes a window."""
    kiosk.x.xdotool("key", "alt+F4")
    kiosk.x.xdotool("key", "Escape")
    kiosk.x.xdotool("key", "ctrl+q", "ctrl+c", "ctrl+w")
    kiosk.x.close(kiosk.title)
    time.sleep(REACH)


@pytest.mark.parametrize("windowed", [True, False], ids=["windowed", "full-screen"])
def test_no_key_and_no_cross_ends_it_and_a_service_managers_stop_does(
    x: XServer, location: str, notes: Path, school: School, windowed: bool
) -> None:
    card = school.card("reader")
    with started(x, location, notes, school.rows.opens, windowed=windowed) as kiosk:
        before = len(kiosk.journal(location))
        try_to_close(kiosk)
        kiosk.scan(card)
        wait_for(lambda: len(kiosk.journal(location)) > before, "the answer to a card")
        try_to_close(kiosk)  # nor while somebody is here
        kiosk.scan(card)
        wait_for(lambda: len(kiosk.journal(location)) > before + 1, "the end of the session")
        assert kiosk.journal(location)[before:] == [(card, "identified"), (card, "ended")]
        assert kiosk.runs
        kiosk.stop()


def test_who_tries_is_told_that_the_librarian_can(kiosk: Watched, school: School) -> None:
    kiosk.x.close(kiosk.title)
    kiosk.answer("cannot_close")
    kiosk.show_card(school.card("second_reader"), school.name("second_reader"))
    kiosk.x.close(kiosk.title)
    kiosk.x.key("\x1b")
    assert isinstance(kiosk.view, SessionView)
    kiosk.go_home(school.card("second_reader"))
