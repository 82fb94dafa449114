"""What the desk answers: one outcome a command. Codes and data; words are i18n's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.flows.views import Text, Words
from kiosk.lending.barcodes import Scheme
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.lending.policy import Allowance, OpenLoan, Reason, ReturnTerms


class OutcomeKind(StrEnum):
    """The outcomes other people's scripts rely on."""

    IDENTIFIED = "identified"
    LENT = "lent"
    RETURNED = "returned"
    RETURNED_AND_LENT = "returned_and_lent"
    RENEWED = "renewed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    INFO = "info"
    IGNORED = "ignored"
    ENDED = "ended"
    TROUBLE = "trouble"


class Note(StrEnum):
    """What an `info`, a return or a refusal adds."""

    NONE = ""
    ALREADY_YOURS = "already_yours"  # lent in this very session, scanned again
    ALREADY_RENEWED = "already_renewed"
    FOUND = "found"  # a lost copy came back
    KEEP_FOR_LIBRARIAN = "keep_for_librarian"  # came back but does not go on the shelf: repair, hold, withdrawn
    UNDONE = "undone"
    NOTHING_TO_RENEW = "nothing_to_renew"
    TOO_EARLY = "too_early"  # a renewal today would win no day
    RETURN_ONLY = "return_only"  # came back from somebody else's loan and is not lent on, reasons say why


@dataclass(frozen=True, slots=True)
class PatronSheet:
    """A patron as their own session shows them. `card` is their active number, if any."""

    patron_id: int
    name: str
    kind: PatronKind
    school_class: ClassName | None
    grade: int | None
    card: str | None
    loans: tuple[OpenLoan, ...]
    allowance: Allowance
    blocks: tuple[Reason, ...]
    next_turn: datetime | None
    next_chance: datetime | date | None = None  # see `lending.chances`: the one date where `blocks` refuse
    bound_to_rota: bool = False
    is_helper: bool = False
    on_duty: bool = False  # a helper in a duty slot, or let in by the librarian
    has_pin: bool = False

    @property
    def may_serve(self) -> bool:
        """Whether this patron may act for others: a helper on duty or a librarian."""
        return self.on_duty or self.kind is PatronKind.LIBRARIAN


@dataclass(frozen=True, slots=True)
class CopySheet:
    """A copy with what a screen shows of its title; whom it is lent to is never here."""

    copy_id: int
    barcode: str
    title: str
    authors: str
    clc: str
    call_number: str
    place: str
    material: Material
    status: CopyStatus
    is_out: bool


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A sitting of today: local times and whose it is."""

    starts: datetime
    ends: datetime
    who: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class NewBook:
    """A title lately added."""

    title: str
    authors: str
    clc: str
    call_number: str
    place: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the idle screen shows, and the library's display settings every screen follows."""

    library: str
    today: date
    lines: tuple[BoardLine, ...]
    minutes_before: int
    minutes_after: int
    open_to_all: bool  # no rota yet, or the library is open to all outside terms
    closed: bool  # a closure, or outside every term
    closed_why: str
    next_turn: datetime | None
    next_who: tuple[Words, ...]
    new_books: tuple[NewBook, ...]
    announcement: str
    clock_behind: bool
    pinyin: str  # "auto" (grades 1–2), "always", "never"
    mask_names: bool
    scheme: Scheme
    class_template: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one command.

    `at` is the school's local time of the decision. `patron` is the session's patron after the command, or who was
    identified; never the one a copy came back from. `late` says what a return brought, and where it suspends,
    `next_chance` when its reader may borrow again. `renewed` lists the loans a renewal moved. `trouble` is a store
    trouble code, with `detail` for the IT teacher. `data` answers the reading commands of the counter and the
    librarian.
    """

    kind: OutcomeKind
    request_id: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    patron: PatronSheet | None = None
    copy: CopySheet | None = None
    loan_id: int | None = None
    due_on: date | None = None
    late: ReturnTerms | None = None
    next_chance: datetime | date | None = None
    note: Note = Note.NONE
    renewed: tuple[int, ...] = ()
    trouble: str = ""
    detail: str = ""
    data: object = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The event that brings an outcome back to the flow; `at` is monotonic seconds."""

    outcome: Outcome
    at: float


@dataclass(frozen=True, slots=True)
class Examined:
    """What one scan says about its scanner, on a page that examines scanners.

    `facts` and `findings` are messages of the catalogue `diagnosis`; the second of each finding says whether
    something is to be changed. `code` is what was read; `right` the code of the test sheet that it is, or "".
    """

    code: str
    facts: Text
    findings: tuple[tuple[Text, bool], ...]
    right: str
    at: float
