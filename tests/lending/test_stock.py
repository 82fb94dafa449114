import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.copies import Material
from kiosk.lending.stock import (
    LONGEST,
    CopyData,
    StockRecord,
    TitleData,
    is_isbn,
    isbn_digits,
    kept_isbn,
    title_from_plain,
    title_to_plain,
)
from kiosk.store import schema

STEMS = st.from_regex(r"97[89][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [
        "9787505390133",
        "978-7-5053-9013-3",
        "7-5053-9013-9",
        "7505390139",
        "0-8044-2957-x",
        "９７８７５０５３９０１３３",
        " 9787505390133 ",
    ],
)
def test_an_isbn_is_known_by_its_check_digit_however_it_is_written(text):
    assert is_isbn(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234",
        "9787505390134",
        "7505390138",
        "977100212300X",
        "6901234567892",
        "75053901390",
        "10019·3456",
        "X505390139",
    ],
)
def test_what_is_no_isbn_is_not_taken_for_one(text):
    assert not is_isbn(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("7-5053-9013-9", "9787505390133"),
        ("978-7-5053-9013-3", "9787505390133"),
        ("978-7-5053-9013-4", "9787505390134"),
        ("7-5053-9013-8", "7505390138"),
        (" 10019·3456 ", "10019·3456"),
        ("１２３４", "1234"),
        ("", ""),
    ],
)
def test_an_isbn_is_kept_as_the_next_person_will_scan_it(text, kept):
    assert kept_isbn(text) == kept


@given(STEMS, st.integers(0, 9))
def test_exactly_one_check_digit_is_right(stem, digit):
    assert is_isbn(f"{stem}{digit}") is (str(digit) == ean13_digit(stem))


@given(STEMS, st.sampled_from(["-", " ", "‐", "—", ""]))
def test_signs_between_the_digits_never_matter(stem, sign):
    isbn = stem + ean13_digit(stem)
    assert kept_isbn(sign.join(isbn)) == isbn


@given(st.text())
def test_a_kept_isbn_is_kept_the_same_again(text):
    assert kept_isbn(kept_isbn(text)) == kept_isbn(text)
    assert isbn_digits(isbn_digits(text)) == isbn_digits(text)


def test_a_record_says_of_copies_either_each_or_how_many():
    record = StockRecord(3, TitleData("狐狸"))
    assert (record.copies, record.count, record.each) == ((), 0, CopyData())


@given(
    st.builds(
        TitleData,
        title=st.text(min_size=1),
        material=st.sampled_from(Material),
        isbn=st.text(),
        subjects=st.lists(st.text(min_size=1)).map(tuple),
        price_fen=st.none() | st.integers(1, 10**7),
    )
)
def test_a_title_written_plainly_is_read_back(title):
    assert title_from_plain(title_to_plain(title)) == title
    assert title_from_plain({**title_to_plain(title), "unheard_of": 1}) == title


def test_the_store_has_room_for_the_longest_of_each_field():
    tables = {"accession_no": schema.copies, "call_number": schema.copies, "barcode": schema.barcodes}
    columns = {"barcode": "code"}
    for name, most in LONGEST.items():
        column = tables.get(name, schema.titles).c[columns.get(name, name)]
        assert getattr(column.type, "length", None) is None or column.type.length >= most, name
    assert schema.copies.c.place.type.length >= LONGEST["place"]
