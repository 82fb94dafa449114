"""Due-date slips: what a receipt printer gets, read back as the printer reads it."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, datetime

import pytest
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st

from kiosk.i18n import Words
from kiosk.printing.slips import COLUMNS, Slip, SlipBook, slip_escpos, width, wrapped

ZH, EN = Words("zh_CN"), Words("en")
AT = datetime(2026, 11, 23, 12, 15)  # noqa: DTZ001  the school's local time
COMMANDS = re.compile(rb"\x1b@|\x1c&|\x1ba[\x00\x01]|\x1bE[\x00\x01]|\x1dV\x00")
TITLE = "昆虫记：写给孩子的大自然观察笔记（彩色插图注音版）第三册"


def slip(*titles: str, name: str = "王＊明") -> Slip:
    books = tuple(SlipBook(title, date(2026, 12, 7)) for title in titles)
    return Slip("阳光小学图书馆", AT, name, books)


def printed(content: bytes, encoding: str = "gb18030") -> list[str]:
    """The lines on the paper. A command that is none of ours would be left in them."""
    return COMMANDS.sub(b"", content).decode(encoding).split("\n")


def test_a_slip_names_library_time_reader_books_and_days() -> None:
    assert [line for line in printed(slip_escpos(slip("西游记", "Charlotte's Web"), ZH)) if line] == [
        "阳光小学图书馆",
        "还书日期条",
        "-" * 32,
        "2026年11月23日 12:15",
        "读者：王＊明",
        "1. 西游记",
        "   12月7日 星期一 前还",
        "2. Charlotte's Web",
        "   12月7日 星期一 前还",
        "-" * 32,
        "请爱护图书，按时还书",
    ]


def test_a_slip_speaks_english_too() -> None:
    lines = printed(slip_escpos(slip("西游记"), EN))
    assert "Due dates" in lines
    assert any(line.startswith("   due ") for line in lines)


def test_a_reader_who_is_not_to_be_named_is_not() -> None:
    assert not [line for line in printed(slip_escpos(slip("西游记", name=""), ZH)) if "读者" in line]


def test_the_commands_are_those_of_python_escpos_own_printer() -> None:
    printer = Dummy()
    printer.hw("INIT")
    printer.set(align="center", bold=True)
    printer.set(align="left", bold=False)
    printer.cut()
    known = set(re.findall(rb"[\x1b\x1d][@aEV][\x00\x01]?", printer.output))
    ours = set(re.findall(rb"[\x1b\x1d][@aEV][\x00\x01]?", slip_escpos(slip("x"), ZH)))
    assert ours <= known


def test_the_printer_is_put_in_its_chinese_mode_unless_it_reads_utf_8() -> None:
    assert slip_escpos(slip("西游记"), ZH).startswith(b"\x1b@\x1c&")
    assert b"\x1c&" not in slip_escpos(slip("西游记"), ZH, encoding="utf-8")
    assert TITLE[:5] in "".join(printed(slip_escpos(slip(TITLE), ZH, encoding="utf-8"), "utf-8"))


def test_the_yen_sign_is_written_so_that_no_printer_makes_rubbish_of_it() -> None:
    content = slip_escpos(slip("¥ 23.80"), ZH)
    assert "￥".encode("gb18030") in content
    assert "¥".encode("gb18030") not in content


def test_what_has_four_bytes_is_left_to_chinese_characters() -> None:
    lines = printed(slip_escpos(slip("㛃 😀 • ²"), ZH))
    assert "1. 㛃 □ □ 2" in lines
    assert "1. □ □ □ 2" in printed(slip_escpos(slip("㛃 😀 • ²"), ZH, encoding="gbk"), "gbk")


def test_a_title_never_commands_the_printer() -> None:
    content = slip_escpos(slip("a\x1b@b\x1dV\x00c\x10\x04\x01d\ne\u2028f"), ZH)
    assert content.count(b"\x1b@") == content.count(b"\x1dV\x00") == 1
    assert "1. a @b V c   d e f" in printed(content)


@given(
    st.text(max_size=60), st.text(max_size=20), st.sampled_from(sorted(COLUMNS)), st.sampled_from(["gb18030", "gbk"])
)
def test_no_line_is_wider_than_the_paper_and_nothing_but_ours_is_a_command(
    title: str, name: str, width_mm: int, encoding: str
) -> None:
    content = slip_escpos(slip(title, name=name), ZH, encoding=encoding, width_mm=width_mm)
    for line in printed(content, encoding):
        assert line.isprintable()
        assert width(line) <= COLUMNS[width_mm]


@given(st.text(max_size=80), st.sampled_from([8, 32, 48]))
def test_wrapping_loses_no_character_that_prints(text: str, columns: int) -> None:
    def bare(words: str) -> list[str]:
        return [letter for letter in words if letter.isprintable() and not letter.isspace()]

    assert bare("".join(wrapped(text, columns, "  "))) == bare(text)


def test_words_are_kept_whole_where_they_fit() -> None:
    assert wrapped("1. The Very Hungry Caterpillar", 20, "   ") == ["1. The Very Hungry", "   Caterpillar"]
    assert wrapped("夏洛的网 Charlotte", 12) == ["夏洛的网", "Charlotte"]


def test_a_roll_that_is_not_made_is_no_slip() -> None:
    with pytest.raises(KeyError):
        slip_escpos(slip("x"), ZH, width_mm=60)


def test_a_slip_loads_none_of_the_printer_table_of_python_escpos() -> None:
    code = (
        "import sys; from datetime import datetime; from kiosk.i18n import Words; "
        "from kiosk.printing.slips import Slip, slip_escpos; "
        "slip_escpos(Slip('x', datetime(2026, 1, 1), '', ()), Words()); "
        "sys.exit(bool({'escpos.capabilities', 'PIL', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
