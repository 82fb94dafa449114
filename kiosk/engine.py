"""The kiosk flow with its surroundings as plain functions: what runs the same in the window, in replay and in tests.

The engine holds the state, gives events to the flow and carries the effects out through what it was given. It knows
no thread and no window: `ask` may answer at once (replay) or later from another thread (the app).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.flows import kiosk as flow
from kiosk.flows.commands import Command
from kiosk.flows.effects import Ask, CallOff, Chime, Effect, Leave, Told, UseLanguage
from kiosk.flows.kiosk import Kiosk
from kiosk.flows.outcomes import Answered, Outcome
from kiosk.flows.step import Config, Event
from kiosk.flows.views import View


def nothing(*_: object) -> None:
    """Does nothing with whatever it is told."""


@dataclass(slots=True)
class Surroundings:
    """What effects reach. `ask` gives the outcome at once, or None and `Engine.handle(Answered(…))` follows."""

    ask: Callable[[Command], Outcome | None]
    chime: Callable[[str], None] = nothing
    language: Callable[[str], None] = nothing
    told: Callable[[Told], None] = nothing
    leave: Callable[[], None] = nothing
    call_off: Callable[[], None] = nothing


class Engine:
    """Runs the kiosk flow. All calls in one thread."""

    def __init__(self, config: Config, around: Surroundings, now: float) -> None:
        self._config = config
        self._around = around
        self._effects: deque[tuple[Effect, float]] = deque()
        self.state: Kiosk
        self.state, effects = flow.start(config, now)
        self._carry_out(effects, now)

    def restart(self, now: float) -> None:
        """Begin anew, as after a defect: nobody here, nothing in flight. What was committed stays committed."""
        self._effects.clear()
        self.state, effects = flow.start(self._config, now, self.state.count)
        self._carry_out(effects, now)

    def handle(self, event: Event) -> None:
        """Let the flow take `event` and carry out all that comes of it."""
        self.state, effects = flow.update(self.state, event)
        self._carry_out(effects, event.at)

    def view(self, now: float) -> View:
        """What the screen shows."""
        return flow.view(self.state, now)

    def deadline(self) -> float:
        """When the flow needs its next Tick (monotonic seconds)."""
        return flow.deadline(self.state)

    @property
    def quiet(self) -> bool:
        """Whether every scan so far has its answer."""
        return flow.is_quiet(self.state)

    def _carry_out(self, effects: tuple[Effect, ...], at: float) -> None:
        self._effects.extend((effect, at) for effect in effects)
        while self._effects:
            effect, at = self._effects.popleft()
            match effect:
                case Ask(command):
                    outcome = self._around.ask(command)
                    if outcome is not None:
                        self.state, more = flow.update(self.state, Answered(outcome, at))
                        self._effects.extend((one, at) for one in more)
                case Chime(sound):
                    self._around.chime(sound)
                case UseLanguage(language):
                    self._around.language(language)
                case Told():
                    self._around.told(effect)
                case Leave():
                    self._around.leave()
                case CallOff():
                    self._around.call_off()
