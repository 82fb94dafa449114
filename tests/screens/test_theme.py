"""Colours and measures."""

from __future__ import annotations

from itertools import combinations

import pytest

from kiosk.flows.views import Tone
from kiosk.screens import theme
from kiosk.screens.theme import Metrics, Size


@pytest.mark.parametrize(("text", "ground"), theme.PAIRS)
def test_every_text_stands_out_from_its_ground(text, ground):
    assert theme.contrast(text, ground) >= 4.5


def test_contrast_is_what_the_standard_says():
    assert theme.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert theme.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_each_class_of_the_classification_has_a_colour_of_its_own():
    assert sorted(theme.CLC) == list("ABCDEFGHIJKNOPQRSTUVXZ")
    fills = [look.fill for look in theme.CLC.values()]
    for one, other in combinations(fills, 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) >= 24, f"{one} looks like {other}"


def test_a_class_number_takes_the_colour_of_its_letter():
    assert theme.class_look("I287.45") is theme.CLC["I"]
    assert theme.class_look("q95-49") is theme.CLC["Q"]
    assert theme.class_look("") is theme.class_look("L1") is theme.NO_CLASS


def test_every_tone_has_colours_of_its_own():
    assert len({theme.TONES[tone].fill for tone in Tone}) == len({theme.TONES[tone].tint for tone in Tone}) == 4


def test_body_text_and_targets_are_large_enough_at_1080p():
    metrics = Metrics(1920, 1080)
    assert metrics.px(Size.BODY) >= 28
    assert metrics.px(theme.TOUCH) >= 72


@pytest.mark.parametrize(
    ("size", "unit"),
    [((1920, 1080), 1), ((3840, 2160), 2), ((1080, 1920), 1), ((1366, 768), 0.711), ((1280, 1024), 0.667)],
)
def test_lengths_scale_with_the_screen_and_its_turn(size, unit):
    assert Metrics(*size).unit == pytest.approx(unit, abs=0.001)


def test_no_length_vanishes():
    assert Metrics(320, 200).px(1) == 1
