"""Numbers, lines of deliveries and labels in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.stock import TitleData, title_to_plain
from kiosk.store import edit, schema, stock
from kiosk.store.edit import NewCopy
from kiosk.store.library import Library

AT = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
ISBN = "9787541497216"


def make(conn: Connection, *accessions: str, call_number: str = "", clc: str = "I287.45", title: str = "甲") -> int:
    """A title with a copy for each accession number; the title's id."""
    title_id = edit.add_titles(conn, [edit.new_title(TitleData(title, clc=clc))], AT)[0]
    first = len(conn.scalars(select(schema.copies.c.copy_id)).all()) + 1
    rows = [
        NewCopy(title_id, accession, number(BarcodeKind.COPY, first + place), call_number)
        for place, accession in enumerate(accessions)
    ]
    edit.add_copies(conn, rows, AT)
    return title_id


def copy_ids(conn: Connection) -> list[int]:
    return list(conn.scalars(select(schema.copies.c.copy_id).order_by(schema.copies.c.copy_id)))


# ── Accession numbers ──


@pytest.mark.parametrize(
    ("there", "following"),
    [
        ((), ["000001", "000002"]),
        (("000041", "000007"), ["000042", "000043"]),
        (("099", "100"), ["101", "102"]),
        (("8", "9"), ["10", "11"]),
        (("7", "12", "113"), ["114", "115"]),
        (("999",), ["1000", "1001"]),
        (("A-0007", "A-0012"), ["A-0013", "A-0014"]),
        (("2026-001", "2026-002", "000500"), ["2026-003", "2026-004"]),
        (("S1",), ["S2", "S3"]),
        (("旧书",), ["000001", "000002"]),
        (("000001", "旧000009"), ["旧000010", "旧000011"]),
    ],
)
def test_accession_numbers_go_on_as_the_last_copies_have_them(library: Library, there: tuple[str, ...], following: Any):
    def work(conn):
        make(conn, *there)
        return stock.next_accessions(conn, 2)

    assert library.transact(work) == following


def test_a_number_from_a_wrong_column_does_not_carry_the_others_away(sqlite_library: Library):
    def work(conn):
        make(conn, *(f"{n:06}" for n in range(1, 60)), "9787541497216")
        return stock.next_accessions(conn, 1)

    assert sqlite_library.transact(work) == ["000060"]


@given(st.lists(st.from_regex(r"[A-C]?-?[0-9]{1,7}", fullmatch=True), max_size=12, unique=True), st.integers(1, 30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_accession_number_is_given_twice(sqlite_library: Library, there: list[str], count: int):
    class Undone(Exception):  # noqa: N818  nothing is wrong
        pass

    def work(conn):
        make(conn, *there)
        given_now = stock.next_accessions(conn, count)
        assert len(set(given_now)) == count and not set(given_now) & set(there)
        raise Undone

    with pytest.raises(Undone):
        sqlite_library.transact(work)


def test_an_accession_number_whose_copy_is_gone_is_not_given_again(library: Library):
    def work(conn):
        make(conn, "0001")
        title_id = make(conn, "0002", "0003")
        stock.remove_copies(conn, copy_ids(conn)[1:])
        assert stock.remove_title(conn, title_id)
        return stock.next_accessions(conn, 1), edit.next_serial(conn, BarcodeKind.COPY)

    assert library.transact(work) == (["0004"], 4)


# ── Book numbers ──


@pytest.mark.parametrize(
    ("there", "following"),
    [
        ((), 1),
        (("I287.45/9", "I287.45/10"), 11),
        (("I287.45/3/2", "I287.45/2"), 4),
        (("I287.4/8", "I287.457/9", "I287.45-49/7", "I287.45"), 1),
        (("I287.45/W12", "I287.45/5"), 6),
        (("I287.45/9787541497216", "I287.45/5/9787541497216"), 6),
        (("I287.45/12:3",), 13),
    ],
)
def test_the_next_book_number_is_above_those_of_its_class(library: Library, there: tuple[str, ...], following: int):
    def work(conn):
        for place, call_number in enumerate(there):
            make(conn, f"{place}", call_number=call_number)
        return stock.next_book_number(conn, "I287.45")

    assert library.transact(work) == following


def test_signs_of_patterns_in_a_class_stand_for_themselves(library: Library):
    def work(conn):
        make(conn, "1", call_number="I17(198_4)/7", clc="I17(198_4)")
        make(conn, "2", call_number="I17(198.4)/3", clc="I17(198.4)")
        return stock.next_book_number(conn, "I17(198_4)"), stock.next_book_number(conn, "I17(198.4)")

    assert library.transact(work) == (8, 4)


def test_volumes_of_a_set_are_found_by_their_stem_within_the_class(library: Library):
    def work(conn):
        first = make(conn, "1", call_number="Z228/4/1", clc="Z228", title="十万个为什么（第1册）")
        make(conn, "2", call_number="Z228/5", clc="Z228", title="十万个为什么的故事")
        make(conn, "3", call_number="N49/2", clc="N49", title="十万个为什么（第2册）")
        return first, [row.title_id for row in stock.same_sets(conn, "Z228", "十万个为什么")]

    first, found = library.transact(work)
    assert found == [first]


# ── Titles ──


def test_a_title_is_found_by_its_isbn_in_either_length(library: Library):
    short = stock.isbn_forms(ISBN)[1]

    def work(conn):
        edit.add_titles(
            conn, [edit.new_title(TitleData("长", isbn=ISBN)), edit.new_title(TitleData("短", isbn=short))], AT
        )
        return [[row.title for row in stock.titles_of_isbn(conn, isbn)] for isbn in (ISBN, short, "9787530765418")]

    assert library.transact(work) == [["长", "短"], ["长", "短"], []]


def test_a_title_comes_out_of_the_store_as_it_went_in(library: Library):
    data = TitleData("红楼梦", isbn=ISBN, authors="曹雪芹", subjects=("小说", "清代"), clc="I242.4", price_fen=5970)

    def work(conn):
        title_id = edit.add_titles(conn, [edit.new_title(data)], AT)[0]
        return stock.title_data(stock.title(conn, title_id))

    assert library.transact(work) == data


# ── Labels ──


def test_wanted_labels_come_in_their_order_until_they_are_printed(library: Library):
    def work(conn):
        make(conn, "1", "2", "3", call_number="I287.45/1")
        first, second, third = copy_ids(conn)
        stock.want_labels(conn, [third], AT)
        stock.want_labels(conn, [first, second, third], LATER)
        before = [row.copy_id for row in stock.wanted_labels(conn)]
        stock.labels_printed(conn, [third, first])
        row = stock.wanted_labels(conn)[0]
        return before == [third, first, second], row, stock.count_wanted(conn)

    in_order, row, count = library.transact(work)
    assert in_order and count == 1
    assert (row.barcode, row.call_number, row.title, row.accession_no) == (
        number(BarcodeKind.COPY, 2),
        "I287.45/1",
        "甲",
        "2",
    )
    assert row.wanted_at == LATER


# ── Deliveries ──


def _line(batch_id: int, place: int, ordered: int, isbn: str = ISBN, title: str = "夏洛的网") -> dict[str, Any]:
    data = title_to_plain(TitleData(title, isbn=isbn))
    return {"batch_id": batch_id, "place": place, "isbn": isbn, "data": data, "title_id": None, "ordered": ordered}


def test_lines_still_to_come_are_found_first_and_those_of_closed_deliveries_never(library: Library):
    def work(conn):
        old, new, closed = (stock.save_batch(conn, 0, {"name": name}, AT) for name in ("旧", "新", "完"))
        stock.add_lines(conn, [_line(old, 1, 4), _line(new, 1, 2), _line(closed, 1, 9)])
        stock.close_batch(conn, closed, AT)
        line_id = stock.lines_of_batch(conn, new)[0].line_id
        stock.count_line(conn, line_id, 2, 1, None)
        found = [row.batch for row in stock.lines_for(conn, batch_id=0, isbn=ISBN)]
        one = [row.batch for row in stock.lines_for(conn, batch_id=new, isbn=ISBN)]
        short = {row.name: (int(row.short), int(row.arrived), int(row.damaged)) for row in stock.all_batches(conn, 9)}
        return found, one, short, [row.name for row in stock.all_batches(conn, 9)]

    found, one, short, names = library.transact(work)
    assert found == ["旧", "新"] and one == ["新"]
    assert short == {"旧": (4, 0, 0), "新": (0, 2, 1), "完": (9, 0, 0)} and names == ["新", "旧", "完"]


def test_words_find_lines_by_their_titles_alone(library: Library):
    def work(conn):
        batch_id = stock.save_batch(conn, 0, {"name": "秋"}, AT)
        stock.add_lines(
            conn, [_line(batch_id, 1, 4), _line(batch_id, 2, 1, "", '他说"你好"'), _line(batch_id, 3, 1, "", "100%")]
        )
        return [
            [row.place for row in stock.lines_like(conn, words, 0, 9)]
            for words in ("洛的", '说"你', "0%", "9787", "%", "_")
        ]

    assert library.transact(work) == [[1], [2], [3], [], [3], []]


def test_what_nobody_ordered_leaves_no_line_when_it_is_taken_back(library: Library):
    def work(conn):
        batch_id = stock.save_batch(conn, 0, {"name": "秋"}, AT)
        title_id = make(conn, "1")
        line_id = stock.add_line(conn, batch_id, TitleData("甲"), title_id)
        stock.count_line(conn, line_id, 2, 0, title_id)
        stock.drop_line(conn, line_id)
        kept = len(stock.lines_of_batch(conn, batch_id))
        stock.count_line(conn, line_id, -2, 0, None)
        stock.drop_line(conn, line_id)
        return kept, len(stock.lines_of_batch(conn, batch_id))

    assert library.transact(work) == (1, 0)


def test_numbers_set_apart_are_counted_as_used_when_a_copy_has_them(library: Library):
    def work(conn):
        stock.set_apart(conn, 11, 20)
        stock.set_apart(conn, 31, 33)
        title_id = make(conn, "1")
        edit.add_copies(conn, [NewCopy(title_id, "2", number(BarcodeKind.COPY, 15))], AT)
        used = stock.used_between(conn, number(BarcodeKind.COPY, 11), number(BarcodeKind.COPY, 20))
        return stock.numbers_apart(conn), used, edit.next_serial(conn, BarcodeKind.COPY)

    assert library.transact(work) == ([(11, 20), (31, 33)], {number(BarcodeKind.COPY, 15)}, 34)


def test_a_magazine_is_found_by_its_issn_and_its_issues_stand_together(library: Library):
    def work(conn):
        values = {"issn": "1002-5588", "title": "少年科学", "last_issue": "2026-10"}
        serial_id = stock.save_serial(conn, 0, values, AT)
        stock.save_serial(conn, serial_id, {"last_issue": "2026-11"}, AT)
        issue = TitleData("少年科学 2026-10", clc="N49", issn="1002-5588", issue="2026-10")
        title_id = edit.add_titles(conn, [edit.new_title(issue)], AT)[0]
        edit.add_copies(conn, [NewCopy(title_id, "1", None, "N49/3/2026.10")], AT)
        row = stock.serial_of_issn(conn, "1002-5588")
        found = stock.title_of_issue(conn, "1002-5588", "2026-10")
        return (
            row.last_issue,
            found.title_id == title_id,
            stock.issues_call_number(conn, "1002-5588", 0),
            stock.issues_call_number(conn, "1002-5588", title_id),
            stock.last_issue_title(conn, "1002-5588").title_id == title_id,
        )

    assert library.transact(work) == ("2026-11", True, "N49/3/2026.10", "", True)
