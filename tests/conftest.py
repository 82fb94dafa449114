"""Fixtures for every room: a fresh library on each database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kiosk.store.library import FILE_NAME, Library, create_library, open_library
from tests.databases import Postgres, postgres_programs

DATABASES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is and nothing about the code: no test is timed. A run finds what
# the run before it found; `pytest --hypothesis-profile explore` looks for what none has found yet.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=300)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test session. Stop or restart it as you like: the next test finds it running."""
    programs = postgres_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    server = Postgres(programs)
    try:
        server.create()
        yield server
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def _postgres_template(postgres: Postgres) -> str:
    postgres.run("CREATE DATABASE library_template")
    create_library(postgres.url("library_template")).close()
    return "library_template"


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library-template")
    create_library(str(folder)).close()
    return folder / FILE_NAME


@pytest.fixture
def sqlite_location(tmp_path: Path, _sqlite_template: Path) -> str:
    """A folder with an empty library."""
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(_sqlite_template, folder / FILE_NAME)
    return str(folder)


@pytest.fixture
def postgres_location(postgres: Postgres, _postgres_template: str) -> Iterator[str]:
    """The URL of an empty library on the server."""
    if postgres.process is None:
        postgres.start()
    name = postgres.new_database(_postgres_template)
    yield postgres.url(name)
    if postgres.process is None:
        postgres.start()
    postgres.drop(name)


@pytest.fixture
def sqlite_library(sqlite_location: str) -> Iterator[Library]:
    """An empty library in a folder, open."""
    library = open_library(sqlite_location)
    yield library
    library.close()


@pytest.fixture
def postgres_library(postgres_location: str) -> Iterator[Library]:
    """An empty library on PostgreSQL, open."""
    library = open_library(postgres_location)
    yield library
    library.close()


@pytest.fixture(params=DATABASES)
def location(request: pytest.FixtureRequest) -> str:
    """Where an empty library is: on SQLite, then on PostgreSQL."""
    found: str = request.getfixturevalue("sqlite_location" if request.param == "sqlite" else "postgres_location")
    return found


@pytest.fixture(scope="module", params=DATABASES)
def shared_location(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an empty library is that a module's tests share and only read from: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("library")
        shutil.copy(request.getfixturevalue("_sqlite_template"), folder / FILE_NAME)
        yield str(folder)
        return
    server: Postgres = request.getfixturevalue("postgres")
    if server.process is None:
        server.start()
    name = server.new_database(request.getfixturevalue("_postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def library(location: str) -> Iterator[Library]:
    """An empty library, open: the test runs on SQLite, then on PostgreSQL."""
    opened = open_library(location)
    yield opened
    opened.close()


@pytest.fixture(params=DATABASES)
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place without a library yet: an empty folder, then an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "new")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)
