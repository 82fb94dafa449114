"""Who works in the library: librarians and their PINs, helpers and their duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian.duties import KINDS as DUTY_KINDS
from kiosk.flows.librarian.duties import HelperCard
from kiosk.flows.librarian.page import Kind, Turn, button, maybe, shows, text
from kiosk.flows.librarian.pin import Pad, Purpose
from kiosk.flows.librarian.sayings import class_words, joined
from kiosk.flows.views import BlockOfPage, Column, Paragraph, Row, Table, Text, Tone, Weekday, Words
from kiosk.flows.work import Duty, LibrarianEntry, People, ReadPeople


@dataclass(frozen=True, slots=True)
class Staff:
    """Librarians and helpers."""

    data: People | None = None


def _pin(page: Staff, pressed: Pressed) -> Turn:
    people = page.data.librarians if page.data else ()
    person = next((one for one in people if one.patron_id == pressed.value), None)
    if person is None:
        return Turn(page)
    return Turn(page, top=Pad(Purpose.RENEW, person.patron_id, person.name, at=pressed.at), hush=True)


def _helper(page: Staff, pressed: Pressed) -> Turn:
    return Turn(page, top=HelperCard(pressed.value), hush=True) if isinstance(pressed.value, int) else Turn(page)


def duty_words(duties: tuple[Duty, ...]) -> Words:
    """All duty times of a helper."""
    if not duties:
        return Text("librarian.helper.no_duty")
    return joined(
        tuple(text("librarian.helper.duty", day=Weekday(d.weekday), starts=d.starts, ends=d.ends) for d in duties)
    )


def _pin_words(person: LibrarianEntry) -> Text:
    if person.locked:
        return Text("librarian.people.pin_locked")
    return Text("librarian.people.pin_set" if person.has_pin else "librarian.people.pin_missing")


def _blocks(page: Staff) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    name = Column(Text("librarian.column.name"), 2)
    librarians = tuple(
        Row(
            (person.name, person.card or "", _pin_words(person)),
            tone=None if person.has_pin and not person.locked else Tone.LOOK,
            buttons=(button("pin", "librarian.do.pin", person.patron_id, icon="pin"),),
        )
        for person in data.librarians
    )
    helpers = tuple(
        Row(
            (
                one.name,
                class_words(one.school_class),
                duty_words(one.duties),
                maybe("librarian.people.until", one.counter_until.time() if one.counter_until else None),
            ),
            "helper",
            one.patron_id,
        )
        for one in data.helpers
    )
    return (
        Table((name, Column(Text("librarian.column.card"), 2), Column(Text("librarian.column.pin"), 2)), librarians),
        Table(
            (
                name,
                Column(Text("librarian.column.class"), 2),
                Column(Text("librarian.column.duties"), 4),
                Column(Text("librarian.column.let_in"), 2),
            ),
            helpers,
            Text("librarian.people.no_helpers"),
        ),
        Paragraph(Text("librarian.people.hint")),
    )


KINDS: Mapping[type, Kind[Any]] = {
    Staff: Kind[Staff](
        name="librarian/people",
        title=lambda _: Text("librarian.menu.people"),
        blocks=_blocks,
        read=lambda _: ReadPeople(),
        actions={"pin": _pin, "helper": _helper},
        answered=shows(People),
    ),
    **DUTY_KINDS,
}
