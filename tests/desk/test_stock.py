"""New stock at the desk: looking up, taking in, undoing, deliveries, magazines, labels printed beforehand."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.stock import (
    ApartList,
    BatchList,
    BatchPage,
    CloseBatch,
    DeleteBatch,
    Fate,
    KnownSerial,
    KnownTitle,
    Label,
    LookUp,
    LookUpLine,
    LookUpTitle,
    NewSerial,
    NewTitle,
    OfferNumbers,
    Offers,
    ReadBatch,
    ReadBatches,
    ReadSerials,
    ReadSetApart,
    ReadStock,
    SaveBatch,
    SaveSerial,
    SerialList,
    SetApart,
    SetNumbersApart,
    Several,
    StockState,
    TakeIn,
    TakenBack,
    TakenIn,
    UndoTaking,
)
from kiosk.flows.work import LendTo, LibrarianCommand, Problem, ReadActions, UndoAction
from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.copies import Material
from kiosk.lending.stock import TitleData, title_to_plain
from kiosk.store import edit, schema, stock
from kiosk.store.edit import NewCopy
from kiosk.store.library import FILE_NAME, open_library
from tests.desk.school import BOOK, HAN, LI, MADE, School, card, copy

ISBN = "9787541497216"
TEN = stock.isbn_forms(ISBN)[1]
OTHER = "9787530765418"
WRONG = "9787541497210"


def ean(body: str) -> str:
    return body + ean13_digit(body)


MAGAZINE = ean("977100255800")


class Stockroom:
    """The small school's desk with the librarian at work on new stock."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.teacher = 0
        self.operator = school.librarian()

    def ask(self, command: LibrarianCommand) -> Any:
        outcome = self.school.ask(replace(command, operator_id=self.operator))
        assert outcome.kind in (OutcomeKind.INFO, OutcomeKind.REFUSED), outcome
        return outcome.data

    def refused(self, command: LibrarianCommand) -> str:
        """Why it is refused, by the end of the sentence's key."""
        data = self.ask(command)
        assert isinstance(data, Hindrance), data
        return data.text.key.removeprefix("stock.problem.")

    def look_up(self, code: str, **parts: Any) -> Any:
        return self.ask(LookUp(code=code, **parts))

    def take_in(self, **parts: Any) -> TakenIn:
        taken = self.ask(TakeIn(**parts))
        assert isinstance(taken, TakenIn), taken
        return taken

    def new(self, title: str = "夏洛的网", isbn: str = ISBN, clc: str = "I712.84", **parts: Any) -> TakenIn:
        return self.take_in(title=TitleData(title, isbn=isbn, clc=clc), **parts)

    def delivery(self, *lines: tuple[str, str, int]) -> int:
        return self.school.delivery(*lines)

    def described(self, *titles: TitleData) -> int:
        """A delivery with a line for one piece of each title; its id."""
        batch_id = self.delivery()
        rows = [
            {"batch_id": batch_id, "place": n, "isbn": one.isbn, "data": title_to_plain(one), "ordered": 1}
            for n, one in enumerate(titles, 1)
        ]
        self.school.library.transact(lambda conn: stock.add_lines(conn, rows))
        return batch_id

    def copies(self, title_id: int) -> list[Any]:
        return [row for row in self.school.rows(schema.copies) if row.title_id == title_id]


@pytest.fixture
def room(school: School) -> Stockroom:
    return Stockroom(school)


@pytest.fixture
def room_anywhere(school_anywhere: School) -> Stockroom:
    return Stockroom(school_anywhere)


# ── A title that nobody has had yet ──


def test_an_unknown_isbn_becomes_a_title_with_numbered_copies_and_wanted_labels(room_anywhere: Stockroom):
    room = room_anywhere
    found = room.look_up(ISBN)
    assert isinstance(found, NewTitle) and found.title.isbn == ISBN and found.right and found.line is None
    title = replace(found.title, title="夏洛的网", clc="I712.84", authors="E. B. 怀特", price_fen=2600)
    offers = room.ask(OfferNumbers(title=title))
    assert isinstance(offers, Offers) and offers.next == "I712.84/1" and offers.sets == ()
    taken = room.take_in(title=title, count=3, price_fen=2340, place="一楼 A3")
    assert taken.call_number == "I712.84/1" and [one.accession_no for one in taken.copies] == [
        "00067",
        "00068",
        "00069",
    ]
    rows = room.copies(taken.title_id)
    assert [(row.call_number, row.place, row.price_fen, row.status) for row in rows] == [
        ("I712.84/1", "一楼 A3", 2340, "in_service")
    ] * 3
    assert len({one.barcode for one in taken.copies}) == 3
    wanted = room.school.library.read(stock.wanted_labels)
    assert [row.barcode for row in wanted] == [one.barcode for one in taken.copies]
    assert [row.title for row in wanted] == ["夏洛的网"] * 3
    assert room.school.actions()[-5:] == [
        "catalogued",
        *["accessioned"] * 3,
        "taken_in",
    ]
    assert isinstance(room.look_up(ISBN), KnownTitle)


def test_a_copy_just_taken_in_is_lent(room: Stockroom):
    taken = room.new()
    room.school.lend(LI, taken.copies[0].barcode)
    assert taken.copies[0].barcode in room.school.open_loans()


def test_a_further_copy_keeps_the_titles_call_number_and_the_last_ones_place(room: Stockroom):
    first = room.new(count=2, place="一楼 A3", price_fen=2600)
    found = room.look_up(ISBN)
    assert isinstance(found, KnownTitle)
    assert (found.copies, found.call_number, found.place, found.price_fen) == (2, "I712.84/1", "一楼 A3", 2600)
    more = room.take_in(title_id=found.title_id, place=found.place)
    assert more.call_number == first.call_number and more.title_id == first.title_id
    assert room.look_up(ISBN).copies == 3


def test_book_numbers_count_on_within_their_class_only(room: Stockroom):
    numbers = [
        room.new("甲", "", "I712.84").call_number,
        room.new("乙", "", "I712.84").call_number,
        room.new("丙", "", "I712.8").call_number,
        room.new("丁", "", "I287.45").call_number,
        room.new("戊", "", "").call_number,
    ]
    assert numbers == ["I712.84/1", "I712.84/2", "I712.8/1", "I287.45/67", ""]


def test_a_further_volume_may_share_the_book_number_of_its_set(room: Stockroom):
    first = room.new("十万个为什么（第1册）", "", "Z228.1", auxiliary="1")
    assert first.call_number == "Z228.1/1/1"
    second = TitleData("十万个为什么（第2册）", clc="Z228.1")
    offers = room.ask(OfferNumbers(title=second))
    assert offers.next == "Z228.1/2" and offers.auxiliary == "2"
    assert [(one.title_id, one.call_number) for one in offers.sets] == [(first.title_id, "Z228.1/1")]
    assert room.take_in(title=second, same_set_as=first.title_id, auxiliary="2").call_number == "Z228.1/1/2"
    assert room.new("昆虫记", "", "Z228.1").call_number == "Z228.1/2"


@pytest.mark.parametrize("typed", ["978-7-5414-9721-6", f"７-５４１４-９７２１-{TEN[-1]}", TEN, f" {ISBN} "])
def test_a_typed_isbn_may_have_hyphens_or_ten_digits(room: Stockroom, typed: str):
    found = room.look_up(typed, typed=True)
    assert isinstance(found, NewTitle) and found.title.isbn == ISBN and found.right


def test_a_typed_isbn_with_a_wrong_check_digit_is_kept_and_marked(room: Stockroom):
    found = room.look_up(WRONG, typed=True)
    assert isinstance(found, NewTitle) and found.title.isbn == WRONG and not found.right
    room.new(isbn=WRONG)
    again = room.look_up(WRONG, typed=True)
    assert isinstance(again, KnownTitle) and again.title.isbn == WRONG
    assert room.refused(LookUp(code=ISBN, clean=False)) == "damaged"
    assert room.refused(LookUp(code=ISBN[:-1])) == "damaged"


def test_a_scanned_isbn_with_a_wrong_check_digit_is_scanned_again_unless_it_is_known(room: Stockroom):
    assert room.refused(LookUp(code=WRONG)) == "check"
    batch_id = room.delivery((WRONG, "夏洛的网", 2))
    found = room.look_up(WRONG)
    assert isinstance(found, NewTitle) and found.line is not None and not found.right
    room.take_in(title=found.title, line_id=found.line.line_id, batch_id=batch_id)
    assert isinstance(room.look_up(WRONG), KnownTitle)


def test_titles_that_share_an_isbn_are_offered_and_a_new_volume_can_still_be_added(room: Stockroom):
    first = room.new("西游记 上册")
    second = room.new("西游记 下册", known=(first.title_id,))
    found = room.look_up(ISBN)
    assert isinstance(found, Several) and [hit.title_id for hit in found.hits] == [first.title_id, second.title_id]
    assert room.ask(LookUpTitle(title_id=second.title_id)).title.title == "西游记 下册"


def test_volumes_of_one_isbn_in_a_delivery_are_told_apart_and_counted_each_in_its_line(room: Stockroom):
    batch_id = room.delivery((ISBN, "西游记（上）", 2), (ISBN, "西游记（下）", 3))
    found = room.look_up(ISBN)
    assert isinstance(found, Several) and [hit.title for hit in found.hits] == ["西游记（上）", "西游记（下）"]
    first, second = (line.line_id for line in room.ask(ReadBatch(batch_id=batch_id)).lines)
    upper = room.ask(LookUpLine(line_id=first))
    assert isinstance(upper, NewTitle) and upper.offers.auxiliary == "1"
    taken = room.take_in(title=upper.title, line_id=first, count=2, auxiliary="1")
    found = room.look_up(ISBN)
    assert isinstance(found, Several) and [hit.title for hit in found.hits] == ["西游记（下）", "西游记（上）"]
    known = room.ask(LookUpTitle(title_id=taken.title_id))
    assert known.line is not None and known.line.line_id == first
    lower = room.ask(LookUpLine(line_id=second))
    assert isinstance(lower, NewTitle) and lower.offers.auxiliary == "2" and lower.known == (taken.title_id,)
    room.take_in(
        title=lower.title, known=lower.known, line_id=second, count=3, same_set_as=taken.title_id, auxiliary="2"
    )
    assert [(line.arrived, line.to_come) for line in room.ask(ReadBatch(batch_id=batch_id)).lines] == [(2, 0), (3, 0)]


THREE = tuple(TitleData("三国演义", isbn=ISBN, volume=f"{one}册", publisher="人民", clc="I242.4") for one in "上中下")


def _take_line(room: Stockroom, line_id: int) -> TakenIn:
    """Take a line's title in as its page proposes it."""
    found = room.ask(LookUpLine(line_id=line_id))
    assert isinstance(found, NewTitle)
    joined = next((one.title_id for one in found.offers.sets if one.fits), 0)
    return room.take_in(
        title=found.title,
        known=found.known,
        line_id=line_id,
        same_set_as=joined,
        auxiliary=found.offers.auxiliary,
    )


def test_volumes_that_only_their_number_tells_apart_are_asked_about_until_all_have_come(room: Stockroom):
    room.described(*THREE)
    expected = ["三国演义 上册", "三国演义 中册", "三国演义 下册"]
    found = room.look_up(ISBN)
    assert isinstance(found, Several) and [hit.title for hit in found.hits] == expected
    taken = _take_line(room, found.hits[2].line.line_id)
    assert taken.title == "三国演义 下册" and taken.call_number == "I242.4/1/3"
    found = room.look_up(ISBN)
    assert isinstance(found, Several) and [hit.title for hit in found.hits] == expected
    assert [hit.title_id for hit in found.hits] == [0, 0, taken.title_id]
    known = room.ask(LookUpTitle(title_id=taken.title_id))
    assert known.line is not None and known.line.volume == "下册"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_volumes_of_a_delivery_have_one_book_number_and_a_mark_each_in_whatever_order(
    room: Stockroom, order: tuple[int, ...]
):
    batch_id = room.described(*THREE)
    lines = room.ask(ReadBatch(batch_id=batch_id)).lines
    numbers = {place: _take_line(room, lines[place].line_id).call_number for place in order}
    assert [numbers[place] for place in range(3)] == ["I242.4/1/1", "I242.4/1/2", "I242.4/1/3"]


def test_a_set_of_another_publisher_is_offered_but_not_joined_unasked(room: Stockroom):
    upper = TitleData("三国演义", isbn=OTHER, volume="上册", publisher="岳麓", clc="I242.4")
    assert room.take_in(title=upper, auxiliary="1").call_number == "I242.4/1/1"
    offers = room.ask(OfferNumbers(title=THREE[1]))
    assert [(one.call_number, one.fits) for one in offers.sets] == [("I242.4/1", False)]
    same = room.ask(OfferNumbers(title=replace(upper, isbn="", volume="下册")))
    assert [one.fits for one in same.sets] == [True]


def test_a_set_that_has_the_volume_already_is_not_joined_unasked(room: Stockroom):
    room.take_in(title=replace(THREE[0], isbn=""), auxiliary="1")
    offers = room.ask(OfferNumbers(title=replace(THREE[0], isbn=OTHER)))
    assert [(one.call_number, one.fits) for one in offers.sets] == [("I242.4/1", False)]


def test_a_volume_of_another_delivery_is_counted_for_the_title_the_library_has(room: Stockroom):
    first = room.take_in(title=THREE[0], auxiliary="1")
    batch_id = room.described(THREE[0], THREE[1])
    line_id = room.ask(ReadBatch(batch_id=batch_id)).lines[0].line_id
    found = room.ask(LookUpLine(line_id=line_id))
    assert isinstance(found, KnownTitle) and found.title_id == first.title_id
    assert found.line is not None and found.line.line_id == line_id


def test_a_title_that_somebody_else_added_meanwhile_is_not_added_twice(room: Stockroom):
    room.new()
    assert room.refused(TakeIn(title=TitleData("夏洛的网", isbn=ISBN))) == "now_known"


def test_typed_words_find_titles_and_lines_of_deliveries(room: Stockroom):
    room.delivery((ISBN, "夏洛的网", 4), (OTHER, "城南花开", 2))
    found = room.look_up("城南", typed=True)
    assert isinstance(found, Several) and found.isbn == ""
    assert [(hit.title, hit.title_id > 0, hit.line is not None) for hit in found.hits] == [
        ("城南旧事", True, False),
        ("城南花开", False, True),
    ]
    assert isinstance(room.look_up("没有这本书", typed=True), Several)


def test_cards_and_nonsense_are_no_books(room: Stockroom):
    assert room.refused(LookUp(code=LI)) == "card"
    assert room.refused(LookUp(code=card(999))) == "card"
    assert room.refused(LookUp(code="HELLO")) == "nothing"
    assert room.refused(LookUp(code="", typed=True)) in ("nothing", "damaged")
    assert room.refused(LookUp(code="书\ud83d名", typed=True)) == "nothing"  # half a character


@given(st.text(max_size=80), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_any_code_is_answered(room_for_all: Stockroom, code: str, typed: bool, clean: bool):
    room_for_all.look_up(code, typed=typed, clean=clean)


@pytest.fixture(scope="module")
def room_for_all(tmp_path_factory: pytest.TempPathFactory, _school_template: Any):
    folder = tmp_path_factory.mktemp("any-code")
    shutil.copy(_school_template, folder / FILE_NAME)
    library = open_library(str(folder))
    yield Stockroom(School(library))
    library.close()


def test_what_no_form_would_send_is_refused(room: Stockroom):
    title = TitleData("夏洛的网")
    for wrong in (
        TakeIn(title=title, count=0),
        TakeIn(title=title, count=201),
        TakeIn(title=title, damaged=2),
        TakeIn(title=title, price_fen=-1),
        TakeIn(title=title, place="长" * 81),
        TakeIn(title=TitleData(" ")),
        TakeIn(title=replace(title, publisher="长" * 300)),
        TakeIn(title_id=999_999),
        TakeIn(title=title, batch_id=99),
        TakeIn(title=title, line_id=99),
        TakeIn(title=title, serial_id=99),
    ):
        assert room.refused(wrong) in ("count", "value", "gone")
    assert "catalogued" not in room.school.actions()


# ── Labels printed beforehand ──


def test_numbers_set_apart_are_given_to_nobody_until_their_label_is_scanned(room_anywhere: Stockroom):
    room = room_anywhere
    apart = room.ask(SetNumbersApart(count=5))
    assert isinstance(apart, SetApart) and apart.count == 5 and apart.used == 0
    assert apart.first == copy(108)  # above every number of the school
    by_itself = room.new("甲", "")
    assert by_itself.copies[0].barcode == copy(113)
    assert room.look_up(copy(110)) == Label(copy(110))
    taken = room.take_in(title_id=by_itself.title_id, labels=(copy(110),))
    assert [one.barcode for one in taken.copies] == [copy(110)]
    assert room.look_up(copy(110)) == Label(copy(110), "甲")
    ranges = room.ask(ReadSetApart())
    assert isinstance(ranges, ApartList) and [(one.first, one.count, one.used) for one in ranges.ranges] == [
        (copy(108), 5, 1)
    ]
    assert copy(110) not in ranges.ranges[0].free and copy(109) in ranges.ranges[0].free
    assert room.refused(SetNumbersApart(count=0)) == "count"


def test_where_labels_bear_the_accession_number_a_scanned_one_is_both(room_anywhere: Stockroom):
    room = room_anywhere
    scheme = {"patterns": [{"kind": "copy", "expression": "T[0-9]{6}", "check": "none"}]}

    def old_numbers(conn):
        edit.save_setting(conn, "scheme", scheme)
        title_id = edit.add_title(conn, "旧书", created_at=MADE)
        edit.add_copies(conn, [NewCopy(title_id, f"T{n:06}", f"T{n:06}") for n in range(200)], MADE)

    assert room.new("甲", "", labels=(copy(900),)).copies[0].accession_no == "00067"
    room.school.library.transact(old_numbers)
    taken = room.new("乙", "", labels=("T000300",)).copies[0]
    assert (taken.accession_no, taken.barcode) == ("T000300", "T000300")
    by_itself = room.new("丙", "").copies[0]
    assert by_itself.accession_no == "T000301" and by_itself.barcode == copy(901)


def test_a_label_that_cannot_be_the_copys_is_refused_with_the_reason(room: Stockroom):
    title = TitleData("甲")
    assert room.refused(TakeIn(title=title, labels=(BOOK,))) == "label_taken"
    assert room.refused(TakeIn(title=title, labels=(LI,))) == "label_taken"
    assert room.refused(TakeIn(title=title, labels=(card(900),))) == "label_unfit"
    assert room.refused(TakeIn(title=title, labels=("ABC",))) == "label_unfit"
    assert room.refused(TakeIn(title=title, labels=(copy(900)[:-1] + "x",))) in ("label_unfit", "label_damaged")
    assert room.refused(TakeIn(title=title, labels=(copy(900)[:-1],))) == "label_damaged"
    assert room.refused(TakeIn(title=title, count=2, labels=(copy(900), copy(900)))) == "label_twice"
    assert "catalogued" not in room.school.actions()


# ── Damaged, and undoing ──


def test_damaged_pieces_are_put_in_repair_or_sent_back_as_the_librarian_says(room: Stockroom):
    batch_id = room.delivery((ISBN, "夏洛的网", 5))
    found = room.look_up(ISBN, batch_id=batch_id)
    assert isinstance(found, NewTitle) and found.line is not None and found.line.to_come == 5
    taken = room.take_in(title=found.title, line_id=found.line.line_id, count=3, damaged=1)
    assert [row.status for row in room.copies(taken.title_id)] == ["in_service", "in_service", "in_repair"]
    assert taken.line is not None and (taken.line.arrived, taken.line.damaged, taken.line.to_come) == (3, 1, 2)
    back = room.take_in(title_id=taken.title_id, line_id=found.line.line_id, count=2, damaged=2, fate=Fate.BACK)
    assert back.copies == () and back.sent_back == 2 and len(room.copies(taken.title_id)) == 3
    assert back.line is not None and (back.line.arrived, back.line.damaged, back.line.to_come) == (5, 3, 0)
    undone = room.ask(UndoTaking(taking=back.taking))
    assert undone == TakenBack(0)
    assert room.refused(UndoTaking(taking=back.taking)) == "later"
    (line,) = room.ask(ReadBatch(batch_id=batch_id)).lines
    assert (line.arrived, line.damaged) == (3, 1)


def test_undoing_takes_title_and_copies_away_and_never_gives_their_numbers_again(room_anywhere: Stockroom):
    room = room_anywhere
    batch_id = room.delivery((ISBN, "夏洛的网", 4))
    line_id = room.look_up(ISBN).line.line_id
    before = {table.name: room.school.rows(table) for table in (schema.titles, schema.copies, schema.batch_lines)}
    taken = room.new(count=2, line_id=line_id)
    assert room.ask(UndoTaking(taking=taken.taking)) == TakenBack(2)
    assert {
        table.name: room.school.rows(table) for table in (schema.titles, schema.copies, schema.batch_lines)
    } == before
    assert room.school.library.read(stock.wanted_labels) == []
    again = room.new(count=1, line_id=line_id)
    assert not {one.barcode for one in again.copies} & {one.barcode for one in taken.copies}
    assert [one.accession_no for one in again.copies] == ["00069"]
    assert room.refused(UndoTaking(taking=taken.taking)) == "later"
    (undone,) = (event for event in room.school.rows(schema.events) if event.action == "taking_undone")
    assert undone.details["accession_nos"] == ["00067", "00068"]
    assert room.ask(ReadBatch(batch_id=batch_id)).batch.arrived == 1


def test_taking_in_stands_among_todays_actions_and_is_undone_from_there(room_anywhere: Stockroom):
    room = room_anywhere
    kept, taken = room.new("甲", "", count=2), room.new("乙", "")
    listed = room.ask(ReadActions())
    assert [(one.action, one.title, one.blocked) for one in listed.actions] == [
        ("taken_in", "乙", False),
        ("taken_in", "甲", False),
    ]
    room.school.lend(LI, kept.copies[1].barcode)
    listed = room.ask(ReadActions())
    assert [one.blocked for one in listed.actions] == [False, True]
    room.ask(UndoAction(seq=listed.actions[0].seq))
    assert room.copies(taken.title_id) == [] and len(room.copies(kept.title_id)) == 2
    assert [one.title for one in room.ask(ReadActions()).actions] == ["甲"]
    assert room.refused(UndoTaking(taking=taken.taking)) == "later"
    assert isinstance(room.ask(UndoAction(seq=listed.actions[1].seq)), Problem)


def test_a_copy_that_was_lent_stays(room: Stockroom):
    taken = room.new(count=2)
    session = room.school.lend(LI, taken.copies[0].barcode)
    room.school.scan(taken.copies[0].barcode, session)
    assert room.refused(UndoTaking(taking=taken.taking)) == "lent"
    assert len(room.copies(taken.title_id)) == 2


def test_undoing_further_copies_leaves_the_title_and_its_first_ones(room: Stockroom):
    first = room.new()
    more = room.take_in(title_id=first.title_id, count=2)
    assert room.ask(UndoTaking(taking=more.taking)) == TakenBack(2)
    assert [row.accession_no for row in room.copies(first.title_id)] == [first.copies[0].accession_no]
    assert room.refused(UndoTaking(taking="")) == room.refused(UndoTaking(taking="kiosk-99999")) == "later"


# ── Deliveries ──


def test_a_delivery_tells_ordered_arrived_short_and_damaged_in_pieces_and_money(room_anywhere: Stockroom):
    room = room_anywhere
    batch_id = room.delivery((ISBN, "夏洛的网", 4), (OTHER, "窗边的小豆豆", 3))
    first, second = room.ask(ReadBatch(batch_id=batch_id)).lines
    found = room.ask(LookUpLine(line_id=first.line_id))
    assert isinstance(found, NewTitle) and found.title.title == "夏洛的网" and found.offers.next == "I712.84/1"
    room.take_in(title=found.title, line_id=first.line_id, count=4, damaged=1)
    room.new("没有订的书", "", batch_id=batch_id, count=2, price_fen=1000)
    page = room.ask(ReadBatch(batch_id=batch_id))
    assert isinstance(page, BatchPage)
    batch = page.batch
    assert (batch.titles, batch.ordered, batch.arrived, batch.damaged, batch.short) == (3, 7, 6, 1, 3)
    assert (page.ordered_fen, page.damaged_fen, page.short_fen) == (7 * 2600, 2600, 3 * 2600)
    assert [(line.title, line.ordered, line.arrived) for line in page.lines] == [
        ("夏洛的网", 4, 4),
        ("窗边的小豆豆", 3, 0),
        ("没有订的书", 0, 2),
    ]
    assert {row.batch_id for row in room.copies(page.lines[0].title_id)} == {batch_id}
    state = room.ask(ReadStock(batch_id=batch_id))
    assert isinstance(state, StockState) and (state.labels, state.open_batches) == (6, 1)
    assert state.batch == batch
    assert second.line_id == page.lines[1].line_id


def test_a_closed_delivery_takes_nothing_in_until_it_is_opened_again(room: Stockroom):
    batch_id = room.delivery((ISBN, "夏洛的网", 4))
    room.ask(CloseBatch(batch_id=batch_id))
    assert isinstance(room.look_up(ISBN), NewTitle) and room.look_up(ISBN).line is None
    assert room.refused(TakeIn(title=TitleData("甲"), batch_id=batch_id)) == "closed"
    (batch,) = room.ask(ReadBatches()).batches
    assert batch.closed_at is not None
    room.ask(CloseBatch(batch_id=batch_id, closed=False))
    assert room.look_up(ISBN).line is not None
    assert room.school.actions()[-2:] == ["batch_closed", "batch_reopened"]


def test_a_delivery_is_deleted_only_while_nothing_of_it_has_come(room_anywhere: Stockroom):
    room = room_anywhere
    batch_id = room.delivery((ISBN, "夏洛的网", 4))
    taken = room.take_in(title=TitleData("夏洛的网", isbn=ISBN), line_id=room.look_up(ISBN).line.line_id)
    assert room.refused(DeleteBatch(batch_id=batch_id)) == "arrived"
    room.ask(UndoTaking(taking=taken.taking))
    room.ask(DeleteBatch(batch_id=batch_id))
    assert room.ask(ReadBatches()).batches == () and room.school.rows(schema.batch_lines) == []
    assert room.refused(DeleteBatch(batch_id=batch_id)) == "gone"


def test_a_delivery_has_a_name_and_its_words_can_be_changed(room: Stockroom):
    saved = room.ask(SaveBatch(name="捐赠", source="家长", fund="赠"))
    room.ask(SaveBatch(batch_id=saved.id, name="捐赠 9月", source="家长"))
    listed = room.ask(ReadBatches())
    assert isinstance(listed, BatchList) and [(one.name, one.fund) for one in listed.batches] == [("捐赠 9月", "")]
    assert room.refused(SaveBatch(name=" ")) == "value"
    assert room.refused(SaveBatch(batch_id=99, name="x")) == room.refused(ReadBatch(batch_id=99)) == "gone"


def test_a_known_title_in_a_delivery_says_how_many_are_still_to_come(room: Stockroom):
    room.new()
    room.delivery((ISBN, "夏洛的网", 4))
    found = room.look_up(ISBN)
    assert isinstance(found, KnownTitle) and found.line is not None
    assert found.line.to_come == 4 and found.price_fen == 2600
    room.take_in(title_id=found.title_id, line_id=found.line.line_id, count=4)
    assert room.look_up(ISBN).line.to_come == 0


# ── Magazines ──


def test_the_next_issue_of_a_known_magazine_comes_in_by_two_scans(room: Stockroom):
    assert room.look_up(MAGAZINE) == NewSerial("1002-5588")
    saved = room.ask(SaveSerial(issn="1002-5588", title="少年科学", clc="N49", price_fen=800, last_issue="2026-10"))
    assert isinstance(saved, KnownSerial) and saved.issue == "2026-11"
    found = room.look_up(MAGAZINE)
    assert isinstance(found, KnownSerial) and found.issue == "2026-11"
    assert room.look_up(MAGAZINE + "12").issue == "2026-12"
    serial = found.serial

    def issue(name: str, label: str = "") -> TakenIn:
        title = TitleData(f"{serial.title} {name}", clc=serial.clc, issue=name, price_fen=800)
        labels = (label,) if label else ()
        return room.take_in(title=title, serial_id=serial.serial_id, auxiliary=name, labels=labels)

    first = issue("2026-11", copy(900))
    assert first.call_number == "N49/1/2026-11" and first.copies[0].barcode == copy(900)
    row = next(row for row in room.school.rows(schema.titles) if row.title_id == first.title_id)
    assert (row.material, row.issn, row.issue) == (Material.MAGAZINE.value, "1002-5588", "2026-11")
    assert room.look_up(MAGAZINE).issue == "2026-12"
    second = issue("2026-12")
    assert second.call_number == "N49/1/2026-12"
    again = issue("2026-12")
    assert again.title_id == second.title_id
    room.ask(UndoTaking(taking=again.taking))
    room.ask(UndoTaking(taking=second.taking))
    assert room.look_up(MAGAZINE).issue == "2026-12"


def test_a_magazine_without_a_last_issue_goes_by_its_barcode(room: Stockroom):
    room.ask(SaveSerial(issn="1002-5588", title="少年科学"))
    found = room.look_up(MAGAZINE + "03")
    assert isinstance(found, KnownSerial) and found.issue == "2026-03" and found.add_on == "03"


def test_a_magazine_needs_a_right_issn_and_a_title_and_is_there_once(room: Stockroom):
    room.ask(SaveSerial(issn="10025588", title="少年科学"))
    assert room.refused(SaveSerial(issn="1002-5588", title="另一种")) == "issn_known"
    assert room.refused(SaveSerial(issn="1002-5589", title="错")) == "value"
    assert room.refused(SaveSerial(issn="1002-5588", title=" ")) == "value"
    assert room.refused(SaveSerial(serial_id=99, issn="0317-8471", title="x")) == "gone"
    listed = room.ask(ReadSerials())
    assert isinstance(listed, SerialList) and [one.issn for one in listed.serials] == ["1002-5588"]
    assert isinstance(room.look_up("1002-5588", typed=True), KnownSerial)


# ── What always holds ──

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.integers(0, 3), st.integers(1, 4), st.integers(0, 4), st.sampled_from(Fate)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("lend"), st.integers(0, 9)),
    ),
    max_size=14,
)


@given(ACTS)
@settings(max_examples=12)
def test_whatever_is_taken_in_and_undone_counts_and_numbers_agree(room_for_laws: Stockroom, acts: list[Any]):
    room = room_for_laws
    isbns = [stock_isbn(room, n) for n in range(4)]
    batch_id = room.delivery(*((isbn, f"书{isbn}", 5) for isbn in isbns))
    line_ids = [line.line_id for line in room.ask(ReadBatch(batch_id=batch_id)).lines]
    there: list[TakenIn] = []
    lent: set[str] = set()
    pieces = dict.fromkeys(line_ids, (0, 0))
    seen: set[str] = set()

    def count(line_id: int, arrived: int, damaged: int) -> None:
        pieces[line_id] = (pieces[line_id][0] + arrived, pieces[line_id][1] + damaged)

    told: dict[str, tuple[int, int, int]] = {}
    for act in acts:
        match act:
            case ("take", which, many, harmed, fate):
                found = room.ask(LookUpLine(line_id=line_ids[which]))
                known = {"title_id": found.title_id} if isinstance(found, KnownTitle) else {"title": found.title}
                harmed = min(harmed, many)
                taken = room.take_in(line_id=line_ids[which], count=many, damaged=harmed, fate=fate, **known)
                back = harmed if fate is Fate.BACK else 0
                assert len(taken.copies) == many - back
                codes = {one.barcode for one in taken.copies} | {one.accession_no for one in taken.copies}
                assert not codes & seen
                seen |= codes
                there.append(taken)
                told[taken.taking] = (line_ids[which], many, harmed)
                count(line_ids[which], many, harmed)
            case ("undo", which) if there:
                taken = there[which % len(there)]
                if lent & {one.barcode for one in taken.copies}:
                    assert room.refused(UndoTaking(taking=taken.taking)) == "lent"
                else:
                    assert room.ask(UndoTaking(taking=taken.taking)) == TakenBack(len(taken.copies))
                    there.remove(taken)
                    line_id, many, harmed = told[taken.taking]
                    count(line_id, -many, -harmed)
            case ("lend", which) if there and there[which % len(there)].copies:
                code = there[which % len(there)].copies[0].barcode
                lend = LendTo(patron_id=room.teacher, code=code, overrule=True, words="x")
                room.school.ask(replace(lend, operator_id=room.operator))
                lent |= {code} & room.school.open_loans().keys()
    page = room.ask(ReadBatch(batch_id=batch_id))
    assert {line.line_id: (line.arrived, line.damaged) for line in page.lines} == pieces
    copies = {row.copy_id for row in room.school.rows(schema.copies) if row.batch_id == batch_id}
    assert copies == {one.copy_id for taken in there for one in taken.copies}
    numbers = {taken.title_id: taken.call_number for taken in there if taken.copies}
    assert len(set(numbers.values())) == len(numbers)
    room.school.assert_consistent()


def stock_isbn(room: Stockroom, n: int) -> str:
    """An ISBN that no delivery had before."""
    return ean(f"9787{len(room.school.rows(schema.batches)):05}{n:03}")


@pytest.fixture(scope="module")
def room_for_laws(tmp_path_factory: pytest.TempPathFactory, _school_template: Any):
    folder = tmp_path_factory.mktemp("laws")
    shutil.copy(_school_template, folder / FILE_NAME)
    library = open_library(str(folder))
    room = Stockroom(School(library))
    room.teacher = room.school.patron(HAN).patron_id
    yield room
    library.close()


# ── Two kiosks ──


def test_two_kiosks_at_once_never_give_the_same_number(postgres_location: str):
    def fill_school() -> list[School]:
        from tests.desk.school import fill

        libraries = [open_library(postgres_location) for _ in range(3)]
        libraries[0].transact(fill)
        return [School(library, name=f"kiosk{n}") for n, library in enumerate(libraries)]

    schools = fill_school()
    rooms = [Stockroom(school) for school in schools]
    taken: list[TakenIn] = []
    begin = threading.Barrier(len(rooms))

    def work(room: Stockroom, name: str) -> None:
        begin.wait(10)
        for n in range(8):
            taken.append(room.new(f"{name} {n}号", "", "G624.5", count=3))
            if n % 4 == 3:
                room.ask(SetNumbersApart(count=5))

    threads = [threading.Thread(target=work, args=(room, name)) for room, name in zip(rooms, "甲乙丙", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    copies = [one for each in taken for one in each.copies]
    assert len(taken) == 24
    assert len({one.barcode for one in copies}) == len({one.accession_no for one in copies}) == 72
    assert sorted(int(each.call_number.split("/")[1]) for each in taken) == list(range(1, 25))
    apart = rooms[0].ask(ReadSetApart())
    assert sum(one.count for one in apart.ranges) == 30 and not any(one.used for one in apart.ranges)
    for school in schools:
        school.library.close()
