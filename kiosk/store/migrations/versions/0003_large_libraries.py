"""Indexes by which no page of a large library reads more than it shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_GONE = (
    ("copies", "ix_copies_call_number"),
    ("batch_lines", "ix_batch_lines_batch_id"),
    ("events", "ix_events_patron_id"),
    ("events", "ix_events_copy_id"),
)
_BY_OPERATOR = "operator_id IS NOT NULL"
_NEW: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("copies", "ix_copies_place", ("place",), ""),
    ("copies", "ix_copies_aside", ("status",), "(status IN ('found', 'lost', 'in_repair') OR held_for IS NOT NULL)"),
    ("copies", "ix_copies_held_for", ("held_for",), "held_for IS NOT NULL"),
    ("titles", "ix_titles_class_newest", ("clc", "title_id"), ""),
    ("batch_lines", "ix_batch_lines_totals", ("batch_id", "ordered", "arrived", "damaged"), ""),
    ("events", "ix_events_patron", ("patron_id", "seq"), ""),
    ("events", "ix_events_copy", ("copy_id", "seq"), ""),
    ("events", "ix_events_patron_by_operator", ("patron_id", "seq"), _BY_OPERATOR),
    ("events", "ix_events_copy_by_operator", ("copy_id", "seq"), _BY_OPERATOR),
    ("events", "ix_events_operator", ("operator_id", "at"), _BY_OPERATOR),
    ("events", "ix_events_action", ("action", "seq"), "loan_id IS NULL"),
)
_BEHIND = "substr(call_number, instr(call_number, '/') + 1)"
_BOOK_NUMBER = {  # as each database says it
    "sqlite": (
        "CREATE INDEX ix_copies_book_number ON copies (substr(call_number, 1, instr(call_number, '/') - 1), CASE "
        f"WHEN {_BEHIND} GLOB '[0-9]*' AND NOT {_BEHIND} GLOB '{'[0-9]' * 7}*' THEN CAST({_BEHIND} AS INTEGER) END)"
    ),
    "postgresql": (
        "CREATE INDEX ix_copies_book_number ON copies (split_part(call_number, '/', 1), "
        "(CAST(substring(call_number, '^[^/]*/([0-9]{1,6})(?![0-9])') AS INTEGER)))"
    ),
}


def upgrade() -> None:
    """Apply."""
    for table, name in _GONE:
        op.drop_index(name, table)
    for table, name, columns, where in _NEW:
        some = sa.text(where) if where else None
        op.create_index(name, table, list(columns), sqlite_where=some, postgresql_where=some)
    ops = {"title": "varchar_pattern_ops"}
    op.create_index("ix_titles_class", "titles", ["clc", "title"], postgresql_ops=ops)
    op.get_bind().exec_driver_sql(_BOOK_NUMBER[op.get_bind().dialect.name])
