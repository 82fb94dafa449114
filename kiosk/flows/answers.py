"""From an outcome to the one big answer: tone, icon, headline, lines, sound. A table, no state.

Words are keys: `session.answer.<name>` is a headline, `session.answer.<name>.line` what to do next,
`session.reason.<code>` a reason as a sentence, `session.reason.<code>.todo` what to do about it. One date is said
and no more: the first time that no reason refuses (`lending.chances`), by the reason whose own date that is, or else
in a line of its own; the others say why, with `_open` words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.flows.outcomes import CopySheet, Note, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.views import Block, BookTile, Button, Mark, Money, ResultCard, Text, Tone, Value
from kiosk.lending.policy import Datum, OpenLoan, Reason, ReasonCode

Chance = datetime | date | None
"""When somebody may borrow, see `outcomes.PatronSheet.next_chance`."""


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
_LENT_TO_NOBODY = Answer(Tone.LOOK, "look", "refused")  # a copy, scanned before a card
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


DATED = {ReasonCode.NOT_YOUR_SLOT: "next", ReasonCode.CLOSED: "next", ReasonCode.SUSPENDED: "until"}
"""The reasons with a date of their own, and where it stands in their data."""
WAITS = frozenset({ReasonCode.NOT_YOUR_SLOT, ReasonCode.OVERDUE, ReasonCode.LIMIT})
"""The reasons of which it is said otherwise what to do where that alone does not lend at once."""


def _own_date(reason: Reason) -> Datum | None:
    return reason.data.get(DATED.get(reason.code, ""))


def variant(reason: Reason, chance: Chance = None) -> str:
    """The name of a reason's words: without its date where there is none or another one is told, and for the limit of
    one material."""
    if reason.code is ReasonCode.LIMIT and "material" in reason.data:
        return "limit_material"
    own = _own_date(reason)
    open_ = reason.code in DATED and (own is None or chance not in (None, own))
    return f"{reason.code.value}_open" if open_ else reason.code.value


def reason_text(reason: Reason, chance: Chance = None) -> Text:
    """A reason as a sentence, where `chance` is told."""
    return Text(f"session.reason.{variant(reason, chance)}", reason_values(reason))


def todo_of(reason: Reason, chance: Chance = None) -> Text:
    """What to do about a reason; of what lends again only later, without a word that it lends now."""
    name = reason.code.value
    later = "until" in reason.data if chance is None else _own_date(reason) != chance
    if reason.code is ReasonCode.NOT_YOUR_SLOT and "next" not in reason.data:
        name = "not_your_slot_open"
    elif later and reason.code in WAITS:
        name += "_wait"
    return Text(f"session.reason.{name}.todo", reason_values(reason))


def _chance_line(reasons: Iterable[Reason], chance: Chance) -> tuple[Text, ...]:
    """The one date as a line, unless one of `reasons` says it."""
    said = any(_own_date(reason) == chance for reason in reasons)
    return () if chance is None or said else (Text("session.chance", {"at": chance}),)


def why_not(reasons: tuple[Reason, ...], chance: Chance) -> tuple[Text, tuple[Text, ...]]:
    """A refusal in words: the first reason as a headline; what to do, when to come again, and all other reasons."""
    first, *others = reasons
    todo = (todo_of(first, chance), *_chance_line(reasons, chance))
    return reason_text(first, chance), (*todo, *(reason_text(reason, chance) for reason in others))


def answer_card(
    outcome: Outcome, *, since: float, serial: int, loan: OpenLoan | None = None, buttons: tuple[Button, ...] = ()
) -> ResultCard:
    """The result card of an outcome. `loan` is the loan it made or found, for the due date on the cover."""
    answer = _answer(outcome)
    chance = outcome.patron.next_chance if outcome.patron else outcome.next_chance
    lines: list[Text] = []
    headline = Text(f"session.answer.{answer.name}", _values(outcome))
    icon = answer.icon
    if answer.name == "refused" and outcome.reasons:
        icon = _REASON_ICONS.get(outcome.reasons[0].code, icon)
        headline, said = why_not(outcome.reasons, chance)
        lines += said
    if outcome.kind is OutcomeKind.INFO and outcome.reasons:
        lines += _lives(outcome)
    if answer.line:
        lines.append(Text(f"session.answer.{answer.name}.line", _values(outcome)))
    if answer.name in {"return_only", "renewed"}:
        lines += (*_chance_line(outcome.reasons, chance), *(reason_text(one, chance) for one in outcome.reasons))
    if outcome.late is not None and outcome.late.days_late:
        lines.append(Text("session.answer.late", {"n": outcome.late.days_late}))
        if chance is not None and outcome.late.suspended_until is not None:
            lines.append(Text("session.chance", {"at": chance}))
        elif outcome.late.suspended_until is not None:
            lines.append(Text("session.answer.suspended", {"until": outcome.late.suspended_until}))
    book = None
    if outcome.copy is not None:
        mark = Mark.FRESH if outcome.kind in _LENDING else Mark.NONE
        due_on = outcome.due_on or (loan.due_on if loan else None)
        book = replace(book_of(outcome.copy), due_on=due_on, mark=mark)
    return ResultCard(answer.tone, icon, headline, tuple(lines), book, answer.picture, buttons, since, serial)


def _lives(outcome: Outcome) -> tuple[Text, ...]:
    """Where a copy that was scanned without a card has its place, in words."""
    copy = outcome.copy
    where = (copy.place, copy.call_number) if copy is not None else ()
    return (Text("session.answer.lives", {"where": tuple(filter(None, where))}),) if any(where) else ()


_LENDING = frozenset({OutcomeKind.LENT, OutcomeKind.RETURNED_AND_LENT})


def sound_of(outcome: Outcome) -> str:
    """The sound that goes with an outcome: the tone's, or the greeting."""
    return "hello" if outcome.kind is OutcomeKind.IDENTIFIED else _answer(outcome).tone.value


def blocks_of(patron: PatronSheet) -> tuple[Block, ...]:
    """All that stands in the way of borrowing, in brief: beside the answer to something else."""
    chance = patron.next_chance
    blocks = tuple(
        Block(_standing_tone(one), _REASON_ICONS.get(one.code, "not_now"), _brief(one, chance)) for one in patron.blocks
    )
    return (*blocks, *(Block(Tone.INFO, "calendar", line) for line in _chance_line(patron.blocks, chance)))


def _brief(reason: Reason, chance: Chance) -> Text:
    """A reason without the title of what is late: the shelf marks that."""
    if reason.code is ReasonCode.OVERDUE:
        return Text("session.block.overdue", {"n": reason.data["count"]})
    return reason_text(reason, chance)


def standing_card(patron: PatronSheet) -> ResultCard | None:
    """What a session begins with when something stands in the way: the same answer that a book would get."""
    if not patron.blocks:
        return None
    first = patron.blocks[0]
    return ResultCard(
        _standing_tone(first),
        _REASON_ICONS.get(first.code, "not_now"),
        *why_not(patron.blocks, patron.next_chance),
    )


def _standing_tone(reason: Reason) -> Tone:
    return Tone.LOOK if reason.code in {ReasonCode.OVERDUE, ReasonCode.LIMIT} else Tone.NOT_NOW


def _answer(outcome: Outcome) -> Answer:
    if outcome.note in _BY_NOTE:
        return _BY_NOTE[outcome.note]
    if len(outcome.reasons) == 1 and outcome.reasons[0].code in _BY_REASON:
        return _BY_REASON[outcome.reasons[0].code]
    if outcome.kind is OutcomeKind.INFO and outcome.reasons:
        return _LENT_TO_NOBODY
    return _BY_KIND.get(outcome.kind, _BY_KIND[OutcomeKind.INFO])


def _values(outcome: Outcome) -> dict[str, Value]:
    values: dict[str, Value] = {"n": len(outcome.renewed)}
    if outcome.copy is not None:
        copy = outcome.copy
        values |= {"title": copy.title, "place": copy.place, "call_number": copy.call_number}
    if outcome.due_on is not None:
        values["due_on"] = outcome.due_on
    return values
