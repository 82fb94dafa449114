"""What the pages about earlier imports ask: which rosters and catalogues were taken over, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.flows.views import Text
from kiosk.flows.work import LibrarianCommand

KINDS = ("roster", "catalogue")
"""What can be taken over from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadImports(LibrarianCommand):
    """The last imports. Answers `ImportList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadImport(LibrarianCommand):
    """What taking one import back would do. Writes nothing. Answers `ImportSheet`.

    `of` is the request under which the import was accepted.
    """

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoImport(LibrarianCommand):
    """Take an import back as the sheet with this `seal` said, all of it or nothing. Answers `ImportUndone`."""

    of: str
    seal: str


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """A file that was taken over: when (local), of what kind (`KINDS`), by whom ("": from the command line).

    `counts` says how many of what it brought; `undone` is when it was taken back.
    """

    of: str
    kind: str
    at: datetime
    file: str
    by: str
    counts: Mapping[str, int]
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportList:
    """The last imports, the newest first."""

    entries: tuple[ImportEntry, ...]


@dataclass(frozen=True, slots=True)
class ImportLine:
    """Somebody or something that an import brought or changed: `number` of the card or book, and what comes of it."""

    name: str | Text
    number: str
    told: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """What taking an import back would do.

    `goes` is put back or taken out, `stays` stays as it is now, each with the first of its lines; `going` and
    `staying` count all. `seal` changes when what it would do changes.
    """

    entry: ImportEntry
    goes: tuple[ImportLine, ...]
    stays: tuple[ImportLine, ...]
    going: int
    staying: int
    seal: str


@dataclass(frozen=True, slots=True)
class ImportUndone:
    """It is taken back, but for so many."""

    going: int
    staying: int
