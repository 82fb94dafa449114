"""New stock: what a code stands for to whoever unpacks a carton, taking it in, deliveries, magazines, labels first."""

from __future__ import annotations

from kiosk.desk.librarian.stock import batches, call_numbers, labels_first, lookup, serials, taking, undoing
from kiosk.desk.librarian.stock.problems import hindered
from kiosk.desk.librarian.stock.undoing import take_back, taking_is_safe
from kiosk.desk.work import Handler
from kiosk.flows.commands import Command

__all__ = ["HANDLERS", "READS", "hindered", "take_back", "taking_is_safe"]

_PARTS = (lookup, call_numbers, taking, undoing, batches, serials, labels_first)

HANDLERS: dict[type[Command], Handler] = {command: do for part in _PARTS for command, do in part.HANDLERS.items()}
READS: frozenset[type[Command]] = frozenset().union(*(part.READS for part in _PARTS))
