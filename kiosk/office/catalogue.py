"""A whole catalogue: what a file would bring, shown first, then taken over in one transaction; and written into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.desk.librarian.stock import hindered
from kiosk.desk.work import TakenBackError, Work
from kiosk.exchange.catalogue_file import CatalogueFile as FileContent
from kiosk.exchange.catalogue_file import Form, place_text, remark_text
from kiosk.exchange.exports import SUFFIXES, ExportForm, Held
from kiosk.exchange.exports import export as export_records
from kiosk.exchange.trouble import FileTrouble
from kiosk.flows.catalogue import (
    DOUBTFUL,
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
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import StockProblem
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.barcodes import BarcodeKind, Scheme, number, scheme_to_plain
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.issues import issue_mark, volume_mark
from kiosk.lending.numbering import shape_of
from kiosk.lending.stock import LONGEST, CopyData, Remark, TitleData
from kiosk.office.catalogue_plan import (
    CataloguePlan,
    Clash,
    HeldCopy,
    Identity,
    Library,
    PlanLine,
    Target,
    plan_catalogue,
    stored_isbn,
)
from kiosk.office.setup import Clerk, Setup, for_librarians
from kiosk.office.vendor import forget_files, kept_file
from kiosk.store import catalogue, edit, stock
from kiosk.store.edit import NewCopy
from kiosk.store.imports import as_ranges

SHOWN = 200
"""Lines of each list that a preview shows."""

REASONS = 5
"""Reasons of one line that a preview shows."""

_AT_ONCE = 500
_KEPT = "catalogue|"
_BOOK_DIGITS = 6  # as store.stock.next_book_number


# ── Reading and planning ──


def library_of(work: Work) -> Library:
    """The library as a plan needs it."""
    titles = {
        row.title_id: Identity(
            row.title,
            stored_isbn(row.isbn),
            row.subtitle,
            row.volume,
            row.authors,
            row.publisher,
            row.issn,
            row.issue,
        )
        for row in catalogue.title_rows(work.conn)
    }
    copies = tuple(
        HeldCopy(row.copy_id, row.title_id, row.accession_no, row.barcode or "")
        for row in catalogue.copy_rows(work.conn)
    )
    return Library(titles, copies, catalogue.codes(work.conn), work.policies.scheme)


def plan_of(work: Work, content: FileContent, file: CatalogueFile) -> CataloguePlan:
    """What a file would bring to the library as it is now."""
    library = library_of(work)
    return plan_catalogue(content, library, give=file.give, one_each=file.one_each, same=file.same, adopt=file.adopt)


def _planned(setup: Setup, work: Work, file: CatalogueFile) -> tuple[FileContent, CataloguePlan]:
    content = kept_file(setup, work, Path(file.path), _KEPT)
    return content, plan_of(work, content, file)


# ── The preview ──


def preview(setup: Setup, work: Work, command: PreviewCatalogue) -> Outcome:
    """What a file would bring."""
    content, plan = _planned(setup, work, command.file)
    return work.answer(OutcomeKind.INFO, data=sheet_of(content, plan, command.file))


def lines_of(content: FileContent, plan: CataloguePlan) -> list[CatalogueLine]:
    """Every record of the file as it is shown, in the order of the file."""
    form = content.form
    lines = [_refused(form, one.place, None, (one.remark,)) for one in content.broken]
    lines += [_refused(form, one.place, one.title, one.remarks) for one in plan.refused]
    lines += [_line(form, line) for line in plan.lines]
    return sorted(lines, key=lambda line: line.number)


def sheet_of(content: FileContent, plan: CataloguePlan, file: CatalogueFile) -> CatalogueSheet:
    """A plan as the page (and the command line) shows it."""
    every = lines_of(content, plan)
    lists = {state.value: [line for line in every if line.state is state] for state in TitleState}
    lists[DOUBTFUL] = [line for line in every if line.doubtful]
    copies = plan.copies()
    new = [copy for _, copy in plan.new_copies]
    how = Text(f"catalogue.how.{content.form.value}", {"profile": content.profile, "encoding": content.encoding})
    return CatalogueSheet(
        name=Path(file.path).name,
        how=how,
        titles={state: len(lists[state.value]) for state in TitleState},
        copies={state: copies[state] for state in CopyState},
        doubtful=len(lists[DOUBTFUL]),
        lines={name: tuple(lines[:SHOWN]) for name, lines in lists.items()},
        seal=plan.seal,
        barcodes=sum(not copy.barcode for copy in new) if file.give else 0,
        accessions=sum(not copy.accession_no for copy in new),
        call_numbers=sum(not copy.call_number for copy in new) if file.give else 0,
        halves=sum(bool(copy.accession_no) is not bool(copy.barcode) for copy in new),
        bare=bool(plan.lines) and not any(line.record.copies or line.record.count for line in plan.lines),
        unknown=tuple(map(shape_of, plan.unknown)),
        left=content.left,
    )


def _refused(form: Form, place: int, title: TitleData | None, remarks: Iterable[Remark]) -> CatalogueLine:
    reasons = [remark_text(one, form) for one in sorted(remarks, key=lambda one: not one.refuses)]
    name, isbn = (title.title, title.isbn) if title is not None else ("", "")
    return CatalogueLine(place_text(form, place), place, TitleState.WRONG, name, isbn, reasons=_few(reasons))


def _line(form: Form, line: PlanLine) -> CatalogueLine:
    record = line.record
    reasons = [_clash_text(clash) for clash in dict.fromkeys(line.clashes)]
    reasons += [remark_text(one, form) for one in record.remarks]
    if line.other:
        reasons.append(Text("catalogue.same_isbn", {"title": line.other}))
    if line.likely:
        reasons.append(Text("catalogue.by_name"))
    return CatalogueLine(
        place_text(form, record.place),
        record.place,
        line.state,
        record.title.title,
        record.title.isbn,
        len(line.copies),
        line.there,
        len(line.clashes),
        _few(reasons),
        line.doubtful,
    )


def _few(reasons: Sequence[Text]) -> tuple[Text, ...]:
    if len(reasons) <= REASONS:
        return tuple(reasons)
    return (*reasons[: REASONS - 1], Text("catalogue.more_reasons", {"n": len(reasons) - REASONS + 1}))


def _clash_text(clash: Clash) -> Text:
    return Text(f"catalogue.clash.{clash.code}", {"number": clash.number, "title": clash.title})


# ── Taking over ──


def accept(setup: Setup, work: Work, command: AcceptCatalogue) -> Outcome:
    """Take over what the preview said."""
    stock.lock_numbers(work.conn)
    content, plan = _planned(setup, work, command.file)
    if plan.seal != command.seal:
        raise TakenBackError(Hindrance(Text("catalogue.changed_meanwhile")))
    done = write(work, content, plan, command.file, command.operator_id)
    forget_files(setup, _KEPT)
    return work.answer(OutcomeKind.INFO, data=done)


def write(
    work: Work, content: FileContent, plan: CataloguePlan, file: CatalogueFile, operator_id: int | None
) -> CatalogueDone:
    """Write what a plan would bring, with one event for all of it. To be called under `stock.lock_numbers`.

    Copies that have both numbers go in first, then those that lack a barcode, then those that lack an accession
    number: numbers are given on from the highest of all that came.
    """
    rows = [_Row(target, copy) for target, copy in plan.new_copies]
    titles = [place for place, target in enumerate(plan.targets) if target.title_id is None]
    if not rows and not titles:
        return CatalogueDone(0, 0, 0)
    if plan.adopt and plan.unknown:
        scheme = Scheme((*work.policies.scheme.patterns, *plan.unknown))
        edit.save_setting(work.conn, "scheme", scheme_to_plain(scheme))
    writing = _Writing(work, plan.targets, len(titles) + len(rows))
    writing.add_titles(titles)
    if file.give:
        _give_call_numbers(work, plan.targets, rows)
    named = [row for row in rows if row.copy.accession_no]
    unnamed = [row for row in rows if not row.copy.accession_no]
    bare = [row for row in named if not row.copy.barcode] if file.give else []
    writing.add_copies(row for row in named if row.copy.barcode or not file.give)
    if file.give:
        _give_barcodes(work, plan, bare, unnamed)
    writing.add_copies(bare)
    _give_accessions(work, content, rows, unnamed)
    writing.add_copies(unnamed)
    labels = [row.copy_id for row in rows if row.given] if file.labels else []
    stock.want_labels(work.conn, labels, work.at)
    done = CatalogueDone(len(titles), len(rows), len(labels))
    details: dict[str, object] = {
        "file": Path(file.path).name,
        "titles": done.titles,
        "copies": done.copies,
        "labels": done.labels,
        "title_ids": as_ranges(writing.ids[place] for place in titles),
        "copy_ids": as_ranges(row.copy_id for row in rows),
        "label_ids": as_ranges(labels),
    }
    if plan.adopt:
        details["patterns"] = [pattern.expression for pattern in plan.unknown]
    work.record("catalogue_imported", operator_id=operator_id, details=details)
    writing.tell()
    return done


@dataclass(slots=True)
class _Row:
    """A copy to add. `given`: it got a number that stands in no file."""

    target: int
    copy: CopyData
    given: bool = False
    copy_id: int = 0

    def give(self, **numbers: str) -> None:
        self.copy = replace(self.copy, **numbers)  # type: ignore[arg-type]  # numbers are texts
        self.given = True


class _Writing:
    """Titles and copies on their way into the library, a part at a time so that it can be told and called off."""

    def __init__(self, work: Work, targets: Sequence[Target], total: int) -> None:
        self.work, self.targets, self.total = work, targets, total
        self.ids = {place: target.title_id for place, target in enumerate(targets) if target.title_id is not None}
        self.done = 0

    def tell(self) -> None:
        self.work.progress(self.done, self.total)

    def add_titles(self, places: Iterable[int]) -> None:
        for part in edit.chunks(places, _AT_ONCE):
            self.tell()
            made = [edit.new_title(self.targets[place].title) for place in part]
            self.ids.update(zip(part, edit.add_titles(self.work.conn, made, self.work.at), strict=True))
            self.done += len(part)

    def add_copies(self, rows: Iterable[_Row]) -> None:
        for part in edit.chunks(rows, _AT_ONCE):
            self.tell()
            made = [self._copy(self.ids[row.target], row.copy) for row in part]
            for row, copy_id in zip(part, edit.add_copies(self.work.conn, made, self.work.at), strict=True):
                row.copy_id = copy_id
            self.done += len(part)

    @staticmethod
    def _copy(title_id: int, copy: CopyData) -> NewCopy:
        return NewCopy(title_id, copy.accession_no, copy.barcode or None, copy.call_number, copy.place, copy.price_fen)


# ── Numbers for copies that lack one ──


class _CallNumbers:
    """The call number of each title: what its copies have, else its class with the next book number."""

    def __init__(self, work: Work, targets: Sequence[Target], rows: Sequence[_Row]) -> None:
        self.work, self.targets = work, targets
        self.held = catalogue.call_numbers(work.conn) if any(one.title_id for one in targets) else {}
        self.of_target: dict[int, str] = {}
        self.highest: dict[str, int] = {}  # by class, of the numbers in the file
        self.asked: set[str] = set()
        self.of_magazine: dict[tuple[str, str], str] = {}
        for row in rows:
            if row.copy.call_number:
                self.of_target.setdefault(row.target, row.copy.call_number)
        for written in {row.copy.call_number for row in rows}:
            call = parse(written)
            if call.book.isascii() and call.book.isdigit() and len(call.book) <= _BOOK_DIGITS:
                self.highest[call.clc] = max(self.highest.get(call.clc, 0), int(call.book))

    def of(self, target: int) -> str:
        """The call number for a title's copies; empty for one without a class."""
        if target not in self.of_target:
            about = self.targets[target]
            known = self.held.get(about.title_id, "") if about.title_id is not None else ""
            self.of_target[target] = known or self._next(about.title)
        return self.of_target[target]

    def _next(self, title: TitleData) -> str:
        clc = parse(title.clc).clc
        if not clc:
            return ""
        book = self._magazines(title.issn, clc) if title.issn else ""
        if not book:
            book = self._book(clc)
        if title.issn:
            self.of_magazine[title.issn, clc] = book
        mark = issue_mark(title.issue) if title.issue else volume_mark(title.title, title.volume)
        return str(CallNumber(clc, book, mark))[: LONGEST["call_number"]]

    def _magazines(self, issn: str, clc: str) -> str:
        """The book number that the issues of a magazine share; empty for the first."""
        if (issn, clc) not in self.of_magazine:
            shared = parse(stock.issues_call_number(self.work.conn, issn, 0))
            self.of_magazine[issn, clc] = shared.book if shared.clc == clc else ""
        return self.of_magazine[issn, clc]

    def _book(self, clc: str) -> str:
        if clc not in self.asked:
            self.asked.add(clc)
            self.highest[clc] = max(self.highest.get(clc, 0), stock.next_book_number(self.work.conn, clc) - 1)
        self.highest[clc] += 1
        return str(self.highest[clc])


def _give_call_numbers(work: Work, targets: Sequence[Target], rows: Sequence[_Row]) -> None:
    lacking = [row for row in rows if not row.copy.call_number]
    if not lacking:
        return
    numbers = _CallNumbers(work, targets, rows)
    for row in lacking:
        if given := numbers.of(row.target):
            row.give(call_number=given)


def _give_barcodes(work: Work, plan: CataloguePlan, bare: Sequence[_Row], unnamed: Sequence[_Row]) -> None:
    lacking = [*bare, *(row for row in unnamed if not row.copy.barcode)]
    if not lacking:
        return
    # What stands in the file stands on some book, whether it can be taken or comes in only later.
    others = [copy for record in plan.refused for copy in record.copies]
    others += [copy for line in plan.lines if line.clashes for copy in line.record.copies]
    others += [row.copy for row in unnamed]
    serials = {serial for copy in others if (serial := edit.serial_of(copy.barcode, BarcodeKind.COPY)) is not None}
    before = edit.given_out(work.conn, BarcodeKind.COPY)
    fresh = [one for one in sorted(serials) if not any(first <= one <= last for first, last in before)]
    if fresh:
        edit.give_out(work.conn, BarcodeKind.COPY, ((one, one) for one in fresh))
    try:
        found = edit.next_serials(work.conn, BarcodeKind.COPY, len(lacking))
    except ValueError:
        raise hindered(StockProblem.NO_NUMBERS) from None
    for row, serial in zip(lacking, found, strict=True):
        row.give(barcode=number(BarcodeKind.COPY, serial))


def _give_accessions(work: Work, content: FileContent, rows: Sequence[_Row], unnamed: Sequence[_Row]) -> None:
    if not unnamed:
        return
    in_file = {copy.accession_no for record in content.records for copy in record.copies}
    avoid = in_file - {row.copy.accession_no for row in rows} - {""}
    offered = stock.next_accessions(work.conn, len(unnamed) + len(avoid))
    free = (one for one in offered if one not in avoid)
    for row, accession_no in zip(unnamed, free, strict=False):
        row.give(accession_no=accession_no)


# ── Writing into a file ──


def export(setup: Setup, work: Work, command: ExportCatalogue) -> Outcome:
    """Write the catalogue into a new file of a folder."""
    words = Words(setup.language)
    form = ExportForm(command.form)
    folder = Path(command.folder)
    if not folder.is_dir():
        raise FileTrouble("no_folder", name=folder.name or str(folder), why="")
    named = words.say(Text("catalogue.file_name", {"day": work.moment.today}))
    path = _unused(folder, named, SUFFIXES[form])
    titles, copies = write_file(work, path, form, words)
    return work.answer(OutcomeKind.INFO, data=Exported(str(path), titles, copies))


def write_file(work: Work, path: Path, form: ExportForm, words: Words, *, over: bool = False) -> tuple[int, int]:
    """Write every title with its copies to `path`; how many titles and copies. Raises FileTrouble.

    A file that is there is replaced only where `over` allows it.
    """
    counts: list[int] = []

    def counted() -> Iterator[Held]:
        for held in catalogue.held(work.conn):
            counts.append(len(held[1]))
            yield held

    total = catalogue.count_held(work.conn)
    titles = export_records(
        counted(),
        path,
        form,
        on=work.moment.today,
        words=words,
        total=total,
        progress=work.progress,
        over=over,
    )
    return titles, sum(counts)


def _unused(folder: Path, name: str, suffix: str) -> Path:
    """A path that no file has: an earlier export of the day stays as it is."""
    path = folder / f"{name}{suffix}"
    again = 2
    while path.exists():
        path = folder / f"{name}-{again}{suffix}"
        again += 1
    return path


HANDLERS: dict[type[Command], Clerk] = {
    PreviewCatalogue: for_librarians(PreviewCatalogue, preview),
    AcceptCatalogue: for_librarians(AcceptCatalogue, accept),
    ExportCatalogue: for_librarians(ExportCatalogue, export),
}
READS: frozenset[type[Command]] = frozenset({PreviewCatalogue, ExportCatalogue})
