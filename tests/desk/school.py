"""A small school on a real library: few people and books, one of each sort that the desk treats otherwise."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk import Desk
from kiosk.flows.commands import Command, Renew, SessionRef, TakeScan, Undo
from kiosk.flows.outcomes import Outcome, OutcomeKind, PatronSheet
from kiosk.flows.stock import SaveBatch, Saved
from kiosk.flows.work import SetFirstPin
from kiosk.lending.barcodes import BarcodeKind, ControlCode, command_number, number
from kiosk.lending.calendar import Closure, Term
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Audience, AudienceKind, Slot, Weeks
from kiosk.lending.rules import Rules, rules_to_plain
from kiosk.lending.stock import TitleData, title_to_plain
from kiosk.office import Office, Setup
from kiosk.printing.printers import with_default
from kiosk.store import edit, schema, stock
from kiosk.store.edit import NewCopy, NewPatron, NewTitle
from kiosk.store.library import Library


def local(text: str) -> datetime:
    """The school's local time, naive."""
    return datetime.fromisoformat(text)


NOON = local("2026-09-07 12:05")  # a Monday: class 2's slot
TERM = Term(1, "2026 autumn", date(2026, 9, 1), date(2027, 1, 22), date(2027, 1, 8))
NATIONAL_DAY = Closure(1, date(2026, 10, 1), date(2026, 10, 7), "国庆节")
MONDAY = 1
MADE = datetime(2026, 9, 1, tzinfo=UTC)
BOOKS = 66  # a class set takes 60
PIN = "2468"
FINISH, RENEW, HELP = (command_number(code) for code in ControlCode)


def card(serial: int) -> str:
    return number(BarcodeKind.CARD, serial)


def copy(serial: int) -> str:
    return number(BarcodeKind.COPY, serial)


PEOPLE = {  # name: kind, class (0 none, 1 三(1)班, 2 三(2)班), serial of the card
    "王小明": (PatronKind.PUPIL, 2, 1),
    "李雷": (PatronKind.PUPIL, 2, 2),
    "张伟": (PatronKind.PUPIL, 1, 3),
    "韩老师": (PatronKind.TEACHER, 0, 4),
    "三(2)班": (PatronKind.CLASS_SET, 2, 5),
    "周管理": (PatronKind.LIBRARIAN, 0, 6),
    "小帮手": (PatronKind.PUPIL, 2, 7),
}
WANG, LI, ZHANG, HAN, SET, LIBRARIAN, HELPER = (card(serial) for _, _, serial in PEOPLE.values())
BOOK, BOOK_2, BOOK_3, BOOK_4 = (copy(serial) for serial in range(1, 5))
IN_REPAIR, LOST, FOUND, WITHDRAWN, NOT_FOR_LOAN, HELD_FOR_LI = (copy(serial) for serial in range(101, 107))
MAGAZINE = copy(107)
OLD_BOOK = "T-0042"  # the school's number from before, on a book


def fill(conn: Connection) -> None:
    """Write the school into an empty library."""
    first = edit.add_class(conn, 2024, 1)
    second = edit.add_class(conn, 2024, 2)
    classes = {0: None, 1: first, 2: second}
    people = [
        NewPatron(kind, name, classes[where], card(serial), is_helper=name == "小帮手")
        for name, (kind, where, serial) in PEOPLE.items()
    ]
    ids = edit.add_patrons(conn, people, MADE)
    helper, li = ids[6], ids[1]
    duty = {"patron_id": helper, "weekday": MONDAY, "starts": time(11, 50), "ends": time(12, 40)}
    edit.insert_rows(conn, schema.duties, [duty])
    titles = edit.add_titles(
        conn,
        [
            NewTitle("城南旧事", "林海音", clc="I287.45"),
            NewTitle("昆虫记", "法布尔", clc="Q96-49"),
            NewTitle("少年月刊", clc="Z62", material=Material.MAGAZINE),
        ],
        MADE,
    )
    copies = [
        NewCopy(titles[serial % 2], f"{serial:05}", copy(serial), f"I287.45/{serial}", "儿童文学 A3")
        for serial in range(1, BOOKS + 1)
    ]
    special = [
        (IN_REPAIR, {"status": CopyStatus.IN_REPAIR}),
        (LOST, {"status": CopyStatus.LOST}),
        (FOUND, {"status": CopyStatus.FOUND}),
        (WITHDRAWN, {"status": CopyStatus.WITHDRAWN}),
        (NOT_FOR_LOAN, {"for_loan": False}),
        (HELD_FOR_LI, {"held_for": li}),
        (OLD_BOOK, {}),
    ]
    copies += [
        replace(NewCopy(titles[0], f"S{place}", code, "", "书库"), **parts)  # type: ignore[arg-type]  # fields of NewCopy
        for place, (code, parts) in enumerate(special)
    ]
    copies.append(NewCopy(titles[2], "M1", MAGAZINE))
    edit.add_copies(conn, copies, MADE)
    commands = [
        {"code": command_number(one), "kind": "command", "command": one.value, "issued_at": MADE} for one in ControlCode
    ]
    edit.insert_rows(conn, schema.barcodes, commands)
    edit.add_entry(conn, TERM)
    edit.add_entry(conn, NATIONAL_DAY)
    for slot_id, (starts, ends, of_class) in enumerate(
        [(time(12, 0), time(12, 15), second), (time(12, 15), time(12, 30), first)], 1
    ):
        audience = Audience(AudienceKind.CLASSES, classes=frozenset({of_class}))
        edit.add_entry(conn, Slot(slot_id, MONDAY, starts, ends, Weeks.EVERY, audience))


def _clear(setup: Setup) -> None:
    setup.close()
    shutil.rmtree(setup.data, ignore_errors=True)


@dataclass
class School:
    """The small school's desk at its kiosk, with a clock that stands at noon on a Monday."""

    library: Library
    clock: ManualClock = field(default_factory=lambda: ManualClock(usual_instant(NOON)))
    name: str = "kiosk"
    _requests: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="kiosk-data-"))
        self.setup = Setup(folder, named=with_default((), str(folder / "paper")))  # nobody's own documents
        weakref.finalize(self, _clear, self.setup)
        self.office = Office(self.setup)
        self.desk = Desk(self.library, self.clock, self.name, lambda: self.office)

    def at(self, local: datetime) -> None:
        """Set the wall clock to the school's local time."""
        self.clock.set(usual_instant(local))

    def later(self, **span: float) -> None:
        """Let time pass on the wall."""
        self.clock.set(self.clock.utc() + timedelta(**span))

    def ask(self, command: Command) -> Outcome:
        """Have a command done, under a request of its own."""
        return self.desk.perform(replace(command, request_id=f"{self.name}-{next(self._requests)}"))

    def scan(self, code: str, session: SessionRef | None = None, *, clean: bool = True) -> Outcome:
        return self.ask(TakeScan(code=code, clean=clean, session=session))

    def patron(self, code: str) -> PatronSheet:
        """Whose card it is."""
        outcome = self.scan(code)
        assert outcome.kind is OutcomeKind.IDENTIFIED and outcome.patron is not None
        return outcome.patron

    def librarian(self) -> int:
        """The librarian's id; their PIN is set."""
        patron_id = self.patron(LIBRARIAN).patron_id
        self.ask(SetFirstPin(operator_id=patron_id, pin=PIN))
        return patron_id

    def delivery(self, *lines: tuple[str, str, int]) -> int:
        """A delivery with a line for each ISBN, title and number ordered; its id."""
        saved = self.ask(SaveBatch(name="新华书店 秋季", operator_id=self.librarian())).data
        assert isinstance(saved, Saved)
        rows = [
            {
                "batch_id": saved.id,
                "place": place,
                "isbn": isbn,
                "data": title_to_plain(TitleData(title, isbn=isbn, clc="I712.84", price_fen=2600)),
                "title_id": None,
                "ordered": ordered,
            }
            for place, (isbn, title, ordered) in enumerate(lines, 1)
        ]
        self.library.transact(lambda conn: stock.add_lines(conn, rows))
        return saved.id

    def session(self, code: str, session_id: str = "") -> SessionRef:
        """A session of whose card it is, each with an id of its own."""
        return SessionRef(session_id or f"session-{next(self._requests)}", self.patron(code).patron_id)

    def lend(self, card_code: str, *copies: str) -> SessionRef:
        """Lend in a session of its own."""
        session = self.session(card_code)
        for one in copies:
            outcome = self.scan(one, session)
            assert outcome.kind is OutcomeKind.LENT, outcome
        return session

    def renew(self, session: SessionRef, loan_id: int | None = None) -> Outcome:
        return self.ask(Renew(session=session, loan_id=loan_id))

    def undo(self, session: SessionRef, loan_id: int | None) -> Outcome:
        assert loan_id is not None
        return self.ask(Undo(session=session, loan_id=loan_id))

    def rules(self, rules: Rules) -> None:
        self.library.transact(lambda conn: edit.save_setting(conn, "rules", rules_to_plain(rules)))

    def set_patron(self, patron_id: int, **values: object) -> None:
        patrons = schema.patrons
        self.library.transact(
            lambda conn: conn.execute(update(patrons).where(patrons.c.patron_id == patron_id).values(**values))
        )

    def set_copy(self, code: str, **values: object) -> None:
        copies, barcodes = schema.copies, schema.barcodes
        this = select(barcodes.c.copy_id).where(barcodes.c.code == code).scalar_subquery()
        self.library.transact(
            lambda conn: conn.execute(update(copies).where(copies.c.copy_id == this).values(**values))
        )

    def copy_row(self, code: str) -> Any:
        copies, barcodes = schema.copies, schema.barcodes
        wanted = select(copies).join(barcodes, barcodes.c.copy_id == copies.c.copy_id).where(barcodes.c.code == code)
        return self.library.read(lambda conn: conn.execute(wanted).one())

    def rows(self, table: Any) -> list[Any]:
        key = next(iter(table.primary_key.columns))
        return self.library.read(lambda conn: list(conn.execute(select(table).order_by(key))))

    def actions(self) -> list[str]:
        """What happened, in order."""
        return [row.action for row in self.rows(schema.events)]

    def open_loans(self) -> dict[str, int]:
        """Barcode → patron of everything that is out."""
        return open_loans(self.library)

    def assert_consistent(self) -> None:
        assert_consistent(self.library)


def open_loans(library: Library) -> dict[str, int]:
    """Barcode → patron of everything that is out, by the loans."""
    loans, barcodes = schema.loans, schema.barcodes
    wanted = (
        select(barcodes.c.code, loans.c.patron_id)
        .join(loans, loans.c.copy_id == barcodes.c.copy_id)
        .where(loans.c.returned_at.is_(None), barcodes.c.active)
    )
    return library.read(lambda conn: {row.code: row.patron_id for row in conn.execute(wanted)})


def assert_consistent(library: Library) -> None:
    """The laws that hold at rest: the file is sound, and what happened, told from the start, gives what is out."""
    assert library.check() == ()

    def work(conn: Connection) -> tuple[list[Any], list[Any]]:
        events = conn.execute(select(schema.events).order_by(schema.events.c.seq)).all()
        return list(events), list(conn.execute(select(schema.loans)).all())

    events, loans = library.read(work)
    told: dict[int, int] = {}  # copy → loan
    due: dict[int, str] = {}
    for event in events:
        if event.action == "lent":
            assert event.copy_id not in told, "lent twice"
            told[event.copy_id] = event.loan_id
        elif event.action in ("returned", "undone"):
            assert told.pop(event.copy_id, None) == event.loan_id, f"{event.action} without a loan"
        elif event.action == "reopened":
            assert told.setdefault(event.copy_id, event.loan_id) == event.loan_id, "reopened while it was out"
        if event.action in ("lent", "renewed", "renewal_undone"):
            due[event.loan_id] = event.details["due_on"]
    assert told == {loan.copy_id: loan.loan_id for loan in loans if loan.returned_at is None}
    assert {event.loan_id for event in events if event.action == "lent"} == {loan.loan_id for loan in loans}
    assert {event.loan_id for event in events if event.action == "undone"} == {
        loan.loan_id for loan in loans if loan.undone
    }
    assert due == {loan.loan_id: loan.due_on.isoformat() for loan in loans}
    for loan in loans:
        mine = [event.action for event in events if event.loan_id == loan.loan_id]
        renewals = mine.count("renewed") - mine.count("renewal_undone")
        assert loan.renewals == renewals
