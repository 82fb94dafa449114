"""What a roster means for the library: one state for each row, laws for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exchange.class_names import SaidClass, read_class_name
from kiosk.exchange.roster_plan import (
    ClassKey,
    Decision,
    KnownClass,
    KnownPatron,
    Library,
    LineState,
    RosterPlan,
    fitting_year,
    plan_roster,
)
from kiosk.exchange.rosters import Roster, RosterRow
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.patrons import PatronKind
from kiosk.lending.stock import Remark

YEAR = 2026
PUPIL, TEACHER = PatronKind.PUPIL, PatronKind.TEACHER
NEW, CHANGED, MOVED, GONE = LineState.NEW, LineState.CHANGED, LineState.MOVED, LineState.GONE
DOUBTFUL, WRONG, UNCHANGED = LineState.DOUBTFUL, LineState.WRONG, LineState.UNCHANGED

CLASSES = tuple(
    KnownClass(grade * 10 + place, ClassKey(YEAR - grade + 1, place)) for grade in range(1, 7) for place in (1, 2)
)
"""Two classes in each of six grades; 三(2)班 has the id 32."""


def card(serial: int) -> str:
    return number(BarcodeKind.CARD, serial)


def row(name: str, school_class: str = "三2", card: str = "", **more: object) -> RosterRow:
    kind = TEACHER if school_class == "教师" else PUPIL
    return RosterRow(0, name, kind, school_class, read_class_name(school_class), card, **more)  # type: ignore[arg-type]


def roster(*rows: RosterRow) -> Roster:
    return Roster(tuple(replace(one, row=place) for place, one in enumerate(rows, 2)))


def library(*people: KnownPatron, classes: Sequence[KnownClass] = CLASSES, **codes: int | None) -> Library:
    cards = {one.card: one.patron_id for one in people if one.card}
    return Library(people, classes, {**cards, **{code.lstrip("n"): owner for code, owner in codes.items()}})


def child(patron_id: int, name: str, class_id: int | None = 32, card: str = "", **more: bool) -> KnownPatron:
    return KnownPatron(patron_id, PUPIL, name, class_id, card, **more)


def states(plan: RosterPlan) -> list[tuple[str, LineState, str]]:
    return [(line.name, line.state, line.reason) for line in plan.lines]


# --- one state each -------------------------------------------------------------------------------------------


def test_who_is_not_there_yet_is_new_and_so_is_a_class() -> None:
    plan = plan_roster(roster(row("张三"), row("李四", "三(3)班"), row("王老师", "教师")), library(), YEAR)
    assert [line.state for line in plan.lines] == [NEW, NEW, NEW]
    assert [line.target for line in plan.lines] == [ClassKey(2024, 2), ClassKey(2024, 3), None]
    assert plan.new_classes == (ClassKey(2024, 3),)


def test_who_stands_in_another_sheet_too_is_asked_for_unless_the_library_has_both() -> None:
    twice = roster(row("张三"), row("张三", also="三年级"), row("王老师", "教师", also="三年级"))
    plan = plan_roster(twice, library(), YEAR)
    assert [(line.state, line.reason, line.found) for line in plan.lines] == [
        (NEW, "", ""),
        (DOUBTFUL, "in_other_sheet", "三年级"),
        (DOUBTFUL, "in_other_sheet", "三年级"),
    ]
    assert plan.lines[1].classes == (ClassKey(2024, 2),)
    known = library(child(1, "张三"), child(2, "张三"))
    assert [line.state for line in plan_roster(twice, known, YEAR).lines[:2]] == [UNCHANGED, UNCHANGED]
    decided = plan_roster(twice, library(), YEAR, {1: Decision(new=True), 2: Decision(leave=True)})
    assert [line.state for line in decided.lines] == [NEW, NEW, DOUBTFUL]


def test_who_is_there_is_unchanged() -> None:
    plan = plan_roster(roster(row("张三"), row("李四", "2024级2班")), library(child(1, "张三"), child(2, "李四")), YEAR)
    assert [(line.state, line.patron_id) for line in plan.lines] == [(UNCHANGED, 1), (UNCHANGED, 2)]
    assert plan.changes == ()


def test_a_card_says_who_it_is_when_name_or_class_changed() -> None:
    known = library(child(1, "张姗", card=card(1)), child(2, "李四", 31, card(2)))
    plan = plan_roster(roster(row("张三", card=card(1)), row("李四", card=card(2))), known, YEAR)
    assert [(line.state, line.patron_id, line.found) for line in plan.lines] == [(CHANGED, 1, "张姗"), (MOVED, 2, "")]


def test_a_card_with_quite_another_name_is_doubtful() -> None:
    known = library(child(1, "张三", card=card(1)), child(2, "李四", card=card(2)))
    swapped = plan_roster(roster(row("李四", card=card(1)), row("张三", card=card(2))), known, YEAR)
    assert [line.reason for line in swapped.lines] == ["card_other_name"] * 2
    assert [line.found for line in swapped.lines] == ["张三", "李四"]


def test_a_child_that_left_one_class_of_the_file_for_another_has_moved() -> None:
    known = library(child(1, "张三", 31), child(2, "李四", 31))
    plan = plan_roster(roster(row("张三", "三2"), row("李四", "三1")), known, YEAR)
    assert [(line.state, line.patron_id) for line in plan.lines] == [(MOVED, 1), (UNCHANGED, 2)]


def test_whole_classes_may_be_mixed_anew() -> None:
    known = library(*(child(n, f"孩子{n}", 31 + n % 2) for n in range(40)))
    plan = plan_roster(roster(*(row(f"孩子{n}", f"三{1 + n // 2 % 2}") for n in range(40))), known, YEAR)
    assert Counter(line.state for line in plan.lines) == {UNCHANGED: 20, MOVED: 20}


def test_a_namesake_in_a_class_that_is_not_in_the_file_is_not_taken_for_the_child() -> None:
    others = [child(n, f"孩子{n}", 31) for n in range(10, 30)]
    same_grade = plan_roster(roster(row("张三")), library(child(1, "张三", 31), *others), YEAR)
    assert states(same_grade) == [("张三", DOUBTFUL, "moved_or_new")]
    assert same_grade.lines[0].candidates == (1,)
    others = [child(n, f"孩子{n}", 51) for n in range(10, 30)]
    other_grade = plan_roster(roster(row("张三", "一1")), library(child(1, "张三", 51), *others), YEAR)
    assert (other_grade.lines[0].state, other_grade.lines[0].remark) == (NEW, "same_name_elsewhere")


def test_a_child_that_may_repeat_a_year_is_doubtful() -> None:
    plan = plan_roster(
        roster(row("张三", "三1"), row("李四", "四1")), library(child(1, "张三", 41), child(2, "李四", 41)), YEAR
    )
    assert states(plan) == [("张三", DOUBTFUL, "moved_or_new"), ("李四", UNCHANGED, "")]


def test_who_is_missing_from_a_class_of_the_file_is_gone_and_stays_until_told() -> None:
    known = library(child(1, "张三"), child(2, "李四"), child(3, "王五", owes=True), child(4, "赵六", 42))
    told = roster(row("张三"), row("新一"), row("新二"))
    plan = plan_roster(told, known, YEAR)
    gone = [(line.name, line.reason) for line in plan.lines if line.state is GONE]
    assert gone == [("李四", ""), ("王五", "still_owes")]
    assert not [line for line in plan.changes if line.state is GONE]
    closing = plan_roster(told, known, YEAR, close_gone=True)
    assert [line.name for line in closing.changes if line.state is GONE] == ["李四"]


def test_a_list_of_a_few_new_children_makes_nobody_gone() -> None:
    known = library(*(child(n, f"孩子{n}") for n in range(40)))
    plan = plan_roster(roster(row("新一"), row("新二")), known, YEAR)
    assert [line.state for line in plan.lines] == [NEW, NEW]


def test_a_list_of_a_few_new_teachers_makes_no_teacher_gone() -> None:
    known = library(*(KnownPatron(n, TEACHER, f"老师{n}") for n in range(10)))
    few = plan_roster(roster(row("新老师", "教师")), known, YEAR)
    assert [line.state for line in few.lines] == [NEW]
    nearly_all = plan_roster(roster(*(row(f"老师{n}", "教师") for n in range(8))), known, YEAR)
    assert [line.name for line in nearly_all.lines if line.state is GONE] == ["老师8", "老师9"]


def test_two_children_of_one_name_are_two_children() -> None:
    two = roster(row("王芳"), row("王芳"), row("王芳", "三1"))
    assert [line.state for line in plan_roster(two, library(), YEAR).lines] == [NEW] * 3
    known = library(child(1, "王芳"), child(2, "王芳"), child(3, "王芳", 31))
    assert sorted(line.patron_id or 0 for line in plan_roster(two, known, YEAR).lines) == [1, 2, 3]
    third = plan_roster(roster(*two.rows, row("王芳")), known, YEAR)
    assert Counter(line.state for line in third.lines) == {UNCHANGED: 3, NEW: 1}
    assert [line.remark for line in third.lines if line.state is NEW] == ["same_name_here"]


def test_which_of_two_namesakes_stayed_is_for_the_librarian() -> None:
    known = library(child(1, "王芳"), child(2, "王芳"))
    plan = plan_roster(roster(row("王芳")), known, YEAR)
    assert states(plan) == [("王芳", DOUBTFUL, "which_of_them")]
    assert plan.lines[0].candidates == (1, 2)
    decided = plan_roster(roster(row("王芳")), known, YEAR, {0: Decision(patron_id=2)})
    assert [(line.state, line.patron_id) for line in decided.lines] == [(UNCHANGED, 2), (GONE, 1)]


def test_a_grade_alone_is_enough_for_the_only_child_of_that_name_and_doubtful_otherwise() -> None:
    known = library(child(1, "张三"), child(2, "李四", 31), child(3, "李四", 32))
    plan = plan_roster(roster(row("张三", "三年级"), row("李四", "三年级"), row("王五", "三年级")), known, YEAR)
    assert [line.state for line in plan.lines[:3]] == [UNCHANGED, DOUBTFUL, DOUBTFUL]
    assert plan.lines[1].candidates == (2, 3)
    assert plan.lines[2].classes == (ClassKey(2024, 1), ClassKey(2024, 2))
    decided = plan_roster(roster(row("王五", "三年级")), known, YEAR, {0: Decision(new=True, new_in=ClassKey(2024, 2))})
    assert (decided.lines[0].state, decided.lines[0].target) == (NEW, ClassKey(2024, 2))


@pytest.mark.parametrize(
    ("school_class", "reason"),
    [
        ("彩虹", "class_unreadable"),
        ("2班", "class_without_grade"),
        ("2010级2班", "class_not_at_school"),
        ("2030级2班", "class_not_at_school"),
        ("", "no_class"),
    ],
)
def test_a_row_without_a_usable_class_is_wrong_and_says_why(school_class: str, reason: str) -> None:
    plan = plan_roster(roster(row("张三", school_class)), library(), YEAR)
    assert states(plan) == [("张三", WRONG, reason)]


@pytest.mark.parametrize("school_class", ["九年级2班", "初一2班", "2019级2班"])
def test_a_class_above_all_grades_of_the_library_is_doubtful(school_class: str) -> None:
    for classes in (CLASSES, ()):
        plan = plan_roster(roster(row("张三", school_class)), library(classes=classes), YEAR)
        assert states(plan) == [("张三", DOUBTFUL, "grade_above")]
        (target,) = plan.lines[0].classes
        assert (plan.lines[0].candidates, plan.new_classes) == ((), ())
        decided = plan_roster(
            roster(row("张三", school_class)), library(classes=classes), YEAR, {0: Decision(new=True, new_in=target)}
        )
        assert (decided.lines[0].state, decided.new_classes) == (NEW, (target,))


def test_a_school_that_has_the_grade_takes_another_class_of_it() -> None:
    classes = [*CLASSES, KnownClass(91, ClassKey(2018, 1))]
    told = roster(row("张三", "九年级2班"), row("李四", "初一2班"))
    assert [line.state for line in plan_roster(told, library(classes=classes), YEAR).lines] == [NEW, NEW]
    left = [*CLASSES, KnownClass(91, ClassKey(2018, 1), left=True)]
    assert [line.state for line in plan_roster(told, library(classes=left), YEAR).lines] == [DOUBTFUL, DOUBTFUL]


def test_a_class_is_also_known_by_its_own_name() -> None:
    rainbow = KnownClass(99, ClassKey(2025, 7), own="彩虹班")
    plan = plan_roster(roster(row("张三", "彩虹班")), library(classes=[*CLASSES, rainbow]), YEAR)
    assert plan.lines[0].target == ClassKey(2025, 7)


def test_a_class_that_has_left_school_takes_nobody() -> None:
    gone = [replace(one, left=one.class_id == 61) for one in CLASSES]
    assert states(plan_roster(roster(row("张三", "六1")), library(classes=gone), YEAR)) == [
        ("张三", WRONG, "class_left")
    ]


def test_a_child_in_a_wrong_or_doubtful_row_is_not_gone() -> None:
    known = library(child(1, "张三"), child(2, "李四"), child(3, "王五"))
    plan = plan_roster(roster(row("张三", "三x"), row("李四"), row("王五", "三年"), row("赵六", "三2")), known, YEAR)
    assert [line for line in plan.lines if line.state is GONE] == []


def test_a_row_that_could_not_be_read_is_wrong() -> None:
    plan = plan_roster(roster(row("", remarks=(Remark("no_name", refuses=True),))), library(), YEAR)
    assert states(plan) == [("", WRONG, "no_name")]


def test_who_was_closed_and_is_in_the_file_again_comes_back() -> None:
    plan = plan_roster(roster(row("张三")), library(child(1, "张三", active=False)), YEAR)
    assert (plan.lines[0].state, plan.lines[0].reason, plan.lines[0].patron_id) == (CHANGED, "comes_back", 1)


def test_teachers_are_matched_by_name_wherever_they_stand() -> None:
    known = library(KnownPatron(1, TEACHER, "王老师"), child(2, "王老师"))
    plan = plan_roster(roster(row("王老师", "教师")), known, YEAR)
    assert [(line.state, line.patron_id) for line in plan.lines] == [(UNCHANGED, 1)]


# --- numbers for cards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        (KnownPatron(1, TEACHER, "陈博", card=card(14), librarian=True), "librarian"),
        (KnownPatron(1, TEACHER, "陈博", card=card(14)), "teacher"),
        (KnownPatron(1, PatronKind.CLASS_SET, "陈博", 32, card(14)), "class_set"),
    ],
)
def test_a_child_with_the_card_of_another_kind_is_wrong_and_can_never_be_decided_to_be_them(
    owner: KnownPatron, kind: str
) -> None:
    told = roster(row("张三丰", "三甲", card(14)), row("陈博", "三甲"))
    for decisions in ({}, {0: Decision(patron_id=1), 1: Decision(patron_id=1)}):
        plan = plan_roster(told, library(owner), YEAR, decisions)
        assert [(line.state, line.reason, line.found) for line in plan.lines][:1] == [
            (WRONG, f"card_of_{kind}", "陈博")
        ]
        assert not [line for line in plan.lines if line.candidates or line.patron_id == 1]


def test_a_teacher_with_a_childs_card_is_wrong() -> None:
    told = roster(row("张三", "教师", card(1)))
    plan = plan_roster(told, library(child(1, "张三", card=card(1))), YEAR)
    assert states(plan)[0] == ("张三", WRONG, "card_of_pupil")


def test_a_roster_never_renames_a_librarian() -> None:
    known = library(KnownPatron(1, TEACHER, "陈博", card=card(14), librarian=True))
    plan = plan_roster(roster(row("陈广", "教师", card(14))), known, YEAR)
    assert states(plan) == [("陈广", WRONG, "card_of_librarian")]
    same = plan_roster(roster(row("陈博", "教师", card(14))), known, YEAR)
    assert [(line.state, line.patron_id) for line in same.lines] == [(UNCHANGED, 1)]


def test_a_roster_never_lets_a_closed_librarian_in_again() -> None:
    known = library(KnownPatron(1, TEACHER, "陈博", card=card(14), active=False, librarian=True))
    plan = plan_roster(roster(row("陈博", "教师", card(14)), row("陈博", "教师")), known, YEAR)
    assert [(line.state, line.reason, line.patron_id) for line in plan.lines] == [
        (WRONG, "card_of_librarian", None),
        (NEW, "", None),
    ]


def test_a_card_whose_owner_another_row_was_decided_to_be_names_that_row() -> None:
    known = library(child(1, "张三", card=card(1)))
    plan = plan_roster(roster(row("张珊"), row("张三", card=card(1))), known, YEAR, {0: Decision(patron_id=1)})
    assert [(line.state, line.reason, line.found) for line in plan.lines][1] == (WRONG, "card_twice", "2")


def test_a_number_of_the_file_becomes_the_card_of_who_has_none() -> None:
    known = library(child(1, "张三"), child(2, "李四", card=card(2)))
    plan = plan_roster(
        roster(row("张三", card=card(7)), row("李四", card=card(8)), row("王五", card=card(9))), known, YEAR
    )
    assert [(line.state, line.new_card, line.remark) for line in plan.lines] == [
        (CHANGED, card(7), ""),
        (UNCHANGED, "", "card_other"),
        (NEW, card(9), ""),
    ]


def test_a_number_that_is_no_card_number_is_left_and_said() -> None:
    plan = plan_roster(roster(row("张三", card="007")), library(), YEAR)
    assert [(line.state, line.new_card, line.remark) for line in plan.lines] == [(NEW, "", "card_unfit")]


def test_a_number_twice_in_the_file_or_on_a_book_is_wrong() -> None:
    told = roster(row("张三", card=card(7)), row("李四", card=card(7)), row("王五", card=card(8)))
    plan = plan_roster(told, library(**{"n" + card(8): None}), YEAR)
    assert [(line.state, line.reason, line.found) for line in plan.lines] == [
        (NEW, "", ""),
        (WRONG, "card_twice", "2"),
        (WRONG, "card_taken", card(8)),
    ]


# --- decisions and years --------------------------------------------------------------------------------------


def test_the_librarian_may_leave_a_row_out_or_say_that_it_is_a_new_child() -> None:
    others = [child(n, f"孩子{n}", 31) for n in range(10, 30)]
    known = library(child(1, "张三", 31), *others)
    told = roster(row("张三"))
    new = plan_roster(told, known, YEAR, {0: Decision(new=True, new_in=ClassKey(2024, 2))})
    same = plan_roster(told, known, YEAR, {0: Decision(patron_id=1)})
    left = plan_roster(told, known, YEAR, {0: Decision(leave=True)})
    assert [plan.lines[0].state for plan in (new, same, left)] == [NEW, MOVED, DOUBTFUL]
    assert left.lines[0].reason == "left_out"
    assert left.changes == ()


def test_nobody_is_two_children_however_it_is_decided() -> None:
    known = library(child(1, "王芳"), child(2, "王芳"))
    plan = plan_roster(
        roster(row("王芳", "三年级"), row("王芳", "三年级")), known, YEAR, dict.fromkeys((0, 1), Decision(patron_id=1))
    )
    assert [line.patron_id for line in plan.lines if line.state is UNCHANGED].count(1) == 1


def test_in_august_a_roster_of_the_new_year_is_known_by_its_grades() -> None:
    known = library(*(child(n, f"孩子{n}") for n in range(20)))
    coming = roster(*(row(f"孩子{n}", "四2") for n in range(20)))
    assert fitting_year(coming, known, YEAR) == YEAR + 1
    assert fitting_year(roster(*(row(f"孩子{n}") for n in range(20))), known, YEAR) == YEAR
    assert {line.state for line in plan_roster(coming, known, YEAR + 1).lines} == {UNCHANGED}


# --- laws -----------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["王芳", "李伟", "张敏", "陈静", "刘洋"])
CLASS_IDS = st.sampled_from([one.class_id for one in CLASSES[:6]])


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    people = []
    for patron_id in range(1, draw(st.integers(0, 14)) + 1):
        kind = draw(st.sampled_from([PUPIL, PUPIL, PUPIL, TEACHER]))
        school_class = draw(st.one_of(st.none(), CLASS_IDS)) if kind is PUPIL else None
        own_card = card(patron_id) if draw(st.booleans()) else ""
        people.append(KnownPatron(patron_id, kind, draw(NAMES), school_class, own_card, draw(st.integers(0, 5)) > 0))
    return library(*people)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    classes = st.sampled_from(["一1", "一2", "二1", "二2", "三1", "三2", "三3", "三年级", "二班", "教师", ""])
    cards = st.one_of(st.just(""), st.integers(1, 30).map(card))
    return roster(*(row(draw(NAMES), draw(classes), draw(cards)) for _ in range(draw(st.integers(0, 12)))))


def applied(plan: RosterPlan, known: Library) -> Library:
    """The library after a plan, as a model: what the store does, in a few lines."""
    classes = list(known.classes)
    classes += [KnownClass(1_000 + place, key) for place, key in enumerate(plan.new_classes)]
    ids = {one.key: one.class_id for one in classes}
    people = {one.patron_id: one for one in known.people}
    codes = dict(known.codes)
    for line in plan.changes:
        class_id = ids[line.target] if line.target is not None else None
        if line.state is GONE:
            people[line.patron_id or 0] = replace(people[line.patron_id or 0], active=False)
            continue
        if line.state is NEW:
            patron_id = max(people, default=0) + 1
            one = KnownPatron(patron_id, line.kind, line.name, class_id)
        else:
            patron_id = line.patron_id or 0
            before = people[patron_id]
            keeps = line.kind is TEACHER or line.target is None
            one = replace(before, name=line.name, class_id=before.class_id if keeps else class_id, active=True)
        if line.new_card:
            assert codes.get(line.new_card, patron_id) == patron_id
            one = replace(one, card=line.new_card)
            codes[line.new_card] = patron_id
        people[patron_id] = one
    return Library(tuple(people.values()), tuple(classes), codes, known.scheme)


@settings(max_examples=60)
@given(libraries(), st.booleans())
def test_a_roster_made_from_the_library_changes_nothing(known: Library, with_cards: bool) -> None:
    keys = {one.class_id: one.key for one in known.classes}
    rows = [
        RosterRow(
            0,
            one.name,
            one.kind,
            "教师" if one.kind is TEACHER else "三" if one.class_id else "",
            _said(keys.get(one.class_id or 0), one.kind),
            one.card if with_cards else "",
        )
        for one in known.people
        if one.active
    ]
    plan = plan_roster(roster(*rows), replace(known, people=[one for one in known.people if one.active]), YEAR)
    assert {line.state for line in plan.lines} <= {UNCHANGED}


def _said(key: ClassKey | None, kind: PatronKind) -> SaidClass | None:
    if kind is TEACHER:
        return SaidClass(teachers=True)
    return None if key is None else SaidClass(entry_year=key.entry_year, number=key.number)


@settings(max_examples=120)
@given(libraries(), rosters(), st.booleans())
def test_the_same_file_again_changes_nothing(known: Library, told: Roster, close_gone: bool) -> None:
    after = applied(plan_roster(told, known, YEAR, close_gone=close_gone), known)
    again = plan_roster(told, after, YEAR, close_gone=close_gone)
    assert [(line.name, line.state, line.reason) for line in again.changes] == []


@settings(max_examples=60)
@given(libraries(), rosters())
def test_no_child_is_lost_and_none_is_two(known: Library, told: Roster) -> None:
    plan = plan_roster(told, known, YEAR, close_gone=True)
    assert [line.place for line in plan.lines if line.place >= 0] == list(range(len(told.rows)))
    matched = [line.patron_id for line in plan.lines if line.patron_id is not None]
    assert len(matched) == len(set(matched))
    after = applied(plan, known)
    assert {one.patron_id for one in known.people} <= {one.patron_id for one in after.people}
    assert len(after.people) == len(known.people) + plan.count(NEW)
    unsure = {(line.kind, line.name) for line in plan.lines if line.state in (DOUBTFUL, WRONG)}
    assert not unsure & {(line.kind, line.name) for line in plan.lines if line.state is GONE}
    cards = [one.card for one in after.people if one.card]
    assert len(cards) == len(set(cards))


@settings(max_examples=60)
@given(libraries(), rosters(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter_to_how_many_come_and_go(
    known: Library, told: Roster, chance: object
) -> None:
    rows = [replace(one, card="") for one in told.rows]
    there = plan_roster(roster(*rows), known, YEAR)
    chance.shuffle(rows)  # type: ignore[attr-defined]
    here = plan_roster(roster(*rows), known, YEAR)
    assert Counter(line.state for line in there.lines) == Counter(line.state for line in here.lines)
