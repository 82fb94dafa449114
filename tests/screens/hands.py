"""Hands for the tests of the screens: a stage on a bare surface, and the events of keys, mouse and input method."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from kiosk.flows.events import Edited, Pressed
from kiosk.i18n import Words
from kiosk.screens.canvas import Rect, Target, TargetId
from kiosk.screens.stage import Stage


class Hands:
    """Shows a view and does what a person does, one event a second; keeps what the stage says to the flow.

    `answer` makes the next view out of what was said, as a flow does.
    """

    def __init__(
        self,
        view: object,
        size: tuple[int, int] = (1366, 768),
        language: str = "zh_CN",
        answer: Callable[[object, Pressed | Edited], object] = lambda view, said: view,
    ) -> None:
        self.surface = pygame.Surface(size)
        self.stage = Stage(self.surface, Words(language))
        self.view = view
        self.answer = answer
        self.now = 100.0
        self.said: list[Pressed | Edited] = []
        self.show()

    def show(self, view: object | None = None) -> list[Rect]:
        """Show a view, or the same again."""
        self.view = view or self.view
        return self.stage.show(self.view, self.now)

    def do(self, kind: int, wait: float = 1.0, **parts: object) -> list[Pressed | Edited]:
        """One event; what it made the stage say."""
        self.now += wait
        said = list(self.stage.handle(pygame.event.Event(kind, parts), self.now))
        self.said += said
        for one in said:
            self.view = self.answer(self.view, one)
        self.show()
        return said

    def key(self, key: int, mod: int = 0, text: str = "", wait: float = 1.0) -> list[Pressed | Edited]:
        """Press a key; `text` is the character it makes."""
        return self.do(pygame.KEYDOWN, wait, key=key, mod=mod, unicode=text, scancode=0)

    def type(self, text: str) -> list[Pressed | Edited]:
        """Type text, a character at a time."""
        return [said for one in text for said in self.do(pygame.TEXTINPUT, text=one)]

    def click(self, place: tuple[int, int]) -> list[Pressed | Edited]:
        """Click with the mouse."""
        self.do(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0))
        self.do(pygame.MOUSEBUTTONDOWN, pos=place, button=1)
        return self.do(pygame.MOUSEBUTTONUP, pos=place, button=1)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> list[Pressed | Edited]:
        """Drag with the mouse."""
        self.do(pygame.MOUSEBUTTONDOWN, pos=start, button=1)
        self.do(pygame.MOUSEMOTION, pos=end, rel=(0, 0), buttons=(1, 0, 0))
        return self.do(pygame.MOUSEBUTTONUP, pos=end, button=1)

    def target(self, *id_: str | int | None) -> Target:
        """The target with this kind, name and, if given, value."""
        found = [t for t in self.stage.targets if t.id[: len(id_)] == id_]
        assert found, f"{id_} not among {[t.id for t in self.stage.targets]}"
        return found[0]

    @property
    def focus(self) -> TargetId | None:
        """What the keyboard has reached."""
        return self.stage._touch.focus
