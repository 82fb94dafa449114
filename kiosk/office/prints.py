"""Printing: from what the library knows to pages, and from pages into this machine's print queue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.desk.counter import class_list
from kiosk.desk.librarian import enrolment
from kiosk.desk.work import Afterwards, TakenBackError, Work
from kiosk.flows.commands import Command, PrintSlip
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.people import Debtor
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
from kiosk.flows.views import Money, Text
from kiosk.i18n import Words
from kiosk.lending import classification
from kiosk.lending.calendar import term_of
from kiosk.lending.call_numbers import parse
from kiosk.lending.patrons import ClassName, PatronKind, grade_on, masked
from kiosk.office.setup import Clerk, Setup, for_librarians
from kiosk.printing.emblems import school_class_look
from kiosk.printing.label_stock import Adjust, Face, LabelStock, read_stock, shipped
from kiosk.printing.labels import Label, LabelTrouble
from kiosk.printing.page_parts import PageTrouble
from kiosk.printing.printers import Language, Printer, PrintTrouble, documents_folder
from kiosk.printing.printers.book import Tuning
from kiosk.store import desk_reads, edit, print_reads, stock
from kiosk.store.imports import as_ranges
from kiosk.store.library import is_database_error

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.printing.raster import Bitmap

_log = logging.getLogger(__name__)

CANNOT = (
    "labels_only",
    "long_shelf",
    "needs_roll",
    "no_cards",
    "no_class",
    "no_classes",
    "no_labels",
    "no_leavers",
    "no_shelf",
    "no_signs",
    "no_stock",
    "slips_only",
    "too_far",
)
"""Why something cannot be printed, each with a sentence `office.print.cannot.<code>`."""

A_JOB = 2000
"""Labels of the largest job; more are several jobs, so that a printer that stops holds up the fewest."""

LONGEST_SHELF = 5000
"""Copies of the longest shelf list; a place that has more is no shelf."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A job ready for a printer: its bytes in the printer's language, the same as PDF, how many things are on it.

    `title` names nobody. `copies` are those whose labels it has. `dots` are the pages of a preview where the
    printer is told each dot: these, and no page of a PDF, are what comes out of it.
    """

    content: bytes
    pdf: bytes
    count: int
    title: Text
    copies: tuple[int, ...] = ()
    pages: int = 0  # of the whole order, where `pdf` is one of its pages only
    dots: tuple[Bitmap, ...] = ()


@dataclass(slots=True)
class _Desk:
    """What every kind of document is made from."""

    setup: Setup
    work: Work
    order: Order
    paper: Paper
    printer: Printer
    words: Words
    page: int | None = None  # only this page is wanted (labels: there may be thousands)

    @property
    def library(self) -> str:
        return self.work.policies.display.library

    @property
    def dpi(self) -> int:
        return self.printer.dpi

    @property
    def adjust(self) -> Adjust:
        return Adjust(self.printer.adjust_right_mm, self.printer.adjust_down_mm)

    def stock(self) -> LabelStock:
        stocks = stocks_of(self.setup)[0]
        name = self.paper.stock or self.printer.stock or next(iter(stocks))
        if name not in stocks:
            raise _hindered("no_stock", stock=name)
        return stocks[name]

    def class_name(self, row: Any) -> ClassName:
        starts = self.work.policies.school_year_starts
        return ClassName(grade_on(row.entry_year, self.work.moment.today, starts), row.number, row.own_name)


def render(setup: Setup, work: Work, order: Order, paper: Paper, page: int | None = None) -> Rendered:
    """Make the pages of an order; of labels only one of them, if `page` (from 0) names it.

    Raises TakenBackError with a `Hindrance` that says why it cannot be.
    """
    printer = printer_of(setup, paper.printer)
    words = Words(setup.language, work.policies.display.class_template)
    desk = _Desk(setup, work, order, paper, printer, words, page)
    if order.what not in ON_LABELS and printer.language is not Language.PDF:
        raise _hindered("labels_only", printer=printer.name)
    if printer.language is Language.ESCPOS:
        raise _hindered("slips_only", printer=printer.name)
    try:
        return _MAKERS[order.what](desk)
    except (LabelTrouble, PageTrouble) as trouble:
        raise TakenBackError(Hindrance(trouble.text)) from trouble


def printer_of(setup: Setup, name: str) -> Printer:
    """A printer by its name, as it is tuned. Raises TakenBackError where there is none."""
    printers = setup.printers()
    if name not in printers:
        raise TakenBackError(Hindrance(PrintTrouble("no_printer", printer=name).text))
    return printers[name]


def stocks_of(setup: Setup) -> tuple[dict[str, LabelStock], tuple[Text, ...]]:
    """The label stock of this machine, and a sentence for each file that cannot be used."""
    return read_stock([shipped(), setup.data / "label-stock"])


def _hindered(key: str, **values: Any) -> TakenBackError:
    return TakenBackError(Hindrance(Text(f"office.print.cannot.{key}", values)))


def _title(what: What, count: int) -> Text:
    return Text(f"office.print.job.{what.value}", {"n": count})


# ── Labels ──


def _labels(desk: _Desk) -> Rendered:
    copies = desk.order.copies or tuple(row.copy_id for row in stock.wanted_labels(desk.work.conn))
    rows = print_reads.labels(desk.work.conn, copies)
    labels = [Label(row.barcode, parse(row.call_number), row.title, row.accession_no, desk.library) for row in rows]
    if not labels:
        raise _hindered("no_labels")
    return _on_labels(desk, labels, tuple(row.copy_id for row in rows))


def _free_labels(desk: _Desk) -> Rendered:
    labels = [Label(number, parse(""), library=desk.library) for number in desk.order.numbers]
    if not labels:
        raise _hindered("no_labels")
    return _on_labels(desk, labels, (), face=Face.BARCODE)


def _on_labels(desk: _Desk, labels: Sequence[Label], copies: tuple[int, ...], face: Face | None = None) -> Rendered:
    from kiosk.printing.labels import labels_pdf
    from kiosk.printing.raster import label_bitmaps

    sheet = desk.stock()
    face = face or Face(desk.paper.face)
    start, adjust, dpi = desk.paper.start, desk.adjust, desk.dpi
    count = len(labels)
    pages = sheet.pages(count, start) if 1 <= start <= sheet.per_page else 1
    if desk.page is not None:
        labels, start = _on_page(labels, start, sheet.per_page, min(desk.page, pages - 1))
    pdf = labels_pdf(labels, sheet, face, start=start, adjust=adjust, dpi=dpi)
    content = pdf
    dots: tuple[Bitmap, ...] = ()
    if desk.printer.language in (Language.TSPL, Language.ZPL):
        if not sheet.roll:
            raise _hindered("needs_roll", printer=desk.printer.name, stock=_stock_words(desk, sheet))
        drawn: Iterable[Bitmap] = label_bitmaps(labels, sheet, face, start=start, adjust=adjust, dpi=dpi)
        if desk.page is not None:
            drawn = dots = tuple(drawn)
        content = _in_dots(desk, drawn, sheet)
    return Rendered(content, pdf, count, _title(desk.order.what, count), copies, pages, dots)


def _on_page(labels: Sequence[Label], start: int, per_page: int, page: int) -> tuple[Sequence[Label], int]:
    """The labels of one page, and the place of the first of them."""
    first = page * per_page - (start - 1)
    return labels[max(0, first) : first + per_page], start if page == 0 else 1


def _calibration(desk: _Desk) -> Rendered:
    from kiosk.printing.calibration import calibration_pdf
    from kiosk.printing.raster import pdf_bitmaps

    sheet = desk.stock()
    pdf = calibration_pdf(sheet, desk.words, adjust=desk.adjust)
    if desk.printer.language not in (Language.TSPL, Language.ZPL):
        return Rendered(pdf, pdf, 1, _title(What.CALIBRATION, 1))
    dots = tuple(pdf_bitmaps(pdf, desk.dpi))
    return Rendered(_in_dots(desk, dots, sheet), pdf, 1, _title(What.CALIBRATION, 1), dots=dots)


def _in_dots(desk: _Desk, pages: Iterable[Bitmap], sheet: LabelStock) -> bytes:
    """Pages in the language of the label printer."""
    from kiosk.printing.tspl import tspl
    from kiosk.printing.zpl import zpl

    return tspl(pages, sheet) if desk.printer.language is Language.TSPL else zpl(pages)


def _stock_words(desk: _Desk, sheet: LabelStock) -> str:
    return sheet.title(desk.words.language)


# ── Cards and sheets ──


def _cards(desk: _Desk) -> Rendered:
    from kiosk.printing.cards import CardFace, CardSheet, cards_pdf

    order = desk.order
    rows = print_reads.cards(
        desk.work.conn,
        patron_ids=order.patrons,
        class_ids=order.classes,
        teachers=order.teachers,
        everyone=not (order.patrons or order.classes or order.teachers),
    )
    if not rows:
        raise _hindered("no_cards")
    faces = [
        CardFace(row.card, row.name, _card_line(desk, row), desk.library, PatronKind(row.kind), _look(row))
        for row in rows
    ]
    pdf = cards_pdf(
        faces,
        desk.words,
        CardSheet(desk.paper.size),
        start=desk.paper.start,
        adjust_right_mm=desk.printer.adjust_right_mm,
        adjust_down_mm=desk.printer.adjust_down_mm,
        dpi=desk.dpi,
    )
    return Rendered(pdf, pdf, len(faces), _title(What.CARDS, len(faces)))


def _card_line(desk: _Desk, row: Any) -> str:
    if row.class_id is not None and row.kind in ("pupil", "class_set"):
        return desk.words.value(desk.class_name(row))
    return desk.words.say(Text(f"librarian.kind.{row.kind}"))


def _look(row: Any) -> int:
    return 0 if row.entry_year is None else school_class_look(row.entry_year, row.number)


def _class_sheets(desk: _Desk) -> Rendered:
    from kiosk.printing.class_sheets import ClassSheet, class_sheets_pdf

    classes = desk.order.classes or tuple(entry.class_id for entry in class_list(desk.work))
    rows = [row for row in print_reads.cards(desk.work.conn, class_ids=classes) if row.kind == "pupil"]
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.class_id, []).append(row)
    if not groups:
        raise _hindered("no_cards")
    sheets = [
        ClassSheet(
            desk.words.value(desk.class_name(group[0])),
            desk.library,
            [(row.name, row.card) for row in group],
            _look(group[0]),
        )
        for group in groups.values()
    ]
    pdf = class_sheets_pdf(sheets, desk.words, on=desk.work.moment.today, dpi=desk.dpi)
    return Rendered(pdf, pdf, len(sheets), _title(What.CLASS_SHEETS, len(sheets)))


def _controls(desk: _Desk) -> Rendered:
    from kiosk.printing.controls import controls_pdf

    pdf = controls_pdf(desk.words, desk.library, dpi=desk.dpi)
    return Rendered(pdf, pdf, 1, _title(What.CONTROLS, 1))


def _door_rota(desk: _Desk) -> Rendered:
    from kiosk.printing.rota_sheet import door_rota_pdf

    pdf = door_rota_pdf(desk.work.policies.rota, *_rota_words(desk), **_rota_of(desk))
    return Rendered(pdf, pdf, 1, _title(What.DOOR_ROTA, 1))


def _class_rota(desk: _Desk) -> Rendered:
    from kiosk.printing.rota_sheet import class_rota_pdf

    names, library, words = _rota_words(desk)
    if not names:
        raise _hindered("no_classes")
    only = desk.order.classes
    pdf = class_rota_pdf(desk.work.policies.rota, names, library, words, **_rota_of(desk), only=only)
    return Rendered(pdf, pdf, len(only or names), _title(What.CLASS_ROTA, len(only or names)))


def _rota_words(desk: _Desk) -> tuple[Mapping[int, ClassName], str, Words]:
    names = {entry.class_id: entry.name for entry in class_list(desk.work)}
    return names, desk.library, desk.words


def _rota_of(desk: _Desk) -> dict[str, Any]:
    today = desk.work.moment.today
    looks = {row.class_id: _look(row) for row in desk_reads.classes(desk.work.conn)}
    calendar = desk.work.policies.rota.calendar
    term = term_of(calendar, today) or next((one for one in calendar.terms if one.starts_on > today), None)
    return {"term": term, "on": today, "looks": looks}


def _signs(desk: _Desk) -> Rendered:
    from kiosk.printing.signs import ShelfSign, SignSheet, signs_pdf

    table = _class_table(desk.work)
    try:
        numbers = tuple(map(classification.tidy, desk.order.numbers))
    except ValueError:
        numbers = ()
    if desk.order.numbers and not (numbers and all(_is_class(table, number) for number in numbers)):
        raise _hindered("no_class", numbers="、".join(desk.order.numbers))
    numbers = numbers or tuple(print_reads.main_classes(desk.work.conn))
    signs = [ShelfSign(number, _class_words(table, number, desk.words.language)) for number in numbers]
    if not signs:
        raise _hindered("no_signs")
    size = SignSheet(desk.paper.size) if desk.paper.size in set(SignSheet) else SignSheet.A4
    pdf = signs_pdf(signs, desk.library, desk.words, size)
    return Rendered(pdf, pdf, len(signs), _title(What.SIGNS, len(signs)))


def _class_table(work: Work) -> dict[str, classification.ClassNumber]:
    own, left_out = classification.from_plain(edit.load_settings(work.conn).get("class_numbers"))
    return {entry.number: entry for entry in classification.merged(own, left_out)}


def _is_class(table: Mapping[str, classification.ClassNumber], number: str) -> bool:
    """Whether a sign can be made for a number: it is one of the classification, or the library's own."""
    return number in table or classification.is_class(number)


def _class_words(table: Mapping[str, classification.ClassNumber], number: str, language: str) -> str:
    entry = table.get(number)
    if entry is None:
        return ""
    return entry.en if language == "en" and entry.en else entry.zh


def _shelf_list(desk: _Desk) -> Rendered:
    from kiosk.printing.shelf_list import ShelfCopy, shelf_list_pdf

    rows = print_reads.on_shelf(desk.work.conn, desk.order.place)
    if not rows:
        raise _hindered("no_shelf", place=desk.order.place)
    if len(rows) > LONGEST_SHELF:
        raise _hindered("long_shelf", place=desk.order.place, count=len(rows), most=LONGEST_SHELF)
    copies = [ShelfCopy(row.call_number, row.barcode, row.title, row.place) for row in rows]
    today = desk.work.moment.today
    pdf = shelf_list_pdf(copies, desk.order.place, desk.library, desk.words, on=today, dpi=desk.dpi)
    return Rendered(pdf, pdf, len(copies), _title(What.SHELF_LIST, len(copies)))


def _test_sheet(desk: _Desk) -> Rendered:
    from kiosk.printing.sheet import sheet_pdf

    pdf = sheet_pdf(desk.words)
    return Rendered(pdf, pdf, 1, _title(What.TEST_SHEET, 1))


def _clearance(desk: _Desk) -> Rendered:
    from kiosk.printing.clearance import ClearanceList, Owed, clearance_pdf
    from kiosk.printing.clearance import Debtor as PrintedDebtor

    leaving = enrolment.clearance_sheet(desk.work).classes
    if desk.order.classes:
        leaving = tuple(one for one in leaving if one.class_id in desk.order.classes)
    if not leaving:
        raise _hindered("no_leavers")

    def owed(one: Debtor) -> list[Owed]:
        money = Money(one.charges_fen) if one.charges_fen else None
        books = [Owed(book.title, book.barcode, book.due_on) for book in one.books]
        return [*books, Owed("", amount=money)] if money else books

    lists = [
        ClearanceList(
            desk.words.say(enrolment.leaving_name(one)),
            one.readers,
            [PrintedDebtor(debtor.name, owed(debtor)) for debtor in one.debtors],
        )
        for one in leaving
    ]
    pdf = clearance_pdf(lists, desk.library, desk.words, on=desk.work.moment.today)
    return Rendered(pdf, pdf, len(lists), _title(What.CLEARANCE, len(lists)))


_MAKERS: Mapping[What, Callable[[_Desk], Rendered]] = {
    What.LABELS: _labels,
    What.FREE_LABELS: _free_labels,
    What.CARDS: _cards,
    What.CLASS_SHEETS: _class_sheets,
    What.CONTROLS: _controls,
    What.DOOR_ROTA: _door_rota,
    What.CLASS_ROTA: _class_rota,
    What.SIGNS: _signs,
    What.SHELF_LIST: _shelf_list,
    What.TEST_SHEET: _test_sheet,
    What.CALIBRATION: _calibration,
    What.CLEARANCE: _clearance,
}


# ── What the pages ask ──


def _read(setup: Setup, work: Work, _: ReadPrinting) -> Outcome:
    stocks, troubles = stocks_of(setup)
    spool = setup.spool()
    try:
        jobs = spool.jobs()
    except PrintTrouble as trouble:
        jobs, troubles = (), (*troubles, trouble.text)
    else:
        troubles = (*troubles, spool.trouble) if spool.trouble is not None else troubles
    book = setup.book()
    table = _class_table(work)
    numbers = [number for number, _ in desk_reads.titles_by_class(work.conn)]
    data = PrintDesk(
        jobs=tuple(
            JobLine(
                job.job_id,
                job.title,
                job.printer,
                job.count,
                job.state.value,
                job.problem,
                work.policies.local(job.made_at),
            )
            for job in reversed(jobs)
        ),
        printers=printer_lines(setup),
        stocks=tuple(
            StockLine(one.name, one.zh, one.en, one.roll, one.per_page, tuple(face.value for face in one.suits))
            for one in stocks.values()
        ),
        wanted=len(stock.wanted_labels(work.conn)),
        classes=class_list(work),
        places=tuple(print_reads.places(work.conn)),
        numbers=tuple(sorted(filter(partial(_is_class, table), numbers), key=classification.sort_key)),
        usual=tuple(book.usual.items()),
        troubles=troubles,
    )
    return work.answer(OutcomeKind.INFO, data=data)


def printer_lines(setup: Setup) -> tuple[PrinterLine, ...]:
    """The printers as the pages show them."""
    return tuple(
        PrinterLine(
            one.name,
            one.language.value,
            one.target,
            one.dpi,
            one.stock,
            round(one.adjust_right_mm * 10),
            round(one.adjust_down_mm * 10),
            _folder(one),
        )
        for one in setup.printers().values()
    )


def _folder(printer: Printer) -> str:
    """Where a printer that makes files puts them, else nothing."""
    way, _, folder = printer.target.partition(":")
    return folder or str(documents_folder()) if way == "folder" else ""


def _preview(setup: Setup, work: Work, command: PreviewOrder) -> Outcome:
    from kiosk.printing.preview import page_count, page_picture
    from kiosk.printing.raster import dots_picture

    key = f"print|{command.order}|{command.paper}|{printer_of(setup, command.paper.printer)}"
    rendered = setup.kept.get(key)
    if not isinstance(rendered, Rendered) or rendered.pages or command.page == 0:
        rendered = render(setup, work, command.order, command.paper, command.page)
        for old in [one for one in setup.kept if one.startswith("print|")]:
            del setup.kept[old]
        setup.kept[key] = rendered
    there = page_count(rendered.pdf)
    pages = rendered.pages or there
    page = max(0, min(command.page, pages - 1))
    place = page if not rendered.pages else 0
    if rendered.dots:
        picture = dots_picture(rendered.dots[place], command.width)
    else:
        picture = page_picture(rendered.pdf, place, command.width)
    name = f"{hash(rendered.content)}-{page}"
    return work.answer(OutcomeKind.INFO, data=PrintPreview(name, page, pages, rendered.count, *picture))


def _print(setup: Setup, work: Work, command: PrintOrder) -> Outcome:
    made = list(_parts(setup, work, command.order, command.paper))
    copies = [copy_id for one in made for copy_id in one.copies]
    wanted = stock.labels_printed(work.conn, copies)
    what, count = command.order.what.value, sum(one.count for one in made)
    details: dict[str, object] = {"what": what, "count": count}
    if copies:
        details["copies"] = as_ranges(copies)
    work.record("printed", operator_id=command.operator_id, details=details)
    printed = work.answer(OutcomeKind.INFO)
    work.afterwards = Afterwards(
        lambda: replace(printed, data=_into_queue(setup, made, command.order, command.paper, work.at)),
        lambda conn: stock.want_labels(conn, wanted, work.at),
    )
    return printed


def _into_queue(setup: Setup, made: Sequence[Rendered], order: Order, paper: Paper, at: datetime) -> Printed:
    """All of it into the queue, or nothing: it will be asked for again."""
    spool, jobs = setup.spool(), list[str]()
    try:
        for one in made:
            jobs.append(spool.add(one.title, one.content, paper.printer, one.count, at).job_id)
    except PrintTrouble as trouble:
        for job_id in jobs:
            with suppress(PrintTrouble):
                spool.cancel(job_id)
        raise TakenBackError(Hindrance(trouble.text)) from trouble
    with suppress(PrintTrouble):  # which printer was last chosen is worth little
        setup.book().with_usual(order.what.value, paper.printer).save()
    return Printed(jobs[-1], sum(one.count for one in made), paper.printer)


def _parts(setup: Setup, work: Work, order: Order, paper: Paper) -> Iterator[Rendered]:
    """The order as one job, or very many labels as several of whole sheets, telling how far it is."""
    copies = order.copies
    if order.what is What.LABELS and not copies:
        copies = tuple(row.copy_id for row in stock.wanted_labels(work.conn) if row.barcode)
    if order.what is not What.LABELS or len(copies) <= A_JOB:
        yield render(setup, work, order, paper)
        return
    per_page = _Desk(setup, work, order, paper, printer_of(setup, paper.printer), Words()).stock().per_page
    sheets = max(1, A_JOB // per_page) * per_page
    first, start = 0, paper.start
    while first < len(copies):
        work.progress(first, len(copies))
        last = first + sheets - (start - 1)
        yield render(setup, work, replace(order, copies=copies[first:last]), replace(paper, start=start))
        first, start = last, 1


def _in_queue(act: Callable[[Setup, Any], object]) -> Callable[[Setup, Work, Any], Outcome]:
    """A change of the queue or of a printer, with what may be wrong said in a sentence."""

    def handle(setup: Setup, work: Work, command: Any) -> Outcome:
        try:
            act(setup, command)
        except PrintTrouble as trouble:
            raise TakenBackError(Hindrance(trouble.text)) from trouble
        return work.answer(OutcomeKind.INFO)

    return handle


def _tune(setup: Setup, command: TunePrinter) -> None:
    book = setup.book()
    tuning = book.tunings.get(command.printer, Tuning())
    try:
        moved = Tuning(command.right_tenths / 10, command.down_tenths / 10, tuning.stock)
        book = book.with_tuning(command.printer, moved)
    except ValueError as error:
        raise _hindered("too_far") from error
    book.save()
    setup.spool().use(setup.printers())


def _slip(setup: Setup, work: Work, command: Command) -> Outcome:
    """Print what a session lent. Nobody waits for it: what goes wrong stands in the print queue, or in the log."""
    if not isinstance(command, PrintSlip):
        raise TypeError(f"a slip, not {type(command).__name__}")
    try:
        _send_slip(setup, work, command)
    except Exception as error:
        if is_database_error(error):
            raise
        _log.exception("a slip failed")
    return work.answer(OutcomeKind.INFO)


def _send_slip(setup: Setup, work: Work, command: PrintSlip) -> None:
    from kiosk.printing.slips import Slip, SlipBook, slip_escpos

    printer = setup.printers().get(setup.slip)
    rows = print_reads.lent_in(work.conn, command.session_id, command.renewed)
    name = print_reads.name_of(work.conn, command.patron_id)
    if printer is not None and rows:
        display = work.policies.display
        slip = Slip(
            display.library,
            work.moment.now,
            masked(name) if display.mask_names else name,
            tuple(SlipBook(row.title, row.due_on) for row in rows),
        )
        words = Words(setup.language, display.class_template)
        content = slip_escpos(slip, words, encoding=printer.encoding, width_mm=printer.width_mm)
        with suppress(PrintTrouble):  # told on the printing page; a loan waits for no slip
            setup.spool().add(Text("office.print.job.slip"), content, printer.name, 1, work.at)


HANDLERS: dict[type[Command], Clerk] = {
    PrintSlip: _slip,
    ReadPrinting: for_librarians(ReadPrinting, _read),
    PreviewOrder: for_librarians(PreviewOrder, _preview),
    PrintOrder: for_librarians(PrintOrder, _print),
    RetryJob: for_librarians(RetryJob, _in_queue(lambda setup, command: setup.spool().retry(command.job_id))),
    CancelJob: for_librarians(CancelJob, _in_queue(lambda setup, command: setup.spool().cancel(command.job_id))),
    MoveJob: for_librarians(
        MoveJob, _in_queue(lambda setup, command: setup.spool().move_to(command.job_id, command.printer))
    ),
    TunePrinter: for_librarians(TunePrinter, _in_queue(_tune)),
}
READS: frozenset[type[Command]] = frozenset(
    {PrintSlip, ReadPrinting, PreviewOrder, RetryJob, CancelJob, MoveJob, TunePrinter}
)
"""Those that write nothing into the library; what they do to the queue is the last they do, so it is done once."""
