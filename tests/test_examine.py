"""`kiosk scanner` in a real terminal, with a scanner typing into it, and on a serial line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli import run
from kiosk.examine import Examination
from kiosk.printing.sheet import SAMPLES
from kiosk.scanner.keys import Key

EXPECTED = [sample.value for sample in SAMPLES]
CARD, COPY = "20000014", "30000012"


def feed(examination: Examination, route: str, text: str, at: float) -> None:
    for n, char in enumerate(text):
        examination.feed(route, Key(at + n / 500, char))  # type: ignore[arg-type]  # a route by its name


def test_a_scan_is_told_once_with_its_facts_and_the_summary_says_what_is_left_and_what_to_change() -> None:
    lines: list[str] = []
    examination = Examination(EXPECTED, lines.append)
    feed(examination, "keys", CARD + "\r", 1.0)
    feed(examination, "text", "é&&&&&&'\r", 1.001)
    deadline = examination.deadline
    assert deadline is not None
    examination.tick(deadline - 0.01)
    assert lines == []
    examination.tick(deadline)
    text = "\n".join(lines)
    assert text.count(f"{CARD} (8 characters), end: CR (Enter), each key least / median / most: 2 / 2 / 2 ms") == 1
    assert "does not mind" in text
    feed(examination, "line", COPY, 5.0)
    feed(examination, "keys", "\r", 5.0)
    examination.tick(9.0)
    assert "set its suffix to CR" in lines[-1]
    lines.clear()
    examination.summary()
    assert f"2 of the sheet's {len(EXPECTED)} codes" in "\n".join(lines)
    assert lines[-1].startswith("→ 扫码枪不发回车")
    assert CARD not in "".join(lines)


def test_a_scanner_of_another_country_is_told_which_setting_to_change() -> None:
    lines: list[str] = []
    examination = Examination(EXPECTED, lines.append)
    feed(examination, "keys", "TSG6))$@!&\r", 1.0)
    examination.tick(9.0)
    assert "✓" not in lines[2]
    lines.clear()
    examination.summary()
    assert f"0 of the sheet's {len(EXPECTED)} codes" in "\n".join(lines)
    assert lines[-1].startswith("→ TSG-004217 读成 TSG6))$@!&")
    assert "another country's keyboard (FR or one like it). Set the scanner to the USA keyboard" in lines[-1]


def test_a_code_framed_with_stx_and_etx_counts_as_read_right() -> None:
    lines: list[str] = []
    examination = Examination(EXPECTED, lines.append)
    feed(examination, "line", f"\x02{CARD}\x03", 1.0)
    examination.tick(9.0)
    assert "→" not in "".join(lines)
    assert "STX" in lines[-1]
    examination.summary()
    assert f"1 of the sheet's {len(EXPECTED)} codes" in "".join(lines)


def test_what_was_scanned_can_never_garble_the_terminal() -> None:
    lines: list[str] = []
    examination = Examination(EXPECTED, lines.append)
    feed(examination, "line", "\x1b[2J\u202e\r", 1.0)
    examination.tick(9.0)
    assert all(line.isprintable() for line in lines)
    assert "\\x1b[2J" in "".join(lines)


def test_the_sheet_is_written_where_asked_and_a_place_that_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scanner", "--sheet", str(tmp_path / "sheet.pdf")]) == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert run(["scanner", "--sheet", str(tmp_path / "no" / "sheet.pdf")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The command in a terminal of its own: its keyboard and its output."""
    settings = tmp_path / "settings.toml"
    settings.write_text('[scanner]\nsource = "none"\n', "utf-8")
    master, slave = os.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "scanner"],
        stdin=slave,
        stdout=subprocess.PIPE,
        env=environ | {"KIOSK_SETTINGS": str(settings), "PYTHONUNBUFFERED": "1"},
    ) as program:
        os.close(slave)
        yield master, program
        program.kill()
    os.close(master)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals")
def test_a_scanner_types_into_the_terminal_and_its_missing_enter_is_found(
    terminal: tuple[int, subprocess.Popen[bytes]],
) -> None:
    keyboard, program = terminal
    assert program.stdout is not None
    assert "Ctrl+C" in program.stdout.readline().decode()
    assert "terminal" in program.stdout.readline().decode()
    for code in (CARD + "\r", COPY):
        for char in code:
            os.write(keyboard, char.encode())
            time.sleep(0.002)
        assert program.stdout.readline() == b"\n"
        assert code.strip() in program.stdout.readline().decode()
        assert "✓" in program.stdout.readline().decode()
        end = program.stdout.readline().decode()
        assert ("fine" in end) == code.endswith("\r")
        assert ("set its suffix to CR" in end) == (not code.endswith("\r"))
        assert "text lane" in program.stdout.readline().decode()
    os.write(keyboard, b"\x04")
    rest = program.stdout.read().decode()
    assert "2 of the sheet's" in rest
    assert program.wait() == 0
