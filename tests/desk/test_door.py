"""The door: opens the library when first needed, makes one where there is none, and never lets a trouble out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.clock import ManualClock, usual_instant
from kiosk.desk.door import Door
from kiosk.flows.commands import CreateLibrary, Probe, ReadBoard, TakeScan
from kiosk.flows.outcomes import Board, Outcome, OutcomeKind
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.patrons import PatronKind
from kiosk.store.edit import load_settings
from kiosk.store.library import FILE_NAME, Library, create_library
from tests.desk.school import NOON, WANG, fill


class Watched:
    """A door, and what it told its surroundings."""

    def __init__(self, location: str) -> None:
        self.opened: list[Library] = []
        self.filled: list[Library] = []
        clock = ManualClock(usual_instant(NOON))
        self.door = Door(location, clock, "kiosk", fill=self._fill, opened=self.opened.append)

    def _fill(self, library: Library) -> None:
        self.filled.append(library)
        library.transact(fill)

    def scan(self, code: str) -> Outcome:
        return self.door.perform(TakeScan(code=code, request_id="r"))


@pytest.fixture
def new(empty_place: str) -> Iterator[Watched]:
    watched = Watched(empty_place)
    yield watched
    watched.door.close()


def test_where_there_is_no_library_each_command_says_so(new: Watched) -> None:
    for _ in range(2):
        outcome = new.scan(WANG)
        assert (outcome.kind, outcome.trouble, outcome.request_id) == (OutcomeKind.TROUBLE, "no_library", "r")
        assert outcome.at == NOON
    assert new.opened == []


def test_a_library_is_made_named_and_used(new: Watched) -> None:
    made = new.door.perform(CreateLibrary(name="榕树街小学", request_id="c"))
    assert (made.kind, made.request_id) == (OutcomeKind.INFO, "c")
    assert len(new.opened) == 1 and new.filled == []
    assert new.opened[0].read(load_settings)["name"] == "榕树街小学"
    assert made.data == number(BarcodeKind.CARD, 1)


def test_a_new_library_has_a_librarian_who_can_come_in(new: Watched) -> None:
    card = new.door.perform(CreateLibrary(librarian=" 张老师 ", request_id="c")).data
    assert isinstance(card, str)
    came = new.scan(card).patron
    assert came is not None
    assert (came.name, came.kind, came.has_pin) == ("张老师", PatronKind.LIBRARIAN, False)


def test_the_sample_is_filled_in_where_it_is_asked_for(new: Watched) -> None:
    new.door.perform(CreateLibrary(sample=True))
    assert len(new.filled) == 1
    assert new.scan(WANG).kind is OutcomeKind.IDENTIFIED
    board = new.door.perform(ReadBoard()).data
    assert isinstance(board, Board) and len(board.lines) == 2


def test_making_one_twice_keeps_the_first(new: Watched) -> None:
    new.door.perform(CreateLibrary(sample=True))
    assert new.door.perform(CreateLibrary(sample=True)).kind is OutcomeKind.INFO
    assert len(new.filled) == 1


def test_one_that_somebody_else_made_meanwhile_is_used_not_replaced(new: Watched) -> None:
    library = create_library(new.door.location)
    library.transact(fill)
    library.close()
    assert new.door.perform(CreateLibrary()).trouble == "exists"
    assert new.door.perform(Probe()).kind is OutcomeKind.INFO
    assert new.scan(WANG).kind is OutcomeKind.IDENTIFIED


def test_it_opens_once_and_again_after_it_was_closed(school_location: str) -> None:
    watched = Watched(school_location)
    for _ in range(3):
        assert watched.scan(WANG).kind is OutcomeKind.IDENTIFIED
    assert len(watched.opened) == 1
    watched.door.close()
    assert watched.scan(WANG).kind is OutcomeKind.IDENTIFIED
    assert len(watched.opened) == 2
    watched.door.close()


@pytest.mark.parametrize("content", [b"this is no database, but a letter to the school " * 100, b""])
def test_a_file_that_is_no_library_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    watched = Watched(str(tmp_path))
    assert watched.scan(WANG).trouble == "damaged"


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    watched = Watched("postgresql://kiosk:secret@127.0.0.1:1/library")
    outcome = watched.scan(WANG)
    assert outcome.trouble == "unreachable"
    assert "secret" not in outcome.detail
    watched.door.close()
