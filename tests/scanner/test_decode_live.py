"""Frames: nothing new costs nothing, an easy one is read at once, a hard one over the following frames."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from kiosk.scanner.decode import Budget, LiveDecoder, decode
from kiosk.scanner.decode.engines import Engine, Reading, available_engines
from tests.scanner.pictures import ASIDE, picture, scene


class Counting:
    """The engines of this machine, and how often they were called."""

    def __init__(self) -> None:
        self.calls = 0
        self.tools = [self._counted(tool) for tool in available_engines()]

    def _counted(self, tool: Engine) -> Engine:
        def read(pixels: np.ndarray, everywhere: bool, step: int) -> list[Reading]:
            self.calls += 1
            return tool(pixels, everywhere, step)

        return read


class Steps:
    """A clock that moves by one second with every look at it: so many pieces of work fit a frame."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@cache
def hard() -> np.ndarray:
    for seed in range(ASIDE, ASIDE + 60):
        shown = picture("noise", seed, "code128")
        if not decode(shown.pixels, budget=Budget.FRAME) and decode(shown.pixels, budget=Budget.STILL):
            return shown.pixels
    raise AssertionError("no picture is hard enough")


def test_an_easy_frame_is_read_at_once_and_stays_read() -> None:
    shown = picture("easy", ASIDE, "code128")
    live = LiveDecoder()
    first = live.feed(shown.pixels)
    assert [one.value for one in first] == [shown.value]
    assert live.feed(shown.pixels) == first


def test_a_scene_in_which_nothing_changes_is_not_decoded_again() -> None:
    tools = Counting()
    live = LiveDecoder(seconds=10.0, engines=tools.tools)
    rng = np.random.default_rng(1)
    still = scene("packaging", ASIDE)
    live.feed(still)
    before = tools.calls
    for _ in range(20):
        assert live.feed(np.clip(still + rng.normal(0, 3, still.shape), 0, 255).astype(np.uint8)) == ()
    assert before > 2
    assert tools.calls == before


def test_a_hard_frame_is_read_over_the_following_frames() -> None:
    frame = hard()
    wanted = [one.value for one in decode(frame, budget=Budget.STILL)]
    live = LiveDecoder(seconds=3.5, clock=Steps())
    answers = [[one.value for one in live.feed(frame)] for _ in range(40)]
    assert answers[0] == []
    assert answers[-1] == wanted
    assert all(answer in ([], wanted) for answer in answers)


def test_a_code_taken_away_is_gone() -> None:
    live = LiveDecoder()
    assert live.feed(picture("easy", ASIDE, "ean13").pixels)
    assert live.feed(scene("text", ASIDE)) == ()


def test_after_a_hard_frame_the_next_code_is_read_at_once() -> None:
    live = LiveDecoder(seconds=1.5, clock=Steps())
    assert live.feed(hard()) == ()
    shown = picture("easy", ASIDE, "code128")
    assert [one.value for one in live.feed(shown.pixels)] == [shown.value]


def alone(*said: str) -> Engine:
    """An engine that reads the code that is shown as Code 39, and says each of these values for a frame."""
    values = iter(said)
    zxing = available_engines()[0]

    def read(pixels: np.ndarray, everywhere: bool, step: int) -> list[Reading]:
        if everywhere:
            read.now = next(values, said[-1])  # type: ignore[attr-defined]  # of the frame
        now: str = read.now  # type: ignore[attr-defined]  # of the frame
        return [replace(one, value=now) if now != one.value else one for one in zxing(pixels, everywhere, step)]

    return read


def noisy(pixels: np.ndarray, frame: int) -> np.ndarray:
    rng = np.random.default_rng(frame)
    return np.clip(pixels + rng.normal(0, 1.5, pixels.shape), 0, 255).astype(np.uint8)


def test_what_one_engine_alone_read_without_a_check_waits_for_a_second_frame() -> None:
    shown = picture("easy", ASIDE + 2, "code39")
    live = LiveDecoder(seconds=1.5, engines=available_engines()[:1], clock=Steps())
    answers = [[one.value for one in live.feed(noisy(shown.pixels, frame))] for frame in range(4)]
    assert answers[0] == []
    assert answers[-1] == [shown.value]


def test_the_same_frame_again_is_no_second_frame() -> None:
    shown = picture("easy", ASIDE + 2, "code39")
    wrong = "X" + shown.value[1:]
    live = LiveDecoder(seconds=1.5, engines=[alone(wrong)], clock=Steps())
    for _ in range(12):
        assert wrong not in [one.value for one in live.feed(shown.pixels)]


def test_two_engines_that_agree_need_one_frame_only() -> None:
    shown = picture("easy", ASIDE + 2, "code39")
    assert [one.value for one in LiveDecoder().feed(shown.pixels)] == [shown.value]


def test_frames_that_differ_in_what_they_say_are_not_believed() -> None:
    shown = picture("easy", ASIDE + 2, "code39")
    wrong = "X" + shown.value[1:]
    live = LiveDecoder(seconds=1.5, engines=[alone(wrong, shown.value)], clock=Steps())
    for frame in range(6):
        assert wrong not in [one.value for one in live.feed(noisy(shown.pixels, frame))]


def test_a_code_once_believed_stays_so_while_it_moves() -> None:
    shown = picture("easy", ASIDE + 2, "code39")
    live = LiveDecoder(seconds=1.5, engines=available_engines()[:1], clock=Steps())
    moved = [np.roll(shown.pixels, 6 * (frame % 5), axis=1) for frame in range(40)]
    answers = [[one.value for one in live.feed(frame)] for frame in moved]
    assert answers[2:] == [[shown.value]] * 38


def test_black_tiny_and_empty_frames_are_no_trouble() -> None:
    live = LiveDecoder()
    for shape in ((720, 1280, 3), (480, 640), (0, 0, 3), (1, 1), (2, 9000), (4000, 3, 3)):
        assert live.feed(np.zeros(shape, np.uint8)) == ()
    shown = picture("easy", ASIDE, "code128")
    assert [one.value for one in live.feed(shown.pixels)] == [shown.value]
