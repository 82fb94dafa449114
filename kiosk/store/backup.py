"""Backups: one file format for both databases, and the way back.

A backup is a SQLite library file (of the same schema, complete in one file), whatever the library lies on: a kiosk
PC has no pg_dump, and a school that changes from one database to the other restores into the new one. It is taken
from one snapshot while kiosks work on, checked, and only then given its name; older ones are removed after that.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from kiosk.lending.calendar import USUAL_ZONE
from kiosk.store import schema
from kiosk.store.edit import insert_rows
from kiosk.store.library import (
    Library,
    StoreTrouble,
    TroubleCode,
    describe,
    library_file,
    migrate,
    open_library,
    postgres_engine,
    revision_of,
    sidecars,
    sqlite_engine,
    sync_folder,
    trouble_from,
)
from kiosk.store.migrations import OURS, Migrations
from kiosk.store.place import is_postgres

KEEP = 14
_STEP_PAGES = 1_024  # 4 MB, then a breath in which the kiosk's own writes reach the disk
_STEP_PAUSE_S = 0.002
_NAME = re.compile(r"library-(\d{8})-(\d{6})\.db")
_PART = re.compile(r"\.library-\d{8}-\d{6}\.part(-journal|-wal|-shm)?")


class BackupCode(StrEnum):
    """Why there is no backup, or no restore."""

    NO_FOLDER = "no_folder"  # the USB stick was pulled, or no folder was chosen
    DISK_FULL = "disk_full"
    NO_PERMISSION = "no_permission"
    NOT_A_BACKUP = "not_a_backup"
    TAKEN = "taken"  # something else stands where the backup should go
    DAMAGED = "damaged"  # what was read or written is not sound
    NEWER_SCHEMA = "newer_schema"
    IN_USE = "in_use"  # restore: a kiosk has the library open
    LIBRARY = "library"  # the library itself cannot be reached


class BackupTrouble(Exception):  # noqa: N818  as StoreTrouble: something is broken, in a sentence
    """Nothing was replaced and nothing removed. `detail` is for the IT teacher's log, without passwords."""

    def __init__(self, code: BackupCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


_CODES: Mapping[TroubleCode, BackupCode] = {
    TroubleCode.DISK_FULL: BackupCode.DISK_FULL,
    TroubleCode.NO_PERMISSION: BackupCode.NO_PERMISSION,
    TroubleCode.DAMAGED: BackupCode.DAMAGED,
    TroubleCode.NEWER_SCHEMA: BackupCode.NEWER_SCHEMA,
    TroubleCode.LOCKED: BackupCode.IN_USE,
}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was made and checked: its size in bytes, rows by table, and older backups removed."""

    file: Path
    size: int
    rows: Mapping[str, int]
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """A restore that is done: rows by table, and where what was there before is kept (None: there was nothing)."""

    rows: Mapping[str, int]
    kept: Path | None


# --- making backups -------------------------------------------------------------------------------------------


def backup(library: Library, target: Path | None, keep: int = KEEP, *, now: datetime) -> BackupReport:
    """Make a backup of `library` while it is in use. Raises BackupTrouble.

    `target` is a folder that is there (it gets `library-<date>-<time>.db` by `now`, the school's local time, and
    of such files the newest `keep` stay), or a file ending in `.db` (replaced if it is a backup, else left as it is;
    nothing else is removed). Without a target a SQLite library is backed up to the folder `backups` beside it.
    """
    folder, name = _destination(library, target, now)
    draft = folder / f".library-{now:%Y%m%d-%H%M%S}.part"
    try:
        _clear(draft)
        counts = _copy_sqlite(_open_live(library.file), draft) if library.file else _dump(library, draft)
        _verify(draft, counts)
        _sync(draft)
        final = folder / name
        draft.replace(final)
        sync_folder(folder)
        report = BackupReport(final, final.stat().st_size, counts)
    except (OSError, sqlite3.Error, DBAPIError, StoreTrouble) as exc:
        with contextlib.suppress(OSError):
            _clear(draft)
        if not folder.is_dir():
            raise BackupTrouble(BackupCode.NO_FOLDER, str(folder)) from exc
        raise _trouble(exc) from exc
    except BackupTrouble:
        with contextlib.suppress(OSError):
            _clear(draft)
        raise
    removed = _prune(folder, max(1, keep)) if _NAME.fullmatch(name) else ()
    return BackupReport(report.file, report.size, report.rows, removed)


def newest_backup(folder: Path) -> Path | None:
    """The newest backup in `folder` by its name; None without any, or without the folder."""
    return max(_backups(folder), key=lambda file: file.name, default=None)


def due_today(folder: Path, today: date) -> bool:
    """Whether `folder` holds no backup of `today` (the school's local day)."""
    return not any(file.name.startswith(f"library-{today:%Y%m%d}-") for file in _backups(folder))


def _destination(library: Library, target: Path | None, now: datetime) -> tuple[Path, str]:
    name = f"library-{now:%Y%m%d-%H%M%S}.db"
    if target is None:
        if library.file is None:
            raise BackupTrouble(BackupCode.NO_FOLDER, "a library on a server needs a folder for its backups")
        target = default_folder(library.location)
        try:
            target.mkdir(exist_ok=True)
        except OSError as exc:
            raise _trouble(exc) from exc
    elif target.suffix == ".db" and not target.is_dir():
        target, name = target.parent, target.name
    if library.file is not None and (target / name).resolve() == library.file.resolve():
        raise BackupTrouble(BackupCode.NOT_A_BACKUP, "a library cannot be its own backup")
    if not target.is_dir():
        raise BackupTrouble(BackupCode.NO_FOLDER, str(target))
    if (target / name).exists() and not _is_backup(target / name):
        raise BackupTrouble(BackupCode.TAKEN, str(target / name))
    return target, name


def _is_backup(file: Path) -> bool:
    """Whether a file is a backup: a library, but not one that a kiosk works with."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            works = opened.read(20)[18:] != _NO_WAL
        return not works and bool(_backup_revision(file))
    except (OSError, BackupTrouble):
        return False


_NO_WAL = b"\x01\x01"  # sqlite.org/fileformat2, bytes 18 and 19 of the header: 2 once a kiosk has opened it


def default_folder(location: str) -> Path:
    """Where backups of a SQLite library go when no folder was chosen."""
    return library_file(location).parent / "backups"


def _backups(folder: Path) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if _NAME.fullmatch(file.name)]
    except OSError:
        return []


def _prune(folder: Path, keep: int) -> tuple[Path, ...]:
    """Remove all but the newest `keep` backups, and drafts that a crash left; never a file of another name."""
    old = sorted(_backups(folder), key=lambda file: file.name)[:-keep]
    removed = []
    for file in old:
        with contextlib.suppress(OSError):  # the new backup is made: an old one that stays is no trouble
            file.unlink()
            removed.append(file)
    with contextlib.suppress(OSError):
        for file in folder.iterdir():
            if _PART.fullmatch(file.name):
                file.unlink()
    return tuple(removed)


def _copy_sqlite(source: sqlite3.Connection, draft: Path) -> dict[str, int]:
    """Copy a SQLite library in steps, all of one snapshot; its row counts in that snapshot. Closes `source`."""
    copy = sqlite3.connect(draft)
    try:
        # An open read transaction pins the snapshot: without it every loan made meanwhile would start the copy anew.
        source.execute("BEGIN")
        counts = _count(source)
        copy.execute("PRAGMA synchronous=OFF")  # the whole file is synced once, when it is complete
        source.backup(copy, pages=_STEP_PAGES, sleep=_STEP_PAUSE_S)
        copy.execute("PRAGMA journal_mode=DELETE")  # no -wal beside it: one file, readable on a write-protected stick
    finally:
        copy.close()
        source.close()
    return counts


def _open_live(file: Path) -> sqlite3.Connection:
    """A connection to a library in use."""
    return sqlite3.connect(_address(file, "mode=rw"), uri=True, isolation_level=None)


def _open_still(file: Path) -> sqlite3.Connection:
    """A connection to a file nobody works in, which needs to write nothing, not even beside it."""
    beside = any(side.exists() for side in sidecars(file))
    return sqlite3.connect(_address(file, "mode=rw" if beside else "mode=ro&immutable=1"), uri=True)


def _address(file: Path, how: str) -> str:
    return f"file:{quote(file.absolute().as_posix())}?{how}"


def _dump(library: Library, draft: Path) -> dict[str, int]:
    """Write a PostgreSQL library into a SQLite library file, from one snapshot; its row counts in that snapshot."""

    def work(source: Connection) -> dict[str, int]:
        _clear(draft)
        migrate(draft, OURS)
        return _pour(source, draft)

    return library.read(work, patient=True)


def _pour(source: Connection, draft: Path) -> dict[str, int]:
    engine = sqlite_engine(draft, guarded=False)
    try:
        with engine.begin() as copy:
            counts = {table.name: insert_rows(copy, table, _rows(source, table)) for table in _TABLES}
    finally:
        engine.dispose()
    alone = sqlite3.connect(draft)
    alone.execute("PRAGMA journal_mode=DELETE")  # as in _copy_sqlite
    alone.close()
    return counts


_TABLES = tuple(schema.metadata.sorted_tables)


def _rows(source: Connection, table: Table) -> Iterator[Mapping[str, object]]:
    for part in source.execute(select(table), execution_options={"yield_per": 2_000}).mappings().partitions():
        for row in part:
            yield dict(row)


def _count(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows by table; an older library may lack some of today's tables."""
    there = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names = [table.name for table in _TABLES if table.name in there]
    return {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608  ours


def _verify(file: Path, counts: Mapping[str, int] | None) -> dict[str, int]:
    """Read a backup through: sound pages, no orphan rows, as many rows as expected. Its row counts."""
    conn = _open_still(file)
    try:
        wrong = [str(row[0]) for row in conn.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        wrong += [f"orphan row in {row[0]}" for row in conn.execute("PRAGMA foreign_key_check").fetchmany(5)]
        found = _count(conn)
    finally:
        conn.close()
    wrong += [
        f"{name}: {n} rows, {found.get(name)} in the copy" for name, n in (counts or {}).items() if found.get(name) != n
    ]
    if wrong:
        raise BackupTrouble(BackupCode.DAMAGED, "; ".join(wrong))
    return found


# --- the way back ---------------------------------------------------------------------------------------------


def restore(backup_file: Path, location: str, *, now: datetime, migrations: Migrations = OURS) -> RestoreReport:
    """Put the backup in place of the library at `location` (or make one there). Raises BackupTrouble.

    The backup is checked before anything is touched. What was there is kept: a SQLite library beside the new one,
    a PostgreSQL library as a backup beside `backup_file`; both named `library-replaced-<date>-<time>.db`. Refused
    while a kiosk has the library open.
    """
    if not backup_file.is_file():
        raise BackupTrouble(BackupCode.NOT_A_BACKUP, f"{backup_file} is not there")
    try:
        revision = _backup_revision(backup_file)
        if revision > migrations.head:
            raise BackupTrouble(BackupCode.NEWER_SCHEMA, f"schema {revision}, this program knows {migrations.head}")
        kept = f"library-replaced-{now:%Y%m%d-%H%M%S}.db"
        if is_postgres(location):
            return _restore_postgres(backup_file, location, backup_file.parent / kept, migrations, now)
        rows = _verify(backup_file, None)
        return RestoreReport(rows, _restore_sqlite(backup_file, location, kept))
    except (OSError, sqlite3.Error, DBAPIError, StoreTrouble) as exc:
        raise _trouble(exc) from exc


def school_time(backup_file: Path, instant: datetime) -> datetime:
    """The local time (naive) of an aware instant at the school whose backup this is; where it does not say, China's."""
    zone = ZoneInfo(USUAL_ZONE)
    # what is no backup, or names no zone, `restore` tells: the time is of the name of a file only
    with contextlib.suppress(sqlite3.Error, TypeError, ValueError, KeyError):
        with contextlib.closing(_open_still(backup_file)) as conn:
            (stored,) = conn.execute("SELECT value FROM settings WHERE key = 'timezone'").fetchone()
        zone = ZoneInfo(json.loads(stored))
    return instant.astimezone(zone).replace(tzinfo=None)


def _backup_revision(file: Path) -> str:
    conn = _open_still(file)
    try:
        (revision,) = conn.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
        conn.execute("SELECT 1 FROM settings, loans").fetchone()
    except sqlite3.Error as exc:
        raise BackupTrouble(BackupCode.NOT_A_BACKUP, f"{file.name}: {exc}") from exc
    finally:
        conn.close()
    if not revision:
        raise BackupTrouble(BackupCode.NOT_A_BACKUP, f"{file.name} holds something else")
    return str(revision)


def _restore_sqlite(backup_file: Path, location: str, kept_name: str) -> Path | None:
    file = library_file(location)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.new")
    _clear(draft)
    try:
        _verify(draft, _copy_sqlite(_open_still(backup_file), draft))
        _sync(draft)
        kept = _set_aside(file, file.with_name(kept_name)) if file.exists() else None
        draft.replace(file)
        sync_folder(file.parent)
    except BaseException:
        _clear(draft)
        raise
    return kept


def _set_aside(file: Path, kept: Path) -> Path:
    """Give the library about to be replaced a second name. Refuses while somebody has it open."""
    try:
        conn = sqlite3.connect(_address(file, "mode=rw"), uri=True, timeout=0)
        try:
            # Leaving WAL needs to be alone with the file, and brings everything from the -wal file into it.
            conn.execute("PRAGMA journal_mode=DELETE")
        finally:
            conn.close()
    except sqlite3.Error as exc:
        if trouble_from(exc).code is TroubleCode.LOCKED:
            raise BackupTrouble(BackupCode.IN_USE, str(file)) from exc
        # Damaged, perhaps the reason for this restore: keep it as it lies, with the files beside it.
    for side in sidecars(file):
        if side.exists():
            side.replace(kept.with_name(kept.name + side.name.removeprefix(file.name)))
    try:
        os.link(file, kept)  # at every moment there is a library.db: the old one, then the new one
    except OSError as exc:
        if exc.errno == errno.EEXIST:
            raise
        file.replace(kept)  # a file system without second names (FAT)
    return kept


def _restore_postgres(
    backup_file: Path, location: str, kept: Path, migrations: Migrations, now: datetime
) -> RestoreReport:
    draft = kept.with_name(f".{kept.stem}.part")
    engine = postgres_engine(location, patient=True)
    try:
        _clear(draft)
        rows = _verify(draft, _copy_sqlite(_open_still(backup_file), draft))
        migrate(draft, migrations)  # an older backup, in a copy: the file itself stays as it is
        with engine.connect() as conn:
            there = revision_of(conn) is not None
            others = conn.scalar(_OTHERS)
        if others:
            raise BackupTrouble(BackupCode.IN_USE, f"{others} connections to {describe(location)}")
        if there:
            library = open_library(location, migrations)
            try:
                backup(library, kept, now=now)
            finally:
                library.close()
        else:
            migrate(location, migrations)
        source = sqlite_engine(draft, guarded=False)
        try:
            with source.connect() as old, engine.begin() as new:
                new.execute(text("TRUNCATE " + ", ".join(table.name for table in _TABLES) + " RESTART IDENTITY"))
                for table in _TABLES:
                    insert_rows(new, table, _rows(old, table))
                _count_on(new)
        finally:
            source.dispose()
    finally:
        engine.dispose()
        _clear(draft)
    return RestoreReport(rows, kept if there else None)


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'kiosk' AND pid <> pg_backend_pid()"
)


def _count_on(conn: Connection) -> None:
    """Let PostgreSQL's counters of ids go on after the highest that was loaded."""
    for table in _TABLES:
        key = table.autoincrement_column
        if key is not None and (highest := conn.scalar(select(func.max(key)))) is not None:
            counter = func.pg_get_serial_sequence(table.name, key.name)
            conn.execute(select(func.setval(counter, highest)))


# --- files ----------------------------------------------------------------------------------------------------


def _trouble(exc: Exception) -> BackupTrouble:
    found = trouble_from(exc)
    return BackupTrouble(_CODES.get(found.code, BackupCode.LIBRARY), found.detail)


def _clear(file: Path) -> None:
    for leftover in (file, *sidecars(file), file.with_name(f"{file.name}-journal")):
        leftover.unlink(missing_ok=True)


def _sync(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
