"""A scanner on a serial line lends as one that types does; pulled out in the middle of a session it comes back."""

from __future__ import annotations

import os
from pathlib import Path

from tests.journeys.kiosks import Library, School, new_notes, started, wait_for
from tests.journeys.xserver import XServer


class Line:
    """A scanner behind a link as udev makes them."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.plug_in()

    def plug_in(self) -> None:
        self._scanner, port = os.openpty()
        self.place.symlink_to(os.ttyname(port))
        os.close(port)  # the kiosk leaves a port alone that another program has

    def scan(self, code: str) -> None:
        os.write(self._scanner, f"{code}\r\n".encode())

    def pull(self) -> None:
        self.place.unlink()
        os.close(self._scanner)


def test_a_serial_scanner_lends_beside_one_that_types_and_after_it_was_unplugged(
    x: XServer, location: str, library: Library, tmp_path: Path, school: School
) -> None:
    line = Line(tmp_path / "ttyUSB0")
    notes = new_notes(tmp_path / "notes", scanner__source=f"auto,serial:{line.place}")
    card = school.classmates()[0][0]
    first, second, third = school.free_books()[:3]
    before = len(library.out())
    log = Path(location, "kiosk.log")
    with started(x, location, notes, school.rows.opens) as kiosk:
        line.scan(card)
        wait_for(lambda: kiosk.journal(location), "the card")
        line.scan(first)
        wait_for(lambda: len(library.out()) == before + 1, "a loan over the line")
        line.pull()
        kiosk.scan(second)  # the other scanner goes on
        wait_for(lambda: len(library.out()) == before + 2, "a loan by the wedge")
        wait_for(lambda: "was unplugged" in log.read_text("utf-8"), "the log")
        line.plug_in()
        wait_for(lambda: log.read_text("utf-8").count("read from the serial port") == 2, "the line again")
        line.scan(third)
        wait_for(lambda: len(kiosk.journal(location)) == 4, "the third book")
        line.scan(card)
        wait_for(lambda: len(kiosk.journal(location)) == 5, "the end")
    line.pull()
    codes = [code for code, _ in kiosk.journal(location)]
    outcomes = [outcome for _, outcome in kiosk.journal(location)]
    assert codes == [card, first, second, third, card]
    assert outcomes == ["identified", "lent", "lent", "refused", "ended"], "two books are a pupil's limit"
