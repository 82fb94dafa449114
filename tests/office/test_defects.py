"""What is broken beside the library is told on its page, and stops neither a session nor a loan."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kiosk.flows.office import FolderPage, Hindrance, ReadFolder
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.prints import Order, Paper, PrintOrder, ReadPrinting, What
from kiosk.flows.step import Config
from kiosk.office import prints
from kiosk.printing.printers import Language, Printer, PrintTrouble, with_default
from kiosk.store import schema, stock
from kiosk.store.library import Library
from tests.desk.school import BOOK, FINISH, LIBRARIAN, MADE, WANG, School, fill
from tests.flows.pages import Guide


@pytest.fixture
def school(sqlite_library: Library, tmp_path: Path) -> School:
    sqlite_library.transact(fill)
    school = School(sqlite_library)
    school.setup.named = with_default((), str(tmp_path / "paper"))
    school.librarian()
    return school


def spoil(folder: Path) -> None:
    """A file of the printers that says nothing and cannot be put aside."""
    (folder / "printers.json").write_text("{", "utf-8")
    (folder / "printers.damaged").mkdir()
    (folder / "printers.damaged" / "full").touch()


def ask(school: School, command: type, **parts: object):
    return school.ask(command(operator_id=school.patron(LIBRARIAN).patron_id, **parts))


def test_a_damaged_file_of_the_printers_ends_no_session_in_trouble(sqlite_library: Library) -> None:
    guide = Guide(sqlite_library, config=Config(boot="boot", slips=True))
    guide.school.setup.named = with_default((Printer("小票机", "tcp:127.0.0.1:9", Language.ESCPOS),))
    guide.school.setup.slip = "小票机"
    spoil(guide.school.setup.data)
    for code in (WANG, BOOK, FINISH, WANG):
        guide.scan(code)
    assert guide.outcomes == ["identified", "lent", "ended", "identified"]


def test_printing_goes_on_with_a_damaged_file_of_the_printers(school: School) -> None:
    spoil(school.setup.data)
    assert ask(school, ReadPrinting).kind is OutcomeKind.INFO
    assert ask(school, PrintOrder, order=Order(What.CONTROLS), paper=Paper("PDF")).kind is OutcomeKind.INFO


@pytest.mark.parametrize(
    ("key", "value"), [("made_at", "2026-01-01"), ("made_at", "9999-12-31T23:59:59+00:00"), ("dpi", float("inf"))]
)
def test_a_job_that_says_nonsense_is_told_and_the_others_are_printed(school: School, key: str, value: object) -> None:
    assert ask(school, PrintOrder, order=Order(What.CONTROLS), paper=Paper("PDF")).kind is OutcomeKind.INFO
    spool = school.setup.spool()
    (first,) = spool.jobs()
    spool.wait_for(first.job_id, 20.0)
    file = school.setup.queue / f"{first.job_id}.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), key: value}), "utf-8")
    assert ask(school, ReadPrinting).data.jobs[0].state == "failed"
    ask(school, PrintOrder, order=Order(What.CONTROLS), paper=Paper("PDF"))
    assert spool.wait_for(spool.jobs()[-1].job_id, 20.0).state.value == "done"


def test_what_keeps_the_queue_from_working_is_told_on_its_page_beside_the_jobs(school: School) -> None:
    ask(school, PrintOrder, order=Order(What.CONTROLS), paper=Paper("PDF"))
    school.setup.spool().close()
    lock = school.setup.queue / "queue.lock"
    lock.unlink()
    lock.mkdir()
    (job,) = school.setup.spool().jobs()
    with pytest.raises(PrintTrouble):
        school.setup.spool().retry(job.job_id)
    page = ask(school, ReadPrinting).data
    assert len(page.jobs) == 1
    assert [text.key for text in page.troubles] == ["printer.trouble.cannot_write"]


def test_an_order_of_several_jobs_is_in_the_queue_whole_or_not_at_all(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "A_JOB", 24)
    school.library.transact(lambda conn: stock.want_labels(conn, range(1, 61), MADE))
    spool = school.setup.spool(sending=False)
    added = iter((spool.add,))

    def full(*job: object) -> object:
        try:
            return next(added)(*job)  # type: ignore[arg-type]  # what add takes
        except StopIteration:
            raise prints.PrintTrouble("disk_full", folder="") from None

    monkeypatch.setattr(spool, "add", full)
    answer = ask(school, PrintOrder, order=Order(What.LABELS), paper=Paper("PDF", stock="a4-24-70x37"))
    assert isinstance(answer.data, Hindrance)
    assert spool.jobs() == ()
    assert school.library.read(stock.count_wanted) == 60


def test_a_file_whose_time_is_absurd_is_listed_without_it(school: School, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    file = folder / "a.csv"
    file.touch()
    os.utime(file, (253402300000, 253402300000))  # the last second of the year 9999, in a zone ahead of it
    page = ask(school, ReadFolder, folder=str(folder), endings=(".csv",)).data
    assert isinstance(page, FolderPage) and [entry.name for entry in page.entries] == ["a.csv"]


def test_an_unforeseen_defect_is_told_on_its_page_and_nothing_is_kept(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "render", lambda *_: 1 / 0)
    before = len(school.rows(schema.events))
    answer = ask(school, PrintOrder, order=Order(What.CONTROLS), paper=Paper("PDF"))
    assert isinstance(answer.data, Hindrance) and answer.data.text.key == "office.defect"
    assert len(school.rows(schema.events)) == before
