"""Taking files over from the command line: the same previews and the same writing as the librarian's screen has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kiosk.console import RefusedError, both
from kiosk.desk.work import Work
from kiosk.exchange.roster_plan import plan_roster
from kiosk.exchange.rosters import Roster, read_roster
from kiosk.exchange.trouble import FileTrouble
from kiosk.flows.people import RosterDone, RosterFile, RosterLine, RosterSheet, RosterState
from kiosk.flows.views import Text, Value
from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import Moment
from kiosk.listing import pad, width
from kiosk.office import people
from kiosk.store import facts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kiosk.settings import Settings
    from kiosk.store.library import Library

Write = Callable[[str], object]

SHOWN = (
    RosterState.WRONG,
    RosterState.DOUBTFUL,
    RosterState.NEW,
    RosterState.MOVED,
    RosterState.CHANGED,
    RosterState.GONE,
)
"""The rows that are printed for people, in this order; who is unchanged is only counted."""


def import_roster(settings: Settings, library: Library, file: Path, write: Write, *, yes: bool, as_json: bool) -> None:
    """Print what a roster would change, and with `yes` change it. Raises RefusedError and StoreTrouble.

    Doubtful rows are left out: deciding them needs somebody at the screen.
    """
    words = Words(settings.screen.language)
    try:
        roster = read_roster(file)
    except FileTrouble as trouble:
        raise RefusedError(_in_both(trouble.text)) from trouble
    request_id = uuid4().hex

    def work(conn: Connection) -> tuple[RosterSheet, RosterDone | None]:
        return _plan_and_write(work_on(conn, settings, request_id), roster, file, yes)

    sheet, done = library.transact(work, request_id, patient=True) if yes else library.read(work, patient=True)
    if as_json:
        rows = [_entry(words, line, done is not None) for line in sheet.lines]
        write("[" + ",".join("\n" + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
        return
    for line in _told(words, sheet, done):
        write(line + "\n")


def work_on(conn: Connection, settings: Settings, request_id: str) -> Work:
    """The work of a command that nobody gave at a screen, inside its transaction."""
    at = datetime.now(UTC)
    policies = facts.load_policies(conn)
    return Work(conn, policies, at, Moment(policies.local(at)), settings.kiosk_name, request_id)


def _plan_and_write(work: Work, roster: Roster, path: Path, yes: bool) -> tuple[RosterSheet, RosterDone | None]:
    library = people.library_of(work, roster)
    year, other = people.years_of(work, roster, library)
    plan = plan_roster(roster, library, year)
    sheet = people.sheet_of(roster, library, plan, RosterFile(str(path)), other)
    if not yes or not plan.changes:
        return sheet, None
    return sheet, people.apply(work, plan, library, path.name, None)


def _in_both(words: Text) -> str:
    return both(*(Words(language).say(words) for language in LANGUAGES))


def _told(words: Words, sheet: RosterSheet, done: RosterDone | None) -> list[str]:
    """Headings and reasons in both languages, as every command has them; rows as this machine's screen shows them."""
    say = _in_both
    lines = [say(Text("people.roster.file", {"file": sheet.name, "year": sheet.year, "next": sheet.year + 1}))]
    lines += [say(remark) for remark in sheet.remarks]
    if sheet.new_classes:
        names = tuple(Text("common.class", {"school_class": name}) for name in sheet.new_classes)
        lines.append(say(Text("people.roster.new_classes", {"classes": names})))
    for state in SHOWN:
        of_state = [line for line in sheet.lines if line.state is state]
        if of_state:
            lines += ["", say(Text(f"people.state.{state.value}", {"count": len(of_state)}))]
            lines += columns([_cells(words, line) for line in of_state])
    unchanged = sheet.counts[RosterState.UNCHANGED]
    lines += ["", say(Text("people.state.unchanged", {"count": unchanged})), ""]
    if done is not None:
        lines.append(say(Text("people.done.roster")))
        lines.append(say(Text("people.written.cards", {"count": len(done.cards)})))
    elif sheet.writes:
        lines.append(say(Text("people.roster.say_yes", {"count": sheet.writes})))
    else:
        lines.append(say(Text("people.roster.nothing")))
    return lines


def columns(rows: list[list[str]]) -> list[str]:
    """Rows as lines, their cells under one another; at least one row."""
    widths = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    return ["  " + "  ".join(pad(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(words: Words, line: RosterLine) -> list[str]:
    where = ""
    if line.row:
        values: dict[str, Value] = {"sheet": line.sheet, "row": line.row}
        where = words.say(Text("people.roster.row_of" if line.sheet else "people.roster.row", values))
    now = words.value(line.now) if line.now else ""
    if line.kind is not PatronKind.PUPIL:
        now = words.say(Text(f"librarian.kind.{line.kind.value}"))
    moved = f"{words.say(line.was)} → {now}" if line.was is not None else now or line.said
    return [where, line.name, moved, _in_both(line.reason) if line.reason else ""]


def _entry(words: Words, line: RosterLine, written: bool) -> dict[str, Any]:
    return {
        "state": line.state.value,
        "sheet": line.sheet,
        "row": line.row or None,
        "name": line.name,
        "kind": line.kind.value,
        "class_in_file": line.said,
        "class": words.value(line.now) if line.now else None,
        "reason": line.reason.key.rpartition(".")[2] if line.reason else None,
        "message": words.say(line.reason) if line.reason else None,
        "written": written and line.state in (RosterState.NEW, RosterState.MOVED, RosterState.CHANGED),
    }
