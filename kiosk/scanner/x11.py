"""Keys straight from the X server: raw XInput2 events, past SDL, layout and input method (python-xlib).

Raw events come from all keyboards whatever window has the focus, so the app says through `window_focused` whether
the kiosk's window has it. They are asked from the *master* devices: from all devices each key would come twice.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from kiosk.scanner.bursts import Heard
from kiosk.scanner.keys import EVDEV
from kiosk.scanner.listener import Devices, DeviceSource, DeviceTime, Listener
from kiosk.scanner.source import Condition, Put, SourceUnavailableError, Watch
from kiosk.scanner.wedge import WedgeSettings

if TYPE_CHECKING:
    from Xlib.display import Display

_log = logging.getLogger(__name__)

# XI2proto.h, xXIRawEvent after the ten bytes all generic events share: device, time (ms), key, source device.
_RAW_KEY: Final = struct.Struct("=HIIH")
_GENERIC_EVENT: Final = 35
_RAW_PRESS: Final = 13
_RAW_RELEASE: Final = 14
_ALL_MASTER_DEVICES: Final = 1
_CAPS_LOCKED: Final = 2  # LockMask
_X_OFFSET: Final = 8  # X keycodes under evdev (and Xvfb, Xwayland) are the kernel's plus 8
_WRAP: Final = 2**32


class X11Source(DeviceSource):
    """Raw keys of one X server. Make it with `open`."""

    name = "x11"

    def __init__(
        self,
        connect: Callable[[], tuple[Display, bool]],
        devices: Devices,
        window_focused: Callable[[], bool],
        monotonic: Callable[[], float],
    ) -> None:
        self._connect = connect
        self._devices = devices
        self._focused = window_focused
        self._monotonic = monotonic
        self._display: Display | None = None
        self._condition = self._connected()
        self._listener = Listener(
            "scanner-x11",
            files=lambda: [self._display] if self._display is not None else [],
            read=self._read,
            tick=self._tick,
            deadline=lambda: devices.deadline,
            failed=self._failed,
            monotonic=monotonic,
        )

    @classmethod
    def open(
        cls,
        put: Put,
        *,
        window_focused: Callable[[], bool],
        monotonic: Callable[[], float],
        environ: Mapping[str, str],
        settings: WedgeSettings | None = None,
        watch: Watch | None = None,
    ) -> X11Source:
        """Connect to the X server that `environ` names and ask for its raw keys.

        `window_focused` is called in the source's thread at each key. A connection that breaks is made anew. Raises
        `SourceUnavailableError` without python-xlib, without a server, or when the server has no XInput2.
        """
        name = environ.get("DISPLAY", "")
        devices = Devices(put, source="wedge", settings=settings, watch=watch)
        return cls(lambda: _connect(name), devices, window_focused, monotonic)

    @property
    def heard(self) -> Heard | None:
        """What is known of the keys that the window sees too; None while nothing is."""
        return self._devices.heard if self._condition.ok else None

    def look(self) -> None:
        """See `Source`."""
        self._listener.look()

    def close(self) -> None:
        """End the thread and the connection."""
        super().close()
        self._part()

    def _connected(self) -> Condition:
        display, self._devices.caps = self._connect()
        self._display = display
        self._time = DeviceTime(self._monotonic)
        self._extension = display.display.get_extension_major("XInputExtension")
        self._turns = self._last_ms = 0
        return Condition("scanner.x11.ready", {"display": display.get_display_name()})

    def _part(self) -> None:
        display, self._display = self._display, None
        if display is not None:
            _hang_up(display)

    def _failed(self, error: Exception) -> None:
        """The connection broke, or cannot be made anew yet."""
        from Xlib.error import ConnectionClosedError

        gone = isinstance(error, ConnectionClosedError | SourceUnavailableError)
        before = self._condition
        self._condition = Condition("scanner.x11.lost", ok=False) if gone else self._defect(error)
        if before.ok:
            _log.warning("scanner %s", self.describe())
        self._devices.forget_all()
        self._part()

    def _read(self) -> None:
        if self._display is None:
            self._condition = self._connected()
            _log.info("scanner %s", self.describe())
        display = self._display
        while display is not None and display.pending_events():
            event = display.next_event()
            if event.type != _GENERIC_EVENT or event.extension != self._extension:
                continue
            if event.evtype in (_RAW_PRESS, _RAW_RELEASE):
                _, milliseconds, keycode, device = _RAW_KEY.unpack_from(event.data)
                self._devices.key(
                    device,
                    EVDEV.get(keycode - _X_OFFSET),
                    self._time.local(self._seconds(milliseconds)),
                    down=event.evtype == _RAW_PRESS,
                    heard=self._focused() or _unmanaged(display),
                )

    def _tick(self, now: float) -> None:
        deadline = self._devices.deadline
        if deadline is not None and now >= deadline:
            # Silence is about to end a code. If the server was busy, its keys are on the way: after a round trip
            # they are here.
            if self._display is not None:
                self._display.sync()
            self._read()
        self._devices.tick(now)

    def _seconds(self, milliseconds: int) -> float:
        """The server's time, which starts again at 0 every 49.7 days, as a number that only grows."""
        if milliseconds < self._last_ms - _WRAP // 2:
            self._turns += 1
        self._last_ms = milliseconds
        return (self._turns * _WRAP + milliseconds) / 1000


_POINTER_ROOT = 1  # X.PointerRoot: no window in particular has the focus


def _unmanaged(display: Display) -> bool:
    """Whether keys go to whatever window the pointer is over, as on a server without a window manager.

    A kiosk's own session often has none. Nobody gives the focus back there, so a window that lost it for a moment
    (to a dialogue, to a program that ended) would be deaf for ever.
    """
    return bool(display.get_input_focus().focus == _POINTER_ROOT)


def _hang_up(display: Display) -> None:
    from Xlib.error import ConnectionClosedError

    with suppress(ConnectionClosedError, OSError):  # the server may have gone first
        display.close()


def _connect(name: str) -> tuple[Display, bool]:
    """A connection that is sent raw keys, and whether Caps Lock is on. Raises `SourceUnavailableError`."""
    try:
        from Xlib.display import Display
        from Xlib.error import ConnectionClosedError, DisplayError, XError
        from Xlib.ext import xinput
    except ImportError:
        raise SourceUnavailableError("scanner.x11.no_driver") from None
    if not name:
        raise SourceUnavailableError("scanner.x11.no_display")
    try:
        display = Display(name)
    except (DisplayError, ConnectionClosedError, OSError, OverflowError):  # the last for ":99999"
        raise SourceUnavailableError("scanner.x11.no_display") from None
    try:
        _select_raw_keys(display, xinput)
        return display, bool(display.screen().root.query_pointer().mask & _CAPS_LOCKED)
    except (XError, _NoXInput2Error):
        _hang_up(display)
        raise SourceUnavailableError("scanner.x11.no_xinput2") from None
    except ConnectionClosedError:
        raise SourceUnavailableError("scanner.x11.no_display") from None


class _NoXInput2Error(Exception):
    """The server cannot give raw keys."""


def _select_raw_keys(display: Display, xinput: Any) -> None:
    if not (display.has_extension("XInputExtension") and display.has_extension("Generic Event Extension")):
        raise _NoXInput2Error
    # python-xlib asks for 2.0 only. From 2.1 on raw events also come while a program holds a grab.
    version = xinput.XIQueryVersion(
        display=display.display,
        opcode=display.display.get_extension_major(xinput.extname),
        major_version=2,
        minor_version=2,
    )
    if version.major_version < 2:
        raise _NoXInput2Error
    mask = 1 << _RAW_PRESS | 1 << _RAW_RELEASE
    display.screen().root.xinput_select_events([(_ALL_MASTER_DEVICES, mask)])
    display.sync()
