"""Where a library may be: a folder, or a PostgreSQL URL. Nothing heavy, for all who only ask which."""

from __future__ import annotations

import re

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # RFC 3986, 3.1; a single letter is a drive of Windows


def is_postgres(location: str) -> bool:
    """Whether `location` is a PostgreSQL URL rather than a folder."""
    return location.startswith(("postgresql://", "postgres://", "postgresql+psycopg://"))


def is_place(location: str) -> bool:
    """Whether a library can be at `location`: not an empty name, and no URL but of PostgreSQL."""
    return bool(location.strip()) and (is_postgres(location) or _URL.match(location) is None)
