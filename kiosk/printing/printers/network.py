"""`tcp:HOST[:PORT]`: a network printer's raw port, as print servers and label printers have it (9100)."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import time
from typing import Final
from urllib.parse import urlsplit

from kiosk.printing.printers import Printer, PrintTrouble
from kiosk.printing.printers.status import AFTER_ASKING, ANSWER_WITHIN, QUESTIONS, trouble_in

PORT: Final = 9100
_CONNECT_WITHIN: Final = 10.0  # seconds; a printer that is on answers in less
_PIECE: Final = 65_536  # bytes given to the line at once
_LINGER: Final = 0.2  # seconds between two looks whether the printer has taken everything


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:  # noqa: ARG001  as all
    """Send everything and see that it was taken; a slow printer may be as slow as it likes. Raises PrintTrouble."""
    with contextlib.closing(_connected(printer, place, patience)) as line:
        try:
            _ask(printer, line, patience)
            line.settimeout(patience)
            rest = memoryview(content)
            while rest:
                rest = rest[line.send(rest[:_PIECE]) :]
            line.shutdown(socket.SHUT_WR)
            _see_taken(line, patience)
        except TimeoutError as error:
            raise PrintTrouble("no_answer", printer=printer.name) from error
        except OSError as error:
            raise PrintTrouble("broken_off", printer=printer.name) from error


def reach(printer: Printer, place: str, patience: float) -> None:
    """Connect, and ask how it is. Raises PrintTrouble."""
    with contextlib.closing(_connected(printer, place, patience)) as line, contextlib.suppress(OSError):
        _ask(printer, line, patience)


def _connected(printer: Printer, place: str, patience: float) -> socket.socket:
    try:
        address = urlsplit(f"//{place}")
        host, port = address.hostname, address.port or PORT
    except ValueError:
        host, port = None, PORT
    if not host or address.path:
        raise PrintTrouble("misspelt", printer=printer.name, target=printer.target)
    shown = f"{host}:{port}"
    try:
        return socket.create_connection((host, port), min(patience, _CONNECT_WITHIN))
    except (socket.gaierror, UnicodeError) as error:
        raise PrintTrouble("host_unknown", printer=printer.name, host=host) from error
    except ConnectionRefusedError as error:
        raise PrintTrouble("refused", printer=printer.name, address=shown) from error
    except OSError as error:
        raise PrintTrouble("off", printer=printer.name, address=shown) from error


def _ask(printer: Printer, line: socket.socket, patience: float) -> None:
    """Raises PrintTrouble for what the printer says is wrong, OSError when the line breaks."""
    for number, question in enumerate(QUESTIONS.get(printer.language, ())):
        line.settimeout(min(patience, ANSWER_WITHIN))
        line.sendall(question)
        answer = b""
        with contextlib.suppress(TimeoutError):
            answer = line.recv(1024)
        if code := trouble_in(printer.language, number, answer):
            raise PrintTrouble(code, printer=printer.name)
        if not answer:
            break
    line.sendall(AFTER_ASKING.get(printer.language, b""))


def _see_taken(line: socket.socket, patience: float) -> None:
    """Wait until the printer hangs up or its end of the line has confirmed every byte. Raises OSError."""
    ends = time.monotonic() + patience
    line.settimeout(min(_LINGER, patience))
    while True:
        try:
            if not line.recv(1024):
                return
        except TimeoutError:
            if not _unconfirmed(line):
                return
            if time.monotonic() >= ends:
                raise
        except OSError as error:
            if error.errno == errno.ENOTCONN:  # it hung up between the two calls
                return
            raise


def _unconfirmed(line: socket.socket) -> int:
    """How many bytes the other end has not confirmed (Linux' SIOCOUTQ); 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import struct
    import termios

    (count,) = struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0" * 4))
    return int(count)
