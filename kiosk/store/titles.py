"""Changes of titles and copies that are there: whoever calls decides, and records what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

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


def lines_of_title(conn: Connection, title_id: int) -> list[int]:
    """The lines of deliveries that are of a title."""
    wanted = select(batch_lines.c.line_id).where(batch_lines.c.title_id == title_id)
    return list(conn.scalars(wanted.order_by(batch_lines.c.line_id)))


def bring_back(conn: Connection, title_id: int, title: TitleData, created_at: datetime) -> int:
    """Write a title that was deleted once more, under its id where that is free; its id."""
    taken = conn.scalar(select(titles.c.title_id).where(titles.c.title_id == title_id)) is not None
    (new_id,) = edit.add_titles(conn, [edit.new_title(title)], created_at)
    if taken:
        return new_id
    conn.execute(update(titles).where(titles.c.title_id == new_id).values(title_id=title_id))
    return title_id


def give_to_title(conn: Connection, title_id: int, copy_ids: Sequence[int], line_ids: Sequence[int]) -> None:
    """Give copies and lines of deliveries to a title."""
    before = set(conn.scalars(select(copies.c.title_id).where(copies.c.copy_id.in_(copy_ids))))
    conn.execute(update(copies).where(copies.c.copy_id.in_(copy_ids)).values(title_id=title_id))
    conn.execute(update(batch_lines).where(batch_lines.c.line_id.in_(line_ids)).values(title_id=title_id))
    edit.refresh_search(conn, {title_id, *before})
    edit.bump(conn, "catalogue")
