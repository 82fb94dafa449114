"""Pages, pads and the first start: everything fits, nothing overlaps, and hands and keys reach all of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pygame
import pytest

from kiosk.flows.events import Pressed
from kiosk.flows.views import Button, Column, PadView, PageView, Row, Table, Text, Tiles, Tone
from kiosk.i18n import Words
from kiosk.screens.canvas import Rect
from kiosk.screens.stage import Stage
from kiosk.screens.theme import TOUCH
from tests.screens.hands import Hands
from tests.screens.pages import MENU, NUMBER, PAD, PAGES, PATRON, ROTA, SEARCH, WAIT

SCREENS = [((1366, 768), "zh_CN"), ((1366, 768), "en"), ((1080, 1920), "zh_CN"), ((1920, 1080), "en")]
TITLE = Text("common.tray.title")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("size", "language"), SCREENS, ids=lambda value: str(value))
def test_everything_fits_and_nothing_overlaps(name, size, language):
    surface = pygame.Surface(size)
    stage = Stage(surface, Words(language))
    drawn = stage.kit.drawn = []
    stage.show(PAGES[name], 20.0)
    screen = surface.get_rect()
    assert drawn
    for one in drawn:
        assert one.box.contains(one.rect), f"{one.text} leaves its box"
        assert screen.contains(one.rect), f"{one.text} leaves the screen"
    for one, other in combinations(drawn, 2):
        assert not one.rect.colliderect(other.rect), f"{one.text} lies on {other.text}"
    areas = {scroll.name: scroll.rect for shown in stage._parts_shown() for scroll in shown.scrolls}
    in_sight = [t.rect.clip(areas[t.scroll]) if t.scroll else t.rect for t in stage.targets]
    for rect, other in combinations([rect for rect in in_sight if rect.width and rect.height], 2):
        assert not rect.colliderect(other), f"targets {rect} and {other} overlap"


@pytest.mark.parametrize("name", PAGES)
def test_every_button_is_large_enough_for_a_finger(name):
    hands = Hands(PAGES[name], (1920, 1080))
    rows = {row.action for block in getattr(hands.view, "blocks", ()) for row in getattr(block, "rows", ())}
    for target in hands.stage.targets:
        least = 56 if target.id[1] in rows else min(72, TOUCH)
        assert target.rect.height >= least, target.id
        assert target.rect.width >= 72, target.id


@pytest.mark.parametrize("name", PAGES)
def test_every_enabled_target_is_reached_by_tab(name):
    hands = Hands(PAGES[name])
    if len(hands.stage.targets) > 60:
        pytest.fail("too many targets are laid out at once")
    reached = set()
    for _ in range(130):
        hands.key(pygame.K_TAB, wait=0.1)
        if hands.focus in reached and hands.focus[0] != "field":
            break
        reached.add(hands.focus)
    missed = {target.id for target in hands.stage.targets if target.enabled and not target.group} - reached
    assert not missed


def table(count: int, **more: object) -> PageView:
    rows = tuple(Row((f"书 {i}", str(i)), action="open", value=i) for i in range(count))
    return PageView(
        "list", TITLE, bar=(Button("back", "返回"),), blocks=(Table((Column("书名", 3), Column("号")), rows),)
    )


@pytest.mark.parametrize("view", [SEARCH, table(2000)], ids=["search", "plain"])
def test_of_two_thousand_rows_only_those_in_sight_are_laid_out(view):
    hands = Hands(view)
    drawn = hands.stage.kit.drawn = []
    hands.stage.redraw()
    hands.show()
    assert len(hands.stage.targets) < 30
    assert len(drawn) < 130
    assert len(hands.stage.kit.type._blocks) < 200


def test_a_row_is_chosen_by_a_click():
    hands = Hands(table(50))
    assert hands.click(hands.target("press", "open", 3).rect.center) == [Pressed("open", hands.now, 3)]


def test_arrows_go_through_all_rows_and_the_list_follows():
    hands = Hands(table(60))
    hands.key(pygame.K_TAB)
    for i in range(60):
        hands.key(pygame.K_DOWN, wait=0.1)
        assert hands.focus == ("press", "open", i)
        target = hands.target("press", "open", i)
        area = hands.stage._scroll_at(None).rect
        assert area.top <= target.rect.top <= target.rect.bottom <= area.bottom
    assert hands.key(pygame.K_RETURN, text="\r") == [Pressed("open", hands.now, 59)]
    for i in reversed(range(59)):
        hands.key(pygame.K_UP, wait=0.1)
        assert hands.focus == ("press", "open", i)


def test_tab_goes_past_a_list_and_comes_back_to_it():
    hands = Hands(SEARCH)
    seen = []
    for _ in range(8):
        hands.key(pygame.K_TAB)
        seen.append(hands.focus[1:])
    round_ = [("search", None), ("title", 0), ("back", None), ("new", None), ("print", None), ("query", None)]
    assert seen == [*round_, *round_[:2]]
    hands.key(pygame.K_DOWN)
    hands.key(pygame.K_TAB, pygame.KMOD_SHIFT)
    assert hands.focus[1] == "search"


def test_arrows_reach_the_buttons_of_a_row():
    rows = tuple(
        Row((f"书 {i}",), action="open", value=i, buttons=(Button("undo", "撤销", value=i),)) for i in range(9)
    )
    hands = Hands(PageView("x", TITLE, blocks=(Table((Column("书名"),), rows),)))
    hands.key(pygame.K_TAB)
    hands.key(pygame.K_DOWN)
    hands.key(pygame.K_RIGHT)
    assert hands.key(pygame.K_SPACE, text=" ") == [Pressed("undo", hands.now, 1)]


def first_row(hands: Hands) -> int:
    area = hands.stage._scroll_at(None).rect
    return next(t.id[2] for t in hands.stage.targets if t.id[1] == "open" and t.rect.top >= area.top)


def test_wheel_page_keys_finger_and_bar_move_the_list():
    hands = Hands(table(200))
    area = hands.stage._scroll_at(None).rect
    hands.do(pygame.MOUSEWHEEL, x=0, y=-1, flipped=False)
    wheeled = first_row(hands)
    assert wheeled > 0
    hands.key(pygame.K_PAGEDOWN)
    paged = first_row(hands)
    assert paged > wheeled + 4
    hands.key(pygame.K_PAGEUP)
    assert first_row(hands) < paged
    before = first_row(hands)
    assert hands.drag((400, area.bottom - 20), (400, area.top + 20)) == []
    assert first_row(hands) > before
    assert hands.drag((area.right - 5, area.top + 5), (area.right - 5, area.bottom + 50)) == []
    assert any(t.id == ("press", "open", 199) for t in hands.stage.targets)


def test_a_shorter_list_is_not_scrolled_past_its_end():
    hands = Hands(table(200))
    for _ in range(40):
        hands.key(pygame.K_PAGEDOWN, wait=0.1)
    hands.show(table(5))
    assert hands.target("press", "open", 0)
    hands.show(table(200))
    hands.do(pygame.MOUSEWHEEL, x=0, y=1, flipped=False)
    assert hands.stage._offsets["body"] >= 0


def test_headings_stay_while_the_rows_scroll():
    hands = Hands(table(200))
    hands.key(pygame.K_PAGEDOWN)
    drawn = hands.stage.kit.drawn = []
    hands.stage.redraw()
    hands.show()
    assert any(one.text == "书名" for one in drawn)


def test_headings_move_with_the_columns_when_rows_get_buttons():
    columns = (Column("书名"), Column("册数"), Column("", 2))
    plain = Table(columns, tuple(Row((f"书 {i}", str(i))) for i in range(3)))
    undo = (Button("undo", "撤销"),)
    hands = Hands(PageView("x", TITLE, blocks=(plain,)))
    drawn = hands.stage.kit.drawn = []
    hands.show(PageView("x", TITLE, blocks=(replace(plain, rows=tuple(replace(r, buttons=undo) for r in plain.rows)),)))
    lefts = {one.text: one.rect.left for one in drawn}
    assert lefts["册数"] == lefts["1"]


def test_buttons_of_a_row_are_pressed_and_not_the_row():
    rows = tuple(
        Row((f"书 {i}",), action="open", value=i, buttons=(Button("undo", "撤销", value=i),)) for i in range(9)
    )
    hands = Hands(PageView("x", TITLE, blocks=(Table((Column("书名"),), rows),)))
    assert hands.click(hands.target("press", "undo", 2).rect.center) == [Pressed("undo", hands.now, 2)]
    assert hands.click(hands.target("press", "open", 2).rect.center) == [Pressed("open", hands.now, 2)]


def test_a_tone_is_shown_by_more_than_colour():
    plain = table(3)
    toned = replace(plain.blocks[0], rows=tuple(replace(row, tone=Tone.LOOK) for row in plain.blocks[0].rows))
    hands = Hands(replace(plain, blocks=(toned,)))
    assert any(key[0] == "icon" and key[1] == "look" for key in hands.stage.kit.cache._surfaces)


def test_an_empty_table_says_so():
    empty = Table((Column("书名"),), (), Text("common.tray.hint"))
    hands = Hands(PageView("x", TITLE))
    drawn = hands.stage.kit.drawn = []
    hands.show(PageView("x", TITLE, blocks=(empty,)))
    assert any("扫码" in one.text for one in drawn)


def test_a_tile_is_pressed_by_keyboard_alone():
    hands = Hands(MENU)
    hands.key(pygame.K_TAB)
    hands.key(pygame.K_TAB)
    hands.key(pygame.K_RIGHT)
    assert hands.key(pygame.K_RETURN, text="\r") == [Pressed("go1", hands.now)]


def test_a_cell_of_the_week_is_pressed():
    hands = Hands(ROTA)
    cell = next(target for target in hands.stage.targets if target.id[1] == "slot")
    assert hands.click(cell.rect.center) == [Pressed("slot", hands.now, cell.id[2])]


def test_a_button_that_is_off_is_neither_pressed_nor_reached():
    hands = Hands(PageView("x", TITLE, blocks=(Tiles((Button("a", "甲", enabled=False), Button("b", "乙"))),)))
    off = hands.target("press", "a")
    assert hands.click(off.rect.center) == []
    for _ in range(5):
        hands.key(pygame.K_TAB)
        assert hands.focus != off.id


def test_the_ring_moves_without_painting_the_page():
    hands = Hands(PAGES["page-home"])
    hands.now = 15.0
    hands.show()
    hands.now = 16.0
    changed = hands.show()
    assert [rect.size for rect in changed] == [hands.stage._shown["ring"].part.rect.size]


def test_typing_a_search_leaves_the_list_unpainted():
    hands = Hands(SEARCH)
    hands.now += 1
    hands.stage.handle(pygame.event.Event(pygame.TEXTINPUT, text="a"), hands.now)
    assert [Rect(rect).colliderect(hands.stage._shown["body"].part.rect) for rect in hands.show()] == [False]


def test_a_notice_with_a_long_book_leaves_room_for_the_page():
    hands = Hands(PATRON)
    assert hands.stage._shown["body"].part.rect.height > 768 // 4


# ── the pad ──


def test_the_pad_takes_digits_by_touch():
    hands = Hands(PAD)
    said = [hands.click(hands.target("press", "digit", digit).rect.center)[0] for digit in "7059"]
    assert [one.value for one in said] == list("7059")
    assert {one.action for one in said} == {"digit"}


def test_the_pad_takes_digits_by_keyboard():
    hands = Hands(PAD)
    keys = [(pygame.K_7, "7"), (pygame.K_KP0, "0"), (pygame.K_KP_9, "9")]
    said = [hands.key(key, text=text)[0] for key, text in keys]
    assert [(one.action, one.value) for one in said] == [("digit", "7"), ("digit", "0"), ("digit", "9")]
    assert hands.key(pygame.K_BACKSPACE)[0].action == "erase"
    assert hands.key(pygame.K_RETURN, text="\r")[0].action == "enter"
    assert hands.key(pygame.K_KP_ENTER, text="\r")[0].action == "enter"


def test_while_everybody_waits_no_digit_counts():
    hands = Hands(WAIT)
    assert hands.key(pygame.K_7, text="7") == []
    assert hands.key(pygame.K_RETURN, text="\r") == []
    assert hands.click(hands.target("press", "digit", "7").rect.center) == []
    assert hands.click(hands.target("press", "cancel").rect.center) == [Pressed("cancel", hands.now)]


def test_a_pin_is_never_drawn_and_a_number_is():
    for view, shown in ((PAD, False), (NUMBER, True)):
        hands = Hands(PadView(TITLE, "", dots=view.dots))
        drawn = hands.stage.kit.drawn = []
        hands.show(replace(view, entered="83461"))
        assert any("83461" in one.text for one in drawn) is shown


def test_the_pad_keeps_its_place_for_the_finger_while_a_pin_is_entered():
    hands = Hands(replace(PAD, entered=""))
    before = [target.rect for target in hands.stage.targets]
    for entered in ("1", "12", "123456789012"):
        hands.show(replace(PAD, entered=entered))
        assert [target.rect for target in hands.stage.targets] == before
