"""Describing a title by hand, or changing what a vendor's file says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.commands import Command
from kiosk.flows.events import Pressed, Scan
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.classes import ClassPicker
from kiosk.flows.librarian.entries import Entries, Spec, amount, one_of, plain, say_amount, words
from kiosk.flows.librarian.page import Kind, Say, Turn, button, opens, text
from kiosk.flows.outcomes import Outcome
from kiosk.flows.stock import NewTitle, OfferNumbers, Offers
from kiosk.flows.views import BlockOfPage, Choice, Field, Form, Text, Tone
from kiosk.lending import classification
from kiosk.lending.copies import Material
from kiosk.lending.stock import LONGEST, TitleData, is_isbn, kept_isbn


def class_number(typed: str) -> str | Text:
    """A class as it begins a call number ("i287.45" → "I287.45"); nothing is nothing."""
    typed = plain(typed)
    if not typed:
        return ""
    try:
        number = classification.tidy(typed)
    except ValueError:
        return text("stock.error.clc")
    return text("stock.error.clc") if "/" in number or len(number) > LONGEST["clc"] else number


def _isbn(typed: str) -> str | Text:
    kept = kept_isbn(typed)
    return text("librarian.error.long", most=LONGEST["isbn"]) if len(kept) > LONGEST["isbn"] else kept


_ERA = "民国|洪宪|清?(?:顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统)"
_YEAR = re.compile(
    r"(?<![0-9])(?:1[0-9]|20)(?:[0-9]{2}(?:[0-9]{2}){0,2}|[0-9][-?]|[-?]{2})(?![0-9])"
    r"|[一二][零〇○一二三四五六七八九]{3}"
    rf"|(?:{_ERA})\s?(?:[0-9]{{1,2}}|[元一二三四五六七八九十]{{1,4}})"
)
_ABOUT_YEAR = re.compile(r"[0-9零〇○一二三四五六七八九十年月日季春夏秋冬第版次印刷约至cCpP©\s./,:;?()\[\]~〔〕-]*")


def printed_year(typed: str) -> str | Text:
    """A year or date of publishing as the book has it: "2019.3", "c2019", "[201-?]", "民国三十五年".

    Nothing is nothing. What has no year in it, or words besides, is a Text.
    """
    kept = _published(typed)
    if isinstance(kept, Text) or not kept:
        return kept
    year = _YEAR.search(plain(kept))
    fits = year is not None and _ABOUT_YEAR.fullmatch(_YEAR.sub("", plain(kept)))
    return kept if fits else text("stock.error.published")


_published = words(LONGEST["published"])

_FIRST = (
    Spec("title", "stock.field.title", words(LONGEST["title"], empty=False), wide=True),
    Spec("volume", "stock.field.volume", words(LONGEST["volume"]), hint="stock.hint.volume"),
    Spec("authors", "stock.field.authors", words(LONGEST["authors"])),
    Spec("publisher", "stock.field.publisher", words(LONGEST["publisher"])),
    Spec("published", "stock.field.published", printed_year),
    Spec("price", "stock.field.price", amount),
    Spec("clc", "stock.field.clc", class_number),
    Spec("isbn", "stock.field.isbn", _isbn),
    Spec(
        "material",
        "stock.field.material",
        one_of(*Material),
        tuple(Choice(one.value, Text(f"librarian.material.{one.value}")) for one in Material),
    ),
)
_MORE = (
    Spec("subtitle", "stock.field.subtitle", words(LONGEST["subtitle"]), wide=True),
    Spec("edition", "stock.field.edition", words(LONGEST["edition"])),
    Spec("city", "stock.field.city", words(LONGEST["place"])),
    Spec("extent", "stock.field.extent", words(LONGEST["extent"])),
    Spec("series", "stock.field.series", words(LONGEST["series"])),
    Spec("language", "stock.field.language", words(LONGEST["language"])),
    Spec("subjects", "stock.field.subjects", words(400), hint="stock.hint.subjects", wide=True),
    Spec("summary", "stock.field.summary", words(LONGEST["summary"]), wide=True),
)


@dataclass(frozen=True, slots=True)
class Described:
    """A title as it was described, for the page below."""

    title: TitleData
    offers: Offers
    right: bool


@dataclass(frozen=True, slots=True)
class TitleForm:
    """The form. With `gives` it hands the title to the page below, else the copies come next."""

    found: NewTitle
    entries: Entries
    batch_id: int = 0
    gives: bool = False
    more: bool = False

    @classmethod
    def of(cls, found: NewTitle, batch_id: int, *, gives: bool = False) -> TitleForm:
        """The form with what is known of a title in it."""
        title = found.title
        texts = {spec.name: str(getattr(title, spec.name, "")) for spec in (*_FIRST, *_MORE)}
        texts |= {
            "price": say_amount(title.price_fen),
            "material": title.material.value,
            "city": title.place,
            "subjects": "；".join(title.subjects),
        }
        return cls(found, Entries(texts), batch_id, gives)


def _specs(page: TitleForm) -> tuple[Spec, ...]:
    return (*_FIRST, *_MORE) if page.more else _FIRST


def _title(page: TitleForm, values: Mapping[str, Any]) -> TitleData:
    subjects = values["subjects"].replace(";", "；").split("；")
    plain_fields = {name: values[name] for name in LONGEST if name in values and name != "isbn"}
    return replace(
        page.found.title,
        **plain_fields,
        isbn=values["isbn"],
        place=values["city"],
        price_fen=values["price"],
        material=Material(values["material"]),
        subjects=tuple(word.strip() for word in subjects if word.strip()),
    )


def _next(page: TitleForm, _: Pressed) -> Turn:
    values, entries = page.entries.read((*_FIRST, *_MORE))
    hidden = any(spec.name in entries.errors for spec in _MORE)
    page = replace(page, entries=entries, more=page.more or hidden)
    if entries.errors:
        return Turn(page)
    title = _title(page, values)
    return Turn(replace(page, found=replace(page.found, title=title)), ask=OfferNumbers(title=title), hush=True)


def _answered(page: TitleForm, command: Command, outcome: Outcome) -> Turn:
    if not (isinstance(command, OfferNumbers) and isinstance(outcome.data, Offers)):
        return Turn(page)
    right = not command.title.isbn or is_isbn(command.title.isbn)
    if page.gives:
        return Turn(page, close=1, give=Described(command.title, outcome.data, right))
    found = replace(page.found, title=command.title, right=right, offers=outcome.data)
    from kiosk.flows.librarian.stock.taking import Taking  # the two pages open each other

    return Turn(page, top=Taking.new_title(found, page.batch_id, depth=2), hush=True)


def _given(page: TitleForm, data: Any) -> TitleForm:
    return replace(page, entries=page.entries.typed("clc", data)) if isinstance(data, str) else page


def _scanned(page: TitleForm, scan: Scan) -> Turn:
    """A book's barcode goes to its field while that is empty; any other scan waits until this is done."""
    if scan.clean and is_isbn(scan.code) and not page.entries.texts["isbn"].strip():
        return Turn(replace(page, entries=page.entries.typed("isbn", kept_isbn(scan.code))))
    if scan.clean and kept_isbn(scan.code) == kept_isbn(page.entries.texts["isbn"]):
        return Turn(page)
    return Turn(page, say=Say(Tone.LOOK, text("stock.finish_first")))


def _blocks(page: TitleForm) -> tuple[BlockOfPage, ...]:
    buttons = (
        button("next", "librarian.do.save" if page.gives else "stock.do.to_copies", tone=Tone.DONE),
        button("class", "stock.do.pick_class", icon="find"),
        button("more", "stock.do.less" if page.more else "stock.do.more"),
    )
    return (Form(tuple(_marked(page, one) for one in page.entries.fields(_specs(page))), buttons),)


def _marked(page: TitleForm, field: Field) -> Field:
    """The field; an ISBN that cannot be right says so, and is kept."""
    isbn = page.entries.texts["isbn"].strip()
    if field.name != "isbn" or not isbn or is_isbn(isbn):
        return field
    return replace(field, hint=text("stock.wrong_isbn", isbn=isbn))


KINDS: Mapping[type, Kind[Any]] = {
    TitleForm: Kind[TitleForm](
        name="librarian/stock/title",
        title=lambda page: text("stock.form.change" if page.gives else "stock.form.new"),
        blocks=_blocks,
        actions={
            "next": _next,
            "class": opens(ClassPicker),
            "more": lambda page, _: Turn(replace(page, more=not page.more)),
        },
        edited=forms.typed,
        scanned=_scanned,
        answered=_answered,
        given=_given,
    )
}
