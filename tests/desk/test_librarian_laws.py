"""Laws of lending by hand and undoing, held by random days of a librarian on a real library."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.work import LendTo, LibrarianCommand, RenewFor, ReturnByHand, SetCopyStatus, UndoAction
from kiosk.lending.copies import CopyStatus
from kiosk.store import schema
from kiosk.store.library import FILE_NAME, open_library
from tests.desk.school import BOOK, HELD_FOR_LI, LI, LOST, NOT_FOR_LOAN, WANG, School
from tests.desk.test_librarian import Room

Made = Callable[[Room, str, str], LibrarianCommand | None]


def _loan_id(room: Room, code: str) -> int | None:
    copy_id = room.copy_id(code)
    rows = room.school.rows(schema.loans)
    return next((row.loan_id for row in rows if row.copy_id == copy_id and row.returned_at is None), None)


def lend(room: Room, person: str, code: str) -> LibrarianCommand:
    return LendTo(patron_id=room.id_of(person), code=code, overrule=True, words="law")


def renew(room: Room, _: str, code: str) -> LibrarianCommand | None:
    loan_id = _loan_id(room, code)
    return None if loan_id is None else RenewFor(loan_id=loan_id, overrule=True, words="law")


def bring_back(room: Room, _: str, code: str) -> LibrarianCommand:
    return ReturnByHand(copy_id=room.copy_id(code))


def _into(status: CopyStatus) -> Made:
    def change(room: Room, _: str, code: str) -> LibrarianCommand:
        return SetCopyStatus(copy_id=room.copy_id(code), status=status, words="law")

    return change


DEEDS: dict[str, Made] = {
    "lend": lend,
    "renew": renew,
    "return": bring_back,
    **{status.value: _into(status) for status in CopyStatus},
}
steps = st.lists(
    st.tuples(
        st.sampled_from((*["lend"] * 5, *["renew", "return"] * 2, *sorted(DEEDS))),
        st.sampled_from((WANG, LI)),
        st.sampled_from((BOOK, BOOK, BOOK, HELD_FOR_LI, NOT_FOR_LOAN, LOST)),
        st.sampled_from((0, 0, 0, 1, 20)),  # days that pass
    ),
    max_size=10,
)


@contextmanager
def a_room(template: Path) -> Iterator[Room]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / FILE_NAME)
        library = open_library(folder)
        try:
            yield Room(library)
        finally:
            library.close()


def state(school: School) -> dict[str, Any]:
    """Everything that is true now: loans that count, states and holds of copies, suspensions."""
    return {
        "loans": [row for row in school.rows(schema.loans) if not row.undone],
        "copies": school.rows(schema.copies),
        "suspended": {row.patron_id: row.suspended_until for row in school.rows(schema.patrons)},
    }


def done(outcome: Outcome) -> bool:
    return outcome.kind not in {OutcomeKind.REFUSED, OutcomeKind.UNKNOWN}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=steps)
def test_undoing_everything_a_command_did_leads_back_to_the_state_before(_sqlite_template: Path, day: list[Any]):
    with a_room(_sqlite_template) as room:
        for deed, person, code, days in day:
            room.school.later(days=days)
            command = DEEDS[deed](room, person, code)
            if command is None:
                continue
            before, seq = state(room.school), room.last().seq
            room.ask(command)
            new = [action for action in room.actions() if action.seq > seq]
            for action in new:  # the last first
                assert done(room.ask(UndoAction(seq=action.seq))), action
            assert state(room.school) == before
            room.school.assert_consistent()
            room.ask(command)  # and now for good
        room.school.assert_consistent()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=steps, picks=st.lists(st.integers(0, 5), max_size=8))
def test_undoing_in_any_order_keeps_the_laws_or_is_refused(_sqlite_template: Path, day: list[Any], picks: list[int]):
    with a_room(_sqlite_template) as room:
        for deed, person, code, _ in day:
            command = DEEDS[deed](room, person, code)
            if command is not None:
                room.ask(command)
        for pick in picks:
            actions = room.actions()
            if not actions:
                break
            action = actions[pick % len(actions)]
            before = state(room.school)
            outcome = room.ask(UndoAction(seq=action.seq))
            assert done(outcome) is not action.blocked
            if action.blocked:
                assert state(room.school) == before
            room.school.assert_consistent()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=steps)
def test_overruling_sets_aside_only_what_may_be_overruled_and_writes_it_down(_sqlite_template: Path, day: list[Any]):
    with a_room(_sqlite_template) as room:
        for deed, person, code, days in day:
            room.school.later(days=days)
            command = DEEDS[deed](room, person, code)
            if command is not None:
                outcome = room.ask(command)
                if isinstance(command, LendTo | RenewFor) and outcome.reasons:
                    assert not all(reason.overridable for reason in outcome.reasons)
        for event in room.events("lent", "renewed"):
            assert ("overruled" in event.details) == ("words" in event.details)
