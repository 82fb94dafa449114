"""Looking for files on this machine: the usual places, USB sticks, and the folders in them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from kiosk.desk.work import Work
from kiosk.exchange.trouble import FileTrouble
from kiosk.flows.commands import Command
from kiosk.flows.office import FileEntry, FolderPage, ReadFolder
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.office.setup import Clerk, Setup, for_librarians

MOST = 300
"""Entries of the longest listing; more are counted, not shown."""

_STICKS = ("/media", "/run/media", "/mnt", "/Volumes")


def usual_places() -> dict[str, Path]:
    """Where people keep files: the desktop, downloads, documents (platformdirs), and each USB stick by its name."""
    import platformdirs

    named = {
        "desktop": platformdirs.user_desktop_path(),
        "downloads": platformdirs.user_downloads_path(),
        "documents": platformdirs.user_documents_path(),
    }
    places = {name: path for name, path in named.items() if path.is_dir()}
    places.update((stick.name, stick) for stick in _sticks())
    return places


def _sticks() -> list[Path]:
    if sys.platform == "win32":
        return [Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ" if Path(f"{letter}:\\").is_dir()]
    found: list[Path] = []
    for base in map(Path, _STICKS):
        for entry in _entries(base):
            inner = [path for path in _entries(entry) if path.is_mount()]  # /media/<user>/<stick>
            found += inner or ([entry] if entry.is_mount() else [])
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def _read_folder(setup: Setup, work: Work, command: ReadFolder) -> Outcome:
    if not command.folder:
        places = {**setup.places, **usual_places()}
        entries = tuple(FileEntry(name, str(path), is_folder=True) for name, path in places.items())
        return work.answer(OutcomeKind.INFO, data=FolderPage("", None, entries))
    folder = Path(command.folder)
    try:
        with os.scandir(folder) as listing:
            found = [entry for one in listing if (entry := _entry(one, command.endings, work)) is not None]
    except OSError as error:
        raise FileTrouble("no_folder", name=folder.name or str(folder), why=error.strerror or "") from error
    found.sort(key=_newest_first)
    known = {path.resolve() for path in {**setup.places, **usual_places()}.values()}
    above = "" if folder.resolve() in known or folder.parent == folder else str(folder.parent)
    page = FolderPage(str(folder), above, tuple(found[:MOST]), max(0, len(found) - MOST))
    return work.answer(OutcomeKind.INFO, data=page)


def _entry(one: os.DirEntry[str], endings: tuple[str, ...], work: Work) -> FileEntry | None:
    """A line of a listing; None for what is hidden, unreadable or of another kind."""
    if one.name.startswith((".", "~$", "$")):
        return None
    try:
        if one.is_dir():
            return FileEntry(one.name, one.path, is_folder=True)
        if endings and not one.name.lower().endswith(endings):
            return None
        stat = one.stat()
    except OSError:
        return None
    changed = None
    with suppress(ValueError, OverflowError, OSError):  # a stick written by a clock gone wild
        changed = work.policies.local(datetime.fromtimestamp(stat.st_mtime, UTC))
    return FileEntry(one.name, one.path, size=stat.st_size, changed=changed)


def _newest_first(entry: FileEntry) -> tuple[bool, float, str]:
    """Folders, then files, the newest first: what was just saved is what is looked for."""
    return not entry.is_folder, -entry.changed.timestamp() if entry.changed else 0.0, entry.name


HANDLERS: dict[type[Command], Clerk] = {ReadFolder: for_librarians(ReadFolder, _read_folder)}
READS: frozenset[type[Command]] = frozenset({ReadFolder})
