"""Control cards, the rota, shelf signs, shelf lists and clearance lists: what is on them, and that it is read back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, time

import pytest

from kiosk.flows.views import Money, Weekday
from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.barcodes import ControlCode, command_number
from kiosk.lending.calendar import Calendar, Term, term_of
from kiosk.lending.call_numbers import CLC_LETTERS, parse, shelf_key
from kiosk.lending.class_looks import class_look
from kiosk.lending.patrons import ClassName, PatronKind, Visitor
from kiosk.lending.rota import Audience, AudienceKind, ExtraSlot, Rota, Slot, Weeks, sittings_on
from kiosk.printing.clearance import ClearanceList, Debtor, Owed, clearance_pdf
from kiosk.printing.controls import controls_pdf
from kiosk.printing.page_parts import Box, PageTrouble
from kiosk.printing.rota_sheet import class_rota_pdf, door_rota_pdf
from kiosk.printing.shelf_list import ShelfCopy, shelf_list_pdf
from kiosk.printing.signs import STRIPS, ShelfSign, SignSheet, signs_pdf
from kiosk.sample.build import LIBRARY_NAME
from tests.printing.paper import codes, engines, pages, text_of, told
from tests.printing.school import TODAY, class_names, looks, sample

ZH = Words()
FIRST_DAY = date(2026, 9, 1)
LONG = "阿依努尔·阿卜杜克里木·买买提明·吐尔逊江和她的朋友们在图书馆里度过的一千零一个下午，以及那以后发生的事情"


def squeezed(text: str) -> str:
    return "".join(text.split())


def shelf(count: int = 60) -> list[ShelfCopy]:
    tables = sample().tables
    titles = {row["title_id"]: row["title"] for row in tables["titles"]}
    number = {row["copy_id"]: row["code"] for row in tables["barcodes"] if row["copy_id"]}
    return [
        ShelfCopy(row["call_number"], number[row["copy_id"]], titles[row["title_id"]], row["place"])
        for row in tables["copies"][: count * 40 : 40]
    ]


def debtors() -> list[Debtor]:
    return [
        Debtor("王小明", [Owed("山海经", "30000012", date(2026, 6, 1)), Owed("草房子", "30000020", date(2026, 6, 3))]),
        Debtor(LONG[:30], [Owed(LONG, "30000038", date(2026, 6, 5), Money(2360)), Owed("赔偿", amount=Money(1250))]),
    ]


def term() -> Term:
    found = term_of(sample().rota.calendar, TODAY)
    assert found is not None
    return found


def door(words: Words = ZH) -> bytes:
    return door_rota_pdf(sample().rota, class_names(), LIBRARY_NAME, words, term=term(), on=FIRST_DAY, looks=looks())


def slips(words: Words = ZH) -> bytes:
    return class_rota_pdf(sample().rota, class_names(), LIBRARY_NAME, words, term=term(), on=FIRST_DAY, looks=looks())


EVERYTHING: dict[str, Callable[[Words], bytes]] = {
    "controls": lambda words: controls_pdf(words, LIBRARY_NAME),
    "door": door,
    "slips": slips,
    "signs": lambda words: signs_pdf([ShelfSign("I287.4", LONG, "I287.8", "A 区 2 架")], LIBRARY_NAME, words),
    "strips": lambda words: signs_pdf(
        [ShelfSign(letter, LONG[: 4 + at * 2]) for at, letter in enumerate(CLC_LETTERS)],
        LIBRARY_NAME,
        words,
        SignSheet.STRIP,
    ),
    "shelf": lambda words: shelf_list_pdf(
        [ShelfCopy("I287.45/1234567890/12345-1234567890", "30000012", LONG * 2, LONG)], LONG, LONG, words, on=TODAY
    ),
    "clearance": lambda words: clearance_pdf(
        [ClearanceList(LONG, 40, debtors() * 12), ClearanceList("六(2)班", 41, [])], LIBRARY_NAME, words, on=TODAY
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("document", EVERYTHING)
def test_every_document_is_a4_within_what_printers_print_and_tells_which_page_it_is(
    document: str, language: str
) -> None:
    printed = EVERYTHING[document](Words(language))
    assert "A4" in told(printed, "pdfinfo")
    for number, (page, text) in enumerate(zip(pages(printed, 60), text_of(printed), strict=True), 1):
        wide, high = page.dots.shape[1] * 25.4 / 60, page.height_mm
        assert Box(5, 5, wide - 10, high - 10).holds(page.drawn())
        if document != "clearance":  # each class counts its own
            assert (f"第 {number} 页" if language == "zh_CN" else f"Page {number} of") in text
        assert "[printing." not in text


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("language", LANGUAGES)
def test_control_cards_are_read_back_by_both_readers(language: str, dpi: int) -> None:
    (page,) = pages(controls_pdf(Words(language), LIBRARY_NAME, dpi=dpi), dpi)
    for engine in engines():
        read = sorted(codes(page, engine), key=lambda code: -code.y)
        assert [code.value for code in read] == [command_number(control) for control in ControlCode]


def test_a_library_with_numbers_of_its_own_has_them_on_its_control_cards() -> None:
    own = {ControlCode.RENEW: "CMD-RENEW-01"}
    printed = controls_pdf(ZH, LIBRARY_NAME, [ControlCode.RENEW, ControlCode.HELP], numbers=own)
    (page,) = pages(printed, 300)
    for engine in engines():
        assert {code.value for code in codes(page, engine)} == {"CMD-RENEW-01", command_number(ControlCode.HELP)}


def test_more_control_cards_than_a_page_holds_go_on() -> None:
    assert len(text_of(controls_pdf(ZH, LIBRARY_NAME, list(ControlCode) * 2))) == 2


def test_the_door_tells_every_slot_of_both_weeks_the_closures_and_the_recall() -> None:
    rota = sample().rota
    (text,) = text_of(door())
    assert all(word in text for word in ("借阅轮流表", LIBRARY_NAME, "单周", "双周", "星期一", "星期五", term().name))
    counted = Counter[str]()
    for slot in rota.slots:
        weeks = 2 if slot.weeks is Weeks.EVERY else 1
        for class_id in slot.audience.classes:
            counted[ZH.value(class_names()[class_id])] += weeks
    assert counted
    assert {name: squeezed(text).count(name) for name in counted} == dict(counted)
    for slot in rota.slots:
        assert f"{ZH.value(slot.starts)}–{ZH.value(slot.ends)}" in text
    assert "10月1日–10月7日 国庆节" in text
    assert f"最晚 {ZH.value(term().recall_on or TODAY)} 还清" in text


def test_the_doors_week_numbers_are_those_the_rota_reckons_with() -> None:
    odd, even = re.findall("开始的一周：([0-9月日、]*)", squeezed(text_of(door())[0]))
    slot = next(one for one in sample().rota.slots if one.weeks is Weeks.ODD and one.weekday == 1)
    mondays = [date(2026, 9, day) for day in (7, 14, 21, 28)]
    held = [day for day in mondays if any(one.slot_id == slot.slot_id for one in sittings_on(sample().rota, day))]
    assert len(held) == 2
    for day in mondays:
        assert (f"{ZH.value(day, 'short')}、" in odd) == (day in held)
        assert (f"{ZH.value(day, 'short')}、" in even) == (day not in held)


def test_a_rota_without_odd_and_even_weeks_is_one_lying_table_with_labels_and_any_audience() -> None:
    slots = (
        Slot(1, 6, time(9, 0), time(11, 0), Weeks.EVERY, Audience(AudienceKind.EVERYONE), "亲子阅读"),
        Slot(2, 2, time(12, 0), time(12, 30), Weeks.EVERY, Audience(AudienceKind.GRADES, grades=frozenset({1, 2}))),
        Slot(3, 2, time(12, 0), time(12, 30), Weeks.EVERY, Audience(AudienceKind.TEACHERS)),
    )
    printed = door_rota_pdf(Rota(slots), {}, LIBRARY_NAME, ZH, term=None, on=TODAY)
    assert "841.89 x 595.276" in told(printed, "pdfinfo")
    (text,) = text_of(printed)
    assert all(word in text for word in ("星期六", "全校", "亲子阅读", "一年级", "二年级", "老师"))
    assert "单周" not in text


def test_a_library_without_a_rota_has_an_empty_week_on_its_door_rather_than_a_failure() -> None:
    (text,) = text_of(door_rota_pdf(Rota(), {}, LIBRARY_NAME, ZH, term=None, on=TODAY))
    assert "星期五" in text


def test_each_classs_slip_lists_just_the_days_on_which_it_may_borrow() -> None:
    rota, names = sample().rota, class_names()
    for class_id in (1, 9, 24):
        (text,) = text_of(
            class_rota_pdf(rota, names, LIBRARY_NAME, ZH, term=term(), on=FIRST_DAY, only=[class_id], looks=looks())
        )
        visitor = Visitor(PatronKind.PUPIL, class_id, names[class_id].grade)
        days = [
            sitting.starts
            for number in range(FIRST_DAY.toordinal(), term().ends_on.toordinal() + 1)
            for sitting in sittings_on(rota, date.fromordinal(number))
            if sitting.audience.admits(visitor)
        ]
        assert len(days) > 8
        close = squeezed(text)
        assert ZH.value(names[class_id]) in close
        assert all(squeezed(f"{ZH.value(day.date())} {ZH.value(day.time())}") in close for day in days)
        assert close.count("日星期") == len(days)


def test_there_is_a_slip_for_every_class_four_to_a_page_by_grade() -> None:
    texts = text_of(slips())
    assert len(texts) == 6
    names = [ZH.value(name) for name in class_names().values()]
    whole = squeezed("".join(texts))
    assert [whole.count(name) for name in names] == [1] * 24
    assert all(name in squeezed(texts[0]) for name in names[:4])


def test_an_extra_slot_stands_on_the_slip_and_a_class_without_any_is_told_so() -> None:
    extra = ExtraSlot(1, date(2026, 11, 25), time(8, 0), time(9, 0), Audience(AudienceKind.CLASSES, frozenset({1})))
    rota = Rota(extras=(extra,), calendar=Calendar())
    names = {1: ClassName(1, 1), 2: ClassName(1, 2)}
    one = squeezed(text_of(class_rota_pdf(rota, names, LIBRARY_NAME, ZH, term=None, on=TODAY, only=[1]))[0])
    other = squeezed(text_of(class_rota_pdf(rota, names, LIBRARY_NAME, ZH, term=None, on=TODAY, only=[2]))[0])
    assert "11月25日星期三8:00" in one
    assert "还没有安排时间" in other


def test_a_class_with_a_turn_every_day_has_all_its_times_and_the_number_of_days() -> None:
    times = [(weekday, hour) for weekday in range(1, 6) for hour in (8, 12, 16)]
    everyone = Audience(AudienceKind.EVERYONE)
    slots = tuple(
        Slot(place, weekday, time(hour), time(hour, 30), Weeks.EVERY, everyone)
        for place, (weekday, hour) in enumerate(times)
    )
    printed = class_rota_pdf(Rota(slots), {1: ClassName(1, 1)}, LIBRARY_NAME, ZH, term=None, on=TODAY)
    (text,) = text_of(printed)
    assert all(f"每周{ZH.value(Weekday(weekday))} {hour}:00–{hour}:30" in text for weekday, hour in times)
    assert "一共有 300 次" in text


def test_a_sign_tells_class_range_place_and_library_and_a_bare_letter_once() -> None:
    sign = ShelfSign("I287.4", "儿童小说", "I287.8", "A 区 2 架")
    first, second = text_of(signs_pdf([sign, ShelfSign("V", "航空")], LIBRARY_NAME, ZH))
    assert all(part in first for part in ("儿童小说", "I287.4 – I287.8", "A 区 2 架", LIBRARY_NAME))
    assert second.count("V") == 1


@pytest.mark.parametrize("size", SignSheet)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("社会科学总论", ("社会", "科学", "总论")),
        ("数理科学和化学", ("数理", "科学", "和化学")),
        ("综合性图书", ("综合性图书",)),
        ("天文学、地球科学", ("天文学", "地球", "科学")),
        ("马克思主义、列宁主义、毛泽东思想、邓小平理论", ("马克思主义", "列宁", "毛泽东思想", "邓小平理论")),
        ("Social sciences, general", ("Social", "sciences", "general")),
    ],
)
def test_a_sign_breaks_no_word(name: str, words: tuple[str, ...], size: SignSheet) -> None:
    (said,) = text_of(signs_pdf([ShelfSign("C", name)], LIBRARY_NAME, ZH, size))
    assert [word for word in words if word not in said] == []


def test_signs_carry_the_colour_of_their_class() -> None:
    printed = signs_pdf([ShelfSign(letter, "书") for letter in CLC_LETTERS], LIBRARY_NAME, ZH)
    for letter, page in zip(CLC_LETTERS, pages(printed, 40), strict=True):
        red, green, blue = class_look(letter).fill
        band = page.dots[-round(24 / 25.4 * 40), round(24 / 25.4 * 40)]
        assert band == pytest.approx(0.3 * red + 0.59 * green + 0.11 * blue, abs=4), letter


def test_strips_for_shelf_edges_stand_six_to_a_page() -> None:
    strips = signs_pdf([ShelfSign(letter, "书") for letter in CLC_LETTERS], LIBRARY_NAME, ZH, SignSheet.STRIP)
    assert len(text_of(strips)) == -(-len(CLC_LETTERS) // STRIPS)


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_shelf_list_is_in_shelf_order_and_its_bars_are_read_back(dpi: int) -> None:
    copies = shelf()
    inorder = sorted(copies, key=lambda one: (shelf_key(parse(one.call_number)), one.number))
    assert copies != inorder
    printed = shelf_list_pdf(copies, "A 区 2 架", LIBRARY_NAME, ZH, on=TODAY, dpi=dpi)
    for engine in engines():
        read = [
            code.value for page in pages(printed, dpi) for code in sorted(codes(page, engine), key=lambda code: -code.y)
        ]
        assert read == [one.number for one in inorder]
    whole = "".join(text_of(printed))
    assert all(one.call_number in whole for one in copies)
    assert "A 区 2 架" in whole


def test_a_clearance_list_tells_who_owes_what_and_the_sum() -> None:
    (text,) = text_of(clearance_pdf([ClearanceList("六(1)班", 40, debtors())], LIBRARY_NAME, ZH, on=TODAY))
    assert all(part in text for part in ("清书单", "六(1)班", "王小明", "山海经", "草房子", "30000012", "6月1日"))
    assert "23.60 元" in text
    assert "合计 36.10 元" in text
    assert text.count("王小明") == 1
    assert "班主任签名" in text


def test_a_long_clearance_list_goes_on_with_its_headings_and_signs_at_the_end() -> None:
    texts = text_of(clearance_pdf([ClearanceList("六(1)班", 40, debtors() * 20)], LIBRARY_NAME, ZH, on=TODAY))
    assert len(texts) > 2
    assert all("应还日期" in text and LIBRARY_NAME in text for text in texts)
    assert ["班主任签名" in text for text in texts] == [False] * (len(texts) - 1) + [True]
    assert sum(text.count("山海经") for text in texts) == 20


def test_a_class_that_owes_nothing_is_thanked() -> None:
    (text,) = text_of(clearance_pdf([ClearanceList("六(2)班", 41, [])], LIBRARY_NAME, ZH, on=TODAY))
    assert "全班都还清了" in text
    assert "应付" not in text


def test_nothing_to_print_is_no_pdf() -> None:
    for make in (
        lambda: signs_pdf([], LIBRARY_NAME, ZH),
        lambda: shelf_list_pdf([], "A", LIBRARY_NAME, ZH, on=TODAY),
        lambda: clearance_pdf([], LIBRARY_NAME, ZH, on=TODAY),
        lambda: class_rota_pdf(Rota(), {}, LIBRARY_NAME, ZH, term=None, on=TODAY),
    ):
        with pytest.raises(PageTrouble, match="nothing"):
            make()


@pytest.mark.parametrize("document", EVERYTHING)
def test_the_same_document_is_the_same_file(document: str) -> None:
    one, other = (EVERYTHING[document](ZH) for _ in range(2))
    assert one == other
