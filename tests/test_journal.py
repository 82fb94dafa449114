"""The scan journal: one line a scan, readable again, and never in the way of a loan."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journal import KEEP_DAYS, Journal, JournalError, prune, read_lines

NOON = datetime.fromisoformat("2026-09-07T12:05:00.250")


def written(folder: Path) -> list[str]:
    return [line for path in sorted(folder.glob("*.tsv")) for line in path.read_text("utf-8").splitlines()]


def test_each_scan_is_a_line_of_time_code_and_outcome(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "kiosk")
    journal.write(NOON, "30000017", "lent")
    journal.write(NOON + timedelta(seconds=2), "20000018", "identified")
    journal.close()
    (file,) = (tmp_path / "journal").iterdir()
    assert file.name == "kiosk-2026-09-07.tsv"
    assert file.read_bytes().decode() == (
        "2026-09-07T12:05:00.250\t30000017\tlent\n2026-09-07T12:05:02.250\t20000018\tidentified\n"
    )


def test_each_day_has_its_file_and_a_second_start_adds_to_it(tmp_path: Path) -> None:
    for _ in range(2):
        journal = Journal(tmp_path, "楼上 1/2")
        journal.write(NOON, "1", "unknown")
        journal.write(NOON + timedelta(days=1), "2", "unknown")
        journal.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["楼上_1_2-2026-09-07.tsv", "楼上_1_2-2026-09-08.tsv"]
    assert len(written(tmp_path)) == 4


@given(code=st.text(st.characters(), max_size=6), at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  local times
def test_what_was_scanned_is_read_again_whatever_it_was(
    tmp_path_factory: pytest.TempPathFactory, code: str, at: datetime
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    journal = Journal(folder, "kiosk")
    journal.write(at, code, "unknown")
    journal.close()
    (file,) = folder.iterdir()
    assert file.read_bytes().count(b"\n") == 1
    (line,) = read_lines(file)
    assert line.at == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert line.code == code


def test_a_long_code_is_cut(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "kiosk")
    journal.write(NOON, "3" * 10_000, "unknown")
    journal.close()
    assert len(written(tmp_path)[0]) < 120


def test_old_journals_go_by_themselves_and_other_files_stay(tmp_path: Path) -> None:
    today = NOON.date()
    keep = [f"kiosk-{today - timedelta(days=n)}.tsv" for n in (0, 1, KEEP_DAYS)]
    keep += ["notes.tsv", "kiosk-2026-13-45.tsv", "kiosk-2020-01-01.txt"]
    gone = [f"kiosk-{today - timedelta(days=KEEP_DAYS + 1)}.tsv", "other-2020-01-01.tsv"]
    for name in (*keep, *gone):
        (tmp_path / name).touch()
    (tmp_path / "folder-2020-01-01.tsv").mkdir()  # cannot be unlinked: it stays, and nothing falls over
    prune(tmp_path, today)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*keep, "folder-2020-01-01.tsv"])


def test_a_journal_that_cannot_be_written_is_told_once_and_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "journal"
    folder.write_text("a file is in the way")
    journal = Journal(folder, "kiosk")
    for _ in range(3):
        journal.write(NOON, "30000017", "lent")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "30000017" not in caplog.text
    folder.unlink()
    journal.write(NOON, "30000025", "lent")
    journal.close()
    assert [line.split("\t")[1] for line in written(folder)] == ["30000025"]


def test_a_disk_that_fills_up_under_the_journal_stops_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "kiosk")
    journal.write(NOON, "1", "unknown")
    hidden: Any = journal
    hidden._file.close()
    hidden._file = Path("/dev/full").open("a", encoding="utf-8")  # noqa: SIM115  the journal closes it
    journal.write(NOON, "2", "unknown")
    journal.write(NOON, "3", "unknown")
    journal.close()
    assert [line.split("\t")[1] for line in written(tmp_path)] == ["1", "3"]


# ── Reading ──


def lines(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    file = tmp_path / "scans.tsv"
    file.write_bytes(text.encode())
    return [(line.number, line.at.isoformat(), line.code) for line in read_lines(file)]


def test_blank_and_comment_lines_and_further_columns_are_passed_over(tmp_path: Path) -> None:
    text = "\ufeff# a bad day\r\n\r\n2026-09-07T12:05:00\t20000018\tidentified\tmore\r\n2026-09-07 12:05\t30000017"
    assert lines(tmp_path, text) == [
        (3, "2026-09-07T12:05:00", "20000018"),
        (4, "2026-09-07T12:05:00", "30000017"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-09-07T12:05:00 20000018", "line 1: a time and a code with a tab between are expected"),
        ("# ok\nnoon\t20000018", "line 2: 'noon' is not a time like 2026-09-07T12:05:00 in the years 1970 to 2200"),
        ("12:05\t20000018", "line 1: '12:05' is not a time like 2026-09-07T12:05:00 in the years 1970 to 2200"),
    ],
)
def test_a_broken_line_gets_one_clear_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(JournalError) as caught:
        lines(tmp_path, text)
    assert str(caught.value) == said


def test_a_file_of_another_kind_is_refused_in_one_printable_line(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\tIHDR" * 50)
    with pytest.raises(JournalError) as caught:
        list(read_lines(file))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("left", ["2026-09-07T12:0", "2026-09-07T12:05:00.250\t300", "\0" * 4096, "30000017" * 2000])
def test_what_a_full_disk_or_a_power_cut_left_of_a_line_spoils_no_other(tmp_path: Path, left: str) -> None:
    journal = Journal(tmp_path, "kiosk")
    journal.write(NOON, "30000017", "lent")
    journal.close()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + left.encode())
    journal.write(NOON + timedelta(seconds=2), "30000025", "lent")
    journal.close()
    assert [line.code for line in read_lines(file)] == ["30000017", "30000025"]


def test_a_journal_of_which_only_half_a_line_is_there_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "kiosk-2026-09-07.tsv").write_text("2026-09-0")
    journal = Journal(tmp_path, "kiosk")
    journal.write(NOON, "30000017", "lent")
    journal.close()
    assert [line.code for line in read_lines(tmp_path / "kiosk-2026-09-07.tsv")] == ["30000017"]


def test_a_file_of_one_endless_line_is_told_and_not_taken_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "x.tsv").open("wb") as empty:
        empty.truncate(3_000_000_000)
    with pytest.raises(JournalError, match="line 1"):
        list(read_lines(tmp_path / "x.tsv"))
