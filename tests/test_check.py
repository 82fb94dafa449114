"""`kiosk check`: every check by itself, each with what to do, none hiding another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from kiosk.check import CHECKS, print_checks, run_checks
from kiosk.check.library import check_folder
from kiosk.check.network import network_drive, network_mount
from kiosk.check.result import CheckResult, Status, Surroundings
from kiosk.sample.write import write_sample
from kiosk.settings import Settings
from kiosk.store.backup import backup
from kiosk.store.library import create_library

NOW = datetime(2026, 11, 23, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    library = create_library(str(folder))
    write_sample(library, 1, date(2026, 11, 22))
    library.close()
    return folder


def checked(
    location: Path | str, tmp_path: Path, now: datetime = NOW, settings: Settings | None = None
) -> dict[str, CheckResult]:
    environ = {"KIOSK_SETTINGS": str(tmp_path / "settings.toml")}
    results = run_checks(settings or Settings(), str(location), now, environ)
    assert [result.name for result in results] == list(CHECKS)
    for result in results:
        assert result.zh
        assert result.en
        assert "\n" not in result.zh + result.en
    return {result.name: result for result in results}


def test_a_sound_library_passes_and_a_machine_without_display_is_told_so(sample: Path, tmp_path: Path) -> None:
    found = checked(sample, tmp_path)
    for name in ("settings", "database", "fonts", "printer", "clock", "scanner"):
        assert found[name].status is Status.OK, found[name]
    assert found["display"].status is Status.FAIL
    assert "headless" in found["display"].do_en


def test_no_library_says_how_to_make_one_and_the_other_checks_go_on(tmp_path: Path) -> None:
    found = checked(tmp_path / "none", tmp_path)
    assert found["database"].status is Status.FAIL
    assert "kiosk init" in found["database"].en
    assert found["fonts"].status is Status.OK
    assert found["clock"].status is Status.OK


def test_a_damaged_library_is_found_and_hides_nothing(sample: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    content = bytearray((sample / "library.db").read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    (broken / "library.db").write_bytes(content)
    found = checked(broken, tmp_path)
    assert found["database"].status is Status.FAIL
    assert "restore" in found["database"].en + found["database"].do_en
    assert found["fonts"].status is Status.OK


def test_a_clock_that_was_never_set_or_stands_before_the_newest_event_fails(sample: Path, tmp_path: Path) -> None:
    assert checked(sample, tmp_path, datetime(1970, 1, 2, tzinfo=UTC))["clock"].status is Status.FAIL
    behind = checked(sample, tmp_path, NOW - timedelta(days=30))["clock"]
    assert behind.status is Status.FAIL
    assert "only returns" in behind.en


def test_backups_are_looked_for_where_they_go(tmp_path: Path) -> None:
    library = create_library(str(tmp_path / "lib"))
    assert checked(tmp_path / "lib", tmp_path)["backup"].status is Status.WARN
    backup(library, None, now=datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001  the school's local time
    library.close()
    today = datetime.now(UTC)
    assert checked(tmp_path / "lib", tmp_path, today)["backup"].status is Status.OK
    old = checked(tmp_path / "lib", tmp_path, today + timedelta(days=30))["backup"]
    assert old.status is Status.WARN
    assert "30 days" in old.en
    stick = attrs.evolve(Settings(), backup=attrs.evolve(Settings().backup, folder=str(tmp_path / "stick")))
    assert "USB" in checked(tmp_path / "lib", tmp_path, today, stick)["backup"].do_en


def test_a_wrong_or_misspelt_setting_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[sound]\nvolume = 7\n", encoding="utf-8")
    assert checked(tmp_path, tmp_path)["settings"].status is Status.FAIL
    file.write_text("[sound]\nvolum = 0.7\n", encoding="utf-8")
    assert checked(tmp_path, tmp_path)["settings"].status is Status.WARN


def test_a_check_that_breaks_is_a_failed_check_and_the_next_one_runs() -> None:
    def broken(around: Surroundings) -> CheckResult:
        raise RuntimeError("the plug fell out")

    checks = {"sound": (broken, "声音"), "fonts": CHECKS["fonts"]}
    first, second = run_checks(Settings(), "nowhere", NOW, {}, checks)
    assert (first.name, first.status) == ("sound", Status.FAIL)
    assert "the plug fell out" in first.en
    assert second.status is Status.OK


# ── A library on a network share ──

MOUNTS = r"""/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
//server/school /mnt/school cifs rw,vers=3.0,addr=10.0.0.2 0 0
server:/books /mnt/school\040library nfs4 rw,vers=4.2 0 0
/dev/sdb1 /mnt/school/local ext4 rw 0 0
teacher@server: /home/teacher/remote fuse.sshfs rw,nosuid 0 0
hostshare /media/host 9p rw,trans=virtio 0 0
//server/new /srv smb3 rw 0 0
/dev/sdc1 /over ext4 rw 0 0
server:/over /over nfs rw 0 0
server:/图书　馆 /mnt/图书　馆 nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/mnt/school/library", "cifs"),
        ("/mnt/school library", "nfs4"),
        ("/home/teacher/remote/a/b", "fuse.sshfs"),
        ("/media/host", "9p"),
        ("/srv/library", "smb3"),
        ("/over/library", "nfs"),  # mounted over the disk
        ("/mnt/图书　馆/library", "nfs"),  # a blank that Linux does not write in octal
        ("/mnt/school/local/library", None),  # a disk mounted below the share
        ("/mnt/schoolbooks", None),
        ("/mnt/school-library", None),
        ("/home/teacher", None),
        ("/", None),
    ],
)
def test_a_folder_is_on_the_deepest_mount_above_it(folder: str, kind: str | None) -> None:
    assert network_mount(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize("mounts", ["", "\n\n", "garbage", "a b\n", " / "])
def test_mounts_that_say_nothing_are_no_network_share(mounts: str) -> None:
    assert network_mount(Path("/library"), mounts) is None


@pytest.mark.parametrize(
    ("folder", "drive"),
    [
        (r"Z:\library", "Z:"),
        (r"\\server\share\library", r"\\server\share"),
        ("//server/share/library", r"\\server\share"),
        (r"\\?\UNC\server\share\library", r"\\server\share"),
        (r"\\?\Z:\library", "Z:"),
        (r"\\?\C:\library", None),
        (r"C:\Users\teacher\library", None),
        ("library", None),
    ],
)
def test_on_windows_servers_and_network_drives_are_network_shares(folder: str, drive: str | None) -> None:
    fixed, remote = 3, 4
    assert network_drive(folder, {"C:\\": fixed, "Z:\\": remote}.__getitem__) == drive


def about_folder(location: str, mounts: Path) -> CheckResult:
    return check_folder(Surroundings(Settings(), location, NOW, {}, mounts))


def test_a_library_on_a_network_share_is_warned_of_with_what_to_do(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/lib {tmp_path.resolve()} nfs4 rw 0 0\n", encoding="utf-8")
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(tmp_path)
    for location in (tmp_path / "library", link / "library"):
        found = about_folder(str(location), mounts)
        assert (found.name, found.status) == ("folder", Status.WARN)
        assert "nfs4" in found.zh and "nfs4" in found.en
        assert "本机磁盘" in found.do_zh and "PostgreSQL" in found.do_zh
        assert "own disk" in found.do_en and "PostgreSQL" in found.do_en
    assert print_checks([found]) == 0  # a warning: it may be opened


def test_a_local_folder_a_server_and_a_system_without_mounts_pass(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n", encoding="utf-8")
    assert about_folder(str(tmp_path), mounts).status is Status.OK
    assert about_folder(str(tmp_path), tmp_path / "none").status is Status.OK
    server = about_folder("postgresql://kiosk:secret@server/library", mounts)
    assert server.status is Status.OK
    assert "secret" not in server.zh + server.en


def test_the_exit_status_is_1_only_when_something_failed(capsys: pytest.CaptureFixture[str]) -> None:
    fine = CheckResult("fonts", Status.OK, "好", "good")
    warned = CheckResult("sound", Status.WARN, "没有声音 [x]", "no sound [x]", "接上音箱", "connect speakers")
    failed = CheckResult("display", Status.FAIL, "没有屏幕", "no display", "", "")
    assert print_checks([fine, warned]) == 0
    told = capsys.readouterr().out
    assert "没有声音 [x]" in told
    assert "connect speakers" in told
    assert print_checks([fine, warned, failed]) == 1
