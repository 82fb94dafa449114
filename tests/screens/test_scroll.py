"""Scrolling as plain numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.scroll import Scroll

scrolls = st.builds(Scroll, st.integers(0, 200_000), st.integers(1, 2000))


@given(scrolls, st.lists(st.tuples(st.sampled_from(["by", "page", "to", "drag"]), st.integers(-3000, 3000))))
def test_the_window_never_leaves_the_body(scroll, moves):
    for act, amount in moves:
        if act == "drag":
            scroll.press(0)
            scroll.drag(amount)
            scroll.release()
        else:
            getattr(scroll, act)(amount)
        assert 0 <= scroll.offset <= max(0, scroll.content - scroll.window)


@given(scrolls, st.integers(0, 200_000), st.integers(100, 2000))
def test_the_thumb_stays_on_its_track_and_reaches_both_ends(scroll, offset, track):
    scroll.to(offset)
    at, long = scroll.thumb(track, 40)
    assert 0 <= at <= at + long <= track
    scroll.to(0)
    assert scroll.thumb(track, 40)[0] == 0
    scroll.to(scroll.furthest)
    at, long = scroll.thumb(track, 40)
    assert at + long == track


@given(scrolls, st.integers(0, 190_000), st.integers(1, 300))
def test_what_is_revealed_can_be_seen(scroll, top, tall):
    top = min(top, max(0, scroll.content - tall))
    bottom = min(top + tall, scroll.content)
    scroll.reveal(top, bottom)
    assert scroll.offset <= top
    assert bottom <= scroll.offset + scroll.window or scroll.offset == top


def test_a_finger_that_slips_a_little_still_presses():
    scroll = Scroll(1000, 100, slop=10)
    scroll.press(50)
    assert not scroll.drag(55)
    assert not scroll.release()
    assert scroll.offset == 0


def test_a_drag_moves_the_body_with_the_finger_and_presses_nothing():
    scroll = Scroll(1000, 100, slop=10)
    scroll.press(50)
    assert scroll.drag(20)
    assert scroll.offset == 30
    assert scroll.release()
    assert not scroll.drag(0)


def test_dragging_the_thumb_through_its_track_goes_through_the_whole_body():
    scroll = Scroll(1000, 100)
    _, long = scroll.thumb(100, 20)
    scroll.press(0, track=100, least=20)
    scroll.drag(100 - long)
    assert scroll.offset == scroll.furthest


def test_a_short_body_is_not_dragged():
    scroll = Scroll(50, 100)
    scroll.press(0)
    assert not scroll.drag(90)
    assert not scroll.release()
