"""Listings on the terminal: one JSON array for scripts, a table for people (Chinese characters are two wide)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Entry = Mapping[str, Any]
Write = Callable[[str], None]

WIDEST = 44  # columns of the terminal a cell may take in a table; JSON has everything

COLUMNS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "patrons": (
        ("barcode", "卡号", "card"),
        ("name", "姓名", "name"),
        ("kind", "类别", "kind"),
        ("class", "班级", "class"),
        ("is_helper", "小管理员", "helper"),
        ("suspended_until", "停借到", "suspended until"),
        ("active", "可用", "active"),
    ),
    "titles": (
        ("title_id", "编号", "id"),
        ("title", "题名", "title"),
        ("authors", "作者", "authors"),
        ("publisher", "出版社", "publisher"),
        ("clc", "分类号", "class"),
        ("isbn", "ISBN", "ISBN"),
    ),
    "copies": (
        ("barcode", "条码", "barcode"),
        ("accession_no", "登录号", "accession"),
        ("title", "题名", "title"),
        ("call_number", "索书号", "call number"),
        ("place", "位置", "place"),
        ("status", "状态", "status"),
        ("due_on", "借出应还", "out, due"),
    ),
    "loans": (
        ("barcode", "条码", "barcode"),
        ("title", "题名", "title"),
        ("name", "读者", "reader"),
        ("class", "班级", "class"),
        ("lent_at_local", "借出", "lent"),
        ("due_on", "应还", "due"),
        ("returned_at_local", "归还", "returned"),
        ("days_overdue", "超期天数", "days late"),
    ),
    "events": (
        ("seq", "序号", "no."),
        ("at_local", "时间", "time"),
        ("kiosk", "机器", "kiosk"),
        ("action", "动作", "action"),
        ("card", "卡号", "card"),
        ("barcode", "条码", "barcode"),
        ("operator_id", "经手", "operator"),
    ),
    "rota": (
        ("kind", "种类", "kind"),
        ("when", "时间", "when"),
        ("who", "谁", "who"),
    ),
}
"""What each listing shows as a table: key of the row, heading in Chinese and in English."""

_WORDS: Mapping[str, str] = {
    "pupil": "学生",
    "teacher": "教师",
    "class_set": "集体",
    "librarian": "馆员",
    "in_service": "在架",
    "in_repair": "修补",
    "lost": "遗失",
    "found": "找回",
    "withdrawn": "剔除",
    "lent": "借出",
    "returned": "归还",
    "renewed": "续借",
    "undone": "撤销",
    "term": "学期",
    "closure": "闭馆",
    "swap_day": "调休",
    "slot": "时段",
    "extra_slot": "加开",
    "slot_swap": "互换",
    "everyone": "所有人",
    "teachers": "教师",
    "every": "每周",
    "odd": "单周",
    "even": "双周",
}
_DAYS = {"zh_CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def print_json(entries: Iterable[Entry], write: Write) -> None:
    """One JSON array, an entry a line, written as the entries come."""
    write("[")
    for number, entry in enumerate(entries):
        write(("," if number else "") + "\n" + json.dumps(entry, ensure_ascii=False))
    write("\n]\n")


def print_table(listing: str, entries: Iterable[Entry], language: str, write: Write) -> None:
    """A table with the columns of `listing` (a key of `COLUMNS`) and a line that counts the rows."""
    if listing == "rota":
        entries = (_rota_line(entry, language) for entry in entries)
    columns = COLUMNS[listing]
    heads = [zh if language == "zh_CN" else en for _, zh, en in columns]
    lines = [[_cut(_cell(entry.get(key), language)) for key, _, _ in columns] for entry in entries]
    widths = [max(map(width, cells)) for cells in zip(heads, *lines, strict=True)]
    for cells in (heads, ["─" * wide for wide in widths], *lines):
        write("  ".join(pad(cell, wide) for cell, wide in zip(cells, widths, strict=True)).rstrip() + "\n")
    write(f"共 {len(lines)} 行\n" if language == "zh_CN" else f"{len(lines)} rows\n")


def width(words: str) -> int:
    """How many columns of a terminal `words` take (Unicode standard annex 11: wide and full-width take two)."""
    return sum(_wide(sign) for sign in words)


def _wide(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def pad(words: str, columns: int) -> str:
    """`words` followed by blanks up to so many columns."""
    return words + " " * (columns - width(words))


def _cut(words: str) -> str:
    if width(words) <= WIDEST:
        return words
    while width(words) >= WIDEST:
        words = words[:-1]
    return words + "…"


def _cell(value: Any, language: str) -> str:
    match value:
        case None | False | 0:
            return ""
        case True:
            return "✓"
        case list():
            return "、".join(_cell(one, language) for one in value)
    words = str(value).replace("T", " ") if _is_instant(value) else str(value)
    words = "".join(sign if sign.isprintable() else " " for sign in words)
    return _WORDS.get(words, words) if language == "zh_CN" else words


def _is_instant(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 19 and value[4:5] == "-" and value[10:11] == "T"


def _rota_line(entry: Entry, language: str) -> Entry:
    """An entry of calendar or rota in three columns."""
    return {"kind": entry["kind"], "when": " ".join(_when(entry, language)), "who": _who(entry)}


def _when(entry: Entry, language: str) -> Iterator[str]:
    if entry.get("weekday"):
        yield ("周" if language == "zh_CN" else "") + _DAYS[language][entry["weekday"] - 1]
        yield _cell(entry["weeks"], language)
    if entry.get("day"):
        yield entry["day"]
    if entry.get("starts_on"):
        same = entry["starts_on"] == entry["ends_on"]
        yield entry["starts_on"] if same else f"{entry['starts_on']} – {entry['ends_on']}"
    if entry.get("starts"):
        yield f"{entry['starts'][:5]}–{entry['ends'][:5]}"
    if entry.get("first_day"):
        yield f"{entry['first_day']} ⇄ {entry['second_day']}"
    if entry.get("uses_weekday"):
        yield "→ " + _DAYS[language][entry["uses_weekday"] - 1]


def _who(entry: Entry) -> Any:
    return entry.get("who") or entry.get("reason") or entry.get("name") or entry.get("label")
