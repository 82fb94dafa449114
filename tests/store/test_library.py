from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from kiosk.store import edit, schema, watched
from kiosk.store import library as store
from kiosk.store.library import (
    Library,
    StoreTrouble,
    TroubleCode,
    create_library,
    describe,
    library_file,
    open_library,
)
from kiosk.store.migrations import OURS
from tests.databases import Postgres, free_port
from tests.store.cutter import Cutter

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def note(request_id: str):
    """A command that records one event, and gives how many there are then."""

    def work(conn) -> int:
        row = {"at": AT, "kiosk": "k", "action": "noted", "request_id": request_id, "step": 1, "details": {}}
        conn.execute(insert(schema.events), row)
        return conn.scalar(select(func.count()).select_from(schema.events))

    return work


def notes(library: Library) -> list[str]:
    wanted = select(schema.events.c.request_id).order_by(schema.events.c.seq)
    return library.read(lambda conn: list(conn.scalars(wanted)))


def trouble(action) -> TroubleCode:
    with pytest.raises(StoreTrouble) as caught:
        action()
    return caught.value.code


# --- opening --------------------------------------------------------------------------------------------------


def test_a_new_library_is_empty_and_up_to_date(empty_place: str) -> None:
    library = create_library(empty_place)
    assert notes(library) == []
    library.close()
    assert trouble(lambda: create_library(empty_place)) is TroubleCode.EXISTS
    open_library(empty_place).close()


def test_opening_never_makes_a_library(empty_place: str) -> None:
    assert trouble(lambda: open_library(empty_place)) is TroubleCode.NO_LIBRARY
    assert not Path(empty_place).exists()


def test_a_database_of_somebody_else_is_not_a_library(tmp_path: Path) -> None:
    conn = sqlite3.connect(tmp_path / "library.db")
    conn.execute("CREATE TABLE homework (x)")
    conn.close()
    assert trouble(lambda: open_library(str(tmp_path))) is TroubleCode.DAMAGED


def test_a_newer_library_is_left_alone(location: str) -> None:
    library = open_library(location)
    library.transact(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    library.close()
    assert trouble(lambda: open_library(location)) is TroubleCode.NEWER_SCHEMA


@pytest.mark.parametrize("content", [b"homework" * 600, b"SQLite format 3\0" + b"\xff" * 8000, b""])
def test_a_file_that_is_no_database_is_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.db").write_bytes(content)
    for make_or_open in (open_library, create_library):
        assert trouble(lambda: make_or_open(str(tmp_path))) is TroubleCode.DAMAGED  # noqa: B023  called at once


def test_a_cut_off_file_is_damaged(sqlite_location: str) -> None:
    file = library_file(sqlite_location)
    with file.open("rb+") as handle:
        handle.truncate(file.stat().st_size // 2)
    assert trouble(lambda: open_library(sqlite_location)) is TroubleCode.DAMAGED


def test_a_damaged_middle_page_is_found(sqlite_location: str) -> None:
    file = library_file(sqlite_location)
    with file.open("rb+") as handle:
        handle.seek(20 * 4096)
        handle.write(b"\xa5" * 4096 * 4)
    assert trouble(lambda: open_library(sqlite_location)) is TroubleCode.DAMAGED


def test_a_server_that_is_not_there_is_unreachable() -> None:
    assert trouble(lambda: open_library(f"postgresql://kiosk@127.0.0.1:{free_port()}/x")) is TroubleCode.UNREACHABLE


def test_a_database_that_is_not_there_is_no_library(postgres: Postgres, postgres_location: str) -> None:
    assert trouble(lambda: open_library(postgres.url("nowhere"))) is TroubleCode.NO_LIBRARY


def test_a_user_the_server_does_not_know_has_no_permission(postgres_location: str) -> None:
    stranger = postgres_location.replace("kiosk@", "stranger@")
    assert trouble(lambda: open_library(stranger)) is TroubleCode.NO_PERMISSION


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kiosk:geheim@db/lib",
        "postgres://kiosk@db/lib?password=geheim",
        "postgresql://kiosk:geheim@db:port/lib",
    ],
)
def test_no_password_is_ever_described(url: str) -> None:
    assert "geheim" not in describe(url)


def test_a_trouble_names_neither_statement_nor_values(library: Library) -> None:
    row = {"code": "1", "kind": "nonsense", "issued_at": AT, "command": "小红"}
    with pytest.raises(StoreTrouble) as caught:
        library.transact(lambda conn: conn.execute(insert(schema.barcodes), row))
    assert caught.value.code is TroubleCode.UNKNOWN
    assert "小红" not in str(caught.value)
    assert "INSERT" not in str(caught.value)


def test_opening_an_up_to_date_library_loads_nothing_it_does_not_need(sqlite_location: str) -> None:
    """Each of these costs a third of a second or some megabytes at the start of a kiosk."""
    program = f"""
        import sys
        from kiosk.store.library import open_library
        library = open_library({sqlite_location!r})
        library.transact(lambda conn: None)
        print([name for name in ("alembic", "mako", "psycopg", "pypinyin") if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["[]"], done.stderr


# --- transactions ---------------------------------------------------------------------------------------------


def test_what_work_raises_passes_through_and_keeps_nothing(library: Library) -> None:
    def work(conn):
        note("a")(conn)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        library.transact(work)
    assert notes(library) == []
    assert library.transact(note("b")) == 1


def test_reading_writes_nothing(library: Library) -> None:
    def work(conn):
        conn.execute(text("UPDATE settings SET value = '1'"))
        note("a")(conn)

    try:
        library.read(work)
    except StoreTrouble as refused:
        assert refused.code is TroubleCode.NO_PERMISSION
    assert notes(library) == []


def test_reading_sees_one_moment(library: Library) -> None:
    count = select(func.count()).select_from(schema.events)
    other = open_library(library.location)

    def work(conn):
        before = conn.scalar(count)
        other.transact(note("a"))
        return before, conn.scalar(count)

    assert library.read(work) == (0, 0)
    other.close()
    assert notes(library) == ["a"]


def test_two_who_count_and_insert_never_both_see_nothing(library: Library) -> None:
    """The race of SQLAlchemy's default SQLite transactions; on PostgreSQL the locked row settles it."""
    library.transact(lambda conn: edit.save_setting(conn, "door", 0))
    start = threading.Barrier(2)
    inserted: list[str] = []

    def kiosk(name: str) -> None:
        mine = open_library(library.location)
        start.wait()

        def work(conn) -> bool:
            conn.execute(select(schema.settings).where(schema.settings.c.key == "door").with_for_update()).all()
            if conn.scalar(select(func.count()).select_from(schema.events)):
                return False
            time.sleep(0.05)
            note(name)(conn)
            return True

        if mine.transact(work):
            inserted.append(name)
        mine.close()

    racers = [threading.Thread(target=kiosk, args=(name,)) for name in ("a", "b")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(inserted) == 1
    assert notes(library) == inserted


def test_a_commit_survives_a_kill(sqlite_location: str) -> None:
    program = f"""
        import os, signal
        from tests.store.test_library import note, open_library
        library = open_library({sqlite_location!r})
        for n in range(5):
            library.transact(note(f"done{{n}}"))
        def half(conn):
            note("half")(conn)
            os.kill(os.getpid(), signal.SIGKILL)
        library.transact(half)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    library = open_library(sqlite_location)
    assert notes(library) == [f"done{n}" for n in range(5)]
    library.close()


def test_a_library_locked_by_another_program_is_locked_and_then_works_again(sqlite_library: Library) -> None:
    other = sqlite3.connect(library_file(sqlite_library.location), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert trouble(lambda: sqlite_library.transact(note("a"))) is TroubleCode.LOCKED
    assert notes(sqlite_library) == [], "reading goes on meanwhile"
    other.execute("ROLLBACK")
    assert sqlite_library.transact(note("b")) == 1
    other.close()


def test_a_row_somebody_sits_on_is_locked_and_then_works_again(postgres_library: Library) -> None:
    import psycopg

    postgres_library.transact(lambda conn: edit.save_setting(conn, "x", 1))
    other = psycopg.connect(postgres_library.location)
    other.execute("SELECT * FROM settings FOR UPDATE")
    assert trouble(lambda: postgres_library.transact(lambda c: edit.save_setting(c, "x", 2))) is TroubleCode.LOCKED
    other.close()
    postgres_library.transact(lambda conn: edit.save_setting(conn, "x", 3))


def test_deadlocks_are_run_again_until_both_are_done(postgres_library: Library) -> None:
    for key in ("a", "b"):
        postgres_library.transact(lambda conn, key=key: edit.save_setting(conn, key, 0))
    both_hold_one = threading.Barrier(2)
    runs: list[str] = []

    def kiosk(first: str, second: str) -> None:
        mine = open_library(postgres_library.location)

        def work(conn) -> None:
            runs.append(first)
            again = len(runs) > 2
            for key in (first, second):
                row = select(schema.settings).where(schema.settings.c.key == key).with_for_update()
                conn.execute(row).all()
                if key == first and not again:
                    both_hold_one.wait(5)
            note(first)(conn)

        mine.transact(work)
        mine.close()

    racers = [threading.Thread(target=kiosk, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(notes(postgres_library)) == ["a", "b"]
    assert len(runs) == 3, "one was undone and ran again"


# --- the disk -------------------------------------------------------------------------------------------------


def as_nobody(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program as a user whom permission bits stop (root, as in containers, they do not)."""
    words = [sys.executable, "-c", textwrap.dedent(program)]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", *words]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, env=env)


OPEN_AND_WRITE = """
    import sys
    from kiosk.store import edit
    from kiosk.store.library import StoreTrouble, create_library, open_library
    try:
        library = {way}({location!r})
        library.transact(lambda conn: edit.save_setting(conn, "x", 1))
    except StoreTrouble as trouble:
        print(trouble.code)
"""


@pytest.fixture
def shared_folder(tmp_path: Path):
    """A folder that everybody could reach, if its own permissions let them."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="kiosk-perm-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o555), (0o000, 0o755), (0o644, 0o000)])
def test_a_folder_without_permission_is_said(
    sqlite_location: str, shared_folder: Path, file_mode: int, folder_mode: int
) -> None:
    file = shared_folder / "library.db"
    shutil.copy(library_file(sqlite_location), file)
    file.chmod(file_mode)
    shared_folder.chmod(folder_mode)
    done = as_nobody(OPEN_AND_WRITE.format(way="open_library", location=str(shared_folder)))
    assert done.stdout.split() == ["no_permission"], done.stderr


def test_a_library_cannot_be_made_where_nobody_may_write(shared_folder: Path) -> None:
    shared_folder.chmod(0o555)
    place = str(shared_folder / "new")
    done = as_nobody(OPEN_AND_WRITE.format(way="create_library", location=place))
    assert done.stdout.split() == ["no_permission"], done.stderr


def test_a_full_disk_keeps_nothing_of_the_transaction_and_works_again_with_room(sqlite_location: str) -> None:
    """The kernel refuses to make any file of the program longer than it may be (RLIMIT_FSIZE), as a quota does."""
    program = f"""
        import resource, signal
        from tests.store.test_library import StoreTrouble, note, notes, open_library
        from kiosk.store import edit
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        library = open_library({sqlite_location!r})
        library.transact(note("before"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
        def work(conn):
            note("half")(conn)
            edit.save_setting(conn, "big", "x" * 1_000_000)
        try:
            library.transact(work)
        except StoreTrouble as trouble:
            print(trouble.code, notes(library))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        library.transact(work)
        print(notes(library), library.check())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["disk_full ['before']", "['before', 'half'] ()"], done.stderr


def test_a_full_database_is_a_full_disk(sqlite_library: Library) -> None:
    def work(conn):
        conn.exec_driver_sql(f"PRAGMA max_page_count = {conn.scalar(text('PRAGMA page_count')) + 1}")
        edit.save_setting(conn, "big", "x" * 1_000_000)

    assert trouble(lambda: sqlite_library.transact(work)) is TroubleCode.DISK_FULL
    assert sqlite_library.transact(note("b")) == 1


def test_a_library_that_was_taken_away_is_unreachable_until_it_is_back(sqlite_library: Library) -> None:
    sqlite_library.transact(note("a"))
    file = library_file(sqlite_library.location)
    sqlite_library.close()
    file.rename(file.with_name("elsewhere"))
    assert trouble(lambda: sqlite_library.transact(note("b"))) is TroubleCode.UNREACHABLE
    file.with_name("elsewhere").rename(file)
    assert sqlite_library.transact(note("c")) == 2


def test_what_was_committed_moves_into_the_file_when_the_desk_rests(sqlite_library: Library, tmp_path: Path) -> None:
    file = library_file(sqlite_library.location)
    wanted = "SELECT count(*) FROM events WHERE request_id LIKE 'rest-%'"

    def in_the_file_alone() -> int:
        alone = shutil.copy(file, tmp_path / "alone.db")  # without the write-ahead log beside it
        with sqlite3.connect(alone) as conn:
            found: int = conn.execute(wanted).fetchone()[0]
        return found

    for number in range(40):
        sqlite_library.transact(note(f"rest-{number}"))
    assert in_the_file_alone() == 0
    sqlite_library.settle()
    assert in_the_file_alone() == 40


def test_resting_beside_another_program_or_without_the_file_harms_nothing(sqlite_library: Library) -> None:
    file = library_file(sqlite_library.location)
    sqlite_library.transact(note("a"))
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        sqlite_library.settle()
        other.execute("ROLLBACK")
    file.rename(file.with_name("elsewhere"))
    sqlite_library.settle()
    file.with_name("elsewhere").rename(file)
    assert sqlite_library.transact(note("b")) == 2


# --- a server that goes away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_a_restarted_server_loses_nothing_and_repeats_nothing(
    postgres: Postgres, postgres_location: str, how: signal.Signals
) -> None:
    library = open_library(postgres_location)
    library.transact(note("before"), "before")
    postgres.restart(fsync=True, how=how)
    assert library.transact(note("after"), "after") == 2, "a dead connection is replaced"
    postgres.stop(how)
    assert trouble(lambda: library.transact(note("down"), "down")) is TroubleCode.UNREACHABLE
    postgres.start()
    library.transact(note("again"), "again")
    assert notes(library) == ["before", "after", "again"]
    library.close()


def test_a_server_restarted_inside_a_transaction_runs_the_work_again(
    postgres: Postgres, postgres_location: str
) -> None:
    library = open_library(postgres_location)
    runs = []

    def work(conn):
        note("a")(conn)
        runs.append(1)
        if len(runs) == 1:
            postgres.restart(fsync=True)
        return note("b")(conn)

    assert library.transact(work, "a") == 2
    assert len(runs) == 2
    assert notes(library) == ["a", "b"]
    library.close()


@pytest.mark.parametrize("arrives", [True, False], ids=["commit_arrived", "commit_lost"])
def test_a_connection_cut_at_the_commit_is_settled_by_the_request_id(
    postgres: Postgres, postgres_location: str, arrives: bool
) -> None:
    with Cutter(postgres.port, arrives=arrives) as cutter:
        library = open_library(postgres_location.replace(str(postgres.port), str(cutter.port)))
        runs = []

        def work(conn):
            runs.append(1)
            return note("a")(conn)

        cutter.cut_at_next_commit()
        assert library.transact(work, "a") == 1
        assert len(runs) == (1 if arrives else 2)
        assert cutter.cuts == 1
        assert notes(library) == ["a"]
        library.close()


def test_without_a_request_id_a_cut_commit_is_in_doubt(postgres: Postgres, postgres_location: str) -> None:
    with Cutter(postgres.port, arrives=True) as cutter:
        library = open_library(postgres_location.replace(str(postgres.port), str(cutter.port)))
        cutter.cut_at_next_commit()
        with pytest.raises(StoreTrouble) as caught:
            library.transact(note("a"))
        assert caught.value.code is TroubleCode.UNREACHABLE
        assert caught.value.in_doubt
        library.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server is given up on after a moment, to keep the tests short."""
    monkeypatch.setattr(watched, "SILENCE_S", 1.0)
    monkeypatch.setattr(watched.WatchedConnection, "silence", 1.0)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen kiosk's transaction is ended after a moment, to keep the tests short."""
    monkeypatch.setattr(store, "IDLE_S", 1)


def test_a_server_that_hangs_is_given_up_and_used_again_when_it_goes_on(
    impatient: None, postgres: Postgres, postgres_location: str
) -> None:
    library = open_library(f"{postgres_location}?connect_timeout=2")
    library.transact(note("before"), "before")
    postgres.hang()
    try:
        assert trouble(lambda: library.transact(note("a"), "a")) is TroubleCode.UNREACHABLE
    finally:
        postgres.go_on()
    assert library.transact(note("after"), "after") == 2
    assert notes(library) == ["before", "after"]
    library.close()


def test_a_commit_whose_answer_is_swallowed_is_settled_by_the_request_id(
    impatient: None, postgres: Postgres, postgres_location: str
) -> None:
    with Cutter(postgres.port, arrives=True, swallows=True) as cutter:
        library = open_library(postgres_location.replace(str(postgres.port), str(cutter.port)))
        cutter.cut_at_next_commit()
        assert library.transact(note("a"), "a") == 1
        assert cutter.cuts == 1
        assert notes(library) == ["a"]
        library.close()


def test_a_commit_that_is_swallowed_runs_again_when_the_server_has_ended_the_first(
    impatient: None, strict: None, postgres: Postgres, postgres_location: str
) -> None:
    with Cutter(postgres.port, arrives=False, swallows=True) as cutter:
        library = open_library(postgres_location.replace(str(postgres.port), str(cutter.port)))
        cutter.cut_at_next_commit()
        assert library.transact(note("a"), "a") == 1, "the server ended what nobody finishes, and it ran again"
        assert cutter.cuts == 1
        assert notes(library) == ["a"]
        library.close()


def test_a_kiosk_that_freezes_in_a_transaction_holds_the_others_up_for_a_moment_only(
    strict: None, postgres_location: str
) -> None:
    frozen, other = open_library(postgres_location), open_library(postgres_location)
    locked, served = threading.Event(), threading.Event()

    def freeze(conn) -> None:
        edit.save_setting(conn, "x", "frozen")
        locked.set()
        served.wait(30)
        note("frozen")(conn)

    thread = threading.Thread(target=frozen.transact, args=(freeze, "frozen"))
    thread.start()
    assert locked.wait(30)
    other.transact(lambda conn: edit.save_setting(conn, "x", "other"))
    assert notes(other) == []
    served.set()
    thread.join(30)
    assert notes(other) == ["frozen"], "it ran again when the kiosk went on"
    frozen.close()
    other.close()


def test_a_work_that_may_take_long_is_not_ended_for_it(impatient: None, strict: None, postgres_location: str) -> None:
    library = open_library(postgres_location)

    def work(conn) -> int:
        conn.execute(text("SELECT pg_sleep(1.5)"))
        time.sleep(1.5)
        return note("a")(conn)

    assert library.transact(work, "a", patient=True) == 1
    assert library.read(lambda conn: conn.scalar(text("SELECT 1 FROM pg_sleep(1.5)")), patient=True) == 1
    hasty = lambda conn: conn.execute(text("SELECT pg_sleep(3)"))  # noqa: E731  on the same connection, usual again
    assert trouble(lambda: library.read(hasty)) is TroubleCode.UNREACHABLE
    library.close()


def test_the_server_looks_for_kiosks_that_lost_power_or_network(postgres_library: Library) -> None:
    names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    found = postgres_library.read(
        lambda conn: [conn.scalar(text("SELECT current_setting(:name)"), {"name": name}) for name in names]
    )
    assert found == ["5", "2", "2", "10000"]


def test_the_revision_known_here_is_the_newest_migration() -> None:
    newest = max(file.name[:4] for file in (OURS.folder / "versions").glob("[0-9]*.py"))
    assert newest == OURS.head
