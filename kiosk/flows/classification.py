"""What the pages ask about the table of class numbers."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flows.work import LibrarianCommand
from kiosk.lending.classification import ClassNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClassNumbers(LibrarianCommand):
    """The library's table of class numbers. Answers `ClassTable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveClassNumber(LibrarianCommand):
    """Put a class number into the table, or its words anew. A number of no class is `BAD_VALUE`."""

    entry: ClassNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteClassNumber(LibrarianCommand):
    """Leave a class number out of the table; titles that have it keep it."""

    number: str


@dataclass(frozen=True, slots=True)
class ClassTable:
    """The table in shelf order, and how many titles each number has itself."""

    entries: tuple[ClassNumber, ...]
    titles: tuple[tuple[str, int], ...] = ()
