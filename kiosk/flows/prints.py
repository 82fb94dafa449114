"""What the pages ask of the printers: what may be printed, how a page will look, and the queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.flows.views import Text
from kiosk.flows.work import ClassEntry, LibrarianCommand


class What(StrEnum):
    """What can be printed."""

    LABELS = "labels"  # spine and barcode labels of copies
    FREE_LABELS = "free_labels"  # barcode labels with numbers that no copy has yet
    CARDS = "cards"
    CLASS_SHEETS = "class_sheets"
    CONTROLS = "controls"
    DOOR_ROTA = "door_rota"
    CLASS_ROTA = "class_rota"
    SIGNS = "signs"
    SHELF_LIST = "shelf_list"
    TEST_SHEET = "test_sheet"
    CALIBRATION = "calibration"
    CLEARANCE = "clearance"  # who of the leaving classes still owes what


ON_LABELS = (What.LABELS, What.FREE_LABELS, What.CALIBRATION)
"""What is printed on label stock; everything else is on A4 paper or cards."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to print.

    Labels: of `copies`, or of every copy whose labels are wanted. Free labels: the `numbers`. Cards: of `patrons`,
    or of all in `classes`, and with `teachers` of the teachers. Class sheets and class rota: of `classes`, or of all.
    Signs: for the class numbers `numbers`, or for the main classes in use. Shelf list: of `place`. Clearance lists:
    of the leaving `classes`, or of all that leave.
    """

    what: What
    copies: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    patrons: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    teachers: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """On what, and by which printer.

    `stock` names label stock; `face` is "spine", "barcode" or "both"; `start` is the first label (or card) of a
    part-used sheet, from 1; `size` is a card sheet's or a sign's ("a4", "single", "strip").
    """

    printer: str
    stock: str = ""
    face: str = "both"
    start: int = 1
    size: str = "a4"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPrinting(LibrarianCommand):
    """Printers, label stock, the queue, what waits to be printed. Answers `PrintDesk`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOrder(LibrarianCommand):
    """Page `page` (from 0) of what would be printed, `width` pixels wide. Answers `PrintPreview`."""

    order: Order
    paper: Paper
    page: int = 0
    width: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOrder(LibrarianCommand):
    """Put it into the print queue. Labels that were wanted are wanted no more. Answers `Printed`."""

    order: Order
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryJob(LibrarianCommand):
    """Print a job again, and let those go on that wait behind it."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob(LibrarianCommand):
    """Take a job out of the queue."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveJob(LibrarianCommand):
    """Print a job on another printer."""

    job_id: str
    printer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TunePrinter(LibrarianCommand):
    """Move what a printer prints by so many tenths of a millimetre to the right and down."""

    printer: str
    right_tenths: int
    down_tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPrinters(LibrarianCommand):
    """The printers that are set up and those this machine knows of. Answers `PrinterSetup`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPrinter(LibrarianCommand):
    """Ask a printer whether it is there and ready, as far as can be asked without printing."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPrinter(LibrarianCommand):
    """Set up a printer; `target` says where it is, `language` what it takes ("pdf", "tspl", "zpl", "escpos")."""

    name: str
    target: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePrinter(LibrarianCommand):
    """Know a printer no more; its jobs stay in the queue until they are moved or taken out."""

    name: str


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job of the queue. `state`: "waiting", "printing", "done", "failed" or "held"; `made_at` local."""

    job_id: str
    title: Text
    printer: str
    count: int
    state: str
    problem: Text | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PrinterLine:
    """A printer: `language` "pdf", "tspl", "zpl" or "escpos"; what it is loaded with; its fine adjustment."""

    name: str
    language: str
    target: str
    dpi: int
    stock: str = ""
    right_tenths: int = 0
    down_tenths: int = 0
    folder: str = ""  # where it puts files, if that is what it does


@dataclass(frozen=True, slots=True)
class StockLine:
    """A kind of label stock: its names, whether it is a roll, labels a page, the faces it has room for."""

    name: str
    zh: str
    en: str
    roll: bool
    per_page: int
    suits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintDesk:
    """Everything the printing pages choose from. `usual` has the printer last chosen for a kind of thing."""

    jobs: tuple[JobLine, ...]
    printers: tuple[PrinterLine, ...]
    stocks: tuple[StockLine, ...]
    wanted: int
    classes: tuple[ClassEntry, ...]
    places: tuple[str, ...]
    numbers: tuple[str, ...] = ()  # the class numbers that titles have
    usual: tuple[tuple[str, str], ...] = ()
    troubles: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintPreview:
    """One page as a picture (RGB, row by row), of how many, and how many labels, cards or sheets there are in all."""

    name: str
    page: int
    pages: int
    count: int
    width: int
    height: int
    pixels: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Printed:
    """It is in the queue."""

    job_id: str
    count: int
    printer: str


@dataclass(frozen=True, slots=True)
class PrinterSetup:
    """The printers; (target, name) of what the machine knows of; the names of those that may be taken away."""

    printers: tuple[PrinterLine, ...]
    found: tuple[tuple[str, str], ...] = ()
    own: tuple[str, ...] = ()
