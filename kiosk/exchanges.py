"""A whole catalogue in and out from the command line: as the librarian's screen shows and writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kiosk.console import RefusedError, both
from kiosk.exchange.catalogues import read_catalogue
from kiosk.exchange.exports import SUFFIXES, ExportForm
from kiosk.exchange.profiles import load_profiles
from kiosk.exchange.trouble import FileTrouble
from kiosk.flows.catalogue import (
    DOUBTFUL,
    CatalogueDone,
    CatalogueFile,
    CatalogueLine,
    CatalogueSheet,
    CopyState,
    TitleState,
)
from kiosk.flows.views import Text
from kiosk.i18n import LANGUAGES, Words
from kiosk.imports import columns, work_on
from kiosk.office import catalogue
from kiosk.store import stock

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kiosk.settings import Settings
    from kiosk.store.library import Library

Write = Callable[[str], object]


def import_catalogue(
    settings: Settings,
    library: Library,
    data: Path,
    file: CatalogueFile,
    write: Write,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Print what a catalogue would bring, and with `yes` take it over. Raises RefusedError and StoreTrouble.

    `data` is the folder with this machine's own MARC profiles.
    """
    words = Words(settings.screen.language)
    try:
        content = read_catalogue(Path(file.path), load_profiles(data / "marc"))
    except FileTrouble as trouble:
        raise _refused(trouble.text) from trouble
    request_id = uuid4().hex

    def work(conn: Connection) -> tuple[CatalogueSheet, list[CatalogueLine], CatalogueDone | None]:
        work = work_on(conn, settings, request_id)
        if yes:
            stock.lock_numbers(conn)
        plan = catalogue.plan_of(work, content, file)
        sheet = catalogue.sheet_of(content, plan, file)
        lines = catalogue.lines_of(content, plan) if as_json else []
        if not yes or not sheet.writes:
            return sheet, lines, None
        return sheet, lines, catalogue.write(work, content, plan, file, None)

    sheet, lines, done = library.transact(work, request_id, patient=True) if yes else library.read(work, patient=True)
    if as_json:
        rows = [_entry(words, line, done is not None) for line in lines]
        write("[" + ",".join("\n" + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
        return
    for line in _told(words, sheet, done):
        write(line + "\n")


def _refused(text: Text) -> RefusedError:
    return RefusedError(_both(text))


def _both(text: Text) -> str:
    return both(*(Words(language).say(text).strip() for language in LANGUAGES))


def _told(words: Words, sheet: CatalogueSheet, done: CatalogueDone | None) -> list[str]:
    """The answer in both languages; what is to say about single records in that of the screen, as it is long."""
    lines = [_both(sheet.how)]
    if sheet.left:
        lines.append(_both(Text("catalogue.sheets_left", {"sheets": sheet.left})))
    for name in (TitleState.WRONG.value, DOUBTFUL):
        count = sheet.doubtful if name == DOUBTFUL else sheet.titles[TitleState(name)]
        if count:
            lines += ["", _both(Text(f"catalogue.list.{name}", {"count": count}))]
            lines += columns([row for line in sheet.lines[name] for row in _cells(words, line)])
            if count > len(sheet.lines[name]):
                lines.append("  …")
    lines.append("")
    for state in (TitleState.NEW, TitleState.KNOWN, TitleState.UNCHANGED):
        lines.append(_both(Text(f"catalogue.list.{state.value}", {"count": sheet.titles[state]})))
    copies = sheet.copies
    if copies[CopyState.THERE]:
        lines.append(_both(Text("catalogue.there", {"n": copies[CopyState.THERE]})))
    if copies[CopyState.CLASHING]:
        lines.append(_both(Text("catalogue.clashing", {"n": copies[CopyState.CLASHING]})))
    if done is not None:
        lines.append(_both(Text("catalogue.done.written")))
        lines.append(_both(Text("catalogue.done.counts", {"titles": done.titles, "copies": done.copies})))
        if done.labels:
            lines.append(_both(Text("catalogue.done.labels", {"n": done.labels})))
    elif sheet.writes:
        brings = {"titles": sheet.titles[TitleState.NEW], "copies": copies[CopyState.NEW]}
        lines.append(_both(Text("catalogue.brings", brings)))
        lines.append(_both(Text("catalogue.say_yes")))
    else:
        lines.append(_both(Text("catalogue.nothing")))
    return lines


def _cells(words: Words, line: CatalogueLine) -> Iterable[list[str]]:
    first, *others = line.reasons
    yield [words.say(line.where), line.title, words.say(first)]
    for reason in others:
        yield ["", "", words.say(reason)]


def _entry(words: Words, line: CatalogueLine, written: bool) -> dict[str, Any]:
    return {
        "number": line.number,
        "state": line.state.value,
        "doubtful": line.doubtful,
        "title": line.title,
        "isbn": line.isbn or None,
        "copies_new": line.new,
        "copies_there": line.there,
        "copies_clashing": line.clashing,
        "reasons": [reason.key.rpartition(".")[2] for reason in line.reasons],
        "messages": [words.say(reason) for reason in line.reasons],
        "written": written and bool(line.new or line.state is TitleState.NEW),
    }


def form_of(file: Path, form: str | None) -> ExportForm:
    """The form that was named, else the one that the file's name ends with. Raises RefusedError."""
    if form is not None:
        try:
            return ExportForm(form)
        except ValueError:
            known = ", ".join(ExportForm)
            raise RefusedError(both(f"没有 {form} 这种形式；有 {known}", f"there is no form {form}; {known}")) from None
    found = next((one for one, suffix in SUFFIXES.items() if suffix == file.suffix.lower()), None)
    if found is None:
        ends = " ".join(SUFFIXES.values())
        raise RefusedError(
            both(
                f"看不出要写成什么：文件名要以 {ends} 结尾，或者用 --form 说明",
                f"what to write? end the file's name with one of {ends}, or say so with --form",
            )
        )
    return found


def export_catalogue(
    settings: Settings, library: Library, file: Path, form: ExportForm, write: Write, *, over: bool
) -> None:
    """Write every title with its copies into `file`, `over` another or not. Raises RefusedError and StoreTrouble."""
    words = Words(settings.screen.language)

    def work(conn: Connection) -> tuple[int, int]:
        return catalogue.write_file(work_on(conn, settings, uuid4().hex), file, form, words, over=over)

    try:
        titles, copies = library.read(work, patient=True)
    except FileTrouble as trouble:
        raise _refused(trouble.text) from trouble
    write(_both(Text("catalogue.done.exported", {"name": str(file)})) + "\n")
    write(_both(Text("catalogue.done.counts_out", {"titles": titles, "copies": copies})) + "\n")
