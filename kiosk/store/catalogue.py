"""The whole catalogue at once: what an import compares a file with, and what an export writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from kiosk.lending.copies import CopyStatus
from kiosk.lending.stock import CopyData, TitleData
from kiosk.store.schema import barcodes, copies, titles
from kiosk.store.stock import title_data

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

_PART = 500
"""Titles that are read at a time."""

_NUMBER = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
_HERE = copies.c.status != CopyStatus.WITHDRAWN.value


def title_rows(conn: Connection) -> Sequence[AnyRow]:
    """What tells titles apart, of every title, the earliest first.

    `title_id, isbn, title, subtitle, volume, authors, publisher, issn, issue`.
    """
    t = titles.c
    wanted = select(t.title_id, t.isbn, t.title, t.subtitle, t.volume, t.authors, t.publisher, t.issn, t.issue)
    return conn.execute(wanted.order_by(t.title_id)).all()


def copy_rows(conn: Connection) -> Sequence[AnyRow]:
    """Every copy, also those withdrawn: `copy_id, title_id, accession_no, barcode`, the earliest first.

    `barcode` is the number it bears now, None without one.
    """
    c = copies.c
    wanted = select(c.copy_id, c.title_id, c.accession_no, barcodes.c.code.label("barcode"))
    return conn.execute(wanted.select_from(copies.outerjoin(barcodes, _NUMBER)).order_by(c.copy_id)).all()


def codes(conn: Connection) -> dict[str, int | None]:
    """Every number that was ever given to anything: its copy, None for a card or a control card."""
    return {row.code: row.copy_id for row in conn.execute(select(barcodes.c.code, barcodes.c.copy_id))}


def call_numbers(conn: Connection) -> dict[int, str]:
    """The call number of each title's copies, of the last one that has any: `title_id` → call number."""
    c = copies.c
    wanted = select(c.title_id, c.call_number).where(c.call_number != "").order_by(c.copy_id)
    return {row.title_id: row.call_number for row in conn.execute(wanted)}


def _holdings() -> Select[Any]:
    """Titles that an export writes: those with a copy that is not withdrawn, and those that never had one."""
    any_copy = exists().where(copies.c.title_id == titles.c.title_id)
    here = exists().where(copies.c.title_id == titles.c.title_id, _HERE)
    return select(titles).where(or_(here, ~any_copy))


def count_held(conn: Connection) -> int:
    """How many titles `held` gives."""
    return int(conn.scalar(select(func.count()).select_from(_holdings().subquery())) or 0)


def held(conn: Connection) -> Iterator[tuple[TitleData, list[CopyData]]]:
    """Every title with its copies, a part of them in memory at a time.

    Withdrawn copies are left out, and titles that have no others; titles that never had a copy are not.
    """
    last = 0
    while rows := conn.execute(
        _holdings().where(titles.c.title_id > last).order_by(titles.c.title_id).limit(_PART)
    ).all():
        first, last = rows[0].title_id, rows[-1].title_id
        wanted = (
            select(
                copies.c.title_id,
                copies.c.accession_no,
                barcodes.c.code,
                copies.c.call_number,
                copies.c.place,
                copies.c.price_fen,
            )
            .select_from(copies.outerjoin(barcodes, _NUMBER))
            .where(copies.c.title_id.between(first, last), _HERE)
            .order_by(copies.c.title_id, copies.c.copy_id)
        )
        of_title: dict[int, list[CopyData]] = {}
        for row in conn.execute(wanted):
            copy = CopyData(row.accession_no, row.code or "", row.call_number, row.place, row.price_fen)
            of_title.setdefault(row.title_id, []).append(copy)
        for row in rows:
            yield title_data(row), of_title.get(row.title_id, [])
