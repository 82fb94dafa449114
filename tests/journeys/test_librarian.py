"""The librarian: the PIN by keyboard and by touch, what only a librarian may do, and leaving the kiosk.

The last test ends the kiosk of the others.
"""

from __future__ import annotations

import pytest

from kiosk.flows.views import Button, Field, GridCell, PadView, Table, Text, View
from kiosk.printing.sheet import SAMPLES
from kiosk.sample import DEMO_PIN
from tests.journeys.kiosks import Library, School, Watched, parts


def pad(kiosk: Watched, enabled: bool = True) -> PadView:
    """Wait for the PIN's pad."""
    return kiosk.until(  # type: ignore[no-any-return]  # it says what it was asked
        lambda view: isinstance(view, PadView) and view.enabled is enabled and view, "the PIN's pad"
    )


def buttons(view: View) -> list[Button]:
    """Every button on the page."""
    return [one for one in parts(view) if isinstance(one, Button)]


@pytest.fixture
def desk(kiosk: Watched, school: School) -> Watched:
    """The kiosk with the librarian's menu open, by card and a PIN typed on the keyboard."""
    kiosk.scan(school.card("librarian"))
    pad(kiosk)
    kiosk.type_pin(DEMO_PIN)
    kiosk.page("librarian/menu")
    return kiosk


def open_patron(desk: Watched, query: str, patron_id: int) -> None:
    """Find a patron by what is typed, and open the page."""
    desk.touch("find")
    desk.page("librarian/find")
    desk.write(query)
    desk.touch("patron", patron_id)
    desk.page("librarian/patron")


def test_wrong_pins_make_everybody_wait_and_the_right_one_by_touch_opens(
    kiosk: Watched, library: Library, school: School
) -> None:
    before = library.last()
    kiosk.scan(school.card("librarian"))
    pad(kiosk)
    for wrong in ("1111", "2222", "3333"):
        kiosk.type_pin(wrong)
        kiosk.until(lambda view: isinstance(view, PadView) and view.message and not view.entered, "that it is wrong")
    waiting = pad(kiosk, enabled=False)
    assert waiting.ring is not None
    kiosk.type(DEMO_PIN + "\r")  # not looked at while everybody waits
    pad(kiosk)
    for digit in DEMO_PIN:
        kiosk.touch("digit", digit)
    kiosk.touch("enter")
    kiosk.page("librarian/menu")
    kiosk.touch("end")
    kiosk.idle()
    assert [event["action"] for event in library.events(before)] == ["pin_wrong"] * 3 + ["librarian_in"]


def test_a_refusal_is_overruled_with_a_reason_typed_in_latin_letters(
    desk: Watched, library: Library, school: School
) -> None:
    card, book, before = school.card("suspended_reader"), school.free_books()[0], library.last()
    open_patron(desk, "nyy", school.patron_id(card))
    desk.touch("lend")
    desk.page("librarian/lend")
    desk.scan(book)
    desk.until(lambda view: any(isinstance(one, Field) for one in parts(view)), "the field for a reason")
    desk.write("For the reading day, Mrs. Li", enter=True)
    desk.answer("lent")
    desk.touch("end")
    desk.idle()
    assert library.out()[book] == card
    (lent,) = (event for event in library.events(before) if event["action"] == "lent")
    assert lent["operator_id"] == school.patron_id(school.card("librarian"))
    assert lent["details"]["words"] == "For the reading day, Mrs. Li"


def test_a_scanner_is_tried_and_each_scan_is_judged(desk: Watched, school: School) -> None:
    def says(key: str) -> bool:
        return desk.until(  # type: ignore[no-any-return]  # it says what it was asked
            lambda view: any(isinstance(one, Text) and one.key == key for one in parts(view)), key
        )

    desk.touch("scanner")
    desk.page("librarian/scanner")
    desk.scan(SAMPLES[0].value)
    assert says("diagnosis.right")
    desk.scan(school.free_books()[0])
    assert says("diagnosis.not_on_sheet")
    desk.touch("end")
    desk.idle()


def test_a_book_is_withdrawn_for_a_reason_typed_in_chinese(desk: Watched, library: Library, school: School) -> None:
    book, before = school.free_books()[1], library.last()
    desk.scan(book)
    desk.page("librarian/copy")
    desk.reveal("status", "withdrawn")
    desk.page("librarian/question")
    desk.write("破损，无法修补")
    desk.touch("yes")
    desk.page("librarian/copy")
    desk.touch("end")
    desk.idle()
    assert library.copies()[book]["status"] == "withdrawn"
    assert [event["details"]["words"] for event in library.events(before)] == ["破损，无法修补"]


def test_a_slot_is_added_in_the_week_grid(desk: Watched, library: Library, school: School) -> None:
    before = [entry["slot_id"] for entry in library.rota() if entry["kind"] == "slot"]
    desk.touch("rota")
    desk.page("librarian/rota")
    free = desk.until(
        lambda view: next(
            (one.value for one in parts(view) if isinstance(one, GridCell) and one.action == "new"), None
        ),
        "a free place in the grid",
    )
    class_id = school.rows.tables["school_classes"][0]["class_id"]
    desk.reveal("new", free)
    desk.page("librarian/rota/slot")
    desk.touch("toggle_class", class_id)
    desk.into("ends")
    desk.write("1355")
    desk.reveal("save")
    desk.page("librarian/rota")
    desk.touch("end")
    desk.idle()
    (new,) = (entry for entry in library.rota() if entry["kind"] == "slot" and entry["slot_id"] not in before)
    weekday, starts = str(free).split()
    assert (new["weekday"], new["starts"][:5].lstrip("0"), new["ends"][:5]) == (
        int(weekday),
        starts.lstrip("0"),
        "13:55",
    )


def test_a_lost_card_is_stopped_and_replaced_and_its_old_number_refused(
    desk: Watched, library: Library, school: School
) -> None:
    old, name = school.classmates()[0]
    desk.scan(old)
    desk.page("librarian/patron")
    desk.touch("stop_card")
    desk.page("librarian/question")
    desk.touch("yes")
    desk.answer("card_stopped")
    desk.until(lambda view: all(one.action != "stop_card" for one in buttons(view)), "a page without a card")
    desk.touch("new_card")
    desk.page("librarian/new_card")
    desk.touch("next_number")
    new = str(desk.answer("card_issued").headline.values["card"])
    desk.touch("end")
    desk.idle()
    desk.scan(old)
    desk.answer("card_stopped")
    desk.show_card(new, name)
    desk.go_home(new)


def test_what_is_typed_into_a_field_is_no_scan_and_a_scan_is_no_text(
    desk: Watched, library: Library, school: School
) -> None:
    card, _ = school.classmates()[1]
    desk.touch("find")
    desk.page("librarian/find")
    desk.write("huo")
    desk.until(lambda view: any(isinstance(one, Table) and one.rows for one in parts(view)), "something found")
    desk.scan(card)
    desk.page("librarian/patron")
    desk.touch("back")
    page = desk.page("librarian/find")
    assert [one.text for one in parts(page) if isinstance(one, Field)] == ["huo"]
    desk.go_home(school.card("librarian"))


def test_the_librarian_leaves_the_kiosk_and_the_program_ends_well(desk: Watched) -> None:
    desk.touch("leave")
    desk.page("librarian/question")
    assert desk.runs
    desk.touch("yes")
    assert desk.process.wait(20) == 0
