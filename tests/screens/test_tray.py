"""The demo's tray: it stands beside the kiosk's screen, and what is clicked in it is scanned."""

from __future__ import annotations

import pygame
import pytest

from kiosk.flows.views import Text, TrayItem
from kiosk.i18n import Words
from kiosk.screens.tray import Tray
from tests.screens.pages import ENGLISH_TITLE, LONG_NAME, LONG_TITLE

ITEMS = (
    TrayItem("20000011", "王小明", "card", note=Text("demo.role.overdue_reader")),
    TrayItem("20000029", LONG_NAME, "card"),
    TrayItem("30000018", "西游记", "copy", "I242.4"),
    TrayItem("30000026", LONG_TITLE, "copy", "Z228.1"),
    *(TrayItem(f"3100000{i}", ENGLISH_TITLE, "copy", "H319.4") for i in range(9)),
    TrayItem("90000011", "完成", "command"),
    TrayItem("9787500000000", "出版社的条码", "other"),
)
SIZES = [(1366, 768), (1920, 1080), (1080, 1920)]


def click(tray: Tray, place: tuple[int, int]) -> str | None:
    tray.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=1))
    code = tray.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=place, button=1))
    tray.draw()
    return code


def places(tray: Tray) -> dict[object, tuple[int, int]]:
    """Where in the window each thing in sight is."""
    areas = {scroll.name: scroll.rect for shown in tray._stage._parts_shown() for scroll in shown.scrolls}
    return {
        target.id[2] or target.id[1]: target.rect.move(tray._stage._origin).center
        for target in tray._stage.targets
        if not target.scroll or areas[target.scroll].collidepoint(target.rect.center)
    }


@pytest.fixture(params=SIZES, ids=str)
def tray(request):
    tray = Tray(ITEMS, pygame.Surface(request.param))
    tray.draw()
    return tray


def test_a_click_on_a_card_scans_it(tray):
    assert click(tray, places(tray)["20000011"]) == "20000011"


def test_everything_in_the_tray_can_be_reached_and_scans_its_own_code(tray):
    found = {}
    for _ in range(20):
        for code, place in places(tray).items():
            if code != "fold" and code not in found:
                found[code] = click(tray, place)
        for scroll in [scroll for shown in tray._stage._parts_shown() for scroll in shown.scrolls]:
            over = scroll.rect.move(tray._stage._origin).center
            tray.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=over, rel=(0, 0)))
            tray.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-1))
        tray.draw()
    assert found == {item.code: item.code for item in ITEMS}


def test_the_kiosk_keeps_the_rest_of_the_window_and_nothing_is_covered(tray):
    window = tray._window
    rest = tray.rest()
    strip = tray._stage._surface
    kiosk = pygame.Rect(rest.get_abs_offset(), rest.get_size())
    own = pygame.Rect(strip.get_abs_offset(), strip.get_size())
    assert not kiosk.colliderect(own)
    assert kiosk.width * kiosk.height + own.width * own.height == window.get_width() * window.get_height()
    assert kiosk.width * kiosk.height > 0.7 * window.get_width() * window.get_height()


def test_events_outside_are_left_to_the_kiosk(tray):
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
        assert tray.handle(pygame.event.Event(kind, pos=(10, 10), button=1, rel=(0, 0))) is None
    assert tray.handle(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-1)) is None
    assert tray.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r")) is None


def test_a_press_that_began_on_the_kiosk_scans_nothing(tray):
    assert tray.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(10, 10), button=1)) is None
    card = places(tray)["20000011"]
    assert tray.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=card, button=1)) is None


def test_it_folds_to_an_edge_and_opens_again_telling_the_kiosk_its_new_surface(tray):
    moved = []
    tray.on_move = moved.append
    before = tray.rest().get_size()
    assert click(tray, places(tray)["fold"]) == ""
    assert moved[-1].get_size() == tray.rest().get_size() != before
    assert click(tray, places(tray)["fold"]) == ""
    assert moved[-1].get_size() == before


def test_it_follows_the_window(tray):
    wider = pygame.Surface((1600, 900))
    rest = tray.resize(wider)
    assert rest.get_abs_parent() is wider
    assert tray.draw()
    assert click(tray, places(tray)["20000011"]) == "20000011"


def test_it_says_that_it_is_a_demo_in_both_languages():
    tray = Tray(ITEMS, pygame.Surface((1366, 768)), Words("zh_CN"))
    drawn = tray._stage.kit.drawn = []
    tray.draw()
    tray.words = Words("en")
    tray.draw()
    assert {"演示", "Demo"} <= {one.text for one in drawn}


def test_nothing_is_drawn_while_nothing_changes(tray):
    assert tray.draw() == []


def test_a_card_and_a_book_are_in_reach_at_once(tray):
    assert {"20000011", "30000018"} <= set(places(tray))


def test_it_says_what_there_is_to_see_with_a_card():
    tray = Tray(ITEMS, pygame.Surface((1366, 768)), Words("en"))
    drawn = tray._stage.kit.drawn = []
    tray.draw()
    assert any(one.text == "Late book" for one in drawn)
