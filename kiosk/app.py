"""The only wiring: this machine's settings and a library become one running kiosk."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import Clock, ShiftedClock, SystemClock, usual_instant, usual_local
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, TrayItem, View
from kiosk.loop import LEAVE_SECONDS, App
from kiosk.settings import Settings
from kiosk.store.place import is_postgres
from kiosk.window import Window, open_window

if TYPE_CHECKING:
    from kiosk.desk.door import Door
    from kiosk.office import Office, Setup
    from kiosk.printing.printers import Printer
    from kiosk.store.library import Library

LOG_BYTES = 1_000_000  # a log longer than this begins anew at the next start


def config_of(settings: Settings, *, may_close: bool = False, shifted: bool = False) -> Config:
    """The flow's settings of this machine, for one start of the program."""
    return Config(
        boot=uuid.uuid4().hex[:16],
        kiosk=settings.kiosk_name,
        session_timeout=settings.kiosk.session_timeout_s,
        bounce=settings.scanner.bounce_s,
        language=settings.screen.language,
        slips=bool(settings.printers.slip),
        may_close=may_close,
        shifted_clock=shifted,
    )


def clock_at(now: datetime | None) -> Clock:
    """The machine's clock, or one that starts at `now` (aware, or the school's local time if naive)."""
    if now is None:
        return SystemClock()
    if now.tzinfo is None:
        now = usual_instant(now)
    return ShiftedClock(now)


def run_kiosk(
    settings: Settings,
    location: str,
    *,
    windowed: bool | None = None,
    size: tuple[int, int] | None = None,
    scanner: str | None = None,
    now: datetime | None = None,
    watch: Callable[[App], object] | None = None,
) -> int:
    """Run the kiosk on the library at `location` until the librarian leaves. Returns the exit status.

    `watch` is given the app before it runs, to listen to what is shown. Raises pygame.error where no window can be
    opened.
    """
    log_to(data_folder(location) / "kiosk.log")
    clock = clock_at(now)
    app = build_app(
        settings,
        location,
        clock,
        config_of(settings, shifted=now is not None),
        windowed=settings.screen.windowed if windowed is None else windowed,
        size=size,
    )
    app.open_scanners(scanner or settings.sources)
    leave_when_stopped(app)
    if ready := os.environ.get("KIOSK_READY_FILE"):
        app.shown.append(_Ready(Path(ready)))
    if watch is not None:
        watch(app)
    app.run()
    return 0


def leave_when_stopped(app: App, patience: float = LEAVE_SECONDS) -> None:
    """Let a service manager's stop (SIGTERM) end the loop as the librarian's leaving does.

    Python runs a signal's handler in the main thread and only between its own steps. Were that thread stuck inside
    a driver, the stop would be lost; so another thread hears of it too and ends the program when `patience` seconds
    have brought nothing. Everything that was shown as done is committed.
    """
    ends, hears = socket.socketpair()
    ends.setblocking(False)
    signal.set_wakeup_fd(ends.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: app.leave())
    threading.Thread(target=_end_when_stuck, args=(ends, hears, patience), name="stop", daemon=True).start()


def _end_when_stuck(ends: socket.socket, hears: socket.socket, patience: float) -> None:
    with ends, hears:
        while signals := hears.recv(64):
            if signal.SIGTERM in signals:
                time.sleep(patience)
                os._exit(0)


class _Ready:
    """Writes the monotonic time of the first usable frame to a file: the library is on the screen, scans are taken."""

    def __init__(self, file: Path) -> None:
        self._file: Path | None = file

    def __call__(self, view: View, at: float) -> None:
        if self._file is not None and isinstance(view, IdleView) and view.now.year > 1:  # the board has been read
            self._file.write_text(str(at), "utf-8")
            self._file = None


def build_app(
    settings: Settings,
    location: str,
    clock: Clock,
    config: Config,
    *,
    windowed: bool,
    size: tuple[int, int] | None,
    title: str = "图书馆自助借还",
    tray: tuple[TrayItem, ...] = (),
    keep_up: bool = True,
) -> App:
    """Open the window and put everything together; nothing runs yet. `keep_up`: daily backups of this library.

    The store is imported and opened in the desk's thread while this thread opens the window.
    """
    folder = data_folder(location)

    def make_door() -> Door:
        from kiosk.desk.door import Door

        opened = None
        if keep_up:
            from kiosk.upkeep import Upkeep

            opened = Upkeep(settings, location, clock).library_opened
        return Door(
            location,
            clock,
            config.kiosk,
            fill=_fill_sample(clock),
            opened=opened,
            office=lambda: office_of(settings, location),
            left_over=lambda: any((folder / "print-queue").glob("*.json")),
        )

    surface = open_window((size or settings.screen.size or (1366, 768)) if windowed else None, title)
    from kiosk.i18n import Words
    from kiosk.journal import Journal
    from kiosk.screens.stage import Stage
    from kiosk.sound import Player

    words = Words(config.language)
    if tray:
        from kiosk.screens.tray import Tray

        strip = Tray(tray, surface, words)
        window = Window(Stage(strip.rest(), words), surface, strip)
        strip.on_move = window.stage.resize
    else:
        window = Window(Stage(surface, words), surface)

    def switch(language: str) -> None:
        window.stage.words = replace(window.stage.words, language=language)
        if window.tray is not None:
            window.tray.words = window.stage.words

    player = Player(0.0 if settings.sound.mute else settings.sound.volume)
    return App(
        settings=settings,
        config=config,
        clock=clock,
        make_door=make_door,
        window=window,
        language=switch,
        chime=player.play,
        journal=Journal(folder / "journal", config.kiosk),
    )


def log_to(file: Path) -> None:
    """Write the program's log to `file`, keeping one older file; to stderr where that cannot be written.

    Codes stand in it escaped, names and PINs never. A disk that is full later costs only what would be logged.
    """
    from logging.handlers import RotatingFileHandler

    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        handler.namer = lambda _: str(file.with_suffix(".old.log"))
        handler.handleError = lambda _: None  # type: ignore[method-assign, assignment]  # nowhere to tell it
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(
        level=logging.INFO, handlers=[handler], format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )


def data_folder(location: str) -> Path:
    """Where this kiosk keeps its own files (journal, backups): in the library's folder, or the user's data folder."""
    if not is_postgres(location):
        return Path(location).expanduser()
    from platformdirs import user_data_path

    from kiosk.settings import APP_NAME

    return user_data_path(APP_NAME, appauthor=False)


def office_setup(settings: Settings, location: str) -> Setup:
    """This machine as the office needs it, for the library at `location`."""
    from kiosk.office import Setup

    return Setup(
        data=data_folder(location),
        named=settings.printers.by_name(),
        slip=settings.printers.slip,
        language=settings.screen.language,
        keep=_keep_printers,
    )


def _keep_printers(printers: Sequence[Printer]) -> None:
    """Write the printers of this machine into its settings. Raises OSError."""
    from kiosk.printing.printers.book import printer_to_plain
    from kiosk.settings import SettingsError, save_settings, settings_path

    named = [printer_to_plain(one) for one in printers]
    try:
        save_settings(settings_path(os.environ), {"printers.named": named})
    except (SettingsError, ValueError) as error:  # the file is no TOML any more: it is left as it is
        raise OSError(errno.EINVAL, str(error)) from error


def office_of(settings: Settings, location: str) -> Office:
    """The office of this machine for the library at `location`."""
    from kiosk.office import Office

    return Office(office_setup(settings, location))


def _fill_sample(clock: Clock) -> Callable[[Library], None]:
    def fill(library: Library) -> None:
        from kiosk.sample.write import write_sample

        write_sample(library, 1, usual_local(clock.utc()).date())

    return fill
