"""A patron as a librarian sees them: loans, blocks, cards, history, and what may be done.

From here a copy is lent even where lending refuses: if everything that stands in the way may be overruled, a reason in
words and a button do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.librarian import duties
from kiosk.flows.librarian.page import (
    Kind,
    Question,
    Say,
    Turn,
    ask_first,
    button,
    done,
    maybe,
    reason_text,
    refused,
    text,
    tile,
)
from kiosk.flows.librarian.patron_form import PatronForm
from kiosk.flows.librarian.pin import Pad, Purpose
from kiosk.flows.librarian.sayings import class_words, kind_text, ledger, open_copy, past_loans, returned, turn_pages
from kiosk.flows.outcomes import CopySheet, Note, Outcome, OutcomeKind
from kiosk.flows.views import (
    Align,
    BlockOfPage,
    Button,
    Column,
    Field,
    Form,
    Money,
    Paragraph,
    Row,
    Shelf,
    Table,
    Text,
    Tone,
    Words,
)
from kiosk.flows.work import (
    IssueCard,
    LendTo,
    LiftSuspension,
    MakeHelper,
    PatronPage,
    ReadPatron,
    RenewFor,
    ReturnByHand,
    StopCard,
)
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import OpenLoan, Reason

# ── A patron ──


@dataclass(frozen=True, slots=True)
class PatronCard:
    """A patron with loans, history and blocks; `page` is the part of the history."""

    patron_id: int
    data: PatronPage | None = None
    page: int = 0


def _of_patron(page: PatronCard, pressed: Pressed, command: type[Any], **parts: Any) -> Turn:
    return Turn(page, ask=command(**parts)) if isinstance(pressed.value, int) else Turn(page)


def _renew(page: PatronCard, pressed: Pressed) -> Turn:
    return _of_patron(page, pressed, RenewFor, loan_id=pressed.value)


def _return(page: PatronCard, pressed: Pressed) -> Turn:
    return _of_patron(page, pressed, ReturnByHand, copy_id=pressed.value)


def _lift(page: PatronCard, _: Pressed) -> Turn:
    question = Question(
        Text("librarian.lift.title"),
        LiftSuspension(patron_id=page.patron_id, words=""),
        done("librarian.done.lifted"),
        wants_words=True,
    )
    return ask_first(page, question)


def _stop_card(page: PatronCard, _: Pressed) -> Turn:
    card = page.data.sheet.card if page.data else None
    if card is None:
        return Turn(page)
    question = Question(
        text("librarian.stop_card.title", card=card),
        StopCard(patron_id=page.patron_id),
        done("librarian.done.card_stopped", card=card),
        lines=(Text("librarian.stop_card.line"),),
        tone=Tone.NOT_NOW,
    )
    return ask_first(page, question)


def _new_card(page: PatronCard, _: Pressed) -> Turn:
    name = page.data.sheet.name if page.data else ""
    return Turn(page, top=NewCard(page.patron_id, name), hush=True)


def _lend(page: PatronCard, _: Pressed) -> Turn:
    return Turn(page, top=Lending(page.patron_id), hush=True)


def _make_helper(page: PatronCard, _: Pressed) -> Turn:
    return Turn(page, ask=MakeHelper(patron_id=page.patron_id, is_helper=True))


def _helper(page: PatronCard, _: Pressed) -> Turn:
    return Turn(page, top=duties.HelperCard(page.patron_id), hush=True)


def _change(page: PatronCard, _: Pressed) -> Turn:
    return Turn(page, top=PatronForm(page.patron_id), hush=True)


def _pin(page: PatronCard, pressed: Pressed) -> Turn:
    if page.data is None or page.data.sheet.kind is not PatronKind.LIBRARIAN:
        return Turn(page)
    return Turn(page, top=Pad(Purpose.RENEW, page.patron_id, page.data.sheet.name, at=pressed.at), hush=True)


def _patron_answered(page: PatronCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PatronPage):
        return Turn(replace(page, data=outcome.data, page=outcome.data.page))
    match command, outcome.kind:
        case RenewFor(loan_id=loan_id), OutcomeKind.REFUSED:
            return _overrule_renewal(page, loan_id, outcome)
        case RenewFor(), OutcomeKind.RENEWED if outcome.due_on:
            return Turn(page, say=done("librarian.done.renewed", due_on=outcome.due_on))
        case ReturnByHand(), OutcomeKind.RETURNED:
            return Turn(page, say=returned(outcome))
        case MakeHelper(), OutcomeKind.INFO:
            return Turn(page, top=duties.HelperCard(page.patron_id), say=done("librarian.done.made_helper"))
        case _:
            return Turn(page)


def _overrule_renewal(page: PatronCard, loan_id: int, outcome: Outcome) -> Turn:
    if not overridable(outcome.reasons):
        return Turn(page, say=refused(outcome))
    question = Question(
        Text("librarian.overrule.title"),
        RenewFor(loan_id=loan_id, overrule=True),
        done("librarian.done.renewed_anyway"),
        lines=tuple(reason_text(reason) for reason in outcome.reasons),
        wants_words=True,
        tone=Tone.NOT_NOW,
    )
    return ask_first(page, question)


def overridable(reasons: tuple[Reason, ...]) -> bool:
    """Whether a librarian may overrule all of these."""
    return bool(reasons) and all(reason.overridable for reason in reasons)


def _patron_read(page: PatronCard) -> ReadPatron:
    return ReadPatron(patron_id=page.patron_id, page=page.page)


def _patron_blocks(page: PatronCard) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    return (
        *_who(data),
        *(Paragraph(reason_text(block), Tone.NOT_NOW) for block in data.sheet.blocks),
        *_suspension(data),
        _deeds(data),
        _loans_table(data.sheet.loans),
        *past_loans(data.history, page.page, data.more, of_patron=True),
        _cards_table(data),
        *ledger(data.happenings),
    )


def _who(data: PatronPage) -> tuple[BlockOfPage, ...]:
    sheet = data.sheet
    parts: tuple[Words, ...] = (
        kind_text(sheet.kind),
        class_words(sheet.school_class),
        text("librarian.patron.allowance", out=sheet.allowance.out, limit=sheet.allowance.limit),
        maybe("librarian.patron.card", sheet.card),
        Text("librarian.patron.no_card") if sheet.card is None else "",
        Text("librarian.patron.helper") if sheet.is_helper else "",
        Text("librarian.patron.inactive") if not data.active else "",
        maybe("librarian.patron.charges", Money(data.charges_fen) if data.charges_fen else None),
    )
    columns = tuple(Column("") for part in parts if part)
    blocks: tuple[BlockOfPage, ...] = (Table(columns, (Row(tuple(part for part in parts if part)),)),)
    if sheet.next_turn is not None:
        blocks = (*blocks, Paragraph(text("librarian.patron.next_turn", at=sheet.next_turn)))
    elif sheet.bound_to_rota:
        blocks = (*blocks, Paragraph(Text("librarian.patron.no_turn"), Tone.LOOK))
    return blocks


def _suspension(data: PatronPage) -> tuple[BlockOfPage, ...]:
    if data.suspended_until is None:
        return ()
    return (Form((), (button("lift", "librarian.do.lift", tone=Tone.LOOK),)),)


def _deeds(data: PatronPage) -> Form:
    buttons: list[Button] = []
    if data.active:
        buttons.append(button("lend", "librarian.do.lend", icon="lend"))
    if data.sheet.card is not None:
        buttons.append(button("stop_card", "librarian.do.stop_card", icon="lock"))
    buttons.append(button("new_card", "librarian.do.new_card", icon="card"))
    buttons.append(button("change", "librarian.do.change", icon="people"))
    if data.sheet.kind is PatronKind.PUPIL:
        buttons.append(
            button("helper", "librarian.do.helper", icon="helper")
            if data.sheet.is_helper
            else button("make_helper", "librarian.do.make_helper", icon="helper")
        )
    if data.sheet.kind is PatronKind.LIBRARIAN:
        buttons.append(button("pin", "librarian.do.pin", icon="pin"))
    return Form((), tuple(buttons))


def _loans_table(open_loans: tuple[OpenLoan, ...], *, deeds: bool = True) -> Table:
    columns = (
        Column(Text("librarian.column.title"), 5),
        Column(Text("librarian.column.barcode"), 2),
        Column(Text("librarian.column.due"), 2),
        Column(Text("librarian.column.renewals"), 1, Align.END),
    )
    rows = tuple(
        Row(
            (loan.title, loan.barcode, text("librarian.day", day=loan.due_on), str(loan.renewals)),
            "copy",
            loan.copy_id,
            buttons=(
                button("renew", "librarian.do.renew", loan.loan_id),
                button("return", "librarian.do.return", loan.copy_id),
            )
            if deeds
            else (),
        )
        for loan in open_loans
    )
    return Table(columns, rows, Text("librarian.patron.nothing_out"))


def _cards_table(data: PatronPage) -> Table:
    columns = (
        Column(Text("librarian.column.card"), 2),
        Column(Text("librarian.column.issued"), 2),
        Column(Text("librarian.column.status"), 3),
    )
    rows = tuple(
        Row(
            (
                card.code,
                text("librarian.date", day=card.issued_on),
                Text("librarian.card.active")
                if card.stopped_on is None
                else text("librarian.card.stopped", day=card.stopped_on),
            ),
            tone=None if card.active else Tone.LOOK,
        )
        for card in data.cards
    )
    return Table(columns, rows, Text("librarian.patron.no_card"))


def _patron_title(page: PatronCard) -> Text:
    return text("librarian.patron.title", name=page.data.sheet.name if page.data else "")


# ── A new card ──


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card for a patron: scan a printed one or take the next number."""

    patron_id: int
    name: str


def _next_number(page: NewCard, _: Pressed) -> Turn:
    return Turn(page, ask=IssueCard(patron_id=page.patron_id))


def _card_scanned(page: NewCard, scan: Scan) -> Turn:
    if not scan.clean:
        return Turn(page, say=Say(Tone.LOOK, Text("librarian.scan_again")))
    return Turn(page, ask=IssueCard(patron_id=page.patron_id, code=scan.code))


def _card_issued(page: NewCard, _: Command, outcome: Outcome) -> Turn:
    if outcome.kind is OutcomeKind.INFO and outcome.patron and outcome.patron.card:
        return Turn(page, close=1, say=done("librarian.done.card_issued", card=outcome.patron.card, name=page.name))
    return Turn(page)


def _card_blocks(_: NewCard) -> tuple[BlockOfPage, ...]:
    return (
        Paragraph(Text("librarian.new_card.scan"), Tone.INFO),
        Paragraph(Text("librarian.new_card.old")),
        Form((), (button("next_number", "librarian.do.next_number"),)),
    )


# ── Lending by hand, with or without overruling ──


@dataclass(frozen=True, slots=True)
class Lending:
    """Copies are scanned for a patron. `code` is the refused one while its reasons may be overruled."""

    patron_id: int
    data: PatronPage | None = None
    code: str = ""
    reasons: tuple[Reason, ...] = ()
    copy: CopySheet | None = None
    words: str = ""
    error: Text | None = None


def _lending_scanned(page: Lending, scan: Scan) -> Turn:
    page = replace(page, code=scan.code, reasons=(), copy=None, words="", error=None)
    return Turn(page, ask=LendTo(patron_id=page.patron_id, code=scan.code, clean=scan.clean), hush=True)


def _overrule(page: Lending, _: Pressed) -> Turn:
    if not overridable(page.reasons):
        return Turn(page)
    words = page.words.strip()
    if not words:
        return Turn(replace(page, error=Text("librarian.error.words")))
    return Turn(page, ask=LendTo(patron_id=page.patron_id, code=page.code, overrule=True, words=words))


def _lending_edited(page: Lending, edited: Edited) -> Turn:
    return Turn(replace(page, words=edited.text[:200], error=None)) if edited.field == "words" else Turn(page)


def _lending_answered(page: Lending, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PatronPage):
        return Turn(replace(page, data=outcome.data))
    if not isinstance(command, LendTo):
        return Turn(page)
    lent = outcome.kind in {OutcomeKind.LENT, OutcomeKind.RETURNED_AND_LENT}
    if lent and outcome.copy is not None and outcome.due_on is not None:
        say = done("librarian.done.lent", title=outcome.copy.title, due_on=outcome.due_on)
        return Turn(replace(page, code="", reasons=(), copy=None, words="", error=None), say=say)
    if outcome.note is Note.ALREADY_YOURS:
        return Turn(page, say=Say(Tone.INFO, Text("librarian.lend.already")))
    say = refused(outcome)
    if not overridable(outcome.reasons):
        return Turn(replace(page, reasons=(), copy=None), say=say)
    return Turn(replace(page, reasons=outcome.reasons, copy=outcome.copy), say=say)


def _lending_blocks(page: Lending) -> tuple[BlockOfPage, ...]:
    blocks: list[BlockOfPage] = [Paragraph(Text("librarian.lend.hint"), Tone.INFO)]
    if page.reasons:
        # the reasons stand in the notice above
        if page.copy is not None:
            blocks.append(Shelf((tile(page.copy),)))
        field = Field("words", Text("librarian.field.words"), page.words, error=page.error, focus=True)
        blocks.append(Form((field,), (button("overrule", "librarian.do.overrule", tone=Tone.LOOK),)))
    if page.data is not None:
        blocks.append(_loans_table(page.data.sheet.loans, deeds=False))
    return tuple(blocks)


def _lending_title(page: Lending) -> Text:
    return text("librarian.lend.title", name=page.data.sheet.name if page.data else "")


KINDS: Mapping[type, Kind[Any]] = {
    PatronCard: Kind[PatronCard](
        name="librarian/patron",
        title=_patron_title,
        blocks=_patron_blocks,
        read=_patron_read,
        actions={
            "copy": open_copy,
            "renew": _renew,
            "return": _return,
            "older": turn_pages(1, _patron_read),
            "newer": turn_pages(-1, _patron_read),
            "lift": _lift,
            "stop_card": _stop_card,
            "new_card": _new_card,
            "lend": _lend,
            "make_helper": _make_helper,
            "helper": _helper,
            "pin": _pin,
            "change": _change,
        },
        answered=_patron_answered,
    ),
    NewCard: Kind[NewCard](
        name="librarian/new_card",
        title=lambda page: text("librarian.new_card.title", name=page.name),
        blocks=_card_blocks,
        actions={"next_number": _next_number},
        scanned=_card_scanned,
        answered=_card_issued,
    ),
    Lending: Kind[Lending](
        name="librarian/lend",
        title=_lending_title,
        blocks=_lending_blocks,
        read=lambda page: ReadPatron(patron_id=page.patron_id),
        actions={"overrule": _overrule, "copy": open_copy},
        edited=_lending_edited,
        scanned=_lending_scanned,
        answered=_lending_answered,
    ),
}
