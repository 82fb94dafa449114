"""The helper's commands at the counter, on a real library."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.flows.commands import OpenSession, TakeScan
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.work import (
    ClassList,
    ClassRoster,
    Denied,
    HelperCommand,
    LookUpCopy,
    Problem,
    ProblemCode,
    PutAside,
    ReadClass,
    ReadClasses,
    SendToRepair,
)
from kiosk.lending.copies import CopyStatus
from kiosk.lending.policy import ReasonCode
from kiosk.store import schema
from tests.desk.school import BOOK, FINISH, HELPER, IN_REPAIR, LI, LIBRARIAN, LOST, NOON, WANG, WITHDRAWN, School

COMMANDS = [ReadClasses(), ReadClass(class_id=1), LookUpCopy(code=BOOK), SendToRepair(copy_id=1)]


def helper(school: School) -> int:
    return school.patron(HELPER).patron_id


def copy_id(school: School, code: str) -> int:
    return int(school.copy_row(code).copy_id)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: type(one).__name__)
def test_only_a_helper_on_duty_or_a_librarian_is_served(school: School, command: HelperCommand):
    def denied(code: str) -> bool:
        school_command = type(command)(
            **{name: getattr(command, name) for name in command.__dataclass_fields__}
            | {"operator_id": school.patron(code).patron_id}
        )
        return isinstance(school.ask(school_command).data, Denied)

    assert denied(WANG)  # no helper
    assert not denied(HELPER)  # on duty 11:50–12:40
    assert not denied(LIBRARIAN)
    school.at(NOON + timedelta(hours=2))
    assert denied(HELPER)


def test_a_helper_let_in_serves_until_then_and_not_longer(school: School):
    school.at(NOON + timedelta(days=1, hours=3))
    who = helper(school)
    school.set_patron(who, counter_until=school.clock.utc() + timedelta(minutes=30))
    assert not isinstance(school.ask(ReadClasses(operator_id=who)).data, Denied)
    school.later(minutes=31)
    assert isinstance(school.ask(ReadClasses(operator_id=who)).data, Denied)


def test_a_helper_who_left_school_is_refused_even_in_their_duty(school: School):
    who = helper(school)
    school.set_patron(who, active=False)
    assert isinstance(school.ask(ReadClasses(operator_id=who)).data, Denied)


def test_the_class_list_has_only_classes_with_children_and_sorts_names_by_pinyin(school: School):
    who = helper(school)
    found = school.ask(ReadClasses(operator_id=who)).data
    assert isinstance(found, ClassList)
    assert [(entry.name.grade, entry.name.number, entry.pupils) for entry in found.classes] == [(3, 1, 1), (3, 2, 3)]
    roster = school.ask(ReadClass(operator_id=who, class_id=found.classes[1].class_id)).data
    assert isinstance(roster, ClassRoster)
    assert [(pupil.name, pupil.initial) for pupil in roster.pupils] == [("李雷", "L"), ("王小明", "W"), ("小帮手", "X")]


def test_a_class_that_is_gone_is_a_plain_answer(school: School):
    answer = school.ask(ReadClass(operator_id=helper(school), class_id=999))
    assert answer.data == Problem(ProblemCode.GONE)


def test_a_child_picked_by_name_is_identified_only_for_a_helper_on_duty(school: School):
    wang, who = school.patron(WANG).patron_id, helper(school)
    assert school.ask(OpenSession(patron_id=wang, operator_id=who)).kind is OutcomeKind.IDENTIFIED
    school.at(NOON + timedelta(hours=2))
    assert school.ask(OpenSession(patron_id=wang, operator_id=who)).kind is OutcomeKind.REFUSED


def test_looking_up_a_book_changes_nothing_and_does_not_tell_who_has_it(school: School):
    school.lend(WANG, BOOK)
    before = school.actions()
    answer = school.ask(LookUpCopy(operator_id=helper(school), code=BOOK))
    assert answer.kind is OutcomeKind.INFO
    assert answer.copy is not None and answer.copy.is_out and answer.patron is None
    assert "王小明" not in repr(answer)
    assert school.actions() == before


def test_looking_up_a_lost_book_does_not_take_it_for_found(school: School):
    answer = school.ask(LookUpCopy(operator_id=helper(school), code=LOST))
    assert answer.copy is not None and answer.copy.status is CopyStatus.LOST
    assert school.copy_row(LOST).status == "lost"


def test_looking_up_anything_but_a_book_is_answered_as_a_scan(school: School):
    who = helper(school)
    assert school.ask(LookUpCopy(operator_id=who, code=WANG)).kind is OutcomeKind.IDENTIFIED
    assert school.ask(LookUpCopy(operator_id=who, code="hello")).kind is OutcomeKind.UNKNOWN
    assert school.ask(LookUpCopy(operator_id=who, code=FINISH)).data is not None
    half = school.ask(LookUpCopy(operator_id=who, code=BOOK, clean=False))
    assert [reason.code for reason in half.reasons] == [ReasonCode.DAMAGED_SCAN]


def test_a_damaged_book_put_aside_is_no_longer_lent_and_says_who_did_it(school: School):
    who = helper(school)
    answer = school.ask(SendToRepair(operator_id=who, copy_id=copy_id(school, BOOK)))
    assert answer.data == PutAside(was_out=False)
    assert school.copy_row(BOOK).status == "in_repair"
    event = school.rows(schema.events)[-1]
    assert (event.action, event.operator_id) == ("put_aside", who)
    assert event.details == {"from": "in_service", "to": "in_repair"}
    refused = school.scan(BOOK, school.session(WANG))
    assert [reason.code for reason in refused.reasons] == [ReasonCode.IN_REPAIR]


def test_a_damaged_book_that_is_out_is_returned_first(school: School):
    school.lend(WANG, BOOK)
    who = helper(school)
    answer = school.ask(SendToRepair(operator_id=who, copy_id=copy_id(school, BOOK)))
    assert answer.data == PutAside(was_out=True)
    assert school.open_loans() == {}
    assert [(event.action, event.operator_id) for event in school.rows(schema.events)[-2:]] == [
        ("returned", who),
        ("put_aside", who),
    ]
    school.assert_consistent()


@pytest.mark.parametrize("code", [IN_REPAIR, LOST, WITHDRAWN])
def test_a_copy_in_another_state_stays_as_it_is(school: School, code: str):
    before = school.copy_row(code).status
    answer = school.ask(SendToRepair(operator_id=helper(school), copy_id=copy_id(school, code)))
    assert answer.data is None
    assert school.copy_row(code).status == before


def test_a_pile_of_returns_carries_the_helper(school: School):
    school.lend(LI, BOOK)
    who = helper(school)
    assert school.ask(TakeScan(code=BOOK, operator_id=who)).kind is OutcomeKind.RETURNED
    assert school.rows(schema.events)[-1].operator_id == who
