from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, select, text

from kiosk.store import edit, schema
from kiosk.store import library as store
from kiosk.store.library import StoreTrouble, create_library, open_library
from kiosk.store.migrations import OURS, Migrations

AT = datetime(2026, 9, 1, tzinfo=UTC)

SECOND = '''
"""A made-up migration: a column, and a table made anew with it."""
import os, signal, sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

def upgrade():
    with op.batch_alter_table("patrons", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as t:
        t.add_column(sa.Column("nickname", sa.String(40)))
    if "KILL_IN_MIGRATION" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    op.execute("UPDATE settings SET value = '2' WHERE key = 'x'")
'''


@pytest.fixture
def next_version(tmp_path: Path) -> Migrations:
    """The migrations of a later program."""
    folder = tmp_path / "migrations"
    shutil.copytree(OURS.folder, folder)
    (folder / "versions" / "0004_second.py").write_text(SECOND)
    return Migrations(folder, "0004")


@pytest.mark.filterwarnings("ignore:.*expression-based:Warning")  # SQLite's: the test below compares them
def test_the_migrations_build_exactly_the_schema(location: str) -> None:
    def differences(conn):
        # Alembic takes SQLite's default '' for another than ours; the test below compares those.
        opts = {"compare_type": True, "compare_server_default": conn.dialect.name == "postgresql"}
        context = MigrationContext.configure(conn, opts=opts)
        return compare_metadata(context, schema.metadata)

    library = open_library(location)
    assert library.read(differences) == []
    library.close()


def test_on_sqlite_columns_constraints_and_indexes_are_the_same_to_the_letter(sqlite_location: str) -> None:
    def described(conn):
        tables = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'"))
        # a column added later names its foreign key with itself; foreign_key_list is the same for both ways
        plain = {name: re.sub(r"[\s,]+|FOREIGN KEY\(\w+\)", " ", sql or "") for name, sql in tables}
        made = {name: sorted(sql.split()) for name, sql in plain.items()}
        keys = {name: conn.execute(text(f"PRAGMA foreign_key_list({name})")) for name in made}
        links = {name: sorted(tuple(row)[2:] for row in rows) for name, rows in keys.items()}
        return made, links, {name: conn.execute(text(f"PRAGMA table_info({name})")).all() for name in made}

    built = create_engine("sqlite://")
    with built.begin() as conn:
        schema.metadata.create_all(conn)
        wanted = described(conn)
    library = open_library(sqlite_location)
    assert library.read(described) == wanted
    library.close()


def test_an_older_library_is_brought_up_to_date_and_a_copy_kept(location: str, next_version: Migrations) -> None:
    library = open_library(location)
    library.transact(lambda conn: edit.save_setting(conn, "x", 1))
    library.close()
    newer = open_library(location, next_version)
    assert newer.read(edit.load_settings)["x"] == 2
    assert newer.read(lambda conn: conn.execute(text("SELECT nickname FROM patrons")).all()) == []
    newer.close()
    if newer.dialect == "sqlite":
        folder = Path(location).parent / "before"
        folder.mkdir()
        shutil.copy(Path(location) / "library.before-migrating-0003.db", folder / "library.db")
        before = open_library(str(folder))
        assert before.read(edit.load_settings)["x"] == 1
        before.close()
    with pytest.raises(StoreTrouble, match="newer_schema"):
        open_library(location)


def at_revision(place: str, revision: str, folder: Path) -> Migrations:
    """A library made by the program of an earlier revision, with something in it, and that program's migrations."""
    shutil.copytree(OURS.folder, folder)
    for file in (folder / "versions").glob("[0-9]*.py"):
        if file.name[:4] > revision:
            file.unlink()
    earlier = Migrations(folder, revision)
    library = create_library(place, earlier)
    values = {"kind": "pupil", "name": "王小明", "created_at": AT}
    library.transact(lambda conn: conn.execute(schema.patrons.insert().values(**values)))
    library.close()
    return earlier


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_kiosk_of_the_earlier_program_works_on_while_another_brings_its_library_up_to_date(
    empty_place: str, tmp_path: Path, revision: str
) -> None:
    earlier = at_revision(empty_place, revision, tmp_path / "earlier")
    names = lambda conn: list(conn.scalars(select(schema.patrons.c.name)))  # noqa: E731  the same question to each
    open_before = open_library(empty_place, earlier)
    for _ in range(8):  # more often than after which psycopg prepares a statement
        assert open_before.read(names) == ["王小明"]
    newest = open_library(empty_place)
    assert newest.read(names) == ["王小明"]
    assert open_before.read(names) == ["王小明"]
    open_before.transact(lambda conn: edit.rename_patron(conn, 1, "王大明"))
    assert newest.read(names) == ["王大明"]
    newest.close()
    open_before.close()
    with pytest.raises(StoreTrouble, match="newer_schema"):  # when it is next started
        open_library(empty_place, earlier)


def test_a_library_in_the_middle_of_something_is_locked_not_migrated_and_opens_when_that_is_done(
    monkeypatch: pytest.MonkeyPatch, empty_place: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 50)
    monkeypatch.setattr(store, "LONG_LOCK_MS", 50)
    earlier = at_revision(empty_place, "0002", tmp_path / "earlier")
    other = open_library(empty_place, earlier)

    def hold(conn: Connection) -> None:
        edit.rename_patron(conn, 1, "王大明")
        conn.execute(select(schema.copies.c.copy_id)).all()
        with pytest.raises(StoreTrouble, match="locked"):
            open_library(empty_place)

    other.transact(hold)
    open_library(empty_place).close()
    other.close()


def test_a_kill_inside_a_migration_leaves_a_library_that_opens(location: str, next_version: Migrations) -> None:
    library = open_library(location)
    library.transact(lambda conn: edit.save_setting(conn, "x", 1))
    library.close()
    program = f"""
        import os
        from pathlib import Path
        from kiosk.store.library import open_library
        from kiosk.store.migrations import Migrations
        os.environ["KILL_IN_MIGRATION"] = "1"
        open_library({location!r}, Migrations(Path({str(next_version.folder)!r}), "0004"))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    as_it_was = open_library(location)
    assert as_it_was.read(edit.load_settings)["x"] == 1
    as_it_was.close()
    newer = open_library(location, next_version)
    assert newer.read(edit.load_settings)["x"] == 2
    newer.close()


def test_a_half_made_library_is_none_and_can_be_made_again(tmp_path: Path, next_version: Migrations) -> None:
    place = tmp_path / "new"
    program = f"""
        import os
        from pathlib import Path
        from kiosk.store.library import create_library
        from kiosk.store.migrations import Migrations
        os.environ["KILL_IN_MIGRATION"] = "1"
        create_library({str(place)!r}, Migrations(Path({str(next_version.folder)!r}), "0004"))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(StoreTrouble, match="no_library"):
        open_library(str(place))
    create_library(str(place)).close()
