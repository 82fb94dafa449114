"""The PIN pad: proving who one is, setting a first PIN (twice), giving a librarian a new one (twice)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from kiosk.flows.commands import Command, TakeScan
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian.page import Kind, Turn, done
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.step import Handover, ToIdle, ToLibrarian, ToSession
from kiosk.flows.views import PadView, Ring, Text, Tone
from kiosk.flows.work import CheckPin, PinAnswer, SetFirstPin, SetPin
from kiosk.lending.patrons import PatronKind

LEAST, MOST = 4, 8
"""Digits of a PIN."""


class Purpose(StrEnum):
    """What the pad is for."""

    PROVE = "prove"
    FIRST = "first"  # the librarian's own first one
    RENEW = "renew"  # a new one, for oneself or a colleague


@dataclass(frozen=True, slots=True)
class Pad:
    """A pad. `chosen` is the new PIN while it is asked for again; `waits_until` monotonic seconds."""

    purpose: Purpose
    patron_id: int
    name: str
    entered: str = ""
    chosen: str = ""
    message: Text | None = None
    tone: Tone = Tone.INFO
    waits_until: float = 0.0
    waits: float = 0.0  # seconds of the present wait, 0 for none
    at: float = 0.0

    def __repr__(self) -> str:  # digits never reach a log
        return f"Pad({self.purpose.value})"


def fits(pin: str) -> bool:
    """Whether `pin` has the shape of a PIN: 4 to 8 ASCII digits."""
    return re.fullmatch(r"[0-9]{4,8}", pin) is not None


def _digit(page: Pad, pressed: Pressed) -> Turn:
    digit = str(pressed.value)
    if page.waits or len(page.entered) >= MOST or not re.fullmatch(r"[0-9]", digit):
        return Turn(page)
    return Turn(replace(page, entered=page.entered + digit, message=None, tone=Tone.INFO))


def _erase(page: Pad, _: Pressed) -> Turn:
    return Turn(replace(page, entered=page.entered[:-1]))


def _enter(page: Pad, pressed: Pressed) -> Turn:
    if page.waits:
        return Turn(page)
    if not fits(page.entered):
        return Turn(_emptied(page, Text("librarian.pin.shape", {"least": LEAST, "most": MOST}), Tone.LOOK))
    entered = replace(page, at=pressed.at)
    if page.purpose is Purpose.PROVE:
        return Turn(replace(entered, entered=""), ask=CheckPin(pin=page.entered))
    if not page.chosen:
        return Turn(replace(_emptied(entered, Text("librarian.pin.again"), Tone.INFO), chosen=page.entered))
    if page.chosen != page.entered:
        return Turn(replace(_emptied(entered, Text("librarian.pin.differ"), Tone.LOOK), chosen=""))
    asks = SetFirstPin(pin=page.entered) if page.purpose is Purpose.FIRST else None
    return Turn(
        replace(entered, entered="", chosen=""),
        ask=asks or SetPin(patron_id=page.patron_id, pin=page.entered),
    )


def _emptied(page: Pad, message: Text, tone: Tone) -> Pad:
    return replace(page, entered="", message=message, tone=tone)


def _cancel(page: Pad, _: Pressed) -> Turn:
    return Turn(page, close=1)


def _scanned(page: Pad, scan: Scan) -> Turn:
    """A scan here is the next person's. What was typed the pad has had key by key already."""
    return Turn(page) if scan.typed else Turn(page, ask=TakeScan(code=scan.code, clean=scan.clean))


def _answered(page: Pad, command: Command, outcome: Outcome) -> Turn:
    answer = outcome.data
    if isinstance(command, TakeScan):
        return Turn(page, go=_next(outcome))
    if isinstance(command, SetPin) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, close=1, say=done("librarian.done.pin", name=page.name))
    if not isinstance(answer, PinAnswer):
        return Turn(page)
    if answer.right:
        return Turn(page, close=1)  # the flow takes it for proved
    if not answer.wait:
        return Turn(_emptied(page, Text("librarian.pin.wrong"), Tone.LOOK))
    waiting = _emptied(page, Text("librarian.pin.wait", {"n": ceil(answer.wait)}), Tone.NOT_NOW)
    return Turn(replace(waiting, waits_until=page.at + answer.wait, waits=answer.wait))


def _next(outcome: Outcome) -> Handover:
    """The next person, who scanned while the pad was open."""
    if outcome.kind is not OutcomeKind.IDENTIFIED or outcome.patron is None:
        return ToIdle()
    if outcome.patron.kind is PatronKind.LIBRARIAN:
        return ToLibrarian(outcome.patron)
    return ToSession(outcome.patron)


def _woken(page: Pad, at: float) -> Pad:
    if page.waits and at >= page.waits_until:
        return replace(page, waits=0.0, message=None, tone=Tone.INFO)
    return page


_TITLES = {
    Purpose.PROVE: "librarian.pin.title",
    Purpose.FIRST: "librarian.pin.first",
    Purpose.RENEW: "librarian.pin.renew",
}


def _title(page: Pad) -> Text:
    return Text(_TITLES[page.purpose], {"name": page.name})


def _pad(page: Pad) -> PadView:
    return PadView(
        title=_title(page),
        entered=page.entered,
        dots=True,
        message=page.message,
        tone=page.tone,
        enabled=not page.waits,
        ring=Ring(page.waits_until, page.waits) if page.waits else None,
    )


PAD: Kind[Pad] = Kind(
    name="librarian/pin",
    title=_title,
    actions={"digit": _digit, "erase": _erase, "enter": _enter, "cancel": _cancel, "back": _cancel},
    scanned=_scanned,
    answered=_answered,
    pad=_pad,
    wakes_at=lambda page: page.waits_until if page.waits else None,
    woken=_woken,
)
