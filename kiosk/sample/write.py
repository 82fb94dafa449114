"""Writing the sample into a library."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Table, func, select, text

from kiosk.sample.build import DEMO_PIN, SampleRows, build_sample
from kiosk.store import edit, schema
from kiosk.store.library import Library
from kiosk.store.pinyin import name_search


def write_sample(library: Library, seed: int, today: date) -> SampleRows:
    """Fill the new, empty `library` with the sample of `seed` and `today`, in one transaction.

    Returns the rows, for what a demo needs of them. Raises StoreTrouble, with nothing kept.
    """
    rows = build_sample(seed, today)
    pin_hash = hash_pin(DEMO_PIN)

    def work(conn: Connection) -> None:
        for name, content in rows.tables.items():
            table = schema.metadata.tables[name]
            if name == "settings":
                for row in content:
                    edit.save_setting(conn, row["key"], row["value"])
                continue
            if name == "patrons":
                content = [
                    row
                    | {
                        "name_search": name_search(row["name"]),
                        "pin_hash": pin_hash if row["patron_id"] in rows.pins else None,
                    }
                    for row in content
                ]
            edit.insert_rows(conn, table, content)
            count_on(conn, table)
        edit.refresh_search(conn, (row["title_id"] for row in rows.tables["titles"]))

    library.transact(work, patient=True)
    return rows


def hash_pin(pin: str) -> str:
    """The argon2id hash of a PIN: one for all who share the demo's, because each takes a twentieth of a second."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def count_on(conn: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were written with their ids (SQLite does so by itself)."""
    key = next(iter(table.primary_key.columns))
    if conn.dialect.name != "postgresql" or table.autoincrement_column is None:
        return
    highest = conn.scalar(select(func.max(key)))
    if highest is not None:
        conn.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
            {"table": table.name, "column": key.name, "highest": highest},
        )
