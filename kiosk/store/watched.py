"""A PostgreSQL connection on which nobody waits for ever.

A server that hangs (or a network that swallows what is sent) while the system beneath it still answers breaks no
connection: neither TCP nor the time-outs that the server itself keeps end the wait for its answer. So the client
counts the seconds in which it hears nothing. Imported only where a library is on PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg

SILENCE_S = 5.0
"""Seconds without a byte of an answer after which a server counts as gone; its own time-outs come before."""
LONG_SILENCE_S = 300.0
"""The same for works that may take long."""


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that closes itself and raises OperationalError when its server is silent for `silence` seconds."""

    silence = SILENCE_S

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        """Psycopg's one way to wait for an answer (`gen` yields what it waits for, and is sent what is ready)."""
        return super().wait(self._listening(gen), *args, **kwargs)

    def _listening(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        try:
            wanted = next(gen)
            heard_at = time.monotonic()
            while True:
                ready = yield wanted  # nothing ready: a tenth of a second went by
                now = time.monotonic()
                if ready:
                    heard_at = now
                elif now - heard_at > self.silence:
                    break
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value
        self.close()
        raise psycopg.OperationalError(f"the server gave no answer within {self.silence:g} s")
