"""A carton arrives: the vendor's file is loaded, the books are taken in by scanning, their labels printed from the
fourth of a part-used sheet and read back, and one of the books is lent by its new label."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flows.views import Button, Field, PadView, Picture, Table, Text, View
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.sample import DEMO_PIN
from tests.exchange import vendor_files
from tests.journeys.kiosks import Library, School, Watched, parts, wait_for
from tests.printing.readers import STOCK, by_zbar, labels_at, rasterised

CARTON = vendor_files.carton(5, seed=5)
COPIES = sum(len(book.accession_nos) for book in CARTON.books)
FIRST = 4
"""The label of the sheet that is free."""


@pytest.fixture(scope="module")
def shared_kiosk(home: Path, shared_kiosk: Watched) -> Watched:
    """A kiosk whose user has a home of its own."""
    return shared_kiosk


def value(view: View, field: str) -> str:
    """What stands in a field; "" when it is not there."""
    return next((one.text for one in parts(view) if isinstance(one, Field) and one.name == field), "")


def rows(view: View) -> list[object]:
    """The first cells of the last table."""
    tables = [one for one in parts(view) if isinstance(one, Table)]
    return [row.cells[0] for row in tables[-1].rows] if tables else []


def test_a_carton_comes_in_its_labels_are_printed_and_one_book_is_lent(
    kiosk: Watched, library: Library, school: School, home: Path
) -> None:
    assert (len(CARTON.books), COPIES) == (5, 12)
    before = {copy["copy_id"] for copy in library.copies().values()}
    file = home / "Downloads" / "新书.iso"
    file.write_bytes(CARTON.data)

    # The delivery and the vendor's file
    kiosk.scan(school.card("librarian"))
    kiosk.until(lambda view: isinstance(view, PadView) and view.enabled, "the PIN's pad")
    kiosk.type_pin(DEMO_PIN)
    kiosk.page("librarian/menu")
    kiosk.reveal("stock")
    kiosk.touch("batches")
    kiosk.touch("new")
    kiosk.page("librarian/stock/batch/words")
    kiosk.write("秋季新书", enter=True)
    kiosk.page("librarian/stock/batch")
    kiosk.touch("load")
    kiosk.touch("open", str(home / "Downloads"))
    kiosk.touch("choose", str(file))
    kiosk.page("librarian/stock/loading")
    kiosk.touch("accept")
    kiosk.page("librarian/stock/batch")
    kiosk.until(lambda view: len(rows(view)) == 5, "the lines of the file")

    # The books, one after the other: a scan and Enter, or a scan of the next one
    kiosk.touch("arriving")
    kiosk.page("librarian/stock/arriving")
    for place, book in enumerate(CARTON.books):
        kiosk.scan(book.isbn)
        wanted = str(len(book.accession_nos))
        kiosk.until(
            lambda view, wanted=wanted, title=book.title: (
                value(view, "count") == wanted and any(getattr(one, "title", "") == title for one in parts(view))
            ),
            book.title,
        )
        if place % 2:
            kiosk.type("\r")
            kiosk.page("librarian/stock/arriving")
    kiosk.type("\r")
    kiosk.page("librarian/stock/arriving")
    kiosk.until(lambda view: rows(view) == [book.title for book in reversed(CARTON.books)], "all five titles")
    new = {code: copy for code, copy in library.copies().items() if copy["copy_id"] not in before}
    assert len(new) == COPIES
    assert len({copy["accession_no"] for copy in new.values()}) == COPIES
    assert {copy["title"] for copy in new.values()} == {book.title for book in CARTON.books}

    # The labels
    kiosk.touch("labels")
    kiosk.page("librarian/print")
    kiosk.into("start")
    kiosk.x.xdotool("key", "ctrl+a")
    kiosk.write(str(FIRST))
    kiosk.until(lambda view: any(isinstance(one, Picture) for one in parts(view)), "the preview")
    loaded = next(one for one in parts(kiosk.view) if isinstance(one, Button) and one.action == "stock").label
    assert isinstance(loaded, Text)
    name = loaded.values["stock"]
    assert isinstance(name, Text)
    stock = next(one for one in STOCK.values() if one.zh == name.values["zh"])
    kiosk.reveal("print")
    kiosk.answer("sent")
    paper = wait_for(lambda: next((home / "Documents").rglob("*.pdf"), None), "the PDF with the labels")
    pages = list(rasterised(paper.read_bytes(), 300))
    labels = labels_at(by_zbar(pages[0], 300), stock)
    assert len(pages) == 1
    assert labels == dict(enumerate(sorted(new), FIRST))
    kiosk.page("librarian/stock/arriving")
    assert not any(isinstance(one, Button) and one.action == "labels" for one in parts(kiosk.view))
    kiosk.touch("end")
    kiosk.idle()

    # The first label, scanned by a child
    card, name = school.classmates()[0]
    kiosk.show_card(card, name)
    kiosk.scan(labels[FIRST])
    kiosk.answer("lent")
    assert library.out()[labels[FIRST]] == card
    kiosk.go_home(card)


def test_a_book_nobody_knows_comes_in_by_keyboard_and_scanner_alone(
    kiosk: Watched, library: Library, school: School
) -> None:
    isbn, label = "9787541497216", number(BarcodeKind.COPY, 500_000)
    before = set(library.copies())
    kiosk.scan(school.card("librarian"))
    kiosk.until(lambda view: isinstance(view, PadView) and view.enabled, "the PIN's pad")
    kiosk.type_pin(DEMO_PIN)
    kiosk.page("librarian/menu")
    kiosk.reveal("stock")
    kiosk.touch("arriving")
    kiosk.page("librarian/stock/arriving")
    kiosk.type(f"{isbn[:3]}-{isbn[3]}-{isbn[4:8]}-{isbn[8:12]}-{isbn[12]}\r")
    kiosk.page("librarian/stock/title")
    kiosk.write("夏洛的网")
    for _ in range(6):
        kiosk.x.xdotool("key", "Tab")
    kiosk.write("i712.84", enter=True)
    kiosk.page("librarian/stock/taking")
    kiosk.write("2", enter=True)
    kiosk.page("librarian/stock/arriving")
    kiosk.until(lambda view: rows(view) == ["夏洛的网"], "the title")
    new = {code: copy for code, copy in library.copies().items() if code not in before}
    assert [copy["title"] for copy in new.values()] == ["夏洛的网"] * 2
    assert len({copy["call_number"] for copy in new.values()}) == 1

    # A further copy gets a label that was printed beforehand; Enter ends with it
    kiosk.scan(isbn)
    kiosk.page("librarian/stock/taking")
    kiosk.scan(label)
    kiosk.answer("taken")
    kiosk.type("\r")
    kiosk.page("librarian/stock/arriving")
    assert library.copies()[label]["call_number"] == next(iter(new.values()))["call_number"]
    kiosk.touch("end")
    kiosk.idle()
