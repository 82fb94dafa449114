"""The printers of this machine: read, tried, added and taken away; they stand in the machine's settings."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.desk.work import TakenBackError, Work
from kiosk.flows.commands import Command
from kiosk.flows.office import Hindrance
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.prints import AddPrinter, CheckPrinter, PrinterSetup, ReadPrinters, RemovePrinter
from kiosk.flows.views import Text
from kiosk.office.prints import printer_lines, printer_of
from kiosk.office.setup import Clerk, Setup, for_librarians
from kiosk.printing.printers import DEFAULT_NAME, USUAL_DPI, Language, Printer, PrintTrouble, found_printers, reach
from kiosk.printing.printers.ways import way_to

PATIENCE = 4.0
"""Seconds that a librarian waits for a printer's word."""


def _read(setup: Setup, work: Work, _: ReadPrinters) -> Outcome:
    lines = printer_lines(setup)
    there = {line.target for line in lines}
    found = tuple((one.target, one.name) for one in found_printers() if one.target not in there)
    own = tuple(name for name in setup.named if name != DEFAULT_NAME)
    return work.answer(OutcomeKind.INFO, data=PrinterSetup(lines, found, own))


def _check(setup: Setup, work: Work, command: CheckPrinter) -> Outcome:
    try:
        reach(printer_of(setup, command.name), PATIENCE)
    except PrintTrouble as trouble:
        raise TakenBackError(Hindrance(trouble.text)) from trouble
    return work.answer(OutcomeKind.INFO)


def _add(setup: Setup, work: Work, command: AddPrinter) -> Outcome:
    language = Language(command.language)
    printer = Printer(command.name, command.target, language, USUAL_DPI[language])
    if command.name in setup.named:
        raise TakenBackError(Hindrance(Text("office.printers.taken", {"printer": command.name})))
    try:
        way_to(printer)
    except PrintTrouble as trouble:
        raise TakenBackError(Hindrance(trouble.text)) from trouble
    return _keep(setup, work, [*_own(setup), printer])


def _remove(setup: Setup, work: Work, command: RemovePrinter) -> Outcome:
    return _keep(setup, work, [one for one in _own(setup) if one.name != command.name])


def _own(setup: Setup) -> list[Printer]:
    return [one for one in setup.named.values() if one.name != DEFAULT_NAME]


def _keep(setup: Setup, work: Work, printers: Sequence[Printer]) -> Outcome:
    try:
        setup.keep(printers)
    except OSError as error:
        said = Text("office.printers.not_kept", {"why": error.strerror or ""})
        raise TakenBackError(Hindrance(said)) from error
    default = {name: one for name, one in setup.named.items() if name == DEFAULT_NAME}
    setup.named = {**default, **{one.name: one for one in printers}}
    setup.spool().use(setup.printers())
    return work.answer(OutcomeKind.INFO)


HANDLERS: dict[type[Command], Clerk] = {
    ReadPrinters: for_librarians(ReadPrinters, _read),
    CheckPrinter: for_librarians(CheckPrinter, _check),
    AddPrinter: for_librarians(AddPrinter, _add),
    RemovePrinter: for_librarians(RemovePrinter, _remove),
}
READS: frozenset[type[Command]] = frozenset(HANDLERS)
"""All of them: what they write is this machine's, not the library's."""
