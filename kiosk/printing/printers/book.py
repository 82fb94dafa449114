"""What is kept of printers: their entries in the settings, and a small file of what is changed from the program.

The file (`printers.json`, beside the print queue) has the fine adjustment and the stock of each printer, and which
printer was last chosen for what. It is this machine's own and worth little: a damaged one is put aside.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Self

from kiosk.files import written_whole
from kiosk.printing.printers import USUAL_DPI, Language, Printer
from kiosk.printing.printers.files import folder_trouble, write_private

FURTHEST_MM: Final = 20.0
"""How far a fine adjustment may move what is printed."""

ROLLS_MM: Final = (58, 80)
"""The widths of slip printers' rolls."""

_log = logging.getLogger(__name__)


def printer_from_plain(plain: Mapping[str, Any]) -> Printer:
    """A printer as the settings file has it. Raises ValueError.

    `name` and `target` must be there; whether the target leads anywhere is seen when something is printed.
    """
    if not {"name", "target"} <= set(plain) <= _KEYS:
        raise ValueError("keys")
    name, target, stock = (_line(plain.get(key, "")) for key in ("name", "target", "stock"))
    language = Language(plain.get("language", "pdf"))
    dpi, width_mm = plain.get("dpi", USUAL_DPI[language]), plain.get("width_mm", 58)
    encoding = _line(plain.get("encoding", "gb18030"))
    if not name or not target or type(dpi) is not int or not 100 <= dpi <= 2400 or width_mm not in ROLLS_MM:
        raise ValueError("value")
    try:
        "图".encode(encoding)
    except (LookupError, UnicodeError) as error:
        raise ValueError("encoding") from error
    return Printer(name, target, language, dpi, stock, encoding=encoding, width_mm=int(width_mm))


_KEYS: Final = frozenset({"name", "target", "language", "dpi", "stock", "encoding", "width_mm"})


def _line(value: object) -> str:
    if isinstance(value, str) and len(value) <= 200 and value.isprintable():
        return value.strip()
    raise ValueError(value)


def printer_to_plain(printer: Printer) -> dict[str, str | int]:
    """A printer as the settings file has it, for saving one that was set up in the program; defaults are left out."""
    usual = Printer("", "", printer.language, USUAL_DPI[printer.language])
    plain: dict[str, str | int] = {"name": printer.name, "target": printer.target}
    if printer.language is not Language.PDF:
        plain["language"] = printer.language.value
    for key in ("dpi", "stock", "encoding", "width_mm"):
        if getattr(printer, key) != getattr(usual, key):
            plain[key] = getattr(printer, key)
    return plain


@dataclass(frozen=True, slots=True)
class Tuning:
    """How one printer is set: moved by so many mm to the right and down (tenths; negative is left, up).

    `stock` is what it is loaded with, empty for what the settings say.
    """

    right_mm: float = 0.0
    down_mm: float = 0.0
    stock: str = ""


@dataclass(frozen=True, slots=True)
class PrinterBook:
    """The tunings by printer's name, and by purpose (`labels`, `cards` …) the printer that was last chosen."""

    file: Path
    tunings: Mapping[str, Tuning] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> Self:
        """The book in `file`; an empty one where there is none, or where it cannot be read (it is put aside)."""
        try:
            plain = json.loads(file.read_bytes())
            tunings = {str(name): _tuning(values) for name, values in plain["tunings"].items()}
            usual = {str(purpose): str(name) for purpose, name in plain["usual"].items()}
        except FileNotFoundError:
            return cls(file)
        except OSError as error:
            _log.warning("%s cannot be read: %s", file, error.strerror)
            return cls(file)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            aside = file.with_suffix(".damaged")
            _log.warning("%s is damaged and put aside as %s", file, aside)
            with suppress(OSError):  # where nothing can be written it is damaged the next time too
                file.replace(aside)
            return cls(file)
        return cls(file, tunings, usual)

    def save(self) -> None:
        """Write the book, whole or not at all. Raises PrintTrouble."""
        plain = {
            "tunings": {
                name: {one.name: getattr(tuning, one.name) for one in fields(tuning)}
                for name, tuning in self.tunings.items()
            },
            "usual": dict(self.usual),
        }
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with written_whole(self.file, over=True) as draft:
                write_private(draft, json.dumps(plain, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise folder_trouble(error, self.file.parent) from error

    def with_tuning(self, name: str, tuning: Tuning) -> Self:
        """A book that sets this printer so, in whole tenths. Raises ValueError beyond `FURTHEST_MM`."""
        return replace(self, tunings={**self.tunings, name: _checked(tuning)})

    def with_usual(self, purpose: str, name: str) -> Self:
        """A book that remembers which printer was chosen for a purpose."""
        return replace(self, usual={**self.usual, purpose: name})

    def tuned(self, printers: Mapping[str, Printer]) -> dict[str, Printer]:
        """The printers as they are set here."""
        return {name: _tuned(printer, self.tunings.get(name, Tuning())) for name, printer in printers.items()}


def _tuned(printer: Printer, tuning: Tuning) -> Printer:
    return replace(
        printer,
        adjust_right_mm=tuning.right_mm,
        adjust_down_mm=tuning.down_mm,
        stock=tuning.stock or printer.stock,
    )


def _tuning(plain: Mapping[str, Any]) -> Tuning:
    return _checked(Tuning(float(plain["right_mm"]), float(plain["down_mm"]), str(plain["stock"])))


def _checked(tuning: Tuning) -> Tuning:
    if not (abs(tuning.right_mm) <= FURTHEST_MM and abs(tuning.down_mm) <= FURTHEST_MM):
        raise ValueError(f"at most {FURTHEST_MM} mm")
    return replace(tuning, right_mm=round(tuning.right_mm, 1), down_mm=round(tuning.down_mm, 1))
