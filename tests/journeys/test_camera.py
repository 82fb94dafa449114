"""Books are lent and returned before a camera: a film of a desk, seen by the real program through OpenCV."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.flows.views import IdleView, SessionView
from kiosk.lending.barcodes import ean13_digit
from tests.journeys.kiosks import Library, School, Watched, new_notes, started, wait_for
from tests.journeys.xserver import XServer
from tests.scanner.films import Thing, a_book, a_card, frames, record

ISBN = "978711100000" + ean13_digit("978711100000")
FPS = 10


def test_a_card_and_books_held_before_a_camera_are_lent_and_returned(
    x: XServer, location: str, library: Library, tmp_path: Path, school: School
) -> None:
    card, name = school.classmates()[0]
    first, second = school.free_books()[:2]
    things = [
        Thing(a_card(card), 2.0, 3.2, x=560, turn=7),
        Thing(a_book(first, 0, ISBN), 3.8, 8.6, x=330, y=380, turn=-4),  # lies there when the session has ended
        Thing(a_book(second, 1), 4.8, 6.0, x=900, y=330, turn=90),
        Thing(a_card(card), 7.2, 8.2, x=900, y=420, turn=185),
        Thing(a_book(second, 1), 9.4, 10.8, x=620, y=300, turn=12),
    ]
    film = record(tmp_path / "desk.avi", frames(things, 12.0, FPS, noise=0), FPS)
    notes = new_notes(tmp_path / "notes", camera__on=True, camera__device=str(film), scanner__bounce_s=2)
    before = library.out()
    with Watched(x, location, notes, school.rows.opens) as kiosk:
        kiosk.until(lambda view: isinstance(view, SessionView) and view.name == name, "the card")
        kiosk.answer("lent")
        wait_for(lambda: set(library.out()) - set(before) == {first, second}, "two loans")
        assert {library.out()[code] for code in (first, second)} == {card}
        kiosk.until(lambda view: isinstance(view, IdleView), "the own card at the end")
        kiosk.answer("returned")
        log = Path(location, "kiosk.log")
        wait_for(lambda: "has ended" in log.read_text("utf-8"), "the end of the film")
        assert set(library.out()) - set(before) == {first}, "what lay there was not returned by the session's end"
    assert (ISBN, "ignored") in kiosk.journal(location), "the publisher's barcode beside our label"
    assert [line for line in kiosk.journal(location) if line[0] != ISBN] == [
        (card, "identified"),
        (first, "lent"),
        (second, "lent"),
        (card, "ended"),
        (second, "returned"),
    ]
    assert "codes are read from the camera desk.avi" in log.read_text("utf-8")
    assert not [file for file in Path(location).rglob("*") if file.suffix in {".png", ".jpg", ".avi", ".bmp"}]


def test_a_camera_that_hangs_holds_up_neither_scans_nor_the_end(
    x: XServer, location: str, library: Library, tmp_path: Path, school: School
) -> None:
    pipe = tmp_path / "nobody-writes.avi"
    os.mkfifo(pipe)  # opening it for reading hangs, as a driver may
    notes = new_notes(tmp_path / "notes")
    card = school.classmates()[1][0]
    book = school.free_books()[4]
    with started(x, location, notes, school.rows.opens, "--scanner", f"auto,camera:{pipe}") as kiosk:
        kiosk.scan(card, book)
        wait_for(lambda: library.out().get(book) == card, "a loan by the wedge")
        log = Path(location, "kiosk.log")
        wait_for(lambda: "does not answer" in log.read_text("utf-8"), "word of the camera")
        kiosk.scan(book, card)
        wait_for(lambda: kiosk.journal(location)[-1:] == [(card, "ended")], "the end of the session")
