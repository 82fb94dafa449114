"""A patron's session: books are lent, taken back and renewed by scanning; it ends by card, touch or by itself.

Every act is committed when it is scanned, so that walking away loses nothing. The next card ends this session and
begins the next: a class in a queue touches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kiosk.flows.answers import answer_card, blocks_of, sound_of, standing_card
from kiosk.flows.commands import Command, Renew, SessionRef, TakeScan, Undo
from kiosk.flows.effects import Chime
from kiosk.flows.events import Pressed, Scan, Tick
from kiosk.flows.idle import HOW_TO
from kiosk.flows.outcomes import Answered, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.step import Config, Context, Event, Step, ToCounter, ToIdle, ToLibrarian, ToSession
from kiosk.flows.views import BookTile, Button, Mark, ResultCard, Ring, SessionView, Text, Tone
from kiosk.lending.barcodes import ControlCode
from kiosk.lending.patrons import PatronKind, masked
from kiosk.lending.policy import NO_RENEWAL, OpenLoan, ReasonCode


@dataclass(frozen=True, slots=True)
class Session:
    """Who is here and what this session has come to. `deadline` is when it ends by itself (monotonic seconds)."""

    session_id: str
    patron: PatronSheet
    deadline: float
    operator: PatronSheet | None = None
    renewed: frozenset[int] = frozenset()
    result: ResultCard | None = None
    serial: int = 0
    acted: bool = False

    @property
    def ref(self) -> SessionRef:
        """This session as commands name it."""
        operator_id = self.operator.patron_id if self.operator else None
        return SessionRef(self.session_id, self.patron.patron_id, self.renewed, operator_id)


def start(session_id: str, patron: PatronSheet, at: float, config: Config, operator: PatronSheet | None) -> Session:
    """Begin for `patron`, served by `operator` where somebody serves."""
    return Session(session_id, patron, at + config.session_timeout, operator)


def after_trouble(state: Session, at: float, config: Config) -> Session:
    """The session after a trouble of the store: time anew, and word that the last scan may be missing."""
    card = ResultCard(
        Tone.LOOK,
        "scan",
        Text("session.answer.after_trouble"),
        (Text("session.answer.after_trouble.line"),),
        since=at,
        serial=state.serial + 1,
    )
    return replace(state, deadline=at + config.session_timeout, result=card, serial=state.serial + 1)


def awake(state: Session, at: float, config: Config) -> Session:
    """The session after somebody did something at `at` (which may have waited): it lasts its time from then."""
    return replace(state, deadline=max(state.deadline, at + config.session_timeout))


def update(state: Session, event: Event, config: Config) -> Step[Session]:
    """Take what happened; see the module."""
    match event:
        case Scan():
            ask = TakeScan(code=event.code, clean=event.clean, session=state.ref)
            return Step(awake(state, event.at, config), ask=ask)
        case Answered(outcome, at):
            return _answered(awake(state, at, config), outcome, at)
        case Pressed():
            return _pressed(awake(state, event.at, config), event)
        case Tick(at=at) if at >= state.deadline:
            return Step(state, go=ToIdle())
    return Step(state)


def _pressed(state: Session, event: Pressed) -> Step[Session]:
    tap = (Chime("tap"),)
    match event.action:
        case "finish":
            return _finish(state)
        case "renew" if isinstance(event.value, int):
            return Step(state, ask=Renew(session=state.ref, loan_id=event.value), effects=tap)
        case "renew_all":
            return Step(state, ask=Renew(session=state.ref), effects=tap)
        case "undo" if isinstance(event.value, int):
            return Step(state, ask=Undo(session=state.ref, loan_id=event.value), effects=tap)
        case "help":
            return _show(state, HOW_TO, event.at)
        case "counter" if state.patron.on_duty and state.operator is None:
            return Step(state, effects=tap, go=ToCounter(state.patron))
    return Step(state)


def _answered(state: Session, outcome: Outcome, at: float) -> Step[Session]:
    if outcome.kind is OutcomeKind.IDENTIFIED and outcome.patron is not None:
        return _other_card(state, outcome.patron)
    if outcome.kind is OutcomeKind.INFO and isinstance(outcome.data, ControlCode):
        return _control(state, outcome.data, at)
    if state.operator is None and _is_no_card_of_theirs(outcome):
        shown = answer_card(outcome, since=at, serial=state.serial + 1)
        return Step(state, effects=(Chime(sound_of(outcome)),), go=ToIdle(shown))
    state = replace(
        state,
        patron=outcome.patron or state.patron,
        renewed=state.renewed | set(outcome.renewed),
        acted=state.acted or outcome.kind in _ACTS,
    )
    loan = next((one for one in state.patron.loans if one.loan_id == outcome.loan_id), None)
    buttons: tuple[Button, ...] = ()
    if outcome.kind in _LENDING and outcome.loan_id is not None:
        buttons = (Button("undo", Text("session.button.undo"), "undo", outcome.loan_id),)
    card = answer_card(outcome, since=at, serial=state.serial + 1, loan=loan, buttons=buttons)
    return _show(state, card, at, sound_of(outcome))


def _is_no_card_of_theirs(outcome: Outcome) -> bool:
    """A card that is not accepted: somebody else may stand here already, and their books are not this patron's."""
    return any(
        reason.code in {ReasonCode.UNKNOWN_CARD, ReasonCode.CARD_STOPPED} or reason.data.get("meant") == "card"
        for reason in outcome.reasons
    )


_LENDING = frozenset({OutcomeKind.LENT, OutcomeKind.RETURNED_AND_LENT})
_ACTS = _LENDING | {OutcomeKind.RETURNED, OutcomeKind.RENEWED}


def _other_card(state: Session, patron: PatronSheet) -> Step[Session]:
    """A card in a session: one's own ends it, the helper's brings the counter back, another one's takes over."""
    if patron.patron_id == state.patron.patron_id:
        return _finish(state)
    if state.operator is not None and patron.patron_id == state.operator.patron_id:
        return _finish(state)
    if patron.kind is PatronKind.LIBRARIAN:
        return Step(state, effects=(Chime("hello"),), go=ToLibrarian(patron))
    return Step(state, go=ToSession(patron, state.operator))


def _control(state: Session, control: ControlCode, at: float) -> Step[Session]:
    match control:
        case ControlCode.FINISH:
            return _finish(state)
        case ControlCode.RENEW:
            command: Command = Renew(session=state.ref)
            return Step(state, ask=command)
        case ControlCode.HELP:
            return _show(state, HOW_TO, at)


def _finish(state: Session) -> Step[Session]:
    return Step(state, effects=(Chime("bye"),), go=ToIdle(), ended=True)


def _show(state: Session, card: ResultCard, at: float, sound: str = "info") -> Step[Session]:
    serial = state.serial + 1
    return Step(replace(state, result=replace(card, since=at, serial=serial), serial=serial), effects=(Chime(sound),))


def deadline(state: Session) -> float | None:
    """When the session ends by itself."""
    return state.deadline


def view(state: Session, now: float, context: Context) -> SessionView:  # noqa: ARG001  flows share one shape
    """The session's screen."""
    board, config = context.board, context.config
    patron = state.patron
    pinyin = board.pinyin if board else "auto"
    buttons = [Button("finish", Text("session.button.finish"), "finish", tone=Tone.DONE, key="F10")]
    today = context.local.date() if context.local else None
    if any(_renewable(loan, state, today) for loan in patron.loans):
        buttons.append(Button("renew_all", Text("session.button.renew_all"), "renew", key="F5"))
    if patron.on_duty and state.operator is None:
        buttons.append(Button("counter", Text("session.button.counter"), "helper", key="F6"))
    buttons.append(Button("help", Text("session.button.help"), "help", key="F1"))
    buttons.append(Button("pad", Text("session.button.type_number"), "barcode", key="F3"))
    turn = None
    if patron.bound_to_rota and patron.next_turn is not None and patron.next_chance is None:
        turn = Text("session.next_turn", {"at": patron.next_turn})
    result = state.result or standing_card(patron)
    blocks = blocks_of(patron) if state.result is not None and state.result.tone is not Tone.NOT_NOW else ()
    return SessionView(
        name=masked(patron.name) if board and board.mask_names else patron.name,
        school_class=patron.school_class,
        greeting=Text(f"session.greeting.{patron.kind.value}"),
        allowance=_allowance(patron),
        places=patron.allowance.limit,
        result=result,
        shelf=tuple(_tile(loan, state, today) for loan in patron.loans),
        blocks=tuple(block for block in blocks if result is None or block.headline not in result.lines),
        next_turn=turn,
        ring=Ring(state.deadline, config.session_timeout),
        buttons=tuple(buttons),
        helper_name=state.operator.name if state.operator else "",
        hint=_hint(state),
        pinyin=pinyin == "always" or (pinyin == "auto" and patron.grade in (1, 2)),
    )


def _allowance(patron: PatronSheet) -> Text:
    left = patron.allowance.left
    if any(reason.code is not ReasonCode.LIMIT for reason in patron.blocks):
        return Text("session.allowance.blocked", {"n": patron.allowance.out})
    return Text("session.allowance.left" if left else "session.allowance.full", {"n": left})


def _hint(state: Session) -> Text:
    if not state.patron.blocks:
        return Text("session.hint.more" if state.acted else "session.hint.scan_books")
    if state.patron.loans:
        return Text("session.hint.return_or_finish")
    return Text("session.hint.finish")


def _renewable(loan: OpenLoan, state: Session, today: date | None) -> bool:
    """Whether to offer a renewal: not of what this session lent or renewed, nor where it is sure to be refused.

    The renew card asks in any case, and is told why not.
    """
    if loan.session_id == state.session_id or loan.loan_id in state.renewed or _late(loan, today):
        return False
    return not any(reason.code in NO_RENEWAL for reason in state.patron.blocks)


def _late(loan: OpenLoan, today: date | None) -> bool:
    return today is not None and loan.due_on < today


def _tile(loan: OpenLoan, state: Session, today: date | None) -> BookTile:
    fresh = loan.session_id == state.session_id
    renewed = loan.loan_id in state.renewed
    buttons: tuple[Button, ...] = ()
    if fresh:
        buttons = (Button("undo", Text("session.button.undo"), "undo", loan.loan_id),)
    elif _renewable(loan, state, today):
        buttons = (Button("renew", Text("session.button.renew"), "renew", loan.loan_id),)
    mark = Mark.FRESH if fresh else Mark.RENEWED if renewed else Mark.NONE
    if mark is Mark.NONE and _late(loan, today):
        mark = Mark.OVERDUE
    return BookTile(loan.title, loan.clc, loan.barcode, due_on=loan.due_on, mark=mark, buttons=buttons)
