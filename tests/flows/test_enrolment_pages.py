"""Rosters, a new school year, leavers and single patrons on the screen, over the real desk."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiosk.flows.librarian import rosters
from kiosk.flows.views import Paragraph, Picture, Tone
from kiosk.lending.patrons import ClassName
from kiosk.printing.printers import with_default
from kiosk.store import schema
from kiosk.store.library import Library
from tests.desk.school import WANG, card, local
from tests.exchange import workbooks
from tests.flows.pages import Guide

HEAD = ["姓名", "班级", "身份证号"]
OURS = [["王小明", "三2", ""], ["李雷", "三(2)班", ""], ["小帮手", "302", ""], ["张伟", "三年级1班", ""]]


@pytest.fixture
def guide(sqlite_library: Library, tmp_path: Path) -> Guide:
    """At the page of patrons and classes; a USB stick is in the machine."""
    guide = Guide(sqlite_library)
    guide.school.setup.places = {"U盘": tmp_path}
    guide.log_in()
    guide.press("enrolment")
    return guide


def open_roster(guide: Guide, tmp_path: Path, *rows: list[str]) -> None:
    """Choose a file with these rows on the stick."""
    path = workbooks.xlsx(tmp_path / "名单.xlsx", {"名单": [HEAD, *rows]})
    guide.press("roster")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(path))
    guide.at_page("librarian/roster")


def names(guide: Guide) -> list[str]:
    return [guide.say(row.cells[1]) for row in guide.rows]


def shown(guide: Guide) -> dict[str, str]:
    """The buttons of the states, as they read."""
    return {
        str(one.value): guide.say(one.label)
        for one in guide.all_of(type(guide.buttons["show"]))
        if one.action == "show"
    }


def test_a_roster_is_chosen_looked_at_and_accepted(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS, ["新一", "三(3)班", "440106201501011234"], ["", "三2", ""])
    assert shown(guide) == {"new": "新读者 1", "wrong": "有问题 1", "unchanged": "没有变化 4"}
    assert "people.remark.identity" in guide.sentences
    assert guide.say(guide.rows[0].cells[4]) == "没有姓名。"
    guide.press("show", "new")
    assert names(guide) == ["新一"]
    guide.press("accept")
    guide.at_page("librarian/roster_done")
    assert guide.notice == "people.done.roster"
    assert guide.say(guide.buttons["print"].label) == "打印 1 张读者证"
    assert guide.school.patron(card(8)).school_class == ClassName(3, 3)


def test_the_cards_of_new_children_go_straight_to_the_printer(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS, ["新一", "三2", ""])
    guide.press("accept")
    guide.press("print")
    assert guide.all_of(Picture)


def test_cards_that_were_sent_to_the_printer_are_no_longer_to_be_printed(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS, ["新一", "三2", ""])
    guide.press("accept")
    guide.press("print")
    guide.press("back")
    assert (guide.buttons["print"].tone, "people.written.cards" in guide.sentences) == (Tone.DONE, True)
    guide.press("print")
    guide.press("print")
    guide.at_page("librarian/roster_done")
    assert guide.notice == "office.print.sent"
    assert "people.written.cards_sent" in guide.sentences
    assert "people.written.cards" not in guide.sentences
    again = guide.buttons["print"]
    assert (guide.say(again.label), again.tone) == ("再打印一次", None)


def test_a_teacher_is_shown_as_one_in_every_row(guide: Guide, tmp_path: Path) -> None:
    rows = [["Bob Li", "教师", ""], ["孙老师", "教师", ""], ["孙老师", "教师", ""], ["男", "教师", ""]]
    open_roster(guide, tmp_path, *rows)
    for state in ("new", "wrong"):
        guide.press("show", state)
        assert {guide.say(row.cells[3]) for row in guide.rows} == {"教师"}


def test_the_same_file_again_offers_nothing_to_write(guide: Guide, tmp_path: Path) -> None:
    for _ in range(2):
        open_roster(guide, tmp_path, *OURS, ["新一", "三2", ""])
        if "accept" in guide.buttons:
            guide.press("accept")
            guide.press("back")
    assert "accept" not in guide.buttons
    assert "people.roster.nothing" in guide.sentences


def test_a_doubtful_row_is_decided_and_may_be_decided_otherwise(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS, ["张伟", "三年级", ""])
    assert shown(guide)["doubtful"] == "拿不准 1"
    guide.press("doubt", 4)
    guide.at_page("librarian/doubt")
    guide.press("choose", "leave")
    assert guide.say(guide.rows[0].cells[4]) == "已决定：这一行先不导入"
    guide.press("doubt", 4)
    guide.press("choose", "new:2024:2")
    guide.press("show", "new")
    assert names(guide) == ["张伟"]
    guide.press("doubt", 4)
    guide.press("choose", "new:2024:1")
    guide.press("accept")
    assert [row.name for row in guide.school.rows(schema.patrons)].count("张伟") == 2


def test_who_is_not_in_the_file_stays_until_it_is_said(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS[1:], ["新一", "三2", ""])
    guide.press("show", "gone")
    assert names(guide) == ["王小明"]
    before = guide.say(guide.buttons["accept"].label)
    guide.press("gone")
    assert (before, guide.say(guide.buttons["accept"].label)) == ("写入书库（1 项）", "写入书库（2 项）")
    guide.press("gone")
    assert guide.say(guide.buttons["accept"].label) == before


def test_a_sheet_that_was_left_out_is_said_in_amber_and_read_when_asked_for(guide: Guide, tmp_path: Path) -> None:
    head = HEAD[:2]
    sheets = {"今年": [head, ["新一", "三2"], ["新二", "三2"]], "又一份": [head, ["新一", "三2"]]}
    workbooks.xlsx(tmp_path / "名单.xlsx", sheets)
    guide.press("roster")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(tmp_path / "名单.xlsx"))
    (told,) = [one for one in guide.all_of(Paragraph) if one.text.key == "people.left.repeats"]
    assert told.tone is Tone.LOOK
    assert guide.say(told.text) == "工作表“又一份”（1 行）没有读：里面的人多数在别的工作表里已经有了。"
    assert shown(guide)["new"] == "新读者 2"
    guide.press("every")
    guide.press("show", "doubtful")
    assert names(guide) == ["新一"]
    assert guide.say(guide.rows[0].cells[4]).startswith("工作表“今年”里已经有一位同名的读者")
    guide.press("doubt", 2)
    guide.press("choose", "new:2024:2")
    assert guide.say(guide.buttons["accept"].label) == "写入书库（3 项）"
    guide.press("every")
    assert guide.say(guide.buttons["accept"].label) == "写入书库（2 项）"
    assert "people.left.repeats" in guide.sentences


def test_long_lists_are_shown_fifty_rows_at_a_time(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *([f"新{n}", "三2", ""] for n in range(120)))
    assert (len(guide.rows), names(guide)[0]) == (rosters.PART, "新0")
    guide.press("older")
    guide.press("older")
    assert (len(guide.rows), names(guide)[0]) == (20, "新100")
    assert "older" not in guide.buttons
    guide.press("newer")
    assert names(guide)[0] == "新50"


def test_a_file_that_cannot_be_read_is_said_and_the_page_can_be_left(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(b"PK\x03\x04")
    guide.press("roster")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(path))
    assert guide.notice == "exchange.trouble.cut_off"
    guide.press("back")
    guide.at_page("librarian/enrolment")


def test_a_roster_that_was_put_right_is_read_again(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(b"no workbook")
    guide.press("roster")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(path))
    assert guide.at_page("librarian/roster").notice is not None
    assert guide.sentences == [], "nothing says that it is still being read"
    workbooks.xlsx(path, {"名单": [HEAD, *OURS, ["新一", "三2", ""]]})
    guide.press("again")
    assert names(guide) == ["新一"]


def test_a_scan_during_the_preview_does_not_lose_it(guide: Guide, tmp_path: Path) -> None:
    open_roster(guide, tmp_path, *OURS, ["新一", "三2", ""])
    guide.scan(WANG)
    guide.at_page("librarian/roster")
    assert guide.notice == "people.roster.no_scan"


def test_a_new_year_shows_before_and_after_and_is_taken_back(guide: Guide) -> None:
    guide.school.at(local("2030-06-25 10:00"))
    guide.press("new_year")
    assert [guide.say(cell) for cell in guide.rows[1].cells] == ["六(2)班", "毕业离校", "3", ""]
    guide.press("begin")
    guide.press("yes")
    assert guide.notice == "people.done.year"
    assert guide.rows == []
    guide.press("undo")
    guide.press("yes")
    assert guide.notice == "people.done.year_undone"
    assert len(guide.rows) == 2


def test_the_last_grade_is_chosen_where_a_school_has_nine(guide: Guide) -> None:
    guide.school.at(local("2030-06-25 10:00"))
    guide.press("new_year")
    assert "begin" in guide.buttons
    guide.edit("last_grade", "9")
    assert "begin" not in guide.buttons
    assert guide.say(guide.rows[0].cells[1]) == "七(1)班"


def test_leavers_who_owe_are_listed_and_the_clear_ones_closed(guide: Guide) -> None:
    guide.school.at(local("2030-06-25 10:00"))
    wang = guide.school.patron(WANG).patron_id
    guide.school.set_patron(wang, charges_fen=350)
    guide.press("new_year")
    guide.press("begin")
    guide.press("yes")
    guide.press("clearance")
    assert [guide.say(cell) for cell in guide.rows[0].cells] == ["王小明", "", "", "", "3.50 元"]
    assert "close_clear" not in guide.buttons
    guide.school.set_patron(wang, charges_fen=0)
    guide.press("back")
    guide.press("clearance")
    guide.press("close_clear")
    assert guide.notice == "people.done.closed"
    assert guide.sentences == ["people.clearance.nobody"]


def test_the_clearance_list_is_printed_with_what_everybody_owes(guide: Guide, tmp_path: Path) -> None:
    guide.school.at(local("2030-06-25 10:00"))
    guide.school.set_patron(guide.school.patron(WANG).patron_id, charges_fen=350)
    guide.school.setup.named = with_default((), str(tmp_path / "paper"))
    guide.press("clearance")
    guide.press("print")
    (picture,) = guide.all_of(Picture)
    assert picture.height > picture.width
    guide.press("print")
    assert guide.notice == "office.print.sent"
    spool = guide.school.setup.spool()
    spool.wait_for(spool.jobs()[0].job_id, 20.0)
    (paper,) = (tmp_path / "paper").glob("*.pdf")
    told = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "王小明" in told and "3.50" in told and "六(2)班" in told


def test_nothing_is_printed_where_nobody_leaves(guide: Guide) -> None:
    guide.press("clearance")
    assert "print" not in guide.buttons


def test_a_reader_is_added_by_hand_and_their_page_opens(guide: Guide) -> None:
    guide.press("add_patron")
    guide.press("save")
    assert guide.errors == {"name": "librarian.error.empty", "class": "librarian.error.choice"}
    guide.edit("name", "新同学")
    guide.edit("class", "2")
    guide.press("save")
    guide.at_page("librarian/patron")
    assert guide.notice == "people.done.added"
    assert guide.school.patron(card(8)).name == "新同学"


@pytest.mark.parametrize("typed", ["20000014", "２０００", "44010620150101123X", "王小明 20000014"])
def test_a_number_in_the_field_of_the_name_is_told(guide: Guide, typed: str) -> None:
    guide.press("add_patron")
    guide.edit("name", typed)
    guide.edit("class", "2")
    guide.press("save")
    assert guide.errors == {"name": "people.error.name"}


@pytest.mark.parametrize("typed", ["\u200b", "\u3000", "\x00"])
def test_a_name_that_nobody_can_see_is_none(guide: Guide, typed: str) -> None:
    guide.press("add_patron")
    guide.edit("name", typed)
    guide.edit("class", "2")
    guide.press("save")
    assert guide.errors == {"name": "librarian.error.empty"}


def test_what_nobody_sees_is_left_out_of_a_name(guide: Guide) -> None:
    guide.press("add_patron")
    guide.edit("name", "\u202e王\u200b新\x07一\ufeff")
    guide.edit("class", "2")
    guide.press("save")
    assert guide.school.rows(schema.patrons)[-1].name == "王新一"


def test_a_second_child_of_one_name_in_a_class_is_added_and_that_is_said(guide: Guide) -> None:
    guide.press("add_patron")
    guide.edit("name", "王小明")
    guide.edit("class", "2")
    guide.press("save")
    notice = guide.at_page("librarian/patron").notice
    assert notice is not None and notice.tone is Tone.LOOK
    assert [line.key for line in notice.lines] == ["people.done.twins"]
    assert [row.name for row in guide.school.rows(schema.patrons)].count("王小明") == 2


def test_a_teacher_is_asked_for_no_class(guide: Guide) -> None:
    guide.press("add_patron")
    guide.edit("kind", "teacher")
    assert "class" not in guide.fields
    guide.edit("name", "新老师")
    guide.press("save")
    guide.at_page("librarian/patron")


def test_a_reader_gets_another_name_and_class_from_their_page(guide: Guide) -> None:
    guide.press("back")
    guide.scan(WANG)
    guide.press("change")
    assert {name: field.text for name, field in guide.fields.items()} == {"name": "王小明", "class": "2"}
    guide.edit("name", "王晓明")
    guide.edit("class", "1")
    guide.press("save")
    guide.at_page("librarian/patron")
    assert guide.notice == "people.done.changed"
    assert guide.school.patron(WANG).name == "王晓明"


def test_a_reader_is_closed_and_opened_again_after_a_question(guide: Guide) -> None:
    guide.press("back")
    guide.scan(WANG)
    for said in ("people.done.patron_closed", "people.done.patron_reopened"):
        guide.press("change")
        guide.press("close")
        guide.press("yes")
        guide.at_page("librarian/patron")
        assert guide.notice == said


def test_a_class_is_added_once(guide: Guide) -> None:
    guide.press("add_class")
    guide.edit("grade", "1")
    guide.edit("number", "4")
    guide.press("save")
    assert guide.notice == "people.done.class"
    guide.press("add_class")
    guide.edit("number", "4")
    guide.press("save")
    assert guide.notice == "people.cannot.class_there"
