"""What is new before a camera and what lies there: once is once, whatever covers it and whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanner.camera.lying import AWAY, COVERED, SETTLE, Desk, Quad

WIDTH = 1280


@dataclass(frozen=True)
class Lies:
    """A code in a picture."""

    value: str
    where: Quad
    symbology: str = "code128"


def at(x: float, y: float, value: str = "30000018", long: float = 200.0, rise: float = 0.0) -> Lies:
    return Lies(value, ((x, y), (x + long, y + rise), (x + long, y + rise + 60), (x, y + 60)))


class Looker:
    """Looks at a desk, ten frames a second."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.now = 100.0
        self.new: list[str] = []
        self.desk.begin(0.0)

    def see(self, *codes: Lies, seconds: float = 0.1) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.new += [code.value for code in self.desk.look(codes, self.now, WIDTH).new]


HERE, THERE = at(300, 200), at(500, 420)


def test_a_code_that_stays_is_new_once() -> None:
    looker = Looker()
    looker.see(HERE, seconds=200)
    assert looker.new == ["30000018"]


def test_taken_away_and_held_there_again_it_is_new_again() -> None:
    looker = Looker()
    looker.see(HERE)
    looker.see(seconds=AWAY + 0.2)
    looker.see(THERE)
    assert looker.new == ["30000018"] * 2


def test_moved_about_without_being_away_it_stays_the_same() -> None:
    looker = Looker()
    for step in range(40):
        looker.see(at(200 + 10 * step, 300), seconds=0.3)
        looker.see(seconds=AWAY - 0.5)
    assert looker.new == ["30000018"]


def test_covered_for_long_and_lying_where_it_was_it_stays_the_same() -> None:
    looker = Looker()
    looker.see(HERE)
    looker.see(seconds=COVERED - 1)
    looker.see(at(306, 204, long=190, rise=8))
    assert looker.new == ["30000018"]


def test_in_the_same_place_after_a_long_time_it_is_new() -> None:
    looker = Looker()
    looker.see(HERE)
    looker.see(seconds=COVERED + 1)
    looker.see(HERE)
    assert looker.new == ["30000018"] * 2


def test_in_the_same_place_but_turned_or_nearer_it_is_new() -> None:
    for other in (at(300, 200, rise=60), at(250, 200, long=300)):
        looker = Looker()
        looker.see(HERE)
        looker.see(seconds=AWAY + 0.2)
        looker.see(other)
        assert looker.new == ["30000018"] * 2


def test_the_time_a_camera_is_unplugged_is_no_time_away() -> None:
    looker = Looker()
    looker.see(HERE)
    looker.now += 600
    looker.desk.begin()
    looker.see(THERE, seconds=5)
    assert looker.new == ["30000018"]


def test_what_lies_there_when_the_camera_begins_is_not_new_and_what_comes_after_is() -> None:
    looker = Looker()
    looker.desk.begin()
    looker.see(HERE, seconds=SETTLE + 1)
    looker.see(HERE, at(700, 500, "30000026"))
    looker.see(seconds=AWAY + 0.2)
    looker.see(THERE)
    assert looker.new == ["30000026", "30000018"]


def test_a_frame_tells_what_is_new_and_what_was_there_a_moment_ago() -> None:
    desk = Desk()
    desk.begin(0.0)
    card, book = at(100, 100, "20000014"), at(500, 300)
    assert desk.look([book], 1.0, WIDTH).beside == ()
    sight = desk.look([card], 1.2, WIDTH)
    assert ([code.value for code in sight.new], sight.beside) == (["20000014"], ("30000018",))
    sight = desk.look([card, book], 1.4, WIDTH)
    assert (sight.new, sight.beside) == ((), ("20000014", "30000018"))
    assert desk.look([], 6.0, WIDTH).beside == ("20000014", "30000018")  # one frame stands for a moment only


def test_the_same_number_twice_in_a_picture_is_one() -> None:
    looker = Looker()
    looker.see(HERE, THERE, seconds=1)
    assert looker.new == ["30000018"]


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 20.0)), max_size=30))
def test_what_lies_still_is_new_at_most_once_however_it_is_covered(seen: list[tuple[bool, float]]) -> None:
    looker = Looker()
    for there, seconds in seen:
        looker.see(*([HERE] if there else []), seconds=min(seconds, 15.0))
        if not there:
            looker.see(HERE)
    assert len(looker.new) == bool(seen)
