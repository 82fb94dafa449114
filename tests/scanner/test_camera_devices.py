"""Which camera is meant: by number, name or file, or the first; what is missing is said with what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.scanner.camera.devices import CameraWish, Device, candidates, seen_cameras
from kiosk.scanner.source import Condition


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """A machine with two cameras; each brings a second node without pictures, and the board has a codec."""
    for number, name, index in (
        (0, "HD Webcam C270", 0),
        (1, "HD Webcam C270", 1),
        (2, "文档摄像头 GN-800", 0),
        (3, "文档摄像头 GN-800", 1),
        (10, "bcm2835-codec-decode", 0),
    ):
        folder = tmp_path / f"video{number}"
        folder.mkdir()
        (folder / "name").write_text(f"{name}\n", "utf-8")
        (folder / "index").write_text(f"{index}\n", "ascii")
    return tmp_path


def found(device: str, sysfs: Path, platform: str = "linux") -> list[Device] | Condition:
    return candidates(CameraWish(device), sysfs=sysfs, platform=platform)


def test_only_what_gives_pictures_is_a_camera(sysfs: Path) -> None:
    assert seen_cameras(sysfs) == [Device(0, "HD Webcam C270"), Device(2, "文档摄像头 GN-800")]
    assert seen_cameras(sysfs / "none") == []


@pytest.mark.parametrize(
    ("device", "numbers"), [("", [0, 2]), ("2", [2]), ("c270", [0]), ("webcam hd", [0]), ("GN", [2]), ("1", [1])]
)
def test_a_camera_is_found_by_number_by_name_or_by_itself(device: str, numbers: list[int], sysfs: Path) -> None:
    tried = found(device, sysfs)
    assert isinstance(tried, list)
    assert [one.place for one in tried] == numbers


@pytest.mark.parametrize("device", ["Logitech", "7"])
def test_a_camera_that_is_not_there_is_told_with_those_that_are(device: str, sysfs: Path) -> None:
    told = found(device, sysfs)
    assert isinstance(told, Condition)
    assert str(told) == f"no camera is called {device}; seen: 0 HD Webcam C270, 2 文档摄像头 GN-800"


def test_without_any_camera_that_is_said(tmp_path: Path) -> None:
    assert str(found("", tmp_path)) == "no camera is plugged in"


def test_elsewhere_cameras_go_by_number_only(tmp_path: Path) -> None:
    tried = found("", tmp_path, "win32")
    assert isinstance(tried, list)
    assert [one.place for one in tried] == [0, 1, 2]
    assert found("1", tmp_path, "win32") == [Device(1, "1")]
    assert "by number" in str(found("Logitech", tmp_path, "win32"))


def test_a_path_is_a_video(tmp_path: Path) -> None:
    film = tmp_path / "lunch.avi"
    assert str(found(str(film), tmp_path)) == f"the video {film} is not there"
    film.touch()
    assert found(str(film), tmp_path) == [Device(str(film), "lunch.avi")]
    assert Device(str(film), "lunch.avi").is_video


def test_a_folder_is_no_video_unless_a_camera_is_called_like_it(
    tmp_path: Path, sysfs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = found(str(tmp_path), tmp_path)
    assert str(told) == f"{tmp_path} is no video that can be read"
    assert str(found(str(tmp_path), tmp_path, "win32")) == str(told)
    (tmp_path / "webcam").mkdir()
    monkeypatch.chdir(tmp_path)
    named = found("webcam", sysfs)
    assert isinstance(named, list)
    assert [one.place for one in named] == [0]
