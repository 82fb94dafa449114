"""`kiosk bench photos`: how many of a folder's photographs the picture decoder reads, and whether ever wrongly.

Beside each picture (png, jpg, jpeg, webp) lies a text file of the same name: one truth a line, or `none` for a picture
in which nothing is to be read. Pictures without such a file are left out, and counted. It measures and judges nothing.

A picture with more pixels than the decoder takes is made smaller first (`sizes_to_read`), as any program would that
takes the photographs of today's telephones.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.listing import WIDEST, pad, width

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.scanner.decode import Found

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_RETAIL = frozenset({"ean13", "upca"})
_SMALLER = (40_000_000, 12_000_000, 3_000_000)  # pixels of the sizes in which too large a picture is read
_MARKS = (
    (codecs.BOM_UTF8, ("utf-8-sig",)),
    (codecs.BOM_UTF16_LE, ("utf-16",)),
    (codecs.BOM_UTF16_BE, ("utf-16",)),
    (b"", ("utf-8", "gb18030")),  # gb18030: what Notepad on a Chinese Windows calls ANSI
)
_SIGNS = frozenset("\t\n\r\x1d")  # control signs a truth may have; the last parts the fields of a GS1 code


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one picture. `result` is "read" (every truth, nothing else), "missed", "wrong" (something that
    is not true was read), "clear" (nothing to read and nothing read) or "broken" (not a picture, or no truth, or
    the decoder failed on it; `note` says which)."""

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


def truths_of(packed: bytes) -> tuple[str, ...]:
    """The truths of a text file: its lines without empty ones; none for the word `none`, in capitals or not.

    UTF-8, UTF-16 with its byte order mark, or GB 18030. ValueError, with a sentence, when it is empty or not text.
    """
    text = _text_of(packed)
    if not all(sign.isprintable() or sign in _SIGNS for sign in text.replace("\u3000", " ")):
        raise ValueError(_NOT_TEXT)
    lines = tuple(line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip())
    if not lines:
        raise ValueError("是空的，没有条码就写 none / is empty: write none where there is nothing to read")
    return () if len(lines) == 1 and lines[0].casefold() == "none" else lines


_NOT_TEXT = "不是文字 / is not text: write each code on a line of its own and save it as UTF-8"


def _text_of(packed: bytes) -> str:
    codings = next(codings for mark, codings in _MARKS if packed.startswith(mark))
    for coding in codings:
        with suppress(UnicodeDecodeError):
            return packed.decode(coding)
    raise ValueError(_NOT_TEXT)


def load(path: Path) -> NDArray[np.uint8]:
    """A picture file as uint8 grey (h, w) or BGR (h, w, 3), turned as its EXIF says, transparent parts white.

    Of a film the first picture. ValueError when it is no picture.
    """
    import cv2
    import numpy as np

    packed = np.frombuffer(path.read_bytes(), np.uint8)
    try:
        picture = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED) if packed.size else None
        if picture is not None and picture.dtype in (np.uint8, np.uint16) and not _has_alpha(picture):
            picture = cv2.imdecode(packed, cv2.IMREAD_ANYCOLOR)  # only so does OpenCV turn it; it is 8 bits then
    except cv2.error as error:  # headers that promise absurd sizes
        raise ValueError("太大或者坏了 / too large, or damaged") from error
    if picture is None:
        raise ValueError("不是图片 / not a picture")
    if picture.dtype == np.uint16:
        picture = np.asarray(picture // 256, np.uint8)
    if picture.dtype != np.uint8:
        raise ValueError("不是 8 或 16 位的图片 / not a picture of 8 or 16 bits")
    if _has_alpha(picture):
        share = cv2.cvtColor(np.ascontiguousarray(picture[:, :, 3]), cv2.COLOR_GRAY2BGR)
        dark = cv2.bitwise_not(np.ascontiguousarray(picture[:, :, :3]))
        picture = cv2.bitwise_not(cv2.multiply(dark, share, scale=1 / 255))
    return np.asarray(picture, np.uint8)


def _has_alpha(picture: NDArray[Any]) -> bool:
    return picture.ndim == 3 and picture.shape[2] == 4


def sizes_to_read(picture: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The picture itself, or where it has more pixels than the decoder takes, smaller ones of the same shape."""
    import cv2
    import numpy as np

    from kiosk.scanner.decode.search import MOST_PIXELS

    rows, columns = picture.shape[:2]
    if rows * columns <= MOST_PIXELS:
        yield picture
        return
    for pixels in _SMALLER:
        scale = (min(pixels, MOST_PIXELS) / (rows * columns)) ** 0.5
        size = (max(1, int(columns * scale)), max(1, int(rows * scale)))
        yield np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing written to stderr by OpenCV, libpng and the like, which tell each broken file in their own words.

    They write to the process's stderr past Python, so that itself leads nowhere meanwhile.
    """
    import cv2

    logging = cv2.utils.logging
    with ExitStack() as afterwards:
        afterwards.callback(logging.setLogLevel, logging.getLogLevel())
        logging.setLogLevel(logging.LOG_LEVEL_SILENT)
        with suppress(OSError):  # without a stderr there is nothing to hush
            sys.stderr.flush()
            kept = os.dup(2)
            afterwards.callback(os.close, kept)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            afterwards.callback(os.close, nowhere)
            afterwards.callback(os.dup2, kept, 2)
            os.dup2(nowhere, 2)
        yield


def measure(
    folder: Path, decode: Callable[[NDArray[np.uint8]], Sequence[Found]], tell: Callable[[Result], None] | None = None
) -> list[Result]:
    """Read every picture with a truth under `folder`, in order of names; `tell` hears each result at once."""
    results = []
    for path in _pictures(folder):
        if _has_truth(path):
            results.append(_one(folder, path, decode))
            if tell is not None:
                tell(results[-1])
    return results


def untold(folder: Path) -> int:
    """How many pictures under `folder` have no truth beside them."""
    return sum(not _has_truth(path) for path in _pictures(folder))


def _pictures(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PICTURES and _says(path.is_file)]


def _has_truth(path: Path) -> bool:
    return _says(path.with_suffix(".txt").is_file)


def _says(asked: Callable[[], bool]) -> bool:
    """What a path says of itself; no where the system refuses: a name too long, a folder closed to this user."""
    try:
        return asked()
    except OSError:
        return False


def _one(folder: Path, path: Path, decode: Callable[[NDArray[np.uint8]], Sequence[Found]]) -> Result:
    name, parent = path.relative_to(folder).as_posix(), path.parent.relative_to(folder).as_posix()
    beside = path.with_suffix(".txt")
    try:
        truths = truths_of(beside.read_bytes())
    except (OSError, ValueError) as error:
        note = f"{beside.relative_to(folder).as_posix()} {error}"
        return Result(name, parent, "broken", (), (), (), 0.0, note)
    try:
        with _hushed():
            picture = load(path)
    except (OSError, ValueError, MemoryError) as error:
        note = f"{name} 打不开 / cannot be opened: {error or '内存不够 / not enough memory'}"
        return Result(name, parent, "broken", (), (), (), 0.0, note)
    began = time.perf_counter()
    try:
        with _hushed():
            found = next(filter(None, map(decode, sizes_to_read(picture))), ())
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


def decoder() -> Callable[[NDArray[np.uint8]], Sequence[Found]]:
    """What is measured: the decoder with all the time a still picture gets."""
    from functools import partial

    from kiosk.scanner.decode import Budget, decode

    return partial(decode, budget=Budget.STILL)


def bench_photos(folder: Path, as_json: bool) -> int:
    """Measure the pictures of a folder and print what became of each and the totals by subfolder.

    The answer is the exit status: 1 when there is no picture with a truth, else 0, whatever was read or missed. What
    was measured before an interruption or a failure is printed before that goes on.
    """
    if not _says(folder.is_dir):
        words = (
            "这是文件，不是文件夹 / this is a file, not a folder"
            if _says(folder.exists)
            else "没有这个文件夹 / no such folder"
        )
        sys.stderr.write(f"{words}: {plain(str(folder))}\n")
        return 1
    results: list[Result] = []
    left = untold(folder)

    def hear(one: Result) -> None:
        results.append(one)
        if not as_json:
            tell(one)

    try:
        measure(folder, decoder(), hear)
    except BrokenPipeError:  # nobody reads on
        raise
    except BaseException:
        report(results, as_json, left, complete=False)
        raise
    if not results:
        sys.stderr.write(f"没有旁边放着 .txt 的图片 / no picture with a .txt beside it: {plain(str(folder))}\n")
        return 1
    report(results, as_json, left)
    return 0


def report(results: Sequence[Result], as_json: bool, left: int = 0, *, complete: bool = True) -> None:
    """Print the notes of broken pictures on stderr and the totals; in JSON, all pictures with them as one object.

    `left` pictures had no truth beside them. `complete` is false where the run was stopped before its end: so JSON
    says, and stderr.
    """
    for one in results:
        if one.note:
            sys.stderr.write(plain(one.note) + "\n")
    if left:
        sys.stderr.write(
            f"{left} 张图片旁边没有 .txt，没有量 / pictures without a .txt beside them, not measured: {left}\n"
        )
    if not complete:
        sys.stderr.write(f"中途停下，只量了 {len(results)} 张 / stopped early, pictures measured: {len(results)}\n")
    rows = totals(results)
    if as_json:
        from kiosk.bench.report import machine

        pictures = [asdict(one) for one in results]
        whole = {"pictures": pictures, "totals": rows, "untold": left, "complete": complete, "machine": machine()}
        sys.stdout.write(json.dumps(whole, ensure_ascii=False) + "\n")
        return
    names = [_shortened(plain(row["folder"])) for row in rows]
    columns = max(24, *map(width, names))
    for name, row in zip(names, rows, strict=True):
        sys.stdout.write(
            f"{pad(name, columns)} {row['pictures']:>5} 张 pictures {row['read']:>5} 读出 read"
            f" {row['missed']:>5} 漏读 missed {row['wrong']:>4} 误读 wrong {row['broken']:>3} 坏图 broken"
            f" {row['milliseconds']:>7} ms\n"
        )


def _shortened(name: str) -> str:
    """The end of a long path, which tells folders apart; JSON has it whole."""
    if width(name) <= WIDEST:
        return name
    while width(name) >= WIDEST:
        name = name[1:]
    return "…" + name


def plain(text: str) -> str:
    """Text in one line and without signs that would steer a terminal: those as Python writes them (\\x1b)."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def tell(one: Result) -> None:
    """Print what became of one picture; a broken one's note comes at the end."""
    if one.result != "broken":
        more = "".join(f"  ✗ {value}" for value in one.wrong) + "".join(f"  − {value}" for value in one.missed)
        sys.stdout.write(plain(f"{one.result:<7} {one.milliseconds:>7} ms  {one.picture}{more}") + "\n")
