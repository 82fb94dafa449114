"""Keys straight from the Linux kernel: one scanner, grabbed, so that its keys reach nobody else (python-evdev).

Which scanner is said by a part of its name ("Zebra"), by its file ("/dev/input/by-id/usb-…-event-kbd"), by the USB
port it is plugged into ("usb-0000:00:14.0-2", as the kernel tells it), or not at all: then all that call themselves
scanners. A scanner may be plugged in before or after the kiosk starts, and pulled at any time.
"""

from __future__ import annotations

import getpass
import logging
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from kiosk.scanner.keys import EVDEV
from kiosk.scanner.listener import Devices, DeviceSource, DeviceTime, Listener
from kiosk.scanner.source import Condition, Put, SourceUnavailableError, Watch, after_looking
from kiosk.scanner.wedge import WedgeSettings

_log = logging.getLogger(__name__)

_EV_KEY: Final = 1
_UP, _DOWN = 0, 1  # 2 is the kernel's auto-repeat
_LOOK_AGAIN: Final = 2.0
_LOOKS: Final = 2  # after something came: udev may give the permission a moment later
_FOLDER: Final = Path("/dev/input")
_USUAL_NAMES: Final = ("barcode", "bar code", "scanner")


class InputDevice(Protocol):
    """What is used of `evdev.InputDevice`."""

    name: str
    phys: str

    @property
    def path(self) -> str | bytes:
        """Its file."""
        ...

    def fileno(self) -> int:
        """The file descriptor."""
        ...

    def read(self) -> Iterable[Any]:
        """Waiting events with `type`, `code`, `value`, `timestamp()`. Raises `OSError` when unplugged."""
        ...

    def grab(self) -> None:
        """Take its keys for this process alone. Raises `OSError` when another has them."""
        ...

    def close(self) -> None:
        """Close the file, which also ends the grab."""
        ...


def seen_devices() -> list[InputDevice]:
    """All input devices this user may read.

    Raises `SourceUnavailableError` without python-evdev or when there are devices but none may be read.
    """
    try:
        import evdev
    except ImportError:
        raise SourceUnavailableError("scanner.evdev.no_driver") from None
    devices: list[InputDevice] = []
    for path in evdev.list_devices():  # only those that may be read
        with suppress(OSError):  # unplugged in between
            devices.append(evdev.InputDevice(path))
    if not devices and any(_FOLDER.glob("event*")):
        raise SourceUnavailableError("scanner.evdev.no_permission", user=getpass.getuser())
    return devices


def folder_stamp() -> int:
    """Something that changes whenever an input device comes or goes."""
    try:
        return _FOLDER.stat().st_mtime_ns
    except OSError:  # there are no input devices at all
        return 0


class EvdevSource(DeviceSource):
    """The scanners that fit `wanted` ("" for those that call themselves one), grabbed.

    What is not there yet, or may not be read, is looked for again once started; `condition` says so. Making one
    raises `SourceUnavailableError` when python-evdev is missing.
    """

    name = "evdev"

    def __init__(
        self,
        put: Put,
        wanted: str,
        *,
        monotonic: Callable[[], float],
        look: Callable[[], list[InputDevice]] = seen_devices,
        stamp: Callable[[], int] = folder_stamp,
        settings: WedgeSettings | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._wanted = wanted
        self._look = look
        self._monotonic = monotonic
        self._devices = Devices(put, source=f"evdev:{wanted}" if wanted else "evdev", settings=settings, watch=watch)
        self._open: dict[InputDevice, DeviceTime] = {}
        self._stamp = stamp
        self._last_stamp = stamp()
        self._looks = 0
        self._look_at = monotonic() + _LOOK_AGAIN
        self._condition = self._looked(self._find)
        self._listener = Listener(
            "scanner-evdev",
            files=lambda: list(self._open),
            read=self._read,
            tick=self._tick,
            deadline=self._deadline,
            failed=self._failed,
            monotonic=monotonic,
        )

    def close(self) -> None:
        """End the thread and give the devices back."""
        super().close()
        for device in list(self._open):
            self._part_with(device)

    def _find(self) -> Condition:
        """Grab what fits and is not ours yet."""
        try:
            seen = self._look()
        except SourceUnavailableError as missing:
            if missing.condition.key == "scanner.evdev.no_driver":
                raise
            return missing.condition
        busy = []
        for device in seen:
            if not fits(device, self._wanted):
                device.close()
                continue
            try:
                device.grab()
            except OSError:
                device.close()  # another program has it, or we have
                busy.append(device.name)
            else:
                self._open[device] = DeviceTime(self._monotonic)
        if self._open:
            return self._ready()
        if busy:
            return Condition("scanner.evdev.busy", {"devices": ", ".join(busy)}, ok=False)
        names = ", ".join(sorted({device.name for device in seen})) or "-"
        return Condition(
            "scanner.evdev.not_found", {"wanted": self._wanted or "/".join(_USUAL_NAMES), "seen": names}, ok=False
        )

    def _ready(self) -> Condition:
        return Condition("scanner.evdev.ready", {"devices": ", ".join(device.name for device in self._open)})

    def _read(self) -> None:
        for device in list(self._open):
            try:
                self._read_one(device)
            except BlockingIOError:
                continue
            except OSError:
                self._lost(device)

    def _read_one(self, device: InputDevice) -> None:
        time = self._open[device]
        while True:  # one read gives 64 events at most; at the end of them it raises BlockingIOError
            for event in device.read():
                if event.type == _EV_KEY and event.value in (_UP, _DOWN):
                    at = time.local(event.timestamp())
                    physical = EVDEV.get(event.code)
                    self._devices.key(device.fileno(), physical, at, down=event.value == _DOWN)

    def _lost(self, device: InputDevice) -> None:
        self._part_with(device)
        self._condition = Condition("scanner.evdev.lost", {"devices": device.name}, ok=False)
        _log.warning("scanner %s", self.describe())

    def _part_with(self, device: InputDevice) -> None:
        del self._open[device]
        with suppress(OSError):
            self._devices.forget(device.fileno())
            device.close()

    def _tick(self, now: float) -> None:
        self._devices.tick(now)
        if now >= self._look_at:
            self._look_at = now + _LOOK_AGAIN
            self._look_again()

    def _look_again(self) -> None:
        before = self._condition
        self._condition = self._looked(self._look_if_needed)
        if self._condition.ok and self._condition != before:
            _log.info("scanner %s", self.describe())

    def _look_if_needed(self) -> Condition:
        """Look while a scanner is missing, and after something was plugged in or pulled."""
        stamp = self._stamp()
        if stamp != self._last_stamp:
            self._last_stamp, self._looks = stamp, _LOOKS
        if self._condition.ok and not self._looks:
            return self._condition
        self._looks = max(0, self._looks - 1)
        return after_looking(self._condition, self._find())

    def _deadline(self) -> float | None:
        return min((at for at in (self._devices.deadline, self._look_at) if at is not None), default=None)

    def _failed(self, error: Exception) -> None:
        """Give everything back, to be looked for anew at once."""
        self._condition = self._defect(error)
        self._look_at = self._monotonic()
        for device in list(self._open):
            self._part_with(device)


def fits(device: InputDevice, wanted: str) -> bool:
    """Is this the device that `wanted` names (see the module)?"""
    if wanted.startswith("/"):
        return Path(wanted).resolve() == Path(os.fsdecode(device.path)).resolve()
    if wanted.startswith("usb-"):
        return f"{device.phys}/".startswith(f"{wanted}/")
    name = device.name.casefold()
    return wanted.casefold() in name if wanted else any(usual in name for usual in _USUAL_NAMES)
