"""The window's own keys, in two lanes: for systems without a raw route. The app hands pygame's events over.

Nothing here imports pygame; an event is anything with SDL's event numbers and pygame's attribute names.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from kiosk.flows.events import Scan
from kiosk.scanner.bursts import Bursts, Heard, Presses
from kiosk.scanner.keys import ALT, CTRL, META, SHIFT, USB, Key, Keyboard
from kiosk.scanner.lanes import join
from kiosk.scanner.source import Condition, Put, Watch
from kiosk.scanner.wedge import WedgeDecoder, WedgeSettings

# SDL_events.h and SDL_keycode.h; pygame and pygame-ce have the same numbers.
KEYDOWN: Final = 0x300
KEYUP: Final = 0x301
TEXTINPUT: Final = 0x303
_MODIFIERS: Final = ((0x0003, SHIFT), (0x00C0, CTRL), (0x0300, ALT), (0x0C00, META))
_CAPS: Final = 0x2000


class SdlSource:
    """Two lanes from one window. All calls in the app's main thread; `handle` every event, then `tick`.

    `loses_repeats`: the window system may drop repeated keys (SDL on X11), so keys alone are not believed.
    """

    name = "sdl"

    def __init__(
        self, put: Put, *, loses_repeats: bool, settings: WedgeSettings | None = None, watch: Watch | None = None
    ) -> None:
        self.typing_goes_to_field = False
        self.condition = Condition("scanner.sdl.repeats" if loses_repeats else "scanner.sdl.ready")
        self._put = put
        self._watch = watch
        self._keyboard = Keyboard()
        self._bursts = Bursts(WedgeDecoder(settings, join=partial(join, loses_repeats=loses_repeats)))
        self._presses = Presses()
        self._until = float("-inf")

    @property
    def heard(self) -> Heard:
        """What is known of the keys so far."""
        return self._presses.heard((self._bursts,), self._until)

    def look(self) -> None:
        """Nothing to do: the app's loop feeds it."""

    def describe(self) -> str:
        """Name and condition."""
        return f"{self.name}: {self.condition}"

    def start(self) -> None:
        """Nothing to start: the app's loop feeds it."""

    def close(self) -> None:
        """Forget what is unfinished."""
        self._bursts.reset()

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next (monotonic seconds), or None."""
        return self._bursts.deadline

    def handle(self, event: Any, at: float) -> None:
        """One pygame event, read at monotonic `at`; events that are no keys are passed over."""
        self._until = at
        if event.type == KEYDOWN:
            self.key(event.scancode, event.mod, at, down=True)
        elif event.type == KEYUP:
            self.key(event.scancode, event.mod, at, down=False)
        elif event.type == TEXTINPUT:
            self.text(event.text, at)

    def key(self, scancode: int, mod: int, at: float, *, down: bool) -> None:
        """A key moved: SDL scancode and modifier state."""
        physical = USB.get(scancode, "")
        self._keyboard.caps = bool(mod & _CAPS)
        if not down:
            # The text lane brings what Alt+keypad made; here it would come twice.
            self._keyboard.release(at, physical)
            return
        self._presses.add(physical, at)
        held = {name for bits, name in _MODIFIERS if mod & bits}
        key = self._keyboard.press(at, physical, held)
        if key is not None:
            if self._watch is not None:
                self._watch("keys", key)
            self._give(self._bursts.feed(key))

    def text(self, text: str, at: float) -> None:
        """The window system's text for one or more keys."""
        if not text:
            return
        caps = self._keyboard.caps
        plain = text.swapcase() if caps and text.isascii() else text
        self._give(self._bursts.feed(Key(at, plain, caps, "text")))

    def window_left(self) -> None:
        """The window has lost the focus: what is unfinished is not ours any more."""
        self._bursts.reset()

    def tick(self, now: float) -> None:
        """Time is `now`; all events before it have been handled."""
        self._until = now
        self._give(self._bursts.tick(now))

    def _give(self, scans: tuple[Scan, ...]) -> None:
        for scan in scans:
            if not (scan.typed and self.typing_goes_to_field):
                self._put(scan)
