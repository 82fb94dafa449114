"""Laws of what becomes of a record, whatever a file says."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exchange.profiles import COPY_PARTS, TITLE_PARTS
from kiosk.exchange.stock_lists import read_stock_list
from kiosk.exchange.stock_records import MOST_COPIES, REMARKS, Found, clean, marked_twice, read_isbn, shaped
from kiosk.lending.stock import LONGEST, MOST_FEN, CopyData, Remark, StockRecord, TitleData, kept_isbn

TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "9.78702E+12",
        "978-7-5053-9013-3",
        "CNY366.00(全8册)",
        "000001-000009",
        "1；2、3",
        "狐" * 3000,
        "１２３",
        "#N/A",
        "4册",
    ]
)
FOUND = st.builds(
    Found,
    title=st.dictionaries(st.sampled_from(sorted(TITLE_PARTS - {"subjects"})), TEXTS),
    subjects=st.lists(TEXTS, max_size=3),
    copies=st.lists(st.dictionaries(st.sampled_from(COPY_PARTS), TEXTS), max_size=3),
    each=st.dictionaries(st.sampled_from(COPY_PARTS), TEXTS),
)


def holds(record: StockRecord) -> None:
    """What whoever takes a record relies on."""
    for thing in (record.title, record.each, *record.copies):
        for name, most in LONGEST.items():
            text = getattr(thing, name, "")
            assert len(text) <= most
            assert text == clean(text)
        assert thing.price_fen is None or 0 < thing.price_fen <= MOST_FEN
    assert 0 <= record.count <= MOST_COPIES
    assert not (record.count and record.copies)
    assert all(copy.accession_no or copy.barcode for copy in record.copies)
    assert record.title.isbn == kept_isbn(record.title.isbn)
    if not record.title.title:
        assert any(remark.code == "no_title" and remark.refuses for remark in record.remarks)


@given(FOUND)
def test_whatever_is_found_fits_the_library(found):
    record = shaped(7, found)
    assert record.place == 7
    assert {remark.code for remark in record.remarks} <= set(REMARKS)
    holds(record)


@settings(max_examples=60)
@given(st.lists(st.lists(TEXTS, min_size=7, max_size=7), max_size=8))
def test_whatever_stands_in_a_list_fits_the_library(rows):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("书名", "ISBN", "定价", "册数", "条码", "登录号", "出版日期"))
            writer.writerows([cell.replace("\0", "").translate(CONTROLS) for cell in row] for row in rows)
        for record in read_stock_list(path).records:
            holds(record)


CONTROLS = dict.fromkeys((*range(32), *range(55296, 57344)), " ")


@given(st.text())
def test_a_cleaned_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)
    assert not set(clean(text)) & set(map(chr, range(32)))


@given(st.text())
def test_an_isbn_that_was_read_is_read_the_same_again(text):
    kept, remark = read_isbn(text)
    if kept and not remark:
        assert read_isbn(kept) == (kept, "")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ISBN 978-7-5053-9013-3", "9787505390133"),
        ("7-5053-9013-9（精装）：CNY28.00", "9787505390133"),
        ("9787505390133 9787505390140", "9787505390133"),
    ],
)
def test_an_isbn_is_found_among_what_stands_with_it(text, kept):
    assert read_isbn(text) == (kept, "")


@given(st.lists(st.tuples(st.sampled_from("甲乙"), st.lists(st.sampled_from("ab"), max_size=2)), max_size=6))
def test_only_a_record_that_names_the_same_copies_again_is_refused(rows):
    records = [
        StockRecord(place, TitleData(name), tuple(CopyData(barcode=number) for number in some))
        for place, (name, some) in enumerate(rows, 1)
    ]
    for at, record in enumerate(marked_twice(records)):
        again = rows.index(rows[at]) + 1
        refused = rows[at][1] and again != record.place
        assert record.remarks == ((Remark("record_twice", refuses=True, other=again),) if refused else ())


@pytest.mark.parametrize(("clc", "said"), [("-I", ["class_odd"]), ("ZZZ", ["class_odd"]), ("I287.4", []), ("", [])])
def test_a_class_number_that_is_none_is_kept_and_marked(clc, said):
    record = shaped(2, Found({"title": "狐狸", "clc": clc}, where={"clc": "分类号"}))
    assert record.title.clc == clc
    assert [(one.code, one.field, one.found, one.refuses) for one in record.remarks] == [
        (code, "分类号", clc, False) for code in said
    ]
