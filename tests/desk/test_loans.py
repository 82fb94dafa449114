"""What scans mean, row by row, on a real library; and what a return, a renewal and an undo do."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import update

from kiosk.flows.commands import OpenSession, TakeScan
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.lending.barcodes import BarcodeKind, Check, ControlCode, Pattern, Scheme, scheme_to_plain
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import Reason, ReasonCode
from kiosk.lending.rules import LoanRule, Rules
from kiosk.store import edit, schema
from tests.desk.school import (
    BOOK,
    BOOK_2,
    BOOK_3,
    FINISH,
    FOUND,
    HAN,
    HELD_FOR_LI,
    HELP,
    HELPER,
    IN_REPAIR,
    LI,
    LIBRARIAN,
    LOST,
    MAGAZINE,
    NOON,
    NOT_FOR_LOAN,
    OLD_BOOK,
    RENEW,
    SET,
    WANG,
    WITHDRAWN,
    ZHANG,
    School,
    card,
    copy,
    local,
)

NEXT_TURN = local("2026-09-14 12:00")
IN_THREE_WEEKS = local("2026-09-28 12:05")


def codes(outcome: Outcome) -> list[str]:
    return [reason.code.value for reason in outcome.reasons]


def rules_for(kind: PatronKind, **parts: object) -> Rules:
    usual = Rules()
    changed = replace(usual.kinds[kind], **parts)  # type: ignore[arg-type]  # fields of KindRules
    return replace(usual, kinds=MappingProxyType({**usual.kinds, kind: changed}))


# ── Idle ──


def test_a_card_is_identified_with_books_allowance_blocks_and_the_next_turn(school: School) -> None:
    school.lend(WANG, BOOK)
    sheet = school.patron(WANG)
    assert (sheet.name, sheet.card, sheet.grade) == ("王小明", WANG, 3)
    assert sheet.school_class is not None and (sheet.school_class.grade, sheet.school_class.number) == (3, 2)
    assert [loan.barcode for loan in sheet.loans] == [BOOK]
    assert (sheet.allowance.out, sheet.allowance.limit, sheet.allowance.left) == (1, 2, 1)
    assert sheet.blocks == ()
    assert sheet.next_turn == NEXT_TURN
    assert not sheet.has_pin


def test_identifying_lists_every_block_in_the_order_of_what_to_do_first(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK, BOOK_2)
    patron_id = school.patron(WANG).patron_id
    school.set_patron(patron_id, suspended_until=date(2026, 12, 24), charges_fen=300)
    school.rules(replace(Rules(), charges_block_fen=0))
    school.at(local("2026-10-20 18:00"))  # a Tuesday evening
    blocks = [reason.code for reason in school.patron(WANG).blocks]
    assert blocks == [
        ReasonCode.OVERDUE,
        ReasonCode.LIMIT,
        ReasonCode.NOT_YOUR_SLOT,
        ReasonCode.SUSPENDED,
        ReasonCode.CHARGES,
    ]


def test_a_copy_that_is_out_is_returned_at_once_without_a_card(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK)
    outcome = school.scan(BOOK)
    assert outcome.kind is OutcomeKind.RETURNED
    assert outcome.patron is None
    assert outcome.copy is not None and not outcome.copy.is_out
    assert school.open_loans() == {}
    assert school.actions() == ["lent", "returned"]


def test_a_copy_that_is_in_shows_where_it_lives_and_asks_for_a_card(school: School) -> None:
    outcome = school.scan(BOOK)
    assert outcome.kind is OutcomeKind.INFO
    assert codes(outcome) == ["no_card_yet"]
    assert outcome.copy is not None
    assert (outcome.copy.place, outcome.copy.call_number) == ("儿童文学 A3", "I287.45/1")
    assert school.actions() == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (IN_REPAIR, "in_repair"),
        (WITHDRAWN, "withdrawn"),
        (NOT_FOR_LOAN, "not_for_loan"),
        (FOUND, "lost_copy"),
        (HELD_FOR_LI, "no_card_yet"),  # it may be Li who asks
    ],
)
def test_a_copy_that_nobody_may_borrow_says_so_before_a_card_is_asked_for(
    school: School, code: str, reason: str
) -> None:
    outcome = school.scan(code)
    assert outcome.kind is OutcomeKind.INFO
    assert codes(outcome) == [reason]
    assert outcome.copy is not None and outcome.copy.place


def test_a_late_return_says_when_its_reader_may_borrow_again(school: School) -> None:
    school.lend(WANG, BOOK)
    school.at(local("2026-09-26 09:00"))
    outcome = school.scan(BOOK)
    assert outcome.late is not None and outcome.late.suspended_until == date(2026, 10, 1)
    assert outcome.next_chance == school.patron(WANG).next_chance == local("2026-10-12 12:00")
    assert school.scan(BOOK_2).next_chance is None


@pytest.mark.parametrize("when", [local("2026-09-12 09:00"), local("2026-10-02 12:00"), local("2027-02-01 00:00")])
def test_a_return_is_never_refused(school: School, when: datetime) -> None:
    school.lend(WANG, BOOK)
    school.at(when)  # a Saturday, a closure, outside every term
    assert school.scan(BOOK).kind is OutcomeKind.RETURNED


# ── With a card ──


def test_a_copy_that_is_in_is_lent_until_the_slot_after_two_weeks(school_anywhere: School) -> None:
    school = school_anywhere
    session = school.session(WANG)
    outcome = school.scan(BOOK, session)
    assert outcome.kind is OutcomeKind.LENT
    assert outcome.due_on == date(2026, 9, 21)
    assert outcome.copy is not None and outcome.copy.is_out
    assert outcome.patron is not None and [loan.loan_id for loan in outcome.patron.loans] == [outcome.loan_id]
    assert outcome.patron.loans[0].session_id == session.session_id
    assert school.open_loans() == {BOOK: session.patron_id}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (IN_REPAIR, "in_repair"),
        (WITHDRAWN, "withdrawn"),
        (NOT_FOR_LOAN, "not_for_loan"),
        (HELD_FOR_LI, "held_for_other"),
        (FOUND, "lost_copy"),
    ],
)
def test_a_copy_that_may_not_go_out_is_refused_and_says_why(school: School, code: str, reason: str) -> None:
    outcome = school.scan(code, school.session(WANG))
    assert outcome.kind is OutcomeKind.REFUSED
    assert codes(outcome) == [reason]
    assert school.open_loans() == {}


def test_not_in_the_slot_of_ones_class_is_refused_with_the_next_turn(school: School) -> None:
    outcome = school.scan(BOOK, school.session(ZHANG))
    assert codes(outcome) == ["not_your_slot"]
    assert outcome.reasons[0].data == {"next": local("2026-09-07 12:15")}


def test_in_a_closure_is_refused_with_its_reason_and_the_next_turn(school: School) -> None:
    school.at(local("2026-10-05 12:05"))  # a Monday in the national holidays
    outcome = school.scan(BOOK, school.session(WANG))
    assert codes(outcome) == ["closed"]
    assert outcome.reasons[0].data == {"next": local("2026-10-12 12:00"), "why": "国庆节"}


def test_the_limit_is_refused_and_never_passed(school: School) -> None:
    session = school.lend(WANG, BOOK, BOOK_2)
    outcome = school.scan(BOOK_3, session)
    assert outcome.kind is OutcomeKind.REFUSED
    assert codes(outcome) == ["limit"]
    assert outcome.reasons[0].data == {"limit": 2, "out": 2}
    assert len(school.open_loans()) == 2


def test_the_limit_of_a_material_is_refused_by_itself(school: School) -> None:
    usual = Rules().kinds[PatronKind.PUPIL]
    materials = MappingProxyType({**usual.materials, Material.MAGAZINE: LoanRule(0, 7, 0)})
    school.rules(rules_for(PatronKind.PUPIL, materials=materials))
    outcome = school.scan(MAGAZINE, school.session(WANG))
    assert codes(outcome) == ["limit"]
    assert outcome.reasons[0].data["material"] == "magazine"


def test_every_reason_is_told_at_once_and_in_order(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK, BOOK_2)
    school.set_patron(school.patron(WANG).patron_id, suspended_until=date(2026, 12, 24), charges_fen=300)
    school.rules(replace(Rules(), charges_block_fen=100))
    school.set_copy(IN_REPAIR, for_loan=False, held_for=school.patron(LI).patron_id)
    school.at(local("2026-10-20 18:00"))
    outcome = school.scan(IN_REPAIR, school.session(WANG))
    assert codes(outcome) == [
        "in_repair",
        "not_for_loan",
        "held_for_other",
        "overdue",
        "limit",
        "not_your_slot",
        "suspended",
        "charges",
    ]


def test_a_copy_of_ones_own_is_returned(school: School) -> None:
    school.lend(WANG, BOOK)
    outcome = school.scan(BOOK, school.session(WANG))
    assert outcome.kind is OutcomeKind.RETURNED
    assert outcome.patron is not None and outcome.patron.loans == ()
    assert school.open_loans() == {}


def test_one_lent_in_this_session_is_already_yours(school: School) -> None:
    session = school.lend(WANG, BOOK)
    for _ in range(3):
        outcome = school.scan(BOOK, session)
        assert (outcome.kind, outcome.note) == (OutcomeKind.INFO, Note.ALREADY_YOURS)
    assert school.open_loans() == {BOOK: session.patron_id}
    assert school.actions() == ["lent"]


def test_one_renewed_in_this_session_is_not_returned_by_its_scan(school: School) -> None:
    school.lend(WANG, BOOK)
    school.later(days=7)
    session = school.session(WANG)
    renewed = school.renew(session).renewed
    outcome = school.scan(BOOK, replace(session, renewed=frozenset(renewed)))
    assert (outcome.kind, outcome.note) == (OutcomeKind.INFO, Note.ALREADY_RENEWED)
    assert len(school.open_loans()) == 1


def test_one_that_came_back_unscanned_is_returned_for_them_and_lent_on(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(LI, BOOK)
    session = school.session(WANG)
    outcome = school.scan(BOOK, session)
    assert outcome.kind is OutcomeKind.RETURNED_AND_LENT
    assert outcome.due_on == date(2026, 9, 21)
    assert school.open_loans() == {BOOK: session.patron_id}
    assert school.actions() == ["lent", "returned", "lent"]
    assert school.scan(BOOK, session).note is Note.ALREADY_YOURS


def test_one_that_came_back_unscanned_but_may_not_be_lent_on_is_only_returned(school: School) -> None:
    school.lend(LI, BOOK)
    session = school.lend(WANG, BOOK_2, BOOK_3)
    outcome = school.scan(BOOK, session)
    assert (outcome.kind, outcome.note) == (OutcomeKind.RETURNED, Note.RETURN_ONLY)
    assert codes(outcome) == ["limit"]
    assert outcome.copy is not None and not outcome.copy.is_out
    assert set(school.open_loans()) == {BOOK_2, BOOK_3}


def test_the_previous_borrower_is_in_no_outcome(school: School) -> None:
    school.lend(LI, BOOK, BOOK_2)
    school.at(local("2026-10-12 12:05"))  # three weeks late: li is suspended by what others bring back
    li = school.patron(LI)
    told = [school.scan(BOOK, school.session(WANG)), school.scan(BOOK_2)]
    told.append(school.scan(BOOK_2, school.session(WANG)))
    for outcome in told:
        text = json.dumps(asdict(replace(outcome, reasons=())), ensure_ascii=False, default=str)
        assert li.name not in text and LI not in text
        assert outcome.patron is None or outcome.patron.patron_id != li.patron_id
    assert [one.kind for one in told] == [OutcomeKind.RETURNED_AND_LENT, OutcomeKind.RETURNED, OutcomeKind.LENT]
    assert told[0].late is None
    assert school.patron(LI).blocks[0].code is ReasonCode.SUSPENDED


@pytest.mark.parametrize(("code", "control"), [(FINISH, "finish"), (RENEW, "renew"), (HELP, "help")])
def test_a_control_card_says_which_it_is(school: School, code: str, control: str) -> None:
    assert school.scan(code).data is ControlCode(control)
    school.library.transact(lambda conn: conn.execute(schema.barcodes.delete().where(schema.barcodes.c.code == code)))
    outcome = school.scan(code, school.session(WANG))  # also where the library was never told of control cards
    assert outcome.kind is OutcomeKind.INFO and outcome.data is ControlCode(control)


# ── Lost, found, in repair, held ──


def test_a_lost_copy_is_accepted_as_found_and_never_lent_on_by_itself(school_anywhere: School) -> None:
    school = school_anywhere
    session = school.session(WANG)
    outcome = school.scan(LOST, session)
    assert (outcome.kind, outcome.note) == (OutcomeKind.RETURNED, Note.FOUND)
    assert school.copy_row(LOST).status == CopyStatus.FOUND
    assert school.actions() == ["found"]
    again = school.scan(LOST, session)
    assert again.kind is OutcomeKind.REFUSED and codes(again) == ["lost_copy"]
    assert codes(school.scan(LOST)) == ["lost_copy"]
    assert school.open_loans() == {}


@pytest.mark.parametrize("by", [None, LI, WANG])
def test_a_lost_copy_that_is_still_out_is_returned_and_found(school: School, by: str | None) -> None:
    school.lend(LI, BOOK)
    school.set_copy(BOOK, status="lost")
    outcome = school.scan(BOOK, school.session(by) if by else None)
    assert (outcome.kind, outcome.note) == (OutcomeKind.RETURNED, Note.FOUND)
    assert school.copy_row(BOOK).status == CopyStatus.FOUND
    assert school.open_loans() == {}
    assert school.actions() == ["lent", "returned", "found"]


def test_the_found_list_is_told_in_the_answer(school: School) -> None:
    outcome = school.scan(LOST)
    assert outcome.copy is not None
    assert outcome.copy.status is CopyStatus.FOUND


@pytest.mark.parametrize("what", ["held", "in_repair", "withdrawn"])
def test_a_return_that_must_not_go_on_the_shelf_says_so(school: School, what: str) -> None:
    school.lend(WANG, BOOK)
    if what == "held":
        school.set_copy(BOOK, held_for=school.patron(ZHANG).patron_id)
    else:
        school.set_copy(BOOK, status=what)
    outcome = school.scan(BOOK)
    assert (outcome.kind, outcome.note) == (OutcomeKind.RETURNED, Note.KEEP_FOR_LIBRARIAN)


def test_a_held_copy_is_lent_to_whom_it_is_held_for_and_undone_is_held_again(school_anywhere: School) -> None:
    school = school_anywhere
    li = school.patron(LI).patron_id
    session = school.session(LI)
    outcome = school.scan(HELD_FOR_LI, session)
    assert outcome.kind is OutcomeKind.LENT
    assert school.copy_row(HELD_FOR_LI).held_for is None
    assert school.undo(session, outcome.loan_id).note is Note.UNDONE
    assert school.copy_row(HELD_FOR_LI).held_for == li


# ── Kinds of patron ──


def test_a_class_set_borrows_sixty_with_one_card(school_anywhere: School) -> None:
    school = school_anywhere
    school.at(local("2026-09-08 09:00"))  # no class's slot: a class set is not bound to the rota
    session = school.lend(SET, *(copy(serial) for serial in range(1, 61)))
    outcome = school.scan(copy(61), session)
    assert codes(outcome) == ["limit"]
    assert outcome.reasons[0].data == {"limit": 60, "out": 60}
    assert len(school.open_loans()) == 60
    assert outcome.patron is not None
    assert {loan.due_on for loan in outcome.patron.loans} == {date(2026, 10, 8)}


def test_a_teacher_borrows_ten_at_any_time_until_the_recall(school: School) -> None:
    school.at(local("2026-09-09 17:00"))
    session = school.lend(HAN, *(copy(serial) for serial in range(1, 11)))
    assert codes(school.scan(copy(11), session)) == ["limit"]
    sheet = school.patron(HAN)
    assert {loan.due_on for loan in sheet.loans} == {date(2027, 1, 8)}
    assert sheet.school_class is None


def test_a_stopped_card_is_refused_from_then_on_and_the_new_one_works(school_anywhere: School) -> None:
    school = school_anywhere
    patron_id = school.patron(WANG).patron_id
    school.library.transact(lambda conn: edit.issue_card(conn, patron_id, card(50), school.clock.utc()))
    assert codes(school.scan(WANG)) == ["card_stopped"]
    assert school.patron(card(50)).name == "王小明"


def test_a_patron_stopped_in_the_middle_of_a_session_borrows_nothing_more(school: School) -> None:
    session = school.lend(WANG, BOOK)
    school.set_patron(session.patron_id, active=False)
    assert codes(school.scan(BOOK_2, session)) == ["card_stopped"]
    assert codes(school.scan(WANG)) == ["card_stopped"]
    assert school.scan(BOOK).kind is OutcomeKind.RETURNED


def test_a_helper_is_on_duty_in_the_duty_slot_or_when_let_in(school_anywhere: School) -> None:
    school = school_anywhere
    assert school.patron(HELPER).on_duty
    assert not school.patron(WANG).on_duty
    school.at(local("2026-09-08 12:05"))
    helper = school.patron(HELPER)
    assert helper.is_helper and not helper.on_duty
    school.set_patron(helper.patron_id, counter_until=school.clock.utc() + timedelta(minutes=20))
    assert school.patron(HELPER).on_duty
    school.later(minutes=20)
    assert not school.patron(HELPER).on_duty


def test_a_session_is_opened_by_who_may_serve_and_for_nobody_else(school: School) -> None:
    wang, helper, zhang = (school.patron(code).patron_id for code in (WANG, HELPER, ZHANG))
    opened = school.ask(OpenSession(patron_id=wang, operator_id=helper))
    assert opened.kind is OutcomeKind.IDENTIFIED
    assert opened.patron is not None and opened.patron.patron_id == wang
    refused = school.ask(OpenSession(patron_id=wang, operator_id=zhang))
    assert refused.kind is OutcomeKind.REFUSED and refused.patron is None
    school.set_patron(wang, active=False)
    assert codes(school.ask(OpenSession(patron_id=wang, operator_id=helper))) == ["card_stopped"]
    librarian = school.patron(LIBRARIAN).patron_id
    assert school.ask(OpenSession(patron_id=zhang, operator_id=librarian)).kind is OutcomeKind.IDENTIFIED


def test_what_is_done_for_somebody_carries_who_did_it(school_anywhere: School) -> None:
    school = school_anywhere
    helper = school.patron(HELPER).patron_id
    session = replace(school.session(WANG), operator_id=helper)
    lent = school.scan(BOOK, session)
    school.undo(session, lent.loan_id)
    school.scan(BOOK_2, session)
    school.ask(TakeScan(code=BOOK_2, operator_id=helper))
    school.ask(TakeScan(code=LOST, operator_id=helper))
    events = school.rows(schema.events)
    assert [event.action for event in events] == ["lent", "undone", "lent", "returned", "found"]
    assert {event.operator_id for event in events} == {helper}


# ── Undo ──


def test_an_undone_loan_leaves_no_trace_in_the_figures(school_anywhere: School) -> None:
    school = school_anywhere
    session = school.session(WANG)
    lent = school.scan(BOOK, session)
    undone = school.undo(session, lent.loan_id)
    assert (undone.kind, undone.note) == (OutcomeKind.INFO, Note.UNDONE)
    assert undone.patron is not None and undone.patron.loans == ()
    assert undone.copy is not None and not undone.copy.is_out
    assert school.open_loans() == {}
    assert [loan.undone for loan in school.rows(schema.loans)] == [True]
    assert school.actions() == ["lent", "undone"]
    school.assert_consistent()


def test_undone_late_in_the_day_it_is_no_late_return(school: School) -> None:
    session = school.session(WANG)
    lent = school.scan(BOOK, session)
    school.later(days=40)
    school.undo(session, lent.loan_id)
    assert all(reason.code is not ReasonCode.SUSPENDED for reason in school.patron(WANG).blocks)


def test_only_this_session_and_only_an_open_loan_is_undone(school: School) -> None:
    session = school.session(WANG)
    lent = school.scan(BOOK, session)
    for other in (school.session(WANG), school.session(LI)):
        outcome = school.undo(other, lent.loan_id)
        assert (outcome.kind, outcome.note) == (OutcomeKind.INFO, Note.NONE)
    assert school.open_loans() == {BOOK: session.patron_id}
    school.undo(session, lent.loan_id)
    assert school.undo(session, lent.loan_id).note is Note.NONE
    assert school.actions() == ["lent", "undone"]


def test_undoing_what_came_back_unscanned_keeps_the_return(school: School) -> None:
    school.lend(LI, BOOK)
    session = school.session(WANG)
    lent = school.scan(BOOK, session)
    school.undo(session, lent.loan_id)
    assert school.open_loans() == {}
    assert school.patron(LI).loans == ()
    school.assert_consistent()


# ── Renewal ──


def test_one_loan_is_renewed_to_the_slot_two_weeks_on_and_only_once(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK, BOOK_2)
    school.later(days=7)
    session = school.session(WANG)
    loan = school.patron(WANG).loans[0]
    outcome = school.renew(session, loan.loan_id)
    assert outcome.kind is OutcomeKind.RENEWED
    assert (outcome.renewed, outcome.due_on) == ((loan.loan_id,), date(2026, 9, 28))
    assert outcome.copy is not None and outcome.copy.barcode == loan.barcode
    again = school.renew(replace(session, renewed=frozenset(outcome.renewed)), loan.loan_id)
    assert (again.kind, again.note) == (OutcomeKind.INFO, Note.ALREADY_RENEWED)
    later = school.renew(school.session(WANG), loan.loan_id)
    assert later.kind is OutcomeKind.REFUSED and codes(later) == ["no_renewal_left"]
    assert [one.renewals for one in school.patron(WANG).loans] == [0, 1]


def test_the_renew_card_renews_every_loan_that_may_be(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK, BOOK_2)
    school.set_copy(BOOK_2, held_for=school.patron(LI).patron_id)
    school.later(days=7)
    outcome = school.renew(school.session(WANG))
    assert outcome.kind is OutcomeKind.RENEWED
    assert len(outcome.renewed) == 1
    assert codes(outcome) == ["held_for_other"]
    assert outcome.copy is None
    school.assert_consistent()


def test_a_renewal_of_all_is_refused_with_every_reason_in_order(school: School) -> None:
    school.lend(WANG, BOOK, BOOK_2)
    first, second = (loan.loan_id for loan in school.patron(WANG).loans)
    school.later(days=7)
    school.renew(school.session(WANG), first)
    school.set_copy(BOOK_2, held_for=school.patron(LI).patron_id)
    school.later(days=1)
    outcome = school.renew(school.session(WANG))
    assert second and outcome.kind is OutcomeKind.REFUSED
    assert codes(outcome) == ["held_for_other", "no_renewal_left"]
    assert [one.loan_id for one in school.patron(WANG).loans] == [second, first]


def test_what_is_overdue_is_not_renewed(school: School) -> None:
    school.lend(WANG, BOOK)
    school.at(IN_THREE_WEEKS)
    outcome = school.renew(school.session(WANG))
    assert outcome.kind is OutcomeKind.REFUSED and codes(outcome) == ["overdue"]


def test_a_renewal_that_would_win_no_day_uses_up_none(school: School) -> None:
    school.lend(WANG, BOOK)
    outcome = school.renew(school.session(WANG))
    assert (outcome.kind, outcome.note) == (OutcomeKind.INFO, Note.TOO_EARLY)
    assert school.patron(WANG).loans[0].renewals == 0
    assert school.actions() == ["lent"]


def test_there_is_nothing_to_renew_without_loans_or_with_fresh_ones_only(school: School) -> None:
    assert school.renew(school.session(WANG)).note is Note.NOTHING_TO_RENEW
    assert school.renew(school.lend(WANG, BOOK)).note is Note.NOTHING_TO_RENEW
    assert school.renew(school.session(WANG), 4711).note is Note.NOTHING_TO_RENEW


# ── Overdue and suspended ──


def test_giving_back_the_overdue_book_lets_the_very_next_scan_lend(school: School) -> None:
    school.rules(rules_for(PatronKind.PUPIL, suspension_factor=0))
    school.lend(WANG, BOOK)
    school.at(IN_THREE_WEEKS)
    session = school.session(WANG)
    assert codes(school.scan(BOOK_2, session)) == ["overdue"]
    returned = school.scan(BOOK, session)
    assert returned.late is not None and returned.late.days_late == 7
    assert returned.patron is not None and returned.patron.blocks == ()
    assert school.scan(BOOK_2, session).kind is OutcomeKind.LENT


def test_a_late_return_suspends_for_as_many_days_and_then_lends_again(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK)
    school.at(IN_THREE_WEEKS)
    session = school.session(WANG)
    returned = school.scan(BOOK, session)
    assert returned.late is not None
    assert (returned.late.days_late, returned.late.suspended_until) == (7, date(2026, 10, 5))
    refused = school.scan(BOOK_2, session)
    assert codes(refused) == ["suspended"]
    assert refused.reasons[0].data == {"until": date(2026, 10, 5)}
    school.at(local("2026-10-12 12:05"))
    assert school.scan(BOOK_2, session).kind is OutcomeKind.LENT


def test_a_late_return_is_judged_by_the_material_of_the_copy(school_anywhere: School) -> None:
    school = school_anywhere
    usual = Rules().kinds[PatronKind.PUPIL].materials
    magazine = replace(usual[Material.MAGAZINE], suspension_factor=3, suspension_cap=100, blocked_by_overdue=False)
    school.rules(rules_for(PatronKind.PUPIL, materials=MappingProxyType({**usual, Material.MAGAZINE: magazine})))
    school.lend(WANG, MAGAZINE)
    school.lend(LI, BOOK)
    school.at(IN_THREE_WEEKS)
    assert school.patron(WANG).blocks == ()
    assert [reason.code for reason in school.patron(LI).blocks] == [ReasonCode.OVERDUE]
    late = [school.scan(code).late for code in (MAGAZINE, BOOK)]
    assert [one and (one.days_late, one.suspended_until) for one in late] == [
        (7, date(2026, 10, 19)),
        (7, date(2026, 10, 5)),
    ]
    assert school.patron(WANG).blocks[0].data == {"until": date(2026, 10, 19)}


def test_a_late_return_by_somebody_else_suspends_the_borrower_not_them(school: School) -> None:
    school.lend(LI, BOOK)
    school.at(IN_THREE_WEEKS)
    session = school.session(WANG)
    assert school.scan(BOOK, session).kind is OutcomeKind.RETURNED_AND_LENT
    assert [reason.code for reason in school.patron(LI).blocks] == [ReasonCode.SUSPENDED]
    assert school.patron(WANG).blocks == ()


# ── The clock ──


def test_with_the_clock_behind_returns_are_taken_and_loans_refused(school_anywhere: School) -> None:
    school = school_anywhere
    school.lend(WANG, BOOK)
    school.later(days=-400)
    session = school.session(WANG)
    refused = school.scan(BOOK_2, session)
    assert refused.kind is OutcomeKind.REFUSED and codes(refused) == ["clock"]
    assert codes(school.renew(session)) == ["clock"]
    returned = school.scan(BOOK, session)
    assert returned.kind is OutcomeKind.RETURNED
    assert returned.late is not None and returned.late.days_late == 0
    school.at(NOON + timedelta(minutes=1))
    assert school.scan(BOOK_2, session).kind is OutcomeKind.LENT


def test_a_clock_a_little_behind_another_kiosks_still_lends(school: School) -> None:
    school.lend(WANG, BOOK)
    school.later(minutes=-4)
    assert school.scan(BOOK_2, school.session(WANG)).kind is OutcomeKind.LENT


# ── Codes that are nobody's ──


@pytest.mark.parametrize("code", ["20000019", "30000010", "2000001", "300000177"])
def test_an_own_number_whose_check_fails_or_that_lost_a_character_is_damaged(school: School, code: str) -> None:
    for session in (None, school.session(WANG)):
        outcome = school.scan(code, session)
        assert outcome.kind is OutcomeKind.DAMAGED and codes(outcome) == ["damaged_scan"]


def test_what_was_not_read_cleanly_is_damaged_even_if_it_looks_right(school: School) -> None:
    assert school.scan(BOOK, school.session(WANG), clean=False).kind is OutcomeKind.DAMAGED
    assert school.open_loans() == {}


@pytest.mark.parametrize("code", ["9787020002207", "9771671688033"])
def test_a_publishers_barcode_is_told_apart(school: School, code: str) -> None:
    for session in (None, school.session(WANG)):
        assert codes(school.scan(code, session)) == ["publisher_barcode"]


def test_unknown_codes_are_taken_for_a_card_before_one_and_for_a_book_after(school_anywhere: School) -> None:
    school = school_anywhere
    assert codes(school.scan("HELLO")) == ["unknown_card"]
    outcome = school.scan("HELLO", school.session(WANG))
    assert (outcome.kind, codes(outcome)) == (OutcomeKind.UNKNOWN, ["unknown_copy"])
    assert outcome.patron is not None
    assert codes(school.scan(copy(999))) == ["unknown_copy"]
    assert codes(school.scan(card(999), school.session(WANG))) == ["unknown_card"]


def test_a_schools_old_number_is_known_before_what_it_looks_like(school: School) -> None:
    session = school.session(HAN)
    assert school.scan(OLD_BOOK, session).kind is OutcomeKind.LENT
    codes_ = schema.barcodes
    old = "30000010"  # fits our numbers but for the check
    school.library.transact(lambda conn: conn.execute(update(codes_).where(codes_.c.code == copy(20)).values(code=old)))
    assert school.scan(f" {old} ", session).kind is OutcomeKind.LENT


def test_a_pattern_of_the_school_tells_damaged_from_unknown(school: School) -> None:
    scheme = Scheme((Pattern(BarcodeKind.COPY, r"T\d{4}(\d{3})", Check.LUHN),))
    school.library.transact(lambda conn: edit.save_setting(conn, "scheme", scheme_to_plain(scheme)))
    assert school.scan("T0000018").kind is OutcomeKind.UNKNOWN
    assert school.scan("T0000019").kind is OutcomeKind.DAMAGED


def test_full_width_and_blanks_around_are_read_through(school: School) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in WANG)
    assert school.scan(f" {wide}\t").kind is OutcomeKind.IDENTIFIED


@pytest.mark.parametrize(
    "code", [f"{BOOK[:4]}\x00{BOOK[4:]}", f"\x01{BOOK}", f"{BOOK[:4]}\u202e{BOOK[4:]}", f"{BOOK[:4]}\ud800{BOOK[4:]}"]
)
def test_a_code_with_a_control_character_in_it_is_damaged_not_mended(school_anywhere: School, code: str) -> None:
    school = school_anywhere
    assert school.scan(code, school.session(WANG)).kind is OutcomeKind.DAMAGED
    assert school.open_loans() == {}


def test_a_code_is_not_known_by_its_beginning(school: School) -> None:
    long = "L" * 64
    codes_ = schema.barcodes
    school.library.transact(
        lambda conn: conn.execute(update(codes_).where(codes_.c.code == copy(20)).values(code=long))
    )
    session = school.session(WANG)
    assert school.scan(long + "1", session).kind is OutcomeKind.UNKNOWN
    assert school.scan(long, session).kind is OutcomeKind.LENT


# ── One transaction, once ──


def test_the_same_request_never_acts_twice(school_anywhere: School) -> None:
    school = school_anywhere
    session = school.session(WANG)
    command = TakeScan(code=BOOK, session=session, request_id="the-same")
    assert school.desk.perform(command).kind is OutcomeKind.LENT
    school.desk.perform(replace(command, code=BOOK_2))
    assert school.open_loans() == {BOOK: session.patron_id}
    assert school.actions() == ["lent"]


def test_everything_recorded_agrees_after_a_day_of_all_sorts(school_anywhere: School) -> None:
    school = school_anywhere
    wang = school.lend(WANG, BOOK, BOOK_2)
    school.scan(BOOK_3, wang)
    loan = school.patron(WANG).loans[0]
    school.undo(wang, loan.loan_id)
    li = school.lend(LI, BOOK_3)
    school.scan(BOOK_2, li)
    school.later(days=7)
    school.renew(school.session(LI))
    school.scan(BOOK_3)
    school.scan(LOST)
    school.assert_consistent()


def test_a_copy_lent_at_another_kiosk_a_moment_ago_has_not_come_back_yet(school: School) -> None:
    here = school.session(WANG, "here-s1")
    assert school.scan(BOOK, here).kind is OutcomeKind.LENT
    there = school.session(LI, "there-s1")
    refused = school.scan(BOOK, there)
    assert (refused.kind, [reason.code for reason in refused.reasons]) == (OutcomeKind.REFUSED, [ReasonCode.JUST_LENT])
    school.clock.advance(11)
    assert school.scan(BOOK, there).kind is OutcomeKind.RETURNED_AND_LENT


def test_at_the_same_kiosk_a_copy_may_change_hands_at_once(school: School) -> None:
    assert school.scan(BOOK, school.session(WANG, "here-s1")).kind is OutcomeKind.LENT
    assert school.scan(BOOK, school.session(LI, "here-s2")).kind is OutcomeKind.RETURNED_AND_LENT


# ── What a damaged code was ──


def test_a_damaged_card_is_told_from_a_damaged_copy(school: School) -> None:
    session = school.session(WANG)
    for code, data in ((LI[:-1], {"meant": "card"}), (BOOK[:-1], {})):
        outcome = school.scan(code, session)
        assert outcome.kind is OutcomeKind.DAMAGED
        assert outcome.reasons == (Reason(ReasonCode.DAMAGED_SCAN, data),)
