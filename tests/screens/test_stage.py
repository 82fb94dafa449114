"""The stage: draws only what differs, moves only what moves, and says what hands and keys did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pygame
import pytest

from kiosk.flows.events import Pressed
from kiosk.flows.views import Ring, SessionView
from kiosk.i18n import Words
from kiosk.screens.canvas import Rect
from kiosk.screens.stage import Stage
from tests.screens.gallery import IDLE, SESSION, VIEWS
from tests.screens.hands import Hands

SIZE = (1366, 768)
AT = 10.0  # long after the samples began, so that nothing moves but the rings


def stage(size: tuple[int, int] = SIZE, language: str = "zh_CN") -> tuple[Stage, pygame.Surface]:
    surface = pygame.Surface(size)
    return Stage(surface, Words(language)), surface


def fresh(view: object, now: float = AT) -> bytes:
    shown, surface = stage()
    shown.show(view, now)
    return pygame.image.tobytes(surface, "RGB")


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    return {name: fresh(view) for name, view in VIEWS.items()}


def differing(surface: pygame.Surface, before: bytes) -> Rect:
    """The smallest rectangle around all pixels that are not as they were."""
    old = pygame.image.frombytes(before, surface.get_size(), "RGB")
    mask = pygame.mask.from_threshold(old, (0, 0, 0), (1, 1, 1), surface.convert(old))
    mask.invert()
    return mask.get_bounding_rects()[0].unionall(mask.get_bounding_rects()) if mask.count() else Rect(0, 0, 0, 0)


def test_whatever_was_shown_before_a_view_looks_the_same(pictures):
    """Repainting parts comes to the same pixels as painting everything."""
    shown, surface = stage()
    names = [name for pair in permutations(VIEWS, 2) for name in pair]
    for name in names:
        shown.show(VIEWS[name], AT)
        assert pygame.image.tobytes(surface, "RGB") == pictures[name], name


def test_the_same_view_again_draws_nothing():
    shown, _ = stage()
    assert shown.show(IDLE, AT) == [Rect(0, 0, *SIZE)]
    assert shown.show(IDLE, AT + 60) == []
    assert shown.show(replace(IDLE), AT + 60) == []


def test_a_minute_later_only_the_head_is_drawn():
    shown, surface = stage()
    shown.show(IDLE, AT)
    (changed,) = shown.show(replace(IDLE, now=IDLE.now + timedelta(minutes=1)), AT)
    assert changed.height < surface.get_height() / 8


@pytest.mark.parametrize(("before", "after"), [("session-new", "session-lent"), ("idle", "idle-return")])
def test_every_changed_pixel_lies_in_a_rectangle_that_is_told(before, after):
    shown, surface = stage()
    shown.show(VIEWS[before], AT)
    old = surface.copy()
    told = shown.show(VIEWS[after], AT)
    assert told
    for rect in told:
        old.blit(surface, rect, rect)
    assert pygame.image.tobytes(old, "RGB") == pygame.image.tobytes(surface, "RGB")


def test_other_words_draw_everything_in_the_other_language():
    shown, surface = stage()
    shown.show(SESSION, AT)
    shown.words = Words("en")
    assert shown.show(SESSION, AT) == [Rect(0, 0, *SIZE)]
    english, other = stage(language="en")
    english.show(SESSION, AT)
    assert pygame.image.tobytes(surface, "RGB") == pygame.image.tobytes(other, "RGB")


def test_another_surface_takes_the_whole_picture():
    shown, _ = stage((1920, 1080))
    shown.show(SESSION, AT)
    small = pygame.Surface(SIZE)
    shown.resize(small)
    assert shown.show(SESSION, AT) == [Rect(0, 0, *SIZE)]
    assert pygame.image.tobytes(small, "RGB") == fresh(SESSION)


def test_on_a_part_of_a_window_places_are_the_windows():
    window = pygame.Surface((1600, 900))
    inner = window.subsurface((200, 100, *SIZE))
    shown = Stage(inner, Words())
    assert shown.show(SESSION, AT) == [Rect(200, 100, *SIZE)]
    finish = next(t for t in shown.targets if t.id[1] == "finish")
    place = finish.rect.move(200, 100).center
    assert shown.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=1), AT) == ()
    said = shown.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=place, button=1), AT)
    assert said == (Pressed("finish", AT),)


def test_it_draws_into_its_own_part_of_a_window_only():
    window = pygame.Surface((1600, 900))
    window.fill((1, 2, 3))
    Stage(window.subsurface((100, 50, *SIZE)), Words()).show(SESSION, AT)
    for place in ((0, 0), (99, 400), (100 + SIZE[0], 400), (700, 49), (700, 50 + SIZE[1])):
        assert window.get_at(place)[:3] == (1, 2, 3)


# ── motion ──


def frames(shown: Stage, view: object, start: float, end: float) -> list[tuple[float, list[Rect]]]:
    """What is drawn when the stage is asked only when it wants to be."""
    drawn = [(start, shown.show(view, start))]
    while (at := shown.next_frame(drawn[-1][0])) is not None and at <= end:
        drawn.append((at, shown.show(view, at)))
    return drawn


def test_a_still_screen_needs_no_frame():
    shown, _ = stage()
    shown.show(IDLE, AT)
    assert shown.next_frame(AT) is None


def test_a_ring_wakes_no_oftener_than_ten_times_a_second_and_each_time_moves_only_itself():
    shown, _ = stage()
    view = replace(SESSION, ring=Ring(AT + 25, 25.0))
    drawn = frames(shown, view, AT, AT + 30)[1:]
    assert 200 <= len(drawn) <= 250
    for _, rects in drawn:
        (rect,) = rects
        assert rect.width * rect.height < SIZE[0] * SIZE[1] / 50
    assert drawn[-1][0] == pytest.approx(AT + 25, abs=0.02)
    assert shown.next_frame(AT + 25.1) is None


def arriving() -> SessionView:
    assert SESSION.result is not None
    return replace(SESSION, result=replace(SESSION.result, since=AT), ring=Ring(AT + 25, 25.0))


def test_a_lent_book_slides_onto_the_shelf_within_250_ms_and_then_stands():
    shown, surface = stage()
    view = arriving()
    drawn = frames(shown, view, AT, AT + 2)
    shelf = next(part.rect for part in shown._parts if part.name == "shelf")
    moved = [at for at, rects in drawn[1:] if shelf in rects]
    assert 8 <= len(moved) <= 20
    assert moved[-1] - AT <= 0.25 + 1 / 60
    still = pygame.image.tobytes(surface.subsurface(shelf), "RGB")
    again, other = stage()
    again.show(view, AT + 60)
    assert pygame.image.tobytes(other.subsurface(shelf), "RGB") == still


def test_a_result_that_is_seen_late_does_not_move():
    shown, _ = stage()
    shelf_and_sign = [rects for _, rects in frames(shown, arriving(), AT + 1, AT + 2)[1:]]
    ring = next(part.rect for part in shown._parts if part.name == "ring")
    assert all(rects == [ring] for rects in shelf_and_sign)


def test_the_same_answer_twice_is_seen_as_two():
    shown, _ = stage()
    view = arriving()
    shown.show(view, AT + 5)
    assert view.result is not None
    again = replace(view, result=replace(view.result, since=AT + 6, serial=2))
    assert [at for at, rects in frames(shown, again, AT + 6, AT + 6.2)[1:] if rects]


# ── hands ──


def test_a_click_presses_the_button_under_it_when_it_is_let_go():
    hands = Hands(SESSION)
    assert hands.click(hands.target("press", "renew_all").rect.center) == [Pressed("renew_all", hands.now)]


def test_letting_go_elsewhere_presses_nothing():
    hands = Hands(SESSION)
    start, end = (hands.target("press", name).rect.center for name in ("finish", "help"))
    assert hands.drag(start, end) == []


def test_a_button_gives_way_while_it_is_held():
    hands = Hands(SESSION)
    button = hands.target("press", "finish").rect
    before = pygame.image.tobytes(hands.surface.subsurface(button), "RGB")
    hands.do(pygame.MOUSEBUTTONDOWN, pos=button.center, button=1)
    assert pygame.image.tobytes(hands.surface.subsurface(button), "RGB") != before
    hands.do(pygame.MOUSEBUTTONUP, pos=button.center, button=1)
    assert pygame.image.tobytes(hands.surface.subsurface(button), "RGB") == before


def test_a_finger_presses_once_though_sdl_tells_it_as_a_mouse_too():
    hands = Hands(SESSION)
    place = hands.target("press", "help").rect.center
    share = {"x": place[0] / SIZE[0], "y": place[1] / SIZE[1], "finger_id": 1, "touch_id": 1, "dx": 0, "dy": 0}
    hands.do(pygame.FINGERDOWN, **share)
    hands.do(pygame.MOUSEBUTTONDOWN, pos=place, button=1, touch=True)
    hands.do(pygame.FINGERUP, **share)
    hands.do(pygame.MOUSEBUTTONUP, pos=place, button=1, touch=True)
    assert [said.action for said in hands.said if isinstance(said, Pressed)] == ["help"]


def test_a_button_of_the_shelf_tells_which_book():
    hands = Hands(SESSION)
    target = next(t for t in hands.stage.targets if t.scroll == "shelf")
    assert hands.click(target.rect.center) == [Pressed("undo", hands.now, 30000018)]


def test_a_long_shelf_follows_the_finger_and_drags_press_nothing():
    hands = Hands(VIEWS["session-set"])
    first = [t for t in hands.stage.targets if t.scroll == "shelf"]
    x, y = first[2].rect.center
    assert hands.drag((x, y), (x, y - 300)) == []
    assert hands.target(*first[2].id).rect.centery == y - 300


def test_the_wheel_reaches_the_last_book_and_stops_there():
    hands = Hands(VIEWS["session-set"])
    place = next(t for t in hands.stage.targets if t.scroll == "shelf").rect.center
    hands.do(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0))
    for _ in range(200):
        hands.do(pygame.MOUSEWHEEL, x=0, y=-1)
    last = [t.id for t in hands.stage.targets if t.scroll == "shelf"]
    hands.do(pygame.MOUSEWHEEL, x=0, y=-1)
    assert [t.id for t in hands.stage.targets if t.scroll == "shelf"] == last
    hands.do(pygame.MOUSEWHEEL, x=0, y=1)
    assert len(last) < 12


# ── keys ──


def test_tab_goes_through_everything_and_round():
    hands = Hands(SESSION)
    reached = []
    for _ in range(len(hands.stage.targets) + 1):
        hands.key(pygame.K_TAB)
        reached.append(hands.focus)
    assert reached[:-1] == [target.id for target in hands.stage.targets]
    assert reached[-1] == reached[0]
    hands.key(pygame.K_TAB, mod=pygame.KMOD_SHIFT)
    assert hands.focus == reached[-2]


def test_the_focus_is_seen_after_a_key_and_gone_after_a_touch():
    hands = Hands(SESSION)
    still = pygame.image.tobytes(hands.surface, "RGB")
    hands.key(pygame.K_TAB)
    assert pygame.image.tobytes(hands.surface, "RGB") != still
    hands.click((5, 5))
    assert pygame.image.tobytes(hands.surface, "RGB") == still


@pytest.mark.parametrize("key", [pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE])
def test_enter_and_space_press_what_has_the_focus(key):
    hands = Hands(SESSION)
    assert hands.key(key) == []
    while hands.focus != ("press", "finish", None):
        hands.key(pygame.K_TAB)
    assert hands.key(key) == [Pressed("finish", hands.now)]


def test_arrows_go_to_the_neighbour_on_that_side():
    hands = Hands(SESSION)
    while hands.focus != ("press", "finish", None):
        hands.key(pygame.K_TAB)
    hands.key(pygame.K_RIGHT)
    assert hands.focus == ("press", "renew_all", None)
    hands.key(pygame.K_LEFT)
    assert hands.focus == ("press", "finish", None)
    while hands.focus != ("press", "pad", None):
        hands.key(pygame.K_RIGHT)
    hands.key(pygame.K_UP)
    assert hands.target(*hands.focus).rect.centery < hands.target("press", "pad").rect.centery


def test_a_short_cut_presses_its_button():
    hands = Hands(SESSION)
    assert hands.key(pygame.K_F5) == [Pressed("renew_all", hands.now)]
    assert hands.key(pygame.K_F9) == []


def test_escape_is_left_to_the_app():
    assert Hands(SESSION).key(pygame.K_ESCAPE) == []


def test_the_focus_brings_what_lies_out_of_sight_into_it():
    hands = Hands(VIEWS["session-set"])
    shelf = next(s.rect for part in hands.stage._parts_shown() for s in part.scrolls)
    seen = set()
    for _ in range(40):
        hands.key(pygame.K_TAB)
        target = hands.target(*hands.focus)
        if target.scroll:
            assert shelf.contains(target.rect)
            seen.add(target.id)
    assert len(seen) > 5


# ── warming up ──


def test_warming_up_draws_nothing_and_comes_to_an_end():
    shown, surface = stage()
    shown.show(IDLE, AT)
    before = pygame.image.tobytes(surface, "RGB")
    calls = 1
    while shown.prewarm():
        calls += 1
        assert calls < 100
    assert shown.kit.cache.used > 0
    assert pygame.image.tobytes(surface, "RGB") == before
    assert shown.show(IDLE, AT) == []


def test_warming_up_knows_the_words_of_the_sessions_to_come():
    shown, _ = stage()
    drawn = shown.kit.drawn = []
    while shown.prewarm():
        pass
    said = {one.text for one in drawn}
    assert {"借好了！", "现在不能借", "完成"} <= said
    assert not [text for text in said if "[" in text]


def test_everything_kept_stays_within_its_bytes():
    shown, _ = stage((1920, 1080))
    for view in VIEWS.values():
        shown.show(view, AT)
        assert shown.kit.cache.used <= shown.kit.cache.limit
