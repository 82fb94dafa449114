"""Files in and out: a whole catalogue taken over from a file, looked at first; and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.catalogue import (
    DOUBTFUL,
    FORMS,
    AcceptCatalogue,
    CatalogueDone,
    CatalogueFile,
    CatalogueLine,
    CatalogueSheet,
    CopyState,
    ExportCatalogue,
    Exported,
    PreviewCatalogue,
    TitleState,
)
from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import prints
from kiosk.flows.librarian.files import CATALOGUES, Chooser, entry_name, name_of
from kiosk.flows.librarian.imports import Imports, UndoPage, undo_button
from kiosk.flows.librarian.page import Kind, Say, Turn, button, done, opens, text
from kiosk.flows.librarian.rosters import choose_roster
from kiosk.flows.office import FolderPage, ReadFolder
from kiosk.flows.outcomes import Outcome
from kiosk.flows.prints import Order, PrintDesk, ReadPrinting, What
from kiosk.flows.views import (
    Align,
    BlockOfPage,
    Button,
    Column,
    Form,
    Paragraph,
    Row,
    Table,
    Tabs,
    Text,
    Tiles,
    Tone,
    Words,
)

# ── The two ways ──


@dataclass(frozen=True, slots=True)
class Hub:
    """What can be taken over, and what written."""


def choose_catalogue() -> Chooser:
    """The page that chooses the file of a catalogue."""
    return Chooser(text("catalogue.choose"), CATALOGUES, CataloguePage.of, hint=text("catalogue.hint"))


def _hub_blocks(_: Hub) -> tuple[BlockOfPage, ...]:
    ways = (
        button("catalogue", "catalogue.do.catalogue", icon="books"),
        button("roster", "catalogue.do.roster", icon="people"),
        button("imports", "imports.title", icon="undo"),
    )
    forms = tuple(
        Button("export", text(f"catalogue.form.{form}"), value=form, icon=_ICONS.get(form, "book")) for form in FORMS
    )
    return (
        Paragraph(text("catalogue.hub.in")),
        Tiles(ways, columns=5),
        Paragraph(text("catalogue.hub.out")),
        Tiles(forms, columns=5),
    )


_ICONS = {"xlsx": "numbers", "csv": "numbers"}


def _export(page: Hub, pressed: Pressed) -> Turn:
    return Turn(page, top=Folders(str(pressed.value)), hush=True)


# ── A file before it is taken over ──


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A file and what it would bring. `shown` names the list that is shown; `asked`: a failure to read is told.

    `working`: what was asked for, another look or the writing, is under way; nothing can be pressed meanwhile.
    """

    file: CatalogueFile
    shown: str = ""
    sheet: CatalogueSheet | None = None
    asked: bool = False
    working: bool = False

    @classmethod
    def of(cls, path: str) -> CataloguePage:
        """The page of a file."""
        return cls(CatalogueFile(path))


LISTS = (TitleState.WRONG.value, DOUBTFUL, *(state.value for state in TitleState if state is not TitleState.WRONG))
"""The lists of a preview: what wants a look first."""

_TONES: Mapping[str, Tone] = {
    TitleState.WRONG.value: Tone.NOT_NOW,
    DOUBTFUL: Tone.LOOK,
    TitleState.NEW.value: Tone.DONE,
    TitleState.KNOWN.value: Tone.INFO,
}
OPTIONS = ("give", "labels", "same", "one_each", "adopt")
"""What may be decided about a file, each a button that changes it."""


def _read(page: CataloguePage) -> PreviewCatalogue | None:
    return None if page.sheet is not None or page.asked else PreviewCatalogue(file=page.file)


def _answered(page: CataloguePage, command: Command, outcome: Outcome) -> Turn:
    page = replace(page, working=False)
    match outcome.data:
        case CatalogueSheet() as sheet:
            shown = page.shown if sheet.lines.get(page.shown) else ""
            shown = shown or next((one for one in LISTS if sheet.lines[one]), LISTS[-1])
            return Turn(replace(page, sheet=sheet, shown=shown))
        case CatalogueDone() as data if isinstance(command, AcceptCatalogue):
            return Turn(page, close=1, top=DonePage(data, outcome.request_id), say=done("catalogue.done.written"))
        case _:
            return Turn(page)


def _again(page: CataloguePage, _: Pressed) -> Turn:
    page = replace(page, sheet=None, asked=False, working=True)
    return Turn(page, ask=PreviewCatalogue(file=page.file), hush=True)


def _show(page: CataloguePage, pressed: Pressed) -> Turn:
    return Turn(replace(page, shown=str(pressed.value)), hush=True)


def _option(page: CataloguePage, pressed: Pressed) -> Turn:
    if pressed.value not in OPTIONS:
        return Turn(page)
    name = str(pressed.value)
    file = replace(page.file, **{name: not getattr(page.file, name)})  # type: ignore[arg-type]  # every option is a bool
    return Turn(replace(page, file=file, working=True), ask=PreviewCatalogue(file=file), hush=True)


def _accept(page: CataloguePage, _: Pressed) -> Turn:
    if page.sheet is None or not page.sheet.writes:
        return Turn(page)
    return Turn(replace(page, working=True), ask=AcceptCatalogue(file=page.file, seal=page.sheet.seal), hush=True)


def _bar(page: CataloguePage) -> tuple[Button, ...]:
    if page.sheet is None or not page.sheet.writes:
        return ()
    return (button("accept", "catalogue.do.accept", icon="check", tone=Tone.DONE, enabled=not page.working),)


def _blocks(page: CataloguePage) -> tuple[BlockOfPage, ...]:
    sheet = page.sheet
    if sheet is None:
        if page.asked:
            return (Form((), (button("again", "catalogue.do.again", icon="renew"),)),)
        return (Paragraph(text("catalogue.reading", name=name_of(page.file.path))),)
    lines = sheet.lines[page.shown]
    count = _count(sheet, page.shown)
    said = text(f"catalogue.means.{page.shown}")
    if count > len(lines):
        said = text("catalogue.first_of", means=said, n=len(lines), count=count)
    options = _options(page, sheet)
    return (
        *_summary(sheet),
        *((Form((), options),) if options else ()),
        Tabs(_lists(page, sheet), page.shown),
        Paragraph(said),
        _table(lines),
    )


def _summary(sheet: CatalogueSheet) -> list[BlockOfPage]:
    """What the file is, and what it would bring, in sentences."""
    titles, copies = sheet.titles, sheet.copies
    clashing, there = copies[CopyState.CLASHING], copies[CopyState.THERE]
    blocks: list[BlockOfPage] = []
    if sheet.left:
        blocks.append(Paragraph(text("catalogue.sheets_left", sheets=tuple(map(_quoted, sheet.left))), Tone.LOOK))
    if sheet.writes:
        brings = text("catalogue.brings", titles=titles[TitleState.NEW], copies=copies[CopyState.NEW])
        tone = Tone.LOOK if clashing else Tone.INFO
    else:
        brings = text("catalogue.nothing")
        tone = Tone.LOOK if titles[TitleState.WRONG] or sheet.doubtful else Tone.DONE
    has = text("catalogue.there", n=there) if there else ""
    but = text("catalogue.clashing", n=clashing) if clashing else ""
    return [*blocks, Paragraph(text("catalogue.summary", how=sheet.how, brings=brings, there=has, clashing=but), tone)]


def _quoted(name: str) -> Text:
    return text("catalogue.quoted", name=name)


def _options(page: CataloguePage, sheet: CatalogueSheet) -> tuple[Button, ...]:
    """What may be decided about this file; only what makes a difference."""
    file = page.file
    buttons = []
    if sheet.barcodes or sheet.accessions or sheet.call_numbers or not file.give:
        lacking = text(
            "catalogue.lacking",
            barcodes=sheet.barcodes,
            accessions=sheet.accessions,
            call_numbers=sheet.call_numbers,
        )
        buttons.append(_switch("give", file.give, lacking if file.give else ""))
        if file.give:
            buttons.append(_switch("labels", file.labels))
    if sheet.halves or file.same:
        buttons.append(_switch("same", file.same))
    if sheet.bare:
        buttons.append(_switch("one_each", file.one_each))
    if sheet.unknown:
        buttons.append(_switch("adopt", file.adopt, text("catalogue.shapes", shapes=sheet.unknown[:3])))
    return tuple(replace(one, enabled=not page.working) for one in buttons)


def _switch(name: str, on: bool, more: Text | str = "") -> Button:
    label = text(f"catalogue.option.{name}", more=more)
    return Button("option", label, value=name, on=on)


def _count(sheet: CatalogueSheet, name: str) -> int:
    return sheet.doubtful if name == DOUBTFUL else sheet.titles[TitleState(name)]


def _lists(page: CataloguePage, sheet: CatalogueSheet) -> tuple[Button, ...]:
    return tuple(
        Button(
            "show",
            text(f"catalogue.list.{name}", count=_count(sheet, name)),
            value=name,
            tone=_TONES.get(name),
            enabled=not page.working,
        )
        for name in LISTS
        if _count(sheet, name)
    )


def _table(lines: tuple[CatalogueLine, ...]) -> Table:
    columns = (
        Column(text("catalogue.column.where"), 2),
        Column(text("catalogue.column.title"), 4),
        Column(text("catalogue.column.new"), 1, Align.END),
        Column(text("catalogue.column.there"), 1, Align.END),
        Column(text("catalogue.column.why"), 10),
    )
    return Table(columns, tuple(row for line in lines for row in _rows(line)), text("catalogue.no_lines"))


def _rows(line: CatalogueLine) -> list[Row]:
    """A row for the line, and one more for each further reason."""
    told = line.doubtful or line.state is TitleState.WRONG
    reasons: tuple[Words, ...] = (line.reasons if told else ()) or ("",)
    tone = Tone.NOT_NOW if line.state is TitleState.WRONG else Tone.LOOK if line.doubtful else None
    first = (line.where, line.title, _number(line.new), _number(line.there), reasons[0])
    return [Row(first, tone=tone), *(Row(("", "", "", "", reason), tone=tone) for reason in reasons[1:])]


def _number(count: int) -> str:
    return str(count) if count else ""


# ── It is written ──


@dataclass(frozen=True, slots=True)
class DonePage:
    """What was taken over under the request `of`, and the labels to print."""

    data: CatalogueDone
    of: str = ""


def _print(page: DonePage, _: Pressed) -> Turn:
    return Turn(page, ask=ReadPrinting(), hush=True)


def _printing(page: DonePage, _: Command, outcome: Outcome) -> Turn:
    if not isinstance(outcome.data, PrintDesk):
        return Turn(page)
    return Turn(page, top=prints.sheet_for(Order(What.LABELS), outcome.data), hush=True)


def _done_blocks(page: DonePage) -> tuple[BlockOfPage, ...]:
    data = page.data
    said = Paragraph(text("catalogue.done.counts", titles=data.titles, copies=data.copies), Tone.DONE)
    ready = button("back", "catalogue.do.ready", icon="done")
    if not data.labels:
        return (said, Form((), (ready, undo_button())))
    to_print = button("print", "catalogue.do.print", icon="printer", tone=Tone.DONE)
    return (
        said,
        Paragraph(text("catalogue.done.labels", n=data.labels), Tone.INFO),
        Form((), (to_print, ready, undo_button())),
    )


# ── Where to write a file ──


@dataclass(frozen=True, slots=True)
class Folders:
    """A form was chosen; the folder to write the file into is looked for."""

    form: str
    folder: str = ""
    shown: FolderPage | None = None


_NO_FILES = ("/",)
"""An ending that no file has: only folders are listed."""


def _folders_read(page: Folders) -> ReadFolder:
    return ReadFolder(folder=page.folder, endings=_NO_FILES)


def _folders_answered(page: Folders, _: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case FolderPage() as shown:
            return Turn(replace(page, shown=shown, folder=shown.folder))
        case Exported() as data:
            lines = (text("catalogue.done.counts_out", titles=data.titles, copies=data.copies),)
            say = Say(Tone.DONE, text("catalogue.done.exported", name=name_of(data.path)), lines)
            return Turn(page, close=1, say=say)
        case _:
            return Turn(page)


def _open(page: Folders, pressed: Pressed) -> Turn:
    page = replace(page, folder=str(pressed.value or ""))
    return Turn(page, ask=_folders_read(page), hush=True)


def _save(page: Folders, _: Pressed) -> Turn:
    if page.shown is None or not page.shown.folder:
        return Turn(page)
    return Turn(page, ask=ExportCatalogue(form=page.form, folder=page.shown.folder), hush=True)


def _folders_bar(page: Folders) -> tuple[Button, ...]:
    if page.shown is None or not page.shown.folder:
        return ()
    return (button("save", "catalogue.do.save_here", icon="check", tone=Tone.DONE),)


def _folders_blocks(page: Folders) -> tuple[BlockOfPage, ...]:
    shown = page.shown
    if shown is None:
        return (Paragraph(text("office.files.looking")),)
    here = text("catalogue.save_where") if not shown.folder else text("catalogue.save_in", folder=shown.folder)
    above = () if shown.above is None else (Row((text("office.files.above"),), "open", shown.above),)
    rows = tuple(Row((entry_name(entry, shown),), "open", entry.path) for entry in shown.entries if entry.is_folder)
    return (
        Paragraph(text(f"catalogue.form_hint.{page.form}")),
        Paragraph(here, Tone.INFO),
        Table((Column(text("catalogue.column.folder")),), (*above, *rows), text("catalogue.no_folders")),
    )


KINDS: Mapping[type, Kind[Any]] = {
    Hub: Kind[Hub](
        name="librarian/exchange",
        title=lambda _: text("catalogue.hub.title"),
        blocks=_hub_blocks,
        actions={
            "catalogue": opens(choose_catalogue),
            "roster": opens(choose_roster),
            "imports": opens(Imports),
            "export": _export,
        },
    ),
    CataloguePage: Kind[CataloguePage](
        name="librarian/catalogue",
        title=lambda page: text("catalogue.title", name=name_of(page.file.path)),
        blocks=_blocks,
        read=_read,
        actions={"show": _show, "accept": _accept, "again": _again, "option": _option},
        scanned=lambda page, _: Turn(page, say=Say(Tone.LOOK, text("catalogue.no_scan"))),
        answered=_answered,
        bar=_bar,
        idle=lambda page: replace(page, asked=True, sheet=None, working=False),
    ),
    DonePage: Kind[DonePage](
        name="librarian/catalogue_done",
        title=lambda _: text("catalogue.done.written"),
        blocks=_done_blocks,
        actions={
            "print": _print,
            "undo_import": lambda page, _: Turn(page, top=UndoPage(page.of, close=2), hush=True),
        },
        answered=_printing,
    ),
    Folders: Kind[Folders](
        name="librarian/export",
        title=lambda page: text("catalogue.export.title", form=text(f"catalogue.form.{page.form}")),
        blocks=_folders_blocks,
        read=_folders_read,
        actions={"open": _open, "save": _save},
        scanned=lambda page, _: Turn(page, say=Say(Tone.LOOK, text("catalogue.no_scan"))),
        answered=_folders_answered,
        bar=_folders_bar,
    ),
}
