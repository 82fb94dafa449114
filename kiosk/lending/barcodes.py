"""Numbers on cards, copies and control cards.

Own numbers are 8 digits printed as Code 128: a kind digit (2 card, 3 copy, 9 command), six digits, and a Luhn
check digit (ISO/IEC 7812-1 annex B) over the first seven. A school's existing numbers are described by patterns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BarcodeKind(StrEnum):
    """What a number stands for."""

    CARD = "card"
    COPY = "copy"
    COMMAND = "command"


class Check(StrEnum):
    """How a pattern's numbers guard themselves."""

    LUHN = "luhn"
    MOD43 = "mod43"
    NONE = "none"


class ControlCode(StrEnum):
    """What a control card does."""

    FINISH = "finish"
    RENEW = "renew"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of number: a full-match regular expression over the code, its kind and its check."""

    kind: BarcodeKind
    expression: str
    check: Check = Check.NONE


class ReadingKind(StrEnum):
    """How a code looks before the library has been asked about it."""

    CARD = "card"
    COPY = "copy"
    COMMAND = "command"
    PUBLISHER = "publisher"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code looks like. `code` is the normalised code to look up; `command` only with kind COMMAND."""

    kind: ReadingKind
    code: str
    command: ControlCode | None = None
    isbn: str | None = None  # with PUBLISHER: the 13 digits


@dataclass(frozen=True, slots=True)
class Scheme:
    """The library's numbering: its patterns, tried in order, own numbers first."""

    patterns: tuple[Pattern, ...] = ()


def read(code: str, scheme: Scheme, clean: bool = True) -> Reading:
    """Say what `code` looks like.

    Normalises (strips blanks, full-width digits to ASCII). A code that fits a pattern but fails its check, is an
    own number with characters missing (5 to 9 digits beginning as ours but not ours) or was not read cleanly is
    DAMAGED, not unknown. A 978/979 EAN-13 with a right check digit (with or without its 2/5-digit add-on) is
    PUBLISHER; with a wrong one DAMAGED.
    """
    raise NotImplementedError


def number(kind: BarcodeKind, serial: int) -> str:
    """The 8-digit own number of `kind` for `serial` (0 … 999,999). Raises ValueError outside."""
    raise NotImplementedError


def command_number(command: ControlCode) -> str:
    """The own number on the control card of `command`."""
    raise NotImplementedError
