"""What the librarian's pages show: read, never written."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from kiosk.desk.counter import class_list
from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.librarian.hands import find_scanned, unlike
from kiosk.desk.sheets import copy_sheet, sheet_of
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import CopySheet, Outcome, OutcomeKind
from kiosk.flows.work import (
    HISTORY_PAGE,
    LIST_LIMIT,
    AsideCopy,
    AsideList,
    Card,
    CopyPage,
    Display,
    Duty,
    Find,
    FindCode,
    Found,
    Happening,
    HelperEntry,
    LibrarianEntry,
    NamedPatron,
    Numbers,
    PastLoan,
    PatronHit,
    PatronPage,
    People,
    ProblemCode,
    ReadAside,
    ReadCopy,
    ReadNumbers,
    ReadPatron,
    ReadPeople,
    ReadRota,
    ReadRules,
    ReadTitle,
    RotaSheet,
    RulesSheet,
    TitleHit,
    TitlePage,
)
from kiosk.lending.barcodes import BarcodeKind
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import ClassName, PatronKind, Visitor, grade_on
from kiosk.store import desk_reads, facts, stock
from kiosk.store.facts import LoanRow
from kiosk.store.search import search_patrons, search_titles

HITS = 12
"""Patrons, and as many titles, that a search shows."""

HAPPENINGS = 12
"""Lines of what operators did, on a patron's or a copy's page."""

COPIES = 200
"""Copies of one title that a page shows."""


def _class_name(work: Work, row: Any) -> ClassName | None:
    """The class of a row with `entry_year, number, own_name`."""
    if row.entry_year is None:
        return None
    grade = grade_on(row.entry_year, work.moment.today, work.policies.school_year_starts)
    return ClassName(grade, row.number, row.own_name)


def find(work: Work, command: Find) -> Outcome:
    """Patrons and titles that fit some words."""
    starts = work.policies.school_year_starts
    patrons = tuple(
        PatronHit(hit.patron_id, hit.name, hit.kind, _class_name(work, hit), hit.card)
        for hit in search_patrons(work.conn, command.text, HITS, work.moment.today, starts)
    )
    titles = tuple(
        TitleHit(hit.title_id, hit.title, hit.authors, hit.clc, hit.clc, hit.copies, hit.copies - hit.out)
        for hit in search_titles(work.conn, command.text, HITS)
    )
    return work.answer(OutcomeKind.INFO, data=Found(command.text, patrons, titles))


def find_code(work: Work, command: FindCode) -> Outcome:
    """The page of a scanned card or copy, also of a stopped card; any other code is answered as a scan is."""
    known = find_scanned(work, command.code, command.clean)
    if known is not None and known.kind is BarcodeKind.CARD and known.patron_id is not None:
        return _patron_page(work, known.patron_id, 0)
    if known is not None and known.kind is BarcodeKind.COPY and known.copy_id is not None:
        return _copy_page(work, known.copy_id, 0)
    return unlike(work, command, command.code, command.clean)


def read_patron(work: Work, command: ReadPatron) -> Outcome:
    """A patron's page."""
    return _patron_page(work, command.patron_id, command.page)


def _patron_page(work: Work, patron_id: int, page: int) -> Outcome:
    person = facts.find_patron(work.conn, patron_id, work.policies, work.moment.today)
    if person is None:
        return problem(work, ProblemCode.GONE)
    rows = desk_reads.loans_of_patron(work.conn, patron_id, page * HISTORY_PAGE, HISTORY_PAGE + 1)
    until = person.counter_until
    duties = tuple(Duty(*times) for times in desk_reads.all_duties(work.conn).get(patron_id, ()))
    data = PatronPage(
        sheet=sheet_of(work, person),
        active=person.facts.active,
        suspended_until=_future(work, person.facts.suspended_until),
        charges_fen=person.facts.charges_fen,
        cards=tuple(_card(work, row) for row in desk_reads.cards(work.conn, patron_id)),
        duties=duties,
        counter_until=work.policies.local(until) if until is not None and until > work.at else None,
        history=tuple(_past_loan(work, row) for row in rows[:HISTORY_PAGE]),
        page=page,
        more=len(rows) > HISTORY_PAGE,
        happenings=_happenings(work, patron_id=patron_id),
    )
    return work.answer(OutcomeKind.INFO, data=data)


def _future(work: Work, until: date | None) -> date | None:
    """A suspension that still holds; the day it ends on is the first on which borrowing is possible."""
    return until if until is not None and until > work.moment.today else None


def _card(work: Work, row: Any) -> Card:
    stopped = work.policies.local(row.stopped_at).date() if row.stopped_at else None
    return Card(row.code, row.active, work.policies.local(row.issued_at).date(), stopped)


def _past_loan(work: Work, row: Any) -> PastLoan:
    local = work.policies.local
    return PastLoan(
        loan_id=row.loan_id,
        lent_at=local(row.lent_at),
        due_on=row.due_on,
        returned_at=local(row.returned_at) if row.returned_at else None,
        title=row.title,
        barcode=row.code or "",
        copy_id=row.copy_id,
        name=row.name,
        patron_id=row.patron_id,
    )


def _happenings(work: Work, *, patron_id: int | None = None, copy_id: int | None = None) -> tuple[Happening, ...]:
    rows = desk_reads.happenings(work.conn, patron_id=patron_id, copy_id=copy_id, limit=HAPPENINGS)
    return tuple(Happening(row.seq, work.policies.local(row.at), row.action, row.operator, row.details) for row in rows)


def _due_now(work: Work, loan: LoanRow) -> date | None:
    person = facts.find_patron(work.conn, loan.patron_id, work.policies, work.moment.today)
    loans = person.facts.loans if person is not None else ()
    return next((one.due_on for one in loans if one.loan_id == loan.loan_id), None)


def read_copy(work: Work, command: ReadCopy) -> Outcome:
    """A copy's page."""
    return _copy_page(work, command.copy_id, command.page)


def _copy_page(work: Work, copy_id: int, page: int) -> Outcome:
    copy = facts.find_copy(work.conn, copy_id)
    extras = desk_reads.copy_extras(work.conn, copy_id)
    if copy is None or extras is None:
        return problem(work, ProblemCode.GONE)
    rows = desk_reads.loans_of_copy(work.conn, copy_id, page * HISTORY_PAGE, HISTORY_PAGE + 1)
    data = CopyPage(
        sheet=copy_sheet(copy),
        title_id=extras.title_id,
        accession_no=extras.accession_no,
        for_loan=extras.for_loan,
        price_fen=extras.price_fen,
        holder=_named(work, copy.loan.patron_id) if copy.loan else None,
        due_on=_due_now(work, copy.loan) if copy.loan else None,
        held_for=_named(work, copy.facts.held_for) if copy.facts.held_for is not None else None,
        history=tuple(_past_loan(work, row) for row in rows[:HISTORY_PAGE]),
        page=page,
        more=len(rows) > HISTORY_PAGE,
        happenings=_happenings(work, copy_id=copy_id),
    )
    return work.answer(OutcomeKind.INFO, data=data)


def _named(work: Work, patron_id: int) -> NamedPatron | None:
    person = facts.find_patron(work.conn, patron_id, work.policies, work.moment.today)
    return None if person is None else NamedPatron(patron_id, person.name)


def read_title(work: Work, command: ReadTitle) -> Outcome:
    """A title with its copies."""
    row = stock.title(work.conn, command.title_id)
    if row is None:
        return problem(work, ProblemCode.GONE)
    data = TitlePage(row.title_id, stock.title_data(row), tuple(_sheets(work, command.title_id)))
    return work.answer(OutcomeKind.INFO, data=data)


def _sheets(work: Work, title_id: int) -> list[CopySheet]:
    found = (facts.find_copy(work.conn, copy_id) for copy_id in desk_reads.copy_ids(work.conn, title_id, COPIES))
    return [copy_sheet(copy) for copy in found if copy is not None]


def rota_sheet(work: Work) -> RotaSheet:
    """Rota, calendar and classes, as the checks of an entry want them."""
    return RotaSheet(work.policies.rota, class_list(work), work.moment.today)


def read_rota(work: Work, _: ReadRota) -> Outcome:
    """Rota and calendar."""
    return work.answer(OutcomeKind.INFO, data=rota_sheet(work))


def read_people(work: Work, _: ReadPeople) -> Outcome:
    """Librarians and helpers."""
    duties = desk_reads.all_duties(work.conn)
    librarians = tuple(
        LibrarianEntry(
            row.patron_id,
            row.name,
            row.card,
            row.pin_hash is not None,
            row.pin_wait_until is not None and row.pin_wait_until > work.at,
        )
        for row in desk_reads.librarians(work.conn)
    )
    helpers = tuple(
        HelperEntry(
            row.patron_id,
            row.name,
            _class_name(work, row),
            tuple(Duty(*times) for times in duties.get(row.patron_id, ())),
            work.policies.local(row.counter_until) if row.counter_until and row.counter_until > work.at else None,
        )
        for row in desk_reads.helpers(work.conn)
    )
    return work.answer(OutcomeKind.INFO, data=People(librarians, helpers))


def display_of(work: Work) -> Display:
    """The display settings as they are."""
    now = work.policies.display
    return Display(now.announcement, now.pinyin, now.mask_names, now.class_template)


def read_rules(work: Work, _: ReadRules) -> Outcome:
    """Rules and display settings."""
    return work.answer(OutcomeKind.INFO, data=RulesSheet(work.policies.rules, display_of(work)))


def read_aside(work: Work, _: ReadAside) -> Outcome:
    """Copies to look after."""
    rows, number = desk_reads.aside(work.conn, LIST_LIMIT)
    copies = tuple(
        AsideCopy(
            row.copy_id,
            row.code or "",
            row.title,
            row.call_number,
            row.place,
            CopyStatus(row.status),
            row.held_for or "",
        )
        for row in rows
    )
    return work.answer(OutcomeKind.INFO, data=AsideList(copies, max(0, number - len(copies))))


def _overdue(work: Work) -> int:
    """How many copies that are out are late as calendar and rota stand."""
    today, policies = work.moment.today, work.policies
    late = 0
    for row in desk_reads.past_due(work.conn, today):
        grade = None if row.entry_year is None else grade_on(row.entry_year, today, policies.school_year_starts)
        late += row.number * (policies.due_now(Visitor(PatronKind(row.kind), row.class_id, grade), row.due_on) < today)
    return late


def read_numbers(work: Work, _: ReadNumbers) -> Outcome:
    """Today's few numbers."""
    since = work.policies.instant(datetime.combine(work.moment.today, time.min))
    counts = desk_reads.counts_since(work.conn, since)
    data = Numbers(
        loans=counts.get("lent", 0),
        returns=counts.get("returned", 0),
        renewals=counts.get("renewed", 0),
        readers=desk_reads.readers_since(work.conn, since),
        out=desk_reads.out(work.conn),
        overdue=_overdue(work),
    )
    return work.answer(OutcomeKind.INFO, data=data)


HANDLERS: dict[type[Command], Handler] = {
    Find: for_librarians(Find, find),
    FindCode: for_librarians(FindCode, find_code),
    ReadTitle: for_librarians(ReadTitle, read_title),
    ReadPatron: for_librarians(ReadPatron, read_patron),
    ReadCopy: for_librarians(ReadCopy, read_copy),
    ReadRota: for_librarians(ReadRota, read_rota),
    ReadPeople: for_librarians(ReadPeople, read_people),
    ReadRules: for_librarians(ReadRules, read_rules),
    ReadAside: for_librarians(ReadAside, read_aside),
    ReadNumbers: for_librarians(ReadNumbers, read_numbers),
}
READS: frozenset[type[Command]] = frozenset(HANDLERS)
