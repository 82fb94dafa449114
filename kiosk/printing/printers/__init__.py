"""Printers by name: where each one is, which language it takes, and sending it bytes that somebody else made.

A target says where a printer is:

| target | is |
|---|---|
| `folder:PATH` | files to print by hand; a folder in the user's documents where PATH is left out |
| `dummy:PATH` | the bytes as they came, numbered, for trying things out |
| `tcp:HOST` or `tcp:HOST:PORT` | a network printer's raw port (9100 where none is named) |
| `device:PATH` | a device file such as /dev/usb/lp0 |
| `cups:QUEUE` | a queue of CUPS, through `lp` |
| `windows:QUEUE` | a printer of Windows, by its name |

Nothing here retries: what goes wrong is a `PrintTrouble`, and whoever waits for the paper says what happens next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from kiosk.flows.said import SaidTrouble


class Language(StrEnum):
    """What a printer understands, and what a file for it is."""

    PDF = "pdf"
    TSPL = "tspl"
    ZPL = "zpl"
    ESCPOS = "escpos"


USUAL_DPI: Final[Mapping[Language, int]] = {
    Language.PDF: 300,
    Language.TSPL: 203,
    Language.ZPL: 203,
    Language.ESCPOS: 203,
}
"""Dots per inch where the settings name none."""


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer. `stock` names the label stock or paper it is loaded with, empty where nobody said.

    `adjust_right_mm` and `adjust_down_mm` move everything that is printed (negative: left, up). `encoding` and
    `width_mm` (of the roll) matter to a slip printer only.
    """

    name: str
    target: str
    language: Language = Language.PDF
    dpi: int = 300
    stock: str = ""
    adjust_right_mm: float = 0.0
    adjust_down_mm: float = 0.0
    encoding: str = "gb18030"
    width_mm: int = 58


@dataclass(frozen=True, slots=True)
class Found:
    """A printer that this machine knows of, as a target for the settings, and the name it has there."""

    target: str
    name: str


TROUBLES: Final = frozenset(
    {
        *("no_printer", "misspelt", "wrong_language", "no_slips"),  # the settings
        *("host_unknown", "off", "refused", "no_answer", "broken_off"),  # the network
        *("no_device", "no_permission", "busy"),  # device files
        *("paper_out", "cover_open", "ribbon_out", "jam", "paused", "faulty"),  # what the printer says of itself
        *(
            "no_cups",
            "cups_off",
            "no_queue",
            "queue_stopped",
            "queue_closed",
            "queue_off",
            "aborted",
            "system",
        ),  # CUPS and Windows
        *("not_windows", "no_windows_queue", "no_viewer"),
        *("no_folder", "disk_full", "cannot_write"),  # files
        *("queue_gone", "queue_locked", "queue_defect", "no_job", "being_printed"),  # the print queue
        *("other_language", "other_dpi"),
        *("interrupted", "no_content", "unreadable", "behind", "defect"),
    }
)
"""The codes of `PrintTrouble`; each has a sentence that says what to do."""


class PrintTrouble(SaidTrouble):
    """Something was not printed, or perhaps in part. `code` names the message `printer.trouble.<code>`."""

    said_as = "printer.trouble."


PATIENCE: Final = 60.0
"""Seconds that a printer may take no data, or a print system say nothing, before it is given up. An office printer
that has slept wants more than half a minute to get warm."""

DEFAULT_NAME: Final = "PDF"
"""The printer that is always there: files in a folder, to be printed by hand."""


def documents_folder() -> Path:
    """The folder in the user's documents where files to print go when the settings name no other."""
    from platformdirs import user_documents_path

    return user_documents_path() / "图书馆打印 Library printing"


def with_default(printers: tuple[Printer, ...], folder: str = "") -> dict[str, Printer]:
    """The printers by name, and before them the one that is always there, unless one has its name."""
    default = Printer(DEFAULT_NAME, f"folder:{folder}")
    return {printer.name: printer for printer in (default, *printers)}


def send(printer: Printer, content: bytes, language: Language, title: str, patience: float = PATIENCE) -> None:
    """Give `content` to the printer and return when it has taken all of it. Raises PrintTrouble.

    `title` is what other programs may show (a file's name, CUPS' own list), so it must name nobody. `patience` is in
    seconds, for each step that waits.
    """
    if language is not printer.language:
        raise PrintTrouble(
            "wrong_language", printer=printer.name, language=language.value, takes=printer.language.value
        )
    from kiosk.printing.printers.ways import way_to  # only now: the settings name printers and send nothing

    way, place = way_to(printer)
    way.send(printer, place, content, title, patience)


def reach(printer: Printer, patience: float = PATIENCE) -> None:
    """Ask whether the printer is there and ready, as far as can be asked without printing. Raises PrintTrouble."""
    from kiosk.printing.printers.ways import way_to

    way, place = way_to(printer)
    way.reach(printer, place, patience)


def found_printers(patience: float = 3.0) -> tuple[Found, ...]:
    """The queues and device files that this machine knows of. What cannot be asked is left out."""
    from kiosk.printing.printers.ways import found

    return found(patience)
