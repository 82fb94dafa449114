"""No key of a scanner acts in the window, whatever its timing; no key of a person is lost, late or out of order."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.events import Scan
from kiosk.hold import KeyHold, Role
from kiosk.scanner.listener import Devices

CODE = "30000012"
PLACES = {"\r": "ENTER", "\t": "TAB", " ": "SPACE"}
ROLES = {"\r": Role.ENTERS, "F": Role.NEITHER}


@dataclass(frozen=True)
class Press:
    """A key that was pressed, by whom, and how much later the window may see it than the source."""

    at: float
    char: str
    scanner: bool
    delay: float = 0.0


def scanned(code: str, gaps: list[int], *, at: float, before: str = "", after: str = "\r") -> list[Press]:
    """The keys of one scan, `gaps` milliseconds between them over and over."""
    presses = []
    for n, char in enumerate(before + code + after):
        presses.append(Press(at, char, scanner=True))
        at += gaps[n % len(gaps)] / 1000
    return presses


def typed(words: str, gaps: list[int], *, at: float) -> list[Press]:
    """The keys of a person."""
    return [Press(at + sum((gaps * len(words))[:n]) / 1000, char, scanner=False) for n, char in enumerate(words)]


@dataclass
class Kiosk:
    """A source in its thread and the window's loop, both on one clock, and what has acted when."""

    look: float = 0.025  # how often the window is looked at
    lag: float = 0.0  # how late the source's thread reads

    def run(
        self, presses: list[Press], roles: dict[str, Role] | None = None, usual: Role = Role.ACTS
    ) -> list[tuple[float, Press]]:
        """Let all this be pressed; who acted, and when."""
        self.scans: list[Scan] = []
        devices = Devices(self.scans.append, source="wedge")
        hold: KeyHold[Press] = KeyHold(lambda press: (ROLES | (roles or {})).get(press.char, usual))
        source, window = list(presses), sorted(presses, key=lambda press: press.at)
        acted: list[tuple[float, Press]] = []
        since, now = presses[0].at - 1, presses[0].at
        end = presses[-1].at + 3
        while now < end:
            read = now - self.lag
            while source and source[0].at <= read:
                press = source.pop(0)
                if press.char != "F":
                    devices.key(7, PLACES.get(press.char, press.char), press.at, down=True)
                    devices.key(7, PLACES.get(press.char, press.char), press.at, down=False)
            devices.tick(read)
            while window and window[0].at + window[0].delay <= now:
                press = window.pop(0)
                hold.put(press, PLACES.get(press.char, press.char), since=since, seen=now)
                acted += [(now, press) for press in hold.take(devices.heard, now)]
            acted += [(now, press) for press in hold.take(devices.heard, now)]
            since = now
            now += 0.01 if hold.waits else self.look
        assert not hold.waits
        return acted


ENDS = ["", "\r", "\t", "\t\r", "\t\t\r", "\r\t"]


@pytest.mark.parametrize("gap", [0, 5, 15, 20, 30, 40, 55, 60])
@pytest.mark.parametrize("before", ["", "\r", "\t", "\t\t"])
@pytest.mark.parametrize("after", ENDS)
def test_nothing_that_a_scanner_types_acts(gap: int, before: str, after: str) -> None:
    for lag, look in ((0.0, 0.025), (0.04, 0.005), (0.0, 0.6)):
        kiosk = Kiosk(lag=lag, look=look)
        presses = scanned(CODE, [gap], at=100.0, before=before, after=after)
        presses += scanned("30000015", [gap], at=103.0, before=before, after=after)
        assert kiosk.run(presses) == []
        assert [scan.code for scan in kiosk.scans] == [CODE, "30000015"]


# Most gaps of a scanner are usual ones; a few may be half as long again.
_gaps = st.lists(st.integers(0, 58), min_size=3, max_size=9).flatmap(
    lambda gaps: st.tuples(st.just(gaps), st.integers(0, 8), st.integers(0, 88)).map(
        lambda made: made[0] if made[1] else [*made[0], *made[0], made[2]]
    )
)
_ends = st.text("\r\t", max_size=3)
_kiosks = st.builds(Kiosk, st.sampled_from([0.005, 0.025, 0.05, 0.3]), st.sampled_from([0.0, 0.002, 0.03, 0.2, 0.9]))
_delays = st.lists(st.integers(0, 40), min_size=1, max_size=5)


@given(_gaps, _ends, _ends, _kiosks, _delays)
def test_no_jitter_load_or_end_lets_a_scanners_key_act(
    gaps: list[int], before: str, after: str, kiosk: Kiosk, delays: list[int]
) -> None:
    presses = scanned(CODE, gaps, at=100.0, before=before, after=after)
    late = [
        Press(press.at, press.char, press.scanner, delays[n % len(delays)] / 1000) for n, press in enumerate(presses)
    ]
    assert [press.char for _, press in kiosk.run(late) if press.char in "\r\t"] == []


@given(
    st.text("0123456789\r\t F", min_size=1, max_size=25),
    st.lists(st.integers(95, 900), min_size=1, max_size=9),
    _kiosks,
)
def test_all_that_a_person_presses_acts_once_and_in_order(words: str, gaps: list[int], kiosk: Kiosk) -> None:
    presses = typed(words, gaps, at=100.0)
    acted = [press for _, press in kiosk.run(presses, {"\r": Role.ACTS})]
    assert acted == presses


@given(st.text("0123456789", min_size=4, max_size=8), st.lists(st.integers(95, 400), min_size=1, max_size=9))
def test_a_person_feels_no_delay(words: str, gaps: list[int]) -> None:
    for at, press in Kiosk(look=0.02).run(typed("\t" + words + "\r", gaps, at=100.0), {"\r": Role.ACTS}):
        assert at - press.at <= 0.13


def test_a_person_before_and_after_a_scan_is_heard_and_the_scan_is_not() -> None:
    hand, scan = typed("\t12", [150], at=100.0), scanned(CODE, [20], at=101.0, before="\t", after="\t\r")
    after = typed("\t \r", [200], at=101.6)
    acted = [press for _, press in Kiosk().run([*hand, *scan, *after], {"\r": Role.ACTS})]
    assert acted == [*hand, *after]


def test_two_keys_in_one_stroke_of_a_person_both_act() -> None:
    for words in ("12", "7\r", "\t\t", "\t ", "5\t"):
        presses = typed(words, [30], at=100.0)
        assert [press for _, press in Kiosk().run(presses, {"\r": Role.ACTS})] == presses


@pytest.mark.parametrize("gap", [70, 90, 150])
def test_the_enter_of_a_number_typed_by_hand_presses_nothing_unless_it_is_wanted(gap: int) -> None:
    presses = typed("30000012\r", [gap], at=100.0)
    assert "\r" not in [press.char for _, press in Kiosk().run(presses)]
    assert Kiosk().run(presses, {"\r": Role.ACTS})[-1][1].char == "\r"


def test_what_is_written_does_not_wait_and_stands_behind_what_does() -> None:
    kiosk = Kiosk(look=0.001)
    acted = kiosk.run(typed("12\t3", [150, 150, 20], at=100.0), {"\t": Role.ACTS}, Role.WRITES)
    assert [press.char for _, press in acted] == ["1", "2", "\t", "3"]
    assert all(at - press.at < 0.002 for at, press in acted[:2])


def test_a_source_that_says_nothing_any_more_does_not_take_the_keyboard_with_it() -> None:
    hold: KeyHold[str] = KeyHold(lambda event: Role.ACTS)
    heard = Devices(lambda scan: None, source="wedge").heard
    hold.put("\t", "TAB", since=100.0, seen=100.1)
    assert list(hold.take(heard, 101.0)) == []
    assert list(hold.take(heard, 103.0)) == ["\t"]


def test_without_a_source_that_reads_keys_nothing_waits() -> None:
    hold: KeyHold[str] = KeyHold(lambda event: Role.ACTS)
    hold.put("\t", "TAB", since=100.0, seen=100.1)
    assert list(hold.take(None, 100.1)) == ["\t"]
