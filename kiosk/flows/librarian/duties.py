"""One helper: when they serve, and letting them in now until a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Edited, Pressed
from kiosk.flows.librarian.entries import Entries, Spec, clock_time, one_of
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.views import BlockOfPage, Choice, Column, Form, Paragraph, Row, Table, Text, Tone, Weekday
from kiosk.flows.work import Duty, LetIn, MakeHelper, PatronPage, ReadPatron, SetDuties

WEEKDAYS = tuple(Choice(str(n), Text("librarian.weekday", {"day": Weekday(n)})) for n in range(1, 8))
WEEKDAY = one_of(*(str(n) for n in range(1, 8)))

_DUTY = (
    Spec("weekday", "librarian.field.weekday", WEEKDAY, WEEKDAYS),
    Spec("starts", "librarian.field.starts", clock_time, hint="librarian.hint.time"),
    Spec("ends", "librarian.field.ends", clock_time, hint="librarian.hint.time"),
)
_UNTIL = (Spec("until", "librarian.field.until", clock_time, hint="librarian.hint.time"),)


_NO_DUTY = Entries({"weekday": "1", "starts": "", "ends": ""})
_NO_TIME = Entries({"until": ""})


@dataclass(frozen=True, slots=True)
class HelperCard:
    """A helper's duties. The entries are those of a new duty and of letting in."""

    patron_id: int
    data: PatronPage | None = None
    duty: Entries = _NO_DUTY
    until: Entries = _NO_TIME


def check_duty(values: Mapping[str, Any], present: tuple[Duty, ...]) -> Duty | tuple[str, Text]:
    """A duty from the form's values, or the field that is wrong and why."""
    duty = Duty(int(values["weekday"]), values["starts"], values["ends"])
    if duty.starts >= duty.ends:
        return "ends", Text("librarian.error.ends_first")
    for other in present:
        if other.weekday == duty.weekday and duty.starts < other.ends and other.starts < duty.ends:
            return "starts", Text("librarian.error.overlaps")
    return duty


def _add(page: HelperCard, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    values, entries = page.duty.read(_DUTY)
    if entries.errors:
        return Turn(replace(page, duty=entries))
    duty = check_duty(values, page.data.duties)
    if not isinstance(duty, Duty):
        return Turn(replace(page, duty=entries.wrong(*duty)))
    duties = tuple(sorted((*page.data.duties, duty), key=lambda d: (d.weekday, d.starts)))
    return Turn(page, ask=SetDuties(patron_id=page.patron_id, duties=duties))


def _remove(page: HelperCard, pressed: Pressed) -> Turn:
    if page.data is None or not isinstance(pressed.value, int):
        return Turn(page)
    duties = tuple(d for place, d in enumerate(page.data.duties) if place != pressed.value)
    return Turn(page, ask=SetDuties(patron_id=page.patron_id, duties=duties))


def _let_in(page: HelperCard, _: Pressed) -> Turn:
    values, entries = page.until.read(_UNTIL)
    if entries.errors:
        return Turn(replace(page, until=entries))
    return Turn(page, ask=LetIn(patron_id=page.patron_id, until=values["until"]))


def _send_out(page: HelperCard, _: Pressed) -> Turn:
    return Turn(page, ask=LetIn(patron_id=page.patron_id, until=None))


def _unmake(page: HelperCard, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    name = page.data.sheet.name
    question = Question(
        text("librarian.helper.unmake.title", name=name),
        MakeHelper(patron_id=page.patron_id, is_helper=False),
        done("librarian.done.unmade", name=name),
        close=2,
    )
    return ask_first(page, question)


def _edited(page: HelperCard, edited: Edited) -> Turn:
    return Turn(
        replace(
            page,
            duty=page.duty.typed(edited.field, edited.text),
            until=page.until.typed(edited.field, edited.text),
        )
    )


def _answered(page: HelperCard, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PatronPage):
        return Turn(replace(page, data=outcome.data))
    if outcome.kind is not OutcomeKind.INFO:
        return Turn(page)
    if isinstance(command, LetIn):
        key = "librarian.done.let_in" if command.until else "librarian.done.sent_out"
        values = {"until": command.until} if command.until else {}
        return Turn(replace(page, until=_NO_TIME), say=done(key, **values))
    if isinstance(command, SetDuties):
        cleared = {**page.duty.texts, "starts": "", "ends": ""}
        return Turn(replace(page, duty=Entries(cleared)), say=done("librarian.done.duties"))
    return Turn(page)


def _blocks(page: HelperCard) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    rows = tuple(
        Row(
            (
                text("librarian.weekday", day=Weekday(duty.weekday)),
                text("librarian.span", starts=duty.starts, ends=duty.ends),
            ),
            buttons=(button("remove_duty", "librarian.do.delete", place, icon="delete"),),
        )
        for place, duty in enumerate(data.duties)
    )
    columns = (Column(Text("librarian.column.weekday")), Column(Text("librarian.column.time"), 2))
    let_in: tuple[BlockOfPage, ...] = ()
    if data.counter_until is not None:
        remark = text("librarian.helper.in_until", until=data.counter_until.time())
        out = Form((), (button("send_out", "librarian.do.send_out"),))
        let_in = (Paragraph(remark, Tone.INFO), out)
    return (
        Table(columns, rows, Text("librarian.helper.no_duty")),
        Form(page.duty.fields(_DUTY), (button("add_duty", "librarian.do.add_duty", icon="add"),)),
        *let_in,
        Form(page.until.fields(_UNTIL, first=False), (button("let_in", "librarian.do.let_in", icon="counter"),)),
    )


def _title(page: HelperCard) -> Text:
    return text("librarian.helper.title", name=page.data.sheet.name if page.data else "")


KINDS: Mapping[type, Kind[Any]] = {
    HelperCard: Kind[HelperCard](
        name="librarian/helper",
        title=_title,
        blocks=_blocks,
        read=lambda page: ReadPatron(patron_id=page.patron_id),
        actions={
            "add_duty": _add,
            "remove_duty": _remove,
            "let_in": _let_in,
            "send_out": _send_out,
            "unmake": _unmake,
        },
        edited=_edited,
        answered=_answered,
        bar=lambda _: (button("unmake", "librarian.do.unmake_helper", icon="delete"),),
    )
}
