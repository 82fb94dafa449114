"""Replay: scans from a file through flow, desk and store, in the time the file says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.journal import Journal, JournalError
from kiosk.replay import replay
from kiosk.store import edit
from kiosk.store.library import FILE_NAME, open_library
from tests.desk.conftest import _school_template, school_location
from tests.desk.school import (
    BOOK,
    BOOK_2,
    BOOK_3,
    FINISH,
    HELPER,
    LI,
    NOON,
    WANG,
    assert_consistent,
    local,
    open_loans,
)

__all__ = ["_school_template", "school_location"]


def play(location: str, text: str, folder: Path, **parts: Any) -> list[dict[str, Any]]:
    """What a replay of `text` tells, line by line."""
    file = folder / "scans.tsv"
    file.write_text(text, "utf-8")
    return play_file(location, file, **parts)


def play_file(location: str, file: Path, **parts: Any) -> list[dict[str, Any]]:
    said: list[str] = []
    status = replay(location, file, as_json=True, shots=None, write=said.append, **parts)
    rows = [json.loads(line) for line in "".join(said).splitlines()]
    assert status == (1 if any(row["outcome"] == "trouble" for row in rows) else 0)
    return rows


def scans(*codes: str, start: str = "2026-09-07T12:05:00", gap: float = 5.0) -> str:
    begin = local(start)
    return "".join(f"{(begin + timedelta(seconds=gap * n)).isoformat()}\t{code}\n" for n, code in enumerate(codes))


def test_each_scan_is_one_object_with_the_promised_fields(school_location: str, tmp_path: Path) -> None:
    rows = play(school_location, scans(WANG, BOOK, "?", FINISH, BOOK), tmp_path)
    for row in rows:
        assert list(row) == ["at", "code", "outcome", "reasons", "patron", "copy", "title", "due_on"]
    assert [row["outcome"] for row in rows] == ["identified", "lent", "unknown", "ended", "returned"]
    assert rows[1] == {
        "at": "2026-09-07T12:05:05",
        "code": BOOK,
        "outcome": "lent",
        "reasons": [],
        "patron": WANG,
        "copy": BOOK,
        "title": "昆虫记",
        "due_on": "2026-09-21",
    }
    assert rows[2]["reasons"] == ["unknown_copy"]
    assert rows[4]["patron"] is None


def test_it_acts_on_the_library(school_location: str, tmp_path: Path) -> None:
    play(school_location, scans(WANG, BOOK, LI, BOOK_2), tmp_path)
    library = open_library(school_location)
    assert set(open_loans(library)) == {BOOK, BOOK_2}
    assert_consistent(library)
    library.close()


def test_the_same_file_twice_acts_twice(school_location: str, tmp_path: Path) -> None:
    text = scans(WANG, BOOK, FINISH)
    assert [row["outcome"] for row in play(school_location, text, tmp_path)] == ["identified", "lent", "ended"]
    again = play(school_location, text, tmp_path)
    assert [row["outcome"] for row in again] == ["identified", "returned", "ended"]


def test_a_session_ends_by_itself_between_two_lines(school_location: str, tmp_path: Path) -> None:
    rows = play(school_location, scans(WANG, BOOK, gap=24), tmp_path)
    assert [row["outcome"] for row in rows] == ["identified", "lent"]
    rows = play(school_location, scans(WANG, BOOK_2, gap=26), tmp_path)
    assert [(row["outcome"], row["reasons"]) for row in rows][1] == ("info", ["no_card_yet"])


@pytest.mark.parametrize("gap", [3 * 3600, 24 * 3600, 200 * 24 * 3600])
def test_nobody_is_here_any_more_the_next_time_the_library_opens(
    school_location: str, tmp_path: Path, gap: float
) -> None:
    rows = play(school_location, scans(HELPER, BOOK, gap=gap), tmp_path)
    assert rows[1]["reasons"] == ["no_card_yet"]


def test_the_same_code_twice_within_the_bounce_time_is_ignored(school_location: str, tmp_path: Path) -> None:
    rows = play(school_location, scans(WANG, BOOK, BOOK, gap=1), tmp_path)
    assert [row["outcome"] for row in rows] == ["identified", "lent", "ignored"]


def test_a_line_before_the_one_before_is_a_clock_put_back(school_location: str, tmp_path: Path) -> None:
    text = scans(WANG, BOOK) + scans(BOOK_2, start="2025-09-07T12:05:00")
    rows = play(school_location, text, tmp_path)
    assert [row["outcome"] for row in rows] == ["identified", "lent", "refused"]
    assert rows[2]["reasons"] == ["clock"]


def test_the_times_are_those_of_the_library_wherever_it_is(school_location: str, tmp_path: Path) -> None:
    library = open_library(school_location)
    library.transact(lambda conn: edit.save_setting(conn, "timezone", "America/New_York"))
    rows = play(school_location, scans(WANG, BOOK), tmp_path)
    assert [row["outcome"] for row in rows] == ["identified", "lent"]
    assert rows[1]["due_on"] == "2026-09-21"
    library.close()


def test_the_journal_the_kiosk_wrote_can_be_replayed(school_location: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "kiosk")
    codes = [WANG, BOOK, "\x02" + BOOK_2, "a\tb\\", BOOK_3, FINISH]
    for place, code in enumerate(codes):
        journal.write(NOON + timedelta(seconds=3 * place), code, "?")
    journal.close()
    (file,) = (tmp_path / "journal").iterdir()
    rows = play_file(school_location, file)
    assert [row["outcome"] for row in rows] == ["identified", "lent", "damaged", "damaged", "lent", "ended"]
    assert rows[2]["code"] == f"\\x02{BOOK_2}"
    assert rows[3]["code"] == "a\\tb\\\\"


def test_a_broken_line_stops_it_before_anything_is_done(school_location: str, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="line 3"):
        play(school_location, scans(WANG, BOOK) + "soon\t1\n", tmp_path)
    library = open_library(school_location)
    assert open_loans(library) == {}
    library.close()


def test_an_empty_file_tells_nothing(school_location: str, tmp_path: Path) -> None:
    assert play(school_location, "# nothing\n", tmp_path) == []


def test_without_a_library_each_line_is_a_trouble(tmp_path: Path) -> None:
    rows = play(str(tmp_path / "nowhere"), scans(WANG, BOOK), tmp_path)
    assert [row["outcome"] for row in rows] == ["trouble", "trouble"]


def test_a_line_for_people_tells_what_came_of_it(school_location: str, tmp_path: Path) -> None:
    file = tmp_path / "scans.tsv"
    file.write_text(scans(WANG, BOOK, "?"), "utf-8")
    said: list[str] = []
    assert replay(school_location, file, as_json=False, shots=None, write=said.append) == 0
    lines = "".join(said).splitlines()
    assert len(lines) == 3
    assert lines[1] == f"2026-09-07T12:05:05  {BOOK}  lent  昆虫记  2026-09-21"
    assert "unknown_copy" in lines[2]


def test_ten_thousand_digits_are_one_calm_line(school_location: str, tmp_path: Path) -> None:
    rows = play(school_location, scans("3" * 10_000), tmp_path)
    assert rows[0]["outcome"] in ("unknown", "damaged")
    assert len(rows[0]["code"]) <= 64
    assert (Path(school_location) / FILE_NAME).exists()
