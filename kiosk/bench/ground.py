"""The libraries that are measured on, and what is scanned there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from kiosk.settings import APP_NAME


@dataclass(frozen=True, slots=True)
class Ground:
    """A library to measure on, and what can be scanned in it at `opens` (local)."""

    folder: Path
    opens: datetime
    cards: tuple[str, ...]
    copies: tuple[str, ...]


def large_library() -> Ground:
    """The large library, made at the first call and kept in the user's cache folder."""
    from kiosk.store.migrations import OURS

    return _ground(cache() / f"bench-{OURS.head}", {})


def small_library(folder: Path) -> Ground:
    """A library with next to nothing in it, in `folder`."""
    return _ground(folder, {"titles": 100, "patrons": 480, "past_loans": 0})


def _ground(folder: Path, sizes: dict[str, int]) -> Ground:
    note = folder / "bench.json"
    if not note.exists():
        from kiosk.sample.bulk import write_bulk
        from kiosk.store.library import create_library, library_file, sidecars

        folder.mkdir(parents=True, exist_ok=True)
        file = library_file(str(folder))
        for leftover in (file, *sidecars(file)):  # of a run that was stopped half-way
            leftover.unlink(missing_ok=True)
        library = create_library(str(folder))
        bulk = write_bulk(library, date.today(), told=_tell, **sizes)  # noqa: DTZ011  any day will do
        library.close()
        known = {"opens": bulk.opens.isoformat(), "cards": bulk.cards, "copies": bulk.copies}
        note.write_text(json.dumps(known), "utf-8")
    known = json.loads(note.read_text("utf-8"))
    return Ground(folder, datetime.fromisoformat(known["opens"]), tuple(known["cards"]), tuple(known["copies"]))


@contextmanager
def copy_of(ground: Ground) -> Iterator[Ground]:
    """The same library as a copy beside it, for what writes; gone afterwards.

    Every run finds the same library then, with no event newer than its clock.
    """
    from kiosk.store.library import library_file, sidecars

    with tempfile.TemporaryDirectory(prefix="work-", dir=ground.folder) as folder:
        for file in (library_file(str(ground.folder)), *sidecars(library_file(str(ground.folder)))):
            if file.exists():
                shutil.copyfile(file, Path(folder) / file.name)
        if hasattr(os, "sync"):
            os.sync()  # the copy's own writing must not be measured
        yield replace(ground, folder=Path(folder))


def _tell(step: str) -> None:
    sys.stderr.write(f"… {step}\n")


def cache() -> Path:
    """The folder of this user in which what is made once is kept."""
    from platformdirs import user_cache_path

    folder = user_cache_path(APP_NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def one_round(ground: Ground) -> Iterator[str]:
    """What is scanned: each card borrows two copies, then every copy comes back without a card."""
    from kiosk.lending.barcodes import ControlCode, command_number

    lent = iter(ground.copies)
    for card in ground.cards:
        yield card
        yield next(lent)
        yield next(lent)
    yield command_number(ControlCode.FINISH)
    yield from ground.copies[: 2 * len(ground.cards)]
