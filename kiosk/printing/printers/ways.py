"""Which module sends to which kind of target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from kiosk.printing.printers import Found, Printer, PrintTrouble, cups, device, dummy, folder, network, windows


class Way(Protocol):
    """What each of these modules has. `place` is the target behind the first colon; both raise PrintTrouble."""

    def send(self, printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:
        """Give everything to the printer."""
        ...

    def reach(self, printer: Printer, place: str, patience: float) -> None:
        """Ask whether it is there and ready."""
        ...


WAYS: Final[Mapping[str, Way]] = {
    "folder": folder,
    "dummy": dummy,
    "tcp": network,
    "device": device,
    "cups": cups,
    "windows": windows,
}
"""By the target's first word."""


def way_to(printer: Printer) -> tuple[Way, str]:
    """The module that sends to the printer's target, and the target's place. Raises PrintTrouble `misspelt`."""
    kind, _, place = printer.target.partition(":")
    way = WAYS.get(kind)
    if way is None or not (place or kind == "folder"):
        raise PrintTrouble("misspelt", printer=printer.name, target=printer.target)
    return way, place


def found(patience: float) -> tuple[Found, ...]:
    """The queues and device files that this machine knows of. What cannot be asked is left out."""
    return (*cups.found(patience), *windows.found(), *device.found())
