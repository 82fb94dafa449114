"""Screens for a store that cannot be used: what is wrong, what still works, what to do; and for no library yet."""

from __future__ import annotations

from kiosk.flows.views import Button, Field, FirstStartView, ResultCard, Text, Tone, TroubleView

CODES = frozenset(
    {"newer_schema", "damaged", "no_permission", "disk_full", "locked", "unreachable", "unknown", "defect"}
)
"""The store's trouble codes that have words of their own, and a defect of the program."""


def trouble_view(code: str, detail: str) -> TroubleView:
    """The trouble screen of a store's trouble code; an unheard-of code is told as `unknown`."""
    name = code if code in CODES else "unknown"
    return TroubleView(
        headline=Text(f"session.trouble.{name}"),
        still_works=Text(f"session.trouble.{name}.still_works"),
        to_do=Text(f"session.trouble.{name}.to_do"),
        detail=detail,
        buttons=(Button("retry", Text("session.button.retry"), "renew", key="F5"),),
    )


def first_start_view(name: str, librarian: str, making: bool, location: str) -> FirstStartView:
    """No library yet: make one, or try the sample."""
    name_hint, librarian_hint = Text("session.first.name.hint"), Text("session.first.librarian.hint")
    return FirstStartView(
        location=location,
        fields=(
            Field("name", Text("session.first.name"), name, hint=name_hint, focus=True),
            Field("librarian", Text("session.first.librarian"), librarian, hint=librarian_hint),
        ),
        buttons=(
            Button("create", Text("session.first.create"), "plus", tone=Tone.DONE, enabled=not making),
            Button("sample", Text("session.first.sample"), "books", enabled=not making),
            Button("leave", Text("session.first.leave"), "close", enabled=not making),
        ),
        message=Text("session.first.making") if making else None,
    )


def library_made(card: str, at: float) -> ResultCard:
    """What the idle screen says, until it is put away, when a library has been made: the librarian's card number."""
    return ResultCard(
        Tone.DONE,
        "librarian",
        Text("session.first.made"),
        (Text("session.first.card", {"card": card}), Text("session.first.next")),
        buttons=(Button("dismiss", Text("common.close"), "close"),),
        since=at,
    )
