"""The test sheet on paper: rasterised as a printer does, and read back by a barcode reader."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pyzbar.pyzbar import decode  # type: ignore[import-untyped]  # pyzbar has no types

from kiosk.i18n import LANGUAGES, Words
from kiosk.printing.bars import Bars, Kind, module_mm
from kiosk.printing.sheet import SAMPLES, sheet_pdf, write_sheet

ZBAR = {"code128": "CODE128", "code39": "CODE39", "codabar": "CODABAR", "itf": "I25", "ean13": "EAN13"}


def rasterised(pdf: Path, dpi: int) -> Image.Image:
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", pdf, pdf.with_suffix("")], check=True)
    return Image.open(pdf.with_suffix(".pgm"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_printed_sheet_is_read_back_right(language: str, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    write_sheet(file, Words(language), over=False)
    page = rasterised(file, 300)
    read = {(found.type, found.data.decode()) for found in decode(page)}
    assert read == {(ZBAR[sample.kind], sample.value) for sample in SAMPLES}
    assert sorted(found.text for found in zxingcpp.read_barcodes(page)) == sorted(one.value for one in SAMPLES)
    assert [path.name for path in tmp_path.glob("*.new")] == []


def test_the_sheet_is_one_page_with_its_own_fonts_and_the_same_each_time(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(sheet_pdf(Words()))
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in told
    assert "A4" in told
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all("+Kiosk" in line and line.split()[-5:-3] == ["yes", "yes"] for line in fonts), "embedded, as a subset"
    assert file.stat().st_size < 200_000, "a subset, not ten megabytes of characters"
    assert sheet_pdf(Words()) == file.read_bytes()


def test_the_words_of_the_sheet_are_on_it_and_inside_the_page(tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    for language in LANGUAGES:
        words = Words(language)
        write_sheet(file, words, over=True)
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
        for sample in SAMPLES:
            assert words.say(sample.name) in text
            assert sample.value in text
        page = rasterised(file, 50).point(lambda grey: 255 if grey < 250 else 0)
        left, top, right, bottom = page.getbbox() or (0, 0, 0, 0)
        assert left > 10
        assert top > 10
        assert right < page.width - 10
        assert bottom < page.height - 10


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ean13", "9787020002208"),
        ("itf", "123"),
        ("itf", "12a4"),
        ("codabar", "123"),
        ("code128", "借书"),
        ("ean13", ""),
    ],
)
def test_a_value_that_a_kind_cannot_carry_is_refused_and_never_changed(kind: Kind, value: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be written as {kind}"):
        _ = Bars(kind, value).pattern


def test_bars_are_whole_dots_and_quiet_on_both_sides() -> None:
    bars = Bars("code128", "20000014", module_mm(3, 203))
    assert bars.module == pytest.approx(0.375369, abs=1e-6)
    assert len(bars.pattern) == 79, "start, four pairs, check, stop"
    assert bars.width == pytest.approx((79 + 20) * bars.module)
    assert Bars("ean13", "9787020002207").quiet == pytest.approx(11 * Bars("ean13", "").module)
