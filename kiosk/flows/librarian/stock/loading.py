"""Loading a vendor's file into a delivery: what it would bring first, then in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.files import name_of
from kiosk.flows.librarian.page import Kind, Turn, button, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.stock import DeliveryPreview, LoadDelivery, Loaded, PreviewDelivery, RecordRemark
from kiosk.flows.views import Align, BlockOfPage, Column, Form, Money, Paragraph, Row, Table, Tone


@dataclass(frozen=True, slots=True)
class Loading:
    """A file that was chosen, and what it would bring once it is read. `asked`: it was, so a failure is told."""

    path: str
    batch_id: int
    data: DeliveryPreview | None = None
    asked: bool = False


def _read(page: Loading) -> PreviewDelivery | None:
    return None if page.data is not None or page.asked else PreviewDelivery(path=page.path, batch_id=page.batch_id)


def _answered(page: Loading, _: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case DeliveryPreview() as data:
            return Turn(replace(page, data=data))
        case Loaded(added=added, changed=changed):
            return Turn(page, close=1, say=done("stock.done.loaded", n=added, changed=changed))
    return Turn(page)


def _accept(page: Loading, _: Pressed) -> Turn:
    return Turn(page) if page.data is None else Turn(page, ask=LoadDelivery(path=page.path, batch_id=page.batch_id))


def _again(page: Loading, _: Pressed) -> Turn:
    return Turn(page, ask=PreviewDelivery(path=page.path, batch_id=page.batch_id), hush=True)


def _blocks(page: Loading) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        if page.asked:
            return (Form((), (button("again", "stock.do.read_again", icon="renew"),)),)
        return (Paragraph(text("stock.load.reading", name=name_of(page.path))),)
    new = data.titles - data.known
    blocks: list[BlockOfPage] = [
        Paragraph(text("stock.load.brings", n=data.titles, copies=data.copies, money=Money(data.fen)), Tone.INFO),
        Paragraph(text("stock.load.known", n=new, known=data.known)),
    ]
    if data.there:
        blocks.append(Paragraph(text("stock.load.there", n=data.there), Tone.LOOK))
    blocks.append(Form((), (button("accept", "stock.do.accept", tone=Tone.DONE, key="Return"),) if data.titles else ()))
    for key, tone, remarks, in_all in (
        ("stock.load.wrong", Tone.NOT_NOW, data.wrong, data.wrong_in_all),
        ("stock.load.doubtful", Tone.LOOK, data.doubtful, data.doubtful_in_all),
    ):
        if remarks:
            blocks.append(Paragraph(text(key, n=in_all), tone))
            blocks.append(_remarks(remarks))
    return tuple(blocks)


def _remarks(remarks: tuple[RecordRemark, ...]) -> Table:
    columns = (
        Column(text("stock.column.record"), 1, Align.END),
        Column(text("stock.column.title"), 4),
        Column(text("stock.column.remark"), 6),
    )
    return Table(columns, tuple(Row((str(one.place), one.title, one.remark)) for one in remarks))


KINDS: Mapping[type, Kind[Any]] = {
    Loading: Kind[Loading](
        name="librarian/stock/loading",
        title=lambda page: text("stock.load.title", name=name_of(page.path)),
        blocks=_blocks,
        read=_read,
        actions={"accept": _accept, "again": _again},
        scanned=forms.deaf,
        answered=_answered,
        idle=lambda page: replace(page, asked=True),
    )
}
