import json
from dataclasses import astuple, fields, replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rules import (
    KindRules,
    Lateness,
    LoanRule,
    OutsideTerms,
    Rules,
    rules_from_plain,
    rules_to_plain,
)

loan_rules = st.builds(
    LoanRule,
    st.integers(0, 999),
    st.one_of(st.none(), st.integers(0, 1000)),
    st.integers(0, 99),
    st.booleans(),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.integers(0, 365)),
    st.one_of(st.none(), st.integers(0, 100)),
    st.one_of(st.none(), st.integers(0, 1000)),
)
kind_rules = st.builds(
    KindRules,
    st.integers(0, 999),
    st.fixed_dictionaries(dict.fromkeys(Material, loan_rules)).map(MappingProxyType),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 365),
    st.integers(0, 100),
    st.integers(0, 1000),
)
every_rules = st.builds(
    Rules,
    st.fixed_dictionaries(dict.fromkeys(PatronKind, kind_rules)).map(MappingProxyType),
    st.integers(0, 240),
    st.integers(0, 240),
    st.sampled_from(OutsideTerms),
    st.one_of(st.none(), st.integers(0, 100_000_000)),
)


def test_a_new_library_has_the_defaults_found_in_schools():
    kinds = Rules().kinds
    book = {kind: of_kind.materials[Material.BOOK] for kind, of_kind in kinds.items()}
    assert book[PatronKind.PUPIL] == LoanRule(2, 14, 1)
    assert (kinds[PatronKind.PUPIL].suspension_factor, kinds[PatronKind.PUPIL].suspension_cap) == (1, 14)
    assert book[PatronKind.TEACHER] == LoanRule(10, None, 1)
    assert book[PatronKind.CLASS_SET] == LoanRule(60, 30, 1)
    assert [kind for kind, of_kind in kinds.items() if of_kind.bound_to_rota] == [PatronKind.PUPIL]
    assert Rules().charges_block_fen is None


def of_kind(rules: KindRules) -> Lateness:
    return Lateness(rules.blocked_by_overdue, rules.grace_days, rules.suspension_factor, rules.suspension_cap)


@given(kind_rules, st.sampled_from(Material))
def test_being_late_with_a_material_comes_to_its_own_setting_or_else_to_the_kinds(rules, material):
    own = rules.materials[material]
    names = [each.name for each in fields(Lateness)]
    assert astuple(rules.lateness(material)) == tuple(
        getattr(rules, name) if getattr(own, name) is None else getattr(own, name) for name in names
    )


@given(kind_rules, loan_rules, st.sampled_from(Material))
def test_a_material_changes_nothing_for_the_others(rules, own, material):
    changed = replace(rules, materials=MappingProxyType({**rules.materials, material: own}))
    for other in Material:
        if other is not material:
            assert changed.lateness(other) == rules.lateness(other)


def test_zero_and_no_are_settings_of_a_material_and_not_silence():
    strict = KindRules(2, {}, True, True, True, 3, 2, 30)
    lenient = LoanRule(2, 14, 1, True, False, 0, 0, 0)
    strict = replace(strict, materials={Material.BOOK: LoanRule(2, 14, 1), Material.MAGAZINE: lenient})
    assert strict.lateness(Material.BOOK) == of_kind(strict)
    assert strict.lateness(Material.MAGAZINE) == Lateness(False, 0, 0, 0)


def test_in_a_new_library_every_material_is_as_its_kind():
    for rules in Rules().kinds.values():
        for material in Material:
            assert rules.lateness(material) == of_kind(rules)


@given(every_rules)
def test_what_an_earlier_version_stored_still_holds(rules):
    data = rules_to_plain(rules)
    silent = {each.name for each in fields(Lateness)}
    for kind in data["kinds"].values():
        for rule in kind["materials"].values():
            for name in silent:
                del rule[name]
    read = rules_from_plain(json.loads(json.dumps(data)))
    for kind, before in rules.kinds.items():
        now = read.kinds[kind]
        assert of_kind(now) == of_kind(before)
        assert [now.lateness(material) for material in Material] == [of_kind(before)] * len(Material)
        assert [replace(before.materials[m], **dict.fromkeys(silent)) for m in Material] == [
            now.materials[m] for m in Material
        ]


@given(every_rules)
def test_rules_survive_json(rules):
    assert rules_from_plain(json.loads(json.dumps(rules_to_plain(rules)))) == rules


def test_nothing_said_means_the_defaults():
    assert rules_from_plain({}) == Rules()
    assert rules_from_plain({"kinds": {"pupil": {"materials": {"book": {}}}}}) == Rules()


def test_one_changed_setting_leaves_the_others_at_their_defaults():
    rules = rules_from_plain({"kinds": {"pupil": {"limit": 3, "materials": {"book": {"days": None}}}}})
    pupil, usual = rules.kinds[PatronKind.PUPIL], Rules().kinds[PatronKind.PUPIL]
    assert (pupil.limit, pupil.materials[Material.BOOK]) == (3, LoanRule(2, None, 1))
    assert pupil.materials[Material.AV] == usual.materials[Material.AV]
    assert rules.kinds[PatronKind.TEACHER] == Rules().kinds[PatronKind.TEACHER]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"kinds": {"pupil": {"limit": "x"}}},
            "kinds.pupil.limit must be a whole number from 0 to 999, not 'x'.",
        ),
        (
            {"kinds": {"pupil": {"limit": True}}},
            "kinds.pupil.limit must be a whole number from 0 to 999, not True.",
        ),
        (
            {"kinds": {"teacher": {"materials": {"book": {"days": -1}}}}},
            "kinds.teacher.materials.book.days must be nothing (null) or a whole number from 0 to 1000, not -1.",
        ),
        (
            {"kinds": {"pupil": {"bound_to_rota": 1}}},
            "kinds.pupil.bound_to_rota must be true or false, not 1.",
        ),
        (
            {"kinds": {"pupil": {"materials": {"av": {"blocked_by_overdue": "no"}}}}},
            "kinds.pupil.materials.av.blocked_by_overdue must be nothing (null), true or false, not 'no'.",
        ),
        (
            {"kinds": {"pupil": {"materials": {"av": {"grace_days": 366}}}}},
            "kinds.pupil.materials.av.grace_days must be nothing (null) or a whole number from 0 to 365, not 366.",
        ),
        (
            {"kinds": {"pupil": {"materials": {"av": {"suspension_factor": -1}}}}},
            "kinds.pupil.materials.av.suspension_factor must be nothing (null) or a whole number from 0 to 100, "
            "not -1.",
        ),
        (
            {"kinds": {"pupil": {"materials": {"av": {"suspension_cap": True}}}}},
            "kinds.pupil.materials.av.suspension_cap must be nothing (null) or a whole number from 0 to 1000, "
            "not True.",
        ),
        (
            {"kinds": {"pupil": {"grace_days": None}}},
            "kinds.pupil.grace_days must be a whole number from 0 to 365, not None.",
        ),
        ({"kinds": []}, "kinds must be a table of settings, not []."),
        (
            {"kinds": {"parent": {}}},
            "kinds.parent is no setting; allowed are pupil, teacher, class_set, librarian.",
        ),
        (
            {"kinds": {"pupil": {"materials": {"toy": {}}}}},
            "kinds.pupil.materials.toy is no setting; allowed are book, magazine, av.",
        ),
        ({"minutes_before": 2.5}, "minutes_before must be a whole number from 0 to 240, not 2.5."),
        ({"minutes_after": None}, "minutes_after must be a whole number from 0 to 240, not None."),
        ({"outside_terms": "open"}, "outside_terms must be one of closed, open_to_all, not 'open'."),
        (
            {"charges_block_fen": "1元"},
            "charges_block_fen must be nothing (null) or a whole number from 0 to 100000000, not '1元'.",
        ),
        (
            {"minutes": 5},
            "minutes is no setting; allowed are kinds, minutes_before, minutes_after, outside_terms, "
            "charges_block_fen.",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_with_key_and_range(data, sentence):
    with pytest.raises(ValueError) as refusal:
        rules_from_plain(data)
    assert str(refusal.value) == sentence


def test_a_sentence_about_a_long_value_stays_short():
    with pytest.raises(ValueError) as refusal:
        rules_from_plain({"minutes_before": "9" * 10_000})
    assert len(str(refusal.value)) < 120


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("kinds", "pupil", "materials", "book", "days", "limit", "outside_terms", "minutes_after"),
                    *("grace_days", "blocked_by_overdue", "suspension_factor", "suspension_cap"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(("kinds", "outside_terms", "minutes_after")), json_values))
def test_any_json_is_read_or_refused_with_a_sentence(data):
    try:
        rules = rules_from_plain(data)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert rules_from_plain(rules_to_plain(rules)) == rules
