"""Pictures of the screens without a window: for replay, the demo without a display, and the README."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.flows.views import View
from kiosk.i18n import Words
from kiosk.lean import import_pygame


class Painter:
    """Draws views of `size` (width, height in pixels) on a surface in memory."""

    def __init__(self, size: tuple[int, int], language: str = "zh_CN", class_template: str = "") -> None:
        import_pygame()
        import pygame

        from kiosk.screens.stage import Stage

        if not pygame.display.get_init():
            os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
            pygame.display.init()
        pygame.font.init()
        if pygame.display.get_surface() is None:
            pygame.display.set_mode(size)
        self.surface = pygame.Surface(size)
        self.stage = Stage(self.surface, Words(language, class_template))

    def draw(self, view: View, now: float) -> None:
        """Draw `view` as it looks at monotonic `now`."""
        self.stage.show(view, now)

    def save(self, view: View, now: float, path: Path) -> None:
        """Draw `view` and write it as a PNG."""
        import pygame

        self.draw(view, now - 1.0)  # the beginning of its motion
        self.draw(view, now)
        pygame.image.save(self.surface, str(path))
