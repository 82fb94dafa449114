"""Rosters: what a file would change, shown first, then done in one transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.desk.librarian import enrolment
from kiosk.desk.work import TakenBackError, Work
from kiosk.exchange import roster_plan, rosters
from kiosk.exchange.roster_plan import (
    ClassKey,
    Decision,
    KnownClass,
    KnownPatron,
    Library,
    LineState,
    PlanLine,
    RosterPlan,
    plan_roster,
)
from kiosk.exchange.rosters import Roster
from kiosk.exchange.trouble import FileTrouble
from kiosk.flows.commands import Command
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.people import (
    AcceptRoster,
    Option,
    PreviewRoster,
    RosterDone,
    RosterFile,
    RosterLine,
    RosterSheet,
    RosterState,
)
from kiosk.flows.views import Text, Value
from kiosk.lending.patrons import ClassName, PatronKind, school_year
from kiosk.office.setup import Clerk, Setup, fingerprint, for_librarians
from kiosk.store import edit, people
from kiosk.store.ledger import usual_class_text

REASONS = (
    *("no_name", "name_is_number", "name_too_long", "name_unlikely", "name_is_class", "name_of_two", "kind_unknown"),
    *("class_unreadable", "class_without_grade", "class_not_at_school", "class_left", "no_class"),
    *("card_twice", "card_taken", "card_other_name", "card_unfit", "card_other"),
    *(f"card_of_{kind.value}" for kind in PatronKind),
    *("which_of_them", "grade_only", "grade_above", "moved_or_new", "left_out"),
    *("same_name_elsewhere", "same_name_here"),
    *("in_other_sheet", "signature"),
    *("renamed", "comes_back", "gets_card", "still_owes"),
)
"""Why a row is what it is, each with a sentence `people.reason.<code>`."""

REMARKS = ("class_as_date",)
"""What is said about a whole roster, each `people.remark.<code>`."""

_NEAR = timedelta(days=75)
"""So long before a school year begins a roster may be the coming year's."""


def library_of(work: Work, roster: Roster) -> Library:
    """The library as a plan needs it."""
    return Library(
        tuple(_known(row) for row in people.everybody(work.conn)),
        tuple(
            KnownClass(r.class_id, ClassKey(r.entry_year, r.number), r.own_name, r.left_on is not None)
            for r in people.classes(work.conn)
        ),
        people.owners(work.conn, {row.card for row in roster.rows if row.card}),
        work.policies.scheme,
    )


def _known(row: Any) -> KnownPatron:
    """A patron as a plan sees them. The librarian is one of the teachers of a roster, but never gone from one."""
    runs = row.kind == PatronKind.LIBRARIAN
    kind = PatronKind.TEACHER if runs else PatronKind(row.kind)
    return KnownPatron(row.patron_id, kind, row.name, row.class_id, row.card or "", row.active, bool(row.owes), runs)


def years_of(work: Work, roster: Roster, library: Library, wanted: int = 0) -> tuple[int, int | None]:
    """The school year a roster's grades are meant for, and another one that they may be meant for."""
    today, starts = work.moment.today, work.policies.school_year_starts
    now, soon = school_year(today, starts), school_year(today + _NEAR, starts)
    if now == soon:
        return now, None
    year = wanted if wanted in (now, soon) else roster_plan.fitting_year(roster, library, now)
    return year, now if year == soon else soon


def seal_of(plan: RosterPlan) -> str:
    """What tells one plan's changes from another's."""
    told = [(one.state, one.kind, one.name, one.target, one.patron_id, one.new_card) for one in plan.changes]
    return hashlib.sha256(repr((plan.year, told)).encode()).hexdigest()[:20]


# --- reading and planning -------------------------------------------------------------------------------------


def kept_roster(setup: Setup, work: Work, path: Path) -> Roster:
    """The roster in a file, read once as long as the file stays as it is. Raises FileTrouble."""
    try:
        mark = f"roster|{fingerprint(path)}"
    except OSError:
        raise FileTrouble("not_found", file=path.name) from None
    roster = setup.kept.get(mark)
    if not isinstance(roster, Roster):
        roster = rosters.read_roster(path, progress=work.progress)
        for old in [key for key in setup.kept if key.startswith("roster|")]:
            del setup.kept[old]
        setup.kept[mark] = roster
    return roster


def _planned(setup: Setup, work: Work, file: RosterFile) -> tuple[Roster, Library, RosterPlan, int | None]:
    roster = kept_roster(setup, work, Path(file.path))
    if file.every:
        roster = roster.with_all()
    library = library_of(work, roster)
    year, other = years_of(work, roster, library, file.year)
    decisions = {place: decision for place, key in file.choices if (decision := _decision(key)) is not None}
    return roster, library, plan_roster(roster, library, year, decisions, close_gone=file.close_gone), other


def _decision(key: str) -> Decision | None:
    """What an option's key means: `leave`, `new`, `new:2024:2` or `same:17`."""
    if key == "leave":
        return Decision(leave=True)
    if key == "new":
        return Decision(new=True)
    if found := re.fullmatch(r"new:([0-9]{4}):([0-9]{1,3})", key):
        return Decision(new=True, new_in=ClassKey(int(found[1]), int(found[2])))
    if found := re.fullmatch(r"same:([0-9]{1,18})", key):
        return Decision(patron_id=int(found[1]))
    return None


# --- the preview ----------------------------------------------------------------------------------------------


def preview(setup: Setup, work: Work, command: PreviewRoster) -> Outcome:
    """What a roster would change."""
    roster, library, plan, other = _planned(setup, work, command.file)
    return work.answer(OutcomeKind.INFO, data=sheet_of(roster, library, plan, command.file, other))


def sheet_of(roster: Roster, library: Library, plan: RosterPlan, file: RosterFile, other: int | None) -> RosterSheet:
    """A plan as the page (and the command line) shows it."""
    shower = _Shower(library, plan.year)
    open_plan = plan_roster(roster, library, plan.year) if file.choices else plan
    doubtful = {line.place: line for line in open_plan.lines if line.state is LineState.DOUBTFUL and line.place >= 0}
    chosen = dict(file.choices)
    return RosterSheet(
        name=Path(file.path).name,
        lines=tuple(shower.line(line, doubtful.get(line.place), chosen.get(line.place, "")) for line in plan.lines),
        counts={state: plan.count(LineState(state.value)) for state in RosterState},
        year=plan.year,
        seal=seal_of(plan),
        remarks=_remarks(roster),
        new_classes=tuple(shower.class_name(key) for key in plan.new_classes),
        other_year=other,
        close_gone=plan.close_gone,
        writes=len(plan.changes),
        left=sum(sheet.count for sheet in roster.left if sheet.part is not None),
    )


def _remarks(roster: Roster) -> tuple[Text, ...]:
    said = []
    if roster.identity:
        said.append(Text("people.remark.identity", {"columns": tuple(_column(one) for one in roster.identity)}))
    said += [Text(f"people.left.{one.why.value}", {"sheet": one.name, "count": one.count}) for one in roster.left]
    said += [Text(f"people.remark.{one.code}") for one in roster.remarks]
    if roster.unused:
        said.append(Text("people.remark.unused", {"columns": tuple(_column(one) for one in roster.unused)}))
    return tuple(said)


def _column(one: rosters.Column) -> Text:
    return Text("people.column", {"letter": one.letter, "heading": one.heading[:30]})


class _Shower:
    """Turns lines of a plan into those of a page."""

    def __init__(self, library: Library, year: int) -> None:
        self.year = year
        self.people = {one.patron_id: one for one in library.people}
        self.keys = {one.class_id: one for one in library.classes}
        self.own = {one.key: one.own for one in library.classes}

    def class_name(self, key: ClassKey) -> ClassName:
        return ClassName(self.year - key.entry_year + 1, key.number, self.own.get(key, ""))

    def _class_of(self, one: KnownPatron) -> ClassName | None:
        known = self.keys.get(one.class_id or 0)
        return None if known is None else self.class_name(known.key)

    def line(self, line: PlanLine, doubtful: PlanLine | None, chosen: str) -> RosterLine:
        known = self.people.get(line.patron_id) if line.patron_id is not None else None
        now = self.class_name(line.target) if line.target is not None else None
        was = None
        if line.state is LineState.MOVED and known is not None:
            before = self._class_of(known)
            was = Text("common.class", {"school_class": before}) if before else Text("people.no_class")
        return RosterLine(
            place=line.place,
            state=RosterState(line.state.value),
            row=line.row,
            sheet=line.sheet,
            name=line.name,
            kind=line.kind,
            said=line.class_text,
            now=now,
            was=was,
            reason=self._reason(line),
            options=self._options(doubtful) if doubtful is not None else (),
            chosen=chosen,
        )

    def _reason(self, line: PlanLine) -> Text | None:
        code = line.reason or line.remark
        return Text(f"people.reason.{code}", {"found": line.found, "name": line.name}) if code else None

    def _options(self, line: PlanLine) -> tuple[Option, ...]:
        same = [self._same(self.people[patron_id]) for patron_id in line.candidates if patron_id in self.people]
        new = [
            Option(
                f"new:{key.entry_year}:{key.number}",
                Text("people.option.new_in", {"school_class": self.class_name(key)}),
            )
            for key in line.classes
        ]
        if line.kind is PatronKind.TEACHER:
            new = [Option("new", Text("people.option.new"))]
        return (*same, *new, Option("leave", Text("people.option.leave")))

    def _same(self, one: KnownPatron) -> Option:
        where = self._class_of(one)
        said = Text("common.class", {"school_class": where}) if where else Text("people.no_class")
        values: dict[str, Value] = {"name": one.name, "school_class": said, "card": one.card or Text("people.no_card")}
        if one.kind is PatronKind.PUPIL:
            return Option(f"same:{one.patron_id}", Text("people.option.same", values))
        kind = PatronKind.LIBRARIAN if one.librarian else one.kind
        values = {"name": one.name, "kind": Text(f"librarian.kind.{kind.value}"), "card": values["card"]}
        return Option(f"same:{one.patron_id}", Text("people.option.same_kind", values))


# --- doing it -------------------------------------------------------------------------------------------------


def accept(setup: Setup, work: Work, command: AcceptRoster) -> Outcome:
    """Do what the preview said."""
    _, library, plan, _ = _planned(setup, work, command.file)
    if seal_of(plan) != command.seal:
        raise TakenBackError(Hindrance(Text("people.cannot.changed_meanwhile")))
    done = apply(work, plan, library, Path(command.file.path).name, command.operator_id)
    return work.answer(OutcomeKind.INFO, data=done)


def apply(work: Work, plan: RosterPlan, library: Library, file: str, operator_id: int | None) -> RosterDone:
    """Write a plan's changes, with an event for each and one for the whole."""
    ids = {one.key: one.class_id for one in library.classes}
    for key in plan.new_classes:
        ids[key] = edit.add_class(work.conn, key.entry_year, key.number)
        said = usual_class_text(ClassName(plan.year - key.entry_year + 1, key.number))
        details = {"class_id": ids[key], "entry_year": key.entry_year, "number": key.number, "title": said}
        work.record("class_added", operator_id=operator_id, details=details)
    by_state: dict[LineState, list[PlanLine]] = {state: [] for state in LineState}
    for line in plan.changes:
        by_state[line.state].append(line)
    cards = _add(work, by_state[LineState.NEW], ids, operator_id)
    before = {one.patron_id: one for one in library.people}
    for line in (*by_state[LineState.CHANGED], *by_state[LineState.MOVED]):
        _change(work, line, before[line.patron_id or 0], ids, operator_id)
    gone = [line.patron_id for line in by_state[LineState.GONE] if line.patron_id is not None]
    enrolment.set_active(work, gone, False, operator_id, why="roster")
    done = RosterDone(
        len(by_state[LineState.NEW]), len(by_state[LineState.CHANGED]), len(by_state[LineState.MOVED]), len(gone), cards
    )
    counts = {"added": done.added, "changed": done.changed, "moved": done.moved, "closed": done.closed}
    work.record("roster_imported", operator_id=operator_id, details={"file": file, "year": plan.year, **counts})
    return done


def _add(
    work: Work, lines: Sequence[PlanLine], ids: Mapping[ClassKey, int], operator_id: int | None
) -> tuple[int, ...]:
    """Add the new patrons, each with a card; gives those whose cards are to be printed: with numbers of ours."""
    own = iter(people.next_cards(work.conn, sum(not line.new_card for line in lines)) if lines else ())
    new = [
        edit.NewPatron(
            line.kind, line.name, ids[line.target] if line.target is not None else None, line.new_card or next(own)
        )
        for line in lines
    ]
    added = edit.add_patrons(work.conn, new, work.at)
    for patron_id, one in zip(added, new, strict=True):
        work.record("patron_added", patron_id=patron_id, operator_id=operator_id, details={"card": one.card})
    return tuple(patron_id for patron_id, line in zip(added, lines, strict=True) if not line.new_card)


def _change(
    work: Work, line: PlanLine, known: KnownPatron, ids: Mapping[ClassKey, int], operator_id: int | None
) -> None:
    """Whatever a row says differently about somebody who is there."""
    if known.name != line.name:
        enrolment.rename(work, known.patron_id, known.name, line.name, operator_id)
    class_id = ids[line.target] if line.target is not None else known.class_id
    if line.kind is PatronKind.PUPIL and class_id != known.class_id:
        enrolment.move(work, known.patron_id, known.class_id, class_id, operator_id)
    if not known.active:
        enrolment.set_active(work, [known.patron_id], True, operator_id, why="roster")
    if line.new_card:
        people.give_card(work.conn, known.patron_id, line.new_card, work.at)
        details = {"card": line.new_card}
        work.record("card_issued", patron_id=known.patron_id, operator_id=operator_id, details=details)


HANDLERS: dict[type[Command], Clerk] = {
    PreviewRoster: for_librarians(PreviewRoster, preview),
    AcceptRoster: for_librarians(AcceptRoster, accept),
}
READS: frozenset[type[Command]] = frozenset({PreviewRoster})
