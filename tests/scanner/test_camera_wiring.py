"""From the settings to the camera: what is asked for, what `kiosk check` says of it, what it costs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.bench.camera import bench_camera
from kiosk.check.machine import check_camera
from kiosk.check.result import CheckResult, Status, Surroundings
from kiosk.loop import camera_wish
from kiosk.scanner.camera import CameraWish
from kiosk.settings import Settings, SettingsError, parse_sources, read_settings
from tests.scanner.films import Thing, a_book, frames, record


def settings(scanner: str = "auto", **camera: object) -> Settings:
    return read_settings({"scanner": {"source": scanner}, "camera": camera}, "settings.toml")[0]


def checked(given: Settings) -> CheckResult:
    return check_camera(Surroundings(given, "", datetime(2026, 11, 23, tzinfo=UTC), {}))


def test_a_camera_is_opened_when_it_is_switched_on_and_only_once() -> None:
    assert settings().sources == "auto"
    assert settings(on=True).sources == "auto,camera"
    assert settings("serial,camera:1", on=True).sources == "serial,camera:1"
    assert settings("camera:1").sources == "camera:1"


@pytest.mark.parametrize("words", ["camera", "camera:1", "camera:HD Webcam", "auto,camera:/home/me/film.avi"])
def test_a_camera_may_be_named_for_one_start(words: str) -> None:
    assert parse_sources(words) == words


def test_what_is_set_is_asked_of_the_camera() -> None:
    given = settings(device="Webcam", size="1920x1080", focus=40, mirrored=True)
    assert camera_wish(given) == CameraWish("Webcam", (1920, 1080), 40, True)
    assert camera_wish(given, "2").device == "2"
    assert camera_wish(settings(size="auto")) == CameraWish()


@pytest.mark.parametrize(
    ("key", "value"),
    [("on", "yes"), ("size", "12x9"), ("focus", 300), ("focus", True), ("focus", "near"), ("device", 1)],
)
def test_a_wrong_value_is_told_by_its_name(key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"camera.{key}"):
        settings(**{key: value})


def test_check_says_how_the_camera_does(tmp_path: Path) -> None:
    assert checked(settings()).status is Status.OK
    film = record(tmp_path / "film.avi", frames([Thing(a_book("30000012"), -1, 9)], 2.0, 15, noise=0), 15)
    seen = checked(settings(f"auto,camera:{film}"))
    assert (seen.status, seen.en) == (Status.OK, "codes are read from the camera film.avi (1280×720)")
    missing = checked(settings(on=True, device=str(tmp_path / "none.avi")))
    assert missing.status is Status.WARN
    assert "none.avi" in missing.en
    assert missing.zh != missing.en
    assert "camera.device" in missing.do_en


def test_check_says_when_the_lens_is_covered(tmp_path: Path) -> None:
    black = frames([], 4.0, 15, noise=0)
    film = record(tmp_path / "dark.avi", (frame * 0 for frame in black), 15)
    dark = checked(settings(on=True, device=str(film)))
    assert dark.status is Status.WARN
    assert "black picture" in dark.en


def test_the_benchmark_tells_the_cost_and_the_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_camera(True, seconds=0.3, settle=0.5, times=2) == 0
    told = json.loads(capsys.readouterr().out)
    counts = {figure["name"]: figure["n"] for figure in told["figures"]}
    assert counts.pop("from a frame to its scan") >= 1
    assert counts["camera with its video, of one core"] == 1
    assert told["notes"]["frames a second"] == 30
