"""Message keys and values to words, in Chinese (the default) and English.

A key is `domain.rest`: the part before the first dot names its catalogue, a file
`assets/locale/<language>/LC_MESSAGES/<domain>.po`, whose msgids are the keys. The `.mo` beside it is what is read
here, with the standard library's gettext; `assets/locale/compile.py` makes it. A catalogue is read when its first
message is said.

A message holds places for values, `{name}` or `{name:form}`. What a value looks like depends on its type:

| type | forms (the first is the default) |
|---|---|
| date | `day` 5月8日 星期五, `short` 5月8日, `full` 2026年5月8日, `weekday` 星期五, `iso` |
| datetime | `weektime` 星期三 12:15, `when` 5月8日 星期三 12:15, `full`, `time` 12:15, and those of date |
| time | 12:15 |
| Weekday | `long` 星期三, `short` 周三 |
| Money | `sign` 23.60 元, `plain` 23.60 |
| ClassName | 三(2)班, through the library's template |
| int | `plain`, `numeral` 三, `month` (its name), and what is counted (`COUNTED`): `copies` 2 copies |
| str, Text | as it is; the words of the nested message |
| tuple of them | the words of each, with the language's comma between |

How dates, money and classes look is itself written in the catalogue `common`, and so is what is counted, with its
plural forms. A message with plural forms of its own takes the one for the value `n`; one with several numbers names
what each of them counts. Values are never searched for places, so a title may contain braces.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache

from kiosk.assets import asset
from kiosk.flows.views import Money, Text, Value, Weekday
from kiosk.lending.patrons import ClassName

LANGUAGES = ("zh_CN", "en")
DEFAULT = "zh_CN"

PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
"""A place for a value in a message: its name and, after a colon, its form."""

COUNTED = frozenset(
    {"books", "bytes", "cards", "changes", "classes", "copies", "days", "new_readers", "new_titles", "titles"}
)
"""What a number may count: forms of an int, each with its message `common.counted.<form>`."""

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. `class_template` is the library's way to write a class in Chinese.

    The template has the places `{grade}`, `{grade:numeral}` and `{number}`: `{grade:numeral}({number})班` is the
    default, `{grade}年级{number}班` another. Empty takes the default; in English it is not used.
    """

    language: str = DEFAULT
    class_template: str = ""

    def say(self, words: Text | str) -> str:
        """The finished words. A str is data and comes back as it is; an unknown key comes back in brackets."""
        if isinstance(words, str):
            return words
        catalogue = _catalogue(self.language, words.key.partition(".")[0])
        count = words.values.get("n")
        message = words.key
        if isinstance(count, int):
            message = catalogue.ngettext(words.key, words.key, count)
        if message == words.key:
            message = catalogue.gettext(words.key)
        if message == words.key:
            return f"[{words.key}]"
        return self._fill(message, words.values)

    def value(self, value: Value, form: str = "") -> str:
        """One value in a form of its type (see the module); a form the type has not is its default."""
        match value:
            case Text():
                return self.say(value)
            case tuple():
                return self._common("list_separator").join(self.say(one) for one in value)
            case ClassName():
                return self._class(value)
            case datetime():  # before date, which a datetime is too
                return self._datetime(value, form)
            case date():
                return self._date(value, form)
            case time():
                return f"{value.hour}:{value.minute:02}"
            case Money():
                return self._money(value, form)
            case Weekday():
                return self._common(f"{'weekday_short' if form == 'short' else 'weekday'}.{value.number}")
            case int() if form == "numeral":
                return chinese_numeral(value)
            case int() if form == "month":
                return self._common(f"month.{value}")
            case int() if form in COUNTED:
                return self._common(f"counted.{form}", n=value)
        return str(value)

    def other(self) -> Words:
        """The words of the next language, round and round."""
        place = LANGUAGES.index(self.language) if self.language in LANGUAGES else -1
        return replace(self, language=LANGUAGES[(place + 1) % len(LANGUAGES)])

    def _fill(self, message: str, values: Mapping[str, Value]) -> str:
        if "{" not in message:
            return message

        def place(found: re.Match[str]) -> str:
            name, form = found.groups("")
            return self.value(values[name], form) if name in values else found.group()

        return PLACE.sub(place, message)

    def _common(self, key: str, **values: Value) -> str:
        return self.say(Text(f"common.{key}", values))

    def _class(self, value: ClassName) -> str:
        if value.own:
            return value.own
        if self.class_template and self.language == DEFAULT:
            return self._fill(self.class_template, {"grade": value.grade, "number": value.number})
        return self._common("class_name", grade=value.grade, number=value.number)

    def _money(self, value: Money, form: str) -> str:
        yuan, fen = divmod(abs(value.fen), 100)
        amount = f"{'-' if value.fen < 0 else ''}{yuan}.{fen:02}"
        return amount if form == "plain" else self._common("money", amount=amount)

    def _date(self, value: date, form: str) -> str:
        weekday = Weekday(value.isoweekday())
        if form == "iso":
            return value.isoformat()[:10]
        if form == "weekday":
            return self.value(weekday)
        family = form if form in {"short", "full"} else "day"
        return self._common(f"date.{family}", year=value.year, month=value.month, day=value.day, weekday=weekday)

    def _datetime(self, value: datetime, form: str) -> str:
        if form in {"short", "day", "weekday", "iso"}:
            return self._date(value, form)
        if form == "time":
            return self.value(value.time())
        return self._common(
            f"datetime.{form if form in {'when', 'full'} else 'weektime'}",
            day=self._date(value, "full" if form == "full" else "day"),
            weekday=Weekday(value.isoweekday()),
            time=value.time(),
        )


@cache
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    """The catalogue of a language and domain; an empty one where there is none, so that nothing fails in use."""
    if not domain.isidentifier() or language not in LANGUAGES:
        return gettext.NullTranslations()
    path = asset("locale", language, "LC_MESSAGES", f"{domain}.mo")
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def chinese_numeral(number: int) -> str:
    """三 for 3, 十二 for 12, 二十 for 20; a number outside 0 … 99 stays in digits."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


FORMS = frozenset(
    {
        *("day", "short", "full", "weekday", "iso"),  # date
        *("weektime", "when", "time"),  # datetime, and those of date
        *("long", "sign", "plain", "numeral", "month", *COUNTED),  # Weekday, Money, int
    }
)
"""Every form a place may name, for the tests of the catalogues."""
