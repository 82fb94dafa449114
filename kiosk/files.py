"""Files that are written whole or not at all, and people's files that are read only where they can be.

Whoever names a file may name anything: one that is there already, a folder, a device, a pipe that never ends.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

A_NOTE: Final = 1_000_000
"""Bytes of the longest file that a person writes by hand (settings, label stock, a MARC profile)."""


def may_read(file: Path, most: int) -> None:
    """Whether `file` can be opened and read to its end: a plain file of at most so many bytes. Raises OSError."""
    _must_be_plain(known := file.stat())
    if known.st_size > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))


def read_note(file: Path, most: int = A_NOTE) -> str:
    """The text of a file that a person wrote by hand. Raises OSError, and UnicodeDecodeError where it is no UTF-8."""
    may_read(file, most)
    with file.open("rb") as opened:
        return opened.read(most).decode("utf-8-sig")


def may_write(file: Path, *, over: bool) -> None:
    """Whether a file may be written in this place.

    Raises FileExistsError for a file that is there, unless it may be written `over`, and OSError for a folder, a
    device or a pipe, which are never written over.
    """
    try:
        known = file.stat()
    except FileNotFoundError:
        return
    _must_be_plain(known)
    if not over:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))


def _must_be_plain(known: os.stat_result) -> None:
    if stat.S_ISDIR(known.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(known.st_mode):
        raise OSError(errno.ENODEV, "Not a plain file")


@contextmanager
def written_whole(file: Path, *, over: bool) -> Iterator[Path]:
    """A draft beside `file` to write to, which takes its place when all is written and safe on the disk.

    What goes wrong leaves what was there as it was, and no draft. A link is followed; a file that is written over
    keeps its permissions. Raises OSError as `may_write`, before anything is written, and for what the disk says.
    """
    place = Path(os.path.realpath(file))
    may_write(place, over=over)
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    held = False
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        if over:
            with suppress(OSError):  # there is none, or a file system without permissions
                shutil.copymode(place, draft)
        else:
            place.touch(exist_ok=False)  # from now on it is ours: nobody else's can come between
            held = True
        draft.replace(place)
        held = False
        with suppress(OSError):  # network drives have no such thing
            sync_folder(place.parent)
    finally:
        for left in (draft, place) if held else (draft,):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames survive a power cut, where the system has a way to (Windows has none). Raises OSError."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
