"""`kiosk run` without the command-line library.

Typer and what it brings (pydantic) would take a quarter of the kiosk's start and 15 MB for as long as it runs. So
the usual ways to write `kiosk run` are read here; whatever is not understood, and `--help`, goes to Typer, which
then says what is wrong. A test holds both to the same options.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from kiosk.clock import read_time
from kiosk.console import RefusedError, both, failed, machine, use_utf8
from kiosk.settings import SettingsError, library_location, parse_size, parse_sources

FLAGS = ("--windowed",)
VALUES = ("--size", "--scanner", "--now", "--library")


def run_quickly(arguments: Sequence[str]) -> int | None:
    """Carry out `run …` and give its exit status; None, with nothing done, for all that is not plainly that."""
    given = _read(arguments)
    if given is None:
        return None
    try:
        size = parse_size(given["--size"]) if "--size" in given else None
        scanner = parse_sources(given["--scanner"]) if "--scanner" in given else None
        now = read_time(given["--now"]) if "--now" in given else None
    except ValueError:
        return None
    use_utf8()
    try:
        return open_kiosk(given.get("--library"), "--windowed" in given, size, scanner, now)
    except (SettingsError, RefusedError) as error:
        return failed(error)
    except KeyboardInterrupt:
        return 130


def _read(arguments: Sequence[str]) -> dict[str, str] | None:
    """Options and their values of `run …`, or None for what is not understood."""
    if not arguments or arguments[0] != "run":
        return None
    given: dict[str, str] = {}
    words = iter(arguments[1:])
    for word in words:
        name, equals, value = word.partition("=")
        if name in FLAGS and not equals:
            given[name] = ""
        elif name in VALUES and (equals or not (value := next(words, "-")).startswith("-")):
            given[name] = value
        else:
            return None
    return given


def open_kiosk(
    library: str | None,
    windowed: bool,
    size: tuple[int, int] | None,
    scanner: str | None,
    now: datetime | None,
) -> int:
    """Run the kiosk with the options of `kiosk run` over this machine's settings; gives the exit status.

    Raises SettingsError (also for a `library` that can be none), and RefusedError where no window can be opened.
    """
    settings = machine()
    location = library_location(library, os.environ, settings)
    from kiosk.lean import import_pygame

    import_pygame()
    import pygame

    from kiosk.app import run_kiosk

    try:
        return run_kiosk(settings, location, windowed=windowed or None, size=size, scanner=scanner, now=now)
    except pygame.error as error:
        raise RefusedError(
            both(
                f"打不开窗口（{error}）；kiosk check 会说缺什么",
                f"no window can be opened ({error}); kiosk check says what is missing",
            )
        ) from error
