"""Every sample view, size and language: nothing is clipped, nothing overlaps, everything can be touched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from itertools import combinations, pairwise, product

import pygame
import pytest

from kiosk.assets import asset
from kiosk.flows.answers import blocks_of, standing_card
from kiosk.flows.views import Button, IdleView, Money, ResultCard, SessionView, Text, Tone
from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.patrons import ClassName
from kiosk.lending.policy import Reason, ReasonCode
from kiosk.screens.canvas import Drawn
from kiosk.screens.stage import Stage
from kiosk.screens.theme import PAIRS, Size, contrast
from kiosk.screens.widgets import spine_number
from tests.screens.gallery import (
    BLOCKED,
    BOOKS,
    IDLE,
    LENT,
    LENT_LONG,
    LONG_NAME,
    LONG_TITLE,
    SESSION,
    SIZES,
    VIEWS,
)
from tests.screens.pages import PAGES

MORE_SIZES = ((1366, 768), (1080, 1920), (1280, 1024), (3840, 2160))
AT = 10.0


def shown(view: object, size: tuple[int, int], language: str) -> tuple[Stage, list[Drawn]]:
    stage = Stage(pygame.Surface(size), Words(language))
    drawn = stage.kit.drawn = []
    stage.show(view, AT)
    return stage, drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", MORE_SIZES, ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_no_text_leaves_its_box_or_meets_another(name, size, language):
    stage, drawn = shown(VIEWS[name], size, language)
    assert drawn
    for one in drawn:
        assert one.box.contains(one.rect), f"{one.text} leaves its box"
        assert stage.kit.box.contains(one.box), f"the box of {one.text} leaves the screen"
    for one, other in combinations(drawn, 2):
        assert not one.rect.colliderect(other.rect), f"{one.text} lies on {other.text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_children_read_no_small_print_and_every_button_is_said_in_full(name, size, language):
    stage, drawn = shown(VIEWS[name], size, language)
    buttons = [target.rect for target in stage.targets]
    for one in drawn:
        on_a_button = one.rect.collidelist(buttons) >= 0
        assert one.px >= stage.kit.px(28) or on_a_button or one.part == "detail", one.text
        assert not (on_a_button and one.cut), one.text


@pytest.mark.parametrize("name", [*VIEWS, *PAGES])
def test_every_text_stands_out_from_what_it_is_drawn_on(name):
    for one in shown({**VIEWS, **PAGES}[name], (1366, 768), "zh_CN")[1]:
        assert contrast(one.colour, one.ground) >= 4.5, (one.text, one.colour, one.ground)
        listed = name in PAGES or (one.colour, one.ground) in PAIRS
        assert listed, f"{one.text}: {one.colour} on {one.ground} is not listed"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_every_message_has_words(name, language):
    for one in shown(VIEWS[name], (1920, 1080), language)[1]:
        assert not re.search(r"\[[a-z]+\.[a-z_.]+|\{[a-z]", one.text), one.text


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_everything_to_touch_is_large_and_apart(name, size):
    stage, _ = shown(VIEWS[name], size, "en")
    least = stage.kit.px(72)
    areas = {scroll.name: scroll.rect for part in stage._parts_shown() for scroll in part.scrolls}
    targets = [(t, t.rect.clip(areas[t.scroll]) if t.scroll else t.rect) for t in stage.targets]
    for target, _ in targets:
        assert min(target.rect.size) >= least, target
        assert target.scroll or stage.kit.box.contains(target.rect)
    for (_, one), (_, other) in combinations([t for t in targets if t[1].size != (0, 0)], 2):
        assert not one.colliderect(other)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_parts_lie_beside_each_other_or_one_inside_another(name, size):
    stage, _ = shown(VIEWS[name], size, "zh_CN")
    for one, other in combinations(stage._parts, 2):
        apart = not one.rect.colliderect(other.rect)
        assert apart or one.rect.contains(other.rect), f"{one.name} and {other.name}"


VALUES = {
    "n": 12,
    "title": LONG_TITLE,
    "due_on": date(2026, 12, 23),
    "until": date(2026, 12, 23),
    "next": datetime(2026, 12, 23, 12, 15),  # noqa: DTZ001  the school's local time
    "at": datetime(2026, 12, 23, 12, 15),  # noqa: DTZ001  as above
    "money": Money(123450),
    "who": (ClassName(3, 12), ClassName(6, 14)),
    "place": "三楼阅览室东侧12号书架第4层",
    "name": LONG_NAME,
    "why": "国庆节和中秋节放假",
    "time": time(12, 15),
}


def keys(pattern: str) -> list[str]:
    """The message keys of a session that match."""
    po = asset("locale", "zh_CN", "LC_MESSAGES", "session.po").read_text("utf-8")
    return [key for key in re.findall(r'^msgid "(.+)"$', po, re.MULTILINE) if re.fullmatch(pattern, key)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_answer_is_said_in_full(size, language):
    answers = keys(r"session\.answer\.\w+")
    assert len(answers) > 20
    stage = Stage(pygame.Surface(size), Words(language))
    for key in answers:
        lines = tuple(Text(line, VALUES) for line in keys(re.escape(key) + r"\.line"))
        undo = (Button("undo", Text("session.button.undo"), "undo", 1),)
        card = ResultCard(Tone.LOOK, "book", Text(key, VALUES), lines, BOOKS[0], buttons=undo)
        drawn = stage.kit.drawn = []
        stage.show(replace(SESSION, result=card, pinyin=True), AT)
        said = [one for one in drawn if one.part == "answer" and one.text != BOOKS[0].title]
        assert len(said) == 2 + len(lines), key
        assert not [one.text for one in said if one.cut], key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_all_reasons_of_a_refusal_are_said_the_first_one_no_smaller(size, language):
    reasons = keys(r"session\.reason\.\w+")
    assert len(reasons) > 10
    stage = Stage(pygame.Surface(size), Words(language))
    for first, second in pairwise(reasons):
        lines = (Text(first, VALUES), Text(f"{second.removesuffix('_open')}.todo", VALUES), Text(second, VALUES))
        card = ResultCard(Tone.NOT_NOW, "clock", Text("session.answer.refused"), lines, BOOKS[2])
        drawn = stage.kit.drawn = []
        stage.show(replace(SESSION, result=card, trouble=Text("session.trouble.clock"), pinyin=True), AT)
        said = [one for one in drawn if one.part == "answer"]
        assert len(said) == 4, (first, [one.text for one in said])
        assert said[0].px >= max(one.px for one in said) and not any(one.cut for one in said), first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_all_that_blocks_is_said_before_the_first_scan(size, language):
    """However many reasons there are, with a strip above, none is left out and none is cut; the first one is large."""
    of_the_book = map(Reason, (ReasonCode.WITHDRAWN, ReasonCode.NOT_FOR_LOAN, ReasonCode.HELD_FOR_OTHER))
    for patron in (BLOCKED, replace(BLOCKED, blocks=(*of_the_book, *BLOCKED.blocks))):
        card = standing_card(patron)
        assert card is not None
        for trouble, pinyin in product((None, Text("session.trouble.shifted_clock")), (True, False)):
            view = replace(SESSION, result=card, next_turn=None, trouble=trouble, pinyin=pinyin)
            stage, drawn = shown(view, size, language)
            sheet = next(part.rect for part in stage._parts if part.name == "answer")
            said = [one for one in drawn if one.part == "answer"]
            assert len(said) == 1 + len(patron.blocks) + 1  # what to do, and the one date
            assert not [one.text for one in said if one.cut or not sheet.contains(one.rect)]
            assert said[0].px >= max(one.px for one in said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_all_that_blocks_is_said_beside_an_answer_to_something_else(size, language):
    stage = Stage(pygame.Surface(size), Words(language))
    for first, second in pairwise(blocks_of(BLOCKED)):
        for blocks in ((first,), (first, second), (first, second, first), (first, second) * 3):
            drawn = stage.kit.drawn = []
            stage.show(replace(SESSION, blocks=blocks), AT)
            said = [one for one in drawn if one.part == "blocks"]
            assert len(said) == len(blocks) and not any(one.cut for one in said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["idle-help", "idle-in", "idle-in-pinyin"])
def test_an_answer_without_a_card_is_said_whole_whatever_is_above_it(name, size, language):
    """Help has three lines, and "your card first" also what to do then; only a long title may end in "…"."""
    for trouble in (None, Text("session.trouble.clock")):
        view = VIEWS[name]
        assert isinstance(view, IdleView) and view.result is not None
        _, drawn = shown(replace(view, trouble=trouble, pinyin=True), size, language)
        said = [one for one in drawn if one.part == "result" and one.text != "关闭"]
        words = Words(language)
        for line in (view.result.headline, *view.result.lines):
            assert [one for one in said if unbroken(one.text) == unbroken(words.say(line))], line


def unbroken(text: str) -> str:
    return re.sub(r"[\s/]", "", text)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_of_a_loan_the_day_to_bring_it_back_is_as_large_as_anything_but_the_headline(size):
    shelf = (SESSION.shelf[0], LENT_LONG.book)
    for card, books in ((LENT, SESSION.shelf), (LENT_LONG, shelf)):
        stage, drawn = shown(replace(SESSION, result=card, shelf=books), size, "zh_CN")
        due = next(one for one in drawn if one.part == "answer" and "5月27日" in one.text)
        assert due.px >= stage.kit.px(Size.HEAD)
        assert due.px >= max(one.px for one in drawn if one.part == "answer" and one.text != "借好了！")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_board_says_how_many_turns_it_does_not_show_and_always_shows_the_one_that_runs(size):
    view = VIEWS["idle-long-day"]
    assert isinstance(view, IdleView)
    for first in range(len(view.rota)):
        turns = tuple(replace(line, now=i == first, over=i < first) for i, line in enumerate(view.rota))
        drawn = [one.text for one in shown(replace(view, rota=turns), size, "zh_CN")[1] if one.part == "rota"]
        rows = [one for one in drawn if re.match(r"\d+:\d\d–", one)]
        assert len(rows) >= 5
        assert f"{turns[first].starts:%H:%M}–{turns[first].ends:%H:%M}" in rows
        assert f"还有 {len(turns) - len(rows)} 个时段" in drawn


def test_a_call_number_too_small_to_read_is_left_out():
    small = shown(IDLE, (1366, 768), "zh_CN")[0].kit
    assert spine_number(small, BOOKS[1], 70) is None
    assert spine_number(small, BOOKS[1], 300) is not None


def test_a_class_set_shows_what_was_just_lent_on_top():
    view = VIEWS["session-set"]
    assert isinstance(view, SessionView)
    stage, drawn = shown(view, (1920, 1080), "zh_CN")
    titles = [one.text for one in drawn if one.part == "shelf" and one.text in {book.title for book in BOOKS}]
    assert titles[:2] == [view.shelf[59].title, view.shelf[57].title] or titles[0] == view.shelf[59].title
    assert len(stage.targets) < 20
