"""`kiosk import catalogue` and `kiosk export`: a preview first, all at once with --yes, files that come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli import run
from kiosk.store import schema
from kiosk.store.library import Library, open_library
from tests.desk.school import BOOK, fill
from tests.exchange import workbooks

ROWS = [
    ["书名", "ISBN", "条码", "登录号", "分类号"],
    ["新书", "9787020002208", "", "X1", "I18"],
    ["又一本", "", BOOK, "", ""],
    ["", "", "", "X3", ""],
    ["旧书", "", "0012345", "X4", ""],
]


@pytest.fixture
def library(sqlite_location: str, sqlite_library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("KIOSK_SETTINGS", str(tmp_path / "none.toml"))
    sqlite_library.transact(fill)
    return sqlite_location


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return workbooks.xlsx(tmp_path / "书单.xlsx", {"书单": ROWS})


def rows(location: str, table: object = schema.copies) -> list[object]:
    library = open_library(location)
    try:
        return list(library.read(lambda conn: conn.execute(table.select()).all()))  # type: ignore[attr-defined]  # a table
    finally:
        library.close()


def test_without_yes_a_catalogue_is_only_shown(library: str, books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = rows(library)
    assert run(["import", "catalogue", str(books), "--library", library]) == 0
    told = capsys.readouterr().out
    assert "不收 3" in told and "要看看 1" in told and "第 4 行" in told and "《昆虫记》" in told
    assert "--yes" in told
    assert rows(library) == before


def test_what_the_commands_say_themselves_is_in_both_languages(
    library: str, books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "书目.csv")
    for command in (
        ["import", "catalogue", str(books)],
        ["import", "catalogue", str(books), "--yes"],
        ["import", "catalogue", str(books)],
        ["export", target],
        ["import", "catalogue", str(tmp_path / "没有.xlsx")],
        ["export", str(tmp_path / "没有" / "书目.csv")],
    ):
        run([*command, "--library", library])
        said = capsys.readouterr()
        own = [line for line in (said.out + said.err).splitlines() if line and not line.startswith(" ")]
        assert own
        assert [line for line in own if " / " not in line] == []


def test_with_yes_it_is_written_and_again_there_is_nothing_to_write(
    library: str, books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(rows(library))
    assert run(["import", "catalogue", str(books), "--yes", "--adopt", "--library", library]) == 0
    assert "馆藏 2 册" in capsys.readouterr().out
    after = rows(library)
    assert len(after) == before + 2
    assert len(rows(library, schema.labels_wanted)) == 1
    assert run(["import", "catalogue", str(books), "--yes", "--library", library]) == 0
    assert "没有要写入的内容" in capsys.readouterr().out
    assert rows(library) == after


def test_the_options_are_those_of_the_screen(library: str, tmp_path: Path) -> None:
    bare = workbooks.xlsx(tmp_path / "a.xlsx", {"S": [["书名", "分类号"], ["甲", "I18"], ["乙", "I18"]]})
    assert run(["import", "catalogue", str(bare), "--yes", "--library", library]) == 0
    before = len(rows(library))
    assert run(["import", "catalogue", str(bare), "--yes", "--single", "--plain", "--library", library]) == 0
    assert len(rows(library)) == before
    assert run(["import", "catalogue", str(bare), "--yes", "--single", "--unlabelled", "--library", library]) == 0
    assert len(rows(library)) == before + 2
    assert rows(library, schema.labels_wanted) == []


def test_json_has_an_object_for_every_row(library: str, books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "catalogue", str(books), "--json", "--yes", "--library", library]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["number"], one["state"], one["reasons"], one["written"]) for one in found] == [
        (2, "new", ["isbn_check"], True),
        (3, "wrong", ["barcode_of_title"], False),
        (4, "wrong", ["no_title"], False),
        (5, "wrong", ["barcode_unknown"], False),
    ]
    assert found[0]["doubtful"] and found[0]["copies_new"] == 1


def test_a_file_that_cannot_be_read_is_one_line_and_status_1(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "catalogue", str(tmp_path / "none.iso"), "--yes", "--library", library]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "none.iso" in told.err


@pytest.mark.parametrize("name", ["all.xlsx", "all.csv", "all.mrc", "all.iso", "all.xml"])
def test_what_is_exported_is_known_when_it_comes_back(
    library: str, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    assert run(["export", str(file), "--library", library]) == 0
    assert "书目 3 种，馆藏 73 册" in capsys.readouterr().out
    assert run(["import", "catalogue", str(file), "--json", "--library", library]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["state"] for one in found} == {"unchanged"}


def test_the_form_may_be_named(library: str, tmp_path: Path) -> None:
    file = tmp_path / "all.dat"
    assert run(["export", str(file), "--form", "marcxml", "--library", library]) == 0
    assert file.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("arguments", [["all.doc"], ["all.csv", "--form", "pdf"]])
def test_a_form_that_nobody_knows_is_one_line_and_status_1(
    library: str, tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / arguments[0]
    assert run(["export", str(file), *arguments[1:], "--library", library]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_one_line_and_status_1(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", str(tmp_path / "gone" / "all.csv"), "--library", library]) == 1
    assert "all.csv" in capsys.readouterr().err


def test_a_file_that_is_there_is_replaced_only_with_force(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.csv"
    file.write_bytes(b"my thesis")
    assert run(["export", str(file), "--library", library]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "--force" in told and "all.csv" in told
    assert file.read_bytes() == b"my thesis"
    assert run(["export", str(file), "--force", "--library", library]) == 0
    assert file.read_bytes() != b"my thesis"
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".part"] == []


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_or_a_device_is_never_written_over(
    library: str, tmp_path: Path, force: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "device.csv").symlink_to("/dev/null")
    for name in ("folder.csv", "device.csv"):
        assert run(["export", str(tmp_path / name), *force, "--library", library]) == 1
        assert "is no plain file" in capsys.readouterr().err
    assert (tmp_path / "device.csv").is_symlink() and Path("/dev/null").is_char_device()
