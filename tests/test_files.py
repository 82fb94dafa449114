"""Files are written whole or not at all, never over what is no plain file, and read only where they have an end."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.files import may_read, may_write, read_note, written_whole


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_is_there_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    with written_whole(tmp_path / "a.csv", over=False) as draft:
        draft.write_bytes(b"all")
        assert names(tmp_path) == [draft.name]
    assert (tmp_path / "a.csv").read_bytes() == b"all"
    assert names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("over", [True, False])
def test_what_fails_on_the_way_leaves_what_was_there_and_no_draft(tmp_path: Path, over: bool) -> None:
    if over:
        (tmp_path / "a.csv").write_bytes(b"older")
    before = names(tmp_path)

    def write() -> None:
        with written_whole(tmp_path / "a.csv", over=over) as draft:
            draft.write_bytes(b"ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert names(tmp_path) == before
    assert not over or (tmp_path / "a.csv").read_bytes() == b"older"


def test_a_file_that_is_there_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"older")
    with pytest.raises(FileExistsError), written_whole(file, over=False):
        pass
    assert file.read_bytes() == b"older"
    file.chmod(0o640)
    with written_whole(file, over=True) as draft:
        draft.write_bytes(b"newer")
    assert file.read_bytes() == b"newer"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_that_somebody_else_writes_meanwhile_stays_theirs(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"

    def write() -> None:
        with written_whole(file, over=False) as draft:
            draft.write_bytes(b"ours")
            file.write_bytes(b"theirs")

    with pytest.raises(FileExistsError):
        write()
    assert file.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.csv"]


def a_pipe(place: Path) -> Path:
    os.mkfifo(place)
    return place


def a_folder(place: Path) -> Path:
    place.mkdir()
    return place


def a_device(place: Path) -> Path:
    place.symlink_to("/dev/zero")
    return place


@pytest.mark.parametrize("make", [a_pipe, a_folder, a_device])
def test_what_is_no_plain_file_is_neither_written_over_nor_read(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    place = make(tmp_path / "a.csv")
    for over in (True, False):
        with pytest.raises(OSError), written_whole(place, over=over):
            pass
        with pytest.raises(OSError):
            may_write(place, over=over)
    for read in (read_note, lambda file: may_read(file, 1_000)):
        with pytest.raises(OSError):
            read(place)
    assert stat.S_ISCHR(Path("/dev/zero").stat().st_mode)
    assert names(tmp_path) == ["a.csv"]


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with written_whole(tmp_path / "link", over=False) as draft:
        draft.write_bytes(b"all")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"all"


FULL = """
import resource, signal, sys
from pathlib import Path
from kiosk.files import written_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with written_whole(Path(sys.argv[1]), over=True) as draft:
        draft.write_bytes(b"x" * 5000)
except OSError as error:
    print(error.strerror)
"""


def test_a_disk_that_is_full_leaves_the_older_file_and_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"older")
    told = subprocess.run([sys.executable, "-c", FULL, file], capture_output=True, text=True, check=True).stdout
    assert told == "File too large\n"
    assert file.read_bytes() == b"older"
    assert names(tmp_path) == ["a.csv"]


def test_a_note_of_two_gigabytes_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    with file.open("wb") as empty:
        empty.truncate(2_000_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(OSError, match="large"):
        read_note(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_note_may_begin_with_notepads_mark_and_must_be_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1")
    assert read_note(file) == "a = 1"
    file.write_bytes("图书馆".encode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        read_note(file)
