"""What a scan says about the scanner's settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.sheet import SAMPLES
from kiosk.scanner.diagnosis import SILENCE, Finding, Heard, Recorder, Route, Speed, compare, judge
from kiosk.scanner.keys import Key
from kiosk.scanner.layouts import by_places

EXPECTED = tuple(sample.value for sample in SAMPLES)
CARD, ISBN, CASE, SIGNS, CODABAR = "20000014", "9787020002207", "AbCdEf-xyz-QWZ", "aq-zy/.:;_+=#", "A20240017B"
QUICK = Speed(0.001, 0.002, 0.004)


def keys(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.key.removeprefix("diagnosis.") for finding in findings]


def heard(code: str, end: str = "\r", route: Route = "keys", speed: Speed | None = QUICK, caps: bool = False) -> Heard:
    return Heard(code, end, route, speed, caps, code.isprintable())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.value)
def test_a_scanner_that_does_all_right_is_told_so_and_nothing_is_to_be_changed(sample: object) -> None:
    findings = judge(heard(sample.value), EXPECTED)  # type: ignore[attr-defined]  # ids= wants an object
    assert keys(findings) == ["right", "end_enter"]
    assert not any(finding.change for finding in findings)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (heard("]C0" + CARD), ["right", "prefix", "end_enter"]),
        (heard(CARD, ""), ["right", "end_none"]),
        (heard(CARD, "\t"), ["right", "end_tab"]),
        (heard(CARD, "\r\n"), ["right", "end_enter"]),
        (heard(CARD, "\r\r"), ["right", "end_many"]),
        (heard(CASE.swapcase()), ["caps", "end_enter"]),
        (heard(CASE, caps=True), ["right", "caps_on", "end_enter"]),
        (heard(CODABAR[1:-1]), ["right_without_letters", "end_enter"]),
        (heard("0" + ISBN), ["zero", "end_enter"]),
        (heard("借书"), ["input_method", "end_enter"]),
        (heard("2000\x1b0014"), ["rubbish", "end_enter"]),
        (heard("\x85\x01\xff", "", "line", None), ["rubbish_line", "end_none"]),
        (heard("*" + CARD + "!!"), ["extra", "end_enter"]),
        (heard("2014"), ["lost", "end_enter"]),
        (heard("97870202207", route="text"), ["lost_text", "end_enter", "text_route"]),
        (heard("qa)wyé:/?-*+$", route="text"), ["layout", "end_enter", "text_route"]),
        (heard("40000056"), ["not_on_sheet", "end_enter"]),
        (heard("40000056", route="text"), ["not_on_sheet", "end_enter", "text_route"]),
        (heard("AbCdEf/xzy/QWY"), ["country", "end_enter"]),
        (heard("aq/yz&.>,?]"), ["country", "end_enter"]),
        (heard("TSG/004217"), ["country", "end_enter"]),
        (heard("@)))))!$"), ["country", "end_enter"]),
        (heard("@))))))!$"), ["country", "end_enter"]),
        (heard("TSG6))$@!&"), ["country", "end_enter"]),
        (heard("TSG/004217", route="line"), ["wrong", "end_enter"]),
        (heard("abcdef-xyz-qwz"), ["shift", "end_enter"]),
        (heard("ABCDEF-XYZ-QWZ", route="line"), ["shift", "end_enter"]),
        (heard("aq-zy/.;;-==3"), ["shift", "end_enter"]),
        (heard("30000014"), ["wrong", "end_enter"]),
        (heard("30000001"), ["wrong", "end_enter"]),
        (heard("03000000"), ["wrong", "end_enter"]),
        (heard("3000 0004"), ["wrong", "end_enter"]),
        (heard("TSG-004271"), ["wrong", "end_enter"]),
        (heard("30555550"), ["check_digit", "end_enter"]),
        (heard("9787115428020"), ["check_digit", "end_enter"]),
        (heard("30000020"), ["not_on_sheet", "end_enter"]),
        (heard("9787115428028"), ["not_on_sheet", "end_enter"]),
        (heard(f"\x02{CARD}\x03", "", "line", None), ["right", "frame"]),
        (heard(f"\x02{CARD}\x03", "\r", "line", None), ["right", "frame", "end_enter"]),
        (heard(f"\x02{CARD}\r\x03", "", "line", None), ["right", "frame", "end_enter"]),
        (heard(f"\x02{CARD}", "", "line", None), ["right", "frame", "end_none"]),
        (heard(f"\x00{CARD}", "\r", "line", None), ["right", "end_enter"]),
        (heard("\x02\x03", "", "line", None), ["rubbish_line"]),
        (heard(f"\x02{CARD}\x03"), ["rubbish", "end_enter"]),
        (heard("2000\ufffd\ufffd14", route="text"), ["rubbish", "end_enter", "text_route"]),
        (heard(CARD, speed=Speed(0.03, 0.05, 0.06)), ["right", "end_enter", "slow"]),
        (heard(CARD, speed=Speed(0.09, 0.15, 0.6)), ["right", "end_enter", "typed"]),
        (heard(CARD, "", speed=Speed(0.001, 0.002, 0.25)), ["right", "end_none", "stalls"]),
        (heard(CARD, "\r\n", "line", Speed(0, 0, 0.5)), ["right", "end_enter"]),
    ],
)
def test_each_fault_has_its_finding(one: Heard, said: list[str]) -> None:
    assert keys(judge(one, EXPECTED)) == said


def test_a_finding_carries_what_its_words_need() -> None:
    (finding, _) = judge(heard("#" + CARD), EXPECTED)
    assert finding == Finding(
        "diagnosis.extra", {"code": "#" + CARD, "wanted": CARD, "before": "#", "after": ""}, change=True
    )


def test_a_wrong_country_is_named_with_the_code_that_was_meant() -> None:
    (finding, _) = judge(heard("AbCdEf/xzy/QWY"), EXPECTED)
    assert finding.values == {"code": "AbCdEf/xzy/QWY", "wanted": CASE, "country": "DE"}
    (finding, _) = judge(heard("TSG6))$@!&"), EXPECTED)
    assert (finding.values["wanted"], finding.values["country"]) == ("TSG-004217", "FR")


@pytest.mark.parametrize("wanted", EXPECTED)
def test_no_country_makes_a_code_of_the_sheet_look_right(wanted: str) -> None:
    for country, seen in by_places(wanted):
        finding, *_ = judge(heard(seen), EXPECTED)
        assert finding.change, (country, seen)
        assert finding.values.get("wanted", wanted) == wanted, (country, seen)


def test_the_system_turning_keys_is_only_told_where_both_routes_were_heard() -> None:
    places = heard(CARD)
    assert compare(places, heard(CARD, route="text")) == ()
    assert keys(compare(places, heard("é&&&&&&'", route="text"))) == ["system_turns"]


def test_a_recorder_cuts_scans_by_silence_and_measures_each_gap() -> None:
    recorder = Recorder("keys")
    at = 10.0
    for char, gap in zip(CARD + "\r\n", (0, 1, 2, 3, 2, 1, 2, 9, 2, 2), strict=True):
        at += gap / 1000
        recorder.feed(Key(at, char))
    assert recorder.deadline == pytest.approx(at + SILENCE)
    assert recorder.tick(at + SILENCE / 2) is None
    one = recorder.tick(at + SILENCE)
    assert one is not None
    assert (one.code, one.end, one.clean) == (CARD, "\r\n", True)
    assert one.speed is not None
    assert [one.speed.least, one.speed.median, one.speed.most] == pytest.approx([0.001, 0.002, 0.009])
    assert recorder.deadline is None
    assert recorder.tick(at + 9) is None


def test_a_recorder_takes_keys_without_character_and_ten_thousand_keys_calmly() -> None:
    recorder = Recorder("keys", longest=200)
    recorder.feed(Key(1.0, ""))
    assert recorder.deadline is None
    for n in range(10_000):
        recorder.feed(Key(1 + n / 1000, "7"))
    one = recorder.tick(20.0)
    assert one is not None
    assert (len(one.code), one.end) == (200, "")


@pytest.mark.parametrize(
    ("sent", "code", "end"), [("7" * 300 + "\r\n", "7" * 200, "\r\n"), ("7\r" * 150 + "7", "7\r" * 99 + "7", "")]
)
def test_a_code_that_is_too_long_keeps_its_ending(sent: str, code: str, end: str) -> None:
    recorder = Recorder("keys", longest=200)
    for n, char in enumerate(sent):
        recorder.feed(Key(1 + n / 1000, char))
    one = recorder.tick(20.0)
    assert one is not None
    assert (one.code, one.end) == (code, end)


@given(st.text(max_size=30), st.sampled_from(["", "\r", "\t", "\n\n\n"]), st.sampled_from(["keys", "text", "line"]))
def test_anything_can_be_judged_and_the_code_is_judged_once(code: str, end: str, route: Route) -> None:
    findings = judge(heard(code, end, route), EXPECTED)
    assert len([finding for finding in findings if "code" in finding.values]) == 1
    assert len({finding.key for finding in findings}) == len(findings)


@given(st.sampled_from(EXPECTED), st.data())
def test_lost_characters_are_always_noticed(wanted: str, data: st.DataObject) -> None:
    drop = data.draw(st.integers(0, len(wanted) - 1))
    code = wanted[:drop] + wanted[drop + 1 :]
    (finding, *_) = judge(heard(code), EXPECTED)
    assert finding.change or finding.key == "diagnosis.right_without_letters"


@given(st.sampled_from(EXPECTED), st.data())
def test_one_wrong_or_swapped_character_is_never_found_right(wanted: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(wanted) - 2))
    swapped = wanted[:place] + wanted[place + 1] + wanted[place] + wanted[place + 2 :]
    wrong = wanted[:place] + data.draw(st.sampled_from("0123456789")) + wanted[place + 1 :]
    for code in {swapped, wrong} - {wanted}:
        finding, *_ = judge(heard(code), EXPECTED)
        assert finding.change or (finding.key == "diagnosis.right" and code in EXPECTED) or _of_another(code), code


def _of_another(code: str) -> bool:
    """No check digit is proof against all: Luhn's takes 09 and 90 for the same, EAN's neighbours five apart."""
    return code.isdigit() and judge(heard(code), ())[0].key == "diagnosis.not_on_sheet" and len(code) in (8, 13)
