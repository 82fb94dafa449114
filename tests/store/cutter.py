"""A proxy before PostgreSQL that loses the connection at a COMMIT, before or after the server has seen it."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

COMMIT = b"COMMIT\0"  # the statement's text inside Query or Parse (the frontend/backend protocol, version 3)


class Cutter:
    """Passes bytes both ways. `arrives`: the server gets the COMMIT, only its answer is lost.

    `swallows`: neither end is told. The connection stays open and whatever is sent on it is lost, as behind a
    firewall that forgot it.
    """

    def __init__(self, server_port: int, *, arrives: bool, swallows: bool = False) -> None:
        self._server_port = server_port
        self._arrives = arrives
        self._swallows = swallows
        self._forgotten: list[socket.socket] = []
        self._armed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0

    def __enter__(self) -> Cutter:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        _close(*self._forgotten)

    def cut_at_next_commit(self) -> None:
        self._armed.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            cut = threading.Event()
            threading.Thread(target=self._to_server, args=(client, server, cut), daemon=True).start()
            threading.Thread(target=self._to_client, args=(server, client, cut), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        while data := _receive(client):
            if COMMIT in data and self._armed.is_set():
                self._armed.clear()
                self.cuts += 1
                cut.set()
                if not self._arrives and not self._swallows:
                    break
            if not cut.is_set() or (self._arrives and COMMIT in data):
                server.sendall(data)
        if cut.is_set() and self._swallows:
            self._forgotten.append(server)
        else:
            _close(server, client)

    def _to_client(self, server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        while data := _receive(server):
            if not cut.is_set():
                client.sendall(data)
            elif not self._swallows:  # the answer to the COMMIT, which is durable now
                break
        if not self._swallows:
            _close(server, client)


def _receive(source: socket.socket) -> bytes:
    with contextlib.suppress(OSError):
        return source.recv(65536)
    return b""


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
