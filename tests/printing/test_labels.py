"""What stands where on a label: nothing overlaps or leaves it, bars are true and tall, words shrink, wrap, end in …."""

from __future__ import annotations

import io
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.call_numbers import CLC_LETTERS, CallNumber
from kiosk.lending.class_looks import class_look
from kiosk.printing.bars import MM, module_mm
from kiosk.printing.label_layout import (
    EDGE,
    GOOD_BARS,
    LABEL_TROUBLES,
    LEAST_BARS,
    LEAST_MODULE,
    UNPRINTABLE,
    Drawing,
    lay_out,
    space_of,
)
from kiosk.printing.label_stock import Adjust, Face, LabelStock
from kiosk.printing.labels import Kind, Label, LabelTrouble, labels_pdf
from kiosk.printing.page_parts import Box
from kiosk.printing.raster import label_bitmaps
from kiosk.screens import theme
from tests.printing.readers import (
    READERS,
    STOCK,
    labels_at,
    picture_of,
    rasterised,
    sample_labels,
    text_of,
)

CALL = CallNumber("I287.45", "12", "3")
OWN = number(BarcodeKind.COPY, 4217)
LONG = "十万个为什么：神奇的海洋世界与深海探险（少年版·第六辑）小学生课外阅读丛书"
LABEL = Label(OWN, CALL, "昆虫记", "004217", "阳光小学图书馆")
FACES = tuple(Face)


def drawn(label: Label, stock: LabelStock, face: Face, place: int = 1, dpi: int = 300) -> Drawing:
    return lay_out(label, face, space_of(stock, place, dpi))


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    """What lies on what: words on words, words in the blank of bars, a patch under bars, words half on a patch."""
    found = [
        (one.text, other.text) for one, other in combinations(drawing.lines, 2) if shrunk(one.box).meets(other.box)
    ]
    for symbol in drawing.symbols:
        found += [(line.text, symbol.value) for line in drawing.lines if shrunk(line.box).meets(symbol.quiet_box)]
        found += [("patch", symbol.value) for one in drawing.patches if shrunk(one.box).meets(symbol.quiet_box)]
    for one in drawing.patches:
        found += [
            (line.text, "patch")
            for line in drawing.lines
            if shrunk(line.box).meets(one.box) and not one.box.holds(line.box, 0.01)
        ]
    return found


def shrunk(box: Box) -> Box:
    """A hair smaller: boxes that touch do not overlap."""
    return box.inset(1e-3)


# ── Laws ──

WORDS = st.one_of(
    st.text(max_size=60),
    st.text("昆虫记·（上）：0123 abc—…", max_size=80),
    st.sampled_from(["", LONG, "A" * 80, "Ⅷ" * 20, "（" * 40, "\n\t\0", "I287.45"]),
)
CALLS = st.builds(CallNumber, WORDS, WORDS, WORDS) | st.builds(
    CallNumber,
    st.sampled_from(["I287.45", "Q95-49", "H319.4:B821", "K825.6=422", "I17(198.4)", "TP311.561-49(2)"]),
    st.integers(1, 99_999).map(str),
    st.sampled_from(["", "2", "v.12", "2026.11", "（上）", "c.3"]),
)


@settings(max_examples=400)
@given(
    st.builds(Label, st.just(OWN), CALLS, WORDS, st.sampled_from(["", "004217", OWN]), WORDS),
    st.sampled_from(sorted(STOCK)),
    st.sampled_from(FACES),
    st.sampled_from([203, 300, 600]),
    st.booleans(),
    st.data(),
)
def test_nothing_overlaps_and_nothing_leaves_the_label_whatever_is_written(
    label: Label, name: str, face: Face, dpi: int, colour: bool, data: st.DataObject
) -> None:
    stock = STOCK[name]
    space = space_of(stock, data.draw(st.integers(1, stock.per_page)), dpi, colour=colour)
    drawing = lay_out(label, face, space)
    assert overlaps(drawing) == []
    whole = Box(0, 0, *stock.label)
    for box in drawing.boxes():
        assert space.ink.holds(box, 1e-3), box
    for symbol in drawing.symbols:
        assert whole.inset(-0.01).holds(symbol.quiet_box), "the blank beside the bars is on the label too"


@settings(max_examples=25)
@given(CALLS, WORDS, st.sampled_from([Face.BARCODE, Face.BOTH]), st.sampled_from(["roll-50x25", "roll-30x20"]))
@example(CallNumber("W" * 40, "龘" * 30, "g" * 50), "龘gÅ" * 30, Face.BOTH, "roll-50x25")
def test_the_dots_of_words_never_reach_the_bars_or_the_edge(
    call: CallNumber, words: str, face: Face, name: str
) -> None:
    stock = STOCK[name]
    label = Label(OWN, call, words, "004217", words)
    drawing = lay_out(label, face, space_of(stock, 1, 203, colour=False))
    (page,) = label_bitmaps([label], stock, face, dpi=203)
    picture = picture_of(page.width, page.height, page.rows)
    (symbol,) = drawing.symbols
    box = symbol.quiet_box
    top, bottom = round((stock.label[1] - box.top) * 8) + 1, round((stock.label[1] - box.bottom) * 8) - 1
    part = picture.crop((round(box.left * 8), top, round(box.right * 8), bottom))
    rows = {part.crop((0, row, part.width, row + 1)).tobytes() for row in range(part.height)}
    assert len(rows) == 1, "every row of bars is the same: nothing but bars"
    inked = picture.point(lambda grey: 255 - grey).getbbox()
    assert inked is not None
    assert min(inked[0], inked[1], picture.width - inked[2], picture.height - inked[3]) >= 8, "a millimetre at least"


# ── The bars ──


@pytest.mark.parametrize("stock", STOCK.values(), ids=lambda stock: stock.name)
def test_an_own_number_has_room_on_every_stock_with_bars_for_a_small_hand(stock: LabelStock) -> None:
    for dpi in (203, 300, 600):
        for place in (1, stock.per_page):
            for face in stock.suits:
                drawing = drawn(LABEL, stock, face, place, dpi)
                assert len(drawing.symbols) == (face is not Face.SPINE)
                for symbol in drawing.symbols:
                    assert symbol.height >= GOOD_BARS - 1e-6
                    assert symbol.module >= 0.25
                    assert symbol.module == module_mm(symbol.dots, dpi)


def test_on_a_page_bars_begin_on_dots_and_are_whole_dots_wide() -> None:
    stock, dpi = STOCK["a4-65-38x21"], 300
    (page,) = rasterised(labels_pdf([LABEL] * stock.per_page, stock, Face.BARCODE, dpi=dpi), dpi)
    (symbol,) = drawn(LABEL, stock, Face.BARCODE, 7).symbols
    for place in (7, 33, 59):
        left, top = stock.place(place)
        y = round((top + stock.label[1] - symbol.bottom - symbol.height / 2) * dpi / 25.4)
        x = round((left + symbol.left) * dpi / 25.4)
        row = page.crop((x, y, x + len(symbol.pattern) * symbol.dots, y + 1)).tobytes()
        assert row == b"".join((b"\0" if one == "1" else b"\xff") * symbol.dots for one in symbol.pattern)


def test_bars_are_as_wide_as_the_label_lets_them_up_to_what_reads_best() -> None:
    narrow, wide = (drawn(LABEL, STOCK[name], Face.BARCODE).symbols[0] for name in ("a4-spine-30x20", "a4-24-70x36"))
    assert (narrow.dots, wide.dots) == (3, 4)


def test_a_low_label_gives_up_words_before_bars_and_the_number_last() -> None:
    def stock(high: float) -> LabelStock:
        return LabelStock("own", "", "", (50.0, high), (50.0, high), roll=True)

    def shown(high: float) -> list[str]:
        return [line.text for line in drawn(LABEL, stock(high), Face.BARCODE).lines]

    assert shown(25) == ["阳光小学图书馆", "昆虫记", OWN, "I287.45/12/3 · 004217"]
    assert shown(19) == ["昆虫记", OWN, "I287.45/12/3 · 004217"]
    assert shown(16) == ["昆虫记", OWN]
    assert shown(13) == [OWN]
    low = drawn(LABEL, stock(10.5), Face.BARCODE)
    assert LEAST_BARS <= low.symbols[0].height < GOOD_BARS
    with pytest.raises(LabelTrouble) as trouble:
        drawn(LABEL, stock(10), Face.BARCODE)
    assert (trouble.value.code, trouble.value.values["need"]) == ("too_low", "10.3")


def test_an_accession_number_stands_whole_or_not_at_all() -> None:
    def last_line(clc: str) -> str:
        label = Label(OWN, CallNumber(clc, "7", "v.2"), "昆虫记", "004217")
        return drawn(label, STOCK["a4-spine-30x20"], Face.BARCODE).lines[-1].text

    assert last_line("I28") == "I28/7/v.2 · 004217"
    assert last_line("H319.4:B821") == "H319.4:B821/7/v.2"


def test_the_lines_of_a_call_number_stay_together_when_they_are_small() -> None:
    for clc in ("I28", "H319.4:B821", "TP311.561-49(2)"):
        for name in ("a4-24-70x36", "roll-50x25", "a4-spine-30x25"):
            label = Label(OWN, CallNumber(clc, "7", "2"), library="图书馆")
            lines = drawn(label, STOCK[name], Face.SPINE).lines[1:]
            for upper, lower in pairwise(lines):
                assert upper.base - lower.base <= max(line.size for line in lines) * 1.6 / MM


@pytest.mark.parametrize(
    ("label", "name", "face", "start", "code", "said"),
    [
        (Label("A" * 20, CALL, kind="code39"), "roll-30x20", Face.BARCODE, 1, "too_narrow", "30 "),
        (Label("A" * 30, CALL), "roll-50x25", Face.BOTH, 1, "too_narrow", "50 "),
        (Label("tsg-1", CALL, kind="code39"), "roll-50x25", Face.BARCODE, 1, "not_in_kind", "tsg-1"),
        (Label("12345", CALL, kind="codabar"), "roll-50x25", Face.BARCODE, 1, "not_in_kind", "codabar"),
        (Label("书0001", CALL), "roll-50x25", Face.BARCODE, 1, "not_in_kind", "书0001"),
        (Label("", CALL), "roll-50x25", Face.BARCODE, 1, "not_in_kind", "code128"),
        (Label("a\nb", CALL), "roll-50x25", Face.BOTH, 1, "not_in_kind", "code128"),
        (LABEL, "a4-65-38x21", Face.SPINE, 66, "start", "65"),
        (LABEL, "a4-65-38x21", Face.SPINE, 0, "start", "65"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_a_sentence(
    label: Label, name: str, face: Face, start: int, code: str, said: str
) -> None:
    with pytest.raises(LabelTrouble) as caught:
        labels_pdf([LABEL, label], STOCK[name], face, start=start)
    assert caught.value.code == code
    assert code in LABEL_TROUBLES
    for language in LANGUAGES:
        words = Words(language).say(caught.value.text)
        assert said in words
        assert "[" not in words
        assert "{" not in words


def test_the_width_a_number_is_said_to_need_is_enough() -> None:
    label = Label("A" * 20, CALL, kind="code39")

    def stock(wide: float) -> LabelStock:
        return LabelStock("own", "", "", (wide, 25.0), (wide, 25.0), roll=True)

    for dpi in (203, 300):
        with pytest.raises(LabelTrouble) as caught:
            drawn(label, stock(30), Face.BARCODE, dpi=dpi)
        enough = float(str(caught.value.values["need"]))
        (symbol,) = drawn(label, stock(enough), Face.BARCODE, dpi=dpi).symbols
        assert symbol.module >= LEAST_MODULE
        with pytest.raises(LabelTrouble):
            drawn(label, stock(enough - 0.2), Face.BARCODE, dpi=dpi)


# ── The spine label ──


@pytest.mark.parametrize("name", ["a4-spine-30x25", "a4-spine-30x20", "a4-spine-35x25", "roll-40x30"])
def test_a_spine_label_has_class_book_number_and_auxiliary_on_three_lines(name: str) -> None:
    drawing = drawn(LABEL, STOCK[name], Face.SPINE)
    assert [line.text for line in drawing.lines] == ["阳光小学图书馆", "I287.45", "12", "3"]
    bases = [line.base for line in drawing.lines]
    assert bases == sorted(bases, reverse=True)
    assert all(line.size >= 11 for line in drawing.lines[1:]), "to be read from a step away"


def test_the_band_has_the_colour_that_the_screens_give_the_class() -> None:
    for letter in CLC_LETTERS:
        label = Label(OWN, CallNumber(f"{letter}28"), library="图书馆")
        drawing = drawn(label, STOCK["a4-spine-30x25"], Face.SPINE)
        look = theme.class_look(f"{letter}28")
        assert [one.colour for one in drawing.patches] == [look.fill]
        assert drawing.lines[0].colour == look.on
        assert look is class_look(letter)


def test_a_copy_without_a_call_number_shows_its_accession_number_on_the_spine() -> None:
    label = Label(OWN, CallNumber(""), accession_no="004217")
    assert [line.text for line in drawn(label, STOCK["a4-spine-30x25"], Face.SPINE).lines] == ["004217"]


def test_both_stand_side_by_side_where_there_is_room_and_else_one_above_the_other() -> None:
    wide = drawn(LABEL, STOCK["roll-50x25"], Face.BOTH)
    (symbol,) = wide.symbols
    assert all(line.box.right < symbol.quiet_box.left for line in wide.lines if line.text in {"I287.45", "12", "3"})
    high = drawn(LABEL, STOCK["roll-40x30"], Face.BOTH)
    (symbol,) = high.symbols
    assert [line.text for line in high.lines if line.base > symbol.box.top][:4] == [
        "阳光小学图书馆",
        "I287.45",
        "12",
        "3",
    ]
    small = drawn(LABEL, STOCK["a4-65-38x21"], Face.BOTH)
    assert "I287.45/12/3" in [line.text for line in small.lines], "no room for three lines"


# ── Words ──


def test_a_long_title_shrinks_then_wraps_then_ends_in_dots() -> None:
    def lines(title: str, name: str = "a4-24-70x36") -> list[tuple[str, float]]:
        label = Label(OWN, CALL, title)
        symbol_top = drawn(label, STOCK[name], Face.BARCODE).symbols[0].box.top
        return [
            (line.text, line.size)
            for line in drawn(label, STOCK[name], Face.BARCODE).lines
            if line.base > symbol_top and line.text != label.library
        ]

    ((short, large),) = lines("昆虫记")
    ((longer, smaller),) = lines(LONG[:28])
    assert (short, longer) == ("昆虫记", LONG[:28])
    assert smaller < large
    wrapped = lines(LONG)
    assert len(wrapped) == 2
    assert "".join(text for text, _ in wrapped) == LONG
    cut = lines(LONG * 3)
    assert cut[-1][0].endswith("…")
    assert LONG.startswith(cut[0][0])
    assert {size for _, size in cut} == {6.0}


def test_a_long_class_shrinks_then_wraps_on_the_spine() -> None:
    def lines(clc: str) -> list[tuple[str, float]]:
        drawing = drawn(Label(OWN, CallNumber(clc, "1", "2")), STOCK["a4-spine-30x25"], Face.SPINE)
        return [(line.text, line.size) for line in drawing.lines][:-2]

    ((_, large),) = lines("I28")
    ((text, smaller),) = lines("TP311.561-49(2)")
    assert (text, smaller < large) == ("TP311.561-49(2)", True)
    many = lines("TP311.561-49(2)=7:K825.6=422")
    assert "".join(text for text, _ in many) == "TP311.561-49(2)=7:K825.6=422"
    assert len(many) == 2


# ── Pages ──


def test_chinese_titles_and_library_names_are_text_in_the_page() -> None:
    labels = [
        Label(OWN, CALL, title, library="䶮喆小学图书馆") for title in ("昆虫记", "窗边的小豆豆", "Charlotte's Web")
    ]
    text = text_of(labels_pdf(labels, STOCK["a4-24-70x36"], Face.BARCODE))
    for words in ("昆虫记", "窗边的小豆豆", "Charlotte's Web", "䶮喆小学图书馆", OWN):
        assert words in text


def test_a_part_used_sheet_is_begun_at_the_label_that_was_said() -> None:
    stock = STOCK["a4-24-70x36"]
    labels = sample_labels()[:26]
    first, second = rasterised(labels_pdf(labels, stock, Face.BARCODE, start=4), 203)
    for read in READERS:
        codes = [label.barcode for label in labels]
        assert labels_at(read(first, 203), stock) == dict(enumerate(codes[:21], 4))
        assert labels_at(read(second, 203), stock) == dict(enumerate(codes[21:], 1))
    used = first.crop((0, 0, first.width, round((stock.top + stock.label[1]) * 203 / 25.4)))
    assert used.getextrema() == (255, 255), "nothing on the three labels that are gone"


def test_a_sheet_that_is_just_full_has_no_empty_page_behind_it() -> None:
    stock = STOCK["a4-24-70x36"]
    for count, start, pages in ((24, 1, 1), (25, 1, 2), (21, 4, 1), (22, 4, 2), (1, 24, 1), (2, 24, 2)):
        assert len(list(rasterised(labels_pdf([LABEL] * count, stock, Face.SPINE, start=start), 30))) == pages


@pytest.mark.parametrize("name", ["a4-65-38x21", "a4-30-70x30", "a4-24-70x36"])
def test_no_label_drifts_down_or_across_the_page(name: str) -> None:
    stock, dpi = STOCK[name], 300
    (page,) = rasterised(labels_pdf([LABEL] * stock.per_page, stock, Face.BARCODE), dpi)
    for place in range(1, stock.per_page + 1):
        (symbol,) = drawn(LABEL, stock, Face.BARCODE, place).symbols
        left, top = stock.place(place)
        wanted = [
            (left + symbol.left) * dpi / 25.4,
            (top + stock.label[1] - symbol.box.top) * dpi / 25.4,
            (left + symbol.box.right) * dpi / 25.4,
        ]
        x, y = round(wanted[0]), round((top + stock.label[1] - symbol.box.bottom - 2) * dpi / 25.4)
        row = page.crop((x - 9, y, round(wanted[2]) + 9, y + 1)).point(lambda grey: 255 if grey < 128 else 0)
        first = row.getbbox()
        assert first is not None
        assert abs(x - 9 + first[0] - wanted[0]) <= 1
        assert abs(x - 9 + first[2] - wanted[2]) <= 1
        column = page.crop((x + 1, round(wanted[1]) - 9, x + 2, y)).point(lambda grey: 255 if grey < 128 else 0)
        assert abs(round(wanted[1]) - 9 + (column.getbbox() or (0, 99))[1] - wanted[1]) <= 1


def test_an_adjustment_moves_everything_by_tenths_of_a_millimetre() -> None:
    stock, dpi = STOCK["a4-24-70x36"], 600

    def inked(adjust: Adjust) -> tuple[int, int, int, int]:
        (page,) = rasterised(labels_pdf([LABEL], stock, Face.SPINE, start=5, adjust=adjust), dpi)
        return Image.open(io.BytesIO(_png(page))).point(lambda grey: 255 if grey < 200 else 0).getbbox() or (0, 0, 0, 0)

    before, after = inked(Adjust()), inked(Adjust(1.3, -0.7))
    moved = [(one - other) * 25.4 / dpi for one, other in zip(after, before, strict=True)]
    assert moved == pytest.approx([1.3, -0.7, 1.3, -0.7], abs=0.05)


def _png(page: Image.Image) -> bytes:
    content = io.BytesIO()
    page.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("adjust", [Adjust(20, 20), Adjust(-20, -20), Adjust(99, -99)])
def test_no_adjustment_pushes_a_code_off_the_page(adjust: Adjust) -> None:
    stock = STOCK["a4-65-38x21"]
    labels = sample_labels()[: stock.per_page]
    (page,) = rasterised(labels_pdf(labels, stock, Face.BARCODE, adjust=adjust), 203)
    for read in READERS:
        assert {found.value for found in read(page, 203)} == {label.barcode for label in labels}


@pytest.mark.parametrize("name", ["a4-30-70x30", "a4-40-52x30", "a4-24-70x37"])
def test_on_a_sheet_without_margins_nothing_stands_where_printers_cannot_print(name: str) -> None:
    stock = STOCK[name]
    for face in FACES:
        (page,) = rasterised(labels_pdf([LABEL] * stock.per_page, stock, face), 100)
        left, top, right, bottom = page.point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
        edge = (UNPRINTABLE - 0.3) * 100 / 25.4
        assert min(left, top, page.width - right, page.height - bottom) >= edge


def test_a_label_within_the_sheet_keeps_a_blank_edge() -> None:
    ink = space_of(STOCK["a4-24-70x36"], 11, 300).ink
    assert (ink.left, ink.bottom, ink.right, ink.top) == pytest.approx((EDGE, EDGE, 70 - EDGE, 36 - EDGE))


def test_the_page_asks_to_be_printed_in_its_own_size_and_comes_out_the_same_each_time() -> None:
    pdf = labels_pdf(sample_labels()[:30], STOCK["a4-24-70x36"], Face.BOTH)
    assert b"/PrintScaling /None" in pdf
    assert pdf == labels_pdf(sample_labels()[:30], STOCK["a4-24-70x36"], Face.BOTH)
    assert len(pdf) < 150_000, "fonts as subsets"


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(ValueError, match="nothing to print"):
        labels_pdf([], STOCK["a4-24-70x36"], Face.BOTH)


@pytest.mark.parametrize("kind", ["code128", "code39", "codabar"])
def test_a_schools_own_number_stands_below_its_bars_as_it_is(kind: Kind) -> None:
    value = "A2024-17B"
    drawing = drawn(Label(value, CALL, kind=kind), STOCK["a4-24-70x36"], Face.BARCODE)
    assert value in [line.text for line in drawing.lines if line.base < drawing.symbols[0].bottom]


@settings(max_examples=100)
@given(
    st.text("0123456789", min_size=1, max_size=40) | st.text("ABCMW-0123456789", min_size=1, max_size=24),
    st.sampled_from(["code128", "code39"]),
    st.sampled_from(sorted(STOCK)),
    st.sampled_from([Face.BARCODE, Face.BOTH]),
)
def test_the_number_below_the_bars_is_always_whole(value: str, kind: Kind, name: str, face: Face) -> None:
    try:
        drawing = drawn(Label(value, CALL, LONG, "004217", "阳光小学图书馆", kind), STOCK[name], face)
    except LabelTrouble:
        return
    assert value in [line.text for line in drawing.lines if line.base < drawing.symbols[0].bottom]
