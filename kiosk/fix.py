"""`kiosk check --fix`: what can be put right without risk, told before it is done.

One thing so far: a udev rule (udev(7)) by which the person at the machine may read its scanners, and only those. It
opens no keyboard to anybody, and keeps ModemManager from talking to scanners on a serial line. Files of the system
are written by root or through sudo; who may do neither gets the command.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.console import both
from kiosk.files import written_whole
from kiosk.scanner.serial_source import SCANNER_MAKERS

RULES_FILE = Path("/etc/udev/rules.d/70-school-library-kiosk.rules")
"""Before 73-seat-late.rules, which makes permissions of the tag `uaccess`, and before ModemManager's 77 and 80."""

Run = Callable[[Sequence[str]], bool]
"""Runs a program without a shell; whether it succeeded."""

_RELOAD: tuple[tuple[str, ...], ...] = (
    ("udevadm", "control", "--reload"),
    ("udevadm", "trigger", "--action=change", "--subsystem-match=input", "--subsystem-match=tty"),
)
_PLAIN = re.compile(r"[\w .:/@+=#-]+", re.ASCII)  # what udev takes as it stands; the rest of its patterns is magic


def udev_rules(setting: str) -> str:
    """The rules for the scanners of the usual makers, for those called so, and for those that `setting` names.

    `setting` is `scanner.source`. A name with characters that mean something to udev gets no rule of its own.
    """
    makers = "|".join(f"{maker:04x}" for maker in sorted(SCANNER_MAKERS))
    names = "*[Bb]ar[Cc]ode*|*BARCODE*|*[Bb]ar [Cc]ode*|*[Ss]canner*|*SCANNER*"
    lines = [
        "# Written by: kiosk check --fix (school library kiosk). Delete this file to undo it.",
        "# The person logged in at the machine may read its barcode scanners; other keyboards stay closed.",
        'ACTION=="remove", GOTO="kiosk_end"',
        'SUBSYSTEM=="input", KERNEL=="event*", GOTO="kiosk_keys"',
        'SUBSYSTEM=="tty", GOTO="kiosk_line"',
        'GOTO="kiosk_end"',
        'LABEL="kiosk_keys"',
        f'ATTRS{{idVendor}}=="{makers}", TAG+="uaccess"',
        f'ATTRS{{name}}=="{names}", TAG+="uaccess"',
        *(f'{match}, TAG+="uaccess"' for match in _named(setting, "evdev", _match_keys)),
        'GOTO="kiosk_end"',
        'LABEL="kiosk_line"',
        f'ATTRS{{idVendor}}=="{makers}", TAG+="uaccess", ENV{{ID_MM_DEVICE_IGNORE}}="1"',
        f'ATTRS{{product}}=="{names}", TAG+="uaccess", ENV{{ID_MM_DEVICE_IGNORE}}="1"',
        *(
            f'{match}, TAG+="uaccess", ENV{{ID_MM_DEVICE_IGNORE}}="1"'
            for match in _named(setting, "serial", _match_line)
        ),
        'LABEL="kiosk_end"',
    ]
    return "\n".join(lines) + "\n"


def _named(setting: str, kind: str, match: Callable[[str], str]) -> list[str]:
    arguments = [word.strip().partition(":")[2] for word in setting.split(",") if word.strip().startswith(f"{kind}:")]
    return [match(argument) for argument in arguments if _PLAIN.fullmatch(argument)]


def _match_keys(argument: str) -> str:
    if argument.startswith("/dev/input/event"):
        return f'KERNEL=="{Path(argument).name}"'
    if argument.startswith("/dev/"):
        return f'SYMLINK=="{argument.removeprefix("/dev/")}"'
    if argument.startswith("usb-"):
        return f'ATTRS{{phys}}=="{argument}|{argument}/*"'
    return f'ATTRS{{name}}=="*{argument}*"'


def _match_line(argument: str) -> str:
    device = argument.partition("@")[0]
    if device.count("/") > 2:
        return f'SYMLINK=="{device.removeprefix("/dev/")}"'
    return f'KERNEL=="{Path(device).name}"'


def run_program(command: Sequence[str]) -> bool:
    """Run a program with this terminal, so that sudo can ask for a password."""
    try:
        return subprocess.run(command, check=False).returncode == 0
    except OSError:
        return False


def fix_udev(
    setting: str,
    own_folder: Path,
    *,
    rules_file: Path = RULES_FILE,
    root: bool,
    sudo: bool,
    run: Run = run_program,
) -> list[str]:
    """Put the udev rule there if it is not yet; what was done, or the command that does it, in lines for people.

    `own_folder` (the settings' folder) takes the file from which sudo copies it. `root`: this process may write
    it. `sudo`: sudo is there and somebody can be asked for the password.
    """
    rules = udev_rules(setting)
    if _content(rules_file) == rules:
        return [both(f"{rules_file} 已经在了", f"{rules_file} is there already")]
    does = both(
        f"{rules_file}：让坐在这台机器前的人可以直接读取扫码枪（不含其他键盘）",
        f"{rules_file}: whoever sits at this machine may read its scanners (no other keyboard)",
    )
    if root:
        try:
            rules_file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(rules_file, over=True) as draft:
                draft.write_text(rules, "utf-8")
                draft.chmod(0o644)
        except OSError as error:
            return [both(f"写不了 {rules_file}：{error.strerror}", f"{rules_file} cannot be written: {error.strerror}")]
        return [does, _told(all(run(command) for command in _RELOAD))]
    copy = own_folder / rules_file.name
    own_folder.mkdir(parents=True, exist_ok=True)
    with written_whole(copy, over=True) as draft:
        draft.write_text(rules, "utf-8")
    install = ("sudo", "install", "-D", "-m", "644", str(copy), str(rules_file))
    commands = [install, *(("sudo", *command) for command in _RELOAD)]
    if sudo and run(install):
        return [does, _told(all(run(command) for command in commands[1:]))]
    line = " && ".join(map(shlex.join, commands))
    return [both(f"没有权限，什么也没改；请管理员运行：{line}", f"not permitted, nothing was changed; run: {line}")]


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        return ""


def _told(reloaded: bool) -> str:
    if reloaded:
        return both("规则已生效；已插着的扫码枪请重新插一次", "the rule is in force; plug the scanner in again")
    return both("规则已写好；重新启动机器后生效", "the rule is written; restart the machine to put it in force")


def fix(setting: str, own_folder: Path) -> list[str]:
    """Put right what can be on this machine; lines for people."""
    if not sys.platform.startswith("linux"):
        return [both("这个系统没有需要修的", "there is nothing to be put right on this system")]
    root = os.geteuid() == 0
    sudo = shutil.which("sudo") is not None and sys.stdin is not None and sys.stdin.isatty()
    return fix_udev(setting, own_folder, root=root, sudo=sudo)
