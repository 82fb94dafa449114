"""Finding any patron or copy, what happened to it, and what a librarian may do about it.

One field takes words, pinyin, a number, or a scan. From a patron's page a copy is lent even where lending refuses:
if everything that stands in the way may be overruled, a reason in words and a button do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.librarian import duties, searching
from kiosk.flows.librarian.page import (
    Kind,
    Question,
    Say,
    Turn,
    action_text,
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
    CopyPage,
    Found,
    Happening,
    HoldCopy,
    IssueCard,
    LendTo,
    LiftSuspension,
    MakeHelper,
    PastLoan,
    PatronPage,
    ReadCopy,
    ReadPatron,
    RenewFor,
    ReturnByHand,
    SetCopyStatus,
    StopCard,
)
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.lending.policy import OpenLoan, Reason

# ── Finding ──


@dataclass(frozen=True, slots=True)
class Finder:
    """The search field and what was found for it. While an answer is under way the newest text waits."""

    query: str = ""
    found: Found | None = None
    waiting: bool = False


def _finder_blocks(page: Finder) -> tuple[BlockOfPage, ...]:
    field = Field("query", Text("librarian.field.query"), page.query, hint=Text("librarian.hint.query"), focus=True)
    blocks: list[BlockOfPage] = [Form((field,))]
    found = page.found
    if found is None:
        return tuple(blocks)
    if not found.patrons and not found.titles:
        return (*blocks, Paragraph(text("librarian.find.nothing", text=found.text), Tone.LOOK))
    if found.patrons:
        columns = (
            Column(Text("librarian.column.name"), 3),
            Column(Text("librarian.column.class"), 2),
            Column(Text("librarian.column.kind"), 2),
            Column(Text("librarian.column.card"), 2),
        )
        rows = tuple(
            Row(
                (hit.name, class_words(hit.school_class), kind_text(hit.kind), hit.card or ""),
                "patron",
                hit.patron_id,
            )
            for hit in found.patrons
        )
        blocks.append(Table(columns, rows))
    if found.titles:
        columns = (
            Column(Text("librarian.column.title"), 5),
            Column(Text("librarian.column.authors"), 3),
            Column(Text("librarian.column.call_number"), 2),
            Column(Text("librarian.column.copies"), 1, Align.END),
        )
        rows = tuple(
            Row(
                (
                    hit.title,
                    hit.authors,
                    hit.call_number or hit.clc,
                    text("librarian.find.in_of", available=hit.available, copies=hit.copies),
                ),
                "title",
                hit.title_id,
            )
            for hit in found.titles
        )
        blocks.append(Table(columns, rows))
    return tuple(blocks)


def class_words(name: ClassName | None) -> Words:
    """A class, or nothing."""
    return "" if name is None else text("common.class", school_class=name)


def kind_text(kind: PatronKind) -> Text:
    """A kind of patron in words."""
    return Text(f"librarian.kind.{kind.value}")


def _open_patron(page: Any, pressed: Pressed) -> Turn:
    return Turn(page, top=PatronCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def _open_copy(page: Any, pressed: Pressed) -> Turn:
    return Turn(page, top=CopyCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def _open_title(page: Any, pressed: Pressed) -> Turn:
    from kiosk.flows.librarian.titles import TitleCard  # the two pages open each other

    return Turn(page, top=TitleCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def status_text(copy: CopySheet) -> Text:
    """Where a copy stands, in words; that it is out counts more than being in service."""
    if copy.is_out and copy.status is CopyStatus.IN_SERVICE:
        return Text("librarian.status.out")
    return Text(f"librarian.status.{copy.status.value}")


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


def _turn_pages(by: int) -> Any:
    def turn(page: Any, _: Pressed) -> Turn:
        turned = replace(page, page=max(0, page.page + by))
        return Turn(turned, ask=_patron_read(turned) if isinstance(turned, PatronCard) else _copy_read(turned))

    return turn


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
            return Turn(page, say=_returned(outcome))
        case MakeHelper(), OutcomeKind.INFO:
            return Turn(page, top=duties.HelperCard(page.patron_id), say=done("librarian.done.made_helper"))
        case _:
            return Turn(page)


def _returned(outcome: Outcome) -> Say:
    aside = outcome.note is Note.KEEP_FOR_LIBRARIAN
    title = outcome.copy.title if outcome.copy else ""
    say = done("librarian.done.returned", title=title)
    return replace(say, lines=(Text("librarian.keep_aside"),)) if aside else say


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
        *_history(data.history, page.page, data.more, of_patron=True),
        _cards_table(data),
        *_ledger(data.happenings),
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


def _history(history: tuple[PastLoan, ...], page: int, more: bool, *, of_patron: bool) -> tuple[BlockOfPage, ...]:
    subject = Text("librarian.column.title") if of_patron else Text("librarian.column.name")
    columns = (
        Column(subject, 5),
        Column(Text("librarian.column.lent"), 2),
        Column(Text("librarian.column.due"), 2),
        Column(Text("librarian.column.returned"), 2),
    )
    rows = tuple(
        Row(
            (
                loan.title if of_patron else loan.name,
                text("librarian.date", day=loan.lent_at.date()),
                text("librarian.date", day=loan.due_on),
                Text("librarian.still_out")
                if loan.returned_at is None
                else text("librarian.date", day=loan.returned_at.date()),
            ),
            "copy" if of_patron else "patron",
            loan.copy_id if of_patron else loan.patron_id,
        )
        for loan in history
    )
    pages = (
        *((button("newer", "librarian.do.newer"),) if page else ()),
        *((button("older", "librarian.do.older"),) if more else ()),
    )
    table = Table(columns, rows, Text("librarian.history.none"))
    head = Paragraph(text("librarian.history.title", page=page + 1))
    return (head, table, Form((), pages)) if pages else (head, table)


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


def _ledger(happenings: tuple[Happening, ...]) -> tuple[BlockOfPage, ...]:
    if not happenings:
        return ()
    columns = (
        Column(Text("librarian.column.time"), 2),
        Column(Text("librarian.column.action"), 2),
        Column(Text("librarian.column.operator"), 2),
        Column(Text("librarian.column.words"), 4),
    )
    rows = tuple(
        Row(
            (
                text("librarian.when", at=happening.at),
                action_text(happening.action),
                happening.operator,
                str(happening.details.get("words", "")),
            )
        )
        for happening in happenings
    )
    return (Paragraph(Text("librarian.ledger")), Table(columns, rows))


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


def _edit_copy(page: CopyCard, _: Pressed) -> Turn:
    from kiosk.flows.librarian.titles import CopyForm  # the two pages open each other

    return Turn(page, top=CopyForm.of(page.data), hush=True) if page.data else Turn(page)


def _copy_answered(page: CopyCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, CopyPage):
        return Turn(replace(page, data=outcome.data, page=outcome.data.page))
    if isinstance(command, ReturnByHand) and outcome.kind is OutcomeKind.RETURNED:
        return Turn(page, say=_returned(outcome))
    if isinstance(command, HoldCopy) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, say=done("librarian.done.released"))
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
        *_history(data.history, page.page, data.more, of_patron=False),
        *_ledger(data.happenings),
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
    Finder: Kind[Finder](
        name="librarian/find",
        title=lambda _: Text("librarian.menu.find"),
        blocks=_finder_blocks,
        actions={"patron": _open_patron, "title": _open_title},
        edited=searching.typed,
        answered=lambda page, _, outcome: searching.answered(page, outcome),
        idle=searching.rested,
    ),
    PatronCard: Kind[PatronCard](
        name="librarian/patron",
        title=_patron_title,
        blocks=_patron_blocks,
        read=_patron_read,
        actions={
            "copy": _open_copy,
            "renew": _renew,
            "return": _return,
            "older": _turn_pages(1),
            "newer": _turn_pages(-1),
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
        actions={"overrule": _overrule, "copy": _open_copy},
        edited=_lending_edited,
        scanned=_lending_scanned,
        answered=_lending_answered,
    ),
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
            "holder": _open_patron,
            "patron": _open_patron,
            "title": _open_title,
            "older": _turn_pages(1),
            "newer": _turn_pages(-1),
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
