"""The rota (借阅轮流表) on paper: the whole week for the door, and a slip for every class with its days of the term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kiosk.i18n import Words
from kiosk.lending.calendar import Term
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Rota


def door_rota_pdf(
    rota: Rota, classes: Mapping[int, ClassName], library: str, words: Words, *, term: Term | None, on: date
) -> bytes:
    """The week for the door, A4 lying: odd and even weeks each with a table where they differ.

    `classes` are the names by class id; `term` is the one it is for, None in a library without terms; `on` is the
    date printed.
    """
    raise NotImplementedError


def class_rota_pdf(
    rota: Rota,
    classes: Mapping[int, ClassName],
    library: str,
    words: Words,
    *,
    term: Term | None,
    on: date,
    only: Sequence[int] = (),
) -> bytes:
    """A slip for every class (four to an A4 page), or for the classes with the ids `only`: times, and days of the term.

    Days before `on` are left out; without a term the days of the next twenty weeks are listed.
    """
    raise NotImplementedError
