"""The sample library's people as cards and class sheets."""

from __future__ import annotations

from datetime import date
from functools import cache

from kiosk.i18n import Words
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.printing.cards import CardFace
from kiosk.printing.class_sheets import ClassSheet
from kiosk.printing.emblems import school_class_look
from kiosk.sample import SampleRows, build_sample
from kiosk.sample.build import LIBRARY_NAME
from kiosk.sample.year import SchoolClass, make_classes

TODAY = date(2026, 11, 22)


@cache
def sample() -> SampleRows:
    return build_sample(1, TODAY)


def classes() -> dict[int, SchoolClass]:
    return {one.class_id: one for one in make_classes(TODAY)}


def class_names() -> dict[int, ClassName]:
    return {one.class_id: ClassName(one.grade, one.number) for one in classes().values()}


def looks() -> dict[int, int]:
    return {one.class_id: school_class_look(one.entry_year, one.number) for one in classes().values()}


@cache
def faces() -> tuple[CardFace, ...]:
    """A card for everybody who has one, in the order of the library."""
    tables = sample().tables
    number = {row["patron_id"]: row["code"] for row in tables["barcodes"] if row["patron_id"] and row["active"]}
    words, names, look = Words(), class_names(), looks()
    return tuple(
        CardFace(
            number[patron["patron_id"]],
            patron["name"],
            words.value(names[patron["class_id"]]) if patron["class_id"] else "教师",
            LIBRARY_NAME,
            PatronKind(patron["kind"]),
            look.get(patron["class_id"], 0),
        )
        for patron in tables["patrons"]
        if patron["patron_id"] in number
    )


def class_sheets() -> list[ClassSheet]:
    """A sheet for every class, and one for the teachers."""
    words, look = Words(), looks()
    return [
        ClassSheet(
            words.value(name),
            LIBRARY_NAME,
            [(face.name, face.number) for face in faces() if face.line == words.value(name)],
            look[class_id],
        )
        for class_id, name in class_names().items()
    ] + [ClassSheet("教师", LIBRARY_NAME, [(face.name, face.number) for face in faces() if face.line == "教师"])]
