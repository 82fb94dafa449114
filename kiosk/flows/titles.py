"""Changing what is in the catalogue: a title's description, two titles that are one, where copies live."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flows.outcomes import CopySheet
from kiosk.flows.work import LibrarianCommand
from kiosk.lending.stock import TitleData


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTitle(LibrarianCommand):
    """Describe a title anew. With `call_number` its copies get that one too, and new labels. Answers its id."""

    title_id: int
    title: TitleData
    call_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTitles(LibrarianCommand):
    """Two titles are one: the copies, loans and deliveries of `gone_id` go to `kept_id`, then `gone_id` is deleted."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCopies(LibrarianCommand):
    """Copies live at another place from now on. Answers `Moved`."""

    copy_ids: tuple[int, ...]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveScanned(LibrarianCommand):
    """The copy that was scanned lives at another place from now on. Answers `Moved`, or as an unknown code."""

    code: str
    place: str
    clean: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCopy(LibrarianCommand):
    """What is known of one copy. A new call number wants a new label."""

    copy_id: int
    call_number: str
    place: str
    price_fen: int | None
    for_loan: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WantLabels(LibrarianCommand):
    """Print the labels of these copies with the next ones. Answers how many wait now."""

    copy_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlaces(LibrarianCommand):
    """Every place that copies have. Answers `Places`."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Copies that are at a place now: the last one of them, where it was, how many were elsewhere before."""

    copy: CopySheet
    was: str
    count: int


@dataclass(frozen=True, slots=True)
class Places:
    """Places in order."""

    names: tuple[str, ...]
