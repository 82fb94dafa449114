"""Labels printed beforehand: setting numbers apart, and which were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms, prints
from kiosk.flows.librarian.entries import Entries, Spec, whole
from kiosk.flows.librarian.page import Kind, Turn, button, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.stock import MOST_LABELS, ApartList, ReadSetApart, SetApart, SetNumbersApart
from kiosk.flows.views import Align, BlockOfPage, Button, Column, Form, Paragraph, Row, Table

_SPECS = (Spec("count", "stock.field.labels", whole(1, MOST_LABELS), proposed=True),)


@dataclass(frozen=True, slots=True)
class Apart:
    """How many numbers to set apart next, and those that were."""

    entries: Entries = Entries({"count": "100"})  # noqa: RUF009  frozen
    listed: ApartList | None = None
    printing: SetApart | None = None


def _print(page: Apart, pressed: Pressed) -> Turn:
    ranges = page.listed.ranges if page.listed else ()
    chosen = next((one for one in ranges if one.first == pressed.value), None)
    return Turn(page) if chosen is None else Turn(replace(page, printing=chosen), ask=ReadPrinting(), hush=True)


def _set(page: Apart, _: Pressed) -> Turn:
    return forms.save(page, _SPECS, lambda values: SetNumbersApart(count=values["count"]))


def _answered(page: Apart, _: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case ApartList() as listed:
            return Turn(replace(page, listed=listed))
        case PrintDesk() as desk if page.printing is not None:
            order = Order(What.FREE_LABELS, numbers=page.printing.free)
            return Turn(page, top=prints.sheet_for(order, desk), hush=True)
        case SetApart() as apart:
            return Turn(page, say=done("stock.done.apart", n=apart.count, first=apart.first, last=apart.last))
    return Turn(page)


def _blocks(page: Apart) -> tuple[BlockOfPage, ...]:
    columns = (
        Column(text("stock.column.first"), 3),
        Column(text("stock.column.last"), 3),
        Column(text("stock.column.labels"), 2, Align.END),
        Column(text("stock.column.used"), 2, Align.END),
        Column("", 2),
    )
    ranges = page.listed.ranges if page.listed else ()
    rows = tuple(
        Row((one.first, one.last, str(one.count), str(one.used), ""), buttons=_buttons(one)) for one in reversed(ranges)
    )
    return (
        Paragraph(text("stock.apart.how")),
        Form(page.entries.fields(_SPECS), (button("set", "stock.do.set_apart"),)),
        Table(columns, rows, text("stock.apart.none")),
    )


def _buttons(apart: SetApart) -> tuple[Button, ...]:
    return (button("print", "stock.do.print", apart.first, icon="printer"),) if apart.free else ()


KINDS: Mapping[type, Kind[Any]] = {
    Apart: Kind[Apart](
        name="librarian/stock/apart",
        title=lambda _: text("stock.hub.apart"),
        blocks=_blocks,
        read=lambda _: ReadSetApart(),
        actions={"set": _set, "print": _print},
        edited=forms.typed,
        answered=_answered,
    )
}
