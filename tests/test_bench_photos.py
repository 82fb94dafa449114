"""`kiosk bench photos`: what is read, missed and wrong in a folder of pictures, and that broken ones stop nothing."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.bench import photos as bench_photos
from kiosk.bench.photos import load, measure, same_value, sizes_to_read, totals, truths_of
from kiosk.cli import run
from kiosk.listing import width
from kiosk.scanner.decode import Found
from tests.scanner.pictures import ASIDE, picture, scene

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def put(folder: Path, name: str, pixels: np.ndarray, truth: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    path.with_suffix(".txt").write_text(truth, "utf-8")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    card, book = picture("easy", ASIDE, "code128"), picture("easy", ASIDE, "ean13")
    put(tmp_path, "cards/one.png", card.pixels, card.value + "\n")
    put(tmp_path, "cards/other.webp", card.pixels, "12345678")
    put(tmp_path, "books/深/book.JPG", book.pixels, f"\ufeff{book.value}\r\n")
    put(tmp_path, "empty.jpeg", scene("text", ASIDE), "none")
    (tmp_path / "books" / "broken.png").write_bytes(b"\x89PNG\r\n rubbish")
    (tmp_path / "books" / "broken.txt").write_text("1")
    (tmp_path / "books" / "nothing.png").write_bytes(b"")
    (tmp_path / "books" / "nothing.txt").write_text("none")
    put(tmp_path, "untold.png", card.pixels, "x")
    (tmp_path / "untold.txt").unlink()
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_each_picture_and_the_totals_by_folder_are_told(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(photos), "--json"]) == 0
    seen = capsys.readouterr()
    told = json.loads(seen.out)
    results = {one["picture"]: one["result"] for one in told["pictures"]}
    assert results == {
        "books/broken.png": "broken",
        "books/nothing.png": "broken",
        "books/深/book.JPG": "read",
        "cards/one.png": "read",
        "cards/other.webp": "wrong",
        "empty.jpeg": "clear",
    }
    by_folder = {one["folder"]: (one["pictures"], one["read"], one["missed"], one["wrong"]) for one in told["totals"]}
    assert by_folder == {
        ".": (1, 0, 0, 0),
        "books": (2, 0, 0, 0),
        "books/深": (1, 1, 0, 0),
        "cards": (2, 1, 1, 1),
        "*": (6, 2, 1, 1),
    }
    assert all(one["milliseconds"] > 0 for one in told["pictures"] if one["result"] != "broken")
    assert "books/broken.png 打不开" in seen.err


def test_pictures_without_a_truth_are_counted(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = picture("easy", ASIDE, "code128")
    put(photos, "cards/untold too.png", card.pixels, "x")
    (photos / "cards" / "untold too.txt").unlink()
    assert run(["bench", "photos", str(photos), "--json"]) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out)["untold"] == 2
    assert "2 张图片旁边没有 .txt，没有量 / pictures without a .txt beside them, not measured: 2\n" in seen.err
    for file in photos.rglob("*untold*"):
        file.unlink()
    assert run(["bench", "photos", str(photos), "--json"]) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out)["untold"] == 0
    assert "not measured" not in seen.err


def test_a_picture_on_which_the_decoder_fails_stops_nothing(photos: Path) -> None:
    def fails(_picture: np.ndarray) -> tuple[Found, ...]:
        raise IndexError("past the end")

    results = measure(photos, fails)
    assert len(results) == 6
    assert {one.result for one in results} == {"broken"}
    assert "books/深/book.JPG 读码时出错 / the decoder failed: IndexError: past the end" in [
        one.note for one in results
    ]


def test_people_see_a_line_a_picture_and_a_line_a_folder(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(photos)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith(("read ", "missed ", "wrong ", "clear ")) for line in lines) == 4
    assert [line.split()[0] for line in lines[-5:]] == [".", "books", "books/深", "cards", "*"]


def test_a_folder_without_truths_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(tmp_path)]) == 1
    assert run(["bench", "photos", str(tmp_path / "missing")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_every_line_is_a_truth_and_misses_do_not_fail(tmp_path: Path) -> None:
    put(tmp_path, "two.png", np.zeros((30, 30), np.uint8), "111\n222\n\n")

    def decode(_: object) -> Iterator[Found]:
        return iter([Found("222", "code39", SQUARE), Found("333", "itf", SQUARE)])

    (one,) = measure(tmp_path, lambda pixels: tuple(decode(pixels)))
    assert (one.result, one.read, one.missed, one.wrong) == ("wrong", ("222",), ("111",), ("itf 333",))
    assert totals([one])[-1]["wrong"] == 1


@pytest.mark.parametrize(
    ("value", "symbology", "truth", "same"),
    [
        ("036000291452", "upca", "0036000291452", True),
        ("036000291452", "upca", "036000291452", True),
        ("9787544270878", "ean13", "9787544270878", True),
        ("0123", "code128", "123", False),
        ("A1234B", "codabar", "1234", True),
        ("A1234B", "codabar", "C1234D", True),
        ("A1234B", "codabar", "a1234b", True),
        ("A1234B", "code39", "1234", False),
        ("1234", "itf", "12345", False),
    ],
)
def test_values_are_the_same_up_to_a_leading_zero_and_codabars_ends(
    value: str, symbology: str, truth: str, same: bool
) -> None:
    assert same_value(value, symbology, truth) is same


@pytest.mark.parametrize("word", ["none\n", "None", "NONE", "NoNe\r\n"])
def test_none_is_no_truth_in_any_case(word: str) -> None:
    assert truths_of(word.encode()) == ()


def test_none_beside_another_line_is_a_truth() -> None:
    assert truths_of(b"none\n12") == ("none", "12")


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be", "utf-16-le", "utf-8", "utf-8-sig", "gb18030"])
def test_a_truth_is_read_however_notepad_saved_it(coding: str) -> None:
    text = "9787544270878\r\n三年级\r\n"
    mark = "\ufeff" if coding in {"utf-16-be", "utf-16-le"} else ""
    assert truths_of((mark + text).encode(coding)) == ("9787544270878", "三年级")


def test_the_separator_within_a_code_of_several_fields_ends_no_line() -> None:
    assert truths_of(b"0104\x1d21AB\n12") == ("0104\x1d21AB", "12")


@pytest.mark.parametrize(
    "truth",
    [bytes(range(256)), b"\x1b[2J\x1b[31m", b"\xff\xfe\x00", b"\xff\xfe\x00\xd8", b"\x89PNG\r\n\x1a\n", b"1\x002\x00"],
)
def test_a_truth_that_is_no_text_is_told_and_not_printed(
    tmp_path: Path, truth: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "one.png", np.zeros((30, 30), np.uint8), "")
    (tmp_path / "one.txt").write_bytes(truth)
    assert run(["bench", "photos", str(tmp_path)]) == 0
    seen = capfd.readouterr()
    assert "one.txt" in seen.err
    assert "not text" in seen.err
    assert all(sign.isprintable() or sign == "\n" for sign in seen.out + seen.err)
    assert "1 坏图 broken" in seen.out


def test_control_signs_of_a_code_are_never_printed_raw(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "one.png", np.zeros((30, 30), np.uint8), "01\x1d21")
    bench_photos.report(measure(tmp_path, lambda _: (Found("a\x1b[2Jb", "code128", SQUARE),), bench_photos.tell), False)
    told = capfd.readouterr().out
    assert "a\\x1b[2Jb" in told
    assert "01\\x1d21" in told
    assert "\x1b" not in told


@pytest.mark.parametrize("nothing", ["", " \n\n", "\ufeff"])
def test_an_empty_truth_is_broken_and_not_none(tmp_path: Path, nothing: str) -> None:
    put(tmp_path, "one.png", np.zeros((30, 30), np.uint8), nothing)
    (one,) = measure(tmp_path, lambda _: (Found("222", "code39", SQUARE),))
    assert (one.result, one.wrong) == ("broken", ())
    assert "one.txt" in one.note
    assert "empty" in one.note


def test_a_picture_of_42_million_pixels_is_read(tmp_path: Path) -> None:
    small = picture("easy", ASIDE, "ean13")
    large = cv2.resize(small.pixels, (7000, 6000), interpolation=cv2.INTER_LINEAR)
    put(tmp_path, "large.jpg", large, small.value)
    assert run(["bench", "photos", str(tmp_path)]) == 0
    found = measure(tmp_path, bench_photos.decoder())
    assert [one.result for one in found] == ["read"]


def test_a_picture_too_large_is_tried_in_smaller_sizes_of_its_shape() -> None:
    sizes = [one.shape for one in sizes_to_read(np.zeros((6000, 8000), np.uint8))]
    assert len(sizes) == 3
    assert all(rows * columns <= 40_000_000 for rows, columns in sizes)
    assert all(abs(columns / rows - 8 / 6) < 0.01 for rows, columns in sizes)


def test_a_picture_that_fits_is_read_as_it_is() -> None:
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    (same,) = sizes_to_read(pixels)
    assert same is pixels


def test_a_strip_of_a_picture_keeps_at_least_a_row() -> None:
    assert all(min(one.shape) >= 1 for one in sizes_to_read(np.zeros((45, 1_000_000), np.uint8)))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, depth: int, color: int, rows: bytes, *before: bytes) -> bytes:
    """A PNG by hand: OpenCV writes no grey with alpha, and nothing broken."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(before) + body + chunk(b"IEND", b"")


def turned(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with the orientation in its EXIF (tag 0x112), as phones write it."""
    tiff = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(tiff) + 2) + tiff + jpeg[2:]


def test_what_libraries_write_to_stderr_is_not_seen_but_our_own_sentences_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = cv2.imencode(".png", np.eye(64, dtype=np.uint8))[1].tobytes()
    for name, packed in (
        ("cut.png", cut[: len(cut) // 2]),
        ("short.png", png(300, 300, 8, 2, b"x")),
        ("vast.png", png(70_000, 70_000, 8, 0, b"x")),
        ("rubbish.jpg", b"\xff\xd8\xff\xe0rubbish"),
        ("rubbish.webp", b"RIFF\x10\0\0\0WEBPVP8 rubbish"),
    ):
        (tmp_path / name).write_bytes(packed)
        (tmp_path / name).with_suffix(".txt").write_text("none")
    assert run(["bench", "photos", str(tmp_path)]) == 0
    lines = capfd.readouterr().err.splitlines()
    assert lines
    assert all("打不开 / cannot be opened" in line for line in lines)
    assert not any("OpenCV" in line for line in lines)


def test_stderr_is_as_before_after_an_interruption(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "one.png", np.zeros((30, 30), np.uint8), "none")

    def decode(_: object) -> tuple[Found, ...]:
        os.write(2, b"a library's line\n")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(tmp_path, decode)
    os.write(2, b"ours\n")
    sys.stderr.write("and ours\n")
    assert capfd.readouterr().err == "ours\nand ours\n"


def test_a_file_is_not_called_a_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "one.png", np.zeros((30, 30), np.uint8), "none")
    assert run(["bench", "photos", str(tmp_path / "one.png")]) == 1
    told = capsys.readouterr().err
    assert "not a folder" in told
    assert "no such folder" not in told


def test_a_name_no_folder_can_have_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "photos", str(tmp_path / ("a" * 300))]) == 1
    assert "no such folder" in capsys.readouterr().err


def test_the_columns_of_the_totals_stand_under_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("a", "三年级二班的借书证照片", "a-folder-with-quite-a-long-name", "f" * 80):
        put(tmp_path, f"{folder}/one.png", np.zeros((30, 30), np.uint8), "none")
    assert run(["bench", "photos", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()[-5:]
    assert len({width(line[: line.index("张")]) for line in lines}) == 1
    assert all(width(line) < 140 for line in lines)


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("the second picture")])
def test_what_was_measured_before_an_interruption_is_printed(
    tmp_path: Path, stop: BaseException, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.png", "b.png", "c.png"):
        put(tmp_path, name, np.zeros((30, 30), np.uint8), "none")
    opened = bench_photos.load

    def load_once(path: Path) -> np.ndarray:
        if path.name == "b.png":
            raise stop
        return opened(path)

    monkeypatch.setattr(bench_photos, "load", load_once)
    status = None
    try:
        status = run(["bench", "photos", str(tmp_path), "--json"])
    except RuntimeError as error:
        assert error is stop
    seen = capsys.readouterr()
    told = json.loads(seen.out)
    assert [one["picture"] for one in told["pictures"]] == ["a.png"]
    assert told["complete"] is False
    assert told["totals"][-1]["pictures"] == 1
    assert "1" in seen.err
    assert "stopped" in seen.err
    assert status in {None, 130}


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_jpeg_is_opened_the_way_its_exif_turns_it(tmp_path: Path, orientation: int) -> None:
    upright = np.full((64, 96), 40, np.uint8)
    upright[:32, :32] = 220
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    packed = cv2.imencode(".jpg", np.ascontiguousarray(stored), [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()
    (tmp_path / "one.jpg").write_bytes(turned(packed, orientation))
    opened = load(tmp_path / "one.jpg")
    assert opened.shape == upright.shape
    assert int(np.abs(opened.astype(int) - upright).max()) < 40


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("color", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_every_kind_of_png_is_opened_with_transparent_parts_white(
    tmp_path: Path, depth: int, color: int, channels: int
) -> None:
    clear = color in {4, 6}
    pixel = (b"\x20" * (depth // 8)) * (channels - clear) + (b"\0" * (depth // 8)) * clear
    (tmp_path / "one.png").write_bytes(png(40, 30, depth, color, (b"\0" + pixel * 40) * 30))
    opened = load(tmp_path / "one.png")
    assert opened.dtype == np.uint8
    assert opened.shape[:2] == (30, 40)
    assert {int(opened.min()), int(opened.max())} == {255 if clear else 0x20}


@pytest.mark.parametrize("suffix", [".webp", ".gif", ".png"])
def test_of_an_animation_the_first_picture_is_read(tmp_path: Path, suffix: str) -> None:
    code = picture("easy", ASIDE, "code128")
    frame = cv2.cvtColor(code.pixels, cv2.COLOR_GRAY2BGR) if code.pixels.ndim == 2 else code.pixels
    film = cv2.Animation()
    film.frames = [np.dstack([one, np.full(one.shape[:2], 255, np.uint8)]) for one in (frame, np.zeros_like(frame))]
    film.durations = [100, 100]
    done, packed = cv2.imencodeanimation(suffix, film)
    assert done
    (tmp_path / "film.webp").write_bytes(packed.tobytes())
    (tmp_path / "film.txt").write_text(code.value)
    (one,) = measure(tmp_path, bench_photos.decoder())
    assert one.result == "read", one


def test_a_picture_of_floating_numbers_is_broken_and_stops_nothing(tmp_path: Path) -> None:
    deep = cv2.imencode(".hdr", np.full((30, 30, 3), 0.5, np.float32))[1]
    (tmp_path / "one.png").write_bytes(deep.tobytes())
    (tmp_path / "one.txt").write_text("none")
    (one,) = measure(tmp_path, bench_photos.decoder())
    assert one.result == "broken"


def test_transparent_and_deep_pictures_are_opened(tmp_path: Path) -> None:
    clear = np.zeros((30, 40, 4), np.uint8)
    deep = np.full((30, 40), 65535, np.uint16)
    for name, pixels in (("clear.png", clear), ("deep.png", deep)):
        put(tmp_path, name, pixels, "none")
        opened = load(tmp_path / name)
        assert opened.dtype == np.uint8
        assert int(opened.min()) == 255
