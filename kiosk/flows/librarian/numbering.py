"""The school's old numbers: which shapes of number are cards and which are copies, described by scanning examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flows.events import Edited, Pressed, Scan
from kiosk.flows.librarian import forms
from kiosk.flows.librarian.page import Kind, Question, Say, Turn, ask_first, button, done, shows, text
from kiosk.flows.views import BlockOfPage, Choice, Column, Field, Form, Paragraph, Row, Table, Text, Tone
from kiosk.flows.work import Numbering, ReadNumbering, SaveNumbering
from kiosk.lending import numbering
from kiosk.lending.barcodes import BarcodeKind, Check, Pattern, ReadingKind

KINDS_OF_NUMBER = (BarcodeKind.CARD, BarcodeKind.COPY)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns in their order."""

    data: Numbering | None = None


def _add(page: Patterns, _: Pressed) -> Turn:
    return Turn(page, top=PatternForm(page.data.patterns), hush=True) if page.data else Turn(page)


def _remove(page: Patterns, pressed: Pressed) -> Turn:
    if page.data is None or not isinstance(pressed.value, int) or not 0 <= pressed.value < len(page.data.patterns):
        return Turn(page)
    gone = page.data.patterns[pressed.value]
    rest = tuple(one for place, one in enumerate(page.data.patterns) if place != pressed.value)
    question = Question(
        text("numbering.remove_title"),
        SaveNumbering(patterns=rest),
        done("numbering.removed"),
        lines=(text("numbering.remove_line", shape=numbering.shape_of(gone)),),
        tone=Tone.NOT_NOW,
    )
    return ask_first(page, question)


def _blocks(page: Patterns) -> tuple[BlockOfPage, ...]:
    if page.data is None:
        return ()
    columns = (
        Column(text("numbering.column.kind"), 2),
        Column(text("numbering.column.shape"), 4),
        Column(text("numbering.column.check"), 3),
        Column("", 2),
    )
    rows = tuple(
        Row(
            (
                text(f"numbering.kind.{one.kind.value}"),
                numbering.shape_of(one),
                text(f"numbering.check.{one.check.value}"),
                "",
            ),
            buttons=(button("remove", "librarian.do.delete", place, icon="delete"),),
        )
        for place, one in enumerate(page.data.patterns)
    )
    return (Paragraph(text("numbering.how")), Table(columns, rows, text("numbering.none")))


@dataclass(frozen=True, slots=True)
class PatternForm:
    """A new pattern: examples typed or scanned, and what they come to."""

    patterns: tuple[Pattern, ...]
    kind: BarcodeKind = BarcodeKind.COPY
    typed: str = ""
    error: Text | None = None

    @property
    def examples(self) -> tuple[str, ...]:
        """The numbers given so far."""
        return numbering.examples_in(self.typed)

    @property
    def pattern(self) -> Pattern | None:
        """What they have in common."""
        return numbering.pattern_of(self.kind, self.examples)


def _edited(page: PatternForm, edited: Edited) -> Turn:
    if edited.field == "kind" and edited.text in KINDS_OF_NUMBER:
        return Turn(replace(page, kind=BarcodeKind(edited.text)))
    return Turn(replace(page, typed=edited.text[:400], error=None)) if edited.field == "examples" else Turn(page)


def _scanned(page: PatternForm, scan: Scan) -> Turn:
    if not scan.clean:
        return Turn(page, say=Say(Tone.LOOK, Text("librarian.scan_again")))
    if numbering.is_ours(scan.code.strip()):
        return Turn(page, say=Say(Tone.INFO, text("numbering.ours", code=scan.code.strip())))
    return Turn(replace(page, typed=f"{page.typed} {scan.code.strip()}".strip(), error=None), hush=True)


def _save(page: PatternForm, _: Pressed) -> Turn:
    pattern = page.pattern
    if pattern is None:
        return Turn(replace(page, error=text("numbering.error.examples")))
    if any(numbering.is_ours(example) for example in page.examples):
        return Turn(replace(page, error=text("numbering.error.ours")))
    taken = next((one for one in page.examples if _taken_otherwise(page, one)), None)
    if taken is not None:
        return Turn(replace(page, error=text("numbering.error.taken", code=taken)))
    return Turn(page, ask=SaveNumbering(patterns=(*page.patterns, pattern)))


def _taken_otherwise(page: PatternForm, example: str) -> bool:
    """Whether an earlier pattern would take the example for the other kind."""
    kind = numbering.reads(page.patterns, example)
    return kind in (ReadingKind.CARD, ReadingKind.COPY) and kind.value != page.kind.value


def _form_blocks(page: PatternForm) -> tuple[BlockOfPage, ...]:
    kinds = tuple(Choice(kind.value, text(f"numbering.kind.{kind.value}")) for kind in KINDS_OF_NUMBER)
    fields = (
        Field("kind", text("numbering.column.kind"), page.kind.value, choices=kinds),
        Field(
            "examples",
            text("numbering.field.examples"),
            page.typed,
            error=page.error,
            hint=text("numbering.hint.examples"),
            focus=True,
        ),
    )
    pattern = page.pattern
    blocks: tuple[BlockOfPage, ...] = (Paragraph(text("numbering.form_how")), Form(fields, (forms.SAVE,)))
    if pattern is None:
        return blocks
    said = text(
        "numbering.means", shape=numbering.shape_of(pattern), check=text(f"numbering.check.{pattern.check.value}")
    )
    few = len(page.examples) < numbering.FEWEST and pattern.check is Check.NONE
    return (*blocks, Paragraph(said, Tone.INFO), *((Paragraph(text("numbering.more")),) if few else ()))


KINDS: Mapping[type, Kind[Any]] = {
    Patterns: Kind[Patterns](
        name="librarian/numbering",
        title=lambda _: text("numbering.title"),
        blocks=_blocks,
        read=lambda _: ReadNumbering(),
        actions={"add": _add, "remove": _remove},
        answered=shows(Numbering),
        bar=lambda _: (button("add", "numbering.add", icon="plus"),),
    ),
    PatternForm: Kind[PatternForm](
        name="librarian/numbering/pattern",
        title=lambda _: text("numbering.add"),
        blocks=_form_blocks,
        actions={"save": _save},
        edited=_edited,
        scanned=_scanned,
        answered=forms.saved(SaveNumbering, key="numbering.saved"),
    ),
}
