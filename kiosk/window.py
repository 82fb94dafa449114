"""The window: opened the cheap way, with the stage in it and, in a demo, the tray beside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.console import hushed
from kiosk.lean import import_pygame

if TYPE_CHECKING:
    import pygame

    from kiosk.screens.stage import Stage
    from kiosk.screens.tray import Tray

_UNSEEN = ("offscreen", "dummy")  # SDL's drivers that show nothing to anybody


@dataclass(slots=True)
class Window:
    """The window and what is drawn in it; the tray of a demo takes a strip of it."""

    stage: Stage
    surface: pygame.Surface
    tray: Tray | None = None

    def resize(self, surface: pygame.Surface) -> None:
        """The window has another size now."""
        self.surface = surface
        if self.tray is None:
            self.stage.resize(surface)
        else:
            self.stage.resize(self.tray.resize(surface))


def open_window(size: tuple[int, int] | None, title: str) -> pygame.Surface:
    """Open the kiosk's window the cheap way, full-screen without a `size` in pixels, and give its surface.

    Without the renderer SDL would put between (see the environment variable) an empty 1080p window takes a third of
    the memory and a quarter of the time on a PC without a GPU. Raises pygame.error where there is no display.
    """
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    os.environ.setdefault("SDL_IME_SHOW_UI", "1")
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")  # SDL would make a refused close of a service's stop
    import_pygame()
    import pygame

    with hushed():
        pygame.display.init()
    if pygame.display.get_driver() in _UNSEEN and not os.environ.get("SDL_VIDEODRIVER"):
        pygame.display.quit()  # SDL found no display and took a driver that shows nothing to anybody
        raise pygame.error("no display found")
    pygame.font.init()
    pygame.display.set_caption(title)
    if size is None:
        surface = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
    else:
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    pygame.display.set_allow_screensaver(False)
    pygame.event.set_blocked(None)
    pygame.event.set_allowed(
        [
            pygame.QUIT, pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT, pygame.TEXTEDITING,
            pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL,
            pygame.FINGERDOWN, pygame.FINGERUP, pygame.FINGERMOTION,
            pygame.VIDEORESIZE, pygame.VIDEOEXPOSE,
            pygame.WINDOWFOCUSGAINED, pygame.WINDOWFOCUSLOST,
        ]
    )  # fmt: skip
    return surface
