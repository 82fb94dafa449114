"""Errors that nobody foresaw, told in the log without their own words: those may hold a name or a scanned code."""

from __future__ import annotations


def place_of(error: BaseException) -> str:
    """What kind of error it is and the line that raised it, such as `ValueError at …/spool.py:90`."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None:
        frames = frames.tb_next
    place = f"{frames.tb_frame.f_code.co_filename}:{frames.tb_lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
