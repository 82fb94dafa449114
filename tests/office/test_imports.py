"""Imports taken back: what they did goes back as it was; what was built on since stays, and both are said first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.flows.catalogue import AcceptCatalogue, CatalogueFile, PreviewCatalogue
from kiosk.flows.commands import Cancelled
from kiosk.flows.imports import ImportList, ImportSheet, ImportUndone, ReadImport, ReadImports, UndoImport
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.people import AcceptRoster, AddClass, AddPatron, ChangePatron, ClosePatron, PreviewRoster, RosterFile
from kiosk.flows.prints import Order, Paper, PrintOrder, What
from kiosk.flows.stock import TakeIn
from kiosk.flows.titles import MoveCopies, SaveTitle
from kiosk.flows.work import ActionList, Denied, ReadActions, SaveEntry
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Audience, AudienceKind, Slot, Weeks
from kiosk.lending.stock import TitleData
from kiosk.store import imports as stored
from kiosk.store import schema, stock
from kiosk.store.library import Library
from tests.desk.school import BOOK, HELPER, LI, LIBRARIAN, WANG, School, card, copy, fill, local
from tests.exchange import workbooks

HEAD = ["姓名", "班级", "借书证号"]
ALL = [["王小明", "三2", ""], ["李雷", "三(2)班", ""], ["小帮手", "302", ""], ["张伟", "三年级1班", ""]]
"""Every child of the small school."""
BOOKS = ["书名", "ISBN", "条码", "登录号", "索书号", "分类号", "册数"]


def of(library: Library) -> School:
    school = School(library)
    school.set_patron(school.patron(LIBRARIAN).patron_id, pin_hash="any")
    return school


@pytest.fixture
def school(sqlite_library: Library) -> School:
    sqlite_library.transact(fill)
    return of(sqlite_library)


def ask(school: School, command: Callable[..., Any], **parts: object) -> Any:
    return school.ask(command(operator_id=school.patron(LIBRARIAN).patron_id, **parts)).data


def roster(school: School, tmp_path: Path, *rows: Sequence[str], close_gone: bool = False, name: str = "名单") -> str:
    """Take a roster over; the request it was done under."""
    path = workbooks.xlsx(tmp_path / f"{name}.xlsx", {"名单": [HEAD, *map(list, rows)]})
    file = RosterFile(str(path), close_gone=close_gone)
    seal = ask(school, PreviewRoster, file=file).seal
    ask(school, AcceptRoster, file=file, seal=seal)
    return last(school, "roster_imported")


def catalogue(school: School, tmp_path: Path, *rows: Sequence[str], name: str = "书单", **options: bool) -> str:
    """Take a catalogue over; the request it was done under."""
    path = workbooks.xlsx(tmp_path / f"{name}.xlsx", {"书单": [BOOKS, *map(list, rows)]})
    file = CatalogueFile(str(path), **options)
    seal = ask(school, PreviewCatalogue, file=file).seal
    ask(school, AcceptCatalogue, file=file, seal=seal)
    return last(school, "catalogue_imported")


def last(school: School, action: str) -> str:
    return next(str(row.request_id) for row in reversed(school.rows(schema.events)) if row.action == action)


def sheet(school: School, request: str) -> ImportSheet:
    data = ask(school, ReadImport, of=request)
    assert isinstance(data, ImportSheet), data
    return data


def undo(school: School, request: str) -> ImportUndone:
    data = ask(school, UndoImport, of=request, seal=sheet(school, request).seal)
    assert isinstance(data, ImportUndone), data
    school.assert_consistent()
    return data


def told(lines: Sequence[Any]) -> dict[str, list[str]]:
    """Name → what is told of it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        name = line.name if isinstance(line.name, str) else line.name.key
        found.setdefault(name, []).extend(one.key.partition(".")[2] for one in line.told)
    return found


def people(school: School) -> list[Any]:
    """Patrons, cards and classes as they are."""
    return [school.rows(table) for table in (schema.patrons, schema.barcodes, schema.school_classes)]


def books(school: School) -> list[Any]:
    tables = (schema.titles, schema.copies, schema.barcodes, schema.labels_wanted)
    return [school.rows(table) for table in tables]


def by_name(school: School) -> dict[str, Any]:
    return {row.name: row for row in school.rows(schema.patrons)}


# ── Rosters ──


def test_a_roster_taken_back_leaves_everybody_as_they_were(school: School, tmp_path: Path) -> None:
    before = people(school)
    rows = [*ALL[:2], ["张伟", "三2", ""], ["王大明", "三2", card(1)], ["新一", "三(3)班", ""], ["孙老师", "教师", ""]]
    request = roster(school, tmp_path, *rows[1:], close_gone=True)
    assert people(school) != before
    found = sheet(school, request)
    assert told(found.goes) == {
        "王大明": ["goes.renamed"],
        "张伟": ["goes.moved"],
        "新一": ["goes.added"],
        "孙老师": ["goes.added"],
        "小帮手": ["goes.closed"],
        "韩老师": ["goes.closed"],
        "common.class": ["goes.class"],
    }
    assert found.stays == () and found.entry.counts == {"added": 2, "changed": 1, "moved": 1, "closed": 2}
    assert undo(school, request) == ImportUndone(7, 0)
    assert people(school) == before


def test_a_look_at_what_would_go_writes_nothing(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三(3)班", ""])
    before = [*people(school), school.rows(schema.events)]
    sheet(school, request)
    assert [*people(school), school.rows(schema.events)] == before


def test_a_child_who_borrowed_since_stays_with_class_and_card_and_it_is_said_before(
    school: School, tmp_path: Path
) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三2", ""], ["新二", "三(2)班", ""])
    first = by_name(school)["新一"].patron_id
    code = next(row.code for row in school.rows(schema.barcodes) if row.patron_id == first)
    school.lend(code, BOOK)
    found = sheet(school, request)
    assert told(found.stays) == {"新一": ["stays.borrowed"]}
    assert found.stays[0].number == code
    assert undo(school, request) == ImportUndone(1, 1)
    assert "新一" in by_name(school) and "新二" not in by_name(school)
    assert school.patron(code).name == "新一"


def test_a_loan_that_was_undone_keeps_the_child_too(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三2", card(500)])
    session = school.lend(card(500), BOOK)
    (loan,) = school.rows(schema.loans)
    school.undo(session, loan.loan_id)
    assert told(sheet(school, request).stays) == {"新一": ["stays.borrowed"]}


def test_who_was_changed_again_since_stays_as_changed(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL[1:3], ["王大明", "三2", card(1)], ["张伟", "三2", ""], ["新一", "三2", ""])
    now = by_name(school)
    classes = {row.number: row.class_id for row in school.rows(schema.school_classes)}
    ask(school, ChangePatron, patron_id=now["王大明"].patron_id, name="王中明", class_id=classes[2])
    ask(school, ChangePatron, patron_id=now["新一"].patron_id, name="新依", class_id=classes[2])
    found = sheet(school, request)
    assert told(found.stays) == {"王中明": ["stays.changed"], "新依": ["stays.changed"]}
    assert told(found.goes) == {"张伟": ["goes.moved"]}
    undo(school, request)
    assert {"王中明", "新依"} <= by_name(school).keys()
    assert by_name(school)["张伟"].class_id == classes[1]


def test_who_was_let_in_again_is_closed_again_unless_they_borrowed(school: School, tmp_path: Path) -> None:
    for who in (WANG, LI):
        ask(school, ClosePatron, patron_id=school.patron(who).patron_id)
    request = roster(school, tmp_path, *ALL)
    school.lend(WANG, BOOK)
    found = sheet(school, request)
    assert told(found.stays) == {"王小明": ["stays.borrowed"]}
    assert told(found.goes) == {"李雷": ["goes.reopened"]}
    undo(school, request)
    assert [by_name(school)[name].active for name in ("王小明", "李雷")] == [True, False]


def test_a_helper_that_a_roster_closed_is_a_helper_again(school: School, tmp_path: Path) -> None:
    helper = school.patron(HELPER).patron_id
    request = roster(school, tmp_path, ALL[0], ALL[1], close_gone=True)
    assert not by_name(school)["小帮手"].is_helper
    undo(school, request)
    assert by_name(school)["小帮手"].is_helper and by_name(school)["小帮手"].patron_id == helper


def test_a_card_from_the_file_is_free_again_and_one_of_ours_is_given_to_nobody_else(
    school: School, tmp_path: Path
) -> None:
    school.set_patron(school.patron(LIBRARIAN).patron_id, is_helper=False)
    request = roster(school, tmp_path, *ALL, ["新一", "三2", card(500)], ["新二", "三2", ""])
    ours = next(row.code for row in school.rows(schema.barcodes) if row.patron_id == by_name(school)["新二"].patron_id)
    undo(school, request)
    assert school.scan(card(500)).kind is OutcomeKind.UNKNOWN
    again = roster(school, tmp_path, *ALL, ["新三", "三2", card(500)], ["新四", "三2", ""], name="改好的名单")
    assert school.patron(card(500)).name == "新三"
    cards = {row.patron_id: row.code for row in school.rows(schema.barcodes) if row.patron_id}
    assert cards[by_name(school)["新四"].patron_id] != ours
    assert told(sheet(school, again).goes) == {"新三": ["goes.added"], "新四": ["goes.added"]}


def test_a_class_that_is_used_by_now_stays(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三(3)班", ""], ["新二", "三(4)班", ""], ["新三", "三(5)班", ""])
    classes = {row.number: row.class_id for row in school.rows(schema.school_classes)}
    ask(school, AddPatron, kind=PatronKind.PUPIL, name="后来的", class_id=classes[3])
    audience = Audience(AudienceKind.CLASSES, classes=frozenset({classes[4]}))
    slot = Slot(0, 2, local("2026-09-08 12:00").time(), local("2026-09-08 12:15").time(), Weeks.EVERY, audience)
    ask(school, SaveEntry, entry=slot)
    assert told(sheet(school, request).stays) == {"common.class": ["stays.class_used", "stays.class_used"]}
    undo(school, request)
    assert {row.number for row in school.rows(schema.school_classes)} == {1, 2, 3, 4}


def test_imports_on_top_of_one_another_are_taken_back_one_by_one(school: School, tmp_path: Path) -> None:
    before = people(school)
    first = roster(school, tmp_path, *ALL[:3], ["张伟", "三(3)班", ""], name="一")
    second = roster(school, tmp_path, *ALL[:3], ["张伟", "三2", ""], name="二")
    undo(school, second)
    undo(school, first)
    assert people(school) == before


def test_a_child_is_never_moved_into_another_class_that_has_the_place_of_one_that_is_gone(
    school: School, tmp_path: Path
) -> None:
    first = roster(school, tmp_path, *ALL[:3], ["张伟", "三(3)班", ""], name="一")
    second = roster(school, tmp_path, *ALL[:3], ["张伟", "三2", ""], name="二")
    found = sheet(school, first)
    assert told(found.stays) == {"张伟": ["stays.changed"]}
    assert told(found.goes) == {"common.class": ["goes.class"]}
    undo(school, first)
    ask(school, AddClass, grade=1, number=1)  # SQLite gives it the id that is free again
    assert told(sheet(school, second).stays) == {"张伟": ["stays.class_gone"]}


def test_what_was_taken_back_is_an_event_with_what_became_of_it(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL[:3], ["张伟", "三2", ""], ["新一", "三2", card(500)])
    seqs = len(school.rows(schema.events))
    undo(school, request)
    moved, undone = school.rows(schema.events)[seqs:]
    assert (moved.action, undone.action) == ("patron_moved", "roster_undone")
    assert undone.operator_id == school.patron(LIBRARIAN).patron_id
    assert undone.details["of"] == request
    assert undone.details["cards"] == [card(500)]
    assert (undone.details["removed"], undone.details["stayed"]) == (1, 0)
    added = next(row for row in school.rows(schema.events) if row.action == "patron_added")
    assert (added.patron_id, added.details) == (None, {"card": card(500)})


def test_the_classes_of_a_roster_are_no_actions_of_their_own(school: School, tmp_path: Path) -> None:
    roster(school, tmp_path, *ALL, ["新一", "三(3)班", ""], ["新二", "三(4)班", ""])
    ask(school, AddClass, grade=1, number=1)
    listed = ask(school, ReadActions)
    assert isinstance(listed, ActionList)
    assert [one.title for one in listed.actions if one.action == "class_added"] == ["一(1)班"]


def test_nothing_is_taken_back_twice(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三2", ""])
    seal = sheet(school, request).seal
    undo(school, request)
    found = sheet(school, request)
    assert found.entry.undone is not None and found.going == found.staying == 0
    again = ask(school, UndoImport, of=request, seal=seal)
    assert isinstance(again, Hindrance) and again.text.key == "imports.cannot.undone"


def test_what_changed_since_the_look_is_looked_at_again(school: School, tmp_path: Path) -> None:
    request = roster(school, tmp_path, *ALL, ["新一", "三2", card(500)], ["新二", "三2", ""])
    seal = sheet(school, request).seal
    school.lend(card(500), BOOK)
    before = people(school)
    refused = ask(school, UndoImport, of=request, seal=seal)
    assert isinstance(refused, Hindrance) and refused.text.key == "imports.cannot.changed"
    assert people(school) == before


# ── Catalogues ──


def test_a_catalogue_taken_back_leaves_the_library_as_it_was(school: School, tmp_path: Path) -> None:
    before = books(school)
    rows = [
        ["城南旧事", "", "", "X1", "", "", ""],
        ["新书", "", "", "", "", "I18", "2"],
        ["另一本", "", copy(800), "X2"],
    ]
    request = catalogue(school, tmp_path, *rows)
    found = sheet(school, request)
    assert told(found.goes) == {"新书": ["goes.title"], "另一本": ["goes.title"], "城南旧事": ["goes.copies"]}
    assert found.entry.counts == {"titles": 2, "copies": 4, "labels": 3}
    assert undo(school, request) == ImportUndone(3, 0)
    assert books(school) == before
    again = catalogue(school, tmp_path, *rows)
    assert sheet(school, again).entry.counts == {"titles": 2, "copies": 4, "labels": 3}
    assert school.copy_row(copy(800)).accession_no == "X2"


def test_our_own_barcodes_of_what_is_gone_are_given_to_no_other_copy(school: School, tmp_path: Path) -> None:
    request = catalogue(school, tmp_path, ["新书", "", "", "X1", "", "I18", ""])
    given = {row.code for row in school.rows(schema.barcodes)}
    undo(school, request)
    gone = given - {row.code for row in school.rows(schema.barcodes)}
    catalogue(school, tmp_path, ["新书", "", "", "X1", "", "I18", ""])
    assert gone and not gone & {row.code for row in school.rows(schema.barcodes)}


def test_what_was_lent_printed_moved_or_edited_since_stays_and_is_listed(school: School, tmp_path: Path) -> None:
    names = ["借过", "印过", "挪过", "改过", "没动过", "不要标签"]
    rows = [[name, "", copy(800 + n), f"X{n}", "I18/1", "", ""] for n, name in enumerate(names)]
    request = catalogue(school, tmp_path, *rows)
    ids = {name: school.copy_row(copy(800 + n)) for n, name in enumerate(names)}
    school.lend(WANG, copy(800))
    labels = Order(What.LABELS, copies=(ids["印过"].copy_id,))
    paper = Paper(printer=next(iter(school.setup.printers())), stock="a4-24-70x37")
    assert not isinstance(ask(school, PrintOrder, order=labels, paper=paper), Hindrance)
    ask(school, MoveCopies, copy_ids=(ids["挪过"].copy_id,), place="新书架")
    ask(school, SaveTitle, title_id=ids["改过"].title_id, title=TitleData("改过了"))
    found = sheet(school, request)
    assert told(found.stays) == {
        "借过": ["stays.lent"],
        "印过": ["stays.printed"],
        "挪过": ["stays.copy_changed"],
        "改过了": ["stays.title_changed"],
    }
    assert told(found.goes) == {"没动过": ["goes.title"], "不要标签": ["goes.title"]}
    undo(school, request)
    left = {row.title for row in school.rows(schema.titles)}
    assert {"借过", "印过", "挪过", "改过了"} <= left and not {"没动过", "不要标签"} & left


def test_a_wanted_label_that_was_printed_keeps_its_copy(school: School, tmp_path: Path) -> None:
    request = catalogue(
        school, tmp_path, ["新书", "", "", "X1", "", "I18", ""], ["新书二", "", "", "X2", "", "I18", ""]
    )
    wanted = [row.copy_id for row in school.rows(schema.labels_wanted)]
    school.library.transact(lambda conn: stock.labels_printed(conn, wanted[:1]))  # as the command line prints
    assert told(sheet(school, request).stays) == {"新书": ["stays.printed"]}


def test_a_title_with_copies_that_came_later_stays_without_those_of_the_import(school: School, tmp_path: Path) -> None:
    request = catalogue(school, tmp_path, ["新书", "", copy(800), "X1", "", "I18", ""])
    title_id = school.copy_row(copy(800)).title_id
    ask(school, TakeIn, title_id=title_id, count=1)
    found = sheet(school, request)
    assert told(found.stays) == {"新书": ["stays.other_copies"]}
    assert told(found.goes) == {"新书": ["goes.copies"]}
    undo(school, request)
    assert [row.title for row in school.rows(schema.titles)].count("新书") == 1
    assert school.scan(copy(800)).kind is OutcomeKind.UNKNOWN


def test_an_id_that_was_free_again_is_not_taken_for_the_imports(school: School, tmp_path: Path) -> None:
    first = catalogue(school, tmp_path, ["新书", "", copy(800), "X1", "", "I18", ""], name="一")
    made = sheet(school, first)
    undo(school, first)
    school.later(minutes=1)
    ask(school, TakeIn, title=TitleData("别的书", clc="I18"), count=1)
    ranges = [[1, 10_000]]
    at = next(row.at for row in school.rows(schema.events) if row.action == "catalogue_imported")
    assert made.going == 1
    assert school.library.read(lambda conn: stored.titles_made(conn, ranges, at)) == []
    assert school.library.read(lambda conn: stored.copies_made(conn, ranges, at + timedelta(0))) == []


def test_a_shape_of_numbers_that_an_import_made_known_is_unknown_again(school: School, tmp_path: Path) -> None:
    request = catalogue(school, tmp_path, ["新书", "", "ZX-0042", "X1", "", "I18", ""], adopt=True)
    assert school.scan("ZX-0042").kind is not OutcomeKind.UNKNOWN
    undo(school, request)
    assert school.library.read(lambda conn: conn.scalar(_SCHEME)) == {"patterns": []}


_SCHEME = select(schema.settings.c.value).where(schema.settings.c.key == "scheme")


def test_a_shape_of_numbers_that_another_copy_has_stays_known(school: School, tmp_path: Path) -> None:
    request = catalogue(school, tmp_path, ["新书", "", "ZX-0042", "X1", "", "I18", ""], adopt=True)
    catalogue(school, tmp_path, ["新书二", "", "ZX-0043", "X2", "", "I18", ""], name="二")
    undo(school, request)
    assert school.scan("ZX-0043").kind is not OutcomeKind.UNKNOWN


def test_called_off_half_way_everything_is_still_there(school: School, tmp_path: Path) -> None:
    request = catalogue(school, tmp_path, *([f"书{n}", "", "", f"X{n}", "", "I18", ""] for n in range(5)))
    seal = sheet(school, request).seal
    before = books(school)

    def call_off(done: int, total: int) -> None:
        assert 0 < done <= total
        raise Cancelled

    school.desk.progress = call_off
    with pytest.raises(Cancelled):
        ask(school, UndoImport, of=request, seal=seal)
    assert books(school) == before


# ── The list ──


def test_the_list_has_the_last_imports_with_who_and_what(school: School, tmp_path: Path) -> None:
    first = roster(school, tmp_path, *ALL, ["新一", "三2", ""])
    school.later(minutes=5)
    second = catalogue(school, tmp_path, ["新书", "", "", "X1", "", "I18", ""])
    undo(school, first)
    data = ask(school, ReadImports)
    assert isinstance(data, ImportList)
    assert [(one.of, one.kind, one.file, one.by) for one in data.entries] == [
        (second, "catalogue", "书单.xlsx", "周管理"),
        (first, "roster", "名单.xlsx", "周管理"),
    ]
    assert data.entries[0].at - data.entries[1].at == timedelta(minutes=5)
    assert [one.undone is None for one in data.entries] == [True, False]


@pytest.mark.parametrize("command", [ReadImports, ReadImport, UndoImport])
def test_only_librarians_see_and_take_back_imports(school: School, command: Callable[..., Any]) -> None:
    parts = {"of": "x", "seal": "y"} if command is UndoImport else {"of": "x"} if command is ReadImport else {}
    assert school.ask(command(operator_id=school.patron(WANG).patron_id, **parts)).data == Denied()


def test_an_import_that_never_was_is_told(school: School) -> None:
    found = ask(school, ReadImport, of="kiosk-0")
    assert isinstance(found, Hindrance) and found.text.key == "imports.cannot.gone"


def test_imports_are_taken_back_on_each_database(library: Library, tmp_path: Path) -> None:
    library.transact(fill)
    school = of(library)
    before = [*people(school), *books(school)]
    one = roster(school, tmp_path, *ALL[:3], ["张伟", "三2", ""], ["新一", "三(3)班", card(500)])
    two = catalogue(school, tmp_path, ["城南旧事", "", "", "X1", "", "", ""], ["新书", "", "", "", "", "I18", "2"])
    undo(school, one)
    undo(school, two)
    assert [*people(school), *books(school)] == before
