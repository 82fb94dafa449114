"""What the librarian's pages are made of: a stack of pages, each a frozen state with a table of what it answers.

A page never speaks to the desk itself: it says in a `Turn` what to ask, which page to lay on top, how many to take
away, and what to say. The librarian's flow (`kiosk.flows.librarian`) keeps the stack, fills in the operator and
reads a page anew when it comes to the top again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from kiosk.flows.answers import reason_values, variant
from kiosk.flows.commands import Command, TakeScan
from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.office import CalledOff, Hindrance
from kiosk.flows.outcomes import CopySheet, Examined, Outcome, OutcomeKind
from kiosk.flows.step import Handover
from kiosk.flows.views import (
    BlockOfPage,
    BookTile,
    Button,
    Field,
    Form,
    PadView,
    Paragraph,
    ResultCard,
    Text,
    Tone,
    Value,
    Words,
)
from kiosk.flows.work import LibrarianCommand, Problem, ProblemCode
from kiosk.lending.policy import Reason

P = TypeVar("P")
Page = Any
"""A page's state: a frozen dataclass of one of the modules here, with its kind in the flow's table."""


@dataclass(frozen=True, slots=True)
class Say:
    """A remark on what was just done, for the page's notice."""

    tone: Tone
    headline: Text
    lines: tuple[Text, ...] = ()
    book: BookTile | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a page makes of one event: itself from now on, and what else is to happen.

    `close` takes so many pages off the stack (1: this one); `top` is then laid on it. `say` None keeps the last
    remark, `hush` takes it away. `give` is handed to the page that comes to the top (its `given`): what was picked.
    """

    page: Page
    ask: LibrarianCommand | TakeScan | None = None
    top: Page | None = None
    close: int = 0
    say: Say | None = None
    hush: bool = False
    go: Handover | None = None
    leave: bool = False
    give: object = None


@dataclass(frozen=True)  # no slots: Python 3.11 cannot call a subscripted generic that has them
class Kind(Generic[P]):
    """How pages of one type behave.

    `read` gives what to ask when the page comes to the top. `actions` answer presses by their name, `edited` a
    text field. `scanned` None lets a scan open the patron or copy it belongs to. `answered` gets the command that
    was asked with its outcome; problems, denials and troubles are answered before it.
    """

    name: str
    title: Callable[[P], Text]
    blocks: Callable[[P], tuple[BlockOfPage, ...]] = lambda _: ()
    read: Callable[[P], LibrarianCommand | None] = lambda _: None
    actions: Mapping[str, Callable[[P, Pressed], Turn]] = field(default_factory=dict)
    edited: Callable[[P, Edited], Turn] | None = None
    scanned: Callable[[P, Scan], Turn] | None = None
    examined: Callable[[P, Examined], Turn] | None = None  # the page wants to know how scanners type
    answered: Callable[[P, Command, Outcome], Turn] = lambda page, _command, _outcome: Turn(page)
    bar: Callable[[P], tuple[Button, ...]] = lambda _: ()
    pad: Callable[[P], PadView] | None = None
    wakes_at: Callable[[P], float | None] = lambda _: None
    woken: Callable[[P, float], P] = lambda page, _: page
    again: Callable[[P], float | None] = lambda _: None  # seconds after which it is read anew, while something moves
    given: Callable[[P, Any], P] = lambda page, _: page  # what a page above it was laid on it to pick
    idle: Callable[[P], P] = lambda page: page  # nothing the page asked is under way any more
    counts: bool = False  # the same code again is one more of the same


def shows(*data: type) -> Callable[[Any, Command, Outcome], Turn]:
    """What `answered` is for a page that only shows its `data`: it takes what comes, if it is one of these types."""

    def answered(page: Page, _: Command, outcome: Outcome) -> Turn:
        return Turn(replace(page, data=outcome.data)) if isinstance(outcome.data, data) else Turn(page)

    return answered


def opens(make: Callable[[], Page]) -> Callable[[Any, Pressed], Turn]:
    """An action that lays the page that `make` gives on this one."""
    return lambda page, _: Turn(page, top=make(), hush=True)


def done(key: str, **values: Value) -> Say:
    """It is done."""
    return Say(Tone.DONE, Text(key, values))


def problem(code: ProblemCode) -> Say:
    """It cannot be done, and why."""
    return Say(Tone.LOOK, Text(f"librarian.problem.{code.value}"))


def refused(outcome: Outcome) -> Say:
    """Lending refuses: the first reason big, the others below it."""
    reasons = tuple(reason_text(reason) for reason in outcome.reasons) or (Text("librarian.refused"),)
    return Say(Tone.NOT_NOW, reasons[0], reasons[1:], tile(outcome.copy) if outcome.copy else None)


def reason_text(reason: Reason) -> Text:
    """A reason with its data in the librarian's words."""
    return Text(f"librarian.reason.{variant(reason)}", reason_values(reason))


def card_of(say: Say, since: float, serial: int) -> ResultCard:
    """The remark as the screen draws it."""
    return ResultCard(say.tone, say.tone.value, say.headline, say.lines, say.book, since=since, serial=serial)


def tile(copy: CopySheet) -> BookTile:
    """A copy as a drawn book."""
    return BookTile(copy.title, copy.clc, copy.barcode, copy.authors, copy.call_number, copy.place)


def text(key: str, **values: Value) -> Text:
    """A message with its values."""
    return Text(key, values)


def button(action: str, label: str, value: str | int | None = None, **parts: Any) -> Button:
    """A button by the key of its label."""
    return Button(action, Text(label), value=value, **parts)


def maybe(key: str, value: Value | None) -> Words:
    """The message with its `value`, or nothing where there is none."""
    return "" if value is None else Text(key, {"value": value})


def action_text(action: str) -> Text:
    """An action of the ledger in words."""
    return Text(f"librarian.action.{action}" if action in ACTIONS else "librarian.action.other")


ACTIONS = (
    "lent",
    "returned",
    "renewed",
    "status_changed",
    "put_aside",
    "found",
    "undone",
    "reopened",
    "renewal_undone",
    "status_undone",
    "held",
    "released",
    "suspension_lifted",
    "card_stopped",
    "card_issued",
    "helper_made",
    "helper_unmade",
    "duties_set",
    "let_in",
    "pin_set",
    "pin_wrong",
    "librarian_in",
    "accessioned",
    "catalogued",
    "taken_in",
    "taking_undone",
    "class_number_set",
    "numbering_changed",
    "title_edited",
    "titles_merged",
    "copy_moved",
    "copy_edited",
    "patron_added",
    "patron_renamed",
    "patron_moved",
    "patron_closed",
    "patron_reopened",
    "class_added",
    "roster_imported",
    "year_begun",
    "year_undone",
    "printed",
)
"""Actions of the ledger that have words of their own on a page."""


# ── A question before something is done ──


@dataclass(frozen=True, slots=True)
class Question:
    """Really? With `wants_words` a reason in words is needed, which the command carries as `words`.

    When it is done, this page goes (with `close` - 1 more below it) and `then` is said.
    """

    headline: Text
    command: LibrarianCommand
    then: Say
    lines: tuple[Text, ...] = ()
    wants_words: bool = False
    words: str = ""
    error: Text | None = None
    close: int = 1
    leaves: bool = False
    tone: Tone = Tone.LOOK


def _yes(page: Question, _: Pressed) -> Turn:
    if not page.wants_words:
        return Turn(page, ask=page.command)
    words = page.words.strip()
    if not words:
        return Turn(replace(page, error=text("librarian.error.words")))
    return Turn(page, ask=replace(page.command, words=words))  # type: ignore[call-arg]  # wants_words: it has them


def _question_edited(page: Question, edited: Edited) -> Turn:
    return Turn(replace(page, words=edited.text[:200], error=None)) if edited.field == "words" else Turn(page)


def _question_answered(page: Question, _: Command, outcome: Outcome) -> Turn:
    if outcome.kind is OutcomeKind.REFUSED:
        return Turn(page, say=refused(outcome))
    if page.leaves:
        return Turn(page, leave=True)
    return Turn(page, close=page.close, say=page.then)


def _question_blocks(page: Question) -> tuple[BlockOfPage, ...]:
    lines = tuple(Paragraph(line, page.tone) for line in page.lines)
    yes = button("yes", "librarian.do.yes", tone=page.tone)
    fields: tuple[Field, ...] = ()
    if page.wants_words:
        fields = (Field("words", text("librarian.field.words"), page.words, error=page.error, focus=True),)
    return (*lines, Form(fields, (yes, button("back", "librarian.do.no"))))


QUESTION: Kind[Question] = Kind(
    name="librarian/question",
    title=lambda page: page.headline,
    blocks=_question_blocks,
    actions={"yes": _yes},
    edited=_question_edited,
    scanned=lambda page, _: Turn(page),  # a scan is no answer
    answered=_question_answered,
)


def ask_first(page: Page, question: Question) -> Turn:
    """Lay the question on the page."""
    return Turn(page, top=question, hush=True)


def as_problem(outcome: Outcome) -> Say | None:
    """The remark for a problem or trouble, if the outcome is one."""
    if isinstance(outcome.data, Problem):
        return problem(outcome.data.code)
    if isinstance(outcome.data, Hindrance):
        return Say(Tone.LOOK, outcome.data.text, outcome.data.lines)
    if isinstance(outcome.data, CalledOff):
        return Say(Tone.INFO, text("librarian.called_off"))
    if outcome.kind is OutcomeKind.TROUBLE:
        return Say(Tone.NOT_NOW, text("librarian.trouble"))
    return None
