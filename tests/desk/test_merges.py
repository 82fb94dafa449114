"""Two titles that were made one are two again: with their copies, call numbers and lines of deliveries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.flows.titles import MergeTitles, MoveCopies, SaveCopy
from kiosk.flows.work import ActionList, Find, Problem, ProblemCode, ReadActions, UndoAction
from kiosk.lending.stock import TitleData
from kiosk.store import schema, stock, titles
from kiosk.store.edit import NewCopy, NewTitle, add_copies, add_titles
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, MADE, MAGAZINE, WANG, School, copy, fill

ISBN = "9787020002207"
KEPT, FIRST, SECOND = copy(801), copy(802), copy(803)


@pytest.fixture
def double(school: School) -> School:
    return with_double(school)


def with_double(school: School) -> School:
    """A title without an ISBN and its double, which has one, two copies and a line of a delivery."""
    school.set_patron(school.patron(LIBRARIAN).patron_id, pin_hash="any")

    def add(conn: Any) -> None:
        kept, gone = add_titles(
            conn, [NewTitle("红楼梦", clc="I242"), NewTitle("红楼梦　", "曹雪芹", ISBN, "I242")], MADE
        )
        add_copies(conn, [NewCopy(kept, "D1", KEPT, "I242/7", "A1")], MADE)
        add_copies(conn, [NewCopy(gone, "D2", FIRST, "I242/9", "A2"), NewCopy(gone, "D3", SECOND, "", "A2")], MADE)
        batch = stock.save_batch(conn, 0, {"name": "一箱书", "received_on": date(2026, 9, 1)}, MADE)
        stock.add_line(conn, batch, TitleData("红楼梦", isbn=ISBN), gone)

    school.library.transact(add)
    return school


def ask(school: School, command: Any, **parts: object) -> Any:
    return school.ask(command(operator_id=school.patron(LIBRARIAN).patron_id, **parts)).data


def merge(school: School) -> None:
    kept, gone = school.copy_row(KEPT).title_id, school.copy_row(FIRST).title_id
    assert ask(school, MergeTitles, kept_id=kept, gone_id=gone) == kept


def undo(school: School) -> Any:
    """Undo the merge from the list of today; the answer's data."""
    listed = ask(school, ReadActions)
    assert isinstance(listed, ActionList)
    merged = next(one for one in listed.actions if one.action == "titles_merged")
    return "blocked" if merged.blocked else ask(school, UndoAction, seq=merged.seq)


def everything(school: School) -> list[Any]:
    tables = (schema.titles, schema.copies, schema.barcodes, schema.batch_lines)
    return [school.rows(table) for table in tables]


def found(school: School, words: str) -> set[int]:
    return {hit.title_id for hit in ask(school, Find, text=words).titles}


def test_a_merge_taken_back_leaves_both_titles_as_they_were(double: School) -> None:
    before = everything(double)
    merge(double)
    assert everything(double) != before
    assert undo(double) is None
    assert everything(double) == before
    assert found(double, ISBN) == {double.copy_row(FIRST).title_id}
    assert double.actions()[-1] == "merge_undone"
    double.assert_consistent()


def test_a_merge_is_taken_back_on_each_database(library: Library) -> None:
    library.transact(fill)
    school = with_double(School(library))
    before = everything(school)
    merge(school)
    undo(school)
    assert everything(school) == before


def test_copies_that_have_their_own_number_again_want_a_label_with_it(double: School) -> None:
    merge(double)
    double.library.transact(lambda conn: stock.labels_printed(conn, [double.copy_row(FIRST).copy_id]))
    undo(double)
    wanted = {row.copy_id for row in double.rows(schema.labels_wanted)}
    assert wanted == {double.copy_row(FIRST).copy_id, double.copy_row(SECOND).copy_id}


def test_a_loan_in_between_keeps_nobody_from_parting_the_titles(double: School) -> None:
    merge(double)
    double.lend(WANG, FIRST)
    undo(double)
    assert double.copy_row(FIRST).title_id != double.copy_row(KEPT).title_id
    assert FIRST in double.open_loans()


def test_a_copy_that_was_numbered_anew_since_blocks_it(double: School) -> None:
    merge(double)
    ask(
        double,
        SaveCopy,
        copy_id=double.copy_row(FIRST).copy_id,
        call_number="I242/8",
        place="A1",
        price_fen=None,
        for_loan=True,
    )
    assert undo(double) == "blocked"
    seq = next(row.seq for row in double.rows(schema.events) if row.action == "titles_merged")
    assert ask(double, UndoAction, seq=seq) == Problem(ProblemCode.LATER_ACTION)


def test_a_place_that_was_changed_since_stays(double: School) -> None:
    merge(double)
    ask(double, MoveCopies, copy_ids=(double.copy_row(FIRST).copy_id,), place="C9")
    undo(double)
    assert double.copy_row(FIRST).place == "C9"


def test_a_title_whose_id_went_to_another_comes_back_under_a_new_one(double: School) -> None:
    gone = double.copy_row(FIRST).title_id
    merge(double)
    double.library.transact(lambda conn: titles.bring_back(conn, gone, TitleData("别的书"), MADE))
    undo(double)
    assert double.copy_row(FIRST).title_id not in (gone, double.copy_row(KEPT).title_id)


def test_a_book_and_a_magazine_are_two_titles(double: School) -> None:
    kept, magazine = double.copy_row(KEPT).title_id, double.copy_row(MAGAZINE).title_id
    before = everything(double)
    assert ask(double, MergeTitles, kept_id=kept, gone_id=magazine) == Problem(ProblemCode.OTHER_EDITION)
    assert everything(double) == before
