"""Which cameras there are, and which of them is meant.

Linux tells each camera's name in /sys/class/video4linux (kernel documentation, "Video4Linux sysfs"); elsewhere a
camera is known by its number only. A path stands for a recorded video that is seen instead of a camera.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.scanner.source import Condition

SYSFS: Final = Path("/sys/class/video4linux")
_NO_CAMERA: Final = ("codec", "isp", "hevc", "decoder", "encoder", "loopback", "metadata", "rpivid")
_NUMBERS: Final = 3  # so many are tried where no names are told


@dataclass(frozen=True, slots=True)
class CameraWish:
    """What is asked of a camera.

    `device` is its number ("0"), a part of its name, or the path of a video; "" takes the first that gives a
    picture. `size` is width and height in pixels. `focus` fixes the lens (0 far … 255 near), None lets it focus by
    itself. `mirrored` turns the picture on the screen around, for a camera that looks at the person. `again` begins
    a video anew at its end.
    """

    device: str = ""
    size: tuple[int, int] = (1280, 720)
    focus: int | None = None
    mirrored: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A camera by its number, or a video by its path; `name` is for people."""

    place: int | str
    name: str

    @property
    def is_video(self) -> bool:
        """Whether it is a recorded video."""
        return isinstance(self.place, str)


def seen_cameras(sysfs: Path = SYSFS) -> list[Device]:
    """The cameras of this machine by number; none where the system does not tell (anything but Linux)."""
    found = []
    for folder in sysfs.glob("video*"):
        with suppress(OSError, ValueError):
            index = int((folder / "index").read_text("ascii"))
            name = (folder / "name").read_text("utf-8", "replace").strip()
            if index == 0 and not any(word in name.casefold() for word in _NO_CAMERA):
                found.append(Device(int(folder.name.removeprefix("video")), name))
    return sorted(found, key=lambda device: device.place)


def candidates(wish: CameraWish, *, sysfs: Path = SYSFS, platform: str = sys.platform) -> list[Device] | Condition:
    """What to try for this wish, in order; a condition that says why when there is nothing to try."""
    wanted = wish.device.strip()
    linux = platform.startswith("linux")
    seen = seen_cameras(sysfs) if linux else []
    if wanted.isascii() and wanted.isdecimal():
        number = int(wanted)
        named = [device for device in seen if device.place == number]
        if linux and not (sysfs / f"video{number}").exists():
            return _not_found(wanted, seen)
        return named or [Device(number, f"{number}")]
    video = Path(wanted)
    if wanted and (video.is_file() or video.suffix.casefold() in _VIDEOS):
        if not video.exists():
            return Condition("scanner.camera.no_video", {"path": wanted}, ok=False)
        return [Device(wanted, video.name)]
    named = [device for device in seen if all(word in device.name.casefold() for word in wanted.casefold().split())]
    if wanted and video.is_dir() and not named:
        return Condition("scanner.camera.not_video", {"camera": wanted}, ok=False)
    if wanted and not linux:
        return Condition("scanner.camera.number_only", {"wanted": wanted}, ok=False)
    if wanted:
        return named or _not_found(wanted, seen)
    if linux:
        return seen or Condition("scanner.camera.none_found", ok=False)
    return [Device(number, f"{number}") for number in range(_NUMBERS)]


_VIDEOS: Final = frozenset({".avi", ".mp4", ".mkv", ".mov", ".webm"})


def _not_found(wanted: str, seen: list[Device]) -> Condition:
    names = ", ".join(f"{device.place} {device.name}" for device in seen) or "-"
    return Condition("scanner.camera.not_found", {"wanted": wanted, "seen": names}, ok=False)
