"""What the pages of new stock ask of the desk, and the data their answers carry.

A carton is worked through with the scanner: each code is looked up (`LookUp`), and what it stands for is taken in
(`TakeIn`) in one transaction: title, copies with their numbers, the delivery's line, the labels that are wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.flows.views import Text
from kiosk.flows.work import LibrarianCommand
from kiosk.lending.issues import with_volume
from kiosk.lending.stock import TitleData

MOST_COPIES = 200
"""Copies of one title that are taken in at once; a class set of every class is fewer."""

MOST_LABELS = 2000
"""Numbers that are set apart for printing at once."""

LONGEST_NAME = 120
"""Characters of a delivery's name, source or fund."""


# ── Commands ──


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(LibrarianCommand):
    """What a code is for who takes new stock. `typed`: by hand, or scanned twice, so that a wrong check digit may be
    as printed.

    Answers a `Meaning`. `batch_id` is the delivery
    being worked through; 0: none, then lines of every open one count.
    """

    code: str
    clean: bool = True
    typed: bool = False
    batch_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpTitle(LibrarianCommand):
    """A title picked from a list, by its id. Answers `KnownTitle`."""

    title_id: int
    batch_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpLine(LibrarianCommand):
    """A line of a delivery picked from its list. Answers `KnownTitle` or `NewTitle`."""

    line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNumbers(LibrarianCommand):
    """Which call numbers a new title may have. Answers `Offers`."""

    title: TitleData


class Fate(StrEnum):
    """What becomes of a copy that arrived damaged."""

    REPAIR = "repair"  # taken into stock, in repair
    BACK = "back"  # sent back: not taken into stock


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn(LibrarianCommand):
    """Take `count` pieces of one title into stock, in one transaction. Answers `TakenIn`.

    Of a known title `title_id`, else `title` to be added; `known` are the titles that had its ISBN when it was
    looked up. `line_id` is its line of a delivery; without one, and with `batch_id`, a line is added to that.
    A new title's call number is its class with the next free book number, or with that of the title `same_set_as`,
    and `auxiliary` behind it. `labels` are numbers printed beforehand, one for each copy or none. `damaged` of the
    pieces go the way of `fate`. With `serial_id` the title is the `title.issue` of that magazine.
    """

    title_id: int = 0
    title: TitleData | None = None
    known: tuple[int, ...] = ()
    count: int = 1
    price_fen: int | None = None
    place: str = ""
    batch_id: int = 0
    line_id: int = 0
    same_set_as: int = 0
    auxiliary: str = ""
    labels: tuple[str, ...] = ()
    damaged: int = 0
    fate: Fate = Fate.REPAIR
    serial_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoTaking(LibrarianCommand):
    """Take back what the `TakeIn` of a request brought: its copies go, and its title if nothing else has it."""

    taking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStock(LibrarianCommand):
    """How things stand with new stock. Answers `StockState`."""

    batch_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatches(LibrarianCommand):
    """The deliveries, the newest first. Answers `BatchList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatch(LibrarianCommand):
    """One delivery with its lines. Answers `BatchPage`."""

    batch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveBatch(LibrarianCommand):
    """A new delivery (`batch_id` 0), or other words about one. Answers `Saved`."""

    batch_id: int = 0
    name: str
    source: str = ""
    fund: str = ""
    received_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBatch(LibrarianCommand):
    """Close a delivery: what is short stays short. Or open it again."""

    batch_id: int
    closed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteBatch(LibrarianCommand):
    """Take a delivery out of which nothing came, with its lines: it was made, or a file loaded, by mistake."""

    batch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSerials(LibrarianCommand):
    """The magazines that come again and again. Answers `SerialList`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSerial(LibrarianCommand):
    """A magazine: a new one (`serial_id` 0) or other words about one. Answers `KnownSerial`."""

    serial_id: int = 0
    issn: str
    title: str
    publisher: str = ""
    clc: str = ""
    price_fen: int | None = None
    last_issue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNumbersApart(LibrarianCommand):
    """Set the next `count` copy numbers apart, so that labels can be printed beforehand. Answers `SetApart`."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSetApart(LibrarianCommand):
    """The copy numbers that were set apart. Answers `ApartList`."""


# ── Answers ──


@dataclass(frozen=True, slots=True)
class Line:
    """A title's line in a delivery. `price_fen` is one piece's; `prices` are those of each where they differ."""

    line_id: int
    batch_id: int
    batch: str
    isbn: str
    title: str
    ordered: int
    arrived: int
    damaged: int
    price_fen: int | None = None
    authors: str = ""
    title_id: int | None = None
    volume: str = ""
    prices: tuple[int, ...] = ()

    def fen(self, first: int, end: int) -> int:
        """What the pieces from `first` to before `end` cost, counted from 0 in the order of the vendor's file."""
        others = max(0, end - max(first, len(self.prices)))
        return sum(self.prices[first:end]) + others * (self.price_fen or 0)

    @property
    def name(self) -> str:
        """The title with its volume, by which the lines of a set differ."""
        return with_volume(self.title, self.volume)

    @property
    def to_come(self) -> int:
        """How many are still to come."""
        return max(0, self.ordered - self.arrived)


@dataclass(frozen=True, slots=True)
class SameSet:
    """A title whose book number a further volume may share.

    `fits`: it is of the same edition and has this volume not yet, so that nobody need be asked.
    """

    title_id: int
    title: str
    call_number: str
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Offers:
    """Call numbers for a new title: the next one of its class ("" without a class), and those of the same set.

    `auxiliary` is what the title says of its volume; `place` where the class stands.
    """

    next: str = ""
    sets: tuple[SameSet, ...] = ()
    auxiliary: str = ""
    place: str = ""


NO_OFFERS = Offers()


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A title of the library: what it is, how many copies of it there are, and what further ones would get."""

    title_id: int
    title: TitleData
    copies: int
    call_number: str
    place: str
    price_fen: int | None
    offers: Offers = NO_OFFERS
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class NewTitle:
    """No title of the library: with a `line` as the vendor's file describes it, else its ISBN only.

    `right`: the ISBN's check digit holds. `known` are titles of the same ISBN (a set's volumes may share one).
    """

    title: TitleData
    right: bool = True
    offers: Offers = NO_OFFERS
    line: Line | None = None
    known: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Serial:
    """A magazine that comes again and again."""

    serial_id: int
    issn: str
    title: str
    publisher: str = ""
    clc: str = ""
    price_fen: int | None = None
    last_issue: str = ""


@dataclass(frozen=True, slots=True)
class KnownSerial:
    """A magazine's barcode: the magazine, the issue that is likely, and what its copies would get.

    `add_on` are the two or five digits behind the barcode, by which its issues differ; empty where none were read.
    """

    serial: Serial
    issue: str
    offers: Offers = NO_OFFERS
    place: str = ""
    add_on: str = ""


@dataclass(frozen=True, slots=True)
class NewSerial:
    """The barcode of a magazine that the library has not had yet; `issue` and `add_on` as in `KnownSerial`."""

    issn: str
    issue: str = ""
    add_on: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A title of the library (`title_id`) or a line of a delivery (`line_id`)."""

    title: str
    authors: str
    call_number: str = ""
    copies: int = 0
    title_id: int = 0
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """More than one title fits what was scanned or typed; or what was typed is no number (`isbn` then "")."""

    asked: str
    isbn: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A copy number. `title` is what bears it; empty when it is free."""

    code: str
    title: str = ""


Meaning = KnownTitle | NewTitle | KnownSerial | NewSerial | Several | Label
"""What a code can stand for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy that was taken in."""

    copy_id: int
    accession_no: str
    barcode: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came into stock. `taking` undoes it; `sent_back` pieces did not. `line` as it stands now."""

    taking: str
    title_id: int
    title: str
    clc: str
    call_number: str
    copies: tuple[Taken, ...]
    damaged: int = 0
    sent_back: int = 0
    line: Line | None = None
    authors: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was undone: so many copies are gone, with their numbers."""

    copies: int


@dataclass(frozen=True, slots=True)
class StockState:
    """How things stand: labels that are still to be printed, open deliveries, and the one being worked through."""

    labels: int
    open_batches: int
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A delivery with its totals in pieces. `short` are ordered and not there."""

    batch_id: int
    name: str
    source: str = ""
    fund: str = ""
    received_on: date | None = None
    note: str = ""
    closed_at: datetime | None = None  # local
    titles: int = 0
    ordered: int = 0
    arrived: int = 0
    damaged: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class BatchList:
    """Deliveries; `more` are not shown. `today` is the day that a new one is likely to have come."""

    batches: tuple[Batch, ...]
    today: date
    more: int = 0


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A delivery with its lines (`more` are not shown), and its totals in fen."""

    batch: Batch
    lines: tuple[Line, ...]
    more: int
    ordered_fen: int
    arrived_fen: int
    damaged_fen: int
    short_fen: int


@dataclass(frozen=True, slots=True)
class Saved:
    """It is written, under this id."""

    id: int


@dataclass(frozen=True, slots=True)
class SerialList:
    """Magazines by their titles."""

    serials: tuple[Serial, ...]


@dataclass(frozen=True, slots=True)
class SetApart:
    """Copy numbers from `first` to `last` (both included, as printed) that are set apart; `free` are on no copy yet."""

    first: str
    last: str
    free: tuple[str, ...] = field(repr=False)
    count: int

    @property
    def used(self) -> int:
        """How many are on copies."""
        return self.count - len(self.free)


@dataclass(frozen=True, slots=True)
class ApartList:
    """Ranges of numbers set apart, in order."""

    ranges: tuple[SetApart, ...]


class StockProblem(StrEnum):
    """Why something of new stock cannot be done; each has a sentence, with which the desk hinders it."""

    DAMAGED = "damaged"  # the code was not read whole
    CHECK = "check"  # an ISBN that was read whole, with a wrong check digit: misread, or so printed
    CARD = "card"  # a patron's card or a control card
    NOTHING = "nothing"  # no number of a book
    NOW_KNOWN = "now_known"  # somebody else added the title in the meantime
    GONE = "gone"
    CLOSED = "closed"  # the delivery is closed
    ARRIVED = "arrived"  # something of the delivery has come
    LABEL_TAKEN = "label_taken"
    LABEL_UNFIT = "label_unfit"  # no copy number of ours
    LABEL_DAMAGED = "label_damaged"
    LABEL_TWICE = "label_twice"
    COUNT = "count"  # not as many as there may be
    VALUE = "value"  # a value that no form would give
    NO_NUMBERS = "no_numbers"  # every number is used
    LENT = "lent"  # a copy has been lent since: no undoing
    LATER = "later"  # undone already, or changed since
    ISSN_KNOWN = "issn_known"


# ── A vendor's file ──


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewDelivery(LibrarianCommand):
    """Read a vendor's file and say what it would bring; nothing is written. Answers `DeliveryPreview`."""

    path: str
    batch_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadDelivery(LibrarianCommand):
    """Write a file's lines into a delivery, a new one named after it with `batch_id` 0. Answers `Loaded`."""

    path: str
    batch_id: int = 0


@dataclass(frozen=True, slots=True)
class RecordRemark:
    """Something to look at in one record of a file: its place in the file, its title, what is the matter."""

    place: int
    title: str
    remark: Text


@dataclass(frozen=True, slots=True)
class DeliveryPreview:
    """What a vendor's file would bring: titles and copies in all, titles the library knows, lines that are there.

    `doubtful` are taken and should be looked at, `wrong` are left out; `more` of either are not shown.
    """

    path: str
    name: str
    batch_id: int
    titles: int
    copies: int
    fen: int
    known: int
    there: int
    doubtful: tuple[RecordRemark, ...] = ()
    wrong: tuple[RecordRemark, ...] = ()
    doubtful_in_all: int = 0
    wrong_in_all: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """The file is loaded: new lines, lines whose numbers changed."""

    batch_id: int
    added: int
    changed: int
