"""New stock: taking a carton in by scanning, deliveries, magazines, labels printed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.flows.librarian.page import Kind
from kiosk.flows.librarian.stock import arriving, batches, hub, labels_first, loading, serials, taking, title_form
from kiosk.flows.librarian.stock.hub import Hub

KINDS: Mapping[type, Kind[Any]] = {
    **hub.KINDS,
    **arriving.KINDS,
    **taking.KINDS,
    **title_form.KINDS,
    **serials.KINDS,
    **batches.KINDS,
    **loading.KINDS,
    **labels_first.KINDS,
}

__all__ = ["KINDS", "Hub"]
