"""How many of one title come into stock, for how much, where they stand, under which number.

Enter takes them in. A label printed beforehand takes in one copy each time one is scanned; the same book scanned again
is counted; any other book takes this one in and goes on with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.entries import Entries, Spec, amount, one_of, say_amount, whole, words
from kiosk.flows.librarian.page import Kind, Say, Turn, button, text
from kiosk.flows.librarian.stock.title_form import Described, TitleForm
from kiosk.flows.outcomes import Outcome
from kiosk.flows.stock import (
    MOST_COPIES,
    NO_OFFERS,
    Fate,
    KnownSerial,
    KnownTitle,
    Label,
    Line,
    LookUp,
    NewTitle,
    Offers,
    TakeIn,
    Taken,
    TakenIn,
)
from kiosk.flows.views import (
    Answer,
    BlockOfPage,
    BookTile,
    Button,
    Choice,
    Form,
    Money,
    Paragraph,
    ResultCard,
    Text,
    Tone,
)
from kiosk.lending.call_numbers import CallNumber, parse
from kiosk.lending.copies import Material
from kiosk.lending.issues import issue_mark
from kiosk.lending.stock import LONGEST, TitleData

_COUNT = Spec("count", "stock.field.count", whole(1, MOST_COPIES), proposed=True)
_PRICE = Spec("price", "stock.field.price", amount)
_PLACE = Spec("place", "stock.field.place", words(LONGEST["place"]))
_ISSUE = Spec("issue", "stock.field.issue", words(LONGEST["issue"], empty=False))
_AUXILIARY = Spec("auxiliary", "stock.field.auxiliary", words(20))
_DAMAGED = Spec("damaged", "stock.field.damaged", whole(0, MOST_COPIES))
_FATE = Spec(
    "fate",
    "stock.field.fate",
    one_of(*Fate),
    tuple(Choice(fate.value, Text(f"stock.fate.{fate.value}")) for fate in Fate),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was taken in on the pages above, and the next book if it was scanned there."""

    taken: tuple[TakenIn, ...]
    following: LookUp | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """One title about to come in. `title_id` 0: it is new.

    `depth` pages are closed when it is done; `scans` counts the same book scanned here; `taken` came in by their
    labels already; `following` looks the next book up; `last` is the code scanned last.
    """

    title: TitleData
    entries: Entries
    batch_id: int = 0
    title_id: int = 0
    known: tuple[int, ...] = ()
    copies: int = 0
    call_number: str = ""
    offers: Offers = NO_OFFERS
    line: Line | None = None
    right: bool = True
    serial: KnownSerial | None = None
    depth: int = 1
    harmed: bool = False
    scans: int = 1
    taken: tuple[TakenIn, ...] = ()
    following: LookUp | None = None
    last: str = ""

    @classmethod
    def known_title(cls, found: KnownTitle, batch_id: int) -> Taking:
        """Further copies of a title of the library."""
        entries = _entries(found.line, found.price_fen, found.place, found.offers)
        return cls(
            found.title,
            entries,
            batch_id,
            title_id=found.title_id,
            copies=found.copies,
            call_number=found.call_number,
            offers=found.offers,
            line=found.line,
        )

    @classmethod
    def new_title(cls, found: NewTitle, batch_id: int, depth: int = 1) -> Taking:
        """A title of which nothing is there yet, as it was described."""
        price = found.title.price_fen
        entries = _entries(found.line, price, found.offers.place, found.offers)
        return cls(
            found.title,
            entries,
            batch_id,
            known=found.known,
            offers=found.offers,
            line=found.line,
            right=found.right,
            depth=depth,
        )

    @classmethod
    def issue_of(cls, found: KnownSerial, batch_id: int, depth: int = 1) -> Taking:
        """The next issue of a magazine."""
        serial = found.serial
        title = TitleData(
            serial.title,
            Material.MAGAZINE,
            publisher=serial.publisher,
            clc=serial.clc,
            price_fen=serial.price_fen,
            issn=serial.issn,
            issue=found.issue,
        )
        entries = _entries(None, serial.price_fen, found.place, found.offers)
        entries = Entries({**entries.texts, "issue": found.issue})
        return cls(title, entries, batch_id, offers=found.offers, serial=found, depth=depth)


def _entries(line: Line | None, price: int | None, place: str, offers: Offers) -> Entries:
    joined = next((f"set:{one.title_id}" for one in offers.sets if one.fits), "new") if offers.auxiliary else "new"
    return Entries(
        {
            "count": str(line.to_come if line is not None and line.to_come else 1),
            "price": say_amount(price),
            "place": place,
            "number": joined,
            "auxiliary": offers.auxiliary,
            "damaged": "0",
            "fate": Fate.REPAIR.value,
        }
    )


def numbers(copies: Sequence[Taken]) -> str:
    """Accession numbers as people say them: the first and the last of a row."""
    said = [one.accession_no for one in copies]
    return said[0] if len(said) == 1 else f"{said[0]} – {said[-1]}" if said else ""


def _numbered(page: Taking) -> bool:
    """Whether the call number is still to be chosen."""
    return not page.call_number and bool(page.offers.next) and page.serial is None


def _specs(page: Taking) -> tuple[Spec, ...]:
    specs: list[Spec] = [_ISSUE] if page.serial is not None else []
    specs += [_COUNT, _PRICE, _PLACE]
    if _numbered(page):
        specs += [*([_number_spec(page)] if page.offers.sets else []), _AUXILIARY]
    return (*specs, _DAMAGED, _FATE) if page.harmed else tuple(specs)


def _number_spec(page: Taking) -> Spec:
    choices = (
        Choice("new", text("stock.number.new", number=page.offers.next)),
        *(
            Choice(f"set:{one.title_id}", text("stock.number.set", number=one.call_number, title=one.title))
            for one in page.offers.sets
        ),
    )
    return Spec("number", "stock.field.number", one_of(*(choice.value for choice in choices)), choices)


def _command(page: Taking) -> tuple[Taking, TakeIn | None]:
    """The page with what is wrong marked, and what to ask when nothing is."""
    values, entries = page.entries.read(_specs(page))
    if not entries.errors and page.harmed and values["damaged"] > values["count"]:
        entries = entries.wrong("damaged", text("stock.error.damaged", n=values["count"]))
    page = replace(page, entries=entries)
    if entries.errors:
        return page, None
    shared = str(values.get("number", "new")).partition(":")[2]
    title, auxiliary = page.title, str(values.get("auxiliary", ""))
    if page.serial is not None:
        auxiliary = issue_mark(values["issue"])
        title = replace(title, title=f"{page.serial.serial.title} {values['issue']}", issue=values["issue"])
    command = TakeIn(
        title_id=page.title_id,
        title=None if page.title_id else title,
        known=page.known,
        count=values["count"],
        price_fen=values["price"],
        place=values["place"],
        batch_id=page.batch_id,
        line_id=page.line.line_id if page.line is not None else 0,
        same_set_as=int(shared) if shared else 0,
        auxiliary=auxiliary,
        damaged=values.get("damaged", 0),
        fate=Fate(values.get("fate", Fate.REPAIR)),
        serial_id=page.serial.serial.serial_id if page.serial is not None and not page.title_id else 0,
    )
    return page, command


def _take(page: Taking, _: Pressed) -> Turn:
    if page.taken:
        return _finished(page)
    page, command = _command(replace(page, following=None))
    return Turn(page) if command is None else Turn(page, ask=command)


def _finished(page: Taking, say: Say | None = None) -> Turn:
    return Turn(page, close=page.depth, give=Given(page.taken, page.following), say=say, hush=say is None)


def _harm(page: Taking, _: Pressed) -> Turn:
    damaged = "0" if page.harmed else "1"
    return Turn(replace(page, harmed=not page.harmed, entries=page.entries.typed("damaged", damaged)))


def _describe(page: Taking, _: Pressed) -> Turn:
    if page.depth > 1:
        return Turn(page, close=1)  # the form is below
    new = NewTitle(page.title, page.right, line=page.line, known=page.known)
    return Turn(page, top=TitleForm.of(new, page.batch_id, gives=True), hush=True)


def _given(page: Taking, data: Any) -> Taking:
    if not isinstance(data, Described):
        return page
    fresh = _entries(page.line, data.title.price_fen, data.offers.place, data.offers).texts
    kept = {**fresh, "count": page.entries.texts["count"], "place": page.entries.texts["place"] or fresh["place"]}
    return replace(page, title=data.title, offers=data.offers, entries=Entries(kept), right=data.right)


def look_up(scan: Scan, batch_id: int, *known: str) -> LookUp:
    """What to ask about a scan. A code that is `known`, because it was the last one, may have its wrong check digit.

    Nobody types thirteen digits while unpacking; a scanner that reads the same twice reads what is printed.
    """
    again = scan.clean and scan.code in known and re.fullmatch(r"97[89][0-9]{10}", scan.code) is not None
    return LookUp(code=scan.code, clean=scan.clean, typed=scan.typed or again, batch_id=batch_id)


def _scanned(page: Taking, scan: Scan) -> Turn:
    asked = look_up(scan, page.batch_id, page.last, page.title.isbn)
    return Turn(replace(page, last=scan.code), ask=asked)


def _answered(page: Taking, command: Command, outcome: Outcome) -> Turn:
    match outcome.data:
        case TakenIn() as taken if isinstance(command, TakeIn):
            return _by_label(page, taken) if command.labels else _took(page, taken)
        case Label(title="", code=code):
            page, asked = _command(replace(page, harmed=False))
            if asked is None:
                return Turn(page)
            return Turn(page, ask=replace(asked, count=1, damaged=0, labels=(code,)))
        case Label(title=title, code=code):
            return Turn(page, say=Say(Tone.LOOK, text("stock.problem.label_taken", code=code, title=title)))
    if isinstance(command, LookUp) and outcome.data is not None:
        return _another(page, command, outcome.data)
    return Turn(page)


def _took(page: Taking, taken: TakenIn) -> Turn:
    page = replace(page, taken=(*page.taken, taken))
    return _finished(page, said(taken))


def _by_label(page: Taking, taken: TakenIn) -> Turn:
    page = replace(
        page,
        title_id=taken.title_id,
        call_number=taken.call_number or page.call_number,
        copies=page.copies + 1,
        taken=(*page.taken, taken),
        line=taken.line or page.line,
    )
    return Turn(page, say=said(taken))


def said(taken: TakenIn) -> Say:
    """What came into stock, in words."""
    lines: list[Text] = []
    if taken.call_number:
        lines.append(text("stock.done.number", number=taken.call_number))
    if taken.sent_back:
        lines.append(text("stock.done.sent_back", n=taken.sent_back))
    elif taken.damaged:
        lines.append(text("stock.done.repair", n=taken.damaged))
    if taken.line is not None and taken.line.to_come:
        lines.append(text("stock.done.to_come", n=taken.line.to_come))
    over = taken.line.arrived - taken.line.ordered if taken.line is not None and taken.line.ordered else 0
    if over > 0:
        lines.append(text("stock.done.over", n=over))
    book = BookTile(taken.title, taken.clc, authors=taken.authors, call_number=taken.call_number, place=taken.place)
    if not taken.copies:
        return Say(Tone.LOOK, text("stock.done.none"), tuple(lines), book)
    headline = text("stock.done.taken", n=len(taken.copies), numbers=numbers(taken.copies))
    return Say(Tone.LOOK if over > 0 else Tone.DONE, headline, tuple(lines), book)


def _another(page: Taking, command: LookUp, found: object) -> Turn:
    """Something was scanned: the same once more, or the next book."""
    if _same(page, found) and not page.taken:
        scans = page.scans + 1
        entries = page.entries.typed("count", str(scans))
        return Turn(replace(page, scans=scans, entries=entries), say=Say(Tone.INFO, text("stock.counted", n=scans)))
    if _same(page, found):
        return Turn(page, say=Say(Tone.LOOK, text("stock.label.next")))
    page = replace(page, following=command)
    if page.taken:
        return _finished(page)
    page, asked = _command(page)
    if asked is None:
        return Turn(replace(page, following=None), say=Say(Tone.LOOK, text("stock.finish_first")))
    return Turn(page, ask=asked)


def _same(page: Taking, found: object) -> bool:
    match found:
        case KnownTitle(title_id=title_id):
            return title_id == page.title_id
        case NewTitle(title=title):
            return not page.title_id and bool(title.isbn) and title.isbn == page.title.isbn
        case KnownSerial() as other if page.serial is not None:
            return other.serial.serial_id == page.serial.serial.serial_id and _same_issue(page, page.serial, other)
    return False


def _same_issue(page: Taking, here: KnownSerial, other: KnownSerial) -> bool:
    """By the digits behind the barcode. Scanners miss them now and then: then by the issue, or it is the same."""
    if here.add_on and other.add_on:
        return here.add_on == other.add_on
    return not other.add_on or other.issue == page.entries.texts["issue"].strip()


# ── What is shown ──


def _number(page: Taking) -> str:
    """The call number as it will be."""
    if page.call_number or not page.offers.next:
        return page.call_number
    chosen = page.entries.texts.get("number", "new").partition(":")[2]
    shared = next((one.call_number for one in page.offers.sets if str(one.title_id) == chosen), page.offers.next)
    auxiliary = page.entries.texts.get("auxiliary", "").strip()
    if page.serial is not None:
        auxiliary = issue_mark(page.entries.texts.get("issue", ""))
    number = parse(shared)
    return str(CallNumber(number.clc, number.book, auxiliary))


def _too_many(page: Taking, line: Line) -> bool:
    """Whether more are coming in than the line has still to bring."""
    count = _COUNT.read(page.entries.texts["count"])
    return bool(line.ordered) and isinstance(count, int) and count > line.to_come


def _card(page: Taking) -> ResultCard:
    title = page.title
    facts = " · ".join(part for part in (title.volume, title.publisher, title.published) if part)
    lines: list[Text] = []
    if facts:
        lines.append(text("stock.taking.facts", facts=facts))
    too_many = page.line is not None and _too_many(page, page.line)
    if page.line is not None:
        key = "stock.taking.too_many" if too_many else "stock.taking.line"
        lines.append(text(key, batch=page.line.batch, ordered=page.line.ordered, n=page.line.to_come))
    if page.line is not None and page.line.prices:
        low, high = min(page.line.prices), max(page.line.prices)
        lines.append(text("stock.taking.prices", low=Money(low), high=Money(high)))
    if not page.right:
        lines.append(text("stock.wrong_isbn", isbn=title.isbn))
    if not _number(page):
        lines.append(text("stock.no_class"))
    shown = f"{page.serial.serial.title} {page.entries.texts['issue']}" if page.serial is not None else title.title
    book = BookTile(shown, title.clc, authors=title.authors, call_number=_number(page))
    issue = page.entries.texts.get("issue", "").strip()
    if page.serial is not None:
        headline = text("stock.taking.issue", issue=issue) if issue else text("stock.taking.no_issue")
    elif page.title_id:
        headline = text("stock.taking.known", n=page.copies)
    else:
        headline = text("stock.taking.of_line" if page.line is not None else "stock.taking.new")
    asks = page.serial is not None and not issue
    tone = Tone.INFO if page.right and _number(page) and not too_many and not asks else Tone.LOOK
    return ResultCard(tone, "books", headline, tuple(lines), book)


def _blocks(page: Taking) -> tuple[BlockOfPage, ...]:
    card = Answer(_card(page))
    if page.taken:
        codes = tuple(copy.barcode for taken in page.taken for copy in taken.copies)
        return (
            card,
            Paragraph(text("stock.taking.labels", n=len(codes), codes=" ".join(codes[-6:])), Tone.DONE),
            Form((), (button("take", "stock.do.finished", icon="done", key="Return"),)),
        )
    harm = button("harm", "stock.do.not_harmed" if page.harmed else "stock.do.harmed", icon="repair")
    buttons: list[Button] = [button("take", "stock.do.take", tone=Tone.DONE), harm]
    if not page.title_id and page.serial is None:
        buttons.append(button("describe", "stock.do.describe", icon="rules"))
    fields = page.entries.fields(_specs(page))
    return (card, Form(fields, tuple(buttons)), Paragraph(text("stock.taking.how")))


KINDS: Mapping[type, Kind[Any]] = {
    Taking: Kind[Taking](
        name="librarian/stock/taking",
        title=lambda page: text("stock.taking.title_issue" if page.serial is not None else "stock.taking.title"),
        blocks=_blocks,
        actions={"take": _take, "harm": _harm, "describe": _describe, "back": lambda page, _: _left(page)},
        edited=forms.typed,
        scanned=_scanned,
        answered=_answered,
        given=_given,
        idle=lambda page: replace(page, following=None),
        counts=True,
    )
}


def _left(page: Taking) -> Turn:
    """Away from the page; what was taken in by its labels stays and is told below."""
    if page.taken:
        return _finished(page)
    return Turn(page, close=1, hush=True)
