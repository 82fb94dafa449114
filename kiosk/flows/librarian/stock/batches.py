"""Deliveries: what was ordered, what arrived, what is short or damaged, in copies and in money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, day_or_none, say_day, words
from kiosk.flows.librarian.files import CATALOGUES, Chooser
from kiosk.flows.librarian.page import Kind, Question, Say, Turn, ask_first, button, done, maybe, text
from kiosk.flows.librarian.stock.arriving import Arriving
from kiosk.flows.librarian.stock.loading import Loading
from kiosk.flows.librarian.stock.taking import look_up
from kiosk.flows.outcomes import Outcome
from kiosk.flows.stock import (
    LONGEST_NAME,
    Batch,
    BatchList,
    BatchPage,
    CloseBatch,
    DeleteBatch,
    Line,
    LookUpLine,
    ReadBatch,
    ReadBatches,
    SaveBatch,
    Saved,
)
from kiosk.flows.views import Align, BlockOfPage, Button, Column, Form, Money, Paragraph, Row, Table, Tone, Words
from kiosk.lending.stock import is_isbn

_SPECS = (
    Spec("name", "stock.field.batch", words(LONGEST_NAME, empty=False), hint="stock.hint.batch"),
    Spec("source", "stock.field.source", words(LONGEST_NAME)),
    Spec("fund", "stock.field.fund", words(LONGEST_NAME)),
    Spec("received_on", "stock.field.received_on", day_or_none, hint="librarian.hint.day", proposed=True),
    Spec("note", "stock.field.note", words(400)),
)


# ── All of them ──


@dataclass(frozen=True, slots=True)
class Batches:
    """The list of deliveries."""

    listed: BatchList | None = None


def _listed(page: Batches, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, listed=outcome.data)) if isinstance(outcome.data, BatchList) else Turn(page)


def _open(page: Batches, pressed: Pressed) -> Turn:
    return Turn(page, top=BatchCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def _new(page: Batches, _: Pressed) -> Turn:
    return Turn(page) if page.listed is None else Turn(page, top=BatchForm.new(page.listed.today), hush=True)


def _list_blocks(page: Batches) -> tuple[BlockOfPage, ...]:
    if page.listed is None:
        return ()
    columns = (
        Column(text("stock.column.batch"), 5),
        Column(text("stock.column.source"), 3),
        Column(text("stock.column.received_on"), 2),
        Column(text("stock.column.ordered"), 1, Align.END),
        Column(text("stock.column.arrived"), 1, Align.END),
        Column(text("stock.column.short"), 1, Align.END),
        Column(text("stock.column.state"), 2),
    )
    rows = tuple(
        Row(
            (
                one.name,
                one.source,
                maybe("stock.day", one.received_on),
                str(one.ordered),
                str(one.arrived),
                str(one.short),
                text("stock.batch.open" if one.closed_at is None else "stock.batch.closed"),
            ),
            "open",
            one.batch_id,
        )
        for one in page.listed.batches
    )
    more = (Paragraph(text("stock.more", n=page.listed.more)),) if page.listed.more else ()
    return (*more, Table(columns, rows, text("stock.batch.none")))


# ── The words about one ──


@dataclass(frozen=True, slots=True)
class BatchForm:
    """A delivery being written; `batch_id` 0: a new one."""

    entries: Entries
    batch_id: int = 0

    @classmethod
    def new(cls, today: date) -> BatchForm:
        """The form for a delivery that came `today`, most likely."""
        return cls(Entries({**{spec.name: "" for spec in _SPECS}, "received_on": say_day(today)}))

    @classmethod
    def of(cls, batch: Batch) -> BatchForm:
        """The form with a delivery in it."""
        texts = {spec.name: str(getattr(batch, spec.name)) for spec in _SPECS}
        return cls(Entries({**texts, "received_on": say_day(batch.received_on)}), batch.batch_id)


def _save(page: BatchForm, _: Pressed) -> Turn:
    return forms.save(page, _SPECS, lambda values: SaveBatch(batch_id=page.batch_id, **values))


def _saved(page: BatchForm, command: Command, outcome: Outcome) -> Turn:
    if not (isinstance(command, SaveBatch) and isinstance(outcome.data, Saved)):
        return Turn(page)
    say = done("librarian.done.saved")
    if page.batch_id:
        return Turn(page, close=1, say=say)
    return Turn(page, close=1, top=BatchCard(outcome.data.id), say=say)


def _form_buttons(page: BatchForm) -> tuple[Button, ...]:
    return (forms.SAVE, button("delete", "librarian.do.delete", icon="delete")) if page.batch_id else (forms.SAVE,)


# ── One ──


@dataclass(frozen=True, slots=True)
class BatchCard:
    """A delivery with its lines."""

    batch_id: int
    data: BatchPage | None = None


def _answered(page: BatchCard, command: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case BatchPage() as data:
            return Turn(replace(page, data=data))
        case Saved() if isinstance(command, CloseBatch):
            return Turn(page, say=done("stock.done.reopened"))
    return Turn(page)


def _arriving(page: BatchCard, _: Pressed) -> Turn:
    return Turn(page, top=Arriving(page.batch_id), hush=True)


def _scanned(page: BatchCard, scan: Scan) -> Turn:
    """Whoever scans a book here is unpacking."""
    if page.data is None:
        return Turn(page)
    if page.data.batch.closed_at is not None:
        return Turn(page, say=Say(Tone.LOOK, text("stock.problem.closed", batch=page.data.batch.name)))
    following = look_up(scan, page.batch_id)
    return Turn(page, top=Arriving(page.batch_id, following=following, last=scan.code), hush=True)


def _load(page: BatchCard, _: Pressed) -> Turn:
    chooser = Chooser(
        text("stock.load.choose"), CATALOGUES, lambda path: Loading(path, page.batch_id), hint=text("stock.load.hint")
    )
    return Turn(page, top=chooser, hush=True)


def _edit(page: BatchCard, _: Pressed) -> Turn:
    return Turn(page) if page.data is None else Turn(page, top=BatchForm.of(page.data.batch), hush=True)


def _line(page: BatchCard, pressed: Pressed) -> Turn:
    if not isinstance(pressed.value, int):
        return Turn(page)
    return Turn(page, top=Arriving(page.batch_id, following=LookUpLine(line_id=pressed.value)), hush=True)


def _close(page: BatchCard, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    if page.data.batch.closed_at is not None:
        return Turn(page, ask=CloseBatch(batch_id=page.batch_id, closed=False))
    short = page.data.batch.short
    question = Question(
        text("stock.close.title", name=page.data.batch.name),
        CloseBatch(batch_id=page.batch_id),
        done("stock.done.closed"),
        lines=(text("stock.close.short", n=short),) if short else (text("stock.close.complete"),),
        tone=Tone.LOOK if short else Tone.INFO,
    )
    return ask_first(page, question)


def _delete(page: BatchForm, _: Pressed) -> Turn:
    question = Question(
        text("stock.delete.title", name=page.entries.texts["name"]),
        DeleteBatch(batch_id=page.batch_id),
        done("stock.done.deleted"),
        lines=(text("stock.delete.line"),),
        close=3,
        tone=Tone.NOT_NOW,
    )
    return ask_first(page, question)


def _bar(page: BatchCard) -> tuple[Button, ...]:
    if page.data is None:
        return ()
    if page.data.batch.closed_at is not None:
        return (button("close", "stock.do.reopen", icon="undo"),)
    return (
        button("arriving", "stock.do.unpack", icon="scan", tone=Tone.DONE),
        button("load", "stock.do.load", icon="add"),
        button("edit", "stock.do.edit", icon="rules"),
        button("close", "stock.do.close", icon="lock"),
    )


def _card_blocks(page: BatchCard) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    batch = data.batch
    said = [one for one in (batch.source, batch.fund, say_day(batch.received_on), batch.note) if one]
    blocks: list[BlockOfPage] = [Paragraph(" · ".join(said))] if said else []
    if batch.closed_at is not None:
        blocks.append(Paragraph(text("stock.batch.closed_at", at=batch.closed_at), Tone.INFO))
    totals = (
        ("stock.column.ordered", batch.ordered, data.ordered_fen),
        ("stock.column.arrived", batch.arrived, data.arrived_fen),
        ("stock.column.short", batch.short, data.short_fen),
        ("stock.column.damaged", batch.damaged, data.damaged_fen),
    )
    if batch.titles:
        cells = tuple(text("stock.batch.sum", n=pieces, money=Money(fen)) for _, pieces, fen in totals)
        heads = tuple(Column(text(key), 2, Align.END) for key, _, _ in totals)
        row = Row((text("stock.batch.titles", n=batch.titles), *cells))
        blocks.append(Table((Column(text("stock.batch.total"), 2), *heads), (row,)))
    if data.more:
        blocks.append(Paragraph(text("stock.more", n=data.more)))
    columns = (
        Column(text("stock.column.title"), 6),
        Column(text("stock.column.authors"), 2),
        Column(text("stock.column.isbn"), 3),
        Column(text("stock.column.price"), 2, Align.END),
        *(Column(text(key), 1, Align.END) for key, _, _ in totals),
    )
    rows = tuple(_line_row(line, is_open=batch.closed_at is None) for line in data.lines)
    return (*blocks, Table(columns, rows, text("stock.batch.empty")))


def _line_row(line: Line, *, is_open: bool) -> Row:
    price: Words = "" if line.price_fen is None else text("stock.money", money=Money(line.price_fen))
    if line.prices:
        price = text("stock.money_between", low=Money(min(line.prices)), high=Money(max(line.prices)))
    pieces = tuple(str(n) if n else "" for n in (line.ordered, line.arrived, line.to_come, line.damaged))
    tone = Tone.LOOK if line.damaged else Tone.DONE if line.arrived and not line.to_come else None
    odd = line.isbn and not is_isbn(line.isbn)
    isbn: Words = text("stock.batch.isbn_odd", isbn=line.isbn) if odd else line.isbn
    cells = (line.name, line.authors, isbn, price, *pieces)
    return Row(cells, "line" if is_open else "", line.line_id if is_open else None, tone=tone)


KINDS: Mapping[type, Kind[Any]] = {
    Batches: Kind[Batches](
        name="librarian/stock/batches",
        title=lambda _: text("stock.hub.batches"),
        blocks=_list_blocks,
        read=lambda _: ReadBatches(),
        actions={"open": _open, "new": _new},
        answered=_listed,
        bar=lambda _: (button("new", "stock.do.new_batch", icon="add"),),
    ),
    BatchForm: Kind[BatchForm](
        name="librarian/stock/batch/words",
        title=lambda page: text("stock.do.edit" if page.batch_id else "stock.do.new_batch"),
        blocks=lambda page: (Form(page.entries.fields(_SPECS), _form_buttons(page)),),
        actions={"save": _save, "delete": _delete},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=_saved,
    ),
    BatchCard: Kind[BatchCard](
        name="librarian/stock/batch",
        title=lambda page: text("stock.batch.title", name=page.data.batch.name if page.data else ""),
        blocks=_card_blocks,
        read=lambda page: ReadBatch(batch_id=page.batch_id),
        actions={"arriving": _arriving, "load": _load, "edit": _edit, "line": _line, "close": _close},
        scanned=_scanned,
        answered=_answered,
        bar=_bar,
    ),
}
