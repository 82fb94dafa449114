"""Where new stock begins: the ways in, and how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.librarian import prints
from kiosk.flows.librarian.page import Kind, Turn, button, opens, text
from kiosk.flows.librarian.stock import arriving, batches, labels_first, serials
from kiosk.flows.librarian.stock.arriving import labels_button
from kiosk.flows.outcomes import Outcome
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.stock import ReadStock, StockState
from kiosk.flows.views import BlockOfPage, Paragraph, Tiles, Tone


@dataclass(frozen=True, slots=True)
class Hub:
    """The ways in. `state` is how things stood when the page came to the top."""

    state: StockState | None = None


def _answered(page: Hub, _: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PrintDesk):
        return Turn(page, top=prints.sheet_for(Order(What.LABELS), outcome.data), hush=True)
    return Turn(replace(page, state=outcome.data)) if isinstance(outcome.data, StockState) else Turn(page)


def _blocks(page: Hub) -> tuple[BlockOfPage, ...]:
    tiles = Tiles(
        (
            button("arriving", "stock.hub.arriving", icon="scan"),
            button("batches", "stock.hub.batches", icon="books"),
            button("serials", "stock.hub.serials", icon="star"),
            button("apart", "stock.hub.apart", icon="barcode"),
        ),
        columns=2,
    )
    state = page.state
    said: list[BlockOfPage] = []
    if state is not None and state.open_batches:
        said.append(Paragraph(text("stock.hub.open", n=state.open_batches)))
    if state is not None and state.labels:
        said.append(Paragraph(text("stock.labels", n=state.labels), Tone.INFO))
    return (tiles, *said)


KINDS: Mapping[type, Kind[Any]] = {
    Hub: Kind[Hub](
        name="librarian/stock",
        title=lambda _: text("stock.hub.title"),
        blocks=_blocks,
        read=lambda _: ReadStock(),
        actions={
            "arriving": opens(arriving.Arriving),
            "batches": opens(batches.Batches),
            "serials": opens(serials.Serials),
            "apart": opens(labels_first.Apart),
            "labels": lambda page, _: Turn(page, ask=ReadPrinting(), hush=True),
        },
        answered=_answered,
        bar=lambda page: labels_button(page.state),
    )
}
