"""Searching as one types, on a page of its own kind: while an answer is under way the newest text waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, TypeVar

from kiosk.flows.events import Edited
from kiosk.flows.librarian.page import Turn
from kiosk.flows.outcomes import Outcome
from kiosk.flows.work import Find, Found

LONGEST = 80
"""Characters of the longest search."""


class Searching(Protocol):
    """What a page that searches has: the text, what was found for it, whether an answer is under way."""

    @property
    def query(self) -> str:
        """What is typed."""
        ...

    @property
    def found(self) -> Found | None:
        """What fits it."""
        ...

    @property
    def waiting(self) -> bool:
        """An answer is under way."""
        ...


S = TypeVar("S", bound=Searching)


def typed(page: S, edited: Edited) -> Turn:
    """The text in the field "query" has changed."""
    if edited.field != "query":
        return Turn(page)
    page = _with(page, query=edited.text[:LONGEST])
    return Turn(page) if page.waiting else _search(page)


def answered(page: S, outcome: Outcome) -> Turn:
    """What was found, or something else that ends the waiting."""
    if not isinstance(outcome.data, Found):
        return Turn(rested(page))
    page = _with(page, found=outcome.data, waiting=False)
    return _search(page) if outcome.data.text != page.query else Turn(page)


def rested(page: S) -> S:
    """The page when nothing that it asked is under way any more."""
    return _with(page, waiting=False)


def _search(page: S) -> Turn:
    if not page.query.strip():
        return Turn(_with(page, found=None, waiting=False))
    return Turn(_with(page, waiting=True), ask=Find(text=page.query), hush=True)


def _with(page: S, **parts: Any) -> S:
    changed: S = replace(page, **parts)  # type: ignore[type-var]  # pages are dataclasses
    return changed
