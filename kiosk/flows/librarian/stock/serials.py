"""Magazines that come again and again: their list, and the short form for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.classes import ClassPicker
from kiosk.flows.librarian.entries import Entries, Spec, amount, say_amount, words
from kiosk.flows.librarian.page import Kind, Say, Turn, button, done, opens, text
from kiosk.flows.librarian.stock.taking import Taking
from kiosk.flows.librarian.stock.title_form import class_number
from kiosk.flows.outcomes import Outcome
from kiosk.flows.stock import KnownSerial, NewSerial, ReadSerials, SaveSerial, Serial, SerialList
from kiosk.flows.views import BlockOfPage, Column, Form, Paragraph, Row, Table, Text, Tone
from kiosk.lending.issues import is_issn, issn_of, kept_issn
from kiosk.lending.stock import LONGEST


def _issn(typed: str) -> str | Text:
    return kept_issn(typed) if is_issn(typed) else text("stock.error.issn")


_SPECS = (
    Spec("title", "stock.field.serial", words(LONGEST["title"], empty=False)),
    Spec("issn", "stock.field.issn", _issn, hint="stock.hint.issn"),
    Spec("clc", "stock.field.clc", class_number),
    Spec("price", "stock.field.price", amount),
    Spec("publisher", "stock.field.publisher", words(LONGEST["publisher"])),
    Spec("last_issue", "stock.field.last_issue", words(LONGEST["issue"]), hint="stock.hint.last_issue"),
)


@dataclass(frozen=True, slots=True)
class Serials:
    """The list of magazines."""

    listed: SerialList | None = None


@dataclass(frozen=True, slots=True)
class SerialForm:
    """A magazine being written. With `takes` its issue is taken in next, which the last field then names.

    `add_on` are the digits behind the barcode that was scanned.
    """

    entries: Entries
    serial_id: int = 0
    takes: bool = False
    batch_id: int = 0
    add_on: str = ""

    @classmethod
    def of(cls, serial: Serial) -> SerialForm:
        """The form with a magazine in it."""
        texts = {spec.name: str(getattr(serial, spec.name, "")) for spec in _SPECS}
        return cls(Entries({**texts, "price": say_amount(serial.price_fen)}), serial.serial_id)

    @classmethod
    def of_new(cls, found: NewSerial, batch_id: int) -> SerialForm:
        """The form for a magazine whose barcode was scanned for the first time."""
        texts = {spec.name: "" for spec in _SPECS} | {"issn": found.issn, "last_issue": found.issue}
        return cls(Entries(texts), takes=True, batch_id=batch_id, add_on=found.add_on)


def _listed(page: Serials, _: Command, outcome: Outcome) -> Turn:
    return Turn(replace(page, listed=outcome.data)) if isinstance(outcome.data, SerialList) else Turn(page)


def _open(page: Serials, pressed: Pressed) -> Turn:
    listed = page.listed.serials if page.listed else ()
    serial = next((one for one in listed if one.serial_id == pressed.value), None)
    return Turn(page) if serial is None else Turn(page, top=SerialForm.of(serial), hush=True)


def _new(page: Serials, _: Pressed) -> Turn:
    return Turn(page, top=SerialForm(Entries({spec.name: "" for spec in _SPECS})), hush=True)


def _list_blocks(page: Serials) -> tuple[BlockOfPage, ...]:
    if page.listed is None:
        return ()
    columns = (
        Column(text("stock.field.serial"), 4),
        Column(text("stock.field.issn"), 2),
        Column(text("stock.field.clc"), 2),
        Column(text("stock.field.last_issue"), 2),
    )
    rows = tuple(
        Row((one.title, one.issn, one.clc, one.last_issue), "open", one.serial_id) for one in page.listed.serials
    )
    return (Paragraph(text("stock.serials.how")), Table(columns, rows, text("stock.serials.none")))


def _save(page: SerialForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveSerial:
        return SaveSerial(
            serial_id=page.serial_id,
            issn=values["issn"],
            title=values["title"],
            publisher=values["publisher"],
            clc=values["clc"],
            price_fen=values["price"],
            last_issue="" if page.takes else values["last_issue"],
        )

    return forms.save(page, _SPECS, command)


def _saved(page: SerialForm, command: Command, outcome: Outcome) -> Turn:
    if not (isinstance(command, SaveSerial) and isinstance(outcome.data, KnownSerial)):
        return Turn(page)
    if not page.takes:
        return Turn(page, close=1, say=done("librarian.done.saved"))
    page = replace(page, serial_id=outcome.data.serial.serial_id)
    found = replace(outcome.data, issue=page.entries.texts["last_issue"].strip(), add_on=page.add_on)
    return Turn(page, top=Taking.issue_of(found, page.batch_id, depth=2), hush=True)


def _given(page: SerialForm, data: Any) -> SerialForm:
    return replace(page, entries=page.entries.typed("clc", data)) if isinstance(data, str) else page


def _scanned(page: SerialForm, scan: Scan) -> Turn:
    """A magazine's barcode goes to its field while that is empty; another issue waits until this is done."""
    issn = issn_of(scan.code) if scan.clean else ""
    if issn and not page.entries.texts["issn"].strip():
        return Turn(replace(page, entries=page.entries.typed("issn", issn)))
    same = issn == page.entries.texts["issn"] and (not page.takes or scan.code[13:] in ("", page.add_on))
    return Turn(page) if same else Turn(page, say=_finish())


def _finish() -> Say:
    return Say(Tone.LOOK, text("stock.finish_first"))


def _form_blocks(page: SerialForm) -> tuple[BlockOfPage, ...]:
    specs = tuple(
        replace(spec, label="stock.field.issue", hint="stock.hint.issue")
        if page.takes and spec.name == "last_issue"
        else spec
        for spec in _SPECS
    )
    buttons = (
        button("save", "stock.do.to_copies" if page.takes else "librarian.do.save", tone=Tone.DONE),
        button("class", "stock.do.pick_class", icon="find"),
    )
    said = (Paragraph(text("stock.serials.first")),) if page.takes else ()
    return (*said, Form(page.entries.fields(specs), buttons))


KINDS: Mapping[type, Kind[Any]] = {
    Serials: Kind[Serials](
        name="librarian/stock/serials",
        title=lambda _: text("stock.hub.serials"),
        blocks=_list_blocks,
        read=lambda _: ReadSerials(),
        actions={"open": _open, "new": _new},
        answered=_listed,
        bar=lambda _: (button("new", "stock.do.new_serial", icon="add"),),
    ),
    SerialForm: Kind[SerialForm](
        name="librarian/stock/serial",
        title=lambda page: text("stock.serials.edit" if page.serial_id and not page.takes else "stock.do.new_serial"),
        blocks=_form_blocks,
        actions={"save": _save, "class": opens(ClassPicker)},
        edited=forms.typed,
        scanned=_scanned,
        answered=_saved,
        given=_given,
    ),
}
