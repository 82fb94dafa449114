"""The sample library: the same for the same seed, whole, and nothing in it that the kiosk could not have made."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import inspect, text

from kiosk.assets import covers
from kiosk.lending.barcodes import ReadingKind, Scheme, read
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import AudienceKind, turns_at
from kiosk.sample import DEMO_PIN, SampleRows, build_sample, demo_now
from kiosk.sample.build import LIBRARY_NAME
from kiosk.sample.bulk import write_bulk
from kiosk.sample.people import words
from kiosk.sample.write import write_sample
from kiosk.store import edit, facts
from kiosk.store.library import Library, create_library

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def rows() -> SampleRows:
    return build_sample(1, TODAY)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = create_library(str(tmp_path_factory.mktemp("sample")))
    write_sample(library, 1, TODAY)
    return library


def test_the_same_seed_and_day_give_the_same_rows(rows: SampleRows) -> None:
    assert build_sample(1, TODAY) == rows


def test_another_seed_gives_other_people_and_loans(rows: SampleRows) -> None:
    other = build_sample(2, TODAY)
    for table in ("patrons", "loans"):
        assert list(other.tables[table]) != list(rows.tables[table])


def test_the_library_has_the_size_of_the_school_it_shows(rows: SampleRows) -> None:
    kinds = Counter(row["kind"] for row in rows.tables["patrons"])
    assert kinds == {"pupil": 960, "teacher": 40, "class_set": 8, "librarian": 2}
    assert len(rows.tables["school_classes"]) == 24
    sizes = Counter(row["class_id"] for row in rows.tables["patrons"] if row["kind"] == "pupil")
    assert all(36 <= size <= 44 for size in sizes.values())
    assert 240 <= len(rows.tables["titles"]) <= 280
    assert 850 <= len(rows.tables["copies"]) <= 1000
    assert sum(row["is_helper"] for row in rows.tables["patrons"]) == 12


def test_books_are_spread_over_the_classification_as_in_a_real_school(rows: SampleRows) -> None:
    letters = Counter(row["clc"][0] for row in rows.tables["titles"])
    assert len(letters) == 22
    assert 0.36 <= letters["I"] / letters.total() <= 0.48
    assert 2_000 <= median(row["price_fen"] for row in rows.tables["titles"] if row["material"] == "book") <= 2_700
    assert {row["material"] for row in rows.tables["titles"]} == {"book", "magazine", "av"}


def test_every_isbn_is_a_right_one_and_used_once(rows: SampleRows) -> None:
    isbns = [row["isbn"] for row in rows.tables["titles"] if row["isbn"]]
    assert len(set(isbns)) == len(isbns) > 200
    for isbn in isbns:
        reading = read(isbn, Scheme())
        assert (reading.kind, reading.isbn) == (ReadingKind.PUBLISHER, isbn)
        assert isbn.startswith("97878")  # the range of five-digit publishers


def test_nothing_is_there_twice_that_must_be_unique(rows: SampleRows) -> None:
    tables = rows.tables
    for table, column in (("barcodes", "code"), ("copies", "accession_no"), ("titles", "title")):
        values = [row[column] for row in tables[table]]
        assert len(set(values)) == len(values), f"{table}.{column}"
    title_of = {row["copy_id"]: row["title_id"] for row in tables["copies"]}
    call_numbers = defaultdict(set)
    for row in tables["copies"]:
        call_numbers[row["call_number"]].add(title_of[row["copy_id"]])
    assert all(len(titles) == 1 for titles in call_numbers.values())


def test_exactly_one_pair_in_the_demo_class_has_the_same_name(rows: SampleRows) -> None:
    names = Counter((row["class_id"], row["name"]) for row in rows.tables["patrons"] if row["kind"] == "pupil")
    assert [count for count in names.values() if count > 1] == [2]


def test_own_numbers_read_as_what_they_stand_for(rows: SampleRows) -> None:
    for row in rows.tables["barcodes"]:
        assert read(row["code"], Scheme()).kind.value == row["kind"]


def test_every_name_and_title_can_be_drawn(rows: SampleRows) -> None:
    for name in {row["name"] for row in rows.tables["patrons"]} | set("".join(map("".join, words().values()))):
        assert covers("sans", name), name
    for row in rows.tables["titles"]:
        assert covers("kai", row["title"] + row["authors"]), row["title"]


def test_what_is_out_is_within_every_limit(rows: SampleRows) -> None:
    kinds = {row["patron_id"]: row["kind"] for row in rows.tables["patrons"]}
    out = [row for row in rows.tables["loans"] if row["returned_at"] is None]
    assert 150 <= len(out) <= 400
    assert max(Counter(row["copy_id"] for row in out).values()) == 1
    limits = {"pupil": 2, "teacher": 10, "class_set": 60, "librarian": 10}
    for patron_id, count in Counter(row["patron_id"] for row in out).items():
        assert count <= limits[kinds[patron_id]]
    status = {row["copy_id"]: row["status"] for row in rows.tables["copies"]}
    assert {status[row["copy_id"]] for row in out} == {"in_service"}


def test_no_copy_is_lent_twice_at_a_time_and_nobody_ever_passes_the_limit(rows: SampleRows) -> None:
    kinds = {row["patron_id"]: row["kind"] for row in rows.tables["patrons"]}
    copies: set[int] = set()
    held: Counter[int] = Counter()
    assert [row["at"] for row in rows.tables["events"]] == sorted(row["at"] for row in rows.tables["events"])
    for event in rows.tables["events"]:
        if event["action"] == "lent":
            assert event["copy_id"] not in copies
            copies.add(event["copy_id"])
            held[event["patron_id"]] += 1
            assert kinds[event["patron_id"]] != "pupil" or held[event["patron_id"]] <= 2
        elif event["action"] == "returned":
            copies.remove(event["copy_id"])
            held[event["patron_id"]] -= 1
    assert copies == {row["copy_id"] for row in rows.tables["loans"] if row["returned_at"] is None}


def test_what_was_done_by_hand_has_its_event_and_who_did_it(rows: SampleRows) -> None:
    by_hand = [event for event in rows.tables["events"] if event["operator_id"] is not None]
    assert Counter(event["action"] for event in by_hand) == {
        "card_stopped": 1, "card_issued": 1, "status_changed": 3, "put_aside": 2, "held": 2
    }  # fmt: skip  # a table
    changed = {row["copy_id"]: row["status"] for row in rows.tables["copies"] if row["status"] != "in_service"}
    assert changed == {e["copy_id"]: e["details"]["to"] for e in by_hand if "to" in e["details"]}


def test_there_are_overdue_suspended_lost_damaged_withdrawn_and_kept_ones(rows: SampleRows) -> None:
    day = rows.opens.date()
    out = [row for row in rows.tables["loans"] if row["returned_at"] is None]
    assert sum(row["due_on"] < day for row in out) >= 10
    assert sum((row["suspended_until"] or day) > day for row in rows.tables["patrons"]) >= 3
    statuses = Counter(row["status"] for row in rows.tables["copies"])
    assert statuses["lost"] == 1
    assert statuses["in_repair"] == statuses["withdrawn"] == 2
    assert sum(row["held_for"] is not None for row in rows.tables["copies"]) == 2


@pytest.mark.parametrize(
    "day", ["01-01", "01-31", "02-28", "04-04", "05-01", "05-17", "06-20", "08-05", "09-01", "10-01", "10-14", "12-24"]
)
def test_on_any_day_of_the_year_the_demo_opens_in_a_class_slot_with_its_cast(day: str) -> None:
    today = date.fromisoformat(f"2026-{day}")
    rows = build_sample(3, today)
    now = demo_now(rows)
    assert today <= now.date() <= today + timedelta(days=8)
    (turn,) = turns_at(rows.rota, rows.rules, now)
    assert turn.audience.kind is AudienceKind.CLASSES
    cards = {m.role: m.code for m in rows.cast if m.kind == "card"}
    by_code = {row["code"]: row["patron_id"] for row in rows.tables["barcodes"]}
    people = {row["patron_id"]: row for row in rows.tables["patrons"]}
    out = Counter(row["patron_id"] for row in rows.tables["loans"] if row["returned_at"] is None)
    overdue = Counter(
        row["patron_id"] for row in rows.tables["loans"] if row["returned_at"] is None and row["due_on"] < now.date()
    )
    assert people[by_code[cards["reader"]]]["class_id"] in turn.audience.classes
    assert out[by_code[cards["reader"]]] == 0
    assert overdue[by_code[cards["overdue_reader"]]] == 1
    assert people[by_code[cards["suspended_reader"]]]["suspended_until"] > now.date()
    assert (out[by_code[cards["full_reader"]]], overdue[by_code[cards["full_reader"]]]) == (2, 0)
    helper = by_code[cards["helper"]]
    assert any(duty["patron_id"] == helper and duty["weekday"] == now.isoweekday() for duty in rows.tables["duties"])
    assert len({row["at"] for row in rows.tables["events"]}) > 1000
    assert max(row["at"] for row in rows.tables["events"]).date() < now.date()


def test_a_written_sample_is_sound_and_can_be_searched_by_pinyin(written: Library) -> None:
    assert written.check() == ()
    found = written.read(
        lambda conn: conn.exec_driver_sql(
            "SELECT (SELECT count(*) FROM titles WHERE search LIKE '%san guo yan yi%'),"
            " (SELECT count(*) FROM patrons WHERE name_search = ''),"
            " (SELECT count(DISTINCT pin_hash) FROM patrons)"
        ).one()
    )
    assert tuple(found) == (2, 0, 1)


def test_the_librarians_pin_is_the_one_the_demo_tells(written: Library) -> None:
    from argon2 import PasswordHasher

    stored = written.read(
        lambda conn: conn.exec_driver_sql("SELECT DISTINCT pin_hash FROM patrons WHERE kind = 'librarian'").scalar()
    )
    assert stored.startswith("$argon2id$")
    assert PasswordHasher().verify(stored, DEMO_PIN)


def counts(library: Library, *tables: str) -> list[int]:
    return library.read(lambda conn: [int(conn.scalar(text(f"SELECT count(*) FROM {table}")) or 0) for table in tables])


def test_a_sample_can_be_written_into_either_database_and_worked_on(library: Library) -> None:
    rows = write_sample(library, 1, TODAY)
    names = ("patrons", "copies", "loans", "events", "slots", "duties")
    assert counts(library, *names) == [len(rows.tables[name]) for name in names]
    assert library.check() == ()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert library.transact(lambda conn: edit.add_patron(conn, PatronKind.PUPIL, "新来的", 1, at)) == 1011
    policies = library.read(facts.load_policies)
    assert policies.rota.calendar == rows.rota.calendar
    assert set(policies.rota.slots) == set(rows.rota.slots)
    assert policies.display.library == LIBRARY_NAME
    assert policies.local(at).hour == 8


def test_a_bulk_library_has_the_numbers_asked_for_and_a_class_to_scan(library: Library) -> None:
    bulk = write_bulk(library, TODAY, titles=300, patrons=240, past_loans=2_000)
    assert counts(library, "titles", "copies", "patrons", "loans", "events") == [300, 1500, 240, 2000, 4000]
    assert library.check() == ()
    assert len(bulk.cards) >= 9
    assert len(set(bulk.copies)) == 1500
    indexes = library.read(lambda conn: {index["name"] for index in inspect(conn).get_indexes("loans")})
    assert {"ux_loans_open", "ix_loans_patron"} <= indexes
    policies = library.read(facts.load_policies)
    (turn,) = turns_at(policies.rota, policies.rules, bulk.opens)
    for card in bulk.cards:
        row = library.read(lambda conn, card=card: facts.find_code(conn, card))
        assert row is not None
        person = library.read(
            lambda conn, row=row: facts.find_patron(conn, row.patron_id or 0, policies, bulk.opens.date())
        )
        assert person is not None
        assert person.facts.loans == ()
        assert person.facts.class_id in turn.audience.classes
