"""Printers set up on the screen, kept in the machine's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.app import office_setup
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.prints import AddPrinter, RemovePrinter
from kiosk.settings import load_settings
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, School, fill


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of this machine."""
    file = tmp_path / "settings.toml"
    file.write_text("# ours\n[sound]\nmute = true\n", "utf-8")
    monkeypatch.setenv("KIOSK_SETTINGS", str(file))
    return file


@pytest.fixture
def school(settings: Path, sqlite_library: Library) -> School:
    sqlite_library.transact(fill)
    school = School(sqlite_library)
    school.setup.keep = office_setup(load_settings(settings)[0], sqlite_library.location).keep
    school.librarian()
    return school


def add(school: School, name: str) -> object:
    librarian = school.patron(LIBRARIAN).patron_id
    outcome = school.ask(AddPrinter(operator_id=librarian, name=name, target="tcp:192.0.2.1:9100", language="tspl"))
    return outcome.data if outcome.kind is OutcomeKind.REFUSED else outcome.kind


def named(settings: Path) -> list[str]:
    return [one.name for one in load_settings(settings)[0].printers.named]


def test_a_printer_is_there_after_the_next_start_and_everything_else_stays_in_the_file(
    school: School, settings: Path
) -> None:
    assert add(school, "标签机") is OutcomeKind.INFO
    assert named(settings) == ["标签机"]
    assert settings.read_text("utf-8").startswith("# ours\n") and load_settings(settings)[0].sound.mute
    librarian = school.patron(LIBRARIAN).patron_id
    school.ask(RemovePrinter(operator_id=librarian, name="标签机"))
    assert named(settings) == []


def test_a_settings_file_that_was_broken_meanwhile_is_left_as_it_is_and_told(school: School, settings: Path) -> None:
    settings.write_text("[screen\n", "utf-8")
    data = add(school, "标签机")
    assert isinstance(data, Hindrance) and data.text.key == "office.printers.not_kept"
    assert settings.read_text("utf-8") == "[screen\n"


def test_a_settings_file_that_cannot_be_written_is_told(school: School, settings: Path) -> None:
    settings.unlink()  # a folder takes its place
    settings.mkdir()
    data = add(school, "标签机")
    assert isinstance(data, Hindrance) and data.text.key == "office.printers.not_kept"
