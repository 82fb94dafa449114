"""Earlier imports of rosters and catalogues, and taking one back.

What an import did stands in its events; what has come of it since is read from the library as it is now. Whatever
somebody has built on since stays, and the sheet says so before anything is done:

| the import | goes back | stays |
|---|---|---|
| added a patron | out of the library, with the card | who borrowed, or of whom the ledger tells something since |
| renamed, moved | the name or class before | a name or class that was changed again, a class that is gone |
| let somebody in again, gave a card | closed again, without the card | who borrowed since, or owes something |
| closed who was gone | is there again, as helper where they were one | who was opened or closed since |
| added a class | out | one with children, loans or a time in the rota |
| added a copy | out | lent, its label printed, or changed since |
| added a title | out | changed since, or with other copies |

A patron goes back as a whole or stays as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.desk.librarian import enrolment
from kiosk.desk.librarian.guard import for_librarians
from kiosk.desk.work import Handler, TakenBackError, Work
from kiosk.flows.commands import Command
from kiosk.flows.imports import (
    ImportEntry,
    ImportLine,
    ImportList,
    ImportSheet,
    ImportUndone,
    ReadImport,
    ReadImports,
    UndoImport,
)
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.views import Text, Value
from kiosk.lending.barcodes import BarcodeKind, Scheme, scheme_to_plain
from kiosk.lending.patrons import ClassName, grade_on
from kiosk.store import desk_reads, edit, imports, people, stock

LISTED = 12
"""Imports that the list shows."""

SHOWN = 200
"""Lines of what goes and of what stays that a sheet shows."""

IMPORTED: Mapping[str, str] = {"roster_imported": "roster", "catalogue_imported": "catalogue"}
UNDONE: Mapping[str, str] = {"roster": "roster_undone", "catalogue": "catalogue_undone"}
COUNTS: Mapping[str, tuple[str, ...]] = {
    "roster": ("added", "changed", "moved", "closed"),
    "catalogue": ("titles", "copies", "labels"),
}
"""What an import's event counts."""

CANNOT = ("gone", "undone", "changed")
"""Why an import is not taken back, each with a sentence `imports.cannot.<code>`."""

STAYS = (
    *("borrowed", "owes", "changed", "class_gone", "class_used"),
    *("lent", "printed", "copy_changed", "title_changed", "other_copies"),
)
"""Why something stays, each `imports.stays.<code>`."""


GOES = ("added", "renamed", "moved", "closed", "reopened", "card", "class", "title", "copies")
"""What becomes of what goes back, each `imports.goes.<code>`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking an import back would do, and `carry_out` to do it: gives what the ledger is to know of it."""

    goes: Sequence[ImportLine]
    stays: Sequence[ImportLine]
    carry_out: Callable[[int | None], dict[str, object]]

    @property
    def seal(self) -> str:
        """What tells it from another."""
        told = repr((list(self.goes), list(self.stays)))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


def _cannot(code: str) -> TakenBackError:
    return TakenBackError(Hindrance(Text(f"imports.cannot.{code}")))


def _stays(code: str) -> Text:
    return Text(f"imports.stays.{code}")


def _goes(code: str, **values: Value) -> Text:
    return Text(f"imports.goes.{code}", values)


# ── A roster ──


def _roster_plan(work: Work, event: Any) -> Plan:
    told = defaultdict(list)
    made = []
    for one in desk_reads.events_of_request(work.conn, event.request_id):
        if one.patron_id is not None:
            told[one.patron_id].append(one)
        elif one.action == "class_added":
            made.append(one.details["class_id"])
    since = {one.details["class_id"] for one in imports.events_since(work.conn, event.seq, ("class_added",))}
    classes = {row.class_id: row for row in people.classes(work.conn) if row.class_id not in since}
    made = [class_id for class_id in made if class_id in classes]
    starts = work.policies.school_year_starts

    def class_text(class_id: int | None) -> Text:
        row = classes.get(class_id or 0)
        if row is None:
            return Text("people.no_class")
        name = ClassName(grade_on(row.entry_year, work.moment.today, starts), row.number, row.own_name)
        return Text("common.class", {"school_class": name})

    goes: list[ImportLine] = []
    stays: list[ImportLine] = []
    back: list[tuple[Any, list[Any]]] = []
    for row in imports.people_now(work.conn, told):
        events = told[row.patron_id]
        why = _why_patron_stays(event, events, row, classes)
        if why:
            stays.append(ImportLine(row.name, row.card or "", (_stays(why),)))
            continue
        back.append((row, events))
        how = [text for one in events if (text := _patron_goes(one, class_text)) is not None]
        goes.append(ImportLine(row.name, row.card or "", tuple(how)))
    leave = {row.patron_id for row, events in back if {one.action for one in events} & {"patron_added", "patron_moved"}}
    out = enrolment.unused_classes(work, made, leave)
    for class_id in made:
        line = _goes("class") if class_id in out else _stays("class_used")
        (goes if class_id in out else stays).append(ImportLine(class_text(class_id), "", (line,)))
    return Plan(goes, stays, lambda operator_id: _undo_roster(work, back, out, operator_id))


def _why_patron_stays(event: Any, events: Sequence[Any], now: Any, classes: Mapping[int, Any]) -> str:
    """Why a patron stays as they are; nothing where they go back."""
    did = {one.action: one.details for one in events}
    since = now.last_told is not None and now.last_told > max(one.seq for one in events)
    lent_since = now.last_lent is not None and now.last_lent >= event.at
    if "patron_added" in did:
        return "borrowed" if now.last_lent is not None else "changed" if since else ""
    if lent_since and did.keys() & {"patron_reopened", "card_issued"}:
        return "borrowed"
    if "patron_reopened" in did and now.owes:
        return "owes"
    if "patron_moved" in did and did["patron_moved"]["before"] is not None:
        before = classes.get(did["patron_moved"]["before"])
        if before is None or before.left_on is not None:
            return "class_gone"
    as_left = (
        ("patron_renamed" not in did or now.name == did["patron_renamed"]["now"])
        and ("patron_moved" not in did or now.class_id == did["patron_moved"]["now"])
        and ("patron_closed" not in did or not (now.active or since))
        and ("patron_reopened" not in did or now.active)
        and ("card_issued" not in did or now.card == did["card_issued"]["card"])
    )
    return "" if as_left else "changed"


def _patron_goes(event: Any, class_text: Callable[[int | None], Text]) -> Text | None:
    """What of a patron goes back."""
    match event.action:
        case "patron_added":
            return _goes("added")
        case "patron_renamed":
            return _goes("renamed", name=event.details["before"])
        case "patron_moved":
            return _goes("moved", school_class=class_text(event.details["before"]))
        case "patron_closed":
            return _goes("closed")
        case "patron_reopened":
            return _goes("reopened")
        case "card_issued":
            return _goes("card", card=event.details["card"])
        case _:
            return None


def _undo_roster(
    work: Work, back: Sequence[tuple[Any, list[Any]]], classes: Iterable[int], operator_id: int | None
) -> dict[str, object]:
    added: list[int] = []
    closed: list[int] = []
    opened: list[int] = []
    helpers: set[int] = set()
    cards: list[str] = []
    for now, events in back:
        for one in events:
            match one.action:
                case "patron_added":
                    added.append(now.patron_id)
                case "patron_renamed":
                    enrolment.rename(work, now.patron_id, now.name, one.details["before"], operator_id)
                case "patron_moved":
                    enrolment.move(work, now.patron_id, now.class_id, one.details["before"], operator_id)
                case "patron_closed":
                    closed.append(now.patron_id)
                    helpers |= {now.patron_id} if one.details.get("helper") else set()
                case "patron_reopened":
                    opened.append(now.patron_id)
                case "card_issued":
                    cards.append(one.details["card"])
    enrolment.open_again(work, closed, helpers, operator_id, why="roster_undone")
    enrolment.set_active(work, opened, False, operator_id, why="roster_undone")
    imports.remove_cards(work.conn, cards)
    gone = imports.remove_people(work.conn, added)
    class_ids = sorted(classes)
    for class_id in class_ids:
        imports.remove_class(work.conn, class_id)
    return {"removed": len(added), "cards": [*cards, *gone], "classes": class_ids}


# ── A catalogue ──


def _catalogue_plan(work: Work, event: Any) -> Plan:
    details = event.details
    copies = imports.copies_made(work.conn, details.get("copy_ids", ()), event.at)
    titles = imports.titles_made(work.conn, details.get("title_ids", ()), event.at)
    edited = {
        one.details["title_id"] for one in imports.events_since(work.conn, event.seq, ("title_edited", "titles_merged"))
    }
    wanted = _ids(details.get("label_ids", ()))
    printed = _ids(span for one in imports.events_since(work.conn, event.seq, ("printed",)) for span in _copies(one))
    goes: list[ImportLine] = []
    stays: list[ImportLine] = []
    copy_ids = []
    out: Counter[int] = Counter()  # title → copies that go
    for copy in copies:
        kept = {
            "lent": copy.lent,
            "printed": copy.copy_id in printed or (copy.copy_id in wanted and not copy.wanted),
            "copy_changed": copy.told,
            "title_changed": copy.title_id in edited,
        }
        why = next((code for code, holds in kept.items() if holds), "")
        if why:
            stays.append(ImportLine(copy.title, copy.barcode or copy.accession_no, (_stays(why),)))
        else:
            copy_ids.append(copy.copy_id)
            out[copy.title_id] += 1
    names = {copy.title_id: copy.title for copy in copies}
    mine = Counter(copy.title_id for copy in copies)
    title_ids = []
    for title in titles:
        if title.title_id not in edited and title.copies == out[title.title_id]:
            title_ids.append(title.title_id)
            goes.append(ImportLine(title.title, "", (_goes("title", n=title.copies),)))
        elif title.copies == mine[title.title_id] == 0:  # what its copies are told of needs no line of its own
            stays.append(ImportLine(title.title, "", (_stays("title_changed"),)))
        elif title.copies > mine[title.title_id]:
            stays.append(ImportLine(title.title, "", (_stays("other_copies"),)))
    whole = set(title_ids)
    goes += [
        ImportLine(names[title_id], "", (_goes("copies", n=count),))
        for title_id, count in out.items()
        if title_id not in whole
    ]
    return Plan(goes, stays, lambda _: _undo_catalogue(work, event, copy_ids, title_ids))


def _copies(event: Any) -> Iterable[Sequence[int]]:
    """The copies whose labels an event `printed` tells of, as ranges."""
    spans: Iterable[Sequence[int]] = event.details.get("copies", ())
    return spans


def _ids(ranges: Iterable[Sequence[int]]) -> set[int]:
    return {one for first, last in ranges for one in range(first, last + 1)}


def _undo_catalogue(work: Work, event: Any, copy_ids: Sequence[int], title_ids: Sequence[int]) -> dict[str, object]:
    total, done = len(copy_ids) + len(title_ids), 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        work.progress(done, total)

    imports.remove_copies(work.conn, copy_ids, tell)
    imports.remove_titles(work.conn, title_ids, tell)
    return {"titles": len(title_ids), "copies": len(copy_ids), "patterns": _drop_patterns(work, event)}


def _drop_patterns(work: Work, event: Any) -> list[str]:
    """Know the shapes of numbers no more that the import made known, where no copy has such a number."""
    known = work.policies.scheme.patterns
    adopted = set(event.details.get("patterns", ()))
    mine = [one for one in known if one.kind is BarcodeKind.COPY and one.expression in adopted]
    if not mine:
        return []
    codes = list(imports.copy_codes(work.conn))
    gone = [one for one in mine if not any(re.fullmatch(one.expression, code) for code in codes)]
    if gone:
        left = Scheme(tuple(one for one in known if one not in gone))
        edit.save_setting(work.conn, "scheme", scheme_to_plain(left))
    return [one.expression for one in gone]


_PLANS: Mapping[str, Callable[[Work, Any], Plan]] = {"roster": _roster_plan, "catalogue": _catalogue_plan}


# ── Both ──


def _undone(work: Work, since: int) -> dict[str, Any]:
    """The events of what was taken back after an event, by the import's request."""
    return {one.details["of"]: one for one in imports.events_since(work.conn, since, tuple(UNDONE.values()))}


def _entry(work: Work, event: Any, undone: Mapping[str, Any]) -> ImportEntry:
    kind = IMPORTED[event.action]
    back = undone.get(event.request_id)
    return ImportEntry(
        event.request_id,
        kind,
        work.policies.local(event.at),
        str(event.details["file"]),
        event.operator or "",
        {name: int(event.details.get(name, 0)) for name in COUNTS[kind]},
        work.policies.local(back.at) if back is not None else None,
    )


def read_imports(work: Work, _: ReadImports) -> Outcome:
    """The last imports."""
    events = imports.last_events(work.conn, tuple(IMPORTED), LISTED)
    undone = _undone(work, events[-1].seq) if events else {}
    return work.answer(OutcomeKind.INFO, data=ImportList(tuple(_entry(work, one, undone) for one in events)))


def _event(work: Work, of: str) -> Any:
    event = imports.event_of_request(work.conn, of, tuple(IMPORTED))
    if event is None:
        raise _cannot("gone")
    return event


def _planned(work: Work, event: Any) -> tuple[ImportEntry, Plan]:
    entry = _entry(work, event, _undone(work, event.seq))
    return entry, Plan((), (), lambda _: {}) if entry.undone else _PLANS[entry.kind](work, event)


def read_import(work: Work, command: ReadImport) -> Outcome:
    """What taking an import back would do."""
    entry, plan = _planned(work, _event(work, command.of))
    goes, stays = plan.goes, plan.stays
    sheet = ImportSheet(entry, tuple(goes[:SHOWN]), tuple(stays[:SHOWN]), len(goes), len(stays), plan.seal)
    return work.answer(OutcomeKind.INFO, data=sheet)


def undo_import(work: Work, command: UndoImport) -> Outcome:
    """Take an import back: all that goes, or nothing where something changed since it was looked at."""
    event = _event(work, command.of)
    stock.lock_numbers(work.conn)
    imports.lock(work.conn, event.request_id, event.details.get("copy_ids", ()))
    entry, plan = _planned(work, event)
    if entry.undone:
        raise _cannot("undone")
    if plan.seal != command.seal or not plan.goes:
        raise _cannot("changed")
    did = plan.carry_out(command.operator_id)
    details = {"of": entry.of, "seq": event.seq, "file": entry.file, **did, "stayed": len(plan.stays)}
    work.record(UNDONE[entry.kind], operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=ImportUndone(len(plan.goes), len(plan.stays)))


HANDLERS: dict[type[Command], Handler] = {
    ReadImports: for_librarians(ReadImports, read_imports),
    ReadImport: for_librarians(ReadImport, read_import),
    UndoImport: for_librarians(UndoImport, undo_import),
}
READS: frozenset[type[Command]] = frozenset({ReadImports, ReadImport})
