from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanner.printable import printable


def test_a_plain_code_stays_as_it_is() -> None:
    assert printable("I287.45/SCH-001 三国") == "I287.45/SCH-001 三国"


def test_what_could_garble_a_log_is_escaped() -> None:
    assert printable("a\r\n\x1b[2J\x00\u202e\ud800\\") == r"a\r\n\x1b[2J\x00\u202e\ud800" + "\\\\"


def test_a_long_code_is_cut() -> None:
    assert printable("7" * 64) == "7" * 64
    assert printable("7" * 65) == "7" * 63 + "…"
    assert printable("\x00" * 10_000).endswith("…")


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")), st.integers(1, 80))
def test_anything_becomes_one_short_printable_line(code: str, longest: int) -> None:
    line = printable(code, longest)
    assert line.isprintable()
    assert len(line) <= longest
    line.encode("utf-8")
