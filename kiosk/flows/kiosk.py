"""The kiosk flow: which conversation is at the front, what waits, what is in flight, and what is broken.

Scans and presses reach the front flow one at a time. While a command is in flight further ones wait in a bounded
queue; none is dropped silently. The same code again within the bounce time is ignored quietly. A session that a
helper or librarian opened lies over theirs, which comes back when it ends. When the store is in trouble, the front
stays as it is, a plain screen says what still works, and the flow asks again by itself until the store is back.

A camera may read several codes in one picture: a card counts before a copy, control cards after. What is no number of
ours (the publisher's barcode, a QR code) waits a moment and counts only if no label of ours is read beside it. One's
own card beside a book ends no session. A book that was read just before the card beside it is asked for again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from kiosk.flows import idle, session
from kiosk.flows.commands import Command, CreateLibrary, PrintSlip, Probe, ReadBoard
from kiosk.flows.effects import Ask, CallOff, Chime, Effect, Leave, Told, UseLanguage
from kiosk.flows.events import PICTURE, CloseAsked, Edited, Pressed, Progressed, Scan, Tick
from kiosk.flows.outcomes import Answered, Board, Examined, Outcome, OutcomeKind
from kiosk.flows.step import Config, Context, Event, Handover, Step, ToCounter, ToIdle, ToLibrarian, ToSession
from kiosk.flows.trouble import first_start_view, library_made, trouble_view
from kiosk.flows.views import PadView, ResultCard, Text, Tone, View
from kiosk.lending import barcodes
from kiosk.lending.barcodes import ReadingKind, Scheme
from kiosk.lending.policy import ReasonCode

if TYPE_CHECKING:
    from kiosk.flows import counter, librarian

BOARD_EVERY = 60.0  # seconds between two looks at the rota while nobody is here
RETRY_EVERY = 2.0  # seconds between two tries of a store in trouble
FAREWELL = 3.0  # seconds
PAD_TIMEOUT = 20.0  # seconds a half-typed number stays
PAD_DIGITS = 20
LANGUAGES = ("zh_CN", "en")
NOTHING_SEEN = ("", float("-inf"))
TWICE = 0.6  # seconds in which a scanner may read one code twice by itself
HOLD = 0.6  # seconds in which a label of ours may yet be read in a picture, beside what then does not count
TOGETHER = 2.0  # seconds between the readings of a copy and of the card that was held before the camera with it
_TURNS = {ReadingKind.CARD: 0, ReadingKind.COPY: 1, ReadingKind.COMMAND: 3, ReadingKind.PUBLISHER: 4}
_TRADE = frozenset({"qr", "ean13", "ean8", "upca", "upce"})
_NEVER_OURS = frozenset({"itf", "ean8", "upce"})
_OURS = frozenset({ReadingKind.CARD, ReadingKind.COPY, ReadingKind.COMMAND})

Front: TypeAlias = "idle.Idle | session.Session | counter.State | librarian.State"


def _flow(front: Front) -> ModuleType:
    """The flow of a front: the module its state is from.

    The counter and the librarian's pages are imported when first opened: they would take 0.1 s of each start.
    """
    return sys.modules[type(front).__module__]


@dataclass(frozen=True, slots=True)
class Down:
    """The store is in trouble: its code, the IT teacher's detail, when to ask again (monotonic seconds)."""

    code: str
    detail: str
    retry_at: float
    making: bool = False  # a new library is being made
    name: str = ""  # the name typed for it
    librarian: str = ""  # its first librarian's


@dataclass(frozen=True, slots=True)
class Pad:
    """The number pad over the front: what is entered, and when it goes by itself."""

    entered: str
    until: float


@dataclass(frozen=True, slots=True)
class Kiosk:
    """The whole conversation's state. `count` numbers requests; `seen` is the last code and when it was read."""

    config: Config
    front: Front
    under: Front | None = None
    board: Board | None = None
    board_at: float = float("-inf")
    local: datetime | None = None
    minute_at: float = 0.0
    pad: Pad | None = None
    busy: Command | None = None
    scan: Scan | None = None  # what the command in flight answers
    waiting: tuple[Command, ...] = ()
    queue: tuple[Scan | Pressed, ...] = ()
    seen: tuple[str, float] = NOTHING_SEEN
    held: Scan | None = None  # of a picture: whether it counts depends on what else is read there
    early: Scan | None = None  # of a picture: a copy that was answered with "your card first"
    count: int = 0
    down: Down | None = None
    language: str = "zh_CN"
    language_until: float | None = None  # a language chosen while nobody is here goes by itself then


Update = tuple[Kiosk, tuple[Effect, ...]]


def start(config: Config, at: float, count: int = 0) -> Update:
    """The kiosk at its start: nobody here, and the board asked for.

    `count` is where an earlier state of the same boot left off: its request ids are used up.
    """
    state = Kiosk(config, idle.start(), count=count, language=config.language)
    return _send(state, ReadBoard(), at)


def update(state: Kiosk, event: Event) -> Update:
    """Take what happened; see the module."""
    match event:
        case Answered():
            return _answered(state, event)
        case Tick():
            return _tick(state, event)
        case Scan():
            return _scanned(state, event)
        case Pressed():
            return _pressed(state, event)
        case Edited():
            return _edited(state, event)
        case Examined():
            return _to_front(state, event, event.at)
        case Progressed():
            return (state, ()) if state.busy is None else _to_front(state, event, event.at)
        case CloseAsked():
            return _close_asked(state, event)


def deadline(state: Kiosk) -> float:
    """The monotonic time of the next Tick the kiosk needs."""
    times = [state.minute_at]
    if state.busy is not None:
        pass  # an answer is on its way, and nothing else is due before it
    elif state.down is not None:
        times.append(state.down.retry_at)
    else:
        own = _flow(state.front).deadline(state.front)
        times += [] if own is None else [own]
        if isinstance(state.front, idle.Idle):
            times.append(state.board_at + BOARD_EVERY)
    if state.pad is not None:
        times.append(state.pad.until)
    if state.held is not None:
        times.append(state.held.at + HOLD)
    if state.language_until is not None:
        times.append(state.language_until)
    return min(times)


def view(state: Kiosk, now: float) -> View:
    """What the screen shows."""
    if state.down is not None:
        if state.down.code == "no_library":
            return first_start_view(state.down.name, state.down.librarian, state.down.making, state.down.detail)
        return trouble_view(state.down.code, state.down.detail)
    if state.pad is not None:
        return PadView(Text("session.pad.title"), state.pad.entered, dots=False)
    shown: View = _flow(state.front).view(state.front, now, _context(state))
    return shown


def is_quiet(state: Kiosk) -> bool:
    """Whether nothing is in flight and nothing waits: every scan so far has its answer."""
    return state.busy is None and not state.queue and not state.waiting and state.held is None


def _context(state: Kiosk) -> Context:
    return Context(state.config, state.board, state.local)


# ── What comes in ──


def _scanned(state: Kiosk, scan: Scan) -> Update:
    scan = replace(_doubted(scan), also=tuple(_doubted(one) for one in scan.also))
    if scan.source == PICTURE:
        return _pictured(state, scan)
    return _read(state, scan)


def _doubted(scan: Scan) -> Scan:
    """A number of ours in a kind of code that can be a part of another is not ours: we print Code 128 only."""
    ours = scan.symbology in _NEVER_OURS and barcodes.read(scan.code, Scheme()).kind in _OURS
    return replace(scan, clean=False) if ours else scan


def _pictured(state: Kiosk, scan: Scan) -> Update:
    """What was first read in one picture, in the order in which it makes sense; see the module."""
    codes = sorted((replace(scan, also=()), *scan.also), key=lambda one: _TURNS.get(_kind(state, one.code), 2))
    effects: tuple[Effect, ...] = ()
    cards = [one for one in codes if _kind(state, one.code) is ReadingKind.CARD]
    if len(cards) > 1:  # nobody knows whose turn it is: no session for either, and no book for whoever is here
        return _two_cards(state, codes)
    for one in codes:
        there = (*scan.beside, *(other.code for other in codes if other.code != one.code))
        state, more = _of_picture(state, replace(one, beside=there))
        effects += more
    return state, effects


def _two_cards(state: Kiosk, codes: list[Scan]) -> Update:
    """Two cards lie before the camera at once: one is asked for."""
    at, front = codes[0].at, state.front
    told = tuple(Told(one, _local_outcome(state, OutcomeKind.IGNORED)) for one in codes)
    serial = getattr(front, "serial", 0) + 1
    line = (Text("session.two_cards.line"),)
    shown = ResultCard(Tone.LOOK, "card", Text("session.two_cards"), line, since=at, serial=serial)
    if isinstance(front, idle.Idle):
        state = replace(state, front=idle.Idle(shown, at + state.config.result_shown, serial))
    elif isinstance(front, session.Session):
        awake = session.awake(front, at, state.config)
        state = replace(state, front=replace(awake, result=shown, serial=serial))
    return state, (*told, Chime(Tone.LOOK.value))


def _of_picture(state: Kiosk, scan: Scan) -> Update:
    kind = _kind(state, scan.code)
    if kind is ReadingKind.COPY and state.held is not None:
        ignored = Told(state.held, _local_outcome(state, OutcomeKind.IGNORED))
        state, effects = _read(replace(state, held=None), scan)
        return state, (ignored, *effects)
    stranger = kind is ReadingKind.PUBLISHER or (kind is ReadingKind.UNKNOWN and scan.symbology in _TRADE)
    if stranger and any(_kind(state, code) is ReadingKind.COPY for code in scan.beside):
        return state, (Told(scan, _local_outcome(state, OutcomeKind.IGNORED)),)
    if stranger or (isinstance(state.front, session.Session) and scan.code == state.front.patron.card):
        state, effects = _let_go(state)
        return replace(state, held=scan), effects
    return _read(state, scan)


def _let_go(state: Kiosk) -> Update:
    """What was held back counts."""
    if state.held is None:
        return state, ()
    return _read(replace(state, held=None), state.held)


def _kind(state: Kiosk, code: str) -> ReadingKind:
    return barcodes.read(code, state.board.scheme if state.board else Scheme()).kind


def _read(state: Kiosk, scan: Scan) -> Update:
    if scan.typed and scan.source != "pad" and isinstance(view(state, scan.at), PadView):
        return state, ()  # the pad has had these keys itself, and a PIN is told to no journal
    code, at = state.seen
    state = replace(state, seen=(scan.code, scan.at), pad=None)
    if scan.code == code and scan.at - at < _bounce(state):
        return state, (Told(scan, _local_outcome(state, OutcomeKind.IGNORED)),)
    return _take(state, scan)


def _bounce(state: Kiosk) -> float:
    """How soon the same code again is no second scan: soon where a pile of one book is counted by scanning it."""
    counts = getattr(_flow(state.front), "counts", None)
    return min(TWICE, state.config.bounce) if counts and counts(state.front) else state.config.bounce


def _take(state: Kiosk, event: Scan | Pressed) -> Update:
    """Give the front a scan or a press, now or when its turn comes."""
    if state.down is not None:
        if isinstance(event, Scan):
            outcome = replace(_local_outcome(state, OutcomeKind.TROUBLE), trouble=state.down.code)
            return replace(state, seen=NOTHING_SEEN), (Chime(Tone.NOT_NOW.value), Told(event, outcome))
        return state, ()
    if state.busy is not None or state.queue:
        if len(state.queue) >= state.config.queue_limit:
            full: tuple[Effect, ...] = (Chime(Tone.LOOK.value),)
            if isinstance(event, Scan):
                full += (Told(event, _local_outcome(state, OutcomeKind.REFUSED)),)
            return replace(state, seen=NOTHING_SEEN), full
        return replace(state, queue=(*state.queue, event)), ()
    return _to_front(replace(state, scan=event if isinstance(event, Scan) else None), event, event.at)


def _pressed(state: Kiosk, event: Pressed) -> Update:
    if event.action == "language":
        following = LANGUAGES[(LANGUAGES.index(state.language) + 1) % len(LANGUAGES)]
        nobody = isinstance(state.front, idle.Idle) and following != state.config.language
        until = event.at + state.config.session_timeout if nobody else None
        return replace(state, language=following, language_until=until), (Chime("tap"), UseLanguage(following))
    if event.action == "call_off":
        return state, ((CallOff(),) if state.busy is not None else ())
    if state.down is not None:
        return _pressed_in_trouble(state, state.down, event)
    if (state.pad is not None or event.action == "pad") and isinstance(state.front, session.Session):
        state = replace(state, front=session.awake(state.front, event.at, state.config))
    if state.pad is not None:
        return _pressed_on_pad(state, state.pad, event)
    if event.action == "pad":
        return replace(state, pad=Pad("", event.at + PAD_TIMEOUT)), (Chime("tap"),)
    return _take(state, event)


def _pressed_on_pad(state: Kiosk, pad: Pad, event: Pressed) -> Update:
    until = event.at + PAD_TIMEOUT
    match event.action:
        case "digit" if len(pad.entered) < PAD_DIGITS:
            return replace(state, pad=Pad(pad.entered + str(event.value), until)), (Chime("tap"),)
        case "erase":
            return replace(state, pad=Pad(pad.entered[:-1], until)), (Chime("tap"),)
        case "enter" if pad.entered:
            typed = Scan(pad.entered, "pad", event.at, event.at, typed=True)
            return _scanned(replace(state, pad=None), typed)
        case "cancel" | "enter":
            return replace(state, pad=None), (Chime("tap"),)
    return state, ()


def _pressed_in_trouble(state: Kiosk, down: Down, event: Pressed) -> Update:
    match event.action:
        case "retry" if state.busy is None:
            return _send(state, Probe(), event.at)
        case "create" | "sample" if state.busy is None and down.code == "no_library":
            making = replace(state, down=replace(down, making=True))
            sample = event.action == "sample"
            command = CreateLibrary(name=down.name, librarian=down.librarian, sample=sample)
            return _send(making, command, event.at)
        case "leave" if down.code == "no_library":  # nothing to guard yet
            return state, (Leave(),)
    return state, ()


def _edited(state: Kiosk, event: Edited) -> Update:
    """What somebody typed goes to who shows the field, without NUL characters: no database could be asked for them."""
    event = replace(event, text=event.text.replace("\0", ""))
    if state.down is not None:
        text = event.text[:80]
        if event.field == "name":
            return replace(state, down=replace(state.down, name=text)), ()
        if event.field == "librarian":
            return replace(state, down=replace(state.down, librarian=text)), ()
        return state, ()
    return _to_front(state, event, event.at)


def _close_asked(state: Kiosk, event: CloseAsked) -> Update:
    if state.config.may_close:
        return state, (Leave(),)
    if isinstance(state.front, idle.Idle) and state.busy is None and state.down is None:
        shown = ResultCard(
            Tone.INFO, "lock", Text("session.answer.cannot_close"), since=event.at, serial=state.front.serial + 1
        )
        front = idle.Idle(shown, event.at + state.config.result_shown, state.front.serial + 1)
        return replace(state, front=front), (Chime(Tone.INFO.value),)
    return state, (Chime(Tone.INFO.value),)


def _tick(state: Kiosk, event: Tick) -> Update:
    to_next_minute = 60.0 - event.now.second - event.now.microsecond / 1e6
    state = replace(state, local=event.now, minute_at=event.at + to_next_minute)
    if state.pad is not None and event.at >= state.pad.until:
        state = replace(state, pad=None)
    effects: tuple[Effect, ...] = ()
    if state.held is not None and event.at >= state.held.at + HOLD:
        state, effects = _let_go(state)
    if state.language_until is not None and event.at >= state.language_until:
        state, more = _usual_language(state)
        effects += more
    if state.busy is not None:
        return state, effects
    if state.down is not None:
        if event.at >= state.down.retry_at:
            state, more = _send(state, Probe(), event.at)
            effects += more
        return state, effects
    state, more = _to_front(replace(state, scan=None), event, event.at)
    effects += more
    if state.busy is None and isinstance(state.front, idle.Idle) and event.at >= state.board_at + BOARD_EVERY:
        state, asked = _send(state, ReadBoard(), event.at)
        effects += asked
    return state, effects


# ── What the desk answers ──


def _answered(state: Kiosk, event: Answered) -> Update:
    command, outcome, at = state.busy, event.outcome, event.at
    if command is None or outcome.request_id != command.request_id:
        return state, ()  # of a command nobody waits for any more
    state = replace(state, busy=None)
    if outcome.kind is OutcomeKind.TROUBLE:
        return _into_trouble(state, command, outcome, at)
    effects: tuple[Effect, ...] = ()
    if state.down is not None:
        state, effects = replace(state, down=None), (Chime(Tone.DONE.value),)
        state = _awake(state, at)
    if isinstance(command, ReadBoard) and isinstance(outcome.data, Board):
        state = replace(state, board=outcome.data, board_at=at)
    elif isinstance(command, Probe | CreateLibrary):
        state = replace(state, board_at=float("-inf"))
        if isinstance(command, CreateLibrary) and isinstance(outcome.data, str):
            state = replace(state, front=idle.start(library_made(outcome.data, at)))
        state, asked = _send(state, ReadBoard(), at)
        return state, effects + asked
    elif not isinstance(command, PrintSlip):  # nobody waits for a slip; the print queue says how it fares
        state, told = _to_front(state, event, at)
        effects += told
    return _drain(state, effects, at)


def _into_trouble(state: Kiosk, command: Command, outcome: Outcome, at: float) -> Update:
    """The command was not carried out; what waited is told so too, and the store is asked again by and by."""
    untold = [scan for scan in (state.scan, *state.queue) if isinstance(scan, Scan)]
    before = state.down or Down("", "", at)
    down = replace(before, code=outcome.trouble, detail=outcome.detail, retry_at=at + RETRY_EVERY, making=False)
    known = state.down is not None
    state = replace(state, down=down, queue=(), waiting=(), scan=None, pad=None, seen=NOTHING_SEEN)
    told = tuple(Told(scan, replace(outcome, request_id=command.request_id)) for scan in untold)
    return state, (*told, *(() if known else (Chime(Tone.NOT_NOW.value),)))


def _awake(state: Kiosk, at: float) -> Kiosk:
    """After a trouble nobody's session ends for the time it took, and a session is told that a scan is missing."""
    if isinstance(state.front, session.Session):
        front = session.after_trouble(state.front, at, state.config)
        return replace(state, front=front)
    return state


def _drain(state: Kiosk, effects: tuple[Effect, ...], at: float) -> Update:
    """Send what waits, then take what is in the queue, until a command is in flight again."""
    while state.busy is None and state.down is None and (state.waiting or state.queue):
        if state.waiting:
            command, state = state.waiting[0], replace(state, waiting=state.waiting[1:])
            state, more = _send(state, command, at)
        else:
            event, state = state.queue[0], replace(state, queue=state.queue[1:])
            state = replace(state, scan=event if isinstance(event, Scan) else None)
            state, more = _to_front(state, event, at)
        effects += more
    return state, effects


# ── The front ──


def _to_front(state: Kiosk, event: Event, at: float) -> Update:
    """Let the front flow take an event; carry out its step."""
    flow = _flow(state.front)
    step: Step[Any] = flow.update(state.front, event, state.config)
    effects: tuple[Effect, ...] = step.effects
    state = replace(state, front=step.state)
    card, early = state.scan, state.early
    if state.scan is not None and step.ask is None and isinstance(event, Answered | Scan):
        outcome = event.outcome if isinstance(event, Answered) else _local_outcome(state, OutcomeKind.INFO)
        if step.ended:
            outcome = _local_outcome(state, OutcomeKind.ENDED)
        effects += (Told(state.scan, outcome),)
        alone = any(reason.code is ReasonCode.NO_CARD_YET for reason in outcome.reasons)
        state = replace(state, scan=None, early=state.scan if alone else None)
    if step.go is not None:
        state, more = _hand_over(state, step.go, at, step.ended)
        effects += more
        if isinstance(step.go, ToSession) and card is not None and early is not None and _together(early, card):
            state = replace(state, queue=(early, *state.queue))
    if step.ask is not None:
        state, more = _send(state, step.ask, at)
        effects += more
    return state, effects


def _together(copy: Scan, card: Scan) -> bool:
    """Whether the two were held before the camera together, the copy read first."""
    return copy.source == PICTURE == card.source and copy.code in card.beside and card.at - copy.at < TOGETHER


def _hand_over(state: Kiosk, go: Handover, at: float, ended: bool) -> Update:
    config = state.config
    state = replace(state, waiting=(), language_until=None)
    effects: tuple[Effect, ...] = ()
    if config.slips and isinstance(state.front, session.Session) and state.front.acted:
        state, effects = _send(state, _slip_of(state.front), at)
    served = isinstance(state.front, session.Session) and state.front.operator is not None
    own = isinstance(state.front, session.Session) and not served
    ends = isinstance(go, ToIdle) and not (served and state.under is not None)
    if ends or (own and isinstance(go, ToSession | ToLibrarian)):
        state, more = _usual_language(state)  # whoever comes next has not chosen one
        effects += more
    match go:
        case ToSession(patron, operator):
            under = state.under
            if operator is not None and not isinstance(state.front, session.Session):
                under = state.front
            state = replace(state, count=state.count + 1)
            front = session.start(f"{config.boot}-s{state.count}", patron, at, config, operator)
            return replace(state, front=front, under=under if operator else None), (*effects, Chime("hello"))
        case ToCounter(helper):
            from kiosk.flows import counter

            state, begun = _begin(replace(state, under=None), counter.start(helper, at, config), at)
            return state, effects + begun
        case ToLibrarian(person):
            from kiosk.flows import librarian

            state, begun = _begin(replace(state, under=None), librarian.start(person, at, config), at)
            return state, effects + begun
        case ToIdle(shown):
            if isinstance(state.front, session.Session) and state.front.operator and state.under is not None:
                state = replace(state, front=state.under, under=None, scan=None)
                state, resumed = _to_front(state, Pressed("resume", at), at)
                return state, effects + resumed
            seconds = FAREWELL if shown is None else config.result_shown
            shown = _farewell(state, at) if ended else shown
            front_idle = idle.start(shown, at + seconds if shown else None)
            return replace(state, front=front_idle, under=None, board_at=float("-inf")), effects


def _slip_of(ended: session.Session) -> PrintSlip:
    return PrintSlip(
        session_id=ended.session_id, patron_id=ended.patron.patron_id, renewed=tuple(sorted(ended.renewed))
    )


def _usual_language(state: Kiosk) -> Update:
    """Back to this kiosk's language."""
    usual = state.config.language
    effects = (UseLanguage(usual),) if state.language != usual else ()
    return replace(state, language=usual, language_until=None), effects


def _begin(state: Kiosk, step: Step[Any], at: float) -> Update:
    """Bring a flow to the front with its first step."""
    state = replace(state, front=step.state, scan=None)
    if step.ask is None:
        return state, step.effects
    state, asked = _send(state, step.ask, at)
    return state, step.effects + asked


def _farewell(state: Kiosk, at: float) -> ResultCard | None:
    """A good-bye that names nobody, for who did something."""
    front = state.front
    if not isinstance(front, session.Session) or not front.acted:
        return None
    return ResultCard(Tone.DONE, "finish", Text("session.answer.bye"), since=at, serial=front.serial)


def _send(state: Kiosk, command: Command, at: float) -> Update:  # noqa: ARG001  the time belongs to every step
    """Stamp a command and send it, or keep it until the one in flight is answered."""
    if state.busy is not None:
        return replace(state, waiting=(*state.waiting, command)), ()
    state = replace(state, count=state.count + 1)
    stamped = replace(command, request_id=f"{state.config.boot}-{state.count}")
    return replace(state, busy=stamped), (Ask(stamped),)


def _local_outcome(state: Kiosk, kind: OutcomeKind) -> Outcome:
    """An outcome the desk was not asked for."""
    return Outcome(kind, "", state.local or datetime.min)  # noqa: DTZ901  no time of day before the first tick
