"""What is lent: materials and the states of a copy."""

from __future__ import annotations

from enum import StrEnum


class Material(StrEnum):
    """What kind of thing a title is."""

    BOOK = "book"
    MAGAZINE = "magazine"
    AV = "av"


class CopyStatus(StrEnum):
    """Where a copy stands in its life. Whether it is lent is not a status: an open loan says so."""

    IN_SERVICE = "in_service"
    IN_REPAIR = "in_repair"
    LOST = "lost"
    FOUND = "found"  # was lost, came back, waits on the librarian's list
    WITHDRAWN = "withdrawn"
