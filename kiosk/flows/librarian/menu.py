"""The librarian's menu, and leaving the kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian import (
    calendar,
    catalogue,
    classes,
    enrolment,
    find,
    lists,
    people,
    prints,
    rota,
    rules,
    scanners,
    stock,
    titles,
)
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, opens
from kiosk.flows.views import BlockOfPage, Text, Tiles, Tone
from kiosk.flows.work import LeaveKiosk


@dataclass(frozen=True, slots=True)
class Menu:
    """The page under all others."""


def _leave(page: Menu, _: Pressed) -> Turn:
    question = Question(
        Text("librarian.leave.title"),
        LeaveKiosk(),
        done("librarian.leave.done"),
        lines=(Text("librarian.leave.line"),),
        leaves=True,
        tone=Tone.NOT_NOW,
    )
    return ask_first(page, question)


def _blocks(_: Menu) -> tuple[BlockOfPage, ...]:
    return (
        Tiles(
            (
                button("find", "librarian.menu.find", icon="find"),
                button("stock", "stock.hub.title", icon="books"),
                button("prints", "librarian.menu.prints", icon="printer"),
                button("move", "editing.move_title", icon="next"),
                button("undo", "librarian.menu.undo", icon="undo"),
                button("aside", "librarian.menu.aside", icon="repair"),
                button("rota", "librarian.menu.rota", icon="rota"),
                button("calendar", "librarian.menu.calendar", icon="calendar"),
                button("people", "librarian.menu.people", icon="people"),
                button("enrolment", "librarian.menu.enrolment", icon="class"),
                button("classes", "librarian.menu.classes", icon="shelf"),
                button("exchange", "catalogue.hub.title", icon="renew"),
                button("rules", "librarian.menu.rules", icon="rules"),
                button("numbers", "librarian.menu.numbers", icon="numbers"),
                button("scanner", "librarian.menu.scanner", icon="scan"),
                button("leave", "librarian.menu.leave", icon="leave"),
            ),
            columns=5,
        ),
    )


KINDS: Mapping[type, Kind[Any]] = {
    Menu: Kind[Menu](
        name="librarian/menu",
        title=lambda _: Text("librarian.menu.title"),
        blocks=_blocks,
        bar=lambda _: (button("language", "session.button.language", icon="language", key="F4"),),
        actions={
            "find": opens(find.Finder),
            "stock": opens(stock.Hub),
            "prints": opens(prints.Desk),
            "move": opens(titles.Place),
            "undo": opens(lists.Undoing),
            "aside": opens(lists.Aside),
            "rota": opens(rota.Week),
            "calendar": opens(calendar.Year),
            "people": opens(people.Staff),
            "enrolment": opens(enrolment.Hub),
            "classes": opens(lambda: classes.ClassPicker(picking=False)),
            "exchange": opens(catalogue.Hub),
            "rules": opens(rules.Overview),
            "numbers": opens(lists.Today),
            "scanner": opens(scanners.ScannerTest),
            "leave": _leave,
        },
    )
}
