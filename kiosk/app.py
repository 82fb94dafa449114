"""The only wiring: window, inbox, desk worker, loop, failsafe.

Three kinds of thread meet in one inbox: scanner sources put scans, the desk worker puts answers, and the main
thread, which alone touches the window and the flow, takes them. It sleeps in the inbox, so that a scan or an answer
wakes it at once, and looks at the window's own events a few dozen times a second.
"""

from __future__ import annotations

import errno
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.clock import Clock, ShiftedClock, SystemClock, usual_instant, usual_local
from kiosk.engine import Engine, Surroundings, nothing
from kiosk.flows.commands import Cancelled, Command
from kiosk.flows.effects import Told
from kiosk.flows.events import PICTURE, CloseAsked, Progressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind
from kiosk.flows.step import Config, Event
from kiosk.flows.trouble import trouble_view
from kiosk.flows.views import IdleView, PageView, TrayItem, View
from kiosk.lean import give_back_memory, import_pygame
from kiosk.settings import Settings

if TYPE_CHECKING:
    import pygame

    from kiosk.desk.door import Door
    from kiosk.examine import Examination
    from kiosk.journal import Journal
    from kiosk.office import Office, Setup
    from kiosk.printing.printers import Printer
    from kiosk.scanner.camera import CameraSource, CameraWish
    from kiosk.scanner.diagnosis import Route
    from kiosk.scanner.keys import Key
    from kiosk.scanner.sdl import SdlSource
    from kiosk.scanner.source import Source
    from kiosk.screens.stage import Stage
    from kiosk.screens.tray import Tray
    from kiosk.store.library import Library

POINTER_HZ = 40.0  # how often the window's own events are looked at; a scan does not wait for that
POINTER_REST_HZ = 20.0  # the same while no hand has touched anything for a while
HANDS_GONE = 10.0  # seconds, that while
KEYS_HZ = 200.0  # the same where keys are read from the window
KEYS_REST_HZ = 40.0
ANSWER_SECONDS = 0.05  # for which a camera looks at nothing while the desk and the screen answer
SCANNER_SECONDS = 0.7  # the same after a scan by a scanner: whoever holds one holds nothing before the camera
ANSWER_SOON = 0.012  # seconds in which the desk mostly answers; drawing meanwhile would only hold it up
REST_AFTER = 5.0  # seconds without a command after which the desk tidies up
SWITCH_SECONDS = 0.0005  # Python's usual 5 ms until another thread may run are a third of a frame
FAILSAFE_SECONDS = 4.0
_UNSEEN = ("offscreen", "dummy")
FIELD_HEAD_START = 0.05  # seconds by which a field may have had a scanner's first key before the scanner's source
LEAVE_SECONDS = 10.0  # longer than the desk is given to finish what it was handed
LOG_BYTES = 1_000_000  # a log longer than this begins anew at the next start
_log = logging.getLogger(__name__)


def in_order(events: Iterable[Event]) -> list[Event]:
    """The same events with the scans among them in the order in which they ended, whichever source was quicker."""
    events = list(events)
    scans = iter(sorted((event for event in events if isinstance(event, Scan)), key=lambda scan: scan.at))
    return [next(scans) if isinstance(event, Scan) else event for event in events]


class Performer(Protocol):
    """Carries out commands: the desk's door. `progress` is told how far a long one is."""

    progress: Callable[[int, int], None]

    def perform(self, command: Command) -> Outcome:
        """The outcome of `command`."""
        ...

    def local_now(self) -> datetime:
        """The school's local time."""
        ...

    def rest(self) -> None:
        """Nothing has been asked for a moment: do what would hold a command up."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


PROGRESS_EVERY = 0.1  # seconds between two words on how far a long work is


class DeskWorker:
    """The one thread with a database connection: takes commands in order, puts each answer in the inbox.

    `make` builds the door inside the thread, so that importing and opening the store holds up no first frame.
    """

    def __init__(self, make: Callable[[], Performer], put: Callable[[Event], None], clock: Clock) -> None:
        self._make = make
        self._put = put
        self._clock = clock
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._door: Performer | None = None
        self._called_off = threading.Event()
        self._told_at = 0.0

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread.start()

    def ask(self, command: Command) -> None:
        """Hand over a command; its answer comes through the inbox."""
        self._commands.put(command)

    def call_off(self) -> None:
        """Let the long work under way be taken back; without one nothing happens."""
        self._called_off.set()

    def local_now(self) -> datetime:
        """The school's local time (the usual zone's while nothing is open yet)."""
        if self._door is not None:
            return self._door.local_now()
        return usual_local(self._clock.utc())

    def close(self) -> None:
        """Finish what was handed over, then stop."""
        self._commands.put(None)
        self._thread.join(5.0)

    def _run(self) -> None:
        while (command := self._next()) is not None:
            self._put(Answered(self._perform(command), self._clock.monotonic()))
        if self._door is not None:
            self._door.close()

    def _next(self) -> Command | None:
        try:
            return self._commands.get(timeout=REST_AFTER)
        except queue.Empty:
            self._rest()
            return self._commands.get()

    def _rest(self) -> None:
        try:
            if self._door is not None:
                self._door.rest()
            give_back_memory()
        except Exception:  # a defect must not stop the only worker
            _log.exception("the desk failed while nobody asked")

    def _perform(self, command: Command) -> Outcome:
        try:
            if self._door is None:
                self._door = self._make()
                self._door.progress = self._progressed
            self._called_off.clear()
            self._told_at = self._clock.monotonic()  # what is done at once tells nothing
            return self._door.perform(command)
        except Exception:  # a defect must not stop the only worker
            _log.exception("the desk failed on a %s", type(command).__name__)
            return Outcome(OutcomeKind.TROUBLE, command.request_id, self.local_now(), trouble="defect")

    def _progressed(self, done: int, total: int) -> None:
        if self._called_off.is_set():
            raise Cancelled
        now = self._clock.monotonic()
        if now >= self._told_at + PROGRESS_EVERY:
            self._told_at = now
            self._put(Progressed(done, total, now))


@dataclass(slots=True)
class Window:
    """The window and what is drawn in it; the tray of a demo takes a strip of it."""

    stage: Stage
    surface: pygame.Surface
    tray: Tray | None = None

    def resize(self, surface: pygame.Surface) -> None:
        """The window has another size now."""
        self.surface = surface
        if self.tray is None:
            self.stage.resize(surface)
        else:
            self.stage.resize(self.tray.resize(surface))


def open_window(settings: Settings, *, windowed: bool, size: tuple[int, int] | None, title: str) -> pygame.Surface:
    """Open the kiosk's window the cheap way and give its surface.

    Without the renderer SDL would put between (see the environment variable) an empty 1080p window takes a third of
    the memory and a quarter of the time on a PC without a GPU. Raises pygame.error where there is no display.
    """
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    os.environ.setdefault("SDL_IME_SHOW_UI", "1")
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")  # SDL would make a refused close of a service's stop
    import_pygame()
    import pygame

    pygame.display.init()
    if pygame.display.get_driver() in _UNSEEN and not os.environ.get("SDL_VIDEODRIVER"):
        pygame.display.quit()  # SDL found no display and took a driver that shows nothing to anybody
        raise pygame.error("no display found")
    pygame.font.init()
    pygame.display.set_caption(title)
    if not windowed:
        surface = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
    else:
        surface = pygame.display.set_mode(size or settings.screen.size or (1366, 768), pygame.RESIZABLE)
    pygame.display.set_allow_screensaver(False)
    pygame.event.set_blocked(None)
    pygame.event.set_allowed(
        [
            pygame.QUIT, pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT, pygame.TEXTEDITING,
            pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL,
            pygame.FINGERDOWN, pygame.FINGERUP, pygame.FINGERMOTION,
            pygame.VIDEORESIZE, pygame.VIDEOEXPOSE,
            pygame.WINDOWFOCUSGAINED, pygame.WINDOWFOCUSLOST,
        ]
    )  # fmt: skip
    return surface


class App:
    """One running kiosk in a window. Everything here happens in the main thread, except `put`."""

    def __init__(
        self,
        *,
        settings: Settings,
        config: Config,
        clock: Clock,
        make_door: Callable[[], Performer],
        window: Window,
        language: Callable[[str], None],
        chime: Callable[[str], None],
        journal: Journal | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._window = window
        self._language = language
        self._journal = journal
        self._inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._waiting: deque[Event] = deque()  # taken from the inbox and not handled yet
        self._worker = DeskWorker(make_door, self.put, clock)
        self._sources: list[Source] = []
        self._camera: CameraSource | None = None
        self._camera_started = False
        self._leaving = False
        self._focused = True
        self._warming = True  # there is still something to prepare for the sessions to come
        self._keys: queue.SimpleQueue[tuple[Route, Key]] = queue.SimpleQueue()
        self._examination: Examination | None = None  # while a page wants to know how scanners type
        self._asked = False  # the desk was given a command in this turn
        self._changed = True  # something happened that may have changed the view
        self._frame_at: float | None = None  # when what moves has its next frame
        self._touched_at = float("-inf")
        self._failed_until: float | None = None
        self._failsafe: View | None = None
        self.frames = 0
        self.shown: list[Callable[[View, float], None]] = []  # told of each changed picture (bench, demo)
        self.outcomes: list[Callable[[Told], None]] = []
        around = Surroundings(
            ask=self._ask,
            chime=chime,
            language=self._switch,
            told=self._told,
            leave=self.leave,
            call_off=self._worker.call_off,
        )
        self._engine = Engine(config, around, clock.monotonic())

    def put(self, event: Event) -> None:
        """Give an event to the inbox; from any thread."""
        self._inbox.put(event)

    def leave(self) -> None:
        """End the loop after this turn."""
        self._leaving = True

    def open_scanners(self, setting: str) -> None:
        """Open the scanner sources of a setting; each says in the log how it does.

        A camera begins when the library is on the screen: what it imports would hold up the first picture.
        """
        import pygame

        from kiosk.scanner.sources import camera_among, open_sources
        from kiosk.scanner.wedge import WedgeSettings

        scanner = self._settings.scanner
        self._sources = open_sources(
            setting,
            self.put,
            window_focused=lambda: self._focused,
            monotonic=self._clock.monotonic,
            video=pygame.display.get_driver(),
            settings=WedgeSettings(quiet=scanner.terminator_wait_ms / 1000, shortest=scanner.min_length),
            watch=self._key_came,
            camera=camera_wish(self._settings) if "camera" in setting else None,
        )
        camera = camera_among(self._sources)
        if camera is not None:
            self.watch_camera(camera)
        for source in self._sources:
            _log.info("scanner %s", source.describe())
            if source is not camera:
                source.start()

    def watch_camera(self, camera: CameraSource) -> None:
        """Start this camera once the library is on the screen, and show its picture in the corner, unless set off."""
        self._camera = camera
        if camera not in self._sources:
            self._sources.append(camera)
        if self._settings.camera.corner:
            self._window.stage.kit.camera = camera

    @property
    def engine(self) -> Engine:
        """The flow's engine, for tests and the demo."""
        return self._engine

    @property
    def stage(self) -> Stage:
        """What is drawn and can be touched, for whoever watches (see `run_kiosk`)."""
        return self._window.stage

    # ── The loop ──

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Run until the librarian leaves (or `until` says so)."""
        self._worker.start()
        self._engine.handle(Tick(self._clock.monotonic(), self._worker.local_now()))
        self._asked = False  # the first picture waits for nothing
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            while not self._leaving and not (until is not None and until()):
                self.turn()
        finally:
            # Whatever hangs on the way out: everything is committed, and who asked the kiosk to leave sees it leave.
            watchdog = threading.Timer(LEAVE_SECONDS, os._exit, (0,))
            watchdog.daemon = True
            watchdog.start()
            for source in self._sources:
                source.close()
            self._worker.close()
            if self._journal is not None:
                self._journal.close()
            watchdog.cancel()

    def turn(self) -> None:
        """One turn: sleep until something is due, take what came, draw what changed."""
        event = self._sleep()
        try:
            self._take_window_events()
            self._take(event)
            if self._asked:
                self._asked = False
                self._take(self._wait(ANSWER_SOON))
            self._draw()
            if self._camera is not None:
                self._start_when_ready(self._camera)
        except Exception:
            _log.exception("the kiosk failed and begins anew")
            self._fail()

    def _start_when_ready(self, camera: CameraSource) -> None:
        """Start the camera once the library is on the screen."""
        if not self._camera_started and self._engine.state.board is not None:
            self._camera_started = True
            camera.start()

    def _sleep(self) -> Event | None:
        now = self._clock.monotonic()
        due = self._engine.deadline()
        frame = self._frame_at
        hands = now - self._touched_at < HANDS_GONE
        hertz = POINTER_HZ if hands else POINTER_REST_HZ
        if self._window_source() is not None and self._focused:
            hertz = KEYS_HZ if hands else KEYS_REST_HZ
        rest = min(due - now, 1.0 / hertz, (frame - now) if frame is not None else 1.0)
        if self._waiting:  # left from a turn that failed
            return None
        if self._warming and self._engine.quiet and self._inbox.empty() and rest > 0:
            self._warming = self._window.stage.prewarm()
            rest = 0.0
        return self._wait(rest)

    def _wait(self, seconds: float) -> Event | None:
        """The next event, or None if none comes in that time."""
        try:
            if seconds <= 0:
                return self._inbox.get_nowait()
            return self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None

    def _take(self, event: Event | None) -> None:
        """Handle what has come in, all of it, before anything is drawn; then time."""
        if event is not None:
            self._waiting.append(event)
        while self._gather():
            self._handle(self._waiting.popleft())
        now = self._clock.monotonic()
        window_source = self._window_source()
        if window_source is not None:
            window_source.tick(now)
        self._examine(now)
        if self._failsafe is not None and self._failed_until is not None and now >= self._failed_until:
            self._failsafe = self._failed_until = None
            self._changed = True
        if now >= self._engine.deadline():
            self._handle(Tick(now, self._worker.local_now()))

    def _key_came(self, route: Route, key: Key) -> None:
        """A key of a scanner, in any thread; kept only while somebody examines scanners."""
        if self._examination is not None:
            self._keys.put((route, key))

    def _examine(self, now: float) -> None:
        """Tell a page that examines scanners how each scan came."""
        examination = self._examination
        if examination is None:
            return
        while not self._keys.empty():
            examination.feed(*self._keys.get_nowait())
        found = examination.heard(now)
        if found is not None:
            from kiosk.examine import examined

            self._handle(examined(*found, now))

    def _begin_examining(self, wanted: bool) -> None:
        if wanted and self._examination is None:
            from kiosk.examine import Examination
            from kiosk.printing.sheet import SAMPLES

            self._examination = Examination([sample.value for sample in SAMPLES], nothing)
        elif not wanted:
            self._examination = None

    def _gather(self) -> bool:
        """Take what waits in the inbox; say whether there is anything to handle."""
        while not self._inbox.empty():
            self._waiting.append(self._inbox.get_nowait())
        self._waiting = deque(in_order(self._waiting))
        return bool(self._waiting)

    def _handle(self, event: Event) -> None:
        self._changed = True
        if isinstance(event, Scan) and event.source != PICTURE:
            self._scanner_was_used(event)
        self._engine.handle(event)

    def _scanner_was_used(self, scan: Scan) -> None:
        """What a scanner typed into a field goes out of it; a camera beside it gives way."""
        if self._camera is not None:
            self._camera.give_way(SCANNER_SECONDS)
        if self._window.stage.typing:
            for edited in self._window.stage.forget_typing_since(scan.began - FIELD_HEAD_START):
                self._engine.handle(edited)

    def _take_window_events(self) -> None:
        import pygame

        window_source = self._window_source()
        for event in pygame.event.get():
            now = self._clock.monotonic()
            self._changed, self._touched_at = True, now
            if window_source is not None:
                window_source.handle(event, now)
            for said in self._from_window(event, now):
                self._handle(said)
        typing = self._window.stage.typing
        for source in self._sources:
            source.typing_goes_to_field = typing

    def _from_window(self, event: pygame.event.Event, now: float) -> Iterable[Event]:
        import pygame

        tray = self._window.tray
        match event.type:
            case pygame.QUIT:
                return (CloseAsked(now),)
            case pygame.KEYDOWN if event.key == pygame.K_ESCAPE or (
                event.key == pygame.K_F4 and event.mod & pygame.KMOD_ALT
            ):
                return (CloseAsked(now),)
            case pygame.WINDOWFOCUSLOST:
                self._focused = False
                window_source = self._window_source()
                if window_source is not None:
                    window_source.window_left()
                return ()
            case pygame.WINDOWFOCUSGAINED:
                self._focused = True
                return ()
            case pygame.VIDEORESIZE:
                self._window.resize(pygame.display.get_surface() or self._window.surface)
                return ()
            case pygame.VIDEOEXPOSE:
                pygame.display.flip()
                return ()
        if tray is not None and (code := tray.handle(event)) is not None:
            return (Scan(code, "demo", now, now),) if code else ()
        return self._window.stage.handle(event, now)

    def _window_source(self) -> SdlSource | None:
        from kiosk.scanner.sources import fed_by_window

        return fed_by_window(self._sources)

    def _draw(self) -> None:
        import pygame

        now = self._clock.monotonic()
        stage = self._window.stage
        if not self._changed and (now < self._frame_at if self._frame_at is not None else not stage.called()):
            return
        self._changed = False
        board = self._engine.state.board
        if board is not None and board.class_template != stage.words.class_template:
            stage.words = replace(stage.words, class_template=board.class_template)
        view = self._failsafe or self._engine.view(now)
        self._begin_examining(isinstance(view, PageView) and view.examines)
        changed = stage.show(view, now)
        if self._window.tray is not None:
            changed = [*changed, *self._window.tray.draw()]
        self._frame_at = stage.next_frame(now)  # asked later it would tell of the frame after that
        if changed:
            pygame.display.update(changed)
            self.frames += 1
            for listener in self.shown:
                listener(view, self._clock.monotonic())

    def _fail(self) -> None:
        """After a defect: a plain screen for a moment, then the start. What was committed is committed."""
        now = self._clock.monotonic()
        self._failsafe, self._failed_until = trouble_view("defect", ""), now + FAILSAFE_SECONDS
        self._changed = True
        try:
            self._engine.restart(now)
            self._engine.handle(Tick(now, self._worker.local_now()))
            self._window.stage.redraw()
        except Exception:
            _log.exception("the failsafe failed as well")
            time.sleep(0.5)  # whatever it is, it must not spin

    # ── What effects reach ──

    def _ask(self, command: Command) -> None:
        self._asked = True
        if self._camera is not None:
            self._camera.give_way(ANSWER_SECONDS)
        self._worker.ask(command)

    def _switch(self, language: str) -> None:
        self._language(language)

    def _told(self, told: Told) -> None:
        outcome = told.outcome
        if self._journal is not None and told.scan is not None:
            self._journal.write(self._worker.local_now(), told.scan.code, outcome.kind.value)
        for listener in self.outcomes:
            listener(told)


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


def camera_wish(settings: Settings, device: str = "") -> CameraWish:
    """What this machine's settings ask of a camera; `device` names another one than they do."""
    from kiosk.scanner.camera import CameraWish

    asked = settings.camera
    return CameraWish(device or asked.device, asked.size or CameraWish().size, asked.focus, asked.mirrored)


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

    surface = open_window(settings, windowed=windowed, size=size, title=title)
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

    Codes stand in it escaped, names and PINs never.
    """
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > LOG_BYTES:
            file.replace(file.with_suffix(".old.log"))
        handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(
        level=logging.INFO, handlers=[handler], format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )


def data_folder(location: str) -> Path:
    """Where this kiosk keeps its own files (journal, backups): in the library's folder, or the user's data folder."""
    if "://" not in location:
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
