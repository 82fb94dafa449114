"""The small school, on SQLite alone or on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.library import FILE_NAME, Library, open_library
from tests.desk.school import School, fill


@pytest.fixture(scope="session")
def _school_template(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school-template")
    shutil.copy(_sqlite_template, folder / FILE_NAME)
    library = open_library(str(folder))
    library.transact(fill)
    library.close()
    return folder / FILE_NAME


@pytest.fixture
def school_location(tmp_path: Path, _school_template: Path) -> str:
    """A folder with the small school's library."""
    folder = tmp_path / "school"
    folder.mkdir()
    shutil.copy(_school_template, folder / FILE_NAME)
    return str(folder)


@pytest.fixture
def school(school_location: str) -> Iterator[School]:
    """The small school's desk, on SQLite."""
    library = open_library(school_location)
    yield School(library)
    library.close()


@pytest.fixture
def school_anywhere(library: Library) -> School:
    """The small school's desk, on SQLite, then on PostgreSQL: where the statements themselves are in question."""
    library.transact(fill)
    return School(library)


@pytest.fixture
def postgres_school(postgres_library: Library) -> School:
    """The small school's desk on PostgreSQL."""
    postgres_library.transact(fill)
    return School(postgres_library)
