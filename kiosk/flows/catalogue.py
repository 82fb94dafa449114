"""What the pages ask that take a whole catalogue over or write it into a file, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.flows.views import Text
from kiosk.flows.work import LibrarianCommand

# ── Taking over ──


class TitleState(StrEnum):
    """What a record of the file is to the library."""

    WRONG = "wrong"  # nothing of it is taken
    NEW = "new"
    KNOWN = "known"  # the title is there, and gets further copies
    UNCHANGED = "unchanged"


class CopyState(StrEnum):
    """What a copy of the file is to the library."""

    NEW = "new"
    THERE = "there"
    CLASHING = "clashing"  # its number belongs to something else


DOUBTFUL = "doubtful"
"""The lines that are worth a look, whatever their state: the name of their list in `CatalogueSheet.lines`."""


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file and how it is to be taken over.

    `give`: copies without a barcode, accession number or call number get one; else those without an accession number
    are not taken. `labels`: what was given a number wants a label. `one_each`: a record that says nothing of copies
    stands for one. `same`: where a copy has one number only, that is its barcode and its accession number. `adopt`:
    barcodes of a shape that the library does not know are its own from now on.
    """

    path: str
    give: bool = True
    labels: bool = True
    one_each: bool = False
    same: bool = False
    adopt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCatalogue(LibrarianCommand):
    """What a file would bring. Writes nothing. Answers `CatalogueSheet`."""

    file: CatalogueFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCatalogue(LibrarianCommand):
    """Take over what the preview with this `seal` said, all or nothing. Answers `CatalogueDone`."""

    file: CatalogueFile
    seal: str


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A record or row of the file. `where` says which; `number` is the same as a number.

    `new`, `there` and `clashing` count its copies; `reasons` are what to look at. `doubtful`: it is taken, or part of
    it, and worth a look.
    """

    where: Text
    number: int
    state: TitleState
    title: str
    isbn: str = ""
    new: int = 0
    there: int = 0
    clashing: int = 0
    reasons: tuple[Text, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueSheet:
    """A preview. `titles` and `copies` count every state, `doubtful` the lines that are taken and worth a look.

    `lines` has for each state, and for `DOUBTFUL`, the first of its lines. `seal` changes when what it would do
    changes. `barcodes`, `accessions` and `call_numbers` are how many would be given; `halves` copies have one of
    barcode and accession number only. `bare`: no record says anything
    of copies. `unknown` are shapes of barcodes that the library does not know ("0######"); `left` sheets not read.
    """

    name: str
    how: Text
    titles: Mapping[TitleState, int]
    copies: Mapping[CopyState, int]
    doubtful: int
    lines: Mapping[str, tuple[CatalogueLine, ...]]
    seal: str
    barcodes: int = 0
    accessions: int = 0
    call_numbers: int = 0
    halves: int = 0
    bare: bool = False
    unknown: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether accepting it would change anything."""
        return bool(self.titles[TitleState.NEW] or self.copies[CopyState.NEW])


@dataclass(frozen=True, slots=True)
class CatalogueDone:
    """It is written: so many titles and copies, so many of the copies want labels."""

    titles: int
    copies: int
    labels: int


# ── Writing into a file ──


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCatalogue(LibrarianCommand):
    """Write every title with its copies into a new file in `folder`. Answers `Exported`.

    `form` is one of `FORMS`.
    """

    form: str
    folder: str


FORMS = ("xlsx", "csv", "marc_utf_8", "marc_gb18030", "marcxml")
"""What a catalogue is written as: tables for people, MARC for other library systems."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that was written, with so many titles and copies."""

    path: str
    titles: int
    copies: int
