"""One line of text being edited: pure values and functions, no window, no clock.

A `Line` is text, caret and anchor; what lies between the two is selected. Positions count characters, 0 before the
first. What a person typed can be taken back from an instant on (`Typing.forget_since`): a wedge scanner types into
the focused field before anybody can know that it was a scanner.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

LONGEST = 200
"""Characters a line holds; more is cut off."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text with its caret; `anchor` is the other end of the selection, `caret` when nothing is chosen."""

    text: str = ""
    caret: int = 0
    anchor: int = 0

    @property
    def selection(self) -> tuple[int, int]:
        """Where the selection begins and ends."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def selected(self) -> str:
        """The selected text."""
        begins, ends = self.selection
        return self.text[begins:ends]


def line_of(text: str) -> Line:
    """A line with the caret at its end."""
    clean = printable(text)
    return Line(clean, len(clean), len(clean))


def printable(text: str) -> str:
    """`text` without control characters, line ends and unpaired surrogates, cut to `LONGEST`."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"})[:LONGEST]


def insert(line: Line, text: str) -> Line:
    """`text` in the place of the selection, the caret behind it."""
    begins, ends = line.selection
    room = LONGEST - len(line.text) + ends - begins
    new = printable(text)[:room]
    at = begins + len(new)
    return Line(line.text[:begins] + new + line.text[ends:], at, at)


def move(line: Line, to: int, choosing: bool = False) -> Line:
    """The caret at `to` (kept inside the text); with `choosing` the anchor stays and the selection grows."""
    caret = max(0, min(len(line.text), to))
    return replace(line, caret=caret, anchor=line.anchor if choosing else caret)


def step(line: Line, by: int, choosing: bool = False) -> Line:
    """The caret one character on or back; without `choosing` a selection is left at its nearer end."""
    if not choosing and line.caret != line.anchor:
        return move(line, line.selection[by > 0])
    return move(line, line.caret + by, choosing)


def leap(line: Line, by: int, choosing: bool = False) -> Line:
    """The caret to the next (`by` 1) or last (-1) beginning of a word; a Chinese run counts as one word."""
    at, text = line.caret, line.text
    if by > 0:
        while at < len(text) and not text[at].isspace():
            at += 1
        while at < len(text) and text[at].isspace():
            at += 1
    else:
        while at > 0 and text[at - 1].isspace():
            at -= 1
        while at > 0 and not text[at - 1].isspace():
            at -= 1
    return move(line, at, choosing)


def choose_all(line: Line) -> Line:
    """Everything selected."""
    return Line(line.text, len(line.text), 0)


def erase(line: Line, by: int) -> Line:
    """Without the selection, or without the character before (-1) or behind (1) the caret."""
    if line.caret == line.anchor:
        line = step(line, by, choosing=True)
    return insert(line, "")


@dataclass(slots=True)
class Typing:
    """A line while it is typed into, with what it was before each change.

    `known` is the text the flow was last seen to show; `sent` are the texts told to it which it has not shown yet.
    """

    line: Line = field(default_factory=Line)
    known: str = ""
    sent: list[str] = field(default_factory=list)
    past: list[tuple[float, Line]] = field(default_factory=list)

    def tell(self, text: str) -> bool:
        """The flow shows `text` now: whether the line was replaced by it.

        The line stays while the flow shows the same as before, or is catching up with what it was sent: typing
        ahead of a slow flow loses nothing.
        """
        if text == self.known:
            return False
        self.known = text
        if text in self.sent:
            del self.sent[: self.sent.index(text) + 1]
            return False
        self.sent.clear()
        self.past.clear()
        if text == self.line.text:
            return False
        self.line = line_of(text)
        return True

    def change(self, line: Line, at: float) -> bool:
        """The line as a person made it at `at` (monotonic seconds): whether its text differs, so is to be sent."""
        before, self.line = self.line, line
        if line.text == before.text:
            return False
        self.past = [*self.past[-LONGEST:], (at, before)]
        self.sent = [*self.sent[-LONGEST:], line.text]
        return True

    def forget_since(self, at: float) -> bool:
        """Takes back every change made at `at` or later: whether the text differs, so is to be sent."""
        for place, (when, before) in enumerate(self.past):
            if when >= at:
                del self.past[place:]
                differs = before.text != self.line.text
                self.line = before
                if differs:
                    self.sent.append(before.text)
                return differs
        return False
