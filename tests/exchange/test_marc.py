"""MARC files: every encoding and form, and every way in which a record may be broken without costing another."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymarc import MARCReader, XMLWriter

from kiosk.exchange.catalogue_file import CatalogueFile, Form
from kiosk.exchange.catalogues import read_catalogue
from kiosk.exchange.files import content
from kiosk.exchange.marc import is_iso2709, read_marc
from kiosk.exchange.profiles import load_profiles, read_profile
from kiosk.exchange.trouble import Cancelled, FileTrouble
from kiosk.i18n import Words
from kiosk.lending.copies import Material
from kiosk.lending.stock import CopyData, Remark, StockRecord, TitleData
from tests.exchange.vendor_files import Field, carton, iso2709

PROFILES = load_profiles()
FOX: tuple[Field, ...] = (
    ("001", "", (("", "012004002367"),)),
    ("010", "  ", (("a", "7-5053-9013-9"), ("d", "CNY23.80"))),
    ("101", "0 ", (("a", "chi"),)),
    (
        "200",
        "1 ",
        (("a", "小狐狸的秘密"), ("e", "注音版"), ("h", "第2册"), ("i", "夏天"), ("f", "王小溪著"), ("g", "赵一帆绘")),
    ),
    ("205", "  ", (("a", "2版"),)),
    ("210", "  ", (("a", "北京"), ("c", "青禾出版社"), ("d", "2026.3"))),
    ("215", "  ", (("a", "120页"), ("d", "21cm"))),
    ("225", "2 ", (("a", "小学生必读丛书"),)),
    ("330", "  ", (("a", "一只狐狸的故事。"),)),
    ("606", "0 ", (("a", "儿童故事"), ("x", "作品集"))),
    ("606", "0 ", (("a", "童话"),)),
    ("690", "  ", (("a", "I287.45"), ("v", "5"))),
    ("905", "  ", (("b", "000123"), ("b", "000124"), ("c", "二楼"), ("d", "I287.45"), ("e", "12"))),
)
TITLE = TitleData(
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
COPIES = tuple(CopyData(accession_no=number, call_number="I287.45/12", place="二楼") for number in ("000123", "000124"))


def read_marc_file(path: Path) -> CatalogueFile:
    return read_marc(path.name, content(path), PROFILES)


def read(data: bytes) -> CatalogueFile:
    return read_marc("书目.iso", data, PROFILES)


def fox(**changed: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """The record with other subfields in some fields, by tag (`f905`); an empty field is left out."""
    fields = [(tag, signs, changed.pop(f"f{tag}", parts)) for tag, signs, parts in FOX]
    fields += [(tag[1:], "  ", parts) for tag, parts in changed.items()]
    return tuple(field for field in fields if field[2])


def only(data: bytes) -> StockRecord:
    (record,) = read(data).records
    return record


def codes(record: StockRecord) -> list[str]:
    return [remark.code for remark in record.remarks]


def xml_of(*records: bytes, encoding: str = "utf-8") -> bytes:
    target = io.BytesIO()
    writer = XMLWriter(target)
    for data in records:
        writer.write(next(MARCReader(data, file_encoding="utf-8", force_utf8=True)))
    writer.close(close_fh=False)
    text = target.getvalue().decode("utf-8").replace('encoding="UTF-8"', f'encoding="{encoding}"')
    return text.encode(encoding)


# ── What stands where ──


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8"])
def test_a_cnmarc_record_gives_title_and_copies_in_every_encoding(encoding):
    read_file = read(iso2709(FOX, encoding))
    assert read_file.records == (StockRecord(1, TITLE, COPIES),)
    assert (read_file.form, read_file.profile) == (Form.ISO2709, "CNMARC")
    assert read_file.encoding == ("utf-8" if encoding == "utf-8" else "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_same_record_as_xml_gives_the_same(encoding):
    read_file = read(xml_of(iso2709(FOX, "utf-8"), encoding=encoding))
    assert read_file.records == (StockRecord(1, TITLE, COPIES),)
    assert (read_file.form, read_file.encoding) == (Form.MARCXML, encoding)


def test_marc_21_is_told_by_its_title_field():
    fields: tuple[Field, ...] = (
        ("008", "", (("", "260901s2026    cc            000 0 eng d"),)),
        ("020", "  ", (("a", "0140328726 (pbk.)"), ("c", "$6.99"))),
        ("084", "  ", (("a", "I561.84"), ("2", "clc"))),
        ("100", "1 ", (("a", "Dahl, Roald."),)),
        ("245", "10", (("a", "Fantastic Mr. Fox /"), ("c", "Roald Dahl."))),
        ("264", " 1", (("a", "London :"), ("b", "Puffin,"), ("c", "1988."))),
        ("300", "  ", (("a", "90 p. ;"),)),
        ("650", " 0", (("a", "Foxes"),)),
        ("952", "  ", (("p", "10000014"), ("i", "000123"), ("o", "I561.84/3"), ("c", "English"), ("g", "45.00"))),
        ("952", "  ", (("p", "10000022"), ("o", "I561.84/3"))),
    )
    data = iso2709(fields, "utf-8")
    for file in (read(data), read(xml_of(data))):
        (record,) = file.records
        assert file.profile == "MARC 21"
        assert record.title == TitleData(
            title="Fantastic Mr. Fox",
            isbn="9780140328721",
            authors="Roald Dahl.",
            place="London",
            publisher="Puffin",
            published="1988.",
            extent="90 p.",
            subjects=("Foxes",),
            language="eng",
            clc="I561.84",
        )
        assert record.copies == (
            CopyData("000123", "10000014", "I561.84/3", "English", 4500),
            CopyData("", "10000022", "I561.84/3"),
        )
        assert codes(record) == ["price_foreign"]


def test_both_kinds_of_marc_may_stand_in_one_file():
    other = iso2709((("245", "00", (("a", "Fox"),)),), "gb18030")
    assert [record.title.title for record in read(iso2709(FOX) + other).records] == ["小狐狸的秘密", "Fox"]


@pytest.mark.parametrize(
    ("leader", "material", "issue"),
    [
        ("nam0 22", Material.BOOK, ""),
        ("nas0 22", Material.MAGAZINE, "第3期"),
        ("ngm0 22", Material.AV, ""),
        ("njm0 22", Material.AV, ""),
    ],
)
def test_the_leader_says_what_kind_of_thing_it_is(leader, material, issue):
    record = only(iso2709(fox(f011=(("a", "1002123X"),), f207=(("a", "第3期"),)), leader=leader))
    assert (record.title.material, record.title.issue, record.title.issn) == (material, issue, "1002-123X")


def test_people_stand_in_for_a_missing_statement_of_responsibility():
    record = only(iso2709(fox(f200=(("a", "狐狸"),), f701=(("a", "王小溪"), ("4", "著")), f702=(("a", "赵一帆"),))))
    assert record.title.authors == "王小溪；赵一帆"


def test_of_several_isbns_the_first_right_one_counts_with_its_price():
    fields = (
        ("010", "  ", (("a", "7-5053-9013-8"), ("d", "CNY99.00"))),
        ("010", "  ", (("a", "978-7-5053-9013-3 (平装)"), ("d", "CNY23.80"))),
        *FOX[2:],
    )
    record = only(iso2709(fields))
    assert (record.title.isbn, record.title.price_fen, codes(record)) == ("9787505390133", 2380, [])


# ── Copies ──


@pytest.mark.parametrize(
    ("fields", "copies", "count"),
    [
        pytest.param(
            {"f905": (("b", "1"), ("b", "2"), ("d", "I28"), ("e", "3"))},
            (CopyData("1", "", "I28/3"), CopyData("2", "", "I28/3")),
            0,
            id="one class for all numbers before it",
        ),
        pytest.param(
            {"f905": (("d", "I28"), ("b", "1"), ("e", "3"), ("r", "10"), ("b", "2"), ("e", "4"), ("r", "12.5"))},
            (CopyData("1", "", "I28/3", "", 1000), CopyData("2", "", "I28/4", "", 1250)),
            0,
            id="each its own number and price",
        ),
        pytest.param(
            {"f905": (("b", "1"), ("s", "I28/3/v.2"), ("d", "I28"), ("e", "9"))},
            (CopyData("1", "", "I28/3/v.2"),),
            0,
            id="a whole call number counts first",
        ),
        pytest.param(
            {"f905": (("b", "1"), ("d", "I28"), ("e", "9"), ("v", "2"))},
            (CopyData("1", "", "I28/9/2"),),
            0,
            id="with volume",
        ),
        pytest.param(
            {"f905": (("d", "I28"), ("e", "3")), "f906": (("b", "1"), ("r", "9.90"))},
            (CopyData("1", "", "I28/3", "", 990),),
            0,
            id="numbers only in 906",
        ),
        pytest.param(
            {"f905": (("b", "1"), ("b", "2"), ("s", "I28/3")), "f906": (("b", "2"), ("r", "9.90"))},
            (CopyData("1", "", "I28/3"), CopyData("2", "", "I28/3", "", 990)),
            0,
            id="price from 906 to the same number",
        ),
        pytest.param(
            {"f905": (("b", "000123-000125"), ("s", "I28/3"))},
            tuple(CopyData(f"00012{n}", "", "I28/3") for n in (3, 4, 5)),
            0,
            id="from the first to the last",
        ),
        pytest.param(
            {"f905": (("b", "1；2、3"), ("b", "A 4"))},
            tuple(CopyData(number) for number in ("1", "2", "3", "A 4")),
            0,
            id="several in one subfield",
        ),
        pytest.param({"f905": (("d", "I28"), ("e", "3"), ("f", "4"))}, (), 4, id="only how many"),
        pytest.param({"f905": (("f", "I28/3"),)}, (), 0, id="a call number where others put how many"),
        pytest.param({"f905": ()}, (), 0, id="nothing"),
    ],
)
def test_copies_are_read_however_the_vendor_writes_them(fields, copies, count):
    record = only(iso2709(fox(**fields)))
    assert (record.copies, record.count) == (copies, count)


@pytest.mark.parametrize(("number", "doubted"), [("0123456-58", True), ("2023001-01", False), ("0123456-2", False)])
def test_a_number_that_may_be_several_is_taken_as_one_and_marked(number, doubted):
    record = only(iso2709(fox(f905=(("b", number),))))
    assert record.copies == (CopyData(number),)
    assert codes(record) == (["numbers_maybe"] if doubted else [])


def test_what_is_said_of_copies_without_numbers_is_kept():
    record = only(iso2709(fox(f905=(("d", "I28"), ("e", "3"), ("f", "4"), ("c", "二楼"), ("r", "10")))))
    assert record.each == CopyData(call_number="I28/3", place="二楼", price_fen=1000)


def test_a_vendors_other_number_of_copies_is_remarked():
    record = only(iso2709(fox(f905=(("b", "1"), ("b", "2"), ("f", "4")))))
    assert (len(record.copies), record.count) == (2, 0)
    assert record.remarks == (Remark("count_differs", "905$f", "4 / 2"),)


def test_a_school_changes_what_its_vendors_fields_mean(tmp_path):
    own = (Path("assets/marc/cnmarc.toml")).read_text("utf-8").replace('accession_no = "b"', 'barcode = "b"')
    own = own.replace('barcode = "p"\n', "")
    (tmp_path / "书商.toml").write_text(own, "utf-8")
    (record,) = read_marc("x", iso2709(FOX), load_profiles(tmp_path)).records
    assert [(copy.accession_no, copy.barcode) for copy in record.copies] == [("", "000123"), ("", "000124")]


# ── Doubtful content ──


@pytest.mark.parametrize(
    ("isbn", "kept", "code"),
    [
        ("978-7-5053-9013-4", "9787505390134", "isbn_check"),
        ("7505390138", "7505390138", "isbn_check"),
        ("1234", "1234", "isbn_odd"),
        ("10019·3456", "10019·3456", "isbn_odd"),
        ("１".join(("", "2" * 24)), "", "isbn_odd"),
    ],
)
def test_a_wrong_isbn_is_kept_and_marked(isbn, kept, code):
    record = only(iso2709(fox(f010=(("a", isbn),))))
    assert (record.title.isbn, codes(record)) == (kept, [code])
    assert not record.remarks[0].refuses
    assert record.remarks[0].field == "010$a"


def test_a_doubtful_price_is_marked_with_what_stood_there():
    record = only(iso2709(fox(f010=(("a", "7505390139"), ("d", "CNY366.00(全8册)")))))
    assert record.title.price_fen == 36600
    assert record.remarks == (Remark("price_of_set", "010$d", "CNY366.00(全8册)"),)


def test_a_record_without_a_title_is_refused_and_the_next_is_not():
    file = read(iso2709(FOX[:3]) + iso2709(FOX))
    assert [codes(record) for record in file.records] == [["no_title"], []]
    assert [record.place for record in file.good] == [2]


def test_what_is_too_long_is_cut_and_marked():
    record = only(iso2709(fox(f200=(("a", "长" * 500),))))
    assert (record.title.title, codes(record)) == ("长" * 400, ["too_long"])


def test_control_characters_and_doubled_blanks_never_reach_the_library():
    record = only(iso2709(fox(f200=(("a", "\x88小\x89狐狸 \n 的\u3000秘密\x07"),)), "utf-8"))
    assert record.title.title == "小 狐狸 的 秘密"


def test_a_record_that_is_only_repeated_is_taken_once():
    file = read(iso2709(FOX) * 2)
    assert [codes(record) for record in file.records] == [[], ["record_twice"]]
    assert file.records[1].remarks[0].other == 1


# ── Broken files ──

GOOD = iso2709(fox(f200=(("a", "好书"),), f905=()))


def with_field_lengths_of_characters(data: bytes) -> bytes:
    """As a program leaves it that turned GBK into UTF-8 and kept the lengths."""
    return data.decode("gb18030").encode("utf-8")


@pytest.mark.parametrize(
    ("wrong", "remarks"),
    [
        pytest.param(iso2709(FOX).replace(iso2709(FOX)[:5], b"00099", 1), ["marc_lengths"], id="record length"),
        pytest.param(b"abcde" + iso2709(FOX)[5:], ["marc_lengths"], id="length that is no number"),
        pytest.param(iso2709(FOX)[:12] + b"99999" + iso2709(FOX)[17:], ["marc_lengths"], id="base address"),
        pytest.param(with_field_lengths_of_characters(iso2709(FOX)), ["marc_lengths"], id="changed encoding"),
        pytest.param(b"\r\n\x00\x1a" + iso2709(FOX), [], id="signs between"),
        pytest.param(iso2709(FOX)[:-1] + b"\r\n\x1d", [], id="line end before the terminator"),
        pytest.param(iso2709(FOX).replace("小狐".encode("gbk"), b"\xd0\xff\xba"), ["marc_bytes"], id="a bad byte"),
        pytest.param(iso2709(FOX)[:6] + b"\xff\xff" + iso2709(FOX)[8:], [], id="leader"),
    ],
)
def test_a_wrong_record_is_mended_remarked_and_costs_no_other(wrong, remarks):
    file = read(GOOD + wrong + GOOD.replace("好书".encode("gbk"), "佳书".encode("gbk")))
    assert [record.title.title for record in file.records[::2]] == ["好书", "佳书"]
    middle = file.records[1]
    assert codes(middle) == remarks
    assert middle.place == 2
    if "marc_bytes" not in remarks:
        assert (middle.title, middle.copies) == (TITLE, COPIES)
    else:
        assert "\ufffd" in middle.title.title


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param(b"00026nam\x1d", "marc_short", id="short"),
        pytest.param("什么都不是".encode("gbk") * 20 + b"\x1d", "marc_short", id="no fields"),
        pytest.param(iso2709(FOX)[:24] + b"77" + iso2709(FOX)[24:], "marc_directory", id="directory"),
        pytest.param(iso2709(FOX).replace(b"\x1e", b"", 3), "marc_directory", id="lost terminators"),
        pytest.param(iso2709((("330", "  ", (("a", "长" * 5000),)),)), "marc_too_long", id="field too long"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_with_its_number_and_reason(wrong, code):
    file = read(GOOD + wrong + iso2709(FOX))
    assert [(one.place, one.remark.code, one.remark.refuses) for one in file.broken] == [(2, code, True)]
    assert [record.place for record in file.records] == [1, 3]
    assert file.records[1].title == TITLE


def test_a_file_that_ends_within_a_record_says_so_and_keeps_the_others():
    file = read(GOOD + iso2709(FOX)[:-60])
    assert [record.title.title for record in file.records] == ["好书"]
    assert [(one.place, one.remark.code) for one in file.broken] == [(2, "marc_cut_off")]
    assert "狐狸" in file.broken[0].remark.found


def test_a_last_record_without_its_terminator_is_read():
    file = read(GOOD + iso2709(FOX)[:-1] + b"\r\n")
    assert [record.title.title for record in file.records] == ["好书", "小狐狸的秘密"]
    assert file.broken == ()


def test_a_terminator_inside_a_field_is_read_by_the_lengths():
    data = iso2709(FOX).replace("一只狐狸的故事。".encode("gbk"), "一只狐狸的故事".encode("gbk") + b"\x1e\x20")
    record = only(data)
    assert (record.title.title, record.title.summary, record.copies) == (TITLE.title, "一只狐狸的故事", COPIES)


def test_a_directory_in_another_order_than_the_fields_is_followed():
    data = iso2709(FOX)
    end = data.index(b"\x1e")
    entries = [data[at : at + 12] for at in range(24, end, 12)]
    entries[3], entries[5] = entries[5], entries[3]
    record = only(data[:24] + b"".join(entries) + data[end:])
    assert (record.title, record.copies) == (TITLE, COPIES)


def test_one_record_in_another_encoding_than_the_file_is_read_as_what_it_is():
    other = iso2709(fox(f200=(("a", "堃和䶮"),), f905=()), "utf-8")
    file = read(iso2709(FOX) + GOOD + other)
    assert [record.title.title for record in file.records] == ["小狐狸的秘密", "好书", "堃和䶮"]
    assert file.encoding == "gb18030"


def test_text_that_fits_both_encodings_is_read_as_the_rest_of_the_file():
    # 联通, the classic: its GBK bytes are UTF-8 as well.
    short = iso2709((("200", "1 ", (("a", "联通"),)),))
    assert [record.title.title for record in read(iso2709(FOX) + short).records] == ["小狐狸的秘密", "联通"]


@settings(max_examples=100)
@given(st.data())
def test_whatever_happens_to_one_record_the_others_are_read(data):
    broken = bytearray(iso2709(FOX))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(broken) - 2))
        broken[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != 0x1D))
    file = read(GOOD + bytes(broken) + GOOD.replace("好书".encode("gbk"), "佳书".encode("gbk")))
    titles = [record.title.title for record in file.records if record.place != 2]
    assert titles == ["好书", "佳书"]
    assert len(file.records) + len(file.broken) == 3


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_a_sentence(data):
    try:
        file = read(b"00100nam0 2200049\x1f\x1e" + data)
    except FileTrouble as trouble:
        assert trouble.code == "not_marc"
    else:
        assert file.records or file.broken


# ── XML that is broken or means harm ──


def test_a_broken_record_in_xml_costs_no_other():
    good, other = (xml_of(iso2709(fox(f200=(("a", title),), f905=()), "utf-8")).decode() for title in ("好书", "佳书"))
    record = xml_of(iso2709(FOX, "utf-8")).decode().partition("</record>")[0]
    head, _, inner = good.partition("<record>")
    both = head + "<record>" + inner.replace("</collection>", "")
    middle = "<record>" + record.partition("<record>")[2].replace("</subfield>", "<subfield>", 1) + "</record>"
    last = "<record>" + other.partition("<record>")[2]
    file = read((both + middle + last).encode())
    assert [(one.title.title, one.place) for one in file.records] == [("好书", 1), ("佳书", 3)]
    assert [(one.place, one.remark.code) for one in file.broken] == [(2, "xml_record")]
    assert "狐狸" in file.broken[0].remark.found


def test_xml_that_is_cut_off_keeps_its_whole_records():
    data = xml_of(iso2709(FOX, "utf-8"), iso2709(FOX, "utf-8"))
    file = read(data[: len(data) - 300])
    assert [one.title.title for one in file.records] == ["小狐狸的秘密"]
    assert [(one.place, one.remark.code) for one in file.broken] == [(2, "xml_cut_off")]


@settings(max_examples=100)
@given(st.data())
def test_whatever_happens_to_one_record_in_xml_the_others_are_read(data):
    one, two, three = (
        xml_of(iso2709(fox(f200=(("a", title),), f905=()), "utf-8")).decode() for title in ("好书", "坏书", "佳书")
    )
    broken = list("<record>" + two.partition("<record>")[2].removesuffix("</collection>"))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.sampled_from("<>&/\"'= a\x1f\ufffe狐"))
    last = "<record>" + three.partition("<record>")[2]
    file = read((one.removesuffix("</collection>") + "".join(broken) + last).encode())
    titles = [record.title.title for record in file.records]
    assert (titles[0], titles[-1]) == ("好书", "佳书")
    assert len(file.records) + len(file.broken) == 3


def test_prefixes_and_wrappers_of_search_services_do_not_matter():
    inner = xml_of(iso2709(FOX, "utf-8")).decode().partition("<record>")[2].partition("</record>")[0]
    for tag in ("leader", "controlfield", "datafield", "subfield"):
        inner = inner.replace(f"<{tag}", f"<m:{tag}").replace(f"</{tag}", f"</m:{tag}")
    wrapped = f"<z:record><z:recordData><m:record>{inner}</m:record></z:recordData></z:record>"
    around = '<?xml version="1.0"?><z:records xmlns:z="z" xmlns:m="http://www.loc.gov/MARC21/slim">'
    whole = f"{around}{wrapped}</z:records>"
    assert only(whole.encode()).title == TITLE
    assert only(whole.replace("</z:records>", "<broken").encode()).title == TITLE


BOMB = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<collection><record><datafield tag="200"><subfield code="a">&b;</subfield></datafield></record></collection>"""
REACHING_OUT = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<collection><record><datafield tag="200"><subfield code="a">&a;</subfield></datafield></record></collection>"""


WITHOUT_RECORDS = """<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a "&lol;&lol;">]><collection>&a;</collection>"""


@pytest.mark.parametrize("text", [BOMB, REACHING_OUT, WITHOUT_RECORDS], ids=["bomb", "reaching out", "without records"])
def test_xml_with_entities_is_refused(text, tmp_path):
    path = tmp_path / "书目.xml"
    path.write_text(text, encoding="utf-8")
    for reads in (read_marc_file, read_catalogue):
        with pytest.raises(FileTrouble) as trouble:
            reads(path)
        assert trouble.value.code == "xml_entities"


def test_a_web_page_is_called_one_though_it_declares_its_type(tmp_path):
    path = tmp_path / "书目.xls"
    path.write_text("<!DOCTYPE html><html><table><tr><td>书名</td></tr></table></html>", encoding="utf-8")
    with pytest.raises(FileTrouble, match="web_page"):
        read_catalogue(path)


# ── Whole files ──


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n \x1a", "empty"),
        (b"PK\x03\x04\x1e\x1f", "not_marc"),
        (b"title,isbn\n", "not_marc"),
        (b"<a/>", "not_marc"),
    ],
)
def test_a_file_without_records_is_refused_in_a_sentence(tmp_path, data, code):
    path = tmp_path / "书目.iso"
    path.write_bytes(data)
    with pytest.raises(FileTrouble) as trouble:
        read_marc_file(path)
    assert (trouble.value.code, trouble.value.values["file"]) == (code, "书目.iso")


NOISE = bytes(range(256)) * 40
"""Every byte, those that part records and fields among them."""


def packed(name: str, content: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj <</Filter/FlateDecode>>\nstream\n" + NOISE,
        b"%PDF-1.7\n1 0 obj <</Type/Catalog>>\nendobj\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + NOISE,
        b"\x89PNG\r\n\x1a\n" + NOISE,
        b"\x00\x01\x02" + NOISE,
        bytes(byte for byte in NOISE if byte),
        packed("word/document.xml", "<document/>"),
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + NOISE,
    ],
    ids=["pdf", "plain pdf", "jpeg", "png", "anything", "no NULs", "docx", "doc"],
)
def test_a_file_of_another_kind_is_called_neither_a_marc_file_nor_a_list(tmp_path, data):
    path = tmp_path / "图书.pdf"
    path.write_bytes(data)
    for reads in (read_marc_file, read_catalogue):
        with pytest.raises(FileTrouble) as trouble:
            reads(path)
        assert (trouble.value.code, trouble.value.values["file"]) == ("not_marc", "图书.pdf")
    assert "既不是 MARC 文件，也不是图书清单" in Words().say(trouble.value.text)


def test_a_list_in_utf_16_is_no_marc_file_whatever_bytes_its_signs_have(tmp_path):
    path = tmp_path / "书单.csv"
    path.write_bytes("书名,作者\n丞相吟,吟丞\n".encode("utf-16"))
    assert [record.title.title for record in read_catalogue(path).records] == ["丞相吟"]


def test_one_record_with_a_sound_leader_or_directory_makes_a_marc_file():
    no_leader, no_directory = (bytearray(iso2709(FOX)) for _ in range(2))
    no_leader[:24] = b" " * 24
    no_directory[24:36] = b"?" * 12
    for first in (no_leader, no_directory):
        assert len(read(bytes(first) + GOOD).records) >= 1
        assert is_iso2709(bytes(first))


def test_a_missing_file_and_one_that_is_far_too_large_are_refused(tmp_path):
    with pytest.raises(FileTrouble, match="not_found"):
        read_marc_file(tmp_path / "nothing.iso")
    large = tmp_path / "large.iso"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    for reads in (read_marc_file, read_catalogue):
        with pytest.raises(FileTrouble, match="too_large"):
            reads(large)


def test_a_cartons_file_is_read_as_the_vendor_meant_it(tmp_path):
    sent = carton(300, between=b"\r\n")
    path = tmp_path / "书商.iso"
    path.write_bytes(sent.data)
    file = read_catalogue(path)
    assert file.broken == ()
    for record, book in zip(file.records, sent.books, strict=True):
        assert (record.title.isbn, record.title.title, record.title.clc) == (book.isbn, book.title, book.clc)
        assert record.copies == tuple(
            CopyData(number, "", book.call_number, "", book.price_fen) for number in book.accession_nos
        )
        assert {remark.code for remark in record.remarks} <= {"price_of_set", "price_gift", "price_times"}
        assert record.title.price_fen in (book.price_fen, None)


def test_progress_rises_to_the_end_and_may_call_the_reading_off():
    told: list[tuple[int, int]] = []
    read_marc("x", carton(450).data, PROFILES, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[0] == (0, 450)
    assert told[-1] == (450, 450)

    def off(done: int, total: int) -> None:
        if done:
            raise Cancelled

    for data in (carton(450).data, xml_of(*[iso2709(FOX, "utf-8")] * 300)):
        with pytest.raises(Cancelled):
            read_marc("x", data, PROFILES, off)


def test_a_record_whose_leader_is_none_costs_only_itself():
    bad = b"<record><leader>a</leader></record>"
    file = read(xml_of(iso2709(FOX, "utf-8")).replace(b"</collection>", bad + b"</collection>"))
    assert file.records == (StockRecord(1, TITLE, COPIES),)
    assert [(one.place, one.remark.code) for one in file.broken] == [(2, "xml_record")]


def test_elements_in_elements_without_end_are_no_record_and_hold_nobody_up():
    deep = b"<record><leader>x</leader>" + b"<a>" * 300_000
    file = read(xml_of(iso2709(FOX, "utf-8")).replace(b"</collection>", deep))
    assert file.records == (StockRecord(1, TITLE, COPIES),)
    assert [(one.place, one.remark.code) for one in file.broken] == [(2, "xml_cut_off")]


# ── Profiles ──


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 3 4", "line 1"),
        ('name = "x"', "title.title"),
        ('name = "x"\ntold_by = "2000"\n[title]\ntitle = ["200$a"]', "told_by: 2000"),
        ('name = "x"\ntold_by = "200"\n[title]\ntitle = ["200a"]', "title.title: 200a"),
        ('name = "x"\ntold_by = "200"\n[title]\ntitel = ["200$a"]', "title.titel"),
        ('name = "x"\ntold_by = "200"\n[title]\ntitle = "200$a"', "title.title"),
        ('name = "x"\ntold_by = "200"\ncopies = 3\n[title]\ntitle = ["200$a"]', "copies"),
        (
            'name = "x"\ntold_by = "200"\n[title]\ntitle = ["200$a"]\n[[copies]]\nfield = "905"\nnumber = "b"',
            "copies.number",
        ),
    ],
)
def test_a_wrong_profile_is_refused_with_the_part_that_is_wrong(tmp_path, text, why):
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileTrouble) as trouble:
        load_profiles(tmp_path)
    assert trouble.value.code == "profile"
    assert trouble.value.values["file"] == "own.toml"
    assert why in str(trouble.value.values["why"])


def test_a_profile_of_the_same_name_takes_the_place_of_the_shipped_one(tmp_path):
    shipped = read_profile(Path("assets/marc/cnmarc.toml"))
    (tmp_path / "a.toml").write_text(
        Path("assets/marc/cnmarc.toml").read_text("utf-8").replace('"905$d"', '"905$x"'), "utf-8"
    )
    own, other = load_profiles(tmp_path)
    assert (own.name, other.name) == ("CNMARC", "MARC 21")
    assert replace(own, title=shipped.title) == shipped != own
