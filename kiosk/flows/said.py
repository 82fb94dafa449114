"""Troubles that are told in a sentence: an exception with a code and values, of which `kiosk.i18n` makes the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from kiosk.flows.views import Text, Value


class SaidTrouble(Exception):  # noqa: N818  as StoreTrouble: something is broken, in a sentence
    """Something is broken; `said_as` with `code` behind it is the key of what is said, `values` fill its places."""

    said_as: ClassVar[str]

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, Value] = values

    @property
    def text(self) -> Text:
        """The sentence: what, where, what to do."""
        return Text(f"{self.said_as}{self.code}", self.values)
