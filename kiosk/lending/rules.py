"""The library's settings of lending: per patron kind and material, with the defaults found in schools.

All of it lives in the library (several kiosks share it) and is edited on the librarian's screens. Defaults: pupil
2 books, 14 days, 1 renewal, suspension as many days as late and at most 14, no money; teacher 10 books for one
term; class set 60 books, 30 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind


@dataclass(frozen=True, slots=True)
class LoanRule:
    """What one kind of patron may do with one kind of material.

    `limit`: at most so many of this material out at once, counted together with `KindRules.limit`.
    `days`: length of a loan; None means until the end of the term.
    `renewals`: how often one loan may be renewed. `lendable`: False keeps this material in the room.
    """

    limit: int
    days: int | None
    renewals: int
    lendable: bool = True


@dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for one kind of patron whatever the material.

    `limit`: at most so many copies out in all. `bound_to_rota`: may borrow only in a slot of theirs.
    `due_on_slot`: the due date moves on to the class's next slot. `blocked_by_overdue`: nothing is lent while
    something is overdue by more than `grace_days`. `suspension_factor` × days late = days without borrowing
    after a late return, at most `suspension_cap`; 0 switches suspension off.
    """

    limit: int
    materials: Mapping[Material, LoanRule]
    bound_to_rota: bool
    due_on_slot: bool
    blocked_by_overdue: bool = True
    grace_days: int = 0
    suspension_factor: int = 0
    suspension_cap: int = 14


def _same(rule: LoanRule) -> Mapping[Material, LoanRule]:
    return MappingProxyType(dict.fromkeys(Material, rule))


def default_kinds() -> Mapping[PatronKind, KindRules]:
    """The rules a new library starts with (sources: the table of real schools in the project's domain notes)."""
    return MappingProxyType(
        {
            PatronKind.PUPIL: KindRules(
                2, _same(LoanRule(2, 14, 1)), bound_to_rota=True, due_on_slot=True, suspension_factor=1
            ),
            PatronKind.TEACHER: KindRules(
                10, _same(LoanRule(10, None, 1)), bound_to_rota=False, due_on_slot=False, blocked_by_overdue=False
            ),
            PatronKind.CLASS_SET: KindRules(
                60, _same(LoanRule(60, 30, 1)), bound_to_rota=False, due_on_slot=False
            ),
            PatronKind.LIBRARIAN: KindRules(
                10, _same(LoanRule(10, None, 1)), bound_to_rota=False, due_on_slot=False, blocked_by_overdue=False
            ),
        }
    )


class OutsideTerms(StrEnum):
    """What the library decided for days outside every term."""

    CLOSED = "closed"
    OPEN_TO_ALL = "open_to_all"


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule of lending of one library.

    `minutes_before`, `minutes_after`: tolerance around a slot. `outside_terms`: may anybody borrow then.
    `charges_block_fen`: refuse loans when more than this is owed (fen); None never blocks.
    """

    kinds: Mapping[PatronKind, KindRules] = field(default_factory=default_kinds)
    minutes_before: int = 5
    minutes_after: int = 10
    outside_terms: OutsideTerms = OutsideTerms.CLOSED
    charges_block_fen: int | None = None
