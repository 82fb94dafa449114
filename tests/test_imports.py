"""The rooms and who may import whom (design, "Rooms"), held by import-linter and by one start of the interpreter."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "lending": set(),
    "flows": {"lending"},
    "store": {"lending"},
    "desk": {"lending", "flows", "store", "clock"},
    "scanner": {"flows", "defects"},
    "screens": {"lending", "flows", "i18n", "ruby", "assets"},
    "exchange": {"lending", "flows", "store", "i18n", "assets", "files"},
    "printing": {"lending", "flows", "store", "i18n", "assets", "defects", "files"},
    "office": {"lending", "flows", "store", "desk", "exchange", "printing", "i18n"},
    "sample": {"lending", "store", "assets"},
}
"""The rooms and what of the program each may know; finer arrows and other people's packages: pyproject.toml."""
LOOK_AT_ALL = {"bench", "check"}
"""They measure and examine the whole program, and like `app` and `cli` they may know all of it."""
HEAVY = ("cv2", "numpy", "alembic", "pypinyin", "rich", "pyzbar", "argon2", "cattrs", "babel", "typer", "psycopg")
GRAPH = grimp.build_graph("kiosk", cache_dir=None)
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def test_the_arrows_between_the_rooms_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--config", "pyproject.toml", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_knows_the_rooms_it_may_and_nothing_else_of_the_program(room: str) -> None:
    known = {
        imported.split(".")[1]
        for module in GRAPH.find_descendants(f"kiosk.{room}") | {f"kiosk.{room}"}
        for imported in GRAPH.find_modules_directly_imported_by(module)
        if imported.startswith("kiosk.")
    }
    assert known <= MAY_IMPORT[room] | {room}


def test_every_room_is_under_a_contract() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    under = {module.split(".")[1] for contract in contracts for module in contract["source_modules"]}
    folders = {path.parent.name for path in (ROOT / "kiosk").glob("*/__init__.py")}
    assert set(MAY_IMPORT) | LOOK_AT_ALL == folders
    assert under == folders - LOOK_AT_ALL - {"sample"}


@pytest.mark.parametrize("module", ["kiosk.desk.door", "kiosk.engine", "kiosk.app"])
def test_what_a_kiosk_starts_with_loads_nothing_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("room", ["lending", "flows"])
def test_a_pure_room_never_asks_what_time_it_is(room: str) -> None:
    for path in sorted((ROOT / "kiosk" / room).rglob("*.py")):
        assert not re.search(r"\.(now|utcnow|today|fromtimestamp)\(", path.read_text("utf-8")), path.name
