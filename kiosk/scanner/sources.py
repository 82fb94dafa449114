"""Which sources this machine gets: a setting and its surroundings -> a plan -> opened sources.

The setting is one word or several joined with commas: "auto", "x11", "sdl", "none", "evdev" or "evdev:NAME",
"serial" or "serial:PORT@SPEED", "camera" or "camera:NUMBER", "camera:NAME", "camera:VIDEO".
The keys of one keyboard are read by one route only: the first of `SourcePlan.keyboard` that opens. A grabbed evdev
device is no part of that, for the window system does not see its keys.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from kiosk.scanner.sdl import SdlSource
from kiosk.scanner.source import Condition, Put, Source, SourceUnavailableError, UnavailableSource, Watch
from kiosk.scanner.wedge import WedgeSettings

if TYPE_CHECKING:
    from kiosk.scanner.camera import CameraSource, CameraWish


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What to open. Names are keys of `OPENERS`, with ":" and an argument where the source takes one.

    `also`: each of these. `keyboard`: the first of these that opens. `loses_repeats`: the window may miss keys.
    """

    also: tuple[str, ...] = ()
    keyboard: tuple[str, ...] = ()
    loses_repeats: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an opener may ask for."""

    put: Put
    window_focused: Callable[[], bool]
    monotonic: Callable[[], float]
    environ: Mapping[str, str]
    loses_repeats: bool
    settings: WedgeSettings | None
    watch: Watch | None = None
    camera: CameraWish | None = None


class Opener(Protocol):
    """Opens one kind of source, importing its driver only now. `argument` is what followed the colon, or ""."""

    def __call__(self, argument: str, around: Surroundings) -> Source:
        """The opened source. Raises `SourceUnavailableError` with a sentence saying what is missing."""
        ...


def _open_x11(argument: str, around: Surroundings) -> Source:
    from kiosk.scanner.x11 import X11Source

    return X11Source.open(
        around.put,
        window_focused=around.window_focused,
        monotonic=around.monotonic,
        environ={**around.environ, "DISPLAY": argument} if argument else around.environ,
        settings=around.settings,
        watch=around.watch,
    )


def _open_evdev(argument: str, around: Surroundings) -> Source:
    from kiosk.scanner.evdev_source import EvdevSource

    return EvdevSource(around.put, argument, monotonic=around.monotonic, settings=around.settings, watch=around.watch)


def _open_serial(argument: str, around: Surroundings) -> Source:
    from kiosk.scanner.serial_source import SerialSource

    return SerialSource.open(
        around.put, argument, monotonic=around.monotonic, settings=around.settings, watch=around.watch
    )


def _open_camera(argument: str, around: Surroundings) -> Source:
    from kiosk.scanner.camera import CameraSource, CameraWish

    wish = around.camera or CameraWish()
    return CameraSource(around.put, replace(wish, device=argument) if argument else wish, monotonic=around.monotonic)


def _open_sdl(argument: str, around: Surroundings) -> Source:  # noqa: ARG001  every opener takes one
    return SdlSource(around.put, loses_repeats=around.loses_repeats, settings=around.settings, watch=around.watch)


OPENERS: Final[Mapping[str, Opener]] = {
    "x11": _open_x11,
    "evdev": _open_evdev,
    "serial": _open_serial,
    "camera": _open_camera,
    "sdl": _open_sdl,
}
"""Every kind of source by its name in the setting. A new driver is one line here and one file beside."""

_RAW_FIRST: Final = ("x11", "sdl")
_WINDOW_ONLY: Final = ("sdl",)


def choose(
    setting: str, *, platform: str = sys.platform, environ: Mapping[str, str], video: str | None = None
) -> SourcePlan:
    """The plan for a setting on a platform (`sys.platform`).

    `video` is the window's driver (`pygame.display.get_driver()`) when there is a window already. Raw X11 keys
    are tried on a plain X server only: under Wayland the X server inside it sees keys only now and then.
    """
    x11 = platform.startswith("linux") and bool(environ.get("DISPLAY")) and video in (None, "x11")
    wayland = bool(environ.get("WAYLAND_DISPLAY")) or environ.get("XDG_SESSION_TYPE") == "wayland"
    automatic = _RAW_FIRST if x11 and not wayland else _WINDOW_ONLY
    also: list[str] = []
    keyboard: tuple[str, ...] = ()
    for word in filter(None, (part.strip() for part in setting.split(","))):
        kind = word.partition(":")[0]
        if kind == "auto":
            keyboard = automatic
        elif kind == "x11":
            keyboard = (word, "sdl")
        elif kind == "sdl":
            keyboard = _WINDOW_ONLY
        elif kind != "none":
            also.append(word)
    if also and not keyboard:
        keyboard = automatic  # a person with a keyboard is always heard
    return SourcePlan(tuple(also), keyboard, loses_repeats=x11)


def open_sources(
    setting: str,
    put: Put,
    *,
    window_focused: Callable[[], bool],
    monotonic: Callable[[], float] = time.monotonic,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    video: str | None = None,
    settings: WedgeSettings | None = None,
    watch: Watch | None = None,
    camera: CameraWish | None = None,
) -> list[Source]:
    """Open what the setting asks for; call `start()` on each afterwards.

    `put` takes scans in any thread; `window_focused` is asked in any thread, at each key. What cannot be opened is
    in the list as an `UnavailableSource` that says why, and the next route is tried: nothing is raised. `watch` is
    told of each key of the raw routes and each byte of a serial line, in any thread. `camera` is what is asked of a
    camera; what follows "camera:" in the setting names another one.
    """
    plan = choose(setting, platform=platform, environ=environ, video=video)
    around = Surroundings(put, window_focused, monotonic, environ, plan.loses_repeats, settings, watch, camera)
    sources = [_open(word, around) for word in plan.also]
    for word in plan.keyboard:
        sources.append(_open(word, around))
        if sources[-1].condition.ok:
            break
    return sources


def fed_by_window(sources: list[Source]) -> SdlSource | None:
    """The source that wants the window's events, if one of them does."""
    return next((source for source in sources if isinstance(source, SdlSource)), None)


def camera_among(sources: list[Source]) -> CameraSource | None:
    """The camera, if there is one among them."""
    if all(source.name != "camera" for source in sources):
        return None
    from kiosk.scanner.camera import CameraSource

    return next((source for source in sources if isinstance(source, CameraSource)), None)


def _open(word: str, around: Surroundings) -> Source:
    kind, _, argument = word.partition(":")
    opener = OPENERS.get(kind)
    if opener is None:
        known = ", ".join(["auto", *OPENERS, "none"])
        return UnavailableSource(kind, Condition("scanner.unknown", {"wanted": kind, "known": known}, ok=False))
    try:
        return opener(argument, around)
    except SourceUnavailableError as missing:
        return UnavailableSource(kind, missing.condition)
    except Exception as error:  # a driver that is broken costs its own source, not the kiosk
        return UnavailableSource.failed(kind, error)
