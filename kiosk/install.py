"""Installs the kiosk on a bare Python 3.11 or newer, and opens the demo library; standard library only.

    python3 kiosk/install.py            installs into .venv and opens the demo      (Windows: py kiosk\\install.py)
    python3 kiosk/install.py --tests    installs what the tests need and runs them

On Debian and Ubuntu missing system packages are installed with apt, and only missing ones. Everything else stays in
this folder: `.venv`, and for the tests `build/pygame-ce`.
"""

from __future__ import annotations  # an old Python must come as far as the sentence that it is too old

import argparse
import contextlib
import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
OLDEST = (3, 11)
CE_FOLDER = ROOT / "build" / "pygame-ce"
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


class StepFailed(Exception):  # noqa: N818  it is a sentence, not an error of the program
    """A step failed; its text is one sentence with what to do."""


def say(words: str) -> None:
    """Print one plain line at once."""
    print(words, flush=True)  # noqa: T201  this is a program for the terminal


def run(told: str, command: list[str], otherwise: str) -> None:
    """Run one outside program, told in one line. Raises StepFailed with `otherwise` if it fails."""
    say(f"· {told}")
    try:
        done = subprocess.run(command, cwd=ROOT, check=False)
    except OSError as error:
        raise StepFailed(f"{otherwise} ({error})") from error
    if done.returncode != 0:
        raise StepFailed(otherwise)


def has_venv() -> bool:
    """Whether this Python can make a virtual environment (Debian keeps half of it in a package of its own)."""
    try:
        import ensurepip  # noqa: F401  only whether it is there
        import venv  # noqa: F401  as above
    except ImportError:
        return False
    return True


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds a shared library."""
    return ctypes.util.find_library(name) is not None


def has_postgres() -> bool:
    """Whether a PostgreSQL server program is installed (Debian keeps it out of the path)."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def missing_packages(tests: bool) -> list[str]:
    """The Debian packages whose content is not there."""
    wanted = [
        (has_venv(), "python3-venv"),
        (has_library("zbar"), "libzbar0"),
    ]
    if tests:
        wanted += [
            (shutil.which("Xvfb") is not None, "xvfb"),
            (shutil.which("xdotool") is not None, "xdotool"),
            (shutil.which("setxkbmap") is not None, "x11-xkb-utils"),
            (shutil.which("pdftoppm") is not None, "poppler-utils"),
            (shutil.which("git") is not None, "git"),
            (has_postgres(), "postgresql"),
        ]
    return [package for there, package in wanted if not there]


def has_input_method() -> bool:
    """Whether fcitx 4 is there and can be spoken to (Debian keeps its half of D-Bus in a package of its own)."""
    there = shutil.which("fcitx") is not None and shutil.which("dbus-daemon") is not None
    return there and any(Path("/usr/lib").glob("*/fcitx/fcitx-dbus.so"))


def install_input_method() -> None:
    """fcitx 4 with pinyin, against which the scanner is tested; not every system has it, so a failure is one line."""
    if has_input_method():
        return
    with contextlib.suppress(StepFailed):
        if install_packages(["dbus", "fcitx-bin", "fcitx-modules", "fcitx-module-dbus", "fcitx-pinyin"]):
            return
    say("! fcitx could not be installed: the tests with a Chinese input method are skipped")


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages as root or with sudo; False if this machine or user has no way to.

    PostgreSQL's package would start a server of its own; the tests start theirs, so it is told not to.
    """
    apt = shutil.which("apt-get")
    root = not WINDOWS and os.geteuid() == 0
    sudo = shutil.which("sudo")
    if apt is None or not (root or sudo):
        return False
    before = [] if root else [sudo or "sudo"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    names = " ".join(packages)
    hint = f"apt could not install {names}; run: sudo apt install {names}"
    run("apt-get update", [*before, *quiet, apt, "-qq", "update"], hint)
    command = [*before, *quiet, apt, "-qq", "-y", "--no-install-recommends", "install", *packages]
    run(f"apt-get install {names}", command, hint)
    return True


def python_of(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "Scripts" / "python.exe" if WINDOWS else venv / "bin" / "python"


def make_venv() -> Path:
    """The interpreter of `.venv`, which is made if it is not there or broken."""
    python = python_of(VENV)
    works = python.exists() and (
        subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    )
    if not works:
        run(
            "make .venv",
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            f"{VENV} could not be made; delete it and try again, and see that the disk has 1 GB free",
        )
    return python


def install_project(python: Path, extras: str = "") -> None:
    """Install this folder into `.venv` (editable: an update of the folder is an update of the program)."""
    run(
        f"pip install -e .{extras}",
        [str(python), *PIP, "install", "--editable", f".{extras}"],
        "pip could not install the program; check the network (and a proxy, if the school has one) and try again",
    )


def install_evdev(python: Path) -> None:
    """python-evdev, by which a scanner's keys reach the kiosk alone; where no wheel fits, a compiler must be there.

    The kiosk runs without it, so a failure is one line.
    """
    command = [str(python), *PIP, "install", "--editable", ".[evdev]"]
    say("· pip install -e .[evdev]")
    if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0:
        say("! evdev could not be installed: the kiosk runs without, but cannot take a scanner for itself alone")


def install_other_pygame(python: Path) -> None:
    """pygame-ce beside pygame, in a folder of its own, so that the tests can run on both. Never both in one place."""
    if (CE_FOLDER / "pygame").is_dir():
        return
    run(
        f"pip install --target {CE_FOLDER.relative_to(ROOT)} pygame-ce",
        [str(python), *PIP, "install", "--no-deps", "--target", str(CE_FOLDER), "pygame-ce>=2.5.6"],
        "pip could not install pygame-ce; check the network and try again",
    )


def main() -> int:
    """Install; then the demo, or the tests. The exit status is that of what was opened."""
    parser = argparse.ArgumentParser(description="Install the kiosk and open its demo library.")
    parser.add_argument("--no-demo", action="store_true", help="install only")
    parser.add_argument("--tests", action="store_true", help="install what the tests need and run them")
    parser.add_argument("pytest", nargs="*", help="with --tests: further words for pytest")
    asked = parser.parse_args()
    try:
        if sys.version_info < OLDEST:
            raise StepFailed(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}")
        if not WINDOWS and os.geteuid() == 0 and os.environ.get("SUDO_USER") and ROOT.stat().st_uid != 0:
            raise StepFailed("Run this without sudo: it asks for sudo itself where it needs it")
        missing = missing_packages(asked.tests) if sys.platform.startswith("linux") else []
        if missing and not install_packages(missing):
            names = " ".join(missing)
            if "python3-venv" in missing or asked.tests:
                raise StepFailed(f"These are missing: {names}. Install them first: sudo apt install {names}")
            say(f"! {names} is missing: the kiosk runs without, but reads no barcodes from pictures")
        python = make_venv()
        install_project(python, "[test]" if asked.tests else "")
        if sys.platform.startswith("linux"):
            install_evdev(python)
        if asked.tests:
            install_other_pygame(python)
            if sys.platform.startswith("linux"):
                install_input_method()
            say("· pytest")
            return subprocess.run(
                [str(python), "-m", "pytest", "-n", "auto", *asked.pytest], cwd=ROOT, check=False
            ).returncode
        if asked.no_demo:
            start = python.relative_to(ROOT)
            say(f"Installed. Start the kiosk with: {start} -m kiosk run")
            return 0
        say("· kiosk demo")
        return subprocess.run([str(python), "-m", "kiosk", "demo"], cwd=ROOT, check=False).returncode
    except StepFailed as failure:
        print(failure, file=sys.stderr)  # noqa: T201  this is a program for the terminal
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
