"""What pages that are forms have in common: a state with `entries`, which typing changes and saving reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Scan
from kiosk.flows.librarian.entries import Spec
from kiosk.flows.librarian.page import Page, Turn, button, done
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.views import Tone
from kiosk.flows.work import LibrarianCommand

SAVE = button("save", "librarian.do.save", tone=Tone.DONE)
"""The button that saves a form."""


def typed(page: Page, edited: Edited) -> Turn:
    """What was typed into a field stands in the page's entries."""
    return Turn(replace(page, entries=page.entries.typed(edited.field, edited.text)))


def deaf(page: Page, _: Scan) -> Turn:
    """A scan fills no field of this form, and must not open another page over what was typed."""
    return Turn(page)


def save(page: Page, specs: tuple[Spec, ...], command: Callable[[Mapping[str, Any]], LibrarianCommand]) -> Turn:
    """Ask for what `command` makes of the fields' values; if one is wrong, only say so at it."""
    values, entries = page.entries.read(specs)
    page = replace(page, entries=entries)
    return Turn(page) if entries.errors else Turn(page, ask=command(values))


def saved(*commands: type[Command], key: str = "librarian.done.saved") -> Callable[[Any, Command, Outcome], Turn]:
    """What `answered` is for a form that goes, saying `key`, when one of `commands` is done."""

    def answered(page: Page, command: Command, outcome: Outcome) -> Turn:
        if isinstance(command, commands) and outcome.kind is OutcomeKind.INFO:
            return Turn(page, close=1, say=done(key))
        return Turn(page)

    return answered
