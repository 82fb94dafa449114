"""What the desk tells of patrons and copies: the sheets that sessions show."""

from __future__ import annotations

from kiosk.desk.work import Work
from kiosk.flows.outcomes import CopySheet, PatronSheet
from kiosk.lending.chances import next_chance
from kiosk.lending.policy import allowance, blocks
from kiosk.lending.rota import next_turn
from kiosk.store import facts
from kiosk.store.facts import CopyRow, PatronRow


def patron_sheet(work: Work, patron_id: int) -> PatronSheet | None:
    """The sheet of a patron as they stand now inside this transaction; None if there is no such patron."""
    person = facts.find_patron(work.conn, patron_id, work.policies, work.moment.today)
    return None if person is None else sheet_of(work, person)


def sheet_of(work: Work, person: PatronRow) -> PatronSheet:
    """The sheet of a patron already read."""
    rules, rota, moment = work.policies.rules, work.policies.rota, work.moment
    visitor = person.facts.visitor
    turn = next_turn(rota, visitor, moment.now)
    refusing = blocks(person.facts, rules, rota, moment)
    return PatronSheet(
        patron_id=person.facts.patron_id,
        name=person.name,
        kind=person.facts.kind,
        school_class=person.school_class,
        grade=person.facts.grade,
        card=person.card,
        loans=person.facts.loans,
        allowance=allowance(person.facts, rules),
        blocks=refusing,
        next_turn=turn.starts if turn else None,
        next_chance=next_chance(refusing, visitor, rules, rota, moment.now),
        bound_to_rota=bool(rota.slots) and rules.kinds[visitor.kind].bound_to_rota,
        is_helper=person.is_helper,
        on_duty=person.facts.active and on_duty(work, person),
        has_pin=person.has_pin,
    )


def on_duty(work: Work, person: PatronRow) -> bool:
    """Whether a helper may be at the counter now: in a duty slot, or let in by the librarian until later."""
    if not person.is_helper:
        return False
    if person.counter_until is not None and work.at < person.counter_until:
        return True
    now = work.moment.now
    times = facts.duty_times(work.conn, person.facts.patron_id, now.isoweekday())
    return any(starts <= now.time() <= ends for starts, ends in times)


def copy_sheet(copy: CopyRow, is_out: bool | None = None) -> CopySheet:
    """The sheet of a copy; `is_out` where the row was read before this command changed it."""
    return CopySheet(
        copy_id=copy.facts.copy_id,
        barcode=copy.barcode,
        title=copy.title,
        authors=copy.authors,
        clc=copy.clc,
        call_number=copy.call_number,
        place=copy.place,
        material=copy.facts.material,
        status=copy.facts.status,
        is_out=(copy.loan is not None) if is_out is None else is_out,
    )
