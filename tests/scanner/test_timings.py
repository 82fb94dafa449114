"""A scanner's keys with every timing, overlapping or not, however they are cut, give the same code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import Scan
from kiosk.scanner.keys import SHIFT, USB, character
from kiosk.scanner.listener import Devices
from kiosk.scanner.sdl import SdlSource
from tests.scanner.codes import own_numbers
from tests.scanner.timings import TIMINGS, Move, Timing, moves

CODES = [*own_numbers(6, seed=3), "30000004", "9787020002207", "AbCdEf-xyz-QWZ", "TSG-004217", "]C020000014"]
SCANCODES = {name: code for code, name in reversed(list(USB.items()))}
MUCH_LATER = 1000.0


def press(devices: Devices, move: Move) -> None:
    devices.key(7, move.physical, move.at, down=move.down)


def stripped(code: str) -> str:
    return code.removeprefix("]C0")


@pytest.mark.parametrize("timing", TIMINGS, ids=lambda timing: timing.name)
@pytest.mark.parametrize("end", ["\r", "\t", ""])
def test_every_timing_gives_every_code(timing: Timing, end: str) -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    begin = 100.0
    for code in CODES:
        for move in moves(code + end, timing, begin=begin):
            press(devices, move)
        begin += 3
        devices.tick(begin - 0.5)
    assert [(scan.code, scan.typed, scan.clean) for scan in scans] == [(stripped(code), False, True) for code in CODES]


_milliseconds = st.integers(0, 30)


@given(
    st.sampled_from(CODES),
    st.lists(_milliseconds, min_size=1, max_size=14),
    st.lists(st.integers(0, 60), min_size=1, max_size=14),
    st.sampled_from(["\r", "\r\n", "\t", ""]),
    st.data(),
)
def test_no_jitter_overlap_or_cut_changes_a_code(
    code: str, gaps: list[int], holds: list[int], end: str, data: st.DataObject
) -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    rest = moves(code + end, Timing("any", gaps, holds))
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        for move in rest[:size]:
            press(devices, move)
        last, rest = rest[size - 1].at, rest[size:]
        devices.tick((last + rest[0].at) / 2 if rest else last)
    devices.tick(MUCH_LATER)
    assert [(scan.code, scan.typed, scan.clean) for scan in scans] == [(stripped(code), False, True)]


@given(st.lists(st.tuples(st.sampled_from(CODES[:6]), st.sampled_from(TIMINGS)), min_size=2, max_size=3), st.data())
def test_scanners_that_send_at_the_same_time_never_mix(sent: list[tuple[str, Timing]], data: st.DataObject) -> None:
    scans: list[Scan] = []
    devices = Devices(scans.append, source="wedge")
    begun = [100 + data.draw(st.integers(0, 20)) / 1000 for _ in sent]
    mixed = sorted(
        ((move, n) for n, (code, timing) in enumerate(sent) for move in moves(code + "\r", timing, begin=begun[n])),
        key=lambda pair: pair[0].at,
    )
    for move, device in mixed:
        devices.key(device, move.physical, move.at, down=move.down)
    assert sorted(scan.code for scan in scans) == sorted(code for code, _ in sent)
    assert all(scan.clean and not scan.typed for scan in scans)


@pytest.mark.parametrize("timing", TIMINGS, ids=lambda timing: timing.name)
def test_the_windows_two_lanes_give_the_same_code_for_every_timing(timing: Timing) -> None:
    scans: list[Scan] = []
    source = SdlSource(scans.append, loses_repeats=True)
    begin, shift = 100.0, False
    for code in CODES:
        for move in moves(code + "\r", timing, begin=begin):
            if move.physical == "SHIFT":
                shift = move.down
            source.key(SCANCODES[move.physical], 1 if shift else 0, move.at, down=move.down)
            if move.down and len(move.physical) == 1:
                source.text(character(move.physical, {SHIFT} if shift else ()), move.at)
        begin += 3
        source.tick(begin - 0.5)
    assert [(scan.code, scan.clean) for scan in scans] == [(stripped(code), True) for code in CODES]
