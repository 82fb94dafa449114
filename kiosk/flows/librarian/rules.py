"""Rules of lending and display settings as forms; what is wrong is answered at its field and nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from kiosk.flows.events import Pressed
from kiosk.flows.librarian import forms, school
from kiosk.flows.librarian.entries import YES_NO, Entries, Spec, amount, one_of, say_amount, whole, words, yes_no
from kiosk.flows.librarian.numbering import Patterns
from kiosk.flows.librarian.page import Kind, Turn, button, opens, shows, text
from kiosk.flows.views import BlockOfPage, Choice, Column, Form, Paragraph, Row, Table, Text, Tiles, Tone
from kiosk.flows.work import Display, ReadRules, RulesSheet, SaveDisplay, SaveRules
from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.rules import KindRules, LoanRule, OutsideTerms, Rules


@dataclass(frozen=True, slots=True)
class Overview:
    """The rules in short, and a way to each form."""

    data: RulesSheet | None = None


def _kind(page: Overview, pressed: Pressed) -> Turn:
    kind = next((k for k in PatronKind if k.value == pressed.value), None)
    if page.data is None or kind is None:
        return Turn(page)
    return Turn(page, top=KindForm(page.data.rules, kind, kind_entries(page.data.rules.kinds[kind])), hush=True)


def _general(page: Overview, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    return Turn(page, top=GeneralForm(page.data.rules, general_entries(page.data.rules)), hush=True)


def _display(page: Overview, _: Pressed) -> Turn:
    if page.data is None:
        return Turn(page)
    return Turn(page, top=DisplayForm(page.data.display, display_entries(page.data.display)), hush=True)


def _overview_blocks(page: Overview) -> tuple[BlockOfPage, ...]:
    if page.data is None:
        return ()
    rules = page.data.rules

    def row(kind: PatronKind) -> Row:
        of_kind = rules.kinds[kind]
        book = of_kind.materials[Material.BOOK]
        days = Text("librarian.rules.one_term") if book.days is None else text("librarian.rules.days", n=book.days)
        return Row(
            (Text(f"librarian.kind.{kind.value}"), str(of_kind.limit), days, str(book.renewals)),
            "kind",
            kind.value,
        )

    columns = (
        Column(Text("librarian.column.kind"), 2),
        Column(Text("librarian.column.limit")),
        Column(Text("librarian.column.days"), 2),
        Column(Text("librarian.column.renewals")),
    )
    return (
        Table(columns, tuple(row(kind) for kind in PatronKind)),
        Tiles(
            (
                button("school", "school.title", icon="class"),
                button("general", "librarian.rules.general", icon="rules"),
                button("display", "librarian.rules.display", icon="settings"),
                button("numbering", "librarian.rules.numbering", icon="barcode"),
            ),
            columns=2,
        ),
    )


# ── One kind of patron ──

KIND: tuple[Spec, ...] = (
    Spec("limit", "librarian.field.limit", whole(0, 500)),
    Spec("bound_to_rota", "librarian.field.bound_to_rota", yes_no, YES_NO),
    Spec("due_on_slot", "librarian.field.due_on_slot", yes_no, YES_NO),
    Spec("blocked_by_overdue", "librarian.field.blocked_by_overdue", yes_no, YES_NO),
    Spec("grace_days", "librarian.field.grace_days", whole(0, 60)),
    Spec("suspension_factor", "librarian.field.suspension_factor", whole(0, 10), hint="librarian.hint.factor"),
    Spec("suspension_cap", "librarian.field.suspension_cap", whole(0, 365)),
)


_YES_NO_SAME = (Choice("", Text("librarian.choice.same")), *YES_NO)


def _yes_no_same(typed: str) -> bool | Text | None:
    """The choice between "yes", "no" and nothing: as for the kind."""
    return yes_no(typed) if typed else None


def _of(material: Material) -> tuple[Spec, ...]:
    name, of = material.value, Text(f"librarian.material.{material.value}")
    days = whole(1, 400, empty=True)
    grace, factor, cap = whole(0, 60, empty=True), whole(0, 10, empty=True), whole(0, 365, empty=True)
    return (
        Spec(f"{name}_lendable", "librarian.field.lendable", yes_no, YES_NO, of=of),
        Spec(f"{name}_limit", "librarian.field.limit", whole(0, 500), of=of),
        Spec(f"{name}_days", "librarian.field.loan_days", days, hint="librarian.hint.days", of=of),
        Spec(f"{name}_renewals", "librarian.field.renewals", whole(0, 20), of=of),
        Spec(f"{name}_blocked_by_overdue", "librarian.field.blocks_overdue", _yes_no_same, _YES_NO_SAME, of=of),
        Spec(f"{name}_grace_days", "librarian.field.grace_days", grace, hint="librarian.hint.same", of=of),
        Spec(
            f"{name}_suspension_factor",
            "librarian.field.suspension_factor",
            factor,
            hint="librarian.hint.same_factor",
            of=of,
        ),
        Spec(f"{name}_suspension_cap", "librarian.field.suspension_cap", cap, hint="librarian.hint.same", of=of),
    )


_OF_MATERIAL = tuple(LoanRule.__dataclass_fields__)
"""The fields of a material's rule; in the form each has the material before it: `book_limit`."""

_ALL_OF_KIND = KIND + tuple(spec for material in Material for spec in _of(material))


@dataclass(frozen=True, slots=True)
class KindForm:
    """What holds for one kind of patron, in all and for each material."""

    rules: Rules
    kind: PatronKind
    entries: Entries


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _said(value: bool | int | None) -> str:
    """A setting as it stands in its field; None is an empty one."""
    if value is None:
        return ""
    return _yes(value) if isinstance(value, bool) else str(value)


def kind_entries(rules: KindRules) -> Entries:
    """The rules of one kind as they stand in the form."""
    texts = {spec.name: _said(getattr(rules, spec.name)) for spec in KIND}
    for material, rule in rules.materials.items():
        texts |= {f"{material.value}_{name}": _said(getattr(rule, name)) for name in _OF_MATERIAL}
    return Entries(texts)


def kind_rules(values: Mapping[str, Any]) -> KindRules:
    """The rules of one kind from the form's values."""
    return KindRules(
        materials=MappingProxyType(
            {
                material: LoanRule(**{name: values[f"{material.value}_{name}"] for name in _OF_MATERIAL})
                for material in Material
            }
        ),
        **{spec.name: values[spec.name] for spec in KIND},
    )


def _save_kind(page: KindForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveRules:
        kinds = MappingProxyType({**page.rules.kinds, page.kind: kind_rules(values)})
        return SaveRules(rules=replace(page.rules, kinds=kinds))

    return forms.save(page, _ALL_OF_KIND, command)


# ── What holds for everybody ──

GENERAL: tuple[Spec, ...] = (
    Spec("minutes_before", "librarian.field.minutes_before", whole(0, 120)),
    Spec("minutes_after", "librarian.field.minutes_after", whole(0, 120)),
    Spec(
        "outside_terms",
        "librarian.field.outside_terms",
        one_of(*OutsideTerms),
        tuple(Choice(choice.value, Text(f"librarian.outside.{choice.value}")) for choice in OutsideTerms),
    ),
    Spec("charges", "librarian.field.charges", amount, hint="librarian.hint.charges"),
)


@dataclass(frozen=True, slots=True)
class GeneralForm:
    """Tolerance, days outside terms, charges."""

    rules: Rules
    entries: Entries


def general_entries(rules: Rules) -> Entries:
    """The general rules as they stand in the form."""
    return Entries(
        {
            "minutes_before": str(rules.minutes_before),
            "minutes_after": str(rules.minutes_after),
            "outside_terms": rules.outside_terms.value,
            "charges": say_amount(rules.charges_block_fen),
        }
    )


def _save_general(page: GeneralForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveRules:
        rules = replace(
            page.rules,
            minutes_before=values["minutes_before"],
            minutes_after=values["minutes_after"],
            outside_terms=OutsideTerms(values["outside_terms"]),
            charges_block_fen=values["charges"],
        )
        return SaveRules(rules=rules)

    return forms.save(page, GENERAL, command)


# ── Display ──

CLASS_TEMPLATES = ("", "{grade}年级{number}班", "{grade:numeral}年级{number}班", "{grade}({number})班")
"""Ways to write a class that schools use; empty is the default 三(2)班 (see kiosk.i18n)."""

PINYIN = ("auto", "always", "never")
"""When pinyin stands over words: for grades 1 and 2, for all, for nobody."""

_DISPLAY: tuple[Spec, ...] = (
    Spec("announcement", "librarian.field.announcement", words(200)),
    Spec(
        "pinyin",
        "librarian.field.pinyin",
        one_of(*PINYIN),
        tuple(Choice(way, Text(f"librarian.pinyin.{way}")) for way in PINYIN),
    ),
    Spec("mask_names", "librarian.field.mask_names", yes_no, YES_NO),
)
_TEMPLATES = tuple(Choice(str(place), Text(f"librarian.template.{place}")) for place in range(len(CLASS_TEMPLATES)))


def _templates(display: Display) -> tuple[str, ...]:
    """The ways to write a class, and the library's own where a script has set another."""
    own = display.class_template
    return CLASS_TEMPLATES if own in CLASS_TEMPLATES else (*CLASS_TEMPLATES, own)


def display_specs(display: Display) -> tuple[Spec, ...]:
    """The fields of the display settings."""
    more = tuple(Choice(str(len(_TEMPLATES)), own) for own in _templates(display)[len(_TEMPLATES) :])
    choices = (*_TEMPLATES, *more)
    template = Spec(
        "class_template", "librarian.field.class_template", one_of(*(one.value for one in choices)), choices
    )
    return (*_DISPLAY, template)


@dataclass(frozen=True, slots=True)
class DisplayForm:
    """The announcement, pinyin, masking of names, how a class is written."""

    display: Display
    entries: Entries


def display_entries(display: Display) -> Entries:
    """The display settings as they stand in the form."""
    place = _templates(display).index(display.class_template)
    return Entries(
        {
            "announcement": display.announcement,
            "pinyin": display.pinyin,
            "mask_names": _yes(display.mask_names),
            "class_template": str(place),
        }
    )


def _save_display(page: DisplayForm, _: Pressed) -> Turn:
    def command(values: Mapping[str, Any]) -> SaveDisplay:
        template = _templates(page.display)[int(values["class_template"])]
        return SaveDisplay(display=Display(**{**values, "class_template": template}))

    return forms.save(page, display_specs(page.display), command)


# ── All three forms ──


def _form(entries: Entries, specs: tuple[Spec, ...]) -> tuple[BlockOfPage, ...]:
    """The fields, and above them that some are wrong: the first of these may be far down."""
    wrong = (Paragraph(Text("librarian.error.some"), Tone.LOOK),) if entries.errors else ()
    return (*wrong, Form(entries.fields(specs), (forms.SAVE,)))


KINDS: Mapping[type, Kind[Any]] = {
    Overview: Kind[Overview](
        name="librarian/rules",
        title=lambda _: Text("librarian.menu.rules"),
        blocks=_overview_blocks,
        read=lambda _: ReadRules(),
        actions={
            "kind": _kind,
            "school": opens(school.SchoolForm),
            "general": _general,
            "display": _display,
            "numbering": opens(Patterns),
        },
        answered=shows(RulesSheet),
    ),
    KindForm: Kind[KindForm](
        name="librarian/rules/kind",
        title=lambda page: text("librarian.rules.kind", kind=Text(f"librarian.kind.{page.kind.value}")),
        blocks=lambda page: _form(page.entries, _ALL_OF_KIND),
        actions={"save": _save_kind},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveRules),
    ),
    GeneralForm: Kind[GeneralForm](
        name="librarian/rules/general",
        title=lambda _: Text("librarian.rules.general"),
        blocks=lambda page: _form(page.entries, GENERAL),
        actions={"save": _save_general},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveRules),
    ),
    DisplayForm: Kind[DisplayForm](
        name="librarian/rules/display",
        title=lambda _: Text("librarian.rules.display"),
        blocks=lambda page: _form(page.entries, display_specs(page.display)),
        actions={"save": _save_display},
        edited=forms.typed,
        scanned=forms.deaf,
        answered=forms.saved(SaveDisplay),
    ),
}
