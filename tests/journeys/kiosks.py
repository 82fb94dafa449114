"""Kiosks in real windows, for journeys: started as programs, used by scans, touches and keys, looked at from outside.

`Kiosk` is `kiosk …` as anybody starts it: what it did is seen in the database, its journal and its exit status.
`Watched` is the same program telling what it shows, so that a journey touches what is there and waits for an answer.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from kiosk.flows.views import Field, IdleView, PadView, PageView, ResultCard, SessionView, View
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.sample import SampleRows
from kiosk.screens.canvas import TargetId
from kiosk.store import ledger
from kiosk.store.library import open_library
from tests.journeys.xserver import XServer

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
SIZE = "1366x768"
TITLE = "图书馆自助借还"
PATIENCE = 20.0
"""Seconds a machine under load may take for what usually takes a few hundredths."""
HAND = 0.085
"""Seconds between two keys of somebody who types: longer than any scanner takes."""
REACH = 0.25
"""Seconds from the keyboard to a book and the scanner: nobody is quicker, and the wedge decoder counts on that."""


def wait_for(true: Callable[[], T], what: str) -> T:
    """The first true answer; AssertionError with `what` when there is none for long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := true():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def new_notes(folder: Path, **settings: object) -> Path:
    """Make `folder` the place of a kiosk's settings and errors; `settings` are written as `section__key=value`.

    Nothing is backed up, and nobody waits before scanning the same code again: journeys are quicker than people.
    """
    usual: dict[str, object] = {"kiosk__name": "journey", "scanner__bounce_s": 0, "backup__daily": False}
    lines = [f"{key.replace('__', '.')} = {json.dumps(value)}" for key, value in (usual | settings).items()]
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text("\n".join(lines), "utf-8")
    return folder


class Kiosk:
    """A running `kiosk` command with a window on `x`. Leaving the block stops it as a service manager does."""

    def __init__(self, x: XServer, command: Sequence[str], notes: Path, *, title: str = TITLE, **environ: str) -> None:
        self.x = x
        self.title = title
        self._scanned_at = float("-inf")
        self._errors = notes / "stderr"
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=x.environ(KIOSK_SETTINGS=str(notes / "settings.toml"), XDG_DATA_HOME=str(notes / "data"), **environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors.open("wb"),
        )

    def __enter__(self) -> Kiosk:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self.stop()
        finally:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End it by SIGTERM, unless it has ended; it must end well and have written nothing but plain sentences."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, self.stderr
        assert "Traceback" not in self.stderr

    @property
    def stderr(self) -> str:
        return self._errors.read_text("utf-8")

    def journal(self, location: str) -> list[tuple[str, str]]:
        """What was scanned and what came of it."""
        lines = [
            line for file in sorted(Path(location, "journal").glob("*.tsv")) for line in file.open(encoding="utf-8")
        ]
        return [(code, outcome) for _, code, outcome in (line.rstrip("\n").split("\t") for line in lines)]

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def focus(self) -> None:
        self.x.focus(self.title)
        self._corner = self.x.place(self.title)

    def scan(self, *codes: str, gap: float = 0.0, before: str = "", end: str = "\r") -> None:
        """Scan one code after the other, as fast as a scanner can, or with `gap` seconds between the keys.

        `before` and `end` are the keys that the scanner sends around each.
        """
        for code in codes:
            self.x.scan(before + code, gap=gap, end=end)
        self._scanned_at = time.monotonic()

    def to_the_keyboard(self) -> None:
        """Wait as long as nobody's hand takes to come to the keyboard from the scanner."""
        time.sleep(max(0.0, self._scanned_at + REACH - time.monotonic()))

    def type(self, words: str) -> None:
        """Type by hand; "\\r" is Enter."""
        self.to_the_keyboard()
        self.x.type(words, gap=HAND)
        time.sleep(REACH)

    def click(self, place: tuple[int, int]) -> None:
        """Touch this place of the window."""
        self.x.click(place[0] + self._corner[0], place[1] + self._corner[1])


def started(x: XServer, location: str, notes: Path, now: datetime, *more: str, windowed: bool = True) -> Kiosk:
    """`kiosk run` on the library at `location`, with `more` options, ready and focused."""
    ready = notes / "ready"
    ready.unlink(missing_ok=True)
    window = ["--windowed", "--size", SIZE] if windowed else []
    command = ["-m", "kiosk", "run", "--library", location, "--now", now.isoformat(), *window, *more]
    kiosk = Kiosk(x, command, notes, KIOSK_READY_FILE=str(ready))
    try:
        wait_for(lambda: ready.exists() or not kiosk.runs, "the first usable frame")
        assert kiosk.runs, kiosk.stderr
        kiosk.focus()
    except BaseException:
        kiosk.process.kill()
        raise
    return kiosk


@dataclass(frozen=True)
class Picture:
    """What is on the screen: the view, its language, and the middle of each thing that can be touched."""

    view: View
    language: str
    targets: dict[TargetId, tuple[int, int]]


class Watched(Kiosk):
    """A running kiosk that tells what it shows."""

    def __init__(self, x: XServer, location: str, notes: Path, now: datetime, size: str = SIZE) -> None:
        super().__init__(x, ["-m", "tests.journeys.watched", location, size, now.isoformat()], notes)
        self.location = location
        self._changed = threading.Condition()
        self._picture: Picture | None = None
        self._ended = False
        self.frames = 0
        """How many pictures it has drawn."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._wait(lambda picture: picture is not None, "the first picture")
        self.focus()

    def __enter__(self) -> Watched:
        return self

    def _listen(self) -> None:
        assert self.process.stdout
        while True:
            try:
                picture = Picture(*pickle.load(self.process.stdout))
            except EOFError:
                with self._changed:
                    self._ended = True
                    self._changed.notify_all()
                return
            with self._changed:
                self._picture = picture
                self.frames += 1
                self._changed.notify_all()

    def _wait(self, seen: Callable[[Any], Any], what: str) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: self._ended or seen(self._picture), PATIENCE)
            if answer := seen(self._picture):
                return answer
        shown = ROOT / "build" / "journeys" / f"{os.getpid()}.png"
        save_picture(self.x, shown)
        ended = "; it has ended" if self._ended else ""
        raise AssertionError(f"waited in vain for {what}{ended}; {shown} shows {self._picture}\n{self.stderr}")

    # ── what is seen ──

    @property
    def view(self) -> View:
        assert self._picture is not None
        return self._picture.view

    @property
    def language(self) -> str:
        assert self._picture is not None
        return self._picture.language

    def until(self, seen: Callable[[View], Any], what: str) -> Any:
        """What `seen` says about the first view of which it says anything true."""
        return self._wait(lambda picture: picture is not None and seen(picture.view), what)

    def idle(self) -> IdleView:
        """Wait until nobody is here."""
        self.until(lambda view: isinstance(view, IdleView) and view.library, "the idle screen")
        assert isinstance(self.view, IdleView)
        return self.view

    def session_of(self, name: str) -> SessionView:
        """Wait until `name` is here."""
        return self.until(  # type: ignore[no-any-return]  # it says what it was asked
            lambda view: isinstance(view, SessionView) and view.name == name and view, f"a session of {name}"
        )

    def answer(self, key: str) -> ResultCard:
        """Wait until the answer to the last act is `key`, with "session.answer." and the like left out."""

        def told(view: View) -> ResultCard | None:
            cards = (one for one in parts(view) if isinstance(one, ResultCard))
            return next((one for one in cards if one.headline.key.endswith(f".{key}")), None)

        return self.until(told, f"the answer {key!r}")  # type: ignore[no-any-return]  # as above

    def page(self, name: str) -> PageView:
        """Wait for a page of the counter or the librarian."""
        return self.until(  # type: ignore[no-any-return]  # as above
            lambda view: isinstance(view, PageView) and view.name == name and view, f"the page {name}"
        )

    # ── what is done ──

    def type_pin(self, pin: str) -> None:
        """Type a PIN by hand and look at each dot, then Enter. (Keys that come all at once are a scanner's.)"""

        def dots(view: View) -> int:
            return len(view.entered) if isinstance(view, PadView) else -1

        self.to_the_keyboard()
        for digit in pin:
            before = dots(self.view)
            self.x.key(digit)
            self.until(lambda view: dots(view) > before, "another dot")  # noqa: B023  asked before the next digit
            time.sleep(HAND)
        self.type("\r")

    def write(self, words: str, *, enter: bool = False) -> None:
        """Type into the field that has the caret, and read it there; then Enter, if wanted."""
        if words.isascii():
            self.type(words)
        else:
            self.to_the_keyboard()
            self.x.characters(words)
        self.until(lambda view: any(isinstance(one, Field) and one.text == words for one in parts(view)), repr(words))
        self.type("\r" if enter else "")

    def touch(self, action: str, value: str | int | None = None) -> None:
        """Touch the button, tile or row of `action` (any of that action without a `value`) when it is there."""
        self._touch("press", action, value)

    def choose(self, field: str, value: str) -> None:
        """Touch one value of a choice field."""
        self._touch("choice", field, value)

    def into(self, field: str) -> None:
        """Touch a text field."""
        self._touch("field", field, None)

    def _touch(self, kind: str, name: str, value: str | int | None) -> None:
        def there(picture: Picture | None) -> tuple[int, int] | None:
            targets = picture.targets if picture else {}
            return next((place for id_, place in targets.items() if fits(id_)), None)

        def fits(id_: TargetId) -> bool:
            return id_[:2] == (kind, name) and value in (None, id_[2])

        self.click(self._wait(there, f"{kind} {name} {value}"))

    def reveal(self, action: str, value: str | int | None = None) -> None:
        """Scroll down until this button is in sight, as far as it takes, and touch it."""
        for _ in range(20):
            assert self._picture is not None
            before = self._picture.targets
            if any(id_[:2] == ("press", action) and value in (None, id_[2]) for id_ in before):
                return self.touch(action, value)
            self.x.xdotool("key", "Next")
            self._wait(lambda picture: picture.targets != before, f"more than {list(before)}")  # noqa: B023  as above
        raise AssertionError(f"{action} {value} is nowhere on {self.view}")

    def show_card(self, code: str, name: str) -> SessionView:
        """Scan a card and wait until its owner is greeted."""
        self.scan(code)
        return self.session_of(name)

    def go_home(self, card: str) -> None:
        """End the session of this card by its card."""
        self.scan(card)
        self.idle()


def parts(value: Any) -> Any:
    """Everything inside a view."""
    yield value
    if is_dataclass(value):
        for one in fields(value):
            yield from parts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


def save_picture(x: XServer, file: Path) -> None:
    """What the screen shows now, as a PNG."""
    import pygame

    file.parent.mkdir(parents=True, exist_ok=True)
    pygame.image.save(pygame.image.frombuffer(x.picture(), (x.width, x.height), "BGRA"), file)


# ── The library behind ──


class Library:
    """The library a kiosk is open on, read beside it through a connection of its own."""

    def __init__(self, location: str, today: date) -> None:
        self._library = open_library(location)
        self._today = today

    def close(self) -> None:
        """Give the connection back."""
        self._library.close()

    def loans(self, **which: Any) -> list[dict[str, Any]]:
        """Loans as `kiosk loans --json` lists them."""
        return self._read(lambda conn: list(ledger.loans(conn, ledger.School(self._today), **which)))

    def out(self) -> dict[str, str]:
        """Of each copy that is out, the card it is lent to."""
        return {loan["barcode"]: loan["card"] for loan in self.loans(open_only=True)}

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Events as `kiosk events --json` lists them."""
        return self._read(lambda conn: list(ledger.events(conn, ledger.School(self._today), after)))

    def last(self) -> int:
        """The number of the newest event."""
        return max((event["seq"] for event in self.events()), default=0)

    def copies(self) -> dict[str, dict[str, Any]]:
        """Copies by barcode."""
        found = self._read(lambda conn: list(ledger.copies(conn, ledger.School(self._today))))
        return {copy["barcode"]: copy for copy in found}

    def rota(self) -> list[dict[str, Any]]:
        """The rota as `kiosk rota --json` lists it."""
        return self._read(lambda conn: list(ledger.rota(conn, ledger.School(self._today))))

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self._library.read(work)


@dataclass(frozen=True)
class School:
    """The sample school: who and what there is to scan."""

    rows: SampleRows

    def all(self, role: str) -> list[str]:
        """The codes of a role of the cast."""
        return [member.code for member in self.rows.cast if member.role == role]

    def card(self, role: str) -> str:
        """The first of them."""
        return self.all(role)[0]

    def name(self, role: str) -> str:
        """The name on it."""
        return next(member.name for member in self.rows.cast if member.role == role)

    def patron_id(self, card: str) -> int:
        """Whose card it is."""
        return next(int(row["patron_id"]) for row in self.rows.tables["barcodes"] if row["code"] == card)

    def free_books(self) -> list[str]:
        """Copies on the shelf that anybody may borrow; the cast's own are not among them."""
        out = {loan["copy_id"] for loan in self.rows.tables["loans"] if loan["returned_at"] is None}
        told = {member.code for member in self.rows.cast}
        return [
            code
            for row in self.rows.tables["copies"]
            if row["for_loan"] and row["status"] == "in_service" and row["held_for"] is None
            if row["copy_id"] not in out and (code := number(BarcodeKind.COPY, row["copy_id"])) not in told
        ]

    def classmates(self) -> list[tuple[str, str]]:
        """Card and name of children whose class has its turn, who may borrow all they like and are in no cast."""
        cast = {member.code for member in self.rows.cast}
        busy = {loan["patron_id"] for loan in self.rows.tables["loans"] if loan["returned_at"] is None}
        people = {row["patron_id"]: row for row in self.rows.tables["patrons"]}
        class_id = people[self.patron_id(self.card("reader"))]["class_id"]
        cards = {row["patron_id"]: row["code"] for row in self.rows.tables["barcodes"] if row["kind"] == "card"}
        return [
            (cards[patron_id], row["name"])
            for patron_id, row in people.items()
            if row["class_id"] == class_id and not row["suspended_until"] and row["kind"] == "pupil"
            if patron_id not in busy and cards[patron_id] not in cast
        ]
