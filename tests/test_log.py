"""The program's log: bounded however long the kiosk runs, and never in the way of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FILLS = """
import logging, sys
from pathlib import Path
from kiosk.app import LOG_BYTES, log_to
log_to(Path(sys.argv[1]))
for n in range(3 * LOG_BYTES // 1000):
    logging.getLogger("test").info("%06d %s", n, "x" * 950)
"""
FULL = """
import logging, resource, signal, sys
from pathlib import Path
from kiosk.app import log_to
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log_to(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for n in range(50):
    logging.getLogger("test").info("%06d %s", n, "x" * 950)
print("goes on")
"""


def run(program: str, log: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program, log], capture_output=True, text=True, check=True)


def test_a_kiosk_that_runs_for_months_keeps_two_files_of_bounded_size(tmp_path: Path) -> None:
    run(FILLS, tmp_path / "kiosk.log")
    sizes = {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()}
    assert sizes.keys() == {"kiosk.log", "kiosk.old.log"}
    assert all(size <= 1_000_000 for size in sizes.values())
    assert (tmp_path / "kiosk.log").read_text("utf-8").splitlines()[-1].split()[-2] == "002999"


def test_a_full_disk_costs_what_would_be_logged_and_no_word_on_the_console(tmp_path: Path) -> None:
    done = run(FULL, tmp_path / "kiosk.log")
    assert (done.stdout, done.stderr) == ("goes on\n", "")


def test_a_log_that_cannot_be_opened_goes_to_the_console(tmp_path: Path) -> None:
    (tmp_path / "kiosk.log").mkdir()
    told = run(FULL, tmp_path / "kiosk.log").stderr
    assert "000000 xxx" in told and "Traceback" not in told
