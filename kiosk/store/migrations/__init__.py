"""Alembic's migrations of the store. Revisions are four digits, counted up, so that older and newer compare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Migrations:
    """A folder of migrations (env.py and versions/) and the newest revision in it."""

    folder: Path
    head: str


OURS = Migrations(Path(__file__).parent, "0003")
"""This program's migrations. A test holds `head` to the newest file in versions/."""
