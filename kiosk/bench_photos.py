"""`kiosk bench photos`: how many of a folder's photographs the picture decoder reads, and whether ever wrongly.

Beside each picture (png, jpg, jpeg, webp) lies a text file of the same name: one truth a line, or `none` for a picture
in which nothing is to be read. Pictures without such a file are left out. It measures and judges nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.scanner.decode import Found

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_RETAIL = frozenset({"ean13", "upca"})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one picture. `result` is "read" (every truth, nothing else), "missed", "wrong" (something that
    is not true was read), "clear" (nothing to read and nothing read) or "broken" (not a picture, or the
    decoder failed on it; `note` says which)."""

    picture: str
    folder: str
    result: str
    read: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    milliseconds: float
    note: str = ""


def same_value(value: str, symbology: str, truth: str) -> bool:
    """Whether a reading says what the truth says.

    A leading zero more or less between UPC-A and EAN-13, and Codabar's start and stop letters, make no difference.
    """
    if value.strip() == truth.strip():
        return True
    if symbology in _RETAIL:
        return value.strip().zfill(13) == truth.strip().zfill(13)
    if symbology == "codabar":
        return _inner(value) == _inner(truth)
    return False


def _inner(text: str) -> str:
    text = text.strip().upper()
    if len(text) > 2 and text[0] in "ABCDTN*E" and text[-1] in "ABCDTN*E":
        return text[1:-1]
    return text


def truths_of(text: str) -> tuple[str, ...]:
    """The truths of a text file: its lines without empty ones; none for the word `none`."""
    lines = tuple(line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip())
    return () if lines in {(), ("none",), ("None",), ("NONE",)} else lines


def load(path: Path) -> NDArray[np.uint8]:
    """A picture file as uint8 grey (h, w) or BGR (h, w, 3), transparent parts white. ValueError when it is none."""
    import cv2
    import numpy as np

    packed = np.frombuffer(path.read_bytes(), np.uint8)
    try:
        picture = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED) if packed.size else None
    except cv2.error as error:  # headers that promise absurd sizes
        raise ValueError(str(error).splitlines()[0]) from error
    if picture is None:
        raise ValueError("not a picture")
    if picture.dtype == np.uint16:
        picture = np.asarray(picture // 256, np.uint8)
    if picture.dtype != np.uint8:
        raise ValueError("not a picture of 8 or 16 bits")
    if picture.ndim == 3 and picture.shape[2] == 4:
        share = picture[:, :, 3:].astype(np.float32) / 255
        picture = np.rint(picture[:, :, :3] * share + 255 * (1 - share)).astype(np.uint8)
    elif picture.ndim == 3 and picture.shape[2] == 2:
        picture = np.ascontiguousarray(picture[:, :, 0])
    return np.asarray(picture, np.uint8)


def measure(
    folder: Path, decode: Callable[[NDArray[np.uint8]], Sequence[Found]], tell: Callable[[Result], None] | None = None
) -> list[Result]:
    """Read every picture with a truth under `folder`, in order of names; `tell` hears each result at once."""
    results = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES and path.is_file() and path.with_suffix(".txt").is_file():
            results.append(_one(folder, path, decode))
            if tell is not None:
                tell(results[-1])
    return results


def _one(folder: Path, path: Path, decode: Callable[[NDArray[np.uint8]], Sequence[Found]]) -> Result:
    name, parent = path.relative_to(folder).as_posix(), path.parent.relative_to(folder).as_posix()
    try:
        truths = truths_of(path.with_suffix(".txt").read_bytes().decode("utf-8", "replace"))
        picture = load(path)
    except (OSError, ValueError) as error:
        return Result(name, parent, "broken", (), (), (), 0.0, f"{name} 打不开 / cannot be opened: {error}")
    began = time.perf_counter()
    try:
        found = decode(picture)
    except Exception as error:  # one picture's fault must not hide what became of the others
        note = f"{name} 读码时出错 / the decoder failed: {type(error).__name__}: {error}"
        return Result(name, parent, "broken", (), truths, (), 0.0, note)
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    read = tuple(t for t in truths if any(same_value(one.value, one.symbology, t) for one in found))
    missed = tuple(t for t in truths if t not in read)
    wrong = tuple(
        f"{one.symbology} {one.value}"
        for one in found
        if not any(same_value(one.value, one.symbology, t) for t in truths)
    )
    result = "wrong" if wrong else "missed" if missed else "read" if read else "clear"
    return Result(name, parent, result, read, missed, wrong, milliseconds)


def totals(results: Iterable[Result]) -> list[dict[str, Any]]:
    """One row a subfolder and one for all: pictures, codes read, missed and wrong, broken pictures, median time."""
    results = list(results)
    folders = sorted({one.folder for one in results})
    rows = [(name, [one for one in results if one.folder == name]) for name in folders]
    return [_total(name, some) for name, some in [*rows, ("*", results)]]


def _total(name: str, some: Sequence[Result]) -> dict[str, Any]:
    times = sorted(one.milliseconds for one in some if one.result != "broken")
    return {
        "folder": name,
        "pictures": len(some),
        "read": sum(len(one.read) for one in some),
        "missed": sum(len(one.missed) for one in some),
        "wrong": sum(len(one.wrong) for one in some),
        "broken": sum(one.result == "broken" for one in some),
        "milliseconds": times[len(times) // 2] if times else 0.0,
        "milliseconds_most": times[-1] if times else 0.0,
    }


def bench_photos(folder: Path, as_json: bool) -> int:
    """Measure the pictures of a folder and print what became of each and the totals by subfolder.

    The answer is the exit status: 1 when there is no picture with a truth, else 0, whatever was read or missed.
    """
    from functools import partial

    from kiosk.bench import machine
    from kiosk.scanner.decode import Budget, decode

    if not folder.is_dir():
        sys.stderr.write(f"没有这个文件夹 / no such folder: {folder}\n")
        return 1
    results = measure(folder, partial(decode, budget=Budget.STILL), None if as_json else _tell)
    if not results:
        sys.stderr.write(f"没有旁边放着 .txt 的图片 / no picture with a .txt beside it: {folder}\n")
        return 1
    for one in results:
        if one.note:
            sys.stderr.write(one.note + "\n")
    rows = totals(results)
    if as_json:
        pictures = [asdict(one) for one in results]
        text = json.dumps({"pictures": pictures, "totals": rows, "machine": machine()}, ensure_ascii=False)
        sys.stdout.write(text + "\n")
        return 0
    for row in rows:
        sys.stdout.write(
            f"{row['folder']:<24} {row['pictures']:>5} 张 pictures {row['read']:>5} 读出 read"
            f" {row['missed']:>5} 漏读 missed {row['wrong']:>4} 误读 wrong {row['broken']:>3} 坏图 broken"
            f" {row['milliseconds']:>7} ms\n"
        )
    return 0


def _tell(one: Result) -> None:
    if one.result != "broken":
        more = "".join(f"  ✗ {value}" for value in one.wrong) + "".join(f"  − {value}" for value in one.missed)
        sys.stdout.write(f"{one.result:<7} {one.milliseconds:>7} ms  {one.picture}{more}\n")
