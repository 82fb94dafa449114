"""How much rubbish one source may tell of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import Scan
from kiosk.scanner.rubbish import MOST, RubbishLimit


def reading(code: str, at: float, *, clean: bool = False) -> Scan:
    return Scan(code, "serial", at, at, clean=clean)


def told(*readings: Scan) -> list[str]:
    limit = RubbishLimit()
    return [one.code for one in readings if limit.allows(one)]


def test_the_same_rubbish_is_told_once_a_second() -> None:
    assert told(*(reading("?", at / 10) for at in range(30))) == ["?"]
    assert told(reading("?", 0), reading("?", 1.5)) == ["?", "?"]


def test_hundreds_of_codes_at_once_are_all_told_and_one_spoilt_among_them_changes_nothing() -> None:
    codes = [f"{number:08}" for number in range(500)]
    readings = [reading(code, 1.0, clean=True) for code in codes]
    assert told(*readings[:250], reading("?", 1.0), *readings[250:]) == [*codes[:250], "?", *codes[250:]]


@pytest.mark.parametrize("at", [4.9, 5.0, 6.0])
@pytest.mark.parametrize("code", ["20000014", "9787020002207", "TSG-004217"])
def test_amid_a_flood_and_after_it_the_next_code_is_told_at_once(code: str, at: float) -> None:
    flood = [reading(f"?{number}", number / 1000) for number in range(4900)]
    assert told(*flood, reading(code, at, clean=True))[-1] == code


def test_pieces_of_rubbish_that_look_clean_are_no_codes() -> None:
    flood = [reading(f"{number}é", number / 1000, clean=number % 10 == 0) for number in range(1, 1000)]
    assert len(told(*flood)) <= MOST
    codes = [reading(f"{number:08}", number / 1000, clean=True) for number in range(1000)]
    spoilt = [reading(f"?{number}", number / 1000) for number in range(1000)]
    assert len(told(*(one for pair in zip(spoilt, codes, strict=True) for one in pair))) < 20


@given(st.lists(st.tuples(st.floats(0, 0.01), st.text("ab?", min_size=1, max_size=9), st.booleans()), max_size=200))
def test_no_second_has_more_unclean_readings_than_allowed(burst: list[tuple[float, str, bool]]) -> None:
    limit, at, times = RubbishLimit(), 0.0, []
    for gap, code, clean in burst:
        at += gap
        if limit.allows(reading(code, at, clean=clean)) and not clean:
            times.append(at)
    assert all(later - sooner >= 1.0 for sooner, later in zip(times, times[MOST:], strict=False))
