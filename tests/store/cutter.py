"""A proxy before PostgreSQL that loses the connection at a COMMIT, before or after the server has seen it."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

COMMIT = b"COMMIT\0"  # the statement's text inside Query or Parse (the frontend/backend protocol, version 3)


class Cutter:
    """Passes bytes both ways. `arrives`: the server gets the COMMIT, only its answer is lost."""

    def __init__(self, server_port: int, *, arrives: bool) -> None:
        self._server_port = server_port
        self._arrives = arrives
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
                if not self._arrives:
                    break
            server.sendall(data)
        _close(server, client)

    def _to_client(self, server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        while (data := _receive(server)) and not cut.is_set():  # cut: the answer to the COMMIT, which is durable now
            client.sendall(data)
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
