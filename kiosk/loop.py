"""The running kiosk: one inbox, one loop, the failsafe.

Three kinds of thread meet in one inbox: scanner sources put scans, the desk worker puts answers, and the main
thread, which alone touches the window and the flow, takes them. It sleeps in the inbox, so that a scan or an answer
wakes it at once, and looks at the window's own events a few dozen times a second.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.clock import Clock
from kiosk.engine import Engine, Surroundings, nothing
from kiosk.flows.commands import Command
from kiosk.flows.effects import Told
from kiosk.flows.events import PICTURE, CloseAsked, Scan, Tick
from kiosk.flows.step import Config, Event
from kiosk.flows.trouble import trouble_view
from kiosk.flows.views import PadView, PageView, View
from kiosk.hold import SLACK, KeyHold, Role
from kiosk.scanner.keys import CAPS, LOCK, MODIFIERS, USB
from kiosk.settings import Settings
from kiosk.window import Window
from kiosk.worker import DeskWorker, Performer

if TYPE_CHECKING:
    import pygame

    from kiosk.examine import Examination
    from kiosk.journal import Journal
    from kiosk.scanner.camera import CameraSource, CameraWish
    from kiosk.scanner.diagnosis import Route
    from kiosk.scanner.keys import Key
    from kiosk.scanner.sdl import SdlSource
    from kiosk.scanner.source import Source
    from kiosk.screens.stage import Stage

POINTER_HZ = 40.0  # how often the window's own events are looked at; a scan does not wait for that
POINTER_REST_HZ = 20.0  # the same while no hand has touched anything for a while
HANDS_GONE = 10.0  # seconds, that while
KEYS_HZ = 200.0  # the same where keys are read from the window
KEYS_REST_HZ = 40.0
ANSWER_SECONDS = 0.05  # for which a camera looks at nothing while the desk and the screen answer
SCANNER_SECONDS = 0.7  # the same after a scan by a scanner: whoever holds one holds nothing before the camera
ANSWER_SOON = 0.012  # seconds in which the desk mostly answers; drawing meanwhile would only hold it up
SWITCH_SECONDS = 0.0005  # Python's usual 5 ms until another thread may run are a third of a frame
FAILSAFE_SECONDS = 4.0
HOLD_HZ = 100.0  # while keys of the window wait until it is known whose they were
LEAVE_SECONDS = 10.0  # longer than the desk is given to finish what it was handed
_ENTERS = frozenset({"ENTER", "PADENTER"})
_ALWAYS_ACT = frozenset({"TAB", "ESC"})  # the other keys with a character write, where there is something to write in
_log = logging.getLogger(__name__)


def in_order(events: Iterable[Event]) -> list[Event]:
    """The same events with the scans among them in the order in which they ended, whichever source was quicker."""
    events = list(events)
    scans = iter(sorted((event for event in events if isinstance(event, Scan)), key=lambda scan: scan.at))
    return [next(scans) if isinstance(event, Scan) else event for event in events]


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
        self._hold: KeyHold[pygame.event.Event] = KeyHold(self._role)
        self._looked_at = clock.monotonic()  # when the window's events were taken last
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
        if self._hold.waits:
            hertz = HOLD_HZ
            for source in self._sources:
                source.look()
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
            for edited in self._window.stage.forget_typing_since(scan.began - SLACK):
                self._engine.handle(edited)

    def _take_window_events(self) -> None:
        import pygame

        window_source = self._window_source()
        before, self._looked_at = self._looked_at, self._clock.monotonic()
        for event in pygame.event.get():
            now = self._clock.monotonic()
            self._changed, self._touched_at = True, now
            if window_source is not None:
                window_source.handle(event, now)
            if event.type in (pygame.KEYDOWN, pygame.TEXTINPUT, pygame.TEXTEDITING):
                key = USB.get(event.scancode, "") if event.type == pygame.KEYDOWN else ""
                self._hold.put(event, key, since=before, seen=now)
                self._let_go(now)
            else:
                self._hear(event, now)
        self._let_go(self._clock.monotonic())
        typing = self._window.stage.typing
        for source in self._sources:
            source.typing_goes_to_field = typing

    def _let_go(self, now: float) -> None:
        """Let the keys act of which it is known that a person pressed them."""
        if not self._hold.waits:
            return
        heard = next((heard for source in self._sources if (heard := source.heard) is not None), None)
        for event in self._hold.take(heard, now):
            self._changed = True
            self._hear(event, now)

    def _role(self, event: pygame.event.Event) -> Role:
        """What a key event would do on the screen as it is now."""
        import pygame

        if event.type == pygame.TEXTINPUT:
            return Role.WRITES
        key = USB.get(event.scancode, "") if event.type == pygame.KEYDOWN else ""
        if key in ("", CAPS, LOCK) or key in MODIFIERS:
            return Role.NEITHER
        typing = self._window.stage.typing
        if key in _ENTERS:
            pad = typing or isinstance(self._engine.view(self._clock.monotonic()), PadView)
            return Role.ACTS if pad else Role.ENTERS
        return Role.WRITES if typing and key not in _ALWAYS_ACT else Role.ACTS

    def _hear(self, event: pygame.event.Event, now: float) -> None:
        for said in self._from_window(event, now):
            self._handle(said)

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


def camera_wish(settings: Settings, device: str = "") -> CameraWish:
    """What this machine's settings ask of a camera; `device` names another one than they do."""
    from kiosk.scanner.camera import CameraWish

    asked = settings.camera
    return CameraWish(device or asked.device, asked.size or CameraWish().size, asked.focus, asked.mirrored)
