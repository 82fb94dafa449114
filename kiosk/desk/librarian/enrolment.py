"""Patrons and classes by hand, and the new school year: what leaves, what stays, and how it is taken back.

Classes move up by themselves: a grade is reckoned from the year of entry. Beginning a year only lets the classes go
that are above the school's last grade, and closes those of them who owe nothing. Closing keeps card, loans and
history; a closed card is answered as a stopped one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import date, timedelta
from typing import Any

from kiosk.desk.counter import class_list
from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.work import Handler, TakenBackError, Work
from kiosk.flows.commands import Command
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.people import (
    AddClass,
    Added,
    AddPatron,
    BeginYear,
    ChangePatron,
    ClearanceSheet,
    CloseClear,
    Closed,
    ClosePatron,
    Debtor,
    Enrolment,
    LeavingClass,
    OwedBook,
    ReadClearance,
    ReadEnrolment,
    ReadNewYear,
    UndoYear,
    YearBegun,
    YearClass,
    YearSheet,
    YearUndone,
)
from kiosk.flows.views import Text, Value
from kiosk.flows.work import ProblemCode
from kiosk.lending.patrons import ClassName, PatronKind, grade_on, school_year
from kiosk.store import desk_reads, desk_writes, edit, facts, imports, people
from kiosk.store.ledger import usual_class_text

LAST_GRADE = 6
"""The last grade of a primary school, until the library says otherwise (setting `last_grade`)."""

AHEAD = timedelta(days=75)
"""So long before its first day the new school year may be begun: leavers are cleared before they go."""

_LEFT = "left"

HINDRANCES = (
    "already_begun",
    "class_there",
    "class_called",
    "class_needed",
    "nothing_to_undo",
    "still_owes",
    "last_librarian",
)
"""Why it cannot be done, each with a sentence `people.cannot.<code>`."""


def hindered(code: str, **values: Value) -> TakenBackError:
    """Nothing of it is done, and why."""
    return TakenBackError(Hindrance(Text(f"people.cannot.{code}", values)))


# ── One patron, one class ──


def read_enrolment(work: Work, command: ReadEnrolment) -> Outcome:
    """The classes, and a patron."""
    classes = class_list(work)
    if not command.patron_id:
        return work.answer(OutcomeKind.INFO, data=Enrolment(classes))
    row = people.patron(work.conn, command.patron_id)
    if row is None:
        return problem(work, ProblemCode.GONE)
    data = Enrolment(classes, row.patron_id, row.name, PatronKind(row.kind), row.class_id, row.active)
    return work.answer(OutcomeKind.INFO, data=data)


def add_patron(work: Work, command: AddPatron) -> Outcome:
    """A new patron with a card."""
    class_id = _checked_class(work, command.kind, command.class_id)
    name = command.name.strip()
    mates = people.of_classes(work.conn, [class_id]) if class_id is not None else ()
    (card,) = people.next_cards(work.conn, 1)
    patron_id = edit.add_patron(work.conn, command.kind, name, class_id, work.at, card)
    work.record("patron_added", patron_id=patron_id, operator_id=command.operator_id, details={"card": card})
    return work.answer(OutcomeKind.INFO, data=Added(patron_id, card, sum(one.name == name for one in mates)))


def _checked_class(work: Work, kind: PatronKind, class_id: int | None) -> int | None:
    """The class of a new or changed patron: needed for children and class sets, not for grown-ups."""
    if kind not in (PatronKind.PUPIL, PatronKind.CLASS_SET):
        return None
    if class_id is None or class_id not in {one.class_id for one in class_list(work)}:
        raise hindered("class_needed")
    return class_id


def change_patron(work: Work, command: ChangePatron) -> Outcome:
    """Another name or class."""
    facts.lock(work.conn, patron_id=command.patron_id)
    row = people.patron(work.conn, command.patron_id)
    if row is None:
        return problem(work, ProblemCode.GONE)
    name = command.name.strip()
    class_id = row.class_id
    if command.class_id != row.class_id:
        class_id = _checked_class(work, PatronKind(row.kind), command.class_id)
    if name != row.name:
        rename(work, row.patron_id, row.name, name, command.operator_id)
    if class_id != row.class_id:
        move(work, row.patron_id, row.class_id, class_id, command.operator_id)
    return work.answer(OutcomeKind.INFO, data=Added(row.patron_id))


def rename(work: Work, patron_id: int, before: str, name: str, operator_id: int | None) -> None:
    """Another name, and its event."""
    edit.rename_patron(work.conn, patron_id, name)
    work.record("patron_renamed", patron_id=patron_id, operator_id=operator_id, details={"before": before, "now": name})


def move(work: Work, patron_id: int, before: int | None, class_id: int | None, operator_id: int | None) -> None:
    """Another class, and its event."""
    people.move(work.conn, patron_id, class_id)
    details = {"before": before, "now": class_id}
    work.record("patron_moved", patron_id=patron_id, operator_id=operator_id, details=details)


def set_active(work: Work, patron_ids: Sequence[int], active: bool, operator_id: int | None, why: str = "") -> None:
    """Close patrons or let them in again, with an event for each: it says why, and of whom it closes who helped."""
    helpers = set() if active else {row.patron_id for row in desk_reads.helpers(work.conn)}
    people.set_active(work.conn, patron_ids, active)
    action = "patron_reopened" if active else "patron_closed"
    for patron_id in patron_ids:
        details: dict[str, object] = {"why": why} if why else {}
        if patron_id in helpers:
            details["helper"] = True
        work.record(action, patron_id=patron_id, operator_id=operator_id, details=details)


def open_again(work: Work, patron_ids: Sequence[int], helpers: Set[int], operator_id: int | None, why: str) -> None:
    """Let patrons in again whose closing is undone; those of them who helped are helpers as before."""
    set_active(work, patron_ids, True, operator_id, why=why)
    for patron_id in helpers & set(patron_ids):
        desk_writes.set_helper(work.conn, patron_id, True)


def close_patron(work: Work, command: ClosePatron) -> Outcome:
    """Close a patron who owes nothing, or let one in again."""
    facts.lock_with_loans(work.conn, command.patron_id)
    row = people.patron(work.conn, command.patron_id)
    if row is None or row.active is command.reopen:
        return problem(work, ProblemCode.GONE)
    if not command.reopen and row.owes:
        raise hindered("still_owes", name=row.name)
    if not command.reopen and row.patron_id == command.operator_id:
        raise hindered("last_librarian")
    set_active(work, [row.patron_id], command.reopen, command.operator_id)
    return work.answer(OutcomeKind.INFO, data=Added(row.patron_id))


def add_class(work: Work, command: AddClass) -> Outcome:
    """A new class of this school year."""
    entry_year = school_year(work.moment.today, work.policies.school_year_starts) - command.grade + 1
    if people.find_class(work.conn, entry_year, command.number) is not None:
        raise hindered("class_there", school_class=ClassName(command.grade, command.number))
    own = command.own_name.strip()
    if own and any(row.own_name == own and row.left_on is None for row in people.classes(work.conn)):
        raise hindered("class_called", name=own)
    class_id = edit.add_class(work.conn, entry_year, command.number, own)
    said = usual_class_text(ClassName(command.grade, command.number, own))
    details = {"class_id": class_id, "entry_year": entry_year, "number": command.number, "title": said}
    work.record("class_added", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=Added(class_id))


def unused_classes(work: Work, class_ids: Sequence[int], leave: Set[int] = frozenset()) -> set[int]:
    """Those of some classes that nobody is in (but who is about to `leave`), that never borrowed and have no slot."""
    rota = work.policies.rota
    audiences = [*(one.audience for one in rota.slots), *(one.audience for one in rota.extras)]
    used: set[int] = set().union(*(one.classes for one in audiences))
    inside = imports.members(work.conn, class_ids)
    return {
        class_id
        for class_id in class_ids
        if class_id not in used and inside[class_id] <= leave and not imports.lent_in_class(work.conn, class_id)
    }


def adding_is_safe(work: Work, event: Any) -> bool:
    """Whether the class that an event `class_added` tells of can be taken out again."""
    class_id = event.details["class_id"]
    there = any(row.class_id == class_id and row.left_on is None for row in people.classes(work.conn))
    return there and class_id in unused_classes(work, [class_id])


def take_class_out(work: Work, event: Any) -> None:
    """Undo what an event `class_added` tells of."""
    imports.remove_class(work.conn, event.details["class_id"])


# ── A new school year ──


def last_grade(work: Work) -> int:
    """The school's last grade."""
    value = edit.load_settings(work.conn).get("last_grade")
    return value if isinstance(value, int) and 1 <= value <= 12 else LAST_GRADE


def year_in_question(work: Work) -> int:
    """The school year a librarian means: the running one, or the coming one when it is near."""
    return school_year(work.moment.today + AHEAD, work.policies.school_year_starts)


def read_new_year(work: Work, command: ReadNewYear) -> Outcome:
    """Every class before and after."""
    year, last = year_in_question(work), command.last_grade or last_grade(work)
    counts = people.counts(work.conn)
    classes = []
    for row in people.classes(work.conn):
        after = year - row.entry_year + 1
        if row.left_on is not None or after < 1:
            continue
        pupils, owing = counts.get(row.class_id, (0, 0))
        before = ClassName(after - 1, row.number, row.own_name) if after > 1 else None
        now = ClassName(after, row.number, row.own_name)
        classes.append(YearClass(row.class_id, before, now, pupils, owing, leaves=after > last))
    begun = _begun(work)
    starts = date(year, *work.policies.school_year_starts)
    data = YearSheet(
        year,
        starts,
        starts <= work.moment.today,
        last,
        tuple(classes),
        work.policies.local(begun.at) if begun is not None else None,
        begun.details["year"] if begun is not None else 0,
    )
    return work.answer(OutcomeKind.INFO, data=data)


def _begun(work: Work) -> Any | None:
    """The event of the last year that was begun, unless it was taken back or a class of it is no more as it left."""
    event = people.last_event(work.conn, ("year_begun", "year_undone"))
    if event is None or event.action != "year_begun":
        return None
    left = {row.class_id for row in people.classes(work.conn) if row.left_on is not None}
    return event if set(event.details["classes"]) <= left else None


def begin_year(work: Work, command: BeginYear) -> Outcome:
    """Let the classes above the last grade go, and close those of them who owe nothing."""
    year = year_in_question(work)
    leaving = [
        row.class_id
        for row in people.classes(work.conn)
        if row.left_on is None and year - row.entry_year + 1 > command.last_grade
    ]
    if command.year != year or not leaving:
        raise hindered("already_begun")
    if command.last_grade != last_grade(work):
        edit.save_setting(work.conn, "last_grade", command.last_grade)
    people.set_left(work.conn, leaving, work.moment.today)
    details = {"year": year, "last_grade": command.last_grade, "classes": leaving}
    work.record("year_begun", operator_id=command.operator_id, details=details)
    closed, owing = _close_clear(work, leaving, command.operator_id)
    return work.answer(OutcomeKind.INFO, data=YearBegun(len(leaving), closed, owing))


def _close_clear(work: Work, class_ids: Sequence[int], operator_id: int | None) -> tuple[int, int]:
    """Close those of some classes who owe nothing; how many, and how many still owe."""
    rows = people.of_classes(work.conn, class_ids)
    clear = [row.patron_id for row in rows if not row.owes]
    set_active(work, clear, False, operator_id, why=_LEFT)
    return len(clear), len(rows) - len(clear)


def undo_year(work: Work, command: UndoYear) -> Outcome:
    """The classes that left are there again, and everybody of them who was closed because they left."""
    event = _begun(work)
    if event is None:
        raise hindered("nothing_to_undo")
    class_ids = event.details["classes"]
    of_them = {row.patron_id for row in people.of_classes(work.conn, class_ids, active=False)}
    closed = people.closed_since(work.conn, event.seq, _LEFT)
    again = [patron_id for patron_id in closed if patron_id in of_them]
    told = imports.events_since(work.conn, event.seq, ("patron_closed",))
    helpers = {one.patron_id for one in told if one.details.get("helper")}
    people.set_left(work.conn, class_ids, None)
    open_again(work, again, helpers, command.operator_id, why="year_undone")
    work.record("year_undone", operator_id=command.operator_id, details={"seq": event.seq})
    return work.answer(OutcomeKind.INFO, data=YearUndone(len(class_ids), len(again)))


# ── Clearing leavers ──

LEAVING_SOON = timedelta(days=120)
"""So long before the next school year the last grade is cleared beside those of earlier years who still owe."""


def read_clearance(work: Work, _: ReadClearance) -> Outcome:
    """The classes that left with somebody in them, and the last grade, which leaves next."""
    return work.answer(OutcomeKind.INFO, data=clearance_sheet(work))


def clearance_sheet(work: Work) -> ClearanceSheet:
    """What the pages and the printed lists of leavers show: who left, and towards the year's end who leaves next.

    While nobody who left is to be cleared, the last grade is shown all year.
    """
    today, starts = work.moment.today, work.policies.school_year_starts
    last = last_grade(work)
    classes = people.classes(work.conn)
    left = [row for row in classes if row.left_on is not None]
    next_ones = [row for row in classes if row.left_on is None and grade_on(row.entry_year, today, starts) >= last]
    year_ends = date(school_year(today, starts) + 1, *starts)
    uncleared = any(people.of_classes(work.conn, [row.class_id for row in left]))
    rows = left if uncleared and year_ends - today > LEAVING_SOON else [*left, *next_ones]
    ids = [row.class_id for row in rows]
    members = defaultdict(list)
    for one in people.of_classes(work.conn, ids):
        members[one.class_id].append(one)
    closed = Counter(one.class_id for one in people.of_classes(work.conn, ids, active=False))
    books = defaultdict(list)
    for loan in people.out_of_classes(work.conn, ids):
        books[loan.patron_id].append(OwedBook(loan.title, loan.code or "", loan.due_on))
    leaving = (
        LeavingClass(
            row.class_id,
            ClassName(grade_on(row.entry_year, today, starts), row.number, row.own_name),
            row.entry_year,
            row.left_on is not None,
            tuple(_debtors(members[row.class_id], books)),
            sum(not one.owes for one in members[row.class_id]),
            len(members[row.class_id]) + closed[row.class_id],
        )
        for row in rows
    )
    return ClearanceSheet(tuple(one for one in leaving if one.debtors or one.clear))


def leaving_name(one: LeavingClass) -> Text:
    """A class as it is called, or once it has left by its year of entry."""
    if one.left:
        return Text("people.class_of", {"year": one.entry_year, "number": one.name.number})
    return Text("common.class", {"school_class": one.name})


def _debtors(members: Iterable[Any], books: dict[int, list[OwedBook]]) -> Iterable[Debtor]:
    for one in members:
        if one.owes:
            yield Debtor(one.patron_id, one.name, tuple(books[one.patron_id]), one.charges_fen)


def close_clear(work: Work, command: CloseClear) -> Outcome:
    """Close every leaver who owes nothing by now."""
    left = [row.class_id for row in people.classes(work.conn) if row.left_on is not None]
    closed, _ = _close_clear(work, left, command.operator_id)
    return work.answer(OutcomeKind.INFO, data=Closed(closed))


HANDLERS: dict[type[Command], Handler] = {
    ReadEnrolment: for_librarians(ReadEnrolment, read_enrolment),
    AddPatron: for_librarians(AddPatron, add_patron),
    ChangePatron: for_librarians(ChangePatron, change_patron),
    ClosePatron: for_librarians(ClosePatron, close_patron),
    AddClass: for_librarians(AddClass, add_class),
    ReadNewYear: for_librarians(ReadNewYear, read_new_year),
    BeginYear: for_librarians(BeginYear, begin_year),
    UndoYear: for_librarians(UndoYear, undo_year),
    ReadClearance: for_librarians(ReadClearance, read_clearance),
    CloseClear: for_librarians(CloseClear, close_clear),
}
READS: frozenset[type[Command]] = frozenset({ReadEnrolment, ReadNewYear, ReadClearance})
