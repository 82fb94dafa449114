"""What a check may look at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from kiosk.settings import Settings


class Status(StrEnum):
    """How a check ended: `fail` means that the kiosk should not be opened like this."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found, and what to do (empty when nothing is), in both languages."""

    name: str
    status: Status
    zh: str
    en: str
    do_zh: str = ""
    do_en: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a check may look at; `now` is aware. `mounts` is where Linux tells its mounted file systems."""

    settings: Settings
    location: str
    now: datetime
    environ: Mapping[str, str]
    mounts: Path = Path("/proc/mounts")


Check = tuple[Callable[[Surroundings], CheckResult], str]
"""A check, and its name in Chinese."""
