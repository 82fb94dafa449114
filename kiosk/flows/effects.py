"""What a flow wants done outside: asked of the desk, sounded, switched, left."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flows.commands import Command
from kiosk.flows.events import Scan
from kiosk.flows.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Ask:
    """Give `command` to the desk; its outcome comes back as `Answered`."""

    command: Command


@dataclass(frozen=True, slots=True)
class Chime:
    """Play a sound of `assets/sounds`: a tone's name, "hello", "bye" or "tap"."""

    sound: str


@dataclass(frozen=True, slots=True)
class UseLanguage:
    """Show everything in this language from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class Leave:
    """End the program (only a librarian's word leads here)."""


@dataclass(frozen=True, slots=True)
class CallOff:
    """Call off the long work under way; its outcome says whether that was in time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a scan came to: for the scan journal and for replay. Nothing on the screen comes from it."""

    scan: Scan
    outcome: Outcome


Effect = Ask | Chime | UseLanguage | Leave | CallOff | Told
