"""Printing: what is to be printed, on what, a look at the page, and the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, plain, whole
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, opens, text
from kiosk.flows.librarian.printers import Printers
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.prints import (
    ON_LABELS,
    CancelJob,
    JobLine,
    MoveJob,
    Order,
    Paper,
    PreviewOrder,
    PrintDesk,
    Printed,
    PrinterLine,
    PrintOrder,
    PrintPreview,
    ReadPrinting,
    RetryJob,
    StockLine,
    TunePrinter,
    What,
)
from kiosk.flows.views import (
    Align,
    BlockOfPage,
    Button,
    Choice,
    Column,
    Form,
    Paragraph,
    Picture,
    Row,
    Table,
    Text,
    Tiles,
    Tone,
    Words,
)
from kiosk.lending.call_numbers import clc_letter

_TONES = {"failed": Tone.NOT_NOW, "held": Tone.LOOK, "done": Tone.DONE}
MOVING = ("waiting", "printing")
STATES = (*MOVING, "done", "failed", "held")
"""The states of a job, each with words of its own."""

AGAIN = 1.0
"""Seconds between two looks at jobs that are under way."""


# ── The desk: what can be printed, and the queue ──


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything there is to print, and the queue."""

    data: PrintDesk | None = None


_ICONS = {
    What.LABELS: "barcode",
    What.CARDS: "card",
    What.CLASS_SHEETS: "class",
    What.DOOR_ROTA: "rota",
    What.CLASS_ROTA: "calendar",
    What.SIGNS: "books",
    What.SHELF_LIST: "numbers",
    What.CONTROLS: "finish",
    What.TEST_SHEET: "scan",
    What.CALIBRATION: "settings",
}
_CHOOSE_FIRST = (What.CARDS, What.CLASS_SHEETS, What.CLASS_ROTA, What.SIGNS, What.SHELF_LIST)


def _desk_answered(page: Desk, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, data=outcome.data)) if isinstance(outcome.data, PrintDesk) else Turn(page)


def _what(page: Desk, pressed: Pressed) -> Turn:
    what = What(str(pressed.value))
    if page.data is None:
        return Turn(page)
    if what in _CHOOSE_FIRST:
        return Turn(page, top=Which(what, page.data), hush=True)
    return Turn(page, top=sheet_for(Order(what), page.data), hush=True)


def _open_job(page: Desk, pressed: Pressed) -> Turn:
    return Turn(page, top=JobCard(str(pressed.value), page.data), hush=True) if page.data else Turn(page)


def _desk_blocks(page: Desk) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    tiles = [button("what", f"office.print.what.{what.value}", what.value, icon=icon) for what, icon in _ICONS.items()]
    waiting = text("office.print.labels_wanted", n=data.wanted)
    tiles[0] = Button("what", waiting, value=What.LABELS.value, icon="barcode", enabled=data.wanted > 0)
    columns = (
        Column(text("office.print.column.job"), 4),
        Column(text("office.print.column.printer"), 2),
        Column(text("office.print.column.state"), 7),
    )
    rows = tuple(
        Row((job.title, job.printer, _state(job, data)), "job", job.job_id, tone=_TONES.get(job.state))
        for job in data.jobs
    )
    return (
        *(Paragraph(trouble, Tone.LOOK) for trouble in data.troubles),
        Tiles(tuple(tiles), columns=5),
        Table(columns, rows, empty=text("office.print.no_jobs")),
    )


def _state(job: JobLine, data: PrintDesk) -> Text:
    if job.problem is not None:
        return job.problem
    folder = next((one.folder for one in data.printers if one.name == job.printer), "")
    if folder and job.state == "done":
        return text("office.print.saved", at=job.made_at, folder=folder)
    return text(f"office.print.state.{job.state}", at=job.made_at)


def _desk_again(page: Desk) -> float | None:
    moving = page.data is not None and any(job.state in MOVING for job in page.data.jobs)
    return AGAIN if moving else None


# ── One job ──


@dataclass(frozen=True, slots=True)
class JobCard:
    """A job of the queue: how it stands, and what may be done with it."""

    job_id: str
    data: PrintDesk

    @property
    def job(self) -> JobLine | None:
        """The job, unless it is gone."""
        return next((one for one in self.data.jobs if one.job_id == self.job_id), None)


def _job_read(page: JobCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PrintDesk):
        return Turn(replace(page, data=outcome.data))
    if isinstance(command, RetryJob | MoveJob):
        return Turn(page, say=done("office.print.queued"))
    return Turn(page)


def _retry(page: JobCard, _: Pressed) -> Turn:
    return Turn(page, ask=RetryJob(job_id=page.job_id))


def _move(page: JobCard, pressed: Pressed) -> Turn:
    return Turn(page, ask=MoveJob(job_id=page.job_id, printer=str(pressed.value)))


def _cancel(page: JobCard, _: Pressed) -> Turn:
    lines = (page.job.title,) if page.job else ()
    question = Question(
        text("office.print.cancel_title"),
        CancelJob(job_id=page.job_id),
        done("office.print.cancelled"),
        lines=lines,
        close=2,
    )
    return ask_first(page, question)


def _job_blocks(page: JobCard) -> tuple[BlockOfPage, ...]:
    job = page.job
    if job is None:
        return (Paragraph(text("office.print.job_gone"), Tone.LOOK),)
    said = Paragraph(_state(job, page.data), _TONES.get(job.state, Tone.INFO))
    where = Paragraph(text("office.print.job_at", printer=job.printer, at=job.made_at))
    if job.state == "printing":
        return (said, where)
    buttons = [button("retry", "office.print.again", icon="renew")] if job.state != "waiting" else []
    languages = {one.name: one.language for one in page.data.printers}
    buttons += [
        Button("move", text("office.print.move", printer=name), value=name, icon="printer")
        for name, language in languages.items()
        if name != job.printer and language == languages.get(job.printer, language)
    ]
    buttons.append(button("cancel", "office.print.take_out", icon="delete"))
    return (said, where, Tiles(tuple(buttons), columns=3))


def _job_again(page: JobCard) -> float | None:
    return AGAIN if page.job is not None and page.job.state in MOVING else None


# ── Which: classes, people or a shelf ──


@dataclass(frozen=True, slots=True)
class Which:
    """Choosing whose or which one: all, one class, the teachers, one place."""

    what: What
    data: PrintDesk


def _which(page: Which, pressed: Pressed) -> Turn:
    order = Order(page.what)
    match pressed.action:
        case "class" if isinstance(pressed.value, int):
            order = replace(order, classes=(pressed.value,))
        case "teachers":
            order = replace(order, teachers=True)
        case "place":
            order = replace(order, place=str(pressed.value))
        case "letter":
            letter = str(pressed.value)
            order = replace(order, numbers=tuple(one for one in page.data.numbers if clc_letter(one) == letter))
    return Turn(page, close=1, top=sheet_for(order, page.data), hush=True)


def _which_blocks(page: Which) -> tuple[BlockOfPage, ...]:
    if page.what is What.SHELF_LIST:
        rows = tuple(Row((place,), "place", place) for place in page.data.places)
        return (Table((Column(text("office.print.column.place")),), rows, empty=text("office.print.no_places")),)
    if page.what is What.SIGNS:
        letters = list(dict.fromkeys(filter(None, map(clc_letter, page.data.numbers))))
        return (
            Tiles((button("all", "office.print.main_classes", icon="books"),), columns=2),
            Paragraph(text("office.print.letters")),
            Tiles(tuple(Button("letter", letter, value=letter) for letter in letters), columns=8),
        )
    buttons = [button("all", "office.print.everyone", icon="people")]
    if page.what is What.CARDS:
        buttons.append(button("teachers", "office.print.teachers", icon="teacher"))
    buttons += [
        Button("class", text("office.print.class", school_class=entry.name, n=entry.pupils), value=entry.class_id)
        for entry in page.data.classes
        if entry.pupils
    ]
    return (Tiles(tuple(buttons), columns=6),)


# ── The sheet: on what, and a look at it ──


@dataclass(frozen=True, slots=True)
class Sheet:
    """What will be printed, on which printer and paper, with a look at one page."""

    order: Order
    paper: Paper
    data: PrintDesk
    entries: Entries
    preview: PrintPreview | None = None
    page: int = 0

    @property
    def printer(self) -> PrinterLine | None:
        """The printer that was chosen."""
        return next((one for one in self.data.printers if one.name == self.paper.printer), None)


def sheet_for(order: Order, data: PrintDesk) -> Sheet:
    """The page for an order: the printer last used for such, or the first that can; the stock it is loaded with."""
    usual = dict(data.usual).get(order.what.value)
    fitting = [one for one in data.printers if _can(one, order)]
    printer = next((one for one in fitting if one.name == usual), fitting[0])
    paper = _loaded(Paper(printer.name), order, printer, data)
    return Sheet(order, paper, data, Entries({"start": "1", "right": "", "down": ""}))


def _can(printer: PrinterLine, order: Order) -> bool:
    return printer.language == "pdf" or (printer.language != "escpos" and order.what in ON_LABELS)


def _loaded(paper: Paper, order: Order, printer: PrinterLine, data: PrintDesk) -> Paper:
    """`paper` with stock that suits printer and order."""
    if order.what not in ON_LABELS:
        return paper
    stocks = stocks_for(data, printer)
    name = printer.stock if any(one.name == printer.stock for one in stocks) else (stocks[0].name if stocks else "")
    return _faced(replace(paper, stock=name), order, data)


def _faced(paper: Paper, order: Order, data: PrintDesk) -> Paper:
    """`paper` with a face that its stock has room for."""
    stock = next((one for one in data.stocks if one.name == paper.stock), None)
    if stock is None or order.what is not What.LABELS or paper.face in stock.suits:
        return paper
    return replace(paper, face=stock.suits[0] if stock.suits else "barcode")


def stocks_for(data: PrintDesk, printer: PrinterLine) -> list[StockLine]:
    """The stock a printer can be loaded with: rolls for a label printer."""
    return [one for one in data.stocks if one.roll or printer.language == "pdf"]


def _sheet_read(page: Sheet) -> PreviewOrder:
    return PreviewOrder(order=page.order, paper=page.paper, page=page.page)


def _sheet_answered(page: Sheet, _: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PrintPreview):
        shown = replace(page, preview=outcome.data, page=outcome.data.page)
        return Turn(shown)
    if isinstance(outcome.data, Printed):
        said = done("office.print.sent", n=outcome.data.count, printer=outcome.data.printer)
        return Turn(page, close=1, say=said, give=outcome.data)
    return Turn(page)


def _changed(page: Sheet, paper: Paper) -> Turn:
    page = replace(page, paper=paper, page=0)
    return Turn(page, ask=_sheet_read(page), hush=True)


def _sheet_edited(page: Sheet, edited: Edited) -> Turn:
    if edited.field == "printer":
        printer = next((one for one in page.data.printers if one.name == edited.text), None)
        if printer is None:
            return Turn(page)
        return _changed(page, _loaded(replace(page.paper, printer=printer.name), page.order, printer, page.data))
    if edited.field == "face":
        return _changed(page, replace(page.paper, face=edited.text))
    if edited.field == "size":
        return _changed(page, replace(page.paper, size=edited.text))
    if edited.field == "start":
        page = replace(page, entries=page.entries.typed("start", edited.text))
        values, entries = page.entries.read((_start_of(page),))
        if "start" not in values:
            return Turn(replace(page, entries=entries, preview=None))
        if values["start"] == page.paper.start:
            return Turn(page)
        return _changed(page, replace(page.paper, start=values["start"]))
    return Turn(page)


def _stock(page: Sheet, _: Pressed) -> Turn:
    printer = page.printer
    return Turn(page) if printer is None else Turn(page, top=Stocks(page.data, printer.name), hush=True)


def _given(page: Sheet, chosen: Any) -> Sheet:
    """What was chosen on a page above: stock, or the printer as it is adjusted now."""
    if isinstance(chosen, TunePrinter):
        right, down = chosen.right_tenths, chosen.down_tenths
        printers = tuple(
            replace(one, right_tenths=right, down_tenths=down) if one.name == chosen.printer else one
            for one in page.data.printers
        )
        return replace(page, data=replace(page.data, printers=printers))
    return replace(page, paper=_faced(replace(page.paper, stock=str(chosen)), page.order, page.data), page=0)


def _tune(page: Sheet, _: Pressed) -> Turn:
    printer = page.printer
    if printer is None:
        return Turn(page)
    return Turn(page, top=Tune.of(printer), hush=True)


def _print(page: Sheet, _: Pressed) -> Turn:
    return Turn(page, ask=PrintOrder(order=page.order, paper=page.paper))


def _turn_page(page: Sheet, pressed: Pressed) -> Turn:
    last = page.preview.pages - 1 if page.preview else 0
    to = min(last, max(0, page.page + (1 if pressed.action == "next_page" else -1)))
    page = replace(page, page=to)
    return Turn(page, ask=_sheet_read(page))


def _sheet_blocks(page: Sheet) -> tuple[BlockOfPage, ...]:
    """The choices, then the page itself."""
    specs = [Spec("printer", "office.print.field.printer", str, choices=_printers(page))]
    texts = {"printer": page.paper.printer, "start": page.entries.texts["start"]}
    if page.order.what is What.LABELS:
        specs.append(Spec("face", "office.print.field.face", str, choices=_faces(page)))
        texts["face"] = page.paper.face
    if page.order.what in (What.CARDS, What.SIGNS):
        sizes = ("a4", "single") if page.order.what is What.CARDS else ("a4", "strip")
        choices = tuple(Choice(size, text(f"office.print.size.{page.order.what.value}.{size}")) for size in sizes)
        specs.append(Spec("size", "office.print.field.size", str, choices=choices))
        texts["size"] = page.paper.size
    if _per_page(page) > 1:
        specs.append(_start_of(page))
    entries = Entries(texts, page.entries.errors)
    buttons = [button("print", "office.print.do", icon="printer", tone=Tone.DONE)]
    if page.order.what in ON_LABELS:
        buttons.append(Button("stock", text("office.print.stock_is", stock=_stock_words(page)), icon="barcode"))
    buttons.append(button("tune", "office.print.tune", icon="settings"))
    form = Form(entries.fields(tuple(specs), first=False), tuple(buttons))
    if page.preview is None:
        return (form,)
    shown = page.preview
    said = text("office.print.page_of", page=shown.page + 1, pages=shown.pages, n=shown.count)
    return (form, Paragraph(said), Picture(shown.name, shown.width, shown.height, shown.pixels, said))


def _printers(page: Sheet) -> tuple[Choice, ...]:
    return tuple(Choice(one.name, one.name) for one in page.data.printers if _can(one, page.order))


def _faces(page: Sheet) -> tuple[Choice, ...]:
    stock = next((one for one in page.data.stocks if one.name == page.paper.stock), None)
    return tuple(Choice(face, text(f"office.print.face.{face}")) for face in (stock.suits if stock else ()))


def _per_page(page: Sheet) -> int:
    if page.order.what is What.CARDS:
        return 10 if page.paper.size == "a4" else 1
    if page.order.what in (What.LABELS, What.FREE_LABELS):
        stock = next((one for one in page.data.stocks if one.name == page.paper.stock), None)
        return stock.per_page if stock else 1
    return 1


def _start_of(page: Sheet) -> Spec:
    """The field for the first place, as many as the page has."""
    hint = "office.print.hint.start" if page.order.what in ON_LABELS else "office.print.hint.start_card"
    return Spec("start", "office.print.field.start", whole(1, _per_page(page)), hint=hint)


def _stock_words(page: Sheet) -> Words:
    stock = next((one for one in page.data.stocks if one.name == page.paper.stock), None)
    return text("office.print.stock", zh=stock.zh, en=stock.en) if stock else ""


def _sheet_bar(page: Sheet) -> tuple[Button, ...]:
    if page.preview is None or page.preview.pages < 2:
        return ()
    back = button("previous_page", "office.print.previous", enabled=page.page > 0)
    return (back, button("next_page", "office.print.next", enabled=page.page < page.preview.pages - 1))


# ── Stock and fine adjustment ──


@dataclass(frozen=True, slots=True)
class Stocks:
    """Choosing label stock for a printer."""

    data: PrintDesk
    printer: str


def _stocks_blocks(page: Stocks) -> tuple[BlockOfPage, ...]:
    printer = next(one for one in page.data.printers if one.name == page.printer)
    columns = (
        Column(text("office.print.column.stock"), 6),
        Column(text("office.print.column.per_page"), 1, Align.END),
        Column(text("office.print.column.suits"), 3),
    )
    rows = tuple(
        Row(
            (
                text("office.print.stock", zh=one.zh, en=one.en),
                text("office.print.roll") if one.roll and one.per_page == 1 else str(one.per_page),
                text("office.print.suits", faces=tuple(text(f"office.print.face.{face}") for face in one.suits)),
            ),
            "stock",
            one.name,
        )
        for one in stocks_for(page.data, printer)
    )
    return (Paragraph(text("office.print.stock_how")), Table(columns, rows))


def _take_stock(page: Stocks, pressed: Pressed) -> Turn:
    return Turn(page, close=1, give=str(pressed.value), hush=True)


def _tenths(typed: str) -> int | Text:
    """Millimetres with at most one decimal as tenths."""
    words = plain(typed).replace(",", ".").removeprefix("+") or "0"
    try:
        tenths = round(float(words) * 10)
    except ValueError:
        return text("office.print.error.mm")
    return tenths if abs(tenths) <= 200 and abs(float(words) * 10 - tenths) < 1e-6 else text("office.print.error.mm")


_TUNE = (
    Spec("right", "office.print.field.right", _tenths, hint="office.print.hint.right"),
    Spec("down", "office.print.field.down", _tenths, hint="office.print.hint.down"),
)


@dataclass(frozen=True, slots=True)
class Tune:
    """The fine adjustment of a printer."""

    printer: str
    entries: Entries

    @classmethod
    def of(cls, printer: PrinterLine) -> Tune:
        """The form as the printer is adjusted now."""
        texts = {"right": f"{printer.right_tenths / 10:g}", "down": f"{printer.down_tenths / 10:g}"}
        return cls(printer.name, Entries(texts))


def _tune_save(page: Tune, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> TunePrinter:
        return TunePrinter(printer=page.printer, right_tenths=values["right"], down_tenths=values["down"])

    return forms.save(page, _TUNE, command)


def _tuned(page: Tune, command: Command, outcome: Outcome) -> Turn:
    if isinstance(command, TunePrinter) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, close=1, give=command, say=done("office.print.tuned", printer=page.printer))
    return Turn(page)


def _tune_blocks(page: Tune) -> tuple[BlockOfPage, ...]:
    save = (forms.SAVE,)
    return (Paragraph(text("office.print.tune_how", printer=page.printer)), Form(page.entries.fields(_TUNE), save))


KINDS: Mapping[type, Kind[Any]] = {
    Desk: Kind[Desk](
        name="librarian/prints",
        title=lambda _: text("office.print.title"),
        blocks=_desk_blocks,
        read=lambda _: ReadPrinting(),
        actions={"what": _what, "job": _open_job, "printers": opens(Printers)},
        answered=_desk_answered,
        again=_desk_again,
        bar=lambda _: (button("printers", "office.printers.title", icon="printer"),),
    ),
    JobCard: Kind[JobCard](
        name="librarian/print-job",
        title=lambda page: page.job.title if page.job else text("office.print.title"),
        blocks=_job_blocks,
        read=lambda _: ReadPrinting(),
        actions={"retry": _retry, "move": _move, "cancel": _cancel},
        answered=_job_read,
        again=_job_again,
    ),
    Which: Kind[Which](
        name="librarian/print-which",
        title=lambda page: text(f"office.print.what.{page.what.value}"),
        blocks=_which_blocks,
        actions=dict.fromkeys(("all", "class", "teachers", "place", "letter"), _which),
    ),
    Sheet: Kind[Sheet](
        name="librarian/print",
        title=lambda page: text(f"office.print.what.{page.order.what.value}"),
        blocks=_sheet_blocks,
        read=_sheet_read,
        actions={
            "print": _print,
            "stock": _stock,
            "tune": _tune,
            "next_page": _turn_page,
            "previous_page": _turn_page,
        },
        edited=_sheet_edited,
        answered=_sheet_answered,
        given=_given,
        bar=_sheet_bar,
    ),
    Stocks: Kind[Stocks](
        name="librarian/print-stock",
        title=lambda _: text("office.print.choose_stock"),
        blocks=_stocks_blocks,
        actions={"stock": _take_stock},
    ),
    Tune: Kind[Tune](
        name="librarian/print-tune",
        title=lambda page: text("office.print.tune_title", printer=page.printer),
        blocks=_tune_blocks,
        actions={"save": _tune_save},
        edited=forms.typed,
        answered=_tuned,
    ),
}
