"""Keys straight from the Linux kernel: one scanner, grabbed, so that its keys reach nobody else (python-evdev)."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final, Protocol

from kiosk.scanner.keys import EVDEV
from kiosk.scanner.listener import Devices, DeviceTime, Listener
from kiosk.scanner.source import Condition, Put, SourceUnavailableError
from kiosk.scanner.wedge import WedgeSettings

_EV_KEY: Final = 1
_UP, _DOWN = 0, 1  # 2 is the kernel's auto-repeat
_LOOK_AGAIN: Final = 2.0
_USUAL_NAMES: Final = ("barcode", "bar code", "scanner")


class InputDevice(Protocol):
    """What is used of `evdev.InputDevice`."""

    name: str

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
    from pathlib import Path

    devices: list[InputDevice] = []
    for path in evdev.list_devices():  # only those that may be read
        with suppress(OSError):  # unplugged in between
            devices.append(evdev.InputDevice(path))
    if not devices and any(Path("/dev/input").glob("event*")):
        raise SourceUnavailableError("scanner.evdev.no_permission", user=getpass.getuser())
    return devices


class EvdevSource:
    """The scanners whose device name holds `wanted`, or that call themselves one. Make it with `open`."""

    name = "evdev"

    def __init__(
        self,
        put: Put,
        wanted: str,
        *,
        monotonic: Callable[[], float],
        look: Callable[[], list[InputDevice]] = seen_devices,
        settings: WedgeSettings | None = None,
    ) -> None:
        self._wanted = wanted
        self._look = look
        self._monotonic = monotonic
        self._devices = Devices(put, source="evdev", settings=settings)
        self._open: dict[InputDevice, DeviceTime] = {}
        self._look_at: float | None = None
        self._condition = self._find()
        self._listener = Listener(
            "scanner-evdev",
            files=lambda: list(self._open),
            read=self._read,
            tick=self._tick,
            deadline=self._deadline,
            failed=self._failed,
            monotonic=monotonic,
        )

    @classmethod
    def open(
        cls,
        put: Put,
        wanted: str,
        *,
        monotonic: Callable[[], float],
        look: Callable[[], list[InputDevice]] = seen_devices,
        settings: WedgeSettings | None = None,
    ) -> EvdevSource:
        """Grab the devices whose name holds `wanted` ("" for those that call themselves a scanner).

        Raises `SourceUnavailableError` when python-evdev, the device or the permission is missing.
        """
        source = cls(put, wanted, monotonic=monotonic, look=look, settings=settings)
        if not source.condition.ok:
            source.close()
            raise SourceUnavailableError(source.condition.key, **source.condition.values)
        return source

    @property
    def typing_goes_to_field(self) -> bool:
        """See `Source`."""
        return self._devices.typing_goes_to_field

    @typing_goes_to_field.setter
    def typing_goes_to_field(self, value: bool) -> None:
        self._devices.typing_goes_to_field = value

    @property
    def condition(self) -> Condition:
        """How it does now."""
        return self._condition

    def describe(self) -> str:
        """Name and condition."""
        return f"{self.name}: {self._condition}"

    def start(self) -> None:
        """Begin to listen in an own thread."""
        self._listener.start()

    def close(self) -> None:
        """End the thread and give the devices back."""
        self._listener.close()
        for device in list(self._open):
            self._part_with(device)

    def _find(self) -> Condition:
        """Grab what fits and is not ours yet."""
        seen = self._look()
        for device in seen:
            if _fits(device.name, self._wanted):
                try:
                    device.grab()
                except OSError:
                    device.close()  # another program has it
                    continue
                self._open[device] = DeviceTime(self._monotonic)
            else:
                device.close()
        if self._open:
            return self._ready()
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
        self._look_at = self._monotonic() + _LOOK_AGAIN

    def _part_with(self, device: InputDevice) -> None:
        self._devices.forget(device.fileno())
        del self._open[device]
        with suppress(OSError):
            device.close()

    def _tick(self, now: float) -> None:
        self._devices.tick(now)
        if self._look_at is not None and now >= self._look_at:
            self._look_again(now)

    def _look_again(self, now: float) -> None:
        """A scanner was unplugged: look every two seconds whether it is back."""
        try:
            found = self._find()
        except SourceUnavailableError:
            found = self._condition
        if found.ok:
            self._condition, self._look_at = found, None
        else:
            self._look_at = now + _LOOK_AGAIN

    def _deadline(self) -> float | None:
        return min((at for at in (self._devices.deadline, self._look_at) if at is not None), default=None)

    def _failed(self) -> None:
        self._condition = Condition("scanner.evdev.lost", {"devices": self._wanted or self.name}, ok=False)


def _fits(device_name: str, wanted: str) -> bool:
    name = device_name.casefold()
    return wanted.casefold() in name if wanted else any(usual in name for usual in _USUAL_NAMES)
