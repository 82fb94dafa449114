"""New stock: deliveries, serials, all that a catalogue says of a title, labels still to be printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_OF_A_TITLE = (
    ("subtitle", sa.String(length=400)),
    ("volume", sa.String(length=80)),
    ("edition", sa.String(length=80)),
    ("place", sa.String(length=80)),
    ("extent", sa.String(length=80)),
    ("series", sa.String(length=200)),
    ("summary", sa.Text()),
    ("subjects", sa.Text()),
    ("language", sa.String(length=8)),
    ("issn", sa.String(length=16)),
    ("issue", sa.String(length=40)),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "batches",
        sa.Column("batch_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=120), server_default="", nullable=False),
        sa.Column("fund", sa.String(length=120), server_default="", nullable=False),
        sa.Column("received_on", sa.Date()),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batches")),
        comment="Deliveries: what came together, from whom, paid from what.",
    )
    op.create_table(
        "serials",
        sa.Column("serial_id", SERIAL, nullable=False),
        sa.Column("issn", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("publisher", sa.String(length=200), server_default="", nullable=False),
        sa.Column("clc", sa.String(length=60), server_default="", nullable=False),
        sa.Column("price_fen", sa.Integer()),
        sa.Column("last_issue", sa.String(length=40), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("serial_id", name=op.f("pk_serials")),
        sa.UniqueConstraint("issn", name=op.f("uq_serials_issn")),
        comment="Magazines that come again and again; each issue is a title.",
    )
    for name, kind in _OF_A_TITLE:
        op.add_column("titles", sa.Column(name, kind, server_default="", nullable=False))
    some = sa.text("issn <> ''")
    op.create_index("ix_titles_issn", "titles", ["issn"], sqlite_where=some, postgresql_where=some)
    # In one statement, which both databases take; Alembic's own way would make the whole table anew on SQLite.
    number = op.get_bind().dialect.type_compiler_instance.process(SERIAL)
    op.execute(
        f"ALTER TABLE copies ADD COLUMN batch_id {number} CONSTRAINT fk_copies_batch_id REFERENCES batches (batch_id)"
    )
    some = sa.text("batch_id IS NOT NULL")
    op.create_index("ix_copies_batch", "copies", ["batch_id"], sqlite_where=some, postgresql_where=some)
    op.create_index("ix_copies_call_number", "copies", ["call_number"])
    op.create_table(
        "batch_lines",
        sa.Column("line_id", SERIAL, nullable=False),
        sa.Column("batch_id", SERIAL, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=20), server_default="", nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("title_id", SERIAL),
        sa.Column("ordered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("arrived", sa.Integer(), server_default="0", nullable=False),
        sa.Column("damaged", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "ordered >= 0 AND arrived >= 0 AND damaged >= 0 AND damaged <= arrived", name=op.f("ck_batch_lines_pieces")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.batch_id"], name=op.f("fk_batch_lines_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_batch_lines_title_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_batch_lines")),
        comment="What a delivery should bring and what came: short is ordered less arrived.",
    )
    op.create_index(op.f("ix_batch_lines_batch_id"), "batch_lines", ["batch_id"])
    op.create_index(op.f("ix_batch_lines_isbn"), "batch_lines", ["isbn"])
    op.create_index(op.f("ix_batch_lines_title_id"), "batch_lines", ["title_id"])
    op.create_table(
        "labels_wanted",
        sa.Column("copy_id", SERIAL, nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["copies.copy_id"], name=op.f("fk_labels_wanted_copy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_labels_wanted")),
        comment="Copies whose labels are still to be printed.",
    )
