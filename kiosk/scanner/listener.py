"""What the raw sources share: a thread that sleeps on its files, a decoder for each device, exact times."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Keyboard
from kiosk.scanner.source import Put
from kiosk.scanner.wedge import WedgeDecoder, WedgeSettings

log = logging.getLogger(__name__)


class HasFileno(Protocol):
    """Something to wait for."""

    def fileno(self) -> int:
        """The file descriptor."""
        ...


class Devices:
    """One keyboard and one decoder for each device, so that a person's keys and a scanner's never mix."""

    def __init__(self, put: Put, *, source: str, settings: WedgeSettings | None = None) -> None:
        self.typing_goes_to_field = False
        self.caps = False
        self._put = put
        self._source = source
        self._settings = settings
        self._known: dict[int, tuple[Keyboard, WedgeDecoder]] = {}

    def key(self, device: int, physical: str | None, at: float, *, down: bool, heard: bool = True) -> None:
        """A key of a device moved; `physical` is None for a key without a name.

        Not `heard` (another window has the focus): only its modifiers count.
        """
        keyboard, decoder = self._device(device)
        keyboard.caps = self.caps
        key = (keyboard.press if down else keyboard.release)(at, physical or "")
        self.caps = keyboard.caps
        if not heard:
            decoder.reset()
        elif key is not None:
            self._give(decoder.feed(key))

    def tick(self, now: float) -> None:
        """Time is `now`."""
        for _, decoder in self._known.values():
            self._give(decoder.tick(now))

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next, or None."""
        deadlines = (decoder.deadline for _, decoder in self._known.values())
        return min((at for at in deadlines if at is not None), default=None)

    def forget(self, device: int) -> None:
        """The device has gone; its unfinished burst goes with it."""
        self._known.pop(device, None)

    def _device(self, device: int) -> tuple[Keyboard, WedgeDecoder]:
        if device not in self._known:
            self._known[device] = Keyboard(), WedgeDecoder(self._settings, source=self._source)
        return self._known[device]

    def _give(self, scans: Iterable[Scan]) -> None:
        for scan in scans:
            if not (scan.typed and self.typing_goes_to_field):
                self._put(scan)


class DeviceTime:
    """A device's own clock -> monotonic seconds of this process.

    The event's time says how far apart two keys were, however late they were read. The smallest delay ever seen
    ties both clocks together; if they part by more than `APART` seconds (a clock was set), they are tied anew.
    """

    APART = 2.0

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._offset: float | None = None

    def local(self, device_seconds: float) -> float:
        """The monotonic time of an event that carries `device_seconds`, read just now."""
        offset = self._monotonic() - device_seconds
        if self._offset is None or offset < self._offset or offset - self._offset > self.APART:
            self._offset = offset
        return device_seconds + self._offset


class Listener:
    """A thread that sleeps until one of `files()` can be read, `deadline()` is due, or it is closed.

    `read()` is called after each wake-up before `tick(now)`, so that a late tick never cuts a code whose keys were
    waiting. `failed()` is called once if one of them raises; the thread then ends.
    """

    def __init__(
        self,
        name: str,
        *,
        files: Callable[[], list[HasFileno]],
        read: Callable[[], None],
        tick: Callable[[float], None],
        deadline: Callable[[], float | None],
        failed: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._files = files
        self._read = read
        self._tick = tick
        self._deadline = deadline
        self._failed = failed
        self._monotonic = monotonic
        self._wake, self._waker = socket.socketpair()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and wait for it."""
        if self._closing:
            return
        self._closing = True
        self._waker.send(b"x")
        if self._thread.is_alive():
            self._thread.join()
        self._wake.close()
        self._waker.close()

    def _run(self) -> None:
        try:
            while not self._closing:
                self._read()
                self._tick(self._monotonic())
                select.select([self._wake, *self._files()], [], [], self._seconds_to_sleep())
        except Exception as error:
            if self._closing:
                return
            log.warning("%s has ended: %s", self._thread.name, type(error).__name__)
            self._failed()

    def _seconds_to_sleep(self) -> float | None:
        deadline = self._deadline()
        return None if deadline is None else max(0.0, deadline - self._monotonic())
