"""Call numbers (索书号): what stands on the spine, and where that puts a copy on the shelf.

A call number is a class of the Chinese Library Classification (`I287.45`, `Q95-49`, `H319.4:B821`), a book number
(种次号 or an author number) and an auxiliary (volume, copy). Written in one line the three are parted by `/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.lending.text import half_width

CLC_LETTERS = "ABCDEFGHIJKNOPQRSTUVXZ"
"""The 22 classes of the Chinese Library Classification (中国图书馆分类法)."""

SIGNS = "-()=:"
"""The signs of auxiliary tables in shelf order, all before digits; a habit, so it is an argument where used."""

_PARTS = re.compile(r"[/\s]+")
_RUNS = re.compile(r"[0-9]+|[^0-9]+")
_FIRST_SIGN_RANK = 0x22
_UNCLASSED = "~"


@dataclass(frozen=True, slots=True)
class CallNumber:
    """Class, book number and auxiliary, each as printed on its line of the label; empty where there is none."""

    clc: str
    book: str = ""
    auxiliary: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.clc, self.book, self.auxiliary) if part)


def parse(text: str) -> CallNumber:
    """The call number written in `text`, its parts separated by `/`, blanks or line ends; never raises.

    Full-width characters become ASCII and letters of the class capitals. More than three parts: the rest belongs
    to the auxiliary.
    """
    parts = [part for part in _PARTS.split(half_width(text)) if part]
    clc, book, *rest = (*parts, "", "")[: max(2, len(parts))]
    return CallNumber(clc.upper(), book, "/".join(rest))


def clc_letter(clc: str) -> str:
    """The main class of a class string, one of `CLC_LETTERS`; empty if it does not begin with one."""
    letter = half_width(clc).strip()[:1].upper()
    return letter if letter in CLC_LETTERS else ""


def shelf_key(call: CallNumber, signs: str = SIGNS) -> str:
    """A key that puts copies in shelf order when compared byte by byte (in a database: collation C or BINARY).

    Classes: digits as decimals (I28 < I287 < I287.45 < I29), `signs` in their order and before digits. Then the
    book number, runs of digits as integers (9 < 10), then the auxiliary likewise. Without a class: at the end.
    At most 13 signs (ValueError).
    """
    if len(signs) > ord("0") - _FIRST_SIGN_RANK - 1:
        msg = f"{len(signs)} signs are more than can be ordered before the digits"
        raise ValueError(msg)
    ranks: dict[int, int | str] = {ord(sign): _FIRST_SIGN_RANK + place for place, sign in enumerate(signs)}
    # The dot only makes long classes readable.
    ranks[ord(".")] = ""
    clc = half_width(call.clc).upper().translate(ranks)
    return "!".join((clc or _UNCLASSED, _natural(call.book), _natural(call.auxiliary)))


def _natural(text: str) -> str:
    """`text` so that runs of digits compare as integers: each gets its own length in front."""
    return "".join(_by_length(run) if run[0] in "0123456789" else run.upper() for run in _RUNS.findall(text))


def _by_length(digits: str) -> str:
    significant = digits.lstrip("0") or "0"
    return f"{min(len(significant), 99):02d}{significant}"
