"""Why something of new stock is not done, as the desk says it."""

from __future__ import annotations

from kiosk.desk.work import TakenBackError
from kiosk.flows.office import Hindrance
from kiosk.flows.stock import StockProblem
from kiosk.flows.views import Text, Value


def hindered(problem: StockProblem, /, **values: Value) -> TakenBackError:
    """Nothing of it is done, and why."""
    return TakenBackError(Hindrance(Text(f"stock.problem.{problem.value}", values)))
