"""The counter of a helper (小管理员) on duty: big tiles for what a ten-year-old does between two queues.

A child without a card is picked by class and name and gets a session with the helper as its operator; a pile
of returns is scanned one book after the other, with a running list; a single book is looked up (where it lives,
never who has it); a damaged one is put aside for repair. No rule of lending can be overruled here.

On every page a scanned card opens that patron's session, and the helper's own card (or "leave") ends. A book
scanned on any page but the look-up and the repair page is a return.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.flows.commands import OpenSession, TakeScan
from kiosk.flows.effects import Chime
from kiosk.flows.events import Edited, Pressed, Scan, Tick
from kiosk.flows.outcomes import Answered, CopySheet, Note, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.step import Config, Context, Event, Step, ToIdle, ToLibrarian, ToSession
from kiosk.flows.views import (
    Answer,
    BlockOfPage,
    BookTile,
    Button,
    Column,
    PageView,
    Paragraph,
    ResultCard,
    Ring,
    Row,
    Table,
    Text,
    Tiles,
    Tone,
)
from kiosk.flows.work import (
    ClassEntry,
    ClassList,
    ClassRoster,
    Denied,
    HelperCommand,
    LookUpCopy,
    NamedPatron,
    PutAside,
    ReadClass,
    ReadClasses,
    SendToRepair,
)
from kiosk.lending.barcodes import ControlCode
from kiosk.lending.copies import CopyStatus
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import ReasonCode

RING_SECONDS = 20.0
"""The countdown shows in the last seconds only: a ring that always turns would never let the screen rest."""


class Page(StrEnum):
    """Where at the counter the helper is."""

    HOME = "home"
    CLASSES = "classes"
    CLASS = "class"
    RETURNS = "returns"
    LOOK_UP = "look_up"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the running list of a pile; `aside` books are not to go on the shelf."""

    title: str
    place: str
    headline: Text
    returned: bool
    aside: bool


@dataclass(frozen=True, slots=True)
class State:
    """The counter of one helper. `at` is when something was last done here (monotonic seconds)."""

    helper: PatronSheet
    at: float
    timeout: float
    page: Page = Page.HOME
    waiting: bool = False
    classes: tuple[ClassEntry, ...] = ()
    roster: ClassRoster | None = None
    pile: tuple[Piece, ...] = ()  # the last one first
    result: ResultCard | None = None
    damaged: CopySheet | None = None  # scanned on the repair page, not yet put aside
    ringing: bool = False  # the countdown has begun
    serial: int = 0


def start(helper: PatronSheet, at: float, config: Config) -> Step[State]:
    """The counter's home page for `helper`, who is on duty."""
    return Step(State(helper, at, config.work_timeout))


def deadline(state: State) -> float | None:
    """When the countdown begins, then when it ends.

    Nobody asks while a command is in flight: one that is still marked then was lost in a trouble of the store, and
    a Tick is wanted at once.
    """
    if state.waiting:
        return state.at
    ends = state.at + state.timeout
    return ends if state.ringing else ends - RING_SECONDS


def update(state: State, event: Event, config: Config) -> Step[State]:
    """What one event leads to."""
    match event:
        case Tick(at=at):
            if state.waiting:
                return Step(_touched(state, at, config))
            ends = state.at + state.timeout
            return Step(replace(state, ringing=at >= ends - RING_SECONDS), go=ToIdle() if at >= ends else None)
        case Answered(outcome=outcome):
            return _answered(_touched(state, event.at, config), outcome)
        case Scan():
            return _scanned(_touched(state, event.at, config), event)
        case Pressed():
            act = _ACTIONS.get(event.action)
            state = _touched(state, event.at, config)
            return act(state, event) if act else Step(state)
        case Edited():
            return Step(_touched(state, event.at, config))
        case _:
            return Step(state)


def _touched(state: State, at: float, config: Config) -> State:
    return replace(state, at=at, timeout=config.work_timeout, ringing=False, waiting=False)


# ── What is done ──


def _ask(state: State, command: HelperCommand | OpenSession | TakeScan) -> Step[State]:
    """Ask the desk as this helper."""
    signed = replace(command, operator_id=state.helper.patron_id)
    return Step(replace(state, waiting=True), ask=signed)


def _scanned(state: State, scan: Scan) -> Step[State]:
    state = replace(state, damaged=None)
    if scan.clean and scan.code.strip() == state.helper.card:
        return Step(state, go=ToIdle(), effects=(Chime("bye"),))
    if state.page in {Page.LOOK_UP, Page.REPAIR}:
        return _ask(state, LookUpCopy(code=scan.code, clean=scan.clean))
    return _ask(state, TakeScan(code=scan.code, clean=scan.clean))


def _to(page: Page) -> Callable[[State, Pressed], Step[State]]:
    def go(state: State, _: Pressed) -> Step[State]:
        return Step(_at_page(state, page), effects=(Chime("tap"),))

    return go


def _at_page(state: State, page: Page) -> State:
    pile = () if page is Page.RETURNS else state.pile  # each visit is a new pile
    return replace(state, page=page, result=None, damaged=None, pile=pile)


def _to_classes(state: State, _: Pressed) -> Step[State]:
    return _ask(_at_page(state, Page.CLASSES), ReadClasses())


def _to_class(state: State, pressed: Pressed) -> Step[State]:
    if not isinstance(pressed.value, int):
        return Step(state)
    return _ask(state, ReadClass(class_id=pressed.value))


def _pick(state: State, pressed: Pressed) -> Step[State]:
    if not isinstance(pressed.value, int):
        return Step(state)
    return _ask(state, OpenSession(patron_id=pressed.value, operator_id=state.helper.patron_id))


def _put_aside(state: State, _: Pressed) -> Step[State]:
    if state.damaged is None:
        return Step(state)
    return _ask(state, SendToRepair(copy_id=state.damaged.copy_id))


def _back(state: State, _: Pressed) -> Step[State]:
    if state.page is Page.HOME:
        return Step(state, go=ToIdle(), effects=(Chime("bye"),))
    return Step(_at_page(state, _BACK.get(state.page, Page.HOME)), effects=(Chime("tap"),))


def _leave(state: State, _: Pressed) -> Step[State]:
    return Step(state, go=ToIdle(), effects=(Chime("bye"),))


def _resume(state: State, _: Pressed) -> Step[State]:
    """A child's session is over: the same page again, for the next one of the class."""
    return Step(replace(state, result=None, damaged=None))


_BACK: Mapping[Page, Page] = {Page.CLASS: Page.CLASSES}
_ACTIONS: Mapping[str, Callable[[State, Pressed], Step[State]]] = {
    "without_card": _to_classes,
    "class": _to_class,
    "pick": _pick,
    "returns": _to(Page.RETURNS),
    "look_up": _to(Page.LOOK_UP),
    "repair": _to(Page.REPAIR),
    "put_aside": _put_aside,
    "back": _back,
    "leave": _leave,
    "resume": _resume,
}


# ── What the desk answers ──


def _answered(state: State, outcome: Outcome) -> Step[State]:
    match outcome.data:
        case Denied():
            return Step(state, go=ToIdle(), effects=(Chime("not_now"),))
        case ClassList(classes=classes):
            return Step(replace(state, classes=classes), effects=(Chime("tap"),))
        case ClassRoster() as roster:
            return Step(replace(state, page=Page.CLASS, roster=roster, result=None), effects=(Chime("tap"),))
        case ControlCode.FINISH:
            return _back(state, Pressed("back", state.at))
        case _:
            pass
    if outcome.kind is OutcomeKind.IDENTIFIED and outcome.patron is not None:
        return _identified(state, outcome.patron)
    card = _result(state, outcome)
    state = replace(state, result=card, serial=card.serial)
    if outcome.copy is not None and state.page is Page.RETURNS:
        state = replace(state, pile=(_piece(outcome, card), *state.pile))
    if state.page is Page.REPAIR and outcome.copy is not None:
        waits = outcome.copy.status is CopyStatus.IN_SERVICE and outcome.kind is OutcomeKind.INFO
        state = replace(state, damaged=outcome.copy if waits else None)
    return Step(state, effects=(Chime(card.tone.value),))


def _identified(state: State, patron: PatronSheet) -> Step[State]:
    if patron.patron_id == state.helper.patron_id:
        return Step(state, go=ToIdle(), effects=(Chime("bye"),))
    if patron.kind is PatronKind.LIBRARIAN:
        return Step(state, go=ToLibrarian(patron))
    return Step(state, go=ToSession(patron, operator=state.helper))


def _piece(outcome: Outcome, card: ResultCard) -> Piece:
    assert outcome.copy is not None  # noqa: S101  asked by the caller
    return Piece(
        title=outcome.copy.title,
        place=outcome.copy.call_number or outcome.copy.place,
        headline=card.headline,
        returned=outcome.kind is OutcomeKind.RETURNED,
        aside=_aside(outcome),
    )


def _aside(outcome: Outcome) -> bool:
    """Whether the book is to be kept for the librarian instead of going back on its shelf."""
    if outcome.note in {Note.FOUND, Note.KEEP_FOR_LIBRARIAN}:
        return True
    return outcome.copy is not None and outcome.copy.status is not CopyStatus.IN_SERVICE


_RETURNS: Mapping[Note, tuple[Tone, str]] = {
    Note.FOUND: (Tone.LOOK, "found"),
    Note.KEEP_FOR_LIBRARIAN: (Tone.LOOK, "aside"),
}
_REASONS: Mapping[ReasonCode, Tone] = {
    ReasonCode.CARD_STOPPED: Tone.NOT_NOW,
    ReasonCode.UNKNOWN_CARD: Tone.LOOK,
    ReasonCode.UNKNOWN_COPY: Tone.LOOK,
    ReasonCode.PUBLISHER_BARCODE: Tone.LOOK,
    ReasonCode.DAMAGED_SCAN: Tone.LOOK,
    ReasonCode.NO_CARD_YET: Tone.INFO,
    ReasonCode.LOST_COPY: Tone.LOOK,
}
_STATUSES: Mapping[CopyStatus, tuple[Tone, str]] = {
    CopyStatus.IN_SERVICE: (Tone.INFO, "in"),
    CopyStatus.IN_REPAIR: (Tone.LOOK, "in_repair"),
    CopyStatus.LOST: (Tone.LOOK, "give_to_librarian"),
    CopyStatus.FOUND: (Tone.LOOK, "give_to_librarian"),
    CopyStatus.WITHDRAWN: (Tone.LOOK, "give_to_librarian"),
}


RESULTS: frozenset[str] = frozenset(
    {"unknown", "returned", "found", "aside", "put_aside", "really_repair", "out"}
    | {name for _, name in _STATUSES.values()}
    | {f"reason.{code.value}" for code in _REASONS}
)
"""Every answer of the counter, for the tests of the catalogues."""

HINTS: frozenset[str] = frozenset({"found", "aside", "put_aside", "give_to_librarian"}) | {
    f"reason.{code.value}" for code in _REASONS
}
"""The answers that come with a line on what to do."""


def _result(state: State, outcome: Outcome) -> ResultCard:
    """The big answer to what was just scanned or done."""
    tone, key, picture = Tone.LOOK, "unknown", ""
    copy = outcome.copy
    code = outcome.reasons[0].code if outcome.reasons else None
    if outcome.kind is OutcomeKind.RETURNED:
        tone, key = _RETURNS.get(outcome.note, (Tone.DONE, "returned"))
    elif isinstance(outcome.data, PutAside):
        tone, key = Tone.DONE, "put_aside"
    elif code is not None and code in _REASONS and (state.page not in {Page.LOOK_UP, Page.REPAIR} or copy is None):
        tone, key = _REASONS[code], f"reason.{code.value}"
        picture = "where_label" if code is ReasonCode.PUBLISHER_BARCODE else ""
    elif copy is not None and state.page is Page.REPAIR and copy.status is CopyStatus.IN_SERVICE:
        tone, key = Tone.LOOK, "really_repair"
    elif copy is not None:
        tone, key = (Tone.INFO, "out") if copy.is_out else _STATUSES[copy.status]
    confirm = Button("put_aside", Text("counter.repair.confirm"), icon="repair", tone=Tone.LOOK)
    return ResultCard(
        tone=tone,
        icon=tone.value,
        headline=Text(f"counter.result.{key}"),
        lines=_lines(outcome, key),
        book=None if copy is None else _tile(copy),
        picture=picture,
        buttons=(confirm,) if key == "really_repair" else (),
        since=state.at,
        serial=state.serial + 1,
    )


def _lines(outcome: Outcome, key: str) -> tuple[Text, ...]:
    copy = outcome.copy
    if copy is not None and key in {"returned", "in", "out"}:
        words = "counter.put_back" if key == "returned" else "counter.lives_at"
        return (Text(words, {"place": copy.place, "call_number": copy.call_number}),)
    return (Text(f"counter.hint.{key}"),) if key in HINTS else ()


def _tile(copy: CopySheet) -> BookTile:
    return BookTile(copy.title, copy.clc, copy.barcode, copy.authors, copy.call_number, copy.place)


# ── What is shown ──


def view(state: State, now: float, context: Context) -> PageView:  # noqa: ARG001  the contract of a flow
    """The page the helper is on. Beside a list the big answer stands above it in brief, so that the list is seen."""
    return PageView(
        name=f"counter/{state.page.value}",
        title=_title(state),
        who=state.helper.name,
        bar=_bar(state),
        blocks=_BLOCKS[state.page](state),
        notice=None if state.page in {Page.LOOK_UP, Page.REPAIR} else state.result,
        ring=Ring(state.at + state.timeout, RING_SECONDS) if state.ringing else None,
        large=True,
    )


def _title(state: State) -> Text:
    if state.page is Page.CLASS and state.roster is not None:
        return Text("counter.title.class", {"name": state.roster.name})
    return Text(f"counter.title.{state.page.value}")


def _bar(state: State) -> tuple[Button, ...]:
    leave = Button("leave", Text("counter.leave"), icon="leave")
    if state.page is Page.HOME:
        return (leave,)
    return (Button("back", Text("counter.back"), icon="back"), leave)


def _home(_: State) -> tuple[BlockOfPage, ...]:
    return (
        Paragraph(Text("counter.home.hint")),
        Tiles(
            (
                Button("without_card", Text("counter.tile.without_card"), icon="class"),
                Button("returns", Text("counter.tile.returns"), icon="return"),
                Button("look_up", Text("counter.tile.look_up"), icon="find"),
                Button("repair", Text("counter.tile.repair"), icon="wrench"),
            ),
            columns=2,
        ),
    )


def _classes(state: State) -> tuple[BlockOfPage, ...]:
    if not state.classes and not state.waiting:
        return (Paragraph(Text("counter.classes.none"), Tone.INFO),)
    return (
        Paragraph(Text("counter.classes.hint")),
        Tiles(
            tuple(
                Button("class", Text("common.class", {"school_class": entry.name}), value=entry.class_id)
                for entry in state.classes
            )
        ),
    )


def _class(state: State) -> tuple[BlockOfPage, ...]:
    pupils: tuple[NamedPatron, ...] = state.roster.pupils if state.roster else ()
    if not pupils:
        return (Paragraph(Text("counter.class.none"), Tone.INFO),)
    return (
        Paragraph(Text("counter.class.hint")),
        Tiles(tuple(Button("pick", pupil.name, value=pupil.patron_id) for pupil in pupils)),
    )


def _returns(state: State) -> tuple[BlockOfPage, ...]:
    taken = sum(piece.returned for piece in state.pile)
    aside = sum(piece.aside for piece in state.pile)
    blocks: list[BlockOfPage] = []
    if state.result is None:
        blocks.append(Paragraph(Text("counter.returns.hint")))
    if aside:
        blocks.append(Paragraph(Text("counter.returns.aside", {"n": aside, "back": taken}), Tone.LOOK))
    elif state.pile:
        blocks.append(Paragraph(Text("counter.returns.count", {"n": taken})))
    numbered = [(len(state.pile) - place, piece) for place, piece in enumerate(state.pile)]
    numbered.sort(key=lambda line: not line[1].aside)  # what is to be put aside is never scrolled away
    rows = tuple(
        Row(
            (str(number), piece.title, piece.place, piece.headline),
            tone=Tone.LOOK if piece.aside else Tone.DONE if piece.returned else None,
        )
        for number, piece in numbered
    )
    columns = (
        Column(Text("counter.column.number")),
        Column(Text("counter.column.title"), 6),
        Column(Text("counter.column.place"), 3),
        Column(Text("counter.column.what"), 4),
    )
    blocks.append(Table(columns, rows, Text("counter.returns.none")))
    return tuple(blocks)


def _scan_one(state: State) -> tuple[BlockOfPage, ...]:
    if state.result is None:
        return (Paragraph(Text(f"counter.{state.page.value}.hint")),)
    return (Answer(state.result), Paragraph(Text(f"counter.{state.page.value}.next")))


_BLOCKS: Mapping[Page, Callable[[State], tuple[BlockOfPage, ...]]] = {
    Page.HOME: _home,
    Page.CLASSES: _classes,
    Page.CLASS: _class,
    Page.RETURNS: _returns,
    Page.LOOK_UP: _scan_one,
    Page.REPAIR: _scan_one,
}
