"""How far a long piece of work is: told to whoever waits, who may call it off."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (done, total) every so often; may raise `kiosk.exchange.trouble.Cancelled`."""


def quiet(done: int, total: int) -> None:
    """Nobody waits."""
