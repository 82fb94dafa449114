"""Paper for tests: pages rasterised as a printer does, and read back by the kiosk's own two engines, each alone."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from kiosk.printing.page_parts import Box
from kiosk.scanner.decode.engines import Engine, available_engines

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVERY_LINES = 4  # a hand scanner sweeps bars of 8 mm more often than zbar does with this


@dataclass(frozen=True)
class Page:
    """A rasterised page: grey pixels, 0 black."""

    dots: NDArray[np.uint8]
    dpi: int
    dithered: bool = False  # colours are black dots, other ones in each run

    @property
    def height_mm(self) -> float:
        return float(self.dots.shape[0] * 25.4 / self.dpi)

    def drawn(self) -> Box:
        """What the ink covers, in mm from the lower left corner."""
        rows, columns = np.where(self.dots < 250)
        mm = 25.4 / self.dpi
        left, right = float(columns.min()) * mm, float(columns.max() + 1) * mm
        bottom, top = self.height_mm - float(rows.max() + 1) * mm, self.height_mm - float(rows.min()) * mm
        return Box(left, bottom, right - left, top - bottom)


@dataclass(frozen=True)
class Read:
    """A code that an engine read, and where its middle is, in mm from the lower left corner."""

    value: str
    x: float
    y: float


def pages(pdf: bytes, dpi: int, *, dots: bool = False) -> Iterator[Page]:
    """The pages one after the other, so that a thousand cards never lie in memory together.

    `dots`: black dots only, as a printer without colours makes them; else greys.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "paper.pdf")
        file.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", str(dpi), "-mono" if dots else "-gray", file, Path(folder, "page")], check=True
        )
        for page in sorted(Path(folder).glob("page-*.p?m")):
            with Image.open(page) as picture:
                yield Page(np.asarray(picture.convert("L")), dpi, dots)


def engines() -> tuple[Engine, ...]:
    """zxing-cpp and zbar; a machine without one of them cannot run these tests."""
    both = available_engines()
    assert len(both) == 2
    return both


def codes(page: Page, engine: Engine) -> list[Read]:
    """What one engine reads on a whole page: Code 128 and nothing else.

    Where colours are dithered a line across their dots is now and then a short code of a kind without a check digit:
    there other kinds do not count. The kiosk takes none of them for a number of its own.
    """
    mm = 25.4 / page.dpi
    found = []
    for reading in engine(page.dots, False, EVERY_LINES):
        if reading.symbology != "code128":
            assert page.dithered, reading
            continue
        x = sum(point[0] for point in reading.quad) / 4 * mm
        y = page.height_mm - sum(point[1] for point in reading.quad) / 4 * mm
        found.append(Read(reading.value, x, y))
    return found


def text_of(pdf: bytes) -> list[str]:
    """The words of each page."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def told(pdf: bytes, program: str) -> str:
    """What `pdfinfo` or `pdffonts` says."""
    return subprocess.run([program, "-"], input=pdf, capture_output=True, check=True).stdout.decode()
