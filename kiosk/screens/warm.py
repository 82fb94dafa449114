"""What will be shown soon: sessions with the commonest words, painted out of sight so that the first scan is quick."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.flows.views import (
    Block,
    BookTile,
    Button,
    Mark,
    ResultCard,
    Ring,
    SessionView,
    Text,
    Tone,
    Value,
)
from kiosk.lending.patrons import ClassName

_DAY = date(2026, 3, 4)
_BOOK = BookTile("0123456789", "I", "", call_number="I", due_on=_DAY, mark=Mark.FRESH)
_UNDO = Button("undo", Text("session.button.undo"), "undo")
_LENT = ResultCard(
    Tone.DONE,
    "borrow",
    Text("session.answer.lent"),
    (Text("session.answer.lent.line", {"due_on": _DAY}),),
    _BOOK,
    buttons=(_UNDO,),
)
_SESSION = SessionView(
    name="王",
    school_class=ClassName(3, 2),
    greeting=Text("session.greeting.pupil"),
    allowance=Text("session.allowance.left", {"n": 2}),
    result=None,
    shelf=(),
    blocks=(),
    ring=Ring(0.0, 25.0),
    buttons=(
        Button("finish", Text("session.button.finish"), "finish", tone=Tone.DONE),
        Button("renew_all", Text("session.button.renew_all"), "renew"),
        Button("help", Text("session.button.help"), "help"),
        Button("pad", Text("session.button.type_number"), "barcode"),
    ),
    places=2,
    hint=Text("session.hint.scan_books"),
)
_TODO: dict[str, Value] = {"n": 1, "title": "", "next": "", "until": ""}

VIEWS: tuple[SessionView, ...] = (
    _SESSION,
    replace(
        _SESSION,
        result=_LENT,
        allowance=Text("session.allowance.full", {"n": 0}),
        shelf=(replace(_BOOK, buttons=(_UNDO,)), replace(_BOOK, mark=Mark.NONE, buttons=(_UNDO,))),
        hint=Text("session.hint.more"),
    ),
    replace(
        _SESSION,
        result=replace(_LENT, icon="return", headline=Text("session.answer.returned"), lines=(), buttons=()),
    ),
    replace(
        _SESSION,
        result=ResultCard(
            Tone.NOT_NOW,
            "calendar",
            Text("session.answer.refused"),
            (Text("session.reason.not_your_slot", _TODO), Text("session.reason.limit", _TODO)),
        ),
        hint=Text("session.hint.return_or_finish"),
    ),
    replace(
        _SESSION,
        blocks=(Block(Tone.LOOK, "clock", Text("session.reason.overdue", _TODO)),),
        shelf=(
            replace(
                _BOOK,
                mark=Mark.OVERDUE,
                buttons=(Button("renew", Text("session.button.renew"), "renew"),),
            ),
        ),
    ),
)
"""Nobody's sessions: welcome, lent, returned, refused, blocked."""
