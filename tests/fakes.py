"""Stand-ins for tests of the flows: a desk of dictionaries, and a pilot who scans, presses and lets time pass."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from kiosk.engine import Engine, Surroundings
from kiosk.flows.commands import Command, OpenSession, Probe, ReadBoard, Renew, TakeScan, Undo
from kiosk.flows.effects import Told
from kiosk.flows.events import CloseAsked, Pressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Board, CopySheet, Note, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.step import Config
from kiosk.flows.views import IdleView, PadView, ResultCard, SessionView, TroubleView, View
from kiosk.lending.barcodes import BarcodeKind, ControlCode, Scheme, command_number, number
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.lending.policy import Allowance, OpenLoan, Reason, ReasonCode

NOON = datetime.fromisoformat("2026-09-07 12:05")
DUE = date(2026, 9, 21)
LIMIT = 2


def card(serial: int) -> str:
    return number(BarcodeKind.CARD, serial)


def copy(serial: int) -> str:
    return number(BarcodeKind.COPY, serial)


FINISH, RENEW, HELP = (command_number(code) for code in ControlCode)


def a_patron(
    serial: int = 1, name: str = "王小明", kind: PatronKind = PatronKind.PUPIL, **parts: object
) -> PatronSheet:
    sheet = PatronSheet(
        patron_id=serial,
        name=name,
        kind=kind,
        school_class=ClassName(3, 2),
        grade=3,
        card=card(serial),
        loans=(),
        allowance=Allowance(0, LIMIT),
        blocks=(),
        next_turn=None,
    )
    return replace(sheet, **parts)  # type: ignore[arg-type]  # fields of PatronSheet


def a_copy(code: str, *, is_out: bool = False) -> CopySheet:
    serial = int(code[1:-1])
    return CopySheet(
        copy_id=serial,
        barcode=code,
        title=f"第{serial}本书",
        authors="",
        clc="I287.45",
        call_number="I287.45/1",
        place="儿童文学 A3",
        material=Material.BOOK,
        status=CopyStatus.IN_SERVICE,
        is_out=is_out,
    )


def a_board(**parts: object) -> Board:
    board = Board(
        library="榕树街小学图书馆",
        today=NOON.date(),
        lines=(),
        minutes_before=5,
        minutes_after=10,
        open_to_all=True,
        closed=False,
        closed_why="",
        next_turn=None,
        next_who=(),
        new_books=(),
        announcement="",
        clock_behind=False,
        pinyin="auto",
        mask_names=False,
        scheme=Scheme(),
    )
    return replace(board, **parts)  # type: ignore[arg-type]  # fields of Board


@dataclass
class FakeDesk:
    """Answers as the desk does, out of dictionaries: a few people, any copy with our number, one rule (the limit).

    With `trouble` set every command fails with that code.
    """

    people: dict[str, PatronSheet] = field(default_factory=dict)
    loans: dict[str, OpenLoan] = field(default_factory=dict)  # code → its loan
    holders: dict[str, int] = field(default_factory=dict)  # code → patron
    trouble: str = ""
    board: Board = field(default_factory=a_board)
    performed: list[Command] = field(default_factory=list)
    _serial: int = 0

    @classmethod
    def with_people(cls) -> FakeDesk:
        people = [
            a_patron(1),
            a_patron(2, "李雷"),
            a_patron(3, "小帮手", is_helper=True, on_duty=True),
            a_patron(4, "周管理", PatronKind.LIBRARIAN, has_pin=True, school_class=None, grade=None),
        ]
        return cls({card(one.patron_id): one for one in people})

    def sheet(self, patron_id: int) -> PatronSheet:
        loans = tuple(self.loans[code] for code, holder in self.holders.items() if holder == patron_id)
        return replace(self.people[card(patron_id)], loans=loans, allowance=Allowance(len(loans), LIMIT))

    def perform(self, command: Command) -> Outcome:
        self.performed.append(command)
        outcome = Outcome(OutcomeKind.INFO, command.request_id, NOON)
        if self.trouble:
            return replace(outcome, kind=OutcomeKind.TROUBLE, trouble=self.trouble, detail="the database's words")
        match command:
            case TakeScan():
                return self._scan(command, outcome)
            case Renew():
                return self._renew(command, outcome)
            case Undo():
                return self._undo(command, outcome)
            case OpenSession():
                return replace(outcome, kind=OutcomeKind.IDENTIFIED, patron=self.sheet(command.patron_id))
            case ReadBoard():
                return replace(outcome, data=self.board)
            case Probe():
                return outcome
        return replace(outcome, data=None)

    def _scan(self, command: TakeScan, outcome: Outcome) -> Outcome:
        code, session = command.code, command.session
        if code in self.people:
            return replace(outcome, kind=OutcomeKind.IDENTIFIED, patron=self.sheet(self.people[code].patron_id))
        control = next((one for one in ControlCode if command_number(one) == code), None)
        if control is not None:
            return replace(outcome, data=control)
        mine = self.sheet(session.patron_id) if session else None
        if code.startswith("2"):
            refused = OutcomeKind.DAMAGED if len(code) < 8 else OutcomeKind.UNKNOWN
            what = (
                Reason(ReasonCode.UNKNOWN_CARD)
                if len(code) == 8
                else Reason(ReasonCode.DAMAGED_SCAN, {"meant": "card"})
            )
            return replace(outcome, kind=refused, reasons=(what,), patron=mine)
        if not (len(code) == 8 and code.startswith("3")):
            reason = Reason(ReasonCode.UNKNOWN_COPY if session else ReasonCode.UNKNOWN_CARD)
            return replace(outcome, kind=OutcomeKind.UNKNOWN, reasons=(reason,), patron=mine)
        loan = self.loans.get(code)
        about = replace(outcome, copy=a_copy(code), patron=mine)
        if loan is not None:
            if session and self.holders[code] == session.patron_id and loan.session_id == session.session_id:
                return replace(about, note=Note.ALREADY_YOURS, loan_id=loan.loan_id)
            holder = self.holders.pop(code)
            del self.loans[code]
            if session is None or holder == session.patron_id:
                mine = self.sheet(session.patron_id) if session else None
                return replace(about, kind=OutcomeKind.RETURNED, patron=mine, loan_id=loan.loan_id)
        if session is None:
            return replace(about, reasons=(Reason(ReasonCode.NO_CARD_YET),))
        if len(self.sheet(session.patron_id).loans) >= LIMIT:
            reason = Reason(ReasonCode.LIMIT, {"limit": LIMIT, "out": LIMIT})
            kind, note = (OutcomeKind.RETURNED, Note.RETURN_ONLY) if loan else (OutcomeKind.REFUSED, Note.NONE)
            return replace(about, kind=kind, note=note, reasons=(reason,))
        fresh = self.lend(code, session.patron_id, session.session_id)
        return replace(
            about,
            kind=OutcomeKind.RETURNED_AND_LENT if loan else OutcomeKind.LENT,
            patron=self.sheet(session.patron_id),
            loan_id=fresh.loan_id,
            due_on=fresh.due_on,
        )

    def lend(self, code: str, patron_id: int, session_id: str = "earlier") -> OpenLoan:
        self._serial += 1
        sheet = a_copy(code)
        loan = OpenLoan(
            self._serial,
            sheet.copy_id,
            code,
            sheet.title,
            sheet.clc,
            Material.BOOK,
            NOON,
            DUE,
            0,
            session_id=session_id,
        )
        self.loans[code] = loan
        self.holders[code] = patron_id
        return loan

    def _renew(self, command: Renew, outcome: Outcome) -> Outcome:
        session = command.session
        wanted = [one for one in self.sheet(session.patron_id).loans if command.loan_id in (None, one.loan_id)]
        renewed = [one for one in wanted if one.loan_id not in session.renewed and one.session_id != session.session_id]
        for one in renewed:
            self.loans[one.barcode] = replace(one, due_on=one.due_on + timedelta(days=14), renewals=1)
        patron = self.sheet(session.patron_id)
        if not renewed:
            return replace(outcome, note=Note.NOTHING_TO_RENEW, patron=patron)
        ids = tuple(one.loan_id for one in renewed)
        return replace(outcome, kind=OutcomeKind.RENEWED, patron=patron, renewed=ids)

    def _undo(self, command: Undo, outcome: Outcome) -> Outcome:
        session = command.session
        for code, loan in list(self.loans.items()):
            if loan.loan_id == command.loan_id and loan.session_id == session.session_id:
                del self.loans[code], self.holders[code]
                return replace(outcome, note=Note.UNDONE, copy=a_copy(code), patron=self.sheet(session.patron_id))
        return replace(outcome, patron=self.sheet(session.patron_id))


class Pilot:
    """Uses the kiosk as people do, and remembers what came of it. Time stands until somebody lets it pass.

    With `slow` set the desk's answers wait in `asked` until `answer` is called.
    """

    def __init__(self, desk: FakeDesk | None = None, *, config: Config | None = None, slow: bool = False) -> None:
        self.desk = desk or FakeDesk.with_people()
        self.now = 1000.0
        self.local = NOON
        self.slow = slow
        self.asked: deque[Command] = deque()
        self.chimes: list[str] = []
        self.languages: list[str] = []
        self.told: list[Told] = []
        self.left = 0
        around = Surroundings(
            ask=self._ask,
            chime=self.chimes.append,
            language=self.languages.append,
            told=self.told.append,
            leave=self._leave,
        )
        self.engine = Engine(config or Config(boot="boot"), around, self.now)
        self.engine.handle(Tick(self.now, self.local))

    def _ask(self, command: Command) -> Outcome | None:
        if self.slow:
            self.asked.append(command)
            return None
        return self.desk.perform(command)

    def _leave(self) -> None:
        self.left += 1

    # What people do

    def scan(self, *codes: str, clean: bool = True) -> None:
        """Scan one code after another, each a moment after the one before."""
        for code in codes:
            self.now += 0.1
            self.engine.handle(Scan(code, "test", self.now, self.now - 0.05, clean=clean))

    def press(self, action: str, value: str | int | None = None) -> None:
        self.now += 0.1
        self.engine.handle(Pressed(action, self.now, value))

    def close(self) -> None:
        self.engine.handle(CloseAsked(self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass with every Tick the flow asks for."""
        until = self.now + seconds
        for _ in range(10_000):
            due = self.engine.deadline()
            if due > until:
                break
            self._tick(max(due, self.now))
        else:
            raise AssertionError("the flow asks for Ticks without end")
        self._tick(until)

    def _tick(self, at: float) -> None:
        self.local += timedelta(seconds=at - self.now)
        self.now = at
        self.engine.handle(Tick(at, self.local))

    def answer(self, count: int = 1) -> None:
        """Let the slow desk answer its next commands."""
        for _ in range(count):
            outcome = self.desk.perform(self.asked.popleft())
            self.now += 0.01
            self.engine.handle(Answered(outcome, self.now))

    def answer_all(self) -> None:
        while self.asked:
            self.answer()

    # What they see

    @property
    def view(self) -> View:
        return self.engine.view(self.now)

    @property
    def session(self) -> SessionView:
        view = self.view
        assert isinstance(view, SessionView), view
        return view

    @property
    def idle(self) -> IdleView:
        view = self.view
        assert isinstance(view, IdleView), view
        return view

    @property
    def pad(self) -> PadView:
        view = self.view
        assert isinstance(view, PadView), view
        return view

    @property
    def trouble(self) -> TroubleView:
        view = self.view
        assert isinstance(view, TroubleView), view
        return view

    @property
    def result(self) -> ResultCard:
        view = self.view
        assert isinstance(view, IdleView | SessionView) and view.result is not None, view
        return view.result

    @property
    def outcomes(self) -> list[str]:
        """What each scan came to, in order."""
        return [told.outcome.kind.value for told in self.told]

    @property
    def codes(self) -> list[str]:
        return [told.scan.code for told in self.told]
