"""What the pages about patrons and classes ask: rosters, a new school year, clearing leavers, and one patron at a time.

Names follow the library: a patron is pupil, teacher, class set or librarian; a class is known by its year of entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.flows.views import Text
from kiosk.flows.work import ClassEntry, LibrarianCommand
from kiosk.lending.patrons import ClassName, PatronKind

# ── Rosters ──


class RosterState(StrEnum):
    """What a row of a roster is to the library."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster and what was decided about it: `choices` are option keys by row; `year` 0 leaves the year open.

    `every`: also the sheets are read that were left out because they repeat others or are hidden.
    """

    path: str
    choices: tuple[tuple[int, str], ...] = ()
    close_gone: bool = False
    year: int = 0
    every: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRoster(LibrarianCommand):
    """What a roster would change. Writes nothing. Answers `RosterSheet`."""

    file: RosterFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRoster(LibrarianCommand):
    """Do what the preview with this `seal` said, all or nothing. Answers `RosterDone`."""

    file: RosterFile
    seal: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a doubtful row."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A row (`place` -1: who is gone). `said` is the class as the file writes it, `now` the class they will be in.

    `was` is the class or the name before, `options` the answers to a doubtful row, `chosen` the one that was given.
    """

    place: int
    state: RosterState
    row: int
    sheet: str
    name: str
    kind: PatronKind
    said: str
    now: ClassName | None = None
    was: Text | None = None
    reason: Text | None = None
    options: tuple[Option, ...] = ()
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A preview. `counts` has every state; `seal` changes when what it would do changes.

    `remarks` are about the whole file: what was not read and why. `other_year` is the school year that may be meant
    as well, None where there is no doubt; `left` how many rows stand in sheets that were left out and can be read.
    """

    name: str
    lines: tuple[RosterLine, ...]
    counts: Mapping[RosterState, int]
    year: int
    seal: str
    remarks: tuple[Text, ...] = ()
    new_classes: tuple[ClassName, ...] = ()
    other_year: int | None = None
    close_gone: bool = False
    writes: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class RosterDone:
    """It is written. `cards` are the patrons whose new cards are to be printed."""

    added: int
    changed: int
    moved: int
    closed: int
    cards: tuple[int, ...] = ()


# ── A new school year ──


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNewYear(LibrarianCommand):
    """What a new school year would change; `last_grade` 0 takes the library's. Answers `YearSheet`."""

    last_grade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginYear(LibrarianCommand):
    """Let the leaving classes go; leavers who owe nothing are closed. Answers `YearBegun`."""

    year: int
    last_grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoYear(LibrarianCommand):
    """Take the last `BeginYear` back: its classes are there again, and those it closed. Answers `YearUndone`."""


@dataclass(frozen=True, slots=True)
class YearClass:
    """A class before and after 1 September. `before` None: it is new; `leaves`: it goes."""

    class_id: int
    before: ClassName | None
    after: ClassName
    pupils: int
    owing: int
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class YearSheet:
    """The school year that begins in `year` on `starts`; `running`: it has begun by the calendar.

    `begun` is when the last one was begun here, while it can be undone; `begun_year` which one.
    """

    year: int
    starts: date
    running: bool
    last_grade: int
    classes: tuple[YearClass, ...]
    begun: datetime | None = None
    begun_year: int = 0


@dataclass(frozen=True, slots=True)
class YearBegun:
    """So many classes left, so many leavers are closed, so many still owe something."""

    classes: int
    closed: int
    owing: int


@dataclass(frozen=True, slots=True)
class YearUndone:
    """So many classes are there again, and so many patrons."""

    classes: int
    opened: int


# ── Clearing leavers ──


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClearance(LibrarianCommand):
    """Who of the leavers still owes what. Answers `ClearanceSheet`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseClear(LibrarianCommand):
    """Close every leaver who owes nothing. Answers `Closed`."""


@dataclass(frozen=True, slots=True)
class OwedBook:
    """A book that is still out."""

    title: str
    barcode: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Debtor:
    """A leaver who owes books or money (fen)."""

    patron_id: int
    name: str
    books: tuple[OwedBook, ...]
    charges_fen: int = 0


@dataclass(frozen=True, slots=True)
class LeavingClass:
    """A class that leaves or has left (`left`): who owes, how many of it are clear and still open, how many it had."""

    class_id: int
    name: ClassName
    entry_year: int
    left: bool
    debtors: tuple[Debtor, ...]
    clear: int
    readers: int


@dataclass(frozen=True, slots=True)
class ClearanceSheet:
    """The leaving classes."""

    classes: tuple[LeavingClass, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """So many were closed."""

    count: int


# ── One patron, one class ──


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEnrolment(LibrarianCommand):
    """The classes at school, and with `patron_id` who is to be changed. Answers `Enrolment`."""

    patron_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPatron(LibrarianCommand):
    """A new patron with a card of the next number. Answers `Added`."""

    kind: PatronKind
    name: str
    class_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePatron(LibrarianCommand):
    """Another name or class. Answers `Added`."""

    patron_id: int
    name: str
    class_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePatron(LibrarianCommand):
    """Close a patron who owes nothing, or let a closed one in again (`reopen`)."""

    patron_id: int
    reopen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClass(LibrarianCommand):
    """A new class; `grade` is this school year's. Answers `Added`."""

    grade: int
    number: int
    own_name: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The classes at school; the patron who is to be changed."""

    classes: tuple[ClassEntry, ...]
    patron_id: int = 0
    name: str = ""
    kind: PatronKind = PatronKind.PUPIL
    class_id: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Added:
    """The patron (or class) that was added or changed, with the number of the card.

    `twins` are how many others of the same name are in the class: two children, or one that was entered twice.
    """

    patron_id: int
    card: str = ""
    twins: int = 0
