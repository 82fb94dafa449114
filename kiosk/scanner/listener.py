"""What the raw sources share: a thread that sleeps on its files, a decoder for each device, exact times."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from kiosk.flows.events import Scan
from kiosk.scanner.bursts import Bursts, Heard, Presses
from kiosk.scanner.keys import Keyboard
from kiosk.scanner.source import Described, Put, Watch
from kiosk.scanner.wedge import ENDS, WedgeDecoder, WedgeSettings


class HasFileno(Protocol):
    """Something to wait for."""

    def fileno(self) -> int:
        """The file descriptor."""
        ...


class Devices:
    """One keyboard and one decoder for each device, so that a person's keys and a scanner's never mix."""

    PAUSE = 0.2
    """Seconds after an unheard key at which a new burst may begin."""

    def __init__(
        self, put: Put, *, source: str, settings: WedgeSettings | None = None, watch: Watch | None = None
    ) -> None:
        self.typing_goes_to_field = False
        self.caps = False
        self._watch = watch
        self._put = put
        self._source = source
        self._settings = settings
        self._known: dict[int, tuple[Keyboard, Bursts]] = {}
        self._presses = Presses()
        self.heard = Heard(float("-inf"))
        self._unheard: dict[int, float] = {}

    def key(self, device: int, physical: str | None, at: float, *, down: bool, heard: bool = True) -> None:
        """A key of a device moved; `physical` is None for a key without a name.

        Not `heard` (another window has the focus): only its modifiers count. Of a burst that began unheard the
        rest is not heard either, up to its end: half a code is worse than none.
        """
        keyboard, bursts = self._device(device)
        keyboard.caps = self.caps
        if down:
            self._presses.add(physical, at)
        key = (keyboard.press if down else keyboard.release)(at, physical or "")
        self.caps = keyboard.caps
        if key is None:
            return
        if heard and self._watch is not None:
            self._watch("keys", key)
        if not heard or at - self._unheard.get(device, -self.PAUSE) < self.PAUSE:
            if heard:
                bursts.pass_over(at)
            else:
                bursts.reset()
            self._unheard[device] = at
            if key.char in ENDS:
                del self._unheard[device]
        else:
            self._give(bursts.feed(key))

    def tick(self, now: float) -> None:
        """Time is `now`; all keys before it have been given. What is known of them is in `heard` then."""
        for _, bursts in self._known.values():
            self._give(bursts.tick(now))
        self._tell(now)

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next, or None."""
        deadlines = (bursts.deadline for _, bursts in self._known.values())
        return min((at for at in deadlines if at is not None), default=None)

    def forget(self, device: int) -> None:
        """The device has gone; its unfinished burst goes with it."""
        self._known.pop(device, None)

    def forget_all(self) -> None:
        """Every device has gone."""
        self._known.clear()
        self._unheard.clear()

    def _device(self, device: int) -> tuple[Keyboard, Bursts]:
        if device not in self._known:
            self._known[device] = Keyboard(), Bursts(WedgeDecoder(self._settings, source=self._source))
        return self._known[device]

    def _tell(self, until: float) -> None:
        self.heard = self._presses.heard((bursts for _, bursts in self._known.values()), until)

    def _give(self, scans: tuple[Scan, ...]) -> None:
        if scans:  # whoever takes a scan knows already which keys were its
            self._tell(self.heard.until)
        for scan in scans:
            if not (scan.typed and self.typing_goes_to_field):
                self._put(scan)


class DeviceTime:
    """A device's own clock -> monotonic seconds of this process.

    The event's time says how far apart two keys were, however late they were read: under load a backlog may be
    seconds old. The smallest delay ever seen ties both clocks together. They are tied anew when the device's clock
    runs backwards, and when they have parted by more than `APART` seconds after as long a silence (it was set).
    """

    APART = 2.0

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._offset = float("inf")
        self._last_device = float("-inf")
        self._last_read = float("-inf")

    def local(self, device_seconds: float) -> float:
        """The monotonic time of an event that carries `device_seconds`, read just now."""
        now = self._monotonic()
        offset = now - device_seconds
        was_set = device_seconds < self._last_device or (
            now - self._last_read > self.APART and offset - self._offset > self.APART
        )
        if was_set or offset < self._offset:
            self._offset = offset
        self._last_device, self._last_read = device_seconds, now
        return device_seconds + self._offset


CLOSE_SECONDS = 2.0  # a thread that a broken driver holds is left behind; it is a daemon
AGAIN_SECONDS = 2.0  # after a failure, until it listens again


class Listener:
    """A thread that sleeps until one of `files()` can be read, `deadline()` is due, or it is closed.

    `read()` is called after each wake-up before `tick(now)`, so that a late tick never cuts a code whose keys were
    waiting. When one of them raises, `failed(error)` is called in the thread, which listens again after `again`
    seconds: `failed` gives back what may have caused it, and `read` or `tick` look for it anew.
    """

    def __init__(
        self,
        name: str,
        *,
        files: Callable[[], list[HasFileno]],
        read: Callable[[], None],
        tick: Callable[[float], None],
        deadline: Callable[[], float | None],
        failed: Callable[[Exception], None],
        monotonic: Callable[[], float],
        again: float = AGAIN_SECONDS,
    ) -> None:
        self._files = files
        self._read = read
        self._tick = tick
        self._deadline = deadline
        self._failed = failed
        self._monotonic = monotonic
        self._again = again
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def look(self) -> None:
        """Let the thread look at once, though nothing is due."""
        if not self._closing:
            with suppress(BlockingIOError):
                self._waker.send(b"x")

    def close(self) -> None:
        """End the thread and wait for it."""
        if self._closing:
            return
        self._closing = True
        self._waker.send(b"x")
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        self._wake.close()
        self._waker.close()

    def _run(self) -> None:
        while not self._closing:
            try:
                now = self._monotonic()  # before reading: whatever came until now is read before time may act
                self._read()
                self._tick(now)
                select.select([self._wake, *self._files()], [], [], self._seconds_to_sleep())
                with suppress(BlockingIOError):
                    self._wake.recv(1 << 10)
            except Exception as error:
                if self._closing:
                    return
                with suppress(Exception):  # it may stumble over the same thing
                    self._failed(error)
                select.select([self._wake], [], [], self._again)

    def _seconds_to_sleep(self) -> float | None:
        deadline = self._deadline()
        return None if deadline is None else max(0.0, deadline - self._monotonic())


class DeviceSource(Described):
    """A source that hears `Devices` in a thread of its own; each sets both, and adds what it has to give back."""

    _devices: Devices
    _listener: Listener

    @property
    def typing_goes_to_field(self) -> bool:
        """See `Source`."""
        return self._devices.typing_goes_to_field

    @typing_goes_to_field.setter
    def typing_goes_to_field(self, value: bool) -> None:
        self._devices.typing_goes_to_field = value

    def start(self) -> None:
        """Begin to listen in an own thread."""
        self._listener.start()

    def close(self) -> None:
        """End the thread."""
        self._listener.close()
