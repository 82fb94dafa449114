"""The camera's corner: the live picture with a frame to hold a code into, and in words what the camera sees.

The picture comes scaled from the camera's own thread and is only laid down here. While nobody is here the corner
shows an icon and a hint, and the picture when something moves before the camera.
"""

from __future__ import annotations

from typing import Final, Protocol

import pygame

from kiosk.flows.views import Text, Tone
from kiosk.screens import theme
from kiosk.screens.canvas import Canvas, Kit, Part, Rect, cut_bottom, cut_top
from kiosk.screens.theme import Colour

FRAMES: Final = 12.0  # pictures a second
WIDE, HIGH = 384, 216  # px at 1080p of the picture
EDGE, STRIP, RUBY_STRIP = 8, 50, 72  # px at 1080p: around the picture, and the words below it
GROUND: Final = theme.INK

Points = tuple[tuple[float, float], ...]


class Glance(Protocol):
    """What is shown of a camera. `state` is a key of `WORDS`; `pixels` are RGB of `size`, or empty."""

    @property
    def serial(self) -> int:
        """Grows with every change."""
        ...

    @property
    def state(self) -> str:
        """What the camera sees."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def pixels(self) -> bytes:
        """Three bytes a pixel."""
        ...

    @property
    def outlines(self) -> tuple[Points, ...]:
        """The corners of each code in it."""
        ...


class Live(Protocol):
    """A camera, as far as the screen knows it; never waits."""

    @property
    def moving(self) -> bool:
        """Whether something moves before it."""
        ...

    def glance(self, size: tuple[int, int]) -> Glance:
        """The newest picture, to fit `size` from now on."""
        ...


WORDS: Final = {
    "rest": Text("screen.camera.rest"),
    "starting": Text("screen.camera.starting"),
    "hold": Text("screen.camera.hold"),
    "read": Text("screen.camera.read"),
    "lying": Text("screen.camera.lying"),
    "dark": Text("screen.camera.dark"),
    "off": Text("screen.camera.off"),
}
_DONE, _LOOK, _NOT_NOW = (theme.TONES[tone] for tone in (Tone.DONE, Tone.LOOK, Tone.NOT_NOW))
_LOOKS: Final[dict[str, tuple[Colour, Colour, str]]] = {
    "read": (_DONE.fill, _DONE.on, "check"),
    "lying": (_LOOK.fill, _LOOK.on, "look"),
    "dark": (_LOOK.tint, _LOOK.deep, ""),
    "off": (_NOT_NOW.tint, _NOT_NOW.deep, ""),
}


def corner_size(kit: Kit, ruby: bool) -> tuple[int, int]:
    """Width and height the corner wants, in pixels."""
    strip = kit.px(RUBY_STRIP if ruby else STRIP)
    return kit.px(WIDE) + 2 * kit.px(EDGE), kit.px(HIGH) + 2 * kit.px(EDGE) + strip


def width_for(kit: Kit, height: int, ruby: bool) -> int:
    """How wide a corner of `height` pixels is, so that the picture fills it."""
    edge, strip = kit.px(EDGE), kit.px(RUBY_STRIP if ruby else STRIP)
    return min(kit.px(WIDE), (height - 2 * edge - strip) * WIDE // HIGH) + 2 * edge


def corner_part(kit: Kit, live: Live, rect: Rect, *, ruby: bool, resting: bool = False) -> Part:
    """The corner in `rect`; `resting` shows a picture only while something moves."""
    edge = kit.px(EDGE)
    strip = kit.px(RUBY_STRIP if ruby else STRIP)
    place = Rect(rect.left + edge, rect.top + edge, rect.width - 2 * edge, rect.height - 2 * edge - strip)

    def shown(glance: Glance) -> str:
        still = not live.moving and glance.state == "hold"
        return "rest" if resting and (still or glance.state == "starting") else glance.state

    def frame(now: float) -> object:  # noqa: ARG001  the camera has its own time
        glance = live.glance(place.size)
        state = shown(glance)
        return state, 0 if state == "rest" else glance.serial

    def wakes(now: float) -> float | None:
        return now + 1 / FRAMES if not resting or live.moving or shown(live.glance(place.size)) == "read" else None

    def paint(canvas: Canvas) -> None:
        glance = live.glance(place.size)
        state = shown(glance)
        ground, ink, icon = _LOOKS.get(state, (theme.CARD, theme.INK, ""))
        canvas.rounded(rect, ground, 20)
        if state == "rest" or not glance.pixels:
            _without_picture(canvas, rect.inflate(-4 * edge, -2 * edge), state, ink, ruby)
            return
        _picture(canvas, place, glance, state)
        words = Rect(place.left, place.bottom, place.width, strip + edge).inflate(-2 * edge, 0)
        if icon:
            side = min(words.height - edge, kit.px(44))
            canvas.icon(icon, Rect(words.left, words.centery - side // 2, side, side), ink)
            words = Rect(words.left + side + edge, words.top, words.width - side - edge, words.height)
        canvas.text(words, WORDS[state], colour=ink, face="sans-bold", align="center", ruby=ruby)

    return Part("camera", rect, ruby, paint, frame, wakes, calls=lambda: resting and live.moving)


def _without_picture(canvas: Canvas, rect: Rect, state: str, ink: Colour, ruby: bool) -> None:
    above, below = cut_top(rect, rect.height * 50 // 100, canvas.px(8))
    canvas.icon("camera", above)
    canvas.text(below, WORDS[state], colour=ink, face="sans-bold", align="center", lines=2, ruby=ruby, balance=True)


def _picture(canvas: Canvas, place: Rect, glance: Glance, state: str) -> None:
    """The picture in the middle of its place, with the outlines of what was read, else the corners of a frame."""
    canvas.fill(place, GROUND)
    image = Rect((0, 0), glance.size)
    share = min(1.0, place.width / image.width, place.height / image.height)
    image.size = (round(image.width * share), round(image.height * share))
    image.center = place.center
    canvas.pixels(image, glance.size, glance.pixels)
    colour = {"read": _DONE.fill, "lying": _LOOK.fill}.get(state)
    if colour is not None:
        for outline in glance.outlines:
            points = [(image.left + x * share, image.top + y * share) for x, y in outline]
            pygame.draw.polygon(canvas.surface, theme.WHITE, points, canvas.px(7))
            pygame.draw.polygon(canvas.surface, colour, points, canvas.px(4))
    if state != "hold":
        return
    frame = Rect(0, 0, image.width * 62 // 100, image.height * 62 // 100)
    frame.center = image.center
    arm = frame.height * 30 // 100
    for x, across in ((frame.left, arm), (frame.right, -arm)):
        for y, down in ((frame.top, arm), (frame.bottom, -arm)):
            bent = [(x, y + down), (x, y), (x + across, y)]
            pygame.draw.lines(canvas.surface, theme.INK, False, bent, canvas.px(7))
            pygame.draw.lines(canvas.surface, theme.WHITE, False, bent, canvas.px(4))


def in_the_corner(kit: Kit, rect: Rect, ruby: bool, gap: int) -> tuple[Rect, Rect, Rect]:
    """The corner at the upper right of `rect`, what is left of it at the left, and below the corner."""
    wide, high = corner_size(kit, ruby)
    corner = Rect(rect.right - wide, rect.top, wide, high)
    beside = Rect(rect.left, rect.top, rect.width - wide - gap, rect.height)
    below, _ = cut_bottom(rect, rect.height - high - gap)
    return corner, beside, below
