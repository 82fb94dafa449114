"""A pilot of the counter's and the librarian's pages over the real desk, who reads every page in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from kiosk.flows.events import Edited, Scan
from kiosk.flows.views import Button, Field, Form, Grid, PadView, PageView, Paragraph, Row, Table, Text, Tiles
from kiosk.i18n import LANGUAGES, Words
from kiosk.store.library import Library
from tests.desk.school import LIBRARIAN, PIN, School, fill
from tests.fakes import Pilot


def parts(value: Any) -> Iterator[Any]:
    """Everything inside a view."""
    yield value
    if is_dataclass(value):
        for one in fields(value):
            yield from parts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


def unsaid(view: object) -> list[str]:
    """The texts of a view that a language has no words for, or whose places stay empty."""
    texts = [one for one in parts(view) if isinstance(one, Text)]
    said = [Words(language).say(one) for one in texts for language in LANGUAGES]
    return [words for words in said if words.startswith("[") or "{" in words]


class Guide(Pilot):
    """Uses the pages on the small school's real desk. Its clock is the school's."""

    def __init__(self, library: Library, **options: Any) -> None:
        library.transact(fill)
        self.school = School(library)
        super().__init__(self.school.desk, **options)  # type: ignore[arg-type]  # performs commands, as the fake does

    def _tick(self, at: float) -> None:
        self.school.later(seconds=at - self.now)
        super()._tick(at)

    def edit(self, field: str, text: str) -> None:
        self.now += 0.01
        self.engine.handle(Edited(field, text, self.now))

    def type_pin(self, pin: str) -> None:
        for digit in pin:
            self.press("digit", digit)
        self.press("enter")

    def log_in(self) -> None:
        """As the librarian, whose PIN is set, to the menu."""
        self.operator = self.school.librarian()
        self.scan(LIBRARIAN)
        self.type_pin(PIN)

    def type_code(self, code: str) -> None:
        """Type on the keyboard, with Enter."""
        self.now += 3.0
        self.engine.handle(Scan(code, "wedge", self.now, self.now - 2, typed=True))

    @property
    def page(self) -> PageView:
        view = self.view
        assert isinstance(view, PageView), view
        assert unsaid(view) == []
        return view

    @property
    def keypad(self) -> PadView:
        view = self.view
        assert isinstance(view, PadView), view
        assert unsaid(view) == []
        return view

    def at_page(self, name: str) -> PageView:
        page = self.page
        assert page.name == name
        return page

    @property
    def notice(self) -> str:
        """The key of what is said about the last action."""
        assert self.page.notice is not None, self.page
        return self.page.notice.headline.key

    def all_of(self, kind: type[Any]) -> list[Any]:
        return [one for one in parts(self.page) if isinstance(one, kind)]

    @property
    def buttons(self) -> dict[str, Button]:
        """The buttons of the page by action (the last of each)."""
        return {one.action: one for one in self.all_of(Button)}

    @property
    def fields(self) -> dict[str, Field]:
        return {one.name: one for one in self.all_of(Field)}

    @property
    def errors(self) -> dict[str, str]:
        """Field → the key of what is wrong with it."""
        return {name: field.error.key for name, field in self.fields.items() if field.error}

    @property
    def tables(self) -> list[Table]:
        return self.all_of(Table)

    @property
    def rows(self) -> list[Row]:
        return [row for table in self.tables for row in table.rows]

    @property
    def sentences(self) -> list[str]:
        """The keys of the page's paragraphs (data as it is)."""
        return [one.text.key if isinstance(one.text, Text) else one.text for one in self.all_of(Paragraph)]

    @property
    def tiles(self) -> tuple[Button, ...]:
        (found,) = self.all_of(Tiles)
        return found.buttons  # type: ignore[no-any-return]  # all_of gives what it is asked for

    @property
    def grid(self) -> Grid:
        (found,) = self.all_of(Grid)
        return found  # type: ignore[no-any-return]  # as above

    @property
    def forms(self) -> list[Form]:
        return self.all_of(Form)

    def say(self, words: object) -> str:
        return Words().say(words)  # type: ignore[arg-type]  # a Text or a str

    def choose(self, words: str) -> None:
        """Press the tile or row that reads so."""
        for one in parts(self.page):
            if isinstance(one, Button) and self.say(one.label) == words:
                self.press(one.action, one.value)
                return
            if isinstance(one, Row) and one.action and words in [self.say(cell) for cell in one.cells]:
                self.press(one.action, one.value)
                return
        raise AssertionError(f"{words} is not on the page")
