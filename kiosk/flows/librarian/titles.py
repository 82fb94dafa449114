"""A title with its copies, and what may be changed in the catalogue: descriptions, doubles, places, call numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.librarian import forms, searching
from kiosk.flows.librarian.entries import YES_NO, Entries, Spec, amount, say_amount, words, yes_no
from kiosk.flows.librarian.page import Kind, Question, Say, Turn, ask_first, button, done, refused, text, tile
from kiosk.flows.librarian.sayings import open_copy, status_text
from kiosk.flows.librarian.stock.title_form import Described, TitleForm
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import NewTitle
from kiosk.flows.titles import (
    MergeTitles,
    MoveCopies,
    Moved,
    MoveScanned,
    Places,
    ReadPlaces,
    SaveCopy,
    SaveTitle,
    WantLabels,
)
from kiosk.flows.views import BlockOfPage, Button, Column, Field, Form, Paragraph, Row, Table, Text, Tiles, Tone
from kiosk.flows.work import CopyPage, Found, LibrarianCommand, ReadTitle, TitlePage
from kiosk.lending.call_numbers import parse
from kiosk.lending.stock import LONGEST, TitleData
from kiosk.lending.text import seen

# ── A title ──


@dataclass(frozen=True, slots=True)
class TitleCard:
    """A title with its copies. `changed` is a new description that is to be saved, `numbered` its call number."""

    title_id: int
    data: TitlePage | None = None
    changed: TitleData | None = None
    numbered: str = ""


def _title_read(page: TitleCard) -> LibrarianCommand:
    if page.changed is not None:
        return SaveTitle(title_id=page.title_id, title=page.changed, call_number=page.numbered)
    return ReadTitle(title_id=page.title_id)


def _title_answered(page: TitleCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, TitlePage):
        return Turn(replace(page, data=outcome.data))
    if isinstance(command, SaveTitle):
        said = done("editing.saved") if outcome.kind is OutcomeKind.INFO else refused(outcome)
        return Turn(replace(page, changed=None, numbered=""), say=said)
    if isinstance(command, WantLabels):
        return Turn(page, say=done("editing.labels_wanted"))
    if isinstance(outcome.data, Moved):
        return Turn(page, say=done("editing.moved_all", n=outcome.data.count, place=outcome.data.copy.place))
    return Turn(page)


def _title_given(page: TitleCard, given: Any) -> TitleCard:
    """A description that was written on the form above."""
    if not isinstance(given, Described) or page.data is None:
        return page
    was = page.data.title
    numbered = given.offers.next if given.title.clc != was.clc and page.data.copies else ""
    return replace(page, changed=given.title, numbered=numbered)


def _edit(page: TitleCard, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    return Turn(page, top=TitleForm.of(NewTitle(page.data.title), 0, gives=True), hush=True)


def _merge(page: TitleCard, _: Pressed) -> Turn:
    return Turn(page, top=Double(page.title_id, page.data.title), hush=True) if page.data else Turn(page)


def _move_all(page: TitleCard, _: Pressed) -> Turn:
    if page.data is None or not page.data.copies:
        return Turn(page)
    return Turn(page, top=Place(tuple(copy.copy_id for copy in page.data.copies), page.data.copies[0].place), hush=True)


def _labels(page: TitleCard, _: Pressed) -> Turn:
    if page.data is None or not page.data.copies:
        return Turn(page)
    return Turn(page, ask=WantLabels(copy_ids=tuple(copy.copy_id for copy in page.data.copies)))


def _title_blocks(page: TitleCard) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    one = data.title
    facts = (
        one.subtitle,
        one.volume,
        one.authors,
        one.publisher,
        one.published,
        one.isbn,
        one.issn,
        one.issue,
        one.clc,
    )
    columns = (
        Column(Text("librarian.column.barcode"), 2),
        Column(Text("librarian.column.status"), 2),
        Column(Text("librarian.column.call_number"), 2),
        Column(Text("librarian.column.place"), 2),
    )
    rows = tuple(
        Row((copy.barcode, status_text(copy), copy.call_number, copy.place), "copy", copy.copy_id)
        for copy in data.copies
    )
    return (
        Paragraph(" · ".join(part for part in facts if part)),
        Form((), _title_deeds(data)),
        Table(columns, rows, Text("librarian.title.no_copies")),
    )


def _title_deeds(data: TitlePage) -> tuple[Button, ...]:
    buttons = [button("edit", "editing.do.edit", icon="wrench"), button("merge", "editing.do.merge")]
    if data.copies:
        buttons += [button("place", "editing.do.move"), button("labels", "editing.do.labels", icon="barcode")]
    return tuple(buttons)


# ── Two titles that are one ──


@dataclass(frozen=True, slots=True)
class Double:
    """Looking for the title that is the same as this one; that one goes, this one stays."""

    title_id: int
    title: TitleData
    query: str = ""
    found: Found | None = None
    waiting: bool = False


def _double_chosen(page: Double, pressed: Pressed) -> Turn:
    hit = next((one for one in page.found.titles if one.title_id == pressed.value), None) if page.found else None
    if hit is None:
        return Turn(page)
    question = Question(
        text("editing.merge.title"),
        MergeTitles(kept_id=page.title_id, gone_id=hit.title_id),
        done("editing.merged"),
        lines=(
            text("editing.merge.stays", title=page.title.title, clc=page.title.clc),
            text("editing.merge.goes", title=hit.title, clc=hit.clc, n=hit.copies),
            text("editing.merge.today"),
        ),
        close=2,
    )
    return ask_first(page, question)


def _double_blocks(page: Double) -> tuple[BlockOfPage, ...]:
    field = Field("query", text("editing.merge.query"), page.query, focus=True)
    blocks: tuple[BlockOfPage, ...] = (Paragraph(text("editing.merge.how", title=page.title.title)), Form((field,)))
    if page.found is None:
        return blocks
    columns = (
        Column(Text("librarian.column.title"), 5),
        Column(Text("librarian.column.authors"), 3),
        Column(text("editing.column.class"), 2),
        Column(text("editing.column.copies"), 1),
    )
    rows = tuple(
        Row((hit.title, hit.authors, hit.call_number, str(hit.copies)), "choose", hit.title_id)
        for hit in page.found.titles
        if hit.title_id != page.title_id
    )
    return (*blocks, Table(columns, rows, text("librarian.find.nothing", text=page.found.text)))


# ── Another place ──


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies are to live: those of a title, or (with none named) those that are scanned one after another."""

    copy_ids: tuple[int, ...] = ()
    place: str = ""
    places: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()


def _place_answered(page: Place, _: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case Places(names):
            return Turn(replace(page, places=names))
        case Moved(count=0) as moved:
            said = Say(Tone.INFO, text("editing.moved_already", place=moved.copy.place), (), tile(moved.copy))
            return Turn(page, close=1 if page.copy_ids else 0, say=said)
        case Moved() as moved if page.copy_ids:
            return Turn(page, close=1, say=done("editing.moved_all", n=moved.count, place=moved.copy.place))
        case Moved() as moved:
            said = Say(
                Tone.DONE, text("editing.moved", was=moved.was or "–", place=moved.copy.place), (), tile(moved.copy)
            )
            return Turn(replace(page, moved=(moved, *page.moved)[:50]), say=said)
        case _:
            said = refused(outcome) if outcome.reasons else Say(Tone.LOOK, Text("librarian.find.unknown"))
            return Turn(page, say=said)


def _place_edited(page: Place, edited: Edited) -> Turn:
    return Turn(replace(page, place=seen(edited.text)[:80])) if edited.field == "place" else Turn(page)


def _place_taken(page: Place, pressed: Pressed) -> Turn:
    return Turn(replace(page, place=str(pressed.value)))


def _place_scanned(page: Place, scan: Scan) -> Turn:
    if not page.place.strip():
        return Turn(page, say=Say(Tone.LOOK, text("editing.place_first")))
    if page.copy_ids:
        return Turn(page)
    return Turn(page, ask=MoveScanned(code=scan.code, clean=scan.clean, place=page.place))


def _place_go(page: Place, _: Pressed) -> Turn:
    if not page.place.strip():
        return Turn(page, say=Say(Tone.LOOK, text("editing.place_first")))
    return Turn(page, ask=MoveCopies(copy_ids=page.copy_ids, place=page.place)) if page.copy_ids else Turn(page)


def _place_blocks(page: Place) -> tuple[BlockOfPage, ...]:
    field = Field("place", text("editing.field.place"), page.place, focus=not page.place)
    go = (button("go", "editing.do.move", tone=Tone.DONE),) if page.copy_ids else ()
    how = text("editing.move_all_how", n=len(page.copy_ids)) if page.copy_ids else text("editing.move_how")
    known = tuple(Button("take", name, value=name) for name in page.places[:24] if name != page.place)
    blocks: list[BlockOfPage] = [Paragraph(how), Form((field,), go)]
    if not page.moved:
        return (*blocks, Tiles(known))
    columns = (
        Column(Text("librarian.column.title"), 5),
        Column(text("editing.was"), 2),
        Column(text("editing.now"), 2),
    )
    rows = tuple(Row((one.copy.title, one.was, one.copy.place)) for one in page.moved)
    return (*blocks, Paragraph(text("editing.moved_count", n=len(page.moved))), Table(columns, rows))


# ── One copy ──

_COPY = (
    Spec("call_number", "librarian.column.call_number", words(LONGEST["call_number"]), hint="editing.hint.call_number"),
    Spec("place", "editing.field.place", words(80)),
    Spec("price", "editing.field.price", amount),
    Spec("for_loan", "editing.field.for_loan", yes_no, YES_NO),
)


@dataclass(frozen=True, slots=True)
class CopyForm:
    """What is known of one copy, being written."""

    copy_id: int
    title: str
    entries: Entries

    @classmethod
    def of(cls, data: CopyPage) -> CopyForm:
        """The form with what is known."""
        texts = {
            "call_number": data.sheet.call_number,
            "place": data.sheet.place,
            "price": say_amount(data.price_fen),
            "for_loan": "yes" if data.for_loan else "no",
        }
        return cls(data.sheet.copy_id, data.sheet.title, Entries(texts))


def _copy_save(page: CopyForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveCopy:
        return SaveCopy(
            copy_id=page.copy_id,
            call_number=str(parse(values["call_number"])),
            place=values["place"],
            price_fen=values["price"],
            for_loan=values["for_loan"],
        )

    return forms.save(page, _COPY, command)


KINDS: Mapping[type, Kind[Any]] = {
    TitleCard: Kind[TitleCard](
        name="librarian/title",
        title=lambda page: text("librarian.title.title", title=page.data.title.title if page.data else ""),
        blocks=_title_blocks,
        read=_title_read,
        actions={"copy": open_copy, "edit": _edit, "merge": _merge, "place": _move_all, "labels": _labels},
        answered=_title_answered,
        given=_title_given,
    ),
    Double: Kind[Double](
        name="librarian/title-double",
        title=lambda _: text("editing.merge.title"),
        blocks=_double_blocks,
        actions={"choose": _double_chosen},
        edited=searching.typed,
        answered=lambda page, _, outcome: searching.answered(page, outcome),
        idle=searching.rested,
    ),
    Place: Kind[Place](
        name="librarian/move",
        title=lambda _: text("editing.move_title"),
        blocks=_place_blocks,
        read=lambda page: None if page.places else ReadPlaces(),
        actions={"take": _place_taken, "go": _place_go},
        edited=_place_edited,
        scanned=_place_scanned,
        answered=_place_answered,
    ),
    CopyForm: Kind[CopyForm](
        name="librarian/copy-form",
        title=lambda page: text("editing.copy_title", title=page.title),
        blocks=lambda page: (Form(page.entries.fields(_COPY), (forms.SAVE,)),),
        actions={"save": _copy_save},
        edited=forms.typed,
        answered=forms.saved(SaveCopy, key="editing.copy_saved"),
    ),
}
