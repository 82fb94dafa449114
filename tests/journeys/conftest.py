"""One X server and one sample library for all journeys; each gets a copy of the library of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.sample.write import write_sample
from kiosk.store.library import create_library
from tests.journeys.kiosks import Library, School, Watched, new_notes
from tests.journeys.xserver import XServer, xserver

TODAY = date(2026, 11, 16)


@pytest.fixture(scope="session")
def x() -> Iterator[XServer]:
    """A screen as in many schools."""
    with xserver(1366, 768) as running:
        yield running


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, School]:
    """The folder of the sample library, not to be written to, and who is in it."""
    folder = tmp_path_factory.mktemp("sample")
    library = create_library(str(folder))
    rows = write_sample(library, 1, TODAY)
    library.close()
    return folder, School(rows)


@pytest.fixture(scope="session")
def school(sample: tuple[Path, School]) -> School:
    """Who is in the sample library."""
    return sample[1]


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a module's kiosk for its settings and errors."""
    return new_notes(tmp_path_factory.mktemp("notes"))


@pytest.fixture(scope="module")
def location(sample: tuple[Path, School], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the sample library for a module."""
    folder = tmp_path_factory.mktemp("copy") / "library"
    shutil.copytree(sample[0], folder)
    return str(folder)


@pytest.fixture(scope="module")
def library(location: str) -> Iterator[Library]:
    """A look into the module's library from beside the kiosk."""
    opened = Library(location, TODAY)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of who is logged in, with the folders a desktop makes."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("Downloads", "Documents", "Desktop"):
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
        yield folder


@pytest.fixture(scope="module")
def shared_kiosk(x: XServer, location: str, notes: Path, school: School) -> Iterator[Watched]:
    """The kiosk of a module, at the beginning of a class's turn."""
    with Watched(x, location, notes, school.rows.opens) as running:
        yield running


@pytest.fixture
def kiosk(shared_kiosk: Watched) -> Watched:
    """The module's kiosk with nobody there."""
    shared_kiosk.idle()
    return shared_kiosk
