"""From an outcome to the one big answer: tone, icon, headline, lines, sound. A table, no state.

Words are keys: `session.answer.<name>` is a headline, `session.answer.<name>.line` what to do next,
`session.reason.<code>` a reason as a sentence, `session.reason.<code>.todo` what to do about it,
`session.block.<code>` the same as a headline of the shelf's blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.flows.outcomes import CopySheet, Note, Outcome, OutcomeKind
from kiosk.flows.views import Block, BookTile, Button, Mark, Money, ResultCard, Text, Tone, Value
from kiosk.lending.policy import OpenLoan, Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Answer:
    """How one kind of outcome is answered: its tone, icon, the name of its words, and whether a line follows."""

    tone: Tone
    icon: str
    name: str
    line: bool = False
    picture: str = ""


_BY_NOTE: dict[Note, Answer] = {
    Note.ALREADY_YOURS: Answer(Tone.INFO, "book", "already_yours", line=True),
    Note.ALREADY_RENEWED: Answer(Tone.INFO, "renew", "already_renewed"),
    Note.FOUND: Answer(Tone.LOOK, "found", "found", line=True),
    Note.KEEP_FOR_LIBRARIAN: Answer(Tone.LOOK, "librarian", "keep_for_librarian", line=True),
    Note.UNDONE: Answer(Tone.INFO, "undo", "undone", line=True),
    Note.NOTHING_TO_RENEW: Answer(Tone.INFO, "renew", "nothing_to_renew"),
    Note.TOO_EARLY: Answer(Tone.INFO, "renew", "too_early"),
    Note.RETURN_ONLY: Answer(Tone.LOOK, "return", "return_only"),
}
_BY_KIND: dict[OutcomeKind, Answer] = {
    OutcomeKind.IDENTIFIED: Answer(Tone.INFO, "card", "identified"),
    OutcomeKind.LENT: Answer(Tone.DONE, "done", "lent", line=True),
    OutcomeKind.RETURNED: Answer(Tone.DONE, "return", "returned"),
    OutcomeKind.RETURNED_AND_LENT: Answer(Tone.DONE, "done", "returned_and_lent", line=True),
    OutcomeKind.RENEWED: Answer(Tone.DONE, "renew", "renewed", line=True),
    OutcomeKind.REFUSED: Answer(Tone.NOT_NOW, "not_now", "refused"),
    OutcomeKind.UNKNOWN: Answer(Tone.LOOK, "look", "unknown"),
    OutcomeKind.DAMAGED: Answer(Tone.LOOK, "scan", "damaged", line=True),
    OutcomeKind.INFO: Answer(Tone.INFO, "info", "info"),
    OutcomeKind.TROUBLE: Answer(Tone.LOOK, "warning_db", "trouble", line=True),
}
_BY_REASON: dict[ReasonCode, Answer] = {  # one reason alone that has an answer of its own
    ReasonCode.PUBLISHER_BARCODE: Answer(Tone.LOOK, "barcode", "publisher_barcode", True, "where_label"),
    ReasonCode.NO_CARD_YET: Answer(Tone.INFO, "card", "no_card_yet", True, "step2"),
    ReasonCode.CARD_STOPPED: Answer(Tone.NOT_NOW, "lock", "card_stopped", True),
    ReasonCode.UNKNOWN_CARD: Answer(Tone.LOOK, "card", "unknown_card", True),
    ReasonCode.UNKNOWN_COPY: Answer(Tone.LOOK, "book", "unknown_copy", True),
    ReasonCode.LOST_COPY: Answer(Tone.LOOK, "found", "found", True),
}
ALL = (*_BY_NOTE.values(), *_BY_KIND.values(), *_BY_REASON.values())
"""Every way to answer, for the tests of the catalogues."""

_REASON_ICONS: dict[ReasonCode, str] = {
    ReasonCode.OVERDUE: "calendar",
    ReasonCode.SUSPENDED: "moon",
    ReasonCode.LIMIT: "books",
    ReasonCode.NOT_YOUR_SLOT: "clock",
    ReasonCode.CLOSED: "moon",
    ReasonCode.CHARGES: "librarian",
    ReasonCode.CLOCK: "clock",
    ReasonCode.IN_REPAIR: "wrench",
    ReasonCode.CARD_STOPPED: "lock",
}


def book_of(copy: CopySheet) -> BookTile:
    """A copy as the screen draws it."""
    return BookTile(copy.title, copy.clc, copy.barcode, copy.authors, copy.call_number, copy.place)


def reason_values(reason: Reason) -> dict[str, Value]:
    """The data of a reason as values for its words; fen become money, a count becomes `n` for the plural."""
    values: dict[str, Value] = {}
    for name, datum in reason.data.items():
        if name == "fen" and isinstance(datum, int):
            values["money"] = Money(datum)
        else:
            values[name] = datum
    for count in ("days", "count", "out"):
        if isinstance(number := reason.data.get(count), int):
            values["n"] = number
            break
    return values


def variant(reason: Reason) -> str:
    """The name of a reason's words, which differ where no next turn is known, and for the limit of one material."""
    if reason.code is ReasonCode.LIMIT and "material" in reason.data:
        return "limit_material"
    dated = {ReasonCode.NOT_YOUR_SLOT: "next", ReasonCode.CLOSED: "next"}
    needed = dated.get(reason.code)
    return f"{reason.code.value}_open" if needed and needed not in reason.data else reason.code.value


def todo_of(reason: Reason) -> Text:
    """What to do about a reason; of what is overdue, whether that lends again at once or only later."""
    later = reason.code is ReasonCode.OVERDUE and "until" in reason.data
    return Text(f"session.reason.{'overdue_until' if later else reason.code.value}.todo", reason_values(reason))


def reason_lines(reasons: Iterable[Reason]) -> tuple[Text, ...]:
    """All reasons as sentences, in their order."""
    return tuple(Text(f"session.reason.{variant(reason)}", reason_values(reason)) for reason in reasons)


def answer_card(
    outcome: Outcome, *, since: float, serial: int, loan: OpenLoan | None = None, buttons: tuple[Button, ...] = ()
) -> ResultCard:
    """The result card of an outcome. `loan` is the loan it made or found, for the due date on the cover."""
    answer = _answer(outcome)
    lines: list[Text] = []
    headline = Text(f"session.answer.{answer.name}", _values(outcome))
    todo = list(reason_lines(outcome.reasons))
    if outcome.kind is OutcomeKind.REFUSED and answer.name == "refused" and outcome.reasons:
        first = outcome.reasons[0]
        headline = Text(f"session.reason.{variant(first)}", reason_values(first))
        lines.append(todo_of(first))
        todo = todo[1:]
    elif answer.name not in {"refused", "return_only", "renewed"}:
        todo = []
    if answer.line:
        lines.append(Text(f"session.answer.{answer.name}.line", _values(outcome)))
    lines += todo
    if outcome.late is not None and outcome.late.days_late:
        lines.append(Text("session.answer.late", {"n": outcome.late.days_late}))
        if outcome.late.suspended_until is not None:
            lines.append(Text("session.answer.suspended", {"until": outcome.late.suspended_until}))
    book = None
    if outcome.copy is not None:
        mark = Mark.FRESH if outcome.kind in _LENDING else Mark.NONE
        due_on = outcome.due_on or (loan.due_on if loan else None)
        book = replace(book_of(outcome.copy), due_on=due_on, mark=mark)
    return ResultCard(answer.tone, answer.icon, headline, tuple(lines), book, answer.picture, buttons, since, serial)


_LENDING = frozenset({OutcomeKind.LENT, OutcomeKind.RETURNED_AND_LENT})


def sound_of(outcome: Outcome) -> str:
    """The sound that goes with an outcome: the tone's, or the greeting."""
    return "hello" if outcome.kind is OutcomeKind.IDENTIFIED else _answer(outcome).tone.value


def block_of(reason: Reason) -> Block:
    """A standing reason why nothing can be borrowed, as the session shows it beside the shelf."""
    tone = Tone.LOOK if reason.code in {ReasonCode.OVERDUE, ReasonCode.LIMIT} else Tone.NOT_NOW
    return Block(
        tone,
        _REASON_ICONS.get(reason.code, "not_now"),
        Text(f"session.reason.{variant(reason)}", reason_values(reason)),
        todo_of(reason),
    )


def _answer(outcome: Outcome) -> Answer:
    if outcome.note in _BY_NOTE:
        return _BY_NOTE[outcome.note]
    if len(outcome.reasons) == 1 and outcome.reasons[0].code in _BY_REASON:
        return _BY_REASON[outcome.reasons[0].code]
    return _BY_KIND.get(outcome.kind, _BY_KIND[OutcomeKind.INFO])


def _values(outcome: Outcome) -> dict[str, Value]:
    values: dict[str, Value] = {"n": len(outcome.renewed)}
    if outcome.copy is not None:
        copy = outcome.copy
        values |= {"title": copy.title, "place": copy.place, "call_number": copy.call_number}
    if outcome.due_on is not None:
        values["due_on"] = outcome.due_on
    return values
