"""What the idle screen is told: today's rota in words, what comes next, new books, the display settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from kiosk.flows.audiences import audience_words
from kiosk.flows.commands import ReadBoard
from kiosk.flows.outcomes import Board, OutcomeKind
from kiosk.flows.views import Text
from kiosk.lending.barcodes import Scheme
from kiosk.lending.calendar import SwapDay
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Audience, AudienceKind, Slot
from kiosk.lending.rules import OutsideTerms, Rules
from kiosk.store import edit, schema
from tests.desk.school import School, local


def board(school: School) -> Board:
    outcome = school.ask(ReadBoard())
    assert outcome.kind is OutcomeKind.INFO
    assert isinstance(outcome.data, Board)
    return outcome.data


def class_text(number: int) -> Text:
    return Text("common.class", {"school_class": ClassName(3, number)})


def test_todays_rota_stands_in_words_of_classes(school_anywhere: School) -> None:
    shown = board(school_anywhere)
    assert [(line.starts.time(), line.ends.time(), line.who) for line in shown.lines] == [
        (time(12, 0), time(12, 15), (class_text(2),)),
        (time(12, 15), time(12, 30), (class_text(1),)),
    ]
    assert (shown.today, shown.minutes_before, shown.minutes_after) == (date(2026, 9, 7), 5, 10)
    assert not shown.closed and not shown.open_to_all and not shown.clock_behind


def test_what_comes_next_is_told_with_its_class(school: School) -> None:
    school.at(local("2026-09-07 12:31"))
    shown = board(school)
    assert (shown.next_turn, shown.next_who) == (local("2026-09-14 12:00"), (class_text(2),))


def test_a_closure_is_told_with_its_reason(school: School) -> None:
    school.at(local("2026-10-05 12:05"))
    shown = board(school)
    assert shown.closed and not shown.open_to_all
    assert shown.closed_why == "国庆节"
    assert shown.lines == ()
    assert shown.next_turn == local("2026-10-12 12:00")


def test_outside_every_term_the_library_decides(school: School) -> None:
    school.at(local("2027-02-01 12:05"))
    shown = board(school)
    assert shown.closed and not shown.open_to_all and shown.closed_why == ""
    school.rules(replace(Rules(), outside_terms=OutsideTerms.OPEN_TO_ALL))
    shown = board(school)
    assert shown.open_to_all and not shown.closed


def test_without_a_rota_everybody_may_come(school: School) -> None:
    for slot_id in (1, 2):
        school.library.transact(lambda conn, slot_id=slot_id: edit.delete_entry(conn, Slot, slot_id))  # type: ignore[misc]  # bound at once
    shown = board(school)
    assert shown.open_to_all and shown.lines == ()


def test_a_swap_day_shows_the_rota_of_the_other_day(school: School) -> None:
    saturday = date(2026, 9, 12)
    school.library.transact(lambda conn: edit.add_entry(conn, SwapDay(saturday, 1)))
    school.at(local("2026-09-12 12:05"))
    assert len(board(school).lines) == 2


def test_what_is_changed_in_the_library_is_on_the_next_board(school_anywhere: School) -> None:
    school = school_anywhere
    assert board(school).library == ""
    wanted = {
        "name": "榕树街小学图书馆",
        "announcement": "明天闭馆",
        "pinyin": "always",
        "mask_names": True,
        "class_template": "{grade}年级{number}班",
    }
    for key, value in wanted.items():
        school.library.transact(lambda conn, key=key, value=value: edit.save_setting(conn, key, value))  # type: ignore[misc]  # bound at once
    shown = board(school)
    assert (shown.library, shown.announcement, shown.pinyin) == ("榕树街小学图书馆", "明天闭馆", "always")
    assert shown.mask_names and shown.class_template == "{grade}年级{number}班"
    assert shown.scheme == Scheme()


def test_new_books_are_the_last_titles_that_have_a_copy_in_service_and_no_magazine(school: School) -> None:
    assert [book.title for book in board(school).new_books] == ["昆虫记", "城南旧事"]
    school.library.transact(lambda conn: edit.add_title(conn, "还没有到", created_at=school.clock.utc(), clc="I287.45"))
    assert [book.title for book in board(school).new_books] == ["昆虫记", "城南旧事"]


def test_a_clock_that_is_behind_is_told(school: School) -> None:
    school.library.transact(
        lambda conn: conn.execute(
            schema.events.insert().values(
                at=school.clock.utc(), kiosk="k", action="lent", request_id="r", step=1, details={}
            )
        )
    )
    assert not board(school).clock_behind
    school.later(minutes=-6)
    assert board(school).clock_behind


def test_reading_the_board_writes_nothing(school: School) -> None:
    board(school)
    assert school.actions() == []


def test_audiences_are_told_by_class_by_grade_or_by_name() -> None:
    names = {1: ClassName(3, 2), 2: ClassName(1, 1, "一甲")}
    classes = Audience(AudienceKind.CLASSES, classes=frozenset({1, 2, 99}))
    assert audience_words(classes, names) == (
        Text("common.class", {"school_class": names[2]}),
        Text("common.class", {"school_class": names[1]}),
    )
    grades = Audience(AudienceKind.GRADES, grades=frozenset({5, 4}))
    assert audience_words(grades, names) == (Text("common.grade", {"grade": 4}), Text("common.grade", {"grade": 5}))
    assert audience_words(Audience(AudienceKind.TEACHERS), names) == (Text("common.audience.teachers"),)
