"""What the idle screen shows: read, never written."""

from __future__ import annotations

from kiosk.desk.work import Handler, Work, handler
from kiosk.flows.audiences import audience_words
from kiosk.flows.commands import Command, Probe, ReadBoard
from kiosk.flows.outcomes import Board, BoardLine, NewBook, Outcome, OutcomeKind
from kiosk.lending.calendar import closure_on, is_open_day
from kiosk.lending.rota import next_sitting, sittings_on
from kiosk.lending.rules import OutsideTerms
from kiosk.store import edit, facts

NEW_BOOKS = 4


def read_board(work: Work, command: ReadBoard) -> Outcome:  # noqa: ARG001  every handler gets its command
    """Today's rota in words, what comes next, new books, the library's display settings."""
    policies, today = work.policies, work.moment.today
    names = facts.class_names(work.conn, policies, today)
    calendar, display = policies.rota.calendar, policies.display
    closure = closure_on(calendar, today)
    outside = not is_open_day(calendar, today) and closure is None
    open_outside = policies.rules.outside_terms is OutsideTerms.OPEN_TO_ALL
    coming = next_sitting(policies.rota, work.moment.now)
    board = Board(
        library=display.library,
        today=today,
        lines=tuple(
            BoardLine(sitting.starts, sitting.ends, audience_words(sitting.audience, names))
            for sitting in sittings_on(policies.rota, today)
        ),
        minutes_before=policies.rules.minutes_before,
        minutes_after=policies.rules.minutes_after,
        open_to_all=closure is None and (not policies.rota.slots or (outside and open_outside)),
        closed=closure is not None or (outside and not open_outside),
        closed_why=closure.reason if closure else "",
        next_turn=coming.starts if coming else None,
        next_who=audience_words(coming.audience, names) if coming else (),
        new_books=tuple(
            NewBook(new.title, new.authors, new.clc, new.call_number, new.place)
            for new in facts.new_titles(work.conn, NEW_BOOKS)
        ),
        announcement=display.announcement,
        clock_behind=work.moment.clock_behind,
        pinyin=display.pinyin,
        mask_names=display.mask_names,
        scheme=policies.scheme,
        class_template=display.class_template,
    )
    return work.answer(OutcomeKind.INFO, data=board)


def probe(work: Work, command: Probe) -> Outcome:  # noqa: ARG001  every handler gets its command
    """Is the store there again: it must take a write, for a full or locked one can still be read."""
    edit.bump(work.conn, "probed")
    return work.answer(OutcomeKind.INFO)


HANDLERS: dict[type[Command], Handler] = {
    ReadBoard: handler(ReadBoard, read_board),
    Probe: handler(Probe, probe),
}
READS: frozenset[type[Command]] = frozenset({ReadBoard})
