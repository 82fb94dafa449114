"""Smooth shapes from plain pygame, cached: rounded rectangles, discs, rings, icons, patterns of covers.

Shapes are drawn at `FINER` times their size and scaled down, once; afterwards they are blits.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pygame

from kiosk.assets import icon_path, icon_svg
from kiosk.screens import theme
from kiosk.screens.text import SurfaceCache, packed
from kiosk.screens.theme import Colour

FINER = 4
Rect = pygame.Rect


class Shapes:
    """Draws on any surface; keeps what is costly in `cache`."""

    def __init__(self, cache: SurfaceCache) -> None:
        self.cache = cache

    def rounded(self, surface: pygame.Surface, rect: Rect, colour: Colour, radius: int) -> None:
        """A filled rectangle with smooth round corners of `radius` px."""
        radius = min(radius, rect.width // 2, rect.height // 2)
        if radius < 2:
            surface.fill(colour, rect)
            return
        disc = self.disc(radius, colour)
        surface.fill(colour, rect.inflate(0, -2 * radius))
        for y, from_y in ((rect.top, 0), (rect.bottom - radius, radius)):
            surface.fill(colour, (rect.left + radius, y, rect.width - 2 * radius, radius))
            for x, from_x in ((rect.left, 0), (rect.right - radius, radius)):
                surface.blit(disc, (x, y), (from_x, from_y, radius, radius))

    def outline(self, surface: pygame.Surface, rect: Rect, colour: Colour, radius: int, width: int) -> None:
        """A rounded outline, `width` px thick, inside `rect`; what it encloses is left as it is."""
        radius = max(width, min(radius, rect.width // 2, rect.height // 2))
        ring = self.cache.get(
            ("outline", radius, width, colour),
            lambda: _fine(
                (2 * radius, 2 * radius),
                lambda s: pygame.draw.circle(
                    s, colour, (radius * FINER, radius * FINER), radius * FINER, width * FINER
                ),
                colour,
            ),
        )
        for x, from_x in ((rect.left, 0), (rect.right - radius, radius)):
            for y, from_y in ((rect.top, 0), (rect.bottom - radius, radius)):
                surface.blit(ring, (x, y), (from_x, from_y, radius, radius))
        across, down = rect.width - 2 * radius, rect.height - 2 * radius
        for y in (rect.top, rect.bottom - width):
            surface.fill(colour, (rect.left + radius, y, across, width))
        for x in (rect.left, rect.right - width):
            surface.fill(colour, (x, rect.top + radius, width, down))

    def disc(self, radius: int, colour: Colour) -> pygame.Surface:
        """A filled circle of `radius` px as a surface of twice that side."""
        return self.cache.get(
            ("disc", radius, colour),
            lambda: _fine(
                (2 * radius, 2 * radius),
                lambda s: pygame.draw.circle(s, colour, (radius * FINER, radius * FINER), radius * FINER),
                colour,
            ),
        )

    def ring(
        self, surface: pygame.Surface, rect: Rect, share: float, colour: Colour, track: Colour, width: int
    ) -> None:
        """A countdown: a ring of which `share` (0 … 1) is still there, clockwise from the top, inside `rect`."""
        side = min(rect.width, rect.height)
        fine = pygame.Surface((side * 2, side * 2), pygame.SRCALPHA)
        fine.fill((*colour, 0))
        middle, outer = side, side - 1
        pygame.draw.circle(fine, track, (middle, middle), outer)
        if share > 0:
            steps = max(2, round(share * 90))
            edge = [
                (
                    middle + outer * math.sin(2 * math.pi * share * i / steps),
                    middle - outer * math.cos(2 * math.pi * share * i / steps),
                )
                for i in range(steps + 1)
            ]
            pygame.draw.polygon(fine, colour, [(middle, middle), *edge])
        pygame.draw.circle(fine, (*colour, 0), (middle, middle), outer - width * 2)
        small = pygame.transform.smoothscale(fine, (side, side))
        surface.blit(small, small.get_rect(center=rect.center))

    def icon(self, name: str, size: int, colour: Colour = theme.INK) -> pygame.Surface:
        """An icon from the assets, its longer side `size` px, its lines in `colour`; a disc if it has no file."""
        return self.cache.get(("icon", name, size, colour), lambda: self._icon(name, size, colour))

    def _icon(self, name: str, size: int, colour: Colour) -> pygame.Surface:
        if name and icon_path(name).is_file():
            ink = "#{:02x}{:02x}{:02x}".format(*colour)
            return packed(pygame.image.load(io.BytesIO(icon_svg(name, size, ink)), f"{name}.svg"))
        return self.disc(max(1, size // 2), colour)

    def pattern(self, name: str, size: tuple[int, int], ground: Colour, ink: Colour) -> pygame.Surface:
        """The small picture of a class, `size` px, on its ground."""
        return self.cache.get(
            ("pattern", name, size, ground, ink),
            lambda: _opaque(_fine(size, lambda s: _PATTERNS[name](s, ground, ink), ground, full=True)),
        )


def _fine(
    size: tuple[int, int], draw: Callable[[pygame.Surface], object], ground: Colour, *, full: bool = False
) -> pygame.Surface:
    """Draw finer and scale down; the clear ground (`full`: opaque) has the colour, so edges stay clean."""
    finer = 2 if full else FINER  # patterns are large, faint and made in the middle of a scan
    fine = pygame.Surface((size[0] * finer, size[1] * finer), pygame.SRCALPHA)
    fine.fill((*ground, 255 if full else 0))
    draw(fine)
    return pygame.transform.smoothscale(fine, size)


def _opaque(surface: pygame.Surface) -> pygame.Surface:
    """The same picture without transparency, which is copied faster."""
    plain = pygame.Surface(surface.get_size(), 0, 32)
    plain.blit(surface, (0, 0))
    return plain


def _cells(surface: pygame.Surface, across: int) -> list[tuple[float, float, float, bool]]:
    """Centres of a brick-like grid: x, y, cell side, and whether the row is a shifted one."""
    side = surface.get_width() / across
    rows = math.ceil(surface.get_height() / side) + 1
    return [
        ((column + (0.5 if row % 2 else 0)) * side, (row + 0.5) * side, side, bool(row % 2))
        for row in range(rows)
        for column in range(across + 1)
    ]


def _dots(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    for x, y, side, odd in _cells(surface, 6):
        pygame.draw.circle(surface, ink, (x, y), side * (0.16 if odd else 0.24))


def _stripes(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    wide, high = surface.get_size()
    step = wide / 5
    for i in range(-6, 8):
        x = i * step
        pygame.draw.polygon(
            surface, ink, [(x, high), (x + high, 0), (x + high + step * 0.4, 0), (x + step * 0.4, high)]
        )


def _waves(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    wide, high = surface.get_size()
    step = wide / 4
    y = step * 0.35
    while y < high + step:
        line = [(x, y + math.sin(x / wide * 4 * math.pi) * step * 0.16) for x in range(0, wide + FINER, FINER)]
        thick = step * 0.16
        pygame.draw.polygon(surface, ink, [*line, *((x, down + thick) for x, down in reversed(line))])
        y += step * 0.62


def _rings(surface: pygame.Surface, ground: Colour, ink: Colour) -> None:
    wide, high = surface.get_size()
    for i in range(6, 0, -1):
        pygame.draw.circle(surface, ink if i % 2 else ground, (wide * 0.78, high * 0.9), wide * 0.13 * i)


def _stars(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    for x, y, side, odd in _cells(surface, 4):
        size = side * (0.16 if odd else 0.3)
        points = [
            (
                x + math.sin(math.pi * i / 5) * (size if i % 2 == 0 else size * 0.45),
                y - math.cos(math.pi * i / 5) * (size if i % 2 == 0 else size * 0.45),
            )
            for i in range(10)
        ]
        pygame.draw.polygon(surface, ink, points)


def _grid(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    wide, high = surface.get_size()
    step = wide / 5
    line = step * 0.14
    for i in range(math.ceil(high / step) + 1):
        surface.fill(ink, (0, round(step * (i + 0.5)), wide, round(line)))
    for i in range(6):
        surface.fill(ink, (round(step * (i + 0.5)), 0, round(line), high))


def _hills(surface: pygame.Surface, ground: Colour, ink: Colour) -> None:
    wide, high = surface.get_size()
    softer = theme.blend(ink, ground, 0.5)
    pygame.draw.circle(surface, softer, (wide * 0.76, high * 0.34), wide * 0.13)
    pygame.draw.ellipse(surface, softer, (-wide * 0.3, high * 0.52, wide, high))
    pygame.draw.ellipse(surface, ink, (wide * 0.28, high * 0.62, wide * 1.1, high))


def _leaves(surface: pygame.Surface, _: Colour, ink: Colour) -> None:
    for x, y, side, odd in _cells(surface, 4):
        lean = side * (0.24 if odd else -0.24)
        pygame.draw.polygon(
            surface,
            ink,
            [
                (x - lean, y - side * 0.36),
                (x + side * 0.16, y - side * 0.08),
                (x + lean, y + side * 0.36),
                (x - side * 0.16, y + side * 0.08),
            ],
        )


_PATTERNS: dict[str, Callable[[pygame.Surface, Colour, Colour], None]] = {
    "dots": _dots,
    "stripes": _stripes,
    "waves": _waves,
    "rings": _rings,
    "stars": _stars,
    "grid": _grid,
    "hills": _hills,
    "leaves": _leaves,
}
