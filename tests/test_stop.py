"""A service manager's stop ends the program, whatever the main thread hangs in."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HANGS = {
    "in a driver": """
libc = ctypes.CDLL(None)
lock = ctypes.create_string_buffer(64)
libc.pthread_mutex_lock(lock)
print("hangs", flush=True)
libc.pthread_mutex_lock(lock)  # for ever: no signal ends the wait for a lock
""",
    "in Python": """
print("hangs", flush=True)
while True:
    time.sleep(1.0)
""",
}
PROGRAM = """
import ctypes, time
from kiosk.app import leave_when_stopped

class Deaf:
    def leave(self):
        pass

leave_when_stopped(Deaf(), patience=0.2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such stop")
@pytest.mark.parametrize("where", HANGS)
def test_a_program_that_hangs_ends_all_the_same(where: str) -> None:
    command = [sys.executable, "-c", PROGRAM + HANGS[where]]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stdout.readline() == "hangs\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
