"""What label printers are sent: every dot where it should be, lines as TSPL and ZPL want them, Chinese as dots."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.call_numbers import CallNumber
from kiosk.printing.label_layout import lay_out, space_of
from kiosk.printing.label_stock import Adjust, Face, LabelStock
from kiosk.printing.labels import Label, LabelTrouble
from kiosk.printing.raster import Bitmap, label_bitmaps
from kiosk.printing.tspl import tspl
from kiosk.printing.zpl import zpl
from tests.printing.readers import READERS, ROLLS, STOCK, picture_of, tspl_of, tspl_pictures, zpl_of, zpl_pictures

ROLL = STOCK["roll-50x25"]
LABEL = Label(number(BarcodeKind.COPY, 4217), CallNumber("I287.45", "12", "3"), "昆虫记", "004217", "阳光小学图书馆")
THREE = LabelStock("three", "三排", "three across", (96.0, 20.0), (30.0, 20.0), 3, 1, 1.0, 0.0, (32.0, 20.0), True, 2.0)


def one(label: Label = LABEL, stock: LabelStock = ROLL, face: Face = Face.BARCODE, **how: object) -> Image.Image:
    (page,) = label_bitmaps([label], stock, face, **how)  # type: ignore[arg-type]  # keywords of the same function
    return picture_of(page.width, page.height, page.rows)


@pytest.mark.parametrize("stock", ROLLS, ids=lambda stock: stock.name)
def test_203_dpi_is_eight_dots_a_millimetre(stock: LabelStock) -> None:
    assert one(stock=stock).size == (stock.label[0] * 8, stock.label[1] * 8)
    wide, high = one(stock=stock, dpi=300).size
    assert (wide, high) == (round(stock.label[0] * 300 / 25.4), round(stock.label[1] * 300 / 25.4))


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_bar_is_exactly_its_number_of_dots_wide(dpi: int) -> None:
    (symbol,) = lay_out(LABEL, Face.BARCODE, space_of(ROLL, 1, dpi, colour=False)).symbols
    picture = one(dpi=dpi)
    middle = round((ROLL.label[1] - symbol.bottom - symbol.height / 2) * picture.height / ROLL.label[1])
    row = picture.crop((0, middle, picture.width, middle + 1)).tobytes().replace(b"\xff", b"0").replace(b"\0", b"1")
    bars = "".join(module * symbol.dots for module in symbol.pattern)
    assert row.decode().strip("0") == bars.strip("0")
    left = row.index(b"1")
    assert left >= 10 * symbol.dots
    assert len(row) - left - len(bars) >= 10 * symbol.dots


def test_chinese_is_sent_as_dots_and_not_as_text() -> None:
    for sent in (tspl_of([LABEL], ROLL, Face.BARCODE), zpl_of([LABEL], ROLL, Face.BARCODE)):
        for codec in ("utf-8", "gb18030", "big5"):
            assert "昆虫".encode(codec) not in sent
        assert b"TEXT" not in sent
    title = one().crop((0, 0, 400, 80))
    other = one(Label(LABEL.barcode, LABEL.call_number, "西游记", "004217", LABEL.library)).crop((0, 0, 400, 80))
    assert title.getextrema() == (0, 255)
    assert title.tobytes() != other.tobytes()


def test_a_thermal_label_has_no_solid_band() -> None:
    picture = one(face=Face.SPINE)
    black = sum(pixel == 0 for pixel in picture.tobytes()) / (picture.width * picture.height)
    assert 0.03 < black < 0.2


@pytest.mark.parametrize("dpi", [203, 300])
def test_both_languages_carry_the_very_bitmap(dpi: int) -> None:
    wanted = [one(stock=stock, face=face, dpi=dpi) for stock in ROLLS for face in Face]
    cases = [(stock, face) for stock in ROLLS for face in Face]
    for (stock, face), picture in zip(cases, wanted, strict=True):
        (by_tspl,) = tspl_pictures(tspl_of([LABEL], stock, face, dpi=dpi), dpi)
        (by_zpl,) = zpl_pictures(zpl_of([LABEL], stock, face, dpi=dpi))
        assert by_tspl.tobytes() == by_zpl.tobytes() == picture.tobytes()


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(1, 30), st.data())
def test_any_bitmap_goes_through_both_languages_unchanged(width: int, height: int, data: st.DataObject) -> None:
    packed = (width + 7) // 8
    pattern = st.sampled_from([0, 2**width - 1, 1, 1 << width - 1]) | st.integers(0, 2**width - 1)
    rows = data.draw(st.lists(pattern, min_size=height, max_size=height))
    page = Bitmap(width, height, b"".join((row << packed * 8 - width).to_bytes(packed, "big") for row in rows))
    stock = LabelStock("dots", "", "", (width / 8, height / 8), (width / 8, height / 8), roll=True)
    wanted = picture_of(width, height, page.rows).tobytes()
    assert [picture.tobytes() for picture in tspl_pictures(tspl([page], stock), 203)] == [wanted]
    assert [picture.tobytes() for picture in zpl_pictures(zpl([page]))] == [wanted]


def test_tspl_lines_end_with_cr_lf_and_say_size_and_gap_once_and_nothing_of_darkness_or_speed() -> None:
    sent = tspl_of([LABEL, LABEL], ROLL, Face.SPINE)
    without = re.sub(rb"BITMAP \d+,\d+,(\d+),(\d+),0,", b"", sent)
    head = sent[: sent.index(b"CLS")]
    assert head.split(b"\r\n") == [
        b"SIZE 50 mm,25 mm",
        b"GAP 2 mm,0 mm",
        b"DIRECTION 1,0",
        b"REFERENCE 0,0",
        b"",
    ]
    assert sent.endswith(b"PRINT 1,1\r\n")
    assert sent.count(b"CLS\r\nBITMAP") == sent.count(b"\r\nPRINT 1,1\r\n") == 2
    assert without.count(b"SIZE") == 1


def test_zpl_is_plain_text_with_its_size_and_nothing_of_darkness_or_speed() -> None:
    sent = zpl_of([LABEL, LABEL], ROLL, Face.BARCODE, dpi=300).decode("ascii")
    assert sent.startswith("^XA\n^PW591^LL295^LH0,0\n^FO")
    assert sent.count("^XA") == sent.count("^PQ1\n^XZ\n") == 2
    assert "~SD" not in sent and "^PR" not in sent
    dots = 591 * 295 // 8
    assert len(sent) / 2 < dots, "rows of bars are sent once: less than a byte for eight dots"


def test_an_adjustment_moves_everything_by_whole_dots() -> None:
    before, after = (one(adjust=adjust) for adjust in (Adjust(), Adjust(0.5, -0.25)))
    box = _inked(before)
    assert _inked(after) == (box[0] + 4, box[1] - 2, box[2] + 4, box[3] - 2)


@pytest.mark.parametrize("adjust", [Adjust(9, 9), Adjust(-9, -9), Adjust(30, -30)])
@pytest.mark.parametrize("face", [Face.BARCODE, Face.BOTH])
def test_no_adjustment_pushes_a_code_off_the_label(adjust: Adjust, face: Face) -> None:
    for picture in (one(face=face, adjust=adjust), one(face=face, adjust=adjust, dpi=300)):
        wide = Image.new("L", (picture.width + 80, picture.height + 80), 255)  # the carrier around the label
        wide.paste(picture, (40, 40))
        for read in READERS:
            assert [found.value for found in read(wide, 203)] == [LABEL.barcode]


def _inked(picture: Image.Image) -> tuple[int, int, int, int]:
    return picture.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)


def test_labels_side_by_side_on_a_roll_are_begun_where_it_was_said() -> None:
    labels = [Label(number(BarcodeKind.COPY, serial), LABEL.call_number, "昆虫记") for serial in range(1, 6)]
    rows = tspl_pictures(tspl(label_bitmaps(labels, THREE, Face.BARCODE, start=3), THREE), 203)
    assert [picture.size for picture in rows] == [(768, 160)] * 3
    for read in READERS:
        found = [[one.value for one in sorted(read(picture, 203), key=lambda one: one.x)] for picture in rows]
        codes = [label.barcode for label in labels]
        assert found == [codes[:1], codes[1:4], codes[4:]]
    assert _inked(rows[0])[0] > (1 + 64) * 8


def test_a_label_without_a_word_is_an_empty_label_and_not_an_error() -> None:
    page = Bitmap(16, 4, bytes(8))
    assert b"BITMAP" not in tspl([page], ROLL)
    assert tspl([page], ROLL).endswith(b"CLS\r\nPRINT 1,1\r\n")
    assert zpl_pictures(zpl([page]))[0].getextrema() == (255, 255)


def test_a_number_without_room_is_refused_before_anything_is_made() -> None:
    labels = [LABEL, Label("A" * 40, LABEL.call_number)]
    with pytest.raises(LabelTrouble):
        label_bitmaps(labels, ROLL, Face.BARCODE)
