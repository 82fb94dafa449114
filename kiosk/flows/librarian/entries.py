"""Reading what people type into forms: a reader gives the value, or the Text to say under the field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from kiosk.flows.views import Choice, Field, Text, Value
from kiosk.lending.text import seen

Reader = Callable[[str], Any]
"""From what was typed to the value, or to a Text that says what is wrong."""


def _error(key: str, **values: Value) -> Text:
    return Text(key, values)


def plain(typed: str) -> str:
    """`typed` without blanks around it and what nobody sees, full-width digits and signs as ASCII."""
    return unicodedata.normalize("NFKC", seen(typed)).strip()


def whole(least: int, most: int, *, empty: bool = False) -> Reader:
    """A whole number from `least` to `most`; with `empty` nothing is None."""

    def read(typed: str) -> int | Text | None:
        typed = plain(typed)
        if empty and not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not least <= int(typed) <= most:
            return _error("librarian.error.whole", least=least, most=most)
        return int(typed)

    return read


def amount(typed: str) -> int | Text | None:
    """Money in yuan ("3", "3.5", "3.50") as fen; nothing is None."""
    typed = plain(typed)
    if not typed:
        return None
    fit = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?", typed)
    if fit is None:
        return _error("librarian.error.amount")
    return int(fit[1]) * 100 + int((fit[2] or "").ljust(2, "0"))


def words(most: int, *, empty: bool = True) -> Reader:
    """A text of at most `most` characters."""

    def read(typed: str) -> str | Text:
        typed = " ".join(seen(typed).split())
        if not typed and not empty:
            return _error("librarian.error.empty")
        return _error("librarian.error.long", most=most) if len(typed) > most else typed

    return read


def clock_time(typed: str) -> time | Text:
    """`12:15`, `12：15`, `1215` or `9:05`."""
    fit = re.fullmatch(r"([0-9]{1,2}):?([0-9]{2})", plain(typed).replace(".", ":"))
    if fit is None or int(fit[1]) > 23 or int(fit[2]) > 59:
        return _error("librarian.error.time")
    return time(int(fit[1]), int(fit[2]))


def day(typed: str) -> date | Text:
    """`2026-09-01`, `2026/9/1`, `2026.9.1`, `20260901` or `2026年9月1日`."""
    fit = re.fullmatch(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?", plain(typed))
    if fit is None:
        return _error("librarian.error.day")
    try:
        return date(int(fit[1]), int(fit[2]), int(fit[3]))
    except ValueError:
        return _error("librarian.error.day")


def day_or_none(typed: str) -> date | Text | None:
    """A day as in `day`; nothing is None."""
    return day(typed) if plain(typed) else None


def one_of(*values: str) -> Reader:
    """One of the values of a choice."""

    def read(typed: str) -> str | Text:
        return typed if typed in values else _error("librarian.error.choice")

    return read


def yes_no(typed: str) -> bool | Text:
    """The choice between "yes" and "no"."""
    return typed == "yes" if typed in {"yes", "no"} else _error("librarian.error.choice")


@dataclass(frozen=True, slots=True)
class Spec:
    """A field of a form: its name, the key of its label, how it is read, what it offers, the key of its hint.

    `of` is what the label is about, where a form has the same field several times. `proposed`: what stands in it at
    first is a proposal, which typing replaces. `wide`: its texts are long.
    """

    name: str
    label: str
    read: Reader
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    of: Text | None = None
    proposed: bool = False
    wide: bool = False

    def title(self) -> Text:
        """The label, with what it is about."""
        label = Text(self.label)
        return label if self.of is None else Text("librarian.field.of", {"of": self.of, "field": label})


YES_NO = (Choice("yes", Text("librarian.choice.yes")), Choice("no", Text("librarian.choice.no")))


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands in a form's fields, and what is wrong with it (shown after an attempt to save)."""

    texts: Mapping[str, str]
    errors: Mapping[str, Text] = field(default_factory=dict)

    def typed(self, name: str, text: str) -> Entries:
        """With one field changed; its error goes."""
        if name not in self.texts:
            return self
        errors = {key: error for key, error in self.errors.items() if key != name}
        return Entries({**self.texts, name: text[:2000]}, errors)

    def read(self, specs: tuple[Spec, ...]) -> tuple[dict[str, Any], Entries]:
        """The values of all fields that are right, and the entries with the errors of the others."""
        values: dict[str, Any] = {}
        errors: dict[str, Text] = {}
        for spec in specs:
            value = spec.read(self.texts.get(spec.name, ""))
            if isinstance(value, Text):
                errors[spec.name] = value
            else:
                values[spec.name] = value
        return values, Entries(self.texts, errors)

    def wrong(self, name: str, error: Text) -> Entries:
        """With an error at one field."""
        return Entries(self.texts, {**self.errors, name: error})

    def fields(self, specs: tuple[Spec, ...], *, first: bool = True) -> tuple[Field, ...]:
        """The fields as the screen draws them; the first wrong one has the focus, else (with `first`) the first."""
        wrong = next((spec.name for spec in specs if spec.name in self.errors), None)
        focus = wrong or (specs[0].name if specs and first else "")
        return tuple(
            Field(
                spec.name,
                spec.title(),
                self.texts.get(spec.name, ""),
                choices=spec.choices,
                error=self.errors.get(spec.name),
                hint=Text(spec.hint) if spec.hint else None,
                focus=spec.name == focus,
                proposed=spec.proposed,
                wide=spec.wide,
            )
            for spec in specs
        )


def say_time(value: time | None) -> str:
    """A time as it is typed."""
    return "" if value is None else f"{value.hour}:{value.minute:02}"


def say_day(value: date | None) -> str:
    """A day as it is typed."""
    return "" if value is None else value.isoformat()


def say_amount(fen: int | None) -> str:
    """Money as it is typed, in yuan."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02}"
