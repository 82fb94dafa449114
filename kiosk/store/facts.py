"""Reads of the lending commands: what a code is, what the rules ask about a patron and a copy, the policies.

Statements are built once and take bound parameters: a scan's answer is on the screen within a frame, and building
SQL anew for each would cost as much as running it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, select

from kiosk.lending.barcodes import BarcodeKind, ControlCode, Scheme, scheme_from_plain
from kiosk.lending.calendar import USUAL_ZONE, Calendar, Closure, SwapDay, Term
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.due_dates import due_now
from kiosk.lending.patrons import ClassName, PatronKind, Visitor, grade_on
from kiosk.lending.policy import CopyFacts, OpenLoan, PatronFacts
from kiosk.lending.rota import ExtraSlot, Rota, Slot, SlotSwap, Weeks, audience_from_plain
from kiosk.lending.rules import Rules, rules_from_plain
from kiosk.store.schema import (
    barcodes,
    closures,
    copies,
    duties,
    events,
    extra_slots,
    loans,
    patrons,
    school_classes,
    settings,
    slot_swaps,
    slots,
    swap_days,
    terms,
    titles,
)


@dataclass(frozen=True, slots=True)
class Display:
    """The library's settings that screens follow. `pinyin`: "auto" (grades 1 and 2), "always" or "never"."""

    library: str = ""
    announcement: str = ""
    pinyin: str = "auto"
    mask_names: bool = False
    class_template: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything library-wide that decisions need, as of `version` (which each change of it raises)."""

    version: int
    rules: Rules
    rota: Rota
    scheme: Scheme
    zone: tzinfo
    display: Display
    school_year_starts: tuple[int, int]

    def local(self, instant: datetime) -> datetime:
        """The school's local time of an aware instant, naive."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def due_now(self, visitor: Visitor, due_on: date) -> date:
        """The last day in time, as things stand, of a loan that was made due on `due_on`."""
        return due_now(visitor, self.rules, self.rota, due_on)

    def instant(self, local: datetime) -> datetime:
        """The aware UTC instant of a naive school's local time."""
        return local.replace(tzinfo=self.zone).astimezone(UTC)


_VERSION = select(settings.c.value).where(settings.c.key == "version")
_SETTINGS = select(settings.c.key, settings.c.value)


def load_policies(conn: Connection, cached: Policies | None = None) -> Policies:
    """The policies now; `cached` itself when its version still holds (one small read)."""
    version = conn.execute(_VERSION).scalar_one_or_none() or 0
    if cached is not None and cached.version == version:
        return cached
    stored = {row.key: row.value for row in conn.execute(_SETTINGS)}
    starts = str(stored.get("school_year_starts") or "09-01").split("-")
    return Policies(
        version=int(version),
        rules=rules_from_plain(stored.get("rules") or {}),
        rota=_load_rota(conn),
        scheme=scheme_from_plain(stored.get("scheme") or {}),
        zone=ZoneInfo(str(stored.get("timezone") or USUAL_ZONE)),
        display=Display(
            library=str(stored.get("name") or ""),
            announcement=str(stored.get("announcement") or ""),
            pinyin=str(stored.get("pinyin") or "auto"),
            mask_names=bool(stored.get("mask_names", False)),
            class_template=str(stored.get("class_template") or ""),
        ),
        school_year_starts=(int(starts[0]), int(starts[1])),
    )


def _load_rota(conn: Connection) -> Rota:
    calendar = Calendar(
        terms=tuple(
            Term(row.term_id, row.name, row.starts_on, row.ends_on, row.recall_on)
            for row in conn.execute(select(terms).order_by(terms.c.starts_on))
        ),
        closures=tuple(
            Closure(row.closure_id, row.starts_on, row.ends_on, row.reason)
            for row in conn.execute(select(closures).order_by(closures.c.starts_on))
        ),
        swap_days=tuple(
            SwapDay(row.day, row.uses_weekday, row.as_of)
            for row in conn.execute(select(swap_days).order_by(swap_days.c.day))
        ),
    )
    return Rota(
        slots=tuple(
            Slot(
                row.slot_id,
                row.weekday,
                row.starts,
                row.ends,
                Weeks(row.weeks),
                audience_from_plain(row.audience),
                row.label,
            )
            for row in conn.execute(select(slots).order_by(slots.c.weekday, slots.c.starts, slots.c.slot_id))
        ),
        extras=tuple(
            ExtraSlot(row.extra_id, row.day, row.starts, row.ends, audience_from_plain(row.audience), row.label)
            for row in conn.execute(select(extra_slots).order_by(extra_slots.c.day, extra_slots.c.starts))
        ),
        swaps=tuple(
            SlotSwap(row.swap_id, row.first_slot, row.first_day, row.second_slot, row.second_day)
            for row in conn.execute(select(slot_swaps).order_by(slot_swaps.c.swap_id))
        ),
        calendar=calendar,
    )


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What a number stands for in this library. `active` is false for a stopped card."""

    code: str
    kind: BarcodeKind
    active: bool
    patron_id: int | None
    copy_id: int | None
    command: ControlCode | None


_CODE = select(barcodes).where(barcodes.c.code == bindparam("code"))


def find_code(conn: Connection, code: str) -> CodeRow | None:
    """Look a code up as it is; None if the library does not know it."""
    row = conn.execute(_CODE, {"code": code}).one_or_none()
    if row is None:
        return None
    command = ControlCode(row.command) if row.command else None
    return CodeRow(row.code, BarcodeKind(row.kind), row.active, row.patron_id, row.copy_id, command)


@dataclass(frozen=True, slots=True)
class PatronRow:
    """A patron with class, active card and loans that are out."""

    facts: PatronFacts
    name: str
    school_class: ClassName | None
    card: str | None
    is_helper: bool
    counter_until: datetime | None
    has_pin: bool


_PATRON = (
    select(
        patrons,
        school_classes.c.entry_year,
        school_classes.c.number,
        school_classes.c.own_name,
        school_classes.c.left_on,
        barcodes.c.code.label("card"),
    )
    .select_from(
        patrons.outerjoin(school_classes, patrons.c.class_id == school_classes.c.class_id).outerjoin(
            barcodes, and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
        )
    )
    .where(patrons.c.patron_id == bindparam("patron_id"))
)
_PATRON_LOCK = select(patrons.c.patron_id).where(patrons.c.patron_id == bindparam("patron_id")).with_for_update()
_OPEN_LOANS = (
    select(
        loans.c.loan_id,
        loans.c.copy_id,
        loans.c.lent_at,
        loans.c.due_on,
        loans.c.renewals,
        loans.c.session_id,
        copies.c.held_for,
        titles.c.title,
        titles.c.clc,
        titles.c.material,
        barcodes.c.code,
    )
    .select_from(
        loans.join(copies, loans.c.copy_id == copies.c.copy_id)
        .join(titles, copies.c.title_id == titles.c.title_id)
        .outerjoin(barcodes, and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active))
    )
    .where(loans.c.patron_id == bindparam("patron_id"), loans.c.returned_at.is_(None))
    .order_by(loans.c.due_on, loans.c.loan_id)
)


def find_patron(conn: Connection, patron_id: int, policies: Policies, today: date) -> PatronRow | None:
    """A patron by id with everything a session needs, or None. Who has left school with their class borrows no more.

    Loans are due as calendar and rota stand now (`due_now`).
    """
    row = conn.execute(_PATRON, {"patron_id": patron_id}).one_or_none()
    if row is None:
        return None
    grade = None if row.entry_year is None else grade_on(row.entry_year, today, policies.school_year_starts)
    visitor = Visitor(PatronKind(row.kind), row.class_id, grade)
    open_loans = tuple(
        OpenLoan(
            loan_id=loan.loan_id,
            copy_id=loan.copy_id,
            barcode=loan.code or "",
            title=loan.title,
            clc=loan.clc,
            material=Material(loan.material),
            lent_at=policies.local(loan.lent_at),
            due_on=policies.due_now(visitor, loan.due_on),
            renewals=loan.renewals,
            held_for_other=loan.held_for is not None and loan.held_for != patron_id,
            session_id=loan.session_id,
        )
        for loan in conn.execute(_OPEN_LOANS, {"patron_id": patron_id})
    )
    return PatronRow(
        facts=PatronFacts(
            patron_id=row.patron_id,
            kind=visitor.kind,
            class_id=row.class_id,
            grade=grade,
            active=row.active and row.left_on is None,
            suspended_until=row.suspended_until,
            charges_fen=row.charges_fen,
            loans=open_loans,
        ),
        name=row.name,
        school_class=None if grade is None else ClassName(grade, row.number, row.own_name),
        card=row.card,
        is_helper=row.is_helper,
        counter_until=row.counter_until,
        has_pin=row.pin_hash is not None,
    )


@dataclass(frozen=True, slots=True)
class LoanRow:
    """The loan a copy is out on, and when it was made due; when it is due now stands in the borrower's facts."""

    loan_id: int
    patron_id: int
    lent_at: datetime
    due_on: date
    session_id: str


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy with its title and, if it is out, its loan."""

    facts: CopyFacts
    barcode: str
    title: str
    authors: str
    clc: str
    call_number: str
    place: str
    loan: LoanRow | None


_COPY = (
    select(
        copies,
        titles.c.title,
        titles.c.authors,
        titles.c.clc,
        titles.c.material,
        barcodes.c.code,
    )
    .select_from(
        copies.join(titles, copies.c.title_id == titles.c.title_id).outerjoin(
            barcodes, and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
        )
    )
    .where(copies.c.copy_id == bindparam("copy_id"))
)
_COPY_LOCK = select(copies.c.copy_id).where(copies.c.copy_id == bindparam("copy_id")).with_for_update()
_COPY_LOAN = select(loans.c.loan_id, loans.c.patron_id, loans.c.lent_at, loans.c.due_on, loans.c.session_id).where(
    loans.c.copy_id == bindparam("copy_id"), loans.c.returned_at.is_(None)
)


def find_copy(conn: Connection, copy_id: int) -> CopyRow | None:
    """A copy by id with its title and open loan, or None."""
    row = conn.execute(_COPY, {"copy_id": copy_id}).one_or_none()
    if row is None:
        return None
    loan = conn.execute(_COPY_LOAN, {"copy_id": copy_id}).one_or_none()
    return CopyRow(
        facts=CopyFacts(row.copy_id, Material(row.material), CopyStatus(row.status), row.for_loan, row.held_for),
        barcode=row.code or "",
        title=row.title,
        authors=row.authors,
        clc=row.clc,
        call_number=row.call_number,
        place=row.place,
        loan=None
        if loan is None
        else LoanRow(loan.loan_id, loan.patron_id, loan.lent_at, loan.due_on, loan.session_id),
    )


def lock(conn: Connection, *, patron_id: int | None = None, copy_id: int | None = None) -> None:
    """Keep other kiosks from the copy's and the patron's rows until the transaction ends.

    Whoever changes a loan holds its copy and its patron: copies first, then patrons, lower ids first, so that
    two kiosks never wait for each other. SQLite needs none: its write transactions run one after the other.
    """
    if conn.dialect.name == "sqlite":
        return
    if copy_id is not None:
        conn.execute(_COPY_LOCK, {"copy_id": copy_id})
    if patron_id is not None:
        conn.execute(_PATRON_LOCK, {"patron_id": patron_id})


_OUT_LOCK = (
    select(copies.c.copy_id)
    .where(
        copies.c.copy_id.in_(
            select(loans.c.copy_id).where(loans.c.patron_id == bindparam("patron_id"), loans.c.returned_at.is_(None))
        )
    )
    .order_by(copies.c.copy_id)
    .with_for_update()
)


def lock_with_loans(conn: Connection, patron_id: int) -> None:
    """`lock` for what changes loans of a patron that are out: their copies, then the patron."""
    if conn.dialect.name == "sqlite":
        return
    conn.execute(_OUT_LOCK, {"patron_id": patron_id})
    lock(conn, patron_id=patron_id)


_NEWEST = select(events.c.at).order_by(events.c.at.desc()).limit(1)


def newest_event(conn: Connection) -> datetime | None:
    """The instant of the newest recorded event, or None in a new library."""
    return conn.execute(_NEWEST).scalar_one_or_none()


_LENT = select(events.c.details).where(
    events.c.copy_id == bindparam("copy_id"), events.c.loan_id == bindparam("loan_id"), events.c.action == "lent"
)


def lent_details(conn: Connection, copy_id: int, loan_id: int) -> dict[str, object]:
    """What was recorded when a copy was lent; empty where nothing was."""
    return dict(conn.execute(_LENT, {"copy_id": copy_id, "loan_id": loan_id}).scalar() or {})


_DUTIES = select(duties.c.starts, duties.c.ends).where(
    duties.c.patron_id == bindparam("patron_id"), duties.c.weekday == bindparam("weekday")
)


def duty_times(conn: Connection, patron_id: int, weekday: int) -> tuple[tuple[time, time], ...]:
    """When a helper is on duty on a weekday (1 Monday … 7 Sunday)."""
    rows = conn.execute(_DUTIES, {"patron_id": patron_id, "weekday": weekday})
    return tuple((row.starts, row.ends) for row in rows)


_CLASSES = select(
    school_classes.c.class_id, school_classes.c.entry_year, school_classes.c.number, school_classes.c.own_name
).where(school_classes.c.left_on.is_(None))


def class_names(conn: Connection, policies: Policies, today: date) -> dict[int, ClassName]:
    """The classes now at school by id."""
    return {
        row.class_id: ClassName(grade_on(row.entry_year, today, policies.school_year_starts), row.number, row.own_name)
        for row in conn.execute(_CLASSES)
    }


_NEW_TITLES = (
    select(titles.c.title_id, titles.c.title, titles.c.authors, titles.c.clc)
    .where(titles.c.material == "book")
    .order_by(titles.c.title_id.desc())
    .limit(bindparam("most"))
)
_A_COPY = (
    select(copies.c.call_number, copies.c.place)
    .where(copies.c.title_id == bindparam("title_id"), copies.c.status == "in_service")
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NewTitle:
    """A title lately added, and where one of its copies stands."""

    title: str
    authors: str
    clc: str
    call_number: str
    place: str


def new_titles(conn: Connection, most: int) -> tuple[NewTitle, ...]:
    """The books added last that have a copy in service, newest first."""
    found = []
    for row in conn.execute(_NEW_TITLES, {"most": most}).all():
        copy = conn.execute(_A_COPY, {"title_id": row.title_id}).one_or_none()
        if copy is not None:
            found.append(NewTitle(row.title, row.authors, row.clc, copy.call_number, copy.place))
    return tuple(found)
