from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.calendar import Closure
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import (
    NO_RENEWAL,
    OVERRIDABLE,
    WHAT_TO_DO_FIRST,
    Allowance,
    CopyFacts,
    Granted,
    Moment,
    PatronFacts,
    Reason,
    ReasonCode,
    Refused,
    ReturnTerms,
    allowance,
    blocks,
    days_late,
    decide_loan,
    decide_renewal,
    return_terms,
)
from kiosk.lending.rota import Admission, Rota, admission
from kiosk.lending.rules import KindRules, OutsideTerms, Rules
from tests.lending.school import (
    ROTA,
    RULES,
    TEACHER,
    all_rules,
    at,
    class_ids,
    copy,
    day,
    days_around,
    instants,
    loan,
    moment,
    reader,
    rotas,
    with_kind,
)

IN_SLOT = moment("2026-09-21 12:05")  # class 32's sitting
PUPIL_RULES = RULES.kinds[PatronKind.PUPIL]


def reasons(decision: Granted | Refused) -> tuple[Reason, ...]:
    return decision.reasons if isinstance(decision, Refused) else ()


def codes(decision: Granted | Refused | tuple[Reason, ...]) -> list[str]:
    found = decision if isinstance(decision, tuple) else reasons(decision)
    return [reason.code.value for reason in found]


def lend(patron: PatronFacts, when: Moment = IN_SLOT, this: CopyFacts | None = None, **more: object):
    rules = more.get("rules", RULES)
    rota = more.get("rota", ROTA)
    return decide_loan(patron, this or copy(), rules, rota, when, overrule=more.get("overrule", False))


def pupil_rules(**changes: object) -> Rules:
    return with_kind(RULES, PatronKind.PUPIL, replace(PUPIL_RULES, **changes))


def magazine_rules(of_kind: KindRules = PUPIL_RULES, **changes: object) -> Rules:
    """The rules where pupils' magazines have settings of their own."""
    magazine = replace(of_kind.materials[Material.MAGAZINE], **changes)
    materials = MappingProxyType({**of_kind.materials, Material.MAGAZINE: magazine})
    return with_kind(RULES, PatronKind.PUPIL, replace(of_kind, materials=materials))


# --- the order of reasons --------------------------------------------------------------------------------------


def test_every_reason_has_one_place_in_the_order():
    assert sorted(WHAT_TO_DO_FIRST) == sorted(ReasonCode)


def test_a_refusal_carries_every_reason_with_what_to_do_first_at_its_head():
    patron = replace(
        reader(31, loan("2026-09-01", 1), loan("2026-10-19", 2)),
        active=False,
        suspended_until=day("2026-09-25"),
        charges_fen=1200,
    )
    this = copy(CopyStatus.IN_REPAIR, for_loan=False, held_for=99)
    decision = lend(patron, this=this, rules=replace(RULES, charges_block_fen=0))
    assert codes(decision) == [
        "card_stopped",
        "in_repair",
        "not_for_loan",
        "held_for_other",
        "overdue",
        "limit",
        "not_your_slot",
        "suspended",
        "charges",
    ]


def test_a_copy_that_can_never_be_lent_is_told_before_what_the_child_could_do():
    patron = reader(32, loan("2026-09-07"))
    for this, first in (
        (copy(CopyStatus.WITHDRAWN), "withdrawn"),
        (copy(CopyStatus.IN_REPAIR), "in_repair"),
        (copy(CopyStatus.LOST), "lost_copy"),
        (copy(CopyStatus.FOUND), "lost_copy"),
        (copy(for_loan=False), "not_for_loan"),
        (copy(held_for=99), "held_for_other"),
    ):
        assert codes(lend(patron, this=this)) == [first, "overdue"]


# --- each reason -----------------------------------------------------------------------------------------------


def test_a_pupil_with_nothing_in_the_way_gets_the_book_until_the_next_slot():
    assert lend(reader(32)) == Granted(day("2026-10-19"))


def test_a_stopped_card_borrows_nothing_and_nobody_may_overrule_it():
    stopped = replace(reader(32), active=False)
    assert codes(lend(stopped, overrule=True)) == ["card_stopped"]


def test_the_wrong_slot_says_when_the_right_one_is():
    assert reasons(lend(reader(31))) == (Reason(ReasonCode.NOT_YOUR_SLOT, {"next": at("2026-09-28 12:00")}),)
    assert reasons(lend(reader(51))) == (Reason(ReasonCode.NOT_YOUR_SLOT),)


def test_a_closure_says_why_and_when_this_classs_next_turn_is():
    when = moment("2026-10-07 12:05")
    assert reasons(lend(reader(42), when)) == (
        Reason(ReasonCode.CLOSED, {"next": at("2026-10-14 12:00"), "why": "国庆节"}),
    )


def test_a_teacher_in_a_closure_hears_when_the_library_opens_for_anybody():
    closure = Closure(2, day("2026-09-12"), day("2026-09-13"))
    rota = replace(ROTA, calendar=replace(ROTA.calendar, closures=(closure,)))
    teacher = reader(None, kind=PatronKind.TEACHER)
    # Monday's sitting is a class's; the teachers' own is on Friday, but they are not bound to it.
    assert reasons(lend(teacher, moment("2026-09-12 12:05"), rota=rota)) == (
        Reason(ReasonCode.CLOSED, {"next": at("2026-09-14 12:00")}),
    )


def test_outside_the_terms_a_closed_library_gives_no_why():
    assert reasons(lend(reader(42), moment("2026-08-20 12:05"))) == (
        Reason(ReasonCode.CLOSED, {"next": at("2026-09-02 12:00")}),
    )
    assert reasons(lend(reader(42), moment("2027-02-02 12:05"))) == (Reason(ReasonCode.CLOSED),)


def test_outside_the_terms_an_open_library_lends_to_all():
    rules = replace(RULES, outside_terms=OutsideTerms.OPEN_TO_ALL)
    assert lend(reader(42), moment("2027-02-02 09:05"), rules=rules) == Granted(day("2027-02-16"))


def test_overdue_counts_the_books_and_names_the_longest_overdue():
    patron = reader(
        41, loan("2026-09-14", 1, title="西游记"), loan("2026-09-07", 2, title="朝花夕拾"), loan("2026-09-21", 3)
    )
    rules = pupil_rules(limit=9)
    assert blocks(patron, rules, ROTA, moment("2026-09-21 12:20")) == (
        Reason(ReasonCode.OVERDUE, {"count": 2, "title": "朝花夕拾", "days": 14, "until": day("2026-10-05")}),
    )


def test_overdue_says_from_when_the_reader_may_borrow_once_all_of_it_came_back_today():
    patron = reader(41, loan("2026-09-14", 1), loan("2026-09-18", 2))
    when = moment("2026-09-21 12:20")
    (reason,) = blocks(patron, pupil_rules(limit=9), ROTA, when)
    assert reason.data["until"] == day("2026-09-28")
    suspended = replace(patron, suspended_until=day("2026-10-12"))
    assert blocks(suspended, pupil_rules(limit=9), ROTA, when)[0].data["until"] == day("2026-10-12")
    (lenient,) = blocks(patron, pupil_rules(limit=9, suspension_factor=0), ROTA, when)
    assert "until" not in lenient.data, "the very next scan may lend"


def test_a_book_is_not_overdue_on_its_due_day():
    assert lend(reader(32, loan("2026-09-21"))) == Granted(day("2026-10-19"))
    assert codes(lend(reader(32, loan("2026-09-20")))) == ["overdue"]


def test_grace_days_put_off_the_block():
    rules = pupil_rules(grace_days=3)
    assert codes(lend(reader(32, loan("2026-09-18")), rules=rules)) == []
    assert codes(lend(reader(32, loan("2026-09-17")), rules=rules)) == ["overdue"]


def test_a_material_has_grace_days_of_its_own():
    rules = magazine_rules(grace_days=3)
    magazine = reader(32, loan("2026-09-18", material=Material.MAGAZINE))
    assert codes(lend(magazine, rules=rules)) == []
    assert codes(lend(reader(32, loan("2026-09-18")), rules=rules)) == ["overdue"]
    late = reader(32, loan("2026-09-17", material=Material.MAGAZINE))
    assert codes(lend(late, rules=rules)) == ["overdue"]


def test_a_material_that_does_not_block_leaves_the_others_blocking():
    rules = magazine_rules(blocked_by_overdue=False)
    magazine = loan("2026-09-01", 1, Material.MAGAZINE, "少年月刊")
    assert codes(lend(reader(32, magazine), rules=rules)) == []
    both = reasons(lend(reader(32, magazine, loan("2026-09-18", 2)), rules=rules))
    assert both[0] == Reason(ReasonCode.OVERDUE, {"count": 1, "title": "西游记", "days": 3, "until": day("2026-09-24")})


def test_a_material_may_block_where_the_kind_does_not():
    kind = replace(PUPIL_RULES, blocked_by_overdue=False)
    rules = magazine_rules(kind, blocked_by_overdue=True)
    assert codes(lend(reader(32, loan("2026-09-01")), rules=rules)) == []
    assert codes(lend(reader(32, loan("2026-09-01", material=Material.MAGAZINE)), rules=rules)) == ["overdue"]


def test_what_is_overdue_past_its_own_grace_days_is_not_renewed_though_it_blocks_nobody():
    lenient = magazine_rules(blocked_by_overdue=False, grace_days=5)
    for due_on, refused in (("2026-09-18", []), ("2026-09-15", ["overdue"])):
        each = loan(due_on, material=Material.MAGAZINE)
        assert codes(decide_renewal(reader(32, each), each, lenient, ROTA, IN_SLOT)) == refused


def test_overdue_books_do_not_block_those_whom_the_library_does_not_block():
    assert codes(lend(reader(None, loan("2026-09-01"), kind=PatronKind.TEACHER))) == []


def test_a_suspension_ends_on_its_day():
    until = day("2026-09-21")
    assert codes(lend(replace(reader(32), suspended_until=until))) == []
    later = replace(reader(32), suspended_until=until + timedelta(days=1))
    assert reasons(lend(later)) == (Reason(ReasonCode.SUSPENDED, {"until": day("2026-09-22")}),)


def test_the_limit_says_how_many_are_out_of_how_many():
    full = reader(32, loan("2026-10-19", 1), loan("2026-10-19", 2))
    assert reasons(lend(full)) == (Reason(ReasonCode.LIMIT, {"limit": 2, "out": 2}),)
    assert blocks(full, RULES, ROTA, IN_SLOT) == reasons(lend(full))


def test_the_limit_of_a_material_refuses_that_material_only():
    discs = MappingProxyType(
        {**PUPIL_RULES.materials, Material.AV: replace(PUPIL_RULES.materials[Material.AV], limit=1)}
    )
    rules = pupil_rules(limit=3, materials=discs)
    patron = reader(32, loan("2026-10-19", 1, Material.AV))
    assert reasons(lend(patron, this=copy(material=Material.AV), rules=rules)) == (
        Reason(ReasonCode.LIMIT, {"limit": 1, "out": 1, "material": "av"}),
    )
    assert codes(lend(patron, rules=rules)) == []
    assert blocks(patron, rules, ROTA, IN_SLOT) == ()


def test_with_both_limits_reached_only_the_one_for_all_is_told():
    full = reader(32, loan("2026-10-19", 1), loan("2026-10-19", 2))
    assert codes(lend(full)) == ["limit"]


def test_a_material_that_is_not_lent_to_this_kind_stays_in_the_room():
    discs = MappingProxyType(
        {**PUPIL_RULES.materials, Material.AV: replace(PUPIL_RULES.materials[Material.AV], lendable=False)}
    )
    rules = pupil_rules(materials=discs)
    assert codes(lend(reader(32), this=copy(material=Material.AV), rules=rules)) == ["not_for_loan"]
    assert codes(lend(reader(32), rules=rules)) == []


def test_a_copy_held_for_this_patron_is_theirs_to_take():
    patron = reader(32)
    assert codes(lend(patron, this=copy(held_for=patron.patron_id))) == []


def test_charges_block_only_above_what_the_library_lets_pass():
    owes = replace(reader(32), charges_fen=500)
    assert codes(lend(owes)) == []
    assert codes(lend(owes, rules=replace(RULES, charges_block_fen=500))) == []
    assert reasons(lend(owes, rules=replace(RULES, charges_block_fen=499))) == (
        Reason(ReasonCode.CHARGES, {"fen": 500}),
    )


def test_a_clock_that_is_behind_refuses_loans_and_judges_nothing_by_time():
    patron = replace(reader(31, loan("2026-09-01")), suspended_until=day("2026-10-01"))
    behind = moment("2026-10-02 03:00", clock_behind=True)
    assert codes(lend(patron, behind)) == ["clock"]
    assert codes(lend(patron, behind, overrule=True)) == ["clock"]
    assert codes(blocks(patron, RULES, ROTA, behind)) == ["clock"]


def test_a_class_set_takes_sixty_with_one_card_and_not_one_more():
    loans = tuple(loan("2026-10-19", n) for n in range(59))
    when = moment("2026-09-22 09:00")
    assert lend(reader(31, *loans, kind=PatronKind.CLASS_SET), when) == Granted(day("2026-10-22"))
    full = (*loans, loan("2026-10-19", 59))
    assert codes(lend(reader(31, *full, kind=PatronKind.CLASS_SET), when)) == ["limit"]


# --- overruling ------------------------------------------------------------------------------------------------


def test_a_librarian_may_overrule_and_the_grant_says_what_was_set_aside():
    decision = lend(reader(31, loan("2026-09-07")), overrule=True)
    assert isinstance(decision, Granted)
    assert [reason.code.value for reason in decision.overruled] == ["overdue", "not_your_slot"]


def test_what_cannot_be_overruled_still_refuses_by_itself():
    decision = lend(reader(31), this=copy(CopyStatus.WITHDRAWN), overrule=True)
    assert codes(decision) == ["withdrawn"]


# --- renewals --------------------------------------------------------------------------------------------------


def renew(patron: PatronFacts, this=None, when: Moment = IN_SLOT, rules: Rules = RULES, overrule=False):
    return decide_renewal(patron, this or patron.loans[0], rules, ROTA, when, overrule)


def test_a_renewal_counts_from_today():
    assert renew(reader(42, loan("2026-09-23"))) == Granted(day("2026-10-14"))


def test_a_renewal_never_shortens_a_loan():
    assert renew(reader(42, loan("2026-12-30"))) == Granted(day("2026-12-30"))


def test_neither_the_slot_nor_the_limit_nor_a_closure_refuses_a_renewal():
    patron = reader(42, loan("2026-10-14", 1), loan("2026-10-14", 2))
    assert renew(patron, when=moment("2026-10-02 08:00")) == Granted(day("2026-10-21"))


def test_an_overdue_loan_is_brought_back_not_renewed_by_whomever():
    assert codes(renew(reader(42, loan("2026-09-20")))) == ["overdue"]
    teacher = reader(None, loan("2026-09-20"), kind=PatronKind.TEACHER)
    assert codes(renew(teacher)) == ["overdue"]


def test_another_overdue_book_refuses_the_renewal_of_those_it_blocks():
    loans = (loan("2026-10-19", 1), loan("2026-09-01", 2))
    assert codes(renew(reader(42, *loans))) == ["overdue"]
    assert codes(renew(reader(None, *loans, kind=PatronKind.TEACHER))) == []


def test_a_renewal_used_up_says_how_many_there_are():
    assert reasons(renew(reader(42, loan("2026-09-23", renewals=1)))) == (
        Reason(ReasonCode.NO_RENEWAL_LEFT, {"renewals": 1}),
    )


def test_a_renewal_is_refused_with_all_its_reasons():
    patron = replace(
        reader(42, loan("2026-09-01", renewals=1, held_for_other=True)),
        suspended_until=day("2026-09-30"),
        charges_fen=1,
        active=False,
    )
    decision = renew(patron, rules=replace(RULES, charges_block_fen=0))
    assert codes(decision) == [
        "card_stopped",
        "held_for_other",
        "no_renewal_left",
        "overdue",
        "suspended",
        "charges",
    ]


def test_with_the_clock_behind_nothing_is_renewed():
    patron = reader(42, loan("2026-09-01"))
    assert codes(renew(patron, when=replace(IN_SLOT, clock_behind=True), overrule=True)) == ["clock"]


def test_a_librarian_may_renew_what_is_overdue():
    decision = renew(reader(42, loan("2026-09-20")), overrule=True)
    assert isinstance(decision, Granted)
    assert decision.due_on == day("2026-10-14")
    assert [reason.code.value for reason in decision.overruled] == ["overdue"]


# --- returns ---------------------------------------------------------------------------------------------------


def give_back(
    due_on: str,
    today: str,
    until: str | None = None,
    rules: Rules = RULES,
    behind: bool = False,
    material: Material = Material.BOOK,
):
    suspended = None if until is None else day(until)
    when = moment(f"{today} 12:00", behind)
    return return_terms(PatronKind.PUPIL, material, day(due_on), suspended, rules, when)


def test_a_return_on_the_due_day_is_not_late():
    assert give_back("2026-09-21", "2026-09-21") == ReturnTerms(0, None)
    assert give_back("2026-09-21", "2026-09-10") == ReturnTerms(0, None)


def test_a_late_return_suspends_for_as_many_days_as_late():
    assert give_back("2026-09-21", "2026-09-24") == ReturnTerms(3, day("2026-09-27"))


def test_a_suspension_is_multiplied_and_capped():
    assert give_back("2026-09-01", "2026-12-01").suspended_until == day("2026-12-15")
    double = pupil_rules(suspension_factor=2, suspension_cap=5)
    assert give_back("2026-09-21", "2026-09-23", rules=double).suspended_until == day("2026-09-27")
    assert give_back("2026-09-21", "2026-09-24", rules=double).suspended_until == day("2026-09-29")


def test_a_factor_or_a_cap_of_zero_never_suspends():
    for rules in (pupil_rules(suspension_factor=0), pupil_rules(suspension_cap=0)):
        assert give_back("2026-09-21", "2026-09-30", rules=rules) == ReturnTerms(9, None)


def test_within_the_grace_days_a_return_is_late_without_suspension_and_after_them_all_days_count():
    rules = pupil_rules(grace_days=3)
    assert give_back("2026-09-21", "2026-09-24", rules=rules) == ReturnTerms(3, None)
    assert give_back("2026-09-21", "2026-09-25", rules=rules) == ReturnTerms(4, day("2026-09-29"))


def test_a_material_has_its_own_factor_cap_and_grace_days():
    rules = magazine_rules(suspension_factor=2, suspension_cap=5, grace_days=1)
    late = ("2026-09-21", "2026-09-23")
    assert give_back(*late, rules=rules) == ReturnTerms(2, day("2026-09-25"))
    assert give_back(*late, rules=rules, material=Material.MAGAZINE) == ReturnTerms(2, day("2026-09-27"))
    longer = give_back("2026-09-21", "2026-09-24", rules=rules, material=Material.MAGAZINE)
    assert longer == ReturnTerms(3, day("2026-09-29"))
    a_day = give_back("2026-09-21", "2026-09-22", rules=rules, material=Material.MAGAZINE)
    assert a_day == ReturnTerms(1, None)


def test_suspensions_do_not_add_up_the_later_end_holds():
    assert give_back("2026-09-21", "2026-09-24", "2026-10-09").suspended_until == day("2026-10-09")
    assert give_back("2026-09-21", "2026-09-24", "2026-09-25").suspended_until == day("2026-09-27")


def test_a_suspension_that_is_over_is_not_told_again():
    assert give_back("2026-09-21", "2026-09-21", "2026-09-21") == ReturnTerms(0, None)


def test_with_the_clock_behind_no_return_is_late_and_a_suspension_stays_as_it_is():
    assert give_back("2026-09-01", "2026-09-24", "2026-09-02", behind=True) == ReturnTerms(0, day("2026-09-02"))


def test_after_the_overdue_book_is_back_the_very_next_scan_may_lend_unless_suspended():
    overdue, kept = loan("2026-09-20", 1), loan("2026-10-19", 2)
    before = replace(reader(32, overdue, kept))
    assert codes(blocks(before, RULES, ROTA, IN_SLOT)) == ["overdue", "limit"]
    after = replace(before, loans=(kept,))
    assert blocks(after, RULES, ROTA, IN_SLOT) == ()
    terms = return_terms(PatronKind.PUPIL, overdue.material, overdue.due_on, None, RULES, IN_SLOT)
    suspended = replace(after, suspended_until=terms.suspended_until)
    assert codes(blocks(suspended, RULES, ROTA, IN_SLOT)) == ["suspended"]


# --- allowance -------------------------------------------------------------------------------------------------


def test_the_allowance_is_what_the_limit_leaves_and_never_negative():
    assert allowance(reader(32), RULES) == Allowance(0, 2)
    three = reader(32, *(loan("2026-10-19", n) for n in range(3)))
    assert (allowance(three, RULES).out, allowance(three, RULES).left) == (3, 0)


# --- laws ------------------------------------------------------------------------------------------------------


@st.composite
def patrons(draw: st.DrawFn) -> PatronFacts:
    loans = tuple(
        loan(
            draw(days_around),
            number,
            draw(st.sampled_from(Material)),
            renewals=draw(st.integers(0, 2)),
            held_for_other=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 4)))
    )
    person = reader(draw(class_ids), *loans, kind=draw(st.sampled_from(PatronKind)))
    return replace(
        person,
        active=draw(st.booleans()),
        suspended_until=draw(st.none() | days_around),
        charges_fen=draw(st.integers(0, 500)),
    )


copies = st.builds(
    copy,
    st.sampled_from(CopyStatus),
    st.sampled_from(Material),
    st.booleans(),
    st.sampled_from((None, 7, 99)),
)
moments = st.builds(Moment, instants, st.booleans())


@given(patrons(), copies, all_rules, rotas(), moments)
def test_a_loan_is_refused_exactly_when_there_is_a_reason_and_reasons_stand_in_order(patron, this, rules, rota, when):
    decision = decide_loan(patron, this, rules, rota, when)
    if isinstance(decision, Granted):
        assert decision.overruled == ()
        assert decision.due_on >= when.today
        assert admission(rota, rules, patron.visitor, when.now) is Admission.ADMITTED
        return
    places = [WHAT_TO_DO_FIRST.index(reason.code) for reason in decision.reasons]
    assert places
    assert places == sorted(set(places))


@given(patrons(), copies, all_rules, rotas(), moments)
def test_whatever_blocks_a_patron_refuses_every_copy(patron, this, rules, rota, when):
    refused = reasons(decide_loan(patron, this, rules, rota, when))
    assert set(codes(blocks(patron, rules, rota, when))) <= set(codes(refused))


@given(patrons(), copies, all_rules, rotas(), moments)
def test_overruling_leaves_only_what_nobody_may_overrule_and_forgets_no_reason(patron, this, rules, rota, when):
    plain = reasons(decide_loan(patron, this, rules, rota, when))
    decision = decide_loan(patron, this, rules, rota, when, overrule=True)
    if isinstance(decision, Refused):
        assert decision.reasons == tuple(reason for reason in plain if reason.code not in OVERRIDABLE)
    else:
        assert decision.overruled == plain


@given(st.integers(0, 8), st.lists(st.sampled_from(Material), max_size=12), st.integers(0, 5))
def test_nobody_passes_the_limit_however_often_they_scan(limit, scanned, per_material):
    materials = {material: replace(rule, limit=per_material) for material, rule in PUPIL_RULES.materials.items()}
    rules = pupil_rules(limit=limit, materials=materials)
    patron = reader(32)
    for number, material in enumerate(scanned):
        decision = lend(patron, this=copy(material=material), rules=rules)
        if isinstance(decision, Granted):
            patron = replace(patron, loans=(*patron.loans, loan(decision.due_on, number, material)))
    assert len(patron.loans) <= limit
    for material in Material:
        assert sum(each.material is material for each in patron.loans) <= per_material


@given(patrons(), all_rules, rotas(), moments)
def test_a_granted_renewal_is_never_due_before_today_or_before_the_old_date(patron, rules, rota, when):
    for each in patron.loans:
        decision = decide_renewal(patron, each, rules, rota, when)
        if isinstance(decision, Granted):
            assert decision.due_on >= max(each.due_on, when.today)
            assert each.renewals < rules.kinds[patron.kind].materials[each.material].renewals
        else:
            assert decision.reasons


@given(patrons(), all_rules, rotas(), moments)
def test_what_stands_in_the_way_of_every_renewal_renews_nothing(patron, rules, rota, when):
    sure = {reason.code for reason in blocks(patron, rules, rota, when)} & NO_RENEWAL
    for each in patron.loans:
        decision = decide_renewal(patron, each, rules, rota, when)
        assert sure <= {reason.code for reason in reasons(decision)}


lateness = st.fixed_dictionaries(
    {
        "blocked_by_overdue": st.booleans(),
        "grace_days": st.integers(0, 10),
        "suspension_factor": st.integers(0, 3),
        "suspension_cap": st.integers(0, 30),
    }
)


@given(patrons(), copies, st.fixed_dictionaries(dict.fromkeys(Material, lateness)), rotas(), moments)
def test_settings_of_every_material_count_whatever_the_kind_says(patron, this, of_materials, rota, when):
    of_kind = RULES.kinds[patron.kind]
    opposite = replace(of_kind, blocked_by_overdue=not of_kind.blocked_by_overdue, grace_days=7, suspension_factor=50)
    said = [
        with_kind(
            RULES,
            patron.kind,
            replace(
                each,
                materials={
                    material: replace(each.materials[material], **of_materials[material]) for material in Material
                },
            ),
        )
        for each in (of_kind, opposite)
    ]
    first, second = (decide_loan(patron, this, rules, rota, when) for rules in said)
    assert first == second
    for each in patron.loans:
        renewals = [decide_renewal(patron, each, rules, rota, when) for rules in said]
        assert renewals[0] == renewals[1]
        terms = [return_terms(patron.kind, each.material, each.due_on, None, rules, when) for rules in said]
        assert terms[0] == terms[1]


@given(patrons(), st.fixed_dictionaries(dict.fromkeys(Material, lateness)), rotas(), moments)
def test_overdue_blocks_exactly_when_a_loan_of_a_blocking_material_is_past_its_own_grace_days(
    patron, of_materials, rota, when
):
    of_kind = RULES.kinds[patron.kind]
    materials = {material: replace(of_kind.materials[material], **of_materials[material]) for material in Material}
    rules = with_kind(RULES, patron.kind, replace(of_kind, materials=materials))
    blocking = [
        each
        for each in patron.loans
        if of_materials[each.material]["blocked_by_overdue"]
        and days_late(each.due_on, when.today) > of_materials[each.material]["grace_days"]
    ]
    found = [reason for reason in blocks(patron, rules, rota, when) if reason.code is ReasonCode.OVERDUE]
    assert bool(found) is (bool(blocking) and not when.clock_behind)
    assert all(reason.data["count"] == len(blocking) for reason in found)


@given(
    st.sampled_from(PatronKind),
    st.sampled_from(Material),
    days_around,
    st.none() | days_around,
    rotas(),
    moments,
    st.integers(0, 5),
    st.integers(0, 3),
    st.integers(0, 30),
)
def test_a_return_never_shortens_a_running_suspension_nor_passes_the_cap(
    kind, material, due_on, until, rota, when, grace, factor, cap
):
    of_kind: KindRules = replace(RULES.kinds[kind], grace_days=grace, suspension_factor=factor, suspension_cap=cap)
    terms = return_terms(kind, material, due_on, until, with_kind(RULES, kind, of_kind), when)
    assert terms.days_late >= 0
    if until is not None and until > when.today:
        assert terms.suspended_until is not None
        assert terms.suspended_until >= until
    if terms.suspended_until not in (None, until):
        assert when.today < terms.suspended_until <= when.today + timedelta(days=cap)
        assert terms.days_late > grace


def test_a_visitor_is_the_patron_as_the_rota_sees_them():
    assert reader(None, kind=PatronKind.TEACHER).visitor == TEACHER
    assert codes(lend(reader(31), rota=Rota(calendar=ROTA.calendar))) == []
