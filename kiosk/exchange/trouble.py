"""What is wrong with a whole file, in a sentence; what is wrong with one row of it is a `lending.stock.Remark`."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.flows.commands import Cancelled
from kiosk.flows.views import Text, Value

CODES = (
    "no_folder",
    *("not_found", "unreadable", "too_large", "too_wide", "empty", "not_a_sheet", "binary", "web_page"),  # sheets
    *("password", "cut_off", "broken", "encoding"),
    "no_headings",  # rosters
    *("not_marc", "xml_entities", "profile", "no_book_headings", "not_written", "title_too_long"),  # catalogues
)
"""Every code a `FileTrouble` has; a test holds the catalogues to it."""


class FileTrouble(Exception):  # noqa: N818  as StoreTrouble: something is broken, in a sentence
    """A file cannot be read or written. `code`, one of `CODES`, names the message `exchange.trouble.<code>`."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, Value] = values

    @property
    def text(self) -> Text:
        """The sentence: what, where, what to do."""
        return Text(f"exchange.trouble.{self.code}", self.values)


__all__ = ["CODES", "Cancelled", "FileTrouble"]
