"""Library cards: read back as printed, whole for every name, and the same class always in its own colour."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.patrons import PatronKind
from kiosk.printing.cards import CARD, EDGE, CardFace, CardSheet, card_layout, cards_pdf, ten_places
from kiosk.printing.emblems import COLOURS, EMBLEMS, KIND_LOOKS, look_of, school_class_look
from kiosk.printing.page_parts import INK, WHITE, Box, PageTrouble
from kiosk.screens.theme import contrast
from tests.printing.paper import codes, engines, pages, text_of, told
from tests.printing.school import faces

FACE = CardFace("20000014", "欧阳靖雯", "三(2)班", "榕树街小学图书馆", look=5)
NAMES = st.text(st.sampled_from("王小明欧阳䶮堃阿卜杜热合曼·买提—aZg y,.()…，"), max_size=40)
NUMBERS = st.one_of(
    st.from_regex(r"[0-9]{4,20}", fullmatch=True), st.from_regex(r"[A-Z]{1,2}[0-9-]{3,10}", fullmatch=True)
)


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_card_of_everybody_is_read_back_right_by_both_readers(dpi: int) -> None:
    everybody = faces()
    assert len(everybody) > 1000
    places = ten_places()
    printed = cards_pdf(everybody, Words(), dpi=dpi)
    sheets = 0
    for sheet, page in enumerate(pages(printed, dpi, dots=True)):
        wanted = {place: face.number for place, face in enumerate(everybody[sheet * 10 : sheet * 10 + 10])}
        for engine in engines():
            read = {
                place: code.value
                for code in codes(page, engine)
                for place, box in enumerate(places)
                if box.left < code.x < box.right and box.bottom < code.y < box.top
            }
            assert read == wanted, f"sheet {sheet + 1} by {engine.__qualname__}"
        sheets += 1
    assert sheets == -(-len(everybody) // 10)


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_card_alone_on_its_page_is_read_back_and_as_large_as_a_card(dpi: int) -> None:
    people = [FACE, replace(FACE, number="20000022", kind=PatronKind.TEACHER), replace(FACE, number="TSG-004217")]
    printed = cards_pdf(people, Words(), CardSheet.ONE_A_PAGE, dpi=dpi)
    for engine in engines():
        read = [[code.value for code in codes(page, engine)] for page in pages(printed, dpi)]
        assert read == [[one.number] for one in people]
    assert "242.646 x 153.071 pts" in told(printed, "pdfinfo"), "85.6 by 54 mm"


@given(name=NAMES, line=NAMES, library=NAMES, number=NUMBERS, dpi=st.sampled_from([203, 300, 600]))
def test_no_name_touches_the_bars_or_another_word_or_leaves_the_card(
    name: str, line: str, library: str, number: str, dpi: int
) -> None:
    face = CardFace(number, name, line, library, look=len(name))
    for language in LANGUAGES:
        layout = card_layout(face, Words(language), dpi)
        safe = CARD.inset(EDGE - 0.01)
        quiet_on_card = CARD.inset(0.99)
        assert quiet_on_card.holds(layout.symbol)
        assert all(safe.holds(text.box) for text in layout.lines)
        assert not any(text.box.meets(layout.symbol) for text in layout.lines)
        assert not any(text.box.meets(layout.emblem) for text in layout.lines)
        assert not layout.emblem.meets(layout.symbol)
        for one, other in combinations(layout.lines, 2):
            assert not one.box.meets(other.box), (one.text, other.text)


@given(number=NUMBERS, dpi=st.sampled_from([203, 300, 600]))
def test_bars_are_whole_dots_wide_ten_modules_quiet_and_tall_enough_for_a_small_hand(number: str, dpi: int) -> None:
    layout = card_layout(replace(FACE, number=number), Words(), dpi)
    dots = layout.bars.module * dpi / 25.4
    assert dots == pytest.approx(round(dots), abs=1e-9)
    assert layout.bars.module >= 0.19
    assert layout.symbol.height >= 10
    assert layout.symbol.width == pytest.approx(layout.bars.width)
    assert layout.bars.quiet == pytest.approx(10 * layout.bars.module)


def test_a_usual_number_has_wide_bars() -> None:
    assert card_layout(FACE, Words(), 300).bars.module > 0.4
    assert card_layout(FACE, Words(), 203).bars.module > 0.4


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("王小明", ["王小明"]),
        ("诸葛雨晴", ["诸葛雨晴"]),
        ("阿卜杜热合曼·买买提", ["阿卜杜热合曼·", "买买提"]),
        ("阿依努尔·阿卜杜克里木·买买提明·吐尔逊江", ["阿依努尔·阿卜杜克里木·", "买买提明·吐尔逊江"]),
    ],
)
def test_a_name_stands_whole_and_is_parted_at_its_dot(name: str, lines: list[str]) -> None:
    layout = card_layout(replace(FACE, name=name), Words())
    names = [line for line in layout.lines if line.face == "kai" and line.text != FACE.library]
    assert [line.text for line in names] == lines
    assert all(line.size > 12 for line in names)


def test_a_name_beyond_all_measure_ends_in_an_ellipsis() -> None:
    layout = card_layout(replace(FACE, name="买买提" * 40), Words())
    assert [line.text[-1] for line in layout.lines if "买买提" in line.text] == ["买", "…"]


def test_a_name_of_rare_characters_is_drawn_with_a_face_that_has_them() -> None:
    printed = cards_pdf([replace(FACE, name="䶮堃喆")], Words())
    assert "䶮堃喆" in text_of(printed)[0]


def test_a_part_used_sheet_goes_on_at_the_place_that_was_asked_for() -> None:
    people = [replace(FACE, number=number) for number in ("20000014", "20000022", "20000030")]
    printed = cards_pdf(people, Words(), start=9)
    first, second = pages(printed, 203)
    ninth, tenth = ten_places()[8:]
    zxing, _ = engines()
    where = {code.value: (code.x, code.y) for code in codes(first, zxing)}
    assert ninth.left < where["20000014"][0] < ninth.right
    assert tenth.bottom < where["20000022"][1] < tenth.top
    assert [code.value for code in codes(second, zxing)] == ["20000030"]


def test_adjusting_moves_everything_by_tenths_of_a_millimetre() -> None:
    (plain,) = pages(cards_pdf([FACE], Words()), 600)
    (moved,) = pages(cards_pdf([FACE], Words(), adjust_right_mm=1.2, adjust_down_mm=0.7), 600)
    assert moved.drawn().left - plain.drawn().left == pytest.approx(1.2, abs=0.06)
    assert moved.drawn().bottom - plain.drawn().bottom == pytest.approx(-0.7, abs=0.06)


def test_a_sheet_of_cards_says_whose_it_is_how_large_to_print_it_and_which_page_it_is() -> None:
    first, second = text_of(cards_pdf([FACE] * 12, Words()))
    assert all(part in first for part in ("读者证", FACE.library, "100%", "第 1 页，共 2 页"))
    assert "第 2 页，共 2 页" in second


def test_crop_marks_and_cards_stay_where_printers_print() -> None:
    (page,) = pages(cards_pdf([FACE] * 10, Words()), 100)
    assert Box(6, 6, 198, 285).holds(page.drawn())


@pytest.mark.parametrize("start", [0, 11])
def test_a_place_that_is_not_on_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(PageTrouble) as trouble:
        cards_pdf([FACE], Words(), start=start)
    assert Words().say(trouble.value.text) == f"一张纸上没有第 {start} 个位置，请填 1 到 10。"


@pytest.mark.parametrize("number", ["借书证", "A" * 40])
def test_a_number_that_no_scanner_could_read_from_a_card_is_refused_and_its_reader_named(number: str) -> None:
    with pytest.raises(PageTrouble) as trouble:
        cards_pdf([FACE, replace(FACE, number=number, name="王小明")], Words())
    assert Words().say(trouble.value.text).startswith(f"“王小明”的号码 {number} 印不成条码")


def test_no_card_is_no_pdf() -> None:
    with pytest.raises(PageTrouble, match="nothing"):
        cards_pdf([], Words())


@given(year=st.integers(2000, 2080), grades=st.integers(6, 9), classes=st.integers(1, 12))
def test_no_two_classes_at_school_look_the_same_and_none_ever_changes(year: int, grades: int, classes: int) -> None:
    looks = {
        (entered, number): look_of(PatronKind.PUPIL, school_class_look(entered, number))
        for entered in range(year - grades + 1, year + 1)
        for number in range(1, classes + 1)
    }
    assert len(set(looks.values())) == len(looks)
    for entered in range(year - grades + 1, year + 1):
        of_a_year = [looks[entered, number] for number in range(1, classes + 1)]
        assert len({look.colour for look in of_a_year}) == classes
        assert len({look.emblem for look in of_a_year}) == classes, "told apart in black and white too"


def test_white_words_are_read_on_every_colour_and_ink_on_every_tint() -> None:
    every = [look_of(PatronKind.PUPIL, look) for look in range(len(COLOURS))]
    for look in (*every, *KIND_LOOKS.values()):
        assert contrast(WHITE, look.colour) >= 4.5
        assert contrast(INK, look.tint) >= 4.5


def test_every_emblem_is_drawn() -> None:
    people = [replace(FACE, look=12 * turn) for turn in range(len(EMBLEMS))]
    people += [replace(FACE, kind=kind) for kind in KIND_LOOKS]
    drawn = {page.dots.tobytes() for page in pages(cards_pdf(people, Words(), CardSheet.ONE_A_PAGE), 72)}
    looks = {look_of(one.kind, one.look) for one in people}
    assert len(drawn) == len(looks) == len(people)


def test_a_card_tells_number_name_class_and_library_and_nothing_else() -> None:
    printed = " ".join(text_of(cards_pdf([FACE], Words(), CardSheet.ONE_A_PAGE))[0].split())
    for part in (FACE.library, FACE.name, FACE.line, FACE.number, "捡到请送回图书馆"):
        assert part in printed
        printed = printed.replace(part, "")
    assert printed.strip() == ""


def test_fonts_are_embedded_as_subsets_and_the_same_cards_give_the_same_file() -> None:
    printed = cards_pdf([FACE], Words())
    fonts = told(printed, "pdffonts").splitlines()[2:]
    assert fonts
    assert all("+Kiosk" in line and line.split()[-5:-3] == ["yes", "yes"] for line in fonts)
    assert printed == cards_pdf([FACE], Words())
    assert len(printed) < 60_000


@pytest.mark.parametrize("role", ["图书管理员", "Librarian", "教师", "三(12)班"])
def test_what_a_reader_is_stands_on_one_line(role: str) -> None:
    layout = card_layout(replace(FACE, line=role), Words())
    assert role in [line.text for line in layout.lines]
