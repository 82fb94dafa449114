"""The contract of a flow under the kiosk flow.

Each flow is a module with a frozen state and three pure functions:

* `update(state, event, config) -> Step`,
* `view(state, now, context) -> View`,
* `deadline(state) -> float | None`: the monotonic time of the next Tick it needs.

The kiosk flow (`flows/kiosk.py`) keeps one front flow at a time, stamps and sends the command a step asks for,
holds further scans and presses back in a bounded queue until its outcome is there, and hands over to the flow a
step names in `go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from kiosk.flows.commands import Command
from kiosk.flows.effects import Effect
from kiosk.flows.events import CloseAsked, Edited, Pressed, Progressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Board, Examined, PatronSheet
from kiosk.flows.views import ResultCard

Event = Scan | Pressed | Edited | CloseAsked | Examined | Progressed | Tick | Answered


@dataclass(frozen=True, slots=True)
class Config:
    """This machine's settings that flows need. Seconds throughout.

    `boot` is unique to this start of the program and begins every request id.
    """

    boot: str
    kiosk: str = "kiosk"
    session_timeout: float = 25.0
    work_timeout: float = 120.0  # counter and librarian pages
    bounce: float = 2.0
    result_shown: float = 8.0  # an answer on the idle screen
    queue_limit: int = 64
    language: str = "zh_CN"
    may_close: bool = False  # a demo may be closed by anybody; a kiosk only by the librarian
    slips: bool = False  # print when the books are due, at the end of a session
    shifted_clock: bool = False  # `--now`: marked on the screen


@dataclass(frozen=True, slots=True)
class Context:
    """What every view may use: the config, the board (None until first read), the time of day."""

    config: Config
    board: Board | None
    local: datetime | None  # the school's local time, None until the first tick


@dataclass(frozen=True, slots=True)
class ToIdle:
    """Hand over to the idle screen, with something to show there that names nobody."""

    shown: ResultCard | None = None


@dataclass(frozen=True, slots=True)
class ToSession:
    """Hand over to a session of `patron`, served by a helper or librarian where `operator` is one.

    When such a session ends, the operator's flow comes back.
    """

    patron: PatronSheet
    operator: PatronSheet | None = None


@dataclass(frozen=True, slots=True)
class ToCounter:
    """Hand over to the counter of `helper`, who is on duty."""

    helper: PatronSheet


@dataclass(frozen=True, slots=True)
class ToLibrarian:
    """Hand over to the librarian's flow; it begins with the PIN."""

    librarian: PatronSheet


Handover = ToIdle | ToSession | ToCounter | ToLibrarian

S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Step(Generic[S_co]):
    """What one event leads to: the new state, at most one command, effects, perhaps a hand-over.

    With `go` the state is dropped (a session with an operator returns to the operator's flow instead). `ended`
    says that the scan of this event ended a session, whatever the desk called it.
    """

    state: S_co
    ask: Command | None = None
    effects: tuple[Effect, ...] = ()
    go: Handover | None = None
    ended: bool = False
