"""Messages: how values are written, and that code, catalogues and fonts agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assets import covers, root
from kiosk.flows.views import Money, Text, Weekday
from kiosk.i18n import DEFAULT, FORMS, LANGUAGES, PLACE, Words, chinese_numeral
from kiosk.lending.patrons import ClassName
from tests.message_families import FAMILIES

HERE = Path(__file__).resolve().parent
SOURCES = sorted((HERE.parent / "kiosk").rglob("*.py"))
DOMAINS = sorted(
    {"common", "session", "counter", "librarian", "demo", "cli", *(p.stem for p in root().glob("locale/*/*/*.po"))}
)
KEY = re.compile(rf"(?:{'|'.join(DOMAINS)})(?:\.[a-z0-9_]+)+")
ZH, EN = Words("zh_CN"), Words("en")
FRIDAY = datetime(2026, 5, 8, 12, 5)  # noqa: DTZ001  local school time is naive in lending and views


@pytest.mark.parametrize(
    ("value", "form", "chinese", "english"),
    [
        (FRIDAY.date(), "", "5月8日 星期五", "Fri 8 May"),
        (FRIDAY.date(), "short", "5月8日", "8 May"),
        (FRIDAY.date(), "full", "2026年5月8日", "8 May 2026"),
        (FRIDAY.date(), "weekday", "星期五", "Friday"),
        (FRIDAY.date(), "iso", "2026-05-08", "2026-05-08"),
        (FRIDAY, "", "星期五 12:05", "Friday 12:05"),
        (FRIDAY, "when", "5月8日 星期五 12:05", "Fri 8 May 12:05"),
        (FRIDAY, "full", "2026年5月8日 12:05", "8 May 2026 12:05"),
        (FRIDAY, "time", "12:05", "12:05"),
        (FRIDAY, "short", "5月8日", "8 May"),
        (FRIDAY, "iso", "2026-05-08", "2026-05-08"),
        (time(9, 0), "", "9:00", "9:00"),
        (Weekday(3), "", "星期三", "Wednesday"),
        (Weekday(7), "short", "周日", "Sun"),
        (Money(2360), "", "23.60 元", "¥23.60"),
        (Money(5), "plain", "0.05", "0.05"),
        (Money(-1205), "", "-12.05 元", "¥-12.05"),
        (ClassName(3, 2), "", "三(2)班", "Class 3(2)"),
        (ClassName(3, 2, "三甲"), "", "三甲", "三甲"),
        (12, "numeral", "十二", "十二"),
        (7, "", "7", "7"),
        ("a title with {n} braces", "", "a title with {n} braces", "a title with {n} braces"),
        (Text("common.money", {"amount": "1.00"}), "", "1.00 元", "¥1.00"),
    ],
)
def test_a_value_is_written_as_its_type_asks(value, form, chinese, english):
    assert (ZH.value(value, form), EN.value(value, form)) == (chinese, english)


def test_the_librarys_template_writes_classes_in_chinese_only():
    words = Words("zh_CN", "{grade}年级{number}班")
    assert words.value(ClassName(3, 2)) == "3年级2班"
    assert words.value(ClassName(3, 2, "三甲")) == "三甲"
    assert words.other().value(ClassName(3, 2)) == "Class 3(2)"


def test_the_other_language_comes_round_and_keeps_the_template():
    words = Words("zh_CN", "{grade}年级")
    assert words.other().language == "en"
    assert words.other().other() == words
    assert Words("fr").other().language == DEFAULT


def test_data_is_never_taken_for_a_message():
    assert ZH.say("common.money") == "common.money"
    assert ZH.say("{n}") == "{n}"


def test_a_title_with_braces_is_never_filled_in():
    assert ZH.say(Text("common.money", {"amount": "{amount}{x}"})) == "{amount}{x} 元"


def test_a_missing_value_leaves_its_place_visible():
    assert ZH.say(Text("common.money")) == "{amount} 元"


@given(st.text(), st.sampled_from([*LANGUAGES, "fr", ""]))
def test_an_unknown_key_is_shown_in_brackets_and_never_fails(key, language):
    assert Words(language).say(Text(f"no_such.{key}", {"n": 2})) == f"[no_such.{key}]"


@pytest.mark.parametrize("key", ["", "common", "common.", "../common.x", "x\0.y"])
def test_a_malformed_key_is_shown_in_brackets(key):
    assert ZH.say(Text(key)) == f"[{key}]"


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(0, "零"), (6, "六"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")],
)
def test_chinese_numerals_read_as_people_say_them(number, numeral):
    assert chinese_numeral(number) == numeral


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_date_is_written_without_gaps_in_every_form(day):
    for words in (ZH, EN):
        for form in FORMS:
            assert not set(words.value(day, form)) & set("[]{}")


def test_saying_words_loads_neither_babel_nor_pygame():
    code = (
        "import sys; from kiosk.i18n import Words; from kiosk.flows.views import Money; "
        "assert Words().value(Money(1)); sys.exit(bool({'babel', 'pygame'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HERE.parent, check=False).returncode == 0


# ── Catalogues, code and fonts agree ──


@cache
def compiler():
    """The script beside the catalogues, which is no package."""
    space: dict[str, object] = {"__name__": "compile", "__file__": str(root() / "locale" / "compile.py")}
    exec(compile(Path(space["__file__"]).read_text("utf-8"), space["__file__"], "exec"), space)
    return space


@cache
def messages(language: str) -> dict[str, tuple[str, ...]]:
    """Every message of a language, from the `.po` files: key to its forms."""
    found: dict[str, tuple[str, ...]] = {}
    for path in compiler()["catalogues"]():
        if path.parent.parent.name != language:
            continue
        for message in compiler()["read"](path):
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key:
                assert key not in found, f"{key} stands twice"
                assert key.startswith(f"{path.stem}."), f"{key} does not belong in {path.name}"
                forms = (message.string,) if isinstance(message.string, str) else message.string
                found[key] = tuple(forms)
    return found


def places(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for name, _ in PLACE.findall(form)}


def families() -> Iterator[str]:
    for pattern, fillings in FAMILIES.items():
        for filling in fillings:
            key = pattern
            for part in str(filling).split("|"):
                key = key.replace("{}", part, 1)
            yield key


def _skeleton(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


@cache
def used() -> tuple[dict[str, str], dict[str, str]]:
    """Keys and patterns of keys in the sources, each with a place where it stands."""
    keys: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                keys[node.value] = f"{path.name}:{node.lineno}"
            elif isinstance(node, ast.JoinedStr):
                pattern = _skeleton(node)
                if "{}" in pattern and re.match(rf"(?:{'|'.join(DOMAINS)})\.", pattern) and " " not in pattern:
                    patterns[pattern] = f"{path.name}:{node.lineno}"
    return keys, patterns


def test_the_compiled_catalogues_say_what_the_sources_say():
    stale = [path.name for path in compiler()["catalogues"]() if not compiler()["up_to_date"](path)]
    assert not stale, "run python assets/locale/compile.py"


def test_both_languages_have_the_same_messages():
    chinese, english = messages("zh_CN"), messages("en")
    assert set(chinese) - set(english) == set(), "missing in English"
    assert set(english) - set(chinese) == set(), "missing in Chinese"


def test_no_message_is_empty_or_fuzzy():
    for language in LANGUAGES:
        assert [key for key, forms in messages(language).items() if not all(forms)] == []


def test_both_languages_fill_in_the_same_values():
    # Ways of writing dates differ by more than words; a plural form may say its number as a word or not at all;
    # label stock has a name in each language.
    chinese, english = messages("zh_CN"), messages("en")
    differing = [
        key
        for key in set(chinese) & set(english)
        if not key.startswith(("common.date.", "office.print.stock"))
        and (places(chinese[key]) ^ places(english[key])) - {"n"}
    ]
    assert differing == []


def test_every_form_of_a_place_is_known():
    unknown = [
        (key, form)
        for language in LANGUAGES
        for key, forms in messages(language).items()
        for text in forms
        for _, form in PLACE.findall(text)
        if form and form not in FORMS
    ]
    assert unknown == []


def test_no_brace_stands_outside_a_place():
    for language in LANGUAGES:
        for key, forms in messages(language).items():
            for text in forms:
                assert not set("{}") & set(PLACE.sub("", text)), key


def test_english_has_no_quotation_marks_of_chinese_width():
    # In the faces of the kiosk they are an em wide.
    assert [key for key, forms in messages("en").items() if set("".join(forms)) & set("“”‘’「」《》")] == []


def test_an_english_number_is_never_followed_by_a_plural_that_may_be_wrong():
    # "1 copies": what is counted is a form of the place, or the message has plural forms.
    counting = re.compile(r"\{(?:n|count|copies|titles|days|limit|added)\} (?:more |new )?[a-z]+s\b")
    wrong = {key: forms[0] for key, forms in messages("en").items() if len(forms) == 1 and counting.search(forms[0])}
    assert {key: said for key, said in wrong.items() if key not in MANY} == {}


MANY = {"diagnosis.end_many", "office.print.cannot.long_shelf"}
"""Messages whose number is never 1."""


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 title, 1 copy."), (0, "0 titles, 0 copies."), (21, "21 titles, 21 copies.")]
)
def test_each_number_of_a_message_has_its_own_plural(n, said):
    text = Text("catalogue.done.counts_out", {"titles": n, "copies": n})
    assert Words("en").say(text) == said


def test_every_key_in_the_code_has_its_message():
    keys, _ = used()
    missing = {key: where for key, where in keys.items() if key not in messages(DEFAULT)}
    assert missing == {}


def test_every_key_made_at_run_time_is_listed_as_a_family():
    _, patterns = used()
    assert {pattern: where for pattern, where in patterns.items() if pattern not in FAMILIES} == {}


def test_every_key_of_a_family_has_its_message():
    assert [key for key in families() if key not in messages(DEFAULT)] == []


def test_no_message_is_left_over():
    keys, _ = used()
    assert sorted(set(messages(DEFAULT)) - set(keys) - set(families())) == []


def test_every_text_in_the_code_brings_the_values_of_its_message():
    lacking = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"):
                continue
            key = node.args[0] if node.args else None
            if not (isinstance(key, ast.Constant) and key.value in messages(DEFAULT)):
                continue
            given_names = _names(node.args[1] if len(node.args) > 1 else None)
            missing = places(messages(DEFAULT)[key.value]) - given_names if given_names is not None else set()
            if missing:
                lacking.append(f"{path.name}:{node.lineno} {key.value} {sorted(missing)}")
    assert lacking == []


def _names(values: ast.expr | None) -> set[str] | None:
    """The names in a dict written out; None where it is not written out."""
    if values is None:
        return set()
    if isinstance(values, ast.Dict) and all(isinstance(key, ast.Constant) for key in values.keys):
        return {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}
    return None


@pytest.mark.parametrize("face", ["sans", "sans-bold"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_of_every_message_is_in_the_fonts(face, language):
    lacking = {
        key: "".join(character for character in set("".join(forms)) if not covers(face, character))
        for key, forms in messages(language).items()
    }
    assert {key: characters for key, characters in lacking.items() if characters} == {}
