"""Patrons and classes as rosters and a new school year read and change them, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.patrons import PatronKind
from kiosk.store import edit, people, record, schema
from kiosk.store.edit import NewCopy, NewPatron, NewTitle
from kiosk.store.library import Library, StoreTrouble

AT = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)
PUPIL = PatronKind.PUPIL


def card(serial: int) -> str:
    return number(BarcodeKind.CARD, serial)


def fill(conn: Connection) -> dict[str, int]:
    """Two classes: 甲 has a book out, 乙 has to pay, 丙 is clear, 丁 closed; a class set, a teacher, a librarian."""
    first, second = edit.add_class(conn, 2020, 1), edit.add_class(conn, 2021, 1)
    rows = [
        NewPatron(PUPIL, "甲", first, card(1)),
        NewPatron(PUPIL, "乙", first, card(2)),
        NewPatron(PUPIL, "丙", second, card(3), is_helper=True),
        NewPatron(PUPIL, "丁", second),
        NewPatron(PatronKind.CLASS_SET, "班", first, card(4)),
        NewPatron(PatronKind.TEACHER, "师", None, card(5)),
        NewPatron(PatronKind.LIBRARIAN, "馆", None, card(6)),
    ]
    ids = dict(zip((row.name for row in rows), edit.add_patrons(conn, rows, AT), strict=True))
    (title,) = edit.add_titles(conn, [NewTitle("书")], AT)
    (copy,) = edit.add_copies(conn, [NewCopy(title, "A1", "30000018")], AT)
    record.lend(conn, copy_id=copy, patron_id=ids["甲"], class_id=first, at=AT, due_on=date(2026, 9, 21), session_id="")
    conn.execute(schema.patrons.update().where(schema.patrons.c.patron_id == ids["乙"]).values(charges_fen=250))
    people.set_active(conn, [ids["丁"]], False)
    return ids | {"class 1": first, "class 2": second}


def test_everybody_is_read_with_card_and_debts(library: Library) -> None:
    library.transact(fill)
    rows = library.read(people.everybody)
    assert [(row.name, row.card, bool(row.active), bool(row.owes)) for row in rows] == [
        ("甲", card(1), True, True),
        ("乙", card(2), True, True),
        ("丙", card(3), True, False),
        ("丁", None, False, False),
        ("班", card(4), True, False),
        ("师", card(5), True, False),
        ("馆", card(6), True, False),
    ]


def test_each_class_is_counted_with_those_who_owe(library: Library) -> None:
    ids = library.transact(fill)
    assert library.read(people.counts) == {ids["class 1"]: (2, 2), ids["class 2"]: (1, 0)}


def test_what_a_class_has_out_and_who_is_in_it(library: Library) -> None:
    ids = library.transact(fill)
    both = [ids["class 1"], ids["class 2"]]
    members = library.read(lambda conn: people.of_classes(conn, both))
    assert sorted((row.name, row.charges_fen, bool(row.owes)) for row in members) == sorted(
        [("甲", 0, True), ("乙", 250, True), ("丙", 0, False), ("班", 0, False)]
    )
    assert [row.name for row in library.read(lambda conn: people.of_classes(conn, both, active=False))] == ["丁"]
    out = library.read(lambda conn: people.out_of_classes(conn, both))
    assert [tuple(row) for row in out] == [(ids["甲"], "书", "30000018", date(2026, 9, 21))]


def test_numbers_are_known_by_whose_they_are(library: Library) -> None:
    ids = library.transact(fill)
    wanted = [card(1), card(77), "30000018", *(card(n) for n in range(1000, 2200))]
    assert library.read(lambda conn: people.owners(conn, wanted)) == {card(1): ids["甲"], "30000018": None}


def test_a_closed_patron_keeps_card_and_loans_and_is_no_helper(library: Library) -> None:
    ids = library.transact(fill)
    library.transact(lambda conn: people.set_active(conn, [ids["丙"], ids["甲"]], False))
    rows = {row.name: row for row in library.read(lambda conn: conn.execute(select(schema.patrons)).all())}
    assert (rows["丙"].active, rows["丙"].is_helper) == (False, False)
    assert library.read(lambda conn: people.owners(conn, [card(3)])) == {card(3): ids["丙"]}
    still_out = select(schema.loans.c.patron_id).where(schema.loans.c.returned_at.is_(None))
    assert library.read(lambda conn: conn.scalars(still_out).all()) == [ids["甲"]]


def test_classes_leave_and_come_back_and_kiosks_read_anew(library: Library) -> None:
    ids = library.transact(fill)
    before = library.read(edit.load_settings).get("version")
    library.transact(lambda conn: people.set_left(conn, [ids["class 1"]], date(2026, 6, 30)))
    assert [row.left_on for row in library.read(people.classes)] == [None, date(2026, 6, 30)]
    assert library.read(edit.load_settings)["version"] != before
    library.transact(lambda conn: people.set_left(conn, [ids["class 1"]], None))
    assert [row.left_on for row in library.read(people.classes)] == [None, None]


def test_a_number_is_given_to_one_patron_only(library: Library) -> None:
    ids = library.transact(fill)
    library.transact(lambda conn: people.give_card(conn, ids["丁"], card(9), AT))
    assert library.transact(lambda conn: people.next_cards(conn, 3)) == [card(10), card(11), card(12)]
    with pytest.raises(StoreTrouble):
        library.transact(lambda conn: people.give_card(conn, ids["丁"], card(1), AT))
    assert library.read(lambda conn: people.owners(conn, [card(1), card(9)])) == {
        card(1): ids["甲"],
        card(9): ids["丁"],
    }


def test_a_patron_moves_and_past_loans_stay_with_the_class_of_then(library: Library) -> None:
    ids = library.transact(fill)
    library.transact(lambda conn: people.move(conn, ids["甲"], ids["class 2"]))
    row = library.read(lambda conn: people.patron(conn, ids["甲"]))
    assert row is not None and row.class_id == ids["class 2"]
    assert library.read(lambda conn: conn.scalars(select(schema.loans.c.class_id)).all()) == [ids["class 1"]]
