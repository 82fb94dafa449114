"""Changing titles and copies on the screen, over the real desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.store import schema, stock, titles
from kiosk.store.library import Library
from tests.desk.school import BOOK, BOOK_2, BOOK_3, WANG, WITHDRAWN
from tests.flows.pages import Guide


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the menu."""
    guide = Guide(sqlite_library)
    guide.log_in()
    return guide


def open_title(guide: Guide, code: str) -> int:
    """The page of the title that a copy belongs to; its id."""
    guide.scan(code)
    guide.press("title", guide.buttons["title"].value)
    guide.at_page("librarian/title")
    return int(next(row.title_id for row in guide.school.rows(schema.copies) if row.copy_id == copy_id(guide, code)))


def copy_id(guide: Guide, code: str) -> int:
    return int(next(row.copy_id for row in guide.school.rows(schema.barcodes) if row.code == code))


def copy_row(guide: Guide, code: str):
    return next(row for row in guide.school.rows(schema.copies) if row.copy_id == copy_id(guide, code))


def title_row(guide: Guide, title_id: int):
    return next((row for row in guide.school.rows(schema.titles) if row.title_id == title_id), None)


def test_a_title_is_described_anew_and_found_by_its_new_words(guide: Guide) -> None:
    title_id = open_title(guide, BOOK)
    guide.press("edit")
    guide.edit("title", "昆虫世界")
    guide.edit("authors", "法布尔")
    guide.press("next")
    assert guide.notice == "editing.saved"
    row = title_row(guide, title_id)
    assert (row.title, row.authors) == ("昆虫世界", "法布尔")
    guide.press("back")
    guide.press("back")
    guide.press("find")
    guide.edit("query", "kcsj")
    assert "昆虫世界" in [cell for row in guide.rows for cell in row.cells]


def test_another_class_gives_every_copy_a_new_call_number_and_wants_new_labels(guide: Guide) -> None:
    title_id = open_title(guide, BOOK)
    guide.press("edit")
    guide.edit("clc", "Q95-49")
    guide.press("next")
    mine = [row for row in guide.school.rows(schema.copies) if row.title_id == title_id]
    assert {row.call_number.partition("/")[0] for row in mine} == {"Q95-49"}
    wanted = guide.school.library.read(lambda conn: {row.copy_id for row in stock.wanted_labels(conn)})
    assert {row.copy_id for row in mine} <= wanted | {row.copy_id for row in mine if row.status == "withdrawn"}


def test_doubles_become_one_title_with_all_copies_loans_and_history(guide: Guide) -> None:
    guide.school.lend(WANG, BOOK_2)
    kept, gone = copy_row(guide, BOOK).title_id, copy_row(guide, BOOK_2).title_id
    assert kept != gone
    before = len(guide.school.rows(schema.copies))
    numbers = {row.call_number for row in guide.school.rows(schema.copies) if row.title_id == kept}
    open_title(guide, BOOK)
    guide.press("merge")
    guide.edit("query", title_row(guide, gone).title)
    guide.press("choose", gone)
    guide.press("yes")
    assert guide.notice == "editing.merged"
    assert title_row(guide, gone) is None
    assert copy_row(guide, BOOK_2).title_id == kept and len(guide.school.rows(schema.copies)) == before
    assert copy_row(guide, BOOK_2).call_number in numbers
    wanted = guide.school.library.read(lambda conn: [one.barcode for one in stock.wanted_labels(conn)])
    assert BOOK_2 in wanted and BOOK not in wanted
    assert set(guide.school.open_loans()) == {BOOK_2}
    guide.school.assert_consistent()


def test_titles_with_different_isbns_are_two_and_are_not_merged(guide: Guide) -> None:
    kept, gone = copy_row(guide, BOOK).title_id, copy_row(guide, BOOK_2).title_id

    def number(conn):
        for title_id, isbn in ((kept, "9787020002207"), (gone, "9787802480070")):
            titles.change_title(conn, title_id, replace(stock.title_data(stock.title(conn, title_id)), isbn=isbn))

    guide.school.library.transact(number)
    open_title(guide, BOOK)
    guide.press("merge")
    guide.edit("query", title_row(guide, gone).title)
    guide.press("choose", gone)
    guide.press("yes")
    assert guide.notice == "librarian.problem.other_edition"
    assert title_row(guide, gone) is not None


def test_a_torn_label_is_printed_again_from_the_copys_page(guide: Guide) -> None:
    guide.scan(BOOK)
    guide.press("label")
    assert guide.notice == "editing.labels_wanted"
    wanted = guide.school.library.read(lambda conn: [one.barcode for one in stock.wanted_labels(conn)])
    assert wanted == [BOOK]


def test_a_title_is_never_merged_with_itself(guide: Guide) -> None:
    title_id = open_title(guide, BOOK)
    guide.press("merge")
    guide.edit("query", title_row(guide, title_id).title)
    assert title_id not in [row.value for row in guide.rows]


def test_copies_are_moved_by_scanning_them_one_after_another(guide: Guide) -> None:
    guide.press("move")
    guide.edit("place", "三楼 C1")
    for code in (BOOK, BOOK_3):
        guide.scan(code)
        assert guide.notice == "editing.moved"
    assert [copy_row(guide, code).place for code in (BOOK, BOOK_3)] == ["三楼 C1"] * 2
    assert len(guide.rows) == 2


def test_a_book_that_is_there_already_is_told_and_not_counted(guide: Guide) -> None:
    guide.press("move")
    guide.edit("place", "三楼 C1")
    for code in (BOOK, BOOK_3, BOOK):
        guide.scan(code)
    assert guide.notice == "editing.moved_already"
    assert len(guide.rows) == 2
    moves = [row for row in guide.school.rows(schema.events) if row.action == "copy_moved"]
    assert len(moves) == 2


def test_copies_of_a_title_that_are_all_there_already_are_told_so(guide: Guide) -> None:
    open_title(guide, BOOK)
    for said in ("editing.moved_all", "editing.moved_already"):
        guide.press("place")
        guide.edit("place", "三楼 C2")
        guide.press("go")
        assert guide.notice == said


def test_a_scan_before_the_place_is_written_moves_nothing(guide: Guide) -> None:
    was = copy_row(guide, BOOK).place
    guide.press("move")
    guide.scan(BOOK)
    assert guide.notice == "editing.place_first"
    assert copy_row(guide, BOOK).place == was


def test_a_place_that_nobody_can_see_is_none(guide: Guide) -> None:
    guide.press("move")
    guide.edit("place", "\u200b\u202e ")
    guide.scan(BOOK)
    assert guide.notice == "editing.place_first"


def test_a_card_or_an_unknown_code_is_no_copy_to_move(guide: Guide) -> None:
    guide.press("move")
    guide.edit("place", "三楼 C1")
    guide.scan(WANG)
    assert guide.notice == "librarian.problem.not_a_copy"
    guide.scan("39999991")
    assert guide.page.notice is not None


def test_all_copies_of_a_title_move_at_once(guide: Guide) -> None:
    title_id = open_title(guide, BOOK)
    guide.press("place")
    guide.edit("place", "三楼 C2")
    guide.press("go")
    assert guide.notice == "editing.moved_all"
    assert {row.place for row in guide.school.rows(schema.copies) if row.title_id == title_id} == {"三楼 C2"}


def test_one_copy_gets_another_call_number_and_a_new_label(guide: Guide) -> None:
    guide.scan(BOOK)
    guide.press("edit")
    guide.edit("call_number", "q96-49/7")
    guide.edit("price", "23.80")
    guide.edit("for_loan", "no")
    guide.press("save")
    assert guide.notice == "editing.copy_saved"
    row = copy_row(guide, BOOK)
    assert (row.call_number, row.price_fen, row.for_loan) == ("Q96-49/7", 2380, False)
    wanted = guide.school.library.read(lambda conn: [one.barcode for one in stock.wanted_labels(conn)])
    assert wanted == [BOOK]


def test_labels_of_a_title_can_be_printed_again(guide: Guide) -> None:
    open_title(guide, BOOK)
    guide.press("labels")
    assert guide.notice == "editing.labels_wanted"
    assert guide.school.library.read(stock.count_wanted) >= 1


def test_a_withdrawn_copy_goes_with_its_title_when_doubles_are_merged(guide: Guide) -> None:
    gone, kept = copy_row(guide, WITHDRAWN).title_id, copy_row(guide, BOOK).title_id
    if gone == kept:
        gone, kept = kept, copy_row(guide, BOOK_2).title_id
    open_title(guide, BOOK if kept == copy_row(guide, BOOK).title_id else BOOK_2)
    guide.press("merge")
    guide.edit("query", title_row(guide, gone).title)
    guide.press("choose", gone)
    guide.press("yes")
    assert copy_row(guide, WITHDRAWN).title_id == kept
