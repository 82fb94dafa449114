"""What tests of printed things share: pages as pictures, two readers, and what TSPL and ZPL printers would draw.

The two interpreters know the commands that are sent and fail on everything else.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import zxingcpp
from PIL import Image
from pyzbar.pyzbar import decode  # type: ignore[import-untyped]  # pyzbar has no types

from kiosk.lending.call_numbers import parse
from kiosk.printing.label_stock import Face, LabelStock, load_stock, shipped
from kiosk.printing.labels import Label
from kiosk.printing.raster import label_bitmaps
from kiosk.printing.tspl import tspl
from kiosk.printing.zpl import zpl
from kiosk.sample.build import build_sample

STOCK = load_stock([shipped()])
SHEETS = [stock for stock in STOCK.values() if not stock.roll]
ROLLS = [stock for stock in STOCK.values() if stock.roll]


@cache
def sample_labels() -> tuple[Label, ...]:
    """A label for every copy of the sample library."""
    tables = build_sample(1, date(2026, 11, 23)).tables
    titles = {row["title_id"]: row["title"] for row in tables["titles"]}
    codes = {row["copy_id"]: row["code"] for row in tables["barcodes"] if row["copy_id"]}
    return tuple(
        Label(
            codes[row["copy_id"]],
            parse(row["call_number"]),
            titles[row["title_id"]],
            row["accession_no"],
            "阳光小学图书馆",
        )
        for row in tables["copies"]
    )


# ── Paper ──


def rasterised(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    """Every page as pdftoppm draws it, grey."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.pdf"
        file.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", file, Path(folder) / "page"], check=True)
        for page in sorted(Path(folder).glob("page*.pgm")):
            with Image.open(page) as picture:
                picture.load()
                yield picture


def text_of(pdf: bytes, part: tuple[int, int, int, int] | None = None) -> str:
    """The words of a PDF as pdftotext finds them, or of a part: left, top, width and height in points."""
    cut = (
        [] if part is None else [str(one) for pair in zip(("-x", "-y", "-W", "-H"), part, strict=True) for one in pair]
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftotext", "-layout", *cut, file.name, "-"]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    return told.stdout


@dataclass(frozen=True, slots=True)
class Read:
    """One code a reader found: its value and the middle of its bars in mm from the upper left corner."""

    value: str
    x: float
    y: float


def by_zbar(picture: Image.Image, dpi: float) -> list[Read]:
    """What zbar finds."""
    return [
        Read(
            one.data.decode(),
            (one.rect.left + one.rect.width / 2) * 25.4 / dpi,
            (one.rect.top + one.rect.height / 2) * 25.4 / dpi,
        )
        for one in decode(picture)
    ]


# As the kiosk asks: Code 39 is not taken for the pharmacies' numbers that are written with it (Code 32, PZN).
_KINDS = zxingcpp.BarcodeFormats(
    [
        getattr(zxingcpp.BarcodeFormat, name)
        for name in ("Code128", "Code39Std", "Code93", "Codabar", "ITF", "EAN13", "EAN8", "UPCA", "UPCE")
    ]
)


def by_zxing(picture: Image.Image, dpi: float) -> list[Read]:
    """What zxing-cpp finds."""
    found = []
    for one in zxingcpp.read_barcodes(picture, formats=_KINDS):
        corners = (one.position.top_left, one.position.bottom_right)
        x, y = (sum(corner.x for corner in corners) / 2, sum(corner.y for corner in corners) / 2)
        found.append(Read(one.text, x * 25.4 / dpi, y * 25.4 / dpi))
    return found


READERS = (by_zbar, by_zxing)


def labels_at(found: list[Read], stock: LabelStock) -> dict[int, str]:
    """The values by the number of the label they are on; two codes on one label are an error."""
    placed: dict[int, str] = {}
    for one in found:
        for number in range(1, stock.per_page + 1):
            left, top = stock.place(number)
            if left <= one.x <= left + stock.label[0] and top <= one.y <= top + stock.label[1]:
                assert number not in placed, f"two codes on label {number}"
                placed[number] = one.value
                break
        else:
            raise AssertionError(f"{one} is on no label")
    return placed


# ── Label printers ──


def picture_of(width: int, height: int, black: bytes) -> Image.Image:
    """Rows of bits (1 is black, filled up to whole bytes) as a grey picture."""
    return Image.frombytes("1", (width, height), bytes(255 - byte for byte in black)).convert("L")


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.picture = Image.new("L", (width, height), 255)

    def put(self, x: int, y: int, row_bytes: int, height: int, black: bytes) -> None:
        part = picture_of(row_bytes * 8, height, black)
        assert x >= 0
        assert y >= 0
        assert y + height <= self.picture.height
        mask = part.point(lambda grey: 255 - grey)
        beyond = (
            mask.crop((self.picture.width - x, 0, mask.width, height)) if x + mask.width > self.picture.width else None
        )
        assert beyond is None or beyond.getbbox() is None, "ink beyond the label"
        self.picture.paste(part, (x, y))


def tspl_of(labels: Sequence[Label], stock: LabelStock, face: Face, dpi: int = 203) -> bytes:
    """What a TSPL printer is sent for labels."""
    return tspl(label_bitmaps(labels, stock, face, dpi=dpi), stock)


def zpl_of(labels: Sequence[Label], stock: LabelStock, face: Face, dpi: int = 203) -> bytes:
    """What a ZPL printer is sent for labels."""
    return zpl(label_bitmaps(labels, stock, face, dpi=dpi))


def tspl_pictures(sent: bytes, dpi: int) -> list[Image.Image]:
    """What a TSPL printer with paper for it would print; AssertionError for what it would not understand."""
    per_mm = {203: 8.0, 300: 300 / 25.4}[dpi]
    at = 0
    size: tuple[int, int] | None = None
    canvas: _Canvas | None = None
    printed: list[Image.Image] = []
    while at < len(sent):
        bitmap = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,").match(sent, at)
        if bitmap:
            x, y, row_bytes, height = map(int, bitmap.groups())
            data = sent[bitmap.end() : bitmap.end() + row_bytes * height]
            assert canvas is not None, "BITMAP before CLS"
            canvas.put(x, y, row_bytes, height, bytes(255 - byte for byte in data))
            at = bitmap.end() + row_bytes * height
            assert sent[at : at + 2] == b"\r\n", "a line ends with CR LF"
            at += 2
            continue
        end = sent.index(b"\r\n", at)
        line = sent[at:end].decode("ascii")
        at = end + 2
        if found := re.fullmatch(r"SIZE ([\d.]+) mm,([\d.]+) mm", line):
            size = (round(float(found[1]) * per_mm), round(float(found[2]) * per_mm))
        elif line == "CLS":
            assert size is not None, "CLS before SIZE"
            canvas = _Canvas(*size)
        elif line == "PRINT 1,1":
            assert canvas is not None
            printed.append(canvas.picture)
            canvas = None
        else:
            assert re.fullmatch(r"GAP [\d.]+ mm,0 mm|DENSITY \d+|SPEED \d+|DIRECTION 1,0|REFERENCE 0,0", line), line
    assert canvas is None, "something was drawn and never printed"
    return printed


def zpl_pictures(sent: bytes) -> list[Image.Image]:
    """What a ZPL printer would print; AssertionError for what it would not understand."""
    printed: list[Image.Image] = []
    canvas: _Canvas | None = None
    at: tuple[int, int] | None = None
    wide = 0
    text = sent.decode("ascii")
    for command in re.findall(r"[\^~][^\^~]*", text.replace("\n", "")):
        name, rest = command[1:3], command[3:]
        if name == "PW":
            wide = int(rest)
        elif name == "LL":
            canvas = _Canvas(wide, int(rest))
        elif name == "FO":
            x, y = rest.split(",")
            at = (int(x), int(y))
        elif name == "GF":
            kind, sent_bytes, total, row_bytes, data = rest.split(",", 4)
            assert kind == "A"
            assert sent_bytes == total
            rows = _zpl_rows(data, int(row_bytes))
            assert len(rows) == int(total)
            assert canvas is not None
            assert at is not None
            canvas.put(*at, int(row_bytes), int(total) // int(row_bytes), rows)
        elif name == "XZ":
            assert canvas is not None
            printed.append(canvas.picture)
            canvas = None
        else:
            assert command in {"^XA", "^FS", "^PQ1", "^LH0,0"} or re.fullmatch(r"~SD\d\d|\^PR\d+", command), command
    return printed


def _zpl_rows(data: str, row_bytes: int) -> bytes:
    rows: list[str] = []
    row = ""
    for sign in data:
        if sign == ":":
            assert not row
            rows.append(rows[-1])
        elif sign in ",!":
            rows.append(row.ljust(row_bytes * 2, "0" if sign == "," else "F"))
            row = ""
        else:
            row += sign
            if len(row) == row_bytes * 2:
                rows.append(row)
                row = ""
    assert not row
    return bytes.fromhex("".join(rows))
