"""What every command line shares: both languages in one line, refusals, this machine's settings. Nothing heavy."""

from __future__ import annotations

import os
import sys

from kiosk.settings import Settings, SettingsError, load_settings, settings_path


class RefusedError(Exception):
    """What was asked is refused; its text is one plain line. The exit status is 1."""


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


def failed(error: SettingsError | RefusedError) -> int:
    """Tell an expected error in one line on stderr and give the exit status."""
    return fail(str(error), 2 if isinstance(error, SettingsError) else 1)


def fail(words: str, status: int) -> int:
    """Tell `words` in one line on stderr and give the exit status back."""
    sys.stderr.write(" ".join(words.split()) + "\n")
    return status


def machine() -> Settings:
    """This machine's settings; unknown keys are told on stderr. Raises SettingsError."""
    settings, warnings = load_settings(settings_path(os.environ))
    for warning in warnings:
        sys.stderr.write(warning + "\n")
    return settings
