from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import func, select

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Slot, SlotSwap, Weeks
from kiosk.lending.stock import TitleData
from kiosk.store import edit, schema
from kiosk.store.edit import Duty, NewCopy, NewPatron, NewTitle
from kiosk.store.facts import load_policies
from kiosk.store.library import Library, StoreTrouble

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
EVERYONE = Audience(AudienceKind.EVERYONE)


def test_many_titles_and_copies_keep_the_order_of_their_rows(library: Library) -> None:
    def work(conn):
        edit.add_title(conn, "先来的", created_at=AT)
        titles = edit.add_titles(conn, [NewTitle(f"书{n}") for n in range(300)], AT)
        rows = [NewCopy(title, f"A{title}", f"X{title}", "I287/1") for title in titles]
        copies = edit.add_copies(conn, rows, AT)
        return titles, copies

    titles, copies = library.transact(work)
    found = library.read(lambda conn: conn.execute(select(schema.titles.c.title_id, schema.titles.c.title)).all())
    assert {row.title_id: row.title for row in found if row.title != "先来的"} == {
        title: f"书{n}" for n, title in enumerate(titles)
    }
    joined = select(schema.copies.c.copy_id, schema.barcodes.c.code).join(
        schema.barcodes, schema.barcodes.c.copy_id == schema.copies.c.copy_id
    )
    codes = dict(library.read(lambda conn: [tuple(row) for row in conn.execute(joined)]))
    assert [codes[copy] for copy in copies] == [f"X{title}" for title in titles]


def test_ids_given_to_lists_do_not_clash_with_single_ones(library: Library) -> None:
    def work(conn):
        first = edit.add_patron(conn, PatronKind.TEACHER, "王老师", None, AT)
        many = edit.add_patrons(conn, [NewPatron(PatronKind.PUPIL, "张三"), NewPatron(PatronKind.PUPIL, "李四")], AT)
        return [first, *many, edit.add_patron(conn, PatronKind.TEACHER, "赵老师", None, AT)]

    assert len(set(library.transact(work))) == 4


def test_a_new_card_stops_the_old_one(library: Library) -> None:
    def work(conn):
        patron = edit.add_patron(conn, PatronKind.PUPIL, "张三", None, AT, card="20000018")
        edit.issue_card(conn, patron, "20000026", AT)
        rows = conn.execute(select(schema.barcodes).order_by(schema.barcodes.c.code)).all()
        return [(row.code, row.active, row.stopped_at) for row in rows]

    assert library.transact(work) == [("20000018", False, AT), ("20000026", True, None)]


def test_a_number_stands_for_one_thing_only(library: Library) -> None:
    def work(conn):
        edit.add_patron(conn, PatronKind.PUPIL, "张三", None, AT, card="20000018")
        title = edit.add_title(conn, "书", created_at=AT)
        edit.add_copy(conn, title, "A1", "20000018", created_at=AT)

    with pytest.raises(StoreTrouble):
        library.transact(work)
    assert library.read(lambda conn: conn.scalar(select(func.count()).select_from(schema.patrons))) == 0


def test_the_next_serial_is_above_every_own_number_and_ignores_look_alikes(library: Library) -> None:
    def work(conn):
        assert edit.next_serial(conn, BarcodeKind.CARD) == 1
        edit.add_patron(conn, PatronKind.PUPIL, "张三", None, AT, card=number(BarcodeKind.CARD, 41))
        edit.add_patron(conn, PatronKind.PUPIL, "李四", None, AT, card="29999990")  # a school's own, wrong check
        edit.add_patron(conn, PatronKind.PUPIL, "王五", None, AT, card="2ABCDEFG")
        return edit.next_serial(conn, BarcodeKind.CARD), edit.next_serial(conn, BarcodeKind.COPY)

    assert library.transact(work) == (42, 1)


def test_after_the_last_serial_the_first_gap_is_used(library: Library) -> None:
    def work(conn):
        for serial in (1, 2, edit.LAST_SERIAL):
            card = number(BarcodeKind.CARD, serial)
            edit.add_patron(conn, PatronKind.PUPIL, "某", None, AT, card=card)
        return edit.next_serial(conn, BarcodeKind.CARD)

    assert library.transact(work) == 3


def test_a_serial_that_was_given_out_is_never_given_again(library: Library) -> None:
    def work(conn):
        edit.give_out(conn, BarcodeKind.COPY, [(11, 20)])
        edit.give_out(conn, BarcodeKind.COPY, [(1, 10), (30, 30)])
        edit.give_out(conn, BarcodeKind.CARD, [(5, 5)])
        found = edit.given_out(conn, BarcodeKind.COPY), edit.next_serial(conn, BarcodeKind.COPY)
        edit.give_out(conn, BarcodeKind.COPY, [(edit.LAST_SERIAL, edit.LAST_SERIAL)])
        return *found, edit.next_serial(conn, BarcodeKind.COPY), edit.next_serial(conn, BarcodeKind.CARD)

    assert library.transact(work) == ([(1, 20), (30, 30)], 31, 21, 6)


def test_a_title_keeps_all_that_a_catalogue_says_of_it(library: Library) -> None:
    data = TitleData(
        title="少年月刊",
        material=Material.MAGAZINE,
        subtitle="科学版",
        volume="第3册",
        edition="2版",
        place="北京",
        extent="48页",
        series="少年文库",
        summary="讲科学。",
        subjects=("科学", "少年"),
        language="chi",
        clc="Z62",
        price_fen=800,
        issn="1002-5588",
        issue="2026-10",
    )

    def work(conn):
        title_id = edit.add_titles(conn, [edit.new_title(data)], AT)[0]
        return conn.execute(select(schema.titles).where(schema.titles.c.title_id == title_id)).one()

    row = library.transact(work)
    kept = replace(
        data, **{name: getattr(row, name) for name in data.__dataclass_fields__ if name not in ("isbn", "subjects")}
    )
    assert kept == data and row.isbn is None and row.subjects == "科学\n少年"


def test_settings_keep_any_json_value_and_raise_the_version(library: Library) -> None:
    def work(conn):
        edit.save_setting(conn, "name", "实验小学图书馆")
        edit.save_setting(conn, "rules", {"minutes_before": 3})
        edit.save_setting(conn, "name", "第二小学图书馆")
        return edit.load_settings(conn)

    assert library.transact(work) == {"name": "第二小学图书馆", "rules": {"minutes_before": 3}, "version": 3}


ENTRIES = [
    Term(0, "春", date(2026, 2, 16), date(2026, 7, 3), date(2026, 6, 19)),
    Closure(0, date(2026, 5, 1), date(2026, 5, 5), "劳动节"),
    SwapDay(date(2026, 5, 9), 2, date(2026, 5, 5)),
    Slot(0, 3, time(12, 15), time(12, 30), Weeks.ODD, Audience(AudienceKind.GRADES, grades=frozenset({3})), "中午"),
    ExtraSlot(0, date(2026, 3, 7), time(9, 0), time(10, 0), EVERYONE, "读书节"),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_what_is_entered_is_what_a_kiosk_reloads(library: Library, entry) -> None:
    before = library.read(load_policies)
    library.transact(lambda conn: edit.add_entry(conn, entry))
    after = library.read(lambda conn: load_policies(conn, before))
    assert after is not before, "the version was raised"
    rota, calendar = after.rota, after.rota.calendar
    (found,) = (*calendar.terms, *calendar.closures, *calendar.swap_days, *rota.slots, *rota.extras)
    key = edit._KINDS[type(entry)].key
    fields = [name for name in type(entry).__dataclass_fields__ if name != key or key == "day"]
    assert [getattr(found, name) for name in fields] == [getattr(entry, name) for name in fields]
    assert library.transact(lambda conn: edit.replace_entry(conn, found))
    assert library.transact(lambda conn: edit.delete_entry(conn, type(entry), getattr(found, key)))
    assert not library.transact(lambda conn: edit.delete_entry(conn, type(entry), getattr(found, key)))
    assert not library.transact(lambda conn: edit.replace_entry(conn, found))


def test_a_slot_takes_its_swaps_along_and_a_patron_keeps_duties(library: Library) -> None:
    def work(conn):
        slot = edit.add_entry(conn, Slot(0, 1, time(12), time(12, 15), Weeks.EVERY, EVERYONE))
        edit.add_entry(conn, SlotSwap(0, slot, date(2026, 3, 2), slot, date(2026, 3, 9)))
        edit.delete_entry(conn, Slot, slot)
        helper = edit.add_patron(conn, PatronKind.PUPIL, "小管", None, AT)
        edit.add_entry(conn, Duty(0, helper, 1, time(12), time(13)))
        return conn.scalar(select(func.count()).select_from(schema.slot_swaps)), conn.execute(
            select(schema.duties.c.patron_id, schema.duties.c.starts)
        ).one()

    swaps, duty = library.transact(work)
    assert swaps == 0
    assert duty.starts == time(12)


def test_nul_characters_stay_out_of_every_text(library: Library) -> None:
    def work(conn):
        edit.add_class(conn, 2023, 1, "火\0箭班")
        patron = edit.add_patron(conn, PatronKind.PUPIL, "张\0三", None, AT, card="2000\x000018")
        edit.rename_patron(conn, patron, "\0李四\0")
        row = NewTitle("西\0游记", "吴\0承恩", "978\x007", "I242\0", "出\0版社", "20\x0020")
        (title,) = edit.add_titles(conn, [row], AT)
        edit.add_copies(conn, [NewCopy(title, "A\x001", "3\x0000", "I242\0/1", "A\x003")], AT)
        edit.add_entry(conn, Term(0, "秋\0季", date(2026, 9, 1), date(2027, 1, 22)))
        edit.add_entry(conn, Closure(0, date(2026, 10, 1), date(2026, 10, 7), "国庆\0节"))
        slot = Slot(0, 1, time(12, 0), time(12, 15), Weeks.EVERY, EVERYONE, "午\0间")
        slot_id = edit.add_entry(conn, slot)
        edit.replace_entry(conn, replace(slot, slot_id=slot_id, label="中\0午"))
        edit.save_setting(conn, "name", "榕树街\0小学")

    library.transact(work)

    def texts(conn):
        rows = [row for table in schema.metadata.sorted_tables for row in conn.execute(select(table)).all()]
        return [value for row in rows for value in row if isinstance(value, str)]

    found = library.read(texts)
    assert not [text for text in found if "\0" in text]
    wanted = {"火箭班", "李四", "西游记", "吴承恩", "9787", "I242", "出版社", "2020", "A1", "300", "I242/1", "A3"}
    assert wanted | {"20000018", "秋季", "国庆节", "中午", "榕树街小学"} <= set(found)
