"""A new school year: the classes before and after, who leaves, taking it back; and clearing the leavers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed
from kiosk.flows.librarian import prints
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.librarian.patron import PatronCard
from kiosk.flows.librarian.sayings import class_words
from kiosk.flows.outcomes import Outcome
from kiosk.flows.people import (
    BeginYear,
    ClearanceSheet,
    CloseClear,
    Closed,
    LeavingClass,
    ReadClearance,
    ReadNewYear,
    UndoYear,
    YearClass,
    YearSheet,
)
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.views import (
    Align,
    BlockOfPage,
    Button,
    Choice,
    Column,
    Field,
    Form,
    Money,
    Paragraph,
    Row,
    Table,
    Text,
    Tone,
    Words,
)

LAST_GRADES = (5, 6, 9)
"""Where schools end: five years in some places, six in most, nine where junior middle school is in the house."""


@dataclass(frozen=True, slots=True)
class NewYear:
    """The new school year before it is begun; `last_grade` 0 is the library's."""

    last_grade: int = 0
    sheet: YearSheet | None = None


def _answered(page: NewYear, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, sheet=outcome.data)) if isinstance(outcome.data, YearSheet) else Turn(page)


def _edited(page: NewYear, edited: Edited) -> Turn:
    if edited.field != "last_grade" or not edited.text.isdigit():
        return Turn(page)
    page = replace(page, last_grade=int(edited.text))
    return Turn(page, ask=ReadNewYear(last_grade=page.last_grade))


def _leaving(sheet: YearSheet) -> tuple[YearClass, ...]:
    return tuple(one for one in sheet.classes if one.leaves)


def _begin(page: NewYear, _: Pressed) -> Turn:
    sheet = page.sheet
    if sheet is None or not _leaving(sheet):
        return Turn(page)
    leaving = _leaving(sheet)
    owing = sum(one.owing for one in leaving)
    clear = sum(one.pupils for one in leaving) - owing
    question = Question(
        text("people.year.begin_title", year=sheet.year, next=sheet.year + 1),
        BeginYear(year=sheet.year, last_grade=sheet.last_grade),
        done("people.done.year"),
        lines=(
            text("people.year.leave", count=len(leaving), clear=clear),
            text("people.year.owing", count=owing),
            text("people.year.stays"),
        ),
    )
    return ask_first(page, question)


def _undo(page: NewYear, _: Pressed) -> Turn:
    if page.sheet is None or page.sheet.begun is None:
        return Turn(page)
    question = Question(
        text("people.year.undo_title", year=page.sheet.begun_year, next=page.sheet.begun_year + 1),
        UndoYear(),
        done("people.done.year_undone"),
        lines=(text("people.year.undo_line"),),
    )
    return ask_first(page, question)


def _to_clearance(page: NewYear, _: Pressed) -> Turn:
    return Turn(page, top=Clearance(), hush=True)


def _bar(page: NewYear) -> tuple[Button, ...]:
    clearance = button("clearance", "people.menu.clearance", icon="rules")
    if page.sheet is None or not _leaving(page.sheet):
        return (clearance,)
    return (button("begin", "people.do.begin", icon="check", tone=Tone.DONE), clearance)


def _blocks(page: NewYear) -> tuple[BlockOfPage, ...]:
    sheet = page.sheet
    if sheet is None:
        return ()
    leaving = _leaving(sheet)
    blocks: list[BlockOfPage] = [
        Paragraph(text("people.year.which", year=sheet.year, next=sheet.year + 1, day=sheet.starts)),
        Paragraph(text("people.year.moved_up" if sheet.running else "people.year.by_itself")),
    ]
    if sheet.begun is not None:
        key = text("people.year.begun", year=sheet.begun_year, next=sheet.begun_year + 1, at=sheet.begun)
        blocks += [Paragraph(key, Tone.DONE), Form((), (button("undo", "people.do.undo_year", icon="undo"),))]
    if not leaving and sheet.begun is None:
        blocks.append(Paragraph(text("people.year.nobody_leaves"), Tone.INFO))
    if leaving or sheet.begun is None:
        choices = tuple(Choice(str(n), text("people.year.grade", grade=n)) for n in LAST_GRADES)
        field = Field("last_grade", text("people.field.last_grade"), str(sheet.last_grade), choices)
        blocks.append(Form((field,)))
    columns = (
        Column(text("people.column.last_year" if sheet.running else "people.column.now"), 2),
        Column(text("people.column.this_year" if sheet.running else "people.column.next_year"), 2),
        Column(text("people.column.pupils"), 1, Align.END),
        Column(text("people.column.owing"), 2, Align.END),
    )
    rows = tuple(_row(one) for one in sorted(sheet.classes, key=lambda one: not one.leaves))
    return (*blocks, Table(columns, rows, text("people.year.no_classes")))


def _row(one: YearClass) -> Row:
    before = text("people.year.new_class") if one.before is None else class_words(one.before)
    after = text("people.year.leaves") if one.leaves else class_words(one.after)
    owing: Words = str(one.owing) if one.owing else ""
    return Row((before, after, str(one.pupils), owing), tone=Tone.LOOK if one.leaves else None)


# ── Clearing leavers ──


@dataclass(frozen=True, slots=True)
class Clearance:
    """Who of the leaving classes still owes what."""

    sheet: ClearanceSheet | None = None


def _clearance_answered(page: Clearance, command: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case ClearanceSheet() as sheet:
            return Turn(replace(page, sheet=sheet))
        case PrintDesk() as printing:
            return Turn(page, top=prints.sheet_for(Order(What.CLEARANCE), printing), hush=True)
        case Closed(count=count) if isinstance(command, CloseClear):
            return Turn(page, say=done("people.done.closed", count=count))
        case _:
            return Turn(page)


def _close_clear(page: Clearance, _: Pressed) -> Turn:
    return Turn(page, ask=CloseClear(), hush=True)


def _print(page: Clearance, _: Pressed) -> Turn:
    return Turn(page, ask=ReadPrinting(), hush=True)


def _patron(page: Clearance, pressed: Pressed) -> Turn:
    return Turn(page, top=PatronCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def _clearance_bar(page: Clearance) -> tuple[Button, ...]:
    if page.sheet is None or not page.sheet.classes:
        return ()
    return (button("print", "people.do.print_clearance", icon="printer"),)


def _clearance_blocks(page: Clearance) -> tuple[BlockOfPage, ...]:
    if page.sheet is None:
        return ()
    if not page.sheet.classes:
        return (Paragraph(text("people.clearance.nobody"), Tone.DONE),)
    blocks: list[BlockOfPage] = [Paragraph(text("people.clearance.hint"))]
    clear = sum(one.clear for one in page.sheet.classes if one.left)
    if clear:
        label = text("people.do.close_clear", count=clear)
        blocks.append(Form((), (Button("close_clear", label, icon="check", tone=Tone.DONE),)))
    for one in page.sheet.classes:
        blocks += [Paragraph(_class_line(one), Tone.LOOK if one.debtors else Tone.DONE)]
        if one.debtors:
            blocks.append(_debts(one))
    return tuple(blocks)


def _class_line(one: LeavingClass) -> Text:
    name = text("people.class_of", year=one.entry_year, number=one.name.number)
    named = name if one.left else text("common.class", school_class=one.name)
    key = "people.clearance.left" if one.left else "people.clearance.leaves"
    return text(key, school_class=named, owing=len(one.debtors), clear=one.clear)


def _debts(one: LeavingClass) -> Table:
    columns = (
        Column(text("librarian.column.name"), 2),
        Column(text("librarian.column.title"), 4),
        Column(text("librarian.column.barcode"), 2),
        Column(text("librarian.column.due"), 2),
        Column(text("people.column.money"), 1, Align.END),
    )
    rows: list[Row] = []
    for debtor in one.debtors:
        money: Words = text("people.money", amount=Money(debtor.charges_fen)) if debtor.charges_fen else ""
        if not debtor.books:
            rows.append(Row((debtor.name, "", "", "", money), "patron", debtor.patron_id))
        for place, book in enumerate(debtor.books):
            cells = (debtor.name, book.title, book.barcode, text("librarian.date", day=book.due_on))
            rows.append(Row((*cells, "" if place else money), "patron", debtor.patron_id))
    return Table(columns, tuple(rows))


KINDS: Mapping[type, Kind[Any]] = {
    NewYear: Kind[NewYear](
        name="librarian/new_year",
        title=lambda _: text("people.menu.new_year"),
        blocks=_blocks,
        read=lambda page: ReadNewYear(last_grade=page.last_grade),
        actions={"begin": _begin, "undo": _undo, "clearance": _to_clearance},
        edited=_edited,
        answered=_answered,
        bar=_bar,
    ),
    Clearance: Kind[Clearance](
        name="librarian/clearance",
        title=lambda _: text("people.menu.clearance"),
        blocks=_clearance_blocks,
        read=lambda _: ReadClearance(),
        actions={"close_clear": _close_clear, "patron": _patron, "print": _print},
        answered=_clearance_answered,
        bar=_clearance_bar,
    ),
}
