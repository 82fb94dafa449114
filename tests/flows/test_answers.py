"""From an outcome to the one big answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.flows.answers import answer_card, block_of, sound_of
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.flows.views import Mark, Money, ResultCard, Tone
from kiosk.lending.policy import Reason, ReasonCode, ReturnTerms
from tests.fakes import DUE, NOON, a_copy, copy

SUSPENDED = Reason(ReasonCode.SUSPENDED, {"until": date(2026, 10, 5)})
OVERDUE = Reason(ReasonCode.OVERDUE, {"count": 1, "title": "昆虫记", "days": 3})


def outcome(kind: OutcomeKind, **parts: object) -> Outcome:
    return Outcome(kind, "r", NOON, **parts)  # type: ignore[arg-type]  # fields of Outcome


def answered(told: Outcome) -> ResultCard:
    return answer_card(told, since=1.0, serial=1)


@pytest.mark.parametrize("kind", list(OutcomeKind))
@pytest.mark.parametrize("note", list(Note))
def test_every_outcome_has_an_answer(kind: OutcomeKind, note: Note) -> None:
    card = answer_card(outcome(kind, note=note), since=1.0, serial=2)
    assert card.headline.key.startswith("session.answer.")
    assert (card.since, card.serial) == (1.0, 2)
    assert sound_of(outcome(kind, note=note)) in {"hello", *Tone}


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_alone_has_an_answer_that_is_no_success(code: ReasonCode) -> None:
    card = answered(outcome(OutcomeKind.REFUSED, reasons=(Reason(code),)))
    assert card.tone is not Tone.DONE
    assert card.headline.key.startswith(("session.answer.", "session.reason."))


def test_the_first_reason_is_big_and_the_others_follow() -> None:
    card = answered(outcome(OutcomeKind.REFUSED, reasons=(OVERDUE, SUSPENDED), copy=a_copy(copy(1))))
    assert card.tone is Tone.NOT_NOW
    assert card.headline.key == "session.reason.overdue"
    assert card.headline.values["n"] == 3
    assert card.lines[0].key == "session.reason.overdue.todo"
    assert any(line.key == "session.reason.suspended" for line in card.lines[1:])


def test_a_child_is_not_told_that_it_may_borrow_at_once_when_a_late_return_suspends() -> None:
    at_once = block_of(OVERDUE).line
    assert at_once is not None
    assert at_once.key == "session.reason.overdue.todo"
    later = replace(OVERDUE, data={**OVERDUE.data, "until": date(2026, 12, 7)})
    card = answered(outcome(OutcomeKind.REFUSED, reasons=(later,), copy=a_copy(copy(1))))
    assert card.lines[0] == block_of(later).line
    assert card.lines[0].key == "session.reason.overdue_until.todo"
    assert card.lines[0].values["until"] == date(2026, 12, 7)


def test_what_came_back_but_is_not_lent_on_says_why() -> None:
    card = answered(outcome(OutcomeKind.RETURNED, note=Note.RETURN_ONLY, reasons=(SUSPENDED,)))
    assert card.headline.key == "session.answer.return_only"
    assert any(line.key == "session.reason.suspended" for line in card.lines)


def test_a_renewal_of_some_says_why_not_of_the_others() -> None:
    card = answered(outcome(OutcomeKind.RENEWED, renewed=(1,), reasons=(Reason(ReasonCode.HELD_FOR_OTHER),)))
    assert card.headline.key == "session.answer.renewed"
    assert any(line.key == "session.reason.held_for_other" for line in card.lines)


def test_a_late_return_says_how_late_and_until_when_borrowing_waits() -> None:
    late = ReturnTerms(7, date(2026, 10, 5))
    card = answered(outcome(OutcomeKind.RETURNED, late=late, copy=a_copy(copy(1))))
    assert [(line.key, dict(line.values)) for line in card.lines] == [
        ("session.answer.late", {"n": 7}),
        ("session.answer.suspended", {"until": date(2026, 10, 5)}),
    ]
    on_time = answered(outcome(OutcomeKind.RETURNED, late=ReturnTerms(0, None)))
    assert on_time.lines == ()


def test_the_book_carries_its_due_date_and_is_fresh_when_lent() -> None:
    card = answered(outcome(OutcomeKind.LENT, copy=a_copy(copy(1)), due_on=DUE))
    assert card.book is not None and (card.book.due_on, card.book.mark) == (DUE, Mark.FRESH)
    back = answered(outcome(OutcomeKind.RETURNED, copy=a_copy(copy(1))))
    assert back.book is not None and (back.book.due_on, back.book.mark) == (None, Mark.NONE)


def test_money_is_shown_as_money() -> None:
    block = block_of(Reason(ReasonCode.CHARGES, {"fen": 2380}))
    assert block.headline.values["money"] == Money(2380)
    assert block.tone is Tone.NOT_NOW
    assert block_of(OVERDUE).tone is Tone.LOOK
