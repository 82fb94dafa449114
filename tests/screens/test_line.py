"""Editing one line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.line import (
    LONGEST,
    Line,
    Typing,
    choose_all,
    erase,
    insert,
    leap,
    line_of,
    move,
    printable,
    step,
)

lines = st.builds(
    lambda text, caret, anchor: Line(
        printable(text), caret % (len(printable(text)) + 1), anchor % (len(printable(text)) + 1)
    ),
    st.text(max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
)


@given(lines, st.text(max_size=300))
def test_inserting_replaces_the_selection_and_stays_printable_and_within_the_length(line, text):
    after = insert(line, text)
    begins, ends = line.selection
    assert after.text.startswith(line.text[:begins])
    assert after.text.endswith(line.text[ends:])
    assert after.caret == after.anchor == len(after.text) - len(line.text[ends:])
    assert len(after.text) <= LONGEST
    assert printable(after.text) == after.text


@given(
    lines,
    st.lists(st.sampled_from([step, leap, erase, move, insert, choose_all]), max_size=12),
    st.sampled_from([-1, 1]),
    st.booleans(),
)
def test_the_caret_never_leaves_the_text(line, moves, by, choosing):
    for act in moves:
        if act in (step, leap, move):
            line = act(line, by, choosing)
        elif act is erase:
            line = erase(line, by)
        else:
            line = insert(line, "读x") if act is insert else choose_all(line)
        assert 0 <= line.caret <= len(line.text)
        assert 0 <= line.anchor <= len(line.text)


@given(lines, st.text(max_size=5))
def test_erasing_undoes_an_insertion_where_nothing_was_selected(line, text):
    line = move(line, line.caret)
    after = insert(line, text)
    for _ in range(len(after.text) - len(line.text)):
        after = erase(after, -1)
    assert after == line


def test_an_arrow_leaves_a_selection_at_its_nearer_end():
    line = Line("abcdef", 4, 1)
    assert step(line, -1).caret == 1
    assert step(line, 1).caret == 4
    assert step(line, 1, choosing=True).selected == "bcde"


def test_erasing_takes_the_selection_whole():
    assert erase(choose_all(line_of("上下五千年")), 1) == Line("", 0, 0)
    assert erase(Line("abcdef", 4, 1), -1) == Line("aef", 1, 1)


def test_words_are_leapt_over():
    line = line_of("Charlotte's Web 夏洛的网")
    assert leap(line, -1).caret == 16
    assert leap(leap(line, -1), -1).caret == 12
    assert leap(move(line, 0), 1).caret == 12


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "a\x00b", "a\x1bb", "a\u2028b", "a\ud800b"])
def test_control_characters_never_get_in(text):
    assert insert(Line(), text).text == "ab"


def test_what_was_typed_stays_while_the_flow_shows_the_same():
    typing = Typing()
    typing.change(insert(typing.line, "a"), 1.0)
    assert not typing.tell("")
    assert typing.line.text == "a"


def test_typing_ahead_of_the_flow_loses_nothing():
    typing = Typing()
    for at, letter in enumerate("abc"):
        assert typing.change(insert(typing.line, letter), float(at))
    assert not typing.tell("a")
    assert not typing.tell("ab")
    assert typing.line == line_of("abc")
    assert not typing.tell("abc")
    assert typing.tell("")
    assert typing.line == Line()


def test_another_text_from_the_flow_replaces_the_line():
    typing = Typing(line_of("old"), "old")
    typing.change(insert(typing.line, "er"), 1.0)
    assert typing.tell("new")
    assert typing.line == line_of("new")
    assert not typing.forget_since(0.0)


def test_moving_the_caret_is_no_change():
    typing = Typing(line_of("abc"), "abc")
    assert not typing.change(move(typing.line, 0), 1.0)
    assert typing.line.caret == 0


def test_what_a_scanner_typed_is_taken_back_with_caret_and_selection():
    typing = Typing(line_of("小王子"), "小王子")
    typing.change(choose_all(typing.line), 0.5)
    for at, digit in enumerate("30000016"):
        typing.change(insert(typing.line, digit), 1.0 + at / 100)
    assert typing.line.text == "30000016"
    assert typing.forget_since(1.0)
    assert typing.line == choose_all(line_of("小王子"))
    assert not typing.forget_since(1.0)


def test_forgetting_leaves_what_was_typed_before():
    typing = Typing()
    typing.change(insert(typing.line, "a"), 1.0)
    typing.change(insert(typing.line, "b"), 2.0)
    assert not typing.forget_since(3.0)
    assert typing.forget_since(2.0)
    assert typing.line.text == "a"
