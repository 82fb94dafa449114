"""Bytes of a serial line -> codes. Pure: `feed` bytes, `tick` time, get `Scan`s.

* CR, LF, Tab and ETX end a code; the LF of a CR LF finds nothing left to end. STX and NUL are frame and filler of
  some scanners and say nothing. A scanner without a terminator is ended by silence; one that has shown a terminator
  is given longer, so that a slow line is not cut in two.
* Bytes are ISO 8859-1, of which ASCII is a part: every byte is a character, and nothing can fail to decode.
* What cannot be in a code (control characters, as a wrong speed makes them) or is too long makes the scan unclean.
  Less than `shortest` characters ended by silence are noise. Memory is bounded whatever comes.
"""

from __future__ import annotations

from typing import Final

from kiosk.flows.events import Scan
from kiosk.scanner.wedge import WedgeSettings, strip_aim

ENDS: Final = b"\r\n\t\x03"
_SAYS_NOTHING: Final = b"\x00\x02"


class LineDecoder:
    """The state of one line's unfinished code. `source` is `Scan.source`; of the settings only `quiet`, `stall`,
    `shortest` and `longest` count.
    """

    def __init__(self, settings: WedgeSettings | None = None, *, source: str = "serial") -> None:
        self._settings = settings or WedgeSettings()
        self._source = source
        self._terminated = False
        self.reset()

    def reset(self) -> None:
        """Forget the unfinished code."""
        self._bytes = bytearray()
        self._began = 0.0
        self._last = 0.0

    @property
    def deadline(self) -> float | None:
        """Monotonic seconds at which `tick` must be called, or None while nothing is unfinished."""
        if not self._bytes:
            return None
        patience = max(self._settings.stall, self._settings.quiet) if self._terminated else self._settings.quiet
        return self._last + patience

    def feed(self, data: bytes, at: float) -> tuple[Scan, ...]:
        """Take bytes that were read at monotonic `at`; the codes they ended."""
        scans = list(self.tick(at))
        for byte in data:
            if byte in ENDS:
                self._terminated = self._terminated or bool(self._bytes)
                scans += self._finish(at)
            elif byte not in _SAYS_NOTHING:
                if not self._bytes:
                    self._began = at
                self._last = at
                if len(self._bytes) <= self._settings.longest:  # one more than allowed tells that it was too long
                    self._bytes.append(byte)
        return tuple(scans)

    def tick(self, now: float) -> tuple[Scan, ...]:
        """Time is `now`: the code that silence has ended, if it did."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return ()
        if len(self._bytes) < self._settings.shortest:
            self.reset()
            return ()
        return self._finish(self._last)

    def _finish(self, at: float) -> tuple[Scan, ...]:
        raw, began = self._bytes.decode("latin-1").strip(" "), self._began
        self.reset()
        if not raw:
            return ()
        longest = self._settings.longest
        code, symbology = strip_aim(raw)
        clean = len(raw) <= longest and code.isprintable()
        return (Scan(code[:longest], self._source, at, began, symbology=symbology, clean=clean),)
