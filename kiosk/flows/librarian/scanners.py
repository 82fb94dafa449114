"""Trying a scanner: scan the test sheet, and the page says what was read and which setting of the scanner to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian.page import Kind, Turn, button, text
from kiosk.flows.librarian.prints import sheet_for
from kiosk.flows.outcomes import Examined, Outcome
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.views import BlockOfPage, Column, Paragraph, Row, Table, Tone, Words

LINES = 20
"""Scans that stay on the page."""


@dataclass(frozen=True, slots=True)
class ScannerTest:
    """What was scanned so far, the last first; which codes of the sheet were read right."""

    scans: tuple[Examined, ...] = ()
    right: frozenset[str] = frozenset()


def _examined(page: ScannerTest, event: Examined) -> Turn:
    right = page.right | {event.right} if event.right else page.right
    return Turn(replace(page, scans=(event, *page.scans)[:LINES], right=right), hush=True)


def _print(page: ScannerTest, _: Pressed) -> Turn:
    return Turn(page, ask=ReadPrinting())


def _answered(page: ScannerTest, _: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PrintDesk):
        return Turn(page, top=sheet_for(Order(What.TEST_SHEET), outcome.data))
    return Turn(page)


def _blocks(page: ScannerTest) -> tuple[BlockOfPage, ...]:
    if not page.scans:
        return (Paragraph(text("office.scanner.how")),)
    last, *before = page.scans
    findings = tuple(Paragraph(said, Tone.LOOK if change else Tone.DONE) for said, change in last.findings)
    counted = Paragraph(text("office.scanner.right", n=len(page.right)))
    blocks: tuple[BlockOfPage, ...] = (Paragraph(last.facts), *findings, counted)
    if not before:
        return blocks
    columns = (Column(text("office.scanner.code"), 2), Column(text("office.scanner.said"), 5))
    rows = tuple(
        Row((scan.code, _said(scan)), tone=Tone.LOOK if any(change for _, change in scan.findings) else None)
        for scan in before
    )
    return (*blocks, Table(columns, rows))


def _said(scan: Examined) -> Words:
    """What is to be changed first, else what is right."""
    first = scan.findings[0][0] if scan.findings else ""
    return next((said for said, change in scan.findings if change), first)


KINDS: Mapping[type, Kind[Any]] = {
    ScannerTest: Kind[ScannerTest](
        name="librarian/scanner",
        title=lambda _: text("office.scanner.title"),
        blocks=_blocks,
        scanned=lambda page, _: Turn(page),  # it is told as Examined, with how it came
        examined=_examined,
        actions={"print": _print},
        answered=_answered,
        bar=lambda _: (button("print", "office.scanner.print", icon="printer"),),
    )
}
