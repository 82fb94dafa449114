"""The tables. Alembic migrations build exactly these (a test compares them).

Instants are UTC and stored as whole milliseconds since 1970 (`Instant`), so that both databases sort them alike;
days are ISO dates; money is fen. What happened is append-only in `events`; the other tables are the state now and
are written in the same transaction.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as integer milliseconds since 1970-01-01T00:00Z."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  SQLAlchemy's signature
        """To milliseconds; a naive datetime is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """From milliseconds."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Json(TypeDecorator[Any]):
    """A JSON value in a text column, with Chinese readable and keys in order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """To text."""
        if value is None:
            return None
        written = json.dumps(value, ensure_ascii=False, sort_keys=True)
        return written.encode("utf-8", "replace").decode()  # a file's name may hold what is no character

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy's signature
        """From text."""
        return None if value is None else json.loads(value)


class BookClass(FunctionElement[str]):
    """The class in which a call number counts: what stands before its first "/" (either nothing or all without)."""

    name = "book_class"
    inherit_cache = True


class BookNumber(FunctionElement[int]):
    """The running number (种次号) in a call number behind its first "/", or null.

    What begins with no number, or with one of more than six digits (a barcode in the wrong place), is none.
    """

    name = "book_number"
    type = Integer()
    inherit_cache = True


def _compiles(function: type[FunctionElement[Any]], dialect: str, sql: str) -> None:
    """Let `function` be `sql` on a database, with its argument for each {0}; an index on it is found by it."""

    @compiles(function, dialect)
    def compile_it(element: ColumnElement[Any], compiler: Any, **kw: Any) -> str:
        return sql.format(compiler.process(element.clauses, **kw))


_BEHIND = "substr({0}, instr({0}, '/') + 1)"
_compiles(BookClass, "sqlite", "substr({0}, 1, instr({0}, '/') - 1)")
_compiles(BookClass, "postgresql", "split_part({0}, '/', 1)")
_compiles(
    BookNumber,
    "sqlite",
    f"CASE WHEN {_BEHIND} GLOB '[0-9]*' AND NOT {_BEHIND} GLOB '{'[0-9]' * 7}*' THEN CAST({_BEHIND} AS INTEGER) END",
)
_compiles(BookNumber, "postgresql", "CAST(substring({0}, '^[^/]*/([0-9]{{1,6}})(?![0-9])') AS INTEGER)")

Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER PRIMARY KEY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Json, nullable=False),
    comment="Library-wide settings: name, time zone, rules, barcode scheme, display.",
)

school_classes = Table(
    "school_classes",
    metadata,
    Column("class_id", Serial, primary_key=True),
    Column("entry_year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("own_name", String(40), nullable=False, server_default=""),
    Column("left_on", Date),
    UniqueConstraint("entry_year", "number"),
)

patrons = Table(
    "patrons",
    metadata,
    Column("patron_id", Serial, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("name_search", String(200), nullable=False, server_default=""),  # pinyin and initials of all readings
    Column("class_id", ForeignKey("school_classes.class_id"), index=True),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("suspended_until", Date),  # first day on which borrowing is possible again
    Column("charges_fen", Integer, nullable=False, server_default="0"),
    Column("is_helper", Boolean, nullable=False, server_default=false()),
    Column("counter_until", Instant),  # a helper let in by the librarian, until then
    Column("pin_hash", String(200)),
    Column("pin_failures", Integer, nullable=False, server_default="0"),
    Column("pin_wait_until", Instant),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("kind IN ('pupil', 'teacher', 'class_set', 'librarian')", name="kind"),
)

batches = Table(
    "batches",
    metadata,
    Column("batch_id", Serial, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("source", String(120), nullable=False, server_default=""),  # who delivered or gave it
    Column("fund", String(120), nullable=False, server_default=""),  # what paid for it
    Column("received_on", Date),
    Column("note", String(400), nullable=False, server_default=""),
    Column("closed_at", Instant),
    Column("created_at", Instant, nullable=False),
    comment="Deliveries: what came together, from whom, paid from what.",
)

serials = Table(
    "serials",
    metadata,
    Column("serial_id", Serial, primary_key=True),
    Column("issn", String(16), nullable=False, unique=True),
    Column("title", String(400), nullable=False),
    Column("publisher", String(200), nullable=False, server_default=""),
    Column("clc", String(60), nullable=False, server_default=""),
    Column("price_fen", Integer),
    Column("last_issue", String(40), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    comment="Magazines that come again and again; each issue is a title.",
)

titles = Table(
    "titles",
    metadata,
    Column("title_id", Serial, primary_key=True),
    Column("material", String(16), nullable=False, server_default="book"),
    Column("isbn", String(20), index=True),
    Column("title", String(400), nullable=False),
    Column("authors", String(400), nullable=False, server_default=""),
    Column("publisher", String(200), nullable=False, server_default=""),
    Column("published", String(20), nullable=False, server_default=""),
    Column("clc", String(60), nullable=False, server_default=""),
    Column("price_fen", Integer),
    Column("search", Text, nullable=False, server_default=""),  # words, readings and codes: pinyin.title_search
    Column("created_at", Instant, nullable=False),
    Column("subtitle", String(400), nullable=False, server_default=""),
    Column("volume", String(80), nullable=False, server_default=""),
    Column("edition", String(80), nullable=False, server_default=""),
    Column("place", String(80), nullable=False, server_default=""),
    Column("extent", String(80), nullable=False, server_default=""),
    Column("series", String(200), nullable=False, server_default=""),
    Column("summary", Text, nullable=False, server_default=""),
    Column("subjects", Text, nullable=False, server_default=""),  # one a line
    Column("language", String(8), nullable=False, server_default=""),
    Column("issn", String(16), nullable=False, server_default=""),
    Column("issue", String(40), nullable=False, server_default=""),
    CheckConstraint("material IN ('book', 'magazine', 'av')", name="material"),
)

copies = Table(
    "copies",
    metadata,
    Column("copy_id", Serial, primary_key=True),
    Column("title_id", ForeignKey("titles.title_id"), nullable=False, index=True),
    Column("accession_no", String(40), nullable=False, unique=True),
    Column("call_number", String(80), nullable=False, server_default=""),
    Column("place", String(80), nullable=False, server_default=""),
    Column("price_fen", Integer),
    Column("status", String(16), nullable=False, server_default="in_service"),
    Column("for_loan", Boolean, nullable=False, server_default=true()),
    Column("held_for", ForeignKey("patrons.patron_id")),
    Column("created_at", Instant, nullable=False),
    Column("batch_id", ForeignKey("batches.batch_id")),
    CheckConstraint("status IN ('in_service', 'in_repair', 'lost', 'found', 'withdrawn')", name="status"),
)

Index(
    "ix_copies_batch",
    copies.c.batch_id,
    sqlite_where=text("batch_id IS NOT NULL"),
    postgresql_where=text("batch_id IS NOT NULL"),
)
Index("ix_copies_book_number", BookClass(copies.c.call_number), BookNumber(copies.c.call_number))
Index("ix_copies_place", copies.c.place)
ASIDE = text("(status IN ('found', 'lost', 'in_repair') OR held_for IS NOT NULL)")
"""Which copies somebody has to look after. Its values stand in it: by bound ones SQLite would not find its index."""
Index("ix_copies_aside", copies.c.status, sqlite_where=ASIDE, postgresql_where=ASIDE)
Index(
    "ix_copies_held_for",
    copies.c.held_for,
    sqlite_where=text("held_for IS NOT NULL"),
    postgresql_where=text("held_for IS NOT NULL"),
)
Index("ix_titles_class", titles.c.clc, titles.c.title, postgresql_ops={"title": "varchar_pattern_ops"})  # for LIKE 'x%'
Index("ix_titles_class_newest", titles.c.clc, titles.c.title_id)
Index("ix_titles_issn", titles.c.issn, sqlite_where=text("issn <> ''"), postgresql_where=text("issn <> ''"))

batch_lines = Table(
    "batch_lines",
    metadata,
    Column("line_id", Serial, primary_key=True),
    Column("batch_id", ForeignKey("batches.batch_id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),  # of the record in the vendor's file; 0: not in it
    Column("isbn", String(20), nullable=False, server_default="", index=True),
    Column("data", Json, nullable=False),  # lending.stock.title_to_plain
    Column("title_id", ForeignKey("titles.title_id", ondelete="SET NULL"), index=True),
    Column("ordered", Integer, nullable=False, server_default="0"),
    Column("arrived", Integer, nullable=False, server_default="0"),  # the damaged ones among them
    Column("damaged", Integer, nullable=False, server_default="0"),
    CheckConstraint("ordered >= 0 AND arrived >= 0 AND damaged >= 0 AND damaged <= arrived", name="pieces"),
    comment="What a delivery should bring and what came: short is ordered less arrived.",
)
Index(  # with the numbers that the list of deliveries adds up
    "ix_batch_lines_totals",
    batch_lines.c.batch_id,
    batch_lines.c.ordered,
    batch_lines.c.arrived,
    batch_lines.c.damaged,
)

labels_wanted = Table(
    "labels_wanted",
    metadata,
    Column("copy_id", ForeignKey("copies.copy_id", ondelete="CASCADE"), primary_key=True),
    Column("wanted_at", Instant, nullable=False),
    comment="Copies whose labels are still to be printed.",
)

barcodes = Table(
    "barcodes",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("patron_id", ForeignKey("patrons.patron_id"), index=True),
    Column("copy_id", ForeignKey("copies.copy_id"), index=True),
    Column("command", String(16)),
    Column("active", Boolean, nullable=False, server_default=true()),  # false: a stopped card
    Column("issued_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    CheckConstraint(
        "(kind = 'card' AND patron_id IS NOT NULL AND copy_id IS NULL AND command IS NULL)"
        " OR (kind = 'copy' AND copy_id IS NOT NULL AND patron_id IS NULL AND command IS NULL)"
        " OR (kind = 'command' AND command IS NOT NULL AND patron_id IS NULL AND copy_id IS NULL)",
        name="target",
    ),
    comment="Every number that can be scanned; unique across cards, copies and commands.",
)
Index(
    "ux_barcodes_copy",
    barcodes.c.copy_id,
    unique=True,
    sqlite_where=text("active AND copy_id IS NOT NULL"),
    postgresql_where=text("active AND copy_id IS NOT NULL"),
)
Index(
    "ux_barcodes_patron",
    barcodes.c.patron_id,
    unique=True,
    sqlite_where=text("active AND patron_id IS NOT NULL"),
    postgresql_where=text("active AND patron_id IS NOT NULL"),
)

loans = Table(
    "loans",
    metadata,
    Column("loan_id", Serial, primary_key=True),
    Column("copy_id", ForeignKey("copies.copy_id"), nullable=False, index=True),
    Column("patron_id", ForeignKey("patrons.patron_id"), nullable=False),
    Column("class_id", ForeignKey("school_classes.class_id")),  # the class then, for the term's figures
    Column("lent_at", Instant, nullable=False, index=True),
    Column("due_on", Date, nullable=False),
    Column("renewals", Integer, nullable=False, server_default="0"),
    Column("returned_at", Instant),
    Column("undone", Boolean, nullable=False, server_default=false()),  # taken back at once: no trace in statistics
    Column("session_id", String(64), nullable=False, server_default=""),
    CheckConstraint("NOT undone OR returned_at IS NOT NULL", name="undone_is_closed"),
)
Index(
    "ux_loans_open",
    loans.c.copy_id,
    unique=True,
    sqlite_where=text("returned_at IS NULL"),
    postgresql_where=text("returned_at IS NULL"),
)
Index(
    "ix_loans_patron_open",
    loans.c.patron_id,
    sqlite_where=text("returned_at IS NULL"),
    postgresql_where=text("returned_at IS NULL"),
)
Index("ix_loans_patron", loans.c.patron_id, loans.c.lent_at)

events = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kiosk", String(64), nullable=False),
    Column("operator_id", ForeignKey("patrons.patron_id")),  # who acted for somebody else: helper or librarian
    Column("action", String(32), nullable=False),
    Column("patron_id", ForeignKey("patrons.patron_id")),
    Column("copy_id", ForeignKey("copies.copy_id")),
    Column("loan_id", ForeignKey("loans.loan_id")),
    Column("request_id", String(64), nullable=False),
    Column("step", Integer, nullable=False),  # a command may record several events
    Column("details", Json, nullable=False),
    UniqueConstraint("request_id", "step"),
    comment="What happened, append-only.",
)
# Each index has what its readers sort by as well: PostgreSQL else walks back through all that ever happened.
Index("ix_events_patron", events.c.patron_id, events.c.seq)
Index("ix_events_copy", events.c.copy_id, events.c.seq)
_BY_OPERATOR = text("operator_id IS NOT NULL")
Index(
    "ix_events_patron_by_operator",
    events.c.patron_id,
    events.c.seq,
    sqlite_where=_BY_OPERATOR,
    postgresql_where=_BY_OPERATOR,
)
Index(
    "ix_events_copy_by_operator",
    events.c.copy_id,
    events.c.seq,
    sqlite_where=_BY_OPERATOR,
    postgresql_where=_BY_OPERATOR,
)
Index("ix_events_operator", events.c.operator_id, events.c.at, sqlite_where=_BY_OPERATOR, postgresql_where=_BY_OPERATOR)
_NO_LOAN = text("loan_id IS NULL")
Index("ix_events_action", events.c.action, events.c.seq, sqlite_where=_NO_LOAN, postgresql_where=_NO_LOAN)

terms = Table(
    "terms",
    metadata,
    Column("term_id", Serial, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("recall_on", Date),
    CheckConstraint("starts_on <= ends_on", name="order"),
)

closures = Table(
    "closures",
    metadata,
    Column("closure_id", Serial, primary_key=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("reason", String(200), nullable=False, server_default=""),
    CheckConstraint("starts_on <= ends_on", name="order"),
)

swap_days = Table(
    "swap_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("uses_weekday", Integer, nullable=False),
    Column("as_of", Date),
    CheckConstraint("uses_weekday BETWEEN 1 AND 7", name="weekday"),
)

slots = Table(
    "slots",
    metadata,
    Column("slot_id", Serial, primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("weeks", String(8), nullable=False),
    Column("audience", Json, nullable=False),
    Column("label", String(80), nullable=False, server_default=""),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    CheckConstraint("starts < ends", name="order"),
    CheckConstraint("weeks IN ('every', 'odd', 'even')", name="weeks"),
)

extra_slots = Table(
    "extra_slots",
    metadata,
    Column("extra_id", Serial, primary_key=True),
    Column("day", Date, nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("audience", Json, nullable=False),
    Column("label", String(80), nullable=False, server_default=""),
    CheckConstraint("starts < ends", name="order"),
)

slot_swaps = Table(
    "slot_swaps",
    metadata,
    Column("swap_id", Serial, primary_key=True),
    Column("first_slot", ForeignKey("slots.slot_id", ondelete="CASCADE"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("second_slot", ForeignKey("slots.slot_id", ondelete="CASCADE"), nullable=False),
    Column("second_day", Date, nullable=False),
)

duties = Table(
    "duties",
    metadata,
    Column("duty_id", Serial, primary_key=True),
    Column("patron_id", ForeignKey("patrons.patron_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    CheckConstraint("starts < ends", name="order"),
    comment="When a helper is on duty at the counter.",
)
