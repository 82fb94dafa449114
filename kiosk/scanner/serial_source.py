"""Scanners on a serial line: a USB scanner set to "virtual COM port", or an old one on RS-232 (pyserial).

A port is opened for this program alone, never taken from another one, and looked for every two seconds while it is
not there, so that it does not matter when the scanner is plugged in.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Key
from kiosk.scanner.lines import LineDecoder
from kiosk.scanner.rubbish import RubbishLimit
from kiosk.scanner.source import Condition, Described, Put, SourceUnavailableError, Watch, after_looking
from kiosk.scanner.wedge import WedgeSettings

_log = logging.getLogger(__name__)

USUAL_SPEED: Final = 9600
"""Bits a second, what scanners are delivered with; a USB scanner works at any."""

_LOOK_AGAIN: Final = 2.0
_NOTHING_TO_DO: Final = 0.5  # seconds one read waits while no code has begun: how late a pulled plug may be noticed
_CODE_BEGUN: Final = 0.02
_OF_A_CLOSED_LINE: Final = (OSError, AttributeError, TypeError)  # what pyserial raises of one
_FLOOD_ENDS: Final = 60.0  # seconds without rubbish after which it is worth another line of the log

# USB vendor numbers of makers of scanners (usb.org): Symbol/Zebra, Metrologic and HHP (Honeywell), PSC (Datalogic),
# Opticon, Intermec, Newland.
SCANNER_MAKERS: Final = frozenset({0x05E0, 0x0C2E, 0x0536, 0x05F9, 0x065A, 0x067E, 0x1EAB})
_SCANNER_WORDS: Final = ("barcode", "bar code", "scanner", "imager", "条码", "扫码")
_NEVER: Final = ("modem", "gps", "gnss", "printer", "arduino", "bluetooth", "lte", "gsm", "debug", "jtag", "ups")


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port of this machine. `words` is all it says of itself; `vendor` its USB vendor number, or None."""

    device: str
    words: str = ""
    vendor: int | None = None


class NoPortError(OSError):
    """The place is there, but is no serial port."""


class Line(Protocol):
    """What is used of `serial.Serial`. Reading and closing raise `OSError` when it was unplugged."""

    timeout: float | None

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once."""
        ...

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes; fewer after `timeout` seconds."""
        ...

    def cancel_read(self) -> None:
        """Wake a `read` in another thread."""
        ...

    def close(self) -> None:
        """Give the port back."""
        ...


def seen_ports() -> list[Port]:
    """The serial ports of this machine. Raises `SourceUnavailableError` without pyserial."""
    try:
        from serial.tools.list_ports import comports  # type: ignore[import-untyped]  # pyserial has no types
    except ImportError:
        raise SourceUnavailableError("scanner.serial.no_driver") from None
    return [
        Port(port.device, " ".join(filter(None, (port.description, port.manufacturer, port.product))), port.vid)
        for port in comports()
    ]


def connect(device: str, speed: int) -> Line:
    """Open a port for this process alone.

    Raises `NoPortError` for a file or another device, `BlockingIOError` when another program has it,
    `PermissionError` when this user may not, else `OSError`.
    """
    import serial  # type: ignore[import-untyped]  # pyserial has no types

    if sys.platform != "win32" and _is_no_port(device):
        raise NoPortError(device)
    if sys.platform != "win32" and _has_another_reader(device):
        raise BlockingIOError(device)
    try:
        line = serial.Serial(device, speed, timeout=_NOTHING_TO_DO, exclusive=None if sys.platform == "win32" else True)
    except ValueError as error:  # a speed the port has not
        raise OSError(str(error)) from error
    except serial.SerialException as error:
        # Windows says "in use" by a PermissionError that pyserial has made words of.
        if error.errno in (errno.EBUSY, errno.EAGAIN) or "PermissionError" in str(error):
            raise BlockingIOError(device) from error
        if error.errno == errno.EACCES:
            raise PermissionError(device) from error
        raise
    if sys.platform != "win32":
        import fcntl
        import termios

        with suppress(OSError):  # a courtesy: programs that heed no lock are kept out as well
            fcntl.ioctl(line.fileno(), termios.TIOCEXCL)
    opened: Line = line
    return opened


def likely(ports: Sequence[Port]) -> list[Port]:
    """The ports that may be a scanner, the likeliest first: those that say so, then other USB ports.

    Ports that are something else by their own words, and ports that are not USB, are never taken unasked.
    """
    ranked = [(rank, port) for port in ports if (rank := _rank(port))]
    return [port for _, port in sorted(ranked, key=lambda pair: (-pair[0], pair[1].device))]


def _rank(port: Port) -> int:
    words = port.words.casefold()
    if port.vendor is None:
        return 0
    if port.vendor in SCANNER_MAKERS or any(word in words for word in _SCANNER_WORDS):
        return 2
    return 0 if any(word in words.split() for word in _NEVER) else 1


def parse_place(argument: str) -> tuple[str, int]:
    """Device ("" for any) and speed of `/dev/ttyUSB0@9600`. Raises ValueError for a speed that is no number."""
    device, at, speed = argument.partition("@")
    return device.strip(), int(speed) if at else USUAL_SPEED


class SerialSource(Described):
    """One serial port, read in an own thread. Make it with `open`."""

    name = "serial"

    def __init__(
        self,
        put: Put,
        argument: str,
        *,
        monotonic: Callable[[], float],
        ports: Callable[[], list[Port]] = seen_ports,
        open_line: Callable[[str, int], Line] = connect,
        settings: WedgeSettings | None = None,
        watch: Watch | None = None,
        look_again: float = _LOOK_AGAIN,
    ) -> None:
        self.typing_goes_to_field = False  # nobody types on a serial line
        self._put = put
        self._watch = watch
        self._wanted, self._speed = parse_place(argument)
        self._monotonic = monotonic
        self._ports = ports
        self._open_line = open_line
        self._look_again = look_again
        self._decoder = LineDecoder(settings, source=f"serial:{argument}" if argument else "serial")
        self._limit = RubbishLimit()
        self._line: Line | None = None
        self._device = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner-serial", daemon=True)
        self._condition = self._looked(self._find)

    @classmethod
    def open(
        cls,
        put: Put,
        argument: str,
        *,
        monotonic: Callable[[], float],
        settings: WedgeSettings | None = None,
        watch: Watch | None = None,
    ) -> SerialSource:
        """Open the port `argument` names ("/dev/ttyUSB0", "COM3@115200", "" for one found by itself).

        A port that is not there yet, or busy, is looked for again once started; `condition` says so. Raises
        `SourceUnavailableError` when pyserial is missing or the speed is no number.
        """
        try:
            return cls(put, argument, monotonic=monotonic, settings=settings, watch=watch)
        except ValueError:
            raise SourceUnavailableError("scanner.serial.no_speed", wanted=argument) from None

    def start(self) -> None:
        """Begin to listen in an own thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and give the port back."""
        self._closing.set()
        line = self._line
        if line is not None and self._thread.is_alive():
            with suppress(*_OF_A_CLOSED_LINE):  # the thread may be closing the line itself
                line.cancel_read()
        if self._thread.is_alive():
            self._thread.join()
        self._part_with_line()

    def _find(self) -> Condition:
        """Open the first port that fits and is free."""
        seen = self._ports()
        wanted = [Port(self._wanted)] if self._wanted else likely(seen)
        busy, forbidden, others = [], [], []
        for port in wanted:
            try:
                self._line = self._open_line(port.device, self._speed)
            except BlockingIOError:
                busy.append(port.device)
            except PermissionError:
                forbidden.append(port.device)
            except NoPortError:
                others.append(port.device)
            except OSError:
                continue
            else:
                self._device = port.device
                return Condition("scanner.serial.ready", {"port": port.device, "speed": str(self._speed)})
        if busy:
            return Condition("scanner.serial.busy", {"port": ", ".join(busy)}, ok=False)
        if forbidden:
            return Condition("scanner.serial.no_permission", {"port": ", ".join(forbidden)}, ok=False)
        names = ", ".join(port.device for port in seen) or "-"
        if others and self._wanted:
            return Condition("scanner.serial.no_port", {"port": self._wanted, "seen": names}, ok=False)
        if self._wanted:
            return Condition("scanner.serial.not_found", {"port": self._wanted, "seen": names}, ok=False)
        return Condition("scanner.serial.none_found", {"seen": names}, ok=False)

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._line is None:
                self._closing.wait(self._look_again)
                self._look()
                continue
            try:
                self._read(self._line)
            except Exception as error:  # a defect must not end the source for the day: the port is opened anew
                self._part_with_line()
                self._decoder.reset()
                self._condition = self._defect(error)

    def _look(self) -> None:
        """It was unplugged, or was not there: is it now?"""
        if self._closing.is_set():
            return
        self._condition = after_looking(self._condition, self._looked(self._find))
        if self._condition.ok:
            _log.info("scanner %s", self.describe())

    def _read(self, line: Line) -> None:
        decoder = self._decoder
        try:
            wait = _NOTHING_TO_DO if decoder.deadline is None else _CODE_BEGUN
            if line.timeout != wait:
                line.timeout = wait
            now = self._monotonic()  # before reading: whatever came until now is read before time may act
            data = line.read(1)
            if data:
                now = self._monotonic()
                data += line.read(line.in_waiting)
        except (OSError, TypeError):  # pyserial lets a TypeError through when the line is closed under its read
            if not self._closing.is_set():
                self._lost()
            return
        if self._watch is not None:
            for byte in data:
                self._watch("line", Key(now, chr(byte)))
        for scan in decoder.feed(data, now) if data else decoder.tick(now):
            self._tell(scan)

    def _tell(self, scan: Scan) -> None:
        """Put a scan, unless the line gives more rubbish than anybody can look at."""
        before = self._limit.dropped_at
        if self._limit.allows(scan):
            self._put(scan)
        elif self._limit.dropped_at - before > _FLOOD_ENDS:
            _log.warning("scanner %s: more rubbish than can be shown; the rest is dropped", self.name)

    def _lost(self) -> None:
        self._part_with_line()
        self._decoder.reset()
        self._condition = Condition("scanner.serial.lost", {"port": self._device}, ok=False)
        _log.warning("scanner %s", self.describe())

    def _part_with_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(*_OF_A_CLOSED_LINE):
                line.close()


def _is_no_port(device: str) -> bool:
    """Is there something in this place that is certainly no serial port? One that cannot be opened may be one."""
    try:
        if not stat.S_ISCHR(os.stat(device).st_mode):  # noqa: PTH116  as os.open below
            return True
        file = os.open(device, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return not os.isatty(file)
    finally:
        os.close(file)


def _has_another_reader(device: str) -> bool:
    """Does another process of this machine have the port open, as far as this user may see?

    A lock file of the UUCP kind (Filesystem Hierarchy Standard, `/var/lock`: `LCK..ttyUSB0` with a process number)
    counts, and on Linux an open file of a process in /proc.
    """
    name = Path(device).name
    for folder in ("/var/lock", "/run/lock"):
        with suppress(OSError, ValueError, IndexError):
            if _runs(int((Path(folder) / f"LCK..{name}").read_text("ascii", "replace").split()[0])):
                return True
    real = os.path.realpath(device)
    return any(held == real for held in _files_of_others())


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return process != os.getpid()


def _files_of_others() -> Iterator[str]:
    own = str(os.getpid())
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == own:
            continue
        with suppress(OSError):
            for held in (process / "fd").iterdir():
                with suppress(OSError):
                    yield str(held.readlink())
