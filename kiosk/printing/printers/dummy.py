"""`dummy:PATH`: the bytes as they came, in files `0001.pdf`, `0002.tspl`, … in the order they were sent."""

from __future__ import annotations

from pathlib import Path

from kiosk.printing.printers import Printer
from kiosk.printing.printers.files import SUFFIXES, folder_trouble, reach_folder, write_beside


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:  # noqa: ARG001  as all
    """Keep the bytes. Raises PrintTrouble."""
    folder = Path(place).expanduser()
    try:
        numbers = [int(file.stem) for file in folder.glob("[0-9]*") if file.stem.isdecimal()]
        write_beside(folder, f"{max(numbers, default=0) + 1:04}{SUFFIXES[printer.language]}", content)
    except OSError as error:
        raise folder_trouble(error, folder) from error


def reach(printer: Printer, place: str, patience: float) -> None:  # noqa: ARG001  as all
    """Whether the folder can be written. Raises PrintTrouble."""
    reach_folder(Path(place).expanduser())
