"""What a scanner types reaches the window as well, and presses nothing there: in real windows, slow and quick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from kiosk.flows.views import Field, PadView, View
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.sample import DEMO_PIN
from kiosk.screens.canvas import TargetId
from tests.journeys.kiosks import Library, School, Watched, new_notes, parts, wait_for
from tests.journeys.xserver import XServer

GAPS = (0.0, 0.015, 0.04, 0.055)
WAYS = (
    *((gap, "", "\r") for gap in GAPS),
    (0.02, "", "\t\r"),
    (0.04, "\t", "\t\t\r"),
    (0.02, "\r", "\r"),
    (0.04, "", ""),
)
"""Seconds between two keys, keys before the code, keys after it."""


@pytest.fixture(params=["x11", "sdl"], scope="module")
def reading(
    request: pytest.FixtureRequest, x: XServer, location: str, tmp_path_factory: pytest.TempPathFactory, school: School
) -> Iterator[Watched]:
    """A kiosk that reads keys from the X server, and one that has none but the window's."""
    notes = new_notes(tmp_path_factory.mktemp("notes"), scanner__source=request.param)
    with Watched(x, location, notes, school.rows.opens) as running:
        yield running


@pytest.fixture
def gaps(request: pytest.FixtureRequest) -> Sequence[float]:
    """Seconds between two keys of the scanners that this kiosk can follow: a window misses keys of the quickest."""
    return GAPS[request.node.callspec.params["reading"] == "sdl" :]


@pytest.fixture
def kiosk(reading: Watched) -> Watched:
    """The kiosk with nobody there."""
    reading.idle()
    return reading


def log_in(kiosk: Watched, school: School) -> None:
    kiosk.scan(school.card("librarian"))
    kiosk.until(lambda view: isinstance(view, PadView), "the PIN's pad")
    kiosk.type_pin(DEMO_PIN)
    kiosk.page("librarian/menu")


def tab_to(kiosk: Watched, wanted: TargetId) -> None:
    """Go to a button with Tab alone."""
    kiosk.click((1, 1))  # on nothing: nothing has the focus now
    assert kiosk._picture is not None
    kiosk.type("\t" * (list(kiosk._picture.targets).index(wanted) + 1))


def words(view: View) -> str | None:
    """What stands in the field for a reason, if it is there."""
    return next((one.text for one in parts(view) if isinstance(one, Field)), None)


def answered(kiosk: Watched, code: str) -> None:
    """Wait until this code is the last that was answered."""
    wait_for(lambda: kiosk.journal(kiosk.location)[-1:] and kiosk.journal(kiosk.location)[-1][0] == code, code)


def actions(library: Library, after: int) -> set[str]:
    """What has been written into the ledger since."""
    return {event["action"] for event in library.events(after)}


def test_a_scan_never_presses_the_button_that_has_the_focus(
    kiosk: Watched, school: School, gaps: Sequence[float]
) -> None:
    card, name = school.classmates()[0]
    kiosk.show_card(card, name)
    tab_to(kiosk, ("press", "finish", None))
    for (gap, before, end), book in zip(WAYS, school.free_books(), strict=False):
        if gap >= gaps[0]:
            kiosk.scan(book, gap=gap, before=before, end=end)
            answered(kiosk, book)
    kiosk.session_of(name)
    kiosk.type("\r")  # the focus is still where the hand put it
    kiosk.idle()


def test_a_scan_never_overrules_a_refusal_nor_stands_in_its_reason(
    kiosk: Watched, library: Library, school: School, gaps: Sequence[float]
) -> None:
    before = library.last()
    reference = [
        number(BarcodeKind.COPY, row["copy_id"]) for row in school.rows.tables["copies"] if not row["for_loan"]
    ]
    log_in(kiosk, school)
    kiosk.scan(school.classmates()[1][0])
    kiosk.page("librarian/patron")
    kiosk.touch("lend")
    kiosk.page("librarian/lend")
    kiosk.scan(reference[0], gap=gaps[0])
    kiosk.until(lambda view: words(view) == "", "the field for a reason")
    for n, gap in enumerate(gaps):
        kiosk.type("no ")
        kiosk.until(lambda view: words(view) == "no ", "what was typed")
        kiosk.scan(reference[n + 1], gap=gap)
        answered(kiosk, reference[n + 1])
        kiosk.until(lambda view: words(view) == "", "an empty field")
    assert "lent" not in actions(library, before)
    kiosk.write("reading day", enter=True)  # a hand still can
    kiosk.answer("lent")
    assert "lent" in actions(library, before)
    kiosk.touch("end")
    kiosk.idle()


def test_a_scan_never_stops_a_card(kiosk: Watched, library: Library, school: School, gaps: Sequence[float]) -> None:
    before = library.last()
    log_in(kiosk, school)
    cards = school.classmates()[2:]
    kiosk.scan(cards[0][0])
    for gap, (card, name) in zip(gaps[-2:], cards[1:], strict=False):
        kiosk.page("librarian/patron")
        tab_to(kiosk, ("press", "stop_card", None))
        kiosk.scan(card, gap=gap)
        kiosk.until(lambda view: name in str(view), f"the page of the next child ({gap})")  # noqa: B023  now
    kiosk.page("librarian/patron")
    tab_to(kiosk, ("press", "stop_card", None))
    kiosk.type("\r")
    kiosk.page("librarian/question")
    tab_to(kiosk, ("press", "yes", None))
    kiosk.scan(school.free_books()[-1], gap=gaps[-2])
    answered(kiosk, school.free_books()[-1])
    assert "card_stopped" not in actions(library, before)
    kiosk.touch("end")
    kiosk.idle()


def test_a_card_at_the_pins_pad_is_the_next_person_and_no_pin(
    kiosk: Watched, library: Library, school: School, gaps: Sequence[float]
) -> None:
    before, (card, name) = library.last(), school.classmates()[-1]
    for gap in gaps:
        kiosk.scan(school.card("librarian"), gap=gaps[0])
        kiosk.until(lambda view: isinstance(view, PadView), "the PIN's pad")
        kiosk.scan(card, gap=gap)
        kiosk.session_of(name)
        kiosk.scan(card, gap=gaps[0])
        kiosk.idle()
    assert "pin_wrong" not in actions(library, before)
