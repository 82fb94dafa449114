"""The librarian's conversation: the PIN first, then a menu of pages laid one on the other.

The flow keeps the stack of pages, the operator's name under each command, the time-out and the last remark; what
the pages do is in the modules beside this one. A scan that the page on top has no use of its own for opens the
patron or the copy it belongs to; the librarian's own card ends, from every page.

Only after the PIN was right does anything but the pad show: the pages are first laid then. The desk does not trust
that alone: it looks up for every command that the operator is an active librarian.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import TakeScan
from kiosk.flows.effects import Chime, Leave
from kiosk.flows.events import Edited, Pressed, Progressed, Scan, Tick
from kiosk.flows.librarian import (
    calendar,
    catalogue,
    classes,
    copy,
    enrolment,
    files,
    find,
    lists,
    menu,
    numbering,
    patron,
    patron_form,
    people,
    printers,
    prints,
    rota,
    rules,
    scanners,
    school,
    stock,
    titles,
)
from kiosk.flows.librarian.page import QUESTION, Kind, Page, Question, Say, Turn, as_problem, card_of, refused
from kiosk.flows.librarian.pin import PAD, Pad, Purpose
from kiosk.flows.outcomes import Answered, Examined, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.step import Config, Context, Event, Step, ToIdle
from kiosk.flows.views import Button, PadView, PageView, Progress, ResultCard, Ring, Text, Tone
from kiosk.flows.work import CheckPin, CopyPage, Denied, FindCode, LibrarianCommand, PatronPage, SetFirstPin

RING_SECONDS = 20.0
"""The countdown shows in the last seconds only: a ring that always turns would never let the screen rest."""

KINDS: Mapping[type, Kind[Any]] = {
    Pad: PAD,
    Question: QUESTION,
    **menu.KINDS,
    **find.KINDS,
    **patron.KINDS,
    **copy.KINDS,
    **files.KINDS,
    **lists.KINDS,
    **rota.KINDS,
    **calendar.KINDS,
    **people.KINDS,
    **rules.KINDS,
    **numbering.KINDS,
    **prints.KINDS,
    **printers.KINDS,
    **scanners.KINDS,
    **school.KINDS,
    **classes.KINDS,
    **catalogue.KINDS,
    **enrolment.KINDS,
    **patron_form.KINDS,
    **stock.KINDS,
    **titles.KINDS,
}
"""Every type of page and how it behaves."""


@dataclass(frozen=True, slots=True)
class State:
    """A librarian at work. `pages` is the stack, its last on top; `asked` is the command under way."""

    librarian: PatronSheet
    at: float
    timeout: float
    pages: tuple[Page, ...]
    verified: bool = False
    asked: LibrarianCommand | TakeScan | None = None
    later: LibrarianCommand | TakeScan | None = None  # to ask when the answer under way is there
    notice: ResultCard | None = None
    serial: int = 0
    ringing: bool = False  # the countdown has begun
    asked_at: float = 0.0
    by_itself: bool = False  # the command under way was asked by no hand: it keeps nobody's session open
    progress: tuple[int, int] | None = None  # how far the command under way is, where it tells


def start(librarian: PatronSheet, at: float, config: Config) -> Step[State]:
    """The PIN pad for `librarian`; one who has none yet sets it now."""
    purpose = Purpose.PROVE if librarian.has_pin else Purpose.FIRST
    pad = Pad(purpose, librarian.patron_id, librarian.name, at=at)
    return Step(State(librarian, at, config.work_timeout, (pad,)))


def deadline(state: State) -> float | None:
    """When the countdown begins, then when it ends; earlier if the page wants to wake.

    Nobody asks while a command is in flight: one that is still marked then was lost in a trouble of the store, and
    a Tick is wanted at once.
    """
    if state.asked is not None:
        return state.at
    ends = state.at + state.timeout
    due = ends if state.ringing else ends - RING_SECONDS
    wakes = _kind(state).wakes_at(state.pages[-1])
    again = _kind(state).again(state.pages[-1])
    times = [due, *([] if wakes is None else [wakes]), *([] if again is None else [state.asked_at + again])]
    return min(times)


def update(state: State, event: Event, config: Config) -> Step[State]:
    """What one event leads to."""
    match event:
        case Tick(at=at):
            return _ticked(state, at)
        case Answered(outcome=outcome):
            state = (
                replace(state, progress=None, by_itself=False)
                if state.by_itself
                else _touched(replace(state, progress=None), event.at, config)
            )
            return _answered(state, outcome)
        case Examined():
            state = _touched(state, event.at, config)
            examined = _kind(state).examined
            return _turned(state, examined(state.pages[-1], event)) if examined else Step(state)
        case Progressed(done=done, total=total):
            return Step(replace(state, progress=(done, total)) if state.asked is not None else state)
        case Scan():
            return _scanned(replace(_touched(state, event.at, config), asked=None, later=None), event)
        case Pressed():
            return _pressed(replace(_touched(state, event.at, config), asked=None, later=None), event)
        case Edited():
            state = _touched(state, event.at, config)
            edited = _kind(state).edited
            return _turned(state, edited(state.pages[-1], event)) if edited else Step(state)
        case _:
            return Step(state)


def counts(state: State) -> bool:
    """Whether the same code scanned again soon is one more of the same, and no bounce."""
    return _kind(state).counts


def _kind(state: State) -> Kind[Any]:
    return KINDS[type(state.pages[-1])]


def _touched(state: State, at: float, config: Config) -> State:
    return replace(state, at=at, timeout=config.work_timeout, ringing=False)


def _ticked(state: State, at: float) -> Step[State]:
    if state.asked is not None:  # the store was in trouble: what was asked never came about
        page = _kind(state).idle(state.pages[-1])
        return _turned(replace(state, asked=None, later=None, at=at), Turn(page, ask=_kind(state).read(page)))
    page = _kind(state).woken(state.pages[-1], at)
    ends = state.at + state.timeout
    state = replace(state, pages=(*state.pages[:-1], page), ringing=at >= ends - RING_SECONDS)
    if at >= ends:
        return Step(state, go=ToIdle())
    again, read = _kind(state).again(page), _kind(state).read(page)
    if again is None or read is None or at < state.asked_at + again:
        return Step(state)
    ask = replace(read, operator_id=state.librarian.patron_id)
    return Step(replace(state, asked=ask, asked_at=at, by_itself=True), ask=ask)


def _pressed(state: State, pressed: Pressed) -> Step[State]:
    page = state.pages[-1]
    act = _kind(state).actions.get(pressed.action)
    if act is not None:
        return _turned(state, act(page, pressed))
    if pressed.action == "back":
        return _turned(state, Turn(page, close=1, hush=True))
    if pressed.action == "end":
        return Step(state, go=ToIdle(), effects=(Chime("bye"),))
    return Step(state)


def _scanned(state: State, scan: Scan) -> Step[State]:
    own = scan.clean and scan.code.strip() == state.librarian.card
    if own and _kind(state).examined is None:  # where scanners are tried it is a code of the sheet like any other
        return Step(state, go=ToIdle(), effects=(Chime("bye"),))
    scanned = _kind(state).scanned
    if scanned is not None:
        return _turned(state, scanned(state.pages[-1], scan))
    return _turned(state, Turn(state.pages[-1], ask=FindCode(code=scan.code, clean=scan.clean)))


def _answered(state: State, outcome: Outcome) -> Step[State]:
    asked, later, page = state.asked, state.later, state.pages[-1]
    state = replace(state, asked=None, later=None)
    if asked is None:
        return Step(state)
    if isinstance(outcome.data, Denied):
        return Step(state, go=ToIdle(), effects=(Chime("not_now"),))
    if isinstance(asked, CheckPin | SetFirstPin) and outcome.data is not None:
        state = replace(state, verified=state.verified or getattr(outcome.data, "right", False) is True)
    remark = as_problem(outcome)
    kind = _kind(state)
    if remark is not None and isinstance(page, Pad):
        turn = Turn(replace(page, message=remark.headline, tone=remark.tone))
    elif remark is not None:
        turn = Turn(kind.idle(page), say=remark)
    elif isinstance(asked, FindCode) and kind.scanned is None:
        turn = _found(page, outcome)
    else:
        turn = kind.answered(page, asked, outcome)
    if turn.ask is None and turn.top is None and not turn.close:
        fresh = kind.read(turn.page)
        if fresh is not None and outcome.kind is not OutcomeKind.TROUBLE and type(fresh) is not type(asked):
            later = fresh  # something may have changed under the page
        turn = replace(turn, ask=later)
    return _turned(state, turn)


def _found(page: Page, outcome: Outcome) -> Turn:
    """A scan on a page that has no use of its own for it."""
    match outcome.data:
        case PatronPage() as data:
            return Turn(page, top=patron.PatronCard(data.sheet.patron_id, data), hush=True)
        case CopyPage() as data:
            return Turn(page, top=copy.CopyCard(data.sheet.copy_id, data), hush=True)
        case _:
            say = refused(outcome) if outcome.reasons else Say(Tone.LOOK, Text("librarian.find.unknown"))
            return Turn(page, say=say)


def _turned(state: State, turn: Turn) -> Step[State]:
    """Put a page's turn into practice."""
    pages = (*state.pages[:-1], turn.page)
    pages = pages[: len(pages) - turn.close]
    if state.verified and not pages and turn.top is None and isinstance(turn.page, Pad):
        pages = (menu.Menu(),)
    if turn.close and pages:
        kind = KINDS[type(pages[-1])]
        page = kind.idle(pages[-1])
        pages = (*pages[:-1], page if turn.give is None else kind.given(page, turn.give))
    if turn.top is not None:
        pages = (*pages, turn.top)
    state = _remarked(state, turn)
    effects = (Chime(turn.say.tone.value),) if turn.say else ()
    if turn.leave:
        return Step(state, effects=(Leave(),))
    if turn.go is not None or not pages:
        return Step(state, go=turn.go or ToIdle())
    moved = len(pages) != len(state.pages) or turn.top is not None
    state = replace(state, pages=pages)
    ask = turn.ask
    if ask is None and moved and state.asked is None:
        ask = _kind(state).read(pages[-1])
    if ask is None:
        return Step(state, effects=effects)
    if state.asked is not None:  # typing goes on while an answer is under way
        return Step(replace(state, later=ask), effects=effects)
    if isinstance(ask, LibrarianCommand):
        ask = replace(ask, operator_id=state.librarian.patron_id)
    return Step(replace(state, asked=ask, asked_at=state.at), ask=ask, effects=effects)


def _remarked(state: State, turn: Turn) -> State:
    if turn.say is not None:
        serial = state.serial + 1
        return replace(state, notice=card_of(turn.say, state.at, serial), serial=serial)
    return replace(state, notice=None) if turn.hush else state


def view(state: State, now: float, context: Context) -> PageView | PadView:  # noqa: ARG001  the contract of a flow
    """The page on top."""
    page, kind = state.pages[-1], _kind(state)
    if kind.pad is not None:
        return kind.pad(page)
    back = Button("back", Text("librarian.do.back"), icon="back")
    end = Button("end", Text("librarian.do.end"), icon="leave")
    return PageView(
        name=kind.name,
        title=kind.title(page),
        who=state.librarian.name,
        bar=(*((back,) if len(state.pages) > 1 else ()), *kind.bar(page), end),
        blocks=kind.blocks(page),
        notice=state.notice,
        ring=Ring(state.at + state.timeout, RING_SECONDS) if state.ringing else None,
        progress=_progress(state),
        examines=kind.examined is not None,
    )


def _progress(state: State) -> Progress | None:
    if state.progress is None:
        return None
    done, total = state.progress
    return Progress(done, total, Button("call_off", Text("librarian.do.call_off"), icon="close"))


__all__ = ["KINDS", "State", "counts", "deadline", "start", "update", "view"]
