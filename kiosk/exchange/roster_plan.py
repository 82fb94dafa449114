"""What a roster means for the library: who is new, changed, moved, gone, doubtful, wrong. Pure, and nothing is done.

People are matched as a multiset: by card number first, then class and name, then the name alone where it is the only
one and its old class is in the file too. Two children of one name are two children. What is not certain is doubtful,
and the librarian decides it; a child in a doubtful or wrong row is never counted as gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.exchange.class_names import LAST_GRADE, PRIMARY_YEARS, SaidClass, same_text
from kiosk.exchange.rosters import Roster, RosterRow, plain_name
from kiosk.lending.barcodes import ReadingKind, Scheme, read
from kiosk.lending.patrons import PatronKind


@dataclass(frozen=True, slots=True)
class KnownPatron:
    """A patron of the library. `card` is the number of the running card; `owes`: something out or unpaid.

    Librarians are teachers to a roster, but with `librarian` no roster renames them, lets them in again or says
    that they are gone.
    """

    patron_id: int
    kind: PatronKind
    name: str
    class_id: int | None = None
    card: str = ""
    active: bool = True
    owes: bool = False
    librarian: bool = False


@dataclass(frozen=True, slots=True, order=True)
class ClassKey:
    """A class by what stays the same every year."""

    entry_year: int
    number: int


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A class of the library; `own` is its name where it is called otherwise, `left` once it has left school."""

    class_id: int
    key: ClassKey
    own: str = ""
    left: bool = False


class LineState(StrEnum):
    """What a line of a plan is."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    UNCHANGED = "unchanged"


CHANGES = frozenset({LineState.NEW, LineState.CHANGED, LineState.MOVED})
"""The states that write something; GONE writes only where the plan closes who is gone."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the librarian says about one row: this patron, a new one (`new_in` says of which class, where the row
    leaves it open), or leave it out.
    """

    patron_id: int | None = None
    new: bool = False
    new_in: ClassKey | None = None
    leave: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan.

    `place` is the row's place in `Roster.rows`, -1 for who is gone. `reason` is a code of
    `exchange.roster.<code>`, "" where the state says all; `found` is what it is about. `patron_id` is who it is,
    `name` and `target` what they will be; `new_card` is a number from the file that they get. For doubtful lines
    `candidates` are the patrons it may be and `classes` the classes a new one may go to.
    """

    place: int
    state: LineState
    kind: PatronKind
    name: str
    row: int = 0
    sheet: str = ""
    class_text: str = ""
    reason: str = ""
    found: str = ""
    target: ClassKey | None = None
    patron_id: int | None = None
    new_card: str = ""
    remark: str = ""
    candidates: tuple[int, ...] = ()
    classes: tuple[ClassKey, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """Every row of a roster in its order, then who is gone."""

    lines: tuple[PlanLine, ...]
    new_classes: tuple[ClassKey, ...] = ()
    year: int = 0
    close_gone: bool = False

    def count(self, state: LineState) -> int:
        """How many lines are in a state."""
        return sum(line.state is state for line in self.lines)

    @property
    def changes(self) -> tuple[PlanLine, ...]:
        """The lines that write something. Who is gone and still owes something is never closed."""
        return tuple(line for line in self.lines if line.state in CHANGES or self._closes(line))

    def _closes(self, line: PlanLine) -> bool:
        return self.close_gone and line.state is LineState.GONE and not line.reason


@dataclass(frozen=True, slots=True)
class Library:
    """What a plan is made against: everybody, also who is closed, and all classes.

    No row is ever a class set; those are there for the sake of their cards. `codes` says of each number in use whose
    card it is or was, None for a copy or a control card; only numbers of the roster need be there.
    """

    people: Sequence[KnownPatron]
    classes: Sequence[KnownClass]
    codes: Mapping[str, int | None] = field(default_factory=dict)
    scheme: Scheme = field(default_factory=Scheme)


def plan_roster(
    roster: Roster,
    library: Library,
    year: int,
    decisions: Mapping[int, Decision] | None = None,
    *,
    close_gone: bool = False,
) -> RosterPlan:
    """What `roster` means for `library` in the school year that begins in `year`.

    `decisions` answer doubtful rows by their place. `close_gone` closes those who are gone and owe nothing.
    """
    work = _Matching(roster, library, year, decisions or {})
    work.check_rows()
    work.by_decision()
    work.above_all_grades()
    work.by_card()
    work.by_class_and_name()
    work.in_other_sheets()
    work.by_grade_and_name()
    work.by_name()
    lines = [work.lines[place] for place in range(len(roster.rows))]
    known = {one.key for one in library.classes}
    fresh = {line.target for line in lines if line.state in CHANGES and line.target is not None} - known
    return RosterPlan((*lines, *work.gone()), tuple(sorted(fresh)), year, close_gone)


def fitting_year(roster: Roster, library: Library, year: int) -> int:
    """`year`, or the next one where its grades place more of the children: in August a roster is the new year's."""

    def placed(candidate: int) -> int:
        work = _Matching(roster, library, candidate, {})
        keys = {one.class_id: one.key for one in library.classes}
        here = Counter((keys.get(p.class_id or 0), p.name) for p in library.people if p.active)
        rows = Counter((work.targets[place], row.name) for place, row in enumerate(roster.rows) if work.targets[place])
        return sum((here & rows).values())

    return year + 1 if placed(year + 1) > placed(year) else year


_NO_REASON = ""


class _Matching:
    """One plan in the making: rows not yet placed, patrons not yet found, and the lines so far."""

    def __init__(self, roster: Roster, library: Library, year: int, decisions: Mapping[int, Decision]) -> None:
        self.rows = roster.rows
        self.library = library
        self.year = year
        self.decisions = decisions
        self.lines: dict[int, PlanLine] = {}
        self.free: dict[int, KnownPatron] = {
            one.patron_id: one
            for one in library.people
            if one.kind in (PatronKind.PUPIL, PatronKind.TEACHER) and (one.active or not one.librarian)
        }
        self.everybody = {one.patron_id: one for one in library.people}
        self.called: dict[tuple[PatronKind, str], list[KnownPatron]] = defaultdict(list)
        for one in self.free.values():
            self.called[one.kind, plain_name(one.name)].append(one)
        self.rows_called = Counter(row.name for row in self.rows)
        self.keys = {one.class_id: one.key for one in library.classes}
        self.own = {same_text(one.own): one for one in library.classes if one.own}
        self.by_key = {one.key: one for one in library.classes}
        self.spoken_for: set[int] = set()  # perhaps in the file: not gone
        self.cards: dict[int, str] = {}
        self.card_remarks: dict[int, str] = {}
        self.targets: dict[int, ClassKey | None] = {}
        self.problems: dict[int, tuple[str, str]] = {}
        self.highest = max((year - one.key.entry_year + 1 for one in library.classes if not one.left), default=0)
        self.too_high: set[int] = set()
        for place, row in enumerate(self.rows):
            self.targets[place] = self._resolve(place, row)
        self.rows_alike = Counter((row.kind, self.targets[place], row.name) for place, row in enumerate(self.rows))

    # --- the class of a row ---

    def _resolve(self, place: int, row: RosterRow) -> ClassKey | None:
        """The class a row names; None without one, with a problem noted where it is wrong."""
        if row.kind is PatronKind.TEACHER or not row.class_text:
            return None
        if (own := self.own.get(same_text(row.class_text))) is not None:
            if own.left:
                self.problems[place] = ("class_left", row.class_text)
            return own.key
        said = row.said
        if said is None or said.teachers:
            self.problems[place] = ("class_unreadable", row.class_text)
            return None
        entry = self._entry_year(said)
        if entry is None:
            self.problems[place] = ("class_without_grade", row.class_text)
            return None
        if not 1 <= self.year - entry + 1 <= LAST_GRADE:
            self.problems[place] = ("class_not_at_school", row.class_text)
            return None
        if said.number is None:
            return None
        key = ClassKey(entry, said.number)
        if key in self.by_key and self.by_key[key].left:
            self.problems[place] = ("class_left", row.class_text)
        elif self.year - entry + 1 > max(self.highest, PRIMARY_YEARS):
            self.too_high.add(place)
        return key

    def _entry_year(self, said: SaidClass) -> int | None:
        if said.entry_year is not None:
            return said.entry_year
        return None if said.grade is None else self.year - said.grade + 1

    def _entry_of_row(self, place: int) -> int | None:
        """The year of entry of a row that says a grade but no number."""
        row = self.rows[place]
        if self.targets[place] is not None or row.said is None or place in self.problems:
            return None
        return self._entry_year(row.said) if row.kind is PatronKind.PUPIL else None

    def _entry_of(self, one: KnownPatron) -> int | None:
        key = self.keys.get(one.class_id) if one.class_id is not None else None
        return None if key is None else key.entry_year

    # --- steps ---

    def check_rows(self) -> None:
        """Place the rows that are wrong, and look at the numbers for cards."""
        seen: dict[str, int] = {}
        for place, row in enumerate(self.rows):
            refusal = next((remark for remark in row.remarks if remark.refuses), None)
            if refusal is not None:
                self._wrong(place, refusal.code, refusal.found)
            elif place in self.problems:
                self._wrong(place, *self.problems[place])
            elif row.card and row.card in seen:
                self._wrong(place, "card_twice", str(self.rows[seen[row.card]].row))
            elif row.card:
                self._check_card(place, row)
            if row.card and place not in self.lines:
                seen[row.card] = place

    def _check_card(self, place: int, row: RosterRow) -> None:
        if row.card in self.library.codes:
            owner = self.everybody.get(self.library.codes[row.card] or 0)
            if owner is None:
                self._wrong(place, "card_taken", row.card)
            elif owner.kind is not row.kind or not self._may_be(owner, row):
                kind = PatronKind.LIBRARIAN if owner.librarian else owner.kind
                self._speak_for([owner])
                self._wrong(place, f"card_of_{kind.value}", owner.name)
        elif read(row.card, self.library.scheme).kind is ReadingKind.CARD:
            self.cards[place] = row.card
        else:
            self.card_remarks[place] = "card_unfit"

    def by_decision(self) -> None:
        """Place the rows about which the librarian has decided."""
        for place, decision in sorted(self.decisions.items()):
            if not 0 <= place < len(self.rows) or place in self.lines:
                continue
            if decision.leave:
                self._line(place, LineState.DOUBTFUL, "left_out", candidates=())
                self._speak_for(self._named(place))
            elif decision.patron_id is not None:
                known = self.free.get(decision.patron_id)
                if known is not None and known.kind is self.rows[place].kind:
                    self._match(place, known)
            elif decision.new:
                self._decided_new(place, decision.new_in)

    def _decided_new(self, place: int, new_in: ClassKey | None) -> None:
        """A new patron, where the row or the librarian names a class; else the row stays doubtful."""
        self.targets[place] = new_in or self.targets[place]
        if self.targets[place] is not None or self.rows[place].kind is PatronKind.TEACHER:
            self._new(place)

    def _may_be(self, owner: KnownPatron, row: RosterRow) -> bool:
        """Whether a row may be a librarian: one who is there, under the very name. Everybody else may be renamed."""
        return not owner.librarian or (owner.active and plain_name(owner.name) == row.name)

    def above_all_grades(self) -> None:
        """A class above every grade there is may be a slip (九 for 六): it is not made without being asked for."""
        for place in self._open():
            target = self.targets[place]
            if place in self.too_high and target is not None:
                self._doubtful(place, "grade_above", (), classes=(target,))

    def by_card(self) -> None:
        """Match rows whose card is known."""
        for place in self._open():
            row = self.rows[place]
            owner = self.library.codes.get(row.card) if row.card else None
            known = self.free.get(owner) if owner is not None else None
            if known is None:
                if owner is not None:
                    other = next(line.row for line in self.lines.values() if line.patron_id == owner)
                    self._wrong(place, "card_twice", str(other))
                continue
            if plain_name(known.name) == row.name or self._is_renamed(place, known):
                self._match(place, known)
            else:
                self._doubtful(place, "card_other_name", [known], found=known.name)

    def _is_renamed(self, place: int, known: KnownPatron) -> bool:
        """Whether a row with another name is this patron all the same: the class agrees and the names resemble."""
        row, target = self.rows[place], self.targets[place]
        if row.kind is PatronKind.PUPIL and (target is None or self.keys.get(known.class_id or 0) != target):
            return False
        others = {plain_name(one.name) for one in self.free.values() if one.class_id == known.class_id}
        return row.name not in others and bool(set(row.name) & set(known.name))

    def by_class_and_name(self) -> None:
        """Match rows with those of the same class and name: as many as there are on both sides."""
        for active in (True, False):
            known: dict[tuple[PatronKind, ClassKey | None, str], list[KnownPatron]] = defaultdict(list)
            for one in self.free.values():
                if one.active is active:
                    known[self._place_of(one)].append(one)
            for key, places in self._grouped(self._with_class()).items():
                fits = known.get(key, [])
                if len(places) < len(fits):
                    for place in places:
                        self._doubtful(place, "which_of_them", fits)
                    continue
                for place, one in zip(places, fits, strict=False):
                    self._match(place, one)

    def in_other_sheets(self) -> None:
        """Whoever is in another sheet already, and nobody else in the library, is perhaps one person written twice."""
        for place in self._open():
            if self.rows[place].also:
                self._doubtful(place, "in_other_sheet", (), found=self.rows[place].also)

    def _place_of(self, one: KnownPatron) -> tuple[PatronKind, ClassKey | None, str]:
        in_class = one.kind is PatronKind.PUPIL and one.class_id is not None
        return one.kind, self.keys.get(one.class_id or 0) if in_class else None, plain_name(one.name)

    def _with_class(self) -> Iterable[int]:
        """Open rows whose class is certain: named, or none named."""
        return (place for place in self._open() if self._entry_of_row(place) is None)

    def _grouped(self, places: Iterable[int]) -> dict[tuple[PatronKind, ClassKey | None, str], list[int]]:
        groups = defaultdict(list)
        for place in places:
            row = self.rows[place]
            groups[row.kind, self.targets[place], row.name].append(place)
        return groups

    def by_grade_and_name(self) -> None:
        """Rows that say a grade only (三年级): the one child of that name there, else the librarian says who."""
        groups: dict[tuple[int, str], list[int]] = defaultdict(list)
        for place in self._open():
            entry = self._entry_of_row(place)
            if entry is not None:
                groups[entry, self.rows[place].name].append(place)
        for (entry, name), places in groups.items():
            namesakes = self.called[PatronKind.PUPIL, name]
            fits = [
                one for one in namesakes if one.patron_id in self.free and one.active and self._entry_of(one) == entry
            ]
            if len(places) == 1 and len(fits) == 1:
                self._match(places[0], fits[0])
                continue
            here = tuple(sorted(key for key, one in self.by_key.items() if key.entry_year == entry and not one.left))
            for place in places:
                self._doubtful(place, "grade_only", fits, classes=here)

    def by_name(self) -> None:
        """Place what is left: moved, doubtful or new."""
        covers = self._coverage()
        near = {place: self._near(place, covers) for place in self._open() if self.targets[place] is not None}
        wanted = Counter(one.patron_id for fits in near.values() for one in fits)
        for place, fits in near.items():
            self._from_elsewhere(place, fits, covers, wanted)
        for place in self._open():
            if self.rows[place].kind is PatronKind.TEACHER:
                self._new(place)
            else:
                self._without_class(place)

    def _without_class(self, place: int) -> None:
        row = self.rows[place]
        fits = [one for one in self._named(place) if one.active]
        namesakes = sum(one.active for one in self.called[row.kind, row.name])
        if namesakes == len(fits) == 1 and self.rows_called[row.name] == 1:
            self._match(place, fits[0])
        elif fits:
            self._doubtful(place, "which_of_them", fits)
        else:
            self._wrong(place, "no_class", _NO_REASON)

    def _near(self, place: int, covers: Callable[[KnownPatron], bool]) -> list[KnownPatron]:
        """Who a row may be that nobody of its class is: namesakes of its grade, and of the next one where missed."""
        target = self.targets[place]
        found = []
        for one in self._named(place):
            entry = self._entry_of(one)
            apart = 0 if entry is None or target is None else abs(entry - target.entry_year)
            if one.active and (apart == 0 or (apart == 1 and covers(one))):
                found.append(one)
        return found

    def _from_elsewhere(
        self,
        place: int,
        near: Sequence[KnownPatron],
        covers: Callable[[KnownPatron], bool],
        wanted: Mapping[int, int],
    ) -> None:
        """A row of a class in which nobody has its name: a child of another class, or a new one."""
        target = self.targets[place]
        if target is None:
            raise ValueError("a row without a class is placed elsewhere")
        if not near:
            elsewhere = any(one.active for one in self._named(place))
            self._new(place, remark="same_name_elsewhere" if elsewhere else "")
            return
        same_grade = self._entry_of(near[0]) in (None, target.entry_year)
        if len(near) == 1 and wanted[near[0].patron_id] == 1 and same_grade and covers(near[0]):
            self._match(place, near[0])
        else:
            self._doubtful(place, "moved_or_new", near, classes=(target,))

    def _coverage(self) -> Callable[[KnownPatron], bool]:
        """Whether a child's class is in the file: no more of its children are missing than it has rows."""
        named: dict[int, set[str]] = defaultdict(set)
        rows: Counter[ClassKey] = Counter()
        for place, row in enumerate(self.rows):
            target = self.targets[place]
            entry = target.entry_year if target is not None else self._entry_of_row(place)
            if entry is not None:
                named[entry].add(row.name)
            if target is not None:
                rows[target] += 1
        missing: Counter[ClassKey] = Counter()
        for one in self.free.values():
            key = self.keys.get(one.class_id or 0)
            if one.active and key is not None and plain_name(one.name) not in named[key.entry_year]:
                missing[key] += 1

        def covers(one: KnownPatron) -> bool:
            key = self.keys.get(one.class_id or 0)
            return key is None or (missing[key] <= rows[key] and bool(named[key.entry_year]))

        return covers

    def gone(self) -> Iterable[PlanLine]:
        """Those of the file's classes who are in no row; teachers where the file has at least as many as it misses."""
        covers = self._coverage()
        missing = sum(one.active and one.kind is PatronKind.TEACHER and not one.librarian for one in self.free.values())
        teachers = missing <= sum(row.kind is PatronKind.TEACHER for row in self.rows)
        named = {(row.kind, row.name) for place, row in enumerate(self.rows) if self._is_unsure(place)}
        for one in sorted(self.free.values(), key=lambda one: one.patron_id):
            key = self.keys.get(one.class_id or 0)
            here = teachers if one.kind is PatronKind.TEACHER else key is not None and covers(one)
            if not here or not one.active or one.librarian or one.patron_id in self.spoken_for:
                continue
            if (one.kind, plain_name(one.name)) in named:
                continue
            reason = "still_owes" if one.owes else ""
            yield PlanLine(-1, LineState.GONE, one.kind, one.name, reason=reason, target=key, patron_id=one.patron_id)

    def _is_unsure(self, place: int) -> bool:
        return self.lines[place].state in (LineState.DOUBTFUL, LineState.WRONG)

    # --- lines ---

    def _open(self) -> list[int]:
        return [place for place in range(len(self.rows)) if place not in self.lines]

    def _named(self, place: int) -> list[KnownPatron]:
        row = self.rows[place]
        return [one for one in self.called[row.kind, row.name] if one.patron_id in self.free]

    def _speak_for(self, people: Iterable[KnownPatron]) -> None:
        self.spoken_for.update(one.patron_id for one in people)

    def _line(self, place: int, state: LineState, reason: str = "", **more: object) -> None:
        row = self.rows[place]
        made = PlanLine(place, state, row.kind, row.name, row.row, row.sheet, row.class_text, reason)
        target = self.targets[place]
        remark = self.card_remarks.get(place, "")
        self.lines[place] = replace(made, target=target, **{"remark": remark, **more})  # type: ignore[arg-type]  # fields

    def _wrong(self, place: int, code: str, found: str) -> None:
        self._line(place, LineState.WRONG, code, found=found)

    def _doubtful(
        self,
        place: int,
        reason: str,
        fits: Sequence[KnownPatron],
        *,
        found: str = "",
        classes: tuple[ClassKey, ...] = (),
    ) -> None:
        self._speak_for(fits)
        target = self.targets[place]
        options = classes or ((target,) if target is not None else ())
        self._line(
            place,
            LineState.DOUBTFUL,
            reason,
            found=found,
            candidates=tuple(one.patron_id for one in fits),
            classes=options,
        )

    def _new(self, place: int, remark: str = "") -> None:
        card = self.cards.get(place, "")
        row = self.rows[place]
        if self.rows_alike[row.kind, self.targets[place], row.name] > 1:
            remark = remark or "same_name_here"
        more = {"remark": remark} if remark else {}
        self._line(place, LineState.NEW, new_card=card, **more)

    def _match(self, place: int, one: KnownPatron) -> None:
        """Row and patron are the same person: what changes for them?"""
        del self.free[one.patron_id]
        row, target = self.rows[place], self.targets[place]
        now = self.keys.get(one.class_id or 0)
        card = self.cards.get(place, "")
        if card and one.card:
            self.card_remarks[place] = "card_other"
            card = ""
        if row.kind is PatronKind.PUPIL and target is not None and target != now:
            state, reason, found = LineState.MOVED, "", ""
        elif not one.active:
            state, reason, found = LineState.CHANGED, "comes_back", ""
        elif one.name != row.name:
            state, reason, found = LineState.CHANGED, "renamed", one.name
        elif card:
            state, reason, found = LineState.CHANGED, "gets_card", card
        else:
            state, reason, found = LineState.UNCHANGED, "", ""
        self._line(place, state, reason, found=found, patron_id=one.patron_id, new_card=card)
