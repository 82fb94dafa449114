"""Alembic's entry: runs the migrations on the connection and in the transaction it is given."""

from __future__ import annotations

from alembic import context

from kiosk.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,  # true on SQLite as well, because we say BEGIN ourselves
)
context.run_migrations()
