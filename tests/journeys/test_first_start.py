"""A kiosk without a library yet: make one, try the sample, or leave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kiosk.flows.views import FirstStartView, PadView
from tests.journeys.kiosks import Library, Watched
from tests.journeys.xserver import XServer

NOON = datetime(2026, 11, 16, 12, 1)  # noqa: DTZ001  the school's local time


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "library"


def test_a_library_is_named_and_made_and_its_librarian_comes_in(x: XServer, place: Path, notes: Path) -> None:
    with Watched(x, str(place), notes, NOON) as kiosk:
        kiosk.until(lambda view: isinstance(view, FirstStartView), "the first start")
        kiosk.write("阳光小学图书馆")
        kiosk.into("librarian")
        kiosk.write("王老师")
        kiosk.touch("create")
        assert kiosk.idle().library == "阳光小学图书馆"
        told = kiosk.answer("made")
        card = str(told.lines[0].values["card"])
        kiosk.touch("dismiss")
        kiosk.type(card + "\r")  # nothing is printed yet: the number is typed
        kiosk.until(lambda view: isinstance(view, PadView), "the pad for a first PIN")
        kiosk.type_pin("1357")
        kiosk.type_pin("1357")
        assert kiosk.page("librarian/menu").who == "王老师"
    library = Library(str(place), NOON.date())
    assert library.copies() == {}
    assert {"pin_set"} <= {event["action"] for event in library.events()}
    library.close()


def test_the_sample_is_tried(x: XServer, place: Path, notes: Path) -> None:
    with Watched(x, str(place), notes, NOON) as kiosk:
        kiosk.touch("sample")
        kiosk.idle()
    library = Library(str(place), NOON.date())
    assert len(library.copies()) > 800
    library.close()


def test_who_has_no_use_for_it_leaves(x: XServer, place: Path, notes: Path) -> None:
    with Watched(x, str(place), notes, NOON) as kiosk:
        kiosk.touch("leave")
        assert kiosk.process.wait(20) == 0
    assert not (place / "library.db").exists()
