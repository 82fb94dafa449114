"""What a flow shows: frozen values that hold message keys and data, never finished words.

The screens draw a View and decide nothing. A button, tile or field names the action it sends back
(`events.Pressed.action`, `events.Edited.field`). Times called `since`, `ends_at` are monotonic seconds; two views
that compare equal look the same, so a screen redraws only when the view changes or something in it moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from kiosk.lending.patrons import ClassName


@dataclass(frozen=True, slots=True)
class Text:
    """A message key with its values; i18n turns it into words."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen."""

    fen: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """1 Monday … 7 Sunday, to be said as a word."""

    number: int


Value = str | int | date | datetime | time | ClassName | Money | Weekday | Text | tuple[Text | str, ...]
Words = Text | str  # a str is data already (a name, a title), never a sentence


class Tone(StrEnum):
    """The four tones, each with its own colour, icon, shape and sound."""

    DONE = "done"
    LOOK = "look"
    NOT_NOW = "not_now"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Ring:
    """A visible countdown: full at `ends_at - total`, empty at `ends_at` (monotonic seconds)."""

    ends_at: float
    total: float


@dataclass(frozen=True, slots=True)
class Button:
    """Something to touch or to reach with Tab and Enter. `key` is a keyboard shortcut such as "F2".

    `on` makes it a switch, which looks like a box that is ticked or not.
    """

    action: str
    label: Words
    icon: str = ""
    value: str | int | None = None
    tone: Tone | None = None
    enabled: bool = True
    key: str = ""
    on: bool | None = None


class Mark(StrEnum):
    """What is special about a book on the shelf."""

    NONE = "none"
    FRESH = "fresh"  # lent in this session
    RENEWED = "renewed"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class BookTile:
    """A book as the screen draws it: cover from title and class colour (`clc` decides it)."""

    title: str
    clc: str
    barcode: str = ""
    authors: str = ""
    call_number: str = ""
    place: str = ""
    due_on: date | None = None
    mark: Mark = Mark.NONE
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultCard:
    """The one big answer to the last scan. `lines` come in order of what to do first.

    `picture` names a drawing (`where_label`, `scan_card`) that says more than words. `serial` grows with each
    answer, so that the same answer twice is seen as two.
    """

    tone: Tone
    icon: str
    headline: Text
    lines: tuple[Text, ...] = ()
    book: BookTile | None = None
    picture: str = ""
    buttons: tuple[Button, ...] = ()
    since: float = 0.0
    serial: int = 0


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One line of today's rota on the idle screen."""

    starts: time
    ends: time
    who: tuple[Words, ...]
    now: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class IdleView:
    """Nobody is here: whose turn it is, today's rota (`rota_empty` where there is none), a new book, how to borrow,
    the announcement.

    `result` answers a scan without a card (a return, "your card first"). `trouble` is a standing remark, e.g.
    that the clock is wrong. `queue_full` etc. never show here.
    """

    now: datetime  # local, to the minute
    library: str
    turn: Text
    turn_tone: Tone
    rota: tuple[TurnLine, ...] = ()
    rota_empty: Text = Text("session.rota.empty")
    new_books: tuple[BookTile, ...] = ()
    announcement: str = ""
    result: ResultCard | None = None
    result_ring: Ring | None = None
    trouble: Text | None = None
    buttons: tuple[Button, ...] = ()
    pinyin: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stands in the way of borrowing, in brief."""

    tone: Tone
    icon: str
    headline: Text


@dataclass(frozen=True, slots=True)
class SessionView:
    """A patron is here: who, the result card, the shelf of books out, blocks, countdown.

    Where something stands in the way, `result` says it from the beginning; `blocks` says it beside an answer that
    does not. `next_turn` is when their class borrows next, unless an answer has told a date.
    """

    name: str
    school_class: ClassName | None
    greeting: Text
    allowance: Text  # "还可以借 1 本"
    result: ResultCard | None
    shelf: tuple[BookTile, ...]
    blocks: tuple[Block, ...]
    ring: Ring
    buttons: tuple[Button, ...]  # finish, renew all, help, counter …
    places: int = 0  # how many books the patron may have out in all, for drawing places
    helper_name: str = ""  # the helper who serves, when at the counter
    hint: Text | None = None  # what to do next
    next_turn: Text | None = None
    trouble: Text | None = None
    pinyin: bool = False


# ── Pages: the counter's and the librarian's calmer, denser screens, made of a few blocks ──


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two; with a tone it stands in a coloured box with the tone's icon."""

    text: Words
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Large buttons in a grid (menu, classes, names). `columns` 0 lets the screen choose."""

    buttons: tuple[Button, ...]
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Tabs:
    """Lists to look at in turn: a button for each, and the value of the one that is shown. A tone marks a list."""

    buttons: tuple[Button, ...]
    chosen: str | int | None = None


class Align(StrEnum):
    """How a column is set."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `weight` shares out the width."""

    label: Words
    weight: int = 1
    align: Align = Align.START


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. With an `action` the row can be chosen; `tone` marks it; `buttons` stand at its end."""

    cells: tuple[Words, ...]
    action: str = ""
    value: str | int | None = None
    tone: Tone | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; scrolls by wheel, drag and PageUp/PageDown. `empty` is said when there are none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: Text | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a choice field offers."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. Sends `Edited(name, text)` at each change; `choices` make it a choice, sent likewise.

    `secret` shows dots. `error` stands under it. `text` is the value the flow knows; the screen keeps what the
    person is typing until it is told another. A `proposed` text that has the focus from the beginning is selected, so
    that typing replaces it. A `wide` one, for long texts, has the whole width of the form.
    """

    name: str
    label: Words
    text: str = ""
    choices: tuple[Choice, ...] = ()
    secret: bool = False
    error: Text | None = None
    hint: Text | None = None
    focus: bool = False
    proposed: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Fields under one another (side by side where there is room), then buttons; Enter presses the first."""

    fields: tuple[Field, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the week grid; an empty `text` is a free place."""

    lines: tuple[Words, ...] = ()
    action: str = ""
    value: str | int | None = None
    tone: Tone | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The week grid of the rota: columns are days, rows are times."""

    column_heads: tuple[Words, ...]
    row_heads: tuple[Words, ...]
    cells: tuple[tuple[GridCell, ...], ...]  # by row


@dataclass(frozen=True, slots=True)
class Shelf:
    """Books side by side."""

    books: tuple[BookTile, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A result card inside a page."""

    card: ResultCard


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of paper as it will be printed: `width` x `height` pixels, RGB, row by row.

    Two pictures of one `name` are the same picture. `label` says what it is to who cannot see it.
    """

    name: str
    width: int
    height: int
    pixels: bytes = field(repr=False, compare=False)
    label: Words = ""


BlockOfPage = Paragraph | Tiles | Tabs | Table | Form | Grid | Shelf | Answer | Picture


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is: `done` of `total` (0: nobody knows yet)."""

    done: int
    total: int
    stop: Button | None = None


@dataclass(frozen=True, slots=True)
class PageView:
    """Any page of the counter or the librarian: a title, a bar of buttons, blocks from top to bottom.

    `name` identifies the page (for tests and so that scroll positions are forgotten on a change). `who` is the
    person at work. `notice` answers the last action. The first button of `bar` is "back".
    """

    name: str
    title: Text
    who: str = ""
    bar: tuple[Button, ...] = ()
    blocks: tuple[BlockOfPage, ...] = ()
    notice: ResultCard | None = None
    ring: Ring | None = None
    trouble: Text | None = None
    progress: Progress | None = None
    examines: bool = False  # whoever reads the scanners is to say how each scan came (`outcomes.Examined`)
    large: bool = False  # children's size (counter) rather than the librarian's


@dataclass(frozen=True, slots=True)
class PadView:
    """A number pad: PIN (`dots` instead of digits) or typing a number by touch.

    Actions: "digit" with value "0"…"9", "erase", "enter", "cancel".
    """

    title: Text
    entered: str
    dots: bool
    message: Text | None = None
    tone: Tone = Tone.INFO
    enabled: bool = True  # false while a wrong PIN makes everybody wait
    ring: Ring | None = None


@dataclass(frozen=True, slots=True)
class TroubleView:
    """Something is broken: what, what still works, what to do, in sentences a child can read to a teacher."""

    headline: Text
    still_works: Text
    to_do: Text
    detail: str = ""  # for the IT teacher, small
    buttons: tuple[Button, ...] = ()
    ring: Ring | None = None


@dataclass(frozen=True, slots=True)
class FirstStartView:
    """No library yet: make one, or try the sample."""

    location: str
    fields: tuple[Field, ...]
    buttons: tuple[Button, ...]
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class TrayItem:
    """A card or book of the demo tray; pressing it scans `code`. `note` says what there is to see with it."""

    code: str
    label: str
    kind: str  # "card", "copy", "command", "other"
    clc: str = ""
    note: Words = ""


View = IdleView | SessionView | PageView | PadView | TroubleView | FirstStartView
