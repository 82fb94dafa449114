"""The library cannot be used: the screen says so in plain words, and all is well again when it is put right."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.flows.views import TroubleView
from kiosk.store.library import FILE_NAME
from tests.journeys.kiosks import School, Watched
from tests.journeys.xserver import XServer

Spoil = Callable[[Path], None]


def newer(file: Path) -> None:
    """As a newer program would have left it."""
    with sqlite3.connect(file) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999_from_tomorrow'")
    conn.close()


def damaged(file: Path) -> None:
    """As a broken disk would have left it."""
    file.write_bytes(b"\0" * 8192 + file.read_bytes()[8192:])


@pytest.mark.parametrize(("spoil", "code"), [(newer, "newer_schema"), (damaged, "damaged")], ids=["newer", "damaged"])
def test_a_library_that_cannot_be_read_is_a_plain_screen_until_it_is_put_right(
    x: XServer, sample: tuple[Path, School], notes: Path, tmp_path: Path, spoil: Spoil, code: str
) -> None:
    good, school = sample
    file = tmp_path / "library" / FILE_NAME
    file.parent.mkdir()
    shutil.copy(good / FILE_NAME, file)
    spoil(file)
    with Watched(x, str(file.parent), notes, school.rows.opens) as kiosk:
        shown = kiosk.until(lambda view: isinstance(view, TroubleView) and view, "the trouble")
        assert shown.headline.key == f"session.trouble.{code}"
        kiosk.scan(school.card("reader"))  # is told that it cannot be, and nothing breaks
        shutil.copy(good / FILE_NAME, file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)
        kiosk.touch("retry")
        kiosk.idle()
        kiosk.show_card(school.card("reader"), school.name("reader"))
        kiosk.go_home(school.card("reader"))


def test_a_library_that_is_taken_away_while_in_use_is_missed_and_used_again_when_it_is_back(
    x: XServer, location: str, notes: Path, school: School
) -> None:
    library = Path(location)
    with Watched(x, location, notes, school.rows.opens) as kiosk:
        kiosk.idle()
        away = library.rename(library.with_name("away"))
        kiosk.scan(school.card("reader"))
        kiosk.until(lambda view: isinstance(view, TroubleView), "that the library is missed")
        shutil.rmtree(library, ignore_errors=True)  # what the journal has made anew
        away.rename(library)
        kiosk.idle()  # by itself
        kiosk.show_card(school.card("reader"), school.name("reader"))
        kiosk.go_home(school.card("reader"))


def test_a_kiosk_that_can_write_nothing_beside_its_library_lends_all_the_same(
    x: XServer, sample: tuple[Path, School], notes: Path, tmp_path: Path
) -> None:
    good, school = sample
    library = tmp_path / "library"
    library.mkdir()
    shutil.copy(good / FILE_NAME, library / FILE_NAME)
    for name in ("kiosk.log", "printers.json"):
        (library / name).mkdir()
    for name in ("journal", "print-queue", "backups", "label-stock", "marc"):
        (library / name).touch()
    with Watched(x, str(library), notes, school.rows.opens) as kiosk:
        kiosk.idle()
        kiosk.show_card(school.card("reader"), school.name("reader"))
        kiosk.go_home(school.card("reader"))
    assert kiosk.stderr.count("the scan journal cannot be written") == 1
