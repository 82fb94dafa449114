"""Describing the school's old numbers on the screen, over the real desk."""

from __future__ import annotations

import pytest

from kiosk.store.library import Library
from tests.desk.school import BOOK
from tests.flows.pages import Guide


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the list of patterns."""
    guide = Guide(sqlite_library)
    guide.log_in()
    guide.press("rules")
    guide.press("numbering")
    return guide


def know(guide: Guide, kind: str, examples: str) -> None:
    guide.press("add")
    guide.edit("kind", kind)
    guide.edit("examples", examples)
    guide.press("save")


def test_old_numbers_are_described_by_scanning_a_few_and_known_from_then_on(guide: Guide) -> None:
    before = len(guide.rows)
    guide.press("add")
    guide.edit("kind", "card")
    for code in ("DZ-00417", "DZ-00418", "DZ-10222"):
        guide.scan(code)
    guide.press("save")
    assert guide.notice == "numbering.saved"
    assert len(guide.rows) == before + 1
    assert guide.school.scan("DZ-00555").kind.value == "unknown"
    assert [reason.code.value for reason in guide.school.scan("DZ-00555").reasons] == ["unknown_card"]


def test_our_own_number_among_the_examples_is_told(guide: Guide) -> None:
    guide.press("add")
    guide.scan(BOOK)
    assert guide.notice == "numbering.ours"
    guide.edit("examples", BOOK)
    guide.press("save")
    assert guide.errors == {"examples": "numbering.error.ours"}


def test_numbers_of_two_kinds_at_once_are_refused(guide: Guide) -> None:
    guide.press("add")
    guide.edit("examples", "AB-12 12-AB")
    guide.press("save")
    assert guide.errors == {"examples": "numbering.error.examples"}


def test_a_number_that_is_known_for_the_other_kind_is_refused(guide: Guide) -> None:
    know(guide, "copy", "T-0042 T-0043")
    guide.press("add")
    guide.edit("examples", "T-0042 T-0043")
    guide.edit("kind", "card")
    guide.press("save")
    assert guide.errors == {"examples": "numbering.error.taken"}


def test_a_pattern_is_taken_out_after_a_question(guide: Guide) -> None:
    know(guide, "copy", "T-0042 T-0043")
    guide.press("remove", 0)
    guide.press("yes")
    assert guide.notice == "numbering.removed"
    assert guide.rows == []
