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

from kiosk.lending import plain
from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind


@dataclass(frozen=True, slots=True)
class LoanRule:
    """What one kind of patron may do with one kind of material.

    `limit`: at most so many of this material out at once, counted together with `KindRules.limit`.
    `days`: length of a loan; None means until the end of the term.
    `renewals`: how often one loan may be renewed. `lendable`: False keeps this material in the room.
    The others are as in `Lateness`; None means as for the kind of patron (`KindRules.lateness` settles it).
    """

    limit: int
    days: int | None
    renewals: int
    lendable: bool = True
    blocked_by_overdue: bool | None = None
    grace_days: int | None = None
    suspension_factor: int | None = None
    suspension_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Lateness:
    """What being late comes to for one kind of patron and one kind of material.

    `blocked_by_overdue`: nothing at all is lent while such a loan is overdue by more than `grace_days`.
    `suspension_factor` × days late = days without borrowing after a late return, at most `suspension_cap`;
    0 switches suspension off. Within the grace days a return suspends nobody.
    """

    blocked_by_overdue: bool
    grace_days: int
    suspension_factor: int
    suspension_cap: int


@dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for one kind of patron whatever the material.

    `limit`: at most so many copies out in all. `bound_to_rota`: may borrow only in a slot of theirs.
    `due_on_slot`: the due date moves on to the class's next slot. The last four are as in `Lateness`, for every
    material whose own rule says nothing else.
    """

    limit: int
    materials: Mapping[Material, LoanRule]
    bound_to_rota: bool
    due_on_slot: bool
    blocked_by_overdue: bool = True
    grace_days: int = 0
    suspension_factor: int = 0
    suspension_cap: int = 14

    def lateness(self, material: Material) -> Lateness:
        """What being late with `material` comes to: the material's own setting where it has one, else the kind's."""
        own = self.materials[material]
        return Lateness(
            self.blocked_by_overdue if own.blocked_by_overdue is None else own.blocked_by_overdue,
            self.grace_days if own.grace_days is None else own.grace_days,
            self.suspension_factor if own.suspension_factor is None else own.suspension_factor,
            self.suspension_cap if own.suspension_cap is None else own.suspension_cap,
        )


def _same(rule: LoanRule) -> Mapping[Material, LoanRule]:
    return MappingProxyType(dict.fromkeys(Material, rule))


def default_kinds() -> Mapping[PatronKind, KindRules]:
    """The rules a new library starts with (found in the published rules of six schools)."""
    return MappingProxyType(
        {
            PatronKind.PUPIL: KindRules(
                2, _same(LoanRule(2, 14, 1)), bound_to_rota=True, due_on_slot=True, suspension_factor=1
            ),
            PatronKind.TEACHER: KindRules(
                10, _same(LoanRule(10, None, 1)), bound_to_rota=False, due_on_slot=False, blocked_by_overdue=False
            ),
            PatronKind.CLASS_SET: KindRules(60, _same(LoanRule(60, 30, 1)), bound_to_rota=False, due_on_slot=False),
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


# The least and most of every number in the rules. The upper ends only keep typing mistakes out.
_LIMIT = (0, 999)
_DAYS = (0, 1000)
_RENEWALS = (0, 99)
_GRACE_DAYS = (0, 365)
_FACTOR = (0, 100)
_CAP = (0, 1000)
_TOLERANCE_MINUTES = (0, 240)
_FEN = (0, 100_000_000)


def rules_to_plain(rules: Rules) -> dict[str, object]:
    """`rules` as JSON-able data: dicts with the names of the fields, and the values of enums as keys."""
    return {
        "kinds": {kind.value: _kind_to_plain(of_kind) for kind, of_kind in rules.kinds.items()},
        "minutes_before": rules.minutes_before,
        "minutes_after": rules.minutes_after,
        "outside_terms": rules.outside_terms.value,
        "charges_block_fen": rules.charges_block_fen,
    }


def rules_from_plain(data: Mapping[str, object]) -> Rules:
    """The rules that `rules_to_plain` wrote; whatever is missing keeps its default.

    Raises ValueError with a sentence that names the key (`kinds.pupil.limit`) and what is allowed there, also
    for a key that is no setting.
    """
    usual = Rules()
    plain.refuse_unknown_keys(data, Rules.__dataclass_fields__, "")
    kinds = plain.section(data, "kinds")
    plain.refuse_unknown_keys(kinds, PatronKind, "kinds.")
    return Rules(
        kinds=MappingProxyType(
            {
                kind: _kind_from_plain(plain.section(kinds, kind.value, "kinds."), default, f"kinds.{kind.value}.")
                for kind, default in usual.kinds.items()
            }
        ),
        minutes_before=plain.whole_number(data, "minutes_before", usual.minutes_before, _TOLERANCE_MINUTES),
        minutes_after=plain.whole_number(data, "minutes_after", usual.minutes_after, _TOLERANCE_MINUTES),
        outside_terms=plain.choice(data, "outside_terms", OutsideTerms, usual.outside_terms),
        charges_block_fen=plain.whole_number_or_none(data, "charges_block_fen", usual.charges_block_fen, _FEN),
    )


def _kind_to_plain(rules: KindRules) -> dict[str, object]:
    return {
        "limit": rules.limit,
        "materials": {
            material.value: {
                "limit": rule.limit,
                "days": rule.days,
                "renewals": rule.renewals,
                "lendable": rule.lendable,
                "blocked_by_overdue": rule.blocked_by_overdue,
                "grace_days": rule.grace_days,
                "suspension_factor": rule.suspension_factor,
                "suspension_cap": rule.suspension_cap,
            }
            for material, rule in rules.materials.items()
        },
        "bound_to_rota": rules.bound_to_rota,
        "due_on_slot": rules.due_on_slot,
        "blocked_by_overdue": rules.blocked_by_overdue,
        "grace_days": rules.grace_days,
        "suspension_factor": rules.suspension_factor,
        "suspension_cap": rules.suspension_cap,
    }


def _kind_from_plain(data: Mapping[str, object], usual: KindRules, where: str) -> KindRules:
    plain.refuse_unknown_keys(data, KindRules.__dataclass_fields__, where)
    materials = plain.section(data, "materials", where)
    plain.refuse_unknown_keys(materials, Material, f"{where}materials.")
    return KindRules(
        limit=plain.whole_number(data, "limit", usual.limit, _LIMIT, where),
        materials=MappingProxyType(
            {
                material: _loan_rule_from_plain(
                    plain.section(materials, material.value, f"{where}materials."),
                    default,
                    f"{where}materials.{material.value}.",
                )
                for material, default in usual.materials.items()
            }
        ),
        bound_to_rota=plain.yes_or_no(data, "bound_to_rota", usual.bound_to_rota, where),
        due_on_slot=plain.yes_or_no(data, "due_on_slot", usual.due_on_slot, where),
        blocked_by_overdue=plain.yes_or_no(data, "blocked_by_overdue", usual.blocked_by_overdue, where),
        grace_days=plain.whole_number(data, "grace_days", usual.grace_days, _GRACE_DAYS, where),
        suspension_factor=plain.whole_number(data, "suspension_factor", usual.suspension_factor, _FACTOR, where),
        suspension_cap=plain.whole_number(data, "suspension_cap", usual.suspension_cap, _CAP, where),
    )


def _loan_rule_from_plain(data: Mapping[str, object], usual: LoanRule, where: str) -> LoanRule:
    plain.refuse_unknown_keys(data, LoanRule.__dataclass_fields__, where)
    return LoanRule(
        limit=plain.whole_number(data, "limit", usual.limit, _LIMIT, where),
        days=plain.whole_number_or_none(data, "days", usual.days, _DAYS, where),
        renewals=plain.whole_number(data, "renewals", usual.renewals, _RENEWALS, where),
        lendable=plain.yes_or_no(data, "lendable", usual.lendable, where),
        blocked_by_overdue=plain.yes_or_no_or_none(data, "blocked_by_overdue", usual.blocked_by_overdue, where),
        grace_days=plain.whole_number_or_none(data, "grace_days", usual.grace_days, _GRACE_DAYS, where),
        suspension_factor=plain.whole_number_or_none(
            data, "suspension_factor", usual.suspension_factor, _FACTOR, where
        ),
        suspension_cap=plain.whole_number_or_none(data, "suspension_cap", usual.suspension_cap, _CAP, where),
    )
