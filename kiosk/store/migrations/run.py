"""Running migrations from the program, without an alembic.ini. Imported only when one is due."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from kiosk.store.migrations import Migrations


def config(migrations: Migrations, conn: Connection | None = None) -> Config:
    """Alembic's configuration for `migrations`, working on `conn`."""
    made = Config()
    made.set_main_option("script_location", str(migrations.folder).replace("%", "%%"))
    made.attributes["connection"] = conn
    return made


def upgrade(conn: Connection, migrations: Migrations) -> None:
    """Bring the database behind `conn` to the newest schema, in the transaction that is open on it."""
    command.upgrade(config(migrations, conn), "head")
