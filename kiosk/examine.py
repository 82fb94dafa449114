"""`kiosk scanner`: for the person who installs. Scan the test sheet; what to change is said in words.

The keys come twice where the machine allows it: by their place, as the kiosk reads them (X11, evdev, serial), and
as text in this terminal. Where there is no raw route the terminal's text is all there is, and is judged as that.
"""

from __future__ import annotations

import codecs
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from kiosk.console import both
from kiosk.flows.outcomes import Examined
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.scanner.diagnosis import SILENCE, Finding, Heard, Recorder, Route, compare, judge
from kiosk.scanner.keys import Key
from kiosk.scanner.printable import printable
from kiosk.scanner.sources import open_sources
from kiosk.scanner.wedge import WedgeSettings
from kiosk.settings import Settings

_END_OF_INPUT: Final = "\x04"  # Ctrl+D
_END_NAMES: Final = {"\r": "CR (Enter)", "\n": "LF", "\r\n": "CR LF", "\t": "Tab", "": "-"}

Say = Callable[[str], None]
Told = tuple[Route, Key] | None
"""One key by its route; None when the terminal has ended."""


def said(key: str, **values: str) -> str:
    """A message in both languages, as the command line speaks."""
    return both(*(Words(language).say(Text(key, values)) for language in ("zh_CN", "en")))


class Examination:
    """What was scanned so far, and what it says. `say` takes finished lines."""

    def __init__(self, expected: Sequence[str], say: Say, settings: WedgeSettings | None = None) -> None:
        self._expected = expected
        self._say = say
        self._settings = settings
        self._recorders: dict[Route, Recorder] = {route: Recorder(route) for route in ("keys", "line", "text")}
        self._right: set[str] = set()
        self._changes: dict[str, Finding] = {}

    @property
    def deadline(self) -> float | None:
        """Monotonic seconds at which `tick` must be called, or None."""
        return max((at for one in self._recorders.values() if (at := one.deadline) is not None), default=None)

    def feed(self, route: Route, key: Key) -> None:
        """One key came."""
        self._recorders[route].feed(key)

    def tick(self, now: float) -> None:
        """Time is `now`: tell about the scan that silence has ended, if it did, once for all its routes."""
        found = self.heard(now)
        if found is not None:
            self._tell(*found)

    def heard(self, now: float) -> tuple[Heard, tuple[Finding, ...]] | None:
        """The scan that silence has ended by `now` and what it says, or None."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return None
        heard = {route: one for route, recorder in self._recorders.items() if (one := recorder.tick(now))}
        scans = [one for one in heard.values() if one.code]
        if not scans:
            return None
        first = scans[0]
        findings = judge(first, self._expected, self._settings)
        if first.route == "keys" and "text" in heard and heard["text"].code:
            findings += compare(first, heard["text"])
        return first, findings

    def summary(self) -> None:
        """How much of the sheet was read right, what is left, and what to change."""
        left = [value for value in self._expected if value not in self._right]
        self._say("")
        self._say(said("diagnosis.summary", right=str(len(self._right)), all=str(len(self._expected))))
        if left and self._right:
            self._say(said("diagnosis.left", codes=", ".join(left)))
        for finding in self._changes.values():
            self._say(f"→ {_words(finding)}")

    def _tell(self, heard: Heard, findings: Sequence[Finding]) -> None:
        self._say("")
        self._say(_both(facts_of(heard)))
        for finding in findings:
            self._say(f"  {'→' if finding.change else '✓'} {_words(finding)}")
            if finding.change:
                self._changes.setdefault(finding.key, finding)
        self._right.update(filter(None, (right_code(findings),)))


def facts_of(heard: Heard) -> Text:
    """What was read, how it ended and how quick it was."""
    speed = "-"
    if heard.speed is not None and heard.route != "line":
        each = (heard.speed.least, heard.speed.median, heard.speed.most)
        speed = " / ".join(f"{seconds * 1000:.0f}" for seconds in each) + " ms"
    end = _END_NAMES.get(heard.end, printable(heard.end))
    return Text("diagnosis.facts", {"code": printable(heard.code), "n": len(heard.code), "end": end, "speed": speed})


def text_of(finding: Finding) -> Text:
    """A finding as a message; what does not print is made visible."""
    return Text(finding.key, {name: printable(value) for name, value in finding.values.items()})


def right_code(findings: Sequence[Finding]) -> str:
    """The code of the test sheet that was read right, or ""."""
    for finding in findings:
        if finding.key in ("diagnosis.right", "diagnosis.right_without_letters") and not finding.change:
            return finding.values.get("wanted", finding.values["code"])
    return ""


def examined(heard: Heard, findings: Sequence[Finding], at: float) -> Examined:
    """What the librarian's page is told of a scan."""
    said_of = tuple((text_of(finding), finding.change) for finding in findings)
    return Examined(printable(heard.code), facts_of(heard), said_of, right_code(findings), at)


def _both(text: Text) -> str:
    return both(*(Words(language).say(text) for language in ("zh_CN", "en")))


def _words(finding: Finding) -> str:
    return _both(text_of(finding))


def examine(settings: Settings, expected: Sequence[str], say: Say) -> int:
    """Listen until Ctrl+C, Ctrl+D or the end of the input; the exit status."""
    told: queue.SimpleQueue[Told] = queue.SimpleQueue()
    scanner = settings.scanner
    wedge = WedgeSettings(quiet=scanner.terminator_wait_ms / 1000, shortest=scanner.min_length)
    sources = [
        source
        for source in open_sources(
            scanner.source,
            lambda _scan: None,
            window_focused=lambda: True,
            settings=wedge,
            watch=lambda route, key: told.put((route, key)),
        )
        if source.name != "sdl"
    ]
    examination = Examination(expected, say, wedge)
    with _quiet_terminal():
        say(said("diagnosis.begin"))
        for source in sources:
            zh, en = (
                Words(language).say(Text(source.condition.key, dict(source.condition.values)))
                for language in ("zh_CN", "en")
            )
            say(f"  {'✓' if source.condition.ok else '!'} {source.name}: {both(zh, en)}")
        if not any(source.condition.ok for source in sources):
            say("  ! " + said("diagnosis.terminal_only"))
        for source in sources:
            source.start()
        threading.Thread(target=_read_terminal, args=(told.put,), name="scanner-terminal", daemon=True).start()
        with suppress(KeyboardInterrupt):
            _listen(told, examination)
        for source in sources:
            source.close()
    examination.summary()
    return 0


def _listen(told: queue.SimpleQueue[Told], examination: Examination) -> None:
    while True:
        deadline = examination.deadline
        wait = 0.5 if deadline is None else max(0.0, deadline - time.monotonic())  # Windows hears Ctrl+C between
        try:
            one = told.get(timeout=wait)
        except queue.Empty:
            examination.tick(time.monotonic())
            continue
        if one is None:
            examination.tick(time.monotonic() + SILENCE)
            return
        examination.feed(*one)


def _read_terminal(tell: Callable[[Told], None]) -> None:
    """Every character of the terminal, with the time it was read, until its end."""
    with suppress(OSError, ValueError):  # a terminal that was closed, or none at all
        for char in _characters():
            if char == _END_OF_INPUT:
                break
            tell(("text", Key(time.monotonic(), char, lane="text")))
    tell(None)


def _characters() -> Iterator[str]:
    if sys.platform == "win32" and sys.stdin.isatty():
        import msvcrt

        while (char := msvcrt.getwch()) != "\x03":
            yield char
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while data := os.read(sys.stdin.fileno(), 4096):
        yield from decoder.decode(data)


@contextmanager
def _quiet_terminal() -> Iterator[None]:
    """Give each key at once, unechoed and unchanged (Enter stays CR); Ctrl+C still ends."""
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield
        return
    import termios

    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    raw = termios.tcgetattr(file)
    raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    raw[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(file, termios.TCSADRAIN, raw)
    try:
        yield
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
