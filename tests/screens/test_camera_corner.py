"""The camera's corner: in no one's way at any size, green on a read, and still where nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

import pygame
import pytest

from kiosk.flows.views import IdleView, SessionView
from kiosk.i18n import LANGUAGES, Words
from kiosk.screens import theme
from kiosk.screens.camera_corner import FRAMES, WORDS
from kiosk.screens.canvas import Drawn, Part
from kiosk.screens.stage import Stage
from kiosk.screens.theme import PAIRS
from tests.screens.gallery import BOOKS, ENGLISH_NAME, IDLE, LONG_NAME, SESSION, SIZES, VIEWS, lent, out

CASES = (((1366, 768), "zh_CN"), ((1080, 1920), "zh_CN"), ((1080, 1920), "en"), ((1280, 1024), "en"))
GREEN = theme.TONES[theme.Tone.DONE].fill
SEEN = {name: view for name, view in VIEWS.items() if isinstance(view, IdleView | SessionView)}
THREE = replace(
    SESSION, shelf=(*(lent(b, date(2026, 5, 27)) for b in BOOKS[:2]), out(BOOKS[3], date(2026, 5, 20))), places=3
)
SEEN["session-three"] = THREE


@dataclass
class Seen:
    """What a camera shows."""

    serial: int
    state: str
    size: tuple[int, int] = (0, 0)
    pixels: bytes = b""
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass
class Camera:
    """A camera before which lies what the test wants; blue is its whole picture."""

    state: str = "hold"
    moving: bool = True
    serial: int = 1
    asked: list[tuple[int, int]] = field(default_factory=list)

    def glance(self, size: tuple[int, int]) -> Seen:
        self.asked.append(size)
        if self.state in ("starting", "dark", "off"):
            return Seen(self.serial, self.state)
        wide = size[1] * 4 // 3
        code = ((10.0, 10.0), (60.0, 10.0), (60.0, 40.0), (10.0, 40.0))
        return Seen(self.serial, self.state, (wide, size[1]), bytes((40, 80, 220)) * wide * size[1], (code,))


def staged(size: tuple[int, int], camera: Camera | None, language: str = "zh_CN") -> tuple[Stage, list[Drawn]]:
    stage = Stage(pygame.Surface(size), Words(language))
    stage.kit.camera = camera
    drawn = stage.kit.drawn = []
    return stage, drawn


def picture(stage: Stage) -> pygame.Surface:
    """The corner alone."""
    return stage._surface.subsurface(corner_of(stage).rect)


def corner_of(stage: Stage) -> Part:
    (part,) = (one for one in stage._parts if one.name == "camera")
    return part


def colours(surface: pygame.Surface) -> set[tuple[int, int, int]]:
    return {
        tuple(surface.get_at((x, y)))[:3]
        for x in range(0, surface.get_width(), 2)
        for y in range(0, surface.get_height(), 2)
    }


@pytest.mark.parametrize(("size", "language"), CASES, ids=str)
@pytest.mark.parametrize("name", SEEN)
def test_nothing_is_clipped_hidden_or_too_small_beside_the_corner(name, size, language):
    stage, drawn = staged(size, Camera("lying"), language)
    stage.show(SEEN[name], 10.0)
    for one in drawn:
        assert one.box.contains(one.rect), f"{one.text} leaves its box"
        assert stage.kit.box.contains(one.box), f"the box of {one.text} leaves the screen"
        assert not (one.part == "camera" and one.cut), one.text
    for one, other in combinations(drawn, 2):
        assert not one.rect.colliderect(other.rect), f"{one.text} lies on {other.text}"
    for part, other in combinations(stage._parts, 2):
        assert not part.rect.colliderect(other.rect) or part.rect.contains(other.rect), f"{part.name} and {other.name}"
    areas = {scroll.name: scroll.rect for part in stage._parts_shown() for scroll in part.scrolls}
    for target in stage.targets:
        assert min(target.rect.size) >= stage.kit.px(72), target
        assert target.scroll or stage.kit.box.contains(target.rect)
        assert not target.scroll or areas[target.scroll].width >= target.rect.width


@pytest.mark.parametrize("camera", [Camera("hold"), None], ids=["camera", "none"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [LONG_NAME, ENGLISH_NAME, "买买提·阿卜杜热合曼·阿卜杜拉"])
@pytest.mark.parametrize("name_of_helper", ["", LONG_NAME])
def test_the_longest_names_are_said_in_full(name_of_helper, name, language, camera):
    for size in SIZES:
        stage, drawn = staged(size, camera, language)
        stage.show(replace(SESSION, name=name, helper_name=name_of_helper), 10.0)
        assert not [one.text for one in drawn if one.part == "head" and one.cut]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pinyin", [False, True])
@pytest.mark.parametrize("view", [IDLE, SESSION], ids=["idle", "session"])
@pytest.mark.parametrize("state", WORDS)
def test_whatever_the_camera_says_is_said_in_full_and_can_be_read(state, view, pinyin, language):
    for size in SIZES[::2] if pinyin else SIZES[:1]:
        camera = Camera("hold" if state == "rest" else state, moving=state != "rest")
        stage, drawn = staged(size, camera, language)
        stage.show(replace(view, pinyin=pinyin), 10.0)
        (said,) = (one for one in drawn if one.part == "camera")
        assert not said.cut, said.text
        assert said.px >= stage.kit.px(28)
        assert (said.colour, said.ground) in PAIRS, said


def test_a_read_turns_the_corner_green_with_the_code_outlined() -> None:
    camera = Camera("hold")
    stage, _ = staged((1920, 1080), camera)
    stage.show(SESSION, 10.0)
    assert GREEN not in colours(picture(stage))
    camera.state, camera.serial = "read", 2
    changed = stage.show(SESSION, 10.1)
    assert corner_of(stage).rect in changed
    corner = picture(stage)
    assert corner.get_at((corner.get_width() // 2, 2))[:3] == GREEN
    assert any(corner.get_at((x, y))[:3] == GREEN for x in range(20, corner.get_width() - 20) for y in range(12, 60)), (
        "no outline in the picture"
    )


def test_only_a_new_picture_is_drawn_and_asked_for_some_times_a_second() -> None:
    camera = Camera("hold")
    stage, _ = staged((1366, 768), camera)
    stage.show(SESSION, 10.0)
    part = corner_of(stage)
    assert part.wakes is not None
    assert part.wakes(10.0) == pytest.approx(10 + 1 / FRAMES)
    corner = part.rect
    assert corner not in stage.show(SESSION, 10.1)
    camera.serial = 2
    assert corner in stage.show(SESSION, 10.2)


def test_while_nobody_is_here_only_what_moves_is_shown() -> None:
    camera = Camera("hold", moving=False)
    stage, drawn = staged((1366, 768), camera)
    stage.show(IDLE, 10.0)
    assert stage.next_frame(10.0) is None
    assert not stage.called()
    camera.serial = 7
    assert stage.show(IDLE, 20.0) == [], "a still screen costs nothing"
    camera.moving = True
    assert stage.called()
    assert stage.show(IDLE, 20.1)
    assert stage.next_frame(20.1) == pytest.approx(20.1 + 1 / FRAMES)
    camera.moving = False
    assert stage.show(IDLE, 24.0), "the hint again"
    assert stage.next_frame(24.0) is None
    assert [one.text.replace("/", "") for one in drawn if one.part == "camera"] == [
        stage.words.say(WORDS[name]) for name in ("rest", "hold", "rest")
    ]


def test_what_was_left_under_the_camera_is_told_though_nothing_moves() -> None:
    camera = Camera("lying", moving=False)
    stage, drawn = staged((1366, 768), camera)
    stage.show(IDLE, 10.0)
    assert [one.text for one in drawn if one.part == "camera"] == [stage.words.say(WORDS["lying"])]
    assert stage.next_frame(10.0) is None


def test_without_a_camera_everything_is_where_it_was() -> None:
    stage = Stage(pygame.Surface((1366, 768)), Words("zh_CN"))
    for view in (IDLE, SESSION):
        stage.show(view, 10.0)
        assert "camera" not in {part.name for part in stage._parts}
        assert not stage.called()


@pytest.fixture(autouse=True)
def _pygame() -> Iterator[None]:
    pygame.font.init()
    yield
