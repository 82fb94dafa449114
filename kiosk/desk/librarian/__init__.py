"""What the librarian asks for: PINs, lending by hand, undoing, pages, and everything that is set for the library."""

from __future__ import annotations

from kiosk.desk.librarian import classification, enrolment, hands, imports, pages, pins, settings, stock, titles, undo
from kiosk.desk.work import Handler
from kiosk.flows.commands import Command

HANDLERS: dict[type[Command], Handler] = {
    **pins.HANDLERS,
    **hands.HANDLERS,
    **undo.HANDLERS,
    **pages.HANDLERS,
    **settings.HANDLERS,
    **classification.HANDLERS,
    **stock.HANDLERS,
    **titles.HANDLERS,
    **enrolment.HANDLERS,
    **imports.HANDLERS,
}
READS: frozenset[type[Command]] = (
    pins.READS
    | hands.READS
    | undo.READS
    | pages.READS
    | settings.READS
    | classification.READS
    | stock.READS
    | titles.READS
    | enrolment.READS
    | imports.READS
)
