"""Clearance lists (离校清书单): per class, who still has what, before a class leaves or a term ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.flows.views import Money
from kiosk.i18n import Words


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that is owed: a book with its barcode and the day it was due, or money (`amount`), or both."""

    title: str
    number: str = ""
    due_on: date | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Debtor:
    """A reader who still owes something."""

    name: str
    owes: Sequence[Owed]


@dataclass(frozen=True, slots=True)
class ClearanceList:
    """One class: its name (六(1)班), how many readers it has, and those who owe, in their order."""

    title: str
    readers: int
    debtors: Sequence[Debtor]


def clearance_pdf(lists: Sequence[ClearanceList], library: str, words: Words, *, on: date) -> bytes:
    """The lists as A4 pages, every class beginning on a page of its own; a class that owes nothing is told so."""
    raise NotImplementedError
