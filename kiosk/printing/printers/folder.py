"""`folder:PATH`: files with readable names, for a person to open and print."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.printing.printers import Printer, documents_folder
from kiosk.printing.printers.files import SUFFIXES, folder_trouble, reach_folder, write_beside


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:  # noqa: ARG001  as all
    """Put the bytes into a file called as the title says. Raises PrintTrouble."""
    folder = _folder(place)
    try:
        write_beside(folder, _file_name(title) + SUFFIXES[printer.language], content)
    except OSError as error:
        raise folder_trouble(error, folder) from error


def reach(printer: Printer, place: str, patience: float) -> None:  # noqa: ARG001  as all
    """Whether the folder can be written. Raises PrintTrouble."""
    reach_folder(_folder(place))


def _folder(place: str) -> Path:
    return Path(place).expanduser() if place else documents_folder()


def _file_name(title: str) -> str:
    """What every file system takes: without the signs that Windows forbids, not too long, not empty."""
    name = re.sub(r'[\s\x00-\x1f\x7f<>:"/\\|?*]+', " ", title).strip(" .")
    return name[:60].rstrip(" .") or "print"
