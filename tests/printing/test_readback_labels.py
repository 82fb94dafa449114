"""Labels read back: by zbar and by zxing-cpp, from paper at 203 and 300 dpi and from what label printers are sent.

Every copy of the sample library is read, whole pages at a time, which keeps this file under half a minute.
"""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.call_numbers import CallNumber
from kiosk.printing.label_layout import Kind
from kiosk.printing.label_stock import Face, LabelStock
from kiosk.printing.labels import Label, LabelTrouble, labels_pdf
from tests.printing.readers import (
    READERS,
    ROLLS,
    SHEETS,
    STOCK,
    labels_at,
    rasterised,
    sample_labels,
    tspl_of,
    tspl_pictures,
    zpl_of,
    zpl_pictures,
)

WITH_BARS = (Face.BARCODE, Face.BOTH)


@pytest.mark.parametrize(("face", "dpi"), [(Face.BARCODE, 203), (Face.BARCODE, 300), (Face.BOTH, 203)])
def test_every_copy_of_the_sample_library_is_read_back_from_paper(face: Face, dpi: int) -> None:
    labels, stock = sample_labels(), STOCK["a4-65-38x21"]
    assert len(labels) > 900
    pages = list(rasterised(labels_pdf(labels, stock, face), dpi))
    assert len(pages) == stock.pages(len(labels))
    for place, page in enumerate(pages):
        wanted = [label.barcode for label in labels[place * stock.per_page : (place + 1) * stock.per_page]]
        for read in READERS:
            assert labels_at(read(page, dpi), stock) == dict(enumerate(wanted, 1)), read.__name__


@pytest.mark.parametrize("stock", SHEETS, ids=lambda stock: stock.name)
def test_a_page_of_every_sheet_is_read_back_label_by_label(stock: LabelStock) -> None:
    for face, dpi in zip(WITH_BARS, (203, 300), strict=True):
        labels = sample_labels()[: stock.per_page]
        (page,) = rasterised(labels_pdf(labels, stock, face, dpi=dpi), dpi)
        wanted = {place: label.barcode for place, label in enumerate(labels, 1)}
        for read in READERS:
            assert labels_at(read(page, dpi), stock) == wanted, (face, read.__name__)


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_copy_of_the_sample_library_is_read_back_from_what_label_printers_draw(dpi: int) -> None:
    labels, stock = sample_labels(), STOCK["roll-30x20"]  # the smallest is the hardest
    by_tspl = tspl_pictures(tspl_of(labels, stock, Face.BARCODE, dpi=dpi), dpi)
    by_zpl = zpl_pictures(zpl_of(labels, stock, Face.BARCODE, dpi=dpi))
    assert len(by_tspl) == len(by_zpl) == len(labels)
    for label, one, other in zip(labels, by_tspl, by_zpl, strict=True):
        assert one.tobytes() == other.tobytes(), "both printers draw the same"
        for read in READERS:
            assert [found.value for found in read(one, dpi)] == [label.barcode]


@pytest.mark.parametrize("face", WITH_BARS)
@pytest.mark.parametrize("stock", ROLLS, ids=lambda stock: stock.name)
def test_every_roll_is_read_back_at_both_resolutions(stock: LabelStock, face: Face) -> None:
    labels = sample_labels()[::100]
    for dpi in (203, 300):
        for label, picture in zip(labels, tspl_pictures(tspl_of(labels, stock, face, dpi=dpi), dpi), strict=True):
            for read in READERS:
                assert [found.value for found in read(picture, dpi)] == [label.barcode]


OWN = st.integers(0, 999_999).map(lambda serial: (number(BarcodeKind.COPY, serial), "code128"))
SCHOOLS = st.one_of(
    st.tuples(st.text(string.ascii_uppercase + string.digits + "-", min_size=5, max_size=10), st.just("code39")),
    st.tuples(st.text(string.ascii_letters + string.digits + "-./", min_size=5, max_size=12), st.just("code128")),
    st.tuples(st.from_regex(r"[A-D][0-9-]{5,10}[A-D]", fullmatch=True), st.just("codabar")),
)


@settings(max_examples=40)
@given(OWN | SCHOOLS, st.sampled_from(sorted(STOCK)), st.sampled_from(WITH_BARS), st.sampled_from([203, 300]))
def test_any_code_on_any_stock_is_read_back_as_it_is_or_refused(
    code: tuple[str, Kind], name: str, face: Face, dpi: int
) -> None:
    value, kind = code
    stock = STOCK[name]
    label = Label(value, CallNumber("I287.45", "12", "3"), "昆虫记", "000123", "阳光小学图书馆", kind)
    try:
        sent = tspl_of([label], stock, face, dpi=dpi) if stock.roll else labels_pdf([label], stock, face, dpi=dpi)
    except LabelTrouble as trouble:
        assert trouble.code == "too_narrow"
        assert (value, kind) != (number(BarcodeKind.COPY, int(value[1:7])), "code128") if value.isdigit() else True
        return
    (picture,) = tspl_pictures(sent, dpi) if stock.roll else rasterised(sent, dpi)
    if not stock.roll:
        picture = picture.crop((0, 0, picture.width // 2, picture.height // 4))
    for read in READERS:
        assert [found.value for found in read(picture, dpi)] == [value], read.__name__


@pytest.mark.parametrize(
    ("value", "kind"),
    [("TSG-0042", "code39"), ("2024-17", "code128"), ("A2024-17B", "codabar"), ("T/0-1.2", "code128")],
)
def test_a_hyphen_in_a_number_is_read_back_as_a_hyphen(value: str, kind: Kind) -> None:
    label = Label(value, CallNumber("Q95-49", "3"), kind=kind)
    (page,) = rasterised(labels_pdf([label], STOCK["a4-24-70x36"], Face.BARCODE), 300)
    for read in READERS:
        assert [found.value for found in read(page, 300)] == [value]
