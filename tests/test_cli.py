"""The command line's contract (README, "Commands"): commands, JSON, exit status, one plain line for every error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import __version__
from kiosk.cli import run
from kiosk.listing import COLUMNS, pad, print_table, width
from kiosk.sample import build_sample
from kiosk.sample.write import write_sample
from kiosk.store.library import create_library

ROOT = Path(__file__).resolve().parent.parent
TODAY = date.today()  # noqa: DTZ011  listings count lateness from the real day


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        found = json.loads(self.out)
        assert isinstance(found, list)
        return found


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    library = create_library(str(folder))
    write_sample(library, 1, TODAY)
    library.close()
    return folder


class Kiosk:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Ran:
        status = run([str(word) for word in words])
        seen = self._capsys.readouterr()
        return Ran(status, seen.out, seen.err)


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kiosk:
    monkeypatch.setenv("KIOSK_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.delenv("KIOSK_LIBRARY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return Kiosk(capsys)


def test_every_command_of_the_contract_is_offered(kiosk: Kiosk) -> None:
    told = kiosk("--help")
    assert told.status == 0
    listings = ["patrons", "copies", "titles", "loans", "events", "rota"]
    for command in ["demo", "init", "run", "replay", *listings, "check", "backup", "restore", "bench"]:
        assert f"  {command} " in told.out
    bench = kiosk("bench", "--help").out
    for command in ("scan", "start", "idle", "search", "photos"):
        assert f"  {command} " in bench


def test_the_version_is_printed(kiosk: Kiosk) -> None:
    assert kiosk("--version") == Ran(0, f"kiosk {__version__}\n", "")


def test_without_a_command_the_help_is_shown_and_the_usage_was_wrong(kiosk: Kiosk) -> None:
    told = kiosk()
    assert told.status == 2
    assert "Commands:" in told.out


WRONG = [
    ["frobnicate"],
    ["patrons", "--colour"],
    ["patrons", "too", "many"],
    ["events", "--after", "-3"],
    ["events", "--after", "x"],
    ["init", "--seed", "3"],
    ["init", "--sample", "--seed", "three"],
    ["run", "--size", "big"],
    ["run", "--size", "10x10"],
    ["run", "--now", "yesterday"],
    ["run", "--scanner", "bluetooth"],
    ["restore"],
    ["bench", "coffee"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_is_one_line_and_status_2(kiosk: Kiosk, words: list[str]) -> None:
    told = kiosk(*words)
    assert told.status == 2
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


REFUSED = [
    *([listing, "--library", "{tmp}/none"] for listing in COLUMNS),
    ["backup", "--library", "{tmp}/none"],
    ["backup", "{tmp}/nowhere/x.db", "--library", "{sample}"],
    ["restore", "{tmp}/none.db", "--library", "{tmp}/none"],
    ["restore", __file__, "--library", "{tmp}/none"],
    ["init", "--library", "{sample}"],
    ["init", "--sample", "--library", "{sample}"],
    ["init", "--library", __file__],
    ["replay", "{tmp}/none.tsv", "--library", "{sample}"],
    ["patrons", "--library", "postgresql://nobody:secret@127.0.0.1:1/none"],
]


@pytest.mark.parametrize("words", REFUSED, ids=lambda words: " ".join(words[:2]))
def test_a_refusal_is_one_line_and_status_1(kiosk: Kiosk, tmp_path: Path, sample: Path, words: list[str]) -> None:
    told = kiosk(*(word.format(tmp=tmp_path, sample=sample) for word in words))
    assert told.status == 1
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert " / " in told.err, "in both languages"
    assert "secret" not in told.err


def test_a_wrong_setting_is_one_line_and_status_2(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[sound]\nvolume = 11\n", encoding="utf-8")
    told = kiosk("patrons")
    assert (told.status, told.out) == (2, "")
    assert "sound.volume" in told.err
    assert told.err.count("\n") == 1


def test_an_unknown_setting_warns_and_the_command_goes_on(kiosk: Kiosk, tmp_path: Path, sample: Path) -> None:
    (tmp_path / "settings.toml").write_text("[sound]\nloud = true\n", encoding="utf-8")
    told = kiosk("rota", "--json", "--library", sample)
    assert told.status == 0
    assert told.rows
    assert "sound.loud" in told.err


def test_init_makes_a_library_and_never_over_another(kiosk: Kiosk, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert kiosk("init", "--library", folder).status == 0
    assert kiosk("patrons", "--json", "--library", folder).rows == []
    before = (folder / "library.db").read_bytes()
    assert kiosk("init", "--sample", "--library", folder).status == 1
    assert (folder / "library.db").read_bytes() == before


def test_init_can_add_the_first_librarian_and_tells_the_card(kiosk: Kiosk, tmp_path: Path) -> None:
    made = kiosk("init", "--librarian", "张老师", "--library", tmp_path / "new")
    (librarian,) = kiosk("patrons", "--json", "--library", tmp_path / "new").rows
    assert (librarian["name"], librarian["kind"]) == ("张老师", "librarian")
    assert str(librarian["barcode"]) in made.out


def test_the_library_may_be_named_before_or_after_the_command_or_in_the_environment(
    kiosk: Kiosk, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = kiosk("titles", "--json", "--library", sample)
    assert kiosk("--library", sample, "titles", "--json") == after
    monkeypatch.setenv("KIOSK_LIBRARY", str(sample))
    assert kiosk("titles", "--json") == after


@pytest.mark.parametrize("listing", COLUMNS)
def test_every_listing_is_one_json_array_of_objects_and_a_table(kiosk: Kiosk, sample: Path, listing: str) -> None:
    rows = kiosk(listing, "--json", "--library", sample).rows
    assert rows
    table = kiosk(listing, "--library", sample).out.splitlines()
    assert len(table) == len(rows) + 3
    assert table[-1] == f"共 {len(rows)} 行"
    if listing in ("patrons", "copies", "loans", "events"):
        assert all(len(row["barcode"]) == 8 for row in rows if row.get("copy_id") or listing == "patrons")


def test_open_and_overdue_loans_are_chosen(kiosk: Kiosk, sample: Path) -> None:
    every = kiosk("loans", "--json", "--library", sample).rows
    still_out = kiosk("loans", "--open", "--json", "--library", sample).rows
    late = kiosk("loans", "--overdue", "--json", "--library", sample).rows
    assert still_out == [row for row in every if row["returned_at"] is None]
    assert late == [row for row in still_out if row["due_on"] < TODAY.isoformat()]
    assert 0 < len(late) < len(still_out) < len(every)


def test_events_can_be_followed(kiosk: Kiosk, sample: Path) -> None:
    rows = kiosk("events", "--json", "--library", sample).rows
    assert kiosk("events", "--after", rows[-3]["seq"], "--json", "--library", sample).rows == rows[-2:]


def test_a_backup_can_be_restored_and_what_was_there_is_kept(kiosk: Kiosk, tmp_path: Path, sample: Path) -> None:
    file, folder = tmp_path / "copy.db", tmp_path / "restored"
    assert kiosk("backup", file, "--library", sample).status == 0
    assert kiosk("init", "--library", folder).status == 0
    told = kiosk("restore", file, "--library", folder)
    assert told.status == 0
    assert "library-replaced" in told.out
    assert kiosk("copies", "--json", "--library", folder).rows == kiosk("copies", "--json", "--library", sample).rows


def test_backups_go_where_the_settings_say(kiosk: Kiosk, tmp_path: Path, sample: Path) -> None:
    stick = tmp_path / "stick"
    (tmp_path / "settings.toml").write_text(f"[backup]\nfolder = '{stick}'\n", encoding="utf-8")
    assert kiosk("backup", "--library", sample).status == 1
    stick.mkdir()
    assert kiosk("backup", "--library", sample).status == 0
    assert [file.suffix for file in stick.iterdir()] == [".db"]


def test_a_replay_prints_one_json_object_a_line(kiosk: Kiosk, tmp_path: Path) -> None:
    assert kiosk("init", "--sample", "--library", tmp_path / "lib").status == 0
    rows = build_sample(1, TODAY)
    card, book, unknown = rows.cast[0].code, next(m.code for m in rows.cast if m.role == "book"), "88888888"
    scans = tmp_path / "scans.tsv"
    scans.write_text(
        "".join(f"{rows.opens + timedelta(seconds=5 * n)}\t{c}\n" for n, c in enumerate((card, book, unknown)))
    )
    told = kiosk("replay", scans, "--json", "--library", tmp_path / "lib")
    assert told.status == 0
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [line["outcome"] for line in lines] == ["identified", "lent", "unknown"]
    keys = {"at", "code", "outcome", "reasons", "patron", "copy", "title", "due_on"}
    assert all(keys <= set(line) for line in lines)
    assert lines[1]["copy"] == book
    assert lines[1]["patron"] == card


def test_a_replay_of_nonsense_is_refused_before_anything_is_fed(kiosk: Kiosk, tmp_path: Path, sample: Path) -> None:
    scans = tmp_path / "scans.tsv"
    scans.write_text("2026-11-23T12:00\t20000018\nnot a scan\n")
    for file in (scans, tmp_path, tmp_path / "none.tsv"):
        told = kiosk("replay", file, "--library", sample)
        assert (told.status, told.out, told.err.count("\n")) == (1, "", 1)


def test_a_table_lines_up_under_chinese_names() -> None:
    assert width("三(2)班") == 7
    assert width("ab") == 2
    assert pad("借", 4) == "借  "
    lines: list[str] = []
    names = ["王小明", "Li", "阿依古丽·买买提", "long " * 30, "new\nline\x1b[31m"]
    entries = [{"barcode": "20000018", "name": name, "kind": "pupil"} for name in names]
    print_table("patrons", entries, "zh_CN", lines.append)
    assert len(lines) == len(names) + 3
    table = [line.rstrip("\n") for line in lines]
    assert not any("\n" in line or "\x1b" in line for line in table)
    starts = {width(line[: line.index("学生")]) for line in table if "学生" in line}
    assert len(starts) == 1


def spawn(*words: object, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        check=False,
    )


def test_the_program_itself_keeps_the_contract(sample: Path, tmp_path: Path) -> None:
    quiet = {"KIOSK_SETTINGS": str(tmp_path / "none.toml")}
    good = spawn("patrons", "--json", "--library", sample, **quiet)
    assert good.returncode == 0
    assert len(json.loads(good.stdout)) == 1010
    bad = spawn("patrons", "--library", tmp_path / "none", LC_ALL="C", PYTHONUTF8="0", **quiet)
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.count(b"\n") == 1
    assert spawn("frob", **quiet).returncode == 2


def test_a_kiosk_without_a_display_says_so_in_one_line(sample: Path, tmp_path: Path) -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "SDL_VIDEODRIVER": "x11"}
    told = spawn("run", "--library", sample, KIOSK_SETTINGS=str(tmp_path / "none.toml"), **nowhere)
    assert (told.returncode, told.stdout) == (1, b"")
    assert told.stderr.count(b"\n") == 1
    assert b"kiosk check" in told.stderr


def test_a_reader_that_stops_reading_gets_no_traceback(sample: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m kiosk events --json --library {sample} | head -n 1"
    environ = {**os.environ, "KIOSK_SETTINGS": str(tmp_path / "none.toml")}
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environ, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"[\n", b"")


def test_the_kiosk_does_not_pay_for_what_other_commands_need() -> None:
    heavy = {"rich", "cattrs", "sqlalchemy", "alembic", "pygame", "cv2", "pypinyin", "tomlkit", "argon2"}
    code = f"import sys, kiosk.cli; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
