"""Files that only their owner may read, written whole; and what the system's errors say of their folder."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path
from typing import Final

from kiosk.files import sync_folder
from kiosk.printing.printers import Language, PrintTrouble

SUFFIXES: Final = {Language.PDF: ".pdf", Language.TSPL: ".tspl", Language.ZPL: ".zpl", Language.ESCPOS: ".escpos"}
"""How files in a language end."""


def folder_trouble(error: OSError, folder: Path) -> PrintTrouble:
    """What an OSError says of files in `folder`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return PrintTrouble("disk_full", folder=str(folder))
    return PrintTrouble("cannot_write", folder=str(folder), reason=error.strerror or type(error).__name__)


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read, down to the disk. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def write_beside(folder: Path, name: str, content: bytes) -> Path:
    """Write a new file called `name`, or `name` with a number where there is one; never over another. Raises OSError.

    The file is whole as soon as it has more than no bytes. Gives its path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem, suffix = Path(name).stem, Path(name).suffix
    draft = folder / f".{secrets.token_hex(8)}.part"
    try:
        write_private(draft, content)
        number = 1
        while True:
            file = folder / (name if number == 1 else f"{stem} ({number}){suffix}")
            try:
                file.touch(mode=0o600, exist_ok=False)
                break
            except FileExistsError:
                number += 1
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return file


def reach_folder(folder: Path) -> None:
    """Whether files could be put into `folder`, which may yet have to be made. Raises PrintTrouble."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise PrintTrouble("no_folder", folder=str(folder))
