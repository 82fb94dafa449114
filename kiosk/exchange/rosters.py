"""Rosters: who is in which class, out of the tables schools keep.

Columns are found by their headings, in Chinese or English. Columns with identity numbers are noticed and left alone:
no value of theirs goes anywhere. What a roster means for the library is worked out in `roster_plan`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kiosk.exchange.class_names import SaidClass, class_of_date, read_class_name, read_grade, read_number
from kiosk.exchange.files import MOST_BYTES
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.sheets import Headings, Row, Sheet, find_headings, heading, heading_columns, read_sheets
from kiosk.exchange.trouble import FileTrouble
from kiosk.lending.patrons import PatronKind
from kiosk.lending.stock import Remark
from kiosk.lending.text import half_width


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of a roster. `row` counts as Excel does; `sheet` is named only where several were read.

    `class_text` is what stood in the file, `said` what it says (None where it is not understood). `card` is a number
    for a card, "" without one. `remarks` that refuse (no name, …) make the row wrong. `also` names another sheet that
    seems to have the same person.
    """

    row: int
    name: str
    kind: PatronKind = PatronKind.PUPIL
    class_text: str = ""
    said: SaidClass | None = None
    card: str = ""
    sheet: str = ""
    remarks: tuple[Remark, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its letter and heading."""

    letter: str
    heading: str


class Left(StrEnum):
    """Why a sheet is left out: nothing names people, or says their classes; the people of others again; hidden."""

    NO_NAMES = "no_names"
    NO_CLASS = "no_class"
    REPEATS = "repeats"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class LeftSheet:
    """A sheet that is left out, and how many rows it has. `part` is what is in it, None where it cannot be read."""

    name: str
    why: Left
    count: int
    part: Roster | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A file's people in its order; columns with identity numbers and other columns, neither of which was read.

    `remarks` are about the whole: codes of `people.remark`. `left` are the sheets that are left out.
    """

    rows: tuple[RosterRow, ...]
    identity: tuple[Column, ...] = ()
    unused: tuple[Column, ...] = ()
    remarks: tuple[Remark, ...] = ()
    left: tuple[LeftSheet, ...] = ()

    def with_all(self) -> Roster:
        """The roster with the sheets too that were left out but can be read; their rows come last.

        Who stood in another sheet already is marked so (`RosterRow.also`), whatever their classes.
        """
        roster = replace(self, left=tuple(sheet for sheet in self.left if sheet.part is None))
        for sheet in self.left:
            roster = roster if sheet.part is None else _joined(roster, sheet.part, _name_of)
        return roster


LONGEST_NAME = 80
"""A name is kept up to this length (the store's column)."""

_Whole = tuple[str, SaidClass | None]
"""The class of a whole block: as it is written, and what that says."""

HEADINGS: Mapping[str, str] = {
    "name": "姓名 名字 学生姓名 学生 学生名字 教师姓名 老师姓名 读者姓名 读者 "
    "name fullname student studentname pupil pupilname teachername readername",
    "class": "班级 班级名称 所在班级 所属班级 学生班级 就读班级 现班级 行政班 行政班级 年级班级 年班 部门 "
    "class classname homeroom form department",
    "grade": "年级 年级名称 所在年级 级别 grade year yeargroup level 入学年份 入学年级 entryyear",
    "number": "班 班号 班次 班别 classno classnumber section",
    "card": "借书证号 借书证 借阅证号 借阅证 借书卡号 图书证号 读者号 读者证 读者证号 读者编号 读者条码 "
    "条码 条形码 条码号 卡号 校园卡号 一卡通号 一卡通 "
    "card cardno cardnumber readerno readernumber readerid barcode librarycard patronid",
    "kind": "类型 类别 身份 读者类型 读者类别 人员类别 人员类型 角色 kind type role category",
}
"""What each column may be headed with, parted by blanks."""
_HEADINGS = {heading(name): meaning for meaning, names in HEADINGS.items() for name in names.split()}
_IDENTITY_HEADING = re.compile(
    r"身份证|证件号|证件编号|居民证|公民身份|学籍|护照|户口|国网|全国学号|idnumber|idcard|identity|nationalid|passport|citizenid"
)
# GB 11643: 18 characters, the last a digit or X; the older ones had 15. A 学籍号 is G or L before such a number.
_IDENTITY = re.compile(
    r"[GLgl]?[1-9][0-9]{5}(?:18|19|20)[0-9]{2}[0-9]{7}[0-9Xx]|[GLgl]?[0-9]{18,19}|[GLgl][0-9]{17}[0-9Xx]|[0-9]{17}[Xx]"
)
_IDENTITY_15 = re.compile(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_KINDS: Mapping[PatronKind, re.Pattern[str]] = {
    PatronKind.TEACHER: re.compile(
        r"(?!.*子女).*(教师|老师|教员|教职工|教工|职工|校长|主任|书记|辅导员|teacher|staff|principal|headmaster).*"
    ),
    PatronKind.PUPIL: re.compile(r".*(学生|pupil|student).*"),
}
_FOOTERS = re.compile(
    r"(合计|总计|总数|总人数|人数|共计|共有?\s*[0-9]|小计|[本全](?:页|班|校|年级).{0,4}[计共]|备注|附注|说明|以上|制表|填表|填报"
    r"|打印|班主任|审核|核对|负责人|total\b|notes?\b).*|注(?:意|[:.、\s0-9]).*"
)
_COUNT = re.compile(r"[0-9]*\s*[人名]?")
_NOBODY = frozenset({"no_name", "name_is_number", "name_unlikely"})
"""Why a cell of a sum or a note is no name; two names in one cell are people all the same."""
_CLASS_IN_TITLE = re.compile(r"(?:[一二三四五六七八九1-9]年?级?|20[0-9]{2}级)[(（]?[0-9一二三四五六七八九十]+[)）]?班")
_TITLE = re.compile(r"班$|组$|教师|班级|年级|名单|名册|花名|(?i:class|grade)")
_CLASS_SIGNS = re.compile(r"[0-9班级届]|class|grade")
# What cells hold where no name is: errors (ECMA-376 18.17.3) and formulas of spreadsheets, a sex, a word for nothing.
_NO_NAMES = re.compile(
    r"=.*|#(?:n/a|ref!|value!|name\?|div/0!|num!|null!).*|true|false|null|n/a|男生?|女生?|male|female|boy|girl"
    r"|无|空|空白|暂无|没有|待定|未知|同上|略|以下空白"
)
_ABOUT = re.compile(r".*(?:[0-9]\s*[年月日人名]|小学|中学|学校|学年|学期|名单|名册|班级|年级|:).*")
_CLASS_WORDS = re.compile(r"[班级届]|class|grade")
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_SEVERAL = re.compile(rf"[{_HAN}]\s*[、,;/\n\r]\s*[{_HAN}]")
_LONGEST_HAN = 30
"""Far longer than any name in Chinese characters, those of Uyghurs with a middle dot among them."""
_LONG_NUMBER = re.compile(r"[0-9]{15}")
_TEACHER_HEADING = re.compile(r"教师姓名|教师|老师|teacher|teachername")


def read_roster(path: Path, *, progress: Progress = quiet, most_bytes: int = MOST_BYTES) -> Roster:
    """Read a roster. Raises FileTrouble as `read_sheets`, and `no_headings` where no row names a name and a class.

    Where no column says the class, it is looked for above the headings and in the sheet's name. Of several sheets
    all are read but hidden ones and those that mostly repeat the people of others. What is left out is said.
    """
    sheets = read_sheets(path, progress=progress, most_bytes=most_bytes)
    read = {place: part for place, sheet in enumerate(sheets) if (part := _read_sheet(sheet)) is not None}
    if not read:
        raise FileTrouble("no_headings", file=path.name)
    taken = _belonging_together(read, [place for place in read if not sheets[place].hidden] or list(read))
    if len(read) == 1:
        read = {place: _unnamed(part) for place, part in read.items()}
    roster = Roster(())
    for place in taken:
        roster = _joined(roster, read[place], _person_of)
    left = tuple(_left(sheet, read.get(place)) for place, sheet in enumerate(sheets) if place not in taken)
    return replace(roster, left=left)


def _belonging_together(read: Mapping[int, Roster], seen: Iterable[int]) -> list[int]:
    """Of the sheets that are `seen` those that make one roster, in their order: each with people of its own.

    Last year's list and a list of everybody beside those of the classes repeat the same people: the longest is taken.
    """
    taken: list[int] = []
    names: set[object] = set()
    for place in sorted(seen, key=lambda place: -len(read[place].rows)):
        own = {_name_of(row) for row in read[place].rows if row.name}
        if not taken or 2 * len(names & own) <= len(own):
            taken.append(place)
            names |= own
    return sorted(taken)


def _name_of(row: RosterRow) -> tuple[object, ...]:
    return row.kind, row.name


def _person_of(row: RosterRow) -> tuple[object, ...]:
    """What tells a person of one sheet from those of others: teachers may be named with any class."""
    return (*_name_of(row), None if row.kind is PatronKind.TEACHER else row.said or row.class_text)


def _joined(roster: Roster, part: Roster, known_by: Callable[[RosterRow], object]) -> Roster:
    """A roster with the people of one more sheet; who is in it already is marked with the sheet they are in."""
    where = {known_by(row): row.sheet for row in reversed(roster.rows) if row.name}
    rows = (replace(row, also=where.get(known_by(row), "")) for row in part.rows)
    return Roster(
        (*roster.rows, *rows),
        tuple(dict.fromkeys((*roster.identity, *part.identity))),
        tuple(dict.fromkeys((*roster.unused, *part.unused))),
        tuple(dict.fromkeys((*roster.remarks, *part.remarks))),
        roster.left,
    )


def _unnamed(part: Roster) -> Roster:
    return replace(part, rows=tuple(replace(row, sheet="") for row in part.rows))


def _left(sheet: Sheet, part: Roster | None) -> LeftSheet:
    if part is not None:
        return LeftSheet(sheet.name, Left.HIDDEN if sheet.hidden else Left.REPEATS, len(part.rows), part)
    headings = _headings(sheet)
    below = sheet.rows if headings is None else sheet.rows[headings.row + 1 :]
    return LeftSheet(sheet.name, Left.NO_NAMES if headings is None else Left.NO_CLASS, sum(map(any, below)))


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


def _read_sheet(sheet: Sheet) -> Roster | None:
    """The people of a sheet; None where no row names names, or nothing says a class."""
    headings = _headings(sheet)
    if headings is None:
        return None
    if headings.columns.keys() & {"class", "kind", "grade", "number"}:
        return _read(sheet, headings, sheet.name, None)
    whole = _class_of_sheet(sheet, headings)
    return None if whole is None else _read(sheet, headings, sheet.name, whole)


def _headings(sheet: Sheet) -> Headings | None:
    return find_headings(sheet.rows, _HEADINGS, ("name",))


def _class_of_sheet(sheet: Sheet, headings: Headings) -> tuple[str, SaidClass] | None:
    """The class a whole sheet is: by what stands above its headings, else by its name."""
    above = [cell for row in sheet.rows[: headings.row] for cell in row if cell]
    for text in (*above, sheet.name):
        if (found := _class_in_title(text)) is not None:
            return found
    title = sheet.rows[headings.row][headings.columns["name"]]
    return (title, SaidClass(teachers=True)) if _TEACHER_HEADING.fullmatch(heading(title)) else None


def _class_in_title(text: str) -> tuple[str, SaidClass] | None:
    """The class that a title is about: all of it, or named in it."""
    for part in (text, *_CLASS_IN_TITLE.findall(text)):
        said = read_class_name(part)
        if said is not None and said.number and (said.grade or said.entry_year):
            return part, said
    said = read_class_name(text)  # last: 四(1)班 班主任：王老师 is about a class
    return (text, said) if said is not None and said.teachers else None


def _only(cells: Row) -> str:
    """What a row says where it says one thing only, perhaps in merged cells; "" otherwise."""
    told = {cell for cell in cells if cell}
    return told.pop() if len(told) == 1 else ""


def _classes_in(cells: Row) -> list[tuple[str, SaidClass]]:
    """The classes named in a row of titles, merged cells once."""
    told = (cell for place, cell in enumerate(cells) if cell and (place == 0 or cells[place - 1] != cell))
    found = (_class_in_title(cell) for cell in told)
    return [one for one in found if one is not None and not one[1].teachers]


def _for_blocks(titles: Row, whole: _Whole | None, count: int) -> list[_Whole | None]:
    """The class of each of `count` blocks side by side: that of all, unless a row of titles names one for each."""
    found = _classes_in(titles)
    if count < 2 or len({said for _, said in found}) < 2:
        return [whole] * count
    if len(found) != count:
        return [(" ".join(text for text, _ in found), None)] * count
    return list(found)


def _is_heading(cells: Row, name: int) -> bool:
    return _HEADINGS.get(heading(cells[name])) == "name"


def _titles(body: Sequence[Row], name: int) -> dict[int, _Whole | None]:
    """The rows of a sheet, by their places in `body`, that stand above a further block of it, and the block's class.

    A class where a name would be begins a block also without headings. What stands with it above repeated headings
    (a school, a date, the class teacher) is a title as well, with None for the class.
    """
    titles: dict[int, _Whole | None] = {}
    for place, cells in enumerate(body):
        named = [one for one in _classes_in(cells) if _names_class(one[0]) and _CLASS_WORDS.search(one[0].lower())]
        if named and not _may_be_name(cells[name]):
            titles[place] = named[0]
        if not _is_heading(cells, name):
            continue
        first = place
        while first > 0 and not _is_heading(body[first - 1], name) and not _may_be_child(body[first - 1], name):
            first -= 1
        here = {above: found for above in range(first, place) if (found := titles.get(above) or _title(body[above]))}
        # Above the class only what is plainly a title goes with it: a row that is wrong is told.
        titles.update(
            (above, here.get(above))
            for above in range(first, place)
            if here and (above >= min(here) or _ABOUT.fullmatch(_only(body[above])))
        )
    return titles


def _title(cells: Row) -> _Whole | None:
    """The class that a row above headings is about; as it is written where it is called otherwise, like 彩虹班."""
    found = [one for one in _classes_in(cells) if not one[0].isdigit()]
    text = _only(cells)
    if found or _is_footer(cells) or not _TITLE.search(text):
        return found[0] if found else None
    return _class_in_title(text) or (text, None)


def _may_be_name(text: str) -> bool:
    return bool(text) and not any(_wrong_names(plain_name(text), text))


def _may_be_child(cells: Row, name: int) -> bool:
    """Whether a row above headings is a child's: what ends a page is no title."""
    return _may_be_name(cells[name]) and not (_only(cells) and _TITLE.search(cells[name]))


def _read(sheet: Sheet, headings: Headings, named: str, whole: _Whole | None) -> Roster:
    head = sheet.rows[headings.row]
    body = sheet.rows[headings.row + 1 :]
    name = headings.columns["name"]
    blocks = _blocks(head, name)
    kept = {block["name"] for block in blocks}  # an identity number that strayed in there makes its row wrong
    identity = {p for p in range(len(head)) if p not in kept and _is_identity_column(head[p], (row[p] for row in body))}
    blocks = [_usable(block, identity, body) for block in blocks]
    rows: list[RosterRow] = []
    dated = False
    titles = _titles(body, name)
    above = next((row for row in reversed(sheet.rows[: headings.row]) if len(_classes_in(row)) > 1), ())
    classes = _for_blocks(above, whole, len(blocks))
    for row_number, cells in enumerate(body, headings.row + 2):
        place = row_number - headings.row - 2
        if place in titles and whole is not None:
            if (title := titles[place]) is not None:
                classes = _for_blocks(cells, title, len(blocks))
            continue
        if not any(cells) or _is_heading(cells, name):
            continue  # printed lists repeat their headings on every page
        if _is_footer(cells) and all(_names_nobody(cells, block) for block in blocks):
            continue
        parts = list(zip(blocks, classes, strict=True))
        for columns, own in [part for part in parts if cells[part[0]["name"]]] or parts[:1]:
            row, from_date = _row(row_number, cells, columns, own)
            rows.append(replace(row, sheet=named))
            dated = dated or from_date
    used = {place for block in blocks for place in block.values()} | identity
    return Roster(
        tuple(rows),
        tuple(Column(_letter(place), head[place]) for place in sorted(identity)),
        tuple(Column(_letter(p), head[p]) for p in range(len(head)) if p not in used and head[p]),
        (Remark("class_as_date"),) if dated else (),
    )


def _blocks(head: Row, name: int) -> list[dict[str, int]]:
    """The columns of each block of a list that is printed in several, side by side: 姓名 班级 姓名 班级.

    A further block begins where the heading of the names stands again; what it lacks of a class is the first one's.
    """
    starts = [place for place in range(name, len(head)) if heading(head[place]) == heading(head[name])]
    ends = [*starts[1:], len(head)]
    first = heading_columns(head[: ends[0]], _HEADINGS)
    blocks = [first]
    shared = {meaning: place for meaning, place in first.items() if meaning not in ("name", "card")}
    for start, end in zip(starts[1:], ends[1:], strict=True):
        own = heading_columns(("",) * start + head[start:end], _HEADINGS)
        blocks.append({**shared, **own})
    return blocks


def _usable(columns: dict[str, int], identity: Collection[int], body: Sequence[Row]) -> dict[str, int]:
    """The columns of a block that are what their headings say."""
    usable = {meaning: place for meaning, place in columns.items() if place not in identity}
    if "kind" in usable and not any(_kind_of(row[usable["kind"]]) for row in body):
        del usable["kind"]  # 类别 may as well part boarders from others
    if "class" not in usable and "grade" not in usable and "number" in usable:
        usable["class"] = usable.pop("number")  # 班 over whole names
    return usable


def _is_identity_column(head: str, values: Iterable[str]) -> bool:
    return _IDENTITY_HEADING.search(heading(head)) is not None or any(is_identity_number(value) for value in values)


def _is_footer(cells: Row) -> bool:
    first = next((cell for cell in cells if cell), "")
    return _is_note(first)


def _is_note(text: str) -> bool:
    return _FOOTERS.fullmatch(half_width(text).lower()) is not None


def _names_nobody(cells: Row, columns: Mapping[str, int]) -> bool:
    """Whether a row that begins like a note or a sum has neither a name nor a class in the columns of a block."""
    name, text = _value(cells, columns, "name"), _value(cells, columns, "class")
    if text and not _is_note(text) and not _COUNT.fullmatch(half_width(text)):
        return False
    return _is_note(name) or any(remark.code in _NOBODY for remark in _wrong_names(plain_name(name), name))


def _signature(cells: Row, columns: Mapping[str, int], said: SaidClass | None) -> str:
    """What stands before a name that is no reader of the list but signs below it (班主任 | 王明); "" otherwise."""
    first = next((place for place, cell in enumerate(cells) if cell), 0)
    among_teachers = said is not None and said.teachers
    if first in columns.values() or among_teachers or _value(cells, columns, "class") or _value(cells, columns, "kind"):
        return ""
    return cells[first] if _is_footer(cells) else ""


def _value(cells: Row, columns: Mapping[str, int], meaning: str) -> str:
    place = columns.get(meaning)
    return cells[place] if place is not None else ""


def _row(number: int, cells: Row, columns: Mapping[str, int], whole: _Whole | None) -> tuple[RosterRow, bool]:
    """A row, and whether its class had been turned into a date."""
    written = _value(cells, columns, "name")
    name = plain_name(written)
    remarks = list(_wrong_names(name, written))
    text, said, dated = _class(cells, columns, whole)
    if not remarks and (label := _signature(cells, columns, said)):
        remarks.append(Remark("signature", found=label[:20], refuses=True))
    kind = _kind(_value(cells, columns, "kind"), said)
    if kind is None:
        remarks.append(Remark("kind_unknown", found=_value(cells, columns, "kind"), refuses=True))
    card = re.sub(r"\s", "", half_width(_value(cells, columns, "card")))
    shown = "" if any(remark.code == "name_is_number" for remark in remarks) else name[:LONGEST_NAME]
    return RosterRow(number, shown, kind or PatronKind.PUPIL, text, said, card, "", tuple(remarks)), dated


def _names_class(text: str) -> bool:
    """Whether a text is the name of a class, and could be nobody's: 王老师 and 三丁 could."""
    said = read_class_name(text)
    return said is not None and not said.teachers and _CLASS_SIGNS.search(half_width(text).lower()) is not None


def _wrong_names(name: str, written: str) -> Iterable[Remark]:
    if not name:
        yield Remark("no_name", refuses=True)
    elif len(name) > (_LONGEST_HAN if re.search(f"[{_HAN}]", name) else LONGEST_NAME):
        yield Remark("name_too_long", found=name[:20], refuses=True)
    elif not any(sign.isalpha() for sign in name) or _LONG_NUMBER.search(name):
        yield Remark("name_is_number", refuses=True)
    elif any(way.fullmatch(name.lower()) for way in (_NO_NAMES, _FOOTERS, _ABOUT)) and not _names_class(name):
        yield Remark("name_unlikely", found=name[:20], refuses=True)
    elif _names_class(name):
        yield Remark("name_is_class", found=name, refuses=True)
    elif _SEVERAL.search(half_width(written)):
        yield Remark("name_of_two", found=" / ".join(half_width(written).split()), refuses=True)


def _class(cells: Row, columns: Mapping[str, int], whole: _Whole | None) -> tuple[str, SaidClass | None, bool]:
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
