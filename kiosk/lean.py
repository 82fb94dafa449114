"""Little memory: pygame without what it would load for programs of other kinds; freed memory given back.

`import pygame` also imports NumPy (for arrays of pixels and samples, which nobody here uses) and setuptools'
`pkg_resources` (to find pygame's own picture for windows without an icon), wherever they happen to be installed:
three quarters of its time and half of its memory. Both are optional to pygame, so they are hidden while it is
imported; `import pygame.surfarray` works later all the same.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_OPTIONAL = ("numpy", "pkg_resources")


def import_pygame() -> None:
    """Import pygame for the first time, quietly and without its optional companions; nothing if it is there."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout belongs to the command
    hidden = [name for name in _OPTIONAL if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # None is how the import system spells "not there"
    try:
        import pygame  # noqa: F401  for its effect
    finally:
        for name in hidden:
            del sys.modules[name]


def give_back_memory() -> None:
    """Give what was freed in small pieces back to the system, where the C library is one that keeps it (glibc).

    Pictures and rows of many sizes come and go; without this a busy hour leaves some 8 MB of holes. It takes about
    a millisecond, in which other Python threads run.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # here, because the first frame does not need it

    with suppress(OSError, AttributeError):  # musl has no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)
