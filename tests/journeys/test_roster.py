"""September: a roster from the Downloads folder, cards for the new children, and the first of them used at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flows.views import PadView, Table
from kiosk.sample import DEMO_PIN
from tests.exchange import workbooks
from tests.journeys.kiosks import Library, School, Watched, parts, wait_for
from tests.printing.readers import by_zbar, rasterised

NEW = ("欧阳新一", "司马新二")
IDENTITY = "440106201501011234"


@pytest.fixture(scope="module")
def shared_kiosk(home: Path, shared_kiosk: Watched) -> Watched:
    """A kiosk whose user has a home of its own."""
    return shared_kiosk


@pytest.fixture
def roster(home: Path, school: School) -> Path:
    """The class whose turn it is, with two new children and a column that is nobody's business."""
    patrons = {row["patron_id"]: row for row in school.rows.tables["patrons"]}
    class_id = patrons[school.patron_id(school.card("reader"))]["class_id"]
    one = next(row for row in school.rows.tables["school_classes"] if row["class_id"] == class_id)
    said = f"{one['entry_year']}级{one['number']}班"
    names = [row["name"] for row in patrons.values() if row["class_id"] == class_id and row["kind"] == "pupil"]
    rows = [["学生姓名", "班级", "身份证号"], *([name, said, IDENTITY] for name in (*names, *NEW))]
    return workbooks.xlsx(home / "Downloads" / "名单.xlsx", {"名单": [["2026年秋季学生名单"], *rows]})


@pytest.fixture
def wrong(home: Path) -> Path:
    """The roster of another school, by mistake."""
    rows = [["姓名", "班级"], *([f"别校{sign}", "三年级2班"] for sign in "一二三")]
    return workbooks.xlsx(home / "Downloads" / "别校.xlsx", {"名单": rows})


def open_roster(kiosk: Watched, school: School, file: Path) -> None:
    """Choose a roster as the librarian."""
    kiosk.scan(school.card("librarian"))
    kiosk.until(lambda view: isinstance(view, PadView) and view.enabled, "the PIN's pad")
    kiosk.type_pin(DEMO_PIN)
    kiosk.page("librarian/menu")
    kiosk.reveal("enrolment")
    kiosk.page("librarian/enrolment")
    kiosk.touch("roster")
    kiosk.touch("open", str(file.parent))
    kiosk.touch("choose", str(file))
    kiosk.page("librarian/roster")
    kiosk.until(lambda view: any(isinstance(one, Table) for one in parts(view)), "the rows")


def names_shown(kiosk: Watched) -> list[object]:
    return [row.cells[1] for table in parts(kiosk.view) if isinstance(table, Table) for row in table.rows]


def test_a_roster_is_taken_over_its_cards_are_printed_and_one_of_them_borrows(
    kiosk: Watched, library: Library, school: School, home: Path, roster: Path
) -> None:
    before = library.last()
    open_roster(kiosk, school, roster)
    assert names_shown(kiosk) == list(NEW)
    kiosk.touch("accept")
    kiosk.page("librarian/roster_done")
    told = [event["action"] for event in library.events(before)]
    assert told == ["librarian_in", "patron_added", "patron_added", "roster_imported"]

    kiosk.touch("print")
    kiosk.reveal("print")
    kiosk.answer("sent")
    paper = wait_for(lambda: next((home / "Documents").rglob("*.pdf"), None), "the PDF with the cards")
    cards = {found.value for page in rasterised(paper.read_bytes(), 300) for found in by_zbar(page, 300)}
    assert len(cards) == len(NEW)
    kiosk.touch("end")
    kiosk.idle()

    book = school.free_books()[0]
    card = next(card for card in sorted(cards))
    kiosk.scan(card)
    kiosk.session_of(NEW[0])
    kiosk.scan(book)
    kiosk.answer("lent")
    assert library.out()[book] == card
    kiosk.go_home(card)


def test_a_roster_that_was_the_wrong_one_is_taken_back(
    kiosk: Watched, library: Library, school: School, wrong: Path
) -> None:
    open_roster(kiosk, school, wrong)
    kiosk.touch("accept")
    kiosk.page("librarian/roster_done")
    before = library.last()
    kiosk.touch("undo_import")
    kiosk.page("librarian/undo_import")
    kiosk.touch("undo")
    kiosk.page("librarian/enrolment")
    (undone,) = library.events(before)
    assert (undone["action"], undone["details"]["removed"], undone["details"]["stayed"]) == ("roster_undone", 3, 0)
    kiosk.touch("imports")
    kiosk.page("librarian/imports")
    kiosk.until(lambda view: any(isinstance(one, Table) and one.rows for one in parts(view)), "the list")
    assert str(names_shown(kiosk)[0]) == "别校.xlsx"
    kiosk.touch("end")
    kiosk.idle()
