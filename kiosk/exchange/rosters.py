"""Rosters: who is in which class, out of the tables schools keep.

Columns are found by their headings, in Chinese or English. Columns with identity numbers are noticed and left alone:
no value of theirs goes anywhere. What a roster means for the library is worked out in `roster_plan`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.exchange.class_names import (
    SaidClass,
    class_of_date,
    read_class_name,
    read_grade,
    read_number,
)
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.sheets import MOST_BYTES, Headings, Row, Sheet, find_headings, heading, read_sheets
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.patrons import PatronKind
from kiosk.lending.stock import Remark
from kiosk.lending.text import half_width


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of a roster. `row` counts as Excel does; `sheet` is named only where several were read.

    `class_text` is what stood in the file, `said` what it says (None where it is not understood). `card` is a number
    for a card, "" without one. `remarks` that refuse (no name, …) make the row wrong.
    """

    row: int
    name: str
    kind: PatronKind = PatronKind.PUPIL
    class_text: str = ""
    said: SaidClass | None = None
    card: str = ""
    sheet: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its letter and heading."""

    letter: str
    heading: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A file's people in its order; columns with identity numbers and other columns, neither of which was read.

    `remarks` are about the whole: codes of `exchange.remark`, `found` with what each is about.
    """

    rows: tuple[RosterRow, ...]
    identity: tuple[Column, ...] = ()
    unused: tuple[Column, ...] = ()
    remarks: tuple[Remark, ...] = ()


LONGEST_NAME = 80
"""A name is kept up to this length (the store's column)."""

_COLUMNS: Mapping[str, str] = {
    "name": "姓名 名字 学生姓名 学生 学生名字 教师姓名 读者姓名 读者 "
    "name fullname student studentname pupil pupilname teachername readername",
    "class": "班级 班级名称 所在班级 行政班 行政班级 年级班级 年班 部门 单位 class classname homeroom form department",
    "grade": "年级 年级名称 所在年级 级别 grade year yeargroup level 入学年份 入学年级 entryyear",
    "number": "班 班号 班次 班别 classno classnumber section",
    "card": "借书证号 借书证 借阅证号 借阅证 读者号 读者证号 读者编号 读者条码 条码 条形码 条码号 卡号 "
    "校园卡号 一卡通号 一卡通 card cardno cardnumber readerno readernumber readerid barcode librarycard patronid",
    "kind": "类型 类别 身份 读者类型 读者类别 人员类别 人员类型 角色 kind type role category",
}
_HEADINGS = {heading(name): meaning for meaning, names in _COLUMNS.items() for name in names.split()}
_IDENTITY_HEADING = re.compile(
    r"身份证|证件号|证件编号|居民证|公民身份|学籍|护照|户口|国网|全国学号|idnumber|idcard|identity|nationalid|passport|citizenid"
)
# GB 11643: 18 characters, the last a digit or X; the older ones had 15. A 学籍号 is G or L before such a number.
_IDENTITY = re.compile(
    r"[GLgl]?[1-9][0-9]{5}(?:18|19|20)[0-9]{2}[0-9]{7}[0-9Xx]|[GLgl]?[0-9]{18,19}|[GLgl][0-9]{17}[0-9Xx]|[0-9]{17}[Xx]"
)
_IDENTITY_15 = re.compile(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_KINDS: Mapping[PatronKind, re.Pattern[str]] = {
    PatronKind.TEACHER: re.compile(r".*(教师|老师|教职工|教工|职工|teacher|staff).*"),
    PatronKind.PUPIL: re.compile(r".*(学生|pupil|student).*"),
}
_FOOTERS = re.compile(r"(合计|总计|总数|共计|小计|备注|说明|制表|填表|班主任|审核|total\b|notes?\b).*|注[::].*")
_LONG_NUMBER = re.compile(r"[0-9]{15}")
_TEACHER_HEADING = re.compile(r"教师姓名|教师|老师|teacher|teachername")


def read_roster(path: Path, *, progress: Progress = quiet, most_bytes: int = MOST_BYTES) -> Roster:
    """Read a roster. Raises FileTrouble as `read_sheet`, and `no_headings` where no row names a name and a class.

    Of several sheets the one that names names and classes is read; where each sheet is a class (the class stands in
    its name or above the headings), all of them.
    """
    sheets = read_sheets(path, progress=progress, most_bytes=most_bytes)
    found = [(sheet, headings) for sheet in sheets if (headings := find_headings(sheet.rows, _HEADINGS, ("name",)))]
    with_class = [(sheet, headings) for sheet, headings in found if _says_class(headings)]
    if with_class:
        best = max(with_class, key=lambda one: len(one[1].columns))
        left = [Remark("sheet_left", found=sheet.name) for sheet in sheets if sheet is not best[0]]
        roster = _read(best[0], best[1], "", None)
        return replace(roster, remarks=(*left, *roster.remarks))
    parts = [
        _read(sheet, headings, sheet.name if len(found) > 1 else "", said)
        for sheet, headings in found
        if (said := _class_of_sheet(sheet, headings)) is not None
    ]
    if not parts:
        raise FileTrouble("no_headings", file=path.name)
    read = {sheet.name for sheet, headings in found if _class_of_sheet(sheet, headings) is not None}
    left = [Remark("sheet_left", found=sheet.name) for sheet in sheets if sheet.name not in read]
    return Roster(
        rows=tuple(row for part in parts for row in part.rows),
        identity=tuple(dict.fromkeys(column for part in parts for column in part.identity)),
        unused=tuple(dict.fromkeys(column for part in parts for column in part.unused)),
        remarks=(*left, *dict.fromkeys(remark for part in parts for remark in part.remarks)),
    )


def is_identity_number(text: str) -> bool:
    """Whether `text` looks like a national identity number or a 学籍号, which the library never keeps."""
    packed = re.sub(r"[\s\-]", "", half_width(text))
    return _IDENTITY.fullmatch(packed) is not None or _IDENTITY_15.fullmatch(packed) is not None


def plain_name(text: str) -> str:
    """A name as it is kept: half-width, no blanks between Chinese characters (张　三), single ones elsewhere.

    Characters keep their form; only compatibility forms (full-width letters) are made plain.
    """
    plain = " ".join(half_width(text).split())
    packed = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", plain)
    return unicodedata.normalize("NFC", packed)


# --- one sheet ------------------------------------------------------------------------------------------------


def _says_class(headings: Headings) -> bool:
    return bool(headings.columns.keys() & {"class", "kind", "grade", "number"})


def _class_of_sheet(sheet: Sheet, headings: Headings) -> tuple[str, SaidClass] | None:
    """The class a whole sheet is: by what stands above its headings, else by its name."""
    above = [cell for row in sheet.rows[: headings.row] for cell in row if cell]
    for text in (*above, sheet.name):
        for part in (
            text,
            *re.findall(
                r"(?:[一二三四五六七八九1-9]年?级?|20[0-9]{2}级)[(（]?[0-9一二三四五六七八九十]+[)）]?班", text
            ),
        ):
            said = read_class_name(part)
            if said is not None and (said.teachers or (said.number and (said.grade or said.entry_year))):
                return part, said
    title = sheet.rows[headings.row][headings.columns["name"]]
    return (title, SaidClass(teachers=True)) if _TEACHER_HEADING.fullmatch(heading(title)) else None


def _read(sheet: Sheet, headings: Headings, named: str, whole: tuple[str, SaidClass] | None) -> Roster:
    head = sheet.rows[headings.row]
    body = sheet.rows[headings.row + 1 :]
    names = headings.columns["name"]  # a number that strayed in here makes its row wrong, not the column
    identity = {p for p in range(len(head)) if p != names and _is_identity_column(head[p], (row[p] for row in body))}
    columns = {meaning: place for meaning, place in headings.columns.items() if place not in identity}
    if "kind" in columns and not any(_kind_of(row[columns["kind"]]) for row in body):
        del columns["kind"]  # 类别 may as well part boarders from others
    if "class" not in columns and "grade" not in columns and "number" in columns:
        columns["class"] = columns.pop("number")  # 班 over whole names
    rows: list[RosterRow] = []
    dated = False
    for row_number, cells in enumerate(body, headings.row + 2):
        if not any(cells) or _repeats_heading(cells, head):
            continue
        if not _value(cells, columns, "class") and _is_footer(cells):
            continue
        row, from_date = _row(row_number, cells, columns, whole)
        rows.append(replace(row, sheet=named))
        dated = dated or from_date
    unused = [p for p in range(len(head)) if p not in identity and p not in columns.values() and head[p]]
    remarks = (Remark("class_as_date"),) if dated else ()
    return Roster(
        tuple(rows),
        tuple(Column(_letter(place), head[place]) for place in sorted(identity)),
        tuple(Column(_letter(place), head[place]) for place in unused),
        remarks,
    )


def _is_identity_column(head: str, values: Iterable[str]) -> bool:
    return _IDENTITY_HEADING.search(heading(head)) is not None or any(is_identity_number(value) for value in values)


def _repeats_heading(cells: Row, head: Row) -> bool:
    """Printed lists repeat their headings on every page."""
    return [heading(cell) for cell in cells] == [heading(cell) for cell in head]


def _is_footer(cells: Row) -> bool:
    first = next((cell for cell in cells if cell), "")
    return _FOOTERS.fullmatch(first.lower()) is not None


def _value(cells: Row, columns: Mapping[str, int], meaning: str) -> str:
    place = columns.get(meaning)
    return cells[place] if place is not None else ""


def _row(
    number: int, cells: Row, columns: Mapping[str, int], whole: tuple[str, SaidClass] | None
) -> tuple[RosterRow, bool]:
    """A row, and whether its class had been turned into a date."""
    name = plain_name(_value(cells, columns, "name"))
    remarks = list(_wrong_names(name))
    text, said, dated = _class(cells, columns, whole)
    kind = _kind(_value(cells, columns, "kind"), said)
    if kind is None:
        remarks.append(Remark("kind_unknown", found=_value(cells, columns, "kind"), refuses=True))
    card = re.sub(r"\s", "", half_width(_value(cells, columns, "card")))
    shown = "" if any(remark.code == "name_is_number" for remark in remarks) else name[:LONGEST_NAME]
    return RosterRow(number, shown, kind or PatronKind.PUPIL, text, said, card, "", tuple(remarks)), dated


def _wrong_names(name: str) -> Iterable[Remark]:
    if not name:
        yield Remark("no_name", refuses=True)
    elif len(name) > LONGEST_NAME:
        yield Remark("name_too_long", found=name[:20], refuses=True)
    elif not any(sign.isalpha() for sign in name) or _LONG_NUMBER.search(name):
        yield Remark("name_is_number", refuses=True)


def _class(
    cells: Row, columns: Mapping[str, int], whole: tuple[str, SaidClass] | None
) -> tuple[str, SaidClass | None, bool]:
    """What stands for the class, what it says, and whether a spreadsheet had made a date of it."""
    text, grade_text, number_text = (_value(cells, columns, meaning) for meaning in ("class", "grade", "number"))
    shown = " ".join(part for part in (grade_text, text, number_text) if part)
    if not shown and whole is not None:
        return whole[0], whole[1], False
    grade = read_grade(grade_text) if grade_text else None
    number = read_number(number_text or text) if number_text or grade_text else None
    said = read_class_name(text) if text else None
    if said is None and text and (dated := class_of_date(text)) is not None:
        return _as_written(dated), dated, True
    if said is not None and said.teachers:
        return shown, said, False
    if said is not None and said.number is not None and (said.grade is not None or said.entry_year is not None):
        return text, said, False
    if grade is not None:
        return shown, SaidClass(grade.grade, grade.entry_year, number), False
    if text or not grade_text:
        return shown, said, False
    return shown, read_class_name(grade_text), False


def _as_written(said: SaidClass) -> str:
    return f"{said.grade}-{said.number}"


def _kind(text: str, said: SaidClass | None) -> PatronKind | None:
    """The kind a row says; a row that does not say is a pupil unless it stands among teachers. None: not understood."""
    if not text:
        return PatronKind.TEACHER if said is not None and said.teachers else PatronKind.PUPIL
    return _kind_of(text)


def _kind_of(text: str) -> PatronKind | None:
    plain = half_width(text).lower()
    return next((kind for kind, words in _KINDS.items() if words.fullmatch(plain)), None)


def _letter(place: int) -> str:
    """The letter over a column, as spreadsheets show it: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def known_headings() -> Sequence[str]:
    """Every heading that is understood, for who writes a roster."""
    return tuple(name for names in _COLUMNS.values() for name in names.split())
