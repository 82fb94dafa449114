"""May this copy be lent to this patron now: small functions named as what they refuse, and decisions over them.

A refusal carries every reason, ordered by what to do first. Decisions are values; nothing here raises on what
people do. `now` is the school's local time, naive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from kiosk.lending.calendar import closure_on
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.due_dates import due_date
from kiosk.lending.patrons import PatronKind, Visitor
from kiosk.lending.rota import Admission, Rota, admission, next_sitting, next_turn
from kiosk.lending.rules import KindRules, LoanRule, Rules


class ReasonCode(StrEnum):
    """Why something is refused, in words that other people's scripts rely on."""

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
    JUST_LENT = "just_lent"  # lent at another kiosk a moment ago: it cannot have come back yet
    LOST_COPY = "lost_copy"  # a lost copy came back: kept for the librarian, not lent on


JUST_LENT = timedelta(seconds=10)
"""For so long after a loan another kiosk does not take the copy to have come back."""

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

WHAT_TO_DO_FIRST: tuple[ReasonCode, ...] = (
    # Nobody can be helped before this is put right.
    ReasonCode.CLOCK,
    # What was scanned cannot be acted on at all.
    ReasonCode.DAMAGED_SCAN,
    ReasonCode.PUBLISHER_BARCODE,
    ReasonCode.UNKNOWN_COPY,
    ReasonCode.UNKNOWN_CARD,
    ReasonCode.NO_CARD_YET,
    ReasonCode.CARD_STOPPED,
    # No remedy of the child's would get them this copy: "bring it back first" would send them off in vain.
    ReasonCode.WITHDRAWN,
    ReasonCode.LOST_COPY,
    ReasonCode.IN_REPAIR,
    ReasonCode.NOT_FOR_LOAN,
    ReasonCode.HELD_FOR_OTHER,
    ReasonCode.JUST_LENT,
    ReasonCode.NO_RENEWAL_LEFT,
    # What the child can do, soonest first: bring back, wait for the turn, wait for the end, settle what is owed.
    ReasonCode.OVERDUE,
    ReasonCode.LIMIT,
    ReasonCode.NOT_YOUR_SLOT,
    ReasonCode.CLOSED,
    ReasonCode.SUSPENDED,
    ReasonCode.CHARGES,
)
"""All reasons in the order in which a refusal lists them; the first one is shown big."""

Datum = str | int | date | datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason and its data.

    Data by code, keys that may be missing with a question mark: `closed` {next: datetime?, why: str?};
    `not_your_slot` {next: datetime?}; `overdue` {count: int, title: str, days: int, until: date?}, `title` and `days`
    of the longest overdue, `until` where bringing all of it back today suspends; `suspended` {until: date}, the first
    day on which borrowing is possible again; `limit` {limit: int, out: int, material: str?}, with the material where
    its own limit is reached and not the one for all; `charges` {fen: int}; `no_renewal_left` {renewals: int};
    `damaged_scan` {meant: str?}, "card" where it was one. Others: none.
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
    session_id: str = ""  # of the session that lent it


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


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a policy may look at when a patron asks for anything."""

    patron: PatronFacts
    rules: Rules
    rota: Rota
    moment: Moment

    @property
    def kind(self) -> KindRules:
        """The rules for the patron's kind."""
        return self.rules.kinds[self.patron.kind]


@dataclass(frozen=True, slots=True)
class LoanCase(Case):
    """A patron asks for a copy."""

    copy: CopyFacts

    @property
    def rule(self) -> LoanRule:
        """The rule for the copy's material."""
        return self.kind.materials[self.copy.material]


@dataclass(frozen=True, slots=True)
class RenewalCase(Case):
    """A patron asks to keep what they have longer."""

    loan: OpenLoan

    @property
    def rule(self) -> LoanRule:
        """The rule for the loan's material."""
        return self.kind.materials[self.loan.material]


def refuse_when_clock_behind(case: Case) -> Reason | None:
    """A clock before the newest recorded event would give wrong due dates."""
    return Reason(ReasonCode.CLOCK) if case.moment.clock_behind else None


def refuse_when_card_stopped(case: Case) -> Reason | None:
    """The patron's card or account was stopped."""
    return None if case.patron.active else Reason(ReasonCode.CARD_STOPPED)


def refuse_when_closed(case: Case) -> Reason | None:
    """A closure, or outside the terms; says when borrowing is possible next and why the library is closed.

    For who is not bound to the rota, that is the next sitting of anybody: the library is open then. A clock
    that is behind knows no day.
    """
    now = case.moment.now
    if case.moment.clock_behind or _admission(case) is not Admission.CLOSED:
        return None
    visitor = case.patron.visitor
    coming = next_turn(case.rota, visitor, now) if case.kind.bound_to_rota else next_sitting(case.rota, now)
    data: dict[str, Datum] = {}
    if coming is not None:
        data["next"] = coming.starts
    closure = closure_on(case.rota.calendar, now.date())
    if closure is not None and closure.reason:
        data["why"] = closure.reason
    return Reason(ReasonCode.CLOSED, data)


def refuse_when_not_this_class_slot(case: Case) -> Reason | None:
    """The library is open, but it is another class's turn; says when this one's is. Not with the clock behind."""
    if case.moment.clock_behind or _admission(case) is not Admission.NOT_YOUR_SLOT:
        return None
    coming = next_turn(case.rota, case.patron.visitor, case.moment.now)
    return Reason(ReasonCode.NOT_YOUR_SLOT, {} if coming is None else {"next": coming.starts})


def refuse_when_overdue(case: Case) -> Reason | None:
    """Something that blocks is out past its due date and the grace days. With the clock behind nothing is late."""
    blocking = (loan for loan in case.patron.loans if case.kind.lateness(loan.material).blocked_by_overdue)
    return _overdue(case, blocking)


def refuse_when_suspended(case: Case) -> Reason | None:
    """Borrowing is suspended after a late return. With the clock behind nobody can say for how long."""
    until = case.patron.suspended_until
    if case.moment.clock_behind or until is None or case.moment.today >= until:
        return None
    return Reason(ReasonCode.SUSPENDED, {"until": until})


def refuse_when_limit_reached(case: Case) -> Reason | None:
    """As many copies are out as this kind of patron may have in all."""
    out = len(case.patron.loans)
    return Reason(ReasonCode.LIMIT, {"limit": case.kind.limit, "out": out}) if out >= case.kind.limit else None


def refuse_when_charges_owed(case: Case) -> Reason | None:
    """More is owed than the library lets pass."""
    most = case.rules.charges_block_fen
    owed = case.patron.charges_fen
    return Reason(ReasonCode.CHARGES, {"fen": owed}) if most is not None and owed > most else None


def refuse_when_material_limit_reached(case: LoanCase) -> Reason | None:
    """As many copies of this material are out as may be; silent where the limit for all refuses already."""
    material = case.copy.material
    out = sum(loan.material is material for loan in case.patron.loans)
    if out < case.rule.limit or refuse_when_limit_reached(case):
        return None
    return Reason(ReasonCode.LIMIT, {"limit": case.rule.limit, "out": out, "material": material.value})


def refuse_when_not_for_loan(case: LoanCase) -> Reason | None:
    """The copy, or its material for this kind of patron, stays in the room."""
    return None if case.copy.for_loan and case.rule.lendable else Reason(ReasonCode.NOT_FOR_LOAN)


def refuse_when_held_for_other(case: LoanCase) -> Reason | None:
    """The copy is kept for somebody else."""
    free = case.copy.held_for is None or case.copy.held_for == case.patron.patron_id
    return None if free else Reason(ReasonCode.HELD_FOR_OTHER)


def refuse_when_not_in_service(case: LoanCase) -> Reason | None:
    """The copy is in repair, withdrawn, or was lost: found ones wait for the librarian."""
    code = _REASON_OF_STATUS.get(case.copy.status)
    return None if code is None else Reason(code)


def refuse_when_this_loan_overdue(case: RenewalCase) -> Reason | None:
    """What is overdue is brought back, not renewed, also where it blocks nobody."""
    return None if refuse_when_overdue(case) else _overdue(case, (case.loan,))


def refuse_when_no_renewal_left(case: RenewalCase) -> Reason | None:
    """The loan was renewed as often as may be, or its material is never renewed."""
    allowed = case.rule.renewals
    if case.loan.renewals < allowed:
        return None
    return Reason(ReasonCode.NO_RENEWAL_LEFT, {"renewals": allowed})


def refuse_when_loan_held_for_other(case: RenewalCase) -> Reason | None:
    """Somebody waits for this copy."""
    return Reason(ReasonCode.HELD_FOR_OTHER) if case.loan.held_for_other else None


def refuse_when_just_lent_elsewhere(since: timedelta, elsewhere: bool) -> Reason | None:
    """The copy was lent `since` ago, `elsewhere` at another kiosk: two read it at once, and it is the first one's.

    A copy that is out to somebody else and is scanned has come back unscanned, but not within seconds from another
    kiosk.
    """
    return Reason(ReasonCode.JUST_LENT) if elsewhere and since < JUST_LENT else None


PATRON_POLICIES: tuple[Callable[[Case], Reason | None], ...] = (
    refuse_when_clock_behind,
    refuse_when_card_stopped,
    refuse_when_overdue,
    refuse_when_limit_reached,
    refuse_when_not_this_class_slot,
    refuse_when_closed,
    refuse_when_suspended,
    refuse_when_charges_owed,
)
"""What refuses a patron every loan."""

LOAN_POLICIES: tuple[Callable[[LoanCase], Reason | None], ...] = (
    *PATRON_POLICIES,
    refuse_when_not_in_service,
    refuse_when_not_for_loan,
    refuse_when_held_for_other,
    refuse_when_material_limit_reached,
)
"""What refuses the loan of a copy."""

RENEWAL_POLICIES: tuple[Callable[[RenewalCase], Reason | None], ...] = (
    refuse_when_clock_behind,
    refuse_when_card_stopped,
    refuse_when_overdue,
    refuse_when_suspended,
    refuse_when_charges_owed,
    refuse_when_this_loan_overdue,
    refuse_when_loan_held_for_other,
    refuse_when_no_renewal_left,
)
"""What refuses a renewal: neither the limit nor the slot, for the book is out already."""

NO_RENEWAL: frozenset[ReasonCode] = frozenset(
    {
        ReasonCode.CLOCK,
        ReasonCode.CARD_STOPPED,
        ReasonCode.OVERDUE,
        ReasonCode.SUSPENDED,
        ReasonCode.CHARGES,
    }
)
"""The reasons among a patron's `blocks` with which none of their loans is renewed."""

_REASON_OF_STATUS: Mapping[CopyStatus, ReasonCode] = {
    CopyStatus.IN_REPAIR: ReasonCode.IN_REPAIR,
    CopyStatus.WITHDRAWN: ReasonCode.WITHDRAWN,
    CopyStatus.LOST: ReasonCode.LOST_COPY,
    CopyStatus.FOUND: ReasonCode.LOST_COPY,
}


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """`reasons` in the order of `WHAT_TO_DO_FIRST`."""
    return tuple(sorted(reasons, key=lambda reason: WHAT_TO_DO_FIRST.index(reason.code)))


def blocks(patron: PatronFacts, rules: Rules, rota: Rota, moment: Moment) -> tuple[Reason, ...]:
    """Every reason why this patron can borrow nothing at all now, whatever the copy; limit included."""
    case = Case(patron, rules, rota, moment)
    return in_order(reason for policy in PATRON_POLICIES if (reason := policy(case)))


def reasons_of_copy(copy: CopyFacts, rules: Rules) -> tuple[Reason, ...]:
    """Every reason why this copy is lent to nobody, known before anybody shows a card."""
    code = _REASON_OF_STATUS.get(copy.status)
    lendable = copy.for_loan and any(kind.materials[copy.material].lendable for kind in rules.kinds.values())
    codes = [*([] if code is None else [code]), *([] if lendable else [ReasonCode.NOT_FOR_LOAN])]
    return in_order(map(Reason, codes))


def decide_loan(
    patron: PatronFacts,
    copy: CopyFacts,
    rules: Rules,
    rota: Rota,
    moment: Moment,
    overrule: bool = False,
) -> Decision:
    """Lend `copy` (which is not out) to `patron`? With `overrule` only what is not overridable refuses."""
    case = LoanCase(patron, rules, rota, moment, copy)
    reasons = in_order(reason for policy in LOAN_POLICIES if (reason := policy(case)))
    refusing = _refusing(reasons, overrule)
    if refusing:
        return Refused(refusing)
    return Granted(due_date(patron.visitor, copy.material, rules, rota, moment.today), reasons)


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
    and is never before the old one; where both are the same, a renewal now would gain nothing.
    """
    case = RenewalCase(patron, rules, rota, moment, loan)
    reasons = in_order(reason for policy in RENEWAL_POLICIES if (reason := policy(case)))
    refusing = _refusing(reasons, overrule)
    if refusing:
        return Refused(refusing)
    fresh = due_date(patron.visitor, loan.material, rules, rota, moment.today)
    return Granted(max(fresh, loan.due_on), reasons)


def return_terms(
    kind: PatronKind,
    material: Material,
    due_on: date,
    suspended_until: date | None,
    rules: Rules,
    moment: Moment,
) -> ReturnTerms:
    """What a return today of `material`, due on `due_on` as things stand (`due_now`), brings.

    Suspensions do not add up: the later end holds. Within the grace days a return is late but brings no suspension.
    The day of the return is the first day of a suspension. With the clock behind nothing is judged late, and a
    running suspension stays as it is.
    """
    if moment.clock_behind:
        return ReturnTerms(0, suspended_until)
    lateness = rules.kinds[kind].lateness(material)
    late = days_late(due_on, moment.today)
    ends = [] if suspended_until is None else [suspended_until]
    if late > lateness.grace_days:
        days = min(lateness.suspension_factor * late, lateness.suspension_cap)
        ends.append(moment.today + timedelta(days=days))
    return ReturnTerms(late, max((end for end in ends if end > moment.today), default=None))


def days_late(due_on: date, today: date) -> int:
    """How many days `today` is past the last day in time; 0 on that day and before."""
    return max(0, (today - due_on).days)


def allowance(patron: PatronFacts, rules: Rules) -> Allowance:
    """How many copies are out and how many may be in all."""
    return Allowance(len(patron.loans), rules.kinds[patron.kind].limit)


def _admission(case: Case) -> Admission:
    return admission(case.rota, case.rules, case.patron.visitor, case.moment.now)


def _overdue(case: Case, loans: Iterable[OpenLoan]) -> Reason | None:
    """The reason for those of `loans` that are overdue past the grace days; nothing with the clock behind."""
    if case.moment.clock_behind:
        return None
    moment = case.moment
    late = [
        (days, loan)
        for loan in loans
        if (days := days_late(loan.due_on, moment.today)) > case.kind.lateness(loan.material).grace_days
    ]
    if not late:
        return None
    until = case.patron.suspended_until
    for _, loan in late:
        until = return_terms(case.patron.kind, loan.material, loan.due_on, until, case.rules, moment).suspended_until
    days, longest = max(late, key=lambda entry: entry[0])
    data: dict[str, Datum] = {"count": len(late), "title": longest.title, "days": days}
    if until is not None:
        data["until"] = until
    return Reason(ReasonCode.OVERDUE, data)


def _refusing(reasons: tuple[Reason, ...], overrule: bool) -> tuple[Reason, ...]:
    """Those of `reasons` that still refuse when a librarian may or may not overrule."""
    return tuple(reason for reason in reasons if not (overrule and reason.overridable))
