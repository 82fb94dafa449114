"""`kiosk run` read without Typer: the same options, the same answers, and nothing heavy in the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import quick
from kiosk.cli import run_command

ROOT = Path(__file__).resolve().parent.parent
NOT_PLAIN = [
    [],
    ["demo"],
    ["--library", "x", "run"],
    ["run", "--help"],
    ["run", "now"],
    ["run", "--size"],
    ["run", "--size", "large"],
    ["run", "--now", "noon"],
    ["run", "--now", "0001-01-01T00:00"],
    ["run", "--scanner", "fax"],
    ["run", "--library", "--windowed"],
    ["run", "--windowed=yes"],
    ["run", "--fullscreen"],
]


@pytest.mark.parametrize("arguments", NOT_PLAIN, ids=" ".join)
def test_what_is_not_plainly_a_run_is_left_to_typer(arguments: list[str]) -> None:
    assert quick.run_quickly(arguments) is None


def test_both_readers_know_the_same_options() -> None:
    options = {"--" + name.replace("_", "-") for name in run_command.__annotations__} - {"--return"}
    assert options == {*quick.FLAGS, *quick.VALUES}


@pytest.mark.parametrize("words", [["--size", "640x480"], ["--size=800x600", "--library=nowhere", "--windowed"]])
def test_a_value_may_follow_its_option_or_an_equals_sign(words: list[str]) -> None:
    read = quick._read(["run", *words])
    assert read is not None
    assert read["--size"] in ("640x480", "800x600")


@pytest.mark.parametrize("words", [["--library="], ["--library", ""], ["--library", "mysql://x"]], ids=" ".join)
def test_a_library_that_can_be_none_is_one_line_and_status_2(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_SETTINGS", str(tmp_path / "none.toml"))
    assert quick.run_quickly(["run", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_run_loads_neither_typer_nor_what_pygame_brings_along(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from kiosk.quick import run_quickly\n"
        f"status = run_quickly(['run', '--library', {str(tmp_path)!r}])\n"
        "heavy = {'typer', 'pydantic', 'numpy', 'pkg_resources', 'cattrs', 'rich', 'alembic', 'psycopg', 'pypinyin'}\n"
        "print(status, 'pygame' in sys.modules, sorted(heavy & set(sys.modules)))\n"
    )
    nowhere = {"DISPLAY": "", "SDL_VIDEODRIVER": "x11", "KIOSK_SETTINGS": str(tmp_path / "none.toml")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"PATH": "", **nowhere}, capture_output=True, text=True
    )
    assert done.stdout == "1 True []\n"
    assert done.stderr.count("\n") == 1


def test_pygame_can_still_be_given_its_arrays_later() -> None:
    program = (
        "from kiosk.lean import import_pygame\n"
        "import_pygame()\n"
        "import numpy, pygame, pygame.surfarray\n"
        "print(pygame.surfarray.array3d(pygame.Surface((4, 3))).shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "(4, 3, 3)\n"


def test_memory_freed_in_small_pieces_is_given_back() -> None:
    """The holes between what is kept are pages of the system's again (Linux with glibc; elsewhere nothing happens)."""
    program = (
        "import platform\n"
        "from kiosk.lean import give_back_memory\n"
        "def resident():\n"
        "    return int(open('/proc/self/statm').read().split()[1]) * 4096\n"
        "pieces = [bytearray(20_000) for _ in range(4_000)]\n"
        "full, kept = resident(), pieces[::50]\n"
        "del pieces\n"
        "give_back_memory()\n"
        "print(platform.libc_ver()[0] != 'glibc' or full - resident() > 60_000_000)\n"
    )
    if not Path("/proc/self/statm").exists():
        program = "from kiosk.lean import give_back_memory; give_back_memory(); print(True)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr
