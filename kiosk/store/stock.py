"""Taking new stock: titles by their ISBN, deliveries and their lines, serials, numbers, labels still to be printed.

What may be done is decided by whoever calls; every function works in the caller's transaction, and what happened is
the desk's to record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, select

from kiosk.store import edit
from kiosk.store.schema import barcodes, copies, labels_wanted, titles

AnyRow = Any  # a row by its column names; its type differs between SQLAlchemy 2.0 and 2.1

# ── Labels still to be printed ──


def want_labels(conn: Connection, copy_ids: Iterable[int], at: datetime) -> None:
    """Note that these copies' labels are to be printed; those that were noted already keep their place."""
    for part in edit.chunks(copy_ids, 500):
        there = set(conn.scalars(select(labels_wanted.c.copy_id).where(labels_wanted.c.copy_id.in_(part))))
        rows = [{"copy_id": copy_id, "wanted_at": at} for copy_id in part if copy_id not in there]
        edit.insert_rows(conn, labels_wanted, rows)


def wanted_labels(conn: Connection) -> Sequence[AnyRow]:
    """The copies whose labels are to be printed, in the order in which they came.

    `copy_id, barcode, call_number, title, volume, clc, accession_no, wanted_at`; `barcode` None for a copy without.
    """
    code = and_(barcodes.c.copy_id == copies.c.copy_id, barcodes.c.active)
    return conn.execute(
        select(
            copies.c.copy_id,
            barcodes.c.code.label("barcode"),
            copies.c.call_number,
            titles.c.title,
            titles.c.volume,
            titles.c.clc,
            copies.c.accession_no,
            labels_wanted.c.wanted_at,
        )
        .select_from(
            labels_wanted.join(copies, copies.c.copy_id == labels_wanted.c.copy_id)
            .join(titles, titles.c.title_id == copies.c.title_id)
            .outerjoin(barcodes, code)
        )
        .order_by(labels_wanted.c.wanted_at, labels_wanted.c.copy_id)
    ).all()


def labels_printed(conn: Connection, copy_ids: Iterable[int]) -> None:
    """These copies have their labels: they are wanted no more."""
    for part in edit.chunks(copy_ids, 500):
        conn.execute(delete(labels_wanted).where(labels_wanted.c.copy_id.in_(part)))
