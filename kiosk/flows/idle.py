"""The idle conversation: nobody has shown a card. A returned book is taken at once; a card begins a session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.flows.answers import answer_card, sound_of
from kiosk.flows.commands import TakeScan
from kiosk.flows.effects import Chime
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Board, BoardLine, Outcome, OutcomeKind
from kiosk.flows.step import Config, Context, Event, Step, ToLibrarian, ToSession
from kiosk.flows.views import BookTile, Button, IdleView, ResultCard, Ring, Text, Tone, TurnLine
from kiosk.lending.barcodes import ControlCode
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rota import holding_at

HOW_TO = ResultCard(
    Tone.INFO,
    "help",
    Text("session.answer.how_to"),
    (Text("session.answer.how_to.1"), Text("session.answer.how_to.2"), Text("session.answer.how_to.3")),
)
"""What the help card answers."""
_CARD_FIRST = ResultCard(
    Tone.INFO,
    "card",
    Text("session.answer.card_first"),
    (Text("session.answer.card_first.line"),),
    picture="step2",
)


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody here. `result` answers the last scan until `until` (monotonic); `serial` counts answers."""

    result: ResultCard | None = None
    until: float | None = None
    serial: int = 0


def start(farewell: ResultCard | None = None, until: float | None = None) -> Idle:
    """Nobody here, perhaps with a farewell that names nobody."""
    return Idle(farewell, until)


def update(state: Idle, event: Event, config: Config) -> Step[Idle]:
    """Take what happened; see the module."""
    match event:
        case Scan():
            return Step(state, ask=TakeScan(code=event.code, clean=event.clean))
        case Answered(outcome, at):
            return _answered(state, outcome, at, config)
        case Pressed(action="help", at=at):
            return _show(state, HOW_TO, at, config)
        case Pressed(action="dismiss"):
            return Step(replace(state, result=None, until=None))
        case Tick(at=at) if state.until is not None and at >= state.until:
            return Step(replace(state, result=None, until=None))
    return Step(state)


def _answered(state: Idle, outcome: Outcome, at: float, config: Config) -> Step[Idle]:
    if outcome.kind is OutcomeKind.IDENTIFIED and outcome.patron is not None:
        if outcome.patron.kind is PatronKind.LIBRARIAN:
            return Step(state, effects=(Chime("hello"),), go=ToLibrarian(outcome.patron))
        return Step(state, go=ToSession(outcome.patron))
    if outcome.kind is OutcomeKind.INFO and isinstance(outcome.data, ControlCode):
        if outcome.data is ControlCode.HELP:
            return _show(state, HOW_TO, at, config)
        return _show(state, _CARD_FIRST, at, config)
    card = answer_card(outcome, since=at, serial=state.serial + 1)
    return _show(state, card, at, config, sound_of(outcome))


def _show(state: Idle, card: ResultCard, at: float, config: Config, sound: str = "info") -> Step[Idle]:
    serial = state.serial + 1
    card = replace(card, since=at, serial=serial, buttons=(Button("dismiss", Text("common.close"), "close"),))
    return Step(Idle(card, at + config.result_shown, serial), effects=(Chime(sound),))


def deadline(state: Idle) -> float | None:
    """When the answer on the screen goes away."""
    return state.until


def view(state: Idle, now: float, context: Context) -> IdleView:  # noqa: ARG001  flows share one shape
    """The idle screen, to the minute."""
    board, local = context.board, context.local
    ring = None
    if state.until is not None and state.result is not None:
        ring = Ring(state.until, context.config.result_shown)
    buttons = (
        Button("help", Text("session.button.help"), "help", key="F1"),
        Button("pad", Text("session.button.type_number"), "barcode", key="F3"),
        Button("language", Text("session.button.language"), "language", key="F4"),
    )
    if board is None or local is None:
        return IdleView(local or datetime.min, "", Text("session.turn.opening"), Tone.INFO, buttons=buttons)  # noqa: DTZ901  a place-holder, shown as no time
    turn, tone = turn_text(board, local)
    return IdleView(
        now=local.replace(second=0, microsecond=0),
        library=board.library,
        turn=turn,
        turn_tone=tone,
        rota=_turn_lines(board, local),
        rota_empty=Text("session.rota.everyone" if board.open_to_all else "session.rota.empty"),
        new_books=tuple(
            BookTile(book.title, book.clc, authors=book.authors, call_number=book.call_number, place=book.place)
            for book in board.new_books
        ),
        announcement=board.announcement,
        result=state.result,
        result_ring=ring,
        trouble=_remark(board, context.config),
        buttons=buttons,
        pinyin=board.pinyin == "always",
    )


def _remark(board: Board, config: Config) -> Text | None:
    if board.clock_behind:
        return Text("session.trouble.clock")
    return Text("session.trouble.shifted_clock") if config.shifted_clock else None


def turn_text(board: Board, local: datetime) -> tuple[Text, Tone]:
    """Whose turn it is, as one sentence, and its tone."""
    if board.closed:
        if board.closed_why:
            return Text("session.turn.closed_why", {"why": board.closed_why}), Tone.NOT_NOW
        return Text("session.turn.closed"), Tone.NOT_NOW
    if board.open_to_all:
        return Text("session.turn.everyone"), Tone.DONE
    on_now = _on_now(board, local)
    if on_now:
        who = tuple(word for line in on_now for word in line.who)
        return Text("session.turn.now", {"who": who, "until": on_now[-1].ends.time()}), Tone.DONE
    coming = next((line for line in board.lines if line.starts > local), None)
    if coming is not None:
        return Text("session.turn.next_today", {"who": coming.who, "at": coming.starts.time()}), Tone.INFO
    if board.next_turn is not None and board.next_turn > local:
        return Text("session.turn.next", {"who": board.next_who, "at": board.next_turn}), Tone.INFO
    return Text("session.turn.none"), Tone.INFO


def _on_now(board: Board, local: datetime) -> tuple[BoardLine, ...]:
    """Whose turn it is by rota; asked of what the board holds, for it changes while the desk is asked nothing."""
    return holding_at(local, board.lines, board.minutes_before, board.minutes_after)


def _turn_lines(board: Board, local: datetime) -> tuple[TurnLine, ...]:
    on_now = _on_now(board, local)
    return tuple(
        TurnLine(
            line.starts.time(),
            line.ends.time(),
            line.who,
            now=line in on_now,
            over=line not in on_now and line.ends <= local,
        )
        for line in board.lines
    )
