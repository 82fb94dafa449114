"""The trouble screens say what is wrong, what still works and what to do, for everything the store can suffer."""

from __future__ import annotations

import pytest

from kiosk.flows.trouble import CODES, first_start_view, trouble_view
from kiosk.store.library import TroubleCode

# the first start; the other two when one is made only
TOLD_OTHERWISE = {TroubleCode.NO_LIBRARY, TroubleCode.EXISTS, TroubleCode.NO_FOLDER}


@pytest.mark.parametrize("code", sorted(set(TroubleCode) - TOLD_OTHERWISE))
def test_every_trouble_of_the_store_has_words_of_its_own(code: TroubleCode) -> None:
    assert code.value in CODES
    view = trouble_view(code.value, "detail")
    assert view.headline.key == f"session.trouble.{code.value}"
    assert view.detail == "detail"
    assert [button.action for button in view.buttons] == ["retry"]


def test_an_unheard_of_trouble_is_told_as_unknown() -> None:
    assert trouble_view("exists", "").headline.key == "session.trouble.unknown"


def test_while_a_library_is_made_nothing_can_be_pressed() -> None:
    quiet = first_start_view("榕树街小学", "张老师", making=True, location="/library")
    assert not any(button.enabled for button in quiet.buttons)
    assert quiet.message is not None
    ready = first_start_view("", "", making=False, location="/library")
    assert all(button.enabled for button in ready.buttons)
    assert ready.location == "/library"
