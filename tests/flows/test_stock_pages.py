"""The pages of new stock over the real desk: by scanner and by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.flows.librarian.stock.title_form import printed_year
from kiosk.flows.stock import SaveSerial
from kiosk.flows.views import Answer, Form, Money, Text, Tone
from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.stock import FILE_PRICES, TitleData, title_to_plain
from kiosk.store import schema, stock
from kiosk.store.library import Library
from tests.desk.school import BOOK, LI, copy
from tests.flows.pages import Guide

TODAY = "2026-09-07"
ISBN = "9787541497216"
OTHER = "9787530765418"
WRONG = "9787541497210"
MAGAZINE = "977100255800" + ean13_digit("977100255800")


class Clerk(Guide):
    """The librarian in front of the page that a carton is unpacked at."""

    def __init__(self, library: Library, **options: Any) -> None:
        super().__init__(library, **options)
        self.log_in()
        self.press("stock")
        self.at_page("librarian/stock")

    def open(self) -> None:
        self.press("arriving")
        self.at_page("librarian/stock/arriving")

    def read(self, code: str) -> None:
        """Scan after a pause, so that nothing is taken for a bounce."""
        self.now += 5
        self.scan(code)

    def type_in(self, text: str) -> None:
        self.edit("code", text)
        self.press("go_on")

    def describe(self, title: str, clc: str = "I712.84", **fields: str) -> None:
        """Fill the form for a new title in, and go on to its copies."""
        self.at_page("librarian/stock/title")
        for name, text in {"title": title, "clc": clc, **fields}.items():
            self.edit(name, text)
        self.press("next")
        self.at_page("librarian/stock/taking")

    def take(self, **fields: str) -> None:
        for name, text in fields.items():
            self.edit(name, text)
        self.press("take")

    @property
    def card(self) -> Any:
        (found,) = self.all_of(Answer)
        return found.card

    def delivery(self, *lines: tuple[str, str, int]) -> int:
        return self.school.delivery(*lines)

    def titles(self) -> list[str]:
        return [row.title for row in self.school.rows(schema.titles)][3:]

    def copies(self) -> list[Any]:
        return self.school.rows(schema.copies)[74:]


@pytest.fixture
def clerk(sqlite_library: Library) -> Clerk:
    return Clerk(sqlite_library)


def test_an_unknown_book_goes_from_its_isbn_to_copies_and_the_page_is_ready_for_the_next(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    assert clerk.fields["isbn"].text == ISBN and clerk.fields["title"].focus
    clerk.describe("夏洛的网", authors="E. B. 怀特", price="26")
    assert clerk.card.book.call_number == "I712.84/1" and clerk.fields["price"].text == "26.00"
    clerk.take(count="3", place="一楼 A3")
    clerk.at_page("librarian/stock/arriving")
    assert clerk.notice == "stock.done.taken" and clerk.fields["code"].text == "" and clerk.fields["code"].focus
    (row,) = clerk.rows
    assert row.cells[:4] == ("夏洛的网", "I712.84/1", "3", "00067 – 00069")
    assert [(one.place, one.price_fen) for one in clerk.copies()] == [("一楼 A3", 2600)] * 3
    assert len(clerk.school.library.read(stock.wanted_labels)) == 3


def test_a_known_book_takes_a_scan_and_enter(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    clerk.describe("夏洛的网")
    clerk.take()
    clerk.read(ISBN)
    clerk.at_page("librarian/stock/taking")
    assert clerk.card.headline.key == "stock.taking.known" and clerk.card.book.call_number == "I712.84/1"
    assert "number" not in clerk.fields and "auxiliary" not in clerk.fields
    clerk.press("take")
    assert len(clerk.rows) == 2 and clerk.titles() == ["夏洛的网"]
    assert [one.call_number for one in clerk.copies()] == ["I712.84/1"] * 2


def test_the_same_book_scanned_again_is_counted_and_another_one_takes_it_in(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 4), (OTHER, "窗边的小豆豆", 1))
    clerk.open()
    clerk.read(ISBN)
    assert clerk.fields["count"].text == "4" and clerk.card.headline.key == "stock.taking.of_line"
    clerk.read(ISBN)
    clerk.read(ISBN)
    assert clerk.fields["count"].text == "3"
    clerk.read(OTHER)
    page = clerk.at_page("librarian/stock/taking")
    assert page.notice is not None and page.notice.headline.key == "stock.done.taken"
    assert clerk.card.book.title == "窗边的小豆豆" and len(clerk.copies()) == 3
    clerk.press("take")
    assert [row.cells[0] for row in clerk.rows] == ["窗边的小豆豆", "夏洛的网"]


def test_a_pile_is_counted_as_quickly_as_it_is_scanned_but_a_scanner_that_stutters_is_not(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 4))
    clerk.open()
    clerk.read(ISBN)
    for pause in (0.7, 0.2, 0.9):
        clerk.now += pause
        clerk.scan(ISBN)
    assert clerk.fields["count"].text == "3"
    clerk.press("end")
    clerk.read(BOOK)
    clerk.now += 0.7
    clerk.scan(BOOK)  # at the front it is a bounce as ever
    assert clerk.outcomes[-1] == "ignored"


def test_a_book_that_is_not_finished_is_not_left_by_a_scan(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 4))
    clerk.open()
    clerk.read(ISBN)
    clerk.edit("count", "none")
    clerk.read(OTHER)
    clerk.at_page("librarian/stock/taking")
    assert clerk.notice == "stock.finish_first" and clerk.errors == {"count": "librarian.error.whole"}
    clerk.press("back")
    clerk.read(OTHER)
    clerk.at_page("librarian/stock/title")
    clerk.read(ISBN)
    assert clerk.notice == "stock.finish_first" and clerk.copies() == []


def test_labels_printed_beforehand_take_one_copy_in_each(clerk: Clerk):
    clerk.open()
    clerk.read(copy(500))
    assert clerk.notice == "stock.label.free"
    clerk.read(ISBN)
    clerk.describe("夏洛的网")
    for serial in (500, 501):
        clerk.read(copy(serial))
        assert clerk.notice == "stock.done.taken"
    clerk.read(copy(500))
    assert clerk.notice == "stock.problem.label_taken" and len(clerk.copies()) == 2
    clerk.read(BOOK)
    assert clerk.notice == "stock.problem.label_taken"
    clerk.read(LI)
    assert clerk.notice == "stock.problem.card"
    clerk.press("take")
    clerk.at_page("librarian/stock/arriving")
    assert len(clerk.rows) == 2
    codes = [row.code for row in clerk.school.rows(schema.barcodes) if row.copy_id is not None]
    assert {copy(500), copy(501)} <= set(codes) and clerk.titles() == ["夏洛的网"]
    clerk.read(copy(501))
    assert clerk.notice == "stock.label.on"


def test_after_labels_the_next_book_is_scanned_without_enter(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 2), (OTHER, "窗边的小豆豆", 1))
    clerk.open()
    clerk.read(ISBN)
    clerk.read(copy(500))
    clerk.read(OTHER)
    clerk.read(copy(501))
    clerk.press("back")
    assert [row.cells[0] for row in clerk.rows] == ["窗边的小豆豆", "夏洛的网"]
    assert len(clerk.copies()) == 2


def test_the_last_taking_is_undone_at_once(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    clerk.describe("夏洛的网")
    clerk.take(count="2")
    undo = clerk.buttons["undo"]
    clerk.press("undo", undo.value)
    assert clerk.notice == "stock.done.undone" and clerk.rows == [] and clerk.copies() == [] and clerk.titles() == []


def test_a_class_is_picked_from_the_tree_and_comes_back_into_the_form(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    clerk.edit("title", "昆虫的故事")
    clerk.press("class")
    clerk.at_page("librarian/classes")
    clerk.press("choose", "Q96")
    clerk.at_page("librarian/stock/title")
    assert clerk.fields["clc"].text == "Q96" and clerk.fields["title"].text == "昆虫的故事"


def test_what_is_wrong_in_the_form_stands_at_its_field(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    clerk.edit("clc", "287")
    clerk.edit("price", "abc")
    clerk.press("next")
    assert clerk.errors == {
        "title": "librarian.error.empty",
        "clc": "stock.error.clc",
        "price": "librarian.error.amount",
    }
    clerk.press("more")
    clerk.edit("subjects", "蜘蛛;友谊； 农场")
    clerk.describe("夏洛的网", price="26")
    clerk.press("take")
    row = clerk.school.rows(schema.titles)[-1]
    assert row.subjects == "蜘蛛\n友谊\n农场" and row.price_fen == 2600


def test_a_typed_isbn_with_a_wrong_check_digit_is_marked_and_kept(clerk: Clerk):
    clerk.open()
    clerk.type_in("978-7-5414-9721-0")
    clerk.at_page("librarian/stock/title")
    hint = clerk.fields["isbn"].hint
    assert hint is not None and hint.key == "stock.wrong_isbn"
    clerk.describe("夏洛的网")
    assert clerk.card.tone is Tone.LOOK
    clerk.press("take")
    assert clerk.school.rows(schema.titles)[-1].isbn == WRONG


def test_an_isbn_printed_with_a_wrong_check_digit_is_taken_when_it_is_scanned_twice(clerk: Clerk):
    clerk.open()
    clerk.read(WRONG)
    assert clerk.notice == "stock.problem.check"
    clerk.read(OTHER[:-1] + "0")
    assert clerk.notice == "stock.problem.check"
    clerk.read(WRONG)
    assert clerk.notice == "stock.problem.check"  # not the same as the one just before
    clerk.read(WRONG)
    clerk.at_page("librarian/stock/title")
    hint = clerk.fields["isbn"].hint
    assert clerk.fields["isbn"].text == WRONG and hint is not None and hint.key == "stock.wrong_isbn"
    clerk.describe("夏洛的网")
    clerk.read(WRONG)
    assert clerk.fields["count"].text == "2"
    clerk.press("take")
    clerk.read(WRONG)  # from now on the library knows it
    assert clerk.card.headline.key == "stock.taking.known"


def test_a_book_with_a_wrong_isbn_may_follow_another(clerk: Clerk):
    batch_id = clerk.delivery((ISBN, "夏洛的网", 1))
    clerk.press("batches")
    clerk.press("open", batch_id)
    clerk.read(WRONG)
    clerk.at_page("librarian/stock/arriving")
    assert clerk.notice == "stock.problem.check"
    clerk.read(ISBN)
    clerk.read(WRONG)
    assert clerk.notice == "stock.problem.check"
    clerk.read(WRONG)
    clerk.at_page("librarian/stock/title")
    assert [row.title for row in clerk.school.rows(schema.titles)][3:] == ["夏洛的网"]


def test_more_than_was_ordered_is_told(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 2))
    clerk.open()
    clerk.read(ISBN)
    clerk.take(count="3")
    notice = clerk.page.notice
    assert notice is not None and notice.tone is Tone.LOOK
    assert [(line.key, line.values.get("n")) for line in notice.lines][-1] == ("stock.done.over", 1)


@pytest.mark.parametrize(
    "printed",
    [
        "", "2019", "2019.3", "2019-03", "c2019", "©2019", "[2019]", "2019年3月", "民国三十五年", "民国35年",
        "二〇一九年", "2018-2019", "201-?", "２０１９", "1957年2月第1版", "清光绪三年", "20190301",
    ],
)  # fmt: skip
def test_a_year_is_taken_as_it_is_printed(printed: str):
    assert printed_year(printed) == " ".join(printed.split())


@pytest.mark.parametrize("typed", ["xyz", "19", "3.5", "2019xyz", "99999", "0019", "人民出版社"])
def test_what_is_no_year_is_told_at_its_field(clerk: Clerk, typed: str):
    clerk.open()
    clerk.press("no_number")
    clerk.edit("title", "校史")
    clerk.edit("published", typed)
    clerk.press("next")
    assert clerk.errors == {"published": "stock.error.published"} and clerk.fields["published"].text == typed


def test_a_book_without_an_isbn_is_found_by_its_title_or_described(clerk: Clerk):
    clerk.open()
    clerk.type_in("城南")
    clerk.at_page("librarian/stock/choosing")
    clerk.choose("城南旧事")
    assert clerk.card.headline.key == "stock.taking.known"
    clerk.press("back")
    clerk.type_in("校史")
    clerk.press("new")
    assert clerk.fields["title"].text == "校史"
    clerk.describe("校史", clc="")
    assert clerk.card.tone is Tone.LOOK and clerk.card.book.call_number == ""
    clerk.press("take")
    clerk.press("no_number")
    clerk.at_page("librarian/stock/title")


def test_a_further_volume_offers_the_number_of_its_set(clerk: Clerk):
    clerk.open()
    clerk.press("no_number")
    clerk.describe("十万个为什么（第1册）", clc="Z228.1")
    clerk.take(auxiliary="1")
    clerk.press("no_number")
    clerk.describe("十万个为什么（第2册）", clc="Z228.1")
    assert len(clerk.fields["number"].choices) == 2 and clerk.card.book.call_number == "Z228.1/1/2"
    clerk.edit("number", "new")
    assert clerk.card.book.call_number == "Z228.1/2/2"
    clerk.edit("number", clerk.fields["number"].choices[1].value)
    clerk.press("take")
    assert [one.call_number for one in clerk.copies()] == ["Z228.1/1/1", "Z228.1/1/2"]


def test_each_volume_of_one_isbn_is_asked_about_and_the_last_one_told_with_it(clerk: Clerk):
    volumes = [TitleData("三国演义", isbn=ISBN, volume=f"{one}册", clc="I242.4") for one in "上中下"]
    batch_id = clerk.school.delivery()
    rows = [
        {"batch_id": batch_id, "place": n, "isbn": ISBN, "data": title_to_plain(one), "ordered": 1}
        for n, one in enumerate(volumes, 1)
    ]
    clerk.school.library.transact(lambda conn: stock.add_lines(conn, rows))
    clerk.open()
    clerk.read(ISBN)
    for place in (2, 0, 1):
        clerk.at_page("librarian/stock/choosing")
        row = next(row for row in clerk.rows if row.cells[0] == f"三国演义 {volumes[place].volume}")
        clerk.press("line", row.value)
        clerk.at_page("librarian/stock/taking")
        clerk.read(ISBN)
    assert [one.call_number for one in clerk.copies()] == ["I242.4/1/3", "I242.4/1/1", "I242.4/1/2"]
    page = clerk.at_page("librarian/stock/choosing")
    assert page.notice is not None and page.notice.headline.key == "stock.done.taken"
    clerk.press("back")
    assert [row.cells[0] for row in clerk.rows] == ["三国演义 中册", "三国演义 上册", "三国演义 下册"]
    clerk.press("back")
    clerk.press("batches")
    clerk.press("open", batch_id)
    assert [row.cells[0] for row in clerk.rows if row.value] == ["三国演义 上册", "三国演义 中册", "三国演义 下册"]


def test_copies_with_a_price_each_say_so_and_keep_it(clerk: Clerk):
    batch_id = clerk.school.delivery()
    data = {
        **title_to_plain(TitleData("夏洛的网", isbn=ISBN, clc="I712.84", price_fen=1500)),
        FILE_PRICES: [1500, 1600],
    }
    row = {"batch_id": batch_id, "place": 1, "isbn": ISBN, "data": data, "ordered": 2}
    clerk.school.library.transact(lambda conn: stock.add_lines(conn, [row]))
    clerk.open()
    clerk.read(ISBN)
    (prices,) = [line for line in clerk.card.lines if line.key == "stock.taking.prices"]
    assert dict(prices.values) == {"low": Money(1500), "high": Money(1600)}
    clerk.press("take")
    assert [one.price_fen for one in clerk.copies()] == [1500, 1600]


def test_damaged_pieces_are_asked_about_and_sent_back(clerk: Clerk):
    batch_id = clerk.delivery((ISBN, "夏洛的网", 4))
    clerk.open()
    clerk.read(ISBN)
    clerk.press("harm")
    clerk.take(damaged="5")
    assert clerk.errors == {"damaged": "stock.error.damaged"}
    clerk.take(damaged="1", fate="back")
    assert len(clerk.copies()) == 3
    line = clerk.school.library.read(lambda conn: stock.lines_of_batch(conn, batch_id))[0]
    assert (line.arrived, line.damaged) == (4, 1)


def test_what_the_vendor_says_is_changed_before_it_is_taken_in(clerk: Clerk):
    clerk.delivery((ISBN, "夏洛的网", 4))
    clerk.open()
    clerk.read(ISBN)
    clerk.press("describe")
    assert clerk.buttons["next"].label.key == "librarian.do.save"
    clerk.edit("clc", "I712.8")
    clerk.press("next")
    clerk.at_page("librarian/stock/taking")
    assert clerk.card.book.call_number == "I712.8/1" and clerk.fields["count"].text == "4"
    clerk.press("take")
    assert clerk.titles() == ["夏洛的网"] and [one.call_number for one in clerk.copies()] == ["I712.8/1"] * 4


def test_the_next_issue_of_a_magazine_takes_two_scans(clerk: Clerk):
    clerk.school.ask(
        SaveSerial(
            operator_id=clerk.operator,
            issn="1002-5588",
            title="少年科学",
            clc="N49",
            price_fen=800,
            last_issue="2026-10",
        )
    )
    clerk.open()
    clerk.read(MAGAZINE)
    assert clerk.fields["issue"].text == "2026-11"
    clerk.read(copy(500))
    assert clerk.notice == "stock.done.taken"
    clerk.press("take")
    assert clerk.titles() == ["少年科学 2026-11"] and clerk.copies()[0].call_number == "N49/1/2026.11"
    clerk.read(MAGAZINE)
    assert clerk.fields["issue"].text == "2026-12"
    clerk.take(issue="2026-12增刊")
    assert clerk.titles()[-1] == "少年科学 2026-12增刊"


def test_a_magazine_that_comes_for_the_first_time_is_written_down_once(clerk: Clerk):
    clerk.open()
    clerk.read(MAGAZINE)
    clerk.at_page("librarian/stock/serial")
    assert clerk.fields["issn"].text == "1002-5588"
    clerk.edit("title", "少年科学")
    clerk.edit("last_issue", "第3期")
    clerk.press("save")
    clerk.at_page("librarian/stock/taking")
    assert clerk.fields["issue"].text == "第3期"
    clerk.press("take")
    clerk.at_page("librarian/stock/arriving")
    clerk.read(MAGAZINE)
    assert clerk.fields["issue"].text == "第4期"


def test_another_issue_of_the_same_magazine_takes_the_one_before_it_in(clerk: Clerk):
    clerk.school.ask(
        SaveSerial(operator_id=clerk.operator, issn="1002-5588", title="少年科学", clc="N49", last_issue="2026-3")
    )
    clerk.open()
    clerk.read(MAGAZINE + "04")
    clerk.read(MAGAZINE + "04")
    clerk.read(MAGAZINE)  # a scanner that missed the two digits behind
    assert clerk.fields["issue"].text == "2026-4" and clerk.fields["count"].text == "3"
    clerk.read(MAGAZINE + "05")
    clerk.at_page("librarian/stock/taking")
    assert clerk.notice == "stock.done.taken"
    assert clerk.fields["issue"].text == "2026-5" and clerk.fields["count"].text == "1"
    clerk.read(copy(500))
    clerk.read(MAGAZINE + "05")
    assert clerk.notice == "stock.label.next"
    clerk.read(MAGAZINE + "06")
    assert clerk.fields["issue"].text == "2026-6"
    clerk.press("take")
    assert clerk.titles() == ["少年科学 2026-4", "少年科学 2026-5", "少年科学 2026-6"] and len(clerk.copies()) == 5


def test_a_magazine_read_without_its_issue_is_not_taken_for_the_next_one(clerk: Clerk):
    clerk.school.ask(SaveSerial(operator_id=clerk.operator, issn="1002-5588", title="少年科学", last_issue="2026-3"))
    clerk.open()
    clerk.read(MAGAZINE)
    clerk.read(MAGAZINE + "04")
    assert clerk.notice == "stock.counted" and clerk.fields["count"].text == "2"
    clerk.read(MAGAZINE + "05")
    assert clerk.notice == "stock.done.taken" and clerk.fields["issue"].text == "2026-5"


def test_the_first_issue_of_a_magazine_is_read_from_its_barcode(clerk: Clerk):
    clerk.open()
    clerk.read(MAGAZINE + "03")
    assert clerk.fields["last_issue"].text == "2026-03"
    clerk.read(MAGAZINE + "03")
    clerk.read(MAGAZINE + "04")
    assert clerk.notice == "stock.finish_first"
    clerk.edit("title", "少年科学")
    clerk.press("save")
    assert clerk.fields["issue"].text == "2026-03"
    clerk.read(MAGAZINE + "04")
    assert clerk.notice == "stock.done.taken" and clerk.fields["issue"].text == "2026-04"


def test_an_issue_that_is_not_known_yet_is_asked_for(clerk: Clerk):
    clerk.open()
    clerk.read(MAGAZINE)
    clerk.edit("title", "少年科学")
    clerk.press("save")
    assert clerk.card.headline.key == "stock.taking.no_issue" and clerk.card.tone is Tone.LOOK
    clerk.edit("issue", "第3期")
    assert clerk.card.headline.key == "stock.taking.issue"


def test_magazines_are_listed_and_changed(clerk: Clerk):
    clerk.press("serials")
    clerk.press("new")
    clerk.edit("issn", "1002-5589")
    clerk.press("save")
    assert clerk.errors == {"title": "librarian.error.empty", "issn": "stock.error.issn"}
    clerk.edit("issn", "")
    clerk.read(MAGAZINE)
    clerk.edit("title", "少年科学")
    clerk.press("save")
    clerk.at_page("librarian/stock/serials")
    clerk.choose("少年科学")
    clerk.edit("last_issue", "2026-09")
    clerk.press("save")
    assert clerk.rows[0].cells == ("少年科学", "1002-5588", "", "2026-09")


def test_numbers_are_set_apart_and_listed(clerk: Clerk):
    clerk.press("apart")
    clerk.edit("count", "30")
    clerk.press("set")
    assert clerk.notice == "stock.done.apart"
    assert [row.cells[:4] for row in clerk.rows] == [(copy(108), copy(137), "30", "0")]


def test_wanted_labels_and_numbers_set_apart_lead_to_their_printing(clerk: Clerk):
    clerk.open()
    assert "labels" not in clerk.buttons
    clerk.read(ISBN)
    clerk.describe("夏洛的网")
    clerk.press("take")
    clerk.press("labels")
    clerk.at_page("librarian/print")
    clerk.press("back")
    clerk.at_page("librarian/stock/arriving")
    clerk.press("back")
    clerk.press("labels")
    clerk.at_page("librarian/print")
    clerk.press("back")
    clerk.press("apart")
    clerk.press("set")
    clerk.press("print", clerk.rows[0].buttons[0].value)
    clerk.at_page("librarian/print")
    order = clerk.engine.state.front.pages[-1].order
    assert len(order.numbers) == 100 and order.numbers[0] == copy(109)


def test_an_isbn_with_a_wrong_check_digit_is_marked_in_the_list_of_its_delivery(clerk: Clerk):
    delivery = clerk.delivery((ISBN, "夏洛的网", 4), (f"{ISBN[:-1]}0", "窗边的小豆豆", 1), ("", "没有号的书", 1))
    clerk.press("batches")
    clerk.press("open", delivery)
    isbns = {row.cells[0]: row.cells[2] for row in clerk.rows if len(row.cells) > 5}
    assert isbns["夏洛的网"] == ISBN and isbns["没有号的书"] == ""
    assert isbns["窗边的小豆豆"] == Text("stock.batch.isbn_odd", {"isbn": f"{ISBN[:-1]}0"})


def test_a_delivery_is_made_unpacked_and_closed(clerk: Clerk):
    clerk.press("batches")
    clerk.press("new")
    day = clerk.fields["received_on"]
    assert day.text == TODAY and day.proposed and day.hint is not None and day.hint.key == "librarian.hint.day"
    clerk.press("save")
    assert clerk.errors == {"name": "librarian.error.empty"}
    clerk.edit("name", "家长捐赠")
    clerk.edit("received_on", "2026-9-7")
    clerk.press("save")
    clerk.at_page("librarian/stock/batch")
    clerk.read(ISBN)  # whoever scans here is unpacking
    clerk.describe("夏洛的网", price="26")
    clerk.take(count="2")
    clerk.at_page("librarian/stock/arriving")
    clerk.press("back")
    assert clerk.rows[-1].cells[4:] == ("", "2", "", "")
    clerk.press("line", clerk.rows[-1].value)
    clerk.at_page("librarian/stock/taking")
    clerk.press("back")
    clerk.at_page("librarian/stock/arriving")
    clerk.press("back")
    clerk.press("close")
    clerk.press("yes")
    clerk.at_page("librarian/stock/batch")
    clerk.read(OTHER)
    assert clerk.notice == "stock.problem.closed"
    assert set(clerk.buttons) >= {"close"} and "arriving" not in clerk.buttons
    clerk.press("close")
    assert "arriving" in clerk.buttons
    clerk.press("edit")
    clerk.edit("note", "谢谢")
    clerk.press("save")
    clerk.press("back")
    (row,) = clerk.rows
    assert row.cells[0] == "家长捐赠" and row.cells[4] == "2"


def test_a_line_of_the_list_is_taken_in_by_hand_and_the_next_book_by_a_scan(clerk: Clerk):
    batch_id = clerk.delivery((ISBN, "夏洛的网", 4), (OTHER, "窗边的小豆豆", 2))
    clerk.press("batches")
    clerk.press("open", batch_id)
    clerk.press("line", clerk.rows[-1].value)
    assert clerk.card.book.title == "窗边的小豆豆"
    clerk.edit("count", "3")
    assert [line.key for line in clerk.card.lines] == ["stock.taking.too_many"]
    clerk.edit("count", "2")
    clerk.read(ISBN)
    assert clerk.card.book.title == "夏洛的网" and len(clerk.copies()) == 2
    clerk.press("take")
    clerk.press("back")
    assert [row.cells[5:7] for row in clerk.rows[-2:]] == [("4", ""), ("2", "")]


def test_a_delivery_made_by_mistake_is_deleted(clerk: Clerk):
    batch_id = clerk.delivery((ISBN, "夏洛的网", 4))
    clerk.press("batches")
    clerk.press("open", batch_id)
    clerk.press("edit")
    clerk.press("delete")
    clerk.press("yes")
    clerk.at_page("librarian/stock/batches")
    assert clerk.notice == "stock.done.deleted" and clerk.rows == []


def test_enter_always_goes_on(clerk: Clerk):
    """The first button of each form is the one that leads on."""
    clerk.delivery((OTHER, "窗边的小豆豆", 2))
    clerk.open()
    first = lambda: next(one for one in clerk.all_of(Form) if one.fields).buttons[0].action  # noqa: E731  short
    assert first() == "go_on"
    clerk.read(ISBN)
    assert first() == "next"
    clerk.describe("夏洛的网")
    assert first() == "take"
    clerk.read(copy(500))
    assert clerk.buttons["take"].key == "Return"  # no field is left that Enter could be pressed in


def test_pages_keep_what_is_typed_when_time_passes(clerk: Clerk):
    clerk.open()
    clerk.read(ISBN)
    clerk.edit("title", "夏洛")
    clerk.wait(30)
    assert clerk.fields["title"].text == "夏洛"
