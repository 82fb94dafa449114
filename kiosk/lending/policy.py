"""May this copy be lent to this patron now: small functions named as what they refuse, and decisions over them.

A refusal carries every reason, ordered by what to do first. Decisions are values; nothing here raises on what
people do. `now` is the school's local time, naive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.rota import Rota
from kiosk.lending.rules import Rules


class ReasonCode(StrEnum):
    """Why something is refused, in the words of the design."""

    UNKNOWN_CARD = "unknown_card"
    CARD_STOPPED = "card_stopped"
    CLOSED = "closed"
    NOT_YOUR_SLOT = "not_your_slot"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    LIMIT = "limit"
    NOT_FOR_LOAN = "not_for_loan"
    HELD_FOR_OTHER = "held_for_other"
    IN_REPAIR = "in_repair"
    WITHDRAWN = "withdrawn"
    UNKNOWN_COPY = "unknown_copy"
    PUBLISHER_BARCODE = "publisher_barcode"
    DAMAGED_SCAN = "damaged_scan"
    NO_CARD_YET = "no_card_yet"
    CHARGES = "charges"
    CLOCK = "clock"
    NO_RENEWAL_LEFT = "no_renewal_left"  # renewals only: used up, or none for this material
    LOST_COPY = "lost_copy"  # a lost copy came back: kept for the librarian, not lent on


OVERRIDABLE: frozenset[ReasonCode] = frozenset(
    {
        ReasonCode.CLOSED,
        ReasonCode.NOT_YOUR_SLOT,
        ReasonCode.OVERDUE,
        ReasonCode.SUSPENDED,
        ReasonCode.LIMIT,
        ReasonCode.NOT_FOR_LOAN,
        ReasonCode.HELD_FOR_OTHER,
        ReasonCode.CHARGES,
        ReasonCode.NO_RENEWAL_LEFT,
    }
)
"""The reasons a librarian may overrule, with a written reason of their own."""

Datum = str | int | date | datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason and its data.

    Data by code: `closed` {next: datetime?, why: str?}; `not_your_slot` {next: datetime?}; `overdue` {count: int,
    title: str (the longest overdue), days: int}; `suspended` {until: date (first day on which borrowing is possible again)};
    `limit` {limit: int, out: int}; `charges` {fen: int}; `no_renewal_left` {renewals: int}. Others: none.
    """

    code: ReasonCode
    data: Mapping[str, Datum] = field(default_factory=dict)

    @property
    def overridable(self) -> bool:
        """Whether a librarian may overrule this reason."""
        return self.code in OVERRIDABLE


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A loan that is still out, with what a shelf shows of it."""

    loan_id: int
    copy_id: int
    barcode: str
    title: str
    clc: str
    material: Material
    lent_at: datetime
    due_on: date
    renewals: int
    held_for_other: bool = False


@dataclass(frozen=True, slots=True)
class PatronFacts:
    """What the rules ask about a patron."""

    patron_id: int
    kind: PatronKind
    class_id: int | None
    grade: int | None
    active: bool = True
    suspended_until: date | None = None  # first day on which borrowing is possible again
    charges_fen: int = 0
    loans: tuple[OpenLoan, ...] = ()

    @property
    def visitor(self) -> Visitor:
        """This patron as the rota sees them."""
        return Visitor(self.kind, self.class_id, self.grade)


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What the rules ask about a copy. `held_for` is the patron it is kept for."""

    copy_id: int
    material: Material
    status: CopyStatus
    for_loan: bool = True
    held_for: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is made. `clock_behind`: the clock stands before the newest recorded event."""

    now: datetime
    clock_behind: bool = False

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Granted:
    """Allowed, until the end of `due_on`. `overruled` are the reasons a librarian set aside."""

    due_on: date
    overruled: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Not allowed, with all reasons, what to do first at the head."""

    reasons: tuple[Reason, ...]


Decision = Granted | Refused


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many a patron has out, may have, and may still take now (0 while anything blocks is not counted in)."""

    out: int
    limit: int

    @property
    def left(self) -> int:
        """How many more the limit leaves."""
        return max(0, self.limit - self.out)


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """What a return brings: days late (0 if in time) and until when borrowing is suspended, if at all."""

    days_late: int
    suspended_until: date | None


def blocks(patron: PatronFacts, rules: Rules, rota: Rota, moment: Moment) -> tuple[Reason, ...]:
    """Every reason why this patron can borrow nothing at all now, whatever the copy; limit included."""
    raise NotImplementedError


def decide_loan(
    patron: PatronFacts,
    copy: CopyFacts,
    rules: Rules,
    rota: Rota,
    moment: Moment,
    overrule: bool = False,
) -> Decision:
    """Lend `copy` (which is not out) to `patron`? With `overrule` only what is not overridable refuses."""
    raise NotImplementedError


def decide_renewal(
    patron: PatronFacts,
    loan: OpenLoan,
    rules: Rules,
    rota: Rota,
    moment: Moment,
    overrule: bool = False,
) -> Decision:
    """Renew `loan`? Refused while blocked by overdue books (this one too), suspension, charges, clock or a hold.

    Neither the limit nor the slot refuses: the book is out already. The new due date counts from today
    and is never before the old one.
    """
    raise NotImplementedError


def return_terms(
    kind: PatronKind, due_on: date, suspended_until: date | None, rules: Rules, rota: Rota, moment: Moment
) -> ReturnTerms:
    """What a return today brings for a loan due on `due_on`. Suspensions do not add up: the later end holds.

    With the clock behind nothing is judged late.
    """
    raise NotImplementedError


def allowance(patron: PatronFacts, rules: Rules) -> Allowance:
    """How many copies are out and how many may be in all."""
    raise NotImplementedError
