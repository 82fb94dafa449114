"""`kiosk check --fix` writes one udev rule, says so, and changes nothing it may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.fix import fix_udev, udev_rules


class Programs:
    """Stands for the programs that would be run: notes them, copies as `install` does."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.ran: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> bool:
        self.ran.append(list(command))
        if self.works and "install" in command:
            Path(command[-1]).write_bytes(Path(command[-2]).read_bytes())
        return self.works


def test_root_writes_the_rule_once_and_says_what_it_does(tmp_path: Path) -> None:
    file, programs = tmp_path / "rules.d" / "70-kiosk.rules", Programs()
    lines = fix_udev("auto", tmp_path, rules_file=file, root=True, sudo=False, run=programs)
    assert file.read_text("utf-8") == udev_rules("auto")
    assert "no other keyboard" in lines[0]
    assert [command[:2] for command in programs.ran] == [["udevadm", "control"], ["udevadm", "trigger"]]
    assert "already" in fix_udev("auto", tmp_path, rules_file=file, root=True, sudo=False, run=programs)[0]
    assert len(programs.ran) == 2, "nothing is done twice"


def test_without_udevadm_the_rule_is_written_and_the_person_told_to_restart(tmp_path: Path) -> None:
    lines = fix_udev("auto", tmp_path, rules_file=tmp_path / "r", root=True, sudo=False, run=Programs(works=False))
    assert (tmp_path / "r").exists()
    assert "restart the machine" in lines[1]


def test_with_sudo_the_rule_is_copied_from_the_users_own_folder(tmp_path: Path) -> None:
    file, programs = tmp_path / "70-kiosk.rules.d", Programs()
    lines = fix_udev("auto", tmp_path / "own", rules_file=file, root=False, sudo=True, run=programs)
    assert file.read_text("utf-8") == udev_rules("auto")
    assert len(lines) == 2
    assert all(command[0] == "sudo" for command in programs.ran)


@pytest.mark.parametrize("sudo", [True, False])
def test_who_may_not_gets_one_sentence_with_the_command_and_nothing_is_changed(sudo: bool, tmp_path: Path) -> None:
    file = tmp_path / "70-kiosk.rules"
    (line,) = fix_udev("auto", tmp_path / "o w n", rules_file=file, root=False, sudo=sudo, run=Programs(works=False))
    assert not file.exists()
    assert f"sudo install -D -m 644 '{tmp_path}/o w n/70-kiosk.rules' {file} && sudo udevadm control" in line
    assert (tmp_path / "o w n" / "70-kiosk.rules").read_text("utf-8") == udev_rules("auto")


def test_the_scanners_that_the_setting_names_are_in_the_rule_and_nothing_can_be_smuggled_in() -> None:
    rules = udev_rules(
        "auto,evdev:SM-2D PRODUCT,evdev:/dev/input/by-id/usb-SM-event-kbd,evdev:usb-0000:00:14.0-2,"
        'serial:/dev/ttyUSB0@9600,serial:/dev/serial/by-id/usb-A-if00,serial,evdev:x", RUN+="rm,evdev:*'
    )
    for match in (
        'ATTRS{name}=="*SM-2D PRODUCT*"',
        'SYMLINK=="input/by-id/usb-SM-event-kbd"',
        'ATTRS{phys}=="usb-0000:00:14.0-2|usb-0000:00:14.0-2/*"',
        'KERNEL=="ttyUSB0"',
        'SYMLINK=="serial/by-id/usb-A-if00"',
    ):
        assert f"\n{match}, TAG" in rules
    assert "RUN" not in rules
    assert '"***"' not in rules


def test_the_rule_is_wellformed_and_every_goto_has_its_label() -> None:
    term = r'[A-Z]+(\{\w+\})?(==|=|\+=)"[^"]*"'
    lines = [line for line in udev_rules("evdev:A,serial:/dev/ttyS0").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(rf"{term}(, {term})*", line) for line in lines)
    text = "\n".join(lines)
    assert set(re.findall(r'GOTO="(\w+)"', text)) == set(re.findall(r'LABEL="(\w+)"', text))
    assert text.count('uaccess"') == 6
