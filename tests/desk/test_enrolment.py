"""Patrons and classes by hand, and the new school year: what leaves, what stays, how it is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from kiosk.flows.commands import Command
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.people import (
    AddClass,
    Added,
    AddPatron,
    BeginYear,
    ChangePatron,
    ClearanceSheet,
    CloseClear,
    Closed,
    ClosePatron,
    Enrolment,
    ReadClearance,
    ReadEnrolment,
    ReadNewYear,
    UndoYear,
    YearBegun,
    YearSheet,
    YearUndone,
)
from kiosk.flows.work import Action, ActionList, Denied, Problem, ProblemCode, ReadActions, UndoAction
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.store import edit, schema
from kiosk.store.library import Library
from tests.desk.school import BOOK, BOOK_2, HELPER, LI, LIBRARIAN, MADE, SET, WANG, ZHANG, School, card, fill, local


@pytest.fixture(autouse=True)
def _pin(school: School) -> None:
    with_pin(school)


def with_pin(school: School) -> None:
    """The librarian has a PIN; what it is does not matter here, and to reckon it takes long."""
    school.set_patron(librarian(school), pin_hash="any")


def librarian(school: School) -> int:
    return school.patron(LIBRARIAN).patron_id


def ask(school: School, command: Command) -> object:
    from dataclasses import replace

    return school.ask(replace(command, operator_id=librarian(school))).data  # type: ignore[call-arg]  # a librarian's


def key(data: object) -> str:
    assert isinstance(data, Hindrance), data
    return data.text.key


def person(school: School, name: str) -> object:
    return next(row for row in school.rows(schema.patrons) if row.name == name)


# --- one patron, one class ------------------------------------------------------------------------------------


def test_a_new_pupil_gets_the_next_card_and_may_borrow_at_once(school: School) -> None:
    added = ask(school, AddPatron(kind=PatronKind.PUPIL, name=" 新同学 ", class_id=2))
    assert isinstance(added, Added)
    assert added.card == card(8)
    sheet = school.patron(added.card)
    assert (sheet.name, sheet.school_class) == ("新同学", ClassName(3, 2))
    school.lend(added.card, BOOK)
    assert school.actions()[-2:] == ["patron_added", "lent"]


def test_a_pupil_needs_a_class_that_is_at_school_and_a_teacher_none(school: School) -> None:
    assert key(ask(school, AddPatron(kind=PatronKind.PUPIL, name="新同学"))) == "people.cannot.class_needed"
    assert (
        key(ask(school, AddPatron(kind=PatronKind.CLASS_SET, name="班", class_id=99))) == "people.cannot.class_needed"
    )
    added = ask(school, AddPatron(kind=PatronKind.TEACHER, name="新老师", class_id=2))
    assert isinstance(added, Added)
    assert school.patron(added.card).school_class is None


def test_a_patron_gets_another_name_and_class_and_keeps_card_and_loans(school: School) -> None:
    school.lend(WANG, BOOK)
    patron_id = school.patron(WANG).patron_id
    assert ask(school, ChangePatron(patron_id=patron_id, name="王晓明", class_id=1)) == Added(patron_id)
    sheet = school.patron(WANG)
    assert (sheet.name, sheet.school_class) == ("王晓明", ClassName(3, 1))
    assert list(school.open_loans()) == [BOOK]
    assert school.actions()[-2:] == ["patron_renamed", "patron_moved"]


def test_a_closed_card_is_answered_as_a_stopped_one_and_opens_again(school: School) -> None:
    patron_id = school.patron(LI).patron_id
    ask(school, ClosePatron(patron_id=patron_id))
    assert [reason.code.value for reason in school.scan(LI).reasons] == ["card_stopped"]
    ask(school, ClosePatron(patron_id=patron_id, reopen=True))
    assert school.scan(LI).kind is OutcomeKind.IDENTIFIED


def test_nobody_is_closed_who_owes_something_nor_closes_themselves(school: School) -> None:
    school.lend(WANG, BOOK)
    school.set_patron(school.patron(LI).patron_id, charges_fen=350)
    for one in (WANG, LI):
        assert key(ask(school, ClosePatron(patron_id=school.patron(one).patron_id))) == "people.cannot.still_owes"
    assert key(ask(school, ClosePatron(patron_id=librarian(school)))) == "people.cannot.last_librarian"


def test_a_class_is_added_once_by_its_grade_of_this_year(school: School) -> None:
    ask(school, AddClass(grade=1, number=4, own_name="彩虹班"))
    row = school.rows(schema.school_classes)[-1]
    assert (row.entry_year, row.number, row.own_name) == (2026, 4, "彩虹班")
    assert key(ask(school, AddClass(grade=3, number=2))) == "people.cannot.class_there"


def test_no_two_classes_at_school_are_called_the_same(school: School) -> None:
    ask(school, AddClass(grade=1, number=4, own_name="彩虹班"))
    assert key(ask(school, AddClass(grade=2, number=5, own_name=" 彩虹班 "))) == "people.cannot.class_called"
    assert [row.own_name for row in school.rows(schema.school_classes)].count("彩虹班") == 1


def todays(school: School) -> dict[str, Action]:
    """The classes that were added today, as the list of what can be undone shows them."""
    listed = ask(school, ReadActions())
    assert isinstance(listed, ActionList)
    return {one.title: one for one in listed.actions if one.action == "class_added"}


def test_a_class_added_by_mistake_is_taken_out_again_while_nobody_is_in_it(school: School) -> None:
    before = school.rows(schema.school_classes)
    ask(school, AddClass(grade=1, number=4))
    ask(school, AddClass(grade=1, number=5, own_name="彩虹班"))
    class_id = school.rows(schema.school_classes)[-1].class_id
    ask(school, AddPatron(kind=PatronKind.PUPIL, name="新一", class_id=class_id))
    assert {title: one.blocked for title, one in todays(school).items()} == {"一(4)班": False, "彩虹班": True}
    assert ask(school, UndoAction(seq=todays(school)["彩虹班"].seq)) == Problem(ProblemCode.LATER_ACTION)
    ask(school, UndoAction(seq=todays(school)["一(4)班"].seq))
    assert [row.number for row in school.rows(schema.school_classes)] == [*(row.number for row in before), 5]
    assert school.actions()[-1] == "class_removed"


def test_the_form_knows_classes_and_patron(school: School) -> None:
    data = ask(school, ReadEnrolment(patron_id=school.patron(WANG).patron_id))
    assert isinstance(data, Enrolment)
    assert [entry.name for entry in data.classes] == [ClassName(3, 1), ClassName(3, 2)]
    assert (data.name, data.class_id, data.active) == ("王小明", 2, True)


# --- a new school year ----------------------------------------------------------------------------------------


def to_grade_six(school: School) -> None:
    """June 2030: the small school's two classes are about to leave."""
    school.at(local("2030-06-25 10:00"))


def test_the_preview_shows_every_class_before_and_after(school: School) -> None:
    sheet = ask(school, ReadNewYear())
    assert isinstance(sheet, YearSheet)
    assert (sheet.year, sheet.last_grade) == (2026, 6)
    assert [(one.before, one.after, one.leaves) for one in sheet.classes] == [
        (ClassName(2, 1), ClassName(3, 1), False),
        (ClassName(2, 2), ClassName(3, 2), False),
    ]
    to_grade_six(school)
    sheet = ask(school, ReadNewYear())
    assert isinstance(sheet, YearSheet)
    assert (sheet.year, [one.leaves for one in sheet.classes]) == (2030, [True, True])
    assert [(one.pupils, one.owing) for one in sheet.classes] == [(1, 0), (3, 0)]
    nine = ask(school, ReadNewYear(last_grade=9))
    assert isinstance(nine, YearSheet)
    assert [one.leaves for one in nine.classes] == [False, False]


def test_classes_move_up_by_themselves_on_the_first_of_september(school: School) -> None:
    assert school.patron(WANG).school_class == ClassName(3, 2)
    school.at(local("2027-08-31 12:00"))
    assert school.patron(WANG).school_class == ClassName(3, 2)
    school.at(local("2027-09-01 12:00"))
    assert school.patron(WANG).school_class == ClassName(4, 2)


def test_leavers_who_owe_nothing_are_closed_and_the_others_stay_until_they_are_clear(school: School) -> None:
    to_grade_six(school)
    loan = school.open_loans
    patrons = {code: school.patron(code).patron_id for code in (WANG, LI, ZHANG, HELPER, SET)}
    school.set_patron(patrons[LI], charges_fen=500)
    lend_anyhow(school, patrons[WANG], BOOK)
    begun = ask(school, BeginYear(year=2030, last_grade=6))
    assert begun == YearBegun(classes=2, closed=3, owing=2)  # 张伟, 小帮手 and the class set
    active = {row.patron_id: row.active for row in school.rows(schema.patrons)}
    assert [active[patrons[code]] for code in (WANG, LI, ZHANG, HELPER, SET)] == [True, True, False, False, False]
    assert list(loan()) == [BOOK]
    assert {row.code for row in school.rows(schema.barcodes) if row.active} >= {WANG, LI, ZHANG}

    sheet = ask(school, ReadClearance())
    assert isinstance(sheet, ClearanceSheet)
    (leaving,) = sheet.classes
    assert (leaving.clear, leaving.readers) == (0, 4)
    assert [(one.name, [book.barcode for book in one.books], one.charges_fen) for one in leaving.debtors] == [
        ("李雷", [], 500),
        ("王小明", [BOOK], 0),
    ]
    assert ask(school, CloseClear()) == Closed(0)
    school.scan(BOOK)
    assert ask(school, CloseClear()) == Closed(1)
    assert [row.name for row in school.rows(schema.patrons) if row.active and row.kind == "pupil"] == ["李雷"]
    school.assert_consistent()


def lend_anyhow(school: School, patron_id: int, copy: str) -> None:
    from kiosk.flows.work import LendTo

    command = LendTo(
        operator_id=librarian(school), patron_id=patron_id, code=copy, clean=True, overrule=True, words="毕业前"
    )
    assert school.ask(command).kind is OutcomeKind.LENT


def test_a_leaver_who_still_owes_brings_back_and_borrows_no_more(school: School) -> None:
    to_grade_six(school)
    lend_anyhow(school, school.patron(WANG).patron_id, BOOK)
    ask(school, BeginYear(year=2030, last_grade=6))
    assert [reason.code.value for reason in school.scan(WANG).reasons] == ["card_stopped"]
    assert school.scan(BOOK).kind is OutcomeKind.RETURNED
    ask(school, UndoYear())
    assert school.scan(WANG).kind is OutcomeKind.IDENTIFIED


def test_a_new_year_is_taken_back_with_everybody_it_closed_and_nobody_else(school: School) -> None:
    to_grade_six(school)
    patrons = {code: school.patron(code).patron_id for code in (WANG, LI, ZHANG)}
    ask(school, ClosePatron(patron_id=patrons[ZHANG]))  # moved away before
    lend_anyhow(school, patrons[WANG], BOOK_2)
    ask(school, BeginYear(year=2030, last_grade=6))
    school.scan(BOOK_2)
    ask(school, CloseClear())
    sheet = ask(school, ReadNewYear())
    assert isinstance(sheet, YearSheet)
    assert (sheet.begun_year, sheet.classes) == (2030, ())
    school.later(days=1)
    assert ask(school, UndoYear()) == YearUndone(classes=2, opened=4)
    active = {row.patron_id: row.active for row in school.rows(schema.patrons)}
    assert [active[patrons[code]] for code in (WANG, LI, ZHANG)] == [True, True, False]
    assert school.patron(WANG).school_class == ClassName(6, 2)
    assert [row.left_on for row in school.rows(schema.school_classes)] == [None, None]
    assert key(ask(school, UndoYear())) == "people.cannot.nothing_to_undo"
    begun = ask(school, BeginYear(year=2030, last_grade=6))
    assert begun == YearBegun(classes=2, closed=4, owing=0)


def test_a_helper_who_left_is_a_helper_again_when_the_year_is_taken_back(school: School) -> None:
    to_grade_six(school)
    helper = school.patron(HELPER).patron_id
    duties = school.rows(schema.duties)
    ask(school, BeginYear(year=2030, last_grade=6))
    assert [row.patron_id for row in school.rows(schema.patrons) if row.is_helper] == []
    ask(school, UndoYear())
    assert [row.patron_id for row in school.rows(schema.patrons) if row.is_helper] == [helper]
    assert school.rows(schema.duties) == duties


def test_who_was_closed_for_another_reason_stays_closed_when_the_year_is_taken_back(school: School) -> None:
    to_grade_six(school)
    patron_id = school.patron(LI).patron_id
    school.set_patron(patron_id, charges_fen=500)
    ask(school, BeginYear(year=2030, last_grade=6))
    school.set_patron(patron_id, charges_fen=0)
    ask(school, ClosePatron(patron_id=patron_id))
    ask(school, UndoYear())
    assert not next(row.active for row in school.rows(schema.patrons) if row.patron_id == patron_id)


def test_a_year_is_begun_and_taken_back_on_each_database(library: Library) -> None:
    library.transact(fill)
    school = School(library)
    with_pin(school)
    to_grade_six(school)
    school.set_patron(school.patron(LI).patron_id, charges_fen=500)
    assert ask(school, BeginYear(year=2030, last_grade=6)) == YearBegun(classes=2, closed=4, owing=1)
    sheet = ask(school, ReadClearance())
    assert isinstance(sheet, ClearanceSheet)
    assert [one.name for leaving in sheet.classes for one in leaving.debtors] == ["李雷"]
    assert ask(school, UndoYear()) == YearUndone(classes=2, opened=4)


def test_a_year_is_not_begun_twice_nor_without_leavers(school: School) -> None:
    assert key(ask(school, BeginYear(year=2026, last_grade=6))) == "people.cannot.already_begun"
    to_grade_six(school)
    assert key(ask(school, BeginYear(year=2029, last_grade=6))) == "people.cannot.already_begun"
    ask(school, BeginYear(year=2030, last_grade=6))
    assert key(ask(school, BeginYear(year=2030, last_grade=6))) == "people.cannot.already_begun"


def test_the_last_grade_is_remembered(school: School) -> None:
    school.at(local("2029-06-25 10:00"))
    ask(school, BeginYear(year=2029, last_grade=5))
    sheet = ask(school, ReadNewYear())
    assert isinstance(sheet, YearSheet)
    assert sheet.last_grade == 5


def test_a_school_of_six_grades_sees_who_leaves_next_on_the_clearance_list(school: School) -> None:
    school.at(local("2030-05-20 10:00"))
    lend_anyhow(school, school.patron(WANG).patron_id, BOOK)
    sheet = ask(school, ReadClearance())
    assert isinstance(sheet, ClearanceSheet)
    told = [(one.left, len(one.debtors), one.clear, one.readers) for one in sheet.classes]
    assert told == [(False, 0, 1, 1), (False, 1, 3, 4)]
    assert ask(school, CloseClear()) == Closed(0)


def test_only_librarians_may(school: School) -> None:
    child = school.patron(WANG).patron_id
    for command in (
        AddPatron(operator_id=child, kind=PatronKind.PUPIL, name="x", class_id=2),
        BeginYear(operator_id=child, year=2026, last_grade=6),
        UndoYear(operator_id=child),
        ReadClearance(operator_id=child),
    ):
        assert school.ask(command).data == Denied()


def test_in_september_the_clearance_list_is_of_those_who_left_and_in_june_of_the_next_ones_too(school: School) -> None:
    def younger(conn: Connection) -> None:
        edit.add_patron(conn, PatronKind.PUPIL, "高五五", edit.add_class(conn, 2025, 1), MADE, card(900))

    school.library.transact(younger)
    to_grade_six(school)
    school.set_patron(school.patron(LI).patron_id, charges_fen=500)
    ask(school, BeginYear(year=2030, last_grade=6))

    def told() -> list[tuple[int, bool]]:
        sheet = ask(school, ReadClearance())
        assert isinstance(sheet, ClearanceSheet)
        return [(one.entry_year, one.left) for one in sheet.classes]

    school.at(local("2030-09-06 10:00"))
    assert told() == [(2024, True)]
    school.at(local("2031-06-10 10:00"))
    assert told() == [(2024, True), (2025, False)]
