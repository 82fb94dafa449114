"""The printers of this machine: which there are, which it knows of, adding one, taking one away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, one_of, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, text
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.prints import AddPrinter, CheckPrinter, PrinterSetup, ReadPrinters, RemovePrinter
from kiosk.flows.views import BlockOfPage, Choice, Column, Form, Paragraph, Row, Table, Text

LANGUAGES = ("pdf", "tspl", "zpl", "escpos")
"""What a printer takes: pages (office printers), or the language of a label or slip printer."""


@dataclass(frozen=True, slots=True)
class Printers:
    """The printers that are set up, and those that the machine knows of."""

    data: PrinterSetup | None = None


def _read(page: Printers, command: Command, outcome: Outcome) -> Turn:
    if isinstance(outcome.data, PrinterSetup):
        return Turn(replace(page, data=outcome.data))
    if isinstance(command, CheckPrinter) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, say=done("office.printers.ready", printer=command.name))
    return Turn(page)


def _add(page: Printers, pressed: Pressed) -> Turn:
    target = str(pressed.value or "")
    found = next((one for one in page.data.found if one[0] == target), None) if page.data else None
    return Turn(page, top=PrinterForm.of(target, found[1] if found else ""), hush=True)


def _check(page: Printers, pressed: Pressed) -> Turn:
    return Turn(page, ask=CheckPrinter(name=str(pressed.value)))


def _remove(page: Printers, pressed: Pressed) -> Turn:
    question = Question(
        text("office.printers.remove_title", printer=str(pressed.value)),
        RemovePrinter(name=str(pressed.value)),
        done("office.printers.removed"),
        lines=(text("office.printers.remove_line"),),
    )
    return ask_first(page, question)


def _blocks(page: Printers) -> tuple[BlockOfPage, ...]:
    data = page.data
    if data is None:
        return ()
    columns = (
        Column(text("office.print.column.printer"), 2),
        Column(text("office.printers.takes"), 3),
        Column(text("office.printers.where"), 4),
        Column("", 4),
    )
    rows = tuple(
        Row(
            (one.name, text(f"office.printers.language.{one.language}"), one.folder or one.target, ""),
            buttons=(
                button("check", "office.printers.check", one.name),
                *((button("remove", "librarian.do.delete", one.name, icon="delete"),) if one.name in data.own else ()),
            ),
        )
        for one in data.printers
    )
    blocks: tuple[BlockOfPage, ...] = (Table(columns, rows),)
    if data.found:
        known = (Column(text("office.printers.found"), 3), Column(text("office.printers.where"), 4), Column("", 2))
        rows = tuple(
            Row((name, target, ""), buttons=(button("add", "office.printers.use", target, icon="plus"),))
            for target, name in data.found
        )
        blocks = (*blocks, Table(known, rows))
    return (Paragraph(text("office.printers.how")), *blocks)


_SPECS = (
    Spec("name", "office.printers.name", words(40, empty=False), hint="office.printers.name_hint"),
    Spec("target", "office.printers.where", words(200, empty=False), hint="office.printers.where_hint"),
    Spec(
        "language",
        "office.printers.takes",
        one_of(*LANGUAGES),
        tuple(Choice(one, Text(f"office.printers.language.{one}")) for one in LANGUAGES),
    ),
)


@dataclass(frozen=True, slots=True)
class PrinterForm:
    """A printer to add."""

    entries: Entries

    @classmethod
    def of(cls, target: str, name: str) -> PrinterForm:
        """The form, for a printer the machine knows of or for one on the network."""
        return cls(Entries({"name": name[:40], "target": target or "tcp:192.168.1.100:9100", "language": "pdf"}))


def _save(page: PrinterForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> AddPrinter:
        return AddPrinter(name=values["name"], target=values["target"], language=values["language"])

    return forms.save(page, _SPECS, command)


def _saved(page: PrinterForm, command: Command, outcome: Outcome) -> Turn:
    if isinstance(command, AddPrinter) and outcome.kind is OutcomeKind.INFO:
        return Turn(page, close=1, say=done("office.printers.added", printer=command.name))
    return Turn(page)


KINDS: Mapping[type, Kind[Any]] = {
    Printers: Kind[Printers](
        name="librarian/printers",
        title=lambda _: text("office.printers.title"),
        blocks=_blocks,
        read=lambda _: ReadPrinters(),
        actions={"add": _add, "check": _check, "remove": _remove},
        answered=_read,
        bar=lambda _: (button("add", "office.printers.add", icon="plus"),),
    ),
    PrinterForm: Kind[PrinterForm](
        name="librarian/printer",
        title=lambda _: text("office.printers.add"),
        blocks=lambda page: (Form(page.entries.fields(_SPECS), (forms.SAVE,)),),
        actions={"save": _save},
        edited=forms.typed,
        answered=_saved,
    ),
}
