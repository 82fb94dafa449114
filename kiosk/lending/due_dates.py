"""When a loan is due.

A pupil's due date moves on to the class's next slot on an open day (they cannot come earlier), never into a
closure, never past the term-end recall; days outside every term are no open days (source: domain notes, "Rules
found in real schools").
"""

from __future__ import annotations

from datetime import date

from kiosk.lending.copies import Material
from kiosk.lending.patrons import Visitor
from kiosk.lending.rota import Rota
from kiosk.lending.rules import Rules


def due_date(visitor: Visitor, material: Material, rules: Rules, rota: Rota, today: date) -> date:
    """The last day on which a loan made today is in time; never before today.

    Before the recall of the running term: at the latest the recall day (moved back to an open day). Lent after the
    recall day of the running term: at the latest the term's end. Outside every term the library must have said
    "open to all" and the plain number of days holds, moved on out of closures.
    """
    raise NotImplementedError
