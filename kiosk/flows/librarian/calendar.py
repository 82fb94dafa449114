"""The calendar over the rota: terms with their recall day, closures, swap days (调休)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian import checks, forms
from kiosk.flows.librarian.duties import WEEKDAY, WEEKDAYS
from kiosk.flows.librarian.entries import Entries, Spec, day, day_or_none, say_day, words
from kiosk.flows.librarian.page import Kind, Question, Turn, ask_first, button, done, maybe, shows, text
from kiosk.flows.views import BlockOfPage, Column, Form, Paragraph, Row, Table, Text, Tone, Weekday
from kiosk.flows.work import DeleteEntry, ReadRota, RotaSheet, SaveEntry
from kiosk.lending.calendar import Closure, SwapDay, Term, week_of

Line = Term | Closure | SwapDay


@dataclass(frozen=True, slots=True)
class Year:
    """Terms, closures and swap days as three lists."""

    data: RotaSheet | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """What a form of one type of line is made of: fields, texts of a line, and the line from its values."""

    title: str
    specs: tuple[Spec, ...]
    texts: Callable[[Any], dict[str, str]]
    make: Callable[[Mapping[str, Any], Any], Line]


_SPAN = (
    Spec("starts_on", "librarian.field.starts_on", day, hint="librarian.hint.day"),
    Spec("ends_on", "librarian.field.ends_on", day, hint="librarian.hint.day"),
)


def _term_texts(was: Term | None) -> dict[str, str]:
    return {
        "name": was.name if was else "",
        "starts_on": say_day(was.starts_on if was else None),
        "ends_on": say_day(was.ends_on if was else None),
        "recall_on": say_day(was.recall_on if was else None),
    }


def _term(values: Mapping[str, Any], was: Term | None) -> Term:
    term_id = was.term_id if was else 0
    return Term(term_id, values["name"], values["starts_on"], values["ends_on"], values["recall_on"])


def _closure_texts(was: Closure | None) -> dict[str, str]:
    return {
        "starts_on": say_day(was.starts_on if was else None),
        "ends_on": say_day(was.ends_on if was else None),
        "reason": was.reason if was else "",
    }


def _closure(values: Mapping[str, Any], was: Closure | None) -> Closure:
    return Closure(was.closure_id if was else 0, values["starts_on"], values["ends_on"], values["reason"])


def _swap_texts(was: SwapDay | None) -> dict[str, str]:
    return {
        "day": say_day(was.day if was else None),
        "weekday": str(was.uses_weekday if was else 1),
        "as_of": say_day(was.as_of if was else None),
    }


def _swap(values: Mapping[str, Any], _: SwapDay | None) -> SwapDay:
    as_of: date | None = values["as_of"]
    weekday = as_of.isoweekday() if as_of else int(values["weekday"])  # the day says more than the weekday
    return SwapDay(values["day"], weekday, as_of)


FAMILIES: Mapping[type, Family] = {
    Term: Family(
        "librarian.term.title",
        (
            Spec("name", "librarian.field.name", words(80, empty=False)),
            *_SPAN,
            Spec("recall_on", "librarian.field.recall_on", day_or_none, hint="librarian.hint.recall"),
        ),
        _term_texts,
        _term,
    ),
    Closure: Family(
        "librarian.closure.title",
        (*_SPAN, Spec("reason", "librarian.field.reason", words(200))),
        _closure_texts,
        _closure,
    ),
    SwapDay: Family(
        "librarian.swap_day.title",
        (
            Spec("day", "librarian.field.day", day, hint="librarian.hint.day"),
            Spec("weekday", "librarian.field.uses_weekday", WEEKDAY, WEEKDAYS),
            Spec("as_of", "librarian.field.as_of", day_or_none, hint="librarian.hint.as_of"),
        ),
        _swap_texts,
        _swap,
    ),
}


@dataclass(frozen=True, slots=True)
class LineForm:
    """The form of one line; `was` None is a new one."""

    data: RotaSheet
    type: type[Line]
    was: Line | None
    entries: Entries


def line_form(sheet: RotaSheet, kind: type[Line], was: Line | None = None) -> LineForm:
    """The form of a term, closure or swap day."""
    return LineForm(sheet, kind, was, Entries(FAMILIES[kind].texts(was)))


def _opens(kind: type[Line]) -> Callable[[Year, Pressed], Turn]:
    def form(page: Year, pressed: Pressed) -> Turn:
        if page.data is None:
            return Turn(page)
        lines = _lines(page.data, kind)
        place = pressed.value
        was = lines[place] if isinstance(place, int) and 0 <= place < len(lines) else None
        return Turn(page, top=line_form(page.data, kind, was), hush=True)

    return form


def _lines(sheet: RotaSheet, kind: type[Line]) -> tuple[Line, ...]:
    calendar = sheet.rota.calendar
    lines: dict[type, tuple[Line, ...]] = {
        Term: calendar.terms,
        Closure: calendar.closures,
        SwapDay: calendar.swap_days,
    }
    return lines[kind]


_DAYS = Column(Text("librarian.column.days"), 2)


def _year_blocks(page: Year) -> tuple[BlockOfPage, ...]:
    sheet = page.data
    if sheet is None:
        return ()
    return (
        *_now(sheet),
        _terms(sheet),
        Form((), (button("term", "librarian.do.add_term", icon="add"),)),
        _closures(sheet),
        Form((), (button("closure", "librarian.do.add_closure", icon="add"),)),
        _swap_days(sheet),
        Form((), (button("swap_day", "librarian.do.add_swap_day", icon="add"),)),
    )


def _now(sheet: RotaSheet) -> tuple[BlockOfPage, ...]:
    """Which week of the term it is; nothing where there are no terms yet."""
    calendar = sheet.rota.calendar
    if not calendar.terms:
        return ()
    week = week_of(calendar, sheet.today)
    if week is None:
        return (Paragraph(Text("librarian.calendar.no_term"), Tone.LOOK),)
    return (Paragraph(text("librarian.calendar.week", n=week), Tone.INFO),)


def _terms(sheet: RotaSheet) -> Table:
    columns = (Column(Text("librarian.column.term"), 2), _DAYS, Column(Text("librarian.column.recall"), 2))
    rows = tuple(
        Row(
            (
                term.name,
                text("librarian.days", first=term.starts_on, last=term.ends_on),
                maybe("librarian.calendar.recall", term.recall_on),
            ),
            "term",
            place,
            Tone.INFO if term.starts_on <= sheet.today <= term.ends_on else None,
        )
        for place, term in enumerate(sheet.rota.calendar.terms)
    )
    return Table(columns, rows, Text("librarian.calendar.no_terms"))


def _closures(sheet: RotaSheet) -> Table:
    columns = (_DAYS, Column(Text("librarian.column.reason"), 3))
    rows = tuple(
        Row((text("librarian.days", first=closure.starts_on, last=closure.ends_on), closure.reason), "closure", place)
        for place, closure in enumerate(sheet.rota.calendar.closures)
    )
    return Table(columns, rows, Text("librarian.calendar.no_closures"))


def _swap_days(sheet: RotaSheet) -> Table:
    columns = (_DAYS, Column(Text("librarian.column.uses"), 2), Column(Text("librarian.column.as_of"), 2))
    rows = tuple(
        Row(
            (
                text("librarian.date", day=swap.day),
                text("librarian.calendar.uses", day=Weekday(swap.uses_weekday)),
                maybe("librarian.calendar.as_of", swap.as_of),
            ),
            "swap_day",
            place,
        )
        for place, swap in enumerate(sheet.rota.calendar.swap_days)
    )
    return Table(columns, rows, Text("librarian.calendar.no_swap_days"))


def _save(page: LineForm, _: Pressed) -> Turn:
    family = FAMILIES[page.type]
    values, entries = page.entries.read(family.specs)
    if entries.errors:
        return Turn(replace(page, entries=entries))
    line = family.make(values, page.was)
    wrong = checks.wrong_in(line, page.data, page.was)
    if wrong is not None:
        return Turn(replace(page, entries=entries.wrong(*wrong)))
    return Turn(replace(page, entries=entries), ask=SaveEntry(entry=line, was=page.was))


def _delete(page: LineForm, _: Pressed) -> Turn:
    if page.was is None:
        return Turn(page)
    question = Question(
        Text("librarian.delete.title"), DeleteEntry(entry=page.was), done("librarian.done.deleted"), close=2
    )
    return ask_first(page, question)


def _form_blocks(page: LineForm) -> tuple[BlockOfPage, ...]:
    buttons = [forms.SAVE]
    if page.was is not None:
        buttons.append(button("delete", "librarian.do.delete", icon="delete"))
    return (Form(page.entries.fields(FAMILIES[page.type].specs), tuple(buttons)),)


KINDS: Mapping[type, Kind[Any]] = {
    Year: Kind[Year](
        name="librarian/calendar",
        title=lambda _: Text("librarian.menu.calendar"),
        blocks=_year_blocks,
        read=lambda _: ReadRota(),
        actions={"term": _opens(Term), "closure": _opens(Closure), "swap_day": _opens(SwapDay)},
        answered=shows(RotaSheet),
    ),
    LineForm: Kind[LineForm](
        name="librarian/calendar/line",
        title=lambda page: Text(FAMILIES[page.type].title),
        blocks=_form_blocks,
        actions={"save": _save, "delete": _delete},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveEntry),
    ),
}
