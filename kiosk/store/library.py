"""Opening a library and working in it: one door for SQLite (default) and PostgreSQL (several kiosks).

Every write goes through `Library.transact`, which gives one durable transaction or none, and turns whatever a
database can say into `StoreTrouble` with a code the screens have a sentence for.

How the two databases keep commands from racing:

* SQLite: each write transaction opens with BEGIN IMMEDIATE, so there is one writer at a time. WAL with
  synchronous=FULL makes a commit durable while readers and backups go on.
* PostgreSQL: READ COMMITTED. Commands lock the patron's and the copy's row (SELECT … FOR UPDATE, copy before
  patron); after the wait the next statement sees what the other kiosk committed, which REPEATABLE READ would answer
  with a serialisation failure and a second run instead. Unique indexes guard what a lock forgets.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from kiosk.store import schema
from kiosk.store.migrations import OURS, Migrations
from kiosk.store.place import is_postgres

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
    from sqlalchemy.pool import ConnectionPoolEntry

    from kiosk.store.watched import WatchedConnection

FILE_NAME = "library.db"
BUSY_MS = 3_000  # how long a write waits for another program's lock before it is `locked`
WAL_PAGES = 8_000  # of 4 KB: a write-ahead log that long is moved into the file in the middle of a scan after all
PATIENCE_S = 5.0  # no further attempt begins after this: nobody stands longer before a frozen kiosk
ATTEMPTS = 5  # of one transaction that other kiosks' work keeps undoing
IDLE_S = 60  # after which PostgreSQL ends a transaction of ours in which nothing is asked: that kiosk is frozen
LONG_LOCK_MS = 60_000  # for which a migration waits for other kiosks' transactions
LONG_IDLE_S = 1_800  # the same for works that may take long between two statements
QUICK_CHECK_BYTES = 4_000_000  # files up to this are read through on opening (about 10 ms)

T = TypeVar("T")


class TroubleCode(StrEnum):
    """What is broken, as far as the store can tell."""

    NO_LIBRARY = "no_library"
    EXISTS = "exists"  # create_library only: there is one already
    NO_FOLDER = "no_folder"  # create_library only: no folder can be made there
    NEWER_SCHEMA = "newer_schema"
    DAMAGED = "damaged"
    NO_PERMISSION = "no_permission"
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class StoreTrouble(Exception):  # noqa: N818  a trouble is no error of ours: something is broken, in a sentence
    """The store cannot do what was asked. Nothing of the transaction was kept, unless it is `in_doubt`.

    `detail` is for the IT teacher's log: the database's own words, without passwords, statements or values.
    `in_doubt`: the connection was lost during the commit and nobody could be asked since; asking again with the
    same request id settles it.
    """

    in_doubt: bool = False

    def __init__(self, code: TroubleCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


_SQLITE_CODES: dict[int, TroubleCode] = {  # primary result codes, https://sqlite.org/rescode.html
    3: TroubleCode.NO_PERMISSION,  # PERM
    5: TroubleCode.LOCKED,  # BUSY
    6: TroubleCode.LOCKED,  # LOCKED
    8: TroubleCode.NO_PERMISSION,  # READONLY
    10: TroubleCode.UNREACHABLE,  # IOERR
    11: TroubleCode.DAMAGED,  # CORRUPT
    13: TroubleCode.DISK_FULL,  # FULL
    14: TroubleCode.NO_PERMISSION,  # CANTOPEN
    23: TroubleCode.NO_PERMISSION,  # AUTH
    26: TroubleCode.DAMAGED,  # NOTADB
}
_SQLITE_EXTENDED: dict[int, TroubleCode] = {
    266: TroubleCode.DAMAGED,  # IOERR_READ: an unreadable sector
    522: TroubleCode.DAMAGED,  # IOERR_SHORT_READ
    778: TroubleCode.DISK_FULL,  # IOERR_WRITE: a quota or file size limit (ENOSPC itself is FULL)
    4874: TroubleCode.DISK_FULL,  # IOERR_SHMSIZE: no room for the -shm file
}
_SQLSTATES: dict[str, TroubleCode] = {  # https://www.postgresql.org/docs/15/errcodes-appendix.html
    "08": TroubleCode.UNREACHABLE,
    "25": TroubleCode.UNREACHABLE,  # a transaction of ours that was idle for too long
    "25006": TroubleCode.NO_PERMISSION,  # a standby, or made read-only
    "28": TroubleCode.NO_PERMISSION,
    "3D": TroubleCode.NO_LIBRARY,
    "40": TroubleCode.LOCKED,  # serialisation failures and deadlocks that retries did not cure
    "42501": TroubleCode.NO_PERMISSION,
    "53": TroubleCode.UNREACHABLE,
    "53100": TroubleCode.DISK_FULL,
    "55": TroubleCode.LOCKED,
    "57": TroubleCode.UNREACHABLE,
    "57014": TroubleCode.LOCKED,  # statement_timeout: somebody sits on what we need
    "58": TroubleCode.DAMAGED,
    "XX001": TroubleCode.DAMAGED,
    "XX002": TroubleCode.DAMAGED,
}
_CONNECT_WORDS: tuple[tuple[str, TroubleCode], ...] = (  # libpq gives no SQLSTATE while connecting
    ("password authentication failed", TroubleCode.NO_PERMISSION),
    ("no pg_hba.conf entry", TroubleCode.NO_PERMISSION),
    ("permission denied", TroubleCode.NO_PERMISSION),
    ("role ", TroubleCode.NO_PERMISSION),
    ("database ", TroubleCode.NO_LIBRARY),
)
_OS_CODES: dict[int, TroubleCode] = {
    errno.EACCES: TroubleCode.NO_PERMISSION,
    errno.EPERM: TroubleCode.NO_PERMISSION,
    errno.EROFS: TroubleCode.NO_PERMISSION,
    errno.ENOSPC: TroubleCode.DISK_FULL,
    errno.EDQUOT: TroubleCode.DISK_FULL,
    errno.EFBIG: TroubleCode.DISK_FULL,
    errno.ENOENT: TroubleCode.NO_LIBRARY,
    errno.ENOTDIR: TroubleCode.NO_LIBRARY,
    errno.EIO: TroubleCode.UNREACHABLE,
}


def is_database_error(exc: BaseException) -> bool:
    """Whether `exc` comes from a database or its pool, rather than from the work done in it."""
    driver = isinstance(exc, sqlite3.Error) or type(exc).__module__.partition(".")[0] == "psycopg"
    return driver or isinstance(exc, DBAPIError | PoolTimeout)


def trouble_from(exc: BaseException) -> StoreTrouble:
    """The trouble that `exc` (of SQLAlchemy, sqlite3, psycopg or the file system) amounts to."""
    if isinstance(exc, StoreTrouble):
        return exc
    orig: Any = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    if isinstance(exc, PoolTimeout):
        return StoreTrouble(TroubleCode.LOCKED, "all connections are in use")
    if isinstance(orig, sqlite3.Error):
        number = getattr(orig, "sqlite_errorcode", None) or 0
        code = _SQLITE_EXTENDED.get(number) or _SQLITE_CODES.get(number & 0xFF, TroubleCode.UNKNOWN)
        return StoreTrouble(code, f"{getattr(orig, 'sqlite_errorname', type(orig).__name__)}: {orig}")
    if type(orig).__module__.partition(".")[0] == "psycopg":
        return _postgres_trouble(orig)
    if isinstance(orig, OSError):
        code = _OS_CODES.get(orig.errno or 0, TroubleCode.UNKNOWN)
        return StoreTrouble(code, f"{orig.strerror or type(orig).__name__}: {orig.filename or ''}".strip(": "))
    return StoreTrouble(TroubleCode.UNKNOWN, type(orig).__name__)


def _postgres_trouble(orig: Any) -> StoreTrouble:
    state: str | None = orig.sqlstate
    if state:
        code = _SQLSTATES.get(state) or _SQLSTATES.get(state[:2], TroubleCode.UNKNOWN)
        # the primary message only: DETAIL lines quote the values of a row
        return StoreTrouble(code, f"{state}: {orig.diag.message_primary or type(orig).__name__}")
    message = " ".join(str(orig).split())
    if type(orig).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        fatal = message.partition("FATAL:")[2].strip()
        code = next((c for words, c in _CONNECT_WORDS if words in fatal), TroubleCode.UNREACHABLE)
        return StoreTrouble(code, message[:300])
    return StoreTrouble(TroubleCode.UNKNOWN, type(orig).__name__)


def library_file(location: str) -> Path:
    """The SQLite file of the library in the folder `location`."""
    return Path(location).expanduser() / FILE_NAME


def describe(location: str) -> str:
    """`location` as it may stand in a log: without the password of a URL."""
    if not is_postgres(location):
        return str(Path(location).expanduser())
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        return "postgresql://…"
    secret = {"password", "sslpassword"} & set(url.query)
    return url.difference_update_query(secret).render_as_string(hide_password=True)


class Library:
    """An open library. Safe to use from several threads; every call takes a connection of its own.

    After a trouble it stays usable: broken connections are dropped and the next call opens fresh ones.
    """

    def __init__(self, location: str, engine: Engine) -> None:
        self.location = location
        self.dialect = engine.dialect.name
        self._engine = engine
        self.file = None if self.dialect == "postgresql" else library_file(location)
        self._identity: tuple[int, int] | None = None

    def transact(self, work: Callable[[Connection], T], request_id: str | None = None, *, patient: bool = False) -> T:
        """Run `work` in one write transaction, commit durably, give what it returned.

        `work` may be run again (with everything of the earlier run undone), so it must do nothing but read and
        write through its connection. Run again are: serialisation failures and deadlocks (`ATTEMPTS` times
        within `PATIENCE_S`) and, once, a connection lost before the commit. Was it lost during the commit, a new
        connection looks for events with `request_id`: found, the first run counts; not found, `work` runs again (a
        first commit that comes through after all makes the second fail on the unique index, and is then found);
        without a `request_id` that is a trouble, `in_doubt`. `patient` lifts the time-outs that keep a kiosk from
        freezing, and others from waiting for it (bulk imports).
        Raises StoreTrouble, with nothing kept; what `work` itself raises passes through, with nothing kept.
        """
        begun = time.monotonic()
        in_doubt: list[T] = []  # what the run returned whose commit got no answer
        losses = 0
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._run(work, in_doubt, patient)
            except Exception as exc:
                if not is_database_error(exc):
                    raise
                if in_doubt:
                    if request_id is None or (happened := self._happened(request_id, begun + PATIENCE_S)) is None:
                        raise self._trouble(exc, in_doubt=True) from exc
                    if happened:
                        return in_doubt[-1]
                lost = getattr(exc, "connection_invalidated", False)
                losses += lost
                again = (lost and losses == 1) or _undone_by_others(exc)
                if not again or attempt == ATTEMPTS or time.monotonic() - begun > PATIENCE_S:
                    raise self._trouble(exc) from exc
                if not lost:
                    time.sleep(0.01 * attempt * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def read(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Run `work` on one consistent snapshot and give what it returned. Raises StoreTrouble.

        A connection found dead is replaced once; `work` may then run again. Results must be read inside `work`.
        `patient` lifts time-outs as in `transact` (exports, listings, files read beside the library).
        """
        begun = time.monotonic()
        for attempt in (1, 2):
            try:
                self._look_at_file()
                with self._engine.connect() as bare:
                    options: dict[str, Any] = {"kiosk_reading": True}
                    if self.dialect == "postgresql":
                        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                    with _in_time(bare.execution_options(**options), patient) as conn:
                        return work(conn)
            except DBAPIError as exc:
                if attempt == 2 or not exc.connection_invalidated or time.monotonic() - begun > PATIENCE_S:
                    raise self._trouble(exc) from exc
            except Exception as exc:
                if is_database_error(exc):
                    raise self._trouble(exc) from exc
                raise
        raise AssertionError("unreachable: the second attempt returns or raises")

    def check(self) -> tuple[str, ...]:
        """Read the whole library through and say what is wrong with it, one line each; empty when sound.

        SQLite only (PostgreSQL checks its pages itself). Takes about a second for each 100 MB.
        """
        if self.dialect != "sqlite":
            return ()

        def work(conn: Connection) -> tuple[str, ...]:
            found = [str(row[0]) for row in conn.execute(text("PRAGMA quick_check(20)"))]
            orphans = conn.execute(text("PRAGMA foreign_key_check")).fetchmany(20)
            return tuple(x for x in found if x != "ok") + tuple(f"{o[0]}: orphan row {o[1]}" for o in orphans)

        return self.read(work)

    def settle(self) -> None:
        """Move what the write-ahead log holds into the library's file, as far as nobody else is reading it (SQLite).

        For a moment in which nobody waits: left to itself, SQLite does it within a commit, one in eighty, and that
        scan would wait for it. Nothing is lost without it, and what goes wrong the next command meets and tells.
        """
        if self.dialect != "sqlite":
            return
        with suppress(DBAPIError, sqlite3.Error):
            pooled = self._engine.raw_connection()
            try:
                pooled.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                pooled.close()

    def describe(self) -> str:
        """The location as it may stand in a log: without a password."""
        return describe(self.location)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], in_doubt: list[T], patient: bool) -> T:
        """One attempt; a result whose commit got no answer is left in `in_doubt`."""
        self._look_at_file()
        with self._engine.connect() as bare, _in_time(bare, patient) as conn:
            result = work(conn)
            try:
                conn.commit()
            except DBAPIError as exc:
                if exc.connection_invalidated:
                    in_doubt.append(result)
                raise
            return result

    def _happened(self, request_id: str, until: float) -> bool | None:
        """Whether events of `request_id` are in the library; None if nobody answers `until` (monotonic)."""
        wanted = select(schema.events.c.seq).where(schema.events.c.request_id == request_id).limit(1)
        while True:
            try:
                return self.read(lambda conn: conn.execute(wanted).first() is not None)
            except StoreTrouble:
                if time.monotonic() > until:
                    return None
                time.sleep(0.2)  # a server that restarts is back within a second or two

    def _look_at_file(self) -> None:
        """Notice that the library's file was replaced (restored) or taken away under us.

        Without this, POSIX would let us go on writing into the old, nameless file and call it durable.
        """
        if self.file is None:
            return
        try:
            stat = os.stat(self.file)  # noqa: PTH116  a third of the price of Path.stat, on every command
        except OSError as exc:
            self._engine.dispose()
            found = trouble_from(exc)
            gone = found.code is TroubleCode.NO_LIBRARY
            raise StoreTrouble(TroubleCode.UNREACHABLE if gone else found.code, found.detail) from exc
        identity = (stat.st_dev, stat.st_ino)
        if identity != self._identity:
            if self._identity is not None:
                self._engine.dispose()
            self._identity = identity

    def _trouble(self, exc: BaseException, in_doubt: bool = False) -> StoreTrouble:
        """The trouble of `exc`; also drops the pool's connections, which may be broken."""
        self._engine.dispose()
        trouble = trouble_from(exc)
        trouble.in_doubt = in_doubt
        return trouble


_LIFTED = text(
    "SELECT set_config('statement_timeout', '0', true),"
    f" set_config('idle_in_transaction_session_timeout', '{LONG_IDLE_S}s', true)"
)


@contextmanager
def _in_time(conn: Connection, patient: bool) -> Iterator[Connection]:
    """`conn` with the usual time-outs for its transaction, or with long ones for a `patient` work."""
    if not patient or conn.dialect.name != "postgresql":
        yield conn
        return
    from kiosk.store.watched import LONG_SILENCE_S, SILENCE_S

    watched: Any = conn.connection.driver_connection
    watched.silence = LONG_SILENCE_S
    try:
        conn.execute(_LIFTED)
        yield conn
    finally:
        watched.silence = SILENCE_S


def _undone_by_others(exc: BaseException) -> bool:
    """Whether the database undid the transaction because of somebody else's: it may simply run again."""
    state = getattr(getattr(exc, "orig", None), "sqlstate", None)
    return state in ("40001", "40P01")


# --- opening and creating -------------------------------------------------------------------------------------


def open_library(location: str, migrations: Migrations = OURS) -> Library:
    """Open the library at `location` (a folder, or a PostgreSQL URL); check it; bring an older one up to date.

    On SQLite an older library is first copied beside itself (`library.before-<revision>.db`). Never creates one.
    Raises StoreTrouble.
    """
    file = None if is_postgres(location) else library_file(location)
    try:
        if file is not None and not file.exists():
            raise StoreTrouble(TroubleCode.NO_LIBRARY, str(file))
        library = Library(location, _engine(location))
        revision = library.read(revision_of)
        if revision is None:  # an empty database of a server waits for its library; a file was somebody's
            code = TroubleCode.NO_LIBRARY if file is None else TroubleCode.DAMAGED
            raise StoreTrouble(code, f"{library.describe()} holds something else")
        if revision > migrations.head:
            raise StoreTrouble(TroubleCode.NEWER_SCHEMA, f"schema {revision}, this program knows {migrations.head}")
        if revision < migrations.head:
            library.close()
            if file is not None:
                _copy_beside(file, revision)
            migrate(location, migrations)
        if file is not None and file.stat().st_size <= QUICK_CHECK_BYTES and (wrong := library.check()):
            raise StoreTrouble(TroubleCode.DAMAGED, "; ".join(wrong))
    except OSError as exc:
        raise trouble_from(exc) from exc
    return library


def create_library(location: str, migrations: Migrations = OURS) -> Library:
    """Make an empty library at `location` and open it.

    Raises StoreTrouble: `exists` where there is one, `damaged` where a file of its name holds none.
    """
    if is_postgres(location):
        if _held(location) is not None:
            raise StoreTrouble(TroubleCode.EXISTS, describe(location))
        migrate(location, migrations)
        return open_library(location, migrations)
    file = library_file(location)
    try:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, FileNotFoundError, NotADirectoryError) as exc:
            raise StoreTrouble(TroubleCode.NO_FOLDER, f"{exc.strerror}: {exc.filename}") from exc
        if file.exists():
            there = _held(location)
            raise StoreTrouble(TroubleCode.DAMAGED if there is None else TroubleCode.EXISTS, str(file))
        draft = file.with_name(f"{FILE_NAME}.new")  # a half-made library never has the name of one
        for leftover in (draft, *sidecars(draft)):
            leftover.unlink(missing_ok=True)
        migrate(draft, migrations)
        draft.rename(file)
        sync_folder(file.parent)
    except OSError as exc:
        raise trouble_from(exc) from exc
    return open_library(location, migrations)


def _held(location: str) -> str | None:
    """The revision of the library that the database at `location` holds; None if it holds none."""
    there = Library(location, _engine(location))
    try:
        return there.read(revision_of)
    finally:
        there.close()


def sidecars(file: Path) -> tuple[Path, Path]:
    """The two files SQLite keeps beside a database in WAL mode."""
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system has a way to (Windows has none)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sqlite_engine(file: Path, *, create: bool = False, guarded: bool = True) -> Engine:
    """An engine over the SQLite file `file`; `guarded=False`: foreign keys unchecked (migrations, restores)."""
    mode = "rwc" if create else "rw"
    address = f"file:{quote(file.absolute().as_posix())}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            address,
            uri=True,
            timeout=BUSY_MS / 1000,
            isolation_level=None,  # the begin event below says BEGIN; the driver must not
            check_same_thread=False,  # the pool hands a connection to one thread at a time
            cached_statements=256,
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=2, max_overflow=6)

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: DBAPIConnection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001  SQLAlchemy's signature
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if guarded else 'OFF'}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        reading = conn.get_execution_options().get("kiosk_reading")
        conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def postgres_engine(location: str, *, patient: bool = False) -> Engine:
    """An engine over a PostgreSQL URL; `patient=True` lifts the time-outs that keep a kiosk from freezing.

    Whatever stops answering is told within seconds, on either side: the kiosk gives the server up, and the server the
    transaction (with its locks) of a kiosk without power or network. What the URL itself says comes first.
    """
    try:
        url = make_url(location)
    except (ArgumentError, ValueError) as exc:
        raise StoreTrouble(TroubleCode.NO_LIBRARY, "not a PostgreSQL URL") from exc
    url = url.set(drivername="postgresql+psycopg")
    of_server: dict[str, object] = {
        "synchronous_commit": "on",
        "tcp_keepalives_idle": 5,  # the same three as below, as the server looks for the kiosk
        "tcp_keepalives_interval": 2,
        "tcp_keepalives_count": 2,
        "tcp_user_timeout": 10_000,
        "idle_in_transaction_session_timeout": f"{LONG_IDLE_S if patient else IDLE_S}s",
        "lock_timeout": LONG_LOCK_MS if patient else 2_500,
        "statement_timeout": 0 if patient else 4_000,
    }
    wanted: dict[str, Any] = {
        "application_name": "kiosk",
        "connect_timeout": 3,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 4_000,  # ms without an answer until the connection counts as lost (Linux only)
        "options": " ".join(f"-c {name}={value}" for name, value in of_server.items()),
    }
    engine = create_engine(
        url,
        connect_args={key: value for key, value in wanted.items() if key not in url.query},
        isolation_level="READ COMMITTED",
        pool_size=2,
        max_overflow=2,
        pool_timeout=PATIENCE_S,
    )

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Dialect, entry: Any, given: Any, named: Any) -> WatchedConnection:  # noqa: ARG001  SQLAlchemy's signature
        from kiosk.store.watched import LONG_SILENCE_S, WatchedConnection

        made = WatchedConnection.connect(*given, **named)
        if patient:
            made.silence = LONG_SILENCE_S
        return made

    return engine


def _engine(location: str) -> Engine:
    return postgres_engine(location) if is_postgres(location) else sqlite_engine(library_file(location))


def revision_of(conn: Connection) -> str | None:
    """The schema's revision, read without Alembic (importing it costs a third of a second); None: no library."""
    if conn.dialect.name == "sqlite":
        tables = set(conn.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    else:
        tables = set(
            conn.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"))
        )
    if not {"alembic_version", "settings", "loans"} <= tables:
        return None
    found: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(place: str | Path, migrations: Migrations) -> None:
    """Bring what is at `place` to the newest schema, in one transaction.

    `place` is a library's location, or a SQLite file (made if it is not there).
    """
    from kiosk.store.migrations.run import upgrade

    if isinstance(place, str) and is_postgres(place):
        engine = postgres_engine(place, patient=True)
    else:
        file = library_file(place) if isinstance(place, str) else place
        engine = sqlite_engine(file, create=isinstance(place, Path), guarded=False)
    try:
        with engine.begin() as conn:
            if conn.dialect.name == "postgresql":  # two kiosks updated at the same hour: one migrates, one waits
                conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('kiosk.migrate'))"))
            upgrade(conn, migrations)
            if conn.dialect.name == "sqlite" and conn.execute(text("PRAGMA foreign_key_check")).first():
                raise StoreTrouble(TroubleCode.DAMAGED, "rows without the row they belong to")
    except DBAPIError as exc:
        raise trouble_from(exc) from exc
    finally:
        engine.dispose()


def _copy_beside(file: Path, revision: str) -> None:
    """Keep the library as it was before a migration, beside it; an earlier such copy is kept in its place."""
    target = file.with_name(f"library.before-migrating-{revision}.db")
    if target.exists():
        return  # an earlier attempt was interrupted after this copy; the library has not moved on since
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    try:
        source = sqlite3.connect(f"file:{quote(file.absolute().as_posix())}?mode=rw", uri=True)
        copy = sqlite3.connect(draft)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
    except sqlite3.Error as exc:
        raise trouble_from(exc) from exc
    draft.rename(target)
    sync_folder(file.parent)
