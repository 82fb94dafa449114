"""What the counter and the librarian's pages ask of the desk, and the data their answers carry.

Every command here acts for an operator and carries `operator_id`; a page leaves it 0 and its flow fills it in.
The desk checks each time that the operator may: an active helper on duty for `HelperCommand`, an active
librarian for `LibrarianCommand`. Who may not is answered `refused` with `Denied` as data; what cannot be done for
another reason than lending's is answered `refused` with a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from kiosk.flows.commands import Command
from kiosk.flows.outcomes import CopySheet, PatronSheet
from kiosk.lending.barcodes import Pattern
from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.lending.policy import Datum
from kiosk.lending.rota import ExtraSlot, Rota, Slot, SlotSwap
from kiosk.lending.rules import Rules
from kiosk.lending.stock import TitleData

Entry = Slot | ExtraSlot | SlotSwap | Term | Closure | SwapDay
"""What the rota and the calendar are made of; an id of 0 is one that is not in the library yet."""

HISTORY_PAGE = 20
"""Lines of history a page."""

LIST_LIMIT = 200
"""Lines of the longest list; more are counted, not shown."""


# ── Commands of the counter ──


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperCommand(Command):
    """Something a helper on duty does."""

    operator_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClasses(HelperCommand):
    """The classes at school now. Answers `ClassList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClass(HelperCommand):
    """The children of one class. Answers `ClassRoster`."""

    class_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpCopy(HelperCommand):
    """What a scanned book is and where it lives; never who has it. A card answers `identified`."""

    code: str
    clean: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToRepair(HelperCommand):
    """Put a damaged copy aside: no longer lendable. One that is out is returned first."""

    copy_id: int


# ── Commands of the librarian ──


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarianCommand(Command):
    """Something a librarian does after the PIN."""

    operator_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPin(LibrarianCommand):
    """Is this the operator's PIN? Answers `PinAnswer`. `pin` is never shown in a log."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFirstPin(LibrarianCommand):
    """The operator's first PIN; refused once there is one. Answers `PinAnswer`."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPin(LibrarianCommand):
    """Give a librarian (perhaps oneself) a new PIN; waiting times after wrong ones end."""

    patron_id: int
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(LibrarianCommand):
    """Patrons and titles that fit some words. Answers `Found`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCode(LibrarianCommand):
    """Whose or what a scanned number is. Answers `PatronPage` or `CopyPage`, or as a scan is answered."""

    code: str
    clean: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTitle(LibrarianCommand):
    """The copies of a title. Answers `TitlePage`."""

    title_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPatron(LibrarianCommand):
    """A patron with the `page`th part (from 0) of their history. Answers `PatronPage`."""

    patron_id: int
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCopy(LibrarianCommand):
    """A copy with the `page`th part (from 0) of its history. Answers `CopyPage`."""

    copy_id: int
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LendTo(LibrarianCommand):
    """Lend a scanned copy to a patron. With `overrule` what may be overruled does not refuse; `words` say why."""

    patron_id: int
    code: str
    clean: bool = True
    overrule: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewFor(LibrarianCommand):
    """Renew a loan; `overrule` and `words` as in `LendTo`."""

    loan_id: int
    overrule: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnByHand(LibrarianCommand):
    """Return a copy that cannot be scanned."""

    copy_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSuspension(LibrarianCommand):
    """Let a suspended patron borrow again; `words` say why."""

    patron_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCopyStatus(LibrarianCommand):
    """Bring a copy into another state. One that is out is returned first, unless it is marked lost."""

    copy_id: int
    status: CopyStatus
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCopy(LibrarianCommand):
    """Keep a copy for a patron, by a scanned card (`code`) or `patron_id`; with neither, for nobody any more."""

    copy_id: int
    patron_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadActions(LibrarianCommand):
    """What the operator did today and can be undone. Answers `ActionList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAction(LibrarianCommand):
    """Undo the action of one event, where that is still safe."""

    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRota(LibrarianCommand):
    """Rota and calendar. Answers `RotaSheet`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveEntry(LibrarianCommand):
    """Put `entry` into the rota or calendar, in the place of `was` where that is given."""

    entry: Entry
    was: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteEntry(LibrarianCommand):
    """Take `entry` out of the rota or calendar."""

    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPeople(LibrarianCommand):
    """Librarians and helpers. Answers `People`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeHelper(LibrarianCommand):
    """Make a pupil a helper, or no longer; duty times go with it."""

    patron_id: int
    is_helper: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDuties(LibrarianCommand):
    """All duty times of a helper."""

    patron_id: int
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn(LibrarianCommand):
    """Let a helper serve at the counter today until a local time; None ends it."""

    patron_id: int
    until: time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCard(LibrarianCommand):
    """Stop a patron's card: its number is refused from then on."""

    patron_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard(LibrarianCommand):
    """Give a patron a new card, stopping the old one: the scanned number, or without one the next own number."""

    patron_id: int
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRules(LibrarianCommand):
    """Rules and display settings. Answers `RulesSheet`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRules(LibrarianCommand):
    """New rules of lending."""

    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDisplay(LibrarianCommand):
    """New display settings."""

    display: Display


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNumbering(LibrarianCommand):
    """Which shapes of number are cards and copies, besides our own. Answers `Numbering`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveNumbering(LibrarianCommand):
    """All patterns of the school's old numbers, in the order in which they are tried."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAside(LibrarianCommand):
    """Copies that are found, lost, in repair or held. Answers `AsideList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNumbers(LibrarianCommand):
    """Today's few numbers. Answers `Numbers`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveKiosk(LibrarianCommand):
    """Write down that the librarian ends the program."""


# ── Answers ──


@dataclass(frozen=True, slots=True)
class Denied:
    """The operator may not (any more): the duty is over, or the role was taken away."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """The copy is put aside for repair; `was_out`: it was returned first."""

    was_out: bool


class ProblemCode(StrEnum):
    """Why a librarian's wish cannot be done, apart from lending's reasons."""

    GONE = "gone"  # changed or deleted by somebody else in the meantime
    NUMBER_TAKEN = "number_taken"
    NUMBER_UNFIT = "number_unfit"  # no number of a card
    NO_CARD = "no_card"  # there is no card to stop
    NO_SUSPENSION = "no_suspension"
    NO_WORDS = "no_words"  # an overruling needs a reason in words
    NOT_OUT = "not_out"
    NOTHING_WON = "nothing_won"  # a renewal that would not move the due date
    NOT_A_PUPIL = "not_a_pupil"
    NOT_A_HELPER = "not_a_helper"
    NOT_A_LIBRARIAN = "not_a_librarian"
    NOT_A_CARD = "not_a_card"
    NOT_A_COPY = "not_a_copy"
    LATER_ACTION = "later_action"  # cannot be undone: something happened after it
    OTHER_EDITION = "other_edition"  # two titles that are not the same: another ISBN, volume or issue
    BAD_VALUE = "bad_value"
    PIN_SHAPE = "pin_shape"
    HAS_PIN = "has_pin"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it was not done."""

    code: ProblemCode


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """Whether the PIN was right, and how many seconds to wait before the next try (0: at once)."""

    right: bool
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A class at school and how many children it has."""

    class_id: int
    name: ClassName
    pupils: int


@dataclass(frozen=True, slots=True)
class ClassList:
    """The classes, by grade and number."""

    classes: tuple[ClassEntry, ...]


@dataclass(frozen=True, slots=True)
class NamedPatron:
    """A child of a class list."""

    patron_id: int
    name: str
    initial: str = ""  # first letter of the pinyin, A … Z


@dataclass(frozen=True, slots=True)
class ClassRoster:
    """The children of a class, by pinyin."""

    class_id: int
    name: ClassName
    pupils: tuple[NamedPatron, ...]


@dataclass(frozen=True, slots=True)
class PatronHit:
    """A patron as a search shows them."""

    patron_id: int
    name: str
    kind: PatronKind
    school_class: ClassName | None
    card: str | None


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A title as a search shows it."""

    title_id: int
    title: str
    authors: str
    clc: str
    call_number: str
    copies: int
    available: int


@dataclass(frozen=True, slots=True)
class Found:
    """What fits `text`."""

    text: str
    patrons: tuple[PatronHit, ...]
    titles: tuple[TitleHit, ...]


@dataclass(frozen=True, slots=True)
class PastLoan:
    """A loan in somebody's or something's history; `who` and `what` as far as the page does not say them."""

    loan_id: int
    lent_at: datetime  # local
    due_on: date
    returned_at: datetime | None  # local
    title: str = ""
    barcode: str = ""
    copy_id: int = 0
    name: str = ""
    school_class: ClassName | None = None
    patron_id: int = 0


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the ledger as a page shows it."""

    seq: int
    at: datetime  # local
    action: str
    operator: str = ""
    details: Mapping[str, Datum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A card number of a patron, in use or stopped."""

    code: str
    active: bool
    issued_on: date
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A weekly time at which a helper serves: `weekday` 1 Monday … 7 Sunday."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class PatronPage:
    """A patron as the librarian sees them. `charges_fen` is owed; `counter_until` a helper let in, local."""

    sheet: PatronSheet
    active: bool
    suspended_until: date | None
    charges_fen: int
    cards: tuple[Card, ...]
    duties: tuple[Duty, ...]
    counter_until: datetime | None
    history: tuple[PastLoan, ...]
    page: int
    more: bool
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyPage:
    """A copy as the librarian sees it, with who has it now and for whom it is kept."""

    sheet: CopySheet
    title_id: int
    accession_no: str
    for_loan: bool
    price_fen: int | None
    holder: NamedPatron | None  # who has it now
    due_on: date | None
    held_for: NamedPatron | None
    history: tuple[PastLoan, ...]
    page: int
    more: bool
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class TitlePage:
    """A title and its copies."""

    title_id: int
    title: TitleData
    copies: tuple[CopySheet, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Something the operator did today. `blocked`: it cannot be undone any more."""

    seq: int
    at: datetime  # local
    action: str
    name: str
    title: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class ActionList:
    """The operator's own actions of today, the last first."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RotaSheet:
    """Rota, calendar and the classes they speak of."""

    rota: Rota
    classes: tuple[ClassEntry, ...]
    today: date

    def class_names(self) -> dict[int, ClassName]:
        """The names by id."""
        return {entry.class_id: entry.name for entry in self.classes}


@dataclass(frozen=True, slots=True)
class LibrarianEntry:
    """A librarian; `locked`: wrong PINs make them wait now."""

    patron_id: int
    name: str
    card: str | None
    has_pin: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class HelperEntry:
    """A helper and when they serve."""

    patron_id: int
    name: str
    school_class: ClassName | None
    duties: tuple[Duty, ...]
    counter_until: datetime | None  # local; only while it lies ahead


@dataclass(frozen=True, slots=True)
class People:
    """Who works in the library."""

    librarians: tuple[LibrarianEntry, ...]
    helpers: tuple[HelperEntry, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """What every screen of the library follows. `pinyin` is "auto", "always" or "never"."""

    announcement: str = ""
    pinyin: str = "auto"
    mask_names: bool = False
    class_template: str = ""


@dataclass(frozen=True, slots=True)
class RulesSheet:
    """Rules and display."""

    rules: Rules
    display: Display


@dataclass(frozen=True, slots=True)
class Numbering:
    """The patterns of the school's old numbers."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class AsideCopy:
    """A copy that is not on its shelf, and why."""

    copy_id: int
    barcode: str
    title: str
    call_number: str
    place: str
    status: CopyStatus
    held_for: str = ""


@dataclass(frozen=True, slots=True)
class AsideList:
    """Copies to look after; `more` are not shown."""

    copies: tuple[AsideCopy, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Today's numbers: loans, returns, renewals, different readers; out and overdue now."""

    loans: int
    returns: int
    renewals: int
    readers: int
    out: int
    overdue: int
