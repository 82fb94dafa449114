from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from kiosk.lending.patrons import PatronKind
from kiosk.store import edit, schema
from kiosk.store.backup import BackupCode, BackupTrouble, backup, due_today, newest_backup, restore
from kiosk.store.edit import NewCopy
from kiosk.store.library import Library, create_library, library_file, open_library
from kiosk.store.migrations import OURS, Migrations

AT = datetime(2026, 3, 2, 4, 0, 0, 123_000, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001  the school's local time


def fill(library: Library, books: int = 20) -> None:
    def work(conn):
        class_id = edit.add_class(conn, 2023, 2)
        patron = edit.add_patron(conn, PatronKind.PUPIL, "单小红", class_id, AT, card="20000018")
        title = edit.add_title(conn, "红楼梦·“上”", created_at=AT, authors="曹雪芹")
        copies = edit.add_copies(conn, [NewCopy(title, f"A{n}", f"B{n}", held_for=patron) for n in range(books)], AT)
        edit.add_loans(
            conn,
            (
                {"copy_id": copy, "patron_id": patron, "lent_at": AT, "due_on": date(2026, 3, 16), "returned_at": AT}
                for copy in copies
            ),
        )
        edit.save_setting(conn, "name", "实验小学")

    library.transact(work)


def everything(library: Library) -> dict[str, list[tuple[object, ...]]]:
    def work(conn):
        return {
            table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }

    return library.read(work)


def test_a_backup_holds_everything_and_opens_as_a_library(library: Library, tmp_path: Path) -> None:
    fill(library)
    (tmp_path / "stick").mkdir()
    report = backup(library, tmp_path / "stick", now=NOW)
    assert report.file.name == "library-20260302-120000.db"
    assert report.rows["loans"] == 20
    assert [file.name for file in (tmp_path / "stick").iterdir()] == [report.file.name], "one file, no leftovers"
    (tmp_path / "opened").mkdir()
    shutil.copy(report.file, tmp_path / "opened" / "library.db")
    copy = open_library(str(tmp_path / "opened"))
    assert everything(copy) == everything(library)
    assert copy.check() == ()
    copy.close()


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_restores_into_either(library: Library, into: str, request, tmp_path) -> None:
    fill(library)
    report = backup(library, tmp_path / "kept.db", now=NOW)
    if into == "sqlite":
        there = str(tmp_path / "other")
        create_library(there).close()
    else:
        server = request.getfixturevalue("postgres")
        if server.process is None:
            server.start()
        there = server.url(server.new_database(request.getfixturevalue("_postgres_template")))
    done = restore(report.file, there, now=NOW)
    assert done.kept is not None
    assert done.kept.is_file()
    restored = open_library(there)
    assert everything(restored) == everything(library)
    assert restored.transact(lambda conn: edit.add_class(conn, 2024, 1)) == 2, "ids go on where they were"
    restored.close()


def test_a_backup_restores_to_where_nothing_is_yet(sqlite_library: Library, empty_place: str, tmp_path: Path) -> None:
    fill(sqlite_library)
    report = backup(sqlite_library, tmp_path / "kept.db", now=NOW)
    assert restore(report.file, empty_place, now=NOW).kept is None
    restored = open_library(empty_place)
    assert everything(restored) == everything(sqlite_library)
    restored.close()


def test_a_backup_is_one_moment_while_loans_go_on(library: Library, tmp_path: Path) -> None:
    fill(library, books=3000)  # more pages than one step copies
    stop = threading.Event()

    def lend() -> None:
        """Each transaction writes a title and a setting that says how many there are."""
        other = open_library(library.location)
        n = 1
        while not stop.is_set():
            n += 1

            def work(conn, n=n):
                conn.execute(insert(schema.titles), {"title": f"书{n}", "created_at": AT})
                edit.save_setting(conn, "titles", n)

            other.transact(work)
        other.close()

    writer = threading.Thread(target=lend)
    writer.start()
    try:
        files = [backup(library, tmp_path / f"{n}.db", now=NOW).file for n in range(3)]
    finally:
        stop.set()
        writer.join()
    for file in files:
        conn = sqlite3.connect(file)
        (titles,) = conn.execute("SELECT count(*) FROM titles").fetchone()
        said = conn.execute("SELECT value FROM settings WHERE key = 'titles'").fetchone()
        conn.close()
        assert titles == int(said[0] if said else 1)


def test_only_the_newest_are_kept_and_only_our_own_are_removed(sqlite_library: Library, tmp_path: Path) -> None:
    (tmp_path / "homework.db").write_text("mine")
    (tmp_path / "library-notes.db").write_text("mine")
    (tmp_path / ".library-20200101-000000.part").write_text("left by a crash")
    for day in range(5):
        report = backup(sqlite_library, tmp_path, keep=3, now=NOW + timedelta(days=day))
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == [
        "homework.db",
        "library-20260304-120000.db",
        "library-20260305-120000.db",
        "library-20260306-120000.db",
        "library-notes.db",
    ]
    assert [file.name for file in report.removed] == ["library-20260303-120000.db"]
    assert newest_backup(tmp_path) == report.file
    assert not due_today(tmp_path, date(2026, 3, 6))
    assert due_today(tmp_path, date(2026, 3, 7))


def test_without_a_folder_the_backup_goes_beside_the_library(sqlite_library: Library) -> None:
    report = backup(sqlite_library, None, now=NOW)
    assert report.file.parent == Path(sqlite_library.location) / "backups"


def test_a_pulled_stick_is_said_and_costs_nothing(sqlite_library: Library, tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble) as caught:
        backup(sqlite_library, tmp_path / "stick", now=NOW)
    assert caught.value.code is BackupCode.NO_FOLDER
    assert due_today(tmp_path / "stick", NOW.date())
    assert newest_backup(tmp_path / "stick") is None


def test_a_damaged_library_makes_no_backup_and_removes_none(sqlite_location: str, tmp_path: Path) -> None:
    library = open_library(sqlite_location)
    fill(library, books=2000)
    good = backup(library, tmp_path, keep=1, now=NOW)
    library.close()
    file = library_file(sqlite_location)
    with file.open("rb+") as handle:  # middle pages, as a dying disk does it
        handle.seek(40 * 4096)
        handle.write(b"\xa5" * 4096 * 8)
    library = Library(sqlite_location, open_library_unchecked(sqlite_location))
    with pytest.raises(BackupTrouble) as caught:
        backup(library, tmp_path, keep=1, now=NOW + timedelta(days=1))
    library.close()
    assert caught.value.code is BackupCode.DAMAGED
    assert newest_backup(tmp_path) == good.file
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == [good.file.name]


def open_library_unchecked(location: str):
    from kiosk.store.library import sqlite_engine

    return sqlite_engine(library_file(location))


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"homework", BackupCode.NOT_A_BACKUP), (b"", BackupCode.NOT_A_BACKUP)],
    ids=["text", "empty"],
)
def test_what_is_no_backup_replaces_nothing(sqlite_library: Library, tmp_path: Path, content: bytes, code) -> None:
    fill(sqlite_library)
    before = everything(sqlite_library)
    sqlite_library.close()
    bad = tmp_path / "bad.db"
    bad.write_bytes(content)
    with pytest.raises(BackupTrouble) as caught:
        restore(bad, sqlite_library.location, now=NOW)
    assert caught.value.code is code
    assert everything(sqlite_library) == before


def test_a_damaged_backup_replaces_nothing(library: Library, tmp_path: Path) -> None:
    fill(library, books=2000)
    report = backup(library, tmp_path / "b.db", now=NOW)
    with report.file.open("rb+") as handle:
        handle.seek(40 * 4096)
        handle.write(b"\xa5" * 4096 * 8)
    before = everything(library)
    library.close()
    with pytest.raises(BackupTrouble) as caught:
        restore(report.file, library.location, now=NOW)
    assert caught.value.code is BackupCode.DAMAGED
    assert everything(library) == before


def test_a_missing_backup_and_a_newer_one_are_said(sqlite_library: Library, tmp_path: Path) -> None:
    report = backup(sqlite_library, tmp_path / "b.db", now=NOW)
    with pytest.raises(BackupTrouble) as caught:
        restore(tmp_path / "gone.db", sqlite_library.location, now=NOW)
    assert caught.value.code is BackupCode.NOT_A_BACKUP
    with pytest.raises(BackupTrouble) as caught:
        restore(report.file, sqlite_library.location, now=NOW, migrations=Migrations(OURS.folder, "0000"))
    assert caught.value.code is BackupCode.NEWER_SCHEMA


def test_a_library_in_use_is_not_replaced(library: Library, tmp_path: Path) -> None:
    fill(library)
    report = backup(library, tmp_path / "b.db", now=NOW)
    before = everything(library)  # keeps a connection open, as a kiosk does
    with pytest.raises(BackupTrouble) as caught:
        restore(report.file, library.location, now=NOW)
    assert caught.value.code is BackupCode.IN_USE
    assert everything(library) == before


def test_a_damaged_library_is_replaced_and_kept_as_it_is(sqlite_library: Library, tmp_path: Path) -> None:
    fill(sqlite_library)
    report = backup(sqlite_library, tmp_path / "b.db", now=NOW)
    before = everything(sqlite_library)
    sqlite_library.close()
    library_file(sqlite_library.location).write_bytes(b"scribbled over" * 1000)
    done = restore(report.file, sqlite_library.location, now=NOW)
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"scribbled over")
    assert everything(sqlite_library) == before


def test_a_kiosk_that_still_runs_goes_over_to_the_restored_library(sqlite_library: Library, tmp_path: Path) -> None:
    """Its connections hold the old, nameless file: what it wrote there would be lost."""
    report = backup(sqlite_library, tmp_path / "b.db", now=NOW)
    fill(sqlite_library)
    other = tmp_path / "other"
    restore(report.file, str(other), now=NOW)
    (other / "library.db").replace(library_file(sqlite_library.location))
    for side in ("-wal", "-shm"):
        library_file(sqlite_library.location).with_name(f"library.db{side}").unlink(missing_ok=True)
    count = select(func.count()).select_from(schema.loans)
    assert sqlite_library.read(lambda conn: conn.scalar(count)) == 0


def test_a_full_stick_is_said_and_leaves_no_part_of_a_backup(sqlite_location: str, tmp_path: Path) -> None:
    """The kernel refuses to make any file of the program longer (RLIMIT_FSIZE), as a full stick or a quota does."""
    program = f"""
        import resource, signal
        from datetime import datetime
        from pathlib import Path
        from tests.store.test_backup import BackupTrouble, NOW, backup, fill, open_library
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        library = open_library({sqlite_location!r})
        fill(library, books=500)
        stick = Path({str(tmp_path)!r}) / "stick"
        stick.mkdir()
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
        try:
            backup(library, stick, now=NOW)
        except BackupTrouble as trouble:
            print(trouble.code, list(stick.iterdir()))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(backup(library, stick, now=NOW).rows["loans"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["disk_full []", "500"], done.stderr


def test_a_backup_is_replaced_by_a_newer_one_but_nothing_else_is(sqlite_library: Library, tmp_path: Path) -> None:
    mine = tmp_path / "nightly.db"
    backup(sqlite_library, mine, now=NOW)
    assert backup(sqlite_library, mine, now=NOW).file == mine
    other = create_library(str(tmp_path / "other"))
    used = library_file(other.location)
    (tmp_path / "homework.db").write_text("mine")
    (tmp_path / "device.db").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "pipe.db")
    for place in (used, tmp_path / "homework.db", tmp_path / "device.db", tmp_path / "pipe.db"):
        with pytest.raises(BackupTrouble) as raised:
            backup(sqlite_library, place, now=NOW)
        assert raised.value.code is BackupCode.TAKEN
    other.close()
    with pytest.raises(BackupTrouble) as raised:  # nobody works with it now, and yet it is somebody's library
        backup(sqlite_library, used, now=NOW)
    assert raised.value.code is BackupCode.TAKEN
    assert (tmp_path / "homework.db").read_text() == "mine"
    assert (tmp_path / "device.db").is_symlink()
