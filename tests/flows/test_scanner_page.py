"""Trying a scanner on the librarian's page."""

from __future__ import annotations

import pytest

from kiosk.examine import Examination, examined
from kiosk.flows.views import Tone
from kiosk.printing.sheet import SAMPLES
from kiosk.scanner.keys import Key
from kiosk.store.library import Library
from tests.desk.school import BOOK, LIBRARIAN
from tests.flows.pages import Guide


@pytest.fixture
def guide(sqlite_library: Library) -> Guide:
    """At the page."""
    guide = Guide(sqlite_library)
    guide.log_in()
    guide.press("scanner")
    return guide


def scanned(guide: Guide, code: str, gap: float = 0.001) -> None:
    """What the app tells of a code that came key by key."""
    examination = Examination([sample.value for sample in SAMPLES], print)
    at = guide.now
    for char in f"{code}\r":
        examination.feed("keys", Key(at, char))
        at += gap
    found = examination.heard(at + 1.0)
    assert found is not None
    guide.now = at + 1.0
    guide.engine.handle(examined(*found, guide.now))


def test_the_page_asks_to_be_told_how_scanners_type_and_no_other_does(guide: Guide) -> None:
    assert guide.page.examines
    guide.press("back")
    assert not guide.page.examines


def test_a_code_of_the_sheet_read_right_is_said_and_counted(guide: Guide) -> None:
    scanned(guide, SAMPLES[0].value)
    scanned(guide, SAMPLES[1].value)
    scanned(guide, SAMPLES[1].value)
    assert "diagnosis.right" in guide.sentences and "office.scanner.right" in guide.sentences
    counted = next(one.text for one in guide.page.blocks if getattr(one.text, "key", "") == "office.scanner.right")
    assert counted.values["n"] == 2


def test_what_is_to_be_changed_is_said_in_words_and_stays_in_the_list(guide: Guide) -> None:
    wanted = next(sample.value for sample in SAMPLES if sample.value == "AbCdEf-xyz-QWZ")
    scanned(guide, wanted.swapcase())
    tones = {one.tone for one in guide.page.blocks if getattr(one, "tone", None) is not None}
    assert Tone.LOOK in tones
    scanned(guide, SAMPLES[0].value)
    assert guide.rows[0].tone is Tone.LOOK


def test_a_scan_on_this_page_opens_and_lends_nothing(guide: Guide) -> None:
    guide.scan(BOOK)
    guide.at_page("librarian/scanner")
    assert guide.school.open_loans() == {}


def test_the_librarians_own_card_ends_nothing_here_for_its_number_may_stand_on_the_sheet(guide: Guide) -> None:
    guide.scan(LIBRARIAN)
    guide.at_page("librarian/scanner")


def test_the_sheet_is_printed_from_here(guide: Guide) -> None:
    guide.press("print")
    guide.at_page("librarian/print")
