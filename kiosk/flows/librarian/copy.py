"""A copy as a librarian sees it: where it stands, who has it, what happened to it, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian import searching
from kiosk.flows.librarian.page import Kind, Question, Say, Turn, ask_first, button, done, text, tile
from kiosk.flows.librarian.sayings import (
    class_words,
    ledger,
    open_patron,
    open_title,
    past_loans,
    returned,
    status_text,
    turn_pages,
)
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.titles import WantLabels
from kiosk.flows.views import BlockOfPage, Button, Column, Field, Form, Money, Paragraph, Row, Shelf, Table, Text, Tone
from kiosk.flows.work import CopyPage, Found, HoldCopy, ReadCopy, ReturnByHand, SetCopyStatus
from kiosk.lending.copies import CopyStatus

# ── A copy ──


@dataclass(frozen=True, slots=True)
class CopyCard:
    """A copy with its history; `page` is the part of the history."""

    copy_id: int
    data: CopyPage | None = None
    page: int = 0


CHANGES: Mapping[CopyStatus, tuple[CopyStatus, ...]] = {
    CopyStatus.IN_SERVICE: (CopyStatus.IN_REPAIR, CopyStatus.LOST, CopyStatus.WITHDRAWN),
    CopyStatus.IN_REPAIR: (CopyStatus.IN_SERVICE, CopyStatus.LOST, CopyStatus.WITHDRAWN),
    CopyStatus.LOST: (CopyStatus.FOUND, CopyStatus.WITHDRAWN),
    CopyStatus.FOUND: (CopyStatus.IN_SERVICE, CopyStatus.IN_REPAIR, CopyStatus.WITHDRAWN),
    CopyStatus.WITHDRAWN: (CopyStatus.IN_SERVICE,),
}
"""To which states a librarian may bring a copy from each state."""


def _set_status(page: CopyCard, pressed: Pressed) -> Turn:
    data = page.data
    if data is None or pressed.value not in {status.value for status in CHANGES[data.sheet.status]}:
        return Turn(page)
    status = CopyStatus(pressed.value)
    question = Question(
        Text(f"librarian.set.{status.value}"),
        SetCopyStatus(copy_id=page.copy_id, status=status),
        done("librarian.done.status"),
        lines=(text("librarian.set.line", title=data.sheet.title, barcode=data.sheet.barcode),),
        wants_words=status in {CopyStatus.WITHDRAWN, CopyStatus.LOST},
    )
    return ask_first(page, question)


def _return_copy(page: CopyCard, _: Pressed) -> Turn:
    return Turn(page, ask=ReturnByHand(copy_id=page.copy_id))


def _hold(page: CopyCard, _: Pressed) -> Turn:
    return Turn(page, top=Hold(page.copy_id, page.data.sheet.title if page.data else ""), hush=True)


def _release(page: CopyCard, _: Pressed) -> Turn:
    return Turn(page, ask=HoldCopy(copy_id=page.copy_id))


def _label(page: CopyCard, _: Pressed) -> Turn:
    return Turn(page, ask=WantLabels(copy_ids=(page.copy_id,)))


def _edit_copy(page: CopyCard, _: Pressed) -> Turn:
    from kiosk.flows.librarian.titles import CopyForm  # the two pages open each other

    return Turn(page, top=CopyForm.of(page.data), hush=True) if page.data else Turn(page)


def _copy_answered(page: CopyCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, CopyPage):
        return Turn(replace(page, data=outcome.data, page=outcome.data.page))
    if isinstance(command, ReturnByHand) and outcome.kind is OutcomeKind.RETURNED:
        return Turn(page, say=returned(outcome))
    if isinstance(command, HoldCopy) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, say=done("librarian.done.released"))
    if isinstance(command, WantLabels) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, say=done("editing.labels_wanted"))
    return Turn(page)


def _copy_read(page: CopyCard) -> ReadCopy:
    return ReadCopy(copy_id=page.copy_id, page=page.page)


def _copy_blocks(page: CopyCard) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    remarks: list[BlockOfPage] = [Paragraph(status_text(data.sheet))]
    if data.holder is not None and data.due_on is not None:
        who = text("librarian.copy.with", name=data.holder.name, due_on=data.due_on)
        remarks = [Paragraph(who, Tone.INFO)]
        if data.sheet.status is not CopyStatus.IN_SERVICE:
            remarks.append(Paragraph(status_text(data.sheet), Tone.LOOK))
    if data.held_for is not None:
        remarks.append(Paragraph(text("librarian.copy.held_for", name=data.held_for.name), Tone.INFO))
    if not data.for_loan:
        remarks.append(Paragraph(Text("librarian.copy.not_for_loan"), Tone.INFO))
    facts = text(
        "librarian.copy.facts",
        accession=data.accession_no,
        price="–" if data.price_fen is None else Money(data.price_fen),
        place=data.sheet.place,
    )
    return (
        Shelf((tile(data.sheet),)),
        Paragraph(facts),
        *remarks,
        Form((), _copy_deeds(data)),
        *past_loans(data.history, page.page, data.more, of_patron=False),
        *ledger(data.happenings),
    )


def _copy_deeds(data: CopyPage) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if data.holder is not None:
        buttons.append(button("holder", "librarian.do.holder", data.holder.patron_id))
        settles = data.sheet.status is CopyStatus.LOST
        buttons.append(button("return", "librarian.do.settle" if settles else "librarian.do.return"))
    buttons.extend(
        Button("status", Text(f"librarian.do.set.{status.value}"), value=status.value)
        for status in CHANGES[data.sheet.status]
    )
    if data.held_for is not None:
        buttons.append(button("release", "librarian.do.release"))
    elif data.sheet.status is not CopyStatus.WITHDRAWN:
        buttons.append(button("hold", "librarian.do.hold"))
    buttons.append(button("edit", "editing.do.edit"))
    buttons.append(button("label", "editing.do.labels"))
    buttons.append(button("title", "librarian.do.title", data.title_id))
    return tuple(buttons)


def _copy_title(page: CopyCard) -> Text:
    barcode = page.data.sheet.barcode if page.data else ""
    return text("librarian.copy.title", barcode=barcode)


# ── Keeping a copy for somebody ──


@dataclass(frozen=True, slots=True)
class Hold:
    """For whom: scan the card, or find the patron by words."""

    copy_id: int
    title: str
    query: str = ""
    found: Found | None = None
    waiting: bool = False


def _hold_for(page: Hold, pressed: Pressed) -> Turn:
    if not isinstance(pressed.value, int):
        return Turn(page)
    return Turn(page, ask=HoldCopy(copy_id=page.copy_id, patron_id=pressed.value))


def _hold_scanned(page: Hold, scan: Scan) -> Turn:
    if not scan.clean:
        return Turn(page, say=Say(Tone.LOOK, Text("librarian.scan_again")))
    return Turn(page, ask=HoldCopy(copy_id=page.copy_id, code=scan.code))


def _hold_answered(page: Hold, command: Command, outcome: Outcome) -> Turn:
    if isinstance(command, HoldCopy) and outcome.kind is OutcomeKind.INFO:
        name = outcome.patron.name if outcome.patron else ""
        return Turn(page, close=1, say=done("librarian.done.held", name=name))
    return searching.answered(page, outcome)


def _hold_blocks(page: Hold) -> tuple[BlockOfPage, ...]:
    field = Field("query", Text("librarian.field.patron"), page.query, focus=True)
    rows = tuple(
        Row((hit.name, class_words(hit.school_class), hit.card or ""), "hold_for", hit.patron_id)
        for hit in (page.found.patrons if page.found else ())
    )
    columns = (
        Column(Text("librarian.column.name"), 3),
        Column(Text("librarian.column.class"), 2),
        Column(Text("librarian.column.card"), 2),
    )
    return (
        Paragraph(text("librarian.hold.hint", title=page.title), Tone.INFO),
        Form((field,)),
        Table(columns, rows),
    )


KINDS: Mapping[type, Kind[Any]] = {
    CopyCard: Kind[CopyCard](
        name="librarian/copy",
        title=_copy_title,
        blocks=_copy_blocks,
        read=_copy_read,
        actions={
            "status": _set_status,
            "return": _return_copy,
            "hold": _hold,
            "release": _release,
            "edit": _edit_copy,
            "label": _label,
            "holder": open_patron,
            "patron": open_patron,
            "title": open_title,
            "older": turn_pages(1, _copy_read),
            "newer": turn_pages(-1, _copy_read),
        },
        answered=_copy_answered,
    ),
    Hold: Kind[Hold](
        name="librarian/hold",
        title=lambda _: Text("librarian.hold.title"),
        blocks=_hold_blocks,
        actions={"hold_for": _hold_for},
        edited=searching.typed,
        scanned=_hold_scanned,
        answered=_hold_answered,
        idle=searching.rested,
    ),
}
