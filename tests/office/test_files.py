"""Looking for files on this machine."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.flows.office import FolderPage, Hindrance, ReadFolder
from kiosk.flows.work import Denied
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, WANG, School, fill


@pytest.fixture
def school(sqlite_library: Library) -> School:
    sqlite_library.transact(fill)
    school = School(sqlite_library)
    school.librarian()
    return school


def listing(school: School, folder: Path | str, *endings: str) -> FolderPage:
    librarian = school.patron(LIBRARIAN).patron_id
    data = school.ask(ReadFolder(operator_id=librarian, folder=str(folder), endings=endings)).data
    assert isinstance(data, FolderPage)
    return data


def test_folders_come_first_then_the_newest_file_and_other_kinds_are_left_out(school: School, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (stick / "folder").mkdir(parents=True)
    for age, name in enumerate(("new.xlsx", "OLD.XLS", "note.doc", "~$new.xlsx", ".hidden.xlsx")):
        (stick / name).write_bytes(b"12345")
        os.utime(stick / name, (1_700_000_000 - age, 1_700_000_000 - age))
    page = listing(school, stick, ".xlsx", ".xls")
    assert [entry.name for entry in page.entries] == ["folder", "new.xlsx", "OLD.XLS"]
    assert page.entries[1].size == 5
    zone_free = school.desk.local_now(datetime.fromtimestamp(1_700_000_000, UTC))
    assert page.entries[1].changed == zone_free


def test_the_usual_places_lead_down_and_up_again(school: School, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    school.setup.places = {"stick": tmp_path}
    assert str(tmp_path) in [entry.path for entry in listing(school, "").entries]
    assert listing(school, tmp_path).above == ""
    assert listing(school, tmp_path / "inner").above == str(tmp_path)


def test_a_stick_pulled_out_is_told_in_a_sentence(school: School, tmp_path: Path) -> None:
    librarian = school.patron(LIBRARIAN).patron_id
    data = school.ask(ReadFolder(operator_id=librarian, folder=str(tmp_path / "gone"))).data
    assert isinstance(data, Hindrance)
    assert data.text.key == "exchange.trouble.no_folder"


def test_nobody_but_a_librarian_looks_at_files(school: School, tmp_path: Path) -> None:
    pupil = school.patron(WANG).patron_id
    assert isinstance(school.ask(ReadFolder(operator_id=pupil, folder=str(tmp_path))).data, Denied)
