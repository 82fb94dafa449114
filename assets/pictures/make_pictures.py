"""The pictures of the README: the sample library's lunch break, played through the whole kiosk without a window.

    python assets/pictures/make_pictures.py

writes the PNGs beside this file; it needs the `assets` extra (Pillow reduces each picture to 128 colours, which
makes them a third as large). The sample's day is fixed, so that only a change of the screens changes a picture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pygame
from PIL import Image

from kiosk.app import config_of
from kiosk.clock import ManualClock, usual_instant
from kiosk.demo import tray_items
from kiosk.desk.door import Door
from kiosk.engine import Engine, Surroundings
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.trouble import first_start_view, trouble_view
from kiosk.flows.views import View
from kiosk.i18n import Words
from kiosk.office import Office, Setup
from kiosk.picture import Painter
from kiosk.sample import DEMO_PIN, SampleRows, build_sample
from kiosk.sample.write import write_sample
from kiosk.scanner.camera import Glance
from kiosk.scanner.camera.frames import scaled
from kiosk.screens.tray import Tray
from kiosk.settings import Settings
from kiosk.store.library import create_library

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 18)
SIZE, UPRIGHT = (1366, 768), (1080, 1920)
WIDTH, UPRIGHT_WIDTH = 1100, 540  # pixels in the file: a README is read at half the size of a screen
COLOURS = 128


class Scene:
    """The kiosk over a fresh sample library, in the middle of its lunch break."""

    def __init__(self, folder: Path) -> None:
        self.rows: SampleRows = build_sample(1, TODAY)
        library = create_library(str(folder))
        write_sample(library, 1, TODAY)
        library.close()
        self._clock = ManualClock(usual_instant(self.rows.opens))
        self.door = Door(str(folder), self._clock, "demo", office=lambda: Office(Setup(folder)))
        self._engine = Engine(config_of(Settings()), Surroundings(ask=self.door.perform), self._clock.monotonic())
        self.wait(0.0)

    def wait(self, seconds: float) -> None:
        """Let time pass, with every tick the flow asks for."""
        end = self._clock.monotonic() + seconds
        while True:
            self._engine.handle(Tick(self._clock.monotonic(), self.door.local_now()))
            left = end - self._clock.monotonic()
            if left <= 0:
                return
            self._clock.advance(min(max(self._engine.deadline() - self._clock.monotonic(), 0.01), left))

    def scan(self, role: str, which: int = 0) -> None:
        """Scan the code of a member of the sample's cast, and let the motion come to rest."""
        code = [member.code for member in self.rows.cast if member.role == role][which]
        now = self._clock.monotonic()
        self._engine.handle(Scan(code, "demo", now, now))
        self.wait(1.5)

    def press(self, action: str, value: str | int | None = None) -> None:
        """Press a button."""
        self._engine.handle(Pressed(action, self._clock.monotonic(), value))
        self.wait(0.5)

    @property
    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    def view(self) -> View:
        """What the screen shows."""
        return self._engine.view(self.now)


def _lent(scene: Scene) -> None:
    scene.scan("reader")
    scene.scan("book", 0)
    scene.scan("book", 1)


def _refused(scene: Scene) -> None:
    scene.scan("overdue_reader")
    scene.scan("book", 3)


def _publisher(scene: Scene) -> None:
    scene.scan("reader")
    scene.scan("publisher")


def _not_their_turn(scene: Scene) -> None:
    scene.scan("other_class")
    scene.scan("book", 2)


def _class_set(scene: Scene) -> None:
    scene.scan("class_set")
    scene.scan("book", 4)
    scene.scan("book", 5)


def _counter(scene: Scene) -> None:
    scene.scan("helper")
    scene.press("counter")


def _returns(scene: Scene) -> None:
    _counter(scene)
    scene.press("returns")
    for role, which in (("book_of_another", 0), ("full_book", 0), ("overdue_book", 0), ("lost", 0)):
        scene.scan(role, which)


def _pin(scene: Scene) -> None:
    scene.scan("librarian")
    for digit in DEMO_PIN[:3]:
        scene.press("digit", digit)


def _menu(scene: Scene) -> None:
    _pin(scene)
    for digit in DEMO_PIN[3:]:
        scene.press("digit", digit)
    scene.press("enter")


def _rota(scene: Scene) -> None:
    _menu(scene)
    scene.press("rota")
    scene.press("show", "odd")


def _patron(scene: Scene) -> None:
    _menu(scene)
    scene.scan("overdue_reader")


def _rules(scene: Scene) -> None:
    _menu(scene)
    scene.press("rules")


def _printing(scene: Scene) -> None:
    _menu(scene)
    scene.press("prints")
    scene.press("what", "cards")
    third = next(row for row in scene.rows.tables["school_classes"] if row["entry_year"] == TODAY.year - 2)
    scene.press("class", int(third["class_id"]))


def _new_stock(scene: Scene) -> None:
    _menu(scene)
    scene.press("stock")
    scene.press("arriving")
    scene.scan("publisher")


def _pad(scene: Scene) -> None:
    scene.press("pad")
    for digit in "3000":
        scene.press("digit", digit)


SCENES: tuple[tuple[str, Callable[[Scene], None], str, tuple[int, int]], ...] = (
    ("idle", lambda _: None, "zh_CN", SIZE),
    ("idle-en", lambda _: None, "en", SIZE),
    ("session", _lent, "zh_CN", SIZE),
    ("session-en", _lent, "en", SIZE),
    ("session-upright", _lent, "zh_CN", UPRIGHT),
    ("refused", _refused, "zh_CN", SIZE),
    ("not-your-turn-en", _not_their_turn, "en", SIZE),
    ("pinyin", _not_their_turn, "zh_CN", SIZE),
    ("class-set-en", _class_set, "en", SIZE),
    ("publisher", _publisher, "zh_CN", SIZE),
    ("counter", _counter, "zh_CN", SIZE),
    ("returns-en", _returns, "en", SIZE),
    ("pin", _pin, "zh_CN", SIZE),
    ("menu", _menu, "zh_CN", SIZE),
    ("rota", _rota, "zh_CN", SIZE),
    ("reader-en", _patron, "en", SIZE),
    ("rules-en", _rules, "en", SIZE),
    ("printing", _printing, "zh_CN", SIZE),
    ("new-stock", _new_stock, "zh_CN", SIZE),
    ("number-pad", _pad, "zh_CN", SIZE),
)
"""Each picture: its name, what happens before it, its language and the window's size."""

STILL: tuple[tuple[str, View, str], ...] = (
    (
        "first-start",
        first_start_view("", "", False, "/home/library/.local/share/school-library-kiosk/library"),
        "zh_CN",
    ),
    ("trouble", trouble_view("unreachable", "connection to server at library-pc, port 5432 failed"), "zh_CN"),
)
"""Screens that a machine in order does not show."""


def write(surface: pygame.Surface, name: str) -> None:
    """Write a small PNG with a palette."""
    width = UPRIGHT_WIDTH if surface.get_width() < surface.get_height() else WIDTH
    image = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(HERE / f"{name}.png", optimize=True)


def draw(view: View, now: float, language: str, size: tuple[int, int], name: str) -> None:
    """Draw a view at rest, and write it."""
    painter = Painter(size, language)
    painter.draw(view, now)
    write(painter.surface, name)


def draw_with_tray(scene: Scene, name: str) -> None:
    """The demo's window: the tray of cards and books beside the kiosk."""
    from kiosk.screens.stage import Stage

    window = pygame.Surface(SIZE)
    words = Words("zh_CN")
    tray = Tray(tray_items(scene.rows), window, words)
    stage = Stage(tray.rest(), words)
    tray.draw()
    stage.show(scene.view(), scene.now)
    write(window, name)


class Filmed:
    """A camera before which a book lies that was just read."""

    moving = True

    def __init__(self, code: str) -> None:
        from kiosk.scanner.decode import decode
        from tests.scanner.films import ENTER, Thing, a_book, frames  # the desk that the tests film

        book = Thing(a_book(code), -ENTER, 9.0, x=600, y=360, turn=-6)
        self._frame = next(frames([book], 1.0))
        self._codes = decode(self._frame)

    def glance(self, size: tuple[int, int]) -> Glance:
        """The picture with the code outlined."""
        (width, height), pixels = scaled(self._frame, size, mirrored=False)
        share = width / self._frame.shape[1]
        outlines = tuple(tuple((x * share, y * share) for x, y in code.where) for code in self._codes)
        return Glance(1, "read", (width, height), pixels, outlines)


def draw_with_camera(scene: Scene, name: str) -> None:
    """A session with the camera's corner."""
    painter = Painter(SIZE)
    painter.stage.kit.camera = Filmed(next(one.code for one in scene.rows.cast if one.role == "book"))
    painter.draw(scene.view(), scene.now)
    write(painter.surface, name)


def main() -> None:
    """Make every picture."""
    for name, happens, language, size in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            scene = Scene(Path(folder))
            happens(scene)
            draw(scene.view(), scene.now, language, size, name)
            scene.door.close()
    for name, view, language in STILL:
        draw(view, 10.0, language, SIZE, name)
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        scene.scan("reader")
        scene.scan("book", 0)
        draw_with_tray(scene, "demo")
        draw_with_camera(scene, "camera")
        scene.door.close()


if __name__ == "__main__":
    main()
