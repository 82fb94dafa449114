"""Numbers on cards, copies and control cards.

Own numbers are 8 digits printed as Code 128: a kind digit (2 card, 3 copy, 9 command), six digits, and a Luhn
check digit (ISO/IEC 7812-1 annex B) over the first seven. A school's existing numbers are described by patterns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.lending import plain
from kiosk.lending.text import half_width


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
    """One shape of number: a full-match regular expression over the code, its kind (card or copy) and its check.

    The check is reckoned over the expression's first group if it has one (`T(\\d{8})`), else over the whole code.
    """

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
    meant: ReadingKind | None = None  # with DAMAGED: what it was before it was damaged, where that can be seen


@dataclass(frozen=True, slots=True)
class Scheme:
    """The library's numbering: its patterns, tried in order, own numbers first."""

    patterns: tuple[Pattern, ...] = ()


MAX_LENGTH = 64
"""No number on a card or a book is longer: what is longer is unknown, and its reading carries the beginning."""

_KIND_DIGITS: Mapping[BarcodeKind, str] = {
    BarcodeKind.CARD: "2",
    BarcodeKind.COPY: "3",
    BarcodeKind.COMMAND: "9",
}
_KIND_OF_DIGIT: Mapping[str, ReadingKind] = {digit: ReadingKind(kind.value) for kind, digit in _KIND_DIGITS.items()}
_OWN_LENGTH = 8
# An own number that lost or gained a few characters on its way.
_NEARLY_OWN_LENGTHS = range(5, 10)
_MAX_SERIAL = 999_999
_COMMAND_SERIALS: Mapping[ControlCode, int] = {
    ControlCode.FINISH: 1,
    ControlCode.RENEW: 2,
    ControlCode.HELP: 3,
}
_EAN_LENGTH = 13
_ADD_ON_LENGTHS = (0, 2, 5)
_BOOK_PREFIXES = ("978", "979")
_SERIAL_PREFIX = "977"
# An ISBN that lost one or two characters.
_NEARLY_ISBN_LENGTHS = (11, 12)
# ISO/IEC 16388 annex A: the Code 39 characters in the order of their values.
_CODE_39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def read(code: str, scheme: Scheme, clean: bool = True) -> Reading:
    """Say what `code` looks like; never raises on any text.

    Normalises (strips blanks, full-width characters to ASCII). A code that fits a pattern but fails its check, is
    an own number with characters missing (5 to 9 digits beginning as ours but not ours), holds control
    characters or was not read cleanly is DAMAGED, not unknown. A 978/979 EAN-13 with a right check digit (with or
    without its 2/5-digit add-on) is PUBLISHER; with a wrong one, or with one or two digits missing, DAMAGED. A
    magazine's 977 EAN-13 is PUBLISHER too, without an ISBN. A code that fits several patterns is the first one
    whose check holds. A pattern never stands for a command.
    """
    text = _normalised(code)
    shown = "".join(character for character in text[:MAX_LENGTH] if character.isprintable())
    if not clean or not text or not text.isprintable():
        return Reading(ReadingKind.DAMAGED, shown)
    if len(text) > MAX_LENGTH:
        return Reading(ReadingKind.UNKNOWN, shown)
    return (
        _as_own(text)
        or _as_publisher(text)
        or _as_pattern(text, scheme)
        or _as_damaged(text)
        or Reading(ReadingKind.UNKNOWN, text)
    )


def number(kind: BarcodeKind, serial: int) -> str:
    """The 8-digit own number of `kind` for `serial` (0 … 999,999). Raises ValueError outside."""
    if not 0 <= serial <= _MAX_SERIAL:
        msg = f"serial {serial} is outside 0 to {_MAX_SERIAL}"
        raise ValueError(msg)
    body = f"{_KIND_DIGITS[kind]}{serial:06d}"
    return body + luhn_digit(body)


def command_number(command: ControlCode) -> str:
    """The own number on the control card of `command`."""
    return number(BarcodeKind.COMMAND, _COMMAND_SERIALS[command])


def luhn_digit(digits: str) -> str:
    """The check digit to put behind `digits` (ISO/IEC 7812-1 annex B). ASCII digits only."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def mod43_character(text: str) -> str:
    """The check character to put behind `text` in Code 39 (ISO/IEC 16388 annex A).

    Raises ValueError if `text` has characters that Code 39 has not.
    """
    return _CODE_39[sum(_CODE_39.index(character) for character in text) % 43]


def ean13_digit(digits: str) -> str:
    """The check digit to put behind twelve `digits` of an EAN-13, so of an ISBN (GS1 General Specifications).

    ASCII digits only.
    """
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def scheme_to_plain(scheme: Scheme) -> dict[str, object]:
    """`scheme` as JSON-able data: `patterns`, a list of `kind`, `expression`, `check`."""
    return {
        "patterns": [
            {"kind": pattern.kind.value, "expression": pattern.expression, "check": pattern.check.value}
            for pattern in scheme.patterns
        ]
    }


def scheme_from_plain(data: Mapping[str, object]) -> Scheme:
    """The scheme that `scheme_to_plain` wrote; `patterns` may be missing, and `check` (then none).

    Raises ValueError with a sentence that names the key and what is allowed there: an expression must be a regular
    expression, and a kind `card` or `copy` (control cards carry our own numbers only).
    """
    plain.refuse_unknown_keys(data, Scheme.__dataclass_fields__, "")
    return Scheme(
        tuple(
            _pattern_from_plain(entry, f"patterns.{place}.")
            for place, entry in enumerate(plain.tables(data, "patterns"))
        )
    )


def _pattern_from_plain(data: Mapping[str, object], where: str) -> Pattern:
    plain.refuse_unknown_keys(data, Pattern.__dataclass_fields__, where)
    kind = plain.choice(data, "kind", BarcodeKind, where=where)
    if kind is BarcodeKind.COMMAND:
        msg = f"{where}kind must be card or copy, not 'command'."
        raise ValueError(msg)
    expression = plain.text(data, "expression", where)
    try:
        re.compile(expression, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        msg = f"{where}expression must be a regular expression, not {expression!r:.40}."
        raise ValueError(msg) from None
    return Pattern(kind, expression, plain.choice(data, "check", Check, Check.NONE, where))


def _normalised(code: str) -> str:
    # The beginning is enough to say that it is too long; ten thousand digits cost no more than ten.
    text = half_width(code[: MAX_LENGTH * 4]).strip()
    packed = "".join(text.split())
    return packed if _is_digits(packed) else text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _as_own(text: str) -> Reading | None:
    if len(text) != _OWN_LENGTH or not _is_digits(text) or luhn_digit(text[:-1]) != text[-1]:
        return None
    kind = _KIND_OF_DIGIT.get(text[0])
    if kind is None:
        return None
    if kind is not ReadingKind.COMMAND:
        return Reading(kind, text)
    serial = int(text[1:-1])
    command = next((command for command, own in _COMMAND_SERIALS.items() if own == serial), None)
    return Reading(ReadingKind.UNKNOWN, text) if command is None else Reading(kind, text, command)


def _as_publisher(text: str) -> Reading | None:
    if not _is_digits(text) or len(text) - _EAN_LENGTH not in _ADD_ON_LENGTHS:
        return None
    ean = text[:_EAN_LENGTH]
    if ean13_digit(ean[:-1]) != ean[-1]:
        return None
    if ean.startswith(_BOOK_PREFIXES):
        return Reading(ReadingKind.PUBLISHER, text, isbn=ean)
    return Reading(ReadingKind.PUBLISHER, text) if ean.startswith(_SERIAL_PREFIX) else None


def _as_pattern(text: str, scheme: Scheme) -> Reading | None:
    fits: ReadingKind | None = None
    for pattern in scheme.patterns:
        match = re.fullmatch(pattern.expression, text, re.ASCII)
        if match is None or pattern.kind is BarcodeKind.COMMAND:
            continue
        kind = ReadingKind(pattern.kind.value)
        guarded = (match[1] if match.re.groups else None) or text
        if _check_holds(pattern.check, guarded):
            return Reading(kind, text)
        fits = fits or kind
    return Reading(ReadingKind.DAMAGED, text, meant=fits) if fits else None


def _check_holds(check: Check, text: str) -> bool:
    match check:
        case Check.NONE:
            return True
        case Check.LUHN:
            return _is_digits(text) and luhn_digit(text[:-1]) == text[-1]
        case Check.MOD43:
            return all(character in _CODE_39 for character in text) and mod43_character(text[:-1]) == text[-1]


def _as_damaged(text: str) -> Reading | None:
    """`text` as nearly an own number or nearly an ISBN."""
    if not _is_digits(text):
        return None
    if len(text) in _NEARLY_OWN_LENGTHS:
        kind = _KIND_OF_DIGIT.get(text[0])
        return Reading(ReadingKind.DAMAGED, text, meant=kind) if kind is not None else None
    whole = len(text) - _EAN_LENGTH in _ADD_ON_LENGTHS
    nearly = text.startswith(_BOOK_PREFIXES) and (whole or len(text) in _NEARLY_ISBN_LENGTHS)
    return Reading(ReadingKind.DAMAGED, text, meant=ReadingKind.PUBLISHER) if nearly else None
