"""The installer runs on a bare Python, and CI runs exactly what the README says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import install

ROOT = Path(__file__).resolve().parent.parent


def test_the_installer_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "kiosk" / "install.py"), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "--tests" in done.stdout
    assert "--no-demo" in done.stdout


def test_only_what_is_missing_is_installed() -> None:
    assert set(install.missing_packages(tests=True)) <= {
        "python3-venv", "libzbar0", "xvfb", "xdotool", "x11-xkb-utils", "poppler-utils", "git", "postgresql"
    }  # fmt: skip  # one line
    assert not {"xvfb", "postgresql"} & set(install.missing_packages(tests=False))


def test_a_step_that_fails_is_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(install.StepFailed, match="plug it in"):
        install.run("a step", [sys.executable, "-c", "raise SystemExit(3)"], "plug it in")
    with pytest.raises(install.StepFailed, match="plug it in"):
        install.run("a step", ["no-such-program-anywhere"], "plug it in")
    assert capfd.readouterr().out == "· a step\n· a step\n"


@pytest.mark.skipif(sys.platform == "win32", reason="evdev is Linux's")
@pytest.mark.parametrize(("status", "said"), [(0, ""), (1, "! evdev could not be installed")])
def test_a_machine_without_a_wheel_or_compiler_for_evdev_is_installed_all_the_same(
    status: int, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho pages of a compiler; exit {status}\n")
    python.chmod(0o755)
    install.install_evdev(python)
    out = capfd.readouterr().out
    assert "compiler;" not in out
    assert said in out


@pytest.mark.skipif(sys.platform == "win32", reason="apt is Debian's")
def test_apt_is_asked_without_questions_and_only_for_what_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    for name, script in (
        ("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {log}'),
        ("sudo", 'exec "$@"'),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert install.install_packages(["libzbar0", "xvfb"])
    update, wanted = log.read_text().splitlines()
    assert update == "noninteractive -qq update"
    assert wanted == "noninteractive -qq -y --no-install-recommends install libzbar0 xvfb"


@pytest.mark.skipif(sys.platform == "win32", reason="apt is Debian's")
@pytest.mark.parametrize("status", [0, 1])
def test_a_system_without_the_input_method_loses_only_its_tests(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, script in (("apt-get", f"exit {status}"), ("sudo", 'exec "$@"'), ("env", 'shift; exec "$@"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    install.install_input_method()
    assert ("are skipped" in capfd.readouterr().out) == bool(status)


def test_a_machine_without_apt_is_left_to_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not install.install_packages(["libzbar0"])


def ci(folder: Path, readme: str) -> subprocess.CompletedProcess[str]:
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    (folder / "README.md").write_text(readme, encoding="utf-8")
    return subprocess.run([str(folder / ".ci" / "run")], capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="CI runs on Linux")
def test_ci_runs_just_the_command_of_the_readme(tmp_path: Path) -> None:
    fence = "```"
    done = ci(tmp_path, f"{fence}\nexit 9\n{fence}\n<!-- test-command -->\n\n{fence}sh\necho 3 passed\n{fence}\n")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "3 passed")


@pytest.mark.skipif(sys.platform == "win32", reason="CI runs on Linux")
def test_ci_fails_when_the_command_fails_or_is_not_there(tmp_path: Path) -> None:
    fence = "```"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    marked = f"<!-- test-command -->\n{fence}\nfalse\n{fence}\n"
    assert ci(tmp_path / "a", marked).returncode != 0
    missing = ci(tmp_path / "b", "# nothing\n")
    assert missing.returncode == 1
    assert "test-command" in missing.stderr
