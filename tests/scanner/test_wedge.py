from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import Scan
from kiosk.scanner.keys import Key
from kiosk.scanner.lanes import join
from kiosk.scanner.wedge import WedgeDecoder, WedgeSettings, strip_aim
from tests.scanner.codes import own_numbers

CODE = "20000016"
PERSON = 0.15
MUCH_LATER = 1000.0


def keys(chars: str, *, at: float = 100.0, gap: float = 0.005, caps: bool = False) -> list[Key]:
    return [Key(at + n * gap, char, caps) for n, char in enumerate(chars)]


def codes(scans: tuple[Scan, ...]) -> list[str]:
    return [scan.code for scan in scans]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t"])
def test_every_usual_terminator_ends_a_code_once(end: str) -> None:
    decoder = WedgeDecoder()
    (scan,) = decoder.feed(*keys(CODE + end))
    assert (scan.code, scan.typed, scan.clean, scan.symbology) == (CODE, False, True, None)
    assert scan.began == 100.0
    assert scan.at == pytest.approx(100.0 + 8 * 0.005)
    assert decoder.deadline is None
    assert decoder.tick(MUCH_LATER) == ()


def test_a_scanner_without_terminator_is_ended_by_silence() -> None:
    decoder = WedgeDecoder()
    assert decoder.feed(*keys(CODE)) == ()
    deadline = decoder.deadline
    assert deadline is not None
    assert decoder.tick(deadline - 0.001) == ()
    (scan,) = decoder.tick(deadline)
    assert (scan.code, scan.typed) == (CODE, False)
    assert scan.at == pytest.approx(100.035)


def test_silence_means_less_from_a_scanner_that_ends_its_codes_with_a_key() -> None:
    decoder = WedgeDecoder()
    decoder.feed(*keys(CODE + "\r"))
    stalled = keys("2000", at=200.0) + keys("0016\r", at=200.5)
    assert codes(decoder.feed(*stalled)) == [CODE]


@pytest.mark.parametrize("milliseconds", range(31))
def test_scanner_timings_from_0_to_30_ms_are_a_scanners(milliseconds: int) -> None:
    for end in ("\r", ""):
        decoder = WedgeDecoder()
        scans = decoder.feed(*keys(CODE + end, gap=milliseconds / 1000)) + decoder.tick(MUCH_LATER)
        assert [(scan.code, scan.typed, scan.clean) for scan in scans] == [(CODE, False, True)]


@pytest.mark.parametrize("gap", [0.08, 0.12, 0.19, 0.25, 0.6, 2.0, 5.0])
def test_a_person_may_type_a_number_and_enter_at_any_pace(gap: float) -> None:
    (scan,) = WedgeDecoder().feed(*keys(CODE + "\r", gap=gap))
    assert (scan.code, scan.typed, scan.clean, scan.began) == (CODE, True, True, 100.0)


def test_a_quick_pair_of_keys_does_not_make_a_person_a_scanner() -> None:
    times = [0.0, 0.2, 0.24, 0.5, 0.9, 1.0, 1.03, 1.4, 1.45]
    (scan,) = WedgeDecoder().feed(*(Key(at, char) for at, char in zip(times, CODE + "\r", strict=True)))
    assert (scan.code, scan.typed) == (CODE, True)


@pytest.mark.parametrize("words", ["7\r", "12\r", "123\r"])
def test_a_character_or_three_and_enter_in_one_stroke_are_a_persons(words: str) -> None:
    (scan,) = WedgeDecoder().feed(*keys(words, gap=0.03))
    assert (scan.code, scan.typed) == (words[:-1], True)


def test_a_person_may_rub_out_and_start_again() -> None:
    decoder = WedgeDecoder()
    assert codes(decoder.feed(*keys("2000x\b00163\b\r", gap=PERSON))) == [CODE]
    assert codes(decoder.feed(*keys("123\x1b" + CODE + "\r", at=200.0, gap=PERSON))) == [CODE]
    assert decoder.feed(*keys("12\b\b\b\r", at=300.0, gap=PERSON)) == ()


def test_a_number_left_half_typed_is_forgotten_quietly() -> None:
    decoder = WedgeDecoder()
    decoder.feed(*keys("2000", gap=PERSON))
    deadline = decoder.deadline
    assert deadline is not None
    assert decoder.tick(deadline) == ()
    assert decoder.deadline is None
    assert codes(decoder.feed(*keys(CODE + "\r", at=deadline + 1, gap=PERSON))) == [CODE]


def test_a_scan_does_not_inherit_a_persons_stray_characters() -> None:
    decoder = WedgeDecoder()
    scans = decoder.feed(*keys("37", gap=PERSON), *keys(CODE + "\r", at=101.0))
    assert [(scan.code, scan.typed, scan.began) for scan in scans] == [(CODE, False, 101.0)]
    scans = decoder.feed(*keys("37", at=200.0, gap=PERSON), *keys(CODE, at=201.0)) + decoder.tick(MUCH_LATER)
    assert codes(scans) == [CODE]


def test_a_persons_last_digit_and_enter_in_one_stroke_keep_the_whole_number() -> None:
    typed = [*keys(CODE[:-1], gap=PERSON), *keys(CODE[-1] + "\r", at=102.0, gap=0.02)]
    assert [(scan.code, scan.typed) for scan in WedgeDecoder().feed(*typed)] == [(CODE, True)]


@pytest.mark.parametrize("quiet", [0.05, 0.1, 2.0])
def test_any_setting_of_the_silence_leaves_a_slow_scanner_whole(quiet: float) -> None:
    decoder = WedgeDecoder(WedgeSettings(quiet=quiet))
    scans = decoder.feed(*keys(CODE + "\r", gap=0.055), *keys(CODE, at=200.0, gap=0.055)) + decoder.tick(MUCH_LATER)
    assert [(scan.code, scan.typed) for scan in scans] == [(CODE, False)] * 2


def test_caps_lock_counts_for_a_person_and_not_for_a_scanner() -> None:
    # `Key.char` is what the scanner meant; Caps Lock is told beside it.
    assert codes(WedgeDecoder().feed(*keys("SCH-001a\r", caps=True))) == ["SCH-001a"]
    assert codes(WedgeDecoder().feed(*keys("sch-001\r", caps=True, gap=PERSON))) == ["SCH-001"]


@pytest.mark.parametrize(
    ("sent", "code", "symbology"),
    [
        ("]C020000016", "20000016", "code128"),
        ("]E09787111213826", "9787111213826", "ean13"),
        ("]E412345670", "12345670", "ean8"),
        ("]E012345", "12345", None),
        ("]A0ABC-1", "ABC-1", "code39"),
        ("]F0A123B", "A123B", "codabar"),
        ("]I01234", "1234", "itf"),
        ("]Q1hello", "hello", "qr"),
        ("]d2matrix", "matrix", None),
        ("]y0what", "]y0what", None),
        ("]C0", "]C0", None),
        ("A]C0", "A]C0", None),
        ("", "", None),
    ],
)
def test_aim_prefixes_become_the_symbology(sent: str, code: str, symbology: str | None) -> None:
    assert strip_aim(sent) == (code, symbology)


def test_a_scan_carries_its_symbology() -> None:
    (scan,) = WedgeDecoder().feed(*keys("]E09787111213826\r"))
    assert (scan.code, scan.symbology) == ("9787111213826", "ean13")


def test_a_code_too_long_is_cut_and_unclean_and_memory_stays_bounded() -> None:
    decoder = WedgeDecoder(WedgeSettings(longest=128))
    (scan,) = decoder.feed(*keys("7" * 10_000 + "\r", gap=0.001))
    assert (scan.code, scan.clean) == ("7" * 128, False)
    (scan,) = decoder.feed(*keys("7" * 128 + "\r", at=200.0, gap=0.001))
    assert (scan.code, scan.clean) == ("7" * 128, True)
    (scan,) = decoder.feed(*keys("7" * 200 + "\b" * 100 + "\r", at=1000.0, gap=PERSON))
    assert (scan.typed, scan.clean, len(scan.code)) == (True, False, 128)


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\b", "\x1d", "\ud800", "\u202e", "\x7f"])
def test_what_cannot_be_in_a_code_makes_a_scan_unclean(bad: str) -> None:
    (scan,) = WedgeDecoder().feed(*keys(f"20000{bad}016\r"))
    assert (scan.clean, scan.code) == (False, f"20000{bad}016")


def test_a_key_without_a_character_inside_a_scan_makes_it_unclean() -> None:
    (scan,) = WedgeDecoder().feed(*keys("2000"), Key(100.02, ""), *keys("0016\r", at=100.025))
    assert not scan.clean


def test_keys_that_say_nothing_leave_nothing_unfinished() -> None:
    decoder = WedgeDecoder()
    assert decoder.feed(Key(1.0, "\r"), Key(2.0, "\b"), Key(3.0, "\x1b"), Key(4.0, ""), Key(5.0, "\t")) == ()
    assert decoder.deadline is None


def test_short_noise_without_terminator_is_no_code() -> None:
    decoder = WedgeDecoder()
    assert decoder.feed(*keys("123")) + decoder.tick(MUCH_LATER) == ()


def test_an_input_methods_commits_are_a_persons() -> None:
    decoder = WedgeDecoder(join=partial(join, loses_repeats=False))
    typed = [*keys("sanguo ", gap=PERSON), Key(101.0, "三国演义", lane="text"), Key(101.6, "\r")]
    (scan,) = decoder.feed(*typed)
    assert (scan.code, scan.typed) == ("三国演义", True)


# Times are whole steps of 1/1024 s, so that two sums of them are equal or not, never nearly so.
_gaps = st.sampled_from([0, 1, 5, 20, 59, 60, 61, 150, 199, 200, 201, 700, 1000, 3000, 8000, 9000])
_chars = st.sampled_from([*"0123456789ABab]-", "\r", "\n", "\t", "\b", "\x1b", "", "é", "\x00"])
_lanes = st.sampled_from(["keys", "keys", "text"])


@st.composite
def _streams(draw: st.DrawFn) -> list[Key]:
    at, stream = 100_000, []
    for gap, char, caps, lane in draw(st.lists(st.tuples(_gaps, _chars, st.booleans(), _lanes), max_size=40)):
        at += gap
        stream.append(Key(at / 1024, char, caps, lane))  # type: ignore[arg-type]  # sampled_from loses the Literal
    return stream


def _decoder() -> WedgeDecoder:
    return WedgeDecoder(WedgeSettings(longest=12), join=partial(join, loses_repeats=True))


@given(_streams(), st.data())
def test_the_result_does_not_depend_on_how_the_input_was_cut(stream: list[Key], data: st.DataObject) -> None:
    whole, cut = _decoder(), _decoder()
    expected = whole.feed(*stream) + whole.tick(MUCH_LATER)
    got: tuple[Scan, ...] = ()
    rest = stream
    while rest:
        size = data.draw(st.integers(1, len(rest)), label="size")
        got += cut.feed(*rest[:size])
        last, rest = rest[size - 1].at, rest[size:]
        until = rest[0].at if rest else last + 20
        for part in sorted(data.draw(st.lists(st.integers(0, 8), max_size=3), label="ticks")):
            got += cut.tick(last + (until - last) * part / 8)
    assert got + cut.tick(MUCH_LATER) == expected


@given(_streams())
def test_an_app_that_sleeps_until_the_deadline_misses_nothing(stream: list[Key]) -> None:
    sleepy, eager = _decoder(), _decoder()
    late: tuple[Scan, ...] = ()
    for key in stream:
        while (deadline := sleepy.deadline) is not None and deadline <= key.at:
            late += sleepy.tick(deadline)
        late += sleepy.feed(key)
    assert late + sleepy.tick(MUCH_LATER) == eager.feed(*stream) + eager.tick(MUCH_LATER)


@given(_streams())
def test_any_input_is_answered_calmly(stream: list[Key]) -> None:
    for scan in _decoder().feed(*stream):
        assert 0 < len(scan.code) <= 12
        assert scan.began <= scan.at
        assert not scan.clean or scan.code.isprintable()


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_between_scans_never_changes_the_next_code(noise: list[str]) -> None:
    decoder = WedgeDecoder()
    at = 100.0
    for text in noise:
        decoder.feed(*keys(text + "\r", at=at))
        at += 20
    assert codes(decoder.feed(*keys(CODE + "\r", at=at))) == [CODE]


@given(
    st.lists(st.sampled_from(own_numbers(200, seed=5)), min_size=1, max_size=8),
    st.lists(st.integers(0, 30), min_size=1, max_size=20),
    st.sampled_from(["\r", "\n", "\r\n", "\t", ""]),
    st.sampled_from(["", "]C0"]),
)
def test_every_scan_of_a_scanner_is_read(numbers: list[str], milliseconds: list[int], end: str, prefix: str) -> None:
    decoder, at, count = WedgeDecoder(), 100.0, 0
    got: list[Scan] = []
    for number in numbers:
        for char in prefix + number + end:
            at += milliseconds[count % len(milliseconds)] / 1000
            count += 1
            got += decoder.feed(Key(at, char))
        at += 1.5
    got += decoder.tick(MUCH_LATER)
    assert [(scan.code, scan.typed, scan.clean) for scan in got] == [(number, False, True) for number in numbers]
