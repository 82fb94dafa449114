"""Clearance lists (离校清书单): per class, who still has what, before a class leaves or a term ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kiosk.flows.views import Money, Text, Value
from kiosk.i18n import Words
from kiosk.printing.drawings import icon_on
from kiosk.printing.page_parts import (
    SOFT,
    TINT,
    Box,
    Drawer,
    Head,
    documents_pdf,
    draw_lines,
    fitted,
    frame,
    patch,
    rule,
    write,
)

_ROW: Final = 9.0
_HEADING: Final = 7.0
_SIGNED: Final = 16.0  # for the two signatures at the end
_COLUMNS: Final = (("name", 0.2), ("book", 0.36), ("number", 0.15), ("due", 0.12), ("amount", 0.12))
"""Headings and their share of the width; the box to tick has the rest."""


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
    """The lists as A4 pages, every class beginning on a page of its own; a class that owes nothing is told so.

    Raises PageTrouble if there is no list.
    """
    return documents_pdf([_document(one, library, words, on) for one in lists])


def _document(one: ClearanceList, library: str, words: Words, on: date) -> tuple[Head, Sequence[Drawer]]:
    title = words.say(Text("printing.clearance.title", {"school_class": one.title}))
    rows = [(debtor, owed, first) for debtor in one.debtors for first, owed in enumerate(debtor.owes)]
    fen = sum(owed.amount.fen for _, owed, _ in rows if owed.amount)
    counted: dict[str, Value] = {"n": one.readers, "debtors": sum(bool(debtor.owes) for debtor in one.debtors)}
    line = words.say(Text("printing.clearance.how" if rows else "printing.clearance.readers", counted))
    head = Head(title, library, words, line, on)
    if not rows:
        return head, [_clear(head, words)]
    a_page = int((head.room.height - _HEADING - _SIGNED - _ROW) / _ROW)
    groups = [rows[first : first + a_page] for first in range(0, len(rows), a_page)]

    def page_of(place: int, group: Sequence[tuple[Debtor, Owed, int]]) -> Drawer:
        def draw(page: Any) -> None:
            _headings(page, head.room, words)
            top = head.room.top - _HEADING
            for below, (debtor, owed, first) in enumerate(group):
                row = Box(head.room.left, top - (below + 1) * _ROW, head.room.width, _ROW)
                _row(page, row, debtor.name if not first or not below else "", owed, words, first == 0)
            bottom = top - len(group) * _ROW
            rule(page, head.room.left, head.room.right, bottom, width=0.3)
            if place == len(groups) - 1:
                if fen:
                    told = words.say(Text("printing.clearance.sum", {"amount": Money(fen)}))
                    total = Box(head.room.left, bottom - _ROW, head.room.width, _ROW)
                    write(page, told, total.inset(1), 13, face="sans-bold", align="right")
                _signatures(page, head.room, words)

        return draw

    return head, [page_of(place, group) for place, group in enumerate(groups)]


def _cells(row: Box) -> list[Box]:
    found, left = [], row.left
    for _, share in _COLUMNS:
        found.append(Box(left + 1.2, row.bottom, row.width * share - 2.4, row.height))
        left += row.width * share
    return [*found, Box(left, row.bottom, row.right - left, row.height)]


def _headings(page: Any, room: Box, words: Words) -> None:
    row = Box(room.left, room.top - _HEADING, room.width, _HEADING)
    patch(page, row, TINT, 1)
    for (name, _), cell in zip(_COLUMNS, _cells(row), strict=False):
        write(page, words.say(Text(f"printing.clearance.{name}")), cell, 9, colour=SOFT)


def _row(page: Any, row: Box, name: str, owed: Owed, words: Words, new: bool) -> None:
    cells = _cells(row)
    if new:
        rule(page, row.left, row.right, row.top, width=0.3)
    else:
        rule(page, cells[1].left, row.right, row.top, width=0.1)
    write(page, name, cells[0].inset(0.4), 15, face="kai", lines=2, least=6)
    write(page, owed.title, cells[1].inset(0.4), 11.5, face="kai", lines=2, least=6)
    write(page, owed.number, cells[2], 10, least=5)
    if owed.due_on is not None:
        write(page, words.value(owed.due_on, "short"), cells[3], 10)
    if owed.amount is not None:
        write(page, words.value(owed.amount), cells[4], 10)
    frame(page, Box(cells[5].right - 5.5, row.bottom + row.height / 2 - 2.1, 4.2, 4.2), SOFT, 0.25, 0.9)


def _signatures(page: Any, room: Box, words: Words) -> None:
    width = room.width / 2
    for place, who in enumerate(("teacher", "library")):
        box = Box(room.left + place * width, room.bottom, width - 6, 6)
        told = Box(box.left, box.bottom, box.width * 0.5, box.height)
        lines = fitted(words.say(Text(f"printing.clearance.{who}")), told, 11)
        draw_lines(page, lines)
        rule(page, max(line.box.right for line in lines) + 2, box.right, box.bottom + 0.8, SOFT, 0.25)


def _clear(head: Head, words: Words) -> Drawer:
    def draw(page: Any) -> None:
        room = head.room
        icon_on(page, "done", room.middle - 24, room.bottom + room.height * 0.5, 48)
        told = Box(room.left, room.bottom + room.height * 0.5 - 26, room.width, 18)
        write(page, words.say(Text("printing.clearance.clear")), told, 28, face="kai", align="centre", lines=2)

    return draw
