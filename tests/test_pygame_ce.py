"""The same program on pygame-ce: the screens' own tests and a journey, with pygame-ce first on the path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.install import CE_FOLDER, ROOT, StepFailed, install_other_pygame

CHOSEN = (
    "tests/screens/test_stage.py",
    "tests/screens/test_text.py",
    "tests/screens/test_tray.py",
    "tests/scanner/test_sdl.py",
    "tests/journeys/test_children.py",
)


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """The environment in which `import pygame` gives pygame-ce; it is installed beside pygame where it is missing."""
    try:
        install_other_pygame(Path(sys.executable))
    except StepFailed as failed:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(failed))
    return {**os.environ, "PYTHONPATH": str(CE_FOLDER), "PYGAME_HIDE_SUPPORT_PROMPT": "1"}


def test_the_folder_holds_pygame_ce(environ: dict[str, str]) -> None:
    words = "import pygame, sys; sys.exit(0 if getattr(pygame, 'IS_CE', False) else 'this is not pygame-ce')"
    assert subprocess.run([sys.executable, "-c", words], env=environ, cwd=ROOT, check=False).returncode == 0


def test_the_screens_and_a_journey_pass_on_pygame_ce(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *CHOSEN]
    done = subprocess.run(command, env=environ, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
