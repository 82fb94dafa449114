"""Odd words on the command line and in what it reads: one plain line in both languages, never a guess."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.settings import LIBRARY_VARIABLE, Settings, SettingsError, library_location
from kiosk.store.library import create_library
from tests.test_cli import Kiosk, kiosk, spawn

__all__ = ["kiosk"]

CLOCKS = {"ahead": "UTC-14", "behind": "UTC+12"}
"""Time zones (POSIX spelling) in which it is never the same day."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with nothing in it."""
    folder = tmp_path_factory.mktemp("library")
    create_library(str(folder)).close()
    return folder


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts this machine into a time zone, for the test."""

    def enter(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield enter
    monkeypatch.undo()
    time.tzset()


def assert_one_line(told: object, status: int) -> str:
    """That is how `told` ended: nothing done, one line in both languages. Gives the line."""
    assert (told.status, told.out, told.err.count("\n")) == (status, "", 1), told  # type: ignore[attr-defined]
    said: str = told.err  # type: ignore[attr-defined]
    zh, _, en = said.partition(" / ")
    assert any(ord(letter) > 0x3000 for letter in zh), said
    assert en.isascii() or "'" in en, said
    return said


# ── Times ──


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1969-12-31T23:59", "2201-01-01T00:00", "9999-12-31T23:59:50"])
def test_a_year_the_program_cannot_count_with_is_refused(
    kiosk: Kiosk, library: Path, tmp_path: Path, moment: str
) -> None:
    scans = tmp_path / "scans.tsv"
    scans.write_text(f"{moment}\t20000018\n")
    assert "1970" in assert_one_line(kiosk("replay", scans, "--library", library), 1)
    assert "1970" in assert_one_line(kiosk("run", "--now", moment, "--library", library), 2)


@pytest.mark.parametrize("moment", ["1970-01-01T00:00", "2200-12-31T23:59:59"])
def test_the_first_and_the_last_moment_it_counts_with_can_be_replayed(
    kiosk: Kiosk, library: Path, tmp_path: Path, moment: str
) -> None:
    scans = tmp_path / "scans.tsv"
    scans.write_text(f"{moment}\t20000018\n")
    assert kiosk("replay", scans, "--json", "--library", library).status == 0


def test_a_replay_takes_a_time_with_an_offset_for_the_instant_it_names(
    kiosk: Kiosk, library: Path, tmp_path: Path
) -> None:
    scans = tmp_path / "scans.tsv"
    scans.write_text("2026-10-14T04:05:00Z\t20000018\n2026-10-14T12:05:30\t20000018\n")
    told = kiosk("replay", scans, "--json", "--library", library)
    times = [json.loads(line)["at"] for line in told.out.splitlines()]
    assert times == ["2026-10-14T12:05:00", "2026-10-14T12:05:30"]


# ── Where the library is ──


@pytest.mark.parametrize("words", ["", " ", "mysql://x", "sqlite:///tmp/x", "POSTGRESQL://x", "http://school/library"])
def test_a_place_that_can_be_no_library_is_wrong_usage_and_nothing_is_made(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["init"], ["patrons"], ["restore", "x.db"], ["bench", "search"]):
        assert "postgresql://" in assert_one_line(kiosk(*command, "--library", words), 2)
    assert_one_line(kiosk("demo", words), 2)
    monkeypatch.setenv(LIBRARY_VARIABLE, words)
    assert LIBRARY_VARIABLE in assert_one_line(kiosk("init"), 2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_and_a_postgresql_url_are_places_of_a_library() -> None:
    for words in ("books", "C://books", "postgresql://x/y", "postgres://x", "postgresql+psycopg://x"):
        assert library_location(words, {}, Settings()) == words
    with pytest.raises(SettingsError):
        library_location("mysql://x", {}, Settings())


def test_a_setting_that_names_no_place_of_a_library_is_refused(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[kiosk]\nlibrary = 'mysql://x'\n", encoding="utf-8")
    assert "kiosk.library" in assert_one_line(kiosk("patrons"), 2)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"?" * 900, None])
def test_a_file_that_holds_no_library_is_told_alike_by_every_command(
    kiosk: Kiosk, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "library.db"
    if content is None:
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE music (title)")
    else:
        file.write_bytes(content)
    for command in (["patrons"], ["init"]):
        said = assert_one_line(kiosk(*command, "--library", tmp_path), 1)
        assert str(tmp_path) in said
        assert "kiosk restore" in said
        assert "move it away" in said
    assert [path.name for path in tmp_path.glob("*.db")] == ["library.db"]
    if content is None:
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT * FROM music").fetchall() == []


def test_where_no_folder_can_be_made_init_does_not_say_to_use_init(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    for place in (tmp_path / "note.txt", tmp_path / "note.txt" / "under"):
        said = assert_one_line(kiosk("init", "--library", place), 1)
        assert "kiosk init" not in said
        assert str(place) in said


# ── Words the parser does not know ──


@pytest.mark.parametrize(
    ("words", "zh"),
    [
        (["frobnicate"], "没有命令"),
        (["bench", "coffee"], "没有命令"),
        (["bench"], "命令"),
        (["patrons", "--colour"], "没有选项"),
        (["patrons", "too"], "多"),
        (["restore"], "缺少"),
        (["patrons", "--library"], "--library"),
        (["events", "--after", "x"], "--after 要是整数"),
        (["events", "--after", "-1"], "--after 要不小于 0"),
        (["print", "labels", "--start", "0"], "--start 要不小于 1"),
        (["events", "--json=yes"], "--json"),
        (["run", "--size", "big"], "宽x高"),
        (["print", "labels", "--face", "nose"], "--face"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_understood_is_said_in_both_languages(kiosk: Kiosk, words: list[str], zh: str) -> None:
    assert zh in assert_one_line(kiosk(*words), 2).partition(" / ")[0]


def test_without_a_command_the_error_says_so(kiosk: Kiosk) -> None:
    told = kiosk()
    assert (told.status, told.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("words", [["demo"], ["scanner", "--sheet", "x.pdf"], ["bench", "idle"]], ids=" ".join)
def test_a_library_named_before_a_command_that_takes_none_is_wrong_usage(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "--library" in assert_one_line(kiosk("--library", tmp_path / "x", *words), 2)
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_cannot_be_opened_is_one_line_without_a_runtime_folder_too(tmp_path: Path) -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "XDG_RUNTIME_DIR": "", "SDL_VIDEODRIVER": ""}
    told = spawn("run", "--library", tmp_path, KIOSK_SETTINGS=str(tmp_path / "none.toml"), **nowhere)
    assert told.returncode == 1
    assert told.stderr.count(b"\n") == 1, told.stderr


# ── init and restore ──


@pytest.mark.parametrize("name", ["", " ", "张\n老师", "张" * 400], ids=["empty", "blank", "line break", "long"])
def test_a_librarian_has_a_name_that_fits_a_card(kiosk: Kiosk, tmp_path: Path, name: str) -> None:
    assert "--librarian" in assert_one_line(kiosk("init", "--librarian", name, "--library", tmp_path / "new"), 2)
    assert not (tmp_path / "new").exists()


def test_the_sample_of_a_seed_and_a_day_is_the_same_whatever_the_clock_says(
    kiosk: Kiosk, tmp_path: Path, in_zone: Callable[[str], None]
) -> None:
    found = []
    for name, zone in CLOCKS.items():
        in_zone(zone)
        sample = ("--sample", "--seed", 7, "--today", "2026-11-23")
        assert kiosk("init", *sample, "--library", tmp_path / name).status == 0
        with closing(sqlite3.connect(tmp_path / name / "library.db")) as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            conn.execute("UPDATE patrons SET pin_hash = '' WHERE pin_hash IS NOT NULL")  # salted
            found.append({table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in tables})
    ahead, behind = found
    assert ahead == behind
    assert len(ahead["loans"]) > 100


@pytest.mark.parametrize(
    "words", [["--today", "2026-11-23"], ["--sample", "--today", "x"], ["--sample", "--today", "0001-01-01"]]
)
def test_a_day_goes_with_the_sample_and_is_a_day(kiosk: Kiosk, tmp_path: Path, words: list[str]) -> None:
    assert "--today" in assert_one_line(kiosk("init", *words, "--library", tmp_path / "new"), 2)
    assert not (tmp_path / "new").exists()


def test_what_a_restore_keeps_is_stamped_with_the_schools_time(
    kiosk: Kiosk, library: Path, tmp_path: Path, in_zone: Callable[[str], None]
) -> None:
    in_zone(CLOCKS["behind"])
    backup = tmp_path / "copy.db"
    assert kiosk("backup", backup, "--library", library).status == 0
    place = tmp_path / "place"
    create_library(str(place)).close()
    before = datetime.now(UTC) + timedelta(hours=8, seconds=-1)
    assert kiosk("restore", backup, "--library", place).status == 0
    (kept,) = place.glob("library-replaced-*.db")
    stamp = datetime.strptime(kept.stem, "library-replaced-%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    assert before.replace(microsecond=0) <= stamp <= datetime.now(UTC) + timedelta(hours=8)


# ── check ──


def test_a_wrong_setting_does_not_keep_check_from_looking_at_the_rest(
    kiosk: Kiosk, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text("[sound]\nvolume = 11\n", encoding="utf-8")
    told = kiosk("check", "--library", library)
    assert (told.status, told.err) == (1, "")
    assert "sound.volume" in "".join(told.out.split())
    for name in ("database", "disk", "terminal"):
        assert name in told.out


def test_an_unknown_setting_is_told_by_check_once(kiosk: Kiosk, library: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[sound]\nloud = true\n", encoding="utf-8")
    told = kiosk("check", "--library", library)
    assert told.err == ""
    assert "sound.loud" in "".join(told.out.split())
