"""Printers of all tempers: network printers on a free port, and CUPS' commands as small scripts."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

Temper = Callable[[socket.socket, "NetworkPrinter"], None]


class NetworkPrinter:
    """A real TCP server on a free port. `got` is what each caller sent; `temper` says how a caller is treated."""

    def __init__(self, temper: Temper | None = None) -> None:
        self.temper = temper or taking
        self.got: list[bytes] = []
        self.leaving = threading.Event()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262_144)
        self._socket.bind(("127.0.0.1", 0))
        self.target = f"tcp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self.switch_on()
        return self

    def switch_on(self) -> None:
        """Until then its port is taken and nobody listens: it is off."""
        self._socket.listen()
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self._start(self._serve, caller)

    def _serve(self, caller: socket.socket) -> None:
        with caller:
            self.temper(caller, self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leaving.set()
        with contextlib.suppress(OSError):  # it was never switched on
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)


def taking(caller: socket.socket, printer: NetworkPrinter) -> None:
    """Takes everything."""
    got = b""
    while piece := caller.recv(65_536):
        got += piece
    printer.got.append(got)


def slow(caller: socket.socket, printer: NetworkPrinter) -> None:
    """Takes everything, a little at a time."""
    got = b""
    while piece := caller.recv(100_000):
        got += piece
        printer.leaving.wait(0.04)
    printer.got.append(got)


def hanging(caller: socket.socket, printer: NetworkPrinter) -> None:
    """Takes nothing, and keeps the line."""
    printer.leaving.wait(30)


def leaving_early(caller: socket.socket, printer: NetworkPrinter) -> None:
    """Takes a little, and hangs up."""
    printer.got.append(caller.recv(1000))


def answering(*answers: bytes) -> Temper:
    """Answers each question (each piece it reads) in turn, then takes everything."""

    def temper(caller: socket.socket, printer: NetworkPrinter) -> None:
        for answer in answers:
            caller.recv(3)
            caller.sendall(answer)
        taking(caller, printer)

    return temper


_SCRIPTS = {
    "lp": """
[ -e "$here/hang" ] && exec sleep 30
[ -e "$here/refuse" ] && { cat "$here/refuse" >&2; exit 1; }
cat > "$here/got"
printf '%s\\n' "$@" > "$here/arguments"
[ -e "$here/job" ] && cp "$here/job" "$here/listed"
echo "request id is $2-7 (0 file(s))"
""",
    "lpstat": """
case "$1 $2 $3" in
"-r "*) if [ -e "$here/down" ]; then echo "scheduler is not running"; else echo "scheduler is running"; fi ;;
"-e "*) printf 'office\\nlabels\\n' ;;
"-a "*) [ "$2" = office ] || { echo "lpstat: Invalid destination name in list \\"$2\\"." >&2; exit 1; }
        if [ -e "$here/closed" ]; then cat "$here/closed"; else echo "office accepting requests since Sun"; fi ;;
"-l -p "*) cat "$here/state" ;;
"-l -o "*) [ -e "$here/listed" ] && cat "$here/listed"; exit 0 ;;
"-l -W "*) [ -e "$here/ended" ] && cat "$here/ended"; exit 0 ;;
*) exit 2 ;;
esac
""",
    "cancel": """
echo "$1" >> "$here/cancelled"
rm -f "$here/listed"
""",
}

IDLE = "printer office is idle.  enabled since Sun\n\tForm mounted:\n\tAlerts: none\n"


def fake_cups(folder: Path) -> Path:
    """A folder for PATH with `lp`, `lpstat` and `cancel`, which say what CUPS 2.4 says.

    Files beside them are what there is to say: `state` of the queue, `job` as it is listed while it waits, `ended`.
    """
    folder.mkdir()
    (folder / "state").write_text(IDLE)
    for name, script in _SCRIPTS.items():
        file = folder / name
        file.write_text(f'#!/bin/sh\nhere="$(dirname "$0")"\n{script}')
        file.chmod(0o755)
    return folder
