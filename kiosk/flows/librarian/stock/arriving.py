"""The page a carton is unpacked at: one field for a scanner or a hand, and what was taken in above the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.librarian import prints
from kiosk.flows.librarian.page import Kind, Say, Turn, button, done, text
from kiosk.flows.librarian.stock import serials
from kiosk.flows.librarian.stock.taking import Given, Taking, look_up, numbers
from kiosk.flows.librarian.stock.title_form import TitleForm
from kiosk.flows.outcomes import Outcome
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.stock import (
    Hit,
    KnownSerial,
    KnownTitle,
    Label,
    LookUp,
    LookUpLine,
    LookUpTitle,
    NewSerial,
    NewTitle,
    ReadStock,
    Several,
    StockState,
    TakenBack,
    TakenIn,
    UndoTaking,
)
from kiosk.flows.views import Align, BlockOfPage, Button, Column, Field, Form, Paragraph, Row, Table, Text, Tone, Words
from kiosk.flows.work import LibrarianCommand
from kiosk.lending.stock import TitleData

SHOWN = 30
"""Titles taken in that stay on the page."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """Ready for the next book. `batch_id` is the delivery that is unpacked, 0 for none; `taken` the newest first.

    `following` is what is looked up as soon as this page comes to the top: a code scanned on another page, or a line.
    `last` is the code scanned last.
    """

    batch_id: int = 0
    code: str = ""
    state: StockState | None = None
    taken: tuple[TakenIn, ...] = ()
    following: LookUp | LookUpLine | None = None
    last: str = ""


def _read(page: Arriving) -> LibrarianCommand:
    if page.following is not None:
        return page.following
    return ReadStock(batch_id=page.batch_id)


def _given(page: Arriving, data: Any) -> Arriving:
    if not isinstance(data, Given):
        return page
    last = data.following.code if data.following is not None else ""
    return replace(page, taken=(*reversed(data.taken), *page.taken)[:SHOWN], following=data.following, last=last)


def _edited(page: Arriving, edited: Edited) -> Turn:
    return Turn(replace(page, code=edited.text[:80])) if edited.field == "code" else Turn(page)


def _go_on(page: Arriving, _: Pressed) -> Turn:
    if not page.code.strip():
        return Turn(page)
    return Turn(page, ask=LookUp(code=page.code, typed=True, batch_id=page.batch_id), hush=True)


def _scanned(page: Arriving, scan: Scan) -> Turn:
    ask = look_up(scan, page.batch_id, page.last)
    return Turn(replace(page, code="", last=scan.code), ask=ask, hush=True)


def _no_number(page: Arriving, _: Pressed) -> Turn:
    blank = NewTitle(TitleData(""))
    return Turn(replace(page, code=""), top=TitleForm.of(blank, page.batch_id), hush=True)


def _undo(page: Arriving, pressed: Pressed) -> Turn:
    return Turn(page, ask=UndoTaking(taking=str(pressed.value)))


def _labels(page: Arriving, _: Pressed) -> Turn:
    return Turn(page, ask=ReadPrinting(), hush=True)


def _answered(page: Arriving, command: Command, outcome: Outcome) -> Turn:
    went_on = isinstance(page.following, LookUp)
    page = replace(page, following=None)
    match outcome.data:
        case StockState() as state:
            return Turn(replace(page, state=state))
        case PrintDesk() as desk:
            return Turn(page, top=prints.sheet_for(Order(What.LABELS), desk), hush=True)
        case TakenBack(copies=copies) if isinstance(command, UndoTaking):
            left = tuple(one for one in page.taken if one.taking != command.taking)
            return Turn(replace(page, taken=left), say=done("stock.done.undone", n=copies))
        case Label(title=title, code=code):
            if title:
                return Turn(page, say=Say(Tone.INFO, text("stock.label.on", code=code, title=title)))
            return Turn(page, say=Say(Tone.LOOK, text("stock.label.free", code=code)))
        case Several() as several:
            return Turn(replace(page, code=""), top=Choosing(several, page.batch_id), hush=not went_on)
    top = opened(outcome.data, page.batch_id)
    return Turn(page) if top is None else Turn(replace(page, code=""), top=top, hush=not went_on)


def opened(data: object, batch_id: int) -> Any:
    """The page for what was looked up; None for an answer that has none."""
    match data:
        case KnownTitle() as known:
            return Taking.known_title(known, batch_id)
        case NewTitle(line=None) as new:
            return TitleForm.of(new, batch_id)
        case NewTitle() as new:
            return Taking.new_title(new, batch_id)
        case KnownSerial() as serial:
            return Taking.issue_of(serial, batch_id)
        case NewSerial() as new:
            return serials.SerialForm.of_new(new, batch_id)
    return None


def labels_button(state: StockState | None) -> tuple[Button, ...]:
    """To printing the labels that are wanted, while there are any."""
    return (button("labels", "stock.do.print_labels", icon="printer"),) if state is not None and state.labels else ()


def _blocks(page: Arriving) -> tuple[BlockOfPage, ...]:
    field = Field("code", text("stock.field.code"), page.code, hint=text("stock.hint.code"), focus=True)
    form = Form((field,), (button("go_on", "stock.do.go_on"), button("no_number", "stock.do.no_number")))
    columns = (
        Column(text("stock.column.title"), 5),
        Column(text("stock.column.call_number"), 2),
        Column(text("stock.column.copies"), 1, Align.END),
        Column(text("stock.column.numbers"), 3),
        Column("", 1),
    )
    rows = tuple(_row(one, last=place == 0) for place, one in enumerate(page.taken))
    return (*_state(page), form, Table(columns, rows, text("stock.arriving.how")))


def _state(page: Arriving) -> tuple[BlockOfPage, ...]:
    state = page.state
    if state is None:
        return ()
    said: list[Text] = []
    if state.batch is not None:
        said.append(
            text("stock.arriving.batch", name=state.batch.name, arrived=state.batch.arrived, short=state.batch.short)
        )
    if state.labels:
        said.append(text("stock.labels", n=state.labels))
    return (
        (Paragraph(text("stock.both", first=said[0], second=said[1]) if len(said) == 2 else said[0]),) if said else ()
    )


def _row(one: TakenIn, *, last: bool) -> Row:
    buttons = (button("undo", "stock.do.undo", one.taking, icon="undo"),) if last else ()
    return Row((one.title, one.call_number, str(len(one.copies)), numbers(one.copies), ""), buttons=buttons)


# ── Several that fit ──


@dataclass(frozen=True, slots=True)
class Choosing:
    """Several titles or lines that fit what was scanned or typed."""

    found: Several
    batch_id: int


def _pick_title(page: Choosing, pressed: Pressed) -> Turn:
    if not isinstance(pressed.value, int):
        return Turn(page)
    return Turn(page, ask=LookUpTitle(title_id=pressed.value, batch_id=page.batch_id))


def _pick_line(page: Choosing, pressed: Pressed) -> Turn:
    return Turn(page, ask=LookUpLine(line_id=pressed.value)) if isinstance(pressed.value, int) else Turn(page)


def _new(page: Choosing, _: Pressed) -> Turn:
    known = tuple(hit.title_id for hit in page.found.hits if hit.title_id)
    words = "" if page.found.isbn else page.found.asked
    new = NewTitle(TitleData(words, isbn=page.found.isbn), known=known if page.found.isbn else ())
    return Turn(page, close=1, top=TitleForm.of(new, page.batch_id), hush=True)


def _picked(page: Choosing, _: Command, outcome: Outcome) -> Turn:
    top = opened(outcome.data, page.batch_id)
    return Turn(page) if top is None else Turn(page, close=1, top=top, hush=True)


def _choosing_blocks(page: Choosing) -> tuple[BlockOfPage, ...]:
    columns = (
        Column(text("stock.column.title"), 5),
        Column(text("stock.column.authors"), 3),
        Column(text("stock.column.call_number"), 2),
        Column(text("stock.column.where"), 3),
    )
    rows = tuple(_hit_row(hit) for hit in page.found.hits)
    said = "stock.several.isbn" if page.found.isbn else "stock.several.words"
    return (
        Paragraph(text(said, asked=page.found.asked)),
        Form((), (button("new", "stock.do.new_title", icon="add"),)),
        Table(columns, rows, text("stock.several.none")),
    )


def _hit_row(hit: Hit) -> Row:
    where: Words
    if hit.line is not None:
        where = text("stock.several.line", batch=hit.line.batch, n=hit.line.to_come)
        return Row((hit.title, hit.authors, "", where), "line", hit.line.line_id)
    where = text("stock.several.copies", n=hit.copies)
    return Row((hit.title, hit.authors, hit.call_number, where), "title", hit.title_id)


KINDS: Mapping[type, Kind[Any]] = {
    Arriving: Kind[Arriving](
        name="librarian/stock/arriving",
        title=lambda _: text("stock.hub.arriving"),
        blocks=_blocks,
        read=_read,
        actions={"go_on": _go_on, "no_number": _no_number, "undo": _undo, "labels": _labels},
        edited=_edited,
        scanned=_scanned,
        answered=_answered,
        given=_given,
        bar=lambda page: labels_button(page.state),
        idle=lambda page: replace(page, following=None),
        counts=True,
    ),
    Choosing: Kind[Choosing](
        name="librarian/stock/choosing",
        title=lambda _: text("stock.several.title"),
        blocks=_choosing_blocks,
        actions={"title": _pick_title, "line": _pick_line, "new": _new},
        scanned=lambda page, _: Turn(page, say=Say(Tone.LOOK, text("stock.finish_first"))),
        answered=_picked,
    ),
}
