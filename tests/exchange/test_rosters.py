"""Rosters out of files: columns by headings, identity numbers left alone, sheets that are classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.exchange.class_names import SaidClass
from kiosk.exchange.roster_plan import Library, plan_roster
from kiosk.exchange.rosters import HEADINGS, Column, Left, Roster, is_identity_number, plain_name, read_roster
from kiosk.exchange.sheets import heading
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.patrons import PatronKind
from kiosk.lending.stock import Remark
from tests.exchange import workbooks

NUMBER = "440106201501011234"
THREE_TWO = SaidClass(grade=3, number=2)


def csv(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "head",
    [
        "姓名,班级,借书证号",
        "名字,班级名称,读者号",
        "Name,Class,Card No.",
        "学生姓名*,所在班级（必填）,借书证号:",
        " 姓 名 ,班 级,卡号",
    ],
)
def test_columns_are_found_by_their_headings(tmp_path: Path, head: str) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", f"{head}\n张三,三(2)班,２００００１２３\n"))
    (row,) = roster.rows
    assert (row.row, row.name, row.kind, row.said, row.card) == (2, "张三", PatronKind.PUPIL, THREE_TWO, "20000123")


def test_grade_and_class_may_stand_in_two_columns(tmp_path: Path) -> None:
    for head, cells in (
        ("年级,班", "三,2"),
        ("年级,班级", "三年级,(2)班"),
        ("年级,班级", "三年级,三(2)班"),
        ("Grade,Class", "3,2"),
    ):
        roster = read_roster(csv(tmp_path / "a.csv", f"{head},姓名\n{cells},张三\n"))
        assert roster.rows[0].said == THREE_TWO, (head, cells)
    roster = read_roster(csv(tmp_path / "a.csv", "入学年份,班,姓名\n2023,2,张三\n"))
    assert roster.rows[0].said == SaidClass(entry_year=2023, number=2)


def test_rows_keep_their_numbers_below_titles_and_blank_rows(tmp_path: Path) -> None:
    text = "2026年秋季名单,,\n,,\n序号,姓名,班级\n1,张三,三2\n,,\n2,李四,三2\n合计,2人,\n"
    assert [(row.row, row.name) for row in read_roster(csv(tmp_path / "a.csv", text)).rows] == [
        (4, "张三"),
        (6, "李四"),
    ]


def test_headings_repeated_on_every_page_are_no_children(tmp_path: Path) -> None:
    text = "姓名,班级\n张三,三2\n姓名,班级\n李四,三2\n"
    assert [row.name for row in read_roster(csv(tmp_path / "a.csv", text)).rows] == ["张三", "李四"]


def test_a_list_printed_in_blocks_side_by_side_loses_nobody(tmp_path: Path) -> None:
    text = "序号,姓名,班级,序号,姓名,班级\n1,张三,三2,3,王五,三1\n2,李四,三2,,,\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [(row.row, row.name, row.said and row.said.number) for row in roster.rows] == [
        (2, "张三", 2),
        (2, "王五", 1),
        (3, "李四", 2),
    ]
    roster = read_roster(csv(tmp_path / "a.csv", "班级,姓名,卡号,姓名,姓名\n三2,张三,20000014,李四,王五\n"))
    assert [(row.name, row.said, row.card) for row in roster.rows] == [
        ("张三", THREE_TWO, "20000014"),
        ("李四", THREE_TWO, ""),
        ("王五", THREE_TWO, ""),
    ]


def test_the_class_teachers_name_beside_a_child_makes_no_second_child(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "学生姓名,班级,教师姓名\n张三,三2,周老师\n"))
    assert [row.name for row in roster.rows] == ["张三"]


def test_headings_over_two_rows_are_no_child(tmp_path: Path) -> None:
    def more(sheet: object) -> None:
        for column, text in enumerate(("姓名", "班级")):
            sheet.merge_range(0, column, 1, column, text)  # type: ignore[attr-defined]

    rows = [["", "", "家长"], ["", "", "电话"], ["张三", "三2", ""]]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}, more))
    assert [(row.row, row.name) for row in roster.rows] == [(3, "张三")]


def test_columns_with_identity_numbers_are_noticed_and_no_value_of_theirs_is_kept(tmp_path: Path) -> None:
    text = f"姓名,班级,身份证号,学号,学籍号,卡号,性别\n张三,三2,,{NUMBER}5,G1,{NUMBER},男\n李四,三2,{NUMBER},,G2,,女\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert roster.identity == (Column("C", "身份证号"), Column("D", "学号"), Column("E", "学籍号"), Column("F", "卡号"))
    assert roster.unused == (Column("G", "性别"),)
    assert NUMBER[:10] not in repr(roster)
    assert [row.card for row in roster.rows] == ["", ""]


def test_a_short_school_number_is_no_identity_number_and_not_used_either(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "学号,姓名,班级\n20230215,张三,三2\n"))
    assert (roster.identity, roster.unused) == ((), (Column("A", "学号"),))


def test_an_identity_number_in_the_column_of_names_is_not_repeated(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", f"姓名,班级\n{NUMBER},三2\n张三{NUMBER},三2\n李四,三2\n"))
    assert [[remark.code for remark in row.remarks] for row in roster.rows] == [["name_is_number"]] * 2 + [[]]
    assert NUMBER not in repr(roster)


@pytest.mark.parametrize(
    "text", [NUMBER, NUMBER[:-1] + "X", "G" + NUMBER, "4401060000000123456", "440106 20150101 1234", "440106900101123"]
)
def test_identity_numbers_are_known_by_their_shape(text: str) -> None:
    assert is_identity_number(text)


@pytest.mark.parametrize("text", ["20000123", "张三", "13800138000", "2023010101", "6217000012345678", ""])
def test_other_numbers_are_not_taken_for_them(text: str) -> None:
    assert not is_identity_number(text)


def test_names_are_kept_as_they_are_written_but_for_blanks(tmp_path: Path) -> None:
    assert [plain_name(text) for text in ("张　三", " 张 三 ", "Ａｎｎａ  Li", "阿里 木江", "王䶮")] == [
        "张三",
        "张三",
        "Anna Li",
        "阿里木江",
        "王䶮",
    ]


def test_teachers_are_known_by_class_or_kind(tmp_path: Path) -> None:
    text = "姓名,班级,身份\n王老师,,教师\n李四,教师,\n赵五,语文组,\n张三,三2,学生\n周六,三2,校工\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [row.kind for row in roster.rows[:4]] == [PatronKind.TEACHER] * 3 + [PatronKind.PUPIL]
    assert roster.rows[4].remarks == (Remark("kind_unknown", found="校工", refuses=True),)


def test_a_column_of_kinds_that_means_something_else_is_left_alone(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "姓名,班级,类别\n张三,三2,住校\n李四,三2,走读\n"))
    assert [row.remarks for row in roster.rows] == [(), ()]
    assert roster.unused == (Column("C", "类别"),)
    roster = read_roster(csv(tmp_path / "a.csv", "姓名,班级,类别\n张三,三2,教职工子女\n李四,三2,本地\n"))
    assert [(row.kind, row.remarks) for row in roster.rows] == [(PatronKind.PUPIL, ())] * 2


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("#N/A", "name_unlikely"),
        ("#REF!", "name_unlikely"),
        ("合计：40人", "name_unlikely"),
        ("备注：转学", "name_unlikely"),
        ("男", "name_unlikely"),
        ("2026年9月", "name_unlikely"),
        ("阳光小学", "name_unlikely"),
        ("班长：王芳", "name_unlikely"),
        ("无", "name_unlikely"),
        ("三(2)班", "name_is_class"),
        ("四（1）班", "name_is_class"),
        ("Grade 3 Class 2", "name_is_class"),
        ("张三\n李四", "name_of_two"),
        ("张三、李四", "name_of_two"),
        ("张三；李四", "name_of_two"),
        ("王" * 80, "name_too_long"),
    ],
)
def test_what_is_no_name_makes_no_child_and_says_why(tmp_path: Path, cell: str, code: str) -> None:
    rows = [["姓名", "班级"], [cell, "三(2)班"], ["张三", "三(2)班"]]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [[(one.code, one.refuses) for one in row.remarks] for row in roster.rows] == [[(code, True)], []]


def test_a_formula_that_became_text_is_no_name(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "班级,姓名\n三2,=SUM(A1)\n三2,丁一\n"))
    assert [[one.code for one in row.remarks] for row in roster.rows] == [["name_unlikely"], []]


@pytest.mark.parametrize(
    "name",
    ["王老师", "阿卜杜热合曼·麦麦提吐尔逊江", "Li, Anna", "Anna Li/Zhang", "班超", "丁一", "梅兰", "万三", "Grace"],
)
def test_an_unusual_name_is_a_name(tmp_path: Path, name: str) -> None:
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": [["姓名", "班级"], [name, "三(2)班"]]}))
    assert roster.rows[0].remarks == ()


def said(roster: Roster) -> list[tuple[int, str, str]]:
    return [(row.row, row.name, row.class_text) for row in roster.rows]


def test_class_blocks_below_each_other_are_each_their_own_class(tmp_path: Path) -> None:
    rows = [
        ["三(2)班", ""],
        ["姓名", "性别"],
        ["丁一", "男"],
        ["", ""],
        ["四(1)班", ""],
        ["姓名", "性别"],
        ["丁二", "女"],
    ]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert said(roster) == [(3, "丁一", "三(2)班"), (7, "丁二", "四(1)班")]
    assert [row.said for row in roster.rows] == [THREE_TWO, SaidClass(grade=4, number=1)]
    assert [row.remarks for row in roster.rows] == [(), ()]


@pytest.mark.parametrize("title", ["阳光小学四(1)班学生名单", "四(1)班　班主任：王老师", "4.1"])
def test_a_block_is_titled_as_a_sheet_is(tmp_path: Path, title: str) -> None:
    text = f"三(2)班名单,\n姓名,性别\n丁一,男\n{title},\n班主任：王老师,\n姓名,性别\n丁二,女\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [(row.name, row.said) for row in roster.rows] == [
        ("丁一", THREE_TWO),
        ("丁二", SaidClass(grade=4, number=1)),
    ]


def test_a_class_alone_in_its_row_begins_a_block_also_without_headings(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "三(2)班,\n姓名,性别\n丁一,男\n四(1)班,\n丁二,女\n"))
    assert said(roster) == [(3, "丁一", "三(2)班"), (5, "丁二", "四(1)班")]


@pytest.mark.parametrize(
    "titles",
    [
        "四(1)班,共40人",
        "班级：四(1)班,班主任：王老师",
        "阳光小学,\n四(1)班,",
        "四(1)班,\n2026年9月,",
        "2026学年第一学期,\n四(1)班学生名单,\n班主任：王老师,共40人",
    ],
)
def test_no_line_of_a_blocks_title_is_a_child_nor_keeps_the_class_above(tmp_path: Path, titles: str) -> None:
    text = f"三(2)班,\n姓名,性别\n丁一,男\n{titles}\n姓名,性别\n丁二,女\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    fine = [(row.name, row.said) for row in roster.rows if not row.remarks]
    assert fine == [("丁一", THREE_TWO), ("丁二", SaidClass(grade=4, number=1))]


def test_numbers_and_remarks_of_the_last_rows_of_a_page_are_no_titles(tmp_path: Path) -> None:
    text = "三(2)班,,\n号,姓名,备注\n1,丁一,转自四(1)班\n302,,\n号,姓名,备注\n1,丁二,\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [(row.name, row.said) for row in roster.rows] == [("丁一", THREE_TWO), ("", THREE_TWO), ("丁二", THREE_TWO)]


def test_a_wrong_row_above_a_blocks_title_is_still_told(tmp_path: Path) -> None:
    text = "三(2)班,\n姓名,性别\n丁一,男\n12345,男\n四(1)班,\n姓名,性别\n丁二,女\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [(row.row, [one.code for one in row.remarks]) for row in roster.rows] == [
        (3, []),
        (4, ["name_is_number"]),
        (7, []),
    ]


def test_a_block_whose_class_is_not_understood_does_not_go_to_the_class_above(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "三(2)班,\n姓名,性别\n丁一,男\n彩虹班,\n姓名,性别\n丁二,女\n"))
    assert said(roster) == [(3, "丁一", "三(2)班"), (6, "丁二", "彩虹班")]
    assert roster.rows[1].said is None


def test_classes_side_by_side_each_have_their_own_title_also_below_each_other(tmp_path: Path) -> None:
    head = ["序号", "姓名", "序号", "姓名"]
    rows = [
        ["三(1)班", "", "三(2)班", ""],
        head,
        ["1", "丁一", "1", "丁二"],
        ["四(1)班", "", "四(2)班", ""],
        head,
        ["1", "丁三", "1", "丁四"],
    ]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [(row.name, row.class_text) for row in roster.rows] == [
        ("丁一", "三(1)班"),
        ("丁二", "三(2)班"),
        ("丁三", "四(1)班"),
        ("丁四", "四(2)班"),
    ]


def test_which_of_three_titles_belongs_to_two_blocks_is_not_guessed(tmp_path: Path) -> None:
    rows = [["三(1)班", "三(2)班", "三(3)班"], ["姓名", "姓名", "性别"], ["丁一", "丁二", "男"]]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [(row.said, row.class_text) for row in roster.rows] == [(None, "三(1)班 三(2)班 三(3)班")] * 2


def test_the_last_child_above_headings_that_are_repeated_stays_a_child(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "三(2)班,\n姓名,性别\n丁一,\n姓名,性别\n丁二,女\n"))
    assert said(roster) == [(3, "丁一", "三(2)班"), (5, "丁二", "三(2)班")]


def test_other_headings_for_names_are_no_child_either(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "三(2)班,\n姓名,性别\n丁一,男\n四(1)班,\n学生姓名,性别\n丁二,女\n"))
    assert said(roster) == [(3, "丁一", "三(2)班"), (6, "丁二", "四(1)班")]


@pytest.mark.parametrize(
    ("head", "last"),
    [
        ("序号,班级,姓名", "注：以上名单经班主任核对,,"),
        ("序号,班级,姓名", "注意：有变动请告诉教务处,,"),
        ("序号,班级,姓名", "说明,说明,说明"),
        ("序号,班级,姓名", "合计,,17人"),
        ("序号,班级,姓名", "共 17 人,,"),
        ("序号,班级,姓名", "本页小计,,17"),
        ("班级,姓名", "小计,5"),
        ("班级,姓名", "总计,"),
        ("姓名,班级", "总计,3"),
        ("姓名,班级", "备注：" + "这份名单由各班班主任核对过，如有变动请告诉教务处" * 2 + ","),
        ("姓名,班级,姓名,班级", "合计,,40,"),
        ("班级,姓名", "制表人：教务处,2026-09-01"),
    ],
)
def test_sums_and_notes_below_a_list_are_no_rows(tmp_path: Path, head: str, last: str) -> None:
    cells = {"序号": "1", "班级": "三(2)班", "姓名": "张三"}
    child = ",".join(cells.pop(one, "") for one in head.split(","))
    roster = read_roster(csv(tmp_path / "a.csv", f"{head}\n{child}\n{last}\n"))
    assert [(row.name, row.remarks) for row in roster.rows] == [("张三", ())]


@pytest.mark.parametrize("last", ["小计,张三", "备注,张三、李四", "注：转学,王五"])
def test_a_row_with_a_name_is_never_left_out_as_a_note(tmp_path: Path, last: str) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", f"班级,姓名\n三2,丁一\n{last}\n"))
    assert [row.row for row in roster.rows] == [2, 3]


def test_who_signs_below_a_list_is_told_and_no_child(tmp_path: Path) -> None:
    for text in ("三(2)班,\n号,姓名\n1,丁一\n班主任,王明\n", "号,姓名,班级\n,,\n1,丁一,三2\n班主任：,王明,\n"):
        _, signed = read_roster(csv(tmp_path / "a.csv", text)).rows
        assert [(one.code, one.refuses) for one in signed.remarks] == [("signature", True)]
    teachers = read_roster(csv(tmp_path / "a.csv", "职务,教师姓名\n校长,林一\n班主任,王明\n"))
    assert [(row.name, row.kind, row.remarks) for row in teachers.rows] == [
        ("林一", PatronKind.TEACHER, ()),
        ("王明", PatronKind.TEACHER, ()),
    ]


@pytest.mark.parametrize(
    "kind", ["班主任", "校长", "副校长", "主任", "教导主任", "教师", "老师", "教员", "书记", "辅导员", "Principal"]
)
def test_whoever_teaches_or_leads_is_a_teacher(tmp_path: Path, kind: str) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", f"身份,姓名,班级\n学生,张三,三2\n{kind},李四,\n{kind},王五,三2\n"))
    assert [(row.kind, row.remarks) for row in roster.rows[1:]] == [(PatronKind.TEACHER, ())] * 2


def test_rows_without_a_usable_name_are_wrong(tmp_path: Path) -> None:
    text = f"姓名,班级\n,三2\n12345,三2\n{'长' * 81},三2\n"
    roster = read_roster(csv(tmp_path / "a.csv", text))
    assert [row.remarks[0].code for row in roster.rows] == ["no_name", "name_is_number", "name_too_long"]


def test_merged_classes_and_numbers_and_formulas_are_read_from_a_workbook(tmp_path: Path) -> None:
    def more(sheet: object) -> None:
        sheet.merge_range(1, 0, 2, 0, "三(2)班")  # type: ignore[attr-defined]
        sheet.write_formula(3, 0, '="三("&2&")班"', value="三(2)班")  # type: ignore[attr-defined]

    rows = [
        ["班级", "姓名", "借书证号"],
        ["", "张三", 20000123],
        ["", "李四", ""],
        ["", "王五", ""],
        [302, "赵六", ""],
        [3.2, "周七", ""],
    ]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"S": rows}, more))
    assert [row.said for row in roster.rows] == [THREE_TWO] * 5
    assert roster.rows[0].card == "20000123"


def test_classes_that_became_days_are_read_and_said(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "姓名,班级\n张三,2026-03-02\n"))
    assert (roster.rows[0].said, roster.rows[0].class_text) == (THREE_TWO, "3-2")
    assert roster.remarks == (Remark("class_as_date"),)


def test_a_workbook_with_a_sheet_for_each_class_is_read_as_a_whole(tmp_path: Path) -> None:
    path = workbooks.xlsx(
        tmp_path / "a.xlsx",
        {"三(1)班": [["姓名"], ["张三"]], "三(2)班": [["姓名"], ["李四"]], "说明": [["请按班填写"]]},
    )
    roster = read_roster(path)
    assert [(row.sheet, row.row, row.name, row.said) for row in roster.rows] == [
        ("三(1)班", 2, "张三", SaidClass(grade=3, number=1)),
        ("三(2)班", 2, "李四", THREE_TWO),
    ]
    assert left(roster) == [("说明", Left.NO_NAMES, 1)]


def test_the_class_may_stand_above_the_headings(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path / "a.csv", "阳光小学三(2)班学生名单\n姓名,性别\n张三,男\n"))
    assert roster.rows[0].said == THREE_TWO


def test_a_sheet_for_each_grade_and_one_for_the_teachers_are_one_roster(tmp_path: Path) -> None:
    path = workbooks.xlsx(
        tmp_path / "a.xlsx",
        {
            "一年级": [["姓名", "班级"], ["张三", "一1"], ["李四", "一2"]],
            "二年级": [["姓名", "班级"], ["张三", "二1"], ["王五", "二2"], ["赵六", "二2"]],
            "教师": [["教师姓名", "学科"], ["周老师", "语文"]],
        },
    )
    roster = read_roster(path)
    assert [(row.sheet, row.row, row.name) for row in roster.rows] == [
        ("一年级", 2, "张三"),
        ("一年级", 3, "李四"),
        ("二年级", 2, "张三"),
        ("二年级", 3, "王五"),
        ("二年级", 4, "赵六"),
        ("教师", 2, "周老师"),
    ]
    assert roster.rows[-1].kind is PatronKind.TEACHER
    assert (roster.left, roster.remarks) == ((), ())


def left(roster: Roster) -> list[tuple[str, Left, int]]:
    return [(sheet.name, sheet.why, sheet.count) for sheet in roster.left]


def test_a_sheet_that_repeats_people_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    year = [["姓名", "班级"], ["张三", "三2"], ["李四", "三2"], ["王五", "三1"]]
    before = [["姓名", "班级"], ["张三", "二2"], ["李四", "二2"]]
    one_class = [["姓名"], ["张三"], ["李四"]]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"去年": before, "今年": year, "三(2)班": one_class}))
    assert [(row.name, row.sheet) for row in roster.rows] == [("张三", "今年"), ("李四", "今年"), ("王五", "今年")]
    assert roster.rows[0].said == THREE_TWO
    assert left(roster) == [("去年", Left.REPEATS, 2), ("三(2)班", Left.REPEATS, 2)]


def test_a_sheet_that_was_left_out_can_be_read_and_says_who_was_there_already(tmp_path: Path) -> None:
    year = [["姓名", "班级"], ["张三", "三2"], ["李四", "三2"], ["王五", "三1"]]
    before = [["姓名", "班级"], ["张三", "二2"], ["李四", "二2"], ["赵六", "二2"]]
    sheets = {"今年": year, "去年": before, "说明": [["请按班填写"]]}
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", sheets))
    every = roster.with_all()
    assert every.rows[:3] == roster.rows, "what was decided about them by their places stays right"
    assert [(row.name, row.sheet, row.also) for row in every.rows[3:]] == [
        ("张三", "去年", "今年"),
        ("李四", "去年", "今年"),
        ("赵六", "去年", ""),
    ]
    assert left(every) == [("说明", Left.NO_NAMES, 1)]


def test_one_wrong_class_does_not_cost_a_whole_sheet(tmp_path: Path) -> None:
    head = ["姓名", "班级"]
    sheets = {
        "三(1)班": [head, ["甲一", "三(1)班"], ["甲二", "三(1)班"]],
        "三(2)班": [head, ["乙一", "三(2)班"], ["乙二", "三(1)班"]],
        "四年级": [head, ["丙一", ""], ["丙二", "四(1)班"]],
        "五年级": [head, ["丁一", ""]],
        "教师": [["姓名", "类别"], ["陈老师", "教师"], ["林老师", "教师"]],
        "外聘": [["姓名", "类别"], ["甲一", "教师"]],
    }
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", sheets))
    assert {row.sheet for row in roster.rows} == set(sheets)
    assert (roster.left, [row.name for row in roster.rows if row.also]) == ((), [])


def test_who_stands_in_two_sheets_is_marked_and_namesakes_of_other_classes_are_not(tmp_path: Path) -> None:
    head = ["姓名", "班级"]
    first = [head, ["张三", "三2"], ["李四", "三2"], ["赵六", "三2"], ["王老师", "教师"]]
    second = [head, ["张三", "三(2)班"], ["李四", "四2"], ["甲", "四2"], ["乙", "四2"], ["丙", "四2"]]
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"a": first, "b": second}))
    assert [(row.name, row.class_text, row.also) for row in roster.rows if row.also] == [("张三", "三(2)班", "a")]


def test_a_hidden_sheet_is_left_out_unless_it_is_all_there_is(tmp_path: Path) -> None:
    rows = [["姓名", "班级"], ["张三", "三2"]]
    old = [["姓名", "班级"], ["旧人", "三1"]]

    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", {"现在": rows, "以前": old}, hidden=["以前"]))
    assert ([row.name for row in roster.rows], left(roster)) == (["张三"], [("以前", Left.HIDDEN, 1)])
    assert [row.name for row in roster.with_all().rows] == ["张三", "旧人"]
    roster = read_roster(workbooks.xlsx(tmp_path / "b.xlsx", {"封面": [["名单"]], "以前": old}, hidden=["以前"]))
    assert [row.name for row in roster.rows] == ["旧人"]


def test_a_sheet_with_names_and_no_class_is_left_out_with_the_number_of_its_rows(tmp_path: Path) -> None:
    sheets = {"三年级": [["姓名", "班级"], ["张三", "三2"]], "转学": [["姓名", "电话"], ["李四", ""], ["王五", ""]]}
    roster = read_roster(workbooks.xlsx(tmp_path / "a.xlsx", sheets))
    assert left(roster) == [("转学", Left.NO_CLASS, 2)]


def test_a_table_without_names_or_without_classes_is_refused(tmp_path: Path) -> None:
    for text in ("张三,三2\n李四,三2\n", "姓名,性别\n张三,男\n"):
        with pytest.raises(FileTrouble) as caught:
            read_roster(csv(tmp_path / "a.csv", text))
        assert caught.value.code == "no_headings"


def test_every_heading_that_is_understood_is_one_thing() -> None:
    plain = [heading(name) for names in HEADINGS.values() for name in names.split()]
    assert len(plain) == len(set(plain))
    assert all(plain)


CELLS = st.sampled_from(
    [
        "",
        "姓名",
        "班级",
        "年级",
        "班",
        "卡号",
        "张三",
        "王 芳",
        "三2",
        "三年级",
        "2026-03-02",
        "教师",
        "20000014",
        NUMBER,
        "合计",
        "x",
        "3.2",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_no_table_raises_anything_but_a_sentence_nor_tells_an_identity_number(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in [["姓名", "班级", "卡号"], *rows]), "utf-8")
    try:
        roster = read_roster(path)
    except FileTrouble as trouble:
        assert trouble.code in ("no_headings", "empty")
        return
    assert NUMBER not in repr(roster)
    assert all(row.name or any(remark.refuses for remark in row.remarks) for row in roster.rows)
    plan = plan_roster(roster, Library((), ()), 2026)
    assert len(plan.lines) == len(roster.rows)
