from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, SlotSwap, Weeks
from kiosk.store import edit, ledger, schema
from kiosk.store.ledger import School
from kiosk.store.library import Library

AT = datetime(2026, 3, 2, 4, 15, 0, 250_000, tzinfo=UTC)
TODAY = date(2026, 3, 20)
SCHOOL = School(TODAY, ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def lent(library: Library) -> Library:
    """A pupil with one overdue book, one in time, one given back and one undone."""

    def work(conn):
        class_id = edit.add_class(conn, 2023, 2)
        patron = edit.add_patron(conn, PatronKind.PUPIL, "单小红", class_id, AT, card="20000018")
        secret = {"pin_hash": "$argon2id$geheim"}
        conn.execute(update(schema.patrons).where(schema.patrons.c.patron_id == patron).values(**secret))
        title = edit.add_title(conn, "红楼梦", created_at=AT, isbn="9787020002207", clc="I242.4")
        copies = [edit.add_copy(conn, title, f"A{n}", f"B{n}", created_at=AT) for n in range(4)]
        of = {"patron_id": patron, "class_id": class_id, "lent_at": AT}
        back = {"returned_at": AT}
        edit.add_loans(conn, [{**of, "copy_id": copies[0], "due_on": date(2026, 3, 16)}])
        edit.add_loans(conn, [{**of, "copy_id": copies[1], "due_on": date(2026, 3, 23)}])
        edit.add_loans(conn, [{**of, "copy_id": copies[2], "due_on": date(2026, 3, 16), **back}])
        edit.add_loans(conn, [{**of, "copy_id": copies[3], "due_on": date(2026, 3, 16), **back, "undone": True}])
        event = {"at": AT, "kiosk": "k", "request_id": "r", "details": {"书": 1}, "patron_id": patron}
        for step, action in enumerate(("identified", "lent"), start=1):
            row = {**event, "step": step, "action": action, "copy_id": copies[0] if step == 2 else None}
            conn.execute(insert(schema.events), row)

    library.transact(work)
    return library


def test_a_loan_says_who_what_until_when_and_how_late(lent: Library) -> None:
    (first, *_) = lent.read(lambda conn: list(ledger.loans(conn, SCHOOL)))
    first.pop("title_id")
    assert first == {
        "loan_id": 1,
        "barcode": "B0",
        "card": "20000018",
        "copy_id": 1,
        "title": "红楼梦",
        "patron_id": 1,
        "kind": "pupil",
        "name": "单小红",
        "class_id": 1,
        "grade": 3,
        "class_number": 2,
        "class": "三(2)班",
        "lent_at": "2026-03-02T04:15:00.250Z",
        "lent_at_local": "2026-03-02T12:15:00",
        "due_on": "2026-03-16",
        "renewals": 0,
        "returned_at": None,
        "returned_at_local": None,
        "overdue": True,
        "days_overdue": 4,
    }


@pytest.mark.parametrize(
    ("which", "barcodes"),
    [({}, ["B0", "B1", "B2"]), ({"open_only": True}, ["B0", "B1"]), ({"overdue_on": TODAY}, ["B0"])],
)
def test_an_undone_loan_is_never_listed(lent: Library, which, barcodes: list[str]) -> None:
    rows = lent.read(lambda conn: list(ledger.loans(conn, SCHOOL, **which)))
    assert [row["barcode"] for row in rows] == barcodes


def test_patrons_have_their_card_and_never_a_pin(lent: Library) -> None:
    (row,) = lent.read(lambda conn: list(ledger.patrons(conn, SCHOOL)))
    assert (row["barcode"], row["class"], row["grade"], row["class_number"]) == ("20000018", "三(2)班", 3, 2)
    assert "geheim" not in json.dumps(row)


def test_copies_have_their_number_and_say_whether_they_are_out(lent: Library) -> None:
    rows = lent.read(lambda conn: list(ledger.copies(conn, SCHOOL)))
    assert [(row["barcode"], row["out"], row["due_on"]) for row in rows] == [
        ("B0", True, "2026-03-16"),
        ("B1", True, "2026-03-23"),
        ("B2", False, None),
        ("B3", False, None),
    ]


def test_titles_do_not_show_how_they_are_found(lent: Library) -> None:
    (row,) = lent.read(lambda conn: list(ledger.titles(conn, SCHOOL)))
    assert row["isbn"] == "9787020002207"
    assert "search" not in row


def test_events_go_on_after_the_last_one_seen(lent: Library) -> None:
    first, second = lent.read(lambda conn: list(ledger.events(conn, SCHOOL)))
    assert (first["action"], first["details"], first["card"], first["barcode"]) == (
        "identified",
        {"书": 1},
        "20000018",
        None,
    )
    assert lent.read(lambda conn: list(ledger.events(conn, SCHOOL, first["seq"]))) == [second]
    assert second["barcode"] == "B0"


def test_an_event_names_the_card_that_was_good_then(lent: Library) -> None:
    """Whatever became of the card since: another one, none, or one issued while the clock stood too early."""
    minute = timedelta(minutes=1)

    def later(conn):
        event = {"kiosk": "k", "action": "identified", "patron_id": 1, "details": {}, "step": 1}
        edit.issue_card(conn, 1, "20000026", AT + 10 * minute)
        edit.stop_card(conn, 1, AT + 20 * minute)
        edit.issue_card(conn, 1, "20000034", AT + 15 * minute)
        for minutes in (-1, 5, 10, 12, 17, 30):
            at = AT + minutes * minute
            conn.execute(insert(schema.events), {**event, "at": at, "request_id": f"at {minutes}"})

    (*_, seen) = lent.read(lambda conn: list(ledger.events(conn, SCHOOL)))
    lent.transact(later)
    rows = lent.read(lambda conn: list(ledger.events(conn, SCHOOL, seen["seq"])))
    assert [row["card"] for row in rows] == [None, "20000018", "20000026", "20000026", "20000034", "20000034"]


def test_the_rota_lists_every_kind_of_entry(library: Library) -> None:
    def work(conn):
        class_id = edit.add_class(conn, 2023, 2)
        ours = Audience(AudienceKind.CLASSES, classes=frozenset({class_id}))
        slot = edit.add_entry(conn, Slot(0, 1, time(12), time(12, 15), Weeks.ODD, ours))
        edit.add_entry(conn, Term(0, "春", date(2026, 2, 16), date(2026, 7, 3)))
        edit.add_entry(conn, Closure(0, date(2026, 5, 1), date(2026, 5, 5)))
        edit.add_entry(conn, SwapDay(date(2026, 5, 9), 2))
        edit.add_entry(conn, ExtraSlot(0, date(2026, 3, 7), time(9), time(10), Audience(AudienceKind.EVERYONE)))
        edit.add_entry(conn, SlotSwap(0, slot, date(2026, 3, 2), slot, date(2026, 3, 16)))
        return list(ledger.rota(conn, SCHOOL))

    rows = library.transact(work)
    assert [row["kind"] for row in rows] == ["term", "closure", "swap_day", "slot", "extra_slot", "slot_swap"]
    slot = rows[3]
    assert (slot["starts"], slot["weeks"], slot["who"]) == ("12:00:00", "odd", ["三(2)班"])


def test_every_listing_is_json(lent: Library) -> None:
    def work(conn):
        school = School(TODAY)
        listings = (ledger.patrons, ledger.titles, ledger.copies, ledger.loans, ledger.events, ledger.rota)
        return [list(listing(conn, school)) for listing in listings]

    json.dumps(lent.read(work), ensure_ascii=False)
