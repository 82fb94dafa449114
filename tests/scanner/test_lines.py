"""Bytes of a serial line to codes: pure, cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import Scan
from kiosk.scanner.lines import LineDecoder
from kiosk.scanner.wedge import WedgeSettings
from tests.scanner.codes import own_numbers

MUCH_LATER = 1000.0


def codes(scans: tuple[Scan, ...]) -> list[tuple[str, bool]]:
    return [(scan.code, scan.clean) for scan in scans]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\r\n\x00"])
def test_every_usual_terminator_ends_a_code_once(end: bytes) -> None:
    decoder = LineDecoder()
    assert codes(decoder.feed(b"20000014" + end, 1.0)) == [("20000014", True)]
    assert decoder.deadline is None


def test_a_frame_of_stx_and_etx_is_no_part_of_the_code() -> None:
    assert codes(LineDecoder().feed(b"\x0220000014\x03", 1.0)) == [("20000014", True)]


def test_without_a_terminator_silence_ends_a_code_and_too_little_is_noise() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b"20000014", 1.0) == ()
    assert decoder.deadline == pytest.approx(1.2)
    assert decoder.tick(1.19) == ()
    assert codes(decoder.tick(1.2)) == [("20000014", True)]
    assert decoder.feed(b"20", 5.0) + decoder.tick(6.0) == ()


def test_a_scanner_that_ends_its_codes_may_be_slow_in_the_middle() -> None:
    decoder = LineDecoder()
    decoder.feed(b"20000014\r", 1.0)
    assert decoder.feed(b"3000", 2.0) + decoder.tick(2.5) == ()
    assert codes(decoder.feed(b"0012\r", 2.6)) == [("30000012", True)]


def test_two_codes_glued_in_one_read_are_two() -> None:
    assert codes(LineDecoder().feed(b"20000014\r\n30000012\r\n", 1.0)) == [("20000014", True), ("30000012", True)]


def test_a_prefix_names_the_symbology_and_is_taken_off() -> None:
    (scan,) = LineDecoder().feed(b"]E09787115428028\r", 1.0)
    assert (scan.code, scan.symbology, scan.typed) == ("9787115428028", "ean13", False)


def test_ten_thousand_bytes_are_one_cut_unclean_code_in_little_memory() -> None:
    decoder = LineDecoder(WedgeSettings(longest=128))
    assert decoder.feed(b"7" * 10_000, 1.0) == ()
    assert codes(decoder.feed(b"\r", 1.1)) == [("7" * 128, False)]
    assert codes(decoder.feed(b"20000014\r", 1.2)) == [("20000014", True)]


@pytest.mark.parametrize("rubbish", [b"\xff\x80\x9d20", b"2000\x1b0014", b"\x01\x01\x01\x01", b"200\x8500014"])
def test_rubbish_is_never_clean(rubbish: bytes) -> None:
    assert [clean for _, clean in codes(LineDecoder().feed(rubbish + b"\r", 1.0))] == [False]


_events = st.lists(st.tuples(st.sampled_from([0.0, 0.001, 0.1, 0.3, 2.0]), st.binary(max_size=12)), max_size=12)


@given(_events, st.data())
def test_the_result_does_not_depend_on_how_the_bytes_were_cut(
    events: list[tuple[float, bytes]], data: st.DataObject
) -> None:
    whole, cut = LineDecoder(), LineDecoder()
    at = 1.0
    expected: tuple[Scan, ...] = ()
    got: tuple[Scan, ...] = ()
    for gap, content in events:
        at += gap
        expected += whole.feed(content, at)
        place = data.draw(st.integers(0, len(content)))
        got += cut.feed(content[:place], at) + cut.feed(content[place:], at) + cut.tick(at)
    assert got + cut.tick(MUCH_LATER) == expected + whole.tick(MUCH_LATER)
    assert all(len(scan.code) <= 128 and scan.began <= scan.at for scan in expected)


@given(st.binary(max_size=300))
def test_after_any_rubbish_the_next_code_is_read(rubbish: bytes) -> None:
    decoder = LineDecoder()
    decoder.feed(rubbish, 1.0)
    decoder.feed(b"\r", 2.0)
    for number in own_numbers(3, seed=len(rubbish)):
        assert codes(decoder.feed(number.encode() + b"\r\n", 3.0)) == [(number, True)]
