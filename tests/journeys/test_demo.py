"""The demo: somebody without a scanner clicks a card and two books; without a display it plays and writes pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pygame
import pytest

from kiosk.demo import SEED, tray_items
from kiosk.sample import build_sample
from kiosk.screens.tray import Tray
from tests.journeys.kiosks import Kiosk, Library, School, wait_for
from tests.journeys.xserver import XServer

TITLE = "demo"


def tray_places(school: School, size: tuple[int, int]) -> dict[object, tuple[int, int]]:
    """Where in the demo's window each card and book of the tray lies, as the tray lays them out."""
    pygame.font.init()
    tray = Tray(tray_items(school.rows), pygame.Surface(size))
    tray.draw()
    stage = tray._stage
    return {target.id[2]: target.rect.move(stage._origin).center for target in stage.targets}


def test_a_card_and_two_books_are_lent_by_clicking_and_the_cross_ends_the_demo(
    x: XServer, notes: Path, tmp_path: Path
) -> None:
    place = tmp_path / "demo"
    with Kiosk(x, ["-m", "kiosk", "demo", "--windowed", str(place)], notes, title=TITLE) as demo:
        school = School(build_sample(SEED, date.today()))  # noqa: DTZ011  as the demo does
        demo.focus()
        library = Library(str(place), school.rows.today)
        places = tray_places(school, (1366, 768))
        card, books = school.card("reader"), school.all("book")[:2]
        wait_for(lambda: len(set(x.picture()[::997])) > 30, "something to click on")
        for code in (card, *books):
            demo.click(places[code])
        wait_for(lambda: {library.out().get(book) for book in books} == {card}, "two loans")
        library.close()
        x.close(TITLE)  # a demo is no kiosk: anybody may close it
        demo.process.wait(20)


@pytest.fixture
def demo_place(sample: tuple[Path, School], tmp_path: Path) -> Path:
    """A copy of the sample for a demo of its own."""
    return Path(shutil.copytree(sample[0], tmp_path / "demo"))


def pictures(folder: Path) -> list[str]:
    """The pictures that can be opened, by name."""
    return sorted(file.name for file in folder.glob("*.png") if pygame.image.load(file).get_size() == (1366, 768))


def test_without_a_display_it_says_so_plays_and_tells_where_the_pictures_are(demo_place: Path, tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "kiosk", "demo", str(demo_place)]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr
    shown = tmp_path / "kiosk-demo-shots"
    assert str(shown) in done.stdout
    assert len(pictures(shown)) > 30


def test_headless_it_plays_a_lunch_break_and_lends_for_real(demo_place: Path, school: School, tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    command = [sys.executable, "-m", "kiosk", "demo", str(demo_place), "--play", "--headless", "--shots", str(shots)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    names = pictures(shots)
    assert {"00-idle.png", "03-first-book.png"} <= set(names)
    library = Library(str(demo_place), school.rows.today)
    assert {library.out()[book] for book in (school.all("book")[0], school.all("book")[2])} == {school.card("reader")}
    library.close()
