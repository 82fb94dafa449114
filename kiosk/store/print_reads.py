"""Reads for what is printed: whose cards, which labels, what stands on which shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, false, func, or_, select

from kiosk.lending.call_numbers import clc_letter
from kiosk.store.edit import chunks
from kiosk.store.schema import barcodes, copies, loans, patrons, school_classes, titles

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

_CARD = and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
_NUMBER = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
_AT_SCHOOL = or_(school_classes.c.class_id.is_(None), school_classes.c.left_on.is_(None))


def cards(
    conn: Connection,
    *,
    patron_ids: Sequence[int] = (),
    class_ids: Sequence[int] = (),
    teachers: bool = False,
    everyone: bool = False,
) -> list[AnyRow]:
    """Active readers with a card: those named, of the classes, the teachers, or everyone.

    `patron_id, name, name_search, kind, card, class_id, entry_year, number, own_name`, by class, then by pinyin;
    who belongs to no class comes first.
    """
    named: list[ColumnElement[bool]] = [patrons.c.patron_id.in_(part) for part in chunks(patron_ids, 500)]
    wanted = or_(
        false(),
        *named,
        patrons.c.class_id.in_(class_ids),
        *([patrons.c.kind == "teacher"] if teachers else []),
        *([_AT_SCHOOL] if everyone else []),
    )
    rows = conn.execute(
        select(
            patrons.c.patron_id,
            patrons.c.name,
            patrons.c.name_search,
            patrons.c.kind,
            barcodes.c.code.label("card"),
            patrons.c.class_id,
            school_classes.c.entry_year,
            school_classes.c.number,
            school_classes.c.own_name,
        )
        .select_from(patrons.join(barcodes, _CARD).outerjoin(school_classes))
        .where(patrons.c.active, wanted)
    ).all()
    return sorted(rows, key=_by_class)


def _by_class(row: AnyRow) -> tuple[bool, int, int, bool, str, int]:
    in_class = row.class_id is not None
    return in_class, -(row.entry_year or 0), row.number or 0, row.kind == "pupil", row.name_search, row.patron_id


def labels(conn: Connection, copy_ids: Sequence[int]) -> list[AnyRow]:
    """Copies with a number, in the order given: `copy_id, barcode, call_number, title, volume, clc, accession_no`."""
    found: dict[int, AnyRow] = {}
    for part in chunks(copy_ids, 500):
        rows = conn.execute(_labels().where(copies.c.copy_id.in_(part)))
        found.update((row.copy_id, row) for row in rows)
    return [found[copy_id] for copy_id in copy_ids if copy_id in found]


def _labels() -> Any:
    return select(
        copies.c.copy_id,
        barcodes.c.code.label("barcode"),
        copies.c.call_number,
        titles.c.title,
        titles.c.volume,
        titles.c.clc,
        copies.c.accession_no,
        copies.c.place,
    ).select_from(copies.join(titles).join(barcodes, _NUMBER))


def on_shelf(conn: Connection, place: str) -> list[AnyRow]:
    """The copies that belong to a place, without those that are withdrawn; the columns of `labels`, `place` too."""
    rows = conn.execute(_labels().where(copies.c.place == place, copies.c.status != "withdrawn"))
    return list(rows)


def places(conn: Connection) -> list[str]:
    """Every place that copies have, in order."""
    return each_value(conn, copies.c.place)


def main_classes(conn: Connection) -> list[str]:
    """The classes that the class numbers of titles begin with, in order; of what begins with none, nothing."""
    return sorted(set(filter(None, map(clc_letter, each_value(conn, titles.c.clc)))))


def each_value(conn: Connection, column: Column[str]) -> list[str]:
    """Every text but "" that stands in a column, in order: from one to the next in its index, not row by row."""
    found = select(func.min(column).label("value")).where(column != "").cte("found", recursive=True)
    behind = select(func.min(column)).where(column > found.c.value).correlate(found).scalar_subquery()
    found = found.union_all(select(behind).where(found.c.value.is_not(None)))
    return list(conn.scalars(select(found.c.value).where(found.c.value.is_not(None)).order_by(found.c.value)))


def lent_in(conn: Connection, session_id: str, renewed: Sequence[int] = ()) -> list[AnyRow]:
    """What a session lent (and did not take back) or renewed, in that order: `title, due_on`."""
    wanted = (
        select(titles.c.title, loans.c.due_on)
        .select_from(loans.join(copies).join(titles))
        .where(loans.c.returned_at.is_(None), or_(loans.c.session_id == session_id, loans.c.loan_id.in_(renewed)))
        .order_by(loans.c.loan_id)
    )
    return list(conn.execute(wanted))


def name_of(conn: Connection, patron_id: int) -> str:
    """A reader's name."""
    return str(conn.execute(select(patrons.c.name).where(patrons.c.patron_id == patron_id)).scalar_one())


def every_copy(conn: Connection) -> list[int]:
    """Every copy that has a number and is not withdrawn, in the order of accession numbers."""
    wanted = select(copies.c.copy_id).join(barcodes, _NUMBER).where(copies.c.status != "withdrawn")
    return list(conn.scalars(wanted.order_by(copies.c.accession_no, copies.c.copy_id)))


def copies_with(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """The copies that have these numbers or accession numbers, by what was given."""
    found: dict[str, int] = {}
    for part in chunks(codes, 500):
        by_number = select(barcodes.c.code, barcodes.c.copy_id).where(
            barcodes.c.code.in_(part), barcodes.c.copy_id.is_not(None)
        )
        by_accession = select(copies.c.accession_no, copies.c.copy_id).where(copies.c.accession_no.in_(part))
        for wanted in (by_accession, by_number):
            found.update((code, copy_id) for code, copy_id in conn.execute(wanted))
    return found
