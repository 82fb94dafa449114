"""What the librarian changes for the whole library: rota, calendar, helpers, cards, rules, display, the school.

Every change is an event that says what was there before and what is there now; PINs are in none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.desk.librarian.enrolment import last_grade
from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.librarian.hands import find_scanned
from kiosk.desk.librarian.pages import display_of, rota_sheet
from kiosk.desk.sheets import patron_sheet
from kiosk.desk.work import Handler, TakenBackError, Work
from kiosk.flows.commands import Command
from kiosk.flows.librarian.checks import wrong_in
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.school import GRADES, LONGEST_NAME, ReadSchool, SaveSchool, School, SchoolSheet
from kiosk.flows.views import Text
from kiosk.flows.work import (
    DeleteEntry,
    Display,
    Entry,
    IssueCard,
    LeaveKiosk,
    LetIn,
    MakeHelper,
    Numbering,
    ProblemCode,
    ReadNumbering,
    SaveDisplay,
    SaveEntry,
    SaveNumbering,
    SaveRules,
    SetDuties,
    StopCard,
)
from kiosk.lending import barcodes
from kiosk.lending.barcodes import BarcodeKind, ReadingKind, Scheme
from kiosk.lending.calendar import Closure, SwapDay, Term
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import Audience, ExtraSlot, Slot, SlotSwap, audience_to_plain
from kiosk.lending.rules import rules_from_plain, rules_to_plain
from kiosk.store import desk_reads, desk_writes, edit, facts

# ── Rota and calendar ──

_NAMES: Mapping[type, tuple[str, str]] = MappingProxyType(
    {
        Slot: ("slot", "slot_id"),
        ExtraSlot: ("extra_slot", "extra_id"),
        SlotSwap: ("slot_swap", "swap_id"),
        Term: ("term", "term_id"),
        Closure: ("closure", "closure_id"),
        SwapDay: ("swap_day", "day"),
    }
)
"""Each type of entry: the beginning of its actions' names in the ledger, and the field of its key."""


def to_plain(entry: Entry) -> dict[str, object]:
    """An entry as the ledger keeps it."""
    return {name: _plain(getattr(entry, name)) for name in entry.__dataclass_fields__}


def _plain(value: Any) -> object:
    if isinstance(value, Audience):
        return audience_to_plain(value)
    return value.isoformat() if isinstance(value, date | time) else value


def _present(work: Work, entry: Entry) -> bool:
    """Whether the library still has the entry just as it is."""
    rota = work.policies.rota
    calendar = rota.calendar
    everything: tuple[Entry, ...] = (
        *rota.slots,
        *rota.extras,
        *rota.swaps,
        *calendar.terms,
        *calendar.closures,
        *calendar.swap_days,
    )
    return entry in everything


def save_entry(work: Work, command: SaveEntry) -> Outcome:
    """Add an entry or put it in the place of another; what the forms would refuse is refused here too."""
    entry, was = command.entry, command.was
    if was is not None and (type(was) is not type(entry) or not _present(work, was)):
        return problem(work, ProblemCode.GONE)
    if wrong_in(entry, rota_sheet(work), was) is not None:
        return problem(work, ProblemCode.BAD_VALUE)
    name, key = _NAMES[type(entry)]
    details: dict[str, object] = {}
    if was is None:
        new_id = edit.add_entry(work.conn, entry)
        details["now"] = {**to_plain(entry), **({key: new_id} if new_id else {})}
    else:
        if isinstance(entry, SwapDay):  # its key is its day, which may be what changed
            edit.delete_entry(work.conn, SwapDay, was.day)  # type: ignore[union-attr]  # of the same type
            edit.add_entry(work.conn, entry)
        else:
            entry = replace(entry, **{key: getattr(was, key)})
            edit.replace_entry(work.conn, entry)
        details = {"before": to_plain(was), "now": to_plain(entry)}
    work.record(f"{name}_saved", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO)


def delete_entry(work: Work, command: DeleteEntry) -> Outcome:
    """Take an entry out; with a slot go its swaps."""
    entry = command.entry
    if not _present(work, entry):
        return problem(work, ProblemCode.GONE)
    name, key = _NAMES[type(entry)]
    edit.delete_entry(work.conn, type(entry), getattr(entry, key))
    work.record(f"{name}_deleted", operator_id=command.operator_id, details={"before": to_plain(entry)})
    return work.answer(OutcomeKind.INFO)


# ── Helpers ──


def make_helper(work: Work, command: MakeHelper) -> Outcome:
    """Make an active pupil a helper, or no longer."""
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None:
        return problem(work, ProblemCode.GONE)
    pupil = person.facts.kind is PatronKind.PUPIL and person.facts.active
    if command.is_helper and not pupil:
        return problem(work, ProblemCode.NOT_A_PUPIL)
    desk_writes.set_helper(work.conn, command.patron_id, command.is_helper)
    action = "helper_made" if command.is_helper else "helper_unmade"
    work.record(action, patron_id=command.patron_id, operator_id=command.operator_id)
    return work.answer(OutcomeKind.INFO)


def set_duties(work: Work, command: SetDuties) -> Outcome:
    """All duty times of a helper."""
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None or not person.is_helper:
        return problem(work, ProblemCode.NOT_A_HELPER)
    times = [(duty.weekday, duty.starts, duty.ends) for duty in command.duties]
    if any(starts >= ends or weekday not in range(1, 8) for weekday, starts, ends in times):
        return problem(work, ProblemCode.BAD_VALUE)
    before = desk_reads.all_duties(work.conn).get(command.patron_id, [])
    desk_writes.set_duties(work.conn, command.patron_id, times)
    work.record(
        "duties_set",
        patron_id=command.patron_id,
        operator_id=command.operator_id,
        details={"before": [_duty(*one) for one in before], "now": [_duty(*one) for one in times]},
    )
    return work.answer(OutcomeKind.INFO)


def _duty(weekday: int, starts: time, ends: time) -> list[object]:
    return [weekday, starts.isoformat(), ends.isoformat()]


def let_in(work: Work, command: LetIn) -> Outcome:
    """Let a helper serve until a time of today, or no longer."""
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None or not person.is_helper or not person.facts.active:
        return problem(work, ProblemCode.NOT_A_HELPER)
    until = None
    if command.until is not None:
        until = work.policies.instant(datetime.combine(work.moment.today, command.until))
        if until <= work.at:
            return problem(work, ProblemCode.BAD_VALUE)
    desk_writes.let_in(work.conn, command.patron_id, until)
    work.record(
        "let_in",
        patron_id=command.patron_id,
        operator_id=command.operator_id,
        details={"until": until.isoformat() if until else None},
    )
    return work.answer(OutcomeKind.INFO)


# ── Cards ──


def stop_card(work: Work, command: StopCard) -> Outcome:
    """Stop a patron's card."""
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None or person.card is None:
        return problem(work, ProblemCode.NO_CARD)
    edit.stop_card(work.conn, command.patron_id, work.at)
    work.record(
        "card_stopped",
        patron_id=command.patron_id,
        operator_id=command.operator_id,
        details={"card": person.card},
    )
    return work.answer(OutcomeKind.INFO, patron=patron_sheet(work, command.patron_id))


def issue_card(work: Work, command: IssueCard) -> Outcome:
    """A new card: a printed one that was scanned, or the next own number. The old one is stopped."""
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None:
        return problem(work, ProblemCode.GONE)
    if command.code:
        if find_scanned(work, command.code, clean=True) is not None:
            return problem(work, ProblemCode.NUMBER_TAKEN)
        reading = barcodes.read(command.code, work.policies.scheme)
        if reading.kind is not ReadingKind.CARD:
            return problem(work, ProblemCode.NUMBER_UNFIT)
        code = reading.code
    else:
        code = barcodes.number(BarcodeKind.CARD, edit.next_serial(work.conn, BarcodeKind.CARD))
    edit.issue_card(work.conn, command.patron_id, code, work.at)
    if person.card is not None:
        work.record(
            "card_stopped",
            patron_id=command.patron_id,
            operator_id=command.operator_id,
            details={"card": person.card},
        )
    work.record("card_issued", patron_id=command.patron_id, operator_id=command.operator_id, details={"card": code})
    return work.answer(OutcomeKind.INFO, patron=patron_sheet(work, command.patron_id))


# ── Rules and display ──


def save_rules(work: Work, command: SaveRules) -> Outcome:
    """New rules of lending; they hold from the next command on, on every kiosk."""
    now = rules_to_plain(command.rules)
    try:
        rules_from_plain(now)
    except ValueError:
        return problem(work, ProblemCode.BAD_VALUE)
    edit.save_setting(work.conn, "rules", now)
    work.record(
        "rules_changed",
        operator_id=command.operator_id,
        details={"before": rules_to_plain(work.policies.rules), "now": now},
    )
    return work.answer(OutcomeKind.INFO)


_DISPLAY_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "announcement": "announcement",
        "pinyin": "pinyin",
        "mask_names": "mask_names",
        "class_template": "class_template",
    }
)
"""Key of the setting → field of `Display`."""


def _display_plain(display: Display) -> dict[str, object]:
    return {key: getattr(display, field) for key, field in _DISPLAY_KEYS.items()}


def save_display(work: Work, command: SaveDisplay) -> Outcome:
    """New display settings."""
    if command.display.pinyin not in {"auto", "always", "never"}:
        return problem(work, ProblemCode.BAD_VALUE)
    before, now = _display_plain(display_of(work)), _display_plain(command.display)
    for key, value in now.items():
        edit.save_setting(work.conn, key, value)
    work.record("display_changed", operator_id=command.operator_id, details={"before": before, "now": now})
    return work.answer(OutcomeKind.INFO)


# ── The school ──


def read_school(work: Work, _: ReadSchool) -> Outcome:
    """The school's settings and its time."""
    return work.answer(OutcomeKind.INFO, data=SchoolSheet(_school(work), work.moment.now))


def _school(work: Work) -> School:
    policies = work.policies
    return School(policies.display.library, str(policies.zone), policies.school_year_starts, last_grade(work))


def save_school(work: Work, command: SaveSchool) -> Outcome:
    """Other settings of the school."""
    before, now = _school_plain(_school(work)), _school_plain(command.school)
    month, day = command.school.year_starts
    least, most = GRADES
    if not (0 < len(str(now["name"])) <= LONGEST_NAME and least <= command.school.last_grade <= most):
        return problem(work, ProblemCode.BAD_VALUE)
    try:
        date(2001, month, day)  # no leap year: it must be a day of every year
    except ValueError:
        return problem(work, ProblemCode.BAD_VALUE)
    try:
        ZoneInfo(command.school.timezone)
    except (KeyError, ValueError, OSError):  # no such name, no name at all, a whole continent
        raise TakenBackError(Hindrance(Text("school.cannot.zone", {"found": command.school.timezone}))) from None
    changed = [key for key, value in now.items() if value != before[key]]
    for key in changed:
        edit.save_setting(work.conn, key, now[key])
    details = {"before": {key: before[key] for key in changed}, "now": {key: now[key] for key in changed}}
    work.record("school_changed", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO)


def _school_plain(school: School) -> dict[str, object]:
    """The school as its settings keep it."""
    month, day = school.year_starts
    return {
        "name": school.name.strip(),
        "timezone": school.timezone,
        "school_year_starts": f"{month:02}-{day:02}",
        "last_grade": school.last_grade,
    }


def read_numbering(work: Work, _: ReadNumbering) -> Outcome:
    """The patterns of the school's old numbers."""
    return work.answer(OutcomeKind.INFO, data=Numbering(work.policies.scheme.patterns))


def save_numbering(work: Work, command: SaveNumbering) -> Outcome:
    """New patterns."""
    before, now = barcodes.scheme_to_plain(work.policies.scheme), barcodes.scheme_to_plain(Scheme(command.patterns))
    try:
        barcodes.scheme_from_plain(now)
    except ValueError:
        return problem(work, ProblemCode.BAD_VALUE)
    edit.save_setting(work.conn, "scheme", now)
    work.record("numbering_changed", operator_id=command.operator_id, details={"before": before, "now": now})
    return work.answer(OutcomeKind.INFO)


def leave_kiosk(work: Work, command: LeaveKiosk) -> Outcome:
    """Written down before the program ends."""
    work.record("kiosk_left", operator_id=command.operator_id)
    return work.answer(OutcomeKind.INFO)


HANDLERS: dict[type[Command], Handler] = {
    SaveEntry: for_librarians(SaveEntry, save_entry),
    DeleteEntry: for_librarians(DeleteEntry, delete_entry),
    MakeHelper: for_librarians(MakeHelper, make_helper),
    SetDuties: for_librarians(SetDuties, set_duties),
    LetIn: for_librarians(LetIn, let_in),
    StopCard: for_librarians(StopCard, stop_card),
    IssueCard: for_librarians(IssueCard, issue_card),
    SaveRules: for_librarians(SaveRules, save_rules),
    SaveDisplay: for_librarians(SaveDisplay, save_display),
    ReadSchool: for_librarians(ReadSchool, read_school),
    SaveSchool: for_librarians(SaveSchool, save_school),
    LeaveKiosk: for_librarians(LeaveKiosk, leave_kiosk),
    ReadNumbering: for_librarians(ReadNumbering, read_numbering),
    SaveNumbering: for_librarians(SaveNumbering, save_numbering),
}
READS: frozenset[type[Command]] = frozenset({ReadNumbering, ReadSchool})
