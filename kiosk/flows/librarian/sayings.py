"""What several pages say alike: classes, kinds, where a copy stands, history; and opening one page from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian.page import Say, Turn, action_text, button, done, text
from kiosk.flows.outcomes import CopySheet, Note, Outcome
from kiosk.flows.views import BlockOfPage, Column, Form, Paragraph, Row, Table, Text, Words
from kiosk.flows.work import Happening, LibrarianCommand, PastLoan
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import ClassName, PatronKind


def class_words(name: ClassName | None) -> Words:
    """A class, or nothing."""
    return "" if name is None else text("common.class", school_class=name)


def kind_text(kind: PatronKind) -> Text:
    """A kind of patron in words."""
    return Text(f"librarian.kind.{kind.value}")


def joined(pieces: tuple[Words, ...]) -> Words:
    """Several classes or grades with the language's comma between; nobody where there are none."""
    return text("librarian.list", items=pieces) if pieces else Text("librarian.audience.nobody")


def open_patron(page: Any, pressed: Pressed) -> Turn:
    """Open the patron whose id was pressed."""
    from kiosk.flows.librarian.patron import PatronCard  # the pages open each other

    return Turn(page, top=PatronCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def open_copy(page: Any, pressed: Pressed) -> Turn:
    """Open the copy whose id was pressed."""
    from kiosk.flows.librarian.copy import CopyCard  # the pages open each other

    return Turn(page, top=CopyCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def open_title(page: Any, pressed: Pressed) -> Turn:
    """Open the title whose id was pressed."""
    from kiosk.flows.librarian.titles import TitleCard  # the pages open each other

    return Turn(page, top=TitleCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def status_text(copy: CopySheet) -> Text:
    """Where a copy stands, in words; that it is out counts more than being in service."""
    if copy.is_out and copy.status is CopyStatus.IN_SERVICE:
        return Text("librarian.status.out")
    return Text(f"librarian.status.{copy.status.value}")


def turn_pages(by: int, read: Callable[[Any], LibrarianCommand]) -> Callable[[Any, Pressed], Turn]:
    """Turning the history of a page (its `page`) on or back; `read` asks for what it then shows."""

    def turn(page: Any, _: Pressed) -> Turn:
        turned = replace(page, page=max(0, page.page + by))
        return Turn(turned, ask=read(turned))

    return turn


def returned(outcome: Outcome) -> Say:
    """What a return by hand came to."""
    aside = outcome.note is Note.KEEP_FOR_LIBRARIAN
    title = outcome.copy.title if outcome.copy else ""
    say = done("librarian.done.returned", title=title)
    return replace(say, lines=(Text("librarian.keep_aside"),)) if aside else say


def past_loans(history: tuple[PastLoan, ...], page: int, more: bool, *, of_patron: bool) -> tuple[BlockOfPage, ...]:
    """The `page`th part of the loans of a patron, or of a copy, with buttons to turn."""
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


def ledger(happenings: tuple[Happening, ...]) -> tuple[BlockOfPage, ...]:
    """What operators did, the newest first; nothing where nothing happened."""
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
