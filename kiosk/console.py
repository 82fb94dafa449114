"""What every command line shares: both languages in one line, refusals, this machine's settings. Nothing heavy."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.settings import Settings, SettingsError, load_settings, settings_path


class RefusedError(Exception):
    """What was asked is refused; its text is one plain line. The exit status is 1."""


class MisusedError(Exception):
    """What was asked makes no sense; its text is one plain line. The exit status is 2."""


def both(zh: str, en: str) -> str:
    """One line in both languages, Chinese first."""
    return f"{zh} / {en}"


def use_utf8() -> None:
    """Chinese on every console: Windows pipes would take the local code page, a C locale might refuse."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if sys.platform == "win32":
                reconfigure(encoding="utf-8")
            reconfigure(errors="replace")


def failed(error: SettingsError | RefusedError | MisusedError) -> int:
    """Tell an expected error in one line on stderr and give the exit status."""
    return fail(str(error), 1 if isinstance(error, RefusedError) else 2)


def fail(words: str, status: int) -> int:
    """Tell `words` in one line on stderr and give the exit status back."""
    sys.stderr.write(" ".join(words.split()) + "\n")
    return status


@contextmanager
def hushed() -> Iterator[None]:
    """Keep C libraries (ALSA, Wayland), which write to the process's stderr by themselves, out of the terminal."""
    try:
        kept = os.dup(2)
    except OSError:  # a program without a terminal
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def machine() -> Settings:
    """This machine's settings; unknown keys are told on stderr. Raises SettingsError."""
    settings, warnings = load_settings(settings_path(os.environ))
    for warning in warnings:
        sys.stderr.write(warning + "\n")
    return settings
