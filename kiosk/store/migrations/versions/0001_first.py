"""The first tables of a library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRUE = sa.true()
FALSE = sa.false()


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "closures",
        sa.Column("closure_id", SERIAL, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_closures_order")),
        sa.PrimaryKeyConstraint("closure_id", name=op.f("pk_closures")),
    )
    op.create_table(
        "extra_slots",
        sa.Column("extra_id", SERIAL, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=80), server_default="", nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_extra_slots_order")),
        sa.PrimaryKeyConstraint("extra_id", name=op.f("pk_extra_slots")),
    )
    op.create_table(
        "school_classes",
        sa.Column("class_id", SERIAL, nullable=False),
        sa.Column("entry_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("own_name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_school_classes")),
        sa.UniqueConstraint("entry_year", "number", name=op.f("uq_school_classes_entry_year_number")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
        comment="Library-wide settings: name, time zone, rules, barcode scheme, display.",
    )
    op.create_table(
        "slots",
        sa.Column("slot_id", SERIAL, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("weeks", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=80), server_default="", nullable=False),
        sa.CheckConstraint("weeks IN ('every', 'odd', 'even')", name=op.f("ck_slots_weeks")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_slots_order")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_slots_weekday")),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_slots")),
    )
    op.create_table(
        "swap_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("uses_weekday", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.CheckConstraint("uses_weekday BETWEEN 1 AND 7", name=op.f("ck_swap_days_weekday")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_swap_days")),
    )
    op.create_table(
        "terms",
        sa.Column("term_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recall_on", sa.Date(), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_terms_order")),
        sa.PrimaryKeyConstraint("term_id", name=op.f("pk_terms")),
    )
    op.create_table(
        "titles",
        sa.Column("title_id", SERIAL, nullable=False),
        sa.Column("material", sa.String(length=16), server_default="book", nullable=False),
        sa.Column("isbn", sa.String(length=20), nullable=True),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("authors", sa.String(length=400), server_default="", nullable=False),
        sa.Column("publisher", sa.String(length=200), server_default="", nullable=False),
        sa.Column("published", sa.String(length=20), server_default="", nullable=False),
        sa.Column("clc", sa.String(length=60), server_default="", nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("material IN ('book', 'magazine', 'av')", name=op.f("ck_titles_material")),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_titles")),
    )
    op.create_index(op.f("ix_titles_isbn"), "titles", ["isbn"], unique=False)
    op.create_table(
        "patrons",
        sa.Column("patron_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_search", sa.String(length=200), server_default="", nullable=False),
        sa.Column("class_id", SERIAL, nullable=True),
        sa.Column("active", sa.Boolean(), server_default=TRUE, nullable=False),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("charges_fen", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_helper", sa.Boolean(), server_default=FALSE, nullable=False),
        sa.Column("counter_until", sa.BigInteger(), nullable=True),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("pin_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pin_wait_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('pupil', 'teacher', 'class_set', 'librarian')", name=op.f("ck_patrons_kind")),
        sa.ForeignKeyConstraint(["class_id"], ["school_classes.class_id"], name=op.f("fk_patrons_class_id")),
        sa.PrimaryKeyConstraint("patron_id", name=op.f("pk_patrons")),
    )
    op.create_index(op.f("ix_patrons_class_id"), "patrons", ["class_id"], unique=False)
    op.create_table(
        "slot_swaps",
        sa.Column("swap_id", SERIAL, nullable=False),
        sa.Column("first_slot", SERIAL, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("second_slot", SERIAL, nullable=False),
        sa.Column("second_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_slot"], ["slots.slot_id"], name=op.f("fk_slot_swaps_first_slot"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_slot"], ["slots.slot_id"], name=op.f("fk_slot_swaps_second_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("swap_id", name=op.f("pk_slot_swaps")),
    )
    op.create_table(
        "copies",
        sa.Column("copy_id", SERIAL, nullable=False),
        sa.Column("title_id", SERIAL, nullable=False),
        sa.Column("accession_no", sa.String(length=40), nullable=False),
        sa.Column("call_number", sa.String(length=80), server_default="", nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), server_default="in_service", nullable=False),
        sa.Column("for_loan", sa.Boolean(), server_default=TRUE, nullable=False),
        sa.Column("held_for", SERIAL, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('in_service', 'in_repair', 'lost', 'found', 'withdrawn')", name=op.f("ck_copies_status")
        ),
        sa.ForeignKeyConstraint(["held_for"], ["patrons.patron_id"], name=op.f("fk_copies_held_for")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.title_id"], name=op.f("fk_copies_title_id")),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_copies")),
        sa.UniqueConstraint("accession_no", name=op.f("uq_copies_accession_no")),
    )
    op.create_index(op.f("ix_copies_title_id"), "copies", ["title_id"], unique=False)
    op.create_table(
        "duties",
        sa.Column("duty_id", SERIAL, nullable=False),
        sa.Column("patron_id", SERIAL, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_duties_order")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_duties_weekday")),
        sa.ForeignKeyConstraint(
            ["patron_id"], ["patrons.patron_id"], name=op.f("fk_duties_patron_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_duties")),
        comment="When a helper is on duty at the counter.",
    )
    op.create_index(op.f("ix_duties_patron_id"), "duties", ["patron_id"], unique=False)
    op.create_table(
        "barcodes",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("patron_id", SERIAL, nullable=True),
        sa.Column("copy_id", SERIAL, nullable=True),
        sa.Column("command", sa.String(length=16), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=TRUE, nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'card' AND patron_id IS NOT NULL AND copy_id IS NULL AND command IS NULL)"
            " OR (kind = 'copy' AND copy_id IS NOT NULL AND patron_id IS NULL AND command IS NULL)"
            " OR (kind = 'command' AND command IS NOT NULL AND patron_id IS NULL AND copy_id IS NULL)",
            name=op.f("ck_barcodes_target"),
        ),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.copy_id"], name=op.f("fk_barcodes_copy_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.patron_id"], name=op.f("fk_barcodes_patron_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_barcodes")),
        comment="Every number that can be scanned; unique across cards, copies and commands.",
    )
    op.create_index(op.f("ix_barcodes_copy_id"), "barcodes", ["copy_id"], unique=False)
    op.create_index(op.f("ix_barcodes_patron_id"), "barcodes", ["patron_id"], unique=False)
    op.create_index(
        "ux_barcodes_copy",
        "barcodes",
        ["copy_id"],
        unique=True,
        sqlite_where=sa.text("active AND copy_id IS NOT NULL"),
        postgresql_where=sa.text("active AND copy_id IS NOT NULL"),
    )
    op.create_index(
        "ux_barcodes_patron",
        "barcodes",
        ["patron_id"],
        unique=True,
        sqlite_where=sa.text("active AND patron_id IS NOT NULL"),
        postgresql_where=sa.text("active AND patron_id IS NOT NULL"),
    )
    op.create_table(
        "loans",
        sa.Column("loan_id", SERIAL, nullable=False),
        sa.Column("copy_id", SERIAL, nullable=False),
        sa.Column("patron_id", SERIAL, nullable=False),
        sa.Column("class_id", SERIAL, nullable=True),
        sa.Column("lent_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("renewals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("undone", sa.Boolean(), server_default=FALSE, nullable=False),
        sa.Column("session_id", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("NOT undone OR returned_at IS NOT NULL", name=op.f("ck_loans_undone_is_closed")),
        sa.ForeignKeyConstraint(["class_id"], ["school_classes.class_id"], name=op.f("fk_loans_class_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.copy_id"], name=op.f("fk_loans_copy_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.patron_id"], name=op.f("fk_loans_patron_id")),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_loans")),
    )
    op.create_index(op.f("ix_loans_copy_id"), "loans", ["copy_id"], unique=False)
    op.create_index(op.f("ix_loans_lent_at"), "loans", ["lent_at"], unique=False)
    op.create_index("ix_loans_patron", "loans", ["patron_id", "lent_at"], unique=False)
    op.create_index(
        "ix_loans_patron_open",
        "loans",
        ["patron_id"],
        unique=False,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_index(
        "ux_loans_open",
        "loans",
        ["copy_id"],
        unique=True,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kiosk", sa.String(length=64), nullable=False),
        sa.Column("operator_id", SERIAL, nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("patron_id", SERIAL, nullable=True),
        sa.Column("copy_id", SERIAL, nullable=True),
        sa.Column("loan_id", SERIAL, nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.copy_id"], name=op.f("fk_events_copy_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.loan_id"], name=op.f("fk_events_loan_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["patrons.patron_id"], name=op.f("fk_events_operator_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patrons.patron_id"], name=op.f("fk_events_patron_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("request_id", "step", name=op.f("uq_events_request_id_step")),
        comment="What happened, append-only.",
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_index(op.f("ix_events_copy_id"), "events", ["copy_id"], unique=False)
    op.create_index(op.f("ix_events_patron_id"), "events", ["patron_id"], unique=False)
