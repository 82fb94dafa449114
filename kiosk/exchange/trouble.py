"""What is wrong with a whole file, in a sentence; what is wrong with one row of it is a `lending.stock.Remark`."""

from __future__ import annotations

from kiosk.flows.commands import Cancelled
from kiosk.flows.said import SaidTrouble

CODES = (
    "no_folder",
    *("not_found", "unreadable", "too_large", "too_wide", "empty", "not_a_sheet", "binary", "web_page"),  # sheets
    *("password", "cut_off", "broken", "encoding"),
    "no_headings",  # rosters
    *("not_marc", "xml_entities", "profile", "no_book_headings", "not_written", "title_too_long"),  # catalogues
)
"""Every code a `FileTrouble` has; a test holds the catalogues to it."""


class FileTrouble(SaidTrouble):
    """A file cannot be read or written. `code`, one of `CODES`, names the message `exchange.trouble.<code>`."""

    said_as = "exchange.trouble."


__all__ = ["CODES", "Cancelled", "FileTrouble"]
