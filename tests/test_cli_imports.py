"""`kiosk import …`: a preview first, everything at once with --yes, one plain line for a file that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli import run
from kiosk.store import schema
from kiosk.store.library import Library, open_library
from tests.desk.school import fill
from tests.exchange import workbooks

ROWS = [
    ["姓名", "班级", "身份证号"],
    ["王小明", "三2", "440106201501011234"],
    ["李雷", "三2", ""],
    ["小帮手", "三2", ""],
    ["张伟", "三2", ""],
    ["新一", "三(3)班", ""],
    ["新二", "四年级", ""],
    ["", "三2", ""],
]


@pytest.fixture
def library(sqlite_location: str, sqlite_library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("KIOSK_SETTINGS", str(tmp_path / "none.toml"))
    sqlite_library.transact(fill)
    return sqlite_location


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return workbooks.xlsx(tmp_path / "名单.xlsx", {"名单": ROWS})


def names(location: str) -> list[str]:
    library = open_library(location)
    try:
        return [row.name for row in library.read(lambda conn: conn.execute(schema.patrons.select()).all())]
    finally:
        library.close()


def test_without_yes_a_roster_is_only_shown(library: str, roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = names(library)
    assert run(["import", "roster", str(roster), "--library", library]) == 0
    told = capsys.readouterr().out
    assert "新读者 1" in told and "换班 1" in told and "没有姓名。" in told and "身份证号" in told
    assert "--yes" in told
    assert "New 1" in told and "Moved 1" in told and "There is no name." in told
    assert "440106" not in told
    assert names(library) == before


def test_with_yes_it_is_written_and_the_same_file_again_changes_nothing(
    library: str, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "roster", str(roster), "--yes", "--library", library]) == 0
    assert "名单已写入" in capsys.readouterr().out
    assert names(library)[-1] == "新一"
    after = names(library)
    assert run(["import", "roster", str(roster), "--yes", "--library", library]) == 0
    assert "没有要写入的内容" in capsys.readouterr().out
    assert names(library) == after


def test_json_has_a_row_for_every_line(library: str, roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "roster", str(roster), "--json", "--yes", "--library", library]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["row"], row["state"], row["reason"], row["written"]) for row in rows[3:]] == [
        (5, "moved", None, True),
        (6, "new", None, True),
        (7, "doubtful", "grade_only", False),
        (8, "wrong", "no_name", False),
    ]
    assert rows[3]["class"] == "三(2)班"


def test_a_file_that_cannot_be_read_is_one_line_and_status_1(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "roster", str(tmp_path / "none.xlsx"), "--yes", "--library", library]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "none.xlsx" in told.err


def test_a_teacher_by_role_is_shown_as_one(library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["姓名", "角色", "班级"], ["Bob Li", "教师", ""], ["新一", "学生", "三2"]]
    path = workbooks.xlsx(tmp_path / "名单.xlsx", {"名单": rows})
    assert run(["import", "roster", str(path), "--library", library]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "Bob Li" in line)
    assert "教师" in line
