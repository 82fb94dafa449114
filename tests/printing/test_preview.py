"""Previews: the page itself as a picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.lending.class_looks import class_look
from kiosk.printing.label_stock import Face
from kiosk.printing.labels import labels_pdf
from kiosk.printing.preview import page_count, page_picture
from tests.printing.readers import READERS, STOCK, labels_at, sample_labels

ROOT = Path(__file__).parents[2]
PDF = labels_pdf(sample_labels()[:30], STOCK["a4-24-70x36"], Face.BOTH)


@pytest.mark.parametrize("width", [1, 90, 599, 827])
def test_a_picture_has_the_width_asked_for_and_the_shape_of_the_page(width: int) -> None:
    wide, high, pixels = page_picture(PDF, 0, width)
    assert wide == width
    assert abs(high - width * 297 / 210) <= 1
    assert len(pixels) == wide * high * 3


def test_the_picture_is_the_page_itself_so_that_its_codes_can_be_read_from_it() -> None:
    stock, labels = STOCK["a4-24-70x36"], sample_labels()[:30]
    assert page_count(PDF) == 2
    for page, some in enumerate((labels[:24], labels[24:])):
        wide, high, pixels = page_picture(PDF, page, 1680)
        picture = Image.frombytes("RGB", (wide, high), pixels).convert("L")
        for read in READERS:
            found = labels_at(read(picture, 1680 * 25.4 / 210), stock)
            assert found == {place: label.barcode for place, label in enumerate(some, 1)}


def test_colours_come_as_red_green_blue() -> None:
    wide, high, pixels = page_picture(PDF, 0, 800)
    colours = {colour for _, colour in Image.frombytes("RGB", (wide, high), pixels).getcolors(1 << 20) or []}
    assert class_look("I").fill in colours


def test_what_is_no_pdf_or_no_page_of_it_is_a_value_error() -> None:
    for wrong in (b"", b"not a page", PDF[:200]):
        with pytest.raises(ValueError, match=r"\w"):
            page_picture(wrong, 0, 100)
        with pytest.raises(ValueError, match=r"\w"):
            page_count(wrong)
    for page in (-1, 2):
        with pytest.raises(ValueError, match=f"page {page} of 2"):
            page_picture(PDF, page, 100)


def test_several_threads_may_draw_pages_at_once() -> None:
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from kiosk.printing.preview import grey_pages, page_count, page_picture\n"
        "import sys\n"
        "pdf = sys.stdin.buffer.read()\n"
        "def draw(turn):\n"
        "    return page_picture(pdf, turn % 2, 60), list(grey_pages(pdf, 0.1)), page_count(pdf)\n"
        "wanted = draw(0), draw(1)\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    same = [got == wanted[turn % 2] for turn, got in enumerate(pool.map(draw, range(200)))]\n"
        "sys.exit(not all(same))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], input=PDF, cwd=ROOT, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
