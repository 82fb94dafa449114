"""What the librarian's pages ask of the office: files and printers joined with the library, and long works.

A long work tells how far it is (`events.Progressed`) and can be called off (`effects.CallOff`): nothing of it is
kept then. What is wrong with a file or a printer comes back as `Hindrance`, in a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.flows.views import Text
from kiosk.flows.work import LibrarianCommand


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why it was not done: a sentence that says what, where and what to do."""

    text: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The librarian called it off; nothing of it was kept."""


# ── Files ──


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFolder(LibrarianCommand):
    """What lies in a folder of this machine; "" names the usual places. Answers `FolderPage`.

    Files are those whose names end in one of `endings` (lower case, with the dot).
    """

    folder: str = ""
    endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file or folder. `path` is whole; `size` is in bytes, `changed` local time."""

    name: str
    path: str
    is_folder: bool = False
    size: int = 0
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class FolderPage:
    """A folder: where it is, the one above it ("" for the usual places), what lies in it; `more` are not shown."""

    folder: str
    above: str | None
    entries: tuple[FileEntry, ...] = field(default=())
    more: int = 0
