"""Changes of titles and copies that are there: whoever calls decides, and records what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from kiosk.lending.stock import TitleData
from kiosk.store import edit
from kiosk.store.schema import batch_lines, copies, titles


def change_title(conn: Connection, title_id: int, title: TitleData) -> None:
    """Write a title's description anew."""
    row = edit.title_row(title)
    conn.execute(update(titles).where(titles.c.title_id == title_id).values(row))
    edit.refresh_search(conn, [title_id])
    edit.bump(conn, "catalogue")


def change_copies(conn: Connection, copy_ids: Sequence[int], values: Mapping[str, object]) -> None:
    """Write the same values into copies."""
    for part in edit.chunks(copy_ids, 500):
        conn.execute(update(copies).where(copies.c.copy_id.in_(part)).values(dict(values)))
    if "call_number" in values:
        found: set[int] = set()
        for part in edit.chunks(copy_ids, 500):
            found.update(conn.scalars(select(copies.c.title_id).where(copies.c.copy_id.in_(part))))
        edit.refresh_search(conn, found)


def copies_of_title(conn: Connection, title_id: int) -> list[int]:
    """Every copy of a title, also those withdrawn."""
    return list(conn.scalars(select(copies.c.copy_id).where(copies.c.title_id == title_id).order_by(copies.c.copy_id)))


def merge_titles(conn: Connection, kept_id: int, gone_id: int) -> int:
    """Give everything of one title to another and delete it; how many copies went over."""
    moved = conn.execute(update(copies).where(copies.c.title_id == gone_id).values(title_id=kept_id)).rowcount
    conn.execute(update(batch_lines).where(batch_lines.c.title_id == gone_id).values(title_id=kept_id))
    conn.execute(delete(titles).where(titles.c.title_id == gone_id))
    edit.refresh_search(conn, [kept_id])
    edit.bump(conn, "catalogue")
    return int(moved)
