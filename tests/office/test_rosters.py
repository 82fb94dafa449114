"""Rosters over the real desk: a preview writes nothing, accepting writes all, the same file again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.flows.commands import Cancelled
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.people import AcceptRoster, PreviewRoster, RosterDone, RosterFile, RosterSheet, RosterState
from kiosk.flows.work import Denied
from kiosk.i18n import Words
from kiosk.lending.patrons import ClassName
from kiosk.store import schema
from kiosk.store.library import Library
from tests.desk.school import BOOK, LIBRARIAN, WANG, School, card, fill, local
from tests.exchange import workbooks

HEAD = ["姓名", "班级", "借书证号"]
OURS = [["王小明", "三2", ""], ["李雷", "三(2)班", ""], ["小帮手", "302", ""], ["张伟", "三年级1班", ""]]
"""Every child of the small school."""


@pytest.fixture
def school(sqlite_library: Library) -> School:
    sqlite_library.transact(fill)
    return with_pin(School(sqlite_library))


def with_pin(school: School) -> School:
    """The librarian has a PIN; what it is does not matter here, and to reckon it takes long."""
    school.set_patron(school.patron(LIBRARIAN).patron_id, pin_hash="any")
    return school


def roster(tmp_path: Path, *rows: list[str]) -> RosterFile:
    return RosterFile(str(workbooks.xlsx(tmp_path / "名单.xlsx", {"名单": [HEAD, *rows]})))


def preview(school: School, file: RosterFile) -> RosterSheet:
    data = school.ask(PreviewRoster(operator_id=school.patron(LIBRARIAN).patron_id, file=file)).data
    assert isinstance(data, RosterSheet), data
    return data


def accept(school: School, file: RosterFile, seal: str = "") -> RosterDone:
    seal = seal or preview(school, file).seal
    data = school.ask(AcceptRoster(operator_id=school.patron(LIBRARIAN).patron_id, file=file, seal=seal)).data
    assert isinstance(data, RosterDone), data
    return data


def everything(school: School) -> list[object]:
    return [school.rows(table) for table in (schema.patrons, schema.barcodes, schema.school_classes, schema.events)]


def counts(sheet: RosterSheet) -> dict[str, int]:
    return {state.value: count for state, count in sheet.counts.items() if count}


def test_a_preview_says_what_would_change_and_writes_nothing(school: School, tmp_path: Path) -> None:
    before = everything(school)
    sheet = preview(school, roster(tmp_path, *OURS[:3], ["新一", "三(3)班", ""], ["", "三2", ""], ["谁", "三x", ""]))
    assert counts(sheet) == {"unchanged": 3, "new": 1, "wrong": 2}
    assert sheet.new_classes == (ClassName(3, 3),)
    wrong = [(line.row, line.reason.key) for line in sheet.lines if line.state is RosterState.WRONG and line.reason]
    assert wrong == [(6, "people.reason.no_name"), (7, "people.reason.class_unreadable")]
    assert everything(school) == before


def test_accepting_writes_everything_and_the_same_file_again_changes_nothing(school: School, tmp_path: Path) -> None:
    file = roster(
        tmp_path,
        *OURS[:3],
        ["张伟", "三2", ""],
        ["新一", "三(3)班", ""],
        ["新二", "三(3)班", card(500)],
        ["孙老师", "教师", ""],
    )
    done = accept(school, file)
    assert (done.added, done.moved, done.changed, done.closed) == (3, 1, 0, 0)
    people = {row.name: row for row in school.rows(schema.patrons)}
    cards = {row.patron_id: row.code for row in school.rows(schema.barcodes) if row.patron_id and row.active}
    assert cards[people["新一"].patron_id] == card(8)
    assert cards[people["新二"].patron_id] == card(500)
    assert done.cards == (people["新一"].patron_id, people["孙老师"].patron_id)
    assert people["新一"].class_id == people["新二"].class_id
    assert people["张伟"].class_id == people["王小明"].class_id
    assert people["孙老师"].kind == "teacher"
    assert school.patron(card(8)).name == "新一"
    again = preview(school, file)
    assert counts(again) == {"unchanged": 7, "gone": 1}  # 韩老师, who stays
    assert again.writes == 0
    school.assert_consistent()


def test_every_change_is_an_event_of_the_librarian(school: School, tmp_path: Path) -> None:
    accept(school, roster(tmp_path, *OURS[:3], ["张伟", "三2", ""], ["新一", "三(3)班", ""]))
    librarian = school.patron(LIBRARIAN).patron_id
    told = [(row.action, row.operator_id) for row in school.rows(schema.events) if row.action != "pin_set"]
    assert told == [
        (action, librarian) for action in ("class_added", "patron_added", "patron_moved", "roster_imported")
    ]


def test_the_librarian_is_one_of_the_teachers_of_a_roster_and_never_gone(school: School, tmp_path: Path) -> None:
    teachers = [["周管理", "教师", ""], ["韩老师", "教师", ""]]
    assert counts(preview(school, roster(tmp_path, *teachers))) == {"unchanged": 2}
    assert counts(preview(school, roster(tmp_path, teachers[1]))) == {"unchanged": 1}
    assert [row.kind for row in school.rows(schema.patrons) if row.name == "周管理"] == ["librarian"]


def test_a_childs_row_with_the_librarians_card_is_wrong_and_offers_nothing(school: School, tmp_path: Path) -> None:
    before = school.rows(schema.patrons)
    file = roster(tmp_path, ["张三丰", "三甲", LIBRARIAN])
    line = preview(school, file).lines[0]
    assert line.reason is not None
    assert (line.state, line.reason.key, line.options) == (
        RosterState.WRONG,
        "people.reason.card_of_librarian",
        (),
    )
    owner = school.patron(LIBRARIAN).patron_id
    assert preview(school, replace(file, choices=((0, f"same:{owner}"),))).writes == 0
    assert school.rows(schema.patrons) == before


def test_whom_a_row_may_be_is_said_with_their_kind(school: School, tmp_path: Path) -> None:
    accept(school, roster(tmp_path, ["孙老师", "教师", ""], ["孙老师", "教师", ""]))
    lines = preview(school, roster(tmp_path, ["孙老师", "教师", ""])).lines
    doubtful = next(line for line in lines if line.state is RosterState.DOUBTFUL)
    said = [Words("zh_CN").say(option.label) for option in doubtful.options]
    assert said[:2] == [f"就是教师 孙老师（{card(8)}）", f"就是教师 孙老师（{card(9)}）"]


def test_loans_stay_with_a_child_that_moves(school: School, tmp_path: Path) -> None:
    school.lend(WANG, BOOK)
    accept(
        school, roster(tmp_path, ["王小明", "三1", ""], ["张伟", "三1", ""], ["李雷", "三2", ""], ["小帮手", "三2", ""])
    )
    assert school.patron(WANG).school_class == ClassName(3, 1)
    assert list(school.open_loans()) == [BOOK]


def test_who_is_gone_is_closed_only_when_told_and_only_who_owes_nothing(school: School, tmp_path: Path) -> None:
    school.lend(WANG, BOOK)
    file = roster(tmp_path, ["小帮手", "三2", ""], ["新一", "三2", ""], ["新二", "三2", ""])
    sheet = preview(school, file)
    assert [line.name for line in sheet.lines if line.state is RosterState.GONE] == ["王小明", "李雷"]
    assert accept(school, file).closed == 0
    closing = replace(file, close_gone=True)
    assert preview(school, closing).writes == 1
    assert accept(school, closing).closed == 1
    active = {row.name: row.active for row in school.rows(schema.patrons)}
    assert (active["王小明"], active["李雷"]) == (True, False)
    assert preview(school, closing).writes == 0
    back = roster(tmp_path, ["李雷", "三2", ""])
    assert accept(school, back).changed == 1
    assert {row.name: row.active for row in school.rows(schema.patrons)}["李雷"]


def test_doubtful_rows_are_decided_one_by_one(school: School, tmp_path: Path) -> None:
    file = roster(tmp_path, *OURS, ["张伟", "三年级", ""], ["王小明", "三年级", ""])
    sheet = preview(school, file)
    first, second = (line for line in sheet.lines if line.state is RosterState.DOUBTFUL)
    keys = [option.key for option in first.options]
    assert keys == ["new:2024:1", "new:2024:2", "leave"]
    decided = replace(file, choices=((first.place, "new:2024:1"), (second.place, "leave")))
    assert preview(school, decided).writes == 1
    assert preview(school, decided).lines[first.place].chosen == "new:2024:1"
    assert accept(school, decided).added == 1
    assert [row.name for row in school.rows(schema.patrons)].count("张伟") == 2


def test_what_changed_between_preview_and_accepting_is_looked_at_again(school: School, tmp_path: Path) -> None:
    file = roster(tmp_path, *OURS, ["新一", "三2", ""])
    seal = preview(school, file).seal
    roster(tmp_path, *OURS, ["新二", "三2", ""])
    before = everything(school)
    outcome = school.ask(AcceptRoster(operator_id=school.patron(LIBRARIAN).patron_id, file=file, seal=seal))
    assert isinstance(outcome.data, Hindrance)
    assert outcome.data.text.key == "people.cannot.changed_meanwhile"
    assert everything(school) == before


def test_what_nobody_sees_in_a_cell_is_left_out(school: School, tmp_path: Path) -> None:
    file = roster(tmp_path, *OURS, ["\u202e新\u200b一", "\ufeff三2", f"\u200e{card(500)}"], ["\u200b", "三2", ""])
    sheet = preview(school, file)
    assert counts(sheet) == {"unchanged": 4, "new": 1, "wrong": 1}
    assert [line.reason.key for line in sheet.lines if line.reason] == ["people.reason.no_name"]
    accept(school, file)
    assert school.patron(card(500)).name == "新一"


def test_identity_numbers_are_not_read_and_that_is_said(school: School, tmp_path: Path) -> None:
    number = "440106201501011234"
    rows = [["姓名", "班级", "身份证号"], ["新一", "三2", number]]
    file = RosterFile(str(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows})))
    sheet = preview(school, file)
    assert [remark.key for remark in sheet.remarks] == ["people.remark.identity"]
    accept(school, file)
    kept = repr(everything(school)) + repr(sheet) + repr(school.setup.kept)
    assert number not in kept and number[:12] not in kept


def test_in_august_the_grades_are_the_coming_years_and_the_other_year_is_offered(
    school: School, tmp_path: Path
) -> None:
    school.at(local("2027-08-25 10:00"))
    coming = roster(tmp_path, ["王小明", "四2", ""], ["李雷", "四2", ""], ["小帮手", "四2", ""], ["张伟", "四1", ""])
    sheet = preview(school, coming)
    assert (sheet.year, sheet.other_year, counts(sheet)) == (2027, 2026, {"unchanged": 4})
    other = preview(school, replace(coming, year=2026))
    assert (other.year, other.other_year) == (2026, 2027)
    assert other.writes > 0


def test_a_broken_file_is_told_in_a_sentence(school: School, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    for file in (RosterFile(str(path)), RosterFile(str(tmp_path / "none.xlsx"))):
        data = school.ask(PreviewRoster(operator_id=school.patron(LIBRARIAN).patron_id, file=file)).data
        assert isinstance(data, Hindrance)
        assert data.text.key.startswith("exchange.trouble.")


def test_a_reading_that_is_called_off_leaves_nothing(school: School, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    school.desk.progress = stop
    file = roster(tmp_path, *OURS)
    data = school.ask(PreviewRoster(operator_id=school.patron(LIBRARIAN).patron_id, file=file)).data
    assert isinstance(data, CalledOff)


def test_only_librarians_take_rosters_over(school: School, tmp_path: Path) -> None:
    file = roster(tmp_path, *OURS, ["新一", "三2", ""])
    child = school.patron(WANG).patron_id
    for command in (PreviewRoster(operator_id=child, file=file), AcceptRoster(operator_id=child, file=file, seal="x")):
        outcome = school.ask(command)
        assert (outcome.kind, outcome.data) == (OutcomeKind.REFUSED, Denied())


def test_a_roster_is_taken_over_on_each_database(library: Library, tmp_path: Path) -> None:
    library.transact(fill)
    school = with_pin(School(library))
    file = roster(
        tmp_path, *OURS[:3], ["张伟", "三2", card(3)], ["新一", "三(3)班", ""], ["新二", "三(3)班", card(500)]
    )
    done = accept(school, file)
    assert (done.added, done.moved) == (2, 1)
    assert preview(school, file).writes == 0
    assert school.patron(card(500)).school_class == ClassName(3, 3)


def test_a_school_of_960_children_is_taken_over_at_once(school: School, tmp_path: Path) -> None:
    rows = [[f"孩子{n}", f"{1 + n // 160}.{1 + n // 40 % 4}", ""] for n in range(960)]
    file = roster(tmp_path, *rows)
    done = accept(school, file)
    assert (done.added, len(done.cards)) == (960, 960)
    assert counts(preview(school, file))["unchanged"] == 960
