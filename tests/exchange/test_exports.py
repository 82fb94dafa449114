"""Exports: what is written is read back the same, here and by others, and is written whole or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymarc import MARCReader, parse_xml_to_array
from python_calamine import CalamineWorkbook

from kiosk.exchange.catalogue_file import CatalogueFile, Form
from kiosk.exchange.catalogues import read_catalogue
from kiosk.exchange.exports import COLUMNS, SUFFIXES, ExportForm, Held, as_cell, export
from kiosk.exchange.profiles import load_profiles
from kiosk.exchange.sheets import heading
from kiosk.exchange.stock_records import clean
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.i18n import LANGUAGES, Words
from kiosk.lending import call_numbers
from kiosk.lending.barcodes import ean13_digit
from kiosk.lending.copies import Material
from kiosk.lending.stock import LONGEST, MOST_FEN, CopyData, TitleData, kept_isbn

DAY = date(2026, 9, 7)
MARC = (ExportForm.MARC_UTF_8, ExportForm.MARC_GB18030, ExportForm.MARCXML)
TABLES = (ExportForm.XLSX, ExportForm.CSV)
FOX = TitleData(
    title="小狐狸的秘密",
    isbn="9787505390133",
    subtitle="注音版",
    volume="第2册 夏天",
    authors="王小溪著；赵一帆绘",
    edition="2版",
    place="北京",
    publisher="青禾出版社",
    published="2026.3",
    extent="120页",
    series="小学生必读丛书",
    summary="一只狐狸的故事。",
    subjects=("儿童故事", "童话"),
    language="chi",
    clc="I287.45",
    price_fen=2380,
)
COPIES = (CopyData("000123", "10000014", "I287.45/12", "二楼 B1", 2380), CopyData("000124", "10000022", "I287.45/12"))
MONTHLY = TitleData("堃堃䶮龙月刊", Material.MAGAZINE, issn="1002-1234", issue="2026-11", price_fen=800)
DISC = TitleData("月光", Material.AV, authors="陈堃")


def written(records: Iterable[Held], path: Path, form: ExportForm, language: str = "zh_CN") -> Path:
    export(records, path, form, on=DAY, words=Words(language))
    return path


def gathered(file: CatalogueFile) -> list[tuple[TitleData, tuple[CopyData, ...]]]:
    """Title and copies again, out of one row a copy and of titles that needed several records."""
    found: dict[TitleData, tuple[CopyData, ...]] = {}
    for record in file.records:
        found[record.title] = (*found.get(record.title, ()), *record.copies)
    return list(found.items())


# ── There and back ──


@pytest.mark.parametrize("form", ExportForm)
def test_what_is_exported_is_read_back_the_same(tmp_path, form):
    records = [(FOX, COPIES), (MONTHLY, (CopyData("3", "30"),)), (DISC, ())]
    file = read_catalogue(written(records, tmp_path / "x", form))
    assert gathered(file) == records
    assert not any(record.remarks for record in file.records)


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_is_read_back_whatever_the_language_of_its_headings(tmp_path, form, language):
    records = [(FOX, COPIES), (MONTHLY, ()), (DISC, ())]
    assert gathered(read_catalogue(written(records, tmp_path / "x", form, language))) == records


@pytest.mark.parametrize("form", MARC)
def test_marc_21_is_read_back_too(tmp_path, form):
    (profile,) = (one for one in load_profiles() if one.name == "MARC 21")
    path = tmp_path / "x"
    export([(FOX, COPIES), (MONTHLY, ())], path, form, on=DAY, words=Words(), profile=profile)
    file = read_catalogue(path)
    assert file.profile == "MARC 21"
    assert gathered(file) == [(FOX, COPIES), (MONTHLY, ())]


# Without #, which begins what a spreadsheet shows for a formula that failed.
_LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp", "Zs"), exclude_characters="#"
)
_SUMS = ("合计", "总计", "小计", "共计", "总共", "total", "grandtotal", "subtotal", "sum")
_WORDS = st.text(_LETTERS | st.sampled_from("=+-@'\"，；,\t 的龙䶮𠮷é"), max_size=12).map(clean)
_CODES = st.text(st.sampled_from("0123456789ABXYZ.-"), max_size=12)


def isbn(stem: str) -> str:
    return kept_isbn(stem + ean13_digit(stem))


TITLES = st.builds(
    TitleData,
    title=_WORDS.filter(lambda text: bool(text) and heading(text) not in _SUMS),
    material=st.sampled_from(Material),
    isbn=st.just("") | st.from_regex(r"97[89][0-9]{9}", fullmatch=True).map(isbn),
    subtitle=_WORDS,
    volume=_WORDS,
    authors=_WORDS,
    edition=_WORDS,
    place=_WORDS,
    publisher=_WORDS,
    published=_WORDS.filter(lambda text: not re.fullmatch(r"[0-9０-９]{5}", text)),
    extent=_WORDS,
    series=_WORDS,
    summary=_WORDS,
    subjects=st.lists(
        _WORDS.map(lambda text: clean(text.replace("；", "").replace(";", ""))).filter(bool), unique=True
    ).map(tuple),
    language=st.sampled_from(["", "chi", "eng"]),
    clc=st.from_regex(r"[A-Z][0-9]{0,4}(\.[0-9]{1,2})?", fullmatch=True) | st.just(""),
    price_fen=st.none() | st.integers(1, MOST_FEN),
)
NUMBERS = st.from_regex(r"[A-Z]?[0-9]{1,9}", fullmatch=True)


@st.composite
def held(draw: st.DrawFn) -> list[Held]:
    titles = draw(st.lists(TITLES, min_size=1, max_size=4, unique=True))
    numbers = iter(draw(st.lists(NUMBERS, min_size=12, max_size=12, unique=True)))
    made: list[Held] = []
    for title in titles:
        copies = tuple(
            CopyData(
                next(numbers),
                draw(st.just("") | st.just(f"2{len(made)}{n}")),
                str(call_numbers.parse(draw(_CODES))),
                draw(_WORDS),
                draw(st.none() | st.integers(1, MOST_FEN)),
            )
            for n in range(draw(st.integers(0, 3)))
        )
        made.append((title, copies))
    return made


@pytest.mark.parametrize("form", ExportForm)
@settings(max_examples=25, suppress_health_check=[HealthCheck.data_too_large])
@given(records=held())
def test_any_titles_and_copies_are_read_back_the_same(form, records):
    with TemporaryDirectory() as folder:
        file = read_catalogue(written(records, Path(folder) / "x", form))
    assert gathered(file) == records
    assert file.broken == ()


# ── For others ──


@pytest.mark.parametrize("form", MARC)
def test_plain_pymarc_reads_what_we_write(tmp_path, form):
    path = written([(FOX, COPIES), (MONTHLY, ())], tmp_path / "x", form)
    if form is ExportForm.MARCXML:
        first, second = parse_xml_to_array(str(path), strict=True)
    elif form is ExportForm.MARC_UTF_8:
        first, second = MARCReader(path.read_bytes())
    else:
        first, second = MARCReader(path.read_bytes(), file_encoding="gb18030")
    assert first["200"]["a"] == "小狐狸的秘密"
    assert first["200"].indicators == ("1", " ")
    assert (first["010"]["a"], first["010"]["d"]) == ("9787505390133", "CNY23.80")
    assert [field["a"] for field in first.get_fields("606")] == ["儿童故事", "童话"]
    assert [field["b"] for field in first.get_fields("905")] == ["000123", "000124"]
    assert first["100"]["a"] == "20260907d2026    em y0chiy50      ea"
    assert len(first["100"]["a"]) == 36
    assert [field.tag for field in first.fields] == sorted(field.tag for field in first.fields)
    assert str(second.leader)[6:8] == "as"
    assert second["200"]["a"] == "堃堃䶮龙月刊"


def test_every_length_of_a_gb18030_record_counts_bytes(tmp_path):
    data = written([(FOX, COPIES)], tmp_path / "x", ExportForm.MARC_GB18030).read_bytes()
    assert int(data[:5]) == len(data)
    assert data.decode("gb18030").count("\x1d") == 1


def test_a_title_with_more_copies_than_a_record_holds_becomes_several_records(tmp_path):
    copies = tuple(CopyData(f"{n:08d}", f"1{n:07d}", "I287.45/12", "二楼阅览室", 2380) for n in range(2200))
    for form in MARC:
        path = written([(FOX, copies), (DISC, ())], tmp_path / form.value, form)
        if form is not ExportForm.MARCXML:
            assert all(len(chunk) < 99_999 for chunk in path.read_bytes().split(b"\x1d"))
        file = read_catalogue(path)
        assert len(file.records) > 2
        assert gathered(file) == [(FOX, copies), (DISC, ())]
        assert not any(record.remarks for record in file.records)


def test_a_title_that_no_record_can_hold_is_refused_by_name(tmp_path):
    with pytest.raises(FileTrouble) as trouble:
        written([(TitleData("长篇", summary="长" * 4000), ())], tmp_path / "x", ExportForm.MARC_UTF_8)
    assert (trouble.value.code, trouble.value.values["title"]) == ("title_too_long", "长篇")
    assert list(tmp_path.iterdir()) == []


def test_every_title_that_a_library_may_keep_fits_a_record(tmp_path):
    longest = {name: "𠮷" * most for name, most in LONGEST.items() if name in TitleData.__dataclass_fields__}
    title = TitleData(
        **{**longest, "isbn": "", "issn": "", "issue": "", "language": "", "clc": "", "published": "2026"}
    )
    for form in MARC:
        assert gathered(read_catalogue(written([(title, COPIES)], tmp_path / form.value, form))) == [(title, COPIES)]


# ── Tables ──


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "=cmd|'/c calc'!A1"])
def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path, text):
    title = TitleData(text, authors=text, publisher=text)
    plain = written([(title, ())], tmp_path / "x.csv", ExportForm.CSV).read_text("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(plain))
    assert {cell for cell in row if text in cell} == {f"'{text}"}
    path = written([(title, ())], tmp_path / "x.xlsx", ExportForm.XLSX)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1][0] == text
    for table in (tmp_path / "x.csv", path):
        assert gathered(read_catalogue(table)) == [(title, ())]


@given(st.text(st.sampled_from("'=+-@a"), max_size=6))
def test_no_cell_of_a_text_file_begins_as_a_formula_does(text):
    assert not as_cell(text).startswith(("=", "+", "-", "@"))
    assert as_cell(text).removeprefix("'") == text or as_cell(text) == text


def test_excel_takes_the_text_file_for_utf_8(tmp_path):
    assert written([(FOX, ())], tmp_path / "x", ExportForm.CSV).read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_table_has_a_row_for_each_copy_with_prices_to_add_up_and_barcodes_with_their_zeros(tmp_path):
    copies = (CopyData("000123", "00000014", price_fen=2380), CopyData("000124"))
    path = written([(FOX, copies), (DISC, ())], tmp_path / "x", ExportForm.XLSX)
    _, first, second, third = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert first[COLUMNS.index("price")] == second[COLUMNS.index("price")] == 23.8
    assert first[COLUMNS.index("copy.barcode")] == "00000014"
    assert [row[0] for row in (first, second, third)] == [FOX.title, FOX.title, DISC.title]


# ── Whole or not at all ──


@pytest.mark.parametrize("form", ExportForm)
def test_an_export_called_off_leaves_the_older_file_and_nothing_else(tmp_path, form):
    path = tmp_path / "x"
    path.write_bytes(b"older")

    def off(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        export([(FOX, COPIES)] * 500, path, form, on=DAY, words=Words(), total=500, progress=off, over=True)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("x", b"older")]


@pytest.mark.parametrize("form", ExportForm)
def test_a_place_that_cannot_be_written_to_is_told_in_a_sentence(tmp_path, form):
    (tmp_path / "file").write_bytes(b"")
    for folder in ("no", "file"):
        with pytest.raises(FileTrouble) as trouble:
            written([(FOX, COPIES)], tmp_path / folder / "x.out", form)
        assert (trouble.value.code, trouble.value.values["file"]) == ("not_written", "x.out")


@pytest.mark.parametrize("form", ExportForm)
def test_progress_counts_titles_to_the_end(tmp_path, form):
    told: list[tuple[int, int]] = []
    tell: Sequence[Held] = [(FOX, COPIES)] * 450
    done = export(tell, tmp_path / "x", form, on=DAY, words=Words(), total=450, progress=lambda *now: told.append(now))
    assert done == 450
    assert told == [(0, 450), (200, 450), (400, 450), (450, 450)]


def test_every_form_has_the_ending_that_other_programs_expect():
    assert set(SUFFIXES) == set(ExportForm)
    assert Form.ISO2709 is read_form(ExportForm.MARC_GB18030)
    assert Form.SHEET is read_form(ExportForm.CSV)


def read_form(form: ExportForm) -> Form:
    with TemporaryDirectory() as folder:
        return read_catalogue(written([(FOX, COPIES)], Path(folder) / f"x{SUFFIXES[form]}", form)).form
