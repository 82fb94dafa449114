"""From an outcome to the one big answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from kiosk.flows.answers import answer_card, blocks_of, sound_of, standing_card
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.flows.views import Mark, Money, ResultCard, Tone
from kiosk.lending.policy import Reason, ReasonCode, ReturnTerms
from tests.fakes import DUE, NOON, a_copy, a_patron, copy

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


def standing(*reasons: Reason, chance: datetime | date | None = None) -> ResultCard:
    card = standing_card(a_patron(blocks=reasons, next_chance=chance))
    assert card is not None
    return card


def test_a_child_is_not_told_that_it_may_borrow_at_once_when_a_late_return_suspends() -> None:
    assert standing(OVERDUE).lines[0].key == "session.reason.overdue.todo"
    later = replace(OVERDUE, data={**OVERDUE.data, "until": date(2026, 12, 7)})
    chance = datetime.fromisoformat("2026-12-09 12:15")
    card = answered(
        outcome(OutcomeKind.REFUSED, reasons=(later,), copy=a_copy(copy(1)), patron=a_patron(next_chance=chance))
    )
    assert [line.key for line in card.lines] == ["session.reason.overdue_wait.todo", "session.chance"]
    assert card.lines[1].values["at"] == chance
    assert standing(later, chance=chance).lines == card.lines


def test_of_several_dates_only_the_first_is_said_that_no_reason_refuses() -> None:
    """Suspended until a Saturday, and the class's turn comes before that: the child comes at the turn after both."""
    turn, until = datetime.fromisoformat("2026-10-14 12:15"), date(2026, 10, 17)
    chance = datetime.fromisoformat("2026-10-28 12:15")
    reasons = (
        replace(OVERDUE, data={**OVERDUE.data, "until": until}),
        Reason(ReasonCode.NOT_YOUR_SLOT, {"next": turn}),
        Reason(ReasonCode.SUSPENDED, {"until": until}),
    )
    card = standing(*reasons, chance=chance)
    assert [line.key for line in card.lines] == [
        "session.reason.overdue_wait.todo",
        "session.chance",
        "session.reason.not_your_slot_open",
        "session.reason.suspended_open",
    ]
    brief = [block.headline for block in blocks_of(a_patron(blocks=reasons, next_chance=chance))]
    assert [text.key for text in brief] == [
        "session.block.overdue",
        "session.reason.not_your_slot_open",
        "session.reason.suspended_open",
        "session.chance",
    ]


def test_where_the_turn_is_the_next_chance_it_is_the_headline_and_not_said_twice() -> None:
    turn = datetime.fromisoformat("2026-10-14 12:15")
    card = standing(Reason(ReasonCode.NOT_YOUR_SLOT, {"next": turn}), chance=turn)
    assert (card.headline.key, card.headline.values["next"]) == ("session.reason.not_your_slot", turn)
    assert [line.key for line in card.lines] == ["session.reason.not_your_slot.todo"]
    assert (card.tone, card.icon) == (Tone.NOT_NOW, "clock")


def test_a_pupil_without_any_turn_is_told_to_ask_the_teacher() -> None:
    card = standing(Reason(ReasonCode.NOT_YOUR_SLOT))
    assert card.headline.key == "session.reason.not_your_slot_open"
    assert [line.key for line in card.lines] == ["session.reason.not_your_slot_open.todo"]


def test_who_may_borrow_is_not_met_with_a_refusal() -> None:
    assert standing_card(a_patron()) is None


@pytest.mark.parametrize("code", [ReasonCode.IN_REPAIR, ReasonCode.WITHDRAWN, ReasonCode.NOT_FOR_LOAN])
def test_a_copy_that_nobody_may_borrow_says_so_and_where_it_lives(code: ReasonCode) -> None:
    card = answered(outcome(OutcomeKind.INFO, reasons=(Reason(code),), copy=a_copy(copy(1))))
    assert (card.tone, card.headline.key) == (Tone.LOOK, f"session.reason.{code}")
    assert [line.key for line in card.lines] == [f"session.reason.{code}.todo", "session.answer.lives"]


def test_a_copy_that_is_in_says_in_words_where_it_lives_and_what_to_do() -> None:
    card = answered(outcome(OutcomeKind.INFO, reasons=(Reason(ReasonCode.NO_CARD_YET),), copy=a_copy(copy(1))))
    assert [line.key for line in card.lines] == ["session.answer.lives", "session.answer.no_card_yet.line"]
    assert card.lines[0].values["where"] == ("儿童文学 A3", "I287.45/1")
    homeless = replace(a_copy(copy(1)), place="", call_number="")
    card = answered(outcome(OutcomeKind.INFO, reasons=(Reason(ReasonCode.NO_CARD_YET),), copy=homeless))
    assert [line.key for line in card.lines] == ["session.answer.no_card_yet.line"]


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
    chance = datetime.fromisoformat("2026-10-07 12:15")
    card = answered(outcome(OutcomeKind.RETURNED, late=late, next_chance=chance, copy=a_copy(copy(1))))
    assert [line.key for line in card.lines] == ["session.answer.late", "session.chance"]
    on_time = answered(outcome(OutcomeKind.RETURNED, late=ReturnTerms(0, None)))
    assert on_time.lines == ()


def test_the_book_carries_its_due_date_and_is_fresh_when_lent() -> None:
    card = answered(outcome(OutcomeKind.LENT, copy=a_copy(copy(1)), due_on=DUE))
    assert card.book is not None and (card.book.due_on, card.book.mark) == (DUE, Mark.FRESH)
    back = answered(outcome(OutcomeKind.RETURNED, copy=a_copy(copy(1))))
    assert back.book is not None and (back.book.due_on, back.book.mark) == (None, Mark.NONE)


def test_money_is_shown_as_money() -> None:
    owed = standing(Reason(ReasonCode.CHARGES, {"fen": 2380}))
    assert owed.headline.values["money"] == Money(2380)
    assert owed.tone is Tone.NOT_NOW
    assert standing(OVERDUE).tone is Tone.LOOK
