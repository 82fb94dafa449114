"""The scan journal: what was scanned when and what came of it, so that support can replay a bad day.

One file a day, `<kiosk>-YYYY-MM-DD.tsv`, lines of `ISO-local-time<TAB>code<TAB>outcome`; `kiosk replay` reads them.
Codes are escaped (control characters as `\\xNN`, read back as they were) and cut; names are never in it. Old files
go by themselves.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from kiosk.clock import FIRST_YEAR, LAST_YEAR, read_time, usual_local
from kiosk.scanner.printable import printable

KEEP_DAYS = 30
_NAME = re.compile(r".+-(\d{4}-\d{2}-\d{2})\.tsv")
_LONGEST = 100_000  # characters of a line; a file that is none of ours may have a single endless one
_log = logging.getLogger(__name__)


class Journal:
    """Appends to today's file in `folder`. A journal that cannot be written is told once and never stops a loan."""

    def __init__(self, folder: Path, kiosk: str) -> None:
        self._folder = folder
        self._kiosk = re.sub(r"[^\w.-]+", "_", kiosk) or "kiosk"
        self._day: date | None = None
        self._file: TextIO | None = None
        self._broken = False

    def write(self, at: datetime, code: str, outcome: str) -> None:
        """Add one scan at the school's local time `at`."""
        try:
            if self._day != at.date():
                self._open(at.date())
            if self._file is not None:
                self._file.write(f"{at.isoformat(timespec='milliseconds')}\t{printable(code)}\t{outcome}\n")
                self._file.flush()
                self._broken = False
        except OSError as problem:
            self.close()  # the next scan tries anew
            if not self._broken:
                _log.warning("the scan journal cannot be written: %s", problem.strerror)
                self._broken = True

    def close(self) -> None:
        """Close today's file."""
        file, self._file, self._day = self._file, None, None
        if file is not None:
            with suppress(OSError):  # what was not written by now never will be
                file.close()

    def _open(self, day: date) -> None:
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        prune(self._folder, day)
        file = self._folder / f"{self._kiosk}-{day.isoformat()}.tsv"
        _end_with_a_line(file)
        self._file = file.open("a", encoding="utf-8", newline="\n")
        self._day = day


def _end_with_a_line(file: Path) -> None:
    """Cut off what a full disk or a power cut left of a line, so that the next one begins a line of its own."""
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        return
    if written and not written.endswith(b"\n"):
        with file.open("rb+") as opened:
            opened.truncate(written.rfind(b"\n") + 1)


def prune(folder: Path, today: date) -> None:
    """Remove journals older than `KEEP_DAYS` from `folder`; other files stay."""
    oldest = (today - timedelta(days=KEEP_DAYS)).isoformat()
    for path in folder.glob("*.tsv"):
        named = _NAME.fullmatch(path.name)
        if named and named[1] < oldest:
            with suppress(OSError):  # somebody reads it just now: another day
                path.unlink()


@dataclass(frozen=True, slots=True)
class Line:
    """One scan of a journal or a replay file, at the school's local time."""

    number: int
    at: datetime
    code: str


class JournalError(Exception):
    """A line that cannot be read. `zh` and `en` say which and what is expected, in two languages."""

    def __init__(self, number: int, zh: str, en: str) -> None:
        self.zh, self.en = f"第 {number} 行：{zh}", f"line {number}: {en}"
        super().__init__(self.en)


def read_lines(path: Path, local: Callable[[datetime], datetime] = usual_local) -> Iterator[Line]:
    """The scans in a file of `ISO-local-time<TAB>code` lines; further columns, blank and `#` lines are passed over.

    A time with an offset is an instant: `local` gives the school's time of it. Raises JournalError (which line, what
    is wrong) and OSError.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, text in enumerate(iter(lambda: file.readline(_LONGEST), ""), 1):
            bare = text.rstrip("\r\n")
            if not bare.strip() or bare.startswith("#"):
                continue
            when, tab, rest = bare.partition("\t")
            if not tab:
                raise JournalError(
                    number, "应为时间、制表符和条码", "a time and a code with a tab between are expected"
                )
            try:
                at = read_time(when.strip())
            except ValueError:
                said, years = printable(when.strip(), 40), f"{FIRST_YEAR}–{LAST_YEAR}"
                raise JournalError(
                    number,
                    f"'{said}' 不是 2026-09-07T12:05:00 这样的时间（{years} 年）",
                    f"'{said}' is not a time like 2026-09-07T12:05:00 in the years {FIRST_YEAR} to {LAST_YEAR}",
                ) from None
            yield Line(number, at if at.tzinfo is None else local(at), unescaped(rest.partition("\t")[0]))


def unescaped(text: str) -> str:
    """The code that `printable` wrote as `text`; a backslash that begins no escape stands for itself."""
    return _ESCAPE.sub(lambda found: _PLAIN.get(found[1]) or chr(int(found[1][1:], 16)), text)


_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPE = re.compile(r"\\(\\|t|n|r|x[0-9a-f]{2}|u[0-9a-f]{4}|U00(?:0[0-9a-f]|10)[0-9a-f]{4})")
