"""`device:PATH`: a device file, such as the kernel's for a USB printer (/dev/usb/lp0) or a serial line."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.printing.printers import Found, Printer, PrintTrouble
from kiosk.printing.printers.status import AFTER_ASKING, ANSWER_WITHIN, QUESTIONS, trouble_in

_PIECE: Final = 8192
_AGAIN: Final = 0.05  # seconds
_LPGETSTATUS: Final = 0x060B  # linux/lp.h; the answer's bit 0x20 is paper out


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:  # noqa: ARG001  as all
    """Write everything, however slowly the device takes it. Raises PrintTrouble."""
    with _opened(printer, place) as handle:
        try:
            _ask(printer, handle, patience)
            _write(handle, content, patience)
            # Closing drops what a USB printer has not taken yet (usblp_release); writable means taken (usblp_poll).
            _wait(handle, patience, writing=True)
        except TimeoutError as error:
            code = "paper_out" if _paper_is_out(handle) else "no_answer"
            raise PrintTrouble(code, printer=printer.name) from error
        except OSError as error:
            code = "paper_out" if error.errno == errno.ENOSPC else "broken_off"  # as the driver says it
            raise PrintTrouble(code, printer=printer.name) from error


def reach(printer: Printer, place: str, patience: float) -> None:
    """Open the device, and ask how it is. Raises PrintTrouble."""
    with _opened(printer, place) as handle, contextlib.suppress(OSError):
        _ask(printer, handle, patience)


def found() -> tuple[Found, ...]:
    """The printers that the kernel has device files for."""
    paths = (*sorted(Path("/dev/usb").glob("lp[0-9]*")), *sorted(Path("/dev").glob("lp[0-9]*")))
    return tuple(Found(f"device:{path}", path.name) for path in paths)


@contextlib.contextmanager
def _opened(printer: Printer, place: str) -> Iterator[int]:
    if sys.platform == "win32":  # which has no device files
        raise PrintTrouble("no_device", printer=printer.name, path=place)
    path = Path(place)
    try:
        kind = path.stat().st_mode
        if not (stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)):  # a file written where the printer was not plugged in
            raise PrintTrouble("no_device", printer=printer.name, path=place)
        both_ways = stat.S_ISCHR(kind) and os.access(path, os.R_OK)
        handle = os.open(path, (os.O_RDWR if both_ways else os.O_WRONLY) | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        code = _CODES.get(error.errno or 0, "no_device")
        raise PrintTrouble(code, printer=printer.name, path=place) from error
    try:
        if os.isatty(handle):
            import tty

            tty.setraw(handle)  # or the line would change the bytes
        yield handle
    finally:
        os.close(handle)


_CODES: Final = {
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EBUSY: "busy",
}


def _ask(printer: Printer, handle: int, patience: float) -> None:
    """Raises PrintTrouble for what the printer says is wrong, OSError when the device breaks."""
    if not stat.S_ISCHR(os.fstat(handle).st_mode):
        return
    for number, question in enumerate(QUESTIONS.get(printer.language, ())):
        _write(handle, question, patience)
        answer = b""
        with contextlib.suppress(TimeoutError):
            _wait(handle, min(patience, ANSWER_WITHIN), writing=False)
            answer = os.read(handle, 1024)
        if code := trouble_in(printer.language, number, answer):
            raise PrintTrouble(code, printer=printer.name)
        if not answer:
            break
    _write(handle, AFTER_ASKING.get(printer.language, b""), patience)


def _write(handle: int, content: bytes, patience: float) -> None:
    """Write everything. Raises TimeoutError when nothing is taken for so long, OSError when the device breaks."""
    rest = memoryview(content)
    ends = time.monotonic() + patience
    while rest:
        _wait(handle, max(0.0, ends - time.monotonic()), writing=True)
        try:
            rest = rest[os.write(handle, rest[:_PIECE]) :]
            ends = time.monotonic() + patience
        except BlockingIOError:  # the kernel's printer driver says writable when paper is out, too
            time.sleep(_AGAIN)


def _wait(handle: int, patience: float, *, writing: bool) -> None:
    """Until the device can be written (or read). Raises TimeoutError."""
    mask = select.POLLOUT if writing else select.POLLIN
    poll = select.poll()
    poll.register(handle, mask)
    events = poll.poll(patience * 1000)
    if not events:
        raise TimeoutError
    if not events[0][1] & mask:
        raise OSError(errno.EIO, "hung up")


def _paper_is_out(handle: int) -> bool:
    """What the kernel's printer driver says; False for a device that is none."""
    import fcntl

    try:
        answer = fcntl.ioctl(handle, _LPGETSTATUS, b"\0" * 4)
    except OSError:
        return False
    return bool(int.from_bytes(answer, sys.byteorder) & 0x20)
