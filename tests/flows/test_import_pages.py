"""Earlier imports on the screen: looked at, taken back from the page of the finished import or from the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flows.views import Tabs
from kiosk.store import schema
from kiosk.store.library import Library
from tests.desk.school import BOOK, card
from tests.exchange import workbooks
from tests.flows.pages import Guide


@pytest.fixture
def guide(sqlite_library: Library, tmp_path: Path) -> Guide:
    """In the librarian's menu, with a USB stick in the machine."""
    guide = Guide(sqlite_library)
    guide.school.setup.places = {"U盘": tmp_path}
    guide.log_in()
    return guide


def take_over(guide: Guide, tmp_path: Path, *names: str) -> None:
    """A roster with new children of class 三(2), the first with card 500, taken over: the page of what was done."""
    cards = [card(500), *[""] * len(names)]
    rows = [[name, "三2", number] for name, number in zip(names, cards, strict=False)]
    path = workbooks.xlsx(tmp_path / "名单.xlsx", {"名单": [["姓名", "班级", "借书证号"], *rows]})
    guide.press("enrolment")
    guide.press("roster")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(path))
    guide.press("accept")
    guide.at_page("librarian/roster_done")


def children(guide: Guide) -> set[str]:
    return {row.name for row in guide.school.rows(schema.patrons)}


def cells(guide: Guide) -> list[list[str]]:
    return [[guide.say(cell) for cell in row.cells] for row in guide.rows]


def test_a_roster_is_taken_back_from_the_page_that_says_it_is_done(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一", "新二")
    guide.press("undo_import")
    guide.at_page("librarian/undo_import")
    assert cells(guide) == [
        ["新一", card(500), "从书库里去掉，读者证作废"],
        ["新二", card(8), "从书库里去掉，读者证作废"],
    ]
    assert {"新一", "新二"} <= children(guide), "looking takes nothing back"
    assert guide.say(guide.buttons["undo"].label) == "撤销 2 项"
    guide.press("undo")
    guide.at_page("librarian/enrolment")
    assert guide.notice == "imports.done"
    assert not {"新一", "新二"} & children(guide)


def test_who_stays_is_shown_before_and_told_afterwards(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一", "新二")
    guide.school.lend(card(500), BOOK)
    guide.press("back")
    guide.press("imports")
    guide.choose("名单.xlsx")
    (tabs,) = guide.all_of(Tabs)
    assert [guide.say(one.label) for one in tabs.buttons] == ["会撤销 1", "会留着 1"]
    guide.press("show", "stays")
    assert cells(guide) == [["新一", card(500), "导入以后借过书"]]
    guide.press("undo")
    guide.at_page("librarian/imports")
    assert guide.page.notice is not None
    assert [guide.say(line) for line in guide.page.notice.lines] == ["还留着 1 项，都是后来用过或改过的。"]
    assert "新一" in children(guide) and "新二" not in children(guide)


def test_the_list_says_when_what_and_by_whom_and_what_was_taken_back(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一")
    guide.press("back")
    guide.press("imports")
    (row,) = cells(guide)
    assert row[1:4] == ["名单.xlsx", "新读者 1，改动 0，换班 0，停用 0", "周管理"] and row[4] == ""
    guide.choose("名单.xlsx")
    guide.press("undo")
    assert cells(guide)[0][4] == "9月7日 星期一 12:05"
    guide.choose("名单.xlsx")
    assert "imports.was_undone" in guide.sentences and "undo" not in guide.buttons


def test_a_catalogue_is_taken_back_from_the_page_that_says_it_is_done(guide: Guide, tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "书单.xlsx", {"书单": [["书名", "登录号", "分类号"], ["新书", "X1", "I18"]]})
    guide.press("exchange")
    guide.press("catalogue")
    guide.press("open", str(tmp_path))
    guide.press("choose", str(path))
    guide.press("accept")
    guide.press("undo_import")
    assert cells(guide) == [["新书", "", "去掉书目和 1 册"]]
    guide.press("undo")
    guide.at_page("librarian/exchange")
    assert "新书" not in {row.title for row in guide.school.rows(schema.titles)}
    guide.press("imports")
    assert cells(guide)[0][2] == "书目 1 种，图书 1 册"


def test_nothing_to_take_back_any_more_is_said(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一")
    guide.school.lend(card(500), BOOK)
    guide.press("back")
    guide.press("back")
    guide.press("exchange")
    guide.press("imports")
    guide.choose("名单.xlsx")
    assert "imports.nothing" in guide.sentences and "undo" not in guide.buttons
    assert cells(guide) == [["新一", card(500), "导入以后借过书"]]


def test_a_scan_leaves_the_page_where_it_is(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一")
    guide.press("undo_import")
    guide.scan(BOOK)
    assert guide.at_page("librarian/undo_import").notice is not None
    assert guide.notice == "imports.no_scan"


def test_what_changed_while_it_was_looked_at_is_shown_again(guide: Guide, tmp_path: Path) -> None:
    take_over(guide, tmp_path, "新一", "新二")
    guide.press("undo_import")
    guide.school.lend(card(500), BOOK)  # at another kiosk
    guide.press("undo")
    assert guide.at_page("librarian/undo_import")
    assert guide.notice == "imports.cannot.changed"
    assert [guide.say(one.label) for one in guide.all_of(Tabs)[0].buttons] == ["会撤销 1", "会留着 1"]
