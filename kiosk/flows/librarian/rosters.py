"""Taking over a roster: choose a file, look at what it would change, decide what is doubtful, accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import prints
from kiosk.flows.librarian.files import SHEETS, Chooser
from kiosk.flows.librarian.imports import UndoPage, undo_button
from kiosk.flows.librarian.page import Kind, Say, Turn, button, done, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.people import (
    AcceptRoster,
    Option,
    PreviewRoster,
    RosterDone,
    RosterFile,
    RosterLine,
    RosterSheet,
    RosterState,
)
from kiosk.flows.prints import Order, PrintDesk, Printed, ReadPrinting, What
from kiosk.flows.views import BlockOfPage, Button, Column, Form, Paragraph, Row, Table, Tabs, Tiles, Tone, Words
from kiosk.lending.patrons import PatronKind

PART = 50
"""Rows of a roster that are shown at a time."""

_TONES: Mapping[RosterState, Tone] = {
    RosterState.NEW: Tone.DONE,
    RosterState.CHANGED: Tone.INFO,
    RosterState.MOVED: Tone.INFO,
    RosterState.DOUBTFUL: Tone.LOOK,
    RosterState.WRONG: Tone.NOT_NOW,
}
_FIRST = (RosterState.WRONG, RosterState.DOUBTFUL, RosterState.NEW, RosterState.MOVED, RosterState.CHANGED)
"""Which rows are shown first: those that want a look."""


_LOUD: Mapping[str, Tone] = {
    "people.remark.identity": Tone.INFO,
    "people.remark.class_as_date": Tone.INFO,
    "people.left.repeats": Tone.LOOK,
    "people.left.hidden": Tone.LOOK,
    "people.left.no_class": Tone.LOOK,
}
"""Remarks on the whole file that everybody should see."""


def choose_roster() -> Chooser:
    """The page that chooses the file."""
    return Chooser(text("people.roster.choose"), SHEETS, RosterPage.of, hint=text("people.roster.hint"))


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A roster before it is accepted. `shown` are the rows of one state, from the `part`th fifty on.

    `failed`: it could not be read, which is told above.
    """

    file: RosterFile
    shown: RosterState | None = None
    part: int = 0
    sheet: RosterSheet | None = None
    failed: bool = False

    @classmethod
    def of(cls, path: str) -> RosterPage:
        """The page of a file."""
        return cls(RosterFile(path))


def _read(page: RosterPage) -> PreviewRoster:
    return PreviewRoster(file=page.file)


def _answered(page: RosterPage, command: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case RosterSheet() as sheet:
            shown = page.shown or next((state for state in _FIRST if sheet.counts[state]), RosterState.UNCHANGED)
            return Turn(replace(page, sheet=sheet, shown=shown))
        case RosterDone() as data if isinstance(command, AcceptRoster):
            return Turn(page, close=1, top=DonePage(data, outcome.request_id), say=done("people.done.roster"))
        case _:
            return Turn(page)


def _again(page: RosterPage, _: Pressed) -> Turn:
    page = replace(page, failed=False)
    return Turn(page, ask=_read(page), hush=True)


def _show(page: RosterPage, pressed: Pressed) -> Turn:
    return Turn(replace(page, shown=RosterState(str(pressed.value)), part=0), hush=True)


def _turn_part(by: int) -> Any:
    return lambda page, _: Turn(replace(page, part=max(0, page.part + by)), hush=True)


def _with(page: RosterPage, file: RosterFile) -> Turn:
    page = replace(page, file=file)
    return Turn(page, ask=_read(page), hush=True)


def _other_year(page: RosterPage, _: Pressed) -> Turn:
    other = page.sheet.other_year if page.sheet else None
    return Turn(page) if other is None else _with(page, replace(page.file, year=other, choices=()))


def _gone(page: RosterPage, _: Pressed) -> Turn:
    return _with(page, replace(page.file, close_gone=not page.file.close_gone))


def _every(page: RosterPage, _: Pressed) -> Turn:
    return _with(page, replace(page.file, every=not page.file.every))


def _doubt(page: RosterPage, pressed: Pressed) -> Turn:
    lines = page.sheet.lines if page.sheet else ()
    line = next((one for one in lines if one.place == pressed.value and one.options), None)
    return Turn(page) if line is None else Turn(page, top=Doubt(line), hush=True)


def _given(page: RosterPage, answer: tuple[int, str]) -> RosterPage:
    choices = {**dict(page.file.choices), answer[0]: answer[1]}
    return replace(page, file=replace(page.file, choices=tuple(sorted(choices.items()))))


def _accept(page: RosterPage, _: Pressed) -> Turn:
    if page.sheet is None or not page.sheet.writes:
        return Turn(page)
    return Turn(page, ask=AcceptRoster(file=page.file, seal=page.sheet.seal), hush=True)


def _bar(page: RosterPage) -> tuple[Button, ...]:
    sheet = page.sheet
    buttons: list[Button] = []
    if sheet is not None and sheet.other_year is not None:
        label = text("people.do.other_year", year=sheet.other_year, next=sheet.other_year + 1)
        buttons.append(Button("other_year", label, icon="calendar"))
    if sheet is not None and sheet.writes:
        buttons.append(Button("accept", text("people.do.accept", count=sheet.writes), icon="check", tone=Tone.DONE))
    return tuple(buttons)


def _blocks(page: RosterPage) -> tuple[BlockOfPage, ...]:
    sheet = page.sheet
    if page.failed:
        return (Form((), (button("again", "catalogue.do.again", icon="renew"),)),)
    if sheet is None or page.shown is None:
        return (Paragraph(text("people.roster.reading")),)
    blocks: list[BlockOfPage] = [
        Paragraph(text("people.roster.file", file=sheet.name, year=sheet.year, next=sheet.year + 1))
    ]
    blocks += [Paragraph(remark, _LOUD.get(remark.key)) for remark in sheet.remarks]
    if sheet.left:
        every = Button("every", text("people.do.every", count=sheet.left), icon="add", tone=Tone.LOOK)
        blocks.append(Form((), (every,)))
    elif page.file.every:
        blocks.append(Form((), (button("every", "people.do.not_every", icon="undo", tone=Tone.LOOK),)))
    if sheet.new_classes:
        names = tuple(text("common.class", school_class=name) for name in sheet.new_classes)
        blocks.append(Paragraph(text("people.roster.new_classes", classes=names)))
    if not sheet.writes:
        quiet = not sheet.counts[RosterState.DOUBTFUL] and not sheet.counts[RosterState.WRONG]
        blocks.append(Paragraph(text("people.roster.nothing"), Tone.DONE if quiet else Tone.LOOK))
    lists = tuple(
        Button(
            "show",
            text(f"people.state.{state.value}", count=sheet.counts[state]),
            value=state.value,
            tone=_TONES.get(state),
        )
        for state in RosterState
        if sheet.counts[state]
    )
    lines = [line for line in sheet.lines if line.state is page.shown or (page.shown is _DOUBT and line.chosen)]
    part = lines[page.part * PART : (page.part + 1) * PART]
    blocks += [Tabs(lists, page.shown.value), Paragraph(text(f"people.means.{page.shown.value}")), _table(part)]
    return (*blocks, *_below(page, sheet, len(lines)))


_DOUBT = RosterState.DOUBTFUL


def _below(page: RosterPage, sheet: RosterSheet, count: int) -> tuple[BlockOfPage, ...]:
    """Under the rows: their next and last fifty, and what is to be done about who is gone."""
    buttons: list[Button] = []
    if page.shown is RosterState.GONE:
        key = "people.do.keep_gone" if sheet.close_gone else "people.do.close_gone"
        buttons.append(button("gone", key, tone=Tone.LOOK))
    if page.part:
        buttons.append(button("newer", "people.do.before", icon="up"))
    if count > (page.part + 1) * PART:
        buttons.append(button("older", "people.do.after", icon="down"))
    return (Form((), tuple(buttons)),) if buttons else ()


def _table(lines: list[RosterLine]) -> Table:
    columns = (
        Column(text("people.column.row"), 1),
        Column(text("librarian.column.name"), 2),
        Column(text("people.column.said"), 2),
        Column(text("people.column.then"), 2),
        Column(text("people.column.why"), 5),
    )
    rows = tuple(
        Row(
            (_where(line), line.name, line.said, _then(line), _why(line)),
            "doubt" if line.options else "",
            line.place,
            tone=_TONES.get(line.state),
        )
        for line in lines
    )
    return Table(columns, rows, text("people.roster.none"))


def _where(line: RosterLine) -> Words:
    if line.place < 0:
        return ""
    if line.sheet:
        return text("people.roster.row_of", sheet=line.sheet, row=line.row)
    return text("people.roster.row", row=line.row)


def _then(line: RosterLine) -> Words:
    """The class they will be in, with the one before where they move; for grown-ups what they are."""
    if line.kind is not PatronKind.PUPIL:
        return text(f"librarian.kind.{line.kind.value}")
    if line.state in (RosterState.WRONG, RosterState.DOUBTFUL):
        return ""
    now = text("common.class", school_class=line.now) if line.now else text("people.no_class")
    return text("people.roster.moves", was=line.was, now=now) if line.was is not None else now


def _why(line: RosterLine) -> Words:
    chosen = next((option for option in line.options if option.key == line.chosen), None)
    if chosen is not None:
        return text("people.roster.chosen", option=chosen.label)
    if line.options and line.reason is not None:
        return text("people.roster.decide", reason=line.reason)
    return line.reason or ""


# ── One doubtful row ──


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that may be one child or another: the librarian says which."""

    line: RosterLine


def _choose(page: Doubt, pressed: Pressed) -> Turn:
    return Turn(page, close=1, give=(page.line.place, str(pressed.value)), hush=True)


def _doubt_blocks(page: Doubt) -> tuple[BlockOfPage, ...]:
    line = page.line
    blocks: list[BlockOfPage] = []
    if line.reason is not None:
        blocks.append(Paragraph(line.reason, Tone.LOOK))
    return (*blocks, Tiles(tuple(_option(one, line.chosen) for one in line.options), columns=2))


def _option(option: Option, chosen: str) -> Button:
    icon = "check" if option.key == chosen else ""
    return Button("choose", option.label, value=option.key, icon=icon)


# ── It is written ──


@dataclass(frozen=True, slots=True)
class DonePage:
    """What was written under the request `of`, and the cards to print; `printed` once they are in the queue."""

    data: RosterDone
    of: str = ""
    printed: bool = False


def _print(page: DonePage, _: Pressed) -> Turn:
    return Turn(page, ask=ReadPrinting(), hush=True)


def _printing(page: DonePage, _: Command, outcome: Outcome) -> Turn:
    if not isinstance(outcome.data, PrintDesk):
        return Turn(page)
    order = Order(What.CARDS, patrons=page.data.cards)
    return Turn(page, top=prints.sheet_for(order, outcome.data), hush=True)


def _take_back(page: DonePage, _: Pressed) -> Turn:
    return Turn(page, top=UndoPage(page.of, close=2), hush=True)


def _after_printing(page: DonePage, answer: object) -> DonePage:
    return replace(page, printed=page.printed or isinstance(answer, Printed))


def _done_blocks(page: DonePage) -> tuple[BlockOfPage, ...]:
    data = page.data
    counts = (("added", data.added), ("moved", data.moved), ("changed", data.changed), ("closed", data.closed))
    lines: tuple[BlockOfPage, ...] = tuple(
        Paragraph(text(f"people.written.{name}", count=count)) for name, count in counts if count
    )
    buttons: tuple[Button, ...] = (button("back", "people.do.ready", icon="done"),)
    if data.cards and page.printed:
        lines = (*lines, Paragraph(text("people.written.cards_sent", count=len(data.cards)), Tone.DONE))
        buttons = (*buttons, button("print", "people.do.print_cards_again", icon="printer"))
    elif data.cards:
        to_print = Button("print", text("people.do.print_cards", count=len(data.cards)), icon="printer", tone=Tone.DONE)
        lines = (*lines, Paragraph(text("people.written.cards", count=len(data.cards)), Tone.INFO))
        buttons = (to_print, *buttons)
    return (*lines, Form((), (*buttons, undo_button())))


KINDS: Mapping[type, Kind[Any]] = {
    RosterPage: Kind[RosterPage](
        name="librarian/roster",
        title=lambda _: text("people.roster.title"),
        blocks=_blocks,
        read=_read,
        actions={
            "again": _again,
            "show": _show,
            "older": _turn_part(1),
            "newer": _turn_part(-1),
            "other_year": _other_year,
            "gone": _gone,
            "every": _every,
            "doubt": _doubt,
            "accept": _accept,
        },
        scanned=lambda page, _: Turn(page, say=Say(Tone.LOOK, text("people.roster.no_scan"))),
        answered=_answered,
        bar=_bar,
        given=_given,
        idle=lambda page: replace(page, failed=page.sheet is None),
    ),
    Doubt: Kind[Doubt](
        name="librarian/doubt",
        title=lambda page: text("people.doubt.title", name=page.line.name, row=page.line.row),
        blocks=_doubt_blocks,
        actions={"choose": _choose},
    ),
    DonePage: Kind[DonePage](
        name="librarian/roster_done",
        title=lambda _: text("people.done.roster"),
        blocks=_done_blocks,
        actions={"print": _print, "undo_import": _take_back},
        answered=_printing,
        given=_after_printing,
    ),
}
