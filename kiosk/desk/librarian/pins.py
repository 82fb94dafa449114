"""PINs: argon2id (RFC 9106), and growing waits after wrong ones.

How many were wrong and until when to wait stand in the patron's row, so that neither a restart nor another kiosk
begins anew. A try is counted in the same transaction that looks at it: pulling the plug never gives one for free.
The hashing (about 50 ms) holds that transaction open; it happens a few times a day.
"""

from __future__ import annotations

import re
from datetime import timedelta

from kiosk.desk.librarian.guard import for_librarians, problem
from kiosk.desk.work import Handler, Work
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import CheckPin, PinAnswer, ProblemCode, SetFirstPin, SetPin
from kiosk.lending.patrons import PatronKind
from kiosk.store import desk_reads, desk_writes, facts

WAITS = (0, 0, 5, 15, 30, 60)
"""Seconds to wait after the first, second, … wrong PIN in a row; the last holds for all further ones."""

# 19 MiB, OWASP's lesser setting (Password Storage Cheat Sheet), with three passes instead of two: the kiosk's memory
# is counted, and a PIN of few digits is guarded by the waits rather than by the hash.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 3, 1


def check_pin(work: Work, command: CheckPin) -> Outcome:
    """Is it right? A wrong one is counted; while a wait runs nothing is looked at."""
    facts.lock(work.conn, patron_id=command.operator_id)
    row = desk_reads.pin(work.conn, command.operator_id)
    if row is None or row.pin_hash is None:
        return work.answer(OutcomeKind.REFUSED, data=PinAnswer(False))
    if row.pin_wait_until is not None and row.pin_wait_until > work.at:
        # A clock that was set back must not lock anybody out for longer than the longest wait.
        left = min((row.pin_wait_until - work.at).total_seconds(), WAITS[-1])
        return work.answer(OutcomeKind.REFUSED, data=PinAnswer(False, left))
    if not _verify(row.pin_hash, command.pin):
        failures = row.pin_failures + 1
        wait = WAITS[min(failures, len(WAITS)) - 1]
        until = work.at + timedelta(seconds=wait) if wait else None
        desk_writes.pin_failed(work.conn, command.operator_id, failures, until)
        work.record(
            "pin_wrong",
            patron_id=command.operator_id,
            operator_id=command.operator_id,
            details={"failures": failures},
        )
        return work.answer(OutcomeKind.REFUSED, data=PinAnswer(False, wait))
    if row.pin_failures or _is_old(row.pin_hash):
        kept = _hash(command.pin) if _is_old(row.pin_hash) else row.pin_hash
        desk_writes.set_pin(work.conn, command.operator_id, kept)
    work.record("librarian_in", patron_id=command.operator_id, operator_id=command.operator_id)
    return work.answer(OutcomeKind.INFO, data=PinAnswer(True))


def set_first_pin(work: Work, command: SetFirstPin) -> Outcome:
    """The operator's first PIN; once there is one it takes a librarian with a PIN to change it."""
    facts.lock(work.conn, patron_id=command.operator_id)
    row = desk_reads.pin(work.conn, command.operator_id)
    if row is None or row.pin_hash is not None:
        return problem(work, ProblemCode.HAS_PIN)
    if not _fits(command.pin):
        return problem(work, ProblemCode.PIN_SHAPE)
    _write(work, command.operator_id, command.operator_id, command.pin)
    return work.answer(OutcomeKind.INFO, data=PinAnswer(True))


def set_pin(work: Work, command: SetPin) -> Outcome:
    """A new PIN for a librarian, perhaps for oneself."""
    facts.lock(work.conn, patron_id=command.patron_id)
    person = facts.find_patron(work.conn, command.patron_id, work.policies, work.moment.today)
    if person is None or person.facts.kind is not PatronKind.LIBRARIAN:
        return problem(work, ProblemCode.NOT_A_LIBRARIAN)
    if not _fits(command.pin):
        return problem(work, ProblemCode.PIN_SHAPE)
    _write(work, command.operator_id, command.patron_id, command.pin)
    return work.answer(OutcomeKind.INFO)


def _fits(pin: str) -> bool:
    return re.fullmatch(r"[0-9]{4,8}", pin) is not None


def _write(work: Work, operator_id: int, patron_id: int, pin: str) -> None:
    desk_writes.set_pin(work.conn, patron_id, _hash(pin))
    work.record("pin_set", patron_id=patron_id, operator_id=operator_id)


def _hash(pin: str) -> str:
    from argon2 import PasswordHasher  # imported here: the start of the kiosk has no use of it

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES).hash(pin)


def _is_old(pin_hash: str) -> bool:
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
    return hasher.check_needs_rehash(pin_hash)


def _verify(pin_hash: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):  # a hash that cannot be read lets nobody in
        return False


HANDLERS: dict[type[Command], Handler] = {
    CheckPin: for_librarians(CheckPin, check_pin),
    SetFirstPin: for_librarians(SetFirstPin, set_first_pin),
    SetPin: for_librarians(SetPin, set_pin),
}
READS: frozenset[type[Command]] = frozenset()
