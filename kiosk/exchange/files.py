"""The bytes of a file that somebody brings, or why they cannot be had."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from kiosk.exchange.trouble import FileTrouble
from kiosk.files import may_read

MOST_BYTES = 50_000_000
"""No list of a school is larger; what is larger would only keep everybody waiting."""

# Blanks, the zeros that fill a block, and the sign with which DOS ended a file.
_NOTHING = b" \t\r\n\0\x1a" + codecs.BOM_UTF8


def content(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """All of a file. Raises FileTrouble with one of: not_found, unreadable, too_large, empty."""
    try:
        may_read(path, most_bytes)
        with path.open("rb") as opened:
            data = opened.read(most_bytes)  # and no more, should it grow meanwhile
    except FileNotFoundError:
        raise FileTrouble("not_found", file=path.name) from None
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise too_large(path, most_bytes) from None
        raise FileTrouble("unreadable", file=path.name, why=error.strerror or str(error)) from error
    if not data.strip(_NOTHING):
        raise FileTrouble("empty", file=path.name)
    return data


def too_large(path: Path, most_bytes: int) -> FileTrouble:
    """The file holds more than is read."""
    return FileTrouble("too_large", file=path.name, most=f"{most_bytes // 1_000_000} MB")
