import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rules import (
    KindRules,
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
            st.sampled_from(("kinds", "pupil", "materials", "book", "days", "limit", "outside_terms", "minutes_after")),
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
