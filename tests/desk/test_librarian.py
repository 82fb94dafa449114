"""The librarian's commands on a real library: PINs, lending by hand, undoing, cards, settings."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select, update

from kiosk.desk import handlers, reads
from kiosk.desk.librarian.pins import WAITS
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.flows.work import (
    Action,
    ActionList,
    AsideList,
    CheckPin,
    CopyPage,
    DeleteEntry,
    Denied,
    Display,
    Duty,
    Find,
    FindCode,
    Found,
    HoldCopy,
    IssueCard,
    LeaveKiosk,
    LendTo,
    LetIn,
    LibrarianCommand,
    LiftSuspension,
    MakeHelper,
    Numbers,
    PatronPage,
    People,
    PinAnswer,
    Problem,
    ProblemCode,
    ReadActions,
    ReadAside,
    ReadCopy,
    ReadNumbers,
    ReadPatron,
    ReadPeople,
    ReadRota,
    ReadRules,
    ReadTitle,
    RenewFor,
    ReturnByHand,
    RotaSheet,
    RulesSheet,
    SaveDisplay,
    SaveEntry,
    SaveRules,
    SetCopyStatus,
    SetDuties,
    SetFirstPin,
    SetPin,
    StopCard,
    TitlePage,
    UndoAction,
)
from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import ReasonCode
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, SlotSwap, Weeks
from kiosk.lending.rules import LoanRule, OutsideTerms, Rules
from kiosk.office import Office, Setup
from kiosk.store import edit, schema
from kiosk.store.library import Library
from tests.desk.school import (
    BOOK,
    BOOK_2,
    BOOK_3,
    BOOK_4,
    FINISH,
    FOUND,
    HAN,
    HELD_FOR_LI,
    HELPER,
    IN_REPAIR,
    LI,
    LIBRARIAN,
    LOST,
    NOON,
    NOT_FOR_LOAN,
    WANG,
    WITHDRAWN,
    ZHANG,
    School,
    card,
    fill,
)

PIN = "2468"
LATE = NOON + timedelta(days=35)  # everything lent at NOON is overdue


class Room:
    """The small school with its librarian at work."""

    def __init__(self, library: Library) -> None:
        library.transact(fill)
        self.school = School(library)
        self.librarian = self.school.patron(LIBRARIAN).patron_id
        assert self.school.ask(SetFirstPin(operator_id=self.librarian, pin=PIN)).data == PinAnswer(True)

    def ask(self, command: LibrarianCommand) -> Outcome:
        return self.school.ask(replace(command, operator_id=self.librarian))

    def check(self, pin: str) -> Any:
        return self.ask(CheckPin(pin=pin)).data

    def id_of(self, code: str) -> int:
        return self.school.patron(code).patron_id

    def copy_id(self, code: str) -> int:
        return int(self.school.copy_row(code).copy_id)

    def lend(self, person: str, code: str, words: str = "") -> Outcome:
        return self.ask(LendTo(patron_id=self.id_of(person), code=code, overrule=bool(words), words=words))

    def events(self, *actions: str) -> list[Any]:
        return [event for event in self.school.rows(schema.events) if event.action in actions]

    def last(self) -> Any:
        return self.school.rows(schema.events)[-1]

    def actions(self) -> tuple[Action, ...]:
        data = self.ask(ReadActions()).data
        assert isinstance(data, ActionList)
        return data.actions

    def undo_last(self) -> Outcome:
        return self.ask(UndoAction(seq=self.actions()[0].seq))

    def rota(self) -> RotaSheet:
        data = self.ask(ReadRota()).data
        assert isinstance(data, RotaSheet)
        return data


@pytest.fixture
def room(library: Library) -> Room:
    """On SQLite, then on PostgreSQL."""
    return Room(library)


@pytest.fixture
def small(sqlite_library: Library) -> Room:
    """On SQLite only: for what does not depend on the database."""
    return Room(sqlite_library)


def problem(outcome: Outcome) -> ProblemCode | None:
    return outcome.data.code if isinstance(outcome.data, Problem) else None


def codes(outcome: Outcome) -> list[ReasonCode]:
    return [reason.code for reason in outcome.reasons]


# ── Who may ──


def _samples() -> list[LibrarianCommand]:
    values: dict[str, object] = {
        "pin": PIN,
        "entry": Term(0, "x", date(2030, 1, 1), date(2030, 6, 1)),
        "duties": (),
        "until": time(23, 0),
        "is_helper": True,
        "status": CopyStatus.WITHDRAWN,
        "rules": Rules(),
        "display": Display("x"),
        "words": "x",
        "text": "x",
        "code": BOOK,
        "was": None,
    }
    kinds = [kind for kind in every_handler() if issubclass(kind, LibrarianCommand)]
    numbers = {"patron_id": 1, "copy_id": 1, "loan_id": 1, "title_id": 1, "seq": 1, "page": 0}
    plain = {"request_id", "operator_id", "clean", "overrule"}
    return [
        kind(**{f.name: {**values, **numbers}.get(f.name) for f in fields(kind) if f.name not in plain})
        for kind in kinds  # who may not is denied before anything of the rest is looked at
    ]


@pytest.mark.parametrize("who", [WANG, HELPER, HAN, "nobody", "retired", "without a PIN"])
def test_nobody_but_an_active_librarian_with_a_pin_is_served_with_any_command(small: Room, who: str):
    school = small.school
    operator = small.librarian
    if who == "retired":
        school.set_patron(operator, active=False)
    elif who == "without a PIN":
        school.set_patron(operator, pin_hash=None)
    else:
        operator = 999 if who == "nobody" else small.id_of(who)
    before = school.actions()
    for command in _samples():
        if who == "without a PIN" and isinstance(command, CheckPin | SetFirstPin):
            continue
        answer = school.ask(replace(command, operator_id=operator))
        assert isinstance(answer.data, Denied), command
    assert school.actions() == before


def every_handler() -> set[type]:
    return {*handlers(), *Office(Setup(Path())).handlers()}


def every_command() -> set[str]:
    # by name: a dataclass with slots leaves its first draft behind as a second class
    return {one.__name__ for one in LibrarianCommand.__subclasses__() if one.__module__.startswith("kiosk.")}


def test_every_librarian_command_has_a_handler_and_reading_ones_only_read():
    handled = {kind.__name__ for kind in every_handler() if issubclass(kind, LibrarianCommand)} - {"LibrarianCommand"}
    assert every_command() == handled
    read = {kind.__name__ for kind in reads() | Office(Setup(Path())).reads() if issubclass(kind, LibrarianCommand)}
    asks = ("Read", "Find", "Preview", "Look", "Offer", "Export")
    assert read == {name for name in handled if name.startswith(asks)} | OF_THE_MACHINE


OF_THE_MACHINE = {
    *("AddPrinter", "CheckPrinter", "RemovePrinter", "TunePrinter"),
    *("RetryJob", "CancelJob", "MoveJob"),
}
"""What writes something, but nothing into the library: this machine's printers and their queue."""


# ── PINs ──


def test_the_right_pin_is_right_and_only_its_hash_is_kept(room: Room):
    assert room.check(PIN) == PinAnswer(True)
    row = next(one for one in room.school.rows(schema.patrons) if one.patron_id == room.librarian)
    assert row.pin_hash.startswith("$argon2id$")
    everything = repr([event.details for event in room.school.rows(schema.events)])
    assert PIN not in everything and PIN not in repr(CheckPin(operator_id=1, pin=PIN))


def test_wrong_pins_make_wait_longer_and_longer(room: Room):
    for wait in (*WAITS, WAITS[-1]):
        assert room.check("1111") == PinAnswer(False, wait)
        room.school.later(seconds=wait)
    assert WAITS == (0, 0, 5, 15, 30, 60)


def test_while_waiting_even_the_right_pin_is_not_looked_at_and_not_counted(room: Room):
    for _ in range(3):
        room.check("1111")
    assert room.check(PIN) == PinAnswer(False, 5.0)
    room.school.later(seconds=2)
    assert room.check("1111") == PinAnswer(False, 3.0)
    room.school.later(seconds=3)
    assert room.check(PIN) == PinAnswer(True)


def test_a_restart_or_another_kiosk_does_not_begin_anew(room: Room):
    for _ in range(4):
        room.check("1111")
        room.school.later(seconds=6)
    other = School(room.school.library, room.school.clock, "other")
    answer = other.ask(CheckPin(operator_id=room.librarian, pin=PIN))
    assert isinstance(answer.data, PinAnswer) and answer.data.wait == 9.0


def test_the_right_pin_wipes_the_slate(small: Room):
    for _ in range(2):
        small.check("1111")
    assert small.check(PIN) == PinAnswer(True)
    assert [small.check("1111").wait for _ in range(2)] == [0, 0]


def test_a_clock_that_was_set_back_never_makes_wait_longer_than_the_longest(small: Room):
    for _ in range(3):
        small.check("1111")
    small.school.clock.set(small.school.clock.utc() - timedelta(days=30))
    assert small.check(PIN) == PinAnswer(False, WAITS[-1])


def test_a_first_pin_is_set_once_only(small: Room):
    answer = small.ask(SetFirstPin(pin="9999"))
    assert problem(answer) is ProblemCode.HAS_PIN
    assert small.check(PIN) == PinAnswer(True)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４"])
def test_a_pin_has_four_to_eight_digits(small: Room, pin: str):
    assert problem(small.ask(SetPin(patron_id=small.librarian, pin=pin))) is ProblemCode.PIN_SHAPE


def test_a_new_pin_replaces_the_old_one_and_ends_the_wait(small: Room):
    for _ in range(4):
        small.check("1111")
        small.school.later(seconds=6)
    small.ask(SetPin(patron_id=small.librarian, pin="13579"))
    assert small.check("13579") == PinAnswer(True)
    assert small.check(PIN) == PinAnswer(False, 0)
    assert "13579" not in repr([event.details for event in small.school.rows(schema.events)])


def test_only_librarians_have_pins(small: Room):
    assert problem(small.ask(SetPin(patron_id=small.id_of(WANG), pin=PIN))) is ProblemCode.NOT_A_LIBRARIAN


def test_a_hash_of_other_parameters_is_renewed_when_the_pin_was_right(small: Room):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PIN)
    small.school.set_patron(small.librarian, pin_hash=old)
    assert small.check(PIN) == PinAnswer(True)
    row = next(one for one in small.school.rows(schema.patrons) if one.patron_id == small.librarian)
    assert row.pin_hash != old and small.check(PIN) == PinAnswer(True)


def test_a_broken_hash_lets_nobody_in(small: Room):
    small.school.set_patron(small.librarian, pin_hash="not a hash")
    assert small.check(PIN) == PinAnswer(False, 0)


# ── Lending by hand ──


def test_a_refusal_is_overruled_with_words_and_the_event_tells_both(room: Room):
    refused = room.lend(ZHANG, BOOK)  # class 1 is not on now
    assert refused.kind is OutcomeKind.REFUSED and codes(refused) == [ReasonCode.NOT_YOUR_SLOT]
    lent = room.lend(ZHANG, BOOK, "比赛用书")
    assert lent.kind is OutcomeKind.LENT and lent.due_on is not None
    event = room.last()
    assert (event.action, event.operator_id) == ("lent", room.librarian)
    assert event.details["overruled"] == ["not_your_slot"] and event.details["words"] == "比赛用书"
    room.school.assert_consistent()


def test_nothing_is_overruled_without_words(small: Room):
    answer = small.ask(LendTo(patron_id=small.id_of(ZHANG), code=BOOK, overrule=True, words="  "))
    assert problem(answer) is ProblemCode.NO_WORDS
    assert small.school.open_loans() == {}


@pytest.mark.parametrize("code", [IN_REPAIR, WITHDRAWN, FOUND, LOST])
def test_what_may_not_be_overruled_is_refused_even_with_words(small: Room, code: str):
    answer = small.lend(WANG, code, "please")
    assert answer.kind is OutcomeKind.REFUSED
    assert not any(reason.overridable for reason in answer.reasons)
    assert small.school.open_loans() == {}


@pytest.mark.parametrize(
    ("code", "reason"),
    [(NOT_FOR_LOAN, ReasonCode.NOT_FOR_LOAN), (HELD_FOR_LI, ReasonCode.HELD_FOR_OTHER)],
)
def test_not_for_loan_and_held_may_be_overruled(small: Room, code: str, reason: ReasonCode):
    assert codes(small.lend(WANG, code)) == [reason]
    assert small.lend(WANG, code, "only today").kind is OutcomeKind.LENT


def test_all_reasons_are_told_and_overruled_together(small: Room):
    small.school.lend(WANG, BOOK, BOOK_2)
    small.school.at(LATE)
    refused = small.lend(WANG, BOOK_3)
    assert set(codes(refused)) == {ReasonCode.OVERDUE, ReasonCode.LIMIT}
    assert small.lend(WANG, BOOK_3, "project").kind is OutcomeKind.LENT
    assert sorted(small.last().details["overruled"]) == ["limit", "overdue"]


def test_the_clock_that_is_behind_is_never_overruled(small: Room):
    small.school.lend(LI, BOOK)
    small.school.at(NOON - timedelta(days=2))
    answer = small.lend(WANG, BOOK_2, "please")
    assert ReasonCode.CLOCK in codes(answer)
    assert answer.kind is OutcomeKind.REFUSED


def test_lending_what_is_out_to_somebody_else_returns_it_first(room: Room):
    room.school.lend(LI, BOOK)
    answer = room.lend(WANG, BOOK)
    assert answer.kind is OutcomeKind.RETURNED_AND_LENT
    assert room.school.open_loans() == {BOOK: room.id_of(WANG)}
    room.school.assert_consistent()


def test_lending_what_they_have_already_is_said_and_changes_nothing(small: Room):
    small.school.lend(WANG, BOOK)
    before = small.school.actions()
    assert small.lend(WANG, BOOK).note is Note.ALREADY_YOURS
    assert small.school.actions() == before


def test_lending_a_card_or_an_unknown_code_is_answered_calmly(small: Room):
    assert problem(small.lend(WANG, LI)) is ProblemCode.NOT_A_COPY
    assert problem(small.lend(WANG, FINISH)) is ProblemCode.NOT_A_COPY
    assert small.lend(WANG, "nonsense").kind is OutcomeKind.UNKNOWN
    assert small.school.open_loans() == {}


def test_renewing_is_refused_and_overruled_like_lending(small: Room):
    small.school.lend(WANG, BOOK)
    small.school.at(LATE)
    loan_id = small.school.rows(schema.loans)[0].loan_id
    refused = small.ask(RenewFor(loan_id=loan_id))
    assert codes(refused) == [ReasonCode.OVERDUE]
    assert problem(small.ask(RenewFor(loan_id=loan_id, overrule=True))) is ProblemCode.NO_WORDS
    renewed = small.ask(RenewFor(loan_id=loan_id, overrule=True, words="was ill"))
    assert renewed.kind is OutcomeKind.RENEWED
    assert small.last().details["overruled"] == ["overdue"] and small.last().details["words"] == "was ill"
    small.school.assert_consistent()


def test_a_renewal_that_would_not_move_the_date_uses_none_up(small: Room):
    small.school.lend(WANG, BOOK)
    answer = small.ask(RenewFor(loan_id=small.school.rows(schema.loans)[0].loan_id))
    assert problem(answer) is ProblemCode.NOTHING_WON
    assert small.school.rows(schema.loans)[0].renewals == 0


def test_returning_by_hand_is_a_return_like_any_other(room: Room):
    room.school.lend(WANG, BOOK)
    answer = room.ask(ReturnByHand(copy_id=room.copy_id(BOOK)))
    assert answer.kind is OutcomeKind.RETURNED and room.school.open_loans() == {}
    assert (room.last().action, room.last().operator_id) == ("returned", room.librarian)
    assert problem(room.ask(ReturnByHand(copy_id=room.copy_id(BOOK)))) is ProblemCode.NOT_OUT


def test_lifting_a_suspension_needs_words_and_lets_borrow_again(small: Room):
    wang = small.id_of(WANG)
    small.school.set_patron(wang, suspended_until=date(2026, 9, 20))
    assert codes(small.lend(WANG, BOOK)) == [ReasonCode.SUSPENDED]
    assert problem(small.ask(LiftSuspension(patron_id=wang, words=""))) is ProblemCode.NO_WORDS
    assert small.ask(LiftSuspension(patron_id=wang, words="ill")).kind is OutcomeKind.INFO
    assert small.last().details == {"suspended_before": "2026-09-20", "words": "ill"}
    assert small.lend(WANG, BOOK).kind is OutcomeKind.LENT
    assert problem(small.ask(LiftSuspension(patron_id=wang, words="x"))) is ProblemCode.NO_SUSPENSION


def test_marking_lost_keeps_the_loan_until_it_is_settled_and_the_copy_stays_lost(small: Room):
    small.school.lend(WANG, BOOK)
    book = small.copy_id(BOOK)
    small.ask(SetCopyStatus(copy_id=book, status=CopyStatus.LOST, words="left on the bus"))
    assert small.school.open_loans() == {BOOK: small.id_of(WANG)}
    small.ask(ReturnByHand(copy_id=book))
    assert small.school.open_loans() == {}
    assert small.school.copy_row(BOOK).status == "lost"
    assert small.last().details == {"settled": True}


@pytest.mark.parametrize("status", [CopyStatus.IN_REPAIR, CopyStatus.WITHDRAWN])
def test_a_copy_in_the_librarians_hands_is_returned_before_its_state_changes(small: Room, status: CopyStatus):
    small.school.lend(WANG, BOOK)
    small.ask(SetCopyStatus(copy_id=small.copy_id(BOOK), status=status, words="w"))
    assert small.school.open_loans() == {}
    assert [event.action for event in small.school.rows(schema.events)[-2:]] == ["returned", "status_changed"]
    assert small.last().details == {"from": "in_service", "to": status.value, "words": "w"}


def test_a_state_that_it_has_already_is_no_change(small: Room):
    answer = small.ask(SetCopyStatus(copy_id=small.copy_id(BOOK), status=CopyStatus.IN_SERVICE))
    assert problem(answer) is ProblemCode.GONE


def test_a_copy_is_kept_for_a_patron_by_card_and_for_nobody_again(small: Room):
    book, wang = small.copy_id(BOOK), small.id_of(WANG)
    small.ask(HoldCopy(copy_id=book, code=WANG))
    assert small.school.copy_row(BOOK).held_for == wang
    assert codes(small.lend(LI, BOOK)) == [ReasonCode.HELD_FOR_OTHER]
    small.ask(HoldCopy(copy_id=book))
    assert small.school.copy_row(BOOK).held_for is None
    assert problem(small.ask(HoldCopy(copy_id=book, code=BOOK_2))) is ProblemCode.NOT_A_CARD


# ── Undoing ──


def test_a_loan_undone_leaves_no_trace_in_statistics_but_one_in_the_ledger(room: Room):
    room.lend(WANG, BOOK)
    seq = room.last().seq
    assert room.undo_last().kind is OutcomeKind.INFO
    loan = room.school.rows(schema.loans)[0]
    assert loan.undone and loan.returned_at is not None
    assert (room.last().action, room.last().details["seq"]) == ("undone", seq)
    numbers = room.ask(ReadNumbers()).data
    assert isinstance(numbers, Numbers) and (numbers.loans, numbers.readers, numbers.out) == (0, 0, 0)
    room.school.assert_consistent()


def test_undoing_a_loan_brings_the_hold_it_used_back(small: Room):
    small.lend(LI, HELD_FOR_LI)
    assert small.school.copy_row(HELD_FOR_LI).held_for is None
    small.undo_last()
    assert small.school.copy_row(HELD_FOR_LI).held_for == small.id_of(LI)


def test_a_return_undone_opens_the_loan_again_and_takes_its_suspension_back(room: Room):
    room.school.lend(WANG, BOOK)
    wang, before = room.id_of(WANG), room.school.rows(schema.loans)[0]
    room.school.at(LATE)
    room.ask(ReturnByHand(copy_id=room.copy_id(BOOK)))
    assert room.school.patron(WANG).blocks
    room.undo_last()
    after = room.school.rows(schema.loans)[0]
    assert after == before and room.school.open_loans() == {BOOK: wang}
    row = next(one for one in room.school.rows(schema.patrons) if one.patron_id == wang)
    assert row.suspended_until is None
    assert room.last().action == "reopened"


def test_a_return_is_not_undone_once_the_copy_is_out_to_somebody_else(small: Room):
    small.school.lend(WANG, BOOK)
    small.ask(ReturnByHand(copy_id=small.copy_id(BOOK)))
    seq = small.last().seq
    small.school.lend(LI, BOOK)
    assert next(one for one in small.actions() if one.seq == seq).blocked
    assert problem(small.ask(UndoAction(seq=seq))) is ProblemCode.LATER_ACTION
    assert small.school.open_loans() == {BOOK: small.id_of(LI)}


def test_a_return_is_not_undone_after_the_copy_went_elsewhere(small: Room):
    small.school.lend(WANG, BOOK)
    small.ask(SetCopyStatus(copy_id=small.copy_id(BOOK), status=CopyStatus.WITHDRAWN, words="wet"))
    status, returned = small.actions()[:2]
    assert (status.action, returned.action, returned.blocked) == ("status_changed", "returned", True)
    assert small.ask(UndoAction(seq=status.seq)).kind is OutcomeKind.INFO
    assert small.ask(UndoAction(seq=returned.seq)).kind is OutcomeKind.INFO
    assert small.school.open_loans() == {BOOK: small.id_of(WANG)}
    assert small.school.copy_row(BOOK).status == "in_service"


def test_marking_lost_is_undone_while_the_copy_is_still_out(small: Room):
    small.school.lend(WANG, BOOK)
    small.ask(SetCopyStatus(copy_id=small.copy_id(BOOK), status=CopyStatus.LOST, words="x"))
    small.undo_last()
    assert small.school.copy_row(BOOK).status == "in_service"
    assert small.school.open_loans() == {BOOK: small.id_of(WANG)}


def test_a_settled_loss_undone_is_a_loan_of_a_lost_copy_again(small: Room):
    small.school.lend(WANG, BOOK)
    small.ask(SetCopyStatus(copy_id=small.copy_id(BOOK), status=CopyStatus.LOST, words="x"))
    small.ask(ReturnByHand(copy_id=small.copy_id(BOOK)))
    small.undo_last()
    assert small.school.open_loans() == {BOOK: small.id_of(WANG)}
    assert small.school.copy_row(BOOK).status == "lost"


def test_a_renewal_undone_has_the_earlier_date_and_one_renewal_fewer(small: Room):
    small.school.lend(WANG, BOOK)
    before = small.school.rows(schema.loans)[0]
    small.school.later(days=7)
    assert small.ask(RenewFor(loan_id=before.loan_id)).kind is OutcomeKind.RENEWED
    small.undo_last()
    assert small.school.rows(schema.loans)[0] == before


def test_a_loan_renewed_since_is_not_undone(small: Room):
    small.lend(WANG, BOOK)
    lent = small.last().seq
    soon = update(schema.loans).values(due_on=NOON.date())  # or a renewal on the same day would win nothing
    small.school.library.transact(lambda conn: conn.execute(soon))
    small.ask(RenewFor(loan_id=small.school.rows(schema.loans)[0].loan_id))
    assert problem(small.ask(UndoAction(seq=lent))) is ProblemCode.LATER_ACTION
    small.undo_last()
    assert small.ask(UndoAction(seq=lent)).kind is OutcomeKind.INFO


def test_nothing_is_undone_twice(small: Room):
    small.school.lend(WANG, BOOK)
    small.ask(ReturnByHand(copy_id=small.copy_id(BOOK)))
    seq = small.last().seq
    assert small.ask(UndoAction(seq=seq)).kind is OutcomeKind.INFO
    assert problem(small.ask(UndoAction(seq=seq))) is ProblemCode.LATER_ACTION
    assert seq not in {action.seq for action in small.actions()}


def test_only_own_actions_of_today_are_listed_and_undone(small: Room):
    small.school.lend(WANG, BOOK)  # the child's own
    childs = small.last().seq
    small.lend(WANG, BOOK_2)
    mine = small.last().seq
    assert [action.seq for action in small.actions()] == [mine]
    assert problem(small.ask(UndoAction(seq=childs))) is ProblemCode.GONE
    small.school.later(days=1)
    assert small.actions() == ()
    assert problem(small.ask(UndoAction(seq=mine))) is ProblemCode.GONE


def test_lent_away_from_somebody_is_undone_step_by_step(room: Room):
    room.school.lend(LI, BOOK)
    room.lend(WANG, BOOK)
    lent, returned = room.actions()
    assert (lent.action, returned.action, returned.blocked) == ("lent", "returned", True)
    room.ask(UndoAction(seq=lent.seq))
    room.ask(UndoAction(seq=returned.seq))
    assert room.school.open_loans() == {BOOK: room.id_of(LI)}


# ── Cards ──


def test_a_stopped_number_is_refused_from_then_on_and_the_new_one_works(room: Room):
    wang = room.id_of(WANG)
    room.school.lend(WANG, BOOK)
    room.ask(StopCard(patron_id=wang))
    assert codes(room.school.scan(WANG)) == [ReasonCode.CARD_STOPPED]
    answer = room.ask(IssueCard(patron_id=wang))
    assert answer.patron is not None and answer.patron.card == card(8)
    assert room.school.patron(card(8)).patron_id == wang
    assert codes(room.school.scan(WANG)) == [ReasonCode.CARD_STOPPED]
    assert [loan.barcode for loan in room.school.patron(card(8)).loans] == [BOOK]
    assert problem(room.ask(StopCard(patron_id=room.id_of(LI)))) is None


def test_a_replacement_stops_the_old_card_by_itself_and_both_are_events(small: Room):
    small.ask(IssueCard(patron_id=small.id_of(WANG), code=card(500)))
    assert small.school.patron(card(500)).name == "王小明"
    stopped, issued = small.school.rows(schema.events)[-2:]
    assert (stopped.action, stopped.details) == ("card_stopped", {"card": WANG})
    assert (issued.action, issued.details) == ("card_issued", {"card": card(500)})


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (LI, ProblemCode.NUMBER_TAKEN),
        (BOOK, ProblemCode.NUMBER_TAKEN),
        (FINISH, ProblemCode.NUMBER_TAKEN),
        ("9787020002207", ProblemCode.NUMBER_UNFIT),
        ("hello", ProblemCode.NUMBER_UNFIT),
        ("20000017", ProblemCode.NUMBER_UNFIT),
    ],
)
def test_a_number_that_was_used_or_is_no_cards_is_refused(small: Room, code: str, why: ProblemCode):
    assert problem(small.ask(IssueCard(patron_id=small.id_of(WANG), code=code))) is why
    assert small.school.patron(WANG).card == WANG


def test_a_number_of_a_stopped_card_is_never_given_again(small: Room):
    small.ask(IssueCard(patron_id=small.id_of(WANG)))
    assert problem(small.ask(IssueCard(patron_id=small.id_of(LI), code=WANG))) is ProblemCode.NUMBER_TAKEN


def test_who_has_no_card_has_none_to_stop(small: Room):
    wang = small.id_of(WANG)
    small.ask(StopCard(patron_id=wang))
    assert problem(small.ask(StopCard(patron_id=wang))) is ProblemCode.NO_CARD


# ── Rota and calendar ──


def entries(room: Room) -> list[tuple[Any, Any]]:
    """Each kind of entry as a new one, and as it is changed."""
    everyone = Audience(AudienceKind.EVERYONE)
    grades = Audience(AudienceKind.GRADES, grades=frozenset({3, 4}))
    slot = Slot(0, 3, time(12, 0), time(12, 15), Weeks.ODD, everyone)
    extra = ExtraSlot(0, date(2026, 9, 19), time(9, 0), time(10, 0), grades, "读书节")
    first, second = room.rota().rota.slots
    swap = SlotSwap(0, first.slot_id, date(2026, 9, 14), second.slot_id, date(2026, 9, 21))
    term = Term(0, "春", date(2027, 2, 22), date(2027, 7, 2), date(2027, 6, 18))
    closure = Closure(0, date(2026, 9, 25), date(2026, 9, 25), "中秋")
    swap_day = SwapDay(date(2026, 10, 10), 5, date(2026, 10, 2))
    return [
        (slot, replace(slot, ends=time(12, 30), label="x")),
        (extra, replace(extra, audience=everyone)),
        (swap, replace(swap, second_day=date(2026, 9, 28))),
        (term, replace(term, recall_on=None)),
        (closure, replace(closure, ends_on=date(2026, 9, 27))),
        (swap_day, replace(swap_day, day=date(2026, 10, 11))),
    ]


def everything(sheet: RotaSheet) -> list[Any]:
    rota, calendar = sheet.rota, sheet.rota.calendar
    return [*rota.slots, *rota.extras, *rota.swaps, *calendar.terms, *calendar.closures, *calendar.swap_days]


@pytest.mark.parametrize("place", range(6))
def test_an_entry_is_added_changed_and_deleted_with_events(room: Room, place: int):
    new, changed = entries(room)[place]
    before = everything(room.rota())
    assert room.ask(SaveEntry(entry=new)).kind is OutcomeKind.INFO
    (saved,) = [one for one in everything(room.rota()) if one not in before]
    change = type(saved)(**{f.name: getattr(changed, f.name) for f in fields(saved)})
    assert room.ask(SaveEntry(entry=change, was=saved)).kind is OutcomeKind.INFO
    (now,) = [one for one in everything(room.rota()) if one not in before]
    assert room.last().action.endswith("_saved") and room.last().details["before"] != room.last().details["now"]
    assert problem(room.ask(DeleteEntry(entry=saved))) is ProblemCode.GONE
    assert room.ask(DeleteEntry(entry=now)).kind is OutcomeKind.INFO
    assert everything(room.rota()) == before
    assert room.last().action.endswith("_deleted")


def test_an_entry_changed_by_somebody_else_is_not_overwritten(small: Room):
    first = small.rota().rota.slots[0]
    small.ask(SaveEntry(entry=replace(first, label="new"), was=first))
    late = small.ask(SaveEntry(entry=replace(first, label="other"), was=first))
    assert problem(late) is ProblemCode.GONE
    assert small.rota().rota.slots[0].label == "new"


def test_what_the_forms_refuse_the_desk_refuses_too(small: Room):
    bad = Slot(0, 1, time(13, 0), time(12, 0), Weeks.EVERY, Audience(AudienceKind.EVERYONE))
    overlapping = Term(0, "x", date(2027, 1, 1), date(2027, 7, 1))
    for entry in (bad, overlapping, Closure(0, date(2026, 9, 2), date(2026, 9, 1))):
        assert problem(small.ask(SaveEntry(entry=entry))) is ProblemCode.BAD_VALUE


def test_a_changed_rota_holds_at_the_very_next_scan(room: Room):
    assert codes(room.school.scan(BOOK, room.school.session(ZHANG))) == [ReasonCode.NOT_YOUR_SLOT]
    open_to_all = Slot(0, 1, time(12, 0), time(12, 10), Weeks.EVERY, Audience(AudienceKind.EVERYONE))
    room.ask(SaveEntry(entry=open_to_all))
    assert room.school.scan(BOOK, room.school.session(ZHANG)).kind is OutcomeKind.LENT


# ── People ──


def test_a_helper_is_made_given_duties_let_in_and_unmade(room: Room):
    li = room.id_of(LI)
    room.ask(MakeHelper(patron_id=li, is_helper=True))
    duty = Duty(1, time(12, 0), time(12, 40))
    room.ask(SetDuties(patron_id=li, duties=(duty,)))
    assert room.school.patron(LI).on_duty
    room.school.at(NOON + timedelta(hours=1))
    assert not room.school.patron(LI).on_duty
    room.ask(LetIn(patron_id=li, until=time(13, 30)))
    assert room.school.patron(LI).on_duty
    people = room.ask(ReadPeople()).data
    assert isinstance(people, People)
    (mine,) = [one for one in people.helpers if one.patron_id == li]
    assert mine.duties == (duty,) and mine.counter_until == NOON.replace(hour=13, minute=30)
    room.ask(MakeHelper(patron_id=li, is_helper=False))
    assert not room.school.patron(LI).on_duty and not room.school.patron(LI).is_helper
    assert [e.action for e in room.events("helper_made", "duties_set", "let_in", "helper_unmade")] == [
        "helper_made",
        "duties_set",
        "let_in",
        "helper_unmade",
    ]


def test_only_pupils_become_helpers_and_only_helpers_have_duties(small: Room):
    assert problem(small.ask(MakeHelper(patron_id=small.id_of(HAN), is_helper=True))) is ProblemCode.NOT_A_PUPIL
    assert problem(small.ask(SetDuties(patron_id=small.id_of(LI), duties=()))) is ProblemCode.NOT_A_HELPER
    assert problem(small.ask(LetIn(patron_id=small.id_of(LI), until=time(23)))) is ProblemCode.NOT_A_HELPER


def test_letting_in_until_a_time_that_is_over_is_refused(small: Room):
    answer = small.ask(LetIn(patron_id=small.id_of(HELPER), until=time(11, 0)))
    assert problem(answer) is ProblemCode.BAD_VALUE


def test_the_people_page_tells_which_librarian_waits(small: Room):
    for _ in range(3):
        small.check("1111")
    small.school.later(seconds=1)
    people = small.ask(ReadPeople()).data
    assert isinstance(people, People)
    assert [(one.has_pin, one.locked) for one in people.librarians] == [(True, True)]


# ── Rules and display ──


def test_new_rules_hold_at_once_and_the_event_tells_before_and_now(room: Room):
    sheet = room.ask(ReadRules()).data
    assert isinstance(sheet, RulesSheet) and sheet.rules == Rules()
    pupil = sheet.rules.kinds[PatronKind.PUPIL]
    five = replace(pupil, limit=5, materials=MappingProxyType({m: LoanRule(5, 7, 0) for m in pupil.materials}))
    rules = replace(
        sheet.rules,
        kinds=MappingProxyType({**sheet.rules.kinds, PatronKind.PUPIL: five}),
        outside_terms=OutsideTerms.OPEN_TO_ALL,
    )
    assert room.ask(SaveRules(rules=rules)).kind is OutcomeKind.INFO
    assert room.school.patron(WANG).allowance.limit == 5
    details = room.last().details
    assert details["before"]["kinds"]["pupil"]["limit"] == 2 and details["now"]["kinds"]["pupil"]["limit"] == 5


def test_rules_beyond_reason_are_refused(small: Room):
    pupil = replace(Rules().kinds[PatronKind.PUPIL], limit=10**6)
    rules = replace(Rules(), kinds=MappingProxyType({**Rules().kinds, PatronKind.PUPIL: pupil}))
    assert problem(small.ask(SaveRules(rules=rules))) is ProblemCode.BAD_VALUE


def test_display_settings_are_saved_and_read_back(room: Room):
    display = Display("读书节开始了", "never", True, "{grade}年级{number}班")
    room.ask(SaveDisplay(display=display))
    sheet = room.ask(ReadRules()).data
    assert isinstance(sheet, RulesSheet) and sheet.display == display
    assert problem(room.ask(SaveDisplay(display=replace(display, pinyin="often")))) is ProblemCode.BAD_VALUE


# ── Pages ──


def test_finding_by_words_gives_people_and_titles(room: Room):
    people = room.ask(Find(text="王小")).data
    assert isinstance(people, Found) and [hit.name for hit in people.patrons] == ["王小明"]
    room.school.lend(WANG, BOOK)
    titles = room.ask(Find(text="kunchong")).data
    assert isinstance(titles, Found)
    (hit,) = titles.titles
    assert (hit.title, hit.copies, hit.available) == ("昆虫记", 33, 32)


def test_a_scan_finds_its_page_even_for_a_stopped_card(small: Room):
    small.ask(StopCard(patron_id=small.id_of(WANG)))
    found = small.ask(FindCode(code=WANG)).data
    assert isinstance(found, PatronPage) and found.sheet.name == "王小明" and not found.cards[0].active
    assert isinstance(small.ask(FindCode(code=BOOK)).data, CopyPage)
    assert small.ask(FindCode(code="nonsense")).kind is OutcomeKind.UNKNOWN
    assert codes(small.ask(FindCode(code=BOOK, clean=False))) == [ReasonCode.DAMAGED_SCAN]


def test_a_patrons_page_has_the_whole_history_in_parts(small: Room):
    for day in range(21):
        small.school.at(NOON + timedelta(days=day))
        assert small.lend(WANG, BOOK, "w").kind is OutcomeKind.LENT
        small.ask(ReturnByHand(copy_id=small.copy_id(BOOK)))
    wang = small.id_of(WANG)
    first, second = (small.ask(ReadPatron(patron_id=wang, page=page)).data for page in (0, 1))
    assert isinstance(first, PatronPage) and isinstance(second, PatronPage)
    assert (len(first.history), first.more, len(second.history), second.more) == (20, True, 1, False)
    assert first.history[0].lent_at == NOON + timedelta(days=20)
    assert {"lent", "returned"} == {happening.action for happening in first.happenings}


def test_a_copys_page_tells_who_has_it_and_who_had_it(small: Room):
    small.school.lend(LI, BOOK)
    small.ask(ReturnByHand(copy_id=small.copy_id(BOOK)))
    small.school.lend(WANG, BOOK)
    page = small.ask(ReadCopy(copy_id=small.copy_id(BOOK))).data
    assert isinstance(page, CopyPage) and page.holder is not None
    assert page.holder.name == "王小明" and [loan.name for loan in page.history] == ["王小明", "李雷"]
    title = small.ask(ReadTitle(title_id=page.title_id)).data
    assert isinstance(title, TitlePage) and BOOK in {copy.barcode for copy in title.copies}


def test_copies_to_look_after_are_listed_with_the_found_ones_first(room: Room):
    data = room.ask(ReadAside()).data
    assert isinstance(data, AsideList)
    assert [copy.barcode for copy in data.copies] == [FOUND, LOST, IN_REPAIR, HELD_FOR_LI]
    assert data.copies[-1].held_for == "李雷"


def test_todays_numbers_count_today(room: Room):
    room.school.lend(WANG, BOOK, BOOK_2)
    room.school.lend(LI, BOOK_3)
    room.ask(ReturnByHand(copy_id=room.copy_id(BOOK_3)))
    assert room.ask(ReadNumbers()).data == Numbers(loans=3, returns=1, renewals=0, readers=2, out=2, overdue=0)
    room.school.at(LATE)
    room.lend(HAN, BOOK_4)
    assert room.ask(ReadNumbers()).data == Numbers(loans=1, returns=0, renewals=0, readers=1, out=3, overdue=2)


def test_what_is_gone_is_a_plain_answer(small: Room):
    for command in (ReadPatron(patron_id=999), ReadCopy(copy_id=999), ReadTitle(title_id=999), StopCard(patron_id=999)):
        assert problem(small.ask(command)) in {ProblemCode.GONE, ProblemCode.NO_CARD}


def test_leaving_the_kiosk_is_written_down(small: Room):
    small.ask(LeaveKiosk())
    assert (small.last().action, small.last().operator_id) == ("kiosk_left", small.librarian)


def test_reading_commands_write_nothing(small: Room):
    before = small.school.library.read(lambda conn: conn.execute(select(schema.settings)).all())
    actions = small.school.actions()
    for command in (ReadRota(), ReadPeople(), ReadRules(), ReadAside(), ReadNumbers(), ReadActions(), Find(text="a")):
        small.ask(command)
    assert small.school.actions() == actions
    assert small.school.library.read(lambda conn: conn.execute(select(schema.settings)).all()) == before


def test_the_desk_keeps_edits_of_the_store_in_step(small: Room):
    small.school.library.transact(lambda conn: edit.save_setting(conn, "announcement", "新书到了"))
    sheet = small.ask(ReadRules()).data
    assert isinstance(sheet, RulesSheet) and sheet.display.announcement == "新书到了"
