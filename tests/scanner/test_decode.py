"""Pictures in, codes out: hard pictures are read, and what is read is never wrong. Pictures are drawn from seeds."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kiosk.scanner.decode import Budget, Found, decode
from kiosk.scanner.decode.engines import available_engines, canonical
from kiosk.scanner.decode.search import merge
from tests.scanner.pictures import ASIDE, CONDITIONS, KINDS, SCENES, Picture
from tests.scanner.pictures import picture as drawn
from tests.scanner.pictures import scene as drawn_scene

SEEDS = range(ASIDE, ASIDE + 4)
# Of four pictures of a condition at least so many: what lens and light have destroyed cannot be asked for.
LEAST = {**dict.fromkeys(CONDITIONS, 3), "easy": 4, "blur": 2, "motion": 2, "glare": 2, "perspective": 2, "mixed": 2}
MOST_LIKE_BARS = ("random bars", "two-width bars", "torn")
picture, scene = cache(drawn), cache(drawn_scene)


def said(found: tuple[Found, ...]) -> list[tuple[str, str]]:
    return [(one.value, one.symbology) for one in found]


def truth(shown: Picture) -> list[tuple[str, str]]:
    return [(shown.value, shown.symbology)]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_hard_pictures_are_read_and_none_is_read_wrongly(condition: str) -> None:
    read = 0
    for seed in SEEDS:
        shown = picture(condition, seed)
        found = said(decode(shown.pixels, budget=Budget.STILL))
        assert found in ([], truth(shown)), f"{condition} {seed}"
        read += bool(found)
    assert read >= LEAST[condition]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("budget", Budget)
def test_every_kind_of_code_is_read_and_named(kind: str, budget: Budget) -> None:
    read = []
    for seed in SEEDS[: 1 if budget is Budget.STILL else 2]:
        shown = picture("easy", seed, kind)
        found = said(decode(shown.pixels, budget=budget))
        assert found in ([], truth(shown))
        read.append(bool(found))
    assert all(read) or (budget is Budget.FRAME and any(read))


@pytest.mark.parametrize("kind", SCENES)
@pytest.mark.parametrize("budget", Budget)
def test_pictures_without_a_code_give_nothing(kind: str, budget: Budget) -> None:
    for seed in SEEDS[: 1 if budget is Budget.STILL else 2]:  # everything tried takes its time
        assert decode(scene(kind, seed), budget=budget) == (), f"{kind} {seed}"


@pytest.mark.parametrize("alone", [0, 1])
def test_either_engine_alone_still_reads_and_never_wrongly(alone: int) -> None:
    engine = available_engines()[alone]
    read = 0
    for condition in ("easy", "rotated", "contrast"):
        for seed in SEEDS[:2]:
            shown = picture(condition, seed)
            found = said(decode(shown.pixels, budget=Budget.STILL, engines=[engine]))
            assert found in ([], truth(shown))
            read += bool(found)
    assert read >= 5
    for kind in MOST_LIKE_BARS:
        assert decode(scene(kind, ASIDE), budget=Budget.STILL, engines=[engine]) == ()


def test_without_any_engine_nothing_is_read() -> None:
    assert decode(picture("easy", ASIDE).pixels, budget=Budget.STILL, engines=[]) == ()


def test_the_outline_lies_on_the_code() -> None:
    for seed in SEEDS:
        shown = picture("rotated", seed, "code128")
        (found,) = decode(shown.pixels, budget=Budget.STILL)
        width = np.hypot(*np.subtract(shown.quad[1], shown.quad[0]))
        assert np.hypot(*(np.mean(found.where, axis=0) - np.mean(shown.quad, axis=0))) < 0.15 * width
        along = np.subtract(found.where[1], found.where[0])
        true = np.subtract(shown.quad[1], shown.quad[0])
        assert float(along @ true) / float(np.hypot(*along) * np.hypot(*true)) > 0.97


def test_two_codes_in_one_picture_are_both_given() -> None:
    card, book = picture("easy", ASIDE + 1, "code128"), picture("easy", ASIDE + 3, "ean13")
    height = max(card.pixels.shape[0], book.pixels.shape[0])
    both = np.full((height, card.pixels.shape[1] + book.pixels.shape[1]), 200, np.uint8)
    both[: card.pixels.shape[0], : card.pixels.shape[1]] = card.pixels
    both[: book.pixels.shape[0], card.pixels.shape[1] :] = book.pixels
    assert sorted(said(decode(both, budget=Budget.STILL))) == sorted(truth(card) + truth(book))


def test_an_add_on_is_no_code_and_no_part_of_one() -> None:
    for seed in SEEDS:
        shown = picture("easy", seed, "ean13+")
        assert said(decode(shown.pixels, budget=Budget.STILL)) == truth(shown)


def test_colour_and_grey_give_the_same() -> None:
    shown = picture("shadow", ASIDE, "code39")
    colour = np.asarray(cv2.cvtColor(shown.pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    assert decode(colour, budget=Budget.STILL) == decode(shown.pixels, budget=Budget.STILL)
    assert said(decode(shown.pixels[:, :, None], budget=Budget.STILL)) == truth(shown)


@pytest.mark.parametrize(
    "shape", [(0, 0), (0, 40), (1, 1), (1, 5000), (5000, 1), (23, 640), (24, 24), (480, 640), (480, 640, 3)]
)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_empty_black_and_tiny_pictures_give_nothing(shape: tuple[int, ...], level: int) -> None:
    for budget in Budget:
        assert decode(np.full(shape, level, np.uint8), budget=budget) == ()


@pytest.mark.parametrize("bad", [np.zeros((9, 9), np.float32), np.zeros((9, 9, 4), np.uint8), np.zeros(9, np.uint8)])
def test_what_is_no_picture_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not a grey or BGR picture"):
        decode(bad)


@settings(max_examples=25)
@given(arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 90))))
def test_no_picture_breaks_it(pixels: np.ndarray) -> None:
    for budget in Budget:
        assert isinstance(decode(pixels, budget=budget), tuple)


@pytest.mark.parametrize(("wide", "turn"), [(3, -14), (4, -14), (7, 74), (10, 83)])
def test_flat_black_around_a_turned_label_breaks_nothing(wide: int, turn: int) -> None:
    """Running sums that meet strong edges and then nothing end a little below zero."""
    label = np.full((240, 400), 245, np.uint8)
    label[30:210, 40:360] = np.where(np.arange(320) // wide % 2 == 0, 245, 30)
    place = cv2.getRotationMatrix2D((200, 120), turn, 1)
    place[:, 2] += (55.5, 135.5)
    with np.errstate(invalid="raise"):
        assert decode(np.asarray(cv2.warpAffine(label, place, (511, 511)), np.uint8)) == ()


def test_the_same_picture_gives_the_same_codes() -> None:
    shown = picture("mixed", ASIDE + 2)
    assert decode(shown.pixels) == decode(shown.pixels)


@pytest.mark.parametrize(
    ("text", "symbology", "value", "name"),
    [
        ("0036000291452", "ean13", "036000291452", "upca"),
        ("036000291452", "upca", "036000291452", "upca"),
        ("9787544270878", "ean13", "9787544270878", "ean13"),
        ("+A+B+C/A+D", "code39", "abc!d", "code39"),
        ("A$1", "code39", "A$1", "code39"),
        ("0112345\x1d10", "code128", "011234510", "code128"),
    ],
)
def test_what_engines_spell_differently_becomes_one_form(text: str, symbology: str, value: str, name: str) -> None:
    assert canonical(text, symbology) == (value, name)


def _found(value: str, left: float) -> Found:
    return Found(value, "code39", ((left, 0), (left + 100, 0), (left + 100, 40), (left, 40)))


def test_two_values_in_one_place_cancel_each_other() -> None:
    assert merge([_found("A", 0), _found("B", 10)]) == ()
    assert merge([_found("A", 0), _found("B", 10), _found("C", 300)]) == (_found("C", 300),)
    assert merge([_found("A", 0), _found("A", 4)]) == (_found("A", 0),)
