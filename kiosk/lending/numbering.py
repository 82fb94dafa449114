"""Describing a school's old numbers: from a few examples to the pattern that reads them (`barcodes.Pattern`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from kiosk.lending.barcodes import MAX_LENGTH, BarcodeKind, Check, Pattern, ReadingKind, Scheme, read
from kiosk.lending.text import half_width

FEWEST = 3
"""Examples from which a check digit is believed: one in ten numbers has it by chance."""


def examples_in(typed: str) -> tuple[str, ...]:
    """The numbers in a text, parted by blanks or commas; each once, in order."""
    words = re.split(r"[\s,;，；、]+", half_width(typed).strip())
    return tuple(dict.fromkeys(word for word in words if word))


def pattern_of(kind: BarcodeKind, examples: Sequence[str]) -> Pattern | None:
    """The narrowest pattern of our making that all `examples` fit, or None where they have no shape in common.

    Runs of digits stand for digits, of as few to as many as the examples have; everything else stands for itself,
    or for letters where the examples differ. A check is taken where at least `FEWEST` examples all have it.
    """
    if not examples or any(not _fit(example) for example in examples):
        return None
    shapes = [_runs(example) for example in examples]
    if len({tuple(is_digits for is_digits, _ in shape) for shape in shapes}) != 1:
        return None
    parts = [_part(is_digits, [shape[place][1] for shape in shapes]) for place, (is_digits, _) in enumerate(shapes[0])]
    if None in parts:
        return None
    expression = "".join(part or "" for part in parts)
    return Pattern(kind, expression, _check(kind, expression, examples))


def shape_of(pattern: Pattern) -> str:
    """A pattern of our making as people read it: `T-####` (as many digits, … or more), `AA##`; others as they are."""

    def many(sign: str) -> Callable[[re.Match[str]], str]:
        return lambda found: sign * int(found[1]) + ("…" if found[2] else "")

    shape = re.sub(r"\[0-9\]\{(\d+)(,\d+)?\}", many("#"), pattern.expression)
    shape = re.sub(r"\[A-Za-z\]\{(\d+)(,\d+)?\}", many("A"), shape)
    return re.sub(r"\\(.)", r"\1", shape)


def is_ours(example: str) -> bool:
    """Whether a number is one that this program gives, or a publisher's: no pattern is needed for it."""
    kind = read(example, Scheme()).kind
    return kind in (ReadingKind.CARD, ReadingKind.COPY, ReadingKind.COMMAND, ReadingKind.PUBLISHER)


def reads(patterns: Sequence[Pattern], example: str) -> ReadingKind:
    """What an example would be taken for."""
    return read(example, Scheme(tuple(patterns))).kind


def _fit(example: str) -> bool:
    return example.isascii() and example.isprintable() and len(example) <= MAX_LENGTH and any(map(str.isdigit, example))


def _runs(example: str) -> list[tuple[bool, str]]:
    return [(is_digits, "".join(run)) for is_digits, run in groupby(example, str.isdigit)]


def _part(is_digits: bool, runs: Sequence[str]) -> str | None:
    if is_digits:
        return "[0-9]" + _times(runs)
    if len(set(runs)) == 1:
        return re.escape(runs[0])
    return "[A-Za-z]" + _times(runs) if all(run.isalpha() for run in runs) else None


def _times(runs: Sequence[str]) -> str:
    least, most = min(map(len, runs)), max(map(len, runs))
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _check(kind: BarcodeKind, expression: str, examples: Sequence[str]) -> Check:
    if len(set(examples)) < FEWEST:
        return Check.NONE
    for check in (Check.LUHN, Check.MOD43):
        pattern = Pattern(kind, expression, check)
        if all(reads([pattern], example) is ReadingKind(kind.value) for example in examples):
            return check
    return Check.NONE
