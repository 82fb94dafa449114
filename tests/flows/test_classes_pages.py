"""The table of class numbers on the screen, over the real desk."""

from __future__ import annotations

import pytest

from kiosk.store.library import Library
from tests.flows.pages import Guide


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the table of classes."""
    guide = Guide(sqlite_library)
    guide.log_in()
    guide.press("classes")
    return guide


def numbers(guide: Guide) -> list[object]:
    return [row.value for row in guide.rows if row.action == "choose"]


def test_the_tree_is_gone_down_and_up_again(guide: Guide) -> None:
    assert len(numbers(guide)) == 22
    guide.press("open", "I")
    assert numbers(guide)[0] == "I" and "I2" in numbers(guide)
    guide.press("open", "I2")
    assert "I28" in numbers(guide)
    guide.press("open", "I")
    assert "I2" in numbers(guide)


def test_words_find_numbers_anywhere_in_the_tree(guide: Guide) -> None:
    guide.edit("query", "恐龙")
    assert "Q915" in numbers(guide)


def test_a_new_number_is_saved_and_stands_in_the_table(guide: Guide) -> None:
    guide.press("add")
    guide.edit("number", "i287.75")
    guide.edit("zh", "安徒生童话")
    guide.press("save")
    assert guide.notice == "classes.saved"
    guide.edit("query", "安徒生童话")
    assert numbers(guide) == ["I287.75"]


def test_a_number_of_no_class_is_told_at_its_field(guide: Guide) -> None:
    guide.press("add")
    guide.edit("number", "L1")
    guide.edit("zh", "没有这个大类")
    guide.press("save")
    assert guide.errors == {"number": "classes.no_class"}


def test_a_number_is_taken_out_after_a_question(guide: Guide) -> None:
    guide.edit("query", "A75")
    guide.choose("A75")
    guide.press("delete")
    guide.press("yes")
    assert guide.notice == "classes.deleted"
    assert "A75" not in numbers(guide)
