"""Sample views of the screens, and a command that draws them all.

    python -m tests.screens.gallery OUT [name …]

writes one picture for each sample, size and language to the folder OUT. The samples have the longest names, titles and
sentences that the kiosk meets, so that the tests of the layout use them too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from kiosk.flows.answers import answer_card, blocks_of, standing_card
from kiosk.flows.idle import HOW_TO
from kiosk.flows.outcomes import CopySheet, Outcome, OutcomeKind, PatronSheet
from kiosk.flows.views import (
    BookTile,
    Button,
    IdleView,
    Mark,
    ResultCard,
    Ring,
    SessionView,
    Text,
    Tone,
    TroubleView,
    TurnLine,
)
from kiosk.i18n import Words
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.lending.policy import Allowance, Reason, ReasonCode
from tests.screens.pages import PAGES

SIZES = ((1366, 768), (1920, 1080), (1080, 1920))
LANGUAGES = ("zh_CN", "en")

LONG_TITLE = "十万个为什么（少年儿童彩色插图注音精装珍藏版）：地球、海洋与宇宙探险·第三十二册"
ENGLISH_TITLE = "Alice's Adventures in Wonderland and Through the Looking-Glass, unabridged"
LONG_WORD_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk für Kinder"
LONG_NAME = "阿卜杜热合曼·买买提吐尔逊江·阿不都热依木"
ENGLISH_NAME = "Maximiliane-Alexandra Featherstonehaugh"

BOOKS = (
    BookTile("西游记", "I242.4", "30000018", "吴承恩", "I242.4/17", "3号架"),
    BookTile(LONG_TITLE, "Z228.1", "30000026", "", "Z228.1/4:32", "12号架"),
    BookTile("神奇校车：在人体中游览", "R32-49", "30000034", "", "R32-49/2"),
    BookTile(ENGLISH_TITLE, "H319.4:I561", "30000042", "", "H319.4:I561/3"),
    BookTile("昆虫记", "Q96-49", "30000059", "", "Q96-49/8"),
    BookTile("上下五千年", "K209", "30000067", "", "K209/11"),
    BookTile("三毛流浪记", "J228.2", "30000075", "", "J228.2/5"),
    BookTile("小房子", "P1-49", "30000083", "", "P1-49/1"),
    BookTile(LONG_WORD_TITLE, "U6", "30000091", "", "U6/1"),
    BookTile("数学真好玩", "O1-49", "30000109", "", "O1-49/6"),
)
WHO = (ClassName(3, 2),)


def _turn(start: tuple[int, int], end: tuple[int, int], *classes: ClassName, at: int = 0) -> TurnLine:
    who = tuple(Text("screen.session.class", {"class": one}) for one in classes)
    return TurnLine(time(*start), time(*end), who, now=at == 0, over=at < 0)


ROTA = (
    _turn((12, 0), (12, 15), ClassName(4, 1), at=-1),
    _turn((12, 15), (12, 30), ClassName(3, 2)),
    _turn((12, 30), (12, 45), ClassName(5, 3), ClassName(5, 4), at=1),
    _turn((15, 30), (16, 30), ClassName(1, 1), ClassName(1, 2), ClassName(2, 1), ClassName(2, 2), at=1),
)
IDLE_BUTTONS = (
    Button("help", Text("session.button.help"), "help", key="F1"),
    Button("pad", Text("session.button.type_number"), "barcode", key="F3"),
    Button("language", Text("session.button.language"), "language", key="F4"),
)
SESSION_BUTTONS = (
    Button("finish", Text("session.button.finish"), "finish", tone=Tone.DONE, key="F10"),
    Button("renew_all", Text("session.button.renew_all"), "renew", key="F5"),
    Button("help", Text("session.button.help"), "help", key="F1"),
    Button("pad", Text("session.button.type_number"), "barcode", key="F3"),
)
MORNING = datetime(2026, 5, 13, 12, 21)  # noqa: DTZ001  the school's local time
TURN = Text(
    "session.turn.now", {"who": (Text("screen.session.class", {"class": ClassName(3, 2)}),), "until": time(12, 30)}
)

IDLE = IdleView(
    now=MORNING,
    library="向阳小学图书馆",
    turn=TURN,
    turn_tone=Tone.DONE,
    rota=ROTA,
    new_books=BOOKS[:7],
    announcement="本周五下午三点，作家叔叔来图书馆讲故事，欢迎大家来听！",
    buttons=IDLE_BUTTONS,
)


def lent(book: BookTile, due: date) -> BookTile:
    undo = Button("undo", Text("session.button.undo"), "undo", int(book.barcode))
    return replace(book, due_on=due, mark=Mark.FRESH, buttons=(undo,))


def out(book: BookTile, due: date, mark: Mark = Mark.NONE) -> BookTile:
    renew = Button("renew", Text("session.button.renew"), "renew", int(book.barcode))
    return replace(book, due_on=due, mark=mark, buttons=() if mark is Mark.RENEWED else (renew,))


def answer(tone: Tone, icon: str, key: str, *lines: Text, book: BookTile | None = None, **more: object) -> ResultCard:
    """A result card with the message `session.answer.<key>`."""
    return replace(
        ResultCard(tone, icon, Text(f"session.answer.{key}"), lines, book, serial=1),
        **more,  # type: ignore[arg-type]  # fields of ResultCard
    )


DUE = Text("session.answer.lent.line", {"due_on": date(2026, 5, 27)})
UNDO = (Button("undo", Text("session.button.undo"), "undo", 1),)
LENT = answer(Tone.DONE, "borrow", "lent", DUE, book=lent(BOOKS[0], date(2026, 5, 27)), buttons=UNDO)
LENT_LONG = replace(LENT, book=lent(BOOKS[1], date(2026, 5, 27)), serial=2)
SESSION = SessionView(
    name="王小明",
    school_class=ClassName(3, 2),
    greeting=Text("session.greeting.pupil"),
    allowance=Text("session.allowance.left", {"n": 1}),
    result=LENT,
    shelf=(lent(BOOKS[0], date(2026, 5, 27)),),
    blocks=(),
    ring=Ring(20.0, 25.0),
    buttons=SESSION_BUTTONS,
    places=2,
    hint=Text("session.hint.more"),
    next_turn=Text("session.next_turn", {"at": datetime(2026, 5, 20, 12, 15)}),  # noqa: DTZ001  as above
)
REFUSED = answer(
    Tone.NOT_NOW,
    "clock",
    "refused",
    Text("session.reason.overdue", {"n": 7, "title": LONG_TITLE}),
    Text("session.reason.limit", {"n": 2}),
    Text("session.reason.not_your_slot", {"next": datetime(2026, 5, 20, 12, 15)}),  # noqa: DTZ001  as above
    book=BOOKS[2],
)
NEXT = datetime(2026, 5, 27, 12, 15)  # noqa: DTZ001  as above
BLOCKED = PatronSheet(
    patron_id=1,
    name="王小明",
    kind=PatronKind.PUPIL,
    school_class=ClassName(3, 2),
    grade=3,
    card=None,
    loans=(),
    allowance=Allowance(2, 2),
    blocks=(
        Reason(ReasonCode.OVERDUE, {"count": 1, "days": 7, "title": LONG_TITLE, "until": date(2026, 5, 23)}),
        Reason(ReasonCode.LIMIT, {"limit": 2, "out": 2}),
        Reason(ReasonCode.CLOSED, {"next": datetime(2026, 5, 20, 12, 15)}),  # noqa: DTZ001  as above
        Reason(ReasonCode.SUSPENDED, {"until": date(2026, 5, 23)}),
        Reason(ReasonCode.CHARGES, {"fen": 123450}),
    ),
    next_turn=datetime(2026, 5, 20, 12, 15),  # noqa: DTZ001  as above
    next_chance=NEXT,
    bound_to_rota=True,
)
NOT_THEIR_TURN = replace(BLOCKED, blocks=(Reason(ReasonCode.NOT_YOUR_SLOT, {"next": NEXT}),))


def scanned_without_a_card(book: BookTile, *reasons: ReasonCode) -> ResultCard:
    copy = CopySheet(
        copy_id=1,
        barcode=book.barcode,
        title=book.title,
        authors=book.authors,
        clc=book.clc,
        call_number=book.call_number,
        place="三楼阅览室东侧12号书架第4层",
        material=Material.BOOK,
        status=CopyStatus.IN_SERVICE,
        is_out=False,
    )
    told = Outcome(OutcomeKind.INFO, "r", MORNING, reasons=tuple(map(Reason, reasons)), copy=copy)
    return replace(answer_card(told, since=1.0, serial=1), buttons=CLOSE)


CLOSE = (Button("dismiss", Text("common.close"), "close"),)
TROUBLE = TroubleView(
    Text("session.trouble.no_permission"),
    Text("session.trouble.no_permission.still_works"),
    Text("session.trouble.no_permission.to_do"),
    "sqlite3.DatabaseError: file is not a database (library.sqlite3)",
    (Button("retry", Text("session.button.help"), "renew"),),
    Ring(20.0, 25.0),
)

VIEWS: Mapping[str, object] = {
    "idle": IDLE,
    "idle-pinyin": replace(IDLE, pinyin=True),
    "idle-return": replace(
        IDLE,
        result=answer(Tone.DONE, "return", "returned", book=BOOKS[1]),
        result_ring=Ring(4.0, 6.0),
        trouble=Text("session.trouble.clock"),
    ),
    "idle-closed": replace(
        IDLE,
        library="内蒙古自治区呼伦贝尔市海拉尔区第二中心小学图书馆（北校区）",
        turn=Text("session.turn.closed_why", {"why": "五一劳动节放假"}),
        turn_tone=Tone.NOT_NOW,
        rota=(),
        new_books=(),
        announcement="",
    ),
    "idle-in": replace(
        IDLE, result=scanned_without_a_card(BOOKS[1], ReasonCode.NO_CARD_YET), result_ring=Ring(4.0, 6.0)
    ),
    "idle-in-pinyin": replace(
        IDLE,
        result=scanned_without_a_card(BOOKS[3], ReasonCode.IN_REPAIR, ReasonCode.NOT_FOR_LOAN),
        result_ring=Ring(4.0, 6.0),
        trouble=Text("session.trouble.shifted_clock"),
        pinyin=True,
    ),
    "idle-help": replace(
        IDLE,
        result=replace(HOW_TO, buttons=CLOSE),
        result_ring=Ring(4.0, 6.0),
        trouble=Text("session.trouble.clock"),
        pinyin=True,
    ),
    "idle-long-day": replace(
        IDLE,
        rota=tuple(
            _turn((11, 5 * n), (11, 5 * n + 5), ClassName(3, n + 1), *([ClassName(4, n + 1)] * (n % 2)), at=n - 3)
            for n in range(11)
        ),
    ),
    "session-new": replace(
        SESSION,
        result=None,
        shelf=(),
        hint=Text("session.hint.scan_books"),
        next_turn=Text("session.next_turn", {"at": NEXT}),
    ),
    "session-lent": SESSION,
    "session-lent-pinyin": replace(SESSION, pinyin=True, result=LENT_LONG, shelf=(LENT_LONG.book, SESSION.shelf[0])),
    "session-refused": replace(
        SESSION,
        next_turn=None,
        result=REFUSED,
        shelf=(out(BOOKS[1], date(2026, 5, 6), Mark.OVERDUE), out(BOOKS[3], date(2026, 5, 20), Mark.RENEWED)),
        allowance=Text("session.allowance.blocked", {"n": 2}),
        hint=Text("session.hint.return_or_finish"),
    ),
    "session-refused-pinyin": replace(
        SESSION,
        next_turn=None,
        result=REFUSED,
        shelf=(out(BOOKS[1], date(2026, 5, 6), Mark.OVERDUE), out(BOOKS[3], date(2026, 5, 20))),
        allowance=Text("session.allowance.blocked", {"n": 2}),
        hint=Text("session.hint.return_or_finish"),
        trouble=Text("session.trouble.clock"),
        pinyin=True,
    ),
    "session-blocked": replace(
        SESSION,
        next_turn=None,
        result=standing_card(BLOCKED),
        shelf=(out(BOOKS[1], date(2026, 5, 6), Mark.OVERDUE), out(BOOKS[3], date(2026, 5, 20))),
        allowance=Text("session.allowance.blocked", {"n": 2}),
        hint=Text("session.hint.return_or_finish"),
        trouble=Text("session.trouble.shifted_clock"),
        pinyin=True,
    ),
    "session-not-their-turn": replace(
        SESSION,
        next_turn=None,
        result=standing_card(NOT_THEIR_TURN),
        shelf=(),
        allowance=Text("session.allowance.blocked", {"n": 0}),
        hint=Text("session.hint.finish"),
    ),
    "session-returned-late": replace(
        SESSION,
        result=answer(
            Tone.DONE,
            "return",
            "returned",
            Text("session.answer.late", {"n": 7}),
            Text("session.chance", {"at": NEXT}),
            book=BOOKS[1],
        ),
        shelf=(out(BOOKS[3], date(2026, 5, 20)),),
        blocks=blocks_of(BLOCKED)[:-1],
        next_turn=None,
        allowance=Text("session.allowance.blocked", {"n": 1}),
        hint=Text("session.hint.return_or_finish"),
    ),
    "session-label": replace(
        SESSION,
        name=ENGLISH_NAME,
        helper_name=LONG_NAME,
        result=answer(Tone.LOOK, "where_label", "card_first", picture="where_label"),
        shelf=(),
        allowance=Text("session.allowance.left", {"n": 2}),
    ),
    "session-set": replace(
        SESSION,
        name=LONG_NAME,
        places=60,
        shelf=tuple(
            replace(
                (lent if i > 56 else out)(BOOKS[i % 10], date(2026, 6, 12)),
                barcode=f"3{i:06}7",
                buttons=(Button("renew", Text("session.button.renew"), "renew", i),),
            )
            for i in range(60)
        ),
        allowance=Text("session.allowance.full", {"n": 0}),
    ),
    "trouble": TROUBLE,
}


def draw(view: object, size: tuple[int, int], language: str, path: Path) -> None:
    """One picture of a view, still (long after it began)."""
    import pygame

    from kiosk.screens.stage import Stage

    surface = pygame.Surface(size)
    Stage(surface, Words(language)).show(view, 10.0)
    pygame.image.save(surface, str(path))


def main(folder: Path, names: list[str]) -> None:
    """Draw the samples whose name begins with one of `names`; all of them without any."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    folder.mkdir(parents=True, exist_ok=True)
    for name, view in {**VIEWS, **PAGES}.items():
        if not names or any(name.startswith(wanted) for wanted in names):
            for width, height in SIZES:
                for language in LANGUAGES:
                    path = folder / f"{name}-{width}x{height}-{language}.png"
                    draw(view, (width, height), language, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
